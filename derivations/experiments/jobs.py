"""One job: a model is trained in a folder of its own, and what figures need of it is measured.

A job can be stopped at any moment; SIGTERM lets it write a checkpoint first. Started again, it goes on from its last
checkpoint; when it is finished, only what has not been measured yet is measured.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from derivations.errors import InputError
from derivations.training.interrupts import noted_interrupts
from derivations.training.lock import locked
from derivations.training.result_document import numeric_environment, rounded
from derivations.training.run_files import CHECKPOINT, RESULT
from gdssm_numeric import checkpoint
from gdssm_numeric.evaluation import Predictor, closeness, repeated
from gdssm_numeric.files import replace_text
from gdssm_numeric.steps import squared_error
from gdssm_numeric.tasks import Batch, generator
from gdssm_numeric.training import Diverged, Trainable, Training, train

from .measures import MEASURES, reference

#: The stream of random numbers of the tasks on which a model is watched.
VALIDATION = 3
#: Tasks on which the loss is watched, and those on which sensitivities are compared.
WATCHED_TASKS, COMPARED_TASKS = 1000, 200

#: The parts of a job's result.json, and of what kind they are.
PARTS: Mapping[str, Any] = {
    "settings": dict,
    "diverged": int | None,  # the update
    "environment": dict,
    "parameters": int,
    "seconds": float | int,
    "watched": list,
    "measures": dict,
}
#: A finished job, or one that diverged: what its result.json holds.
Outcome = Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """What is trained, as which replica, what is watched and measured of it, and about how many seconds it takes.

    The name is that of its folder, and also says what it is for a reader of the progress.
    """

    name: str
    run: Trainable[Any]
    first: int = 0
    closeness: bool = False  # are the sensitivities watched too?
    measures: tuple[str, ...] = ()
    tests: int = 10_000  # tasks on which it is measured
    seconds: float = 1.0


def perform(job: Job, folder: Path, device: str, report: Callable[[int, int], object]) -> None:
    """Train and measure, and write result.json. `report` is told the updates done, of how many.

    InputError if the folder holds another run.
    """
    torch.set_num_threads(1)  # of this process, which is the job's own: part of what determines the last bits
    own = folder / job.name
    own.mkdir(parents=True, exist_ok=True)
    with locked(own, wait=True):  # a child of a run that was killed may not have noticed yet
        _perform(job, folder, device, report)


def _perform(job: Job, folder: Path, device: str, report: Callable[[int, int], object]) -> None:
    own, found = folder / job.name, outcome(job, folder)
    if found is not None and not missing(job, found):
        return
    training = Training(job.run, device, job.first, Watch(job, device))
    path = own / CHECKPOINT
    if path.exists():
        try:
            training.restore(checkpoint.read(path))
        except checkpoint.CheckpointError as error:
            raise InputError("out", f"cannot go on from {path}: {error}; delete it to train from the start") from None
    began, updates = perf_counter(), job.run.preset.updates
    document: dict[str, Any] = {"settings": settings(job), "diverged": None}

    def follow(training: Training[Any]) -> None:
        report(training.done, updates)
        if asked.is_set():
            training.check()
            checkpoint.write(path, training.state())
            raise SystemExit(128 + signal.SIGTERM)

    try:
        with noted_interrupts(signal.SIGTERM) as asked:
            train(training, path, follow)
    except Diverged as error:
        document["diverged"] = error.update
    document |= {
        "device": device,
        "environment": {**numeric_environment(), **libraries()},
        "parameters": parameters(training.model, job.run.replicas),
        "seconds": round(perf_counter() - began, 1) if found is None else found["seconds"],
        "watched": rounded([{"update": update, **numbers} for update, numbers in training.watched]),
        "measures": {} if found is None else found["measures"],
    }
    if document["diverged"] is None:
        model = training.fitted().to("cpu")  # test tasks are drawn there: the same ones for every device
        for name in missing(job, document):
            report(updates, updates)
            document["measures"][name] = rounded(MEASURES[name](job.run, model, tasks=job.tests))
    whole = json.dumps(document, indent=1, allow_nan=False)  # ValueError if a loss is not finite: then the job failed
    replace_text(own / RESULT, whole + "\n")


def libraries() -> dict[str, str]:
    """The versions of the competitors' libraries that are installed."""
    found = {}
    for name in ("s5-pytorch", "transformers"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def settings(job: Job) -> Any:
    """What determines a job, as it is kept in its result."""
    return json.loads(json.dumps(rounded({**asdict(job.run), "first": job.first})))  # type: ignore[call-overload]


def outcome(job: Job, folder: Path) -> dict[str, Any] | None:
    """What is known of a job in this folder; None if it has not been finished, InputError if it is another run's."""
    path = folder / job.name / RESULT
    if not path.exists():
        return None
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("out", f"cannot read {path}: {error}; delete it to measure again") from None
    if not isinstance(document, dict) or not all(
        key in document and isinstance(document[key], kind) for key, kind in PARTS.items()
    ):
        raise InputError("out", f"{path} is not the result of a job; delete it to measure again")
    if document["settings"] != settings(job):
        raise InputError("out", f"{path} is of another run; name another folder")
    return document


def missing(job: Job, document: Outcome) -> list[str]:
    """What is still to be measured; nothing if it diverged."""
    return [] if document["diverged"] else [name for name in job.measures if name not in document["measures"]]


def parameters(model: nn.Module, replicas: int) -> int:
    """How many real numbers one replica learns; a complex number is two."""
    return sum(p.numel() * (2 if p.is_complex() else 1) for p in model.parameters()) // replicas


class Watch:
    """What is noted of a job's model while it is trained, on tasks that all replicas of a seed share."""

    def __init__(self, job: Job, device: str) -> None:
        run = job.run
        own = generator(run.seed, 0, VALIDATION, device)
        self.batch: Batch = run.task.draw(min(WATCHED_TASKS, job.tests), [own], getattr(torch, run.dtype))
        self.replicas = run.replicas
        self.reference: Predictor | None = reference(run) if job.closeness else None

    @torch.no_grad()
    def __call__(self, model: nn.Module) -> dict[str, list[float]]:
        """The loss of each replica and, if they are watched, how close its sensitivities and predictions are."""
        noted = {"loss": squared_error(model(repeated(self.batch, self.replicas)), self.batch)}
        if self.reference is not None:
            few = Batch(*(value[:, :COMPARED_TASKS] for value in vars(self.batch).values()))
            with torch.enable_grad():
                compared: tuple[Tensor, ...] = closeness(model, self.replicas, self.reference, few)
            noted |= dict(zip(("cosine", "sensitivity", "prediction"), compared, strict=True))
            noted["construction"] = squared_error(self.reference(self.batch), self.batch)
        return {name: value.tolist() for name, value in noted.items()}
