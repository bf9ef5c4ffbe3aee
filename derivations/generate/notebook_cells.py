"""What stands in the notebooks: the tour, and one notebook for each family of claims, in reading order.

A cell is a string of Markdown or of code. What a claim says comes from its module; what is found comes from the run.
A claim that no family names is in the last notebook, so that none is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from derivations.claim import Claim
from derivations.report.notebook_display import introduction
from gdssm_symbolic.writing.documents import write_markdown


@dataclass(frozen=True)
class Cell:
    """One cell: its kind and its text."""

    kind: str  # "markdown" or "code"
    text: str


@dataclass(frozen=True)
class Family:
    """Claims that are read together: the notebook's name and title, what it is about, and its further cells."""

    name: str
    title: str
    about: str
    claims: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    pictures: tuple[Cell, ...] = ()
    changes: tuple[Cell, ...] = ()

    def has(self, claim: str) -> bool:
        return claim in self.claims or claim.startswith(self.prefixes or ("\0",))


def words(text: str) -> Cell:
    """A cell of Markdown."""
    return Cell("markdown", text.strip())


def code(text: str) -> Cell:
    """A cell of code."""
    return Cell("code", text.strip())


YOUR_TURN = """
## Change something

Change a number in the next two cells, run them again, and see what becomes of the verdict.
"""

LAYERS = """
from dataclasses import replace

from gdssm_symbolic import {imports}, settle_layer
from gdssm_symbolic.layers import N, eta, f
from derivations.report.notebook_display import settled
from gdssm_symbolic.theory.decide_layer import comparison

layer = {layer}
settled(comparison(layer).claimed, settle_layer(layer))
"""

CHANGED = """
changed = replace(layer, {change})
settled(comparison(changed).claimed, settle_layer(changed))
"""


def layers(imports: str, layer: str, change: str) -> tuple[Cell, Cell]:
    """A layer with its verdict, and the same with one number changed."""
    return code(LAYERS.format(imports=imports, layer=layer)), code(CHANGED.format(change=change))


FAMILIES = (
    Family(
        "one_step",
        "One layer, one step of gradient descent",
        "One layer with one head, held against one step from zero on the least-squares loss of the context.",
        ("P1", "P2"),
        changes=layers("WindowLayer", "WindowLayer()", "Q=[[0, 1, 0], [0, 0, 0], [0, 0, 0]]"),
    ),
    Family(
        "many_steps",
        "Many layers, many steps",
        "Layers with two heads; what an L2 penalty adds; what happens sample by sample, where inputs and targets have "
        "different sizes, and in the limit of many steps.",
        ("P3", "A4", "STEP", "DIM", "LIMIT"),
        changes=layers("TwoHeadLayer", "TwoHeadLayer()", "rate=-eta / f"),
    ),
    Family(
        "models_and_losses",
        "Other models and other losses",
        "A model that is not linear in its weights, and losses that are not squared errors.",
        ("P4", "CE"),
        changes=(
            code(
                """
from derivations.report.notebook_display import judged
from gdssm_symbolic.layers import N, eta
from gdssm_symbolic.kernel.expressions import Scalar
from gdssm_symbolic.theory.proposition_4 import MEANINGS, prediction, statement

factor = -eta / N
judged(statement(Scalar(factor)), MEANINGS, prediction)
"""
            ),
            code(
                """
factor = -eta
judged(statement(Scalar(factor)), MEANINGS, prediction)
"""
            ),
        ),
    ),
    Family(
        "architecture",
        "Attention, windows and gates",
        "What the parts of the architecture are for: linear attention, the stride of the window, multiplication at "
        "input and output.",
        ("LSA", "STRIDE", "GATE"),
        pictures=(
            words("### Two strides\n\nWindows at every input token, and windows at every token."),
            code(
                """
from derivations.figures import diagrams
from derivations.figures.plots import Picture
from gdssm_symbolic import WindowLayer

Picture(diagrams.window(WindowLayer(stride=2)), "windows of three tokens, one at every input")
"""
            ),
            code('Picture(diagrams.window(WindowLayer(stride=1)), "windows of three tokens, one at every token")'),
        ),
        changes=layers("WindowLayer", "WindowLayer(stride=2)", "stride=1"),
    ),
    Family(
        "authors_code",
        "The authors' code",
        "The conventions of the public implementation beside those of the paper.",
        ("CODE",),
        changes=layers("WindowLayer", "WindowLayer()", "beta=-eta / f"),
    ),
    Family(
        "optimum",
        "What the best predictor is, and what is trained",
        "The best predictors of a given depth for random tasks, exactly, and what trained models come to.",
        prefixes=("OPT",),
        pictures=(
            words("### Trained models\n\nThe committed results, each trained from random starts."),
            code(
                """
from pathlib import Path

from derivations.figures import data, plots
from derivations.figures.plots import Picture
from derivations.training import committed

trained = committed.loaded(Path("../results"))
points = data.points(trained.values())
curves = [data.curve(f, range(1, 41)) for f in sorted({p.features for p in points})]
Picture(plots.coefficients(curves, points), "predicted and fitted coefficients over f and N")
"""
            ),
            code(
                """
one = trained["f5_N10"]
setting, rates = one["configuration"], one["predicted"]["learning_rates"]
constructed = data.constructed_parameters(setting["features"], setting["samples"], rates)
Picture(
    plots.parameters(constructed, data.trained_parameters(one)),
    "Q, q, decay and C of the construction above those of a trained model, Q_21 = -1 and q_3 = 1 by scaling",
)
"""
            ),
            code('Picture(plots.losses(one), "the loss of every replica while it is trained, and the exact optimum")'),
            code(
                """
Picture(
    plots.losses(trained["f5_N10_two_steps"]),
    "the same for two layers: some replicas stay at the best single step for a while",
)
"""
            ),
        ),
        changes=(
            code(
                """
from fractions import Fraction

from derivations.training.prediction import prediction


def fits(features, samples):
    \"\"\"Is the learned coefficient the best one for these sizes, within the cap of the fit?\"\"\"
    best = Fraction(prediction(features, samples, 1, "uniform", Fraction(1), Fraction(0))["coefficients"][0])
    learned = next(p for p in points if (p.features, p.samples, p.layers, p.targets) == (5, 10, 1, "vector"))
    within = abs(learned.mean / best - 1) <= learned.cap
    word = "fits" if within else "misses"
    return f"f = {features}, N = {samples}: predicted {best}, learned {learned.mean:.4f}: {word}"


print(fits(features=5, samples=10))  # the sizes with which it was trained
"""
            ),
            code("print(fits(features=5, samples=11))"),
        ),
    ),
)
REST = Family("further", "Further claims", "Claims that belong to none of the families before.")


def families(claims: Mapping[str, Claim]) -> list[tuple[Family, tuple[Claim, ...]]]:
    """The families in reading order, each with its claims; those that no family names are in one of their own."""
    found: list[tuple[Family, tuple[Claim, ...]]] = []
    left = dict(claims)
    for family in FAMILIES:
        mine = tuple(left.pop(name) for name in list(left) if family.has(name))
        if mine:
            found.append((family, tuple(sorted(mine, key=lambda one: _rank(family, one.id)))))
    return [*found, (REST, tuple(left.values()))] if left else found


def _rank(family: Family, claim: str) -> int:
    return family.claims.index(claim) if claim in family.claims else len(family.claims)


def family_cells(family: Family, claims: Iterable[Claim]) -> Iterator[Cell]:
    """A notebook of one family."""
    claims = tuple(claims)
    listed = "\n".join(f"- **{claim.id}**: {claim.label} ({claim.place})" for claim in claims)
    yield words(
        f"# {family.title}\n\n{family.about}\n\n{listed}\n\nThe whole story in short: [the tour](00_tour.ipynb)."
    )
    yield code(
        """
from derivations.verdict import settle
from derivations.claims import CLAIMS
from derivations.report.notebook_display import also_proved, as_printed, headline, verdict
"""
    )
    for claim in claims:
        yield from claim_cells(claim)
    yield from family.pictures
    if family.changes:
        yield words(YOUR_TURN)
        yield from family.changes


def claim_cells(claim: Claim) -> Iterator[Cell]:
    """What is claimed, the verdict, the statement, as printed, why."""
    name = claim.id
    yield words(write_markdown(introduction(claim)))
    yield code(f'{name} = settle(CLAIMS["{name}"])\nverdict({name})')
    yield code(f"{name}.statement")
    if claim.readings:
        yield words(f"### {name}, as printed")
        yield code(f"as_printed({name})")
    yield words(
        f"### {name}: why\n\nThe proof of the statement. `gdssm show {name}` tells all proofs, with their rules."
    )
    yield code(f"headline({name})")
    yield code(f"also_proved({name})")


def tour_cells(claims: Mapping[str, Claim], others: Iterable[tuple[str, str]]) -> Iterator[Cell]:
    """The whole story in ten minutes; `others` are the other notebooks' file names and titles."""
    said = "\n".join(f"- **{one.id}** ({one.place}): {one.summary}" for one in claims.values() if one.id in TOLD)
    yield words(
        f"""
# A tour in ten minutes

*State-space models can learn in-context by gradient descent* (arXiv:2410.11687, version 1) says that a diagonal linear
recurrence over windows of tokens computes steps of gradient descent on the samples in its context:

{said}

Here the construction is drawn, proved line by line, held against the printed text, and found again by training.
"""
    )
    yield words(
        """
## The construction

The context holds samples of a regression problem: inputs and targets take turns, and the last token is the input whose
target is to be predicted. A window of three tokens slides over them.
"""
    )
    yield code(
        """
from derivations.figures import diagrams, data, plots
from derivations.figures.plots import Picture
from gdssm_symbolic import OneStep, WindowLayer, settle_layer

layer = WindowLayer()
Picture(diagrams.window(layer), "windows of three tokens, one at every input")
"""
    )
    yield words(
        """
Each window adds a matrix to the state and is multiplied with it to give an output. There is nothing else: the
numbers below are the whole layer.
"""
    )
    yield code('Picture(diagrams.recurrence(layer), "the recurrence of one layer as a diagram")')
    yield words(
        """
As samples arrive the state fills up. What it adds up is the gradient of the loss at zero, which grows towards a
multiple of the weights that made the data: the state holds what is to be learned.
"""
    )
    yield code(
        """
filled = data.filling(layer, features=3, samples=30, seed=0)
Picture(plots.filling(filled), "the state after some windows, and the multiple of the weights that is its mean")
"""
    )
    yield words("## Why it is gradient descent\n\nThe statement, and its proof for all sizes, line by line.")
    yield code(
        """
from derivations.verdict import settle
from derivations.claims import CLAIMS
from derivations.report.notebook_display import as_printed, fit_lines, headline, settled, verdict

P2 = settle(CLAIMS["P2"])
verdict(P2)
"""
    )
    yield code("P2.statement")
    yield code("headline(P2)")
    yield words(
        """
## As printed

The paper's own numbers differ from those above. Each sentence was read in every way that makes sense, and decided.
"""
    )
    yield code("as_printed(P2)")
    yield words("How far off each of them is on random tasks, as the context grows.")
    yield code(
        """
from derivations.claims.proposition_2 import COLUMNS, EVERY_TOKEN, LAYER, PRINTED

kinds = {
    "as corrected": LAYER,
    "as printed": PRINTED,
    "as printed, with the other sign": COLUMNS,
    "corrected, a window at every token": EVERY_TOKEN,
}
errors = data.construction_errors(kinds, 5, (1, 2, 4, 8, 16, 32, 64, 128), tasks=200, seed=0)
Picture(plots.construction_errors(errors), "the relative error of four constructions over N")
"""
    )
    yield words(
        """
## A model trained on the spot

A network of the same form, from random starts. It is not told the construction; the exact engine says what the best
learning rate is for these tasks, and so what training must come to.
"""
    )
    yield code(
        """
from dataclasses import replace
from time import perf_counter

from derivations.training.fit import Expected, fit
from derivations.training.result_document import result
from derivations.training.run import use_threads
from gdssm_numeric.presets import QUICK
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Run, Training, train

preset = replace(QUICK, name="tour", updates=2500, batch=768)
run = Run(Task(features=3, samples=4), replicas=3, seed=0, preset=preset)
training, expected = Training(run), Expected(run.task, run.layers)
began = perf_counter()
with use_threads(1):
    train(training, path=None)
    found = fit(run, training.fitted(), expected)
document = result(training, found, expected, seconds=perf_counter() - began)
Picture(plots.losses(document), "the loss of every replica while it is trained, and the exact optimum")
"""
    )
    yield words(
        "What was learned, beside what the symbols say: the best coefficient, exactly, and every identified number."
    )
    yield code("expected.optimum.coefficients")
    yield code("print(fit_lines(found))")
    yield code(
        """
constructed = data.constructed_parameters(3, 4, expected.optimum.learning_rates())
Picture(
    plots.parameters(constructed, data.trained_parameters(document)),
    "Q, q, decay and C of the construction above those of a trained model, Q_21 = -1 and q_3 = 1 by scaling",
)
"""
    )
    yield words(
        """
## Change something

Change a number of the layer, run the cell again, and see what becomes of the verdict: first the layer as it is, then
with one entry moved.
"""
    )
    yield code("layer = WindowLayer()\nsettled(OneStep(layer).claimed, settle_layer(layer))")
    yield code(
        """
layer = WindowLayer(Q=[[0, -1, 0], [0, 0, 0], [0, 0, 0]])
settled(OneStep(layer).claimed, settle_layer(layer))
"""
    )
    listed = "\n".join(f"- [{title}]({name})" for name, title in others)
    yield words(f"## Where to go on\n\n{listed}")


#: The claims that the tour begins with.
TOLD = ("P1", "P2", "P3", "P4")
