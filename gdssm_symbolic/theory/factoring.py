"""Factor polynomials with python-flint, which is fast, and return SymPy products that a reader can understand."""

from __future__ import annotations

from collections.abc import Sequence

import flint
import sympy

from gdssm_symbolic.extensions.conversions import Polynomial


def factored(value: Polynomial, symbols: Sequence[sympy.Symbol]) -> sympy.Expr:
    """Return the polynomial in these symbols as a SymPy product of its irreducible factors."""
    if value.is_zero():
        return sympy.Integer(0)
    content, found = value.factor()
    result: sympy.Expr = _rational(content)
    for factor, power in found:
        terms = [
            sympy.Mul(_rational(c), *(s ** int(k) for s, k in zip(symbols, powers, strict=False)))
            for powers, c in factor.to_dict().items()
        ]
        result *= sympy.Add(*terms) ** int(power)
    return result


def _rational(number: flint.fmpq) -> sympy.Rational:
    return sympy.Rational(int(number.p), int(number.q))
