"""The corrections as a table that can be sent to the authors: `gdssm errata`.

The table has one row for each reading of the printed text that the run found to be wrong. Only the words of the claims
(what is printed, how it was read, the correction) are typed. Every row has its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from derivations.claim import Contradicted, Evidence, IllFormed, Outcome, Reading
from derivations.json_document import document, environment
from derivations.verdict import finding, tell
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.writing.documents import Code, Document, Heading, Listing, Paragraph, Parts, Records, inline
from gdssm_symbolic.writing.narration import as_numbers
from gdssm_symbolic.writing.prose import plain

from .places import position, within

#: The text that is judged.
TEXT = "arXiv:2410.11687v1"
SCOPE = (
    f"The text judged is {TEXT}, State-space models can learn in-context by gradient descent; "
    "later versions were not read."
)
HEADER = ("place", "as printed", "read as", "kind", "evidence", "correction", "proof")


class Fault(StrEnum):
    """In what way a printed sentence is wrong."""

    COUNTEREXAMPLE = "counterexample"
    CONTRADICTED = "contradicted"
    SHAPE = "shape"
    NOTATION = "notation"


MEANING = {
    Fault.COUNTEREXAMPLE: (
        "the sentence is false at the sizes and data in the evidence; the evidence ends with two values: that of the "
        "formula, and the one that it is said to have"
    ),
    Fault.CONTRADICTED: (
        "the evidence is a theorem that contradicts the sentence, for every choice of what the sentence leaves open"
    ),
    Fault.SHAPE: "the sizes do not fit, so the formula as it stands has no meaning",
    Fault.NOTATION: "the meaning is right or harmless; an index, a range, a letter or a sign convention is wrong",
}


@dataclass(frozen=True)
class Erratum:
    """A reading that is wrong, with the evidence that the run produced."""

    claim: str
    reading: Reading
    evidence: Evidence

    @property
    def kind(self) -> Fault:
        if isinstance(self.evidence, IllFormed):
            return Fault.SHAPE
        if self.reading.notation:
            return Fault.NOTATION
        return Fault.CONTRADICTED if isinstance(self.evidence, Contradicted) else Fault.COUNTEREXAMPLE

    @property
    def proof(self) -> str:
        """Where the evidence stands in full: in what `gdssm show` prints of the claim, under this id."""
        return self.reading.id

    @property
    def show(self) -> str:
        return f"gdssm show {self.proof}"


def errata(outcomes: Iterable[Outcome]) -> list[Erratum]:
    """A row for each reading that is refuted, contradicted or ill formed, in the order of the paper."""
    found = [
        Erratum(outcome.claim.id, reading, evidence)
        for outcome in outcomes
        for reading, evidence in outcome.readings
        if isinstance(evidence, Refuted | Contradicted | IllFormed)
    ]
    return sorted(found, key=lambda row: position(row.reading.place))


def table(rows: Iterable[Erratum]) -> Records:
    """The rows, for any of the writers."""
    return Records(HEADER, tuple(tuple((cell,) for cell in _cells(row)) for row in rows))


def _cells(row: Erratum) -> tuple[Parts, ...]:
    reading = row.reading
    words = (reading.place,), (reading.printed,), (reading.read_as,), (row.kind.value,)
    return *words, tell(row.evidence), (reading.correction,), (f"{row.proof} (", Code(row.show), ")")


def letter(rows: list[Erratum]) -> Document:
    """The table with what a reader has to know first."""
    return Heading("Corrections"), Paragraph((SCOPE,)), *counted(rows), table(rows)


def letter_at(place: str, outcomes: Sequence[Outcome]) -> Document:
    """The rows of one place; which readings of it there are, and which of them hold."""
    rows = errata(outcomes)
    every = [(reading, evidence) for outcome in outcomes for reading, evidence in outcome.readings]
    wrong = {row.reading.id for row in rows}
    others = [f"{reading.id} ({finding(evidence)})" for reading, evidence in every if reading.id not in wrong]
    said = f"Readings of what is printed at {place}: {len(every)}. Readings that do not hold: {len(rows)}."
    rest = f" The others: {', '.join(others)}." if others else ""
    opening = Paragraph((f"{SCOPE} {said}{rest}{within(place)}",))
    return Heading(f"Corrections at {place}"), opening, *([table(rows)] if rows else [])


def counted(rows: Sequence[Erratum]) -> Document:
    """How many there are, and what the kinds among them mean."""
    kinds = [kind for kind in Fault if any(row.kind is kind for row in rows)]
    return (
        Paragraph((f"{len(rows)} readings of the printed text do not hold. They are of these kinds:",)),
        Listing(tuple((f"{kind}: {MEANING[kind]}",) for kind in kinds)),
    )


def report(rows: Iterable[Erratum], place: str = "") -> dict[str, Any]:
    """What `gdssm errata --json` prints; with --place it names the place."""
    at = {"place": place} if place else {}
    found = [entry(row) for row in rows]
    return document("errata", text=TEXT, scope=SCOPE, **at, errata=found, environment=environment())


def entry(row: Erratum) -> dict[str, Any]:
    """A row for a program."""
    reading, evidence = row.reading, row.evidence
    return {
        "id": reading.id,
        "place": reading.place,
        "printed": plain(reading.printed),
        "read_as": plain(reading.read_as),
        "kind": row.kind.value,
        "evidence": inline(tell(evidence)),
        "counterexample": as_numbers(evidence.counterexample) if isinstance(evidence, Refuted) else None,
        "correction": plain(reading.correction),
        "claim": row.claim,
        "reading": reading.number,
        "proof": row.proof,
        "show": row.show,
    }
