"""Values of parts of a formula: expressions, and I and 0, whose size what stands around them decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from math import prod
from operator import mul
from types import MappingProxyType
from typing import TypeAlias

import sympy

from gdssm_symbolic.kernel.expressions import (
    ONE,
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Name,
    Power,
    Scalar,
    Shape,
    Zero,
)

from .faults import size
from .grammar import FormulaError

MOST_BITS = 2_000  # of a number
MOST_TERMS = 1_000  # of an expression, multiplied out
NUMBER: Shape = (ONE, ONE)


@dataclass(frozen=True)
class Open:
    """A value whose size is decided by what stands around it: I, 0, or what is made of them alone."""

    text: str
    make: Callable[[Shape], Expr]
    zero: bool = False  # whether it fits any shape


Value: TypeAlias = Expr | Open


def zero(shape: Shape) -> Expr:
    """The number or the matrix 0 of a shape."""
    return Scalar(sympy.S.Zero) if shape == NUMBER else Zero(*shape)


def identity(shape: Shape) -> Expr:
    """The identity matrix of a shape. Raises FormulaError if there is none."""
    rows, columns = shape
    if shape == NUMBER:
        raise FormulaError("I stands where a number is needed; write 1")
    if rows != columns:
        raise FormulaError(f"I stands where a {size(shape)} matrix is needed, and it is square")
    return Identity(rows)


def fitted(value: Value, shape: Shape) -> Expr:
    """The value, of this shape if its size was not decided yet."""
    return value if isinstance(value, Expr) else value.make(shape)


def added(signs: Iterable[int], values: Iterable[Value], shape: Shape) -> Expr:
    """The sum of values of this shape; of numbers alone it is a number."""
    terms = [fitted(value, shape) for value in values]
    if all(isinstance(one, Scalar) for one in terms):
        numbers = (sign * one.value for sign, one in zip(signs, terms, strict=True))  # type: ignore[attr-defined]
        return Scalar(limited(sympy.Add(*numbers)))
    signed = [one if sign == 1 else -one for sign, one in zip(signs, terms, strict=True)]
    flat = [term for one in signed for term in (one.terms if isinstance(one, Add) else (one,))]
    return Add(tuple(flat)) if len(flat) > 1 else flat[0]


def scaled(number: sympy.Expr, factors: list[Expr]) -> Expr:
    """The product of a number and the factors."""
    first: Expr = Scalar(number)
    return reduce(mul, factors, first)


def is_row_of_numbers(value: Value) -> bool:
    """Whether it is a matrix of one row, of numbers that are the same for all tokens."""
    return isinstance(value, Blocks) and len(value.rows) == 1 and all(isinstance(one, Scalar) for one in value.rows[0])


def short(expr: Expr) -> Expr:
    """The expression. Raises FormulaError if it has more than MOST_TERMS when it is multiplied out."""
    if terms(expr) > MOST_TERMS:
        raise FormulaError(f"more than {MOST_TERMS} terms, multiplied out")
    return expr


def terms(expr: Expr, of: Mapping[Name, int] = MappingProxyType({})) -> int:
    """At most how many terms an expression has when it is multiplied out, where a name has so many as `of` says.

    MOST_TERMS + 1 if there are more.
    """
    inside = [terms(part, of) for part in expr.children]
    match expr:
        case App(name=name) if name in of:
            count = of[name]
        case Add():
            count = sum(inside)
        case Power(exponent=exponent) if exponent.is_Integer:
            count = min(inside[0], MOST_TERMS) ** int(exponent)
        case Blocks():
            count = max(inside)
        case _:
            count = prod(inside)
    return min(count, MOST_TERMS + 1)


def limited(number: sympy.Expr) -> sympy.Expr:
    """The number. Raises FormulaError if it has more than MOST_BITS."""
    if bits(number) > MOST_BITS:
        raise FormulaError(f"a number of more than {MOST_BITS} bits")
    return number


def bits(value: sympy.Expr) -> int:
    """The length of the longest integer in a number."""
    numbers = value.atoms(sympy.Rational)
    return max((max(abs(one.p).bit_length(), one.q.bit_length()) for one in numbers), default=0)
