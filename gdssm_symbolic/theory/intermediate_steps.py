"""The recurrence sample by sample: what its state depends on, what exchanging two samples changes, and weights.

The state of Proposition 2 is Z_t = a Z_{t-1} + C_t Q C_tᵀ with C_t Q C_tᵀ = -y_t x_tᵀ. Exchange the adjacent samples m
and m+1. Then k samples later the state is R_k instead of Z_{m+1+k}:

    R_k = Z_{m+1+k} + (1 - a) aᵏ (y_{m+1} x_{m+1}ᵀ - y_m x_mᵀ)

The exchange changes the windows of samples m-1, m and m+1, since each window contains the next input.

With a = 1 the samples may be read in any order. Let p_{t,j} be 1 if sample j is read at step t, and 0 if not. Then the
state after k steps is -Σ_j c_{k,j} y_j x_jᵀ, where c_{k,j} = Σ_{t≤k} p_{t,j} counts how often sample j was read. The
last step reads every sample 1 - c_{k,j} times, the one that is left, and the state is that of the original order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Sum, Zero, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, WindowLayer, eta, f

from .gd_ssm import WindowHead, attention, query_selector, y
from .least_squares import LeastSquares, squared_norm, t, x
from .one_step import OneStep
from .recurrences import by_recurrence, n

m = sympy.Symbol("m", integer=True, positive=True)  # a sample that is exchanged with the next one
k = sympy.Symbol("k", integer=True, nonnegative=True)  # samples read after these two, or before the last step
j = sympy.Symbol("j", integer=True)

u = Name("u", (f, 1), arity=1)  # replaces the next input in a window


def other_windows(head: WindowHead) -> tuple[Definition, Recurrence]:
    """The windows with u_t in place of the next input, and the state over them."""
    E = Definition(Name("E", (f, 3), arity=1), Blocks(((x[t], y[t], u[t]),)), (t,))
    state = Name("Y", head.Z.name.shape, arity=1)
    return E, Recurrence(state, t, Zero(f, f), head.decay * state[t - 1] + attention(E.name, head.Q.name, t))


def next_inputs_do_not_matter(head: WindowHead) -> Theorem:
    """The state depends only on the samples that were read, and not on the next input in each window."""
    E, Y = other_windows(head)
    Z = head.Z
    return by_recurrence(
        Equation(Y.name[n], Z.name[n]),
        n,
        Y,
        "the state, whatever stands in place of the next inputs",
        base=(Step(Y.initial, (Y,)), Step(Z.name[0], (Z,))),
        after=(
            Step(head.decay * Z.name[n] + head.drive(n + 1), (head.Q, head.C, E)),
            Step(Z.name[n + 1], (Z,)),
        ),
    )


def exchange(head: WindowHead) -> tuple[tuple[Definition, Definition], Recurrence]:
    """The windows of samples m+1 and m, read in this order, and the state from then on.

    It starts from the state after m-1 samples, over windows with any vector in place of the next input.
    """
    _, Y = other_windows(head)
    first = Definition(Name("F", (f, 3)), Blocks(((x[m + 1], y[m + 1], x[m]),)))
    second = Definition(Name("G", (f, 3)), Blocks(((x[m], y[m], x[m + 2]),)))
    one, two = (of.name() * head.Q.name() * of.name().T for of in (first, second))
    state = Name("R", head.Z.name.shape, arity=1)
    start = head.decay * (head.decay * Y.name[m - 1] + one) + two
    return (first, second), Recurrence(state, t, start, head.decay * state[t - 1] + head.drive(m + 1 + t))


def change(decay: sympy.Expr, after: sympy.Expr) -> Expr:
    """Return what the exchange adds to the state `after` samples later."""
    return (1 - decay) * decay**after * (y[m + 1] * x[m + 1].T - y[m] * x[m].T)


def exchanged(head: WindowHead) -> Theorem:
    """For every decay: how exchanging samples m and m + 1 changes the state k samples later."""
    windows, R = exchange(head)
    Z, same = head.Z.name, next_inputs_do_not_matter(head)

    def value(count: sympy.Expr) -> Expr:
        return Z[m + 1 + count] + change(head.decay, count)

    return by_recurrence(
        Equation(R.name[k], value(k)),
        k,
        R,
        "the state after an exchange of two neighbouring samples",
        base=(
            Step(R.initial, (R,)),
            Step(unfold(R.initial, [same]), (same,)),
            Step(value(sympy.Integer(0)), (head.Z, head.Z, head.Q, head.C, *windows)),
        ),
        after=(Step(value(k + 1), (head.Z,)),),
    )


@dataclass(frozen=True)
class AnyOrder:
    """A layer without forgetting reads the N samples in any order; at step t it reads sample j p_{t,j} times."""

    of: OneStep

    chosen: ClassVar[Name] = Name("p", (1, 1), arity=2)

    @cached_property
    def head(self) -> WindowHead:
        assert isinstance(self.of.head, WindowHead)
        return self.of.head

    @cached_property
    def window(self) -> Definition:
        """Sample j in the window of step t, with u_t in place of the next input."""
        return Definition(Name("E", (f, 3), arity=2), Blocks(((x[j], y[j], u[t]),)), (t, j))

    @cached_property
    def last_window(self) -> Definition:
        """Sample j in the window of the last step, which ends in the query."""
        return Definition(Name("G", (f, 3), arity=1), Blocks(((x[j], y[j], x[N + 1]),)), (j,))

    @cached_property
    def times(self) -> Recurrence:
        """c_{t,j} = c_{t-1,j} + p_{t,j}: how often sample j was read in the first t steps."""
        count = Name("c", (1, 1), arity=2)
        return Recurrence(count, t, Zero(1, 1), count[t - 1, j] + self.chosen[t, j], (t, j))

    @cached_property
    def state(self) -> Recurrence:
        """R_t = R_{t-1} + Σ_j p_{t,j} E_{t,j} Q E_{t,j}ᵀ, with the decay 1."""
        R, Q, E = Name("R", self.head.Z.name.shape, arity=1), self.head.Q.name(), self.window.name
        read = Sum(self.chosen[t, j] * (E[t, j] * Q * E[t, j].T), j, 1, N)
        return Recurrence(R, t, Zero(f, f), self.head.decay * R[t - 1] + read)

    def counted(self) -> Theorem:
        """After k steps: R_k = -Σ_j c_{k,j} y_j x_jᵀ."""

        def value(steps: sympy.Expr) -> Expr:
            return -Sum(self.times.name[steps, j] * (y[j] * x[j].T), j, 1, N)

        return by_recurrence(
            Equation(self.state.name[k], value(k)),
            k,
            self.state,
            "the state after $k$ steps that read samples in any order",
            base=(Step(self.state.initial, (self.state,)), Step(value(sympy.Integer(0)), (self.times,))),
            after=(Step(value(k + 1), (self.times, self.window, self.head.Q)),),
        )

    def after_all(self) -> Expr:
        """The state after a last step that reads what is left."""
        Q, G = self.head.Q.name(), self.last_window.name
        left_over = (1 - self.times.name[k, j]) * (G[j] * Q * G[j].T)
        return self.head.decay * self.state.name[k] + Sum(left_over, j, 1, N)

    def same_state(self) -> Theorem:
        """It is the state of the original order."""
        counted, unrolled = self.counted(), self.of.unrolled()
        left, right = self.after_all(), self.head.Z.name[N]
        added = -Sum(y[j] * x[j].T, j, 1, N)
        steps = (
            Step(unfold(left, [counted]), (counted,)),
            Step(added, (self.last_window, self.head.Q)),
            Step(unfold(right, [unrolled]), (self.head.Q, self.head.C)),
            Step(right, (unrolled,)),
        )
        return check(Calculation(left, steps), "the state after all samples, in any order")

    def same_output(self) -> Theorem:
        """The last output is the prediction after one step from 0, whichever sample m was read last."""
        counted, gradient, q = self.counted(), self.of.problem.gradient, query_selector(WindowLayer())
        prediction = self.of.prediction(N)
        left = -eta / N * self.after_all() * (self.last_window.name[m] * q.name())
        steps = (
            Step(unfold(left, [counted]), (counted,)),
            Step(eta / N * Sum(y[j] * x[j].T, j, 1, N) * x[N + 1], (self.last_window, self.head.Q, q)),
            Step(unfold(prediction, [gradient])),
            Step(prediction, (gradient,)),
        )
        return check(Calculation(left, steps), "the last output, in any order of the samples")


def two_samples(problem: LeastSquares) -> Theorem:
    """The quadratic part of the loss on two samples: the older one's square has the sign of the forgetting factor."""
    expansion = problem.expansion
    remainder = substitute(expansion.remainder, {t: sympy.Integer(2)})
    older, last = (squared_norm(expansion.direction().T * x[i]) for i in (1, 2))
    title = "the quadratic part of the loss on two samples"
    return check(Calculation(remainder, (Step(problem.forgetting / 4 * older + sympy.Rational(1, 4) * last),)), title)
