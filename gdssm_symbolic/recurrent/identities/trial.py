"""Values of expressions at one point, with data that are drawn: where two differ, they need not be compared further."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from random import Random

import sympy

from gdssm_symbolic.evidence.evaluation import Cell, Evaluator, Matrix
from gdssm_symbolic.kernel.expressions import Expr, Name, free_symbols
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, floor, unambiguous

#: What integers are at the point, unless they have a greater least value; other scalars lie between 2 and LARGEST.
INTEGER, LARGEST = 2, 99


def drawn() -> Callable[[Name, tuple[int, ...], int, int], Matrix]:
    """Return data that are drawn where they are needed first, the same in every run."""
    draw, known = Random(0), dict[Cell, Matrix]()  # noqa: S311 - data for a trial, and no secret

    def cell(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        if (name, indices) not in known:
            known[name, indices] = [[Fraction(draw.randint(1, 9)) for _ in range(columns)] for _ in range(rows)]
        return known[name, indices]

    return cell


def may_be_equal(left: Expr, right: Expr) -> bool:
    """Whether two expressions have one value at the point, or one of them has none there.

    Each name stands for data. So expressions that the core shows to be equal may be.
    """
    values = [_value(side) for side in (left, right)]
    return None in values or values[0] == values[1]


@lru_cache(maxsize=256)  # one expression is compared with several
def _value(expr: Expr) -> Matrix | None:
    """The value at the point, which is the same for all expressions; None if there is none."""
    try:
        return Evaluator({one: _chosen(one) for one in unambiguous(free_symbols(expr))}, _datum)(expr)
    except (ArithmeticError, OutsideLanguage):
        return None


def _chosen(symbol: sympy.Symbol) -> Fraction:
    if symbol.is_integer:
        return Fraction(max(INTEGER, floor(symbol) or 0))
    return Fraction(_draw(symbol.name).randint(2, LARGEST))


def _datum(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
    draw = _draw(f"{name.text} {indices}")
    return [[draw.randint(1, 9) for _ in range(columns)] for _ in range(rows)]


def _draw(text: str) -> Random:
    """Draws that depend on the text alone, so that a name has the same values in every expression."""
    return Random(text)  # noqa: S311 - data for a trial, and no secret
