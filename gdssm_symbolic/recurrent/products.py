"""Products: over tokens, of numbers and matrices that differ from token to token, such as gates; and of factors.

P_{i,i} = I,   P_{i,t} = A_t P_{i,t-1}   for t > i:   A_t … A_{i+1}, and with the factor on the right A_{i+1} … A_t
"""

from __future__ import annotations

import sympy

from gdssm_symbolic.extensions.systems import Joint, Member, System
from gdssm_symbolic.kernel.expressions import Expr, Identity, Mul, Name, Scalar
from gdssm_symbolic.theory.least_squares import t

#: The token up to which a product leaves out the factors, if nothing else is said.
START = sympy.Symbol("j", integer=True, nonnegative=True)


def product_over(text: str, factor: Expr, start: sympy.Symbol = START, *, latest_first: bool = True) -> Joint:
    """Return the meaning of P_{i,t}, the product of a factor, given at t, over the tokens i + 1, …, t.

    `start` is the letter of i in it, which is ≥ 0. Raises ShapeError if the factor is not square.
    """
    name = Name(text, factor.shape, arity=2)
    one = Scalar(sympy.Integer(1)) if factor.is_scalar else Identity(factor.shape[0])
    before = name[start, t - 1]
    body = factor * before if latest_first else before * factor
    (meaning,) = System((Member(name, one, body),), t, (start, t), start)
    return meaning


def numbers_and_matrix(factors: tuple[Expr, ...]) -> list[tuple[Expr, ...]]:
    """Cut a product into its 1×1 parts, which commute with everything, and the product of the other factors."""
    numbers: list[tuple[Expr, ...]] = []
    matrix: tuple[Expr, ...] = ()
    for factor in factors:
        if factor.is_scalar:
            numbers.append((factor,))
            continue
        matrix = (*matrix, factor)
        if Mul(matrix).is_scalar:
            numbers.append(matrix)
            matrix = ()
    return [*numbers, matrix] if matrix else numbers
