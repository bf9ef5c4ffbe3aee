"""What names stand for: definitions, recurrences, and their use inside an expression.

A name without a definition is data: the statement holds for every value of it. `unfold` replaces
names by what they stand for, once, wherever the indices are shown to be admissible for all sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import sympy

from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Name,
    Sum,
    children,
    free_symbols,
    names,
    rebuild,
    require_shape,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope, Variable, as_linear, floor, is_plain
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.well_defined import require_well_defined
from gdssm_symbolic.kernel.work import Work


class DefinitionError(ProofError):
    """A definition that is circular, or two that give one name two meanings."""


class Source(Protocol):
    """Something that can replace an application of a name: a definition, a lemma, a hypothesis."""

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols on which a replacement depends without their standing in what is replaced."""

    def replacement(self, app: App, scope: Scope, /) -> Expr | None: ...


class Meaning(Immutable):
    """What a name stands for. Its kinds are listed in `checker`; no other class is part of a theorem."""

    name: Name

    @property
    def indices(self) -> tuple[sympy.Symbol, ...]:
        """The indices of the name, which are bound in the meaning."""
        return ()

    @property
    def parameters(self) -> tuple[Name, ...]:
        """The matrices on which the name depends as a function, bound in the meaning."""
        return ()

    @property
    def random(self) -> tuple[Name, ...]:
        """The names that are random in the meaning, bound in it."""
        return ()

    @property
    def undefined(self) -> tuple[Name, ...]:
        """The names that must not have a meaning of their own."""
        return ()

    @property
    def left(self) -> App:
        """The name, as what it stands for is said of it."""
        raise NotImplementedError

    @property
    def bodies(self) -> tuple[Expr, ...]:
        """The expressions of which the meaning is made."""
        return ()

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols on which the name depends without their standing where it is used."""
        return frozenset()

    @property
    def uses(self) -> dict[Name, None]:
        """The names on which the meaning rests, without its own parameters and its own earlier steps."""
        own = {self.name, *self.parameters}
        return {name: None for body in self.bodies for name in names(body) if name not in own}

    def replacement(self, _app: App, _scope: Scope, /) -> Expr | None:
        """What the name may be replaced by at these indices and arguments; None where nothing is said of it."""
        return None

    def require_meaningful(self, work: Work, *, everywhere: bool) -> None:
        """OutsideLanguage unless the meaning is well defined wherever it is said to be one."""
        require_well_defined(*self.bodies, everywhere=everywhere, work=work)


@dataclass(frozen=True)
class Definition(Meaning):
    """name[indices](parameters) := body. The parameters are names without indices, bound in the body."""

    name: Name
    body: Expr
    indices: tuple[sympy.Symbol, ...] = ()
    parameters: tuple[Name, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        _require_own_indices(self.name, self.indices, self.body)
        require_shape(self.body, self.name.shape, f"what defines {self.name.text}")
        if self.name in names(self.body):
            raise DefinitionError(f"{self.name.text} is defined by itself")
        own = {parameter.text: parameter for parameter in self.parameters}
        shapes = tuple(parameter.shape for parameter in self.parameters)
        if any(parameter.arity or parameter.takes for parameter in self.parameters):
            raise DefinitionError(f"a parameter of {self.name.text} has indices or is a function")
        if len(own) < len(self.parameters) or self.name.takes != shapes:
            raise DefinitionError(f"the parameters of {self.name.text} are alike, or of other shapes than it takes")
        if any(own.get(name.text, name) != name for name in names(self.body)):
            raise DefinitionError(f"a name in the meaning of {self.name.text} only looks like a parameter")

    @property
    def left(self) -> App:
        return self.name.at(self.indices, tuple(p() for p in self.parameters))

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return free_symbols(self.body) - set(self.indices)

    @property
    def bodies(self) -> tuple[Expr, ...]:
        return (self.body,)

    def replacement(self, app: App, scope: Scope) -> Expr | None:
        if app.name != self.name:
            return None
        for symbol, value in zip(self.indices, app.indices, strict=True):
            if not admissible(value, symbol, scope):
                return None
        symbols = dict(zip(self.indices, app.indices, strict=True))
        return substitute(self.body, symbols, dict(zip(self.parameters, app.arguments, strict=True)))


@dataclass(frozen=True)
class Recurrence(Meaning):
    """name[start] := initial and name[n] := body for n > start, where the body names name[n - 1].

    `indices` are all the indices of the name, `index` the one that counts the steps. When
    `initial` is name[start] itself, the initial value is data.
    """

    name: Name
    index: sympy.Symbol
    initial: Expr
    body: Expr
    indices: tuple[sympy.Symbol, ...] = ()
    start: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "indices", self.indices or (self.index,))
        if self.index not in self.indices:
            raise DefinitionError(f"one of the indices of {self.name.text} counts its steps")
        _require_own_indices(self.name, self.indices, self.body, self.initial)
        require_shape(self.initial, self.name.shape, f"the start of {self.name.text}")
        require_shape(self.body, self.name.shape, f"a step of {self.name.text}")
        allowed = {self.at(self.index - 1)}
        if any(isinstance(node, App) and node.name == self.name and node not in allowed for node in walk(self.body)):
            raise DefinitionError(f"a step of {self.name.text} may name the step before, and no other")
        if self.name in names(self.initial) and not self.starts_from_data:
            raise DefinitionError(f"the start of {self.name.text} is defined by itself")

    @property
    def starts_from_data(self) -> bool:
        return self.initial == self.at(self.start)

    @property
    def left(self) -> App:
        return self.at(self.index)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return (free_symbols(self.body) | free_symbols(self.initial)) - set(self.indices)

    @property
    def bodies(self) -> tuple[Expr, ...]:
        return self.body, self.initial

    def at(self, value: object) -> App:
        return self.name[tuple(value if symbol == self.index else symbol for symbol in self.indices)]

    def replacement(self, app: App, scope: Scope) -> Expr | None:
        if app.name != self.name:
            return None
        values = dict(zip(self.indices, app.indices, strict=True))
        step = values[self.index]
        if not all(admissible(value, s, scope) for s, value in values.items() if s != self.index):
            return None
        if step == self.start:
            return substitute(self.initial, values)
        if not scope.at_least(as_linear(step), self.start + 1):
            return None
        return substitute(self.body, values)

    def require_meaningful(self, work: Work, *, everywhere: bool) -> None:
        """As above. The meaning says what the name is at its start, and after it: its index is not below."""
        low = floor(self.index)
        if low is not None and low > self.start + 1:
            raise OutsideLanguage(f"{self.index} is declared to be at least {low}, and counts from {self.start + 1} on")
        if self.index in free_symbols(self.initial) and not self.starts_from_data:
            raise OutsideLanguage(f"the start of {self.name.text} depends on {self.index}")
        require_well_defined(self.body, floors={self.index: self.start + 1}, everywhere=everywhere, work=work)
        require_well_defined(self.initial, everywhere=everywhere, work=work)


def admissible(value: sympy.Expr, symbol: sympy.Symbol, scope: Scope) -> bool:
    """Is the value shown to lie in the domain that the symbol's assumptions state?"""
    if not is_plain(symbol):
        return False
    if not symbol.is_integer:
        return True
    low, form = floor(symbol), as_linear(value)
    return low is None or scope.at_least(form, low)


def unfold(expr: Expr, sources: Iterable[Source], work: Work | None = None) -> Expr:
    """Replace, one pass per source and innermost first, every application that the source knows."""
    work = work or Work()
    for source in sources:
        expr = _unfold(expr, source, Scope.of(free_symbols(expr)))
        work.spend(sum(1 for _ in walk(expr)))
    return expr


def _unfold(expr: Expr, source: Source, scope: Scope) -> Expr:
    inside = scope
    if isinstance(expr, Sum):
        inside = scope.within(Variable(expr.index.name), as_linear(expr.lower), as_linear(expr.upper))
    built = rebuild(expr, tuple(_unfold(child, source, inside) for child in children(expr)))
    if not isinstance(built, App) or (replaced := source.replacement(built, scope)) is None:
        return built
    if captured := scope.binds(source.free):
        raise DefinitionError(f"{built.name.text} depends on a symbol {captured.pop()} that a sum around it binds")
    return replaced


def _require_own_indices(name: Name, indices: tuple[sympy.Symbol, ...], *bodies: Expr) -> None:
    """The indices of a name are distinct symbols, and no sum in its meaning binds one of them again."""
    own = {symbol.name for symbol in indices}
    if len(own) != len(indices) or len(indices) != name.arity or not all(s.is_integer for s in indices):
        raise DefinitionError(f"{name.text} needs {name.arity} distinct integer symbols as its indices")
    if any(isinstance(node, Sum) and node.index.name in own for body in bodies for node in walk(body)):
        raise DefinitionError(f"a sum in the meaning of {name.text} binds its own index")
    if any(symbol.name in own for body in bodies for symbol in free_symbols(body) - set(indices)):
        raise DefinitionError(f"a symbol in the meaning of {name.text} only looks like its index")


def consistent(meanings: Iterable[Meaning]) -> dict[Name, Meaning]:
    """The meanings by name; DefinitionError if a name has two, or if they go round in a circle."""
    table: dict[Name, Meaning] = {}
    for meaning in meanings:
        if table.setdefault(meaning.name, meaning) != meaning:
            raise DefinitionError(f"{meaning.name.text} has two meanings")
    for name, meaning in table.items():
        if defined := set(meaning.undefined) & set(table):
            raise DefinitionError(f"{defined.pop().text} is defined, but {name.text} is for one that is open")
        if name in _reached(meaning.uses, table):
            raise DefinitionError(f"{name.text} is defined in a circle")
    return table


def _reached(names: Iterable[Name], table: Mapping[Name, Meaning]) -> set[Name]:
    """The names, and all that their meanings rest on."""
    found: set[Name] = set()
    waiting = list(names)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(table[name].uses if name in table else ())
    return found


def require_no_capture(table: Mapping[Name, Meaning]) -> None:
    """DefinitionError if a meaning binds what is free behind a name in it: F_n := K, with K := n for one n."""
    for meaning in table.values():
        sums = [node.index for body in meaning.bodies for node in walk(body) if isinstance(node, Sum)]
        bound = {one.name for one in (*meaning.indices, *sums)} | {one.text for one in meaning.parameters}
        written = [table[name] for name in meaning.uses if name in table]
        behind = _reached((name for one in written for name in one.uses), table)
        meant = (*written, *(table[name] for name in behind if name in table))
        hidden = {name.text for name in behind}.union(symbol.name for one in meant for symbol in one.free)
        if clash := bound & hidden:
            raise DefinitionError(f"{meaning.name.text} binds {clash.pop()}, on which what it is made of depends")
