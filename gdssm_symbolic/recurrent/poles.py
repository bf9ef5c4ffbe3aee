"""Where a number that is found has no value.

What is found by a division shows that there is such a number only where there is no division by 0. A claim states
nothing where an expression in it has no value; so what it divides by itself may be divided by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from operator import mul

import sympy

from gdssm_symbolic.evidence.evaluation import Evaluator
from gdssm_symbolic.kernel.expressions import Expr, Scalar, Sum, free_symbols, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope, Variable, as_linear
from gdssm_symbolic.kernel.well_defined import require_well_defined
from gdssm_symbolic.theory.least_squares import t

#: The value of a constant that may have any.
UNLIKELY = 97


def has_a_value(number: sympy.Expr, written: Iterable[Expr], total: Sum | None = None) -> bool:
    """Whether a number is shown to have a value wherever the written expressions have one.

    With a sum, at every index of it.
    """
    rest: Expr = Scalar(_without_safe_divisors(number, written))
    if total is not None:
        rest = Sum(rest, total.index, total.lower, total.upper)
    try:
        require_well_defined(rest, everywhere=True)
    except OutsideLanguage:
        return False
    return True


def _without_safe_divisors(number: sympy.Expr, written: Iterable[Expr]) -> sympy.Expr:
    """Return a number without the divisors that are never 0, or that the written expressions have.

    Where these have a value, it has one if the rest has.
    """
    given = set(divisors_of(written))
    kept = [sympy.Integer(1)]
    for factor in sympy.Mul.make_args(number):
        divisors = list(_divisors(factor))
        if not divisors or not all(one in given or _never_zero(one) for one in divisors):
            kept.append(factor)
    return reduce(mul, kept)


def divisors_of(written: Iterable[Expr]) -> Iterator[sympy.Expr]:
    """Yield the polynomials by which numbers in some expressions divide."""
    for value in (value for expr in written for value in _scalars(expr)):
        yield from _divisors(sympy.together(value))


def constants_not_zero(written: Iterable[Expr]) -> list[sympy.Expr]:
    """Return the polynomials in constants that may be 0, by which is divided, at least at some indices."""
    found = dict.fromkeys(
        one
        for expr in written
        for number, scope in _numbers(expr, Scope.of(free_symbols(expr)))
        for power in number.atoms(sympy.Pow)
        if not scope.at_least(as_linear(power.exp), 0)
        for one in _factors(power.base)
    )
    return [one for one in found if not _never_zero(one) and any(not symbol.is_integer for symbol in one.free_symbols)]


def have_values(powers: Iterable[Expr], values: Mapping[sympy.Symbol, Fraction], tokens: int) -> bool:
    """Whether some powers of numbers have values at some sizes and constants, and at each of so many tokens.

    A constant without a value may be any, and is not 0.
    """
    for power in powers:
        free = free_symbols(power)
        at = {one: values.get(one, Fraction(1 if one.is_integer else UNLIKELY)) for one in free}
        try:
            for token in range(1, 1 + (tokens if t in free else 1)):
                Evaluator({**at, t: Fraction(token)}, lambda *_: [])(power)
        except ArithmeticError:
            return False
    return True


def _numbers(expr: Expr, scope: Scope) -> Iterator[tuple[sympy.Expr, Scope]]:
    """Yield the numbers in an expression, each with what is known of the symbols in it."""
    if isinstance(expr, Scalar):
        yield expr.value, scope
    if isinstance(expr, Sum):
        index = Variable(expr.index.name)
        around = {one: bounds for one, bounds in scope.ranges.items() if one != index}
        floors = {one: low for one, low in scope.floors.items() if one != index}
        scope = Scope(floors, {**around, index: (as_linear(expr.lower), as_linear(expr.upper))})
    for part in expr.children:
        yield from _numbers(part, scope)


def _factors(base: sympy.Expr) -> Iterator[sympy.Expr]:
    """Yield the irreducible polynomials whose product is 0 where a quotient of polynomials is."""
    numerator, _ = sympy.fraction(sympy.together(base))
    yield from (one for one, _ in sympy.factor_list(numerator)[1])


def _scalars(expr: Expr) -> Iterator[sympy.Expr]:
    return (part.value for part in walk(expr) if isinstance(part, Scalar))


def _divisors(number: sympy.Expr) -> Iterator[sympy.Expr]:
    """Yield the irreducible polynomials by which a product divides."""
    for factor in sympy.Mul.make_args(number):
        if factor.is_Pow and factor.exp.is_Integer and factor.exp < 0 and factor.base.is_polynomial():
            yield from (one for one, _ in sympy.factor_list(factor.base)[1])


def _never_zero(polynomial: sympy.Expr) -> bool:
    """Whether all terms have the same sign at all real numbers and sizes, and one of them is a constant."""
    symbols = polynomial.free_symbols
    shifted = polynomial.subs({one: one + 1 for one in symbols if one.is_positive})
    terms = dict(sympy.Poly(shifted, *symbols).terms())
    signed = [one.is_nonnegative for one in symbols]
    even = all(known or not power % 2 for powers in terms for known, power in zip(signed, powers, strict=True))
    return even and len({value > 0 for value in terms.values()}) == 1 and (0,) * len(symbols) in terms
