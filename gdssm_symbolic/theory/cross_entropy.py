"""One step on any loss whose gradient at 0 is affine in the target: squared, logistic, softmax cross-entropy, and more.

The implicit model is linear, z = Wᵀx ∈ R^K, and the loss of one sample is any differentiable ℓ(z, y):

    ℒ_t(W) = (1/t) Σ_{i≤t} ℓ(Wᵀx_i, y_i),    ∇ℒ_t(W) = (1/t) Σ_{i≤t} x_i ∇ℓ(Wᵀx_i, y_i)ᵀ

If ∇ℓ(0, y) = a - T y, then one step from 0 needs only two sums, Z = Σ y xᵀ and r = Σ x:

    -(η/N) (a r_Nᵀ - T Z_N) x_{N+1} = W_1ᵀ x_{N+1}

The slopes with this property are exactly a - T y + ρ(z, y) - ρ(0, y), for functions ρ; they are written so in the
language. A potential A with gradient α gives ℓ(z, y) = A(z) - yᵀz, with slope α(z) - y. Examples are softmax
cross-entropy with 𝟏ᵀy = 1 (A is the log of Σ exp z_k), the logistic and the Poisson loss. For any y, softmax
cross-entropy is (𝟏ᵀy) A(z) - yᵀz. Its slope at 0 is -(I - α(0) 𝟏ᵀ) y, which is linear in y, so r is not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, WindowLayer, entries, eta, f

from .gd_ssm import query_selector, window_head
from .least_squares import i, t
from .proposition_4 import HALF, NUMBER, ZERO, g, sigma, slope, with_value_at_0
from .recurrences import as_sum, unrolling

K = sympy.Symbol("K", integer=True, positive=True)  # components of the target: classes
m = sympy.Symbol("m", integer=True, nonnegative=True)  # components that are zero padding


@dataclass(frozen=True)
class LinearModel:
    """The model Wᵀx with `components` outputs, and the mean of a loss of one sample, ℓ(z, y)."""

    components: sympy.Expr = K

    @property
    def column(self) -> tuple[sympy.Expr, sympy.Expr]:
        """The shape of a target."""
        return self.components, sympy.Integer(1)

    @property
    def x(self) -> Name:
        return Name("x", (f, 1), arity=1)

    @property
    def y(self) -> Name:
        return Name("y", self.column, arity=1)

    @property
    def point(self) -> Name:
        return Name("W", (f, self.components))

    @property
    def arguments(self) -> tuple[Name, Name]:
        """The arguments of a loss of one sample: the output z and the target."""
        return Name("z", self.column), Name("y'", self.column)

    @property
    def slope(self) -> Name:
        """∇ℓ(z, y), the gradient of the loss of one sample in z."""
        return Name("∇ℓ", self.column, takes=(self.column, self.column))

    @property
    def gradient(self) -> Definition:
        """∇ℒ_t(W) = (1/t) Σ x_i ∇ℓ(Wᵀx_i, y_i)ᵀ."""
        shape = self.point.shape
        name = Name("∇ℒ", shape, arity=1, takes=(shape,))
        of_sample = self.slope(self.point().T * self.x[i], self.y[i])
        return Definition(name, 1 / t * Sum(self.x[i] * of_sample.T, i, 1, t), (t,), (self.point,))

    def any_loss(self) -> Theorem:
        """The gradient of the mean loss, for every differentiable ℓ."""
        ell = Name("ℓ", NUMBER, takes=self.slope.takes)
        name = Name("ℒ", NUMBER, arity=1, takes=(self.point.shape,))
        of_sample = ell(self.point().T * self.x[i], self.y[i])
        loss = Definition(name, 1 / t * Sum(of_sample, i, 1, t), (t,), (self.point,))
        proof = Differentiation(loss, self.gradient, Name("H", self.point.shape), (GradientOf(self.slope, ell),))
        return check(proof, "the gradient of the mean of any loss")

    def prediction(self) -> Expr:
        """W_1ᵀ x_{N+1}, W_1 one step from 0."""
        start = Zero(*self.point.shape)
        return (start - eta * self.gradient.name.at((N,), (start,))).T * self.x[N + 1]


@dataclass(frozen=True)
class AffineLoss:
    """A loss whose slope at 0 is a - T y, and the two sums that one step on it needs."""

    model: LinearModel = LinearModel()

    @property
    def constant(self) -> Name:
        return Name("a", self.model.column)

    @property
    def factor(self) -> Name:
        return Name("T", (self.model.components, self.model.components))

    @property
    def rest(self) -> Name:
        return Name("ρ", self.model.column, takes=self.model.slope.takes)

    @cached_property
    def slope(self) -> Definition:
        """∇ℓ(z, y) = a - T y + ρ(z, y) - ρ(0, y): at z = 0 this is a - T y."""
        z, target = (name() for name in self.model.arguments)
        rest = self.rest(z, target) - self.rest(Zero(*self.model.column), target)
        return Definition(self.model.slope, self.constant() - self.factor() * target + rest, (), self.model.arguments)

    @cached_property
    def states(self) -> tuple[Recurrence, ...]:
        """Z_t = Z_{t-1} + y_t x_tᵀ and r_t = r_{t-1} + x_t."""
        x, y = self.model.x, self.model.y
        Z, r = Name("Z", (self.model.components, f), arity=1), Name("r", x.shape, arity=1)
        return (
            Recurrence(Z, t, Zero(*Z.shape), Z[t - 1] + y[t] * x[t].T),
            Recurrence(r, t, Zero(*r.shape), r[t - 1] + x[t]),
        )

    @cached_property
    def sums(self) -> tuple[Theorem, ...]:
        """The states as sums over the samples."""
        Z, r = self.states
        x, y = self.model.x, self.model.y
        return (
            as_sum(Z, lambda steps: Sum(y[i] * x[i].T, i, 1, steps)),
            as_sum(r, lambda steps: Sum(x[i], i, 1, steps)),
        )

    @cached_property
    def readout(self) -> tuple[Definition, ...]:
        """The definitions that the output consists of, without the states."""
        return ()

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return (*self.readout, *self.states, self.model.gradient, self.slope)

    def output(self, constant: Expr, factor: Expr) -> Expr:
        """-(η/N) (a r_Nᵀ - T Z_N) x_{N+1}."""
        Z, r = (state.at(N) for state in self.states)
        return -eta / N * (constant * r.T - factor * Z) * self.query

    @property
    def query(self) -> Expr:
        return self.model.x[N + 1]

    def statement(self) -> Equation:
        """The output is W_1ᵀ x_{N+1}."""
        return Equation(self.output(self.constant(), self.factor()), self.model.prediction())

    def theorem(self, title: str = "one step on a loss whose gradient at 0 is affine in the target") -> Theorem:
        """The output, from the states, is the prediction after one step."""
        return self._one_step(title, self.statement().left, self.slope, ())

    def _one_step(self, title: str, output: Expr, slope: Definition, within: tuple[Definition, ...]) -> Theorem:
        """The output, from the states, is the prediction after one step; `within` defines what the slope is made of."""
        prediction = self.model.prediction()
        sloped = unfold(prediction, [self.model.gradient])
        steps = (
            Step(unfold(output, self.sums), self.sums),
            Step(unfold(sloped, [slope]), (*self.readout, *within)),
            Step(sloped, (slope,)),
            Step(prediction, (self.model.gradient,)),
        )
        return check(Calculation(output, steps), title)

    def instance(self, title: str, constant: Expr, factor: Expr, rest: Expr) -> Theorem:
        """The theorem for one a, one T and one ρ(z, y)."""
        values = Definition(self.constant, constant), Definition(self.factor, factor)
        return check(Instance(self.theorem(), (*values, Definition(self.rest, rest, (), self.model.arguments))), title)

    def with_value(self, title: str, potential_slope: Name, value: Expr) -> Theorem:
        """The theorem for a loss A(z) - yᵀz, and any α = ∇A with this value at 0: α(z) = α(0) + ρ(z) - ρ(0)."""
        z, target = (name() for name in self.model.arguments)
        slope = Definition(self.model.slope, potential_slope(z) - target, (), self.model.arguments)
        of_potential = with_value_at_0(potential_slope, value)
        return self._one_step(title, self.output(value, Identity(self.model.components)), slope, (of_potential,))


@dataclass(frozen=True)
class WithLinearHead(AffineLoss):
    """Over windows, K = f: one head with Q = e_2e_1ᵀ computes Z, another with the linear input C_t e_1 computes r."""

    model: LinearModel = LinearModel(f)

    @cached_property
    def layer(self) -> WindowLayer:
        return WindowLayer(Q=entries([[0, 0, 0], [1, 0, 0], [0, 0, 0]]))

    @cached_property
    def states(self) -> tuple[Recurrence, ...]:
        head, first = window_head(self.layer), self.readout[-1]
        r = Name("r", (f, 1), arity=1)
        return head.Z, Recurrence(r, t, Zero(f, 1), r[t - 1] + head.C.name[t] * first.name())

    @cached_property
    def readout(self) -> tuple[Definition, ...]:
        head = window_head(self.layer)
        first = Definition(Name("e_1", (3, 1)), wrap(entries([[1], [0], [0]])))
        return head.Q, head.C, query_selector(self.layer), first

    @cached_property
    def sums(self) -> tuple[Theorem, ...]:
        head = window_head(self.layer)
        Z, r = self.states
        first = self.readout[-1].name()
        return unrolling(Z, head), as_sum(r, lambda steps: Sum(head.C.name[i] * first, i, 1, steps))

    @property
    def query(self) -> Expr:
        return window_head(self.layer).C.name[N] * query_selector(self.layer).name()


@dataclass(frozen=True)
class WithConstantCoordinate(AffineLoss):
    """The token of a target is [y; 1] (over windows, K + 1 = f): one head accumulates Z, with rᵀ in its last row."""

    def drive(self, at: sympy.Expr) -> Expr:
        """[y_t; 1] x_tᵀ, which over windows is C_t e_2 e_1ᵀ C_tᵀ."""
        return Blocks(((self.model.y[at],), (Scalar(sympy.Integer(1)),))) * self.model.x[at].T

    @cached_property
    def states(self) -> tuple[Recurrence, ...]:
        Z = Name("Z", (self.model.components + 1, f), arity=1)
        zero = Blocks(((Zero(self.model.components, f),), (Zero(1, f),)))
        return (Recurrence(Z, t, zero, Z[t - 1] + self.drive(t)),)

    @cached_property
    def sums(self) -> tuple[Theorem, ...]:
        return (as_sum(self.states[0], lambda steps: Sum(self.drive(i), i, 1, steps)),)

    def output(self, constant: Expr, factor: Expr) -> Expr:
        """(η/N) [T -a] Z_N x_{N+1}."""
        return eta / N * Blocks(((factor, -constant),)) * self.states[0].at(N) * self.query


ANY = AffineLoss()

# ---- instances -------------------------------------------------------------------------------------

alpha = Name("α", (K, 1), takes=((K, 1),))
potential = Name("A", NUMBER, takes=((K, 1),))
ones = Name("𝟏", (K, 1))
_z, _target = (name() for name in ANY.model.arguments)
AT_0 = alpha(Zero(K, 1))


def squared() -> Theorem:
    """The slope z - y."""
    return ANY.instance("the squared loss", Zero(K, 1), Identity(K), _z)


def by_potential() -> Theorem:
    """The slope α(z) - y."""
    return ANY.instance("a loss $A(z) − yᵀz$: softmax cross-entropy where $𝟏ᵀy = 1$", AT_0, Identity(K), alpha(_z))


def for_any_target() -> Theorem:
    """The slope (𝟏ᵀy) α(z) - y: a = 0, so that the sum of the inputs is not needed."""
    factor = Identity(K) - AT_0 * ones().T
    title = "softmax cross-entropy for any $y$: the sum of the inputs is not needed"
    return ANY.instance(title, Zero(K, 1), factor, (ones().T * _target) * alpha(_z))


def scalar_model() -> Theorem:
    """P4 at 0, K = 1: the slope (g(z) - y) g'(z) of ½ (g(z) - y)²."""
    of = AffineLoss(LinearModel(sympy.Integer(1)))
    z, target = (name() for name in of.model.arguments)
    title = "the non-linear model of P4, at 0"
    return of.instance(title, g(ZERO) * slope(ZERO), slope(ZERO), (g(z) - target) * slope(z))


def slopes() -> tuple[Theorem, ...]:
    """The slopes of these losses of one sample are their gradients."""
    z, y, direction = Name("z", (K, 1)), Name("y", (K, 1))(), Name("h", (K, 1))
    residual, total = z() - y, ones().T * y
    potentials = (GradientOf(alpha, potential),)
    cases: tuple[tuple[str, str, Expr, Expr, tuple[GradientOf, ...]], ...] = (
        ("2", "$½ ‖z − y‖²$", sympy.Rational(1, 2) * (residual.T * residual), residual, ()),
        ("A", "$A(z) − yᵀz$", potential(z()) - y.T * z(), alpha(z()) - y, potentials),
        ("1", "$(𝟏ᵀy) A(z) − yᵀz$", total * potential(z()) - y.T * z(), total * alpha(z()) - y, potentials),
    )

    def of(label: str, title: str, function: Expr, its_slope: Expr, by: tuple[GradientOf, ...]) -> Theorem:
        value = Definition(Name(f"ℓ_{label}", NUMBER, takes=((K, 1),)), function, (), (z,))
        name = Name(f"∇ℓ_{label}", (K, 1), takes=((K, 1),))
        return check(
            Differentiation(value, Definition(name, its_slope, (), (z,)), direction, by), f"the slope of {title}"
        )

    return tuple(of(*case) for case in cases)


def softmax() -> Theorem:
    """a = (1/K) 𝟏."""
    title = "softmax cross-entropy where $𝟏ᵀy = 1$, its value at 0 put in"
    return ANY.with_value(title, alpha, 1 / K * ones())


def logistic() -> Theorem:
    """a = ½, K = 1."""
    of = AffineLoss(LinearModel(sympy.Integer(1)))
    return of.with_value("the logistic loss, its value at 0 put in", sigma, HALF)


def padded() -> Theorem:
    """If m components of target and a are zero padding, the output is padded with zeros.

    So for any token size, a is 1/K in the K classes that exist and 0 in the others.
    """
    _, r = (state.at(N) for state in ANY.states)
    plain = ANY.output(ANY.constant(), Identity(K))
    zero, x, y = Zero(m, 1), ANY.model.x, ANY.model.y
    _, r_sum = ANY.sums
    state = Sum(Blocks(((y[i],), (zero,))) * x[i].T, i, 1, N)
    output = -eta / N * (Blocks(((ANY.constant(),), (zero,))) * r.T - state) * x[N + 1]
    steps = (Step(unfold(output, [r_sum]), (r_sum,)), Step(Blocks(((plain,), (zero,))), ANY.sums))
    return check(Calculation(output, steps), "classes that do not exist")
