"""LIMIT: the error, the span and the limits; what is off by a little does not pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from mutants import altered

from derivations.claim import Outcome
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.limits import Limit, Passage
from gdssm_symbolic.kernel.expressions import Identity, Name, Trace, inner
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption
from gdssm_symbolic.layers import eta, f, lam
from gdssm_symbolic.theory.convergence import KERNEL, POWERS, PROJECTION, RIDGE_POWERS, SOLVES, Convergence, near
from gdssm_symbolic.theory.least_squares import LeastSquares
from gdssm_symbolic.theory.many_steps import L

PLAIN, RIDGE = Convergence(), Convergence(lam)
NAMES = "loss", "gradient"


@pytest.mark.parametrize("of", [PLAIN, RIDGE], ids=["plain", "ridge"])
def test_the_error_is_multiplied_by_b(of: Convergence) -> None:
    assert of.error().statement == of.statement()
    assert not of.error().assumptions


@pytest.mark.parametrize(("penalty", "factor"), [(0, 1 - eta), (lam, 1 - eta * lam), (lam, sympy.Integer(1))])
def test_another_contraction_does_not_do(penalty: object, factor: sympy.Expr) -> None:
    of = Convergence(sympy.sympify(penalty))
    other = factor * Identity(f) - eta * of.second_moment.name()
    with pytest.raises(ProofError):
        altered(of, contraction=replace(of.contraction, body=other)).error()


def test_assumptions_are_named_where_they_are_used(outcomes: dict[str, Outcome]) -> None:
    names = {known.name for known in PLAIN.limit().assumptions}
    assert names == {POWERS, SOLVES}
    assert {known.name for known in RIDGE.limit().assumptions} == {RIDGE_POWERS, SOLVES}
    assert {known.name for known in PLAIN.solves().assumptions} == {PROJECTION}
    assert {known.name for known in PLAIN.nearest().assumptions} == {KERNEL}
    for of in (PLAIN, RIDGE):
        assert {known.name for known in of.minimum().assumptions} == {SOLVES}
        for theorem in (of.error(), of.fixed_points(), of.least(), of.difference()):
            assert not theorem.assumptions
    assert not PLAIN.span().assumptions
    assert {SOLVES, POWERS, RIDGE_POWERS, PROJECTION, KERNEL} <= set(outcomes["LIMIT"].uses)


@pytest.mark.parametrize("of", [PLAIN, RIDGE], ids=["plain", "ridge"])
def test_the_loss_about_any_matrix(of: Convergence) -> None:
    """Another gradient, another excess, or a loss with another factor: the expansion does not hold."""
    proof = of.least().proof
    assert isinstance(proof, Calculation)
    (step,) = proof.steps
    D = of.deviation
    for wrong in (of._loss(near), inner(of.gradient(near), D), of._excess()):
        for factor in (-1, 2):
            with pytest.raises(ProofError):
                check(Calculation(proof.first, (replace(step, expr=step.expr + (factor - 1) * wrong),)))
    for loss, gradient in (("loss", replace(of.problem, halved=False)), ("gradient", LeastSquares(f, of.penalty + 1))):
        other = replace(step, by=tuple(getattr(gradient if name == loss else of.problem, name) for name in NAMES))
        with pytest.raises(ProofError):
            check(Calculation(proof.first, (other,)))


def test_a_gradient_that_is_not_zero_is_no_minimum() -> None:
    """Without the assumption the linear term stays."""
    proof = PLAIN.minimum().proof
    assert isinstance(proof, Calculation)
    with pytest.raises(ProofError):
        check(replace(proof, steps=(*proof.steps[:-1], replace(proof.steps[-1], by=()))))


def test_what_solutions_differ_by() -> None:
    """S D, and with a penalty 2λD more: each is wrong for the other."""
    for of, other in ((PLAIN, RIDGE), (RIDGE, PLAIN)):
        proof, wrong = of.difference().proof, other.difference().proof
        assert isinstance(proof, Calculation)
        assert isinstance(wrong, Calculation)
        with pytest.raises(ProofError):
            check(replace(proof, steps=(replace(proof.steps[0], expr=wrong.steps[0].expr),)))


def test_the_range_of_rates_covers_data_that_are_zero() -> None:
    """For S = 0 there is no 2/λ_max(S), and the powers of I tend to I: every η > 0 will do."""
    assert "$η > 0$ and $η λ_max(S) < 2$" in POWERS
    assert "2/λ_max(S)," not in POWERS


def test_a_limit_is_put_in_for_its_sequence_alone() -> None:
    """What depends on L in another way has no limit by this rule."""
    fact = PLAIN.powers()
    W, B = PLAIN.descent.name, PLAIN.contraction.name()
    for value in (B**L + L * B, B ** (L + 1), B**L * W[L]):
        proved = check(Calculation(Name("T", (f, f), arity=1)[L], (Step(Name("T", (f, f), arity=1)[L]),)))
        claimed = check(Assumption("some sequence", Equation(proved.equation.left, value)))
        with pytest.raises((ProofError, ValueError)):
            check(Passage(claimed, fact))
    assert isinstance(PLAIN.limit().statement, Limit)
    with pytest.raises(ProofError, match="a limit is needed"):
        check(Passage(PLAIN.solved(), PLAIN.solved()))


def test_the_limit_is_nearest_only_with_the_projection() -> None:
    """Without the fact about P a mixed term is left."""
    theorem = PLAIN.nearest()
    assert isinstance(theorem.proof, Calculation)
    last = theorem.proof.steps[-1]
    with pytest.raises(ProofError):
        check(replace(theorem.proof, steps=(*theorem.proof.steps[:-1], replace(last, by=()))))
    wrong = Step(last.expr + Trace(Identity(f)), last.by)
    with pytest.raises(ProofError):
        check(replace(theorem.proof, steps=(*theorem.proof.steps[:-1], wrong)))
