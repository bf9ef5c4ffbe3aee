"""The coverage table: every equation, proposition and mathematical sentence of the paper, and what became of it.

A row of `paper.ROWS` names objects of the engine: definitions, which the modules that own them build; theorems and
readings of the printed text, by their ids. What uses an object is found in what a run found out about the claims:

    a definition   the claims whose theorems, or lemmas, rest on it
    a statement    the claims that prove it, as a theorem or on the way to one
    a reading      the claim to which it belongs

So a row cannot name a claim that the run did not decide, and one that names nothing is a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from derivations.claim import NEITHER, About, Findings, Judged, Reading, Shown, Verdict, readings_of
from derivations.json_document import document, environment
from derivations.verdict import verdict_entry
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.statements import Proposition
from gdssm_symbolic.writing.documents import (
    MARKDOWN,
    Cell,
    Code,
    Document,
    Heading,
    Listing,
    Paragraph,
    Parts,
    Records,
    inline,
)
from gdssm_symbolic.writing.narration import Statement
from gdssm_symbolic.writing.prose import plain

from .places import position, within
from .versions import SCOPE, TEXT

#: What a run found out about claims, by their ids.
Run = Mapping[str, Judged]

#: The tests that hold what the rows rest on.
CLAIM_TEST = "tests/claims/test_every_claim.py::test_claims_come_out_as_registered"
RESULTS_TEST = "tests/project/test_documents.py::test_the_training_page_shows_the_committed_results"


class Kind(StrEnum):
    """What a place of the paper does."""

    DEFINITION = "definition"
    CONSEQUENCE = "consequence"
    CLAIM = "claim"
    READING = "reading"
    MEASUREMENT = "measurement"
    BACKGROUND = "background"
    REMARK = "remark"  # said in passing, with neither construction nor proof, and not judged


class Standing(StrEnum):
    """What became of a row."""

    PROVED = "proved"
    CORRECTED = "proved after a correction"
    IN_ONE_READING = "holds in one reading"
    REFUTED = "refuted"
    MEASURED = "measured"
    DEFINED = "defined"
    ASSUMED = "assumed"
    NOTHING_CLAIMED = "defines notation; nothing is claimed"
    NOT_JUDGED = "not judged: neither a construction nor a proof is given"
    UNDECIDED = "undecided"


#: Rows of these kinds need no object.
WITHOUT_OBJECT = {Kind.BACKGROUND: Standing.NOTHING_CLAIMED, Kind.REMARK: Standing.NOT_JUDGED}


@dataclass(frozen=True)
class Item:
    """An object of the engine that a row names: the object, how it is shown, and what was found out about it."""

    thing: Meaning | Proposition | Reading | str
    shown: Parts
    found: str
    id: str = ""  # of a claim, a theorem or a reading
    meanings: tuple[Meaning, ...] = ()  # of the names in a statement
    excluded_by: Proposition | None = None  # of a reading that a theorem contradicts

    def used_by(self, judged: Judged) -> bool:
        """Does the claim use the object: as a meaning, as a statement, as a reading of its own?"""
        if isinstance(self.thing, Reading):
            return any(self.thing is reading for reading, _ in readings_of(judged))
        found = judged.findings
        known = [(fact.statement, fact.meanings) for fact in (*found.on_the_way, *found.theorems.values())]
        if found.statement is not None:
            known.append((found.statement.equation, found.statement.meanings))
        return any(
            self.thing in meanings or (self.thing == statement and _agree(self.meanings, meanings))
            for statement, meanings in known
        )


def _agree(some: Iterable[Meaning], others: Iterable[Meaning]) -> bool:
    """Is there no name to which they give two meanings?"""
    table = {meaning.name: meaning for meaning in others}
    return all(table.get(meaning.name, meaning) == meaning for meaning in some)


class Named(Protocol):
    """What a row writes down: how to find objects in what a run found out."""

    def find(self, run: Run) -> Iterator[Item]: ...


@dataclass(frozen=True)
class Defined:
    """A definition or a recurrence, as the module that owns it builds it."""

    meaning: Meaning

    def find(self, run: Run) -> Iterator[Item]:  # noqa: ARG002 - it is there without a run
        yield Item(self.meaning, (self.meaning,), "defined")


@dataclass(frozen=True)
class Linked:
    """What has an id: what a claim states (P2), a theorem or a lemma of it (P2.T6), a reading (P2.3)."""

    id: str

    def find(self, run: Run) -> Iterator[Item]:
        for judged in run.values():
            found = judged.findings
            if judged.claim.id == self.id and found.statement is not None:
                yield _stated(self.id, found.statement, found.verdict.value)
            if (fact := found.theorems.get(self.id) or found.lemmas.get(self.id)) is not None:
                yield _stated(self.id, Statement(fact.statement, fact.meanings), "proved", fact.assuming)
            for reading, shown in readings_of(judged):
                if reading.id == self.id:
                    against = shown.theorem if shown.finding == "refuted" else None
                    claimed = (f"{self.id}: ", *_claimed(shown, found))
                    excluded_by = against.statement if against else None
                    yield Item(reading, claimed, shown.finding, self.id, excluded_by=excluded_by)


@dataclass(frozen=True)
class Trained:
    """A committed result of `gdssm train`."""

    folder: str

    @property
    def path(self) -> str:
        return f"results/{self.folder}/result.json"

    def find(self, run: Run) -> Iterator[Item]:  # noqa: ARG002 - it was found in another run
        yield Item(self.path, (Code(self.path),), "measured")


@dataclass(frozen=True)
class Row:
    """One place of the paper: what it says, in our own words, and the objects that stand for it."""

    place: str
    kind: Kind
    says: str
    objects: tuple[Named, ...] = ()


@dataclass(frozen=True)
class CoveredPlace:
    """A row with what the run has to say on it."""

    row: Row
    items: tuple[Item, ...]
    missing: tuple[Named, ...]
    obligations: tuple[Judged, ...]

    @property
    def standing(self) -> Standing:
        """What became of the place, of all its objects together; a proposition that fails is refuted, as in verify."""
        if self.row.kind in WITHOUT_OBJECT:
            return WITHOUT_OBJECT[self.row.kind]
        found = {item.found for item in self.items}
        decided = {"defined", "proved", "assumed", "refuted", "ill-formed", "measured"}
        if self.missing or not found or not found <= decided:
            return Standing.UNDECIDED
        if "measured" in found:
            return Standing.MEASURED
        propositions = self._failing(About.PROPOSITION)
        failing = propositions or self._failing(NEITHER)
        if failing and all("proved" in kinds for kinds in failing):
            return Standing.IN_ONE_READING
        if propositions:
            return Standing.REFUTED
        wrong = bool(found & {"refuted", "ill-formed"})
        against = {item.excluded_by for item in self.items}  # a theorem against the sentence does not mend it
        if any(item.found == "proved" and item.thing not in against for item in self.items):
            return Standing.CORRECTED if wrong else Standing.PROVED
        if "assumed" in found:
            return Standing.ASSUMED
        return Standing.REFUTED if wrong else Standing.DEFINED

    def _failing(self, subject: About) -> list[set[str]]:
        """What was found out about each sentence on this subject that fails in some reading, reading by reading."""
        sentences: dict[str, set[str]] = {}
        for item in self.items:
            if isinstance(item.thing, Reading) and subject in item.thing.about:
                sentences.setdefault(item.thing.printed, set()).add(item.found)
        return [kinds for kinds in sentences.values() if "refuted" in kinds]

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests that hold the row."""
        measured = (RESULTS_TEST,) if self.row.kind is Kind.MEASUREMENT else ()
        return (*(f"{CLAIM_TEST}[{judged.claim.id}]" for judged in self.obligations), *measured)

    @property
    def commands(self) -> tuple[str, ...]:
        """What prints the derivations, or measures again."""
        measured = ("gdssm verify --only numeric",) if self.row.kind is Kind.MEASUREMENT else ()
        return (*(f"gdssm show {judged.claim.id}" for judged in self.obligations), *measured)

    @property
    def commands_by_id(self) -> tuple[str, ...]:
        """What prints each theorem and each reading of the row, and nothing else, or measures again."""
        measured = ("gdssm verify --only numeric",) if self.row.kind is Kind.MEASUREMENT else ()
        return (*dict.fromkeys(f"gdssm show {item.id}" for item in self.items if item.id), *measured)


def coverage(rows: Iterable[Row], judged: Iterable[Judged]) -> list[CoveredPlace]:
    """The rows with what the run found, in the order of the paper."""
    run = {one.claim.id: one for one in judged}
    return [_entry(row, run) for row in sorted(rows, key=lambda row: position(row.place))]


def _entry(row: Row, run: Run) -> CoveredPlace:
    found = [(named, tuple(named.find(run))) for named in row.objects]
    items = tuple(item for _, items in found for item in items)
    users = tuple(judged for judged in run.values() if any(item.used_by(judged) for item in items))
    return CoveredPlace(row, items, tuple(named for named, items in found if not items), users)


def problems(entries: Iterable[CoveredPlace]) -> list[str]:
    """A line for every row that names nothing, or something that the run did not decide."""
    found = []
    for entry in entries:
        place = _told(entry.row)
        found += _not_found(entry)
        if entry.row.kind in WITHOUT_OBJECT:
            continue
        if not entry.items:
            found.append(f"{place}: no object")
        if not entry.tests:
            found.append(f"{place}: no claim uses its objects")
        no_verdict = {Verdict.UNDECIDED, Verdict.ERROR}
        for judged in entry.obligations:
            if no_verdict & set(judged.findings.verdicts):
                found.append(f"{place}: {judged.claim.id} is not decided")
        if not entry.missing and entry.items and entry.standing is Standing.UNDECIDED:
            found.append(f"{place}: undecided")
    return found


def undecided(entries: Iterable[CoveredPlace]) -> list[str]:
    """A line for every object of the rows that was not found or is not decided, whatever the claims come to."""
    found = []
    for entry in entries:
        found += _not_found(entry)
        if not entry.missing and entry.standing is Standing.UNDECIDED:
            found.append(f"{_told(entry.row)}: undecided")
    return found


def _told(row: Row) -> str:
    return f"{row.place} ({plain(row.says)})"


def _not_found(entry: CoveredPlace) -> list[str]:
    return [f"{_told(entry.row)}: the run found nothing for {named}" for named in entry.missing]


def _stated(of: str, statement: Statement, found: str, given: str = "") -> Item:
    """A statement under the id of its claim or theorem, with the sizes for which it holds, and what it rests on."""
    scope = (", all ", *statement.scope) if found == "proved" and statement.scope else ()
    shown = (f"{of}: ", statement.equation, "  (", found, *scope, *([given] if given else []), ")")
    return Item(statement.equation, shown, "assumed" if given else found, of, statement.meanings)


#: Of a refuted equation no more meanings are listed that are not those of the claim's statement.
MOST_MEANINGS = 3


def _claimed(shown: Shown, findings: Findings) -> Parts:
    """What a reading claims, as mathematics: from the object that was refuted, or why there is none."""
    if (counterexample := shown.counterexample) is not None:
        known = findings.statement.meanings if findings.statement else ()
        others = [meaning for meaning in counterexample.meanings if meaning not in known]
        listed = [part for meaning in others for part in (", ", meaning)]
        if len(others) > MOST_MEANINGS:
            listed = ["", f"{len(others)} other meanings"]
        return counterexample.equation, *((" with ", *listed[1:]) if listed else ()), f"  ({shown.finding})"
    if (theorem := shown.theorem) is not None:
        against = ("excluded by ",) if shown.finding == "refuted" else ()
        return *against, theorem.statement, f"  ({shown.finding}{theorem.assuming})"
    return (*shown.line, f"  ({shown.finding})") if shown.line else (shown.finding,)


# ---- the table -----------------------------------------------------------------------------------

HEADER = ("place", "says", "kind", "object", "verdict", "used by", "test", "derivation")


def table(entries: Iterable[CoveredPlace]) -> Records:
    """The rows, for any of the writers."""
    return Records(HEADER, tuple(map(_cells, entries)))


def _cells(entry: CoveredPlace) -> tuple[Cell, ...]:
    row = entry.row
    used = tuple((claim_line(judged),) for judged in entry.obligations)
    tests, commands = (tuple((Code(one),) for one in group) for group in (entry.tests, entry.commands))
    words = ((row.says,),), ((row.kind.value,),)
    return (
        ((row.place,),),
        *words,
        tuple(item.shown for item in entry.items),
        ((entry.standing.value,),),
        used,
        tests,
        commands,
    )


def claim_line(judged: Judged) -> str:
    """What came out of one claim, on one line."""
    return f"{judged.claim.id}. {judged.findings.told}"


#: Told where a row is proved after a correction: `gdssm verify` has other columns, and so other words.
AFTER_A_CORRECTION = (
    "Proved after a correction: what is printed does not hold, and the statement in its place is proved. gdssm verify "
    "has a column for each of the two. Where the proposition of a claim fails, the word is refuted, here as there."
)


def _legend(entries: Iterable[CoveredPlace]) -> Document:
    corrected = any(entry.standing is Standing.CORRECTED for entry in entries)
    return (Paragraph((AFTER_A_CORRECTION,)),) if corrected else ()


def book(entries: list[CoveredPlace]) -> Document:
    """The table with what a reader has to know first."""
    counted = [(standing, sum(entry.standing is standing for entry in entries)) for standing in Standing]
    return (
        Heading("Coverage"),
        Paragraph((SCOPE,)),
        Paragraph((f"{len(entries)} places of the paper:",)),
        Listing(tuple((f"{standing}: {count}",) for standing, count in counted if count)),
        *_legend(entries),
        table(entries),
    )


#: The columns of a table of one place, for which no claim is judged as a whole.
HEADER_AT = ("place", "says", "kind", "object", "verdict", "in full")


def book_at(place: str, entries: list[CoveredPlace]) -> Document:
    """The rows of one place, with the commands that print its theorems and readings in full."""
    rows = []
    for entry in entries:
        where, says, kind, objects, standing, *_ = _cells(entry)
        rows.append((where, says, kind, objects, standing, tuple((Code(one),) for one in entry.commands_by_id)))
    opening = Paragraph((f"{SCOPE} Rows of the coverage table for {place}: {len(rows)}.{within(place)}",))
    return (
        Heading(f"Coverage of {place}"),
        opening,
        *_legend(entries),
        *([Records(HEADER_AT, tuple(rows))] if rows else []),
    )


def report_at(place: str, entries: Iterable[CoveredPlace]) -> dict[str, Any]:
    """What `gdssm coverage --place --json` prints: as for the whole paper, but without verdicts on whole claims."""
    rows = list(entries)
    entries_at = [for_a_program(entry) | {"derivations": list(entry.commands_by_id)} for entry in rows]
    for entry in entries_at:
        del entry["claims"]
    return document(
        "coverage",
        text=TEXT,
        scope=SCOPE,
        place=place,
        rows=entries_at,
        problems=undecided(rows),
        environment=environment(),
    )


def report(entries: Iterable[CoveredPlace]) -> dict[str, Any]:
    """What `gdssm coverage --json` prints."""
    rows = list(entries)
    return document(
        "coverage",
        text=TEXT,
        scope=SCOPE,
        rows=[for_a_program(entry) for entry in rows],
        problems=problems(rows),
        environment=environment(),
    )


def for_a_program(entry: CoveredPlace) -> dict[str, Any]:
    """A row for a program."""
    return {
        "place": entry.row.place,
        "says": plain(entry.row.says),
        "kind": entry.row.kind.value,
        "objects": [
            {
                "id": item.id or None,
                "text": inline(item.shown),
                "latex": inline(item.shown, MARKDOWN),
                "found": item.found,
            }
            for item in entry.items
        ],
        "verdict": entry.standing.value,
        "claims": [{"id": judged.claim.id, **verdict_entry(judged.findings.verdicts)} for judged in entry.obligations],
        "tests": list(entry.tests),
        "derivations": list(entry.commands),
    }
