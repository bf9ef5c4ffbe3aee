"""What a token costs in contexts of different lengths, as `benchmarks/train.py` has measured it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from .plots import LINES, plain_ticks, sheet

#: What is drawn of each measurement, and how the axis is named.
SHOWN = {"microseconds_per_token": "microseconds a token", "peak_memory_mib": "peak memory, MiB"}


def long_contexts(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Cost of a token, and peak memory of the process, over the samples in a context: a line for each form."""
    forms = dict.fromkeys(row["form"] for row in rows)
    with sheet(2.6, columns=len(SHOWN)) as (figure, (axes,)):
        for place, (key, name) in zip(axes, SHOWN.items(), strict=True):
            for number, form in enumerate(forms):
                colour, dashes, marker = LINES[number]
                points = sorted((row["samples"], row[key]) for row in rows if row["form"] == form)
                place.plot(*zip(*points, strict=True), color=colour, linestyle=dashes, marker=marker, label=form)
            values = [row[key] for row in rows]
            place.set(xscale="log", yscale="log", xlabel="samples in the context", ylabel=name)
            place.set_ylim(min(values) / 1.5, max(values) * 1.5)
            plain_ticks(place.yaxis, min(values) / 1.5, max(values) * 1.5, 6)
            plain_ticks(place.xaxis, min(row["samples"] for row in rows), max(row["samples"] for row in rows), 6)
        axes[0].legend(handlelength=3)
    return figure
