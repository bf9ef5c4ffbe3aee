"""Refutation of false equations by the smallest counterexample that is found.

At each size, smallest first, the difference of the two sides is evaluated with the data as
unknowns, which gives exact polynomials (python-flint). If one of them is not 0, small integers are put in
for the unknowns, zeros first, such that it stays different from 0. The values that are reported are then
recomputed from the equation in integers and `fractions.Fraction`, without polynomials.

Only an equation that can be read in one way is refuted. The checker's own gate for theorems decides this, and admits
the meanings. An equation is refuted only at a point where every part of it and of the meanings has a value: there the
equation, with numbers for its sizes, has to pass the gate, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import count, product
from random import Random
from typing import TypeAlias

import flint
import sympy

from gdssm_symbolic.checker import MEANINGS, SOURCES, require_one_reading
from gdssm_symbolic.extensions.conversions import rational
from gdssm_symbolic.extensions.expectation import Mean, note_mean
from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.kernel.definitions import DefinitionError, Meaning, consistent
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.kernel.expressions import App, Expr, Mul, Name, Scalar, Sum, free_symbols, names, walk
from gdssm_symbolic.kernel.immutable import FORMS, Immutable
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, floor, unambiguous
from gdssm_symbolic.kernel.statements import Equation, ProofError, Proposition
from gdssm_symbolic.kernel.theorem import Ledger
from gdssm_symbolic.kernel.well_defined import require_well_defined
from gdssm_symbolic.kernel.work import TooMuchWork, Work

from .evaluation import (
    Cell,
    Evaluator,
    Matrix,
    are_possible_moments,
    at_data,
    below_floor,
    cells_read,
    filled,
    in_a_table,
    unknowns,
    with_unknowns,
)
from .reading_order import in_reading_order

Values = Mapping[sympy.Symbol, Fraction]

#: The largest size that the search tries, and the values that it tries for scalars.
LARGEST_SIZE = 4
SCALARS = tuple(map(Fraction, (1, 2, -1, 3)))
#: The largest size at which all data of zeros and ones are tried.
LARGEST_FOR_EVERY_FACTOR = 2
#: If the number of sizes is limited and the scalars have more choices than this, scalars are drawn at random.
MOST_CHOICES = 8


def _fraction(value: object) -> Fraction:
    if type(value) is not int and type(value) is not Fraction:
        raise TypeError(f"{type(value).__name__} stands where a fraction is needed")
    return Fraction(int(value.numerator), int(value.denominator))  # in lowest terms, whatever it was made of


def _meaning(value: object) -> Meaning:
    if not isinstance(value, Meaning) or class_of(value) not in MEANINGS:
        raise TypeError(f"{type(value).__name__} is no meaning that the checker knows")
    return value


FORMS.update({Fraction: _fraction, Meaning: _meaning})


@dataclass(frozen=True)
class Counterexample(Immutable):
    """Sizes, scalars and data at which the two sides of an equation differ, and their values there."""

    equation: Equation
    meanings: tuple[Meaning, ...]
    sizes: tuple[tuple[sympy.Symbol, int], ...]
    scalars: tuple[tuple[sympy.Symbol, Fraction], ...]
    data: tuple[tuple[Cell, tuple[tuple[Fraction, ...], ...]], ...]
    left: tuple[tuple[Fraction, ...], ...]
    right: tuple[tuple[Fraction, ...], ...]
    any_factor: sympy.Symbol | None = None  # a factor of the left side; no value of it repairs it
    any_data: Name | None = None  # data that only the right side reads; no values of them repair it

    @property
    def values(self) -> Values:
        """The sizes and scalars as fractions."""
        return _values(self.sizes, self.scalars)


#: Numbers and matrices, and their values as rows.
Constants: TypeAlias = tuple[tuple[sympy.Symbol | App, tuple[tuple[Fraction, ...], ...]], ...]

_SEAL = object()


@dataclass(frozen=True, eq=False, repr=False, slots=True, init=False)
class Refuted:
    """An equation that is false, with its counterexample. Only `confirm` can make one."""

    counterexample: Counterexample

    def __init__(self, seal: object, counterexample: Counterexample) -> None:
        if seal is not _SEAL:
            raise ProofError("only gdssm_symbolic.evidence.counterexamples.confirm refutes an equation")
        object.__setattr__(self, "counterexample", counterexample)

    def __getstate__(self) -> object:
        raise ProofError("what is refuted is not copied: confirm its counterexample again")

    def __setstate__(self, _: object) -> None:
        raise ProofError("only gdssm_symbolic.evidence.counterexamples.confirm refutes an equation")


def confirm(counterexample: Counterexample) -> Refuted:
    """Recompute both sides in plain rational arithmetic, and raise ProofError unless they are as stated and differ.

    Raises OutsideLanguage or ProofError if the checker would not admit the equation and the meanings in a theorem, and
    ProofError if some part of them has no value at the point. Raises TooMuchWork if an evaluation takes too many steps.
    """
    if class_of(counterexample) is not Counterexample:
        raise ProofError(f"{type(counterexample).__name__} is no counterexample")
    _require_possible(counterexample)
    _require_statable(counterexample.equation, counterexample.meanings)
    values = counterexample.values
    if values.keys() != free_of(counterexample.equation, counterexample.meanings):
        raise ProofError("a symbol has no value, or a value is given to one that does not occur")
    if not _are_possible(values, counterexample.meanings):
        raise ProofError("no law is known to have these moments")
    try:
        needed = data_needed(counterexample.equation, counterexample.meanings, values)
    except (ArithmeticError, OutsideLanguage) as error:
        raise ProofError(f"some part of the equation or of a meaning has no value there: {error}") from error
    if unread := dict(counterexample.data).keys() - needed.keys():
        raise ProofError(f"a value is given to {unread.pop()[0].text}, which the equation does not read as data")
    data = {cell: [list(row) for row in matrix] for cell, matrix in counterexample.data}
    evaluate = _evaluator(data, values, counterexample.meanings)
    left, right = (_frozen(evaluate(side)) for side in (counterexample.equation.left, counterexample.equation.right))
    if left == right or (left, right) != (counterexample.left, counterexample.right):
        raise ProofError("the counterexample does not stand up to plain arithmetic")
    factor = counterexample.any_factor
    if factor is not None and (_misplaced(factor, counterexample) or any(entry for row in left for entry in row)):
        raise ProofError("the left side is not shown to vanish for every factor")
    if counterexample.any_data is not None:
        _require_data(counterexample.any_data, counterexample.meanings)
        if _matter(counterexample.any_data, counterexample, values):
            raise ProofError("the right side is not shown to have this value for all data")
    return Refuted(_SEAL, counterexample)


def refute(
    equation: Equation,
    meanings: Iterable[Meaning] = (),
    *,
    largest: int = LARGEST_SIZE,
    numbers: Sequence[Fraction] = SCALARS,
    admissible: Callable[[Values], bool] = lambda _: True,
    most: int | None = None,
) -> Refuted | None:
    """Return a confirmed counterexample, trying the smallest sizes first, or None if none is found up to `largest`.

    Scalars run through `numbers`. `admissible` may restrict sizes and scalars, for example to steps t ≤ N, and `most`
    limits how many sizes are tried. Raises OutsideLanguage or ProofError as `confirm` does, OutsideLanguage if the
    equation states nothing at any of the points, and TooMuchWork if one evaluation takes too many steps.
    """
    meanings = tuple(map(_meaning, meanings))
    _require_statable(equation, meanings)
    refusal, states_nothing = None, True
    for values in points(free_of(equation, meanings), largest, numbers, most):
        if not (_are_possible(values, meanings) and admissible(values)):
            continue
        try:
            data = _differing_data(equation, meanings, values)
        except TooMuchWork:
            raise
        except (ArithmeticError, OutsideLanguage) as error:  # the equation states nothing there
            refusal = error
            continue
        states_nothing = False
        if data is None:
            continue
        sizes = {symbol: int(value) for symbol, value in values.items() if symbol.is_integer}
        scalars = tuple((symbol, value) for symbol, value in values.items() if not symbol.is_integer)
        return refuted_at(equation, meanings, sizes, scalars, data)
    if states_nothing and isinstance(refusal, OutsideLanguage):
        raise OutsideLanguage(f"the equation states nothing where it was tried: {refusal}")
    return None


def points(
    free: Iterable[sympy.Symbol], largest: int, numbers: Sequence[Fraction], most: int | None = None
) -> Iterator[Values]:
    """Yield sizes up to `largest`, the smallest first, each with all choices of `numbers` for the scalars.

    With `most`, yield at most so many sizes; and if the scalars have more than MOST_CHOICES choices, only three of
    these, drawn with a fixed seed.
    """
    ordered, numbers = in_reading_order(unambiguous(free)), tuple(map(Fraction, numbers))
    sizes = [symbol for symbol in ordered if symbol.is_integer]
    scalars = [symbol for symbol in ordered if not symbol.is_integer]
    draw = Random(0)  # noqa: S311 - a sample, and no secret
    chosen_sizes = list(_small_first(sizes, largest))
    if most is not None and len(chosen_sizes) > most:
        chosen_sizes = [chosen_sizes[k] for k in sorted({0, *draw.sample(range(len(chosen_sizes)), most - 1)})]
    for chosen in chosen_sizes:
        choices: Iterable[tuple[Fraction, ...]] = product(numbers, repeat=len(scalars))
        if most is not None and len(numbers) ** len(scalars) > MOST_CHOICES:
            choices = [tuple(draw.choices(numbers, k=len(scalars))) for _ in range(3)]
        for choice in choices:
            yield _values(chosen.items(), zip(scalars, choice, strict=True))


def refute_for_every_factor(
    unscaled: Expr, right: Expr, factor: sympy.Symbol, meanings: Iterable[Meaning] = ()
) -> Refuted | None:
    """Find data of zeros and ones at which `unscaled` is 0 and `right` is not, so that no factor makes them equal."""
    equation = Equation(factor * unscaled, right)
    meanings = tuple(map(_meaning, meanings))
    _require_statable(equation, meanings)
    free = frozenset(unambiguous(free_of(equation, meanings)))
    sizes = in_reading_order(symbol for symbol in free if symbol.is_integer)
    scalars = tuple((symbol, Fraction(1)) for symbol in in_reading_order(free - set(sizes)))
    for numbers in _small_first(sizes, LARGEST_FOR_EVERY_FACTOR):
        values = _values(numbers.items(), scalars)
        try:
            shapes = data_needed(equation, meanings, values)
        except (ArithmeticError, OutsideLanguage):  # the equation states nothing there
            continue
        entries = sum(rows * columns for rows, columns in shapes.values())
        for point in sorted(product((0, 1), repeat=entries), key=sum):
            data = filled(shapes, iter(map(Fraction, point)))
            evaluate = _evaluator(data, values, meanings)
            left, value = _frozen(evaluate(equation.left)), _frozen(evaluate(right))
            if any(entry for row in left for entry in row) or not any(entry for row in value for entry in row):
                continue
            return refuted_at(equation, meanings, numbers, scalars, data, factor)
    return None


def refuted_at(
    equation: Equation,
    meanings: tuple[Meaning, ...],
    sizes: Mapping[sympy.Symbol, int],
    scalars: tuple[tuple[sympy.Symbol, Fraction], ...],
    data: Mapping[Cell, Matrix],
    any_factor: sympy.Symbol | None = None,
    any_data: Name | None = None,
) -> Refuted:
    """Return the counterexample at these sizes, scalars and data, with the values that both sides have there."""
    evaluate = _evaluator(data, _values(sizes.items(), scalars), meanings)
    left, right = _frozen(evaluate(equation.left)), _frozen(evaluate(equation.right))
    frozen = tuple((cell, _frozen(matrix)) for cell, matrix in data.items())
    chosen = tuple(sizes.items())
    return confirm(Counterexample(equation, meanings, chosen, scalars, frozen, left, right, any_factor, any_data))


def free_of(equation: Proposition, meanings: Iterable[Meaning]) -> frozenset[sympy.Symbol]:
    """Return the symbols on which a proposition with these meanings depends, the sizes of what they bind included."""
    meanings = tuple(meanings)
    parameters = (one for meaning in meanings for one in meaning.parameters)
    return equation.free.union(*(meaning.free for meaning in meanings), *(one.sizes for one in parameters))


def _misplaced(factor: sympy.Symbol, counterexample: Counterexample) -> bool:
    """Return whether the factor stands anywhere but as the first factor of the left side.

    Then another value of the factor might make the equation true.
    """
    left, right = counterexample.equation.left, counterexample.equation.right
    if not isinstance(left, Mul) or left.factors[0] != Scalar(factor) or dict(counterexample.scalars).get(factor) != 1:
        return True
    rest = (*map(free_symbols, left.factors[1:]), free_symbols(right), *(m.free for m in counterexample.meanings))
    return factor in frozenset().union(*rest)


def _require_data(name: Name, meanings: Iterable[Meaning]) -> None:
    """Raise ProofError unless the name stands for data alone; others have no entries that could all be varied."""
    if name.takes:
        raise ProofError(f"{name.text} is a function, and a value is shown for all data only")
    if name in consistent(meanings):
        raise ProofError(f"{name.text} has a meaning, and a value is shown for all data only")


def _matter(name: Name, counterexample: Counterexample, values: Values) -> bool:
    """Return whether data of this name stand anywhere but on the right side, or change its value there.

    Raises TooMuchWork if there are too many of them.
    """
    elsewhere = (*names(counterexample.equation.left), *(name for one in counterexample.meanings for name in one.uses))
    if name in elsewhere or name not in names(counterexample.equation.right):
        return True
    needed = data_needed(counterexample.equation, counterexample.meanings, values)
    shapes = {cell: shape for cell, shape in needed.items() if cell[0] == name}
    known = {cell: matrix for cell, matrix in counterexample.data if cell not in shapes}
    context, data = unknowns(shapes, sum(len(row) for matrix in known.values() for row in matrix))

    def constant(number: Fraction) -> flint.fmpq_mpoly:
        return context.constant(rational(number))

    data |= {cell: [list(map(constant, row)) for row in matrix] for cell, matrix in known.items()}
    right = at_data(data, values, counterexample.meanings, constant)(counterexample.equation.right)
    return right != [list(map(constant, row)) for row in counterexample.right]


def _values(sizes: Iterable[tuple[sympy.Symbol, int]], scalars: Iterable[tuple[sympy.Symbol, Fraction]]) -> Values:
    return {**{symbol: Fraction(value) for symbol, value in sizes}, **dict(scalars)}


def _require_statable(equation: Equation, meanings: Iterable[Meaning]) -> None:
    """Raise what the checker raises unless it would admit the equation with exactly these meanings in a theorem.

    As in a theorem, each meaning must be well defined wherever it applies. The equation need not have a value
    everywhere, because it is refuted at one point, where `data_needed` requires a value of every part.
    """
    if class_of(equation) is not Equation:
        raise ProofError(f"{type(equation).__name__} is no equation, and only equations are refuted")
    ledger = Ledger(Work(), show_equal, SOURCES)
    for meaning in meanings:
        if isinstance(meaning, Mean):
            note_mean(ledger, meaning)
        else:
            ledger.meanings.append(meaning)
    noted = require_one_reading(ledger, equation, equation)
    if missing := {meaning.name.text for meaning in noted} - {meaning.name.text for meaning in meanings}:
        raise DefinitionError(f"the meaning of {missing.pop()}, on which the others rest, is not given")
    for meaning in noted:
        meaning.require_meaningful(ledger.work, everywhere=False)
    for total in (node for part in equation.parts for node in walk(part) if isinstance(node, Sum)):
        if total.index in total.lower.free_symbols | total.upper.free_symbols:
            raise OutsideLanguage(f"the index {total.index} is bound twice")


def _are_possible(values: Values, meanings: Iterable[Meaning]) -> bool:
    """Return whether the moments of all laws that are not given are shown to be those of a law."""
    laws = {law for meaning in meanings if isinstance(meaning, Mean) for _, law in meaning.laws}
    return all(are_possible_moments(law, values) for law in laws if isinstance(law, AnyLaw))


def _require_possible(counterexample: Counterexample) -> None:
    """Raise ProofError unless each symbol and matrix has one value, and sizes are not below their least values."""
    values: tuple[tuple[sympy.Symbol, Fraction | int], ...] = (*counterexample.sizes, *counterexample.scalars)
    if len(dict(counterexample.data)) < len(counterexample.data):
        raise ProofError("one matrix of the data is given twice")
    if not all(symbol.is_integer for symbol, _ in counterexample.sizes):
        raise ProofError("a size is no integer")
    if any(symbol.is_integer for symbol, _ in counterexample.scalars) or len(dict(values)) < len(values):
        raise ProofError("an integer stands among the scalars, or a symbol has two values")
    if any(below_floor(*chosen) for chosen in counterexample.sizes):
        raise ProofError("a size is below its least value")


def _evaluator(data: Mapping[Cell, Matrix], values: Values, meanings: tuple[Meaning, ...]) -> Evaluator:
    """Return an evaluator in rational arithmetic at given data, which raises ProofError if it needs other data."""

    def cell(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        matrix = data.get((name, indices), [])
        if len(matrix) != rows or any(len(row) != columns for row in matrix):
            raise ProofError(f"the data give no {rows}×{columns} value for {name.text} at {indices}")
        return matrix

    return Evaluator(values, cell, meanings)


def _small_first(sizes: list[sympy.Symbol], largest: int) -> Iterator[dict[sympy.Symbol, int]]:
    choices = product(*(range(0 if floor(symbol) == 0 else 1, largest + 1) for symbol in sizes))
    for choice in sorted(choices, key=lambda numbers: (sum(numbers), numbers)):
        yield dict(zip(sizes, choice, strict=True))


def _differing_data(equation: Equation, meanings: tuple[Meaning, ...], values: Values) -> dict[Cell, Matrix] | None:
    """Return small integers for the data at which the two sides differ, or None if they agree identically."""
    shapes = data_needed(equation, meanings, values)
    context, evaluate = with_unknowns(shapes, values, meanings)
    sides = zip(evaluate(equation.left), evaluate(equation.right), strict=True)
    differences = [a - b for rows in sides for a, b in zip(*rows, strict=True) if a != b]
    if not differences:
        return None
    return filled(shapes, iter(_point_of(min(differences, key=len), context)))


def data_needed(equation: Equation, meanings: tuple[Meaning, ...], values: Values) -> dict[Cell, tuple[int, int]]:
    """Return the data matrices that an equation reads, with their shapes.

    Raises OutsideLanguage unless the equation, with numbers for its sizes, passes the gate `well_defined`, and
    ArithmeticError or OutsideLanguage unless every part of it and of the meanings has a value (`cells_read`).
    """
    meanings = tuple(meanings)
    if unlisted := [type(one).__name__ for one in (equation, *meanings) if class_of(one) not in (Equation, *MEANINGS)]:
        raise ProofError(f"{unlisted[0]} is no equation and no meaning that the checker knows")
    return dict(_data_needed(equation, meanings, in_a_table(values)))


@lru_cache(maxsize=64)  # a counterexample is looked for, confirmed, and looked at again at the same sizes
def _data_needed(
    equation: Equation, meanings: tuple[Meaning, ...], at: frozenset[tuple[sympy.Symbol, Fraction]]
) -> Mapping[Cell, tuple[int, int]]:
    _require_well_defined_at(equation, frozenset((symbol, value) for symbol, value in at if symbol.is_integer))
    return cells_read(equation.parts, meanings, dict(at), everywhere=True)


@lru_cache(maxsize=64)  # the same for all scalars
def _require_well_defined_at(equation: Equation, at: frozenset[tuple[sympy.Symbol, Fraction]]) -> None:
    sizes = {symbol: sympy.Integer(int(value)) for symbol, value in at}
    require_well_defined(*(_at_sizes(part, sizes, frozenset()) for part in equation.parts))


def _at_sizes(expr: Expr, sizes: Mapping[sympy.Symbol, sympy.Integer], bound: frozenset[sympy.Symbol]) -> Expr:
    """Return the expression with numbers for its sizes, also in the shapes of names.

    The language has neither 3^i nor a summed index as a coefficient. So the base of such a power and such an index
    become scalars. Whether they have a value is checked where the terms of the sum are evaluated.
    """

    def number(value: sympy.Expr) -> sympy.Expr:
        return value.xreplace(sizes)

    def go(part: Expr) -> Expr:
        return _at_sizes(part, sizes, bound)

    match expr:
        case Scalar(value=value):
            known = value.free_symbols.intersection((*sizes, *bound))
            scalars = {one: sympy.Symbol(f"{one}_value") for one in known}
            powers = (one for one in value.atoms(sympy.Pow) if not one.exp.is_Integer)
            raised = {one: one.base.xreplace(scalars) ** number(one.exp) for one in powers}
            return Scalar(value.xreplace({**scalars, **sizes, **raised}))
        case App(name=name, indices=indices, arguments=arguments):
            shape, *takes = (tuple(map(number, shape)) for shape in (name.shape, *name.takes))
            known = replace(name, shape=shape, takes=tuple(takes))
            return known.at(tuple(map(number, indices)), tuple(map(go, arguments)))
        case Sum(body=body, index=index, lower=lower, upper=upper):
            inside = {symbol: value for symbol, value in sizes.items() if symbol != index}
            return Sum(_at_sizes(body, inside, bound | {index}), index, number(lower), number(upper))
    return expr.mapped(go, number)


def _point_of(polynomial: flint.fmpq_mpoly, context: flint.fmpq_mpoly_ctx) -> list[Fraction]:
    """Return small integers, zeros first, at which a non-zero polynomial is not 0.

    A polynomial of degree d in one unknown is 0 for at most d values of it, so each search ends.
    """
    point = []
    for name in context.names():
        for value in (sign * size for size in count() for sign in (1, -1)):
            rest = polynomial.subs({name: value})
            if not rest.is_zero():
                polynomial = rest
                point.append(Fraction(value))
                break
    return point


def _frozen(matrix: Matrix) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(row) for row in matrix)
