"""What `gdssm train` does: a run in a folder, from a random start or from its last checkpoint to its result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from math import isfinite
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from rich import progress
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

from derivations.errors import InputError
from derivations.progress import starting
from derivations.terminal import print_lines
from gdssm_numeric import checkpoint
from gdssm_numeric.files import replace_file, replace_text
from gdssm_numeric.presets import PRESETS, Preset, preset_for
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Diverged, Model, Run, Training, train

from .committed import OPTIONS
from .fit import Expected, fit
from .fit_table import print_fit, verdict_line
from .interrupts import noted_interrupts
from .lock import locked, require_free
from .metrics import metrics
from .result_document import result, text
from .resume import Resume
from .run_files import CHECKPOINT, METRICS, RESULT, require_usable

#: The windows of a batch may have so many numbers: 8 GB in single precision.
MOST_NUMBERS = 2_000_000_000

#: What the numbers of a preset have to be.
LEAST = {
    "rate": "above 0",
    "decay_rate": "above 0",
    "weight_decay": "of 0 or more",
    "averaged": "of 0 or more",
}

#: What makes the pictures of a run: from its document, files by name.
Draw = Callable[[Mapping[str, Any]], Mapping[str, bytes]]


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
    """Return the device of that name; auto is the accelerator that PyTorch finds, or the CPU if there is none.

    Raises InputError, with a list of the devices, for any other name.
    """
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    kind = "cpu" if accelerator is None else accelerator.type
    there = ["auto", "cpu"]
    if accelerator is not None:
        there += [kind, *(f"{kind}:{index}" for index in range(torch.accelerator.device_count()))]
    if name not in there:
        said = f"{', '.join(there[:-1])} or {there[-1]}"
        raise InputError("device", f"there is no device {name[:40]!r} here; say {said}")
    return torch.device(kind if name == "auto" else name)


def named_preset(task: Task, name: str, changes: Mapping[str, float | int | None]) -> Preset:
    """Return the preset of that name for a task, with the fields changed that are given.

    If only the learning rate of Q, q and C is given, that of the decays keeps its ratio to it. Raises InputError for an
    unknown name, and for numbers with which nothing can be trained.
    """
    if name not in PRESETS:
        raise InputError("preset", f"there is no preset {name[:40]!r}; say {' or '.join(PRESETS)}")
    preset = preset_for(name, task.targets, task.inputs)
    given: dict[str, Any] = {field: value for field, value in changes.items() if value is not None}
    for field, least in LEAST.items():
        value = given.get(field, 1.0)
        if not isfinite(value) or value < 0 or (value == 0 and least == "above 0"):
            message = f"--{OPTIONS[field]}: {value:g} is not a number {least}"
            raise InputError(OPTIONS[field].replace("-", "_"), message)
    if not given.get("averaged", 0) < 1:
        raise InputError(OPTIONS["averaged"], "--averaged is a share of the updates: from 0 to below 1")
    if "rate" in given:
        given.setdefault("decay_rate", given["rate"] * (preset.decay_rate / preset.rate))
    return replace(preset, **given)


def require_room(run: Run) -> None:
    """InputError if a batch, in windows of three, and the powers of the decays are more than any machine holds."""
    task = run.task
    numbers = 3 * run.replicas * run.preset.batch * task.samples * task.features
    numbers += run.replicas * task.samples * task.features**2 * (2 * run.layers - 1)  # powers of the decays
    if numbers > MOST_NUMBERS:
        raise InputError(
            "features",
            f"an update would take {numbers:,} numbers; choose smaller sizes, a smaller batch or fewer replicas",
        )


@contextmanager
def opened(out: Path, resume: Resume | None) -> Iterator[bool]:
    """Hold the folder, which is made if it is missing: is there a checkpoint to go on from?

    Raises InputError, with nothing written, if the folder cannot be used for a run, or if another process holds it.
    """
    with ExitStack() as held:
        try:
            if out.is_dir():
                require_free(out)
            require_usable(out, resume)
            out.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(out))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise InputError("out", f"cannot write to the folder {str(out)[:80]!r}: {reason}") from None
        yield require_usable(out, resume)  # again: now that nobody else can change it


def saved(path: Path) -> dict[str, Any]:
    """Return a checkpoint; InputError if it cannot be used."""
    try:
        return checkpoint.read(path)
    except checkpoint.CheckpointError as error:
        raise InputError("resume", f"cannot go on from {path}: {error}") from None
    except OSError as error:
        raise InputError("resume", f"cannot read {path}: {error.strerror}") from None


def resumed(out: Path, resume: Resume) -> dict[str, Any] | None:
    """Return the checkpoint to go on from, None if a run is to be started; InputError if neither can be done."""
    return saved(out / CHECKPOINT) if require_usable(out, resume) else None


def run_training(
    run: Run,
    out: Path,
    on: torch.device,
    console: Console,
    *,
    resume: Resume | None = None,
    threads: int | None = None,
    draw: Draw | None = None,
) -> tuple[int, dict[str, Any]]:
    """Train, fit, write all files, and print predicted | fitted | deviation; the exit status, and the document.

    Without a number of threads it is that of the run, or 1 for a new one. `draw` makes pictures, files by name, from
    the document.
    """
    require_room(run)
    with opened(out, resume) as there:
        state = saved(out / CHECKPOINT) if there else None
        before = 1 if state is None else state.get("threads", threads or 1)
        if type(before) is not int or before < 1:
            raise InputError("resume", f"cannot go on from {out / CHECKPOINT}: its parts do not fit together")
        with use_threads(threads or before):
            with starting():  # PyTorch imports more when its first optimiser is made
                training = Training(run, on)
            if state is not None:
                try:
                    training.restore(state)
                except checkpoint.CheckpointError as error:
                    raise InputError("resume", f"cannot go on from {out / CHECKPOINT}: {error}") from None
                tell(_goes_on(training))
                if on.type == "cpu" and threads not in (None, before):
                    tell(f"threads were {before} and are {threads} from here on: the last bits depend on their number")
            training.plot = training.plot or draw is not None
            return _run(training, Expected(run.task, run.layers), out, console, draw)


def _run(
    training: Training[Model], expected: Expected, out: Path, console: Console, draw: Draw | None
) -> tuple[int, dict[str, Any]]:
    """Go on to the end in a folder that is held."""
    run, path, optimum = training.run, out / CHECKPOINT, float(expected.optimum.loss)
    assert isinstance(run, Run)
    try:
        if not path.exists():
            checkpoint.write(path, training.state())
        replace_text(out / METRICS, metrics(training, optimum))  # without what came after the checkpoint
    except OSError as error:
        raise InputError("out", f"cannot write to the folder {str(out)!r}: {error.strerror}") from None
    began = perf_counter()
    records = len(training.losses)

    def follow(training: Training[Any]) -> None:
        nonlocal records
        if len(training.losses) > records:
            records = len(training.losses)
            replace_text(out / METRICS, metrics(training, optimum))
        shown.follow(training)
        if asked.is_set():
            training.check()
            checkpoint.write(path, training.state())
            raise KeyboardInterrupt

    try:
        with Progress(training, optimum) as shown, noted_interrupts() as asked:
            train(training, path, follow)
        seconds = perf_counter() - began
        found = fit(run, training.fitted(), expected)
        document = result(training, found, expected, seconds)
        replace_text(out / RESULT, text(document))
        pictures = {} if draw is None else draw(document)
        for name, content in pictures.items():
            replace_file(out / name, content)
    except Diverged as error:
        done = checkpoint.read(path)["done"]
        raise Stopped(f"{error}; the last good checkpoint is {path}, of update {done}") from None
    except OSError as error:
        where = error.filename2 or error.filename or out
        raise Stopped(f"cannot write {where}: {error.strerror}; gdssm train --resume goes on") from None
    print_fit(console, found, document["not_compared"])
    if not found.fits and (short := length_line(run)):
        print_lines(console, short, hanging=2)
    files = ", ".join((RESULT, METRICS, CHECKPOINT, *pictures))
    print_lines(console, f"{verdict_line(found)}; {out} holds {files}", hanging=2)
    return (0 if found.fits else 1), document


def length_line(run: Run) -> str:
    """Say how long a run is, if the preset is longer; else nothing."""
    preset, task = run.preset, run.task
    usual = preset_for(preset.name, task.targets, task.inputs).updates
    if preset.updates >= usual:
        return ""
    return f"{preset.updates} updates; the preset {preset.name} has {usual} for such a task, and more of them may fit"


def _goes_on(training: Training[Model]) -> str:
    """At which update a run is taken up again."""
    updates = training.run.preset.updates
    if training.finished:
        return f"all {updates} updates of this run are done; what it learned is compared again"
    return f"goes on from update {training.done} of {updates}"


def tell(line: str) -> None:
    """Say something on standard error, where progress goes."""
    with suppress(OSError):  # nobody reads it, which is no reason to end a run
        print(f"gdssm: {line}", file=sys.stderr, flush=True)


class Stopped(Exception):
    """Training cannot go on: why, and where it can be taken up."""


class Progress:
    """How far a run is, on standard error: a bar on a terminal, and elsewhere a line for each tenth of the updates."""

    def __init__(self, training: Training[Any], optimum: float) -> None:
        console = Console(stderr=True)
        columns = (
            BarColumn(),
            TextColumn("{task.description}", markup=False),
            TimeRemainingColumn(),
            TextColumn("left"),
        )
        self.bar = progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.optimum, self.start, self.began = optimum, training.done, perf_counter()
        total = training.run.preset.updates
        self.task = self.bar.add_task(self.state(training), total=total, completed=training.done)

    def __enter__(self) -> Progress:
        self.bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.bar.stop()

    def follow(self, training: Training[Any]) -> None:
        """After each update."""
        done, total = training.done, training.run.preset.updates
        if self.bar.disable:
            if 10 * done // total > 10 * (done - 1) // total:
                tell(self.state(training))
        elif done % 20 == 0:
            self.bar.update(self.task, completed=done, description=self.state(training))

    def state(self, training: Training[Any]) -> str:
        """Say the update, the replicas' mean loss over that of the best predictor, and the speed."""
        said = f"update {training.done} of {training.run.preset.updates}"
        if training.losses:
            last = training.losses[-1][1]
            said += f", mean loss / optimum {sum(last) / len(last) / self.optimum:.4f} (on a batch: may be below 1)"
        if training.done > self.start:
            said += f", {(training.done - self.start) / (perf_counter() - self.began):.0f} updates/s"
        return said
