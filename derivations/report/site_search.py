"""What the search finds by its name, before it looks through the text: places of the paper, claims, layers, statements.

The names are a script, so that they are there when the site is read from a folder, where no page may load a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from derivations.certificates import Certified
from derivations.claim import Outcome
from derivations.paper.coverage import CoveredPlace
from derivations.paper.places import places as places_in
from gdssm_symbolic.writing.documents import inline
from gdssm_symbolic.writing.prose import plain

from . import site_coq, site_paper
from .site_gallery import Shown
from .web import address


@dataclass(frozen=True)
class Entry:
    """Something with an address on the site: the names by which it is found, what it is, and what became of it."""

    names: tuple[str, ...]
    title: str
    address: str
    verdict: str = ""


def script(entries: Iterable[Entry]) -> str:
    """The entries as a script that the page of the search loads."""
    listed = [[entry.names, entry.title, entry.address, entry.verdict] for entry in entries]
    return f"const NAMED = {json.dumps(listed, ensure_ascii=False)};\n"


def entries(
    outcomes: Sequence[Outcome],
    places: Sequence[CoveredPlace],
    gallery: Mapping[str, Shown],
    certified: Sequence[Certified],
) -> Iterator[Entry]:
    """Claims and the paper's places before theorems and readings, layers, statements of Coq."""
    for outcome in outcomes:
        claim = outcome.claim
        names = claim.id, *(one for one in places_in(claim.place) if one.startswith("Proposition"))
        yield Entry(names, plain(f"{claim.id}: {claim.label}"), address(claim.id), outcome.findings.told)
    for place, name in zip(places, site_paper.names(places), strict=True):
        names = (*dict.fromkeys((place.row.place, *places_in(place.row.place))),)
        title = plain(f"{place.row.place}: {place.row.says}")
        yield Entry(names, title, f"paper.html#{name}", site_paper.standing(place))
    for name, one in gallery.items():
        title = f"{name.replace('_', ' ')}: {plain(inline(one.said))}"
        yield Entry((name.replace("_", " "),), title, f"gallery/{name}.html", str(one.checked.verdict))
    yield Entry(("Coq", "Rocq", "certificates"), "What Coq's kernel proved", "coq/index.html")
    for outcome in outcomes:
        for name, theorem in outcome.by_id.items():
            yield Entry((name,), plain(f"{name}: {theorem.title}"), address(name), "proved")
        for reading, shown in outcome.findings.evidence.items():
            (known,) = (one for one in outcome.claim.readings if one.id == reading)
            yield Entry(
                (reading,), plain(f"{reading}, {known.place}: {known.printed}"), address(reading), shown.finding
            )
    for stated in certified:
        yield Entry((f"Coq {stated.name}",), f"{stated.name}, proved by Coq", site_coq.address(stated))
