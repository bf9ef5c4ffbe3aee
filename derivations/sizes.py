"""Theorems proved a second time, at finitely many sizes: which they are, and why the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from gdssm_symbolic.evidence.by_sizes import MOST_TERMS, by_sizes
from gdssm_symbolic.evidence.terms import NotBySizes
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import ShapeError
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.many_steps import L

#: A theorem about L steps has no proof by sizes for all L; it gets one for each of these.
STEPS = (1, 2)


class Contradiction(RuntimeError):
    """Raised if a theorem is false at some sizes by explicit computation."""


@dataclass(frozen=True)
class Sizes:
    """The second proof of an equation, or why there is none.

    `at` says at which sizes both sides agree, entry by entry, for all data; if it is empty, `why` says why there is
    no proof. `only` says for which numbers of steps it is one, if it is not for all.
    """

    at: tuple[str, ...] = ()
    points: int = 0
    only: tuple[int, ...] = ()
    why: str = ""

    @property
    def proved(self) -> bool:
        return bool(self.at) and not self.only

    def __str__(self) -> str:
        if not self.at:
            return f"no proof by sizes: {self.why}"
        agree = f"both sides agree at {'; '.join(self.at)} ({self.points} points)"
        return f"for L = {' and '.join(map(str, self.only))} only: {agree}" if self.only else agree


def of_theorem(theorem: Theorem, most: int = MOST_TERMS) -> Sizes:
    """Prove a theorem again by sizes. Raises Contradiction if it is false at one of them."""
    if not isinstance(theorem.statement, Equation):
        return Sizes(why="it is no equation")
    if theorem.assumptions:
        return Sizes(why="it rests on assumptions")
    return of_equation(theorem.statement, theorem.defined, most)


def of_equation(equation: Equation, meanings: Sequence[Meaning], most: int = MOST_TERMS) -> Sizes:
    """Prove what is proved for all sizes again by sizes. Raises Contradiction if it is false at one of them."""
    try:
        return _agreeing([equation], meanings, most)
    except NotBySizes as error:
        why = str(error)
    if not any(L in part.depends_on for part in equation.parts):
        return Sizes(why=why)
    try:
        at_steps = [equation.at({L: sympy.Integer(steps)}) for steps in STEPS]
        found = _agreeing(at_steps, meanings, most)
    except (NotBySizes, ShapeError):  # as where L is the size of a matrix
        return Sizes(why=why)
    return Sizes(found.at, found.points, STEPS)


def _agreeing(equations: Sequence[Equation], meanings: Sequence[Meaning], most: int) -> Sizes:
    found = [by_sizes(equation, meanings, most) for equation in equations]
    for one in found:
        if one.differs is not None:
            at = ", ".join(f"{symbol} = {value}" for symbol, value in one.differs.items())
            raise Contradiction(f"what is proved for all sizes is false at {at}, written out entry by entry")
    return Sizes(tuple(str(one.grid) for one in found), sum(one.grid.number for one in found))


def sizes_entry(found: Sizes) -> dict[str, Any]:
    """A second proof for a program."""
    return {
        "proved": found.proved,
        "at": list(found.at),
        "points": found.points,
        "steps": list(found.only),
        "why": found.why,
    }
