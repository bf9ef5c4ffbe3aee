"""No false theorem: what the checker accepts of random proofs, near misses among them, is true in plain fractions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import theorem_fuzzer
from vocabulary import TOLD

from gdssm_symbolic import checker
from gdssm_symbolic.extensions import (
    by_equations,
    differentiation,
    expectation,
    impossibility,
    independence,
    instances,
    joint_induction,
    limits,
    positivity,
    unit_vectors,
)
from gdssm_symbolic.kernel import proofs

#: Every kind of proof, as the fuzzer calls it. An assumption proves nothing; other proofs use it.
KINDS = {
    "calculation": proofs.Calculation,
    "induction": proofs.Induction,
    "gradient expansion": proofs.GradientExpansion,
    "specialisation": proofs.Specialisation,
    "expectation": expectation.Expectation,
    "positivity": positivity.Positivity,
    "independence": independence.Independence,
    "instance": instances.Instance,
    "differentiation": differentiation.Differentiation,
    "limit": limits.Passage,
    "absurdity": impossibility.Absurdity,
    "by-coefficients": impossibility.ByCoefficients,
    "joint induction": joint_induction.JointInduction,
    "by equations": by_equations.ByEquations,
    "by unit vectors": unit_vectors.ByUnitVectors,
}


def test_every_kind_of_proof_is_fuzzed() -> None:
    """A new kind of proof needs a generator, and its place above."""
    assert {*KINDS.values(), proofs.Assumption} == set(checker.CHECKS)
    assert set(theorem_fuzzer.load()) == set(KINDS)


@pytest.mark.long
def test_no_false_theorem(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    """At least half of those of each kind use a lemma, a definition or an assumption, and have different sides."""
    report = theorem_fuzzer.run(request.config.getoption("theorems"), seed=7)
    record_property(TOLD, report.table())
    assert [str(one) for one in theorem_fuzzer.smallest(report.failures)] == []
    for kind, count in report.counts.items():
        assert count.evaluated > 0, kind
        assert 2 * count.serious >= count.accepted, kind
