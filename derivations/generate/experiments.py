"""Writes the reproduced figures into docs/experiments.md, and a row for each into README.md.

python -m derivations.generate.experiments README.md docs/experiments.md results

Verdicts and tables are computed from the committed results here; the pictures are drawn from them anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from derivations.experiments.verdicts import Verdict, closest, ranks, verdicts, waiting
from derivations.figures import experiments as pictures
from derivations.figures.plots import save
from derivations.report.markdown_table import markdown_table
from derivations.training.committed import Results, reproduced

from .marked import MarkedPart

ROWS, PANELS = MarkedPart("experiments"), MarkedPart("panels")

#: What each figure is about.
SUBJECTS = {
    "fig1": "one layer, scalar targets over constructed tokens",
    "fig2": "one layer, vector targets over interleaved tokens",
    "fig3": "the weights of that layer",
    "fig4": "several layers; sinusoids; other architectures",
    "fig5": "other architectures, vector targets",
    "shift": "other data than in training",
}
#: What each panel shows.
ONE_LAYER = {
    "A": "loss of every seed during training, of the construction on the same tasks, and the exact optimum",
    "B": "sensitivities ∂ŷ/∂x_query and predictions beside the construction's",
    "C": "test loss over the number of features, with the exact curve",
    "D": "test loss at other scales of the inputs and of W, with the exact curves",
}
CAPTIONS: Mapping[str, Mapping[str, str]] = {
    "fig1": ONE_LAYER,
    "fig2": ONE_LAYER,
    "fig3": {
        "A": "local attention Q",
        "B": "decays",
        "C": "readout q (the code's skip connection)",
        "D": "output map C",
    },
    "fig4": {
        "A": "one, two and three layers, and as many exact steps",
        "B": "sinusoids, with and without a gate, beside gradient descent and least squares on the same embedding",
        "C": "architectures over constructed tokens (the caption) and interleaved ones (the text)",
    },
    "fig5": {"A": "architectures over interleaved tokens, at f = N = 5 and at f = N = 10"},
    "shift": {
        "A": "scaled inputs",
        "B": "correlated inputs",
        "C": "collinear inputs",
        "D": "label noise",
        "E": "another number of samples; up to 4, fewer than features",
        "F": "heavier tails",
        "G": "the nearest learning algorithm",
    },
}


def rows(results: Results) -> str:
    """A row for each figure: what it is about, and the verdict of each panel."""
    found = [
        (
            f"[{figure}](docs/experiments.md)",
            SUBJECTS[figure],
            "; ".join(f"{span(letters)}: {told}" for told, letters in by_verdict(figure, result).items()),
        )
        for figure, result in results.items()
    ]
    return markdown_table(("figure", "what it is about", "panels"), found)


def span(letters: Sequence[str]) -> str:
    """Letters of panels, briefly: A-D for A, B, C, D."""
    whole = letters == [chr(ord(letters[0]) + k) for k in range(len(letters))]
    return f"{letters[0]}-{letters[-1]}" if whole and len(letters) > 2 else ", ".join(letters)


def digest(result: Mapping[str, Any]) -> str:
    """The first 16 digits of the SHA-256 of all numbers of a figure: one that is changed shows in the document."""
    numbers = json.dumps(result["panels"], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(numbers.encode()).hexdigest()[:16]


def by_verdict(figure: str, result: Mapping[str, Any]) -> dict[str, list[str]]:
    """The letters of the panels under each verdict."""
    found: dict[str, list[str]] = {}
    for letter, verdict in verdicts(figure, result["panels"]).items():
        found.setdefault(verdict.verdict, []).append(letter)
    return found


def sections(results: Results) -> Iterator[str]:
    """A section for each figure: its table of verdicts, its pictures, and the scores of architectures."""
    compared: dict[str, str] = {}  # the table of a setting, and the panel that it was printed for
    for figure, result in results.items():
        yield f"### {figure}"
        yield (
            f"{SUBJECTS[figure].capitalize()}: preset {result['preset']}, {result['settings']['seeds']} seeds, "
            f"{result['device']}. All numbers are in "
            f"[result.json](../results/{figure}/result.json) (SHA-256 of its panels {digest(result)})."
        )
        judged = verdicts(figure, result["panels"])
        yield markdown_table(
            ("panel", "the paper reports", "verdict"),
            [(letter, one.paper, one.verdict) for letter, one in judged.items()],
        )
        yield "\n".join(("Measured:", "", *(line for letter, one in judged.items() for line in listed(letter, one))))
        for letter, panel in result["panels"].items():
            for name in pictures.files(letter, panel):
                what = CAPTIONS[figure][letter] + (", during training" if name != letter else "")
                yield f"![{figure} {letter}: {what}](../results/{figure}/{name}.svg)"
            if panel["kind"] == "scores":
                for table in map(scores, panel["parts"]):
                    before = compared.setdefault(table, f"{figure} {letter}")
                    yield table if before == f"{figure} {letter}" else f"{table.partition('.')[0]}: as in {before}."
            if panel["kind"] == "nearest":
                yield nearest(panel)


def listed(letter: str, verdict: Verdict) -> list[str]:
    """What was measured for a panel, as an item of a list; with several parts, as a list of its own."""
    if len(verdict.parts) == 1:
        return [f"- {letter}: {verdict.measured}"]
    return [f"- {letter}:", *(f"  - {part}" for part in verdict.parts)]


def scores(part: Mapping[str, Any]) -> str:
    """The models of a comparison: parameters, rate, test losses, rank."""
    places = ranks(part)
    found = []
    for row in pictures.in_order(part["models"]):
        place = places.get(row["name"])
        found.append(
            (
                row["title"],
                "-" if row["parameters"] is None else f"{row['parameters']:,}",
                rate(row),
                f"{short(fmean(row['losses']))} ({short(min(row['losses']))} to {short(max(row['losses']))})",
                interval(*place) if place else unranked(part, row),
            )
        )
    header = ("model", "parameters", "rate: loss (others tried)", "test loss: mean (seeds)", "rank")
    updates = f", {part['models'][0]['updates']:,} updates" if part["models"] else ""
    on_tasks = ", ".join(f"{name} {loss:.4f}" for name, loss in part.get("measured", {}).items())
    left_out = [f"Not trained: {one['name']} ({one['why']})." for one in part["failed"]]
    said = [f"{part['title']}{updates}.", *([f"On the same tasks: {on_tasks}."] if on_tasks else []), *left_out]
    return f"{' '.join(said)}\n\n{markdown_table(header, found)}"


def interval(least: float, most: float) -> str:
    """An interval of ranks."""
    return f"{least}" if least == most else f"{least} to {most}"


def short(loss: float) -> str:
    """Three digits, and never an exponent."""
    return f"{loss:.3g}" if loss < 1000 else f"{loss:,.0f}"


def unranked(part: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Why a model has no rank."""
    if row.get("of"):
        return "-"
    if at_start := waiting(part, row):
        return f"{at_start} of {len(row['losses'])}: no gain"
    return "not converged"


def rate(row: Mapping[str, Any]) -> str:
    """The learning rate of a model, with the loss at the end of its search, and those of the other rates tried."""
    if row["parameters"] is None:  # a learning algorithm
        return "-"
    chosen = f"{row['rate']:g}"
    losses = {rate: "diverged" if loss is None else short(loss) for rate, loss in (row["rates"] or {}).items()}
    others = ", ".join(f"{rate}: {loss}" for rate, loss in losses.items() if rate != chosen)
    return f"{chosen}: {losses[chosen]} ({others})" if others else chosen


#: Which value of a family changes the data most, where it is not the last one.
MOST = {"collinear": 0}


def nearest(panel: Mapping[str, Any]) -> str:
    """The nearest learning algorithm of each architecture where nothing is changed, and where most is."""
    families = panel["families"]
    found = []
    for row in panel["rows"]:
        near = closest(row) if "distances" in row else {}
        ends = (near[kind][MOST.get(kind, -1)] if kind in near else "-" for kind in families)
        found.append((row["title"], near["noise"][0] if near else row["failed"], *ends))
    labels = []
    for kind, family in families.items():
        value = family["values"][MOST.get(kind, -1)]
        labels.append(f"{kind} {value if isinstance(value, str) else format(value, 'g')}")
    return markdown_table(("model", "unchanged", *labels), found)


def draw(results: Results, folder: Path) -> None:
    """Write the pictures anew, as SVG."""
    for figure, result in results.items():
        for letter, panel in result["panels"].items():
            for name, drawn in pictures.drawn(letter, panel):
                save(drawn, folder / figure / f"{name}.svg")


if __name__ == "__main__":
    readme, document, folder = map(Path, sys.argv[1:])
    found = reproduced(folder)
    ROWS.write(readme, rows(found))
    PANELS.write(document, "\n\n".join(sections(found)))
    draw(found, folder)
