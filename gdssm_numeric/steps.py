"""One update of all replicas: their losses, the gradient, and a step of AdamW.

`Together` is the plain way, for every model and device: R replicas as one tensor program, differentiated by autograd.
`OneByOne` takes one replica after another, each in the same memory, with gradients by formulas; on a CPU it is several
times as fast, and the bits of a replica do not depend on how many are beside it. Both compute the same up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from .presets import Preset
from .tasks import Batch, Tasks

#: AdamW's, as in PyTorch.
BETAS, EPSILON = (0.9, 0.999), 1e-8
#: A replica's parameters begin at a multiple of so many numbers: vector instructions are the same for each of them.
ALIGNED = 64

#: From the weights of one replica by name, and where their gradient is to be written, to a function of a batch that
#: returns the loss and writes the gradient.
Gradient = Callable[[Mapping[str, Tensor], Mapping[str, Tensor]], Callable[[Batch], Tensor]]


class Step(Protocol):
    """What an update is made with."""

    def update(self, factor: float, tasks: Tasks, generators: Sequence[torch.Generator], dtype: torch.dtype) -> Tensor:
        """Make an update on fresh batches, with learning rates times `factor`: the losses before it, (R,)."""

    def state(self) -> dict[int, dict[str, Tensor]]:
        """Return AdamW's moments and counts for each parameter, in the order of `ordered`."""

    def restore(self, state: Mapping[int, Mapping[str, Tensor]]) -> None:
        """Go on from moments whose shapes fit."""


def ordered(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    """Return the parameters with their names, decays first: they have a learning rate of their own."""
    named = list(model.named_parameters())
    return sorted(named, key=lambda pair: not is_decay(pair[0]))


def is_decay(name: str) -> bool:
    """Does the name of a parameter say that it is a decay?"""
    return name.endswith("decay")


def squared_error(predicted: Tensor, batch: Batch) -> Tensor:
    """The mean squared error per component of the target, of each replica: (R,)."""
    return (predicted - batch.wanted).square().mean(dim=(1, 2))


class Together:
    """All replicas in one tensor program, by autograd and PyTorch's AdamW."""

    def __init__(self, model: nn.Module, preset: Preset) -> None:
        self.model, self.preset = model, preset
        named = ordered(model)
        self.optimiser = torch.optim.AdamW(
            [
                {"params": [p for name, p in named if is_decay(name)], "lr": preset.decay_rate, "weight_decay": 0.0},
                {
                    "params": [p for name, p in named if not is_decay(name)],
                    "lr": preset.rate,
                    "weight_decay": preset.weight_decay,
                },
            ],
            fused=not any(p.is_complex() for p in model.parameters()),  # which the fused optimiser cannot update
        )

    def update(self, factor: float, tasks: Tasks, generators: Sequence[torch.Generator], dtype: torch.dtype) -> Tensor:
        for group, rate in zip(self.optimiser.param_groups, (self.preset.decay_rate, self.preset.rate), strict=True):
            group["lr"] = rate * factor
        batch = tasks.draw(self.preset.batch, generators, dtype)
        losses = squared_error(self.model(batch), batch)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(losses.sum())
        self.optimiser.step()
        return losses.detach()

    def state(self) -> dict[int, dict[str, Tensor]]:
        found: dict[int, dict[str, Tensor]] = self.optimiser.state_dict()["state"]
        return found

    def restore(self, state: Mapping[int, Mapping[str, Tensor]]) -> None:
        # The rates and the like are this run's own: only the moments come from the file.
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": dict(state), "param_groups": groups})


class OneByOne:
    """One replica after another; the parameters of each are a row of one matrix, which AdamW updates in place.

    The model's parameters become views of that matrix.
    """

    def __init__(self, model: nn.Module, preset: Preset, gradient: Gradient) -> None:
        self.preset = preset
        named = ordered(model)
        replicas = len(named[0][1])
        sizes = [p[0].numel() for _, p in named]
        width = -(-sum(sizes) // ALIGNED) * ALIGNED
        self._weights, self._changes, self._first, self._second, self._room = (
            named[0][1].new_zeros(5, replicas, width).unbind()
        )
        self._rates, self._decay = named[0][1].new_zeros(2, width).unbind()
        self._steps = 0
        self._views: list[tuple[int, int, torch.Size]] = []
        begin = 0
        for (name, parameter), size in zip(named, sizes, strict=True):
            view = begin, size, parameter.shape[1:]
            self._rates[begin : begin + size] = preset.decay_rate if is_decay(name) else preset.rate
            self._decay[begin : begin + size] = 0.0 if is_decay(name) else preset.rate * preset.weight_decay
            parameter.data = _part(self._weights, view).copy_(parameter.detach())
            self._views.append(view)
            begin += size
        names = [name for name, _ in named]
        self._losses = []
        for r in range(replicas):
            weights, changes = (
                {name: _part(matrix, view)[r] for name, view in zip(names, self._views, strict=True)}
                for matrix in (self._weights, self._changes)
            )
            self._losses.append(gradient(weights, changes))

    @torch.no_grad()
    def update(self, factor: float, tasks: Tasks, generators: Sequence[torch.Generator], dtype: torch.dtype) -> Tensor:
        pairs = zip(self._losses, generators, strict=True)
        losses = [loss(tasks.draw(self.preset.batch, [own], dtype)) for loss, own in pairs]
        self._step(factor)
        return torch.stack(losses)

    def _step(self, factor: float) -> None:
        """AdamW, as PyTorch has it."""
        self._steps += 1
        first, second = (1 - beta**self._steps for beta in BETAS)
        self._first.lerp_(self._changes, 1 - BETAS[0])
        self._second.mul_(BETAS[1]).addcmul_(self._changes, self._changes, value=1 - BETAS[1])
        if self.preset.weight_decay:
            self._weights.mul_(1 - factor * self._decay)
        torch.sqrt(self._second, out=self._room).div_(second**0.5).add_(EPSILON)
        torch.div(self._first, self._room, out=self._room).mul_(self._rates)
        self._weights.sub_(self._room, alpha=factor / first)

    def state(self) -> dict[int, dict[str, Tensor]]:
        if not self._steps:
            return {}
        return {
            k: {
                "step": torch.tensor(float(self._steps)),
                "exp_avg": _part(self._first, view).clone(memory_format=torch.contiguous_format),
                "exp_avg_sq": _part(self._second, view).clone(memory_format=torch.contiguous_format),
            }
            for k, view in enumerate(self._views)
        }

    def restore(self, state: Mapping[int, Mapping[str, Tensor]]) -> None:
        for k, view in enumerate(self._views):
            for matrix, name in ((self._first, "exp_avg"), (self._second, "exp_avg_sq")):
                _part(matrix, view).copy_(state[k][name]) if state else _part(matrix, view).zero_()
        self._steps = int(state[0]["step"]) if state else 0


def _part(matrix: Tensor, view: tuple[int, int, torch.Size]) -> Tensor:
    """Return the columns of one parameter in all rows, in its shape."""
    begin, size, shape = view
    return matrix[:, begin : begin + size].view(len(matrix), *shape)
