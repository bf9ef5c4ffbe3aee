"""A theorem, the sources that a proof may name, and the ledger in which a proof notes what it used.

A proof is data. `checker.check` walks through it with a `Ledger`, which puts every equality on which the proof rests to
the normal form; there is no other way to a `Theorem`. A theorem carries the rules that were used, the meanings it rests
on, and every assumption, its own and those of the theorems that it used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import InitVar, dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol

import sympy

from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, admissible, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Name, free_symbols, names, substitute, walk
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope
from gdssm_symbolic.kernel.normal_form import decide
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, ProofError, Proposition
from gdssm_symbolic.kernel.well_defined import require_well_defined
from gdssm_symbolic.kernel.work import Work

SEAL = object()


@dataclass(frozen=True)
class Hypothesis(Immutable):
    """The hypothesis of an induction: its left side, exactly as it stands, may be replaced."""

    statement: Equation

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return self.statement.free

    def replacement(self, app: App, scope: Scope) -> Expr | None:
        # Inside a sum whose index bears the same name the symbol would be another one.
        if app == self.statement.left and not scope.binds(free_symbols(app)):
            return self.statement.right
        return None


@dataclass(frozen=True)
class Assumption(Immutable):
    """A statement taken from elsewhere; whatever uses it names it."""

    name: str
    statement: Proposition

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.statement.may_be_assumed:
            raise TypeError(f"{type(self.statement).__name__} cannot be assumed")

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols of which it is assumed at the values that they have: not the indices of a name on the left."""
        return self.statement.free - patterns_of(self.statement)


class Proof(Protocol):
    """What is claimed, and how it is argued: data, of one of the kinds that `checker` lists."""

    @property
    def statement(self) -> Proposition: ...


class Reason(NamedTuple):
    """Why a step holds: the sources that it needed, and the rules of the core."""

    sources: tuple[Source, ...]
    rules: frozenset[Rule]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Theorem:
    """A statement that the checker accepted. Only `checker.check` can make one."""

    proof: Proof
    statement: Proposition
    rules: frozenset[Rule]
    meanings: Mapping[Name, Meaning]
    lemmas: tuple[Theorem, ...]
    assumptions: frozenset[Assumption]
    reasons: tuple[Reason, ...]  # one for each step of a calculation, in the order of the proof
    title: str
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise ProofError("only gdssm_symbolic.checker.check makes theorems")

    @property
    def equation(self) -> Equation:
        """The statement, of a theorem that is an equation; ProofError of any other."""
        if not isinstance(self.statement, Equation):
            raise ProofError("the theorem is no equation")
        return self.statement

    def replacement(self, app: App, scope: Scope) -> Expr | None:
        """A theorem about one name, Z_n = …, may be used to replace the name, at any admissible index.

        About a function it may be used at its own argument: g(0) = ½ at every argument that the core decides to be 0.
        """
        if not isinstance(self.statement, Equation):
            return None
        left = self.statement.left
        if not isinstance(left, App) or app.name != left.name:
            return None
        values: dict[sympy.Symbol, sympy.Expr] = {}
        for pattern, value in zip(left.indices, app.indices, strict=True):
            if pattern.is_Symbol and not (
                values.setdefault(pattern, value) == value and admissible(value, pattern, scope)
            ):
                return None
        if App(left.name, _matched(left.indices, values), left.arguments).indices != app.indices:
            return None
        at = (substitute(argument, values) for argument in left.arguments)
        if not all(_same(*pair) for pair in zip(at, app.arguments, strict=True)):
            return None
        changed = {p: value for p, value in values.items() if p != value or scope.binds([p])}
        require_unvaried(changed, self.meanings.values(), "a lemma", self.assumptions)
        return substitute(self.statement.right, values)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        patterns = patterns_of(self.statement)
        return (self.statement.free - patterns).union(*(meaning.free for meaning in self.meanings.values())) - patterns

    def __repr__(self) -> str:
        return f"<Theorem {type(self.proof).__name__}: {len(self.rules)} rules>"


#: What can be named as the reason of a step, and the rule by which it is one.
SOURCES: Mapping[type, Rule] = MappingProxyType(
    {
        Definition: rules.DEFINITION,
        Recurrence: rules.RECURRENCE,
        Theorem: rules.LEMMA,
        Hypothesis: rules.HYPOTHESIS,
    }
)


class Ledger:
    """What a proof used, noted while it is checked."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.used: set[Rule] = set()
        self.meanings: list[Meaning] = []
        self.lemmas: dict[Theorem, None] = {}
        self.assumptions: set[Assumption] = set()
        self.reasons: list[Reason] = []
        self.said: list[Expr] = []

    def gate(self, *exprs: Expr, everywhere: bool = False) -> None:
        """Raise OutsideLanguage unless the expressions are well defined; note them, for `check` to ask for more."""
        require_well_defined(*exprs, everywhere=everywhere, work=self.work)
        self.said.extend(exprs)

    def sources(self, by: Iterable[Source], hypothesis: Hypothesis | None = None) -> None:
        """Note what is named as a reason; ProofError if it is none, or the hypothesis of another induction."""
        require_sources(by)
        for source in by:
            self.used.add(SOURCES[type(source)])
            if isinstance(source, Theorem):
                self.lemma(source)
            elif isinstance(source, Meaning):
                self.meanings.append(source)
            elif source != hypothesis:
                raise ProofError("an induction hypothesis is used outside its own step")

    def lemma(self, theorem: Theorem) -> None:
        """A lemma brings what it rests on: its meanings, its assumptions, its rules."""
        self.lemmas[theorem] = None
        self.used |= theorem.rules
        self.assumptions |= theorem.assumptions
        self.meanings.extend(theorem.meanings.values())

    def equal(
        self, left: Expr, right: Expr, by: tuple[Source, ...] = (), what: str = "an equation that this needs"
    ) -> frozenset[Rule]:
        """The rules by which left = right; the sources may be put in on the left, on the right, or on both.

            left', right' from left, right by the sources        left' and right' have one normal form
            ───────────────────────────────────────────────────────────────────────────────────────────
                                                left = right

        Raises ProofError if none of the three ways shows it; OutsideLanguage if none can be put to the core.
        """
        self.gate(left, right)
        unfolded = unfold(left, by, self.work), unfold(right, by, self.work)
        pairs = dict.fromkeys([(unfolded[0], right), (left, unfolded[1]), unfolded])
        refusals: list[OutsideLanguage] = []
        for first, second in pairs:
            if first == second:
                return frozenset({rules.REFLEXIVE})
        for first, second in pairs:
            try:
                decision = decide(first, second, self.work)
            except OutsideLanguage as error:
                refusals.append(error)
                continue
            if decision.equal:
                return decision.rules
        if len(refusals) == len(pairs):
            raise refusals[0]
        raise ProofError(f"{what} does not hold by what it names, where a recurrence is put in once at most")

    def written_out(self, side: Expr, by: tuple[Source, ...]) -> Expr:
        """A side with every name replaced that has a meaning: what is left is data, unknown, or fixed."""
        written = unfold(side, by, self.work)
        if left_over := {meaning.name for meaning in self.meanings} & set(names(written)):
            raise ProofError(f"{left_over.pop().text} is left, which is not data alone")
        return written


def patterns_of(statement: Proposition) -> frozenset[sympy.Symbol]:
    """The symbols that are indices of the name on the left of an equation: it holds for all values of these."""
    left = statement.left if isinstance(statement, Equation) else None
    return frozenset(index for index in left.indices if index.is_Symbol) if isinstance(left, App) else frozenset()


def require_sources(sources: Iterable[Source]) -> None:
    """ProofError unless each is a definition, a recurrence, a theorem or a hypothesis."""
    for source in sources:
        if type(source) not in SOURCES:
            raise ProofError(f"{type(source).__name__} gives no reason for a step")


def require_unvaried(
    symbols: Collection[sympy.Symbol], meanings: Iterable[Meaning], what: str, assumptions: Iterable[Assumption] = ()
) -> None:
    """A symbol that a definition uses silently, or of which something is assumed, is fixed, and not varied alone."""
    for assumption in assumptions:
        if varied := set(symbols) & assumption.free:
            raise ProofError(f"{what} varies {varied.pop()}, of which it is assumed: {assumption.name}")
    for meaning in meanings:
        for symbol in symbols:
            if symbol in meaning.free:
                raise ProofError(f"{what} varies {symbol}, but {meaning.name.text} is defined for one {symbol}")


def sizes_of(expr: Expr) -> frozenset[sympy.Symbol]:
    """The symbols in the shapes of an expression's parts."""
    return frozenset().union(*(size.free_symbols for node in walk(expr) for size in node.shape))


def _matched(patterns: Iterable[sympy.Expr], values: Mapping[sympy.Symbol, sympy.Expr]) -> tuple[sympy.Expr, ...]:
    """The indices of the name that a lemma is about, at the values of its index symbols: q + 1 at q = 3 is 4."""
    return tuple(pattern.xreplace(values) for pattern in patterns)


def _same(left: Expr, right: Expr) -> bool:
    """Does the core decide that two arguments of a function are equal?"""
    if left == right:
        return True
    try:
        return decide(left, right).equal
    except OutsideLanguage:
        return False
