"""Conversions between SymPy, python-flint and the coefficients of a normal form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import flint
import sympy

from gdssm_symbolic.kernel.quotients import Quotient

Polynomial = flint.fmpq_mpoly


def rational(number: Any) -> flint.fmpq:
    """Convert a rational number of Python, SymPy or python-flint to one of python-flint."""
    return flint.fmpq(int(number.numerator), int(number.denominator))


def ring(count: int) -> flint.fmpq_mpoly_ctx:
    """Return a polynomial ring in `count` variables; 0 is allowed and gives a ring in one variable."""
    return flint.fmpq_mpoly_ctx.get([f"v{k}" for k in range(max(count, 1))], flint.Ordering.degrevlex)


def polynomial(terms: Iterable[tuple[tuple[int, ...], Any]], context: flint.fmpq_mpoly_ctx) -> Polynomial:
    """Return the polynomial with these terms: exponents of the variables, and rational numbers."""
    width = context.nvars()
    return context.from_dict({(*powers, *(0,) * (width - len(powers))): rational(c) for powers, c in terms})


def as_expr(value: Quotient) -> sympy.Expr:
    """Return a rational function as a SymPy expression."""
    numerator, denominator = (_written(part.terms(), value.symbols) for part in (value.numer, value.denom))
    return numerator / denominator


def _written(terms: Iterable[tuple[tuple[int, ...], Any]], symbols: tuple[sympy.Symbol, ...]) -> sympy.Expr:
    written = []
    for powers, coefficient in terms:
        factors = [symbol ** int(power) for symbol, power in zip(symbols, powers, strict=True) if power]
        written.append(sympy.Mul(int(coefficient), *factors))
    return sympy.Add(*written)
