"""The corrections as a table that can be sent to the authors: `gdssm errata`.

The table has a row for each fault. A row has one reading of the printed text, or several that fail for the same reason,
in one place of the paper or in several. Only the words of the claims are typed: what is printed, how it was read, the
correction, why a fault misleads nobody. That a reading fails, and the evidence, is from the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any

from derivations.claim import Judged, Reading, Shown, Weight, readings_of
from derivations.claims import CLAIMS
from derivations.json_document import document, environment
from gdssm_symbolic.writing.documents import Code, Document, Heading, Listing, Paragraph, Parts, Records, inline
from gdssm_symbolic.writing.narration import as_numbers, counterexample_in_words
from gdssm_symbolic.writing.prose import plain

from .places import position, within
from .versions import SCOPE, TEXT, WEAKENED

HEADER = ("place", "weight", "as printed", "read as", "evidence", "correction", "proof")


#: What became of a reading that fails.
FAILS = ("refuted", "ill-formed")


class Fault(StrEnum):
    """In what way a printed sentence is wrong."""

    COUNTEREXAMPLE = "counterexample"
    CONTRADICTED = "contradicted"
    SHAPE = "shape"


MEANING = {
    Weight.SUBSTANTIVE: "whoever implements the sentence gets another function than the one that is meant",
    Weight.NOTATION: "a letter, an index, a size or a sign convention is wrong, and the context corrects it",
    Weight.REMARK: "the sentence is right in another reading, or says less than it could",
}


@dataclass(frozen=True)
class Failing:
    """A reading that fails, with what there is to tell of the evidence that the run produced."""

    claim: str
    reading: Reading
    shown: Shown

    @property
    def kind(self) -> Fault:
        if self.shown.counterexample is not None:
            return Fault.COUNTEREXAMPLE
        return Fault.SHAPE if self.shown.theorem is None else Fault.CONTRADICTED

    @property
    def proof(self) -> str:
        """Where the evidence stands in full: in what `gdssm show` prints of the claim, under this id."""
        return self.reading.id

    @property
    def show(self) -> str:
        return f"gdssm show {self.proof}"

    @property
    def told(self) -> Parts:
        """The evidence as a sentence with a number in it."""
        if self.shown.counterexample is None:
            return self.shown.line
        numbers = counterexample_in_words(self.shown.counterexample)
        return (f"{self.reading.shows}: ", *numbers) if self.reading.shows else numbers


@dataclass(frozen=True)
class Erratum:
    """A fault: readings that fail for the same reason. `own` is the reading that says how much the fault weighs."""

    own: Reading
    first: Failing
    others: tuple[Failing, ...] = ()

    @property
    def reading(self) -> Reading:
        return self.first.reading

    @property
    def weight(self) -> Weight:
        return self.own.weight

    @property
    def readings(self) -> tuple[Failing, ...]:
        return self.first, *self.others

    @property
    def places(self) -> tuple[str, ...]:
        """All places in which it stands, the row's own first."""
        return tuple(dict.fromkeys(one.reading.place for one in self.readings))


def own_of(reading: Reading) -> Reading:
    """The reading in whose row of the corrections this one stands; it may be its own."""
    return next(one for one in _every_reading() if one.id == (reading.row or reading.id))


def what_is_wrong(reading: Reading) -> str:
    """What is wrong with a reading that fails, in a few words: its own, or those of its row."""
    return reading.wrong or own_of(reading).wrong


def _every_reading() -> Iterable[Reading]:
    return (reading for claim in CLAIMS.values() for reading in claim.readings)


def failing(judged: Iterable[Judged]) -> list[Failing]:
    """Each reading that is refuted, contradicted or ill formed, in the order of the paper."""
    found = [
        Failing(one.claim.id, reading, shown)
        for one in judged
        for reading, shown in readings_of(one)
        if shown.finding in FAILS
    ]
    return sorted(found, key=lambda one: position(one.reading.place))


def errata(judged: Iterable[Judged], *weights: Weight) -> list[Erratum]:
    """A row for each fault that has one of these weights (any, if none is named), in the order of the paper.

    What was judged may be of one place: then a row has only the readings of that place.
    """
    rows: dict[str, list[Failing]] = {}
    for one in failing(judged):
        rows.setdefault(one.reading.row or one.reading.id, []).append(one)
    for name, group in rows.items():
        group.sort(key=lambda one: one.reading.id != name)
    own = {reading.id: reading for reading in _every_reading()}
    found = [Erratum(own[name], first, tuple(others)) for name, (first, *others) in rows.items()]
    chosen = [row for row in found if not weights or row.weight in weights]
    return sorted(chosen, key=lambda row: position(row.reading.place))


def table(rows: Iterable[Erratum]) -> Records:
    """The rows, for any of the writers."""
    return Records(HEADER, tuple(tuple((cell,) for cell in _cells(row)) for row in rows))


def _cells(row: Erratum) -> tuple[Parts, ...]:
    reading = row.reading
    words = ("; ".join(row.places),), (row.weight.value,), (reading.printed,), (reading.read_as,)
    ids = ", ".join(one.proof for one in row.readings)
    return *words, row.first.told, (correction(row),), (f"{ids} (", Code(row.first.show), ")")


def correction(row: Erratum) -> str:
    """The correction; also why it misleads nobody, if it is not substantive, and what a later version says."""
    harmless = f"{row.weight.capitalize()}: {row.own.harmless}" if row.own.harmless else ""
    return ". ".join(filter(None, (row.reading.correction, harmless, WEAKENED.get(row.own.id, ""))))


def letter(rows: Sequence[Erratum], left_out: Sequence[Erratum] = ()) -> Document:
    """The table with what a reader has to know first; `left_out` are the rows that are not shown."""
    return Heading("Corrections"), Paragraph((SCOPE,)), *counted(rows, left_out), table(rows)


def letter_at(place: str, judged: Sequence[Judged], weights: Sequence[Weight] = tuple(Weight)) -> Document:
    """The rows of one place with these weights; which readings of it there are, and which of them hold."""
    rows = errata(judged)
    every = list(chain.from_iterable(map(readings_of, judged)))
    wrong = {one.proof for row in rows for one in row.readings}
    others = [f"{reading.id} ({shown.finding})" for reading, shown in every if reading.id not in wrong]
    said = f"Readings of what is printed at {place}: {len(every)}. Readings that do not hold: {len(wrong)}."
    rest = f" The others: {', '.join(others)}." if others else ""
    chosen = [row for row in rows if row.weight in weights]
    less = _left_out([row for row in rows if row not in chosen])
    opening = Paragraph((f"{SCOPE} {said}{_shared(rows)}{rest}{less}{within(place)}",))
    return Heading(f"Corrections at {place}"), opening, *([table(chosen)] if chosen else [])


def counted(rows: Sequence[Erratum], left_out: Sequence[Erratum] = ()) -> Document:
    """How many rows there are of each weight, and what the weights mean."""
    counts = Counter(row.weight for row in rows)
    shown = tuple((f"{weight} ({counts[weight]}): {MEANING[weight]}",) for weight in Weight if counts[weight])
    said = f"The corrections are of these weights.{_shared(rows)}{_left_out(left_out)}"
    return Paragraph((said,)), Listing(shown)


def _left_out(rows: Sequence[Erratum]) -> str:
    """How many rows of each weight are not shown, if any."""
    if not rows:
        return ""
    counts = Counter(row.weight for row in rows)
    if not counts[Weight.SUBSTANTIVE]:
        return f" {len(rows)} others, in the notation or remarks, mislead nobody; --all shows them."
    told = ", ".join(f"{counts[weight]} {weight}" for weight in Weight if counts[weight])
    return f" Others are left out ({told}); --all shows them."


def _shared(rows: Sequence[Erratum]) -> str:
    """Why there are fewer rows than readings that do not hold, if there are."""
    readings = sum(len(row.readings) for row in rows)
    if readings == len(rows):
        return ""
    counted_rows = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
    return f" Readings that fail for the same reason share a row: {readings} readings, {counted_rows}."


def report(rows: Iterable[Erratum], place: str = "") -> dict[str, Any]:
    """What `gdssm errata --json` prints; with --place it names the place."""
    at = {"place": place} if place else {}
    found = [entry(row) for row in rows]
    return document("errata", text=TEXT, scope=SCOPE, **at, errata=found, environment=environment())


def entry(row: Erratum) -> dict[str, Any]:
    """A row for a program."""
    weighed = {"weight": row.weight.value, "harmless": plain(row.own.harmless)}
    return {**_entry(row.first), **weighed, "others": [_entry(one) for one in row.others]}


def _entry(one: Failing) -> dict[str, Any]:
    reading, counterexample = one.reading, one.shown.counterexample
    return {
        "id": reading.id,
        "place": reading.place,
        "printed": plain(reading.printed),
        "read_as": plain(reading.read_as),
        "kind": one.kind.value,
        "evidence": inline(one.told),
        "counterexample": as_numbers(counterexample) if counterexample else None,
        "correction": plain(reading.correction),
        "claim": one.claim,
        "reading": reading.number,
        "proof": one.proof,
        "show": one.show,
    }
