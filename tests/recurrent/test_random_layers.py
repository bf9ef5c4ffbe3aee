"""The verdict against exact evaluation, on random linear recurrences and random claims, true and false.

A true claim is made by regrouping, transposing, rescaling, unrolling, or cutting into chunks; a false one by one more
change. The judge is evaluation at random sizes and data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

import pytest
import sympy
from explicit import agree
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from one_change import Alike, changes_in, with_part
from recurrent_layers import C, D, M, P, S, T, W, a, beta, d, delta, error, gamma, i, k, k2, m, q, v, v2

from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum, Trace, Transpose, Zero, substitute, wrap
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.recurrent.claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim
from gdssm_symbolic.recurrent.decide import decide
from gdssm_symbolic.recurrent.gradient import gradient_of
from gdssm_symbolic.recurrent.layer import RecurrentLayer, State
from gdssm_symbolic.theory.least_squares import t

Q = Name("Q", (d, d))
ALIKE = Alike((k, k2, v, v2, a, beta, q), ())
ONE = Scalar(sympy.Integer(1))

constants = st.sampled_from([ONE, wrap(gamma), wrap(1 - delta), wrap(sympy.Rational(-1, 2)), wrap(2 * gamma)])
numbers = st.one_of(constants, st.sampled_from([a[t], beta[t], a[t] * beta[t], k[t].T * k2[t], v[t].T * v2[t]]))
keys = st.sampled_from([k[t], k2[t], k[t] + k2[t], P() * k[t], D[t] * k[t]])
values = st.sampled_from([v[t], v2[t], v[t] - v2[t], Q() * v[t]])
starts = st.sampled_from([Zero(d, m), None, Name("G", (d, m))()])


@st.composite
def carried(draw: Any, before: Expr) -> Expr:
    """What a term keeps of the state before: a multiple, or a product with matrices on one side or on both."""
    key, value = draw(keys), draw(values)
    right = draw(st.sampled_from([before, before * P(), before * D[t], before * key * draw(keys).T]))
    return draw(numbers) * draw(st.sampled_from([right, Q() * right, value * (draw(values).T * right)]))


@st.composite
def updates(draw: Any) -> tuple[list[Expr], list[Expr]]:
    """The terms with the state before, and those without."""
    kept = draw(st.lists(carried(S[t - 1]), min_size=1, max_size=3))
    added = draw(st.lists(st.builds(lambda c, x, y: c * x * y.T, numbers, values, keys), min_size=1, max_size=2))
    return kept, added


def another(draw: Any, kept: list[Expr], added: list[Expr], start: Expr | None) -> tuple[State, Expr]:
    """A state in which the same is computed in another way, and how S is read from it."""
    factor = draw(st.sampled_from([1, 1, -1, sympy.Rational(1, 3), gamma])) if start is not None else 1
    transposed = draw(st.booleans())
    name = T if transposed else M
    inside = name[t - 1].T if transposed else name[t - 1]
    terms = draw(st.permutations([*(put_in(term, inside) for term in kept), *(factor * term for term in added)]))
    update = reduce(add, [Transpose(term) for term in terms] if transposed else terms)
    first = None if start is None else factor * start
    if first is not None and transposed:
        first = first.T
    return State(name, first, update), 1 / sympy.sympify(factor) * (name[t].T if transposed else name[t])


def put_in(expr: Expr, state: Expr) -> Expr:
    return state if expr == S[t - 1] else expr.mapped(lambda part: put_in(part, state))


def changed(draw: Any, state: State) -> State:
    """The state, as often as not with one change in its update, if what comes out is a state."""
    if draw(st.booleans()):
        return state
    change = draw(st.sampled_from([one for one in changes_in(state.recurrence, ALIKE) if one.path[0] == "body"]))
    try:
        return replace(state, update=with_part(state.recurrence, change.path, change.value).body)
    except ValueError:
        return state


@st.composite
def pairs(draw: Any) -> tuple[RecurrentLayer, Claim, bool]:
    """Two layers, and whether they are the same as they are made."""
    kept, added = draw(updates())
    start = draw(starts)
    other, read = another(draw, kept, added, start)
    twin = changed(draw, other)
    own = RecurrentLayer((State(S, start, reduce(add, [*kept, *added])),), S[t] * q[t])
    return own, SameAsClaim(RecurrentLayer((twin,), read * q[t])), twin == other


@st.composite
def unrolled(draw: Any) -> tuple[RecurrentLayer, Claim, bool]:
    """A state with a constant decay, unrolled, read out, or over a chunk."""
    decay, added = draw(st.sampled_from([gamma, delta, sympy.Integer(1)])), reduce(add, draw(updates())[1])
    start = draw(starts)
    state = State(S, start, decay * S[t - 1] + added)
    twin = changed(draw, state)
    first = S[0] if start is None else start

    def total(steps: sympy.Symbol, offset: sympy.Expr, from_start: Expr) -> Expr:
        carried = decay ** (steps - i) * substitute(added, {t: i + offset})
        return decay**steps * from_start + Sum(carried, i, 1, steps)

    claim: Claim
    match draw(st.integers(0, 2)):
        case 0:
            claim = FormulaClaim(S[t], total(t, sympy.Integer(0), first))
        case 1:
            claim = FormulaClaim(S[t] * q[t], total(t, sympy.Integer(0), first) * q[t])
        case _:
            claim = ChunkClaim(S, C, total(C, t, S[t]))
    return RecurrentLayer((twin,), S[t] * q[t]), claim, twin == state


@st.composite
def descents(draw: Any) -> tuple[RecurrentLayer, Claim, bool]:
    """A step on a random loss, written out."""
    penalty = gamma / 2 * Trace(W().T * W())
    losses = st.sampled_from([error(k[t], v[t]), error(P() * k[t], v2[t]), -(v2[t].T * W() * k[t]), penalty])
    loss, rate = reduce(add, draw(st.lists(losses, min_size=1, max_size=2))), draw(numbers)
    decay = draw(st.sampled_from([W(), a[t] * W(), W() * D[t], gamma * W()]))
    point = substitute(decay, {}, {W: S[t - 1]})
    state = State(S, draw(starts), point - rate * substitute(gradient_of(loss, W), {}, {W: point}))
    twin = changed(draw, state)
    claim = AlgorithmClaim("online gradient descent", S, W, loss, rate, {"decay": decay})
    return RecurrentLayer((twin,), S[t] * q[t]), claim, twin == state


def judged(drawn: tuple[RecurrentLayer, Claim, bool]) -> None:
    layer, claim, as_made = drawn
    for one in decide(layer, claim):
        holds = agree(*one.equation.parts, seed=3, points=4, meanings=one.meanings)
        told = layer, claim, one.why
        assert holds or not as_made, told
        assert isinstance(one.found, Refuted) == (not holds), told
        assert isinstance(one.found, Theorem) or not as_made, told


KINDS: dict[str, Callable[[], st.SearchStrategy[tuple[RecurrentLayer, Claim, bool]]]] = {
    "another layer": pairs,
    "a formula or a chunk": unrolled,
    "an algorithm": descents,
}


#: The claims are drawn in so many parts of each kind, which run side by side.
PARTS = 4


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", KINDS)
def test_the_verdict_is_that_of_exact_evaluation(kind: str, part: int, request: pytest.FixtureRequest) -> None:
    examples = -(-request.config.getoption("recurrences") // (len(KINDS) * PARTS))

    @seed(part)
    @settings(max_examples=examples, deadline=None, database=None)
    @given(KINDS[kind]())
    def verdicts(drawn: tuple[RecurrentLayer, Claim, bool]) -> None:
        judged(drawn)

    verdicts()
