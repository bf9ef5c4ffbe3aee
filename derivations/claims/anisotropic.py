"""ANISO: inputs whose coordinates have different variances; there the construction is not the best layer."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.anisotropic import (
    RISK,
    D,
    construction,
    coordinate,
    crossed,
    gram,
    last_window,
    normal_equations,
    not_attained,
    statement,
    weighted,
)
from gdssm_symbolic.theory.column_decay import derivative, equal_rates
from gdssm_symbolic.writing.narration import Statement


def theorems() -> Mapping[str, Theorem]:
    """One coordinate; all coordinates and weights; the construction and its decays; everything one layer expresses."""
    return OnDemand(
        {
            "ANISO.T1": coordinate,
            "ANISO.T2": crossed,
            ("ANISO.T3", "ANISO.T4", "ANISO.T5"): gram,
            "ANISO.T6": weighted,
            "ANISO.T7": construction,
            "ANISO.T8": derivative,
            "ANISO.T9": equal_rates,
            "ANISO.T10": last_window,
            tuple(f"ANISO.T{number}" for number in range(11, 17)): normal_equations,
            "ANISO.T17": not_attained,
        }
    )


PROOF = """
The preconditioned step predicts with the weight $γ_{tb}$ for the product $y_t x_{tb} x_{N+1,b}$. Its expected squared
error is a quadratic function of these weights, and its coefficients are four means. Products of two coordinates are
uncorrelated with each other and with each other's targets (ANISO.T2), because some entry then has an odd power. So the
loss is a sum over coordinates, and in each it needs: a product times the target, $s_b²$ (ANISO.T3); a product squared,
$s_b (κ_b + s_b²)$ (ANISO.T4); and the products of two windows, $s_b³$ (ANISO.T5). With one weight $p$ for all windows
of coordinate $b$ this is OPT1 with other moments, and the completed square is ANISO.T1. With free weights

ANISO.T6

where $p_b = s_b/D_b$. As $κ_b > 0$ where there is another coordinate or noise, the loss is least at $γ_{tb} = p_b$
alone.

The construction has one weight $c$ for all $t$ and $b$; its best loss follows in the same way (ANISO.T7). Give column
$b$ the decay $1 + h$. The weights become powers of $1 + h$, and by induction on $N$ the loss is expanded to second
order in $h$. The derivative at $h = 0$ is $c N (N − 1) s_b (c D_b − s_b)$ (ANISO.T8). If these derivatives are 0 for
two columns, and $c ≠ 0$ and $N ≥ 2$, then their $p_b$ are equal:

ANISO.T9

So if not all $p_b$ are equal, the derivative by some decay is not 0, and a small change of it makes the loss smaller:
the construction is not the best layer.

No single layer is better than the preconditioned step, by the projection of OPTG: what is missing at coordinate $b$ is
uncorrelated with every product in which this coordinate of the query occurs, in each component of the target, at any
window for the products of column $b$ (ANISO.T11 to ANISO.T14), and at the last window for those of another column with
the query's coordinate (ANISO.T15, ANISO.T16). Products without this coordinate are uncorrelated too, as it has mean 0.
This is proved without noise, with one distribution for the other coordinates.

Nor do decays reach it. They do not act on the last window, where all columns have the weight $c$; that costs at least
$Σ s_b κ_b (c − p_b)²$ (ANISO.T10). More heads do not help for $f ≥ 3$. At the last window component $f$ of the output
has $y_{N,f} x_{N,b} x_{N+1,b}$, for $b ≠ f$, with a factor that does not depend on $b$, since the same $Q$ and $q$
serve all coordinates; the step has $p_b$ there. Two such $b$ with different $p_b$ contradict this (ANISO.T17).

Means are computed by the rule for independent entries, for symbolic sizes. That an equality in mean square is one for
all data needs distributions without atoms.
"""

CLAIM = Claim(
    id="ANISO",
    label="coordinates of different variances",
    place="What the best predictor is",
    summary=(
        "Let the coordinates of the inputs be independent and symmetric, with variances $s_b$ that may differ. The "
        "best step preconditioned by $diag(p_1, …, p_f)$ has $p_b = s_b/D_b$ and the loss $Σ_b s_b − N Σ_b s_b² p_b$; "
        "for normal inputs $p_b = 1/((N + 1) s_b + T)$. If not all $p_b$ are equal, the construction, which has one "
        "rate $c$, is for $N ≥ 2$ no longer the best layer: the derivative of its loss by the decay of column $b$ is "
        "$c N (N − 1) s_b (c D_b − s_b)$ at decay 1. Without noise, no single layer has a smaller loss than the "
        "preconditioned step (ANISO.T11 to T16). Decays do not reach this loss, since they do not act on the last "
        "window; for $f ≥ 3$ no number of heads does (ANISO.T17)."
    ),
    assumptions=(
        "$s_b$ is the variance of coordinate $b$ and $m_b$ its fourth moment, $T$ is the variance of a label ($Σ_b "
        "s_b$, plus the variance of the noise), and $D_b = m_b + (N − 2) s_b² + s_b T$",
        "all coordinates of all inputs are independent; the distribution of each is symmetric, is not concentrated at "
        "0 and has a fourth moment (a sixth for ANISO.T11 to T16); the distributions may be different",
        "in the means, $ξ_i$ is coordinate $b$ of the inputs, with $s_b = μ_2$ and $m_b = μ_4$. The others are $u_i$, "
        "$f$ coordinates with one distribution, and $v_i$, $g$ coordinates with another one. This is enough for any "
        "others: a term of the squared error has at most two of them",
        "that no single layer does better is proved without noise, if all coordinates but $b$ have one distribution "
        "(ANISO.T11 to T16); that none does as well (ANISO.T17) is for distributions without atoms",
        "the entries of $w$ are independent and standard normal; the labels carry independent noise of variance $τ_2$",
        "the fourth moment of any distribution is at least the square of its second moment, so $D_b > 0$; "
        "$κ_b = (m_b − s_b²) + s_b (T − s_b)$ is positive too, if there is another coordinate or noise",
    ),
    notes=(
        "How the theorems are to be read:",
        "the preconditioned step predicts $Σ_b p_b Σ_t y_t x_{tb} x_{N+1,b}$. The best loss of the construction is "
        "$Σ_b s_b − N A²/B$ with $A = Σ_b s_b²$ and $B = Σ_b s_b D_b$. For $c ≠ 0$ the derivatives by all decays are 0 "
        "only if all $p_b$ are equal to $c$. At the last window the construction has one weight $c$ for all columns, "
        "whatever the decays of its entries, which costs at least $Σ_b s_b κ_b (c − p_b)²$ with $κ_b = D_b − N s_b²$",
        "ANISO.T6 is about the loss for all weights $γ_{tb}$ of $y_t x_{tb} x_{N+1,b}$. It is a quadratic function of "
        "them, and ANISO.T2 to T5 are its coefficients",
        "A layer's output is a linear combination of the products in ANISO.T11 to T16, and of products without "
        "coordinate $b$ of the query. With these, what is missing at coordinate $b$ is uncorrelated too, because this "
        "coordinate of the query, which has mean 0, is a factor of it",
        "In ANISO.T17, $T_{aijk}$ is the sum of $M_a Q_{ij} q_k$ over the heads, with row $M$ of the output map. The "
        "columns of $w$ are $x_N$, $y_N$ and $x_{N+1}$; any $y_N$ is a target of a linear model, as $x_N$ is not 0",
        "For $f = 2$, normal inputs of variances 1 and 3/10, and $N = 20$, the loss of the construction is 0.26615, "
        "that of the best layer with decays by column 0.17663 (at decays 0.977 and 1.076), and that of the "
        "preconditioned step 0.16630. A test compares these with a sample",
    ),
    proof=PROOF,
    statement=lambda: Statement(statement(), (RISK, D)),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
