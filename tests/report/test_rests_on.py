"""What a claim is said to rest on is what its proofs are made of, found here from the classes of their parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from sys import modules

import pytest

from derivations import claim
from derivations.claim import Contradicted, Outcome
from derivations.claims import CLAIMS
from derivations.report.json_report import Trust, claim_entry, trust
from gdssm_symbolic.checker import CHECKS, check
from gdssm_symbolic.extensions.functions import WithFunctions
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.theorem import Theorem


def every_theorem(theorems: Iterable[Theorem]) -> Iterator[Theorem]:
    """The theorems with all their lemmas, each once."""
    seen = set[Theorem]()
    waiting = list(theorems)
    while waiting:
        theorem = waiting.pop()
        if theorem not in seen:
            seen.add(theorem)
            waiting += theorem.lemmas
            yield theorem


def parts(theorem: Theorem) -> Iterator[type]:
    """The classes of which a theorem is made: its proof, what it says and assumes, and what its names mean."""
    said = theorem.statement, *(assumption.statement for assumption in theorem.assumptions)
    yield from map(type, (theorem.proof, *said, *theorem.meanings.values()))


def file_of(part: type) -> Path:
    """Where the class is defined, within gdssm_symbolic."""
    return Path(*part.__module__.split(".")[1:])


#: The extensions that bring a kind of proof of their own; the other modules there are their tools.
EXTENSIONS = {file_of(kind).name for kind in CHECKS if file_of(kind).parent.name == "extensions"}


def made_of(theorems: Iterable[Theorem]) -> set[type]:
    return {part for theorem in every_theorem(theorems) for part in parts(theorem)}


def extensions_in(used: set[type]) -> set[type]:
    return {part for part in used if file_of(part).parent.name == "extensions"}


def disagreements(said: tuple[str, ...], theorems: Iterable[Theorem]) -> set[str]:
    """The files that are named and not used, or used and not named.

    A tool of an extension, such as unit vectors, goes without saying where an extension that is named imports it.
    Functions have no class of their own; the next test but one finds them.
    """
    used = made_of(theorems)
    extended = extensions_in(used)
    tools = {part for part in extended if file_of(part).name not in EXTENSIONS or issubclass(part, Meaning)}
    found = {file_of(part).name for part in extended - tools} | ({"kernel"} if used else set())
    named = [modules[f"gdssm_symbolic.extensions.{name}"] for name in said if name in EXTENSIONS]
    brought = {part for part in tools if any(getattr(module, part.__name__, None) is part for module in named)}
    return found ^ (set(said) - {"functions"}) | {file_of(part).name for part in tools - brought}


@pytest.mark.parametrize("key", CLAIMS)
def test_what_a_claim_is_said_to_rest_on_is_what_its_proofs_are_made_of(outcomes: dict[str, Outcome], key: str) -> None:
    outcome = outcomes[key]
    assert disagreements(outcome.rests_on, outcome.theorems) == set()
    assert all(file_of(part).parts[0] in ("kernel", "extensions") for part in made_of(outcome.theorems))


@pytest.mark.parametrize("key", CLAIMS)
def test_what_speaks_on_the_printed_text_rests_on_nothing_else(outcomes: dict[str, Outcome], key: str) -> None:
    found = [evidence for _, evidence in outcomes[key].readings]
    theorems = [evidence.theorem if isinstance(evidence, Contradicted) else evidence for evidence in found]
    spoken = made_of(theorem for theorem in theorems if isinstance(theorem, Theorem))
    assert extensions_in(spoken) <= made_of(outcomes[key].theorems)


@pytest.mark.parametrize("key", ["P1", "P2", "P3", "A4", "STEP", "DIM", "P4", "CE", "GATE", "LIMIT"])
def test_without_functions_the_proofs_hold_that_do_not_name_them(
    outcomes: dict[str, Outcome], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(WithFunctions, "arguments", Normaliser.arguments)
    refused = False
    for theorem in every_theorem(outcomes[key].theorems):
        try:
            check(theorem.proof)
        except OutsideLanguage:
            refused = True
    assert refused == ("functions" in outcomes[key].rests_on)


@pytest.mark.parametrize("room", ["kernel", "limits"])
def test_rules_that_name_another_file_are_found_out(
    outcomes: dict[str, Outcome], monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    """If every rule said that it stands in one room, the list would be wrong, and the proofs would show it."""
    wrong = {"kernel": {"expectation"}, "limits": {"expectation", "limits"}}
    monkeypatch.setattr(claim, "room_of", lambda _: room)
    outcome = outcomes["OPT1"]
    assert disagreements(outcome.rests_on, outcome.theorems) == wrong[room]


def test_an_extension_that_is_not_named_is_found_out(outcomes: dict[str, Outcome]) -> None:
    assert disagreements(("kernel", "expectation"), outcomes["OPTL"].theorems) == {"positivity", "independence"}
    missed = {"expectation", "independence", "unit_vectors"}
    assert disagreements(("kernel",), outcomes["OPTG"].theorems) == missed
    assert disagreements(("kernel",), ()) == {"kernel"}


def test_it_is_told_as_a_mark_in_words_and_for_a_program(
    outcomes: dict[str, Outcome], written_outcomes: dict[str, str]
) -> None:
    marks = {key: trust(outcome) for key, outcome in outcomes.items()}
    assert {key for key, mark in marks.items() if mark is Trust.KERNEL} == {"P1", "P2", "P3", "A4", "STEP", "DIM"}
    assert set(marks.values()) == {Trust.KERNEL, Trust.EXTENDED}
    for key, words in (("P1", "kernel alone"), ("OPTL", "kernel, expectation, positivity, independence")):
        assert f"\nRests on: {words}.\n" in written_outcomes[key]
        assert claim_entry(outcomes[key])["rests_on"] == list(outcomes[key].rests_on)
