"""Means of polynomials in random data: what a mean is, and how its value is proved by the moment engine (`moments`)."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from gdssm_symbolic.kernel.definitions import DefinitionError, Meaning
from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Name,
    Scalar,
    Sum,
    Zero,
    names,
    require_shape,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import floor
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Ledger, sizes_of
from gdssm_symbolic.kernel.well_defined import require_well_defined
from gdssm_symbolic.kernel.work import Work

from .laws import Law, Normal, Uniform
from .moments import expectation, expectations
from .unit_vectors import UnitVectors

FILE = "extensions/expectation.py"

EXPECTATION = Rule(
    "expectation",
    "the mean of a polynomial in independent symmetric entries is the sum, over all set partitions of its indices, of "
    "a product of moments times the number of ways to choose values for the blocks",
    FILE,
)
UNIT_VECTORS = Rule(
    "unit-vectors",
    "$e_a$, $e_b$, … pick components: what holds in each case of which of their indices are equal, holds for all",
    FILE,
)
CASES = Rule("cases", "what holds for $n = 0$, for $n = 1$ and for every $n ≥ 2$ holds for every $n ≥ 0$", FILE)


@dataclass(frozen=True)
class Mean(Meaning):
    """name := E[body], where the entries of the names in `laws` are independent, each with its law.

    The random names are bound in the mean. The meaning does not give the value of the mean; an `Expectation` proves it.
    A law stands outside the sums of the body, so no sum may bind a symbol that reads like one of the law.
    The members of `units` are unit vectors, as in `UnitVectors`; their indices are any numbers, and may be equal.
    """

    name: Name
    body: Expr
    laws: tuple[tuple[Name, Law], ...]
    units: Name | None = None  # unit vectors in the body, which are not random

    def complete(self) -> None:
        require_shape(self.name(), (sympy.Integer(1), sympy.Integer(1)), "a mean")
        require_shape(self.body, (sympy.Integer(1), sympy.Integer(1)), f"what {self.name.text} is the mean of")
        random = [name for name, _ in self.laws]
        if any(name.takes for name in random):
            raise DefinitionError(f"a function has a law in the mean {self.name.text}")
        known = [*random, *([] if self.units is None else [self.units])]
        for name in names(self.body):
            if name not in known:
                raise DefinitionError(f"{name.text} has no law in the mean {self.name.text}")
        if len({name.text for name in known}) < len(known):
            raise DefinitionError(f"a name has two laws, or two names are alike, in the mean {self.name.text}")
        bound = {node.index.name for node in walk(self.body) if isinstance(node, Sum)}
        if captured := bound & {symbol.name for _, law in self.laws for symbol in law.free}:
            raise DefinitionError(f"a sum in the mean {self.name.text} binds {captured.pop()}, which stands in a law")

    @property
    def left(self) -> App:
        return self.name()

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return super().free.union(*(law.free for _, law in self.laws))

    @property
    def bodies(self) -> tuple[Expr, ...]:
        return (self.body,)

    @property
    def uses(self) -> dict[Name, None]:
        return {}  # all names in a mean are bound

    @property
    def random(self) -> tuple[Name, ...]:
        return tuple(name for name, _ in self.laws)

    def require_meaningful(self, work: Work, *, everywhere: bool) -> None:
        scales = [Scalar(law.scale) for _, law in self.laws if isinstance(law, Uniform | Normal)]
        require_well_defined(self.body, *scales, everywhere=everywhere, work=work)


@dataclass(frozen=True)
class Expectation(Immutable):
    """A proof that a mean equals a rational function of sizes and moments, by the moment engine (`moments`).

    The value may contain the names in `others`, which are means computed in the same way. If `cases` is a symbol n, the
    mean is computed separately for n = 0, n = 1 and n ≥ 2, because the engine must know whether samples t and t + n are
    equal or neighbours.
    """

    mean: Mean
    value: Expr
    others: tuple[Mean, ...] = ()
    cases: sympy.Symbol | None = None

    @property
    def statement(self) -> Equation:
        return Equation(self.mean.name(), self.value)


def check_expectation(ledger: Ledger, proof: Expectation) -> None:
    """Check the value of a mean.

    `moments` computes `value` from `body`, in each case of n, for each way in which unit vectors can be equal
    if there are unit vectors, `value` is 0      each law is known by its moments
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────
                                            E[body] = value
    """
    mean = proof.mean
    for one in (mean, *proof.others):
        note_mean(ledger, one)
    others = ((one.name, expectation(one.body, dict(one.laws), None, ledger.work)) for one in proof.others)
    values = {name: Scalar(value) for name, value in others}
    value = substitute(proof.value, {}, values)
    if mean.units is not None and value not in (Scalar(sympy.Integer(0)), Zero(1, 1)):
        raise ProofError("with unit vectors, of which one may be 0, a mean is proved only to be 0")
    for body in _cases(ledger, mean.body, proof.cases):
        for computed in expectations(body, dict(mean.laws), mean.units, ledger.work):
            ledger.used |= ledger.equal(Scalar(computed), value)
    ledger.used.add(EXPECTATION)


def _cases(ledger: Ledger, body: Expr, number: sympy.Symbol | None) -> tuple[Expr, ...]:
    """Return the body for n = 0, for n = 1, and for n + 1 with n ≥ 1; without a symbol n, the body alone."""
    if number is None:
        return (body,)
    if floor(number) != 0 or number in sizes_of(body):
        raise ProofError(f"the cases of {number} do not begin with 0, or it is the size of a matrix")
    ledger.used.add(CASES)
    from_two = sympy.Symbol(number.name, integer=True, positive=True) + 1
    return tuple(substitute(body, {number: value}) for value in (sympy.Integer(0), sympy.Integer(1), from_two))


def note_mean(ledger: Ledger, mean: Mean) -> None:
    """Record a mean, and the unit vectors in it."""
    ledger.meanings.append(mean)
    if mean.units is not None:
        ledger.meanings.append(UnitVectors(mean.units))
        ledger.used.add(UNIT_VECTORS)
