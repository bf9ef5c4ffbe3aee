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


PROOF = """
At decay 0 only the last window counts, and with $Q = e_2 e_3ᵀ$ and $q = e_1$ the output is $y_N x_{N+1}ᵀ x_N$
(OPTX.T2), up to the factor $κ$. Its loss is that of one step on one sample, and a square is completed as in OPT1
(OPTX.T1). As $D > 0$, $κ = μ_2 ν_2/D$ is best. Let $δ$ be the error with this $κ$.

Now change all parameters by $s$ times any direction: $Q$, $q$, the output map, and the decay of every entry, from 0.
The state is a polynomial in $s$: a window that is $k$ steps old carries the $k$-th power of a decay. So the output is
$P + s P' + s² P'' + s³ P'''$ (OPTX.T11), where $P'$ and $P''$ are sums of products of four kinds: of the last window;
of the window before it, with a change of $Q$, or with a change of $q$; and of a window before that. With each of them
$δ$ is uncorrelated: OPTX.T3, OPTX.T4, OPTX.T5 and OPTX.T10 compute these means for all rows and components. Most of
them are 0 by parity: a sample, the query, or $W$ and the noise together occur an odd number of times. Those that are
left, at the last window, are 0 because $κ$ is best.

Hence the means of $δᵀP'$ and $δᵀP''$ are 0 (OPTX.T12, OPTX.T13), and the loss along the line is $E ‖δ‖² + s² E ‖P'‖²$
plus a multiple of $s³$ (OPTX.T14). The first variation is 0, and the second is $E ‖P'‖² ≥ 0$. These three theorems
assume that $δ$ is uncorrelated with the products; the four above prove it at this point.

When is $E ‖P'‖² = 0$? As the distribution has no atoms, only if $P'$, a polynomial, is 0 for all data; it is written
out in OPTX.T15. A change of scale of $Q$, $q$ and the output map contributes a multiple of the output itself, and the
multiples add up (OPTX.T16). Apart from it, the changes at any two features are linearly independent for $f ≥ 2$
(OPTX.T7): then $P' = 0$ only if scale moves between the three factors, which leaves the layer the same. For $f = 1$ a
matrix may be added to $Q$ that is antisymmetric, which changes no output (OPTX.T8); the other changes are independent
(OPTX.T9).

So across the directions that change the layer, the second variation is positive. With the scale fixed, a polynomial
whose first variation is 0 and whose second variation is positive in every direction has a strict local minimum. This
is for all $f ≥ 1$ and $N ≥ 2$; in the theorems $N$ is $n + 2$.

It is no global minimum. With $N$ samples at decay 1 the divisor $D$ grows by $(N − 1) μ_2² ν_2$, which is less than
$(N − 1) D$, so that the construction has a smaller loss; by OPTG it has the smallest of all single layers.
"""

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
    proof=PROOF,
    statement=lambda: Statement(statement(), (RISK, D)),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
