"""Options of the test suite, and the verdicts, which are found once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.report import run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--constructions", type=int, default=2000, help="how many random construction files gdssm check is tried on"
    )
    parser.addoption("--theorems", type=int, default=3000, help="how many accepted theorems the fuzzer evaluates")


@pytest.fixture(scope="session")
def outcomes() -> dict[str, Outcome]:
    """Every claim, settled."""
    return dict(zip(CLAIMS, run(CLAIMS.values()), strict=True))


@pytest.fixture
def one_thread() -> Iterator[None]:
    """The number of threads is part of what determines the last bits."""
    from derivations.training import use_threads

    with use_threads(1):
        yield
