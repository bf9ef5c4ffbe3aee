"""P4 and CE: other models and losses; what is off by a little does not pass."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy
from explicit import evaluator

from derivations.claim import Contradicted, Outcome
from derivations.claims.proposition_4 import MANY_STEPS
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.extensions.impossibility import Absurdity, Case, Impossible
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Scalar, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption
from gdssm_symbolic.layers import N, eta, f
from gdssm_symbolic.theory import cross_entropy, proposition_4
from gdssm_symbolic.theory.cross_entropy import ANY, AffineLoss, WithConstantCoordinate, WithLinearHead
from gdssm_symbolic.theory.least_squares import i, t, x
from gdssm_symbolic.theory.many_steps import ManySteps
from gdssm_symbolic.theory.proposition_4 import GRADIENT, LOSS, SLOPE, ZERO, g, slope

ONE = Scalar(sympy.Integer(1))
H = Name("h", proposition_4.w.shape)


@pytest.mark.parametrize(
    "factor", [Scalar(eta / N), Scalar(-eta / (N + 1)), Scalar(-2 * eta / N)], ids=["+", "N + 1", "2"]
)
def test_another_factor_is_no_step(factor: Expr) -> None:
    assert proposition_4.prediction().statement == proposition_4.statement()
    with pytest.raises(ProofError):
        proposition_4.prediction(proposition_4.statement(factor))


@pytest.mark.parametrize(
    "sums",
    [
        lambda s, r: slope(ZERO) * s,  # without the further head
        lambda s, r: slope(ZERO) * s - g(ZERO) * slope(ZERO) * r,
        lambda s, r: slope(ZERO) * s + g(ZERO) * r,
        lambda s, r: s + g(ZERO) * slope(ZERO) * r,
    ],
    ids=["one head", "sign", "no slope", "no slope at the targets"],
)
def test_other_combinations_of_the_states_are_not_the_gradient(sums: object) -> None:
    theorems = proposition_4.sums()
    first, second = (theorem.equation.left.name[N] for theorem in theorems)  # type: ignore[attr-defined]
    combination = sums(first, second)  # type: ignore[operator]
    with pytest.raises(ProofError):
        check(Calculation(combination, (Step(N * proposition_4.from_zero(), (*theorems, GRADIENT)),)))


@pytest.mark.parametrize(
    "body",
    [
        2 * GRADIENT.body,
        -GRADIENT.body,
        1 / t * Sum((g(proposition_4.w().T * x[i]) - proposition_4.y[i]) * x[i], i, 1, t),  # no inner derivative
        1
        / t
        * Sum((g(proposition_4.w().T * x[i]) + proposition_4.y[i]) * slope(proposition_4.w().T * x[i]) * x[i], i, 1, t),
        1 / t * Sum((g(proposition_4.w().T * x[i]) - proposition_4.y[i]) * slope(ZERO) * x[i], i, 1, t),
    ],
    ids=["2", "sign", "no inner derivative", "+y", "slope at 0"],
)
def test_other_gradients_are_none(body: Expr) -> None:
    check(Differentiation(LOSS, GRADIENT, H, (SLOPE,)))
    with pytest.raises(ProofError):
        check(Differentiation(LOSS, replace(GRADIENT, body=body), H, (SLOPE,)))


def test_the_gradient_needs_the_slope() -> None:
    with pytest.raises(ProofError, match="no differential"):
        check(Differentiation(LOSS, GRADIENT, H))


def test_a_function_of_the_state_is_excluded_only_where_the_gradients_differ() -> None:
    """With three times the targets the states differ, and with g(0) y in place of g(0) - y nothing is left."""
    proof = proposition_4.impossible().proof
    assert isinstance(proof, Absurdity)
    tripled = tuple(
        Case(
            case.factor,
            tuple(replace(v, body=(k + 1) * v.body) if v.name == proposition_4.y else v for v in case.values),
        )
        for k, case in enumerate(proof.cases)
    )
    with pytest.raises(ProofError):
        check(replace(proof, cases=tripled))
    known = replace(proof.statement, given=())
    with pytest.raises(ProofError, match="not given"):
        check(replace(proof, statement=known))
    equal = Impossible(Equation(proof.statement.equation.left, Zero(f, 1)), (proposition_4.F,), (x, proposition_4.y))
    with pytest.raises(ProofError):  # F = 0 does it
        check(replace(proof, statement=equal))


def test_the_logistic_counterexample_in_plain_numbers() -> None:
    """{(1, ½)} and {(2, ¼)} at w_0 = 0, with σ(0) = ½ and σ'(0) = ¼."""

    def sums(z: Fraction, label: Fraction) -> tuple[Fraction, Fraction]:
        return (0 - label) * z, (Fraction(1, 2) - label) * Fraction(1, 4) * z

    first, second = sums(Fraction(1), Fraction(1, 2)), sums(Fraction(2), Fraction(1, 4))
    assert first[0] == second[0] == Fraction(-1, 2)
    assert (first[1], second[1]) == (0, Fraction(1, 8))
    same, differ = proposition_4.logistic()
    assert differ.equation.right == Scalar(sympy.Rational(1, 8))
    assert {known.name for known in differ.assumptions} == {
        "the logistic function is ½ at 0",
        "the logistic function has slope ¼ at 0",
    }
    assert not same.assumptions


def test_readings_of_p4(outcomes: dict[str, Outcome]) -> None:
    evidence = [found for _, found in outcomes["P4"].readings]
    assert [type(found) for found in evidence] == [Contradicted, Contradicted, Refuted, Refuted]
    assert "the logistic function is ½ at 0" in outcomes["P4"].uses


def test_an_embedding_is_put_into_every_meaning() -> None:
    theorem = proposition_4.embedded(MANY_STEPS)
    inputs = {node for meaning in theorem.meanings.values() for node in repr(meaning).split("'") if node == "x"}
    assert not inputs  # no plain x is left
    general = ManySteps(MANY_STEPS.layer).output()
    circular = Definition(x, Name("W", (f, f), arity=1)[i] * Name("u", (f, 1))(), (i,))
    with pytest.raises((ProofError, ValueError)):
        check(Instance(general, (circular,)))


# ---- losses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [ANY, WithLinearHead(), WithConstantCoordinate()], ids=lambda of: type(of).__name__)
@pytest.mark.parametrize("twin", ["a", "T", "twice"])
def test_other_outputs_are_no_step(of: AffineLoss, twin: str) -> None:
    assert of.theorem().statement == of.statement()
    a, T = of.constant(), of.factor()
    wrong = {"a": of.output(2 * a, T), "T": of.output(a, T.T), "twice": 2 * of.output(a, T)}
    with pytest.raises(ProofError):
        of.theorem(output=wrong[twin])


def test_softmax_needs_its_value_at_zero() -> None:
    K = cross_entropy.K
    fact = "softmax at 0 is 1/K for every class"
    assert {known.name for known in cross_entropy.softmax().assumptions} == {fact}
    z, target = (name() for name in ANY.model.arguments)
    sloped = Definition(ANY.model.slope, cross_entropy.alpha(z) - target, (), ANY.model.arguments)
    known = check(Assumption(fact, Equation(cross_entropy.AT_0, 1 / K * cross_entropy.ones())))
    with pytest.raises(ProofError):  # 1/f in place of 1/K, as if the padding were classes
        ANY.theorem("1/f", ANY.output(1 / f * cross_entropy.ones(), Identity(K)), sloped, (known,))


def test_without_the_sum_of_inputs_only_for_cross_entropy() -> None:
    """Least squares with T = I - 11ᵀ/K is something else."""
    z, _ = (name() for name in ANY.model.arguments)
    instance = cross_entropy.for_any_target()
    assert instance.statement != cross_entropy.squared().statement
    slope_of = Definition(ANY.model.slope, z, (), ANY.model.arguments)
    with pytest.raises(ProofError):
        ANY.theorem("", ANY.output(Zero(cross_entropy.K, 1), Identity(cross_entropy.K)), slope_of)


def test_slopes_that_are_off_are_none() -> None:
    z, y = Name("z", (cross_entropy.K, 1)), Name("y", (cross_entropy.K, 1))()
    shape = ((cross_entropy.K, 1),)
    value = Definition(Name("ℓ", proposition_4.NUMBER, takes=shape), cross_entropy.potential(z()) - y.T * z(), (), (z,))
    by = (GradientOf(cross_entropy.alpha, cross_entropy.potential),)
    for body in (cross_entropy.alpha(z()) + y, 2 * cross_entropy.alpha(z()) - y, cross_entropy.alpha(y) - y):
        wrong = Definition(Name("∇ℓ", (cross_entropy.K, 1), takes=shape), body, (), (z,))
        with pytest.raises(ProofError):
            check(Differentiation(value, wrong, Name("h", z.shape), by))


def test_cross_entropy_in_plain_numbers() -> None:
    """K = 3 classes: the output of the theorem is one step with the slope 1/K - y."""
    claimed = cross_entropy.softmax().statement
    assert isinstance(claimed, Equation)
    meanings = [m for m in cross_entropy.softmax().meanings.values() if m.name.text in ("Z", "r")]
    value = evaluator(Random(3), (claimed.left,), meanings, sizes=(3, 3))
    rows = value(claimed.left)
    ones, inputs = value(cross_entropy.ones()), [value(x[sympy.Integer(k)]) for k in (1, 2, 3, 4)]
    targets = [value(ANY.model.y[sympy.Integer(k)]) for k in (1, 2, 3)]
    rate = next(number for symbol, number in value.values.items() if symbol == eta)
    seen = [sum(a[0] * b[0] for a, b in zip(one, inputs[3], strict=True)) for one in inputs[:3]]
    for k in range(3):
        slopes = [(ones[k][0] / 3 - targets[j][k][0]) * seen[j] for j in range(3)]
        assert rows[k][0] == -rate / 3 * sum(slopes)
