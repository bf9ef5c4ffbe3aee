"""Which sizes a reader can read off a formula, so that they need not be printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import (
    ONE,
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
)


class Known(NamedTuple):
    """What a reader knows of the shape of a matrix, and whether the size of a 0 at its place has to be known."""

    rows: bool = False
    columns: bool = False
    zeros: bool = False

    @property
    def turned(self) -> Known:
        """Of the transpose."""
        return Known(self.columns, self.rows, self.zeros)

    @property
    def squared(self) -> Known:
        """Of a square matrix: one number is as good as both."""
        known = self.rows or self.columns
        return Known(known, known, self.zeros)

    @property
    def all(self) -> bool:
        return self.rows and self.columns


NOTHING = Known()
#: What can be read off of an expression, by its identity, at a place; kept for as long as one expression is read.
Seen = dict[tuple[int, Known], Known]


def read_off(expr: Expr, around: Known = NOTHING, seen: Seen | None = None) -> Known:
    """Return what can be read off of the shape of `expr`, at a place where its surroundings show `around`.

    What is `seen` already inside an expression is not read again: it is asked for twice at every level around it.

    The rule: an identity is printed as I where its size can be read off, and as I_n everywhere else. The shape of a
    name is declared; I and 0 show nothing of theirs.
    - The terms of a sum, the two sides of an equation, and the body of a sum over an index have one shape.
    - Neighbours in a product share a size; a number among the factors, uᵀv or d, only scales and shows nothing.
    - A transpose has the shape of its argument, turned; a power and an identity are square.
    - The blocks of a row have as many rows as each other, and those of a column as many columns.
    - Nothing is read from outside into a trace, into the argument of a function, or into the body of a definition.

    The size of a 0 is printed only where it matters and cannot be read off: in a power, since 0⁰ is an identity, and
    in a definition from which the shape of what it defines could not be read otherwise.
    """
    if around.all:
        return around
    seen = {} if seen is None else seen
    if (id(expr), around) not in seen:
        seen[id(expr), around] = _read_off(expr, around, seen)
    return seen[id(expr), around]


def _read_off(expr: Expr, around: Known, seen: Seen) -> Known:
    match expr:
        case Identity():
            return around.squared
        case App() | Trace():
            return Known(True, True, around.zeros)
        case Scalar(value=value) if value != 0:
            return Known(True, True, around.zeros)
        case Transpose(argument=argument):
            return read_off(argument, around.turned, seen).turned
        case Power(base=base):
            return read_off(base, around, seen).squared
        case Sum(body=body):
            return read_off(body, around, seen)
        case Add(terms=terms):
            for term in (*terms, *reversed(terms)):
                around = read_off(term, around, seen)
        case Mul(factors=factors) if not expr.is_scalar:
            shown, last = of_factors(factors, around, seen), _chains(factors)[-1]
            return Known(shown[last[0]].rows, shown[last[-1]].columns, around.zeros)
        case Blocks(rows=rows):
            blocks = _shown(rows, seen)
            height = all(_crossed(blocks, r, 0, zeros=False).rows for r in range(len(rows)))
            width = all(_crossed(blocks, 0, c, zeros=False).columns for c in range(len(rows[0])))
            return Known(around.rows or height, around.columns or width, around.zeros)
    return around


def of_factors(factors: Sequence[Expr], around: Known, seen: Seen | None = None) -> list[Known]:
    """Return what can be read off of the shape of each factor of a product; nothing of that of a number."""
    seen = {} if seen is None else seen
    shown = [NOTHING._replace(zeros=around.zeros)] * len(factors)
    chains = _chains(factors)
    for chain in chains:
        joints = [False] * (len(chain) + 1)
        if chain is chains[-1]:
            joints[0], joints[-1] = around.rows, around.columns
        places = list(enumerate(chain))
        for k, position in (*places, *reversed(places)):
            known = read_off(factors[position], Known(joints[k], joints[k + 1], around.zeros), seen)
            joints[k], joints[k + 1] = known.rows, known.columns
        for k, position in places:
            shown[position] = Known(joints[k], joints[k + 1], around.zeros)
    return shown


def of_blocks(rows: Sequence[Sequence[Expr]], around: Known) -> list[list[Known]]:
    """Return what can be read off of the shape of each block of a matrix.

    Beside a 0 any other block shows its shape, since the size of an identity in it is printed if nothing else shows it.
    """
    shown = _shown(rows, {})
    beside = [[Known(True, True) if not isinstance(block, Zero) else NOTHING for block in row] for row in rows]
    return [
        [_crossed(beside if isinstance(block, Zero) else shown, r, c, around.zeros) for c, block in enumerate(row)]
        for r, row in enumerate(rows)
    ]


def _shown(rows: Sequence[Sequence[Expr]], seen: Seen) -> list[list[Known]]:
    """What each block shows by itself."""
    return [[read_off(block, NOTHING, seen) for block in row] for row in rows]


def _crossed(shown: list[list[Known]], r: int, c: int, zeros: bool) -> Known:
    """What the blocks of one row show of its height, and those of one column of its width."""
    return Known(any(one.rows for one in shown[r]), any(row[c].columns for row in shown), zeros)


def of_name(meaning: Definition | Recurrence | Joint) -> Known:
    """Return what can be read off of the shape of a name in the bodies that define it, itself left out."""
    if isinstance(meaning, Recurrence | Joint) and meaning.starts_from_data:
        return Known(True, True)
    known = NOTHING
    bodies = (meaning.body, meaning.initial) if isinstance(meaning, Joint) else meaning.bodies
    for body in bodies:
        known = read_off(_without(body, meaning.name), known)
    return known


def _without(expr: Expr, name: Name) -> Expr:
    """Return the expression with a 0 in the place of a name, which declares no shape."""
    if isinstance(expr, App) and expr.name == name:
        return Zero(*expr.shape)
    return expr.mapped(lambda child: _without(child, name))


def _chains(factors: Sequence[Expr]) -> list[list[int]]:
    """Return the positions of the factors that are no numbers, chain by chain: in uᵀ v A B there are two, uᵀ v and A B.

    A chain ends where what stands so far is a number. Neighbours in a chain share a size.
    """
    chains: list[list[int]] = []
    shape = ONE, ONE
    for position, factor in enumerate(factors):
        if factor.is_scalar:
            continue
        if shape == (ONE, ONE):
            chains.append([])
        shape = factor.shape if shape == (ONE, ONE) else (shape[0], factor.shape[1])
        chains[-1].append(position)
    return chains
