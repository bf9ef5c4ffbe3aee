"""The sine curves and their two known errors; the model around the layers, replica by replica."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from derivations.experiments.jobs import parameters
from gdssm_numeric.least_squares import least_squares
from gdssm_numeric.presets import Preset
from gdssm_numeric.sinusoids import SineModel, SineRun, SineTask, loss_without_context, zero_loss
from gdssm_numeric.steps import squared_error
from gdssm_numeric.tasks import TRAINING, Batch, generator

pytestmark = pytest.mark.usefixtures("one_thread")

DOUBLE = torch.float64
KINDS = {"one layer": (1, False), "one with a gate": (1, True), "two": (2, False), "two with a gate": (2, True)}
every_kind = pytest.mark.parametrize(("layers", "gated"), KINDS.values(), ids=KINDS)


def drawn(batch: int = 6, replicas: int = 2, samples: int = 4) -> Batch:
    return SineTask(samples).draw(batch, [generator(0, r, TRAINING) for r in range(replicas)], DOUBLE)


def built(layers: int, gated: bool, replicas: int = 2, first: int = 0) -> SineModel:
    return SineRun(SineTask(4), layers, gated, 5, replicas, dtype="float64").model(first)


def nodes(low: float, high: float) -> tuple[Any, Any]:
    """Points and weights of Gauss–Legendre quadrature for the mean over an interval."""
    points, weights = np.polynomial.legendre.leggauss(40)
    return (low + high) / 2 + (high - low) / 2 * points, weights / 2


def test_the_known_errors_by_quadrature() -> None:
    (a, wa), (p, wp), (x, wx) = nodes(0.1, 5.0), nodes(0.0, math.pi), nodes(-5.0, 5.0)
    y = a[:, None, None] * np.sin(x + p[:, None])
    assert zero_loss() == pytest.approx(np.einsum("apx,a,p,x", y**2, wa, wp, wx), rel=1e-12)
    mean = np.einsum("apx,a,p->x", y, wa, wp)
    assert loss_without_context() == pytest.approx(zero_loss() - np.sum(wx * mean**2), rel=1e-12)


def test_the_curves() -> None:
    """Two points determine a sin(x + p) = α sin x + β cos x, and the query lies on it; all laws are uniform."""
    batch = drawn(40_000, 1, samples=2)
    assert [value.shape for value in vars(batch).values()] == [(1, 40_000, 3, 1), (1, 40_000, 2, 1), (1, 40_000, 1)]
    basis = torch.cat((batch.inputs.sin(), batch.inputs.cos()), dim=-1)
    solvable = torch.linalg.det(basis[:, :, :2]).abs() > 0.1
    basis, targets, wanted = basis[solvable], batch.targets[solvable], batch.wanted[solvable]
    curve = torch.linalg.solve(basis[:, :2], targets)
    torch.testing.assert_close((basis[:, 2:] @ curve).squeeze(1), wanted, rtol=1e-10, atol=1e-10)
    amplitude, phase = curve.norm(dim=1), torch.atan2(curve[:, 1], curve[:, 0])
    for value, low, high in ((amplitude, 0.1, 5.0), (phase, 0.0, math.pi), (batch.inputs, -5.0, 5.0)):
        share = (value - low) / (high - low)
        assert share.min() > -1e-9
        assert share.max() < 1 + 1e-9
        assert abs(float(share.mean()) - 1 / 2) < 5 * (1 / 12 / share.numel()) ** 0.5
        assert abs(float(share.square().mean()) - 1 / 3) < 5 * (4 / 45 / share.numel()) ** 0.5
    alone = SineTask(2).draw(6, [generator(0, 1, TRAINING)], DOUBLE)
    both = drawn(6, 2, samples=2)
    assert torch.equal(alone.targets, both.targets[1:])
    assert not torch.equal(both.targets[:1], both.targets[1:])


@every_kind
def test_a_replica_is_the_same_alone(layers: int, gated: bool) -> None:
    both, alone, batch = built(layers, gated), built(layers, gated, 1, first=1), drawn()
    for (name, one), (_, other) in zip(both.named_parameters(), alone.named_parameters(), strict=True):
        assert torch.equal(one[1:], other), name
    second = Batch(*(value[1:] for value in vars(batch).values()))
    torch.testing.assert_close(both(batch)[1:], alone(second), rtol=1e-11, atol=1e-13)


def by_hand(model: SineModel, batch: Batch, replica: int) -> Tensor:
    """The prediction of one replica of one layer by the definition, task by task: (B, 1)."""
    weights = {name: value[replica] for name, value in model.named_parameters()}
    head = {name: weights[f"window.heads.0.{name}"] for name in ("Q", "decay", "C")}

    def embedded(x: Tensor) -> Tensor:
        hidden = torch.tanh(weights["hidden.weight"][0] * x + weights["hidden.bias"])
        return weights["embedding.weight"].mT @ hidden + weights["embedding.bias"]

    found = []
    for inputs, targets in zip(batch.inputs[replica], batch.targets[replica], strict=True):
        state = torch.zeros(model.width, model.width, dtype=DOUBLE)
        for t, y in enumerate(targets):
            label = weights["target.weight"][0] * y + weights["target.bias"]
            window = torch.stack((embedded(inputs[t]), label, embedded(inputs[t + 1])), dim=1)
            state = head["decay"] * state + window @ head["Q"] @ window.mT
        output = head["C"] @ state @ window @ weights["window.q"]
        if model.gated:
            output = output / (1 + torch.exp(-weights["gate"].mT @ output))
        found.append(weights["readout.weight"].mT @ output + weights["readout.bias"])
    return torch.stack(found)


@pytest.mark.parametrize("gated", [False, True], ids=["plain", "gated"])
def test_the_model_is_its_definition(gated: bool) -> None:
    batch, model = drawn(), built(1, gated)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):  # they start at 0
                parameter.normal_(generator=torch.Generator().manual_seed(3))
    found = model(batch)
    assert found.shape == (2, 6, 1)
    for replica in range(2):
        torch.testing.assert_close(found[replica], by_hand(model, batch, replica), rtol=1e-11, atol=1e-13)


@every_kind
def test_the_order_of_samples_does_not_matter_at_decay_1(layers: int, gated: bool) -> None:
    """... in windows that pair x_t with y_t alone, read at the query alone."""
    batch, model = drawn(), built(layers, gated)
    order = torch.tensor([2, 0, 3, 1])
    shuffled = Batch(batch.inputs[:, :, [*order, 4]], batch.targets[:, :, order], batch.wanted)
    assert not torch.allclose(model(batch), model(shuffled))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("decay"):
                parameter.fill_(1.0)
            elif name.endswith("Q"):
                parameter[:, 2] = 0.0
                parameter[:, :, 2] = 0.0
        model.window.q[:, :2] = 0.0
    torch.testing.assert_close(model(batch), model(shuffled), rtol=1e-11, atol=1e-13)


@every_kind
def test_no_parameter_is_dead(layers: int, gated: bool) -> None:
    model = built(layers, gated)
    parameters = dict(model.named_parameters())
    found = torch.autograd.grad(model(drawn()).square().sum(), list(parameters.values()))
    for name, gradient in zip(parameters, found, strict=True):
        assert (gradient != 0).all(), name


@every_kind
def test_parameters_are_counted_for_one_replica(layers: int, gated: bool) -> None:
    d = 5
    heads = (2 * layers - 1) * (9 + 2 * d * d) + 3
    around = 2 * 2 * d + (2 * d + 1) * d + 2 * d + gated * d * d + d + 1
    assert parameters(built(layers, gated, replicas=3), 3) == heads + around


def test_least_squares_on_the_embedding_passes_through_the_samples() -> None:
    """Four samples and five features: a query that repeats a sample gets its target."""
    batch, model = drawn(), SineRun(SineTask(4), width=8, replicas=2, dtype="float64").model()
    repeated = Batch(torch.cat((batch.inputs[:, :, :-1], batch.inputs[:, :, 1:2]), dim=2), batch.targets, batch.wanted)
    with torch.no_grad():
        embedded = model.embedded(repeated)
    assert embedded.inputs.shape == (2, 6, 5, 8)
    assert torch.equal(embedded.targets, batch.targets)
    torch.testing.assert_close(least_squares(embedded), batch.targets[:, :, 1], rtol=1e-5, atol=1e-5)


@every_kind
def test_the_first_prediction_is_no_larger_than_a_target(layers: int, gated: bool) -> None:
    task = SineTask()
    batch = task.draw(256, [generator(1, r, TRAINING) for r in range(10)])
    with torch.no_grad():
        losses = squared_error(SineRun(task, layers, gated, replicas=10).model()(batch), batch)
    assert losses.max() < 2 * zero_loss()


def test_it_learns_from_the_context() -> None:
    """Half a second of training beats every predictor that does not look at the context."""
    preset = Preset("short", 150, 64, 1e-2, 5e-3, 10, 0.0, 0.0, 150)
    run = SineRun(SineTask(), width=12, replicas=2, preset=preset)
    model, own = run.model(), [generator(0, r, TRAINING) for r in range(2)]
    optimiser = torch.optim.AdamW(model.parameters(), lr=preset.rate, weight_decay=0.0)
    for done in range(preset.updates):
        optimiser.param_groups[0]["lr"] = preset.rate * preset.factor(done)
        batch = run.task.draw(preset.batch, own)
        optimiser.zero_grad()
        squared_error(model(batch), batch).sum().backward()
        optimiser.step()
    batch = run.task.draw(2000, own)
    assert squared_error(model(batch), batch).max() < 0.7 * loss_without_context()


def test_runs() -> None:
    run = SineRun(seed=3, replicas=1)
    single, double = run.model(), run.model(dtype="float64")
    assert {p.dtype for p in single.parameters()} == {torch.float32}
    assert {p.dtype for p in double.parameters()} == {DOUBLE}
    for one, other in zip(single.parameters(), double.parameters(), strict=True):
        torch.testing.assert_close(one.double(), other, rtol=1e-6, atol=1e-6)
    assert not torch.equal(single.window.q, SineRun(seed=4, replicas=1).model().window.q)


@pytest.mark.parametrize(
    "arguments", [{name: 0} for name in ("layers", "width", "replicas")] + [{"seed": -1}, {"dtype": "half"}], ids=str
)
def test_runs_that_do_not_exist(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"start at|float32"):
        SineRun(**arguments)
    with pytest.raises(ValueError, match="start at"):
        SineTask(0)
