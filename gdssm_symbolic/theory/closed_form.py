"""Turn a normal form back into an expression that a person can read: `closed_form`, `written_out`.

No proof relies on it: when a derivation shows a closed form, the core decides that it equals the line
before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any

import sympy

from gdssm_symbolic.extensions.conversions import as_expr, polynomial, ring
from gdssm_symbolic.extensions.functions import GAP, Pattern, WithFunctions, decide, in_no_order
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Zero,
    free_symbols,
    fresh_index,
    names,
)
from gdssm_symbolic.kernel.linear_forms import ONE, Linear, OutsideLanguage, Scope, Variable, index
from gdssm_symbolic.kernel.monomials import Combination, Letter, Monomial, NormalForm, Word
from gdssm_symbolic.kernel.normal_form import Normaliser

from .factoring import factored


def closed_form(expr: Expr) -> Expr:
    """Return the normal form of an expression, written as an expression.

    What is written is decided to be equal to it, unless a function has an argument that can be written in two ways.
    """
    core = WithFunctions(expr)
    known = names(expr)
    reader = _Reader(core, free_symbols(expr), known, {name.text for name in known})
    written = reader.form(core.normalise(expr, core.scope))
    try:
        equal = decide(expr, written).equal
    except OutsideLanguage:
        return written
    if not equal:
        raise RuntimeError("what a normal form was written as is not equal to it")
    return written


def written_out(form: NormalForm) -> Expr:
    """Return a normal form that is not zero as an expression.

    A `Decision` has the normal form of a difference, without the expressions that it came from. So the names are made
    anew.
    """
    terms = dict(chain.from_iterable(block.items() for row in form.blocks for block in row))
    *symbols, _ = next(iter(terms.values())).symbols
    core = WithFunctions(Add(tuple(map(Scalar, (sympy.Integer(0), *symbols)))))
    texts = set(_texts((form.rows, form.columns, *terms)))
    in_coefficients = frozenset[sympy.Symbol]().union(*(as_expr(one).free_symbols for one in terms.values()))
    occurring = frozenset(one for one in symbols if one in in_coefficients or one.name in texts)
    written = _Reader(core, occurring, (), texts).form(form)
    again = core.normalise(written, Scope.of(free_symbols(written)))
    if not any(map(in_no_order, terms)) and _terms(again) != _terms(form):
        raise RuntimeError("what a normal form was written as has another normal form")
    return written


def _terms(form: NormalForm) -> list[dict[Monomial, sympy.Expr]]:
    """The coefficients as SymPy expressions, which do not depend on the field in which they were computed."""
    return [
        {monomial: sympy.cancel(as_expr(coefficient)) for monomial, coefficient in block.items()}
        for row in form.blocks
        for block in row
    ]


#: Where a letter stands: the names of the indices that are summed over, what fills the gaps, and symbols in use.
_Place = tuple[Mapping[Variable, sympy.Symbol], Iterator[sympy.Expr], frozenset[sympy.Symbol]]


class _Reader:
    """Writes normal forms. No sum is over one of the symbols `taken`, or over one that reads like one of `texts`."""

    def __init__(
        self, core: Normaliser, taken: frozenset[sympy.Symbol], known: Iterable[Name], texts: Iterable[str]
    ) -> None:
        self.core = core
        self.taken = taken.union(sympy.Symbol(one) for one in texts)
        self.symbols = {Variable(symbol.name): symbol for symbol in taken}
        self.known: dict[str, Name] = {name.text: name for name in known}

    def form(self, form: NormalForm) -> Expr:
        rows = tuple(
            tuple(self.polynomial(block, form.rows[r], form.columns[c]) for c, block in enumerate(row))
            for r, row in enumerate(form.blocks)
        )
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else Blocks(rows)

    def polynomial(self, terms: Combination, rows: Linear, columns: Linear) -> Expr:
        total: Expr | None = None
        last = self._taken_off(terms)
        for monomial in sorted(set(terms) - set(last.values())):
            term = self._term(monomial, terms[monomial], rows, short=monomial in last)
            total = term if total is None else total + term
        if total is not None:
            return total
        return Scalar(sympy.Integer(0)) if rows == columns == ONE else Zero(self._linear(rows), self._linear(columns))

    def _taken_off(self, terms: Combination) -> dict[Monomial, Monomial]:
        """Find single sums whose last term is subtracted: Σ_{i≤N} m(i) - m(N) is better written Σ_{i≤N-1} m(i)."""
        found: dict[Monomial, Monomial] = {}
        for monomial, coefficient in terms.items():
            if len(monomial.uppers) != 1 or not self.core.scope.at_least(monomial.uppers[0].form, 1):
                continue
            freed = monomial._replace(uppers=())
            at_last = freed.put_in(index(0), monomial.uppers[0].form)
            for last, factor in self.core.collect([(at_last, self.core.scalars.one)]).items():
                if terms.get(last) == -coefficient * factor and last not in found.values():  # it is taken off once
                    found[monomial] = last
        return found

    def _term(self, monomial: Monomial, coefficient: Any, rows: Linear, *, short: bool) -> Expr:
        parts = coefficient.numer.terms(), coefficient.denom.terms()
        return self._written(monomial, self._factored(*parts), rows, short=short)

    def _written(
        self,
        monomial: Monomial,
        outside: sympy.Expr,
        rows: Linear,
        filled: Iterator[sympy.Expr] = iter(()),  # noqa: B008 - an empty iterator has no state
        around: frozenset[sympy.Symbol] = frozenset(),
        *,
        short: bool = False,
    ) -> Expr:
        """A monomial times a factor. In the argument of a function, its gaps are filled, and `around` is not bound."""
        names: dict[Variable, sympy.Symbol] = {}
        taken = self.taken | around
        for number in range(len(monomial.uppers)):
            names[index(number)] = fresh_index(taken)
            taken = taken | {names[index(number)]}
        inside: sympy.Expr = sympy.Integer(1)
        for base, exponent in monomial.powers:
            symbol = self.symbols[Variable(base)]
            constant = outside.as_powers_dict()[symbol]  # a^{2N-2i} with a factor 1/a is better written a^{2N-2i-1}
            outside /= symbol**constant
            power = symbol ** (self._linear(exponent, names) + constant)
            if any(exponent.coefficient(bound) for bound in names):
                inside *= power
            else:
                outside *= power
        place = names, filled, taken
        numbers = []  # before the words: in this order gaps are filled
        for kind, word in monomial.numbers:
            inner = self._word(word, place, word[0].rows)
            numbers.append(Trace(inner) if kind == "trace" else inner)
        words = [self._word(word, place, rows) for word in monomial.body]
        parts = [*words[:1], *numbers, *words[1:]]
        if not monomial.uppers:
            return _times(outside * inside, parts)
        body = _times(inside, parts)
        for number, upper in reversed(list(enumerate(monomial.uppers))):
            end = self._linear(upper.form, names)
            if upper.ordinary:
                body = Sum(body, names[index(number)], sympy.Integer(1), end - int(short))
            elif self.core.scope.at_least(upper.form.times(-1), 0):  # Karr's convention: minus the sum up to 0
                body, outside = Sum(body, names[index(number)], end + 1, sympy.Integer(0)), -outside
            else:
                raise OutsideLanguage(f"a sum over 1, …, {upper.form}, which may be below 0, has no closed form here")
        return outside * body

    def _factored(self, *parts: Iterable[Any]) -> sympy.Expr:
        """A rational function, given by the terms of numerator and denominator, factor by factor."""
        symbols = self.core.scalars.symbols
        context = ring(len(symbols))
        numerator, denominator = (factored(polynomial(part, context), symbols) for part in parts)
        return numerator / denominator

    def _word(self, word: Word, place: _Place, size: Linear) -> Expr:
        if not word:
            return Identity(self._linear(size))
        first, *rest = (self._letter(letter, place) for letter in word)
        for letter in rest:
            first = first * letter
        return first

    def _letter(self, letter: Letter, place: _Place) -> Expr:
        names, filled, taken = place
        at = [next(filled) if form == GAP else self._linear(form, names) for form in letter.indices]
        arity = len(at) - sum(map(_gaps, letter.arguments))
        inside, around = iter(at[arity:]), taken.union(*(one.free_symbols for one in at))
        arguments = tuple(self._argument(pattern, inside, around) for pattern in letter.arguments)
        shape = self._linear(letter.rows), self._linear(letter.columns)
        shape = shape[::-1] if letter.transposed else shape
        made = Name(letter.name, shape, arity, tuple(one.shape for one in arguments))
        base: Expr = App(self.known.get(letter.name, made), tuple(at[:arity]), arguments)
        base = base.T if letter.transposed else base
        return base if letter.exponent == ONE else Power(base, self._linear(letter.exponent, names))

    def _argument(self, pattern: Pattern, filled: Iterator[sympy.Expr], around: frozenset[sympy.Symbol]) -> Expr:
        """The argument of a function, with what fills its gaps."""
        blocks = iter(pattern.blocks)
        rows = tuple(
            tuple(self._block(next(blocks), height, width, filled, around) for width in pattern.columns)
            for height in pattern.rows
        )
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else Blocks(rows)

    def _block(
        self,
        terms: tuple[tuple[Any, ...], ...],
        rows: Linear,
        columns: Linear,
        filled: Iterator[sympy.Expr],
        around: frozenset[sympy.Symbol],
    ) -> Expr:
        written = [self._written(one, self._factored(*parts), rows, filled, around) for one, parts in terms]
        return sum(written[1:], written[0]) if written else Zero(self._linear(rows), self._linear(columns))

    def _linear(self, form: Linear, names: Mapping[Variable, sympy.Symbol] = MappingProxyType({})) -> sympy.Expr:
        total: sympy.Expr = sympy.Integer(form.constant)
        for variable, factor in form.terms:
            total += factor * (names[variable] if variable in names else self.symbols[variable])
        return total


def _times(coefficient: sympy.Expr, parts: list[Expr]) -> Expr:
    product: Expr = Scalar(coefficient)
    for part in parts:
        product = product * part
    return product


def _gaps(pattern: Pattern) -> int:
    """How many gaps an argument of a function has."""
    letters = (letter for terms in pattern.blocks for monomial, _ in terms for letter in monomial.letters)
    return sum(form == GAP for letter in letters for form in letter.indices)


def _texts(made: object) -> Iterator[str]:
    """Every text in a part of a normal form: the names of symbols and of matrices."""
    if isinstance(made, str):
        yield made
    for part in made if isinstance(made, tuple) else ():
        yield from _texts(part)
