"""What holds between states after every token, by induction; and relations of two layers, found by trying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.conversions import as_expr
from gdssm_symbolic.extensions.functions import WithFunctions
from gdssm_symbolic.kernel.definitions import Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Mul, Name, Scalar, Zero, names, substitute
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, floor
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Hypothesis, Theorem
from gdssm_symbolic.theory.least_squares import t

from .layer import State


def lines(first: Expr, last: Expr, opening: Iterable[Source], closing: Iterable[Source]) -> tuple[Step, ...]:
    """Return the lines from `first` to `last`: one source after another put into each, with a line for each change."""
    forth, expr = [], first
    for source in opening:
        if (put_in := unfold(expr, [source])) != expr:
            forth.append(Step(put_in, (source,)))
            expr = put_in
    back, before = [], last
    for source in closing:
        if (put_in := unfold(before, [source])) != before:
            back.append(Step(before, (source,)))
            before = put_in
    middle = [] if expr == before and (forth or back) else [Step(before)]
    return (*forth, *middle, *reversed(back))


def calculation(equation: Equation, sources: Sequence[Source], title: str) -> Theorem:
    """Prove an equation by putting the sources into both sides. Raises ProofError or OutsideLanguage."""
    return check(Calculation(equation.left, lines(equation.left, equation.right, sources, sources)), title)


def invariant(statement: Equation, variable: sympy.Symbol, sources: Sequence[Source], title: str) -> Theorem:
    """Prove a statement about a state by induction; its left side is the state at an index that grows with `variable`.

    Among the sources is the recurrence of the state. Raises ProofError or OutsideLanguage if it is not proved so.
    """
    if not isinstance(statement.left, App) or (start := floor(variable)) is None:
        raise ProofError("an induction is about one state, from its least index on")
    own = next(one for one in sources if isinstance(one, Recurrence) and one.name == statement.left.name)
    others = [one for one in sources if one is not own]
    base, step = (statement.at({variable: value}) for value in (sympy.Integer(start), variable + 1))
    opening: list[Source] = [own, Hypothesis(statement)]
    opening += [one for one in others if not isinstance(one, Recurrence)]
    proof = Induction(
        statement,
        variable,
        Calculation(base.left, lines(base.left, base.right, [own] * (start + 1), [*sources, *[own] * start])),
        Calculation(step.left, lines(step.left, step.right, opening, others)),
    )
    return check(proof, title)


@dataclass(frozen=True)
class Related:
    """A state of the other layer, M = cS or M = cSᵀ with a state S of this one; `recurrence` starts M accordingly."""

    recurrence: Recurrence
    theorem: Theorem


def candidates(other: State, own: State) -> Iterator[Expr]:
    """Yield what the other state may be in terms of `own`, at t: itself, its transpose, or a multiple of one."""
    before = own.name[t]
    forms = [form for form in (before, before.T) if form.shape == other.name.shape]
    yield from forms
    for form in forms:
        factor = _ratio(_from_zero(other), substitute_state(form, own.name, _from_zero(own)))
        if factor is not None and factor != 1:
            yield factor * form


def relate(own: State, other: State, sources: Sequence[Source], n: sympy.Symbol) -> Related | None:
    """Return a relation of the two states that is proved, or None. A free start of the other is set by the relation."""
    for form in candidates(other, own):
        started = started_as(other, form)
        statement = Equation(other.name[n], substitute(form, {t: n}))
        known = [one for one in sources if not (isinstance(one, Recurrence) and one.name == other.name)]
        title = f"the state ${other.name.text}$ in terms of ${own.name.text}$"
        try:
            theorem = invariant(statement, n, (started, *known), title)
        except (ProofError, OutsideLanguage):
            continue
        return Related(started, theorem)
    return None


def started_as(state: State, form: Expr) -> Recurrence:
    """Return the recurrence of a state whose start, if it is free, is the form at 0."""
    if state.start is not None:
        return state.recurrence
    start = at_start(form)
    return Recurrence(state.name, t, start, state.update)


def at_start(expr: Expr) -> Expr:
    """Return an expression in states at t with 0 put in for t."""
    if isinstance(expr, App) and expr.indices == (t,):
        return expr.name[0]
    return expr.mapped(at_start)


def substitute_state(expr: Expr, name: Name, value: Expr) -> Expr:
    """Return the expression with a value put in for a state, at whatever index it stands."""
    if isinstance(expr, App) and expr.name == name:
        return value
    return expr.mapped(lambda part: substitute_state(part, name, value))


def _from_zero(state: State) -> Expr:
    """What the update makes of the state 0."""
    return substitute_state(state.update, state.name, Zero(*state.name.shape))


def _ratio(left: Expr, right: Expr) -> sympy.Expr | None:
    """Return c with left = c·right, if the normal forms show that there is one and that it does not depend on t."""
    try:
        core = WithFunctions(left + right)
        (((one,),), ((two,),)) = (core.normalise(side, core.scope).blocks for side in (left, right))
    except (OutsideLanguage, ValueError):
        return None
    if not one or one.keys() != two.keys():
        return None
    ratios = {sympy.cancel(as_expr(one[key]) / as_expr(two[key])) for key in one}
    ratio = ratios.pop()
    return None if ratios or ratio.has(t) else ratio


def needed(equation: Equation, meanings: Iterable[Meaning]) -> tuple[Meaning, ...]:
    """Return the meanings on which the names in an equation rest."""
    table = {meaning.name: meaning for meaning in meanings}
    waiting = [name for side in equation.parts for name in names(side)]
    found: dict[Name, Meaning] = {}
    while waiting:
        name = waiting.pop()
        if name in table and name not in found:
            found[name] = table[name]
            waiting.extend(table[name].uses)
    return tuple(meaning for name, meaning in table.items() if name in found)


def numbers_first(expr: Expr) -> Expr:
    """Return the expression with the 1×1 names of each product in front, where a reader expects a rate or a gate."""
    if isinstance(expr, Mul):
        in_order = sorted(expr.factors, key=lambda one: 0 if isinstance(one, Scalar) else 1 if _is_gate(one) else 2)
        return Mul(tuple(in_order))
    return expr.mapped(numbers_first)


def _is_gate(factor: Expr) -> bool:
    return isinstance(factor, App) and factor.is_scalar
