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
        evidence=every_step,
    ),
)

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
