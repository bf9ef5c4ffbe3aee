"""The supplement: what is committed is what a run gives, and every number in it comes from the run or from a result."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import sympy
import yaml
from running import compiled

from derivations.claim import Outcome, Verdict
from derivations.cli import app
from derivations.figures import gallery, plots
from derivations.figures.gallery import Drawn, Measured
from derivations.generate import supplement
from derivations.generate.supplement import Supplement
from derivations.paper import references
from derivations.report import typst
from derivations.training import committed, run
from derivations.training.result_document import configuration
from gdssm_numeric.training import Run
from gdssm_symbolic.kernel.expressions import Name
from gdssm_symbolic.writing.documents import Block, Code, Displayed, Heading, Listing, Page, Paragraph, Picture, Row
from gdssm_symbolic.writing.formula_tree import symbol

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "supplement"
RESULTS = committed.loaded(ROOT / "results")
MEASURED = Measured.read(FOLDER / supplement.RUN)
ANEW = "make supplement writes it anew"


@pytest.fixture(scope="module")
def made(outcomes: dict[str, Outcome]) -> Supplement:
    return supplement.supplement(list(outcomes.values()), RESULTS, MEASURED)


def test_the_committed_supplement_is_what_a_run_gives(made: Supplement) -> None:
    assert supplement.latex(made) == (FOLDER / "supplement.tex").read_text("utf-8"), ANEW
    again = typst.compiled(supplement.as_typst(made), FOLDER, seconds=0)
    assert again == (FOLDER / "supplement.pdf").read_bytes(), ANEW


def test_it_changes_with_a_number_of_a_result_and_with_a_verdict(
    made: Supplement, outcomes: dict[str, Outcome]
) -> None:
    committed = supplement.latex(made)
    altered = copy.deepcopy(RESULTS)
    (coefficient,) = next(group for group in altered["f10_N10"]["fit"] if group["quantity"] == "coefficients")[
        "entries"
    ]
    coefficient["mean"] *= 1.001
    assert supplement.latex(supplement.supplement(list(outcomes.values()), altered, MEASURED)) != committed
    judged = [
        replace(outcome, printed=Verdict.PROVED) if name == "P2" else outcome for name, outcome in outcomes.items()
    ]
    assert supplement.latex(supplement.supplement(judged, RESULTS, MEASURED)) != committed


def test_every_picture_is_what_the_results_and_the_construction_give(made: Supplement) -> None:
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


def test_every_page_that_is_referred_to_is_there_once(made: Supplement) -> None:
    labels = [block.label for block in made.body if isinstance(block, Heading | Picture) and block.label]
    assert len(labels) == len(set(labels))
    referred = {page.label for block in made.body for page in _pages(block)}
    assert referred <= set(labels)
    assert {"P2", "P2.T7", "P2.1", "rules", "result-f5_N10"} <= referred


def _pages(thing: object) -> Iterator[Page]:
    if isinstance(thing, Page):
        yield thing
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from _pages(part)
    elif isinstance(thing, Block | Row):
        for field in fields(thing):
            yield from _pages(getattr(thing, field.name))


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
def test_the_latex_compiles_with_all_references_and_nothing_runs_off_the_page(made: Supplement, tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "figures", tmp_path / "figures")
    log = compiled(supplement.latex(made), tmp_path, runs=2)
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
