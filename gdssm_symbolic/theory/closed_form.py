"""Turn a normal form back into an expression that a person can read: `closed_form`.

No proof relies on it: when a derivation shows a closed form, the core decides that it equals the line
before.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sympy

from gdssm_symbolic.extensions.functions import WithFunctions
from gdssm_symbolic.kernel.expressions import (
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
from gdssm_symbolic.kernel.linear_forms import ONE, Linear, OutsideLanguage, Variable, index
from gdssm_symbolic.kernel.monomials import Combination, Letter, Monomial, Word
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.polynomials import polynomial, ring

from .factoring import factored


def closed_form(expr: Expr) -> Expr:
    """Return the normal form of an expression, written as an expression."""
    core = WithFunctions(expr)
    reader = _Reader(expr, core)
    form = core.normalise(expr, core.scope)
    rows = tuple(
        tuple(reader.polynomial(block, form.rows[r], form.columns[c]) for c, block in enumerate(row))
        for r, row in enumerate(form.blocks)
    )
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else Blocks(rows)


class _Reader:
    def __init__(self, expr: Expr, core: Normaliser) -> None:
        self.core = core
        self.taken = free_symbols(expr)
        self.symbols = {Variable(symbol.name): symbol for symbol in self.taken}
        self.known: dict[str, Name] = {name.text: name for name in names(expr)}

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
            for last, factor in self.core.collect([(at_last, self.core.field.one)]).items():
                if terms.get(last) == -coefficient * factor:
                    found[monomial] = last
        return found

    def _term(self, monomial: Monomial, coefficient: Any, rows: Linear, *, short: bool) -> Expr:
        names: dict[Variable, sympy.Symbol] = {}
        taken = self.taken
        for number in range(len(monomial.uppers)):
            names[index(number)] = fresh_index(taken)
            taken = taken | {names[index(number)]}
        outside, inside = self._factored(coefficient), sympy.Integer(1)
        for base, exponent in monomial.powers:
            symbol = self.symbols[Variable(base)]
            constant = outside.as_powers_dict()[symbol]  # a^{2N-2i} with a factor 1/a is better written a^{2N-2i-1}
            outside /= symbol**constant
            power = symbol ** (self._linear(exponent, names) + constant)
            if any(exponent.coefficient(bound) for bound in names):
                inside *= power
            else:
                outside *= power
        words = [self._word(word, names, rows) for word in monomial.body]
        numbers = [
            Trace(self._word(word, names, word[0].rows)) if kind == "trace" else self._word(word, names, ONE)
            for kind, word in monomial.numbers
        ]
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

    def _factored(self, coefficient: Any) -> sympy.Expr:
        """A rational function, factor by factor."""
        context = ring(len(coefficient.field.symbols))
        parts = (polynomial(part.terms(), context) for part in (coefficient.numer, coefficient.denom))
        numerator, denominator = (factored(part, coefficient.field.symbols) for part in parts)
        return numerator / denominator

    def _word(self, word: Word, names: dict[Variable, sympy.Symbol], size: Linear) -> Expr:
        if not word:
            return Identity(self._linear(size))
        first, *rest = (self._letter(letter, names) for letter in word)
        for letter in rest:
            first = first * letter
        return first

    def _letter(self, letter: Letter, names: dict[Variable, sympy.Symbol]) -> Expr:
        if letter.arguments:
            raise OutsideLanguage("a function at an argument has no closed form here: write the line by hand")
        base: Expr = App(self.known[letter.name], tuple(self._linear(form, names) for form in letter.indices))
        base = base.T if letter.transposed else base
        return base if letter.exponent == ONE else Power(base, self._linear(letter.exponent, names))

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
