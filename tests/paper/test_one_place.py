"""One place of the paper: the rows of the whole tables, with nothing else decided."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NoReturn

import pytest
from running import call, one_document

from derivations.claim import Contradicted, Outcome
from derivations.claims import CLAIMS, gates
from derivations.errors import InputError
from derivations.paper.coverage import Standing, coverage
from derivations.paper.errata import errata
from derivations.paper.one_place import coverage_at, readings_at
from derivations.paper.places import PAPER, find, places, position
from derivations.paper.rows import ROWS
from derivations.verdict import found_out
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.gates import two_output_gates
from gdssm_symbolic.writing.documents import inline

EVERY = [place for section, inside in PAPER.items() for place in (section, *inside)]


def fails() -> NoReturn:
    raise AssertionError("this was not asked for")


def only(monkeypatch: pytest.MonkeyPatch, *keys: str, theorems: bool) -> None:
    """Let all other claims fail, and the theorems of these if they are not needed either."""
    for key, claim in list(CLAIMS.items()):
        if key in keys and theorems:
            continue
        readings = claim.readings if key in keys else tuple(replace(one, evidence=fails) for one in claim.readings)
        monkeypatch.setitem(CLAIMS, key, replace(claim, theorems=fails, lemmas=fails, readings=readings))


@pytest.mark.parametrize("place", EVERY)
def test_the_corrections_of_a_place_are_those_of_the_whole_table(outcomes: dict[str, Outcome], place: str) -> None:
    whole = {
        one.proof: (row.weight, row.own.id, inline(one.told))
        for row in errata(outcomes.values())
        for one in row.readings
        if place in places(one.reading.place)
    }
    there = {
        one.proof: (row.weight, row.own.id, inline(one.told))
        for row in errata(readings_at(place))
        for one in row.readings
    }
    assert there == whole


@pytest.mark.parametrize("place", ["Eq. 7", "Eq. 18", "Proposition 3", "A.2", "§2", "§4.3", "footnote 1", "§5"])
def test_the_rows_of_a_place_are_those_of_the_whole_table(outcomes: dict[str, Outcome], place: str) -> None:
    whole = [one for one in coverage(ROWS, outcomes.values()) if place in places(one.row.place)]
    there = coverage_at(place)
    assert [one.row for one in there] == [one.row for one in whole]
    assert [one.standing for one in there] == [one.standing for one in whole]
    assert [[inline(item.shown) for item in one.items] for one in there] == [
        [inline(item.shown) for item in one.items] for one in whole
    ]


def test_errata_prints_one_place_and_decides_nothing_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "P2", theorems=False)
    status, out, err = call(capsys, "errata", "--place", "eq 18")
    assert (status, err) == (0, "Corrections at Eq. 18: 1.\n")
    assert "P2.3 (gdssm show P2.3)" in out
    assert "    weight      substantive\n" in out
    assert "share a row" not in out
    assert "P2.4" not in out
    status, out, _ = call(capsys, "errata", "--place", "Eq. 18", "--json")
    document = one_document(out)
    assert (status, document["place"]) == (0, "Eq. 18")
    assert [row["id"] for row in document["errata"]] == ["P2.3"]


def test_fewer_rows_than_readings_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "errata", "--place", "A.1")
    flat = " ".join(out.split())
    (readings,) = re.findall(r"Readings that do not hold: (\d+)\.", flat)
    ((shared, rows),) = re.findall(r"fail for the same reason share a row: (\d+) readings, (\d+) rows?\.", flat)
    assert (status, shared) == (0, readings)
    assert int(rows) == out.count("\n    as printed ") < int(readings)


@pytest.mark.parametrize("command", ["errata", "coverage"])
def test_help_tells_of_one_place(capsys: pytest.CaptureFixture[str], command: str) -> None:
    _, out, _ = call(capsys, command, "--help")
    assert f'gdssm {command} --place "Eq. 18"' in " ".join(out.split())


def test_coverage_prints_one_place_and_decides_nothing_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "P2", theorems=True)
    status, out, err = call(capsys, "coverage", "--place", "Eq. 18")
    assert status == 0
    assert err.startswith("Rows at Eq. 18: ")
    assert err.endswith(", of which undecided: 0.\n")
    assert "proved after a correction" in out
    assert "gdssm verify has a column for each of the two" in " ".join(out.split())
    assert "gdssm show P2.T8" in out
    status, out, _ = call(capsys, "coverage", "--place", "Eq. 18", "--json")
    document = one_document(out)
    (row,) = document["rows"]
    assert (status, document["place"], row["verdict"]) == (0, "Eq. 18", "proved after a correction")
    assert "claims" not in row
    assert row["derivations"] == ["gdssm show P2.T8", "gdssm show P2.3"]


def test_what_is_undecided_at_a_place_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    p2 = CLAIMS["P2"]
    unread = tuple(replace(one, evidence=lambda: None) if one.id == "P2.3" else one for one in p2.readings)
    monkeypatch.setitem(CLAIMS, "P2", replace(p2, readings=unread))
    status, out, _ = call(capsys, "errata", "--place", "Eq. 18")
    assert status == 3
    assert "P2.3 (undecided)" in " ".join(out.split())
    status, out, err = call(capsys, "coverage", "--place", "Eq. 18")
    assert status == 1
    assert err.startswith("gdssm: Eq. 18 (the output is")


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Eq. 18", "Eq. 18"),
        ("eq18", "Eq. 18"),
        ("Equation (18)", "Eq. 18"),
        ("3.2", "§3.2"),
        ("Section 3.2", "§3.2"),
        ("prop. 2", "Proposition 2"),
        ("Appendix A.1", "A.1"),
        (" Abstract ", "abstract"),
        ("18", "Eq. 18"),
        ("(18)", "Eq. 18"),
        ("3", "§3"),
        ("footnote 2", "footnote 2"),
        ("Eqs. 17-23", "Eqs. 17-23"),
        ("17-23", "Eqs. 17-23"),
        ("eqs 17 – 23", "Eqs. 17-23"),
        ("equations (17) to (23)", "Eqs. 17-23"),
        ("Eq. 17, 19-21 and 23", "Eqs. 17, 19-21, 23"),
        ("18-18", "Eq. 18"),
        ("Propositions 1 and 2", "Propositions 1, 2"),
        ("footnotes 1-4", "footnotes 1-4"),
    ],
)
def test_a_place_may_be_written_in_several_ways(written: str, place: str) -> None:
    assert find(written) == place


def test_what_a_row_and_a_reading_both_name_is_proved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """GATE.3 is contradicted by GATE.T6, and the rows of §3.1 name both."""
    made: list[str] = []

    def noted() -> Theorem:
        made.append("GATE.T6")
        return two_output_gates()

    monkeypatch.setattr(gates, "two_output_gates", noted)
    gates.theorems.cache_clear()
    try:
        found = found_out(CLAIMS["GATE"], {"GATE.3", "GATE.T6"})
    finally:
        gates.theorems.cache_clear()
    ((_, evidence),) = found.readings
    assert isinstance(evidence, Contradicted)
    assert evidence.theorem is found.theorems_by_id["GATE.T6"]
    assert made == ["GATE.T6"]


@pytest.mark.parametrize("place", ["Eqs. 17-23", "Eqs. 8, 17-18", "Propositions 1, 2"])
def test_several_places_are_those_of_each(place: str) -> None:
    """Each once, in the order of the paper; what stands at two of them is not said twice."""
    each = [find(one) for one in places(place)]
    assert len(each) > 1
    together = [one.proof for row in errata(readings_at(find(place))) for one in row.readings]
    apart = {one.proof for place in each for row in errata(readings_at(place)) for one in row.readings}
    assert sorted(together) == sorted(apart)
    rows = [entry.row for entry in coverage_at(find(place))]
    assert rows == sorted((row for row in ROWS if {*each} & {*places(row.place)}), key=lambda row: position(row.place))


@pytest.mark.parametrize("place", EVERY)
def test_every_place_is_found_by_its_own_name(place: str) -> None:
    assert find(place) == place


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("Eq. 99", "Eq. 9"),
        ("Eq. 1.8", "Eq. 18"),
        ("§3.7", "§3.1"),
        ("Table 4", "places are written as"),
        ("", "Eq. 18"),
        ("24", "places are written as Eq. 18"),
        ("Eqs. 17-99", "Eq. 9"),
        ("23-17", "there is nothing from Eq. 23 to Eq. 17"),
        ("1-999999999999", "there is no place"),
        ("§3.1-3.3", "there is no place"),
    ],
)
def test_an_unknown_place_says_what_is_near(written: str, near: str) -> None:
    with pytest.raises(InputError) as failed:
        find(written)
    assert near in failed.value.message


@pytest.mark.parametrize("place", ["Proposition 4", "A.7"])
def test_a_proposition_that_fails_has_the_same_word_in_verify(place: str) -> None:
    """A theorem may stand in its place all the same."""
    (entry,) = (one for one in coverage_at(place) if one.row.place == place)
    assert any(item.found == "proved" for item in entry.items)
    assert entry.standing is Standing.REFUTED
