"""The trusted core: an exact normal form for expressions in matrices of symbolic size.

Two expressions are equal for all sizes when their normal forms are the same. A normal form is a
linear combination of *monomials* with coefficients in a field of rational functions. A monomial is

    Σ over bound indices, each from 1 to its upper bound, of
        powers a^e  ×  numbers (1×1 words and traces)  ×  a body (the words of a matrix product)

A *word* is a product of letters (x_i, Wᵀ, Bᵏ) without a 1-dimensional bottleneck inside: wherever
the inner dimension of a product is 1, the word is cut there, and what is 1×1 becomes a number. So
y_i x_iᵀ x_j x_jᵀ is the number x_iᵀx_j times the body (y_i, x_jᵀ). A letter may also be a function, of which
nothing is known, at an argument that is itself in normal form (`extensions.functions`).

Soundness of the bounds. Read every sum by Karr's convention (Σ_{i=a}^{b} = -Σ_{i=b+1}^{a-1} if b < a-1), and extend
every family to all integer indices, with arbitrary members. Then each rule below is an identity whatever the bounds
are. Where upper - lower + 1 ≥ 0, a sum by Karr's convention is an ordinary sum. So we check, for every sum of an
expression, that this number of terms is ≥ 0 for all sizes, and the same for every matrix exponent (`well_defined`). The
upper bound of a sum in normal form may still be negative; `Upper` says whether it is shown to be ≥ 0.

In the scalars (η, a), equality means equality of rational functions. If a name has a literal size (a 2×2 matrix),
the normal form does not know the identities that hold only at that size (Cayley-Hamilton). Then `equal` is still
sound if it is True, but proves nothing if it is False.

Nothing here uses SymPy's simplifier, its unevaluated sums or its matrix derivatives; `exact` says which parts of SymPy
are trusted.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from itertools import chain, product
from typing import Any

import sympy

from . import rules
from .expressions import Add, App, Blocks, Expr, Identity, Mul, Power, Scalar, Sum, Trace, Transpose, Zero, free_symbols
from .linear_forms import ONE, ZERO, Linear, OutsideLanguage, Scope, Variable, as_linear, index
from .monomials import THIS, Combination, Letter, Monomial, NormalForm, Upper, Word, flip
from .quotients import Quotient
from .rules import Rule
from .scalars import Scalars, length
from .well_defined import require_defined, symbols_of
from .work import Work, counter


@dataclass(frozen=True)
class Decision:
    """The answer of the core. `difference` is the normal form of left - right; it is zero exactly if `equal`."""

    equal: bool
    rules: frozenset[Rule]
    difference: NormalForm


def decide(left: Any, right: Any, work: Work | None = None, normaliser: type[Normaliser] | None = None) -> Decision:
    """Decide whether two expressions are equal for all sizes, data and scalars.

    `extensions.functions.decide` is the same, with functions.
    """
    difference = Add((left, Mul((Scalar(sympy.Integer(-1)), right))))  # unlike - and *, merges nothing
    core = (normaliser or Normaliser)(difference, work)
    form = core.normalise(difference, core.scope)
    return Decision(not any(block for row in form.blocks for block in row), frozenset(core.used), form)


class Normaliser:
    """Brings the parts of one expression to normal form over one coefficient field, noting the rules used."""

    def __init__(self, expr: Expr, work: Work | None = None) -> None:
        self.work = counter(work)
        self.scalars = Scalars(symbols_of(expr, work=self.work), self.work)
        self.scope = Scope.of(free_symbols(expr))
        require_defined(expr, self.scalars, self.scope)
        self.used: set[Rule] = set()

    # ---- expressions, node by node -------------------------------------------------------------

    def normalise(self, expr: Expr, scope: Scope) -> NormalForm:
        """Return the normal form of an expression that is well defined in `scope`.

        Raises OutsideLanguage if it has none.
        """
        match expr:
            case Scalar(value=value):
                return _single(self._scalar(value, scope), ONE, ONE)
            case App():
                return self._letter(expr, scope)
            case Identity(size=size):
                return self._identity((as_linear(size),))
            case Zero(rows=rows, columns=columns):
                self.used.add(rules.ZERO)
                return _single({}, as_linear(rows), as_linear(columns))
            case Add(terms=terms):
                return self.add([self.normalise(term, scope) for term in terms])
            case Mul(factors=factors):
                form = self.normalise(factors[0], scope)
                for factor in factors[1:]:
                    form = self.multiply(form, self.normalise(factor, scope))
                return form
            case Transpose(argument=argument):
                return self._transpose(self.normalise(argument, scope))
            case Trace(argument=argument):
                return self._trace(self.normalise(argument, scope))
            case Power(base=base, exponent=exponent):
                return self._power(self.normalise(base, scope), as_linear(exponent))
            case Sum():
                return self._sum(expr, scope)
            case Blocks(rows=rows):
                self.used.add(rules.BLOCKS)
                return _assemble([[self.normalise(block, scope) for block in row] for row in rows])
        raise OutsideLanguage(f"{type(expr).__name__} is not part of the language")

    def _scalar(self, value: sympy.Expr, scope: Scope) -> Combination:
        """Normalise a SymPy scalar: a rational function, with powers a^e of a symbol to a linear form."""
        self.used.add(rules.FIELD)
        read = self.scalars.read(value, scope)
        return self.collect((Monomial((), powers, (), ()), coefficient) for powers, coefficient in read.items())

    def _letter(self, expr: App, scope: Scope) -> NormalForm:
        arguments, inside = self.arguments(expr, scope)
        rows, columns = (as_linear(size) for size in expr.shape)
        indices = (*(as_linear(one) for one in expr.indices), *inside)
        letter = Letter(expr.name.text, arguments, indices, False, ONE, rows, columns)
        number = rows == columns == ONE
        monomial = Monomial((), (), (("word", (letter,)),), ()) if number else Monomial((), (), (), ((letter,),))
        return _single({monomial: self.scalars.one}, rows, columns)

    def arguments(self, expr: App, _scope: Scope) -> tuple[tuple[Any, ...], tuple[Linear, ...]]:
        """Return the arguments of a function, as its letter holds them, and the indices in them.

        Both are empty here: the kernel refuses a function with arguments, and `extensions.functions` overrides this.
        """
        if expr.arguments:
            raise OutsideLanguage(f"the function {expr.name.text}, of which `extensions.functions` can decide")
        return (), ()

    def multiply(self, left: NormalForm, right: NormalForm) -> NormalForm:
        if left.is_number or right.is_number:
            number, other = (left, right) if left.is_number else (right, left)
            return other.mapped(lambda block: self._product(number.blocks[0][0], block, None))
        if left.columns != right.rows:
            raise OutsideLanguage("two block matrices are cut differently: unfold both or neither")
        self.used.update({rules.BLOCKS} if len(left.columns) > 1 else ())
        columns = tuple(zip(*right.blocks, strict=True))
        met = ((zip(row, column, left.columns, strict=True) for column in columns) for row in left.blocks)
        blocks = (tuple(self.scalars.added(self._product(*three) for three in one) for one in row) for row in met)
        return NormalForm(tuple(blocks), left.rows, right.columns)

    def _transpose(self, form: NormalForm) -> NormalForm:
        self.used.add(rules.TRANSPOSE)

        def turned(block: Combination) -> Combination:
            return self.collect((m._replace(body=tuple(flip(w) for w in m.body[::-1])), c) for m, c in block.items())

        blocks = tuple(tuple(turned(block) for block in column) for column in zip(*form.blocks, strict=True))
        return NormalForm(blocks, form.columns, form.rows)

    def _trace(self, form: NormalForm) -> NormalForm:
        self.used.add(rules.TRACE)
        if form.rows != form.columns:
            raise OutsideLanguage("the trace of a block matrix whose diagonal blocks are not square")
        terms = []
        for k, size in enumerate(form.rows):
            for monomial, coefficient in form.blocks[k][k].items():
                body, numbers = monomial.body, list(monomial.numbers)
                if body == ((),):
                    coefficient = coefficient * self.scalars.of_linear(size)
                elif len(body) == 2:
                    numbers.append(("word", body[1] + body[0]))
                elif body:
                    numbers.append(("trace", body[0]))
                terms.append((monomial._replace(numbers=tuple(numbers), body=()), coefficient))
        return _single(self.collect(terms), ONE, ONE)

    def _power(self, base: NormalForm, exponent: Linear) -> NormalForm:
        self.used.add(rules.POWER)
        if not exponent.terms:
            # Numbers that are letters stay apart: the k-th product has k times as many of them.
            numbers = min((len(m.numbers) for m in base.blocks[0][0]), default=0) if base.is_number else 0
            self.work.spend(exponent.constant + numbers * exponent.constant**2 // 2)
            result = self._identity(base.rows)
            for _ in range(exponent.constant):
                result = self.multiply(result, base)
            return result
        terms = list(base.blocks[0][0].items()) if len(base.rows) == len(base.columns) == 1 else []
        match terms:
            case [(Monomial((), (), (), ((letter,),)), c)] if c == self.scalars.one and letter.exponent == ONE:
                raised = Monomial((), (), (), ((letter._replace(exponent=exponent),),))
                return _single({raised: self.scalars.one}, *base.rows, *base.columns)
        raise OutsideLanguage("a symbolic power of more than one letter: give the matrix a name first")

    def _identity(self, sizes: tuple[Linear, ...]) -> NormalForm:
        ones = [{Monomial((), (), (), () if size == ONE else ((),)): self.scalars.one} for size in sizes]
        blocks = tuple(tuple(one if i == j else {} for j, _ in enumerate(sizes)) for i, one in enumerate(ones))
        return NormalForm(blocks, sizes, sizes)

    def add(self, forms: list[NormalForm]) -> NormalForm:
        first = forms[0]
        if any((form.rows, form.columns) != (first.rows, first.columns) for form in forms):
            raise OutsideLanguage("two block matrices are cut differently: unfold both or neither")
        added, rows = self.scalars.added, zip(*(form.blocks for form in forms), strict=True)
        return replace(first, blocks=tuple(tuple(added(one) for one in zip(*row, strict=True)) for row in rows))

    # ---- sums over samples ---------------------------------------------------------------------

    def _sum(self, expr: Sum, scope: Scope) -> NormalForm:
        bound, lower, upper = Variable(expr.index.name), as_linear(expr.lower), as_linear(expr.upper)
        self.used.update({rules.SPLIT} if upper - lower + 1 == ZERO else ())
        body = self.normalise(expr.body, scope.within(bound, lower, upper))

        def over(block: Combination) -> Combination:
            self.used.update({rules.DISTRIBUTE} if len(block) > 1 else ())
            parts = (self._sum_monomial(m, c, bound, (lower, upper), scope.ranges) for m, c in block.items())
            return self.scalars.added(parts)

        return body.mapped(over)

    def _sum_monomial(
        self, m: Monomial, c: Quotient, bound: Variable, bounds: tuple[Linear, Linear], others: Container[Variable]
    ) -> Combination:
        """Return the sum of one monomial over a variable. `others` are the indices of the surrounding sums."""
        lower, upper = bounds
        if any(upper.form.coefficient(bound) for upper in m.uppers):  # by powers that merged: Σ_j (Σ_k Bᵏ) Bʲ
            raise OutsideLanguage(f"the bounds of a sum inside depend on {bound}")
        offsets = m.occurrences(bound)
        if not offsets:
            if any(exponent.coefficient(bound) for _, exponent in m.powers):
                raise OutsideLanguage(f"a geometric sum over {bound}: write its closed form")
            self.used.add(rules.CONSTANT)
            return {m: c * self.scalars.of_linear(upper - lower + 1)}
        first, alone = _first(offsets), Linear.of_one(bound)
        if any(form.coefficient(bound) != 1 or (form - first).terms for form in offsets):
            raise OutsideLanguage(f"indices in {bound} that differ by more than a constant")
        shift = first - alone
        if any(other in others or other.is_index for other, _ in shift.terms):
            raise OutsideLanguage("two indices that are summed over stand in one index or exponent")
        if shift != ZERO:
            self.used.add(rules.SHIFT)
            m = m.put_in(bound, alone - shift)
        upper, below = upper + shift, lower + shift - 1
        return self.scalars.added([self._prefix(m, c, bound, upper), self._prefix(m, -c, bound, below)])

    def _prefix(self, m: Monomial, c: Quotient, bound: Variable, upper: Linear) -> Combination:
        """Return the sum over bound = 1..upper (Karr's convention), with the constant part of `upper` split off."""
        base, extra = Linear(upper.terms, 0), upper.constant
        self.work.spend(abs(extra))
        terms = []
        if base.terms:
            inside = m.put_in(bound, Linear.of_one(index(len(m.uppers))))
            terms.append((inside._replace(uppers=(*m.uppers, self._upper(base))), c))
        self.used.update({rules.SPLIT} if extra else ())
        for step in range(1, extra + 1) or range(extra + 1, 1):
            terms.append((m.put_in(bound, base + step), c if extra > 0 else -c))
        return self.collect(terms)

    def _upper(self, form: Linear) -> Upper:
        return Upper(form, self.scope.at_least(form, 0))

    # ---- polynomials ---------------------------------------------------------------------------

    def _product(self, left: Combination, right: Combination, size: Linear | None) -> Combination:
        """Return the product of two blocks with inner dimension `size`, which is None if one of them is a number."""
        self.used.update({rules.DISTRIBUTE} if len(left) > 1 or len(right) > 1 else ())
        self.used.update({rules.ZERO} if not left or not right else ())
        terms = []
        self.work.spend(len(left) * len(right) + length(left) * length(right) // 10)  # as in `scalars`
        for (m, c), (n, d) in product(left.items(), right.items()):
            if m.uppers and n.uppers:
                self.used.add(rules.PRODUCT_OF_SUMS)
                n = n.renamed({index(k): index(k + len(m.uppers)) for k in range(len(n.uppers))})
            body = m.body + n.body
            if size not in (None, ONE):
                body = (*m.body[:-1], m.body[-1] + n.body[0], *n.body[1:])
                self.used.update({rules.IDENTITY} if () in (m.body[-1], n.body[0]) else ())
            terms.append((Monomial(m.uppers + n.uppers, m.powers + n.powers, m.numbers + n.numbers, body), c * d))
        return self.collect(terms)

    def collect(self, terms: Iterable[tuple[Monomial, Quotient]]) -> Combination:
        """Bring monomials to canonical form and add up their coefficients."""
        return self.scalars.added([self._realign(*self._canonical(m, c)) for m, c in terms])

    def _realign(self, m: Monomial, c: Quotient) -> Combination:
        """If an index k occurs only as k + 1, k + 2, …, shift it so that it occurs as k again.

        Such indices arise when powers merge (BᵏB = Bᵏ⁺¹).
        """
        for k, upper in enumerate(m.uppers):
            offsets = m.occurrences(index(k))
            if offsets and _first(offsets) != Linear.of_one(index(k)):
                kept = [n for n in range(len(m.uppers)) if n != k]
                freed = m.renamed({index(k): THIS, **{index(old): index(n) for n, old in enumerate(kept)}})
                freed = freed._replace(uppers=m.uppers[:k] + m.uppers[k + 1 :])
                return self._sum_monomial(freed, c, THIS, (ONE, upper.form), ())
        return {m: c}

    def _canonical(self, m: Monomial, c: Quotient) -> tuple[Monomial, Quotient]:
        self.work.spend(1 + len(m.letters))
        exponents: dict[str, Linear] = {}
        for base, exponent in m.powers:
            exponents[base] = exponents.get(base, ZERO) + exponent
        for base, exponent in exponents.items():
            self.used.add(rules.SCALAR_POWER)
            self.work.spend(abs(exponent.constant))
            c = c * self.scalars.generators[base] ** exponent.constant
        powers = tuple(sorted((b, e - e.constant) for b, e in exponents.items() if e.terms))
        numbers, body = list(m.numbers), []
        for word in [self._merge(word) for word in m.body]:
            if word and word[0].rows == word[-1].columns == ONE:
                self.used.add(rules.NUMBER)
                numbers.append(("word", word))
            else:
                body.append(word)
        kept = []
        for kind, word in numbers:
            merged = self._merge_ends(self._merge(word)) if kind == "trace" else self._merge(word)
            if merged:
                kept.append((kind, merged))
            else:  # the trace of B⁰ = I is its size
                c = c * self.scalars.of_linear(word[0].rows)
        plain = Monomial(m.uppers, powers, tuple(kept), tuple(body)).in_order()
        if any(len(f.terms) > 1 and sum(variable.is_index for variable, _ in f.terms) > 1 for f in plain.forms):
            raise OutsideLanguage("two indices that are summed over stand in one index or exponent")
        self.used.update({rules.RENAME} if len(m.uppers) > 1 else ())
        return (plain.canonical(self.work) if m.uppers else plain), c

    def _merge(self, word: Word) -> Word:
        """Merge adjacent powers of one square matrix into one power, and drop powers with exponent 0."""
        merged: list[Letter] = []
        for letter in word:
            if merged and merged[-1].name == letter.name and merged[-1]._replace(exponent=letter.exponent) == letter:
                self.used.add(rules.POWER)
                letter = letter._replace(exponent=letter.exponent + merged.pop().exponent)
            if letter.exponent != ZERO:
                merged.append(letter)
        return tuple(merged)

    def _merge_ends(self, word: Word) -> Word:
        while len(word) > 1 and len(turned := self._merge((*word[1:], word[0]))) < len(word):
            word = turned
        return word


# ---- plain functions on the pieces -------------------------------------------------------------


def _first(offsets: set[Linear]) -> Linear:
    """Return the form with the least constant, among forms that differ by constants."""
    return min(offsets, key=lambda form: (form.constant, form.terms))


def _single(block: Combination, rows: Linear, columns: Linear) -> NormalForm:
    return NormalForm(((block,),), (rows,), (columns,))


def _assemble(grid: list[list[NormalForm]]) -> NormalForm:
    """Return one form made of forms that are laid out block by block."""
    rows, columns = [row[0].rows for row in grid], [form.columns for form in grid[0]]
    if any(
        (form.rows, form.columns) != (rows[r], columns[c]) for r, row in enumerate(grid) for c, form in enumerate(row)
    ):
        raise OutsideLanguage("the blocks of one row or column are cut differently")
    blocks = (tuple(chain(*parts)) for row in grid for parts in zip(*(form.blocks for form in row), strict=True))
    return NormalForm(tuple(blocks), tuple(chain(*rows)), tuple(chain(*columns)))
