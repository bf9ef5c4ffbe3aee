"""The verdicts on a terminal: a row for each claim and what they come to in a few lines; or, asked for, everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console

from derivations.claim import JUDGED, JUDGED_PARAMETERS, Claim, Findings, Judged, Reading, Shown, Weight, readings_of
from derivations.claims import CLAIMS
from derivations.paper.coverage import Standing, coverage
from derivations.paper.errata import errata
from derivations.paper.rows import ROWS
from derivations.report.json_report import remarks, rests_on, scope, short, trust
from derivations.terminal import print_fields, print_lines, print_table
from gdssm_symbolic.writing.documents import inline
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.prose import plain

from .console import ALARM

HEADER = "claim", "what it says", "proposition", "printed", "corrected", "trust"
#: What two of the columns are about.
COLUMNS = (
    "printed: the numbers and formulas that the paper prints for a proposition; corrected: the theorem in the place of "
    "what does not hold."
)
#: From this width on, there is room for the proposition of a claim, and for what the columns mean.
WIDE = 100
#: What each of the verdicts on a claim is about, in the order of `Findings.verdicts`.
VERDICTS = "proposition", "printed parameters", "as printed", "as corrected"
#: The columns of the names of what is told of a claim or a reading.
LABEL = len("correction")


def print_verdicts(
    console: Console, judged: Sequence[Judged], *, verbose: bool, certified: Mapping[str, object] | None = None
) -> None:
    """Print the table of the claims and what it says; between the two, if asked for, each claim with its readings."""
    styles = ("" if one.findings.as_registered else ALARM for one in judged)
    wide = console.width >= WIDE
    rows = (cells(one, with_place=wide, certified=one.claim.id in (certified or {})) for one in judged)
    print_table(console, HEADER, rows, styles)
    if verbose:
        for one in judged:
            console.print()
            print_claim(console, one)
    console.print()
    if wide:
        print_lines(console, COLUMNS)
    for line in told_lines(judged):
        print_lines(console, line)
    if certified is not None:
        print_lines(console, "C: statements of this claim have a proof that Coq's kernel accepts; see certificates/.")
    if not verbose:
        print_lines(console, "--verbose shows all readings, scopes and times; gdssm show P2 prints the proofs.")
    for line in not_as_registered(judged):
        print_lines(console, line, ALARM)


def print_sizes(console: Console, judged: Sequence[Judged]) -> None:
    """Print a row for each theorem: the sizes that prove it a second time, or why there is no such proof."""
    rows = [(name, found) for one in judged for name, found in one.findings.sizes.items()]
    console.print()
    told = ((name, "yes" if found.proved else "in part" if found.at else "no", str(found)) for name, found in rows)
    print_table(console, ("theorem", "by sizes", "both sides agree at, or why there is no such proof"), told)
    console.print()
    proved, in_part = (
        sum(map(test, (found for _, found in rows))) for test in (lambda one: one.proved, lambda one: bool(one.only))
    )
    print_lines(
        console,
        f"{proved} of {len(rows)} theorems are proved a second time, by sizes, and {in_part} for few steps only; "
        "docs/by-sizes.md says why finitely many sizes are enough.",
    )


def cells(judged: Judged, *, with_place: bool, certified: bool = False) -> tuple[str, ...]:
    """Return the row of a claim; `with_place` names the proposition that it judges, beside its label."""
    mark = trust(judged)
    return (
        judged.claim.id,
        f"{plain(judged.claim.label)}{_of(judged.claim) if with_place else ''}",
        *short(judged),
        " ".join((*([mark.value] if mark else []), *(["C"] if certified else []))),
    )


def _of(claim: Claim) -> str:
    """Return which proposition of the paper the claim judges, in brackets, if it is one."""
    place, _, _ = claim.place.partition(",")
    return f" ({place})" if place.startswith("Proposition") else ""


def print_claim(console: Console, judged: Judged) -> None:
    """Print one claim with all that was found out about it: scope, what it rests on, time, and its readings."""
    claim, found = judged.claim, judged.findings
    fields = (
        ("proposition", JUDGED[found.proposition]),
        ("printed", JUDGED_PARAMETERS[found.printed]),
        ("corrected", found.verdict.value),
        ("scope", inline(scope(judged))),
        ("rests on", rests_on(judged)),
        ("time", f"{found.seconds:.1f} s"),
    )
    print_fields(console, plain(f"{claim.id}: {claim.label} ({claim.place})"), fields, LABEL)
    for reading, shown in readings_of(judged):
        heading = plain(f"{reading.id}, {reading.place}: {reading.printed}")
        print_fields(console, heading, _found(reading, shown), LABEL)


def _found(reading: Reading, shown: Shown) -> Iterator[tuple[str, str]]:
    """What was found out about a reading, each part with its name."""
    yield "read", plain(reading.read_as)
    yield shown.finding, inline(shown.line)
    if reading.computes is not None:
        yield "computes", to_text(reading.computes())
    yield "correction", plain(reading.correction)


def told_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """What the verdicts come to: how much of the paper holds, where the corrections are, what the marks mean."""
    if len(judged) == len(CLAIMS):
        counted = paper_line(Counter(entry.standing for entry in coverage(ROWS, judged)))
        yield f"{counted} gdssm coverage lists these places."
    rows = errata(judged)
    substantive = sum(row.weight is Weight.SUBSTANTIVE for row in rows)
    yield f"Corrections: {substantive} substantive, {len(rows) - substantive} others; gdssm errata lists them."
    yield from remarks(judged)


def paper_line(standings: Counter[Standing]) -> str:
    """How many places of the paper hold, and how many do not."""
    said = {
        "hold as printed": standings[Standing.PROVED],
        "need a correction": standings[Standing.CORRECTED],
        "hold in one of two readings": standings[Standing.IN_ONE_READING],
        "are refuted": standings[Standing.REFUTED],
        "are undecided": standings[Standing.UNDECIDED],
    }
    rest = standings.total() - sum(said.values())
    counted = [f"{count} {what}" for what, count in said.items() if count]
    return (
        f"Of {standings.total()} places of the paper, {', '.join(counted)}; "
        f"the other {rest} are definitions, measurements and the like."
    )


def not_as_registered(judged: Iterable[Judged]) -> list[str]:
    """A line for each claim that did not come out as this version of gdssm expects it."""
    return [
        f"{one.claim.id} did not come out as expected ({missed(one.findings)}). {plain(one.findings.problem)}".rstrip()
        for one in judged
        if not one.findings.as_registered
    ]


def missed(findings: Findings) -> str:
    """The verdicts that are not those that were expected."""
    pairs = zip(VERDICTS, findings.verdicts, findings.expected, strict=True)
    return "; ".join(f"{what}: {found}, not {expected}" for what, found, expected in pairs if found != expected)


def verdict_line(judged: Sequence[Judged]) -> str:
    """How many claims came out as this version of gdssm expects it, on one line."""
    good = sum(one.findings.as_registered for one in judged)
    if good == len(judged):
        which = "The claim" if good == 1 else f"All {good} claims"
    else:
        which = f"{good} of {len(judged)} claims"
    return f"{which} came out as this version of gdssm expects."
