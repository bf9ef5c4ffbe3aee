"""Numbers of tokens, from 0 on, or from 1 on for what is said of a token's data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction

import sympy

from gdssm_symbolic.evidence.counterexamples import free_of
from gdssm_symbolic.evidence.evaluation import cells_read
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import Expr, Name
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.theory.least_squares import t

from .letters import counter


def counter_for(
    exprs: Iterable[Expr], states: Collection[Name], meanings: Iterable[Meaning], taken: Collection[str]
) -> sympy.Symbol:
    """Return a symbol for the numbers of tokens, for t, at which the expressions read no data before token 1.

    0 is among the numbers if at t = 0 they have values and read none.
    """
    n = counter(taken)
    if reads_no_token_0(exprs, states, meanings):
        return n
    return sympy.Symbol(n.name, integer=True, positive=True)


def reads_no_token_0(exprs: Iterable[Expr], states: Collection[Name], meanings: Iterable[Meaning]) -> bool:
    """Whether the expressions have values at t = 0, and read no data there of a token before the first."""
    exprs, meanings = tuple(exprs), tuple(meanings)
    symbols = frozenset[sympy.Symbol]().union(*(free_of(Equation(one, one), meanings) for one in exprs)) - {t}
    values = {t: Fraction(0), **{one: Fraction(1 if one.is_integer else 97) for one in symbols}}
    try:
        read = cells_read(exprs, meanings, values)
    except (ArithmeticError, OutsideLanguage):
        return False
    return all(index >= 1 for name, indices in read if name not in states for index in indices)
