"""Recurrences that are algorithms, as learners: how far their state is from the matrix that makes the values."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import cycle
from math import dist, hypot
from operator import mul

import torch
from matplotlib.ticker import MaxNLocator

from derivations.figures.plots import LINES, Picture, plain_ticks, sheet
from derivations.recurrences.toml_file import Stated
from derivations.recurrences.words import algorithm
from gdssm_symbolic.evidence.evaluation import Cell, Matrix, at_data, cells_read
from gdssm_symbolic.recurrent.claims import AlgorithmClaim
from gdssm_symbolic.recurrent.layer import RecurrentLayer
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.documents import inline

from .example import Example

#: The share of the state, or of the last change, that is kept where a recurrence forgets or has momentum.
KEPT = Fraction(9, 10)


#: Keys and the matrix are rounded to multiples of this, so that the recurrences can be run in exact fractions.
GRID = 16


def as_learners(here: Example, gallery: Mapping[str, Stated]) -> Picture:
    """Draw the relative distance ‖S_t − W‖/‖W‖ of each first state, run over N samples v_t = W k_t.

    Rates β_t and θ_t are 1/(2‖k_t‖²).
    """
    batch = here.batch()
    keys = _rounded(batch.inputs[0, 0, :-1])
    wanted = _rounded(torch.linalg.lstsq(batch.inputs[0, 0, :-1], batch.targets[0, 0]).solution.mT)
    found = {name: distances(stated.layer, keys, wanted) for name, stated in gallery.items()}
    with sheet(3.2) as (figure, ((axes,),)):
        for (name, shown), (colour, dashes, marker) in zip(found.items(), cycle(LINES), strict=False):
            claim = gallery[name].claim
            assert isinstance(claim, AlgorithmClaim)
            label = f"{_words(name)}: {inline(algorithm(claim))}"
            axes.plot(
                range(len(shown)), shown, color=colour, linestyle=dashes, marker=marker, markersize=3, label=label
            )
        axes.set_xlabel("samples seen, $t$")
        axes.set_ylabel(r"$\|S_t-W\|\,/\,\|W\|$")
        axes.set_yscale("log")
        plain_ticks(axes.yaxis, *axes.get_ylim(), 6)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.legend(loc="outside upper center", ncols=2, handlelength=3)
    ends = "; ".join(f"{_words(name)} {shown[-1]:.3f}" for name, shown in found.items())
    return Picture(figure, f"{here}: relative distance from the matrix that makes the values, at the end: {ends}")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _rounded(matrix: torch.Tensor) -> Matrix:
    return [[Fraction(round(GRID * entry), GRID) for entry in row] for row in matrix.tolist()]


def distances(layer: RecurrentLayer, keys: Matrix, wanted: Matrix) -> list[float]:
    """The relative distance of the first state from a matrix, before the first token and after each one."""
    state = layer.states[0].name
    symbols = {one for part in layer.exprs for one in part.depends_on} - {t}
    values = {one: Fraction(len(wanted)) if one.is_integer else KEPT for one in symbols}
    flat = [float(entry) for row in wanted for entry in row]
    found = [1.0]
    for token in range(1, len(keys) + 1):
        at = {**values, t: Fraction(token)}
        data = {cell: _data(cell, keys, wanted) for cell in cells_read([state[t]], layer.meanings, at)}
        run = at_data(data, at, layer.meanings, Fraction)(state[t])
        found.append(dist([float(entry) for row in run for entry in row], flat) / hypot(*flat))
    return found


def _data(cell: Cell, keys: Matrix, wanted: Matrix) -> Matrix:
    """A key, its value, a rate or a share, by the letter that the gallery has for it."""
    name, (token,) = cell
    key = keys[token - 1]
    match name.text:
        case "k":
            return [[entry] for entry in key]
        case "v":
            return [[sum(map(mul, row, key), Fraction(0))] for row in wanted]
        case "β" | "θ":
            return [[1 / (2 * sum((entry**2 for entry in key), Fraction(0)))]]
    return [[KEPT]]
