"""Scalar factors: rational functions of symbols, times powers a^e of a symbol with an integer-linear exponent.

**Rule.** A scalar is *defined* if, at every admissible value of the integers in it, no denominator vanishes as a
polynomial in the scalar symbols, and no integer that may be 0 has an exponent that may be negative. Where that is
shown, the scalar is read as an element of the field of rational functions: an equality there is one at all sizes, and
at all values of the scalar symbols at which both sides have a value. *Defined everywhere* is more: no denominator has a
scalar symbol in it, and none a negative exponent, so that the scalar has a value at all of their values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import comb
from typing import Any

import sympy
from sympy.polys.domains import QQ
from sympy.polys.fields import FracField

from gdssm_symbolic.kernel.linear_forms import Linear, OutsideLanguage, Scope, as_linear, floor
from gdssm_symbolic.kernel.nonvanishing import nonzero, nowhere_identically_zero
from gdssm_symbolic.kernel.polynomials import polynomial, ring
from gdssm_symbolic.kernel.work import Work

Coefficient = Any  # an element of a sympy FracField
Powers = tuple[tuple[str, Linear], ...]  # of symbols, by name
Terms = Mapping[Powers, Coefficient]


class Scalars:
    """The field of rational functions of some symbols, and how scalars of SymPy are read as its elements."""

    def __init__(self, symbols: Sequence[sympy.Symbol], work: Work) -> None:
        self.field = FracField([*symbols, sympy.Symbol("%")], QQ)
        self.generators = dict(zip((s.name for s in symbols), self.field.gens, strict=False))
        self.work = work
        self._integers = {s.name: floor(s) for s in symbols if s.is_integer}
        self._floors = [*map(floor, symbols), None]
        self._scalars = [k for k, symbol in enumerate([*symbols, None]) if symbol is None or not symbol.is_integer]
        self._read: dict[tuple[object, ...], Terms] = {}

    def read(self, value: sympy.Expr, scope: Scope, *, everywhere: bool = False) -> Terms:
        """The value as a sum of coefficients times powers; OutsideLanguage if it is none, or is not shown defined."""
        key = value, everywhere, *scope.ranges.items()
        if key not in self._read:
            self._read[key] = self._terms(value, scope, everywhere)
        return self._read[key]

    def _terms(self, value: sympy.Expr, scope: Scope, everywhere: bool) -> Terms:
        if value.is_Rational:
            return {(): self.field(QQ(value.p, value.q))} if value else {}
        if value.is_Symbol:
            _require_unbound(value, scope)
            return {(): self.generators[value.name]}
        if value.is_Add:
            return self._added(self.read(term, scope, everywhere=everywhere) for term in value.args)
        if value.is_Mul:
            result: Terms = {(): self.field.one}
            for factor in value.args:
                result = self._multiplied(result, self.read(factor, scope, everywhere=everywhere))
            return result
        if value.is_Pow and value.exp.is_Integer:
            return self._power(value, self.read(value.base, scope, everywhere=everywhere), everywhere)
        if value.is_Pow and value.base.is_Symbol:
            _require_unbound(value.base, scope)
            self._require_power(value, scope, everywhere)
            return {((value.base.name, as_linear(value.exp)),): self.field.one}
        reason = ": something divides by zero" if value.has(sympy.zoo, sympy.nan, sympy.oo) else ""
        raise OutsideLanguage(f"{value} is not a rational function of scalar symbols{reason}")

    def _power(self, value: sympy.Expr, base: Terms, everywhere: bool) -> Terms:
        if set(base) - {()}:
            raise OutsideLanguage(f"{value} is a power of a symbolic power")
        coefficient, exponent = base.get((), self.field.zero), int(value.exp)
        if exponent < 0 and not self.never_zero(coefficient, everywhere=everywhere):
            raise OutsideLanguage(f"{value} divides by zero, or is not shown not to, at some size")
        if not coefficient:  # 0^0 is 1, which SymPy writes as 0^0 if told not to evaluate
            return {} if exponent else {(): self.field.one}
        for part in (coefficient.numer, coefficient.denom):
            bits = sum(int(number.numerator).bit_length() for _, number in part.terms())
            self.work.spend(abs(exponent) * (1 + bits // 64) + comb(abs(exponent) + len(part) - 1, len(part) - 1))
        return {(): coefficient**exponent}

    def _require_power(self, value: sympy.Expr, scope: Scope, everywhere: bool) -> None:
        """OutsideLanguage for a power with a symbolic exponent that may be a power 0^e with a negative e."""
        name = value.base.name
        if name not in self._integers and not everywhere:
            return
        low, exponent = self._integers.get(name), as_linear(value.exp)
        if (low is None or low < 1) and not scope.at_least(exponent, 0):
            raise OutsideLanguage(f"{value} is not shown to be defined where {name} is 0")

    def never_zero(self, value: Coefficient, *, everywhere: bool = False) -> bool:
        """Is a value shown to be, at every size, a non-zero rational function of the scalars?

        With `everywhere`: a rational function of the sizes alone, and not 0 at any.
        """
        numerator = polynomial(value.numer.terms(), ring(len(self._floors)))
        if everywhere:
            return nonzero(numerator, self._floors)
        return nowhere_identically_zero(numerator, self._floors, self._scalars)

    def of_linear(self, form: Linear) -> Coefficient:
        """An integer-linear form as an element of the field."""
        return sum((self.generators[v.name] * k for v, k in form.terms), self.field(form.constant))

    def _added(self, parts: Iterable[Terms]) -> Terms:
        total: dict[Powers, Coefficient] = {}
        for terms in parts:
            for powers, coefficient in terms.items():
                total[powers] = total.get(powers, self.field.zero) + coefficient
        return {powers: coefficient for powers, coefficient in total.items() if coefficient}

    def _multiplied(self, left: Terms, right: Terms) -> Terms:
        self.work.spend(len(left) * len(right))
        return self._added({p + q: c * d} for p, c in left.items() for q, d in right.items())


def _require_unbound(symbol: sympy.Symbol, scope: Scope) -> None:
    if scope.binds([symbol]):
        raise OutsideLanguage(f"the bound index {symbol} stands in a coefficient")
