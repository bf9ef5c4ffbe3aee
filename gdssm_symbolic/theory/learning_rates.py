"""The learning rates of the best L steps, for every L without noise: they are real, positive and different.

Let λ_i, i = 1, …, K, be the eigenvalues of S = XXᵀ in all draws of the inputs, with the weights p_i ≥ 0 of the draws,
so that m_k = Σ_i p_i λ_i^k is the mean of tr S^k. The rates are N over the zeros of π(λ) = 1 - Σ_{k<L} c_k λ^{k+1}.
Here H c = b with H_kl = m_{k+l+2} and b_k = m_{k+1}. If z = x + iy is a zero, then π(λ) = (λ - z) (s(λ) + i t(λ)) with
real polynomials s and t of degree < L. By the normal equations π is orthogonal to every polynomial of degree < L, with
the weights p_i λ_i. Hence

    y Σ_i p_i λ_i (s_i² + t_i²) = 0,    x Σ_i p_i λ_i (s_i² + t_i²) = Σ_i p_i λ_i² (s_i² + t_i²)

So z is real and a weighted mean of eigenvalues. If π(λ) = (λ - x)² s(λ), then Σ_i p_i λ_i (λ_i - x)² s_i² = 0. A
polynomial of degree < L that is not 0 has fewer than L zeros. So if L eigenvalues are different and not 0, these sums
are positive, and no zero is double. As in `every_number_of_steps`, c_k = cᵀ e_{k+1}.
"""

from __future__ import annotations

from functools import cache

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Hypothesis, Theorem

from .draws import K, assumed_zero, p
from .every_number_of_steps import as_matrix, as_vector, c, d, e, k, l, over_steps, tau
from .least_squares import i
from .many_steps import L

re, im = sympy.symbols("x y")

lam = Name("λ", (1, 1), arity=1)
ell = Name("ℓ", (1, 1), arity=2)
#: ℓ_{i,k} = λ_i^k
POWERS = Recurrence(ell, k, Scalar(sympy.Integer(1)), lam[i] * ell[i, k - 1], (i, k))
#: ℓ_{i,k+l}, under a name of its own.
TOGETHER = Definition(Name("ℓ^+", (1, 1), arity=3), ell[i, k + l], (i, k, l))


def integral(value: Expr) -> Expr:
    """Return Σ_i p_i λ_i · value."""
    return Sum(p[i] * lam[i] * value, i, 1, K)


def polynomial(coefficients: Name, index: sympy.Symbol = k) -> Expr:
    """Return Σ_{k<L} s_k λ_i^k."""
    return over_steps((coefficients().T * e[index + 1]) * ell[i, index], index)


m = Definition(Name("m", (1, 1), arity=1), Sum(p[i] * ell[i, k], i, 1, K), (k,))
b = Definition(Name("b", (L, 1)), as_vector(m.name[k + 1]))
#: The entries of the normal equations, without noise and with noise of variance τ_2.
CLEAN = Definition(Name("h", (1, 1), arity=2), m.name[k + l + 2], (k, l))
NOISY = Definition(Name("h", (1, 1), arity=2), m.name[k + l + 2] + tau * m.name[k + l + 1], (k, l))
H = Definition(Name("H", (L, L)), as_matrix(CLEAN.left))
SLOPE = Definition(Name("r", (L, 1)), b.name() - H.name() * c())
#: What is assumed of the coefficients.
SOLVES = "$c$ solves the normal equations without noise, $H c = b$"
RESIDUAL = Definition(Name("π", (1, 1), arity=1), 1 - lam[i] * polynomial(c, l), (i,))
pi = RESIDUAL.left


def product_of_powers() -> Theorem:
    """λ^{k+l} = λ^k λ^l, by induction on k."""
    statement = Equation(TOGETHER.left, ell[i, k] * ell[i, l])
    base = Calculation(TOGETHER.name[i, 0, l], (Step(ell[i, l], (TOGETHER,)), Step(ell[i, 0] * ell[i, l], (POWERS,))))
    step = Calculation(
        TOGETHER.name[i, k + 1, l],
        (
            Step(ell[i, k + l + 1], (TOGETHER,)),
            Step(lam[i] * ell[i, k + l], (POWERS,)),
            Step(lam[i] * TOGETHER.left, (TOGETHER,)),
            Step(lam[i] * (ell[i, k] * ell[i, l]), (Hypothesis(statement),)),
            Step(ell[i, k + 1] * ell[i, l], (POWERS,)),
        ),
    )
    return check(Induction(statement, k, base, step), "$λ^{k+l} = λ^k λ^l$")


@cache
def hankel(entry: Definition) -> Theorem:
    """m_{k+l+2} = Σ_i p_i λ_i² λ_i^k λ_i^l, and the same with τ_2 m_{k+l+1} added."""
    noise = tau if entry == NOISY else 0
    powers = Sum(p[i] * (ell[i, k + l + 2] + noise * ell[i, k + l + 1]), i, 1, K)
    steps = (
        Step(powers, (entry, m)),
        Step(integral(ell[i, k + l + 1] + noise * ell[i, k + l]), (POWERS,)),
        Step(integral(lam[i] * TOGETHER.left + noise * TOGETHER.left), (TOGETHER, POWERS)),
        Step(integral((lam[i] + noise) * (ell[i, k] * ell[i, l])), (product_of_powers(),)),
    )
    return check(Calculation(entry.left, steps), "the entries of $H$ by the eigenvalues")


def squares() -> Theorem:
    """dᵀ H d = Σ_i p_i λ_i (λ_i + τ_2) (Σ_k d_k λ_i^k)²."""
    matrix = Definition(H.name, as_matrix(NOISY.left))
    steps = (
        Step(d().T * matrix.body * d(), (matrix,)),
        Step(d().T * as_matrix(integral((lam[i] + tau) * (ell[i, k] * ell[i, l]))) * d(), (hankel(NOISY),)),
        Step(integral((lam[i] + tau) * polynomial(d) ** 2)),
    )
    title = "every $L$: $H$ is positive definite if $L$ eigenvalues are different and not 0"
    return check(Calculation(d().T * matrix.name() * d(), steps), title)


# ---- the residual is orthogonal to all polynomials of lower degree -------------------------------

#: Σ_i p_i λ_i^{k+1} π_i, and the vector of these.
MOMENT = Definition(Name("n", (1, 1), arity=1), integral(ell[i, k] * pi), (k,))
MOMENTS = Definition(Name("n'", (L, 1)), as_vector(MOMENT.left))


def moment() -> Theorem:
    """Σ_i p_i λ_i^{k+1} π_i = m_{k+1} - Σ_l H_kl c_l."""
    product = integral(lam[i] * (ell[i, k] * ell[i, l]))

    def weighted(entry: Expr) -> Expr:
        return over_steps(entry * (c().T * e[l + 1]), l)

    steps = (
        Step(integral(ell[i, k]) - weighted(product), (MOMENT, RESIDUAL)),
        Step(integral(ell[i, k]) - weighted(CLEAN.left), (hankel(CLEAN),)),
        Step(m.name[k + 1] - weighted(CLEAN.left), (m, POWERS)),
    )
    return check(Calculation(MOMENT.left, steps), "the mean of $π$ times a power")


@cache
def orthogonal_to_powers() -> Theorem:
    """Σ_i p_i λ_i^{k+1} π_i = 0 for k < L: these are the normal equations."""
    solved = assumed_zero(SOLVES, SLOPE)
    steps = (
        Step(b.body - H.body * c(), (MOMENTS, moment())),
        Step(b.name() - H.name() * c(), (b, H)),
        Step(SLOPE.name(), (SLOPE,)),
        Step(Zero(L, 1), (solved,)),
    )
    return check(Calculation(MOMENTS.left, steps), "$π$ is orthogonal to the powers $λ^k$, $k < L$")


S, T = (Definition(Name(letter.upper(), (1, 1), arity=1), polynomial(Name(letter, (L, 1))), (i,)) for letter in "st")


@cache
def orthogonal(poly: Definition) -> tuple[Definition, Theorem]:
    """Return E = Σ_i p_i λ_i π_i S_i for one of the polynomials, and that it is 0."""
    letter = poly.name.text
    coefficients = Name(letter.lower(), (L, 1))()
    mean = Definition(Name(f"E_{letter}", (1, 1)), integral(pi * poly.left))
    steps = (
        Step(coefficients.T * MOMENTS.body, (mean, poly, MOMENT)),
        Step(coefficients.T * MOMENTS.name(), (MOMENTS,)),
        Step(Zero(1, 1), (orthogonal_to_powers(),)),
    )
    title = f"every $L$, without noise: $π$ is orthogonal to every polynomial ${letter}$ of degree $< L$"
    return mean, check(Calculation(mean.left, steps), title)


# ---- the zeros -----------------------------------------------------------------------------------

REAL_PART = Definition(Name("u", (1, 1), arity=1), pi - ((lam[i] - re) * S.left + im * T.left), (i,))
IMAGINARY_PART = Definition(Name("v", (1, 1), arity=1), (lam[i] - re) * T.left - im * S.left, (i,))
DOUBLE = Definition(Name("u", (1, 1), arity=1), pi - (lam[i] - re) ** 2 * S.left, (i,))
#: What is assumed of a zero, in its real and in its imaginary part, and of a double one.
IS_ZERO = (
    "$x + iy$ is a zero of $π$: the real part of $(λ − x − iy)(S + iT)$ is $π$",
    "the imaginary part of $(λ − x − iy)(S + iT)$ is 0",
)
IS_DOUBLE = "$x$ is a double zero of $π$: $π = (λ − x)² S$"


def zeros() -> tuple[Theorem, Theorem]:
    """A zero x + iy of π has y = 0, and x is a weighted mean of eigenvalues."""
    s, t, u, v = (one.left for one in (S, T, REAL_PART, IMAGINARY_PART))
    factored = tuple(map(assumed_zero, IS_ZERO, (REAL_PART, IMAGINARY_PART)))
    (of_s, no_s), (of_t, no_t) = orthogonal(S), orthogonal(T)
    weight = s**2 + t**2
    mean = Sum(p[i] * lam[i] ** 2 * weight, i, 1, K)
    upwards = (
        Step(of_t.name() - integral(u * t + v * s), (of_t, REAL_PART, IMAGINARY_PART)),
        Step(of_t.name(), factored),
        Step(Zero(1, 1), (no_t,)),
    )
    sideways = (
        Step(mean - of_s.name() + integral(u * s - v * t), (of_s, REAL_PART, IMAGINARY_PART)),
        Step(mean - of_s.name(), factored),
        Step(mean, (no_s,)),
    )
    return (
        check(Calculation(im * integral(weight), upwards), "every $L$, without noise: every zero of $π$ is real"),
        check(
            Calculation(re * integral(weight), sideways),
            "every $L$, without noise: every zero of $π$ is a weighted mean of eigenvalues, so it is positive",
        ),
    )


def simple() -> Theorem:
    """If x were a double zero of π, a sum of squares would be 0."""
    double = assumed_zero(IS_DOUBLE, DOUBLE)
    of_s, no_s = orthogonal(S)
    steps = (
        Step(of_s.name() - integral(DOUBLE.left * S.left), (of_s, DOUBLE)),
        Step(of_s.name(), (double,)),
        Step(Zero(1, 1), (no_s,)),
    )
    squares = integral(((lam[i] - re) * S.left) ** 2)
    return check(
        Calculation(squares, steps), "every $L$, without noise: if a zero of $π$ were double, squares would add up to 0"
    )
