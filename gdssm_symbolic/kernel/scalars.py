"""Scalar factors: rational functions of symbols, times powers a^e of a symbol with an integer-linear exponent.

**Rule.** A scalar is *defined* if two things hold at all admissible sizes. No denominator is the zero polynomial in the
scalar symbols. And an integer that may be 0 never has a negative exponent. If that is shown, the scalar is read as an
element of the field of rational functions. Two scalars that are equal as elements of this field have equal values at
all sizes, and at all values of the scalar symbols at which both have a value.

A scalar is *defined everywhere* if, besides, no denominator contains a scalar symbol, and no scalar symbol has an
exponent that may be negative. Then it has a value at all values of the scalar symbols.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from math import comb
from typing import Any

import flint
import sympy

from .linear_forms import Linear, OutsideLanguage, Scope, as_linear, floor
from .nonvanishing import nowhere_identically_zero
from .quotients import Quotient
from .work import Work

Powers = tuple[tuple[str, Linear], ...]  # of symbols, by name
Terms = Mapping[Powers, Quotient]


class Scalars:
    """The field of rational functions of some symbols; it reads SymPy scalars as its elements."""

    def __init__(self, symbols: Sequence[sympy.Symbol], work: Work) -> None:
        self.symbols = (*symbols, sympy.Symbol("%"))  # a ring has at least one variable
        work.spend(len(self.symbols) ** 2 // 10)  # each variable is written with an exponent for every variable
        self.ring = flint.fmpz_mpoly_ctx.get([f"v{k}" for k, _ in enumerate(self.symbols)], flint.Ordering.lex)
        self.zero, self.one = self.rational(sympy.Integer(0)), self.rational(sympy.Integer(1))
        gens = (Quotient(gen, self.one.denom, self.symbols) for gen in self.ring.gens())
        self.generators = dict(zip((s.name for s in symbols), gens, strict=False))
        self.work = work
        self._floors = [floor(symbol) for symbol in self.symbols]
        self._scalars = [k for k, symbol in enumerate(self.symbols) if not symbol.is_integer]
        self._read: dict[tuple[object, ...], Terms] = {}

    def read(self, value: sympy.Expr, scope: Scope, *, everywhere: bool = False) -> Terms:
        """Return the value as a sum of coefficients times powers.

        Raises OutsideLanguage if it is not such a sum, or is not shown to be defined. With `everywhere`, it has to be
        defined everywhere.
        """
        key = value, everywhere, *scope.ranges.items()
        if key not in self._read:
            self._read[key] = self._terms(value, scope, everywhere)
        return self._read[key]

    def _terms(self, value: sympy.Expr, scope: Scope, everywhere: bool) -> Terms:
        if value.is_Rational:
            return {(): self.rational(value)} if value else {}
        if value.is_Symbol:
            _require_unbound(value, scope)
            return {(): self.generators[value.name]}
        if value.is_Add:
            return self.added(self.read(term, scope, everywhere=everywhere) for term in value.args)
        if value.is_Mul:
            factors = (self.read(factor, scope, everywhere=everywhere) for factor in value.args)
            return reduce(self._multiplied, factors, {(): self.one})
        if value.is_Pow and value.exp.is_Integer:
            return self._power(value, self.read(value.base, scope, everywhere=everywhere), everywhere)
        if value.is_Pow and value.base.is_Symbol:
            _require_unbound(value.base, scope)
            self._require_power(value, scope, everywhere)
            return {((value.base.name, as_linear(value.exp)),): self.one}
        reason = ": something divides by zero" if value.has(sympy.zoo, sympy.nan, sympy.oo) else ""
        raise OutsideLanguage(f"{value} is not a rational function of scalar symbols{reason}")

    def _power(self, value: sympy.Expr, base: Terms, everywhere: bool) -> Terms:
        if set(base) - {()}:
            raise OutsideLanguage(f"{value} is a power of a symbolic power")
        coefficient, exponent = base.get((), self.zero), int(value.exp)
        if exponent < 0 and not self.never_zero(coefficient, everywhere=everywhere):
            raise OutsideLanguage(f"{value} divides by zero, or is not shown not to, at some size")
        if not coefficient:  # 0^0 is 1, which SymPy writes as 0^0 if told not to evaluate
            return {} if exponent else {(): self.one}
        for part in (coefficient.numer, coefficient.denom):
            bits = sum(int(number).bit_length() for number in part.coeffs())
            self.work.spend(abs(exponent) * (1 + bits // 64) + comb(abs(exponent) + len(part) - 1, len(part) - 1))
        return {(): coefficient**exponent}

    def _require_power(self, value: sympy.Expr, scope: Scope, everywhere: bool) -> None:
        """Raise OutsideLanguage if a power with a symbolic exponent e may be 0^e with e < 0.

        A scalar symbol is taken to be non-zero, except with `everywhere`. If the base is an integer n that may be 0, e
        must be shown to be ≥ 0 without using the ranges of sums. With these ranges, n^(j-1) n^(n-j) in a sum over
        j = 1..n would be accepted. But the sum becomes n · n^(n-1), which has no value at n = 0, where the empty sum
        is 0.
        """
        if value.base.is_integer:
            scope = Scope(scope.floors, {})
        elif not everywhere:
            return
        if (floor(value.base) or 0) < 1 and not scope.at_least(as_linear(value.exp), 0):
            raise OutsideLanguage(f"{value} is not shown to be defined where {value.base} is 0")

    def never_zero(self, value: Quotient, *, everywhere: bool = False) -> bool:
        """Return whether a value is shown to be a non-zero rational function of the scalars at every size.

        With `everywhere`: whether its numerator is shown to contain no scalar symbol and to be non-zero at all sizes.
        """
        self.work.spend((value.numer.total_degree() + value.lengths[0]) ** 2)  # to factorise
        return nowhere_identically_zero(value.numer, self._floors, () if everywhere else self._scalars, self.work)

    def rational(self, value: sympy.Rational) -> Quotient:
        """Return a rational number as an element of the field."""
        return Quotient(self.ring.constant(value.p), self.ring.constant(value.q), self.symbols)

    def of_linear(self, form: Linear) -> Quotient:
        """Return an integer-linear form as an element of the field."""
        varying = (self.generators[variable.name].numer * k for variable, k in form.terms)
        return Quotient(sum(varying, self.ring.constant(form.constant)), self.one.denom, self.symbols)

    def added(self, parts: Iterable[Mapping[Any, Quotient]]) -> dict[Any, Quotient]:
        """Return the sum of linear combinations, each given as a mapping from its terms to their coefficients."""
        total: dict[Any, Quotient] = {}
        for terms in parts:
            for one, coefficient in terms.items():
                if (known := total.get(one)) is not None:
                    (n, d), (m, e) = known.lengths, coefficient.lengths
                    self.work.spend(n * (e - 1) + m * (d - 1) + (d - 1) * (e - 1) + (n + m) // 100)
                total[one] = coefficient if known is None else known + coefficient
        return {one: coefficient for one, coefficient in total.items() if coefficient}

    def _multiplied(self, left: Terms, right: Terms) -> Terms:
        self.work.spend(len(left) * len(right) + length(left) * length(right) // 10)  # coefficients multiply faster
        return self.added({p + q: c * d} for p, c in left.items() for q, d in right.items())


def length(terms: Mapping[Any, Quotient]) -> int:
    """Return the number of terms, counting those of the coefficients, too (`Quotient.lengths`)."""
    return sum(sum(coefficient.lengths) - 1 for coefficient in terms.values())


def _require_unbound(symbol: sympy.Symbol, scope: Scope) -> None:
    if scope.binds([symbol]):
        raise OutsideLanguage(f"the bound index {symbol} stands in a coefficient")
