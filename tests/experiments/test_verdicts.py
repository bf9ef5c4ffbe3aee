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


def row(name: str, title: str, losses: list[float], converged: bool = True) -> dict[str, Any]:
    return {"name": name, "title": title, "losses": losses, "converged": [converged] * len(losses), "curve": {}}


SERIES = {
    "role": "trained",
    "name": "GD-SSM, 1 layer",
    "values": [[1.001, 1.002], [2.0, 2.018]],
    "errors": [0.01, 0.02],
}
CURVES = {
    "series": [
        SERIES,
        {"role": "constructed", "name": "1 step, same tasks", "values": [[1.0], [2.0]]},
        {"role": "exact", "name": "1 step, exact", "values": [[1.005], [1.99]]},
    ]
}
TESTED = {
    "layers": 1,
    "losses": [1.001, 0.999],
    "error": [0.01, 0.01],
    "constructed": 1.0,
    "exact": 1.0,
    "converged": [True] * 2,
}
LOSSES = {"tested": [TESTED]}
MATRICES = {"parts": [{"title": "Q", "construction": [[0.0, -2.0]], "replicas": [[[0.01, -2.02]], [[-0.01, -1.99]]]}]}
LIKE = {"parts": [{"series": [{"values": [[0.1, 0.2], last]}]} for last in ([0.999, 0.995], [0.1, 0.2], [0.1, 0.1])]}
SINES = {
    "parts": [
        {
            "models": [
                row("L1", "one", [0.3, 0.2]),
                {**row("L1 1 step", "step", [0.3, 0.3]), "curve": None},
                row("L2", "two", [0.03, 0.03]),
                {**row("L2 2 steps", "steps", [0.04, 0.04]), "curve": None},
            ]
        }
    ]
}
SCORES = {
    "parts": [
        {
            "title": "here",
            "lines": [{"name": "best step", "value": 0.9}],
            "measured": {"1 step": 0.8},
            "models": [
                row("gd-ssm-1", "GD-SSM, 1 layer", [0.8, 0.801]),
                row("s5", "S5", [1.6, 1.7]),
                row("mamba", "Mamba", [1.0, 1.5]),
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
        (ranked, SCORES, ("parts", 0, "models", 2, "losses", 0), 0.8),
    ],
)
def test_one_number_changes_the_verdict(judge: Any, panel: Any, place: tuple[Any, ...], worse: float) -> None:
    assert judge(panel).verdict == AGREES
    changed = copy.deepcopy(panel)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = worse
    told = judge(changed)
    assert told.verdict == DISAGREES
    assert told.measured != judge(panel).measured


def test_what_has_not_converged_does_not_disagree() -> None:
    """But an architecture that already is where the paper has none does."""
    changed = copy.deepcopy(LOSSES)
    changed["tested"][0].update(losses=[1.5, 1.0], converged=[False, True])
    assert same_loss(changed).verdict == NOT_CONVERGED
    scores: Any = copy.deepcopy(SCORES)
    scores["parts"][0]["models"][1]["converged"] = [False, True]
    assert ranked(scores).verdict == NOT_CONVERGED
    scores["parts"][0]["models"][2]["losses"][1] = 0.5
    assert ranked(scores).verdict == DISAGREES
    assert "in some: Mamba" in ranked(scores).measured


def test_a_third_layer_is_told_and_not_judged() -> None:
    third = {**TESTED, "layers": 3, "losses": [2.0, 2.0]}
    assert same_loss({"tested": [TESTED, third]}).verdict == AGREES


def test_ranks_are_of_what_has_converged_and_know_their_spread() -> None:
    part: Any = copy.deepcopy(SCORES["parts"][0])
    assert ranks(part) == {"gd-ssm-1": (1, 1), "s5": (3, 3), "mamba": (2, 2)}
    part["models"][2]["losses"] = [0.5, 1.9, 1.9]
    assert ranks(part)["mamba"] == (1, 3)
    part["models"][1]["converged"] = [True, False]
    assert "s5" not in ranks(part)


def test_a_shift_is_told_in_shares_and_in_standard_errors() -> None:
    assert (
        predicted(CURVES).measured
        == "GD-SSM, 1 layer: at most 0.9 % off the same steps, 0.9 standard errors off the exact curve"
    )
