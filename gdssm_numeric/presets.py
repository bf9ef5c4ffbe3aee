"""How a model is trained: two presets, and the schedule of the learning rates."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Preset:
    """AdamW with one learning rate for the decays and one for Q, q and C (A.5, A.6), warm-up, cosine decay to 0.

    `updates` updates on fresh batches of `batch` tasks for each replica; `warm_up` of them go up linearly. Weight
    decay is that of Q, q and C: on the decays it would pull towards 0. The weights of the last share `averaged` of
    the updates are averaged. A checkpoint is written every `checkpoint` updates.
    """

    name: str
    updates: int
    batch: int
    rate: float  # of Q, q, C
    decay_rate: float  # of the recurrent parameters
    warm_up: int
    weight_decay: float
    averaged: float
    checkpoint: int

    def __post_init__(self) -> None:
        if min(self.updates, self.batch, self.checkpoint) < 1 or self.warm_up < 0:
            raise ValueError("updates, batch and checkpoint start at 1, warm_up at 0")
        if min(self.rate, self.decay_rate) <= 0 or self.weight_decay < 0 or not 0 <= self.averaged < 1:
            raise ValueError("rates are positive, weight_decay is not negative, averaged is a share below 1")

    def factor(self, done: int) -> float:
        """What the learning rates are multiplied by when `done` updates are done.

        By hand: torch's schedules of warm-up and cosine multiply the rate before by a ratio, so that the last bits of a
        rate would depend on the way there; here they depend on `done` alone, whenever a run was resumed.
        """
        warmed = min(1.0, (done + 1) / (self.warm_up + 1))
        return warmed * (1 + math.cos(math.pi * done / self.updates)) / 2

    def averages(self, done: int) -> bool:
        """Do the weights after update number `done` go into the average?"""
        return done > self.updates * (1 - self.averaged)


#: Half a minute to two on two cores at f = 5, N = 10 for five replicas.
QUICK = Preset("quick", 6000, 384, 1e-2, 5e-3, 100, 0.0, 0.2, 500)
#: The paper's rates, batch, updates and weight decay (A.5, A.6); it gives no length for the warm-up.
PAPER = Preset("paper", 300_000, 64, 2e-4, 1e-4, 1000, 0.05, 0.0, 5000)
PRESETS = {preset.name: preset for preset in (QUICK, PAPER)}
#: Normal inputs make the gradients noisier, their fourth powers spread so widely: `quick` takes 4 times the updates.
NORMAL_INPUTS = 4
#: A task with a scalar target says less about the parameters than one with f components: more of them at a time.
SCALAR_PRESETS = {**PRESETS, "quick": replace(QUICK, updates=5000, batch=1536)}


def preset_for(name: str, targets: str, inputs: str) -> Preset:
    """Return the preset of that name as it is for these targets and inputs. Raises KeyError if there is none."""
    preset = (SCALAR_PRESETS if targets == "scalar" else PRESETS)[name]
    if inputs == "normal" and name == "quick":
        return replace(preset, updates=NORMAL_INPUTS * preset.updates)
    return preset
