"""The command line as its user meets it: exit status, streams, JSON, bad input."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import jsonschema
import pytest
from running import call, one_document

from derivations import __version__
from derivations.claim import Claim, Outcome, Verdict
from derivations.claims import CLAIMS
from derivations.cli import verify
from derivations.json_document import document, schema
from derivations.verdict import exit_status

#: For which sizes a claim is stated, if not for all f and N.
SCOPES = {
    "CE": "all f, K, N ≥ 1",
    "STRIDE": "all f ≥ 1 and n ≥ 0",
    "GATE": "all d, f, m, K ≥ 1 and n, T ≥ 0",
    "LSA": "all d, f, m, t ≥ 1",
    "STEP": "all f, t ≥ 1",
    "DIM": "all N ≥ 1 and c, p, r, L ≥ 0",
    "OPTG": "all f, t ≥ 1 and n ≥ 0",
}


def test_verify_proves_everything(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "verify", "--json", "--only", "symbolic")
    assert status == 0
    report = one_document(out)
    assert [claim["id"] for claim in report["claims"]] == list(CLAIMS)
    required = {"id", "label", "statement", "as_printed", "verdict", "scope", "rules", "uses", "seconds"}
    for claim in report["claims"]:
        assert required <= claim.keys()
        assert claim["as_printed"] == CLAIMS[claim["id"]].expected_as_printed
        assert claim["verdict"] == "proved"
        scope = SCOPES.get(claim["id"], "all f, N ≥ 1")
        assert claim["scope"].startswith(scope), f"{claim['id']}: if that is its scope, name it in SCOPES"
        assert {"split", "expectation"} & set(claim["rules"])
        assert claim["id"] in err  # the table goes to standard error
    assert report["environment"]["gdssm"] == __version__
    assert "proved" in err


def test_verify_says_where_the_paper_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "verify", "P1", "P2", "P3")
    assert status == 0
    assert "refuted" in out
    assert "x_1 = 1, x_2 = 1, y_1 = 1: −1 ≠ 1" in out
    assert "correction" in out


def test_verify_takes_claims_in_any_case_and_order(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "verify", "p3", "P1", "p3", "--json")
    assert status == 0
    assert [claim["id"] for claim in one_document(out)["claims"]] == ["P1", "P3"]


@pytest.mark.parametrize("form", ["text", "markdown", "latex"])
def test_show(capsys: pytest.CaptureFixture[str], form: str) -> None:
    status, out, err = call(capsys, "show", "P3", "--format", form)
    assert status == 0
    assert "Base case" in out
    assert "Hypothesis" in out
    assert "Rules used" in out
    assert err == ""
    status, out_json, _ = call(capsys, "show", "P3", "--format", form, "--json")
    assert one_document(out_json)["derivation"] == out


def test_glossary(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "glossary", "--json")
    assert status == 0
    assert one_document(out)["entries"]
    assert call(capsys, "glossary")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("verify", "P9"), "claim"),
        (("show", "Q2"), "claim"),
        (("show",), "claim"),
        (("show", "P1", "--format", "pdf"), "form"),
        (("verify", "--only", "both"), "only"),
        (("verify", "P1", "--only", "numeric"), "only"),
        (("verify", "--device", "abacus"), "device"),
        (("verify", "--fast"), "usage"),
        (("prove",), "usage"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line_and_status_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], key: str
) -> None:
    status, out, err = call(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("gdssm: ")
    status, out, _ = call(capsys, *arguments, "--json")
    assert status == 2
    error = one_document(out)["error"]
    assert (error["key"], error["message"]) == (key, err.removeprefix("gdssm: ").strip())


def test_an_internal_error_is_status_70(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(ids: object) -> list[Claim]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(verify, "choose", broken)
    status, out, err = call(capsys, "verify", "--json")
    assert status == 70
    assert one_document(out)["error"] == {"key": "internal", "message": "RuntimeError: a bug"}
    assert "Traceback" in err


def outcome(as_printed: Verdict, verdict: Verdict) -> Outcome:
    return Outcome(CLAIMS["P1"], as_printed, verdict, None)


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([(Verdict.REFUTED, Verdict.PROVED)], 0),
        ([(Verdict.REFUTED, Verdict.PROVED), (Verdict.PROVED, Verdict.PROVED)], 1),
        ([(Verdict.REFUTED, Verdict.REFUTED)], 1),
        ([(Verdict.REFUTED, Verdict.UNDECIDED)], 3),
        ([(Verdict.UNDECIDED, Verdict.PROVED), (Verdict.REFUTED, Verdict.REFUTED)], 1),
        ([(Verdict.REFUTED, Verdict.ERROR), (Verdict.REFUTED, Verdict.REFUTED)], 70),
    ],
)
def test_exit_status(verdicts: list[tuple[Verdict, Verdict]], status: int) -> None:
    assert exit_status([outcome(*pair) for pair in verdicts]) == status


def test_a_claim_whose_code_fails_hides_no_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> dict[str, object]:
        raise RuntimeError("a bug in the claim")

    monkeypatch.setitem(CLAIMS, "P1", replace(CLAIMS["P1"], theorems=broken))
    status, out, err = call(capsys, "verify", "P1", "P2", "OPT1", "--only", "symbolic", "--json")
    assert status == 70
    first, *others = one_document(out)["claims"]
    assert (first["verdict"], first["problem"]) == ("error", "RuntimeError: a bug in the claim")
    assert all(claim["verdict"] == "proved" for claim in others)
    assert "Traceback" in err


def test_a_wrong_expectation_is_a_failure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CLAIMS, "P2", replace(CLAIMS["P2"], expected_as_printed=Verdict.PROVED))
    status, out, _ = call(capsys, "verify", "P2")
    assert status == 1
    assert "P2 is registered as proved as printed" in out


def test_the_schema_refuses_what_is_not_in_it() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document("verify", claims=[{"id": "P1"}], environment={}), schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document("verify"), schema())


def test_help_imports_nothing_heavy() -> None:
    """What makes `gdssm --help` quick: no engine is imported for it."""
    code = (
        "import sys; from derivations.cli.app import main; main(['--help']);"
        "sys.exit(bool({'sympy', 'torch', 'numpy', 'flint', 'gdssm_symbolic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "verify" in done.stdout
