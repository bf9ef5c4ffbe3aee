"""The checker: it alone turns proofs into theorems.

This file lists the kinds of proofs, statements and meanings that are accepted, and checks what every theorem has to
satisfy. A proof is data: it holds a statement and an argument for it. `check` calls the function that CHECKS lists for
this kind of proof, requires the expressions in it to be well defined (`well_defined`), and returns a `Theorem`.
Nothing else makes a `Theorem`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import sympy

from .extensions import differentiation, expectation, impossibility, independence, instances, limits, positivity
from .extensions.by_equations import ByEquations, check_by_equations
from .extensions.functions import show_equal
from .extensions.joint_induction import JointInduction, check_joint_induction
from .extensions.reading import mistaken, read, undefined
from .extensions.systems import SYSTEM, Joint
from .extensions.unit_vectors import ByUnitVectors, UnitVectors, check_by_unit_vectors
from .kernel import proofs, rules
from .kernel.definitions import Definition, Meaning, Recurrence, consistent, require_no_capture
from .kernel.exact import class_of
from .kernel.expressions import Expr, Name, Sum, names, walk
from .kernel.immutable import Immutable
from .kernel.linear_forms import OutsideLanguage, Scope, unambiguous
from .kernel.rules import Rule
from .kernel.statements import Equation, ProofError, Proposition
from .kernel.theorem import _SEAL, Assumption, Hypothesis, Ledger, Proof, Theorem, patterns_of
from .kernel.well_defined import one_matrix_each, require_size, require_well_defined, symbols_of
from .kernel.work import Work, counter

#: Every kind of proof, and the function that checks it.
CHECKS: Mapping[type, Callable[[Ledger, Any], None]] = MappingProxyType(
    {
        proofs.Calculation: proofs.check_calculation,
        proofs.Induction: proofs.check_induction,
        proofs.GradientExpansion: proofs.check_gradient,
        proofs.Specialisation: proofs.check_specialisation,
        Assumption: proofs.check_assumption,
        expectation.Expectation: expectation.check_expectation,
        positivity.Positivity: positivity.check_positivity,
        independence.Independence: independence.check_independence,
        instances.Instance: instances.check_instance,
        differentiation.Differentiation: differentiation.check_differentiation,
        limits.Passage: limits.check_passage,
        impossibility.Absurdity: impossibility.check_absurdity,
        impossibility.ByCoefficients: impossibility.check_coefficients,
        JointInduction: check_joint_induction,
        ByEquations: check_by_equations,
        ByUnitVectors: check_by_unit_vectors,
    }
)

#: Every kind of statement, and every kind of meaning. Subclasses are refused, since they could override methods.
STATEMENTS = (
    Equation,
    positivity.Positive,
    independence.Independent,
    differentiation.Gradient,
    limits.Limit,
    impossibility.Impossible,
)
MEANINGS = (Definition, Recurrence, expectation.Mean, UnitVectors, differentiation.GradientOf, Joint)

#: Every kind of source that a step can name, and the rule that it uses.
SOURCES: Mapping[type, Rule] = MappingProxyType(
    {Definition: rules.DEFINITION, Recurrence: rules.RECURRENCE, Joint: SYSTEM}
    | {Theorem: rules.LEMMA, Hypothesis: rules.HYPOTHESIS}
)


def check(proof: Proof, title: str = "", work: Work | None = None) -> Theorem:
    """Check a proof, and return the theorem that it proves.

        the rule for this kind of proof accepts it
        statement, meanings, lines and everything that is put in are well defined
        each name has one meaning, no meaning is circular, and none captures a symbol
        no text names two different things
        ─────────────────────────────────────────────────────────────────────────────
               the statement, with its meanings, under its assumptions

    `title` is the theorem's title in a derivation. `work` limits the number of steps.

    Raises:
        ProofError: an equality that the proof needs is not shown, or a rule is used where it does not apply.
        OutsideLanguage: the normal form cannot express something in the proof, an expression is not shown to be well
            defined, or the proof takes too much work (TooMuchWork).
        ShapeError: what is put in for a name of a lemma or of a definition has another shape.
    """
    _require_listed(CHECKS, proof)
    if type(title) is not str or not title.isprintable():
        raise ProofError("a title is one line")
    ledger = Ledger(counter(work), show_equal, SOURCES)
    CHECKS[type(proof)](ledger, proof)
    meanings = require_one_reading(ledger, proof, proved := proof.statement)
    # Without assumptions, an equality of rational functions holds by continuity wherever both sides have a value, also
    # at a pole of a line between them. With assumptions this argument fails, since they may hold only at such a pole.
    # It also fails for statements of positivity, independence and impossibility, which are about all values. In
    # these cases every expression must have a value everywhere.
    everywhere = bool(ledger.assumptions) or not proved.by_continuity
    ledger.gate(*proved.parts)
    if everywhere:
        for expr in (*ledger.said, *(part for lemma in ledger.lemmas for part in lemma.statement.parts)):
            require_well_defined(expr, everywhere=True, work=ledger.work)
    for meaning in meanings:
        if everywhere or not any(meaning in lemma.defined for lemma in ledger.lemmas):
            meaning.require_meaningful(ledger.work, everywhere=everywhere)
    used = frozenset(ledger.used), meanings, tuple(ledger.lemmas), frozenset(ledger.assumptions)
    return Theorem(_SEAL, proof, proved, *used, tuple(ledger.reasons), title)


def require_one_reading(ledger: Ledger, proof: object, statement: Proposition) -> tuple[Meaning, ...]:
    """Return the meanings in a ledger, each once, if the statement with them can be read in one way only.

    `evidence.counterexamples` asks the same of an equation that it refutes, where no proof is. Symbols and names may be
    bound or free, and stand in the statement, in the proof, in the meanings or in the assumptions.

    Raises:
        ProofError: the kind of the statement or of a meaning is not listed, two assumptions have the same name, or
            (DefinitionError) a name has two meanings, or a meaning is circular or captures a symbol or a name.
        OutsideLanguage: a symbol is not plain, a size is not shown to be ≥ 0, or one text stands for two different
            symbols or names.
    """
    _require_listed(STATEMENTS, statement)
    _require_listed(MEANINGS, *ledger.meanings)
    table, assumed = consistent(ledger.meanings), tuple(assumption.statement for assumption in ledger.assumptions)
    meanings = tuple(table.values())
    require_no_capture(table, assumed)
    _require_in_order((proof, meanings, *ledger.assumptions), seen := dict[int, object]())
    lines = set[sympy.Symbol]().union(*(one.free_symbols for one in seen.values() if isinstance(one, sympy.Expr)))
    letters = {one for one in statement.bound if isinstance(one, sympy.Symbol)}
    one_matrix_each(called := list(_names_in((proof, meanings, assumed))))
    random = {name for meaning in meanings for name in meaning.random}
    parameters = {name for meaning in meanings for name in meaning.parameters}
    patterns = set[sympy.Symbol]().union(*(patterns_of(one) for one in assumed))
    summed = patterns | _summed(part for one in (statement, *assumed) for part in one.parts)
    inside = _summed(body for one in meanings for body in one.bodies).union(*(one.indices for one in meanings))
    free = statement.free.union(letters, *(m.free for m in meanings), *(a.free for a in assumed))
    everything = lines.union(summed, unambiguous(free.union(symbols_of(*statement.parts))), inside)
    alike = {one.name for one in everything if one.is_integer} & {one.name for one in everything if not one.is_integer}
    alike |= {read(name.text) for name in random} & {read(name.text) for name in called}
    alike |= {read(one.text) for one in parameters} & {read(name.text) for name in _names_in(assumed)}
    alike |= {one.name for one in summed} & {one.name for meaning in meanings for one in meaning.free}
    everyone = {*called, *random, *parameters, *(one for one in statement.bound if isinstance(one, Name))}
    alike |= {one.name for one in summed | inside | letters} & {one.name for name in everyone for one in name.sizes}
    alike |= {one.name for one in summed | inside} & {one.name for known in ledger.assumptions for one in known.free}
    if len({assumption.name for assumption in ledger.assumptions}) < len(assumed):
        raise ProofError("two things are assumed under one name")
    if mistakable := alike | mistaken(everyone, everything) | undefined(called, table):
        raise OutsideLanguage(f"{mistakable.pop()} is used for two different things in this theorem")
    return meanings


def _require_listed(kinds: Collection[type], *made: object) -> None:
    if unlisted := [type(one).__name__ for one in made if class_of(one) not in kinds]:
        raise ProofError(f"{unlisted[0]} is none of {', '.join(kind.__name__ for kind in kinds)}")


def _parts(made: object) -> tuple[object, ...]:
    """Return what stands directly in a part of a proof; nothing for a theorem, which was checked when it was made."""
    if isinstance(made, Immutable):
        return made.made_of if isinstance(made, Expr) else made.contents
    return made if isinstance(made, tuple) else ()


def _require_in_order(made: object, seen: dict[int, object]) -> None:
    """Raise OutsideLanguage unless every symbol in a proof is plain, and the sizes of every name are always ≥ 0.

    If an index is declared odd, SymPy has already rewritten the expressions in which it stands. And every statement
    about data in R^(N-5) is true where N < 5, because there are no such data. What was `seen` is kept, so that no other
    object gets its number.
    """
    if id(made) not in seen:
        seen[id(made)] = made
        for symbol in made.free_symbols if isinstance(made, sympy.Expr) else ():
            unambiguous([symbol])
        for size in (n for shape in (made.shape, *made.takes) for n in shape) if isinstance(made, Name) else ():
            require_size(size, Scope.of(size.free_symbols))
        for part in _parts(made):
            _require_in_order(part, seen)


def _names_in(made: object) -> Iterator[Name]:
    """Yield the names in a proof, except those that a meaning binds; of a theorem, those in statement and meanings."""
    match made:
        case Name():
            yield made
        case Expr():
            yield from names(made)
        case Meaning():
            yield from (made.name, *made.uses)
        case Theorem():
            yield from _names_in((made.statement, *made.defined))
        case _:
            for part in _parts(made):
                yield from _names_in(part)


def _summed(exprs: Iterable[Expr]) -> set[sympy.Symbol]:
    return {node.index for expr in exprs for node in walk(expr) if isinstance(node, Sum)}
