"""How far constructions are from one step of gradient descent, over the length of the context."""

from __future__ import annotations

from derivations.figures import plots
from derivations.figures.data import construction_errors
from derivations.figures.gallery import KINDS
from derivations.figures.plots import ROUNDING, Picture

from .example import Example

TASKS = 200
#: Contexts of N, 2N, 4N, … samples.
DOUBLINGS = 7


def errors(here: Example) -> Picture:
    """Draw the relative errors of the corrected and of the printed numbers, run on random tasks."""
    counts = [here.N * 2**k for k in range(DOUBLINGS)]
    found = construction_errors(KINDS, here.f, counts, TASKS, here.seed)
    last = {name: values[-1] for name, values in found.errors.items()}
    told = "; ".join(
        f"{name} {f'{value:.2f}' if value > ROUNDING else 'only rounding'}" for name, value in last.items()
    )
    return Picture(
        plots.construction_errors(found), f"f = {here.f}, N = {counts[0]} to {counts[-1]}; at the end: {told}"
    )
