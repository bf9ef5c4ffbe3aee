"""LIMIT: what many steps come to: the error after L steps, the fixed points, the span of the samples, the limits.

The paper loops one layer, or stacks L of them, and does not say where that leads.
"""

from __future__ import annotations

from derivations.claim import Claim, Verdict
from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import lam
from gdssm_symbolic.theory.convergence import KERNEL, POWERS, PROJECTION, RIDGE_POWERS, SOLVES, Convergence
from gdssm_symbolic.writing.narration import Statement

PLAIN, RIDGE = Convergence(), Convergence(lam)


def statement() -> Statement:
    """The headline: the error after L steps, for any W_*."""
    return Statement(PLAIN.statement(), PLAIN.meanings)


def theorems() -> dict[str, Theorem]:
    """At every step; the solutions; the limit from any W_0, and what distinguishes it; the same with a penalty."""
    return {
        "LIMIT.T1": PLAIN.error(),
        "LIMIT.T2": PLAIN.fixed_points(),
        "LIMIT.T3": PLAIN.least(),
        "LIMIT.T4": PLAIN.minimum(),
        "LIMIT.T5": PLAIN.difference(),
        "LIMIT.T6": PLAIN.span(),
        "LIMIT.T7": PLAIN.limit(),
        "LIMIT.T8": PLAIN.solves(),
        "LIMIT.T9": PLAIN.nearest(),
        "LIMIT.T10": RIDGE.error(),
        "LIMIT.T11": RIDGE.fixed_points(),
        "LIMIT.T12": RIDGE.least(),
        "LIMIT.T13": RIDGE.minimum(),
        "LIMIT.T14": RIDGE.limit(),
        "LIMIT.T15": check(PLAIN.problem.expansion, "the gradient of the loss"),
    }


CLAIM = Claim(
    id="LIMIT",
    label="what many steps come to",
    place="beyond §3.3 and A.2",
    summary=(
        "After L steps the error is Bᴸ times what it was, with B = I − ηS; for η ≠ 0 the fixed points are the "
        "solutions of the normal equations, which are the minima of the loss; every iterate is W_0 plus a combination "
        "of the samples. If η > 0 and η λ_max(S) < 2, the limit is the least-squares solution that is nearest to "
        "W_0; with a penalty λ > 0, if η > 0 and η (λ_max(S) + 2λ) < 2, it is ridge regression."
    ),
    assumptions=(
        f"W_* is any matrix, unless a theorem says that {SOLVES}; the last term of the error is then 0",
        "S = (1/N) Σ x_i x_iᵀ is symmetric with eigenvalues s ≥ 0, of which λ_max(S) is the largest; those of B are "
        "1 − η (s + 2λ), where λ‖W‖² is the penalty",
        f"taken from elsewhere, and named by every theorem that uses it: {POWERS}",
        f"likewise with the penalty: {RIDGE_POWERS}",
        f"likewise, for what distinguishes the limit: {PROJECTION}",
        f"likewise, for any matrix H: {KERNEL}",
    ),
    argued=(
        "solutions of the normal equations exist always: S W = (1/N) Σ x_i y_iᵀ can be solved, since S and the "
        "right-hand side have their columns in the span of the samples, which is the range of S; with "
        "it the first assumption can be met for all data",
        "by the exact expansion of the loss about W_*, where λ ≥ 0 a gradient of 0 means a global minimum: what is "
        "added is a sum of squares; with λ > 0 it is 0 for D = 0 alone, so that ridge regression has one solution",
        "from W_0 = 0 the limit is the solution of least norm: it is nearest to W_0, and ‖W_∞ − W_0‖ is its norm",
    ),
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
