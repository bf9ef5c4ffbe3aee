"""What is checked is of the class that it is said to be: a subclass could override what is read of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

import gdssm
from derivations.constructions.toml_file import Construction
from derivations.recurrences.check import check as check_recurrence
from derivations.recurrences.equations import CheckedEquation
from derivations.recurrences.toml_file import Stated
from gdssm_symbolic.kernel.expressions import Expr
from gdssm_symbolic.recurrent.claims import FormulaClaim
from gdssm_symbolic.recurrent.inverses import Inverse
from gdssm_symbolic.recurrent.layer import RecurrentLayer, State

ZERO, ONE = gdssm.Scalar(0), gdssm.Scalar(1)
STATED = gdssm.recurrence(
    data={"x": "1", "beta": "1"},
    layer={"S": {"shape": "1", "start": "0", "update": "S + x beta/beta"}, "output": "S"},
    claim={"formula": "sum(i = 1..t, x[i])"},
)


class Lying(gdssm.Equation):
    """Its sides are 0 and 1, and it says that they are 0 and 0."""

    @property
    def parts(self) -> tuple[Expr, ...]:
        return ZERO, ZERO


def half_made() -> gdssm.Equation:
    equation = object.__new__(gdssm.Equation)
    object.__setattr__(equation, "left", ZERO)
    object.__setattr__(equation, "right", ZERO)
    return equation


@pytest.mark.parametrize("equation", [Lying(ZERO, ONE), half_made()], ids=["subclass", "half made"])
@pytest.mark.parametrize("decided", [gdssm.check, gdssm.prove, gdssm.refute])
def test_only_a_finished_equation_is_decided(
    decided: Callable[[gdssm.Equation], object], equation: gdssm.Equation
) -> None:
    """Of 0 = 1 it was said that it is proved."""
    with pytest.raises((TypeError, gdssm.ProofError), match="is no equation"):
        decided(equation)


class Window(gdssm.WindowLayer):
    pass


class Descent(gdssm.GradientDescent):
    pass


class File(Construction):
    pass


@pytest.mark.parametrize(
    ("layer", "goal"),
    [
        (Window(), None),
        (gdssm.WindowLayer(), Descent()),
        (File(gdssm.WindowLayer(), gdssm.GradientDescent()), None),
    ],
)
def test_only_the_layers_of_the_paper_are_compared(layer: gdssm.WindowLayer, goal: gdssm.GradientDescent) -> None:
    with pytest.raises(TypeError, match=r"is no (layer|GradientDescent)"):
        gdssm.check(layer, goal=goal)
    with pytest.raises(TypeError, match=r"is no (layer|GradientDescent)"):
        gdssm.unroll(layer, 1, 1, goal=goal)


class Statement(Stated):
    pass


def test_only_what_recurrence_returns_is_checked() -> None:
    with pytest.raises(TypeError, match="not what a recurrence file states"):
        gdssm.check(Statement(STATED.layer, STATED.claim))


class OwnLayer(RecurrentLayer):
    pass


class OwnState(State):
    pass


class OwnInverse(Inverse):
    pass


class OwnClaim(FormulaClaim):
    pass


def as_subclass(kind: type, of: Any) -> Any:
    return kind(**{one.name: getattr(of, one.name) for one in fields(of)})


@pytest.mark.parametrize(
    "stated",
    [
        replace(STATED, layer=as_subclass(OwnLayer, STATED.layer)),
        replace(STATED, layer=replace(STATED.layer, states=(as_subclass(OwnState, STATED.layer.states[0]),))),
        replace(STATED, layer=replace(STATED.layer, inverses=(as_subclass(OwnInverse, STATED.layer.inverses[0]),))),
        replace(STATED, claim=as_subclass(OwnClaim, STATED.claim)),
    ],
    ids=["layer", "state", "inverse", "claim"],
)
def test_a_layer_and_a_claim_are_made_of_known_classes(stated: Stated) -> None:
    assert check_recurrence(STATED).verdict.value == "proved"
    with pytest.raises(TypeError, match="Own"):
        check_recurrence(stated)


class OwnVerdict(CheckedEquation):
    pass


def test_the_verdict_of_a_subclass_is_not_shown() -> None:
    checked = gdssm.check(gdssm.Equation(ZERO, ZERO))
    assert isinstance(checked, CheckedEquation)
    assert str(gdssm.show(checked)) == str(checked.told)
    with pytest.raises(TypeError, match="has no document"):
        gdssm.show(OwnVerdict(checked.answer))
