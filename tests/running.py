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
from derivations.json_document import schema


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = app.main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def one_document(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text)
    jsonschema.validate(loaded, schema())
    assert (loaded["schema"], loaded["version"]) == ("gdssm-1", __version__)
    return loaded


def compiled(body: str, folder: Path) -> str:
    """The log of pdflatex on a paper that holds the table."""
    packages = r"\usepackage{amsmath,amssymb,longtable,booktabs}"
    source = f"\\documentclass{{article}}\n{packages}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    (folder / "paper.tex").write_text(source, "ascii")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    return (folder / "paper.log").read_text("latin-1")
