"""Unusable input, told in one line."""

from __future__ import annotations


class InputError(Exception):
    """Unusable input: which part of it is at fault, and what to do about it."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key
        self.message = message
