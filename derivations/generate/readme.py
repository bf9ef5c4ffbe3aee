"""Writes what `gdssm verify` found, and how large what is trusted is, into a Markdown file, each between two markers.

python -m derivations.generate.readme README.md
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterable
from pathlib import Path

import gdssm_symbolic
from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.paper.errata import errata
from derivations.paper.errata import table as corrections
from derivations.report.json_report import SUMMARY, summary
from derivations.verdict import run
from gdssm_symbolic.checker import RULES
from gdssm_symbolic.writing.documents import write_markdown

ENGINE = Path(gdssm_symbolic.__file__).parent

#: Tokens that make no line one of code.
BLANK = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)

BEGIN, END = "<!-- gdssm verify: begin -->", "<!-- gdssm verify: end -->"
TRUSTED_BEGIN, TRUSTED_END = "<!-- trusted: begin -->", "<!-- trusted: end -->"

#: What a proof rests on: all of them on the first, some on what is in the second.
KERNEL, EXTENSIONS = ("kernel", "checker.py"), ("extensions",)


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


def files(rooms: Iterable[str]) -> list[Path]:
    """The modules in some rooms of the exact engine."""
    found = (
        file for room in rooms for file in ([ENGINE / room] if room.endswith(".py") else (ENGINE / room).glob("*"))
    )
    return sorted(file for file in found if file.suffix == ".py" and file.name != "__init__.py")


def code_lines(file: Path) -> int:
    """The lines of a module that are code: no docstrings, no comments, no blank lines."""
    text = file.read_text("utf-8")
    docstrings = set[int]()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            docstrings.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    code = set[int]()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in BLANK:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - docstrings)


def trusted() -> str:
    """How much has to be read by who trusts no one."""

    def size(rooms: Iterable[str]) -> str:
        found = files(rooms)
        return f"{sum(map(code_lines, found)):,} lines of code in {len(found)} modules"

    return (
        f"The kernel and the checker have {size(KERNEL)}; the extensions {size(EXTENSIONS)}.\n"
        f"{len(RULES)} named rules are all that a proof can use."
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
