"""Expected values as sums over draws of the data, where a symbolic number of terms is added up.

A `Mean` has only random names in its body, so no weights that are fixed. Here the data depend on a draw ω, and
Σ_ω p_ω g_ω stands for the expected value of g. A polynomial of bounded degree has the same expected value under any
distribution as under some finite set of draws with positive weights (Tchakaloff 1957), so this is no restriction.
"""

from __future__ import annotations

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum, Zero
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem

omega = sympy.Symbol("omega", integer=True)
K = sympy.Symbol("K", integer=True, positive=True)  # the number of draws
p = Name("p", (1, 1), arity=1)


def mean(value: Expr) -> Expr:
    """Return Σ_ω p_ω · value."""
    return Sum(p[omega] * value, omega, 1, K)


def assumed_zero(name: str, known: Definition) -> Theorem:
    """Return that a defined name is 0, which is assumed under a name."""
    return check(Assumption(name, Equation(known.left, Zero(*known.name.shape))), name)
