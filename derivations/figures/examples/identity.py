"""The identity −(η/N) Z_N C_N q = (η/N) Σ y_i x_iᵀ x_{N+1} in numbers, and the layer as two diagrams."""

from __future__ import annotations

from matplotlib.figure import Figure
from torch import Tensor

from derivations.figures import diagrams
from derivations.figures.data import numbers, states
from derivations.figures.plots import ROUNDING, WIDTH, Picture, heat, largest, style
from derivations.training.weights import evaluated
from gdssm_numeric.descent import gradient_descent
from gdssm_symbolic.layers import WindowLayer
from gdssm_symbolic.writing.printing import to_latex

from .example import Example

#: The learning rate of the picture.
ETA = 1.0


def identity(here: Example, layer: WindowLayer = WindowLayer()) -> Picture:  # noqa: B008 - immutable
    """Draw what a layer computes, run window by window, above a step of gradient descent, found by autograd."""
    batch = here.batch()
    found, output = states(layer, batch, ETA)
    window = batch.interleaved()[0, 0, -3:].mT
    readout = window @ evaluated(layer.q, here.f, here.N, ETA).squeeze(1)
    x, y = batch.inputs[0, 0], batch.targets[0, 0]
    wanted = gradient_descent(batch, [ETA])[0, 0]
    factor = f"${to_latex(layer.beta)}$"
    rows = (
        ("layer", factor, ("$Z_N$", found[-1][0]), (r"$C_N\,q$", readout), ("output", output[0])),
        (
            "one step",
            r"$\frac{\eta}{N}$",
            (r"$\Sigma_i\;y_i\,x_i^{\top}$", y.mT @ x[:-1]),
            ("$x_{N+1}$", x[-1]),
            ("prediction", wanted),
        ),
    )
    tops = [
        largest(*map(numbers, pair)) for pair in ((found[-1][0], y.mT @ x[:-1]), (readout, x[-1]), (output[0], wanted))
    ]
    with style():
        figure = Figure(figsize=(WIDTH, 0.9 + 0.52 * here.f), layout="compressed")
        axes = figure.subplots(2, 3, width_ratios=(here.f, 1, 1))
        for row, (name, before, *parts) in enumerate(rows):
            for one, sign, (title, value), top in zip(axes[row], (before, "×", "="), parts, tops, strict=True):
                heat(one, numbers(value), top)
                one.set_title(title)
                one.set_ylabel(sign, rotation=0, ha="right", va="center", fontsize=11)
            axes[row, 0].annotate(name, (-0.5, 0.5), xycoords="axes fraction", ha="right", va="center", fontsize=10)
    return Picture(figure, f"{here}, η = {ETA:g}: {_compared(output[0], wanted)}")


def _compared(output: Tensor, wanted: Tensor) -> str:
    """What the last column shows, in words."""
    error = float((output - wanted).norm() / wanted.norm())
    told = ", ".join(f"{value:.3f}" for value in wanted.tolist())
    if error < ROUNDING:
        return f"the layer's output and the prediction after one step of gradient descent are both ({told})"
    mine = ", ".join(f"{value:.3f}" for value in output.tolist())
    return f"the layer's output is ({mine}), but the prediction after one step of gradient descent is ({told})"


def windows(here: Example, layer: WindowLayer = WindowLayer()) -> Picture:  # noqa: B008 - immutable
    """Draw the tokens of the context, and the windows of the layer below them."""
    every = {1: "token", 2: "second token, that is, at every input"}[layer.stride]
    words = f"N = {here.N}: {2 * here.N + 1} tokens x_1, y_1, …, x_{here.N + 1}, and a window of three at every {every}"
    return Picture(diagrams.window(layer, here.N), words)


def recurrence(layer: WindowLayer = WindowLayer()) -> Picture:  # noqa: B008 - immutable
    """Draw the recurrence of one layer with its numbers, which are the same for all sizes."""
    words = "a window C_t adds C_t Q C_t^T to the state Z_t, and the state times C_t q and β is the output"
    return Picture(diagrams.recurrence(layer), words)
