"""Ctrl-C between two updates: what is being done is finished first, so that it can be saved whole."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType


@contextmanager
def noted_interrupts() -> Iterator[Event]:
    """Let Ctrl-C set an event and nothing else; a second Ctrl-C interrupts at once.

    Nothing is changed where Ctrl-C does not raise KeyboardInterrupt: outside the main thread, and where it is ignored.
    """
    asked, usual = Event(), signal.default_int_handler

    def note(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, usual)
        asked.set()

    if current_thread() is not main_thread() or signal.getsignal(signal.SIGINT) is not usual:
        yield asked
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, usual)
