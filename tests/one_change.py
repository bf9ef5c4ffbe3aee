"""Every change of one thing in a proof, or in what a name means: both are data.

A sign, a factor, an exponent, an index, a bound, a transpose, the order of two factors, a name, a number, or something
is left out. The shape of what is changed stays. `mutants` makes twins of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import sympy

from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Expr,
    Mul,
    Name,
    Power,
    Scalar,
    ShapeError,
    Sum,
    Transpose,
    Zero,
    free_symbols,
    names,
)
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.theorem import Theorem

#: The fields of a meaning that say what its name stands for.
BODIES: dict[type, tuple[str, ...]] = {Definition: ("body",), Recurrence: ("body", "initial"), Mean: ("body",)}

Path = tuple[int | str, ...]


class Change(NamedTuple):
    """Another part at one place of a proof, or of a meaning."""

    kind: str
    path: Path
    value: Any


def changes_in(made: Any, alike: Alike) -> Iterator[Change]:
    """Every change of one thing in a proof, whose meanings and lemmas stay as they are, or in a meaning."""
    roots = [()] if not isinstance(made, Meaning) else [(key,) for key in BODIES.get(type(made), ())]
    for root in roots:
        for path, part in _places(_part(made, root), root):
            for kind, below, value in _changes(part, alike):
                yield Change(kind, (*path, *below), value)


def _places(made: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every part that is written down in place, with the way to it."""
    yield path, made
    if isinstance(made, Theorem | Meaning | Name) or not isinstance(made, tuple | Immutable):
        return
    for key, part in parts_of(made):
        if not isinstance(made, Expr) or _is_written(part):
            yield from _places(part, (*path, key))


def _is_written(part: Any) -> bool:
    """Is this a part of an expression that is an expression again, or a tuple of them?"""
    return isinstance(part, Expr) or (isinstance(part, tuple) and bool(part) and all(map(_is_written, part)))


def _changes(made: Any, alike: Alike) -> Iterator[Change]:
    """Every change of one thing that is written in this part itself, and not in parts of it."""
    if isinstance(made, Expr):
        for kind, value in _changes_of_expression(made, alike):
            if value != made and value.shape == made.shape:
                yield Change(kind, (), value)
        return
    if not isinstance(made, tuple | Immutable) or isinstance(made, Theorem | Meaning | Name):
        return
    for key, part in parts_of(made):
        if isinstance(part, sympy.Expr) and not isinstance(part, sympy.Symbol):
            for kind, value in _changes_of_number(part, alike):
                yield Change(kind, (key,), value)
        elif type(part) is int:
            yield from (Change("number", (key,), number) for number in (part + 1, part - 1))
        elif type(part) is tuple and key != "steps":
            yield from (Change("left out", (key,), part[:k] + part[k + 1 :]) for k in range(len(part)))


def _changes_of_expression(expr: Expr, alike: Alike) -> Iterator[tuple[str, Expr]]:
    """Of what kind a change is, and what stands there then."""
    if isinstance(expr, Zero):
        return
    yield "sign", -expr
    rows, columns = expr.shape
    if rows == columns != 1:
        yield "transpose", expr.argument if isinstance(expr, Transpose) else expr.T
    match expr:
        case Scalar(value=value):
            yield from ((kind, Scalar(number)) for kind, number in _changes_of_number(value, alike))
        case App(name=name, indices=indices, arguments=arguments):
            for k, index in enumerate(indices):
                for moved in (index + 1, index - 1):
                    yield "index", App(name, (*indices[:k], moved, *indices[k + 1 :]), arguments)
            yield from (("name", App(other, indices, arguments)) for other in alike.names(name))
        case Power(base=base, exponent=exponent):
            yield from (("exponent", Power(base, number)) for number in (exponent + 1, exponent - 1))
        case Sum(body=body, index=index, lower=lower, upper=upper):
            yield "bound", Sum(body, index, lower + 1, upper)
            yield from (("bound", Sum(body, index, lower, end)) for end in (upper + 1, upper - 1))
        case Mul(factors=factors):
            yield "factor", 2 * expr
            for k in range(len(factors)):
                yield from _if_it_fits("left out", factors[:k] + factors[k + 1 :])
            for k in range(1, len(factors)):
                if factors[k - 1].is_scalar or factors[k].is_scalar:
                    continue  # numbers commute
                yield from _if_it_fits("order", (*factors[: k - 1], factors[k], factors[k - 1], *factors[k + 1 :]))
        case Add(terms=terms) if len(terms) > 1:
            yield from (("left out", Add(terms[:k] + terms[k + 1 :])) for k in range(len(terms)))
        case _:
            yield "factor", 2 * expr


def _if_it_fits(kind: str, factors: tuple[Expr, ...]) -> Iterator[tuple[str, Expr]]:
    try:
        yield kind, Mul(factors)
    except ShapeError:
        return


def _changes_of_number(value: sympy.Expr, alike: Alike) -> Iterator[tuple[str, sympy.Expr]]:
    if value == 0:
        yield "number", sympy.Integer(1)
        return
    yield "sign", -value
    yield "factor", 2 * value
    for power in sorted(value.atoms(sympy.Pow), key=str):
        yield "exponent", value.xreplace({power: power.base ** (power.exp + 1)})
    for symbol in sorted(value.free_symbols, key=str):
        yield from (("name", value.xreplace({symbol: other})) for other in alike.symbols(symbol))


class Alike(NamedTuple):
    """The names and the symbols of a theorem: what can stand in the place of one of them."""

    all_names: tuple[Name, ...]
    all_symbols: tuple[sympy.Symbol, ...]

    def names(self, name: Name) -> Iterator[Name]:
        """Other names of this shape."""
        same = name.shape, name.arity, name.takes
        return (one for one in self.all_names if one != name and (one.shape, one.arity, one.takes) == same)

    def symbols(self, symbol: sympy.Symbol) -> Iterator[sympy.Symbol]:
        """Other sizes of a size, other scalars of a scalar."""
        return (s for s in self.all_symbols if s != symbol and s.is_integer == symbol.is_integer)


def alike_in(theorem: Theorem) -> Alike:
    """The names and symbols in the statement and in the meanings of a theorem."""
    exprs = (*theorem.statement.parts, *(body for meaning in theorem.meanings.values() for body in meaning.bodies))
    found = dict.fromkeys(name for expr in exprs for name in names(expr))
    symbols = {symbol for expr in exprs for symbol in free_symbols(expr)}
    return Alike(tuple(found), tuple(sorted(symbols, key=str)))


# ---- data, taken apart and put together ------------------------------------------------------------


def parts_of(made: Any) -> list[tuple[int | str, Any]]:
    """The members of a tuple by number, the fields of a dataclass by name."""
    if isinstance(made, tuple):
        return list(enumerate(made))
    assert is_dataclass(made)
    return [(field.name, getattr(made, field.name)) for field in fields(made) if field.init]


def rebuilt(made: Any, parts: Iterable[Any]) -> Any:
    """The same kind of data with other parts, in the order of `parts_of`."""
    if isinstance(made, tuple) and not hasattr(made, "_fields"):
        return tuple(parts)
    return type(made)(*parts) if isinstance(made, tuple) else type(made)(**dict(zip(_keys(made), parts, strict=True)))


def with_part(made: Any, path: Path, value: Any) -> Any:
    """The same with another part at this place."""
    if not path:
        return value
    parts = dict(parts_of(made))
    parts[path[0]] = with_part(parts[path[0]], path[1:], value)
    return rebuilt(made, parts.values())


def told(path: Path) -> str:
    """The way to a place, as one writes it: steps[0].expr."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".") or "the whole"


def _part(made: Any, path: Path) -> Any:
    for key in path:
        made = dict(parts_of(made))[key]
    return made


def _keys(made: Any) -> list[Any]:
    return [key for key, _ in parts_of(made)]
