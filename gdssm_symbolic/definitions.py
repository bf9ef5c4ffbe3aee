"""What names stand for: definitions, recurrences, and their use inside an expression.

A head without a definition is data: the statement holds for every value of it. `unfold` replaces
heads by what they stand for, once, wherever the indices are shown to be admissible for all sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import sympy

from gdssm_symbolic.expressions import (
    App,
    Expr,
    Head,
    Sum,
    children,
    free_symbols,
    heads,
    rebuild,
    require_shape,
    substitute,
    walk,
)
from gdssm_symbolic.indices import Scope, as_linear, floor, is_plain


class DefinitionError(ValueError):
    """A definition that is circular, or two that give one name two meanings."""


class Source(Protocol):
    """Something that can replace an application of a head: a definition, a lemma, a hypothesis."""

    def replacement(self, app: App, scope: Scope) -> Expr | None: ...


@dataclass(frozen=True)
class Definition:
    """head[indices](parameters) := body. The parameters are heads without indices, bound in the body."""

    head: Head
    body: Expr
    indices: tuple[sympy.Symbol, ...] = ()
    parameters: tuple[Head, ...] = ()

    def __post_init__(self) -> None:
        require_shape(self.body, self.head.shape, f"what defines {self.head.name}")
        if self.head in heads(self.body):
            raise DefinitionError(f"{self.head.name} is defined by itself")

    @property
    def left(self) -> App:
        return self.head.at(self.indices, tuple(p() for p in self.parameters))

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols on which the head depends besides its own indices."""
        return free_symbols(self.body) - set(self.indices)

    def replacement(self, app: App, scope: Scope) -> Expr | None:
        if app.head != self.head:
            return None
        for symbol, value in zip(self.indices, app.indices, strict=True):
            if not admissible(value, symbol, scope):
                return None
        symbols = dict(zip(self.indices, app.indices, strict=True))
        return substitute(self.body, symbols, dict(zip(self.parameters, app.arguments, strict=True)))


@dataclass(frozen=True)
class Recurrence:
    """head[start] := initial and head[n] := body for n > start, where the body names head[n - 1].

    `indices` are all the indices of the head, `index` the one that counts the steps. When
    `initial` is head[start] itself, the initial value is data.
    """

    head: Head
    index: sympy.Symbol
    initial: Expr
    body: Expr
    indices: tuple[sympy.Symbol, ...] = ()
    start: int = 0

    def __post_init__(self) -> None:
        if not self.indices:
            object.__setattr__(self, "indices", (self.index,))
        require_shape(self.initial, self.head.shape, f"the start of {self.head.name}")
        require_shape(self.body, self.head.shape, f"a step of {self.head.name}")
        allowed = {self.at(self.index - 1)}
        if any(isinstance(node, App) and node.head == self.head and node not in allowed for node in walk(self.body)):
            raise DefinitionError(f"a step of {self.head.name} may name the step before, and no other")
        if self.head in heads(self.initial) and not self.starts_from_data:
            raise DefinitionError(f"the start of {self.head.name} is defined by itself")

    @property
    def starts_from_data(self) -> bool:
        return self.initial == self.at(self.start)

    @property
    def left(self) -> App:
        return self.at(self.index)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return (free_symbols(self.body) | free_symbols(self.initial)) - set(self.indices)

    def at(self, value: object) -> App:
        return self.head[tuple(value if symbol == self.index else symbol for symbol in self.indices)]

    def replacement(self, app: App, scope: Scope) -> Expr | None:
        if app.head != self.head:
            return None
        values = dict(zip(self.indices, app.indices, strict=True))
        step = values[self.index]
        if step == self.start:
            return substitute(self.initial, values)
        least = scope.least(as_linear(step))
        others = (admissible(value, s, scope) for s, value in values.items() if s != self.index)
        if least is None or least <= self.start or not all(others):
            return None
        return substitute(self.body, values)


Meaning = Definition | Recurrence


def admissible(value: sympy.Expr, symbol: sympy.Symbol, scope: Scope) -> bool:
    """Is the value shown to lie in the domain that the symbol's assumptions state?"""
    if not is_plain(symbol):
        return False
    low = floor(symbol)
    if low is None:
        return True
    least = scope.least(as_linear(value))
    return least is not None and least >= low


def unfold(expr: Expr, sources: Iterable[Source]) -> Expr:
    """Replace, one pass per source and innermost first, every application that the source knows."""
    for source in sources:
        expr = _unfold(expr, source, Scope.of(free_symbols(expr)))
    return expr


def _unfold(expr: Expr, source: Source, scope: Scope) -> Expr:
    inside = scope
    if isinstance(expr, Sum):
        inside = scope.within(expr.index.name, as_linear(expr.lower), as_linear(expr.upper))
    built = rebuild(expr, tuple(_unfold(child, source, inside) for child in children(expr)))
    if not isinstance(built, App) or (replaced := source.replacement(built, scope)) is None:
        return built
    captured = {s.name for s in free_symbols(replaced) - free_symbols(built)} & set(scope.ranges)
    if captured:
        raise DefinitionError(f"{built.head.name} depends on a symbol {captured.pop()} that a sum around it binds")
    return replaced


def consistent(meanings: Iterable[Meaning]) -> dict[Head, Meaning]:
    """The meanings by head; DefinitionError if a head has two, or if they go round in a circle."""
    table: dict[Head, Meaning] = {}
    names: dict[str, Head] = {}
    for meaning in meanings:
        if (
            table.setdefault(meaning.head, meaning) != meaning
            or names.setdefault(meaning.head.name, meaning.head) != meaning.head
        ):
            raise DefinitionError(f"{meaning.head.name} has two meanings")
    done: set[Head] = set()

    def visit(head: Head, path: tuple[Head, ...]) -> None:
        if head in path:
            raise DefinitionError(f"{head.name} is defined in a circle")
        if head in done or head not in table:
            return
        for used in uses(table[head]):
            visit(used, (*path, head))
        done.add(head)

    for head in table:
        visit(head, ())
    return table


def uses(meaning: Meaning) -> dict[Head, None]:
    """The heads on which a meaning rests, without its own parameters and its own earlier steps."""
    own = {meaning.head, *(meaning.parameters if isinstance(meaning, Definition) else ())}
    bodies = [meaning.body] + ([meaning.initial] if isinstance(meaning, Recurrence) else [])
    return {head: None for body in bodies for head in heads(body) if head not in own}


def reachable(expr: Expr, meanings: Mapping[Head, Meaning]) -> tuple[Meaning, ...]:
    """The meanings that an expression needs to be understood, each after those it rests on."""
    found: dict[Head, None] = {}

    def visit(head: Head) -> None:
        if head in meanings and head not in found:
            for used in uses(meanings[head]):
                visit(used)
            found[head] = None

    for head in heads(expr):
        visit(head)
    return tuple(meanings[head] for head in found)
