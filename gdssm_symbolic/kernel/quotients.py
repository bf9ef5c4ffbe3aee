"""Rational functions with exact coefficients, as quotients of polynomials of python-flint."""

from __future__ import annotations

from typing import Any, NamedTuple

import flint
import sympy

#: A polynomial of python-flint, with integer or rational coefficients.
Polynomial = Any


class Quotient(NamedTuple):
    """A rational function numer / denom in lowest terms; the leading coefficient of `denom` is positive.

    Both are polynomials with integer coefficients, with one variable for each of the symbols.
    """

    numer: flint.fmpz_mpoly
    denom: flint.fmpz_mpoly
    symbols: tuple[sympy.Symbol, ...]

    def __bool__(self) -> bool:
        return not self.numer.is_zero()

    @property
    def lengths(self) -> list[int]:
        """How many terms `numer` and `denom` have, where 1,024 bits of a coefficient count as one term more."""
        return [sum(1 + (number.height_bits() >> 10) for number in part.coeffs()) for part in self[:2]]

    def __neg__(self) -> Quotient:
        return Quotient(-self.numer, self.denom, self.symbols)

    def __add__(self, other: Quotient) -> Quotient:  # type: ignore[override]
        if self.denom == other.denom:
            return _in_lowest_terms(self.numer + other.numer, self.denom, self.symbols)
        numer = self.numer * other.denom + other.numer * self.denom
        return _in_lowest_terms(numer, self.denom * other.denom, self.symbols)

    def __mul__(self, other: Quotient) -> Quotient:  # type: ignore[override]
        return _in_lowest_terms(self.numer * other.numer, self.denom * other.denom, self.symbols)

    def __pow__(self, exponent: int) -> Quotient:
        numer, denom = (self.numer, self.denom) if exponent >= 0 else (self.denom, self.numer)
        sign = 1 if denom.leading_coefficient() > 0 else -1
        return Quotient((sign * numer) ** abs(exponent), (sign * denom) ** abs(exponent), self.symbols)


def _in_lowest_terms(numer: Polynomial, denom: Polynomial, symbols: tuple[sympy.Symbol, ...]) -> Quotient:
    """Return numer / denom, where the leading coefficient of `denom` is positive."""
    if denom.is_one():
        return Quotient(numer, denom, symbols)
    common = numer.gcd(denom)
    return Quotient(numer / common, denom / common, symbols)  # an error if a remainder is left
