"""The best coefficients of L steps, as the solution of the normal equations of the population loss.

With the moments M_k = E tr S^k and h_k = M_k + τ_2 M_{k-1} (τ_2 is the variance of the label noise) the risk is

    R = σ² (f - 2 bᵀc + cᵀHc),    H_jk = h_{j+k+2},    b_k = M_{k+1},    j, k < L

and its minimum is at c = A/D, with D = det H and A = adj(H) b. If the law of the inputs is atomless, H is the Gram
matrix of linearly independent functions (`independence`), so it is positive definite. Then D > 0, and the minimiser is
unique.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.conversions import Polynomial, polynomial, ring
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Uniform
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition, Source
from gdssm_symbolic.kernel.expressions import Add, Blocks, Expr, Name, Scalar, names
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, f

from .factoring import factored
from .least_squares import x
from .population import NOISE, risk, terms, trace_mean

n = sympy.Symbol("n", integer=True, nonnegative=True)
tau = NOISE.moment(2)


def coefficients(steps: int) -> tuple[sympy.Symbol, ...]:
    """c_0, …, c_{L-1}."""
    return sympy.symbols(f"c_0:{steps}")


def _column(entries: list[Expr]) -> Blocks:
    return Blocks(tuple((entry,) for entry in entries))


def determinant(rows: list[list[Any]]) -> Any:
    """Return the determinant of a matrix of numbers, expressions or polynomials, expanded along its first row."""
    if len(rows) == 1:
        return rows[0][0]
    minors = [entry * determinant([row[:k] + row[k + 1 :] for row in rows[1:]]) for k, entry in enumerate(rows[0])]
    total = minors[0]
    for k, minor in enumerate(minors[1:], 1):
        total = total - minor if k % 2 else total + minor
    return total


def cramer(matrix: list[list[Any]], right: list[Any]) -> list[Any]:
    """Return adj(H) b: the determinants of H with each column in turn replaced by b."""
    size = range(len(right))
    return [determinant([[right[r] if c == k else matrix[r][c] for c in size] for r in size]) for k in size]


@dataclass(frozen=True)
class BestSteps:
    """L = `steps` steps for inputs with a given law, at symbolic f and N."""

    steps: int
    law: Law

    # ---- what the names mean --------------------------------------------------------------------

    @property
    def words(self) -> str:
        return "one step" if self.steps == 1 else f"{self.steps} steps"

    @property
    def letter(self) -> str:
        """The letter of the moments: M for any law, M^U for the uniform and M^G for the Gaussian law."""
        return "M" if isinstance(self.law, AnyLaw) else "M^U" if isinstance(self.law, Uniform) else "M^G"

    @cached_property
    def moments(self) -> dict[int, Mean]:
        """M_1, …, M_{2L}."""
        return {k: trace_mean(k, self.law, self.letter) for k in range(1, 2 * self.steps + 1)}

    @cached_property
    def risk(self) -> Mean:
        return risk(self.law, coefficients(self.steps), f"R_{self.steps}")

    def moment(self, order: int) -> Expr:
        return self.moments[order].name()

    @cached_property
    def noisy(self) -> dict[int, Definition]:
        """h_k = M_k + τ_2 M_{k-1}, k = 2, …, 2L."""
        return {
            k: Definition(self._indexed("h", k, 1, 1), self.moment(k) + tau * self.moment(k - 1))
            for k in range(2, 2 * self.steps + 1)
        }

    def _indexed(self, letter: str, index: int, rows: int, columns: int) -> Name:
        """h_4, or h^U_4 for uniform inputs."""
        text = f"{letter}{self.letter[1:]}"
        return Name(f"{text}_{index}", (rows, columns))

    def _name(self, letter: str, rows: int, columns: int) -> Name:
        return self._indexed(letter, self.steps, rows, columns)

    def _hankel(self, entry: Any) -> list[list[Expr]]:
        return [[entry(j + k + 2) for k in range(self.steps)] for j in range(self.steps)]

    @cached_property
    def H(self) -> Definition:
        rows = self._hankel(lambda k: self.noisy[k].name())
        return Definition(self._name("H", self.steps, self.steps), Blocks(tuple(map(tuple, rows))))

    @cached_property
    def b(self) -> Definition:
        return Definition(self._name("b", self.steps, 1), _column([self.moment(k + 1) for k in range(self.steps)]))

    @cached_property
    def c(self) -> Definition:
        column = _column([Scalar(c) for c in coefficients(self.steps)])
        return Definition(Name("c", (self.steps, 1)), column)  # without a number: c_1, c_2, … are its entries

    @cached_property
    def D(self) -> Definition:
        return Definition(self._name("D", 1, 1), determinant(self._hankel(lambda k: self.noisy[k].name())))

    @cached_property
    def A(self) -> Definition:
        right = [self.moment(k + 1) for k in range(self.steps)]
        return Definition(
            self._name("A", self.steps, 1), _column(cramer(self._hankel(lambda k: self.noisy[k].name()), right))
        )

    # ---- theorems -------------------------------------------------------------------------------

    def quadratic(self) -> Theorem:
        """R = σ² (f - 2 Σ c_k M_{k+1} + Σ c_j c_k h_{j+k+2}), by the moment engine."""
        cs = coefficients(self.steps)
        square = self.law.moment(2)
        parts: list[Expr] = [Scalar(f), *(-2 * c * self.moment(k + 1) for k, c in enumerate(cs))]
        for order in range(2, 2 * self.steps + 1):
            pairs = [(j, order - 2 - j) for j in range(self.steps) if 0 <= order - 2 - j < self.steps]
            weight = sympy.Add(*(cs[j] * cs[k] for j, k in pairs))
            parts.append(weight * (self.moment(order) + tau * self.moment(order - 1)))
        others = tuple(self.moments.values())
        value = square * Add(tuple(parts))
        return check(
            Expectation(self.risk, value, others), f"the expected squared error of {self.words} by the moments"
        )

    def normal_equations(self) -> tuple[Theorem, Theorem]:
        """HA = Db and AᵀH = Dbᵀ: Cramer's rule."""
        H, A, D, b = self.H.name(), self.A.name(), self.D.name(), self.b.name()
        column, row = self._column_of_normals, self._row_of_normals
        by = (self.H, self.A, self.D, self.b)
        return (
            check(Calculation(column.name(), (Step(H * A, (column,)), Step(D * b, by))), "the normal equations"),
            check(Calculation(row.name(), (Step(A.T * H, (row,)), Step(D * b.T, by))), "the same, transposed"),
        )

    @cached_property
    def _column_of_normals(self) -> Definition:
        return Definition(self._name("r", self.steps, 1), self.H.name() * self.A.name())

    @cached_property
    def _row_of_normals(self) -> Definition:
        return Definition(self._name("s", 1, self.steps), self.A.name().T * self.H.name())

    def statement(self) -> Equation:
        """D² R = σ² D (fD - bᵀA) + σ² (Dc - A)ᵀ H (Dc - A)."""
        H, A, D, b, c = (one.name() for one in (self.H, self.A, self.D, self.b, self.c))
        square, R = self.law.moment(2), self.risk.name()
        least = square * D * (f * D - b.T * A)
        return Equation(D**2 * R, least + square * ((D * c - A).T * H * (D * c - A)))

    @property
    def meanings(self) -> tuple[Definition | Mean, ...]:
        return (self.risk, self.c, self.D, self.A, self.H, self.b, *self.noisy.values(), *self.moments.values())

    def completed(self) -> Theorem:
        """The risk with its square completed: the least error, plus the excess of other coefficients."""
        H, A, D, b, c = (one.name() for one in (self.H, self.A, self.D, self.b, self.c))
        quadratic, (column, row) = self.quadratic(), self.normal_equations()
        r, s = self._column_of_normals.name(), self._row_of_normals.name()
        square, statement = self.law.moment(2), self.statement()
        written = square * D**2 * (f - 2 * (b.T * c) + c.T * H * c)
        opened = square * (D * (f * D - b.T * A) + D**2 * (c.T * H * c) - D * (c.T * r) - D * (s * c) + s * A)
        steps = (
            Step(written, (quadratic, self.H, self.b, self.c, *self.noisy.values())),
            Step(opened, (column, row)),
            Step(statement.right, (self._column_of_normals, self._row_of_normals)),
        )
        return check(Calculation(statement.left, steps), f"the best coefficients of {self.words}, $c = A/D$")


# ---- uniqueness ------------------------------------------------------------------------------------


def independence(steps: int) -> Theorem:
    """The L functions Σ_i y_i x_iᵀ S^k x_{N+1} are independent for every f and N = n + 1, even without noise."""
    weights = coefficients(steps)
    combination = Add(tuple(terms(weights, noisy=False, samples=n + 1)))
    return check(
        Independence(Independent(combination, weights), vanishing=(x,), until=n),
        "$ŷ$ is 0 for $c = 0$ alone: with atomless inputs its mean square $σ² cᵀHc$ is positive, and $D$ too",
    )


# ---- particular laws ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ExplicitSteps:
    """For a law known up to its scale: the moments as polynomials, and the best coefficients a_k/d without noise."""

    best: BestSteps

    @property
    def inputs(self) -> str:
        return f"{type(self.best.law).__name__.lower()} inputs"

    @cached_property
    def values(self) -> dict[int, Theorem]:
        """M_k, each a polynomial in f and N."""
        means = self.best.moments
        return {
            k: check(Expectation(mean, self._scalar(self._moment(k))), f"the moment of order {k}, {self.inputs}")
            for k, mean in means.items()
        }

    def _moment(self, order: int) -> Polynomial:
        return _as_polynomial(expectation(self.best.moments[order].body, {x: self.best.law}), self._symbols)

    @property
    def _symbols(self) -> list[sympy.Symbol]:
        return [f, N, *sorted(self.best.law.free, key=str)]

    @cached_property
    def _solution(self) -> tuple[list[Polynomial], Polynomial]:
        """a_0, …, a_{L-1} and d without a common factor: they solve Σ_k M_{j+k+2} a_k = d M_{j+1}."""
        size = range(self.best.steps)
        M = {k: self._moment(k) for k in self.best.moments}
        matrix = [[M[j + k + 2] for k in size] for j in size]
        *a, d = _without_common_factor([*cramer(matrix, [M[k + 1] for k in size]), determinant(matrix)])
        return a, d

    @cached_property
    def a(self) -> list[Definition]:
        found, _ = self._solution
        return [Definition(self._name("a", k), self._scalar(value)) for k, value in enumerate(found)]

    @cached_property
    def d(self) -> Definition:
        return Definition(self._name("d"), self._scalar(self._solution[1]))

    def _scalar(self, value: Polynomial) -> Scalar:
        return Scalar(factored(value, self._symbols))

    def _name(self, letter: str, number: int | None = None) -> Name:
        """d_L, or a_{L,k}, with the letter of the law."""
        base, steps = f"{letter}{self.best.letter[1:]}", self.best.steps
        return Name(f"{base}_{steps}" if number is None else f"{base}_{{{steps},{number}}}", (1, 1))

    def equations(self) -> tuple[Theorem, ...]:
        """Σ_k M_{j+k+2} a_k = d M_{j+1}: without noise the best coefficients are c_k = a_k/d."""
        found: list[Theorem] = []
        for j in range(self.best.steps):
            left = Add(tuple(self.best.moment(j + k + 2) * a.name() for k, a in enumerate(self.a)))
            moments = (self.values[k] for k in range(j + 1, j + self.best.steps + 2))
            by: tuple[Source, ...] = (*moments, *self.a, self.d)
            solved = Calculation(left, (Step(self.d.name() * self.best.moment(j + 1), by),))
            found.append(
                check(solved, f"{self.inputs}, {self.best.words}: $c_k = a_k/d$ solves normal equation {j + 1}")
            )
        return tuple(found)

    def positive(self) -> tuple[Theorem, ...]:
        """D > 0 with noise; d > 0, the signs of the a_k alternate, and the discriminant of p is positive.

        For one step a_0 is a positive number, and p has one zero.
        """
        best, scale = self.best, tuple(sorted(self.best.law.free, key=str))
        where = f"{self.inputs}, {best.words}"
        moments = tuple(self.values.values())
        theorems = [
            check(
                Positivity(Positive(best.D.name(), (tau,), scale), (best.D, *best.noisy.values(), *moments)),
                f"with any noise, {where}: one best choice of coefficients",
            ),
            self._positive(self.d.name(), f"the denominator of the best coefficients, {where}"),
        ]
        if best.steps > 1:
            for k, a in enumerate(self.a):
                signed = -a.name() if k % 2 else a.name()
                theorems.append(self._positive(signed, f"the sign of coefficient {k} of $p$, {where}"))
            theorems.append(self._positive(self.discriminant(), f"the discriminant of $p$, {where}"))
        return tuple(theorems)

    def _positive(self, number: Expr, title: str) -> Theorem:
        scale = tuple(sorted(self.best.law.free, key=str))
        by = tuple(one for one in (*self.a, self.d) if one.name in names(number))
        return check(Positivity(Positive(number, (), scale), by), title)

    def discriminant(self) -> Expr:
        """The discriminant of p(λ) = d - a_0 λ - a_1 λ² - …, of degree 2 or 3."""
        d, (r, q, *p) = self.d.name(), [one.name() for one in self.a]
        if not p:
            return r**2 + 4 * (q * d)
        return q**2 * r**2 + 4 * (q**3 * d) - 4 * (p[0] * r**3) - 18 * (p[0] * q * r * d) - 27 * (p[0] ** 2 * d**2)


def _as_polynomial(value: sympy.Expr, symbols: list[sympy.Symbol]) -> Polynomial:
    return polynomial(sympy.Poly(value, *symbols).terms(), ring(len(symbols)))


def _without_common_factor(values: list[Polynomial]) -> list[Polynomial]:
    """Divide the values by their common factor, such that coefficients are integers and the last begins positive."""
    common = values[0]
    for value in values[1:]:
        common = common.gcd(value)
    reduced = [value / common for value in values]
    numbers = [c for value in reduced for c in value.coeffs()]
    scale = flint.fmpq(int(sympy.ilcm(*(int(c.q) for c in numbers))), int(sympy.igcd(*(int(c.p) for c in numbers))))
    return [value * (scale if reduced[-1].leading_coefficient() > 0 else -scale) for value in reduced]
