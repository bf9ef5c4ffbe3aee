"""How much a decision may do, counted in steps and never in seconds: the same input has the same answer everywhere."""

from __future__ import annotations

from collections.abc import Callable

from gdssm_symbolic.kernel.linear_forms import OutsideLanguage

#: The steps that a decision or a proof may take unless it is told otherwise: half a minute of them at most.
MOST_STEPS = 5_000_000


class TooMuchWork(OutsideLanguage):
    """The question has an answer, but it takes more steps than are allowed; no verdict follows from it."""


class Work:
    """Counts steps: a letter that is written or compared, a node that is visited, a way in which indices are equal.

    `progress` is called with the steps done and the most that may be, now and then.
    """

    def __init__(self, most: int = MOST_STEPS, progress: Callable[[int, int], None] | None = None) -> None:
        self.most = most
        self.done = 0
        self._progress = progress
        self._reported = 0

    def spend(self, steps: int) -> None:
        """Count steps that are about to be taken; TooMuchWork if they are more than what is left."""
        self.done += steps
        if self.done > self.most:
            raise TooMuchWork(f"more than {self.most:,} steps; Work(most=…) allows more, to all that it is given to")
        if self._progress is not None and self.done >= self._reported + 50_000:
            self._reported = self.done
            self._progress(self.done, self.most)
