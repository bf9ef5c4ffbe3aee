"""Equations that follow from others by plain algebra, shown by a certificate.

From ΛP = I and r(1 + kᵀPk) = 1 follows (Λ + kkᵀ)(P - r P k kᵀ P) = I, though no name is replaced: left less right is a
sum of multiples of ΛP - I and of r(1 + kᵀPk) - 1. The certificate gives the multiples, and the core adds them up.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from gdssm_symbolic.kernel.expressions import Add, Expr, Mul, Scalar, Zero
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Ledger, Theorem

FILE = "extensions/by_equations.py"

BY_EQUATIONS = Rule("by-equations", "if $left - right$ is a sum of multiples of $0$, then $left = right$", FILE)


@dataclass(frozen=True)
class Multiple(Immutable):
    """times · (before · (l - r) · after), where l = r is a theorem; with (l - r)ᵀ if `transposed`.

    `times` or the product beside it is a number, unless their shapes fit.
    """

    theorem: Theorem
    before: Expr
    after: Expr
    times: Expr = Scalar(sympy.Integer(1))
    transposed: bool = False

    @property
    def value(self) -> Expr:
        """The multiple, as an expression. Raises ShapeError if its factors do not fit."""
        difference = self.theorem.equation.left - self.theorem.equation.right
        return Mul((self.times, Mul((self.before, difference.T if self.transposed else difference, self.after))))


@dataclass(frozen=True)
class ByEquations(Immutable):
    """An equation, and multiples of known equations that add up to left less right."""

    statement: Equation
    multiples: tuple[Multiple, ...]

    @property
    def certificate(self) -> Equation:
        """Left less right, and the sum of the multiples."""
        left, right = self.statement.parts
        total = tuple(multiple.value for multiple in self.multiples)
        return Equation(left - right, Add((Zero(*left.shape), *total)))


def check_by_equations(ledger: Ledger, proof: ByEquations) -> None:
    """Check an equation by a certificate.

    lⱼ = rⱼ, a theorem, for each j      left - right = Σⱼ Cⱼ · (Aⱼ (lⱼ - rⱼ) Bⱼ), or with (lⱼ - rⱼ)ᵀ, by the normal form
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
                        left = right, with the meanings and under the assumptions of the theorems
    """
    for multiple in proof.multiples:
        ledger.lemma(multiple.theorem)
    certificate = proof.certificate
    ledger.used |= ledger.equal(certificate.left, certificate.right, what="the sum of the multiples")
    ledger.used.add(BY_EQUATIONS)
