"""Eqs. 7-23 one by one: each is proved as corrected, and its mutated twin is not; what is notation is refuted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import pytest

from derivations.claim import IllFormed, Outcome, shown
from derivations.claims import proposition_1, proposition_2, proposition_3
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Zero
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, eta, f
from gdssm_symbolic.theory import one_step
from gdssm_symbolic.theory.gd_ssm import TOKENS, sequence, tokens_from, window
from gdssm_symbolic.theory.least_squares import LeastSquares, t, x
from gdssm_symbolic.theory.many_steps import L
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.documents import inline
from gdssm_symbolic.writing.printing import to_latex, to_text
from gdssm_symbolic.writing.prose import plain

SCALAR, VECTOR = proposition_1.ONE_STEP, proposition_2.ONE_STEP


class Doubled(LeastSquares):
    """Gradient and loss with a factor 2 that does not belong there."""

    @property
    def gradient(self) -> Definition:
        return replace(super().gradient, body=2 * super().gradient.body)

    @property
    def loss(self) -> Definition:
        return replace(super().loss, body=2 * super().loss.body)


class Twin(OneStep):
    """One step against the wrong gradient."""

    @cached_property
    def problem(self) -> LeastSquares:  # type: ignore[override]
        return Doubled(super().problem.targets)


@pytest.mark.parametrize(
    ("of", "prove", "stated"),
    [
        (SCALAR, OneStep.implicit, "(1/(2t)) Σ_{i=1..t} (ŷ_i(w) − y_i)ᵀ (ŷ_i(w) − y_i) = ℒ_t(w)"),
        (SCALAR, OneStep.accumulated, "g_t = t ∇ℒ_t(w_0)"),
        (SCALAR, OneStep.applied, "(w_0 − (η/t) g_t)ᵀ x_{t+1} = (w_0 − η ∇ℒ_t(w_0))ᵀ x_{t+1}"),
        (SCALAR, OneStep.gradient_in_state, "z_t = t ∇ℒ_t(0)"),
        (VECTOR, OneStep.implicit, "(1/(2t)) Σ_{i=1..t} ‖ŷ_i(W) − y_i‖² = ℒ_t(W)"),
        (VECTOR, OneStep.accumulated, "g_t = t ∇ℒ_t(W_0) u"),
        (VECTOR, OneStep.applied, "(W_0 u − (η/t) g_t)ᵀ x_{t+1} = ((W_0 − η ∇ℒ_t(W_0)) u)ᵀ x_{t+1}"),
        (VECTOR, OneStep.gradient_in_state, "Z_t = (t ∇ℒ_t(0))ᵀ"),
    ],
    ids=lambda value: value.layer.kind if isinstance(value, OneStep) else getattr(value, "__name__", "stated"),
)
def test_what_rests_on_the_gradient(of: OneStep, prove: Callable[[OneStep], Theorem], stated: str) -> None:
    assert to_text(prove(of).statement) == stated
    with pytest.raises(ProofError):
        prove(Twin(of.layer))


def test_equation_10_starts_from_zero() -> None:
    theorem = SCALAR.applied(from_zero=True)
    assert to_text(theorem.statement) == "−(η/t) g^0_tᵀ x_{t+1} = (0 − η ∇ℒ_t(0))ᵀ x_{t+1}"
    assert r"\left(g^{0}_{t}\right)^{\top}" in to_latex(theorem.statement)  # two superscripts are none in LaTeX
    with pytest.raises(ProofError):
        Twin(SCALAR.layer).applied(from_zero=True)


@pytest.mark.parametrize(
    ("of", "step", "read"),
    [
        (SCALAR, "z_t = z_{t−1} − x_t y_t", "−(η/N) z_tᵀ Θ c_t = −(η/N) x_{t+1}ᵀ z_t"),
        (OneStep(proposition_1.PRINTED), "z_t = z_{t−1} + x_t y_t", "−(η/N) z_tᵀ Θ c_t = −(η/N) x_{t+1}ᵀ z_t"),
        (VECTOR, "Z_t = Z_{t−1} − y_t x_tᵀ", "−(η/N) Z_t C_t q = −(η/N) Z_t x_{t+1}"),
        (OneStep(proposition_2.PRINTED), "Z_t = Z_{t−1} + x_t y_tᵀ", "−(η/N) Z_t C_t q = −(η/N) Z_t x_{t+1}"),
        (OneStep(proposition_2.PLUS), "Z_t = Z_{t−1} + y_t x_tᵀ", "−(η/N) Z_t C_t q = −(η/N) Z_t x_{t+1}"),
    ],
)
def test_what_a_layer_adds_and_reads(of: OneStep, step: str, read: str) -> None:
    """Eqs. 11, 17 and 13, 18, worked out from the layer's numbers: other numbers, another statement."""
    assert to_text(of.recursion().statement) == step
    assert to_text(of.read_out().statement) == read


@pytest.mark.parametrize(
    "of", [OneStep(proposition_1.PRINTED), OneStep(proposition_2.PRINTED), OneStep(proposition_2.COLUMNS)]
)
def test_a_layer_of_another_sign_or_shape_does_not_hold_the_gradient(of: OneStep) -> None:
    with pytest.raises(ProofError):
        of.gradient_in_state()


def test_the_window_over_the_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eqs. 19-21 with the sequence that starts at 1; as printed, the windows are others."""
    assert to_text(VECTOR.windowed().statement) == "[s_{2t−1}  s_{2t}  s_{2t+1}] = C_t"
    inputs, targets = TOKENS
    printed = replace(inputs, body=sequence[2 * t]), replace(targets, body=sequence[2 * t + 1])
    monkeypatch.setattr(one_step, "TOKENS", printed)
    with pytest.raises(ProofError):
        VECTOR.windowed()
    assert tokens_from(2 * t).shape == window(2 * t).shape


@pytest.mark.parametrize(
    ("key", "words", "told"),
    [
        ("P2", "s_{2j} = x_j", "s_1 = 0, s_2 = 1, so x_1 = 0: 1 ≠ 0"),
        ("P2", "s_{2N+2}", "s_3 = 0, s_4 = 1, so x_2 = 0: 1 ≠ 0"),
        ("P2", "corresponds to the parameters", "η = 2"),
        ("P2", "W = 0 is assumed", "W = 1, x_1 = 1, so y_1 = 1: 1 ≠ 0"),
        ("P2", "N-dimensional", "N×1, but f×1 is needed"),
        ("P3", "the prediction is (Δ_lW)ᵀ x", "1 ≠ −1"),
        ("P3", "R^(m×m)", "f×f, but m×m is needed"),
        ("P3", "looped back", "a matrix of shape f×1 cannot multiply one of shape f×f"),
    ],
)
def test_readings(outcomes: dict[str, Outcome], key: str, words: str, told: str) -> None:
    *_, evidence = (found for reading, found in outcomes[key].readings if words in plain(reading.printed))
    assert told in inline(shown(evidence).line)
    assert isinstance(evidence, Refuted | IllFormed)


def test_the_corrected_readings_hold() -> None:
    """The twins of the refutations: with the correction put in, nothing is found against the sentence."""
    assert refute(Equation(sequence[2 * t - 1], x[t]), TOKENS) is None
    assert refute(Equation(sequence[2 * N + 1], x[N + 1]), TOKENS) is None
    many = proposition_3.ManySteps(proposition_3.LAYER, proposition_3.FROM_ZERO)
    weights = many.descent.name
    minus = many.problem.prediction(weights[0] - (weights[0] - weights[L]), x[N + 1])
    assert refute(Equation(many.statement().left, minus), many.meanings, largest=2) is None
    plus = OneStep(proposition_2.PLUS)
    scaled = Equation((eta / N) * plus.state.at(N), plus.problem.step(Zero(f, f)).T)
    assert refute(scaled, plus.meanings, largest=2) is None
