"""The supplement and the trace: what is committed is what a run gives; what is in which, once, under its number."""

from __future__ import annotations

import copy
import json
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sympy
import yaml
from running import compiled

from derivations.claim import Outcome, Verdict
from derivations.cli import app
from derivations.figures import gallery, plots
from derivations.figures.gallery import Drawn, Measured
from derivations.generate import supplement
from derivations.generate.supplement import Paper
from derivations.paper import references
from derivations.report import typst
from derivations.report.lemmas import lemmas
from derivations.report.supplement_best_steps import restated
from derivations.training import committed, run
from derivations.training.committed import Results
from derivations.training.result_document import configuration
from gdssm_numeric.training import Run
from gdssm_symbolic.extensions.joint_induction import JointInduction
from gdssm_symbolic.kernel.expressions import Name
from gdssm_symbolic.kernel.proofs import Induction
from gdssm_symbolic.writing.documents import (
    Anchor,
    Block,
    Code,
    Displayed,
    Document,
    Entry,
    Heading,
    Listing,
    Page,
    Paragraph,
    Picture,
    Records,
    Reference,
    Row,
)
from gdssm_symbolic.writing.formula_tree import symbol
from gdssm_symbolic.writing.narration import Said, lemmas_of, said

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "supplement"
RESULTS, FIGURES = committed.loaded(ROOT / "results"), committed.reproduced(ROOT / "results")
MEASURED = Measured.read(FOLDER / supplement.RUN)
ANEW = "make supplement writes it anew"
Found = TypeVar("Found")
names = pytest.mark.parametrize("name", ["supplement", "trace"])


@pytest.fixture(scope="module")
def made(outcomes: dict[str, Outcome]) -> Paper:
    return anew(outcomes)


@pytest.fixture(scope="module")
def papers(made: Paper, outcomes: dict[str, Outcome]) -> dict[str, Paper]:
    return {one.name: one for one in (made, supplement.trace(list(outcomes.values())))}


def anew(outcomes: Mapping[str, Outcome], results: Results = RESULTS) -> Paper:
    return supplement.supplement(list(outcomes.values()), results, FIGURES, MEASURED)


@names
def test_the_committed_supplement_is_what_a_run_gives(papers: dict[str, Paper], name: str) -> None:
    assert supplement.latex(papers[name]) == (FOLDER / f"{name}.tex").read_text("utf-8"), ANEW
    again = typst.compiled(supplement.as_typst(papers[name]), FOLDER, seconds=0)
    assert again == (FOLDER / f"{name}.pdf").read_bytes(), ANEW


def test_the_supplement_is_about_sixty_pages() -> None:
    assert 50 <= pages(FOLDER / "supplement.pdf") <= 70
    assert pages(FOLDER / "trace.pdf") > 150


def pages(path: Path) -> int:
    """How many pages a PDF has, whose objects Typst compresses."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), flags=re.DOTALL)
    texts = [zlib.decompressobj().decompress(one) for one in found if one[:1] == b"x"]
    return sum(len(re.findall(rb"/Type\s*/Page\b", text)) for text in (path.read_bytes(), *texts))


def test_it_changes_with_a_number_of_a_result_and_with_a_verdict(made: Paper, outcomes: dict[str, Outcome]) -> None:
    committed = supplement.latex(made)
    altered = copy.deepcopy(RESULTS)
    (coefficient,) = next(group for group in altered["f10_N10"]["fit"] if group["quantity"] == "coefficients")[
        "entries"
    ]
    coefficient["mean"] *= 1.001
    assert supplement.latex(anew(outcomes, altered)) != committed
    judged = outcomes | {"P2": replace(outcomes["P2"], printed=Verdict.PROVED)}
    assert supplement.latex(anew(judged)) != committed


def test_every_picture_is_what_the_results_and_the_construction_give(made: Paper) -> None:
    assert {drawn.picture.path for drawn in made.pictures} == {
        f"figures/{path.name}" for path in (FOLDER / "figures").iterdir()
    }
    for drawn in made.pictures:
        assert (FOLDER / drawn.picture.path).read_bytes() == _pdf(drawn), f"{drawn.name}: {ANEW}"


def test_what_was_measured_is_measured_again() -> None:
    """Up to rounding, which differs from machine to machine; the corrected construction differs by rounding alone."""
    again = replace(Measured.now(), environment=MEASURED.environment)
    assert (FOLDER / supplement.RUN).read_text("utf-8") == MEASURED.written()
    assert MEASURED.agrees(again)
    altered = copy.deepcopy(again)
    altered.errors.errors["as printed"] = tuple(1.0001 * value for value in again.errors.errors["as printed"])
    assert not MEASURED.agrees(altered)
    assert MEASURED.agrees(MEASURED)
    assert not MEASURED.agrees(replace(again, environment={}))
    assert max(again.errors.errors["as corrected"]) < 1e-12 < min(again.errors.errors["as printed"])


def test_a_picture_changes_with_the_result() -> None:
    altered = copy.deepcopy(RESULTS["f5_N10"])
    altered["parameters"]["heads.0.Q"][0][0][0] += 0.01
    before, after = (next(gallery.result_pictures("f5_N10", result)) for result in (RESULTS["f5_N10"], altered))
    assert _pdf(before) != _pdf(after)


def _pdf(drawn: Drawn) -> bytes:
    return plots.written(drawn.draw(), "pdf")


@names
def test_what_is_referred_to_is_there_once(papers: dict[str, Paper], name: str) -> None:
    body = papers[name].body
    found = labels(body)
    assert [label for label, count in Counter(found).items() if count > 1] == []
    referred = {page.label for page in within(body, Page)}
    numbers = {reference.label for reference in within(body, Reference) if reference.kind}
    assert referred | numbers <= set(found)
    assert {"supplement": {"P2", "P2.T7", "P2.1", "result-f5_N10"}, "trace": {"rules"}}[name] <= referred
    assert {"P2.T1", "lemma-1"} <= numbers


def labels(body: Document) -> list[str]:
    """Under which one can refer to something in it."""
    headed = (block.label for block in body if isinstance(block, Heading | Picture) and block.label)
    return [*headed, *(anchor.label for anchor in within(body, Anchor))]


def within(thing: object, kind: type[Found]) -> Iterator[Found]:
    if isinstance(thing, kind):
        yield thing
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from within(part, kind)
    elif isinstance(thing, Block | Row):
        for field in fields(thing):
            yield from within(getattr(thing, field.name), kind)


@names
def test_every_theorem_lemma_and_reading_has_its_place(
    papers: dict[str, Paper], outcomes: dict[str, Outcome], name: str
) -> None:
    found = labels(papers[name].body)
    ids = {one for outcome in outcomes.values() for one in outcome.by_id}
    readings = {reading.id for outcome in outcomes.values() for reading, _ in outcome.readings}
    shared = lemmas(list(outcomes.values()))
    numbered = {shared.labels[said(lemma)].label for lemma in shared.shared}
    assert len(ids) > 290
    assert len(readings) > 50
    assert len(numbered) == len(shared.shared) > 50
    assert ids | readings | numbered <= set(found)


def test_each_lemma_has_one_number_and_is_proved_once(papers: dict[str, Paper], outcomes: dict[str, Outcome]) -> None:
    """Sixteen inductions were printed again in other claims."""
    shared = lemmas(list(outcomes.values()))
    texts = [label.text for key, label in shared.labels.items() if " " in label.text]
    assert len(texts) == len(set(texts)) == len([key for key in shared.labels if key not in ids_of(outcomes)])
    inductions = {
        said(one)
        for outcome in outcomes.values()
        for one in (*lemmas_of(outcome.theorems), *outcome.theorems)
        if isinstance(one.proof, Induction | JointInduction)
    }
    proved = [block for block in papers["trace"].body if isinstance(block, Paragraph) and begins_an_induction(block)]
    assert len(proved) == len(inductions) > 60
    told = [block for block in papers["supplement"].body if isinstance(block, Paragraph) and begins_an_induction(block)]
    assert told == []
    used = shared.users[said(shared.shared[0])]
    assert max(map(len, shared.users.values())) > 5
    assert used == ("P1",)


def test_a_theorem_is_called_the_statement_only_if_its_names_mean_the_same(made: Paper) -> None:
    """LIMIT.T10 has the letters of the statement, and a penalty."""
    entries = [block.blocks[0].parts for block in made.body if isinstance(block, Entry)]
    told = {parts[0].name: parts[-1] for parts in entries if isinstance(parts[0], Anchor)}
    assert told["LIMIT.T1"] == told["P2.T1"] == told["OPTL.T46"] == ": the statement."
    assert told["LIMIT.T10"] != ": the statement."
    assert told["P2.T4"] == ": displayed in the proof."


def test_the_statement_for_every_l_explains_its_own_names_alone(outcomes: dict[str, Outcome]) -> None:
    """Not those that only its proof has; and the numbers of c are those of its entries."""
    stated = restated(outcomes["OPTL"]).statement
    assert stated is not None
    assert [one.name.text for one in stated.meanings] == ["R", "R^*", "φ", "S", "m", "h", "b", "H"]
    written_out = outcomes["OPTL"].statement
    assert written_out is not None
    assert {"c", "D_3"} <= {one.name.text for one in written_out.meanings}
    assert "c_3" not in {one.name.text for one in written_out.meanings}


def ids_of(outcomes: Mapping[str, Outcome]) -> set[Said]:
    return {said(theorem) for outcome in outcomes.values() for theorem in outcome.by_id.values()}


def begins_an_induction(paragraph: Paragraph) -> bool:
    return paragraph.parts[0] == "By induction on "


@names
def test_no_list_is_empty(papers: dict[str, Paper], derived_outcomes: dict[str, Document], name: str) -> None:
    """LaTeX stops at an itemize without an item."""
    blocks = [*papers[name].body, *(block for document in derived_outcomes.values() for block in document)]
    assert all(block.items for block in blocks if isinstance(block, Listing))
    assert all(block.blocks for block in blocks if isinstance(block, Entry))
    assert all(block.rows for block in blocks if isinstance(block, Records))
    assert r"\begin{itemize}" + "\n\n" not in supplement.latex(papers[name])


def test_the_paper_is_cited_in_one_way() -> None:
    (paper,) = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["references"]
    names = [f"{author['given-names']} {author['family-names']}" for author in paper["authors"]]
    assert references.PAPER.authors == f"{', '.join(names[:-1])} and {names[-1]}"
    assert references.PAPER.title == paper["title"]


@pytest.mark.parametrize("name", RESULTS)
def test_the_command_below_a_table_describes_the_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = RESULTS[name]["configuration"]
    seen: list[dict[str, Any]] = []

    def noted(described: Run, *where: object, resume: object, **others: object) -> tuple[int, dict[str, Any]]:
        assert resume is None
        seen.append(configuration(described))
        return 0, {}

    monkeypatch.setattr(run, "run_training", noted)
    assert app.main(committed.command(name, setting).split()[1:]) == 0
    assert json.loads(json.dumps(seen[0])) == setting


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@names
def test_the_latex_compiles_with_all_references_and_nothing_runs_off_the_page(
    papers: dict[str, Paper], name: str, tmp_path: Path
) -> None:
    shutil.copytree(FOLDER / "figures", tmp_path / "figures")
    log = compiled(supplement.latex(papers[name]), tmp_path, runs=2)
    assert "undefined" not in log
    assert "multiply defined" not in log
    assert "Overfull \\hbox" not in log


# ---- typesetting ---------------------------------------------------------------------------------


def test_what_is_typeset_compiles(tmp_path: Path) -> None:
    u = Name("u", (sympy.Symbol("f", integer=True, positive=True), 1))()
    formula = symbol("W", r"W_{*} = \tilde{Q} \otimes \varphi"), sympy.Rational(1, 2), u.T * u * (u - 2 * u).T
    written = typst.write_typst(
        (
            Paragraph(
                ("$W_*$ is ", "$10⁴$: - ", *formula, "; 50% of #1 [so] “a//b” <c>, see page ", Page("here"), "; (not).")
            ),
            Listing((("- no list",), (Code("a_b::c"), " = ", *formula))),
            Displayed(formula),
        )
    )
    source = typst.STYLE + written + "= Here <here>\n"
    assert typst.compiled(source, tmp_path, seconds=0).startswith(b"%PDF")
    assert typst.compiled(source, tmp_path, seconds=0) == typst.compiled(source, tmp_path, seconds=0)
    assert 'page-of("here")' in written
    assert "$W_(*)$" in written
    assert "$10^(4)$" in written


def test_no_formula_is_parted_from_the_words_that_say_what_its_names_mean() -> None:
    """On one page stand the words before a formula, the formula, "where", and the first of the meanings."""
    one = symbol("A", "A")
    written = typst.write_typst(
        (Paragraph(("For all",)), Displayed((one,)), Paragraph(("where",)), Displayed((one,) * 4), Paragraph(("So.",)))
    )
    lead, statement, where, meanings, end = written.strip().split("\n\n")
    assert lead.startswith("#leading[For all")
    assert statement == "#leading[#whole[$  & A $]]"
    assert where == "#leading[where]"
    assert meanings.startswith("$ ")
    assert end == "So."
    entry = typst.write_typst((Entry((Paragraph((Anchor("P2.T3", "P2.T3"), " says")), Displayed((one,)))),))
    assert entry.startswith("#entry(whole: true)[\n#leading[#strong[P2.T3]<P2.T3> says]")
    long = typst.write_typst((Entry((Paragraph(("much",)), Displayed((one,) * 30))),))
    assert long.startswith("#entry(whole: false)")


def test_a_table_that_does_not_stand_on_one_page_is_refused() -> None:
    row = ((("a",),), (("b",),))
    assert typst.write_typst((Records(("x", "y"), (row,) * typst.MOST_ROWS, (0.5, 0.5)),)).startswith("#listed(")
    with pytest.raises(ValueError, match="do not stand on one page"):
        typst.write_typst((Records(("x", "y"), (row,) * (typst.MOST_ROWS + 1), (0.5, 0.5)),))
