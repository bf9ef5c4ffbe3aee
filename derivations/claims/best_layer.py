"""OPTG: the construction is the global minimum, over everything that one layer can express."""

from __future__ import annotations

import sympy

from derivations.claim import Claim, Verdict, numbered
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
    """The headline: the error of the best step is uncorrelated with everything that a layer is made of."""
    equation = Equation(NORMAL_EQUATIONS.name(), Scalar(sympy.Integer(0)))
    return Statement(equation, (NORMAL_EQUATIONS, UnitVectors(units)))


def theorems() -> dict[str, Theorem]:
    """The normal equations; why the coefficient is what it is; uniqueness at decay 1."""
    return {
        "OPTG.T1": normal_equations(),
        **numbered("OPTG", (2, 3), coefficient()),
        **numbered("OPTG", (4, 5, 6, 7, 8, 9, 10, 11), uniqueness()),
    }


CLAIM = Claim(
    id="OPTG",
    label="no layer does better than the construction, N = t + n",
    place="What the best predictor is",
    summary=(
        "A layer's output is linear in the products of two entries of a window and one of the readout: with windows"
        " C_t = [x_t y_t x_{t+1}] it is a sum over t, a and b of e_aᵀ C_t Q C_tᵀ e_b and e_bᵀ C_N q, weighted by "
        "the output map and by the decay of entry ab to the power N − t. The error of the construction at its best "
        "rate, up to the factor D it is D Wᵀ x_{N+1} − σ² Σ_i y_i x_iᵀ x_{N+1}, is uncorrelated with these products"
        " for all Q and q, all t ≤ N and all components. So no Q, q, decay of each entry, output map and number of "
        "heads does better. At decay 1 the 27 products are independent for f, N ≥ 2, so no other Q ⊗ q is as good; "
        "where f or N is 1 they are not, and the directions in which the parameters are free are named; for N = 1 the "
        "decay is free, too, since no state is multiplied by it."
    ),
    assumptions=(
        "the coordinates of all inputs are independent, with one symmetric law that is not 0 and has moments up to the "
        "sixth; σ² = μ_2 is their second and m = μ_4 their fourth, and D = m + (f + N − 2) σ⁴ + τ_2 σ²",
        "the entries of W are independent and standard normal; the labels carry independent noise",
        "windows have stride 2; for uniqueness, the law of the inputs (and of noise, where there is some) has no atoms",
    ),
    argued=(
        "what is uncorrelated with the products is so with every sum of them whose weights depend on the window and "
        "on the components; with h such a sum, E ‖error − h‖² = E ‖error‖² + E ‖h‖², so nothing does better",
        "the ranks of the theorems on independence are those of the Gram matrix of the products: 27 for f, N ≥ 2; 18 "
        "for f ≥ 2, N = 1, with noise or without; for f = 1, N ≥ 2 it is 18 with label noise and 15 without; 10 for f "
        "= N = 1",
    ),
    notes=(
        "Many of the products are uncorrelated with the error because a change of sign of some data changes the sign "
        "of one and not of the other; by their entries, 213 for y_t (x_tᵀ x_{N+1}):",
        *parity_table(),
    ),
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
