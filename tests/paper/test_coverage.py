"""The coverage table: every place of the paper has a row, every row names objects, and the run decided them."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from running import compiled, in_a_paper

from derivations.claim import Outcome, Verdict
from derivations.claims import CLAIMS, proposition_2
from derivations.cli import app, show
from derivations.json_document import schema
from derivations.paper.coverage import (
    RESULTS_TEST,
    WITHOUT_OBJECT,
    CoveredPlace,
    Defined,
    Item,
    Kind,
    Linked,
    Row,
    Standing,
    Trained,
    book,
    coverage,
    problems,
    report,
)
from derivations.paper.places import PAPER, places, position
from derivations.paper.rows import ROWS, linked
from derivations.training.committed import loaded
from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.theorem import Assumption
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.documents import WRITERS
from gdssm_symbolic.writing.printing import to_latex

ROOT = Path(__file__).parents[2]
REQUIRED = (
    *(f"Eq. {n}" for n in range(1, 24)),
    *(f"Proposition {n}" for n in range(1, 5)),
    *(f"footnote {n}" for n in range(1, 5)),
    *(f"A.{n}" for n in range(1, 5)),
    *("abstract", "§1", "§2", "§3", "§3.1", "§3.2", "§3.3", "§4.1", "A.5"),
)


@pytest.fixture(scope="module")
def entries(outcomes: dict[str, Outcome]) -> list[CoveredPlace]:
    return coverage(ROWS, outcomes.values())


def without(outcomes: dict[str, Outcome], key: str) -> list[Outcome]:
    return [outcome for outcome in outcomes.values() if outcome.claim.id != key]


def complaints(rows: Iterable[Row], outcomes: Iterable[Outcome]) -> list[str]:
    return problems(coverage(rows, outcomes))


def test_every_place_has_a_row() -> None:
    """All equations, propositions and footnotes; and no row is of a place that is not there."""
    named = {place for row in ROWS for place in places(row.place)}
    assert set(REQUIRED) <= named
    assert named <= {place for section, inside in PAPER.items() for place in (section, *inside)}


def test_no_row_is_empty_or_undecided(entries: list[CoveredPlace]) -> None:
    assert problems(entries) == []
    assert len(entries) == len(ROWS)
    for entry in entries:
        if entry.row.kind in WITHOUT_OBJECT:
            assert not entry.row.objects
            continue
        assert entry.items
        assert entry.tests
        assert entry.commands
        assert entry.standing is not Standing.UNDECIDED
        assert entry.obligations or entry.row.kind is Kind.MEASUREMENT
    assert sum(entry.row.kind in WITHOUT_OBJECT for entry in entries) <= 8  # of these four are not in version 1


@pytest.mark.parametrize(
    "key",
    sorted({named.id.partition(".")[0] for row in ROWS for named in row.objects if isinstance(named, Linked)}),
)
def test_without_a_claim_the_table_is_not_whole(outcomes: dict[str, Outcome], key: str) -> None:
    found = complaints(ROWS, without(outcomes, key))
    assert any(re.search(rf"Linked\(id='{key}[.']", line) for line in found)


def test_a_definition_that_nobody_uses_is_a_problem(outcomes: dict[str, Outcome]) -> None:
    """The obligations are computed: the twin of a definition has none, though the row is written in the same way."""
    of = Defined(proposition_2.ONE_STEP.state)
    row = Row("Eq. 17", Kind.DEFINITION, "the state", (of,))
    assert complaints([row], outcomes.values()) == []
    twin = replace(row, objects=(Defined(replace(of.meaning, body=-of.meaning.body)),))
    assert complaints([twin], outcomes.values()) == ["Eq. 17 (the state): no claim uses its objects"]
    users = [outcome.claim.id for outcome in coverage([row], outcomes.values())[0].obligations]
    assert users == [key for key in outcomes if Item(of.meaning, (), "").used_by(outcomes[key])]
    assert "P2" in users
    assert "P1" not in users
    gone = [outcome for outcome in outcomes.values() if outcome.claim.id not in users]
    assert complaints([row], gone) == ["Eq. 17 (the state): no claim uses its objects"]


def test_a_statement_of_the_same_look_is_not_the_same(outcomes: dict[str, Outcome]) -> None:
    """What its names mean belongs to a statement."""
    (item,) = Linked("P2").find(outcomes)
    assert item.used_by(outcomes["P2"])
    printed = proposition_2.OneStep(proposition_2.PRINTED)
    assert printed.statement() == item.thing
    assert not replace(item, meanings=printed.meanings).used_by(outcomes["P2"])


def test_what_is_not_found_is_named(outcomes: dict[str, Outcome]) -> None:
    for named in map(Linked, ("P9", "P1.T99", "P1.99", "P9.1", "P1.T", "")):
        (line, *_) = complaints([Row("Eq. 3", Kind.CLAIM, "something", (named,))], outcomes.values())
        assert repr(named) in line


def test_a_row_without_objects_is_a_problem(outcomes: dict[str, Outcome]) -> None:
    row = Row("Eq. 3", Kind.CLAIM, "something")
    assert complaints([row], outcomes.values()) == [
        "Eq. 3 (something): no object",
        "Eq. 3 (something): no claim uses its objects",
    ]
    assert complaints([replace(row, kind=Kind.BACKGROUND)], outcomes.values()) == []


@pytest.mark.parametrize("verdict", [Verdict.UNDECIDED, Verdict.ERROR])
def test_a_claim_that_is_not_decided_is_a_problem(outcomes: dict[str, Outcome], verdict: Verdict) -> None:
    undecided = [replace(o, verdict=verdict) if o.claim.id == "P1" else o for o in outcomes.values()]
    assert any("P1 is not decided" in line for line in complaints(ROWS, undecided))
    reading = outcomes["P1"].readings[0][0]
    unread = replace(outcomes["P1"], readings=((reading, None), *outcomes["P1"].readings[1:]))
    row = Row("Eq. 12", Kind.CLAIM, "the state", (Linked("P1.1"),))
    assert complaints([row], [unread]) == ["Eq. 12 (the state): undecided"]


def test_standings(outcomes: dict[str, Outcome]) -> None:
    proved, wrong = Linked("P2.T6"), Linked("P2.3")
    cases = {
        Standing.PROVED: (proved,),
        Standing.CORRECTED: (proved, wrong),
        Standing.IN_ONE_READING: linked("GATE.1", "GATE.2", "GATE.3"),
        Standing.REFUTED: (wrong,),
        Standing.DEFINED: (Defined(proposition_2.ONE_STEP.state),),
        Standing.MEASURED: (Trained("f5_N10"), proved),
        Standing.UNDECIDED: (proved, Linked("P9")),
    }
    for standing, objects in cases.items():
        (entry,) = coverage([Row("Eq. 17", Kind.CLAIM, "the state", objects)], outcomes.values())
        assert entry.standing is standing
    assumption = check(Assumption("taken from elsewhere", proposition_2.ONE_STEP.statement(t)))
    taken = replace(outcomes["P2"], theorems_by_id={"P2.T1": assumption})
    (entry,) = coverage([Row("Eq. 17", Kind.CLAIM, "the state", (Linked("P2.T1"),))], [taken])
    assert entry.standing is Standing.ASSUMED
    assert "assuming that “taken from elsewhere”" in " ".join(WRITERS["text"](book([entry])).split())
    refuted = [replace(o, verdict=Verdict.REFUTED) if o.claim.id == "P2" else o for o in outcomes.values()]
    (entry,) = coverage([Row("Eq. 17", Kind.CLAIM, "the state", (Linked("P2"),))], refuted)
    assert entry.standing is Standing.REFUTED


def test_a_theorem_against_a_sentence_does_not_mend_it(outcomes: dict[str, Outcome]) -> None:
    objects = linked("STRIDE.1", "STRIDE.2", "STRIDE", "STRIDE.T1", "STRIDE.T2")
    (against,) = coverage([Row("§3.2", Kind.CLAIM, "every token", objects)], outcomes.values())
    assert against.standing is Standing.REFUTED
    (mended,) = coverage([replace(against.row, objects=(*objects, Linked("STRIDE.T5")))], outcomes.values())
    assert mended.standing is Standing.REFUTED  # it is the proposition that fails
    objects = linked("LSA.6", "LSA.T10")
    (against,) = coverage([Row("§3.2", Kind.CLAIM, "Eq. 2", objects)], outcomes.values())
    assert against.standing is Standing.REFUTED
    (mended,) = coverage([replace(against.row, objects=(*objects, Linked("LSA.T7")))], outcomes.values())
    assert mended.standing is Standing.CORRECTED
    held, refuted = linked("DIM.1", "DIM.2")
    both = held, refuted  # two sentences, of which one is false; those of GATE are one
    for objects, standing in (
        ((held,), Standing.PROVED),
        (both, Standing.CORRECTED),
        (linked("GATE.1", "GATE.2", "GATE.3"), Standing.IN_ONE_READING),
    ):
        assert coverage([replace(against.row, objects=objects)], outcomes.values())[0].standing is standing


def test_every_reading_is_in_a_row(outcomes: dict[str, Outcome], entries: list[CoveredPlace]) -> None:
    """A sentence that is judged is a sentence that is listed."""
    listed = [id(item.thing) for entry in entries for item in entry.items]
    for key, outcome in outcomes.items():
        for reading, _ in outcome.readings:
            named = f"{key}: {reading.place}: {reading.printed}"
            there = id(reading) in listed
            assert there, f"{named}: no row in derivations/paper/rows.py"


def test_the_tests_that_rows_name_exist(entries: list[CoveredPlace]) -> None:
    """File, function, and for a claim its parameter."""
    for node in {test for entry in entries for test in entry.tests}:
        path, _, name = node.partition("::")
        function, _, parameter = name.removesuffix("]").partition("[")
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        (found,) = [part for part in tree.body if isinstance(part, ast.FunctionDef) and part.name == function]
        if parameter:
            assert parameter in CLAIMS
            decorators = [ast.unparse(decorator) for decorator in found.decorator_list]
            assert "pytest.mark.parametrize('key', CLAIMS)" in decorators


def test_what_was_measured_is_committed_and_fits(entries: list[CoveredPlace]) -> None:
    committed = loaded(ROOT / "results")
    measured = [named for row in ROWS for named in row.objects if isinstance(named, Trained)]
    assert {named.folder for named in measured} == set(committed)
    for named in measured:
        assert (ROOT / named.path).is_file()
        assert committed[named.folder]["fits"]
    for entry in entries:
        assert (entry.standing is Standing.MEASURED) == (entry.row.kind is Kind.MEASUREMENT)
        assert (RESULTS_TEST in entry.tests) == (entry.row.kind is Kind.MEASUREMENT)


@pytest.mark.parametrize("form", WRITERS)
def test_every_form_shows_every_row(entries: list[CoveredPlace], form: str) -> None:
    text = WRITERS[form](book(entries))
    assert "2410.11687v1" in text
    if form == "text":
        assert max(map(len, text.splitlines())) <= 110
    elif form == "latex":
        assert text.isascii()
        assert to_latex(proposition_2.ONE_STEP.state) in re.sub(r"\\penalty\d+ ", "", text)
    for entry in entries:
        for outcome in entry.obligations:
            assert f"gdssm show {outcome.claim.id}" in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_latex_compiles_and_nothing_runs_off_the_page(entries: list[CoveredPlace], tmp_path: Path) -> None:
    assert "Overfull \\hbox" not in compiled(in_a_paper(WRITERS["latex"](book(entries))), tmp_path)


def test_rows_are_in_the_order_of_the_paper(entries: list[CoveredPlace]) -> None:
    order = [position(entry.row.place) for entry in entries]
    assert order == sorted(order)


def test_the_document(entries: list[CoveredPlace]) -> None:
    found = json.loads(json.dumps(report(entries)))
    jsonschema.validate(found, schema())
    linked_to = [(row.place, named.id) for row in ROWS for named in row.objects if isinstance(named, Linked)]
    there = [(row["place"], item["id"]) for row in found["rows"] for item in row["objects"] if item["id"]]
    assert sorted(there) == sorted(linked_to)
    for row in found["rows"]:
        for item in row["objects"]:
            del item["id"]
    jsonschema.validate(found, schema())  # documents of older versions have no ids
    assert len(found["rows"]) == len(ROWS)
    assert found["problems"] == []
    del found["rows"][0]["objects"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, schema())


def test_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, outcomes: dict[str, Outcome]
) -> None:
    monkeypatch.setattr(show, "judged", lambda chosen, again: list(outcomes.values()))
    assert app.main(["coverage"]) == 0
    out, err = capsys.readouterr()
    assert "Eq. 21" in out
    assert err.splitlines()[-1].endswith(f"All {len(outcomes)} claims came out as this version of gdssm expects.")
    assert len(err.splitlines()) == 1
    monkeypatch.setattr(show, "judged", lambda chosen, again: without(outcomes, "P2"))
    assert app.main(["coverage", "--json"]) == 1
    out, err = capsys.readouterr()
    found = json.loads(out)
    jsonschema.validate(found, schema())
    assert len(found["problems"]) == len(err.splitlines()) > 0
