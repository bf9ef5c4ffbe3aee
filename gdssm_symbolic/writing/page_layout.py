"""How formulas are laid out on a page: where long ones are broken, what is aligned, and where reasons stand.

All typeset forms (Markdown, LaTeX, Typst) follow the same plan, made for a text 16 cm wide in ten points: an A4 page
with margins of 2.5 cm. Lengths are in em. A formula is broken as it is written, so every kind of statement is broken by
the same few rules: between relations, terms, factors, and where it must be inside brackets. Plain text is broken by the
same rules, with half an em for each column of the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .formula_tree import APART, AROUND_SIGN, EQUALS, TERM, Break, Node, Nodes, joined, symbol, text, width

#: A formula on lines of its own has so much room.
ROOM = 41.0
#: A left side wider than this is not aligned with those below it.
WIDEST_LEFT = 13.0
#: A line of a chain has so much, since reasons stand beside it: a little less than 0.6 of the text.
BESIDE = 26.8
#: So much of it is taken up by the = with which a row begins, indented.
BEGIN = 2.8
#: A line that goes on inside brackets is indented by so much.
INDENT = 1.0
#: What is left of a line is used for the beginning of something long only if that is more than this share of it.
LEAST_SHARE = 0.6


@dataclass(frozen=True)
class Line:
    """One line of a formula: how deep it is indented, and what stands in it; in a display also left of the alignment.

    In a chain the reason of a row stands beside its last line.
    """

    depth: int
    nodes: Nodes
    left: Nodes = ()
    reason: tuple[object, ...] = ()


def display(formulas: Sequence[Nodes]) -> list[Line]:
    """Formulas below one another, aligned at = if the left sides are short."""
    sides = [_sides(formula) for formula in formulas]
    offset = max(width(left) for left, _ in sides)
    if not all(left for left, _ in sides) or offset > WIDEST_LEFT:
        sides, offset = [((), formula) for formula in formulas], 0.0
    found: list[Line] = []
    for left, right in sides:
        first, *more = broken(right, ROOM - offset)
        found += replace(first, left=left), *(replace(line, depth=1 + line.depth) for line in more)
    return found


def side_by_side(formulas: Sequence[Nodes]) -> list[Nodes]:
    """The formulas in the same order, as many on a line as have room when they are displayed."""
    offset = max(width(left) for left, _ in map(_sides, formulas))
    lines: list[Nodes] = []
    for one in formulas:
        longer = (*lines[-1], APART, *one) if lines else one
        if lines and offset + width(longer) - width(_sides(longer)[0]) <= ROOM:
            lines[-1] = longer
        else:
            lines.append(one)
    return lines


def _sides(nodes: Nodes) -> tuple[Nodes, Nodes]:
    """Left of the first =, and from there; nothing is left if words come first."""
    at = next((k for k, node in enumerate(nodes) if node == EQUALS or node.latex.startswith(r"\text")), 0)
    return (nodes[:at], nodes[at:]) if nodes[at] == EQUALS else ((), nodes)


def chain(first: Nodes, rows: Iterable[tuple[Nodes, tuple[object, ...]]]) -> list[Line]:
    """first = … = … as lines: a row begins with =, a little indented, goes on further right, and has a reason."""
    found = broken(first, BESIDE)
    for row, reason in rows:
        start, *more = broken(row, BESIDE - BEGIN, depth=2)
        *lines, last = replace(start, depth=1, nodes=(EQUALS, *start.nodes)), *more
        found += *lines, replace(last, reason=reason)
    return found


# ---- plain text ----------------------------------------------------------------------------------

#: What a column of the screen is in em, so that INDENT is two columns.
COLUMN = 0.5


def plain(nodes: Nodes, columns: int, hanging: int, counted: Callable[[str], int]) -> list[str]:
    """The formula in plain text, in lines of at most so many columns, as far as it can be broken.

    All lines but the first are indented by `hanging` columns and more; `counted` says how many columns a text takes.
    """
    if counted(text(nodes)) <= columns:
        return [text(nodes)]
    room = (columns - hanging) * COLUMN
    first, *more = broken(_on_screen(nodes, counted), room, columns * COLUMN)
    indent = round(INDENT / COLUMN)
    return [text(first.nodes), *(" " * (hanging + indent * line.depth) + text(line.nodes) for line in more)]


def _on_screen(nodes: Nodes, counted: Callable[[str], int]) -> Nodes:
    """The nodes as wide as they are on a screen, where a sign has the spaces around it in its text."""
    return tuple(
        replace(
            node,
            width=COLUMN * counted(node.text) - AROUND_SIGN * (node.before is Break.TERMS),
            opened=_on_screen(node.opened or _entries(node), counted),
        )
        for node in nodes
    )


def _entries(node: Node) -> Nodes:
    """A matrix as plain text has it, with a place to break after each row, and after each entry of a row too long.

    Commas part the entries of such a row, since the gap between two of them is not seen at the end of a line.
    """
    if not node.rows:
        return ()
    comma = symbol(", ", "", after=Break.TERMS)
    rows = [(Node("  ".join(map(text, row)), "", 0.0, opened=joined(row, comma)),) for row in node.rows]
    return symbol("[", ""), *joined(rows, symbol("; ", "", after=Break.WORDS)), symbol("]", "")


# ---- long formulas -------------------------------------------------------------------------------


def broken(nodes: Nodes, room: float, first: float | None = None, depth: int = 0) -> list[Line]:
    """The formula in lines no wider than `room`, the first no wider than `first`, as far as it can be broken."""
    first = room if first is None else first
    if width(nodes) <= first:
        return [Line(depth, nodes)]
    at = _breaks(nodes)
    if not at:
        return _inside(nodes, room, first, depth)
    best = min(at.values())
    cuts = [0, *(k for k, found in at.items() if found is best), len(nodes)]
    parts = [nodes[start:end] for start, end in pairwise(cuts)]
    if best is Break.WORDS:  # they part a formula into lines of their own
        return [line for k, part in enumerate(parts) for line in broken(part, room, None if k else first, depth)]
    return _filled(parts, room, first, depth)


def _breaks(nodes: Nodes) -> dict[int, Break]:
    """Where a line may begin, and after what."""
    found: dict[int, Break] = {}
    for k, (one, following) in enumerate(pairwise(nodes), 1):
        known = [place for place in (one.after, following.before) if place is not None]
        if known:
            found[k] = min(known)
    return found


def _filled(parts: Iterable[Nodes], room: float, first: float, depth: int) -> list[Line]:
    """The parts one after another, each on the line of the one before it if it fits there."""
    lines: list[Line] = []
    current, limit = Line(depth, ()), first
    for part in parts:
        left = limit - width(current.nodes)
        if current.nodes and width(part) + AROUND_SIGN > left and (width(part) <= room or left < LEAST_SHARE * room):
            lines.append(current)
            current, left, limit = Line(depth, ()), room, room
        begun, *more = broken(part, room, left, depth)
        before = current.nodes or ((TERM,) if part[0].before is Break.TERMS else ())
        *full, current = replace(current if current.nodes else begun, nodes=before + begun.nodes), *more
        lines += full
        limit = room - INDENT * (current.depth - depth) if more else limit
    return [*lines, current]


def _inside(nodes: Nodes, room: float, first: float, depth: int) -> list[Line]:
    """Broken inside the widest brackets, which become brackets of a fixed size; or a long fraction, as a product."""
    widths = [(node.width, k) for k, node in enumerate(nodes) if node.opened]
    if not widths:
        return [Line(depth, nodes)]
    _, k = max(widths)
    start, *more = broken((*nodes[:k], *nodes[k].opened, *nodes[k + 1 :]), room - INDENT, first, depth)
    return [start, *(replace(line, depth=line.depth + 1) for line in more)]
