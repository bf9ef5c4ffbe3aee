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
from gdssm_numeric.shares import State
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Diverged, Run, Training

from .committed import OPTIONS
from .fit import Expected, fit
from .fit_table import print_fit, verdict_line
from .lock import locked, require_free
from .metrics import metrics
from .parts import Standing, last_of, remove_parts, restored, saved, saved_states, standing_of, train_replicas
from .result_document import result, text
from .resume import Resume
from .run_files import CHECKPOINT, METRICS, RESULT, require_usable
from .workers import Lost, Order, Ranks, launched, noted_ends, ranks_of

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
    workers: int = 1,
    draw: Draw | None = None,
) -> tuple[int, dict[str, Any]]:
    """Train, fit, write all files, and print predicted | fitted | deviation; the exit status, and the document.

    Without a number of threads it is that of the run, or 1 for a new one. The replicas are trained in so many
    processes, or in those that were started together with this one. `draw` makes pictures, files by name, from the
    document.
    """
    require_room(run)
    with opened(out, resume) as there, ExitStack() as held:
        states = saved_states(out) if there else {}
        before = threads or 1 if not there else states[out / CHECKPOINT].get("threads", threads or 1)
        if type(before) is not int or before < 1:
            raise InputError("resume", f"cannot go on from {out / CHECKPOINT}: its parts do not fit together")
        held.enter_context(use_threads(threads or before))
        with starting():  # PyTorch imports more when its first optimiser is made
            training = Training(run, on)
            for path, state in states.items():
                try:
                    training = restored(run, on, state)
                except checkpoint.CheckpointError as error:
                    raise InputError("resume", f"cannot go on from {path}: {error}") from None
            ranks = None
            if launched() or workers > 1:
                ranks = held.enter_context(ranks_of(min(workers, run.replicas)))
        stands = Standing(0, [])
        if states:
            stands = standing_of(states.values(), 0, run.replicas)
            tell(_goes_on(run, stands))
            if on.type == "cpu" and threads not in (None, before):
                tell(f"threads were {before} and are {threads} from here on: the last bits depend on their number")
        else:
            states = {out / CHECKPOINT: training.state()}
        for state in states.values():
            state["plot"] = state.get("plot", False) or draw is not None
        order = Order(run, out, str(on), threads or before)
        return _run(order, states, ranks, stands, Expected(run.task, run.layers), console, draw)


def _run(
    order: Order,
    states: Mapping[Path, State],
    ranks: Ranks | None,
    stands: Standing,
    expected: Expected,
    console: Console,
    draw: Draw | None,
) -> tuple[int, dict[str, Any]]:
    """Go on to the end in a folder that is held."""
    run, out = order.run, order.out
    path, optimum, device = out / CHECKPOINT, float(expected.optimum.loss), torch.device(order.device)
    try:
        if not path.exists():
            checkpoint.write(path, states[path])
        replace_text(out / METRICS, metrics(run, stands.losses, optimum))  # without what came after the checkpoint
    except OSError as error:
        raise InputError("out", f"cannot write to the folder {str(out)!r}: {error.strerror}") from None
    began = perf_counter()
    records = len(stands.losses)

    def follow(stands: Standing, save: Callable[[], None]) -> None:
        nonlocal records
        if len(stands.losses) > records:
            records = len(stands.losses)
            replace_text(out / METRICS, metrics(run, stands.losses, optimum))
        shown.follow(stands)
        if asked():
            save()
            raise KeyboardInterrupt

    def seen(training: Training[Any], own: Path) -> None:
        follow(Standing(training.done, training.losses), lambda: checkpoint.write(own, training.state()))

    try:
        with Progress(run, stands, optimum) as shown, noted_ends(terminated=launched()) as asked:
            if ranks is None:
                training = train_replicas(run, out, device, states.values(), (0, run.replicas), seen)
            else:
                training = ranks.train(order, follow, lambda how: tell(f"{how}; the others go on"))
                training.plot = training.plot or draw is not None
                checkpoint.write(path, training.state())
        remove_parts(out)
        replace_text(out / METRICS, metrics(run, training.losses, optimum))
        seconds = perf_counter() - began
        found = fit(run, training.fitted(), expected)
        document = result(training, found, expected, seconds)
        replace_text(out / RESULT, text(document))
        pictures = {} if draw is None else draw(document)
        for name, content in pictures.items():
            replace_file(out / name, content)
    except Diverged as error:
        good, done = last_of(saved_states(out), run.replicas)
        raise Stopped(f"{error}; the last good checkpoint is {good}, of update {done}") from None
    except Lost as error:
        good, done = last_of(saved_states(out), run.replicas)
        raise Stopped(f"{error}; {good} holds update {done} of it, and gdssm train --resume goes on") from None
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


def _goes_on(run: Run, stands: Standing) -> str:
    """At which update a run is taken up again."""
    updates = run.preset.updates
    if stands.done == updates:
        return f"all {updates} updates of this run are done; what it learned is compared again"
    return f"goes on from update {stands.done} of {updates}"


def tell(line: str) -> None:
    """Say something on standard error, where progress goes."""
    with suppress(OSError):  # nobody reads it, which is no reason to end a run
        print(f"gdssm: {line}", file=sys.stderr, flush=True)


class Stopped(Exception):
    """Training cannot go on: why, and where it can be taken up."""


class Progress:
    """How far a run is, on standard error: a bar on a terminal, and elsewhere a line for each tenth of the updates."""

    def __init__(self, run: Run, stands: Standing, optimum: float) -> None:
        console = Console(stderr=True)
        columns = (
            BarColumn(),
            TextColumn("{task.description}", markup=False),
            TimeRemainingColumn(),
            TextColumn("left"),
        )
        self.bar = progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.optimum, self.total, self.began = optimum, run.preset.updates, perf_counter()
        self.start = self.shown = stands.done
        self.task = self.bar.add_task(self.state(stands), total=self.total, completed=stands.done)

    def __enter__(self) -> Progress:
        self.bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.bar.stop()

    def follow(self, stands: Standing) -> None:
        """After each update."""
        if self.bar.disable:
            if 10 * stands.done // self.total > 10 * self.shown // self.total:
                tell(self.state(stands))
                self.shown = stands.done
        elif stands.done >= self.shown + 20:
            self.bar.update(self.task, completed=stands.done, description=self.state(stands))
            self.shown = stands.done

    def state(self, stands: Standing) -> str:
        """Say the update, the replicas' mean loss over that of the best predictor, and the speed."""
        said = f"update {stands.done} of {self.total}"
        if stands.losses:
            last = stands.losses[-1][1]
            said += f", mean loss / optimum {sum(last) / len(last) / self.optimum:.4f} (on a batch: may be below 1)"
        if stands.done > self.start:
            said += f", {(stands.done - self.start) / (perf_counter() - self.began):.0f} updates/s"
        return said
