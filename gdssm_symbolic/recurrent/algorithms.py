"""Learning algorithms as equations for their iterates, made from the loss, the rate and the start.

    online gradient descent   W_t = D_t(W_{t-1}) - η_t L ∇ℒ_t(D_t(W_{t-1})) R,   ℒ_t the loss of token t
    gradient descent          W_n = W_0 - η L ∇ℒ_n(W_0) R, or more such steps,   ℒ_n the loss of the first n tokens
    proximal step             W_t = D_t(W_{t-1}) - η_t ∇ℒ_t(W_t),  where ½‖W - D_t(W_{t-1})‖² + η_t ℒ_t(W) has the
                              gradient 0

D_t is the identity if no decay is given, and so are L and R. The gradient is found from the loss and proved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sympy

from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Name, substitute
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.well_defined import require_well_defined
from gdssm_symbolic.theory.least_squares import t

from .claims import AlgorithmClaim
from .gradient import Loss
from .layer import State
from .letters import counter, fresh

#: What the iterate of an algorithm is called: the first letter that is not in use.
ITERATES = ("W", "M", "X", "V", "Z")


@dataclass(frozen=True)
class Run:
    """What it means that a state is the iterate: `equation` for every value of `variable`, with these meanings.

    The meanings are in the order in which they are put in. `losses` are the losses, of which the gradients are proved.
    """

    equation: Equation
    variable: sympy.Symbol
    meanings: tuple[Meaning, ...]
    losses: tuple[Loss, ...]


def run(claim: AlgorithmClaim, state: State, taken: Collection[str]) -> Run:
    """Return the algorithm of a claim, started where the state starts, with names that are not taken.

    Raises DifferentialError if the loss has no gradient by the rules, and OutsideLanguage for an algorithm that is
    not stated here.
    """
    if claim.name not in _RUNS:
        raise OutsideLanguage(f"{claim.name} is not stated here yet")
    return _RUNS[claim.name](claim, state, taken)


def _online(claim: AlgorithmClaim, state: State, taken: Collection[str]) -> Run:
    """W_t = D_t(W_{t-1}) - η_t ∇ℒ_t(D_t(W_{t-1})), from the start of the state."""
    n, iterate = counter(taken), _iterate(state, taken)
    loss = Loss(claim.loss, claim.point, t)
    body = _step(claim, loss.gradient, _decayed(claim, iterate[t - 1]), t)
    meaning = Recurrence(iterate, t, _start(state), body)
    return Run(Equation(state.name[n], iterate[n]), n, (meaning, loss.gradient), (loss,))


def _batch(claim: AlgorithmClaim, state: State, taken: Collection[str]) -> Run:
    """W_n = W_0 - η ∇ℒ_n(W_0), or more such steps, on the loss of the first n tokens."""
    n = _count(claim, taken)
    iterate, at_n = _iterate(state, taken), {t: n}
    loss = Loss(substitute(claim.loss, at_n), claim.point, n)
    steps = claim.options.get("steps", sympy.Integer(1))
    if not (isinstance(steps, sympy.Integer) and steps >= 1):
        raise OutsideLanguage(f"gradient descent takes a given number of steps, at least 1, and not {steps}")
    point, meanings = _start(state), [loss.gradient]
    if steps == 1:
        body = _step(claim, loss.gradient, point, n)
    else:
        one = Name(fresh(("U", "Φ"), taken), claim.point.shape, 1, (claim.point.shape,))
        meanings.insert(0, Definition(one, _step(claim, loss.gradient, claim.point(), n), (n,), (claim.point,)))
        for _ in range(int(steps)):
            point = one.at((n,), (point,))
        body = point
    meanings.insert(0, Definition(iterate, body, (n,)))
    return Run(Equation(state.name[n], iterate[n]), n, tuple(meanings), (loss,))


def _proximal(claim: AlgorithmClaim, state: State, _taken: Collection[str]) -> Run:
    """S_t = D_t(S_{t-1}) - η_t ∇ℒ_t(S_t)."""
    loss = Loss(claim.loss, claim.point, t)
    gradient = loss.gradient.name.at((t,), (state.name[t],))
    right = _decayed(claim, state.name[t - 1]) - claim.rate * gradient
    return Run(Equation(state.name[t], right), t, (loss.gradient,), (loss,))


_RUNS: Mapping[str, Callable[[AlgorithmClaim, State, Collection[str]], Run]] = MappingProxyType(
    {"online gradient descent": _online, "gradient descent": _batch, "proximal step": _proximal}
)


def _step(claim: AlgorithmClaim, gradient: Definition, point: Expr, index: sympy.Symbol) -> Expr:
    """A step from the point, at this token or for so many tokens, with the factors left and right of the gradient."""

    def at(expr: Expr) -> Expr:
        return substitute(expr, {t: index})

    slope: Expr = gradient.name.at((index,), (point,))
    if (left := claim.options.get("left")) is not None:
        slope = at(left) * slope
    if (right := claim.options.get("right")) is not None:
        slope = slope * at(right)
    return point - at(claim.rate) * slope


def _decayed(claim: AlgorithmClaim, point: Expr) -> Expr:
    """Where the step is taken: the point, after the decay if there is one."""
    decay = claim.options.get("decay")
    return point if decay is None else substitute(decay, {}, {claim.point: point})


def _start(state: State) -> Expr:
    return state.name[0] if state.start is None else state.start


def _iterate(state: State, taken: Collection[str]) -> Name:
    return Name(fresh(ITERATES, taken), state.name.shape, arity=1)


def _count(claim: AlgorithmClaim, taken: Collection[str]) -> sympy.Symbol:
    """A number of tokens, from 0 on where the loss, its rate and its factors have a value at 0, otherwise from 1 on."""
    n = counter(taken)
    try:
        for expr in _written(claim):
            require_well_defined(substitute(expr, {t: n}, evaluate=False), everywhere=True)
    except OutsideLanguage:
        return sympy.Symbol(n.name, integer=True, positive=True)
    return n


def _written(claim: AlgorithmClaim) -> Iterator[Expr]:
    yield from (claim.loss, claim.rate)
    yield from (one for one in claim.options.values() if isinstance(one, Expr))
