"""The page of the experiments: every panel with its verdict and numbers, and how far a trained decay is from 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from derivations.experiments.verdicts import AGREES, DISAGREES, Verdict, verdicts
from derivations.report.markdown_table import markdown_table
from derivations.report.site_search import Entry
from derivations.report.web import cards, heading, verdict
from derivations.training.committed import Results, setting_of
from gdssm_symbolic.writing.prose import myst

from .experiments import CAPTIONS, SUBJECTS, by_verdict, span
from .results import groups

IN_FULL = (
    "All models of the paper's figures were trained again. Below is each panel with what the paper reports, what was "
    "measured, and whether the two agree. [In full, with pictures](docs/experiments.md); "
    "[what training converges to](docs/training.md)."
)
DECAY = "trained-decay"
QUESTION = "How far is a trained decay from 1?"
NOT_FIXED = (
    "The construction has the decay 1. The models below were trained from random starts, with decays that were free. "
    "Each number is over all seeds that reached the optimum, and over all entries of the decay."
)
GOOD = {AGREES: True, DISAGREES: False}


def page(figures: Results, trained: Results) -> str:
    """Return the page, as MyST; every number is from the committed results."""
    parts = [heading("The experiments", 1), IN_FULL, heading(QUESTION, 2, DECAY), NOT_FIXED, decays(trained)]
    parts += figure_3(figures, trained)
    for figure, result in figures.items():
        parts += [heading(f"{figure}: {SUBJECTS[figure]}", 2, figure), panels(figure, result)]
    return "\n\n".join(parts) + "\n"


def entries(figures: Results) -> Iterator[Entry]:
    """What the search finds of it by name."""
    page = "experiments.html"
    yield Entry(
        ("trained decay", "decay from 1", "decay 1", "decay", "exact decay"), QUESTION, f"{page}#{DECAY}", "measured"
    )
    yield Entry(("experiments",), "The experiments: every panel with its verdict", page)
    for figure, result in figures.items():
        number = figure.removeprefix("fig")
        names = (figure,) if number == figure else (figure, f"Figure {number}", f"Fig. {number}")
        told = "; ".join(f"{span(letters)}: {word}" for word, letters in by_verdict(figure, result).items())
        yield Entry(names, f"{figure}: {SUBJECTS[figure]}", f"{page}#{figure}", told)


def decays(trained: Results) -> str:
    """A table: the trained decays of each run beside 1."""
    rows = []
    for name, result in trained.items():
        if entries := groups(result).get("decay"):
            off = max(entry["deviation"] for entry in entries)
            means = sorted(entry["mean"] for entry in entries)
            reached = f"{result['counts']['optimum']} of {result['configuration']['replicas']}"
            rows.append(
                (name, setting_of(result), reached, f"**{100 * off:.2f} %**", f"{means[0]:.5f} to {means[-1]:.5f}")
            )
    return cards(
        markdown_table(
            ("run", "what was trained", "at the optimum", "farthest from 1", "means of an entry over the seeds"), rows
        )
    )


def figure_3(figures: Results, trained: Results) -> Iterator[str]:
    """The decays of Figure 3, where all entries of all seeds are committed."""
    effort = figures["fig3"]["settings"]
    same, run = next(
        (name, one["configuration"]["preset"])
        for name, one in trained.items()
        if one["configuration"]["features"] == one["configuration"]["samples"] == effort["main"]
    )
    for part in figures["fig3"]["panels"]["B"]["parts"]:
        entries = [entry for matrix in part["replicas"] for row in matrix for entry in row]
        off = [abs(entry - 1) for entry in entries]
        yield (
            f"In Figure 3 B, {len(part['replicas'])} models at {myst(figures['fig3']['panels']['B']['title'])}: the "
            f"decays lie between {min(entries):.5f} and {max(entries):.5f}; the farthest is {100 * max(off):.2f} % "
            f"from 1, the mean distance is {100 * fmean(off):.2f} %. These models are not those of the table: "
            f"`gdssm reproduce fig3` trained them anew, with {effort['updates']:,} updates on batches of "
            f"{effort['batch']}, where the run {same} of the same sizes has {run['updates']:,} on batches of "
            f"{run['batch']}; hence the other numbers."
        )


def panels(figure: str, result: Mapping[str, Any]) -> str:
    """A table of the panels of a figure, each with its verdict and numbers."""
    judged = verdicts(figure, result["panels"])
    rows = [
        (letter, _coloured(one), CAPTIONS[figure][letter], myst(one.paper), _measured(one.parts))
        for letter, one in judged.items()
    ]
    return cards(markdown_table(("panel", "verdict", "what it shows", "the paper reports", "measured"), rows))


def _coloured(one: Verdict) -> str:
    return verdict(one.verdict, good=GOOD.get(one.verdict))


def _measured(parts: Sequence[str]) -> str:
    return "<br>".join(map(myst, parts))
