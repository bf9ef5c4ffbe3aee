"""Points for counterexamples to equations with reciprocals and inverses, which are computed from the other data.

A point is a counterexample only if all that is assumed of the inverses holds there (`inverses.evaluator`). It is
confirmed like any other, with the values of the inverses as data; `refuted_where_divided` does that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import cycle, islice, product
from random import Random
from typing import ClassVar, TypeAlias

import sympy

from gdssm_symbolic.evidence.counterexamples import Refuted, data_needed, free_of, points, refuted_at
from gdssm_symbolic.evidence.evaluation import Cell, Evaluator, Matrix
from gdssm_symbolic.evidence.reading_order import in_reading_order
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import Name, free_symbols, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.theory.least_squares import t

from .inverses import Inverse, evaluator

#: All sizes and numbers of tokens go up to SMALL, and numbers of tokens up to LONGEST at sizes of 1.
SMALL, LONGEST = 2, 4
#: There are at most so many choices of them; of at most so many sizes and lengths all are chosen independently.
MOST_POINTS, MOST_FREELY = 120, 4
#: Of at most so many scalars all choices are tried where no inverse occurs.
MOST_SCALARS = 3
#: At each of them data between 1 and LARGEST_DATUM are drawn so often, with these scalars.
DRAWS, LARGEST_DATUM, SCALARS = 2, 9, (Fraction(2), Fraction(-3))
#: What is then tried for numbers, in turn, for entries of a matrix with one entry, and for others.
NUMBERS, ALONE, AMONG_OTHERS = ((2, 3, 4), (3, 4, 2), (4, 2, 3)), (1, 2, 0), (0, 1, 2)
#: Inverses at one token after another are looked at until a number in them has so many bits.
LONG = 1000

Values = Mapping[sympy.Symbol, Fraction]


def trials(
    equation: Equation,
    meanings: tuple[Meaning, ...],
    inverses: tuple[Inverse, ...],
    kind: Kind,
    scalars: Sequence[Fraction] = SCALARS,
) -> Iterator[Trial]:
    """Yield trials at points where the equation states something."""
    draw = Random(0)  # noqa: S311 - data for a trial, the same in every run
    for values in _points(equation, meanings, inverses, scalars):
        trial = kind(equation, meanings, inverses, values, draw)
        try:
            data_needed(equation, meanings, trial.own)
        except (ArithmeticError, OutsideLanguage):  # the equation states nothing there
            continue
        yield trial
        yield from (kind(equation, meanings, inverses, values, draw) for _ in range(trial.draws - 1))


def _points(
    equation: Equation, meanings: tuple[Meaning, ...], inverses: tuple[Inverse, ...], scalars: Sequence[Fraction]
) -> Iterator[Values]:
    """Yield sizes and scalars for all that the equation, the meanings and the inverses depend on.

    Their number is bounded: where there are more than MOST_POINTS, each choice of sizes has some choices of scalars.
    """
    own = free_of(equation, meanings)
    free = in_reading_order(own.union(*(free_symbols(one.of) - {t} for one in inverses)))
    sizes, tokens = sizes_of(equation, meanings), [one for one in free if one.is_integer]
    lengths = [one for one in tokens if one not in sizes]
    ones = dict.fromkeys((one for one in tokens if one in sizes), Fraction(1))
    integers = [*_integers(tokens, SMALL), *({**ones, **at} for at in _integers(lengths, LONGEST))]
    choices = _choices([one for one in free if not one.is_integer], scalars)
    share = len(choices) if len(integers) * len(choices) <= MOST_POINTS else 1 + MOST_POINTS // len(integers)
    following = cycle(choices)
    for at in integers:
        for chosen in islice(following, share):
            yield {**at, **chosen}


def _integers(symbols: Sequence[sympy.Symbol], largest: int) -> list[Values]:
    """All choices of integers up to the largest, the smallest first; of more than MOST_FREELY all but one are equal."""
    if len(symbols) <= MOST_FREELY:
        return list(points(symbols, largest, ()))
    equal = [dict.fromkeys(symbols, Fraction(number)) for number in range(1, largest + 1)]
    return [*equal[:1], *({**equal[0], one: Fraction(largest)} for one in symbols), *equal[1:]]


def _choices(symbols: Sequence[sympy.Symbol], numbers: Sequence[Fraction]) -> list[Values]:
    """All choices of numbers; for more than two symbols, of equal ones, drawn ones, and one unlike the others."""
    if len(symbols) <= 2:
        return [dict(zip(symbols, chosen, strict=True)) for chosen in product(numbers, repeat=len(symbols))]
    draw = Random(0)  # noqa: S311 - data for a trial, the same in every run
    drawn = [dict(zip(symbols, draw.choices(numbers, k=len(symbols)), strict=True)) for _ in symbols]
    first, *equal = (dict.fromkeys(symbols, number) for number in numbers)
    return [first, *equal, *drawn, *({**first, one: number} for one in symbols for number in numbers[1:])]


def most_sizes(equation: Equation, meanings: Iterable[Meaning] = ()) -> int | None:
    """Return at how many sizes, each with some choices of scalars, `refute` is to look; None, for all, if it can."""
    scalars = [one for one in free_of(equation, meanings) if not one.is_integer]
    return MOST_POINTS // 3 if len(scalars) > MOST_SCALARS else None


def sizes_of(equation: Equation, meanings: Iterable[Meaning]) -> frozenset[sympy.Symbol]:
    """Return the sizes of all names on which an equation depends."""
    return _sizes_of(equation, tuple(meanings))


@lru_cache(maxsize=64)  # asked for at every trial
def _sizes_of(equation: Equation, meanings: tuple[Meaning, ...]) -> frozenset[sympy.Symbol]:
    occurring = {name for part in equation.parts for name in names(part)}.union(*(one.uses for one in meanings))
    return frozenset(size for name in occurring for size in name.sizes)


@dataclass
class Trial:
    """Both sides at one choice of sizes and scalars, for data that are drawn where they are needed first."""

    equation: Equation
    meanings: tuple[Meaning, ...]
    inverses: tuple[Inverse, ...]
    values: Values
    draw: Random
    data: dict[Cell, Matrix] = field(default_factory=dict, init=False)

    #: How often data are drawn at one choice of sizes and scalars, and what from.
    draws: ClassVar[int] = DRAWS
    numbers: ClassVar[range] = range(1, LARGEST_DATUM + 1)

    @property
    def own(self) -> Values:
        """The sizes and scalars on which the equation depends."""
        return {one: value for one, value in self.values.items() if one in free_of(self.equation, self.meanings)}

    def cell(self, name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        if (name, indices) not in self.data:
            self.data[name, indices] = [
                [Fraction(self.draw.choice(self.numbers)) for _ in range(columns)] for _ in range(rows)
            ]
        return self.data[name, indices]

    @property
    def evaluate(self) -> Evaluator:
        return evaluator(self.values, self.cell, self.meanings, self.inverses)

    def exist(self, least: int = 0) -> bool:
        """Whether all inverses exist, of constants and at each of the tokens, of which there are at least so many."""
        return self.tried(least) is not None

    def tried(self, least: int) -> int | None:
        """At how many tokens all inverses exist; None if one is missing at one of the tokens.

        There are at least so many tokens, unless numbers get long before.
        """
        token = 0
        evaluate = self.evaluate
        try:
            for one in self.inverses:
                if not one.name.arity:
                    evaluate(one.name())
            for token in range(1, 1 + max(self.tokens, least)):
                values = [evaluate(one.name[token]) for one in self.inverses if one.name.arity]
                if token >= self.tokens and any(_is_long(value) for value in values):
                    break
        except ZeroDivisionError:
            return None
        return token

    def differs(self) -> bool:
        """Whether the sides differ; they do not where an inverse at another token is missing, such as one at 0."""
        evaluate = self.evaluate
        try:
            return evaluate(self.equation.left) != evaluate(self.equation.right)
        except ZeroDivisionError:
            return False

    @property
    def tokens(self) -> int:
        """At least how many tokens there are."""
        sizes = sizes_of(self.equation, self.meanings)
        return int(sum(value for one, value in self.values.items() if one.is_integer and one not in sizes))

    def given(self) -> list[Matrix]:
        """The data that were drawn."""
        return list(self.data.values())

    def make_small(self) -> None:
        """Give entries of the data the first of some small values at which the sides still differ."""
        numbers = [cell for cell in self.data if cell[0].shape == (1, 1)]
        tried = dict(zip(numbers, cycle(NUMBERS), strict=False))
        given = {id(matrix) for matrix in self.given()}
        for cell, matrix in ((cell, matrix) for cell, matrix in self.data.items() if id(matrix) in given):
            small = tried.get(cell, ALONE if [len(row) for row in matrix] == [1] else AMONG_OTHERS)
            give_first(matrix, small, lambda: self.exist() and self.differs())

    def refuted(self, any_data: Name | None = None) -> Refuted:
        """The counterexample, confirmed; `any_data` as in it."""
        shapes = data_needed(self.equation, self.meanings, self.own)
        data = {cell: self.evaluate.data(*cell, *shape) for cell, shape in shapes.items()}
        sizes = {one: int(value) for one, value in self.own.items() if one.is_integer}
        scalars = tuple((one, value) for one, value in self.own.items() if not one.is_integer)
        return refuted_at(self.equation, self.meanings, sizes, scalars, data, any_data=any_data)


def give_first(matrix: Matrix, numbers: Iterable[int], holds: Callable[[], bool]) -> None:
    """Give each entry the first of some numbers at which something still holds, or else what it is."""
    tried = [*map(Fraction, numbers)]
    for row in matrix:
        for column, before in enumerate(row):
            for number in (*tried, before):
                row[column] = number
                if holds():
                    break


Kind: TypeAlias = Callable[[Equation, tuple[Meaning, ...], tuple[Inverse, ...], Values, Random], Trial]


def _is_long(matrix: Matrix) -> bool:
    parts = (part for row in matrix for entry in row for part in (entry.numerator, entry.denominator))
    return any(part.bit_length() > LONG for part in parts)
