"""`gdssm check`: constructions of one's own."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derivations.errors import InputError
from derivations.terminal import Screen, print_fields, print_lines, print_table, spelled

from .console import Json, Steps, complain, conclude, interruptible, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from derivations.constructions.check import Checked
    from derivations.constructions.toml_file import Construction

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
    print_checks(Screen(stderr=as_json), files, found)
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
        sys.stdout.write(spelled(TEMPLATES[name], sys.stdout))
        conclude(f"This is a construction that computes {name}; save it as mine.toml and say gdssm check mine.toml.")
    return 0


def check_files(files: Sequence[str]) -> list[Checked | InputError]:
    """Each file checked, or why it cannot be; what one holds does not keep the others from being checked.

    All are read first, so that what cannot be read is said before the work. InputError if there is no other file.
    """
    from derivations.constructions.check import check as check_construction
    from derivations.constructions.toml_file import load

    read: list[Construction | InputError] = []
    for name in files:
        try:
            read.append(load(name))
        except InputError as error:
            if len(files) == 1:
                raise error.within(name) from None
            complain(error.within(name).message)
            read.append(error)
    found: list[Checked | InputError] = []

    def stands() -> str:
        done = [f"{name}: {_word(one)}" for name, one in zip(files, found, strict=False)]
        stood = f" {'; '.join(done)};" if done else " No file is checked yet;"
        return f"interrupted at {steps.now}, file {steps.number} of {steps.total}.{stood} name the others to go on"

    with Steps(len(files)) as steps, interruptible(stands):
        for name, one in zip(files, read, strict=True):
            steps.begin(name)

            def follow(done: int, most: int) -> None:
                steps.say(f", searching, {done // 10**6} of at most {most // 10**6} million steps")

            found.append(one if isinstance(one, InputError) else check_construction(one, follow))
    return found


def _word(one: Checked | InputError) -> str:
    return "unusable" if isinstance(one, InputError) else one.verdict.value


def print_checks(console: Console, files: Sequence[str], found: Sequence[Checked | InputError]) -> None:
    """One construction in full; several as a table, and how many came out in which way."""
    if len(files) == 1 and not isinstance(found[0], InputError):
        fields = found[0].fields()
        print_fields(console, f"{files[0]}: {found[0].verdict}", fields, max(len(name) for name, _ in fields))
        return
    cells = [
        (name, _word(one), f"{one.key}: {one.message}", "")
        if isinstance(one, InputError)
        else (name, _word(one), one.evidence + (f"; targets {one.targets}" if one.targets else ""), one.computes)
        for name, one in zip(files, found, strict=True)
    ]
    print_table(console, ("construction", "verdict", "evidence", "computes"), cells)
    counts = Counter(map(_word, found))
    print_lines(console, f"Of {len(files)} files: {', '.join(f'{count} {word}' for word, count in counts.items())}.")


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
    verdicts = list(map(_word, found))
    return next((status for word, status in STATUS_OF_CHECK.items() if word in verdicts), 0)
