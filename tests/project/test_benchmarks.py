"""The benchmark of the unroller: what was committed, and that it can state and compare the polynomials.

Of the claims: that their seconds are printed, the longest first.
And where the time of an update goes: every kind of operation that the profile tells apart is found.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sympy

from gdssm_symbolic.layers import TwoHeadLayer, eta

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def unroll() -> ModuleType:
    return loaded("unroll")


def loaded(name: str) -> ModuleType:
    """A benchmark as a module."""
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "unroll.json").read_text("utf-8"))
    return found


def test_what_was_committed(unroll: ModuleType, committed: dict[str, Any]) -> None:
    """Every comparison found the sides equal; the sizes are those of the program, and the goals are met."""
    assert committed["same_polynomials"] == {"sympy": True, "symengine": True}
    assert committed["ratio"]["median"] >= committed["target"] == unroll.TARGET
    rows = committed["growth"]
    assert all(row["equal"] for row in (*rows, committed["paper_size"], committed["large_size"]))
    for axis, values in unroll.GROWTH.items():
        assert [row[axis] for row in rows if (row["axis"], row["way"]) == (axis, "modular")] == list(values)
    assert {row["way"] for row in rows} == set(unroll.WAYS)
    paper, large = committed["paper_size"], committed["large_size"]
    assert [tuple(row[letter] for letter in "fNL") for row in (paper, large)] == [(10, 10, 2), (100, 1000, 8)]
    assert paper["seconds"] < 5
    assert paper["peak_mib"] * 2**20 < 500e6
    assert large["seconds"] < 60


def test_the_picture_is_drawn_from_the_numbers(unroll: ModuleType, committed: dict[str, Any], tmp_path: Path) -> None:
    unroll.draw(committed["growth"], tmp_path / "unroll.svg")
    assert (tmp_path / "unroll.svg").read_bytes() == (FOLDER / "unroll.svg").read_bytes()


def test_sympy_states_the_same_polynomials(unroll: ModuleType) -> None:
    output, prediction = unroll.by_algebra("sympy", 2, 2, 2)
    exact_output, exact_prediction = unroll.by_unroller(2, 2, 2)
    for exact, plain in ((exact_output, output), (exact_prediction, prediction)):
        assert all(map(unroll.same, exact, plain))
    assert not unroll.same(exact_output[0], output[1])
    assert not unroll.same(exact_output[0], output[0] + sympy.Symbol("eta"))


@pytest.mark.parametrize("way", ["unroller", "modular", "sympy"])
def test_a_measurement_compares_both_sides(unroll: ModuleType, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr(unroll, "REPEATED", 0.0)
    found = unroll.measure(way, (2, 2, 1))
    assert found["equal"]
    assert found["seconds"] > 0
    assert found["peak_mib"] >= found["before_mib"] > 10
    monkeypatch.setattr(unroll, "LAYER", TwoHeadLayer(rate=eta))
    if way != "sympy":  # which states the rate itself
        assert not unroll.measure(way, (2, 2, 1))["equal"]


def test_a_way_is_left_out_when_it_took_too_long_or_too_much(
    unroll: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(way: str, size: tuple[int, int, int]) -> dict[str, Any]:
        seconds, peak = {"unroller": (0, size[1] * 100), "modular": (0, 1), "sympy": (size[1], 1)}.get(way, (0, 1))
        return {"way": way, **dict(zip("fNL", size, strict=True)), "seconds": seconds, "peak_mib": peak}

    monkeypatch.setattr(unroll, "GROWTH", {"N": (2, 5, 10, 20)})
    monkeypatch.setattr(unroll, "measured", measured)
    rows = list(unroll.growth(limit=5))
    tried = {way: [row["N"] for row in rows if row["way"] == way] for way in unroll.WAYS[:3]}
    assert tried == {"unroller": [2, 5, 10], "modular": [2, 5, 10, 20], "sympy": [2, 5, 10]}


@pytest.mark.parametrize("given", [["--rounds", "0"], ["--limit", "0"]])
def test_unusable_options(
    unroll: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["unroll.py", *given])
    with pytest.raises(SystemExit) as stopped:
        unroll.main()
    assert stopped.value.code == 2
    assert "--rounds starts at 1" in capsys.readouterr().err


def test_the_profile_of_an_update_finds_each_kind_of_operation() -> None:
    operations = loaded("operations")
    found = operations.measure(size=3, replicas=2, seconds=0)
    assert set(found["operations"]) == {*operations.KINDS, operations.REST}
    assert all(seconds > 0 for seconds in found["operations"].values()), "PyTorch names its operations anew?"


def test_the_seconds_of_claims(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The longest first, and the sum of what is printed."""
    claims = loaded("claims")
    monkeypatch.setattr(claims, "CLAIMS", {key: claims.CLAIMS[key] for key in ("OPT1", "P1", "P4")})
    monkeypatch.setattr(sys, "argv", ["claims.py", "--json"])
    claims.main()
    found = json.loads(capsys.readouterr().out)["claims"]
    both = [one["proofs"] + one["evaluation"] for one in found.values()]
    assert set(found) == {"OPT1", "P1", "P4"}
    assert all(seconds > 0 for one in found.values() for seconds in one.values())
    assert both == sorted(both, reverse=True)
    monkeypatch.setattr(sys, "argv", ["claims.py"])
    claims.main()
    *rows, total = re.findall(r"^\| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", capsys.readouterr().out, re.MULTILINE)[1:]
    assert [key for key, *_ in rows][-1] == "OPT1"
    assert float(total[3]) == pytest.approx(sum(float(both) for *_, both in rows), abs=0.1)
