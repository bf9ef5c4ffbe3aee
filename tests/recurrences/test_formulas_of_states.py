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


SUMS_OF_POWERS = {
    "from 0": ("gamma z + w", "gamma^C z + sum(i = 0..C-1, gamma^i w)", "proved"),
    "from 1": ("gamma z + w", "gamma^C z + sum(i = 1..C, gamma^(i-1) w)", "proved"),
    "of another number": ("(1 - gamma) z + w", "(1 - gamma)^C z + sum(i = 0..C-1, (1 - gamma)^i w)", "proved"),
    "of squares": ("gamma^2 z + w", "gamma^(2 C) z + sum(i = 0..C-1, gamma^(2 i) w)", "proved"),
    "of a matrix": ("A z + w", "A^C z + sum(i = 0..C-1, A^i w)", "proved"),
    "one too many": ("gamma z + w", "gamma^C z + sum(i = 0..C, gamma^i w)", "refuted"),
    "one too late": ("gamma z + w", "gamma^C z + sum(i = 1..C, gamma^i w)", "refuted"),
    "of the transpose": ("A z + w", "A^C z + sum(i = 0..C-1, (A^T)^i w)", "refuted"),
}


@pytest.mark.parametrize("name", SUMS_OF_POWERS)
def test_a_sum_of_powers_that_grow(name: str) -> None:
    """The state grows at the other end: z is multiplied, and the first term is added."""
    update, chunk, verdict = SUMS_OF_POWERS[name]
    layer = gdssm.recurrence(
        constants={"gamma": "1", "w": "m", "A": "m m"},
        layer={"z": {"shape": "m", "start": "any", "update": update}},
        claim={"chunk": chunk},
    )
    assert gdssm.check(layer).verdict.value == verdict
