"""`gdssm verify`: every claim judged, then models trained and compared."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from derivations.errors import InputError

from .console import ALARM, DEVICES, Json, choose, needs_torch, print_json, progress_bar

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
    device: Annotated[str, typer.Option(help=f"Of the numerical part: {DEVICES}")] = "cpu",
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show scopes, times, all readings, and what each claim rests on.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Prove the claims, for all sizes, and compare the verdicts with those registered; then train and compare.

    Prints a table with a row for each claim: is it true as the paper prints it, is it proved as corrected, and do the
    proofs use the kernel alone (K) or extensions too (K+). A claim that did not come out as registered is red.
    gdssm errata lists the corrections, and gdssm show P2 prints the derivation of one claim.

    The numerical part follows unless claims are named: the construction against gradient descent done by autograd, and
    models trained from random starts against the symbolic values. The exit status is 0 if every claim came out as
    registered and every number is as expected.
    """
    from derivations.json_document import document
    from derivations.report import json_report
    from derivations.verdict import exit_status

    from .verdict_table import print_verdicts

    chosen = choose(claims or [])
    if claims and only is Only.NUMERIC:
        raise InputError("only", "the numerical part is not by claims; name none, or leave --only out")
    numeric = only is not Only.SYMBOLIC and not claims
    if numeric:
        needs_torch("the numerical part")
        from derivations.training.run import find_device

        find_device(device)  # an unknown one is said before minutes of proofs
    console = Console(stderr=as_json)
    content: dict[str, Any] = {}
    status = 0
    if only is not Only.NUMERIC:
        outcomes = judged(chosen)
        print_verdicts(console, outcomes, verbose=verbose)
        content = json_report.report(outcomes)
        status = exit_status(outcomes)
    if numeric:
        passed, content["numeric"] = verify_numbers(device, console)
        status = status or (0 if passed else 1)
    if as_json:
        print_json(content if "schema" in content else document("verify", **content))
    return status


def judged(chosen: list[Claim]) -> list[Outcome]:
    """Settle the claims, one after another."""
    from derivations.verdict import run
    from gdssm_symbolic.writing.prose import plain

    with progress_bar() as progress:
        task = progress.add_task("", total=len(chosen))
        return run(chosen, lambda claim: progress.update(task, description=plain(f"{claim.id}: {claim.label}")))


def verify_numbers(name: str, console: Console) -> tuple[bool, dict[str, Any]]:
    """Run the numerical part and print what came out: did all pass, and the part of the document."""
    from rich.table import Table
    from rich.text import Text

    from derivations.training import cross_check
    from derivations.training.run import find_device, use_threads

    device = find_device(name)
    header = "check", "what was compared, and what was found", "verdict", "time"
    table = Table(*header, box=None, padding=(0, 2, 0, 0), pad_edge=False)
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
            cells = row.name, f"{row.what}: {row.found}", verdict, f"{row.seconds:.1f} s"
            table.add_row(*map(Text, cells), style="" if row.passed else ALARM)
        document = cross_check.report(rows, device)
    console.print()
    console.print(table)
    return all(row.passed for row in rows), document
