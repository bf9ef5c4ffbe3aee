"""STRIDE: a window at every token, as Proposition 2 has it; why it cannot be, and what repairs it.

Proposition 3 has the same windows, but two heads: what becomes of it is in P3.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from derivations.claim import About, Claim, Contradicted, OnDemand, Reading, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory import every_token
from gdssm_symbolic.theory.every_token import EntryDecays, SingleHead
from gdssm_symbolic.theory.recurrences import n
from gdssm_symbolic.writing.narration import Statement


def statement() -> Statement:
    """The headline: no numbers of a single head will do, for three samples or more."""
    head = SingleHead(n + 3)
    return Statement(head.statement(), head.meanings)


@lru_cache(maxsize=1)
def theorems() -> Mapping[str, Theorem]:
    """Three samples or more; two; the same with a decay for each entry; and the repairs."""
    return OnDemand(
        {
            "STRIDE.T1": every_token.more_samples,
            "STRIDE.T2": every_token.two_samples,
            "STRIDE.T8": lambda: every_token.more_samples(EntryDecays),
            "STRIDE.T9": lambda: every_token.two_samples(EntryDecays),
            "STRIDE.T4": every_token.every_second_token,
            "STRIDE.T5": every_token.gated,
            "STRIDE.T6": every_token.two_heads,
        }
    )


def lemmas() -> dict[str, Theorem]:
    """The state behind the gate."""
    (behind_gate,) = theorems()["STRIDE.T5"].lemmas
    return {"STRIDE.T7": behind_gate}


EVERY_WINDOW = "a sliding window of three tokens, and every token is a step of the recurrence"
REPAIRS = (
    "stride 2, with which Eqs. 17 and 21 number the windows; or a gate of period 2; or two heads with decays 1 and "
    "$−1$, each with half of $Q$"
)

PROOF = """
Let $N ≥ 2$ and $η ≠ 0$. With a window at every token, the windows $D_t$ that start at a target come between the
windows $C_t$. With the decay $a$ at every token, by induction on $N$, the last state is the sum of $C Q Cᵀ$ and
$D Q Dᵀ$ over all windows, each times $a^k$ if $k$ windows came after it.

It is enough that one family of data defeats every choice of numbers. Take a vector $u ≠ 0$ and $x_i = ξ_i u$,
$y_i = ω x_i$: data of the linear model $W = ωI$. Then output and prediction, along $u$, are polynomials in the $ξ_i$
and $ω$, and if they are equal for all data, their coefficients are equal. Let $A = Q_{12} + Q_{21}$,
$B = Q_{23} + Q_{32}$, and divide by $‖u‖⁴$.

For $N ≥ 3$ two coefficients are enough. The product $ω ξ_{N−1}² ξ_{N+1}$ comes from $C_{N−1}$ and from $D_{N−2}$; the
prediction has it with $η/N$. The product $ω ξ_{N−1} ξ_N ξ_{N+1}$ comes from $C_{N−1}$ and $D_{N−1}$; the prediction
does not have it. So $β q_3 (a² A + a³ B) = η/N$ and $β q_3 (a A + a² B) = 0$. The first is $a$ times the second, hence
$η = 0$, a contradiction (STRIDE.T1).

For $N = 2$ there is no $D_0$. The coefficients of $ω ξ_1² ξ_3$ and $ω ξ_1 ξ_2 ξ_3$ say that $β q_3 a² A = η/2$ and
$β q_3 (a A + a² B) = 0$. By the first, $β$, $q_3$, $a$ and $A$ are not 0; then by the second $A + aB = 0$. Those of
$ξ_1² ξ_3$ and $ξ_1 ξ_2 ξ_3$, which the prediction lacks, give $Q_{11} = 0$ and $Q_{13} + Q_{31} = 0$. That of
$ω ξ_1² ξ_2$ is $β a² (Q_{11} q_2 + q_1 A) = 0$, so that $q_1 = 0$. Now the coefficient of $ω ξ_2² ξ_3$ is 0, and the
prediction has it with $η/2$. This is STRIDE.T2. For $N = 1$ there is only one window, and P2 applies.

A decay for every entry of the state changes nothing: with $u = e_1$ only the first entry of the data is not 0, and
only the decay of one entry of the state is seen (STRIDE.T8, STRIDE.T9).

Each of three changes is enough. With stride 2 the windows $D_t$ are absent, which is P2 (STRIDE.T4); Eqs. 17 and 21
number the windows so (STRIDE.3). A gate of period 2 multiplies their updates by 0 (STRIDE.T5). Two heads with decays 1
and $−1$ and half of $Q$ each see them with opposite signs, and the others with the same sign, so that in the sum only
the latter remain (STRIDE.T6).
"""

CLAIM = Claim(
    id="STRIDE",
    label="a window at every token",
    place="Proposition 2, §3.2",
    summary=(
        "Suppose that there is a window of three tokens at every token, and that the recurrence is the same at every "
        "token. Then no single head computes one step of gradient descent for all data of two or more samples, "
        "whatever its $Q$, $q$, $β$ and decays are, one for each entry of the state. Stride 2, a gate of period 2, or "
        "two heads with decays 1 and $−1$ repair this. Stride 2 is what Eqs. 17 and 21 have, whose windows are "
        "numbered by samples: so read, Proposition 2 holds."
    ),
    assumptions=(
        "the theorems of impossibility use data of a linear model, as the paper assumes it: $W = ωI$, with inputs that "
        "are multiples of one vector $u$. So $x_i = ξ_i u$ and $y_i = ωx_i$. A layer that fails for these data does "
        "not compute the step for all data",
        "with one sample there is only one window, and P2 holds with any stride",
        "with a window at every token, the last window is the one that ends at the query",
        "in STRIDE.T8 and STRIDE.T9 every entry of the state has a decay of its own, and $u = e_1$: $z_{c,t}$ is "
        "entry $c$ in the first row of the state, $α_c$ is its decay, and $x_{c,i}$ is entry $c$ of $x_i$. The first "
        "entries of output and prediction are compared, to which no other row of the state contributes",
    ),
    notes=(
        "What can be cancelled, and what cannot:",
        "for $a ≠ 0$, choosing $Q_{23} + Q_{32} = −(Q_{12} + Q_{21})/a$ cancels the unwanted products $x_{j+1} y_j$, "
        "which come from the windows that start at a target. Then the second coefficient of each proof is 0, but the "
        "wanted products $y_j x_j$ are cancelled too",
        "the same follows for targets that are free, since those of a linear model are among them",
        "Proposition 2 writes the parameters as functions of the token, $A(s_j)$, $B(s_j)$ and $U(s_j)$. Parameters "
        "that change with the place of the token are enough, as the gate of period 2 shows (STRIDE.T5); the theorems "
        "of impossibility are about parameters that are the same at every token",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    lemmas=lemmas,
    readings=(
        Reading(
            id="STRIDE.1",
            place="Proposition 2",
            printed=EVERY_WINDOW,
            read_as=(
                "one head, with some numbers $Q$, $q$, $β$ and some decay, whose recurrence is the same at every "
                "token, for $N ≥ 3$"
            ),
            correction=REPAIRS,
            about=About.PROPOSITION,
            wrong=(
                "the stride is wrong: with a window at every token, one head with fixed numbers does not compute the "
                "step"
            ),
            evidence=lambda: Contradicted(
                theorems()["STRIDE.T1"],
                "for $x_i = ξ_i u$ and $y_i = ωx_i$, the coefficients of $ωξ_{N−1}²ξ_{N+1}$ and "
                "$ωξ_{N−1}ξ_Nξ_{N+1}$ cannot both be right: $a$ times the error of the second, minus that of the "
                "first, is $η/N$",
            ),
        ),
        Reading(
            id="STRIDE.2",
            place="Proposition 2",
            printed=EVERY_WINDOW,
            read_as=(
                "one head, with some numbers $Q$, $q$, $β$ and some decay, whose recurrence is the same at every "
                "token, for $N = 2$"
            ),
            correction=REPAIRS,
            about=About.PROPOSITION,
            row="STRIDE.1",
            evidence=lambda: Contradicted(
                theorems()["STRIDE.T2"],
                "for $x_i = ξ_i u$ and $y_i = ωx_i$, the coefficients of six products of the data cannot all be "
                "right: a combination of their errors is $η²/4$",
            ),
        ),
        Reading(
            id="STRIDE.3",
            place="Proposition 2",
            printed=EVERY_WINDOW,
            read_as=(
                "a step of the recurrence for each sample: Eqs. 17 and 21 number the states and the windows by "
                "samples, $C_t = [x_t  y_t  x_{t+1}]$, and the proposition numbers its outputs up to $ŷ_{N+1}$"
            ),
            correction="the sentence holds, if it says that the window moves by two tokens from step to step",
            about=About.PROPOSITION,
            evidence=lambda: theorems()["STRIDE.T4"],
        ),
    ),
    expected_as_printed=Verdict.IN_ONE_READING,
    expected_proposition=Verdict.IN_ONE_READING,
)
