"""What the commands share: output, progress, common options, and the claims that are named."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derivations.errors import InputError, Interrupted
from derivations.terminal import complain, has_unicode, spelled, width

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
