"""Writes the corrections to the paper as a letter to its authors, a page of Markdown.

python -m derivations.generate.errata ERRATA.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from derivations.claim import Judged, Weight
from derivations.paper.errata import MEANING, Erratum, correction, errata
from derivations.paper.versions import SCOPE
from gdssm_numeric.files import replace_text
from gdssm_symbolic.writing.documents import Block, Heading, Listing, Paragraph, Parts, write_markdown

from . import readme

HEAD = """\
<!-- Written by `make readme` (python -m derivations.generate.errata ERRATA.md); do not edit it. -->

# Corrections to the paper

To the authors of *State-space models can learn in-context by gradient descent*.

"""
CODE = "here the text and the public code (commit 92f4555) differ, and whoever compares the two has to know it"
OPENING = (
    "Dear authors, the propositions of your paper on linear models hold: there are layers that compute one step of "
    "gradient descent, and several. We proved it for all sizes, with parameters that differ from the printed ones in a "
    "sign, a transpose and some indices. Below is what a reader who implements the printed text would get wrong, each "
    "with an example in your setting: the targets come from a linear model, $y_i = W_*ᵀx_i$.",
    SCOPE,
    "A number such as P2.4 is a reading of a printed sentence. `gdssm show P2.4` prints it with its proof. The folder "
    "[errata](errata) has a script in plain fractions for each substantive correction, which needs nothing but Python.",
)


def page(judged: Iterable[Judged]) -> str:
    """Return the whole page: what is substantive first, each part in the order of the paper."""
    rows = errata(judged)
    blocks: list[Block] = [Paragraph((words,)) for words in OPENING]
    for weight in Weight:
        mine = [row for row in rows if row.weight is weight]
        of_text, of_code = ([row for row in mine if (row.first.claim == "CODE") is code] for code in (False, True))
        blocks += part(str(weight).capitalize(), MEANING[weight], of_text)
        blocks += part("The public code", CODE, of_code)
    return HEAD + write_markdown(blocks)


def part(heading: str, meaning: str, rows: Sequence[Erratum]) -> Iterator[Block]:
    """Yield corrections of one kind under a heading."""
    if not rows:
        return
    yield Heading(f"{heading} ({len(rows)})")
    yield Paragraph((f"{meaning[0].upper()}{meaning[1:]}.",))
    for row in rows:
        yield Heading(f"{'; '.join(row.places)} ({', '.join(one.proof for one in row.readings)})", 2)
        yield Listing(tuple((f"**{name}:** ", *parts) for name, parts in told(row)))


def told(row: Erratum) -> Iterator[tuple[str, Parts]]:
    """Yield what is said of a correction, each part with its name."""
    yield "printed", (row.reading.printed,)
    yield "read as", (row.reading.read_as,)
    yield "what is wrong", row.first.told
    yield "correction", (correction(row),)
    if row.weight is Weight.SUBSTANTIVE:
        script = f"{row.own.id.replace('.', '_')}.py"
        yield "script", (f"[errata/{script}](errata/{script})",)


if __name__ == "__main__":
    replace_text(Path(sys.argv[1]), page(readme.judged()))
