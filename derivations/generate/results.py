"""Writes the committed results of training into a Markdown file, between two markers.

python -m derivations.generate.results README.md results
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from derivations.generate.readme import renewed
from derivations.training.committed import loaded

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"

HEADER = (
    *("f", "N", "layers", "targets", "at the optimum", "predicted", "fitted", "farthest off", "unexplained"),
    "loss / optimum",
)


def table(results: Iterable[dict[str, Any]]) -> str:
    """One row for each result: what was trained, how it ended, predicted and fitted, what is farthest off."""
    return "\n".join((f"| {' | '.join(HEADER)} |", "|---" * len(HEADER) + "|", *(row(result) for result in results)))


def row(result: dict[str, Any]) -> str:
    """A result as a row."""
    setting = result["configuration"]
    groups = {group["quantity"]: group["entries"] for group in result["fit"]}
    cells = [str(setting[key]) for key in ("features", "samples", "layers", "targets")]
    cells.append(f"{result['counts'].get('optimum', 0)} of {setting['replicas']}")
    symbolic = result["predicted"]["coefficients"]
    cells.append("<br>".join(f"c_{k} = {c} = {float(Fraction(c)):.5f}" for k, c in enumerate(symbolic)))
    cells.append("<br>".join(fitted(entry) for entry in groups.pop("coefficients", [])) or "-")
    loss = groups.pop("loss", [])
    cells.append("<br>".join(f"{name}: {worst(entries)}" for name, entries in groups.items()) or "-")
    rest = [end["unexplained"] for end in result["ends"] if end["kind"] == "optimum"]
    cells.append(f"{100 * max(rest):.3f} %" if rest else "-")
    cells.append(f"{loss[0]['mean']:.5f}" if loss else "-")
    return f"| {' | '.join(cells)} |"


def fitted(entry: dict[str, Any]) -> str:
    """Mean and spread of a coefficient."""
    spread = "" if entry["spread"] is None else f" ± {entry['spread']:.5f}"
    return f"{entry['mean']:.5f}{spread}"


def worst(entries: list[dict[str, Any]]) -> str:
    """The largest deviation of any replica among the numbers of one kind, from a value that is 0 and from others."""
    found = []
    for kind, name in ((False, ""), (True, " where 0 is predicted")):
        deviations = [entry["deviation"] for entry in entries if (entry["symbolic"] == 0) is kind]
        if deviations:
            found.append(f"{100 * max(deviations):.2f} %{name}")
    return ", ".join(found)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text("utf-8"), table(loaded(Path(sys.argv[2])).values()), BEGIN, END), "utf-8")
