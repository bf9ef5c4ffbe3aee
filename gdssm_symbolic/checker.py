"""The checker, which alone makes theorems of proofs.

A proof is data: it says what is claimed and how it is argued. `check` walks through it, puts every
equality that it rests on to the core (`normal_form.decide`), and returns a `Theorem`; there is no
other way to get one. A `Theorem` carries the rules that were used, the definitions it rests on, and
every assumption, its own and those of the theorems that it used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import sympy

from gdssm_symbolic.extensions.certificates import CertificateError, require_independent, require_positive
from gdssm_symbolic.extensions.impossibility import (
    certified_number,
    certified_remainder,
    combined,
    require_coefficients,
)
from gdssm_symbolic.extensions.laws import AnyLaw, Normal, Uniform
from gdssm_symbolic.extensions.moments import expectation, expectations
from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.definitions import (
    Definition,
    GradientOf,
    Mean,
    Meaning,
    Recurrence,
    Source,
    UnitVectors,
    admissible,
    bodies,
    consistent,
    require_meaningful,
    require_no_capture,
    unfold,
    uses,
)
from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Name,
    Scalar,
    Sum,
    Zero,
    free_symbols,
    names,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope, floor, is_plain, unambiguous
from gdssm_symbolic.kernel.normal_form import decide
from gdssm_symbolic.kernel.proofs import (
    Absurdity,
    Assumption,
    ByCoefficients,
    Calculation,
    Differentiation,
    Expectation,
    GradientExpansion,
    Hypothesis,
    Independence,
    Induction,
    Instance,
    Passage,
    Positivity,
    Proof,
    ProofError,
    Reason,
    Specialisation,
    Step,
    patterns_of,
)
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, Gradient, Impossible, Independent, Limit, Proposition
from gdssm_symbolic.kernel.well_defined import one_matrix_each, require_well_defined, symbols_of
from gdssm_symbolic.kernel.work import Work

_SEAL = object()


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Theorem:
    """A statement that the checker accepted. Only `check` can make one."""

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
        if seal is not _SEAL:
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
        changed = {p: value for p, value in values.items() if p != value or p.name in scope.ranges}
        _require_unvaried(changed, self.meanings.values(), "a lemma", self.assumptions)
        return substitute(self.statement.right, values)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        patterns = patterns_of(self.statement)
        return (self.statement.free - patterns).union(*(meaning.free for meaning in self.meanings.values())) - patterns

    def __repr__(self) -> str:
        return f"<Theorem {type(self.proof).__name__}: {len(self.rules)} rules>"


def check(proof: Proof, title: str = "", work: Work | None = None) -> Theorem:
    """The theorem that the proof proves; `title` is what a derivation calls it, `work` how many steps may be taken.

    Raises:
        ProofError: an equality on which it rests is not one, or a rule is used where it does not apply.
        OutsideLanguage: it cannot be put to the core, takes too much work, or says what is not well defined.
    """
    if type(proof) not in _CHECKS:
        raise ProofError(f"{type(proof).__name__} is not a proof")
    ledger = _Ledger(work or Work())
    _CHECKS[type(proof)](ledger, proof)
    proved = proof.statement
    meanings = consistent(ledger.meanings)
    require_no_capture(meanings)
    # Without assumptions an equation of rational functions holds, by continuity, wherever both sides have a value. An
    # assumption can confine the scalars to a pole of some line; and a positive, independent or impossible statement
    # is about all scalars. Then every expression has to have a value everywhere.
    everywhere = bool(ledger.assumptions) or not isinstance(proved, Equation | Gradient | Limit)
    ledger.gate(*proved.parts)
    if everywhere:
        for expr in (*ledger.said, *(part for lemma in ledger.lemmas for part in lemma.statement.parts)):
            require_well_defined(expr, everywhere=True, work=ledger.work)
    for meaning in meanings.values():
        if everywhere or not any(lemma.meanings.get(meaning.name) == meaning for lemma in ledger.lemmas):
            require_meaningful(meaning, ledger.work, everywhere=everywhere)
    _require_unambiguous(ledger, proof, proved, meanings.values())
    return Theorem(
        proof=proof,
        statement=proved,
        rules=frozenset(ledger.used),
        meanings=MappingProxyType(meanings),
        lemmas=tuple(ledger.lemmas),
        assumptions=frozenset(ledger.assumptions),
        reasons=tuple(ledger.reasons),
        title=title,
        seal=_SEAL,
    )


class _Ledger:
    """What a proof used, noted while it is checked."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.used: set[Rule] = set()
        self.meanings: list[Meaning] = []
        self.lemmas: dict[Theorem, None] = {}
        self.assumptions: set[Assumption] = set()
        self.reasons: list[Reason] = []
        self.said: list[Expr] = []

    def calculation(self, proof: Calculation, hypothesis: Hypothesis | None = None) -> None:
        """first = … = last, if each line is the one before by the core, its sources put in on one side or on both."""
        if not proof.steps:
            raise ProofError("a calculation without a step")
        before = proof.first
        for line, step in enumerate(proof.steps, 1):
            _require_sources(step.by)
            needed = _needed(before, step, self.work)
            for source in needed:
                self._note(source, hypothesis)
            by_core = self._equal(before, Step(step.expr, needed), f"line {line} of the calculation")
            self.used |= by_core
            self.reasons.append(Reason(needed, by_core))
            before = step.expr

    def gate(self, *exprs: Expr, everywhere: bool = False) -> None:
        """Raise OutsideLanguage unless the expressions are well defined; note them, for `check` to ask for more."""
        require_well_defined(*exprs, everywhere=everywhere, work=self.work)
        self.said.extend(exprs)

    def _note(self, source: Source, hypothesis: Hypothesis | None) -> None:
        match source:
            case Definition():
                self.used.add(rules.DEFINITION)
                self.meanings.append(source)
            case Recurrence():
                self.used.add(rules.RECURRENCE)
                self.meanings.append(source)
            case Theorem():
                self.used.add(rules.LEMMA)
                self.lemma(source)
            case Hypothesis() if source == hypothesis:
                self.used.add(rules.HYPOTHESIS)
            case Hypothesis():
                raise ProofError("an induction hypothesis is used outside its own step")

    def lemma(self, theorem: Theorem) -> None:
        """A lemma brings what it rests on: its meanings, its assumptions, its rules."""
        self.lemmas[theorem] = None
        self.used |= theorem.rules
        self.assumptions |= theorem.assumptions
        self.meanings.extend(theorem.meanings.values())

    def _equal(self, before: Expr, step: Step, what: str = "an equation that this needs") -> frozenset[Rule]:
        """The rules by which a step holds; its sources may be used on its left, on its right, or on both."""
        self.gate(before, step.expr)
        unfolded = unfold(before, step.by, self.work), unfold(step.expr, step.by, self.work)
        pairs = dict.fromkeys([(unfolded[0], step.expr), (before, unfolded[1]), unfolded])
        refusals: list[OutsideLanguage] = []
        for left, right in pairs:
            if left == right:
                return frozenset({rules.REFLEXIVE})
        for left, right in pairs:
            try:
                decision = decide(left, right, self.work)
            except OutsideLanguage as error:
                refusals.append(error)
                continue
            if decision.equal:
                return decision.rules
        if len(refusals) == len(pairs):
            raise refusals[0]
        raise ProofError(f"{what} does not hold by what it names, where a recurrence is put in once at most")

    def induction(self, proof: Induction) -> None:
        """P(start), and P(n+1) from P(n) ⟹ P(n) for all n ≥ start, where nothing is fixed or assumed of n."""
        variable, start = proof.variable, proof.start
        if start is None:
            raise ProofError(f"{variable} has no least value to start an induction from")
        self.calculation(proof.base)
        self.calculation(proof.step, proof.hypothesis)
        if proof.base.statement != proof.statement.at({variable: sympy.Integer(start)}):
            raise ProofError("the base case is not the statement at its start")
        if proof.step.statement != proof.statement.at({variable: variable + 1}):
            raise ProofError("the step does not end at the statement for the next value")
        if not isinstance(proof.statement.left, App):
            raise ProofError("the left side of an induction has to be one name at one index")
        _require_unvaried([variable], self.meanings, "an induction", self.assumptions)
        self.used.add(rules.INDUCTION)

    def gradient(self, proof: GradientExpansion) -> None:
        """L(W+H) = L(W) + ⟨G, H⟩ + R, R(sH) = s² R(H), R a polynomial in H, H and s new ⟹ G is the gradient."""
        function, gradient = proof.function, proof.gradient
        _require_function(function, gradient)
        if proof.scale.is_integer:
            raise ProofError("the scale of the direction is a scalar symbol")
        if proof.direction.shape != gradient.name.shape or gradient.name.shape != function.parameters[0].shape:
            raise ProofError("a gradient, its point and its direction have one shape")
        taken = {*function.parameters, *gradient.parameters, *names(function.body), *names(gradient.body)}
        if proof.direction in taken or proof.scale in free_symbols(proof.statement.left) | free_symbols(
            proof.remainder
        ):
            raise ProofError("the direction and its scale must be names of their own")
        if any(isinstance(node, App) and node.arguments for node in walk(proof.remainder)):
            raise ProofError("a remainder with a function in it is no polynomial in the direction")
        statement, homogeneity = proof.statement, proof.homogeneity
        self.calculation(Calculation(statement.left, (Step(statement.right, (function, gradient)),)))
        self.calculation(Calculation(homogeneity.left, (Step(homogeneity.right),)))
        self.used.add(rules.GRADIENT)

    def expectation(self, proof: Expectation) -> None:
        """The moment engine finds the value in every case of n and of equal unit vectors ⟹ E[body] = value."""
        mean = proof.mean
        for one in (mean, *proof.others):
            self._mean(one)
        others = ((one.name, expectation(one.body, dict(one.laws), None, self.work)) for one in proof.others)
        values = {name: Scalar(value) for name, value in others}
        value = substitute(proof.value, {}, values)
        if mean.units is not None and value not in (Scalar(sympy.Integer(0)), Zero(1, 1)):
            raise ProofError("with unit vectors, of which one may be 0, a mean is proved only to be 0")
        for body in self._cases(mean.body, proof.cases):
            for computed in expectations(body, dict(mean.laws), mean.units, self.work):
                self.used |= self._equal(Scalar(computed), Step(value))
        self.used.add(rules.EXPECTATION)

    def _cases(self, body: Expr, number: sympy.Symbol | None) -> tuple[Expr, ...]:
        """The body for n = 0, for n = 1, and for n + 1 with n ≥ 1; or as it is."""
        if number is None:
            return (body,)
        if floor(number) != 0 or number in sizes_of(body):
            raise ProofError(f"the cases of {number} do not begin with 0, or it is the size of a matrix")
        self.used.add(rules.CASES)
        from_two = sympy.Symbol(number.name, integer=True, positive=True) + 1
        return tuple(substitute(body, {number: value}) for value in (sympy.Integer(0), sympy.Integer(1), from_two))

    def _mean(self, mean: Mean) -> None:
        if any(type(law) not in (AnyLaw, Uniform, Normal) for _, law in mean.laws):
            raise ProofError("only a mean over laws that are known by their moments has an expectation here")
        self.meanings.append(mean)
        if mean.units is not None:
            self.meanings.append(UnitVectors(mean.units))
            self.used.add(rules.UNIT_VECTORS)

    def positivity(self, proof: Positivity) -> None:
        """The number, sources put in, has terms ≥ 0 and one > 0 (`require_positive`) ⟹ it is > 0."""
        self._sources(proof.by)
        number = unfold(proof.statement.number, proof.by, self.work)
        self.gate(number)
        require_positive(number, proof.statement)
        self.used.add(rules.POSITIVE)

    def independence(self, proof: Independence) -> None:
        """Σ θφ has full rank where most data are 0 (`require_independent`) ⟹ it is 0 for all data only if θ = 0."""
        self.meanings.extend(proof.by)
        definitions = [source for source in proof.by if isinstance(source, Definition)]
        written_out = unfold(proof.statement.combination, definitions, self.work)
        units = [source for source in proof.by if isinstance(source, UnitVectors)]
        if any(source.name in names(written_out) for source in definitions):
            raise CertificateError("a name is left that is not replaced by what it is")
        require_independent(written_out, proof.statement, units, proof.vanishing, proof.until)
        self.used |= {rules.DEFINITION, rules.INDEPENDENT} if definitions else {rules.INDEPENDENT}

    def specialisation(self, proof: Specialisation) -> None:
        """P(s) for all s, v admissible, P(v) with values as it is written, s fixed nowhere ⟹ P(v)."""
        general, values = proof.general, proof.values
        if type(general) is not Theorem:
            raise ProofError("only a theorem can be specialised")
        self.lemma(general)
        self.gate(*map(Scalar, values.values()))
        scope = Scope.of(frozenset().union(*(value.free_symbols for value in values.values())))
        for symbol, value in values.items():
            if not isinstance(symbol, sympy.Symbol) or not is_plain(symbol):
                raise ProofError(f"{symbol} is no symbol, or carries an assumption that its values need not share")
            if symbol.is_integer and not admissible(value, symbol, scope):
                raise ProofError(f"{value} is not shown to be an admissible value of {symbol}")
        _require_unvaried(values, self.meanings, "a specialisation", self.assumptions)
        sizes = {symbol for side in general.equation.parts for symbol in sizes_of(side)}
        if fixed := sizes & set(values):
            raise ProofError(f"{fixed.pop()} is the size of a matrix")
        self.gate(*(substitute(side, values, evaluate=False) for side in general.equation.parts))
        self.used.add(rules.SPECIALISE)

    def instance(self, proof: Instance) -> None:
        """P(x) for all data x, nothing assumed, φ with values everywhere ⟹ P(φ), φ put into the meanings too."""
        general, values = proof.general, proof.values
        if type(general) is not Theorem:
            raise ProofError("only a theorem has instances")
        if general.assumptions:
            raise ProofError("what is assumed is assumed of the data as they were")
        for value in values:
            if not all(is_plain(i) and floor(i) is None for i in value.indices):
                raise ProofError("data are put in by definitions, at every index")
        self.gate(*(value.body for value in values), everywhere=True)
        symbols = frozenset().union(*(value.free for value in values))
        inside = {name for value in values for name in {*names(value.body)} - {*value.parameters}}
        for meaning in general.meanings.values():
            if not isinstance(meaning, Definition | Recurrence):
                raise ProofError(f"{meaning.name.text} is no definition, so that no data can be put into it")
            bound = meaning.parameters if isinstance(meaning, Definition) else ()
            if set(bound) & inside or symbols & set(meaning.indices):
                raise ProofError(f"what is put in has another meaning inside {meaning.name.text}")
            if any(value.name in (meaning.name, *bound) for value in values):
                raise ProofError(f"{meaning.name.text} is defined, or its parameters are: only data can be put in")
            self.meanings.append(_with_data(meaning, values))
        self.lemmas[general] = None
        self.used |= {*general.rules, rules.INSTANCE}

    def differentiation(self, proof: Differentiation) -> None:
        """dL = ⟨G, H⟩ for a new direction H, by the rules of differentiation ⟹ G is the gradient of L."""
        function, gradient = proof.function, proof.gradient
        _require_function(function, gradient)
        if proof.direction.shape != function.parameters[0].shape or proof.direction in {
            *function.parameters,
            *names(function.body),
            *names(gradient.body),
        }:
            raise ProofError("the direction needs a name of its own, and the shape of the point")
        wanted = proof.differential()
        self.calculation(Calculation(wanted.left, (Step(wanted.right),)))
        self.meanings.extend((function, gradient, *proof.by))
        self.used |= {rules.DEFINITION, rules.DIFFERENTIAL}

    def passage(self, proof: Passage) -> None:
        """S_L = E(B_L) for all L, B_L → P, E continuous, nothing fixed or assumed of L ⟹ S_L → E(P)."""
        for theorem in (proof.general, proof.limit):
            if type(theorem) is not Theorem:
                raise ProofError("only theorems can be taken to the limit")
            self.lemma(theorem)
        statement, sequence = proof.statement, proof.limit.statement.parts[0]
        nodes = walk(proof.general.equation.right)
        if any(isinstance(node, App) and any(sequence in walk(a) for a in node.arguments) for node in nodes):
            raise ProofError("a function need not be continuous")
        _require_unvaried([statement.index], self.meanings, "a limit", self.assumptions)
        outer = {symbol.name for symbol in proof.limit.statement.free | {statement.index}}
        if any(isinstance(node, Sum) and node.index.name in outer for node in walk(proof.general.equation.right)):
            raise ProofError("a symbol of the limit is bound by a sum in what it is put into")
        self.used.add(rules.LIMIT)

    def absurdity(self, proof: Absurdity) -> None:
        """Σ factor (left - right), data put in, is scale · given · φ, φ not 0 for all data ⟹ no unknowns will do."""
        if type(proof.nonzero) is not Theorem or not isinstance(proof.nonzero.statement, Independent):
            raise ProofError("that the remainder is not 0 for all data is to be proved")
        statement = proof.statement
        left, right = statement.equation.parts
        self._sources(proof.by)
        if any(case.values for case in proof.cases):
            left, right = self._written_out(left, proof.by), self._written_out(right, proof.by)
        _require_unvaried([number for case in proof.cases for number, _ in case.numbers], self.meanings, "a case")
        fixed = {name for part in (left, right, *statement.given) for name in names(part)}
        fixed |= {name for meaning in self.meanings for name in (meaning.name, *uses(meaning))}
        if proof.nonzero.meanings or (fixed - set(statement.data)) & set(names(proof.nonzero.statement.combination)):
            raise ProofError("the remainder is to be free of what is fixed, and of definitions")
        put = [part for case in proof.cases for part in (case.factor, *(value.body for value in case.values))]
        self._require_free(statement, put)
        self.lemma(proof.nonzero)
        total = combined(left, right, statement, proof.cases)
        wanted = certified_remainder(statement, proof.remainder, proof.nonzero.statement, proof.scale, proof.given)
        self.used |= self._equal(total, Step(proof.remainder, proof.by)) | self._equal(proof.remainder, Step(wanted))
        self.used.add(rules.ABSURD)

    def by_coefficients(self, proof: ByCoefficients) -> None:
        """Coefficients of left - right add up, with factors, to scale · given, not 0 ⟹ no unknowns will do."""
        self._sources(proof.by)
        left, right = (self._written_out(side, proof.by) for side in proof.statement.equation.parts)
        self._require_free(proof.statement, [coefficient.factor for coefficient in proof.coefficients])
        require_coefficients(left - right, proof.statement, proof.coefficients, proof.vanishing)
        total, wanted = certified_number(proof.statement, proof.coefficients, proof.scale, proof.given)
        self.used |= self._equal(total, Step(wanted))
        self.used.add(rules.COEFFICIENTS)

    def assumption(self, proof: Assumption) -> None:
        """Taken from elsewhere, under its name."""
        if not proof.name.strip():
            raise ProofError("an assumption needs a name")
        self.gate(*proof.statement.parts, everywhere=True)  # else it would say nothing where it has a pole
        self.used.add(rules.ASSUMPTION)
        self.assumptions.add(proof)

    def _sources(self, by: tuple[Source, ...]) -> None:
        _require_sources(by)
        for source in by:
            self._note(source, None)

    def _written_out(self, side: Expr, by: tuple[Source, ...]) -> Expr:
        """A side with every name replaced that has a meaning: what is left is data, unknown, or fixed."""
        written = unfold(side, by, self.work)
        if left_over := {meaning.name for meaning in self.meanings} & set(names(written)):
            raise ProofError(f"{left_over.pop().text} is left, which is not data alone")
        return written

    def _require_free(self, statement: Impossible, put: Sequence[Expr]) -> None:
        """Data and unknowns are free: nothing defines or restricts them. What is put in, or given, hides nothing.

        Nor has it a pole: to the core a x / a is x; but a x = 0 holds for a = 0, where it cannot be divided by a.
        """
        defined = {meaning.name for meaning in self.meanings}
        if bound := defined & {*statement.data, *statement.unknowns}:
            raise ProofError(f"{bound.pop().text} is defined, and no longer free")
        if hidden := defined & {name for part in (*put, *statement.given) for name in names(part)}:
            raise ProofError(f"{hidden.pop().text} is defined, and may hide an unknown, data, or a pole")
        if self.assumptions:
            raise ProofError("what is assumed of data or unknowns would restrict them")
        self.gate(*put, everywhere=True)


#: Every kind of proof there is, and what checks it.
_CHECKS: Mapping[type, Callable[[_Ledger, Any], None]] = MappingProxyType(
    {
        Calculation: _Ledger.calculation,
        Induction: _Ledger.induction,
        GradientExpansion: _Ledger.gradient,
        Specialisation: _Ledger.specialisation,
        Expectation: _Ledger.expectation,
        Positivity: _Ledger.positivity,
        Independence: _Ledger.independence,
        Instance: _Ledger.instance,
        Differentiation: _Ledger.differentiation,
        Passage: _Ledger.passage,
        Absurdity: _Ledger.absurdity,
        ByCoefficients: _Ledger.by_coefficients,
        Assumption: _Ledger.assumption,
    }
)


def _names_in(made: object) -> Iterator[Name]:
    """Every name that stands anywhere in a proof, but for those that a meaning binds; of a theorem, in what it says."""
    match made:
        case Name():
            yield made
        case Expr():
            yield from names(made)
        case Definition() | Recurrence() | Mean() | UnitVectors() | GradientOf():
            yield from (made.name, *uses(made))
        case Theorem():
            yield from _names_in((made.statement, *made.meanings.values()))
        case tuple():
            for part in made:
                yield from _names_in(part)
        case Immutable():
            yield from _names_in(tuple(getattr(made, one.name) for one in fields(made)))  # type: ignore[arg-type]


def _require_unambiguous(ledger: _Ledger, proof: Proof, statement: Proposition, meanings: Collection[Meaning]) -> None:
    """OutsideLanguage if a text is two things: symbols or names, bound or free, in what is said or what is meant."""
    bound = (*statement.unknowns, *statement.data) if isinstance(statement, Impossible) else ()
    letters = {statement.index} if isinstance(statement, Limit) else {one for one in bound if type(one) is sympy.Symbol}
    unambiguous(letters.union(symbols_of(*statement.parts)))
    assumed = tuple(assumption.statement for assumption in ledger.assumptions)
    silent = unambiguous(statement.free.union(letters, *(made.free for made in (*meanings, *assumed))))
    called = list(_names_in((proof, tuple(meanings), assumed)))
    one_matrix_each(called)
    random = {name for meaning in meanings if isinstance(meaning, Mean) for name, _ in meaning.laws}
    parameters = {name for meaning in meanings if isinstance(meaning, Definition) for name in meaning.parameters}
    patterns = set[sympy.Symbol]().union(*map(patterns_of, assumed))
    summed = patterns | _summed(part for one in (statement, *assumed) for part in one.parts)
    inside = _summed(body for one in meanings for body in bodies(one)).union(*(one.indices for one in meanings))
    symbols = {one.name for one in summed.union(silent, inside)}
    alike = symbols.union(name.text for name in random) & {name.text for name in called}
    alike |= symbols & {name.text for name in random | parameters}
    alike |= {one.text for one in parameters} & {name.text for name in _names_in(assumed)}
    alike |= {one.name for one in summed} & {one.name for meaning in meanings for one in meaning.free}
    alike |= {one.name for one in summed | inside} & {one.name for made in assumed for one in made.free - patterns}
    if len({assumption.name for assumption in ledger.assumptions}) < len(assumed):
        raise ProofError("two things are assumed under one name")
    if alike:
        raise OutsideLanguage(f"{alike.pop()} is used for two different things in this theorem")


def _summed(exprs: Iterable[Expr]) -> set[sympy.Symbol]:
    return {node.index for expr in exprs for node in walk(expr) if isinstance(node, Sum)}


def _require_function(function: Definition, gradient: Definition) -> None:
    same = (function.parameters, function.indices) == (gradient.parameters, gradient.indices)
    if not same or len(function.parameters) != 1:
        raise ProofError("a function and its gradient are defined for one matrix and the same indices")


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


def _with_data(meaning: Definition | Recurrence, values: tuple[Definition, ...]) -> Meaning:
    """The meaning with data put in."""
    if isinstance(meaning, Definition):
        return replace(meaning, body=unfold(meaning.body, values))
    return replace(meaning, initial=unfold(meaning.initial, values), body=unfold(meaning.body, values))


def _require_sources(sources: Iterable[Source]) -> None:
    for source in sources:
        if type(source) not in (Definition, Recurrence, Theorem, Hypothesis):
            raise ProofError(f"{type(source).__name__} gives no reason for a step")


def _require_unvaried(
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


def _needed(before: Expr, step: Step, work: Work) -> tuple[Source, ...]:
    """The sources of a step without those that change nothing on either side."""
    needed = step.by
    for source in step.by:
        fewer = tuple(one for one in needed if one is not source)
        if all(unfold(side, fewer, work) == unfold(side, needed, work) for side in (before, step.expr)):
            needed = fewer
    return needed


def sizes_of(expr: Expr) -> frozenset[sympy.Symbol]:
    """The symbols in the shapes of an expression's parts."""
    return frozenset().union(*(size.free_symbols for node in walk(expr) for size in node.shape))
