"""GATE: why input and output must multiply (§1, after Eq. 16; later abstracts: "multiplicative gating")."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from derivations.claim import About, Claim, Contradicted, OnDemand, Reading, Verdict, Weight
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.gates import Layer, affine_map, functions_of_tokens, two_output_gates
from gdssm_symbolic.writing.narration import Statement

INPUT = Layer(gated_input=True)


def statement() -> Statement:
    """The headline: with a gate at the input alone no parameters will do."""
    return Statement(INPUT.statement(), INPUT.meanings)


@lru_cache(maxsize=1)
def theorems() -> Mapping[str, Theorem]:
    """One gate or none; two layers with one gate each; constructed tokens; functions of tokens; depth without gates."""
    return OnDemand(
        {
            "GATE.T1": lambda: INPUT.impossible("a gate at the input alone: impossible"),
            "GATE.T2": lambda: Layer(gated_output=True).impossible("a gate at the output alone: impossible"),
            "GATE.T3": lambda: Layer().impossible("no gate: impossible"),
            "GATE.T6": two_output_gates,
            "GATE.T7": lambda: Layer(constructed=True).impossible("constructed tokens without a gate: impossible"),
            "GATE.T8": lambda: functions_of_tokens(constructed=True),
            "GATE.T14": lambda: functions_of_tokens(constructed=False),
            ("GATE.T9", "GATE.T10"): affine_map,
            "GATE.T11": lambda: Layer(gated_input=True, stacked=True).impossible(
                f"{BEHIND}, then a gate at the input alone: impossible"
            ),
            "GATE.T12": lambda: Layer(gated_output=True, stacked=True).impossible(
                f"{BEHIND}, then a gate at the output alone: impossible"
            ),
            "GATE.T13": lambda: Layer(constructed=True, stacked=True).impossible(
                f"constructed tokens, {BEHIND}, and no gate behind them: impossible"
            ),
        }
    )


BEHIND = "$L$ layers without gates"

#: The architecture that the paper speaks of.
ONE_LAYER = "in one layer with a linear recurrence over interleaved tokens, or over any linear mixture of them"

BOTH_GATES = "inputs and outputs both have to be processed multiplicatively"

READINGS = (
    Reading(
        id="GATE.1",
        place="§1 and after Eq. 16",
        printed=BOTH_GATES,
        read_as=f"{ONE_LAYER}: the gate at the output cannot be left out",
        correction="the sentence holds: with a gate at the input alone, or with none, no parameters compute the step",
        about=About.PROPOSITION,
        evidence=lambda: theorems()["GATE.T1"],
    ),
    Reading(
        id="GATE.2",
        place="§1 and after Eq. 16",
        printed=BOTH_GATES,
        read_as=f"{ONE_LAYER}: the gate at the input cannot be left out",
        correction=(
            "the sentence holds: with a gate at the output alone no parameters compute the step; with both gates, P2 "
            "computes it"
        ),
        about=About.PROPOSITION,
        evidence=lambda: theorems()["GATE.T2"],
    ),
    Reading(
        id="GATE.3",
        place="§1 and after Eq. 16",
        printed=BOTH_GATES,
        read_as="at any depth: an architecture without a gate at the input cannot do it",
        correction=(
            "it holds for one layer (GATE.1, GATE.2); but two layers, each with a gate at the output, need no gate at "
            "the input: depth replaces it"
        ),
        weight=Weight.REMARK,
        harmless=(
            "the sentence is about one layer; two layers with gates at their outputs only move the gate at the input "
            "into the first layer"
        ),
        wrong="more is said than is true: two layers need no gate at the input",
        evidence=lambda: Contradicted(
            theorems()["GATE.T6"], "two layers with one gate each, both at the output, compute the step (GATE.T6)"
        ),
    ),
)

PROOF = """
The idea is to count degrees. Multiply all inputs by a number $s$, $x_i = sξ_i$, and take the targets from a linear
model, $y_i = Wᵀx_i$. The prediction after one step from 0 is then $s³ (η/N) Σ Wᵀξ_i ξ_iᵀ ξ_{N+1}$. A layer without
enough multiplications does not reach the third power of $s$.

What a step of the layer reads is affine in the data, hence in $s$: $w_{s,t} = sν_t + g_t$. Suppose that there is a
gate at the input alone. Then the term that is added to the state has degree at most 2 in $s$, and the state is
multiplied by matrices that do not depend on the data. By induction on the steps the state has degree at most 2, and so
has a linear readout. Suppose that there is a gate at the output alone. By the same induction the state has degree at
most 1, and the product of the state with $w_{s,t}$ degree at most 2. Without a gate the degree is 1.

A function of degree at most 2 has third difference 0: its values at 3, 2, 1 and 0, with the factors 1, $−3$, 3 and
$−1$, add up to 0. For $s³$ this sum is 6. If the layer were exact, $6 (η/N) Σ Wᵀξ_i ξ_iᵀ ξ_{N+1}$ would be 0 for all
data, which for $η ≠ 0$ is wrong. No parameters occur in this sum, which is why none can help. These are GATE.T1,
GATE.T2 and GATE.T3, for every $N$, all sizes, every length of the recurrence, and parameters that change from step to
step.

Layers without gates before or behind change nothing. By induction on its steps such a layer is an affine map of what
it reads (GATE.T9, GATE.T10), and affine maps of affine maps are affine. So what the gated layer reads is still affine
in $s$ (GATE.T11, GATE.T12); what follows it is part of its linear readout.

Over constructed tokens the products $x_t y_t$ have degree 2 in $s$, which again is not 3 (GATE.T7, GATE.T13). Any
function of each token or window, with a linear readout, is excluded for $N ≥ 2$ by another difference. Let the last
sample be 0, multiply the targets by $a$ and the query by $b$. No token contains both. The output is a function of $a$
plus a function of $b$, and its mixed difference is 0; the prediction is $a b$ times a vector that is not always 0
(GATE.T8, GATE.T14).

With both gates P2 computes the step, so that each of the two is needed and both are enough. This is about one gated
layer: in two layers, each with a gate at the output alone, the first multiplies $y_t$ by $x_t$, and the second adds up
and reads out, so that GATE.3 fails:

GATE.T6
"""

CLAIM = Claim(
    id="GATE",
    label="why input and output need multiplications",
    place="§1, §3.1 after Eq. 16, Eq. 6",
    summary=(
        "Suppose that a layer with a linear recurrence multiplies data by data only at its input, only at its output, "
        "or nowhere. Then it does not compute one step of gradient descent from interleaved tokens. This holds for all "
        "parameters, which may differ from step to step, for all sizes and all lengths of the recurrence, and however "
        "many layers without such products stand before the layer and after it. At each step the layer may read any "
        "affine function of the whole context. The reason is that the output has degree at most 2 in the inputs, but "
        "the prediction has degree 3."
    ),
    free=(
        (
            "$n$ and $T$ are any two numbers; for example, a recurrence over the $2N + 1$ single tokens has "
            "$T + 1 = 2N + 1$ steps"
        ),
        "the matrices $A_t$ of the recurrence need not be diagonal, so several heads can be written as one state",
    ),
    assumptions=(
        "the parameters do not depend on the data; they may differ from step to step",
        "the data are those of a linear model, $y_i = Wᵀx_i$, as the paper assumes it: a layer that fails for them "
        "does not compute the step for all data",
        "the context has $N = n + 1$ samples and the query $x_{N+1}$. At each of $T + 1$ steps the layer reads an "
        "affine function of the whole context, $w_t = Σ E_{t,i} x_i + Σ F_{t,i} y_i + g_t$, which may differ from "
        "step to step. This includes single tokens (Eq. 6; S4, S5), with or without an embedding of their position, "
        "windows of any length and stride, and any linear mixing of the tokens before the recurrence, causal or not",
        "the outputs of the layer at all steps are added up with weights $C_t$, $D_t$ and a constant; these weights "
        "also stand for any layers without gates that follow it, since together such layers are an affine map",
        "a layer without gates is an affine map $V ↦ H V + h$ of the vector $V$ of everything that it reads, at all "
        "steps (GATE.T9, GATE.T10). So $L$ of them are $V_l = H_l V_{l−1} + h_l$, where $V_0$ is affine in the "
        "context; the layer behind them reads $w_t = P_t V_L + π_t$. To pass on what earlier layers read, $V$ may "
        "hold it too",
        "non-linear blocks between layers, and recurrences that depend on the data, are not covered",
    ),
    notes=(
        "What depth and constructed tokens change:",
        "two layers, each with a gate at the output, compute the step: the first layer multiplies $y_t$ by $x_t$",
        "over constructed tokens $[x_t y_t; x_{t+1}]$, a step reads $Σ E_{t,i} x_i + Σ F_{t,i} x_i y_i + g_t$, "
        "and degrees are still counted in the inputs. Without a gate the degree is 2, which is not enough. A gate at "
        "the output alone is enough (P1). For $N ≥ 2$, a gate at the input alone with a linear readout is not enough, "
        "nor is any other function of each token with a linear readout; the same holds for any function of each "
        "interleaved window (GATE.T14)",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    expected_as_printed=Verdict.IN_ONE_READING,
    expected_proposition=Verdict.PROVED,
)
