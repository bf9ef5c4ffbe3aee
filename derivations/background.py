"""Plain values that a copy of this process computes beside it, on another core.

Theorems cannot be sent between processes, on purpose. A forked copy has them, and sends back texts and numbers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any


def can_fork() -> bool:
    """Whether there is a second core, and a system on which a process can be copied safely."""
    if not hasattr(os, "sched_getaffinity"):  # macOS has fork, but its libraries do not survive it; Windows has none
        return False
    return len(os.sched_getaffinity(0)) > 1


class Background:
    """What `make` returns, computed in a copy of this process; its value has to be picklable."""

    def __init__(self, make: Callable[[], Any]) -> None:
        context = multiprocessing.get_context("fork")
        self._receive, send = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(make, send), daemon=True)
        with warnings.catch_warnings():
            # Python warns if there are threads. The only one is that of a progress bar, which the copy does not touch.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        send.close()
        self._process = process

    def result(self) -> Any:
        """Wait for the value. RuntimeError, with its traceback, if computing it failed; or if the copy was killed."""
        try:
            value, failure = self._receive.recv()
        except EOFError:
            value, failure = None, "the process that computed this was killed"
        self._process.join()
        self._receive.close()
        if failure:
            raise RuntimeError(failure)
        return value


def _work(make: Callable[[], Any], send: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process tells of Ctrl-C, and ends this one
    try:
        found = make(), ""
    except Exception:  # noqa: BLE001 - the boundary of the process: what failed here is raised there
        found = None, traceback.format_exc()
    send.send(found)
    send.close()
