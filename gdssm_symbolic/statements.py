"""What a theorem can say: that two expressions are equal, that a number is positive, that functions are independent.

In every statement all symbols and all names without a meaning are universally quantified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from gdssm_symbolic.expressions import Expr, ShapeError, free_symbols, substitute


@dataclass(frozen=True)
class Equation:
    """left = right, for all values of everything that occurs."""

    left: Expr
    right: Expr

    def __post_init__(self) -> None:
        if self.left.shape != self.right.shape:
            raise ShapeError("the two sides of an equation have different shapes")

    def at(self, symbols: Mapping[sympy.Symbol, sympy.Expr]) -> Equation:
        return Equation(substitute(self.left, symbols), substitute(self.right, symbols))

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.left, self.right

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return free_symbols(self.left) | free_symbols(self.right)


@dataclass(frozen=True)
class Positive:
    """number > 0 at all sizes, for scalars that are ≥ 0 or ≠ 0 as stated."""

    number: Expr
    nonnegative: tuple[sympy.Symbol, ...] = ()
    nonzero: tuple[sympy.Symbol, ...] = ()

    def __post_init__(self) -> None:
        if not self.number.is_scalar:
            raise ShapeError("only a number is positive")
        signed = (*self.nonnegative, *self.nonzero)
        if len(set(signed)) < len(signed) or any(symbol.is_integer for symbol in signed):
            raise ValueError("a scalar, which is no size, is ≥ 0 or ≠ 0")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.number,)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return free_symbols(self.number)


@dataclass(frozen=True)
class Independent:
    """`combination`, linear in its weights, is 0 for all data only if all the weights are 0.

    `least` gives sizes from which on this holds, where that is not their least value. The weights are scalars.
    """

    combination: Expr
    weights: tuple[sympy.Symbol, ...]
    least: tuple[tuple[sympy.Symbol, int], ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.weights)) < len(self.weights) or not all(
            s.is_Symbol and not s.is_integer for s in self.weights
        ):
            raise ValueError("weights are different scalars")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.combination,)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return free_symbols(self.combination) - set(self.weights)


Proposition = Equation | Positive | Independent
