"""A limit on work, counted in steps and not in seconds, so that the same input has the same answer everywhere."""

from __future__ import annotations

from collections.abc import Callable

from .linear_forms import OutsideLanguage

#: How many steps a decision or a proof may take by default; they take half a minute at most.
MOST_STEPS = 5_000_000
#: Progress is told whenever so many steps more are done.
EVERY = 50_000


class TooMuchWork(OutsideLanguage):
    """Raised if finding the answer would take more steps than are allowed; no verdict follows from it."""


class Work:
    """A counter of steps: letters that are written or compared, nodes that are visited, partitions that are tried.

    `progress` is called now and then, with the number of steps done and the limit.
    """

    def __init__(self, most: int = MOST_STEPS, progress: Callable[[int, int], None] | None = None) -> None:
        self.most = most
        self.done = 0
        self._progress = progress

    def spend(self, steps: int) -> None:
        """Count steps that are about to be taken. Raises TooMuchWork if fewer are left."""
        self.done += steps
        if self.done > self.most:
            raise TooMuchWork(f"more than {self.most:,} steps; Work(most=…) allows more, to all that it is given to")
        if self._progress is not None and self.done // EVERY > (self.done - steps) // EVERY:
            self._progress(self.done, self.most)
