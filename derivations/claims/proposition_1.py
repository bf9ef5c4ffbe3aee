"""P1, Proposition 1 (§3.1, Eqs. 7-16): scalar targets, constructed tokens, one step of gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from derivations.claim import About, Claim, OnDemand, Reading, Verdict, Weight
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Identity, Name, Sum, Zero
from gdssm_symbolic.kernel.proofs import Specialisation
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import ConstructedTokenLayer, N, entries, f
from gdssm_symbolic.theory.closed_form import closed_form
from gdssm_symbolic.theory.decide_layer import settle_layer
from gdssm_symbolic.theory.least_squares import i, t
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.theory.recurrences import as_sum
from gdssm_symbolic.writing.narration import Statement

from .common_readings import every_step, ill_formed, unrolled

LAYER = ConstructedTokenLayer()
PRINTED = replace(LAYER, Psi=entries([[1, 0]]))
ONE_STEP = OneStep(LAYER)


def statement() -> Statement:
    """The headline: the last output is the prediction after one step from 0."""
    return Statement(ONE_STEP.statement(), ONE_STEP.meanings, ONE_STEP.in_one_line)


def theorems() -> Mapping[str, Theorem]:
    """At t = N, at every t, with the factor for N kept; the gradient; and what leads from Eq. 7 to Eq. 13."""
    return OnDemand(
        {
            ("P1.T1", "P1.T2"): last_and_every,
            "P1.T12": lambda: ONE_STEP.in_one_line,
            "P1.T3": ONE_STEP.fixed_factor,
            "P1.T4": lambda: check(ONE_STEP.problem.expansion, "the gradient of the loss"),
            "P1.T5": ONE_STEP.accumulated,
            "P1.T6": ONE_STEP.applied,
            "P1.T7": lambda: ONE_STEP.applied(from_zero=True),
            "P1.T8": ONE_STEP.implicit,
            "P1.T9": ONE_STEP.recursion,
            "P1.T10": ONE_STEP.gradient_in_state,
            "P1.T11": ONE_STEP.read_out,
        }
    )


def last_and_every() -> tuple[Theorem, Theorem]:
    """At t = N, which is a special case, and at every t."""
    every = ONE_STEP.every_step()
    return check(Specialisation(every, {t: N}), "the last output"), every


def square_diagonal() -> tuple[Equation, tuple[Meaning, ...]]:
    """The reading in which Ψ and Θ are square: 2f×2f, diagonal, with ones in the first and the last f places."""
    O, I = Zero(f, f), Identity(f)  # noqa: E741
    Psi = Definition(Name("Ψ", (2 * f, 2 * f)), Blocks(((I, O), (O, O))))
    Theta = Definition(Name("Θ", (2 * f, 2 * f)), Blocks(((O, O), (O, I))))
    c = next(meaning for meaning in ONE_STEP.meanings if meaning.name.text == "c")
    state = Name("z", (2 * f, 1), arity=1)
    z = Recurrence(state, t, Zero(2 * f, 1), state[t - 1] + Psi.name() * c.name[t])
    output = LAYER.beta * state[N].T * Theta.name() * c.name[N]
    problem = ONE_STEP.problem
    return Equation(output, ONE_STEP.prediction(N)), (Psi, Theta, c, z, problem.loss, problem.gradient)


def square_diagonal_computes() -> Equation:
    """What that reading computes, in closed form."""
    equation, (Psi, Theta, c, z, *_) = square_diagonal()
    assert isinstance(z, Recurrence)
    total = as_sum(z, lambda steps: Sum(Psi.name() * c.name[i], i, 1, steps))
    return Equation(equation.left, closed_form(unfold(equation.left, [total, Psi, Theta, c])))


READINGS = (
    Reading(
        id="P1.1",
        place="Eqs. 12, 15",
        printed="$Ψ ∈ R^(2f×f)$, and the state is updated by $Ψ c_t$",
        read_as="the product as it stands, with $c_t ∈ R^(2f)$",
        correction="the update is $Ψᵀ c_t$, as in the sentence before Eq. 12",
        about=About.PARAMETERS,
        weight=Weight.NOTATION,
        harmless="only $Ψᵀ c_t$ fits, and the sentence before Eq. 12 has it",
        wrong="the sizes do not fit: a transpose is missing",
        evidence=ill_formed(lambda: Name("Ψ", (2 * f, f))() * Name("c", (2 * f, 1), arity=1)[t]),
    ),
    Reading(
        id="P1.2",
        place="after Eqs. 12 and 13",
        printed="$Ψ$ and $Θ$ are diagonal; $Ψ$ has ones in the first $f$ places, $Θ$ in the last $f$ places",
        read_as="square diagonal $2f×2f$ matrices, so that every product exists",
        correction="selector matrices $Ψᵀ = [−I  0]$ and $Θ = [0  I]$, both $f×2f$",
        shows="the products $x_t y_t$ and the next input stand in different halves, so that the output is 0",
        about=About.PARAMETERS,
        weight=Weight.NOTATION,
        harmless="the printed sizes $2f×f$ leave only the selector matrices",
        wrong="the sizes are wrong: with square matrices the output is 0",
        evidence=lambda: with_model(refute(*square_diagonal()), ONE_STEP.problem.model),
        computes=square_diagonal_computes,
    ),
    Reading(
        id="P1.3",
        place="Eqs. 12-16",
        printed="the state accumulates $x_t y_t$, and $β = −η/N$",
        read_as="selector matrices $Ψᵀ = [I  0]$ and $Θ = [0  I]$, both $f×2f$",
        correction="the state accumulates $−x_t y_t$, the terms of the gradient at 0; or $β = +η/N$",
        about=About.PARAMETERS,
        wrong="the sign is wrong: the output is minus the prediction",
        evidence=lambda: settle_layer(PRINTED),
        computes=OneStep(PRINTED).computes,
    ),
    replace(
        every_step("P1.4", "Proposition 1", ONE_STEP, "signs"),
        row="",
        weight=Weight.REMARK,
        harmless=(
            "Eq. 10 has $−η/t$; with $−η/N$ the output is the prediction after one step too, of another rate, and at "
            "$t = N$ of the printed one"
        ),
    ),
)

PROOF = """
The inputs $x_i$, the targets $y_i$ and the rate $η$ are arbitrary. The loss is quadratic in $w$; its expansion at any
$w$ is exact, with a last term that is homogeneous of degree 2 in the direction $h$:

P1.T4

Hence $∇ℒ_t$ is the gradient. At $w = 0$ the residual of sample $i$ is $−y_i$, so that
$t ∇ℒ_t(0) = −Σ_{i=1..t} x_i y_i$: a sum to which a sample adds $−x_t y_t$, and nothing that depends on another sample.

The constructed token has $x_t y_t$ in its upper half and $x_{t+1}$ in its lower half. The selector $Ψᵀ = [−I  0]$
takes minus the upper half, so that the recurrence of the layer is

P1.T9

By induction on $t$, from $z_0 = 0$, the state is $−Σ_{i=1..t} x_i y_i$, which is

P1.T10

The selector $Θ = [0  I]$ takes the lower half of the token, $Θ c_t = x_{t+1}$ (P1.T11). The last output is therefore
$−(η/N) z_Nᵀ x_{N+1} = (0 − η ∇ℒ_N(0))ᵀ x_{N+1}$, which is P1.T1; P1.T12 is the same as a sum over the samples.

The dimension $f$ enters only as the size of the two blocks, and $N$ as the number of steps, over which the induction
runs; so this holds for all $f, N ≥ 1$. At any time $t$ it holds with the factor $−η/t$ (P1.T2). With the factor $−η/N$
kept at every step, the output after $t$ samples belongs to a step of rate $ηt/N$ (P1.T3), which is $η$ at $t = N$.

The recurrence from which the paper sets out starts anywhere. With $w_0ᵀ x_t − y_t$ in place of $−y_t$ the sum is
$t ∇ℒ_t(w_0)$, by the same induction (P1.T5, P1.T6). Its terms contain $w_0$, and the product $x_t y_t$ does not: for
all data they agree up to the sign only at $w_0 = 0$.

What is printed has the sign of the gradient wrong: its state adds up $+x_t y_t$, and the factor is still $−η/N$. In
P1.3, with $f = N = 1$ and all numbers 1, the output is $−1$ and the prediction is 1. Either sign may be changed, that
of $Ψ$ or that of the factor. If $Ψ$ and $Θ$ are read as square diagonal matrices (P1.2), the state has its products in
the upper half and the readout its input in the lower one; their inner product is 0 for all data.
"""

CLAIM = Claim(
    id="P1",
    label="one step, scalar targets",
    place="Proposition 1, §3.1, Eqs. 7-16",
    summary=(
        "A constructed token $c_t$ is the product $x_t y_t$ of an input and its target, stacked on the next input "
        "$x_{t+1}$. A diagonal linear recurrence over these tokens outputs the prediction of a linear model after one "
        "step of gradient descent from 0."
    ),
    free=("the targets are any numbers $y_i$; they need not come from a linear model",),
    assumptions=("the step starts at $w_0 = 0$",),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    confirm=lambda: unrolled(LAYER, product((1, 2, 3), repeat=2)),
    shown_by="P1.T1",
    expected_as_printed=Verdict.REFUTED,
    expected_proposition=Verdict.PROVED,
    expected_printed=Verdict.REFUTED,
)
