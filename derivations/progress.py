"""How far a command is, on standard error."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

from rich.console import Console

from .terminal import complain, has_unicode, spelled

#: Where there is no terminal, a line says how far a command is after so many seconds, and then every so many.
FIRST_LINE, NEXT_LINES = 2.0, 30.0


@dataclass
class Clock:
    """Since when a command runs, and whether it was said that it starts."""

    began: float
    said: bool = False


#: The clock of the command that runs; without one, each part of what a program asks for has its own.
_CLOCK: ContextVar[Clock | None] = ContextVar("clock", default=None)


@contextmanager
def one_clock() -> Iterator[None]:
    """Count the time of a command from here on, whatever its parts are."""
    before = _CLOCK.set(Clock(monotonic()))
    try:
        yield
    finally:
        _CLOCK.reset(before)


class Steps:
    """How far a command is, on standard error, as "3 of 17: P3": a bar on a terminal, elsewhere a line now and then.

    What is done in two seconds says nothing there, so that logs stay short. Without a total, steps are not counted.
    """

    def __init__(self, total: int | None = None) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.table import Column

        console = Console(stderr=True)  # at the width of the terminal, which may change meanwhile
        spinner = SpinnerColumn("dots" if has_unicode(sys.stderr) else "line")
        said = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
        self.bar = Progress(
            *(spinner, said, TimeElapsedColumn()), console=console, transient=True, disable=not console.is_terminal
        )
        self.task = self.bar.add_task("", total=total)
        self.total, self.number, self.now, self.more = total, 0, "", ""
        self._clock = _CLOCK.get() or Clock(monotonic())
        self._ended = Event()
        self._lines = Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Steps:
        try:
            self.bar.start()
        except KeyboardInterrupt:  # `with` does not call __exit__ then, and the cursor would stay hidden
            self.bar.stop()
            raise
        if self.bar.disable:
            self._lines.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.bar.stop()
        self._ended.set()
        if self.bar.disable:
            self._lines.join()  # what is said after this comes after its lines

    def _tell(self) -> None:
        wait = FIRST_LINE
        while not self._ended.wait(wait):
            once = self.total is None  # it starts, and there is nothing more to say of that
            if self.now and not (once and self._clock.said):
                complain(f"{self.state()}; {monotonic() - self._clock.began:.0f} s so far")
                self._clock.said = self._clock.said or once
            wait = NEXT_LINES

    def begin(self, what: str) -> None:
        """The next step begins."""
        self.at(self.number + 1, what)

    def at(self, number: int, what: str) -> None:
        """So many steps are done, or the last of them is being done; what runs has this name."""
        self.number, self.now = number, what
        self.say("")

    def say(self, more: str) -> None:
        """How far the step is."""
        self.more = more
        self.bar.update(self.task, description=spelled(self.state(), sys.stderr))

    def state(self) -> str:
        """Which step it is at, and how far that is."""
        counted = "" if self.total is None else f"{self.number} of {self.total}: "
        return f"{counted}{self.now}{self.more}"


@contextmanager
def starting() -> Iterator[None]:
    """Say that something starts, where importing what it needs can take seconds, and nothing can be counted.

    What is imported stays to the end, so that the collector of garbage need not look at it, now or later.
    """
    steps = Steps()
    steps.begin("starting")
    gc.disable()
    try:
        with steps:
            yield
    finally:
        gc.freeze()
        gc.enable()
