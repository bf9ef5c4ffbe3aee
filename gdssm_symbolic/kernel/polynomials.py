"""Between SymPy's polynomials and python-flint's, which are quicker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import flint

Polynomial = flint.fmpq_mpoly


def rational(number: Any) -> flint.fmpq:
    """A rational number of Python or SymPy for python-flint."""
    return flint.fmpq(int(number.numerator), int(number.denominator))


def ring(count: int) -> flint.fmpq_mpoly_ctx:
    """A polynomial ring in so many variables; it may be none."""
    return flint.fmpq_mpoly_ctx.get([f"v{k}" for k in range(max(count, 1))], flint.Ordering.degrevlex)


def polynomial(terms: Iterable[tuple[tuple[int, ...], Any]], context: flint.fmpq_mpoly_ctx) -> Polynomial:
    """The polynomial with these terms: exponents of the variables, and a rational number of SymPy or Python."""
    width = context.nvars()
    return context.from_dict({(*powers, *(0,) * (width - len(powers))): rational(c) for powers, c in terms})
