"""Data that a model was not trained on: each family of test tasks changes one thing, from little to much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

from gdssm_numeric.changed_tasks import ChangedTask, Law, collinear, correlated
from gdssm_numeric.tasks import EVALUATION, Task, generator

#: Scales of the inputs and of the tasks' weights, with that of training among them (Figures 1D and 2D).
SCALES = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
#: The largest eigenvalue of the inputs' covariance over the smallest; the mean stays.
CONDITIONS = (1.0, 3.0, 10.0, 30.0, 100.0)
#: The variance of the labels' noise.
NOISES = (0.0, 0.1, 0.25, 0.5, 1.0)
#: Samples over the number that a model was trained on: below 1, fewer than features.
LENGTHS = (0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0, 4.0)
#: Laws of the inputs' entries, of one variance.
LAWS: tuple[Law, ...] = get_args(Law)


@dataclass(frozen=True)
class Family:
    """Test tasks in the order of what is changed: a label of the axis, a value for each task, whether N is changed."""

    label: str
    values: tuple[float, ...] | tuple[str, ...]
    tasks: tuple[ChangedTask, ...]
    lengths: bool = False
    logarithmic: bool = False


def families(task: Task) -> dict[str, Family]:
    """All families for a task that was trained on. The matrices that mix inputs are drawn once, from a fixed seed."""
    own = generator(0, 1, EVALUATION)
    ranks = tuple(range(1, task.features + 1))
    mixed = [correlated(task.features, condition, own) for condition in CONDITIONS if _exists(task, condition)]
    flat = [collinear(task.features, rank, own) for rank in ranks]
    lengths = tuple(sorted({max(1, round(share * task.samples)) for share in LENGTHS}))
    return {
        "scale": Family(
            "scale of the inputs", SCALES, tuple(ChangedTask(replace(task, scale=scale)) for scale in SCALES)
        ),
        "correlated": Family(
            "condition number of the inputs' covariance",
            CONDITIONS[: len(mixed)],
            tuple(ChangedTask(task, mixing=mixing) for mixing in mixed),
            logarithmic=True,
        ),
        "collinear": Family(
            "rank of the inputs' covariance", ranks, tuple(ChangedTask(task, mixing=mixing) for mixing in flat)
        ),
        "noise": Family(
            "variance of the label noise", NOISES, tuple(ChangedTask(replace(task, noise=noise)) for noise in NOISES)
        ),
        "samples": Family(
            "samples in the context",
            lengths,
            tuple(ChangedTask(replace(task, samples=count)) for count in lengths),
            lengths=True,
        ),
        "law": Family("law of the inputs", LAWS, tuple(ChangedTask(task, law=law) for law in LAWS)),
    }


def _exists(task: Task, condition: float) -> bool:
    return task.features > 1 or condition == 1
