"""P4, Proposition 4 (§3.3, A.3): a non-linear model. What an MLP after the layer cannot do, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import sympy

from derivations.claim import About, Claim, Contradicted, Evidence, OnDemand, Reading, Verdict
from gdssm_symbolic.evidence.counterexamples import refuted_at
from gdssm_symbolic.kernel.definitions import Definition, Meaning
from gdssm_symbolic.kernel.expressions import App, Name, Zero, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, eta, f
from gdssm_symbolic.theory import proposition_4
from gdssm_symbolic.theory.least_squares import x
from gdssm_symbolic.theory.proposition_4 import GRADIENT, MEANINGS, NUMBERS, STATE, g, linear_sum, slope
from gdssm_symbolic.writing.narration import Statement

from .proposition_3 import MANY_STEPS


def statement() -> Statement:
    """The headline: with a further head, the model's prediction after one step from 0, for every g."""
    return Statement(proposition_4.statement(), MEANINGS)


def theorems() -> Mapping[str, Theorem]:
    """The prediction; the gradient from the states; its being one; no function; the logistic one; an embedding."""
    return OnDemand(
        {
            "P4.T1": proposition_4.prediction,
            "P4.T2": proposition_4.two_heads,
            "P4.T3": proposition_4.gradient,
            "P4.T4": proposition_4.impossible,
            ("P4.T5", "P4.T6"): proposition_4.logistic,
            "P4.T7": lambda: proposition_4.embedded(MANY_STEPS),
        }
    )


#: The model with g(z) = z + 1, whose slope is 1, and its weights.
_NUMBER = Name("z", proposition_4.NUMBER)
OF_G = Definition(g, _NUMBER() + 1, (), (_NUMBER,))
OF_SLOPE = Definition(slope, wrap(1), (), (_NUMBER,))
WEIGHTS = Name("w_*", NUMBERS.point.shape)


def with_one_added(
    equation: Equation, meanings: tuple[Meaning, ...], scalars: tuple[tuple[sympy.Symbol, Fraction], ...], *data: App
) -> Evidence:
    """A counterexample with f = N = 1 and g(z) = z + 1; the weights of the model, and all these data, are 1."""
    ones = {(WEIGHTS, ()): [[Fraction(1)]]} | {
        (one.name, tuple(map(int, one.indices))): [[Fraction(1)]] for one in data
    }
    return refuted_at(equation, (*meanings, OF_G, proposition_4.MODEL), {f: 1, N: 1}, scalars, ones)


def linear_prediction() -> Evidence:
    """w_1ᵀx against the prediction g(w_1ᵀx) of the model that is said to be trained."""
    parameters = NUMBERS.step(Zero(*NUMBERS.point.shape))
    value = NUMBERS.prediction(parameters, x[N + 1])
    return with_one_added(Equation(value, g(value)), (GRADIENT, OF_SLOPE), ((eta, Fraction(1)),), x[1], x[2])


def start_elsewhere() -> Evidence:
    """The state that A.3's recurrence adds up, against the sum that it is said to be, for any w_0."""
    start = Name("w_0", NUMBERS.point.shape)()
    return with_one_added(Equation(STATE.at(N), linear_sum(start)), (STATE,), (), x[1], start)


SOME_MAP = "some map $f$ takes $Σ (w_0ᵀx_i − y_i) x_i$ to the unscaled gradient of the non-linear model, for all data"

READINGS = (
    Reading(
        id="P4.1",
        place="A.3",
        printed=SOME_MAP,
        read_as="one function $f$ for all data of $N$ samples; $w_0 = 0$, where this sum is the state of the layer",
        correction=(
            "at $w_0 = 0$ such an $f$ exists only if $g(0) g'(0) = 0$, and it is then $f(z) = g'(0) z$; otherwise "
            "there are two data sets with the same sum and different gradients. With a further head, which accumulates "
            "$Σ x_i$, the gradient can be computed for every $g$ at $w_0 = 0$"
        ),
        about=About.PROPOSITION,
        wrong="there is no such map: two data sets with the same sum have different gradients",
        evidence=lambda: Contradicted(
            proposition_4.impossible(),
            "two data sets of $N$ samples, both with targets of the model, have the same sum, and their gradients "
            "differ by $N g(0) g'(0) (g(z) − g(0)) u$, where $z$ is any number",
        ),
    ),
    Reading(
        id="P4.2",
        place="A.3",
        printed=f"{SOME_MAP}, for $g$ such as the sigmoid",
        read_as="$g = σ$ and $w_0 = 0$, for two data sets of one sample each, $(1, ½)$ and $(2, ¼)$",
        correction="both data sets have the sum $−½$, but their gradients are 0 and 1/8",
        about=About.PROPOSITION,
        row="P4.1",
        evidence=lambda: Contradicted(
            proposition_4.logistic()[1],
            "the sample $(1, ½)$, of the model with $w = 0$, and the sample $(2, ¼)$, of another one, have the same "
            "sum $−½$, but the gradients 0 and 1/8",
        ),
    ),
    Reading(
        id="P4.3",
        place="A.3, after Proposition 4",
        printed="the prediction is $−η ∇ℒ(w_0)ᵀ x_{t+1}$",
        read_as="$w_0 = 0$, and the prediction is that of the model $ŷ = g(wᵀx)$ after the step",
        correction="$g(w_1ᵀ x_{t+1})$ with $w_1 = −η ∇ℒ(0)$: the non-linearity is applied after the readout too",
        shows="for $g(z) = z + 1$, $w_1ᵀ x_2$ and the model's prediction $g(w_1ᵀ x_2)$",
        about=About.PARAMETERS,
        wrong="the output lacks the non-linearity $g$",
        evidence=linear_prediction,
    ),
    Reading(
        id="P4.4",
        place="A.3, after Proposition 4",
        printed="the state $Σ (w_0ᵀx_i − y_i) x_i$ is accumulated by the recurrence of Eq. 12, with the same $Ψ$",
        read_as="for any $w_0$, with the corrected recurrence $z_t = z_{t−1} − y_t x_t$",
        correction=(
            "this holds for $w_0 = 0$ only; for another $w_0$ the state lacks $Σ x_i x_iᵀ w_0$, which needs a head of "
            "its own"
        ),
        shows="for $g(z) = z + 1$, the state after one sample and the sum $Σ (w_0ᵀx_i − y_i) x_i$",
        about=About.PARAMETERS,
        wrong="a term is missing if $w_0 ≠ 0$",
        evidence=start_elsewhere,
    ),
)

PROOF = """
Let $g$ be any differentiable function. By the chain rule $∇ℒ$ is the gradient of $ℒ$ (P4.T3). At $w = 0$ every $wᵀx_i$
is 0, so that only the numbers $g(0)$ and $g'(0)$ enter: $N ∇ℒ_N(0) = Σ (g(0) − y_i) g'(0) x_i$. The state $s_N$ of the
linear layer is $−Σ y_i x_i$, by induction on the number of samples. It lacks $Σ x_i$, which a further head accumulates
as $r_N$:

P4.T2

Put into the readout, with $g$ applied to the result, this is the prediction after one step from 0, P4.T1. It holds for
all $f$ and $N$, since they are the length of the vectors and the number of steps.

A.3 of the paper has no such head: it wants a function of the state $s_N$ alone, which an MLP then represents. Suppose
that a function $F$, continuous or not, took the state to the gradient for all data. Let $u ≠ 0$, and let $z$ be a
number with $g(z) ≠ g(0)$; if $g'(0) ≠ 0$, then $g$ is not constant and there is one. Take two data sets of $N$ equal
samples: the input $g(z) u$ with the target $g(0)$, and the input $g(0) u$ with the target $g(z)$. Both have the state
$−N g(0) g(z) u$. In the first set the residual at $w = 0$ is 0, and so is the gradient. In the second the gradient,
times $N$, is $N (g(0) − g(z)) g'(0) g(0) u$, which is not 0 unless $g(0) g'(0) = 0$. One state has two gradients, so
there is no $F$:

P4.T4

Targets are those of the model itself: the first set has $w = 0$, and the second any $w$ with $g(0) wᵀu = z$. The
condition is sharp. If $g(0) g'(0) = 0$, then P4.T2 says that the gradient is $g'(0) s_N$.

For the logistic function, $g(0) = ½$ and $g'(0) = ¼$. The samples $(1, ½)$ and $(2, ¼)$ both have the state $−½$
(P4.T5), but the gradients are 0 and 1/8 (P4.T6); this is P4.2.

Two more sentences of A.3 fail. The output $w_1ᵀ x$ is not the model's prediction $g(w_1ᵀ x)$: for $g(z) = z + 1$ and
one sample P4.3 has 1 and 2. From $w_0 ≠ 0$ the sum $Σ (w_0ᵀx_i − y_i) x_i$ has the term $Σ x_i x_iᵀ w_0$, which the
recurrence does not accumulate (P4.4).

What an MLP can do is to embed the inputs before the layers. As P3.T1 holds for any inputs, it holds for $φ(ξ_i)$ in
their place, with any function $φ$; nothing is left to prove:

P4.T7
"""

CLAIM = Claim(
    id="P4",
    label="one step, non-linear model",
    headline="what is proved in place of Proposition 4, with one head more",
    place="Proposition 4, §3.3, A.3",
    summary=(
        "Proposition 4 says that a linear layer with an MLP outputs the prediction of a non-linear model $ŷ = g(wᵀx)$ "
        "after one step of gradient descent. In general no function of the layer's state is the gradient that this "
        "step needs. With one further head, which accumulates the inputs, a layer outputs the prediction after one "
        "step from $w_0 = 0$, for every differentiable $g$. Applied to embedded inputs $φ(x)$, the $L$ layers of P3 "
        "compute $L$ exact steps on the weights $W$ of the model $ŷ = Wᵀφ(x)$."
    ),
    free=(
        "$g$ is any differentiable function and $g'$ its derivative; only the values $g(0)$ and $g'(0)$ are used",
        "the targets are any numbers $y_i$",
    ),
    assumptions=(
        "the theorem that no function of the state is enough (P4.T4) assumes that neither $g(0)$ nor $g'(0)$ is 0, and "
        "that $g(z) ≠ g(0)$ for some number $z$, which follows from $g'(0) ≠ 0$",
        "P4.T4 uses two data sets that the model itself can produce: the inputs $g(z) u$ with the targets $g(0)$, for "
        "$w = 0$, and the inputs $g(0) u$ with the targets $g(z)$, for any $w$ with $g(0) wᵀu = z$",
        "in P4.T6 the logistic function is defined by the two facts that are used, its value $½$ at 0 and its "
        "derivative $σ (1 − σ)$: $σ(z) = ½ + ρ(z) − ρ(0)$, which is any function with this value, and $σ'(z) = σ(z) "
        "(1 − σ(z))$",
        "for every differentiable $g$, $∇ℒ$ is proved to be the gradient of $ℒ$, by the chain rule",
        "the step starts at $w_0 = 0$; with the embedding the steps start at any $W_0$",
        "the input of the further head is $x_t$; the claim CE says how a layer gets it",
    ),
    notes=(
        "What exists instead:",
        "with a free input map, which may add $g'(0) (g(0) − y_t) x_t$ to the state, there is a layer whose state is "
        "the unscaled gradient at $w_0 = 0$ (P4.T2); Proposition 4 stays refuted, since A.3 leaves this to an MLP "
        "after the state of the linear model",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    expected_as_printed=Verdict.REFUTED,
    expected_proposition=Verdict.REFUTED,
    expected_printed=Verdict.REFUTED,
)
