"""A recurrent layer as data: its states, their updates, and its output.

Tokens are numbered t = 1, 2, …. What token t carries are members of families: k_t of `Name("k", (m, 1), arity=1)`,
and a gate β_t of a family of 1×1 matrices. A state S_t is what is kept after token t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gdssm_symbolic.extensions.systems import Joint, Member, System
from gdssm_symbolic.kernel.definitions import Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import App, Expr, Name, names, require_shape, walk
from gdssm_symbolic.theory.least_squares import t

from .inverses import Inverse


@dataclass(frozen=True)
class State:
    """A state S of arity 1: S_0 = start, and S_t = update for t ≥ 1.

    If `start` is None, S_0 may be any matrix. The update may contain the states at t - 1, and data at any index.
    """

    name: Name
    start: Expr | None
    update: Expr

    @property
    def initial(self) -> Expr:
        """The start, or S_0 itself if it may be any matrix."""
        return self.name[0] if self.start is None else self.start

    @property
    def recurrence(self) -> Recurrence:
        """The meaning of a state that uses no state which uses it. Raises DefinitionError if it has another step."""
        return Recurrence(self.name, t, self.initial, self.update)


@dataclass(frozen=True)
class RecurrentLayer:
    """States that are updated at every token, and the output at token t, which may contain the states at t.

    `inverses` says what those names stand for, in the layer or in what is claimed of it, that are reciprocals or
    inverses: of something made of states at t - 1 and of data. `definitions` are those of the functions in them, such
    as diag, and of what these are made of. `powers` are those in its formulas that have no value where a number is 0.
    They may have cancelled in the expressions; what is claimed is claimed where they have values.

    Raises ShapeError if a state or its start has another shape than its update, and ValueError if an update
    contains a state at another index than t - 1, or the output contains one at another index than t.
    """

    states: tuple[State, ...]
    output: Expr
    inverses: tuple[Inverse, ...] = ()
    definitions: tuple[Meaning, ...] = ()
    powers: tuple[Expr, ...] = ()

    def __post_init__(self) -> None:
        own = {state.name for state in self.states}
        for state in self.states:
            require_shape(state.update, state.name.shape, f"the update of {state.name.text}")
            if state.start is not None:
                require_shape(state.start, state.name.shape, f"the start of {state.name.text}")
                if own.intersection(names(state.start)):
                    raise ValueError(f"the start of {state.name.text} contains a state")
            _require_at(state.update, own, t - 1, f"the update of {state.name.text}")
        _require_at(self.output, own, t, "the output")

    @property
    def exprs(self) -> tuple[Expr, ...]:
        """What it is made of: the states, their starts and updates, the output, and what there are inverses of."""
        states = (one for state in self.states for one in (state.name[t], state.initial, state.update))
        inverses = (side for one in self.inverses for side in (one.value, one.of))
        return *states, self.output, *inverses, *self.powers, *(body for one in self.definitions for body in one.bodies)

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """What the names of the states and of the functions stand for."""
        return *meanings_of(self.states), *self.definitions

    @property
    def divided(self) -> tuple[Inverse, ...]:
        """The inverses whose names occur in the states and the output, or in what these are inverses of."""
        waiting = [self.output, *(side for one in self.states for side in (one.initial, one.update))]
        found = set[Name]()
        while waiting:
            new = names(waiting.pop()).keys() - found
            found |= new
            waiting += [one.of for one in self.inverses if one.name in new]
        return tuple(one for one in self.inverses if one.name in found)


def groups(states: Sequence[State]) -> list[tuple[State, ...]]:
    """Return the states, those together that use one another, each group after the groups that it uses."""
    own = {state.name: state for state in states}
    uses = {name: {one for one in names(state.update) if one in own} for name, state in own.items()}
    for between in own:
        for name, reached in uses.items():
            if between in reached:
                uses[name] = reached | uses[between]
    waiting, found = list(own), []
    while waiting:
        for name in waiting:
            together = [one for one in waiting if one == name or (one in uses[name] and name in uses[one])]
            if uses[name].intersection(waiting) <= set(together):
                break
        found.append(tuple(own[one] for one in together))
        waiting = [one for one in waiting if one not in together]
    return found


def meanings_of(states: Sequence[State]) -> tuple[Recurrence | Joint, ...]:
    """Return the meanings of the states: a recurrence each, or a system where they use one another."""
    found: list[Recurrence | Joint] = []
    for group in groups(states):
        if len(group) == 1:
            found.append(group[0].recurrence)
        else:
            found.extend(System(tuple(Member(one.name, one.initial, one.update) for one in group), t))
    return tuple(found)


def at_every_index(expr: Expr, name: Name, value: Expr) -> Expr:
    """Return the expression with one value in place of all members of a family, such as a state."""
    if isinstance(expr, App) and expr.name == name:
        return value
    return expr.mapped(lambda part: at_every_index(part, name, value))


def _require_at(expr: Expr, own: set[Name], index: object, what: str) -> None:
    for node in walk(expr):
        if isinstance(node, App) and node.name in own and node.indices != (index,):
            raise ValueError(f"{what} contains {node.name.text} at {node.indices[0]}, which is not {index}")
