"""A4, a penalty in the loss (§3.3, A.4): the layers of A.2 keep a share of what is passed on; no head changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy

from derivations.claim import About, Claim, Evidence, OnDemand, Reading, Verdict, Weight
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import ANY_STEPS, N, TwoHeadLayer, eta, lam
from gdssm_symbolic.theory.decide_layer import settle_layer
from gdssm_symbolic.theory.gd_ssm import stack, target
from gdssm_symbolic.theory.least_squares import LeastSquares, i, l, x
from gdssm_symbolic.theory.many_steps import L, ManySteps
from gdssm_symbolic.writing.narration import Statement

from .common_readings import ill_formed, unhalved_gradient, unrolled

LAYER = TwoHeadLayer(keep=1 - 2 * eta * lam)
GOAL = replace(ANY_STEPS, penalty=lam)
MANY_STEPS = ManySteps(LAYER, GOAL)
ANY_TERM = ManySteps(TwoHeadLayer(), further=True, mark="''")

PENALTY = replace(ANY_STEPS, penalty=sympy.Integer(1))  # the paper's loss
PRINTED = replace(LAYER, keep=1 - eta / N)
FITTING = replace(ANY_STEPS, penalty=1 / (2 * N))  # the loss for which the printed term is right
OTHER_LOSS = ManySteps(PRINTED, FITTING, mark="'")
TRANSPOSED = replace(PRINTED, update_transposed=True)


def statement() -> Statement:
    """The headline: the output of L layers is the prediction after L steps on the penalised loss, from any W_0."""
    return Statement(MANY_STEPS.statement(), MANY_STEPS.meanings)


def theorems() -> Mapping[str, Theorem]:
    """The output, its closed form and the gradient; the printed formula and its own loss; any other term."""
    return OnDemand(
        {
            "A4.T1": MANY_STEPS.output,
            "A4.T2": MANY_STEPS.closed,
            "A4.T3": lambda: check(MANY_STEPS.problem.expansion, "the gradient of the penalised loss"),
            "A4.T4": lambda: OTHER_LOSS.output("the printed term, on the loss for which it is right"),
            "A4.T5": lambda: check(OTHER_LOSS.problem.expansion, "the gradient of that loss"),
            "A4.T6": lambda: ANY_TERM.output("any further term, $M_l$, in the steps and in the layers"),
        }
    )


def one_index() -> Evidence:
    """The update of layer l with the states after l samples, otherwise as corrected."""
    steps = MANY_STEPS.stack
    mixed = stack(LAYER, *MANY_STEPS.states, steps.initial, at=l)
    meanings = tuple(mixed if meaning == steps else meaning for meaning in MANY_STEPS.meanings)
    found = refute(MANY_STEPS.statement(), meanings, admissible=lambda sizes: 1 <= sizes[L] <= sizes[N])
    return with_model(found, MANY_STEPS.problem.model)


SIZES = ((1, 1, 3), (1, 2, 3), (2, 1, 3), (2, 2, 0), (2, 2, 1), (2, 2, 3), (3, 3, 2))

UPDATE = "the update for the penalty $‖W‖²$ is $−(η/N) (W_{l−1}ᵀ Z̃_t − Z_t + W_{l−1})$"

READINGS = (
    Reading(
        id="A4.1",
        place="A.4",
        printed=UPDATE,
        read_as="with the transposes and $Q$ corrected as in A.2: $−(η/N) (V_{l−1} Z̃_N − Z_N + V_{l−1})$",
        correction=(
            "$2N V_{l−1}$ in place of $V_{l−1}$ in the bracket: $V_l = (1 − 2η) V_{l−1} − (η/N) (V_{l−1} Z̃_N − Z_N)$. "
            "For the penalty $λ‖W‖²$ the factor is $1 − 2ηλ$. The printed term belongs to the penalty $‖W‖²/(2N)$"
        ),
        about=About.PARAMETERS,
        wrong="a factor is wrong: the term of the penalty lacks $2N$",
        evidence=lambda: settle_layer(PRINTED, PENALTY),
        computes=ManySteps(PRINTED, PENALTY).computes,
    ),
    Reading(
        id="A4.2",
        place="A.4",
        printed=UPDATE,
        read_as=(
            "with $W_{l−1}ᵀ$ in the bracket as printed, with $Q$ and the start corrected, and for the penalty "
            "$‖W‖²/(2N)$, for which the last term is right"
        ),
        correction="no transpose in the bracket, as in A.2: the matrix that is passed on is $V_l = W_lᵀ$",
        about=About.PARAMETERS,
        row="P3.1",
        evidence=lambda: settle_layer(TRANSPOSED, FITTING),
        computes=ManySteps(TRANSPOSED, FITTING).computes,
    ),
    Reading(
        id="A4.3",
        place="A.4",
        printed="the gradient is $(1/t) Σ ∂/∂W ‖ŷ_i − y_i‖² + 2W_0$",
        read_as=(
            "this is the gradient of the loss on $t$ samples, $(1/(2t)) Σ ‖Wᵀx_i − y_i‖² + ‖W‖²$, although the squares "
            "are differentiated with the factor $1/t$ in place of $1/(2t)$"
        ),
        correction=(
            "$1/(2t)$ before the derivative; with $1/t$ the term from the squares is twice as large as in the gradient "
            "of that loss"
        ),
        shows="the gradient of the loss, and what is printed, in which the squares count twice",
        row="P2.13",
        evidence=lambda: unhalved_gradient(LeastSquares(penalty=sympy.Integer(1))),
    ),
    Reading(
        id="A4.4",
        place="A.4",
        printed="the update $Δ_tW$ is computed from $W_{t−1}$, $Z̃_t$ and $Z_t$",
        read_as="the same index $t$ counts the layers and the samples: layer $l$ uses the states after $l$ samples",
        correction=(
            "two indices: $Δ_lW$ is computed from $W_{l−1}$, as in A.2, and from the states after all $N$ samples"
        ),
        shows="the output, if layer $l$ knows $l$ samples, and the prediction, for which every layer needs all of them",
        weight=Weight.NOTATION,
        harmless="A.2 has the two indices apart",
        wrong="one index counts both layers and samples",
        evidence=one_index,
    ),
    Reading(
        id="A4.5",
        place="A.4",
        printed="the loss with the penalty takes the place of the loss in Eq. 8",
        read_as="Eq. 8 with the matrix $W$ of A.4 in place of the vector $w$, and still with numbers $y_i$ as targets",
        correction="the loss of Eq. 22 is meant, whose targets are vectors",
        weight=Weight.NOTATION,
        harmless="the text of A.4 has vectors as targets, so Eq. 22 is meant",
        wrong="the sizes do not fit: Eq. 8 has numbers as targets",
        evidence=ill_formed(lambda: LeastSquares().point().T * x[i] - target[i]),
    ),
)

PROOF = """
This is P3 with the further term $λ tr(WᵀW) = λ ‖W‖²$ in the loss. The data, $W_0$, $η$ and $λ$ are arbitrary. The loss
is still quadratic, so that it is expanded exactly:

A4.T3

The last two terms are homogeneous of degree 2 in $H$; hence the gradient of the penalty is $2λ W$. One step is now
$(1 − 2ηλ) W_{l−1}$ less $η$ times the gradient of the squares at $W_{l−1}$, as in P3. The penalty needs no data. Thus
the two heads keep their recurrences, with $Z_N = Σ y_i x_iᵀ$ and $Z̃_N = Σ x_i x_iᵀ$ as in P3.T5 and P3.T6, and the
layer scales the matrix that it receives.

Transposed, the step is $W_lᵀ = (1 − 2ηλ) W_{l−1}ᵀ − (η/N) (W_{l−1}ᵀ Z̃_N − Z_N)$, since $Z̃_N$ is symmetric. This is
the recurrence of $V_l$. By induction on $L$, from $V_0 = W_0ᵀ$, it follows that $V_L = W_Lᵀ$ for all $L ≥ 0$, and with
$C_N q = x_{N+1}$ the output is $W_Lᵀ x_{N+1}$ (A4.T1).

As in P3, a second induction on $L$ sums the recurrence up. The geometric series now has another ratio $B$:

A4.T2

The penalty is not special in this. The same induction goes through if step $l$ has any further term $−η M_l$ and layer
$l$ has $−η M_lᵀ$ (A4.T6). As $M_l$ is arbitrary, it may depend on $W_{l−1}$: it may be the gradient there of any
further term of the loss, provided that the layer can compute it.

What is printed for the penalty $‖W‖²$, which is $λ = 1$, adds $W_{l−1}$ itself to the bracket. The bracket is
multiplied by $η/N$, so that the factor becomes $1 − η/N$ in place of $1 − 2η$. In A4.1, with $x_1 = y_1 = 0$ and
$f = N = η = W_0 = x_2 = 1$, the printed layer gives 0, and the step gives $1 − 2 = −1$. The printed term does belong
to a loss, that with the penalty $‖W‖²/(2N)$, whose gradient is $W/N$ (A4.T4, A4.T5). Even for this loss the transpose
in the printed bracket is wrong from $f = 2$ on, as in P3.3 (A4.2). Nor may one index count the layers and the samples:
a layer that used its state after $l$ samples would not have seen the others (A4.4).
"""

CLAIM = Claim(
    id="A4",
    label="an L2 penalty in the loss",
    place="§3.3, A.4",
    summary=(
        "With the penalty $λ‖W‖²$ in the loss, each layer first multiplies the matrix $V_{l−1}$, which it receives "
        "from the layer before, by $1 − 2ηλ$, and then adds its update. Nothing else changes: the two heads and their "
        "recurrences stay as they are. $L$ layers output the prediction after $L$ steps on the penalised loss. The "
        "term that the paper prints belongs to another loss."
    ),
    free=(
        "the targets are any vectors $y_i ∈ R^f$; they need not come from a linear model",
        "in A4.T6, $M_l$ is any matrix, for example the gradient at $W_{l−1}$ of a further term in the loss",
    ),
    assumptions=(
        "$‖W‖²$ is the sum of the squares of all entries, in agreement with the gradient $2W$ in the paper",
        "every layer reads the raw tokens, and uses its states after the last window",
        "in A4.T4 and A4.T5, $ℒ'$ is the loss with the penalty $‖W‖²/(2N)$, for which the printed term is right",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    confirm=lambda: unrolled(LAYER, SIZES, GOAL),
    shown_by="A4.T1",
    expected_as_printed=Verdict.REFUTED,
    expected_proposition=Verdict.PROVED,
    expected_printed=Verdict.REFUTED,
)
