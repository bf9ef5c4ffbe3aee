"""DESCENT: where gradient descent on the population loss can end, at decay 1, with many heads and with one."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.descent import (
    IN_U,
    IN_V,
    SLOPE_OF_LOSS,
    conserved,
    convex,
    depends_on_the_product,
    full_rank,
    gradients,
    homogeneous,
    low_rank,
    moved,
    statement,
)
from gdssm_symbolic.theory.descent_of_one_head import (
    expansion,
    first_variation,
    loss_of_point,
    no_minimum_for_any_number,
    not_global,
    positive,
    predictor,
    saddle,
    second_variation,
    squares,
    towards_the_best,
)
from gdssm_symbolic.writing.narration import Statement


def theorems() -> Mapping[str, Theorem]:
    """What is conserved; three heads or more; one head at N = 2; one head at larger N."""
    return OnDemand(
        {
            "DESCENT.T1": conserved,
            ("DESCENT.T2", "DESCENT.T3"): gradients,
            "DESCENT.T4": homogeneous,
            "DESCENT.T5": depends_on_the_product,
            "DESCENT.T6": convex,
            "DESCENT.T7": full_rank,
            "DESCENT.T38": moved,
            "DESCENT.T8": low_rank,
            "DESCENT.T9": predictor,
            "DESCENT.T10": lambda: loss_of_point(2),
            "DESCENT.T11": not_global,
            "DESCENT.T12": expansion,
            "DESCENT.T13": lambda: first_variation(2),
            "DESCENT.T14": second_variation,
            tuple(f"DESCENT.T{number}" for number in range(15, 19)): squares,
            tuple(f"DESCENT.T{number}" for number in range(19, 26)): positive,
            "DESCENT.T26": lambda: first_variation(3),
            "DESCENT.T27": lambda: towards_the_best(3),
            "DESCENT.T28": lambda: first_variation(4),
            "DESCENT.T29": lambda: towards_the_best(4),
            tuple(f"DESCENT.T{number}" for number in range(30, 34)): no_minimum_for_any_number,
            tuple(f"DESCENT.T{number}" for number in range(34, 38)): saddle,
        }
    )


PROOF = """
Flow. At decay 1 the output is linear in each $Q_h$ and each $q_h$, and depends on them only through $T = U Vᵀ$
(DESCENT.T5). By the chain rule the gradients in $U$ and $V$ are $∇ℒ V$ and $∇ℒᵀ U$ (DESCENT.T2, DESCENT.T3). Along the
flow $UᵀU$ and $VᵀV$ have the same derivative, $−(Uᵀ∇ℒ V + Vᵀ∇ℒᵀ U)$. In a step of rate $s$ the terms of first order
cancel in the difference; what is left is of order $s²$, which is DESCENT.T1, and so the flow conserves $UᵀU − VᵀV$.

Three heads or more. The expected squared error is a sum of squares of affine functions of $T$, hence convex: where its
gradient $R$ is 0, $T$ is a global minimum (DESCENT.T6). Let $(U, V)$ be stationary, so that $R V = 0$ and $Rᵀ U = 0$.
If $V$ has rank 3, take three independent columns; by their adjugate $R$ times a determinant that is not 0 is 0
(DESCENT.T7), so $R = 0$. Otherwise $V w = 0$ for some $w ≠ 0$. Change $U$ by $sτ a wᵀ$ and $V$ by $s b wᵀ$, with any
$b$ and $a = −R b$. Then $T$ changes by $s U w bᵀ + s² τ ‖w‖² a bᵀ$ (DESCENT.T38), and in the loss (DESCENT.T8) the
term of first order is 0, while that of second order contains $−τ ‖w‖² ‖R b‖²$ and otherwise squares without $τ$. For
large $τ$ it is negative unless $R b = 0$. At a local minimum this holds for all $b$, hence $R = 0$: it is a global
one.

One head, $N = 2$, $f ≥ 2$. At $q = e_1$ and $Q = κ e_2 e_3ᵀ$ the output is $κ Σ y_t x_{t+1}ᵀ x_N$ (DESCENT.T9), with a
completed square for $κ$ (DESCENT.T10). The first variation is 0 (DESCENT.T13). With $q_1 = 1$, which fixes the scale,
the second variation splits into four forms in separate parameters (DESCENT.T14). Each is a sum of squares (DESCENT.T15
to DESCENT.T18), for example

DESCENT.T18

The weights are positive for all $f ≥ 2$: as polynomials in $f − 2$ and in the excess of the moments over their least
values they have no negative coefficient (DESCENT.T19 to DESCENT.T25). So this is a strict local minimum, up to scale,
and its loss is larger than that of the construction (DESCENT.T11).

One head, $N ≥ 3$. A change of $Q_{21}$ and $q_3$ alone is enough. The windows before the last are uncorrelated with
all else (DESCENT.T31 to DESCENT.T33), so the second variation is $V' + (N − 1) V''$. By DESCENT.T30, $a > 0$ times it
is $f²$ times a square less $γ² μ_2³ Δ$. If $Δ > 0$, it is negative where the square is 0, and whatever the first
variation is, the point is no local minimum. $Δ > 0$ is decided for $E x⁶ ≤ 5 E x² E x⁴$ (DESCENT.T34, DESCENT.T35;
$a > 0$ is DESCENT.T36). Some condition is needed: in DESCENT.T37 $Δ$ is negative.
"""

CLAIM = Claim(
    id="DESCENT",
    label="where descent can end, at decay 1",
    place="What the best predictor is",
    summary=(
        "At decay 1 the output of $H$ heads $(Q_h, q_h)$ depends only on $T = U Vᵀ$. The columns of $U$ are the "
        "$vec(Q_h)$, and those of $V$ are the $q_h$. Gradient flow on any loss of $T$ conserves $UᵀU − VᵀV$: for one "
        "head, $‖Q‖² − ‖q‖²$. An output map $C$ of one head is a second factor of the same kind, with $vec(C)$ in the "
        "place of $q$, so $‖Q‖² − ‖C‖²$ is conserved too. "
        "With three or more heads, the expected squared error has no local minimum but global ones, for every "
        "distribution: at a stationary point $R V = 0$ and $Rᵀ U = 0$, where $R$ is the gradient in $T$. If $V$ has "
        "rank 3, then $R = 0$, and $T$ is a global minimum, since the loss is convex in $T$. If not, $V w = 0$ for "
        "some $w ≠ 0$, and the second variation is negative in a direction unless $R = 0$. "
        "With one head there is another local minimum at $N = 2$, for every $f ≥ 2$: $q = e_1$, $Q = κ e_2 e_3ᵀ$ with "
        "$κ = σ²/D$. The first variation is 0 there. With the scale fixed by $q_1 = 1$, the second "
        "variation is a sum of squares with positive weights, which vanish together for no change but 0. The loss is "
        "larger than that of the construction. For $N ≥ 3$ the second variation in $Q_21$ and $q_3$ takes negative "
        "values if $Δ > 0$, and then the point is no local minimum. $Δ$ is positive for $f, N ≥ 3$ and for $f ≥ 2$, "
        "$N ≥ 4$ if $E x⁶ ≤ 5 E x² E x⁴$, as for uniform and normal inputs. It is negative at $f = N = 3$ for inputs "
        "that are $±3$ with probability $1/9$ and 0 otherwise."
    ),
    assumptions=(
        "the decays are 1, and windows have stride 2",
        "for three heads or more: the data have any distribution for which the expected squared error is finite. It "
        "is $Σ_m (z_m − ⟨F_m, T⟩)²$ with finitely many terms, as its matrix of second moments is a sum of squares. A "
        "matrix $V$ of rank below 3, or with more than 3 columns, has a $w ≠ 0$ with $V w = 0$",
        "for one head: all coordinates of all inputs are independent, with the same symmetric distribution, which is "
        "not concentrated at 0 and has moments up to the sixth. Its second moment is $μ_2 = σ²$. By Cauchy–Schwarz "
        "$μ_4 = σ⁴(1 + v)$ and $μ_6 = σ⁶((1 + v)² + w)$ with $v, w ≥ 0$",
        "the entries of $W$ are independent and standard normal; there is no label noise",
        "for every $N$: the second variation is $V' + (N − 1) V''$, since expectation is linear and the windows "
        "before the last are uncorrelated with all else. At $N = 3$ and $N = 4$ it is computed as a whole, and the "
        "first variation too",
    ),
    notes=(
        "Numerical, not proved: in results/descent/result.json gradient flow on the exact expected squared error of "
        "one head starts from 200 random points at each of 15 sizes. Every run ends at a global minimum, or at the "
        "point with $q = e_1$ and $Q = κ e_2 e_3ᵀ$ where that is a local minimum. Whether one head has another local "
        "minimum is open",
    ),
    proof=PROOF,
    statement=lambda: Statement(statement(), (IN_U, IN_V, SLOPE_OF_LOSS)),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
