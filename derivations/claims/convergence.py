"""LIMIT: what many steps come to: the error after L steps, the fixed points, the span of the samples, the limits.

The paper loops one layer, or stacks L of them, and does not say where that leads.
"""

from __future__ import annotations

from derivations.claim import Claim, Verdict
from gdssm_symbolic.construction import lam
from gdssm_symbolic.convergence import Convergence
from gdssm_symbolic.narration import Statement
from gdssm_symbolic.proofs import Theorem

PLAIN, RIDGE = Convergence(), Convergence(lam)


def statement() -> Statement:
    """The headline: the error after L steps, for any W_*."""
    return Statement(PLAIN.statement(), PLAIN.meanings)


def theorems() -> tuple[Theorem, ...]:
    """At every step; the limit from any W_0, and what distinguishes it; the same with a penalty."""
    return (
        PLAIN.error(),
        PLAIN.fixed_points(),
        PLAIN.span(),
        PLAIN.limit(),
        PLAIN.solves(),
        PLAIN.nearest(),
        RIDGE.error(),
        RIDGE.fixed_points(),
        RIDGE.limit(),
    )


CLAIM = Claim(
    id="LIMIT",
    label="what many steps come to",
    place="beyond §3.3 and A.2",
    summary=(
        "After L steps the error is Bᴸ times what it was, with B = I − ηS; the fixed points are the solutions of the "
        "normal equations; every iterate is W_0 plus a combination of the samples. For 0 < η < 2/λ_max(S) the limit is "
        "the least-squares solution that is nearest to W_0, from W_0 = 0 the one of least norm; with a penalty it is "
        "ridge regression."
    ),
    assumptions=(
        "W_* is any matrix; where it solves the normal equations, ∇ℒ_N(W_*) = 0, the last term is 0: a theorem that "
        "uses this names it",
        "that the powers of B converge is taken from elsewhere, and named by every theorem that uses it; S = "
        "(1/N) Σ x_i x_iᵀ is symmetric, and its eigenvalues are ≥ 0",
        "H is any matrix with S H = 0: what two solutions of the normal equations differ by",
        "with the penalty λ‖W‖², λ > 0 and 0 < η < 2/(λ_max(S) + 2λ)",
    ),
    statement=statement,
    theorems=theorems,
    readings=(),
    confirm=lambda: (),
    expected_as_printed=Verdict.NOT_PRINTED,
    expected_verdict=Verdict.PROVED,
)
