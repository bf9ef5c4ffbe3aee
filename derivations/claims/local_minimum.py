"""OPTX: the other local minimum of one layer, at decay 0, so that a training run that ends there has a name."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.local_minimum import (
    RISK,
    D,
    first_variation,
    layer_at_zero,
    loss,
    statement,
    stationary,
    strict,
)
from gdssm_symbolic.theory.second_variation import MEANS, expanded, scaled, second_variation, uncorrelated
from gdssm_symbolic.writing.narration import Statement


def theorems() -> Mapping[str, Theorem]:
    """Its loss, its predictor, the loss near it to second order, and that the minimum is strict up to scale."""
    return OnDemand(
        {
            "OPTX.T1": loss,
            "OPTX.T2": layer_at_zero,
            ("OPTX.T3", "OPTX.T4", "OPTX.T5", "OPTX.T10"): stationary,
            "OPTX.T11": expanded,
            ("OPTX.T12", "OPTX.T13"): uncorrelated,
            "OPTX.T14": second_variation,
            "OPTX.T15": first_variation,
            "OPTX.T16": scaled,
            ("OPTX.T7", "OPTX.T8", "OPTX.T9"): strict,
        }
    )


CLAIM = Claim(
    id="OPTX",
    label="a local minimum at decay 0, for i.i.d. coordinates",
    place="What the best predictor is",
    summary=(
        "Let all coordinates of all inputs be independent with one symmetric distribution without atoms, and let "
        "$N ≥ 2$. With decay 0, $Q = e_2 e_3ᵀ$ and $q = e_1$ (unit vectors with three entries), up to scale, a layer "
        "computes $κ y_N x_{N+1}ᵀ x_N$, one step on the last sample alone. At the best $κ$ this is a strict local "
        "minimum of the expected squared error, up to scale: the first variation is 0, and the second is $E ‖P'‖²$, "
        "where $P'$ is the first variation of the output (OPTX.T14). It vanishes only if scale moves between $Q$, $q$ "
        "and the output map (OPTX.T7, OPTX.T16) and, for $f = 1$, if $Q$ changes by an antisymmetric matrix, which "
        "never changes the output (OPTX.T8, OPTX.T9). For $N = 1$ the layer computes the same as the construction."
    ),
    assumptions=(
        "all coordinates of all inputs are independent, with the same symmetric distribution, which has no atoms and "
        "has moments up to the sixth; $σ² = μ_2$ is the second moment",
        "the entries of $W$ are independent, with the same symmetric distribution of variance $ν_2$; the labels carry "
        "independent noise",
        "OPTX.T12 to OPTX.T14 assume what follows, for any error and any $Q$, $q$ and output map. OPTX.T3, OPTX.T4, "
        "OPTX.T5 and OPTX.T10 prove it for the error at the best $κ$",
        *(f"assumed: {fact}" for fact in MEANS.values()),
        "$Q$, $q$, the output map and the decays of all entries change by $s$ times any direction. In OPTX.T11 to "
        "OPTX.T16 the draws of the data have an index $ω$, and expected values are weighted sums over draws, as in "
        "OPTG",
        "OPTX.T7 is about features 1 and 2, that is, entries 1 and 2 of each vector; the numbers of the features do "
        "not matter, so it holds for any two",
    ),
    statement=lambda: Statement(statement(), (RISK, D)),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
