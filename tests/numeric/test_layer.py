"""GDSSM: an ordinary module on plain tensors, which starts alive, and whose construction is gradient descent."""

from __future__ import annotations

import doctest
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from derivations.training.weights import best_construction
from gdssm_numeric import layer as module
from gdssm_numeric.descent import gradient_descent
from gdssm_numeric.layer import GDSSM
from gdssm_numeric.tasks import INITIAL, TRAINING, Batch, Task, generator
from gdssm_numeric.token_model import TokenModel
from gdssm_numeric.window_model import WindowModel

DOUBLE = torch.float64

#: What a layer is made with, for f = 3.
KINDS: dict[str, dict[str, Any]] = {
    "one layer": {},
    "three layers": {"layers": 3},
    "two target components": {"targets": 2},
    "one target component, two layers": {"targets": 1, "layers": 2},
    "constructed tokens": {"targets": 1, "tokens": "constructed"},
}
kinds = pytest.mark.parametrize("kind", KINDS)


def made(kind: str, seed: int = 0, dtype: torch.dtype = DOUBLE) -> GDSSM:
    return GDSSM(3, **KINDS[kind], samples=4, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def data(targets: int, *batch: int, features: int = 3, samples: int = 4) -> tuple[Tensor, Tensor, Tensor]:
    own = torch.Generator().manual_seed(7)
    shapes = (*batch, samples, features), (*batch, samples, targets), (*batch, features)
    x, y, query = (torch.randn(shape, dtype=DOUBLE, generator=own) for shape in shapes)
    return x, y, query


def data_for(layer: GDSSM, *batch: int) -> tuple[Tensor, Tensor, Tensor]:
    return data(layer.targets, *batch)


@pytest.mark.parametrize(
    ("targets", "tokens", "rates"),
    [("vector", "interleaved", [0.7]), ("vector", "interleaved", [0.7, 0.3, 0.1]), ("scalar", "constructed", [1 / 3])],
)
def test_the_construction_is_that_of_the_exact_engine(targets: str, tokens: Any, rates: list[float]) -> None:
    features = 4
    exact = GDSSM.of_replica(best_construction(targets, features, 7, rates))
    components = {"vector": features, "scalar": 1}[targets]
    ours = GDSSM.construction(features, 7, torch.tensor(rates, dtype=DOUBLE), components, tokens=tokens, dtype=DOUBLE)
    assert ours.state_dict().keys() == exact.state_dict().keys()
    for name, value in exact.state_dict().items():
        assert torch.equal(ours.state_dict()[name], value), name


@pytest.mark.parametrize(
    ("targets", "tokens", "rates"),
    [(3, "interleaved", [0.7]), (2, "interleaved", [0.7, 0.3, 0.1]), (1, "constructed", [0.5])],
)
def test_a_construction_for_another_number_of_samples_says_what_it_computes(
    targets: int, tokens: Any, rates: list[float]
) -> None:
    """For N = 10 and on 4 samples: the steps on these 4 with 4/10 of the rates, which the warning says."""
    layer = GDSSM.construction(3, 10, rates, targets, tokens=tokens, dtype=DOUBLE)
    slower = [rate * 4 / 10 for rate in rates]
    same = GDSSM.construction(3, 4, slower, targets, tokens=tokens, dtype=DOUBLE)
    x, y, query = data(targets, 5)
    with pytest.warns(UserWarning, match=r"has 4 samples, .* N = 10: its rates are 4/10 of those given") as told:
        found = layer(x, y, query)
    assert [Path(one.filename) for one in told] == [Path(__file__)]  # and no line of PyTorch
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        torch.testing.assert_close(found, same(x, y, query), rtol=1e-12, atol=1e-13)
        layer.constructed_for = None
        torch.testing.assert_close(layer(x, y, query), found)
        GDSSM(3, targets, len(rates), tokens=tokens, samples=10, dtype=DOUBLE)(x, y, query)  # no construction
    layer.constructed_for = 10
    with pytest.warns(UserWarning, match="has 4 samples"):
        layer.over_tokens(layer.interleave(x, y, query))
    torch.compile(layer, backend="eager", fullgraph=True)(x, y, query)


@pytest.mark.parametrize("batch", [(), (5,), (2, 0), (2, 3)], ids=str)
@pytest.mark.parametrize(
    ("targets", "tokens", "rates"),
    [
        *((g, "interleaved", rates) for g in (1, 2, 3) for rates in (0.5, [0.5], [0.5, 0.2, 0.9])),
        (1, "constructed", 0.5),
    ],
)
def test_the_construction_is_gradient_descent_by_autograd(
    batch: tuple[int, ...], targets: int, tokens: Any, rates: Any
) -> None:
    x, y, query = data(targets, *batch)
    layer = GDSSM.construction(3, 4, rates, targets, tokens=tokens, dtype=DOUBLE)
    inputs = torch.cat((x, query.unsqueeze(-2)), dim=-2).reshape(1, -1, 5, 3)
    steps = rates if isinstance(rates, list) else [rates]
    wanted = gradient_descent(Batch(inputs, y.reshape(1, -1, 4, targets), query), steps).reshape(*batch, targets)
    torch.testing.assert_close(layer(x, y, query), wanted, rtol=1e-12, atol=1e-13)
    other = GDSSM.construction(3, 4, 0.51, targets, tokens=tokens, dtype=DOUBLE)
    assert not wanted.numel() or (other(x, y, query) - wanted).abs().max() > 1e-3


@kinds
def test_batch_axes_are_alike_and_every_window_is_a_context_of_its_own(kind: str) -> None:
    layer = made(kind)
    x, y, query = data_for(layer, 2, 3)
    together = layer(x, y, query)
    tokens = layer.interleave(x, y, query)
    assert tokens.shape == (2, 3, 9, 3)
    every = layer.over_tokens(tokens)
    assert every.shape == (2, 3, 4, layer.targets)
    torch.testing.assert_close(layer(x[1, 2], y[1, 2], query[1, 2]), together[1, 2], rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(layer.over_tokens(tokens[1, 2]), every[1, 2], rtol=1e-12, atol=1e-14)
    followers = torch.cat((x[..., 1:, :], query.unsqueeze(-2)), dim=-2)
    for t in range(1, 5):
        seen = layer(x[..., :t, :], y[..., :t, :], followers[..., t - 1, :])
        torch.testing.assert_close(every[..., t - 1, :], seen, rtol=1e-12, atol=1e-14)


@kinds
def test_no_entry_of_a_parameter_is_dead_at_the_start(kind: str) -> None:
    layer = made(kind)
    x, y, query = data_for(layer, 6)
    layer(x, y, query).square().sum().backward()
    for name, parameter in layer.named_parameters():
        assert (parameter.grad != 0).all(), name


@pytest.mark.parametrize("model", [WindowModel(8, 2, 2), TokenModel(3, 2)], ids=["windows", "tokens"])
def test_the_models_underneath_start_alive_too(model: WindowModel | TokenModel) -> None:
    task = Task(8, 5) if isinstance(model, WindowModel) else Task(3, 5, "scalar", "constructed")
    batch = task.draw(6, [generator(0, r, TRAINING) for r in range(2)])
    model(batch).square().sum().backward()
    assert all((parameter.grad != 0).all() for parameter in model.parameters())


def test_the_start_is_the_trainers_and_takes_nothing_from_the_default_generator() -> None:
    before = torch.random.get_rng_state()
    for layers in (1, 3):
        trained = WindowModel(4, layers, 1, dtype=DOUBLE)
        trained.initialise([generator(3, 0, INITIAL)], 7)
        layer = GDSSM(4, layers=layers, samples=7, generator=generator(3, 0, INITIAL), dtype=DOUBLE)
        same = GDSSM.of_replica(trained).state_dict()
        assert all(torch.equal(value, same[name]) for name, value in layer.state_dict().items())
    assert torch.equal(torch.random.get_rng_state(), before)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(1)
        first, second = GDSSM(4), GDSSM(4)
        torch.default_generator.manual_seed(1)
        again = GDSSM(4)
    assert torch.equal(first.Q, again.Q)
    assert not torch.equal(first.Q, second.Q)


@pytest.mark.parametrize("layers", [1, 3])
def test_fewer_target_components_are_the_last_ones_of_padded_targets(layers: int) -> None:
    few, all_of_them = (
        GDSSM(3, targets, layers, generator=torch.Generator().manual_seed(0), dtype=DOUBLE) for targets in (2, 3)
    )
    x, y, query = data(2, 5)
    padded = nn.functional.pad(y, (1, 0))
    torch.testing.assert_close(few(x, y, query), all_of_them(x, padded, query)[..., 1:], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("tokens", ["interleaved", "constructed"])
def test_a_replica_gives_what_its_model_gives(tokens: Any) -> None:
    task = Task(3, 4) if tokens == "interleaved" else Task(3, 4, "scalar", "constructed")
    generators = [generator(0, r, TRAINING) for r in range(2)]
    batch = task.draw(5, generators, DOUBLE)
    model = WindowModel(3, 2, 2, dtype=DOUBLE) if tokens == "interleaved" else TokenModel(3, 2, dtype=DOUBLE)
    for r in range(2):
        layer = GDSSM.of_replica(model, r)
        parts = batch.inputs[r, :, :-1], batch.targets[r], batch.inputs[r, :, -1]
        torch.testing.assert_close(layer(*parts), model(batch)[r], rtol=1e-12, atol=1e-14)
        every = layer.over_tokens(layer.interleave(*parts))
        torch.testing.assert_close(every, model.recurrent(batch)[r], rtol=1e-12, atol=1e-14)
    with pytest.raises(ValueError, match="W_0 is an input"):
        GDSSM.of_replica(WindowModel(3, from_zero=False))


@kinds
def test_it_is_an_ordinary_module(kind: str) -> None:
    layer, other = made(kind), made(kind, seed=1)
    x, y, query = data_for(layer, 5)
    assert not torch.equal(layer(x, y, query), other(x, y, query))
    assert not other.load_state_dict(layer.state_dict()).missing_keys
    assert torch.equal(layer(x, y, query), other(x, y, query))
    single = other.to(torch.float32)(x.float(), y.float(), query.float())
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), layer(x, y, query), rtol=1e-3, atol=1e-5)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = other(x.float(), y.float(), query.float())
    assert (half - single).abs().max() < 0.05 * single.abs().max()  # bfloat16 has three digits
    # vmap adds an axis that the layer does not see
    torch.testing.assert_close(torch.func.vmap(layer)(x, y, query), layer(x, y, query), rtol=1e-12, atol=1e-14)
    made_with = f"features=3, targets={layer.targets}, layers={layer.layers}, tokens='{layer.tokens}', samples=4"
    assert str(layer) == f"GDSSM({made_with})"


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@kinds
def test_it_moves_to_a_gpu_and_starts_there_as_on_the_cpu(kind: str) -> None:
    layer = made(kind)
    there = GDSSM(3, **KINDS[kind], samples=4, generator=torch.Generator().manual_seed(0), dtype=DOUBLE, device="cuda")
    given = [value.cuda() for value in data_for(layer, 5)]
    torch.testing.assert_close(there(*given).cpu(), layer(*data_for(layer, 5)), rtol=1e-10, atol=1e-12)
    tokens = there.interleave(*given)
    torch.testing.assert_close(layer.cuda().over_tokens(tokens)[:, -1], there(*given), rtol=1e-10, atol=1e-12)
    with torch.autocast("cuda", dtype=torch.bfloat16):
        assert there.float()(*(value.float() for value in given)).isfinite().all()


@kinds
def test_gradients_are_those_of_finite_differences(kind: str) -> None:
    layer = made(kind)
    names = [name for name, _ in layer.named_parameters()]

    def outputs(x: Tensor, y: Tensor, query: Tensor, *values: Tensor) -> tuple[Tensor, Tensor]:
        state = dict(zip(names, values, strict=True))
        tokens = layer.interleave(x, y, query)
        return (
            torch.func.functional_call(layer, state, (x, y, query)),
            torch.func.functional_call(Every(layer), {f"layer.{name}": value for name, value in state.items()}, tokens),
        )

    inputs = [value.requires_grad_() for value in data_for(layer, 2)]
    assert torch.autograd.gradcheck(outputs, (*inputs, *layer.parameters()), fast_mode=True)


class Every(nn.Module):
    """The outputs at every window, as part of a model."""

    def __init__(self, layer: GDSSM) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, tokens: Tensor) -> Tensor:
        return self.layer.over_tokens(tokens)


@pytest.mark.parametrize("kind", ["one target component, two layers", "constructed tokens"])
def test_export_for_any_batch_and_compilation_to_one_graph(kind: str) -> None:
    """Compiled with aot_eager, which traces forward and backward and needs no C++ compiler."""
    layer = made(kind)
    small, large = data_for(layer, 2), data_for(layer, 7)
    batch = torch.export.Dim("batch", min=2)
    exported = torch.export.export(layer, small, dynamic_shapes=({0: batch},) * 3).module()
    torch.testing.assert_close(exported(*large), layer(*large), rtol=1e-12, atol=1e-14)
    tokens = layer.interleave(*small)
    every = torch.export.export(Every(layer), (tokens,)).module()
    torch.testing.assert_close(every(tokens), layer.over_tokens(tokens), rtol=1e-12, atol=1e-14)
    compiled = torch.compile(layer, backend="aot_eager", fullgraph=True)
    ours = torch.autograd.grad(compiled(*small).square().sum(), list(layer.parameters()))
    theirs = torch.autograd.grad(layer(*small).square().sum(), list(layer.parameters()))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-13)


def test_it_learns_in_a_model_of_ones_own(one_thread: None) -> None:
    """With a linear map before it, trained together: to less than half the loss of the prediction 0."""
    own = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        embed, layer = nn.Linear(2, 2, bias=False), GDSSM(2, samples=10)
    optimiser = torch.optim.Adam([*embed.parameters(), *layer.parameters()], lr=0.02)
    losses = []
    for _ in range(200):
        W = torch.randn(64, 2, 2, generator=own)
        x = torch.rand(64, 11, 2, generator=own) * 2 - 1
        y, seen = x @ W, embed(x)
        predicted = layer(seen[:, :-1], y[:, :-1], seen[:, -1])
        loss = (predicted - y[:, -1]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert sum(losses[-20:]) / 20 < (2 / 3) / 2  # 0 has the loss E x² of two coordinates


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"features": 0}, "features is 0, but has to be a whole number of at least 1"),
        ({"features": 3, "targets": "scalar"}, "targets is 'scalar', but has to be a whole number of at least 1"),
        ({"features": 3, "targets": 4}, "targets is 4, but a target has no more components than the 3 features"),
        ({"features": 3, "layers": 2.0}, "layers is 2.0, but has to be"),
        ({"features": 3, "samples": -1}, "samples is -1, but has to be"),
        ({"features": 3, "tokens": "pairs"}, "tokens is 'pairs', but has to be 'interleaved' or 'constructed'"),
        ({"features": 3, "tokens": "constructed"}, "constructed tokens are for targets=1 and layers=1"),
        ({"features": 3, "targets": 1, "layers": 2, "tokens": "constructed"}, "constructed tokens are for"),
    ],
    ids=str,
)
def test_layers_that_do_not_exist(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")) as caught:
        GDSSM(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((5, 4, 3), (5, 4, 3), (5, 3)), "y has the shape (5, 4, 3), but (5, 4, 2) is needed for x of (5, 4, 3)"),
        (((5, 4, 3), (4, 2), (5, 3)), "y has the shape (4, 2), but (5, 4, 2) is needed"),
        (((5, 4, 3), (5, 4, 2), (5, 1, 3)), "query has the shape (5, 1, 3), but (5, 3) is needed"),
        (((5, 4, 2), (5, 4, 2), (5, 2)), "x has the shape (5, 4, 2), but (…, N, 3) is needed"),
        (((3,), (2,), (3,)), "x has the shape (3,), but (…, N, 3) is needed"),
        (((5, 0, 3), (5, 0, 2), (5, 3)), "x has the shape (5, 0, 3), but (…, N, 3) is needed, with N at least 1"),
        (((5, 8, 3),), "tokens have the shape (5, 8, 3), but (…, 2N+1, 3) is needed, with N at least 1"),
        (((1, 3),), "tokens have the shape (1, 3), but"),
        (((3,),), "tokens have the shape (3,), but"),
    ],
    ids=str,
)
def test_shapes_that_do_not_fit_are_told_in_one_line(shapes: tuple[tuple[int, ...], ...], message: str) -> None:
    layer = made("two target components")
    given = [torch.zeros(shape, dtype=DOUBLE) for shape in shapes]
    with pytest.raises(ValueError, match="is needed") as caught:
        layer(*given) if len(given) == 3 else layer.over_tokens(*given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("which", [0, 1, 2], ids=["x", "y", "query"])
def test_what_is_no_tensor_and_another_dtype_are_told_in_one_line(which: int) -> None:
    layer, name = made("one layer"), ("x", "y", "query")[which]
    given: list[Any] = list(data_for(layer, 5))
    wanted = layer(*given)
    for wrong, message in (
        (given[which].numpy(), f"{name} is of type ndarray, but a tensor is needed: torch.as_tensor({name})"),
        (given[which].tolist(), f"{name} is of type list, but a tensor is needed"),
        (given[which].float(), f"{name} has the dtype torch.float32, but the layer's parameters have torch.float64"),
        (
            given[which].to("meta", torch.int64),
            f"{name} has the dtype torch.int64, but real numbers are needed: {name}.to(torch.float64)",
        ),
    ):
        with pytest.raises(TypeError) as caught:
            layer(*given[:which], wrong, *given[which + 1 :])
        assert str(caught.value).startswith(message)
        assert "\n" not in str(caught.value)
    with pytest.raises(TypeError, match="tokens is of type ndarray"):
        layer.over_tokens(np.zeros((5, 9, 3)))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^dtype is torch\.int64, but parameters are real numbers"):
        GDSSM(3, dtype=torch.int64)
    low = [value.bfloat16() for value in given]
    with torch.autocast("cpu", torch.bfloat16):  # chooses the dtypes itself, but of real numbers alone
        with pytest.raises(TypeError, match="real numbers are needed"):
            layer(*given[:which], given[which].long(), *given[which + 1 :])
        mixed = layer.float()(*low[:which], given[which].float(), *low[which + 1 :])
    torch.testing.assert_close(mixed.double(), wanted, rtol=0.1, atol=0.1)


def test_sizes_may_be_integers_of_numpy() -> None:
    sizes = np.array([3, 2, 2, 4])
    layer = GDSSM(sizes[0], sizes[1], sizes[2], samples=sizes[3])
    assert layer.extra_repr() == GDSSM(3, 2, 2, samples=4).extra_repr()
    start = GDSSM.construction(sizes[0], sizes[3], 0.5, sizes[1], dtype=DOUBLE)
    assert (type(start.features), type(start.samples), start.constructed_for) == (int, int, 4)
    plain = GDSSM.construction(3, 4, 0.5, 2, dtype=DOUBLE)
    assert all(map(torch.equal, start.parameters(), plain.parameters()))


def test_the_examples_in_the_docstrings() -> None:
    found = doctest.testmod(module)
    assert found.attempted > 10
    assert found.failed == 0
