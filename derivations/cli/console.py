"""What the commands share: output, progress, common options, and the claims that are named."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from derivations.errors import InputError, Interrupted
from derivations.terminal import has_unicode, spelled, width

if TYPE_CHECKING:
    from derivations.claim import Claim
    from gdssm_symbolic.writing.documents import Block

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else there.")]

#: What `--device` takes.
DEVICES = "cpu; or what PyTorch finds, such as cuda, cuda:1, mps or xpu; or auto: the accelerator if there is one."

#: How a row is shown that did not come out as it should.
ALARM = "bold red"


class Format(StrEnum):
    """How a derivation is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    LATEX = "latex"


def among(words: Sequence[str]) -> Callable[[str], list[str]]:
    """What a shell completes to one of these words."""
    return lambda incomplete: [word for word in words if word.startswith(incomplete)]


def claim_ids(incomplete: str) -> list[str]:
    """The ids of claims that begin so, for a shell."""
    from derivations.paper.id_list import RETIRED, listed

    return [key for key in listed() if key != RETIRED and key.startswith(incomplete.upper())]


def choose(ids: Sequence[str]) -> list[Claim]:
    """The claims with these ids, or about these places, in the paper's order and each once; all if none is named."""
    from derivations.claims import CLAIMS
    from derivations.paper.meant import meant

    wanted: set[str] = set()
    for name in ids:
        of, dot, _ = name.strip().upper().partition(".")
        if dot and of in CLAIMS:  # the id of a reading or a theorem
            raise InputError("claim", f"there is no claim {name!r}; {name} is part of {of}, so name {of}")
        wanted.update(meant(name).ids)
    return [claim for key, claim in CLAIMS.items() if not wanted or key in wanted]


def needs_torch(what: str) -> None:
    """InputError if PyTorch is not installed."""
    from importlib.util import find_spec

    if find_spec("torch") is None:
        raise InputError("torch", f"{what} needs PyTorch: pip install 'gdssm[numeric]'")


#: Where there is no terminal, a line says how far a command is after so many seconds, and then every so many.
FIRST_LINE, NEXT_LINES = 2.0, 10.0


class Steps:
    """How far a command is, on standard error, as "3 of 17: P3": a bar on a terminal, elsewhere a line now and then.

    What is done in two seconds says nothing there, so that logs stay short.
    """

    def __init__(self, total: int) -> None:
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
        self._ended = Event()
        self._lines = Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Steps:
        self.bar.start()
        if self.bar.disable:
            self._lines.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.bar.stop()
        self._ended.set()
        if self.bar.disable:
            self._lines.join()  # what is said after this comes after its lines

    def _tell(self) -> None:
        began, wait = monotonic(), FIRST_LINE
        while not self._ended.wait(wait):
            if self.now:
                complain(f"{self.state()}; {monotonic() - began:.0f} s so far")
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
        return f"{self.number} of {self.total}: {self.now}{self.more}"


@contextmanager
def interruptible(stands: Callable[[], str]) -> Iterator[None]:
    """Turn Ctrl-C into one line, which says what stands and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(stands()) from None


def written(form: str, document: Iterable[Block]) -> str:
    """The document in a format; plain text as the screen has room and characters for it."""
    from gdssm_symbolic.writing.documents import WRITERS, write_text

    if form == Format.TEXT:
        return write_text(document, width(sys.stdout), ascii_only=not has_unicode(sys.stdout))
    return spelled(WRITERS[form](document), sys.stdout)


def print_json(document: dict[str, Any]) -> None:
    """The one document that goes to standard output."""
    print(json.dumps(document, ensure_ascii=not has_unicode(sys.stdout), indent=2))


def conclude(message: str) -> None:
    """Say in one line of standard error what came out, where standard output holds a document for another program."""
    sys.stdout.flush()  # and in this order; what cannot be written has not come out
    _print_to_stderr(message)


def complain(message: str) -> str:
    """Say what is wrong on one line of standard error, and return the line."""
    line = " ".join(message.split())
    _print_to_stderr(f"gdssm: {line}")
    return line


def _print_to_stderr(line: str) -> None:
    try:
        print(spelled(line, sys.stderr), file=sys.stderr)
    except OSError:  # nobody reads it, and there is nowhere else to say so
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process lives


def folder_for(out: str, *files: str) -> Path:
    """Return the folder of --out; InputError, with nothing written, if it or one of its files cannot be written."""
    folder = Path(out)
    if not out.strip():
        raise InputError("out", "--out is empty: name a folder of its own")
    try:
        for held in (folder, *folder.parents):
            if held.is_dir():
                break
            if held.exists() or held.is_symlink():
                raise InputError("out", f"{held} is a file; name a folder")
        taken = next((folder / name for name in files if (folder / name).is_dir()), None)
    except (OSError, ValueError) as error:
        raise InputError("out", f"{out[:40]!r} cannot be the name of a folder: {error}") from None
    if not os.access(held, os.W_OK | os.X_OK):
        raise InputError("out", f"cannot write to the folder {held}; name another one")
    if taken is not None:
        raise InputError("out", f"{taken} is a folder where a file is to be; name another folder")
    return folder


def usage_error(error: typer.TyperException) -> InputError:
    """Return what Typer finds wrong with the words of a command, as unusable input."""
    key = getattr(getattr(error, "param", None), "name", None) or "usage"
    return InputError(key, error.format_message().replace("Value error, ", ""))


def fail(status: int, key: str, message: str, command: str, given: Sequence[str]) -> int:
    """Say what went wrong, on one line and with --json in one document, and return the exit status."""
    line = complain(message)
    if "--json" in given:
        from derivations.json_document import document

        print_json(document(command, error={"key": key, "message": line}))
    return status
