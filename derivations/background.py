"""Plain values that a copy of this process computes beside it, on another core.

Theorems cannot be sent between processes, on purpose. A forked copy has them, and sends back what is told of them.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import traceback
import warnings
from collections.abc import Callable, Collection, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from threading import Thread
from time import sleep
from typing import Any

#: A copy looks so often, in seconds, whether the process that made it is still there.
WATCHED_EVERY = 0.5


def usable_cores(workers: int | None = None) -> int:
    """Return how many copies of this process run at a time: 1 if the system cannot copy a process safely.

    As many as there are cores, if no number is given.
    """
    if not hasattr(os, "sched_getaffinity"):  # macOS has fork, but its libraries do not survive it; Windows has none
        return 1
    return len(os.sched_getaffinity(0)) if workers is None else workers


def fresh_processes(preloaded: Sequence[str]) -> ForkServerContext | SpawnContext:
    """Return how processes are started that share nothing with this one.

    They are forked from one that has imported these modules, which can take seconds; where nothing can be forked, they
    start anew.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preloaded))
    return context


class Background:
    """What `make` returns, computed in a copy of this process; its value has to be picklable."""

    def __init__(self, make: Callable[[], Any]) -> None:
        context = multiprocessing.get_context("fork")
        self._receive, send = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(make, send, os.getpid()), daemon=True)
        # The copy starts, and goes on, with Ctrl-C blocked: the first process tells of it, and ends this one.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with warnings.catch_warnings():
                # Python warns if there are threads. The only one is that of a progress bar; the copy does not touch it.
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        send.close()
        self._process = process

    def end(self) -> None:
        """End the copy; its value is not wanted any more."""
        self._process.terminate()
        self._process.join()
        self._receive.close()

    def result(self) -> Any:
        """Wait for the value. RuntimeError, with its traceback, if computing it failed; or if the copy was killed."""
        try:
            value, failure = self._receive.recv()
        except (EOFError, OSError):  # before it sent anything, or while it did
            value, failure = None, "the process that computed this was killed"
        self._process.join()
        self._receive.close()
        if failure:
            raise RuntimeError(failure)
        return value


def ended_of(running: Collection[Background]) -> list[Background]:
    """Wait until one of the copies ends, and return those that have ended: their values are there, or they failed."""
    ready = wait([one._receive for one in running])
    return [one for one in running if one._receive in ready]


def _work(make: Callable[[], Any], send: Connection, first: int) -> None:
    Thread(target=_end_after, args=(first,), daemon=True).start()
    gc.disable()  # this process ends soon, and looking for garbage takes longer than what it leaves is worth
    try:
        send.send((make(), ""))
    except Exception:  # noqa: BLE001 - the boundary of the process: what failed here is raised there
        send.send((None, traceback.format_exc()))
    send.close()


def _end_after(process: int) -> None:
    """End this copy when the process that made it is gone: killed, it could not end it."""
    while os.getppid() == process:
        sleep(WATCHED_EVERY)
    os._exit(1)
