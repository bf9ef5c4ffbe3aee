"""The gradient that is read off from a loss: proved, with the derivatives as entries, and written as one would."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from recurrent_layers import ALL_TOKENS, FROBENIUS, ONE_TOKEN, PENALISED, WEIGHTED, D, P, W, beta, d, gamma, k, m, v

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.small_sizes import holds
from gdssm_symbolic.extensions.differentiation import DifferentialError, Differentiation
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, ShapeError, Sum, Trace
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.recurrent.gradient import Loss
from gdssm_symbolic.theory.least_squares import squared_norm, t
from gdssm_symbolic.writing.printing import to_text

w, y, A = Name("w", (m, 1)), Name("y", (1, 1), 1), Name("A", (m, m))
score = v[t].T * W() * k[t]

LOSSES: dict[str, tuple[Expr, Name, str]] = {
    "one token": (ONE_TOKEN, W, "(S k_t − v_t) k_tᵀ"),
    "weighted by a rate": (beta[t] * ONE_TOKEN, W, "β_t (S k_t − v_t) k_tᵀ"),
    "all tokens": (ALL_TOKENS, W, "Σ_{i=1..t} (S k_i − v_i) k_iᵀ"),
    "weighted": (WEIGHTED, W, "Σ_{i=1..t} γ^{t−i} (S k_i − v_i) k_iᵀ"),
    "a mini-batch": (FROBENIUS, W, "(S K_t − V_t) K_tᵀ"),
    "a penalty": (PENALISED, W, "S − v_t k_tᵀ"),
    "scalar targets": (sympy.Rational(1, 2) * squared_norm(w().T * k[t] - y[t]), w, "(wᵀ k_t − y_t) k_t"),
    "the square of a number": (score**2, W, "2 v_tᵀ S k_t v_t k_tᵀ"),
    "a number times a norm": (score * Trace(W().T * W()), W, "tr(Sᵀ S) v_t k_tᵀ + 2 v_tᵀ S k_t S"),
    "a power": (Trace(A() ** 3), A, "3 Aᵀ Aᵀ"),
    "a product with itself": (squared_norm(W().T * v[t] * k[t].T * W().T * v[t]), W, ""),
    "matrices between": (Trace(W() * P() * W().T * W() * D[t] * W().T), W, ""),
    "weights in between": (squared_norm(gamma * W() * (P() * k[t] * score)), W, ""),
}


@pytest.mark.parametrize("name", LOSSES)
def test_the_gradient_is_proved_and_has_the_derivatives_as_entries(name: str) -> None:
    value, point, written = LOSSES[name]
    loss = Loss(value, point, t)
    assert written in ("", to_text(loss.gradient.body))
    assert holds(loss.is_gradient(), 2, (Fraction(2), Fraction(-1)))


def test_no_index_in_a_gradient_is_called_like_a_name() -> None:
    """The kernel's next index is j."""
    j, i = Name("j", (d, 1), arity=1), sympy.Symbol("i", integer=True)
    total = Sum(j[i].T * W() * k[i], i, 1, t)
    assert holds(Loss(total * total, W, t).is_gradient(), 2, (Fraction(2), Fraction(-1)))


@pytest.mark.parametrize("name", LOSSES)
def test_no_other_gradient_is_proved(name: str) -> None:
    value, point, _ = LOSSES[name]
    loss = Loss(value, point, t)
    gradient = loss.gradient
    for change in (lambda one: -one, lambda one: 2 * one, lambda one: one + point()):
        other = Definition(gradient.name, change(gradient.body), gradient.indices, gradient.parameters)
        with pytest.raises(ProofError):
            check(Differentiation(loss.function, other, Name("H", point.shape)))


def test_a_loss_is_a_number_and_has_a_gradient_by_the_rules() -> None:
    with pytest.raises(ShapeError, match="a loss"):
        Loss(W() * k[t], W, t)
    half = Name("F", (d, m))
    with pytest.raises(DifferentialError):
        _ = Loss(Trace(Blocks(((W(), half()),)) * Blocks(((W(), half()),)).T), W, t).gradient
