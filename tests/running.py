"""The command line, run in this process, and pdflatex."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from derivations import __version__
from derivations.cli import app
from derivations.json_document import SCHEMA, schema
from derivations.paper.references import works
from gdssm_symbolic.writing import latex_paper


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = app.main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def one_document(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text)
    jsonschema.validate(loaded, schema())
    assert (loaded["schema"], loaded["version"]) == (SCHEMA, __version__)
    return loaded


def compiled(source: str, folder: Path, runs: int = 1) -> str:
    """The log of the last run of pdflatex on a document; references are resolved from the second run on."""
    (folder / "paper.tex").write_text(source, "ascii")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    for _ in range(runs):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:]
    return (folder / "paper.log").read_text("latin-1")


def in_a_paper(body: str, before: str = "") -> str:
    """A paper of somebody else, in narrower columns, with the lines in its preamble that an excerpt asks for."""
    preamble = "\n".join((r"\documentclass{article}", *latex_paper.needed(body)))
    return f"{preamble}\n\\begin{{document}}\n{before}{body}\n{works()}\n\\end{{document}}\n"
