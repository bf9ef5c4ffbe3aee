"""Two exact certificates: that a number is positive at all sizes, and that functions are independent at all sizes.

**Positive.** A polynomial in sizes and scalars is written in the sizes less their least values. If then no term has
a negative coefficient, scalars that may be negative occur to even powers only, and one term stays when everything
that may be 0 is 0, the polynomial is positive.

**Independent.** A combination Σ θ_k φ_k(data) is to vanish for all data only if θ = 0. Let the members of some
families with an index from 1 to n be 0. If each sum in the normal form of the combination then has a factor that is
0, no coefficient depends on a size, and the indices of what is left differ by numbers, the combination is the same
expression in a few vectors, which stay different ones, for every n. And if all entries of these vectors but the first
few are 0, its first components are what they are for vectors of that length. So it is enough that the coefficients of
this one polynomial, as linear functions of θ, have full rank. (Of unit vectors there are as many as the least size.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import flint
import sympy

from gdssm_symbolic.kernel.definitions import UnitVectors
from gdssm_symbolic.kernel.expressions import App, Expr, Name, free_symbols, substitute, walk
from gdssm_symbolic.kernel.linear_forms import Linear, as_linear, floor, unambiguous
from gdssm_symbolic.kernel.monomials import UNIT, Letter, Monomial, Word, letters, shown_beyond, shown_to_vanish
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.polynomials import Polynomial, polynomial, rational, ring
from gdssm_symbolic.kernel.scalars import Coefficient
from gdssm_symbolic.kernel.statements import Independent, Positive, ProofError
from gdssm_symbolic.kernel.uninterpreted import is_function


class CertificateError(ProofError):
    """The certificate does not show what it should; the opposite need not be true."""


def require_positive(number: Expr, statement: Positive) -> None:
    """CertificateError unless the number, with all names replaced, is shown to be positive as the statement says."""
    terms, symbols = shifted_terms(number)
    may_vanish = [k for k, s in enumerate(symbols) if s not in statement.nonzero]
    for k, symbol in enumerate(symbols):
        if not symbol.is_integer and symbol not in (*statement.nonnegative, *statement.nonzero):
            raise CertificateError(f"nothing is said of the sign of {symbol}")
        if symbol in statement.nonzero and any(powers[k] % 2 for powers in terms):
            raise CertificateError(f"an odd power of {symbol}, which may be negative")
    if any(value < 0 for value in terms.values()):
        raise CertificateError("a term is negative")
    if not any(all(powers[k] == 0 for k in may_vanish) for powers in terms):
        raise CertificateError("every term may be 0")


def shifted_terms(number: Expr) -> tuple[dict[tuple[int, ...], flint.fmpq], list[sympy.Symbol]]:
    """The terms of a polynomial in its symbols, the sizes less their least values; and the symbols."""
    core = Normaliser(number)
    form = core.normalise(number, core.scope)
    if not form.is_number:
        raise CertificateError("a number is needed, in one piece")
    ((terms,),) = form.blocks
    if set(terms) - {UNIT}:
        raise CertificateError("a name is left that is not replaced by what it is")
    coefficient = terms.get(UNIT, core.field.zero)
    if not coefficient.denom.is_ground or coefficient.denom.LC < 0:
        raise CertificateError("a polynomial is needed, and this is none")
    symbols = [symbol for symbol in core.field.symbols if symbol.name != "%"]
    context = ring(len(symbols) + 1)
    value = polynomial(coefficient.numer.terms(), context)
    lows = [floor(symbol) or 0 if symbol.is_integer else 0 for symbol in symbols]
    if any(symbol.is_integer and floor(symbol) is None for symbol in symbols):
        raise CertificateError("a size without a least value")
    moved = value.compose(*(gen + low for gen, low in zip(context.gens(), [*lows, 0], strict=True)), ctx=context)
    return {tuple(map(int, powers)): c for powers, c in moved.to_dict().items()}, symbols


def require_independent(
    combination: Expr,
    statement: Independent,
    units: Sequence[UnitVectors] = (),
    vanishing: Sequence[Name] = (),
    until: sympy.Symbol | None = None,
) -> None:
    """CertificateError unless the combination, definitions replaced, is shown to vanish for no other weights."""
    unambiguous(free_symbols(combination).union(() if until is None else (until,)))
    least = dict(statement.least)
    if any(low < (floor(symbol) or 0) for symbol, low in least.items()):
        raise CertificateError("a size from which on this is to hold is below its least value")
    if any(name.arity == 0 or name in {unit.name for unit in units} for name in vanishing):
        raise CertificateError("only members of a family of data can be taken to be 0")
    if until is None:
        cases: list[tuple[Expr, sympy.Expr]] = [(combination, sympy.Integer(0))]
    elif floor(until) != 0 or any(until in size.free_symbols for node in walk(combination) for size in node.shape):
        raise CertificateError("the number of data that are 0 starts at 0, and is the size of none")
    else:  # none is 0, or n + 1 of them are
        cases = [
            (substitute(combination, {until: value}), value) for value in (sympy.Integer(0), until + sympy.Integer(1))
        ]
    for case, zeros in cases:
        sizes = _least_sizes(case, least)
        _require_inside(case, units, sizes)
        core = Normaliser(case)
        kept = _kept(core, case, statement.weights, {name.text for name in vanishing}, as_linear(zeros))
        rank = _Corner(core, kept, sizes, {unit.name.text for unit in units}).rank(statement.weights)
        if rank < len(statement.weights):
            raise CertificateError(f"{len(statement.weights)} functions, but the rank is {rank}")


def _least_sizes(expr: Expr, least: Mapping[sympy.Symbol, int]) -> dict[sympy.Symbol, int]:
    sizes = {}
    for symbol in free_symbols(expr):
        if symbol.is_integer:
            low = least.get(symbol, floor(symbol))
            if low is None:
                raise CertificateError(f"{symbol} has no least value")
            sizes[symbol] = low
    return sizes


def _require_inside(expr: Expr, units: Sequence[UnitVectors], sizes: Mapping[sympy.Symbol, int]) -> None:
    """Unit vectors e_1, e_2, … up to the least size only: these are padded with zeros as data are."""
    names = {unit.name for unit in units}
    for node in walk(expr):
        if isinstance(node, App) and node.name in names:
            (index,), size = node.indices, node.name.shape[0].subs(sizes)
            if not (index.is_Integer and 1 <= index <= size):
                raise CertificateError(f"{node.name.text} is not shown to be one of the unit vectors at the least size")


#: Of an index of a name: all but its constant.
Seen = dict[tuple[str, int], tuple[tuple[str, int], ...]]


def require_apart(letter: Letter, seen: Seen) -> None:
    """CertificateError unless the indices of the letter differ by numbers from those that were seen of its name."""
    for place, index in enumerate(letter.indices):
        if seen.setdefault((letter.name, place), index.terms) != index.terms:
            raise CertificateError(f"two members of {letter.name} may be the same, or not, with the sizes")


class Kept(NamedTuple):
    """A term that is not 0: the block in which it stands, the size of its rows, the term and its coefficient."""

    place: tuple[int, int]
    rows: str
    monomial: Monomial
    coefficient: Coefficient


def _kept(
    core: Normaliser, expr: Expr, weights: Sequence[sympy.Symbol], vanishing: set[str], until: Linear
) -> list[Kept]:
    """The terms that are left where the data up to `until` are 0.

    CertificateError unless they are one expression, in data that stay different ones, and linear in the weights.
    """
    form = core.normalise(expr, core.scope)
    blocks = [((r, c), block) for r, row in enumerate(form.blocks) for c, block in enumerate(row)]
    places = [k for k, symbol in enumerate(core.field.symbols) if symbol in weights]
    seen: Seen = {}
    kept: list[Kept] = []
    for place, m, coefficient in ((place, m, c) for place, block in blocks for m, c in block.items()):
        if any(sum(powers[k] for k in places) != 1 for powers in coefficient.numer) or any(
            powers[k] for k in places for powers in coefficient.denom
        ):
            raise CertificateError("the combination is not linear in its weights")
        if any(shown_to_vanish(m, name, 0, until, core.scope) for name in vanishing):
            continue
        if m.uppers or m.powers:
            raise CertificateError("a sum is left, or a symbolic power")
        for letter in letters(m):
            if letter.exponent.terms:
                raise CertificateError("a symbolic power is left")
            if is_function(letter):
                raise CertificateError("a function is left that is no polynomial")
            if letter.name in vanishing and not shown_beyond(letter, 0, until, core.scope):
                raise CertificateError(f"{letter.name} stands at an index that may be one of the data that are 0")
            require_apart(letter, seen)
        if not coefficient.denom.is_ground or any(sum(powers) != 1 for powers in coefficient.numer):
            raise CertificateError("a coefficient is not a number times one weight")
        kept.append(Kept(place, form.rows[place[0]], m, coefficient))
    return kept


class _Corner:
    """The terms at the least sizes, entry by entry: polynomials in the entries of the data."""

    def __init__(
        self, core: Normaliser, kept: Sequence[Kept], sizes: Mapping[sympy.Symbol, int], units: set[str]
    ) -> None:
        self.core, self.kept, self.units = core, kept, units
        self.sizes = {symbol.name: size for symbol, size in sizes.items()}
        self.first: dict[tuple[str, tuple[Linear, ...]], int] = {}  # of a matrix of data: the place of its first entry
        count = 0
        for letter in (letter for term in kept for letter in letters(term.monomial)):
            if letter.name not in units and (letter.name, letter.indices) not in self.first:
                self.first[letter.name, letter.indices] = count
                count += self._size(letter.rows) * self._size(letter.columns)
        self.ring = ring(count)
        self.zero, self.one = self.ring.constant(0), self.ring.constant(1)

    def rank(self, weights: Sequence[sympy.Symbol]) -> int:
        """How many of the functions that the weights multiply are independent: the rank of their coefficients."""
        rows: dict[object, int] = {}
        entries: dict[tuple[int, int], flint.fmpq] = {}
        for term in self.kept:
            for powers, number in term.coefficient.numer.terms():
                column = weights.index(self.core.field.symbols[powers.index(1)])
                factor = rational(number) / rational(term.coefficient.denom.LC)
                for r, c, value in self._entries(term):
                    for exponents, part in value.to_dict().items():
                        row = rows.setdefault((term.place, r, c, exponents), len(rows))
                        entries[row, column] = entries.get((row, column), 0) + factor * part
        matrix = flint.fmpq_mat(max(len(rows), 1), len(weights))
        for (row, column), part in entries.items():
            matrix[row, column] = part
        return int(matrix.rank())

    def _entries(self, term: Kept) -> Iterator[tuple[int, int, Polynomial]]:
        factor = self.one
        for _, word in term.monomial.numbers:  # 1×1, or traces
            factor *= sum((row[k] for k, row in enumerate(self._product(word))), self.zero)
        body = tuple(letter for word in term.monomial.body for letter in word)
        size = range(self._size(term.rows))
        matrix = self._product(body) if body else [[self.one if r == c else self.zero for c in size] for r in size]
        for r, row in enumerate(matrix):
            for c, entry in enumerate(row):
                yield r, c, factor * entry

    def _product(self, word: Word) -> list[list[Polynomial]]:
        result: list[list[Polynomial]] | None = None
        for letter in word:
            matrix, columns = self._matrix(letter), range(self._size(letter.columns))
            self.core.work.spend(letter.exponent.constant * self._size(letter.rows) * self._size(letter.columns))
            for _ in range(letter.exponent.constant):
                result = matrix if result is None else [[self._dot(row, matrix, c) for c in columns] for row in result]
        return result or []

    def _dot(self, row: Sequence[Polynomial], matrix: Sequence[Sequence[Polynomial]], column: int) -> Polynomial:
        return sum((entry * other[column] for entry, other in zip(row, matrix, strict=True)), self.zero)

    def _matrix(self, letter: Letter) -> list[list[Polynomial]]:
        rows, columns = self._size(letter.rows), self._size(letter.columns)
        if letter.transposed:
            rows, columns = columns, rows
        if letter.name in self.units:
            (index,) = letter.indices
            matrix = [[self.one if r + 1 == index.constant else self.zero] for r in range(rows)]
        else:
            gens, first = self.ring.gens(), self.first[letter.name, letter.indices]
            matrix = [[gens[first + r * columns + c] for c in range(columns)] for r in range(rows)]
        return [list(column) for column in zip(*matrix, strict=True)] if letter.transposed else matrix

    def _size(self, size: str) -> int:
        form = as_linear(self.core.sizes[size])
        return form.constant + sum(k * self.sizes[name] for name, k in form.terms)
