"""The fast update of the CPU is the plain one to rounding, and no bit of a replica depends on the others."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from gdssm_numeric import window_gradient
from gdssm_numeric.presets import Preset
from gdssm_numeric.steps import ALIGNED, OneByOne, Together, squared_error
from gdssm_numeric.tasks import TRAINING, Task, generator
from gdssm_numeric.training import Run, Training

pytestmark = pytest.mark.usefixtures("one_thread")

PRESET = Preset("short", 1000, 13, 1e-2, 5e-3, 5, 0.1, 0.0, 1000)
RUNS = {
    "one window": Run(Task(3, 1)),
    "one feature": Run(Task(1, 5)),
    "one layer": Run(Task(3, 7)),
    "three layers, noise": Run(Task(3, 6, noise=0.3), layers=3),
    "constructed tokens": Run(Task(3, 6, "scalar", "constructed")),
    "one constructed token": Run(Task(2, 1, "scalar", "constructed")),
}
RUNS = {name: replace(run, preset=PRESET, replicas=3, dtype="float64") for name, run in RUNS.items()}


def both(run: Run) -> tuple[Tensor, dict[str, Tensor], Tensor, dict[str, Tensor]]:
    """The loss and the gradient of the first replica by autograd, and by formulas; decays of both signs, and 0."""
    run = replace(run, replicas=1)
    model = run.model()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("decay"):
                parameter.uniform_(-1.1, 1.1, generator=generator(0, 0, 7))
                parameter.view(-1)[0] = 0.0
    batch = run.task.draw(run.preset.batch, [generator(0, 0, TRAINING)], torch.float64)
    (loss,) = squared_error(model(batch), batch)
    torch.autograd.backward(loss)
    wanted = {name: torch.zeros_like(p[0]) if p.grad is None else p.grad[0] for name, p in model.named_parameters()}
    weights = {name: p.detach()[0] for name, p in model.named_parameters()}
    changes = {name: torch.full_like(p, torch.nan) for name, p in weights.items()}
    return loss.detach(), wanted, run.gradient()(weights, changes)(batch), changes


@pytest.mark.parametrize("at_a_time", [1, 100, 10**6], ids=["a window at a time", "some", "all"])
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_gradient_is_that_of_autograd(run: Run, at_a_time: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_gradient, "AT_A_TIME", at_a_time)
    loss, wanted, found, changes = both(run)
    torch.testing.assert_close(found, loss, rtol=1e-12, atol=0)
    for name, value in wanted.items():
        assert float((changes[name] - value).abs().max()) <= 1e-12 * max(float(value.abs().max()), 1e-3), name


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_updates_are_those_of_autograd_and_of_the_optimiser_of_pytorch(run: Run) -> None:
    """Losses, parameters and moments after thirty updates with weight decay, from the same batches."""
    fast, generators = Training(run), Training(run).generators
    assert type(fast.step) is OneByOne
    model = run.model()
    plain = Together(model, run.preset)
    fast_losses, plain_losses = [], []
    for done in range(30):
        factor = run.preset.factor(done)
        fast_losses.append(fast.step.update(factor, run.task, fast.generators, torch.float64))
        plain_losses.append(plain.update(factor, run.task, generators, torch.float64))
    torch.testing.assert_close(torch.stack(fast_losses), torch.stack(plain_losses), rtol=1e-11, atol=1e-13)
    for name, value in model.named_parameters():
        torch.testing.assert_close(fast.model.get_parameter(name), value, rtol=1e-11, atol=1e-12, msg=name)
    moments = fast.step.state()
    for k, moment in plain.state().items():
        for name, value in moment.items():
            torch.testing.assert_close(moments[k][name], value, rtol=1e-11, atol=1e-13, check_dtype=name != "step")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "task",
    [Task(3, 5), Task(7, 13), Task(5, 10), Task(7, 3, "scalar", "constructed")],
    ids=lambda task: f"{task.features} {task.samples} {task.tokens}",
)
def test_no_bit_of_a_replica_depends_on_the_others(task: Task, dtype: str) -> None:
    """Sizes that fill no vector register, and a batch that fills none: whatever is beside a replica, or before it."""
    layers = 2 if task.tokens == "interleaved" else 1
    preset = replace(PRESET, batch=61)
    states = {}
    for first, replicas in ((0, 5), (0, 3), (3, 2), (2, 1)):
        training = Training(Run(task, layers, replicas, 1, preset, dtype=dtype), first=first)
        for _ in range(12):
            training.update()
        states[first, replicas] = training.model.state_dict()
    for (first, replicas), part in states.items():
        for name, value in part.items():
            assert torch.equal(states[0, 5][name][first : first + replicas], value), name


def test_a_row_ends_where_vector_registers_do() -> None:
    """Or else the last numbers of a row would be computed by other instructions than the same ones in another row."""
    training = Training(RUNS["one layer"])
    storage = next(training.model.parameters()).untyped_storage()
    assert training.model.q[1].data_ptr() - training.model.q[0].data_ptr() == 8 * ALIGNED  # type: ignore[union-attr]
    assert storage.nbytes() % (8 * ALIGNED) == 0
