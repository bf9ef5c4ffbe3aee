"""What ends a command, told in one line: unusable input, and Ctrl-C."""

from __future__ import annotations

#: Of a key that is shown as it is.
LONGEST_KEY = 80


class InputError(Exception):
    """Unusable input: which part of it is at fault, and what to do about it.

    As a text it is both. A key is shown on one line of a terminal: quoted and shortened if it is empty, long, or has
    characters that a terminal would obey.
    """

    def __init__(self, key: str, message: str, *, file: str = "") -> None:
        shown = key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 3]}..."
        self.key = shown if shown.isprintable() and shown else repr(shown)
        named = f"{self.key}: {message}"
        self.message = f"{file}: {named}" if file else message
        super().__init__(self.message if file else named)

    def within(self, file: str) -> InputError:
        """Return the same, said of a file, which the message then names, with the key."""
        return InputError(self.key, self.message, file=file)


class Interrupted(Exception):
    """Ctrl-C: what stands, and how to go on."""
