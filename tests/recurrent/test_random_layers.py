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
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from one_change import Alike, Change, changes_in, with_part
from recurrent_layers import C, D, M, P, S, T, U, W, a, beta, d, delta, error, gamma, i, k, k2, m, q, v, v2, zero

from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum, Trace, Transpose, Zero, substitute, wrap
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.recurrent.claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim
from gdssm_symbolic.recurrent.decide import decide
from gdssm_symbolic.recurrent.gradient import gradient_of
from gdssm_symbolic.recurrent.layer import RecurrentLayer, State
from gdssm_symbolic.recurrent.products import product_over
from gdssm_symbolic.theory.least_squares import t

Q, N, R = Name("Q", (d, d)), Name("N", (d, m), 1), Name("R", (m, d), 1)
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


def put_in(expr: Expr, value: Expr, state: Name = S) -> Expr:
    return value if expr == state[t - 1] else expr.mapped(lambda part: put_in(part, value, state))


def changes_of(state: State) -> list[Change]:
    return list(changes_in(state.update, ALIKE))


def changed(draw: Any, state: State, *beside: State) -> State:
    """The state, as often as not with one change in its update, if a layer with the others may have it."""
    if draw(st.booleans()):
        return state
    change = draw(st.sampled_from(changes_of(state)))
    try:
        twin = replace(state, update=with_part(state.update, change.path, change.value))
        return RecurrentLayer((twin, *beside), twin.name[t]).states[0]
    except ValueError:  # another shape, or another step of a state
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
def systems(draw: Any) -> tuple[RecurrentLayer, Claim, bool]:
    """Two states that use one another, and multiples of them or of their transposes."""
    terms = [[draw(carried(draw(st.sampled_from([S, U]))[t - 1])) for _ in range(2)] for _ in range(2)]
    drive = [draw(values) * draw(keys).T for _ in range(2)]
    own = [reduce(add, [*some, added, other[t - 1]]) for some, added, other in zip(terms, drive, (U, S), strict=True)]
    transposed = draw(st.booleans())
    others = (T, R) if transposed else (M, N)
    factors = [draw(st.sampled_from([sympy.Integer(1), sympy.Integer(-1), sympy.Rational(1, 2)])) for _ in range(2)]
    read = {
        state: 1 / factor * (other[t - 1].T if transposed else other[t - 1])
        for state, other, factor in zip((S, U), others, factors, strict=True)
    }
    states = []
    for name, update, factor in zip(others, own, factors, strict=True):
        for state, form in read.items():
            update = put_in(update, form, state)
        states.append(State(name, Zero(*name.shape), factor * (update.T if transposed else update)))
    which = draw(st.integers(0, 1))
    twins = tuple(changed(draw, one, states[1 - k]) if k == which else one for k, one in enumerate(states))
    layer = RecurrentLayer((State(S, zero, own[0]), State(U, zero, own[1])), S[t] * q[t])
    other = RecurrentLayer(twins, substitute(read[S], {t: t + 1}) * q[t])
    return layer, SameAsClaim(other), twins == tuple(states)


@st.composite
def unrolled(draw: Any) -> tuple[RecurrentLayer, Claim, bool]:
    """A state with a decay or with gates, unrolled, read out, or over a chunk."""
    gate = draw(st.sampled_from([wrap(gamma), wrap(delta), ONE, a[t], beta[t], a[t] * beta[t]]))
    products = () if isinstance(gate, Scalar) else (product_over("Π", gate),)
    added, start = reduce(add, draw(updates())[1]), draw(starts)
    state = State(S, start, gate * S[t - 1] + added)
    twin = changed(draw, state)

    def since(first: sympy.Expr, last: sympy.Expr) -> Expr:
        return products[0].name[first, last] if products else Scalar(gate.value ** (last - first))

    def total(first: sympy.Expr, tokens: sympy.Symbol, from_start: Expr) -> Expr:
        later = since(first + i, first + tokens) * substitute(added, {t: first + i})
        return since(first, first + tokens) * from_start + Sum(later, i, 1, tokens)

    unrolled = total(sympy.Integer(0), t, state.initial)
    claims = [
        FormulaClaim(S[t], unrolled, products),
        FormulaClaim(S[t] * q[t], unrolled * q[t], products),
        ChunkClaim(S, C, total(t, C, S[t]), products),
    ]
    return RecurrentLayer((twin,), S[t] * q[t]), draw(st.sampled_from(claims)), twin == state


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
    "two states": systems,
    "a formula or a chunk": unrolled,
    "an algorithm": descents,
}


#: The claims are drawn in so many parts of each kind, which run side by side.
PARTS = 3


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", KINDS)
def test_the_verdict_is_that_of_exact_evaluation(kind: str, part: int, request: pytest.FixtureRequest) -> None:
    examples = -(-request.config.getoption("recurrences") // (len(KINDS) * PARTS))

    @seed(part)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(KINDS[kind]())
    def verdicts(drawn: tuple[RecurrentLayer, Claim, bool]) -> None:
        judged(drawn)

    verdicts()
