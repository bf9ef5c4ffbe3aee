"""The scripts of errata/: one for each substantive correction, which shows it in fractions and needs only Python.

A script marks the lines that are wrong: `name = as printed  # printed; corrected: as corrected` (or `in the code;`).
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from derivations.claim import Outcome, Weight
from derivations.paper.errata import errata

SCRIPTS = sorted((Path(__file__).parents[2] / "errata").glob("*.py"))
MARKED = re.compile(r"^( *[\w, ]+ = ).+  # (?:printed|in the code); corrected: (.+)$", re.MULTILINE)
LINE = re.compile(r"[^:]+: (.+?) {3}[^:]+: (.+)")

each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)


def called(script: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The script in a fresh process that sees the standard library alone."""
    command = [sys.executable, "-I", "-S", *options, str(script)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def values(output: str) -> list[tuple[str, ...]]:
    """What each line gives for the text as it is, and for what is meant."""
    found = [LINE.fullmatch(line) for line in output.splitlines()]
    assert found
    assert None not in found, output
    return [one.groups() for one in found if one]


def corrected(text: str, but: int | None = None) -> str:
    """The script with its marked lines corrected, all of them or all but one."""
    marks = list(MARKED.finditer(text))
    for mark in reversed([mark for number, mark in enumerate(marks) if number != but]):
        text = text[: mark.start()] + mark.expand(r"\1\2") + text[mark.end() :]
    return text


def test_a_script_for_each_substantive_correction(outcomes: dict[str, Outcome]) -> None:
    rows = errata(outcomes.values(), Weight.SUBSTANTIVE)
    assert {f"{row.first.proof.replace('.', '_')}.py" for row in rows} == {script.name for script in SCRIPTS}


@each_script
def test_what_is_printed_and_what_is_meant_differ(script: Path) -> None:
    done = called(script)
    assert (done.returncode, done.stderr) == (0, "")
    for given, meant in values(done.stdout):
        assert given != meant


@each_script
def test_the_corrected_script_fails_because_both_agree(script: Path, tmp_path: Path) -> None:
    twin = tmp_path / script.name
    twin.write_text(corrected(script.read_text("utf-8")), "utf-8")
    done = called(twin)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "AssertionError"
    agreeing = called(twin, "-O")  # past the assertion
    assert (agreeing.returncode, agreeing.stderr) == (0, "")
    for given, meant in values(agreeing.stdout):
        assert given == meant


@each_script
def test_every_marked_line_is_wrong(script: Path, tmp_path: Path) -> None:
    text, twin = script.read_text("utf-8"), tmp_path / script.name
    marks = len(MARKED.findall(text))
    assert marks == text.count("; corrected: ") > 0
    for but in range(marks):
        twin.write_text(corrected(text, but), "utf-8")
        assert any(given != meant for given, meant in values(called(twin, "-O").stdout))
