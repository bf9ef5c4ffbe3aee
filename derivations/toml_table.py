"""A TOML file from outside, read with limits: what it holds is data, and no file takes long."""

from __future__ import annotations

import difflib
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from .errors import InputError

LARGEST_FILE = 100_000  # bytes
MOST_DOTS = 1_000  # a dotted key a.a.a… takes tomllib quadratic time
#: Keys of TOML are ASCII; who writes a Greek letter is told the key.
LETTERS = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "η": "eta", "θ": "theta"}
LETTERS |= {"λ": "lambda", "μ": "mu", "Λ": "Lambda", "Ψ": "Psi", "Θ": "Theta", "Q̃": "Q_tilde"}


def read_toml(path: str) -> dict[str, object]:
    """Return the table that a file holds; - is standard input.

    Raises:
        InputError: there is no such file, it is too large, or it is not TOML.
    """
    if path == "-":
        if sys.stdin is None:
            raise InputError("file", "standard input is closed")
        return _read(sys.stdin.buffer)
    try:
        with Path(path).open("rb") as file:
            return _read(file)
    except (OSError, ValueError) as error:  # a ValueError: the path holds a character that no path can
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError("file", f"cannot be read: {reason}") from error


def _read(file: BinaryIO) -> dict[str, object]:
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise InputError("file", f"larger than {LARGEST_FILE} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("toml", "not UTF-8 text") from error
    return parse_toml(text)


def parse_toml(text: str) -> dict[str, object]:
    """Return the table that a text in TOML holds. Raises InputError if it is not TOML or exceeds a limit."""
    if text.count(".") > MOST_DOTS:
        raise InputError("toml", f"more than {MOST_DOTS} dots")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        letters = [letter for letter in LETTERS if re.search(rf"^[ \t]*{letter}[ \t]*=", text, flags=re.MULTILINE)]
        hint = f"; write {LETTERS[letters[0]]} for {letters[0]}" if letters else ""
        raise InputError("toml", f"{error}{hint}") from error
    except RecursionError as error:
        raise InputError("toml", "nested too deeply") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise InputError("toml", f"a number is too long: {error}") from error


def shortened(text: str) -> str:
    """Text from a file, quoted, at most so long that the line it is shown on stays one."""
    return repr(text if len(text) <= 40 else f"{text[:37]}...")


def meant(word: str, known: Iterable[str], kind: str, *, every: bool = False) -> str:
    """Return what to write instead of an unknown word: the nearest known one, or the list of them; `every`: both."""
    listed = list(known)
    near = difflib.get_close_matches(word, listed, n=1, cutoff=0.5)
    if near and not every:
        return f"did you mean {near[0]}?"
    return f"{f'did you mean {near[0]}? ' if near else ''}the {kind} are {', '.join(listed)}"
