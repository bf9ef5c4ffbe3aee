"""L layers with two heads, beside L steps of gradient descent, and where both lead."""

from __future__ import annotations

import torch

from derivations.figures.plots import BLACK, BLUE, GREY, ROUNDING, Picture, sheet
from derivations.training.weights import construction
from gdssm_numeric.descent import gradient_descent
from gdssm_numeric.least_squares import least_squares
from gdssm_symbolic.layers import TwoHeadLayer

from .example import Example

STEPS = 20
#: The rate times the largest eigenvalue: below 2, so that all errors shrink, and not 1, which would end one at once.
SHARE = 0.5
#: A smaller eigenvalue is 0 but for rounding.
LEAST = 1e-9


def towards_least_squares(here: Example) -> Picture:
    """Draw how far the predictions of L layers and of L steps are from that of the least-squares solution."""
    batch = here.batch()
    x = batch.inputs[0, 0, :-1]
    eigenvalues = torch.linalg.eigvalsh(x.mT @ x / here.N)
    rate = SHARE / float(eigenvalues[-1])
    slowest = float((1 - rate * eigenvalues[eigenvalues > LEAST]).abs().max())
    rates = [rate] * STEPS
    limit = least_squares(batch)[0, 0]
    counts = range(1, STEPS + 1)

    def distance(prediction: torch.Tensor) -> float:
        return float((prediction[0, 0] - limit).norm() / limit.norm())

    with torch.no_grad():
        layers = [distance(construction(TwoHeadLayer(), here.f, here.N, rates[:steps])(batch)) for steps in counts]
    steps = [distance(gradient_descent(batch, rates[:count])) for count in counts]
    with sheet(2.8) as (figure, ((axes,),)):
        axes.plot(counts, steps, color=BLACK, linewidth=0.9, label="$L$ steps, by autograd")
        axes.plot(counts, layers, color=BLUE, marker="o", linestyle="none", fillstyle="none", label="$L$ layers")
        slope = [steps[-1] * slowest ** (count - STEPS) for count in counts]
        name = r"slope of $\max_\lambda |1-\eta\,\lambda|^L$"
        axes.plot(counts, slope, color=GREY, linestyle="--", linewidth=0.9, label=name, zorder=0)
        axes.set_yscale("log")
        axes.set_xticks([1, *range(5, STEPS + 1, 5)])
        axes.set_xlabel("layers or steps, $L$")
        axes.set_ylabel("relative distance from\nthe least-squares prediction")
        axes.legend(loc="lower left")
    apart = max(abs(a - b) for a, b in zip(layers, steps, strict=True))
    same = "the same but for rounding" if apart < ROUNDING else f"up to {apart:.3f} apart"
    words = (
        f"{here}, η λ_max = {SHARE}: from {layers[0]:.3f} after one layer to {layers[-1]:.3f} after {STEPS}; layers "
        f"and steps are {same}, and in the end each multiplies the distance by {slowest:.3f}"
    )
    return Picture(figure, words)
