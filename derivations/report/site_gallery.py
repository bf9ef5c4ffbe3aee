"""The pages of the gallery of recurrences: the table of them, and one page for each file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivations.certificates import Certified
from derivations.claim import Verdict
from derivations.recurrences.check import Checked
from derivations.recurrences.toml_file import Stated
from derivations.recurrences.words import algorithm, losses, said_to_be
from gdssm_symbolic.recurrent.claims import AlgorithmClaim
from gdssm_symbolic.writing.documents import Parts
from gdssm_symbolic.writing.prose import myst

from . import site_coq
from .markdown_table import markdown_table
from .web import cards, cells, dropdown, heading, verdict, write_myst

#: A page that stands in no list at the side.
ORPHAN = "---\norphan: true\n---"
HEADER = ("layer", "verdict", "said to be", "source")
GOOD = {Verdict.PROVED: True, Verdict.REFUTED: False}


@dataclass(frozen=True)
class Shown:
    """A file of the gallery: its text, what it states, and what came out."""

    text: str
    stated: Stated
    checked: Checked

    @property
    def said(self) -> Parts:
        """What the layer is said to be."""
        claim = self.stated.claim
        return algorithm(claim) if isinstance(claim, AlgorithmClaim) else said_to_be(claim)


def pages(gallery: Mapping[str, Shown], certified: Mapping[str, Sequence[Certified]]) -> Mapping[str, str]:
    """The text of each page by its path, as MyST."""
    return {"gallery/index.md": table(gallery)} | {
        f"gallery/{name}.md": page(name, one, certified.get(name, ())) for name, one in gallery.items()
    }


def table(gallery: Mapping[str, Shown]) -> str:
    """Which recurrences are which algorithms."""
    rows = []
    for name, one in gallery.items():
        link = f'<a href="{name}.html">{name.replace("_", " ")}</a>'
        rows.append((link, _coloured(one), "<br>".join(_said(one)), myst(one.stated.source or "")))
    opening = (
        "Each row is a recurrent layer and what it is said to be, decided when this site was made. *Proved* means for "
        "all sizes, lengths and data; what is refuted has a counterexample on its page. The layers themselves, and the "
        "files, stand there too."
    )
    title = heading("Which recurrences are which algorithms", 1)
    return "\n\n".join((title, opening, cards(markdown_table(HEADER, rows)))) + "\n"


def _said(one: Shown) -> tuple[str, ...]:
    """What the layer is said to be, and its losses."""
    return cells(one.said), *(f"loss {cells((loss,))}" for loss in losses(one.stated.claim))


def _coloured(one: Shown) -> str:
    return verdict(one.checked.verdict, good=GOOD.get(one.checked.verdict))


def page(name: str, one: Shown, certified: Sequence[Certified]) -> str:
    """One file: what it states, the verdict with its counterexample or its proof, and the file."""
    opening = f"Said to be: {', '.join(_said(one))}. [All layers of the gallery](index.md)"
    parts = [ORPHAN, heading(name.replace("_", " "), 1), opening, write_myst(one.checked.told.document, None)]
    if one.checked.verdict is Verdict.PROVED:
        proof = write_myst(one.checked.proof().document, None, folded=False)
        parts.append(dropdown("The proof, line by line", proof, depth=1))
    if certified:
        names = (f'<a href="{site_coq.address(found, "../")}"><code>{found.name}</code></a>' for found in certified)
        parts.append(f"Proved again by Coq: {', '.join(names)}.")
    again = (
        f'<a href="../try.html#example={name}">Change it and check it again</a> in the browser; or on the command '
        f"line, with `gdssm check {name}.toml`."
    )
    parts += [heading("The file", 2), f"```toml\n{one.text.rstrip()}\n```", again]
    return "\n\n".join(parts) + "\n"
