"""Statements about a state, by induction along its recurrence."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Protocol

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Expr, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Hypothesis, Theorem

from .closed_form import closed_form

n = sympy.Symbol("n", integer=True, nonnegative=True)  # samples read so far


class Head(Hashable, Protocol):
    """What a head adds to its state at a window, and what the state adds up to."""

    def drive(self, at: sympy.Expr) -> Expr: ...

    def unrolled(self, steps: sympy.Expr) -> Expr: ...


def by_recurrence(
    statement: Equation,
    variable: sympy.Symbol,
    state: Recurrence,
    title: str,
    *,
    base: tuple[Step, ...],
    before: tuple[Step, ...] = (),
    after: tuple[Step, ...],
) -> Theorem:
    """Prove a statement about a state by induction along its recurrence.

    The base case is the calculation state = `base`. The step takes one step of the recurrence, then the lines
    `before`, then the hypothesis, then the lines `after`; the last of these is the statement for the next value.
    """
    hypothesis = Hypothesis(statement)
    first = state.at(state.start)
    start, following = ({variable: value} for value in (sympy.Integer(state.start), variable + 1))
    unfolded = Step(unfold(substitute(statement.left, following), [state]), (state,))
    assumed = Step(unfold((unfolded, *before)[-1].expr, [hypothesis]), (hypothesis,))
    return check(
        Induction(
            statement,
            variable,
            base=Calculation(substitute(statement.left, start), base or (Step(first),)),
            step=Calculation(substitute(statement.left, following), (unfolded, *before, assumed, *after)),
        ),
        title,
    )


def counter(state: Recurrence) -> sympy.Symbol:
    """Return n, the number of samples read: from 0 on if the state starts at 0, otherwise from 1 on."""
    return n if state.start == 0 else sympy.Symbol("n", integer=True, positive=True)


def as_sum(state: Recurrence, total: Callable[[sympy.Expr], Expr]) -> Theorem:
    """The state after n samples is `total(n)`."""
    count = counter(state)
    return by_recurrence(
        Equation(state.at(count), total(count)),
        count,
        state,
        f"the state ${state.name.text}$ unrolled",
        base=(Step(state.initial, (state,)), Step(total(sympy.Integer(state.start)))),
        after=(Step(total(count + 1)),),
    )


@lru_cache(maxsize=64)  # the same theorem is used for the proof, the difference and the closed form of a layer
def unrolling(state: Recurrence, head: Head) -> Theorem:
    """The state after n samples equals the closed form that the head gives for it."""
    return as_sum(state, head.unrolled)


def over_samples(state: Recurrence, head: Head, windows: tuple[Definition, ...]) -> Theorem:
    """The state after n samples as a sum over samples, with windows and their weights written out."""
    unrolled = unrolling(state, head)
    left, total = unrolled.equation.parts
    computed = closed_form(unfold(total, windows))
    steps = (Step(total, (unrolled,)), Step(computed, windows))
    return check(Calculation(left, steps), f"the state ${state.name.text}$ as a sum over samples")


def without_memory(state: Recurrence, head: Head) -> Theorem:
    """With a decay of 0 the state after n ≥ 1 samples is what the last window adds."""
    drive = head.drive
    count = sympy.Symbol("n", integer=True, positive=True)
    title = f"the state ${state.name.text}$ without memory"
    if state.start == 0:
        return check(Calculation(state.at(count), (Step(drive(count), (state,)),)), title)
    statement = Equation(state.at(count), drive(count))
    return by_recurrence(
        statement, count, state, title, base=(Step(state.initial, (state,)),), after=(Step(drive(count + 1)),)
    )


def without_recurrence(decay: sympy.Expr, state: Recurrence, head: Head) -> Theorem:
    """The state in closed form: only the last window if the decay is 0, otherwise a sum."""
    return without_memory(state, head) if decay == 0 else unrolling(state, head)
