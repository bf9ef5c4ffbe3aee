"""LSA: mutated twins that must fail, and linear attention computed once more by plain loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy
from explicit import evaluator
from mutants import altered, with_last_line, with_other

from derivations.claim import Contradicted, IllFormed, Outcome, Verdict
from derivations.claims import linear_attention as claim
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.evidence.evaluation import Evaluator
from gdssm_symbolic.extensions.impossibility import Absurdity, Impossible
from gdssm_symbolic.extensions.limits import replaced
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Add, Blocks, Expr, Identity, Name, Scalar, Sum, Zero, walk, wrap
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, WindowLayer, entries, eta, f
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.theory.linear_attention import (
    CAUSAL,
    CausalAttention,
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
    scale,
    single_tokens,
)
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.narration import Statement
from gdssm_symbolic.writing.printing import to_text

ZERO = Zero(f, f)
STACKED, PAIRED, ROWS = StackedWindows(), PairedTokens(), FeatureRows()
Q = ROWS.Q
E_1, E_2 = entries([[1], [0], [0]]), entries([[0], [1], [0]])


def with_decay(of: CausalAttention) -> CausalAttention:
    """The state before is multiplied by 2."""
    state = of.state
    before = state.at(t - 1)
    decayed: CausalAttention = altered(of, state=replace(state, body=replaced(state.body, before, 2 * before)))
    return decayed


def last_term_negated(line: Expr) -> Expr:
    assert isinstance(line, Add)
    *others, last = line.terms
    return Add((*others, -last))


def last_row_negated(line: Expr) -> Expr:
    assert isinstance(line, Blocks)
    *others, last = line.rows
    return Blocks((*others, tuple(-block for block in last)))


def one_head_fewer(line: Expr) -> Expr:
    (total,) = (part for part in walk(line) if isinstance(part, Sum))
    return replaced(line, total, replace(total, upper=r - 1))


def with_remainder_times(theorem: Theorem, factor: sympy.Expr) -> Theorem:
    """Another multiple of what is not 0 for all data."""
    proof = theorem.proof
    assert isinstance(proof, Absurdity)
    return check(replace(proof, remainder=factor * proof.remainder, scale=factor * proof.scale))


def twice_the_rate(updated: Definition) -> Definition:
    return replace(updated, body=replaced(updated.body, Scalar(eta / N), Scalar(2 * eta / N)))


def with_plus(W_Q: Definition, W_K: Definition, W_V: Definition) -> tuple[Definition, Definition, Definition]:
    """+I in place of -I in W_V."""
    return W_Q, W_K, replace(W_V, body=replaced(W_V.body, -Identity(f), Identity(f)))


def beside(other: OneStep) -> Theorem:
    """The prediction of the paired tokens, and then the output of another layer."""
    proof = PairedTokens(ZERO, own=True).and_the_layer().proof
    assert isinstance(proof, Calculation)
    return check(replace(proof, steps=(*proof.steps[:2], *other.from_prediction())))


TWINS: dict[str, Callable[[], Theorem]] = {
    "a decay": lambda: with_decay(CAUSAL).recurrent(),
    "the last value with a minus, in VᵀK": lambda: with_last_line(Sequence().grown(), last_term_negated),
    "the last row with a minus": lambda: with_last_line(Sequence().rows(), last_row_negated),
    "Q of the construction transposed": lambda: with_other(ROWS.constructed(), Q, replace(Q, body=Q.body.T)),
    "another key": lambda: with_other(ROWS.constructed(), wrap(E_1), wrap(E_2)),
    "Eq. 2 quadratic": lambda: with_other(cubic(), Scalar(scale**3), Scalar(scale**2)),
    "C Q Cᵀ cubic": lambda: with_other(quadratic(), Scalar(scale**2), Scalar(scale**3)),
    "a wrong multiple of C Q Cᵀ": lambda: with_remainder_times(never_alike(), sympy.Rational(3, 4)),
    "a wrong multiple of y xᵀ": lambda: with_remainder_times(single_tokens(), sympy.Rational(1, 2)),
    "stacked windows with a decay": lambda: altered(STACKED, attention=with_decay(STACKED.attention)).same_state(),
    "one head too few": lambda: with_last_line(heads(), one_head_fewer),
    "paired tokens, the rate": lambda: altered(PAIRED, updated=twice_the_rate(PAIRED.updated)).token_after(),
    "paired tokens, the sign in W_V": lambda: altered(PAIRED, weights=with_plus(*PAIRED.weights)).token_after(),
    "the query's own token, from any W_0": lambda: PairedTokens(own=True).token_after(),
    "paired tokens beside Q = +e₂e₁ᵀ": lambda: beside(OneStep(replace(WindowLayer(), Q=-WindowLayer().Q))),
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
    assert [type(found) for found in evidence] == [IllFormed] * 4 + [Contradicted, Theorem, Contradicted, Theorem]
    assert evidence[5].equation == FeatureRows().scores().equation
    titles = {theorem.title for theorem in outcomes["LSA"].theorems}
    assert {found.theorem.title for found in (evidence[4], evidence[6])} <= titles
    assert {evidence[5].title, evidence[7].title} <= titles
    assert (
        outcomes["LSA"].as_printed is Verdict.IN_ONE_READING
    )  # both sentences hold in one reading and fail in another


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


class Construction(StackedWindows):
    """With numbers in place of symbols."""

    left, right, query = entries([[0], [-1], [0]]), E_1, entries([[0], [0], [1]])


def test_the_layers_that_stacked_windows_are_held_against() -> None:
    """With numbers: a = -e₂, b = e₁, q = e₃ is the construction."""
    numbers = Construction()
    assert (numbers.layer.Q, numbers.layer.q) == (WindowLayer().Q, WindowLayer().q)
    theorem = numbers.output()
    statement = Statement(theorem.statement, tuple(theorem.meanings.values()))
    left, right = theorem.equation.parts
    value = evaluator(Random(5), (left, right), statement.meanings, sizes=(2, 3))
    assert value(left) == value(right)
