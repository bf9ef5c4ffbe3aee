"""Where gradient flow on the population loss ends: the committed result, made again in part, and how ends are told."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from derivations.experiments.descent import DEVIATION, GLOBAL, LOCAL, SEED, SIZES, STARTS, Descent, Kind, descent, entry
from gdssm_numeric import gradient_flow
from gdssm_numeric.gradient_flow import Ends, flow
from gdssm_numeric.population_loss import PopulationLoss

RESULT = json.loads((Path(__file__).parents[2] / "results/descent/result.json").read_text("utf-8"))
#: Sizes at which the point of DESCENT is a local minimum.
MINIMUM = {(f, N, law) for f, N, law in SIZES if N == 2} | {(1, 3, "uniform"), (2, 3, "normal"), (3, 3, "0 or ±3")}
BOUND = 2e-5


def size(found: dict[str, object]) -> tuple[object, object, object]:
    return found["features"], found["samples"], found["law"]


def test_every_end_is_one_of_two_minima() -> None:
    assert (RESULT["starts"], RESULT["deviation"], RESULT["seed"]) == (STARTS, DEVIATION, SEED)
    assert [size(found) for found in RESULT["sizes"]] == list(SIZES)
    for found in RESULT["sizes"]:
        counts = Counter(Kind(RESULT["letters"][letter]) for letter in found["kinds"])
        assert {kind.value: count for kind, count in counts.items()} == found["counts"]
        assert sum(counts.values()) == STARTS
        allowed = {Kind.GLOBAL, Kind.LOCAL} if size(found) in MINIMUM else {Kind.GLOBAL}
        assert set(counts) <= allowed
        assert found["largest_gradient"] <= gradient_flow.SETTLED
        assert found["change_of_what_is_conserved"] < 0.01


def test_the_local_minimum_is_among_the_ends_at_two_samples() -> None:
    for found in RESULT["sizes"]:
        if found["samples"] == 2:
            assert Kind.LOCAL in found["counts"]
    (small,) = (found for found in RESULT["sizes"] if size(found) == (2, 2, "uniform"))
    assert (small["least_loss"], small["loss_of_local_minimum"]) == ("6/19", "37/63")


def test_the_ends_elsewhere_are_at_the_point() -> None:
    for found in RESULT["sizes"]:
        assert [end["start"] for end in found["elsewhere"]] == [
            k for k, kind in enumerate(found["kinds"]) if kind != "G"
        ]
        for end in found["elsewhere"]:
            assert end["loss"] == pytest.approx(Fraction(found["loss_of_local_minimum"]), abs=1e-6)
            if found["features"] > 1:
                Q, q = np.array(end["Q"]), np.array(end["q"])
                assert Q[1, 2] * q[0] == pytest.approx(float(Fraction(found["weight_of_local_minimum"])), abs=1e-5)
                assert np.abs(np.outer(Q, q)).sum() == pytest.approx(abs(Q[1, 2] * q[0]), abs=1e-4)


@pytest.mark.parametrize(("features", "samples", "law"), [(2, 2, "uniform"), (2, 3, "normal")])
def test_a_part_of_it_is_made_again(features: int, samples: int, law: str) -> None:
    (committed,) = (found for found in RESULT["sizes"] if size(found) == (features, samples, law))
    some = 40
    made = entry(descent(features, samples, law, some))
    for key in ("least_loss", "loss_of_local_minimum", "weight_of_local_minimum"):
        assert made[key] == committed[key]
    assert made["kinds"] == committed["kinds"][:some]
    again = [end for end in committed["elsewhere"] if end["start"] < some]
    assert len(made["elsewhere"]) == len(again)
    for one, other in zip(made["elsewhere"], again, strict=True):
        for key in ("loss", "least_curvature", "Q", "q"):
            assert np.allclose(one[key], other[key], rtol=0, atol=BOUND), (one["start"], key)


def point(loss: PopulationLoss, index: tuple[int, int, int]) -> np.ndarray:
    """The parameters that compute a single product with its best weight."""
    j, k, l = index  # noqa: E741
    parameters = np.zeros((1, 12))
    parameters[0, 3 * (j - 1) + k - 1] = float(loss.along(index)[0])
    parameters[0, 9 + l - 1] = 1
    return parameters


def kind_at(loss: PopulationLoss, parameters: np.ndarray, steps: int = 0) -> Kind:
    (kind,) = Descent(loss, parameters, flow(loss, parameters, steps=steps)).kinds
    return kind


def test_an_end_is_told_for_what_it_is() -> None:
    for features, samples, law in SIZES:
        loss = PopulationLoss(features, samples, law)
        assert kind_at(loss, point(loss, GLOBAL)) is Kind.GLOBAL
        expected = Kind.LOCAL if (features, samples, law) in MINIMUM else Kind.SADDLE
        assert kind_at(loss, point(loss, LOCAL)) is expected, (features, samples, law)
        assert kind_at(loss, 1.01 * point(loss, LOCAL)) is Kind.UNSETTLED
    assert kind_at(loss, np.zeros((1, 12))) is Kind.SADDLE


def test_a_minimum_that_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    loss = PopulationLoss(2, 2, "uniform")
    monkeypatch.setattr("derivations.experiments.descent.LOCAL", (1, 1, 1))
    assert kind_at(loss, point(loss, LOCAL)) is Kind.OTHER


@pytest.mark.parametrize(("features", "samples", "law"), [(2, 2, "normal"), (3, 3, "0 or ±3"), (2, 3, "uniform")])
def test_a_start_near_the_point_comes_back_to_it_exactly_if_it_is_a_minimum(
    features: int, samples: int, law: str
) -> None:
    loss = PopulationLoss(features, samples, law)
    near = point(loss, LOCAL) + np.random.default_rng(0).normal(0, 1e-3, (1, 12))
    back = kind_at(loss, near, steps=3000)
    assert back is (Kind.LOCAL if (features, samples, law) in MINIMUM else Kind.GLOBAL)


def test_a_change_of_the_loss_changes_the_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a gradient that lacks its part in q, no run settles at a minimum."""
    derivatives = gradient_flow._derivatives

    def without(*values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gradient, hessian = derivatives(*values)
        return gradient * np.r_[np.ones(9), np.zeros(3)], hessian

    monkeypatch.setattr(gradient_flow, "_derivatives", without)
    found = descent(2, 2, "uniform", 5)
    assert Kind.GLOBAL not in found.kinds
    assert isinstance(found.ends, Ends)
