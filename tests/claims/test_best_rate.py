"""OPT1: what is off by a little does not pass, and a mean is what its definition says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy
from vocabulary import N, f, i, x

from derivations.claim import Verdict
from derivations.claims import CLAIMS, best_rate
from derivations.training.prediction import prediction
from derivations.verdict import judge
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.evaluation import explicit_mean
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform, alpha
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError
from gdssm_symbolic.kernel.expressions import Name, Scalar, Sum, Trace
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.theory.population import NOISE
from gdssm_symbolic.writing.narration import Statement

S = Sum(x[i] * x[i].T, i, 1, N)
MU = AnyLaw("mu", 4)
M1 = Mean(Name("M", (1, 1)), Trace(S), ((x, MU),))
MU2, MU4 = MU.moment(2), MU.moment(4)


def test_a_mean_is_proved_for_all_sizes() -> None:
    theorem = check(Expectation(M1, Scalar(N * f * MU2)))
    assert theorem.meanings == {M1.name: M1}
    assert "expectation" in {rule.name for rule in theorem.rules}


@pytest.mark.parametrize("factor", ["101/100", "99/100", "-1", "0"])
def test_a_value_off_by_one_per_cent_is_not_proved(factor: str) -> None:
    with pytest.raises(ProofError):
        check(Expectation(M1, Scalar(sympy.Rational(factor) * N * f * MU2)))


@pytest.mark.parametrize("case", best_rate.CASES, ids=lambda case: case[3])
def test_a_divisor_off_by_one_per_cent_is_not_proved(case: tuple[Law, Mean, Definition, str]) -> None:
    law, mean, D, title = case
    assert best_rate.theorem(law, mean, D, title).statement == best_rate.completed(law, mean, D)
    wrong = replace(D, body=sympy.Rational(101, 100) * D.body)
    with pytest.raises(ProofError):
        best_rate.theorem(law, mean, wrong, title)


def test_one_law_is_not_another() -> None:
    law, _, D, title = best_rate.CASES[1]
    with pytest.raises(ProofError):
        best_rate.theorem(law, best_rate.mean_error(Normal()), D, title)


def test_a_false_headline_comes_out_refuted() -> None:
    """The statement is evaluated with every entry a variable, and a counterexample is found."""
    law, mean, D, _ = best_rate.CASES[0]
    right = best_rate.completed(law, mean, D)
    wrong = Equation(right.left, 2 * right.right)
    claim = replace(
        CLAIMS["OPT1"],
        statement=lambda: Statement(wrong, (mean, D)),
        theorems=lambda: {"OPT1.T1": check(Calculation(wrong.left, (Step(wrong.right, (D,)),)))},
    )
    outcome = judge(claim)
    assert outcome.verdict is Verdict.REFUTED
    assert outcome.counterexample is not None
    assert dict(outcome.counterexample.sizes) == {f: 1, N: 1}


def test_a_moment_is_no_variable_of_the_statement_alone() -> None:
    """The mean depends on it silently: putting in a value on the right would be false."""
    theorem = check(Expectation(M1, Scalar(N * f * MU2)))
    with pytest.raises(ProofError, match="defined for one"):
        check(Specialisation(theorem, {MU2: sympy.Integer(1)}))


def test_laws_that_only_claim_to_be_laws_are_refused() -> None:
    class Wrong(Uniform):
        def even_moment(self, order: int) -> sympy.Expr:
            return 2 * super().even_moment(order)

    with pytest.raises(TypeError, match="where AnyLaw or Uniform or Normal is needed"):
        replace(M1, laws=((x, Wrong()),))
    with pytest.raises(DefinitionError, match="two laws"):
        replace(M1, laws=((x, MU), (x, Normal())))
    with pytest.raises(DefinitionError, match="no law"):
        replace(M1, laws=())
    with pytest.raises(ValueError, match="not known to"):
        check(Expectation(replace(M1, body=Trace(S**3)), Scalar(sympy.Integer(0))))


def test_the_explicit_mean_is_another_way() -> None:
    """At f = N = 2, from the polynomial itself: E tr S² = N f (m + (f + N - 2) σ⁴)."""
    mean = replace(M1, body=Trace(S**2))
    at = {f: Fraction(2), N: Fraction(2), MU2: Fraction(3), MU4: Fraction(7)}
    assert explicit_mean(mean, at) == 4 * (7 + 2 * 9)


@pytest.mark.parametrize("law", ["uniform", "normal"])
def test_predict_is_what_the_claim_says(law: str) -> None:
    """`gdssm predict` for one step is the theorem's own coefficient."""
    at = {f: 5, N: 10, alpha: sympy.Rational(1, 2), NOISE.moment(2): sympy.Rational(1, 3)}
    claimed = best_rate.best({"uniform": Uniform(), "normal": Normal()}[law]).subs(at)
    predicted = prediction(5, 10, 1, law, Fraction(1, 2), Fraction(1, 3))
    assert sympy.Rational(predicted["coefficients"][0]) == claimed
