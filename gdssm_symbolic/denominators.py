"""When is a polynomial never zero? For the denominators of the core and of a construction file.

A variable is a size, an integer from its least value on, or a real scalar. `nonzero` answers for
sizes alone: True is a proof, False only means that none was found. (There can be no procedure that
always finds one: N² - 61f² = 1 has its first solution at N = 1766319049.) The proofs are a common sign,
region by region; a modulus for which no residues are zeros; and, for a form in two sizes, a prime
for which no ratio of residues is one. `zero` finds a zero, real scalars included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod
from typing import Any

import flint
import sympy

from gdssm_symbolic.polynomials import Polynomial

#: Least values of the variables of a ring, in the order of its generators; None for a real scalar.
Floors = Sequence[int | None]

#: How far regions are split off (less far at high degrees), how large moduli are tried, how far zeros are looked for.
SPLITS, LONG_SPLITS = 12, 300
MODULI = range(2, 32)
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
SIZES_SUM = 60
SCALARS = (0, 1, -1, 2)
#: Real roots are isolated at so many sizes, divided by the degree.
ROOTS = 240
#: A modulus is tried only if its residues times the terms of the polynomial are at most this many.
RESIDUES = 20_000


def nonzero(polynomial: Polynomial, floors: Floors) -> bool:
    """Is a polynomial in sizes shown to have no zero? Real scalars must not occur in it."""
    if polynomial.is_zero() or any(floors[k] is None for k in _used(polynomial)):
        return False
    parts = factors(polynomial)
    irreducible = len(parts) == 1 and parts[0].total_degree() == polynomial.total_degree()
    signs = None if irreducible else _signs(polynomial, _sizes_of(polynomial, floors))
    return 0 not in signs if signs is not None else all(_nonzero_factor(factor, floors) for factor in parts)


def nowhere_identically_zero(polynomial: Polynomial, floors: Floors, scalars: Sequence[int]) -> bool:
    """Is a polynomial shown not to be, at any sizes, the zero polynomial in its scalars?

    It is not if one of its coefficients, as a polynomial in these variables, has no zero at the sizes.
    """
    return any(nonzero(part, floors) for part in _by_powers(polynomial, scalars).values())


def without_zeros(polynomial: Polynomial, floors: Floors) -> bool:
    """Is a polynomial in sizes and real scalars shown to have no zero?

    Whatever passes here may be divided by in the core, which asks `nowhere_identically_zero`.
    """
    return not polynomial.is_zero() and all(_factor_without_zeros(factor, floors) for factor in factors(polynomial))


def _by_powers(polynomial: Polynomial, variables: Sequence[int]) -> dict[tuple[int, ...], Polynomial]:
    """The coefficients of a polynomial in some of its variables, by the powers of these."""
    terms: dict[tuple[int, ...], dict[tuple[int, ...], flint.fmpq]] = {}
    for powers, value in polynomial.to_dict().items():
        rest = tuple(0 if k in variables else power for k, power in enumerate(powers))
        terms.setdefault(tuple(powers[k] for k in variables), {})[rest] = value
    return {powers: polynomial.context().from_dict(part) for powers, part in terms.items()}


def zero(polynomial: Polynomial, floors: Floors) -> dict[str, int | None] | None:
    """Where a polynomial vanishes, if found: values of the variables; None is the value of a real root."""
    if polynomial.is_zero():
        return {}
    for factor in factors(polynomial):
        used = _used(factor)
        names = {k: factor.context().name(k) for k in used}
        scalars = [k for k in used if floors[k] is None]
        candidates = _sizes(_sizes_of(factor, floors), factor, bool(scalars))
        for sizes in islice(candidates, ROOTS // factor.total_degree() if scalars else None):
            at = _at(factor, sizes)
            if at.is_zero():
                return {names[k]: value for k, value in sizes.items()}
            if (scalar := _real_zero(at, scalars)) is not None:
                return {names[k]: value for k, value in (sizes | scalar).items()}
    return None


def factors(polynomial: Polynomial) -> list[Polynomial]:
    """The distinct irreducible factors; that they multiply to the polynomial is checked, not trusted."""
    content, found = polynomial.factor()
    if content * prod((factor**power for factor, power in found), start=polynomial.context().constant(1)) != polynomial:
        raise ArithmeticError("a factorisation does not multiply out")
    return [factor for factor, _ in found]


def _used(polynomial: Polynomial) -> list[int]:
    return [k for k, degree in enumerate(polynomial.degrees()) if degree > 0]


def _sizes_of(polynomial: Polynomial, floors: Floors) -> dict[int, int]:
    """The sizes that occur, with their least values."""
    return {k: low for k in _used(polynomial) if (low := floors[k]) is not None}


def _at(polynomial: Polynomial, values: Mapping[int, int]) -> Polynomial:
    return polynomial.subs({polynomial.context().name(k): value for k, value in values.items()})


# ---- sizes alone -------------------------------------------------------------------------------


def _nonzero_factor(factor: Polynomial, floors: Floors) -> bool:
    signs = _signs(factor, _sizes_of(factor, floors))
    if signs is not None:
        return 0 not in signs
    return _no_residues(factor) or _no_ratio(factor, floors) or _beside_the_diagonal(factor, floors)


def _signs(polynomial: Polynomial, floors: dict[int, int]) -> frozenset[int] | None:
    """Which signs the values have at integers from their floors on; None if that is not shown.

    If, with every size written as its least value plus a number ≥ 0, all terms have one sign, so has the
    polynomial, and it is zero at most where its constant is. If not, the least values are split off.
    """
    if polynomial.is_zero():
        return frozenset({0})
    ring = polynomial.context()
    floors = {k: floors[k] for k in _used(polynomial)}
    seen: set[int] = set()
    splits = SPLITS if len(floors) > 1 else LONG_SPLITS
    for _ in range(1 + splits // (1 + polynomial.total_degree() // 8)):
        shifted = polynomial.compose(*(gen + floors.get(k, 0) for k, gen in enumerate(ring.gens())), ctx=ring)
        terms = shifted.to_dict()
        if len({value > 0 for value in terms.values()}) <= 1:
            constant = terms.pop((0,) * ring.nvars(), 0)
            seen |= {_sign(value) for value in terms.values()} | {_sign(constant)}
            return frozenset(seen)
        for k in floors:
            slice_signs = _signs(_at(polynomial, {k: floors[k]}), {m: low for m, low in floors.items() if m != k})
            if slice_signs is None:
                return None
            seen |= slice_signs
            floors[k] += 1
    return None


def _beside_the_diagonal(polynomial: Polynomial, floors: Floors) -> bool:
    """Two sizes with the same least value: are there no zeros where they are equal, nor where either is larger?"""
    used, gens = _used(polynomial), polynomial.context().gens()
    if len(used) != 2 or floors[used[0]] != floors[used[1]] or (low := floors[used[0]]) is None:
        return False
    for larger, smaller in (used, used[::-1]):
        moved = list(gens)
        moved[larger] = gens[smaller] + gens[larger]  # what the larger is ahead by, from 0 on
        signs = _signs(polynomial.compose(*moved, ctx=polynomial.context()), {smaller: low, larger: 0})
        if signs is None or 0 in signs:
            return False
    return True


def _sign(value: flint.fmpq | int) -> int:
    return (value > 0) - (value < 0)


def _no_residues(polynomial: Polynomial) -> bool:
    """Is there a modulus for which no residues at all are a zero?"""
    used, terms = _used(polynomial), _integer_terms(polynomial)
    return any(
        all(_value(terms, used, residues) % modulus for residues in product(range(modulus), repeat=len(used)))
        for modulus in MODULI
        if modulus ** len(used) * len(terms) <= RESIDUES
    )


def _no_ratio(polynomial: Polynomial, floors: Floors) -> bool:
    """For a form in two sizes ≥ 1: a zero could be made coprime, so it would be one modulo every prime."""
    used, terms = _used(polynomial), _integer_terms(polynomial)
    if len(used) != 2 or any((floors[k] or 0) < 1 for k in used) or len({sum(powers) for powers in terms}) > 1:
        return False
    return any(all(_value(terms, used, pair) % p for pair in [(0, 1), *product((1,), range(p))]) for p in PRIMES)


def _integer_terms(polynomial: Polynomial) -> dict[tuple[int, ...], int]:
    scale = sympy.ilcm(1, *(int(value.q) for value in polynomial.coeffs()))
    return {tuple(map(int, powers)): int((value * int(scale)).p) for powers, value in polynomial.to_dict().items()}


def _value(terms: Mapping[tuple[int, ...], int], used: Iterable[int], point: Iterable[int]) -> int:
    at = list(zip(used, point, strict=True))
    return sum(c * prod(value ** powers[k] for k, value in at) for powers, c in terms.items())


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
                yield from ({k: root, **near} for root in _roots(_at(factor, near), k) if root >= floors[k])


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


# ---- with real scalars -------------------------------------------------------------------------


def _factor_without_zeros(factor: Polynomial, floors: Floors) -> bool:
    used = _used(factor)
    scalars = [k for k in used if floors[k] is None]
    if not scalars:
        return _nonzero_factor(factor, floors)
    if len(used) == 1:
        return _real_zero(factor, scalars) is None
    sizes = _sizes_of(factor, floors)
    if not nowhere_identically_zero(factor, floors, scalars):
        return False
    quadratic = len(scalars) == 1 and factor.degrees()[scalars[0]] == 2
    if quadratic and _signs(factor.discriminant(scalars[0]), sizes) == frozenset({-1}):
        return True
    return any(_sum_of_squares(sign * factor, scalars, sizes) for sign in (1, -1))


def _sum_of_squares(factor: Polynomial, scalars: list[int], sizes: dict[int, int]) -> bool:
    """Even powers of the scalars only, with coefficients ≥ 0 at all sizes, and a constant one > 0."""
    parts = _by_powers(factor, scalars)
    constant = parts.pop((0,) * len(scalars), factor.context().constant(0))
    return (
        all(power % 2 == 0 for squares in parts for power in squares)
        and all((_signs(part, sizes) or {-1}) <= {0, 1} for part in parts.values())
        and _signs(constant, sizes) == frozenset({1})
    )


def _real_zero(polynomial: Polynomial, scalars: list[int]) -> dict[int, int | None] | None:
    """A real zero of a polynomial in scalars: small numbers for all but one of them, and a root in that one."""
    used = [k for k in scalars if k in _used(polynomial)]
    for k in used:
        others = [m for m in used if m != k]
        for point in product(SCALARS, repeat=len(others)):
            chosen = dict(zip(others, point, strict=True))
            at = _at(polynomial, chosen)
            if at.is_zero() or (k in _used(at) and _has_real_root(at, k)):
                return {**chosen, k: None}
    return None


def _has_real_root(polynomial: Polynomial, variable: int) -> bool:
    """Has a polynomial in one variable a real root? The isolated roots that are real have imaginary part 0 exactly."""
    terms = {powers[variable]: value for powers, value in _integer_terms(polynomial).items()}
    dense = flint.fmpz_poly([terms.get(power, 0) for power in range(max(terms) + 1)])
    roots: Any = dense.complex_roots()
    return any(root.imag.is_zero() for root, _ in roots)
