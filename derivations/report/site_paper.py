"""The page of the paper, place by place: each equation, proposition and sentence with its mark.

A place is a `details` element of HTML, which a click, a tap or the Enter key opens; a mouse that rests on it shows the
same in passing (`docs/site/static/formulas.js`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from derivations.claim import Outcome, Reading, Weight
from derivations.paper.coverage import CoveredPlace, Item, Standing
from derivations.paper.errata import FAILS, Failing, own_of, what_is_wrong
from derivations.paper.places import PAPER, position
from derivations.paper.versions import SCOPE
from gdssm_symbolic.writing.documents import Parts, inline

from .web import cells, dropdown, heading, linked, verdict

HOW = (
    "Click or tap a place, or press Enter on it, to see how it was read, the counterexample or the theorem, and the "
    "correction. A mouse that rests on a place shows them too."
)
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
GOOD = {Standing.PROVED: True, Standing.REFUTED: False}


def page(places: Sequence[CoveredPlace], outcomes: Sequence[Outcome]) -> str:
    """Every place of the paper, with its mark; opened, what was read there, the evidence and the correction."""
    counted = [(one, sum(place.standing is one for place in places)) for one in Standing]
    marks = "\n".join(f"- {MARKS[one]} {one.value}: {count}" for one, count in counted if count)
    parts = [heading("The paper, place by place", 1), SCOPE, HOW, marks]
    for section, group in groupby(zip(places, names(places), strict=True), lambda one: section_of(one[0])):
        parts.append(heading(section, 2))
        for place, name in group:
            title = f"{MARKS[place.standing]} **{cells((place.row.place,))}**: {cells((place.row.says,))}"
            parts.append(dropdown(f"{title} {_word(place)}", *_opened(place, outcomes), name=name))
    return "\n\n".join(parts) + "\n"


def names(places: Iterable[CoveredPlace]) -> Iterator[str]:
    """The address of each place on the page: eq-18."""
    taken: Counter[str] = Counter()
    for place in places:
        words = place.row.place.lower().replace("§", "section ")  # an address begins with a letter
        slug = re.sub(r"[^a-z0-9]+", "-", words).strip("-")
        taken[slug] += 1
        yield slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"


def section_of(place: CoveredPlace) -> str:
    """The section of the paper in which a place is."""
    number = position(place.row.place)[0][0]
    return [*PAPER, "elsewhere"][number]


def standing(place: CoveredPlace) -> str:
    """What became of a place, in a few words."""
    return place.standing.value.partition(":")[0]


def _word(place: CoveredPlace) -> str:
    return verdict(standing(place), good=GOOD.get(place.standing))


def _opened(place: CoveredPlace, outcomes: Sequence[Outcome]) -> Iterator[str]:
    if not place.items:
        yield f"{place.standing.value[0].upper()}{place.standing.value[1:]}."
    yield from _in_words(place)
    for item in place.items:
        if isinstance(reading := item.thing, Reading):
            told = "\n".join(f"  - *{name}*: {cells(parts)}" for name, parts in _told(reading, outcomes))
            yield f"- *{item.found}*: {linked(reading.id, reading.id)}\n{told}"
        else:
            where = _home(item, outcomes)
            link = f" ({linked(where, where)})" if where and where not in inline(item.shown) else ""
            yield f"- *{item.found}*{link}: {cells(item.shown)}"


def _in_words(place: CoveredPlace) -> Iterator[str]:
    """What is wrong in a place, and what mends it, before anything else is told; or that nothing is."""
    failing: dict[str, list[Reading]] = {}
    for item in place.items:
        if isinstance(item.thing, Reading) and item.found in FAILS:
            failing.setdefault(what_is_wrong(item.thing), []).append(item.thing)
    for what, readings in failing.items():
        first, ids = readings[0], ", ".join(linked(one.id, one.id) for one in readings)
        otherwise = place.standing is Standing.IN_ONE_READING or own_of(first).weight is Weight.REMARK
        said = "Wrong in one reading" if otherwise else "Wrong as printed"
        yield f"**{said}:** {cells((what,))} ({ids}). *Correction:* {cells((first.correction,))}."
    if place.standing is Standing.PROVED:
        yield "**This holds:**"


def _told(reading: Reading, outcomes: Iterable[Outcome]) -> Iterator[tuple[str, Parts]]:
    """How a place was read, and the evidence, each with its name; and what is to be said of one that holds."""
    yield "printed", (reading.printed,)
    yield "read as", (reading.read_as,)
    (outcome,) = (one for one in outcomes if reading in one.claim.readings)
    shown = outcome.findings.evidence[reading.id]
    if shown.counterexample is not None:
        yield "counterexample", Failing(outcome.claim.id, reading, shown).told
    elif shown.line:
        yield ("theorem" if shown.theorem is not None else "why"), shown.line
    if shown.finding not in FAILS:
        yield "note", (reading.correction,)


def _home(item: Item, outcomes: Iterable[Outcome]) -> str:
    """The id under which an object stands on the page of a claim, or the claim's own; empty if it is on none."""
    if item.id:
        return item.id
    return next((outcome.claim.id for outcome in outcomes if item.used_by(outcome)), "")
