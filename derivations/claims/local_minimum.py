"""OPTX: the other local minimum of one layer, at decay 0, so that a training run that ends there has a name."""

from __future__ import annotations

from derivations.claim import Claim, Verdict, numbered
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.local_minimum import RISK, D, layer_at_zero, loss, statement, stationary, strict
from gdssm_symbolic.writing.narration import Statement


def theorems() -> dict[str, Theorem]:
    """Its loss, its predictor, that it is stationary to second order, and that it is strict up to scale."""
    return {
        "OPTX.T1": loss(),
        "OPTX.T2": layer_at_zero(),
        **numbered("OPTX", (3, 4, 5, 6), stationary()),
        **numbered("OPTX", (7, 8, 9), strict()),
    }


CLAIM = Claim(
    id="OPTX",
    label="the other local minimum, at decay 0",
    place="What the best predictor is",
    summary=(
        "With decay 0, Q = e_2 e_3ᵀ and q = e_1 (unit vectors of three entries), up to scale, a layer is κ y_N "
        "x_{N+1}ᵀ x_N: one sample's worth of the construction, with the loss of one step on one sample. Its error "
        "at the best κ is uncorrelated with every term of the output of first or second order in a change of Q, q, "
        "the output map and the decays of all entries: the change U of Q, u of q, V of the output map, A of the "
        "decays. What the output changes by to first order, P_1, vanishes only if the scale is moved between Q, q and "
        "the output map (and for f = 1 with the antisymmetric part of Q, which no output shows). So it is a strict "
        "local minimum up to that for N ≥ 2, at a higher loss than the construction's. For N = 1 it computes what the "
        "construction does."
    ),
    argued=(
        "a small change adds E ‖P_1‖² to the loss and terms of third order, since the error is uncorrelated with the "
        "terms of first and second order; where P_1 is not 0 for all data, E ‖P_1‖² is positive",
    ),
    assumptions=(
        "the coordinates of all inputs are independent, with one symmetric law without atoms and with moments up to "
        "the sixth; σ² = μ_2 is the second of them",
        "the entries of W are independent and standard normal; the labels carry independent noise",
        "features 1 and 2 stand for any two: the entries of the inputs may be exchanged",
    ),
    statement=lambda: Statement(statement(), (RISK, D)),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
