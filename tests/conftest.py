"""Options of the test suite, and the verdicts, which are found once."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from vocabulary import TOLD
from xdist.scheduler import LoadScopeScheduling

from derivations import progress
from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.report.derivation import derivation
from derivations.verdict import run
from gdssm_symbolic.writing.documents import Document, write_text

#: Workers use all cores: threads of libraries would only wait for each other. A test may still set their number.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
#: Otherwise each worker, and each of the programs that tests start, would compile all modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--constructions", type=int, default=1000, help="how many random construction files gdssm check is tried on"
    )
    parser.addoption("--recurrences", type=int, default=1000, help="on how many random layers the verdict is tried")
    parser.addoption("--theorems", type=int, default=2500, help="how many accepted theorems the fuzzer evaluates")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests are begun first, so that none is left over for one worker alone."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Most of what was made by now stays to the end; to look through it again and again takes a tenth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


class OneJudge(LoadScopeScheduling):
    """Tests go one by one to the next worker that is free, except that one judges the claims, for all tests of them."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "claims" if _needs_the_claims(self.config.rootpath / path) else nodeid


@cache
def _needs_the_claims(path: Path) -> bool:
    return "outcomes" in path.read_text("utf-8")


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneJudge:
    return OneJudge(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests have to tell: what was fuzzed."""
    for report in (one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, ())):
        for name, value in report.user_properties:
            if name == TOLD:
                terminalreporter.write_line(f"\n{report.nodeid}\n{value}")


def with_room(call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Call a function in a frame so large that CPython takes one large piece of memory for it and what it calls.

    Otherwise it takes 16 KB at a time, and gives a piece back when the first function in it returns: a recursion that
    goes back and forth over such a border spends up to a sixth of the time on asking for memory.
    """
    return call(*arguments, **named)


with_room.__code__ = with_room.__code__.replace(co_stacksize=2**16)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Every test has room."""
    test = pyfuncitem.obj
    pyfuncitem.obj = partial(with_room, test)
    try:
        return (yield)
    finally:
        pyfuncitem.obj = test


@pytest.fixture(scope="session")
def outcomes() -> dict[str, Outcome]:
    """Every claim, judged."""
    return dict(zip(CLAIMS, with_room(list, run(CLAIMS.values())), strict=True))


@pytest.fixture(scope="session")
def derived_outcomes(outcomes: dict[str, Outcome]) -> dict[str, Document]:
    """The derivation of every claim."""
    return {key: derivation(outcome) for key, outcome in outcomes.items()}


@pytest.fixture(scope="session")
def written_outcomes(derived_outcomes: dict[str, Document]) -> dict[str, str]:
    """The derivation of every claim in plain text."""
    return {key: write_text(document) for key, document in derived_outcomes.items()}


@pytest.fixture
def one_thread() -> Iterator[None]:
    """The number of threads is part of what determines the last bits."""
    from derivations.training.run import use_threads

    with use_threads(1):
        yield


@pytest.fixture(autouse=True)
def no_progress_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said on standard error is compared word for word, on slow machines too."""
    monkeypatch.setattr(progress, "FIRST_LINE", 3600.0)
