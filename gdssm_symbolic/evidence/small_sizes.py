"""Theorems evaluated at small sizes, entry by entry: a second check that shares nothing with the normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count, product
from random import Random

import flint
import sympy

from gdssm_symbolic.extensions.conversions import rational, ring
from gdssm_symbolic.extensions.differentiation import Gradient
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.extensions.independence import Independent
from gdssm_symbolic.extensions.limits import Limit
from gdssm_symbolic.extensions.positivity import Positive
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import Expr
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, floor
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem

from .counterexamples import Values, data_needed, free_of, points, refute
from .evaluation import at_data, cells_read, filled, with_unknowns
from .reading_order import in_reading_order

#: A theorem is evaluated at no more sizes than this; if there are more, at the smallest and a few larger ones.
MOST_SIZES = 16


def holds(theorem: Theorem, largest: int, numbers: Sequence[Fraction]) -> bool:
    """Return whether the theorem holds at sizes up to `largest`, with unknown data and with scalars from `numbers`."""
    meanings = theorem.defined
    match theorem.statement:
        case Equation() as equation:
            return refute(equation, meanings, largest=largest, numbers=numbers, most=MOST_SIZES) is None
        case Positive() as positive:
            values = points(free_of(positive, meanings), largest, numbers, MOST_SIZES)
            signed = ({s: abs(v) if s in positive.nonnegative else v for s, v in at.items()} for at in values)
            admitted = (at for at in signed if all(at.get(s) != 0 for s in positive.nonzero))
            return all(_is_positive(positive, at, meanings) for at in admitted)
        case Gradient() as gradient:
            at_sizes = points(free_of(gradient, meanings), largest, numbers, MOST_SIZES)
            return all(_is_gradient(gradient, at, meanings) for at in at_sizes)
        case Limit():
            raise ValueError("a limit cannot be evaluated")
        case Impossible() as impossible:
            return _fails(impossible, meanings, largest, numbers)
        case Independent() as independent:
            return all(
                polynomial_rank(independent.combination, independent.weights, sizes, meanings)
                == len(independent.weights)
                for sizes in _from_least(independent, meanings)
            )
    raise TypeError(f"no evaluation of {type(theorem.statement).__name__}")


def _is_gradient(gradient: Gradient, at: Values, meanings: Sequence[Meaning]) -> bool:
    """Return whether the entries of the gradient are the derivatives of the function, where it has a value."""
    try:
        shapes = cells_read(gradient.parts, meanings, at, everywhere=True)
    except (ArithmeticError, OutsideLanguage):  # nothing is stated there
        return True
    context, evaluate = with_unknowns(shapes, at, meanings)
    ((value,),) = evaluate(gradient.function)
    entries = [entry for row in evaluate(gradient.gradient) for entry in row]
    point = [entry for row in evaluate(gradient.point()) for entry in row]
    gens = context.gens()
    return all(value.derivative(gens.index(one)) == slope for one, slope in zip(point, entries, strict=True))


def _fails(impossible: Impossible, meanings: tuple[Meaning, ...], largest: int, numbers: Sequence[Fraction]) -> bool:
    """Return whether at every size, for random values of the unknowns, the equation fails for some data.

    What the statement is given not to be 0 must not be 0 there. Of the numbered data sets four are tried.
    """
    symbols = [one for one in impossible.unknowns if isinstance(one, sympy.Symbol)]
    numbered = [one for one in impossible.data if isinstance(one, sympy.Symbol)]
    draw = Random(0)  # noqa: S311 - a sample, and no secret
    free = free_of(impossible, meanings).union(symbols)
    return all(
        any(
            _differs(impossible, meanings, {**at, **dict(zip(numbered, map(Fraction, chosen), strict=True))}, draw)
            for chosen in product(*(range(low, low + 4) for low in (floor(symbol) or 0 for symbol in numbered)))
        )
        for at in points(free, largest, numbers, MOST_SIZES)
        if all(_may_be_nonzero(number, meanings, at) for number in impossible.given)
    )


def _may_be_nonzero(number: Expr, meanings: tuple[Meaning, ...], at: Values) -> bool:
    """Return whether a number is not 0 for all data."""
    _, evaluate = with_unknowns(cells_read([number], meanings, at), at, meanings)
    ((value,),) = evaluate(number)
    return not value.is_zero()


def _differs(impossible: Impossible, meanings: tuple[Meaning, ...], at: Values, draw: Random) -> bool:
    """Return whether the two sides, with random unknown matrices, differ as polynomials in the data."""
    shapes = data_needed(impossible.equation, meanings, at)
    drawn = {cell: size for cell, size in shapes.items() if cell[0] in impossible.unknowns}
    context = ring(sum(rows * columns for cell, (rows, columns) in shapes.items() if cell not in drawn))
    data = filled({cell: size for cell, size in shapes.items() if cell not in drawn}, iter(context.gens()))
    data |= filled(drawn, (context.constant(draw.randint(-9, 9)) for _ in count()))
    evaluate = at_data(data, at, meanings, lambda number: context.constant(rational(number)))
    return evaluate(impossible.equation.left) != evaluate(impossible.equation.right)


def _is_positive(positive: Positive, at: Values, meanings: Sequence[Meaning]) -> bool:
    """Return whether the number is the same for all data, and positive."""
    _, evaluate = with_unknowns(cells_read([positive.number], meanings, at), at, meanings)
    ((number,),) = evaluate(positive.number)
    terms = number.to_dict()
    return bool(terms) and all(value > 0 and not any(powers) for powers, value in terms.items())


def polynomial_rank(
    combination: Expr, weights: Sequence[sympy.Symbol], sizes: Mapping[sympy.Symbol, int], meanings: Sequence[Meaning]
) -> int:
    """Return how many of the functions with these weights are independent at these sizes, as polynomials."""
    rows: dict[tuple[int, int, tuple[int, ...]], int] = {}
    entries: list[tuple[int, int, flint.fmpq]] = []
    for column, chosen in enumerate(weights):
        at = {s: Fraction(value) for s, value in sizes.items()} | {w: Fraction(int(w == chosen)) for w in weights}
        _, evaluate = with_unknowns(cells_read([combination], meanings, at), at, meanings)
        for r, row in enumerate(evaluate(combination)):
            for c, entry in enumerate(row):
                for powers, number in entry.to_dict().items():
                    entries.append((rows.setdefault((r, c, powers), len(rows)), column, number))
    matrix = flint.fmpq_mat(max(len(rows), 1), len(weights))
    for place, column, number in entries:
        matrix[place, column] = number
    return int(matrix.rank())


def _from_least(independent: Independent, meanings: Sequence[Meaning]) -> Iterator[dict[sympy.Symbol, int]]:
    """Yield all choices of sizes in which each size is its least value or larger by 1."""
    least = dict(independent.least)
    free = in_reading_order(symbol for symbol in free_of(independent, meanings) if symbol not in independent.weights)
    lows = [(symbol, least.get(symbol, floor(symbol) or 0)) for symbol in free]
    for more in product((0, 1), repeat=len(lows)):
        yield {symbol: low + extra for (symbol, low), extra in zip(lows, more, strict=True)}
