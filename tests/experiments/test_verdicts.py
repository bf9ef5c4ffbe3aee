"""Each verdict agrees where the numbers do, and changes with one number."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from derivations.experiments.verdicts import (
    AGREES,
    DISAGREES,
    NOT_CONVERGED,
    alike,
    on_curve,
    on_embedding,
    predicted,
    ranked,
    ranks,
    same_loss,
    same_weights,
)


def row(name: str, losses: list[float], converged: bool = True) -> dict[str, Any]:
    return {"name": name, "title": name, "losses": losses, "converged": [converged] * len(losses), "curve": {}}


TESTED = {
    "layers": 1,
    "losses": [1.001, 0.999],
    "error": [0.01, 0.01],
    "constructed": 1.0,
    "exact": 1.0,
    "converged": [True, True],
}
LOSSES: dict[str, Any] = {"tested": [TESTED]}
TRAINED = {"role": "trained", "name": "one layer", "values": [[1.001, 1.002], [2.0, 2.018]], "errors": [0.01, 0.02]}
CURVES = {
    **LOSSES,
    "series": [
        TRAINED,
        {"role": "constructed", "name": "1 step, same tasks", "values": [[1.0], [2.0]]},
        {"role": "exact", "name": "1 step, exact", "values": [[1.005], [1.99]]},
    ],
}
MATRICES = {
    **LOSSES,
    "parts": [{"title": "Q", "construction": [[0.0, -2.0]], "replicas": [[[0.01, -2.02]], [[-0.01, -1.99]]]}],
}
ENDS = [0.999, 0.995], [0.1, 0.2], [0.1, 0.1]
LIKE = {**LOSSES, "parts": [{"series": [{"values": [[0.1, 0.2], last]}]} for last in ENDS]}
SINES = {
    "parts": [
        {
            "models": [
                row("L1", [0.5, 0.5]),  # above its step, and not what the paper's sentence is about
                {**row("L1 1 step", [0.3, 0.3]), "curve": None},
                row("L2-gate", [0.03, 0.03]),
                {**row("L2-gate 2 steps", [0.04, 0.04]), "curve": None},
            ]
        }
    ]
}
SCORES: dict[str, Any] = {
    "parts": [
        {
            "title": "here",
            "failed": [],
            "lines": [{"name": "zero", "value": 1.8}],
            "measured": {"1 step": 0.8},
            "models": [
                row("gd-ssm-1", [0.8, 0.801]),
                row("gd-ssm-2", [0.6, 0.6]),
                row("softmax-2", [0.7, 0.9]),
                row("s5", [1.6, 1.7]),
                row("mamba", [1.0, 1.5]),
            ],
        }
    ]
}


@pytest.mark.parametrize(
    ("judge", "panel", "place", "worse"),
    [
        (same_loss, LOSSES, ("tested", 0, "losses", 1), 1.02),
        (on_curve, CURVES, ("series", 0, "values", 1, 0), 2.05),
        (same_weights, MATRICES, ("parts", 0, "replicas", 1, 0, 0), 0.05),
        (alike, LIKE, ("parts", 0, "series", 0, "values", 1, 1), 0.98),
        (on_embedding, SINES, ("parts", 0, "models", 2, "losses", 0), 0.09),
        (ranked, SCORES, ("parts", 0, "models", 4, "losses", 0), 0.8),
        (ranked, SCORES, ("parts", 0, "models", 0, "losses", 0), 0.9),
        (ranked, SCORES, ("parts", 0, "models", 2, "losses", 0), 0.9),
        (on_curve, CURVES, ("series", 2, "values", 0, 0), 1.1),
    ],
)
def test_one_number_changes_the_verdict(judge: Any, panel: Any, place: tuple[Any, ...], worse: float) -> None:
    assert judge(panel).verdict == AGREES
    told = judge(changed(panel, (place, worse)))
    assert told.verdict == DISAGREES
    assert told.measured != judge(panel).measured


def changed(panel: Any, *changes: tuple[tuple[Any, ...], Any]) -> Any:
    copied = copy.deepcopy(panel)
    for place, value in changes:
        inner = copied
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = value
    return copied


FIRST = "parts", 0, "models"


def test_what_has_not_converged_does_not_disagree() -> None:
    """But an architecture that already is where the paper has none does."""
    waiting = ("tested", 0, "converged", 1), False
    for judge, panel, worse in (
        (same_loss, LOSSES, (("tested", 0, "losses", 1), 1.5)),
        (on_curve, CURVES, (("series", 0, "values", 1, 0), 2.05)),
        (alike, LIKE, (("parts", 0, "series", 0, "values", 1, 1), 0.9)),
        (same_weights, MATRICES, (("parts", 0, "replicas", 1, 0, 0), 0.05)),
    ):
        assert judge(changed(panel, worse)).verdict == DISAGREES
        assert judge(changed(panel, worse, waiting)).verdict == NOT_CONVERGED
    for not_there in (
        ((*FIRST, 3, "converged"), [False, True]),
        ((*FIRST, 3, "losses", 0), 1.79),  # at the predictor 0
        (("parts", 0, "failed"), [{"name": "griffin", "why": "it failed"}]),
    ):
        assert ranked(changed(SCORES, not_there)).verdict == NOT_CONVERGED
        there = ranked(changed(SCORES, not_there, ((*FIRST, 4, "losses", 1), 0.5)))
        assert there.verdict == DISAGREES
        assert "in some: softmax-2, mamba" in there.measured


def test_what_the_paper_does_not_have_is_told_and_not_judged() -> None:
    """Neither where it is, nor whether it has converged; and of two settings, each has its verdict."""
    newer = {**SCORES["parts"][0]["models"][4], "name": "mamba-2", "title": "mamba-2", "losses": [0.5, 1.2]}
    shown = changed(
        SCORES, (("parts", 0, "models"), [*SCORES["parts"][0]["models"], {**newer, "converged": [False, True]}])
    )
    assert ranked(shown).verdict == AGREES
    assert "in some: softmax-2, mamba-2" in ranked(shown).measured
    worse = changed(shown, ((*FIRST, 4, "losses", 1), 0.5))["parts"][0]
    both = ranked({"parts": [*shown["parts"], worse]})
    assert both.verdict == DISAGREES
    assert f"mamba-2: {AGREES}; " in both.measured
    assert both.measured.endswith(DISAGREES)


def test_nothing_that_is_no_number_agrees() -> None:
    nan = float("nan")
    assert same_loss(changed(LOSSES, (("tested", 0, "losses", 1), nan))).verdict == DISAGREES
    assert on_curve(changed(CURVES, (("series", 0, "values", 0, 0), nan))).verdict == DISAGREES
    everyone_fails: Any = copy.deepcopy(SCORES)
    everyone_fails["parts"][0].update(models=[], failed=[{"name": "all", "why": "failed"}])
    assert ranked(everyone_fails).verdict == NOT_CONVERGED


def test_a_third_layer_is_told_and_not_judged() -> None:
    third = {**TESTED, "layers": 3, "losses": [2.0, 2.0]}
    assert same_loss({"tested": [TESTED, third]}).verdict == AGREES


def test_ranks_are_of_what_has_converged_and_has_learned_and_know_their_spread() -> None:
    (part,) = SCORES["parts"]
    assert ranks(part)["gd-ssm-2"] == (1, 1)
    assert ranks(part)["gd-ssm-1"] == ranks(part)["softmax-2"] == (2, 3)
    assert ranks(part)["s5"] == (5, 5)
    assert ranks(changed(part, (("models", 4, "losses"), [0.5, 1.75, 1.75])))["mamba"] == (1, 5)
    assert "s5" not in ranks(changed(part, (("models", 3, "converged"), [True, False])))
    assert "s5" not in ranks(changed(part, (("models", 3, "losses"), [1.6, 1.79])))
    measured_on_it = {**part["models"][3], "name": "steps", "of": "s5"}
    assert ranks({**part, "models": [*part["models"], measured_on_it]}) == ranks(part)


def test_a_shift_is_told_in_shares_and_in_standard_errors() -> None:
    told = (
        "one layer: off the same steps at most by 0.1 %, 0.9 % (by seed); the mean at most 0.9 standard errors off the "
        "exact curve"
    )
    assert predicted(CURVES).measured == told
    assert predicted(changed(CURVES, (("series", 2, "values", 1, 0), None))).measured == told.replace(
        "0.9 st", "0.3 st"
    )
