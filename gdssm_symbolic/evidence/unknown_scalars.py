"""Evaluation in a ring of polynomials in which scalars are unknowns too, such as η and the moments of the data.

A mean is written out: each monomial in the random entries is replaced by the product of the moments of its entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, reduce
from operator import add, mul
from typing import Any

import flint
import sympy

from gdssm_symbolic.extensions.conversions import Polynomial, polynomial, rational, ring
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.laws import Law
from gdssm_symbolic.kernel.expressions import App

from .evaluation import Evaluator, Matrix, cells_read, filled, fraction, scalar
from .reading_order import in_reading_order
from .terms import NotBySizes

Values = Mapping[sympy.Symbol, Fraction]
Moment = tuple[Law, int]


@dataclass
class WithUnknownScalars(Evaluator):
    """An evaluator in a ring of polynomials, of which some scalars are unknowns too."""

    scalars: Mapping[sympy.Symbol, Any] = field(default_factory=dict)

    def _scalar(self, value: sympy.Expr, at: Values) -> Any:
        return self.polynomial_in_scalars(value, at)

    def polynomial_in_scalars(self, value: sympy.Expr, at: Values) -> Any:
        if _symbols_of(value).isdisjoint(self.scalars):
            return self.constant(scalar(value, at))
        if value.is_Symbol:
            return self.scalars[value]
        if value.is_Pow and value.exp.is_Integer and value.exp > 0:
            return self.polynomial_in_scalars(value.base, at) ** int(value.exp)
        if value.is_Add or value.is_Mul:
            parts = [self.polynomial_in_scalars(part, at) for part in value.args]
            return reduce(add if value.is_Add else mul, parts)
        raise NotBySizes(f"{value} is no polynomial")

    def _unfolded(self, app: App, indices: tuple[int, ...], arguments: list[Matrix]) -> Matrix:
        meaning = self._table.get(app.name)
        if not isinstance(meaning, Mean):
            return super()._unfolded(app, indices, arguments)
        known = frozenset(item for item in self.values.items() if item[0] in meaning.free)
        unknowns, mean = _written_out(meaning, known)
        total = self.constant(Fraction(0))
        for powers, coefficient in mean.to_dict().items():
            term = self.constant(fraction(coefficient))
            for symbol, power in zip(unknowns, map(int, powers), strict=False):
                term = term * self.scalars[symbol] ** power
            total = total + term
        return [[total]]


@lru_cache(maxsize=4096)
def _symbols_of(value: sympy.Expr) -> frozenset[sympy.Symbol]:
    """Return the symbols of a scalar. Cached, since SymPy looks for them anew."""
    return frozenset(value.free_symbols)


def polynomial_evaluator(
    context: flint.fmpq_mpoly_ctx, values: Values, unknowns: Sequence[sympy.Symbol], **given: Any
) -> WithUnknownScalars:
    """Return an evaluator in a ring whose first variables are the unknowns."""
    scalars = dict(zip(unknowns, context.gens(), strict=False))
    return WithUnknownScalars(values, constant=lambda one: context.constant(rational(one)), scalars=scalars, **given)


@lru_cache(maxsize=256)  # several theorems are about the same means
def _written_out(
    mean: Mean, known: frozenset[tuple[sympy.Symbol, Fraction]]
) -> tuple[tuple[sympy.Symbol, ...], Polynomial]:
    """Return a mean as a polynomial in the scalars that have no value, and these scalars."""
    values, laws = dict(known), dict(mean.laws)
    unknowns = tuple(in_reading_order(mean.free - values.keys()))
    shapes = cells_read([mean.body], (), {**values, **dict.fromkeys(unknowns, Fraction(1))}, everywhere=True)
    law_of = [laws[name] for (name, _), (rows, columns) in shapes.items() for _ in range(rows * columns)]
    both = ring(len(unknowns) + len(law_of))
    data = filled(shapes, iter(both.gens()[len(unknowns) :]))
    evaluate = polynomial_evaluator(both, values, unknowns, data=lambda name, indices, _r, _c: data[name, indices])
    ((body,),) = evaluate(mean.body)

    alone = ring(len(unknowns))
    in_scalars = polynomial_evaluator(alone, values, unknowns, data=evaluate.data)
    total = alone.constant(0)
    for moments, coefficient in _by_moments(body, law_of, alone):
        term = coefficient
        for (law, order), number in moments.items():
            term = term * in_scalars.polynomial_in_scalars(law.moment(order), values) ** number
        total = total + term
    return unknowns, total


def _by_moments(
    body: Polynomial, law_of: Sequence[Law], alone: flint.fmpq_mpoly_ctx
) -> Iterator[tuple[Counter[Moment], Polynomial]]:
    """Yield the products of moments that are means of monomials, each with its coefficient.

    The last variables are the entries, with their laws, and those before them the scalars, which are in `alone`.
    """
    first = body.context().nvars() - len(law_of)
    numbers: dict[Moment, int] = {}  # of the moments: short keys, since there are many monomials
    found: dict[tuple[int, ...], dict[tuple[int, ...], Any]] = {}
    for powers, coefficient in body.to_dict().items():
        moments = [(law, int(power)) for law, power in zip(law_of, powers[first:], strict=True) if power]
        key = tuple(sorted(numbers.setdefault(moment, len(numbers)) for moment in moments))
        terms = found.setdefault(key, {})
        terms[powers[:first]] = terms.get(powers[:first], 0) + coefficient
    of_number = list(numbers)
    for key, terms in found.items():
        yield Counter(of_number[k] for k in key), polynomial(terms.items(), alone)
