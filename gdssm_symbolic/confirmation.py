"""Theorems evaluated at small sizes, entry by entry: a second look that shares nothing with the core's normal form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

from gdssm_symbolic.certificates import coefficient_rank
from gdssm_symbolic.definitions import Meaning
from gdssm_symbolic.evaluation import Evaluator, Matrix
from gdssm_symbolic.expressions import Name, in_reading_order
from gdssm_symbolic.indices import floor
from gdssm_symbolic.proofs import Theorem
from gdssm_symbolic.refutation import Values, free_of, points, refute
from gdssm_symbolic.statements import Equation, Independent, Positive

#: A theorem is evaluated at no more than so many sizes; the smallest and a few larger ones if there are more.
MOST_SIZES = 16


def holds(theorem: Theorem, largest: int, numbers: Sequence[Fraction]) -> bool:
    """Does the theorem hold at sizes up to `largest`, the data unknown and the scalars among `numbers`?"""
    meanings = tuple(theorem.meanings.values())
    match theorem.statement:
        case Equation() as equation:
            return refute(equation, meanings, largest=largest, numbers=numbers, most=MOST_SIZES) is None
        case Positive() as positive:
            values = points(free_of(positive, meanings), largest, numbers, MOST_SIZES)
            signed = ({s: abs(v) if s in positive.nonnegative else v for s, v in at.items()} for at in values)
            return all(_number(positive, at, meanings) > 0 for at in signed)
        case Independent() as independent:
            return all(
                coefficient_rank(independent.combination, independent.weights, dict(sizes), meanings)
                == len(independent.weights)
                for sizes in _from_least(independent, meanings)
            )


def _number(positive: Positive, at: Values, meanings: Sequence[Meaning]) -> Fraction:
    ((value,),) = Evaluator(at, _no_data, meanings)(positive.number)
    return Fraction(value)


def _no_data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
    raise KeyError(f"a number that depends on the {rows}×{columns} matrix {name.text} at {indices}")


def _from_least(independent: Independent, meanings: Sequence[Meaning]) -> Iterator[tuple[tuple[object, int], ...]]:
    """The least sizes, and each of them one larger."""
    least = dict(independent.least)
    free = in_reading_order(symbol for symbol in free_of(independent, meanings) if symbol not in independent.weights)
    lows = [(symbol, least.get(symbol, floor(symbol) or 0)) for symbol in free]
    for more in product((0, 1), repeat=len(lows)):
        yield tuple((symbol, low + extra) for (symbol, low), extra in zip(lows, more, strict=True))
