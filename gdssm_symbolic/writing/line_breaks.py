"""Long formulas in several lines: broken between relations, terms, factors, and where it must be inside brackets.

The formula is broken as it is written, so every kind of statement is broken by the same few rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from gdssm_symbolic.writing.formula_tree import AROUND_SIGN, TERM, Break, Fence, Fraction, Nodes, width

#: A line that goes on inside brackets is indented by so much, in em.
INDENT = 1.0
#: What is left of a line is used for the beginning of something long only if that is more than this share of it.
LEAST_SHARE = 0.6


@dataclass(frozen=True)
class Line:
    """One line of a formula: how deep it is indented, and what stands in it."""

    depth: int
    nodes: Nodes
    width: float  # in em, without the indentation


def broken(nodes: Nodes, room: float, first: float | None = None, depth: int = 0) -> list[Line]:
    """The formula in lines no wider than `room`, the first no wider than `first`, as far as it can be broken."""
    first = room if first is None else first
    if width(nodes) <= first:
        return [Line(depth, nodes, width(nodes))]
    at = _breaks(nodes)
    if not at:
        return _inside(nodes, room, first, depth)
    best = min(at.values())
    cuts = [0, *(k for k, found in at.items() if found is best), len(nodes)]
    parts = [nodes[start:end] for start, end in pairwise(cuts)]
    if best is Break.WORDS:  # they part a formula into lines of their own
        begun = broken(parts[0], room, first, depth)
        return begun + [line for part in parts[1:] for line in broken(part, room, depth=depth)]
    return _filled(parts, room, first, depth)


def _breaks(nodes: Nodes) -> dict[int, Break]:
    """Where a line may begin, and after what."""
    found: dict[int, Break] = {}
    for k, (one, following) in enumerate(pairwise(nodes), 1):
        known = [place for place in (one.after, following.before) if place is not None]
        if known:
            found[k] = min(known)
    return found


def _filled(parts: list[Nodes], room: float, first: float, depth: int) -> list[Line]:
    """The parts one after another, each on the line of the one before it if it fits there."""
    lines: list[Line] = []
    current, limit = Line(depth, (), 0.0), first
    for part in parts:
        filled = current.width + width(part) + AROUND_SIGN
        if filled > limit and current.nodes and (width(part) <= room or limit - current.width < LEAST_SHARE * room):
            lines.append(current)
            current, limit = Line(depth, (), 0.0), room
        begun, *more = broken(part, room, limit - current.width, depth)
        current = _joined(current, begun, part)
        for line in more:
            lines.append(current)
            current, limit = line, room
    return [*lines, current]


def _joined(current: Line, begun: Line, part: Nodes) -> Line:
    if not current.nodes:
        return replace(begun, nodes=(TERM, *begun.nodes)) if part[0].before is Break.TERMS else begun
    return replace(current, nodes=current.nodes + begun.nodes, width=current.width + begun.width + AROUND_SIGN)


def _inside(nodes: Nodes, room: float, first: float, depth: int) -> list[Line]:
    """Broken inside the widest brackets, which become brackets of a fixed size."""
    widths = [(node.width, k) for k, node in enumerate(nodes) if isinstance(node, Fence | Fraction)]
    _, k = max(widths, default=(0.0, 0))
    widest, before, after = nodes[k], nodes[:k], nodes[k + 1 :]
    if isinstance(widest, Fraction) and widest.as_product:
        return broken((*before, *widest.as_product, *after), room, first, depth)
    if not isinstance(widest, Fence):
        return [Line(depth, nodes, width(nodes))]
    opened, closed = widest.large
    used = width(before) + opened.width
    lines = broken(widest.inside, room - INDENT - closed.width, first - used, depth + 1)
    start = lines[0]
    lines[0] = Line(depth, (*before, opened, *start.nodes), start.width + used)
    end = lines[-1]
    lines[-1] = Line(end.depth, (*end.nodes, closed, *after), end.width + closed.width + width(after))
    return lines
