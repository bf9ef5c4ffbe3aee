"""A window at every token (stride 1): for N ≥ 2, no single head computes a step; three repairs.

The windows D_t = [y_t x_{t+1} y_{t+1}] between the wanted ones enter the state, too. Take inputs that are multiples of
one vector u, x_i = ξ_i u, and the targets of the linear model W = ωI, y_i = ωx_i. Then both sides are polynomials in
the numbers ξ_i and ω. Their coefficients would have to agree. The unwanted products x_{j+1} y_j can be cancelled by
choosing Q_32 against Q_21. But this cancels the wanted products, too, and the coefficients of a few products of two
samples and the query contradict each other.

The same holds if every entry of the state has a decay of its own (`EntryDecays`): with u = e_1 every readout is a
multiple of e_1, so that the first entry of the output is β z_{1,t} C_{1,t} q with the first entry of the state alone.

Three repairs: a window at every second token (P2); a gate of period 2 that is 0 at the windows between; or two heads
with decays 1 and -1 and half of Q each, so that the windows between cancel in the sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import ClassVar

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import ByCoefficients, Coefficient, Impossible, Vanishing
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, WindowLayer, eta, f

from .closed_form import closed_form
from .gd_ssm import attention, query_selector, window_head, y
from .least_squares import LeastSquares, i, squared_norm, t, x
from .one_step import OneStep
from .recurrences import by_recurrence, counter, n, unrolling

Q = sympy.Matrix(3, 3, lambda r, s: sympy.Symbol(f"Q_{r + 1}{s + 1}"))
q = sympy.Matrix(sympy.symbols("q_1:4"))
beta, a = sympy.symbols("beta a")
c = sympy.Symbol("c", integer=True, positive=True)  # an entry of a vector

#: Any single head with a window at every token.
ANY = WindowLayer(Q=Q, q=q, decay=a, beta=beta, stride=1)


@dataclass(frozen=True)
class SingleHead:
    """A single head at stride 1 with any numbers, after samples of a linear model along one vector u."""

    samples: sympy.Expr

    u: ClassVar[Name] = Name("u", (f, 1))
    inputs: ClassVar[Name] = Name("ξ", (1, 1), arity=1)
    weight: ClassVar[Name] = Name("ω", (1, 1))

    @cached_property
    def of(self) -> OneStep:
        return OneStep(ANY)

    @cached_property
    def data(self) -> tuple[Definition, Definition]:
        """x_i = ξ_i u and y_i = ω x_i."""
        return Definition(x, self.inputs[i] * self.u(), (i,)), Definition(y, self.weight() * x[i], (i,))

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return (*self.of.readout, self.of.state, self.of.problem.gradient, *self.data)

    def statement(self) -> Impossible:
        """No Q, q, β and decay make the output equal the prediction, both taken along u."""
        output, prediction = self.of.output(self.samples, beta), self.of.prediction(self.samples)
        equation = Equation(self.u().T * output, self.u().T * prediction)
        given = Scalar(eta), squared_norm(self.u())
        return Impossible(equation, (*Q, *q, beta, a), (self.inputs, self.weight), given)

    @property
    def norm(self) -> Expr:
        """Each coefficient has the factor ‖u‖⁴."""
        return squared_norm(self.u()) * squared_norm(self.u())

    @property
    def by(self) -> tuple[Source, ...]:
        return (self.of.unrolled(), *self.of.readout, self.of.problem.gradient, *self.data[::-1])


@dataclass(frozen=True)
class EntryDecays(SingleHead):
    """The same with a decay for every entry of the state, along u = e_1: the first row of the state, entry by entry.

    Entry c of a vector has the index c: x_{c,i} is that of x_i, and C_{c,t} is row c of the window C_t.
    """

    u: ClassVar[Name] = Name("u", (1, 1), arity=1)
    others: ClassVar[Name] = Name("A", (1, 1), arity=1)

    @cached_property
    def direction(self) -> Recurrence:
        """u_1 = 1, and u_c = 0 for every other c."""
        return Recurrence(self.u, c, wrap(1), wrap(0), start=1)

    @cached_property
    def decays(self) -> Recurrence:
        """The decays of the first row of the state: α_1 = a, and α_c = A_c for every other c."""
        return Recurrence(Name("α", (1, 1), arity=1), c, Scalar(a), self.others[c], start=1)

    @cached_property
    def data(self) -> tuple[Definition, Definition]:
        """x_{c,i} = ξ_i u_c and y_{c,i} = ω x_{c,i}."""
        inputs, targets = (Name(letter, (1, 1), arity=2) for letter in "xy")
        return (
            Definition(inputs, self.inputs[i] * self.u[c], (c, i)),
            Definition(targets, self.weight() * inputs[c, i], (c, i)),
        )

    @cached_property
    def windows(self) -> tuple[Definition, Definition]:
        """Row c of the window that starts at x_t, and of the one that starts at y_t."""
        inputs, targets = (one.name for one in self.data)
        tokens = inputs[c, t], targets[c, t], inputs[c, t + 1], targets[c, t + 1]
        return (
            Definition(Name("C", (1, 3), arity=2), Blocks((tokens[:3],)), (c, t)),
            Definition(Name("D", (1, 3), arity=2), Blocks((tokens[1:],)), (c, t)),
        )

    @property
    def weights(self) -> tuple[Definition, Definition]:
        return window_head(ANY).Q, query_selector(ANY)

    def _product(self, window: Definition, at: sympy.Expr, entry: sympy.Expr) -> Expr:
        """What entry `entry` of the first row of C_t Q C_tᵀ is."""
        Q, _ = self.weights
        return window.name[1, at] * Q.name() * window.name[entry, at].T

    @cached_property
    def state(self) -> Recurrence:
        """z_{c,t} = α_c (α_c z_{c,t-1} + the window between) + the window at x_t."""
        C, D = self.windows
        z, alpha = Name("z", (1, 1), arity=2), self.decays.name[c]
        body = alpha * (alpha * z[c, t - 1] + self._product(D, t - 1, c)) + self._product(C, t, c)
        return Recurrence(z, t, self._product(C, sympy.Integer(1), c), body, (c, t), start=1)

    @cached_property
    def compared(self) -> tuple[Definition, Definition]:
        """The first entry of the output after t samples, and of the prediction after one step from 0."""
        inputs, targets = (one.name for one in self.data)
        (C, _), (_, q_of) = self.windows, self.weights
        read = Sum(self.state.name[c, t] * (C.name[c, t] * q_of.name()), c, 1, f)
        seen = Sum(inputs[c, i] * inputs[c, t + 1], c, 1, f)
        return (
            Definition(Name("o", (1, 1), arity=1), beta * read, (t,)),
            Definition(Name("ŷ", (1, 1), arity=1), eta / t * Sum(targets[1, i] * seen, i, 1, t), (t,)),
        )

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return (*self.compared, *self.weights, *self.windows, self.state, self.decays, *self.data, self.direction)

    def statement(self) -> Impossible:
        """No Q, q, β and decays make the first entry of the output that of the prediction."""
        output, prediction = (one.name[self.samples] for one in self.compared)
        unknowns = (*Q, *q, beta, a, self.others)
        return Impossible(Equation(output, prediction), unknowns, (self.inputs, self.weight), (Scalar(eta),))

    @property
    def norm(self) -> Expr:
        return Scalar(sympy.Integer(1))

    def first_entry(self) -> Theorem:
        """The first entry of the state as a sum over windows, with the powers of its decay a."""
        C, D = self.windows
        count = counter(self.state)

        def value(steps: sympy.Expr) -> Expr:
            at_inputs = Sum(a ** (2 * (steps - i)) * self._product(C, i, sympy.Integer(1)), i, 1, steps)
            between = a ** (2 * (steps - i) - 1) * self._product(D, i, sympy.Integer(1))
            return at_inputs + Sum(between, i, 1, steps - 1)

        z = self.state.name
        return by_recurrence(
            Equation(z[1, count], value(count)),
            count,
            self.state,
            "the first entry of the state",
            base=(
                Step(self._product(C, sympy.Integer(1), sympy.Integer(1)), (self.state,)),
                Step(value(sympy.Integer(1))),
            ),
            before=(Step(unfold(unfold(z[1, count + 1], [self.state]), [self.decays]), (self.decays,)),),
            after=(Step(value(count + 1)),),
        )

    def along_the_first(self) -> tuple[Theorem, Theorem]:
        """Output and prediction along e_1: the terms of all other entries are 0."""
        (C, _), (_, q_of), (o, predicted) = self.windows, self.weights, self.compared
        z, (inputs, targets) = self.state.name, (one.name for one in self.data)
        rest = (C, q_of, *self.data[::-1], self.direction)

        def read(entry: sympy.Expr) -> Expr:
            return z[entry, t] * (C.name[entry, t] * q_of.name())

        def seen(entry: sympy.Expr) -> Expr:
            return inputs[entry, i] * inputs[entry, t + 1]

        one, two = sympy.Integer(1), sympy.Integer(2)
        output = Calculation(
            o.name[t],
            (
                Step(o.body, (o,)),
                Step(beta * (read(one) + Sum(read(c), c, two, f))),
                Step(beta * read(one), rest),
            ),
        )
        prediction = Calculation(
            predicted.name[t],
            (
                Step(predicted.body, (predicted,)),
                Step(eta / t * Sum(targets[1, i] * (seen(one) + Sum(seen(c), c, two, f)), i, 1, t)),
                Step(eta / t * Sum(targets[1, i] * seen(one), i, 1, t), rest),
            ),
        )
        return check(output, "the output along $e_1$"), check(prediction, "the prediction along $e_1$")

    @property
    def by(self) -> tuple[Source, ...]:
        return (
            *first_entries(),
            *self.windows,
            *self.weights,
            *self.data[::-1],
            self.direction,
        )


@lru_cache(maxsize=1)
def first_entries() -> tuple[Theorem, ...]:
    """Output, prediction and state along e_1: theorems that are the same for every number of samples."""
    head = EntryDecays(N)
    return (*head.along_the_first(), head.first_entry())


P12, P13, P23 = (Q[r, s] + Q[s, r] for r, s in ((0, 1), (0, 2), (1, 2)))


def impossible(
    head: SingleHead,
    title: str,
    coefficients: tuple[tuple[Expr, sympy.Expr, sympy.Expr], ...],
    scale: sympy.Expr,
    powers: int,
    zeros: sympy.Expr | None = None,
) -> Theorem:
    """No numbers do, by coefficients: a product of data, its coefficient, and a factor.

    The factors times the coefficients add up to scale · η^powers · the head's norm. Samples up to `zeros` are 0.
    """
    statement = head.statement()
    rate, *norm = statement.given
    vanishing = () if zeros is None else (Vanishing(head.inputs, 0, zeros),)
    given = (rate,) * powers + 2 * tuple(norm)
    found = tuple(Coefficient(at, value * head.norm, Scalar(factor)) for at, value, factor in coefficients)
    return check(ByCoefficients(statement, found, scale, given, head.by, vanishing), title)


def two_samples(kind: type[SingleHead] = SingleHead) -> Theorem:
    """N = 2: with P = Q + Qᵀ, from six coefficients."""
    head, rate = kind(sympy.Integer(2)), eta / 2
    xi, omega = head.inputs, head.weight()
    wanted = beta * a * P12 * q[2]
    others = q[2] * (a * P23 + P12) + q[0] * P23 + q[1] * P13
    coefficients = (
        (omega * xi[1] * xi[1] * xi[3], beta * a**2 * P12 * q[2] - rate, -rate),
        (omega * xi[1] * xi[2] * xi[3], beta * q[2] * (a**2 * P23 + a * P12), wanted),
        (omega * xi[2] * xi[2] * xi[3], beta * others - rate, -a * wanted),
        (omega * xi[1] * xi[1] * xi[2], beta * a**2 * (P12 * q[0] + Q[0, 0] * q[1]), beta * q[2] * P23),
        (xi[1] * xi[2] * xi[3], beta * a**2 * P13 * q[2], beta * q[1] * P12),
        (xi[1] * xi[1] * xi[3], beta * a**2 * Q[0, 0] * q[2], -beta * q[1] * P23),
    )
    return impossible(head, f"{TITLES[kind]}: impossible for two samples", coefficients, sympy.Rational(1, 4), 2)


def more_samples(kind: type[SingleHead] = SingleHead) -> Theorem:
    """N = n + 3: from two coefficients, with all samples 0 except the last two."""
    head, rate = kind(n + 3), eta / (n + 3)
    xi, omega = head.inputs, head.weight()
    kept = beta * q[2] * (a**2 * P12 + a**3 * P23) - rate
    unwanted = beta * q[2] * (a**2 * P23 + a * P12)
    coefficients = (
        (omega * xi[n + 2] * xi[n + 2] * xi[n + 4], kept, sympy.Integer(-1)),
        (omega * xi[n + 2] * xi[n + 3] * xi[n + 4], unwanted, a),
    )
    title = f"{TITLES[kind]}: impossible for three samples or more"
    return impossible(head, title, coefficients, 1 / (n + 3), 1, n + 1)


TITLES = {
    SingleHead: "a window at every token",
    EntryDecays: "a window at every token, a decay for each entry of the state",
}


# ---- repairs -------------------------------------------------------------------------------------


#: A gate of period 2: of the windows that start at an input, and of those between them.
GATES = sympy.Integer(1), sympy.Integer(0)
#: Of two heads with decays 1 and -1, which read every window.
HALF = replace(WindowLayer(), Q=WindowLayer().Q / 2, stride=1)


def every_second_token() -> Theorem:
    """Stride 2: P2."""
    return OneStep(WindowLayer()).last_step()


def gated() -> Theorem:
    """A gate of period 2: γ_1 = 1 at the wanted windows, and γ_0 = 0 at the windows between them."""
    layer = replace(WindowLayer(), stride=1)
    head, q_of, problem = window_head(layer), query_selector(layer), LeastSquares(f)
    assert head.D is not None
    opened, shut = (Definition(Name(f"γ_{gate}", (1, 1)), Scalar(gate)) for gate in GATES)

    def passed(at: sympy.Expr) -> Expr:
        return opened.name() * head.drive(at)

    between = shut.name() * attention(head.D.name, head.Q.name, t - 1)
    state = replace(head.Z, initial=passed(sympy.Integer(1)), body=head.Z.at(t - 1) + between + passed(t))
    count = counter(state)

    def total(steps: sympy.Expr) -> Expr:
        return Sum(passed(i), i, 1, steps)

    added_up = by_recurrence(
        Equation(state.at(count), total(count)),
        count,
        state,
        "the state behind a gate of period 2",
        base=(Step(state.initial, (state,)), Step(total(sympy.Integer(1)))),
        after=(Step(total(count + 1), (shut,)),),
    )
    output = layer.beta * state.at(N) * head.C.name[N] * q_of.name()
    return _one_step(output, (added_up,), (head.Q, head.C, q_of, opened), problem, "a gate of period 2")


def two_heads() -> Theorem:
    """Decays 1 and -1, half of Q each: the windows between cancel in the sum of the two states."""
    plus, minus = window_head(HALF), window_head(replace(HALF, decay=sympy.Integer(-1)), tilde=True)
    q_of, problem = query_selector(HALF), LeastSquares(f)
    output = HALF.beta * (plus.Z.at(N) + minus.Z.at(N)) * plus.C.name[N] * q_of.name()
    lemmas = tuple(unrolling(head.Z, head) for head in (plus, minus))
    assert plus.D is not None
    readout = (plus.Q, minus.Q, plus.C, plus.D, q_of)
    return _one_step(output, lemmas, readout, problem, "two heads with decays 1 and -1")


def _one_step(
    output: Expr, lemmas: tuple[Theorem, ...], readout: tuple[Definition, ...], problem: LeastSquares, title: str
) -> Theorem:
    """The output, with the states added up, is the prediction after one step from 0."""
    summed = unfold(output, lemmas)
    prediction = problem.prediction(problem.step(Zero(f, f)), x[N + 1])
    steps = (
        Step(summed, lemmas),
        Step(closed_form(unfold(summed, readout)), readout),
        Step(unfold(prediction, [problem.gradient])),
        Step(prediction, (problem.gradient,)),
    )
    return check(Calculation(output, steps), title)
