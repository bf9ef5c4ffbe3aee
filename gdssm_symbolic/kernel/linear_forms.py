"""Integer-linear forms, used as indices, bounds, exponents and sizes, and lower bounds for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import prod
from typing import NamedTuple

import sympy

from .exact import exact

#: What a symbol may be called: a letter, then letters, digits, underscores and primes.
NAME = re.compile(r"(?!(?:I|tr)$)[^\W\d²³¹⁰-ₜᴬ-ᵥ](?:[^\W²³¹⁰-ₜᴬ-ᵥ]|')*")


#: The assumptions with which a symbol may be declared.
PLAIN = (), ("integer",), ("integer", "nonnegative"), ("integer", "positive")


class OutsideLanguage(ValueError):
    """Raised for an expression that the normal form cannot decide; no verdict follows from it."""


class Variable(NamedTuple):
    """A variable of a linear form: a symbol, given by its name, or the index of a sum in normal form, by its number."""

    name: str  # of a symbol; empty for an index
    number: int = -1

    @property
    def is_index(self) -> bool:
        return not self.name

    def __str__(self) -> str:
        return self.name or f"%{self.number}"


def index(number: int) -> Variable:
    """Return the index of the sum with this number in a monomial."""
    return Variable("", number)


class Linear(NamedTuple):
    """An integer-linear form c + Σ k·variable, its terms sorted: an index, a bound, an exponent or a size."""

    terms: tuple[tuple[Variable, int], ...]
    constant: int

    @staticmethod
    def of_one(variable: Variable) -> Linear:
        return Linear(((variable, 1),), 0)

    def __add__(self, other: Linear | int) -> Linear:  # type: ignore[override]
        if isinstance(other, int):
            return Linear(self.terms, self.constant + other)
        return linear_form([*self.terms, *other.terms], self.constant + other.constant)

    def __sub__(self, other: Linear | int) -> Linear:
        return self + (-other if isinstance(other, int) else other.times(-1))

    def times(self, factor: int) -> Linear:
        return linear_form(((variable, k * factor) for variable, k in self.terms), self.constant * factor)

    def coefficient(self, variable: Variable) -> int:
        return dict(self.terms).get(variable, 0)

    def __str__(self) -> str:
        written = [f"{'' if k == 1 else '-' if k == -1 else k}{variable}" for variable, k in self.terms]
        written += [str(self.constant)] if self.constant or not written else []
        return " + ".join(written).replace("+ -", "- ")

    def replace(self, variable: Variable, value: Linear) -> Linear:
        factor = self.coefficient(variable)
        return self + (value - Linear.of_one(variable)).times(factor) if factor else self


#: The forms 0 and 1, as exponents and as sizes.
ZERO, ONE = Linear((), 0), Linear((), 1)


def linear_form(terms: Iterable[tuple[Variable, int]], constant: int) -> Linear:
    """Return the form with like terms added and zero terms left out."""
    total: dict[Variable, int] = {}
    for variable, k in terms:
        total[variable] = total.get(variable, 0) + k
    return Linear(tuple(sorted(term for term in total.items() if term[1])), constant)


class Scope(NamedTuple):
    """What is known at one place in an expression: least values of free symbols, and ranges of bound indices."""

    floors: Mapping[Variable, int]
    ranges: Mapping[Variable, tuple[Linear, Linear]]  # (lower, upper) of what a sum binds, innermost last

    @staticmethod
    def of(symbols: Iterable[sympy.Symbol]) -> Scope:
        return Scope({Variable(s.name): low for s in unambiguous(symbols) if (low := floor(s)) is not None}, {})

    def within(self, bound: Variable, lower: Linear, upper: Linear) -> Scope:
        if bound in self.ranges or bound in self.floors:
            raise OutsideLanguage(f"{bound} is bound where it already has a meaning")
        return Scope(self.floors, {**self.ranges, bound: (lower, upper)})

    def binds(self, symbols: Iterable[sympy.Symbol]) -> set[str]:
        """Return the names of those symbols that a surrounding sum binds."""
        return {s.name for s in symbols if Variable(s.name) in self.ranges}

    def least(self, form: Linear) -> int | None:
        """Return a lower bound of a linear form that holds for all sizes, or None if none is found."""
        for bound in reversed(list(self.ranges)):
            lower, upper = self.ranges[bound]
            form = form.replace(bound, lower if form.coefficient(bound) > 0 else upper)
        if any(k < 0 or variable not in self.floors for variable, k in form.terms):
            return None
        return form.constant + sum(k * self.floors[variable] for variable, k in form.terms)

    def at_least(self, form: Linear, low: int) -> bool:
        """Return whether a linear form is shown to be at least `low`, for all sizes."""
        return (least := self.least(form)) is not None and least >= low


def unambiguous(symbols: Iterable[sympy.Symbol]) -> list[sympy.Symbol]:
    """Return the symbols in the order of their names.

    Raises OutsideLanguage if two different symbols share a name, if a name does not match NAME, or if a symbol is
    declared with assumptions that are not in PLAIN: a statement about it would not show them.
    """
    by_name: dict[str, sympy.Symbol] = {}
    for symbol in sorted(symbols, key=lambda s: s.name):
        if not NAME.fullmatch(symbol.name):
            raise OutsideLanguage(f"the symbol {symbol.name} reads like an expression")
        if not is_plain(symbol):
            raise OutsideLanguage(f"{symbol} carries an assumption that statements about it would hide")
        if by_name.setdefault(symbol.name, symbol) != symbol:
            raise OutsideLanguage(f"two different symbols are both called {symbol.name}")
    return list(by_name.values())


def floor(symbol: sympy.Symbol) -> int | None:
    """Return the least value of an integer symbol as declared: 1 if positive, 0 if nonnegative, otherwise None."""
    if not symbol.is_integer:
        return None
    return 1 if symbol.is_positive else 0 if symbol.is_nonnegative else None


@lru_cache(maxsize=4096)  # as for `as_linear`
def is_plain(symbol: sympy.Symbol) -> bool:
    """Return whether the symbol is declared with one of the assumptions in PLAIN.

    SymPy uses assumptions to simplify: (-1)**n becomes 1 if n is declared even.
    """
    exact(symbol)  # before it has a place in the table, where others that equal it would find it
    return any(symbol == sympy.Symbol(symbol.name, **dict.fromkeys(told, True)) for told in PLAIN)


def as_linear(value: sympy.Expr) -> Linear:
    """Return an index, bound, exponent or size as a linear form, reading it as it is written.

    Raises OutsideLanguage if it is not an integer-linear form, and TypeError if it is no exact scalar (`exact`).
    """
    return _as_linear(exact(value))  # nothing that equals what it is not has a place in the table


@lru_cache(maxsize=4096)  # the same few are asked for again and again
def _as_linear(value: sympy.Expr) -> Linear:
    if value.is_Integer:
        return Linear((), int(value))
    if value.is_Symbol and value.is_integer:
        return Linear.of_one(Variable(value.name))
    parts = [_as_linear(part) for part in value.args] if value.is_Add or value.is_Mul else []
    if value.is_Add:
        return sum(parts, ZERO)
    varying = [part for part in parts if part.terms]
    if not parts or len(varying) > 1:
        raise OutsideLanguage(f"{value} is not an integer-linear form in symbols declared with integer=True")
    return sum(varying or [ONE], ZERO).times(prod(part.constant for part in parts if not part.terms))
