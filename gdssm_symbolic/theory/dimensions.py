"""Inputs x_i ∈ R^{c+p} and targets y_i ∈ R^{c+r} of different sizes, as tokens A x_i and B y_i of one size.

The tokens have size c+p+r. This is the larger of the two sizes if p or r is 0, their sum if c is 0, and otherwise a
size in between. For any matrices A and B, with G = AᵀA, the layers of A.2 give

    V_l = B U_lᵀ Aᵀ,    U_l = U_{l-1} - (η/N) Σ x_i (U_{l-1}ᵀ G x_i - y_i)ᵀ,    o = B U_Lᵀ G x_{N+1}

starting from V_0 = B W_0ᵀ Aᵀ. If G = I, these are the steps of gradient descent, and the output is B times the
prediction. Padding with zeros is an A with G = I.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Hypothesis, Theorem
from gdssm_symbolic.layers import N, TwoHeadLayer, WindowLayer, eta

from .closed_form import closed_form
from .gd_ssm import Samples, WindowHead, query_selector, stack, window_head, window_output
from .least_squares import LeastSquares, i, l
from .many_steps import L
from .recurrences import by_recurrence, over_samples, unrolling

c, p, r = (sympy.Symbol(name, integer=True, nonnegative=True) for name in "cpr")
INPUTS, TARGETS, TOKENS = c + p, c + r, c + p + r

PROBLEM = LeastSquares(TARGETS, features=INPUTS)
x, y = PROBLEM.x, PROBLEM.y
A, B = Name("A", (TOKENS, INPUTS)), Name("B", (TOKENS, TARGETS))
G = Definition(Name("G", (INPUTS, INPUTS)), A().T * A())
SAMPLES = Samples(PROBLEM, A(), B())

A_BELOW = Definition(A, Blocks(((Identity(INPUTS),), (Zero(r, INPUTS),))))
B_BELOW = Definition(B, Blocks(((Identity(TARGETS),), (Zero(p, TARGETS),))))
B_ABOVE = Definition(B, Blocks(((Zero(p, TARGETS),), (Identity(TARGETS),))))


@dataclass(frozen=True)
class Embedded:
    """Layers over tokens A x_i and B y_i, for any matrices A and B unless a theorem says otherwise."""

    layers: TwoHeadLayer
    layer: WindowLayer
    inputs: Definition

    @cached_property
    def heads(self) -> tuple[WindowHead, WindowHead]:
        return window_head(self.layers, SAMPLES), window_head(self.layers, SAMPLES, tilde=True)

    @cached_property
    def descent(self) -> Recurrence:
        return PROBLEM.descent()

    @cached_property
    def steps(self) -> Recurrence:
        """U_0 = W_0, and steps of descent with G x_i in place of x_i in the residual."""
        U, start = Name("U", PROBLEM.point.shape, arity=1), self.descent.initial
        slope = Sum(x[i] * (U[l - 1].T * G.name() * x[i] - y[i]).T, i, 1, N)
        return Recurrence(U, l, start, U[l - 1] - eta / N * slope)

    @cached_property
    def stack(self) -> Recurrence:
        """V_0 = B W_0ᵀ Aᵀ, the transpose of A W_0 Bᵀ, and the layers' updates."""
        first, second = self.heads
        return stack(self.layers, first.Z, second.Z, B() * self.descent.initial.T * A().T)

    @cached_property
    def readout(self) -> tuple[Definition, ...]:
        first, second = self.heads
        return first.Q, second.Q, query_selector(self.layers), first.C

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        """The meanings that the main statement rests on, in reading order."""
        states = (head.Z for head in self.heads)
        problem = PROBLEM.loss, PROBLEM.gradient, self.descent
        return self.inputs, B_BELOW, *self.readout, *states, *problem, self.stack

    # ---- many steps ----------------------------------------------------------------------------

    @property
    def output(self) -> Expr:
        """V_L C_N q."""
        return self.stack.name[L] * self.heads[0].C.name[N] * query_selector(self.layers).name()

    @property
    def prediction(self) -> Expr:
        """W_Lᵀ x_{N+1}."""
        return PROBLEM.prediction(self.descent.name[L], x[N + 1])

    def statement(self) -> Equation:
        """V_L C_N q = [W_Lᵀ x_{N+1}; 0]."""
        return Equation(self.output, padded(self.prediction))

    def sums(self) -> tuple[Theorem, Theorem]:
        """For the numbers of the paper Z_n = Σ B y_i x_iᵀ Aᵀ and Z̃_n = Σ A x_i x_iᵀ Aᵀ."""
        first, second = self.heads
        return over_samples(first.Z, first, first.windows), over_samples(second.Z, second, second.windows)

    def parameters(self) -> Theorem:
        """V_L = B U_Lᵀ Aᵀ, for all A and B."""
        V, U, states = self.stack, self.steps, self.sums()

        def value(count: object) -> Expr:
            return B() * U.name[count].T * A().T

        statement = Equation(V.name[L], value(L))
        return by_recurrence(
            statement,
            L,
            V,
            "what is passed on, for any $A$ and $B$",
            base=(Step(V.initial, (V,)), Step(value(0), (U,))),
            after=(
                Step(unfold(V.name[L + 1], [V, Hypothesis(statement), *states]), states),
                Step(B() * unfold(U.name[L + 1], [U]).T * A().T, (G,)),
                Step(value(L + 1), (U,)),
            ),
        )

    def isometry(self) -> Theorem:
        """G = I."""
        identity = Identity(INPUTS)
        return check(Calculation(G.name(), (Step(identity, (G, self.inputs)),)), "to pad with zeros is an isometry")

    def same_steps(self) -> Theorem:
        """U_L = W_L where G = I."""
        U, W, isometry = self.steps, self.descent, self.isometry()
        statement = Equation(U.name[L], W.name[L])
        assumed = unfold(U.name[L + 1], [U, Hypothesis(statement)])
        return by_recurrence(
            statement,
            L,
            U,
            "the steps are those of gradient descent",
            base=(Step(U.initial, (U,)),),
            after=(
                Step(unfold(assumed, [isometry]), (isometry,)),
                Step(unfold(W.name[L + 1], [W]), (PROBLEM.gradient,)),
                Step(W.name[L + 1], (W,)),
            ),
        )

    def any_embedding(self) -> Theorem:
        """V_L C_N q = B U_Lᵀ G x_{N+1}, for all A and B."""
        return check(Calculation(self.output, self._read), "the output for any $A$ and $B$")

    def any_targets(self) -> Theorem:
        """V_L C_N q = B W_Lᵀ x_{N+1}, for all B."""
        return check(Calculation(self.output, self._predicted), "inputs padded with zeros, targets embedded anyhow")

    def padded_below(self) -> Theorem:
        """V_L C_N q = [W_Lᵀ x_{N+1}; 0]."""
        steps = (*self._predicted, Step(padded(self.prediction), (B_BELOW,)))
        return check(Calculation(self.output, steps), "zeros below the inputs and below the targets")

    def padded_above(self) -> Theorem:
        """V_L C_N q = [0; W_Lᵀ x_{N+1}]."""
        steps = (*self._predicted, Step(padded(self.prediction, below=False), (B_ABOVE,)))
        return check(Calculation(self.output, steps), "zeros below the inputs and above the targets")

    @cached_property
    def _read(self) -> tuple[Step, ...]:
        parameters = self.parameters()
        read = B() * self.steps.name[L].T * G.name() * x[N + 1]
        return Step(unfold(self.output, [parameters]), (parameters,)), Step(read, (*self.readout, G))

    @cached_property
    def _predicted(self) -> tuple[Step, ...]:
        return *self._read, Step(B() * self.prediction, (self.same_steps(), self.isometry()))

    # ---- one step with one head ----------------------------------------------------------------

    @property
    def one_step(self) -> Expr:
        """The parameters after one step from 0."""
        return PROBLEM.step(Zero(INPUTS, TARGETS))

    @property
    def one_head(self) -> tuple[Definition, ...]:
        """The windows of the layer with one head, and its readout."""
        return *window_head(self.layer, SAMPLES).windows, query_selector(self.layer)

    @property
    def one_output(self) -> Expr:
        """-(η/N) Z_N C_N q."""
        return window_output(
            self.layer, window_head(self.layer, SAMPLES), query_selector(self.layer), N, self.layer.beta
        )

    def one_head_any_embedding(self) -> Theorem:
        """The output is B times the prediction for G x_{N+1}, for all A and B."""
        return check(Calculation(self.one_output, self._one_read), "one head and one step, for any $A$ and $B$")

    def one_head_padded(self) -> Theorem:
        """The output is the prediction for x_{N+1}, padded."""
        predicted = PROBLEM.prediction(self.one_step, x[N + 1])
        steps = (
            *self._one_read,
            Step(B() * predicted, (self.isometry(), PROBLEM.gradient)),
            Step(padded(predicted), (B_BELOW, PROBLEM.gradient)),
        )
        return check(Calculation(self.one_output, steps), "one head and one step, padded with zeros")

    @cached_property
    def _one_read(self) -> tuple[Step, ...]:
        head = window_head(self.layer, SAMPLES)
        unrolled = unrolling(head.Z, head)
        summed = unfold(self.one_output, [unrolled])
        return (
            Step(summed, (unrolled,)),
            Step(closed_form(unfold(summed, self.one_head)), self.one_head),
            Step(B() * self.one_step.T * G.name() * x[N + 1], (PROBLEM.gradient, G)),
        )


def padded(target: Expr, *, below: bool = True) -> Expr:
    """Return a vector of the size of the targets, with zeros below or above it."""
    zeros = Zero(p, 1)
    return Blocks(((target,), (zeros,)) if below else ((zeros,), (target,)))
