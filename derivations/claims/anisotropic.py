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
        }
    )


CLAIM = Claim(
    id="ANISO",
    label="the best single step for coordinates of different variances",
    place="What the best predictor is",
    summary=(
        "Let coordinate $b$ of the inputs have variance $s_b$ and fourth moment $m_b$, let $T$ be the variance of a "
        "label ($Σ_b s_b$, plus the variance of the noise), and let $D_b = m_b + (N − 2) s_b² + s_b T$. The step that "
        "is preconditioned by $diag(p_1, …, p_f)$ predicts $Σ_b p_b Σ_t y_t x_{tb} x_{N+1,b}$. Its loss is least at "
        "$p_b = s_b/D_b$, where it is $Σ_b s_b − N Σ_b s_b² p_b$. For normal inputs $p_b = 1/((N + 1) s_b + T)$. The "
        "construction has one rate $c$ for all coordinates. Its best loss is $Σ_b s_b − N A²/B$, with "
        "$A = Σ_b s_b²$ and $B = Σ_b s_b D_b$. For $N ≥ 2$ it is no longer the best layer: the derivative of its loss "
        "by the decay of column $b$ is $c N (N − 1) s_b (c D_b − s_b)$ at decay 1, so that for $c ≠ 0$ all these "
        "derivatives are 0 only if all $p_b$ are equal to $c$. The loss of the preconditioned step bounds that of every "
        "single layer from below. Decays do not reach the bound unless all $p_b$ are equal: they do not act on the "
        "last window, whose weights therefore are one number $c$, and this costs at least "
        "$Σ_b s_b κ_b (c − p_b)²$, with $κ_b = D_b − N s_b²$."
    ),
    assumptions=(
        "all coordinates of all inputs are independent; the distribution of each is symmetric, is not concentrated at "
        "0 and has a fourth moment (for ANISO.T11 to T16 a sixth); they may be different",
        "in the means, $ξ_i$ is coordinate $b$ of the inputs, with $s_b = μ_2$ and $m_b = μ_4$; the others are $u_i$ "
        "and $v_i$, $f$ coordinates with one distribution and $g$ with another one. This is general: a term of the "
        "squared error has at most two of the other coordinates, and the value depends only on the sum of their "
        "variances, which is part of $T$",
        "the entries of $w$ are independent and standard normal; the labels carry independent noise of variance $τ_2$",
        "the fourth moment of any distribution is at least the square of its second moment, so $D_b > 0$; "
        "$κ_b = (m_b − s_b²) + s_b (T − s_b)$ is positive too, if there is another coordinate or noise",
        "ANISO.T11 to T16 are without noise, and all other coordinates have one distribution there",
    ),
    notes=(
        "From ANISO.T2 to T5 the loss follows for all weights $γ_{tb}$ of $y_t x_{tb} x_{N+1,b}$: it is a quadratic "
        "function, each of whose terms has two coordinates and two windows at most. ANISO.T6 starts from it",
        "A layer's output at column $b$ is a linear combination of the products in ANISO.T11 to T16, and of products "
        "without coordinate $b$ of the query. With these, what is missing at coordinate $b$ is uncorrelated because "
        "this coordinate of the query, whose mean is 0, is a factor of it",
        "With $f = 2$, normal inputs of variances 1 and 3/10, and $N = 20$, the loss of the construction is 0.266, that "
        "of the best layer with decays of its columns 0.17663, at decays 0.977 and 1.076, and that of the "
        "preconditioned step 0.16630 (rounded; a test minimises, and holds all three against a sample)",
    ),
    statement=lambda: Statement(statement(), (RISK, D)),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
