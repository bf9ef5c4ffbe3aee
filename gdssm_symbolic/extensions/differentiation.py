"""Gradients by the sum rule, the product rule and the chain rule.

The variables are the entries of a matrix W, and the differential in a direction H is linear in H. An uninterpreted
function is differentiated by the chain rule, if its gradient has a name (`GradientOf`):

    d g(u, v) = ⟨∇g(u, v), du⟩,    where v does not depend on W.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import sympy

from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError, Meaning
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Blocks,
    Expr,
    Mul,
    Name,
    Power,
    Sum,
    Trace,
    Transpose,
    Zero,
    inner,
    names,
    require_shape,
)
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.proofs import Calculation, Step, check_calculation, require_function
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, ProofError, Proposition
from gdssm_symbolic.kernel.theorem import Ledger

FILE = "extensions/differentiation.py"

DIFFERENTIAL = Rule(
    "differential",
    "sums, products and compositions have their usual differentials; $∇L = G$ if $dL = ⟨G, dW⟩$ for all $dW$",
    FILE,
)

#: The largest exponent of a power that is differentiated, which is done by writing it as a product.
LARGEST_EXPONENT = 100


class DifferentialError(ProofError):
    """Raised if an expression has no differential by these rules."""


@dataclass(frozen=True)
class GradientOf(Meaning):
    """`name` is the gradient of the uninterpreted `function` in its first argument, as g′ is the gradient of g."""

    name: Name
    function: Name

    def complete(self) -> None:
        if not self.function.takes or self.function.arity or self.function.shape != (1, 1):
            raise DefinitionError(f"{self.function.text} is no number that depends on a matrix")
        if (self.name.takes, self.name.arity, self.name.shape) != (self.function.takes, 0, self.function.takes[0]):
            raise DefinitionError(f"{self.name.text} has not the shape of a gradient of {self.function.text}")

    @property
    def left(self) -> App:
        letters = ("u", "v", "w", *(f"w_{k}" for k in range(len(self.name.takes))))
        return self.name(*(Name(letter, shape)() for letter, shape in zip(letters, self.name.takes, strict=False)))

    @property
    def uses(self) -> dict[Name, None]:
        return {self.function: None}

    @property
    def undefined(self) -> tuple[Name, ...]:
        return (self.function,)


@dataclass(frozen=True)
class Gradient(Proposition):
    """`gradient` is the gradient of `function`, a number, with respect to the matrix `point`."""

    function: Expr
    gradient: Expr
    point: Name
    by_continuity: ClassVar[bool] = True

    def complete(self) -> None:
        require_shape(self.function, (sympy.Integer(1), sympy.Integer(1)), "a function with a gradient")
        require_shape(self.gradient, self.point.shape, "a gradient")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.function, self.gradient, self.point()


@dataclass(frozen=True)
class Differentiation(Immutable):
    """`gradient` is the gradient of `function`, both defined for one matrix and the same indices.

    The proof shows dL = ⟨G, H⟩ in every direction H, by the sum, the product and the chain rule. `by` gives the
    gradients of uninterpreted functions.
    """

    function: Definition
    gradient: Definition
    direction: Name
    by: tuple[GradientOf, ...] = ()

    @property
    def statement(self) -> Gradient:
        (point,) = self.function.parameters
        of, is_gradient = (d.name.at(self.function.indices, (point(),)) for d in (self.function, self.gradient))
        return Gradient(of, is_gradient, point)

    def differential(self) -> Equation:
        """Return the equation that has to be shown: dL = ⟨G, H⟩."""
        (point,) = self.function.parameters
        gradients = {known.function: known.name for known in self.by}
        change = differential(self.function.body, point, self.direction(), gradients)
        return Equation(change, inner(self.gradient.body, self.direction()))


def check_differentiation(ledger: Ledger, proof: Differentiation) -> None:
    """Check a gradient by the rules of differentiation.

    dL(W; H) = ⟨G(W), H⟩ for a new direction H (`differential`)
    ──────────────────────────────────────────────────────────
                G is the gradient of L
    """
    function, gradient = proof.function, proof.gradient
    require_function(function, gradient)
    if proof.direction.shape != function.parameters[0].shape or proof.direction in {
        *function.parameters,
        *names(function.body),
        *names(gradient.body),
    }:
        raise ProofError("the direction needs a name of its own, and the shape of the point")
    wanted = proof.differential()
    check_calculation(ledger, Calculation(wanted.left, (Step(wanted.right),)))
    ledger.meanings.extend((function, gradient, *proof.by))
    ledger.used |= {rules.DEFINITION, DIFFERENTIAL}


def differential(expr: Expr, point: Name, direction: Expr, gradients: Mapping[Name, Name]) -> Expr:
    """Return the differential of an expression at `point` in a direction.

    All definitions must have been replaced before. `gradients` maps functions to the names of their gradients. Raises
    DifferentialError if a part of the expression has no differential by these rules.
    """

    def go(part: Expr) -> Expr:
        if point not in names(part):
            return Zero(*part.shape)
        match part:
            case App() if part.name == point:
                return direction
            case App(name=name, arguments=(first, *others)) if name in gradients and not any(
                point in names(other) for other in others
            ):
                return inner(gradients[name].at((), part.arguments), go(first))
            case Add(terms=terms):
                return Add(tuple(go(term) for term in terms if point in names(term)))
            case Mul(factors=factors):
                changed = [k for k, factor in enumerate(factors) if point in names(factor)]
                return Add(tuple(Mul((*factors[:k], go(factors[k]), *factors[k + 1 :])) for k in changed))
            case Power(base=base, exponent=exponent) if exponent.is_Integer and 0 < exponent <= LARGEST_EXPONENT:
                return go(Mul((base,) * int(exponent)))
            case Transpose(argument=argument):
                return Transpose(go(argument))
            case Trace(argument=argument):
                return Trace(go(argument))
            case Sum():
                return Sum(go(part.body), part.index, part.lower, part.upper)
            case Blocks(rows=rows):
                return Blocks(tuple(tuple(go(block) for block in row) for row in rows))
        raise DifferentialError("a part of the expression has no differential by these rules")

    return go(expr)
