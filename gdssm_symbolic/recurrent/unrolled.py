"""Closed forms of states: what is added at each token, carried on by the factors of the tokens after it.

    S_t = A_t S_{t-1} B_t + U_t    gives    S_n = A_n … A_1 S_0 B_1 … B_n + Σ_{i=1..n} A_n … A_{i+1} U_i B_{i+1} … B_n

with a name for each product, or a power if the factor is a scalar symbol. They are proposals, which `unrolling` proves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import add, mul

import sympy

from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Expr,
    Identity,
    Mul,
    Scalar,
    Sum,
    Zero,
    substitute,
)
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.closed_form import closed_form
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

from .induction import invariants
from .layer import RecurrentLayer, State, at_every_index, meanings_of
from .letters import counter, with_free_indices
from .products import Products, is_product, numbers_and_matrix


@dataclass(frozen=True)
class Unrolled:
    """A state after n tokens, and the meanings of the products in it."""

    total: Expr
    products: tuple[Joint, ...] = ()


def unrolled(
    state: State, n: sympy.Symbol, index: sympy.Symbol, taken: Collection[str], known: Sequence[Joint] = ()
) -> Unrolled | None:
    """Return the state after n tokens as a sum over `index`, or None if its update has not the form above.

    Products that are `known` are called by their names, and others by names that are not taken.
    """
    added = at_every_index(state.update, state.name, Zero(*state.name.shape))
    try:
        carried, drive = (in_closed_form(one) for one in (state.update - added, added))
    except OutsideLanguage:
        return None
    if (sides := _sides(carried, state.name[t - 1])) is None:
        return None
    carriers = _Carriers(sides, {*taken, n.name, index.name}, known)
    terms = [] if isinstance(state.initial, Zero) else [carriers.carry(state.initial, sympy.Integer(0), n)]
    if not isinstance(drive, Zero):
        terms.append(Sum(carriers.carry(substitute(drive, {t: index}), index, n), index, sympy.Integer(1), n))
    return Unrolled(Add(tuple(terms)) if terms else state.initial, tuple(carriers.products.used))


def unrolling(state: State, layer: RecurrentLayer, taken: Collection[str], known: Sequence[Joint] = ()) -> Theorem:
    """The state after n tokens as a sum over the tokens. Raises ProofError or OutsideLanguage if none is proved."""
    n = counter(taken)
    index = sympy.Symbol(fresh("ijrs", {*taken, n.name}), integer=True)
    if (form := unrolled(state, n, index, taken, known)) is None:
        raise OutsideLanguage(f"no closed form of {state.name.text} is known")
    title, sources = f"the state ${state.name.text}$ unrolled", (*meanings_of(layer.states), *form.products)
    return invariants([Equation(state.name[n], form.total)], n, sources, title)[0]


def computes(layers: Sequence[RecurrentLayer], known: Sequence[Joint] = ()) -> tuple[Equation | Meaning, ...]:
    """Return the updates of the states in closed form, and the states after n tokens where that is known and proved.

    Behind the equations stand the meanings of the products in them, each once and with a name of its own; those that
    are `known` keep their names.
    """
    taken = letters_of(*(expr for layer in layers for expr in layer.exprs))
    found, products = list[Equation](), dict[Joint, None]()
    for layer, state in [(one, state) for one in layers for state in one.states]:
        with suppress(OutsideLanguage):
            found.append(Equation(state.name[t], in_closed_form(state.update)))
        with suppress(ProofError, OutsideLanguage):
            theorem = unrolling(state, layer, taken, (*known, *products))
            found.append(theorem.equation)
            products |= dict.fromkeys(one for one in theorem.defined if isinstance(one, Joint) and is_product(one))
    return (*found, *products)


def in_closed_form(expr: Expr) -> Expr:
    """Return the closed form of an expression, in which no index of a sum reads like another letter.

    Raises OutsideLanguage as `closed_form` does.
    """
    return numbers_first(with_free_indices(closed_form(expr)))


def numbers_first(expr: Expr) -> Expr:
    """Return the expression with the 1×1 names of each product in front, where a reader expects a rate or a gate."""
    if isinstance(expr, Mul):
        in_order = sorted(expr.factors, key=lambda one: 0 if isinstance(one, Scalar) else 1 if _is_gate(one) else 2)
        return Mul(tuple(in_order))
    return expr.mapped(numbers_first)


def _is_gate(factor: Expr) -> bool:
    return isinstance(factor, App) and factor.is_scalar


def _sides(carried: Expr, before: App) -> tuple[Expr, Expr, Expr] | None:
    """Return a number and two matrices with `carried` = number · left · before · right, if it is written so.

    Several terms are taken together if the state is the first factor of all of them, or the last.
    """
    terms = [_cut(term) for term in (carried.terms if isinstance(carried, Add) else (carried,))]
    if any(matrix.count(before) != 1 for _, matrix in terms):
        return None
    rows, columns = map(Identity, before.shape)
    if len(terms) == 1:
        ((number, matrix),) = terms
        place = matrix.index(before)
        return number, _product(matrix[:place], rows), _product(matrix[place + 1 :], columns)
    one = Scalar(sympy.Integer(1))
    if all(matrix[0] == before for _, matrix in terms):
        return one, rows, reduce(add, (number * _product(matrix[1:], columns) for number, matrix in terms))
    if all(matrix[-1] == before for _, matrix in terms):
        return one, reduce(add, (number * _product(matrix[:-1], rows) for number, matrix in terms)), columns
    return None


def _cut(term: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """The number in a term, and its matrix factors."""
    parts = numbers_and_matrix(term.factors if isinstance(term, Mul) else (term,))
    numbers = [Mul(part) if len(part) > 1 else part[0] for part in parts if Mul(part).is_scalar]
    matrix = parts[-1] if not Mul(parts[-1]).is_scalar else ()
    return reduce(mul, numbers, Scalar(sympy.Integer(1))), matrix


def _product(factors: Iterable[Expr], empty: Expr) -> Expr:
    factors = tuple(factors)
    return reduce(mul, factors) if factors else empty


class _Carriers:
    """The factors that carry on what was added, at each token, as products over the tokens after it."""

    def __init__(self, sides: tuple[Expr, Expr, Expr], taken: set[str], known: Sequence[Joint]) -> None:
        self.number, self.left, self.right = sides
        self.products = Products(taken, known)

    def carry(self, expr: Expr, first: sympy.Expr, last: sympy.Expr) -> Expr:
        """What was there after token `first` as it is after token `last`."""
        over = self.products.over
        number, left = over(self.number, first, last), over(self.left, first, last)
        factors = number, left, expr, over(self.right, first, last, latest_first=False)
        kept = [one for one in factors if not isinstance(one, Identity) and one != Scalar(sympy.Integer(1))]
        return reduce(mul, kept if any(not one.is_scalar for one in kept) else [*kept, expr])
