"""Means computed in full: the polynomial in all random entries, and of each monomial the product of its moments.

The moments of a law that is not known are any numbers: a mean is linear in products of moments.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import sympy
from plain_meaning import Plain, Rows, TooLong, Undefined, computes_means, draw, number, symbols_in
from plain_rings import Number

from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.expressions import Name

#: So many products of two terms are computed for one mean.
MOST_PRODUCTS = 20_000


class Written:
    """A polynomial in random entries; a monomial is the sorted tuple of the numbers of its entries."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[tuple[int, ...], Number]) -> None:
        self.terms = terms

    @staticmethod
    def constant(value: Number) -> Written:
        return Written({(): value} if value else {})

    def __add__(self, other: Written) -> Written:
        if not other.terms:
            return self
        total = dict(self.terms)
        for monomial, value in other.terms.items():
            total[monomial] = total.get(monomial, 0) + value
        return Written(total)

    def __mul__(self, other: Written) -> Written:
        if len(self.terms) * len(other.terms) > MOST_PRODUCTS:
            raise TooLong("a mean with too many terms")
        total: dict[tuple[int, ...], Number] = {}
        for left, value in self.terms.items():
            for right, factor in other.terms.items():
                monomial = tuple(sorted(left + right)) if left and right else left or right
                total[monomial] = total.get(monomial, 0) + value * factor
        return Written(total)


@computes_means
def mean_value(mean: Mean, plain: Plain) -> Number:
    """A mean at the sizes, indices and scalars of a point."""
    known = frozenset((symbol, plain.values[symbol]) for symbol in symbols_in(mean.body))
    total: Number = 0
    for met, coefficient in _profile(mean, known):
        product = coefficient
        for law, power in met:
            if not product:
                break
            product *= moment(law, power, plain)
        total += product
    return total


@lru_cache(maxsize=5_000)
def _profile(
    mean: Mean, known: frozenset[tuple[sympy.Symbol, Number]]
) -> list[tuple[tuple[tuple[Law, int], ...], Number]]:
    """The body at its sizes and scalars: products of moments, and how often each is met."""
    places: dict[tuple[Name, tuple[int, ...], int, int], int] = {}
    laws, law_of = dict(mean.laws), []

    def variable(name: Name, indices: tuple[int, ...], r: int, c: int) -> Written:
        key = (name, indices, r, c)
        if key not in places:
            places[key] = len(places)
            law_of.append(laws[name])
        return Written({(places[key],): 1})

    def data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Rows:
        return [[variable(name, indices, r, c) for c in range(columns)] for r in range(rows)]

    meanings = () if mean.units is None else (UnitVectors(mean.units),)
    written = Plain(dict(known), 0, meanings, data, Written.constant)(mean.body).entries[0][0]
    total: dict[tuple[tuple[Law, int], ...], Number] = {}
    for monomial, coefficient in written.terms.items():
        met = [(law_of[place], monomial.count(place)) for place in dict.fromkeys(monomial)]
        if coefficient and any(isinstance(law, AnyLaw) and power > law.highest for law, power in met):
            raise Undefined("the mean need not exist")
        if coefficient and not any(power % 2 for _, power in met):
            key = tuple(sorted(met, key=repr))
            total[key] = total.get(key, 0) + coefficient
    return list(total.items())


def moment(law: Law, order: int, plain: Plain) -> Number:
    """E u^order, for an even order."""
    if isinstance(law, AnyLaw):
        symbol = sympy.Symbol(f"{law.letter}_{order}")
        return plain.values[symbol] if symbol in plain.values else draw(law.letter, order)
    if not isinstance(law, Uniform | Normal):
        raise Undefined(f"a law {law!r} without moments")
    square = number(_squared(law.scale), plain.values)
    if square < 0:
        raise Undefined(f"no law has the scale {law.scale}")
    even = Fraction(square) ** (order // 2)
    if isinstance(law, Uniform):
        return even / (order + 1)
    for odd in range(3, order, 2):
        even *= odd
    return even


@lru_cache(maxsize=1_000)
def _squared(scale: sympy.Expr) -> sympy.Expr:
    return scale**2
