"""Layers that are what they are said to be are proved; those that are not are refuted, and so is every twin."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
import sympy
from explicit import agree
from one_change import Alike, changes_in, with_part
from recurrent_layers import (
    FALSE,
    TRUE,
    A,
    C,
    D,
    M,
    P,
    S,
    W,
    X,
    a,
    added,
    batch,
    before,
    beta,
    gamma,
    i,
    k,
    layer,
    m,
    q,
    v,
    zero,
)

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted, confirm
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.recurrent.claims import ChunkClaim, FormulaClaim, SameAsClaim
from gdssm_symbolic.recurrent.decide import decide
from gdssm_symbolic.recurrent.layer import RecurrentLayer, State
from gdssm_symbolic.recurrent.relation import RelationError
from gdssm_symbolic.recurrent.unrolled import computes
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.printing import to_text

#: What may stand for another name of its shape in a changed update.
ALIKE = Alike((k, q, beta, a, D, P, S, X, v), ())
TWINS = 6


@pytest.mark.parametrize("name", TRUE)
def test_what_is_right_is_proved(name: str) -> None:
    for one in decide(*TRUE[name]):
        assert isinstance(one.found, Theorem), one.why
        assert one.found.statement == one.equation
        assert set(one.found.defined) <= set(one.meanings)
        assert check(one.found.proof).statement == one.equation
        assert agree(*one.equation.parts, seed=1, points=3, meanings=one.meanings)


@pytest.mark.parametrize("name", FALSE)
def test_what_is_wrong_is_refuted(name: str) -> None:
    refuted = [one.found for one in decide(*FALSE[name]) if isinstance(one.found, Refuted)]
    assert refuted
    assert confirm(refuted[0].counterexample)


@pytest.mark.parametrize("name", TRUE)
def test_the_verdict_on_a_twin_is_that_of_exact_evaluation(name: str) -> None:
    of, claim = TRUE[name]
    state, *others = of.states
    changes = list(changes_in(state.recurrence, ALIKE))
    for change in Random(0).sample(changes, min(TWINS, len(changes))):
        try:
            twin = with_part(state.recurrence, change.path, change.value)
            start = None if twin.starts_from_data else twin.initial
            changed = RecurrentLayer((replace(state, update=twin.body, start=start), *others), of.output)
        except ValueError:  # it reads a state that is not there yet, or starts from a multiple of itself
            continue
        answers = decide(changed, claim)
        holds = all(agree(*one.equation.parts, seed=2, points=3, meanings=one.meanings) for one in answers)
        told = [(one.equation, one.why) for one in answers if one.found is None]
        assert any(isinstance(one.found, Refuted) for one in answers) == (not holds), (change, told)


def test_a_formula_that_the_normal_form_has_no_words_for_is_proved_between_names() -> None:
    """P^{t-i} beside k_i."""
    unrolled = Sum(v[i] * k[i].T * P() ** (t - i) * q[t], i, 1, t)
    (answer,) = decide(layer(before * P() + v[t] * k[t].T), FormulaClaim(S[t] * q[t], unrolled))
    assert isinstance(answer.found, Theorem)
    earlier = Sum(v[i] * k[i].T * P() ** (i - 1) * q[t], i, 1, t)
    (answer,) = decide(layer(before * P() + v[t] * k[t].T), FormulaClaim(S[t] * q[t], earlier))
    assert isinstance(answer.found, Refuted)


def test_states_whose_relation_is_not_found_are_compared_from_0_on_and_from_no_other_start() -> None:
    """S = M A is not looked for: to take S_0 = M_0 for it would refute what is true."""
    other = layer(M[t - 1] + v[t] * k[t].T, None, M[t] * A() * q[t], M)
    (answer,) = decide(layer(before + v[t] * k[t].T * A(), None), SameAsClaim(other))
    assert answer.found is None
    assert answer.why == "no relation of the states was found"
    (answer,) = decide(layer(before + v[t] * k[t].T * A(), None), SameAsClaim(other, (Equation(S[t], M[t] * A()),)))[1:]
    assert isinstance(answer.found, Theorem)


def test_a_relation_that_makes_the_outputs_equal_is_looked_for_before_anything_is_refuted() -> None:
    """Where both S = M and S = Mᵀ hold, or all S = cM, the first was taken, and with it the claim refuted."""
    R, Q, key, value = Name("R", (m, m), 1), Name("Q", (m, m), 1), k[t], Name("u", (m, 1), 1)[t]
    both = key * value.T + value * key.T
    symmetric = layer(R[t - 1] + both, None, R[t] * q[t], R), layer(Q[t - 1] + both, None, Q[t].T * q[t], Q)
    scaled = layer(a[t] * before, None), layer(a[t] * M[t - 1], None, 2 * (M[t] * q[t]), M)
    for one, other in (symmetric, scaled):
        (answer,) = decide(one, SameAsClaim(other))
        assert isinstance(answer.found, Theorem)


@pytest.mark.parametrize(("factor", "proved"), [(gamma, False), (1 + gamma**2, True), (m, True), (1 / gamma, True)])
def test_the_other_layer_starts_at_a_multiple_that_has_a_value_everywhere(factor: sympy.Expr, proved: bool) -> None:
    """M_0 = S_0 / γ has none at γ = 0, where no start makes the outputs equal; what is divided by as written may be."""
    other = layer(M[t - 1] + added, None, factor * M[t] * q[t], M)
    (answer,) = decide(layer(before + factor * added, None), SameAsClaim(other))
    assert isinstance(answer.found, Theorem) is proved
    assert not isinstance(answer.found, Refuted)


def test_a_start_that_no_relation_gives_refutes_nothing() -> None:
    """S_0 is free and M_0 = 0: with M = S the claim is true."""
    (answer,) = decide(layer(before + added, None), SameAsClaim(layer(M[t - 1] + added, zero, M[t] * q[t], M)))
    assert answer.found is None


@pytest.mark.parametrize(
    "relation", [Equation(2 * M[t], 2 * S[t]), Equation(M[t] - S[t], zero), Equation(M[t].T, S[t].T)]
)
def test_a_relation_is_solved_for_the_start(relation: Equation) -> None:
    other = layer(M[t - 1] + added, None, M[t] * q[t], M)
    answers = decide(layer(before + added, None), SameAsClaim(other, (relation,)))
    assert all(isinstance(one.found, Theorem) for one in answers)


def test_a_start_that_a_relation_gives_twice_is_given_once() -> None:
    other = layer(M[t - 1] + added, None, M[t] * q[t], M)
    for second in (Equation(S[t], M[t]), Equation(2 * M[t], 2 * S[t])):
        answers = decide(layer(before + added, None), SameAsClaim(other, (Equation(M[t], S[t]), second)))
        assert [isinstance(one.found, Theorem) for one in answers] == [True] * 3


def test_a_start_that_is_given_through_a_third_state_is_given_once() -> None:
    U = Name("U", S.shape, 1)
    other = RecurrentLayer((State(M, None, U[t - 1] + added), State(U, None, U[t - 1] + added)), M[t] * q[t])
    circle = (Equation(M[t], U[t]), Equation(U[t], S[t]), Equation(S[t], M[t]))
    answers = decide(layer(before + added, None), SameAsClaim(other, circle))
    assert all(isinstance(one.found, Theorem) for one in answers)


@pytest.mark.parametrize("second", [Equation(M[t], 2 * S[t]), Equation(S[t], 2 * M[t])])
def test_a_relation_that_gives_a_start_in_two_ways_is_refused(second: Equation) -> None:
    other = layer(M[t - 1] + added, None, M[t] * q[t], M)
    with pytest.raises(RelationError, match="not shown to hold where"):
        decide(layer(before + added, None), SameAsClaim(other, (Equation(M[t], S[t]), second)))


def test_a_relation_that_is_not_solved_for_the_start_is_refuted_from_0_alone() -> None:
    """S A = M A says nothing of S_0 where A is 0, and holds for S_0 = M_0 = 0."""
    relation = (Equation(S[t] * A(), M[t] * A()),)
    for factor, refuted in ((1, False), (2, True)):
        other = layer(M[t - 1] + factor * added, None, M[t] * q[t], M)
        answers = decide(layer(before + added, None), SameAsClaim(other, relation))
        assert any(isinstance(one.found, Refuted) for one in answers) == refuted


def test_what_is_said_of_a_token_is_not_refuted_by_a_token_0() -> None:
    one_token = batch(added, -(v[t].T * W() * k[t]), 1)
    chunk = layer(before + added), ChunkClaim(S, C, before + Sum(v[t + i] * k[t + i].T, i, 0, C))
    for of, claim in (one_token, chunk):
        (answer,) = decide(of, claim)
        assert isinstance(answer.found, Theorem)
    other = layer(M[t - 1] + added, zero, M[t] * q[t] - added * q[t], M)
    answers = decide(layer(before), SameAsClaim(other, (Equation(S[t], M[t] - added),)))
    assert isinstance(answers[0].found, Refuted)
    assert all(index >= 1 for (_, at), _ in answers[0].found.counterexample.data for index in at)


@pytest.mark.parametrize(
    ("update", "told"),
    [
        (
            gamma * before + v[t] * k[t].T,
            ["S_t = γ S_{t−1} + v_t k_tᵀ", "S_n = Σ_{i=1..n} γ^{n−i} v_i k_iᵀ"],
        ),
        (
            a[t] * before * D[t] + v[t] * k[t].T,
            [
                "S_t = v_t k_tᵀ + a_t S_{t−1} D_t",
                "S_n = Σ_{i=1..n} P_{i,n} v_i k_iᵀ Π_{i,n}",
                "Π_{j,j} = I_m,  Π_{j,t} = Π_{j,t−1} D_t for j ≥ 0, t ≥ j + 1",
                "P_{j,j} = 1,  P_{j,t} = a_t P_{j,t−1} for j ≥ 0, t ≥ j + 1",
            ],
        ),
        (
            before - beta[t] * (before * k[t] - v[t]) * k[t].T,
            [
                "S_t = S_{t−1} − β_t S_{t−1} k_t k_tᵀ + β_t v_t k_tᵀ",
                "S_n = Σ_{i=1..n} β_i v_i k_iᵀ P_{i,n}",
                "P_{j,j} = I_m,  P_{j,t} = P_{j,t−1} (I − β_t k_t k_tᵀ) for j ≥ 0, t ≥ j + 1",
            ],
        ),
        (before * k[t] * v[t].T * before, ["S_t = S_{t−1} k_t v_tᵀ S_{t−1}"]),
    ],
)
def test_what_a_layer_computes_is_told_in_closed_form(update: Expr, told: list[str]) -> None:
    assert [to_text(one) for one in computes([layer(update)])] == told
