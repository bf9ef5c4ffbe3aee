"""Products: over tokens, of numbers and matrices that differ from token to token, such as gates; and of factors.

P_{i,i} = I,   P_{i,t} = A_t P_{i,t-1}   for t > i:   A_t … A_{i+1}, and with the factor on the right A_{i+1} … A_t
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sympy

from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.systems import Joint, Member, System
from gdssm_symbolic.kernel.expressions import Expr, Identity, Mul, Name, Scalar
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh

from .layer import at_every_index

#: What products over tokens are called.
PRODUCTS = ("P", "Π", "G", "Λ")
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


def is_product(meaning: object) -> bool:
    """Whether a meaning is that of a product over tokens: it starts at another index."""
    return isinstance(meaning, Joint) and not meaning.start.is_Integer


class Products:
    """The products over tokens in some expressions: each has one name, and those that are `known` keep theirs.

    The transpose of a product is one in the other order, and has no name of its own.
    """

    def __init__(self, taken: Collection[str] = (), known: Sequence[Joint] = ()) -> None:
        self.taken, self.known = {*taken, *(one.name.text for one in known)}, tuple(known)
        self.used: list[Joint] = []

    def over(self, factor: Expr, first: sympy.Expr, last: sympy.Expr, *, latest_first: bool = True) -> Expr:
        """Return the product of a factor, given at t, over the tokens first + 1, …, last.

        It is a power if the factor is one number for all tokens, and I if it is I. Raises ShapeError as `product_over`.
        """
        if isinstance(factor, Identity) or factor == Scalar(sympy.Integer(1)):
            return factor
        if isinstance(factor, Scalar) and factor.value.is_Symbol and factor.value != t:
            return Scalar(factor.value ** (last - first))
        start = sympy.Symbol(fresh("jrsi", self.taken), integer=True, nonnegative=True)
        made = product_over(fresh(PRODUCTS, self.taken), factor, start, latest_first=latest_first)
        earlier = (*self.known, *self.used)
        for named in earlier:
            if _alike(named, made):
                return self._use(named)[first, last]
        for named in earlier:
            if _alike(named, made, transposed=True):
                return self._use(named)[first, last].T
        self.taken.add(made.name.text)
        return self._use(made)[first, last]

    def _use(self, named: Joint) -> Name:
        if named not in self.used:
            self.used.append(named)
        return named.name


def _alike(one: Joint, other: Joint, *, transposed: bool = False) -> bool:
    """Whether two products are the same but for their names, or one is the transpose of the other."""
    if (one.name.shape, one.name.arity) != (other.name.shape, other.name.arity):
        return False
    before = one.name[one.start, t - 1]
    body = at_every_index(other.body, other.name, before.T if transposed else before)
    try:
        return decide(one.body, body.T if transposed else body).equal
    except OutsideLanguage:
        return False


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
