"""OPTG: the construction is the global minimum, over everything that one layer can express."""

from __future__ import annotations

from derivations.claim import Claim, Verdict
from gdssm_symbolic.best_layer import NORMAL_EQUATIONS, coefficient, normal_equations, parity_table, uniqueness
from gdssm_symbolic.definitions import UnitVectors
from gdssm_symbolic.expressions import Scalar
from gdssm_symbolic.narration import Statement
from gdssm_symbolic.proofs import Theorem
from gdssm_symbolic.statements import Equation


def statement() -> Statement:
    """The headline: the error of the best step is uncorrelated with everything that a layer is made of."""
    zero = Scalar(NORMAL_EQUATIONS.body.shape[0] * 0)
    units = NORMAL_EQUATIONS.units
    meanings = (NORMAL_EQUATIONS, *((UnitVectors(units),) if units else ()))
    return Statement(Equation(NORMAL_EQUATIONS.name(), zero), meanings)


def theorems() -> tuple[Theorem, ...]:
    """The normal equations; why the coefficient is what it is; uniqueness at decay 1."""
    return (normal_equations(), *coefficient(), *uniqueness())


CLAIM = Claim(
    id="OPTG",
    label="the construction is the best that a layer can be",
    place="What training must converge to",
    summary=(
        "A layer's output is linear in the products of two entries of a window and one of the readout: with windows"
        " C_t = [x_t y_t x_{t+1}], component c of it is Σ_t Σ_ab C_ca A_ab^(N−t) (C_t Q C_tᵀ)_ab (C_N q)_b. The "
        "error of the construction at its best rate, D Wᵀx_{N+1} − σ² Σ_i y_i x_iᵀ x_{N+1} up to the factor D, is "
        "uncorrelated with (C_t Q C_tᵀ)_ab (C_N q)_b for all Q and q, all t ≤ N and all components, so with every "
        "sum of such products whose weights depend on the window and on the components: every Q, q, decay of each "
        "entry, output map, and any number of heads. With h in their span E ‖error − h‖² = E ‖error‖² + E ‖h‖², so "
        "nothing in it does better. At decay 1 the 27 products are independent for f, N ≥ 2, so no other Q ⊗ q is "
        "as good; where f or N is 1 they are not, and the directions in which the parameters are free are named. "
        "The Gram matrix of the products has the rank 27 for f, N ≥ 2; 18 for f ≥ 2, N = 1; for f = 1, N ≥ 2 it is "
        "18 with label noise and 15 without; 10 for f = N = 1."
    ),
    assumptions=(
        "the coordinates of all inputs are independent, with one symmetric law that is not 0 and has a fourth moment",
        "the entries of W are independent and standard normal; the labels carry independent noise",
        "windows have stride 2; for uniqueness, the law of the inputs (and of noise, where there is some) has no atoms",
    ),
    notes=(
        "Products by their entries, 213 for y_t (x_tᵀ x_{N+1}), and what changes their sign against the error and so "
        "excludes them:",
        *parity_table(),
    ),
    statement=statement,
    theorems=theorems,
    readings=(),
    confirm=lambda: (),
    expected_as_printed=Verdict.NOT_PRINTED,
    expected_verdict=Verdict.PROVED,
)
