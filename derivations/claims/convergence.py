"""LIMIT: what many steps come to: the error after L steps, the fixed points, the span of the samples, the limits.

The paper loops one layer, or stacks L of them, and does not say where that leads.
"""

from __future__ import annotations

from collections.abc import Mapping

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import lam
from gdssm_symbolic.theory.convergence import BASIS, INVERSE, KERNEL, ORTHONORMAL, SERIES, SOLVES, Convergence
from gdssm_symbolic.writing.narration import Statement

PLAIN, RIDGE = Convergence(), Convergence(lam)


def statement() -> Statement:
    """The headline: the error after L steps, for any W_*."""
    return Statement(PLAIN.statement(), PLAIN.meanings)


def theorems() -> Mapping[str, Theorem]:
    """At every step; the solutions; the limit from any W_0, and what distinguishes it; the same with a penalty."""
    return OnDemand(
        {
            "LIMIT.T1": PLAIN.error,
            "LIMIT.T2": PLAIN.fixed_points,
            "LIMIT.T3": PLAIN.least,
            "LIMIT.T4": PLAIN.minimum,
            "LIMIT.T5": PLAIN.difference,
            "LIMIT.T6": PLAIN.span,
            "LIMIT.T16": PLAIN.iterates,
            "LIMIT.T7": PLAIN.limit,
            "LIMIT.T8": PLAIN.solves,
            "LIMIT.T17": PLAIN.same,
            "LIMIT.T9": PLAIN.nearest,
            "LIMIT.T18": PLAIN.least_norm,
            "LIMIT.T10": RIDGE.error,
            "LIMIT.T11": RIDGE.fixed_points,
            "LIMIT.T12": RIDGE.least,
            "LIMIT.T13": RIDGE.minimum,
            "LIMIT.T19": RIDGE.iterates,
            "LIMIT.T14": RIDGE.limit,
            "LIMIT.T20": RIDGE.solves,
            "LIMIT.T21": RIDGE.same,
            "LIMIT.T15": lambda: check(PLAIN.problem.expansion, "the gradient of the loss"),
        }
    )


PROOF = """
Let $S = (1/N) Σ x_i x_iᵀ$ and $B = I − ηS$. The gradient is affine in $W$, with the slope $S$:

LIMIT.T5

So a step takes the difference $W − W_*$ to $B (W − W_*) − η ∇ℒ_N(W_*)$, for any matrix $W_*$. Induction on $L$ gives
LIMIT.T1, in which $∇ℒ_N(W_*)$ stands with the geometric sum of $B$. If $W_*$ solves the normal equations, this term is
0, and the error is $B^L (W_0 − W_*)$. A step moves $W$ by $−η$ times the gradient (LIMIT.T2); for $η ≠ 0$ the fixed
points are therefore the solutions of the normal equations. These are the minima: expand the quadratic loss about $W_*$
(LIMIT.T3), where the linear term is 0:

LIMIT.T4

The excess is a sum of squares. Every step adds a combination of the samples, with an $a_{L,i}$ for sample $i$; by
induction on $L$, $W_L = W_0 + Σ x_i a_{L,i}ᵀ$ (LIMIT.T6).

For the limit, write the data in eigenvectors of $S$. By the spectral theorem there is a $U$ with orthonormal columns,
the eigenvectors with an eigenvalue $s > 0$, and $x_i = U c_i$; then $Γ = I − ηΛ$ is diagonal with the entries
$γ = 1 − ηs$. Induction on $L$ gives the iterates as a sum over powers of $Γ$ (LIMIT.T16). If $η > 0$ and
$η λ_max(S) < 2$, then $|γ| < 1$, and the geometric series of each entry has a limit. These two classical facts, an
orthonormal basis of eigenvectors and the geometric series, are assumptions that the theorems name; the rest is proved:

LIMIT.T7

The limit solves the normal equations (LIMIT.T8): $M$ is the inverse of $I − Γ = ηΛ$, so that the step
$η U M Uᵀ ∇ℒ_N(W_0)$ takes away all of the gradient, which lies in the span of the samples.

Among all solutions it is the nearest one to $W_0$. Two solutions differ by an $H$ with $S H = 0$ (LIMIT.T5), whose
columns are orthogonal to all samples; $W_∞ − W_0$ is a combination of samples. So Pythagoras applies, and any other
solution has $‖H‖²$ more of the squared distance from $W_0$ (LIMIT.T9). From $W_0 = 0$ this is the solution of least
norm (LIMIT.T18). Every solution is its own limit (LIMIT.T17).

With a penalty $λ ‖W‖²$, $S$ is replaced by $S + 2λI$ and $γ$ by $1 − η (s + 2λ)$, and the same theorems follow
(LIMIT.T10 to LIMIT.T14, LIMIT.T19, LIMIT.T20). Now all eigenvectors are needed, also those with $s = 0$, so that
$U Uᵀ = I$. For $λ > 0$ the excess contains $λ ‖D‖²$, so that the solution, that of ridge regression, is the only one,
and the limit does not depend on $W_0$ (LIMIT.T21).
"""

CLAIM = Claim(
    id="LIMIT",
    label="the limit of many steps",
    place="beyond §3.3 and A.2",
    summary=(
        "Let $W_*$ be a solution of the normal equations, and let $S = (1/N) Σ x_i x_iᵀ$. After $L$ steps the error "
        "$W_L − W_*$ is $Bᴸ (W_0 − W_*)$, with $B = I − ηS$. For $η ≠ 0$ the fixed points are the solutions of the "
        "normal equations, which are the minima of the loss. Every iterate is $W_0$ plus a linear combination of the "
        "samples. If $η > 0$ and $η λ_max(S) < 2$, the limit is the least-squares solution nearest to $W_0$. With a "
        "penalty $λ > 0$, if $η > 0$ and $η (λ_max(S) + 2λ) < 2$, the limit is the solution of ridge regression."
    ),
    free=("the statement holds for any matrix $W_*$; then the error has one more term, $−η Σ_{k<L} Bᵏ ∇ℒ_N(W_*)$",),
    assumptions=(
        f"assumed, and named by every theorem that uses it: {SOLVES}; then the term with $∇ℒ_N(W_*)$ is 0, and the "
        "error is $Bᴸ (W_0 − W_*)$, as the summary says. By LIMIT.T8 there is such a $W_*$ for all data",
        "$S$ is symmetric with eigenvalues $s ≥ 0$, the largest of which is $λ_max(S)$. With a penalty $λ‖W‖²$, "
        "$B = (1 − 2ηλ) I − ηS$, with the eigenvalues $1 − η (s + 2λ)$; without a penalty, $λ = 0$",
        "where the limit is found, the data are written in a basis of eigenvectors of $S$, $x_i = U c_i$, of those "
        "whose eigenvalue is not 0, or with a penalty of all. By the spectral theorem there is such a basis for all "
        "data, and $Λ = (1/N) Σ c_i c_iᵀ$ is diagonal: where $S v = 0$, the sum of squares $(1/N) Σ (vᵀx_i)²$ is 0, so "
        "that the samples are orthogonal to $v$. The following is assumed, and named by every theorem that uses it",
        *(f"assumed: {fact}" for fact in (ORTHONORMAL, BASIS, INVERSE, SERIES, KERNEL)),
    ),
    notes=(
        "What the theorems say:",
        "by LIMIT.T4 and LIMIT.T13, the loss at $W_* + D$ exceeds that at a solution $W_*$ by a sum of squares, if "
        "$λ ≥ 0$: a solution of the normal equations is a minimum, and the only one if $λ > 0$",
        "by LIMIT.T17 and LIMIT.T21, a matrix $W$ with $∇ℒ_N(W) = 0$ is its own limit: without a penalty it is "
        "$η U M Uᵀ (1/N) Σ x_i y_iᵀ$ plus any matrix whose columns are orthogonal to the samples; with a penalty it is "
        "this matrix, the one solution of ridge regression",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
