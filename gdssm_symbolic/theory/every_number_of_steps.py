"""The best coefficients of L steps, for every L.

Expected values are sums over draws, as `draws` explains. The inputs X are drawn independently of the task w with the
noise ε, and of the query z. So the expected squared error of the predictor Σ_{k<L} c_k φ_k is

    R = Σ_ω Σ_j Σ_r p_ω u_j v_r (w_jᵀ z_r - Σ_{k<L} c_k φ_{k,ω,j,r})²,    φ_k = (wᵀX + εᵀ) Xᵀ S^k z,    S = XXᵀ

Of w, ε and z only the second moments matter. Let m_k be the mean of tr S^k, H_kl = m_{k+l+2} + τ_2 m_{k+l+1}, and
b_k = m_{k+1}. If H c* = b, then R is its value at c* plus μ_2 (c - c*)ᵀ H (c - c*). The entries of vectors and of H are
counted from 0 here, and c_k = cᵀ e_{k+1}, with the unit vectors e_1, …, e_L.
"""

from __future__ import annotations

from functools import cache

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Power, Sum, Trace, Zero, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Theorem
from gdssm_symbolic.layers import N, f

from .draws import assumed_zero, omega, p
from .many_steps import L

j, r = (sympy.Symbol(letter, integer=True) for letter in "jr")
k, l = (sympy.Symbol(letter, integer=True, nonnegative=True) for letter in "kl")  # noqa: E741 - as H_kl is written
#: How many draws there are: of inputs, of tasks with noise, and of queries.
INPUTS, TASKS, QUERIES = (sympy.Symbol(letter, integer=True, positive=True) for letter in "KJM")
mu, tau = sympy.Symbol("mu_2"), sympy.Symbol("tau_2")

u, v = Name("u", (1, 1), arity=1), Name("v", (1, 1), arity=1)
X = Name("X", (f, N), arity=1)
w, z = Name("w", (f, 1), arity=1), Name("z", (f, 1), arity=1)
noise = Name("ε", (N, 1), arity=1)
e = Name("e", (L, 1), arity=1)
c, best, d = Name("c", (L, 1)), Name("c^*", (L, 1)), Name("d", (L, 1))


def over_inputs(value: Expr) -> Expr:
    """Return Σ_ω p_ω · value."""
    return Sum(p[omega] * value, omega, 1, INPUTS)


def mean(value: Expr) -> Expr:
    """Return Σ_ω Σ_j Σ_r p_ω u_j v_r · value."""
    return over_inputs(Sum(u[j] * Sum(v[r] * value, r, 1, QUERIES), j, 1, TASKS))


def over_steps(value: Expr, index: sympy.Symbol = k) -> Expr:
    """Return Σ_{k<L} value."""
    return Sum(value, index, 0, L - 1)


def as_vector(entry: Expr) -> Expr:
    """Return Σ_k entry e_{k+1}."""
    return over_steps(entry * e[k + 1])


def as_matrix(entry: Expr) -> Expr:
    """Return Σ_kl entry e_{k+1} e_{l+1}ᵀ."""
    return over_steps(over_steps(entry * (e[k + 1] * e[l + 1].T), l))


# ---- what the names mean -------------------------------------------------------------------------

S = Definition(Name("S", (f, f), arity=1), X[omega] * X[omega].T, (omega,))
target = w[j].T * z[r]
FEATURES = Definition(
    Name("φ", (1, 1), arity=4),
    (w[j].T * X[omega] + noise[j].T) * X[omega].T * Power(S.name[omega], k) * z[r],
    (k, omega, j, r),
)
phi = FEATURES.name[k, omega, j, r]


def predictor(coefficients: Name) -> Expr:
    """Return Σ_{k<L} c_k φ_k."""
    return over_steps((coefficients().T * e[k + 1]) * phi)


RISK = Definition(Name("R", (1, 1)), mean((target - predictor(c)) ** 2))
LEAST = Definition(Name("R^*", (1, 1)), mean((target - predictor(best)) ** 2))
m = Definition(Name("m", (1, 1), arity=1), over_inputs(Trace(Power(S.name[omega], k))), (k,))
ENTRY = Definition(Name("h", (1, 1), arity=2), m.name[k + l + 2] + tau * m.name[k + l + 1], (k, l))
H, b = Definition(Name("H", (L, L)), as_matrix(ENTRY.left)), Definition(Name("b", (L, 1)), as_vector(m.name[k + 1]))
SLOPE = Definition(Name("s", (L, 1)), b.name() - H.name() * best())

# ---- second moments ------------------------------------------------------------------------------

OF_TASK = Definition(Name("V_w", (f, f)), Sum(u[j] * (w[j] * w[j].T), j, 1, TASKS))
OF_NOISE = Definition(Name("V_ε", (N, N)), Sum(u[j] * (noise[j] * noise[j].T), j, 1, TASKS))
OF_BOTH = Definition(Name("V_{wε}", (f, N)), Sum(u[j] * (w[j] * noise[j].T), j, 1, TASKS))
OF_QUERY = Definition(Name("V_z", (f, f)), Sum(v[r] * (z[r] * z[r].T), r, 1, QUERIES))
MOMENTS = (OF_TASK, OF_NOISE, OF_BOTH, OF_QUERY)
#: What is assumed of the task, the noise and the query: all entries are uncorrelated.
UNCORRELATED = {
    "the entries of the task $w$ are uncorrelated, each with mean square 1": Equation(OF_TASK.left, Identity(f)),
    "the noise of the labels is uncorrelated, with mean square $τ_2$": Equation(OF_NOISE.left, tau * Identity(N)),
    "noise and task are uncorrelated": Equation(OF_BOTH.left, Zero(f, N)),
    "the entries of the query $z$ are uncorrelated, each with mean square $μ_2$": Equation(
        OF_QUERY.left, mu * Identity(f)
    ),
}
#: What is assumed of the best coefficients.
SOLVES = "$c^*$ solves the normal equations $H c^* = b$"


def second_moments() -> tuple[Theorem, ...]:
    """The entries of the task, the noise and the query are uncorrelated, which is assumed."""
    return tuple(check(Assumption(name, statement), name) for name, statement in UNCORRELATED.items())


# ---- S is symmetric ------------------------------------------------------------------------------

#: Names for XXᵀ, Sᵀ and (S^k)ᵀ, that they can be replaced by S and S^k.
GRAM = Definition(Name("S'", (f, f), arity=1), X[omega] * X[omega].T, (omega,))
TURNED = Definition(Name("T", (f, f), arity=1), S.name[omega].T, (omega,))
POWER_TURNED = Definition(Name("U", (f, f), arity=2), Power(S.name[omega], k).T, (omega, k))


def gram() -> Theorem:
    """S' = S: a line cannot put S in the place of XXᵀ while it leaves the powers of S as they are."""
    title = "$S'$, a second name for $XXᵀ$ beside powers of $S$, is $S$"
    return check(Calculation(GRAM.left, (Step(S.left, (GRAM, S)),)), title)


@cache
def symmetric() -> Theorem:
    """(S^k)ᵀ = S^k, by induction."""
    once = check(Calculation(TURNED.left, (Step(S.left, (TURNED, S)),)), "$S$ is symmetric")
    statement = Equation(POWER_TURNED.left, Power(S.left, k))
    turned, powers = POWER_TURNED.name, TURNED.left
    base = Calculation(turned[omega, 0], (Step(Power(S.left, 0), (POWER_TURNED,)),))
    step = Calculation(
        turned[omega, k + 1],
        (
            Step(Power(S.left, k + 1).T, (POWER_TURNED,)),
            Step(powers * turned[omega, k], (TURNED, POWER_TURNED)),
            Step(powers * Power(S.left, k), (Hypothesis(statement),)),
            Step(Power(S.left, k + 1), (once,)),
        ),
    )
    return check(Induction(statement, k, base, step), "$S^k$ is symmetric")


# ---- moments of the features ---------------------------------------------------------------------

#: The means of (wᵀz)², of (wᵀz) φ_k and of φ_k φ_l.
SQUARE = Definition(Name("A", (1, 1)), mean(target**2))
WITH_TARGET = Definition(Name("B", (1, 1), arity=1), mean(target * phi), (k,))
PAIR = Definition(Name("C", (1, 1), arity=2), mean(phi * FEATURES.name[l, omega, j, r]), (k, l))


@cache
def square() -> Theorem:
    """The mean of (wᵀz)² is μ_2 m_0."""
    Vw, _, _, Vz = (one.name() for one in MOMENTS)
    steps = (
        Step(over_inputs(Trace(Vw * Vz)), (SQUARE, *MOMENTS)),
        Step(over_inputs(mu * f), second_moments()),
        Step(mu * m.name[0], (m,)),
    )
    return check(Calculation(SQUARE.left, steps), "the mean square of the target")


@cache
def with_target() -> Theorem:
    """The mean of (wᵀz) φ_k is μ_2 m_{k+1}."""
    x, power = X[omega], Power(S.left, k)
    Vw, _, Vb, Vz = (one.name() for one in MOMENTS)
    steps = (
        Step(mean(target * FEATURES.body), (WITH_TARGET, FEATURES)),
        Step(over_inputs(Trace((Vw * x + Vb) * x.T * power * Vz)), MOMENTS),
        Step(over_inputs(mu * Trace(x * x.T * power)), second_moments()),
        Step(over_inputs(mu * Trace(GRAM.left * power)), (GRAM,)),
        Step(over_inputs(mu * Trace(S.left * power)), (gram(),)),
        Step(mu * m.name[k + 1], (m,)),
    )
    return check(Calculation(WITH_TARGET.left, steps), "the mean of the target times a feature")


@cache
def pair() -> Theorem:
    """The mean of φ_k φ_l is μ_2 H_kl."""
    x, power, G, turned = X[omega], Power(S.left, k), GRAM.left, POWER_TURNED.name[omega, l]
    Vw, Ve, Vb, Vz = (one.name() for one in MOMENTS)
    labels = x.T * Vw * x + x.T * Vb + Vb.T * x + Ve
    alone = (S.left * S.left + tau * S.left) * power * Power(S.left, l)
    steps = (
        Step(mean(FEATURES.body * substitute(FEATURES.body, {k: l})), (PAIR, FEATURES)),
        Step(over_inputs(Trace(labels * x.T * power * Vz * turned * x)), (*MOMENTS, POWER_TURNED)),
        Step(over_inputs(mu * Trace((x.T * x * x.T + tau * x.T) * power * turned * x)), second_moments()),
        Step(over_inputs(mu * Trace((G * G + tau * G) * power * turned)), (GRAM,)),
        Step(over_inputs(mu * Trace(alone)), (gram(), symmetric())),
        Step(mu * ENTRY.body, (m,)),
        Step(mu * ENTRY.left, (ENTRY,)),
    )
    return check(Calculation(PAIR.left, steps), "the mean of two features")


# ---- the risk, for every L -----------------------------------------------------------------------


def quadratic() -> Theorem:
    """R = μ_2 (m_0 - 2 bᵀc + cᵀHc)."""
    means = as_vector(WITH_TARGET.left), as_matrix(PAIR.left)
    opened = SQUARE.name() - 2 * (means[0].T * c()) + c().T * means[1] * c()
    known = mu * (m.name[0] - 2 * (b.body.T * c()) + c().T * H.body * c())
    value = mu * (m.name[0] - 2 * (b.name().T * c()) + c().T * H.name() * c())
    steps = (
        Step(opened, (RISK, SQUARE, WITH_TARGET, PAIR)),
        Step(known, (square(), with_target(), pair())),
        Step(value, (b, H)),
    )
    return check(Calculation(RISK.name(), steps), "every $L$: the expected squared error of $L$ steps")


def completed() -> Theorem:
    """R = R* + μ_2 (c - c*)ᵀ H (c - c*), if H c* = b."""
    away = c() - best()
    means = as_vector(WITH_TARGET.left), as_matrix(PAIR.left)
    opened = LEAST.name() + away.T * means[1] * away - 2 * (away.T * (means[0] - means[1] * best()))
    excess = mu * (away.T * H.name() * away)
    solved = assumed_zero(SOLVES, SLOPE)
    steps = (
        Step(opened, (RISK, LEAST, WITH_TARGET, PAIR)),
        Step(
            LEAST.name() + mu * (away.T * H.body * away) - 2 * mu * (away.T * (b.body - H.body * best())),
            (with_target(), pair()),
        ),
        Step(LEAST.name() + excess - 2 * mu * (away.T * (b.name() - H.name() * best())), (b, H)),
        Step(LEAST.name() + excess - 2 * mu * (away.T * SLOPE.name()), (SLOPE,)),
        Step(LEAST.name() + excess, (solved,)),
    )
    return check(Calculation(RISK.name(), steps), "every $L$: the least error, and what other coefficients add to it")


def squares() -> Theorem:
    """μ_2 dᵀ H d is the mean of (Σ_k d_k φ_k)²."""
    steps = (
        Step(mu * (d().T * H.body * d()), (H,)),
        Step(d().T * as_matrix(PAIR.left) * d(), (pair(),)),
        Step(mean(predictor(d) ** 2), (PAIR,)),
    )
    title = "every $L$: what other coefficients add is a mean of squares, so it is never negative"
    return check(Calculation(mu * (d().T * H.name() * d()), steps), title)
