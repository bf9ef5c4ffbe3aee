"""Counterexamples to equations with reciprocals and inverses, which are computed from the other data.

A point is a counterexample only if all that is assumed of the inverses holds there (`inverses.evaluator`). It is
confirmed like any other, with the values of the inverses as data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from random import Random
from typing import ClassVar, TypeAlias

import sympy

from gdssm_symbolic.evidence.counterexamples import Refuted, data_needed, free_of, points, refuted_at
from gdssm_symbolic.evidence.evaluation import Cell, Evaluator, Matrix
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import Name, free_symbols, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.theory.least_squares import t

from .inverses import Inverse, evaluator

#: All sizes and numbers of tokens go up to SMALL, and numbers of tokens up to LONGEST at sizes of 1.
SMALL, LONGEST = 2, 4
#: At each of them data between 1 and LARGEST_DATUM are drawn so often, with these scalars.
DRAWS, LARGEST_DATUM, SCALARS = 2, 9, (Fraction(2), Fraction(-3))
#: Inverses at one token after another are looked at until a number in them has so many bits.
LONG = 1000

Values = Mapping[sympy.Symbol, Fraction]


def refute_with(
    equation: Equation,
    meanings: tuple[Meaning, ...],
    inverses: tuple[Inverse, ...],
    stated: Callable[[Values], bool] = lambda _: True,
    kind: Kind | None = None,
    scalars: Sequence[Fraction] = SCALARS,
) -> Refuted | None:
    """Return a confirmed counterexample for which the inverses exist, or None if none is found.

    Scalars have any of the given values, at which something is `stated`.

    Raises OutsideLanguage or ProofError if the checker would not admit the equation in a theorem, and TooMuchWork if
    one evaluation takes too many steps.
    """
    for trial in trials(equation, meanings, inverses, kind or Trial, scalars):
        if stated(trial.values) and trial.exist() and trial.differs():
            trial.make_small()
            return trial.refuted()
    return None


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
    """Yield sizes and scalars for all that the equation, the meanings and the inverses depend on."""
    own = free_of(equation, meanings)
    free = own.union(*(free_symbols(one.of) - {t} for one in inverses))
    sizes = sizes_of(equation, meanings)
    longer = (at for at in points(free, LONGEST, scalars) if all(at[size] == 1 for size in sizes if size in at))
    return chain(points(free, SMALL, scalars), longer)


def sizes_of(equation: Equation, meanings: Iterable[Meaning]) -> set[sympy.Symbol]:
    """Return the sizes of all names on which an equation depends."""
    occurring = {name for part in equation.parts for name in names(part)}.union(*(one.uses for one in meanings))
    return {size for name in occurring for size in name.sizes}


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
        """Set entries of the data to 0, or else to 1 or 2, where the sides still differ."""
        for matrix in self.given():
            for row in matrix:
                for column, drawn in enumerate(row):
                    for number in (*map(Fraction, range(3)), drawn):
                        row[column] = number
                        if self.exist() and self.differs():
                            break

    def refuted(self, any_data: Name | None = None) -> Refuted:
        """The counterexample, confirmed; `any_data` as in it."""
        shapes = data_needed(self.equation, self.meanings, self.own)
        data = {cell: self.evaluate.data(*cell, *shape) for cell, shape in shapes.items()}
        sizes = {one: int(value) for one, value in self.own.items() if one.is_integer}
        scalars = tuple((one, value) for one, value in self.own.items() if not one.is_integer)
        return refuted_at(self.equation, self.meanings, sizes, scalars, data, any_data=any_data)


Kind: TypeAlias = Callable[[Equation, tuple[Meaning, ...], tuple[Inverse, ...], Values, Random], Trial]


def _is_long(matrix: Matrix) -> bool:
    parts = (part for row in matrix for entry in row for part in (entry.numerator, entry.denominator))
    return any(part.bit_length() > LONG for part in parts)
