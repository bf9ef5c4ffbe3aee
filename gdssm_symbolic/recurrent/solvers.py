"""Methods of linear algebra that a state may be an iterate of: they have a matrix in place of a loss.

    conjugate gradients      L steps on A x = b from 0: with g_0 = p_0 = b and x_0 = 0,
                                 x_l = x_{l-1} + a p_{l-1},  a = |g_{l-1}|² / ⟨p_{l-1}, A p_{l-1}⟩
                                 g_l = b - A x_l,            p_l = g_l + |g_l|² / |g_{l-1}|² p_{l-1}
    Newton-Schulz inversion  X_t = X_{t-1} (2I - A X_{t-1})
    ridge regression         W_t (γ^t A + Σ_{i=1..t} γ^{t-i} x_i x_iᵀ) = Σ_{i=1..t} γ^{t-i} y_i x_iᵀ
                             for the penalty A, and the input x and the target y of each token
    recursive least squares  P_t = (P_{t-1} - P_{t-1} x xᵀ P_{t-1} / (γ + xᵀ P_{t-1} x)) / γ
                             W_t = W_{t-1} + (y - W_{t-1} x) xᵀ P_t

The forgetting γ is 1 if none is given. If it is a number for each token, γ^{t-i} is the product of the later ones.

What is divided by is assumed not to be 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import sympy

from gdssm_symbolic.kernel.definitions import Definition, Meaning, unfold
from gdssm_symbolic.kernel.expressions import ONE, Expr, Identity, Name, Sum, substitute
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.theory.least_squares import t

from .claims import Parameters
from .layer import State
from .products import Products

#: What the iterate is called; of several, the last.
ITERATES = ("W", "V", "X", "Z")
#: What a residual is called, and a direction.
RESIDUALS, DIRECTIONS = ("g", "e", "E"), ("p", "h", "D")
#: Conjugate gradients are written out for so many steps.
MOST_WRITTEN_OUT = 2

#: The methods, by the names that a claim gives them.
SOLVERS: Mapping[str, Parameters] = MappingProxyType(
    {
        "conjugate gradients": Parameters(("matrix", "vector"), ("steps",)),
        "Newton-Schulz inversion": Parameters(("matrix",)),
        "ridge regression": Parameters(("penalty", "input", "target"), ("forgetting",)),
        "recursive least squares": Parameters(("inverse", "input", "target"), ("forgetting",)),
    }
)


def newton_schulz(state: State, matrix: Expr, new: Callable[[Iterable[str]], str]) -> State:
    """Return the iterate, which starts as the state does; `new` takes a letter of some."""
    name = Name(new(ITERATES), state.name.shape, arity=1)
    before = name[t - 1]
    return State(name, state.initial, before * (2 * Identity(state.name.shape[0]) - matrix * before))


def conjugate_gradients(
    matrix: Expr,
    vector: Expr,
    steps: int,
    states: Sequence[Meaning],
    new: Callable[[Iterable[str]], str],
    reciprocal: Callable[[Expr], Expr],
) -> tuple[Definition, ...]:
    """Return the meanings of the iterate after `steps` steps at token t, which is the first, and of the names in it.

    `new` takes a letter of some, and `reciprocal` gives 1/x for a number x, in which the updates of `states` are put
    in.
    """
    found = list[Definition]()

    def named(letters: Sequence[str], body: Expr) -> Expr:
        name = Name(new(letters), body.shape, arity=1)
        found.append(Definition(name, body, (t,)))
        return name[t]

    def over(number: Expr) -> Expr:
        for source in (*reversed(found), *states):
            number = unfold(number, [source])
        return reciprocal(number)

    residual = direction = vector
    point: Expr | None = None
    for step in range(steps):
        squared = residual.T * residual
        moved = squared * over(direction.T * matrix * direction) * direction
        point = named(ITERATES, moved if point is None else point + moved)
        if step + 1 < steps:
            following = named(RESIDUALS, vector - matrix * point)
            direction = named(DIRECTIONS, following + following.T * following * over(squared) * direction)
            residual = following
    return tuple(reversed(found))


def recursive_least_squares(
    weights: Name, inverse: Name, x: Expr, y: Expr, forgetting: Expr | None, reciprocal: Callable[[Expr], Expr]
) -> tuple[Equation, Equation]:
    """Return the equations for the inverse and for the weights at token t; `reciprocal` gives 1/x for a number x."""
    before, kept = weights[t - 1], inverse[t - 1]
    over = reciprocal((1 if forgetting is None else forgetting) + x.T * kept * x)
    new = kept - over * kept * x * x.T * kept
    return (
        Equation(inverse[t], new if forgetting is None else reciprocal(forgetting) * new),
        Equation(weights[t], before + (y - before * x) * x.T * inverse[t]),
    )


def ridge_regression(
    weights: Name, penalty: Expr, x: Expr, y: Expr, forgetting: Expr | None, products: Products, index: sympy.Symbol
) -> Equation:
    """Return the equation for the weights after token t, with sums over an index of which nothing else is called."""

    def carried(expr: Expr, first: sympy.Expr) -> Expr:
        return expr if forgetting is None else products.over(forgetting, first, t) * expr

    def total(left: Expr, right: Expr) -> Expr:
        return Sum(carried(substitute(left * right.T, {t: index}), index), index, ONE, t)

    return Equation(weights[t] * (carried(penalty, sympy.Integer(0)) + total(x, x)), total(y, x))
