"""Every theorem of every claim, with one thing changed in its proof or in what a name means: refused, or true."""

from __future__ import annotations

from types import SimpleNamespace

import mutants
import pytest
from mutants import NothingChangedError, altered, try_twins, with_last_line, with_other

from derivations.claims import CLAIMS
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.kernel.expressions import Scalar, wrap
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Proof
from gdssm_symbolic.kernel.work import Work
from gdssm_symbolic.layers import TwoHeadLayer, WindowLayer, eta
from gdssm_symbolic.theory.convergence import Convergence
from gdssm_symbolic.theory.linear_attention import CAUSAL, Sequence, cubic, scale
from gdssm_symbolic.theory.many_steps import ManySteps
from gdssm_symbolic.theory.one_step import OneStep

#: Twins of each theorem.
MOST = 4


@pytest.mark.long
@pytest.mark.parametrize("key", CLAIMS)
def test_what_is_changed_is_refused_or_true(key: str) -> None:
    """`try_twins` fails if one that is accepted is false. Of an instance, other values give other true theorems."""
    for theorem in CLAIMS[key].theorems().values():
        assert try_twins(theorem, MOST).refused or isinstance(theorem.proof, Instance), theorem.title


def test_every_kind_of_change_is_refused_somewhere() -> None:
    theorems = CAUSAL.recurrent(), cubic(), ManySteps(TwoHeadLayer()).closed(), OneStep(WindowLayer()).last_step()
    refused = {name.partition(" at ")[0] for theorem in theorems for name in try_twins(theorem, 60).refused}
    kinds = {"sign", "factor", "exponent", "index", "bound", "transpose", "order", "name", "number", "left out"}
    assert refused == kinds


def test_a_false_theorem_that_is_accepted_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a checker that accepts everything, the first false twin ends the test."""
    theorem = Sequence().grown()

    def accept(proof: Proof, title: str = "", work: Work | None = None) -> SimpleNamespace:
        says = {"statement": proof.statement, "defined": theorem.defined, "meanings": theorem.meanings}
        return SimpleNamespace(proof=proof, title=title, assumptions=frozenset(), **says)

    assert try_twins(theorem, 10).refused
    monkeypatch.setattr(mutants, "check", accept)
    with pytest.raises(AssertionError, match="accepted, and false"):
        try_twins(theorem, 10)


def test_what_rests_on_an_assumption_is_told_apart() -> None:
    """With S H = 0 assumed, data of the other sign change nothing, of which random data cannot tell."""
    tried = try_twins(Convergence().nearest(), 60)
    assert tried.assumed
    assert not set(tried.assumed) & {*tried.true, *tried.refused}


def test_what_changes_nothing_is_no_twin() -> None:
    with pytest.raises(NothingChangedError):
        with_other(cubic(), Scalar(scale**7), wrap(1))
    with pytest.raises(AssertionError, match="no cached property"):
        altered(CAUSAL, values=eta)
    assert with_last_line(cubic(), lambda line: line).statement == cubic().statement
    with pytest.raises(ProofError):
        with_last_line(cubic(), lambda line: 2 * line)
