"""Poles of the numbers of a layer: may a denominator vanish, at some sizes or real scalars, and where?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

import flint
import sympy

from gdssm_symbolic.extensions.conversions import Polynomial
from gdssm_symbolic.kernel.nonvanishing import (
    Floors,
    at_sizes,
    by_powers,
    factors,
    integer_terms,
    nonzero_factor,
    nowhere_identically_zero,
    signs,
    sizes_of,
    used_in,
)
from gdssm_symbolic.kernel.work import Work

from .factoring import factored

#: How far zeros are looked for, and at which scalars.
SIZES_SUM = 60
SCALARS = (0, 1, -1, 2)
#: Real roots are isolated at so many sizes, divided by the degree.
ROOTS = 240


def pole(denominator: Polynomial, symbols: Sequence[sympy.Symbol], floors: Floors) -> str:
    """Return why a denominator in these symbols may be 0, in words; empty if it is shown to have no zero.

    `floors` has the least value of each size, and None for a scalar, which is any real number.
    """
    if without_zeros(denominator, floors):
        return ""
    shown = str(factored(denominator, symbols)).replace("**", "^")
    shown = shown if len(shown) < 80 else "its denominator"
    found = zero(denominator, floors)
    if found is None:
        scalars = " and ".join(symbols[k].name for k in used_in(denominator) if floors[k] is None)
        return f"{shown} is not shown to be non-zero for all N, f ≥ 1" + (f" and all {scalars}" if scalars else "")
    where = (f"some {name}" if number is None else f"{name} = {number}" for name, number in sorted(found.items()))
    return f"a pole: {shown} is zero at {', '.join(where)}"


def without_zeros(polynomial: Polynomial, floors: Floors) -> bool:
    """Is a polynomial in sizes and real scalars shown to have no zero?

    Whatever passes here may be divided by in the core, which asks `nowhere_identically_zero`.
    """
    return not polynomial.is_zero() and all(_factor_without_zeros(factor, floors) for factor in factors(polynomial))


def zero(polynomial: Polynomial, floors: Floors) -> dict[str, int | None] | None:
    """Where a polynomial vanishes, if found: values of the variables; None is the value of a real root."""
    if polynomial.is_zero():
        return {}
    for factor in factors(polynomial):
        used = used_in(factor)
        names = {k: factor.context().name(k) for k in used}
        scalars = [k for k in used if floors[k] is None]
        candidates = _sizes(sizes_of(factor, floors), factor, bool(scalars))
        for sizes in islice(candidates, ROOTS // factor.total_degree() if scalars else None):
            at = at_sizes(factor, sizes)
            if at.is_zero():
                return {names[k]: value for k, value in sizes.items()}
            if (scalar := _real_zero(at, scalars)) is not None:
                return {names[k]: value for k, value in (sizes | scalar).items()}
    return None


def _factor_without_zeros(factor: Polynomial, floors: Floors) -> bool:
    used = used_in(factor)
    scalars = [k for k in used if floors[k] is None]
    if not scalars:
        return nonzero_factor(factor, floors, Work())
    if len(used) == 1:
        return _real_zero(factor, scalars) is None
    sizes = sizes_of(factor, floors)
    if not nowhere_identically_zero(factor, floors, scalars, Work()):
        return False
    quadratic = len(scalars) == 1 and factor.degrees()[scalars[0]] == 2
    if quadratic and signs(factor.discriminant(scalars[0]), sizes, Work()) == frozenset({-1}):
        return True
    return any(_sum_of_squares(sign * factor, scalars, sizes) for sign in (1, -1))


def _sum_of_squares(factor: Polynomial, scalars: list[int], sizes: dict[int, int]) -> bool:
    """Even powers of the scalars only, with coefficients ≥ 0 at all sizes, and a constant one > 0."""
    parts = by_powers(factor, scalars)
    constant = parts.pop((0,) * len(scalars), factor.context().constant(0))
    return (
        all(power % 2 == 0 for squares in parts for power in squares)
        and all((signs(part, sizes, Work()) or {-1}) <= {0, 1} for part in parts.values())
        and signs(constant, sizes, Work()) == frozenset({1})
    )


def _real_zero(polynomial: Polynomial, scalars: list[int]) -> dict[int, int | None] | None:
    """A real zero of a polynomial in scalars: small numbers for all but one of them, and a root in that one."""
    used = [k for k in scalars if k in used_in(polynomial)]
    for k in used:
        others = [m for m in used if m != k]
        for point in product(SCALARS, repeat=len(others)):
            chosen = dict(zip(others, point, strict=True))
            at = at_sizes(polynomial, chosen)
            if at.is_zero() or (k in used_in(at) and _has_real_root(at, k)):
                return {**chosen, k: None}
    return None


def _has_real_root(polynomial: Polynomial, variable: int) -> bool:
    """Has a polynomial in one variable a real root? The isolated roots that are real have imaginary part 0 exactly."""
    terms = {powers[variable]: value for powers, value in integer_terms(polynomial).items()}
    dense = flint.fmpz_poly([terms.get(power, 0) for power in range(max(terms) + 1)])
    roots: Any = dense.complex_roots()
    return any(root.imag.is_zero() for root, _ in roots)


def _sizes(floors: dict[int, int], factor: Polynomial, real: bool) -> Iterator[dict[int, int]]:
    """Sizes at which a zero is looked for, small ones first; farther out where only one size is large."""
    keys, total = list(floors), (SIZES_SUM // 4 if real else SIZES_SUM)
    box = product(range(total), repeat=len(keys)) if len(keys) < 3 else product(range(4), repeat=len(keys))
    for extra in sorted((e for e in box if sum(e) < total), key=lambda e: (sum(e), e)):
        yield {k: floors[k] + more for k, more in zip(keys, extra, strict=True)}
    if not real:
        for k, others in ((k, [m for m in keys if m != k]) for k in keys):
            for small in product(range(SIZES_SUM if len(others) < 2 else 4), repeat=len(others)):
                near = {m: floors[m] + more for m, more in zip(others, small, strict=True)}
                yield from ({k: root, **near} for root in _roots(at_sizes(factor, near), k) if root >= floors[k])


def _roots(polynomial: Polynomial, variable: int) -> list[int]:
    """The integer roots of a polynomial in one variable: those of its linear factors."""
    found = []
    for factor in factors(polynomial):
        if factor.total_degree() == 1:
            terms = factor.to_dict()
            slope = next(value for powers, value in terms.items() if powers[variable])
            root = -(factor - slope * factor.context().gen(variable)).leading_coefficient() / slope
            found += [int(root.p)] if root.q == 1 else []
    return found
