"""What is measured of a trained model, on fresh tasks in double precision.

Every measure is a function of a run and of the model as trained; it returns numbers in lists, for JSON. Test tasks are
the same for all models of one setting (`gdssm_numeric.evaluation.score`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from derivations.training.fit import Expected
from gdssm_numeric.changed_tasks import ChangedTask
from gdssm_numeric.descent import combination, products
from gdssm_numeric.evaluation import Predictor, Score, score
from gdssm_numeric.least_squares import least_squares, ridge
from gdssm_numeric.sinusoids import SineModel, SineRun
from gdssm_numeric.tasks import TRAINING, Batch, Task, generator
from gdssm_numeric.training import Run, Trainable

from .shifts import SCALES, families

#: Steps of gradient descent that models are compared with.
STEPS = (1, 2, 3)
#: Penalties of ridge regression that models are compared with.
PENALTIES = (0.1, 1.0)


def steps_name(count: int) -> str:
    """What so many steps of gradient descent are called."""
    return f"{count} step{'s' * (count > 1)}"


def reference(run: Trainable[Any]) -> Predictor:
    """The predictor that a GD-SSM is compared with: the best steps of gradient descent, one for each layer."""
    assert isinstance(run, Run)
    return partial(combination, coefficients=Expected(run.task, run.layers).coefficients)


def algorithms(task: Task) -> dict[str, Predictor]:
    """The learning algorithms, by name: the best steps for the task, ridge regression, least squares."""
    found: dict[str, Predictor] = {
        steps_name(steps): partial(combination, coefficients=Expected(task, steps).coefficients) for steps in STEPS
    }
    found |= {f"ridge {penalty:g}": partial(ridge, penalty=penalty) for penalty in PENALTIES}
    return {**found, "least squares": least_squares}


def scored(found: Score) -> dict[str, Any]:
    """A score as JSON."""
    return {
        "loss": found.loss.tolist(),
        "error": found.error.tolist(),
        "losses": found.losses,
        "errors": found.errors,
        "distances": {name: value.tolist() for name, value in found.distances.items()},
    }


def tested(run: Trainable[Any], model: nn.Module, *, tasks: int) -> dict[str, Any]:
    """The loss on the task that it was trained on, beside the learning algorithms."""
    assert isinstance(run.task, Task)
    return scored(score(model, run.replicas, run.task, algorithms(run.task), tasks=tasks))


def scaled(run: Trainable[Any], model: nn.Module, *, tasks: int) -> dict[str, Any]:
    """The loss at other scales of the inputs and of the tasks' weights, beside the construction for the old ones."""
    assert isinstance(run.task, Task)
    against = {"construction": reference(run)}

    def at(task: Task | ChangedTask) -> dict[str, Any]:
        return scored(score(model, run.replicas, task, against, tasks=tasks))

    return {
        "inputs": [at(replace(run.task, scale=scale)) for scale in SCALES],
        "weights": [at(ChangedTask(run.task, weights=scale)) for scale in SCALES],
    }


def shifted(run: Trainable[Any], model: nn.Module, *, tasks: int) -> dict[str, Any]:
    """The loss under every shift that the model can be given, beside the learning algorithms as they are."""
    assert isinstance(run.task, Task)
    against = algorithms(run.task)
    return {
        name: [scored(score(model, run.replicas, task, against, tasks=tasks)) for task in family.tasks]
        for name, family in families(run.task).items()
        if isinstance(run, Run) or not family.lengths  # a competitor has positions for one length
    }


def weights(_run: Trainable[Any], model: nn.Module, *, tasks: int) -> dict[str, Any]:  # noqa: ARG001
    """All parameters, replica by replica."""
    return {name: value.tolist() for name, value in model.state_dict().items()}


@torch.no_grad()
def sinusoids(run: Trainable[Any], model: nn.Module, *, tasks: int) -> dict[str, Any]:
    """The loss on sinusoids; and of steps of gradient descent and of least squares on the model's own embedding.

    The steps' coefficients are the best for this embedding: a regression on as many other tasks.
    """
    assert isinstance(run, SineRun)
    assert isinstance(model, SineModel)
    embedded: Callable[[Batch], Batch] = model.embedded
    own = [generator(run.seed, r, TRAINING) for r in range(run.replicas)]
    drawn = model.embedded(run.task.draw(tasks, own, torch.float64))
    against = {steps_name(steps): regressed(drawn, steps) for steps in STEPS[:2]}

    class Embedded(nn.Module):
        """A predictor of (R, B, 1) from the embedded tasks."""

        def __init__(self, predict: Predictor) -> None:
            super().__init__()
            self.predict = predict

        def forward(self, batch: Batch) -> Tensor:
            predicted: Tensor = self.predict(embedded(batch))
            return predicted

    every: dict[str, nn.Module] = {"model": model}
    every |= {name: Embedded(partial(combined, coefficients=c)) for name, c in against.items()}
    every["least squares"] = Embedded(least_squares)
    found = {name: score(one, run.replicas, run.task, {}, tasks=tasks) for name, one in every.items()}
    return {name: {"loss": one.loss.tolist(), "error": one.error.tolist()} for name, one in found.items()}


def regressed(batch: Batch, steps: int) -> Tensor:
    """The coefficients with the least error on a batch, for each replica: (R, steps)."""
    terms = products(batch, steps).flatten(2)  # (L, R, B g)
    gram = torch.einsum("krb,jrb->rkj", terms, terms)
    return torch.linalg.solve(gram, torch.einsum("krb,rb->rk", terms, batch.wanted.flatten(1)))


def combined(batch: Batch, coefficients: Tensor) -> Tensor:
    """Σ_k c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1} with coefficients (R, L) for each replica: (R, B, g)."""
    return torch.einsum("rk,krbg->rbg", coefficients, products(batch, coefficients.shape[1]))


#: By name, as jobs name them.
MEASURES: Mapping[str, Callable[..., dict[str, Any]]] = {
    "test": tested,
    "scales": scaled,
    "shifts": shifted,
    "weights": weights,
    "sinusoids": sinusoids,
}
