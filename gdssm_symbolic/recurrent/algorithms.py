"""Learning algorithms as equations for their iterates, made from the loss, the rate and the start.

    online gradient descent   W_t = D_t(W_{t-1}) - η_t L ∇ℒ_t(D_t(W_{t-1})) R
    gradient descent          W_n = W_0 - η L ∇ℒ_n(W_0) R
    heavy ball                W_t = D_t(W_{t-1}) + μ_t (W_{t-1} - W_{t-2}) - η_t ∇ℒ_t(W_{t-1})
    momentum                  W_t = D_t(W_{t-1}) + C_t,  where C_t = μ_t C_{t-1} - η_t ∇ℒ_t(W_{t-1})
    proximal step             W_t = D_t(W_{t-1}) - η_t ∇ℒ_t(W_t),  where ½‖W - D_t(W_{t-1})‖² + η_t ℒ_t(W) has the
                              gradient 0

ℒ_t is the loss of token t, but that of gradient descent, ℒ_n, is the loss of the first n tokens. There may be several
such steps at a token, or from the start. D_t is the identity if no decay is given, and so are L and R. The gradient is
found from the loss, and proved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import sympy

from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Name, Zero, substitute, wrap
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.well_defined import require_well_defined
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh

from .claims import ALGORITHMS, AlgorithmClaim
from .gradient import Loss
from .layer import State
from .letters import counter
from .tokens import counter_for

#: What the iterate of an algorithm is called: the first letter that is not in use.
ITERATES = ("W", "M", "X", "V", "Z")
#: What the last change is called.
KEPT = ("C", "U", "R", "E")
#: A given number of steps is written out, up to this one.
MOST_STEPS = 20


@dataclass(frozen=True)
class Run:
    """What it means that a state is the iterate: `equation` for every value of `variable`, with these meanings.

    `states` are the iterate and what else the algorithm keeps, unless the iterate is given in closed form. The
    definitions are in the order in which they are put in. `losses` are the losses, of which the gradients are proved.
    """

    equation: Equation
    variable: sympy.Symbol
    states: tuple[State, ...]
    definitions: tuple[Definition, ...]
    losses: tuple[Loss, ...]


def run(claim: AlgorithmClaim, state: State, taken: Collection[str]) -> Run:
    """Return the algorithm of a claim, started where the state starts, with names that are not taken.

    Raises DifferentialError if the loss has no gradient by the rules, and OutsideLanguage for an algorithm that is
    not stated here.
    """
    if claim.name not in _RUNS:
        raise OutsideLanguage(f"{claim.name} is not stated here yet")
    if claim.further and not ALGORITHMS[claim.name].several:
        raise OutsideLanguage(f"{claim.name} takes one step at a token, with one loss")
    return _RUNS[claim.name](claim, state, taken)


def _online(claim: AlgorithmClaim, state: State, taken: Collection[str]) -> Run:
    """W_t = D_t(W_{t-1}) - η_t ∇ℒ_t(D_t(W_{t-1})), from the start of the state, or several such steps."""
    n, iterate = counter(taken), _iterate(state, taken)
    steps = _Steps(claim, t, taken)
    body = steps.from_point(_decayed(claim, iterate[t - 1]))
    states = (State(iterate, state.initial, body),)
    return Run(Equation(state.name[n], iterate[n]), n, states, steps.definitions, steps.losses)


def _batch(claim: AlgorithmClaim, state: State, taken: Collection[str]) -> Run:
    """W_n = W_0 - η ∇ℒ_n(W_0), or more such steps, on the loss of the first n tokens."""
    n, iterate = _count(claim, taken), _iterate(state, taken)
    steps = _Steps(claim, n, taken)
    definitions = Definition(iterate, steps.from_point(state.initial), (n,)), *steps.definitions
    return Run(Equation(state.name[n], iterate[n]), n, (), definitions, steps.losses)


def _heavy_ball(claim: AlgorithmClaim, state: State, taken: Collection[str]) -> Run:
    """W_t = D_t(W_{t-1}) + μ_t C_{t-1} - η_t ∇ℒ_t(W_{t-1}), where C_t = W_t - W_{t-1} is the last change, C_0 = 0."""
    iterate, kept, steps = _iterate(state, taken), _kept(state, taken), _Steps(claim, t, taken)
    before = iterate[t - 1]
    moved = _momentum(claim, kept) - steps.scaled_gradient(before)
    body, change = before + moved, moved
    if "decay" in claim.options:
        body = _decayed(claim, before) + moved
        change = body - before
    return _with_kept(state, (iterate, body), (kept, change), steps, taken)


def _velocity(claim: AlgorithmClaim, state: State, taken: Collection[str]) -> Run:
    """W_t = D_t(W_{t-1}) + C_t, where C_t = μ_t C_{t-1} - η_t ∇ℒ_t(W_{t-1}), C_0 = 0."""
    iterate, kept, steps = _iterate(state, taken), _kept(state, taken), _Steps(claim, t, taken)
    before = iterate[t - 1]
    moved = _momentum(claim, kept) - steps.scaled_gradient(before)
    return _with_kept(state, (iterate, _decayed(claim, before) + moved), (kept, moved), steps, taken)


def _with_kept(
    state: State, iterate: tuple[Name, Expr], kept: tuple[Name, Expr], steps: _Steps, taken: Collection[str]
) -> Run:
    n = counter(taken)
    states = State(iterate[0], state.initial, iterate[1]), State(kept[0], Zero(*state.name.shape), kept[1])
    return Run(Equation(state.name[n], iterate[0][n]), n, states, steps.definitions, steps.losses)


def _proximal(claim: AlgorithmClaim, state: State, _taken: Collection[str]) -> Run:
    """S_t = D_t(S_{t-1}) - η_t ∇ℒ_t(S_t)."""
    loss = Loss(claim.loss, claim.point, t)
    slope = loss.gradient.name.at((t,), (state.name[t],))
    right = _decayed(claim, state.name[t - 1]) - claim.rate * slope
    return Run(Equation(state.name[t], right), t, (), (loss.gradient,), (loss,))


_RUNS: Mapping[str, Callable[[AlgorithmClaim, State, Collection[str]], Run]] = MappingProxyType(
    {
        "online gradient descent": _online,
        "gradient descent": _batch,
        "heavy ball": _heavy_ball,
        "momentum": _velocity,
        "proximal step": _proximal,
    }
)


class _Steps:
    """The steps at one token, or for so many tokens, as functions of the point from which they are taken.

    A single step is written out; each of several has a name U, so that W_t = U_t(U_t(W_{t-1})) is two of one kind.
    """

    def __init__(self, claim: AlgorithmClaim, index: sympy.Symbol, taken: Collection[str]) -> None:
        self.claim, self.index, self.taken = claim, index, taken
        pairs = ((claim.loss, claim.rate), *claim.further)
        self.losses = tuple(
            Loss(substitute(value, {t: index}), claim.point, index, "'" * k) for k, (value, _) in enumerate(pairs)
        )
        self.kinds = tuple(zip(self.losses, (rate for _, rate in pairs), strict=True))

    @property
    def _times(self) -> int:
        steps = self.claim.options.get("steps", sympy.Integer(1))
        if not (isinstance(steps, sympy.Integer) and 1 <= steps <= MOST_STEPS):
            raise OutsideLanguage(f"the number of steps is given as an integer from 1 to {MOST_STEPS}, not as {steps}")
        return int(steps)

    @property
    def _named(self) -> tuple[Definition, ...]:
        """The kinds of steps as functions of the point; none if there is one step."""
        if self._times * len(self.kinds) == 1:
            return ()
        letter, point = fresh(("U", "F", "Φ"), self.taken), self.claim.point
        names = [Name(letter + loss.mark, point.shape, 1, (point.shape,)) for loss in self.losses]
        return tuple(
            Definition(name, self._step(*kind, point()), (self.index,), (point,))
            for name, kind in zip(names, self.kinds, strict=True)
        )

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return (*self._named, *(loss.gradient for loss in self.losses))

    def from_point(self, point: Expr) -> Expr:
        """Where the steps lead from a point."""
        if not self._named:
            return self._step(*self.kinds[0], point)
        for _ in range(self._times):
            for kind in self._named:
                point = kind.name.at((self.index,), (point,))
        return point

    def scaled_gradient(self, point: Expr) -> Expr:
        """The rate times the first gradient at a point."""
        return self._scaled(*self.kinds[0], point)

    def _step(self, loss: Loss, rate: Expr, point: Expr) -> Expr:
        return point - self._scaled(loss, rate, point)

    def _scaled(self, loss: Loss, rate: Expr, point: Expr) -> Expr:
        """The rate times the gradient at the point, with the factors on the left and on the right of it."""
        at = partial(substitute, symbols={t: self.index}, matrices={self.claim.point: point})
        slope: Expr = loss.gradient.name.at((self.index,), (point,))
        left, right = (self.claim.options.get(side) for side in ("left", "right"))
        slope = slope if left is None else at(wrap(left)) * slope
        slope = slope if right is None else slope * at(wrap(right))
        return at(rate) * slope


def _decayed(claim: AlgorithmClaim, point: Expr) -> Expr:
    """Where the step is taken: the point, after the decay if there is one."""
    decay = claim.options.get("decay")
    return point if decay is None else substitute(decay, {}, {claim.point: point})


def _momentum(claim: AlgorithmClaim, kept: Name) -> Expr:
    return wrap(claim.options["momentum"]) * kept[t - 1]


def _kept(state: State, taken: Collection[str]) -> Name:
    return Name(fresh(KEPT, taken), state.name.shape, arity=1)


def _iterate(state: State, taken: Collection[str]) -> Name:
    return Name(fresh(ITERATES, taken), state.name.shape, arity=1)


def _count(claim: AlgorithmClaim, taken: Collection[str]) -> sympy.Symbol:
    """A number of tokens, from 0 on where the loss, its rate and its factors have a value at 0, otherwise from 1 on.

    They have none if they read data of a token 0.
    """
    n = counter_for(written(claim), (), claim.products, taken)
    try:
        for expr in written(claim):
            require_well_defined(substitute(expr, {t: n}, evaluate=False), everywhere=True)
    except OutsideLanguage:
        return sympy.Symbol(n.name, integer=True, positive=True)
    return n


def written(claim: AlgorithmClaim) -> Iterator[Expr]:
    """Yield the losses, rates and factors of a claim."""
    for pair in ((claim.loss, claim.rate), *claim.further):
        yield from pair
    yield from (one for one in claim.options.values() if isinstance(one, Expr))
