"""Jobs as processes of one thread each: a few at a time, each in its own process, so that none takes others with it.

A child that can no longer tell its parent how far it is ends itself: when the parent is killed, nothing goes on alone.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import perf_counter
from typing import Protocol

from derivations.background import fresh_processes
from derivations.errors import InputError

from .jobs import Job, Outcome, missing, outcome, perform

#: Imported once, in the process from which all others are forked.
PRELOADED = (
    "derivations.experiments.jobs",
    "s5.s5_model",
    "transformers.models.mamba.modeling_mamba",
    "transformers.models.mamba2.modeling_mamba2",
    "transformers.models.recurrent_gemma.modeling_recurrent_gemma",
    "transformers.models.qwen3_next.modeling_qwen3_next",
)
#: A child tells its parent how far it is about so often, in seconds.
TOLD_EVERY = 0.5


@dataclass
class Running:
    """A job in its process, and how far it is."""

    job: Job
    process: BaseProcess
    told: Connection
    done: float = 0.0  # the share of its updates
    failure: str = ""


class Follower(Protocol):
    """Who is told how far the jobs are."""

    def on_known(self, jobs: Sequence[Job]) -> object:
        """These had been finished before."""

    def on_change(self, running: Sequence[Running], ended: Sequence[Running]) -> object:
        """These run now, and these have ended since."""


def run_jobs(
    jobs: Sequence[Job], folder: Path, workers: int, device: str, follower: Follower
) -> tuple[dict[str, Outcome], dict[str, str]]:
    """Run all jobs, so many at a time, in the given order: the outcomes by name, and what went wrong by name."""
    outcomes: dict[str, Outcome] = {}
    failures: dict[str, str] = {}
    waiting = []
    for job in jobs:
        try:
            found = outcome(job, folder)
        except InputError as error:
            failures[job.name] = error.message
            continue
        if found is not None and not missing(job, found):
            outcomes[job.name] = found
        else:
            waiting.append(job)
    follower.on_known([job for job in jobs if job not in waiting])
    with _stopped() as running:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_start(waiting.pop(0), folder, device))
            wait([one.told for one in running], timeout=1)
            ended = [one for one in running if not _listen(one)]
            for one in ended:
                running.remove(one)
                found = None if one.failure else outcome(one.job, folder)
                if found is None:
                    one.failure = one.failure or "its process ended without a result"
                    failures[one.job.name] = one.failure
                else:
                    outcomes[one.job.name] = found
            follower.on_change(running, ended)
    return outcomes, failures


@contextmanager
def _stopped() -> Iterator[list[Running]]:
    """The jobs that run; whatever happens, none is left running. What is being trained is written down first."""
    running: list[Running] = []
    try:
        yield running
    finally:
        for one in running:
            one.process.terminate()
        for one in running:
            one.process.join()


def _start(job: Job, folder: Path, device: str) -> Running:
    context = fresh_processes(PRELOADED)
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(job, folder, device, tell), name=job.name, daemon=True)
    process.start()
    tell.close()
    return Running(job, process, told)


def _listen(one: Running) -> bool:
    """Take in what a child has told; does it go on?"""
    try:
        while one.told.poll():
            message = one.told.recv()
            if isinstance(message, str):
                one.failure = message
            else:
                one.done = message
    except (EOFError, OSError):  # the child's end is closed: it has ended
        one.process.join()
        if one.process.exitcode and not one.failure:
            one.failure = f"its process ended with status {one.process.exitcode}"
        one.told.close()
        return False
    return True


def _child(job: Job, folder: Path, device: str, tell: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends its children
    last = 0.0

    def report(done: int, updates: int) -> None:
        nonlocal last
        if perf_counter() - last > TOLD_EVERY:
            last = perf_counter()
            try:
                tell.send(done / updates)
            except OSError:  # nobody listens any more
                raise SystemExit(1) from None

    try:
        perform(job, folder, device, report)
    except InputError as error:
        tell.send(error.message)
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        traceback.print_exc()
        tell.send(f"{type(error).__name__}: {error}")
    finally:
        tell.close()
