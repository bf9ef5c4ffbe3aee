"""The explicit unroller against plain SymPy, on the same polynomials, in one run; and how the cost of each way grows.

Both unroll the two-head construction at (f, N, L) = (3, 5, 2) from a free W_0: the recurrences window by
window, the layers, and gradient descent by differentiating the loss; both end with the expanded output
and prediction. The polynomials are compared term by term before the ratio is printed. Then the paper's
own size, f = N = 10 and L = 2, is unrolled and compared with gradient descent, and a large size is evaluated at random
points.

With --growth, time and peak memory are measured along f, N and L, each measurement in a process of its own, the ways in
turn: the unroller, evaluation at a random point modulo a prime, SymPy, and symengine where it is installed. A way that
took longer than the limit, or more than 600 MiB, is not tried at larger sizes. --out writes unroll.json and, with
matplotlib, unroll.svg.

    python benchmarks/unroll.py [--json] [--rounds 5] [--growth] [--limit 10] [--out benchmarks]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import sympy
from sympy.core.cache import clear_cache

from gdssm_symbolic.evidence.modular import evaluate
from gdssm_symbolic.evidence.unroller import Unroller, agrees
from gdssm_symbolic.layers import TwoHeadLayer

LAYER = TwoHeadLayer()
SIZE = 3, 5, 2
TARGET = 300
PAPER_SIZE = 10, 10, 2
LARGE_SIZE = 100, 1000, 8
#: Along each axis from SIZE; the last ones are reached by evaluation alone.
GROWTH = {
    "f": (1, 2, 3, 4, 6, 8, 12, 16, 25, 50, 100),
    "N": (2, 5, 10, 20, 40, 80, 160, 400, 1000),
    "L": (1, 2, 3, 4, 5, 6, 8),
}
WAYS = "unroller", "modular", "sympy", "symengine"
TOLD = "written out", "at a random point", "SymPy", "symengine"
#: A way that took more memory is not tried at larger sizes, in MiB.
MOST_MEMORY = 600
#: A measurement is the median of runs that take about so many seconds in all.
REPEATED = 0.5

Size = tuple[int, int, int]


def by_unroller(features: int, samples: int, steps: int) -> tuple[list[Any], list[Any]]:
    both = Unroller(features, samples, features, free_start=True)
    return both.output(LAYER, steps), both.prediction(steps)


def by_algebra(name: str, features: int, samples: int, steps: int) -> tuple[list[Any], list[Any]]:
    """The same, as one would write it with `Matrix`, `diff` and `expand` of SymPy, or of symengine."""
    algebra = import_module(name)

    def column(letter: str) -> Any:
        return algebra.Matrix(features, 1, [algebra.Symbol(f"{letter}_{k}") for k in range(features)])

    def square(letter: str) -> Any:
        places = [f"{letter}_{r}_{c}" for r in range(features) for c in range(features)]
        return algebra.Matrix(features, features, list(map(algebra.Symbol, places)))

    def numbers(matrix: sympy.ImmutableDenseMatrix) -> Any:
        return algebra.Matrix(matrix.rows, matrix.cols, list(map(int, matrix)))

    def expanded(matrix: Any) -> Any:
        return matrix.applyfunc(algebra.expand)

    eta = algebra.Symbol("eta")
    x, y = [column(f"x_{i}") for i in range(samples + 1)], [column(f"y_{i}") for i in range(samples)]
    start, Q, Q_tilde = square("w"), numbers(LAYER.Q), numbers(LAYER.Q_tilde)
    windows = [x[t].row_join(y[t]).row_join(x[t + 1]) for t in range(samples)]
    V = start.T
    for _ in range(steps):
        Z = Z_tilde = algebra.zeros(features, features)
        for C in windows:
            Z, Z_tilde = Z + C * Q * C.T, Z_tilde + C * Q_tilde * C.T
        V = expanded(V - eta / samples * (V * Z_tilde - Z))
    output = expanded(V * windows[-1] * numbers(LAYER.q))
    W = square("W")
    errors = [entry for i in range(samples) for entry in W.T * x[i] - y[i]]
    loss = algebra.expand(sum((error**2 for error in errors), algebra.Integer(0)) / (2 * samples))
    gradient = W.applyfunc(loss.diff)
    parameters = start
    for _ in range(steps):
        values = dict(zip(W, parameters, strict=True))
        parameters = expanded(parameters - eta * gradient.xreplace(values))
    return list(output), list(expanded(parameters.T * x[-1]))


def same(exact: Any, plain: Any) -> bool:
    """Do a flint and a SymPy or symengine polynomial have the same terms?"""
    names = exact.context().names()
    terms = {m: sympy.Rational(int(c.p), int(c.q)) for m, c in exact.to_dict().items()}
    other = sympy.Poly(sympy.sympify(plain), *(sympy.Symbol(name) for name in names), domain="QQ").as_dict()
    return terms == other


def same_polynomials(name: str) -> bool:
    """Do the unroller and another way find the same polynomials at SIZE?"""
    pairs = zip(by_unroller(*SIZE), by_algebra(name, *SIZE), strict=True)
    return all(same(exact, plain) for sides in pairs for exact, plain in zip(*sides, strict=True))


def seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def ratios(rounds: int) -> dict[str, Any]:
    """The unroller against SymPy at SIZE, and the two large sizes."""
    plain, remembered, ours = [], [], []
    for _ in range(rounds):
        fast = seconds(lambda: by_unroller(*SIZE))
        clear_cache()  # SymPy remembers what it expanded before; each round does the work anew …
        slow = seconds(lambda: by_algebra("sympy", *SIZE))
        ours.append(fast)
        plain.append(slow / fast)
        remembered.append(seconds(lambda: by_algebra("sympy", *SIZE)) / fast)  # … and once more from its memory
    return {
        "size": dict(zip("fNL", SIZE, strict=True)),
        "same_polynomials": {name: same_polynomials(name) for name in WAYS[2:] if find_spec(name)},
        "unroller_seconds": median(ours),
        "ratio": {"minimum": min(plain), "median": median(plain), "maximum": max(plain)},
        "ratio_with_sympy_remembering": median(remembered),
        "target": TARGET,
        "paper_size": measured("unroller", PAPER_SIZE),
        "large_size": measured("modular", LARGE_SIZE),
    }


def measure(way: str, size: Size) -> dict[str, Any]:
    """How much time of the processor one way takes to write both sides out, or evaluate them, and compare them."""
    features, samples, steps = size
    if way in WAYS[2:]:
        import_module(way)
    before = peak_memory()

    def run() -> bool:
        if way == "unroller":
            return agrees(LAYER, features, samples, steps)
        if way == "modular":
            return evaluate(LAYER, features, samples, steps, free_start=True, trials=1).agrees
        clear_cache()
        output, prediction = by_algebra(way, features, samples, steps)
        return output == prediction

    times: list[float] = []
    equal = True
    while sum(times) < REPEATED or not times:
        start = process_time()  # one thread works, and others on the machine do not count
        equal = run() and equal
        times.append(process_time() - start)
    return {"equal": equal, "seconds": median(times), "peak_mib": peak_memory(), "before_mib": before}


def measured(way: str, size: Size) -> dict[str, Any]:
    """The same in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, __file__, "--only", way, *map(str, size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very file
    return {"way": way, **dict(zip("fNL", size, strict=True)), **json.loads(done.stdout)}


def peak_memory() -> float:
    """In MiB. What `getrusage` says includes, on Linux, the memory of the process that started this one."""
    if Path("/proc/self/status").exists():
        (kibibytes,) = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("ascii"))
        return int(kibibytes) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def growth(limit: float) -> Iterator[dict[str, Any]]:
    """Measure the ways in turn along each axis; one that took longer than the limit is left out from then on."""
    for axis, values in GROWTH.items():
        ways = [way for way in WAYS if way not in WAYS[2:] or find_spec(way)]
        for value in values:
            size = tuple(value if letter == axis else usual for letter, usual in zip("fNL", SIZE, strict=True))
            for way in list(ways):
                row = {"axis": axis, **measured(way, size)}  # type: ignore[arg-type]
                yield row
                if row["seconds"] > limit or row["peak_mib"] > MOST_MEMORY:
                    ways.remove(way)


def environment() -> dict[str, Any]:
    """The machine and the versions."""
    packages = ("sympy", "python-flint", "symengine")
    versions = {name: metadata.version(name) for name in packages if find_spec(name.replace("python-", ""))}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    machine = {"system": platform.system(), "machine": platform.machine(), "cores": cores}
    return {**machine, "python": platform.python_version(), **versions}


def draw(rows: list[dict[str, Any]], file: Path) -> None:
    """Time and memory against f, N and L."""
    from matplotlib.ticker import NullFormatter

    from derivations.figures.plots import LINES, save, sheet

    with sheet(3.8, 2, len(GROWTH), sharex="col", sharey="row") as (figure, axes):
        for column, axis in enumerate(GROWTH):
            for way, label, (colour, dashes, marker) in zip(WAYS, TOLD, LINES, strict=False):
                here = [row for row in rows if row["axis"] == axis and row["way"] == way]
                for line, quantity in enumerate(("seconds", "peak_mib")):
                    points = [row[axis] for row in here], [row[quantity] for row in here]
                    axes[line][column].loglog(*points, color=colour, ls=dashes, marker=marker, ms=3, label=label)
            axes[1][column].set_xlabel(f"${axis}$")
            axes[1][column].yaxis.set_minor_formatter(NullFormatter())
        for row in axes:
            row[-1].set_xscale("linear")  # few layers, and each counts
        axes[0][0].set_ylabel("time (s)")
        axes[1][0].set_ylabel("peak memory (MiB)")
        figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=len(WAYS))
    save(figure, file)


def main() -> int:
    parser = argparse.ArgumentParser(description="The explicit unroller against plain SymPy, as a ratio in one run.")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (default 5)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--growth", action="store_true", help="also time and memory along f, N and L; some minutes")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds after which a way is left out (default 10)")
    parser.add_argument("--out", type=Path, help="a folder for unroll.json and, with --growth, unroll.svg")
    parser.add_argument("--only", nargs=4, help=argparse.SUPPRESS)  # one measurement, in a process of its own
    options = parser.parse_args()
    if options.rounds < 1 or options.limit <= 0:
        parser.error("--rounds starts at 1, and --limit is positive")
    if options.only is not None:
        way, *size = options.only
        print(json.dumps(measure(way, tuple(map(int, size)))))  # type: ignore[arg-type]
        return 0
    result = ratios(options.rounds)
    if options.growth:
        result["growth"] = []
        for row in growth(options.limit):
            result["growth"].append(row)
            print(told(row), file=sys.stderr, flush=True)
    result["environment"] = environment()
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print_ratios(result)
    if options.out is not None:
        (options.out / "unroll.json").write_text(json.dumps(result, indent=2) + "\n", "utf-8")
        if options.growth and find_spec("matplotlib"):
            draw(result["growth"], options.out / "unroll.svg")
    agree = all(result["same_polynomials"].values()) and result["paper_size"]["equal"] and result["large_size"]["equal"]
    return 0 if agree and result["ratio"]["median"] >= TARGET else 1


def print_ratios(result: dict[str, Any]) -> None:
    ratio = result["ratio"]
    print(f"(f, N, L) = {SIZE}: same polynomials: {result['same_polynomials']}")
    print(f"unroller {result['unroller_seconds'] * 1e3:.2f} ms (median)")
    print(
        f"SymPy / unroller: {ratio['minimum']:.0f} (min), {ratio['median']:.0f} (median), {ratio['maximum']:.0f} (max)"
    )
    remembered = result["ratio_with_sympy_remembering"]
    print(f"the same when SymPy only looks up what it has just expanded: {remembered:.0f} (median)")
    for name in ("paper_size", "large_size"):
        print(f"output equals gradient descent: {result[name]['equal']}; {told(result[name])}")


def told(row: dict[str, Any]) -> str:
    size = ", ".join(f"{letter} = {row[letter]}" for letter in "fNL")
    return f"{row['way']:<9} {size}: {row['seconds']:.4g} s, {row['peak_mib']:.0f} MiB"


if __name__ == "__main__":
    raise SystemExit(main())
