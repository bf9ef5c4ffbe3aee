"""A StopIteration from within, as a signal handler can raise it anywhere, ends no loop of the trusted code.

`map` and its kin take it for the end of what they go through, and leave out the rest. A generator does not.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import sympy
from vocabulary import N, c, f, i, x

import gdssm_symbolic
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Scalar, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import ProofError

PACKAGE = Path(gdssm_symbolic.__file__).parent
TRUSTED = sorted([*(PACKAGE / "kernel").glob("*.py"), *(PACKAGE / "extensions").glob("*.py"), PACKAGE / "checker.py"])
#: What calls a function for each item, and takes a StopIteration of the function for the end of the items.
SWALLOWING = {"map", "filter", "filterfalse", "starmap", "takewhile", "dropwhile", "accumulate", "groupby"}


def swallowing(source: str) -> list[str]:
    """What a module names of SWALLOWING; `iter`, if it is given a function; and `__next__`, if it defines one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.alias):
            found += SWALLOWING.intersection([node.id if isinstance(node, ast.Name) else node.name])
        elif isinstance(node, ast.Attribute):
            found += SWALLOWING.intersection([node.attr])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "iter":
            found += ["iter"] if len(node.args) > 1 else []
        elif isinstance(node, ast.FunctionDef) and node.name == "__next__":
            found.append(node.name)
    return found


@pytest.mark.parametrize("module", TRUSTED, ids=lambda path: "/".join(path.parts[-2:]))
def test_trusted_code_uses_nothing_that_takes_it_for_an_end(module: Path) -> None:
    assert not swallowing(module.read_text("utf-8"))


def test_what_would_be_found() -> None:
    for source in ("list(map(f, x))", "from itertools import groupby", "itertools.starmap(f, x)", "iter(f, 0)"):
        assert swallowing(source)
    assert not swallowing("[f(one) for one in iter(x)]")


@dataclass
class Stop:
    """Traces what is run, and raises StopIteration at so many lines of trusted code."""

    at: int
    files: set[str] = field(default_factory=lambda: {str(path) for path in TRUSTED})
    lines: int = 0

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Any:
        if frame.f_code.co_filename not in self.files:
            return None
        self.lines += event == "line"
        if event == "line" and self.lines == self.at:
            raise StopIteration
        return self

    def run(self, go: Callable[[], object]) -> None:
        before = sys.gettrace()
        sys.settrace(self)
        try:
            go()
        finally:
            sys.settrace(before)


D = Name("D", (1, 1), arity=1)
QUESTIONS: dict[str, tuple[Expr, Expr]] = {
    "sums": (Sum(x[i].T * x[i] * c[i], i, 1, N), Sum(c[i], i, 1, N)),
    "products": (((x[1] + x[2]).T * (x[3] * c[1])) ** 2, Scalar(0)),
    "blocks": (
        Blocks(((x[1].T, c[1]), (Identity(f), x[2]))) * Blocks(((x[3],), (c[2],))),
        Blocks(((Zero(1, 1),), (Zero(f, 1),))),
    ),
    "traces": ((x[1] * x[2].T * x[3] * x[4].T).T - x[4] * x[3].T, Zero(f, f)),
    "a definition": (D[3] * (x[1] + x[2]), Zero(f, 1)),
}


@pytest.mark.parametrize(("left", "right"), QUESTIONS.values(), ids=QUESTIONS)
def test_nothing_is_answered_where_it_was_stopped(left: Expr, right: Expr) -> None:
    """Both sides differ; wherever a StopIteration is raised, it comes out, and no theorem or answer does."""
    meaning = Definition(D, Scalar(sympy.Symbol("k", integer=True)) * c[1] * c[1], (sympy.Symbol("k", integer=True),))
    proof = Calculation(left, (Step(right, (meaning,)),))
    for go in (lambda: check(proof), lambda: decide(left, right), lambda: left.T + right.T):
        for _ in range(2):  # at first, what is kept for the next time is not there yet
            whole = Stop(0)
            with suppress(ProofError):
                whole.run(go)
        assert whole.lines > 10
        for number in range(1, whole.lines + 1, 1 + whole.lines // 300):
            with pytest.raises((StopIteration, RuntimeError)):
                Stop(number).run(go)
