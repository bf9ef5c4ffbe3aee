"""The tasks and the models of the numerical engine: shapes, both forms, replicas, what is alive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from gdssm_numeric.descent import combination, gradient_descent, one_sample, products
from gdssm_numeric.recurrence import powers
from gdssm_numeric.tasks import INITIAL, TRAINING, Batch, Task, generator
from gdssm_numeric.token_model import TokenModel
from gdssm_numeric.window_model import WindowModel, predictions

DOUBLE = torch.float64


def drawn(task: Task, batch: int = 6, replicas: int = 2, seed: int = 0, dtype: torch.dtype = DOUBLE) -> Batch:
    return task.draw(batch, [generator(seed, r, TRAINING) for r in range(replicas)], dtype)


def random_model(task: Task, layers: int = 1, replicas: int = 2, from_zero: bool = True) -> WindowModel | TokenModel:
    model: WindowModel | TokenModel
    if task.tokens == "constructed":
        model = TokenModel(task.features, replicas, dtype=DOUBLE)
    else:
        model = WindowModel(task.features, layers, replicas, from_zero=from_zero, dtype=DOUBLE)
    model.initialise([generator(5, r, INITIAL) for r in range(replicas)], task.samples, (-1.0, 1.0))
    return model


TASKS = {
    "vector": Task(4, 5),
    "scalar, interleaved": Task(3, 4, "scalar"),
    "scalar, constructed": Task(3, 4, "scalar", "constructed"),
    "one of each": Task(1, 1),
    "noisy normal": Task(3, 6, inputs="normal", scale=0.5, noise=0.2),
}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize(("layers", "from_zero"), [(1, True), (1, False), (3, True), (2, False)])
def test_the_fast_form_is_the_recurrent_one_gradients_too(task: Task, layers: int, from_zero: bool) -> None:
    if task.tokens == "constructed" and (layers, from_zero) != (1, True):
        return  # one layer from 0 is all that there is
    batch, model = drawn(task), random_model(task, layers, from_zero=from_zero)
    given: dict[str, Any] = {}
    if not from_zero:
        shape = 2, 6, task.features, task.outputs
        given["start"] = torch.randn(shape, dtype=DOUBLE, generator=torch.Generator().manual_seed(1))
    fast, slow = model(batch, **given), model.recurrent(batch, **given)
    assert slow.shape == (2, 6, task.samples, task.outputs)
    torch.testing.assert_close(fast, slow[:, :, -1], rtol=1e-12, atol=1e-14)
    weights = torch.linspace(-1, 1, fast.numel(), dtype=DOUBLE).view_as(fast)
    parameters = list(model.parameters())
    ours = torch.autograd.grad((weights * fast).sum(), parameters, allow_unused=True, materialize_grads=True)
    theirs = torch.autograd.grad(
        (weights * slow[:, :, -1]).sum(), parameters, allow_unused=True, materialize_grads=True
    )
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("task", [TASKS["vector"], TASKS["scalar, constructed"]], ids=["vector", "scalar"])
@pytest.mark.parametrize("layers", [1, 2])
def test_no_parameter_is_dead(task: Task, layers: int) -> None:
    model = random_model(task, layers)
    for name, parameter in model.named_parameters():
        (gradient,) = torch.autograd.grad(model(drawn(task)).square().sum(), parameter)
        assert (gradient != 0).all(), name


def test_gradients_are_finite_at_decays_that_are_0_or_negative() -> None:
    decay = torch.tensor([[0.0, -0.5, 1.0]], dtype=DOUBLE, requires_grad=True)
    found = powers(decay, 7)
    assert found.shape == (1, 7, 3)
    expected = torch.stack([decay.detach() ** k for k in range(6, -1, -1)], dim=1)
    torch.testing.assert_close(found, expected, rtol=1e-15, atol=0)
    assert torch.autograd.gradcheck(lambda a: powers(a, 7), decay)
    task = Task(2, 5)
    model = WindowModel(2, dtype=DOUBLE)
    model.initialise([generator(0, 0, INITIAL)], 5, (0.0, 0.0))
    model(drawn(task, replicas=1)).sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_replica_has_its_own_batches_whatever_runs_beside_it(task: Task) -> None:
    both, alone = drawn(task), task.draw(6, [generator(0, 1, TRAINING)], DOUBLE)
    for pair in zip(vars(both).values(), vars(alone).values(), strict=True):
        together, single = pair
        assert torch.equal(together[1:], single)
        assert not torch.equal(together[:1], single)


def moments(values: Tensor) -> tuple[float, float, float]:
    return float(values.mean()), float(values.square().mean()), float(values.pow(4).mean())


def test_the_laws_of_the_data() -> None:
    """Moments of 10⁶ draws, to five standard errors; the targets are exactly what the tasks say, noise aside."""
    for inputs, second, fourth in (("uniform", 4 / 3, 16 / 5), ("normal", 4.0, 48.0)):
        task = Task(5, 9, inputs=inputs, scale=2.0)  # type: ignore[arg-type]
        batch = drawn(task, batch=20_000, replicas=1)
        count = batch.inputs.numel()
        eighth = {"uniform": 256 / 9, "normal": 105 * 256.0}[inputs]
        mean, square, power = moments(batch.inputs)
        assert abs(mean) < 5 * (second / count) ** 0.5
        assert abs(square - second) < 5 * ((fourth - second**2) / count) ** 0.5
        assert abs(power - fourth) < 5 * ((eighth - fourth**2) / count) ** 0.5
        assert inputs != "uniform" or batch.inputs.abs().max() <= 2
        enough = batch.inputs[0, :, :5]
        W = torch.linalg.solve(enough[:500], batch.targets[0, :500, :5])
        predicted = (batch.inputs[0, :500, -1:] @ W).squeeze(1)
        assert (predicted - batch.wanted[0, :500]).abs().median() < 1e-12
        assert abs(float(W.mean())) < 5 / W.numel() ** 0.5
    quiet, noisy = drawn(Task(2, 3), 50_000, 1), drawn(Task(2, 3, noise=0.25), 50_000, 1)
    assert torch.equal(quiet.inputs, noisy.inputs)
    assert torch.equal(quiet.wanted, noisy.wanted)
    error = noisy.targets - quiet.targets
    assert abs(float(error.square().mean()) - 0.25) < 5 * 0.25 * (2 / error.numel()) ** 0.5


def test_tokens() -> None:
    batch = drawn(Task(3, 2))
    tokens = batch.interleaved()
    assert tokens.shape == (2, 6, 5, 3)
    assert torch.equal(tokens[:, :, 4], batch.inputs[:, :, 2])
    assert torch.equal(tokens[:, :, 1], batch.targets[:, :, 0])
    with pytest.raises(ValueError, match="scalar"):
        batch.constructed()
    scalar = drawn(Task(3, 2, "scalar"))
    assert torch.equal(scalar.interleaved()[:, :, 1, 2], scalar.targets[:, :, 0, 0])
    assert not scalar.interleaved()[:, :, 1, :2].any()
    made = scalar.tokens("constructed")
    assert torch.equal(made[0, 0, 1, :3], scalar.inputs[0, 0, 1] * scalar.targets[0, 0, 1])
    assert torch.equal(made[0, 0, 1, 3:], scalar.inputs[0, 0, 2])


@pytest.mark.parametrize(
    "arguments",
    [(0, 1), (1, 0), (2, 2, "both"), (2, 2, "vector", "constructed"), (2, 2, "scalar", "pairs")]
    + [(2, 2, "vector", "interleaved", *rest) for rest in (("cauchy",), ("uniform", 0.0), ("normal", 1.0, -1.0))],
    ids=str,
)
def test_tasks_that_do_not_exist(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"start at 1|are|scale"):
        Task(*arguments)


def test_models_that_do_not_exist() -> None:
    for build in (lambda: WindowModel(0), lambda: WindowModel(2, 0), lambda: TokenModel(2, 0)):
        with pytest.raises(ValueError, match="start at 1"):
            build()
    batch = drawn(Task(2, 3))
    with pytest.raises(ValueError, match="needs a W_0"):
        WindowModel(2, replicas=2, from_zero=False, dtype=DOUBLE)(batch)
    with pytest.raises(ValueError, match="starts at W_0 = 0"):
        WindowModel(2, replicas=2, dtype=DOUBLE)(batch, torch.zeros(2, 6, 2, 2, dtype=DOUBLE))


def test_gradient_descent_is_a_combination_of_products() -> None:
    """W_Lᵀ = Σ_k c_k Y Xᵀ (X Xᵀ)ᵏ with Σ c_k λ^{k+1} = 1 - Π (1 - η_l λ/N)."""
    batch = drawn(Task(3, 4, noise=0.1))
    first, second = 0.7, 0.4
    expected = combination(batch, [(first + second) / 4, -first * second / 16])
    torch.testing.assert_close(gradient_descent(batch, [first, second]), expected, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(products(batch, 2)[0], combination(batch, [1.0]))
    by_hand = 0.3 * batch.targets[:, :, -1] * (batch.inputs[:, :, -2] * batch.inputs[:, :, -1]).sum(-1, keepdim=True)
    torch.testing.assert_close(one_sample(batch, 0.3), by_hand, rtol=1e-12, atol=1e-15)


def test_a_stream_is_gone_through_window_by_window() -> None:
    """No window is asked for before its turn, so that none has to be kept; all layers, and a long stream."""
    task = Task(3, 3000)
    batch, model = drawn(task, batch=2), random_model(task, layers=2)
    assert isinstance(model, WindowModel)
    tokens, asked = batch.interleaved(), 0

    def windows() -> Iterator[Tensor]:
        nonlocal asked
        for t in range(task.samples):
            asked += 1
            yield tokens[:, :, 2 * t : 2 * t + 3].mT

    with torch.no_grad():
        found = predictions([model.layer(0), model.layer(1)], model.q, windows(), torch.zeros(2, 2, 3, 3, dtype=DOUBLE))
        for given in range(1, task.samples):
            next(found)
            assert given == asked
        (last,) = found
    torch.testing.assert_close(last, model(batch).detach(), rtol=1e-10, atol=1e-12)
