"""Options of the test suite, and the verdicts, which are found once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from vocabulary import TOLD
from xdist.scheduler import LoadScopeScheduling

from derivations import progress
from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.verdict import run


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


@pytest.fixture(scope="session")
def outcomes() -> dict[str, Outcome]:
    """Every claim, judged."""
    return dict(zip(CLAIMS, run(CLAIMS.values()), strict=True))


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
