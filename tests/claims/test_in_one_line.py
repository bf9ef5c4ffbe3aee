"""P1, P2: the identity in one line stands first, and is proved of the numbers that it is printed with."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from mutants import with_last_line

from derivations.claims import proposition_1, proposition_2
from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Identity
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption
from gdssm_symbolic.layers import f
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.documents import WRITERS
from gdssm_symbolic.writing.narration import Statement

CLAIMS = pytest.mark.parametrize("of", [proposition_1, proposition_2], ids=["P1", "P2"])


@CLAIMS
def test_the_identity_stands_before_the_statement(of: object) -> None:
    statement: Statement = of.statement()  # type: ignore[attr-defined]
    printed = WRITERS["text"](statement.document())
    identity, and_so, claimed = (
        printed.index(part) for part in ("= (η/N) Σ_{i=1..N} y_i x_iᵀ x_{N+1}", "and so", "∇ℒ_N(0))ᵀ x_{N+1}")
    )
    assert identity < and_so < claimed
    assert statement.short is not None
    assert isinstance(statement.equation, Equation)
    assert statement.short.equation.left == statement.equation.left


@CLAIMS
def test_another_identity_is_not_proved(of: object) -> None:
    one_step: OneStep = of.ONE_STEP  # type: ignore[attr-defined]
    for factor in (-1, 2):
        with pytest.raises(ProofError):
            with_last_line(one_step.in_one_line, lambda line, by=factor: by * line)  # type: ignore[misc]
    for twin in (replace(one_step.layer, decay=sympy.Integer(0)), replace(one_step.layer, beta=-one_step.layer.beta)):
        with pytest.raises(ProofError):
            _ = OneStep(twin).in_one_line


def test_what_stands_first_has_the_meanings_that_are_shown() -> None:
    """Not a theorem about other numbers, nor one whose names are not explained, nor one that is assumed."""
    statement, one_step = proposition_2.statement(), proposition_2.ONE_STEP
    other = OneStep(proposition_2.PLUS)
    with pytest.raises(ProofError, match="two meanings"):
        replace(statement, short=other.recursion())
    with pytest.raises(ValueError, match="no names of its own"):
        Statement(statement.equation, (), one_step.in_one_line)
    I = Definition(one_step.problem.point, Identity(f))  # noqa: E741
    known = check(Assumption("W is I", Equation(I.left, Identity(f))), "assumed")
    with pytest.raises(ValueError, match="no assumptions"):
        replace(statement, short=known)
