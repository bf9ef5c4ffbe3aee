"""Recurrences of several states together, and recurrences whose start is given by another index.

In a system, each update may use every member at the step before:

    M_t = F(M_{t-1}, U_{t-1}),    U_t = G(M_{t-1}, U_{t-1})    for t > start.

The start is an integer, or a linear form in the other indices. With start i, the products of gates
P_{i,t} = a_t a_{t-1} … a_{i+1} are defined by P_{i,i} = 1 and P_{i,t} = a_t P_{i,t-1} for t > i.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from gdssm_symbolic.kernel.definitions import DefinitionError, Meaning, match, require_own_indices
from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Name,
    Sum,
    free_symbols,
    fresh_index,
    names,
    require_shape,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import Scope, as_linear
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.well_defined import require_declared, require_well_defined, symbols_of
from gdssm_symbolic.kernel.work import Work

FILE = "extensions/systems.py"

SYSTEM = Rule("system", "states that are updated together are determined step by step from their start on", FILE)


@dataclass(frozen=True)
class Member(Immutable):
    """One state of a system: its value at the start, and its value after a step."""

    name: Name
    initial: Expr
    body: Expr


@dataclass(frozen=True)
class System(Immutable):
    """name[start] := initial and name[n] := body for n > start, for all members at once.

    A body contains members at n - 1 only, and an initial value contains no member, except that it may be name[start]
    itself: then it is data. All members have the same `indices`, of which `index` counts the steps. The start is an
    integer-linear form in the others.

    Raises DefinitionError or ShapeError if this is not so, and OutsideLanguage if the start is no linear form.
    """

    members: tuple[Member, ...]
    index: sympy.Symbol
    indices: tuple[sympy.Symbol, ...] = ()
    start: sympy.Expr = sympy.Integer(0)

    def complete(self) -> None:
        object.__setattr__(self, "indices", self.indices or (self.index,))
        own = {member.name for member in self.members}
        if not own or len(own) < len(self.members):
            raise DefinitionError("a system has one or more members, each with a name of its own")
        if self.index not in self.indices:
            raise DefinitionError("one of the indices of a system counts its steps")
        as_linear(self.start)
        if not self.start.free_symbols <= {*self.indices} - {self.index}:
            raise DefinitionError("the start of a system is a linear form in its other indices")
        for member in self.members:
            self._require_in_order(member, own)
        bound = {node.index.name for body in self.bodies for node in walk(body) if isinstance(node, Sum)}
        if captured := bound & {symbol.name for body in self.bodies for symbol in free_symbols(body)}:
            raise DefinitionError(f"a system binds {captured.pop()}, on which it depends")

    def _require_in_order(self, member: Member, own: set[Name]) -> None:
        text = member.name.text
        require_own_indices(member.name, self.indices, member.body, member.initial)
        require_shape(member.initial, member.name.shape, f"the start of {text}")
        require_shape(member.body, member.name.shape, f"a step of {text}")
        before = {self.at(name, self.index - 1) for name in own}
        if any(isinstance(node, App) and node.name in own and node not in before for node in walk(member.body)):
            raise DefinitionError(f"a step of {text} may name members of its system at the step before, and no other")
        if own.intersection(names(member.initial)) and member.initial != self.at(member.name, self.start):
            raise DefinitionError(f"the start of {text} is defined by a member of its system")
        if self.index in free_symbols(member.initial):
            raise DefinitionError(f"the start of {text} depends on {self.index}")

    @property
    def bodies(self) -> tuple[Expr, ...]:
        """The updates and initial values of all members."""
        return tuple(expr for member in self.members for expr in (member.body, member.initial))

    def at(self, name: Name, step: object) -> App:
        """Return a member at a step."""
        return name[tuple(step if symbol == self.index else symbol for symbol in self.indices)]

    def __iter__(self) -> Iterator[Joint]:
        """Yield the meanings of its members."""
        return (Joint(member.name, self) for member in self.members)


@dataclass(frozen=True)
class Joint(Meaning):
    """`name` is a member of a system of recurrences.

        name[start] = initial     name[s] = body at n = s, where s - start ≥ 1 is shown
        ───────────────────────────────────────────────────────────────────────────────
          either may be put in, with the meanings of all members in what follows from it

    A step that names a member as its reason uses the rule SYSTEM (`checker.SOURCES`).

    For given other indices, a system without a circle determines all members at start + 1, start + 2, …, one step after
    the other, whatever they are before the start. Names of other meanings that contain a member must not occur in the
    bodies: `definitions.consistent` finds them, since each member rests on all names in all bodies.
    """

    name: Name
    system: System

    def complete(self) -> None:
        if all(member.name != self.name for member in self.system.members):
            raise DefinitionError(f"{self.name.text} is no member of its system")

    @property
    def initial(self) -> Expr:
        return self._member.initial

    @property
    def body(self) -> Expr:
        return self._member.body

    @property
    def _member(self) -> Member:
        return next(member for member in self.system.members if member.name == self.name)

    @property
    def index(self) -> sympy.Symbol:
        return self.system.index

    @property
    def indices(self) -> tuple[sympy.Symbol, ...]:
        return self.system.indices

    @property
    def start(self) -> sympy.Expr:
        return self.system.start

    @property
    def starts_from_data(self) -> bool:
        return self.initial == self.at(self.start)

    @property
    def together(self) -> tuple[Meaning, ...]:
        return tuple(self.system)

    @property
    def left(self) -> App:
        return self.at(self.index)

    @property
    def bodies(self) -> tuple[Expr, ...]:
        return self.system.bodies

    @property
    def uses(self) -> dict[Name, None]:
        """The names on which the system rests, except its members."""
        own = {member.name for member in self.system.members}
        return {name: None for body in self.bodies for name in names(body) if name not in own}

    def at(self, step: object) -> App:
        return self.system.at(self.name, step)

    def replacement(self, app: App, scope: Scope, _work: Work) -> Expr | None:
        if (values := match(self.at(self.start), app, scope)) is not None:
            return substitute(self.initial, values)
        values = match(self.left, app, scope)
        if values is None or not scope.at_least(as_linear(values[self.index] - self.start.xreplace(values)), 1):
            return None
        return substitute(self.body, values)

    def require_meaningful(self, work: Work, *, everywhere: bool) -> None:
        """Raise OutsideLanguage unless the start, and every step after it, are well defined.

        The steps are start + 1, start + 2, …, for all values of the other indices. The declared least value of the
        index must not be above start + 1.
        """
        others = Scope.of(symbol for symbol in self.indices if symbol != self.index)
        require_declared(self.index, as_linear(self.start) + 1, others)
        steps = fresh_index(frozenset((*symbols_of(*self.bodies), *self.indices)))
        later = substitute(self.body, {self.index: self.start + steps}, evaluate=False)
        require_well_defined(later, floors={steps: 1}, everywhere=everywhere, work=work)
        require_well_defined(self.initial, everywhere=everywhere, work=work)
