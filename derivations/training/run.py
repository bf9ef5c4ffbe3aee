"""What `gdssm train` does: a run in a folder, from a random start or from its last checkpoint to its result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from derivations.errors import InputError
from gdssm_numeric import checkpoint
from gdssm_numeric.presets import NORMAL_INPUTS, PRESETS, SCALAR_PRESETS, Preset
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Diverged, Run, Training, train

from .fit import Expected, fit
from .fit_table import print_fit
from .result_document import result, text

CHECKPOINT, RESULT = "checkpoint.pt", "result.json"

#: The windows of a batch may have so many numbers: 8 GB in single precision.
MOST_NUMBERS = 2_000_000_000


@contextmanager
def use_threads(count: int) -> Iterator[None]:
    """So many threads for PyTorch's sums and products: their number is part of what determines the last bits."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def find_device(name: str) -> torch.device:
    """Return the device: auto is CUDA if there is one. InputError for an unknown one, and for CUDA if there is none."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = name.partition(":")
    if not re.fullmatch(r"cpu|cuda(:[0-9]{1,3})?", name):
        raise InputError("device", f"there is no device {name[:40]!r}; say auto, cpu, cuda or cuda:0")
    if kind == "cuda":
        if not torch.cuda.is_available():
            raise InputError("device", "there is no CUDA device here; say --device cpu")
        if index and int(index) >= torch.cuda.device_count():
            raise InputError("device", f"there is no {name}; the devices are {torch.cuda.device_count()}, from cuda:0")
    return torch.device(name)


def preset_for(task: Task, name: str, updates: int | None) -> Preset:
    """The preset of that name for a task, with so many updates if a number is given; InputError for an unknown name."""
    preset = (SCALAR_PRESETS if task.targets == "scalar" else PRESETS).get(name)
    if preset is None:
        raise InputError("preset", f"there is no preset {name[:40]!r}; say {' or '.join(PRESETS)}")
    if task.inputs == "normal" and name == "quick":
        preset = replace(preset, updates=NORMAL_INPUTS * preset.updates)
    return preset if updates is None else replace(preset, updates=updates)


def require_room(run: Run) -> None:
    """InputError for sizes of which a batch, in windows of three, is more than any machine holds."""
    task = run.task
    numbers = 3 * run.replicas * run.preset.batch * task.samples * task.features
    if numbers > MOST_NUMBERS:
        raise InputError("features", f"a batch would have {numbers:,} numbers; choose smaller sizes or fewer replicas")


def take_up(training: Training[Any], out: Path, *, resume: bool) -> None:
    """Go on from where the run stands in its folder, if it is to be resumed.

    InputError, with nothing written, if the folder cannot be used for the run.
    """
    path = out / CHECKPOINT
    try:
        out.exists()
    except (OSError, ValueError) as error:
        raise InputError("out", f"{str(out)[:40]!r} cannot be the name of a folder: {error}") from None
    if out.exists() and not out.is_dir():
        raise InputError("out", f"{out} is a file; name a folder")
    taken = next((name for name in (CHECKPOINT, RESULT) if (out / name).exists()), None)
    if not resume:
        if taken is not None:
            raise InputError("out", f"{out} holds another run ({taken}); say --resume to go on, or name another folder")
        return
    if not path.exists():
        raise InputError("resume", f"there is no {CHECKPOINT} in {out}; leave --resume out to start")
    try:
        training.restore(checkpoint.read(path))
    except checkpoint.CheckpointError as error:
        raise InputError("resume", f"cannot go on from {path}: {error}") from None
    except OSError as error:
        raise InputError("resume", f"cannot read {path}: {error.strerror}") from None


def run_training(
    run: Run, out: Path, on: torch.device, console: Console, *, resume: bool
) -> tuple[int, dict[str, Any]]:
    """Train, fit, write the result, and print predicted | fitted | deviation; the exit status, and the document."""
    require_room(run)
    training = Training(run, on)
    take_up(training, out, resume=resume)
    expected = Expected(run.task, run.layers)
    path = out / CHECKPOINT
    try:
        out.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            checkpoint.write(path, training.state())
    except (OSError, ValueError) as error:
        raise InputError("out", f"cannot write to the folder {str(out)!r}: {error}") from None
    began = perf_counter()
    try:
        with progress(training, float(expected.optimum.loss)) as follow:
            train(training, path, follow)
    except Diverged as error:
        saved = checkpoint.read(path)["done"]
        raise Stopped(f"{error}; the last good checkpoint is {path}, of update {saved}") from None
    except OSError as error:
        raise Stopped(f"cannot write {path}: {error.strerror}; say --resume to go on from it") from None
    seconds = perf_counter() - began
    found = fit(run, training.fitted(), expected)
    document = result(training, found, expected, seconds)
    checkpoint.replace_file(out / RESULT, text(document).encode("utf-8"))
    print_fit(console, found)
    return (0 if found.fits else 1), document


class Stopped(Exception):
    """Training cannot go on: why, and where it can be taken up."""


class progress:  # noqa: N801 - used as a function
    """A bar on standard error: rate, the replicas' mean loss over the symbolic optimum, time left."""

    def __init__(self, training: Training[Any], optimum: float) -> None:
        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}  {task.fields[rate]}  {task.fields[loss]}  left"),
            TimeRemainingColumn(),
        )
        self.bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        total = training.run.preset.updates
        self.task = self.bar.add_task("training", total=total, completed=training.done, rate="", loss="")
        self.optimum, self.start, self.began = optimum, training.done, perf_counter()

    def __enter__(self) -> Callable[[Training[Any]], None]:
        self.bar.start()
        return self.follow

    def __exit__(self, *exception: object) -> None:
        self.bar.stop()

    def follow(self, training: Training[Any]) -> None:
        """After each update."""
        if self.bar.disable or training.done % 20:
            return
        rate = (training.done - self.start) / (perf_counter() - self.began)
        loss = ""
        if training.losses:
            last = training.losses[-1][1]
            loss = f"loss / optimum {sum(last) / len(last) / self.optimum:.4f}"
        self.bar.update(self.task, completed=training.done, rate=f"{rate:.0f} updates/s", loss=loss)
