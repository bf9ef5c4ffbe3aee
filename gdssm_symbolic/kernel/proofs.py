"""The kinds of proof that need only the normal form. A proof is data; only `checker.check` turns it into a theorem.

Calculation         a chain of equal expressions, each step decided by the core
Induction           base case, hypothesis and step, each a calculation
GradientExpansion   a function and its gradient, by the exact expansion of the function
Specialisation      a theorem at particular values of its symbols
Assumption          a named statement that is taken from elsewhere (defined in `theorem`)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sympy

from . import rules
from .definitions import Definition, Source, admissible, unfold
from .exact import exact
from .expressions import App, Expr, Name, Scalar, free_symbols, inner, names, substitute, walk
from .immutable import Immutable
from .linear_forms import Scope, floor, is_plain
from .statements import Equation, ProofError
from .theorem import Assumption, Hypothesis, Ledger, Reason, Theorem, require_unvaried, sizes_of
from .work import Work


@dataclass(frozen=True)
class Step(Immutable):
    """The line before equals `expr`, after the sources in `by` replace names in one of the two lines or in both."""

    expr: Expr
    by: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Calculation(Immutable):
    """first = … = last, one step at a time."""

    first: Expr
    steps: tuple[Step, ...]

    @property
    def statement(self) -> Equation:
        return Equation(self.first, self.steps[-1].expr)


@dataclass(frozen=True)
class Induction(Immutable):
    """`statement` for every value of `variable` from its least value on."""

    statement: Equation
    variable: sympy.Symbol
    base: Calculation
    step: Calculation  # from the statement to the statement at variable + 1

    @property
    def hypothesis(self) -> Hypothesis:
        return Hypothesis(self.statement)

    @property
    def start(self) -> int | None:
        return floor(self.variable)


@dataclass(frozen=True)
class GradientExpansion(Immutable):
    """`gradient` is the gradient of `function`, both of one matrix and with the same indices.

    The statement is L(W + H) = L(W) + ⟨G(W), H⟩ + R(H), exactly, with R(sH) = s²R(H).
    """

    function: Definition
    gradient: Definition
    remainder: Expr  # in terms of the direction H
    direction: Name
    scale: sympy.Symbol = field(default=sympy.Symbol("s"))

    @property
    def statement(self) -> Equation:
        at, point, h = self.function.indices, self.function.parameters[0](), self.direction()
        value, moved = (self.function.name.at(at, (w,)) for w in (point, point + h))
        slope = inner(self.gradient.name.at(at, (point,)), h)
        return Equation(moved, value + slope + self.remainder)

    @property
    def homogeneity(self) -> Equation:
        """R(sH) = s²R(H)."""
        scaled = substitute(self.remainder, {}, {self.direction: self.scale * self.direction()})
        return Equation(scaled, self.scale**2 * self.remainder)


@dataclass(frozen=True)
class Specialisation(Immutable):
    """A theorem with values put in for some of its symbols, given as a mapping and kept as pairs."""

    general: Theorem
    values: Any  # a mapping from symbols to scalars, or pairs of them

    def complete(self) -> None:
        object.__setattr__(self, "values", tuple((exact(s), exact(value)) for s, value in dict(self.values).items()))

    @property
    def statement(self) -> Equation:
        return self.general.equation.at(dict(self.values))


def check_calculation(ledger: Ledger, proof: Calculation, hypotheses: Collection[Hypothesis] = ()) -> None:
    """Check a chain of equal expressions.

    first = e₁    e₁ = e₂    …    eₖ₋₁ = eₖ      (each by `Ledger.equal`, with the sources that the step names)
    ───────────────────────────────────────
                  first = eₖ
    """
    if not proof.steps:
        raise ProofError("a calculation without a step")
    before = proof.first
    for line, step in enumerate(proof.steps, 1):
        ledger.require_sources(step.by)
        needed = _needed(before, step, ledger.work)
        ledger.sources(needed, hypotheses)
        by_core = ledger.equal(before, step.expr, needed, f"line {line} of the calculation")
        ledger.used |= by_core
        ledger.reasons.append(Reason(needed, by_core))
        before = step.expr


def check_induction(ledger: Ledger, proof: Induction, others: Collection[Hypothesis] = ()) -> None:
    """Check an induction on a symbol n, from its least value on.

    P(start)      P(n) ⊢ P(n + 1) for every n ≥ start      n is free in no meaning and no assumption
    ────────────────────────────────────────────────────────────────────────────────────────────────
                                P(n) for every n ≥ start

    The left side of P(n) is one name at its indices. The step may also use the hypotheses of `others`, which are proved
    in the same induction: `extensions.joint_induction`.
    """
    variable, start = proof.variable, proof.start
    if start is None:
        raise ProofError(f"{variable} has no least value to start an induction from")
    check_calculation(ledger, proof.base)
    check_calculation(ledger, proof.step, (proof.hypothesis, *others))
    if proof.base.statement != proof.statement.at({variable: sympy.Integer(start)}):
        raise ProofError("the base case is not the statement at its start")
    if proof.step.statement != proof.statement.at({variable: variable + 1}):
        raise ProofError("the step does not end at the statement for the next value")
    if not isinstance(proof.statement.left, App):
        raise ProofError("the left side of an induction has to be one name at its indices")
    require_unvaried([variable], ledger.meanings, "an induction", ledger.assumptions)
    ledger.used.add(rules.INDUCTION)


def check_gradient(ledger: Ledger, proof: GradientExpansion) -> None:
    """Check a gradient by the exact expansion of its function.

    L(W + H) = L(W) + ⟨G(W), H⟩ + R(H)    R(sH) = s² R(H)    R a polynomial in H    H and s are new
    ─────────────────────────────────────────────────────────────────────────────────────────────
                   G is the gradient of L, since R(H) = O(‖H‖²)
    """
    function, gradient = proof.function, proof.gradient
    require_function(function, gradient)
    if proof.scale.is_integer:
        raise ProofError("the scale of the direction is a scalar symbol")
    if proof.direction.shape != gradient.name.shape or gradient.name.shape != function.parameters[0].shape:
        raise ProofError("a gradient, its point and its direction have one shape")
    taken = {*function.parameters, *gradient.parameters, *names(function.body), *names(gradient.body)}
    if proof.direction in taken or proof.scale in free_symbols(proof.statement.left) | free_symbols(proof.remainder):
        raise ProofError("the direction and its scale must be names of their own")
    if any(isinstance(node, App) and node.arguments for node in walk(proof.remainder)):
        raise ProofError("a remainder with a function in it is no polynomial in the direction")
    ledger.sources((function, gradient))
    statement, homogeneity = proof.statement, proof.homogeneity
    check_calculation(ledger, Calculation(statement.left, (Step(statement.right, (function, gradient)),)))
    check_calculation(ledger, Calculation(homogeneity.left, (Step(homogeneity.right),)))
    ledger.used.add(rules.GRADIENT)


def check_specialisation(ledger: Ledger, proof: Specialisation) -> None:
    """Check a theorem at particular values.

    P(s) for all s      v is an admissible value of s      P(v) is well defined as it is written
    s is free in no meaning and no assumption, and stands in no size of a matrix
    ────────────────────────────────────────────────────────────────────────────────────────────
                                            P(v)
    """
    general, values = proof.general, dict(proof.values)
    ledger.lemma(general)
    ledger.gate(*(Scalar(value) for value in values.values()))
    scope = Scope.of(frozenset().union(*(value.free_symbols for value in values.values())))
    for symbol, value in values.items():
        if type(symbol) is not sympy.Symbol or not is_plain(symbol):
            raise ProofError(f"{symbol} is no symbol, or carries an assumption that its values need not share")
        if symbol.is_integer and not admissible(value, symbol, scope):
            raise ProofError(f"{value} is not shown to be an admissible value of {symbol}")
    require_unvaried(values, ledger.meanings, "a specialisation", ledger.assumptions)
    sizes = {symbol for side in general.equation.parts for symbol in sizes_of(side)}
    if fixed := sizes & set(values):
        raise ProofError(f"{fixed.pop()} is the size of a matrix")
    ledger.gate(*(substitute(side, values, evaluate=False) for side in general.equation.parts))
    ledger.used.add(rules.SPECIALISE)


def check_assumption(ledger: Ledger, proof: Assumption) -> None:
    """Take a statement from elsewhere, under a name.

    P has a name, and a value everywhere
    ────────────────────────────────────
               P, assuming P
    """
    ledger.gate(*proof.statement.parts, everywhere=True)  # otherwise it would say nothing at a pole
    ledger.used.add(rules.ASSUMPTION)
    ledger.assumptions.add(proof)


def require_function(function: Definition, gradient: Definition) -> None:
    """Raise ProofError unless both take one matrix and have the same indices."""
    same = (function.parameters, function.indices) == (gradient.parameters, gradient.indices)
    if not same or len(function.parameters) != 1:
        raise ProofError("a function and its gradient take one matrix and have the same indices")


def _needed(before: Expr, step: Step, work: Work) -> tuple[Source, ...]:
    """Return the sources of a step, except those that change neither side."""
    needed, put_in = step.by, [unfold(side, step.by, work) for side in (before, step.expr)]
    for source in step.by:
        fewer = tuple(one for one in needed if one is not source)
        if [unfold(side, fewer, work) for side in (before, step.expr)] == put_in:
            needed = fewer
    return needed
