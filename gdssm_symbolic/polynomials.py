"""Between SymPy's polynomials and python-flint's, which are quicker, above all at factoring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import flint
import sympy

Polynomial = flint.fmpq_mpoly


def rational(number: Any) -> flint.fmpq:
    """A rational number of Python or SymPy for python-flint."""
    return flint.fmpq(int(number.numerator), int(number.denominator))


def fraction(number: flint.fmpq) -> Fraction:
    """A rational number of python-flint for Python."""
    return Fraction(int(number.p), int(number.q))


def ring(count: int) -> flint.fmpq_mpoly_ctx:
    """A polynomial ring in so many variables; it may be none."""
    return flint.fmpq_mpoly_ctx.get([f"v{k}" for k in range(max(count, 1))], flint.Ordering.degrevlex)


def polynomial(terms: Iterable[tuple[tuple[int, ...], Any]], context: flint.fmpq_mpoly_ctx) -> Polynomial:
    """The polynomial with these terms: exponents of the variables, and a rational number of SymPy or Python."""
    width = context.nvars()
    return context.from_dict({(*powers, *(0,) * (width - len(powers))): rational(c) for powers, c in terms})


def factored(value: Polynomial, symbols: Sequence[sympy.Symbol]) -> sympy.Expr:
    """The polynomial in these symbols as a SymPy product of its irreducible factors."""
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
