"""The explicit unroller against the plain SymPy way, on the same polynomials, in one run.

Both unroll the two-head construction at (f, N, L) = (3, 5, 2) from a free W_0: the recurrences window by
window, the layers, and gradient descent by differentiating the loss; both end with the expanded output
and prediction. The polynomials are compared term by term before the ratio is printed. Then the paper's
own size, f = N = 10 and L = 2, is unrolled and compared with gradient descent.

    python benchmarks/unroll.py [--json] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import sympy
from sympy.core.cache import clear_cache

from gdssm_symbolic.evidence.unroller import Unroller, agrees
from gdssm_symbolic.layers import TwoHeadLayer

LAYER = TwoHeadLayer()
SIZE = 3, 5, 2
TARGET = 300


def by_unroller(features: int, samples: int, steps: int) -> tuple[list[Any], list[Any]]:
    both = Unroller(features, samples, features, free_start=True)
    return both.output(LAYER, steps), both.prediction(steps)


def by_sympy(features: int, samples: int, steps: int) -> tuple[list[Any], list[Any]]:
    """The same, as one would write it with `Matrix`, `diff` and `expand`."""
    eta = sympy.Symbol("eta")
    x = [sympy.Matrix(sympy.symbols(f"x_{i}_:{features}")) for i in range(samples + 1)]
    y = [sympy.Matrix(sympy.symbols(f"y_{i}_:{features}")) for i in range(samples)]
    start = sympy.Matrix(features, features, lambda r, c: sympy.Symbol(f"w_{r}_{c}"))
    windows = [sympy.Matrix.hstack(x[t], y[t], x[t + 1]) for t in range(samples)]
    V = start.T
    for _ in range(steps):
        Z = Z_tilde = sympy.zeros(features, features)
        for C in windows:
            Z, Z_tilde = Z + C * LAYER.Q * C.T, Z_tilde + C * LAYER.Q_tilde * C.T
        V = (V - eta / samples * (V * Z_tilde - Z)).expand()
    output = (V * windows[-1] * LAYER.q).expand()
    W = sympy.Matrix(features, features, lambda r, c: sympy.Symbol(f"W_{r}_{c}"))
    loss = sum(((W.T * x[i] - y[i]).dot(W.T * x[i] - y[i]) for i in range(samples)), sympy.Integer(0)) / (2 * samples)
    gradient = W.applyfunc(lambda entry: sympy.expand(loss).diff(entry))
    parameters = start
    for _ in range(steps):
        values = dict(zip(W, parameters, strict=True))
        parameters = (parameters - eta * gradient.subs(values, simultaneous=True)).expand()
    return list(output), list((parameters.T * x[-1]).expand())


def same(exact: Any, plain: sympy.Expr) -> bool:
    """Do a flint and a SymPy polynomial have the same terms?"""
    names = exact.context().names()
    terms = {m: sympy.Rational(int(c.p), int(c.q)) for m, c in exact.to_dict().items()}
    other = sympy.Poly(plain, *(sympy.Symbol(name) for name in names), domain="QQ").as_dict()
    return terms == other


def seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(description="The explicit unroller against plain SymPy, as a ratio in one run.")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (default 5)")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds starts at 1")
    exact, plain = by_unroller(*SIZE), by_sympy(*SIZE)
    agree = all(
        same(e, p) for ours, theirs in zip(exact, plain, strict=True) for e, p in zip(ours, theirs, strict=True)
    )
    ratios, remembered, ours = [], [], []
    for _ in range(options.rounds):
        fast = seconds(lambda: by_unroller(*SIZE))
        clear_cache()  # SymPy remembers what it expanded before; each round does the work anew …
        slow = seconds(lambda: by_sympy(*SIZE))
        ours.append(fast)
        ratios.append(slow / fast)
        remembered.append(seconds(lambda: by_sympy(*SIZE)) / fast)  # … and once more from its memory, for comparison
    paper = perf_counter()
    equal = agrees(LAYER, 10, 10, 2)
    paper = perf_counter() - paper
    result = {
        "size": dict(zip("fNL", SIZE, strict=True)),
        "same_polynomials": agree,
        "unroller_seconds": median(ours),
        "ratio": {"minimum": min(ratios), "median": median(ratios), "maximum": max(ratios)},
        "ratio_with_sympy_remembering": median(remembered),
        "target": TARGET,
        "paper_size": {"f": 10, "N": 10, "L": 2, "equal": equal, "seconds": paper},
        "environment": {"python": platform.python_version(), "sympy": sympy.__version__},
    }
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        print(f"(f, N, L) = {SIZE}: same polynomials: {agree}; unroller {median(ours) * 1e3:.2f} ms (median)")
        print(f"SymPy / unroller: {min(ratios):.0f} (min), {median(ratios):.0f} (median), {max(ratios):.0f} (max)")
        print(f"the same when SymPy only looks up what it has just expanded: {median(remembered):.0f} (median)")
        print(f"f = N = 10, L = 2: output equals gradient descent: {equal}, {paper:.1f} s")
    return 0 if agree and equal and median(ratios) >= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
