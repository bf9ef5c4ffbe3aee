"""The values accepted from outside: integers and exact SymPy scalars, and nothing that would have to be evaluated.

We trust these parts of SymPy (tests: `test_sympy_at_the_door`):

- A scalar that SymPy builds with +, *, / and powers has the value of what was written, if the assumptions declared for
  its symbols are true. `well_defined` makes sure that they are.
- `xreplace`, `subs` with numbers and `factorial2` compute correctly.
- Its table of results (`cacheit`) holds what it computed. Who hands SymPy itself, not gdssm, an object that says that
  it equals another can spoil this table for the whole process: then k - m may be 0 from there on.

Everything else that SymPy can build is refused where scalars and indices are read. We also trust
python-flint's arithmetic of polynomials, their greatest common divisors included, and its ranks of matrices.
"""

from __future__ import annotations

from abc import ABCMeta
from math import gcd
from typing import Any

import sympy
from sympy.core.numbers import Half
from sympy.core.singleton import Singleton

#: The classes of exact SymPy scalars and their parts. Those that a division by zero gives are refused in `scalars`.
#: Subclasses are refused, since they could override methods.
NUMBERS = frozenset({sympy.Integer, sympy.Rational, Half}).union(type(sympy.Integer(number)) for number in (0, 1, -1))
JOINED, POLES = frozenset({sympy.Add, sympy.Mul, sympy.Pow}), (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo)
PARTS = NUMBERS.union({sympy.Symbol}, JOINED, (type(pole) for pole in POLES))
#: How deep a scalar may be nested, as SymPy and the core go down by recursion, and how many parts are in one depth.
DEEPEST_SCALAR, MOST_PARTS = 200, 100_000


class Made(type):
    """The class of the classes of `Immutable` objects: only what is made by a call of its class is `finished`.

    One that was made in parts, by `__new__` and then `__init__`, could be seen, and keep what was derived from its
    fields, before they were converted.
    """

    def __call__(cls, *args: Any, **named: Any) -> Any:
        made = super().__call__(*args, **named)
        vars(made)["finished"] = type(made) is cls
        return made


def class_of(value: object) -> type:
    """Return the class of a value, to be looked up among listed ones; `object`, if it could say that it equals another.

    A class is asked whether it equals another one if its own class, a metaclass, defines that. `object` stands for an
    `Immutable` object that is not finished, too.
    """
    kind = type(value)
    plain = type(kind) is type or type(kind) is ABCMeta or type(kind) is Made or type(kind) is Singleton
    return kind if plain and getattr(value, "finished", True) else object


def exact(value: Any) -> sympy.Expr:
    """Return a size, index, bound, exponent or scalar as an exact SymPy scalar.

    Raises TypeError for anything but an integer or an exact SymPy scalar. Strings are refused, although SymPy
    would evaluate them, and 0.5 is not read as 1/2. SymPy has constructors that give 2/-6, a symbol that is called by a
    text with methods of its own, or a product without factors: these are refused, too.
    """
    if type(value) is int:
        return sympy.Integer(value)
    level, depth = [value], 0
    while 0 < len(level) <= MOST_PARTS and depth <= DEEPEST_SCALAR:
        for part in level:
            if (kind := class_of(part)) not in PARTS:
                raise TypeError(f"{kind.__name__} is no integer and no exact SymPy scalar, as sympy.Rational(1, 2) is")
            args, p, q, name = (getattr(part, field, None) for field in ("args", "p", "q", "name"))
            parts = len(args) if kind in JOINED and type(args) is tuple and hasattr(part, "is_commutative") else 0
            if type(args) is not tuple or (kind in JOINED and (parts < 2 or (kind is sympy.Pow and parts > 2))):
                raise TypeError(f"SymPy's constructor gives no {kind.__name__} of these parts")
            if kind in NUMBERS and not (type(p) is type(q) is int and q > 0 and gcd(p, q) == 1):
                raise TypeError("a fraction is not in lowest terms over a positive number")
            if kind is sympy.Symbol and type(name) is not str:
                raise TypeError(f"the name of a symbol is a {type(name).__name__}")
        level, depth = [one for part in level for one in part.args], depth + 1
    if level:
        raise TypeError(f"a scalar is nested more than {DEEPEST_SCALAR} deep, or of more than {MOST_PARTS:,} parts")
    return value
