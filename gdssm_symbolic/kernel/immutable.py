"""What cannot change once it is made, and has in each field what the field's type says, exactly.

A proof is data that anyone writes, and the checker reads its fields. So each field takes its form as the object is
made: a list becomes a tuple, an integer an exact scalar or an expression; and where a class is declared, nothing else
will do, not even a class derived from it, whose methods might say something else (of expressions: `well_defined`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import lru_cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import sympy

from gdssm_symbolic.kernel.exact import exact

Form = Callable[[Any], Any]


def _integer(value: object) -> int:
    number = exact(value)
    if not number.is_Integer:
        raise TypeError(f"{number} is no integer")
    return int(number)


#: How a value of a declared type is brought to its form; `expressions` adds how expressions are.
FORMS: dict[object, Form] = {sympy.Expr: exact, int: _integer, sympy.Integer: lambda value: exact(_integer(value))}


class Immutable:
    """The base of dataclasses whose fields take their form, and are checked, as an object is made."""

    def __post_init__(self) -> None:
        made: Any = type(self)
        for name, form in _forms(made):
            object.__setattr__(self, name, form(getattr(self, name)))


@lru_cache
def _forms(made: Any) -> tuple[tuple[str, Form], ...]:
    hints = get_type_hints(made)
    return tuple((one.name, form_of(hints[one.name])) for one in fields(made))


def form_of(hint: Any) -> Form:
    """How a value is brought to the form of its declared type; it raises TypeError where it has another type."""
    if hint in FORMS:
        return FORMS[hint]
    parts = get_args(hint)
    if get_origin(hint) is tuple and parts[-1] is ...:
        each = form_of(parts[0])
        return lambda values: tuple(map(each, values))
    if get_origin(hint) is tuple:
        return _tuple(tuple, map(form_of, parts))
    if hasattr(hint, "_fields"):  # a named tuple
        return _tuple(hint._make, map(form_of, get_type_hints(hint).values()))
    if isinstance(hint, UnionType):
        return lambda value: _of(value, parts)
    if type(hint) is type:
        return lambda value: _of(value, (hint,))
    return lambda value: value  # an abstract class, a protocol, a mapping: whoever reads it checks it


def _tuple(make: Callable[[Any], Any], forms: Iterable[Form]) -> Form:
    each = tuple(forms)
    return lambda values: make([form(value) for form, value in zip(each, values, strict=True)])


def _of(value: object, types: tuple[Any, ...]) -> object:
    if type(value) not in types:
        names = " or ".join(one.__name__ for one in types)
        raise TypeError(f"{type(value).__name__} stands where {names} is needed")
    return value
