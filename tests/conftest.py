"""Options of the test suite, and the verdicts, which are found once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from vocabulary import TOLD

from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.cli import console
from derivations.verdict import run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--constructions", type=int, default=1000, help="how many random construction files gdssm check is tried on"
    )
    parser.addoption("--theorems", type=int, default=2500, help="how many accepted theorems the fuzzer evaluates")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker judges the claims, for all tests of them. These and the long tests are begun first."""
    judging, long, short = list[pytest.Item](), list[pytest.Item](), list[pytest.Item]()
    for item in items:
        if "outcomes" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("outcomes"))
            judging.append(item)
        else:
            (long if item.get_closest_marker("long") else short).append(item)
    items[:] = [*judging, *long, *short]


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
    monkeypatch.setattr(console, "FIRST_LINE", 3600.0)
