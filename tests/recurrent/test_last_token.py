"""Relations and chunks that need more than one step: what was kept of the last token, and geometric sums."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from derivations.recurrences.check import check
from derivations.recurrences.toml_file import stated

SUM = {"S": {"shape": "d m", "start": "0", "update": "S + v k^T"}, "output": "S q"}
KEPT = {"M": {"shape": "d m", "start": "0", "update": "M + l"}, "l": {"shape": "d m", "start": "0", "update": "v k^T"}}
READ = "M q + v k^T q"


def verdict(layer: Mapping[str, object], claim: Mapping[str, object], **more: object) -> str:
    data = {"k": "m", "v": "d", "q": "m"}
    sections = {"data": data, "constants": {"gamma": "1"}, "layer": layer, "claim": claim, **more}
    return check(stated(sections)).verdict.value


@pytest.mark.parametrize(
    ("relation", "output", "expected"),
    [
        ("S = M + l", "(M + l) q", "proved"),
        ("S = M + v k^T", READ, "proved"),
        (["S = M + v k^T", "l = v k^T"], READ, "proved"),
        (["l = v k^T", "S = M + v k^T"], READ, "proved"),
        ("S = M + 2 v k^T", READ, "refuted"),
        (["S = M + v k^T", "l = 2 v k^T"], READ, "refuted"),
        ("S = M", READ, "refuted"),
        ("S = M + v k^T", "M q + 2 v k^T q", "refuted"),
    ],
)
def test_what_is_kept_of_the_last_token(relation: object, output: str, expected: str) -> None:
    """That S is M and what token n added has no meaning at n = 0."""
    other = {**KEPT, "output": output}
    assert verdict(SUM, {"same_as": "other", "relation": relation}, other=other) == expected


COUNT = {"shape": "1", "start": "any", "update": "gamma z + 1"}


@pytest.mark.parametrize(
    ("chunk", "expected"),
    [
        ("gamma^C z + sum(i = 1..C, gamma^(C-i))", "proved"),
        ("gamma^C z + sum(i = 1..C, gamma^i)", "refuted"),
        ("z + sum(i = 1..C, gamma^(C-i))", "refuted"),
        ("sum(i = 1..C, gamma^(C-i))", "refuted"),
    ],
)
def test_a_chunk_with_a_geometric_sum(chunk: str, expected: str) -> None:
    assert verdict({"z": COUNT}, {"chunk": chunk}) == expected


@pytest.mark.parametrize(("power", "expected"), [("t", "proved"), ("(t+1)", "refuted")])
def test_a_geometric_sum_in_closed_form(power: str, expected: str) -> None:
    layer = {"z": {**COUNT, "start": "0"}, "output": "(1 - gamma) z"}
    assert verdict(layer, {"formula": f"1 - gamma^{power}"}) == expected


def test_a_chunk_is_claimed_from_token_0_on() -> None:
    """From token 1 on z is 1; at 0 it is 3."""
    layer = {"z": {"shape": "1", "start": "3", "update": "z - z + 1"}}
    assert verdict(layer, {"chunk": "z + sum(i = 1..C, gamma^i) - sum(j = 1..C, gamma^j)"}) == "refuted"
