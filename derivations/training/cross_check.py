"""The numerical part of `gdssm verify`: the construction against autograd, and short training runs against the symbols.

Each check is a row: what was compared, how far off it is, and whether that is within what it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import torch

from gdssm_numeric.descent import gradient_descent
from gdssm_numeric.presets import QUICK
from gdssm_numeric.tasks import EVALUATION, Targets, Task, Tokens, generator
from gdssm_numeric.training import Run, Training, train
from gdssm_symbolic.layers import ConstructedTokenLayer, Layer, TwoHeadLayer, WindowLayer
from gdssm_symbolic.writing.prose import plain

from .fit import Expected, Fit, fit
from .fit_table import ends_lines, percent, worst
from .result_document import device_name, group_entry, numeric_environment, rounded
from .weights import construction

#: The largest relative difference between the construction in double precision and gradient descent by autograd.
TOLERANCE = 1e-12
#: Random problems for each layer.
PROBLEMS = 24

#: What is compared with gradient descent: the construction, its targets and its tokens.
CONSTRUCTIONS: dict[str, tuple[Callable[[], Layer], Targets, Tokens]] = {
    "P1": (lambda: ConstructedTokenLayer(), "scalar", "constructed"),
    "P2": (lambda: WindowLayer(), "vector", "interleaved"),
    "P3": (lambda: TwoHeadLayer(), "vector", "interleaved"),
}

#: Short training runs: the sizes are small, so that all of them take about a minute on one core.
SHORT = replace(QUICK, updates=2500)
RUNS: dict[str, Run] = {
    "scalar targets": Run(
        Task(3, 4, "scalar", "constructed"), replicas=4, preset=replace(SHORT, name="short, scalar", batch=2048)
    ),
    "vector targets": Run(Task(3, 4), replicas=4, preset=replace(SHORT, name="short", batch=768)),
    "two steps": Run(Task(3, 4), layers=2, replicas=4, preset=replace(SHORT, name="short, two steps", batch=512)),
}


@dataclass(frozen=True)
class Check:
    """One row of the numerical part."""

    name: str
    what: str
    found: str
    passed: bool
    seconds: float
    fit: Fit | None = None


def descent_check(name: str, layer: Layer, targets: Targets, tokens: Tokens, device: torch.device) -> Check:
    """A construction in double precision against gradient descent by torch.autograd on the actual loss.

    Over random f, N, η and, with two heads, L and W_0; the difference is relative to the largest prediction of the
    problem, or of a step on the way to it.
    """
    began = perf_counter()
    chosen = torch.Generator().manual_seed(PROBLEMS)
    largest = 0.0
    for seed in range(PROBLEMS):
        f, N, steps = (int(torch.randint(1, most + 1, (), generator=chosen)) for most in (8, 16, 3))
        steps = steps if isinstance(layer, TwoHeadLayer) else 1
        rates = [0.05 + 2 * float(torch.rand((), generator=chosen)) for _ in range(steps)]
        batch = Task(f, N, targets, tokens).draw(16, [generator(seed, 0, EVALUATION, device)], torch.float64)
        start = None
        if isinstance(layer, TwoHeadLayer) and seed % 2:
            own = generator(seed, 1, EVALUATION, device)
            start = torch.randn(1, 16, f, batch.targets.shape[-1], dtype=torch.float64, device=device, generator=own)
        model = construction(layer, f, N, rates, from_zero=start is None).to(device)
        with torch.no_grad():
            ours = model(batch) if start is None else model(batch, start)
        theirs = [gradient_descent(batch, rates[: step + 1], start) for step in range(steps)]
        scale = max(float(step.abs().max()) for step in theirs)
        largest = max(largest, float((ours - theirs[-1]).abs().max()) / scale)
    return Check(
        name,
        f"the construction is gradient descent done by autograd, {PROBLEMS} random problems",
        f"largest difference {largest:.1e}, at most {TOLERANCE:.0e}",
        largest <= TOLERANCE,
        perf_counter() - began,
    )


def training_check(name: str, run: Run, device: torch.device, on_update: Callable[[Training[Any]], object]) -> Check:
    """A short run from a random start, its parameters against the symbolic values."""
    began = perf_counter()
    training = Training(run, device)
    train(training, None, on_update)
    found = fit(run, training.fitted(), Expected(run.task, run.layers))
    return Check(
        name,
        f"trained from {run.replicas} random starts at f = {run.task.features}, N = {run.task.samples}",
        summary(found),
        found.fits,
        perf_counter() - began,
        found,
    )


def summary(found: Fit) -> str:
    """The worst number of each kind, and how the replicas ended, on one line."""
    kinds = []
    for group in found.groups:
        entry = worst(list(group.entries))
        kinds.append(f"{group.quantity} {percent(entry.deviation)}{'' if group.fits else ' (misses)'}")
    first, *others = ends_lines(found)
    deviations = f"; farthest off: {', '.join(kinds)}" if kinds else ""
    return plain("; ".join((first, *others)) + deviations)


def checks(device: torch.device, on_start: Callable[[str], Callable[[Training[Any]], object]]) -> Iterator[Check]:
    """All rows, one after another; `on_start` is told the name of each and returns what is told of its updates."""
    for name, (layer, targets, tokens) in CONSTRUCTIONS.items():
        on_start(name)
        yield descent_check(name, layer(), targets, tokens, device)
    for name, run in RUNS.items():
        yield training_check(name, run, device, on_start(name))


def how_many() -> int:
    """How many rows there are."""
    return len(CONSTRUCTIONS) + len(RUNS)


def entry(check: Check) -> dict[str, Any]:
    """A row for a program."""
    fitted = check.fit
    return {
        "name": check.name,
        "what": check.what,
        "found": check.found,
        "passed": check.passed,
        "seconds": round(check.seconds, 3),
        "fit": [group_entry(group) for group in fitted.groups] if fitted else None,
        "standard_errors": rounded(fitted.standard_errors) if fitted else None,
        "counts": fitted.counts if fitted else None,
    }


def report(rows: list[Check], device: torch.device) -> dict[str, Any]:
    """The numerical part of what `gdssm verify --json` prints."""
    return {
        "device": device_name(device),
        "threads": torch.get_num_threads(),
        "environment": numeric_environment(),
        "checks": [entry(row) for row in rows],
    }
