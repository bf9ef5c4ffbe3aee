"""What a theorem can say: an equation, or that a number is positive, that functions are independent, and the like.

In every statement all symbols and all names without a meaning are universally quantified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from gdssm_symbolic.kernel.expressions import (
    Expr,
    Name,
    ShapeError,
    free_symbols,
    names,
    require_shape,
    substitute,
)
from gdssm_symbolic.kernel.immutable import Immutable


class ProofError(ValueError):
    """A proof that does not prove what it says."""


@dataclass(frozen=True)
class Equation(Immutable):
    """left = right, for all values of everything that occurs."""

    left: Expr
    right: Expr

    def __post_init__(self) -> None:
        super().__post_init__()
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
class Positive(Immutable):
    """number > 0 at all sizes, for scalars that are ≥ 0 or ≠ 0 as stated."""

    number: Expr
    nonnegative: tuple[sympy.Symbol, ...] = ()
    nonzero: tuple[sympy.Symbol, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
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
class Independent(Immutable):
    """`combination`, linear in its weights, is 0 for all data only if all the weights are 0.

    `least` gives sizes from which on this holds, where that is not their least value. The weights are scalars.
    """

    combination: Expr
    weights: tuple[sympy.Symbol, ...]
    least: tuple[tuple[sympy.Symbol, int], ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(dict(self.least)) < len(self.least):
            raise ValueError("a size has two least values")
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


@dataclass(frozen=True)
class Gradient(Immutable):
    """`gradient` is the gradient of `function`, a number, with respect to the matrix `point`."""

    function: Expr
    gradient: Expr
    point: Name

    def __post_init__(self) -> None:
        super().__post_init__()
        require_shape(self.function, (sympy.Integer(1), sympy.Integer(1)), "a function with a gradient")
        require_shape(self.gradient, self.point.shape, "a gradient")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.function, self.gradient, self.point()

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return free_symbols(self.function) | free_symbols(self.gradient)


@dataclass(frozen=True)
class Limit(Immutable):
    """The limit of a sequence of matrices: `sequence` tends to `value` as `index` grows."""

    sequence: Expr
    index: sympy.Symbol
    value: Expr

    def __post_init__(self) -> None:
        super().__post_init__()
        require_shape(self.value, self.sequence.shape, "a limit")
        if not self.index.is_integer or self.index in free_symbols(self.value):
            raise ValueError("the index of a sequence is an integer, of which the limit does not depend")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.sequence, self.value

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return (free_symbols(self.sequence) | free_symbols(self.value)) - {self.index}


@dataclass(frozen=True)
class Impossible(Immutable):
    """For no values of the `unknowns` does the equation hold for all `data`.

    The unknowns (scalars, matrices, functions) may depend on the sizes and on whatever is neither unknown nor data. A
    name with a meaning stands for it, with the values of the unknowns and the data that occur there. Data are matrices,
    and integers that number data sets. `given` are numbers of which it is known that they are not 0.
    """

    equation: Equation
    unknowns: tuple[sympy.Symbol | Name, ...]
    data: tuple[sympy.Symbol | Name, ...]
    given: tuple[Expr, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len({*self.unknowns, *self.data}) < len(self.unknowns) + len(self.data):
            raise ValueError("a name is unknown and given, or named twice")
        if any(isinstance(one, sympy.Symbol) and one.is_integer for one in self.unknowns):
            raise ValueError("a size is no unknown")
        if any(isinstance(one, sympy.Symbol) and not one.is_integer for one in self.data):
            raise ValueError("only integers number data sets")
        if not all(one.is_scalar for one in self.given):
            raise ShapeError("only a number is given not to be 0")
        if {*self.unknowns, *self.data} & {one for g in self.given for one in (*names(g), *free_symbols(g))}:
            raise ValueError("what is given not to be 0 is fixed: no data, and no unknown")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (*self.equation.parts, *self.given)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        symbols = {one for one in (*self.unknowns, *self.data) if isinstance(one, sympy.Symbol)}
        return self.equation.free.union(*map(free_symbols, self.given)) - symbols


Proposition = Equation | Positive | Independent | Gradient | Limit | Impossible
