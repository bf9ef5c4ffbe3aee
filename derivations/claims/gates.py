"""GATE: why input and output must multiply (§1, after Eq. 16; later abstracts: "multiplicative gating")."""

from __future__ import annotations

from functools import lru_cache

from derivations.claim import Claim, Contradicted, Reading, Verdict
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.gates import Layer, affine, no_products_of_tokens, two_output_gates
from gdssm_symbolic.writing.narration import Statement

INPUT = Layer(gated_input=True)


def statement() -> Statement:
    """The headline: with a gate at the input alone no parameters will do."""
    return Statement(INPUT.statement(), INPUT.meanings)


@lru_cache(maxsize=1)
def theorems() -> dict[str, Theorem]:
    """One gate or none; depth without gates; two layers with one gate each; constructed tokens."""
    state, output = affine()
    return {
        "GATE.T1": INPUT.impossible("a gate at the input alone: impossible"),
        "GATE.T2": Layer(gated_output=True).impossible("a gate at the output alone: impossible"),
        "GATE.T3": Layer().impossible("no gate: impossible"),
        "GATE.T4": state,
        "GATE.T5": output,
        "GATE.T6": two_output_gates(),
        "GATE.T7": Layer(constructed=True).impossible("constructed tokens without a gate: impossible"),
        "GATE.T8": no_products_of_tokens(),
    }


#: The architecture that the paper speaks of.
ONE_LAYER = (
    "in one layer with a time-invariant recurrence over interleaved tokens, however they are mixed linearly before"
)

BOTH_GATES = "inputs and outputs both have to be processed multiplicatively"

READINGS = (
    Reading(
        id="GATE.1",
        place="§1 and after Eq. 16",
        printed=BOTH_GATES,
        read_as=f"{ONE_LAYER}: the gate at the output cannot be left out",
        correction="none; with a gate at the input alone no parameters will do, nor without any (third theorem)",
        settle=lambda: theorems()["GATE.T1"],
    ),
    Reading(
        id="GATE.2",
        place="§1 and after Eq. 16",
        printed=BOTH_GATES,
        read_as=f"{ONE_LAYER}: the gate at the input cannot be left out",
        correction="none; with a gate at the output alone no parameters will do; with both, P2 is the construction",
        settle=lambda: theorems()["GATE.T2"],
    ),
    Reading(
        id="GATE.3",
        place="§1 and after Eq. 16",
        printed=BOTH_GATES,
        read_as="at any depth: an architecture without a gate at the input cannot do it",
        correction=(
            "it holds in one layer (readings 1 and 2); two layers with a gate at the output each can do without: depth "
            "stands in for the gate at the input"
        ),
        settle=lambda: Contradicted(two_output_gates()),
    ),
)

CLAIM = Claim(
    id="GATE",
    label="why input and output must multiply",
    place="§1, §3.1 after Eq. 16, Eq. 6",
    summary=(
        "A layer whose recurrence is time-invariant, and which multiplies data at its input alone, its output alone, "
        "or nowhere, does not compute one step of gradient descent from interleaved tokens, whatever its parameters, "
        "its size and the number of its steps are, and whatever affine functions of the context its steps read: its "
        "output has degree 2 at most in the data, the prediction degree 3."
    ),
    assumptions=(
        "the parameters do not depend on the data; those of the recurrence are the same at every step",
        "of N = n + 1 samples and the query x_{N+1}, the layer reads at each of T + 1 steps an affine function of all, "
        "w_t = Σ E_{t,i} x_i + Σ F_{t,i} y_i + g_t, another one at every step: single tokens (Eq. 6; S4, S5), with an "
        "embedding of their position or not, windows of any length and stride, and any linear mixing of the tokens "
        "before the recurrence, causal or not, are cases of it",
        "n and T are any two numbers: a recurrence over the 2N + 1 single tokens has T + 1 = 2N + 1 steps",
        "the matrices A may be diagonal, or anything else; so several heads are one state",
        "outside of this: non-linear blocks between layers, and recurrences that depend on the data",
    ),
    argued=(
        "what a layer without gates puts out at any step is an affine function of the context again (fourth and fifth "
        "theorem), and so is every affine mixture of such outputs, from one step or several: so a layer behind any "
        "number of others reads what the third theorem lets it read, and depth does not help",
    ),
    notes=(
        "What depth and the tokens change:",
        "two layers with a gate at the output each compute the step: the first multiplies y_t by x_t",
        "over constructed tokens [x_t y_t; x_{t+1}], where a step reads Σ E_{t,i} x_i + Σ F_{t,i} x_i y_i + g_t, the "
        "degrees are counted in x and y all the same: no gate gives degree 2 and is not enough; a gate at the output "
        "alone is (P1); a gate at the input alone, or any function of each token, with a linear readout is not, for "
        "N ≥ 2",
    ),
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    expected_as_printed=Verdict.IN_ONE_READING,
)
