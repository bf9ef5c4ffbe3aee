"""A window at every token: what one decay leaves as an error, and how many heads it takes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import flint
import sympy
import torch
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from derivations.figures.data import construction_errors
from derivations.figures.plots import BLUE, GREY, LINES, Picture, sheet
from derivations.training.run import use_threads
from gdssm_numeric.descent import gradient_descent
from gdssm_numeric.tasks import EVALUATION, Task, generator
from gdssm_symbolic.evidence.unroller import Unroller
from gdssm_symbolic.layers import WindowLayer, entries

from .example import Example

TASKS = 200
ETA = 1.0
#: Decays that are tried.
DECAYS = torch.linspace(-1, 1, 41, dtype=torch.float64)
#: An eigenvalue of a Gram matrix that is a smaller share of the largest is 0 but for rounding.
SINGULAR = 1e-12


def window_at_every_token(here: Example) -> Picture:
    """Draw the error of windows at every input and at every token over N, and the number of heads that repair it."""
    counts = range(1, 2 * here.N + 1)
    kinds = {"a window at every input": WindowLayer(), "at every token": WindowLayer(stride=1)}
    found = {**construction_errors(kinds, here.f, counts, TASKS, here.seed).errors}
    with use_threads(1):  # many small matrices
        found["at every token, best numbers for one decay"] = tuple(least_error(here, samples) for samples in counts)
    needed = {samples: heads_needed(samples) for samples in range(2, here.N + 1)}
    with sheet(3.0, 1, 2, width_ratios=(1.3, 1)) as (figure, ((left, right),)):
        for (name, values), (colour, dashes, marker) in zip(found.items(), LINES, strict=False):
            left.plot(counts, values, color=colour, linestyle=dashes, marker=marker, label=name)
        left.set_xlabel("samples in the context, $N$")
        left.set_ylabel("relative error of the prediction")
        left.set_ylim(bottom=-0.03)
        right.plot(list(needed), [2 * samples - 2 for samples in needed], color=GREY, label="$2N-2$", zorder=0)
        right.plot(
            list(needed),
            list(needed.values()),
            color=BLUE,
            marker="o",
            linestyle="none",
            label="by exact linear algebra",
        )
        right.set_xlabel("samples in the context, $N$")
        right.set_ylabel("heads needed")
        right.set_ylim(bottom=0)
        for axes in (left, right):
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        right.yaxis.set_major_locator(MaxNLocator(integer=True))
        right.legend(loc="upper left")
        figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=2, handlelength=3)
    told = ", ".join(f"{heads} at N = {samples}" for samples, heads in needed.items())
    at = "; ".join(f"{name} {values[here.N - 1]:.3f}" for name, values in found.items())
    words = f"{here}: relative errors {at}; heads needed: {told}"
    return Picture(figure, words)


def least_error(here: Example, samples: int) -> float:
    """The least relative error on random tasks of all heads with a window at every token that share one decay.

    The output of such heads is Σ T_jkl Z_jk C_N e_l with any numbers T, of which a single head has T_jkl = Q_jk q_l.
    """
    batch = Task(here.f, samples).draw(TASKS, [generator(here.seed, samples, EVALUATION)], torch.float64)
    wanted = gradient_descent(batch, [ETA])[0].flatten()
    windows = batch.interleaved()[0].unfold(1, 3, 1)  # (B, T, f, 3)
    powers = DECAYS[:, None] ** torch.arange(windows.shape[1] - 1, -1, -1)  # (decays, T)
    inner = torch.einsum("btck,bcl->btkl", windows, windows[:, -1])
    columns = torch.einsum("dt,btaj,btkl->dbajkl", powers, windows, inner).reshape(len(DECAYS), -1, 27)
    return min(_distance(each, wanted) for each in columns) / float(wanted.norm())


def _distance(columns: Tensor, wanted: Tensor) -> float:
    """The distance of a vector from the span of columns, down to about 1e-8 of its length."""
    values, vectors = torch.linalg.eigh(columns.mT @ columns)
    basis = columns @ (vectors / values.sqrt())[:, values > SINGULAR * values[-1]]
    return float((wanted - basis @ (basis.mT @ wanted)).norm())


def heads_needed(samples: int) -> int:
    """The least number of heads with decays 1/2, 2/3, 3/4, … that together compute a step for all data.

    Head h has Q_h = c_h e_2e_1ᵀ + r_h e_3e_2ᵀ and q = e_3 with any c_h and r_h. The output is linear in these, so that
    exact linear algebra over the monomials of the data decides; one feature is enough to tell these monomials apart.
    """
    both = Unroller(1, samples, 1)
    wanted = both.prediction()[0].to_dict()
    columns = list[dict[tuple[int, ...], flint.fmpq]]()
    for heads in range(1, 4 * samples):
        for Q in ([[0, 0, 0], [1, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 1, 0]]):
            layer = WindowLayer(Q=entries(Q), decay=sympy.Rational(heads, heads + 1), stride=1)
            columns.append(both.output(layer)[0].to_dict())
        monomials = sorted({monomial for one in (*columns, wanted) for monomial in one})
        if _rank(monomials, columns) == _rank(monomials, [*columns, wanted]):
            return heads
    raise ArithmeticError(f"{4 * samples - 1} heads are too few")


def _rank(rows: Sequence[tuple[int, ...]], columns: Sequence[dict[tuple[int, ...], flint.fmpq]]) -> int:
    numbers = [column.get(row, flint.fmpq(0)) for row, column in product(rows, columns)]
    return int(flint.fmpq_mat(len(rows), len(columns), numbers).rref()[1])
