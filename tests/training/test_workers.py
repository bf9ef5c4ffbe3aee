"""Replicas in several processes: the same bits whoever trains them, a process that is lost, none that goes on alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import torch
from running import call

from derivations.training.parts import Standing, newest, standing
from derivations.training.run_files import CHECKPOINT, METRICS, PARTS, RESULT
from derivations.training.workers import Order, Ranks, share
from gdssm_numeric import checkpoint
from gdssm_numeric.presets import QUICK, Preset
from gdssm_numeric.shares import joined, taken
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Run, Training

SIZES = "--features", "2", "--samples", "3", "--batch", "8", "--device", "cpu"
BRIEF = *SIZES, "--replicas", "3", "--updates", "1200", "--checkpoint-every", "100"
SECOND = "checkpoint-1-2.pt"  # of the second process of two
LONG = *SIZES, "--replicas", "3", "--updates", "1000000", "--checkpoint-every", "1000000"


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run in one process."""
    out = tmp_path_factory.mktemp("alone") / "run"
    command = [sys.executable, "-m", "derivations", "train", *BRIEF, "--out", str(out)]
    subprocess.run(command, check=False, capture_output=True, timeout=120)
    assert (out / RESULT).exists()
    return out


def same_bits(one: Any, other: Any) -> bool:
    """Equal to the last bit, through containers."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_bits(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_bits, one, other))
    return bool(one == other)


def require_same(one: Path, other: Path) -> None:
    """The same checkpoint, table and result, but for the seconds; and nothing else in the folder."""
    assert same_bits(checkpoint.read(one / CHECKPOINT), checkpoint.read(other / CHECKPOINT))
    assert (one / METRICS).read_bytes() == (other / METRICS).read_bytes()
    found, wanted = (json.loads((folder / RESULT).read_text("utf-8")) for folder in (one, other))
    assert {**found, "seconds": None} == {**wanted, "seconds": None}
    assert sorted(os.listdir(one)) == sorted(os.listdir(other))


def test_two_processes_end_with_the_bits_of_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, alone: Path
) -> None:
    status, out, err = call(capsys, "train", *BRIEF, "--out", str(tmp_path / "run"), "--workers", "2")
    assert (status in (0, 1), "Traceback" in err) == (True, False)
    assert out.splitlines()[-1].endswith(f"{tmp_path / 'run'} holds {RESULT}, {METRICS}, {CHECKPOINT}")
    require_same(tmp_path / "run", alone)


@pytest.mark.long
def test_the_processes_that_torchrun_starts(tmp_path: Path, alone: Path) -> None:
    """Four, of which one has nothing to do."""
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "4"]
    command = [*torchrun, "-m", "derivations", "train", *BRIEF, "--out", str(tmp_path / "run"), "--json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert json.loads(done.stdout)["command"] == "train", done.stderr
    require_same(tmp_path / "run", alone)


def when_a_part_is_there(monkeypatch: pytest.MonkeyPatch, out: Path, act: Any) -> None:
    """Do something to the ranks, once, when the second process has begun to train."""
    hear, acted = Ranks._hear, []

    def heard(self: Ranks, *arguments: Any) -> None:
        if not acted and (out / SECOND).exists():
            acted.append(True)
            act(self)
        hear(self, *arguments)

    monkeypatch.setattr(Ranks, "_hear", heard)


@pytest.mark.parametrize("workers", ["1", "2", "3"])
def test_a_process_that_is_killed_loses_its_interval_and_no_more(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, alone: Path, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    """The others train to their end; the run goes on with any number of processes, to the same bits."""
    out = tmp_path / "run"

    def kill(ranks: Ranks) -> None:
        while checkpoint.read(out / SECOND)["done"] < 200:
            sleep(0.01)
        ranks.processes[1].kill()

    with monkeypatch.context() as patched:
        when_a_part_is_there(patched, out, kill)
        status, _, err = call(capsys, "train", *BRIEF, "--out", str(out), "--workers", "2")
    assert status == 1
    how = "the process of replicas 1 to 2 ended with status -9"
    assert f"gdssm: {how}; the others go on\n" in err
    done = {path.name: checkpoint.read(path)["done"] for path in out.glob(PARTS)}
    held = f"{out / SECOND} holds update {done[SECOND]} of it"
    assert err.splitlines()[-1] == f"gdssm: {how}; {held}, and gdssm train --resume goes on"
    assert done["checkpoint-0-0.pt"] == 1200
    assert 200 <= done[SECOND] < 1200
    assert done[SECOND] % 100 == 0
    _, _, err = call(capsys, "train", "--resume", "--out", str(out), "--workers", workers)
    assert err.startswith(f"gdssm: goes on from update {done[SECOND]} of 1200\n")
    require_same(out, alone)


@pytest.mark.skipif(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="Ctrl-C is ignored here")
def test_ctrl_c_loses_no_update_of_any_process(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = []

    def interrupt(ranks: Ranks) -> None:
        processes.extend(ranks.processes.values())
        sleep(0.2)
        signal.raise_signal(signal.SIGINT)

    when_a_part_is_there(monkeypatch, tmp_path, interrupt)
    status, _, err = call(capsys, "train", *LONG, "--out", str(tmp_path), "--workers", "2")
    assert status == 130
    done = {path.name: checkpoint.read(path)["done"] for path in tmp_path.glob(PARTS)}
    assert sorted(done) == ["checkpoint-0-0.pt", SECOND]
    assert min(done.values()) > 0  # no checkpoint was due
    least = min(sorted(done), key=lambda name: done[name])
    assert f"gdssm: interrupted; {tmp_path / least} holds the run at update {done[least]} of 1000000; " in err
    assert [process.is_alive() for process in processes] == [False]


def test_no_process_goes_on_when_the_first_is_killed(tmp_path: Path) -> None:
    """All of them hold the pipe that is read here to its end."""
    command = [sys.executable, "-m", "derivations", "train", *LONG, "--out", str(tmp_path), "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        while len(list(tmp_path.glob(PARTS))) < 2:
            assert running.poll() is None
            sleep(0.05)
        running.kill()
        running.communicate(timeout=60)


@pytest.mark.parametrize("workers", ["0", "-1", "two", "1.5", "", "1001", "²"])
def test_a_number_of_workers_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path, workers: str) -> None:
    status, _, err = call(capsys, "train", *BRIEF, "--out", str(tmp_path / "run"), "--workers", workers)
    assert (status, (tmp_path / "run").exists()) == (2, False)
    assert err == f"gdssm: --workers is auto, or a number from 1 to 1000, not {workers!r}\n"


def test_every_replica_is_trained_by_one_process() -> None:
    for replicas in range(1, 8):
        for size in range(1, 10):
            shares = [share(replicas, k, size) for k in range(size)]
            assert [r for begin, end in shares for r in range(begin, end)] == list(range(replicas))
            assert all(end - begin >= replicas // size for begin, end in shares)
            assert shares[0][0] < shares[0][1]  # rank 0 joins the others' replicas to its own


def test_an_order_is_read_as_it_was_given() -> None:
    order = Order(Run(Task(2, 3), 2, 3, 4, QUICK, (0.5, 1.0)), Path("somewhere"), "cpu", 2)
    assert Order.read(order.text()) == order


def trained(first: int, replicas: int, updates: int) -> dict[str, Any]:
    preset = Preset("short", 40, 8, 1e-2, 5e-3, 5, 0.0, 0.5, 7)
    training = Training(
        Run(Task(2, 3), 1, replicas, 3, preset), first=first, watch=lambda model: {"one": [1.0] * replicas}
    )
    for _ in range(updates):
        training.update()
    return training.state()


def test_states_are_taken_apart_and_joined(one_thread: None) -> None:
    """As if each replica had been trained alone; and nothing of another one is in what is taken."""
    for updates in (0, 30):
        whole = trained(0, 3, updates)
        parts = [trained(0, 1, updates), trained(1, 2, updates)]
        assert same_bits(joined(parts), whole)
        assert same_bits([taken(whole, 0, 1), taken(whole, 1, 3)], parts)
        assert same_bits(taken(parts[1], 2, 3), trained(2, 1, updates))


def test_the_newest_state_of_each_replica_counts(one_thread: None) -> None:
    states = [trained(0, 3, 5), trained(0, 1, 8), trained(1, 2, 4)]
    found = newest(states, 0, 3)
    assert [(one["first"], one["run"]["replicas"], one["done"]) for one in found] == [(0, 1, 8), (1, 2, 5)]
    assert same_bits(found[1], trained(1, 2, 5))
    stands = standing([Standing(one["done"], one["losses"]) for one in found])
    assert stands == Standing(5, states[0]["losses"])
