"""`gdssm verify`: every claim settled, then models trained and compared."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from derivations.cli.console import Json, choose, needs_torch, print_json, progress_bar
from derivations.errors import InputError

if TYPE_CHECKING:
    from derivations.claim import Claim, Outcome


class Only(StrEnum):
    """Which part of a verification to run."""

    SYMBOLIC = "symbolic"
    NUMERIC = "numeric"


def verify(
    claims: Annotated[
        list[str] | None, typer.Argument(help="Claims by id, such as P2; all of them if none is named.")
    ] = None,
    only: Annotated[Only | None, typer.Option(help="Only the symbolic or only the numerical part.")] = None,
    device: Annotated[str, typer.Option(help="Of the numerical part: auto, cpu or cuda.")] = "cpu",
    as_json: Json = False,
) -> int:
    """Prove the claims, for all sizes, and compare the verdicts with those registered; then train and compare.

    Prints a table of the claims, and below it every reading of the printed text that fails, with its counterexample and
    what mends it. The numerical part follows unless claims are named: the construction against gradient descent done by
    autograd, and models trained from random starts against the symbolic values. The exit status is 0 if every claim
    came out as registered and every number is as expected.
    """
    from derivations.json_document import document
    from derivations.report import json_report
    from derivations.verdict import exit_status

    chosen = choose(claims or [])
    if claims and only is Only.NUMERIC:
        raise InputError("only", "the numerical part is not by claims; name none, or leave --only out")
    numeric = only is not Only.SYMBOLIC and not claims
    if numeric:
        needs_torch("the numerical part")
        from derivations.training.run import device as chosen_device

        chosen_device(device)  # an unknown one is said before minutes of proofs
    console = Console(stderr=as_json)
    content: dict[str, Any] = {}
    status = 0
    if only is not Only.NUMERIC:
        outcomes = verify_claims(chosen, console)
        content = json_report.report(outcomes)
        status = exit_status(outcomes)
    if numeric:
        passed, content["numeric"] = verify_numbers(device, console)
        status = status or (0 if passed else 1)
    if as_json:
        print_json(content if "schema" in content else document("verify", **content))
    return status


def verify_claims(chosen: list[Claim], console: Console) -> list[Outcome]:
    """Settle the claims and print what came out."""
    outcomes = settled(chosen)
    print_table(console, outcomes)
    print_as_printed(console, outcomes)
    for line in not_as_registered(outcomes):
        console.print(line, markup=False)
    return outcomes


def settled(chosen: list[Claim]) -> list[Outcome]:
    """Settle the claims, one after another."""
    from derivations.verdict import run

    with progress_bar() as progress:
        task = progress.add_task("", total=len(chosen))
        return run(chosen, lambda claim: progress.update(task, description=f"{claim.id}: {claim.label}"))


def not_as_registered(outcomes: list[Outcome]) -> list[str]:
    """A line for each claim that did not come out as registered."""
    return [
        f"{outcome.claim.id} is registered as {outcome.claim.expected_as_printed} as printed, "
        f"{outcome.claim.expected_verdict}. {outcome.problem}"
        for outcome in outcomes
        if not outcome.as_registered
    ]


def verify_numbers(name: str, console: Console) -> tuple[bool, dict[str, Any]]:
    """Run the numerical part and print what came out: did all pass, and the part of the document."""
    from rich.table import Table

    from derivations.training import cross_check
    from derivations.training.run import device as chosen_device
    from derivations.training.run import use_threads

    device = chosen_device(name)
    table = Table("check", "what was compared", "found", "verdict", "time")
    with use_threads(1), progress_bar() as progress:
        task = progress.add_task("", total=None)

        def on_start(row: str) -> Callable[[Any], object]:
            def on_update(training: Any) -> None:
                if training.done % 50 == 0:
                    done = f"update {training.done} of {training.run.preset.updates}"
                    progress.update(task, description=f"{row}: {done}")

            progress.update(task, description=row)
            return on_update

        rows = list(cross_check.checks(device, on_start))
        for row in rows:
            verdict = "passed" if row.passed else "failed"
            cells = row.name, row.what, row.found, verdict, f"{row.seconds:.1f} s"
            table.add_row(*cells, style="" if row.passed else "bold red")
        document = cross_check.report(rows, device)
    console.print(table, markup=False)
    return all(row.passed for row in rows), document


def print_table(console: Console, outcomes: list[Outcome]) -> None:
    """One row per claim: what it says, as printed, verdict, scope, time; in red where the registry disagrees."""
    from rich.table import Table

    from derivations.report.json_report import summary

    table = Table("claim", "what it says", "as printed", "verdict", "scope", "time")
    for outcome in outcomes:
        style = "" if outcome.as_registered else "bold red"
        table.add_row(*summary(outcome), f"{outcome.seconds:.1f} s", style=style)
    console.print(table)


def print_as_printed(console: Console, outcomes: list[Outcome]) -> None:
    """Where the paper as printed is wrong: each reading, its evidence, and what mends it."""
    from derivations.verdict import finding, tell
    from gdssm_symbolic.writing.printing import to_text

    for outcome in outcomes:
        for reading, evidence in outcome.readings:
            lines = [
                f"{reading.id}, {reading.place}: {reading.printed}",
                f"    read        {reading.read_as}",
                f"    {finding(evidence):<11} {tell(evidence)}",
            ]
            if reading.computes is not None:
                lines.append(f"    computes    {to_text(reading.computes())}")
            lines.append(f"    correction  {reading.correction}")
            console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
