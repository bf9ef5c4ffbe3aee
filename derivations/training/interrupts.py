"""A signal to stop, between two updates: what is being done is finished first, so that it can be saved whole."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType
from typing import Any

#: What a process does when a signal comes, if nothing else was said: Ctrl-C raises KeyboardInterrupt.
USUAL: Mapping[int, Callable[[int, FrameType | None], Any] | signal.Handlers] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
}


@contextmanager
def noted_interrupts(number: signal.Signals = signal.SIGINT) -> Iterator[Event]:
    """Let Ctrl-C, or SIGTERM, set an event and nothing else; the second one does what it usually does, at once.

    Nothing is changed where it does not do the usual: outside the main thread, and where it is ignored.
    """
    asked, usual = Event(), USUAL[number]

    def note(_number: int, _frame: FrameType | None) -> None:
        signal.signal(number, usual)
        asked.set()

    if current_thread() is not main_thread() or signal.getsignal(number) is not usual:
        yield asked
        return
    signal.signal(number, note)
    try:
        yield asked
    finally:
        signal.signal(number, usual)
