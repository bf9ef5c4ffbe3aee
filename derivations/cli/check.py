"""`gdssm check`: constructions and recurrences of one's own."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from derivations.errors import InputError
from derivations.progress import Steps
from derivations.recurrences.templates import TEMPLATES as RECURRENCES
from derivations.terminal import Screen, complain, conclude, print_fields, print_lines, print_table, spelled
from derivations.toml_table import meant, shortened

from .console import Json, interruptible, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from derivations.constructions.check import Checked as CheckedConstruction
    from derivations.constructions.toml_file import Construction
    from derivations.recurrences.check import Checked as CheckedRecurrence
    from derivations.recurrences.toml_file import Stated

    Checked = CheckedConstruction | CheckedRecurrence

One = TypeVar("One")

#: Exit status of `gdssm check`, the gravest first.
STATUS_OF_CHECK = {"unusable": 2, "refuted": 1, "undecided": 3}


def check(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files, or the name of a template; - reads standard input.")
    ] = None,
    template: Annotated[
        bool,
        typer.Option(
            "--template",
            help="Print a commented file that is proved, and stop. The name is that of a construction, P1, P2 or P3; "
            f"that of what a recurrence is said to be: {', '.join(RECURRENCES)}; or left out: P2. "
            "The common name of a layer finds a template, too, or a file of the gallery.",
        ),
    ] = False,
    proof: Annotated[bool, typer.Option("--proof", help="Also print each proof, line by line.")] = False,
    as_json: Json = False,
) -> int:
    """Prove or refute that your own layer is the algorithm you say it is, for all sizes, lengths and data.

    A file is small TOML. It states any recurrent layer, and an algorithm, another layer or a formula that it is said to
    be; or a construction of the paper: windows, decay, Q, q. --template names the algorithms; it prints a file that is
    proved, to start from:

        gdssm check --template online gradient descent > mine.toml
        gdssm check mine.toml

    python -c "import gdssm; help(gdssm.recurrence)" lists the words and keys; docs/recurrences.md, in the repository
    and in the source archive, describes them by examples. What is wrong comes back with a counterexample, and with what
    it computes instead. The exit status is 0 if all are proved, 1 if one is refuted, 2 if one cannot be read or stated,
    3 if one is undecided.
    """
    if template:
        return print_template(files or ["P2"], as_json)
    if not files:
        raise InputError("files", "name a file, or - for standard input; --template prints one")
    if files.count("-") > 1:
        raise InputError("files", "standard input can be read once")
    found = check_files(files)
    if as_json:
        print_json(checks_document(files, found, proof))
        conclude(concluding_line(files, found))
        return checks_status(found)
    screen = Screen()
    print_checks(screen, files, found)
    if proof:
        print_proofs(screen, files, found)
    return checks_status(found)


def print_template(names: Sequence[str], as_json: bool) -> int:
    """The file of a template, P1, P2 or P3, or what a recurrence can be said to be; or a file of the gallery."""
    from derivations.constructions.toml_file import TEMPLATES
    from derivations.json_document import document
    from derivations.recurrences.by_name import in_gallery, named

    known = {**TEMPLATES, **RECURRENCES}
    wanted = " ".join(names)
    name = next((one for one in known if one.lower() == wanted.lower()), None)
    found = named(wanted) if name is None else None
    if name is None and found is None:
        near = in_gallery(wanted)
        instead = f"in the gallery {'are' if len(near) > 1 else 'is'} {', '.join(near)}; " if near else ""
        instead += meant("" if near else wanted, known, "templates", every=True)
        raise InputError("template", f"unknown template {shortened(wanted)}; {instead}")
    if found is not None:
        name, text = found.name, found.text
        what = f"the template {name}, a layer and a true claim" if name in known else f"{name}, of the gallery"
        what += "".join(f" (in the gallery is {one}, too)" for one in found.also)
    else:
        assert name is not None
        text = known[name]
        what = f"a construction that computes {name}" if name in TEMPLATES else "a layer and a true claim"
    if as_json:
        print_json(document("check", template=name, text=text))
    else:
        sys.stdout.write(spelled(text, sys.stdout))
        conclude(f"This is {what}; save it as mine.toml and say gdssm check mine.toml.")
    return 0


def load(name: str) -> Construction | Stated:
    """What a file states: a recurrence if it has a section of one, otherwise a construction."""
    from derivations.constructions.toml_file import construction
    from derivations.recurrences.toml_file import is_recurrence, stated
    from derivations.toml_table import read_toml

    table = read_toml(name)
    return stated(table) if is_recurrence(table) else construction(table)


def check_one(one: Construction | Stated, progress: Callable[[int, int], None]) -> Checked:
    """The verdict on what a file states. InputError if it cannot be stated in the language of the proofs."""
    from derivations.constructions.check import check as check_construction
    from derivations.constructions.toml_file import Construction
    from derivations.recurrences.check import check as check_recurrence

    if isinstance(one, Construction):
        return check_construction(one, progress)
    return check_recurrence(one)


def check_files(files: Sequence[str]) -> list[Checked | InputError]:
    """Each file checked, or why it cannot be; what one holds does not keep the others from being checked.

    All are read first, so that what cannot be read is said before the work. InputError if there is no other file.
    """
    found: list[Checked | InputError] = []

    def attempted(name: str, attempt: Callable[[], One]) -> One | InputError:
        try:
            return attempt()
        except InputError as error:
            if len(files) == 1:
                raise error.within(name) from None
            complain(error.within(name).message)
            return error

    read = [attempted(name, partial(load, name)) for name in files]

    def stands() -> str:
        done = [f"{name}: {_word(one)}" for name, one in zip(files, found, strict=False)]
        stood = f" {'; '.join(done)};" if done else " No file is checked yet;"
        return f"interrupted at {steps.now}, file {steps.number} of {steps.total}.{stood} name the others to go on"

    with Steps(len(files)) as steps, interruptible(stands):
        for name, one in zip(files, read, strict=True):
            steps.begin(name)

            def follow(done: int, most: int) -> None:
                steps.say(f", searching, {done // 10**6} of at most {most // 10**6} million steps")

            found.append(one if isinstance(one, InputError) else attempted(name, partial(check_one, one, follow)))
    return found


def _word(one: Checked | InputError) -> str:
    return "unusable" if isinstance(one, InputError) else one.verdict.value


def print_checks(console: Console, files: Sequence[str], found: Sequence[Checked | InputError]) -> None:
    """Each file in full; of several, then all verdicts in a table, and how many came out in which way."""
    parts = [[(one.key, one.message)] if isinstance(one, InputError) else one.fields() for one in found]
    label = max(len(name) for fields in parts for name, _ in fields)
    for name, one, fields in zip(files, found, parts, strict=True):
        print_fields(console, f"{name}: {_word(one)}", fields, label)
    if len(files) > 1:
        console.print()
        print_table(console, ("file", "verdict"), zip(files, map(_word, found), strict=True))
        print_lines(console, concluding_line(files, found))


def concluding_line(files: Sequence[str], found: Sequence[Checked | InputError]) -> str:
    """The verdict on a file, or how many of several came out in which way."""
    if len(files) == 1:
        return f"{files[0]}: {_word(found[0])}"
    counts = Counter(map(_word, found))
    return f"Of {len(files)} files: {', '.join(f'{count} {word}' for word, count in counts.items())}."


def print_proofs(console: Console, files: Sequence[str], found: Sequence[Checked | InputError]) -> None:
    """The proof of each file that could be checked, below its name if there are several."""
    for name, one in zip(files, found, strict=True):
        if not isinstance(one, InputError):
            print_lines(console, f"\n{name}:\n" if len(files) > 1 else "")
            print_lines(console, str(one.proof()))


def checks_document(files: Sequence[str], found: Sequence[Checked | InputError], proof: bool = False) -> dict[str, Any]:
    """What `gdssm check --json` prints: one verdict, or a list of them; with their proofs if these are wanted."""
    from derivations.constructions.check import Checked as CheckedConstruction
    from derivations.constructions.check import check_entry as construction_entry
    from derivations.json_document import document
    from derivations.recurrences.check import check_entry as recurrence_entry

    entries: list[dict[str, Any]] = []
    for name, result in zip(files, found, strict=True):
        if isinstance(result, InputError):
            entries.append({"file": name, "error": {"key": result.key, "message": result.message}})
            continue
        entry = construction_entry(result) if isinstance(result, CheckedConstruction) else recurrence_entry(result)
        entries.append({"file": name, **entry, **({"proof": str(result.proof())} if proof else {})})
    return document("check", **entries[0]) if len(files) == 1 else document("check", constructions=entries)


def checks_status(found: Sequence[Checked | InputError]) -> int:
    """2 if a file cannot be read, 1 if one is refuted, 3 if one is undecided, 0 if all are proved."""
    verdicts = list(map(_word, found))
    return next((status for word, status in STATUS_OF_CHECK.items() if word in verdicts), 0)
