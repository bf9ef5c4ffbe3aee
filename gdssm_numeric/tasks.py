"""In-context regression: batches of tasks, drawn on the device, each replica from its own generator.

A task is W with standard normal entries; its context is N samples (x_i, y_i), y_i = Wᵀx_i (+ label noise), and the
model has to predict Wᵀx_{N+1} (§4.1, §4.2, A.5, A.6). Names of axes: R replicas, B tasks, N samples, f features, g
components of a target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import torch
from torch import Tensor

Targets = Literal["vector", "scalar"]
Tokens = Literal["interleaved", "constructed"]
Inputs = Literal["uniform", "normal"]

#: What a stream of random numbers is for; one replica's streams are independent of each other and of the others'.
INITIAL, TRAINING, EVALUATION = range(3)


def generator(seed: int, replica: int, purpose: int, device: torch.device | str = "cpu") -> torch.Generator:
    """The random numbers of one replica for one purpose: the same whatever other replicas run beside it."""
    (state,) = np.random.SeedSequence([seed, replica, purpose]).generate_state(1, np.uint64)
    return torch.Generator(device).manual_seed(int(state) >> 1)


def interleaved(inputs: Tensor, targets: Tensor) -> Tensor:
    """Return the tokens x_1, y_1, x_2, …, x_{N+1} (Eqs. 19, 20): (…, 2N+1, f).

    Inputs are (…, N+1, f), targets (…, N, g). A target of fewer than f components is the end of its token, with zeros
    before it, as in the authors' code.
    """
    padded = torch.nn.functional.pad(targets, (inputs.shape[-1] - targets.shape[-1], 0))
    pairs = torch.stack((inputs[..., :-1, :], padded), dim=-2).flatten(-3, -2)
    return torch.cat((pairs, inputs[..., -1:, :]), dim=-2)


def constructed(inputs: Tensor, targets: Tensor) -> Tensor:
    """Return the tokens c_t = [x_t y_t, x_{t+1}] (Eq. 14), (…, N, 2f), of inputs (…, N+1, f), targets (…, N, 1)."""
    return torch.cat((inputs[..., :-1, :] * targets, inputs[..., 1:, :]), dim=-1)


@dataclass(frozen=True)
class Batch:
    """Contexts and what is to be predicted: inputs (R, B, N+1, f), targets (R, B, N, g), wanted (R, B, g)."""

    inputs: Tensor  # x_1 … x_{N+1}, the last of them the query
    targets: Tensor  # y_1 … y_N, with their noise
    wanted: Tensor  # Wᵀ x_{N+1}, without noise

    def interleaved(self) -> Tensor:
        """Return the interleaved tokens, (R, B, 2N+1, f)."""
        return interleaved(self.inputs, self.targets)

    def constructed(self) -> Tensor:
        """Return the constructed tokens of scalar targets, (R, B, N, 2f); ValueError for vectors."""
        if self.targets.shape[-1] != 1:
            raise ValueError("constructed tokens are for scalar targets")
        return constructed(self.inputs, self.targets)

    def tokens(self, kind: Tokens) -> Tensor:
        return self.interleaved() if kind == "interleaved" else self.constructed()


class Tasks(Protocol):
    """A family of tasks, from which batches are drawn."""

    def draw(self, batch: int, generators: Sequence[torch.Generator], dtype: torch.dtype = ...) -> Batch: ...


@dataclass(frozen=True)
class Task:
    """A family of regression tasks, and how its samples are presented. ValueError for sizes below 1 and the like.

    Inputs are uniform on (-scale, scale) or normal with standard deviation `scale`, independent in all coordinates;
    `noise` is the variance τ² of the labels' noise, which the wanted prediction does not have.
    """

    features: int
    samples: int
    targets: Targets = "vector"
    tokens: Tokens = "interleaved"
    inputs: Inputs = "uniform"
    scale: float = 1.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        if self.features < 1 or self.samples < 1:
            raise ValueError("features and samples start at 1")
        if self.targets not in ("vector", "scalar") or self.tokens not in ("interleaved", "constructed"):
            raise ValueError("targets are vector or scalar, tokens are interleaved or constructed")
        if self.targets == "vector" and self.tokens == "constructed":
            raise ValueError("constructed tokens are for scalar targets")
        if self.inputs not in ("uniform", "normal") or not self.scale > 0 or not self.noise >= 0:
            raise ValueError("inputs are uniform or normal, of a positive scale, with noise of no negative variance")

    @property
    def outputs(self) -> int:
        """Components of a target, g."""
        return self.features if self.targets == "vector" else 1

    def draw(self, batch: int, generators: Sequence[torch.Generator], dtype: torch.dtype = torch.float32) -> Batch:
        """`batch` tasks from each generator, on the generators' device.

        One replica, one generator: replicas that share batches agree with each other and are wrong together.
        """
        device = generators[0].device
        R, f, N, g = len(generators), self.features, self.samples, self.outputs
        x = torch.empty(R, batch, N + 1, f, dtype=dtype, device=device)
        W = torch.empty(R, batch, f, g, dtype=dtype, device=device)
        for r, own in enumerate(generators):
            if self.inputs == "uniform":
                x[r].uniform_(-self.scale, self.scale, generator=own)
            else:
                x[r].normal_(0, self.scale, generator=own)
            W[r].normal_(generator=own)
        y = x @ W
        targets = y[:, :, :-1]
        if self.noise:
            shaken = torch.empty_like(targets)
            for r, own in enumerate(generators):
                shaken[r].normal_(0, self.noise**0.5, generator=own)
            targets = targets + shaken
        return Batch(x, targets, y[:, :, -1])
