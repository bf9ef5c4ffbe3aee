"""What the pages of the site are made of, before Sphinx sees it."""

from __future__ import annotations

import pytest

from derivations.certificates import Certified
from derivations.generate.site import MOVED, ROOT, title_of
from derivations.report.graph import Graph, Node
from derivations.report.site_coq import statements
from derivations.report.web import LONGEST_PARAGRAPH, dropdown, shortened, write_myst
from gdssm_symbolic.writing.documents import Heading, Paragraph, ProofBegins


def test_a_graph_does_not_depend_on_the_order_of_its_arrows() -> None:
    nodes = tuple(Node(name, name, "#fff", name) for name in ("P1.T1", "P1.T2", "P1.lemma1"))
    arrows = ("P1.lemma1", "P1.T1"), ("P1.lemma1", "P1.T2"), ("P1.T2", "P1.T1")
    drawn = {str(Graph(nodes, order)) for order in (arrows, arrows[::-1], (*arrows, arrows[0]))}
    assert len(drawn) == 1
    assert Graph(nodes, arrows[::-1]).used_by == {"P1.T2": ["P1.T1"], "P1.lemma1": ["P1.T1", "P1.T2"]}


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
    assert (ROOT / file).is_file()


def test_the_name_of_a_page_is_its_title() -> None:
    assert title_of(ROOT / "docs/limits.md") == (ROOT / "docs/limits.md").read_text("utf-8").splitlines()[0][2:]
