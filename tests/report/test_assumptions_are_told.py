"""A theorem that rests on assumptions is told as one, in every format and wherever it is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import jsonschema
import pytest

from derivations.claim import Contradicted, Outcome, fact, shown
from derivations.claims import CLAIMS, convergence
from derivations.json_document import schema
from derivations.report.derivation import derivation, granted
from derivations.report.json_report import theorem_entry
from derivations.report.notebook_display import also_proved
from derivations.verdict import judge
from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.expressions import Name
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.layers import f
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.documents import KINDS, WRITERS, Displayed, Document, Heading, Paragraph, inline
from gdssm_symbolic.writing.narration import Statement, assuming, lemmas_of, narrate
from gdssm_symbolic.writing.prose import plain

formats = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
Write = Callable[[Document], str]


def flat(text: str) -> str:
    """On one line, without what LaTeX puts around documents and statements: where a line is broken does not matter."""
    text = text.replace(r"\begingroup\allowdisplaybreaks", "").replace(r"\endgroup", "")
    return " ".join(re.sub(rf"\\end\{{({'|'.join(KINDS)})\}}", "", text).split())


def opening(write: Write, theorem: Theorem, label: str) -> str:
    """What is printed of the theorem before its formula."""
    blocks = narrate([theorem])
    text, called = flat(write(blocks)), f"{label}: {theorem.title}"
    (heading,) = (block for block in blocks if isinstance(block, Heading) and block.text == called)
    _, _, after = text.partition(flat(write((heading,))))
    before, found, _ = after.partition(flat(write((Displayed((theorem.statement,)),))))
    assert found
    return before.strip()


@formats
def test_assumptions_stand_before_the_formula(write: Write) -> None:
    limit = convergence.PLAIN.limit()
    before = opening(write, limit, "Theorem")
    names = sorted(known.name for known in limit.assumptions)
    assert len(names) == 2
    words = flat(write((Paragraph((f", assuming that “{names[0]}”; and that “{names[1]}”:",)),)))
    assert before.endswith(words)
    error = convergence.PLAIN.error()
    assert not error.assumptions
    assert "assuming" not in opening(write, error, "Theorem")


@formats
def test_an_assumption_is_no_theorem_for_all_data(write: Write) -> None:
    limit = convergence.PLAIN.limit()
    text = flat(write(narrate([limit])))
    assumed = [theorem.proof for theorem in lemmas_of([limit]) if isinstance(theorem.proof, Assumption)]
    assert len(assumed) == 2
    for known in assumed:
        told: Document = (Paragraph((f"Assumed: “{known.name}”:",)), Displayed((known.statement,)))
        assert flat(write(told)) in text
        assert "For all" not in opening(write, check(known, "taken"), "Theorem")


def test_what_is_used_of_a_conditional_theorem_is_conditional() -> None:
    """Through any number of lemmas, each assumption once."""
    first, second, third = (Name(letter, (f, 1), arity=1)[t] for letter in "ABC")
    known = check(Assumption("A is B", Equation(first, second)), "known")
    also = check(Assumption("B is C", Equation(second, third)), "also known")
    through = check(Calculation(first, (Step(second, (known,)), Step(third, (also,)))), "through both")
    again = check(Calculation(2 * first, (Step(2 * third, (through,)),)), "again")
    assert assuming(again) == assuming(through) == ", assuming that “A is B”; and that “B is C”"
    assert assuming(check(Calculation(first + second, (Step(second + first),)))) == ""


def test_it_is_so_in_evidence_and_in_lists(outcomes: dict[str, Outcome]) -> None:
    limit = convergence.PLAIN.limit()
    words = assuming(limit).removeprefix(", ")
    assert words.startswith("assuming that ")
    assert plain(words) in inline(shown(Contradicted(limit, "a reason")).line)
    text = WRITERS["text"]
    for document in (
        derivation(outcomes["LIMIT"]),
        also_proved(outcomes["LIMIT"]).document,
    ):
        assert flat(plain(words)) in flat(text(document))


def test_a_program_is_told_what_each_theorem_assumes() -> None:
    """In `gdssm verify --json` and `gdssm show LIMIT.T1 --json` a conditional theorem looked like any other."""
    limit = convergence.PLAIN.limit()
    entry = theorem_entry("LIMIT.T1", fact(limit))
    assert len(entry["assuming"]) == 2
    assert plain(assuming(limit)) == ", assuming that " + "; and that ".join(entry["assuming"])
    jsonschema.validate(entry, {"$defs": schema()["$defs"], "$ref": "#/$defs/theorem"})


@pytest.mark.parametrize("key", CLAIMS)
def test_what_theorems_assume_stands_in_the_claim(outcomes: dict[str, Outcome], key: str) -> None:
    """Every name of an assumption, word for word, among the assumptions of the claim; and it can be missing."""
    outcome = outcomes[key]
    names = {known.name for theorem in outcome.theorems for known in theorem.assumptions}
    assert bool(names) == (key in {"LIMIT", "HEADS", "OPTL", "OPTG", "OPTX"})
    text = " ".join(outcome.claim.assumptions)
    assert [name for name in names if name not in text] == []
    for theorem in outcome.theorems:
        assert all(known.name in assuming(theorem) for known in theorem.assumptions)
    assert names.isdisjoint(CLAIMS["P1"].assumptions)


def test_what_is_arbitrary_is_not_told_as_assumed() -> None:
    """A reader takes what stands among the assumptions for one."""
    told = flat(WRITERS["text"](tuple(granted(CLAIMS["P2"]))))
    free, assumed = map(told.index, ("Not assumed, but arbitrary:", "Assumptions and conventions:"))
    assert free < told.index("they need not come from a linear model") < assumed < told.index("the step starts at")
    assert not [
        words for claim in CLAIMS.values() for words in claim.assumptions if words.startswith("the targets are")
    ]
    assert sum(bool(claim.free) for claim in CLAIMS.values()) >= 10


def test_a_claim_whose_headline_is_conditional_is_not_proved() -> None:
    """Nor is one whose headline is an assumption; with the assumption proved it would be."""
    of = convergence.PLAIN
    for theorem, verdict in ((of.limit(), "assumed"), (of.series(), "assumed"), (of.least(), "proved")):
        stated = Statement(theorem.statement, tuple(theorem.meanings.values()))
        claim = replace(CLAIMS["LIMIT"], statement=lambda s=stated: s, theorems=lambda th=theorem: {"LIMIT.T1": th})
        assert judge(claim).verdict == verdict


@pytest.mark.parametrize("key", CLAIMS)
def test_headlines_are_unconditional(outcomes: dict[str, Outcome], key: str) -> None:
    """The statement is shown on its own, too."""
    assert not outcomes[key].theorems[0].assumptions
