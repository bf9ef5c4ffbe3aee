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
    uniqueness,
    units,
)
from gdssm_symbolic.writing.narration import Statement


def statement() -> Statement:
    """The headline: the error of the best step is uncorrelated with every product in the output of a layer."""
    equation = Equation(NORMAL_EQUATIONS.name(), Scalar(sympy.Integer(0)))
    return Statement(equation, (NORMAL_EQUATIONS, UnitVectors(units)))


def theorems() -> Mapping[str, Theorem]:
    """The normal equations; why the coefficient is what it is; uniqueness at decay 1."""
    return OnDemand(
        {
            "OPTG.T1": normal_equations,
            ("OPTG.T2", "OPTG.T3"): coefficient,
            tuple(f"OPTG.T{number}" for number in range(4, 12)): uniqueness,
        }
    )


CLAIM = Claim(
    id="OPTG",
    label="the residual is orthogonal to all layer outputs",
    place="What the best predictor is",
    summary=(
        "Let the windows be $C_t = [x_t  y_t  x_{t+1}]$. Component $c$ of a layer's output is "
        "$Σ_{t,a,b} M_{ca} A_{ab}^{N−t} (e_aᵀ C_t Q C_tᵀ e_b) (e_bᵀ C_N q)$ with output map $M$ and decays $A_{ab}$. "
        "So it is a linear combination of products of two entries of $C_t$ and one of $C_N$, 27 of them for each $t$, "
        "$a$ and $b$. Let $σ²$ be the second moment of the inputs, and $D$ the positive number given in the "
        "assumptions. The error of the construction at its best rate, multiplied by $D$, is "
        "$D Wᵀ x_{N+1} − σ² Σ_i y_i x_iᵀ x_{N+1}$. Each of its components is uncorrelated with each of these "
        "products, for all $t ≤ N$, and so with the output of a layer for all $Q$ and $q$. So no layer does better, "
        "whatever its $Q$, $q$, decay of each entry, output map and number of heads. At decay 1 the output depends "
        "only on the sums of these products over $t$ and $b$, 27 sums for each $a$. For $f$, $N ≥ 2$ these 27 sums are "
        "linearly independent, so no other $Q ⊗ q$ is as good. If $f$ or $N$ is 1, they are linearly dependent, and "
        "the theorems say in which directions the parameters are free. For $N = 1$ the decay is free too, since no "
        "state is multiplied by it."
    ),
    assumptions=(
        "all coordinates of all inputs are independent, with the same symmetric distribution, which is not "
        "concentrated at 0 and has moments up to the sixth; $σ² = μ_2$ is its second moment, $m = μ_4$ its fourth, "
        "and $D = m + (f + N − 2) σ⁴ + τ_2 σ²$",
        "the entries of $W$ are independent and standard normal; the labels carry independent noise of variance $τ_2$",
        "windows have stride 2; for uniqueness, the distributions of the inputs and of the noise, if there is noise, "
        "have no atoms",
    ),
    argued=(
        "an error that is uncorrelated with the products is uncorrelated with every linear combination $h$ of them, "
        "whose weights may depend on the window and on the components. Then $E ‖δ − h‖² = E ‖δ‖² + E ‖h‖²$ "
        "for the error $δ$, so no layer does better",
        "the ranks in the theorems on independence are the ranks of the Gram matrix of the products: 27 for $f$, "
        "$N ≥ 2$; 18 for $f ≥ 2$ and $N = 1$, with or without noise; 18 for $f = 1$ and $N ≥ 2$ with label noise, and "
        "15 without it; 10 for $f = N = 1$",
    ),
    notes=(
        "Many products are uncorrelated with the error, because changing the sign of some of the data changes the "
        "sign of one of the two but not of the other. Each line below says which changes of sign exclude which "
        "products. A product is named by its three entries, for example 213 for $y_t (x_tᵀ x_{N+1})$:",
        *parity_table(),
    ),
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
