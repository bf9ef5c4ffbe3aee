"""Exact losses of one layer: at decay 1 and 0 over the coefficient, and where coordinates have different variances."""

from __future__ import annotations

from fractions import Fraction

import sympy
from matplotlib.axes import Axes

from derivations.figures.plots import BLACK, BLUE, GREEN, VERMILION, Picture, plain_ticks, sheet
from derivations.training.prediction import LAWS
from gdssm_symbolic.theory.best_rate import Optimum
from gdssm_symbolic.theory.preconditioned import Preconditioned

from .example import Example

POINTS = 61
#: The largest of the variances, which go down to the smallest in even steps, over the smallest.
RATIOS = tuple(Fraction(2) ** k for k in range(8))


def losses(here: Example) -> Picture:
    """Draw the loss of one layer at decays 1 and 0, and of the construction beside a preconditioned step."""
    whole, single = (best(here, samples) for samples in (here.N, 1))
    with sheet(2.7, 1, 2) as (figure, ((left, right),)):
        told = [_parabola(left, whole, "decay 1, all samples", "c", BLUE, "-", "o")]
        if here.N > 1:
            told.append(_parabola(left, single, "decay 0, the last sample", r"\kappa", VERMILION, "--", "s"))
        left.set_xlabel(r"coefficient, $c$ or $\kappa$")
        left.set_ylabel("expected squared error")
        left.set_title(f"$f={here.f}$, $N={here.N}$")
        left.set_ylim(bottom=0)
        steps = [_variances(here, ratio) for ratio in RATIOS]
        shares = {
            "the construction": [float(one.construction_loss / one.trace) for one in steps],
            "a step preconditioned by $diag(p)$": [float(one.loss / one.trace) for one in steps],
        }
        for (name, values), look in zip(shares.items(), ((BLACK, "-", "o"), (GREEN, "-.", "^")), strict=True):
            colour, dashes, marker = look
            right.plot(
                [float(ratio) for ratio in RATIOS], values, color=colour, linestyle=dashes, marker=marker, label=name
            )
        right.set_xscale("log")
        plain_ticks(right.xaxis, 1, float(RATIOS[-1]))
        right.set_xlabel("largest over smallest variance")
        right.set_ylabel("error over that of predicting 0")
        right.set_ylim(bottom=0)
        right.legend(loc="lower left")
    ends = " and ".join(f"{values[-1]:.3f}" for values in shares.values())
    words = (
        f"{here}: least losses {' and '.join(told)}, of {float(zero(whole)):.4f} for predicting 0; at variances in the "
        f"ratio {RATIOS[-1]}, construction and preconditioned step leave {ends} of it"
    )
    return Picture(figure, words)


def best(here: Example, samples: int) -> Optimum:
    """The best step on so many samples, for uniform inputs."""
    law = LAWS["uniform"](sympy.Integer(1))
    return Optimum(1, law, sympy.Integer(0), sympy.Integer(here.f), sympy.Integer(samples))


def zero(of: Optimum) -> sympy.Expr:
    """The loss of predicting 0."""
    return of.law.moment(2) * of.features


def loss_at(of: Optimum, coefficient: sympy.Expr) -> sympy.Expr:
    """The expected squared error per component of one step with this coefficient, exactly."""
    (linear,), (square,) = of.normal_vector, of.normal_matrix
    return of.law.moment(2) * (of.features - 2 * coefficient * linear + coefficient**2 * square)


def _parabola(axes: Axes, of: Optimum, name: str, letter: str, *look: str) -> str:
    """Draw the loss over the coefficient with its least value, and tell that."""
    (coefficient,), (colour, dashes, marker) = of.coefficients, look
    at = [2 * coefficient * sympy.Rational(k, POINTS - 1) for k in range(POINTS)]
    axes.plot([float(c) for c in at], [float(loss_at(of, c)) for c in at], color=colour, linestyle=dashes)
    axes.plot([float(coefficient)], [float(of.loss)], color=colour, marker=marker, linestyle="none")
    axes.annotate(
        f"{name}\n${letter}={coefficient}$",
        (float(coefficient), float(of.loss)),
        (0, -6),
        textcoords="offset points",
        ha="center" if letter == "c" else "left",
        va="top",
        fontsize=8,
        color=colour,
    )
    return f"{float(of.loss):.4f} at {coefficient}"


def _variances(here: Example, ratio: Fraction) -> Preconditioned:
    """Coordinates whose variances go from 1 down to 1/ratio in even steps."""
    gap = (1 - 1 / ratio) / max(here.f - 1, 1)
    return Preconditioned(tuple(1 - gap * k for k in range(here.f)), here.N, LAWS["uniform"](sympy.Integer(1)))
