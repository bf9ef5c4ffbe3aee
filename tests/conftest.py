"""Options of the test suite."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--constructions", type=int, default=2000, help="how many random construction files gdssm check is tried on"
    )
