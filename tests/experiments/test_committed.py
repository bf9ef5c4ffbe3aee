"""The committed figures: every verdict, table and picture is what its numbers give, and a changed number shows."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

from derivations.experiments.panels import PANELS
from derivations.experiments.verdicts import verdicts
from derivations.figures import experiments as pictures
from derivations.figures.plots import written
from derivations.generate.experiments import PANELS as SECTIONS
from derivations.generate.experiments import ROWS, rows, sections
from derivations.json_document import schema
from derivations.training.committed import reproduced

ROOT = Path(__file__).parents[2]
RESULTS = reproduced(ROOT / "results")


@pytest.mark.parametrize("figure", RESULTS)
def test_every_verdict_follows_from_the_numbers(figure: str) -> None:
    found = RESULTS[figure]
    jsonschema.validate(found, schema(found["schema"]))
    assert found["preset"] == "standard"
    assert set(found["panels"]) == set(PANELS[figure])
    assert {letter: asdict(one) for letter, one in verdicts(figure, found["panels"]).items()} == found["verdicts"]


def test_the_documents_say_what_the_results_give() -> None:
    for path, part, content in (
        (ROOT / "README.md", ROWS, rows(RESULTS)),
        (ROOT / "docs/experiments.md", SECTIONS, "\n\n".join(sections(RESULTS))),
    ):
        text = path.read_text("utf-8")
        assert part.renewed(text, content) == text


@pytest.mark.parametrize("figure", RESULTS)
def test_the_pictures_are_drawn_from_the_numbers(figure: str) -> None:
    for letter, panel in RESULTS[figure]["panels"].items():
        for name, drawn in pictures.drawn(letter, panel):
            assert (ROOT / "results" / figure / f"{name}.svg").read_bytes() == written(drawn, "svg"), name


def numbers(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with the place of a number in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in items:
        if type(entry) in (int, float):
            yield value, key
        yield from numbers(entry)


@pytest.mark.parametrize("figure", RESULTS)
def test_a_changed_number_shows(figure: str) -> None:
    """Any number of any panel, by its last digits; here five of them at random."""
    found = {figure: RESULTS[figure]}
    before = list(sections(found))
    draw = Random(0)
    for _ in range(5):
        changed = copy.deepcopy(found)
        container, key = draw.choice(list(numbers(changed[figure]["panels"])))
        container[key] += 1e-6 * (abs(container[key]) or 1)
        assert list(sections(changed)) != before
