"""Writes the corrections to the paper as a page of Markdown: a heading for each reading that does not hold.

python -m derivations.generate.errata ERRATA.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from derivations.claim import Outcome
from derivations.paper.errata import HEADER, SCOPE, Erratum, counted, errata, table
from gdssm_numeric.files import replace_text
from gdssm_symbolic.writing.documents import Block, Heading, Listing, Paragraph, write_markdown

from .readme import judged

HEAD = """\
<!-- Written by `make readme` (python -m derivations.generate.errata ERRATA.md); do not edit it. -->

# Corrections to the paper

The headings are places in the paper. Below each place are the readings that do not hold there: P2.4 is reading 4 of the
claim P2. `gdssm show P2` prints the readings of P2 in full.

"""


def page(outcomes: Iterable[Outcome]) -> str:
    """Return the whole page, with the corrections in the order of the paper."""
    rows = errata(outcomes)
    blocks = (Paragraph((SCOPE,)), *counted(rows), *by_place(rows))
    return HEAD + write_markdown(blocks)


def by_place(rows: Sequence[Erratum]) -> Iterator[Block]:
    """Yield a heading for each place of the paper and, below it, one for each of its readings."""
    for place, there in groupby(rows, key=lambda row: row.reading.place):
        yield Heading(place)
        for row in there:
            yield Heading(row.proof, 2)
            yield entry(row)


def entry(row: Erratum) -> Listing:
    """Return what is said of one reading as a list; its place and its proof stand in the headings."""
    (cells,) = table([row]).rows
    named = dict(zip(HEADER, cells, strict=True))
    return Listing(
        tuple(
            (f"**{name}:** ", *parts)
            for name, cell in named.items()
            for parts in cell
            if name not in ("place", "proof")
        )
    )


if __name__ == "__main__":
    replace_text(Path(sys.argv[1]), page(judged()))
