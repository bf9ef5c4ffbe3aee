"""The pages of the site that are drawn from a run: the claims, the paper place by place, the corrections."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from derivations.certificates import Certified
from derivations.claim import Outcome, Reading
from derivations.paper.coverage import CoveredPlace, Item, Standing
from derivations.paper.errata import Erratum, letter
from derivations.paper.id_list import listed
from derivations.paper.versions import SCOPE
from gdssm_symbolic.writing.documents import Listing, Paragraph, inline

from .derivation import as_printed, confirmed, foundation, proofs, stated
from .graph import Graph, legend
from .human_proof import human_proof
from .json_report import SUMMARY, remarks, summary
from .markdown_table import markdown_table
from .web import FENCE, cells, dialect, linked, write_myst

HOW = "Open a place to see how it was read, what was proved or which example refutes it, and the correction."
USES = (
    "An arrow leads from a claim to another in whose proofs a theorem or a lemma of the first one is used. A box is a "
    "link; the graphs are drawn from the proofs themselves."
)
IN_A_CLAIM = "An arrow leads from a lemma to what uses it. The colour says how a box is proved:"
#: A mark for each standing; the word stands beside it.
MARKS = {
    Standing.PROVED: "&#10003;",
    Standing.CORRECTED: "&#9998;",
    Standing.IN_ONE_READING: "&#9680;",
    Standing.REFUTED: "&#10007;",
    Standing.MEASURED: "&#8776;",
    Standing.DEFINED: "&#8788;",
    Standing.ASSUMED: "&#9744;",
    Standing.NOTHING_CLAIMED: "&#183;",
    Standing.NOT_JUDGED: "&#183;",
    Standing.UNDECIDED: "?",
}


def pages(
    outcomes: Sequence[Outcome],
    wrong: Sequence[Erratum],
    places: Sequence[CoveredPlace],
    drawn: Sequence[tuple[Graph, str]],
    certified: Mapping[str, Sequence[Certified]],
) -> Mapping[str, str]:
    """The text of each page by its path, as MyST."""
    return {
        "claims/index.md": claims(outcomes, certified),
        **{f"claims/{outcome.claim.id}.md": claim(outcome, certified) for outcome in outcomes},
        "paper.md": paper(places, outcomes),
        "errata.md": write_myst(letter(wrong)),
        "graph.md": used(outcomes, drawn),
    }


def claims(outcomes: Sequence[Outcome], certified: Container[str]) -> str:
    """The table of the claims, and what its marks mean."""
    rows = []
    for outcome in outcomes:
        first, *others = (" ".join(cells(parts, "../") for parts in cell) for cell in summary(outcome)[:-1])
        others[-1] += ", C" if next(iter(outcome.theorems_by_id)) in certified else ""
        rows.append((linked(outcome.claim.id, first, "../"), *others))
    table = markdown_table(SUMMARY[:-1], rows)
    said = (
        *remarks(outcomes),
        "C: the headline has a proof that Coq's kernel accepts; the claim's page names it.",
    )
    below = write_myst((Listing(tuple((line,) for line in said)),), "../")
    hidden = "\n".join(("```{toctree}", ":hidden:", "", *(outcome.claim.id for outcome in outcomes), "```"))
    return "\n\n".join(("# The claims", table, below, hidden)) + "\n"


def claim(outcome: Outcome, certified: Mapping[str, Sequence[Certified]]) -> str:
    """One claim: what is stated, its proof, what is printed, and the machine's derivation, folded."""
    document = (*stated(outcome), *human_proof(outcome), *as_printed(outcome))
    rest = (*foundation(outcome), *proofs(outcome), *confirmed(outcome))
    used = Paragraph((f"Rules used: {', '.join(outcome.rules)}.",))
    test = f"tests/claims/test_every_claim.py::test_claims_come_out_as_registered[{outcome.claim.id}]"
    again = (
        f"On the command line, `gdssm show {outcome.claim.id}` prints this page, and `gdssm verify "
        f"{outcome.claim.id}` proves it again; the test is `{test}`."
    )
    parts = [write_myst(document, "../"), *_certificates(outcome, certified)]
    return "\n\n".join((*parts, "## Derivation", again, write_myst((*rest, used), "../")))


def _certificates(outcome: Outcome, certified: Mapping[str, Sequence[Certified]]) -> Iterator[str]:
    """The statements that Coq's kernel proved, of the claim and of its theorems, each with what it is about."""
    about = [name for name in (outcome.claim.id, *outcome.theorems_by_id) if name in certified]
    found = dict.fromkeys(one for name in about for one in certified[name])
    if found:
        yield "## Proved again by Coq"
        lines = []
        for one in found:
            ids = [
                linked(name, name, "../")
                for name in one.ids
                if name in certified and name.partition(".")[0] in listed()
            ]
            lines.append(f"- `{one.name}` in `{one.file}`: {', '.join(ids)} (SHA-256 `{one.sha256[:16]}…`)")
            lines += [f"  - {inline((sentence,), dialect('../'))}" for sentence in one.not_certified]
        yield "\n".join(lines)


def paper(places: Sequence[CoveredPlace], outcomes: Sequence[Outcome]) -> str:
    """Every place of the paper, with its mark; opened, what was read there, the evidence and the correction."""
    counted = [(one, sum(place.standing is one for place in places)) for one in Standing]
    marks = "\n".join(f"- {MARKS[one]} {one.value}: {count}" for one, count in counted if count)
    parts = ["# The paper, place by place", SCOPE, marks, HOW]
    taken: Counter[str] = Counter()
    for place in places:
        slug = re.sub(r"[^a-z0-9]+", "-", place.row.place.lower()).strip("-")
        taken[slug] += 1
        name = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
        word, _, _ = place.standing.value.partition(":")
        title = f"{MARKS[place.standing]} **{cells((place.row.place,))}**: {cells((place.row.says,))} *({word})*"
        parts += [f"{FENCE}{{dropdown}} {title}\n:name: {name}", *_opened(place, outcomes), FENCE]
    return "\n\n".join(parts) + "\n"


def used(outcomes: Sequence[Outcome], drawn: Sequence[tuple[Graph, str]]) -> str:
    """What uses what: `drawn` has the graph of the claims, and then one for each claim, with their SVG."""
    colours = "\n".join(
        f'- <span class="kind" style="background: {colour}">{kind}</span>: {count}'
        for kind, colour, count in legend(outcomes)
    )
    whole, *others = (f"{_inline_svg(svg)}\n\n{_apart(graph)}" for graph, svg in drawn)
    parts = ["# What uses what", USES, whole, "## In each claim", IN_A_CLAIM, colours]
    for outcome, picture in zip(outcomes, others, strict=True):
        title = f"**{outcome.claim.id}**: {cells((outcome.claim.label,))}"
        parts += [f"{FENCE}{{dropdown}} {title}\n:name: graph-{outcome.claim.id}", picture, FENCE]
    return "\n\n".join(parts) + "\n"


def _apart(graph: Graph) -> str:
    """What no arrow leads to or from."""
    apart = ", ".join(linked(node.label, node.text) for node in graph.apart)
    return f"Without an arrow: {apart}." if apart else ""


def _inline_svg(svg: str) -> str:
    """The drawing as part of the page, so that its boxes are links, without what only a file of its own needs."""
    drawing = svg[svg.index("<svg") :].replace("\n", " ")
    return f'<div class="graph">{re.sub("<!--.*?-->", "", drawing)}</div>'


def _opened(place: CoveredPlace, outcomes: Sequence[Outcome]) -> Iterator[str]:
    if not place.items:
        yield f"{place.standing.value[0].upper()}{place.standing.value[1:]}."
    for item in place.items:
        if isinstance(reading := item.thing, Reading):
            said = (
                f"{reading.id}, printed: {reading.printed}; read: {reading.read_as}; correction: {reading.correction}"
            )
            yield f"- *{item.found}*: {cells((said,))}"
        else:
            where = _home(item, outcomes)
            link = f" ({linked(where, where)})" if where and where not in inline(item.shown) else ""
            yield f"- *{item.found}*{link}: {cells(item.shown)}"


def _home(item: Item, outcomes: Iterable[Outcome]) -> str:
    """The id under which an object stands on the page of a claim, or the claim's own; empty if it is on none."""
    if item.id:
        return item.id
    return next((outcome.claim.id for outcome in outcomes if item.used_by(outcome)), "")
