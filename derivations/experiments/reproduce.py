"""What `gdssm reproduce` does: the jobs of each figure, then its result document and its pictures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from derivations.errors import InputError
from derivations.figures import experiments as pictures
from derivations.figures.gallery import FORMATS
from derivations.figures.plots import written
from derivations.json_document import document
from derivations.training.lock import locked, require_free
from derivations.training.result_document import device_name, rounded, text
from derivations.training.resume import Resume
from derivations.training.run_files import RESULT
from gdssm_numeric.files import replace_file, replace_text

from .efforts import EFFORTS, Effort
from .jobs import Job, Outcome
from .panels import panels
from .plans import FIGURES, jobs, searches
from .pool import Running, run_jobs
from .verdicts import verdicts

#: What the folder of a reproduction holds, beside a folder for each figure.
RUNS, SETTINGS = "runs", "reproduce.json"


def effort_named(name: str) -> Effort:
    """The preset of that name; InputError if there is none."""
    if name not in EFFORTS:
        raise InputError("preset", f"there is no preset {name[:40]!r}; say {', '.join(EFFORTS)}")
    return EFFORTS[name]


def figures_named(name: str) -> tuple[str, ...]:
    """The figures that a name stands for; InputError for an unknown one."""
    if name == "all":
        return FIGURES
    if name not in FIGURES:
        raise InputError("figure", f"there is no figure {name[:40]!r}; say {', '.join(FIGURES)} or all")
    return (name,)


@contextmanager
def open_folder(out: Path, effort: Effort, device: str, resume: Resume | None) -> Iterator[None]:
    """Hold the folder, made or taken up again. InputError, with nothing written, if it cannot be used or is held."""
    with ExitStack() as held:
        try:
            if out.is_dir():
                require_free(out)
            _require_usable(out, effort, device, resume)
            out.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(out))
            if not _require_usable(out, effort, device, resume):  # again: now that nobody else can change it
                replace_text(out / SETTINGS, json.dumps(_settings(effort, device)) + "\n")
        except (OSError, ValueError) as error:
            raise InputError("out", f"cannot use the folder {str(out)[:80]!r}: {error}") from None
        yield


def recorded(out: Path) -> dict[str, str]:
    """Return the preset and the device of the reproduction that a folder holds; empty if it holds none."""
    try:
        held = json.loads((out / SETTINGS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: str(held[key]) for key in ("preset", "device") if key in held} if isinstance(held, dict) else {}


def _settings(effort: Effort, device: str) -> dict[str, str]:
    return {"preset": effort.name, "device": device}


def _require_usable(out: Path, effort: Effort, device: str, resume: Resume | None) -> bool:
    """Is there a reproduction to go on with? InputError if the folder cannot be used."""
    if not out.name:
        raise InputError("out", "name a folder of its own for the reproduction")
    settings, path = _settings(effort, device), out / SETTINGS
    if out.exists() and not out.is_dir():
        raise InputError("out", f"{out} is a file; name a folder")
    for name in (RUNS, *FIGURES):
        if (out / name).exists() and not (out / name).is_dir():
            raise InputError("out", f"{out / name} is a file; name another folder")
    if not path.exists():
        if resume is Resume.ALWAYS:
            raise InputError("resume", f"there is no reproduction in {out}; leave --resume out to start")
        return False
    held = json.loads(path.read_text("utf-8"))
    if resume is None:
        raise InputError("out", f"{out} holds a reproduction; say --resume to go on, or name another folder")
    if held != settings:
        raise InputError("resume", f"{out} holds a reproduction with {_words(held)}, not {_words(settings)}")
    return True


def _words(settings: object) -> str:
    return ", ".join(f"{key} {value}" for key, value in settings.items()) if isinstance(settings, dict) else "nothing"


@dataclass(frozen=True)
class Made:
    """A figure: its document, and what failed in its jobs, by name."""

    document: dict[str, Any]
    failures: Mapping[str, str]


def reproduce(
    figures: Sequence[str], effort: Effort, out: Path, workers: int, device: str, console: Console
) -> list[Made]:
    """Run what each figure needs and write it, one figure after another; the folder is open."""
    with Follow(effort, tuple(figures), console) as follow:
        return [_made(figure, effort, out, workers, device, follow) for figure in figures]


def _made(figure: str, effort: Effort, out: Path, workers: int, device: str, follow: Follow) -> Made:
    found, failures = run_jobs(searches(effort, (figure,)), out / RUNS, workers, device, follow)
    trained, failed = run_jobs(jobs(effort, (figure,), found), out / RUNS, workers, device, follow)
    diverged = {name: f"diverged at update {one['diverged']}" for name, one in trained.items() if one["diverged"]}
    made = Made(figure_document(effort, figure, {**found, **trained}, device), {**failures, **failed, **diverged})
    write(made.document, out / figure)
    return made


def figure_document(effort: Effort, figure: str, results: Mapping[str, Outcome], device: str) -> dict[str, Any]:
    """The result document of a figure."""
    import torch

    shown, failed = panels(effort, figure, results)
    return document(
        "reproduce",
        figure=figure,
        preset=effort.name,
        settings=asdict(effort),
        device=device_name(torch.device(device)),
        environment=environment(results.values()),
        seconds=round(sum(one["seconds"] for one in results.values())),
        verdicts={letter: asdict(verdict) for letter, verdict in verdicts(figure, shown).items()},
        failed=failed,
        panels=rounded(shown),
    )


def environment(results: Iterable[Outcome]) -> dict[str, str]:
    """What all jobs were computed with; two versions of one thing are both named."""
    found: dict[str, set[str]] = {}
    for one in results:
        for name, version in one["environment"].items():
            found.setdefault(name, set()).add(version)
    return {name: ", ".join(sorted(versions)) for name, versions in found.items()}


def write(found: Mapping[str, Any], folder: Path) -> None:
    """Write result.json, and every panel as a picture in every format."""
    folder.mkdir(parents=True, exist_ok=True)
    for letter in found["failed"]:  # a picture of a run before
        for old in (*folder.glob(f"{letter}.*"), *folder.glob(f"{letter}-*")):
            old.unlink()
    for name, panel in found["panels"].items():
        for title, figure in pictures.drawn(name, panel):
            for format in FORMATS:  # noqa: A001 - matplotlib's own word
                replace_file(folder / f"{title}.{format}", written(figure, format))
    replace_text(folder / RESULT, text(dict(found)))


class Follow:
    """How far the jobs are, on standard error: bars on a terminal, a line for each job that ended elsewhere."""

    def __init__(self, effort: Effort, figures: tuple[str, ...], console: Console) -> None:
        planned = {job.name: job for job in searches(effort, figures)}
        planned |= {job.name: job for job in _as_if_searched(effort, figures)}
        self.planned, self.console = planned, console
        self.finished: dict[str, float] = {}  # estimated seconds
        self.began, self.before = perf_counter(), 0.0  # the share that was done when this began
        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.all = self.bar.add_task(self.count(), total=1.0, left="")
        self.bars: dict[str, TaskID] = {}

    def __enter__(self) -> Follow:
        self.bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.bar.stop()

    def on_known(self, known: Sequence[Job]) -> None:
        for job in known:
            self.finished.setdefault(job.name, job.seconds)
            self.planned.setdefault(job.name, job)
        if known:  # the time that has passed was not theirs
            self.before, self.began = self.share(()), perf_counter()

    def on_change(self, running: Sequence[Running], ended: Sequence[Running]) -> None:
        for one in ended:
            self.finished[one.job.name] = one.job.seconds
            if one.job.name in self.bars:
                self.bar.remove_task(self.bars.pop(one.job.name))
            if one.failure or not self.console.is_terminal:
                what = f"failed: {one.failure}" if one.failure else "done"
                self.console.print(
                    f"{one.job.name}: {what} ({self.count()}, {self.left(running)})",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
        for one in running:
            if one.job.name not in self.bars:
                self.bars[one.job.name] = self.bar.add_task(one.job.name, total=1.0, left="")
            self.bar.update(self.bars[one.job.name], completed=one.done)
        self.bar.update(self.all, description=self.count(), completed=self.share(running), left=self.left(running))

    def count(self) -> str:
        """Say how many jobs have ended."""
        return f"{len(self.finished)} of {len(self.planned)} jobs"

    def share(self, running: Sequence[Running]) -> float:
        """How much of all work is done, by the estimates."""
        done = sum(self.finished.values()) + sum(one.done * one.job.seconds for one in running)
        return min(1.0, done / max(sum(job.seconds for job in self.planned.values()), 1e-9))

    def left(self, running: Sequence[Running]) -> str:
        """The time that is left, from the time that has passed."""
        share = self.share(running)
        if share <= self.before:
            return "time left unknown"
        minutes = (perf_counter() - self.began) * (1 - share) / (share - self.before) / 60
        return f"{minutes:.0f} min left" if minutes >= 1 else "less than a minute left"


def _as_if_searched(effort: Effort, figures: tuple[str, ...]) -> list[Job]:
    """The jobs with the first rate for every architecture: as long as those to come."""
    outcome = {"diverged": None, "watched": [{"loss": [0.0]}]}
    return jobs(effort, figures, {job.name: outcome for job in searches(effort, figures)})
