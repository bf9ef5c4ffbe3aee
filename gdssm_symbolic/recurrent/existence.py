"""Are there data at which all that is divided by has a reciprocal or an inverse, at every token?

What is assumed of all tokens may never hold, and then nothing is said by what is proved. That it can hold is shown by
data that are the same at all tokens from the second on: if the states at two tokens are the same, too, they are the
same from then on. If no such data are found, so many tokens are tried, and no more than that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import islice
from operator import mul

import sympy

from gdssm_symbolic.evidence.evaluation import Matrix
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Zero,
    free_symbols,
    names,
    substitute,
)
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.theory.least_squares import t

from .inverses import Inverse
from .refutation import Trial, trials

#: So many tokens are tried, if it is not shown for all, or until a number has so many bits as `refutation` says.
TOKENS = 40
#: Data are the same from token SETTLED on, if not from a later one. So many choices of them are tried.
SETTLED, CHOICES = 2, 200
#: The constants for which such data are sought: with 0 a state forgets, with 1 it keeps.
CONSTANTS = (Fraction(2), Fraction(0), Fraction(1))


def tokens_tried(equation: Equation, meanings: tuple[Meaning, ...], inverses: tuple[Inverse, ...]) -> int | None:
    """Return at how many tokens there are data at which all inverses exist: None for all, 0 if none are found."""
    if not any(one.name.arity for one in inverses):
        return None if any(one.exist() for one in trials(equation, meanings, inverses, Trial)) else 0
    if (compared := states_compared(meanings, inverses)) is not None:
        settled = trials(equation, meanings, inverses, Settled, CONSTANTS)
        if any((one.tried(one.last) or 0) >= one.last and one.repeats(compared) for one in islice(settled, CHOICES)):  # type: ignore[attr-defined]
            return None
    found = (one.tried(TOKENS) for one in trials(equation, meanings, inverses, Trial))
    return next((tokens for tokens in found if tokens), 0)


@dataclass
class Settled(Trial):
    """A trial at data that are the same at all tokens from `settled` on, where some of them are 0."""

    settled: int = field(default=SETTLED, kw_only=True)

    @property
    def last(self) -> int:
        """States are compared at the two tokens up to this one."""
        return self.settled + 2

    def cell(self, name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        if indices and indices[0] >= self.settled:
            indices = self.settled, *indices[1:]
            if self.draw.random() < 1 / 2:
                self.data.setdefault((name, indices), [[Fraction(0)] * columns for _ in range(rows)])
        return super().cell(name, indices, rows, columns)

    def repeats(self, compared: tuple[Expr, ...]) -> bool:
        """Whether expressions have the same values at the last two tokens."""
        evaluate = self.evaluate
        tokens = ({t: sympy.Integer(token)} for token in (self.last - 1, self.last))
        first, second = ([evaluate(substitute(one, token)) for one in compared] for token in tokens)
        return first == second


def states_compared(meanings: Iterable[Meaning], inverses: Iterable[Inverse]) -> tuple[Expr, ...] | None:
    """The states on which inverses rest, and sums over all tokens in them, at t; None if more of t is read than tokens.

    If data are the same at all tokens, these have the same value at all tokens after two at which they have.
    """
    known, divided = {one.name: one for one in meanings}, {one.name: one for one in inverses}
    waiting = [(one.of, t) for one in divided.values()]
    found, compared = set[Name](), list[Expr]()
    while waiting:
        expr, index = waiting.pop()
        sums = [] if isinstance(expr, Zero) else _sums(expr, index, known)
        if sums is None:
            return None
        compared += [substitute(one, {index: t}) for one in sums]
        for name in names(expr).keys() - found:
            found.add(name)
            match known.get(name):
                case Recurrence(start=0) | Joint(start=sympy.Integer()) as state if name.arity == 1:
                    compared.append(name[t])
                    waiting += [(state.initial, index), (state.body, state.index)]
                case Definition(indices=()) as function:
                    waiting.append((function.body, index))
                case UnitVectors() | None:
                    pass
                case _:
                    return None
    return tuple(compared)


def _sums(expr: Expr, index: sympy.Symbol, known: Mapping[Name, Meaning]) -> list[Sum] | None:
    """The sums over all tokens up to an index, if it stands in their bounds and in indices of data and states alone."""
    found = list[Sum]()
    for part in _parts(expr, index):
        match part:
            case Sum() if _depends(index, part.lower, part.upper):
                if not _adds_a_token(part, index, known):
                    return None
                found.append(part)
            case App(name=name, indices=(first, *others)) if _depends(index, first):
                near = first - index in (-1, 0, 1) and not _depends(index, *others)
                if not near or isinstance(known.get(name), UnitVectors):
                    return None
            case App(indices=indices) if _depends(index, *indices):
                return None
            case Scalar(value=number) | Power(exponent=number) if _depends(index, number):
                return None
    return found


def _adds_a_token(total: Sum, index: sympy.Symbol, known: Mapping[Name, Meaning]) -> bool:
    """Whether a sum up to an index is a constant multiple of that up to the last, and what the next token adds.

    Its terms do not depend on the index but for such powers as γ^(t-i).
    """
    factors = total.body.factors if isinstance(total.body, Mul) else (total.body,)
    numbers = [one.value for one in factors if isinstance(one, Scalar)]
    rest = [one for one in factors if not isinstance(one, Scalar)]
    number = reduce(mul, numbers, sympy.Integer(1))
    later = sympy.powsimp(number.xreplace({index: index + 1}) / number, combine="exp")
    newest = number.xreplace({total.index: index})
    return (
        bool(total.lower.is_Integer and total.upper == index)
        and not _depends(index, later, newest)
        and not _depends(total.index, later)
        and all(_sums(one, total.index, known) == [] and index not in free_symbols(one) for one in rest)
    )


def _depends(index: sympy.Symbol, *numbers: sympy.Expr) -> bool:
    return any(index in one.free_symbols for one in numbers)


def _parts(expr: Expr, index: sympy.Symbol) -> Iterator[Expr]:
    """Yield all parts, but none inside a sum in whose bounds the index stands."""
    yield expr
    if not (isinstance(expr, Sum) and _depends(index, expr.lower, expr.upper)):
        for part in expr.children:
            yield from _parts(part, index)
