"""Products over tokens of diagonal matrices are diagonal, so that the order of their factors does not matter:

    P_{i,t} = diag(p_{i,t}),  where p_{i,i} = (1, …, 1) and p_{i,t} = F_t p_{i,t-1} for the factor F_t

This is proved of a product, by induction, and put in for it: as it is proved of R_{i,n} = P_{i,i+n}, where n counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.systems import Joint, Member, System
from gdssm_symbolic.extensions.unit_vectors import UnitVectors, show_equal_with
from gdssm_symbolic.kernel.definitions import Definition, Meaning, unfold
from gdssm_symbolic.kernel.expressions import ONE, App, Expr, Identity, Name, Sum, Transpose, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

from .induction import invariants
from .layer import at_every_index
from .letters import INDICES
from .products import is_product
from .unrolled import in_closed_form

#: What the diagonal of a product is called, and a product over a number of tokens.
DIAGONALS, PRODUCTS = ("p", "h", "y", "ρ"), ("R", "Q", "B", "V")


@dataclass(frozen=True)
class Diagonal:
    """What is proved of a product: that its name at i, i + n is R_{i,n}, and that this is diag(p_{i,i+n})."""

    product: Joint
    shifted: Definition
    entries: Joint
    lemma: Theorem

    def shift(self, expr: Expr) -> Expr:
        """Return the expression with R_{i,n-i} in the place of each P_{i,n}."""
        expr = expr.mapped(self.shift)
        if isinstance(expr, App) and expr.name == self.product.name:
            first, last = expr.indices
            return self.shifted.name[first, last - first]
        return expr


@dataclass(frozen=True)
class Diagonals:
    """All products of which this is proved, and the letters that are taken by it."""

    found: tuple[Diagonal, ...]
    taken: frozenset[str]

    @property
    def meanings(self) -> tuple[Joint, ...]:
        """The meanings of the diagonals."""
        return tuple(dict.fromkeys(one.entries for one in self.found))

    def steps(self, expr: Expr) -> tuple[Step, Step]:
        """The lines after an expression in which all products become diagonal."""
        shifted = expr
        for one in self.found:
            shifted = one.shift(shifted)
        lemmas = tuple(one.lemma for one in self.found)
        return Step(shifted, tuple(one.shifted for one in self.found)), Step(unfold(shifted, lemmas), lemmas)

    def put_in(self, expr: Expr) -> Expr:
        """Return the expression with all products as diagonal matrices."""
        return self.steps(expr)[-1].expr

    def into(self, theorem: Theorem) -> Theorem:
        """The theorem with the products on its right side put in."""
        left, right = theorem.equation.parts
        return check(Calculation(left, (Step(right, (theorem,)), *self.steps(right))), theorem.title)

    def out_of(self, proof: Calculation, right: Expr) -> Calculation:
        """The calculation to a right side in which the products are put in, gone on with to the right side as it is."""
        (shifted, by_definition), (_, lemmas) = ((one.expr, one.by) for one in self.steps(right))
        return Calculation(proof.first, (*proof.steps, Step(shifted, lemmas), Step(right, by_definition)))


def diagonals(products: Iterable[Meaning], defined: Sequence[Meaning], taken: Collection[str]) -> Diagonals:
    """Return what is proved of those products over tokens that have diagonal factors; the letters are not taken."""
    found, letters = list[Diagonal](), set(taken)
    for product in products:
        if isinstance(product, Joint) and is_product(product):
            with suppress(ProofError, OutsideLanguage):
                found += _proved(product, defined, letters, [one.entries for one in found])
    return Diagonals(tuple(found), frozenset(letters))


def _proved(
    product: Joint, defined: Sequence[Meaning], letters: set[str], known: Sequence[Joint]
) -> Iterable[Diagonal]:
    size = product.name.shape[0]
    factor = in_closed_form(at_every_index(product.body, product.name, Identity(size)))
    units = [one for one in defined if isinstance(one, UnitVectors) and one.name.shape[0] == size]
    functions = {one.name for one in defined if isinstance(one, Definition)}
    diag = next((one.name for one in walk(factor) if isinstance(one, App) and _makes_diagonal(one, functions)), None)
    if diag is None or not units:
        return ()
    factor = _upright(factor, diag)
    letters |= letters_of(factor, *(side for one in defined for side in (one.left, *one.bodies)))
    entries = next((one for one in known if _has_factor(one, factor, defined, units)), None) or _entries(
        factor, units[0], letters
    )
    first, number = product.start, sympy.Symbol(_new("nNc", letters), integer=True, nonnegative=True)
    at = product.name[first, first + number]
    name = Name(_new(PRODUCTS, letters), at.shape, arity=2)
    shifted = Definition(name, at, (first, number))
    equation = Equation(at, diag(entries.name[first, first + number]))
    title = f"the product ${product.name.text}$ is diagonal"
    (theorem,) = invariants([equation], number, (product, entries, *defined), title, taken=letters)
    letters |= {one.name.text for one in theorem.defined}
    lines = Step(at, (shifted,)), Step(equation.right, (theorem,))
    return (Diagonal(product, shifted, entries, check(Calculation(shifted.left, lines), title)),)


def _makes_diagonal(app: App, functions: Collection[Name]) -> bool:
    """Whether it is a function of a column that makes a square matrix of it."""
    rows, columns = app.shape
    return app.name in functions and rows == columns != ONE and [one.shape for one in app.arguments] == [(rows, ONE)]


def _upright(expr: Expr, diag: Name) -> Expr:
    """Return the expression without transposes of diagonal matrices."""
    if isinstance(expr, Transpose) and isinstance(expr.argument, App) and expr.argument.name == diag:
        return expr.argument
    return expr.mapped(lambda part: _upright(part, diag))


def _entries(factor: Expr, units: UnitVectors, letters: set[str]) -> Joint:
    """The meaning of p for a factor."""
    index = sympy.Symbol(_new(INDICES, letters), integer=True)
    start = sympy.Symbol(_new("jrsi", letters), integer=True, nonnegative=True)
    size = factor.shape[0]
    name = Name(_new(DIAGONALS, letters), (size, ONE), arity=2)
    ones = Sum(units.name[index], index, ONE, size)
    (meaning,) = System((Member(name, ones, factor * name[start, t - 1]),), t, (start, t), start)
    return meaning


def _has_factor(entries: Joint, factor: Expr, defined: Sequence[Meaning], units: Collection[UnitVectors]) -> bool:
    """Whether a diagonal is that of a product with this factor."""
    before = entries.name[entries.start, t - 1]
    try:
        return show_equal_with(units, unfold(entries.body, defined), unfold(factor * before, defined)).equal
    except OutsideLanguage:
        return False


def _new(letters: Iterable[str], taken: set[str]) -> str:
    text = fresh(letters, taken)
    taken.add(text)
    return text
