"""The pages of what Coq's kernel proved: the files of statements, each statement under its own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from derivations.certificates import Certified
from derivations.claim import Outcome
from derivations.paper.id_list import listed
from derivations.paper.ids import first_theorem

from .markdown_table import markdown_table
from .site_sources import CODE, source
from .web import cards, cells, heading, linked

#: The definitions that the statements are about, and the files that hold each statement against its proof.
DEFINITIONS = "Constructions.v", "Updates.v"
HELD = "Certified.v", "CertifiedRecurrences.v"
OPENING = (
    "These statements have proofs that Coq's kernel accepts; of gdssm nothing has to be trusted for them. They rest on "
    "no axiom. Each is shown as it stands in its file, with the definitions before it. `make certify` checks them "
    "again, with the proofs, which are in the folder `certificates/Proofs` of the repository."
)
WHOLE, PART = "C", "C in part"
BY_CLAIM = (
    f"{WHOLE}: the claim's headline is a statement here, in full. {PART}: its headline is not, and what is missing, or "
    "what a statement assumes of it, rests on gdssm's checker alone. The claims that are not in this table have no "
    "statement here."
)
BY_STATEMENT = "What belongs to the claim and is not part of the statement stands below its name."


def address(one: Certified, root: str = "") -> str:
    """Where a statement is shown: coq/Statements.html#P2."""
    return f"{root}coq/{Path(one.file).stem}.html#{one.name}"


def extent(outcome: Outcome, certified: Mapping[str, Sequence[Certified]]) -> str:
    """How much of a claim is certified: its headline, a part, or nothing."""
    if _of_headline(outcome, certified) is not None:
        return WHOLE
    return PART if outcome.claim.id in certified else ""


def _of_headline(outcome: Outcome, certified: Mapping[str, Sequence[Certified]]) -> Certified | None:
    """The statement of the whole headline, if there is one."""
    first = first_theorem(outcome.claim.id)
    return next((one for one in certified.get(first, ()) if not one.not_certified), None)


def mark(outcome: Outcome, certified: Mapping[str, Sequence[Certified]]) -> str:
    """The same as a link: to the statement of the headline, or to what there is in its place."""
    told, headline = extent(outcome, certified), _of_headline(outcome, certified)
    if not told:
        return ""
    to = address(headline, "../") if headline else "../coq/index.html#by-claim"
    return f'<a href="{to}" aria-label="{told}: what Coq proved of {outcome.claim.id}">{told}</a>'


def pages(
    root: Path,
    folder: Path,
    certified: Sequence[Certified],
    by_id: Mapping[str, Sequence[Certified]],
    outcomes: Sequence[Outcome],
) -> Mapping[str, str]:
    """The text of each page by its path, as MyST; the certificates are in a folder below the root."""
    files = dict.fromkeys(one.file for one in certified)
    return {
        "coq/index.md": index(folder, certified, by_id, outcomes),
        **{
            f"coq/{Path(file).stem}.md": statements(file, (root / folder / file).read_text("utf-8"), certified)
            for file in files
        },
    }


def sources(folder: Path) -> tuple[str, ...]:
    """The files that are shown as they stand, from the root of the repository."""
    return tuple(f"{folder.as_posix()}/{name}" for name in (*DEFINITIONS, *HELD))


def index(
    folder: Path,
    certified: Sequence[Certified],
    by_id: Mapping[str, Sequence[Certified]],
    outcomes: Sequence[Outcome],
) -> str:
    """How much of each claim is certified, and all statements in the order of their files."""
    shown = ", ".join(f"[`{Path(file).name}`](../{source(file)})" for file in sources(folder))
    files = dict.fromkeys(Path(one.file).stem for one in certified)
    hidden = "\n".join(("```{toctree}", ":hidden:", "", *files, "```"))
    parts = [heading("What Coq's kernel proved", 1), OPENING, f"Other files: {shown}."]
    parts += [heading("Claim by claim", 2, "by-claim"), BY_CLAIM, by_claim(outcomes, by_id)]
    parts += [heading("Statement by statement", 2, "by-statement"), BY_STATEMENT, by_statement(certified)]
    return "\n\n".join((*parts, hidden)) + "\n"


def by_claim(outcomes: Sequence[Outcome], by_id: Mapping[str, Sequence[Certified]]) -> str:
    """A row for each claim that a statement is about: its mark, its headline, and which of its ids are certified."""
    rows = []
    for outcome in outcomes:
        if outcome.claim.id not in by_id:
            continue
        name, first = outcome.claim.id, first_theorem(outcome.claim.id)
        found = [linked(key, key, "../") for key in outcome.by_id if key in by_id]
        told = f"{len(found)} of {len(outcome.by_id)}{': ' if found else ''}{', '.join(found)}"
        rows.append((linked(name, name, "../"), mark(outcome, by_id), linked(first, first, "../"), told))
    return cards(markdown_table(("claim", "certified", "headline", "theorems and lemmas that are certified"), rows))


def by_statement(certified: Sequence[Certified]) -> str:
    """A row for each statement: what it is about, and what of that it leaves out."""
    rows = []
    for one in certified:
        left_out = "".join(f"<br>{cells((sentence,), '../')}" for sentence in one.not_certified)
        label = f'aria-label="{one.name}, as Coq states it"'  # beside the link to a claim of the same name
        name = f'<a href="{address(one, "../")}" {label}><code>{one.name}</code></a>'
        rows.append((f"{name}{left_out}", ", ".join(about(one)), Path(one.file).stem))
    return cards(markdown_table(("statement", "about", "file"), rows))


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
