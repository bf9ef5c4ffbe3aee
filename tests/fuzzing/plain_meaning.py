"""What an expression means at one choice of sizes, scalars and data, computed in plain fractions.

This shares nothing with the checker: it reads the fields of expressions and meanings, and has an arithmetic of its own.
Names without a meaning are data, drawn from a seed; functions without a meaning are polynomials, drawn likewise.
What a statement says is in `plain_statements`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Any, NamedTuple

import sympy
from plain_rings import Number

from gdssm_symbolic.extensions.differentiation import GradientOf
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.systems import Joint, System
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import (
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
)

Values = Mapping[sympy.Symbol, Number]
Rows = list[list[Any]]
#: Gives the value of a name that is data: (name, indices, rows, columns) -> rows.
Data = Callable[[Name, tuple[int, ...], int, int], Rows]

NUMBER = (sympy.Integer(1), sympy.Integer(1))

#: Longer sums and higher powers are not evaluated: no statement of the fuzzer needs them.
LONGEST = 400


class Undefined(ValueError):
    """The expression has no value here: a sum with a negative number of terms, a negative matrix power, …"""


class Pole(Undefined):
    """A scalar is divided by 0 here."""


class TooLong(Exception):
    """An evaluation that is not worth its time."""


class Matrix(NamedTuple):
    """A matrix with its shape, which rows alone do not tell if there are none."""

    rows: int
    columns: int
    entries: Rows


# ---- scalars -------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def program(value: sympy.Expr) -> Callable[[Values], Number]:
    """What computes a rational function of symbols at given values, with 0^0 = 1."""
    if value.is_Integer:
        whole = int(value)
        return lambda _: whole
    if value.is_Rational:
        fraction = Fraction(int(value.p), int(value.q))
        return lambda _: fraction
    if value.is_Symbol:
        return lambda at: at[value]
    if value.is_Add or value.is_Mul:
        return _many(tuple(map(program, value.args)), value.is_Add)
    if value.is_Pow:
        return _power(program(value.base), program(value.exp), str(value))
    text = f"{value} is no rational function"

    def refuse(at: Values) -> Number:
        raise Undefined(text)

    return refuse


def _many(parts: tuple[Callable[[Values], Number], ...], is_sum: bool) -> Callable[[Values], Number]:
    def added(at: Values) -> Number:
        total: Number = 0
        for part in parts:
            total += part(at)
        return total

    def multiplied(at: Values) -> Number:
        total: Number = 1
        for part in parts:
            total *= part(at)
        return total

    return added if is_sum else multiplied


def _power(
    base: Callable[[Values], Number], exponent: Callable[[Values], Number], text: str
) -> Callable[[Values], Number]:
    def raised(at: Values) -> Number:
        number, power = base(at), exponent(at)
        if power != int(power):
            raise Undefined(f"{text} has a broken exponent")
        if abs(power) > LONGEST:
            raise TooLong(text)
        if power >= 0:
            return number ** int(power)
        if number == 0:
            raise Pole(f"{text} divides by 0")
        return Fraction(1) / number ** int(-power)

    return raised


def number(value: sympy.Expr, at: Values) -> Number:
    """A scalar at given values."""
    return program(value)(at)


def whole(value: sympy.Expr, at: Values) -> int:
    """An index, a bound, an exponent or a size at given values."""
    result = program(value)(at)
    if result != int(result):
        raise Undefined(f"{value} is no integer here")
    return int(result)


def least(symbol: sympy.Symbol) -> int | None:
    """The least value that an integer symbol declares."""
    if not symbol.is_integer:
        return None
    if symbol.is_positive:
        return 1
    return 0 if symbol.is_nonnegative else None


def symbols_in(expr: Expr) -> set[sympy.Symbol]:
    """The symbols on whose values an expression depends, sizes included."""
    found: set[sympy.Symbol] = set()
    for value in _values_in(expr):
        found |= value.free_symbols
    for part in parts_of(expr):
        found |= symbols_in(part) - ({expr.index} if isinstance(expr, Sum) else set())
    return found


def _values_in(expr: Expr) -> list[sympy.Expr]:
    match expr:
        case Scalar():
            return [expr.value]
        case App():
            return [*expr.indices, *expr.name.shape]
        case Identity():
            return [expr.size]
        case Zero():
            return [expr.rows, expr.columns]
        case Power():
            return [expr.exponent]
        case Sum():
            return [expr.lower, expr.upper]
    return []


def parts_of(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression."""
    match expr:
        case App():
            return expr.arguments
        case Add():
            return expr.terms
        case Mul():
            return expr.factors
        case Transpose() | Trace():
            return (expr.argument,)
        case Power():
            return (expr.base,)
        case Sum():
            return (expr.body,)
        case Blocks():
            return tuple(block for row in expr.rows for block in row)
    return ()


def names_in(expr: Expr) -> set[Name]:
    """The names that occur in an expression."""
    own = {expr.name} if isinstance(expr, App) else set()
    return own.union(*map(names_in, parts_of(expr)))


def sizes_of_names(expr: Expr) -> set[sympy.Symbol]:
    """The symbols in the shapes of names. No sum binds them: a name has one shape."""
    return {symbol for name in names_in(expr) for size in name.shape for symbol in size.free_symbols}


def bodies_of(meaning: Meaning) -> list[Expr]:
    """What a meaning is made of."""
    match meaning:
        case Definition() | Mean():
            return [meaning.body]
        case Recurrence():
            return [meaning.initial, meaning.body]
        case Joint():
            return [body for member in meaning.system.members for body in (member.initial, member.body)]
    return []


def members_of(meaning: Meaning) -> set[Name]:
    """The names to which a meaning gives values step by step."""
    return {member.name for member in meaning.system.members} if isinstance(meaning, Joint) else {meaning.name}


def symbols_of_meaning(meaning: Meaning) -> set[sympy.Symbol]:
    """The symbols on which a meaning depends besides its own indices."""
    match meaning:
        case Definition():
            return symbols_in(meaning.body) - set(meaning.indices)
        case Recurrence():
            others = set(meaning.indices) - {meaning.index}  # which alone are bound in the start
            return (symbols_in(meaning.body) - set(meaning.indices)) | (symbols_in(meaning.initial) - others)
        case Joint():
            system = meaning.system
            others = set(system.indices) - {system.index}
            steps = set[sympy.Symbol]().union(*(symbols_in(member.body) for member in system.members))
            starts = system.start.free_symbols.union(*(symbols_in(member.initial) for member in system.members))
            return (steps - set(system.indices)) | (starts - others)
        case Mean():
            laws = (law.free for _, law in meaning.laws)
            return symbols_in(meaning.body).union(*laws)
    return {symbol for size in meaning.name.shape for symbol in size.free_symbols}


# ---- data ----------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _label(name: Name) -> str:
    return f"{name.text}|{name.shape}|{name.arity}|{name.takes}"


def draw(*parts: object) -> int:
    """A number from -99 to 99 that looks random and depends on the text of the parts alone."""
    return (zlib.crc32("|".join(map(str, parts)).encode()) >> 3) % 199 - 99


def drawn(seed: int) -> Data:
    """Data from a seed: whole numbers, the same for the same name at the same indices."""

    def data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Rows:
        label = f"{seed}|{_label(name)}|{indices}"
        return [[draw(label, r, c) for c in range(columns)] for r in range(rows)]

    return data


@lru_cache(maxsize=5_000)
def sample(seed: int, name: Name, indices: tuple[int, ...], entry: tuple[int, int], count: int) -> dict[Any, int]:
    """The polynomial that stands for one entry of a function of `count` numbers: coefficients by places of factors."""
    label = f"{seed}|{_label(name)}|{indices}|{entry}"
    places = range(count)
    terms = [(), *((k,) for k in places), *combinations_with_replacement(places, 2), *((k, k, k) for k in places)]
    return {term: draw(label, term) % 7 - 3 for term in terms}


def _slopes(terms: Mapping[tuple[int, ...], int], place: int) -> dict[tuple[int, ...], int]:
    result: dict[tuple[int, ...], int] = {}
    for term, coefficient in terms.items():
        if place in term:
            left = list(term)
            left.remove(place)
            result[tuple(left)] = result.get(tuple(left), 0) + coefficient * term.count(place)
    return result


# ---- evaluation ----------------------------------------------------------------------------------

#: Computes a mean at the values of a `Plain`; `fuzz_random_data` puts its own in.
MeanOf = Callable[[Mean, "Plain"], Number]
_means: list[MeanOf] = []


def computes_means(function: MeanOf) -> MeanOf:
    """Registers what computes means."""
    _means[:] = [function]
    return function


class Plain:
    """Evaluates expressions at one point.

    `values` gives all free symbols; `data` the names without a meaning (from the seed if it is left out); `constant`
    maps a number into the ring of the data. Raises `Undefined` (or `Pole`) where there is no value.
    """

    def __init__(
        self,
        values: Values,
        seed: int,
        meanings: Iterable[Meaning] = (),
        data: Data | None = None,
        constant: Callable[[Number], Any] = lambda number: number,
        jumps: bool = False,
    ) -> None:
        self.jumps = jumps  # functions need not be continuous: these jump where all their arguments are whole numbers
        self.values, self.seed, self.constant = dict(values), seed, constant
        self.meanings = {meaning.name: meaning for meaning in meanings}
        self.data = drawn(seed) if data is None else data
        self.zero, self.one = constant(0), constant(1)
        self._known: dict[tuple[Name, tuple[int, ...]], Matrix] = {}
        self._running: dict[Name, int] = {}  # the steps of recurrences that are being computed

    def __call__(self, expr: Expr, bound: Values | None = None) -> Matrix:
        """The value of an expression; `bound` gives symbols another value in it than in the meanings of names."""
        return self._value(expr, {**self.values, **bound} if bound else self.values, {})

    def _value(self, expr: Expr, at: Values, bound: Mapping[Name, Matrix]) -> Matrix:
        match expr:
            case App():
                return self._applied(expr, at, bound)
            case Scalar():
                return Matrix(1, 1, [[self.constant(program(expr.value)(at))]])
            case Add():
                total = self._value(expr.terms[0], at, bound)
                for term in expr.terms[1:]:
                    total = _added(total, self._value(term, at, bound))
                return total
            case Mul():
                return self._product(expr.factors, at, bound)
            case Sum():
                return self._sum(expr, at, bound)
            case Transpose():
                turned = self._value(expr.argument, at, bound)
                entries = [[row[c] for row in turned.entries] for c in range(turned.columns)]
                return Matrix(turned.columns, turned.rows, entries)
            case Trace():
                square = self._value(expr.argument, at, bound)
                total = self.zero
                for k in range(square.rows):
                    total = total + square.entries[k][k]
                return Matrix(1, 1, [[total]])
            case Power():
                return self._power(expr, at, bound)
            case Identity():
                return self._identity(_size(expr.size, at))
            case Zero():
                return self._zeros(_size(expr.rows, at), _size(expr.columns, at))
            case Blocks():
                return self._blocks(expr, at, bound)
        raise Undefined(f"{type(expr).__name__} has no value")

    def _product(self, factors: Sequence[Expr], at: Values, bound: Mapping[Name, Matrix]) -> Matrix:
        """A product from left to right. Which factors are numbers is said by their symbolic shapes."""
        result, shape = self._value(factors[0], at, bound), factors[0].shape
        for factor in factors[1:]:
            value = self._value(factor, at, bound)
            if shape == NUMBER:
                result, shape = _scaled(result.entries[0][0], value), factor.shape
            elif factor.shape == NUMBER:
                result = _scaled(value.entries[0][0], result)
            else:
                result, shape = self._multiplied(result, value), (shape[0], factor.shape[1])
        return result

    def _sum(self, expr: Sum, at: Values, bound: Mapping[Name, Matrix]) -> Matrix:
        lower, upper = whole(expr.lower, at), whole(expr.upper, at)
        if upper < lower - 1:
            raise Undefined(f"the sum over {expr.index} = {lower}..{upper} has a negative number of terms")
        if upper - lower > LONGEST:
            raise TooLong(str(expr.index))
        if upper < lower:
            return self._zeros(*(_size(size, at) for size in expr.shape))
        total = None
        for step in range(lower, upper + 1):
            value = self._value(expr.body, {**at, expr.index: step}, bound)
            total = value if total is None else _added(total, value)
        return total

    def _power(self, expr: Power, at: Values, bound: Mapping[Name, Matrix]) -> Matrix:
        steps, base = whole(expr.exponent, at), self._value(expr.base, at, bound)
        if steps < 0:
            raise Undefined(f"the matrix power {expr.exponent} is negative")
        if steps > LONGEST:
            raise TooLong(str(expr.exponent))
        result = self._identity(base.rows)
        while steps:
            if steps % 2:
                result = self._multiplied(result, base)
            steps //= 2
            base = self._multiplied(base, base) if steps else base
        return result

    def _blocks(self, expr: Blocks, at: Values, bound: Mapping[Name, Matrix]) -> Matrix:
        entries: Rows = []
        columns = 0
        for row in expr.rows:
            blocks = [self._value(block, at, bound) for block in row]
            columns = sum(block.columns for block in blocks)
            entries += [[entry for block in blocks for entry in block.entries[r]] for r in range(blocks[0].rows)]
        return Matrix(len(entries), columns, entries)

    # ---- names -------------------------------------------------------------------------------------

    def _applied(self, app: App, at: Values, bound: Mapping[Name, Matrix]) -> Matrix:
        if app.name in bound:
            return bound[app.name]
        indices = tuple(whole(index, at) for index in app.indices)
        if app.arguments:
            return self._at(app.name, indices, [self._value(one, at, bound) for one in app.arguments])
        key = app.name, indices
        if key not in self._known:
            self._known[key] = self._at(app.name, indices, [])
        return self._known[key]

    def _at(self, name: Name, indices: tuple[int, ...], arguments: list[Matrix]) -> Matrix:
        meaning = self.meanings.get(name)
        match meaning:
            case UnitVectors():
                size = _size(name.shape[0], self.values)
                return Matrix(size, 1, [[self.one if r + 1 == indices[0] else self.zero] for r in range(size)])
            case Mean():
                return Matrix(1, 1, [[self.constant(_means[0](meaning, self))]])
            case GradientOf():
                return self._gradient(meaning.function, arguments)
            case Definition() if _within(meaning.indices, indices):
                own = dict(zip(meaning.indices, indices, strict=True))
                bound = dict(zip(meaning.parameters, arguments, strict=True))
                return self._value(meaning.body, {**self.values, **own}, bound)
            case Recurrence():
                return self._run(meaning, indices)
            case Joint():
                return self._run_together(name, meaning.system, indices)
        rows, columns = (_size(size, self.values) for size in name.shape)
        if arguments:
            return self._function(name, indices, arguments, rows, columns)
        return Matrix(rows, columns, self.data(name, indices, rows, columns))

    def _run(self, meaning: Recurrence, indices: tuple[int, ...]) -> Matrix:
        """A recurrence, run step by step from its start, as it is written; before the start its values are data.

        It says nothing of a step that its index does not declare, and nothing binds the index in its start.
        """
        own = dict(zip(meaning.indices, indices, strict=True))
        step = own[meaning.index]
        others = [(symbol, value) for symbol, value in own.items() if symbol != meaning.index]
        outside = not _within([symbol for symbol, _ in others], [value for _, value in others])
        outside |= step > meaning.start and not _within([meaning.index], [step])
        if step < meaning.start or outside or (step == meaning.start and _from_data(meaning)):
            rows, columns = (_size(size, self.values) for size in meaning.name.shape)
            return Matrix(rows, columns, self.data(meaning.name, indices, rows, columns))
        if step >= self._running.get(meaning.name, step + 1):
            raise Undefined(f"a step of {meaning.name.text} is made of itself, or of a later one")
        if step - meaning.start > LONGEST:
            raise TooLong(meaning.name.text)
        for earlier in range(meaning.start, step):
            key = meaning.name, tuple(earlier if s == meaning.index else own[s] for s in meaning.indices)
            if key not in self._known:
                self._known[key] = self._run(meaning, key[1])
        around, self._running = self._running, {**self._running, meaning.name: step}
        try:
            if step == meaning.start:
                return self._value(meaning.initial, {**self.values, **dict(others)}, {})
            return self._value(meaning.body, {**self.values, **own}, {})
        finally:
            self._running = around

    def _run_together(self, name: Name, system: System, indices: tuple[int, ...]) -> Matrix:
        """A member of a system, all members run step by step from the start; as `_run` in all else."""
        own = dict(zip(system.indices, indices, strict=True))
        step = own.pop(system.index)
        rows, columns = (_size(size, self.values) for size in name.shape)
        start = whole(system.start, {**self.values, **own})
        outside = not _within(own, own.values()) or (step > start and not _within([system.index], [step]))
        (member,) = (one for one in system.members if one.name == name)
        given = isinstance(member.initial, App) and member.initial.name == name
        if step < start or outside or (step == start and given):
            return Matrix(rows, columns, self.data(name, indices, rows, columns))
        if step - start > LONGEST:
            raise TooLong(name.text)
        if any(step >= self._running.get(one.name, step + 1) for one in system.members):
            raise Undefined(f"a step of {name.text} is made of itself, or of a later one")
        place = system.indices.index(system.index)
        around, self._running = self._running, {**self._running, **{one.name: step for one in system.members}}
        try:
            for earlier in range(start, step):
                for one in system.members:
                    key = one.name, (*indices[:place], earlier, *indices[place + 1 :])
                    if key not in self._known:
                        self._known[key] = self._at(*key, [])
            if step == start:
                return self._value(member.initial, {**self.values, **own}, {})
            return self._value(member.body, {**self.values, **own, system.index: step}, {})
        finally:
            self._running = around

    def _function(
        self, name: Name, indices: tuple[int, ...], arguments: list[Matrix], rows: int, columns: int
    ) -> Matrix:
        entries = [entry for argument in arguments for row in argument.entries for entry in row]
        values = [
            [self._polynomial(sample(self.seed, name, indices, (r, c), len(entries)), entries) for c in range(columns)]
            for r in range(rows)
        ]
        if self.jumps and all(entry == int(entry) for entry in entries):
            values = [[entry + 1 for entry in row] for row in values]
        return Matrix(rows, columns, values)

    def _gradient(self, function: Name, arguments: list[Matrix]) -> Matrix:
        """The derivatives of the sample of a function by the entries of its first argument."""
        entries = [entry for argument in arguments for row in argument.entries for entry in row]
        terms, first = sample(self.seed, function, (), (0, 0), len(entries)), arguments[0]
        values = [
            [self._polynomial(_slopes(terms, r * first.columns + c), entries) for c in range(first.columns)]
            for r in range(first.rows)
        ]
        return Matrix(first.rows, first.columns, values)

    def _polynomial(self, terms: Mapping[tuple[int, ...], int], entries: Sequence[Any]) -> Any:
        total = self.zero
        for places, coefficient in terms.items():
            if coefficient:
                term = self.constant(coefficient)
                for place in places:
                    term = term * entries[place]
                total = total + term
        return total

    # ---- matrices ----------------------------------------------------------------------------------

    def _zeros(self, rows: int, columns: int) -> Matrix:
        return Matrix(rows, columns, [[self.zero] * columns for _ in range(rows)])

    def _identity(self, size: int) -> Matrix:
        return Matrix(size, size, [[self.one if r == c else self.zero for c in range(size)] for r in range(size)])

    def _multiplied(self, left: Matrix, right: Matrix) -> Matrix:
        if left.columns != right.rows:
            raise Undefined("two shapes do not fit")
        if not left.columns:
            return self._zeros(left.rows, right.columns)
        turned = [[row[c] for row in right.entries] for c in range(right.columns)]
        return Matrix(left.rows, right.columns, [[_inner(row, column) for column in turned] for row in left.entries])


def _inner(row: list[Any], column: list[Any]) -> Any:
    total = row[0] * column[0]
    for k in range(1, len(row)):
        total = total + row[k] * column[k]
    return total


def _from_data(meaning: Recurrence) -> bool:
    """Is the value at the start of a recurrence data? Then it is said to be itself."""
    initial = meaning.initial
    return isinstance(initial, App) and initial.name == meaning.name


def _within(symbols: Iterable[sympy.Symbol], values: Iterable[int]) -> bool:
    """Are the indices in the domain that their symbols declare? Outside it a name is data."""
    return all(low is None or value >= low for low, value in zip(map(least, symbols), values, strict=True))


def _size(value: sympy.Expr, at: Values) -> int:
    size = whole(value, at)
    if size < 0:
        raise Undefined(f"the size {value} is negative")
    return size


def _added(left: Matrix, right: Matrix) -> Matrix:
    if left[:2] != right[:2]:
        raise Undefined("two shapes differ")
    entries = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(left.entries, right.entries, strict=True)]
    return Matrix(left.rows, left.columns, entries)


def _scaled(factor: Any, matrix: Matrix) -> Matrix:
    return Matrix(matrix.rows, matrix.columns, [[factor * entry for entry in row] for row in matrix.entries])
