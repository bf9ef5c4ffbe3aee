"""Whether the statement of a theorem holds at one choice of sizes, scalars and data, in plain fractions.

`holds` is the judge; `points` gives the places to try. A statement without a value at an admissible place is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Any

import sympy
from plain_meaning import (
    Matrix,
    Plain,
    Pole,
    Rows,
    TooLong,
    Undefined,
    Values,
    bodies_of,
    drawn,
    least,
    members_of,
    names_in,
    number,
    sizes_of_names,
    symbols_in,
    symbols_of_meaning,
)
from plain_rings import Dual, Number

from gdssm_symbolic.extensions.differentiation import Gradient
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.extensions.independence import Independent
from gdssm_symbolic.extensions.limits import Limit
from gdssm_symbolic.extensions.positivity import Positive
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import App, Expr, Name
from gdssm_symbolic.kernel.proofs import GradientExpansion
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem


@dataclass(frozen=True)
class Given:
    """What makes the assumptions of a theorem true: other data, or meanings, for names that have none of their own.

    `scalars` are the values that the assumptions force scalars to have: numbers, or rational functions of the others.
    """

    meanings: tuple[Meaning, ...] = ()
    data: Mapping[Name, Callable[[tuple[int, ...], int, int], Rows]] = field(default_factory=dict)
    scalars: Mapping[sympy.Symbol, Number | sympy.Expr] = field(default_factory=dict)


NOTHING = Given()


@dataclass(frozen=True)
class Point:
    """Where a statement is evaluated: sizes and indices, scalars, and the seed of the data."""

    sizes: Values
    scalars: Values
    seed: int
    generic: bool = True  # are the scalars such that no denominator vanishes by chance?

    @property
    def values(self) -> dict[sympy.Symbol, Number]:
        return {**self.sizes, **self.scalars}

    def __str__(self) -> str:
        values = ", ".join(f"{symbol} = {value}" for symbol, value in self.values.items())
        return f"{values or 'anywhere'} (data from seed {self.seed})"


@dataclass(frozen=True)
class Failure:
    """An accepted statement that is false, or says nothing, at a point."""

    reason: str
    point: Point
    left: str = ""
    right: str = ""

    def __str__(self) -> str:
        values = f": {self.left} against {self.right}" if self.left else ""
        return f"{self.reason} at {self.point}{values}"


class Unfit(Exception):
    """The data do not make the assumptions of the theorem true: nothing follows from this point."""


def require_no_circle(theorem: Theorem, given: Given) -> None:
    """Unfit if what makes the assumptions true is defined by what the theorem defines by it."""
    if not given.meanings:
        return
    used = {
        meaning.name: {name for body in bodies_of(meaning) for name in names_in(body)} - members_of(meaning)
        for meaning in (*given.meanings, *theorem.meanings.values())
    }
    for name in used:
        reached, ahead = set(), list(used[name])
        while ahead:
            one = ahead.pop()
            if one not in reached:
                reached.add(one)
                ahead += used.get(one, ())
        if name in reached:
            raise Unfit(f"{name.text} is defined in a circle")


#: Judges of a statement: (theorem, point, given) -> None if it holds there, else what is wrong.
Judge = Callable[[Theorem, Point, Given], tuple[str, str, str] | None]
JUDGES: dict[type, Judge] = {}


def judges(kind: type) -> Callable[[Judge], Judge]:
    """Registers what evaluates the statements of a kind."""

    def register(judge: Judge) -> Judge:
        JUDGES[kind] = judge
        return judge

    return register


def holds(theorem: Theorem, point: Point, given: Given = NOTHING) -> Failure | None:
    """What is wrong with the statement of a theorem at a point, if anything is.

    A statement without a value is wrong, unless a scalar is so special there that a denominator vanishes; but what is
    said to be positive or independent is so at all scalars.
    Raises Unfit where the assumptions of the theorem are not true.
    """
    try:
        for assumption in theorem.assumptions:
            _require_true(assumption, theorem, point, given)
    except (Pole, TooLong) as error:
        raise Unfit(str(error)) from error
    except Undefined as error:
        return Failure(f"an assumption has no value ({error})", point)
    try:
        found = JUDGES[type(theorem.statement)](theorem, point, given)
    except Pole as error:
        everywhere = point.generic or isinstance(theorem.statement, Positive | Independent)
        return Failure(f"no value ({error})", point) if everywhere else None
    except Undefined as error:
        return Failure(f"no value ({error})", point)
    except TooLong:
        return None
    return None if found is None else Failure(found[0], point, *found[1:])


def plain_at(
    theorem: Theorem,
    point: Point,
    given: Given,
    constant: Callable[[Number], Any] = lambda number: number,
    varied: Mapping[Name, Callable[[tuple[int, ...], int, int], Rows]] | None = None,
) -> Plain:
    """What evaluates the statement of a theorem at a point; `varied` gives data in the ring of `constant`."""
    own = {**given.data}
    draws = drawn(point.seed)

    def data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Rows:
        if varied and name in varied:
            return varied[name](indices, rows, columns)
        chosen = own[name](indices, rows, columns) if name in own else draws(name, indices, rows, columns)
        return [[constant(entry) for entry in row] for row in chosen]

    meanings = (*given.meanings, *theorem.meanings.values())
    return Plain(point.values, point.seed, meanings, data, constant, jumps=isinstance(theorem.statement, Limit))


def _require_true(assumption: Assumption, theorem: Theorem, point: Point, given: Given) -> None:
    """Unfit, unless what is assumed is true at the point: an equation about a name at indices, at all small ones."""
    statement = assumption.statement
    if isinstance(statement, Limit):
        if _limit(statement, theorem, point, given):
            raise Unfit(assumption.name)
        return
    left = statement.left
    patterns = [index for index in left.indices if index.is_Symbol] if isinstance(left, App) else []
    patterns = list(dict.fromkeys(patterns))
    plain = plain_at(theorem, point, given)
    for values in product(*(range(-3 if (low := least(s)) is None else low, 6) for s in patterns)):
        at = dict(zip(patterns, values, strict=True))
        if plain(statement.left, at) != plain(statement.right, at):
            raise Unfit(f"{assumption.name} at {at}")


@judges(Equation)
def _equation(theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    plain, statement = plain_at(theorem, point, given), theorem.statement
    if isinstance(theorem.proof, GradientExpansion) and point.seed % 3 == 0:
        (at,) = theorem.proof.function.parameters
        indices = theorem.proof.function.indices
        of, slope = (d.name.at(indices, (at(),)) for d in (theorem.proof.function, theorem.proof.gradient))
        if found := _is_gradient(Gradient(of, slope, at), theorem, point, given):
            return found
    left, right = plain(statement.left), plain(statement.right)
    return None if left == right else ("two values", *_first_difference(left, right))


def _first_difference(left: Matrix, right: Matrix) -> tuple[str, str]:
    if left[:2] != right[:2]:
        return f"{left.rows}×{left.columns}", f"{right.rows}×{right.columns}"
    for row, other in zip(left.entries, right.entries, strict=True):
        for entry, against in zip(row, other, strict=True):
            if entry != against:
                return str(entry), str(against)
    return "", ""


@judges(Gradient)
def _gradient(theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    return _is_gradient(theorem.statement, theorem, point, given)


def _is_gradient(statement: Gradient, theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    """The derivatives of the function by the entries of the point, against the gradient."""
    draws = drawn(point.seed)

    def moved(indices: tuple[int, ...], rows: int, columns: int) -> Rows:
        at = draws(statement.point, indices, rows, columns)
        return [[Dual(at[r][c], {(r, c): 1}) for c in range(columns)] for r in range(rows)]

    value = plain_at(theorem, point, given, Dual.constant, {statement.point: moved})(statement.function)
    slopes, gradient = value.entries[0][0].slopes, plain_at(theorem, point, given)(statement.gradient)
    wanted = [[slopes.get((r, c), 0) for c in range(gradient.columns)] for r in range(gradient.rows)]
    if wanted == gradient.entries:
        return None
    return "no gradient", *_first_difference(gradient, Matrix(gradient.rows, gradient.columns, wanted))


@judges(Limit)
def _limits(theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    return _limit(theorem.statement, theorem, point, given)


def _limit(statement: Limit, theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    """Is the sequence close to its limit where the index is large, and closer where it is larger?"""
    plain = plain_at(theorem, point, given)
    value = plain(statement.value)
    for index in (24, 35):
        sequence = plain(statement.sequence, {statement.index: index})
        for row, limit in zip(sequence.entries, value.entries, strict=True):
            for entry, against in zip(row, limit, strict=True):
                if abs(entry - against) > Fraction(1, 10**6) * (1 + abs(against)):
                    return f"no limit ({statement.index} = {index})", str(float(entry)), str(float(against))
    return None


@judges(Positive)
def _positive(theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    statement = theorem.statement
    signs = {symbol: abs(value) for symbol, value in point.scalars.items() if symbol in statement.nonnegative}
    signs |= {s: value or 1 for s, value in point.scalars.items() if s in statement.nonzero}
    signed = Point(point.sizes, {**point.scalars, **signs}, point.seed)
    (value,) = plain_at(theorem, signed, given)(statement.number).entries[0]
    return None if value > 0 else (f"not positive where {signs}", str(value), "> 0")


@judges(Independent)
def _independent(theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    """The values at many random data have a rank as large as the number of the weights."""
    statement = theorem.statement
    if any(point.sizes.get(size, at) < at for size, at in statement.least):
        return None
    rows: list[list[Number]] = []
    count = len(statement.weights)
    for number_of_data in range(2 * count + 2):
        columns = []
        for weight in statement.weights:
            weights = {w: int(w == weight) for w in statement.weights}
            at = Point(point.sizes, {**point.scalars, **weights}, 1000 * point.seed + number_of_data)
            value = plain_at(theorem, at, given)(statement.combination)
            columns.append([entry for row in value.entries for entry in row])
        rows += [list(row) for row in zip(*columns, strict=True)]
    found = rank(rows)
    return None if found == count else ("not independent", f"rank {found}", f"{count} weights")


def rank(rows: Iterable[Sequence[Number]]) -> int:
    """The rank of a matrix of fractions, by elimination."""
    pivots: list[tuple[int, list[Number]]] = []
    for row in rows:
        left = list(row)
        for place, pivot in pivots:
            if left[place]:
                factor = Fraction(left[place])
                left = [a - factor * b for a, b in zip(left, pivot, strict=True)]
        place = next((k for k, entry in enumerate(left) if entry), None)
        if place is not None:
            scale = Fraction(left[place])
            pivots.append((place, [entry / scale for entry in left]))
    return len(pivots)


# ---- points --------------------------------------------------------------------------------------


def free_symbols_of(theorem: Theorem, given: Given = NOTHING) -> list[sympy.Symbol]:
    """All symbols to which a point has to give a value, by name."""
    statement = theorem.statement
    found: set[sympy.Symbol] = set()
    parts = [*_stated(statement), *(part for known in theorem.assumptions for part in _stated(known.statement))]
    for meaning in (*theorem.meanings.values(), *given.meanings):
        found |= symbols_of_meaning(meaning)
        parts += bodies_of(meaning)
    for part in parts:
        found |= symbols_in(part) | sizes_of_names(part)
    forcing = (sympy.sympify(value).free_symbols for symbol, value in given.scalars.items() if symbol in found)
    return sorted(found.union(*forcing), key=lambda symbol: (symbol.name, str(symbol.assumptions0)))


def _stated(statement: Any) -> tuple[Expr, ...]:
    match statement:
        case Equation():
            return statement.left, statement.right
        case Positive():
            return (statement.number,)
        case Independent():
            return (statement.combination,)
        case Gradient():
            return statement.function, statement.gradient, statement.point()
        case Limit():
            return statement.sequence, statement.value
        case Impossible():
            return (*_stated(statement.equation), *statement.given)
    raise TypeError(f"{type(statement).__name__} is no statement")


SPECIAL = (0, 1, -1, 2, 3, Fraction(1, 2))


def points(theorem: Theorem, rng: Random, given: Given = NOTHING) -> Iterator[Point]:
    """All small sizes (or `most` of them) and a few larger ones, each with generic and perhaps special scalars."""
    most, largest, beyond = _budget(theorem)
    symbols = free_symbols_of(theorem, given)
    whole_ones = [symbol for symbol in symbols if symbol.is_integer]
    scalars = [symbol for symbol in symbols if not symbol.is_integer]
    lows = [-largest if (low := least(symbol)) is None else low for symbol in whole_ones]
    choices = [range(low, largest + 1) for low in lows]
    if prod(map(len, choices)) <= most:
        sizes = list(product(*choices))
    else:
        sizes = [tuple(rng.choice(choice) for choice in choices) for _ in range(most)]
    if whole_ones:
        sizes += [tuple(rng.randint(max(low, 0), beyond) for low in lows) for _ in range(2)]
    is_generic = all(isinstance(value, Fraction) for value in given.scalars.values())
    for values in sizes:
        at = dict(zip(whole_ones, values, strict=True))
        generic = forced({s: _generic(rng) for s in scalars}, at, given)
        yield Point(at, generic, rng.randrange(10**6), is_generic)
        if scalars and rng.random() < 0.5:
            special = {s: rng.choice(SPECIAL) for s in scalars}
            yield Point(at, forced(special, at, given), rng.randrange(10**6), generic=False)


def forced(scalars: Values, sizes: Values, given: Given) -> dict[sympy.Symbol, Number]:
    """The scalars, with the values that the assumptions force some of them to have."""
    known = {**sizes, **scalars}
    return {**scalars, **{s: number(sympy.sympify(value), known) for s, value in given.scalars.items() if s in scalars}}


def _budget(theorem: Theorem) -> tuple[int, int, int]:
    """How many small sizes, up to which, and up to which the larger ones: less where an evaluation takes long."""
    if isinstance(theorem.statement, Limit):
        return 10, 2, 4
    if isinstance(theorem.statement, Gradient) or isinstance(theorem.proof, GradientExpansion):
        return 20, 3, 5
    return 25, 3, 7


def _generic(rng: Random) -> Fraction:
    """A fraction over a prime: no simple polynomial vanishes there by chance."""
    return Fraction(rng.randint(101, 9999), 10_007) * rng.choice((1, -1))
