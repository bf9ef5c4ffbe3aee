"""The tables of training speed and the picture of long contexts, from numbers that are given."""

from __future__ import annotations

from typing import Any

from derivations.generate import speed

SIZES = {"features": 10, "samples": 10, "replicas": 5, "workers": 1}
NUMBERS = {"share_of_product": 0.254, "peak_memory_mib": 239.6, "microseconds_per_token": 0.5}
FOUND: dict[str, Any] = {
    "rows": [
        {"form": "by formulas", **SIZES, **NUMBERS, "replica_updates_per_second": 4207.0},
        {"form": "by autograd", **SIZES, **NUMBERS, "replica_updates_per_second": 1402.0},
        {"form": "by formulas", **SIZES, **NUMBERS, "workers": 2, "replica_updates_per_second": 8400.0},
        {"form": "recurrence, forward", **SIZES, **NUMBERS, "samples": 100},
        {"form": "recurrence, forward", **SIZES, **NUMBERS, "samples": 1_000_000},
    ],
    "reference_updates_per_second": {},
    "environment": {
        "seconds": "of the clock",
        "threads": 1,
        "batch": 64,
        "device": "cpu",
        "machine": "x86_64",
        "cores": 2,
        "load": 0.1,
        "python": "3.11",
        "torch": "2.9",
    },
}


def test_every_measurement_has_a_row_with_its_ratio() -> None:
    said = speed.section(FOUND)
    assert "| 10 | 5 | by formulas | 1 | 4207 | 3 | 25 % | 240 |" in said
    assert "| 10 | 5 | by formulas | 2 | 8400 | 6 | 25 % | 240 |" in said
    assert "| recurrence, forward | 1,000,000 | 0.5 | 240 |" in said
    assert "Seconds of the clock, 1 thread a process, batch 64; cpu (x86_64, 2 cores, load 0.1)" in said
    beside = speed.section({**FOUND, "reference_updates_per_second": {"10": 350.5}})
    assert "| to autograd | to the other implementation | of the product |" in beside
    assert "| 10 | 5 | by formulas | 2 | 8400 | 6 | 24 | 25 % | 240 |" in beside


def test_the_picture_has_a_line_for_each_form() -> None:
    (left, right) = speed.long_contexts([row for row in FOUND["rows"] if speed.is_long(row)]).axes
    assert [list(line.get_xdata()) for line in left.lines] == [[100, 1_000_000]]
    assert [list(line.get_ydata()) for line in right.lines] == [[239.6, 239.6]]
    assert speed.drawn(FOUND).startswith(b"<?xml")
