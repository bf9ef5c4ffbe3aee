"""Writes the supplement: all derivations, corrections and fits as one paper, in PDF by Typst, and in LaTeX.

python -m derivations.generate.supplement FOLDER

What was measured, and with what it was computed, is written beside it in run.json, from which all of it is drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from derivations import __version__
from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.figures import plots
from derivations.figures.gallery import Drawn, Measured, coefficients, construction_pictures, result_pictures
from derivations.paper.coverage import coverage
from derivations.paper.errata import errata
from derivations.paper.rows import ROWS
from derivations.report import supplement_parts, typst
from derivations.report.supplement_trained import trained
from derivations.training.committed import Results, loaded
from derivations.verdict import run
from gdssm_numeric.files import replace_file, replace_text
from gdssm_symbolic.writing.documents import LATEX, Block, Document, Parts, inline, write_latex
from gdssm_symbolic.writing.latex_paper import PREAMBLE
from gdssm_symbolic.writing.prose import plain

ROOT = Path(__file__).parents[2]
RUN = "run.json"
TITLE = "gdssm: a machine-checked companion to “State-space models can learn in-context by gradient descent”"
AUTHORS = "The gdssm founders"


@dataclass(frozen=True)
class Supplement:
    """The abstract, the body, and the pictures in it."""

    abstract: Parts
    body: Document
    pictures: tuple[Drawn, ...]


def supplement(outcomes: Sequence[Outcome], results: Results, measured: Measured) -> Supplement:
    """The document, from what a run found and measured, and from what was trained."""
    wrong, places = errata(outcomes), coverage(ROWS, outcomes)
    construction, every = construction_pictures(measured), coefficients(results)
    window, recurrence, *at_work = (drawn.picture for drawn in construction)
    own = {name: tuple(result_pictures(name, result)) for name, result in results.items()}
    shown = {name: [drawn.picture for drawn in mine] for name, mine in own.items()}
    parts: list[Iterable[Block]] = [
        supplement_parts.found(outcomes),
        (window, recurrence),
        supplement_parts.how_to_read(),
        supplement_parts.notation(),
        *(supplement_parts.claim(outcome) for outcome in outcomes),
        supplement_parts.rules(outcomes),
        supplement_parts.errata(wrong, outcomes),
        supplement_parts.on_random_tasks(at_work),
        trained(results, every.picture, shown),
        supplement_parts.reproduction(measured.environment, results),
        supplement_parts.references(),
        supplement_parts.index(places, outcomes, results),
    ]
    body = tuple(block for part in parts for block in part)
    abstract = supplement_parts.abstract(outcomes, wrong, places, results)
    return Supplement(abstract, body, (*construction, every, *(drawn for mine in own.values() for drawn in mine)))


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


def latex(made: Supplement) -> str:
    """The supplement as a LaTeX article; its sections are in the table of contents."""
    body = write_latex(made.body, listed=True)
    front = {"preamble": PREAMBLE, "title": inline((TITLE,), LATEX), "authors": AUTHORS, "version": __version__}
    return ARTICLE % {**front, "abstract": inline(made.abstract, LATEX), "body": body}


TYPST = r"""
#set document(title: [%(title)s], author: "%(authors)s")
#align(center)[
  #text(size: 1.5em, weight: "bold")[%(title)s]

  %(authors)s #h(2em) Version %(version)s
]
#pad(x: 2em, y: 1em)[%(abstract)s]
#outline(depth: 1, title: none)
#pagebreak()
%(body)s
"""


def as_typst(made: Supplement) -> str:
    """The supplement as a Typst file."""
    title, abstract = (typst.paragraph(parts) for parts in ((TITLE,), made.abstract))
    body = typst.write_typst(made.body)
    front = {"title": title, "authors": AUTHORS, "version": __version__, "abstract": abstract}
    return typst.STYLE + TYPST % {**front, "body": body}


def write(folder: Path, outcomes: Sequence[Outcome], results: Results, tell: Callable[[str], object] = print) -> None:
    """The pictures, supplement.tex, supplement.pdf, and run.json."""
    measured = Measured.now()
    if (folder / RUN).exists() and (kept := Measured.read(folder / RUN)).agrees(measured):
        measured = kept  # so that nothing changes by rounding alone
    made = supplement(outcomes, results, measured)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    tell("drawing the pictures")
    for drawn in made.pictures:
        plots.save(drawn.draw(), folder / drawn.picture.path)
    tell("typesetting")
    replace_text(folder / RUN, measured.written())
    replace_text(folder / "supplement.tex", latex(made))
    replace_file(folder / "supplement.pdf", typst.compiled(as_typst(made), folder, seconds=0))


def main(folder: Path) -> None:
    """Settle every claim and write the supplement."""

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    outcomes = run(CLAIMS.values(), lambda claim: tell(plain(f"{claim.id}: {claim.label}")))
    write(folder, outcomes, loaded(ROOT / "results"), tell)
    for name in ("supplement.pdf", "supplement.tex"):
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
