"""Writes what `gdssm verify` found, and how large what is trusted is, into a Markdown file, each between two markers.

python -m derivations.generate.readme README.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import gdssm_symbolic
from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.paper.errata import errata
from derivations.paper.errata import table as corrections
from derivations.report.json_report import SUMMARY, summary
from derivations.verdict import run
from gdssm_symbolic.kernel.rules import RULES
from gdssm_symbolic.writing.documents import write_markdown

ENGINE = Path(gdssm_symbolic.__file__).parent

BEGIN, END = "<!-- gdssm verify: begin -->", "<!-- gdssm verify: end -->"
TRUSTED_BEGIN, TRUSTED_END = "<!-- trusted: begin -->", "<!-- trusted: end -->"

#: The modules that decide equality, and with them those that make theorems of what was decided: a test holds that they
#: import nothing else of the project.
CORE = (
    *(f"kernel.{name}" for name in ("exact", "expressions", "immutable", "linear_forms", "monomials", "nonvanishing")),
    *(f"kernel.{name}" for name in ("normal_form", "polynomials", "rules", "scalars", "uninterpreted")),
    *(f"kernel.{name}" for name in ("well_defined", "work")),
    "extensions.laws",
)
CHECKER = (
    *(f"kernel.{name}" for name in ("definitions", "proofs", "statements")),
    *(f"extensions.{name}" for name in ("certificates", "differentiation", "impossibility", "moments")),
    "checker",
)


def table(outcomes: Iterable[Outcome]) -> str:
    """The verdicts, and the readings that fail in the order of the paper, as Markdown tables."""
    outcomes = list(outcomes)
    rows = [f"| {' | '.join(summary(outcome))} |" for outcome in outcomes]
    return "\n".join(
        (
            f"| {' | '.join(SUMMARY)} |",
            "|---" * len(SUMMARY) + "|",
            *rows,
            "",
            "<details><summary>Where the paper as printed is wrong, with the evidence</summary>",
            "",
            write_markdown((corrections(errata(outcomes)),)).strip(),
            "",
            "</details>",
        )
    )


def trusted() -> str:
    """How much has to be read by who trusts no one."""

    def lines(modules: Iterable[str]) -> int:
        return sum(len((ENGINE / f"{name.replace('.', '/')}.py").read_text("utf-8").splitlines()) for name in modules)

    return (
        f"What decides equality has {lines(CORE):,} lines in {len(CORE)} modules; what makes theorems of such "
        f"decisions\nhas {lines(CHECKER):,} more in {len(CHECKER)}. {len(RULES)} named rules are all that a proof can "
        "use."
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
    text = renewed(path.read_text("utf-8"), table(run(CLAIMS.values())))
    path.write_text(renewed(text, trusted(), TRUSTED_BEGIN, TRUSTED_END), "utf-8")
