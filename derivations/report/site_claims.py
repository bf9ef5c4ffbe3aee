"""The pages of the claims: the table of them, and one page for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from derivations.certificates import Certified
from derivations.claim import JUDGED, JUDGED_PARAMETERS, Outcome, Verdict, Weight, readings_of
from derivations.paper.coverage import CoveredPlace
from derivations.paper.errata import FAILS, own_of, what_is_wrong
from derivations.paper.ids import headline_of
from gdssm_symbolic.writing.documents import Document, Listing, Paragraph
from gdssm_symbolic.writing.prose import plain

from . import site_coq, site_paper
from .derivation import as_printed, before, confirmed, foundation, proofs, stated
from .human_proof import human_proof, what_is_assumed
from .json_report import SUMMARY, remarks, summary
from .markdown_table import markdown_table
from .site_sources import source
from .supplement_best_steps import EVERY, restated
from .web import cards, cells, heading, linked, shortened, verdict, write_myst

MARKS = (
    'S, C: further proofs of the headline, <a href="../docs/by-sizes.html">by sizes</a> and '
    '<a href="../coq/index.html">by Coq</a>; C in part: Coq proved something of the claim, but not all of its headline.'
)
FOLDED = "Each proof is folded below its statement: every line is one that the checker decided."
GOOD = {Verdict.PROVED: True, Verdict.REFUTED: False}
#: What is said of the files behind a claim.
FILES = {"words": "how it was read", "mathematics": "the mathematics", "tests": "the tests"}


def index(outcomes: Sequence[Outcome], trust: Mapping[str, str], certified: Mapping[str, Sequence[Certified]]) -> str:
    """The table of the claims, and what its marks mean; `trust` has the marks of each, and C leads to a statement."""
    rows = []
    for outcome in outcomes:
        first, says, *_ = (" ".join(cells(parts, "../") for parts in cell) for cell in summary(outcome))
        coloured = (verdict(word, good=good) if word != "-" else "-" for word, good in verdicts(outcome).values())
        rows.append(
            (
                linked(outcome.claim.id, first, "../"),
                says,
                *coloured,
                _marks(outcome, trust[outcome.claim.id], certified),
            )
        )
    table = cards(markdown_table(SUMMARY[:-1], rows))
    below = write_myst((Listing(tuple((line,) for line in remarks(outcomes))),), "../") + f"\n{MARKS}"
    hidden = "\n".join(("```{toctree}", ":hidden:", "", *(outcome.claim.id for outcome in outcomes), "```"))
    return "\n\n".join((heading("The claims", 1), table, below, hidden)) + "\n"


def _marks(outcome: Outcome, trust: str, certified: Mapping[str, Sequence[Certified]]) -> str:
    """The marks of a claim, of which C leads to what Coq proved of it."""
    others = (mark for mark in trust.split(", ") if mark != site_coq.WHOLE)
    return ", ".join(filter(None, (*others, site_coq.mark(outcome, certified))))


def verdicts(outcome: Outcome) -> Mapping[str, tuple[str, bool | None]]:
    """The verdicts on a claim, by what they are about, each with whether it is good; - is no verdict."""
    absent = {Verdict.NOT_PRINTED: "-"}
    found = {
        "proposition": (outcome.proposition, JUDGED | absent),
        "printed parameters": (outcome.printed, JUDGED_PARAMETERS | absent),
    }
    told = {name: (words[one], GOOD.get(one)) for name, (one, words) in found.items()}
    instead = "in its place" if outcome.proposition is Verdict.REFUTED else "as corrected"
    return {**told, instead: (outcome.verdict.value, GOOD.get(outcome.verdict))}


def page(
    outcome: Outcome,
    trust: str,
    certified: Mapping[str, Sequence[Certified]],
    places: Sequence[CoveredPlace],
    files: Mapping[str, Iterable[str]],
) -> str:
    """One claim: verdicts, statement, proof, the machine's derivation, what is printed, what it rests on."""
    claim, prior = outcome.claim, tuple(before(outcome.claim))
    opening, summed, _, *statement = (block for block in stated(outcome) if block not in prior)
    parts = [write_myst((opening,), "../"), _verdicts(outcome), shortened(write_myst((summed,), "../").strip())]
    parts += _failing(outcome)
    parts += _for_every(outcome)
    parts.append(write_myst((*statement, *human_proof(outcome)), "../"))
    parts += [heading("Derivation", 2), FOLDED, write_myst((*proofs(outcome), *confirmed(outcome)), "../")]
    parts.append(write_myst(as_printed(outcome), "../"))
    parts += [
        heading("What it rests on", 2),
        *_foundation(outcome, _marks(outcome, trust, certified)),
        *_certificates(outcome, certified),
    ]
    parts += [heading("What was known before", 2), write_myst(prior, "../")]
    parts += [heading("Where to find it", 2), _links(outcome, places, files)]
    parts.append(
        f"On the command line, `gdssm show {claim.id}` prints this page, and `gdssm verify {claim.id}` proves it again."
    )
    return "\n\n".join(parts) + "\n"


def _verdicts(outcome: Outcome) -> str:
    """The verdicts on one line, and which theorem is the headline."""
    told = " ".join(
        f"<span>{name}: {verdict(word, good=good)}</span>"
        for name, (word, good) in verdicts(outcome).items()
        if word != "-"
    )
    if outcome.proposition is outcome.printed is Verdict.NOT_PRINTED:
        told = f"<span>not in the paper: {verdict(outcome.verdict.value, good=GOOD.get(outcome.verdict))}</span>"
    first, called = headline_of(outcome.claim.id)
    headline = f"{linked(first, first, '../')} is {cells((called,), '../')}."
    return f'<p class="verdicts">{told}</p>\n\n{headline if first in outcome.theorems_by_id else ""}'


def _failing(outcome: Outcome) -> Iterator[str]:
    """What is substantively wrong as printed, in a line with links to its readings; how many other readings fail."""
    failing = [reading for reading, shown in readings_of(outcome) if shown.finding in FAILS]
    wrong: dict[str, list[str]] = {}
    for reading in failing:
        if own_of(reading).weight is Weight.SUBSTANTIVE:
            wrong.setdefault(what_is_wrong(reading), []).append(linked(reading.id, reading.id, "../"))
    if wrong:
        yield "What is wrong as printed:"
        yield "\n".join(f"- {cells((what,))} ({', '.join(ids)})" for what, ids in wrong.items())
    if others := len(failing) - sum(map(len, wrong.values())):
        more = "more " * bool(wrong)
        count = f"1 {more}reading fails" if others == 1 else f"{others} {more}readings fail"
        yield f"{count}, in the notation or in one way to read a sentence: see [As printed](#as-printed)."


def _for_every(outcome: Outcome) -> Iterator[str]:
    """The theorem for every L, where the statement is the one for three steps."""
    if EVERY in outcome.theorems_by_id and (found := restated(outcome).statement):
        yield heading("For every L", 2)
        yield f"This is {linked(EVERY, EVERY, '../')}; the statement below is the one for L = 3, written out."
        yield write_myst((*found.document(), *what_is_assumed(outcome.theorems_by_id[EVERY])), "../")


def _foundation(outcome: Outcome, trust: str) -> Iterator[str]:
    """The part of the engine, the second proofs of the headline, and the rules that are used."""
    rules: Document = (*foundation(outcome), Paragraph((f"Rules used: {', '.join(outcome.rules)}.",)))
    yield f"Marks: {trust} ([what they mean](index.md), [what is trusted](../docs/trust.md))."
    yield write_myst(rules, "../")


def _certificates(outcome: Outcome, certified: Mapping[str, Sequence[Certified]]) -> Iterator[str]:
    """The statements that Coq's kernel proved, of the claim and of its theorems, each with what it is about."""
    about = [name for name in (outcome.claim.id, *outcome.by_id) if name in certified]
    found = dict.fromkeys(one for name in about for one in certified[name])
    if found:
        yield "Proved again by Coq:"
        lines = []
        for one in found:
            link = f'<a href="{site_coq.address(one, "../")}"><code>{one.name}</code> in <code>{one.file}</code></a>'
            lines.append(f"- {link}: {', '.join(site_coq.about(one))}")
            lines += [f"  - {cells((sentence,), '../')}" for sentence in one.not_certified]
        yield "\n".join(lines)


def _to(place: CoveredPlace, name: str) -> str:
    """A link to a place, named by what stands there too, which tells the sentences of one section apart."""
    says = escape(plain(f"{place.row.place}: {place.row.says}"))
    return f'<a href="../paper.html#{name}" title="{says}" aria-label="{says}">{escape(place.row.place)}</a>'


def _links(outcome: Outcome, places: Sequence[CoveredPlace], files: Mapping[str, Iterable[str]]) -> str:
    """The places of the paper that it is about, and the files behind it."""
    here = [
        _to(place, name)
        for place, name in zip(places, site_paper.names(places), strict=True)
        if any(item.id.partition(".")[0] == outcome.claim.id for item in place.items)
    ]
    lines = [f"- in the paper: {', '.join(here)}"] if here else []
    for kind, named in files.items():
        lines.append(f"- {FILES[kind]}: {', '.join(f'[`{file}`](../{source(file)})' for file in named)}")
    return "\n".join(lines)
