"""CE: other models and losses; what is off by a little does not pass."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy
from explicit import evaluator
from mutants import altered

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.kernel.definitions import Definition, unfold
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import eta, f
from gdssm_symbolic.theory import cross_entropy, proposition_4
from gdssm_symbolic.theory.cross_entropy import ANY, AffineLoss, WithConstantCoordinate, WithLinearHead
from gdssm_symbolic.theory.least_squares import x
from gdssm_symbolic.theory.proposition_4 import with_value_at_0


def with_output(of: AffineLoss, theorem: Theorem, output: Expr) -> Theorem:
    """Prove that another output is what a theorem about this loss ends at."""
    assert isinstance(theorem.proof, Calculation)
    _, *steps = theorem.proof.steps
    return check(Calculation(output, (Step(unfold(output, of.sums), of.sums), *steps)))


@pytest.mark.parametrize("of", [ANY, WithLinearHead(), WithConstantCoordinate()], ids=lambda of: type(of).__name__)
@pytest.mark.parametrize("twin", ["a", "T", "twice"])
def test_other_outputs_are_no_step(of: AffineLoss, twin: str) -> None:
    assert of.theorem().statement == of.statement()
    a, T = of.constant(), of.factor()
    wrong = {"a": of.output(2 * a, T), "T": of.output(a, T.T), "twice": 2 * of.output(a, T)}
    with pytest.raises(ProofError):
        with_output(of, of.theorem(), wrong[twin])


def test_softmax_needs_its_value_at_zero() -> None:
    """1/f in place of 1/K, as if the padding were classes, or a function of which nothing is known at 0."""
    theorem = cross_entropy.softmax()
    assert not theorem.assumptions
    value, ones = 1 / cross_entropy.K * cross_entropy.ones(), cross_entropy.ones()
    with pytest.raises(ProofError):
        with_output(ANY, theorem, ANY.output(1 / f * ones, Identity(cross_entropy.K)))
    z, _ = (name() for name in ANY.model.arguments)
    slope = Definition(ANY.model.slope, cross_entropy.alpha(z) - ANY.model.arguments[1](), (), ANY.model.arguments)
    output = ANY.output(value, Identity(cross_entropy.K))
    known = with_value_at_0(cross_entropy.alpha, value)
    assert ANY._one_step("", output, slope, (known,)).statement == theorem.statement
    for wrong in (with_value_at_0(cross_entropy.alpha, 2 * value), replace(known, body=known.body + value)):
        with pytest.raises(ProofError):
            ANY._one_step("", output, slope, (wrong,))
    with pytest.raises(ProofError):
        ANY._one_step("", output, slope, ())


def test_without_the_sum_of_inputs_only_for_cross_entropy() -> None:
    """Least squares with T = I - 11ᵀ/K is something else, and so is a slope without the target."""
    z, _ = (name() for name in ANY.model.arguments)
    instance = cross_entropy.for_any_target()
    assert instance.statement != cross_entropy.squared().statement
    without_target = altered(ANY, slope=replace(ANY.slope, body=z))
    with pytest.raises(ProofError):
        without_target.theorem()
    output = ANY.output(Zero(cross_entropy.K, 1), Identity(cross_entropy.K))
    assert refute(Equation(output, ANY.model.prediction()), without_target.meanings, largest=1) is not None


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
        slopes = [(Fraction(ones[k][0]) / 3 - targets[j][k][0]) * seen[j] for j in range(3)]
        assert rows[k][0] == -rate / 3 * sum(slopes)
