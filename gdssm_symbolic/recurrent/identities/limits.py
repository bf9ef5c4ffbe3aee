"""A limit on how long an equation may get when sums with given bounds and powers of sums are written out."""

from __future__ import annotations

from math import comb, prod

from gdssm_symbolic.kernel.expressions import Add, Blocks, Expr, Power, Sum
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.work import TooMuchWork

#: Terms of a side, written out; more take the proof, or the search for a counterexample, longer than half a minute.
MOST_WRITTEN = 1_024


def require_few_terms(equation: Equation) -> None:
    """Raise TooMuchWork if a side of an equation has many terms when it is written out."""
    if any(_written(side) > MOST_WRITTEN for side in equation.parts):
        raise TooMuchWork(f"a side has more than {MOST_WRITTEN:,} terms when its sums and powers are written out")


def _written(expr: Expr) -> int:
    """At most how many terms an expression has written out; MOST_WRITTEN + 1 if there are more."""
    inside = [_written(part) for part in expr.children]
    match expr:
        case Add():
            count = sum(inside)
        case Power(base=base, exponent=exponent) if exponent.is_Integer:
            terms, times = inside[0], abs(int(exponent))
            several = terms > 1 and times <= MOST_WRITTEN
            if base.is_scalar:  # its terms commute
                count = comb(terms + times - 1, times) if several else terms + (terms > 1) * times
            else:
                count = terms ** min(times, MOST_WRITTEN.bit_length())
        case Sum(lower=lower, upper=upper) if (upper - lower).is_Integer:
            count = inside[0] * max(1, int(upper - lower) + 1)
        case Blocks():
            count = max(inside)
        case _:
            count = prod(inside)
    return min(count, MOST_WRITTEN + 1)
