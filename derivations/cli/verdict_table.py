"""The verdicts on a terminal: a row for each claim and what they come to in a few lines; or, asked for, everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from derivations.claim import Evidence, Outcome, Reading, Verdict
from derivations.claims import CLAIMS
from derivations.paper.coverage import Standing, coverage
from derivations.paper.errata import errata
from derivations.paper.rows import ROWS
from derivations.report.json_report import remarks, rests_on, scope, trust
from derivations.verdict import finding, tell
from gdssm_symbolic.writing.documents import inline
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.prose import plain

from .console import ALARM


def print_verdicts(console: Console, outcomes: Sequence[Outcome], *, verbose: bool) -> None:
    """Print the table of the claims and what it says; between the two, if asked for, each claim with its readings."""
    console.print(verdict_table(outcomes))
    if verbose:
        for outcome in outcomes:
            console.print()
            print_claim(console, outcome)
    console.print()
    for line in told_lines(outcomes):
        console.print(Text(line))
    if not verbose:
        console.print(Text("--verbose shows all readings, scopes and times; gdssm show P2 prints the proofs."))
    for line in not_as_registered(outcomes):
        console.print(Text(line, style=ALARM))


def verdict_table(outcomes: Iterable[Outcome]) -> Table:
    """Return a row for each claim, in red if it did not come out as registered."""
    header = "claim", "what it says", "as printed", "corrected", "trust"
    table = Table(*header, box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.columns[2].max_width = len(Verdict.NOT_PRINTED) + 1  # "holds in one reading" takes two lines
    for outcome in outcomes:
        claim, mark = outcome.claim, trust(outcome)
        cells = (
            claim.id,
            plain(claim.label),
            outcome.as_printed.value,
            outcome.verdict.value,
            mark.value if mark else "",
        )
        table.add_row(*map(Text, cells), style="" if outcome.as_registered else ALARM)
    return table


def print_claim(console: Console, outcome: Outcome) -> None:
    """Print one claim with all that was found out about it: scope, what it rests on, time, and its readings."""
    claim = outcome.claim
    _print_fields(
        console,
        plain(f"{claim.id}: {claim.label} ({claim.place})"),
        ("as printed", outcome.as_printed.value),
        ("corrected", outcome.verdict.value),
        ("scope", inline(scope(outcome))),
        ("rests on", rests_on(outcome)),
        ("time", f"{outcome.seconds:.1f} s"),
    )
    for reading, evidence in outcome.readings:
        _print_fields(console, plain(f"{reading.id}, {reading.place}: {reading.printed}"), *_found(reading, evidence))


def _found(reading: Reading, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What was found out about a reading, each part with its name."""
    yield "read", plain(reading.read_as)
    yield finding(evidence), inline(tell(evidence))
    if reading.computes is not None:
        yield "computes", to_text(reading.computes())
    yield "correction", plain(reading.correction)


def _print_fields(console: Console, heading: str, *fields: tuple[str, str]) -> None:
    """Print a heading, and below it a line for each field that is not empty; what is too long goes on under itself."""
    console.print(Text(heading))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(min_width=len("correction"))
    grid.add_column(overflow="fold")
    for name, told in fields:
        if told:
            grid.add_row(Text(name), Text(told))
    console.print(Padding(grid, (0, 0, 0, 4)))


def told_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What the verdicts come to: how much of the paper holds, where the corrections are, what the marks mean."""
    if len(outcomes) == len(CLAIMS):
        yield paper_line(Counter(entry.standing for entry in coverage(ROWS, outcomes)))
        yield "gdssm coverage lists these places."
    failing = len(errata(outcomes))
    yield f"Readings of the printed text that fail: {failing}; gdssm errata lists the corrections."
    yield from remarks(outcomes)


def paper_line(standings: Counter[Standing]) -> str:
    """How many places of the paper hold, and how many do not."""
    said = {
        "hold as printed": standings[Standing.PROVED],
        "need a correction": standings[Standing.CORRECTED] + standings[Standing.REFUTED],
        "hold in one of two readings": standings[Standing.IN_ONE_READING],
        "are undecided": standings[Standing.UNDECIDED],
    }
    rest = standings.total() - sum(said.values())
    counted = [f"{count} {what}" for what, count in said.items() if count]
    return (
        f"Of {standings.total()} places of the paper, {', '.join(counted)}; "
        f"the other {rest} are definitions, measurements and the like."
    )


def not_as_registered(outcomes: Iterable[Outcome]) -> list[str]:
    """A line for each claim that did not come out as registered."""
    return [
        f"{outcome.claim.id} is registered as {outcome.claim.expected_as_printed} as printed, "
        f"{outcome.claim.expected_verdict}. {plain(outcome.problem)}"
        for outcome in outcomes
        if not outcome.as_registered
    ]
