"""One head at decay 1: a local minimum of the population loss at N = 2 that is not global, and a saddle for larger N.

With q = e_1 and Q = κ e_2 e_3ᵀ a layer computes κ Σ_t y_t x_{t+1}ᵀ x_N. The best κ is σ²/D (`divisor_at`).
Inputs are independent with one symmetric law, W is standard normal, y_t = Wᵀx_t. The error times D is

    D Wᵀx_{N+1} - Z_N C_N q,    Z_N = Σ_t C_t Q C_tᵀ,    Q = σ² e_2 e_3ᵀ.

Change Q by sU and q by su, with u_1 = 0, which fixes the scale. The output changes by sP_1 + s²P_2, and with the error
δ the loss times D² by -2s E δᵀP_1 + s² (E ‖P_1‖² - 2 E δᵀP_2) + …: the first and the second variation.

At N = 2 the second variation is a sum of squares, with weights that are positive for f ≥ 2 and every law. The squares
vanish only for U = 0, u = 0: a strict local minimum, up to the scale that moves between Q and q. For N ≥ 3 the second
variation in Q_21 and q_3 is negative somewhere if Δ > 0: then the point is a saddle. Δ is positive for f, N ≥ 3 and for
f ≥ 2, N ≥ 4 if E x⁶ ≤ 5 E x² E x⁴, but not for every law.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Any

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum, substitute, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, f

from .best_layer import W, column, matrix, n, t
from .least_squares import i, squared_norm, x
from .population import STANDARD

s, v, rest, sigma = sympy.symbols("s v w sigma")
k = sympy.Symbol("k", integer=True, nonnegative=True)
THREE = sympy.Integer(3)

# ---- one head: the point, and what a change of its parameters does -----------------------------------

LAW = AnyLaw("mu", 6)
LAWS = ((x, LAW), (W, STANDARD))
SECOND, FOURTH, SIXTH = (LAW.moment(order) for order in (2, 4, 6))
WEIGHTS = {(row, col): sympy.Symbol(f"U_{row}{col}") for row, col in product((1, 2, 3), repeat=2)}
u_2, u_3 = sympy.symbols("u_2 u_3")
CHANGE = matrix(tuple(tuple(WEIGHTS[row, col] for col in (1, 2, 3)) for row in (1, 2, 3)))
CHANGE_OF_READOUT = column((0, u_2, u_3))  # q_1 = 1 fixes the scale
ATTENTION, READOUT = matrix(((0, 0, 0), (0, 0, SECOND), (0, 0, 0))), column((1, 0, 0))


def divisor_at(samples: sympy.Expr | int) -> sympy.Expr:
    """D = (N - 2) f σ⁴ + (f + 1)(m + (f - 1) σ⁴), so that σ²/D is the best coefficient; m is the fourth moment."""
    return (samples - 2) * f * SECOND**2 + (f + 1) * (FOURTH + (f - 1) * SECOND**2)


def label(sample: sympy.Expr | int) -> Expr:
    """y_t = Wᵀx_t."""
    return W().T * x[sample]


def output(samples: int, attention: Expr, readout: Expr) -> Expr:
    """Z_N C_N q, written out for a number N of samples."""
    windows = [Blocks(((x[t], label(t), x[t + 1]),)) for t in range(1, samples + 1)]
    total = windows[0] * attention * windows[0].T
    for window in windows[1:]:
        total = total + window * attention * window.T
    return total * (windows[-1] * readout)


def error(samples: int) -> Expr:
    """D Wᵀx_{N+1} - Z_N C_N q at the point."""
    return divisor_at(samples) * label(samples + 1) - output(samples, ATTENTION, READOUT)


def first_order(samples: int, change: Expr = CHANGE, of_readout: Expr = CHANGE_OF_READOUT) -> Expr:
    """P_1: what is linear in the change of Q and q."""
    return output(samples, change, READOUT) + output(samples, ATTENTION, of_readout)


def second_order(samples: int, change: Expr = CHANGE, of_readout: Expr = CHANGE_OF_READOUT) -> Expr:
    """P_2: the change of Q times the change of q."""
    return output(samples, change, of_readout)


def expansion() -> Theorem:
    """‖D Wᵀx_{N+1} - (Z_N + s Z'_N) C_N (q + s q')‖² in powers of s, with δ = D Wᵀx_{N+1} - Z_N C_N q."""
    state, changed = Name("Z", (f, f))(), Name("Z'", (f, f))()
    last, readout, other = Name("C", (f, THREE))(), Name("q", (THREE, 1))(), Name("q'", (THREE, 1))()
    target = Name("b", (f, 1))()
    zero = Definition(Name("δ", (f, 1)), target - state * (last * readout))
    one = Definition(Name("P_1", (f, 1)), changed * (last * readout) + state * (last * other))
    two = Definition(Name("P_2", (f, 1)), changed * (last * other))
    moved = target - (state + s * changed) * (last * (readout + s * other))
    delta, linear, quadratic = zero.name(), one.name(), two.name()
    second = squared_norm(linear) - 2 * (delta.T * quadratic)
    value = (
        squared_norm(delta)
        - 2 * s * (delta.T * linear)
        + s**2 * second
        + s**3 * (2 * (linear.T * quadratic) + s * squared_norm(quadratic))
    )
    return check(
        Calculation(squared_norm(moved), (Step(value, (zero, one, two)),)),
        "first variation $−2 E δᵀP_1$, second variation $E ‖P_1‖² − 2 E δᵀP_2$ of the loss",
    )


def predictor() -> Theorem:
    """Z_N C_N q = σ² Σ_t y_t x_{t+1}ᵀ x_N at the point, for every N."""
    labels = Name("y", (f, 1), arity=1)
    window = Definition(Name("C", (f, THREE), arity=1), Blocks(((x[i], labels[i], x[i + 1]),)), (i,))
    C = window.name
    state = Sum(C[i] * ATTENTION * C[i].T, i, 1, N)
    value = SECOND * (Sum(labels[i] * x[i + 1].T, i, 1, N) * x[N])
    return check(
        Calculation(state * (C[N] * READOUT), (Step(value, (window,)),)),
        "the output at $Q = σ² e_2 e_3ᵀ$, $q = e_1$, which is divided by $D$",
    )


def variation(samples: int) -> Mean:
    """V_N = E ‖P_1‖² - 2 E δᵀP_2 at the point."""
    body = squared_norm(first_order(samples)) - 2 * (error(samples).T * second_order(samples))
    return Mean(Name(f"V_{samples}", (1, 1)), body, LAWS)


def first_variation(samples: int) -> Theorem:
    """E δᵀP_1 = 0."""
    mean = Mean(Name(f"G_{samples}", (1, 1)), error(samples).T * first_order(samples), LAWS)
    return check(Expectation(mean, Scalar(sympy.Integer(0))), f"$N = {samples}$: the first variation is 0")


def loss_of_point(samples: int) -> Theorem:
    """E ‖Wᵀx_{N+1} - κ Σ_t y_t x_{t+1}ᵀ x_N‖², least at κ = σ²/D."""
    kappa = sympy.Symbol("kappa")
    attention = matrix(((0, 0, 0), (0, 0, kappa), (0, 0, 0)))
    body = squared_norm(label(samples + 1) - output(samples, attention, READOUT))
    mean = Mean(Name(f"R_{samples}", (1, 1)), body, LAWS)
    D = Definition(Name("D", (1, 1)), Scalar(divisor_at(samples)))
    square = f**2 * SECOND
    risk = Scalar(square * (1 - 2 * kappa * SECOND + kappa**2 * divisor_at(samples)))
    value = check(Expectation(mean, risk), f"$N = {samples}$: the expected squared error")
    right = square * (D.name() - SECOND**2) + square * (kappa * D.name() - SECOND) ** 2
    return check(
        Calculation(D.name() * mean.name(), (Step(right, (value, D)),)),
        f"$N = {samples}$: the loss of $κ Σ_t y_t x_{{t+1}}ᵀ x_N$, least at $κ = σ²/D$",
    )


# ---- one head, N = 2: a local minimum --------------------------------------------------------------

#: What a coefficient of the second variation depends on: f and the moments of orders 2, 4 and 6.
PARAMETERS = tuple(Name(text, (1, 1)) for text in ("F", "m_2", "m_4", "m_6"))
MOMENTS = (f, SECOND, FOURTH, SIXTH)


def _A(F: Any, m2: Any, m4: Any, m6: Any) -> Any:
    return (F**2 - 1) * m2**3 + 3 * F * m2 * m4 + m6


def _B(F: Any, m2: Any, m4: Any, _m6: Any) -> Any:
    return m4 + (F - 1) * m2**2


def _S(F: Any, m2: Any, m4: Any, _m6: Any) -> Any:
    return m4 + (F - 2) * m2**2


def _K(F: Any, m2: Any, m4: Any, m6: Any) -> Any:
    return (2 * F**2 - F - 1) * m2**3 + 4 * F * m2 * m4 + m6


def _P(F: Any, m2: Any, m4: Any, m6: Any) -> Any:
    return (2 * F**2 - F) * m2**3 + (6 * F - 1) * m2 * m4 + 2 * m6


def _G(F: Any, m2: Any, m4: Any, m6: Any) -> Any:
    return (4 * F**2 - 4 * F + 1) * m2**3 + (8 * F - 3) * m2 * m4 + 2 * m6


def _Y(F: Any, m2: Any, m4: Any, m6: Any) -> Any:
    return (2 * F**3 + 4 * F**2 - 8 * F + 2) * m2**3 + (4 * F**2 + 9 * F - 4) * m2 * m4 + (F + 2) * m6


def _function(letter: str, body: Expr) -> Definition:
    return Definition(Name(letter, (1, 1), takes=((1, 1),) * 4), body, (), PARAMETERS)


def _named() -> Mapping[str, Definition]:
    """The coefficients as functions of f and the moments."""
    at = tuple(parameter() for parameter in PARAMETERS)
    F, m2, m4, _ = at
    given = {"A": _A, "B": _B, "S": _S, "K": _K, "P": _P, "G": _G, "Y": _Y}
    made = {letter: _function(letter, body(*at)) for letter, body in given.items()}
    A, S, P, G, Y = (made[letter].name(*at) for letter in "ASPGY")
    made["L"] = _function("L", F * A * (F * m2**2 + m4) - (F + 1) ** 2 * m2 * S**2)
    made["J"] = _function("J", 2 * S * P * Y - m2 * P * (m4 - m2**2) ** 2 - S * G**2)
    return MappingProxyType(made)


COEFFICIENTS = _named()
_U = WEIGHTS
TOTAL, APART, BOTH = _U[1, 1] + _U[3, 3], _U[1, 1] - _U[3, 3], f * _U[2, 1] + _U[1, 2]
READ_2, READ_3 = SECOND * u_2, SECOND * u_3
SPREAD = FOURTH - SECOND**2


@cache
def forms() -> tuple[Definition, ...]:
    """h_1, …, h_4: the parts of the second variation at N = 2, which change the sign differently with the data's."""
    A, B, S, K, P, G, Y = (body(*MOMENTS) for body in (_A, _B, _S, _K, _P, _G, _Y))
    one = (
        (P * TOTAL**2 + SECOND * S * APART**2) / 2
        + (G * TOTAL + SECOND * SPREAD * APART) * _U[2, 2]
        + Y * _U[2, 2] ** 2
    )
    two = A * BOTH**2 - 2 * f * (f + 1) * SECOND * S * BOTH * READ_3 + (f - 1) * K * _U[1, 2] ** 2
    two += f**3 * SECOND * (f * SECOND**2 + FOURTH) * READ_3**2
    three = (f + 1) * (_U[1, 3] ** 2 + _U[3, 1] ** 2) + 4 * _U[1, 3] * _U[3, 1]
    three += 2 * ((3 - f) * _U[1, 3] + 2 * _U[3, 1]) * READ_2 + 2 * (f**2 + f + 1) * READ_2**2
    four = 2 * f**2 * _U[3, 2] ** 2 + 2 * f * (f + 1) * _U[2, 3] * _U[3, 2] + f**2 * (f + 1) * _U[2, 3] ** 2
    bodies = (f * one, two, f * SECOND * B * three, SECOND * B * four)
    return tuple(Definition(Name(f"h_{k}", (1, 1)), Scalar(body)) for k, body in enumerate(bodies, 1))


def second_variation() -> Theorem:
    """V_2 = h_1 + h_2 + h_3 + h_4."""
    mean, parts = variation(2), forms()
    value = sympy.Add(*(part.body.value for part in parts if isinstance(part.body, Scalar)))
    expected = check(Expectation(mean, Scalar(value)), "$N = 2$: the second variation, as a polynomial")
    first, *others = (part.name() for part in parts)
    total = sum(others, first)
    return check(Calculation(mean.name(), (Step(total, (expected, *parts)),)), "$N = 2$: the second variation")


def squares() -> tuple[Theorem, ...]:
    """h_1, …, h_4 as sums of squares, each times a number."""
    named = {letter: one.name(*MOMENTS) for letter, one in COEFFICIENTS.items()}
    A, B, S, K, P, G, L, J = (named[letter] for letter in "ABSKPGLJ")
    cubic = 2 * f**3 + 7 * f**2 + 12 * f - 5
    lines = (
        (
            2 * S * P,
            f * (SECOND * P * (APART * S + SPREAD * _U[2, 2]) ** 2 + S * (TOTAL * P + _U[2, 2] * G) ** 2)
            + f * _U[2, 2] ** 2 * J,
            "JYGPS",
            "changes of $Q_11$, $Q_22$ and $Q_33$",
        ),
        (
            A,
            (BOTH * A - f * (f + 1) * SECOND * READ_3 * S) ** 2
            + f**2 * SECOND * READ_3**2 * L
            + (f - 1) * _U[1, 2] ** 2 * A * K,
            "LASK",
            "changes of $Q_12$, $Q_21$ and $q_3$",
        ),
        (
            (f + 1) * (f + 3),
            f
            * SECOND
            * (
                (f + 3) * ((f + 1) * _U[3, 1] + 2 * _U[1, 3] + 2 * READ_2) ** 2
                + (f - 1) * ((f + 3) * _U[1, 3] - (f - 1) * READ_2) ** 2
                + (f + 1) * cubic * READ_2**2
            )
            * B,
            "B",
            "changes of $Q_13$, $Q_31$ and $q_2$",
        ),
        (
            sympy.Integer(2),
            SECOND
            * ((2 * f * _U[3, 2] + (f + 1) * _U[2, 3]) ** 2 + (f - 1) * (f + 1) * (2 * f + 1) * _U[2, 3] ** 2)
            * B,
            "B",
            "changes of $Q_23$ and $Q_32$",
        ),
    )
    return tuple(
        check(
            Calculation(
                factor * part.name(), (Step(wrap(value), (part, *(COEFFICIENTS[letter] for letter in letters))),)
            ),
            f"{title}: a sum of squares",
        )
        for part, (factor, value, letters, title) in zip(forms(), lines, strict=True)
    )


def _at_law(letter: str, features: sympy.Expr, sixth: sympy.Expr) -> Expr:
    """A coefficient for f = `features`, moments σ², σ⁴(1 + v), σ⁶ · sixth: by Cauchy and Schwarz v ≥ 0."""
    return COEFFICIENTS[letter].name(features, sigma**2, sigma**4 * (1 + v), sigma**6 * sixth)


def positive() -> tuple[Theorem, ...]:
    """Every coefficient in the squares is positive for f ≥ 2, for every law: E x⁴ ≥ (E x²)², E x² E x⁶ ≥ (E x⁴)²."""
    nested = {"L": "LAS", "J": "JYGPS"}
    signs = (v, rest), (sigma,)
    made = []
    for letter in "ABSKPLJ":
        number = _at_law(letter, n + 2, (1 + v) ** 2 + rest)
        sources = tuple(COEFFICIENTS[name] for name in nested.get(letter, letter))
        made.append(check(Positivity(Positive(number, *signs), sources), f"$f = n + 2$: ${letter}$ is positive"))
    return tuple(made)


def not_global() -> Theorem:
    """2D - D_* > 0: the loss f²σ²(1 - σ⁴/D) there is larger than that of the best step, f²σ²(1 - 2σ⁴/D_*)."""
    fourth = 1 + v  # at σ = 1
    excess = 2 * (f + 1) * (fourth + f - 1) - (fourth + f)
    return check(
        Positivity(Positive(Scalar(excess), (v,))),
        (
            "$2D − D_*$ is positive at $N = 2$, $σ = 1$, $μ_4 = 1 + v$: the loss $f²(1 − 1/D)$ is larger than that of "
            "the construction, $f²(1 − 2/D_*)$"
        ),
    )


# ---- one head, N ≥ 3: a saddle for laws whose sixth moment is not too large --------------------------

alpha, gamma = sympy.symbols("alpha gamma")
TOWARDS = matrix(((0, 0, 0), (alpha, 0, 0), (0, 0, 0))), column((0, 0, gamma))  # changes of Q_21 and of q_3
SIZED = tuple(Name(text, (1, 1)) for text in ("F", "K", "m_2", "m_4", "m_6"))  # K is N


def _a(F: Any, K: Any, m2: Any, m4: Any, m6: Any) -> Any:
    return (F**2 - 1) * m2**3 + 3 * F * m2 * m4 + m6 + (K - 2) * ((3 * F + K - 4) * m2**3 + 3 * m2 * m4)


def _c(F: Any, K: Any, m2: Any, m4: Any, _m6: Any) -> Any:
    return (K - 1) * (F + 1) * m4 + ((K - 1) * F**2 + (K**2 - 3 * K + 1) * F - 2 * (K - 1)) * m2**2


def _g(F: Any, K: Any, m2: Any, m4: Any, _m6: Any) -> Any:
    return (F + K - 2) * m2**2 + m4


def _sized() -> Mapping[str, Definition]:
    """The coefficients of the second variation in Q_21 and q_3, as functions of f, N and the moments."""
    at = tuple(parameter() for parameter in SIZED)
    F, _, m2, _, _ = at

    def function(letter: str, body: Expr) -> Definition:
        return Definition(Name(letter, (1, 1), takes=((1, 1),) * 5), body, (), SIZED)

    made = {letter: function(letter, body(*at)) for letter, body in {"a": _a, "c": _c, "g": _g}.items()}
    a, c, g = (one.name(*at) for one in made.values())
    made["Δ"] = function("Δ", m2 * c**2 - F * a * g)
    return MappingProxyType(made)


OF_SIZES = _sized()


def _completed(samples: sympy.Expr) -> tuple[Expr, Expr]:
    """a, and f² ((aα - σ⁴cγ)² - σ⁶Δγ²)."""
    a, c, delta = (OF_SIZES[letter].name(f, samples, SECOND, FOURTH, SIXTH) for letter in "acΔ")
    return a, f**2 * ((alpha * a - SECOND**2 * gamma * c) ** 2 - SECOND**3 * gamma**2 * delta)


def _quadratic(samples: sympy.Expr, square: sympy.Expr) -> Scalar:
    """f² (aα² - 2σ⁴cαγ + fσ⁶ γ² · square)."""
    a, c = (body(f, samples, SECOND, FOURTH, SIXTH) for body in (_a, _c))
    return Scalar(f**2 * (a * alpha**2 - 2 * SECOND**2 * c * alpha * gamma + f * SECOND**3 * square * gamma**2))


def towards_the_best(samples: int) -> Theorem:
    """a V = f² ((aα - σ⁴cγ)² - σ⁶Δγ²) for the change α of Q_21 and γ of q_3, at a number N of samples."""
    size = sympy.Integer(samples)
    body = squared_norm(first_order(samples, *TOWARDS)) - 2 * (error(samples).T * second_order(samples, *TOWARDS))
    mean = Mean(Name(f"V_{samples}", (1, 1)), body, LAWS)
    value = _quadratic(size, _g(f, size, SECOND, FOURTH, SIXTH))
    expected = check(
        Expectation(mean, value), f"$N = {samples}$: the second variation in $Q_21$ and $q_3$, multiplied out"
    )
    factor, completed = _completed(size)
    return check(
        Calculation(factor * mean.name(), (Step(completed, (expected, *_nested("acgΔ"))),)),
        f"$N = {samples}$: the second variation in $Q_21$ and $q_3$: negative at $aα = σ⁴cγ$ where $Δ$ is positive",
    )


def _nested(letters: str) -> tuple[Definition, ...]:
    return tuple(OF_SIZES[letter] for letter in reversed(letters))


def no_minimum_for_any_number() -> tuple[Theorem, ...]:
    """The same for every N = t + 1 + n, with a mean for each kind of window, since expectation is linear.

    V' is the second variation without the changes of q_3 in the windows t < N. Each of these adds V'', as they are
    uncorrelated with one another and with all else.
    """
    states = Sum(label(i) * x[i].T, i, 1, N)
    of_last = label(N) * (x[N + 1].T * x[N + 1])
    linear = alpha * (states * x[N]) + gamma * SECOND * of_last
    delta = divisor_at(N) * label(N + 1) - SECOND * (label(N) * (x[N + 1].T * x[N]))
    body = squared_norm(linear) - 2 * alpha * gamma * (delta.T * (states * x[N + 1]))
    last = Mean(Name("V'", (1, 1)), body, LAWS)
    before = t + 1 + n  # N
    earlier = label(t) * (x[t + 1].T * x[before + 1])
    square = Mean(Name("V''", (1, 1)), squared_norm(gamma * SECOND * earlier), LAWS)
    zero = Scalar(sympy.Integer(0))

    def at_last(expr: Expr) -> Expr:
        return substitute(expr, {N: before})

    with_last = Mean(Name("E_1", (1, 1)), earlier.T * at_last(linear), LAWS)
    residual = label(t) * (x[t + 1].T * x[before])
    with_target = Mean(Name("E_2", (1, 1)), residual.T * at_last(states * x[N + 1]), LAWS)
    later = t + 1 + n
    after = later + 1 + k  # N
    pair = (label(t) * (x[t + 1].T * x[after + 1])).T * (label(later) * (x[later + 1].T * x[after + 1]))
    with_others = Mean(Name("E_3", (1, 1)), pair, LAWS)
    parts = (
        check(
            Expectation(last, _quadratic(N, _B(f, SECOND, FOURTH, SIXTH))),
            "every $N$: the second variation in $Q_21$ and $q_3$, without the part of $q_3$ in windows before the last",
        ),
        check(
            Expectation(square, Scalar(f**3 * SECOND**5 * gamma**2)),
            "every $N = t + 1 + n$: what the change of $q_3$ adds in a window $t < N$",
        ),
    )
    factor, completed = _completed(N)
    total = factor * (last.name() + (N - 1) * square.name())
    return (
        check(
            Calculation(total, (Step(completed, (*parts, *_nested("acgΔ"))),)),
            "every $N$: the second variation in $Q_21$ and $q_3$ is negative at $aα = σ⁴cγ$ where $Δ$ is positive",
        ),
        check(
            Expectation(with_last, zero, cases=n),
            "every $N = t + 1 + n$: the window $t$ is uncorrelated with the other changes of the output",
        ),
        check(
            Expectation(with_target, zero, cases=n),
            "every $N = t + 1 + n$: the window $t$ of the output is uncorrelated with the term of second order",
        ),
        check(
            Expectation(with_others, zero, cases=n),
            "every $N = t + 2 + n + k$: two windows before the last are uncorrelated",
        ),
    )


def saddle() -> tuple[Theorem, ...]:
    """Δ > 0 for f, N ≥ 3 and for f ≥ 2, N ≥ 4, for every law with E x⁶ ≤ 5 E x² E x⁴; and a law for which it is not."""
    sixth = 5 * (1 + v) - rest
    sizes = ((n + 3, k + 3), (n + 2, k + 4))
    made = [
        check(
            Positivity(
                Positive(
                    OF_SIZES["Δ"].name(features, samples, sigma**2, sigma**4 * (1 + v), sigma**6 * sixth),
                    (v, rest),
                    (sigma,),
                ),
                _nested("acgΔ"),
            ),
            f"$f = {features}$, $N = {samples}$: $Δ$ is positive if $E x⁶ ≤ 5 E x² E x⁴$",
        )
        for features, samples in sizes
    ]
    made.append(
        check(
            Positivity(
                Positive(
                    OF_SIZES["a"].name(n + 2, k + 3, sigma**2, sigma**4 * (1 + v), sigma**6 * rest), (v, rest), (sigma,)
                ),
                _nested("a"),
            ),
            "$f = n + 2$, $N = k + 3$: $a$ is positive",
        )
    )
    heavy = -OF_SIZES["Δ"].name(3, 3, 1, 9, 81)
    made.append(
        check(
            Positivity(Positive(heavy), _nested("acgΔ")),
            "$f = N = 3$, $x = 0$ with probability $8/9$ and $±3$ otherwise: $Δ$ is negative",
        )
    )
    return tuple(made)
