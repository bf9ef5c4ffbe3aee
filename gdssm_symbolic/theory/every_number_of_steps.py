"""The best coefficients of L steps for every L, and what the zeros of their polynomial are.

The expected values are written as sums over finitely many draws, with a weight for each. A polynomial of bounded degree
has the same expected value under any distribution as under some finite set of weighted draws (Tchakaloff 1957), so this
is no restriction. The inputs X are drawn independently of the task w and the noise ε, and of the query z:

    R = Σ_ω Σ_j Σ_r p_ω u_j v_r (w_jᵀ z_r - Σ_{k<L} c_k (w_jᵀ X_ω + ε_jᵀ) X_ωᵀ S_ω^k z_r)²,    S_ω = X_ω X_ωᵀ

Of w, ε and z only the second moments matter. Let m_k = Σ_ω p_ω tr S_ω^k, H_kl = m_{k+l+2} + τ_2 m_{k+l+1} and
Σ_l H_kl c*_l = m_{k+1}. Then R is its value at c* plus μ_2 Σ_kl (c_k - c*_k) H_kl (c_l - c*_l), for every L.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, Source
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Power, Scalar, Sum, Trace, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.layers import N, f

from .many_steps import L

ONE = sympy.Integer(1)
omega, j, r = (sympy.Symbol(letter, integer=True) for letter in ("omega", "j", "r"))
k, l = (sympy.Symbol(letter, integer=True, nonnegative=True) for letter in "kl")  # noqa: E741 - as H_kl is written
#: How many draws there are: of inputs, of tasks with noise, and of queries.
DRAWS = tuple(sympy.Symbol(f"K_{number}", integer=True, positive=True) for number in (1, 2, 3))
mu, tau = sympy.Symbol("mu_2"), sympy.Symbol("tau_2")


def number(letter: str, arity: int = 1) -> Name:
    """A family of numbers."""
    return Name(letter, (1, 1), arity=arity)


p, u, v = number("p"), number("u"), number("v")
X = Name("X", (f, N), arity=1)
w, z = Name("w", (f, 1), arity=1), Name("z", (f, 1), arity=1)
noise = Name("ε", (N, 1), arity=1, latex=r"\varepsilon")
c, best, d = number("c"), Name("c^*", (1, 1), arity=1), number("d")

S = Definition(Name("S", (f, f), arity=1), X[omega] * X[omega].T, (omega,))
target = w[j].T * z[r]
#: φ_k = y Xᵀ S^k z, with the labels y = wᵀX + εᵀ: the outputs that the coefficients weigh.
features = Definition(
    Name("φ", (1, 1), arity=4, latex=r"\varphi"),
    (w[j].T * X[omega] + noise[j].T) * X[omega].T * Power(S.name[omega], k) * z[r],
    (k, omega, j, r),
)
phi = features.name


def mean(value: Expr) -> Expr:
    """Σ_ω Σ_j Σ_r p_ω u_j v_r · value."""
    of_query = Sum(v[r] * value, r, 1, DRAWS[2])
    return over_inputs(Sum(u[j] * of_query, j, 1, DRAWS[1]))


def over_inputs(value: Expr) -> Expr:
    """Σ_ω p_ω · value."""
    return Sum(p[omega] * value, omega, 1, DRAWS[0])


def over_steps(value: Expr, index: sympy.Symbol = k) -> Expr:
    """Σ_{k<L} value."""
    return Sum(value, index, 0, L - 1)


def risk(name: Name, coefficients: Name) -> Definition:
    """The expected squared error with these coefficients."""
    return Definition(name, mean((target - over_steps(coefficients[k] * phi[k, omega, j, r])) ** 2))


RISK, LEAST = risk(Name("R", (1, 1)), c), risk(Name("R^*", (1, 1)), best)
m = Definition(number("m"), over_inputs(Trace(Power(S.name[omega], k))), (k,))
H = Definition(number("H", 2), m.name[k + l + 2] + tau * m.name[k + l + 1], (k, l))

# ---- second moments ------------------------------------------------------------------------------


def assumed(name: str, moment: Definition, value: Expr) -> Theorem:
    """A second moment that is assumed, under a name."""
    return check(Assumption(name, Equation(moment.left, value)), name)


def _second_moment(text: str, left: Expr, weights: Name, index: sympy.Symbol, count: sympy.Symbol) -> Definition:
    rows, columns = left.shape
    return Definition(Name(text, (rows, columns)), Sum(weights[index] * left, index, 1, count))


OF_TASK = _second_moment("V_w", w[j] * w[j].T, u, j, DRAWS[1])
OF_NOISE = _second_moment("V_ε", noise[j] * noise[j].T, u, j, DRAWS[1])
OF_BOTH = _second_moment("V_{wε}", w[j] * noise[j].T, u, j, DRAWS[1])
OF_QUERY = _second_moment("V_z", z[r] * z[r].T, v, r, DRAWS[2])
MOMENTS = (OF_TASK, OF_NOISE, OF_BOTH, OF_QUERY)


def second_moments() -> tuple[Theorem, ...]:
    """What is assumed of the task, the noise and the query: their entries are uncorrelated."""
    return (
        assumed("the entries of $w$ are uncorrelated, each with mean square 1", OF_TASK, Identity(f)),
        assumed("the noise of the labels is uncorrelated, with mean square $τ_2$", OF_NOISE, tau * Identity(N)),
        assumed("the noise is uncorrelated with $w$", OF_BOTH, Zero(f, N)),
        assumed("the entries of the query $z$ are uncorrelated, each with mean square $μ_2$", OF_QUERY, mu * Identity(f)),
    )


# ---- S is symmetric ------------------------------------------------------------------------------

gram = Definition(Name("G", (f, f), arity=1), X[omega] * X[omega].T, (omega,))
turned = Definition(Name("T", (f, f), arity=2), Power(S.name[omega], k).T, (omega, k))


def symmetric() -> Theorem:
    """(S^k)ᵀ = S^k, by induction."""
    A = S.name[omega]
    flipped = Definition(Name("T_1", (f, f), arity=1), A.T, (omega,))
    same = check(Calculation(flipped.left, (Step(A, (flipped, S)),)), "$S$ is symmetric")
    statement = Equation(turned.left, Power(A, k))
    hypothesis = Induction(statement, k, *(Calculation(statement.left, (Step(A),)),) * 2).hypothesis
    base = Calculation(turned.name[omega, 0], (Step(Power(A, 0), (turned,)),))
    step = Calculation(
        turned.name[omega, k + 1],
        (
            Step(Power(A, k + 1).T, (turned,)),
            Step(flipped.name[omega] * turned.name[omega, k], (flipped, turned)),
            Step(flipped.name[omega] * Power(A, k), (hypothesis,)),
            Step(Power(A, k + 1), (same,)),
        ),
    )
    return check(Induction(statement, k, base, step), "$S^k$ is symmetric")


def gram_is_S() -> Theorem:
    return check(Calculation(gram.left, (Step(S.name[omega], (gram, S)),)), "a second name for $S$")


# ---- moments of the features ---------------------------------------------------------------------

PAIR = Definition(number("P", 2), mean(phi[k, omega, j, r] * phi[l, omega, j, r]), (k, l))
WITH_TARGET = Definition(number("g"), mean(target * phi[k, omega, j, r]), (k,))
OF_TARGET = Definition(Name("g_*", (1, 1)), mean(target**2))


def pair() -> Theorem:
    """E φ_k φ_l = μ_2 H_kl."""
    A, G, T = S.name[omega], gram.name[omega], turned.name[omega, l]
    Vw, Ve, Vb, Vz = (one.name() for one in MOMENTS)
    x = X[omega]
    labels = x.T * Vw * x + x.T * Vb + Vb.T * x + Ve
    written = over_inputs(Trace(labels * x.T * Power(A, k) * Vz * T * x))
    known = over_inputs(mu * Trace((x.T * x + tau * Identity(N)) * x.T * Power(A, k) * T * x))
    named = over_inputs(mu * Trace((G * G + tau * G) * Power(A, k) * T))
    return check(
        Calculation(
            PAIR.left,
            (
                Step(mean(features.body * features_at(l)), (PAIR, features)),
                Step(written, (*MOMENTS, turned)),
                Step(known, second_moments()),
                Step(named, (gram,)),
                Step(over_inputs(mu * Trace((A * A + tau * A) * Power(A, k) * Power(A, l))), (gram_is_S(), symmetric())),
                Step(mu * (m.name[k + l + 2] + tau * m.name[k + l + 1]), (m,)),
                Step(mu * H.name[k, l], (H,)),
            ),
        ),
        "two features",
    )


def features_at(index: sympy.Symbol) -> Expr:
    from gdssm_symbolic.kernel.expressions import substitute

    return substitute(features.body, {k: index})


def with_target() -> Theorem:
    """E (wᵀz) φ_k = μ_2 m_{k+1}."""
    A, G, x = S.name[omega], gram.name[omega], X[omega]
    Vw, _, Vb, Vz = (one.name() for one in MOMENTS)
    return check(
        Calculation(
            WITH_TARGET.left,
            (
                Step(mean(target * features.body), (WITH_TARGET, features)),
                Step(over_inputs(Trace((Vw * x + Vb) * x.T * Power(A, k) * Vz)), MOMENTS),
                Step(over_inputs(mu * Trace(x * x.T * Power(A, k))), second_moments()),
                Step(over_inputs(mu * Trace(G * Power(A, k))), (gram,)),
                Step(over_inputs(mu * Trace(A * Power(A, k))), (gram_is_S(),)),
                Step(mu * m.name[k + 1], (m,)),
            ),
        ),
        "a feature and the target",
    )


def of_target() -> Theorem:
    """E (wᵀz)² = μ_2 m_0."""
    Vw, _, _, Vz = (one.name() for one in MOMENTS)
    return check(
        Calculation(
            OF_TARGET.left,
            (
                Step(over_inputs(Trace(Vw * Vz)), (OF_TARGET, *MOMENTS)),
                Step(over_inputs(mu * f), second_moments()),
                Step(mu * m.name[0], (m,)),
            ),
        ),
        "the target",
    )

# ---- the risk, for every L -----------------------------------------------------------------------


def twice(left: Expr, right: Expr, entry: Expr) -> Expr:
    """Σ_kl left_k entry_kl right_l."""
    return over_steps(left * over_steps(entry * right, l))


def quadratic() -> Theorem:
    """R = μ_2 (m_0 - 2 Σ_k c_k m_{k+1} + Σ_kl c_k H_kl c_l)."""
    opened = (
        OF_TARGET.name()
        - 2 * over_steps(c[k] * WITH_TARGET.name[k])
        + twice(c[k], c[l], PAIR.name[k, l])
    )
    value = mu * (m.name[0] - 2 * over_steps(c[k] * m.name[k + 1]) + twice(c[k], c[l], H.name[k, l]))
    steps = (
        Step(opened, (RISK, OF_TARGET, WITH_TARGET, PAIR)),
        Step(value, (of_target(), with_target(), pair())),
    )
    return check(Calculation(RISK.name(), steps), "the risk of $L$ steps")


SLOPE = Definition(number("n"), m.name[k + 1] - over_steps(H.name[k, l] * best[l], l), (k,))


def completed() -> Theorem:
    """R = R* + μ_2 Σ_kl (c_k - c*_k) H_kl (c_l - c*_l)."""
    away = c[k] - best[k]
    excess = lambda entry: twice(away, c[l] - best[l], entry)
    slope = WITH_TARGET.name[k] - over_steps(PAIR.name[k, l] * best[l], l)
    opened = LEAST.name() + excess(PAIR.name[k, l]) - 2 * over_steps(away * slope)
    known = mu * (m.name[k + 1] - over_steps(H.name[k, l] * best[l], l))
    known = LEAST.name() + mu * excess(H.name[k, l]) - 2 * over_steps(away * known)
    named = LEAST.name() + mu * excess(H.name[k, l]) - 2 * mu * over_steps(away * SLOPE.name[k])
    zero = check(Assumption("$c^*$ solves the normal equations $Σ_l H_{kl} c^*_l = m_{k+1}$", Equation(SLOPE.left, Scalar(sympy.Integer(0)))), "the normal equations")
    steps = (
        Step(opened, (RISK, LEAST, WITH_TARGET, PAIR)),
        Step(known, (with_target(), pair())),
        Step(named, (SLOPE,)),
        Step(LEAST.name() + mu * excess(H.name[k, l]), (zero,)),
    )
    return check(Calculation(RISK.name(), steps), "the best coefficients, every $L$")


def squares() -> Theorem:
    """μ_2 Σ_kl d_k H_kl d_l is the mean of a square."""
    left = mu * twice(d[k], d[l], H.name[k, l])
    steps = (
        Step(twice(d[k], d[l], PAIR.name[k, l]), (pair(),)),
        Step(mean(over_steps(d[k] * phi[k, omega, j, r]) ** 2), (PAIR,)),
    )
    return check(Calculation(left, steps), "the excess is a mean of squares")

# ---- the zeros of the residual polynomial --------------------------------------------------------

i, K = sympy.Symbol("i", integer=True), DRAWS[0]
re, im = sympy.symbols("a b")
lam = Name("λ", (1, 1), arity=1, latex=r"\lambda")
powers = Recurrence(Name("ℓ", (1, 1), arity=2, latex=r"\ell"), k, Scalar(ONE), lam[i] * Name("ℓ", (1, 1), arity=2, latex=r"\ell")[i, k - 1], (i, k))


def polynomial(letter: str) -> Definition:
    """s_i = Σ_{k<L} s_k λ_i^k."""
    return Definition(number(letter.upper()), over_steps(number(letter)[k] * powers.name[i, k]), (i,))


REAL, IMAGINARY = polynomial("s"), polynomial("t")
residual = Definition(Name("π", (1, 1), arity=1, latex=r"\pi"), 1 - lam[i] * over_steps(best[k] * powers.name[i, k]), (i,))
ORTHOGONAL = Definition(number("n"), Sum(p[i] * lam[i] * powers.name[i, k] * residual.name[i], i, 1, K), (k,))


def over(value: Expr) -> Expr:
    """Σ_i p_i λ_i · value."""
    return Sum(p[i] * lam[i] * value, i, 1, K)


def assume(name: str, defined: Definition) -> Theorem:
    return check(Assumption(name, Equation(defined.left, Scalar(sympy.Integer(0)))), name)


def orthogonal(poly: Definition, letter: str) -> Theorem:
    """Σ_i p_i λ_i π_i S_i = 0."""
    A = poly.name[i]
    coefficient = number(letter)
    value = Definition(Name(f"E_{letter}", (1, 1)), over(residual.name[i] * A))
    zero = assume("$c^*$ solves the normal equations without noise, $Σ_i p_i λ_i^{k+1} π(λ_i) = 0$", ORTHOGONAL)
    return value, check(Calculation(value.left, (
        Step(over_steps(coefficient[k] * ORTHOGONAL.name[k]), (value, poly, ORTHOGONAL)),
        Step(Scalar(sympy.Integer(0)), (zero,)),
    )), "orthogonal")


def zeros():
    s, t = REAL.name[i], IMAGINARY.name[i]
    real_part = Definition(number("x"), residual.name[i] - ((lam[i] - re) * s + im * t), (i,))
    imaginary_part = Definition(number("y"), (lam[i] - re) * t - im * s, (i,))
    words = "$a + bi$ is a zero of $π$, so $π(λ) = (λ − a − bi)(s(λ) + i t(λ))$"
    first = assume(f"{words}, real part", real_part)
    second = assume(f"{words}, imaginary part", imaginary_part)
    (es, s0), (et, t0) = orthogonal(REAL, "s"), orthogonal(IMAGINARY, "t")
    both = s * s + t * t
    X, Y = real_part.name[i], imaginary_part.name[i]
    up = check(Calculation(im * over(both), (
        Step(et.name() - over(X * t + Y * s), (et, real_part, imaginary_part)),
        Step(et.name(), (first, second)),
        Step(Scalar(sympy.Integer(0)), (t0,)),
    )), "every zero is real")
    right = check(Calculation(re * over(both), (
        Step(over(lam[i] * both) - es.name() + over(X * s - Y * t), (es, real_part, imaginary_part)),
        Step(over(lam[i] * both) - es.name(), (first, second)),
        Step(over(lam[i] * both), (s0,)),
    )), "every zero is a weighted mean of eigenvalues")
    return up, right
