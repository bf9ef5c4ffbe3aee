"""What the commands share: output, progress, common options, and the claims that are named."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from derivations.errors import InputError

if TYPE_CHECKING:
    from rich.progress import Progress

    from derivations.claim import Claim

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


def choose(ids: Sequence[str]) -> list[Claim]:
    """The claims with these ids, in the paper's order and each once; all of them if none is named."""
    from derivations.claims import CLAIMS

    wanted = {name.upper() for name in ids}
    for name in ids:
        if name.upper() not in CLAIMS:
            near = difflib.get_close_matches(name.upper(), CLAIMS, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else f"the claims are {', '.join(CLAIMS)}"
            if (of := name.upper().partition(".")[0]) in CLAIMS:  # the id of a reading or a theorem
                hint = f"{name} is part of {of}, so name {of}"
            raise InputError("claim", f"there is no claim {name!r}; {hint}")
    return [claim for key, claim in CLAIMS.items() if not wanted or key in wanted]


def needs_torch(what: str) -> None:
    """InputError if PyTorch is not installed."""
    from importlib.util import find_spec

    if find_spec("torch") is None:
        raise InputError("torch", f"{what} needs PyTorch: pip install 'gdssm[numeric]'")


def progress_bar() -> Progress:
    """What is going on, on standard error; nothing if that is not a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def print_json(document: dict[str, Any]) -> None:
    """The one document that goes to standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def complain(message: str) -> str:
    """Say what is wrong on one line of standard error, and return the line."""
    line = " ".join(message.split())
    print(f"gdssm: {line}", file=sys.stderr)
    return line


def fail(status: int, key: str, message: str, command: str, given: Sequence[str]) -> int:
    """Say what went wrong, on one line and with --json in one document, and return the exit status."""
    line = complain(message)
    if "--json" in given:
        from derivations.json_document import document

        print_json(document(command, error={"key": key, "message": line}))
    return status
