"""Theorems at small sizes: what is evaluated, and what an evaluation may read."""

from __future__ import annotations

from fractions import Fraction

import pytest
from vocabulary import B, f, u

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.small_sizes import holds
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Identity, Name, Trace
from gdssm_symbolic.kernel.theorem import Proof

W, H = Name("W", (f, f)), Name("H", (f, f))
LOSS, SLOPE = Name("ℒ", (1, 1), takes=((f, f),)), Name("∇ℒ", (f, f), takes=((f, f),))


@pytest.mark.parametrize(
    "proof",
    [
        Positivity(Positive(1 + 0 * (u.T * u))),
        Positivity(Positive(f + u.T * u - u.T * u)),
        Differentiation(Definition(LOSS, Trace(W()), (), (W,)), Definition(SLOPE, Identity(f) + B - B, (), (W,)), H),
    ],
    ids=["0 times data", "data that cancel", "data in the gradient alone"],
)
def test_data_on_which_nothing_depends(proof: Proof) -> None:
    assert holds(check(proof), 2, (Fraction(2), Fraction(-1, 3)))
