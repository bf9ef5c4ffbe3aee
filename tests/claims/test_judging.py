"""Claims judged on several cores: the same findings as on one, in the registry's order, and no theorem among them."""

from __future__ import annotations

import io
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from derivations import judging, verdict
from derivations.background import Background, usable_cores
from derivations.claim import Claim, Judgement, Outcome, Verdict
from derivations.claims import CLAIMS
from derivations.cli.verdict_table import print_verdicts
from derivations.judging import judge_all
from derivations.paper import coverage, errata
from derivations.paper.rows import ROWS
from derivations.report.json_report import report
from derivations.verdict import judge
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem

#: Quick ones, with readings that fail in every way, and with none.
QUICK = [CLAIMS[name] for name in ("P1", "P4", "OPT1")]
needs_fork = pytest.mark.skipif(usable_cores() == 1, reason="one core, or no safe way to copy a process")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return judge(CLAIMS["P1"])


def broken(failure: Callable[[], object], of: Claim = CLAIMS["P1"]) -> Claim:
    """The claim, whose theorems end in this failure."""

    def theorems() -> Mapping[str, Theorem]:
        failure()
        raise AssertionError("it did not fail")

    return replace(of, theorems=theorems)


def documents(judged: Sequence[Judgement]) -> list[object]:
    """All that is printed of claims and written for programs, without the seconds."""
    judged = [replace(one, findings=replace(one.findings, seconds=0.0)) for one in judged]
    console = Console(file=io.StringIO(), width=100)
    print_verdicts(console, judged, verbose=True)
    rows = coverage.coverage(ROWS, judged)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    corrections = errata.errata(judged)
    return [shown, report(judged), errata.report(corrections), coverage.report(rows), coverage.book(rows)]


@needs_fork
def test_several_cores_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, list[str]]] = []
    beside = judge_all(QUICK, lambda done, running: told.append((done, [claim.id for claim in running])))
    assert told[0] == (0, ["OPT1", "P4"][: len(told[0][1])])
    assert [done for done, _ in told] == [0, 1, 2]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    monkeypatch.setattr(judging, "Background", None)
    monkeypatch.setattr(verdict, "Background", None)
    told.clear()
    here = judge_all(QUICK, lambda done, running: told.append((done, [claim.id for claim in running])))
    assert told == [(0, ["P1"]), (1, ["P4"]), (2, ["OPT1"])]
    assert [one.claim for one in beside] == [one.claim for one in here] == QUICK
    assert [one.findings for one in beside] == [one.findings for one in here]
    assert documents(beside) == documents(here)


@needs_fork
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_so_many_workers_find_what_one_process_finds(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    """As many at a time as there are workers, whatever the number of cores; with one, this process alone."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0} if workers > 1 else {0, 1})
    if workers == 1:
        monkeypatch.setattr(judging, "Background", None)
        monkeypatch.setattr(verdict, "Background", None)
    running: list[int] = []
    found = judge_all(QUICK, lambda _, claims: running.append(len(claims)), workers=workers)
    assert running == [workers, min(workers, 2), 1]
    assert [one.claim for one in found] == QUICK
    one_by_one = [Judgement(claim, judge(claim).findings) for claim in QUICK]
    assert [one.findings for one in found] == [one.findings for one in one_by_one]
    assert documents(found) == documents(one_by_one)
    assert multiprocessing.active_children() == []


@needs_fork
@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "RuntimeError: the process that computed this was killed"),
        (lambda: [][0], "IndexError: list index out of range"),
    ],
    ids=["killed", "failed"],
)
def test_a_claim_that_fails_takes_no_other_with_it(
    capsys: pytest.CaptureFixture[str], failure: Callable[[], object], problem: str
) -> None:
    first, second = judge_all([CLAIMS["OPT1"], broken(failure)])
    assert first.findings.verdict is Verdict.PROVED
    assert set(second.findings.verdicts) == {Verdict.ERROR}
    assert second.findings.problem == problem
    assert problem in capsys.readouterr().err


@needs_fork
def test_ctrl_c_ends_the_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopping(_: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(judging, "ended_of", stopping)
    with pytest.raises(KeyboardInterrupt):
        judge_all(QUICK)
    assert multiprocessing.active_children() == []


ENDLESS = """
import os, sys, time
from derivations.background import Background
def endless():
    os.write(1, b"%d\\n" % os.getpid())  # the two write at the same time: each its line at once
    time.sleep(600)
two = [Background(endless), Background(endless)]
time.sleep(600)
"""


@needs_fork
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM], ids=lambda by: by.name)
def test_no_process_outlives_the_first(by: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        try:
            copies = [int(first.stdout.readline()) for _ in range(2)]
        finally:
            first.send_signal(by)
        try:
            assert first.communicate(timeout=60) == ("", None)  # no copy has standard output open any more
        except subprocess.TimeoutExpired:
            for copy in copies:
                os.kill(copy, signal.SIGKILL)
            raise


@needs_fork
def test_a_process_has_no_ear_for_ctrl_c() -> None:
    """A terminal sends it to all processes; the first alone tells of it."""

    def heedless() -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return "done"

    assert Background(heedless).result() == "done"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_findings_can_be_sent_and_theorems_cannot(outcome: Outcome) -> None:
    assert pickle.loads(pickle.dumps(outcome.findings)) == outcome.findings
    (theorem, *_) = outcome.theorems
    slipped = replace(outcome.findings, theorems={"P1.T1": theorem})  # type: ignore[dict-item]
    with pytest.raises(ProofError, match="a theorem is not copied"):
        pickle.dumps(slipped)
    evidence = {reading.id: found for reading, found in outcome.readings}
    with pytest.raises(ProofError, match="is not copied"):
        pickle.dumps(replace(outcome.findings, evidence=evidence))  # type: ignore[arg-type]
    if usable_cores() > 1:
        with pytest.raises(RuntimeError, match="a theorem is not copied"):
            Background(lambda: slipped).result()
