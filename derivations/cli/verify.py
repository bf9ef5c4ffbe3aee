"""`gdssm verify`: every claim judged, then models trained and compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derivations.errors import InputError
from derivations.progress import Steps, starting
from derivations.terminal import Screen, print_lines, print_table

from .console import ALARM, DEVICES, Json, choose, claim_ids, interruptible, needs_torch, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from derivations.certificates import Certified
    from derivations.claim import Claim, Judgement, Outcome


#: More processes would wait for each other.
MOST_WORKERS = 64


class Only(StrEnum):
    """Which part of a verification to run."""

    SYMBOLIC = "symbolic"
    NUMERIC = "numeric"


def verify(
    claims: Annotated[
        list[str] | None,
        typer.Argument(
            help='Claims by id, such as P2, or by a place of the paper ("Prop. 2", "Eq. 18"), those about it; all '
            "of them if none is named.",
            autocompletion=claim_ids,
        ),
    ] = None,
    only: Annotated[Only | None, typer.Option(help="Only the symbolic or only the numerical part.")] = None,
    device: Annotated[str, typer.Option(help=f"Of the numerical part: {DEVICES}")] = "cpu",
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show scopes, times, all readings, and what each claim rests on.")
    ] = False,
    by_sizes: Annotated[
        bool,
        typer.Option(
            "--by-sizes",
            help="Prove each theorem a second time, where both sides are sums of bounded terms: by writing them out at "
            "finitely many sizes. This shares nothing with the first proof.",
        ),
    ] = False,
    certificates: Annotated[
        bool,
        typer.Option(
            "--certificates",
            help="Let Coq check the proofs in the folder certificates of the repository too, and mark the claims that "
            "have one; it takes a minute or two.",
        ),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            help="So many claims are judged at a time, each in a process of its own.  [default: one for each core]",
            min=1,
            max=MOST_WORKERS,
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Prove the claims, for all sizes, and compare the verdicts with those expected; then train and compare.

    Prints a table with a row for each claim: is it true as the paper prints it, is it proved as corrected, and do the
    proofs use the kernel alone (K) or extensions too (K+). With each claim, gdssm holds the verdicts that it expects,
    and a run decides them afresh; a claim that came out otherwise is red.
    gdssm errata lists the corrections, and gdssm show P2 prints the derivation of one claim.

    The numerical part follows unless claims are named: the construction against gradient descent done by autograd, and
    models trained from random starts against the symbolic values. The exit status is 0 if every claim and every number
    came out as expected.
    """
    with starting():
        from derivations.json_document import document
        from derivations.report import json_report
        from derivations.verdict import exit_status

        from .verdict_table import print_sizes, print_verdicts, verdict_line

        chosen = choose(claims or [])
        if claims and only is Only.NUMERIC:
            raise InputError("only", "the numerical part is not by claims; name none, or leave --only out")
        of_symbolic = (by_sizes, "--by-sizes"), (certificates, "--certificates"), (workers, "--workers")
        for wanted, told in of_symbolic:
            if wanted and only is Only.NUMERIC:
                raise InputError(told[2:], f"{told} is about the symbolic part; leave --only numeric out")
        numeric = only is not Only.SYMBOLIC and not claims
        if numeric:
            needs_torch("the numerical part")
            from derivations.training.run import find_device

            find_device(device)  # an unknown one is said before minutes of proofs
    console = Screen(stderr=as_json)
    content: dict[str, Any] = {}
    said = []
    status = 0
    if only is not Only.NUMERIC:
        certified = accepted_by_coq() if certificates else None
        again = "name single claims, as in gdssm verify P2, to judge fewer"
        on = "the same command begins again" if claims else again
        found = judged(chosen, on, by_sizes=by_sizes, workers=workers)
        print_verdicts(console, found, verbose=verbose, certified=certified)
        if by_sizes:
            print_sizes(console, found)
        content = json_report.report(found, certified)
        status = exit_status(found)
        said.append(verdict_line(found))
    if numeric:
        content["numeric"] = verify_numbers(device, console, said)
        checks = content["numeric"]["checks"]
        passed = sum(check["passed"] for check in checks)
        said.append(f"{passed} of {len(checks)} numerical checks passed.")
        status = status or (0 if passed == len(checks) else 1)
    print_lines(console, " ".join(said), "" if status == 0 else ALARM)
    if as_json:
        print_json(content if "schema" in content else document("verify", **content))
    return status


def judged(chosen: list[Claim], again: str, *, by_sizes: bool = False, workers: int | None = None) -> list[Judgement]:
    """Judge the claims on all cores; Interrupted by Ctrl-C, which says how to go on."""
    from derivations.judging import judge_all
    from gdssm_symbolic.writing.prose import plain

    def on_change(done: int, running: Sequence[Claim]) -> None:
        first, *others = running
        steps.at(done, ", ".join(one.id for one in running) if others else plain(f"{first.id}: {first.label}"))

    def stands() -> str:
        at = f" at {steps.now}, with {steps.number} of {steps.total} claims judged" if steps.now else ""
        return f"interrupted{at}; no verdict was printed and nothing written; {again}"

    with Steps(len(chosen)) as steps, interruptible(stands):
        return judge_all(chosen, on_change, by_sizes=by_sizes, workers=workers)


def accepted_by_coq() -> dict[str, list[Certified]]:
    """The certificates by claim and theorem, after Coq has accepted all of them; InputError if it does not."""
    from derivations.certificates import FOLDER, Certificates, NotCertified

    certificates = Certificates(FOLDER)

    def stands() -> str:
        return f"interrupted at {steps.now}; no verdict was printed and nothing written"

    try:
        found = certificates.by_id()
        with Steps(len(certificates.files)) as steps, interruptible(stands):
            certificates.compile(lambda _, file: steps.begin(f"Coq: {file}"))
    except NotCertified as error:
        raise InputError("certificates", " ".join(str(error).split())) from None
    return found


def settled(chosen: list[Claim], steps: Steps) -> list[Outcome]:
    """Settle the claims, one after another, and tell how far it is."""
    from derivations.verdict import run
    from gdssm_symbolic.writing.prose import plain

    return run(chosen, lambda claim: steps.begin(plain(f"{claim.id}: {claim.label}")))


def verify_numbers(name: str, console: Console, said: Sequence[str]) -> dict[str, Any]:
    """Run the numerical part, print what came out, and return the part of the document; Interrupted by Ctrl-C.

    What was said before stands then.
    """
    from derivations.training import cross_check
    from derivations.training.run import find_device, use_threads

    device = find_device(name)

    def stands() -> str:
        at = f" at {steps.now}, numerical check {steps.number} of {steps.total}" if steps.number else ""
        again = "gdssm verify --only numeric runs the numerical part again"
        return " ".join((f"interrupted{at}; nothing was written; {again}.", *said))

    with use_threads(1), Steps(cross_check.how_many()) as steps, interruptible(stands):

        def on_start(row: str) -> Callable[[Any], object]:
            def on_update(training: Any) -> None:
                if training.done % 50 == 0:
                    steps.say(f", update {training.done} of {training.run.preset.updates}")

            steps.begin(row)
            return on_update

        rows = list(cross_check.checks(device, on_start))
        document = cross_check.report(rows, device)
    header = "check", "what was compared, and what was found", "verdict", "time"
    cells = (
        (row.name, f"{row.what}: {row.found}", "passed" if row.passed else "failed", f"{row.seconds:.1f} s")
        for row in rows
    )
    console.print()
    print_table(console, header, cells, ("" if row.passed else ALARM for row in rows))
    console.print()
    return document
