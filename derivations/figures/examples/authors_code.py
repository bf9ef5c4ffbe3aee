"""What comes of dividing by f, as the authors' code does, where one step of rate η divides by N."""

from __future__ import annotations

from derivations.figures import plots
from derivations.figures.data import construction_errors
from derivations.figures.plots import Picture
from gdssm_symbolic.layers import WindowLayer, eta, f

from .example import Example

TASKS = 200


def dividing_by_features(here: Example) -> Picture:
    """Draw the relative error of the rate η/f over N: it is 0 at N = f alone, and |N/f − 1| elsewhere."""
    layers = {"divided by f": WindowLayer(beta=-eta / f), "divided by N": WindowLayer()}
    counts = sorted({1, *range(2, 2 * max(here.f, here.N) + 1, 1 + max(here.f, here.N) // 8), here.f, here.N})
    found = construction_errors(layers, here.f, counts, TASKS, here.seed)
    own = dict(zip(counts, found.errors["divided by f"], strict=True))
    figure = plots.construction_errors(found)
    figure.axes[0].set_xscale("linear")
    figure.axes[0].set_xticks(counts, [str(count) for count in counts])
    words = (
        f"f = {here.f}: relative error of dividing by f: {own[here.f]:.2f} at N = f, {own[here.N]:.2f} at N = {here.N}"
    )
    return Picture(figure, words)
