"""What ends a command, told in one line: unusable input, and Ctrl-C."""

from __future__ import annotations


class InputError(Exception):
    """Unusable input: which part of it is at fault, and what to do about it."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message

    def within(self, file: str) -> InputError:
        """Return the same, said of a file."""
        return InputError(self.key, f"{file}: {self.key}: {self.message}")


class Interrupted(Exception):
    """Ctrl-C: what stands, and how to go on."""
