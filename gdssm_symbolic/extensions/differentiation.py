"""The differential of an expression: the sum, the product and the chain rule, nothing else.

With the entries of a matrix W as the variables, the differential in a direction H is linear in H. A function that is
not interpreted is differentiated by the chain rule, if its gradient has a name (`GradientOf`):

    d g(u, v) = ⟨∇g(u, v), du⟩,    where v does not depend on W.
"""

from __future__ import annotations

from collections.abc import Mapping

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
)
from gdssm_symbolic.kernel.statements import ProofError

#: Powers are differentiated as products of so many factors at most.
LARGEST_EXPONENT = 100


class DifferentialError(ProofError):
    """The expression has no differential by these rules."""


def differential(expr: Expr, point: Name, direction: Expr, gradients: Mapping[Name, Name]) -> Expr:
    """The differential of an expression at `point` in a direction; all definitions have to be replaced before.

    `gradients` gives the names of the gradients of functions. Raises DifferentialError.
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
                return Blocks(tuple(tuple(map(go, row)) for row in rows))
        raise DifferentialError("a part of the expression has no differential by these rules")

    return go(expr)
