"""Writes the corrections to the paper as a letter to its authors, a page of Markdown.

python -m derivations.generate.errata ERRATA.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from derivations.claim import Judged, Weight
from derivations.paper.errata import Erratum, correction, errata
from derivations.paper.letter import OPENING, TITLE, TO, parts, script, titled
from gdssm_numeric.files import replace_text
from gdssm_symbolic.writing.documents import Block, Heading, Listing, Paragraph, Parts, write_markdown

from . import readme

HEAD = f"""\
<!-- Written by `make readme` (python -m derivations.generate.errata ERRATA.md); do not edit it. -->

# {TITLE}

{TO}

"""
HOW = (
    "A number such as P2.4 is a reading of a printed sentence. `gdssm show P2.4` prints it with its proof. The folder "
    "[errata](errata) has a script in plain fractions for each substantive correction, which needs nothing but Python."
)


def page(judged: Iterable[Judged]) -> str:
    """Return the whole page: what is substantive first, each part in the order of the paper."""
    blocks: list[Block] = [Paragraph((words,)) for words in (*OPENING, HOW)]
    for heading, meaning, rows in parts(errata(judged)):
        blocks += [Heading(heading), Paragraph((meaning,))]
        for row in rows:
            blocks.append(Heading(titled(row), 2))
            blocks.append(Listing(tuple((f"**{name}:** ", *words) for name, words in told(row))))
    return HEAD + write_markdown(blocks)


def told(row: Erratum) -> Iterator[tuple[str, Parts]]:
    """Yield what is said of a correction, each part with its name."""
    yield "printed", (row.reading.printed,)
    yield "read as", (row.reading.read_as,)
    yield "what is wrong", row.first.told
    yield "correction", (correction(row),)
    if row.weight is Weight.SUBSTANTIVE:
        yield "script", (f"[{script(row)}]({script(row)})",)


if __name__ == "__main__":
    replace_text(Path(sys.argv[1]), page(readme.judged()))
