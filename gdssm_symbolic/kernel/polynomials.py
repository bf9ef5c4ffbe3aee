"""Convert SymPy's polynomials to those of python-flint, which are faster."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import flint

Polynomial = flint.fmpq_mpoly


def rational(number: Any) -> flint.fmpq:
    """Convert a rational number of Python or SymPy for python-flint."""
    return flint.fmpq(int(number.numerator), int(number.denominator))


def ring(count: int) -> flint.fmpq_mpoly_ctx:
    """Return a polynomial ring in `count` variables; 0 is allowed and gives a ring in one variable."""
    return flint.fmpq_mpoly_ctx.get([f"v{k}" for k in range(max(count, 1))], flint.Ordering.degrevlex)


def polynomial(terms: Iterable[tuple[tuple[int, ...], Any]], context: flint.fmpq_mpoly_ctx) -> Polynomial:
    """Return the polynomial with these terms: exponents of the variables, and a rational number of SymPy or Python."""
    width = context.nvars()
    return context.from_dict({(*powers, *(0,) * (width - len(powers))): rational(c) for powers, c in terms})
