"""The ids of readings and theorems: each is given once, and means what the committed list says."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from derivations import paper
from derivations.claim import Outcome, Reading
from derivations.claims import CLAIMS
from derivations.json_document import schema
from derivations.report.json_report import report
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.narration import lemmas_of, said
from gdssm_symbolic.writing.prose import plain

LIST = Path(paper.__file__).parent / "ids.toml"

Table = dict[str, dict[str, str]]


@pytest.fixture
def table() -> Table:
    """The list: by claim, and under "retired" what went."""
    return tomllib.loads(LIST.read_text("utf-8"))


def words(reading: Reading) -> str:
    return plain(f"{reading.printed}\n{reading.read_as}")


def misnamed(readings: Iterable[Reading], theorems: Mapping[str, Theorem], meant: Mapping[str, str]) -> list[str]:
    """What is registered in one claim and does not mean what the list says of its id."""
    readings = list(readings)
    wrong = [
        reading.id
        for reading in readings
        if reading.id not in meant or [one.id for one in readings if meant[reading.id] in words(one)] != [reading.id]
    ]
    return wrong + [name for name, theorem in theorems.items() if meant.get(name) != plain(theorem.title)]


def faults(outcomes: Iterable[Outcome], table: Table) -> list[str]:
    """A line for each id that is given twice, not listed, listed and not there, or means something else."""
    table = dict(table)
    retired = table.pop("retired")
    found = [f"{name} is retired, and listed again" for of in table.values() for name in of if name in retired]
    for outcome in outcomes:
        claim, readings = outcome.claim.id, [reading for reading, _ in outcome.readings]
        meant = table.pop(claim, {})
        given = Counter([*(reading.id for reading in readings), *outcome.theorems_by_id, *outcome.lemmas_by_id])
        found += [f"{name} is given {count} times" for name, count in given.items() if count > 1]
        found += [f"{name} is not what the list says" for name in misnamed(readings, outcome.by_id, meant)]
        found += [f"{name} is listed, and not registered" for name in meant if name not in given]
        ever = [name for name in (*meant, *retired) if name.startswith(f"{claim}.")]
        for kind in ("", "T"):
            numbers = sorted(
                int(name) for name in re.findall(rf"^{claim}\.{kind}(\d+)$", "\n".join(ever), re.MULTILINE)
            )
            if numbers != list(range(1, len(numbers) + 1)):
                found.append(f"the numbers {claim}.{kind}… are not 1, 2, 3, …: a line is missing")
        found += [f"{name} is no id of {claim}" for name in given if not re.fullmatch(rf"{claim}\.T?[1-9]\d*", name)]
    return found + [f"{claim} is no claim" for claim in table]


def test_every_id_means_what_the_list_says(outcomes: dict[str, Outcome], table: Table) -> None:
    assert faults(outcomes.values(), table) == []


def test_an_id_that_changes_hands_is_found(outcomes: dict[str, Outcome], table: Table) -> None:
    """Two readings, or two theorems, that exchange their ids; and one whose words are not those of the list."""
    p2 = outcomes["P2"]
    (first, found), (second, other), *rest = p2.readings
    exchanged = replace(p2, readings=((replace(first, id="P2.2"), found), (replace(second, id="P2.1"), other), *rest))
    lines = ["P2.2 is not what the list says", "P2.1 is not what the list says"]
    assert faults([exchanged], {"P2": table["P2"], "retired": {}}) == lines
    theorems = dict(p2.theorems_by_id)
    theorems["P2.T1"], theorems["P2.T2"] = theorems["P2.T2"], theorems["P2.T1"]
    exchanged = replace(p2, theorems_by_id=theorems)
    lines = ["P2.T1 is not what the list says", "P2.T2 is not what the list says"]
    assert faults([exchanged], {"P2": table["P2"], "retired": {}}) == lines
    reworded = table["P2"] | {"P2.5": "another q"}
    assert faults([p2], {"P2": reworded, "retired": {}}) == ["P2.5 is not what the list says"]


def test_an_id_that_is_given_twice_is_found(outcomes: dict[str, Outcome], table: Table) -> None:
    p3 = outcomes["P3"]
    (first, found), *rest = p3.readings
    assert "P3.2 is given 2 times" in faults(
        [replace(p3, readings=((replace(first, id="P3.2"), found), *rest))], {"P3": table["P3"], "retired": {}}
    )
    lemmas = {"P3.T1": p3.lemmas_by_id["P3.T5"]}
    assert "P3.T1 is given 2 times" in faults([replace(p3, lemmas_by_id=lemmas)], {"P3": table["P3"], "retired": {}})
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(LIST.read_text("utf-8").replace('"P3.2" =', '"P3.1" ='))


def test_a_retired_id_stays_and_is_not_given_again(outcomes: dict[str, Outcome], table: Table) -> None:
    p1 = outcomes["P1"]
    fewer = replace(p1, readings=(p1.readings[0], *p1.readings[2:]))
    meant = dict(table["P1"])
    assert faults([fewer], {"P1": meant, "retired": {}}) == ["P1.2 is listed, and not registered"]
    gone = meant.pop("P1.2")
    (line,) = faults([fewer], {"P1": meant, "retired": {}})
    assert line.startswith("the numbers P1.…")
    assert faults([fewer], {"P1": meant, "retired": {"P1.2": gone}}) == []
    assert faults([p1], {"P1": meant, "retired": {"P1.2": gone}}) == ["P1.2 is not what the list says"]
    both = {"P1": meant | {"P1.2": gone}, "retired": {"P1.2": gone}}
    assert "P1.2 is retired, and listed again" in faults([p1], both)


def test_an_id_that_is_not_listed_or_is_another_claims_is_found(outcomes: dict[str, Outcome], table: Table) -> None:
    p4 = outcomes["P4"]
    meant = {name: said for name, said in table["P4"].items() if name != "P4.T7"}
    assert faults([p4], {"P4": meant, "retired": {}}) == ["P4.T7 is not what the list says"]
    (first, found), *rest = p4.readings
    elsewhere = replace(p4, readings=((replace(first, id="P5.1"), found), *rest))
    assert "P5.1 is no id of P4" in faults([elsewhere], {"P4": table["P4"], "retired": {}})
    assert faults([], {"P9": {}, "retired": {}}) == ["P9 is no claim"]


def test_a_lemma_with_an_id_is_a_lemma_of_the_claim(outcomes: dict[str, Outcome]) -> None:
    """So it is shown, and evaluated at small sizes, with the theorems that rest on it."""
    for outcome in outcomes.values():
        known = {said(lemma) for lemma in lemmas_of(outcome.theorems)}
        assert [name for name, lemma in outcome.lemmas_by_id.items() if said(lemma) not in known] == []
        assert [name for name, theorem in outcome.theorems_by_id.items() if name in outcome.lemmas_by_id] == []


def test_the_report_has_the_ids(outcomes: dict[str, Outcome]) -> None:
    """Of theorems and of readings."""
    found = json.loads(json.dumps(report(outcomes.values())))
    jsonschema.validate(found, schema())
    for entry, outcome in zip(found["claims"], outcomes.values(), strict=True):
        assert {one["id"]: one["title"] for one in entry["theorems"]} == {
            name: plain(theorem.title) for name, theorem in outcome.theorems_by_id.items()
        }
        assert [one["id"] for one in entry["readings"]] == [reading.id for reading, _ in outcome.readings]


@pytest.mark.parametrize("key", CLAIMS)
def test_every_reading_stands_alone(key: str) -> None:
    """Sorted by place, or linked to, "the same" would be the same as something else."""
    for reading in CLAIMS[key].readings:
        assert not re.match("the same", reading.printed), reading.id
        assert not re.match("the same", reading.correction), reading.id
