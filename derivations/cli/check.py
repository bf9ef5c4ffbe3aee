"""`gdssm check`: constructions of one's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from derivations.errors import InputError

from .console import Json, complain, print_json, progress_bar

if TYPE_CHECKING:
    from derivations.constructions.check import Checked

#: Exit status of `gdssm check`, the gravest first.
STATUS_OF_CHECK = {"unusable": 2, "refuted": 1, "undecided": 3}


def check(
    files: Annotated[list[str] | None, typer.Argument(help="Construction files; - reads standard input.")] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a commented file that is proved, for P1, P2 or P3, and stop.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Prove or refute that your own construction computes gradient descent, for all f, N ≥ 1 and all η.

    A construction is a small TOML file: tokens, windows, decay, Q, q and the output's factor, with entries that are
    rational functions of eta, N and f. Start from one that is proved, change it, and see the verdict change:

        gdssm check --template P2 > mine.toml
        gdssm check mine.toml

    A construction that is wrong comes back with a counterexample, and with what it computes instead. The exit status is
    0 if all are proved, 1 if one is refuted, 2 if one cannot be read, 3 if one is undecided.
    """
    if template:
        return print_template(files or ["P2"], as_json)
    if not files:
        raise InputError("files", "name a construction file, or - for standard input; --template prints one")
    if files.count("-") > 1:
        raise InputError("files", "standard input can be read once")
    found = check_files(files)
    if len(files) == 1 and isinstance(found[0], InputError):
        raise InputError(found[0].key, f"{files[0]}: {found[0].key}: {found[0].message}")
    for name, result in zip(files, found, strict=True):
        if isinstance(result, InputError):
            complain(f"{name}: {result.key}: {result.message}")
    print_checks(Console(stderr=as_json), files, found)
    if as_json:
        print_json(checks_document(files, found))
    return checks_status(found)


def print_template(names: Sequence[str], as_json: bool) -> int:
    """The commented file for P1, P2 or P3."""
    from derivations.constructions.toml_file import TEMPLATES
    from derivations.json_document import document

    name = names[0].upper()
    if len(names) > 1 or name not in TEMPLATES:
        raise InputError("template", f"a template is one of {', '.join(TEMPLATES)}, not {' '.join(names)!r}")
    if as_json:
        print_json(document("check", template=name, text=TEMPLATES[name]))
    else:
        sys.stdout.write(TEMPLATES[name])
    return 0


def check_files(files: Sequence[str]) -> list[Checked | InputError]:
    """Each file checked, or why it cannot be; what one holds does not keep the others from being checked."""
    from derivations.constructions.check import check as check_construction
    from derivations.constructions.toml_file import load

    found: list[Checked | InputError] = []
    with progress_bar() as progress:
        task = progress.add_task("", total=len(files))
        for name in files:
            progress.update(task, description=name)

            def follow(done: int, most: int, name: str = name) -> None:
                described = f"{name}: searching, {done // 10**6} of at most {most // 10**6} million steps"
                progress.update(task, description=described)

            try:
                found.append(check_construction(load(name), follow))
            except InputError as error:
                found.append(error)
    return found


def print_checks(console: Console, files: Sequence[str], found: Sequence[Checked | InputError]) -> None:
    """One construction in full; several as a table."""
    from rich.table import Table
    from rich.text import Text

    if len(files) == 1 and not isinstance(found[0], InputError):
        console.print(f"{files[0]}: {found[0]}", markup=False, highlight=False, soft_wrap=True)
        return
    table = Table("construction", "verdict", "evidence", "computes")
    for name, result in zip(files, found, strict=True):
        if isinstance(result, InputError):
            cells = name, "unusable", f"{result.key}: {result.message}", ""
        else:
            cells = name, result.verdict.value, result.evidence, result.computes
        table.add_row(*map(Text, cells))
    console.print(table)


def checks_document(files: Sequence[str], found: Sequence[Checked | InputError]) -> dict[str, Any]:
    """What `gdssm check --json` prints: one verdict, or a list of them."""
    from derivations.constructions.check import check_entry
    from derivations.json_document import document

    entries: list[dict[str, Any]] = []
    for name, result in zip(files, found, strict=True):
        if isinstance(result, InputError):
            entries.append({"file": name, "error": {"key": result.key, "message": result.message}})
        else:
            entries.append({"file": name, **check_entry(result)})
    return document("check", **entries[0]) if len(files) == 1 else document("check", constructions=entries)


def checks_status(found: Sequence[Checked | InputError]) -> int:
    """2 if a file cannot be read, 1 if a construction is refuted, 3 if one is undecided, 0 if all are proved."""
    verdicts = ["unusable" if isinstance(result, InputError) else result.verdict.value for result in found]
    return next((status for word, status in STATUS_OF_CHECK.items() if word in verdicts), 0)
