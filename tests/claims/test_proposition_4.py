"""P4: other functions and gradients; what is off by a little does not pass."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy
from mutants import with_other

from derivations.claim import Contradicted, Outcome
from derivations.claims.proposition_4 import MANY_STEPS
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.extensions.impossibility import Absurdity, Case, Impossible
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Add, Expr, Name, Scalar, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.layers import N, eta, f
from gdssm_symbolic.theory import proposition_4
from gdssm_symbolic.theory.least_squares import i, t, x
from gdssm_symbolic.theory.many_steps import ManySteps
from gdssm_symbolic.theory.proposition_4 import GRADIENT, LOSS, SLOPE, ZERO, g, slope

H = Name("h", proposition_4.w.shape)


@pytest.mark.parametrize(
    "factor", [Scalar(eta / N), Scalar(-eta / (N + 1)), Scalar(-2 * eta / N)], ids=["+", "N + 1", "2"]
)
def test_another_factor_is_no_step(factor: Expr) -> None:
    assert proposition_4.prediction().statement == proposition_4.statement()
    with pytest.raises(ProofError):
        with_other(proposition_4.prediction(), Scalar(-eta / N), factor)


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
    assert not differ.assumptions
    assert not same.assumptions


def test_the_logistic_function_is_half_at_zero_with_slope_a_quarter() -> None:
    """With another value at 0, or with another derivative, the gradients differ by another number."""
    _, differ = proposition_4.logistic()
    proof = differ.proof
    assert isinstance(proof, Calculation)
    first, last = proof.steps
    of_gradient, of_slope = first.by
    (of_value,) = last.by
    check(proof)
    other = proposition_4.with_value_at_0(proposition_4.sigma, Scalar(sympy.Rational(1, 3)))
    with pytest.raises(ProofError):
        check(replace(proof, steps=(first, replace(last, by=(other,)))))
    assert isinstance(of_value, Definition)
    open_at_0 = replace(of_value, body=Add(of_value.body.terms[:2]))  # type: ignore[attr-defined]
    with pytest.raises(ProofError):  # without - ρ(0), nothing is known of it at 0
        check(replace(proof, steps=(first, replace(last, by=(open_at_0,)))))
    assert isinstance(of_slope, Definition)
    doubled = replace(of_slope, body=2 * of_slope.body)
    with pytest.raises(ProofError):
        check(replace(proof, steps=(replace(first, by=(of_gradient, doubled)), last)))


def test_readings_of_p4(outcomes: dict[str, Outcome]) -> None:
    evidence = [found for _, found in outcomes["P4"].readings]
    assert [type(found) for found in evidence] == [Contradicted, Contradicted, Refuted, Refuted]


def test_an_embedding_is_put_into_every_meaning() -> None:
    theorem = proposition_4.embedded(MANY_STEPS)
    inputs = {node for meaning in theorem.meanings.values() for node in repr(meaning).split("'") if node == "x"}
    assert not inputs  # no plain x is left
    general = ManySteps(MANY_STEPS.layer).output()
    circular = Definition(x, Name("W", (f, f), arity=1)[i] * Name("u", (f, 1))(), (i,))
    with pytest.raises((ProofError, ValueError)):
        check(Instance(general, (circular,)))
