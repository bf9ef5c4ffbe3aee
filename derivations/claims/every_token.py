"""STRIDE: a window at every token, as Proposition 2 has it; why it cannot be, and what repairs it.

Proposition 3 has the same windows, but two heads: what becomes of it is in P3.
"""

from __future__ import annotations

from functools import lru_cache

from derivations.claim import Claim, Contradicted, Reading, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory import every_token
from gdssm_symbolic.theory.every_token import SingleHead
from gdssm_symbolic.theory.recurrences import n
from gdssm_symbolic.writing.narration import Statement


def statement() -> Statement:
    """The headline: no numbers of a single head will do, for three samples or more."""
    head = SingleHead(n + 3)
    return Statement(head.statement(), head.meanings)


@lru_cache(maxsize=1)
def theorems() -> dict[str, Theorem]:
    """Three samples or more; two; a decay of each entry; and the repairs."""
    return {
        "STRIDE.T1": every_token.more_samples(),
        "STRIDE.T2": every_token.two_samples(),
        "STRIDE.T3": every_token.entry(),
        "STRIDE.T4": every_token.every_second_token(),
        "STRIDE.T5": every_token.gated(),
        "STRIDE.T6": every_token.two_heads(),
    }


def lemmas() -> dict[str, Theorem]:
    """The state behind the gate."""
    (behind_gate,) = theorems()["STRIDE.T5"].lemmas
    return {"STRIDE.T7": behind_gate}


EVERY_WINDOW = "a sliding window of three, and every token is a step of the recurrence"
REPAIRS = "stride 2; or a gate of period 2; or two heads with decays 1 and −1 and half of Q each"

CLAIM = Claim(
    id="STRIDE",
    label="a window at every token",
    place="Proposition 2, §3.2",
    summary=(
        "With a window of three at every token, and a recurrence that is the same at every token, no single head, "
        "whatever its Q, q, β and decay, computes one step of gradient descent for all data of two samples or more. "
        "Stride 2, a gate of period 2, or two heads with decays 1 and −1 repair it."
    ),
    assumptions=(
        "the data are multiples of one vector u, x_i = ξ_i u and y_i = υ_i u: what fails there fails for all data",
        "for one sample there is one window, and P2 holds at any stride",
        "a layer with a window at every token ends with the window that ends at the query",
    ),
    argued=(
        "a decay of each entry of the state does not help: entry r, c is u_r u_c times a recurrence of numbers (third "
        "theorem), so with u = e_1 all but the first entry stay 0, whatever their decays are; a is the decay of the "
        "first",
    ),
    notes=(
        "What can be cancelled, and what cannot:",
        "the products x_{j+1} y_j of the windows between can be cancelled where a ≠ 0, by Q_{23} + Q_{32} = −(Q_{12} + "
        "Q_{21})/a: then the second coefficient of each proof is 0; but the wanted products y_j x_j go with them",
    ),
    statement=statement,
    theorems=theorems,
    lemmas=lemmas,
    readings=(
        Reading(
            id="STRIDE.1",
            place="Proposition 2",
            printed=EVERY_WINDOW,
            read_as=(
                "a recurrence that is the same at every token, of one head with any numbers Q, q, β and any decay, for "
                "N ≥ 3"
            ),
            correction=REPAIRS,
            settle=lambda: Contradicted(theorems()["STRIDE.T1"]),
        ),
        Reading(
            id="STRIDE.2",
            place="Proposition 2",
            printed=EVERY_WINDOW,
            read_as=(
                "a recurrence that is the same at every token, of one head with any numbers Q, q, β and any decay, for "
                "N = 2"
            ),
            correction=REPAIRS,
            settle=lambda: Contradicted(theorems()["STRIDE.T2"]),
        ),
    ),
    expected_as_printed=Verdict.REFUTED,
)
