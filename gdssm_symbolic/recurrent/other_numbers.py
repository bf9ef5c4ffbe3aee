"""A counterexample with other numbers at the same sizes: not 0 or 1, which hide what differs, and each letter its own.

The search for a counterexample takes the least data that it finds. A gate of 0 then makes two updates differ of which
one sees no reason. So the numbers, of the data and constant ones, get other values where the sides still differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle

import sympy

from gdssm_symbolic.evidence.counterexamples import Counterexample, Refuted, refuted_at
from gdssm_symbolic.evidence.evaluation import Cell, Matrix, at_data
from gdssm_symbolic.kernel.expressions import Name
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.work import TooMuchWork, Work

from .refutation import give_first

#: What the letters get, one after another, in one trial after another.
NUMBERS = tuple(tuple(map(Fraction, ones)) for ones in ((2, 3, 4, 5, 6, 7), (3, 2, 5, 4, 7, 6), (-1, -2, -3, -4, -5)))
HIDING = (0, 1)
#: What is tried for entries that are no numbers: for those of a matrix with one entry, and for others.
ALONE, AMONG_OTHERS = (1, 2, 3, 0), (0, 1)
MOST_STEPS = 200_000

Values = Mapping[sympy.Symbol, Fraction]
Data = dict[Cell, Matrix]


def with_other_numbers(refuted: Refuted, stated: Callable[[Values], bool]) -> Refuted:
    """Return a counterexample without numbers that hide what differs, at the same sizes, or the same if none is found.

    Something is claimed where it is `stated`.
    """
    example = refuted.counterexample
    point = _Point.of(example)
    letters = dict.fromkeys((*point.scalars, *(name for name, _ in point.numbers)))
    if example.any_data is not None or example.any_factor is not None or not point.hides():
        return refuted
    work = Work(MOST_STEPS)
    with suppress(TooMuchWork):
        for trial in point.trials(list(letters)):
            if not stated({**example.values, **trial.scalars}):
                continue
            with suppress(ArithmeticError, OutsideLanguage, ProofError):  # it states nothing there
                if trial.differs(example, work):
                    trial.make_small(example, work)
                    return trial.refuted(example)
    return refuted


@dataclass
class _Point:
    """Values of constant numbers and of the data, of which some are numbers."""

    scalars: dict[sympy.Symbol, Fraction]
    data: Data

    @staticmethod
    def of(example: Counterexample) -> _Point:
        return _Point(dict(example.scalars), {cell: [list(row) for row in rows] for cell, rows in example.data})

    @property
    def numbers(self) -> list[Cell]:
        return [cell for cell in self.data if cell[0].shape == (1, 1)]

    def hides(self) -> bool:
        """Whether a number is 0 or 1, or two letters have the same; or whether another matrix with one entry is 0."""
        known: dict[Fraction, sympy.Symbol | Name] = {}
        values = [*self.scalars.items(), *((cell[0], self.data[cell][0][0]) for cell in self.numbers)]
        alike = any(value in HIDING or known.setdefault(value, letter) != letter for letter, value in values)
        return alike or any(rows == [[0]] for rows in self.data.values())

    def trials(self, letters: list[sympy.Symbol | Name]) -> Iterator[_Point]:
        """Yield points with other numbers: for each letter one, or for each of its tokens; and with other data."""
        ones = {cell: [[Fraction(1) for _ in row] for row in rows] for cell, rows in self.data.items()}
        for numbers in NUMBERS:
            one_each = dict(zip(letters, cycle(numbers), strict=False))
            scalars = {letter: one_each[letter] for letter in self.scalars}
            one_a_token = dict(zip((*scalars, *self.numbers), cycle(numbers), strict=False))
            for data in (self.data, ones):
                yield _Point(scalars, _with(data, {cell: one_each[cell[0]] for cell in self.numbers}))
                yield _Point(scalars, _with(data, {cell: one_a_token[cell] for cell in self.numbers}))

    def differs(self, example: Counterexample, work: Work) -> bool:
        values = {**example.values, **self.scalars}
        evaluate = at_data(self.data, values, example.meanings, lambda number: number, work)
        left, right = map(evaluate, example.equation.parts)
        return left != right

    def make_small(self, example: Counterexample, work: Work) -> None:
        """Give entries of data that are no numbers the first value at which the sides still differ."""
        for cell in (one for one in self.data if one not in self.numbers):
            tried = ALONE if [len(row) for row in self.data[cell]] == [1] else AMONG_OTHERS
            give_first(self.data[cell], tried, lambda: self.differs(example, work))

    def refuted(self, example: Counterexample) -> Refuted:
        """The counterexample, confirmed."""
        sizes, scalars = dict(example.sizes), tuple(self.scalars.items())
        return refuted_at(example.equation, example.meanings, sizes, scalars, self.data)


def _with(data: Mapping[Cell, Matrix], numbers: Mapping[Cell, Fraction]) -> Data:
    """A copy of the data with other numbers."""
    copied = {cell: [list(row) for row in rows] for cell, rows in data.items()}
    return copied | {cell: [[number]] for cell, number in numbers.items()}
