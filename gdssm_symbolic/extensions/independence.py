"""Functions of data that are linearly independent at all sizes, by the rank of their coefficients.

We show that Σ θ_k φ_k(data) is 0 for all data only if θ = 0, in three steps.

1. Set the members of some families with an index from 1 to n to 0. Suppose that then each sum in the normal form of the
   combination has a factor that is 0, no coefficient that is left depends on a size, and the indices that are left of
   one name differ by numbers. Then the combination is the same expression for every n, in a few distinct vectors.
2. Set all entries of these vectors to 0 except the first few. Then the first components of the combination are those
   for vectors of this small length.
3. So it suffices that the coefficients of this one polynomial, as linear functions of θ, have full rank.

Of the unit vectors e_1, e_2, …, only those up to the least size may occur.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import flint
import sympy

from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.definitions import Definition, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Name, free_symbols, names, substitute, walk
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import Linear, Variable, as_linear, floor, unambiguous
from gdssm_symbolic.kernel.monomials import Letter, Monomial, Word
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.quotients import Quotient
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import ProofError, Proposition
from gdssm_symbolic.kernel.theorem import Ledger
from gdssm_symbolic.kernel.work import Work

from .certificates import CertificateError, Seen, is_function, require_apart, shown_beyond, shown_to_vanish
from .conversions import Polynomial, rational, ring
from .functions import WithFunctions
from .unit_vectors import UnitVectors

FILE = "extensions/independence.py"

INDEPENDENT = Rule(
    "independent",
    "functions are independent at all sizes if they are where all but a few data are 0, and there they are polynomials "
    "of one size, whose coefficients have full rank; for independent entries with atomless laws their Gram matrix is "
    "then positive definite, as a polynomial that is not 0 vanishes with probability 0",
    FILE,
)


@dataclass(frozen=True)
class Independent(Proposition):
    """`combination` is linear in its weights, which are scalars, and is 0 for all data only if all weights are 0.

    A name with a meaning stands for this meaning, evaluated at the same weights and data.

    `least` gives the least values of sizes for which this is stated, where they differ from the declared ones.
    """

    combination: Expr
    weights: tuple[sympy.Symbol, ...]
    least: tuple[tuple[sympy.Symbol, int], ...] = ()

    def complete(self) -> None:
        if len(dict(self.least)) < len(self.least) or not all(symbol.is_integer for symbol, _ in self.least):
            raise ProofError("a size has two least values, or what has one is no size")
        different = len(set(self.weights)) == len(self.weights) > 0
        if not (different and all(one.is_Symbol and not one.is_integer for one in self.weights)):
            raise ProofError("weights are different scalars, at least one")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.combination,)

    @property
    def bound(self) -> tuple[sympy.Symbol, ...]:
        return self.weights

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return super().free.union(symbol for symbol, _ in self.least)


@dataclass(frozen=True)
class Independence(Immutable):
    """A proof that functions of the data are independent: they are, even if most data are set to 0 (`certificates`).

    The data set to 0 are the members of the families in `vanishing` with an index from 1 to `until`.
    """

    statement: Independent
    by: tuple[Definition | UnitVectors, ...] = ()
    vanishing: tuple[Name, ...] = ()
    until: sympy.Symbol | None = None


def check_independence(ledger: Ledger, proof: Independence) -> None:
    """Check that functions of data are independent.

    Σ θ_k φ_k(data), with most data set to 0, has coefficients of full rank in θ (`require_independent`)
    ──────────────────────────────────────────────────────────────────────────────────────────────
                    Σ θ_k φ_k(data) = 0 for all data only if θ = 0
    """
    ledger.meanings.extend(proof.by)
    definitions = [source for source in proof.by if isinstance(source, Definition)]
    written_out = unfold(proof.statement.combination, definitions, ledger.work)
    units = [source for source in proof.by if isinstance(source, UnitVectors)]
    if any(source.name in names(written_out) for source in definitions):
        raise CertificateError("a name is left that is not replaced by what it is")
    require_independent(written_out, proof.statement, units, proof.vanishing, proof.until, ledger.work)
    ledger.used |= {rules.DEFINITION, INDEPENDENT} if definitions else {INDEPENDENT}


def require_independent(
    combination: Expr,
    statement: Independent,
    units: Sequence[UnitVectors] = (),
    vanishing: Sequence[Name] = (),
    until: sympy.Symbol | None = None,
    work: Work | None = None,
) -> None:
    """Raise CertificateError unless the combination is shown to be 0 for all data only if all weights are 0.

    All definitions in it must have been replaced before.
    """
    unambiguous(free_symbols(combination).union(() if until is None else (until,)))
    _require_no_function_of(statement.weights, combination)
    least = dict(statement.least)
    if any(low < (floor(symbol) or 0) for symbol, low in least.items()):
        raise CertificateError("a size from which on this is to hold is below its least value")
    if any(name.arity == 0 or name in {unit.name for unit in units} for name in vanishing):
        raise CertificateError("only members of a family of data can be taken to be 0")
    if until is None:
        cases: list[tuple[Expr, sympy.Expr]] = [(combination, sympy.Integer(0))]
    elif floor(until) != 0 or any(until in size.free_symbols for node in walk(combination) for size in node.shape):
        raise CertificateError("the number of data that are 0 starts at 0, and is the size of none")
    else:  # no member is set to 0, or the first n + 1 are
        cases = [
            (substitute(combination, {until: value}), value) for value in (sympy.Integer(0), until + sympy.Integer(1))
        ]
    for case, zeros in cases:
        sizes = _least_sizes(case, least)
        _require_inside(case, units, sizes)
        core = WithFunctions(case, work)
        kept = _kept(core, case, statement.weights, {name.text for name in vanishing}, as_linear(zeros))
        rank = _Corner(core, kept, sizes, {unit.name.text for unit in units}).rank(statement.weights)
        if rank < len(statement.weights):
            raise CertificateError(f"{len(statement.weights)} functions, but the rank is {rank}")


def _require_no_function_of(weights: Sequence[sympy.Symbol], expr: Expr) -> None:
    """Raise CertificateError if a weight stands in the argument of a function, also in a term that vanishes."""
    arguments = (argument for node in walk(expr) if isinstance(node, App) for argument in node.arguments)
    if any(free_symbols(argument) & set(weights) for argument in arguments):
        raise CertificateError("the combination is not shown to be linear in its weights: a function depends on one")


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
    """Raise CertificateError unless all unit vectors are among e_1, …, e_k, where k is their least size.

    At larger sizes these are padded with zeros, as data are.
    """
    names = {unit.name for unit in units}
    for node in walk(expr):
        if isinstance(node, App) and node.name in names:
            (index,), size = node.indices, node.name.shape[0].subs(sizes)
            if not (index.is_Integer and 1 <= index <= size):
                raise CertificateError(f"{node.name.text} is not shown to be one of the unit vectors at the least size")


class Kept(NamedTuple):
    """A term that is not set to 0: the block in which it stands, the size of its rows, the term, its coefficient."""

    place: tuple[int, int]
    rows: Linear
    monomial: Monomial
    coefficient: Quotient


def _kept(
    core: Normaliser, expr: Expr, weights: Sequence[sympy.Symbol], vanishing: set[str], until: Linear
) -> list[Kept]:
    """Return the terms that are left when the data up to `until` are set to 0.

    Raises CertificateError unless they are the same expression at all sizes, in data that are distinct at all sizes,
    and unless the combination is linear in the weights.
    """
    form = core.normalise(expr, core.scope)
    blocks = [((r, c), block) for r, row in enumerate(form.blocks) for c, block in enumerate(row)]
    places = [k for k, symbol in enumerate(core.scalars.symbols) if symbol in weights]
    seen: Seen = {}
    kept: list[Kept] = []
    for place, m, coefficient in ((place, m, c) for place, block in blocks for m, c in block.items()):
        if (
            any(sum(powers[k] for k in places) != 1 for powers in coefficient.numer)
            or any(powers[k] for k in places for powers in coefficient.denom)
            or any(base == weight.name for base, _ in m.powers for weight in weights)  # θ^m
        ):
            raise CertificateError("the combination is not linear in its weights")
        if any(shown_to_vanish(m, name, 0, until, core.scope) for name in vanishing):
            continue
        if m.uppers or m.powers:
            raise CertificateError("a sum is left, or a symbolic power")
        for letter in m.letters:
            if letter.exponent.terms:
                raise CertificateError("a symbolic power is left")
            if is_function(letter):
                raise CertificateError("a function is left that is no polynomial")
            if letter.name in vanishing and not shown_beyond(letter, 0, until, core.scope):
                raise CertificateError(f"{letter.name} stands at an index that may be one of the data that are 0")
            require_apart(letter, seen)
        if not coefficient.denom.is_constant() or any(sum(powers) != 1 for powers in coefficient.numer):
            raise CertificateError("a coefficient is not a number times one weight")
        kept.append(Kept(place, form.rows[place[0]], m, coefficient))
    return kept


class _Corner:
    """The terms at the least sizes, written out entry by entry as polynomials in the entries of the data."""

    def __init__(
        self, core: Normaliser, kept: Sequence[Kept], sizes: Mapping[sympy.Symbol, int], units: set[str]
    ) -> None:
        self.core, self.kept, self.units = core, kept, units
        self.sizes = {Variable(symbol.name): size for symbol, size in sizes.items()}
        self.first: dict[tuple[str, tuple[Linear, ...]], int] = {}  # number of the variable that is its first entry
        count = 0
        for letter in (letter for term in kept for letter in term.monomial.letters):
            if letter.name not in units and (letter.name, letter.indices) not in self.first:
                self.first[letter.name, letter.indices] = count
                count += self._size(letter.rows) * self._size(letter.columns)
        core.work.spend(count * count)  # each variable is written with an exponent for every variable
        self.ring = ring(count)
        self.zero, self.one = self.ring.constant(0), self.ring.constant(1)

    def rank(self, weights: Sequence[sympy.Symbol]) -> int:
        """Return the rank of the coefficients: how many of the functions with these weights are independent."""
        rows: dict[object, int] = {}
        entries: dict[tuple[int, int], flint.fmpq] = {}
        for term in self.kept:
            for powers, number in term.coefficient.numer.terms():
                column = weights.index(self.core.scalars.symbols[powers.index(1)])
                factor = rational(number) / rational(term.coefficient.denom.leading_coefficient())
                for r, c, value in self._entries(term):
                    for exponents, part in value.to_dict().items():
                        row = rows.setdefault((term.place, r, c, exponents), len(rows))
                        entries[row, column] = entries.get((row, column), 0) + factor * part
        self.core.work.spend(len(rows) * len(weights) * (1 + min(len(rows), len(weights)) // 10))
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
        self.core.work.spend(len(size) * (1 if body else len(size)))
        matrix = self._product(body) if body else [[self.one if r == c else self.zero for c in size] for r in size]
        for r, row in enumerate(matrix):
            for c, entry in enumerate(row):
                self.core.work.spend(len(factor) * len(entry))
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
        length = sum(len(entry) * len(other[column]) for entry, other in zip(row, matrix, strict=True))
        self.core.work.spend(length * (1 + self.ring.nvars() // 8))
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

    def _size(self, size: Linear) -> int:
        return size.constant + sum(k * self.sizes[variable] for variable, k in size.terms)
