"""No false theorem: what the checker accepts of random proofs, near misses among them, is true in plain fractions."""

from __future__ import annotations

import pytest
import theorem_fuzzer


def test_no_false_theorem(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    report = theorem_fuzzer.run(request.config.getoption("theorems"), seed=7)
    with capsys.disabled():
        print(f"\n{report.table()}")
    assert [str(one) for one in theorem_fuzzer.smallest(report.failures)] == []
    for kind, count in report.counts.items():
        assert count.evaluated > 0, kind
        assert 2 * count.serious >= count.accepted, kind
