"""One layer with one head computes one step of gradient descent: the statements, and their proofs for all f and N.

Every function takes the numbers of a layer and argues the same way for any of them: it either returns
theorems, or a check fails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import sympy

from gdssm_symbolic.construction import (
    ONE_STEP_FROM_ZERO,
    ConstructedTokenLayer,
    GradientDescent,
    N,
    WindowLayer,
    eta,
    f,
    with_symbolic_decay,
)
from gdssm_symbolic.definitions import Meaning, Recurrence, unfold
from gdssm_symbolic.display import closed_form
from gdssm_symbolic.expressions import Expr, Zero
from gdssm_symbolic.gradient_descent import LeastSquares, t, x
from gdssm_symbolic.model import TokenHead, WindowHead, query_selector, token_head, window_head, window_output
from gdssm_symbolic.normal_form import NormalForm, decide
from gdssm_symbolic.proofs import Calculation, Step, Theorem, check
from gdssm_symbolic.recurrences import without_recurrence
from gdssm_symbolic.refutation import Refuted, refute
from gdssm_symbolic.statements import Equation


@dataclass(frozen=True)
class OneStep:
    """One layer against one step of gradient descent from W_0 = 0 (Propositions 1 and 2).

    Of the goal the forgetting factor is used. `mark` tells state and loss from those of another comparison.
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
        """What the output is made of, without the state."""
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
        """Output = prediction after `at` samples, the layer's beta taken for that many samples."""
        return Equation(self.output(at, self.layer.beta.subs(N, at)), self.prediction(at))

    @cached_property
    def claimed(self) -> Equation:
        """What the layer is held against: the prediction from the whole context."""
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

    def fixed_factor(self) -> Theorem:
        """With the factor for N samples kept at every step, step t is a step of rate ηt/N on t samples."""
        statement = Equation(self.output(t, self.layer.beta), self.prediction(t, eta * t / N))
        title = "the factor for N samples kept at every step"
        return check(self.calculation(statement, self.unrolled()), title)

    def refute_fixed_factor(self) -> Refuted | None:
        """With that factor, step t is not a step of rate η on the first t samples, for t before N."""
        equation = Equation(self.output(t, self.layer.beta), self.prediction(t))
        return refute(equation, self.meanings, admissible=lambda sizes: sizes[t] <= sizes[N])

    def difference(self) -> NormalForm:
        """Last output minus prediction in normal form; the decay has to be 1 or a symbol."""
        statement = self.claimed
        output = unfold(unfold(statement.left, [self.unrolled()]), self.readout)
        return decide(output, unfold(statement.right, [self.problem.gradient])).difference

    def computes(self) -> Equation:
        """What the last output is in closed form, whatever the layer's numbers are."""
        symbolic = replace(self, layer=with_symbolic_decay(self.layer))
        left = symbolic.output(N, self.layer.beta)
        return Equation(left, closed_form(unfold(unfold(left, [symbolic.unrolled()]), symbolic.readout)))
