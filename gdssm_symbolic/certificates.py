"""Two exact certificates: that a number is positive at all sizes, and that functions are independent at all sizes.

**Positive.** A polynomial in sizes and scalars is written in the sizes less their least values. If then no term has
a negative coefficient, scalars that may be negative occur to even powers only, and one term stays when everything
that may be 0 is 0, the polynomial is positive.

**Independent.** A combination Σ θ_k φ_k(data) is to vanish for all data only if θ = 0. Let the members of some
families with an index from 1 to n be 0. If each sum in the normal form of the combination then has a factor that is
0, no coefficient depends on a size, and the indices of what is left differ by numbers, the combination is the same
expression in a few vectors, which stay different ones, for every n. And if all entries of these vectors but the first
few are 0, its first components are what they are for vectors of that length. So it is enough that the coefficients of
this one polynomial, as linear functions of θ, have full rank. (Unit vectors are no data: e_1, e_2, … are allowed as far
as the least size goes.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint
import sympy

from gdssm_symbolic.definitions import Meaning, UnitVectors
from gdssm_symbolic.evaluation import at_data, cells_read, filled
from gdssm_symbolic.expressions import App, Expr, Name, free_symbols, substitute, walk
from gdssm_symbolic.functions import is_function
from gdssm_symbolic.indices import Linear, Scope, as_linear, floor
from gdssm_symbolic.monomials import UNIT, Letter, Monomial
from gdssm_symbolic.normal_form import Normaliser
from gdssm_symbolic.polynomials import Polynomial, polynomial, rational, ring
from gdssm_symbolic.statements import Independent, Positive


class CertificateError(ValueError):
    """The certificate does not show what it should; the opposite need not be true."""


# ---- positive ----------------------------------------------------------------------------------


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


# ---- independent -------------------------------------------------------------------------------


def require_independent(
    combination: Expr,
    statement: Independent,
    units: Sequence[UnitVectors] = (),
    vanishing: Sequence[Name] = (),
    until: sympy.Symbol | None = None,
) -> None:
    """CertificateError unless the combination, definitions replaced, is shown to vanish for no other weights."""
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
        _require_one_size(case, statement.weights, {name.text for name in vanishing}, as_linear(zeros))
        _require_inside(case, units, sizes)
        last = int(zeros.subs(sizes))
        rank = coefficient_rank(case, statement.weights, sizes, units, dict.fromkeys(vanishing, last))
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


def _require_one_size(expr: Expr, weights: Sequence[sympy.Symbol], vanishing: set[str], until: Linear) -> None:
    """With the data up to `until` 0, is it one expression in data that stay different, linear in the weights?"""
    core = Normaliser(expr)
    form = core.normalise(expr, core.scope)
    places = [k for k, symbol in enumerate(core.field.symbols) if symbol in weights]
    seen: dict[tuple[str, int], tuple[tuple[str, int], ...]] = {}  # of an index: all but its constant
    for m, coefficient in ((m, c) for row in form.blocks for block in row for m, c in block.items()):
        if _vanishes(m, vanishing, until, core.scope):
            continue
        if m.uppers or m.powers:
            raise CertificateError("a sum is left, or a symbolic power")
        for letter in _letters(m):
            if letter.exponent.terms:
                raise CertificateError("a symbolic power is left")
            if is_function(letter):
                raise CertificateError("a function is left that is no polynomial")
            if letter.name in vanishing and not _beyond(letter.indices[0], until, core.scope):
                raise CertificateError(f"{letter.name} stands at an index that may be one of the data that are 0")
            for position, index in enumerate(letter.indices):
                if seen.setdefault((letter.name, position), index.terms) != index.terms:
                    raise CertificateError(f"two members of {letter.name} may be the same, or not, with the sizes")
        if not coefficient.denom.is_ground or any(
            sum(powers) != 1 or sum(powers[k] for k in places) != 1 for powers in coefficient.numer
        ):
            raise CertificateError("a coefficient is not a number times one weight")


def _letters(m: Monomial) -> Iterable[Letter]:
    return (letter for word in (*(word for _, word in m.numbers), *m.body) for letter in word)


def _vanishes(m: Monomial, vanishing: set[str], until: Linear, scope: Scope) -> bool:
    """Has the monomial a factor that is 0, for every value of the indices that it is summed over?"""
    ranges = {f"%{k}": (Linear((), 1), upper) for k, upper in enumerate(m.uppers)}
    inside = Scope(scope.floors, ranges)
    for letter in _letters(m):
        if letter.name in vanishing:
            low, room = inside.least(letter.indices[0]), inside.least(until - letter.indices[0])
            if low is not None and low >= 1 and room is not None and room >= 0:
                return True
    return False


def _beyond(form: Linear, until: Linear, scope: Scope) -> bool:
    ahead = scope.least(form - until)
    return ahead is not None and ahead >= 1


def coefficient_rank(
    combination: Expr,
    weights: Sequence[sympy.Symbol],
    sizes: dict[sympy.Symbol, Any],
    meanings: Iterable[Meaning],
    zeros: dict[Name, int] | None = None,
) -> int:
    """How many of the functions that the weights multiply are independent at these sizes, as polynomials in the data.

    `zeros` says of a family up to which index its members are 0.
    """
    meanings, zeros = tuple(meanings), zeros or {}
    rows: dict[tuple[int, int, tuple[int, ...]], int] = {}
    entries: list[tuple[int, int, Any]] = []
    for column, chosen in enumerate(weights):
        at = {s: Fraction(value) for s, value in sizes.items()} | {w: Fraction(int(w == chosen)) for w in weights}
        for r, c, value in _polynomials(combination, at, meanings, zeros):
            for powers, number in value.to_dict().items():
                entries.append((rows.setdefault((r, c, powers), len(rows)), column, number))
    matrix = flint.fmpq_mat(max(len(rows), 1), len(weights))
    for row, column, number in entries:
        matrix[row, column] = number
    return int(matrix.rank())


def _polynomials(
    expr: Expr, at: dict[sympy.Symbol, Fraction], meanings: tuple[Meaning, ...], zeros: dict[Name, int]
) -> Iterable[tuple[int, int, Polynomial]]:
    """The entries of an expression as polynomials in the data that are not 0."""
    shapes = cells_read([expr], meanings, at)
    context = ring(sum(rows * columns for rows, columns in shapes.values()))
    data = filled(shapes, iter(context.gens()))
    for name, indices in shapes:
        if indices and 1 <= indices[0] <= zeros.get(name, 0):
            rows, columns = shapes[name, indices]
            data[name, indices] = [[context.constant(0)] * columns for _ in range(rows)]
    value = at_data(data, at, meanings, lambda number: context.constant(rational(number)))(expr)
    for r, row in enumerate(value):
        for c, entry in enumerate(row):
            yield r, c, entry
