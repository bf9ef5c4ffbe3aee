"""Numbers that are positive at all sizes, by the signs of the terms of a polynomial.

Write a polynomial in sizes and scalars in terms of the sizes minus their least values. It is positive if

- no coefficient is negative,
- scalars that may be negative occur only to even powers, and
- one term is left when every variable that may be 0 is set to 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import flint
import sympy

from gdssm_symbolic.kernel.definitions import Source, unfold
from gdssm_symbolic.kernel.expressions import Expr, ShapeError
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import floor
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import ProofError, Proposition
from gdssm_symbolic.kernel.theorem import Ledger
from gdssm_symbolic.kernel.work import Work

from .certificates import UNIT, CertificateError
from .conversions import polynomial, ring
from .functions import WithFunctions

FILE = "extensions/positivity.py"

POSITIVE = Rule(
    "positive-coefficients",
    "a polynomial is positive if, with each size written as its least value plus a number ≥ 0, all its terms are ≥ 0 "
    "and one of them is > 0 when all these numbers are 0",
    FILE,
)


@dataclass(frozen=True)
class Positive(Proposition):
    """number > 0 at all sizes, for all values of the scalars that are ≥ 0 (`nonnegative`) or ≠ 0 (`nonzero`)."""

    number: Expr
    nonnegative: tuple[sympy.Symbol, ...] = ()
    nonzero: tuple[sympy.Symbol, ...] = ()

    def complete(self) -> None:
        if not self.number.is_scalar:
            raise ShapeError("only a number is positive")
        signed = (*self.nonnegative, *self.nonzero)
        if len(set(signed)) < len(signed) or any(symbol.is_integer for symbol in signed):
            raise ProofError("a scalar, which is no size, is ≥ 0 or ≠ 0")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.number,)

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return super().free.union(self.nonnegative, self.nonzero)


@dataclass(frozen=True)
class Positivity(Immutable):
    """A proof that a number is positive, by the signs of its coefficients as a polynomial once names are replaced."""

    statement: Positive
    by: tuple[Source, ...] = ()


def check_positivity(ledger: Ledger, proof: Positivity) -> None:
    """Check that a number is positive.

    number, sources put in, is a sum of terms ≥ 0, one of them > 0 (`require_positive`)
    ───────────────────────────────────────────────────────────────────────────────
                                number > 0
    """
    ledger.sources(proof.by)
    number = unfold(proof.statement.number, proof.by, ledger.work)
    ledger.gate(number)
    require_positive(number, proof.statement, ledger.work)
    ledger.used.add(POSITIVE)


def require_positive(number: Expr, statement: Positive, work: Work) -> None:
    """Raise CertificateError unless the number, with all names replaced, is shown to be positive as stated."""
    terms, symbols = shifted_terms(number, work)
    may_vanish = [k for k, s in enumerate(symbols) if s not in statement.nonzero]
    for k, symbol in enumerate(symbols):
        if not symbol.is_integer and symbol not in (*statement.nonnegative, *statement.nonzero):
            raise CertificateError(f"nothing is said of the sign of {symbol}")
        if symbol in statement.nonzero and any(powers[k] % 2 for powers in terms):
            raise CertificateError(f"an odd power of {symbol}, which may be negative")
    if any(value < 0 for value in terms.values()):
        raise CertificateError("a term is negative")
    if not any(all(powers[k] == 0 for k in may_vanish) for powers in terms):
        raise CertificateError("every term may be 0")


def shifted_terms(
    number: Expr, work: Work | None = None
) -> tuple[dict[tuple[int, ...], flint.fmpq], list[sympy.Symbol]]:
    """Return the terms of a polynomial, with sizes minus their least values as variables, and its symbols."""
    core = WithFunctions(number, work)
    form = core.normalise(number, core.scope)
    if not form.is_number:
        raise CertificateError("a number is needed, in one piece")
    ((terms,),) = form.blocks
    if set(terms) - {UNIT}:
        raise CertificateError("a name is left that is not replaced by what it is")
    coefficient = terms.get(UNIT, core.scalars.zero)
    if not coefficient.denom.is_constant():
        raise CertificateError("a polynomial is needed, and this is none")
    symbols = [symbol for symbol in core.scalars.symbols if symbol.name != "%"]
    context = ring(len(symbols) + 1)
    value = polynomial(coefficient.numer.terms(), context)
    lows = [floor(symbol) or 0 if symbol.is_integer else 0 for symbol in symbols]
    if any(symbol.is_integer and floor(symbol) is None for symbol in symbols):
        raise CertificateError("a size without a least value")
    core.work.spend(len(value) * (1 + value.total_degree()) ** 2)  # to shift the sizes
    for powers in value.monoms():  # and so many terms come of one
        core.work.spend(prod(1 + int(power) for power, low in zip(powers, lows, strict=False) if low))
    moved = value.compose(*(gen + low for gen, low in zip(context.gens(), [*lows, 0], strict=True)), ctx=context)
    return {tuple(int(power) for power in powers): c for powers, c in moved.to_dict().items()}, symbols
