"""Immutable objects whose fields have exactly their declared types.

A proof is data that anyone may write, and the checker reads its fields. So every field is converted when the object is
made: a list becomes a tuple, an integer becomes an exact scalar or an expression. A field that is declared as a class
accepts no other class, not even a subclass, which could override methods. An expression is of one of
the classes in `expressions.NODES`. A copy is the object itself, and an object that is read from a file is made anew: so
none comes about in which other fields stand than those that were converted. One whose fields were refused, or
are still being converted, may be in somebody's hands, who called its class's `__new__` and then `__init__`: it is never
`finished`, and `class_of` does not know it. Nor is one whose `__init__` is called again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from types import UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

import sympy

from .exact import Made, class_of, exact

Form = Callable[[Any], Any]


def _integer(value: object) -> int:
    if not (number := exact(value)).is_Integer:
        raise TypeError(f"{number} is no integer")
    return int(number)


#: For each declared type, the function that converts a value to it. Other files add their types, as `expressions` does.
FORMS: dict[object, Form] = {sympy.Expr: exact, int: _integer}
FORMS[sympy.Integer] = lambda value: exact(_integer(value))
FORMS[sympy.Symbol] = lambda value: exact(_of(value, (sympy.Symbol,)))


class Immutable(metaclass=Made):
    """The base of dataclasses whose fields are converted and checked when an object is made."""

    finished = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "finished", False)
        for name, form in _forms(type(self)):
            object.__setattr__(self, name, form(getattr(self, name)))
        self.complete()

    def complete(self) -> None:
        """Raise unless the converted fields fit together; here those that may be left out are filled in."""

    def __deepcopy__(self, _: object = None) -> Self:
        return self

    __copy__ = __deepcopy__

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), self.contents

    def __setstate__(self, _: object) -> None:
        raise TypeError(f"a {type(self).__name__} is made of its fields, which are converted")

    @property
    def contents(self) -> tuple[object, ...]:
        """What stands in its fields, in their order."""
        return tuple(getattr(self, name) for name, _ in _forms(type(self)))


def _forms(made: Any) -> tuple[tuple[str, Form], ...]:
    """Return the form of each field. A class keeps its own: in a table, one that equals it could take its place."""
    if (known := vars(made).get("_kept_forms")) is None:
        hints = get_type_hints(made)
        made._kept_forms = known = tuple((one.name, form_of(hints[one.name])) for one in fields(made))
    return known


def form_of(hint: Any) -> Form:
    """Return the function that converts a value to a declared type, and raises TypeError if it is of another type."""
    if hint in FORMS:
        return FORMS[hint]
    parts = get_args(hint)
    if get_origin(hint) is tuple and parts[-1] is ...:
        each = form_of(parts[0])
        return lambda values: tuple(each(value) for value in values)
    if get_origin(hint) is tuple:
        return _tuple(tuple, (form_of(part) for part in parts))
    if hasattr(hint, "_fields"):  # a named tuple
        return _tuple(hint._make, (form_of(one) for one in get_type_hints(hint).values()))
    if isinstance(hint, UnionType):
        return lambda value: form_of(type(_of(value, parts)))(value)
    if type(hint) in (type, Made):
        return lambda value: _of(value, (hint,))
    return lambda value: value  # an abstract class, a protocol or a mapping is checked by the code that reads it


def _tuple(make: Callable[[Any], Any], forms: Iterable[Form]) -> Form:
    each = tuple(forms)
    return lambda values: make([form(value) for form, value in zip(each, values, strict=True)])


def _of(value: object, types: tuple[Any, ...]) -> object:
    if class_of(value) not in types:
        names = " or ".join(one.__name__ for one in types)
        raise TypeError(f"{type(value).__name__} stands where {names} is needed; of y[i], y is the Name and i an index")
    return value
