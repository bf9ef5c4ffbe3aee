"""Methods of linear algebra that a state may be an iterate of: they have a matrix in place of a loss.

    conjugate gradients      L steps on A x = b from 0: with g_0 = p_0 = b and x_0 = 0,
                                 x_l = x_{l-1} + a p_{l-1},  a = |g_{l-1}|² / ⟨p_{l-1}, A p_{l-1}⟩
                                 g_l = b - A x_l,            p_l = g_l + |g_l|² / |g_{l-1}|² p_{l-1}
    Newton-Schulz inversion  X_t = X_{t-1} (2I - A X_{t-1})
    recursive least squares  P_t = P_{t-1} - P_{t-1} x xᵀ P_{t-1} / (1 + xᵀ P_{t-1} x)
                             W_t = W_{t-1} + (y - W_{t-1} x) xᵀ P_t,  for the input x and the target y of token t

What is divided by is assumed not to be 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from gdssm_symbolic.kernel.definitions import Definition, Meaning, unfold
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.theory.least_squares import t

from .claims import Parameters
from .layer import State

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
        "recursive least squares": Parameters(("inverse", "input", "target")),
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
    weights: Name, inverse: Name, x: Expr, y: Expr, reciprocal: Callable[[Expr], Expr]
) -> tuple[Equation, Equation]:
    """Return the equations for the inverse and for the weights at token t; `reciprocal` gives 1/x for a number x."""
    before, kept = weights[t - 1], inverse[t - 1]
    over = reciprocal(1 + x.T * kept * x)
    return (
        Equation(inverse[t], kept - over * kept * x * x.T * kept),
        Equation(weights[t], before + (y - before * x) * x.T * inverse[t]),
    )
