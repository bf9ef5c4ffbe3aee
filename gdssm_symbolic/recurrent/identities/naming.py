"""Names with recurrences for what the core has no normal form for: powers, numbers 2^n, an index as a number, sums.

    (A B)^n             P_0 = I,       P_n = P_{n-1} A B
    U^{n-i}             P_{i,i} = I,   P_{i,n} = U P_{i,n-1}  for n > i
    2^n                 p_0 = 1,       p_n = 2 p_{n-1}
    i, as a number      ν_0 = 0,       ν_n = ν_{n-1} + 1
    Σ_{j=1..i} x_j      S_0 = 0,       S_n = S_{n-1} + x_n
    Σ_{j=i..n} x_j      S_{i,i-1} = 0, S_{i,n} = S_{i,n-1} + x_n  for n ≥ i

A recurrence says what its name is at every index at which the expression has a value: an exponent has to be shown to be
≥ 0, and a sum to have no fewer than 0 terms. This is all that has to be believed of what is named here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import add, mul
from typing import NamedTuple

import sympy

from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.systems import Member, System
from gdssm_symbolic.kernel.definitions import Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Identity,
    Name,
    Power,
    Scalar,
    Sum,
    Zero,
    free_symbols,
    names,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.linear_forms import Linear, OutsideLanguage, Scope, Variable, as_linear, floor
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import sizes_of
from gdssm_symbolic.kernel.work import Work
from gdssm_symbolic.recurrent.products import product_over
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

ONE, ZERO = Scalar(sympy.Integer(1)), Scalar(sympy.Integer(0))
#: What powers of matrices and numbers, an index as a number, and sums are called, and the letters of their indices.
POWERS, NUMBERS = ("P", "R", "V", "Y", "H"), ("p", "ρ", "π", "h")
COUNTS, SUMS, SUM_NUMBERS, INDICES = ("ν", "μ", "κ"), ("S", "G", "T", "Z", "J"), ("σ", "g", "τ", "z"), "tsrqlo"
#: A sum with given bounds is written out if it has at most so many terms.
MOST_TERMS = 12


class Level(NamedTuple):
    """What gets a name: only what the core refuses, or all powers with symbolic exponents, or all sums, too."""

    powers: bool
    sums: bool
    on_the_right: bool = False  # where U stands in a step of U^{n-i}


#: From few names to many.
LEVELS = (
    *(Level(powers, sums) for powers in (False, True) for sums in (False, True)),
    *(Level(powers=True, sums=sums, on_the_right=True) for sums in (False, True)),
)


@dataclass(frozen=True)
class NamedPower:
    """The name of the powers of a base; `two` if it has both ends of a range of exponents as its last indices."""

    meaning: Meaning
    base: Expr
    two: bool


@dataclass(frozen=True)
class NamedIndex:
    """The name of an index as a number."""

    meaning: Recurrence


@dataclass(frozen=True)
class NamedSum:
    """The name of a sum; `total` is the sum at the indices of the meaning."""

    meaning: Meaning
    total: Sum


Named = NamedPower | NamedIndex | NamedSum


@dataclass(frozen=True)
class InNames:
    """An equation between names, and what they stand for; each name after those that its meaning uses."""

    equation: Equation
    named: tuple[Named, ...]

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return tuple(one.meaning for one in self.named)


def in_names(equation: Equation, level: Level, taken: Collection[str] = ()) -> InNames:
    """Return an equation that says the same, in which what the core has no normal form for has a name.

    No name is one of the texts that are `taken`. The bound indices have to differ from one another and from all free
    symbols: see `apart`. Raises OutsideLanguage if a part has no value, or none is shown, at some admissible values of
    its symbols, or no name is known for it.
    """
    names_of = _Names(equation, level, taken)
    scope = Scope.of(equation.free)
    left, right = (names_of.of(side, scope) for side in equation.parts)
    for one in names_of.found:  # also those that a proof might not use
        one.meaning.require_meaningful(Work(), everywhere=False)
    return InNames(Equation(left, right), tuple(names_of.found))


def apart(equation: Equation) -> Equation:
    """Return the equation with its bound indices renamed so that no two sums have the same, and none is free."""
    taken = {one.name for one in equation.free} | {name.text for side in equation.parts for name in names(side)}

    def renamed(expr: Expr) -> Expr:
        if not isinstance(expr, Sum):
            return expr.mapped(renamed)
        index = expr.index
        if index in expr.lower.free_symbols | expr.upper.free_symbols:
            raise OutsideLanguage(f"the bounds of the sum over {index} contain {index}")
        text = fresh((index.name, *"ijkrs"), taken)
        taken.add(text)
        own = sympy.Symbol(text, **index.assumptions0) if text != index.name else index
        body = expr.body if own == index else substitute(expr.body, {index: own})
        return Sum(renamed(body), own, expr.lower, expr.upper)

    return Equation(*map(renamed, equation.parts))


@lru_cache(maxsize=4096)  # the same few are asked for again and again
def statable(expr: Expr) -> bool:
    """Whether the core has a normal form for an expression."""
    try:
        decide(expr, expr)
    except OutsideLanguage:
        return False
    return True


def written_out(total: Sum) -> Expr | None:
    """Return a sum with given bounds term by term; None if its bounds are not given, or it has many terms."""
    if not (total.lower.is_Integer and total.upper.is_Integer and total.upper - total.lower < MOST_TERMS):
        return None
    terms = (
        substitute(total.body, {total.index: sympy.Integer(at)}) for at in range(int(total.lower), int(total.upper) + 1)
    )
    return reduce(add, terms, Zero(*total.shape))


class _Names:
    """The names given so far in one equation."""

    def __init__(self, equation: Equation, level: Level, taken: Collection[str]) -> None:
        self.level, self.found = level, list[Named]()
        self.taken, self.own, self.indices = letters_of(*equation.parts).union(taken), set[str](), set[str]()
        self.tokens = t in equation.free or t.name not in letters_of(
            *equation.parts
        )  # whether t may be an index of a meaning
        self.sizes = frozenset().union(*map(sizes_of, equation.parts))
        self.bound = {node.index for side in equation.parts for node in walk(side) if isinstance(node, Sum)}
        self.descending = list(_descending(equation))

    def of(self, expr: Expr, scope: Scope) -> Expr:
        """Return an expression in names; `scope` is what is known of the symbols around it."""
        match expr:
            case Scalar(value=value):
                return self._number(value, scope)
            case Power(base=base, exponent=exponent) if not exponent.is_Integer:
                return self._power(self.of(base, scope), exponent, scope, descending=base in self.descending)
            case Sum():
                return self._sum(expr, scope)
        return expr.mapped(lambda part: self.of(part, scope))

    # ---- powers --------------------------------------------------------------------------------

    def _power(self, base: Expr, exponent: sympy.Expr, scope: Scope, *, descending: bool) -> Expr:
        plain = isinstance(base, App) and not base.is_scalar and not free_symbols(base) & self.bound
        if not scope.at_least(as_linear(exponent), 0):
            raise OutsideLanguage(f"the exponent {exponent} is not shown to be ≥ 0")
        if plain and not self.level.powers:
            return Power(base, exponent)
        return self._named_power(base, exponent, scope, descending=descending)

    def _named_power(self, base: Expr, exponent: sympy.Expr, scope: Scope, *, descending: bool) -> Expr:
        form = as_linear(exponent)
        outer = self._parameters([base], scope)
        if not descending:
            named = self._known_power(base, outer, two=False) or self._new_power(base, outer, scope, two=False)
            return named.meaning.name[(*outer, exponent)]
        first = reduce(add, (-k * _symbol(v, exponent) for v, k in form.terms if k < 0), sympy.Integer(0))
        if not scope.at_least(as_linear(first), 0):
            raise OutsideLanguage(f"the exponent {exponent} falls with {first}, which is not shown to be ≥ 0")
        named = self._known_power(base, outer, two=True) or self._new_power(base, outer, scope, two=True)
        return named.meaning.name[(*outer, first, exponent + first)]

    def _known_power(self, base: Expr, outer: Sequence[sympy.Symbol], *, two: bool) -> NamedPower | None:
        if outer:
            return None
        alike = (one for one in self.found if isinstance(one, NamedPower) and one.two == two)
        return next((one for one in alike if _same(one.base, base)), None)

    def _new_power(self, base: Expr, outer: Sequence[sympy.Symbol], scope: Scope, *, two: bool) -> NamedPower:
        self.own, one = set(), ONE if base.is_scalar else Identity(base.shape[0])
        own = {symbol: self._own(symbol, scope) for symbol in outer}
        factor = substitute(base, own)
        text = self._fresh(NUMBERS if base.is_scalar else POWERS)
        name = Name(text, base.shape, arity=len(outer) + 1 + two)
        last = self._index(0)
        if two and not outer and self.tokens and t not in free_symbols(factor):  # t is the index of such a product
            made = NamedPower(
                product_over(text, factor, self._index(0), latest_first=not self.level.on_the_right), factor, two
            )
        elif two:
            first = self._index(0)
            indices = (*own.values(), first, last)
            before = name[(*own.values(), first, last - 1)]
            body = before * factor if self.level.on_the_right else factor * before
            (meaning,) = System((Member(name, one, body),), last, indices, first)
            made = NamedPower(meaning, factor, two)
        else:
            before = name[(*own.values(), last - 1)]
            body = factor * before if base.is_scalar else before * factor
            made = NamedPower(Recurrence(name, last, one, body, (*own.values(), last)), factor, two)
        self.found.append(made)
        return made

    # ---- numbers -------------------------------------------------------------------------------

    def _number(self, value: sympy.Expr, scope: Scope) -> Expr:
        """A scalar with names for its powers with symbolic exponents, and for bound indices in its coefficients."""
        for power in value.atoms(sympy.Pow):
            if not (power.exp.is_Integer or scope.at_least(as_linear(power.exp), 0)):
                raise OutsideLanguage(f"the exponent {power.exp} is not shown to be ≥ 0")
        if not self._has_names(value):
            return Scalar(value)
        if value.is_Symbol:
            return self._counted(value, scope)
        if value.is_Add or value.is_Mul:
            return reduce(add if value.is_Add else mul, (self._number(part, scope) for part in value.args))
        base, exponent = value.args
        if exponent.is_Integer:
            if exponent < 0:
                raise OutsideLanguage(f"{value} divides by what differs from term to term, or by a power")
            return Power(self._number(base, scope), exponent)
        if base.is_Mul:
            return reduce(mul, (self._number(factor**exponent, scope) for factor in base.args))
        return self._named_power(self._number(base, scope), exponent, scope, descending=Scalar(base) in self.descending)

    def _has_names(self, value: sympy.Expr) -> bool:
        if value.is_Symbol:
            return value in self.bound
        if value.is_Pow and not value.exp.is_Integer:
            return self.level.powers or not value.base.is_Symbol or value.base in self.bound
        return any(map(self._has_names, value.args))

    def _counted(self, index: sympy.Symbol, scope: Scope) -> Expr:
        if not scope.at_least(as_linear(index), 0):
            raise OutsideLanguage(f"the index {index} is a factor, and not shown to be ≥ 0")
        for one in self.found:
            if isinstance(one, NamedIndex):
                return one.meaning.name[index]
        self.own = set()
        name, own = Name(self._fresh(COUNTS), (sympy.S.One, sympy.S.One), arity=1), self._index(0)
        self.found.append(NamedIndex(Recurrence(name, own, ZERO, name[own - 1] + ONE)))
        return name[index]

    # ---- sums ----------------------------------------------------------------------------------

    def _sum(self, total: Sum, scope: Scope) -> Expr:
        lower, upper = as_linear(total.lower), as_linear(total.upper)
        if not scope.at_least(upper - lower + 1, 0):
            raise OutsideLanguage(f"the number of terms of the sum over {total.index} is not shown to be ≥ 0")
        if (low := floor(total.index)) is not None and not scope.at_least(lower, low):
            raise OutsideLanguage(f"{total.index} is declared to be at least {low}, and runs from {total.lower}")
        if not statable(total) and (terms := written_out(total)) is not None:
            return self.of(terms, scope)
        inside = scope.within(Variable(total.index.name), lower, upper)
        new = Sum(self.of(total.body, inside), total.index, total.lower, total.upper)
        bounds = total.lower.free_symbols | total.upper.free_symbols
        if bounds & self.bound or not statable(new) or self._may_be_named(new):
            return self._named_sum(new, scope)
        return new

    def _may_be_named(self, total: Sum) -> bool:
        """Whether all sums get names, and the terms of this one are the same however many there are."""
        return (
            self.level.sums
            and not total.upper.is_Integer
            and not (total.upper.free_symbols & (_indexing(total.body) | total.lower.free_symbols))
        )

    def _named_sum(self, total: Sum, scope: Scope) -> Expr:
        outer = self._parameters([total.body, Scalar(total.lower)], scope, without=total.index)
        outer += [one for one in total.lower.free_symbols if one not in outer]
        self.own = set()
        own = {symbol: self._own(symbol, scope) for symbol in outer}
        lower = total.lower.xreplace(own)
        least = scope.least(as_linear(total.lower))
        last = self._index(None if least is None or least < 0 else 0)
        text = self._fresh(SUM_NUMBERS if total.is_scalar else SUMS)
        name = Name(text, total.shape, arity=len(outer) + 1)
        index = sympy.Symbol(self._letter([*"ijkab"]), integer=True)
        term = substitute(total.body, {**own, total.index: index})
        own_total = Sum(term, index, lower, last)
        for one in self.found:
            if isinstance(one, NamedSum) and _alike(one, own_total, tuple(own.values())):
                return one.meaning.name[(*outer, total.upper)]
        indices = (*own.values(), last)
        body = name[(*own.values(), last - 1)] + substitute(term, {index: last})
        zero = ZERO if total.is_scalar else Zero(*total.shape)
        meaning: Meaning
        if lower.is_Integer:
            meaning = Recurrence(name, last, zero, body, indices, int(lower) - 1)
        else:
            (meaning,) = System((Member(name, zero, body),), last, indices, lower - 1)
        self.found.append(NamedSum(meaning, own_total))
        return name[(*outer, total.upper)]

    # ---- letters -------------------------------------------------------------------------------

    def _parameters(
        self, exprs: Iterable[Expr], scope: Scope, *, without: sympy.Symbol | None = None
    ) -> list[sympy.Symbol]:
        """The symbols of which a meaning is a family: bound ones, and those that stand in indices and exponents."""
        found = set[sympy.Symbol]()
        for expr in exprs:
            bound = {one for one in free_symbols(expr) if Variable(one.name) in scope.ranges}
            found |= bound | (_indexing(expr) & free_symbols(expr))
        return sorted(found - self.sizes - {without}, key=lambda one: one.name)

    def _own(self, symbol: sympy.Symbol, scope: Scope) -> sympy.Symbol:
        """The index of a meaning for a symbol around it, with the least value that the symbol is shown to have."""
        return self._index(scope.least(Linear.of_one(Variable(symbol.name))))

    def _index(self, least: int | None) -> sympy.Symbol:
        told = {} if least is None or least < 0 else {"nonnegative": True} if least == 0 else {"positive": True}
        return sympy.Symbol(self._letter(INDICES), integer=True, **told)

    def _letter(self, letters: Iterable[str]) -> str:
        """A letter that nothing has in the meaning that is being made."""
        text = fresh(letters, self.taken | self.own)
        self.own.add(text)
        self.indices.add(text)
        return text

    def _fresh(self, letters: Iterable[str]) -> str:
        text = fresh(letters, self.taken | self.indices)
        self.taken.add(text)
        return text


def _symbol(variable: Variable, value: sympy.Expr) -> sympy.Symbol:
    return next(one for one in value.free_symbols if one.name == variable.name)


def _descending(equation: Equation) -> Iterator[Expr]:
    """Yield the bases of powers of which an exponent falls with a symbol, as that of U^{n-i} with i."""
    for side in equation.parts:
        for node in walk(side):
            pairs = [(node.base, node.exponent)] if isinstance(node, Power) else []
            if isinstance(node, Scalar):
                for power in node.value.atoms(sympy.Pow):
                    factors = power.base.args if power.base.is_Mul else (power.base,)
                    pairs += [(Scalar(factor), power.exp) for factor in factors]
            for base, exponent in pairs:
                if not exponent.is_Integer and any(k < 0 for _, k in as_linear(exponent).terms):
                    yield base


def _indexing(expr: Expr) -> set[sympy.Symbol]:
    """The symbols in indices, exponents and bounds."""
    found = set[sympy.Symbol]()
    for node in walk(expr):
        match node:
            case App(indices=indices):
                found = found.union(*(one.free_symbols for one in indices))
            case Power(exponent=exponent):
                found |= exponent.free_symbols
            case Sum(lower=lower, upper=upper):
                found |= lower.free_symbols | upper.free_symbols
            case Scalar(value=value):
                found = found.union(*(one.exp.free_symbols for one in value.atoms(sympy.Pow)))
    return {one for one in found if one.is_integer}


def _same(left: Expr, right: Expr) -> bool:
    if left == right or left.shape != right.shape:
        return left == right
    return statable(left - right) and decide(left, right).equal


def _alike(one: NamedSum, total: Sum, own: tuple[sympy.Symbol, ...]) -> bool:
    """Whether a sum is one that has a name, but for the letters of its indices."""
    mine = one.meaning.indices
    if len(mine) != len(own) + 1 or one.total.shape != total.shape:
        return False
    renamed = dict(zip((*own, total.upper), mine, strict=True))
    if {new for old, new in renamed.items() if floor(old) != floor(new)}:
        return False
    same_bounds = one.total.lower == total.lower.xreplace(renamed)
    return same_bounds and one.total.body == substitute(total.body, {**renamed, total.index: one.total.index})
