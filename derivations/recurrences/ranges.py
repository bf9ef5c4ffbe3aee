"""What is known of a whole number in a formula where the indices of the sums around it are in their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import reduce
from typing import TypeAlias

import sympy

from gdssm_symbolic.kernel.expressions import Expr, Scalar, Sum, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope, Variable, as_linear
from gdssm_symbolic.kernel.well_defined import require_well_defined

from .grammar import FormulaError, Node

#: The bounds of the indices around, the innermost last.
Ranges: TypeAlias = Mapping[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]]


def at_least(form: sympy.Expr, low: int, ranges: Ranges) -> bool:
    """Whether a linear form is shown to be at least so much."""
    return _scope(form, ranges).at_least(as_linear(form), low)


def differs_from_0(number: sympy.Expr, ranges: Ranges) -> bool:
    """Whether a number made of whole numbers is shown not to be 0."""
    with suppress(OutsideLanguage):
        if at_least(number, 1, ranges) or at_least(-number, 1, ranges):
            return True
    scope = _scope(number, ranges)
    least = {index: scope.least(as_linear(index)) for index in ranges}
    try:
        require_well_defined(Scalar(1 / number), floors={one: low for one, low in least.items() if low is not None})
    except OutsideLanguage:
        return False
    return True


def summed(expr: Expr, ranges: Ranges) -> Expr:
    """The sum of an expression over all indices."""
    return reduce(lambda body, index: Sum(body, index, *ranges[index]), reversed(list(ranges)), expr)


def _scope(form: sympy.Expr, ranges: Ranges) -> Scope:
    bounds = (bound for pair in ranges.values() for bound in pair)
    scope = Scope.of(form.free_symbols.union(*(one.free_symbols for one in bounds)) - ranges.keys())
    for index, (lower, upper) in ranges.items():
        scope = scope.within(Variable(index.name), as_linear(lower), as_linear(upper))
    return scope


def require_no_power_of_0(node: Node, expr: Expr) -> None:
    """Raise FormulaError if 0 is raised to an index, where another index will be put in, such as t.

    SymPy has 0^t for 0, since t is declared to be ≥ 1; at t = 0 it is 1.
    """
    numbers = (part.value for part in walk(expr) if isinstance(part, Scalar))
    if any(power.base == 0 for number in numbers for power in number.atoms(sympy.Pow)):
        raise FormulaError(f"{node.text}: 0 to a power that is no number stands in sums alone")
