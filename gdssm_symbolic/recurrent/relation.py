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
from gdssm_symbolic.kernel.definitions import Meaning, unfold
from gdssm_symbolic.kernel.expressions import Expr, Name, Zero, free_symbols
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.least_squares import t

from .induction import invariants
from .inverses import Fact, Inverse, evaluator
from .layer import State, at_every_index, groups, meanings_of

#: So many ways to relate states that are updated together are tried.
MOST_TRIED = 32


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


def relate(
    own: Sequence[State],
    others: Sequence[State],
    n: sympy.Symbol,
    definitions: Sequence[Meaning] = (),
    fixed: Mapping[Name, MultipleOf] = MappingProxyType({}),
    inverses: Sequence[Inverse] = (),
    known: Sequence[Fact] = (),
) -> Related:
    """Express as many states as is proved by states of the other layer; those that are `fixed` by what is given.

    `known` is what is assumed of the `inverses`.
    """
    found = Related(tuple(others))
    for group in groups(own):
        choices = [
            [fixed[one.name]] if one.name in fixed else list(_multiples(one, group, others, definitions))
            for one in group
        ]
        for choice in islice(product(*choices), MOST_TRIED):
            pairs = list(zip(group, choice, strict=True))
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
            found = Related(started, (*found.theorems, *proved))
            break
    return found


def may_hold(statement: Equation, meanings: Sequence[Meaning], inverses: Sequence[Inverse] = ()) -> bool:
    """Whether a statement holds for two tokens at sizes of 2, for drawn data; where it has no value, it may."""
    draw, data = Random(0), dict[Cell, Matrix]()  # noqa: S311 - data for a trial, the same in every run
    symbols = in_reading_order(free_of(statement, meanings).union(*(free_symbols(one.of) for one in inverses)) - {t})
    values = {one: Fraction(2 if one.is_integer else draw.randint(2, 99)) for one in symbols}

    def drawn(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        matrix = [[draw.randint(-99, 99) for _ in range(columns)] for _ in range(rows)]
        return data.setdefault((name, indices), matrix)

    evaluate = evaluator(values, drawn, meanings, inverses)
    try:
        return evaluate(statement.left) == evaluate(statement.right)
    except (ArithmeticError, OutsideLanguage):
        return True


def started_as(other: State, pairs: Sequence[tuple[State, MultipleOf]]) -> State:
    """Return the other state; if its start is free, it starts as the state that is a multiple of it."""
    if other.start is None:
        for state, form in pairs:
            if form.other == other.name:
                return replace(other, start=form.solved(state.name[0]))
    return other


def _multiples(
    state: State, group: Sequence[State], others: Sequence[State], definitions: Sequence[Meaning]
) -> Iterator[MultipleOf]:
    """Yield what the state may be: another state, its transpose, or what adds the same multiple of what that adds."""
    forms = [MultipleOf(other.name) for other in others if other.name.shape == state.name.shape]
    forms += [MultipleOf(other.name, True) for other in others if other.name.shape == state.name.shape[::-1]]
    yield from forms
    added = {other.name: unfold(_from_zero(other, others), definitions) for other in others}
    for form in forms:
        other = added[form.other]
        factor = _ratio(_from_zero(state, group), other.T if form.transposed else other)
        if factor is not None and factor != 1:
            yield replace(form, factor=factor)


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
