"""Trained layers beside what is known exactly: trained on the spot, or read from the committed results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from time import perf_counter
from typing import Any

from derivations.figures import data, plots
from derivations.figures.plots import Picture
from derivations.training.fit import Expected, Fit, fit
from derivations.training.result_document import result
from derivations.training.run import use_threads
from gdssm_numeric.presets import QUICK
from gdssm_numeric.training import Run, Training, train

from .example import Example

#: Fewer updates than `quick`, each of more tasks: some seconds for sizes of a few.
PRESET = replace(QUICK, name="notebook", updates=2500, batch=768)
REPLICAS = 3
#: A curve of exact coefficients goes so far beyond the largest N of a trained model.
BEYOND = 4


@dataclass(frozen=True)
class Trained:
    """A run with what was expected of it, its fit and its document."""

    expected: Expected
    fit: Fit
    document: Mapping[str, Any]


def trained(here: Example) -> Trained:
    """Train one layer at these sizes, with one thread: the same numbers again where nothing else changed."""
    run = Run(here.task, replicas=REPLICAS, seed=here.seed, preset=PRESET)
    training, expected = Training(run), Expected(run.task, run.layers)
    began = perf_counter()
    with use_threads(1):
        train(training, path=None)
        found = fit(run, training.fitted(), expected)
    return Trained(expected, found, result(training, found, expected, seconds=perf_counter() - began))


def committed_run(here: Example, results: Iterable[Mapping[str, Any]], layers: int) -> Mapping[str, Any]:
    """The result with these sizes and vector targets; ValueError, with those that there are, if it is not there."""
    plain = [one for one in results if one["configuration"]["targets"] == "vector"]
    found = {(one["configuration"]["layers"], *_sizes(one)): one for one in plain}
    if (layers, here.f, here.N) not in found:
        known = ", ".join(f"f = {f}, N = {N}" for count, f, N in found if count == layers)
        raise ValueError(f"no model of {layers} layers was trained at f = {here.f}, N = {here.N}; there are {known}")
    return found[layers, here.f, here.N]


def _sizes(document: Mapping[str, Any]) -> tuple[int, int]:
    setting = document["configuration"]
    return setting["features"], setting["samples"]


def _named(document: Mapping[str, Any]) -> str:
    """Sizes, seed and layers in words, from the document itself."""
    f, N = _sizes(document)
    layers = document["configuration"]["layers"]
    return f"{Example(f, N, document['configuration']['seed'])}, {layers} layer{'s' * (layers > 1)}"


def loss_curves(document: Mapping[str, Any]) -> Picture:
    """Draw the loss of every replica while it is trained."""
    ends = ", ".join(f"{loss:.4f}" for loss in document["losses"][-1]["losses"])
    least = float(Fraction(document["predicted"]["loss"]))
    return Picture(
        plots.losses(document), f"{_named(document)}: losses end at {ends}; the least expected loss is {least:.4f}"
    )


def learned_numbers(document: Mapping[str, Any]) -> Picture:
    """Draw Q, q, decay and C of the construction above those of the first replica."""
    constructed = data.constructed_parameters(*_sizes(document), document["predicted"]["learning_rates"])
    found = data.trained_parameters(document)
    pairs = ((name, getattr(constructed, name), getattr(found, name)) for name in ("Q", "q", "decay", "C"))
    apart = ", ".join(f"{name} {_farthest(one, other):.3f}" for name, one, other in pairs)
    words = f"{_named(document)}, scaled so that Q_21 = -1 and q_3 = 1; entries are off by at most: {apart}"
    return Picture(plots.parameters(constructed, found), words)


def _farthest(one: data.Numbers, other: data.Numbers) -> float:
    pairs = ((a, b) for row, also in zip(one, other, strict=True) for a, b in zip(row, also, strict=True))
    return max(abs(a - b) for a, b in pairs)


def coefficients(results: Iterable[Mapping[str, Any]]) -> Picture:
    """Draw the exact coefficients over f and N, and those of all these trained models."""
    points = data.points(results)
    counts = range(1, BEYOND * max(point.samples for point in points) + 1)
    curves = [data.curve(f, counts) for f in sorted({point.features for point in points})]
    worst = max(points, key=lambda point: point.deviation)
    told = "; ".join(f"f = {p.features}, N = {p.samples}: {p.mean:.4f} for {p.predicted:.4f}" for p in points)
    words = f"fitted and predicted coefficients: {told}; the farthest replica is off by {100 * worst.deviation:.1f} %"
    return Picture(plots.coefficients(curves, points), words)


@dataclass(frozen=True)
class Learned:
    """The coefficient that a committed model learned, beside the best one for sizes that may be others."""

    here: Example
    best: Fraction
    mean: float
    cap: float

    @property
    def fits(self) -> bool:
        """Is it the best one, within the cap of the fit?"""
        return abs(self.mean / self.best - 1) <= self.cap

    def __str__(self) -> str:
        word = "fits" if self.fits else "misses"
        return f"f = {self.here.f}, N = {self.here.N}: predicted {self.best}, learned {self.mean:.4f}: {word}"


def learned(run: Mapping[str, Any], at: Example) -> Learned:
    """The coefficient of a trained layer beside the best coefficient at these sizes."""
    (point,) = data.points([run])
    (best,) = data.curve(at.f, [at.N]).values
    return Learned(at, best, point.mean, point.cap)
