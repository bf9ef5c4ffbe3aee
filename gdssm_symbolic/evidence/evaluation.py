"""Plain evaluation of an expression at given sizes, entry by entry, in any commutative ring.

This is what a statement *means* at f = 2, N = 3 and given data: matrices are lists of rows,
recurrences are run, sums are added up term by term. The evaluation shares no rule with the normal form, so
it can test it: counterexamples are recomputed here in integers and `fractions.Fraction`. Each uninterpreted function is
replaced by a fixed polynomial of its own (`sample_function`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement, count
from operator import add, mul
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple

import flint
import sympy

from gdssm_symbolic.checker import MEANINGS
from gdssm_symbolic.extensions.conversions import rational, ring
from gdssm_symbolic.extensions.differentiation import GradientOf
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, consistent
from gdssm_symbolic.kernel.exact import class_of, exact
from gdssm_symbolic.kernel.expressions import (
    NODES,
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
    free_symbols,
)
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, as_linear, floor
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.work import TooMuchWork, Work

NUMBER = (sympy.Integer(1), sympy.Integer(1))

#: How many steps one evaluation may take, some seconds; one step is one entry of a product or one term of a sum.
MOST_STEPS = 2_000_000

#: How long the numbers in a scalar may be.
MOST_BITS = 10_000_000

Matrix = list[list[Any]]
Cell = tuple[Name, tuple[int, ...]]  # one matrix of the data: a name at its indices
Shapes = Mapping[Cell, tuple[int, int]]
#: Gives the value of a name without a definition: (name, indices, rows, columns) -> matrix.
Data = Callable[[Name, tuple[int, ...], int, int], Matrix]


def whole(number: Fraction) -> int | Fraction:
    """Return an integer if the number is one: sums and products of integers take a tenth of the time of fractions."""
    return number.numerator if number.denominator == 1 else number


@dataclass
class Evaluator:
    """Evaluates expressions at one choice of sizes, scalars and data.

    `values` gives sizes and free indices as integers and scalars as fractions, by symbol; `constant`
    maps a fraction into the ring of the data. Raises ZeroDivisionError at a pole of a scalar factor,
    ArithmeticError if a matrix power or the length of a sum is negative, OutsideLanguage if it comes to a name where
    its meaning does not say what it is, KeyError if a symbol has no value, and TooMuchWork if it takes more
    steps than `work` allows.
    """

    values: Mapping[sympy.Symbol, Fraction]
    data: Data
    meanings: Iterable[Meaning] = ()
    constant: Callable[[Fraction], Any] = whole
    work: Work = field(default_factory=lambda: Work(MOST_STEPS))  # products of matrices, and terms of sums
    _table: Mapping[Name, Meaning] = field(init=False)
    _domains: Mapping[Name, _Domain] = field(init=False)
    _known: dict[tuple[Name, tuple[int, ...]], Matrix] = field(init=False, default_factory=dict)
    _zero: Any = field(init=False)

    def __post_init__(self) -> None:
        self._table, self._domains = _table_of(tuple(self.meanings))
        self._zero = self.constant(Fraction(0))

    def __call__(self, expr: Expr) -> Matrix:
        if class_of(expr) not in NODES:
            raise TypeError(f"{type(expr).__name__} is not part of the language")
        return self._value(expr, dict(self.values), {})

    def _value(self, expr: Expr, at: dict[sympy.Symbol, Fraction], bound: Mapping[Name, Matrix]) -> Matrix:
        match expr:
            case Scalar(value=value):
                return [[self._scalar(value, at)]]
            case App():
                return self._apply(expr, at, bound)
            case Identity(size=size):
                return self._diagonal(_size(size, at))
            case Zero(rows=rows, columns=columns):
                return self._zeros(_size(rows, at), _size(columns, at))
            case Add(terms=terms):
                total = self._value(terms[0], at, bound)
                for term in terms[1:]:
                    total = self._added(total, self._value(term, at, bound))
                return total
            case Mul(factors=factors):
                result, shape = self._value(factors[0], at, bound), factors[0].shape
                for factor in factors[1:]:
                    # 1×1 in the language: at this size a matrix may be 1×1 by chance
                    if shape == NUMBER:
                        result, shape = self._scaled(result[0][0], self._value(factor, at, bound)), factor.shape
                    elif factor.shape == NUMBER:
                        result = self._scaled(self._value(factor, at, bound)[0][0], result)
                    else:
                        shape = shape[0], factor.shape[1]
                        result = self._multiplied(result, self._value(factor, at, bound), _size(shape[1], at))
                return result
            case Transpose(argument=argument):
                matrix = self._value(argument, at, bound)
                return [list(row) for row in zip(*matrix, strict=True)] or self._zeros(_size(expr.shape[0], at), 0)
            case Trace(argument=argument):
                matrix, total = self._value(argument, at, bound), self._zero
                for k, row in enumerate(matrix):
                    total = total + row[k]
                return [[total]]
            case Power(base=base, exponent=exponent):
                matrix, steps = self._value(base, at, bound), _exponent(exponent, at)
                result = self._diagonal(len(matrix))
                for _ in range(steps):
                    result = self._multiplied(result, matrix, len(matrix))
                return result
            case Sum(body=body, index=index):
                rows, columns = (_size(size, at) for size in expr.shape)
                total, numbers = self._zeros(rows, columns), _steps(expr, at)
                if not numbers:
                    self._pass_over(expr, at, bound)
                for step in numbers:
                    self.work.spend(1)
                    total = self._added(total, self._value(body, {**at, index: Fraction(step)}, bound))
                return total
            case Blocks(rows=blocks):
                return [
                    [entry for part in parts for entry in part]
                    for row in blocks
                    for parts in zip(*(self._value(block, at, bound) for block in row), strict=True)
                ]
        raise TypeError(f"{type(expr).__name__} has no value")

    def _scalar(self, value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> Any:
        """Return the value of a scalar, in the ring of the data."""
        return self.constant(_at(value, at))

    def _pass_over(self, total: Sum, at: dict[sympy.Symbol, Fraction], bound: Mapping[Name, Matrix]) -> None:
        """Note a sum without terms, of whose parts no value is needed."""

    def _apply(self, app: App, at: dict[sympy.Symbol, Fraction], bound: Mapping[Name, Matrix]) -> Matrix:
        if bound and app.name in bound:
            return bound[app.name]
        indices = tuple(_integer(index, at) for index in app.indices)
        if app.arguments:
            return self._unfolded(app, indices, [self._value(argument, at, bound) for argument in app.arguments])
        key = (app.name, indices)
        value = self._known.get(key)
        if value is None:
            value = self._known[key] = self._unfolded(app, indices, [])
        return value

    def _unfolded(self, app: App, indices: tuple[int, ...], arguments: list[Matrix]) -> Matrix:
        meaning = self._table.get(app.name)
        if isinstance(meaning, UnitVectors):
            size = _size(app.shape[0], self.values)
            return [[self.constant(Fraction(int(row + 1 == indices[0])))] for row in range(size)]
        if meaning is None:
            return self._datum(app, indices, arguments)
        own = dict(zip(meaning.indices, map(Fraction, indices), strict=True))
        domain = self._domains[app.name]
        match meaning:
            case _ if any(indices[place] < low for place, low in domain.floors):
                pass  # outside the domain of its indices a meaning says nothing
            case Mean():
                fixed = meaning.free
                values = {symbol: value for symbol, value in self.values.items() if symbol in fixed}
                return [[self.constant(_explicit_mean(meaning, in_a_table(values)))]]
            case GradientOf(function=function):
                return self._gradient(function, arguments)
            case Definition(body=body, parameters=parameters):
                return self._value(body, {**self.values, **own}, dict(zip(parameters, arguments, strict=True)))
            case Recurrence() | Joint() if own[meaning.index] > (first := _first(meaning, own)):
                for number in range(first + 1, int(own[meaning.index]) + 1):  # in order: no deep recursion
                    at_step = {**own, meaning.index: Fraction(number)}
                    key = app.name, tuple(int(at_step[symbol]) for symbol in meaning.indices)
                    if key not in self._known:
                        self._known[key] = self._value(meaning.body, {**self.values, **at_step}, {})
                return self._known[key]
            case Recurrence() | Joint() if own[meaning.index] == _first(meaning, own):
                if domain.starts_from_data:
                    return self._datum(app, indices, arguments)
                return self._value(meaning.initial, {**self.values, **own}, {})
        raise OutsideLanguage(f"{app.name.text} at {indices}, where its meaning does not say what it is")

    def _datum(self, app: App, indices: tuple[int, ...], arguments: list[Matrix]) -> Matrix:
        """Return the value of a name that no meaning gives: one of the data or, for a function, of its own sample."""
        rows, columns = (_size(size, self.values) for size in app.shape)
        if arguments:
            entries = [entry for argument in arguments for row in argument for entry in row]
            self.work.spend(rows * columns * len(entries) ** 2)
            return [
                [
                    self._polynomial(sample_function(app.name, (*indices, r, c), len(entries)), entries)
                    for c in range(columns)
                ]
                for r in range(rows)
            ]
        return self.data(app.name, indices, rows, columns)

    def _polynomial(self, terms: Mapping[tuple[int, ...], int], entries: Sequence[Any]) -> Any:
        total = self._zero
        for places, coefficient in terms.items():
            term = self.constant(Fraction(coefficient))
            for place in places:
                term = term * entries[place]
            total = total + term
        return total

    def _gradient(self, function: Name, arguments: list[Matrix]) -> Matrix:
        """Return the derivatives of a sample function with respect to the entries of its first argument."""
        entries = [entry for argument in arguments for row in argument for entry in row]
        terms = sample_function(function, (0, 0), len(entries))
        slopes = (self._polynomial(_derivative(terms, place), entries) for place in count())
        return [[next(slopes) for _ in row] for row in arguments[0]]

    def _zeros(self, rows: int, columns: int) -> Matrix:
        self.work.spend(rows * columns // 10)
        return [[self._zero] * columns for _ in range(rows)]

    def _diagonal(self, size: int) -> Matrix:
        self.work.spend(size * size)
        return [[self.constant(Fraction(int(r == c))) for c in range(size)] for r in range(size)]

    def _multiplied(self, left: Matrix, right: Matrix, columns: int) -> Matrix:
        self.work.spend(len(left) * (len(right) + columns))
        result = self._zeros(len(left), columns)  # right has no row to count in if the inner size is 0
        lengths: dict[int, int] = {}  # of the rows on the right that are not multiplied by 0 alone
        for r, row in enumerate(left):
            for k, entry in enumerate(row):
                if entry != self._zero:  # most data of a counterexample are 0
                    if k not in lengths:
                        lengths[k] = sum(map(_length, right[k]))
                    self._spend_on_length(_length(entry), lengths[k], columns)
                    result[r] = [total + entry * factor for total, factor in zip(result[r], right[k], strict=True)]
        return result

    def _added(self, left: Matrix, right: Matrix) -> Matrix:
        return [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(left, right, strict=True)]

    def _scaled(self, number: Any, matrix: Matrix) -> Matrix:
        for row in matrix:
            self._spend_on_length(_length(number), sum(map(_length, row)), len(row))
        return [[number * entry for entry in row] for row in matrix]

    def _spend_on_length(self, length: int, others: int, count: int) -> None:
        """Count what the product of an entry with `count` others takes beyond that of short ones."""
        if length or others:
            self.work.spend((length + 1) * (others + count) // 16)


class _Domain(NamedTuple):
    """Where a meaning says what a name is."""

    floors: tuple[tuple[int, int], ...]  # places of indices and their least values; not of one that counts steps
    starts_from_data: bool  # a recurrence, whose first value is one of the data

    @staticmethod
    def of(meaning: Meaning) -> _Domain:
        step, from_data = None, False
        if isinstance(meaning, Recurrence | Joint):
            step, from_data = meaning.index, meaning.starts_from_data
        lows = ((place, floor(symbol)) for place, symbol in enumerate(meaning.indices) if symbol != step)
        return _Domain(tuple((place, low) for place, low in lows if low is not None), from_data)


@lru_cache(maxsize=1024)
def _table_of(meanings: tuple[Meaning, ...]) -> tuple[Mapping[Name, Meaning], Mapping[Name, _Domain]]:
    """Return the meanings by name, and their domains. Cached, since one equation is evaluated at many points."""
    if unlisted := [type(one).__name__ for one in meanings if class_of(one) not in MEANINGS]:
        raise ProofError(f"{unlisted[0]} is no meaning that the checker knows")
    table = consistent(meanings)
    return MappingProxyType(table), {name: _Domain.of(one) for name, one in table.items()}


@dataclass
class _OfShapes(Evaluator):
    """An evaluator in the ring of one element, 0: it counts the same work, and computes no entry."""

    constant: Callable[[Fraction], Any] = lambda _number: 0

    def _added(self, left: Matrix, _right: Matrix) -> Matrix:
        return left

    def _multiplied(self, left: Matrix, right: Matrix, columns: int) -> Matrix:
        self.work.spend(len(left) * (len(right) + columns))
        return self._zeros(len(left), columns)

    def _scaled(self, _number: Any, matrix: Matrix) -> Matrix:
        return matrix

    def _polynomial(self, _terms: Mapping[tuple[int, ...], int], _entries: Sequence[Any]) -> Any:
        return self._zero


@dataclass
class _OfEveryPart(_OfShapes):
    """An evaluator that can also evaluate what it passed over: the parts of sums without terms."""

    _passed: list[tuple[Sum, dict[sympy.Symbol, Fraction], Mapping[Name, Matrix]]] = field(
        init=False, default_factory=list
    )

    def _pass_over(self, total: Sum, at: dict[sympy.Symbol, Fraction], bound: Mapping[Name, Matrix]) -> None:
        self._passed.append((total, at, bound))

    def require_values(self) -> None:
        """Raise ArithmeticError or OutsideLanguage unless what was passed over, and every meaning, has a value.

        What depends on the index of a meaning or of a sum without terms needs one at some values of it.
        """
        for meaning in self._table.values():
            at = {symbol: value for symbol, value in self.values.items() if symbol not in meaning.indices}
            bound = {one: self._zeros(*(_size(size, self.values) for size in one.shape)) for one in meaning.parameters}
            for body in meaning.bodies:
                self.go_through(body, at, bound)
            if isinstance(meaning, Mean):
                self(meaning.name())  # its laws and their moments exist
        while self._passed:
            self.go_through(*self._passed.pop())

    def go_through(self, expr: Expr, at: dict[sympy.Symbol, Fraction], bound: Mapping[Name, Matrix]) -> None:
        """Evaluate every part of an expression that depends on no symbol without a value in `at`.

        Such a symbol is the index of a meaning or of a sum without terms, so no number stands for it.
        """
        if not isinstance(expr, Sum) and free_symbols(expr) <= at.keys():
            self._value(expr, at, bound)
            return
        match expr:
            case Scalar(value=value):
                _go_through_scalar(value, at)
            case Power(exponent=exponent):
                _require_an_exponent(exponent, at)
            case Sum(body=body, index=index, lower=lower, upper=upper):
                known = lower.free_symbols | upper.free_symbols <= at.keys()
                steps = [{index: Fraction(step)} for step in _steps(expr, at)] if known else []
                outside = {symbol: value for symbol, value in at.items() if symbol != index}
                for step in steps or [{}]:
                    self.go_through(body, outside | step, bound)
                return
        for child in expr.children:
            self.go_through(child, at, bound)


@dataclass
class _NotingFunctions(_OfShapes):
    """An evaluator that notes which functions without a meaning it reads, at which indices."""

    read: set[tuple[Name, tuple[int, ...]]] = field(init=False, default_factory=set)

    def _datum(self, app: App, indices: tuple[int, ...], arguments: list[Matrix]) -> Matrix:
        if arguments:
            self.read.add((app.name, indices))
        return super()._datum(app, indices, arguments)

    def _gradient(self, function: Name, arguments: list[Matrix]) -> Matrix:
        self.read.add((function, ()))
        return super()._gradient(function, arguments)


@lru_cache(maxsize=1024)
def sample_function(name: Name, entry: tuple[int, ...], arguments: int) -> dict[tuple[int, ...], int]:
    """Return one entry of the polynomial that replaces an uninterpreted function of `arguments` numbers.

    A term is given by the places of its factors, and has a coefficient. There are all terms up to degree 2, and the
    cubes. The coefficients are drawn at random, seeded by the name, so that the polynomial has no special properties.
    """
    draw = Random(f"{name.text} {entry}")  # noqa: S311 - a sample, and no secret
    places = range(arguments)
    terms = [(), *((k,) for k in places), *combinations_with_replacement(places, 2), *((k, k, k) for k in places)]
    return {term: draw.choice((-3, -2, -1, 1, 2, 3)) for term in terms}


def _derivative(terms: Mapping[tuple[int, ...], int], place: int) -> dict[tuple[int, ...], int]:
    """Return the derivative with respect to one of the numbers."""
    slopes: dict[tuple[int, ...], int] = {}
    for places, coefficient in terms.items():
        if place in places:
            left = list(places)
            left.remove(place)
            slopes[tuple(left)] = slopes.get(tuple(left), 0) + coefficient * places.count(place)
    return slopes


def below_floor(symbol: sympy.Symbol, value: Fraction | int) -> bool:
    """Return whether the value is below the least value of the symbol as declared."""
    low = floor(symbol)
    return low is not None and value < low


def cells_read(
    exprs: Iterable[Expr],
    meanings: Iterable[Meaning],
    values: Mapping[sympy.Symbol, Fraction],
    *,
    everywhere: bool = False,
) -> dict[Cell, tuple[int, int]]:
    """Return the data matrices that the expressions read, with their shapes, by name and index.

    With `everywhere`, every part of the expressions and of the meanings must have a value, also where evaluation does
    not need it: in a sum without terms, or in a meaning that is not used. Raises ArithmeticError or OutsideLanguage if
    one has none. The data are taken to be 0, because whether there is a value does not depend on them.
    """
    read: dict[Cell, tuple[int, int]] = {}

    def zeros(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        read[name, indices] = rows, columns
        return _zeros(name, indices, rows, columns)

    evaluate = _OfEveryPart(values, zeros, meanings)
    for expr in exprs:
        evaluate(expr)
    found = dict(sorted(read.items(), key=lambda item: (item[0][0].text, item[0][1])))
    if everywhere:
        evaluate.require_values()
    return found


def functions_read(
    exprs: Iterable[Expr], meanings: Iterable[Meaning], values: Mapping[sympy.Symbol, Fraction]
) -> list[tuple[Name, tuple[int, ...]]]:
    """Return the functions without a meaning that the expressions read, each with its indices, in order of their names.

    A function that is only read by its gradient is among them.
    """
    evaluate = _NotingFunctions(values, _zeros, meanings)
    for expr in exprs:
        evaluate(expr)
    return sorted(evaluate.read, key=lambda one: (one[0].text, one[1]))


def _zeros(_name: Name, _indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
    return [[0] * columns for _ in range(rows)]


def filled(shapes: Shapes, entries: Iterator[Any]) -> dict[Cell, Matrix]:
    """Return the data cells, filled row by row with the entries."""
    return {
        cell: [[next(entries) for _ in range(columns)] for _ in range(rows)] for cell, (rows, columns) in shapes.items()
    }


def at_data(
    data: Mapping[Cell, Matrix],
    values: Mapping[sympy.Symbol, Fraction],
    meanings: Iterable[Meaning],
    constant: Callable[[Fraction], Any],
    work: Work | None = None,
) -> Evaluator:
    """Return the evaluator at given data, which raises KeyError if it needs other data."""
    limit = Work(MOST_STEPS) if work is None else work
    return Evaluator(values, lambda name, indices, _r, _c: data[name, indices], meanings, constant, limit)


def unknowns(shapes: Shapes, constants: int = 0) -> tuple[flint.fmpq_mpoly_ctx, dict[Cell, Matrix]]:
    """Return a polynomial ring and data that are its variables, cell by cell and row by row.

    `constants` is the number of other entries in the ring. Raises TooMuchWork if there are too many of either.
    """
    count = sum(rows * columns for rows, columns in shapes.values())
    # each variable and constant is written with an exponent for every variable
    Work(MOST_STEPS).spend(count * (count + constants) // 10)
    context = ring(count)
    return context, filled(shapes, iter(context.gens()))


def with_unknowns(
    shapes: Shapes, values: Mapping[sympy.Symbol, Fraction], meanings: Iterable[Meaning]
) -> tuple[flint.fmpq_mpoly_ctx, Evaluator]:
    """Return a polynomial ring and an evaluator whose data are its variables, as in `unknowns`."""
    context, data = unknowns(shapes)
    return context, at_data(data, values, meanings, lambda number: context.constant(rational(number)))


def explicit_mean(mean: Mean, values: Mapping[sympy.Symbol, Fraction]) -> Fraction:
    """Return a mean at given sizes: write out the polynomial in all random entries, and replace powers by moments.

    The moments in `values` need not be those of any law, because a mean is linear in products of moments.
    """
    laws = dict(mean.laws)
    for law in laws.values():
        if isinstance(law, Uniform | Normal):
            scalar(law.scale, values)  # where it has no value, there is no law, and no mean even of what is 0
    meanings = () if mean.units is None else (UnitVectors(mean.units),)
    shapes = cells_read([mean.body], meanings, values)
    law_of = [laws[name] for (name, _), (rows, columns) in shapes.items() for _ in range(rows * columns)]
    _, evaluate = with_unknowns(shapes, values, meanings)
    ((written_out,),) = evaluate(mean.body)
    moments: dict[tuple[Law, int], Fraction] = {}
    total = Fraction(0)
    for powers, coefficient in written_out.to_dict().items():
        product = fraction(coefficient)
        for law, power in zip(law_of, map(int, powers), strict=False):
            if power:  # also where the product is 0 already: the moment has to exist
                if (law, power) not in moments:
                    moments[law, power] = scalar(law.moment(power), values)
                product *= moments[law, power]
        total += product
    return total


def are_possible_moments(law: AnyLaw, values: Mapping[sympy.Symbol, Fraction]) -> bool:
    """Return whether the moments are shown to be those of a symmetric law.

    They are if the law is that of ±√m_2, or if the Hankel matrices of the moments of u² are positive definite
    (Stieltjes' problem of moments). At the border there are other laws, for which the answer is False.
    """
    moments = [Fraction(1), *(scalar(law.moment(order), values) for order in range(2, law.highest + 1, 2))]
    if all(moment == moments[1] ** k >= 0 for k, moment in enumerate(moments) if k):
        return True
    return all(_is_positive_definite(moments[first:]) for first in (0, 1))


def _is_positive_definite(sequence: Sequence[Fraction]) -> bool:
    """Return whether the Hankel matrix of a sequence, as large as it allows, is positive definite."""
    largest = (len(sequence) + 1) // 2
    rows = [[rational(sequence[i + j]) for j in range(largest)] for i in range(largest)]
    return all(flint.fmpq_mat([row[:n] for row in rows[:n]]).det() > 0 for n in range(1, largest + 1))


def in_a_table(values: Mapping[sympy.Symbol, Fraction]) -> frozenset[tuple[sympy.Symbol, Fraction]]:
    """Return values as a part of a table's key. Raises TypeError for what could equal another symbol or number."""
    for symbol, value in (items := tuple(values.items())):
        if not exact(symbol).is_Symbol or class_of(value) not in (int, Fraction):
            raise TypeError(f"{type(value).__name__} stands where a fraction is needed")
    return frozenset(items)


@lru_cache(maxsize=1024)
def _explicit_mean(mean: Mean, values: frozenset[tuple[sympy.Symbol, Fraction]]) -> Fraction:
    """Return the mean. Cached, since it is needed again with other data and scalars, on which it does not depend."""
    if class_of(mean) is not Mean:
        raise ProofError(f"{type(mean).__name__} is no mean that the checker knows")
    return explicit_mean(mean, dict(values))


def fraction(number: flint.fmpq) -> Fraction:
    """Convert a rational number of python-flint to a Python fraction."""
    return Fraction(int(number.p), int(number.q))


@lru_cache(maxsize=1024)
def _number(value: sympy.Rational) -> Fraction:
    exact(value)
    return Fraction(int(value.p), int(value.q))


def scalar(value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> Fraction:
    """Return a rational function of symbols at given values, with 0^0 = 1. Raises TypeError if it is not exact."""
    return _at(exact(value), at)


def _at(value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> Fraction:
    return Fraction(_reader(value)(at))


#: Integers and fractions: sums and products of integers take a tenth of the time of fractions.
Rational = int | Fraction


@lru_cache(maxsize=4096)
def _reader(value: sympy.Expr) -> Callable[[Mapping[sympy.Symbol, Fraction]], Rational]:
    """Return the function of the symbols that a scalar is. Cached, since one scalar is evaluated at many points."""
    if value.is_Symbol:
        return lambda at: whole(at[value])
    if value.is_Rational:
        number = whole(_number(value))
        return lambda _at: number
    if value.is_Add or value.is_Mul:
        joined: Callable[[Rational, Rational], Rational] = add if value.is_Add else mul
        first, *others = map(_reader, value.args)

        def combined(at: Mapping[sympy.Symbol, Fraction]) -> Rational:
            total = first(at)
            for one in others:
                total = joined(total, one(at))
            return total

        return combined
    if value.is_Pow:
        base_of, exponent_of = map(_reader, value.args)

        def power(at: Mapping[sympy.Symbol, Fraction]) -> Rational:
            exponent = exponent_of(at)
            if exponent.denominator != 1:
                raise TypeError(f"{value} is not a rational function")
            base, times = base_of(at), int(exponent)
            if abs(times) * (abs(base.numerator).bit_length() + base.denominator.bit_length() - 2) > MOST_BITS:
                raise TooMuchWork(f"a number of more than {MOST_BITS:,} bits")
            return base**times if times >= 0 else Fraction(base) ** times

        return power

    def refused(_at: Mapping[sympy.Symbol, Fraction]) -> Rational:
        raise TypeError(f"{value} is not a rational function")

    return refused


def _go_through_scalar(value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> None:
    """Evaluate every part of a scalar that depends on no symbol without a value.

    Raises ArithmeticError also if there is a division by 0 whatever such a symbol is.
    """
    if value.free_symbols <= at.keys():
        _at(value, at)
        return
    for part in value.args:
        _go_through_scalar(part, at)
    if value.is_Pow and not value.exp.is_Integer and at.get(value.base) == 0:
        _require_an_exponent(value.exp, at)
    if value.is_Pow and value.exp.is_Integer and value.exp < 0 and _is_zero_everywhere(value.base, at):
        raise ZeroDivisionError(f"{value} has no value, whatever the index")


def _is_zero_everywhere(value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> bool:
    """Return whether a scalar is 0 whatever the symbols are that have no value in `at`."""
    for elsewhere in (Fraction(7, 3), Fraction(12)):  # one value that is not 0 tells, at much less than `cancel` takes
        try:
            if _at(value, {**dict.fromkeys(value.free_symbols, elsewhere), **at}):
                return False
        except (ArithmeticError, TypeError, TooMuchWork):  # a pole there, or an exponent that has to be an integer
            continue
    known = {symbol: sympy.Rational(number.numerator, number.denominator) for symbol, number in at.items()}
    return bool(sympy.cancel(value.xreplace(known)) == 0)


def _require_an_exponent(value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> None:
    """Raise ArithmeticError if an exponent is negative at all admissible values of the symbols without a value."""
    form = as_linear(value)
    symbols = {symbol.name: symbol for symbol in value.free_symbols}
    most = Fraction(form.constant)
    for variable, k in form.terms:
        symbol = symbols[variable.name]
        if (largest := at.get(symbol, floor(symbol) if k < 0 else None)) is None:
            return  # it can be as large as one likes
        most += k * largest
    if most < 0:
        raise ArithmeticError(f"the exponent {value} is negative")


def _steps(total: Sum, at: Mapping[sympy.Symbol, Fraction]) -> range:
    """Return the values of the index of a sum. Raises ArithmeticError if their number is negative."""
    lower, upper = _integer(total.lower, at), _integer(total.upper, at)
    if upper < lower - 1:
        raise ArithmeticError(f"the sum over {total.index} has a negative number of terms")
    return range(lower, upper + 1)


def _exponent(value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> int:
    exponent = _integer(value, at)
    if exponent < 0:
        raise ArithmeticError(f"the exponent {value} is negative")
    return exponent


def _first(meaning: Recurrence | Joint, at: Mapping[sympy.Symbol, Fraction]) -> int:
    return meaning.start if isinstance(meaning, Recurrence) else _integer(meaning.start, at)


def _integer(value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> int:
    if value.is_Integer:
        return int(value)
    result = at[value] if value.is_Symbol else _reader(value)(at)
    if result.denominator != 1:
        raise TypeError(f"{value} is not an integer here")
    return int(result)


def _size(value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction]) -> int:
    size = _integer(value, at)
    if size < 0:
        raise ArithmeticError(f"the size {value} is negative")
    return size


def _length(entry: Any) -> int:
    """Return how many words of 64 bits a number has beyond the first, or how many terms a polynomial has.

    Where functions are put into each other, both double with each of them.
    """
    if isinstance(entry, int):
        return entry.bit_length() >> 6
    if isinstance(entry, flint.fmpq_mpoly):
        terms = len(entry)
        return terms if terms > 1 else _length(entry.leading_coefficient())
    if isinstance(entry, flint.fmpq):
        return int(entry.height_bits()) >> 6
    return (entry.numerator.bit_length() + entry.denominator.bit_length()) >> 6  # a Fraction; to ask takes longer
