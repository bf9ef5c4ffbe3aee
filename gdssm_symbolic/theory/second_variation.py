"""The loss of one layer to second order, in every direction of its parameters, about a point with decay 0.

Attention, readout and output map are Q_0 + sQ_1, q_0 + sq_1 and M_0 + sM_1, where 1 marks the direction. The decay of
entry ab is sα_ab. So what is read at window N - 1 has the weight sα_ab, and what is read at an earlier window t has a
weight s²B_{t,a,b}; for decays B_{t,a,b} is s^{N-t-2} α_ab^{N-t}. With N = n + 2 the output of the layer is

    o = (M_0 + sM_1) (Z_0 + sZ_1 + s²Z_2 + s³Z_3) (r_0 + sr_1) = P_0 + sP_1 + s²P_2 + s³P_3

Suppose that the error δ = target - P_0 is uncorrelated with all terms of P_1 and P_2. Then the loss is E ‖δ‖² +
s² E ‖P_1‖² + s³ (…): the first variation is 0, and the second is a mean of squares. Expected values are written as sums
over draws, as in `projection`.
"""

from __future__ import annotations

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum, Trace, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.layers import f

from .least_squares import squared_norm
from .projection import C, a, b, e, mean, omega, t
from .recurrences import n

s = sympy.Symbol("s")
g, h = sympy.symbols("g h", integer=True)
N = n + 2
LAST, BEFORE = C[omega, N], C[omega, N - 1]

Q, q, M = Name("Q", (3, 3), arity=1), Name("q", (3, 1), arity=1), Name("M", (f, f), arity=1)
alpha, B = Name("α", (1, 1), arity=2, latex=r"\alpha"), Name("B", (1, 1), arity=3)
target = Name("d", (f, 1), arity=1)


def _vector(text: str, body: Expr) -> Definition:
    return Definition(Name(text, body.shape, arity=1), body, (omega,))


def _entry(window: Expr, attention: Expr) -> Expr:
    """e_aᵀ C Q Cᵀ e_b."""
    return e[a].T * window * attention * window.T * e[b]


def _over_entries(value: Expr) -> Expr:
    return Sum(Sum(value, b, 1, f), a, 1, f)


def at_last(attention: Expr) -> Expr:
    return LAST * attention * LAST.T


def at_the_one_before(attention: Expr) -> Expr:
    """Σ_ab α_ab e_a (e_aᵀ C_{N-1} Q C_{N-1}ᵀ e_b) e_bᵀ."""
    return _over_entries(alpha[a, b] * (e[a] * _entry(BEFORE, attention) * e[b].T))


def at_earlier_ones(attention: Expr) -> Expr:
    """Σ_{t≤N-2} Σ_ab B_{t,a,b} e_a (e_aᵀ C_t Q C_tᵀ e_b) e_bᵀ."""
    return Sum(_over_entries(B[t, a, b] * (e[a] * _entry(C[omega, t], attention) * e[b].T)), t, 1, n)


Z = (
    _vector("Z_0", at_last(Q[0])),
    _vector("Z_1", at_last(Q[1]) + at_the_one_before(Q[0])),
    _vector("Z_2", at_the_one_before(Q[1]) + at_earlier_ones(Q[0])),
    _vector("Z_3", at_earlier_ones(Q[1])),
)
r = (_vector("r_0", LAST * q[0]), _vector("r_1", LAST * q[1]))


def _term(map_order: int, state_order: int, readout_order: int) -> Expr:
    return M[map_order] * Z[state_order].name[omega] * r[readout_order].name[omega]


OUTPUT = _vector(
    "o",
    (M[0] + s * M[1])
    * (Z[0].name[omega] + s * Z[1].name[omega] + s**2 * Z[2].name[omega] + s**3 * Z[3].name[omega])
    * (r[0].name[omega] + s * r[1].name[omega]),
)
P = (
    _vector("P_0", _term(0, 0, 0)),
    _vector("P_1", _term(1, 0, 0) + _term(0, 1, 0) + _term(0, 0, 1)),
    _vector("P_2", _term(1, 1, 0) + _term(1, 0, 1) + _term(0, 2, 0) + _term(0, 1, 1)),
    _vector(
        "P_3",
        _term(1, 2, 0)
        + _term(1, 1, 1)
        + _term(0, 3, 0)
        + _term(0, 2, 1)
        + s * (_term(1, 3, 0) + _term(1, 2, 1) + _term(0, 3, 1))
        + s**2 * _term(1, 3, 1),
    ),
)
P0, P1, P2, P3 = (one.name[omega] for one in P)
delta = _vector("δ", target[omega] - P0)


def expanded() -> Theorem:
    """o = P_0 + sP_1 + s²P_2 + s³P_3."""
    return check(
        Calculation(OUTPUT.left, (Step(P0 + s * P1 + s**2 * P2 + s**3 * P3, (OUTPUT, *P)),)),
        "the output near decay 0, in every direction of the parameters",
    )


# ---- the terms of first and of second order ------------------------------------------------------

#: The means of δ with the products at the last window, at the one before, and at the earlier ones.
F = Definition(Name("F", (f, f), arity=2), mean(at_last(Q[g]) * (LAST * q[h]) * delta.name[omega].T), (g, h))
_BY_ENTRY = Name("G", (f, 1), arity=3), Name("J", (f, 1), arity=3), Name("L", (f, 1), arity=3)
G = Definition(_BY_ENTRY[0], mean(_entry(BEFORE, Q[g]) * (e[b].T * LAST * q[0]) * delta.name[omega]), (g, a, b))
J = Definition(_BY_ENTRY[1], mean(_entry(BEFORE, Q[0]) * (e[b].T * LAST * q[h]) * delta.name[omega]), (h, a, b))
EARLIER = Definition(
    _BY_ENTRY[2], mean(_entry(C[omega, t], Q[0]) * (e[b].T * LAST * q[0]) * delta.name[omega]), (t, a, b)
)


def normal_equations() -> tuple[Theorem, ...]:
    """What is assumed of the error δ at the point."""
    said = {
        F: "OPTX.T3 (the last window)",
        G: "OPTX.T4 (the window before it, with any $Q$)",
        J: "OPTX.T5 (the window before it, with any $q$)",
        EARLIER: "OPTX.T10 (the earlier windows)",
    }
    return tuple(
        check(
            Assumption(f"the error $δ$ satisfies the equations that {words} proves", Equation(one.left, Zero(*one.name.shape))),
            "",
        )
        for one, words in said.items()
    )


SLOPES = tuple(Definition(Name(f"E_{k}", (1, 1)), mean(delta.name[omega].T * P[k].name[omega])) for k in (1, 2))


def uncorrelated() -> tuple[Theorem, Theorem]:
    """E δᵀP_1 = 0 and E δᵀP_2 = 0, as weighted sums of the normal equations."""

    def entries(value: Expr, map_order: int) -> Expr:
        return _over_entries(alpha[a, b] * (e[a].T * M[map_order].T * value))

    zero = normal_equations()
    last = lambda k, g, h: Trace(M[k] * F.name[g, h])
    first = last(1, 0, 0) + last(0, 1, 0) + last(0, 0, 1) + entries(G.name[0, a, b], 0)
    second = (
        last(1, 1, 0) + last(1, 0, 1) + last(0, 1, 1)
        + entries(G.name[0, a, b], 1) + entries(G.name[1, a, b], 0) + entries(J.name[1, a, b], 0)
        + Sum(_over_entries(B[t, a, b] * (e[a].T * M[0].T * EARLIER.name[t, a, b])), t, 1, n)
    )
    made = []
    for slope, weighted, words in zip(SLOPES, (first, second), ("first", "second"), strict=True):
        k = SLOPES.index(slope) + 1
        steps = (
            Step(weighted, (slope, P[k], *Z, *r, F, G, J, EARLIER)),
            Step(Zero(1, 1), zero),
        )
        made.append(check(Calculation(slope.left, steps), f"the error and the terms of {words} order"))
    return made[0], made[1]


def second_variation() -> Theorem:
    """E ‖target - o‖² = E ‖δ‖² + s² E ‖P_1‖² + s³ (…)."""
    d = delta.name[omega]
    higher = (
        mean(2 * (P1.T * P2) - 2 * (d.T * P3))
        + s * mean(squared_norm(P2) + 2 * (P1.T * P3))
        + 2 * s**2 * mean(P2.T * P3)
        + s**3 * mean(squared_norm(P3))
    )
    value = mean(squared_norm(d)) + s**2 * mean(squared_norm(P1)) + s**3 * higher
    known = value - 2 * s * SLOPES[0].name() - 2 * s**2 * SLOPES[1].name()
    o = OUTPUT.name[omega]
    steps = (
        Step(mean(squared_norm(target[omega] - P0 - s * P1 - s**2 * P2 - s**3 * P3)), (expanded(),)),
        Step(known, (*SLOPES, delta)),
        Step(value, uncorrelated()),
    )
    return check(Calculation(mean(squared_norm(target[omega] - o)), steps), "the loss to second order, in every direction")
