"""What was found out about claims, in words and numbers: for a program as JSON, for a table as cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from derivations.claim import JUDGED, JUDGED_PARAMETERS, Fact, Judged, Reading, Shown, Verdict, readings_of
from derivations.json_document import document, environment
from derivations.sizes import Sizes, sizes_entry
from derivations.verdict import verdict_entry
from gdssm_symbolic.writing.documents import Cell, Parts, inline
from gdssm_symbolic.writing.narration import as_numbers
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.prose import plain

if TYPE_CHECKING:
    from derivations.certificates import Certified


def report(judged: Iterable[Judged], certified: Mapping[str, Sequence[Certified]] | None = None) -> dict[str, Any]:
    """What `gdssm verify --json` prints; `certified` are the certificates by claim and theorem, if Coq was asked."""
    return document("verify", claims=[claim_entry(one, certified) for one in judged], environment=environment())


def claim_entry(judged: Judged, certified: Mapping[str, Sequence[Certified]] | None = None) -> dict[str, Any]:
    """One claim as an entry of the report."""
    claim, found = judged.claim, judged.findings
    return {
        "id": claim.id,
        "label": plain(claim.label),
        "place": claim.place,
        "statement": found.statement.one_line() if found.statement else "",
        "free": list(map(plain, claim.free)),
        "assumptions": list(map(plain, claim.assumptions)),
        **verdict_entry(found.verdicts),
        "expected": verdict_entry(found.expected),
        "conclusions": len(claim.argued),
        "scope": inline(scope(judged)),
        "rules": list(found.rules),
        "uses": list(map(plain, found.uses)),
        "rests_on": list(found.rests_on),
        "confirmed": list(map(plain, found.confirmed)),
        "theorems": [theorem_entry(name, theorem, found.sizes.get(name)) for name, theorem in found.theorems.items()],
        "readings": [reading_entry(reading, shown) for reading, shown in readings_of(judged)],
        "counterexample": as_numbers(found.counterexample) if found.counterexample else None,
        "problem": plain(found.problem),
        "seconds": round(found.seconds, 3),
        **({} if certified is None else certificates_entry(judged, certified)),
    }


def certificates_entry(judged: Judged, certified: Mapping[str, Sequence[Certified]]) -> dict[str, Any]:
    """The certificates of a claim, and which of its theorems no certificate names."""
    return {
        "certificates": [one.entry() for one in certified.get(judged.claim.id, ())],
        "not_certified": [name for name in judged.findings.theorems if name not in certified],
    }


def theorem_entry(name: str, theorem: Fact, sizes: Sizes | None = None) -> dict[str, Any]:
    """One theorem as an entry of the report."""
    return {
        "id": name,
        "title": plain(theorem.title),
        "statement": to_text(theorem.statement),
        "assuming": list(map(plain, theorem.assumptions)),
        **({"by_sizes": sizes_entry(sizes)} if sizes else {}),
    }


def reading_entry(reading: Reading, shown: Shown) -> dict[str, Any]:
    """One reading of the printed text as an entry of the report."""
    return {
        "id": reading.id,
        "place": reading.place,
        "printed": plain(reading.printed),
        "read_as": plain(reading.read_as),
        "finding": shown.finding,
        "evidence": inline(shown.line),
        "counterexample": as_numbers(shown.counterexample) if shown.counterexample else None,
        "computes": to_text(reading.computes()) if reading.computes else None,
        "correction": plain(reading.correction),
    }


def scope(judged: Judged) -> Parts:
    """all f, N ≥ 1: the sizes for which the verdict holds, from the statement itself; and what is conditional."""
    found = judged.findings
    if found.statement is None or found.verdict is not Verdict.PROVED:
        return ()
    count = found.conditional
    conditional = f"; {count} of {len(found.theorems)} theorems assume{'s' * (count == 1)} something" if count else ""
    argued = "; its conclusion is informal, not machine-checked" if judged.claim.argued else ""
    return "all ", *found.statement.scope, f"{conditional}{argued}"


class Trust(StrEnum):
    """The part of the exact engine that the proofs of a claim rest on, as one mark in a table."""

    KERNEL = "K"
    EXTENDED = "K+"


def trust(judged: Judged) -> Trust | None:
    """K if the kernel alone is used, K+ if extensions are used too; None if nothing was proved."""
    if not judged.findings.rests_on:
        return None
    return Trust.KERNEL if judged.findings.rests_on == ("kernel",) else Trust.EXTENDED


def rests_on(judged: Judged) -> str:
    """The kernel, and the extensions that are used beside it, by name; empty if nothing was proved."""
    return "kernel alone" if trust(judged) is Trust.KERNEL else ", ".join(judged.findings.rests_on)


def remarks(judged: Sequence[Judged]) -> Iterator[str]:
    """What the marks mean, and which claims rest on assumptions or have informal conclusions, for below a table."""
    absent = any(Verdict.NOT_PRINTED in (one.findings.proposition, one.findings.printed) for one in judged)
    marks = f"{Trust.KERNEL}: proofs use rules of the kernel alone. {Trust.EXTENDED}: some use rules of extensions too."
    yield f"{marks} -: the paper says or prints nothing of the kind." if absent else marks
    if assuming := [one.claim.id for one in judged if one.findings.conditional]:
        yield f"Some theorems of {listed(assuming)} name what they assume."
    if informal := [one.claim.id for one in judged if one.claim.argued]:
        yield f"Some conclusions of {listed(informal)} are informal, not machine-checked."


def listed(words: Sequence[str]) -> str:
    """The words in a row: A, B and C."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def short(judged: Judged) -> tuple[str, str, str]:
    """The verdicts for a table: on the proposition, on what is printed for it, on the corrected theorem."""
    absent, findings = {Verdict.NOT_PRINTED: "-"}, judged.findings
    proposition, printed = JUDGED | absent, JUDGED_PARAMETERS | absent
    return proposition[findings.proposition], printed[findings.printed], findings.verdict.value


#: The columns of the table of claims.
SUMMARY = ("claim", "what it says", "proposition", "printed", "as corrected", "trust", "scope")


def summary(judged: Judged) -> tuple[Cell, ...]:
    """A claim as a row of that table."""
    claim = judged.claim
    words = claim.id, f"{claim.label} ({claim.place})", *short(judged)
    return *(((word,),) for word in (*words, trust(judged) or "-")), (scope(judged),)
