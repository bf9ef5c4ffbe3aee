"""Where the time of an update goes, by kind of operation, seen by PyTorch's profiler.

At f = N ∈ {10, 20, 50, 100} with five replicas and batches of 64 as in the paper (A.5), gradients by formulas as
`gdssm train` has them on a CPU, one thread. The time of an operation is its own, without the operations that it calls;
the profiler takes some of it, so that the time of an update is measured without it as well.

    python benchmarks/operations.py [--json] [--sizes 10 20 50 100] [--replicas 5] [--seconds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from gdssm_numeric.presets import PAPER
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Run, Training

#: Kinds of operations, by PyTorch's names. What is no work on numbers, such as views, is counted as REST.
KINDS = {
    "batched products": ("bmm", "baddbmm"),
    "products": ("mm", "addmm", "addmm_", "mv", "dot"),
    "drawing": ("uniform_", "normal_"),
    "entry by entry": (
        *("mul", "mul_", "add", "add_", "sub", "sub_", "rsub", "div", "div_", "pow", "sqrt", "abs", "square", "sum"),
        *("mean", "lerp_", "addcmul_", "isfinite", "eq", "ne", "all", "any", "bitwise_and", "bitwise_not"),
    ),
    "copies": ("copy_", "fill_", "zero_", "cat"),
}
REST = "views, calls"
WARM_UP = 20


def measure(size: int, replicas: int, seconds: float) -> dict[str, Any]:
    """Seconds of an update, without the profiler, and with it the seconds in each kind of operation."""
    run = Run(Task(size, size), replicas=replicas, preset=replace(PAPER, updates=10**9))
    training: Training[Any] = Training(run, "cpu")
    for _ in range(WARM_UP):
        training.update()
    count, began = 0, perf_counter()
    while not count or perf_counter() - began < seconds:
        training.update()
        count += 1
    plain = (perf_counter() - began) / count
    count = max(1, count // 4)
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        for _ in range(count):
            training.update()
    kind_of = {f"aten::{name}": kind for kind, names in KINDS.items() for name in names}
    spent = dict.fromkeys((*KINDS, REST), 0.0)
    for event in seen.key_averages():
        spent[kind_of.get(event.key, REST)] += event.self_cpu_time_total / 1e6 / count
    return {"features": size, "samples": size, "replicas": replicas, "seconds": plain, "operations": spent}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """One measurement, a line for each kind of operation."""
    total = sum(found["operations"].values())
    yield f"f = N = {found['features']}, {found['replicas']} replicas: {1e3 * found['seconds']:.2f} ms an update"
    for kind, seconds in found["operations"].items():
        yield f"  {kind:<22}{1e3 * seconds:9.3f} ms {100 * seconds / total:6.1f} %"


def main() -> int:
    parser = argparse.ArgumentParser(description="Where the time of an update goes, by kind of operation.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 20, 50, 100], help="f = N (default 10 20 50 100)")
    parser.add_argument("--replicas", type=int, default=5, help="replicas (default 5)")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement (default 3)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    options = parser.parse_args()
    if min(*options.sizes, options.replicas) < 1 or not options.seconds > 0:
        parser.error("sizes and replicas start at 1, and seconds are positive")
    torch.set_num_threads(1)
    rows = []
    for size in options.sizes:
        rows.append(measure(size, options.replicas, options.seconds))
        if not options.json:
            print("\n".join(lines(rows[-1])), flush=True)
    if options.json:
        environment = {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "batch": PAPER.batch,
            "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        }
        print(json.dumps({"rows": rows, "environment": environment}, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
