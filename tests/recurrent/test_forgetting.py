"""Least squares that forget: the inverse that is kept, and the weights; and what is assumed of numbers."""

from __future__ import annotations

import pytest

from derivations.recurrences.check import Checked, check
from derivations.recurrences.toml_file import stated

INVERSE = "(P - P k k^T P / (%s + k^T P k)) / %s"
KEPT = {"shape": "m m", "start": "inv(A)"}
WEIGHTS = {"shape": "d m", "start": "0", "update": "W + (v - W k) k^T P'"}
SUM = {"shape": "m m", "start": "A", "update": "gamma Lambda + k k^T"}
CARRIED = "gamma^t A + sum(i = 1..t, gamma^(t-i) k[i] k[i]^T)"
ERRORS = "sum(i = 1..t, gamma^(t-i) v[i] k[i]^T)"


def checked(output: str, claim: dict[str, str], number: str = "gamma", **more: dict[str, str]) -> Checked:
    layer = {"P": {**KEPT, "update": INVERSE % (number, number)}, **more, "output": output}
    data = {"k": "m", "v": "d", "g": "1"}
    return check(stated({"data": data, "constants": {"A": "m m", "gamma": "1"}, "layer": layer, "claim": claim}))


def verdict(output: str, formula: str, **more: dict[str, str]) -> str:
    return checked(output, {"formula": formula}, **more).verdict.value


def test_the_inverse_is_kept() -> None:
    assert verdict(f"P ({CARRIED})", "I") == verdict(f"({CARRIED}) P", "I") == "proved"
    assert verdict(f"P ({CARRIED.replace('gamma^t A', 'A')})", "I") == "refuted"
    assert verdict(f"P ({CARRIED.replace('t-i', 'i')})", "I") == "refuted"


def test_the_weights_are_those_of_ridge_regression() -> None:
    assert verdict(f"W ({CARRIED})", ERRORS, W=WEIGHTS) == "proved"
    assert verdict("W Lambda", ERRORS, W=WEIGHTS, Lambda=SUM) == "proved"
    assert verdict(f"W ({CARRIED})", ERRORS.replace("t-i", "t-i+1"), W=WEIGHTS) == "refuted"
    old = {**WEIGHTS, "update": "W + (v - W k) k^T P"}
    assert verdict(f"W ({CARRIED})", ERRORS, W=old) == "refuted"


@pytest.mark.parametrize(("number", "forgetting"), [("gamma", "gamma"), ("1", "1"), ("g", "g")])
def test_ridge_regression_by_name(number: str, forgetting: str) -> None:
    claim = {"algorithm": "ridge regression", "of": "W", "penalty": "A", "input": "k", "target": "v"}
    found = checked("W", {**claim, "forgetting": forgetting}, number, W=WEIGHTS)
    assert found.verdict.value == "proved"
    wrong = checked("W", {**claim, "penalty": "2 A", "forgetting": forgetting}, number, W=WEIGHTS)
    assert wrong.verdict.value == "refuted"


@pytest.mark.parametrize("number", ["gamma", "1", "g"])
def test_ridge_regression_of_a_state_that_is_a_product(number: str) -> None:
    """The sum of the targets is a state of the layer already: W = R P."""
    claim = {"algorithm": "ridge regression", "of": "W", "penalty": "A", "input": "k", "target": "v"}
    targets = {"shape": "d m", "start": "0", "update": f"{number} R + v k^T"}
    states = {"R": targets, "W": {"shape": "d m", "start": "0", "update": "R' P'"}}
    assert checked("W", {**claim, "forgetting": number}, number, **states).verdict.value == "proved"
    late = {**states, "W": {"shape": "d m", "start": "0", "update": "R P'"}}
    assert checked("W", {**claim, "forgetting": number}, number, **late).verdict.value == "refuted"


@pytest.mark.parametrize("number", ["gamma", "g"])
def test_recursive_least_squares_with_forgetting(number: str) -> None:
    claim = {"algorithm": "recursive least squares", "of": "W", "inverse": "P", "input": "k", "target": "v"}
    assert checked("W", {**claim, "forgetting": number}, number, W=WEIGHTS).verdict.value == "proved"
    assert checked("W", claim, number, W=WEIGHTS).verdict.value == "refuted"


def test_a_constant_that_is_divided_by_is_assumed_not_to_be_0_beside_others() -> None:
    """At γ = 0 what is assumed of r_t may hold, and then 1/γ has no value."""
    found = checked(f"P ({CARRIED})", {"formula": "I"})
    assert "γ ≠ 0, with the reciprocal ρ" in found.scope
    alone = {"S": {"shape": "m", "start": "0", "update": "S + k / gamma"}}
    sections = {"data": {"k": "m"}, "constants": {"gamma": "1"}, "layer": alone}
    without = check(stated({**sections, "claim": {"formula": "sum(i = 1..t, k[i]) / gamma"}}))
    assert without.verdict.value == "proved"
    assert not without.layer.inverses
    power = {"S": {"shape": "m", "start": "0", "update": "S + k gamma^-2 / (1 + <k, k>)"}}
    formula = "sum(i = 1..t, k[i] / (1 + <k[i], k[i]>)) / gamma^%s"
    for exponent, expected in ((2, "proved"), (1, "refuted")):
        found = check(stated({**sections, "layer": power, "claim": {"formula": formula % exponent}}))
        assert found.verdict.value == expected
