"""What comes in from outside: integers and SymPy's exact objects, and nothing that would have to be evaluated.

We trust these parts of SymPy (tests: `test_sympy_at_the_door`). The scalars that it builds of +, *, / and powers have
the values of what was written, for symbols of which it is told no more than holds (`well_defined` sees to that).
`xreplace`, `subs` of numbers, `factorial2` and `FracField` compute right. Whatever else it can build is refused where
scalars and indices are read. Of python-flint: the arithmetic of polynomials, ranks.
"""

from __future__ import annotations

import sympy
from sympy.core.numbers import Half

#: What exact scalars are made of, and what SymPy makes of a division by zero, of which `scalars` complains. A class
#: derived from one of these might say something else of itself.
PARTS = {sympy.Symbol, sympy.Add, sympy.Mul, sympy.Pow, sympy.Integer, sympy.Rational, Half}
PARTS |= {type(one) for one in (sympy.S.Zero, sympy.S.One, sympy.S.NegativeOne)}
PARTS |= {type(one) for one in (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo)}


def exact(value: object) -> sympy.Expr:
    """A size, index, bound, exponent or scalar: an integer or an exact SymPy scalar.

    Raises TypeError for anything else: no string is evaluated, as SymPy does, and 0.5 is not said to be 1/2.
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
