"""The sizes and the seed that a notebook begins with; everything below that cell takes them from this one object."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from gdssm_numeric.tasks import EVALUATION, Batch, Task, generator


@dataclass(frozen=True)
class Example:
    """f features, N samples in a context, and the seed of all that is random. ValueError for sizes below 1."""

    f: int
    N: int
    seed: int

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError("the seed is 0 or more")
        _ = self.task

    @property
    def task(self) -> Task:
        """Regression with vector targets at these sizes: uniform inputs, normal weights, no noise."""
        return Task(self.f, self.N)

    def batch(self, tasks: int = 1) -> Batch:
        """Contexts drawn with the seed, in double precision, as one replica."""
        return self.task.draw(tasks, [generator(self.seed, 0, EVALUATION)], torch.float64)

    def __str__(self) -> str:
        return f"f = {self.f}, N = {self.N}, seed {self.seed}"
