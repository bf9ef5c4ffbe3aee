"""Symmetric laws of independent entries, known by their moments."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from gdssm_symbolic.kernel.immutable import FORMS, Immutable, form_of
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import ProofError

from .reading import read

alpha = sympy.Symbol("alpha")  # the scale of the inputs
HIGHEST = 1000  # order of a moment of a law that is not given


class Law(Immutable):
    """A law that is symmetric about 0: its moments of odd order vanish."""

    def exists(self, _order: int) -> bool:
        """Return whether E |u|^order is known to be finite."""
        return True

    def moment(self, order: int) -> sympy.Expr:
        """Return E u^order. Raises OutsideLanguage if it is not known to exist."""
        if not self.exists(order):
            raise OutsideLanguage(f"a moment of order {order}, which is not known to exist")
        if order % 2:
            return sympy.Integer(0)
        return self.even_moment(order) if order else sympy.Integer(1)

    def even_moment(self, order: int) -> sympy.Expr:
        raise NotImplementedError

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols on which its moments depend."""
        raise NotImplementedError


@dataclass(frozen=True)
class AnyLaw(Law):
    """Any symmetric law with a finite moment of order `highest`: its moments are symbols, mu_4 for the fourth.

    Raises OutsideLanguage if the letter can be read in two ways, and ProofError if the order is above HIGHEST.
    """

    letter: str
    highest: int

    def complete(self) -> None:
        read(f"{self.letter}_2")
        if self.highest > HIGHEST:
            raise ProofError(f"a moment of order {self.highest}, and {HIGHEST} is the highest that has a symbol")

    def exists(self, order: int) -> bool:
        return order <= self.highest

    def even_moment(self, order: int) -> sympy.Expr:
        return sympy.Symbol(f"{self.letter}_{order}")

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return frozenset().union(*(self.moment(order).free_symbols for order in range(2, self.highest + 1, 2)))


@dataclass(frozen=True)
class _Scaled(Law):
    """The law of scale · u, where u has a known law. The scale may be any number; its sign does not matter."""

    scale: sympy.Expr = alpha

    def complete(self) -> None:
        whole = all(power.exp.is_integer for power in self.scale.atoms(sympy.Pow))  # then the scale is real
        if not whole or not all(leaf.is_Symbol or leaf.is_Rational for leaf in self.scale.atoms()):
            raise ProofError(f"the scale {self.scale} is no rational function")

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return frozenset(self.scale.free_symbols)


@dataclass(frozen=True)
class Uniform(_Scaled):
    """scale · u, with u uniform on (-1, 1): the moment of even order k is scale^k / (k + 1)."""

    def even_moment(self, order: int) -> sympy.Expr:
        return self.scale**order / (order + 1)


@dataclass(frozen=True)
class Normal(_Scaled):
    """scale · u, with u standard normal: the moment of even order k is scale^k (k - 1)!!."""

    def even_moment(self, order: int) -> sympy.Expr:
        return self.scale**order * sympy.factorial2(order - 1)


#: The laws that a mean can have; another one could change its moments.
LAWS = (AnyLaw, Uniform, Normal)
FORMS[Law] = form_of(AnyLaw | Uniform | Normal)
