"""The command line as its user meets it: exit status, streams, JSON, bad input."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len
from rich.console import Console
from running import call, one_document

from derivations import __version__, judging
from derivations.certificates import Certificates
from derivations.claim import Claim, Judgement, Outcome, Verdict, Weight
from derivations.claims import CLAIMS
from derivations.cli import verify
from derivations.cli.console import choose
from derivations.cli.verdict_table import paper_line, print_verdicts, told_lines
from derivations.errors import InputError
from derivations.json_document import document, schema
from derivations.paper.coverage import Standing, coverage
from derivations.paper.errata import errata
from derivations.paper.rows import ROWS
from derivations.report.json_report import report
from derivations.verdict import exit_status, judge
from gdssm_symbolic.writing.prose import plain

DOCUMENTS = Path(__file__).parents[1] / "documents"
#: For which sizes a claim is stated, if not for all f and N.
SCOPES = {
    "CE": "all f, K, N ≥ 1",
    "STRIDE": "all f ≥ 1 and n ≥ 0",
    "HEADS": "all g ≥ 0",
    "GATE": "all d, f, m, K ≥ 1 and n, T ≥ 0",
    "LSA": "all d, f, m, t ≥ 1",
    "STEP": "all f, t ≥ 1",
    "DIM": "all N ≥ 1 and c, p, r, L ≥ 0",
    "OPTG": "all f, t ≥ 1 and n ≥ 0",
    "ANISO": "all f, g, N ≥ 1",
    "DESCENT": "all p, r, H ≥ 1",
}


def test_verify_proves_everything(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, outcomes: dict[str, Outcome]
) -> None:
    """Of the claims that are judged for all tests; CI runs the command itself."""
    judged = [Judgement(outcome.claim, outcome.findings) for outcome in outcomes.values()]
    monkeypatch.setattr(judging, "judge_all", lambda *_, **__: judged)
    status, out, err = call(capsys, "verify", "--json", "--only", "symbolic")
    assert status == 0
    found = one_document(out)
    assert [claim["id"] for claim in found["claims"]] == list(CLAIMS)
    required = {"id", "label", "statement", "as_printed", "verdict", "scope", "rules", "uses", "seconds"}
    for claim in found["claims"]:
        assert required <= claim.keys()
        assert claim["as_printed"] == CLAIMS[claim["id"]].expected_as_printed
        assert claim["verdict"] == "proved"
        scope = SCOPES.get(claim["id"], "all f, N ≥ 1")
        assert claim["scope"].startswith(scope), f"{claim['id']}: if that is its scope, name it in SCOPES"
        assert {"split", "expectation"} & set(claim["rules"])
        assert claim["rests_on"][0] == "kernel"
    assert found["environment"]["gdssm"] == __version__
    fits_a_small_terminal(err)  # the table goes to standard error
    first_words = [line.split()[0] for line in err.splitlines() if line.strip()]
    assert [word for word in first_words if word in CLAIMS] == list(CLAIMS)
    lines = err.splitlines()
    told = lines[lines.index("") + 1 :]
    assert len(told) <= 10
    assert len(lines) <= len(CLAIMS) + 25
    for command in ("gdssm errata", "gdssm coverage", "gdssm show", "--verbose"):
        assert any(command in line for line in told)


def fits_a_small_terminal(text: str) -> None:
    """No line is wider than a terminal of 80 columns."""
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= 80


@pytest.fixture(autouse=True)
def small_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_what_the_table_says_of_the_paper_is_counted(outcomes: dict[str, Outcome]) -> None:
    """The numbers are those that gdssm coverage and gdssm errata print."""
    said = " ".join(told_lines(list(outcomes.values())))
    entries = coverage(ROWS, outcomes.values())
    held, corrected, one, no = (
        sum(entry.standing is standing for entry in entries)
        for standing in (Standing.PROVED, Standing.CORRECTED, Standing.IN_ONE_READING, Standing.REFUTED)
    )
    assert f"Of {len(entries)} places of the paper, {held} hold as printed, {corrected} need a correction" in said
    assert f"{one} hold in one of two readings, {no} are refuted" in said
    assert no > 0
    substantive = errata(outcomes.values(), Weight.SUBSTANTIVE)
    assert f"Corrections: {len(substantive)} substantive, " in said
    assert "Of " not in " ".join(told_lines([outcomes["P1"]]))  # one claim says nothing of the whole paper


def test_what_is_refuted_and_what_is_undecided_is_counted() -> None:
    standings = Counter({Standing.CORRECTED: 2, Standing.REFUTED: 3, Standing.UNDECIDED: 4, Standing.DEFINED: 5})
    assert paper_line(standings).startswith(
        "Of 14 places of the paper, 2 need a correction, 3 are refuted, 4 are undecided; the other 5 "
    )


def test_verify_says_where_the_paper_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "verify", "P1", "P2", "P4", "LIMIT", "--verbose")
    assert status == 0
    fits_a_small_terminal(out)
    assert "refuted" in out
    assert "w_* = 1, x_1 = 1, x_2 = 1, so y_1 = 1:" in out
    assert "computes    −(η/N) z_Nᵀ Θ c_N = 0" in out
    assert "P1: one step, scalar targets (Proposition 1, §3.1, Eqs. 7-16)" in out
    assert "rests on    kernel alone" in out
    assert "rests on    kernel, functions, independence, differentiation, instances," in out
    words = " ".join(out.split())
    assert "all f, N ≥ 1 and L ≥ 0; 12 of 21 theorems assume something" in words
    for key in ("P1", "P2", "P4"):
        for reading in CLAIMS[key].readings:
            for said in (reading.place, reading.printed, reading.read_as, reading.correction):
                assert " ".join(plain(said).split()) in words


def test_verify_takes_places_and_names_propositions(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert [claim.id for claim in choose(["eq 18", "p1", "Prop. 4"])] == ["P1", "P2", "P4"]
    with pytest.raises(InputError, match=r"P2\.T3 is part of P2, so name P2"):
        choose(["P2.T3"])
    status, out, _ = call(capsys, "verify", "Eq. 9")
    words = " ".join(out.split())
    assert (status, "P1 one step, scalar targets (Proposition 1) holds wrong proved K" in words) == (0, True)
    assert "printed: the numbers and formulas that the paper prints for a proposition; corrected: the theorem" in words


def test_verify_is_short_unless_asked_for_more(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "verify", "P1")
    assert "correction " not in out
    assert out.splitlines()[1].split() == ["P1", "one", "step,", "scalar", "targets", "holds", "wrong", "proved", "K"]


def test_verify_takes_claims_in_any_case_and_order(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "verify", "p3", "P1", "p3", "--json")
    assert status == 0
    assert [claim["id"] for claim in one_document(out)["claims"]] == ["P1", "P3"]


def test_verify_proves_theorems_again_by_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "verify", "P1", "--by-sizes")
    assert status == 0
    assert "P1.T1" in out
    assert "12 of 12 theorems are proved a second time, by sizes, and 0 for few steps only" in " ".join(out.split())
    status, out, _ = call(capsys, "verify", "P1", "--by-sizes", "--json")
    (claim,) = one_document(out)["claims"]
    first = claim["theorems"][0]["by_sizes"]
    assert first == {"proved": True, "at": ["f = 3, N = 1, …, 5"], "points": 5, "steps": [], "why": ""}
    for given in (("--by-sizes",), ("--workers", "2")):
        status, _, err = call(capsys, "verify", *given, "--only", "numeric")
        assert (status, f"{given[0]} is about the symbolic part" in err) == (2, True)


def test_verify_takes_a_number_of_workers(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    given = []
    monkeypatch.setattr(judging, "judge_all", lambda *_, workers, **__: given.append(workers) or [])
    for words in ((), ("--workers", "3")):
        assert call(capsys, "verify", "P1", *words)[0] == 0
    assert given == [None, 3]
    status, out, err = call(capsys, "verify", "P1", "--workers", "0")
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_verify_marks_the_claims_that_coq_accepts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """That Coq accepts them is tested elsewhere; here it is not asked."""
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.setattr(Certificates, "compile", lambda *_: None)
    status, out, _ = call(capsys, "verify", "P1", "LIMIT", "--certificates")
    rows = {line.split()[0]: line.split()[-2:] for line in out.splitlines() if line.startswith(("P1 ", "LIMIT "))}
    assert (status, rows["P1"], rows["LIMIT"][-1]) == (0, ["K", "C"], "K+")
    assert "C: statements of this claim have a proof that Coq's kernel accepts" in " ".join(out.split())
    _, out, _ = call(capsys, "verify", "P1", "LIMIT", "--certificates", "--json")
    first, second = one_document(out)["claims"]
    assert "P1_sum" in [one["name"] for one in first["certificates"]]
    assert ("P1.T1" in first["not_certified"], "P1.T9" in first["not_certified"]) == (False, True)
    assert (second["certificates"], "LIMIT.T1" in second["not_certified"]) == ([], True)
    monkeypatch.chdir(tmp_path)
    status, _, err = call(capsys, "verify", "P1", "--certificates")
    assert (status, "certificates holds no certificates; they are in the repository" in err) == (2, True)


@pytest.mark.parametrize("form", ["text", "markdown", "latex"])
def test_show(capsys: pytest.CaptureFixture[str], form: str) -> None:
    status, out, err = call(capsys, "show", "P3", "--format", form)
    assert status == 0
    assert "Base case" in out
    assert "Hypothesis" in out
    assert "Rules used" in out
    assert err == "P3. Proposition: holds. Printed parameters: wrong. As corrected: proved.\n"
    status, out_json, _ = call(capsys, "show", "P3", "--format", form, "--json")
    assert one_document(out_json)["derivation"] == out


def test_glossary(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "glossary", "--json")
    assert status == 0
    entries = one_document(out)["entries"]
    status, out, _ = call(capsys, "glossary")
    assert status == 0
    fits_a_small_terminal(out)
    assert all(entry["symbolic"] in out and entry["meaning"] in out for entry in entries)


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("verify", "P9"), "claim"),
        (("show", "Q2"), "claim"),
        (("show", "P2.99"), "claim"),
        (("show", "P1", "--preamble"), "preamble"),
        (("errata", "--place", "Eq. 99"), "place"),
        (("coverage", "--place", ""), "place"),
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
    claim = CLAIMS["P1"]
    return Outcome(claim, as_printed, verdict, None, claim.expected_proposition, claim.expected_printed)


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
    for more in ((), ("--verbose",)):
        status, out, _ = call(capsys, "verify", "P2", *more)
        assert status == 1
        assert "P2 did not come out as expected (as printed: refuted, not proved)." in " ".join(out.split())


def test_a_claim_that_is_not_as_registered_is_red(outcomes: dict[str, Outcome]) -> None:
    wrong = replace(outcomes["P2"], verdict=Verdict.UNDECIDED)
    console = Console(file=io.StringIO(), force_terminal=True, width=80, color_system="standard")
    print_verdicts(console, [outcomes["P1"], wrong], verbose=False)
    red = [line for line in console.file.getvalue().splitlines() if "\x1b[1;31m" in line]
    assert ["P1" in line for line in red] == [False] * len(red)
    assert "P2 " in red[0]
    assert "P2 did not come out as expected (as corrected: undecided, not proved)." in red[1]


def test_the_schema_refuses_what_is_not_in_it() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document("verify", claims=[{"id": "P1"}], environment={}), schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document("verify"), schema())


@pytest.mark.parametrize("name", ["verify", "errata"])
def test_documents_of_version_1_stay_readable(name: str) -> None:
    """They were written by gdssm 0.2; each has the name of its schema, which is here and does not change."""
    written = json.loads((DOCUMENTS / f"{name}.gdssm-1.json").read_text("utf-8"))
    jsonschema.validate(written, schema(written["schema"]))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(written, schema())
    if name == "verify":
        del written["claims"][0]["rests_on"]  # older still
        jsonschema.validate(written, schema("gdssm-1"))
        written["claims"][0]["rests_on"] = "kernel"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(written, schema("gdssm-1"))


def test_the_proposition_and_what_is_printed_for_it_are_judged_apart(outcomes: dict[str, Outcome]) -> None:
    entries = {entry["id"]: entry for entry in report(outcomes.values())["claims"]}
    told = {name: (entry["proposition"], entry["printed"]) for name, entry in entries.items()}
    for name in ("P1", "P2", "P3", "A4"):
        assert told[name] == ("holds", "refuted")
    assert told["P4"] == ("refuted", "refuted")
    assert told["STRIDE"] == ("holds-in-one-reading", "not-printed")
    for name in ("LSA", "GATE", "STEP", "DIM"):
        assert told[name] == ("holds", "not-printed")
    assert told["OPT1"] == ("not-printed", "not-printed")
    for name, entry in entries.items():
        assert entry["conclusions"] == len(CLAIMS[name].argued)
    p2 = outcomes["P2"]
    resting = replace(p2.claim, shown_by="P4.T6")  # a theorem of another claim, which P2 has not
    assert judge(resting).proposition is Verdict.UNDECIDED


def test_help_imports_nothing_heavy() -> None:
    """What makes `gdssm --help` quick: no engine is imported for it."""
    code = (
        "import sys; from derivations.cli.app import main; main(['--help']);"
        "sys.exit(bool({'sympy', 'torch', 'numpy', 'flint', 'gdssm_symbolic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "verify" in done.stdout
