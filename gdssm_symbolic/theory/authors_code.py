"""The authors' implementation (commit 92f4555), in its own conventions, compared with the corrected construction.

In one layer, the rows of u_t ∈ R^{3×f} are the tokens of a window, and the output is multiplied by -1:

    H_t = H_{t-1} + u_tᵀ w u_t,    V_t = Γ H_tᵀ,    o_t = u_tᵀ D,    prediction = -V_N o_N,

The construction has w = e₁e₂ᵀ, Γ = -(η/f) I and D = e₃. (In the code w is w_q, H is Z and Γ is C.) For two steps, the
code has three such layers, which all read the raw tokens. It uses the last weights of the first layer at every window,
and adds the query:

    V_t = V^1_t + V^1_N V^2_t + V^3_t,    prediction = -(V_N o_N + x_{N+1}).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import Absurdity, Case, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.laws import Law, Uniform
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import Entries, N, WindowLayer, entries, eta, f

from .closed_form import closed_form
from .gd_ssm import window, y
from .least_squares import LeastSquares, i, l, squared_norm, t, x
from .one_step import OneStep
from .population import NOISE
from .recurrences import as_sum, by_recurrence, counter

B = sympy.Symbol("B", integer=True, positive=True)  # contexts of a batch
n = sympy.Symbol("n", integer=True, nonnegative=True)  # windows before the last
k = sympy.Symbol("k", integer=True, positive=True)  # a multiple of a query
scale = sympy.Symbol("s")
HALF = sympy.Rational(1, 2)

INPUT_BY_TARGET = entries([[0, 1, 0], [0, 0, 0], [0, 0, 0]])  # e₁e₂ᵀ
TARGET_BY_INPUT = INPUT_BY_TARGET.T
INPUT_BY_INPUT = entries([[1, 0, 0], [0, 0, 0], [0, 0, 0]])
THIRD = entries([[0], [0], [1]])  # e₃

u = Definition(Name("u", (3, f), arity=1), window(2 * t - 1).T, (t,))
D = Definition(Name("D", (3, 1)), wrap(THIRD))
o = Definition(Name("o", (f, 1), arity=1), u.name[t].T * D.name(), (t,))


@dataclass(frozen=True)
class Head:
    """The state and the weights of one layer; a mark distinguishes the three layers."""

    w: Entries = INPUT_BY_TARGET
    rate: sympy.Expr = eta / f  # Γ = -rate I
    mark: str = ""

    def _name(self, letter: str, rows: sympy.Expr, columns: sympy.Expr, arity: int = 0) -> Name:
        raised = f"^{self.mark}" if self.mark else ""
        return Name(letter + raised, (rows, columns), arity)

    @cached_property
    def weights(self) -> Definition:
        three = sympy.Integer(3)
        return Definition(self._name("w", three, three), wrap(self.w))

    @cached_property
    def Gamma(self) -> Definition:
        return Definition(self._name("Γ", f, f), Scalar(-self.rate) * Identity(f))

    def drive(self, at: sympy.Expr) -> Expr:
        return u.name[at].T * self.weights.name() * u.name[at]

    @cached_property
    def H(self) -> Recurrence:
        name = self._name("H", f, f, arity=1)
        return Recurrence(name, t, Zero(f, f), name[t - 1] + self.drive(t))

    @cached_property
    def V(self) -> Definition:
        return Definition(self._name("V", f, f, arity=1), self.Gamma.name() * self.H.at(t).T, (t,))

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return (self.weights, self.Gamma, self.H, self.V)

    def computed(self) -> Theorem:
        """V_t as a sum over the samples: -(η/f) Σ_{i≤t} y_i x_iᵀ for the numbers of one layer."""
        unrolled = as_sum(self.H, lambda steps: Sum(self.drive(i), i, 1, steps))
        given = self.V.name[t]
        summed = unfold(self.V.body, [unrolled])
        own = (u, self.weights, self.Gamma)
        steps = (Step(summed, (self.V, unrolled)), Step(closed_form(unfold(summed, own)), own))
        return check(Calculation(given, steps), f"the weights ${self.V.name.text}$ in the samples")


def query() -> Theorem:
    """o_t = x_{t+1}."""
    return check(Calculation(o.name[t], (Step(x[t + 1], (o, u, D)),)), "what the weights are applied to")


@dataclass(frozen=True)
class OneLayer:
    """One layer of the code, times -1."""

    head: Head = Head()

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        problem = LeastSquares(f)
        return (u, D, o, *self.head.meanings, problem.loss, problem.gradient)

    def raw(self) -> Expr:
        return self.head.V.name[N] * o.name[N]

    def prediction(self) -> Expr:
        return -self.raw()

    def statement(self) -> Equation:
        """One step whose rate is N times the number in Γ: ηN/f."""
        return Equation(self.prediction(), OneStep(WindowLayer()).prediction(N, self.head.rate * N))

    @cached_property
    def lemmas(self) -> tuple[Theorem, Theorem]:
        return self.head.computed(), query()

    def computes(self) -> Theorem:
        """The prediction after one step of rate ηN/f from 0."""
        left, right = self.statement().parts
        gradient = LeastSquares(f).gradient
        steps = (
            Step(unfold(left, self.lemmas), self.lemmas),
            Step(unfold(right, [gradient])),
            Step(right, (gradient,)),
        )
        return check(Calculation(left, steps), "one layer of the code, times $−1$")

    def off_by(self) -> Theorem:
        """The difference from one step of rate η, which is a multiple of 1/f - 1/N."""
        gradient = LeastSquares(f).gradient
        first = self.prediction() - OneStep(WindowLayer()).prediction(N)
        difference = (self.head.rate - eta / N) * (Sum(y[i] * x[i].T, i, 1, N) * x[N + 1])
        steps = (Step(difference, (*self.lemmas, gradient)),)
        return check(Calculation(first, steps), "what the constructed rate is off by")

    def is_construction(self, layer: WindowLayer) -> Theorem:
        """The output is that of a layer of the GD-SSM, because both are the same step of gradient descent."""
        first = self.prediction()
        own = OneStep(layer).prediction(N)
        gradient = LeastSquares(f).gradient
        given = Step(unfold(first, self.lemmas), self.lemmas)
        steps = (given, Step(own, (gradient,)), *OneStep(layer).from_prediction())
        return check(Calculation(first, steps), "with $ηf/N$ in place of $η$: the corrected construction")

    def same_state(self, Q: Entries, *, transposed: bool) -> Theorem:
        """H_n is the state Z_n of a GD-SSM with these numbers, or Z_nᵀ."""
        other = OneStep(WindowLayer(Q=Q))
        mine, theirs = self.head.H, other.state
        count = counter(mine)

        def turned(at: sympy.Expr) -> Expr:
            return theirs.at(at).T if transposed else theirs.at(at)

        return by_recurrence(
            Equation(mine.at(count), turned(count)),
            count,
            mine,
            "the state of the code, transposed" if transposed else "the state of the code",
            base=(Step(mine.initial, (mine,)), Step(turned(sympy.Integer(0)), (theirs,))),
            after=(Step(turned(count + 1), (theirs, u, self.head.weights, *other.readout)),),
        )

    def is_layer(self, layer: WindowLayer) -> Theorem:
        """V_N o_N = β Z_Nᵀ C_N q, or without the transpose: the code's layer is a layer of the model."""
        raw, other = self.raw(), OneStep(layer)
        same = self.same_state(layer.Q, transposed=not layer.read_transposed)
        given = unfold(unfold(raw, [self.head.V]), [same])
        right = other.output(N, layer.beta)
        sources: tuple[Source, ...] = (query(), self.head.Gamma, *other.readout)
        both: tuple[Source, ...] = (self.head.V, same)
        steps = (Step(given, both), Step(right, sources))
        if layer.read_transposed:
            title = "the output is that of the printed $Q$, the state read out transposed"
        else:
            title = "the output is that of $Q = e₂e₁ᵀ$ with the printed sign"
        return check(Calculation(raw, steps), title)


# ---- what it is trained with ---------------------------------------------------------------------------


def half_loss() -> Theorem:
    """½ Σ_b ‖ŷ_b - y'_b‖² / (B f) is half the mean squared error of one component."""
    b = sympy.Symbol("b", integer=True)
    predicted = Name("ŷ", (f, 1), arity=1)
    wanted = Name("y'", (f, 1), arity=1)
    total = Sum(squared_norm(predicted[b] - wanted[b]), b, 1, B)
    loss = Definition(Name("J", (1, 1)), HALF * total * (1 / (B * f)))
    error = Definition(Name("E", (1, 1)), 1 / B * Sum(1 / f * squared_norm(predicted[b] - wanted[b]), b, 1, B))
    calculation = Calculation(loss.name(), (Step(HALF * error.name(), (loss, error)),))
    return check(calculation, "the loss is half the mean squared error of a component")


def scaled_inputs() -> Theorem:
    """For inputs s x_i, and so targets s y_i, coefficient c gives s times what s² c gives for x_i and y_i."""
    c = Name("c", (1, 1))()

    def predicted(factor: sympy.Expr) -> Expr:
        total = Sum((factor * y[i]) * (factor * x[i]).T, i, 1, N)
        return c * total * (factor * x[N + 1])

    right = scale * ((scale**2 * c) * (Sum(y[i] * x[i].T, i, 1, N) * x[N + 1]))
    return check(Calculation(predicted(scale), (Step(right),)), "inputs $s$ times as large")


@dataclass(frozen=True)
class Inputs:
    """Best coefficients for inputs uniform on (-α, α), without noise; `best` gives that of a law (OPT1)."""

    best: Callable[[Law], sympy.Expr]

    def coefficient(self, law: Law, mark: str) -> Definition:
        value = self.best(law).subs(NOISE.moment(2), 0)
        return Definition(Name(f"c_{mark}", (1, 1)), Scalar(value))

    @property
    def any_scale(self) -> Definition:
        return self.coefficient(Uniform(), "α")

    @property
    def printed(self) -> Definition:
        """U(-1, 1), as the paper has it."""
        return self.coefficient(Uniform(sympy.Integer(1)), "1")

    @property
    def default(self) -> Definition:
        """U(-½, ½), which is U(-r/2, r/2) with the default r = 1."""
        return self.coefficient(Uniform(HALF), "½")

    def by_scale(self) -> Theorem:
        """α² c(α) = c(1)."""
        left, right = self.any_scale, self.printed
        alpha = Uniform().scale
        first = alpha**2 * left.name()
        steps = (Step(closed_form(unfold(first, [left])), (left,)), Step(right.name(), (right,)))
        calculation = Calculation(first, steps)
        return check(calculation, "the best coefficient by the scale of the inputs")

    def four_times(self) -> Theorem:
        """c(½) = 4 c(1)."""
        left, right = self.default, self.printed
        steps = (Step(closed_form(left.body), (left,)), Step(4 * right.name(), (right,)))
        calculation = Calculation(left.name(), steps)
        return check(calculation, "the best coefficient for the default range")

    def the_same(self) -> tuple[Equation, tuple[Definition, Definition]]:
        """The two best predictors, compared with each other."""
        left, right = self.default, self.printed
        total = Sum(y[i] * x[i].T, i, 1, N) * x[N + 1]
        return Equation(left.name() * total, right.name() * total), (left, right)


# ---- three layers for two steps -------------------------------------------------------------------------

FROM_ZERO = (INPUT_BY_TARGET, INPUT_BY_INPUT, INPUT_BY_TARGET)
FROM_MINUS_I = (INPUT_BY_TARGET + INPUT_BY_INPUT, INPUT_BY_INPUT, INPUT_BY_TARGET + INPUT_BY_INPUT)


@dataclass(frozen=True)
class ThreeLayers:
    """The code's model for two steps, with one w for each layer, all with Γ = -(η/N) I.

    With `added`, the query is added to the output, as in the code. `start` times I is the W_0 of the descent with which
    the model is compared.
    """

    w: tuple[Entries, Entries, Entries] = FROM_ZERO
    added: bool = False
    start: int = 0

    @cached_property
    def heads(self) -> tuple[Head, Head, Head]:
        first, second, third = (Head(w, eta / N, str(k)) for k, w in enumerate(self.w, 1))
        return first, second, third

    @cached_property
    def problem(self) -> LeastSquares:
        return LeastSquares(f)

    @cached_property
    def descent(self) -> Recurrence:
        if not self.start:
            return self.problem.descent(from_zero=True)
        name = Name("W^-", (f, f), arity=1)
        return Recurrence(name, l, self.start * Identity(f), self.problem.step(name[l - 1]))

    @property
    def layers(self) -> tuple[Meaning, ...]:
        return (u, D, o, *(meaning for head in self.heads for meaning in head.meanings))

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return (self.output, *self.layers, self.problem.loss, self.problem.gradient, self.descent)

    def weights(self, at: sympy.Expr, last: sympy.Expr) -> Expr:
        """V^1_t + V^1_N V^2_t + V^3_t; it would be causal with V^1_t in place of V^1_N."""
        first, second, third = (head.V.name for head in self.heads)
        return first[at] + first[last] * second[at] + third[at]

    @cached_property
    def output(self) -> Definition:
        """p_t = -V_t o_t, or p^+_t = -(V_t o_t + x_{t+1})."""
        output = self.weights(t, N) * o.name[t]
        if self.added:
            return Definition(Name("p^+", (f, 1), arity=1), -(output + x[t + 1]), (t,))
        return Definition(Name("p", (f, 1), arity=1), -output, (t,))

    @property
    def two_steps(self) -> Expr:
        return self.problem.prediction(self.descent.name[2], x[N + 1])

    def statement(self) -> Equation:
        return Equation(self.output.name[N], self.two_steps)

    def computes(self) -> Theorem:
        """Two steps of gradient descent: the weights as sums over the samples, and that they give W_2ᵀ x_{N+1}."""
        gradient, descended = self.problem.gradient, (self.descent,) * 3
        lemmas = (*(head.computed() for head in self.heads), query())
        first, last = self.statement().parts
        given = unfold(first, [self.output])
        stepped = unfold(last, descended)
        steps = (
            Step(given, (self.output,)),
            Step(stepped, (*lemmas, gradient)),
            Step(last, descended),
        )
        start = {0: "0", -1: "−I"}.get(self.start, f"{self.start} I")
        return check(Calculation(first, steps), f"three layers of the code, two steps from $W_0 = {start}$")

    def with_query(self) -> tuple[Theorem, Theorem]:
        """Two steps from 0, and what the code computes with these numbers: it adds the query, so it is off by -x."""
        computed = self.computes()
        added = self.output.name[N] - x[N + 1]
        total = Calculation(added - self.two_steps, (Step(-x[N + 1], (computed,)),))
        return computed, check(total, "what the added query changes")

    def non_causal(self) -> Equation:
        """The output after t samples, and what it would be if it depended on these samples alone."""
        return Equation(-self.weights(t, N) * o.name[t], -self.weights(t, t) * o.name[t])


class ZeroContext:
    """The code's three layers a, b and c, with any parameters, on samples that are all 0.

    There are n windows of zeros, then one that ends at the query kξ. So H = k² w_33 ξξᵀ, and the prediction p⁰_k is an
    odd polynomial in k of degree 5, with linear part -kξ for all parameters. Three queries isolate the linear part:
    45 p⁰_1 - 9 p⁰_2 + p⁰_3 = -30 ξ.
    """

    #: The factors of p⁰_1, p⁰_2 and p⁰_3.
    factors = (45, -9, 1)
    xi = Name("ξ", (f, 1))
    readout = Name("δ", (1, 1), arity=1)
    decays = sympy.symbols("lambda_1:4")
    marks = ("a", "b", "c")
    empty = Definition(Name("u^0", (3, f)), Blocks(((Zero(f, 1), Zero(f, 1), Zero(f, 1)),)).T)
    last = Definition(Name("u^q", (3, f), arity=1), Blocks(((Zero(f, 1), Zero(f, 1), k * xi()),)).T, (k,))

    def entries(self, mark: str) -> Name:
        return Name(f"ω^{mark}", (1, 1), arity=2)

    def w(self, mark: str) -> Definition:
        """Any 3×3 weights."""
        entry = self.entries(mark)
        rows = tuple(tuple(entry[row, column] for column in (1, 2, 3)) for row in (1, 2, 3))
        return Definition(Name(f"w^{mark}", (3, 3)), Blocks(rows))

    def output_map(self, mark: str) -> Name:
        """Any f×f weights, the C of the code."""
        return Name(f"Γ^{mark}", (f, f))

    def gamma(self, mark: str) -> Expr:
        return self.output_map(mark)()

    def before(self, mark: str) -> Recurrence:
        """The state over windows of zeros."""
        name, decay = Name(f"H^{mark}", (f, f), arity=1), self.decays[self.marks.index(mark)]
        zeros = self.empty.name()
        return Recurrence(name, t, Zero(f, f), decay * name[t - 1] + zeros.T * self.w(mark).name() * zeros)

    def stays_zero(self, mark: str) -> Theorem:
        state = self.before(mark)
        return by_recurrence(
            Equation(state.at(n), Zero(f, f)),
            n,
            state,
            f"windows of zeros leave the state ${state.name.text}$ at 0",
            base=(Step(state.initial, (state,)),),
            after=(Step(Zero(f, f), (self.empty, self.w(mark))),),
        )

    def V(self, mark: str) -> Definition:
        """The weights after the last window."""
        ending, decay = self.last.name[k], self.decays[self.marks.index(mark)]
        state = decay * self.before(mark).at(n) + ending.T * self.w(mark).name() * ending
        return Definition(Name(f"V^{mark}", (f, f), arity=1), self.gamma(mark) * state.T, (k,))

    def rank_one(self, mark: str) -> Theorem:
        """V_k = k² w_33 Γ ξξᵀ."""
        xi, V, zero = self.xi(), self.V(mark), self.stays_zero(mark)
        only = (k**2 * self.entries(mark)[3, 3]) * (self.gamma(mark) * xi * xi.T)
        steps = (Step(unfold(V.body, [zero]), (V, zero)), Step(only, (self.last, self.w(mark))))
        return check(Calculation(V.name[k], steps), f"the weights ${V.name.text}$ where all samples are 0")

    @property
    def prediction(self) -> Definition:
        first, second, third = (self.V(mark).name[k] for mark in self.marks)
        selected = self.last.name[k].T * Blocks(tuple((self.readout[j],) for j in (1, 2, 3)))
        output = (first + first * second + third) * selected
        return Definition(Name("p^0", (f, 1), arity=1), -(output + k * self.xi()), (k,))

    def polynomial(self) -> Theorem:
        """p⁰_k written out: its linear part is -kξ."""
        xi, read = self.xi(), self.readout[3]
        first, second, third = (self.entries(mark)[3, 3] * self.gamma(mark) for mark in self.marks)
        square = squared_norm(xi)
        cubic = k**3 * ((read * square) * ((first + third) * xi))
        quintic = k**5 * ((read * square) * (first * xi * xi.T * (second * xi)))
        weights = tuple(map(self.rank_one, self.marks))
        given = self.prediction.name[k]
        steps = (Step(-(k * xi) - cubic - quintic, (self.prediction, *weights, self.last)),)
        return check(Calculation(given, steps), "three layers of the code where all samples are 0")

    def impossible(self) -> tuple[Theorem, Theorem]:
        """p⁰_k, and that no parameters make it 0 for all ξ and k, which is the prediction of gradient descent from 0.

        45 p⁰_1 - 9 p⁰_2 + p⁰_3 = -30 ξ.
        """
        theta, polynomial = sympy.Symbol("theta"), self.polynomial()
        nonzero = check(Independence(Independent(theta * self.xi(), (theta,))), "a query is not 0 for all data")
        parameters = (*map(self.entries, self.marks), *map(self.output_map, self.marks))
        statement = Impossible(
            Equation(self.prediction.name[k], Zero(f, 1)), (*parameters, self.readout, *self.decays), (self.xi, k)
        )
        cases = tuple(
            Case(Scalar(sympy.Integer(factor)), (), ((k, sympy.Integer(number)),))
            for number, factor in enumerate(self.factors, 1)
        )
        less = sympy.Integer(-30)
        proof = Absurdity(statement, cases, less * self.xi(), nonzero, less, (), (polynomial,))
        return polynomial, check(proof, "where all samples are 0, no parameters make the prediction 0 for all queries")
