"""Rational functions by python-flint, compared with those of SymPy."""

from __future__ import annotations

from typing import Any

import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.polys.domains import QQ
from sympy.polys.fields import FracField
from vocabulary import N, a, b

from gdssm_symbolic.extensions.conversions import as_expr
from gdssm_symbolic.kernel.linear_forms import Linear, Variable
from gdssm_symbolic.kernel.quotients import Quotient
from gdssm_symbolic.kernel.scalars import Scalars
from gdssm_symbolic.kernel.work import Work

SYMBOLS = [N, a, b]
SCALARS = Scalars(SYMBOLS, Work())
FIELD = FracField([*SYMBOLS, sympy.Symbol("%")], QQ)
Pair = tuple[Quotient, Any]


@st.composite
def pairs(draw: Any, depth: int = 3) -> Pair:
    """One rational function, computed by python-flint and by SymPy."""
    if not depth or draw(st.integers(0, 3)) == 0:
        if draw(st.booleans()):
            number = sympy.Rational(draw(st.integers(-4, 4)), draw(st.integers(1, 4)))
            return SCALARS.rational(number), FIELD(QQ(number.p, number.q))
        k = draw(st.integers(0, 2))
        return SCALARS.generators[SYMBOLS[k].name], FIELD.gens[k]
    left, right = draw(pairs(depth - 1)), draw(pairs(depth - 1))
    exponent = draw(st.integers(-2 if left[1] else 1, 2))
    return draw(
        st.sampled_from(
            [
                (left[0] + right[0], left[1] + right[1]),
                (left[0] + -right[0], left[1] - right[1]),
                (left[0] * right[0], left[1] * right[1]),
                (left[0] ** exponent, left[1] ** exponent),
            ]
        )
    )


def terms(part: Any) -> list[tuple[tuple[int, ...], int]]:
    return [(tuple(map(int, powers)), int(number)) for powers, number in part.terms()]


@settings(max_examples=80, deadline=None)
@given(pairs(), pairs())
def test_it_is_the_rational_function_of_sympy(one: Pair, other: Pair) -> None:
    """Numerator and denominator are the same, term by term; so the same steps are counted for them."""
    value, known = one
    sign = -1 if known.denom.LC < 0 else 1  # SymPy leaves the sign of 1/(b - a) where a power puts it
    assert terms(value.numer) == terms(sign * known.numer)
    assert terms(value.denom) == terms(sign * known.denom)
    assert bool(value) == bool(known)
    assert (value == other[0]) == (not known - other[1])
    assert sympy.cancel(as_expr(value) - known.as_expr()) == 0


def test_a_quotient_is_in_lowest_terms_and_has_one_sign() -> None:
    x, y = (SCALARS.generators[symbol.name] for symbol in (a, b))
    assert (x * x + -(y * y)) * (x + y) ** -1 == x + -y
    assert (y + -x) ** -1 == -((x + -y) ** -1)
    assert (SCALARS.rational(sympy.Rational(6, 4)) * x).denom == 2
    two, minus_one = (SCALARS.rational(sympy.Integer(number)) for number in (2, -1))
    assert SCALARS.of_linear(Linear(((Variable("N"), 2),), -1)) == two * SCALARS.generators["N"] + minus_one
