"""Proofs as data: what is claimed, and how it is argued. Only `checker.check` makes a theorem of one.

Calculation         a chain of equal expressions, each step decided by the core
Induction           base case, hypothesis and step, each a calculation
GradientExpansion   a function and its gradient, by the exact expansion of the function
Specialisation      a theorem at particular values of its symbols
Expectation         a mean, by the moment engine
Positivity          a number that is positive, by the signs of its coefficients
Independence        functions that are independent, by the rank of their coefficients
Instance            a theorem for data of a particular form
Differentiation     a function and its gradient, by the rules of differentiation
Passage             a limit put in for its sequence
Absurdity           no values of the unknowns will do: instances contradict one another
ByCoefficients      no values of the unknowns will do: the coefficients contradict one another
Assumption          a named statement that is taken from elsewhere
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import sympy

from gdssm_symbolic.extensions.differentiation import differential
from gdssm_symbolic.extensions.impossibility import Case, Coefficient, Vanishing
from gdssm_symbolic.kernel.definitions import Definition, GradientOf, Mean, Source, UnitVectors, unfold
from gdssm_symbolic.kernel.exact import exact
from gdssm_symbolic.kernel.expressions import App, Expr, Name, free_symbols, inner, replaced, substitute
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import Scope, floor
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, Gradient, Impossible, Independent, Limit, Positive, Proposition
from gdssm_symbolic.kernel.statements import ProofError as ProofError

if TYPE_CHECKING:
    from gdssm_symbolic.checker import Theorem
else:
    Theorem = Any  # made by the checker alone, which looks


@dataclass(frozen=True)
class Hypothesis(Immutable):
    """The hypothesis of an induction: its left side, exactly as it stands, may be replaced."""

    statement: Equation

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        return self.statement.free

    def replacement(self, app: App, scope: Scope) -> Expr | None:
        # Inside a sum whose index bears the same name the symbol would be another one.
        if app == self.statement.left and not {s.name for s in free_symbols(app)} & set(scope.ranges):
            return self.statement.right
        return None


@dataclass(frozen=True)
class Step(Immutable):
    """… = expr, by replacing names as the sources allow (on either side) and by the normal form."""

    expr: Expr
    by: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Calculation(Immutable):
    """first = … = last, one step at a time."""

    first: Expr
    steps: tuple[Step, ...]

    @property
    def statement(self) -> Equation:
        return Equation(self.first, self.steps[-1].expr)


@dataclass(frozen=True)
class Induction(Immutable):
    """`statement` for every value of `variable` from its least value on."""

    statement: Equation
    variable: sympy.Symbol
    base: Calculation
    step: Calculation  # from the statement to the statement at variable + 1

    @property
    def hypothesis(self) -> Hypothesis:
        return Hypothesis(self.statement)

    @property
    def start(self) -> int | None:
        return floor(self.variable)


@dataclass(frozen=True)
class GradientExpansion(Immutable):
    """`gradient` is the gradient of `function`, both defined for one matrix and the same indices.

    The statement is L(W + H) = L(W) + ⟨G(W), H⟩ + R(H), exactly, with R(sH) = s²R(H).
    """

    function: Definition
    gradient: Definition
    remainder: Expr  # in terms of the direction H
    direction: Name
    scale: sympy.Symbol = field(default=sympy.Symbol("s"))

    @property
    def point(self) -> Expr:
        return self.function.parameters[0]()

    @property
    def statement(self) -> Equation:
        at, h = self.function.indices, self.direction()
        value, moved = (self.function.name.at(at, (w,)) for w in (self.point, self.point + h))
        slope = inner(self.gradient.name.at(at, (self.point,)), h)
        return Equation(moved, value + slope + self.remainder)

    @property
    def homogeneity(self) -> Equation:
        """R(sH) = s²R(H)."""
        scaled = substitute(self.remainder, {}, {self.direction: self.scale * self.direction()})
        return Equation(scaled, self.scale**2 * self.remainder)


@dataclass(frozen=True)
class Specialisation(Immutable):
    """A theorem with values put in for some of its symbols."""

    general: Theorem
    values: Mapping[sympy.Symbol, sympy.Expr]

    def __post_init__(self) -> None:
        super().__post_init__()
        values = {symbol: exact(value) for symbol, value in self.values.items()}
        object.__setattr__(self, "values", MappingProxyType(values))

    @property
    def statement(self) -> Equation:
        return self.general.equation.at(self.values)


@dataclass(frozen=True)
class Expectation(Immutable):
    """A mean as a rational function of sizes and moments, by the moment engine (`moments`).

    The value may name `others`, means that are computed alike. With `cases`, a symbol n, the mean is computed for
    n = 0, for n = 1 and for n ≥ 2: of samples t and t + n it has to be known whether they are the same or neighbours.
    """

    mean: Mean
    value: Expr
    others: tuple[Mean, ...] = ()
    cases: sympy.Symbol | None = None

    @property
    def statement(self) -> Equation:
        return Equation(self.mean.name(), self.value)


@dataclass(frozen=True)
class Positivity(Immutable):
    """A number, a polynomial once its names are replaced, is positive: by the signs of its coefficients."""

    statement: Positive
    by: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Independence(Immutable):
    """Functions of the data are independent, since they are where most data are 0 (`certificates`).

    The members of the families in `vanishing` with an index from 1 to `until` are the data that are 0.
    """

    statement: Independent
    by: tuple[Definition | UnitVectors, ...] = ()
    vanishing: tuple[Name, ...] = ()
    until: sympy.Symbol | None = None


@dataclass(frozen=True)
class Instance(Immutable):
    """A theorem for data of a particular form: x_i = φ(ξ_i), say. The names keep their meanings, with x replaced."""

    general: Theorem
    values: tuple[Definition, ...]

    @property
    def statement(self) -> Equation:
        left, right = (unfold(side, self.values) for side in self.general.equation.parts)
        return Equation(left, right)


@dataclass(frozen=True)
class Differentiation(Immutable):
    """`gradient` is the gradient of `function`, both defined for one matrix and the same indices.

    dL = ⟨G, H⟩ in every direction H, by the sum, the product and the chain rule; `by` names the gradients of functions.
    """

    function: Definition
    gradient: Definition
    direction: Name
    by: tuple[GradientOf, ...] = ()

    @property
    def statement(self) -> Gradient:
        (point,) = self.function.parameters
        of, is_gradient = (d.name.at(self.function.indices, (point(),)) for d in (self.function, self.gradient))
        return Gradient(of, is_gradient, point)

    def differential(self) -> Equation:
        """What has to be shown: dL = ⟨G, H⟩."""
        (point,) = self.function.parameters
        gradients = {known.function: known.name for known in self.by}
        change = differential(self.function.body, point, self.direction(), gradients)
        return Equation(change, inner(self.gradient.body, self.direction()))


@dataclass(frozen=True)
class Passage(Immutable):
    """If Bᴸ tends to P, an expression in Bᴸ tends to the expression in P."""

    general: Theorem  # sequence = expression in Bᴸ
    limit: Theorem  # Bᴸ tends to P

    @property
    def statement(self) -> Limit:
        if not isinstance(self.limit.statement, Limit):
            raise ProofError("a limit is needed to pass to")
        left, right = self.general.equation.parts
        known = self.limit.statement
        return Limit(left, known.index, replaced(right, known.sequence, known.value))


@dataclass(frozen=True)
class Absurdity(Immutable):
    """`statement` is impossible: with data put in, and the factors, the equation adds up to left - right = `remainder`.

    The remainder is scale · given · combination, where `nonzero` says that the combination is not 0 for all data.
    """

    statement: Impossible
    cases: tuple[Case, ...]
    remainder: Expr
    nonzero: Theorem
    scale: sympy.Expr = sympy.Integer(1)
    given: tuple[Expr, ...] = ()
    by: tuple[Source, ...] = ()


@dataclass(frozen=True)
class ByCoefficients(Immutable):
    """`statement` is impossible: coefficients of left - right, and factors with which they add up to scale · given."""

    statement: Impossible
    coefficients: tuple[Coefficient, ...]
    scale: sympy.Expr = sympy.Integer(1)
    given: tuple[Expr, ...] = ()
    by: tuple[Source, ...] = ()
    vanishing: tuple[Vanishing, ...] = ()


@dataclass(frozen=True)
class Assumption(Immutable):
    """A statement taken from elsewhere; whatever uses it names it."""

    name: str
    statement: Equation | Limit

    @property
    def free(self) -> frozenset[sympy.Symbol]:
        """The symbols of which it is assumed at the values that they have: not the indices of a name on the left."""
        return self.statement.free - patterns_of(self.statement)


class Reason(NamedTuple):
    """Why a step holds: the sources that it needed, and the rules of the core."""

    sources: tuple[Source, ...]
    rules: frozenset[Rule]


Proof = (
    Calculation
    | Induction
    | GradientExpansion
    | Specialisation
    | Expectation
    | Positivity
    | Independence
    | Instance
    | Differentiation
    | Passage
    | Absurdity
    | ByCoefficients
    | Assumption
)


def patterns_of(statement: Proposition) -> frozenset[sympy.Symbol]:
    """The symbols that are indices of the name on the left of an equation: it holds for all values of these."""
    left = statement.left if isinstance(statement, Equation) else None
    return frozenset(index for index in left.indices if index.is_Symbol) if isinstance(left, App) else frozenset()
