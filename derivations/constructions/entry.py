"""An entry of a construction file: text to a rational function of eta, N, f (and lambda), exactly.

    sum      =  product (("+" | "-") product)*
    product  =  signed (("*" | "/") signed)*
    signed   =  ("+" | "-") signed  |  power
    power    =  atom ("^" signed)?          the exponent is an integer; 2^3^2 is 2^(3^2), -N^2 is -(N^2)
    atom     =  digits  |  name  |  "(" sum ")"

What gdssm prints can be entered: η for eta, λ for lambda, − for -, · or × for *.
Nothing is ever evaluated as Python. Every intermediate result is held to the limits below, so no text takes
long or much memory. What cancels is cancelled: an entry is its value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import flint
import sympy

from derivations.toml_table import shortened
from gdssm_symbolic.extensions.conversions import Polynomial
from gdssm_symbolic.layers import N, eta, f, lam
from gdssm_symbolic.theory.factoring import factored
from gdssm_symbolic.theory.poles import pole

SYMBOLS = (eta, lam, N, f)
FLOORS = (None, None, 1, 1)  # eta and lambda are real, N and f at least 1
RING = flint.fmpq_mpoly_ctx.get([symbol.name for symbol in SYMBOLS], flint.Ordering.degrevlex)

LONGEST_TEXT = 4_000  # characters of an entry
LARGEST_EXPONENT = 64  # in absolute value; also the largest degree
MOST_TERMS = 1_000  # of a numerator or denominator, multiplied out
MOST_DIGITS = 500  # of a coefficient
DEEPEST_BRACKETS = 50

WORD = re.compile(r"[ \t\r\n]*([0-9]+|[A-Za-z\u0370-\u03ff_][A-Za-z\u0370-\u03ff_0-9]*|.|$)", re.DOTALL)
#: What may be written otherwise, and how the grammar has it.
SPELLED = {"η": eta.name, "λ": lam.name, "−": "-", "·": "*", "×": "*"}
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"


class EntryError(ValueError):
    """The text is no usable entry; the message says why."""


@dataclass(frozen=True)
class Value:
    """A rational function in lowest terms."""

    numerator: Polynomial
    denominator: Polynomial

    @staticmethod
    def of(numerator: Polynomial, denominator: Polynomial = RING.constant(1)) -> Value:  # noqa: B008 - immutable
        if denominator.is_zero():
            raise EntryError("a division by zero")
        common = numerator.gcd(denominator) * denominator.leading_coefficient()
        return Value(*(_limited(part / common) for part in (numerator, denominator)))

    def plus(self, other: Value, sign: int) -> Value:
        crossed = self.numerator * other.denominator + sign * other.numerator * self.denominator
        return Value.of(crossed, self.denominator * other.denominator)

    def times(self, other: Value) -> Value:
        return Value.of(self.numerator * other.numerator, self.denominator * other.denominator)

    def over(self, other: Value) -> Value:
        return Value.of(self.numerator * other.denominator, self.denominator * other.numerator)

    def power(self, exponent: Value) -> Value:
        if not (exponent.numerator.is_constant() and exponent.denominator.is_one()):
            raise EntryError("an exponent is not an integer number")
        number = exponent.numerator.leading_coefficient() if not exponent.numerator.is_zero() else flint.fmpq(0)
        if number.q != 1 or abs(number) > LARGEST_EXPONENT:
            raise EntryError(f"an exponent is not an integer from -{LARGEST_EXPONENT} to {LARGEST_EXPONENT}")
        result, factor = ONE, self if number >= 0 else ONE.over(self)
        for _ in range(abs(int(number.p))):
            result = result.times(factor)
        return result

    def expr(self) -> sympy.Expr:
        """The value for the exact engine, factor by factor."""
        return factored(self.numerator, SYMBOLS) / factored(self.denominator, SYMBOLS)


def read_entry(text: str, *, penalty: bool = False) -> sympy.Expr:
    """The value of an entry; `lambda` is a symbol only where there is a penalty.

    Raises:
        EntryError: the text is no entry, exceeds a limit, divides by zero, or has a pole at some N, f ≥ 1
            or some real eta or lambda, or its denominator is not shown to have no zero there.
    """
    if len(text) > LONGEST_TEXT:
        raise EntryError(f"longer than {LONGEST_TEXT} characters")
    value = _Parser(text, penalty).value()
    if reason := pole(value.denominator, SYMBOLS, FLOORS):
        raise EntryError(reason)
    return value.expr()


class _Parser:
    """Recursive descent over the words of one entry."""

    def __init__(self, text: str, penalty: bool) -> None:
        self.words = [SPELLED.get(word, word) for word in WORD.findall(text)]
        self.position = 0
        self.depth = 0
        self.known = {
            symbol.name: Value.of(gen)
            for symbol, gen in zip(SYMBOLS, RING.gens(), strict=True)
            if penalty or symbol != lam
        }

    def value(self) -> Value:
        result = self.sum()
        if self.next:
            raise EntryError(_unexpected(self.next, after_value=True))
        return result

    @property
    def next(self) -> str:
        return self.words[self.position] if self.position < len(self.words) else ""

    def take(self) -> str:
        word = self.next
        self.position += 1
        return word

    def sum(self) -> Value:
        result = self.product()
        while self.next in ("+", "-"):
            sign = 1 if self.take() == "+" else -1
            result = result.plus(self.product(), sign)
        return result

    def product(self) -> Value:
        result = self.signed()
        while self.next in ("*", "/"):
            result = result.times(self.signed()) if self.take() == "*" else result.over(self.signed())
        return result

    def signed(self) -> Value:
        sign = 1
        while self.next in ("+", "-"):
            sign = sign if self.take() == "+" else -sign
        base = self.atom()
        if self.next == "^":
            self.take()
            base = base.power(self.nested(self.signed))
        return Value(sign * base.numerator, base.denominator)

    def atom(self) -> Value:
        word = self.take()
        if word == "(":
            result = self.nested(self.sum)
            if self.take() != ")":
                raise EntryError("a bracket is not closed")
            return result
        if word[:1] in tuple("0123456789"):
            if len(word) > MOST_DIGITS:
                raise EntryError(f"a number of more than {MOST_DIGITS} digits")
            return Value.of(RING.constant(int(word)))
        if word in self.known:
            return self.known[word]
        if word.isidentifier():
            letters = {name: letter for letter, name in SPELLED.items()}
            symbols = (f"{name} (or {letters[name]})" if name in letters else name for name in self.known)
            raise EntryError(f"unknown symbol {shortened(word)}; the symbols are {', '.join(symbols)}")
        raise EntryError(_unexpected(word, after_value=False))

    def nested(self, rule: Callable[[], Value]) -> Value:
        self.depth += 1
        if self.depth > DEEPEST_BRACKETS:
            raise EntryError(f"more than {DEEPEST_BRACKETS} nested brackets or exponents")
        result = rule()
        self.depth -= 1
        return result


def _unexpected(word: str, *, after_value: bool) -> str:
    if word == "":
        return "a number, a symbol or a bracket is missing at the end"
    if word == ".":
        return "a floating-point number; write 1/2 for 0.5"
    if word == "*":
        return "a * without a number before it; powers are written with ^"
    if word in SUPERSCRIPTS:
        return f"{shortened(word)} is no exponent here; powers are written with ^"
    if word == ")":
        return "a bracket is closed that was not opened" if after_value else "a number is missing before )"
    if after_value:
        return f"{shortened(word)} follows a value without + - * / or ^ between"
    return f"{shortened(word)} is not part of an entry"


def _limited(polynomial: Polynomial) -> Polynomial:
    """The polynomial, if it stays within the limits."""
    if polynomial.is_zero():
        return polynomial
    if polynomial.total_degree() > LARGEST_EXPONENT:
        raise EntryError(f"a degree above {LARGEST_EXPONENT}")
    if len(polynomial) > MOST_TERMS:
        raise EntryError(f"more than {MOST_TERMS} terms")
    bits = 4 * MOST_DIGITS
    if any(part.bit_length() > bits for c in polynomial.coeffs() for part in (int(c.p), int(c.q))):
        raise EntryError(f"a coefficient of more than about {MOST_DIGITS} digits")
    return polynomial


ONE = Value.of(RING.constant(1))
