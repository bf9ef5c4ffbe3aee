"""Long formulas in several lines: broken between relations, terms, factors, and where it must be inside brackets.

The formula is broken as it is written, so every kind of statement is broken by the same few rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from gdssm_symbolic.writing.formula_tree import AROUND_SIGN, Break, Fence, Fraction, Nodes, latex, width

#: A line that goes on inside brackets is indented by so much, in em.
INDENT = 1.0
#: What is left of a line is used for the beginning of something long only if that is more than this share of it.
LEAST_SHARE = 0.6


@dataclass(frozen=True)
class Line:
    """One line of a formula: how deep it is indented, and its LaTeX."""

    depth: int
    latex: str
    width: float  # in em, without the indentation


def broken(nodes: Nodes, room: float, first: float | None = None, depth: int = 0) -> list[Line]:
    """The formula in lines no wider than `room`, the first no wider than `first`, as far as it can be broken."""
    first = room if first is None else first
    if width(nodes) <= first:
        return [Line(depth, latex(nodes), width(nodes))]
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
    current, limit = Line(depth, "", 0.0), first
    for part in parts:
        filled = current.width + width(part) + AROUND_SIGN
        if filled > limit and current.latex and (width(part) <= room or limit - current.width < LEAST_SHARE * room):
            lines.append(current)
            current, limit = Line(depth, "", 0.0), room
        begun, *more = broken(part, room, limit - current.width, depth)
        current = _joined(current, begun, part)
        for line in more:
            lines.append(current)
            current, limit = line, room
    return [*lines, current]


def _joined(current: Line, begun: Line, part: Nodes) -> Line:
    if not current.latex:
        sign = "{}" if part[0].before is Break.TERMS else ""  # a sign at the beginning of a line still joins two terms
        return replace(begun, latex=sign + begun.latex)
    gap = "" if current.latex.endswith(r"\,") else " "
    return replace(current, latex=current.latex + gap + begun.latex, width=current.width + begun.width + AROUND_SIGN)


def _inside(nodes: Nodes, room: float, first: float, depth: int) -> list[Line]:
    """Broken inside the widest brackets, which become brackets of a fixed size."""
    widths = [(node.width, k) for k, node in enumerate(nodes) if isinstance(node, Fence | Fraction)]
    _, k = max(widths, default=(0.0, 0))
    widest, before, after = nodes[k], nodes[:k], nodes[k + 1 :]
    if isinstance(widest, Fraction) and widest.as_product:
        return broken((*before, *widest.as_product, *after), room, first, depth)
    if not isinstance(widest, Fence):
        return [Line(depth, latex(nodes), width(nodes))]
    left, right = (r"\Bigl", r"\Bigr") if widest.tall else (r"\bigl", r"\bigr")
    used = width(before) + 1.0
    lines = broken(widest.inside, room - INDENT - 1.0, first - used, depth + 1)
    start = lines[0]
    lines[0] = Line(depth, f"{latex(before)}{left}{widest.opened.strip()} {start.latex}", start.width + used)
    end = lines[-1]
    closed = f"{end.latex}{right}{widest.closed}{latex(after)}"
    lines[-1] = Line(end.depth, closed, end.width + 1.0 + width(after))
    return lines
