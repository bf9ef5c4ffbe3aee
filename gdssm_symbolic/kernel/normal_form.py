"""The trusted core: an exact normal form for expressions in matrices of symbolic size.

Two expressions are equal for all sizes when their normal forms are the same. A normal form is a
linear combination of *monomials* with coefficients in a field of rational functions. A monomial is

    Σ over bound indices, each from 1 to its upper bound, of
        powers a^e  ×  numbers (1×1 words and traces)  ×  a body (the words of a matrix product)

A *word* is a product of letters (x_i, Wᵀ, Bᵏ) without a 1-dimensional bottleneck inside: wherever
the inner dimension of a product is 1, the word is cut there, and what is 1×1 becomes a number. So
y_i x_iᵀ x_j x_jᵀ is the number x_iᵀx_j times the body (y_i, x_jᵀ). A letter may also be a function, of which
nothing is known, at an argument that is itself in normal form (`uninterpreted`).

Soundness of the bounds. Read every sum by Karr's convention (Σ_{i=a}^{b} = -Σ_{i=b+1}^{a-1} if b < a-1), and
extend every family to all integers in any way. Then each rule below is an identity without side conditions.
Where upper - lower + 1 ≥ 0, a sum by Karr's convention is an ordinary sum. So we check, for every sum of an
expression, that this number of terms is ≥ 0 for all sizes, and the same for every matrix exponent (`well_defined`).
The sums in a normal form may have a negative upper bound; `Upper` says which are shown not to.

In the scalars (η, a), equality means equality of rational functions. If a name has a literal size (a 2×2 matrix),
the normal form does not know the identities that hold only at that size (Cayley-Hamilton). Then `equal` is still
sound if it is True, but proves nothing if it is False.

Nothing here uses SymPy's simplifier, its unevaluated sums or its matrix derivatives; `exact` says which parts of SymPy
are trusted.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import sympy

from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Power,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
    free_symbols,
    wrap,
)
from gdssm_symbolic.kernel.linear_forms import ONE, ZERO, Linear, OutsideLanguage, Scope, Variable, as_linear, index
from gdssm_symbolic.kernel.monomials import (
    THIS,
    Letter,
    Monomial,
    Pattern,
    Upper,
    Word,
    canonical_names,
    flip,
    forms,
    in_order,
    letters,
    occurrences,
    put_in,
    rename,
)
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.scalars import Coefficient, Scalars
from gdssm_symbolic.kernel.uninterpreted import with_gaps
from gdssm_symbolic.kernel.well_defined import require_defined, symbols_of
from gdssm_symbolic.kernel.work import Work

Polynomial = dict[Monomial, Coefficient]


@dataclass(frozen=True)
class NormalForm:
    """A block matrix (usually one block) of polynomials, with the sizes of its block rows and columns."""

    blocks: tuple[tuple[Polynomial, ...], ...]
    rows: tuple[Linear, ...]
    columns: tuple[Linear, ...]

    @property
    def is_number(self) -> bool:
        return self.rows == self.columns == (ONE,)


@dataclass(frozen=True)
class Decision:
    """The answer of the core. `difference` is the normal form of left - right; it is zero exactly if `equal`."""

    equal: bool
    rules: frozenset[Rule]
    difference: NormalForm


def decide(left: object, right: object, work: Work | None = None) -> Decision:
    """Decide whether two expressions are equal for all sizes, data and scalars.

    Both may be expressions of the language, integers, or SymPy scalars, matrices and matrix expressions. `work` says
    how many steps may be taken, and is told of progress.

    Raises:
        ShapeError: the two have different shapes.
        OutsideLanguage: the normal form cannot express this equality, or takes too much work (TooMuchWork).
    """
    difference = Add((wrap(left), Mul((Scalar(sympy.Integer(-1)), wrap(right)))))  # unlike - and *, merges nothing
    core = Normaliser(difference, work)
    form = core.normalise(difference, core.scope)
    return Decision(not any(block for row in form.blocks for block in row), frozenset(core.used), form)


class Normaliser:
    """Brings the parts of one expression to normal form over one coefficient field, noting the rules used."""

    def __init__(self, expr: Expr, work: Work | None = None) -> None:
        self.work = work or Work()
        self.scalars = Scalars(symbols_of(expr, work=self.work), self.work)
        self.scope = Scope.of(free_symbols(expr))
        require_defined(expr, self.scalars, self.scope)
        self.field = self.scalars.field
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
                return self._identity((size_form(size),))
            case Zero(rows=rows, columns=columns):
                self.used.add(rules.ZERO)
                return _single({}, size_form(rows), size_form(columns))
            case Add(terms=terms):
                forms = [self.normalise(term, scope) for term in terms]
                return _zip_blocks(lambda *blocks: self._add(blocks), forms)
            case Mul(factors=factors):
                form = self.normalise(factors[0], scope)
                for factor in factors[1:]:
                    form = self._multiply(form, self.normalise(factor, scope))
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

    def _scalar(self, value: sympy.Expr, scope: Scope) -> Polynomial:
        """Normalise a SymPy scalar: a rational function, with powers a^e of a symbol to a linear form."""
        self.used.add(rules.FIELD)
        read = self.scalars.read(value, scope)
        return self._collect((Monomial((), powers, (), ()), coefficient) for powers, coefficient in read.items())

    def _letter(self, expr: App, scope: Scope) -> NormalForm:
        indices = tuple(map(as_linear, expr.indices))
        patterns: tuple[Pattern, ...] = ()
        for argument in expr.arguments:
            self.used.add(rules.FUNCTION)
            form = self.normalise(argument, scope)
            gapped = [with_gaps(block, scope.ranges) for row in form.blocks for block in row]
            patterns += (Pattern(form.rows, form.columns, tuple(terms for terms, _ in gapped)),)
            indices += tuple(own for _, filled in gapped for own in filled)
        rows, columns = map(size_form, expr.shape)
        letter = Letter(expr.name.text, patterns, indices, False, ONE, rows, columns)
        number = rows == columns == ONE
        monomial = Monomial((), (), (("word", (letter,)),), ()) if number else Monomial((), (), (), ((letter,),))
        return _single({monomial: self.field.one}, rows, columns)

    def _multiply(self, left: NormalForm, right: NormalForm) -> NormalForm:
        if left.is_number:
            scaled = _map_blocks(lambda block: self._product(left.blocks[0][0], block, None), right)
            return NormalForm(scaled, right.rows, right.columns)
        if right.is_number:
            scaled = _map_blocks(lambda block: self._product(block, right.blocks[0][0], None), left)
            return NormalForm(scaled, left.rows, left.columns)
        if left.columns != right.rows:
            raise OutsideLanguage("two block matrices are cut differently: unfold both or neither")
        if len(left.columns) > 1:
            self.used.add(rules.BLOCKS)
        blocks = tuple(
            tuple(
                self._add([self._product(row[k], right.blocks[k][c], size) for k, size in enumerate(left.columns)])
                for c in range(len(right.columns))
            )
            for row in left.blocks
        )
        return NormalForm(blocks, left.rows, right.columns)

    def _transpose(self, form: NormalForm) -> NormalForm:
        self.used.add(rules.TRANSPOSE)

        def turned(block: Polynomial) -> Polynomial:
            return self._collect(
                (m._replace(body=tuple(flip(word) for word in reversed(m.body))), c) for m, c in block.items()
            )

        blocks = tuple(tuple(map(turned, column)) for column in zip(*form.blocks, strict=True))
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
        return _single(self._collect(terms), ONE, ONE)

    def _power(self, base: NormalForm, exponent: Linear) -> NormalForm:
        self.used.add(rules.POWER)
        if not exponent.terms:
            self.work.spend(exponent.constant)
            result = self._identity(base.rows)
            for _ in range(exponent.constant):
                result = self._multiply(result, base)
            return result
        terms = list(base.blocks[0][0].items())
        simple = len(base.rows) == 1 and len(terms) == 1 and terms[0][1] == 1
        if not simple or terms[0][0] != Monomial((), (), (), terms[0][0].body) or len(terms[0][0].body) != 1:
            raise OutsideLanguage("a symbolic power of a compound matrix: give the matrix a name first")
        (word,) = terms[0][0].body
        if len(word) != 1 or word[0].exponent != ONE:
            raise OutsideLanguage("a symbolic power of a product: give the matrix a name first")
        raised = Monomial((), (), (), ((word[0]._replace(exponent=exponent),),))
        return _single({raised: self.field.one}, *base.rows, *base.columns)

    def _identity(self, sizes: tuple[Linear, ...]) -> NormalForm:
        ones = [{Monomial((), (), (), () if size == ONE else ((),)): self.field.one} for size in sizes]
        blocks = tuple(tuple(one if i == j else {} for j, _ in enumerate(sizes)) for i, one in enumerate(ones))
        return NormalForm(blocks, sizes, sizes)

    # ---- sums over samples ---------------------------------------------------------------------

    def _sum(self, expr: Sum, scope: Scope) -> NormalForm:
        bound, lower, upper = Variable(expr.index.name), as_linear(expr.lower), as_linear(expr.upper)
        if upper - lower + 1 == ZERO:
            self.used.add(rules.SPLIT)
        body = self.normalise(expr.body, scope.within(bound, lower, upper))

        def over(block: Polynomial) -> Polynomial:
            self.used.update({rules.DISTRIBUTE} if len(block) > 1 else ())
            return self._add([self._sum_monomial(m, c, bound, (lower, upper), scope.ranges) for m, c in block.items()])

        return NormalForm(_map_blocks(over, body), body.rows, body.columns)

    def _sum_monomial(
        self, m: Monomial, c: Coefficient, bound: Variable, bounds: tuple[Linear, Linear], others: Container[Variable]
    ) -> Polynomial:
        """Return the sum of one monomial over a variable. `others` are the indices of the surrounding sums."""
        lower, upper = bounds
        if any(upper.form.coefficient(bound) for upper in m.uppers):  # by powers that merged: Σ_j (Σ_k Bᵏ) Bʲ
            raise OutsideLanguage(f"the bounds of a sum inside depend on {bound}")
        offsets = occurrences(m, bound)
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
            m = put_in(m, bound, alone - shift)
        upper, below = upper + shift, lower + shift - 1
        return self._add([self._prefix(m, c, bound, upper), self._prefix(m, -c, bound, below)])

    def _prefix(self, m: Monomial, c: Coefficient, bound: Variable, upper: Linear) -> Polynomial:
        """Return the sum over bound = 1..upper (Karr's convention), with the constant part of `upper` split off."""
        base, extra = Linear(upper.terms, 0), upper.constant
        self.work.spend(abs(extra))
        terms = []
        if base.terms:
            inside = put_in(m, bound, Linear.of_one(index(len(m.uppers))))
            terms.append((inside._replace(uppers=(*m.uppers, self._upper(base))), c))
        if extra:
            self.used.add(rules.SPLIT)
        for step in range(1, extra + 1):
            terms.append((put_in(m, bound, base + step), c))
        for step in range(extra + 1, 1):
            terms.append((put_in(m, bound, base + step), -c))
        return self._collect(terms)

    def _upper(self, form: Linear) -> Upper:
        return Upper(form, self.scope.at_least(form, 0))

    def at(self, m: Monomial, variable: Variable, value: Linear) -> Polynomial:
        """Return a monomial with a value put in for a variable that is no longer bound."""
        return self._collect([(put_in(m, variable, value), self.field.one)])

    # ---- polynomials ---------------------------------------------------------------------------

    def _add(self, polynomials: Iterable[Polynomial]) -> Polynomial:
        total: Polynomial = {}
        for terms in polynomials:
            for monomial, coefficient in terms.items():
                total[monomial] = total.get(monomial, self.field.zero) + coefficient
        return {monomial: coefficient for monomial, coefficient in total.items() if coefficient}

    def _product(self, left: Polynomial, right: Polynomial, size: Linear | None) -> Polynomial:
        """Return the product of two blocks with inner dimension `size`, which is None if one of them is a number."""
        if len(left) > 1 or len(right) > 1:
            self.used.add(rules.DISTRIBUTE)
        if not left or not right:
            self.used.add(rules.ZERO)
        terms = []
        self.work.spend(len(left) * len(right) + _length(left) * _length(right) // 10)  # coefficients multiply faster
        for (m, c), (n, d) in product(left.items(), right.items()):
            if m.uppers and n.uppers:
                self.used.add(rules.PRODUCT_OF_SUMS)
                n = rename(n, {index(k): index(k + len(m.uppers)) for k in range(len(n.uppers))})
            body = m.body + n.body
            if size not in (None, ONE):
                body = (*m.body[:-1], m.body[-1] + n.body[0], *n.body[1:])
                if () in (m.body[-1], n.body[0]):
                    self.used.add(rules.IDENTITY)
            terms.append((Monomial(m.uppers + n.uppers, m.powers + n.powers, m.numbers + n.numbers, body), c * d))
        return self._collect(terms)

    def _collect(self, terms: Iterable[tuple[Monomial, Coefficient]]) -> Polynomial:
        """Bring monomials to canonical form and add up their coefficients."""
        return self._add([self._realign(*self._canonical(m, c)) for m, c in terms])

    def _realign(self, m: Monomial, c: Coefficient) -> Polynomial:
        """Sum again over an index whose least offset is no longer 0 after powers were merged (BᵏB = Bᵏ⁺¹)."""
        for k, upper in enumerate(m.uppers):
            offsets = occurrences(m, index(k))
            if offsets and _first(offsets) != Linear.of_one(index(k)):
                kept = [n for n in range(len(m.uppers)) if n != k]
                freed = rename(m, {index(k): THIS, **{index(old): index(n) for n, old in enumerate(kept)}})
                freed = freed._replace(uppers=m.uppers[:k] + m.uppers[k + 1 :])
                return self._sum_monomial(freed, c, THIS, (ONE, upper.form), ())
        return {m: c}

    def _canonical(self, m: Monomial, c: Coefficient) -> tuple[Monomial, Coefficient]:
        self.work.spend(1 + sum(1 for _ in letters(m)))
        exponents: dict[str, Linear] = {}
        for base, exponent in m.powers:
            exponents[base] = exponents.get(base, ZERO) + exponent
        for base, exponent in exponents.items():
            self.used.add(rules.SCALAR_POWER)
            c = c * self.scalars.generators[base] ** exponent.constant
        powers = tuple(sorted((b, e - e.constant) for b, e in exponents.items() if e.terms))
        numbers, body = list(m.numbers), []
        for word in map(self._merge, m.body):
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
        plain = in_order(Monomial(m.uppers, powers, tuple(kept), tuple(body)))
        if any(two_indices(form) for form in forms(plain)):
            raise OutsideLanguage("two indices that are summed over stand in one index or exponent")
        if len(m.uppers) > 1:
            self.used.add(rules.RENAME)
        return (canonical_names(plain, self.work) if m.uppers else plain), c

    def _merge(self, word: Word) -> Word:
        """Merge adjacent powers of one square matrix into one power, and drop powers with exponent 0."""
        merged: list[Letter] = []
        for letter in word:
            if merged and letter.rows == letter.columns and merged[-1]._replace(exponent=letter.exponent) == letter:
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


@lru_cache(maxsize=1024)  # the same few sizes are asked for again and again
def size_form(size: sympy.Expr) -> Linear:
    """Return a size as a linear form."""
    return as_linear(size)


def _length(terms: Polynomial) -> int:
    """Return the number of terms, counting those of the coefficients, too."""
    return sum(len(c.numer) + len(c.denom) - 1 for c in terms.values())


def _first(offsets: set[Linear]) -> Linear:
    """Return the form with the least constant, among forms that differ by constants."""
    return min(offsets, key=lambda form: (form.constant, form.terms))


def two_indices(form: Linear) -> bool:
    """Return whether two bound indices stand in one form, so that it is unclear which of them to shift."""
    return sum(variable.is_index for variable, _ in form.terms) > 1


def _single(block: Polynomial, rows: Linear, columns: Linear) -> NormalForm:
    return NormalForm(((block,),), (rows,), (columns,))


def _map_blocks(function: Any, form: NormalForm) -> tuple[tuple[Polynomial, ...], ...]:
    return tuple(tuple(map(function, row)) for row in form.blocks)


def _zip_blocks(function: Any, forms: list[NormalForm]) -> NormalForm:
    first = forms[0]
    if any((form.rows, form.columns) != (first.rows, first.columns) for form in forms):
        raise OutsideLanguage("two block matrices are cut differently: unfold both or neither")
    rows = zip(*(form.blocks for form in forms), strict=True)
    blocks = tuple(tuple(function(*cell) for cell in zip(*row, strict=True)) for row in rows)
    return NormalForm(blocks, first.rows, first.columns)


def _assemble(grid: list[list[NormalForm]]) -> NormalForm:
    """Return one form made of forms that are laid out block by block."""
    rows = tuple(size for row in grid for size in row[0].rows)
    columns = tuple(size for form in grid[0] for size in form.columns)
    blocks = []
    for row in grid:
        for k in range(len(row[0].rows)):
            if any(form.rows != row[0].rows for form in row):
                raise OutsideLanguage("blocks of one row are cut differently")
            blocks.append(tuple(block for form in row for block in form.blocks[k]))
    if any(tuple(size for form in row for size in form.columns) != columns for row in grid):
        raise OutsideLanguage("blocks of one column are cut differently")
    return NormalForm(tuple(blocks), rows, columns)
