"""Inductions of several equations together: each step may use all of them.

For states that are updated together, S_n = V_n and U_n = W_n are proved at once: the step of either needs both.
"""

from __future__ import annotations

from dataclasses import dataclass

from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.proofs import Induction, check_induction
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Hypothesis, Ledger

FILE = "extensions/joint_induction.py"

JOINT_INDUCTION = Rule("joint-induction", "if all hold at the start, and at $n+1$ if all do at $n$, all hold", FILE)


@dataclass(frozen=True)
class JointInduction(Immutable):
    """Several equations by induction on one variable. The statement is that of part number `which`, from 0 on."""

    parts: tuple[Induction, ...]
    which: int = 0

    @property
    def statement(self) -> Equation:
        return self.parts[self.which].statement

    @property
    def statements(self) -> tuple[Equation, ...]:
        return tuple(part.statement for part in self.parts)

    @property
    def hypotheses(self) -> tuple[Hypothesis, ...]:
        return tuple(part.hypothesis for part in self.parts)


def check_joint_induction(ledger: Ledger, proof: JointInduction) -> None:
    """Check an induction of P₁, …, Pₖ on a symbol n, from its least value on.

    P₁(start), …, Pₖ(start)      P₁(n), …, Pₖ(n) ⊢ Pⱼ(n + 1) for every n ≥ start and every j
    n is free in no meaning and no assumption      the left side of each Pⱼ(n) is one name at its indices
    ─────────────────────────────────────────────────────────────────────────────────────────────────────
                                    Pⱼ(n) for every n ≥ start, for one j
    """
    if len({part.variable for part in proof.parts}) != 1:
        raise ProofError("equations that are proved together are proved by induction on one variable")
    if proof.which not in range(len(proof.parts)):
        raise ProofError(f"{len(proof.parts)} equations are proved together, and none is number {proof.which}")
    for part in proof.parts:
        ledger.gate(*part.statement.parts)
        check_induction(ledger, part, proof.hypotheses)
    ledger.used.add(JOINT_INDUCTION)
