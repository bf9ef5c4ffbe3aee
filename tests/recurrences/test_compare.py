"""`gdssm.compare`: functions of NumPy and PyTorch, right and wrong, against a declared recurrence."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import gdssm
from derivations.recurrences.toml_file import load

FOLDER = Path(__file__).parents[2] / "recurrences"
DELTA, RETNET, TTT, ANY_START = (
    load(str(FOLDER / f"{name}.toml"))
    for name in ("deltanet", "retnet", "ttt_minibatch", "linear_attention_from_any_start")
)


def delta(k: Any, v: Any, q: Any, beta: Any, sign: int = 1) -> Any:
    state, outputs = 0 * np.outer(v[0], k[0]), []
    for key, value, query, rate in zip(k, v, q, beta, strict=True):
        state = state + sign * rate * np.outer(value - state @ key, key)
        outputs.append(state @ query)
    return np.array(outputs)


def in_floats(k: Any, v: Any, q: Any, beta: Any) -> Any:
    return delta(k, v, q, np.exp(np.log(beta)))


def in_torch(k: torch.Tensor, v: torch.Tensor, q: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    state, outputs = k.new_zeros(v.shape[1], k.shape[1]), []
    for key, value, query, rate in zip(k, v, q, beta, strict=True):
        state = state + rate * torch.outer(value - state @ key, key)
        outputs.append(state @ query)
    return torch.stack(outputs)


def off_by_one(k: Any, v: Any, q: Any, beta: Any) -> Any:
    """The query reads the state before the token."""
    return np.concatenate([0 * v[:1], delta(k, v, np.roll(q, -1, 0), beta)[:-1]])


def parallel(k: Any, v: Any, q: Any, gamma: Any) -> Any:
    tokens = range(len(k))
    return np.array([sum(gamma ** (t - i) * (k[i] @ q[t]) * v[i] for i in tokens if i <= t) for t in tokens])


def minibatch(k: Any, v: Any, q: Any, eta: Any, W: Any) -> Any:
    outputs = []
    for keys, values, query in zip(k, v, q, strict=True):
        W = W - 2 * eta * (keys @ W.T - values).T @ keys
        outputs.append(W @ query)
    return np.array(outputs)


def attention(k: Any, v: Any, q: Any) -> Any:
    return np.array([sum((k[i] @ q[t]) * v[i] for i in range(t + 1)) for t in range(len(k))])


RIGHT: dict[str, tuple[gdssm.checking.Stated, Callable[..., Any], bool]] = {
    "token by token": (DELTA, lambda k, v, q, beta: delta(k, v, q, beta), True),
    "floating-point numbers": (DELTA, in_floats, False),
    "PyTorch": (DELTA, in_torch, False),
    "the parallel form": (RETNET, parallel, True),
    "several at a token, and a start": (TTT, minibatch, True),
    "from 0, where no start is taken": (ANY_START, attention, True),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_function_agrees(name: str) -> None:
    layer, function, exact = RIGHT[name]
    compared = gdssm.compare(layer, function)
    assert compared.agrees, compared
    assert compared.exact is exact
    assert str(compared).startswith("agrees exactly, at " if exact else "agrees in float64, to 1e-09, at ")


WRONG: dict[str, Callable[..., Any]] = {
    "a sign": lambda k, v, q, beta: delta(k, v, q, beta, -1),
    "the state before the token": off_by_one,
    "a factor near 1": lambda k, v, q, beta: in_floats(k, v, q, beta) * (1 + 1e-6),
    "a value that is none": lambda k, v, q, beta: in_floats(k, v, q, beta) * math.nan,
    "in PyTorch": lambda k, v, q, beta: in_torch(k, v, q, torch.sqrt(beta)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_function_differs_at_small_inputs(name: str) -> None:
    compared = gdssm.compare(DELTA, WRONG[name])
    assert compared.difference is not None
    assert max(compared.difference.sizes.values()) <= 3
    assert set(compared.difference.inputs) == {"k", "v", "q", "beta"}
    assert str(compared).startswith(f"differs at token {compared.difference.token}: the function gives ")


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda keys, v: v, "the layer has no input keys; "),
        (lambda k, v: v[:-1], "returns an array of shape "),
        (lambda k, v: v.unknown, "takes neither arrays "),
    ],
)
def test_what_cannot_be_compared_is_told(function: Callable[..., Any], reason: str) -> None:
    with pytest.raises(gdssm.InputError, match=reason):
        gdssm.compare(DELTA, function)
