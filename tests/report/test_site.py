"""What the pages of the site are made of, before Sphinx sees it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sympy

from derivations.certificates import FOLDER, Certificates, Certified
from derivations.claim import Outcome, Verdict
from derivations.claims import CLAIMS
from derivations.generate.site import MOVED, ROOT, on_the_site, put, title_of
from derivations.paper.id_list import listed
from derivations.report.graph import COLOURS, Graph, Node, called
from derivations.report.site_coq import by_claim, by_statement, extent, statements
from derivations.report.web import LONGEST, LONGEST_PARAGRAPH, dropdown, shortened, write_myst
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Name
from gdssm_symbolic.writing.documents import Displayed, Heading, Paragraph, ProofBegins


def test_a_graph_does_not_depend_on_the_order_of_its_arrows() -> None:
    nodes = tuple(Node(name, name, "#fff", name) for name in ("P1.T1", "P1.T2", "P1.lemma1"))
    arrows = ("P1.lemma1", "P1.T1"), ("P1.lemma1", "P1.T2"), ("P1.T2", "P1.T1")
    drawn = {str(Graph(nodes, order)) for order in (arrows, arrows[::-1], (*arrows, arrows[0]))}
    assert len(drawn) == 1
    assert Graph(nodes, arrows[::-1]).used_by == {"P1.T2": ["P1.T1"], "P1.lemma1": ["P1.T1", "P1.T2"]}


def test_a_kind_of_proof_is_told_in_words() -> None:
    assert called("JointInduction") == "joint induction"
    assert called("GradientExpansion") == "gradient, by expansion"
    assert not [word for kind in COLOURS for word in called(kind).split() if word != word.lower()]


def test_a_heading_has_its_label_as_its_address_and_no_links() -> None:
    written = write_myst(
        (Heading("P2.T1: it holds", 3, "P2.T1", "theorem"), Paragraph(("as P2.4 says",)), ProofBegins())
    )
    assert written.startswith("### {place}`P2.T1`P2.T1: it holds\n")
    assert '<a href="claims/P2.html#P2.4">P2.4</a>' in written


def test_a_long_paragraph_is_folded_after_its_first_sentences() -> None:
    short = "One sentence. Another one."
    assert shortened(short) == short
    text = "First of $a. B$ all. Then this. " + "And more of it. " * (LONGEST_PARAGRAPH // 16) + "The end."
    first, _, rest = shortened(text).partition("\n\n")
    assert first == "First of $a. B$ all. Then this."
    assert rest.startswith("::::{dropdown} More\n\nAnd more of it.")
    assert f"{first} {rest.removeprefix('::::{dropdown} More').removesuffix('::::').strip()}" == text


def test_a_fence_is_longer_than_what_it_holds() -> None:
    outer = dropdown("all", dropdown("one", "text"), depth=1)
    assert outer.splitlines()[0] == ":::::{dropdown} all"
    assert outer.splitlines()[-1] == ":::::"


def test_what_is_short_in_a_long_display_is_not_folded() -> None:
    x, y = Name("x", (1, 1)), Name("y", (1, 1))
    long = Definition(y, sum((sympy.Symbol(f"c_{k}") * x() for k in range(LONGEST // 6)), start=x()))
    written = write_myst((Displayed((Definition(x, 2 * Name("z", (1, 1))()), long)),))
    shown, _, folded = written.partition("::::{dropdown} A long formula")
    assert "x & = 2" in shown
    assert "c_{1}" in folded
    assert "c_{1}" not in shown
    many = write_myst((Displayed((Definition(x, 2 * y()),) * LONGEST),))
    assert "longer formulas" in many
    assert len(many.partition("::::{dropdown}")[0]) < 2 * LONGEST


def test_a_file_of_statements_is_cut_above_the_comment_of_each() -> None:
    text = """(* head *)

Definition two := 2.

(* P1: first *)
Definition P1 : Prop :=
  True.

Definition P2 : Prop := True.
"""
    certified = [Certified(name, (name,), "S.v", "0" * 64, ()) for name in ("P1", "P2")]
    page = statements("S.v", text, certified)
    before, first, second = (part.rpartition("````````coq\n")[2] for part in page.split("\n## "))
    assert before.startswith("(* head *)\n\nDefinition two")
    assert first.startswith("(* P1: first *)\nDefinition P1")
    assert second.startswith("Definition P2")


@pytest.mark.parametrize("file", MOVED)
def test_what_is_elsewhere_on_the_site_is_in_the_repository(file: str) -> None:
    name, _, place = file.partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    assert not place or place in {one.lower().replace(" ", "-") for one in headings}


def test_a_link_to_a_place_that_moved_leads_to_its_page(tmp_path: Path) -> None:
    for file, text in (("claims/index.md", "# The claims\n"), ("docs/limits.md", "# Limits\n")):
        put(tmp_path / file, text)
    page = tmp_path / "docs" / "claims.md"
    link = "[README.md](../README.md#the-verdict-on-each-claim), [README](../README.md), [limits](limits.md#speed)"
    assert on_the_site(link, page, tmp_path) == "[The claims](../claims/index.md), README, [limits](limits.md#speed)"


def test_the_name_of_a_page_is_its_title() -> None:
    assert title_of(ROOT / "docs/limits.md") == (ROOT / "docs/limits.md").read_text("utf-8").splitlines()[0][2:]


def of_all_theorems(claim: str) -> Outcome:
    """A claim of which every theorem is proved."""
    theorems: dict[str, Any] = dict.fromkeys(name for name in listed()[claim] if name.startswith(f"{claim}.T"))
    return Outcome(CLAIMS[claim], Verdict.PROVED, Verdict.PROVED, None, theorems_by_id=theorems)


@pytest.mark.parametrize(
    ("claim", "told"),
    [("P2", "C"), ("DIM", "C"), *((name, "C in part") for name in ("HEADS", "OPT1", "OPTL", "OPTG")), ("LIMIT", "")],
)
def test_a_claim_is_certified_if_its_headline_is(claim: str, told: str) -> None:
    assert extent(of_all_theorems(claim), Certificates(ROOT / FOLDER).by_id()) == told


def test_a_headline_of_which_something_is_left_out_is_certified_in_part() -> None:
    left_out = Certified("P2", ("P2", "P2.T1"), "S.v", "0" * 64, ("That is NOT certified.",))
    assert extent(of_all_theorems("P2"), {"P2": [left_out], "P2.T1": [left_out]}) == "C in part"


def test_a_lemma_with_an_id_counts_among_what_is_certified() -> None:
    theorems: dict[str, Any] = dict.fromkeys(("P3.T1", "P3.T2"))
    lemmas: dict[str, Any] = dict.fromkeys(("P3.T7", "P3.T8"))
    outcome = Outcome(CLAIMS["P3"], Verdict.PROVED, Verdict.PROVED, None, theorems_by_id=theorems, lemmas_by_id=lemmas)
    stated = Certified("P3", ("P3", "P3.T1", "P3.T8"), "S.v", "0" * 64, ())
    row = by_claim([outcome], {key: [stated] for key in stated.ids}).splitlines()[-3]
    assert "| 2 of 4: " in row
    assert "#P3.T8" in row
    assert "#P3.T7" not in row


def test_coq_says_of_each_claim_and_statement_what_is_certified() -> None:
    certificates = Certificates(ROOT / FOLDER)
    claims = by_claim([of_all_theorems(name) for name in ("OPT1", "P2", "LIMIT")], certificates.by_id())
    one, two = (line for line in claims.splitlines() if "#by-claim" in line or "Statements.html" in line)
    assert ">C in part</a>" in one
    assert "| 0 of " in one
    assert '<a href="../coq/Statements.html#P2" aria-label="C: what Coq proved of P2">C</a>' in two
    assert "LIMIT" not in claims
    rows = by_statement(certificates.statements()).splitlines()
    (algebra,) = (row for row in rows if ">OPT1_algebra<" in row)
    assert "NOT certified" in algebra
    assert sum("NOT certified" in row for row in rows) == sum(
        bool(one.not_certified) for one in certificates.statements()
    )
