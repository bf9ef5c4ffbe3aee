"""The competitors: built from a seed to the bit, causal, trained and resumed; what one linear layer cannot do."""

from __future__ import annotations

import copy
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from derivations.experiments.jobs import parameters
from gdssm_numeric import checkpoint
from gdssm_numeric.competitor_blocks import LinearAttention
from gdssm_numeric.competitors import ARCHITECTURES, Competitor, build
from gdssm_numeric.evaluation import evaluate
from gdssm_numeric.steps import squared_error
from gdssm_numeric.tasks import INITIAL, TRAINING, Batch, Task, generator

pytestmark = pytest.mark.usefixtures("one_thread")

WIDTH = 16
TASKS = {
    "interleaved": Task(2, 3),
    "interleaved, scalar": Task(2, 3, "scalar"),
    "constructed": Task(2, 3, "scalar", "constructed"),
}
VECTOR = TASKS["interleaved"]

every_architecture = pytest.mark.parametrize("name", ARCHITECTURES)
every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


def built(name: str, task: Task = VECTOR, seed: int = 0) -> Competitor:
    return build(name, task, WIDTH, generator(seed, 0, INITIAL))


def drawn(task: Task = VECTOR, batch: int = 5) -> Batch:
    return task.draw(batch, [generator(0, 0, TRAINING)])


class Trained:
    """A model with its optimiser, which it updates on one fixed batch."""

    def __init__(self, name: str, seed: int = 0) -> None:
        self.model, self.batch = built(name, seed=seed), drawn(batch=16)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=1e-3)

    def loss(self) -> Tensor:
        return squared_error(self.model(self.batch), self.batch).sum()

    def update(self, times: int) -> None:
        for _ in range(times):
            self.optimiser.zero_grad()
            torch.autograd.backward(self.loss())
            self.optimiser.step()

    def state(self) -> dict[str, Any]:
        return {"model": dict(self.model.state_dict()), "optimiser": self.optimiser.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])


def same_parameters(one: Competitor, other: Competitor) -> bool:
    pairs = zip(one.named_parameters(), other.named_parameters(), strict=True)
    return all(first[0] == second[0] and torch.equal(first[1], second[1]) for first, second in pairs)


@every_architecture
@every_task
def test_the_seed_alone_determines_the_start(name: str, task: Task) -> None:
    before = torch.get_rng_state()
    first = built(name, task)
    assert torch.equal(torch.get_rng_state(), before)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(123)
        assert same_parameters(first, built(name, task))
    assert not same_parameters(first, built(name, task, seed=1))
    own = generator(0, 0, INITIAL)
    assert same_parameters(first, build(name, task, WIDTH, own))
    assert not same_parameters(first, build(name, task, WIDTH, own))  # the next replica's, from the same stream


@every_architecture
def test_layers_do_not_start_alike(name: str) -> None:
    layers = list(built(name).layers)
    assert len(layers) == ARCHITECTURES[name].layers
    for one, other in itertools.combinations(layers, 2):
        assert not all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@every_architecture
@pytest.mark.parametrize("task", [Task(5, 5), Task(10, 10, "scalar", "constructed")], ids=["vector", "constructed"])
def test_a_start_is_nearer_to_the_prediction_0_than_a_target_is(name: str, task: Task) -> None:
    """The Griffin of the library, and two linear layers without the small P, start at many times a target's size."""
    batch = drawn(task, 256)
    with torch.no_grad():
        predicted = build(name, task, 64, generator(0, 0, INITIAL))(batch)
    assert predicted.square().mean() < batch.wanted.square().mean()


def test_gated_deltanet_starts_with_a_long_memory() -> None:
    steps = nn.functional.softplus(built("gated-deltanet").get_parameter("layers.0.layer.linear_attn.dt_bias"))
    assert bool((steps > 0.00099).all() & (steps < 0.101).all())  # as in `TIME_STEPS`, up to rounding


@every_architecture
@every_task
def test_the_output_depends_on_every_token_up_to_its_own_and_on_no_later_one(name: str, task: Task) -> None:
    model, (tokens,) = built(name, task), drawn(task).tokens(task.tokens)
    tokens.requires_grad_()
    outputs = model.outputs(tokens)
    length = tokens.shape[1]
    assert outputs.shape == (5, length, task.outputs)
    for t in range(length):
        for component in range(task.outputs):
            (gradient,) = torch.autograd.grad(outputs[:, t, component].sum(), tokens, retain_graph=True)
            assert bool((gradient[:, : t + 1].abs().amax(dim=2) > 0).all())
            assert bool((gradient[:, t + 1 :] == 0).all())


@every_architecture
@every_task
def test_the_prediction_has_the_axes_and_the_precision_of_the_engine(name: str, task: Task) -> None:
    model, batch = built(name, task), drawn(task)
    (tokens,) = batch.tokens(task.tokens)
    assert model.read(tokens).shape == (5, task.outputs)
    assert torch.equal(model(batch), model.read(tokens).unsqueeze(0))
    assert torch.equal(model(batch)[0], model.outputs(tokens)[:, -1])

    def zero(given: Batch) -> Tensor:
        return 0 * given.inputs[:, :, -1, : task.outputs]

    seen = evaluate(model, 1, task, {"zero": zero}, tasks=8, sensitivity_tasks=4)
    assert seen.loss.dtype == torch.float64
    assert seen.loss.shape == (1,)
    assert bool((seen.sensitivity_l2 > 0).all())
    with pytest.raises(ValueError, match="too many values"):  # one model is one replica
        model(task.draw(2, [generator(0, r, TRAINING) for r in range(2)]))


@every_architecture
def test_training_lowers_the_loss_and_reaches_every_parameter(name: str) -> None:
    trained = Trained(name)
    before = trained.loss().detach()
    trained.update(10)
    assert trained.loss().detach() < before
    assert all(p.grad is not None and bool((p.grad != 0).any()) for p in trained.model.parameters())


@every_architecture
def test_a_resumed_training_ends_with_the_same_bits(name: str, tmp_path: Path) -> None:
    whole, first = Trained(name), Trained(name)
    whole.update(6)
    first.update(3)
    checkpoint.write(tmp_path / "checkpoint.pt", first.state())
    second = Trained(name, seed=1)
    second.restore(checkpoint.read(tmp_path / "checkpoint.pt"))
    assert same_parameters(second.model, first.model)
    second.update(3)
    assert same_parameters(second.model, whole.model)
    assert not same_parameters(second.model, first.model)
    assert same_parameters(copy.deepcopy(second).model, whole.model)


def test_parameters_are_counted_as_real_numbers() -> None:
    w, entries, outputs = WIDTH, 2 + 7, 2
    readout, embedding = (w + 1) * outputs, (entries + 1) * w
    assert parameters(built("linear-2"), 1) == 2 * 4 * w**2 + readout
    recurrence = 2 * w + 2 * w**2 + 2 * w**2 + 2 * w  # Λ, B and C, complex; D and the time steps
    assert parameters(built("s5"), 1) == embedding + recurrence + 2 * 2 * w + 3 * w**2 + readout


def test_linear_attention_is_its_recurrence() -> None:
    """Eq. 2 token by token: the state takes in v_t k_tᵀ and is then multiplied by q_t."""
    layer = LinearAttention(4, 6).double()
    hidden = torch.randn(3, 6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    state, outputs = torch.zeros(3, 4, 4, dtype=torch.float64), []
    for token in hidden.unbind(dim=1):
        state = state + torch.einsum("bi,bj->bij", token @ layer.value.weight.mT, token @ layer.key.weight.mT)
        read = torch.einsum("bij,bj->bi", state, token @ layer.query.weight.mT)
        outputs.append(token + read @ layer.projection.weight.mT)
    torch.testing.assert_close(layer(hidden), torch.stack(outputs, dim=1), rtol=1e-13, atol=1e-13)


# ---- what one layer of linear attention over single tokens cannot do -----------------------------------


def in_integers(name: str, task: Task) -> Competitor:
    """Small integer weights in double precision: one linear layer over integers is computed exactly."""
    model, own = built(name, task).double().requires_grad_(False), torch.Generator().manual_seed(3)
    for parameter in model.parameters():
        parameter.copy_(torch.randint(-2, 3, parameter.shape, generator=own))
    return model


def integers(*shape: int) -> Tensor:
    return torch.randint(-3, 4, shape, generator=torch.Generator().manual_seed(4)).double()


SINGLE = pytest.mark.parametrize("task", [TASKS["interleaved"], TASKS["interleaved, scalar"]], ids=["vector", "scalar"])


def mixed_difference(model: Competitor, tokens: Tensor, s: int, t: int, change: Tensor) -> Tensor:
    """ŷ after a change of both tokens, less those after a change of one, plus that after no change: (1, g)."""
    total = torch.zeros(())
    for changed in itertools.product((0, 1), repeat=2):
        given = tokens.clone()
        given[:, s] += changed[0] * change[0]
        given[:, t] += changed[1] * change[1]
        total = total + (-1) ** sum(changed) * model.read(given)
    return total


@SINGLE
def test_one_linear_layer_adds_up_what_it_finds_in_single_tokens(task: Task) -> None:
    """ŷ = c(x_{N+1}) + Σ_s h_s(token_s, x_{N+1}), so y_j x_jᵀ never forms; with two layers it does."""
    tokens, change = integers(1, 7, 2), integers(2, 2) + 4
    one, two = in_integers("linear-1", task), in_integers("linear-2", task)
    for s, t in itertools.combinations(range(6), 2):  # of the context: the last token is the query
        assert bool((mixed_difference(one, tokens, s, t, change) == 0).all())
        assert bool((mixed_difference(one, tokens, s, 6, change) != 0).any())
        assert float(mixed_difference(two, tokens, s, t, change).abs().max()) > 1e-3 * float(
            two.read(tokens).abs().max()
        )


@SINGLE
def test_what_one_linear_layer_adds_up_is_quadratic_in_each_token(task: Task) -> None:
    """Not linear: a token is multiplied by itself, as key and value. The third differences are 0."""
    model, tokens, change = in_integers("linear-1", task), integers(1, 7, 2), integers(2) + 4
    for s in range(6):
        values = []
        for times in range(4):
            given = tokens.clone()
            given[:, s] += times * change
            values.append(model.read(given))
        assert bool((values[0] - 2 * values[1] + values[2] != 0).any())
        assert bool((values[3] - 3 * values[2] + 3 * values[1] - values[0] == 0).all())


@SINGLE
def test_one_linear_layer_is_orthogonal_to_the_target(task: Task) -> None:
    """E ŷ·Wᵀx_{N+1} = 0 where W and every x_j are as likely as -W and -x_j: no weights beat the prediction 0.

    Here the mean is taken over all signs of W and of the samples, so it is 0 without rounding.
    """
    signs = torch.tensor(list(itertools.product((1.0, -1.0), repeat=4)), dtype=torch.float64)  # of W, x_1, x_2, x_3
    x, W = integers(1, 4, 2) + 0.5, integers(1, 2, task.outputs) + 0.5
    inputs = x * torch.cat((signs[:, 1:], torch.ones(16, 1, dtype=torch.float64)), dim=1).unsqueeze(2)
    y = inputs @ (W * signs[:, :1, None])
    batch = Batch(inputs[None], y[None, :, :-1], y[None, :, -1])
    scores = {
        name: (in_integers(name, task)(batch) * batch.wanted).sum(dim=(0, 2)) for name in ("linear-1", "linear-2")
    }
    assert float(scores["linear-1"].sum()) == 0
    assert float(scores["linear-1"].abs().sum()) > 0
    assert abs(float(scores["linear-2"].sum())) > 1e-3 * float(scores["linear-2"].abs().sum())


# ---- names, widths, libraries --------------------------------------------------------------------------


def test_a_width_that_does_not_fit_is_refused() -> None:
    for width in (0, -16, 8, 24):
        with pytest.raises(ValueError, match="multiple of 16"):
            build("softmax-1", VECTOR, width, generator(0, 0, INITIAL))
    wide = Task(8, 4)  # 8 features and 9 positions
    with pytest.raises(ValueError, match="have 17 entries, more than the width 16"):
        build("linear-1", wide, 16, generator(0, 0, INITIAL))
    assert build("softmax-1", wide, 16, generator(0, 0, INITIAL))(drawn(wide)).shape == (1, 5, 8)
    with pytest.raises(KeyError):
        built("s4")


@pytest.mark.parametrize("name", ["s5", "mamba", "mamba-2", "griffin", "gated-deltanet"])
def test_a_missing_library_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("s5", "s5.s5_model", "transformers"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=r"pip install 'gdssm\[experiments\]'"):
        built(name)


SILENT = """
import sys
import gdssm_numeric.competitors as competitors
from gdssm_numeric.tasks import INITIAL, Task, generator

def run(name):
    task = Task(2, 3)
    competitors.build(name, task, 16, generator(0, 0, INITIAL))(task.draw(2, [generator(0, 0, INITIAL)]))

for name in ("softmax-1", "softmax-2", "linear-1", "linear-2"):
    run(name)
assert not {"transformers", "s5", "scipy"} & set(sys.modules)
for name in competitors.ARCHITECTURES:
    run(name)
"""


def test_libraries_are_imported_late_and_run_without_a_word() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", SILENT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
