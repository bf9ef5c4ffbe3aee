"""OPTG: the construction is the global minimum, over everything that one layer can express."""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.expressions import Scalar
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.best_layer import (
    NORMAL_EQUATIONS,
    coefficient,
    normal_equations,
    parity_table,
    spanning,
    uniqueness,
    units,
)
from gdssm_symbolic.theory.projection import SATISFIED, crossed, projection
from gdssm_symbolic.writing.narration import Statement


def statement() -> Statement:
    """The headline: the error of the best step is uncorrelated with every product in the output of a layer."""
    equation = Equation(NORMAL_EQUATIONS.name(), Scalar(sympy.Integer(0)))
    return Statement(equation, (NORMAL_EQUATIONS, UnitVectors(units)))


def theorems() -> Mapping[str, Theorem]:
    """The normal equations; that no layer does better; why the coefficient is what it is; uniqueness at decay 1."""
    return OnDemand(
        {
            "OPTG.T1": normal_equations,
            "OPTG.T12": crossed,
            "OPTG.T13": projection,
            ("OPTG.T2", "OPTG.T3"): coefficient,
            tuple(f"OPTG.T{number}" for number in range(4, 12)): uniqueness,
            tuple(f"OPTG.T{number}" for number in range(14, 18)): spanning,
        }
    )


PROOF = """
The idea is the projection theorem. Every layer's output lies in a linear space of random variables, and so does its
difference from the output of the construction. If the error $δ$ of the construction is orthogonal to this space, no
layer has a smaller error.

The space. Whatever its $Q$, $q$, output map, number of heads, and decay of each entry, the output of a layer is a
linear combination of products $(e_aᵀ C_t Q C_tᵀ e_b)(e_bᵀ C_N q)$ with $t ≤ N$. So it is enough to show for each
window $t$, each pair of rows $a$, $b$, each component $c$ and all numbers $Q$ and $q$ that the mean of component $c$
of $δ$ times this product is 0. With $N = t + n$ and $δ$ multiplied by $D$, this is OPTG.T1.

Most of the means in it are 0 by symmetry. The mean does not change if $W$ and the noise change sign together, nor if
the query does, nor if one sample does with its label; of the 27 products of two entries of $C_t$ and one of $C_N$,
each one that has the other sign than the error under some of these changes drops out. Before the last window
$y_t x_tᵀ x_{N+1}$ and $x_t y_tᵀ x_{N+1}$ are left, at the last window four more. With $y_N x_Nᵀ x_{N+1}$, for example,
the target has the mean $f² μ_2² ν_2$ (OPTG.T2), and $Σ y_i x_iᵀ x_{N+1}$ has $f² μ_2 D$ (OPTG.T3); with the best
coefficient $μ_2 ν_2/D$ the two cancel. The engine computes all cases at once, for symbolic $f$, $t$ and $n$.

By linearity the mean of $δᵀo$ is a weighted sum of these means (OPTG.T12), which are 0, and Pythagoras gives
$E ‖δ − o‖² = E ‖δ‖² + E ‖o‖²$ (OPTG.T13). Any layer has the error $δ − o$ with some such $o$: the construction is
best.

Uniqueness, at decay 1. Another layer is as good only if $E ‖o‖² = 0$. Then $o$, a polynomial in entries whose laws
have no atoms, is 0 for all data: a polynomial that is not 0 vanishes with probability 0. For $f, N ≥ 2$ the 27 sums
are linearly independent (OPTG.T4), hence $Q ⊗ q$ is that of the construction. If $f$ or $N$ is 1, some products are
equal (OPTG.T5, OPTG.T7, OPTG.T9), and as many are independent as are left (OPTG.T6, OPTG.T8, OPTG.T10, OPTG.T11).

OPTG.T13 assumes that $δ$ satisfies the normal equations; OPTG.T1 is the proof for the construction. Means are weighted
sums over finitely many draws (Tchakaloff 1957).
"""

CLAIM = Claim(
    id="OPTG",
    label="no layer does better, for i.i.d. coordinates",
    place="What the best predictor is",
    summary=(
        "Let all coordinates of all inputs be independent with one symmetric distribution, and let windows have stride "
        "2. For all $f$ and $N$, no single layer has a smaller expected squared error than the construction at its "
        "best rate, whatever its $Q$, $q$, decay of each entry, output map and number of heads. The error $δ$ of the "
        "construction is uncorrelated with every product in the output $o$ of a layer (OPTG.T1), so "
        "$E ‖δ − o‖² = E ‖δ‖² + E ‖o‖²$ (OPTG.T13). At decay 1 and for $f$, $N ≥ 2$, no other $Q ⊗ q$ is as good."
    ),
    assumptions=(
        "all coordinates of all inputs are independent, with the same symmetric distribution, which is not "
        "concentrated at 0 and has moments up to the sixth; $σ² = μ_2$ is its second moment, $μ_4$ its fourth, "
        "and $D = ν_2 (μ_4 + (f + N − 2) σ⁴) + τ_2 σ²$",
        "the entries of $W$ are independent, with the same symmetric distribution of variance $ν_2$, and need not be "
        "normal; the labels carry independent noise of variance $τ_2$",
        "windows have stride 2; for uniqueness, the distributions of the inputs and of the noise, if there is noise, "
        "have no atoms",
        "OPTG.T13 assumes what follows; OPTG.T1 proves it for the construction",
        f"assumed: {SATISFIED}",
        "in OPTG.T12 and OPTG.T13 the draws of the data have an index $ω$, and expected values are weighted sums over "
        "finitely many draws. This is no restriction: under any distribution with the moments that are needed, a "
        "polynomial has the same expected value as under some finite set of draws with positive weights (Tchakaloff "
        "1957)",
    ),
    notes=(
        "How the theorems are to be read:",
        "the windows are $C_t = [x_t  y_t  x_{t+1}]$, and the output of a layer is "
        "$Σ_{r,t,a,b} B_{r,t,a,b} M_r e_a (e_aᵀ C_t Q_r C_tᵀ e_b) (e_bᵀ C_N q_r)$ with heads $r$, output maps $M_r$, "
        "and a weight $B_{r,t,a,b}$ for each entry of each window, for example $α_{ab}^{N−t}$ for decays $α$. The "
        "difference between this output and that of the construction is such an output, too. In OPTG.T1 the error is "
        "multiplied by $D$, and $N = t + n$",
        "at decay 1 the output depends only on the sums over $t$ of 27 products, each of two entries of $C_t$ and one "
        "of $C_N$. For $f$, $N ≥ 2$ these sums are linearly independent. If $f$ or $N$ is 1 they span fewer "
        "dimensions: 18 for $f ≥ 2$ and $N = 1$; 18 for $f = 1$ and $N ≥ 2$ with label noise, and 15 without it; 10 "
        "for $f = N = 1$. Of each of these numbers one theorem says that so many products are independent, and one "
        "that these span all 27. For $N = 1$ the decay is free too, since no state is multiplied by it",
        "many products are uncorrelated with the error, because changing the sign of some of the data changes the "
        "sign of one of the two but not of the other. Each line below says which changes of sign exclude which "
        "products. A product is named by its three entries, for example 213 for $y_t (x_tᵀ x_{N+1})$:",
        *parity_table(),
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
