"""Is a state, or an output, a sum with some numbers w_i as weights, such as Σ w_i v_i k_iᵀ?

The weights may depend on all data. Where the state unrolled has the terms of the sum, its factors that are numbers are
the weights. There are none if a matrix M is orthogonal to the sum whatever the weights are, and not to the state:
⟨M, v_i k_iᵀ⟩ = 0, and ⟨M, S⟩ ≠ 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from itertools import islice, product
from math import gcd, lcm
from operator import mul

import flint
import sympy

from gdssm_symbolic.evidence.counterexamples import Refuted, data_needed
from gdssm_symbolic.evidence.evaluation import Cell, Matrix, fraction
from gdssm_symbolic.extensions.conversions import rational
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.definitions import Meaning, unfold
from gdssm_symbolic.kernel.expressions import (
    ONE,
    Add,
    App,
    Blocks,
    Expr,
    Mul,
    Name,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
    names,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

from .inverses import Inverse
from .layer import RecurrentLayer
from .poles import has_a_value
from .products import is_product, numbers_and_matrix
from .refutation import SCALARS, Trial, Values
from .refuted_where_divided import RefutedWhereDivided, refute_with
from .unrolled import in_closed_form, unrolling

#: What the matrix is called that is orthogonal to the sum.
ORTHOGONAL = ("M", "Y", "X", "H")


ONE_NUMBER = Scalar(ONE)


@dataclass(frozen=True)
class Weighted:
    """A formula with numbers that were found in the place of its weights, and the meanings of the products in it.

    `refusal` says why the numbers are not shown to have a value wherever the claim states something, if they are not.
    """

    formula: Expr
    products: tuple[Joint, ...]
    refusal: str = ""


def is_linear(expr: Expr, weights: Name) -> bool:
    """Whether an expression is, as it is written, of degree 1 at most in numbers of this name."""
    return _degree(expr, weights) <= 1


def _degree(expr: Expr, weights: Name) -> int:
    """The degree of an expression in the weights; 2 for any that is not linear."""
    if weights not in names(expr):
        return 0
    match expr:
        case App(arguments=()):
            return 1
        case Mul(factors=factors):
            return min(2, sum(_degree(one, weights) for one in factors))
        case Add() | Sum() | Transpose() | Trace() | Blocks():
            return max(_degree(one, weights) for one in expr.children)
    return 2


# ---- weights that are found --------------------------------------------------------------------


def with_weights(
    claimed: Equation, weights: Name, layer: RecurrentLayer, taken: Collection[str], known: Sequence[Joint]
) -> Iterator[Weighted]:
    """Yield the right side with numbers for its weights that may make it the left side."""
    left, right = claimed.parts
    forms = list[Theorem]()
    products = dict.fromkeys(known)
    for state in layer.states:
        with suppress(ProofError, OutsideLanguage):
            forms.append(unrolling(state, layer, taken, tuple(products)))
            products |= dict.fromkeys(one for one in forms[-1].defined if isinstance(one, Joint) and is_product(one))
    unweighted = _with(right, weights, None, Scalar(sympy.Integer(0)))
    try:
        rest, weighted = (in_closed_form(one) for one in (unfold(left, forms) - unweighted, right - unweighted))
    except OutsideLanguage:
        return
    if isinstance(rest, Zero):
        yield Weighted(unweighted, tuple(products))
        return
    for wanted, total in product(islice(_sums(weighted), 1), _sums(rest)):
        if (weight := _weight(wanted, total, weights)) is not None:
            written = (*layer.exprs, *claimed.parts)
            yield Weighted(_with(right, weights, *weight), tuple(products), _refusal(weight[1], wanted, written))


def _refusal(weight: Expr, total: Sum, written: Collection[Expr]) -> str:
    """Why a weight is not shown to have a value at every index of the sum; empty if it is shown."""
    factors = weight.factors if isinstance(weight, Mul) else (weight,)
    number = reduce(mul, (one.value for one in factors if isinstance(one, Scalar)), sympy.Integer(1))
    if not has_a_value(number, written, total):
        return f"the only weights that were found, {number}, are not shown to have a value everywhere"
    return ""


def _sums(expr: Expr) -> Iterator[Sum]:
    """Yield the terms of an expression that are sums, each with its factor inside."""
    for term in expr.terms if isinstance(expr, Add) else (expr,):
        match term:
            case Sum():
                yield term
            case Mul(factors=(*numbers, Sum() as total)) if all(isinstance(one, Scalar) for one in numbers):
                yield Sum(reduce(mul, numbers) * total.body, total.index, total.lower, total.upper)


def _weight(wanted: Sum, found: Sum, weights: Name) -> tuple[sympy.Symbol, Expr] | None:
    """The number by which a term of the one sum is multiplied in the other, at an index; None if there is none."""
    if (wanted.lower, wanted.upper) != (found.lower, found.upper):
        return None
    index = wanted.index
    own, terms = _parts(wanted.body), _parts(substitute(found.body, {found.index: index}))
    numbers, more = Counter(own[0]), Counter(terms[0])
    more.update([(weights[index],)])
    if own[1] != terms[1] or numbers - more or numbers[weights[index],] != 1:
        return None
    factors = [factor for number in (more - numbers).elements() for factor in number]
    if own[2] == 0:
        return None
    quotient = sympy.powsimp(terms[2] / own[2], combine="exp")
    powers = all(power.exp.is_Integer for power in quotient.atoms(sympy.Pow))
    scalar = Scalar(sympy.factor(quotient) if powers else quotient)
    return index, reduce(mul, factors) if factors and scalar.value == 1 else reduce(mul, factors, scalar)


def _parts(term: Expr) -> tuple[list[tuple[Expr, ...]], tuple[Expr, ...], sympy.Expr]:
    """The numbers in a term, its matrix factors, and the scalar in front of it."""
    cut = numbers_and_matrix(term.factors if isinstance(term, Mul) else (term,))
    cut = [piece for one in cut for piece in _columns_apart(one)]
    numbers = [one for one in cut if reduce(mul, one).is_scalar]
    matrix = tuple(factor for one in cut if not reduce(mul, one).is_scalar for factor in one)
    scalars = [one for (one, *more) in numbers if isinstance(one, Scalar) and not more]
    rest = [one for one in numbers if not isinstance(one[0], Scalar)]
    return rest, matrix, reduce(mul, (one.value for one in scalars), sympy.Integer(1))


def _columns_apart(factors: tuple[Expr, ...]) -> list[tuple[Expr, ...]]:
    """A product cut after each column that is a factor or a product of some: v kᵀ q is v, and the number kᵀ q."""
    pieces: list[tuple[Expr, ...]] = [()]
    for factor in factors:
        pieces[-1] += (factor,)
        if factor.shape[1] == ONE:
            pieces.append(())
    return [one for one in pieces if one]


def _with(expr: Expr, weights: Name, index: sympy.Symbol | None, value: Expr) -> Expr:
    """Return the expression with a value, which may be given at an index, in the place of each weight."""
    if isinstance(expr, App) and expr.name == weights:
        return value if index is None else substitute(value, {index: expr.indices[0]})
    changed = expr.mapped(lambda part: _with(part, weights, index, value))
    if isinstance(changed, Mul) and changed != expr and ONE_NUMBER in changed.factors:
        return reduce(mul, [one for one in changed.factors if one != ONE_NUMBER] or [ONE_NUMBER])
    return changed


# ---- that there are none -----------------------------------------------------------------------


def no_weights(
    claimed: Equation,
    weights: Name,
    meanings: tuple[Meaning, ...],
    inverses: tuple[Inverse, ...],
    stated: Callable[[Values], bool] = lambda _: True,
) -> RefutedWhereDivided | None:
    """Return data and a matrix M for which ⟨M, left⟩ is not ⟨M, right⟩ whatever the weights are, or None.

    The weights stand on the right side, which is linear in them. Raises as `refute_with`.
    """
    letters = letters_of(*claimed.parts, *(side for one in meanings for side in (one.left, *one.bodies)))
    name = Name(fresh(ORTHOGONAL, letters | letters_of(*(one.of for one in inverses))), claimed.left.shape)
    equation = Equation(*(_inner_product(name(), side) for side in claimed.parts))
    kind = partial(_Orthogonal, claimed=claimed, weights=weights, to=name)
    scalars = dict.fromkeys((*SCALARS, *_zeros(claimed.right)))
    return refute_with(equation, meanings, inverses, stated, kind, tuple(scalars))


def _zeros(expr: Expr) -> Iterator[Fraction]:
    """Yield 0, and the rational zeros of the numbers in an expression that are polynomials in one symbol."""
    yield Fraction(0)
    for number in (part.value for part in walk(expr) if isinstance(part, Scalar)):
        if len(number.free_symbols) == 1 and number.is_polynomial(*number.free_symbols):
            yield from (Fraction(str(zero)) for zero in sympy.roots(number, filter="Q"))


def _inner_product(left: Expr, right: Expr) -> Expr:
    return Trace(left.T * right) if right.shape[1] != ONE else left.T * right


@dataclass(kw_only=True)
class _Orthogonal(Trial):
    """A trial in which the sides differ if some matrix shows that there are no weights."""

    claimed: Equation
    weights: Name
    to: Name  # the sum is orthogonal to it

    draws = 24
    numbers = range(-1, 3)

    def cell(self, name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        if name in (self.weights, self.to):
            self.data.setdefault((name, indices), [[Fraction(0)] * columns for _ in range(rows)])
        return super().cell(name, indices, rows, columns)

    def given(self) -> list[Matrix]:
        return [matrix for (name, _), matrix in self.data.items() if name not in (self.weights, self.to)]

    def differs(self) -> bool:
        """Whether there is such a matrix, which is put among the data then."""
        try:
            left, right = (self._vector(side) for side in self.claimed.parts)
            terms = [[a - b for a, b in zip(self._at_weight(cell), right, strict=True)] for cell in self._cells()]
        except ZeroDivisionError:
            return False
        apart = [a - b for a, b in zip(left, right, strict=True)]
        for vector in _orthogonal(terms, len(apart)):
            if sum(a * b for a, b in zip(vector, apart, strict=True)):
                self._put(vector)
                return super().differs()
        return False

    def _cells(self) -> list[Cell]:
        return [cell for cell in data_needed(self.equation, self.meanings, self.own) if cell[0] == self.weights]

    def _vector(self, side: Expr) -> list[Fraction]:
        return [entry for row in self.evaluate(side) for entry in row]

    def _at_weight(self, cell: Cell) -> list[Fraction]:
        """The right side where this weight is 1, and the others are 0."""
        self.data[cell] = [[Fraction(1)]]
        found = self._vector(self.claimed.right)
        self.data[cell] = [[Fraction(0)]]
        return found

    def _put(self, vector: Iterable[Fraction]) -> None:
        entries = iter(vector)
        shape = self.evaluate(self.claimed.left)
        self.data[self.to, ()] = [[next(entries) for _ in row] for row in shape]

    def refuted(self, any_data: Name | None = None) -> Refuted:
        return super().refuted(any_data or self.weights)


def _orthogonal(vectors: Sequence[Sequence[Fraction]], size: int) -> Iterator[list[Fraction]]:
    """Yield a basis of what is orthogonal to some vectors, in whole numbers."""
    rows = [list(map(rational, one)) for one in vectors] or [[flint.fmpq(0)] * size]
    reduced, rank = flint.fmpq_mat(rows).rref()
    pivots = [next(c for c in range(size) if reduced[r, c] != 0) for r in range(rank)]
    for column in (c for c in range(size) if c not in pivots):
        vector = [Fraction(int(c == column)) for c in range(size)]
        for row, pivot in enumerate(pivots):
            vector[pivot] = -fraction(reduced[row, column])
        multiple = Fraction(lcm(*(one.denominator for one in vector)), gcd(*(one.numerator for one in vector)) or 1)
        yield [one * multiple for one in vector]
