"""The numbers behind the pictures, from the exact engine, from seeded tasks and from committed results.

`figures` draws what is computed here; a notebook or the supplement can show the same numbers in a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy
import torch
from torch import Tensor

from derivations.training.committed import order
from derivations.training.prediction import LAWS
from derivations.training.weights import best_construction, evaluated
from gdssm_numeric.descent import gradient_descent
from gdssm_numeric.recurrence import step
from gdssm_numeric.tasks import EVALUATION, Batch, Task, generator
from gdssm_numeric.window_model import WindowModel
from gdssm_symbolic.layers import WindowLayer
from gdssm_symbolic.theory.best_rate import Optimum

Numbers = tuple[tuple[float, ...], ...]


def numbers(matrix: Tensor) -> Numbers:
    """A matrix as rows of Python numbers; a vector is one column."""
    rows = matrix.detach().double().reshape(len(matrix), -1).tolist()
    return tuple(tuple(row) for row in rows)


# ---- one layer, window by window -----------------------------------------------------------------


def states(layer: WindowLayer, batch: Batch, rate: float) -> tuple[list[Tensor], Tensor]:
    """Z_0, Z_1, … and the last output of a layer with any Q, q, decay and stride, run token by token.

    The batch has one replica: a state is (B, f, f), the output (B, f).
    """
    f, N = batch.inputs.shape[-1], batch.targets.shape[2]
    Q, q = (evaluated(entry, f, N, rate) for entry in (layer.Q, layer.q))
    decay, beta = (evaluated(entry, f, N, rate) for entry in (layer.decay, layer.beta))
    tokens = batch.interleaved()
    found = [tokens.new_zeros(1, tokens.shape[1], f, f)]
    for last in range(2, tokens.shape[2], layer.stride):
        window = tokens[:, :, last - 2 : last + 1].mT
        found.append(step(found[-1], window, Q[None], decay.expand(1, f, f)))
    state = found[-1].mT if layer.read_transposed else found[-1]
    output = beta * (state @ (window @ q)).squeeze(-1)
    return [one[0] for one in found], output[0]


@dataclass(frozen=True)
class Filling:
    """The state of a layer after each window of one seeded task, and N times the mean of what a window adds."""

    features: int
    samples: int
    seed: int
    states: tuple[Numbers, ...]  # Z_0 … Z_N
    expected: Numbers  # N · E[-y xᵀ | W] = -N E[x²] Wᵀ
    errors: tuple[float, ...]  # the relative distance of Z_t / t from the mean, t = 1 … N


def filling(layer: WindowLayer, features: int, samples: int, seed: int) -> Filling:
    """Run the layer over one task of uniform inputs. With x_i and y_i = Wᵀx_i known, W is too where f ≤ N."""
    if samples < features:
        raise ValueError("the weights of a task are read off its samples: N is at least f")
    batch = Task(features, samples).draw(1, [generator(seed, 0, EVALUATION)], torch.float64)
    found, _ = states(layer, batch, 1.0)
    weights = torch.linalg.lstsq(batch.inputs[0, 0, :-1], batch.targets[0, 0]).solution
    mean = -float(LAWS["uniform"](sympy.Integer(1)).moment(2)) * weights.mT
    errors = tuple(float((one[0] / t - mean).norm() / mean.norm()) for t, one in enumerate(found) if t)
    return Filling(features, samples, seed, tuple(numbers(one[0]) for one in found), numbers(samples * mean), errors)


@dataclass(frozen=True)
class Errors:
    """For each construction by name, √(Σ‖o - ŷ‖² / Σ‖ŷ‖²) over seeded tasks, ŷ by gradient descent, for each N."""

    features: int
    rate: float
    tasks: int
    seed: int
    samples: tuple[int, ...]
    errors: Mapping[str, tuple[float, ...]]


def construction_errors(
    layers: Mapping[str, WindowLayer], features: int, samples: Sequence[int], tasks: int, seed: int, rate: float = 1.0
) -> Errors:
    """How far each construction's output is from one step of gradient descent by autograd, in double precision."""
    found: dict[str, list[float]] = {name: [] for name in layers}
    for count in samples:
        batch = Task(features, count).draw(tasks, [generator(seed, count, EVALUATION)], torch.float64)
        wanted = gradient_descent(batch, [rate])[0]
        for name, layer in layers.items():
            _, output = states(layer, batch, rate)
            found[name].append(float((output - wanted).norm() / wanted.norm()))
    kept = {name: tuple(values) for name, values in found.items()}
    return Errors(features, rate, tasks, seed, tuple(samples), kept)


# ---- trained models ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parameters:
    """Q, q, decay and C of one layer, scaled so that Q_21 = -1 and q_3 = 1: only their products are identified."""

    Q: Numbers
    q: Numbers
    decay: Numbers
    C: Numbers

    @staticmethod
    def of(Q: Tensor, q: Tensor, decay: Tensor, C: Tensor) -> Parameters:
        Q, q, decay, C = (one.detach() for one in (Q, q, decay, C))
        key, read = -Q[1, 0], q[2]
        if not (float(key) and float(read)):
            raise ValueError("Q_21 or q_3 is 0: the scale cannot be chosen by them")
        return Parameters(numbers(Q / key), numbers(q / read), numbers(decay), numbers(C * key * read))


def constructed_parameters(features: int, samples: int, rates: Sequence[float]) -> Parameters:
    """The construction of Proposition 2 at these sizes, with one learning rate."""
    model = best_construction("vector", features, samples, rates)
    assert isinstance(model, WindowModel)
    head, _ = model.layer(0)
    return Parameters.of(head.Q[0], model.q[0], head.decay[0], head.C[0])


def trained_parameters(result: Mapping[str, Any], replica: int = 0) -> Parameters:
    """One replica of a committed result, or of a run's document; ValueError unless it is one layer over windows."""
    setting = result["configuration"]
    if setting["layers"] != 1 or setting["tokens"] != "interleaved":
        raise ValueError("only one layer over windows has these parameters")
    kept = {name.rpartition(".")[2]: torch.tensor(value)[replica] for name, value in result["parameters"].items()}
    return Parameters.of(kept["Q"], kept["q"], kept["decay"], kept["C"])


@dataclass(frozen=True)
class Curve:
    """The best coefficient c_0 of one step over N, exactly, for one feature size."""

    features: int
    samples: tuple[int, ...]
    values: tuple[Fraction, ...]


@dataclass(frozen=True)
class Point:
    """A coefficient as fitted from trained replicas, and as predicted."""

    features: int
    samples: int
    layers: int
    targets: str
    name: str
    predicted: float
    mean: float
    spread: float | None
    deviation: float  # of the replica that is farthest off, relative
    cap: float
    replicas: int


def curve(features: int, samples: Iterable[int]) -> Curve:
    """c_0(f, N) for uniform inputs of scale 1."""
    counts = tuple(samples)
    law, size = LAWS["uniform"](sympy.Integer(1)), sympy.Integer(features)
    best = [Optimum(1, law, sympy.Integer(0), size, sympy.Integer(count)) for count in counts]
    return Curve(features, counts, tuple(Fraction(int(c.p), int(c.q)) for one in best for c in one.coefficients))


def points(results: Iterable[Mapping[str, Any]]) -> tuple[Point, ...]:
    """Every fitted coefficient of some results, in the order of the tables in docs/training.md."""
    found = []
    for result in sorted(results, key=lambda one: order(dict(one))):
        setting = result["configuration"]
        fitted = [entry for group in result["fit"] if group["quantity"] == "coefficients" for entry in group["entries"]]
        for entry in fitted:
            found.append(
                Point(
                    features=setting["features"],
                    samples=setting["samples"],
                    layers=setting["layers"],
                    targets=setting["targets"],
                    name=entry["label"],
                    predicted=entry["symbolic"],
                    mean=entry["mean"],
                    spread=entry["spread"],
                    deviation=entry["deviation"],
                    cap=entry["cap"],
                    replicas=result["counts"].get("optimum", 0),
                )
            )
    return tuple(found)
