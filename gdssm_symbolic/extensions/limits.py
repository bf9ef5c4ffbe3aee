"""Limits of sequences of matrices: the statement, and the rule that a limit may be put in for its sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import sympy

from gdssm_symbolic.kernel.expressions import App, Expr, Sum, free_symbols, require_shape, walk
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import ProofError, Proposition
from gdssm_symbolic.kernel.theorem import Ledger, Theorem, require_unvaried

FILE = "extensions/limits.py"

LIMIT = Rule(
    "limit",
    "finite sums and products of matrices are continuous: a limit may be put in for its sequence",
    FILE,
)


@dataclass(frozen=True)
class Limit(Proposition):
    """The limit of a sequence of matrices: `sequence` tends to `value` as `index` grows."""

    sequence: Expr
    index: sympy.Symbol
    value: Expr
    by_continuity: ClassVar[bool] = True
    may_be_assumed: ClassVar[bool] = True

    def complete(self) -> None:
        require_shape(self.value, self.sequence.shape, "a limit")
        if not self.index.is_integer or self.index in free_symbols(self.value):
            raise ProofError("the index of a sequence is an integer, of which the limit does not depend")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self.sequence, self.value

    @property
    def bound(self) -> tuple[sympy.Symbol]:
        return (self.index,)


@dataclass(frozen=True)
class Passage(Immutable):
    """If Bᴸ tends to P, then E(Bᴸ) tends to E(P) for every continuous expression E."""

    general: Theorem  # sequence = expression in Bᴸ
    limit: Theorem  # Bᴸ tends to P

    @property
    def statement(self) -> Limit:
        if not isinstance(self.limit.statement, Limit):
            raise ProofError("a limit is needed to pass to")
        left, right = self.general.equation.parts
        known = self.limit.statement
        return Limit(left, known.index, replaced(right, known.sequence, known.value))


def check_passage(ledger: Ledger, proof: Passage) -> None:
    """Check the passage to a limit.

    S_L = E(B_L) for all L      B_L → P      E is continuous: B stands in no argument of a function
    L is free in no meaning and no assumption      no sum in E binds a symbol of the limit
    ───────────────────────────────────────────────────────────────────────────────────────────────
                                        S_L → E(P)
    """
    for theorem in (proof.general, proof.limit):
        ledger.lemma(theorem)
    statement, sequence = proof.statement, proof.limit.statement.parts[0]
    nodes = walk(proof.general.equation.right)
    if any(isinstance(node, App) and any(sequence in walk(a) for a in node.arguments) for node in nodes):
        raise ProofError("a function need not be continuous")
    require_unvaried([statement.index], ledger.meanings, "a limit", ledger.assumptions)
    outer = {symbol.name for symbol in proof.limit.statement.free | {statement.index}}
    if any(isinstance(node, Sum) and node.index.name in outer for node in walk(proof.general.equation.right)):
        raise ProofError("a symbol of the limit is bound by a sum in what it is put into")
    ledger.used.add(LIMIT)


def replaced(expr: Expr, part: Expr, value: Expr) -> Expr:
    """Return the expression with a part replaced wherever exactly this part stands."""
    if expr == part:
        return value
    return expr.mapped(lambda child: replaced(child, part, value))
