"""What names stand for: definitions, recurrences, and their use inside an expression.

A name without a definition is data: the statement holds for every value of it. `unfold` replaces
names by what they stand for, once, wherever the indices are shown to be admissible for all sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import sympy

from gdssm_symbolic.extensions.laws import Law, Normal, Uniform
from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Name,
    Scalar,
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
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope, as_linear, floor, is_plain
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


@dataclass(frozen=True)
class Definition(Immutable):
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
        """The symbols on which the name depends besides its own indices."""
        return free_symbols(self.body) - set(self.indices)

    def replacement(self, app: App, scope: Scope) -> Expr | None:
        if app.name != self.name:
            return None
        for symbol, value in zip(self.indices, app.indices, strict=True):
            if not admissible(value, symbol, scope):
                return None
        symbols = dict(zip(self.indices, app.indices, strict=True))
        return substitute(self.body, symbols, dict(zip(self.parameters, app.arguments, strict=True)))


@dataclass(frozen=True)
class Recurrence(Immutable):
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


class _NotWrittenOut:
    """A meaning for which no expression can be put."""

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return frozenset()

    def replacement(self, _app: App, _scope: Scope) -> Expr | None:
        return None


@dataclass(frozen=True)
class Mean(_NotWrittenOut, Immutable):
    """name := E[body], where the entries of the names in `laws` are independent, each with its law.

    The random names are bound: outside they may mean anything. What the number is, only a theorem says. The members of
    `units` are unit vectors, as in `UnitVectors`; their indices are any numbers, and may be equal.
    """

    name: Name
    body: Expr
    laws: tuple[tuple[Name, Law], ...]
    units: Name | None = None  # unit vectors in the body, which are not random
    indices: tuple[sympy.Symbol, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        require_shape(self.name(), (sympy.Integer(1), sympy.Integer(1)), "a mean")
        require_shape(self.body, (sympy.Integer(1), sympy.Integer(1)), f"what {self.name.text} is the mean of")
        random = [name for name, _ in self.laws]
        if any(name.takes for name in random):
            raise DefinitionError(f"a function has a law in the mean {self.name.text}")
        known = [*random, *([] if self.units is None else [self.units])]
        for name in names(self.body):
            if name not in known:
                raise DefinitionError(f"{name.text} has no law in the mean {self.name.text}")
        if len({name.text for name in known}) < len(known):
            raise DefinitionError(f"a name has two laws, or two names are alike, in the mean {self.name.text}")

    @property
    def left(self) -> App:
        return self.name()

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return free_symbols(self.body).union(*(law.free for _, law in self.laws))


@dataclass(frozen=True)
class UnitVectors(_NotWrittenOut, Immutable):
    """name[a] is the vector of R^f whose entry number a is 1 and whose other entries are 0; it is 0 if a > f."""

    name: Name
    index: sympy.Symbol = field(default=sympy.Symbol("a", integer=True))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name.arity != 1 or self.name.shape[1] != 1:
            raise DefinitionError(f"unit vectors are a family of vectors, and {self.name.text} is none")

    @property
    def left(self) -> App:
        return self.name[self.index]

    @property
    def indices(self) -> tuple[sympy.Symbol, ...]:
        return (self.index,)


@dataclass(frozen=True)
class GradientOf(_NotWrittenOut, Immutable):
    """`name` is the gradient of a function, of which nothing else is known, in its first argument; g′, say, of g."""

    name: Name
    function: Name
    indices: tuple[sympy.Symbol, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.function.takes or self.function.arity or self.function.shape != (1, 1):
            raise DefinitionError(f"{self.function.text} is no number that depends on a matrix")
        if (self.name.takes, self.name.arity, self.name.shape) != (self.function.takes, 0, self.function.takes[0]):
            raise DefinitionError(f"{self.name.text} has not the shape of a gradient of {self.function.text}")

    @property
    def left(self) -> App:
        letters = ("u", "v", "w", *(f"w_{k}" for k in range(len(self.name.takes))))
        return self.name(*(Name(letter, shape)() for letter, shape in zip(letters, self.name.takes, strict=False)))


Meaning = Definition | Recurrence | Mean | UnitVectors | GradientOf


def require_meaningful(meaning: Meaning, work: Work | None = None, *, everywhere: bool = False) -> None:
    """OutsideLanguage unless the meaning is well defined wherever it is said to be one.

    A recurrence says what a name is at its start, and after it: there its index is what it is declared to be.
    """
    match meaning:
        case Definition():
            require_well_defined(meaning.body, everywhere=everywhere, work=work)
        case Recurrence(index=index, start=start):
            low = floor(index)
            if low is not None and low > start + 1:
                raise OutsideLanguage(f"{index} is declared to be at least {low}, and counts steps from {start + 1} on")
            if index in free_symbols(meaning.initial) and not meaning.starts_from_data:
                raise OutsideLanguage(f"the start of {meaning.name.text} depends on {index}")
            require_well_defined(meaning.body, floors={index: start + 1}, everywhere=everywhere, work=work)
            require_well_defined(meaning.initial, everywhere=everywhere, work=work)
        case Mean():
            numbers = [Scalar(law.scale) for _, law in meaning.laws if isinstance(law, Uniform | Normal)]
            require_well_defined(meaning.body, *numbers, everywhere=everywhere, work=work)


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
        inside = scope.within(expr.index.name, as_linear(expr.lower), as_linear(expr.upper))
    built = rebuild(expr, tuple(_unfold(child, source, inside) for child in children(expr)))
    if not isinstance(built, App) or (replaced := source.replacement(built, scope)) is None:
        return built
    if captured := {s.name for s in source.free} & set(scope.ranges):
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
        if isinstance(meaning, GradientOf) and meaning.function in table:
            raise DefinitionError(f"{meaning.function.text} is defined: its gradient is to be proved")
        if name in _reached(uses(meaning), table):
            raise DefinitionError(f"{name.text} is defined in a circle")
    return table


def _reached(names: Iterable[Name], table: Mapping[Name, Meaning]) -> set[Name]:
    """The names, and all that their meanings rest on."""
    found: set[Name] = set()
    waiting = list(names)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(uses(table[name]) if name in table else ())
    return found


def require_no_capture(table: Mapping[Name, Meaning]) -> None:
    """DefinitionError if a meaning binds what is free behind a name in it: F_n := K, with K := n for one n."""
    for meaning in table.values():
        sums = [node.index for body in bodies(meaning) for node in walk(body) if isinstance(node, Sum)]
        parameters = meaning.parameters if isinstance(meaning, Definition) else ()
        bound = {one.name for one in (*meaning.indices, *sums)} | {one.text for one in parameters}
        written = [table[name] for name in uses(meaning) if name in table]
        behind = _reached((name for one in written for name in uses(one)), table)
        meant = (*written, *(table[name] for name in behind if name in table))
        hidden = {name.text for name in behind}.union(symbol.name for one in meant for symbol in one.free)
        if clash := bound & hidden:
            raise DefinitionError(f"{meaning.name.text} binds {clash.pop()}, on which what it is made of depends")


def uses(meaning: Meaning) -> dict[Name, None]:
    """The names on which a meaning rests, without its own parameters and its own earlier steps."""
    if isinstance(meaning, Mean | UnitVectors):
        return {}  # all names in a mean are bound
    if isinstance(meaning, GradientOf):
        return {meaning.function: None}
    own = {meaning.name, *(meaning.parameters if isinstance(meaning, Definition) else ())}
    return {name: None for body in bodies(meaning) for name in names(body) if name not in own}


def bodies(meaning: Meaning) -> list[Expr]:
    """The expressions of which a meaning is made."""
    return [getattr(meaning, part) for part in ("body", "initial") if hasattr(meaning, part)]
