"""Ridge regression and least squares: the normal equations, exact fractions, LAPACK's own solver."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from gdssm_numeric.changed_tasks import ChangedTask, collinear
from gdssm_numeric.evaluation import evaluate, sensitivity
from gdssm_numeric.least_squares import least_squares, ridge
from gdssm_numeric.tasks import INITIAL, TRAINING, Batch, Task, generator
from gdssm_numeric.window_model import WindowModel

pytestmark = pytest.mark.usefixtures("one_thread")

DOUBLE = torch.float64
TASKS = {
    "fewer samples than features": Task(5, 3, noise=0.1),
    "as many": Task(4, 4, noise=0.1),
    "more": Task(3, 7, noise=0.1),
    "scalar": Task(3, 7, "scalar", noise=0.1),
    "dependent": ChangedTask(Task(4, 6, noise=0.1), mixing=collinear(4, 2, generator(0, 0, INITIAL))),
}
every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


def drawn(task: Task | ChangedTask, batch: int = 5, replicas: int = 2) -> Batch:
    return task.draw(batch, [generator(0, r, TRAINING) for r in range(replicas)], DOUBLE)


@every_task
def test_ridge_solves_the_normal_equations(task: Task) -> None:
    batch = drawn(task)
    X, query = batch.inputs[:, :, :-1], batch.inputs[:, :, -1:]
    gram = X.mT @ X + 0.3 * torch.eye(task.features, dtype=DOUBLE)
    expected = (query @ torch.linalg.solve(gram, X.mT @ batch.targets)).squeeze(2)
    assert expected.shape == (2, 5, task.outputs)
    torch.testing.assert_close(ridge(batch, 0.3), expected, rtol=1e-11, atol=1e-12)


@every_task
def test_least_squares_is_lapacks_and_the_limit_of_ridge(task: Task) -> None:
    batch = drawn(task)
    X = batch.inputs[:, :, :-1]
    W = torch.linalg.lstsq(X, batch.targets, rcond=1e-12, driver="gelsd").solution
    torch.testing.assert_close(least_squares(batch), (batch.inputs[:, :, -1:] @ W).squeeze(2), rtol=1e-9, atol=1e-10)
    torch.testing.assert_close(ridge(batch, 1e-12), least_squares(batch), rtol=1e-6, atol=1e-7)


def test_dependent_inputs_in_single_precision_stay_dependent() -> None:
    batch = drawn(TASKS["dependent"])
    single = least_squares(Batch(*(value.float() for value in vars(batch).values())))
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), least_squares(batch), rtol=1e-3, atol=1e-4)


def test_ridge_is_exact_where_the_normal_equations_lose_all_digits() -> None:
    """Two nearly parallel features, in fractions. XᵀX has condition 10¹⁵ and the penalty is below its rounding."""
    small = Fraction(1, 2**24)
    X = [[Fraction(1), 1 + k * small] for k in (-1, 0, 2)]
    y, query, penalty = [Fraction(1), Fraction(-2), Fraction(3)], [Fraction(1), Fraction(-1)], small**2
    a, b, d = (sum(row[i] * row[j] for row in X) + (penalty if i == j else 0) for i, j in ((0, 0), (0, 1), (1, 1)))
    r, s = (sum(row[i] * label for row, label in zip(X, y, strict=True)) for i in (0, 1))
    weights = (d * r - b * s) / (a * d - b * b), (a * s - b * r) / (a * d - b * b)
    expected = float(sum(w * x for w, x in zip(weights, query, strict=True)))
    inputs = torch.tensor([[float(x) for x in row] for row in [*X, query]], dtype=DOUBLE)[None, None]
    targets = torch.tensor([float(label) for label in y], dtype=DOUBLE)[None, None, :, None]
    found = float(ridge(Batch(inputs, targets, targets[:, :, 0]), float(penalty)))
    assert abs(found / expected - 1) < 1e-6


def test_a_sensitivity_is_the_weights() -> None:
    batch = drawn(TASKS["more"])
    X = batch.inputs[:, :, :-1]
    W = torch.linalg.solve(X.mT @ X, X.mT @ batch.targets)
    torch.testing.assert_close(sensitivity(least_squares, batch), W.mT.flatten(2), rtol=1e-9, atol=1e-10)


def test_evaluate_takes_them() -> None:
    """Without noise and with enough samples, least squares is right; ridge with a small penalty nearly is."""
    task, model = Task(2, 8), WindowModel(2, replicas=2, dtype=DOUBLE)
    model.initialise([generator(0, r, INITIAL) for r in range(2)], 8)
    predictors = {"least squares": least_squares, "ridge": lambda batch: ridge(batch, 0.1)}
    found = evaluate(model, 2, task, predictors, tasks=200, sensitivity_tasks=20)
    assert found.reference_loss < 1e-20
    torch.testing.assert_close(found.distances["least squares"], found.loss)
    assert not torch.allclose(found.distances["ridge"], found.loss)


@pytest.mark.parametrize("penalty", [0.0, -1.0, float("nan")])
def test_a_penalty_is_positive(penalty: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        ridge(drawn(TASKS["more"]), penalty)
