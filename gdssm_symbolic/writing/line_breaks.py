"""Long formulas in several lines: broken between relations, terms, factors, and where it must be inside brackets.

The formula is broken as it is written, so every kind of statement is broken by the same few rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from gdssm_symbolic.writing.formula_tree import (
    Fence,
    Fraction,
    Nodes,
    Script,
    Words,
    is_binary,
    is_relation,
    is_sign,
    is_symbol,
    source,
    tall,
    width,
)

#: A line that goes on inside brackets is indented by so much, in em.
INDENT = 1.0
#: What is left of a line is used for the beginning of something long only if that is more than this share of it.
LEAST_SHARE = 0.6


@dataclass(frozen=True)
class Line:
    """One line of a formula: how deep it is indented, and its TeX."""

    depth: int
    text: str
    width: float  # without the indentation


def broken(nodes: Nodes, room: float, first: float | None = None, depth: int = 0) -> list[Line]:
    """The formula in lines no wider than `room`, the first no wider than `first`, as far as it can be broken."""
    first = room if first is None else first
    if width(nodes) <= first:
        return [Line(depth, source(nodes), width(nodes))]
    at = _breaks(nodes)
    if not at:
        return _inside(nodes, room, first, depth)
    strongest = min(at.values())
    cuts = [0, *(k for k, level in at.items() if level == strongest), len(nodes)]
    parts = [nodes[start:end] for start, end in pairwise(cuts)]
    if strongest == 0:  # words part a formula into lines of their own
        begun = broken(parts[0], room, first, depth)
        return begun + [line for part in parts[1:] for line in broken(part, room, depth=depth)]
    return _filled(parts, room, first, depth)


def _filled(parts: list[Nodes], room: float, first: float, depth: int) -> list[Line]:
    """The parts one after another, each on the line of the one before it if it fits there."""
    lines: list[Line] = []
    current, limit = Line(depth, "", 0.0), first
    for part in parts:
        joined = current.width + width(part) + 0.44
        if joined > limit and current.text and (width(part) <= room or limit - current.width < LEAST_SHARE * room):
            lines.append(current)
            current, limit = Line(depth, "", 0.0), room
        begun, *more = broken(part, room, limit - current.width, depth)
        current = _joined(current, begun, part)
        for line in more:
            lines.append(current)
            current, limit = line, room
    return [*lines, current]


def _joined(current: Line, begun: Line, part: Nodes) -> Line:
    if not current.text:
        sign = "{}" if is_sign(part[0]) else ""  # a sign at the beginning of a line still joins two terms
        return replace(begun, text=sign + begun.text)
    gap = "" if current.text.endswith(r"\,") else " "
    return replace(current, text=current.text + gap + begun.text, width=current.width + begun.width + 0.44)


def _inside(nodes: Nodes, room: float, first: float, depth: int) -> list[Line]:
    """Broken inside the widest brackets, which become brackets of a fixed size."""
    widths = [(node.width, k) for k, node in enumerate(nodes) if isinstance(node, Fence | Fraction)]
    if not widths:
        return [Line(depth, source(nodes), width(nodes))]
    _, k = max(widths)
    fence = nodes[k]
    if isinstance(fence, Fraction):
        if fence.bottom_leads:
            return broken((*nodes[:k], *fence.as_product, *nodes[k + 1 :]), room, first, depth)
        return [Line(depth, source(nodes), width(nodes))]
    assert isinstance(fence, Fence)
    size = r"\Bigl" if tall(fence.nodes) else r"\bigl"
    before, after = source(nodes[:k]), source(nodes[k + 1 :])
    used = width(nodes[:k]) + 1.0
    lines = broken(fence.nodes, room - INDENT - 1.0, first - used, depth + 1)
    start, end = lines[0], lines[-1]
    lines[0] = Line(depth, f"{before}{size}{fence.opened} {start.text}", start.width + used)
    end = lines[-1]
    closed = f"{end.text}{size.replace('l', 'r')}{fence.closed}{after}"
    lines[-1] = Line(end.depth, closed, end.width + 1.0 + width(nodes[k + 1 :]))
    return lines


#: Before these words, and after those, a formula is broken first of all.
_BEFORE, _AFTER = (" for ", " where ", "for ", "where "), (" is ",)


def _breaks(nodes: Nodes) -> dict[int, int]:
    """Where a line may begin, with how weak the break is: 0 words, 1 clauses, 2 relations, 3 terms, 4 factors."""
    found: dict[int, int] = {}
    open_brackets = 0
    for k in range(1, len(nodes)):
        before, node = nodes[k - 1], nodes[k]
        open_brackets += is_symbol(before, "(", "[") - is_symbol(before, ")", "]")
        if open_brackets > 0 or isinstance(node, Script):
            continue
        level = _level(nodes, k)
        if level is not None:
            found[k] = level
    return found


def _level(nodes: Nodes, k: int) -> int | None:
    before, node = nodes[k - 1], nodes[k]
    if isinstance(node, Words) and f"{node.text.rstrip()} ".startswith(_BEFORE):
        return 0
    if isinstance(before, Words) and f"{before.text.rstrip()} " in _AFTER:
        return 0
    if is_symbol(before, r"\quad"):
        return 1
    if is_relation(node):
        return 2
    if is_sign(node) and is_binary(nodes, k):
        return 3
    of_a_mean = k > 1 and source(nodes[k - 2 : k - 1]) == r"\mathbb{E}"
    between = is_symbol(before, r"\,") and not of_a_mean
    bracket = isinstance(node, Fence) and node.spaced and not _of_a_sum(nodes[:k])
    return 4 if between or is_symbol(before, ",") or bracket else None


def _of_a_sum(nodes: Nodes) -> bool:
    """Do the nodes end with a sum sign and its limits?"""
    while nodes and isinstance(nodes[-1], Script):
        nodes = nodes[:-1]
    return bool(nodes) and (is_symbol(nodes[-1], r"\sum", r"\lim") or is_sign(nodes[-1]) or is_relation(nodes[-1]))
