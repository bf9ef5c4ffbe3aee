"""`import gdssm` imports nothing before it is needed, and `python -m gdssm` is the command line."""

from __future__ import annotations

import ast
import pydoc
import subprocess
import sys
from pathlib import Path

import pytest

import gdssm
from derivations.cli import app

#: PyTorch is missing; names that need it say so, and everything else is there.
WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
import gdssm
assert not {"sympy", "numpy", "typer", "derivations", "gdssm_symbolic"} & set(sys.modules)
import pydoc
assert not {"GDSSM", "load"} & set(dir(gdssm)) and {"train", "prove", "N"} < set(dir(gdssm))
assert "State-space models" in pydoc.render_doc(gdssm)
for use in (lambda: gdssm.GDSSM, lambda: gdssm.load, lambda: gdssm.train(2, 2, "nowhere")):
    try:
        use()
    except (ImportError, gdssm.InputError) as error:
        print(error)
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)


def test_nothing_is_imported_before_it_is_needed() -> None:
    ran = run("-W", "error", "-c", WITHOUT_TORCH)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert len(lines) == 3
    assert all("needs PyTorch: pip install 'gdssm[numeric]'" in line for line in lines)


def test_type_checkers_are_told_the_names_that_are_there() -> None:
    """The names that are imported where types are checked are those that `__getattr__` finds, from the same modules."""
    tree = ast.parse(Path(gdssm.__file__).read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    told = {
        alias.asname: f"gdssm.{node.module}" if node.level else node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == gdssm._HOMES
    assert dir(gdssm) == sorted(told)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'gdssm' has no attribute 'prov'"):
        _ = gdssm.prov


def test_the_guide_is_one_page_and_names_everything() -> None:
    page = pydoc.plain(pydoc.render_doc(gdssm))
    assert len(page.splitlines()) <= 70
    assert [name for name in dir(gdssm) if not name.startswith("_") and name not in page] == []


def test_python_dash_m_is_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    ran = run("-m", "gdssm", "--version")
    app.main(["--version"])
    assert (ran.returncode, ran.stdout) == (0, capsys.readouterr().out)
    assert "Usage: gdssm" in run("-m", "gdssm", "--help").stdout
