"""The search for a counterexample at the sizes where, by the normal form, the two sides may differ.

The coefficients of a difference are rational functions of the sizes and scalars. At sizes where all of
them are 0, the two sides agree, so the search skips these sizes. At the others, smallest first, it draws data
with a fixed seed and evaluates both sides. If they differ, it makes the data small. A counterexample that is
found is confirmed like any other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, product
from types import MappingProxyType

import flint
import sympy

from gdssm_symbolic.extensions.conversions import polynomial, rational, ring
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, floor
from gdssm_symbolic.kernel.monomials import NormalForm
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.work import Work

from .counterexamples import Refuted, data_needed, free_of, refuted_at
from .evaluation import Cell, Matrix, at_data, fraction
from .reading_order import in_reading_order

#: Data are drawn between minus this number and this number. A non-zero polynomial of degree 3 is 0 at such data with
#: probability below 1/600, and at all draws with probability below 10⁻⁸; the search then goes on with the next size.
LARGEST_DATUM = 999
DRAWS = 3
#: Data have at most this many non-zero coordinates; the inner products of such data are general enough.
COORDINATES = 4
#: Scalars run through 1, -1, 2, …; if nothing is found, through the numbers from 3 on.
SCALARS_FROM = (1, 3)
#: How many steps evaluations may take, about two minutes; one step is one entry of a product.
MOST_STEPS = 200_000_000
#: Sizes are tried up to this much above the degrees of the coefficients: short contexts hide differences up to N = 2.
MARGIN = 4


@dataclass(frozen=True)
class Obstacles:
    """Polynomials in sizes and scalars; where all of them vanish, two sides are known to agree."""

    symbols: tuple[sympy.Symbol, ...]
    polynomials: tuple[flint.fmpq_mpoly, ...]

    @staticmethod
    def of(differences: Iterable[NormalForm], *others: sympy.Expr) -> Obstacles:
        """Return the numerators of all coefficients of these normal forms, and of the other rational functions."""
        forms = [c for form in differences for row in form.blocks for block in row for c in block.values()]
        fractions = [sympy.fraction(sympy.cancel(value))[0] for value in others]
        free = {symbol for c in forms for symbol in c.symbols}.union(*(v.free_symbols for v in fractions))
        symbols = tuple(in_reading_order(free))
        place, context = {symbol: k for k, symbol in enumerate(symbols)}, ring(len(symbols))

        def moved(powers: tuple[int, ...], own: Sequence[sympy.Symbol]) -> tuple[int, ...]:
            """Return exponents of the generators of one field as exponents of `symbols`."""
            by_place = {place[symbol]: power for symbol, power in zip(own, powers, strict=True)}
            return tuple(by_place.get(k, 0) for k in range(len(symbols)))

        written = [[(moved(powers, c.symbols), v) for powers, v in c.numer.terms()] for c in forms]
        written += [sympy.Poly(value, *symbols).terms() if symbols else [((), value)] for value in fractions if value]
        return Obstacles(symbols, tuple(polynomial(terms, context) for terms in written))

    def at(self, values: Mapping[sympy.Symbol, Fraction | int]) -> Obstacles:
        """Return the obstacles with these values put in; the other symbols stay."""
        numbers: dict[str | int, flint.fmpq] = {
            f"v{self.symbols.index(s)}": rational(v) for s, v in values.items() if s in self.symbols
        }
        return Obstacles(self.symbols, tuple(p for q in self.polynomials if not (p := q.subs(numbers)).is_zero()))

    def degree(self, symbol: sympy.Symbol) -> int:
        if symbol not in self.symbols:
            return 0
        return max(p.degrees()[self.symbols.index(symbol)] for p in self.polynomials)


#: For two sides of which it is unknown where they differ: the search skips no size.
ANYWHERE = Obstacles((), (ring(0).constant(1),))


def refute_where(
    obstacles: Obstacles,
    equation: Equation,
    meanings: Iterable[Meaning],
    *,
    fixed: Mapping[sympy.Symbol, int] = MappingProxyType({}),
    largest: int | None = None,
    work: Work | None = None,
) -> Refuted | None:
    """Return a confirmed counterexample at sizes where not all obstacles are 0, or None if none is found.

    Some sizes may be `fixed`. The others go up to `largest` or, without it, as far as the obstacles could all be 0.
    Raises TooMuchWork if the evaluation takes more steps than `work` allows.
    """
    work = work or Work(MOST_STEPS)
    meanings = tuple(meanings)
    for least in SCALARS_FROM if obstacles.polynomials else ():
        if found := _refute_from(least, obstacles, equation, meanings, dict(fixed), largest, work):
            return found
    return None


def _refute_from(
    least: int,
    obstacles: Obstacles,
    equation: Equation,
    meanings: tuple[Meaning, ...],
    fixed: dict[sympy.Symbol, int],
    largest: int | None,
    work: Work,
) -> Refuted | None:
    symbols = in_reading_order(free_of(equation, meanings))
    scalars = _scalars([symbol for symbol in symbols if not symbol.is_integer], obstacles, least)
    obstacles = obstacles.at(scalars)
    rng = random.Random(0)  # noqa: S311 - data for a trial, the same in every run
    open_sizes = [symbol for symbol in symbols if symbol.is_integer and symbol not in fixed]
    for chosen in _sizes(open_sizes, obstacles, largest):
        sizes = {symbol: (fixed | chosen)[symbol] for symbol in symbols if symbol.is_integer}
        if not obstacles.at(sizes).polynomials:
            continue
        values = {symbol: Fraction(value) for symbol, value in (scalars | sizes).items()}
        try:
            shapes = data_needed(equation, meanings, values)
        except (ArithmeticError, OutsideLanguage):  # the equation states nothing there
            continue

        def differ(data: Mapping[Cell, Matrix], values: Mapping[sympy.Symbol, Fraction] = values) -> bool:
            evaluate = at_data(data, values, meanings, rational, work)
            return evaluate(equation.left) != evaluate(equation.right)

        for _ in range(DRAWS):
            drawn = _drawn(shapes, rng)
            if differ(drawn):
                return refuted_at(equation, meanings, sizes, tuple(scalars.items()), _made_small(drawn, differ))
    return None


def _drawn(shapes: Mapping[Cell, tuple[int, int]], rng: random.Random) -> dict[Cell, Matrix]:
    """Draw random integers for the first few rows and columns of every matrix, and set the rest to 0."""
    return {
        cell: [
            [
                flint.fmpq(rng.randint(-LARGEST_DATUM, LARGEST_DATUM) if max(r, c) < COORDINATES else 0)
                for c in range(columns)
            ]
            for r in range(rows)
        ]
        for cell, (rows, columns) in shapes.items()
    }


def _scalars(symbols: list[sympy.Symbol], obstacles: Obstacles, least: int) -> dict[sympy.Symbol, Fraction]:
    """Return the first scalars among least, -least, … at which not all obstacles are 0 identically in the sizes."""
    chosen: dict[sympy.Symbol, Fraction] = {}
    for symbol in symbols:
        for number in (Fraction(sign * size) for size in count(least) for sign in (1, -1)):
            if obstacles.at({**chosen, symbol: number}).polynomials:
                chosen[symbol] = number
                break
    return chosen


def _sizes(symbols: list[sympy.Symbol], obstacles: Obstacles, largest: int | None) -> Iterator[dict[sympy.Symbol, int]]:
    """Yield sizes, ordered by their sum; without `largest`, so many that no non-zero obstacle is 0 at every one."""
    ends = [largest + 1 if largest else (floor(s) or 0) + obstacles.degree(s) + MARGIN for s in symbols]
    ranges = [range(floor(s) or 0, end) for s, end in zip(symbols, ends, strict=True)]
    for values in sorted(product(*ranges), key=lambda numbers: (sum(numbers), numbers)):
        yield dict(zip(symbols, values, strict=True))


def _made_small(data: Mapping[Cell, Matrix], differ: Callable[[Mapping[Cell, Matrix]], bool]) -> dict[Cell, Matrix]:
    """Return data at which the sides still differ, with entries set to 0, or else to 1, where trying that succeeds."""
    places = [(cell, r, c) for cell, rows in data.items() for r, row in enumerate(rows) for c, _ in enumerate(row)]
    value = {(cell, r, c): data[cell][r][c] for cell, r, c in places}
    zero, one = flint.fmpq(0), flint.fmpq(1)

    def try_with(changed: list[tuple[Cell, int, int]], number: flint.fmpq) -> bool:
        attempt = value | dict.fromkeys(changed, number)
        if not differ(_matrices(attempt, data)):
            return False
        value.update(attempt)
        return True

    kept, size = places, (len(places) + 1) // 2
    while size:
        start = 0
        while start < len(kept):
            if try_with(kept[start : start + size], zero):
                kept = kept[:start] + kept[start + size :]
            else:
                start += size
        size //= 2
    for place in kept:
        try_with([place], one)
    return {cell: [[fraction(entry) for entry in row] for row in rows] for cell, rows in _matrices(value, data).items()}


def _matrices(values: Mapping[tuple[Cell, int, int], flint.fmpq], like: Mapping[Cell, Matrix]) -> dict[Cell, Matrix]:
    return {
        cell: [[values[cell, r, c] for c, _ in enumerate(row)] for r, row in enumerate(rows)]
        for cell, rows in like.items()
    }
