"""The meanings of names: definitions and recurrences, and how they are put into an expression.

A name without a meaning is data: a statement holds for every value of it. `unfold` replaces names by
their meanings, once, wherever the indices are shown to be admissible for all sizes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import sympy

from .expressions import App, Expr, Name, Sum, free_symbols, names, require_shape, substitute, walk
from .immutable import Immutable
from .linear_forms import Linear, OutsideLanguage, Scope, Variable, as_linear, floor, is_plain
from .statements import ProofError, Proposition
from .well_defined import require_declared, require_well_defined
from .work import Work, counter


class DefinitionError(ProofError):
    """Raised if a definition is not well formed or is circular, or if one name has two meanings."""


class Source(Protocol):
    """Something that can replace an application of a name: a definition, a recurrence, a lemma, a hypothesis."""

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols in a replacement that do not come from the replaced expression: η, if D_n := η n."""

    def replacement(self, app: App, scope: Scope, work: Work, /) -> Expr | None: ...


class Meaning(Immutable):
    """What a name stands for. `checker.MEANINGS` lists its kinds; a theorem can contain no other class of meaning."""

    name: Name
    #: The matrix arguments of the name if it is a function; they are bound in the meaning.
    parameters: tuple[Name, ...] = ()

    @property
    def indices(self) -> tuple[sympy.Symbol, ...]:
        """The indices of the name, which are bound in the meaning."""
        return ()

    @property
    def random(self) -> tuple[Name, ...]:
        """The random names in the meaning; they are bound in it."""
        return ()

    @property
    def undefined(self) -> tuple[Name, ...]:
        """The names that must not have a meaning of their own."""
        return ()

    @property
    def together(self) -> tuple[Meaning, ...]:
        """The meanings that are given together with this one, itself included: no name of them has another meaning."""
        return (self,)

    @property
    def left(self) -> App:
        """The left side of the meaning: the name at its indices and parameters."""
        raise NotImplementedError

    @property
    def bodies(self) -> tuple[Expr, ...]:
        """The expressions that the meaning consists of."""
        return ()

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols on which the name depends although they are not written where it is used."""
        return frozenset().union(*(free_symbols(body) for body in self.bodies)).difference(self.indices)

    @property
    def uses(self) -> dict[Name, None]:
        """The names on which the meaning rests, except the name itself (its earlier steps) and its parameters."""
        own = {self.name, *self.parameters}
        return {name: None for body in self.bodies for name in names(body) if name not in own}

    def replacement(self, _app: App, _scope: Scope, _work: Work, /) -> Expr | None:
        """Return what may replace the name at these indices and arguments, or None where the meaning says nothing."""
        return None

    def require_meaningful(self, work: Work, *, everywhere: bool) -> None:
        """Raise OutsideLanguage unless the meaning is well defined wherever it applies."""
        require_well_defined(*self.bodies, everywhere=everywhere, work=work)


@dataclass(frozen=True)
class Definition(Meaning):
    """name[indices](parameters) := body. The parameters are names without indices, bound in the body."""

    name: Name
    body: Expr
    indices: tuple[sympy.Symbol, ...] = ()
    parameters: tuple[Name, ...] = ()

    def complete(self) -> None:
        require_own_indices(self.name, self.indices, self.body)
        require_shape(self.body, self.name.shape, f"what defines {self.name.text}")
        if self.name in names(self.body):
            raise DefinitionError(f"{self.name.text} is defined by itself")
        own = {one.text: one for one in self.parameters}
        if any(one.arity or one.takes for one in self.parameters):
            raise DefinitionError(f"a parameter of {self.name.text} has indices or is a function")
        if len(own) < len(self.parameters) or self.name.takes != tuple(one.shape for one in self.parameters):
            raise DefinitionError(f"the parameters of {self.name.text} are alike, or of other shapes than it takes")
        if any(own.get(name.text, name) != name for name in names(self.body)):
            raise DefinitionError(f"a name in the meaning of {self.name.text} only looks like a parameter")

    @property
    def left(self) -> App:
        return self.name.at(self.indices, tuple(p() for p in self.parameters))

    @property
    def bodies(self) -> tuple[Expr, ...]:
        return (self.body,)

    def replacement(self, app: App, scope: Scope, _work: Work) -> Expr | None:
        if (values := match(self.left, app, scope)) is None:
            return None
        return substitute(self.body, values, dict(zip(self.parameters, app.arguments, strict=True)))


@dataclass(frozen=True)
class Recurrence(Meaning):
    """name[start] := initial and name[n] := body for n > start, where the body may contain name[n - 1].

    The body contains no other step. `indices` are all indices of the name, and `index` is the one that
    counts the steps. If `initial` is name[start] itself, the initial value is data.
    """

    name: Name
    index: sympy.Symbol
    initial: Expr
    body: Expr
    indices: tuple[sympy.Symbol, ...] = ()
    start: int = 0

    def complete(self) -> None:
        object.__setattr__(self, "indices", self.indices or (self.index,))
        if self.index not in self.indices:
            raise DefinitionError(f"one of the indices of {self.name.text} counts its steps")
        require_own_indices(self.name, self.indices, self.body, self.initial)
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
    def bodies(self) -> tuple[Expr, ...]:
        return self.body, self.initial

    def at(self, value: object) -> App:
        return self.name[tuple(value if symbol == self.index else symbol for symbol in self.indices)]

    def replacement(self, app: App, scope: Scope, _work: Work) -> Expr | None:
        if (values := match(self.at(self.start), app, scope)) is not None:
            return substitute(self.initial, values)
        values = match(self.left, app, scope)
        if values is None or not scope.at_least(as_linear(values[self.index]), self.start + 1):
            return None
        return substitute(self.body, values)

    def require_meaningful(self, work: Work, *, everywhere: bool) -> None:
        """Raise OutsideLanguage unless the start, and the step at every index from start + 1 on, are well defined.

        The declared least value of the index must not be above start + 1. An initial value that is not data must not
        depend on the index.
        """
        require_declared(self.index, Linear((), self.start + 1), Scope({}, {}))
        if self.index in free_symbols(self.initial) and not self.starts_from_data:
            raise OutsideLanguage(f"the start of {self.name.text} depends on {self.index}")
        require_well_defined(self.body, floors={self.index: self.start + 1}, everywhere=everywhere, work=work)
        require_well_defined(self.initial, everywhere=everywhere, work=work)


def admissible(value: sympy.Expr, symbol: sympy.Symbol, scope: Scope) -> bool:
    """Return whether the value is shown to be admissible for the symbol, as it is declared, at all sizes.

    False if the symbol has assumptions that are not in PLAIN. A scalar symbol admits every value. Raises
    OutsideLanguage if the symbol is an integer and the value is no integer-linear form.
    """
    if not (is_plain(symbol) and symbol.is_integer):
        return is_plain(symbol)
    low, form = floor(symbol), as_linear(value)
    return low is None or scope.at_least(form, low)


def match(left: App, app: App, scope: Scope) -> dict[sympy.Symbol, sympy.Expr] | None:
    """Return the values of symbols that turn the indices of `left` into those of `app`.

    D_{q,q+1} matches D_{3,4} with q = 3, if 3 is an admissible value of q. None if there are no such values, or if the
    names differ.
    """
    if app.name != left.name:
        return None
    values: dict[sympy.Symbol, sympy.Expr] = {}
    for pattern, value in zip(left.indices, app.indices, strict=True):
        if pattern.is_Symbol and not (values.setdefault(pattern, value) == value and admissible(value, pattern, scope)):
            return None
    return values if tuple(pattern.xreplace(values) for pattern in left.indices) == app.indices else None


def unfold(expr: Expr, sources: Iterable[Source], work: Work | None = None) -> Expr:
    """Replace every application that a source can replace: one pass for each source, innermost applications first."""
    work = counter(work)
    for source in sources:
        work.spend(expr.nodes)
        expr = _unfold(expr, source, Scope.of(free_symbols(expr)), work)
    return expr


def _unfold(expr: Expr, source: Source, scope: Scope, work: Work) -> Expr:
    inside = scope
    if isinstance(expr, Sum):
        inside = scope.within(Variable(expr.index.name), as_linear(expr.lower), as_linear(expr.upper))
    built = expr.mapped(lambda child: _unfold(child, source, inside, work)) if expr.children else expr
    if not isinstance(built, App) or (replaced := source.replacement(built, scope, work)) is None:
        return built
    if captured := scope.binds(source.free):
        raise DefinitionError(f"{built.name.text} depends on a symbol {captured.pop()} that a sum around it binds")
    work.spend(replaced.nodes)  # it may be put into the next one around it, and double there
    return replaced


def require_own_indices(name: Name, indices: tuple[sympy.Symbol, ...], *bodies: Expr) -> None:
    """Raise DefinitionError unless the indices are distinct integer symbols, as many as the arity of the name.

    In the meaning, no sum may bind a symbol with the name of an index, and no free symbol may have the name of an index
    without being that index.
    """
    own = {symbol.name for symbol in indices}
    if len(own) != len(indices) or len(indices) != name.arity or not all(s.is_integer for s in indices):
        raise DefinitionError(f"{name.text} needs {name.arity} distinct integer symbols, as in indices=(i,)")
    if any(isinstance(node, Sum) and node.index.name in own for body in bodies for node in walk(body)):
        raise DefinitionError(f"a sum in the meaning of {name.text} binds its own index")
    if any(symbol.name in own for body in bodies for symbol in free_symbols(body) - set(indices)):
        raise DefinitionError(f"a symbol in the meaning of {name.text} only looks like its index")


def consistent(meanings: Iterable[Meaning]) -> dict[Name, Meaning]:
    """Return the meanings by name, with all that are given together with them.

    Raises DefinitionError if a name has two meanings, if a name that must be undefined has a meaning, or if meanings
    are circular.
    """
    table: dict[Name, Meaning] = {}
    for meaning in (one for given in meanings for one in given.together):
        if table.setdefault(meaning.name, meaning) != meaning:
            raise DefinitionError(f"{meaning.name.text} has two meanings")
    for name, meaning in table.items():
        if defined := set(meaning.undefined) & set(table):
            raise DefinitionError(f"{defined.pop().text} is defined, but {name.text} is for one that is open")
        if name in _reached(meaning.uses, table):
            raise DefinitionError(f"{name.text} is defined in a circle")
    return table


def _reached(names: Iterable[Name], table: Mapping[Name, Meaning], assumed: Collection[set[Name]] = ()) -> set[Name]:
    """Return the names, all names in or given with their meanings, and all that an assumption links to them."""
    found: set[Name] = set()
    waiting = list(names)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(n for m in (table[name].together if name in table else ()) for n in (m.name, *m.uses))
            waiting.extend(other for linked in assumed if name in linked for other in linked)
    return found


def require_no_capture(table: Mapping[Name, Meaning], assumed: Iterable[Proposition] = ()) -> None:
    """Raise DefinitionError if a meaning binds a symbol or name on which a name in it depends.

    Let the meaning of F contain the name K. F must not bind a symbol or name that is free in the meaning of K, or in
    the meaning of a name on which K depends. Example: with K := n, F_n := K is refused, since n is free in K and bound
    in F. In an assumed statement, each name counts as depending on all the others: with K := n, if M = K is assumed,
    F_n := M is refused as well.
    """
    links = [{name for part in statement.parts for name in names(part)} for statement in assumed]
    for meaning in table.values():
        sums = [node.index for body in meaning.bodies for node in walk(body) if isinstance(node, Sum)]
        bound = {one.name for one in (*meaning.indices, *sums)} | {one.text for one in meaning.parameters}
        written = {name for name in meaning.uses if name in table}
        direct = {name for linked in links if linked & set(meaning.uses) for name in linked}
        behind = _reached((*written, *direct), table, links)
        meant = [table[name] for name in behind if name in table]
        hidden = {name.text for name in behind}.union(symbol.name for one in meant for symbol in one.free)
        if clash := bound & hidden:
            raise DefinitionError(f"{meaning.name.text} binds {clash.pop()}, on which what it is made of depends")
