"""The relation of two layers' states, where it has to be found: S = cM or S = cMᵀ, found by trying."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from random import Random
from types import MappingProxyType

import sympy

from gdssm_symbolic.evidence.counterexamples import free_of
from gdssm_symbolic.evidence.evaluation import Cell, Matrix
from gdssm_symbolic.evidence.reading_order import in_reading_order
from gdssm_symbolic.extensions.conversions import as_expr
from gdssm_symbolic.extensions.functions import WithFunctions
from gdssm_symbolic.kernel.definitions import DefinitionError, Meaning, consistent, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Name, Zero, free_symbols, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.closed_form import closed_form
from gdssm_symbolic.theory.least_squares import t

from .induction import invariants
from .inverses import Fact, Inverse, evaluator
from .layer import State, at_every_index, groups, meanings_of
from .poles import has_a_value
from .tokens import reads_no_token_0
from .unrolled import numbers_first

#: So many ways to relate states that are updated together are tried.
MOST_TRIED = 32


class RelationError(ProofError):
    """Raised if the equations of a relation are not shown to hold together where states start."""


@dataclass(frozen=True)
class MultipleOf:
    """What a state is in terms of another: factor · M, or factor · Mᵀ."""

    other: Name
    transposed: bool = False
    factor: sympy.Expr = sympy.Integer(1)

    def at(self, index: object) -> Expr:
        return self._times(self.factor, self.other[index])

    def solved(self, state: Expr) -> Expr:
        """What the other is in terms of the state."""
        return self._times(1 / self.factor, state)

    def _times(self, factor: sympy.Expr, expr: Expr) -> Expr:
        turned = expr.T if self.transposed else expr
        return turned if factor == 1 else factor * turned


@dataclass(frozen=True)
class Related:
    """The states of the other layer, with free starts set as the relation says, and what is proved of the relation."""

    others: tuple[State, ...]
    theorems: tuple[Theorem, ...] = ()


def relations(
    own: Sequence[State],
    others: Sequence[State],
    n: sympy.Symbol,
    definitions: Sequence[Meaning] = (),
    fixed: Mapping[Name, MultipleOf] = MappingProxyType({}),
    inverses: Sequence[Inverse] = (),
    known: Sequence[Fact] = (),
    outputs: Equation | None = None,
) -> Iterator[Related]:
    """Yield ways to express as many states as is proved by states of the other layer.

    Those that are `fixed` are expressed by what is given. `known` is what is assumed of the `inverses`. A factor may be
    such that it makes the `outputs` equal.
    """

    written = [side for one in (*own, *others) for side in (one.start, one.update) if side is not None]
    written += outputs.parts if outputs is not None else ()

    def extended(waiting: Sequence[Sequence[State]], found: Related) -> Iterator[Related]:
        if not waiting:
            yield found
            return
        group, *later = waiting
        further = False
        choices = [
            [fixed[one.name]] if one.name in fixed else list(_multiples(one, group, others, definitions, outputs))
            for one in group
        ]
        for choice in islice(product(*choices), MOST_TRIED):
            pairs = list(zip(group, choice, strict=True))
            if not _can_start(found.others, pairs, written):
                continue
            started = tuple(started_as(other, pairs) for other in found.others)
            statements = [Equation(state.name[n], form.at(n)) for state, form in pairs]
            meanings = (*meanings_of(own), *meanings_of(started), *definitions)
            if not all(may_hold(one, meanings, inverses) for one in statements):
                continue
            title = f"the state ${group[0].name.text}$ in terms of ${choice[0].other.text}$"
            try:
                proved = invariants(statements, n, (*meanings, *found.theorems), title, known)
            except (ProofError, OutsideLanguage):
                continue
            further = True
            yield from extended(later, Related(started, (*found.theorems, *proved)))
        if not further:
            yield from extended(later, found)

    return extended(groups(own), Related(tuple(others)))


def may_hold(statement: Equation, meanings: Sequence[Meaning], inverses: Sequence[Inverse] = ()) -> bool:
    """Whether a statement holds for two tokens at sizes of 2, for drawn data; where it has no value, it may."""
    draw, data = Random(0), dict[Cell, Matrix]()  # noqa: S311 - data for a trial, the same in every run
    of_inverses = (free_symbols(one.of) - {t} for one in inverses)
    symbols = in_reading_order(free_of(statement, meanings).union(*of_inverses))
    values = {one: Fraction(2 if one.is_integer else draw.randint(2, 99)) for one in symbols}

    def drawn(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        matrix = [[draw.randint(-99, 99) for _ in range(columns)] for _ in range(rows)]
        return data.setdefault((name, indices), matrix)

    evaluate = evaluator(values, drawn, meanings, inverses)
    try:
        return evaluate(statement.left) == evaluate(statement.right)
    except (ArithmeticError, OutsideLanguage):
        return True


def _can_start(others: Sequence[State], pairs: Sequence[tuple[State, MultipleOf]], written: Sequence[Expr]) -> bool:
    """Whether the free starts that states would give have a value wherever the written expressions have one."""
    free = {one.name for one in others if one.start is None}
    return all(has_a_value(1 / form.factor, written) for _, form in pairs if form.other in free)


def started_as(other: State, pairs: Sequence[tuple[State, MultipleOf]]) -> State:
    """Return the other state; if its start is free, it starts as the state that is a multiple of it."""
    if other.start is None:
        for state, form in pairs:
            if form.other == other.name:
                return replace(other, start=form.solved(state.name[0]))
    return other


def started_by(
    own: Sequence[State], other: Sequence[State], relation: Sequence[Equation]
) -> tuple[tuple[State, ...], tuple[Equation, ...]]:
    """The states of both layers; a free start that an equation of the relation gives is what it says.

    Also return the equations that are not used, since they give a start only in a circle: S = 2 M after M = 2 S.
    """
    free: dict[Name, State] = {one.name: one for one in (*other, *own) if one.start is None}
    names_of_states, circular = {one.name for one in (*own, *other)}, list[Equation]()

    def started() -> tuple[State, ...]:
        return tuple(free.get(one.name, one) for one in (*own, *other))

    for given in relation:
        if not reads_no_token_0(given.parts, names_of_states, ()):
            continue
        in_a_circle = False
        # the other layer starts as this one does, where that can be said, and best without solving for it
        for solve, state in product((_side, _solved), free.values()):
            if state.start is None and (form := solve(given, state.name[t])) is not None:
                free[state.name] = replace(state, start=at_start(form))
                if not (in_a_circle := not _have_meanings(started())):
                    break
                free[state.name] = state
        if in_a_circle:
            circular.append(given)
    return started(), tuple(circular)


def _have_meanings(states: Sequence[State]) -> bool:
    """Whether no start is made of itself, through other states."""
    try:
        consistent(meanings_of(states))
    except DefinitionError:
        return False
    return True


def at_start(expr: Expr) -> Expr:
    """Return an expression in states at t with 0 put in for t."""
    if isinstance(expr, App) and expr.indices == (t,):
        return expr.name[0]
    return expr.mapped(at_start)


def _side(given: Equation, state: App) -> Expr | None:
    """What a state at t is equal to, if it is a side of an equation."""
    sides = given.parts, given.parts[::-1]
    return next((other for side, other in sides if side == state and state.name not in names(other)), None)


def _solved(given: Equation, state: App) -> Expr | None:
    """What an equation says that a state at t is, if it is linear in it: a number times the state, or its transpose."""
    difference = given.left - given.right
    rest = at_every_index(difference, state.name, Zero(*state.shape))
    for form in (state, state.T):
        factor = _ratio(difference - rest, form) if form.shape == rest.shape else None
        if factor is not None and factor.is_number:
            solution = numbers_first(closed_form(sympy.Integer(-1) / factor * rest))
            return solution if form == state else solution.T
    return None


def _multiples(
    state: State,
    group: Sequence[State],
    others: Sequence[State],
    definitions: Sequence[Meaning],
    outputs: Equation | None,
) -> Iterator[MultipleOf]:
    """Yield what the state may be: another state, its transpose, or what adds the same multiple of what that adds.

    Or it is the multiple that makes the outputs equal.
    """
    forms = [MultipleOf(other.name) for other in others if other.name.shape == state.name.shape]
    forms += [MultipleOf(other.name, True) for other in others if other.name.shape == state.name.shape[::-1]]
    yield from forms
    added = {other.name: unfold(_from_zero(other, others), definitions) for other in others}
    for form in forms:
        other = added[form.other]
        factor = _ratio(_from_zero(state, group), other.T if form.transposed else other)
        factors = [factor]
        if outputs is not None:
            factors.append(_ratio(outputs.right, at_every_index(outputs.left, state.name, form.at(t))))
        yield from (replace(form, factor=one) for one in dict.fromkeys(factors) if one is not None and one != 1)


def _from_zero(state: State, together: Sequence[State]) -> Expr:
    """What the update makes of states that are 0."""
    update = state.update
    for one in together:
        update = at_every_index(update, one.name, Zero(*one.name.shape))
    return update


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
