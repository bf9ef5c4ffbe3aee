"""Theorems for data of a particular form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import names
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import floor, is_plain
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Ledger, Theorem
from gdssm_symbolic.kernel.work import Work

FILE = "extensions/instances.py"

INSTANCE = Rule("instance", "what holds for all data holds for data of a particular form", FILE)


@dataclass(frozen=True)
class Instance(Immutable):
    """A theorem for data of a particular form, such as x_i = φ(ξ_i); x is replaced in the meanings of names, too."""

    general: Theorem
    values: tuple[Definition, ...]

    @property
    def statement(self) -> Equation:
        left, right = (unfold(side, self.values) for side in self.general.equation.parts)
        return Equation(left, right)


def check_instance(ledger: Ledger, proof: Instance) -> None:
    """Check a theorem for data of a particular form.

    P(x) for all data x, without assumptions      φ has a value everywhere, and is put in for x at every index
    meanings in P are definitions or recurrences, and bind nothing free in φ      x has no meaning, and is no parameter
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────
                            P(φ), where φ replaces x also in the meanings
    """
    general, values = proof.general, proof.values
    if general.assumptions:
        raise ProofError("what is assumed is assumed of the data as they were")
    for value in values:
        if not all(is_plain(i) and floor(i) is None for i in value.indices):
            raise ProofError("data are put in by definitions, at every index")
    ledger.gate(*(value.body for value in values), everywhere=True)
    for side in general.equation.parts:  # the statement is written out so, and is refused here if it is too long
        unfold(side, values, ledger.work)
    symbols = frozenset().union(*(value.free for value in values))
    inside = {name for value in values for name in {*names(value.body)} - {*value.parameters}}
    for meaning in general.defined:
        if not isinstance(meaning, Definition | Recurrence):
            raise ProofError(f"{meaning.name.text} is no definition, so that no data can be put into it")
        bound = meaning.parameters if isinstance(meaning, Definition) else ()
        if set(bound) & inside or symbols & set(meaning.indices):
            raise ProofError(f"what is put in has another meaning inside {meaning.name.text}")
        if any(value.name in (meaning.name, *bound) for value in values):
            raise ProofError(f"{meaning.name.text} is defined, or its parameters are: only data can be put in")
        ledger.meanings.append(_with_data(meaning, values, ledger.work))
    ledger.lemmas[general] = None
    ledger.used |= {*general.rules, INSTANCE}


def _with_data(meaning: Definition | Recurrence, values: tuple[Definition, ...], work: Work) -> Meaning:
    """Return the meaning with data put in."""
    if isinstance(meaning, Definition):
        return replace(meaning, body=unfold(meaning.body, values, work))
    initial, body = (unfold(expr, values, work) for expr in (meaning.initial, meaning.body))
    return replace(meaning, initial=initial, body=body)
