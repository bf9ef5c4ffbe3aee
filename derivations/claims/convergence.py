"""LIMIT: what many steps come to: the error after L steps, the fixed points, the span of the samples, the limits.

The paper loops one layer, or stacks L of them, and does not say where that leads.
"""

from __future__ import annotations

from collections.abc import Mapping

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import lam
from gdssm_symbolic.theory.convergence import KERNEL, POWERS, PROJECTION, RIDGE_POWERS, SOLVES, Convergence
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
            "LIMIT.T7": PLAIN.limit,
            "LIMIT.T8": PLAIN.solves,
            "LIMIT.T9": PLAIN.nearest,
            "LIMIT.T10": RIDGE.error,
            "LIMIT.T11": RIDGE.fixed_points,
            "LIMIT.T12": RIDGE.least,
            "LIMIT.T13": RIDGE.minimum,
            "LIMIT.T14": RIDGE.limit,
            "LIMIT.T15": lambda: check(PLAIN.problem.expansion, "the gradient of the loss"),
        }
    )


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
    assumptions=(
        "the statement holds for any matrix $W_*$; then the error has one more term, $−η Σ_{k<L} Bᵏ ∇ℒ_N(W_*)$",
        f"assumed, and named by every theorem that uses it: {SOLVES}; then this term is 0, and the error is "
        "$Bᴸ (W_0 − W_*)$, as the summary says",
        "$S$ is symmetric with eigenvalues $s ≥ 0$, the largest of which is $λ_max(S)$. With a penalty $λ‖W‖²$, "
        "$B = (1 − 2ηλ) I − ηS$, with the eigenvalues $1 − η (s + 2λ)$; without a penalty, $λ = 0$",
        f"assumed in the same way: {POWERS}",
        f"assumed in the same way, with a penalty: {RIDGE_POWERS}",
        f"assumed in the same way, where the limit is characterised: {PROJECTION}",
        f"assumed in the same way: {KERNEL}",
    ),
    argued=(
        "the normal equations $S W = (1/N) Σ x_i y_iᵀ$ always have a solution, since $S$ and the right-hand side have "
        "their columns in the span of the samples, which is the range of $S$; so for all data there is a $W_*$ that "
        "solves them",
        "for $λ ≥ 0$, a point with gradient 0 is a global minimum: by the exact expansion of the loss at $W_* + D$, "
        "the loss exceeds that at $W_*$ by a sum of squares. For $λ > 0$ this sum is 0 only for $D = 0$, so ridge "
        "regression has exactly one solution",
        "from $W_0 = 0$ the limit is the solution of least norm, since it is the solution nearest to 0",
    ),
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
