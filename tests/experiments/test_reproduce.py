"""`gdssm reproduce` from end to end at f = 2: killed, resumed, drawn, judged; and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import jsonschema
import pytest
from running import call, one_document

from derivations.experiments.efforts import SMOKE
from derivations.experiments.panels import PANELS
from derivations.experiments.plans import FIGURES, TITLES, jobs
from derivations.experiments.verdicts import verdicts
from derivations.json_document import schema
from derivations.training.lock import locked

#: What a background job of a shell ignores, Ctrl-C, is not ignored here.
HEEDING = """
import signal
from derivations.cli.app import run

signal.signal(signal.SIGINT, signal.default_int_handler)
run()
"""
COMMAND = [sys.executable, "-c", HEEDING, "reproduce", "all", "--preset", "smoke", "--workers", "2"]
PATIENCE = 600  # seconds


def finished(folder: Path) -> set[str]:
    return {str(path.parent.relative_to(folder / "runs")) for path in folder.glob("runs/*/*/result.json")}


def stopped(command: list[str], folder: Path, jobs_done: int, how: signal.Signals) -> tuple[int, str]:
    """Stop it, and all its children if by Ctrl-C, when so many jobs are done: its status, and what it said.

    What it says ends when the last child has ended, so that none is left when this returns.
    """
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, text=True) as running:
        assert running.stderr is not None
        began = monotonic()
        while len(finished(folder)) < jobs_done:
            assert running.poll() is None, running.stderr.read()
            assert monotonic() - began < PATIENCE
            sleep(0.2)
        (os.killpg if how is signal.SIGINT else os.kill)(running.pid, how)
        said = running.stderr.read()
    return running.returncode, said


@pytest.mark.long
def test_every_figure_is_reproduced_after_an_interruption_and_a_kill(tmp_path: Path) -> None:
    """Nothing runs on when it is stopped; resumed, no finished job runs again, and at the end all panels are there."""
    folder = tmp_path / "made"
    command = [*COMMAND, "--out", str(folder)]
    planned = {job.name for job in jobs(SMOKE, FIGURES, {})}
    status, said = stopped(command, folder, len(planned) // 8, signal.SIGINT)
    assert status == 130
    goes_on = f"gdssm reproduce all --resume --out {folder} goes on from there"
    assert (
        said.splitlines()[-1] == f"gdssm: interrupted; {folder} holds {len(finished(folder))} finished jobs; {goes_on}"
    )
    assert "Traceback" not in said
    stopped([*command, "--resume"], folder, len(planned) // 4, signal.SIGKILL)
    kept = finished(folder)
    times = {name: (folder / "runs" / name / "result.json").stat().st_mtime_ns for name in kept}

    second = subprocess.run(
        [*COMMAND, "--out", str(folder), "--resume", "--json"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 0, second.stderr
    assert finished(folder) == planned
    needed_more = {name for name in kept if (folder / "runs" / name / "result.json").stat().st_mtime_ns != times[name]}
    assert needed_more <= {"gd-ssm/interleaved-f2-L1"}, "a finished job was run again"
    summary = one_document(second.stdout)["figures"]
    assert list(summary) == list(FIGURES)
    for figure in FIGURES:
        found = json.loads((folder / figure / "result.json").read_text())
        jsonschema.validate(found, schema())
        assert set(found["panels"]) == set(PANELS[figure])
        assert not found["failed"]
        judged = {letter: vars(one) for letter, one in verdicts(figure, found["panels"]).items()}
        assert judged == found["verdicts"] == summary[figure]["verdicts"]
        for letter in found["panels"]:
            for ending in ("svg", "pdf", "png"):
                assert (folder / figure / f"{letter}.{ending}").stat().st_size > 1000
    for part in json.loads((folder / "fig5" / "result.json").read_text())["panels"]["A"]["parts"]:
        assert {row["name"] for row in part["models"]} == set(TITLES)
        assert all(len(row["losses"]) == SMOKE.seeds for row in part["models"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("fig6", "--out", "new"), "there is no figure 'fig6'; say fig1, fig2"),
        (("fig1", "--out", "new", "--preset", "slow"), "there is no preset 'slow'; say quick"),
        (("fig1", "--out", "new", "--resume"), "there is no reproduction in new; leave --resume out"),
        (("fig1", "--out", "held"), "held holds a reproduction; say --resume to go on"),
        (("fig1", "--out", "held", "--resume", "--preset", "quick"), "with preset smoke, device cpu, not preset quick"),
        (("fig1", "--out", "held", "--resume", "auto", "--preset", "quick"), "with preset smoke, device cpu, not"),
        (("fig1", "--out", "file"), "file is a file; name a folder"),
        (("fig1", "--out", "odd"), "odd/fig1 is a file; name another folder"),
        (("fig1", "--out", ""), "name a folder of its own"),
        (("fig1", "--out", "new", "--device", "tpu"), "there is no device 'tpu'"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line_and_nothing_is_written(
    arguments: tuple[str, ...],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    Path("held").mkdir()
    Path("odd").mkdir()
    Path("odd/fig1").write_text("")
    Path("held/reproduce.json").write_text('{"preset": "smoke", "device": "cpu"}\n')
    before = sorted(Path().rglob("*"))
    status, out, err = call(capsys, "reproduce", *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert sorted(Path().rglob("*")) == before


def test_two_runs_are_never_in_one_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The preset of the folder need not be given again, so that nothing else is to be said."""
    settings = tmp_path / "reproduce.json"
    settings.write_text('{"preset": "smoke", "device": "cpu"}\n')
    with locked(tmp_path):
        status, _, err = call(capsys, "reproduce", "fig1", "--out", str(tmp_path), "--resume", "--workers", "1")
    assert (status, err) == (
        2,
        f"gdssm: another process is at work in {tmp_path}; wait until it ends, or name another folder\n",
    )


def test_a_missing_library_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import util

    real = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "s5" else real(name))
    status, _, err = call(capsys, "reproduce", "fig5", "--out", "nowhere")
    assert status == 2
    assert "pip install 'gdssm[experiments]'" in err
    assert not Path("nowhere").exists()
