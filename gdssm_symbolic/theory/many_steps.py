"""Layers of two heads compute steps of gradient descent: the statements, and their proofs for all f, N and L."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Sum, Zero
from gdssm_symbolic.kernel.monomials import NormalForm
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Hypothesis, Theorem
from gdssm_symbolic.layers import ANY_STEPS, GradientDescent, N, TwoHeadLayer, eta, f, with_symbolic_decay

from .closed_form import closed_form
from .gd_ssm import WindowHead, query_selector, stack, window_head
from .least_squares import LeastSquares, l, x
from .recurrences import by_recurrence, counter, over_samples, unrolling, without_recurrence

L = sympy.Symbol("L", integer=True, nonnegative=True)  # steps of gradient descent, layers
k = sympy.Symbol("k", integer=True)
M = Name("M", (f, f), arity=1)  # what a step subtracts besides the gradient of the loss


@dataclass(frozen=True)
class ManySteps:
    """L two-head layers compared with L steps of gradient descent (Proposition 3).

    The comparison is after `at` samples. The layer keeps its rate: if this is -η/N, the steps on `at` samples have the
    rate η·at/N, unless `rate` says otherwise. With `further`, step l also subtracts η M_l and layer l subtracts
    η M_lᵀ, where M_l is any matrix, such as the gradient of a term that is added to the loss. `mark` distinguishes
    loss, W_l and V_l from those of another comparison.
    """

    layer: TwoHeadLayer
    goal: GradientDescent = ANY_STEPS
    at: sympy.Expr = N
    further: bool = False
    mark: str = ""
    rate: sympy.Expr | None = None

    @cached_property
    def problem(self) -> LeastSquares:
        return LeastSquares(f, self.goal.penalty, self.goal.forgetting, mark=self.mark)

    def _with_further(self, steps: Recurrence, term: Expr) -> Recurrence:
        return replace(steps, body=steps.body - eta * term) if self.further else steps

    @cached_property
    def descent(self) -> Recurrence:
        rate = eta * self.at / N if self.rate is None else self.rate
        steps = self.problem.descent(from_zero=self.goal.from_zero, samples=self.at, rate=rate)
        return self._with_further(steps, M[l])

    @cached_property
    def heads(self) -> tuple[WindowHead, WindowHead]:
        return window_head(self.layer), window_head(self.layer, tilde=True)

    @cached_property
    def states(self) -> tuple[Recurrence, Recurrence]:
        first, second = self.heads
        return first.Z, second.Z

    @cached_property
    def stack(self) -> Recurrence:
        start = self.descent.name[0]
        given = start if self.layer.start_transposed else start.T
        first = Zero(f, f) if self.goal.from_zero else given
        return self._with_further(stack(self.layer, *self.states, first, f"V{self.mark}", self.at), M[l].T)

    @cached_property
    def readout(self) -> tuple[Meaning, ...]:
        first, second = self.heads
        between = (first.D,) if first.D else ()
        return (first.Q, second.Q, query_selector(self.layer), first.C, *between)

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        problem = self.problem
        return (*self.readout, *self.states, problem.loss, problem.gradient, self.descent, self.stack)

    def statement(self, steps: sympy.Expr = L) -> Equation:
        """V_L C_N q = W_Lᵀ x_{N+1}."""
        output = self.stack.name[steps] * window_head(self.layer).C.name[self.at] * query_selector(self.layer).name()
        return Equation(output, self.problem.prediction(self.descent.name[steps], x[self.at + 1]))

    @cached_property
    def claimed(self) -> Equation:
        """The equation to be proved: for every number of steps, or for the one in `goal`."""
        return self.statement(L if self.goal.steps is None else sympy.Integer(self.goal.steps))

    def sums(self) -> tuple[Theorem, Theorem]:
        """Z_n = Σ y_i x_iᵀ and Z̃_n = Σ x_i x_iᵀ (for the numbers of the paper): each state in closed form."""
        first, second = self.heads
        return over_samples(first.Z, first, first.windows), over_samples(second.Z, second, second.windows)

    def parameters(self) -> Theorem:
        """V_L = W_Lᵀ for every L. If the readout is s·e₃, V_L = W_Lᵀ/s, which gives the same output from W_0 = 0."""
        if self.layer.q[2] == 0:
            raise ProofError("the readout leaves the query out")
        steps, weights, states = self.stack, self.descent, self.sums()
        share = 1 / self.layer.q[2]

        def scaled(count: object) -> Expr:
            return share * weights.name[count].T

        statement = Equation(steps.name[L], scaled(L))
        descended = share * unfold(weights.name[L + 1], [weights]).T
        summed = unfold(steps.name[L + 1], [steps, Hypothesis(statement), *states])
        return by_recurrence(
            statement,
            L,
            steps,
            "the parameters after $L$ layers are those after $L$ steps",
            base=(Step(scaled(0), (steps, weights)),),
            after=(
                Step(summed, states),
                Step(descended, (self.problem.gradient,)),
                Step(scaled(L + 1), (weights,)),
            ),
        )

    def output(self, title: str = "the output of $L$ layers") -> Theorem:
        """The output of L layers is the prediction after L steps, for every L."""
        statement, parameters = self.statement(), self.parameters()
        given = unfold(statement.left, [parameters])
        steps = (Step(given, (parameters,)), Step(statement.right, self.readout))
        return check(Calculation(statement.left, steps), title)

    def output_of(self, steps: int) -> Theorem:
        """The same for one given number of layers, with both sides written out."""
        statement = self.statement(sympy.Integer(steps))
        layers, descended = (self.stack,) * (steps + 1), (self.descent,) * (steps + 1)
        states = tuple(unrolling(head.Z, head) for head in self.heads) if steps else ()  # no layer, no state is read
        stacked = unfold(statement.left, layers)
        summed = unfold(stacked, states)
        stepped = unfold(statement.right, descended)
        calculation = Calculation(
            statement.left,
            (
                Step(stacked, layers),
                Step(summed, states),
                Step(closed_form(unfold(summed, self.readout)), self.readout),
                Step(unfold(stepped, [self.problem.gradient])),
                Step(stepped, (self.problem.gradient,)),
                Step(statement.right, descended),
            ),
        )
        return check(calculation, f"the output of {steps} layers")

    def difference(self, steps: int) -> NormalForm:
        """Output minus prediction in normal form; the decay has to be 1 or a symbol."""
        statement = self.statement(sympy.Integer(steps))
        states = [unrolling(head.Z, head) for head in self.heads]
        output = unfold(statement.left, [*[self.stack] * (steps + 1), *states, *self.readout])
        prediction = unfold(statement.right, [*[self.descent] * (steps + 1), self.problem.gradient])
        return decide(output, prediction).difference

    def computes(self) -> Equation:
        """The output of one layer in closed form, for any numbers of the layer."""
        symbolic = replace(self, layer=with_symbolic_decay(self.layer))
        output = symbolic.statement(sympy.Integer(1)).left
        unrolled = [without_recurrence(symbolic.layer.decay, head.Z, head) for head in symbolic.heads]
        layers = [symbolic.stack, symbolic.stack]  # V_1, and then V_0 in it
        return Equation(output, closed_form(unfold(output, [*layers, *unrolled, *symbolic.readout])))

    def contraction(self) -> Definition:
        """B = keep·I + rate·Z̃_N, the matrix that a step multiplies the error by."""
        second = self.states[1].at(self.at)
        return Definition(Name("B", (f, f)), self.layer.keep * Identity(f) + self.layer.rate * second)

    def closed(self) -> Theorem:
        """W_Lᵀ = W_0ᵀ Bᴸ - rate·Z_N Σ_{k<L} Bᵏ."""
        steps, weights, B = self.stack, self.descent, self.contraction()
        b, Z, rate = B.name(), self.states[0].at(self.at), self.layer.rate

        def value(count: sympy.Expr) -> Expr:
            return steps.initial * b**count - rate * Z * Sum(b**k, k, 0, count - 1)

        summed = by_recurrence(
            Equation(steps.name[L], value(L)),
            L,
            steps,
            "the parameters after $L$ layers in closed form",
            base=(Step(steps.initial, (steps,)), Step(value(sympy.Integer(0)))),
            before=(Step(steps.name[L] * b - rate * Z, (B,)),),
            after=(Step(value(L + 1)),),
        )
        line = (Step(steps.name[L], (self.parameters(),)), Step(value(L), (summed,)))
        return check(Calculation(weights.name[L].T, line), "$L$ steps of gradient descent in closed form")

    def looped(self) -> Theorem:
        """A stack of L layers with states of their own computes what one layer, looped L times, computes."""
        first, second = (window_head(self.layer, tilde=tilde, stacked=True).Z for tilde in (False, True))
        same = tuple(self._same_state(mine, one) for mine, one in zip((first, second), self.states, strict=True))
        looped = self.stack
        tall = stack(self.layer, first, second, looped.initial, "U", self.at)
        shared = unfold(unfold(tall.name[L + 1], [tall]), same)
        return by_recurrence(
            Equation(tall.name[L], looped.name[L]),
            L,
            tall,
            "$L$ layers with states of their own are one layer looped $L$ times",
            base=(Step(looped.initial, (tall,)), Step(looped.name[0], (looped,))),
            before=(Step(shared, same),),
            after=(Step(looped.name[L + 1], (looped,)),),
        )

    def _same_state(self, mine: Recurrence, one: Recurrence) -> Theorem:
        """The state of layer l is the state of the one layer, after any number of samples."""
        count = counter(mine)
        return by_recurrence(
            Equation(mine.at(count), one.at(count)),
            count,
            mine,
            f"every layer has the same state ${one.name.text}$",
            base=(Step(mine.initial, (mine,)), Step(one.at(one.start), (one,))),
            after=(Step(one.at(count + 1), (one,)),),
        )
