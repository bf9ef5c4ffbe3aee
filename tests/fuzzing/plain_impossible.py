"""Is what is said to be impossible so? A planted or a drawn solution that fits many data refutes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product

import sympy
from plain_meaning import Plain, Pole, Rows, Undefined, Values, draw, drawn, least, parts_of
from plain_rings import Number
from plain_statements import NOTHING, Given, Point, judges

from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import App, Expr, Name, Zero
from gdssm_symbolic.kernel.theorem import Theorem

Matrices = Callable[[tuple[int, ...], int, int], Rows]

#: An equation that holds for so many drawn data is taken to hold for all.
DRAWS = 6
#: What unknown scalars are tried at, and how many choices at most.
SMALL, TRIED = (0, 1, -1, 2, -2, 3), 3


#: The numbers of the first data sets that are tried, twice, less the least one.
FIRST_SETS = (2, 3, 1, 0, 5, 4)


@dataclass(frozen=True)
class Solution:
    """Values of the unknowns, and of what is fixed, at given sizes; what is left out is drawn."""

    scalars: Callable[[Values], Mapping[sympy.Symbol, Number]] = lambda _: {}
    matrices: Mapping[Name, Matrices] = field(default_factory=dict)
    functions: tuple[Definition, ...] = ()


@dataclass(frozen=True)
class Planted(Given):
    """Solutions that the maker of an equation knows of, at some sizes at least."""

    solutions: tuple[Solution, ...] = ()


def zeros(indices: tuple[int, ...], rows: int, columns: int) -> Rows:
    return [[0] * columns for _ in range(rows)]


def ones(indices: tuple[int, ...], rows: int, columns: int) -> Rows:
    return [[int(r == c) for c in range(columns)] for r in range(rows)]


@judges(Impossible)
def _impossible(theorem: Theorem, point: Point, given: Given = NOTHING) -> tuple[str, str, str] | None:
    statement = theorem.statement
    planted = given.solutions if isinstance(given, Planted) else ()
    for solution in (*planted, *islice(_drawn_solutions(theorem, point), TRIED)):
        at = {**point.values, **solution.scalars(point.sizes)}
        try:
            solved = all(_solves(theorem, statement, at, solution, point.seed, again) for again in range(2))
        except (Pole, ZeroDivisionError):
            continue
        if solved:
            unknown = {one: at[one] for one in statement.unknowns if one in at}
            return "possible", f"{unknown} {[name.text for name in solution.matrices]}", f"{DRAWS} data at {at}"
    return None


def _drawn_solutions(theorem: Theorem, point: Point) -> Iterator[Solution]:
    """Small unknowns, the unknown and fixed matrices drawn, 0 or like an identity, unknown functions 0."""
    statement = theorem.statement
    scalars = [one for one in statement.unknowns if isinstance(one, sympy.Symbol)]
    names = {name for part in (*statement.equation.parts, *_bodies(theorem)) for name in names_in(part)}
    free = [n for n in names if n not in statement.data and n not in theorem.meanings]
    matrices = [name for name in free if not name.takes]
    functions = tuple(_zero_function(name) for name in free if name in statement.unknowns and name.takes)
    choices = list(product(SMALL, repeat=len(scalars)))
    for turn in range(TRIED):
        values = choices[draw(point.seed, turn) % len(choices)]
        chosen = dict(zip(scalars, values, strict=True))
        fill = (zeros, ones, None)[draw(point.seed, turn, "fill") % 3]
        filled = {} if fill is None else dict.fromkeys(matrices, fill)
        yield Solution(lambda _, chosen=chosen: chosen, filled, functions)


def _zero_function(name: Name) -> Definition:
    parameters = tuple(Name(f"zero{k}", shape) for k, shape in enumerate(name.takes))
    indices = tuple(sympy.Symbol(f"zero_{k}", integer=True) for k in range(name.arity))
    return Definition(name, Zero(*name.shape), indices, parameters)


def _bodies(theorem: Theorem) -> list[Expr]:
    return [m.body for m in theorem.meanings.values() if hasattr(m, "body")]


def names_in(expr: Expr) -> Iterator[Name]:
    if isinstance(expr, App):
        yield expr.name
    for part in parts_of(expr):
        yield from names_in(part)


def _solves(theorem: Theorem, statement: Impossible, at: Values, solution: Solution, seed: int, again: int) -> bool:
    """Does the equation hold for several draws of the data? False where a given number is 0.

    With `again` it is asked of other draws: there are only two of each data set, and both may be special by chance.
    """
    first = 5 * DRAWS * again
    numbered = [one for one in statement.data if isinstance(one, sympy.Symbol)]
    evaluated = 0
    for turn in range(5 * DRAWS if numbered else DRAWS):
        low = {symbol: 0 if (floor := least(symbol)) is None else floor for symbol in numbered}
        sets = {s: low[s] + (FIRST_SETS[turn % 6] if turn < 12 else draw(seed, first + turn, s) % 8) for s in numbered}
        plain = _at_data(theorem, {**at, **sets}, solution, seed, first + turn)
        if not turn and any(not plain(number).entries[0][0] for number in statement.given):
            return False
        try:
            if plain(statement.equation.left) != plain(statement.equation.right):
                return False
        except (Undefined, ZeroDivisionError):
            if not numbered:
                raise
            continue  # there is no such data set
        evaluated += 1
        if evaluated == (3 * DRAWS if numbered else DRAWS):
            return True
    return False


def _at_data(theorem: Theorem, at: Values, solution: Solution, seed: int, turn: int) -> Plain:
    data_names = theorem.statement.data
    fixed, varied = drawn(seed), drawn(1_000_003 * (turn + 1) + seed)

    def data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Rows:
        if name in data_names:
            return varied(name, indices, rows, columns)
        if name in solution.matrices:
            return solution.matrices[name](indices, rows, columns)
        return fixed(name, indices, rows, columns)

    bound = {*theorem.statement.unknowns, *data_names}  # whatever they mean elsewhere
    meanings = [meaning for name, meaning in theorem.meanings.items() if name not in bound]
    return Plain(at, seed, (*solution.functions, *meanings), data)
