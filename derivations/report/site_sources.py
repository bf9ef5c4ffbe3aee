"""Pages that show files of the repository as they stand: the mathematics of a claim, its words, its tests, scripts."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from derivations.claim import Claim

from .web import heading

#: They stand in no list at the side, and a search is not for code.
UNLISTED = "---\norphan: true\nnosearch: true\n---"
LANGUAGES = {".py": "python", ".v": "coq", ".toml": "toml"}
#: A fence that no code contains.
CODE = "`" * 8
#: The test that every claim has, beside those of its own.
TEST = "tests/claims/test_every_claim.py"


def source(file: str) -> str:
    """The page that shows a file, from the root of the site: source/errata/P1_3.py.md."""
    return f"source/{file}.md"


def pages(root: Path, files: Iterable[str]) -> Mapping[str, str]:
    """The text of each page by its path, as MyST."""
    return {source(file): page(file, (root / file).read_text("utf-8")) for file in dict.fromkeys(files)}


def page(file: str, text: str) -> str:
    """One file, with the numbers of its lines."""
    shown = f"{CODE}{{code-block}} {LANGUAGES[Path(file).suffix]}\n:linenos:\n\n{text.rstrip()}\n{CODE}"
    return "\n\n".join((UNLISTED, heading(f"`{file}`", 1), shown)) + "\n"


def of_claim(root: Path, claim: Claim) -> Mapping[str, tuple[str, ...]]:
    """The files behind a claim, from the root of the repository: its words, its mathematics, its tests."""
    words = f"{claim.theorems.__module__.replace('.', '/')}.py"
    mathematics = tuple(_imported(ast.parse((root / words).read_text("utf-8")), root))
    own = f"tests/claims/test_{Path(words).name}"
    tests = (TEST, own) if (root / own).is_file() else (TEST,)
    return {"words": (words,), "mathematics": mathematics, "tests": tests}


def _imported(module: ast.Module, root: Path) -> Iterator[str]:
    """The files of `gdssm_symbolic.theory` from which a module imports, each once."""
    found: dict[str, None] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gdssm_symbolic.theory"):
            inside = node.module.replace(".", "/") if node.module else ""
            candidates = [f"{inside}.py", *(f"{inside}/{alias.name}.py" for alias in node.names)]
            found |= dict.fromkeys(one for one in candidates if (root / one).is_file())
    yield from sorted(found)
