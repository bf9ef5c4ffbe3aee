"""The page of the corrections: a letter to the authors, each correction under a heading of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivations.claim import Reading, Weight
from derivations.paper.errata import Erratum, correction, what_is_wrong
from derivations.paper.letter import OPENING, TITLE, TO, parts, script, titled
from gdssm_symbolic.writing.documents import Parts
from gdssm_symbolic.writing.prose import myst

from .site_sources import source
from .web import cells, heading, linked

HOW = (
    "A number such as P2.4 is a reading of a printed sentence, and leads to its proof. The script of a substantive "
    "correction shows what is wrong in plain fractions; it needs nothing but Python."
)


def page(rows: Sequence[Erratum]) -> str:
    """What is substantive first, each part in the order of the paper."""
    said = [heading(TITLE, 1), TO, *(cells((words,)) for words in OPENING), HOW]
    for name, meaning, found in parts(rows):
        said += [heading(name, 2), meaning]
        for row in found:
            listed = "\n".join(f"- **{key}:** {cells(told)}" for key, told in _told(row))
            said += [heading(myst(titled(row)), 3, row.own.id), f"{listed}\n{_links(row)}"]
    return "\n\n".join(said) + "\n"


def _told(row: Erratum) -> Iterator[tuple[str, Parts]]:
    yield "printed", (row.reading.printed,)
    yield "read as", (row.reading.read_as,)
    yield "what is wrong", (f"{what_is_wrong(row.own)}; ", *row.first.told)
    yield "correction", (correction(row),)
    for one in row.others:
        if one.reading.printed != row.reading.printed:
            yield f"{one.reading.place} ({one.reading.id})", _in_its_place(one.reading)


def _in_its_place(reading: Reading) -> Parts:
    """What another place of the paper has instead, and its own correction."""
    own = f"; correction: {reading.correction}" if reading.correction else ""
    return (f"printed: {reading.printed}; read as: {reading.read_as}{own}",)


def _links(row: Erratum) -> str:
    proofs = f"- **proof:** {', '.join(linked(one.proof, one.proof) for one in row.readings)}"
    if row.weight is not Weight.SUBSTANTIVE:
        return proofs
    return f"{proofs}\n- **script:** [{script(row)}]({source(script(row))})"
