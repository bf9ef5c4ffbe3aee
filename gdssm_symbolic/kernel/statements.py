"""What a theorem can state. This file defines equations; each extension defines the statements that it proves.

In every statement, all symbols and all names without a meaning are universally quantified, except those that the
statement itself binds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import sympy

from .expressions import Expr, Name, free_symbols, require_shape, substitute
from .immutable import FORMS, Immutable


class ProofError(ValueError):
    """Raised if a proof does not prove its statement."""


class Proposition(Immutable):
    """A statement. `checker.STATEMENTS` lists its kinds; no other class can be the statement of a theorem."""

    #: Does a proof for rational functions suffice? By continuity it then holds wherever all parts have a value.
    by_continuity: ClassVar[bool] = False
    #: May it be an assumption, taken from elsewhere?
    may_be_assumed: ClassVar[bool] = False

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions in it."""
        raise NotImplementedError

    @property
    def bound(self) -> tuple[sympy.Symbol | Name, ...]:
        """The symbols and names that the statement binds, not counting the indices of sums."""
        return ()

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols on which it depends."""
        return frozenset().union(*(free_symbols(part) for part in self.parts)).difference(self.bound)


def _proposition(value: object) -> Proposition:
    if not isinstance(value, Proposition):
        raise TypeError(f"{type(value).__name__} stands where a statement is needed")
    return value


FORMS[Proposition] = _proposition  # of any kind: `checker` asks which


@dataclass(frozen=True)
class Equation(Proposition):
    """left = right, for all values of everything that occurs."""

    left: Expr
    right: Expr
    by_continuity: ClassVar[bool] = True
    may_be_assumed: ClassVar[bool] = True

    def complete(self) -> None:
        require_shape(self.right, self.left.shape, "the right side of an equation")

    def at(self, symbols: Mapping[sympy.Symbol, sympy.Expr]) -> Equation:
        return Equation(substitute(self.left, symbols), substitute(self.right, symbols))

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.left, self.right
