"""Of what an expression is a sum: which terms, with how many indices and factors, and of which degrees.

An entry of an expression is a finite sum of terms

    ρ(N, f, η) · Σ over places i, each from a to N + b · Σ over features, each from 1 to f · a product of data

where a datum stands at a place i + o, N + o or o. A mean of such a sum over independent entries is part of a
coefficient: over a denominator it is a polynomial in f, and in N from some N on. `reader_of_terms` reads an expression
as such a sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

import sympy

UNIT = sympy.Integer(1)

Degrees = Counter[sympy.Symbol]


class NotBySizes(ValueError):
    """Raised if an expression is no sum of such terms; the message says why."""


@dataclass(frozen=True)
class Places:
    """Where data stand on an axis 1, …, N: the smallest and the largest shift o of a place i + o, and the ends.

    A place is compared with none but the first `left` and the last `right` places, and those after N, which are told
    apart one by one.
    """

    lowest: int = 0
    highest: int = 0
    left: int = 0
    right: int = 0

    def __or__(self, other: Places) -> Places:
        return Places(
            min(self.lowest, other.lowest),
            max(self.highest, other.highest),
            max(self.left, other.left),
            max(self.right, other.right),
        )


@dataclass(frozen=True)
class Terms:
    """Bounds that hold for every term of a block.

    `places` tells where the data stand on each axis, and `fixed` is the last place that is given by a number, on
    whichever axis. `factors` counts the data with a place on an axis (such as the samples 1, …, N), `summed` the
    places that are summed over, and `inner` the features, by size. Over the common `denominator` the numerators
    have at most these `degrees`. `always` are the places that are summed over and stand in a factor of every term.
    In a term that is `tied` the row has the number of the column and need not stand in a factor, as in I; in every
    other both do. A mean is part of a coefficient, and a polynomial in N from the value in `starts` on; it has about
    this power of each symbol for the number of the terms of which it is the mean (`growth`).
    """

    places: Mapping[sympy.Symbol, Places] = field(default_factory=dict)
    fixed: int = 0
    factors: Degrees = field(default_factory=Counter)
    summed: Degrees = field(default_factory=Counter)
    inner: Degrees = field(default_factory=Counter)
    degrees: Degrees = field(default_factory=Counter)
    denominator: sympy.Expr = UNIT
    always: frozenset[sympy.Symbol] = frozenset()
    tied: bool = False
    starts: Degrees = field(default_factory=Counter)
    growth: Degrees = field(default_factory=Counter)

    def __add__(self, other: Terms) -> Terms:
        denominator = sympy.lcm(self.denominator, other.denominator)
        parts = [one.degrees + degrees_in(denominator / one.denominator) for one in (self, other)]
        return Terms(
            _both(self.places, other.places),
            max(self.fixed, other.fixed),
            self.factors | other.factors,
            self.summed | other.summed,
            self.inner | other.inner,
            reduce(or_, parts),
            denominator,
            self.always & other.always,
            self.tied or other.tied,
            self.starts | other.starts,
            self.growth | other.growth,
        )

    def __mul__(self, other: Terms) -> Terms:
        return Terms(
            _both(self.places, other.places),
            max(self.fixed, other.fixed),
            self.factors + other.factors,
            self.summed + other.summed,
            self.inner + other.inner,
            self.degrees + other.degrees,
            sympy.expand(self.denominator * other.denominator),
            self.always | other.always,
            self.tied and other.tied,
            self.starts | other.starts,
            self.growth | other.growth,
        )

    def ends(self, axis: sympy.Symbol) -> int:
        """How many places of an axis are told apart one by one, at both ends together."""
        places = self.places.get(axis, Places())
        return max(places.left, self.fixed) + max(places.right, 0)

    def apart(self, axis: sympy.Symbol) -> int:
        """By how much two data with the same index may be apart on an axis."""
        places = self.places.get(axis, Places())
        return places.highest - places.lowest

    @property
    def mean(self) -> Terms:
        """Bounds on the mean of a number that is a sum of such terms, whose data are independent entries.

        If s places are summed over, it is a polynomial in N from K + K' + s w + 1 on (docs/by-sizes.md). What is
        summed over adds at most one to the degree for each place and each feature.
        """
        written_out = self.summed + self.inner
        starts = {axis: self.ends(axis) + self.summed[axis] * self.apart(axis) + 1 for axis in self.places}
        return Terms(
            degrees=self.degrees + written_out,
            denominator=self.denominator,
            starts=Counter(starts),
            growth=written_out,
        )


@dataclass(frozen=True)
class Grid:
    """Blocks by row and column, with their sizes; a block that is None is 0. A fixed size n is written as n times 1."""

    rows: tuple[sympy.Expr, ...]
    columns: tuple[sympy.Expr, ...]
    blocks: tuple[tuple[Terms | None, ...], ...]

    @staticmethod
    def filled(rows: sympy.Expr, columns: sympy.Expr, terms: Terms | None) -> Grid:
        high, wide = parts_of(rows), parts_of(columns)
        return Grid(high, wide, tuple((terms,) * len(wide) for _ in high))

    @property
    def is_number(self) -> bool:
        return self.rows == self.columns == (UNIT,)

    @property
    def transposed(self) -> Grid:
        return Grid(self.columns, self.rows, tuple(zip(*self.blocks, strict=True)))

    def __add__(self, other: Grid) -> Grid:
        if (self.rows, self.columns) != (other.rows, other.columns):
            raise NotBySizes("matrices are added whose blocks are cut in different places")
        pairs = zip(self.blocks, other.blocks, strict=True)
        blocks = tuple(tuple(_added(a, b) for a, b in zip(*rows, strict=True)) for rows in pairs)
        return replace(self, blocks=blocks)

    def scaled(self, number: Terms | None) -> Grid:
        blocks = tuple(
            tuple(None if one is None or number is None else _scaled(one, number) for one in row) for row in self.blocks
        )
        return replace(self, blocks=blocks)

    def __mul__(self, other: Grid) -> Grid:
        if self.is_number:
            return other.scaled(self.blocks[0][0])
        if other.is_number:
            return self.scaled(other.blocks[0][0])
        if self.columns != other.rows:
            raise NotBySizes("matrices are multiplied whose blocks are cut in different places")
        across = other.transposed.blocks
        blocks = tuple(
            tuple(
                reduce(_added, (_contracted(a, b, n) for a, b, n in zip(row, column, self.columns, strict=True)))
                for column in across
            )
            for row in self.blocks
        )
        return Grid(self.rows, other.columns, blocks)

    def trace(self) -> Grid:
        if self.rows != self.columns:
            raise NotBySizes("a trace of a matrix whose rows and columns are cut in different places")
        terms = (_closed(self.blocks[k][k], size) for k, size in enumerate(self.rows))
        return Grid.filled(UNIT, UNIT, reduce(_added, terms))


def parts_of(size: sympy.Expr) -> tuple[sympy.Expr, ...]:
    """Return the sizes of the parts of an axis: a fixed size is cut into ones."""
    return (UNIT,) * int(size) if size.is_Integer else (size,)


def joined(rows: Sequence[Sequence[Grid]]) -> Grid:
    """The grid of a block matrix."""
    high = tuple(size for row in rows for size in row[0].rows)
    wide = tuple(size for block in rows[0] for size in block.columns)
    blocks = tuple(
        tuple(one for block in row for one in block.blocks[r]) for row in rows for r in range(len(row[0].rows))
    )
    if any(block.rows != row[0].rows for row in rows for block in row) or any(
        tuple(size for block in row for size in block.columns) != wide for row in rows
    ):
        raise NotBySizes("a block matrix whose blocks are cut in different places")
    return Grid(high, wide, blocks)


def _added(left: Terms | None, right: Terms | None) -> Terms | None:
    return right if left is None else left if right is None else left + right


def _scaled(one: Terms, number: Terms) -> Terms:
    return replace(one * number, tied=one.tied)


def _contracted(left: Terms | None, right: Terms | None, size: sympy.Expr) -> Terms | None:
    """The terms of a product: one index more is summed over. It stands in a factor, or is tied to one that is kept."""
    if left is None or right is None:
        return None
    result = left * right
    return result if size.is_Integer else replace(result, inner=result.inner + Counter({size: 1}))


def _closed(one: Terms | None, size: sympy.Expr) -> Terms | None:
    """The terms of a trace; an index that may stand in no factor is counted."""
    if one is None or size.is_Integer:
        return one
    more = Counter({size: int(one.tied)})
    return replace(one, inner=one.inner + Counter({size: 1}), degrees=one.degrees + more, tied=False)


def degrees_in(polynomial: sympy.Expr) -> Degrees:
    """Return the degree of a polynomial in each of its symbols."""
    polynomial = sympy.cancel(polynomial)
    return Counter({one: int(sympy.degree(polynomial, one)) for one in polynomial.free_symbols})


def _both(left: Mapping[sympy.Symbol, Places], right: Mapping[sympy.Symbol, Places]) -> Mapping[sympy.Symbol, Places]:
    return {one: left.get(one, Places()) | right.get(one, Places()) for one in {**left, **right}}
