"""P3, Proposition 3 (§3.3, A.2): two heads per layer, L layers, L steps of gradient descent from any W_0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy

from derivations.claim import About, Claim, Evidence, OnDemand, Reading, Verdict, Weight
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Name, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import GradientDescent, N, TwoHeadLayer, entries
from gdssm_symbolic.theory.gd_ssm import update
from gdssm_symbolic.theory.least_squares import l, t, x
from gdssm_symbolic.theory.many_steps import L, ManySteps
from gdssm_symbolic.writing.narration import Statement

from .common_readings import ill_formed, unrolled

LAYER = TwoHeadLayer()
PRINTED_Q = entries([[0, 1, 0], [0, 0, 0], [0, 0, 0]])
LITERAL = replace(LAYER, Q=PRINTED_Q, update_transposed=True, start_transposed=True)
MENDED_Q = replace(LITERAL, Q=LAYER.Q)
MENDED_START = replace(LAYER, update_transposed=True)
EVERY_TOKEN = replace(LAYER, stride=1)
MANY_STEPS = ManySteps(LAYER)
FROM_ZERO = GradientDescent(steps=None)


def statement() -> Statement:
    """The headline: the output of L layers is the prediction after L steps, from any W_0."""
    return Statement(MANY_STEPS.statement(), MANY_STEPS.meanings)


def theorems() -> Mapping[str, Theorem]:
    """The output, its closed form, one layer looped in place of L; and the gradient."""
    return OnDemand(
        {
            "P3.T1": MANY_STEPS.output,
            "P3.T2": MANY_STEPS.closed,
            "P3.T3": MANY_STEPS.looped,
            "P3.T4": lambda: check(MANY_STEPS.problem.expansion, "the gradient of the loss"),
        }
    )


def lemmas() -> dict[str, Theorem]:
    """The states as sums over samples; the parameters, and their closed form."""
    state, state_tilde = MANY_STEPS.sums()
    parameters, in_closed_form = MANY_STEPS.closed().lemmas
    return {"P3.T5": state, "P3.T6": state_tilde, "P3.T7": parameters, "P3.T8": in_closed_form}


def a_counterexample(many: ManySteps, equation: Equation) -> Evidence:
    """With at least one layer, so that the start alone does not decide, and with targets of a linear model."""
    return with_model(refute(equation, many.meanings, admissible=lambda sizes: sizes[L] >= 1), many.problem.model)


def after_some_layers(layer: TwoHeadLayer) -> Evidence:
    """The output of these layers against the prediction after as many steps."""
    many = ManySteps(layer)
    return a_counterexample(many, many.statement())


def update_alone() -> Evidence:
    """The output against the prediction with the last update W_L - W_{L-1} in place of W_L."""
    weights = MANY_STEPS.descent.name
    update = weights[L] - weights[L - 1]
    equation = Equation(MANY_STEPS.statement().left, MANY_STEPS.problem.prediction(update, x[N + 1]))
    return a_counterexample(MANY_STEPS, equation)


def with_the_sign_of_one_step() -> Evidence:
    """The output against Δᵀx with Δ = W_0 - W_L, as Propositions 1 and 2 have it for one step, from W_0 = 0."""
    many = ManySteps(LAYER, FROM_ZERO)
    weights = many.descent.name
    equation = Equation(many.statement().left, many.problem.prediction(weights[0] - weights[L], x[N + 1]))
    return a_counterexample(many, equation)


def looped_output() -> Expr:
    """The next layer's update with the output of a layer, V_l C_N q, in the place of V_l."""
    first, second = (state.at(N) for state in MANY_STEPS.states)
    return update(LAYER, MANY_STEPS.statement(l).left, first, second)


def state_of_another_shape() -> Expr:
    """A step of the state, were that in R^{m×m}."""
    m = sympy.Symbol("m", integer=True, positive=True)
    return Name("Z", (m, m), arity=1)[t - 1] + MANY_STEPS.heads[0].drive(t)


SIZES = ((1, 1, 3), (1, 2, 3), (2, 1, 3), (2, 2, 0), (2, 2, 1), (2, 2, 3), (3, 3, 2))

FORMULAS = "$o = (W_{l−1} + Δ_lW) C_t q$ with $Δ_lW = −(η/N) (W_{l−1}ᵀ Z̃_t − Z_t)$ and $Q = e₁e₂ᵀ$"

READINGS = (
    Reading(
        id="P3.1",
        place="A.2",
        printed=FORMULAS,
        read_as="as it stands: the first layer starts with $W_0$, and $Z_t$ accumulates $x_t y_tᵀ$",
        correction="$V_l = V_{l−1} − (η/N) (V_{l−1} Z̃_N − Z_N)$ with $V_0 = W_0ᵀ$, $Q = e₂e₁ᵀ$, and $o = V_l C_N q$",
        about=About.PARAMETERS,
        wrong="the transposes do not fit together",
        evidence=lambda: after_some_layers(LITERAL),
        computes=ManySteps(LITERAL).computes,
    ),
    Reading(
        id="P3.2",
        place="A.2",
        printed=FORMULAS,
        read_as="with $Q = e₂e₁ᵀ$, so that $Z_t$ accumulates $y_t x_tᵀ$ as in Eq. 17",
        correction="the formula adds the transpose of the update to $W_{l−1}$; $V_l = W_lᵀ$ has to be passed on",
        about=About.PARAMETERS,
        row="P3.1",
        evidence=lambda: after_some_layers(MENDED_Q),
        computes=ManySteps(MENDED_Q).computes,
    ),
    Reading(
        id="P3.3",
        place="A.2",
        printed=FORMULAS,
        read_as="with $Q = e₂e₁ᵀ$ and $W_0ᵀ$ at the start; the bracket still transposes the matrix that is passed on",
        correction="no transpose in the bracket: $V_{l−1} Z̃_N − Z_N$",
        about=About.PARAMETERS,
        row="P3.1",
        evidence=lambda: after_some_layers(MENDED_START),
        computes=ManySteps(MENDED_START).computes,
    ),
    Reading(
        id="P3.4",
        place="A.2",
        printed="$Q̃$ is the product of $(1, 0)ᵀ$ and (1, 0)",
        read_as="as the $3×3$ weights of the second head",
        correction="$Q̃ = e₁e₁ᵀ$ with $e₁ = (1, 0, 0)ᵀ$",
        about=About.PARAMETERS,
        weight=Weight.NOTATION,
        harmless="$C_t Q̃ C_tᵀ$ needs a $3×3$ matrix, and only $e₁e₁ᵀ$ gives the $x_t x_tᵀ$ that the text names",
        wrong="the sizes do not fit: $Q̃$ has to be $3×3$",
        evidence=ill_formed(lambda: Definition(Name("Q̃", (3, 3)), wrap(entries([[1, 0], [0, 0]])))),
    ),
    Reading(
        id="P3.5",
        place="Proposition 3",
        printed="the prediction is $(Δ_lW)ᵀ x$, where $Δ_lW$ is the update for $l$ steps",
        read_as="$Δ_lW$ is the update of step $l$, $W_l − W_{l−1}$",
        correction="the formula that Proposition 3 gives for $Δ_lW$ is $W_l$ itself, so the prediction is $W_lᵀ x$",
        shows="the prediction after all steps, and what the last update alone gives",
        weight=Weight.NOTATION,
        harmless="the formula that the proposition gives is that of $W_l$",
        wrong="$ΔW$ does not mean the same everywhere",
        evidence=update_alone,
    ),
    Reading(
        id="P3.6",
        place="Proposition 3",
        printed="the prediction is $(Δ_lW)ᵀ x$",
        read_as=(
            "with the sign of $Δ$ in Propositions 1 and 2, where the prediction is $−(ΔW)ᵀ x$: then "
            "$Δ_LW = W_0 − W_L$, with $W_0 = 0$"
        ),
        correction=(
            "one sign in all propositions: the prediction is $(W_0 − ΔW)ᵀ x$, where $ΔW$ is what the steps subtract "
            "from $W_0$"
        ),
        shows="the prediction after all steps, and what this sign gives",
        row="P3.5",
        evidence=with_the_sign_of_one_step,
    ),
    Reading(
        id="P3.7",
        place="A.2",
        printed="the state $Z_t ∈ R^(m×m)$",
        read_as="$m$ is any size, not tied to $f$, and $C_t ∈ R^(f×3)$",
        correction="$Z_t ∈ R^(f×f)$, as in A.1",
        weight=Weight.NOTATION,
        harmless="$C_t Q C_tᵀ$ is $f×f$, which leaves $m = f$",
        wrong="the sizes do not fit: $m$ has to be $f$",
        evidence=ill_formed(state_of_another_shape),
    ),
    Reading(
        id="P3.8",
        place="A.2",
        printed="the output of each layer can be looped back",
        read_as="the vector $o$ that a layer outputs replaces the parameters from which the next step starts",
        correction=(
            "$V_l$ is passed on, and the same layer is looped; the output $V_L C_N q$ is read out only at the end"
        ),
        about=About.PARAMETERS,
        weight=Weight.NOTATION,
        harmless="§3.3 says that each layer produces the updated parameters, and a vector cannot take their place",
        wrong="the sizes do not fit: a vector cannot take the place of a matrix",
        evidence=ill_formed(looped_output),
    ),
    Reading(
        id="P3.9",
        place="Proposition 3",
        printed="a sliding window of three tokens, and an output for every token",
        read_as="a window at every token (stride 1), with the corrected numbers",
        correction="stride 2: a window at every input token",
        row="STRIDE.1",
        evidence=lambda: after_some_layers(EVERY_TOKEN),
        computes=ManySteps(EVERY_TOKEN).computes,
    ),
)

PROOF = """
The data, the start $W_0$ and the rate $η$ are arbitrary, and nothing is assumed on convergence. The idea is that the
gradient of least squares is affine in $W$: the samples enter it through two sums alone,
$N ∇ℒ_N(W) = Σ x_i x_iᵀ W − Σ x_i y_iᵀ$. With these two sums any number of steps can be taken, without the samples.

The two heads accumulate these sums. As in P2.T6, $C_t e_a e_bᵀ C_tᵀ$ is the outer product of two columns of the
window. With $Q = e_2 e_1ᵀ$ and $Q̃ = e_1 e_1ᵀ$ it follows, by induction on the number $n$ of samples:

P3.T5 P3.T6

Since $Σ x_i x_iᵀ$ is symmetric, a step of gradient descent, transposed, is
$W_lᵀ = W_{l−1}ᵀ − (η/N) (W_{l−1}ᵀ Z̃_N − Z_N)$. This is the recurrence of $V_l$, with $W_lᵀ$ in place of $V_l$, and
$V_0 = W_0ᵀ$ by definition. Induction on $L$ gives

P3.T7

In its step the hypothesis replaces $V_L$, and the two sums replace the states. As $C_N q = x_{N+1}$, the output
$V_L C_N q$ is $W_Lᵀ x_{N+1}$, which is P3.T1. Both inductions are for arbitrary $f$; the one over samples is done for
every $n$ before it is used at $n = N$, and the one over layers begins at $L = 0$, where the output is $W_0ᵀ x_{N+1}$.
That $∇ℒ$ is the gradient of $ℒ$ is P3.T4.

The recurrence of $V$ multiplies by a fixed matrix $B$ and adds a fixed one, so a second induction on $L$ sums it up as
a geometric series; no inverse is needed:

P3.T2

All layers read the same tokens. If every layer has states of its own, these are equal, by induction on the number of
windows, and so $L$ layers are one layer looped $L$ times (P3.T3).

What is printed adds to $W_{l−1}$ a bracket that is the transpose of an update. All these matrices are $f×f$, so that
the sizes do not show it, and at $f = 1$ it cannot be seen. The printed $Q = e_1 e_2ᵀ$ transposes $Z_N$ besides (P3.1).
Two examples with one sample, $f = 2$, $W_0 = e_2 e_1ᵀ$, $x_2 = (0, 1)$ and $y_1 = 0$ show it. P3.2, with $Q$
corrected, has $x_1 = 0$, so that both states are 0: the layer outputs $W_0 x_2 = 0$, and the prediction is
$W_0ᵀ x_2 = (1, 0)$. P3.3 starts with $W_0ᵀ$ too, and keeps the transpose in the bracket; it has $x_1 = x_2$ and
$η = 1$. There the step takes the prediction to 0, but the layer subtracts $W_0 x_1 = 0$, and not $W_0ᵀ x_1$, from
$W_0ᵀ x_2$, which leaves $(1, 0)$.
"""

CLAIM = Claim(
    id="P3",
    label="$L$ steps, two heads per layer",
    place="Proposition 3, §3.3, A.2",
    summary=(
        "$L$ layers with two heads each, which all read the raw tokens and pass on a matrix $V_l$, output the "
        "prediction of a linear model after $L$ steps of gradient descent. Layer $l$ computes $V_l$ from $V_{l−1}$ and "
        "from its states after the last window: this is a loop over layers, each of which first reads the whole "
        "context, and not a causal stack, in which a layer passes on a vector at every token. One layer looped $L$ "
        "times does the same."
    ),
    free=("the targets are any vectors $y_i ∈ R^f$; they need not come from a linear model",),
    assumptions=(
        "every layer reads the raw tokens, and uses its states after the last window",
        "the matrix $V_l$ is passed from layer to layer; a layer's output, the vector $o$, would not be enough",
    ),
    notes=(
        "$Q = e_2 e_1ᵀ$ has the entry $+1$ where P2 has $−1$: here the states are sums over the samples, and the minus "
        "of the step stands in the update of $V$; there the state itself is the gradient.",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    lemmas=lemmas,
    readings=READINGS,
    confirm=lambda: unrolled(LAYER, SIZES),
    shown_by="P3.T1",
    expected_as_printed=Verdict.REFUTED,
    expected_proposition=Verdict.PROVED,
    expected_printed=Verdict.REFUTED,
)
