"""A limit on work, counted in steps and not in seconds, so that the same input has the same answer everywhere."""

from __future__ import annotations

from collections.abc import Callable

from .exact import class_of
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
        if type(most) is not int:
            raise TypeError("a number of steps is an int")
        self.most, self.done, self._progress = most, 0, progress

    def spend(self, steps: int) -> None:
        """Count steps that are about to be taken. Raises TooMuchWork if fewer are left."""
        self.done += steps
        if self.done > self.most:
            raise TooMuchWork(f"more than {self.most:,} steps; Work(most=…) allows more, to all that it is given to")
        if self._progress is not None and self.done // EVERY > (self.done - steps) // EVERY:
            try:
                self._progress(self.done, self.most)
            except StopIteration as error:  # which `map` takes for its end
                raise RuntimeError("what tells the progress ended an iteration of the checker") from error


def counter(work: Work | None) -> Work:
    """Return the counter, or a new one. Raises TypeError for another class than Work, which could count otherwise."""
    if work is not None and class_of(work) is not Work:
        raise TypeError(f"{type(work).__name__} is no Work")
    return work or Work()
