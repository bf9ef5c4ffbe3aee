"""One layer with one head computes one step of gradient descent: the statements, and their proofs for all f and N.

Every proof is built in the same way for any numbers of a layer. Either the checker accepts it, or it
raises an error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.definitions import Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum, Zero
from gdssm_symbolic.kernel.monomials import NormalForm
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import (
    ONE_STEP_FROM_ZERO,
    ConstructedTokenLayer,
    GradientDescent,
    N,
    WindowLayer,
    eta,
    f,
    with_symbolic_decay,
)

from .closed_form import closed_form
from .gd_ssm import (
    TOKENS,
    TokenHead,
    WindowHead,
    query_selector,
    token_head,
    tokens_from,
    window,
    window_head,
    window_output,
)
from .least_squares import LeastSquares, i, squared_norm, t, x
from .recurrences import as_sum, without_recurrence


@dataclass(frozen=True)
class OneStep:
    """One layer compared with one step of gradient descent from W_0 = 0 (Propositions 1 and 2).

    Only the forgetting factor of `goal` is used. `mark` distinguishes state and loss from those of another comparison.
    """

    layer: ConstructedTokenLayer | WindowLayer
    goal: GradientDescent = ONE_STEP_FROM_ZERO
    mark: str = ""

    @cached_property
    def problem(self) -> LeastSquares:
        targets = sympy.Integer(1) if isinstance(self.layer, ConstructedTokenLayer) else f
        return LeastSquares(targets, forgetting=self.goal.forgetting, mark=self.mark)

    @cached_property
    def head(self) -> TokenHead | WindowHead:
        if isinstance(self.layer, ConstructedTokenLayer):
            return token_head(self.layer)
        return window_head(self.layer, mark=self.mark)

    @cached_property
    def state(self) -> Recurrence:
        head = self.head
        return head.z if isinstance(head, TokenHead) else head.Z

    @cached_property
    def readout(self) -> tuple[Meaning, ...]:
        """The definitions that the output consists of, without the state."""
        own = [meaning for meaning in self.head.meanings if meaning != self.state]
        return (*own, *(() if isinstance(self.layer, ConstructedTokenLayer) else (query_selector(self.layer),)))

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        return (*self.readout, self.state, self.problem.loss, self.problem.gradient)

    def output(self, at: sympy.Expr, beta: sympy.Expr) -> Expr:
        head = self.head
        if isinstance(head, TokenHead):
            return head.output(at, beta)
        assert isinstance(self.layer, WindowLayer)
        return window_output(self.layer, head, query_selector(self.layer), at, beta)

    def prediction(self, at: sympy.Expr, rate: sympy.Expr = eta) -> Expr:
        """The prediction for x_{at+1} after one step from zero on the first `at` samples."""
        parameters = self.problem.step(Zero(f, self.problem.targets), at, rate)
        return self.problem.prediction(parameters, x[at + 1])

    def statement(self, at: sympy.Expr = N) -> Equation:
        """Output = prediction after `at` samples, where the layer's beta is that for `at` samples."""
        return Equation(self.output(at, self.layer.beta.subs(N, at)), self.prediction(at))

    @cached_property
    def claimed(self) -> Equation:
        """The equation to be proved: the last output is the prediction from the whole context."""
        return self.statement()

    def unrolled(self) -> Theorem:
        return without_recurrence(self.layer.decay, self.state, self.head)

    def calculation(self, statement: Equation, unrolled: Theorem) -> Calculation:
        """From the output, by the unrolled state and the readout, to the prediction."""
        summed = unfold(statement.left, [unrolled])
        computed = closed_form(unfold(summed, self.readout))
        explicit = unfold(statement.right, [self.problem.gradient])
        return Calculation(
            statement.left,
            (
                Step(summed, (unrolled,)),
                Step(computed, self.readout),
                Step(explicit),
                Step(statement.right, (self.problem.gradient,)),
            ),
        )

    def from_prediction(self) -> tuple[Step, ...]:
        """The calculation of the last output read backwards: from the prediction to the output."""
        forwards = self.calculation(self.statement(), self.unrolled())
        lines = [forwards.first, *(step.expr for step in forwards.steps[:-1])]
        return tuple(Step(line, step.by) for line, step in zip(reversed(lines), reversed(forwards.steps), strict=True))

    def every_step(self, title: str = "the output after every sample") -> Theorem:
        """For every t: with the factor for t samples, step t gives the prediction from the first t samples."""
        return check(self.calculation(self.statement(t), self.unrolled()), title)

    def last_step(self) -> Theorem:
        """At t = N: the whole context."""
        return check(self.calculation(self.statement(), self.unrolled()), "the last output")

    @cached_property
    def in_one_line(self) -> Theorem:
        """At t = N the output is (η/N) Σ y_i x_iᵀ x_{N+1}, with the numbers of Propositions 1 and 2 as corrected."""
        output, lemma, y_of = self.output(N, self.layer.beta), self.unrolled(), self.problem.y
        summed = unfold(output, [lemma])
        total = eta / N * Sum(y_of[i] * x[i].T * x[N + 1], i, 1, N)
        steps = (Step(summed, (lemma,)), Step(total, self.readout))
        return check(Calculation(output, steps), "the last output as a sum over the samples")

    def implicit(self) -> Theorem:
        """The loss is that of the implicit model's predictions (Eqs. 7, 8, 22)."""
        problem = self.problem
        model, loss, w = problem.implicit, problem.loss, problem.point()
        spread = 1 / (2 * t) * Sum(squared_norm(model.name.at((i,), (w,)) - problem.y[i]), i, 1, t)
        calculation = Calculation(spread, (Step(loss.name.at((t,), (w,)), (model, loss)),))
        return check(calculation, "the loss of the implicit model")

    def windowed(self) -> Theorem:
        """The window over the tokens as one sequence is [x_t y_t x_{t+1}] (Eqs. 19-21)."""
        head = self.head
        assert isinstance(head, WindowHead)
        steps = (Step(window(2 * t - 1), TOKENS), Step(head.C.name[t], (head.C,)))
        return check(Calculation(tokens_from(2 * t - 1), steps), "the window over the sequence of tokens")

    def recursion(self) -> Theorem:
        """The recurrence of the state, with what a step adds written out (Eqs. 11, 17)."""
        state, recurrence = self.state, unfold(self.state.at(t), [self.state])
        added = unfold(recurrence, self.readout)
        steps = (Step(recurrence, (state,)), Step(closed_form(added), self.readout))
        return check(Calculation(state.at(t), steps), f"a step of the state ${state.name.text}$")

    def gradient_in_state(self) -> Theorem:
        """The state is the unscaled gradient at 0, for vector targets its transpose (after Eq. 12; A.1)."""
        problem, lemma, state = self.problem, self.unrolled(), self.state.at(t)
        unscaled = t * problem.gradient.name.at((t,), (Zero(f, problem.targets),))
        steps = (
            Step(unfold(state, [lemma]), (lemma,)),
            Step(closed_form(unfold(unfold(state, [lemma]), self.readout)), self.readout),
            Step(unscaled.T if problem.vectorial else unscaled, (problem.gradient,)),
        )
        return check(Calculation(state, steps), "the state is the unscaled gradient at 0")

    def read_out(self) -> Theorem:
        """The readout of the token or the window is the next input (Eqs. 13, 18)."""
        output = self.output(t, self.layer.beta)
        read = closed_form(unfold(output, self.readout))
        return check(Calculation(output, (Step(read, self.readout),)), "what the output reads")

    def accumulated(self, *, from_zero: bool = False) -> Theorem:
        """The recurrence of the unscaled gradient accumulates t times the gradient, from any start (Eqs. 9, 11, 23).

        For vector targets, it is the recurrence of the component along u ∈ R^f; for u = e_i, that of [y]_i and column i
        of W_0.
        """
        g, start, along = self.accumulation(from_zero=from_zero)
        total = as_sum(g, lambda steps: Sum(self._residual(i, start, along) * x[i], i, 1, steps))
        scaled = self._along(t * self.problem.gradient.name.at((t,), (start,)), along)
        steps = (Step(unfold(g.at(t), [total]), (total,)), Step(scaled, (self.problem.gradient,)))
        return check(Calculation(g.at(t), steps), f"the unscaled gradient as a recurrence, from {_words(from_zero)}")

    def applied(self, *, from_zero: bool = False) -> Theorem:
        """The prediction after a step, from the unscaled gradient: ŷ = (w_0 - (η/t) g_t)ᵀ x_{t+1} (Eq. 10 from 0)."""
        g, start, along = self.accumulation(from_zero=from_zero)
        rate, lemma = eta / t, self.accumulated(from_zero=from_zero)
        stepped = -rate * g.at(t).T if from_zero else (self._along(start, along) - rate * g.at(t)).T
        first = stepped * x[t + 1]
        predicted = self.problem.prediction(self._along(self.problem.step(start, t), along), x[t + 1])
        steps = (Step(unfold(first, [lemma]), (lemma,)), Step(predicted, (self.problem.gradient,)))
        title = f"the prediction from the unscaled gradient, from {_words(from_zero)}"
        return check(Calculation(first, steps), title)

    def accumulation(self, *, from_zero: bool) -> tuple[Recurrence, Expr, Expr | None]:
        """The recurrence of the unscaled gradient, its start, and the component for which it is written."""
        point, vectorial = self.problem.point, self.problem.vectorial
        given = Name(f"{point.text}_0", point.shape)()
        start = Zero(*point.shape) if from_zero else given
        along = Name("u", (f, 1))() if vectorial else None
        state = Name("g^0", (f, 1), arity=1) if from_zero else Name("g", (f, 1), arity=1)
        g = Recurrence(state, t, Zero(f, 1), state[t - 1] + self._residual(t, start, along) * x[t])
        return g, start, along

    def _residual(self, at: sympy.Expr, start: Expr, along: Expr | None) -> Expr:
        target = self.problem.y[at]
        return self._along(start, along).T * x[at] - (target if along is None else along.T * target)

    def _along(self, parameters: Expr, along: Expr | None) -> Expr:
        return parameters if along is None else parameters * along

    def fixed_factor(self) -> Theorem:
        """With the factor for N samples kept at every step, step t is a step of rate ηt/N on t samples."""
        statement = Equation(self.output(t, self.layer.beta), self.prediction(t, eta * t / N))
        title = "the factor for $N$ samples kept at every step"
        return check(self.calculation(statement, self.unrolled()), title)

    def refute_fixed_factor(self) -> Refuted | None:
        """Refute that, with this factor, step t < N is a step of rate η on the first t samples, for a linear model."""
        equation = Equation(self.output(t, self.layer.beta), self.prediction(t))
        found = refute(equation, self.meanings, admissible=lambda sizes: sizes[t] <= sizes[N])
        return with_model(found, self.problem.model)

    def difference(self) -> NormalForm:
        """Last output minus prediction in normal form; the decay has to be 1 or a symbol."""
        statement = self.claimed
        output = unfold(unfold(statement.left, [self.unrolled()]), self.readout)
        return decide(output, unfold(statement.right, [self.problem.gradient])).difference

    def computes(self) -> Equation:
        """The last output in closed form, for any numbers of the layer."""
        symbolic = replace(self, layer=with_symbolic_decay(self.layer))
        left = symbolic.output(N, self.layer.beta)
        return Equation(left, closed_form(unfold(unfold(left, [symbolic.unrolled()]), symbolic.readout)))


def _words(from_zero: bool) -> str:
    return "0" if from_zero else "any start"
