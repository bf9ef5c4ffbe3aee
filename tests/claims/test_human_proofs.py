"""The proofs for people: what they cite exists, what they display is proved, and every writer can write them."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from running import compiled

from derivations.claim import Claim, Outcome
from derivations.claims import CLAIMS
from derivations.paper.id_list import listed
from derivations.report.human_proof import CITED, displayed, human_proof, paragraphs
from derivations.report.typst import write_typst
from derivations.report.web import write_myst
from derivations.verdict import judge
from gdssm_symbolic.writing import latex_paper
from gdssm_symbolic.writing.documents import Displayed, Paragraph, Reference, inline, write_latex, write_text

#: At most a page: so many words, of which a formula is one, and lines of plain text, displays with their meanings too.
WORDS, LINES = 450, 65
#: A longer formula is to be displayed, by the id of its theorem.
COLUMNS = 70


def faults(claim: Claim) -> list[str]:
    """A line for everything that the text of a proof must not do."""
    if not claim.proof.strip():
        return ["there is no proof"]
    found = []
    ids = {name for of in listed().values() for name in of} | set(CLAIMS)
    cited = CITED.findall(claim.proof)
    found += [f"{name} is no id" for name in cited if name not in ids]
    known = {name.partition(".")[0] for paragraph in prose(claim) for name in CITED.findall(paragraph)} | {claim.id}
    shown = [name for paragraph in paragraphs(claim) for name in displayed(paragraph)]
    found += [f"{name} is displayed, and is no theorem" for name in shown if ".T" not in name]
    found += [f"{name} is displayed, and its claim not cited" for name in shown if name.partition(".")[0] not in known]
    formulas = [one for paragraph in prose(claim) for one in re.findall(r"\$([^$]*)\$", paragraph)]
    found += [f"{one} is too long for a line" for one in formulas if len(one) > COLUMNS]
    words = sum(len(re.sub(r"\$[^$]*\$", "$", paragraph).split()) for paragraph in prose(claim))
    if words > WORDS:
        found.append(f"{words} words are more than a page")
    if claim.proof.count("$") % 2:
        found.append("a formula does not end")
    return found


def prose(claim: Claim) -> list[str]:
    return [paragraph for paragraph in paragraphs(claim) if not displayed(paragraph)]


@pytest.mark.parametrize("name", CLAIMS)
def test_the_text_keeps_to_the_rules(name: str) -> None:
    assert faults(CLAIMS[name]) == []


def test_a_text_that_does_not_is_found() -> None:
    """An id that does not exist, a display of a reading, or of a claim that is not named, a long text or formula."""
    claim = CLAIMS["P2"]
    for text, fault in (
        ("", "there is no proof"),
        ("By P2.T99.", "P2.T99 is no id"),
        ("It is\n\nP2.1", "P2.1 is displayed, and is no theorem"),
        ("It is\n\nP3.T1", "P3.T1 is displayed, and its claim not cited"),
        (f"It is ${'x + ' * 20}x$.", f"{'x + ' * 20}x is too long for a line"),
        ("word " * 451, "451 words are more than a page"),
        ("A $formula.", "a formula does not end"),
    ):
        assert faults(replace(claim, proof=text)) == [fault]
    assert faults(replace(claim, proof="By P3 it is\n\nP3.T1\n\nsince P2.T1 holds.")) == []


def test_every_display_is_a_theorem_of_the_run(outcomes: dict[str, Outcome]) -> None:
    for outcome in outcomes.values():
        blocks = list(human_proof(outcome))
        ids = [name for paragraph in paragraphs(outcome.claim) for name in displayed(paragraph)]
        own = [outcome.by_id[name].statement for name in ids if name in outcome.by_id]
        formulas = [formula for block in blocks if isinstance(block, Displayed) for formula in block.formulas]
        assert all(statement in formulas for statement in own)
        stated = [] if outcome.statement is None else [outcome.statement.equation]
        assert not any(statement in stated for statement in own), "the statement stands above the proof"


def test_every_writer_writes_every_proof(outcomes: dict[str, Outcome]) -> None:
    """LaTeX in ASCII, without a label of another claim; on the site every id that is cited leads to its place."""
    for outcome in outcomes.values():
        blocks = list(human_proof(outcome))
        assert write_latex(blocks).isascii()
        assert write_text(blocks).count("\n") <= LINES, outcome.claim.id
        assert write_typst(blocks)
        site = write_myst(blocks, "../")
        for name in CITED.findall(" ".join(prose(outcome.claim))):
            assert f'<a href="../claims/{name.partition(".")[0]}.html#{name}">{name}</a>' in site
        labels = re.findall(r"\\ref\{gdssm:([^}]*)\}", write_latex(blocks))
        assert {label.partition(".")[0] for label in labels} <= {outcome.claim.id}


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_sets_every_proof(outcomes: dict[str, Outcome], tmp_path: Path) -> None:
    blocks = [block for outcome in outcomes.values() for block in human_proof(outcome)]
    log = compiled(latex_paper.whole(write_latex(blocks), "", ""), tmp_path)
    assert "Overfull" not in log


def test_a_theorem_of_another_claim_and_an_assumption_are_told() -> None:
    """What a display assumes stands below it, and a theorem that the words do not name is named before it."""
    text = "By P3 this is\n\nP3.T2\n\nIn LIMIT the limit is:\n\nLIMIT.T7"
    outcome = judge(replace(CLAIMS["P2"], proof=text, readings=(), confirm=tuple))
    first, *rest = [block for block in human_proof(outcome) if isinstance(block, Paragraph)]
    assert inline(first.parts) == "By P3 this is (P3.T2)"
    assert [part.kind for part in first.parts if isinstance(part, Reference)] == ["", ""]
    told = [inline(block.parts) for block in rest]
    assert told == ["with", "In LIMIT the limit is (LIMIT.T7):", *told[2:]]
    assert any(line.startswith("This is proved, assuming that “") for line in told)
