"""Regression with a non-linear model ŷ = g(wᵀx), for any differentiable g (A.3).

    ℒ_t(w) = 1/(2t) Σ_{i≤t} (g(wᵀx_i) - y_i)²,    ∇ℒ_t(w) = (1/t) Σ_{i≤t} (g(wᵀx_i) - y_i) g'(wᵀx_i) x_i

At w = 0 the gradient depends on g only by the numbers g(0) and g'(0): t ∇ℒ_t(0) = g'(0) s_t + g(0) g'(0) r_t with

    s_t = s_{t-1} - y_t x_t    the state of the linear layer,
    r_t = r_{t-1} + x_t        the state of another head, whose input is linear.

So if g(0) g'(0) = 0, the gradient is a function of s_t alone; if not, no function of s_t is the gradient for all data.
"""

from __future__ import annotations

from functools import lru_cache

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.extensions.impossibility import Absurdity, Case, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, eta, f

from .gd_ssm import target as y
from .least_squares import LeastSquares, i, t, x
from .many_steps import ManySteps
from .recurrences import as_sum

NUMBER = (sympy.Integer(1), sympy.Integer(1))
ZERO, HALF = Scalar(sympy.Integer(0)), Scalar(sympy.Rational(1, 2))
NUMBERS = LeastSquares(sympy.Integer(1))  # its names: the point w, the loss and its gradient

g = Name("g", NUMBER, takes=(NUMBER,))
slope = Name("g'", NUMBER, takes=(NUMBER,))
SLOPE = GradientOf(slope, g)
#: Targets that the model can produce, with the weights w_*.
MODEL = Definition(y, g(NUMBERS.model.body), (i,))

# ---- the loss and its gradient -------------------------------------------------------------------


def sample_gradient(parameters: Expr, at: sympy.Expr) -> Expr:
    """What one sample adds to the unscaled gradient: (g(wᵀx_i) - y_i) g'(wᵀx_i) x_i."""
    z = parameters.T * x[at]
    return (g(z) - y[at]) * slope(z) * x[at]


w = NUMBERS.point
LOSS = Definition(NUMBERS.loss.name, 1 / (2 * t) * Sum((g(w().T * x[i]) - y[i]) ** 2, i, 1, t), (t,), (w,))
GRADIENT = Definition(NUMBERS.gradient.name, 1 / t * Sum(sample_gradient(w(), i), i, 1, t), (t,), (w,))


def gradient() -> Theorem:
    """The gradient that A.3 states is the gradient of the loss."""
    return check(Differentiation(LOSS, GRADIENT, Name("h", w.shape), (SLOPE,)), "the gradient of the loss")


# ---- two heads -----------------------------------------------------------------------------------

_s, _r = (Name(letter, (f, 1), arity=1) for letter in "sr")
STATE = Recurrence(_s, t, Zero(f, 1), _s[t - 1] - y[t] * x[t])
INPUTS = Recurrence(_r, t, Zero(f, 1), _r[t - 1] + x[t])
MEANINGS: tuple[Meaning, ...] = (STATE, INPUTS, LOSS, GRADIENT, SLOPE)


@lru_cache(maxsize=1)
def sums() -> tuple[Theorem, Theorem]:
    """Both states as sums over the samples."""
    return (
        as_sum(STATE, lambda steps: -Sum(y[i] * x[i], i, 1, steps)),
        as_sum(INPUTS, lambda steps: Sum(x[i], i, 1, steps)),
    )


def accumulated() -> Expr:
    """g'(0) s_N + g(0) g'(0) r_N."""
    return slope(ZERO) * _s[N] + g(ZERO) * slope(ZERO) * _r[N]


def from_zero() -> Expr:
    """The gradient at w = 0, from the whole context."""
    return GRADIENT.name.at((N,), (Zero(f, 1),))


def two_heads() -> Theorem:
    """N ∇ℒ_N(0) from the two states."""
    summed = unfold(accumulated(), sums())
    written = unfold(N * from_zero(), [GRADIENT])
    steps = (Step(summed, sums()), Step(written), Step(N * from_zero(), (GRADIENT,)))
    return check(Calculation(accumulated(), steps), "the gradient at 0 from two states")


def statement(factor: Expr = Scalar(-eta / N)) -> Equation:  # noqa: B008 - immutable
    """g(-(η/N) (g'(0) s_N + g(0) g'(0) r_N)ᵀ x_{N+1}) = g(w_1ᵀ x_{N+1}), w_1 one step of descent from 0."""
    return Equation(g(factor * accumulated().T * x[N + 1]), g(NUMBERS.step(Zero(f, 1)).T * x[N + 1]))


def prediction(claimed: Equation | None = None) -> Theorem:
    """For every g, the output is the prediction of the non-linear model itself after one step from 0."""
    claimed = claimed or statement()
    summed = unfold(claimed.left, sums())
    written = unfold(claimed.right, [GRADIENT])
    steps = (Step(summed, sums()), Step(written), Step(claimed.right, (GRADIENT,)))
    return check(Calculation(claimed.left, steps), "the prediction after one step from 0, with a further head")


# ---- no function of the first state is the gradient ----------------------------------------------

F = Name("F", (f, 1), takes=((f, 1),))
u, z = Name("u", (f, 1)), Name("z", NUMBER)


def linear_sum(start: Expr) -> Expr:
    """Σ (w_0ᵀx_i - y_i) x_i, the state that A.3 accumulates."""
    return Sum((start.T * x[i] - y[i]) * x[i], i, 1, N)


def impossible() -> Theorem:
    """Two data sets of the model with the same state, and gradients that differ.

    The inputs g(z) u with the targets g(0), which the model with w = 0 gives, and the inputs g(0) u with the targets
    g(z), which it gives for any w with g(0) wᵀu = z, have the same state, -N g(0) g(z) u. The gradient is 0 for the
    first, and N g(0) g'(0) (g(0) - g(z)) u for the second. As g'(0) is not 0, there is a z with g(z) ≠ g(0).
    """
    start = Zero(f, 1)
    equation = Equation(F(linear_sum(start)), Sum(sample_gradient(start, i), i, 1, N))
    theta = sympy.Symbol("theta")
    nonzero = check(Independence(Independent(theta * u(), (theta,))), "a vector $u$ is not always 0")

    other = g(z())

    def data(scale: Expr, target: Expr) -> tuple[Definition, Definition]:
        return Definition(x, scale * u(), (i,)), Definition(y, target, (i,))

    given = g(ZERO), slope(ZERO), other - g(ZERO)
    return check(
        Absurdity(
            Impossible(equation, (F,), (x, y), given),
            (
                Case(Scalar(sympy.Integer(-1)), data(other, g(ZERO))),
                Case(Scalar(sympy.Integer(1)), data(g(ZERO), other)),
            ),
            N * g(ZERO) * slope(ZERO) * (other - g(ZERO)) * u(),
            nonzero,
            N,
            given,
        ),
        "no function of the state is the gradient at 0, for targets of the model, unless $g(0) g'(0) = 0$",
    )


# ---- the logistic function ------------------------------------------------------------------------

sigma = Name("σ", NUMBER, takes=(NUMBER,))
sigma_slope = Name("σ'", NUMBER, takes=(NUMBER,))


def with_value_at_0(function: Name, value: Expr) -> Definition:
    """function(z) := value + ρ(z) - ρ(0): every function with this value at 0 has this form, with ρ = function."""
    (shape,) = function.takes
    point, rest = Name("z", shape), Name("ρ", function.shape, takes=function.takes)
    return Definition(function, value + rest(point()) - rest(Zero(*shape)), (), (point,))


def logistic() -> tuple[Theorem, ...]:
    """The data sets {(1, ½)} and {(2, ¼)} have the same state -½, but the gradients 0 and 1/8.

    Of σ only two facts are used, which its definition has: σ(0) = ½, and σ' = σ (1 - σ).
    """
    a, b, point = (Name(letter, NUMBER) for letter in "abz")
    Z, G = Name("Z", NUMBER, takes=(NUMBER, NUMBER)), Name("G", NUMBER, takes=(NUMBER, NUMBER))
    start = ZERO
    state = Definition(Z, (start * a() - b()) * a(), (), (a, b))
    at = start * a()
    gradient_of = Definition(G, (sigma(at) - b()) * sigma_slope(at) * a(), (), (a, b))
    of_slope = Definition(sigma_slope, sigma(point()) * (1 - sigma(point())), (), (point,))
    of_sigma = with_value_at_0(sigma, HALF)
    first, second = (
        (Scalar(sympy.Integer(1)), Scalar(sympy.Rational(1, 2))),
        (Scalar(sympy.Integer(2)), Scalar(sympy.Rational(1, 4))),
    )
    same = check(Calculation(Z(*first), (Step(Z(*second), (state,)),)), "two data sets with the same state")
    difference = G(*second) - G(*first)
    explicit = unfold(difference, [gradient_of, of_slope])
    eighth = Scalar(sympy.Rational(1, 8))
    steps = (Step(explicit, (gradient_of, of_slope)), Step(eighth, (of_sigma,)))
    return same, check(Calculation(difference, steps), "their gradients for the logistic function differ")


# ---- an embedding before the layer ----------------------------------------------------------------


def embedded(of: ManySteps) -> Theorem:
    """With x_i = φ(ξ_i), P3 says that the layers take L steps of descent on the last layer of a model linear in φ."""
    p = sympy.Symbol("p", integer=True, positive=True)
    phi = Name("φ", (f, 1), takes=((p, 1),))
    xi = Name("ξ", (p, 1), arity=1)
    return check(Instance(of.output(), (Definition(x, phi(xi[i]), (i,)),)), "an embedding before the layers")
