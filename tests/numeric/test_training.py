"""Training: replicas do not touch each other, a stopped run ends like another, a kill leaves a usable checkpoint."""

from __future__ import annotations

import copy
import io
import os
import signal
import subprocess
import sys
import textwrap
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gdssm_numeric import checkpoint
from gdssm_numeric.presets import PAPER, PRESETS, QUICK, Preset
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Diverged, Run, Training, train

SHORT = Preset("short", 40, 16, 1e-2, 5e-3, 5, 0.01, 0.25, 7)
RUNS = {
    "one layer": Run(Task(2, 3), 1, 2, 3, SHORT),
    "two layers": Run(Task(2, 3), 2, 2, 3, SHORT),
    "constructed tokens": Run(Task(2, 3, "scalar", "constructed"), 1, 2, 3, SHORT),
}


pytestmark = pytest.mark.usefixtures("one_thread")


def trained(run: Run, path: Path | None = None, first: int = 0) -> Training:
    training = Training(run, first=first)
    train(training, path)
    return training


def same_bits(one: Any, other: Any) -> bool:
    """Equal to the last bit, through containers."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_bits(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_bits, one, other))
    return bool(one == other)


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_two_replicas_together_are_each_alone(run: Run) -> None:
    run = replace(run, dtype="float64")
    both = trained(run).fitted().state_dict()
    for r in range(2):
        alone = trained(replace(run, replicas=1), first=r).fitted().state_dict()
        for name, value in alone.items():
            torch.testing.assert_close(both[name][r : r + 1], value, rtol=1e-11, atol=1e-13)
    other = trained(replace(run, seed=4)).fitted().state_dict()
    assert all(not torch.allclose(other[name], value, atol=1e-3) for name, value in both.items())


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize("stop", [1, 19, 33, 39])
def test_a_resumed_run_ends_with_the_same_bits(run: Run, stop: int, tmp_path: Path) -> None:
    whole = trained(run)
    first = Training(run)
    for _ in range(stop):
        first.update()
    path = tmp_path / "checkpoint.pt"
    checkpoint.write(path, first.state())
    second = Training(run)
    second.restore(checkpoint.read(path))
    train(second, path)
    assert same_bits(second.state(), whole.state())
    assert same_bits(checkpoint.read(path)["averages"], whole.state()["averages"])
    third = Training(run)
    third.restore({**checkpoint.read(path), "done": 39})
    third.update()
    assert not same_bits(third.state(), whole.state())


def test_the_average_is_the_mean_of_the_last_weights() -> None:
    run = RUNS["one layer"]
    training, seen = Training(run), []
    while not training.finished:
        training.update()
        seen.append(training.model.q.detach().clone())  # type: ignore[union-attr]
    torch.testing.assert_close(training.fitted().q.detach(), torch.stack(seen[30:]).double().mean(0))  # type: ignore[union-attr]
    plain = trained(replace(run, preset=replace(SHORT, averaged=0.0)))
    assert torch.equal(plain.fitted().q, plain.model.q.double())  # type: ignore[union-attr]


def test_losses_over_time() -> None:
    training = trained(RUNS["one layer"])
    assert [update for update, _ in training.losses] == list(range(1, 41))
    assert all(len(losses) == 2 for _, losses in training.losses)


def test_the_schedule() -> None:
    assert SHORT.factor(0) == pytest.approx(1 / 6)
    assert SHORT.factor(20) == pytest.approx(0.5)
    assert SHORT.factor(40) == pytest.approx(0)
    factors = [SHORT.factor(done) for done in range(5, 41)]
    assert factors == sorted(factors, reverse=True)
    assert {PAPER.decay_rate, PAPER.rate, PAPER.batch, PAPER.updates, PAPER.weight_decay} == {
        1e-4,
        2e-4,
        64,
        300_000,
        0.05,
    }
    assert PRESETS == {"quick": QUICK, "paper": PAPER}
    assert QUICK.weight_decay == 0


@pytest.mark.parametrize(
    "wrong",
    [{"updates": 0}, {"batch": 0}, {"rate": 0.0}, {"averaged": 1.0}, {"weight_decay": -1.0}, {"warm_up": -1}],
    ids=str,
)
def test_presets_that_do_not_exist(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"start at|positive"):
        replace(QUICK, **wrong)


@pytest.mark.parametrize("wrong", [{"layers": 0}, {"replicas": 0}, {"seed": -1}, {"dtype": "float16"}], ids=str)
def test_runs_that_do_not_exist(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"start at|dtype"):
        Run(Task(1, 1), **wrong)
    with pytest.raises(ValueError, match="one layer"):
        Run(Task(1, 1, "scalar", "constructed"), 2)
    with pytest.raises(ValueError, match="dead"):
        Run(Task(2, 3, "scalar"))


def test_a_loss_that_is_not_finite_stops_at_its_update(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    run = replace(RUNS["one layer"], preset=replace(SHORT, updates=4000, checkpoint=7, averaged=0.0))
    training = Training(run)

    def spoil(running: Training) -> None:
        if running.done == 23:
            with torch.no_grad():
                next(iter(running.model.parameters())).fill_(1e30)

    with pytest.raises(Diverged, match="at update 24") as stopped:
        train(training, path, spoil)
    assert stopped.value.update == 24
    saved = checkpoint.read(path)
    assert saved["done"] == 21
    assert all(value.isfinite().all() for value in saved["model"].values())
    resumed = Training(run)
    resumed.restore(saved)
    resumed.update()
    assert resumed.done == 22


def spoilt(path: Path, kind: str) -> bytes:
    """A whole checkpoint, and ways to spoil it."""
    checkpoint.write(path, Training(RUNS["one layer"]).state())
    whole = path.read_bytes()
    if kind == "truncated":
        return whole[: len(whole) * 2 // 3]
    if kind == "empty":
        return b""
    if kind == "damaged":
        middle = len(whole) // 2
        return whole[:middle] + bytes(255 - byte for byte in whole[middle : middle + 40]) + whole[middle + 40 :]
    made = io.BytesIO()
    if kind == "text":
        return b"not a checkpoint at all\n"
    if kind == "zip":
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("a.txt", "a")
    if kind == "foreign":
        torch.save({"model": torch.zeros(3)}, made)
    if kind == "tensor":
        torch.save(torch.zeros(3), made)
    if kind == "code":
        torch.save({"format": checkpoint.FORMAT, "run": _Code(path.with_name("was-run"))}, made)
    return made.getvalue()


class _Code:
    """What pickle would run: it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("kind", ["truncated", "empty", "damaged", "text", "zip", "foreign", "tensor", "code"])
def test_a_file_that_is_no_checkpoint(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(spoilt(path, kind))
    with pytest.raises(checkpoint.CheckpointError, match=r"^it "):
        checkpoint.read(path)
    assert not (tmp_path / "was-run").exists()


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    whole = spoilt(path, "whole")
    checkpoint.write(path, Training(RUNS["one layer"]).state())
    whole = path.read_bytes()
    for length in range(0, len(whole), 997):
        path.write_bytes(whole[:length])
        with pytest.raises(checkpoint.CheckpointError):
            checkpoint.read(path)


@pytest.mark.parametrize(
    "other", [{"seed": 4}, {"layers": 2}, {"task": Task(2, 4)}, {"preset": replace(SHORT, rate=2e-2)}], ids=str
)
def test_a_checkpoint_of_another_run_is_refused(other: dict[str, Any]) -> None:
    run = RUNS["one layer"]
    with pytest.raises(checkpoint.CheckpointError, match=r"another run: (seed|layers|samples|rate) is"):
        Training(run).restore(Training(replace(run, **other)).state())
    state = Training(run).state()
    with pytest.raises(checkpoint.CheckpointError, match="do not fit"):
        Training(run).restore({**state, "model": {}})
    del state["since"]
    with pytest.raises(checkpoint.CheckpointError, match="do not fit"):
        Training(run).restore(state)


def test_a_write_that_fails_leaves_the_old_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint.pt"
    checkpoint.write(path, {"done": 1})

    def fails(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, step, fails)
            with pytest.raises(OSError, match="No space"):
                checkpoint.write(path, {"done": 2})
        assert checkpoint.read(path)["done"] == 1
    checkpoint.write(path, {"done": 3})
    assert checkpoint.read(path)["done"] == 3
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_a_full_disk_is_an_oserror_and_leaves_the_old_checkpoint(tmp_path: Path) -> None:
    """In a process that may write no file longer than 3,000 bytes."""
    path = tmp_path / "checkpoint.pt"
    checkpoint.write(path, {"done": 1})
    script = (
        "import resource, signal, sys, torch; from pathlib import Path; from gdssm_numeric import checkpoint;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000));\n"
        "try: checkpoint.write(Path(sys.argv[1]), {'done': torch.zeros(10000)})\n"
        "except OSError: sys.exit(7)"
    )
    done = subprocess.run([sys.executable, "-c", script, path], check=False, timeout=120)
    assert done.returncode == 7
    assert checkpoint.read(path)["done"] == 1
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]


def test_any_damaged_byte_is_seen_or_harmless(tmp_path: Path) -> None:
    """A thousand flipped bytes, half of them in the archive's directory: an error of ours, or the same content."""
    path = tmp_path / "checkpoint.pt"
    checkpoint.write(path, {"done": 1, "weights": torch.arange(5.0)})
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    places = [*rng.integers(0, len(whole), 500), *rng.integers(len(whole) - 700, len(whole), 500)]
    seen = 0
    for place, flip in zip(places, rng.integers(1, 256, 1000), strict=True):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ int(flip)]) + whole[place + 1 :])
        try:
            content = checkpoint.read(path)
        except checkpoint.CheckpointError:
            seen += 1
        else:
            assert content["done"] == 1
            assert torch.equal(content["weights"], torch.arange(5.0))
    assert seen > 500


@pytest.mark.parametrize("part", ["exp_avg", "exp_avg_sq", "step", "done", "losses", "averages", "since", "model"])
def test_parts_of_another_shape_are_refused_before_anything_runs_on_them(part: str) -> None:
    """The fused optimiser would read and write beyond moments that are too small."""
    training = Training(Run(Task(2, 3), 1, 2, 0, replace(QUICK, updates=20, batch=8)))
    for _ in range(18):
        training.update()
    state = copy.deepcopy(training.state())
    Training(training.run).restore(copy.deepcopy(state))
    if part in ("exp_avg", "exp_avg_sq", "step"):
        for moment in state["optimiser"]["state"].values():
            moment[part] = torch.zeros(2)
    elif part in ("averages", "model"):
        name = next(iter(state[part]))
        state[part][name] = torch.zeros(1)
    else:
        state[part] = {"done": -5, "losses": None, "since": torch.zeros(3)}[part]
    with pytest.raises(checkpoint.CheckpointError, match="do not fit"):
        Training(training.run).restore(state)


KILLED = """
    import os, signal, sys, time, torch
    from dataclasses import replace
    from pathlib import Path
    from gdssm_numeric import checkpoint
    from gdssm_numeric.presets import QUICK
    from gdssm_numeric.tasks import Task
    from gdssm_numeric.training import Run, Training, train

    torch.set_num_threads(1)
    path = Path(sys.argv[1])

    def die(*arguments):
        os.kill(os.getpid(), signal.SIGKILL)

    def half_a_file(number, mode):
        os.write(number, bytes(1000))
        die()

    def at_call(number, module, name, act):
        original, calls = getattr(module, name), []
        def counting(*arguments):
            calls.append(None)
            return act(*arguments) if len(calls) == number else original(*arguments)
        setattr(module, name, counting)

    RUN = Run(Task(2, 3), 1, 2, 0, replace(QUICK, updates=600, batch=8, checkpoint=1))
    Training(RUN)  # imports once what each child would import anew

    def go_on(where):
        if where == "save":
            at_call(5, os, "fdopen", half_a_file)
        elif where in ("fsync", "replace"):
            at_call(5, os, where, die)
        training = Training(RUN)
        if path.exists():
            training.restore(checkpoint.read(path))
        train(training, path)

    for where in ["save", "fsync", "replace", *(0.0023 * k for k in range(25)), "end"]:
        before = path.stat().st_ino if path.exists() else None
        child = os.fork()
        if not child:
            go_on(where)
            os._exit(0)
        if isinstance(where, float):
            # … until it has written one of its own, or is done
            ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
            while path.stat().st_ino == before and os.waitid(os.P_PID, child, ended) is None:
                time.sleep(0.001)
            time.sleep(where)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        done = checkpoint.read(path)["done"] if path.exists() else 0
        print(where, os.waitstatus_to_exitcode(status), done, len(list(path.parent.glob(".*-partial"))))
"""


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_kills_at_many_moments_and_during_writes(tmp_path: Path) -> None:
    """A checkpoint after every update; kills within a write, before the file is whole, synced or renamed, and at odd
    times. After each there is a usable checkpoint that is no older, and the run goes on from it to the same bits."""
    script, path = tmp_path / "killed.py", tmp_path / "checkpoint.pt"
    script.write_text(textwrap.dedent(KILLED), "utf-8")
    done = subprocess.run([sys.executable, script, path], capture_output=True, text=True, check=True, timeout=300)
    kills = [line.split() for line in done.stdout.splitlines()]
    reached = [int(kill[2]) for kill in kills]
    assert len(kills) == 29
    assert reached == sorted(reached)
    assert len(set(reached)) > 4
    assert [kill[3] for kill in kills[:3]] == ["1", "2", "3"]  # these fell into a write
    assert all(kill[1] == str(-signal.SIGKILL) for kill in kills[:4])
    assert kills[-1][1:3] == ["0", "600"]
    whole = trained(Run(Task(2, 3), 1, 2, 0, replace(QUICK, updates=600, batch=8, checkpoint=1)))
    assert same_bits(checkpoint.read(path)["model"], dict(whole.model.state_dict()))
    assert same_bits(checkpoint.read(path)["averages"], whole.state()["averages"])
