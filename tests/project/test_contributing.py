"""CONTRIBUTING.md: its claim is judged, its twins fail, its row is accounted for, what it names is there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from derivations import claims
from derivations.claim import Verdict
from derivations.claims import CLAIMS
from derivations.generate.readme import verdicts
from derivations.paper import coverage, rows
from derivations.paper.coverage import Standing, problems
from derivations.verdict import judge
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.kernel.theorem import Theorem

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MODULE, TEST, ROW = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
NAME = "derivations.claims.sign"


def run(code: str, name: str) -> ModuleType:
    """A module of this code; our own text, run as a reader would."""
    module = ModuleType(name)
    module.__package__ = name.rpartition(".")[0]
    exec(compile(code, f"CONTRIBUTING.md: {name}", "exec"), vars(module))
    return module


@pytest.fixture
def sign(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The claim in CONTRIBUTING.md, where it says that it stands."""
    module = run(MODULE, NAME)
    monkeypatch.setitem(sys.modules, NAME, module)
    monkeypatch.setattr(claims, "sign", module, raising=False)
    return module


def test_the_claim_is_settled_as_the_text_says(sign: ModuleType) -> None:
    outcome = judge(sign.CLAIM)
    assert (outcome.as_printed, outcome.verdict, outcome.problem) == (Verdict.REFUTED, Verdict.PROVED, "")
    assert outcome.findings.as_registered
    assert all(isinstance(theorem, Theorem) and not theorem.assumptions for theorem in outcome.theorems)
    assert [type(evidence) for _, evidence in outcome.readings] == [Refuted]
    assert "$f=2$, $N=2$" in outcome.confirmed
    (row,) = re.findall(r"^    (\| SIGN .*\|)$", TEXT, flags=re.MULTILINE)
    assert row in verdicts([outcome]).splitlines()
    assert sign.CLAIM.id not in CLAIMS, "the text says that its example is not registered"


@pytest.mark.parametrize(
    ("code", "file"), [(MODULE, "derivations/claims/sign.py"), (TEST, "tests/claims/test_sign.py")]
)
def test_its_code_passes_the_linter(code: str, file: str) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--stdin-filename", file, "-"]
    checked = subprocess.run(command, input=code, capture_output=True, text=True, cwd=ROOT, check=False)
    assert checked.returncode == 0, checked.stdout


def test_its_tests_pass_and_can_fail(sign: ModuleType) -> None:
    tests = run(TEST, "test_sign")
    assert TEST.startswith(f'"""{sign.CLAIM.id}: ')
    assert len(tests.TWINS) > 30
    for name in tests.TWINS:
        tests.test_mutated_twins_are_refuted(name)
    tests.test_the_other_sign_is_not_proved()
    tests.TWINS["no twin"] = sign.LAYER
    with pytest.raises(AssertionError):
        tests.test_mutated_twins_are_refuted("no twin")


def test_its_row_is_accounted_for(sign: ModuleType) -> None:
    row = eval(compile(ROW, "CONTRIBUTING.md", "eval"), dict(vars(rows)))
    (entry,) = entries = coverage.coverage([row], [judge(sign.CLAIM)])
    assert problems(entries) == []
    assert entry.standing is Standing.CORRECTED
    assert [item.id for item in entry.items] == [named.id for named in row.objects] == ["SIGN", "SIGN.T2", "SIGN.1"]
    assert any(item.thing is sign.READINGS[0] for item in entry.items)


def test_the_tests_and_files_that_it_names_are_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
    assert len(named) == 12
    for file, function in named:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        assert function in {part.name for part in tree.body if isinstance(part, ast.FunctionDef)}, function
    paths = set(re.findall(r"`((?:derivations|gdssm_symbolic|tests)/[\w/]*(?:\.py)?)`", TEXT))
    example = {"derivations/claims/sign.py", "tests/claims/test_sign.py"}
    assert example < paths
    assert [path for path in sorted(paths - example) if not (ROOT / path).exists()] == []
