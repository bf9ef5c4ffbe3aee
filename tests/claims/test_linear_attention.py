"""LSA: mutated twins that must fail, and linear attention computed once more by plain loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy
from explicit import evaluator

from derivations.claim import Contradicted, IllFormed, Outcome, Verdict
from derivations.claims import linear_attention as claim
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.evidence.evaluation import Evaluator
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.kernel.expressions import Name, Zero
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import WindowLayer, entries, f
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.theory.linear_attention import (
    CAUSAL,
    FeatureRows,
    PairedTokens,
    Sequence,
    StackedWindows,
    cubic,
    d,
    heads,
    m,
    never_alike,
    quadratic,
    r,
    single_tokens,
)
from gdssm_symbolic.writing.narration import Statement, short_counterexample
from gdssm_symbolic.writing.printing import to_text

ZERO = Zero(f, f)
TWO = sympy.Integer(2)

TWINS: dict[str, Callable[[], Theorem]] = {
    "a decay": lambda: replace(CAUSAL, decay=TWO).recurrent(),
    "the last value with a minus, in VᵀK": lambda: Sequence(sign=-1).grown(),
    "the last row with a minus": lambda: Sequence(sign=-1).rows(),
    "Q of the construction transposed": lambda: FeatureRows(replace(WindowLayer(), Q=WindowLayer().Q.T)).constructed(),
    "another key": lambda: FeatureRows().constructed(entries([[0], [1], [0]])),
    "Eq. 2 quadratic": lambda: cubic(2),
    "C Q Cᵀ cubic": lambda: quadratic(3),
    "a wrong multiple of C Q Cᵀ": lambda: never_alike(3),
    "a wrong multiple of y xᵀ": lambda: single_tokens(1),
    "stacked windows with a decay": lambda: StackedWindows(decay=TWO).same_state(),
    "one head too few": lambda: heads(upper=r - 1),
    "paired tokens, the rate": lambda: PairedTokens(rate=PairedTokens().rate * 2).token_after(),
    "paired tokens, the sign in W_V": lambda: PairedTokens(targets=1).token_after(),
    "the query's own token, from any W_0": lambda: PairedTokens(own=True).token_after(),
    "paired tokens beside Q = +e₂e₁ᵀ": lambda: PairedTokens(ZERO, own=True).and_the_layer(
        replace(WindowLayer(), Q=-WindowLayer().Q)
    ),
    "paired tokens from any W_0 beside the layer": lambda: PairedTokens().and_the_layer(),
}


@pytest.mark.parametrize("name", TWINS)
def test_mutated_twins_fail(name: str) -> None:
    with pytest.raises(ProofError):
        TWINS[name]()


def test_the_headline_is_eq_5() -> None:
    line = claim.statement().one_line()
    assert "M_t u_t = Σ_{i=1..t} u_tᵀ k_i v_i" in line
    assert "M_0 = 0,  M_t = M_{t−1} + v_t k_tᵀ" in line
    assert line.startswith("For all d, f, m, t ≥ 1")


def test_the_attention_form_without_the_mask_is_refuted() -> None:
    """Row t with one token more than the mask lets through."""
    wrong = Equation(CAUSAL.output(t), CAUSAL.row(t + 1))
    assert isinstance(refute(wrong, CAUSAL.meanings, largest=1), Refuted)


def test_the_rows_of_the_masked_matrix() -> None:
    """The headline at numbers, against the triangle of Q Kᵀ times V, by SymPy's matrices."""
    sizes = {"f": 2, "m": 2, "d": 3}
    length, draw = 3, Random(3)
    S, *weights = (
        sympy.Matrix(rows, columns, lambda *_: draw.randint(-3, 3))
        for rows, columns in ((length, 2), (2, 2), (2, 2), (2, 3))
    )
    Q, K, V = (S * one for one in weights)
    expected = sympy.Matrix(length, length, lambda row, column: (Q * K.T)[row, column] if column <= row else 0) * V
    given = dict(zip((CAUSAL.weights(letter) for letter in "QKV"), weights, strict=True))

    def data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> list[list[Fraction]]:
        matrix = given[name] if name in given else S.row(indices[0] - 1).T
        assert matrix.shape == (rows, columns)
        return [[Fraction(int(entry)) for entry in matrix.row(row)] for row in range(rows)]

    for row in range(length):
        values = {symbol: Fraction({**sizes, "t": row + 1}[symbol.name]) for symbol in (f, d, m, t)}
        for side in CAUSAL.statement().parts:
            assert Evaluator(values, data, CAUSAL.meanings)(side) == [[Fraction(int(e))] for e in expected.row(row)]


def test_readings(outcomes: dict[str, Outcome]) -> None:
    evidence = [found for _, found in outcomes["LSA"].readings]
    assert [type(found) for found in evidence] == [IllFormed] * 4 + [Refuted, Contradicted, Theorem, Contradicted]
    assert evidence[6].equation == FeatureRows().scores().equation
    assert short_counterexample(evidence[4].counterexample).endswith("x_1 = 1, x_2 = 0, y_1 = 1: −1 ≠ 0")
    titles = {theorem.title for theorem in outcomes["LSA"].theorems}
    assert {found.theorem.title for found in (evidence[5], evidence[7])} <= titles
    assert evidence[6].title in titles
    assert outcomes["LSA"].as_printed is Verdict.REFUTED  # of two sentences one holds in one reading, one in none


def test_the_theorems_that_contradict_are_of_the_construction() -> None:
    """What is impossible is C Q Cᵀ with the construction's own Q."""
    for theorem in (never_alike(), single_tokens()):
        assert isinstance(theorem.statement, Impossible)
        assert FeatureRows().Q in theorem.meanings.values()


def test_the_three_predictions_are_in_one_chain() -> None:
    theorem = PairedTokens(ZERO, own=True).and_the_layer()
    assert isinstance(theorem.proof, Calculation)
    lines = [to_text(step.expr) for step in theorem.proof.steps]
    assert "(0 − η ∇ℒ_N(0))ᵀ x_{N+1}" in lines
    assert lines[-1] == "−(η/N) Z_N C_N q"


def test_the_layers_that_stacked_windows_are_held_against() -> None:
    """With numbers: a = -e₂, b = e₁, q = e₃ is the construction."""
    numbers = StackedWindows(entries([[0], [-1], [0]]), entries([[1], [0], [0]]), entries([[0], [0], [1]]))
    assert (numbers.layer.Q, numbers.layer.q) == (WindowLayer().Q, WindowLayer().q)
    theorem = numbers.output()
    statement = Statement(theorem.statement, tuple(theorem.meanings.values()))
    left, right = theorem.equation.parts
    value = evaluator(Random(5), (left, right), statement.meanings, sizes=(2, 3))
    assert value(left) == value(right)
