"""Layers of the gallery in float64, token by token, against the plain PyTorch functions of `transformers`.

A library has its own layout, scaling and gates: queries are divided by √m, gates are given as logarithms, and Mamba's
step size multiplies both the gate and the input. Each function below undoes that, and nothing else. The library
computes in single precision, which rounds by up to 6e-8 at every operation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sympy
import torch
from torch import Tensor

from derivations.recurrences.grammar import word
from derivations.recurrences.numbers import Numbers, run
from derivations.recurrences.toml_file import Stated, load
from gdssm_symbolic.kernel.expressions import ONE, Name, names
from gdssm_symbolic.recurrent.claims import ChunkClaim, SameAsClaim

FOLDER = Path(__file__).parents[2] / "recurrences"
TOKENS, CHUNK = 10, 4  # the last chunk is padded
#: Relative to the largest entry: some tens of operations in single precision, of which 4e-7 was seen; and an error.
ROUNDING, ERROR = 2e-6, 1e-2

Data = Mapping[str, Tensor]  # by letter, with the tokens as the first axis


def library(module: str, name: str) -> Callable[..., Any]:
    """A function of `transformers` in plain PyTorch, whatever kernels are installed."""
    pytest.importorskip("transformers", reason="needs pip install 'gdssm[layers]'")
    return getattr(import_module(f"transformers.models.{module}.modeling_{module}"), name).__wrapped__


def heads(value: Tensor) -> Tensor:
    """(T, …) as one sequence with one head, (1, T, 1, …)."""
    return value[None, :, None]


# ---- the delta rule: Qwen3-Next's for one gate a token, Kimi Linear's for one a channel -------------


def delta_rule(module: str, name: str) -> Callable[..., tuple[Tensor, Tensor]]:
    def of(data: Data, start: Tensor | None = None) -> tuple[Tensor, Tensor]:
        k = data["k"]
        none = torch.ones_like(k if module == "kimi_linear" else k[:, 0])
        gates = data.get("alpha", data.get("D", none))
        output, state = library(module, name)(
            heads(data.get("q", k)) * k.shape[-1] ** 0.5,
            heads(k),
            heads(data["v"]),
            g=heads(gates.log()),
            beta=heads(data["beta"]),
            initial_state=None if start is None else start.mT[None, None],
            output_final_state=True,
            **({"chunk_size": CHUNK} if "chunk" in name else {}),
        )
        return output[0, :, 0], state[0, 0].mT

    return of


# ---- Mamba: the gate is exp(A Δ), the input Δ B u; here A = -1, Δ = -log a, u = v/Δ ------------------


def mamba2_chunks(data: Data, start: Tensor | None = None) -> tuple[Tensor, Tensor]:
    step = -data["a"].log()
    output, state = library("mamba2", "mamba2_chunk_scan")(
        heads(data["v"] / step[:, None]),
        heads(step),
        -torch.ones(1),
        heads(data["k"]),
        heads(data.get("q", data["k"])),
        CHUNK,
        initial_states=None if start is None else start[None, None],
        return_final_states=True,
    )
    return output[0, :, 0], state[0, 0]


def mamba2_token_by_token(data: Data) -> tuple[Tensor, Tensor]:
    (_, d), (_, m) = data["v"].shape, data["k"].shape
    state, outputs = torch.zeros(1, 1, d, m, dtype=torch.float64), []
    for k, v, q, a in zip(*(data[letter] for letter in ("k", "v", "q", "a")), strict=True):
        step = -a.log()
        outputs.append(
            library("mamba2", "mamba2_selective_state_update")(
                state, (v / step)[None, None], step.expand(1, 1, d), -torch.ones(1, d, m), k[None, None], q[None, None]
            )[0, 0]
        )
    return torch.stack(outputs), state[0, 0]


def mamba_scan(data: Data) -> tuple[Tensor, Tensor]:
    """Mamba with the input matrix of the exact discretisation, which is 1 − exp(−Δ) = δ where A = -1."""
    step = -(1 - data["delta"]).log()
    u = data["v"] * (data["delta"] / step)[:, None]
    steps = step.expand(1, u.shape[1], -1)
    output, state = library("mamba", "mamba_selective_scan")(
        u.mT[None],
        steps,
        -torch.ones(u.shape[1], data["k"].shape[1]),
        data["k"].mT[None],
        data["q"].mT[None],
        return_last_state=True,
    )
    return output[0].mT, state[0]


FORMS: dict[str, Callable[..., tuple[Tensor, Tensor]]] = {
    "gated delta rule, token by token": delta_rule("qwen3_next", "torch_recurrent_gated_delta_rule"),
    "gated delta rule, in chunks": delta_rule("qwen3_next", "torch_chunk_gated_delta_rule"),
    "Kimi, token by token": delta_rule("kimi_linear", "recurrent_kimi_delta_attention"),
    "Kimi, in chunks": delta_rule("kimi_linear", "chunk_kimi_delta_attention"),
    "Mamba, token by token": mamba_scan,
    "Mamba-2, token by token": mamba2_token_by_token,
    "Mamba-2, in chunks": mamba2_chunks,
}
#: Files of the gallery, and functions of the library that are the layer of those that are expected to be proved.
LAYERS = [
    ("deltanet", "gated delta rule, token by token"),
    ("deltanet", "gated delta rule, in chunks"),
    ("deltanet", "Kimi, in chunks"),
    ("deltanet_rate_dropped", "gated delta rule, token by token"),
    ("gated_delta", "gated delta rule, token by token"),
    ("gated_delta", "gated delta rule, in chunks"),
    ("gated_delta_error_at_old_state", "gated delta rule, in chunks"),
    ("kda", "Kimi, token by token"),
    ("kda", "Kimi, in chunks"),
    ("kda_error_at_old_state", "Kimi, in chunks"),
    ("s6", "Mamba, token by token"),
    ("s6_input_not_scaled", "Mamba, token by token"),
    ("mamba2", "Mamba-2, token by token"),
    ("mamba2", "Mamba-2, in chunks"),
]
#: Those of C more tokens at once, from any state.
CHUNKS = [
    ("deltanet_chunk", "gated delta rule, in chunks"),
    ("deltanet_chunk", "Kimi, in chunks"),
    ("mamba2_chunk", "Mamba-2, in chunks"),
    ("mamba2_chunk_without_mask", "Mamba-2, in chunks"),
]


def numbers_for(found: Stated) -> Numbers:
    """Random numbers; a gate that is a matrix is diagonal, as it is in the library."""
    products = () if isinstance(found.claim, SameAsClaim) else found.claim.products
    numbers = Numbers(7, {one.name: one for one in products}, {})
    gates = {name for state in found.layer.states for name in names(state.update) if name.text == "D"}
    for gate in gates:
        for token in range(1, TOKENS + 1):
            column = numbers.datum(Name("g", (gate.shape[0], ONE), arity=1), (token,))
            numbers.values[gate, (token,)] = column.sigmoid().flatten().diag()
    return numbers


def data_of(numbers: Numbers) -> dict[str, Tensor]:
    """The data by letter: columns as vectors, a diagonal gate as its diagonal; and the constants."""
    found: dict[str, list[Tensor]] = {}
    for (name, _), value in sorted(numbers.values.items(), key=lambda item: item[0][1]):
        entries = value.diagonal() if name.text == "D" else value.flatten()
        found.setdefault(word(name.text), []).append(entries if name.shape != (ONE, ONE) else entries[0])
    constants = {symbol.name: torch.tensor([float(value)] * TOKENS) for symbol, value in numbers.symbols.items()}
    return {**constants, **{letter: torch.stack(values) for letter, values in found.items()}}


def require(found: Stated, pairs: list[tuple[Tensor, Tensor]]) -> None:
    """They agree exactly where what the file states is true."""
    differ = max(((theirs - ours).abs().max() / ours.abs().max()).item() for theirs, ours in pairs)
    if found.expected == "proved":
        assert differ <= ROUNDING
    else:
        assert differ > ERROR


@pytest.mark.parametrize(("file", "form"), LAYERS)
def test_a_layer_is_the_librarys(file: str, form: str) -> None:
    found = load(str(FOLDER / f"{file}.toml"))
    layer = found.claim.other if isinstance(found.claim, SameAsClaim) else found.layer
    numbers = numbers_for(found)
    outputs = torch.stack(run(layer, numbers, TOKENS)).squeeze(-1)
    (state,) = layer.states
    theirs, last = FORMS[form](data_of(numbers))
    require(found, [(theirs, outputs), (last, numbers.values[state.name, (TOKENS,)])])


@pytest.mark.parametrize(("file", "form"), CHUNKS)
def test_a_chunk_is_the_librarys(file: str, form: str) -> None:
    """From any state S_0: what the formula says of S after all tokens, which the library takes four at a time."""
    found = load(str(FOLDER / f"{file}.toml"))
    assert isinstance(found.claim, ChunkClaim)
    numbers = numbers_for(found)
    numbers.symbols[found.claim.length] = sympy.Integer(TOKENS)
    after = numbers(found.claim.right, 0)
    start = numbers.values.pop((found.claim.state, (0,)))
    _, last = FORMS[form](data_of(numbers), start)
    require(found, [(last, after)])
