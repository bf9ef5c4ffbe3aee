"""Writes the supplement: all derivations, corrections and fits as one paper, in PDF by Typst, and in LaTeX.

python -m derivations.supplement FOLDER

What was measured, and with what it was computed, is written beside it in run.json, from which all of it is drawn.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from derivations import __version__, diagrams, figure_data, figures, supplement_parts, typeset
from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.claims.proposition_2 import COLUMNS, EVERY_TOKEN, LAYER, PRINTED
from derivations.coverage import coverage
from derivations.errata import errata
from derivations.figure_data import Errors, Filling
from derivations.paper import ROWS
from derivations.report import environment, run
from derivations.results import loaded
from derivations.supplement_trained import Results, trained
from gdssm_symbolic.documents import Block, Document, Parts, Picture, latex_prose, write_latex

ROOT = Path(__file__).parent.parent
RUN = "run.json"
TITLE = "gdssm: a machine-checked companion to “State-space models can learn in-context by gradient descent”"
AUTHORS = "The gdssm founders"

#: Of the tasks that constructions are run on.
SEED = 0
#: Constructions that are run beside gradient descent.
KINDS = {
    "as corrected": LAYER,
    "as printed": PRINTED,
    "as printed, with the other sign": COLUMNS,
    "corrected, a window at every token": EVERY_TOKEN,
}


@dataclass(frozen=True)
class Drawn:
    """A picture that is still to be drawn, what it shows, and from what it is drawn."""

    name: str
    caption: str
    draw: Callable[[], Figure]

    @property
    def picture(self) -> Picture:
        return Picture(f"figures/{self.name}.pdf", (self.caption,), f"figure-{self.name}")


@dataclass(frozen=True)
class Measured:
    """What a run found by computing with random tasks, and the versions that the proofs were checked with."""

    environment: Mapping[str, str]
    filling: Filling
    errors: Errors

    @staticmethod
    def now() -> Measured:
        """Run the constructions."""
        errors = figure_data.construction_errors(KINDS, 5, (1, 2, 4, 8, 16, 32, 64, 128), tasks=200, seed=SEED)
        return Measured(everything(), figure_data.filling(LAYER, features=3, samples=30, seed=SEED), errors)

    @staticmethod
    def read(path: Path) -> Measured:
        """What `written` wrote."""
        kept = json.loads(path.read_text("utf-8"))
        return Measured(kept["environment"], Filling(**kept["filling"]), Errors(**kept["errors"]))

    def written(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"


def everything() -> dict[str, str]:
    """The versions of all that has a part in the document."""
    packages = ("mpmath", "torch", "numpy", "matplotlib", "pypandoc-binary", "typst")
    return {**environment(), **{name: metadata.version(name) for name in packages}}


def construction_pictures(measured: Measured) -> tuple[Drawn, ...]:
    """The construction, its state as samples arrive, and how far off the printed one is."""
    filling, errors = measured.filling, measured.errors
    return (
        Drawn(
            "window",
            "The tokens of four samples and a query, and the windows of three tokens, one at every second token.",
            lambda: diagrams.window(LAYER),
        ),
        Drawn(
            "recurrence",
            "One layer: what a window adds to the state, and how the state is read out.",
            lambda: diagrams.recurrence(LAYER),
        ),
        Drawn(
            "filling",
            f"The state of the construction after some windows of one task with f = {filling.features} and N = "
            f"{filling.samples} (seed {filling.seed}), beside its mean over inputs, a multiple of the weights: E x² is "
            "the mean square of an input.",
            lambda: figures.filling(filling),
        ),
        Drawn(
            "errors",
            f"How far four constructions are from one step of gradient descent, over N, for f = {errors.features} "
            f"({errors.tasks} tasks for each N, seed {errors.seed}): P2 as corrected, as printed in two readings, and "
            "with a window at every token.",
            lambda: figures.construction_errors(errors),
        ),
    )


def coefficients(results: Results) -> Drawn:
    """All fitted coefficients beside what was predicted."""
    points = figure_data.points(results.values())
    return Drawn(
        "coefficients",
        "Left: the best learning rate of one step over N, exact (lines), and of trained models (marks). Right: how far "
        "every fitted coefficient is off, its mean and the replica that is farthest off.",
        lambda: figures.coefficients(
            [figure_data.curve(f, range(1, 41)) for f in sorted({p.features for p in points})], points
        ),
    )


def result_pictures(name: str, result: Mapping[str, Any]) -> Iterator[Drawn]:
    """What was learned beside the construction, and how the loss fell."""
    setting = result["configuration"]
    layers = f"{setting['layers']} layer{'s' * (setting['layers'] > 1)}"
    what = f"f = {setting['features']}, N = {setting['samples']}, {layers}, {setting['targets']} targets"
    if setting["layers"] == 1 and setting["tokens"] == "interleaved":
        yield Drawn(
            f"parameters-{name}",
            "Q, q, decay and C of the construction, and of the first trained replica, scaled so that Q_{21} = −1 and "
            f"q_3 = 1 ({what}).",
            lambda: figures.parameters(*_both(result)),
        )
    yield Drawn(
        f"losses-{name}",
        f"The loss of every replica while it was trained, and the exact optimum ({what}).",
        lambda: figures.losses(result),
    )


def _both(result: Mapping[str, Any]) -> tuple[figure_data.Parameters, figure_data.Parameters]:
    setting, rates = result["configuration"], result["predicted"]["learning_rates"]
    constructed = figure_data.constructed_parameters(setting["features"], setting["samples"], rates)
    return constructed, figure_data.trained_parameters(result)


# ---- the whole -----------------------------------------------------------------------------------


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


LATEX = r"""\documentclass[10pt,a4paper]{article}
\usepackage[margin=2.5cm]{geometry}
\usepackage[T1]{fontenc}
\usepackage{lmodern}
\usepackage{amsmath,amssymb,booktabs,longtable,graphicx}
\usepackage[hidelinks]{hyperref}
\setcounter{secnumdepth}{0}
\setcounter{tocdepth}{1}
\setlength{\emergencystretch}{3em}
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
    body = write_latex(made.body)
    for command in ("section", "subsection", "paragraph"):
        body = body.replace(rf"\{command}*{{", rf"\{command}{{")
    front = {"title": latex_prose((TITLE,)), "authors": AUTHORS, "version": __version__}
    return LATEX % {**front, "abstract": latex_prose(made.abstract), "body": body}


TYPST = r"""
#set document(title: [%(title)s], author: "%(authors)s", keywords: ("%(digest)s",))
#align(center)[
  #text(size: 1.5em, weight: "bold")[%(title)s]

  %(authors)s #h(2em) Version %(version)s
]
#pad(x: 2em, y: 1em)[%(abstract)s]
#outline(depth: 1, title: none)
#pagebreak()
%(body)s
"""


def typst(made: Supplement) -> str:
    """The supplement as a Typst file, the digest of its text among the keywords of the PDF."""
    title, abstract = (typeset.prose(parts) for parts in ((TITLE,), made.abstract))
    body = typeset.write_typst(made.body)
    front = {"title": title, "authors": AUTHORS, "version": __version__, "abstract": abstract}
    digest = hashlib.sha256("".join((*front.values(), body)).encode("utf-8")).hexdigest()
    return typeset.STYLE + TYPST % {**front, "digest": f"sha256:{digest}", "body": body}


def write(folder: Path, outcomes: Sequence[Outcome], results: Results, tell: Callable[[str], object] = print) -> None:
    """The pictures, supplement.tex, supplement.pdf, and run.json."""
    measured = Measured.now()
    made = supplement(outcomes, results, measured)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    tell("drawing the pictures")
    for drawn in made.pictures:
        figures.save(drawn.draw(), folder / drawn.picture.path)
    tell("typesetting")
    (folder / RUN).write_text(measured.written(), "utf-8")
    (folder / "supplement.tex").write_text(latex(made), "utf-8")
    (folder / "supplement.pdf").write_bytes(typeset.compiled(typst(made), folder, seconds=0))


def main(folder: Path) -> None:
    """Settle every claim and write the supplement."""

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    outcomes = run(CLAIMS.values(), lambda claim: tell(f"{claim.id}: {claim.label}"))
    write(folder, outcomes, loaded(ROOT / "results"), tell)
    for name in ("supplement.pdf", "supplement.tex"):
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
