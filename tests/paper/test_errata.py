"""The corrections: a row for every reading that fails, in the paper's order, with evidence and a proof to look up."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from running import call, compiled, in_a_paper

from derivations.claim import NEITHER, Contradicted, IllFormed, Outcome, Verdict, Weight
from derivations.claims import CLAIMS
from derivations.claims.proposition_1 import ONE_STEP, square_diagonal
from derivations.cli import app
from derivations.cli.show import WeightName
from derivations.generate.errata import page
from derivations.json_document import schema
from derivations.paper.errata import HEADER, MEANING, Erratum, Fault, correction, errata, letter, report, what_is_wrong
from derivations.paper.places import PAPER, places, position
from derivations.paper.versions import SCOPE
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.evidence.from_model import from_models, with_model
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.documents import WRITERS, Paragraph, inline
from gdssm_symbolic.writing.prose import markdown, plain

FAILS = (Refuted, Contradicted, IllFormed)


@pytest.fixture(scope="module")
def rows(outcomes: dict[str, Outcome]) -> list[Erratum]:
    return errata(outcomes.values())


def test_a_row_for_every_reading_that_fails(outcomes: dict[str, Outcome], rows: list[Erratum]) -> None:
    failing = [
        (key, reading.id)
        for key, outcome in outcomes.items()
        for reading, evidence in outcome.readings
        if isinstance(evidence, FAILS)
    ]
    assert sorted((one.claim, one.proof) for row in rows for one in row.readings) == sorted(failing)
    assert len(failing) >= 26
    assert all(row.own.id in {one.proof for one in row.readings} for row in rows)


def test_what_is_wrong_is_said_in_a_few_words(rows: list[Erratum]) -> None:
    failing = {one.proof for row in rows for one in row.readings}
    for row in rows:
        for one in row.readings:
            assert 0 < len(what_is_wrong(one.reading)) < 120, one.proof
    said = {reading.id for claim in CLAIMS.values() for reading in claim.readings if reading.wrong}
    assert said <= failing


def test_what_holds_is_no_erratum(outcomes: dict[str, Outcome]) -> None:
    """A reading that is proved, or that nobody decided, has no row."""
    outcome = outcomes["P2"]
    first = outcome.readings[0][0]
    for evidence in (outcome.theorems[0], None):
        assert errata([replace(outcome, readings=((first, evidence),))]) == []


def test_kinds(outcomes: dict[str, Outcome], rows: list[Erratum]) -> None:
    every = [one for row in rows for one in row.readings]
    assert set(Fault) == {one.kind for one in every}
    found = {reading.id: evidence for outcome in outcomes.values() for reading, evidence in outcome.readings}
    for one in every:
        assert (one.kind is Fault.SHAPE) == isinstance(found[one.proof], IllFormed)
        assert (one.kind is Fault.CONTRADICTED) == isinstance(found[one.proof], Contradicted)


def test_what_is_substantive_can_be_sent_and_the_rest_says_why_it_misleads_nobody(rows: list[Erratum]) -> None:
    substantive = [row for row in rows if row.weight is Weight.SUBSTANTIVE]
    assert 10 <= len(substantive) <= 20
    assert set(MEANING) == set(Weight) == {row.weight for row in rows}
    for row in rows:
        assert bool(row.own.harmless) == (row.weight is not Weight.SUBSTANTIVE), row.own.id


def test_a_reading_is_in_the_row_of_a_reading_that_has_one() -> None:
    every = {reading.id: reading for claim in CLAIMS.values() for reading in claim.readings}
    for reading in every.values():
        if reading.row:
            assert not every[reading.row].row, reading.id
            assert (reading.weight, reading.harmless) == (Weight.SUBSTANTIVE, ""), f"{reading.id}: its row says it"


def test_no_proposition_fails_by_a_remark(outcomes: dict[str, Outcome]) -> None:
    """A reading in a row of remarks is about no proposition and no parameters, unless it holds."""
    every = {reading.id: reading for outcome in outcomes.values() for reading, _ in outcome.readings}
    remarks = {name for name, reading in every.items() if every[reading.row or name].weight is Weight.REMARK}
    assert remarks >= {"GATE.3", "STEP.1", "STEP.2", "DIM.2", "LSA.4", "LSA.6", "LSA.8", "P1.4"}
    for outcome in outcomes.values():
        for reading, evidence in outcome.readings:
            assert reading.about is NEITHER or reading.id not in remarks or isinstance(evidence, Theorem), reading.id


def test_numbers_that_are_no_output_and_prediction_have_words(rows: list[Erratum]) -> None:
    """What a construction computes is told with the output; of other numbers a sentence says what they are."""
    for row in rows:
        for one in row.readings:
            if one.shown.counterexample is not None and one.reading.computes is None:
                assert one.reading.shows, one.proof
                assert inline(one.told).startswith(f"{plain(one.reading.shows)}: at "), one.proof
    shown = {one.proof for row in rows for one in row.readings if one.reading.shows}
    assert shown >= {"STEP.4", "P2.6", "P2.8", "P1.2", "P4.3", "P4.4", "CODE.2"}


def test_a_counterexample_with_inputs_0_is_not_chosen_where_others_say_more(outcomes: dict[str, Outcome]) -> None:
    """P4: all data are 1, and g(z) = z + 1; CODE.2: the inputs are inside (−½, ½)."""
    found = {reading.id: evidence for outcome in outcomes.values() for reading, evidence in outcome.readings}
    for name, expected in (("P4.3", Fraction(1)), ("P4.4", Fraction(1)), ("CODE.2", Fraction(1, 4))):
        counterexample = found[name].counterexample
        inputs = [rows for (letter, _), rows in counterexample.data if letter.text == "x"]
        assert inputs
        assert all(rows == ((expected,),) for rows in inputs)


def test_the_evidence_is_a_sentence_with_a_number_or_a_shape(rows: list[Erratum]) -> None:
    for row in rows:
        for one in row.readings:
            said = inline(one.told)
            assert re.search(r"\d|degree|×|never", said), one.proof
            assert len(re.findall(r"[a-z]{2,}", said)) >= 3, one.proof


def test_every_counterexample_has_targets_of_a_model(outcomes: dict[str, Outcome]) -> None:
    """What reads targets gets them from the model of its problem: y_i = W_*ᵀx_i, recomputed here from the numbers."""
    recomputed = set()
    for outcome in outcomes.values():
        for reading, evidence in outcome.readings:
            if not isinstance(evidence, Refuted):
                continue
            counterexample = evidence.counterexample
            assert not any(name.text == "y" for (name, _), _ in counterexample.data), f"{reading.id}: free targets"
            data = {(name.text, at): rows for (name, at), rows in counterexample.data}
            weights = next((rows for (text, _), rows in data.items() if text in ("W_*", "w_*")), None)
            for (name, (sample,)), found in from_models(counterexample).items():
                if name.text != "y" or weights is None or outcome.claim.id == "P4":
                    continue
                x = data["x", (sample,)]
                assert found == [
                    [sum(weights[k][c] * x[k][0] for k in range(len(x)))] for c in range(len(weights[0]))
                ], reading.id
                recomputed.add(outcome.claim.id)
    assert {"P1", "P2", "P3", "A4", "CODE", "DIM", "STEP"} <= recomputed


def test_free_targets_would_be_found(outcomes: dict[str, Outcome]) -> None:
    """A counterexample that is not looked for in a model has targets as data."""
    free = refute(*square_diagonal())
    assert free is not None
    assert any(name.text == "y" for (name, _), _ in free.counterexample.data)
    assert with_model(free, ONE_STEP.problem.model) is not free


def test_the_proof_is_the_reading_that_show_prints(written_outcomes: dict[str, str], rows: list[Erratum]) -> None:
    for one in (one for row in rows for one in row.readings):
        assert one.proof == one.reading.id
        text, heading = written_outcomes[one.claim], rf"^Reading {re.escape(one.proof)}: "
        found = re.search(rf"{heading}(.*)\n", text, flags=re.MULTILINE)
        assert found is not None
        assert found.group(1) == one.reading.place
        (section,) = re.findall(rf"{heading}.*?(?=^Reading|^Derivation)", text, re.MULTILINE | re.DOTALL)
        assert " ".join(plain(f"Printed: {one.reading.printed}.").split()) in " ".join(section.split())
        assert one.show == f"gdssm show {one.proof}"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Eqs. 12, 15", ("Eq. 12", "Eq. 15")),
        ("Eqs. 2 and 5-7", ("Eq. 2", "Eq. 5", "Eq. 6", "Eq. 7")),
        ("§3.2 and A.1", ("§3.2", "A.1")),
        ("Propositions 2 and 3, footnote 1", ("Proposition 2", "Proposition 3", "footnote 1")),
        ("the authors' code", ()),
    ],
)
def test_places(text: str, named: tuple[str, ...]) -> None:
    assert places(text) == named


def test_places_are_in_the_order_of_the_paper() -> None:
    ordered = [
        *("abstract", "§2", "Eq. 1", "§2, after Eq. 4", "Eq. 6", "§3", "§3, after footnote 1", "§3.1"),
        *("§3.1, before Eq. 8", "Eqs. 8 and 9", "after Eq. 8", "Proposition 1", "after Eqs. 12 and 13", "Eq. 15"),
        *("§3.2 and A.1", "footnote 3", "Proposition 2", "Eqs. 17, 18", "after Eq. 17", "§3.3 and A.2", "§4.1", "A.1"),
        *("A.1, after Eq. 22", "Eq. 23", "A.2", "Proposition 3", "A.3", "Proposition 4", "A.4", "the authors' code"),
    ]
    assert all(position(before) < position(after) for before, after in pairwise(ordered))


def test_every_reading_has_a_place_in_the_paper(rows: list[Erratum]) -> None:
    known = {place for section, inside in PAPER.items() for place in (section, *inside)}
    for one in (one for row in rows for one in row.readings):
        named = places(one.reading.place)
        assert set(named) <= known, one.reading.place
        assert named or one.claim == "CODE", one.reading.place
    assert [position(row.reading.place) for row in rows] == sorted(position(row.reading.place) for row in rows)


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_says_all_of_it(rows: list[Erratum], form: str) -> None:
    text = WRITERS[form](letter(rows))
    flat = " ".join(text.split())
    assert "arXiv:2410.11687v1" in SCOPE
    assert "Of versions 2 and 3 and of a poster only the abstracts and openings were read." in flat
    for row in rows:
        assert all(one.proof in flat for one in row.readings)
        assert f"{row.weight} (" in flat
    if form == "text":
        assert max(map(len, text.splitlines())) <= 110
        assert all(" ".join(inline(row.first.told).split()) in flat for row in rows)
    elif form == "markdown":
        lines = [line for line in text.splitlines() if line.startswith("|")]
        assert len(lines) == len(rows) + 2
        assert all(len(re.findall(r"(?<!\\)\|", line)) == len(HEADER) + 1 for line in lines)
    else:
        assert text.isascii()
        assert text.count(r"\begin{") == text.count(r"\end{")
        assert text.count("$") % 2 == 0
        assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")


def test_a_letter_with_two_scripts_is_one_formula() -> None:
    text = WRITERS["latex"]((Paragraph(("$W^w_V$ = (0, 0), $x_1$ = 1, $R^(f×3)$, $W_{l−1}ᵀ$, $g^0_{t+1}$",)),))
    for formula in ("$W^{w}_{V}$", "$x_{1}$", r"$\mathbb{R}^{f\times 3}$", "$g^{0}_{t+1}$"):
        assert formula in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_latex_compiles_and_nothing_runs_off_the_page(rows: list[Erratum], tmp_path: Path) -> None:
    assert "Overfull \\hbox" not in compiled(in_a_paper(WRITERS["latex"](letter(rows))), tmp_path)


def test_the_document(rows: list[Erratum]) -> None:
    found = json.loads(json.dumps(report(rows)))
    jsonschema.validate(found, schema())
    assert [entry["proof"] for entry in found["errata"]] == [row.first.proof for row in rows]
    assert [[one["proof"] for one in entry["others"]] for entry in found["errata"]] == [
        [one.proof for one in row.others] for row in rows
    ]
    assert all(entry["evidence"] for entry in found["errata"])
    assert all(entry["id"] == f"{entry['claim']}.{entry['reading']}" for entry in found["errata"])
    del found["errata"][0]["evidence"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, schema())


def test_the_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for key in reversed(list(CLAIMS)[1:]):  # put back the other way round, so in their order
        monkeypatch.delitem(CLAIMS, key)
    for arguments in (["errata"], ["errata", "--format", "latex"], ["errata", "--json"]):
        assert app.main(arguments) == 0
        out, err = capsys.readouterr()
        assert "P1.3" in out
        assert "P1.1" not in out
        expected = "" if "--json" in arguments else "The claim came out as this version of gdssm expects.\n"
        assert err.endswith(expected)
    jsonschema.validate(json.loads(out), schema())
    assert app.main(["errata", "--all"]) == 0
    assert "P1.1" in capsys.readouterr().out
    assert app.main(["errata", "--weight", "notation"]) == 0
    out, err = capsys.readouterr()
    assert ("P1.1 (" in out, "P1.3 (" in out) == (True, False)
    assert re.search(r"Others are left out \(\d+ substantive.*?\); --all shows them", " ".join(out.split()))
    assert "; --all prints the others too." in err
    assert app.main(["errata", "--weight", "notation", "--json"]) == 0
    weights = {row["weight"] for row in json.loads(capsys.readouterr().out)["errata"]}
    assert weights == {"notation"}
    monkeypatch.setitem(CLAIMS, "P1", replace(CLAIMS["P1"], expected_as_printed=Verdict.PROVED))
    assert app.main(["errata"]) == 1
    out, err = capsys.readouterr()
    assert "P1.3" in out
    assert err.startswith("gdssm: P1 did not come out as expected (as printed: refuted, not proved).")


def test_weights_at_one_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert get_args(WeightName) == tuple(Weight)
    status, out, err = call(capsys, "errata", "--place", "Eq. 18", "--weight", "notation")
    assert (status, err) == (0, "Corrections at Eq. 18: 0 of 1; --all prints the others too.\n")
    assert "Others are left out (1 substantive); --all shows them." in " ".join(out.split())
    assert json.loads(call(capsys, "errata", "--place", "18", "--weight", "notation", "--json")[1])["errata"] == []
    status, _, err = call(capsys, "errata", "--place", "18", "--weight", "notation", "--all")
    assert (status, err) == (2, "gdssm: --all prints rows of every weight; leave --all or --weight out\n")


@pytest.mark.parametrize("command", ["errata", "coverage"])
@pytest.mark.parametrize("arguments", [["--format", "pdf"], ["P2"], ["--fast"]], ids=" ".join)
def test_bad_input_is_one_line(command: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main([command, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert app.main([command, *arguments, "--json"]) == 2
    jsonschema.validate(json.loads(capsys.readouterr().out), schema())


def test_the_page_has_the_same_rows(outcomes: dict[str, Outcome], rows: list[Erratum]) -> None:
    lines = page(outcomes.values()).splitlines()
    ordered = [row for weight in Weight for row in rows if row.weight is weight]
    ordered.sort(key=lambda row: (list(Weight).index(row.weight), row.first.claim == "CODE"))
    ids = [re.findall(r"[A-Z0-9]+\.\d+", line.rpartition("(")[2]) for line in lines if line.startswith("### ")]
    assert ids == [[one.proof for one in row.readings] for row in ordered]
    corrections = [line.removeprefix("- **correction:** ") for line in lines if line.startswith("- **correction:** ")]
    assert corrections == [markdown(correction(row)) for row in ordered]
