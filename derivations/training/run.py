"""What `gdssm train` does: a run in a folder, from a random start or from its last checkpoint to its result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from derivations.errors import InputError
from derivations.training.fit import Expected, fit
from derivations.training.fit_table import print_fit
from derivations.training.result_document import result, text
from gdssm_numeric import checkpoint
from gdssm_numeric.presets import NORMAL_INPUTS, PRESETS, SCALAR_PRESETS
from gdssm_numeric.tasks import Inputs, Targets, Task, Tokens
from gdssm_numeric.training import Diverged, Run, Training, train
from gdssm_numeric.window_model import START_OF_DECAYS

CHECKPOINT, RESULT = "checkpoint.pt", "result.json"

#: The windows of a batch may have so many numbers: 8 GB in single precision.
MOST_NUMBERS = 2_000_000_000


@dataclass(frozen=True)
class Options:
    """What the command line says, checked for its types only."""

    features: int
    samples: int
    layers: int
    replicas: int
    preset: str
    targets: Targets
    inputs: Inputs
    device: str
    seed: int
    out: Path
    resume: bool
    updates: int | None = None
    decays_from: float | None = None


@contextmanager
def use_threads(count: int) -> Iterator[None]:
    """So many threads for PyTorch's sums and products: their number is part of what determines the last bits."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def device(name: str) -> torch.device:
    """The device: auto is CUDA where there is one. InputError for an unknown one, and for CUDA where there is none."""
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


def run_of(options: Options) -> Run:
    """The run that the options describe."""
    preset = (SCALAR_PRESETS if options.targets == "scalar" else PRESETS).get(options.preset)
    if preset is None:
        raise InputError("preset", f"there is no preset {options.preset[:40]!r}; say {' or '.join(PRESETS)}")
    if options.inputs == "normal" and options.preset == "quick":
        preset = replace(preset, updates=NORMAL_INPUTS * preset.updates)
    if options.updates is not None:
        preset = replace(preset, updates=options.updates)
    if options.targets == "scalar" and options.layers > 1:
        raise InputError(
            "layers", "scalar targets come as constructed tokens, which have one layer; leave --layers out"
        )
    decays = START_OF_DECAYS
    if options.decays_from is not None:
        decays = options.decays_from, 1.0
    tokens: Tokens = "constructed" if options.targets == "scalar" else "interleaved"
    task = Task(options.features, options.samples, options.targets, tokens, options.inputs)
    return Run(task, options.layers, options.replicas, options.seed, preset, decays)


def require_room(run: Run) -> None:
    """InputError for sizes of which a batch, in windows of three, is more than any machine holds."""
    task = run.task
    numbers = 3 * run.replicas * run.preset.batch * task.samples * task.features
    if numbers > MOST_NUMBERS:
        raise InputError("features", f"a batch would have {numbers:,} numbers; choose smaller sizes or fewer replicas")


def prepared(options: Options) -> Training:
    """The run as it stands in its folder. InputError, with nothing written, if the folder cannot be used for it."""
    run, chosen = run_of(options), device(options.device)
    require_room(run)
    training = Training(run, chosen)
    out, path = options.out, options.out / CHECKPOINT
    try:
        out.exists()
    except (OSError, ValueError) as error:
        raise InputError("out", f"{str(out)[:40]!r} cannot be the name of a folder: {error}") from None
    if out.exists() and not out.is_dir():
        raise InputError("out", f"{out} is a file; name a folder")
    taken = next((name for name in (CHECKPOINT, RESULT) if (out / name).exists()), None)
    if not options.resume:
        if taken is not None:
            raise InputError("out", f"{out} holds another run ({taken}); say --resume to go on, or name another folder")
        return training
    if not path.exists():
        raise InputError("resume", f"there is no {CHECKPOINT} in {out}; leave --resume out to start")
    try:
        training.restore(checkpoint.read(path))
    except checkpoint.CheckpointError as error:
        raise InputError("resume", f"cannot go on from {path}: {error}") from None
    except OSError as error:
        raise InputError("resume", f"cannot read {path}: {error.strerror}") from None
    return training


def run_training(options: Options, console: Console) -> tuple[int, dict[str, Any]]:
    """Train, fit, write the result, and print predicted | fitted | deviation; the exit status, and the document."""
    training = prepared(options)
    expected = Expected(training.run.task, training.run.layers)
    path = options.out / CHECKPOINT
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            checkpoint.write(path, training.state())
    except (OSError, ValueError) as error:
        raise InputError("out", f"cannot write to the folder {str(options.out)!r}: {error}") from None
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
    found = fit(training.run, training.fitted(), expected)
    document = result(training, found, expected, seconds)
    checkpoint.replace_file(options.out / RESULT, text(document).encode("utf-8"))
    print_fit(console, found)
    return (0 if found.fits else 1), document


class Stopped(Exception):
    """Training cannot go on: why, and where it can be taken up."""


class progress:  # noqa: N801 - used as a function
    """A bar on standard error: rate, the replicas' mean loss over the symbolic optimum, time left."""

    def __init__(self, training: Training, optimum: float) -> None:
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

    def __enter__(self) -> Callable[[Training], None]:
        self.bar.start()
        return self.follow

    def __exit__(self, *exception: object) -> None:
        self.bar.stop()

    def follow(self, training: Training) -> None:
        """After each update."""
        if self.bar.disable or training.done % 20:
            return
        rate = (training.done - self.start) / (perf_counter() - self.began)
        loss = ""
        if training.losses:
            last = training.losses[-1][1]
            loss = f"loss / optimum {sum(last) / len(last) / self.optimum:.4f}"
        self.bar.update(self.task, completed=training.done, rate=f"{rate:.0f} updates/s", loss=loss)
