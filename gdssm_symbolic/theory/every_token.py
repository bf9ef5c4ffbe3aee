"""A window at every token (stride 1): for N ≥ 2, no single head computes a step; three repairs.

The windows D_t = [y_t x_{t+1} y_{t+1}] between the wanted ones enter the state, too. Take inputs that are multiples of
one vector u, x_i = ξ_i u, and the targets of the linear model W = ωI, y_i = ωx_i. Then both sides are polynomials in
the numbers ξ_i and ω. Their coefficients would have to agree. The unwanted products x_{j+1} y_j can be cancelled by
choosing Q_32 against Q_21. But this cancels the wanted products, too, and the coefficients of a few products of two
samples and the query contradict each other. With u = e_1, only the first entry of the state is not 0, so the same holds
if every entry has a decay of its own.

Three repairs: a window at every second token (P2); a gate of period 2 that is 0 at the windows between; or two heads
with decays 1 and -1 and half of Q each, so that the windows between cancel in the sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import ByCoefficients, Coefficient, Impossible, Vanishing
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum, Zero
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

#: Any single head with a window at every token.
ANY = WindowLayer(Q=Q, q=q, decay=a, beta=beta, stride=1)


@dataclass(frozen=True)
class SingleHead:
    """A single head at stride 1 with any numbers, after samples of a linear model along one vector u."""

    samples: sympy.Expr

    u: ClassVar[Name] = Name("u", (f, 1))
    inputs: ClassVar[Name] = Name("ξ", (1, 1), arity=1, latex=r"\xi")
    weight: ClassVar[Name] = Name("ω", (1, 1), latex=r"\omega")

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

    def impossible(
        self,
        title: str,
        coefficients: tuple[Coefficient, ...],
        scale: sympy.Expr,
        powers: int,
        zeros: sympy.Expr | None = None,
    ) -> Theorem:
        """By coefficients that, each times a factor, add up to scale · η^powers ‖u‖⁴; samples up to `zeros` are 0."""
        by: tuple[Source, ...] = (self.of.unrolled(), *self.of.readout, self.of.problem.gradient, *self.data[::-1])
        rate, norm = self.statement().given
        vanishing = () if zeros is None else (Vanishing(self.inputs, 0, zeros),)
        given = (rate,) * powers + (norm, norm)
        return check(ByCoefficients(self.statement(), coefficients, scale, given, by, vanishing), title)


P12, P13, P23 = (Q[r, s] + Q[s, r] for r, s in ((0, 1), (0, 2), (1, 2)))


def _coefficient(monomial: Expr, value: sympy.Expr, factor: sympy.Expr) -> Coefficient:
    norm = squared_norm(SingleHead.u())
    return Coefficient(monomial, value * norm * norm, Scalar(factor))


def two_samples() -> Theorem:
    """N = 2: with P = Q + Qᵀ, from six coefficients."""
    head, rate = SingleHead(sympy.Integer(2)), eta / 2
    xi, omega = head.inputs, head.weight()
    wanted = beta * a * P12 * q[2]
    others = q[2] * (a * P23 + P12) + q[0] * P23 + q[1] * P13
    coefficients = (
        _coefficient(omega * xi[1] * xi[1] * xi[3], beta * a**2 * P12 * q[2] - rate, -rate),
        _coefficient(omega * xi[1] * xi[2] * xi[3], beta * q[2] * (a**2 * P23 + a * P12), wanted),
        _coefficient(omega * xi[2] * xi[2] * xi[3], beta * others - rate, -a * wanted),
        _coefficient(omega * xi[1] * xi[1] * xi[2], beta * a**2 * (P12 * q[0] + Q[0, 0] * q[1]), beta * q[2] * P23),
        _coefficient(xi[1] * xi[2] * xi[3], beta * a**2 * P13 * q[2], beta * q[1] * P12),
        _coefficient(xi[1] * xi[1] * xi[3], beta * a**2 * Q[0, 0] * q[2], -beta * q[1] * P23),
    )
    title = "a window at every token: impossible for two samples"
    return head.impossible(title, coefficients, sympy.Rational(1, 4), 2)


def more_samples() -> Theorem:
    """N = n + 3: from two coefficients, with all samples 0 except the last two."""
    head, rate = SingleHead(n + 3), eta / (n + 3)
    xi, omega = head.inputs, head.weight()
    kept = beta * q[2] * (a**2 * P12 + a**3 * P23) - rate
    unwanted = beta * q[2] * (a**2 * P23 + a * P12)
    coefficients = (
        _coefficient(omega * xi[n + 2] * xi[n + 2] * xi[n + 4], kept, sympy.Integer(-1)),
        _coefficient(omega * xi[n + 2] * xi[n + 3] * xi[n + 4], unwanted, a),
    )
    title = "a window at every token: impossible for three samples or more"
    return head.impossible(title, coefficients, 1 / (n + 3), 1, n + 1)


def entry() -> Theorem:
    """An entry of the state is p = u_r u_c times the same recurrence for p = 1, for any decay α of this entry.

    So with u = e_1 all entries except the first stay 0. Along u, the output of a layer with a decay for each entry is
    that of a layer with the first entry's decay for all entries.
    """
    p, alpha = Name("p", (1, 1))(), sympy.Symbol("alpha")
    given, between = Name("c", (1, 1), arity=1), Name("d", (1, 1), arity=1)

    def state(text: str, latex: str, factor: Expr) -> Recurrence:
        name = Name(text, (1, 1), arity=1, latex=latex)
        body = alpha * (alpha * name[t - 1] + factor * between[t - 1]) + factor * given[t]
        return Recurrence(name, t, factor * given[1], body, start=1)

    own, unit = state("z", "z", p), state("ζ", r"\zeta", Scalar(sympy.Integer(1)))
    count = counter(own)
    return by_recurrence(
        Equation(own.at(count), p * unit.at(count)),
        count,
        own,
        "an entry of the state, with a decay of its own",
        base=(Step(own.initial, (own,)), Step(p * unit.at(1), (unit,))),
        after=(Step(p * unit.at(count + 1), (unit,)),),
    )


# ---- repairs -------------------------------------------------------------------------------------


def every_second_token() -> Theorem:
    """Stride 2: P2."""
    return OneStep(WindowLayer()).last_step()


def gated() -> Theorem:
    """A gate of period 2: γ_1 = 1 at the wanted windows, and γ_0 = 0 at the windows between them."""
    layer = replace(WindowLayer(), stride=1)
    head, q_of, problem = window_head(layer), query_selector(layer), LeastSquares(f)
    assert head.D is not None
    shut, opened = (
        Definition(Name(f"γ_{gate}", (1, 1), latex=rf"\gamma_{{{gate}}}"), Scalar(sympy.Integer(gate)))
        for gate in (0, 1)
    )

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
    half = replace(WindowLayer(), Q=WindowLayer().Q / 2, stride=1)
    plus, minus = window_head(half), window_head(replace(half, decay=sympy.Integer(-1)), tilde=True)
    q_of, problem = query_selector(half), LeastSquares(f)
    output = half.beta * (plus.Z.at(N) + minus.Z.at(N)) * plus.C.name[N] * q_of.name()
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
