"""STEP, what happens sample by sample (§3.1-§3.3): the outputs in between, the order of the samples, the decay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

import sympy

from derivations.claim import About, Claim, Evidence, OnDemand, Reading, Verdict, Weight
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.kernel.expressions import Sum, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import (
    ANY_STEPS,
    ONE_STEP_FROM_ZERO,
    GradientDescent,
    N,
    TwoHeadLayer,
    WindowLayer,
    a,
    eta,
)
from gdssm_symbolic.theory.decide_layer import settle_layer
from gdssm_symbolic.theory.gd_ssm import window_head
from gdssm_symbolic.theory.intermediate_steps import AnyOrder, exchanged, next_inputs_do_not_matter, two_samples
from gdssm_symbolic.theory.least_squares import i, t
from gdssm_symbolic.theory.many_steps import L, ManySteps
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.narration import Statement

from .common_readings import EACH_STEP, every_step, unrolled

PLAIN = OneStep(WindowLayer())
LAYER, TWO_HEADS = WindowLayer(decay=a), TwoHeadLayer(decay=a)
WEIGHTED = OneStep(LAYER, replace(ONE_STEP_FROM_ZERO, forgetting=a))
LAST_ALONE = OneStep(WindowLayer(decay=sympy.Integer(0)), GradientDescent(forgetting=sympy.Integer(0)), mark="'")
LAYERS = ManySteps(TWO_HEADS, replace(ANY_STEPS, forgetting=a), at=t)
PLAIN_LAYERS = ManySteps(TwoHeadLayer(), at=t)
#: With the factor for t samples after t samples, and steps of rate η on these.
THEIR_NUMBER = ManySteps(TwoHeadLayer(rate=-eta / t), at=t, rate=eta)
BY_LENGTH = WindowLayer(beta=-eta / (2 * N + 1))


def statement() -> Statement:
    """The headline: −(η/t) Z_t C_t q is the prediction after one step on the weighted loss of the first t samples."""
    return Statement(WEIGHTED.statement(t), WEIGHTED.meanings)


def theorems() -> Mapping[str, Theorem]:
    """Every output, with the factor for t samples or for N; L layers; decay 0; the order of the samples."""
    head, any_order = window_head(LAYER), AnyOrder(PLAIN)
    return OnDemand(
        {
            "STEP.T1": WEIGHTED.every_step,
            "STEP.T2": WEIGHTED.fixed_factor,
            "STEP.T3": lambda: LAYERS.output("$L$ layers with the factor for $N$ samples, after $t$ samples"),
            "STEP.T4": lambda: check(WEIGHTED.problem.expansion, "the gradient of the weighted loss"),
            "STEP.T5": lambda: LAST_ALONE.every_step("with a decay of 0: the last sample alone"),
            "STEP.T6": lambda: next_inputs_do_not_matter(head),
            "STEP.T7": lambda: exchanged(head),
            "STEP.T8": lambda: two_samples(WEIGHTED.problem),
            "STEP.T9": any_order.counted,
            "STEP.T10": any_order.same_state,
            "STEP.T11": any_order.same_output,
        }
    )


def rate_of_layers() -> Evidence:
    """After t < N samples L layers do not give L steps of rate η on these, with the factor for N samples."""
    steps = PLAIN_LAYERS.descent
    meanings = (PLAIN_LAYERS.problem.descent(samples=t) if of == steps else of for of in PLAIN_LAYERS.meanings)
    found = refute(PLAIN_LAYERS.statement(), meanings, admissible=lambda sizes: sizes[L] >= 1 and sizes[t] <= sizes[N])
    return with_model(found, PLAIN_LAYERS.problem.model)


def confirm() -> Iterator[tuple[str, bool]]:
    """Both kinds of layers, with the decay as an unknown of the polynomials."""
    one = unrolled(LAYER, ((1, 1), (1, 3), (2, 2), (3, 3)), WEIGHTED.goal)
    return chain(one, unrolled(TWO_HEADS, ((1, 2, 3), (2, 2, 2), (2, 3, 1)), LAYERS.goal))


EACH_STEP_OF_L = "each recurrent step produces the prediction after $L$ steps, with $−η/N$ in the update"

READINGS = (
    every_step("STEP.1", "Propositions 1 and 2", PLAIN, "numbers"),
    Reading(
        id="STEP.5",
        place="Propositions 1 and 2",
        printed=EACH_STEP,
        read_as=(
            "the output after $t$ samples is the prediction after one step of rate $η$ on these $t$ samples, with the "
            "factor $−η/t$ of Eq. 10"
        ),
        correction="the sentence holds, if $−η/N$ after Eq. 13 is meant for the last output",
        about=About.PROPOSITION,
        evidence=lambda: PLAIN.every_step(),
    ),
    Reading(
        id="STEP.2",
        place="Proposition 3, A.2",
        printed=EACH_STEP_OF_L,
        read_as=(
            "the output after $t$ samples is the prediction after $L$ steps of rate $η$ on these $t$ samples; the "
            "layers are corrected"
        ),
        correction=(
            "$−η/t$ at step $t$; with $−η/N$ at every step, these are steps of rate $ηt/N$ on the first $t$ samples"
        ),
        row="P1.4",
        evidence=rate_of_layers,
        computes=PLAIN_LAYERS.computes,
    ),
    Reading(
        id="STEP.6",
        place="Proposition 3, A.2",
        printed=EACH_STEP_OF_L,
        read_as=(
            "the output after $t$ samples is the prediction after $L$ steps of rate $η$ on these $t$ samples, with the "
            "factor $−η/t$ in the update"
        ),
        correction="the sentence holds, if $−η/N$ is meant for the last output",
        about=About.PROPOSITION,
        evidence=lambda: THEIR_NUMBER.output("$L$ layers with the factor for $t$ samples"),
    ),
    Reading(
        id="STEP.3",
        place="§3.1, after Eq. 13",
        printed="in $β = −η/N$, $N$ is the number of training points or the total length of the context",
        read_as="with the length of the interleaved context, $2N + 1$ tokens, in place of $N$",
        correction=(
            "$N$ is the number of samples; the context has $N$ tokens if they are constructed, and $2N + 1$ if they "
            "are interleaved"
        ),
        weight=Weight.REMARK,
        harmless="over constructed tokens, of which §3.1 speaks, the length of the context is $N$",
        wrong="$N$ is the number of samples, not the length of the context",
        evidence=lambda: settle_layer(BY_LENGTH),
        computes=OneStep(BY_LENGTH).computes,
    ),
    Reading(
        id="STEP.4",
        place="§3.1 and A.3",
        printed="the data are the samples $i = 0, …, N$",
        read_as="there are $N$ samples, as the factor $1/(2N)$ in the loss and the tokens $j = 1, …, N$ imply",
        correction="$i = 1, …, N$",
        shows="the indices from 0 to $N$ are $N + 1$ numbers, and there are $N$ samples",
        weight=Weight.NOTATION,
        harmless="the sums run from 1 to $N$",
        wrong="an index is wrong: there are $N$ samples, not $N + 1$",
        evidence=lambda: refute(Equation(Sum(wrap(1), i, 0, N), wrap(N))),
    ),
)

PROOF = """
The data, $η$ and the decay $a$ are arbitrary numbers. With the decay, each window still adds $C_t Q C_tᵀ = −y_t x_tᵀ$,
as in P2.T6, and everything before it is multiplied by $a$. By induction on $t$ the state is
$−Σ_{i=1..t} a^{t−i} y_i x_iᵀ$. The loss in which sample $i$ has the weight $a^{t−i}$ is expanded as in P2, which gives
its gradient:

STEP.T4

At $W = 0$ this is $−(1/t) Σ a^{t−i} x_i y_iᵀ$, and $−η$ times its transpose, applied to $C_t q = x_{t+1}$, is
$−(η/t) Z_t C_t q$. This is STEP.T1, for every $t$ and not only the last. If the factor $−η/N$ is kept, the output is
$t/N$ times as large, which is a step of rate $ηt/N$ (STEP.T2). The same holds of the two heads of P3: if both decay by
$a$, then by induction on $L$ they take $L$ steps of rate $ηt/N$ on the weighted loss (STEP.T3). If the decay is 0,
only the last sample is left, still with $1/(2t)$ before its square (STEP.T5).

The order of the samples. The third column of a window, the next input, does not enter the state, as $Q = −e_2 e_1ᵀ$
has only zeros there; any vectors may stand in its place (STEP.T6). Suppose that samples $m$ and $m+1$ change places.
When both were read, their weights were $a$ and 1, and are now 1 and $a$; all others keep theirs. So the difference of
the states is $(1 − a)$ times that of two products, and each later step multiplies it by $a$. With $R_k$ for the state
$k$ steps later, induction on $k$ gives

STEP.T7

For $a = 1$ it is 0. That then any order gives the same state is proved by counting: let $p_{t,j}$ be 1 if step $t$
reads sample $j$, and $c_{k,j}$ how often it was read. By induction on $k$

STEP.T9

If the last step reads what is left, so that each sample is read once, the state is $Z_N$ (STEP.T10), and the last
output is the prediction of P2 (STEP.T11). The theorems hold for any numbers $p_{t,j}$, not only 0 and 1.

The step is one of gradient descent for every $a$, but for $a < 0$ the loss is not convex: on two samples its quadratic
part is negative if $Hᵀx_2 = 0$ and $Hᵀx_1 ≠ 0$ (STEP.T8).

What is printed is one factor for all steps. In STEP.1, with $N = 2$ and all numbers 1, the output after the first
sample is 1/2 and the prediction is 1. With $−η/t$ the sentence holds (STEP.5, STEP.6). In the factor, $N$ counts
samples: with the $2N + 1$ tokens of the context in its place, one sample gives 1/3 of the prediction (STEP.3).
"""

CLAIM = Claim(
    id="STEP",
    label="what happens sample by sample",
    place="Propositions 1-3, §3.1-§3.3",
    summary=(
        "With the factor $−η/t$, the output after $t$ samples is the prediction after one step of rate $η$ on these "
        "$t$ samples. With $−η/N$ at every step, it is the prediction after one step of rate $ηt/N$. With a decay "
        "$a$, these are steps on a loss in which sample $i$ has the weight $a^(t−i)$. With $a = 1$ the order of the "
        "samples changes neither the last state nor the last output; with another $a$, exchanging two neighbouring "
        "samples changes the state by a known amount."
    ),
    free=("the targets are any vectors $y_i ∈ R^f$; they need not come from a linear model",),
    assumptions=(
        (
            "one layer with one head computes a step from $W_0 = 0$; $L$ layers with two heads compute $L$ steps from "
            "any $W_0$"
        ),
        "a window starts at every input token",
        "STEP.T7 exchanges samples $m$ and $m + 1$. The window before sample $m$ ends in the next input, which is "
        "$x_{m+1}$ after the exchange. The theorem allows for this: in the windows before sample $m$, any vectors "
        "$u_i$ may stand in place of the next input",
        "in STEP.T9 to STEP.T11, for $a = 1$, the samples are read in any order. $p_{t,j}$ is 1 if sample $j$ is read "
        "at step $t$, and 0 otherwise; $c_{k,j}$ is how often it was read in the first $k$ steps. The last step reads "
        "each sample $1 − c_{k,j}$ times: with $k = N − 1$, once the one that is left, and none of the others. The "
        "theorems hold for any numbers $p_{t,j}$, any vector $u_t$ in place of the next input, and any last sample $m$",
    ),
    notes=(
        "What the decay a does:",
        "$a = 1$: all samples have the weight 1, the loss is the plain one, and an exchange adds 0 to the state",
        "$0 < a < 1$: older samples weigh less; $a > 1$: older samples weigh more",
        "$a = 0$: only the last sample counts, and its loss still has the factor $1/(2t)$",
        "$a < 0$: the weights alternate in sign. The layer still computes a step of gradient descent on this loss. "
        "But the loss is not convex: by STEP.T8, on two samples it is unbounded below in every direction $H$ with "
        "$Hᵀx_2 = 0$ and $Hᵀx_1 ≠ 0$",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    confirm=confirm,
    expected_as_printed=Verdict.REFUTED,
    expected_proposition=Verdict.PROVED,
)
