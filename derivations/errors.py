"""What ends a command, told in one line: unusable input, and Ctrl-C."""

from __future__ import annotations

#: Of a key that is shown as it is.
LONGEST_KEY = 80


class InputError(Exception):
    """Unusable input: which part of it is at fault, and what to do about it.

    A key is shown on one line of a terminal: quoted and shortened if it is empty, long, or has characters that a
    terminal would obey.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        shown = key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 3]}..."
        self.key = shown if shown.isprintable() and shown else repr(shown)
        self.message = message

    def within(self, file: str) -> InputError:
        """Return the same, said of a file."""
        return InputError(self.key, f"{file}: {self.key}: {self.message}")


class Interrupted(Exception):
    """Ctrl-C: what stands, and how to go on."""
