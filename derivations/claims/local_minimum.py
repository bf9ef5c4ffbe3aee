"""OPTX: the other local minimum of one layer, at decay 0, so that a training run that ends there has a name."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.local_minimum import RISK, D, layer_at_zero, loss, statement, stationary, strict
from gdssm_symbolic.writing.narration import Statement


def theorems() -> Mapping[str, Theorem]:
    """Its loss, its predictor, that it is stationary to second order, and that it is strict up to scale."""
    return OnDemand(
        {
            "OPTX.T1": loss,
            "OPTX.T2": layer_at_zero,
            ("OPTX.T3", "OPTX.T4", "OPTX.T5", "OPTX.T6"): stationary,
            ("OPTX.T7", "OPTX.T8", "OPTX.T9"): strict,
        }
    )


CLAIM = Claim(
    id="OPTX",
    label="another stationary point, at decay 0",
    place="What the best predictor is",
    summary=(
        "With decay 0, $Q = e_2 e_3ᵀ$ and $q = e_1$ (unit vectors with three entries), up to scale, a layer computes "
        "$κ y_N x_{N+1}ᵀ x_N$. This is the construction on a single sample, and its loss is that of one step on one "
        "sample. Change $Q$ by $U$, $q$ by $u$, the output map by $V$ and the decays of all entries by $A$, and "
        "expand the output in this change. At the best $κ$, the error is uncorrelated with every term of first and of "
        "second order. For $N ≥ 2$, the first variation $P_1$ of the output vanishes for one kind of change only: "
        "scale moves between $Q$, $q$ and the output map. (For $f = 1$ there is one more: $Q$ changes by an "
        "antisymmetric matrix, which never changes the output.) So for $N ≥ 2$ the layer is a strict local minimum up "
        "to these changes, with a higher loss than the construction. For $N = 1$ it computes the same as the "
        "construction."
    ),
    argued=(
        "a small change of the parameters adds $E ‖P_1‖²$ and terms of third order to the loss, since the error is "
        "uncorrelated with the terms of first and second order; unless $P_1$ is 0 for all data, $E ‖P_1‖²$ is positive",
    ),
    assumptions=(
        "all coordinates of all inputs are independent, with the same symmetric distribution, which has no atoms and "
        "has moments up to the sixth; $σ² = μ_2$ is the second moment",
        "the entries of $W$ are independent and standard normal; the labels carry independent noise",
        "the theorems are about features 1 and 2, that is, entries 1 and 2 of each vector; they hold for any two "
        "features, since an exchange of entries does not change the distribution of the inputs",
    ),
    statement=lambda: Statement(statement(), (RISK, D)),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
