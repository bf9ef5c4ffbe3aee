"""Equations that are proved together by induction, and what is refused of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.joint_induction import JointInduction
from gdssm_symbolic.extensions.systems import Member, System
from gdssm_symbolic.kernel.definitions import Definition, unfold
from gdssm_symbolic.kernel.expressions import Name, Scalar, Transpose, Zero, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Hypothesis
from gdssm_symbolic.proving import prove
from gdssm_symbolic.writing.documents import write_text
from gdssm_symbolic.writing.narration import narrate

m, f, t = sympy.symbols("m f t", integer=True, positive=True)
n, r = sympy.symbols("n r", integer=True, nonnegative=True)
alpha, eta, theta = sympy.symbols("alpha eta theta")
k, v = Name("k", (m, 1), arity=1), Name("v", (f, 1), arity=1)
S, U = Name("S", (f, m), arity=1), Name("U", (f, m), arity=1)
V, W = Name("V", (m, f), arity=1), Name("W", (m, f), arity=1)

#: Titans: momentum U of the gradient at the state, which decays; and the same with the state transposed.
ROWS = System(
    (
        Member(S, Zero(f, m), (1 - alpha) * S[t - 1] + eta * U[t - 1] - theta * (S[t - 1] * k[t] - v[t]) * k[t].T),
        Member(U, Zero(f, m), eta * U[t - 1] - theta * (S[t - 1] * k[t] - v[t]) * k[t].T),
    ),
    t,
)
COLUMNS = System(
    (
        Member(V, Zero(m, f), (1 - alpha) * V[t - 1] + eta * W[t - 1] - theta * k[t] * (V[t - 1].T * k[t] - v[t]).T),
        Member(W, Zero(m, f), eta * W[t - 1] - theta * k[t] * (V[t - 1].T * k[t] - v[t]).T),
    ),
    t,
)
SAME = Equation(S[n], V[n].T), Equation(U[n], W[n].T)
HYPOTHESES = tuple(map(Hypothesis, SAME))


def part(number: int, variable: sympy.Symbol = n) -> Induction:
    """S_n = V_nᵀ, or U_n = W_nᵀ."""
    row, column = tuple(ROWS)[number], tuple(COLUMNS)[number]
    base = Calculation(row.name[0], (Step(column.name[0].T, (row, column)),))
    later = substitute(row.body, {t: n + 1})
    steps = Step(later, (row,)), Step(unfold(later, HYPOTHESES), HYPOTHESES), Step(column.name[n + 1].T, (column,))
    return Induction(SAME[number], variable, base, Calculation(row.name[n + 1], steps))


PARTS = part(0), part(1)


def test_two_states_that_use_one_another_are_the_same() -> None:
    for which, equation in enumerate(SAME):
        theorem = check(JointInduction(PARTS, which))
        assert theorem.statement == equation
        assert theorem.meanings.keys() == {S, U, V, W}
        assert len(theorem.reasons) == 8
        told = write_text(narrate([theorem]))
        assert "By induction on n, these equations together:" in told
        assert told.count("Base case, n = 0, of") == 2


def test_neither_is_proved_alone() -> None:
    for alone in PARTS:
        with pytest.raises(ProofError, match="hypothesis is used outside"):
            check(alone)
        with pytest.raises(ProofError, match="hypothesis is used outside"):
            check(JointInduction((alone,)))


def one_changed(number: int, **changed: Any) -> JointInduction:
    """The proof of the first equation, with part `number` changed."""
    return JointInduction(tuple(replace(one, **changed) if k == number else one for k, one in enumerate(PARTS)))


@pytest.mark.parametrize("number", [0, 1])
def test_each_part_has_to_be_shown(number: int) -> None:
    part = PARTS[number]
    of = part.statement.left.name  # type: ignore[attr-defined] # a name at an index
    cases = [
        ({"base": replace(part.base, first=of[1])}, "line 1|start"),
        ({"base": Calculation(of[0], (Step(part.base.steps[0].expr),))}, "line 1"),
        ({"base": Calculation(of[0], (Step(of[0]),))}, "base case is not"),
        ({"step": Calculation(part.step.first, part.step.steps[:-1])}, "does not end"),
        ({"step": Calculation(of[n], (Step(part.statement.right, HYPOTHESES),))}, "does not end"),
        ({"variable": r}, "one variable"),
        ({"statement": Equation(Transpose(of[n]), Transpose(part.statement.right))}, "hypothesis is used outside"),
    ]
    for changed, why in cases:
        with pytest.raises(ProofError, match=why):
            check(one_changed(number, **changed))


def test_a_hypothesis_is_for_the_step_alone() -> None:
    early = Calculation(U[0], (Step(W[0].T + U[n] - W[n].T, (*HYPOTHESES, *ROWS, *COLUMNS)),))
    with pytest.raises(ProofError, match="hypothesis is used outside"):
        check(one_changed(1, base=early))


def test_an_induction_on_nothing_is_none() -> None:
    with pytest.raises(ProofError, match="one variable"):
        check(JointInduction((), 0))
    for which in (2, -1):
        with pytest.raises(ProofError, match=f"none is number {which}"):
            check(JointInduction(PARTS, which))


def test_what_is_fixed_is_not_varied() -> None:
    """D := n for one n, and with Z_n = D for all n. The part that is not stated may not vary it either."""
    D, Z = Definition(Name("D", (1, 1)), Scalar(n)), Name("Z", (1, 1), arity=1)
    statement = Equation(Z[n], Z[n])
    hidden = Induction(
        statement,
        n,
        Calculation(Z[0], (Step(Z[0] + D.name() - n, (D,)), Step(Z[0], (D,)))),
        Calculation(Z[n + 1], (Step(Z[n + 1]),)),
    )
    plain = replace(hidden, base=Calculation(Z[0], (Step(Z[0]),)))
    assert check(JointInduction((plain, plain)))
    for parts in ((plain, hidden), (hidden, plain)):
        with pytest.raises(ProofError, match="varies n"):
            check(JointInduction(parts))


def test_the_left_side_is_one_name_in_every_part() -> None:
    Z = Name("Z", (1, 1), arity=1)
    statement = Equation(2 * Z[n], 2 * Z[n])
    twice = Induction(
        statement, n, Calculation(2 * Z[0], (Step(2 * Z[0]),)), Calculation(2 * Z[n + 1], (Step(2 * Z[n + 1]),))
    )
    with pytest.raises(ProofError, match="one name at its indices"):
        check(JointInduction((twice, *PARTS), 1))


def test_what_is_left_over_is_told_of_the_part_that_fails() -> None:
    wrong = Calculation(U[n + 1], (*PARTS[1].step.steps[:-1], Step(2 * W[n + 1].T, (tuple(COLUMNS)[1],))))
    with pytest.raises(ProofError, match="of the induction step of equation 2"):
        prove(one_changed(1, step=wrong))
