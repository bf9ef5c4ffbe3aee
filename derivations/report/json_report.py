"""What was found out about claims, in words and numbers: for a program as JSON, for a table as cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from derivations.claim import JUDGED, JUDGED_PARAMETERS, Evidence, Outcome, Reading, Verdict
from derivations.json_document import document, environment
from derivations.verdict import finding, tell, verdict_entry
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.documents import Cell, Parts, inline
from gdssm_symbolic.writing.narration import as_numbers
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.prose import plain


def report(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """What `gdssm verify --json` prints."""
    return document("verify", claims=[claim_entry(outcome) for outcome in outcomes], environment=environment())


def claim_entry(outcome: Outcome) -> dict[str, Any]:
    """One claim as an entry of the report."""
    claim, statement = outcome.claim, outcome.statement
    return {
        "id": claim.id,
        "label": plain(claim.label),
        "place": claim.place,
        "statement": statement.one_line() if statement else "",
        "assumptions": list(map(plain, claim.assumptions)),
        **verdict_entry(outcome.verdicts),
        "expected": verdict_entry(claim.expected),
        "conclusions": len(claim.argued),
        "scope": inline(scope(outcome)),
        "rules": list(outcome.rules),
        "uses": list(map(plain, outcome.uses)),
        "rests_on": list(outcome.rests_on),
        "confirmed": list(map(plain, outcome.confirmed)),
        "theorems": [theorem_entry(name, theorem) for name, theorem in outcome.theorems_by_id.items()],
        "readings": [reading_entry(reading, evidence) for reading, evidence in outcome.readings],
        "counterexample": as_numbers(outcome.counterexample) if outcome.counterexample else None,
        "problem": plain(outcome.problem),
        "seconds": round(outcome.seconds, 3),
    }


def theorem_entry(name: str, theorem: Theorem) -> dict[str, Any]:
    """One theorem as an entry of the report."""
    return {"id": name, "title": plain(theorem.title), "statement": to_text(theorem.statement)}


def reading_entry(reading: Reading, evidence: Evidence) -> dict[str, Any]:
    """One reading of the printed text as an entry of the report."""
    refuted = evidence if isinstance(evidence, Refuted) else None
    return {
        "id": reading.id,
        "place": reading.place,
        "printed": plain(reading.printed),
        "read_as": plain(reading.read_as),
        "finding": finding(evidence),
        "evidence": inline(tell(evidence)),
        "counterexample": as_numbers(refuted.counterexample) if refuted else None,
        "computes": to_text(reading.computes()) if reading.computes else None,
        "correction": plain(reading.correction),
    }


def scope(outcome: Outcome) -> Parts:
    """all f, N ≥ 1: the sizes for which the verdict holds, from the statement itself; and what is conditional."""
    if outcome.statement is None or outcome.verdict is not Verdict.PROVED:
        return ()
    count = len(outcome.conditional)
    conditional = f"; {count} of {len(outcome.theorems)} theorems assume{'s' * (count == 1)} something" if count else ""
    argued = "; its conclusion is informal, not machine-checked" if outcome.claim.argued else ""
    return "all ", *outcome.statement.scope, f"{conditional}{argued}"


class Trust(StrEnum):
    """The part of the exact engine that the proofs of a claim rest on, as one mark in a table."""

    KERNEL = "K"
    EXTENDED = "K+"


def trust(outcome: Outcome) -> Trust | None:
    """K if the kernel alone is used, K+ if extensions are used too; None if nothing was proved."""
    if not outcome.rests_on:
        return None
    return Trust.KERNEL if outcome.rests_on == ("kernel",) else Trust.EXTENDED


def rests_on(outcome: Outcome) -> str:
    """The kernel, and the extensions that are used beside it, by name; empty if nothing was proved."""
    return "kernel alone" if trust(outcome) is Trust.KERNEL else ", ".join(outcome.rests_on)


def remarks(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What the marks mean, and which claims rest on assumptions or have informal conclusions, for below a table."""
    absent = any(Verdict.NOT_PRINTED in (outcome.proposition, outcome.printed) for outcome in outcomes)
    marks = f"{Trust.KERNEL}: proofs use rules of the kernel alone. {Trust.EXTENDED}: some use rules of extensions too."
    yield f"{marks} -: not in the paper." if absent else marks
    if assuming := [outcome.claim.id for outcome in outcomes if outcome.conditional]:
        yield f"Some theorems of {listed(assuming)} rest on assumptions, which they name."
    if informal := [outcome.claim.id for outcome in outcomes if outcome.claim.argued]:
        yield f"Some conclusions of {listed(informal)} are informal, not machine-checked."


def listed(words: Sequence[str]) -> str:
    """The words in a row: A, B and C."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def short(outcome: Outcome) -> tuple[str, str, str]:
    """The verdicts for a table: on the proposition, on what is printed for it, on the corrected theorem."""
    absent = {Verdict.NOT_PRINTED: "-"}
    proposition, printed = JUDGED | absent, JUDGED_PARAMETERS | absent
    return proposition[outcome.proposition], printed[outcome.printed], outcome.verdict.value


#: The columns of the table of claims.
SUMMARY = ("claim", "what it says", "proposition", "printed", "as corrected", "trust", "scope")


def summary(outcome: Outcome) -> tuple[Cell, ...]:
    """A claim as a row of that table."""
    claim = outcome.claim
    words = claim.id, f"{claim.label} ({claim.place})", *short(outcome)
    return *(((word,),) for word in (*words, trust(outcome) or "-")), (scope(outcome),)
