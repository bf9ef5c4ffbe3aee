"""Theorems, the sources that a proof may name, and the ledger that records what a proof used.

A proof is data. `checker.check` goes through it with a `Ledger`, which decides every equality that the proof needs by
the normal form. Nothing else makes a `Theorem`. A theorem records the rules that were used, the meanings that it rests
on, and all assumptions: its own and those of the theorems that it used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple, Protocol

import sympy

from . import rules
from .definitions import Meaning, Source, match, unfold
from .exact import class_of
from .expressions import App, Expr, Name, free_symbols, substitute, walk
from .immutable import Immutable
from .linear_forms import OutsideLanguage, Scope
from .normal_form import Decision, decide
from .rules import Rule
from .statements import Equation, ProofError, Proposition
from .well_defined import require_well_defined
from .work import Work

_SEAL = object()


@dataclass(frozen=True)
class Hypothesis(Immutable):
    """The hypothesis of an induction. Where its left side stands exactly as written, its right side may replace it."""

    statement: Equation

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return self.statement.free

    def replacement(self, app: App, scope: Scope, _work: Work) -> Expr | None:
        # Inside a sum whose index has the same name as a symbol of the hypothesis, the index is a different symbol.
        return None if app != self.statement.left or scope.binds(free_symbols(app)) else self.statement.right


#: What would end, or look like the end of, the quotation marks between which an assumption is named, in text or TeX.
_QUOTES = "\u2018\u201a\u201b\u2033\u2034\u2036\u2037\u2039\u203a\u275b\u275c\u275d\u275e\u301d\u301e\u301f\u00ab\u00bb"
NO_NAME = (*_QUOTES, *'"“”„‟＂`\\%~', "''", "’’", "'’", "’'")


@dataclass(frozen=True)
class Assumption(Immutable):
    """A statement taken from elsewhere, without proof. Every theorem that uses it lists it."""

    name: str
    statement: Proposition

    def complete(self) -> None:
        if not self.statement.may_be_assumed:
            raise TypeError(f"{type(self.statement).__name__} cannot be assumed")
        if not self.name.strip("$ ") or not self.name.isprintable() or any(one in self.name for one in NO_NAME):
            raise ProofError("an assumption has a name: one line, without quotation marks")

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols that have one fixed value in the assumption.

        Indices of the name on the left are not among them, because the assumption is about all their values.
        """
        return self.statement.free - patterns_of(self.statement)


class Proof(Protocol):
    """A statement and an argument for it, as data. `checker.CHECKS` lists the kinds."""

    @property
    def statement(self) -> Proposition: ...


class Reason(NamedTuple):
    """Why a step holds: the sources that it needed, and the rules of the core."""

    sources: tuple[Source, ...]
    rules: frozenset[Rule]


@dataclass(frozen=True, eq=False, repr=False, slots=True, init=False)
class Theorem:
    """A statement that the checker accepted. Only `checker.check` can make one."""

    proof: Proof
    statement: Proposition
    rules: frozenset[Rule]
    defined: tuple[Meaning, ...]  # the meanings of names on which it rests
    lemmas: tuple[Theorem, ...]
    assumptions: frozenset[Assumption]
    reasons: tuple[Reason, ...]  # one for each step of a calculation, in the order of the proof
    title: str

    def __init__(self, seal: object, *values: object) -> None:
        if seal is not _SEAL:
            raise ProofError("only gdssm_symbolic.checker.check makes theorems")
        for one, value in zip(fields(self), values, strict=True):
            object.__setattr__(self, one.name, value)

    def __getstate__(self) -> object:
        raise ProofError("a theorem is not copied: check its proof again")

    def __setstate__(self, _: object) -> None:
        raise ProofError("only gdssm_symbolic.checker.check makes theorems")

    @property
    def meanings(self) -> dict[Name, Meaning]:
        """The meanings of names on which the theorem rests, by name."""
        return {meaning.name: meaning for meaning in self.defined}

    @property
    def equation(self) -> Equation:
        """The statement, if it is an equation. Raises ProofError if it is not."""
        if not isinstance(self.statement, Equation):
            raise ProofError("the theorem is no equation")
        return self.statement

    def replacement(self, app: App, scope: Scope, work: Work) -> Expr | None:
        """Return the right side of the theorem at the indices of `app`, or None where the theorem does not apply.

        The theorem must be an equation whose left side is a name at its indices, as in Z_n = …. It holds for all
        admissible values of n, so it applies to Z_3, too. If the name is a function, the core has to decide that its
        arguments equal those in the theorem: g(0) = ½ applies to g(A - A). Raises ProofError if a symbol whose
        value would change is free in a meaning or an assumption of the theorem.
        """
        left = self.statement.left if isinstance(self.statement, Equation) else None
        if not isinstance(left, App) or (values := match(left, app, scope)) is None:
            return None
        at = (substitute(argument, values) for argument in left.arguments)
        if not all(_same(*pair, work) for pair in zip(at, app.arguments, strict=True)):
            return None
        changed = {p: value for p, value in values.items() if p != value or scope.binds([p])}
        require_unvaried(changed, self.defined, "a lemma", self.assumptions)
        return substitute(self.equation.right, values)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        patterns = patterns_of(self.statement)
        return (self.statement.free - patterns).union(*(meaning.free for meaning in self.defined)) - patterns

    def __repr__(self) -> str:
        return f"<Theorem {type(self.proof).__name__}: {len(self.rules)} rules>"


class Ledger:
    """A record of what a proof used, kept while the proof is checked.

    `kinds` lists the kinds of sources that a step can name, and the rule that each of them uses.
    """

    def __init__(self, work: Work, decide: Callable[[Expr, Expr, Work], Decision], kinds: Mapping[type, Rule]) -> None:
        self.work, self.decide, self.kinds = work, decide, kinds
        self.used: set[Rule] = set()
        self.meanings: list[Meaning] = []
        self.lemmas: dict[Theorem, None] = {}
        self.assumptions: set[Assumption] = set()
        self.reasons: list[Reason] = []
        self.said: list[Expr] = []

    def gate(self, *exprs: Expr, everywhere: bool = False) -> None:
        """Raise OutsideLanguage unless the expressions are well defined, and record them.

        `check` may later require that all recorded expressions have a value everywhere.
        """
        require_well_defined(*exprs, everywhere=everywhere, work=self.work)
        self.said.extend(exprs)

    def require_sources(self, sources: Iterable[Source]) -> None:
        """Raise ProofError unless the kind of each is listed: a definition, a recurrence, a theorem or a hypothesis."""
        for source in sources:
            if class_of(source) not in self.kinds:
                raise ProofError(f"{type(source).__name__} gives no reason for a step")

    def sources(self, by: Iterable[Source], hypotheses: Collection[Hypothesis] = ()) -> None:
        """Record the sources that a step names.

        Raises ProofError if the class of one is not listed, or if one is the hypothesis of another induction.
        """
        self.require_sources(by)
        for source in by:
            self.used.add(self.kinds[type(source)])
            if isinstance(source, Theorem):
                self.lemma(source)
            elif isinstance(source, Meaning):
                self.meanings.extend(source.together)
            elif source not in hypotheses:
                raise ProofError("an induction hypothesis is used outside its own step")

    def lemma(self, theorem: Theorem) -> None:
        """Record a theorem that the proof uses, with its meanings, assumptions and rules."""
        self.lemmas[theorem] = None
        self.used |= theorem.rules
        self.assumptions |= theorem.assumptions
        self.meanings.extend(theorem.defined)

    def equal(
        self, left: Expr, right: Expr, by: tuple[Source, ...] = (), what: str = "an equation that this needs"
    ) -> frozenset[Rule]:
        """Return the rules by which left = right, with the sources put in on the left, on the right, or on both.

            left', right' are left, right with the sources put in on one side or both
            left' and right' have the same normal form
            ─────────────────────────────────────────────────────────────────────────
                                        left = right

        Raises:
            ProofError: none of the three ways shows the equality.
            OutsideLanguage: the core can decide none of the three, or an expression is not well defined.
        """
        self.gate(left, right)
        unfolded = unfold(left, by, self.work), unfold(right, by, self.work)
        pairs = dict.fromkeys([(unfolded[0], right), (left, unfolded[1]), unfolded])
        refusals: list[OutsideLanguage] = []
        if any(first == second for first, second in pairs):
            return frozenset({rules.REFLEXIVE})
        for first, second in pairs:
            try:
                if (decision := self.decide(first, second, self.work)).equal:
                    return decision.rules
            except OutsideLanguage as error:
                refusals.append(error)
        if len(refusals) == len(pairs):
            raise refusals[0]
        raise ProofError(f"{what} does not hold by what it names, where a recurrence is put in once at most")


def patterns_of(statement: Proposition) -> frozenset[sympy.Symbol]:
    """Return the symbols that are indices of the name on the left of an equation.

    The equation holds for all values of these symbols.
    """
    left = statement.left if isinstance(statement, Equation) else None
    return frozenset(index for index in left.indices if index.is_Symbol) if isinstance(left, App) else frozenset()


def require_unvaried(
    symbols: Collection[sympy.Symbol], meanings: Iterable[Meaning], what: str, assumptions: Iterable[Assumption] = ()
) -> None:
    """Raise ProofError if one of the symbols is free in a meaning or in an assumption.

    Such a symbol has one fixed value there, so varying it only elsewhere would be unsound.
    """
    for assumption in assumptions:
        if varied := set(symbols) & assumption.free:
            raise ProofError(f"{what} varies {varied.pop()}, of which it is assumed: {assumption.name}")
    for meaning in meanings:
        for symbol in (one for one in symbols if one in meaning.free):
            raise ProofError(f"{what} varies {symbol}, but {meaning.name.text} is defined for one {symbol}")


def sizes_of(expr: Expr) -> frozenset[sympy.Symbol]:
    """Return the symbols in the shapes of an expression's parts."""
    return frozenset().union(*(size.free_symbols for node in walk(expr) for size in node.shape))


def _same(left: Expr, right: Expr, work: Work) -> bool:
    """Return whether the core decides that two arguments of a function are equal; False if it cannot decide."""
    try:
        return left == right or decide(left, right, work=work).equal
    except OutsideLanguage:
        return False
