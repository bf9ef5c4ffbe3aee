"""LIMIT: the error, the span and the limits; what is off by a little does not pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy

from derivations.claim import Outcome
from gdssm_symbolic.arguments import Assumption, Calculation, Passage, ProofError, Step
from gdssm_symbolic.construction import eta, f, lam
from gdssm_symbolic.convergence import POWERS, RIDGE_POWERS, Convergence
from gdssm_symbolic.expressions import Identity, Name, Trace
from gdssm_symbolic.many_steps import L
from gdssm_symbolic.proofs import check
from gdssm_symbolic.statements import Equation, Limit

PLAIN, RIDGE = Convergence(), Convergence(lam)


class Twin(Convergence):
    """Another contraction B."""

    factor = 1 - eta

    @property
    def contraction(self):  # type: ignore[no-untyped-def, override]
        own = Convergence.contraction.func(self)  # type: ignore[attr-defined]
        return replace(own, body=self.factor * Identity(f) - eta * self.second_moment.name())


@pytest.mark.parametrize("of", [PLAIN, RIDGE], ids=["plain", "ridge"])
def test_the_error_is_multiplied_by_b(of: Convergence) -> None:
    assert of.error().statement == of.statement()
    assert not of.error().assumptions


@pytest.mark.parametrize(("penalty", "factor"), [(0, 1 - eta), (lam, 1 - eta * lam), (lam, sympy.Integer(1))])
def test_another_contraction_does_not_do(penalty: object, factor: sympy.Expr) -> None:
    twin = Twin(sympy.sympify(penalty))
    Twin.factor = factor
    with pytest.raises(ProofError):
        twin.error()


def test_assumptions_are_named_where_they_are_used(outcomes: dict[str, Outcome]) -> None:
    names = {known.name for known in PLAIN.limit().assumptions}
    assert names == {POWERS, "W_* solves the normal equations"}
    assert {known.name for known in RIDGE.limit().assumptions} == {RIDGE_POWERS, "W_* solves the normal equations"}
    assert {known.name for known in PLAIN.nearest().assumptions} == {POWERS}
    assert not PLAIN.span().assumptions
    assert {POWERS, RIDGE_POWERS} <= set(outcomes["LIMIT"].uses)


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
