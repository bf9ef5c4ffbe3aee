"""The symbolic construction as weights is gradient descent done by autograd; the authors' code is this model."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from derivations.training.weights import best_construction, construction, evaluated
from gdssm_numeric.descent import gradient_descent
from gdssm_numeric.tasks import EVALUATION, Batch, Task, generator
from gdssm_numeric.window_model import WindowModel
from gdssm_symbolic.layers import ConstructedTokenLayer, N, TwoHeadLayer, WindowLayer, a, entries, eta

HAS_CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
DEVICES = ["cpu", pytest.param("cuda", marks=[pytest.mark.gpu, HAS_CUDA])]
sizes = st.integers(1, 6)
rates = st.floats(0.01, 3)


def deviation(ours: Tensor, theirs: Tensor) -> float:
    """The largest difference, relative to the largest prediction."""
    return float((ours - theirs).detach().abs().max() / theirs.detach().abs().max())


def drawn(task: Task, seed: int, device: str = "cpu") -> Batch:
    return task.draw(8, [generator(seed, r, EVALUATION, device) for r in range(2)], torch.float64)


@pytest.mark.parametrize("device", DEVICES)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(f=sizes, samples=st.integers(1, 12), rate=rates, seed=st.integers(0, 1000), noise=st.sampled_from([0.0, 0.5]))
def test_one_step_is_autograds(device: str, f: int, samples: int, rate: float, seed: int, noise: float) -> None:
    for targets, tokens, layer in (
        ("vector", "interleaved", WindowLayer()),
        ("scalar", "interleaved", WindowLayer()),
        ("scalar", "constructed", ConstructedTokenLayer()),
    ):
        batch = drawn(Task(f, samples, targets, tokens, noise=noise), seed, device)  # type: ignore[arg-type]
        model = construction(layer, f, samples, [rate], replicas=2).to(device)
        theirs = gradient_descent(batch, [rate])
        assert deviation(model(batch), theirs) < 1e-12
        assert deviation(model.recurrent(batch)[:, :, -1], theirs) < 1e-12


@pytest.mark.parametrize("device", DEVICES)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    f=sizes,
    samples=st.integers(1, 12),
    chosen=st.lists(rates, min_size=1, max_size=4),
    seed=st.integers(0, 1000),
    targets=st.sampled_from(["vector", "scalar"]),
    from_zero=st.booleans(),
)
def test_many_steps_are_autograds(
    device: str, f: int, samples: int, chosen: list[float], seed: int, targets: str, from_zero: bool
) -> None:
    """From W_0 = 0 and from a random W_0, at a rate of its own for every step."""
    batch = drawn(Task(f, samples, targets), seed, device)  # type: ignore[arg-type]
    start = None
    if not from_zero:
        own = generator(seed, 7, EVALUATION, device)
        start = torch.randn(2, 8, f, batch.targets.shape[-1], dtype=torch.float64, device=device, generator=own)
    model = construction(TwoHeadLayer(), f, samples, chosen, from_zero=from_zero, replicas=2).to(device)
    given_start = () if start is None else (start,)
    theirs = gradient_descent(batch, chosen, start)
    # Steps that diverge and come back leave the rounding of the largest prediction on the way.
    passed = [gradient_descent(batch, chosen[:k], start).abs().max() for k in range(1, len(chosen) + 1)]
    assert deviation(model(batch, *given_start), theirs) * theirs.abs().max() < 1e-12 * max(passed)


def test_a_construction_that_is_off_by_a_millionth_is_noticed() -> None:
    batch = drawn(Task(3, 4), 0)
    model = construction(WindowLayer(beta=-eta / (N + sympy.Rational(1, 10**6))), 3, 4, [1.0], replicas=2)
    assert deviation(model(batch), gradient_descent(batch, [1.0])) > 1e-8


def test_what_is_printed_is_not_gradient_descent() -> None:
    batch = drawn(Task(3, 4), 0)
    printed = WindowLayer(Q=entries([[0, 1, 0], [0, 0, 0], [0, 0, 0]]))
    model = construction(printed, 3, 4, [1.0], replicas=2)
    assert deviation(model(batch), gradient_descent(batch, [1.0])) > 0.1
    mended = replace(printed, beta=eta / N, read_transposed=True)
    model = construction(mended, 3, 4, [1.0], replicas=2)
    assert deviation(model(batch), gradient_descent(batch, [1.0])) < 1e-12


def test_the_order_of_samples_does_not_matter_for_the_construction() -> None:
    batch = drawn(Task(4, 6), 1)
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    shuffled = Batch(batch.inputs[:, :, [*order, 6]], batch.targets[:, :, order], batch.wanted)
    model = best_construction("vector", 4, 6, [1.0, 0.5])
    two = model(Batch(*(part[:1] for part in vars(batch).values())))
    assert deviation(model(Batch(*(part[:1] for part in vars(shuffled).values()))), two) < 1e-12
    other = construction(WindowLayer(decay=sympy.Rational(1, 2)), 4, 6, [1.0], replicas=2)
    assert deviation(other(shuffled), other(batch)) > 0.01


@pytest.mark.parametrize(
    "layer",
    [
        WindowLayer(stride=1),
        TwoHeadLayer(stride=1),
        TwoHeadLayer(update_transposed=True),
        TwoHeadLayer(start_transposed=True),
        TwoHeadLayer(keep=1 - eta),
        WindowLayer(decay=a),
    ],
    ids=str,
)
def test_what_the_model_does_not_do_is_refused(layer: WindowLayer | TwoHeadLayer) -> None:
    with pytest.raises(ValueError, match=r"stride|corrected|value for a"):
        construction(layer, 2, 3, [1.0])


def test_one_layer_takes_one_step() -> None:
    for wrong in ({"rates": [1.0, 1.0]}, {"rates": [1.0], "from_zero": False}):
        with pytest.raises(ValueError, match="one step"):
            construction(WindowLayer(), 2, 3, **wrong)  # type: ignore[arg-type]
    assert evaluated(eta / N, 2, 4, 0.5).item() == 0.125


VECTORS = Path(os.environ.get("GDSSM_REFERENCE_VECTORS", Path(__file__).parents[3] / "shared" / "reference_vectors"))
needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="the folder with the reference vectors is absent")


def reference(name: str) -> tuple[dict[str, Tensor], Batch]:
    with np.load(VECTORS / f"{name}.npz") as file:
        stored = {key: torch.from_numpy(np.asarray(file[key], np.float64)) for key in file.files}
    x = stored["x"]
    return stored, Batch(x[None, :, 0::2], x[None, :, 1::2], stored["targets"][None])


def mapped(stored: dict[str, Tensor], layers: dict[str, str], features: int, count: int, readout: str) -> WindowModel:
    """The parameters of the authors' code as ours; `layers` says which head takes which of theirs.

    Their state is read out as C Zᵀ: the transposed state has the weights w_qᵀ and the decays λᵀ.
    """
    values: dict[str, Tensor] = {"q": stored[readout]}
    for head, suffix in layers.items():
        values[f"{head}.Q"] = stored[f"w_q{suffix}"].mT
        values[f"{head}.decay"] = stored[f"lambda_bar{suffix}"].mT
        values[f"{head}.C"] = stored[f"C{suffix}"]
    model = WindowModel(features, count, dtype=torch.float64)
    model.load_state_dict({key: value[None] for key, value in values.items()})
    return model


@needs_vectors
@pytest.mark.parametrize("name", ["gd_f3_N4", "gd_f10_N10", "random_f4_N7", "random_f10_N20"])
def test_the_authors_code_at_every_window(name: str) -> None:
    stored, batch = reference(name)
    model = mapped(stored, {"heads.0": ""}, batch.inputs.shape[-1], 1, "D")
    bound = {"rtol": 0, "atol": 1e-10}
    torch.testing.assert_close(model.recurrent(batch)[0], stored["raw"], **bound)  # type: ignore[call-overload]
    torch.testing.assert_close(-model(batch)[0], stored["pred"], **bound)  # type: ignore[call-overload]
    loss = (-model(batch)[0] - stored["targets"]).square().sum() / 2 / stored["pred"].numel()
    torch.testing.assert_close(loss, stored["loss"].reshape(()), **bound)  # type: ignore[call-overload]


@needs_vectors
def test_the_authors_three_layers_are_two_layers_of_two_heads() -> None:
    """W¹ + W¹W² + W³ is V_1 + V_1 C̃_2 Z̃_2 + C_2 Z_2; they add the query and change the sign at the end.

    At windows before the last their layer 1 looks ahead, and no layer over the past is the same.
    """
    stored, batch = reference("random_f4_N7_3layer")
    heads = {"heads.0": "_1", "second_heads.0": "_2", "heads.1": "_3"}
    model = mapped(stored, heads, batch.inputs.shape[-1], 2, "D_3")
    output = model(batch)[0]
    torch.testing.assert_close(-(output + batch.inputs[0, :, -1]), stored["pred"], rtol=0, atol=1e-10)
    torch.testing.assert_close(model.recurrent(batch)[0, :, -1], output, rtol=1e-12, atol=1e-12)
    swapped = mapped(stored, {**heads, "heads.0": "_2", "second_heads.0": "_1"}, 4, 2, "D_3")
    assert not torch.allclose(-(swapped(batch)[0] + batch.inputs[0, :, -1]), stored["pred"], rtol=0, atol=1e-3)
