"""The pages of what Coq's kernel proved: the files of statements, each statement under its own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from derivations.certificates import Certified
from derivations.paper.id_list import listed

from .markdown_table import markdown_table
from .site_sources import CODE, source
from .web import cards, heading, linked

#: The definitions that the statements are about, and the files that hold each statement against its proof.
DEFINITIONS = "Constructions.v", "Updates.v"
HELD = "Certified.v", "CertifiedRecurrences.v"
OPENING = (
    "These statements have proofs that Coq's kernel accepts; of gdssm nothing has to be trusted for them. They rest on "
    "no axiom. Each is shown as it stands in its file, with the definitions before it. `make certify` checks them "
    "again, with the proofs, which are in the folder `certificates/Proofs` of the repository."
)


def address(one: Certified, root: str = "") -> str:
    """Where a statement is shown: coq/Statements.html#P2."""
    return f"{root}coq/{Path(one.file).stem}.html#{one.name}"


def pages(root: Path, folder: Path, certified: Sequence[Certified]) -> Mapping[str, str]:
    """The text of each page by its path, as MyST; the certificates are in a folder below the root."""
    files = dict.fromkeys(one.file for one in certified)
    return {
        "coq/index.md": index(folder, certified),
        **{
            f"coq/{Path(file).stem}.md": statements(file, (root / folder / file).read_text("utf-8"), certified)
            for file in files
        },
    }


def sources(folder: Path) -> tuple[str, ...]:
    """The files that are shown as they stand, from the root of the repository."""
    return tuple(f"{folder.as_posix()}/{name}" for name in (*DEFINITIONS, *HELD))


def index(folder: Path, certified: Sequence[Certified]) -> str:
    """All statements, in the order of their files, each with what it is about."""
    rows = [
        (f'<a href="{address(one, "../")}"><code>{one.name}</code></a>', ", ".join(about(one)), Path(one.file).stem)
        for one in certified
    ]
    shown = ", ".join(f"[`{Path(file).name}`](../{source(file)})" for file in sources(folder))
    files = dict.fromkeys(Path(one.file).stem for one in certified)
    hidden = "\n".join(("```{toctree}", ":hidden:", "", *files, "```"))
    parts = (heading("What Coq's kernel proved", 1), OPENING, f"Other files: {shown}.")
    return "\n\n".join((*parts, cards(markdown_table(("statement", "about", "file"), rows)), hidden)) + "\n"


def about(one: Certified) -> Iterator[str]:
    """Links to the claims, theorems and files of the gallery that a statement is about."""
    for name in one.ids:
        if name.partition(".")[0] in listed():
            yield linked(name, name, "../")
        else:
            yield f'<a href="../gallery/{name}.html">{name.replace("_", " ")}</a>'


def statements(file: str, text: str, certified: Iterable[Certified]) -> str:
    """A file of statements, cut where a statement begins, so that each has a heading."""
    here = {one.name: one for one in certified if one.file == file}
    parts, done = [heading(f"`{file}`: statements", 1)], 0
    for name, one in here.items():
        begins = _begins(text, name)
        parts += [_code(text[done:begins]), heading(f"`{name}`", 2, name), f"About {', '.join(about(one))}."]
        parts.append(f"SHA-256 of the statement, with its definitions: `{one.sha256}`")
        done = begins
    return "\n\n".join((*filter(None, parts), _code(text[done:]))) + "\n"


def _begins(text: str, name: str) -> int:
    """Where a statement begins: with the comment above it, if there is one."""
    (defined,) = re.finditer(rf"^Definition {name} : Prop :=", text, re.MULTILINE)
    before = text[: defined.start()]
    return before.rindex("(*") if before.rstrip().endswith("*)") else defined.start()


def _code(text: str) -> str:
    return f"{CODE}coq\n{text.strip()}\n{CODE}" if text.strip() else ""
