"""CODE, the authors' implementation (public code, commit 92f4555): its conventions, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derivations.claim import About, Claim, Contradicted, Evidence, OnDemand, Reading, Verdict
from gdssm_symbolic.evidence.counterexamples import refute, refuted_at
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.kernel.expressions import Expr, Name
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, WindowLayer, eta, f
from gdssm_symbolic.theory.authors_code import (
    FROM_MINUS_I,
    INPUT_BY_TARGET,
    TARGET_BY_INPUT,
    Head,
    Inputs,
    OneLayer,
    ThreeLayers,
    ZeroContext,
    half_loss,
    scaled_inputs,
)
from gdssm_symbolic.theory.least_squares import LeastSquares, t, x
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.narration import Statement

from . import best_rate

LAYER = OneLayer()
MODEL = LeastSquares().model
#: The code's numbers with ηf/N in place of η.
RESCALED = OneLayer(Head(rate=LAYER.head.rate.subs(eta, eta * f / N)))
INPUTS = Inputs(best_rate.best)
TWO_STEPS = ThreeLayers()
WITH_QUERY = ThreeLayers(FROM_MINUS_I, added=True, start=-1)
ANY_PARAMETERS = ZeroContext()


def statement() -> Statement:
    """The headline: one layer, times -1, predicts what one step of rate ηN/f from 0 does."""
    return Statement(LAYER.statement(), LAYER.meanings)


def theorems() -> Mapping[str, Theorem]:
    """One layer; the loss and the inputs; three layers."""
    beta = -LAYER.head.rate
    return OnDemand(
        {
            "CODE.T1": LAYER.computes,
            "CODE.T2": lambda: RESCALED.is_construction(WindowLayer()),
            "CODE.T3": LAYER.off_by,
            "CODE.T4": lambda: LAYER.is_layer(WindowLayer(Q=INPUT_BY_TARGET, beta=beta, read_transposed=True)),
            "CODE.T5": lambda: LAYER.is_layer(WindowLayer(Q=TARGET_BY_INPUT, beta=beta)),
            "CODE.T6": half_loss,
            "CODE.T7": scaled_inputs,
            "CODE.T8": INPUTS.by_scale,
            "CODE.T9": INPUTS.four_times,
            ("CODE.T10", "CODE.T11"): TWO_STEPS.with_query,
            ("CODE.T12", "CODE.T13"): ANY_PARAMETERS.impossible,
            "CODE.T14": WITH_QUERY.computes,
        }
    )


def rate() -> Evidence:
    """The constructed layer against one step of rate η."""
    equation = Equation(LAYER.prediction(), OneStep(WindowLayer()).prediction(N))
    return with_model(refute(equation, LAYER.meanings), MODEL)


def added_query() -> Evidence:
    """Two steps from 0 against what the code computes with the numbers for them."""
    output: Expr = TWO_STEPS.output.name[N] - x[N + 1]
    return with_model(refute(Equation(output, TWO_STEPS.two_steps), TWO_STEPS.meanings), MODEL)


def best_predictors() -> Evidence:
    """The best steps for the two distributions of the inputs, on inputs that both of them can draw."""
    equation, coefficients = INPUTS.the_same()
    weights, quarter = Name("W_*", (f, f)), Fraction(1, 4)
    data = {(weights, ()): [[Fraction(1)]], (x, (1,)): [[quarter]], (x, (2,)): [[quarter]]}
    return refuted_at(equation, (*coefficients, MODEL), {f: 1, N: 1}, (), data)


def every_step() -> Evidence:
    """The output after t samples against what it is when all weights are those after t samples."""
    found = refute(TWO_STEPS.non_causal(), TWO_STEPS.layers, admissible=lambda sizes: sizes[t] <= sizes[N])
    return with_model(found, MODEL)


EACH_LAYER_A_STEP = "a model of several layers, each of which makes a step"

READINGS = (
    Reading(
        id="CODE.1",
        place="§3.1, A.1; the code",
        printed="$β = −η/N$",
        read_as="as a statement about the code, which uses $−η/f$: one layer computes one step of rate $η$",
        correction="the rate is $ηN/f$, which is $η$ where $f = N$, as in the figures and as A.1 has it",
        about=About.PARAMETERS,
        wrong="the code has another rate",
        evidence=rate,
        computes=lambda: LAYER.computes().equation,
    ),
    Reading(
        id="CODE.2",
        place="§4.1, A.5; the code",
        printed="inputs are drawn from $U(−1, 1)$",
        read_as="as a statement about the code, whose default is $U(−½, ½)$: the best predictor is the same for both",
        correction=(
            "inputs are drawn from $U(−½, ½)$, for which the best coefficient, and so the best learning rate, is four "
            "times as large"
        ),
        shows="on data inside $(−½, ½)$, the best step for $U(−½, ½)$ and the one for $U(−1, 1)$ differ",
        about=About.PARAMETERS,
        wrong="the code draws the inputs from another interval",
        evidence=best_predictors,
    ),
    Reading(
        id="CODE.3",
        place="§4.3, A.7; the code",
        printed=EACH_LAYER_A_STEP,
        read_as="the code's three layers, with the query added to their output, and the numbers for two steps from 0",
        correction="the output without the added query is the prediction after two steps from 0",
        shows="the output is the prediction minus the query",
        about=About.PROPOSITION,
        wrong="the code adds the query to the output",
        evidence=added_query,
    ),
    Reading(
        id="CODE.4",
        place="§4.3, A.7; the code",
        printed=EACH_LAYER_A_STEP,
        read_as="the code's three layers, with the query added to their output, for some parameters",
        correction=(
            "no parameters work: if all samples are 0, gradient descent from 0 predicts 0 for every query, but the "
            "model does not, whatever its parameters are. With the query added, it can compute two steps from "
            "$W_0 = −I$"
        ),
        about=About.PROPOSITION,
        row="CODE.3",
        evidence=lambda: Contradicted(
            ANY_PARAMETERS.impossible()[1],
            "on samples that are all 0, gradient descent from 0 predicts 0 for every query, and the three layers do "
            "not, whatever their parameters are",
        ),
    ),
    Reading(
        id="CODE.5",
        place="Proposition 2; the code",
        printed="an output for every token",
        read_as="in the code's three layers, the output after $t$ samples depends on these $t$ samples alone",
        correction=(
            "only the last output is a prediction, because at every window the first layer uses its weights after the "
            "last window"
        ),
        shows="the output after $t$ samples, and what it would be with the weights after these $t$ samples",
        wrong="in the code only the last output is a prediction",
        evidence=every_step,
    ),
)

PROOF = """
The code's window $u_t$ has the tokens as its rows: it is $C_tᵀ$ of the paper. Its state adds up $u_tᵀ w u_t$. With
$w = e_1 e_2ᵀ$, as the paper prints $Q$, this is $Σ x_i y_iᵀ$, by induction on the number of samples. But the weights
that the code applies to the query are $V = Γ Hᵀ$, and the transpose makes $Σ y_i x_iᵀ$ of it. As
$o_N = u_Nᵀ D = x_{N+1}$, the output is $−(η/f) Σ y_i x_iᵀ x_{N+1}$, and the code multiplies by $−1$ in the end: the
prediction of a step, whose rate is $ηN/f$, as in CODE.T1.

Thus two conventions correct two mistakes of the print. Read out as the code does, the printed $Q$ is right (CODE.T4),
or in other words it acts as $Q = e_2 e_1ᵀ$ (CODE.T5); the factor $−1$ corrects the sign. With $−η/N$ in place of
$−η/f$ the code is the corrected P2 (CODE.T2). With $−η/f$ it differs from the step of rate $η$ by

CODE.T3

which is 0 where $f = N$. In CODE.1, $N = 2$ and $f = 1$, the output is twice the prediction.

Three layers. The code adds up $V¹ + V¹V² + V³$. With $w = e_1 e_2ᵀ$ in the first and third layer and $e_1 e_1ᵀ$ in the
second, this is $−2(η/N) T + (η/N)² T S'$, where $T = Σ y_i x_iᵀ$ and $S' = Σ x_i x_iᵀ$. Two steps from 0 are
$W_1ᵀ = (η/N) T$ and $W_2ᵀ = W_1ᵀ − (η/N) (W_1ᵀ S' − T)$, which is its negative. So three layers compute two steps
(CODE.T10).

The code, however, adds the query to this output before it multiplies by $−1$, so that $−x_{N+1}$ is left over
(CODE.T11, CODE.3). No parameters repair this. Let all samples be 0. Gradient descent from 0 predicts 0 then. In the
last window only the query $kξ$ is not 0, and the prediction of the code is a polynomial in $k$, with the term $−kξ$
and terms with $k³$ and $k⁵$ (CODE.T12). The parameters occur in the last two only. If it were 0 for all $k$, its term
of degree 1 would be 0, and $ξ$ is not (CODE.T13). The added query can be used as another start: from $W_0 = −I$ three
layers with other numbers compute two steps (CODE.T14).

Four remarks. At every window the first layer uses its weights after the last window, so that only the last output is a
prediction (CODE.5). The loss of the code is half the mean squared error of a component (CODE.T6). The output is cubic
in the scale of the inputs (CODE.T7). And if the inputs are drawn from $(−α, α)$, the best coefficient of OPT1 is
$1/α²$ times that for $α = 1$ (CODE.T8), so that the code's range, $α = ½$, makes it four times as large (CODE.T9,
CODE.2).
"""

CLAIM = Claim(
    id="CODE",
    label="the authors' implementation",
    place="§4.3 and A.7, beside the public code (commit 92f4555)",
    summary=(
        "§4.3 says that in a model of several layers each layer makes one step of gradient descent. Of the public code "
        "this is not true, since the query is added to the output of its layers: without it, three layers compute two "
        "steps. Two conventions of the code correct what the paper prints: the state is read out transposed, which "
        "corrects $Q$, and the output is multiplied by $−1$, which corrects the sign. With them, one layer computes "
        "one step. Its rate is $ηN/f$, because the code has $−η/f$ where the paper has $−η/N$."
    ),
    assumptions=(
        "the formulas are those of the code, in other letters: its $w_q$, its state $Z$ and its $C$ are called $w$, "
        "$H$ and $Γ$ here, and its weights $C Zᵀ$ are called $V$. The decay is 1, except in theorems about arbitrary "
        "parameters",
        "the numbers for two steps are our choice: $Γ = −(η/N) I$ in all three layers",
        "in theorems about arbitrary parameters, each decay is one number for all entries of a state. These theorems "
        "show that no parameters make the three layers compute gradient descent from 0 if the query is added to the "
        "layers' output. They are proved by data in which all samples are 0. With such data the state before the last "
        "window is 0 for every decay, so the theorems would also hold if each entry had a decay of its own",
        "two theorems compare the best coefficient of one step for inputs of different scales; it is the coefficient "
        "of OPT1, without label noise",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    expected_as_printed=Verdict.REFUTED,
    expected_proposition=Verdict.REFUTED,
    expected_printed=Verdict.REFUTED,
    notes=(
        "Facts about the code that are not formulas, and so are not judged here:",
        "windows have stride 2; what the code calls $B$ has no effect, and no normalisation is applied",
        "every batch is used for three updates, and the cosine schedule is switched off",
    ),
)
