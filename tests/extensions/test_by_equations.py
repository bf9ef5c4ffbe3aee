"""Equations that follow from others: certificates that add up, and those that do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.by_equations import ByEquations, Multiple
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, ShapeError, Zero
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Theorem
from gdssm_symbolic.recurrent.certificates import certificate
from gdssm_symbolic.writing.documents import write_text
from gdssm_symbolic.writing.narration import narrate

f, m, g = sympy.symbols("f m g", integer=True, positive=True)
beta = sympy.Symbol("beta")
Lambda, P = Name("Lambda", (m, m))(), Name("P", (m, m))()
r, e, b = (Name(text, (1, 1))() for text in "reb")
k, v, S = Name("k", (m, 1))(), Name("v", (f, 1))(), Name("S", (f, m))()
I = Identity(m)  # noqa: E741 - as it is written


def assumed(left: Expr, right: object, name: str) -> Theorem:
    return check(Assumption(name, Equation(left, right)))  # type: ignore[arg-type] # made an expression


INVERSE = assumed(Lambda * P, I, "P is the inverse of Λ, from the right")
SYMMETRIC = assumed(P.T, P, "P is symmetric")
RECIPROCAL = assumed(r * (1 + k.T * P * k), 1, "r is the reciprocal")
UPDATED = P - r * P * k * k.T * P


def found(left: Expr, right: Any, *known: Theorem) -> Theorem:
    proof = certificate(Equation(left, right), known)
    assert proof is not None
    return check(proof)


def test_sherman_morrison() -> None:
    theorem = found((Lambda + k * k.T) * UPDATED, I, INVERSE, RECIPROCAL)
    assert {one.name for one in theorem.assumptions} == {
        "P is the inverse of Λ, from the right",
        "r is the reciprocal",
    }
    assert "Left less right is the sum of these" in write_text(narrate([theorem]))


def test_equations_are_used_transposed() -> None:
    """P updated stays symmetric; and PΛᵀ - I = (ΛP - I)ᵀ - (Pᵀ - P)Λᵀ, which the search does not find."""
    assert found(UPDATED.T, UPDATED, SYMMETRIC)
    assert found(P.T * Lambda.T, I, INVERSE)
    assert found(k.T * Lambda * P * k, k.T * k, INVERSE)
    assert found(S * (k.T * P.T * Lambda.T * P * k), S * (k.T * P * k), INVERSE)
    multiples = Multiple(INVERSE, I, I, transposed=True), Multiple(SYMMETRIC, -I, Lambda.T)
    assert check(ByEquations(Equation(P * Lambda.T, I), multiples))


@pytest.mark.parametrize("strength", [b, beta])
def test_the_proximal_step_of_longhorn(strength: Any) -> None:
    """S' = S + e(v - Sk)kᵀ with e(1 + βkᵀk) = β has S' - S + β(S'k - v)kᵀ = 0."""
    known = assumed(e * (1 + strength * k.T * k), strength, "e is β/(1 + βkᵀk)")
    moved = S + e * (v - S * k) * k.T
    assert found(moved - S + strength * (moved * k - v) * k.T, Zero(f, m), known)


def test_woodbury() -> None:
    U, V, R = Name("U", (m, g))(), Name("V", (m, g))(), Name("R", (g, g))()
    known = assumed((Identity(g) + V.T * P * U) * R, Identity(g), "R inverts I + VᵀPU")
    assert found((Lambda + U * V.T) * (P - P * U * R * V.T * P), I, INVERSE, known)


def test_outer_products_and_powers() -> None:
    known = assumed(v * k.T, S, "S is v kᵀ")
    n = sympy.Symbol("n", integer=True, nonnegative=True)
    assert found(beta**n * v * k.T * P, beta**n * S * P, known)


@pytest.mark.parametrize(
    ("left", "right", "known"),
    [
        (P * Lambda, I, (INVERSE,)),  # a right inverse is a left one, but by its rank
        (Lambda * P, 2 * I, (INVERSE,)),
        ((Lambda + k * k.T) * UPDATED, I, (INVERSE,)),
        ((Lambda - k * k.T) * UPDATED, I, (INVERSE, RECIPROCAL)),
        ((Lambda + k * k.T) * (P + r * P * k * k.T * P), I, (INVERSE, RECIPROCAL)),
        (k * k.T, P, ()),
    ],
)
def test_what_does_not_follow_has_no_certificate(left: Expr, right: Any, known: tuple[Theorem, ...]) -> None:
    assert certificate(Equation(left, right), known) is None


def test_a_certificate_adds_up() -> None:
    good = ByEquations(Equation(S * Lambda * P, S), (Multiple(INVERSE, S, I),))
    assert check(good).assumptions == INVERSE.assumptions
    (one,) = good.multiples
    for wrong in (
        replace(good, multiples=()),
        replace(good, multiples=(one, one)),
        replace(good, multiples=(replace(one, times=2),)),
        replace(good, multiples=(replace(one, transposed=True),)),
        replace(good, multiples=(replace(one, theorem=SYMMETRIC),)),
        replace(good, statement=Equation(S * P * Lambda, S)),
        replace(good, statement=Equation(S * Lambda * P, 2 * S)),
    ):
        with pytest.raises(ProofError, match="sum of the multiples"):
            check(wrong)
    with pytest.raises(ShapeError):
        check(replace(good, multiples=(replace(one, before=P),)))


def test_with_an_assumption_no_multiple_has_a_pole() -> None:
    """From x = 0 and x = 1, assumed, follows 1 = 0, as it should; from β a = 0 nothing about a, where β may be 0."""
    a = Name("a", (1, 1))()
    zero = assumed(beta * a, 0, "βa is 0")
    proof = ByEquations(Equation(a, Zero(1, 1)), (Multiple(zero, 1 / beta, 1),))  # type: ignore[arg-type] # wrapped
    with pytest.raises(OutsideLanguage, match="divides by zero"):
        check(proof)


def test_equal_sides_need_no_equation() -> None:
    assert check(ByEquations(Equation(S * (k + k), 2 * S * k), ())).assumptions == frozenset()


def test_recursive_least_squares_keeps_the_inverse_for_all_tokens() -> None:
    """Λ_t P_t = I for all t, if Λ_0 P_0 = I and r_t(1 + k_tᵀP_{t-1}k_t) = 1: an induction in which both have a name."""
    t = sympy.Symbol("t", integer=True, positive=True)
    n = sympy.Symbol("n", integer=True, nonnegative=True)
    L, Q = Name("L", (m, m), arity=1), Name("Q", (m, m), arity=1)
    keys, rate = Name("k", (m, 1), arity=1), Name("r", (1, 1), arity=1)
    outer, tail = keys[n + 1] * keys[n + 1].T, keys[n + 1] * keys[n + 1].T * Q[n]
    metric = Recurrence(L, t, L[0], L[t - 1] + keys[t] * keys[t].T)
    inverse = Recurrence(Q, t, Q[0], Q[t - 1] - rate[t] * Q[t - 1] * keys[t] * keys[t].T * Q[t - 1])
    whole = Definition(Name("D", (m, m), arity=1), L[n] * Q[n], (n,))
    unit = Definition(Name("E", (1, 1), arity=1), rate[t] * (1 + keys[t].T * Q[t - 1] * keys[t]), (t,))
    D, E = whole.name, unit.name
    begins, reciprocal = assumed(D[0], I, "Λ_0 P_0 is I"), assumed(E[t], 1, "r_t is the reciprocal")
    statement = Equation(D[n], I)
    updated = Q[n] - rate[n + 1] * Q[n] * tail
    steps = (
        Step(L[n + 1] * Q[n + 1], (whole,)),
        Step((L[n] + outer) * updated, (metric, inverse)),
        Step(D[n] - D[n] * rate[n + 1] * tail + outer * updated, (whole,)),
        Step(I - rate[n + 1] * tail + outer * updated, (Hypothesis(statement),)),
        Step(I + tail - E[n + 1] * tail, (unit,)),
        Step(I, (reciprocal,)),
    )
    proof = Induction(statement, n, Calculation(D[0], (Step(I, (begins,)),)), Calculation(D[n + 1], steps))
    assert {one.name for one in check(proof).assumptions} == {"Λ_0 P_0 is I", "r_t is the reciprocal"}
