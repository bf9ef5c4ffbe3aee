"""Writes the verdicts into README.md and docs/claims.md, and the size of each part of the project into docs/trust.md.

python -m derivations.generate.readme README.md docs/claims.md docs/trust.md

The README has a narrow table of the claims; docs/claims.md has what is behind each verdict.
"""

from __future__ import annotations

import ast
import io
import sys
import textwrap
import tokenize
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from derivations.certificates import FOLDER, Certificates
from derivations.claim import Judged, Judgement
from derivations.claims import CLAIMS
from derivations.judging import judge_all
from derivations.paper.ids import first_theorem
from derivations.report.json_report import listed, remarks, short, trust
from derivations.report.markdown_table import markdown_table
from derivations.sizes import Sizes
from gdssm_symbolic.writing.documents import inline
from gdssm_symbolic.writing.rule_list import RULES

from .marked import MarkedPart

ROOT = Path(__file__).parents[2]

#: In README.md: the verdicts, and the sizes of the rooms. In docs/claims.md: what each claim rests on.
VERDICTS, ROOMS_TABLE, DETAILS = MarkedPart("claims"), MarkedPart("rooms"), MarkedPart("details")

#: The line length of a paragraph that is written.
WIDTH = 120

#: Tokens that make no line one of code.
BLANK = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


@dataclass(frozen=True)
class Room:
    """A part of the project: files and folders below `folder`, and what they hold."""

    folder: str
    inside: tuple[str, ...]
    holds: str
    trusted: bool = False

    @property
    def name(self) -> str:
        first, *others = self.inside
        return ", ".join((f"`{self.folder}{first}`", *(f"`{part}`" for part in others)))

    @property
    def modules(self) -> list[Path]:
        """Its Python files in all folders below, but for `__init__.py`."""
        paths = [ROOT / self.folder / part for part in self.inside]
        found = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))
        return sorted(file for file in found if file.name != "__init__.py")

    @property
    def size(self) -> str:
        """Its lines of code: exact where the code is trusted, and else to the nearest hundred."""
        lines = sum(map(code_lines, self.modules))
        return f"{lines:,}" if self.trusted else f"about {round(lines, -2):,}"


ENGINE = "gdssm_symbolic/"
ROOMS = (
    Room(ENGINE, ("kernel/", "checker.py"), "language, normal form, proofs, checker", trusted=True),
    Room(ENGINE, ("extensions/",), "further kinds of proof", trusted=True),
    Room(ENGINE, ("evidence/", "layers.py"), "counterexamples, unroller, layers"),
    Room(ENGINE, ("theory/",), "the mathematics of the claims"),
    Room(ENGINE, ("recurrent/",), "recurrent layers, and proofs of what they are"),
    Room(ENGINE, ("writing/", "display.py", "proving.py", "from_sympy.py"), "formulas as text, and from SymPy"),
    Room("", ("derivations/", "gdssm/"), "claims, reports, command line, `import gdssm`"),
    Room("", ("gdssm_numeric/",), "PyTorch: tasks, models, training"),
)


def judged() -> list[Judgement]:
    """Judge every claim.

    Raises SystemExit if one does not come out as expected: no document shows such a verdict.
    """
    found = judge_all(CLAIMS.values(), by_sizes=True)
    if missed := [one.claim.id for one in found if not one.findings.as_registered]:
        raise SystemExit(f"nothing is written, since not as expected: {listed(missed)}")
    return found


def verdicts(found: Sequence[Judged]) -> str:
    """Return the narrow table of the claims, and below it a paragraph on the marks and on what limits the verdicts."""
    certified = Certificates(ROOT / FOLDER).by_id()
    rows = ((one.claim.id, one.claim.label, *short(one), proofs(one, certified)) for one in found)
    table = markdown_table(
        ("claim", "what it says", "proposition", "printed parameters", "as corrected", "trust"), rows
    )
    return f"{table}\n\n{textwrap.fill(' '.join((*remarks(found), FURTHER)), WIDTH, break_on_hyphens=False)}"


#: What the marks of a second and a third proof mean.
FURTHER = "S, C: further proofs of the headline, [by sizes](docs/by-sizes.md) and [by Coq](certificates/README.md)."


def proofs(judged: Judged, certified: Container[str]) -> str:
    """Return the marks of the proofs of a claim's headline theorem: K or K+, S, C."""
    first = first_theorem(judged.claim.id)
    sizes = judged.findings.sizes.get(first, Sizes())
    second = "S" if sizes.proved else f"S for L ≤ {max(sizes.only)}" if sizes.only else ""
    third = "C" if first in certified else ""
    return ", ".join(mark for mark in (trust(judged), second, third) if mark)


def details(found: Iterable[Judged]) -> str:
    """Return the table of what is behind each verdict: place, sizes, number of theorems, extensions."""
    header = ("claim", "place in the paper", "sizes", "theorems", "assuming", "informal", "extensions")
    return markdown_table(header, map(detail, found))


def detail(judged: Judged) -> tuple[str, ...]:
    """Return a claim as a row of that table."""
    claim, found = judged.claim, judged.findings
    sizes = f"all {inline(found.statement.scope)}" if found.statement else "-"
    counted = len(found.theorems), found.conditional, len(claim.argued)
    theorems, assuming, informal = (str(count or "-") for count in counted)
    extensions = ", ".join(room for room in found.rests_on if room != "kernel") or "-"
    return claim.id, claim.place, sizes, theorems, assuming, informal, extensions


def code_lines(file: Path) -> int:
    """Return how many lines of a module are code: docstrings, comments and blank lines do not count."""
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


def rooms() -> str:
    """Return the table of the rooms, and the number of rules that a proof can use."""
    rows = ((room.name, room.holds, "yes" if room.trusted else "no", room.size) for room in ROOMS)
    table = markdown_table(("part", "what is in it", "trusted", "lines of code"), rows)
    return f"{table}\n\nA proof can use {len(RULES)} named rules and nothing else."


if __name__ == "__main__":
    readme, claims, trusted = map(Path, sys.argv[1:])
    found = judged()
    VERDICTS.write(readme, verdicts(found))
    ROOMS_TABLE.write(trusted, rooms())
    DETAILS.write(claims, details(found))
