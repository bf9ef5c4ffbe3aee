"""What the formulas of one file divide by: names for reciprocals and inverses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sympy

from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.kernel.expressions import Expr, Name, free_symbols, substitute
from gdssm_symbolic.recurrent.inverses import INVERSES, RECIPROCALS, Inverse
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh


class Divisors:
    """What the formulas of one file divide by, with a name for each reciprocal and inverse that is not `taken`.

    Where all that is divided by are constant numbers, they need no names: what holds wherever they are not 0 is proved.
    Beside others they do, as then it has to be assumed that they are not 0; if `numbers`, they have names.
    """

    def __init__(self, taken: Iterable[str], *, numbers: bool = False) -> None:
        self.taken = set(taken)
        self.numbers = numbers
        self.without_names = False  # whether a number without a name was divided by
        self.inverses: list[Inverse] = []
        self.powers: list[Expr] = []  # of numbers without names, with exponents that may be negative

    def inverse(self, of: Expr, index: sympy.Symbol | None) -> Expr:
        """The reciprocal or inverse at an index, which is at the place of t in what it is of; None if it has none."""
        if index is not None:
            of = substitute(of, {index: t})
        arity = 0 if index is None else 1
        for one in self.inverses:
            if (one.of.shape, one.name.arity) == (of.shape, arity) and show_equal(one.of, of).equal:
                break
        else:
            text = self.new(RECIPROCALS if of.is_scalar else INVERSES)
            one = Inverse(Name(text, of.shape, arity), of)
            self.inverses.append(one)
        return one.name() if index is None else one.name[index]

    @contextmanager
    def apart(self) -> Iterator[list[Expr]]:
        """Keep the powers that are read within apart from the others, in the list that is given."""
        outside, self.powers = self.powers, []
        yield self.powers
        self.powers = outside

    def new(self, letters: Iterable[str]) -> str:
        """The first of the letters that is not taken, which is taken then."""
        text = fresh(letters, self.taken)
        self.taken.add(text)
        return text

    def reciprocal(self, of: Expr) -> Expr:
        """1/x for a number that depends on nothing but the token, or not on it."""
        return self.inverse(of, t if t in free_symbols(of) else None)
