"""The GD-SSM computes gradient descent: the statements, and their proofs for all f, N (and L).

Every function here takes the numbers of a layer and argues the same way for any of them: it either
returns theorems, or a check fails. `settle` turns a failed proof into a counterexample, or into
`None` (undecided) when none is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import sympy

from gdssm_symbolic.construction import ConstructedTokenLayer, Layer, N, TwoHeadLayer, WindowLayer, eta, f
from gdssm_symbolic.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.display import closed_form
from gdssm_symbolic.expressions import Expr, Identity, Name, Sum, Zero, substitute
from gdssm_symbolic.gradient_descent import LeastSquares, t, x
from gdssm_symbolic.indices import OutsideLanguage
from gdssm_symbolic.model import (
    TokenHead,
    WindowHead,
    query_selector,
    stack,
    token_head,
    update,
    window_head,
    window_output,
)
from gdssm_symbolic.proofs import (
    Calculation,
    Equation,
    Hypothesis,
    Induction,
    ProofError,
    Step,
    Theorem,
    check,
)
from gdssm_symbolic.refutation import Refuted, refute

L = sympy.Symbol("L", integer=True, nonnegative=True)  # steps of gradient descent, layers
k = sympy.Symbol("k", integer=True)
n = sympy.Symbol("n", integer=True, nonnegative=True)  # samples read so far


def by_recurrence(
    statement: Equation,
    variable: sympy.Symbol,
    state: Recurrence,
    title: str,
    *,
    base: tuple[Step, ...],
    before: tuple[Step, ...] = (),
    after: tuple[Step, ...],
) -> Theorem:
    """A statement about a state, by induction along its recurrence.

    Base case: state = `base`. Step: one step of the recurrence, the lines `before`, then the
    hypothesis, then the lines `after`, the last of which is the statement for the next value.
    """
    hypothesis = Hypothesis(statement)
    first = state.at(state.start)
    start, following = ({variable: value} for value in (sympy.Integer(state.start), variable + 1))
    unfolded = Step(unfold(substitute(statement.left, following), [state]), (state,))
    assumed = Step(unfold((unfolded, *before)[-1].expr, [hypothesis]), (hypothesis,))
    return check(
        Induction(
            statement,
            variable,
            base=Calculation(substitute(statement.left, start), base or (Step(first),)),
            step=Calculation(substitute(statement.left, following), (unfolded, *before, assumed, *after)),
        ),
        title,
    )


def counter(state: Recurrence) -> sympy.Symbol:
    """n, the number of samples read, from the state's start on."""
    return n if state.start == 0 else sympy.Symbol("n", integer=True, positive=True)


def unrolling(state: Recurrence, total: Callable[[sympy.Expr], Expr]) -> Theorem:
    """The state after n samples is `total(n)`."""
    count = counter(state)
    return by_recurrence(
        Equation(state.at(count), total(count)),
        count,
        state,
        f"the state {state.name.text} unrolled",
        base=(Step(state.initial, (state,)), Step(total(sympy.Integer(state.start)))),
        after=(Step(total(count + 1)),),
    )


@dataclass(frozen=True)
class OneStep:
    """One layer against one step of gradient descent from W_0 = 0 (Propositions 1 and 2)."""

    layer: ConstructedTokenLayer | WindowLayer

    @property
    def problem(self) -> LeastSquares:
        return LeastSquares(sympy.Integer(1) if isinstance(self.layer, ConstructedTokenLayer) else f)

    @property
    def head(self) -> TokenHead | WindowHead:
        return token_head(self.layer) if isinstance(self.layer, ConstructedTokenLayer) else window_head(self.layer)

    @property
    def state(self) -> Recurrence:
        head = self.head
        return head.z if isinstance(head, TokenHead) else head.Z

    @property
    def readout(self) -> tuple[Meaning, ...]:
        """What the output is made of, without the state."""
        own = [meaning for meaning in self.head.meanings if meaning != self.state]
        return (*own, *(() if isinstance(self.layer, ConstructedTokenLayer) else (query_selector(self.layer),)))

    @property
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

    def unrolled(self) -> Theorem:
        return unrolling(self.state, self.head.unrolled)

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

    def every_step(self) -> Theorem:
        """For every t: with the factor for t samples, step t gives the prediction from the first t samples."""
        return check(self.calculation(self.statement(t), self.unrolled()), "the output after every sample")

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

    def computes(self) -> Equation:
        """What the last output is in closed form, whatever the layer's numbers are."""
        symbolic = OneStep(_with_symbolic_decay(self.layer))
        left = symbolic.output(N, self.layer.beta)
        theorem = symbolic.unrolled()
        return Equation(left, closed_form(unfold(unfold(left, [theorem]), symbolic.readout)))


@dataclass(frozen=True)
class ManySteps:
    """L two-head layers against L steps of gradient descent from any W_0 (Proposition 3)."""

    layer: TwoHeadLayer

    @property
    def problem(self) -> LeastSquares:
        return LeastSquares(f)

    @property
    def descent(self) -> Recurrence:
        return self.problem.descent

    @property
    def heads(self) -> tuple[WindowHead, WindowHead]:
        return window_head(self.layer), window_head(self.layer, tilde=True)

    @property
    def states(self) -> tuple[Recurrence, Recurrence]:
        first, second = self.heads
        return first.Z, second.Z

    @property
    def stack(self) -> Recurrence:
        start = self.descent.name[0]
        return stack(self.layer, *self.states, start if self.layer.start_transposed else start.T)

    @property
    def readout(self) -> tuple[Meaning, ...]:
        first, second = self.heads
        between = (first.D,) if first.D else ()
        return (first.Q, second.Q, query_selector(self.layer), first.C, *between)

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        problem = self.problem
        return (*self.readout, *self.states, problem.loss, problem.gradient, self.descent, self.stack)

    def statement(self, steps: sympy.Expr = L) -> Equation:
        """V_L C_N q = W_Lᵀ x_{N+1}."""
        output = self.stack.name[steps] * window_head(self.layer).C.name[N] * query_selector(self.layer).name()
        return Equation(output, self.problem.prediction(self.descent.name[steps], x[N + 1]))

    def sums(self) -> tuple[Theorem, Theorem]:
        """Z_n = Σ y_i x_iᵀ and Z̃_n = Σ x_i x_iᵀ (for the numbers of the paper): each state in closed form."""

        def explicit(head: WindowHead) -> Theorem:
            unrolled = unrolling(head.Z, head.unrolled)
            state, total = unrolled.statement.left, unrolled.statement.right
            own = [meaning for meaning in head.meanings if meaning != head.Z]
            computed = closed_form(unfold(total, own))
            sums = Calculation(state, (Step(total, (unrolled,)), Step(computed, tuple(own))))
            return check(sums, f"the state {head.Z.name.text} as a sum over samples")

        first, second = self.heads
        return explicit(first), explicit(second)

    def parameters(self) -> Theorem:
        """V_L = W_Lᵀ for every L."""
        steps, weights, states = self.stack, self.descent, self.sums()
        descended = unfold(weights.name[L + 1], [weights]).T
        summed = unfold(update(self.layer, weights.name[L].T, *(state.at(N) for state in self.states)), states)
        return by_recurrence(
            Equation(steps.name[L], weights.name[L].T),
            L,
            steps,
            "the parameters after L layers are those after L steps",
            base=(Step(weights.name[0].T, (steps,)),),
            after=(
                Step(summed, states),
                Step(descended, (self.problem.gradient,)),
                Step(weights.name[L + 1].T, (weights,)),
            ),
        )

    def output(self) -> Theorem:
        """The output of L layers is the prediction after L steps."""
        statement, parameters = self.statement(), self.parameters()
        given = unfold(statement.left, [parameters])
        steps = (Step(given, (parameters,)), Step(statement.right, self.readout))
        return check(Calculation(statement.left, steps), "the output of L layers")

    def computes(self) -> Equation:
        """What the output of one layer is in closed form, whatever the layer's numbers are."""
        symbolic = ManySteps(_with_symbolic_decay(self.layer))
        output = symbolic.statement(sympy.Integer(1)).left
        unrolled = [unrolling(head.Z, head.unrolled) for head in symbolic.heads]
        stack = [symbolic.stack, symbolic.stack]  # V_1, and then V_0 in it
        return Equation(output, closed_form(unfold(output, [*stack, *unrolled, *symbolic.readout])))

    def contraction(self) -> Definition:
        """B = I + rate·Z̃_N, the matrix that a step multiplies the error by."""
        return Definition(Name("B", (f, f)), Identity(f) + self.layer.rate * self.states[1].at(N))

    def closed(self) -> Theorem:
        """W_Lᵀ = W_0ᵀ Bᴸ - rate·Z_N Σ_{k<L} Bᵏ."""
        steps, weights, B = self.stack, self.descent, self.contraction()
        b, Z, rate = B.name(), self.states[0].at(N), self.layer.rate

        def value(count: sympy.Expr) -> Expr:
            return steps.initial * b**count - rate * Z * Sum(b**k, k, 0, count - 1)

        summed = by_recurrence(
            Equation(steps.name[L], value(L)),
            L,
            steps,
            "the parameters after L layers in closed form",
            base=(Step(steps.initial, (steps,)), Step(value(sympy.Integer(0)))),
            before=(Step(steps.name[L] * b - rate * Z, (B,)),),
            after=(Step(value(L + 1)),),
        )
        line = (Step(steps.name[L], (self.parameters(),)), Step(value(L), (summed,)))
        return check(Calculation(weights.name[L].T, line), "L steps of gradient descent in closed form")

    def looped(self) -> Theorem:
        """A stack of L layers with states of their own computes what one layer, looped L times, computes."""
        first, second = (window_head(self.layer, tilde=tilde, stacked=True).Z for tilde in (False, True))
        same = tuple(self._same_state(mine, one) for mine, one in zip((first, second), self.states, strict=True))
        looped = self.stack
        tall = stack(self.layer, first, second, looped.initial, name="U")
        shared = unfold(unfold(tall.name[L + 1], [tall]), same)
        return by_recurrence(
            Equation(tall.name[L], looped.name[L]),
            L,
            tall,
            "L layers with states of their own are one layer looped L times",
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
            f"every layer has the same state {one.name.text}",
            base=(Step(mine.initial, (mine,)), Step(one.at(one.start), (one,))),
            after=(Step(one.at(count + 1), (one,)),),
        )


def settle(prove: Callable[[], Theorem], statement: Equation, meanings: Iterable[Meaning]) -> Theorem | Refuted | None:
    """The theorem if the proof checks; else a confirmed counterexample; else None, which is undecided."""
    try:
        return prove()
    except (ProofError, OutsideLanguage):
        return refute(statement, meanings)


def settle_layer(layer: Layer) -> Theorem | Refuted | None:
    """Does the layer compute gradient descent, one step or L, for all sizes, data and learning rates?"""
    if isinstance(layer, TwoHeadLayer):
        many = ManySteps(layer)
        return settle(many.output, many.statement(), many.meanings)
    one = OneStep(layer)
    return settle(one.last_step, one.statement(), one.meanings)


AnyLayer = TypeVar("AnyLayer", bound=Layer)


def _with_symbolic_decay(layer: AnyLayer) -> AnyLayer:
    plain = layer.decay == 1 or layer.decay.is_Symbol
    return layer if plain else replace(layer, decay=sympy.Symbol("a"))
