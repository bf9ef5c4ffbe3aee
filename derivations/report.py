"""Runs the claims and reports: the verdicts as one JSON document, and how they compare with the registry."""

from __future__ import annotations

import json
import platform
import sys
import traceback
from collections.abc import Callable, Iterable
from importlib import metadata
from importlib.resources import files
from typing import Any

from derivations import __version__
from derivations.claim import Claim, Contradicted, Evidence, IllFormed, Outcome, Reading, Verdict, settle
from gdssm_symbolic.checker import Theorem
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.writing.documents import inline
from gdssm_symbolic.writing.narration import as_numbers, assuming, short_counterexample
from gdssm_symbolic.writing.printing import to_text

SCHEMA = "gdssm-1"


def run(claims: Iterable[Claim], on_start: Callable[[Claim], object] = lambda _: None) -> list[Outcome]:
    """Settle the claims one after another; a claim whose code fails is reported as `error`, the others go on."""
    outcomes = []
    for claim in claims:
        on_start(claim)
        try:
            outcomes.append(settle(claim))
        except Exception:  # noqa: BLE001 - the boundary between claims: any bug in one is reported, and hides no other verdict
            traceback.print_exc(file=sys.stderr)
            last = traceback.format_exc().strip().splitlines()[-1]
            outcomes.append(Outcome(claim, Verdict.ERROR, Verdict.ERROR, None, problem=last))
    return outcomes


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """0 as registered, 1 a negative finding, 3 undecided, 70 an internal error; the gravest wins."""
    outcomes = list(outcomes)
    verdicts = {verdict for outcome in outcomes for verdict in (outcome.verdict, outcome.as_printed)}
    if Verdict.ERROR in verdicts:
        return 70
    missed = [outcome for outcome in outcomes if not outcome.as_registered]
    if not missed:
        return 0
    undecided = all(Verdict.UNDECIDED in (outcome.verdict, outcome.as_printed) for outcome in missed)
    return 3 if undecided else 1


def document(command: str, **content: Any) -> dict[str, Any]:
    """The envelope of every JSON document that the command line prints."""
    return {"schema": SCHEMA, "version": __version__, "command": command, **content}


def report(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """What `gdssm verify --json` prints."""
    return document("verify", claims=[claim_entry(outcome) for outcome in outcomes], environment=environment())


def claim_entry(outcome: Outcome) -> dict[str, Any]:
    """One claim as an entry of the report."""
    claim, statement = outcome.claim, outcome.statement
    return {
        "id": claim.id,
        "label": claim.label,
        "place": claim.place,
        "statement": statement.one_line() if statement else "",
        "assumptions": list(claim.assumptions),
        "as_printed": outcome.as_printed.value,
        "verdict": outcome.verdict.value,
        "expected": {"as_printed": claim.expected_as_printed.value, "verdict": claim.expected_verdict.value},
        "scope": scope(outcome),
        "rules": list(outcome.rules),
        "uses": list(outcome.uses),
        "confirmed": list(outcome.confirmed),
        "readings": [reading_entry(reading, evidence) for reading, evidence in outcome.readings],
        "counterexample": as_numbers(outcome.counterexample) if outcome.counterexample else None,
        "problem": outcome.problem,
        "seconds": round(outcome.seconds, 3),
    }


def reading_entry(reading: Reading, evidence: Evidence) -> dict[str, Any]:
    """One reading of the printed text as an entry of the report."""
    refuted = evidence if isinstance(evidence, Refuted) else None
    return {
        "place": reading.place,
        "printed": reading.printed,
        "read_as": reading.read_as,
        "finding": finding(evidence),
        "evidence": tell(evidence),
        "counterexample": as_numbers(refuted.counterexample) if refuted else None,
        "computes": to_text(reading.computes()) if reading.computes else None,
        "correction": reading.correction,
    }


def finding(evidence: Evidence) -> str:
    """What was found out about a reading, in a word."""
    match evidence:
        case Theorem():
            return "proved"
        case Refuted() | Contradicted():
            return "refuted"
        case IllFormed():
            return "ill-formed"
    return "undecided"


def tell(evidence: Evidence) -> str:
    """The evidence on one line."""
    match evidence:
        case Refuted(counterexample=counterexample):
            return short_counterexample(counterexample)
        case IllFormed(message=message):
            return message
        case (Theorem() as theorem) | Contradicted(theorem=theorem):
            return f"{to_text(theorem.statement)}{assuming(theorem)}"
    return ""


def scope(outcome: Outcome) -> str:
    """all f, N ≥ 1: the sizes for which the verdict holds, from the statement itself; and what is conditional."""
    if outcome.statement is None or outcome.verdict is not Verdict.PROVED:
        return ""
    count = len(outcome.conditional)
    conditional = f"; {count} of {len(outcome.theorems)} theorems assume{'s' * (count == 1)} something" if count else ""
    argued = "; what follows is argued in words" if outcome.claim.argued else ""
    return f"all {inline(outcome.statement.scope)}{conditional}{argued}"


#: The columns of the table of claims.
SUMMARY = ("claim", "what it says", "as printed", "as corrected", "scope")


def summary(outcome: Outcome) -> tuple[str, ...]:
    """A claim as a row of that table."""
    claim = outcome.claim
    return claim.id, f"{claim.label} ({claim.place})", outcome.as_printed.value, outcome.verdict.value, scope(outcome)


def environment() -> dict[str, str]:
    """What the verdicts were computed with."""
    packages = {name: metadata.version(name) for name in ("sympy", "python-flint")}
    return {"gdssm": __version__, "python": platform.python_version(), "system": platform.system(), **packages}


def schema() -> dict[str, Any]:
    """The JSON schema of every document that the command line prints."""
    loaded: dict[str, Any] = json.loads(files("derivations.schemas").joinpath(f"{SCHEMA}.json").read_text("utf-8"))
    return loaded
