"""Closed forms of states: what is added at each token, carried on by constant factors.

    S_t = A S_{t-1} B + U_t    gives    S_n = Aⁿ S_0 Bⁿ + Σ_{i=1..n} A^{n-i} U_i B^{n-i}

They are proposals: `relation.invariant` proves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import mul

import sympy

from gdssm_symbolic.kernel.expressions import Add, App, Expr, Mul, Scalar, Sum, Zero, substitute, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.theory.closed_form import closed_form
from gdssm_symbolic.theory.least_squares import t

from .layer import State
from .relation import substitute_state


def unrolled(state: State, n: sympy.Symbol, index: sympy.Symbol) -> Expr | None:
    """Return the state after n tokens as a sum over `index`, or None if its update has not the form above."""
    added = substitute_state(state.update, state.name, Zero(*state.name.shape))
    try:
        carried, drive = closed_form(state.update - added), closed_form(added)
    except OutsideLanguage:
        return None
    if isinstance(carried, Add):
        return None
    factors = carried.factors if isinstance(carried, Mul) else (carried,)
    if factors.count(state.name[t - 1]) != 1 or any(_varies(one) for one in factors if one != state.name[t - 1]):
        return None
    place = factors.index(state.name[t - 1])
    sides = factors[:place], factors[place + 1 :]
    first = state.name[0] if state.start is None else state.start
    terms = [] if isinstance(first, Zero) else [_carried(sides, first, n)]
    if not isinstance(drive, Zero):
        terms.append(Sum(_carried(sides, substitute(drive, {t: index}), n - index), index, sympy.Integer(1), n))
    return Add(tuple(terms)) if terms else first


def _varies(factor: Expr) -> bool:
    """Whether a factor is other than a constant matrix or a power of a scalar symbol."""
    return t in factor.depends_on or any(isinstance(node, App) and node.indices for node in walk(factor))


def _carried(sides: tuple[Sequence[Expr], Sequence[Expr]], expr: Expr, steps: sympy.Expr) -> Expr:
    left, right = ([_power(one, steps) for one in _joined(side)] for side in sides)
    return reduce(mul, (*left, expr, *right))


def _joined(side: Sequence[Expr]) -> list[Expr]:
    """The numbers on one side, and the product of its matrices, which is one factor."""
    numbers = [one for one in side if one.is_scalar]
    matrices = [one for one in side if not one.is_scalar]
    return [*numbers, reduce(mul, matrices)] if matrices else numbers


def _power(factor: Expr, exponent: sympy.Expr) -> Expr:
    return Scalar(factor.value**exponent) if isinstance(factor, Scalar) else factor**exponent
