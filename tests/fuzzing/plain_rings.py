"""Two commutative rings: polynomials with rational coefficients, and numbers with their first derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Number = int | Fraction


class Polynomial:
    """A polynomial with rational coefficients; a monomial is a sorted tuple of (variable, power)."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[tuple[tuple[Any, int], ...], Number]) -> None:
        self.terms = {monomial: c for monomial, c in terms.items() if c}

    @staticmethod
    def constant(number: Number) -> Polynomial:
        return Polynomial({(): number})

    @staticmethod
    def variable(key: Any) -> Polynomial:
        return Polynomial({((key, 1),): 1})

    def __add__(self, other: Polynomial) -> Polynomial:
        total = dict(self.terms)
        for monomial, c in other.terms.items():
            total[monomial] = total.get(monomial, 0) + c
        return Polynomial(total)

    def __neg__(self) -> Polynomial:
        return Polynomial({monomial: -c for monomial, c in self.terms.items()})

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + (-other)

    def __mul__(self, other: Polynomial) -> Polynomial:
        total: dict[tuple[tuple[Any, int], ...], Number] = {}
        for left, c in self.terms.items():
            for right, d in other.terms.items():
                monomial = _joined(left, right)
                total[monomial] = total.get(monomial, 0) + c * d
        return Polynomial(total)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __repr__(self) -> str:
        return f"Polynomial({self.terms})"

    def derivative(self, key: Any) -> Polynomial:
        total: dict[tuple[tuple[Any, int], ...], Number] = {}
        for monomial, c in self.terms.items():
            powers = dict(monomial)
            if power := powers.pop(key, 0):
                if power > 1:
                    powers[key] = power - 1
                total[tuple(sorted(powers.items()))] = c * power
        return Polynomial(total)


def _joined(left: tuple[tuple[Any, int], ...], right: tuple[tuple[Any, int], ...]) -> tuple[tuple[Any, int], ...]:
    if not left or not right:
        return left or right
    powers = dict(left)
    for key, power in right:
        powers[key] = powers.get(key, 0) + power
    return tuple(sorted(powers.items()))


class Dual:
    """A number with its derivatives, to first order, in some variables."""

    __slots__ = ("slopes", "value")

    def __init__(self, value: Number, slopes: Mapping[Any, Number]) -> None:
        self.value, self.slopes = value, slopes

    @staticmethod
    def constant(number: Number) -> Dual:
        return Dual(number, {})

    def __add__(self, other: Dual) -> Dual:
        slopes = dict(self.slopes)
        for key, slope in other.slopes.items():
            slopes[key] = slopes.get(key, 0) + slope
        return Dual(self.value + other.value, slopes)

    def __mul__(self, other: Dual) -> Dual:
        slopes = {key: slope * other.value for key, slope in self.slopes.items()}
        for key, slope in other.slopes.items():
            slopes[key] = slopes.get(key, 0) + slope * self.value
        return Dual(self.value * other.value, slopes)
