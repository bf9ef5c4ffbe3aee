"""What a recurrent layer is said to be, as data. `derivations.recurrences` reads it from a file; `decide` proves it.

In every claim t is the token, as in `layer`. A letter of the data that stands alone is its member at t. The `products`
of a claim are the meanings of the names in it that stand for products over tokens (`products.product_over`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import sympy

from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Name
from gdssm_symbolic.kernel.statements import Equation

from .layer import RecurrentLayer


@dataclass(frozen=True)
class Parameters:
    """The keys that an algorithm needs, and those that it may be given, besides the loss and the rate."""

    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether several steps may be taken, each with a loss and a rate of its own."""
        return "steps" in self.optional


#: The algorithms, by the names that a claim gives them.
ALGORITHMS: Mapping[str, Parameters] = MappingProxyType(
    {
        "online gradient descent": Parameters(optional=("decay", "left", "right", "steps")),
        "gradient descent": Parameters(optional=("steps", "left", "right")),
        "heavy ball": Parameters(needed=("momentum",), optional=("decay",)),
        "momentum": Parameters(needed=("momentum",), optional=("decay",)),
        "proximal step": Parameters(optional=("decay",)),
    }
)


@dataclass(frozen=True)
class AlgorithmClaim:
    """The state is what the algorithm of this name has after token t, when both start alike.

    `point` has the state's letter and no index: it is the parameter in `loss`, `rate` and `options`. What may stand in
    `options`, by its key:

        decay     an expression in `point` and of its shape: where the step is taken, such as αS
        left      a matrix by which the gradient is multiplied on its left
        right     a matrix by which the gradient is multiplied on its right
        momentum  a number, the factor of the last change (heavy ball), or of what was last added to the decayed point
        steps     a SymPy integer, the number of steps: from the start, or at every token

    After a step of (online) gradient descent others may follow, each with a loss and a rate of its own: `further`.

    The loss of "gradient descent" is that of the first t tokens, and the algorithm starts at the state's start; that of
    the others is the loss of token t alone.
    """

    name: str
    state: Name
    point: Name
    loss: Expr
    rate: Expr
    options: Mapping[str, Expr | sympy.Integer] = field(default_factory=lambda: MappingProxyType({}))
    further: tuple[tuple[Expr, Expr], ...] = ()
    products: tuple[Joint, ...] = ()


@dataclass(frozen=True)
class SameAsClaim:
    """The other layer has the same output at every token, when its states start as the relation says.

    `powers` are those in the relation, as in a layer, at every t ≥ 0.

    Its states have other names than those of the layer. The relation is a set of equations between states of the two
    at t, such as M[t] = S[t].T, which hold for every t; None if it has to be found.
    """

    other: RecurrentLayer
    relation: tuple[Equation, ...] | None = None
    powers: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class FormulaClaim:
    """left = right for every t ≥ 1, where left is the layer's output, or one of its states at t.

    If the right side has `weights`, a family of numbers in which it is linear, the claim is that there are such numbers
    for every t and all data.
    """

    left: Expr
    right: Expr
    products: tuple[Joint, ...] = ()
    weights: Name | None = None


@dataclass(frozen=True)
class ChunkClaim:
    """state[t + length] = right for every t ≥ 0 and length ≥ 0, where right may contain the states at t.

    `powers` are those in the formula, as in a layer.
    """

    state: Name
    length: sympy.Symbol
    right: Expr
    products: tuple[Joint, ...] = ()
    powers: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class SolverClaim:
    """The state is the iterate of a method of linear algebra (`solvers`), of this name.

    `given` is what the method is told, by its key. The meaning of the iterate is the first of `meanings`: it has a
    value at each token, or is a state that starts as the layer's. Or the method is `equations` between the states of
    the layer at t and at t - 1, for every t ≥ 1; or a `formula` for the state.
    """

    name: str
    state: Name
    given: Mapping[str, Expr | sympy.Integer]
    meanings: tuple[Definition | Recurrence, ...] = ()
    equations: tuple[Equation, ...] = ()
    formula: Equation | None = None
    products: tuple[Joint, ...] = ()


Claim = AlgorithmClaim | SameAsClaim | FormulaClaim | ChunkClaim | SolverClaim
