"""The values accepted from outside: integers and exact SymPy scalars, and nothing that would have to be evaluated.

We trust these parts of SymPy (tests: `test_sympy_at_the_door`):

- A scalar that SymPy builds with +, *, / and powers has the value of what was written, if the assumptions declared for
  its symbols are true. `well_defined` makes sure that they are.
- `xreplace`, `subs` with numbers and `factorial2` compute correctly.

Everything else that SymPy can build is refused where scalars and indices are read. We also trust
python-flint's arithmetic of polynomials, their greatest common divisors included, and its ranks of matrices.
"""

from __future__ import annotations

import sympy
from sympy.core.numbers import Half

#: The classes of exact SymPy scalars and their parts. Those that a division by zero gives are refused in `scalars`.
#: Subclasses are refused, since they could override methods.
PARTS = {sympy.Symbol, sympy.Add, sympy.Mul, sympy.Pow, sympy.Integer, sympy.Rational, Half}
PARTS |= {type(one) for one in (sympy.S.Zero, sympy.S.One, sympy.S.NegativeOne)}
PARTS |= {type(one) for one in (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo)}


def exact(value: object) -> sympy.Expr:
    """Return a size, index, bound, exponent or scalar as an exact SymPy scalar.

    Raises TypeError for anything but an integer or an exact SymPy scalar. Strings are refused, although SymPy
    would evaluate them, and 0.5 is not read as 1/2.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return sympy.Integer(value)
    waiting = [value]
    for part in waiting:
        if type(part) not in PARTS:
            raise TypeError(
                f"{type(part).__name__} is no integer and no exact SymPy scalar, as sympy.Rational(1, 2) is"
            )
        waiting.extend(part.args)  # type: ignore[attr-defined]
    return value
