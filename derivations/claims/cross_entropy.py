"""CE: one step on softmax cross-entropy, and on every loss whose gradient at 0 is affine in the target.

The paper speaks of least squares alone; the construction does more than it says.
"""

from __future__ import annotations

from derivations.claim import Claim, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory import cross_entropy
from gdssm_symbolic.theory.cross_entropy import ANY, WithConstantCoordinate, WithLinearHead
from gdssm_symbolic.writing.narration import Statement


def statement() -> Statement:
    """The headline: two sums give the prediction after one step, for every loss of the kind."""
    return Statement(ANY.statement(), ANY.meanings)


def theorems() -> dict[str, Theorem]:
    """The two sums; how a layer has them; the instances; what classes that do not exist change; the gradients."""
    squared, potential, any_target = cross_entropy.slopes()
    return {
        "CE.T1": ANY.theorem(),
        "CE.T2": WithLinearHead().theorem("the two sums over windows, by a head with a linear input"),
        "CE.T3": WithConstantCoordinate().theorem(
            "the two sums by one head, with a constant coordinate in the target's token"
        ),
        "CE.T4": cross_entropy.squared(),
        "CE.T5": cross_entropy.by_potential(),
        "CE.T6": cross_entropy.softmax(),
        "CE.T7": cross_entropy.for_any_target(),
        "CE.T8": cross_entropy.logistic(),
        "CE.T9": cross_entropy.scalar_model(),
        "CE.T10": cross_entropy.padded(),
        "CE.T11": ANY.model.any_loss(),
        "CE.T12": squared,
        "CE.T13": potential,
        "CE.T14": any_target,
    }


CLAIM = Claim(
    id="CE",
    label="one step, cross-entropy and other losses",
    place="beyond §3.3",
    summary=(
        "Of a loss whose gradient at 0 is a − T y, affine in the target, one step from 0 needs the sums Σ y xᵀ and Σ x "
        "alone: so two heads compute the logits after one step on softmax cross-entropy, where a = 1/K for each of K "
        "classes, and T = I."
    ),
    assumptions=(
        "ℓ is any differentiable loss of one sample with ∇ℓ(0, y) = a − T y; every such slope is a − T y + ρ(z, y) − "
        "ρ(0, y) for some function ρ, and what ρ is does not matter",
        "cross-entropy is A(z) − yᵀz only where 𝟏ᵀy = 1, as for one class out of K or probabilities; for other targets "
        "it is (𝟏ᵀy) A(z) − yᵀz, with A(z) = log Σ exp z_k and 𝟏 the vector of K ones",
        "taken as known, since exponentials are outside the language: that softmax is the gradient of this A, and the "
        "logistic function σ(z) that of log(1 + exp z); they enter as functions α and σ of which nothing else is used "
        "but their values at 0, that softmax at 0 is 1/K for every class, and that the logistic function is ½ at 0: "
        "each is named by the theorem that puts it in",
        "proved, for every differentiable A with the gradient α: that α(z) − y is the slope of A(z) − yᵀz, and "
        "(𝟏ᵀy) α(z) − y that of (𝟏ᵀy) A(z) − yᵀz; and all that follows from a slope",
        "a layer has Σ x from a head with a linear input, C_t e_1, or from a coordinate of the target's token that is "
        "always 1, so that K + 1 coordinates are needed in place of K",
        "where targets are padded with zeros, a is padded with zeros too, and stays 1/K in the K classes that exist: a "
        "softmax over all coordinates of the token would have 1/f",
        "the step starts at W_0 = 0",
    ),
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
    notes=(
        "What follows besides:",
        "the sum Σ x can be left out for cross-entropy: with 𝟏ᵀy = 1 it is Zᵀ𝟏, so the readout T = I − α(0) 𝟏ᵀ of the "
        "one head Z does it, for targets with any sum",
        "P4 at w_0 = 0 is the case a = g(0) g'(0), T = g'(0); one step of least squares is the case a = 0, T = I",
        "several steps are not of this kind: away from 0 the slope is not affine in the target with fixed a and T",
    ),
)
