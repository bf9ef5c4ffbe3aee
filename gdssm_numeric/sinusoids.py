"""Regression of sine curves in context (Figure 4B): the tasks, and the GD-SSM between an embedding and a readout.

The tasks are those of Finn et al. 2017 as in von Oswald et al. 2023: y = a sin(x + p), an amplitude a and a phase p
for each task. The model (A.7) is linear regression of embedded samples, with an optional gate on its output:

    embedding of an input     φ(x) = V tanh(u x + b) + c              R → R^2d → R^d, d the width
    embedding of a target     y ↦ y m + n                             R → R^d
    layers                    o = WindowModel(φ(x_1), y_1 m + n, …, φ(x_{N+1}))
    gate, if there is one     o ⊙ σ(G o)                              weighted sigmoid gated unit, Tanaka 2020
    readout                   ŷ = wᵀ o + e

The paper says neither what its embedding is nor where between layers its gate stands: here the embedding is an MLP,
and one gate stands behind the last layer. Names of axes as in `tasks`; all parameters have the replicas first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .presets import QUICK, Preset
from .tasks import INITIAL, Batch, Targets, Tokens, generator
from .window_model import START_OF_DECAYS, WindowModel

#: The ranges of amplitudes, phases and inputs; all three are uniform.
AMPLITUDES = 0.1, 5.0
PHASES = 0.0, math.pi
INPUTS = -5.0, 5.0


@dataclass(frozen=True)
class SineTask:
    """Tasks y = a sin(x + p): `samples` points of one curve, and a query on it. ValueError without samples."""

    samples: int = 10

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError("samples start at 1")

    @property
    def features(self) -> int:
        return 1

    @property
    def outputs(self) -> int:
        return 1

    @property
    def targets(self) -> Targets:
        return "scalar"

    @property
    def tokens(self) -> Tokens:
        return "interleaved"

    def draw(self, batch: int, generators: Sequence[torch.Generator], dtype: torch.dtype = torch.float32) -> Batch:
        """`batch` curves from each generator, on the generators' device: (R, B, N+1, 1), (R, B, N, 1), (R, B, 1)."""
        R, device = len(generators), generators[0].device
        x = torch.empty(R, batch, self.samples + 1, 1, dtype=dtype, device=device)
        amplitude, phase = torch.empty(2, R, batch, 1, 1, dtype=dtype, device=device)
        for r, own in enumerate(generators):
            x[r].uniform_(*INPUTS, generator=own)
            amplitude[r].uniform_(*AMPLITUDES, generator=own)
            phase[r].uniform_(*PHASES, generator=own)
        y = amplitude * torch.sin(x + phase)
        return Batch(x, y[:, :, :-1], y[:, :, -1])


def zero_loss() -> float:
    """Return E y², the error of the predictor 0.

    E y² = E a² E sin²(x + p), and E sin²(x + p) = ½ - ½ E cos(2x + 2p) = ½, since 2p is uniform on a full period.
    """
    low, high = AMPLITUDES
    return (low**2 + low * high + high**2) / 3 / 2


def loss_without_context() -> float:
    """Return E y² - E E[y|x]², the error of E[y|x]: no predictor that sees the query alone has a smaller one.

    E[y|x] = E a · 1/π ∫_0^π sin(x + p) dp = E a · 2/π · cos x, and E cos² x = ½ + sin(2s)/(4s) for x ~ U(-s, s).
    """
    mean = sum(AMPLITUDES) / 2 * 2 / math.pi
    s = INPUTS[1]
    return zero_loss() - mean**2 * (1 / 2 + math.sin(2 * s) / (4 * s))


class Affine(nn.Module):
    """A linear map with bias for each replica: weight (R, a, b) and bias (R, b) map (R, B, …, a) to (R, B, …, b)."""

    weight: nn.Parameter
    bias: nn.Parameter

    def __init__(self, replicas: int, entries: int, outputs: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(replicas, entries, outputs, dtype=dtype))
        self.bias = nn.Parameter(torch.zeros(replicas, outputs, dtype=dtype))

    def forward(self, values: Tensor) -> Tensor:
        flat = torch.baddbmm(self.bias.unsqueeze(1), values.flatten(1, -2), self.weight)
        return flat.view(*values.shape[:-1], -1)

    @torch.no_grad()
    def draw(self, generators: Sequence[torch.Generator], deviation: float) -> None:
        """Normal weights of this deviation, replica by replica; the bias is left as it is."""
        for r, own in enumerate(generators):
            value = torch.empty(self.weight.shape[1:], dtype=torch.float64).normal_(0, deviation, generator=own)
            self.weight[r] = value.to(self.weight)


class SineModel(nn.Module):
    """R replicas of embedding, L layers, gate and readout. Parameters are 0, decays 1, until they are initialised.

    ValueError for sizes below 1.
    """

    gate: nn.Parameter | None

    def __init__(
        self,
        width: int,
        layers: int = 1,
        gated: bool = False,
        replicas: int = 1,
        *,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.window = WindowModel(width, layers, replicas, dtype=dtype)  # raises for sizes below 1
        self.width, self.layers, self.gated, self.replicas = width, layers, gated, replicas
        self.hidden = Affine(replicas, 1, 2 * width, dtype)
        self.embedding = Affine(replicas, 2 * width, width, dtype)
        self.target = Affine(replicas, 1, width, dtype)
        self.gate = nn.Parameter(torch.zeros(replicas, width, width, dtype=dtype)) if gated else None
        self.readout = Affine(replicas, width, 1, dtype)

    @torch.no_grad()
    def initialise(
        self, generators: Sequence[torch.Generator], samples: int, decays: tuple[float, float] = START_OF_DECAYS
    ) -> None:
        """Random parameters from one generator (on the CPU) for each replica.

        Weights are normal, biases 0, except that the units tanh(u x + b) have their zeros at points uniform among the
        inputs. Deviations are 1/√d in the embedding of targets, the gate and the readout, 1 in u, 1/√(8d) in V: a
        first prediction that is no larger than a target. A layer is of third degree in the embeddings: with V twice
        and m six times as large, losses began at up to 2·10⁴ and one of three replicas was above the loss without
        context after 2,000 updates. With b normal instead, three replicas stood at .33–.38 after 1,500, not at .27.
        """
        self.window.initialise(generators, samples, decays)
        for affine, deviation in (
            (self.hidden, 1.0),
            (self.embedding, (8 * self.width) ** -0.5),
            (self.target, self.width**-0.5),
            (self.readout, self.width**-0.5),
        ):
            affine.draw(generators, deviation)
        for r, own in enumerate(generators):
            kinks = torch.empty(2 * self.width, dtype=torch.float64).uniform_(*INPUTS, generator=own)
            self.hidden.bias[r] = -self.hidden.weight[r, 0] * kinks.to(self.hidden.bias)
            if self.gate is not None:
                value = torch.empty(self.width, self.width, dtype=torch.float64)
                self.gate[r] = value.normal_(0, self.width**-0.5, generator=own).to(self.gate)

    def embedded(self, batch: Batch) -> Batch:
        """The batch with inputs φ(x), (R, B, N+1, d), and the scalar targets: what least squares can be run on."""
        return Batch(self.embedding(self.hidden(batch.inputs).tanh()), batch.targets, batch.wanted)

    def forward(self, batch: Batch) -> Tensor:
        """The prediction for the query, (R, B, 1)."""
        inputs = self.embedded(batch).inputs
        output = self.window(Batch(inputs, self.target(batch.targets), batch.wanted))
        if self.gate is not None:
            output = output * torch.sigmoid(output @ self.gate)
        return self.readout(output)


@dataclass(frozen=True)
class SineRun:
    """All that determines the training of a `SineModel`, but for the machine. ValueError as in `training.Run`."""

    task: SineTask = SineTask()
    layers: int = 1
    gated: bool = False
    width: int = 32
    replicas: int = 5
    seed: int = 0
    preset: Preset = QUICK
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if min(self.layers, self.width, self.replicas) < 1 or self.seed < 0:
            raise ValueError("layers, width and replicas start at 1, the seed at 0")
        if self.dtype not in ("float32", "float64"):
            raise ValueError("dtype is float32 or float64")

    def model(self, first: int = 0, dtype: str | None = None) -> SineModel:
        """The model at its random start, on the CPU; its replicas are numbered from `first`."""
        kind = getattr(torch, dtype or self.dtype)
        model = SineModel(self.width, self.layers, self.gated, self.replicas, dtype=kind)
        own = [generator(self.seed, first + r, INITIAL) for r in range(self.replicas)]
        model.initialise(own, self.task.samples)
        return model
