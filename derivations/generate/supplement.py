"""Writes the supplement, what people read, and beside it the trace, all that the machine proved, line by line.

python -m derivations.generate.supplement FOLDER

Both are papers in PDF, by Typst, and in LaTeX; a theorem, a lemma or a reading has one number in both.

What was measured, and with what it was computed, is written beside it in run.json, from which all of it is drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from derivations import __version__
from derivations.certificates import FOLDER, Certificates
from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.figures import plots
from derivations.figures.gallery import Drawn, Measured, coefficients, construction_pictures, result_pictures
from derivations.paper.coverage import coverage
from derivations.paper.errata import errata
from derivations.paper.rows import ROWS
from derivations.report import machine_trace, supplement_claims, supplement_parts, typst
from derivations.report.lemmas import lemmas
from derivations.report.supplement_trained import trained
from derivations.training.committed import Results, loaded, reproduced
from derivations.verdict import run
from gdssm_numeric.files import replace_file, replace_text
from gdssm_symbolic.writing.documents import (
    LATEX,
    Block,
    Document,
    Heading,
    Paragraph,
    Parts,
    Records,
    inline,
    write_latex,
)
from gdssm_symbolic.writing.latex_paper import NUMBERED, PREAMBLE
from gdssm_symbolic.writing.prose import plain

from .experiments import SUBJECTS, by_verdict, span

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results"
RUN = "run.json"
TITLE = "gdssm: a machine-checked companion to “State-space models can learn in-context by gradient descent”"
AUTHORS = "The gdssm founders"


@dataclass(frozen=True)
class Paper:
    """One of the two: the name of its files, the title, the abstract, the body, and the pictures in it."""

    name: str
    title: str
    abstract: Parts
    body: Document
    pictures: tuple[Drawn, ...] = ()


def supplement(outcomes: Sequence[Outcome], results: Results, figures: Results, measured: Measured) -> Paper:
    """What people read, from what a run found and measured, and from what was trained."""
    wrong, places, shared = errata(outcomes), coverage(ROWS, outcomes), lemmas(outcomes)
    construction, every = construction_pictures(measured), coefficients(results)
    window, recurrence, *at_work = (drawn.picture for drawn in construction)
    own = {name: tuple(result_pictures(name, result)) for name, result in results.items()}
    shown = {name: [drawn.picture for drawn in mine] for name, mine in own.items()}
    parts: list[Iterable[Block]] = [
        supplement_parts.found(outcomes),
        (window, recurrence),
        supplement_parts.how_to_read(),
        supplement_parts.notation(),
        supplement_claims.shared_lemmas(shared),
        *(supplement_claims.claim(outcome, shared) for outcome in outcomes),
        supplement_parts.errata(wrong, outcomes),
        supplement_parts.on_random_tasks(at_work),
        trained(results, every.picture, shown),
        reproduced_figures(figures),
        supplement_parts.trusted(outcomes, Certificates(ROOT / FOLDER).by_id()),
        supplement_parts.reproduction(measured.environment, results),
        supplement_parts.prior_work(),
        supplement_parts.references(),
        supplement_parts.index(places, outcomes, results),
    ]
    body = tuple(block for part in parts for block in part)
    abstract = supplement_parts.abstract(outcomes, wrong, places, results)
    pictures = (*construction, every, *(drawn for mine in own.values() for drawn in mine))
    return Paper("supplement", TITLE, abstract, body, pictures)


def trace(outcomes: Sequence[Outcome]) -> Paper:
    """What the machine proved, line by line."""
    return Paper(
        "trace", f"{TITLE}: the trace", machine_trace.ABSTRACT, machine_trace.trace(outcomes, lemmas(outcomes))
    )


def reproduced_figures(figures: Results) -> Document:
    """The paper's figures, trained again: what each panel came to."""
    rows = tuple(
        (((figure,),), ((SUBJECTS[figure],),), tuple((f"{span(letters)}: {told}",) for told, letters in found.items()))
        for figure, found in ((figure, by_verdict(figure, result)) for figure, result in figures.items())
    )
    said = (
        "The models of the paper's figures were trained again; docs/experiments.md has every panel with its numbers, "
        "and the rule by which it is judged."
    )
    header = ("figure", "what it is about", "panels")
    return Heading("The paper's figures"), Paragraph((said,)), Records(header, rows, (0.1, 0.55, 0.35))


ARTICLE = r"""%(preamble)s\setcounter{secnumdepth}{0}
\setcounter{tocdepth}{1}
\title{%(title)s}
\author{%(authors)s}
\date{Version %(version)s}
\begin{document}
\maketitle
\begin{abstract}
%(abstract)s
\end{abstract}
\tableofcontents
%(body)s
\end{document}
"""


def latex(made: Paper) -> str:
    """The paper as a LaTeX article; its sections are in the table of contents."""
    body = write_latex(made.body, listed=True)
    front = {"title": inline((made.title,), LATEX), "authors": AUTHORS, "version": __version__}
    abstract = inline(made.abstract, LATEX)
    return ARTICLE % {**front, "preamble": f"{PREAMBLE}{NUMBERED}", "abstract": abstract, "body": body}


TYPST = r"""
#set document(title: [%(title)s], author: "%(authors)s")
#align(center)[
  #text(size: 1.5em, weight: "bold")[%(title)s]

  %(authors)s #h(2em) Version %(version)s
]
#pad(x: 2em, y: 1em)[%(abstract)s]
#outline(depth: 1, title: none)
%(body)s
"""


def as_typst(made: Paper) -> str:
    """The paper as a Typst file."""
    title, abstract = (typst.paragraph(parts) for parts in ((made.title,), made.abstract))
    body = typst.write_typst(made.body)
    front = {"title": title, "authors": AUTHORS, "version": __version__, "abstract": abstract}
    return typst.STYLE + TYPST % {**front, "body": body}


def write(folder: Path, outcomes: Sequence[Outcome], tell: Callable[[str], object] = print) -> list[Path]:
    """The pictures, both papers in both forms, and run.json; where the papers are."""
    measured = Measured.now()
    if (folder / RUN).exists() and (kept := Measured.read(folder / RUN)).agrees(measured):
        measured = kept  # so that nothing changes by rounding alone
    papers = supplement(outcomes, loaded(RESULTS), reproduced(RESULTS), measured), trace(outcomes)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    tell("drawing the pictures")
    for drawn in (drawn for made in papers for drawn in made.pictures):
        plots.save(drawn.draw(), folder / drawn.picture.path)
    replace_text(folder / RUN, measured.written())
    written: list[Path] = []
    for made in papers:
        tell(f"typesetting {made.name}")
        written += folder / f"{made.name}.tex", folder / f"{made.name}.pdf"
        replace_text(folder / f"{made.name}.tex", latex(made))
        replace_file(folder / f"{made.name}.pdf", typst.compiled(as_typst(made), folder, seconds=0))
    return written


def main(folder: Path) -> None:
    """Settle every claim and write both papers."""

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    outcomes = run(CLAIMS.values(), lambda claim: tell(plain(f"{claim.id}: {claim.label}")))
    for path in write(folder, outcomes, tell):
        print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
