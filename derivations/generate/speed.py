"""Writes the measured training speed into docs/training.md, and draws what a token costs in long contexts.

python -m derivations.generate.speed docs/training.md benchmarks

It is measured by `make speed`, which writes speed.json and operations.json in the folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from derivations.figures import plots
from derivations.figures.speed import long_contexts
from derivations.report.markdown_table import markdown_table
from gdssm_numeric.files import replace_file

from .marked import MarkedPart

SPEED = MarkedPart("speed")
MEASURED, OPERATIONS, PICTURE = "speed.json", "operations.json", "long_contexts.svg"


#: Below the tables: what the picture shows.
CAPTION = """\
![Cost of a token and peak memory over the samples in a context](../benchmarks/long_contexts.svg)

*One task at a time (recurrence), batches of 64 (training); f = 10, one replica, one thread.*"""


#: Below the table of operations.
BOUND = """\
*Products alone*: replica-updates/s of one process if an update took nothing but its products, and their ratio to the
other implementation. Two processes do at most twice that, so that a larger ratio cannot be had by a faster rest."""


def measured(folder: Path) -> dict[str, Any] | None:
    """Return what was measured, with `operations` if they were; None if nothing was."""
    path, operations = folder / MEASURED, folder / OPERATIONS
    found: dict[str, Any] | None = json.loads(path.read_text("utf-8")) if path.exists() else None
    if found is not None and operations.exists():
        found["operations"] = json.loads(operations.read_text("utf-8"))
    return found


def two_digits(number: float) -> str:
    """Return a number to two digits, or to the nearest integer where that has more."""
    return f"{number:.0f}" if number >= 10 else f"{number:.2g}"


def is_long(row: Mapping[str, Any]) -> bool:
    """Is it of a context of another length than the number of features?"""
    return bool(row["samples"] != row["features"])


def section(found: Mapping[str, Any] | None) -> str:
    """Return the tables and the picture, with what they were measured on; or that nothing was measured yet."""
    if found is None:
        return "Not measured yet on a machine without other work."
    rows, on = found["rows"], found["environment"]
    plain = {key(row): row for row in rows if row["form"] == "by autograd" and not is_long(row)}
    speeds = [row for row in rows if not is_long(row)]
    others = {int(size): rate for size, rate in found["reference_updates_per_second"].items()}
    header = ["f = N", "replicas", "form", "processes", "replica-updates/s", "to autograd", "of the product", "MiB"]
    if others:
        header.insert(6, "to the other implementation")
    table = []
    for row in speeds:
        ratio = row["replica_updates_per_second"] / plain[key(row)]["replica_updates_per_second"]
        cells = [str(row["features"]), str(row["replicas"]), row["form"], str(row["workers"])]
        cells += [two_digits(row["replica_updates_per_second"]), two_digits(ratio)]
        if others:
            cells.append(two_digits(row["replica_updates_per_second"] / others[row["features"]]))
        table.append((*cells, f"{100 * row['share_of_product']:.0f} %", f"{row['peak_memory_mib']:.0f}"))
    said = (
        f"Seconds {on['seconds']}, {on['threads']} thread{'s' * (on['threads'] > 1)} a process, batch {on['batch']}; "
        f"{on['device']} ({on['machine']}, {on['cores']} cores, load {on['load']}), "
        f"Python {on['python']}, PyTorch {on['torch']}."
    )
    long = [
        (row["form"], f"{row['samples']:,}", f"{row['microseconds_per_token']:.3g}", f"{row['peak_memory_mib']:.0f}")
        for row in rows
        if is_long(row)
    ]
    contexts = markdown_table(("form", "samples", "microseconds a token", "MiB"), long)
    spent = [where_time_goes(found["operations"], others)] if "operations" in found else []
    return "\n\n".join((said, markdown_table(header, table), *spent, contexts, CAPTION))


def where_time_goes(found: Mapping[str, Any], others: Mapping[int, float]) -> str:
    """Return the table of an update's operations, and what bounds the ratio to the other implementation."""
    rows = found["rows"]
    kinds = list(rows[0]["operations"])
    table = []
    for row in rows:
        spent, size = row["operations"], row["features"]
        total = sum(spent.values())
        alone = row["replicas"] / sum(seconds for kind, seconds in spent.items() if kind.endswith("products"))
        cells = [str(size), f"{1e3 * row['seconds'] / row['replicas']:.3g}"]
        cells += [f"{100 * spent[kind] / total:.0f} %" for kind in kinds]
        table.append((*cells, two_digits(alone), two_digits(alone / others[size]) if size in others else "-"))
    header = ("f = N", "ms", *kinds, "products alone", "ratio")
    replicas = rows[0]["replicas"]
    said = (
        f"Where the time of an update of one replica goes, by PyTorch's profiler ({replicas} replicas, one process, "
        "one thread; [`benchmarks/operations.py`](../benchmarks/operations.py)):"
    )
    return "\n\n".join((said, markdown_table(header, table), BOUND))


def key(row: Mapping[str, Any]) -> tuple[int, int]:
    """Return what rows have in common that are compared: the size and the number of replicas."""
    return row["features"], row["replicas"]


def drawn(found: Mapping[str, Any]) -> bytes:
    """Return the picture of long contexts as SVG."""
    return plots.written(long_contexts([row for row in found["rows"] if is_long(row)]), "svg")


if __name__ == "__main__":
    document, folder = map(Path, sys.argv[1:])
    found = measured(folder)
    SPEED.write(document, section(found))
    if found is not None:
        replace_file(folder / PICTURE, drawn(found))
