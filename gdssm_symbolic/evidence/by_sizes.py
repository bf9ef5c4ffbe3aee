"""A second proof for all sizes: sums of bounded terms are equal if they are equal at finitely many sizes.

docs/by-sizes.md proves it. Of the terms that `terms` finds on both sides, let none have more than D data with a
place on the axis 1, …, N; let the shifts o of places i + o differ by at most w, and let K places at the left end
and K' at the right be told apart one by one; let the coefficients, over a common denominator, have degree d in N.
Let no term have more than U features, those of the entry included, and let the coefficients have degree e in f. If
the sides agree, as polynomials in the data and in the scalars, at

    N = least, …, (D + 1)(w + 1) + K + K' + d        f = U, …, U + e

they agree at all sizes. A mean of such sums over independent entries is part of a coefficient: with s places and u
features, it adds s to the degree in N, from N = K + K' + s w + 1 on, and u to the degree in f. A scalar that is divided
by takes n + 1 values where the coefficients have degree n in it.
Nothing of the normal form is used: both sides are written out, entry by entry, by `evaluation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, islice, product
from math import prod

import sympy

from gdssm_symbolic.extensions.conversions import ring
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import Shape
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, floor
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.work import TooMuchWork

from .counterexamples import data_needed, free_of
from .evaluation import filled
from .reader_of_terms import Reader
from .reading_order import in_reading_order
from .terms import NotBySizes, Terms
from .unknown_scalars import polynomial_evaluator

#: More terms are not written out, at all points together: some seconds.
MOST_TERMS = 200_000


@dataclass(frozen=True)
class Points:
    """At which values of which symbols both sides have to agree, as polynomials in the data and in the `unknowns`."""

    values: tuple[tuple[sympy.Symbol, tuple[Fraction, ...]], ...]
    unknowns: tuple[sympy.Symbol, ...]
    growth: Mapping[sympy.Symbol, int]  # a side has about this power of each symbol for the number of its terms

    @property
    def terms(self) -> int:
        """About how many terms a side has, at all points together."""
        return prod(sum(int(value) ** self.growth[symbol] for value in values) for symbol, values in self.values)

    @property
    def number(self) -> int:
        return prod(len(values) for _, values in self.values)

    def __iter__(self) -> Iterator[dict[sympy.Symbol, Fraction]]:
        """Yield the points, the smallest first."""
        symbols = [symbol for symbol, _ in self.values]
        for chosen in product(*(values for _, values in self.values)):
            yield dict(zip(symbols, chosen, strict=True))

    def __str__(self) -> str:
        return ", ".join(f"{symbol} = {_told(values)}" for symbol, values in self.values)


@dataclass(frozen=True)
class BySizes:
    """What a comparison at finitely many sizes says: both sides agree at all points, or differ at `differs`."""

    grid: Points
    differs: Mapping[sympy.Symbol, Fraction] | None = None

    @property
    def proved(self) -> bool:
        return self.differs is None


def by_sizes(
    equation: Equation,
    meanings: Sequence[Meaning],
    most: int = MOST_TERMS,
) -> BySizes:
    """Compare both sides at all points of the grid.

    Raises:
        NotBySizes: the sides are no sums of bounded terms, or it would take too long; the message says which.
    """
    grid = grid_of(equation, meanings)
    if grid.terms > most:
        raise NotBySizes(f"it takes {grid} and some {float(grid.terms):.0e} terms")
    for point in grid:
        try:
            if not _agree(equation, tuple(meanings), point, grid.unknowns):
                return BySizes(grid, point)
        except TooMuchWork:
            at = ", ".join(f"{symbol} = {value}" for symbol, value in point.items())
            raise NotBySizes(f"both sides are too large to be written out at {at}") from None
    return BySizes(grid)


def grid_of(equation: Equation, meanings: Sequence[Meaning]) -> Points:
    """Return the points at which both sides have to agree. Raises NotBySizes if they are no sums of bounded terms."""
    reader = Reader(meanings)
    left, right = (reader.read(side) for side in equation.parts)
    both = left + right
    if shared := reader.sizes & reader.axes:
        raise NotBySizes(f"{shared.pop()} is a size of matrices and a number of samples")
    blocks = [
        (one, (rows, columns))
        for rows, row in zip(both.rows, both.blocks, strict=True)
        for columns, one in zip(both.columns, row, strict=True)
        if one is not None
    ]
    grid, unknowns = [], []
    for symbol in in_reading_order(free_of(equation, meanings)):
        low = floor(symbol) or 0
        if symbol in reader.axes:
            last = max((_last(one, symbol) for one, _ in blocks), default=low)
            grid.append((symbol, _whole_numbers(low, max(last, low))))
        elif symbol in reader.sizes:
            indices = max((one.inner.get(symbol, 0) + shape.count(symbol) for one, shape in blocks), default=0)
            first = max(indices, low)
            grid.append((symbol, _whole_numbers(first, first + _degree(blocks, symbol))))
        elif symbol.is_integer:
            grid.append((symbol, _whole_numbers(low, low + _degree(blocks, symbol))))
        elif symbol in reader.divisors:
            values = islice(_scalars(symbol, [one for one, _ in blocks]), _degree(blocks, symbol) + 1)
            grid.append((symbol, tuple(values)))
        else:
            unknowns.append(symbol)
    growth = {
        symbol: max(
            (
                max(one.summed[symbol] + one.inner[symbol] + shape.count(symbol), one.growth[symbol])
                for one, shape in blocks
            ),
            default=0,
        )
        for symbol, _ in grid
    }
    return Points(tuple(grid), tuple(unknowns), growth)


def _degree(blocks: Sequence[tuple[Terms, Shape]], symbol: sympy.Symbol) -> int:
    return max((one.degrees.get(symbol, 0) for one, _ in blocks), default=0)


def _last(terms: Terms, axis: sympy.Symbol) -> int:
    """The largest N at which two blocks with such terms have to be compared."""
    gaps = (terms.factors[axis] + 1) * (terms.apart(axis) + 1)
    return max(gaps + terms.ends(axis), terms.starts[axis]) + terms.degrees[axis]


def _whole_numbers(first: int, last: int) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, range(first, last + 1)))


def _scalars(symbol: sympy.Symbol, blocks: Sequence[Terms]) -> Iterator[Fraction]:
    """Yield values of a scalar at which no denominator vanishes for all values of the others."""
    for value in count(2):
        if all(one.denominator.subs(symbol, value) != 0 for one in blocks):
            yield Fraction(value)


def _agree(
    equation: Equation,
    meanings: tuple[Meaning, ...],
    at: Mapping[sympy.Symbol, Fraction],
    unknowns: Sequence[sympy.Symbol],
) -> bool:
    """Whether both sides are the same polynomials. Raises NotBySizes where a side has no value."""
    try:
        given = tuple(one for one in meanings if not isinstance(one, Mean))  # means are read where they are written out
        shapes = data_needed(equation, given, {**at, **dict.fromkeys(unknowns, Fraction(1))})
        context = ring(len(unknowns) + sum(rows * columns for rows, columns in shapes.values()))
        data = filled(shapes, iter(context.gens()[len(unknowns) :]))
        evaluate = polynomial_evaluator(
            context, at, unknowns, data=lambda name, indices, _r, _c: data[name, indices], meanings=meanings
        )
        return evaluate(equation.left) == evaluate(equation.right)
    except (ArithmeticError, OutsideLanguage) as error:
        raise NotBySizes(f"a side has no value there: {error}") from None


def _told(values: Sequence[Fraction]) -> str:
    return str(values[0]) if len(values) == 1 else f"{values[0]}, …, {values[-1]}"
