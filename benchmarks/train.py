"""Training speed: updates per second, replica-updates per second and peak memory, fast and token by token.

At f = N ∈ {10, 20, 50} with 1 and 5 replicas, batches of 64 as in the paper (A.5): forward and backward pass and update
of the fast form, which never forms a state, beside the token-by-token form, in one run, in turn. Each measurement
is a process of its own, so that its peak memory is its own; on the CPU that is of the whole process.

    python benchmarks/train.py [--json] [--sizes 10 20 50] [--replicas 1 5] [--device cpu] [--seconds 5] [--threads 1]
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
from dataclasses import replace
from statistics import median
from time import perf_counter
from typing import Any

import torch

from gdssm_numeric.presets import PAPER
from gdssm_numeric.tasks import Batch, Task
from gdssm_numeric.training import Run, Training

FORMS = "fast", "token by token"


class TokenByToken(torch.nn.Module):
    """The same model, run as a recurrence."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Batch) -> torch.Tensor:
        found: torch.Tensor = self.model.recurrent(batch)[:, :, -1]  # type: ignore[operator]
        return found


def peak_of_process() -> int:
    """In bytes; the system counts in KiB, but on a Mac in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(form: str, size: int, replicas: int, device: str, seconds: float, threads: int) -> dict[str, Any]:
    """Median updates per second over windows of about a tenth of the time, and the peak memory of this process."""
    torch.set_num_threads(threads)
    run = Run(Task(size, size), replicas=replicas, preset=replace(PAPER, updates=10**9))
    training = Training(run, device)
    if form == FORMS[1]:
        training.model = TokenByToken(training.model)  # type: ignore[assignment]
    on_gpu = training.device.type == "cuda"

    def updates(count: int) -> float:
        began = perf_counter()
        for _ in range(count):
            training.update()
        if on_gpu:
            torch.cuda.synchronize()
        return perf_counter() - began

    updates(2)  # the first ones allocate and load
    window = max(1, round(seconds / 10 / updates(1)))
    rates: list[float] = []
    until = perf_counter() + seconds
    while perf_counter() < until or len(rates) < 3:
        rates.append(window / updates(window))
    peak = torch.cuda.max_memory_allocated() if on_gpu else peak_of_process()
    return {
        "form": form,
        "features": size,
        "samples": size,
        "replicas": replicas,
        "updates_per_second": median(rates),
        "slowest_window": min(rates),
        "fastest_window": max(rates),
        "replica_updates_per_second": replicas * median(rates),
        "peak_memory_mib": peak / 2**20,
    }


def line(row: dict[str, Any]) -> str:
    """One measurement as a line of the table."""
    return (
        f"f = N = {row['features']:<3} {row['replicas']} replicas  {row['form']:<15}"
        f"{row['updates_per_second']:9.1f} updates/s {row['replica_updates_per_second']:9.1f} replica-updates/s "
        f"{row['peak_memory_mib']:7.0f} MiB"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Training speed of the fast and of the token-by-token form.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 20, 50], help="f = N (default 10 20 50)")
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 5], help="replicas (default 1 5)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default cpu)")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement (default 5)")
    parser.add_argument("--threads", type=int, default=1, help="threads on the CPU (default 1)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--only", help=argparse.SUPPRESS)  # one measurement, in a process of its own
    options = parser.parse_args()
    if min(*options.sizes, *options.replicas, options.threads) < 1 or options.seconds <= 0:
        parser.error("sizes, replicas and threads start at 1; seconds are positive")
    if options.only is not None:
        size, replicas = options.sizes[0], options.replicas[0]
        found = measure(options.only, size, replicas, options.device, options.seconds, options.threads)
        print(json.dumps(found))
        return 0
    rows = []
    for size in options.sizes:
        for replicas in options.replicas:
            for form in FORMS:
                given = ["--sizes", size, "--replicas", replicas, "--device", options.device]
                given += ["--seconds", options.seconds, "--threads", options.threads, "--only", form]
                command = [sys.executable, __file__, *map(str, given)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very file
                rows.append(json.loads(done.stdout))
                if not options.json:
                    print(line(rows[-1]), flush=True)
    ratios = [
        {
            "features": fast["features"],
            "replicas": fast["replicas"],
            "ratio": fast["updates_per_second"] / slow["updates_per_second"],
        }
        for fast, slow in zip(rows[::2], rows[1::2], strict=True)
    ]
    environment = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name() if options.device.startswith("cuda") else platform.processor() or "cpu",
        "threads": options.threads,
        "batch": PAPER.batch,
    }
    if options.json:
        print(json.dumps({"rows": rows, "ratios": ratios, "environment": environment}, indent=2))
    else:
        for row in ratios:
            print(
                f"f = N = {row['features']:<3} {row['replicas']} replicas: fast / token by token = {row['ratio']:.1f}"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
