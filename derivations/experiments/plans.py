"""Which jobs each figure needs.

Models that are compared first search their learning rate: `searches` has a job for every rate, at a quarter of the
updates, and `jobs` takes the best of them. Jobs of two figures with one name are one job.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gdssm_numeric.competitors import ARCHITECTURES, MULTIPLE, CompetitorRun, sizes
from gdssm_numeric.presets import Preset
from gdssm_numeric.sinusoids import SineRun
from gdssm_numeric.tasks import Task, Tokens
from gdssm_numeric.training import Run

from .efforts import Comparison, Effort
from .jobs import Job, Outcome

FIGURES = ("fig1", "fig2", "fig3", "fig4", "fig5", "shift")

#: The GD-SSM among the architectures that are compared, by its number of layers.
GD_SSM = {"gd-ssm-1": 1, "gd-ssm-2": 2}
TITLES = {
    "gd-ssm-1": "GD-SSM, 1 layer",
    "gd-ssm-2": "GD-SSM, 2 layers",
    **{name: architecture.title for name, architecture in ARCHITECTURES.items()},
}


class Usual(NamedTuple):
    """What an architecture is trained with, and how fast it is."""

    rate: float  # the learning rate that is tried at first
    width: int  # at least; with 32, S5 and Griffin hardly learn
    speed: int  # updates a second on one core at f = N = 5, roughly: how long a job will take


USUAL = {
    "gd-ssm-1": Usual(0.0, 0, 500),  # its rate is that of the effort
    "gd-ssm-2": Usual(0.0, 0, 250),
    "s5": Usual(3e-3, 64, 90),
    "mamba": Usual(3e-3, 32, 45),
    "mamba-2": Usual(3e-3, 32, 110),
    "griffin": Usual(3e-3, 64, 100),
    "gated-deltanet": Usual(3e-3, 32, 120),
    "softmax-1": Usual(3e-3, 32, 300),
    "softmax-2": Usual(1e-3, 32, 170),
    "linear-1": Usual(3e-3, 32, 800),
    "linear-2": Usual(1e-3, 32, 500),
}
#: Rates are tried in this order, as multiples of the usual one.
FACTORS = (1.0, 1 / 3, 3.0)
#: Another rate than the usual one is taken if its loss is less by this share.
CLEARLY = 0.01
#: The replica on which rates are searched is none of those that are shown.
SEARCH = 1000

#: Figure 4B: layers, and whether there is a gate.
SINUSOIDS = tuple((layers, gated) for layers in (1, 2) for gated in (False, True))
WIDTH_OF_SINUSOIDS, RATE_OF_SINUSOIDS = 32, 3e-3


def settings(effort: Effort) -> dict[str, tuple[Tokens, Comparison]]:
    """Where architectures are compared, by name."""
    return {
        "interleaved": ("interleaved", effort.interleaved),
        "interleaved-large": ("interleaved", effort.interleaved_large),
        "constructed": ("constructed", effort.constructed),
    }


#: Which comparisons a figure needs.
COMPARED = {
    "fig4": ("constructed", "interleaved"),
    "fig5": ("interleaved", "interleaved-large"),
    "shift": ("interleaved",),
}


def task_of(tokens: Tokens, size: int) -> Task:
    """The task with f = N: scalar targets over constructed tokens, vectors over interleaved ones."""
    return Task(size, size, "scalar" if tokens == "constructed" else "vector", tokens)


def names(setting: str) -> list[str]:
    """The architectures that are compared. Over constructed tokens, the GD-SSM has one layer."""
    return [name for name in TITLES if not (setting == "constructed" and name == "gd-ssm-2")]


def width(name: str, task: Task) -> int:
    """The width of a competitor: room for a token and its position is needed where these are not embedded."""
    needed = USUAL[name].width
    if ARCHITECTURES[name].learned_embedding:
        return needed
    _, entries = sizes(task)
    return max(needed, MULTIPLE * math.ceil(entries / MULTIPLE))


def rates(effort: Effort, name: str, comparison: Comparison) -> list[float]:
    """The learning rates that are tried."""
    usual = effort.rate if name in GD_SSM else USUAL[name].rate
    return [float(f"{usual * factor:.2g}") for factor in FACTORS[: comparison.searched]]


def searches(effort: Effort, figures: tuple[str, ...]) -> list[Job]:
    """The jobs that search learning rates; none for an architecture that has one."""
    found = {}
    for setting in _settings(figures):
        _, comparison = settings(effort)[setting]
        for name in names(setting):
            tried = rates(effort, name, comparison)
            for rate in tried if len(tried) > 1 else ():
                job = _search(effort, setting, name, rate)
                found[job.name] = job
    return list(found.values())


@dataclass(frozen=True)
class Searched:
    """The learning rate that an architecture is trained with, and the loss at each rate that was tried."""

    rate: float
    losses: dict[str, float | None]  # by rate; None if it diverged


def searched(effort: Effort, setting: str, name: str, results: Mapping[str, Outcome]) -> Searched:
    """The rate with the least loss at the end of its search; KeyError if a job of the search failed.

    It is the usual rate, unless another one is clearly better: a search can end before any model has learned.
    """
    _, comparison = settings(effort)[setting]
    tried = rates(effort, name, comparison)
    if len(tried) == 1:
        return Searched(tried[0], {})
    losses: dict[float, float | None] = {}
    for rate in tried:
        found = results[_search(effort, setting, name, rate).name]
        losses[rate] = None if found["diverged"] else found["watched"][-1]["loss"][0]
    known = {rate: loss for rate, loss in losses.items() if loss is not None}
    best = min(known, key=lambda rate: known[rate]) if known else tried[0]
    usual = known.get(tried[0], math.inf)
    chosen = best if known and known[best] < (1 - CLEARLY) * usual else tried[0]
    return Searched(chosen, {f"{rate:g}": loss for rate, loss in losses.items()})


def compared_jobs(effort: Effort, setting: str, name: str, rate: float) -> list[Job]:
    """The jobs of one architecture in one comparison: one for all seeds of a GD-SSM, one for each seed of another."""
    _, comparison = settings(effort)[setting]
    preset = effort.preset(comparison.updates, rate)
    measures = ("test", "shifts") if setting == "interleaved" else ("test",)
    if name in GD_SSM:
        return [_compared(effort, setting, name, preset, 0, effort.seeds, measures)]
    return [_compared(effort, setting, name, preset, seed, 1, measures) for seed in range(effort.seeds)]


def gd_ssm(effort: Effort, tokens: Tokens, size: int, layers: int = 1) -> Job:
    """A GD-SSM of Figures 1 to 4A."""
    main = size == effort.main
    measures = ["test", *(("scales", "weights") if main and layers == 1 else ())]
    updates = effort.updates if main else effort.updates_of_sizes
    rate, decays = effort.rate, 0.5
    if tokens == "constructed":
        updates *= effort.scalar
        if effort.slower:  # at the rates of f = 10, f = 50 stays at the predictor 0
            ratio = size / effort.main
            updates, decays = round(updates * max(1.0, ratio)), 1.0
            rate = float(f"{min(rate / 8, rate / ratio**2):.2g}")
    preset = effort.preset(updates, rate, decays)
    run = Run(task_of(tokens, size), layers, effort.seeds, 0, preset)
    seconds = updates * effort.seeds * layers * (size / 10) ** 1.5 / 3000
    name = f"gd-ssm/{tokens}-f{size}-L{layers}"
    return Job(name, run, 0, main and layers == 1, tuple(measures), effort.tests, seconds)


def sine(effort: Effort, layers: int, gated: bool) -> Job:
    """A GD-SSM between embedding and readout, of Figure 4B."""
    preset = effort.preset(effort.sinusoids, RATE_OF_SINUSOIDS)
    run = SineRun(layers=layers, gated=gated, width=WIDTH_OF_SINUSOIDS, replicas=effort.seeds, preset=preset)
    seconds = effort.sinusoids * effort.seeds * layers / 200
    return Job(f"sinusoids/L{layers}{'-gate' * gated}", run, 0, False, ("sinusoids",), effort.tests, seconds)


def jobs(effort: Effort, figures: tuple[str, ...], results: Mapping[str, Outcome]) -> list[Job]:
    """All jobs that the figures need, once the rates have been searched; longest first.

    An architecture whose search failed has no job.
    """
    found: dict[str, Job] = {}
    for figure in figures:
        for job in _jobs(effort, figure, results):
            found[job.name] = job
    return sorted(found.values(), key=lambda job: -job.seconds)


def _jobs(effort: Effort, figure: str, results: Mapping[str, Outcome]) -> Iterator[Job]:
    if figure in ("fig1", "fig2"):
        tokens: Tokens = "constructed" if figure == "fig1" else "interleaved"
        for size in sorted({effort.main, *effort.sizes}):
            yield gd_ssm(effort, tokens, size)
    if figure == "fig3":
        yield gd_ssm(effort, "interleaved", effort.main)
    if figure == "fig4":
        for layers in (1, 2, 3):
            yield gd_ssm(effort, "interleaved", effort.main, layers)
        for layers, gated in SINUSOIDS:
            yield sine(effort, layers, gated)
    for setting in COMPARED.get(figure, ()):
        for name in names(setting):
            try:
                found = searched(effort, setting, name, results)
            except KeyError:
                continue
            yield from compared_jobs(effort, setting, name, found.rate)


def _settings(figures: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(setting for figure in figures for setting in COMPARED.get(figure, ())))


def _search(effort: Effort, setting: str, name: str, rate: float) -> Job:
    """A job of a search: one rate, at a quarter of the updates."""
    _, comparison = settings(effort)[setting]
    return _compared(effort, setting, name, effort.preset(max(1, comparison.updates // 4), rate), SEARCH, 1)


def _compared(
    effort: Effort, setting: str, name: str, preset: Preset, first: int, replicas: int, measures: tuple[str, ...] = ()
) -> Job:
    tokens, comparison = settings(effort)[setting]
    task = task_of(tokens, comparison.size)
    slower = max(1.0, comparison.size / 5) if tokens == "interleaved" else 1.0
    seconds = slower * preset.updates / USUAL[name].speed * replicas**0.5
    path = f"{setting}/{name}"
    if name in GD_SSM:
        run: Run | CompetitorRun = Run(task, GD_SSM[name], replicas, 0, preset)
    else:
        run = CompetitorRun(task, name, width(name, task), preset)
        path += f"-{first}" if first != SEARCH else ""
    if first == SEARCH:
        path = f"search/{path}-{preset.rate:g}"
    return Job(path, run, first, False, measures, effort.tests, seconds)
