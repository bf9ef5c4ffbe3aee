"""Proofs that a polynomial in sizes is never zero, so that the core may divide by it.

A variable is either a size (an integer from its least value on) or a scalar. `nonzero` answers for sizes
alone: True is a proof, and False only means that no proof was found. (No procedure finds a proof for every
polynomial without zeros, and a first zero can be far away: N² - 61f² = 1 has its first solution at
N = 1766319049.)

Three arguments are tried:

- In each of finitely many regions, all values have the same sign.
- For some modulus, the polynomial has no zero among the residues.
- It is homogeneous in two sizes, and for some prime it has no zero at any ratio of residues.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import lcm, prod

from .quotients import Polynomial
from .work import Work

#: Least values of the variables of a ring, in the order of its generators; None for a scalar.
Floors = Sequence[int | None]

#: How many times least values are split off with several sizes, and with one size (fewer times at high degrees).
SPLITS, LONG_SPLITS = 12, 300
MODULI = range(2, 32)
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
#: A modulus is tried only if the number of tuples of residues times the number of terms is at most this.
RESIDUES = 20_000


def nonzero(polynomial: Polynomial, floors: Floors, work: Work) -> bool:
    """Return whether a polynomial in sizes is shown to have no zero; False if a variable in it has no least value."""
    if polynomial.is_zero() or any(floors[k] is None for k in used_in(polynomial)):
        return False
    parts = factors(polynomial)
    whole = signs(polynomial, sizes_of(polynomial, floors), work) if len(parts) > 1 else None
    return 0 not in whole if whole is not None else all(nonzero_factor(factor, floors, work) for factor in parts)


def nowhere_identically_zero(polynomial: Polynomial, floors: Floors, scalars: Sequence[int], work: Work) -> bool:
    """Return whether the polynomial is shown to be a non-zero polynomial in its scalars at all sizes.

    This is shown if one of its coefficients, which are polynomials in the sizes, is shown to have no zero.
    """
    return any(nonzero(part, floors, work) for part in by_powers(polynomial, scalars).values())


def by_powers(polynomial: Polynomial, variables: Sequence[int]) -> dict[tuple[int, ...], Polynomial]:
    """Return the coefficients of a polynomial in some of its variables, by the exponents of these."""
    terms: dict[tuple[int, ...], dict[tuple[int, ...], object]] = {}
    for powers, value in polynomial.to_dict().items():
        rest = tuple(0 if k in variables else power for k, power in enumerate(powers))
        terms.setdefault(tuple(powers[k] for k in variables), {})[rest] = value
    return {powers: polynomial.context().from_dict(part) for powers, part in terms.items()}


def factors(polynomial: Polynomial) -> list[Polynomial]:
    """Return the distinct irreducible factors. We do not trust the factorisation: we multiply it out."""
    content, found = polynomial.factor()
    if content * prod((factor**power for factor, power in found), start=polynomial.context().constant(1)) != polynomial:
        raise ArithmeticError("a factorisation does not multiply out")
    return [factor for factor, _ in found]


def used_in(polynomial: Polynomial) -> list[int]:
    """Return the variables that occur."""
    return [k for k, degree in enumerate(polynomial.degrees()) if degree > 0]


def sizes_of(polynomial: Polynomial, floors: Floors) -> dict[int, int]:
    """Return the sizes that occur, with their least values."""
    return {k: low for k in used_in(polynomial) if (low := floors[k]) is not None}


def at_sizes(polynomial: Polynomial, values: Mapping[int, int]) -> Polynomial:
    """Return the polynomial with values put in for some variables."""
    return polynomial.subs({polynomial.context().name(k): value for k, value in values.items()})


# ---- sizes alone -------------------------------------------------------------------------------


def nonzero_factor(factor: Polynomial, floors: Floors, work: Work) -> bool:
    """Return whether an irreducible polynomial in sizes is shown to have no zero."""
    if (shown := signs(factor, sizes_of(factor, floors), work)) is not None:
        return 0 not in shown
    return _no_residues(factor, floors, work) or _beside_the_diagonal(factor, floors, work)


def signs(polynomial: Polynomial, floors: dict[int, int], work: Work) -> frozenset[int] | None:
    """Return the set of the signs (-1, 0, 1) of all values at integers from their floors on; None if it is not found.

    Write every size as its least value plus a number ≥ 0. If all terms then have the same sign, so has every value,
    except that a value may be 0 if there is no constant term. Otherwise take each size in turn and split: where the
    size equals its least value, find the signs with one size fewer; for the other values, the least value is now one
    higher. Then start again with the new least values.
    """
    if polynomial.is_zero():
        return frozenset({0})
    ring = polynomial.context()
    floors = {k: floors[k] for k in used_in(polynomial)}
    seen: set[int] = set()
    splits = SPLITS if len(floors) > 1 else LONG_SPLITS
    for _ in range(1 + splits // (1 + polynomial.total_degree() // 8)):
        work.spend(5 + prod(degree + 1 for degree in polynomial.degrees()) // 10)  # of `shifted`, at most
        shifted = polynomial.compose(*(gen + floors.get(k, 0) for k, gen in enumerate(ring.gens())), ctx=ring)
        terms = shifted.to_dict()
        if len({value > 0 for value in terms.values()}) <= 1:
            constant = terms.pop((0,) * ring.nvars(), 0)
            seen |= {(value > 0) - (value < 0) for value in (*terms.values(), constant)}
            return frozenset(seen)
        for k in floors:
            others = {m: low for m, low in floors.items() if m != k}
            if (slice_signs := signs(at_sizes(polynomial, {k: floors[k]}), others, work)) is None:
                return None
            seen |= slice_signs
            floors[k] += 1
    return None


def _no_residues(polynomial: Polynomial, floors: Floors, work: Work) -> bool:
    """Return whether, for some modulus, the polynomial has no zero among the residues.

    If it is homogeneous in two sizes ≥ 1, only prime moduli are tried. Of pairs of residues that are multiples of each
    other, one is enough. And (0, 0) may be left out: if the polynomial had a zero, the two sizes divided by their
    greatest common factor would be a zero, too, and no prime divides both.
    """
    used, terms = used_in(polynomial), integer_terms(polynomial)
    ratios = len(used) == 2 and all((floors[k] or 0) >= 1 for k in used) and len({sum(powers) for powers in terms}) == 1
    tried = PRIMES if ratios else [m for m in MODULI if m ** len(used) * len(terms) <= RESIDUES]
    for m in tried:
        points = [(0, 1), *product((1,), range(m))] if ratios else product(range(m), repeat=len(used))
        work.spend(m ** len(used) * len(terms) // 10)
        if all(_value(terms, used, point) % m for point in points):
            return True
    return False


def _beside_the_diagonal(polynomial: Polynomial, floors: Floors, work: Work) -> bool:
    """Return whether, for two sizes with the same least value, signs exclude a zero on both sides of the diagonal.

    The diagonal, where the sizes are equal, belongs to both sides.
    """
    used, gens = used_in(polynomial), polynomial.context().gens()
    if len(used) != 2 or floors[used[0]] != floors[used[1]] or (low := floors[used[0]]) is None:
        return False
    for larger, smaller in (used, used[::-1]):
        # The larger size is the smaller one plus a number ≥ 0.
        moved = polynomial.compose(*(gen + gens[smaller] * (k == larger) for k, gen in enumerate(gens)))
        if 0 in (signs(moved, {smaller: low, larger: 0}, work) or {0}):
            return False
    return True


def integer_terms(polynomial: Polynomial) -> dict[tuple[int, ...], int]:
    """Return the terms of the polynomial times the least common denominator of its coefficients."""
    scale = lcm(*(int(value.denominator) for value in polynomial.coeffs()))
    return {powers: int((value * scale).numerator) for powers, value in polynomial.to_dict().items()}


def _value(terms: Mapping[tuple[int, ...], int], used: Iterable[int], point: Iterable[int]) -> int:
    at = list(zip(used, point, strict=True))
    return sum(c * prod(value ** powers[k] for k, value in at) for powers, c in terms.items())
