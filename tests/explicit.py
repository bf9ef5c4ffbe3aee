"""Exact evaluation at random sizes and data, for the tests: the meaning of an expression, without the core."""

from __future__ import annotations

import random
from collections.abc import Iterable
from fractions import Fraction

from gdssm_symbolic.evidence.evaluation import Evaluator, Matrix
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import Expr, Name, free_symbols
from gdssm_symbolic.kernel.linear_forms import floor


def evaluator(
    rng: random.Random, exprs: Iterable[Expr], meanings: Iterable[Meaning] = (), sizes: tuple[int, int] = (0, 4)
) -> Evaluator:
    """One evaluation point: random sizes in a range (as far as admissible), random scalars, random integer data."""
    meanings = tuple(meanings)
    symbols = {s for expr in exprs for s in free_symbols(expr)}.union(*(meaning.free for meaning in meanings))
    values = {
        s: Fraction(max(floor(s) or 0, rng.randint(*sizes)))
        if s.is_integer
        else Fraction(rng.randint(2, 99), rng.randint(100, 199))
        for s in sorted(symbols, key=lambda symbol: symbol.name)
    }
    known: dict[tuple[Name, tuple[int, ...]], Matrix] = {}

    def data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        key = name, indices
        if key not in known:
            known[key] = [[rng.randint(-99, 99) for _ in range(columns)] for _ in range(rows)]
        return known[key]

    return Evaluator(values, data, meanings)


def agree(left: Expr, right: Expr, seed: int, points: int = 6, meanings: Iterable[Meaning] = ()) -> bool:
    """Do two expressions have the same value at several random points? Small sizes first, large ones last.

    The last point decides in practice: there all sizes are at least 3, so that no sum of the tests is short.
    """
    rng = random.Random(seed)
    meanings = tuple(meanings)
    for point in range(points):
        sizes = (3, 5) if point == points - 1 else (0, 2) if point < points // 2 else (2, 4)
        value = evaluator(rng, (left, right), meanings, sizes)
        if value(left) != value(right):
            return False
    return True
