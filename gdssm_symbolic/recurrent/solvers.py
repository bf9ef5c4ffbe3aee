"""Methods of linear algebra that a state may be an iterate of: they have a matrix in place of a loss.

    conjugate gradients      L steps on A x = b from 0: with g_0 = p_0 = b and x_0 = 0,
                                 x_l = x_{l-1} + a p_{l-1},  a = |g_{l-1}|² / ⟨p_{l-1}, A p_{l-1}⟩
                                 g_l = b - A x_l,            p_l = g_l + |g_l|² / |g_{l-1}|² p_{l-1}
    Newton-Schulz inversion  X_t = X_{t-1} (2I - A X_{t-1})

What is divided by is assumed not to be 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from gdssm_symbolic.kernel.definitions import Definition, Meaning, unfold
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name
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
