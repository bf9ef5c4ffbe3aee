"""DIM: other layers, other matrices and other zeros prove nothing; sizes may be 0, in the judge too."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy
from explicit import evaluator
from mutants import altered, mutants

from derivations.claim import Outcome
from derivations.claims.dimensions import EMBEDDED, SHEAR, beta, confirm, mapped, statement
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted, refute, refute_for_every_factor
from gdssm_symbolic.evidence.evaluation import Evaluator
from gdssm_symbolic.evidence.small_sizes import holds
from gdssm_symbolic.evidence.unroller import Unroller, agrees_padded
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Sum, Zero
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import Layer, N, TwoHeadLayer, WindowLayer, a, entries, eta
from gdssm_symbolic.theory import dimensions
from gdssm_symbolic.theory.dimensions import A_BELOW, B_BELOW, INPUTS, PROBLEM, TARGETS, Embedded, c, p, r
from gdssm_symbolic.theory.least_squares import LeastSquares, i, squared_norm
from gdssm_symbolic.theory.many_steps import ManySteps
from gdssm_symbolic.writing.documents import LATEX, inline
from gdssm_symbolic.writing.narration import Statement

RIGHT = EMBEDDED


def twins(layer: Layer) -> list[object]:
    return [pytest.param(twin, id=name) for name, twin in mutants(layer) if name != "start_transposed"]


@pytest.mark.parametrize("twin", twins(TwoHeadLayer()))
def test_other_layers_prove_nothing(twin: TwoHeadLayer) -> None:
    with pytest.raises((ProofError, OutsideLanguage)):
        replace(RIGHT, layers=twin).any_embedding()


@pytest.mark.parametrize("twin", twins(WindowLayer()))
def test_another_head_proves_nothing(twin: WindowLayer) -> None:
    with pytest.raises((ProofError, OutsideLanguage)):
        replace(RIGHT, layer=twin).one_head_any_embedding()


def below(block: Expr) -> Embedded:
    return replace(RIGHT, inputs=replace(A_BELOW, body=Blocks(((block,), (Zero(r, INPUTS),)))))


@pytest.mark.parametrize(
    "block", [2 * Identity(INPUTS), Zero(INPUTS, INPUTS), a * Identity(INPUTS)], ids=["2I", "0", "aI"]
)
def test_what_is_no_isometry_proves_nothing(block: Expr) -> None:
    for attempt in (below(block).isometry, below(block).padded_below, below(block).one_head_padded):
        with pytest.raises(ProofError):
            attempt()


@pytest.mark.parametrize(
    "body",
    [
        Blocks(((-Identity(INPUTS),), (Zero(r, INPUTS),))),
        Blocks(((Zero(r, INPUTS),), (Identity(INPUTS),))),
    ],
    ids=["-I below", "zeros above"],
)
def test_every_isometry_will_do(body: Expr) -> None:
    replace(RIGHT, inputs=replace(A_BELOW, body=body)).padded_below()


def test_the_zeros_are_where_those_of_the_targets_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert RIGHT.padded_below().statement != RIGHT.padded_above().statement
    monkeypatch.setattr(dimensions, "B_BELOW", dimensions.B_ABOVE)
    with pytest.raises((ProofError, OutsideLanguage)):
        replace(RIGHT).padded_below()


def test_another_start_is_another_prediction() -> None:
    for start in (Zero(*RIGHT.stack.name.shape), -RIGHT.stack.initial, 2 * RIGHT.stack.initial):
        with pytest.raises(ProofError):
            altered(RIGHT, stack=replace(RIGHT.stack, initial=start)).padded_below()


def test_a_false_headline_is_refuted() -> None:
    """Twice the prediction, and the prediction below its zeros."""
    meanings = RIGHT.meanings
    assert refute(RIGHT.statement(), meanings, largest=1) is None
    for wrong in (2 * RIGHT.statement().right, dimensions.padded(RIGHT.prediction, below=False)):
        assert refute(Equation(RIGHT.output, wrong), meanings, largest=1) is not None


def test_an_invertible_map_is_not_enough_and_is_not_zero(outcomes: dict[str, Outcome]) -> None:
    """What refutes the linear map is a map that loses nothing; A = 0 would refute too much."""
    (zeros, held), (linear, refuted), (some, also) = outcomes["DIM"].readings
    assert isinstance(held, Theorem)
    assert isinstance(refuted, Refuted)
    assert isinstance(also, Theorem)
    assert some.printed == linear.printed
    assert ("zeros" in zeros.printed, "linear" in linear.printed) == (True, True)
    assert SHEAR.det() == 1
    assert any(meaning in refuted.counterexample.meanings for meaning in mapped(SHEAR)[2])
    for isometry in (entries([[1, 0], [0, 1]]), entries([[0, -1], [1, 0]])):  # for these there is a β
        output, prediction, meanings = mapped(isometry)
        assert refute_for_every_factor(output, prediction, beta, meanings) is None


def test_the_unroller_agrees_and_can_disagree() -> None:
    assert all(agrees for _, agrees in confirm())
    assert agrees_padded(WindowLayer(), 1, 2, 3, 2)
    assert not agrees_padded(WindowLayer(decay=sympy.Integer(2)), 1, 2, 3, 2)
    assert not agrees_padded(TwoHeadLayer(rate=eta / N), 2, 1, 2, 1)
    wide = Unroller(2, 2, 1, free_start=True).padded(3)
    assert [len(row) for row in (*wide.x, *wide.y, *wide.start)] == [3] * (3 + 2 + 3)


def test_sizes_that_are_equal_give_the_paper_s_case() -> None:
    """For p = r = 0 nothing is padded: the values are those of Proposition 3."""
    plain = ManySteps(TwoHeadLayer()).statement()
    assert plain != RIGHT.statement()
    rng = Random(3)
    sides = RIGHT.statement().parts
    value = evaluator(rng, sides, RIGHT.meanings, sizes=(2, 2))
    for symbol, size in ((c, 2), (p, 0), (r, 0)):
        value.values[symbol] = Fraction(size)  # type: ignore[index]
    left, right = map(value, sides)
    assert left == right
    assert len(left) == 2


def test_matrices_without_rows_have_their_values() -> None:
    """At p = 0 a p×c matrix has no row; what it is multiplied with keeps its size."""
    M, v = Name("M", (p, c))(), Name("v", (c, 1))()
    at = {c: Fraction(2), p: Fraction(0)}
    value = Evaluator(at, lambda name, _indices, rows, columns: [[Fraction(1)] * columns for _ in range(rows)])
    assert value(M) == value(M * v) == []
    assert value(M.T) == [[], []]
    assert value(M.T * M) == [[0, 0], [0, 0]]
    assert value(squared_norm(M * v)) == [[0]]
    assert value(3 * M) == []
    assert value(Blocks(((M,), (v.T,)))) == [[1, 1]]
    assert value((M.T * M) ** 0) == [[1, 0], [0, 1]]
    assert value(Sum(M.T, i, 1, 2)) == [[], []]
    theorem = check(Calculation(M.T * M * v, (Step(M.T * (M * v)),)))
    assert holds(theorem, 2, (Fraction(1),))


def test_sizes_are_printed_in_brackets() -> None:
    line = statement().one_line()
    assert "x_i ∈ R^{c+p}, y_i ∈ R^{c+r}, W_0 ∈ R^{(c+p)×(c+r)}" in line
    latex = inline(Statement(RIGHT.statement(), RIGHT.meanings).quantifiers(), LATEX)
    assert r"\left(c + p\right) \times \left(c + r\right)" in latex


def test_the_gradient_is_of_the_problem_s_own_shape() -> None:
    expansion = PROBLEM.expansion
    check(expansion)
    assert expansion.gradient.name.shape == (INPUTS, TARGETS)
    with pytest.raises(ProofError):
        check(replace(expansion, gradient=replace(PROBLEM, halved=False).gradient))
    with pytest.raises(ProofError):
        check(replace(expansion, gradient=LeastSquares().gradient))
    assert B_BELOW.name.shape == (c + p + r, TARGETS)
