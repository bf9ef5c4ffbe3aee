"""P2, Proposition 2 (§3.2, A.1, Eqs. 17-23): vector targets, interleaved tokens, windows of three: the GD-SSM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import sympy

from derivations.claim import About, Claim, Evidence, OnDemand, Reading, Verdict, Weight
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute, refute_for_every_factor
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Name, Zero
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, WindowLayer, entries, f
from gdssm_symbolic.theory.decide_layer import settle_layer
from gdssm_symbolic.theory.gd_ssm import TOKENS, sequence, y
from gdssm_symbolic.theory.least_squares import t, x
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.narration import Statement

from .common_readings import every_step, ill_formed, unhalved_gradient, unrolled

LAYER = WindowLayer()
PRINTED = replace(LAYER, Q=entries([[0, 1, 0], [0, 0, 0], [0, 0, 0]]))
COLUMNS = replace(LAYER, Q=-PRINTED.Q)
PLUS = replace(LAYER, Q=-LAYER.Q)
EVERY_TOKEN = replace(LAYER, stride=1)
ONE_STEP = OneStep(LAYER)
MODEL = ONE_STEP.problem.model
beta = sympy.Symbol("beta")


def statement() -> Statement:
    """The headline: −(η/N) Z_N C_N q is the prediction after one step from 0."""
    return Statement(ONE_STEP.statement(), ONE_STEP.meanings, ONE_STEP.in_one_line)


def theorems() -> Mapping[str, Theorem]:
    """At t = N, at every t, with the factor for N kept; the gradient; and Eqs. 17-23 one by one."""
    return OnDemand(
        {
            "P2.T1": ONE_STEP.last_step,
            "P2.T11": lambda: ONE_STEP.in_one_line,
            "P2.T2": ONE_STEP.every_step,
            "P2.T3": ONE_STEP.fixed_factor,
            "P2.T4": lambda: check(ONE_STEP.problem.expansion, "the gradient of the loss"),
            "P2.T5": ONE_STEP.windowed,
            "P2.T6": ONE_STEP.recursion,
            "P2.T7": ONE_STEP.gradient_in_state,
            "P2.T8": ONE_STEP.read_out,
            "P2.T9": ONE_STEP.implicit,
            "P2.T10": ONE_STEP.accumulated,
        }
    )


def state_as_parameters() -> Evidence:
    """The state of Eq. 17 after N samples against the parameters after the step, transposed."""
    plus = OneStep(PLUS)
    parameters = plus.problem.step(Zero(f, f))
    return with_model(refute(Equation(plus.state.at(N), parameters.T), plus.meanings), MODEL)


def targets_from_zero() -> Evidence:
    """The targets Wᵀx_t against those of W = 0."""
    targets = Definition(y, ONE_STEP.problem.prediction(ONE_STEP.problem.point(), x[t]), (t,))
    return refute(Equation(y[t], Zero(f, 1)), (targets,))


def any_factor() -> Evidence:
    """Data at which the printed construction gives 0 whatever β is, and gradient descent does not."""
    printed = OneStep(PRINTED)
    meanings = (*printed.meanings, MODEL)
    return refute_for_every_factor(printed.output(N, sympy.Integer(1)), printed.prediction(N), beta, meanings)


READINGS = (
    Reading(
        id="P2.1",
        place="§3.2 and A.1",
        printed="$Q = e₁e₂ᵀ$, $q = e₃$, $β = −η/N$",
        read_as="$Q$, $q$ and $β$ as printed; windows $[x_t  y_t  x_{t+1}]$ at stride 2",
        correction="$Q = −e₂e₁ᵀ$; then $C_t Q C_tᵀ$ is $−y_t x_tᵀ$, and the state accumulates the gradient",
        about=About.PARAMETERS,
        row="P2.2",
        wrong="a sign and a transpose are wrong",
        evidence=lambda: settle_layer(PRINTED),
        computes=OneStep(PRINTED).computes,
    ),
    Reading(
        id="P2.2",
        place="§3.2 and A.1",
        printed="$Q = e₁e₂ᵀ$, $q = e₃$",
        read_as="for some number $β$",
        correction=(
            "no $β$ works: the state adds up $x_t y_tᵀ$, the transpose of what Eq. 17 has. Reading out $Z_tᵀ$ in place "
            "of $Z_t$, as the authors' code does, corrects this; or $Q = e₂e₁ᵀ$, which gives $y_t x_tᵀ$"
        ),
        about=About.PARAMETERS,
        wrong="a transpose is wrong: the state is the transpose of the one that the output needs",
        evidence=any_factor,
        computes=OneStep(replace(PRINTED, beta=beta)).computes,
    ),
    Reading(
        id="P2.3",
        place="Eqs. 17, 18",
        printed="the state accumulates $y_t x_tᵀ$, and $β = −η/N$",
        read_as="$Q = e₂e₁ᵀ$, which gives Eq. 17",
        correction="$β = +η/N$; or $Q = −e₂e₁ᵀ$ with $β = −η/N$",
        about=About.PARAMETERS,
        row="P1.3",
        evidence=lambda: settle_layer(PLUS),
        computes=OneStep(PLUS).computes,
    ),
    Reading(
        id="P2.4",
        place="A.1 and A.2",
        printed="the columns of $Z_t$ are the gradients for the components of the targets",
        read_as="$Z_t$ accumulates $−x_t y_tᵀ$, and the output is $−(η/N) Z_t C_t q$",
        correction="the rows of $Z_t$ are these gradients; or $Z_tᵀ$ is read out in place of $Z_t$",
        about=About.PARAMETERS,
        row="P2.2",
        evidence=lambda: settle_layer(COLUMNS),
        computes=OneStep(COLUMNS).computes,
    ),
    Reading(
        id="P2.5",
        place="A.1",
        printed="$q = (0, 1)ᵀ$",
        read_as="the product $C_t q$ with the window $C_t ∈ R^(f×3)$",
        correction="$q = (0, 0, 1)ᵀ$, as in §3.2",
        about=About.PARAMETERS,
        weight=Weight.NOTATION,
        harmless="$C_t$ has three columns, and §3.2 prints $q = (0, 0, 1)ᵀ$",
        wrong="the sizes do not fit: $q$ needs three entries",
        evidence=ill_formed(lambda: Name("C", (f, 3), arity=1)[t] * entries([[0], [1]])),
    ),
    Reading(
        id="P2.6",
        place="Eqs. 19, 20",
        printed="$s_{2j} = x_j$ and $s_{2j+1} = y_j$ for $j = 1, …, N$, also in Propositions 2, 3 and 4",
        read_as="the sequence starts with $s₁ = x₁$, as in §3.1",
        correction="$s_{2j−1} = x_j$ and $s_{2j} = y_j$; or the sequence starts at $s₂$, and there is no $s₁$",
        shows="$x_1$ is the first token, and not the second",
        weight=Weight.NOTATION,
        harmless="only the numbering of the tokens is shifted by one; their order is right",
        wrong="the numbers of the tokens are shifted by one",
        evidence=lambda: with_model(refute(Equation(sequence[2 * t], x[t]), TOKENS), MODEL),
    ),
    Reading(
        id="P2.7",
        place="Proposition 2",
        printed="the test input $x_{N+1}$ is token $s_{2N+2}$, also in Propositions 3 and 4",
        read_as="the sequence starts with $s₁ = x₁$",
        correction=(
            "it is $s_{2N+1}$, the last of $2N+1$ tokens; with Eq. 19 it is $s_{2N+2}$, but then $j$ has to run to "
            "$N+1$"
        ),
        shows="there are $2N + 1$ tokens, and the test input is the last of them",
        row="P2.6",
        evidence=lambda: with_model(refute(Equation(sequence[2 * N + 2], x[N + 1]), TOKENS), MODEL),
    ),
    Reading(
        id="P2.8",
        place="after Eq. 17",
        printed="the state $Z_t$ corresponds to the parameters of the implicit model",
        read_as=(
            "with the sign of Eq. 17, the state after $N$ samples is $W₁ᵀ$, the transposed parameters after the step"
        ),
        correction="$(η/N) Z_N$ is $W₁ᵀ$; the state $Z_N$ itself is minus the unscaled gradient at 0, transposed",
        shows="the state $Σ y_i x_iᵀ$ and $W₁ᵀ$, which is $η/N$ times as large",
        weight=Weight.REMARK,
        harmless=(
            "up to the factor $η/N$ and a transpose, which the readout supplies, the state is the parameters after "
            "the step"
        ),
        wrong="a factor is missing: the parameters are $η/N$ times the state",
        evidence=state_as_parameters,
    ),
    Reading(
        id="P2.9",
        place="after Eq. 17 and A.1",
        printed="$W = 0$ is assumed, and the targets are $y_t = Wᵀx_t$",
        read_as="both equations are about one matrix $W$, which generates the targets",
        correction="gradient descent starts at $W_0 = 0$; the $W$ that generates the targets is a different matrix",
        shows="the target $Wᵀx_1$, and the target that $W = 0$ would give",
        weight=Weight.NOTATION,
        harmless="two matrices have one letter; Eq. 17 uses 0 for one and the targets of the other",
        wrong="one letter stands for two matrices",
        evidence=targets_from_zero,
    ),
    Reading(
        id="P2.10",
        place="A.1",
        printed="the regression is $N$-dimensional, $N = f$, and $N$ is also the number of samples",
        read_as="each target has $N$ components, and the predictions are $Wᵀx ∈ R^f$",
        correction="each target has $f$ components; $N$ is the number of samples, and need not equal $f$",
        weight=Weight.NOTATION,
        harmless="one letter counts the components and the samples; no formula uses that the two are equal",
        wrong="one letter stands for two numbers",
        evidence=ill_formed(
            lambda: ONE_STEP.problem.prediction(ONE_STEP.problem.point(), x[t]) - Name("y", (N, 1), arity=1)[t]
        ),
    ),
    Reading(
        id="P2.11",
        place="Proposition 2",
        printed="a sliding window of three tokens, and an output for every token",
        read_as="a window at every token (stride 1), with the corrected numbers",
        correction="stride 2: a window at every input token, as in the authors' code",
        row="STRIDE.1",
        evidence=lambda: settle_layer(EVERY_TOKEN),
        computes=OneStep(EVERY_TOKEN).computes,
    ),
    every_step("P2.12", "Proposition 2", ONE_STEP, "numbers"),
    Reading(
        id="P2.13",
        place="A.1, after Eq. 22",
        printed="the gradient is $(1/t) Σ ∂/∂W (Wᵀx_i − y_i)ᵀ(Wᵀx_i − y_i)$",
        read_as=(
            "the formula, with $1/t$ before the derivative, is meant as the gradient of the loss of Eq. 22 on $t$ "
            "samples, $(1/(2t)) Σ ‖Wᵀx_i − y_i‖²$"
        ),
        correction="$1/(2t)$ before the derivative; with $1/t$ the result is twice the gradient of that loss",
        shows="the gradient of the loss, and what is printed, which is twice as large",
        weight=Weight.NOTATION,
        harmless="the gradient that is computed from it is that of Eq. 22 again",
        wrong="a factor is wrong: this is twice the gradient",
        evidence=lambda: unhalved_gradient(ONE_STEP.problem),
    ),
)

PROOF = """
The data $x_i$, $y_i$ and the rate $η$ are arbitrary; the targets need not come from a linear model. It is shown that
$∇ℒ_t$ is the gradient of the loss, that the state accumulates it at 0, and that the readout applies it to the query.

The loss is quadratic in $W$, so that for all $W$ and $H$ it is expanded exactly:

P2.T4

The last term is homogeneous of degree 2 in $H$, hence the linear term is the derivative. At $W = 0$ the residual
$Wᵀx_i − y_i$ is $−y_i$, and $t ∇ℒ_t(0) = −Σ_{i=1..t} x_i y_iᵀ$. Each sample adds the outer product of two tokens that
stand in one window; this is why a recurrence with the update $C_t Q C_tᵀ$ can add it up.

The columns of the window are $C_t e_1 = x_t$, $C_t e_2 = y_t$ and $C_t e_3 = x_{t+1}$. Thus $C_t e_a e_bᵀ C_tᵀ$ is the
outer product of its columns $a$ and $b$, and with $Q = −e_2 e_1ᵀ$ one step of the layer is

P2.T6

By induction on $t$, from $Z_0 = 0$, the state is $−Σ_{i=1..t} y_i x_iᵀ$, the transpose of the sum above:

P2.T7

Since $q = e_3$, the readout is $C_t q = x_{t+1}$, whatever the state is (P2.T8). So the last output is
$−(η/N) Z_N x_{N+1}$, which by P2.T7 at $t = N$ is the prediction after one step from 0. This is P2.T1; P2.T11 is the
same as a sum over the samples.

Nothing was used of $f$ but that it is the length of the vectors, and $N$ is the number of steps of the recurrence,
over which the induction runs. With $−η/t$ in place of $−η/N$ the same holds after every sample (P2.T2). With $−η/N$
kept, the output after $t$ samples is the prediction after a step of rate $ηt/N$ (P2.T3).

What is printed fails twice. With $Q = e_1 e_2ᵀ$ the state is $Σ x_i y_iᵀ$: its sign is wrong, which shows at
$f = N = 1$ (P2.1), and it is transposed, which shows from $f = 2$ on. The output is then a combination of the inputs
$x_i$, while the prediction is one of the targets $y_i$. In P2.2, with one sample, $x_1 = x_2 = (0, 1)$ and
$y_1 = (1, 0)$, the output $β x_1 (y_1ᵀ x_2)$ is 0, and the prediction is $η y_1$: no factor $β$ corrects this.
"""

CLAIM = Claim(
    id="P2",
    label="one step, vector targets",
    place="Proposition 2, §3.2, A.1, Eqs. 17-23",
    summary=(
        "A diagonal linear recurrence over windows of three interleaved tokens, with local linear attention, outputs "
        "the prediction of a linear model after one step of gradient descent from 0."
    ),
    free=("the targets are any vectors $y_i ∈ R^f$; they need not come from a linear model",),
    assumptions=(
        "the step starts at $W_0 = 0$",
        "a window starts at every input token $x_1, …, x_N$, so there are $N$ windows",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    confirm=lambda: unrolled(LAYER, product((1, 2, 3), repeat=2)),
    shown_by="P2.T1",
    expected_as_printed=Verdict.REFUTED,
    expected_proposition=Verdict.PROVED,
    expected_printed=Verdict.REFUTED,
)
