"""Diagonal matrices and products entry by entry, as functions that are defined with unit vectors:

    diag(x) = Σ_a (e_aᵀ x) e_a e_aᵀ        x ⊙ y = Σ_a (e_aᵀ x) (e_aᵀ y) e_a

Where a claim holds whatever these functions are, it is proved so; else their definitions are put in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.extensions.reading import ENTRYWISE
from gdssm_symbolic.extensions.unit_vectors import ByUnitVectors, UnitVectors, show_equal_with
from gdssm_symbolic.kernel.definitions import Definition, Meaning, unfold
from gdssm_symbolic.kernel.expressions import ONE, App, Expr, Mul, Name, Power, Shape, Sum, free_symbols, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem, sizes_of
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

#: What unit vectors, arguments, indices of entries and the sides of an equation are called.
UNITS, ARGUMENTS, INDICES, SIDES = (
    ("e", "ε", "u"),
    ("x", "y", "z", "w"),
    ("a", "b", "c", "p", "s", "z", "h"),
    ("L", "M", "K"),
)


class Entries:
    """The functions that take vectors apart into entries, each with its definition.

    Their letters are not `taken`, and are put there: who shares the set takes others.
    """

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.units: dict[sympy.Expr, UnitVectors] = {}
        self.functions: dict[tuple[str, Shape], Definition] = {}
        first, second = self._letter(ARGUMENTS), self._letter(ARGUMENTS)
        self.arguments = first, second
        self.number = self._index()  # of a unit vector

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """The definitions of all functions that were asked for, and the unit vectors in them."""
        return *self.functions.values(), *self.units.values()

    def indices_in(self, expr: Expr) -> int:
        """Return over how many indices there are sums in an expression when its functions are written out."""
        inside = sum(map(self.indices_in, expr.children))
        match expr:
            case App() if found := [one for one in self.functions.values() if one.name == expr.name]:
                return inside + sum(1 for node in walk(found[0].body) if isinstance(node, Sum))
            case Power(exponent=exponent) if exponent.is_Integer:
                return inside * int(exponent)
        return inside

    def decide(self, left: Expr, right: Expr) -> Theorem | Refuted | None:
        """Prove that two expressions with these functions are equal, or refute it; None if neither is found.

        >>> import gdssm, sympy
        >>> from gdssm_symbolic.recurrent.entrywise import Entries
        >>> from gdssm_symbolic.writing.printing import to_text
        >>> m = sympy.Symbol("m", integer=True, positive=True)
        >>> v, y = (gdssm.Name(text, (m, 1))() for text in "vy")
        >>> of = Entries(set("vy"))
        >>> print(to_text(of.decide(of.diagonal(v) * y, of.product(v, y)).statement))
        diag(v) y = v ⊙ y
        >>> print(to_text(of.decide(of.diagonal(v) * of.diagonal(y), of.diagonal(of.product(v, y))).statement))
        diag(v) diag(y) = diag(v ⊙ y)
        >>> of.decide(of.diagonal(v) * y, of.product(v, v)).counterexample.sizes
        ((m, 1),)
        """
        equation = Equation(left, right)
        with suppress(ProofError, OutsideLanguage):
            return check(ByUnitVectors(equation, tuple(self.units.values()), tuple(self.functions.values())))
        return refute(equation, self.meanings)

    def ones(self, size: sympy.Expr) -> Expr:
        """Return the column of so many ones."""

        def body() -> Expr:
            a = self._index()
            return Sum(self._unit(size)[a], a, ONE, size)

        return self._function("𝟏", (size, ONE), (), body)()

    def diagonal(self, vector: Expr, *, written_out: bool = False) -> Expr:
        """Return the diagonal matrix of a column."""
        size, x = vector.shape[0], Name(self.arguments[0], vector.shape)

        def body() -> Expr:
            a = self._index()
            e = self._unit(size)[a]
            return Sum(Mul((e.T * x(), e, e.T)), a, ONE, size)

        return self._applied(self._function("diag", (size, size), (x,), body), (vector,), written_out)

    def product(self, left: Expr, right: Expr, *, written_out: bool = False) -> Expr:
        """Return the product entry by entry of two matrices of one shape, of which one size or both are not 1."""
        rows, columns = left.shape
        x, y = (Name(text, left.shape) for text in self.arguments)

        def body() -> Expr:
            a, b = (self._index() if size != ONE else None for size in left.shape)
            before = [] if a is None else [self._unit(rows)[a]]
            after = [] if b is None else [self._unit(columns)[b]]
            entries = (Mul((*(e.T for e in before), one(), *after)) for one in (x, y))
            total: Expr = Mul((*entries, *before, *(e.T for e in after)))
            total = total if b is None else Sum(total, b, ONE, columns)
            return total if a is None else Sum(total, a, ONE, rows)

        return self._applied(self._function(ENTRYWISE, left.shape, (x, y), body), (left, right), written_out)

    def _function(self, text: str, shape: Shape, parameters: tuple[Name, ...], body: Callable[[], Expr]) -> Name:
        """The name of a function, defined when it is first asked for; for a second shape it has a number."""
        if (text, shape) not in self.functions:
            number = 1 + sum(1 for one, _ in self.functions if one == text)
            name = Name(
                text if number == 1 else f"{text}_{number}", shape, takes=tuple(one.shape for one in parameters)
            )
            self.functions[text, shape] = Definition(name, body(), (), parameters)
        return self.functions[text, shape].name

    def _applied(self, name: Name, arguments: tuple[Expr, ...], written_out: bool) -> Expr:
        applied = name(*arguments)
        if not written_out:
            return applied
        (definition,) = (one for one in self.functions.values() if one.name == name)
        return unfold(applied, (definition,))

    def _unit(self, size: sympy.Expr) -> Name:
        if size not in self.units:
            self.units[size] = UnitVectors(Name(self._letter(UNITS), (size, ONE), arity=1), self.number)
        return self.units[size].name

    def _index(self) -> sympy.Symbol:
        """An index that no other sum in these definitions has, since one may be put into another."""
        return sympy.Symbol(self._letter(INDICES), integer=True)

    def _letter(self, letters: tuple[str, ...]) -> str:
        letter = fresh(letters, self.taken)
        self.taken.add(letter)
        return letter


def by_unit_vectors(expr: Expr, last: Expr, units: Collection[UnitVectors], taken: Collection[str] = ()) -> list[Step]:
    """Return the lines between two expressions that are equal where sums over unit vectors are taken; none if not.

    The first gets a name that is not taken, and is equal to the second by a theorem. Raises OutsideLanguage as the
    checker does.
    """
    if not units or not show_equal_with(units, expr, last).equal:
        return []
    sizes = sizes_of(expr) | sizes_of(last)
    symbols = free_symbols(expr) | free_symbols(last)
    free = sorted((one for one in symbols - sizes if one.is_integer), key=str)
    name = Name(fresh(SIDES, letters_of(expr, last).union(taken)), expr.shape, arity=len(free))
    side = Definition(name, expr, tuple(free))
    named = side.left
    theorem = check(ByUnitVectors(Equation(named, last), tuple(units), (side,)))
    return [Step(named, (side,)), Step(last, (theorem,))]
