"""The loss of one layer to second order, in every direction of its parameters, about a point with decay 0.

Attention, readout and output map are Q_0 + sQ_1, q_0 + sq_1 and M_0 + sM_1, where 1 marks the direction. The decay of
entry ab is sα_ab. So what is read at window N - 1 has the weight sα_ab, and what is read at an earlier window t has a
weight s²B_{t,a,b}; for decays B_{t,a,b} is s^{N-t-2} α_ab^{N-t}. With N = n + 2 the output of the layer is

    o = (M_0 + sM_1) (Z + sZ' + s²Z'' + s³Z''') (r + sr') = P + sP' + s²P'' + s³P'''

Suppose that the error δ = d - P, with the target d, is uncorrelated with all terms of P' and P''. Then

    E ‖d - o‖² = E ‖δ‖² + s² E ‖P'‖² + s³ (…)

so that the first variation is 0, and the second is a mean of squares. Expected values are sums over `draws`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, unfold
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum, Trace, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import f

from .draws import assumed_zero, mean, omega
from .least_squares import squared_norm
from .projection import C, M, Q, a, b, e, entry, q, t
from .recurrences import n

s = sympy.Symbol("s")
g, h = sympy.symbols("g h", integer=True)
N = n + 2
LAST, BEFORE = C[omega, N], C[omega, N - 1]

alpha = Name("α", (1, 1), arity=2)  # the change of the decay of each entry
B = Name("B", (1, 1), arity=3)
target = Name("d", (f, 1), arity=1)

# ---- the output ----------------------------------------------------------------------------------


def _of_draw(text: str, body: Expr) -> Definition:
    return Definition(Name(text, body.shape, arity=1), body, (omega,))


def _over_entries(value: Expr) -> Expr:
    return Sum(Sum(value, b, 1, f), a, 1, f)


def at_last(attention: Expr) -> Expr:
    """Return C_N Q C_Nᵀ."""
    return LAST * attention * LAST.T


def at_the_one_before(attention: Expr) -> Expr:
    """Return Σ_ab α_ab e_a (e_aᵀ C_{N-1} Q C_{N-1}ᵀ e_b) e_bᵀ."""
    return _over_entries(alpha[a, b] * (e[a] * entry(BEFORE, attention) * e[b].T))


def at_earlier_ones(attention: Expr) -> Expr:
    """Return Σ_{t≤N-2} Σ_ab B_{t,a,b} e_a (e_aᵀ C_t Q C_tᵀ e_b) e_bᵀ."""
    return Sum(_over_entries(B[t, a, b] * (e[a] * entry(C[omega, t], attention) * e[b].T)), t, 1, n)


def _part(letter: str, read: Callable[[Expr], Expr]) -> Definition:
    return Definition(Name(letter, (f, f), arity=2), read(Q[g]), (g, omega))


#: S_g, T_g, U_g: what is read at the last window, at the one before, and at the earlier ones, with the attention Q_g.
PARTS = _part("S", at_last), _part("T", at_the_one_before), _part("U", at_earlier_ones)
S, T, U = ([part.name[order, omega] for order in (0, 1)] for part in PARTS)
#: Z, Z', Z'', Z''': the state, by powers of s.
STATES = _of_draw("Z", S[0]), _of_draw("Z'", S[1] + T[0]), _of_draw("Z''", T[1] + U[0]), _of_draw("Z'''", U[1])
READOUTS = (_of_draw("r", LAST * q[0]), _of_draw("r'", LAST * q[1]))
Z, R = ([one.name[omega] for one in family] for family in (STATES, READOUTS))

OUTPUT = _of_draw("o", (M[0] + s * M[1]) * (Z[0] + s * Z[1] + s**2 * Z[2] + s**3 * Z[3]) * (R[0] + s * R[1]))
#: P, P', P'', P''': the output, by powers of s; the last holds all powers from the third on.
VARIATIONS = (
    _of_draw("P", M[0] * Z[0] * R[0]),
    _of_draw("P'", M[1] * Z[0] * R[0] + M[0] * Z[1] * R[0] + M[0] * Z[0] * R[1]),
    _of_draw("P''", M[1] * Z[1] * R[0] + M[1] * Z[0] * R[1] + M[0] * Z[2] * R[0] + M[0] * Z[1] * R[1]),
    _of_draw(
        "P'''",
        M[1] * Z[2] * R[0]
        + M[1] * Z[1] * R[1]
        + M[0] * Z[3] * R[0]
        + M[0] * Z[2] * R[1]
        + s * (M[1] * Z[3] * R[0] + M[1] * Z[2] * R[1] + M[0] * Z[3] * R[1])
        + s**2 * (M[1] * Z[3] * R[1]),
    ),
)
P = [one.name[omega] for one in VARIATIONS]
ERROR = _of_draw("δ", target[omega] - P[0])
delta = ERROR.name[omega]


@cache
def expanded() -> Theorem:
    """o = P + sP' + s²P'' + s³P'''."""
    powers = P[0] + s * P[1] + s**2 * P[2] + s**3 * P[3]
    return check(
        Calculation(OUTPUT.left, (Step(powers, (OUTPUT, *VARIATIONS)),)),
        "the output near decay 0, in every direction of the parameters, with $N = n + 2$",
    )


def scaled() -> Theorem:
    """If Q, q and M change by xQ_0, yq_0 and zM_0, the first variation is (x + y + z) P."""
    x, y, z = sympy.symbols("x y z")
    state, readout = at_last(Q[0]), LAST * q[0]
    varied = z * M[0] * state * readout + M[0] * at_last(x * Q[0]) * readout + M[0] * state * (LAST * (y * q[0]))
    return check(
        Calculation(varied, (Step((x + y + z) * (M[0] * state * readout)),)),
        "the first variation of the output, if only the scales of $Q$, $q$ and the output map change",
    )


# ---- the terms of first and of second order ------------------------------------------------------

#: Means of δ times products: at the last window, at the one before with any Q or with any q, and at the earlier ones.
OF_LAST = Definition(Name("F", (f, f), arity=2), mean(at_last(Q[g]) * (LAST * q[h]) * delta.T), (g, h))


def _by_entry(letter: str, window: Expr, attention: Expr, readout: Expr, index: sympy.Symbol) -> Definition:
    body = mean(entry(window, attention) * (e[b].T * LAST * readout) * delta)
    return Definition(Name(letter, (f, 1), arity=3), body, (index, a, b))


OF_ATTENTION = _by_entry("G", BEFORE, Q[g], q[0], g)
OF_READOUT = _by_entry("H", BEFORE, Q[0], q[h], h)
OF_EARLIER = _by_entry("J", C[omega, t], Q[0], q[0], t)
_NO = "the error $δ$ is uncorrelated with the products"
#: The means, and what is assumed: each is 0.
MEANS = {
    OF_LAST: f"{_NO} at the last window",
    OF_ATTENTION: f"{_NO} at the window before it, for every change of $Q$",
    OF_READOUT: f"{_NO} at the window before it, for every change of $q$",
    OF_EARLIER: f"{_NO} at every earlier window",
}


def normal_equations() -> tuple[Theorem, ...]:
    """What is assumed: the error δ at the point is uncorrelated with the products in P' and P''."""
    return tuple(assumed_zero(words, one) for one, words in MEANS.items())


SLOPES = tuple(Definition(Name(text, (1, 1)), mean(delta.T * P[k])) for k, text in ((1, "E'"), (2, "E''")))


@cache
def uncorrelated() -> tuple[Theorem, Theorem]:
    """E δᵀP' = 0 and E δᵀP'' = 0, which are weighted sums of the normal equations."""
    F, G, H, J = (one.name for one in MEANS)

    def last(k: int, i: int, j: int) -> Expr:
        return Trace(M[k] * F[i, j])

    def entries(k: int, value: Expr) -> Expr:
        return _over_entries(alpha[a, b] * (e[a].T * M[k].T * value))

    earlier = Sum(_over_entries(B[t, a, b] * (e[a].T * M[0].T * J[t, a, b])), t, 1, n)
    first = last(1, 0, 0) + last(0, 1, 0) + last(0, 0, 1) + entries(0, G[0, a, b])
    second = last(1, 1, 0) + last(1, 0, 1) + last(0, 1, 1) + entries(1, G[0, a, b]) + entries(0, G[1, a, b])
    second = second + entries(0, H[1, a, b]) + earlier
    return _vanishes(1, first, "first"), _vanishes(2, second, "second")


def _vanishes(order: int, weighted: Expr, words: str) -> Theorem:
    slope, variation = SLOPES[order - 1], VARIATIONS[order]
    steps = (
        Step(mean(delta.T * variation.body), (slope, variation)),
        Step(mean(delta.T * unfold(variation.body, STATES)), STATES[: order + 1]),
        Step(weighted, (*PARTS[: order + 1], *READOUTS, *tuple(MEANS)[: 2 * order])),
        Step(Zero(1, 1), normal_equations()),
    )
    return check(
        Calculation(slope.left, steps), f"the error is uncorrelated with the terms of {words} order in the output"
    )


def second_variation() -> Theorem:
    """E ‖d - o‖² = E ‖δ‖² + s² E ‖P'‖² + s³ (…)."""
    higher = (
        mean(2 * (P[1].T * P[2]) - 2 * (delta.T * P[3]))
        + s * mean(squared_norm(P[2]) + 2 * (P[1].T * P[3]))
        + 2 * s**2 * mean(P[2].T * P[3])
        + s**3 * mean(squared_norm(P[3]))
    )
    value = mean(squared_norm(delta)) + s**2 * mean(squared_norm(P[1])) + s**3 * higher
    known = value - 2 * s * SLOPES[0].name() - 2 * s**2 * SLOPES[1].name()
    opened = target[omega] - P[0] - s * P[1] - s**2 * P[2] - s**3 * P[3]
    steps = (
        Step(mean(squared_norm(opened)), (expanded(),)),
        Step(known, (*SLOPES, ERROR)),
        Step(value, uncorrelated()),
    )
    return check(
        Calculation(mean(squared_norm(target[omega] - OUTPUT.name[omega])), steps),
        "the loss near decay 0, in every direction: the first variation is 0, the second is $E ‖P'‖²$",
    )
