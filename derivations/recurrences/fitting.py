"""How the factors of a product, and the blocks of a matrix, fit each other; I and 0 take the sizes that are left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy

from gdssm_symbolic.kernel.expressions import ONE, Blocks, Expr, Shape

from .faults import is_
from .grammar import FormulaError, Node, Product, Rows
from .repairs import IsNumber, misfit
from .values import NUMBER, Open, Value, fitted


def chained(node: Product, factors: list[tuple[Node, Value]], is_number: IsNumber) -> list[Expr]:
    """The factors of a product, each fitting those before it. Raises SizesError naming the first that does not."""
    chain: list[Expr] = []
    shape, last = NUMBER, None
    first: Node = node
    for position, (part, value) in enumerate(factors):
        if isinstance(value, Open):
            value = fitted(value, (_side(shape, factors[position + 1 :]),) * 2)
        chain.append(value)
        if value.is_scalar:
            continue
        if shape == NUMBER:
            shape, first = value.shape, part
        elif shape[1] != value.shape[0]:
            assert last is not None
            raise misfit(node, first, last, (part, value), is_number)
        else:
            shape = shape[0], value.shape[1]
        last = (part, value)
    return chain


def _side(shape: Shape, following: Iterable[tuple[Node, Value]]) -> sympy.Expr:
    """The size of an I: the columns of what stands before it, or the rows of what comes after it."""
    if shape != NUMBER:
        return shape[1]
    return next(value.shape[0] for _, value in following if isinstance(value, Expr) and not value.is_scalar)


def in_blocks(node: Rows, parts: Sequence[Value]) -> Expr:
    """A matrix of blocks; I and 0 have the height of their row and the width of their column, or are numbers."""
    rows = [node.parts[k : k + node.columns] for k in range(0, len(node.parts), node.columns)]
    values = [list(parts[k : k + node.columns]) for k in range(0, len(parts), node.columns)]
    heights: dict[int, sympy.Expr] = {}
    widths: dict[int, sympy.Expr] = {}
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            if isinstance(value, Expr):
                high, wide = value.shape
                fits = heights.setdefault(r, high) == high, widths.setdefault(c, wide) == wide
                if not all(fits):
                    told = f"row {r + 1} is {heights[r]} high and column {c + 1} is {widths[c]} wide"
                    raise FormulaError(f"{is_(rows[r][c].text, value)}, but {told}")
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            if isinstance(value, Open) and not value.zero:  # an I is as high as wide
                if r in heights:
                    widths.setdefault(c, heights[r])
                elif c in widths:
                    heights[r] = widths[c]
    every = [value for row in values for value in row]
    if all(value.zero if isinstance(value, Open) else value.is_scalar for value in every):  # a matrix of numbers
        heights, widths = dict.fromkeys(range(len(rows)), ONE), dict.fromkeys(range(node.columns), ONE)
    if len(heights) < len(rows) or len(widths) < node.columns:
        raise FormulaError(f"the sizes in {node.text} are not known; write I(m) for the m×m identity")
    return Blocks(
        tuple(
            tuple(fitted(value, (heights[r], widths[c])) for c, value in enumerate(row)) for r, row in enumerate(values)
        )
    )
