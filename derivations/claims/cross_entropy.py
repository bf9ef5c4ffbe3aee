"""CE: one step on softmax cross-entropy, and on every loss whose gradient at 0 is affine in the target.

The paper speaks of least squares alone; the construction does more than it says.
"""

from __future__ import annotations

from collections.abc import Mapping

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory import cross_entropy
from gdssm_symbolic.theory.cross_entropy import ANY, WithConstantCoordinate, WithLinearHead
from gdssm_symbolic.writing.narration import Statement


def statement() -> Statement:
    """The headline: two sums give the prediction after one step, for every loss of the kind."""
    return Statement(ANY.statement(), ANY.meanings)


def theorems() -> Mapping[str, Theorem]:
    """The two sums; how a layer has them; the instances; what classes that do not exist change; the gradients."""
    return OnDemand(
        {
            "CE.T1": ANY.theorem,
            "CE.T2": lambda: WithLinearHead().theorem("the two sums over windows, by a head with a linear input"),
            "CE.T3": lambda: WithConstantCoordinate().theorem(
                "the two sums by one head, with a constant coordinate in the target's token"
            ),
            "CE.T4": cross_entropy.squared,
            "CE.T5": cross_entropy.by_potential,
            "CE.T6": cross_entropy.softmax,
            "CE.T7": cross_entropy.for_any_target,
            "CE.T8": cross_entropy.logistic,
            "CE.T9": cross_entropy.scalar_model,
            "CE.T10": cross_entropy.padded,
            "CE.T11": ANY.model.any_loss,
            ("CE.T12", "CE.T13", "CE.T14"): cross_entropy.slopes,
        }
    )


PROOF = """
For any differentiable loss $ℓ(z, y)$ of one sample, the gradient of the mean in $W$ follows from that in the logits
$z$ by the chain rule (CE.T11): sample $i$ contributes $x_i ∇ℓ(Wᵀx_i, y_i)ᵀ$. At $W = 0$ all logits are 0. So one step
from 0 depends on the loss only through the function $y ↦ ∇ℓ(0, y)$.

The hypothesis is that this function is affine, $∇ℓ(0, y) = a − T y$. For the gradient at other logits nothing is
assumed: every $∇ℓ$ with these values at 0 has the form in the statement, with $ρ = ∇ℓ$, and $ρ$ is arbitrary. Then
$N ∇ℒ_N(0) = Σ x_i (a − T y_i)ᵀ$, which is transposed $a Σ x_iᵀ − T Σ y_i x_iᵀ$. The two sums are the states $r_N$
(transposed) and $Z_N$, by induction on the number of samples. This is CE.T1, for all $f$, $K$ and $N$.

What remains is to find $a$ and $T$. The squared loss has the slope $z − y$ (CE.T12), so that $a = 0$ and $T = I$
(CE.T4), as in P2. A loss $A(z) − yᵀz$ has the slope $α(z) − y$, where $α$ is the gradient of $A$ (CE.T13).
Cross-entropy is of this form if the entries of $y$ add up to 1, with $A(z) = log Σ exp z_k$, of which $α$ is the
softmax. That is a classical fact, and not checked here, where exponentials are no part of the language. Of softmax
only its value at 0 is used; it is $1/K$ in every entry, as $exp 0 = 1$. So the theorem is proved for every $α$ with
this value:

CE.T6

For targets with any sum, the loss is $(𝟏ᵀy) A(z) − yᵀz$, with the slope $𝟏ᵀy α(z) − y$ (CE.T14). At 0 it is linear in
$y$, namely $−(I − α(0) 𝟏ᵀ) y$. Here $a = 0$, and the one head $Z$ is enough (CE.T7). The logistic loss (CE.T8) and the
non-linear model of P4 (CE.T9) are further cases with one output.

A layer gets the sum of the inputs in either of two ways. A head with a linear input adds $C_t e_1 = x_t$ (CE.T2). Or
the token of the target has one more entry, the constant 1; then one head accumulates $[y_t; 1] x_tᵀ$, which has both
sums in it (CE.T3):

CE.T3

Targets padded with zeros for classes that do not exist do not disturb the others (CE.T10). More than one step is not
covered: away from 0 the slope is not affine in $y$ with a fixed $a$ and $T$.
"""

CLAIM = Claim(
    id="CE",
    label="one step, cross-entropy and other losses",
    place="beyond §3.3",
    summary=(
        "If the gradient of a loss at 0 is $a − T y$, which is affine in the target $y$, then one step from 0 needs "
        "only the sums $Σ y xᵀ$ and $Σ x$. So two heads compute the logits after one step on softmax cross-entropy "
        "with $K$ classes; there every entry of $a$ is $1/K$, and $T = I$."
    ),
    free=(
        "$ℓ$ is any differentiable loss of one sample with the gradient $∇ℓ(0, y) = a − T y$ at 0; every such "
        "gradient has the form $∇ℓ(z, y) = a − T y + ρ(z, y) − ρ(0, y)$ for some function $ρ$, and the theorem holds "
        "for every $ρ$",
    ),
    assumptions=(
        "cross-entropy is $(𝟏ᵀy) A(z) − yᵀz$, where $A(z) = log Σ exp z_k$ and $𝟏$ is the vector of $K$ ones; if "
        "$𝟏ᵀy = 1$, as for one class out of $K$ or for probabilities, it is $A(z) − yᵀz$",
        "exponentials are outside the language. Softmax is the gradient of this $A$, and the logistic function $σ(z)$ "
        "is the derivative of $log(1 + exp z)$; of both, $α$ and $σ$, only the values at 0 are used. In CE.T6 and "
        "CE.T8 they are defined as $α(z) = (1/K) 𝟏 + ρ(z) − ρ(0)$ and $σ(z) = ½ + ρ(z) − ρ(0)$ with any function $ρ$: "
        "the functions of this form are those with the value $(1/K) 𝟏$, or $½$, at 0. So the theorems hold for "
        "softmax, since $exp 0 = 1$ for each of $K$ classes, and for the logistic function",
        "proved for every differentiable $A$ with the gradient $α$: the gradient in $z$ of $A(z) − yᵀz$ is $α(z) − y$, "
        "and that of $(𝟏ᵀy) A(z) − yᵀz$ is $(𝟏ᵀy) α(z) − y$. Everything that follows from these gradients is proved "
        "too",
        "a layer computes $Σ x$ in one of two ways: by a head with a linear input, $C_t e_1$, or by a coordinate of "
        "the target's token that is always 1. The second way needs $K + 1$ coordinates in place of $K$",
        "if the targets are padded with zeros, $a$ is padded with zeros too, and its entries for the $K$ classes that "
        "exist stay $1/K$; a softmax over all $f$ coordinates of the token would give $1/f$",
        "the step starts at $W_0 = 0$",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
    notes=(
        "Further consequences:",
        "for cross-entropy the sum $Σ x$ is not needed. With $𝟏ᵀy = 1$ it is $Zᵀ𝟏$, where $Z$ is the sum $Σ y xᵀ$. "
        "For targets with any sum, the one head $Z$ is enough with the readout $T = I − α(0) 𝟏ᵀ$",
        (
            "P4 at $w_0 = 0$ is the case $a = g(0) g'(0)$, $T = g'(0)$; one step of least squares is the case $a = 0$, "
            "$T = I$"
        ),
        "several steps are not covered: away from 0 the gradient is not of the form $a − T y$ with fixed $a$ and $T$",
    ),
)
