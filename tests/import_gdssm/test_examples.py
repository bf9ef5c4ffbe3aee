"""What `import gdssm` offers: every function has an example, and every example in a docstring runs."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import examples
import pytest

import gdssm

ROOT = Path(__file__).parents[2]
WITHOUT_TORCH = ("check", "compare", "decide", "predict", "prove", "recurrence", "refute", "show", "unroll", "verify")
WITH_TORCH = ("GDSSM", "load", "train")
#: Modules with examples; those of WITHOUT_TORCH run where there is no PyTorch.
MODULES = sorted(
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for top in ("gdssm", "derivations", "gdssm_symbolic", "gdssm_numeric")
    for file in (ROOT / top).rglob("*.py")
    if "    >>> " in file.read_text("utf-8")
)


def test_no_function_is_missing() -> None:
    functions = {name for name in dir(gdssm) if inspect.isfunction(getattr(gdssm, name))}
    assert {*functions, "GDSSM"} == {*WITHOUT_TORCH, *WITH_TORCH}


@pytest.mark.parametrize("name", [*WITHOUT_TORCH, *WITH_TORCH])
def test_a_function_says_what_it_raises_and_has_an_example(name: str) -> None:
    told = inspect.getdoc(getattr(gdssm, name)) or ""
    assert "Error" in told
    assert ">>> " in told
    assert getattr(gdssm, name).__module__ in MODULES


def test_the_examples_run_without_torch() -> None:
    command = [sys.executable, "-W", "error", "tests/examples.py", *WITHOUT_TORCH]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """… but for those that run above."""
    monkeypatch.chdir(ROOT)  # some show what is in results/
    above = frozenset(getattr(gdssm, name) for name in WITHOUT_TORCH)
    assert examples.failures(importlib.import_module(module), besides=above) == ""


def test_an_example_that_is_wrong_is_found() -> None:
    def wrong() -> None:
        """
        >>> 1 + 1
        3
        """

    assert "Expected:\n    3\nGot:\n    2\n" in examples.failures(wrong)
