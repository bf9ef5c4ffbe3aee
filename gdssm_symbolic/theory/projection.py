"""No layer does better than a predictor whose error satisfies the normal equations: the projection theorem.

The expected values are written as sums over finitely many draws ω of all data, with a weight p_ω for each. A polynomial
of bounded degree has the same expected value under any distribution as under some finite set of weighted draws
(Tchakaloff 1957), so this is no restriction. A layer has any number H of heads, each with attention Q_r, readout q_r and
output map M_r, and a weight B_{r,t,a,b} for entry ab of what it reads at window t: α_{ab}^{N-t} for decays α.
"""

from __future__ import annotations

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.layers import N, f

from .least_squares import squared_norm

omega, r, t, a, b = (sympy.Symbol(letter, integer=True) for letter in ("omega", "r", "t", "a", "b"))
K, H = (sympy.Symbol(letter, integer=True, positive=True) for letter in "KH")

p = Name("p", (1, 1), arity=1)
delta = Name("δ", (f, 1), arity=1, latex=r"\delta")
C = Name("C", (f, 3), arity=2)
e = Name("e", (f, 1), arity=1)
Q, q, M = Name("Q", (3, 3), arity=1), Name("q", (3, 1), arity=1), Name("M", (f, f), arity=1)
B = Name("B", (1, 1), arity=4)


def mean(value: Expr) -> Expr:
    """Σ_ω p_ω · value."""
    return Sum(p[omega] * value, omega, 1, K)


def over_entries(value: Expr) -> Expr:
    """Σ_t Σ_ab B_{r,t,a,b} · value."""
    return Sum(Sum(Sum(B[r, t, a, b] * value, b, 1, f), a, 1, f), t, 1, N)


PRODUCT = (e[a].T * C[omega, t] * Q[r] * C[omega, t].T * e[b]) * (e[b].T * C[omega, N] * q[r])
#: o_ω = Σ_r M_r (Σ_t Σ_ab B_{r,t,a,b} e_a e_aᵀ C_t Q_r C_tᵀ e_b e_bᵀ) C_N q_r
OUTPUT = Definition(
    Name("o", (f, 1), arity=1),
    Sum(
        M[r]
        * over_entries(e[a] * (e[a].T * C[omega, t] * Q[r] * C[omega, t].T * e[b]) * e[b].T)
        * (C[omega, N] * q[r]),
        r,
        1,
        H,
    ),
    (omega,),
)
NORMAL = Definition(Name("g", (f, 1), arity=4), mean(PRODUCT * delta[omega]), (r, t, a, b))
CROSS = Definition(Name("E_o", (1, 1)), mean(delta[omega].T * OUTPUT.name[omega]))


def crossed() -> Theorem:
    """The mean of δᵀo is a weighted sum of the means in the normal equations."""
    weighted = Sum(over_entries(e[a].T * M[r].T * NORMAL.name[r, t, a, b]), r, 1, H)
    return check(
        Calculation(CROSS.left, (Step(weighted, (CROSS, OUTPUT, NORMAL)),)),
        "error and output of a layer: a weighted sum of the normal equations",
    )


def projection() -> Theorem:
    """E ‖δ - o‖² = E ‖δ‖² + E ‖o‖²."""
    d, o = delta[omega], OUTPUT.name[omega]
    zero = check(
        Assumption(
            "the error $δ$ satisfies the normal equations, as OPTG.T1 proves of the construction",
            Equation(NORMAL.left, Zero(f, 1)),
        ),
        "the normal equations",
    )
    apart = mean(squared_norm(d)) + mean(squared_norm(o))
    weighted = Sum(over_entries(e[a].T * M[r].T * NORMAL.name[r, t, a, b]), r, 1, H)
    return check(
        Calculation(
            mean(squared_norm(d - o)),
            (
                Step(apart - 2 * CROSS.name(), (CROSS,)),
                Step(apart - 2 * weighted, (crossed(),)),
                Step(apart, (zero,)),
            ),
        ),
        "no layer does better",
    )
