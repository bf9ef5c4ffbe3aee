"""The page of what uses what: a graph of the claims, and one of the theorems and lemmas of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from derivations.claim import Outcome
from gdssm_symbolic.writing.prose import plain

from .graph import Graph, legend
from .web import cells, dropdown, heading, linked

USES = (
    "An arrow leads from a claim to another in whose proofs a theorem or a lemma of the first one is used. A box is a "
    "link; the graphs are drawn from the proofs themselves."
)
IN_A_CLAIM = "An arrow leads from a lemma to what uses it. The colour says how a box is proved:"


def page(outcomes: Sequence[Outcome], drawn: Sequence[tuple[Graph, str]]) -> str:
    """What uses what: `drawn` has the graph of the claims, and then one for each claim, with their SVG."""
    colours = "\n".join(
        f'- <span class="kind" style="background: {colour}">{kind}</span>: {count}'
        for kind, colour, count in legend(outcomes)
    )
    names = "the claims", *(outcome.claim.id for outcome in outcomes)
    whole, *others = map(_drawing, names, drawn)
    parts = [heading("What uses what", 1), USES, whole, heading("In each claim", 2), IN_A_CLAIM, colours]
    for outcome, picture in zip(outcomes, others, strict=True):
        title = f"**{outcome.claim.id}**: {cells((outcome.claim.label,))}"
        parts.append(dropdown(title, picture, name=f"graph-{outcome.claim.id}"))
    return "\n\n".join(parts) + "\n"


def _drawing(name: str, drawn: tuple[Graph, str]) -> str:
    """A graph, and its arrows in words for whoever does not see it."""
    graph, svg = drawn
    arrows = "; ".join(f"{start} is used by {', '.join(ends)}" for start, ends in graph.used_by.items())
    label = escape(plain(f"Graph of {name}. {arrows or 'It has no arrows'}."))
    return f"{_inline_svg(svg, label)}\n\n{_apart(graph)}"


def _apart(graph: Graph) -> str:
    """What no arrow leads to or from."""
    apart = ", ".join(linked(node.label, node.text) for node in graph.apart)
    return f"Without an arrow: {apart}." if apart else ""


def _inline_svg(svg: str, label: str) -> str:
    """The drawing as part of the page, so that its boxes are links, without what only a file of its own needs."""
    drawing = re.sub("<!--.*?-->", "", svg[svg.index("<svg") :].replace("\n", " "))
    named = drawing.replace("<svg", f'<svg role="group" aria-label="{label}"', 1)
    return f'<div class="graph" role="region" aria-label="drawing" tabindex="0">{named}</div>'
