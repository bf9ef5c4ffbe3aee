"""Formulas with the number of the token in them: read as they are written, and asked of tokens alone."""

from __future__ import annotations

import pytest

import gdssm

TOKEN_AS_A_NUMBER = {
    "a power of t is no factorial": ("t gamma S + v", "sum(i = 1..t, (t gamma)^(t-i) v[i])", "0", "refuted"),
    "a power of t + 1": ("(t + 1) S + v", "sum(i = 1..t, (t + 1)^(t-i) v[i])", "0", "refuted"),
    "the factorial": ("t S", "prod(j = 1..t, j) w", "w", "proved"),
    "a factorial is no power": ("t^t v", "prod(j = 1..t, j) v", "0", "refuted"),
    "at tokens alone": ("v", "v + sum(i = 1..t, i u[i]) - sum(j = 1..t, j u[j])", "w", "proved"),
    "a power of 0": ("0 S + v", "sum(i = 1..t, 0^(t-i) v[i])", "w", "proved"),
}


@pytest.mark.parametrize("name", TOKEN_AS_A_NUMBER)
def test_the_number_of_the_token_in_a_formula(name: str) -> None:
    update, formula, start, verdict = TOKEN_AS_A_NUMBER[name]
    layer = gdssm.recurrence(
        data={"v": "m", "u": "m"},
        constants={"gamma": "1", "w": "m"},
        layer={"S": {"shape": "m", "start": start, "update": update}},
        claim={"formula": formula},
    )
    assert gdssm.check(layer).verdict.value == verdict
