"""Functions in which SymPy evaluates, also where they are called inside of `with sympy.evaluate(False)`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import sympy

P = ParamSpec("P")
R = TypeVar("R")


def evaluated(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function with SymPy's evaluation turned on while it runs: 1 + 2 is 3 then.

    Sizes, bounds and exponents are compared, which those that are not evaluated cannot be. What is handed in stays as
    it was written.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with sympy.evaluate(True):
            return function(*args, **kwargs)

    return run
