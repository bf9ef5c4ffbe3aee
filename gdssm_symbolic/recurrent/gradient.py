"""The gradient of a loss, read off from the loss, and the proof that it is the gradient.

What `gradient_of` returns is a proposal. `Loss.is_gradient` has the checker show that it is the gradient.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from math import prod
from operator import mul

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.differentiation import DifferentialError, Differentiation
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import (
    ONE,
    Add,
    App,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
    inner,
    names,
    require_shape,
    substitute,
)
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.unused_letters import fresh, letters_of, letters_of_sums

from .letters import INDICES
from .products import numbers_and_matrix

NUMBER = (ONE, ONE)


@dataclass(frozen=True)
class Loss:
    """A loss, a number, as a function of the matrix `point`; `index` is the number of the token, or of tokens.

    `mark` distinguishes its names ℒ and ∇ℒ from those of another loss.
    """

    value: Expr
    point: Name
    index: sympy.Symbol
    mark: str = ""

    def __post_init__(self) -> None:
        require_shape(self.value, NUMBER, "a loss")

    @property
    def function(self) -> Definition:
        """ℒ_t(W), the loss."""
        name = Name(f"ℒ{self.mark}", NUMBER, 1, (self.point.shape,))
        return Definition(name, self.value, (self.index,), (self.point,))

    @property
    def gradient(self) -> Definition:
        """∇ℒ_t(W). Raises DifferentialError if the loss has a part that is not differentiated here."""
        name = Name(f"∇ℒ{self.mark}", self.point.shape, 1, (self.point.shape,))
        return Definition(name, gradient_of(self.value, self.point), (self.index,), (self.point,))

    def is_gradient(self) -> Theorem:
        """∇ℒ is the gradient of ℒ. Raises ProofError or OutsideLanguage if the checker does not see it."""
        direction = Name(fresh("HDEU", letters_of(self.value, self.point())), self.point.shape)
        return check(
            Differentiation(self.function, self.gradient, direction), f"the gradient of ${self.function.name.text}$"
        )


def gradient_of(function: Expr, point: Name) -> Expr:
    """Return the matrix G of partial derivatives of a number with respect to the entries of `point`."""
    return _pulled_back(function, point, Scalar(ONE))


def _pulled_back(expr: Expr, point: Name, weights: Expr) -> Expr:
    """Return G with ⟨weights, d expr⟩ = ⟨G, dW⟩, where `weights` has the shape of the expression."""
    if point not in names(expr):
        return Zero(*point.shape)
    match expr:
        case App() if expr.name == point:
            return weights
        case Add(terms=terms):
            return _added(_pulled_back(term, point, weights) for term in terms)
        case Mul(factors=factors):
            return _of_product(factors, point, weights)
        case Power(base=base, exponent=exponent) if exponent.is_Integer and exponent > 0:
            return _of_product((base,) * int(exponent), point, weights)
        case Transpose(argument=argument):
            return _pulled_back(argument, point, _transposed(weights))
        case Trace(argument=argument):
            return _pulled_back(argument, point, _times(weights, Identity(argument.shape[0])))
        case Sum(index=index, body=body):
            if index.name in letters_of_sums(weights):
                index = sympy.Symbol(fresh(INDICES, letters_of(expr, weights)), integer=True)
                body = substitute(body, {expr.index: index})
            return Sum(_pulled_back(body, point, weights), index, expr.lower, expr.upper)
    raise DifferentialError("a part of the loss has no gradient by the sum rule and the product rule")


def _of_product(factors: tuple[Expr, ...], point: Name, weights: Expr) -> Expr:
    """The product rule: first for the numbers and the matrix of which the product consists, then inside each."""
    parts, found = numbers_and_matrix(factors), []
    for k, part in enumerate(parts):
        others = [_product(other) for j, other in enumerate(parts) if j != k]
        if Mul(part).shape == NUMBER and weights.shape != NUMBER:
            seen = _inner(weights, _times(*others))
        else:
            seen = _times(*others, weights)
        for j, factor in enumerate(part):
            before, after = (_transposed(_times(*some)) if some else None for some in (part[:j], part[j + 1 :]))
            around = _times(*(one for one in (before, seen, after) if one is not None))
            found.append(_pulled_back(factor, point, around))
    return _added(found)


def _inner(left: Expr, right: Expr) -> Expr:
    """⟨left, right⟩, for columns without a trace."""
    return _times(_transposed(left), right) if left.shape[1] == 1 else inner(left, right)


def _times(*factors: Expr) -> Expr:
    """The product with its numbers in front, without factors 1 and I."""
    numbers: list[tuple[Expr, ...]] = []
    matrix: list[Expr] = []
    for factor in map(_plain, factors):
        for part in numbers_and_matrix(factor.factors if isinstance(factor, Mul) else (factor,)):
            if Mul(part).is_scalar:
                numbers.append(part)
            else:
                matrix.extend(part)
    scalar = prod((one.value for (one, *_) in numbers if isinstance(one, Scalar)), start=ONE)
    kept = [one for one in matrix if not isinstance(one, Identity)] or matrix[:1]
    rest = [*chain.from_iterable(part for part in numbers if not isinstance(part[0], Scalar)), *kept]
    if not rest:
        return Scalar(scalar)
    product = reduce(mul, rest)
    return product if scalar == 1 else scalar * product


def _plain(expr: Expr) -> Expr:
    """A number without a transpose."""
    return expr.argument if isinstance(expr, Transpose) and expr.is_scalar else expr


def _transposed(expr: Expr) -> Expr:
    if expr.is_scalar or isinstance(expr, Identity):
        return expr
    match expr:
        case Transpose(argument=argument):
            return argument
        case Mul(factors=factors):
            *numbers, matrix = numbers_and_matrix(factors)
            return _times(*map(_product, numbers), *map(_transposed, reversed(matrix)))
    return Transpose(expr)


def _product(factors: tuple[Expr, ...]) -> Expr:
    return reduce(mul, factors)


def _added(terms: Iterable[Expr]) -> Expr:
    """The sum, in which what is written the same way is added up."""
    factor: dict[Expr, sympy.Expr] = {}
    terms = list(terms)
    for term in chain.from_iterable(one.terms if isinstance(one, Add) else (one,) for one in terms):
        if isinstance(term, Zero):
            continue
        number, rest = _number_of(term)
        factor[rest] = factor.get(rest, sympy.Integer(0)) + number
    kept = [_times(Scalar(number), rest) for rest, number in factor.items() if number]
    return reduce(lambda left, right: left + right, kept) if kept else terms[0]


def _number_of(term: Expr) -> tuple[sympy.Expr, Expr]:
    """The numerical factor of a term, and the rest."""
    match term:
        case Scalar(value=value):
            return value, Scalar(ONE)
        case Mul(factors=(Scalar(value=value), first, *others)):
            return value, reduce(mul, others, first)
    return ONE, term
