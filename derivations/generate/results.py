"""Writes the committed results of training into docs/training.md.

python -m derivations.generate.results docs/training.md results
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from derivations.report.markdown_table import markdown_table
from derivations.training.committed import Results, loaded

from .marked import MarkedPart

RESULTS = MarkedPart("results")


def tables(results: Results) -> str:
    """Return three tables: how each result ended, its coefficients, and its largest deviations."""
    ends = markdown_table(
        ("result", "f", "N", "layers", "targets", "at the optimum", "unexplained", "loss / optimum"),
        [ended(name, result) for name, result in results.items()],
    )
    coefficients = markdown_table(
        ("result", "predicted", "fitted"),
        [row for name, result in results.items() for row in coefficient_rows(name, result)],
    )
    deviations = markdown_table(
        ("result", "quantity", "farthest off", "farthest off where 0 is predicted"),
        [row for name, result in results.items() for row in deviation_rows(name, result)],
    )
    return "\n\n".join((ends, coefficients, deviations))


def groups(result: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the fitted numbers of a result by quantity."""
    return {group["quantity"]: group["entries"] for group in result["fit"]}


def ended(name: str, result: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what was trained, how many replicas reached the optimum, and how well the form of the predictor fits."""
    setting = result["configuration"]
    sizes = (str(setting[key]) for key in ("features", "samples", "layers", "targets"))
    unexplained = max(end["unexplained"] for end in result["ends"] if end["kind"] == "optimum")
    (loss,) = groups(result)["loss"]
    return (
        f"[{name}](../results/{name}/result.json)",
        *sizes,
        f"{result['counts']['optimum']} of {setting['replicas']}",
        f"{100 * unexplained:.3f} %",
        f"{loss['mean']:.5f}",
    )


def coefficient_rows(name: str, result: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield each coefficient of the predictor: predicted, and fitted with its spread over the replicas."""
    predicted, entries = result["predicted"]["coefficients"], groups(result)["coefficients"]
    for k, (exact, entry) in enumerate(zip(predicted, entries, strict=True)):
        fitted = f"{entry['mean']:.5f} ± {entry['spread']:.5f}"
        yield name, f"c_{k} = {exact} = {float(Fraction(exact)):.5f}", fitted


def deviation_rows(name: str, result: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the largest relative deviation of any replica for each quantity that is a parameter of the layer."""
    for quantity, entries in groups(result).items():
        if quantity not in ("coefficients", "loss"):
            yield name, quantity, worst(entries, is_zero=False), worst(entries, is_zero=True)


def worst(entries: list[dict[str, Any]], *, is_zero: bool) -> str:
    """Return the largest deviation among the entries whose predicted value is 0, or among the others."""
    deviations = [entry["deviation"] for entry in entries if (entry["symbolic"] == 0) is is_zero]
    return f"{100 * max(deviations):.2f} %" if deviations else "-"


if __name__ == "__main__":
    document, folder = map(Path, sys.argv[1:])
    RESULTS.write(document, tables(loaded(folder)))
