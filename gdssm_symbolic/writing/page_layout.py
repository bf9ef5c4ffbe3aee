"""How formulas are laid out on a page: what is aligned, what goes on in further lines, and where reasons stand.

All typeset forms (Markdown, LaTeX, Typst) follow the same plan, made for a text 16 cm wide in ten points: an A4 page
with margins of 2.5 cm. Lengths are in em.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gdssm_symbolic.writing.formula_tree import EQUALS, Nodes, width
from gdssm_symbolic.writing.line_breaks import Line, broken

#: A formula on lines of its own has so much room.
ROOM = 41.0
#: A left side wider than this is not aligned with those below it.
WIDEST_LEFT = 13.0
#: Reasons stand beside lines that are no wider than this, which is 0.6 of the text less the room for =.
BESIDE = 24.0
#: A line of a chain begins with =, indented.
INDENT = 2.4
#: A formula is broken to make room for reasons beside it if that costs no more lines than these.
MORE_LINES = 1


@dataclass(frozen=True)
class Cells:
    """A line of a display: what stands left of the point of alignment, and right of it."""

    left: Nodes
    right: Nodes
    depth: int = 0  # a line that goes on is indented


@dataclass(frozen=True)
class Link:
    """A line of a chain: how far it is indented, its formula, whether it runs under the reasons, whose line it is."""

    depth: int
    nodes: Nodes
    wide: bool
    row: int | None = None  # none of the expression with which the chain begins
    last: bool = False  # of its row: the reason stands beside it or, if it is wide, in the next line


def display(formulas: Sequence[Nodes]) -> list[Cells]:
    """Formulas below one another, aligned at = if the left sides are short."""
    sides = [_sides(formula) for formula in formulas]
    offset = max(width(left) for left, _ in sides)
    if all(left for left, _ in sides) and offset <= WIDEST_LEFT:
        return [line for left, right in sides for line in _lines(left, broken(right, ROOM - offset))]
    return [line for formula in formulas for line in _lines((), broken(formula, ROOM))]


def _lines(left: Nodes, lines: list[Line]) -> list[Cells]:
    return [Cells(() if k else left, line.nodes, k and 1 + line.depth) for k, line in enumerate(lines)]


def _sides(nodes: Nodes) -> tuple[Nodes, Nodes]:
    """Left of the first =, and from there; nothing is left if words come first."""
    for k, node in enumerate(nodes):
        if node.latex.startswith(r"\text"):
            break
        if node == EQUALS:
            return nodes[:k], nodes[k:]
    return (), nodes


def chain(first: Nodes, rows: Sequence[Nodes]) -> list[Link]:
    """first = rows[0] = … as lines: a row begins with =, a little indented, and goes on further to the right."""
    found = [Link(line.depth, line.nodes, _is_wide(line)) for line in _in_chain(first)]
    for number, row in enumerate(rows):
        lines = _in_chain(row)
        for k, line in enumerate(lines):
            depth, written = (2 + line.depth, line.nodes) if k else (1, (EQUALS, *line.nodes))
            found.append(Link(depth, written, _is_wide(line), number, k == len(lines) - 1))
    return found


def _in_chain(nodes: Nodes) -> list[Line]:
    """One expression of a chain; broken a little earlier if that makes room for the reason."""
    wide, narrow = broken(nodes, ROOM - INDENT), broken(nodes, BESIDE)
    fits = not any(map(_is_wide, narrow)) and len(narrow) <= len(wide) + MORE_LINES
    return narrow if fits else wide


def _is_wide(line: Line) -> bool:
    return line.width + line.depth > BESIDE
