"""The screen that a reader sees: how wide it is, which characters it has, and tables and lines that fit it."""

from __future__ import annotations

import errno
import os
import sys
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: The width of what goes to a file or a pipe.
WITHOUT_A_TERMINAL = 100
#: Less than this is not asked of any layout.
LEAST = 20
#: Between two columns of a table, and the indentation of what stands below a heading.
GAP, INDENT = 2, 4


def width(stream: IO[str] | None) -> int:
    """Return the columns of the stream: COLUMNS where it is set, else those of its terminal; without one, 100."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return max(LEAST, int(asked))
    try:
        found = os.get_terminal_size(stream.fileno()).columns if stream is not None else 0
    except (OSError, ValueError, AttributeError):  # no terminal; a stream that was closed; one without a file
        found = 0
    return max(LEAST, found) if found else WITHOUT_A_TERMINAL


def has_unicode(stream: IO[str] | None) -> bool:
    """Return whether the stream takes every character (as Rich decides it, for the lines of boxes)."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")


def spelled(text: str, stream: IO[str] | None) -> str:
    """Return the text as the stream can show it: in ASCII where there is no more."""
    if has_unicode(stream):
        return text
    from gdssm_symbolic.writing.spelling import in_ascii

    return in_ascii(text)


def complain(message: str) -> str:
    """Say in one line of standard error what is wrong, and return the line."""
    line = " ".join(message.split())
    _print_to_stderr(f"gdssm: {line}")
    return line


def conclude(message: str) -> None:
    """Say in one line of standard error what came out, where standard output holds a document for another program."""
    sys.stdout.flush()  # and in this order; what cannot be written has not come out
    _print_to_stderr(message)


def _print_to_stderr(line: str) -> None:
    """Print a line; on a terminal it goes on below where the screen ends, and words stay whole."""
    try:
        shown = spelled(line, sys.stderr)
        print("\n".join(_wrapped(shown, width(sys.stderr), "", "")) if sys.stderr.isatty() else shown, file=sys.stderr)
    except OSError:  # nobody reads it, and there is nowhere else to say so
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process lives


class Screen(Console):
    """Rich's console at the width of its stream."""

    def __init__(self, *, stderr: bool = False, **options: Any) -> None:
        super().__init__(stderr=stderr, width=width(sys.stderr if stderr else sys.stdout), **options)

    def on_broken_pipe(self) -> None:
        """Leave it to the command line to say so: Rich itself would end the process without a word."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def print_lines(console: Console, text: str, style: str = "", hanging: int = 0) -> None:
    """Print lines, each broken between words where the screen ends; what goes on is indented so far."""
    for line in spelled(text, console.file).split("\n"):
        for part in _wrapped(line, console.width, "", " " * hanging):
            console.print(Text(part), style=style, soft_wrap=True)


def print_fields(console: Console, heading: str, fields: Iterable[tuple[str, str]], label: int) -> None:
    """Print a heading, and below it a line for each field that is not empty, the names in so many columns.

    What is longer than a line is broken where it has line ends; what is then longer still, between words.
    """
    print_lines(console, heading, hanging=INDENT)
    for name, told in fields:
        if told:
            begin = " " * INDENT + name.ljust(label + GAP)
            further = " " * len(begin)
            lines = spelled(told, console.file).split("\n")
            if len(begin) + cell_len(" ".join(lines)) <= console.width:
                lines = [" ".join(lines)]
            hanging = further + " " * GAP * (len(lines) > 1)
            for opened, line in zip((begin, *[further] * (len(lines) - 1)), lines, strict=True):
                for part in _wrapped(line, console.width, opened, hanging):
                    console.print(Text(part), soft_wrap=True)


def print_table(
    console: Console, header: Sequence[str], rows: Iterable[Sequence[str]], styles: Iterable[str] = ()
) -> None:
    """Print a table in which no word is cut; where the screen is too narrow for one, each row below its first cell."""
    cells = [[spelled(cell, console.file) for cell in row] for row in rows]
    widths = column_widths([header, *cells], console.width - GAP * (len(header) - 1))
    if widths is None:
        for first, *others in cells:
            print_fields(console, first, zip(header[1:], others, strict=True), max(map(len, header[1:])))
        return
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False)
    for name, columns in zip(header, widths, strict=True):
        table.add_column(name, width=columns)
    every = list(styles) or [""] * len(cells)
    for row, style in zip(cells, every, strict=True):
        table.add_row(*map(Text, row), style=style)
    for line in console.render_lines(table, pad=False):
        told = Text.assemble(*((part.text, part.style or "") for part in line))
        told.rstrip()  # a cell is as wide as its column
        console.print(told, soft_wrap=True)


def column_widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return widths in which no word is cut and the table has few lines; None if the room is too small.

    All wide columns alike; or one of them narrower or wider than the others.
    """
    columns = [[tuple(map(cell_len, cell.split())) for cell in column] for column in zip(*rows, strict=True)]
    least = [max(max(words, default=0) for words in column) for column in columns]
    most = [max(_whole(words) for words in column) for column in columns]
    if sum(least) > room:
        return None
    choices = [_alike(least, most, room)]
    for k, (low, high) in enumerate(zip(least, most, strict=True)):
        for chosen in range(low, high + 1):
            widths = _alike([*least[:k], chosen, *least[k + 1 :]], [*most[:k], chosen, *most[k + 1 :]], room)
            if sum(widths) > room:
                break
            choices.append(widths)

    def height(widths: list[int]) -> int:
        lines = (map(_lines, column, [width] * len(column)) for column, width in zip(columns, widths, strict=True))
        return sum(map(max, zip(*lines, strict=True)))

    return min(choices, key=height)


def _alike(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Return widths up to the largest common limit at which they have room, but none below the least."""
    for limit in range(room, 0, -1):
        widths = [max(low, min(high, limit)) for low, high in zip(least, most, strict=True)]
        if sum(widths) <= room:
            break
    return widths


def _whole(words: tuple[int, ...]) -> int:
    return sum(words) + max(0, len(words) - 1)


@cache
def _lines(words: tuple[int, ...], width: int) -> int:
    """Return how many lines words of these lengths take."""
    count, used = 1, -1
    for word in words:
        if used + 1 + word > width:
            count, used = count + 1, -1
        used += 1 + word
    return count


def _wrapped(line: str, columns: int, first: str, further: str) -> list[str]:
    return textwrap.wrap(
        line,
        columns,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
