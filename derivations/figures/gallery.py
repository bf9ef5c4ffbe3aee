"""The pictures of the supplement, of which the README shows one, and what was measured to draw them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from math import isclose
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from derivations.claims.proposition_2 import COLUMNS, EVERY_TOKEN, LAYER, PRINTED
from derivations.json_document import environment
from derivations.training.committed import Results, setting_of
from gdssm_symbolic.writing.documents import Picture

from . import data, diagrams, plots
from .data import Errors, Filling

#: Of the tasks that constructions are run on.
SEED = 0
#: The parameters of a larger layer are not drawn: their numbers could not be read.
MOST_FEATURES = 12
#: A picture of a run, or of a panel, is written in each of these.
FORMATS = ("svg", "pdf", "png")
#: Constructions that are run beside gradient descent.
KINDS = {
    "as corrected": LAYER,
    "as printed": PRINTED,
    "as printed, with the other sign": COLUMNS,
    "corrected, a window at every token": EVERY_TOKEN,
}


@dataclass(frozen=True)
class Drawn:
    """A picture that is still to be drawn, what it shows, and from what it is drawn."""

    name: str
    caption: str
    draw: Callable[[], Figure]
    share: float = 0.8  # of the width of a page

    @property
    def picture(self) -> Picture:
        return Picture(f"figures/{self.name}.pdf", (self.caption,), f"figure-{self.name}", self.share)


@dataclass(frozen=True)
class Measured:
    """What a run found by computing with random tasks, and the versions that the proofs were checked with."""

    environment: Mapping[str, str]
    filling: Filling
    errors: Errors

    @staticmethod
    def now() -> Measured:
        """Run the constructions."""
        errors = data.construction_errors(KINDS, 5, (1, 2, 4, 8, 16, 32, 64, 128), tasks=200, seed=SEED)
        return Measured(everything(), data.filling(LAYER, features=3, samples=30, seed=SEED), errors)

    @staticmethod
    def read(path: Path) -> Measured:
        """What `written` wrote."""
        kept = json.loads(path.read_text("utf-8"))
        return Measured(kept["environment"], Filling(**kept["filling"]), Errors(**kept["errors"]))

    def written(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"

    def agrees(self, other: Measured) -> bool:
        """Is it the same but for rounding, with the same versions?"""
        return _agree(json.loads(self.written()), json.loads(other.written()))


def _agree(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=plots.ROUNDING)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_agree(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_agree, one, other))
    return bool(one == other)


def everything() -> dict[str, str]:
    """The versions of all that has a part in the document."""
    packages = ("mpmath", "torch", "numpy", "matplotlib", "typst")
    return {**environment(), **{name: metadata.version(name) for name in packages}}


def construction_pictures(measured: Measured) -> tuple[Drawn, ...]:
    """The construction, its state as samples arrive, and how far off the printed one is."""
    filling, errors = measured.filling, measured.errors
    return (
        Drawn(
            "window",
            "The tokens of four samples and a query, and the windows of three tokens, one at every second token.",
            lambda: diagrams.window(LAYER, 4),
        ),
        Drawn(
            "recurrence",
            "One layer: what a window adds to the state, and how the state is read out.",
            lambda: diagrams.recurrence(LAYER),
        ),
        Drawn(
            "filling",
            f"The state of the construction after some windows of one task with $f = {filling.features}$ and "
            f"$N = {filling.samples}$ (seed {filling.seed}), beside its mean over inputs, a multiple of the weights: "
            "$E x²$ is the mean square of an input.",
            lambda: plots.filling(filling),
        ),
        Drawn(
            "errors",
            f"How far four constructions are from one step of gradient descent, over $N$, for $f = {errors.features}$ "
            f"({errors.tasks} tasks for each $N$, seed {errors.seed}): P2 as corrected, as printed in two readings, "
            "and with a window at every token.",
            lambda: plots.construction_errors(errors),
        ),
    )


def coefficients(results: Results) -> Drawn:
    """All fitted coefficients beside what was predicted."""
    points = data.points(results.values())
    return Drawn(
        "coefficients",
        "Left: the best learning rate of one step over $N$, exact (lines), and of trained models (marks). Right: how "
        "far every fitted coefficient is off, its mean and the replica that is farthest off.",
        lambda: plots.coefficients([data.curve(f, range(1, 41)) for f in sorted({p.features for p in points})], points),
    )


def result_pictures(name: str, result: Mapping[str, Any]) -> Iterator[Drawn]:
    """What was learned beside the construction, and how the loss fell."""
    setting, what = result["configuration"], setting_of(result)
    replica = next((end["replica"] for end in result["ends"] if end["kind"] == "optimum"), None)
    small = setting["features"] <= MOST_FEATURES
    if setting["layers"] == 1 and setting["tokens"] == "interleaved" and replica is not None and small:
        yield Drawn(
            f"parameters-{name}",
            "$Q$, $q$, decay and $C$ of the construction, and of the first trained replica, scaled so that "
            f"$Q_{{21}} = −1$ and $q_3 = 1$ ({what}).",
            lambda: plots.parameters(*_both(result, replica)),
            0.7,
        )
    yield Drawn(
        f"losses-{name}",
        f"The loss of every replica while it was trained, and the exact optimum ({what}).",
        lambda: plots.losses(result),
        0.6,
    )


#: The files that `run_pictures` names.
PICTURES_OF_A_RUN = tuple(f"{name}.{form}" for name in ("losses", "parameters") for form in FORMATS)


def run_pictures(result: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the pictures of a run, by the names of their files: `losses` and, of a small layer, `parameters`."""
    made = {}
    for drawn in result_pictures("run", result):
        figure = drawn.draw()
        for format in FORMATS:  # noqa: A001 - matplotlib's own word
            made[f"{drawn.name.removesuffix('-run')}.{format}"] = plots.written(figure, format)
    return made


def _both(result: Mapping[str, Any], replica: int) -> tuple[data.Parameters, data.Parameters]:
    setting, rates = result["configuration"], result["predicted"]["learning_rates"]
    constructed = data.constructed_parameters(setting["features"], setting["samples"], rates)
    return constructed, data.trained_parameters(result, replica)
