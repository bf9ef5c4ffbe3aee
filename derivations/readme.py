"""Writes what `gdssm verify` found into a Markdown file, between two markers.

python -m derivations.readme README.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.errata import errata
from derivations.errata import table as corrections
from derivations.report import run, scope
from gdssm_symbolic.documents import write_markdown

BEGIN, END = "<!-- gdssm verify: begin -->", "<!-- gdssm verify: end -->"


def table(outcomes: Iterable[Outcome]) -> str:
    """The verdicts, and the readings that fail in the order of the paper, as Markdown tables."""
    outcomes = list(outcomes)
    rows = [
        f"| {o.claim.id} | {o.claim.label} ({o.claim.place}) | {o.as_printed} | {o.verdict} | {scope(o)} |"
        for o in outcomes
    ]
    return "\n".join(
        (
            "| claim | what it says | as printed | as corrected | scope |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "<details><summary>Where the paper as printed is wrong, with the evidence</summary>",
            "",
            write_markdown((corrections(errata(outcomes)),)).strip(),
            "",
            "</details>",
        )
    )


def renewed(text: str, content: str, begin: str = BEGIN, end: str = END) -> str:
    """The text with what stands between two markers replaced; ValueError if they are not there."""
    before, opened, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (opened and closed):
        raise ValueError(f"no {begin} … {end} in the file")
    return f"{before}{begin}\n{content}\n{end}{after}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text("utf-8"), table(run(CLAIMS.values()))), "utf-8")
