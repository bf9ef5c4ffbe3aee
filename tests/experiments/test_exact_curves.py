"""The exact curves against the construction itself, on tasks of every shift; and what has no exact curve."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
import torch

from derivations.experiments.panels import exact, zero
from derivations.experiments.shifts import SCALES, families
from derivations.training.fit import Expected
from gdssm_numeric.changed_tasks import ChangedTask
from gdssm_numeric.descent import combination
from gdssm_numeric.evaluation import score
from gdssm_numeric.tasks import Batch, Task

TASK = Task(2, 3)
TASKS = 20_000

pytestmark = pytest.mark.usefixtures("one_thread")


class Zero(torch.nn.Module):
    """The predictor 0, in place of a model."""

    def forward(self, batch: Batch) -> torch.Tensor:
        return torch.zeros_like(batch.wanted)


def changes() -> dict[str, ChangedTask]:
    found = {
        f"{name} {value}": task
        for name, one in families(TASK).items()
        for value, task in zip(one.values, one.tasks, strict=True)
    }
    return {**found, "weights": ChangedTask(TASK, weights=SCALES[-1])}


@pytest.mark.parametrize("steps", [1, 2])
def test_the_exact_curves_are_what_the_steps_come_to(steps: int) -> None:
    """Every point within 4.5 standard errors, where these can be trusted; 10 % more error is told apart at many."""
    trained = Expected(TASK, steps)
    against = {"steps": partial(combination, coefficients=trained.coefficients)}
    told_apart = 0
    for name, task in changes().items():
        value = exact(task, trained)
        if steps == 2 and task.law in ("laplace", "student"):
            continue  # rare tasks carry the mean, and with it the standard error
        assert value is not None
        found = score(Zero(), 1, task, against, tasks=TASKS)
        assert abs(found.losses["steps"] - value) < 4.5 * found.errors["steps"], name
        told_apart += abs(found.losses["steps"] - 1.1 * value) > 4.5 * found.errors["steps"]
    assert told_apart > 5


def test_the_zero_predictor_is_known() -> None:
    assert zero(Task(5, 7)) == pytest.approx(5 / 3)
    assert zero(replace(TASK, scale=0.5)) == pytest.approx(2 / 12)


def test_what_has_no_variance_has_no_curve() -> None:
    """The squared error of one step needs moments to the eighth, that of two steps to the sixteenth."""
    assert exact(ChangedTask(TASK, law="student"), Expected(TASK, 1)) is not None
    assert exact(ChangedTask(TASK, law="student"), Expected(TASK, 2)) is None
