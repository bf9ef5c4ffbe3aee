"""No layer does better than a predictor whose error satisfies the normal equations: the projection theorem.

A layer has any number H of heads, each with attention Q_r, readout q_r and output map M_r, and a weight B_{r,t,a,b} for
entry ab of what it reads at window t; α_{ab}^{N-t} for decays α. Expected values are sums over `draws`.
"""

from __future__ import annotations

from functools import cache

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, f

from .draws import assumed_zero, mean, omega
from .least_squares import squared_norm

r, t, a, b = (sympy.Symbol(letter, integer=True) for letter in "rtab")
H = sympy.Symbol("H", integer=True, positive=True)  # the number of heads

C = Name("C", (f, 3), arity=2)
e = Name("e", (f, 1), arity=1)
delta = Name("δ", (f, 1), arity=1)
Q, q, M = Name("Q", (3, 3), arity=1), Name("q", (3, 1), arity=1), Name("M", (f, f), arity=1)
B = Name("B", (1, 1), arity=4)


def entry(window: Expr, attention: Expr) -> Expr:
    """Return entry ab of C Q Cᵀ, e_aᵀ C Q Cᵀ e_b."""
    return e[a].T * window * attention * window.T * e[b]


def _over_all(value: Expr) -> Expr:
    """Return Σ_t Σ_ab B_{r,t,a,b} · value, at one head."""
    return Sum(Sum(Sum(B[r, t, a, b] * value, b, 1, f), a, 1, f), t, 1, N)


_READ = entry(C[omega, t], Q[r])
STATE = _over_all(e[a] * _READ * e[b].T)
#: o_ω = Σ_r M_r (Σ_t Σ_ab B_{r,t,a,b} e_a (e_aᵀ C_t Q_r C_tᵀ e_b) e_bᵀ) C_N q_r
OUTPUT = Definition(Name("o", (f, 1), arity=1), Sum(M[r] * STATE * (C[omega, N] * q[r]), r, 1, H), (omega,))
#: The mean of δ (e_aᵀ C_t Q_r C_tᵀ e_b) (e_bᵀ C_N q_r).
NORMAL = Definition(
    Name("g", (f, 1), arity=4), mean(_READ * (e[b].T * C[omega, N] * q[r]) * delta[omega]), (r, t, a, b)
)
#: What is assumed.
SATISFIED = "the error $δ$ satisfies the normal equations: it is uncorrelated with every product"
CROSS = Definition(Name("E", (1, 1)), mean(delta[omega].T * OUTPUT.name[omega]))
WEIGHTED = Sum(_over_all(e[a].T * M[r].T * NORMAL.name[r, t, a, b]), r, 1, H)


@cache
def crossed() -> Theorem:
    """The mean of δᵀo is a weighted sum of the means in the normal equations."""
    return check(
        Calculation(CROSS.left, (Step(WEIGHTED, (CROSS, OUTPUT, NORMAL)),)),
        "the mean of error times output is a weighted sum of the means in the normal equations",
    )


def projection() -> Theorem:
    """E ‖δ - o‖² = E ‖δ‖² + E ‖o‖², if δ satisfies the normal equations."""
    error, output = delta[omega], OUTPUT.name[omega]
    zero = assumed_zero(SATISFIED, NORMAL)
    apart = mean(squared_norm(error)) + mean(squared_norm(output))
    steps = (Step(apart - 2 * CROSS.name(), (CROSS,)), Step(apart - 2 * WEIGHTED, (crossed(),)), Step(apart, (zero,)))
    return check(
        Calculation(mean(squared_norm(error - output)), steps),
        "no layer does better than a predictor with the error $δ$: subtracting the output $o$ of a layer adds $E ‖o‖²$",
    )
