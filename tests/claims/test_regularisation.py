"""A4: with another number in the layer, or another loss, nothing is proved, and the false ones are refuted."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from mutants import altered, mutants

from derivations.claim import Outcome
from derivations.claims import regularisation
from derivations.report.derivation import stated
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.evidence.unroller import agrees
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.layers import N, TwoHeadLayer, eta, lam
from gdssm_symbolic.theory.decide_layer import settle_layer
from gdssm_symbolic.theory.many_steps import L, ManySteps
from gdssm_symbolic.writing.documents import WRITERS

LAYER, GOAL = regularisation.LAYER, regularisation.GOAL
KEEPS = (sympy.Integer(1), 1 + 2 * eta * lam, 1 - eta * lam, 1 - 2 * eta * lam / N, 1 - 2 * lam, -LAYER.keep)
TWINS = [
    *(pytest.param(replace(LAYER, keep=keep), id=f"keep={keep}") for keep in KEEPS),
    *(pytest.param(twin, id=name) for name, twin in mutants(LAYER)),
]


@pytest.mark.parametrize("twin", TWINS)
def test_mutated_twins_are_refuted(twin: TwoHeadLayer) -> None:
    assert isinstance(settle_layer(twin, GOAL), Refuted)


@pytest.mark.parametrize("keep", KEEPS)
def test_no_other_share_is_proved(keep: sympy.Expr) -> None:
    twin = replace(LAYER, keep=keep)
    with pytest.raises(ProofError):
        ManySteps(twin, GOAL).output()
    assert not agrees(twin, 1, 2, 2, goal=GOAL)


@pytest.mark.parametrize("penalty", [0, 1, 2 * lam, -lam, lam / N])
def test_no_other_penalty_is_proved(penalty: object) -> None:
    goal = replace(GOAL, penalty=penalty)
    with pytest.raises(ProofError):
        ManySteps(LAYER, goal).output()
    assert not agrees(LAYER, 1, 2, 2, goal=goal)


def test_the_printed_term_is_right_for_its_own_loss_alone() -> None:
    regularisation.OTHER_LOSS.output()
    with pytest.raises(ProofError):
        ManySteps(regularisation.PRINTED, regularisation.PENALTY).output()
    found = settle_layer(regularisation.PRINTED, regularisation.PENALTY)
    assert isinstance(found, Refuted)
    assert dict(found.counterexample.sizes)[L] == 1


def test_a_further_term_has_to_be_in_the_layers_too() -> None:
    both = regularisation.ANY_TERM
    with pytest.raises(ProofError):
        altered(both, stack=replace(both, further=False).stack).output()


@pytest.mark.parametrize("change", [{"penalty": 2 * lam}, {"penalty": sympy.Integer(0)}, {"halved": False}], ids=str)
def test_another_gradient_is_none(change: dict[str, object]) -> None:
    problem = regularisation.MANY_STEPS.problem
    other = replace(problem, **change).gradient  # type: ignore[arg-type]
    with pytest.raises(ProofError):
        check(replace(problem.expansion, gradient=other))
    check(problem.expansion)


def test_a_loss_is_defined_before_its_gradient_is_named(outcomes: dict[str, Outcome]) -> None:
    """ℒ', with the printed term, is not in the statement; its definition stands before what is said of it."""
    opening = WRITERS["text"](tuple(stated(outcomes["A4"])))
    named, told = opening.index("ℒ'_"), opening.index("∇ℒ' is the gradient of ℒ'")
    assert "Further names are" in opening[:named]
    assert "‖" in opening[named:told] or "Σ" in opening[named:told]
    assert "Further names are" not in WRITERS["text"](tuple(stated(outcomes["P1"])))
