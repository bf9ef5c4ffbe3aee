"""Training speed: updates a second, replica-updates a second, the share of the machine's limit, and peak memory.

At f = N ∈ {10, 20, 50} with 1 and 5 replicas and with 1 and more processes, batches of 64 as in the paper (A.5):
data, forward and backward pass and update, with gradients by formulas as `gdssm train` has them on a CPU, beside the
same by autograd and, token by token, as a recurrence. Each measurement is a process of its own, so that its peak memory
is its own; on the CPU that is of the whole process.

The limit is the rate of the largest batched product of an update alone, the powers of the decay times the windows,
measured in turn with the updates, in the same process. An update has 3 · 2 · R · 3 · N · f² · B of its operations.

With --long, cost of a token and peak memory over the number of samples: of the recurrence, forward, and of training.

    python benchmarks/train.py [--json] [--sizes 10 20 50] [--replicas 1 5] [--workers 1 2] [--long 100 1000 10000]
                               [--device cpu] [--seconds 5] [--threads 1] [--cpu-time]

GDSSM_REFERENCE can name a command of another implementation, which is run with --size, --batch and --seconds, in a
process of its own with its own settings, and has to print updates a second of one replica on its last line.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from time import perf_counter, process_time
from typing import Any

import torch

from gdssm_numeric.presets import PAPER
from gdssm_numeric.steps import Together
from gdssm_numeric.tasks import TRAINING, Batch, Task, generator
from gdssm_numeric.training import Run, Training
from gdssm_numeric.window_model import WindowModel, predictions

FORMS = "by formulas", "by autograd", "token by token"
RECURRENCE = "recurrence, forward"
#: Features and replicas where the number of samples is varied, and how many windows of a stream are drawn at a time.
LONG_FEATURES, DRAWN = 10, 1000
#: The environment variable that names a command of another implementation.
REFERENCE = "GDSSM_REFERENCE"


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


def prepared(form: str, run: Run, device: str) -> Training[Any]:
    """The training of a run in one of the forms."""
    training: Training[Any] = Training(run, device)
    if form != FORMS[0]:
        model = run.model().to(training.device)
        training.step = Together(model if form == FORMS[1] else TokenByToken(model), run.preset)
    return training


def rate_of(act: Callable[[], object], seconds: float, clock: Callable[[], float], on_gpu: bool) -> float:
    """How often a second something is done, for about so long."""
    count, began = 0, clock()
    while not count or clock() - began < seconds:
        act()
        count += 1
    if on_gpu:
        torch.cuda.synchronize()
    return count / (clock() - began)


def measure(spec: dict[str, Any]) -> dict[str, Any]:
    """Updates a second over some windows, in turn with each the rate of the product; the peak memory of this process.

    It begins when a line comes on standard input, so that several processes begin together.
    """
    torch.set_num_threads(spec["threads"])
    if spec["form"] == RECURRENCE:
        return stream(spec)
    clock = process_time if spec["cpu_time"] else perf_counter
    f, N, R = spec["features"], spec["samples"], spec["replicas"]
    training = prepared(spec["form"], Run(Task(f, N), replicas=R, preset=replace(PAPER, updates=10**9)), spec["device"])
    on_gpu = training.device.type == "cuda"
    beside = R if on_gpu else 1  # on a CPU, the product of one replica is taken after that of another
    most = min(N, max(1, 10**8 // (3 * f * max(f, PAPER.batch))))
    powers = torch.rand(3 * beside * most, f, f, device=training.device)
    columns = torch.rand(3 * beside * most, f, PAPER.batch, device=training.device)
    product = torch.empty_like(columns)
    operations = 2 * powers.shape[0] * f * f * PAPER.batch
    training.update()  # the first one allocates and loads
    peak = torch.cuda.max_memory_allocated() if on_gpu else peak_of_process()
    print("ready", flush=True)
    sys.stdin.readline()
    rates, shares = [], []
    for _ in range(spec["windows"]):
        rates.append(rate_of(training.update, spec["seconds"] / 10, clock, on_gpu))
        products = rate_of(lambda: torch.bmm(powers, columns, out=product), spec["seconds"] / 40, clock, on_gpu)
        limit = products * operations
        shares.append(rates[-1] * 3 * 2 * R * 3 * N * f * f * PAPER.batch / limit)
    return {
        "updates_per_second": median(rates),
        "slowest_window": min(rates),
        "fastest_window": max(rates),
        "replica_updates_per_second": R * median(rates),
        "share_of_product": median(shares),
        "peak_memory_mib": peak / 2**20,
        "microseconds_per_token": 1e6 / median(rates) / (R * PAPER.batch * (2 * N + 1)),
    }


def stream(spec: dict[str, Any]) -> dict[str, Any]:
    """The recurrence over a stream of one task, windows drawn as they are needed: seconds a token and peak memory."""
    f, N = spec["features"], spec["samples"]
    clock = process_time if spec["cpu_time"] else perf_counter
    model = WindowModel(f)
    own = generator(0, 0, TRAINING)
    print("ready", flush=True)
    sys.stdin.readline()

    def windows() -> Iterator[torch.Tensor]:
        for begin in range(0, N, DRAWN):
            yield from torch.rand(min(DRAWN, N - begin), 1, 1, f, 3, generator=own)

    began = clock()
    with torch.no_grad():
        counted = sum(1 for _ in predictions([model.layer(0)], model.q, windows(), torch.zeros(1, 1, f, f)))
    seconds = clock() - began
    assert counted == N
    return {
        "peak_memory_mib": peak_of_process() / 2**20,
        "microseconds_per_token": 1e6 * seconds / (2 * N + 1),
    }


def row(spec: dict[str, Any]) -> dict[str, Any]:
    """A measurement: in as many processes as there are workers, which share the replicas and begin together."""
    workers, replicas = spec["workers"], spec["replicas"]
    shares = [replicas * (k + 1) // workers - replicas * k // workers for k in range(workers)]
    processes = []
    for part in shares:
        command = [sys.executable, __file__, "--only", json.dumps({**spec, "replicas": part})]
        processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))  # noqa: S603 - this very file
    for process in processes:
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise SystemExit(f"a measurement failed: {spec}")
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = [json.loads(process.communicate()[0]) for process in processes]
    if workers == 1:
        return {**spec, **found[0]}
    return {
        **spec,
        "updates_per_second": min(one["updates_per_second"] for one in found),
        "replica_updates_per_second": sum(one["replica_updates_per_second"] for one in found),
        "share_of_product": sum(one["share_of_product"] for one in found) / workers,
        "peak_memory_mib": sum(one["peak_memory_mib"] for one in found),
    }


def reference(size: int, seconds: float) -> float | None:
    """Updates a second of another implementation, if there is one."""
    if not os.environ.get(REFERENCE):
        return None
    command = [*shlex.split(os.environ[REFERENCE]), "--size", str(size), "--batch", str(PAPER.batch)]
    done = subprocess.run([*command, "--seconds", str(seconds)], check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - whoever set it meant it
    return float(done.stdout.splitlines()[-1])


def line(found: dict[str, Any]) -> str:
    """One measurement as a line of the table."""
    said = f"f = {found['features']:<3} N = {found['samples']:<8}{found['replicas']} replicas  {found['form']:<20}"
    if found["form"] == RECURRENCE:
        return f"{said}{found['microseconds_per_token']:9.2f} µs/token {found['peak_memory_mib']:7.0f} MiB"
    return (
        f"{said}{found['workers']} workers {found['updates_per_second']:9.1f} updates/s "
        f"{found['replica_updates_per_second']:9.1f} replica-updates/s "
        f"{100 * found['share_of_product']:5.1f} % of the product {found['peak_memory_mib']:7.0f} MiB"
    )


def specs(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """All measurements."""
    common = {"device": options.device, "seconds": options.seconds, "threads": options.threads, "windows": 10}
    common |= {"cpu_time": options.cpu_time}
    for size in options.sizes:
        for replicas in options.replicas:
            for workers in options.workers:
                for form in FORMS if workers == 1 else FORMS[:1]:
                    if workers <= replicas:
                        sizes = {"features": size, "samples": size, "replicas": replicas, "workers": workers}
                        yield {"form": form, **sizes, **common}
    one = {"features": LONG_FEATURES, "replicas": 1, "workers": 1}
    for samples in options.long:
        yield {"form": RECURRENCE, "samples": samples, **one, **common}
    for samples in options.long:
        if samples <= options.longest_trained:
            for form in FORMS[:2]:
                yield {"form": form, "samples": samples, **one, **common, "windows": 3}


def parsed() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description="Training speed, its share of the limit, and long contexts.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 20, 50], help="f = N (default 10 20 50)")
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 5], help="replicas (default 1 5)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1], help="processes (default 1)")
    parser.add_argument("--long", type=int, nargs="*", default=[], help="samples of long contexts (default none)")
    parser.add_argument("--longest-trained", type=int, default=10_000, help="… that are trained too (default 10000)")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default cpu)")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement (default 5)")
    parser.add_argument("--threads", type=int, default=1, help="threads of a process on the CPU (default 1)")
    parser.add_argument("--cpu-time", action="store_true", help="count seconds of the CPU, where others use it too")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--only", help=argparse.SUPPRESS)  # one measurement, in a process of its own
    options = parser.parse_args()
    if min(*options.sizes, *options.replicas, *options.workers, *options.long, options.threads) < 1:
        parser.error("sizes, samples, replicas, workers and threads start at 1")
    if options.seconds <= 0:
        parser.error("seconds are positive")
    return options


def main() -> int:
    options = parsed()
    if options.only is not None:
        print(json.dumps(measure(json.loads(options.only))))
        return 0
    rows = []
    for spec in specs(options):
        rows.append(row(spec))
        if not options.json:
            print(line(rows[-1]), flush=True)
    references = {size: reference(size, options.seconds) for size in options.sizes}
    document = {
        "rows": rows,
        "reference_updates_per_second": {size: rate for size, rate in references.items() if rate is not None},
        "environment": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "system": platform.system(),
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "device": torch.cuda.get_device_name() if options.device.startswith("cuda") else "cpu",
            "threads": options.threads,
            "batch": PAPER.batch,
            "seconds": "of the CPU" if options.cpu_time else "of the clock",
            "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        },
    }
    if options.json:
        print(json.dumps(document, indent=1))
        return 0
    plain = {(one["features"], one["replicas"]): one for one in rows if one["form"] == FORMS[1] and one["workers"] == 1}
    for one in rows:
        beside = plain.get((one["features"], one["replicas"]))
        if one["form"] == FORMS[0] and beside is not None and one["samples"] == beside["samples"]:
            ratio = one["replica_updates_per_second"] / beside["replica_updates_per_second"]
            sizes = f"f = N = {one['features']:<3} {one['replicas']} replicas, {one['workers']} workers"
            print(f"{sizes}: by formulas / by autograd in one process = {ratio:.1f}")
    for size, rate in references.items():
        if rate is not None:
            print(f"f = N = {size:<3} the other implementation: {rate:.1f} updates/s of one replica")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
