"""Predictions of trained replicas beside those of other predictors, on the same fresh tasks.

The metrics are the paper's (§4.1): loss, L2 norm of the difference in predictions, cosine similarity and L2 norm of
the difference of the sensitivities ∂ŷ/∂x_{N+1}; and the regression of the predictions on Y Xᵀ (X Xᵀ)ᵏ x_{N+1}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from .descent import products
from .tasks import EVALUATION, Batch, Task, Tasks, generator

Predictor = Callable[[Batch], Tensor]

#: Numbers in the windows of one chunk of tasks, all replicas together.
CHUNK = 4_000_000
#: Tasks that are tested together. Their number does not depend on the model, so that all are tested on the same tasks.
TESTED_TOGETHER = 250


@dataclass(frozen=True)
class Evaluation:
    """Means over the tasks, each of shape (R,) unless said otherwise; losses and distances are per component."""

    loss: Tensor
    reference_loss: float  # of the first predictor, on the same tasks
    excess: Tensor  # loss less reference_loss
    excess_error: Tensor  # its standard error, task by task
    distances: dict[str, Tensor]  # E |ŷ - ŷ'|² from each predictor
    prediction_l2: Tensor  # E ‖ŷ - ŷ'‖, ŷ' the first predictor
    sensitivity_cosine: Tensor
    sensitivity_l2: Tensor
    coefficients: Tensor  # (R, L), of the regression
    unexplained: Tensor  # the share of E |ŷ|² that the regression leaves


def evaluate(
    model: torch.nn.Module,
    replicas: int,
    task: Task,
    predictors: Mapping[str, Predictor],
    *,
    layers: int = 1,
    tasks: int = 10_000,
    sensitivity_tasks: int = 500,
    seed: int = 0,
    device: torch.device | str = "cpu",
) -> Evaluation:
    """Evaluate a model in double precision on `tasks` tasks that all replicas and predictors share.

    Predictors map a batch of one replica to predictions (1, B, g); the first is what the metrics compare with.
    """
    own = generator(seed, 0, EVALUATION, device)
    names = list(predictors)
    size = max(1, CHUNK // (3 * task.features * task.samples * replicas))
    sums: dict[str, Tensor] = {}
    squares = torch.zeros(2, replicas, dtype=torch.float64, device=device)
    gram = torch.zeros(layers, layers, dtype=torch.float64, device=device)
    cross = torch.zeros(replicas, layers, dtype=torch.float64, device=device)

    def add(name: str, value: Tensor) -> None:
        sums[name] = sums.get(name, torch.zeros_like(value)) + value

    done = 0
    while done < tasks:
        batch = task.draw(min(size, tasks - done), [own], torch.float64)
        done += batch.inputs.shape[1]
        with torch.no_grad():
            ours = model(repeated(batch, replicas))
            theirs = {name: predictor(batch) for name, predictor in predictors.items()}
            error = (ours - batch.wanted).square().mean(-1)  # (R, B)
            reference = (theirs[names[0]] - batch.wanted).square().mean(-1)
            add("loss", error.sum(-1))
            add("reference", reference.sum(-1))
            squares += torch.stack(((error - reference).sum(-1), (error - reference).square().sum(-1)))
            for name, value in theirs.items():
                add("distance " + name, (ours - value).square().mean(-1).sum(-1))
            add("l2", (ours - theirs[names[0]]).norm(dim=-1).sum(-1))
            terms = products(batch, layers)[:, 0].flatten(1)  # (L, B g)
            gram += terms @ terms.mT
            cross += ours.flatten(1) @ terms.mT
            add("power", ours.square().flatten(1).sum(-1))
    coefficients = torch.linalg.solve(gram, cross.mT).mT
    left = sums["power"] - 2 * (coefficients * cross).sum(-1) + (coefficients @ gram * coefficients).sum(-1)
    compared = task.draw(min(tasks, sensitivity_tasks), [own], torch.float64)
    cosine, l2, _ = closeness(model, replicas, predictors[names[0]], compared)
    variance = (squares[1] / tasks - (squares[0] / tasks).square()).clamp(min=0)
    return Evaluation(
        loss=sums["loss"] / tasks,
        reference_loss=float(sums["reference"] / tasks),
        excess=squares[0] / tasks,
        excess_error=(variance / tasks).sqrt(),
        distances={name: sums["distance " + name] / tasks for name in names},
        prediction_l2=sums["l2"] / tasks,
        sensitivity_cosine=cosine,
        sensitivity_l2=l2,
        coefficients=coefficients,
        unexplained=(left / sums["power"]).clamp(min=0),
    )


def repeated(batch: Batch, replicas: int) -> Batch:
    """The same tasks for every replica."""
    return Batch(*(value.expand(replicas, *value.shape[1:]) for value in vars(batch).values()))


def sensitivity(predictor: Predictor, batch: Batch) -> Tensor:
    """∂ŷ/∂x_{N+1} of every task, flattened: (R, B, g·f)."""
    inputs = batch.inputs.detach().clone().requires_grad_()
    predicted = predictor(Batch(inputs, batch.targets, batch.wanted))
    rows = [
        torch.autograd.grad(predicted[..., component].sum(), inputs, retain_graph=True)[0][:, :, -1]
        for component in range(predicted.shape[-1])
    ]
    return torch.stack(rows, dim=2).flatten(2)


@dataclass(frozen=True)
class Score:
    """Squared errors per component: means over the tasks, and the standard errors of these means."""

    loss: Tensor  # (R,)
    error: Tensor  # (R,)
    losses: dict[str, float]  # of each predictor, on the same tasks
    errors: dict[str, float]
    distances: dict[str, Tensor]  # E |ŷ - ŷ'|² per component from each predictor, (R,)


@torch.no_grad()
def score(
    model: torch.nn.Module,
    replicas: int,
    task: Tasks,
    predictors: Mapping[str, Predictor],
    *,
    tasks: int = 10_000,
    seed: int = 0,
    device: torch.device | str = "cpu",
) -> Score:
    """The losses of R replicas and of some predictors on tasks that are the same for every model with this seed."""
    own = generator(seed, 0, EVALUATION, device)
    found: dict[str, list[Tensor]] = {}
    for done in range(0, tasks, TESTED_TOGETHER):
        batch = task.draw(min(TESTED_TOGETHER, tasks - done), [own], torch.float64)
        ours = model(repeated(batch, replicas))
        found.setdefault("", []).append((ours - batch.wanted).square().mean(-1))
        for name, predictor in predictors.items():
            theirs = predictor(batch)
            found.setdefault(name, []).append((theirs - batch.wanted).square().mean(-1)[0])
            found.setdefault(f"from {name}", []).append((ours - theirs).square().mean(-1))
    errors = {name: torch.cat(parts, dim=-1) for name, parts in found.items()}
    means = {name: value.mean(-1) for name, value in errors.items()}
    spreads = {name: value.std(-1) / tasks**0.5 for name, value in errors.items()}
    return Score(
        loss=means[""],
        error=spreads[""],
        losses={name: float(means[name]) for name in predictors},
        errors={name: float(spreads[name]) for name in predictors},
        distances={name: means[f"from {name}"] for name in predictors},
    )


def closeness(
    model: torch.nn.Module, replicas: int, reference: Predictor, batch: Batch
) -> tuple[Tensor, Tensor, Tensor]:
    """Cosine and distance of the sensitivities ∂ŷ/∂x_{N+1}, and distance of the predictions, means over a batch: (R,).

    The batch has one replica, which all replicas of the model see.
    """
    seen = repeated(batch, replicas)
    ours, theirs = sensitivity(model, seen), sensitivity(reference, batch)
    cosine = torch.nn.functional.cosine_similarity(ours, theirs.expand_as(ours), dim=-1)
    with torch.no_grad():
        apart = (model(seen) - reference(batch)).norm(dim=-1)
    return cosine.mean(-1), (ours - theirs).norm(dim=-1).mean(-1), apart.mean(-1)
