"""Test tasks of other laws: their moments, what stays to the bit, the matrices that mix inputs."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from gdssm_numeric.changed_tasks import DEGREES, ChangedTask, Law, _laplace, collinear, correlated
from gdssm_numeric.tasks import EVALUATION, INITIAL, Batch, Task, generator

pytestmark = pytest.mark.usefixtures("one_thread")

DOUBLE = torch.float64
UNIFORM, NORMAL = Task(3, 4), Task(3, 4, inputs="normal", scale=0.7, noise=0.2)
#: E x⁴ and E x⁸ at variance 1.
FOURTH = {"uniform": 9 / 5, "normal": 3.0, "laplace": 6.0, "student": 21 / 5}
EIGHTH = {"uniform": 9.0, "normal": 105.0, "laplace": 2520.0, "student": 2401.0}


def drawn(task: Task | ChangedTask, batch: int = 6, replicas: int = 2, dtype: torch.dtype = DOUBLE) -> Batch:
    return task.draw(batch, [generator(0, r, EVALUATION) for r in range(replicas)], dtype)


def matrix(mixing: Any) -> torch.Tensor:
    return torch.tensor(mixing, dtype=DOUBLE)


@pytest.mark.parametrize("dtype", [torch.float32, DOUBLE], ids=str)
@pytest.mark.parametrize(
    "task", [UNIFORM, NORMAL, Task(2, 3, "scalar", "constructed", scale=0.3, noise=0.1)], ids=["uniform", "normal", "c"]
)
def test_defaults_draw_the_tasks_bits(task: Task, dtype: torch.dtype) -> None:
    changed = ChangedTask(task)
    names = "features", "samples", "targets", "tokens", "outputs"
    assert [getattr(changed, name) for name in names] == [getattr(task, name) for name in names]
    identity = tuple(tuple(row) for row in torch.eye(task.features).tolist())
    for same in (changed, ChangedTask(task, task.inputs), ChangedTask(task, mixing=identity)):
        for one, other in zip(
            vars(drawn(same, dtype=dtype)).values(), vars(drawn(task, dtype=dtype)).values(), strict=True
        ):
            assert torch.equal(one, other)


@pytest.mark.parametrize("law", FOURTH)
@pytest.mark.parametrize("task", [UNIFORM, NORMAL], ids=["uniform", "normal"])
def test_moments_of_the_laws(law: Any, task: Task) -> None:
    """10⁶ numbers, five standard errors, and independence of neighbours: a sum of two has the sum's fourth moment."""
    changed = ChangedTask(task, law)
    assert changed.variance == pytest.approx(1 / 3 if task is UNIFORM else 0.49)
    x = drawn(changed, 70_000, 1).inputs / changed.variance**0.5
    count = x.numel()
    assert count > 1e6
    fourth, eighth = FOURTH[law], EIGHTH[law]
    assert abs(float(x.mean())) < 5 * count**-0.5
    assert abs(float(x.square().mean()) - 1) < 5 * ((fourth - 1) / count) ** 0.5
    assert abs(float(x.pow(4).mean()) - fourth) < 5 * ((eighth - fourth**2) / count) ** 0.5
    products = x[..., 0] * x[..., 1], x[:, :, 0, 0].square() * x[:, :, 1, 0].square() - 1
    for product in products:
        assert abs(float(product.mean())) < 5 * float(product.std()) / product.numel() ** 0.5


def test_tails() -> None:
    """P(|x| > t) at t of 0 to 4 deviations: exp(-√2 t) for Laplace's law, and Student's by its density."""
    grid = torch.linspace(0, 4, 400_001, dtype=DOUBLE)
    unscaled = grid * (DEGREES / (DEGREES - 2)) ** 0.5
    density = (1 + unscaled.square() / DEGREES) ** (-(DEGREES + 1) / 2)
    norm = math.gamma((DEGREES + 1) / 2) / math.gamma(DEGREES / 2) / (DEGREES * math.pi) ** 0.5
    inside = 2 * norm * torch.cumulative_trapezoid(density, unscaled)
    laws: tuple[Law, ...] = "laplace", "student"
    for law in laws:
        sizes = drawn(ChangedTask(Task(4, 9, inputs="normal"), law), 25_000, 1).inputs.flatten().abs()
        for t in (0.1, 0.5, 1.0, 2.0, 4.0):
            share = math.exp(-(2**0.5) * t) if law == "laplace" else 1 - float(inside[round(t * 100_000) - 1])
            found = float((sizes > t).double().mean())
            assert abs(found - share) < 5 * (share * (1 - share) / sizes.numel()) ** 0.5, (law, t)


@pytest.mark.parametrize("dtype", [torch.float32, DOUBLE], ids=str)
def test_laplace_numbers_are_finite_at_the_ends(dtype: torch.dtype) -> None:
    below = 1 - torch.finfo(dtype).eps / 2
    uniform = torch.tensor([0.0, 0.25, 0.5 * below, 0.5, 0.75, below], dtype=dtype)
    found = _laplace(uniform).double()
    large = -math.log(torch.finfo(dtype).eps)
    expected = [0.0, -math.log(2), -large - math.log(2), 0.0, math.log(2), large]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=DOUBLE), rtol=1e-6, atol=0)


def test_what_mixing_and_weights_do() -> None:
    plain = drawn(ChangedTask(UNIFORM))
    A = ((1.0, 2.0, 0.0), (0.0, 0.5, -1.0), (0.25, 0.0, 1.0))
    mixed = drawn(ChangedTask(UNIFORM, mixing=A))
    torch.testing.assert_close(mixed.inputs, torch.einsum("ij,rbnj->rbni", matrix(A), plain.inputs))
    doubled = drawn(ChangedTask(UNIFORM, weights=2.0))
    assert torch.equal(doubled.inputs, plain.inputs)
    assert torch.equal(doubled.wanted, 2 * plain.wanted)
    narrow = drawn(ChangedTask(NORMAL, mixing=((1.0,), (2.0,), (-3.0,))), 50_000, 1)
    torch.testing.assert_close(narrow.inputs[..., 1], 2 * narrow.inputs[..., 0])
    ratio = narrow.inputs[..., :1, :1] / narrow.inputs[..., -1:, :1]  # the query is this multiple of x_1, without noise
    error = narrow.targets[:, :, :1] - ratio * narrow.wanted.unsqueeze(2)
    assert abs(float(error.square().mean()) - 0.2) < 5 * 0.2 * (2 / error.numel()) ** 0.5
    alone = ChangedTask(UNIFORM, "student", A).draw(6, [generator(0, 1, EVALUATION)], DOUBLE)
    both = drawn(ChangedTask(UNIFORM, "student", A))
    torch.testing.assert_close(alone.targets, both.targets[1:], rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(("features", "condition"), [(1, 1.0), (2, 7.0), (5, 1.0), (10, 100.0)])
def test_correlated_inputs(features: int, condition: float) -> None:
    A = matrix(correlated(features, condition, generator(0, 0, INITIAL)))
    torch.testing.assert_close(A, A.mT, rtol=0, atol=1.5e-6)
    spectrum = torch.linalg.eigvalsh(A @ A.mT)
    assert float(spectrum.sum()) == pytest.approx(features, abs=1e-4)
    steps = condition ** (torch.arange(features, dtype=DOUBLE) / max(1, features - 1))
    torch.testing.assert_close(spectrum / spectrum[0], steps, rtol=1e-4, atol=0)
    if condition > 1:
        other = matrix(correlated(features, condition, generator(1, 0, INITIAL)))
        assert (A - other).abs().max() > 0.01


@pytest.mark.parametrize(("features", "rank"), [(1, 1), (5, 2), (6, 6)])
def test_collinear_inputs(features: int, rank: int) -> None:
    A = matrix(collinear(features, rank, generator(1, 0, INITIAL)))
    assert A.shape == (features, rank)
    torch.testing.assert_close(A.mT @ A, features / rank * torch.eye(rank, dtype=DOUBLE), rtol=0, atol=1e-5)
    x = drawn(ChangedTask(Task(features, 8), mixing=collinear(features, rank, generator(1, 0, INITIAL)))).inputs
    assert (torch.linalg.matrix_rank(x) == rank).all()


def test_orthogonal_matrices_are_uniform() -> None:
    """Entries have mean 0 and mean square 1/f, and both signs of the determinant are as frequent."""
    own = generator(0, 0, INITIAL)
    many = torch.stack([matrix(collinear(3, 3, own)) for _ in range(1500)])
    assert many.mean(0).abs().max() < 5 * (1 / 3 / 1500) ** 0.5
    assert (many.square().mean(0) - 1 / 3).abs().max() < 5 * (4 / 45 / 1500) ** 0.5
    assert abs(float(torch.linalg.det(many).sign().mean())) < 5 / 1500**0.5


def test_matrices_have_six_decimals() -> None:
    for mixing in (correlated(4, 10.0, generator(0, 0, INITIAL)), collinear(4, 2, generator(0, 0, INITIAL))):
        assert all(entry == float(f"{entry:.6f}") for row in mixing for entry in row)


@pytest.mark.parametrize(
    "arguments",
    [{"law": "cauchy"}, {"weights": 0.0}, {"weights": math.nan}]
    + [{"mixing": rows} for rows in ((), ((1.0,),) * 2, ((1.0,), (1.0,), (1.0, 2.0)), ((),) * 3)],
    ids=str,
)
def test_changes_that_do_not_exist(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"laws|positive|row"):
        ChangedTask(UNIFORM, **arguments)


def test_matrices_that_do_not_exist() -> None:
    own = generator(0, 0, INITIAL)
    for features, condition in ((0, 1.0), (1, 2.0), (3, 0.5), (3, math.nan), (3, math.inf)):
        with pytest.raises(ValueError, match="condition"):
            correlated(features, condition, own)
    for rank in (0, 4):
        with pytest.raises(ValueError, match="rank"):
            collinear(3, rank, own)
