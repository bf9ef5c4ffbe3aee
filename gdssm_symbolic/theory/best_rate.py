"""The best predictor of L layers: exact coefficients and least expected error.

With X = [x_1 … x_N] and Y = [y_1 … y_N], the predictor is ŷ = Σ_{k<L} c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1}. With E x² = σ² and W
standard normal, its expected squared error per component of the target is

    σ² ( f - 2 Σ_k c_k M_{k+1} + Σ_jk c_j c_k (M_{j+k+2} + τ² M_{j+k+1}) ),    M_k = E tr (X Xᵀ)ᵏ

where τ² is the variance of the label noise. The best c_k solve the normal equations of this quadratic form, whose
matrix is positive definite for inputs with a continuous law.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import flint
import sympy

from gdssm_symbolic.extensions.laws import Law
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.layers import N, f

from .least_squares import x
from .population import trace_mean


@lru_cache(maxsize=64)
def trace_moment(order: int, law: Law) -> sympy.Expr:
    """M_k = E tr (X Xᵀ)ᵏ, a polynomial in f and N."""
    return sympy.expand(expectation(trace_mean(order, law).body, {x: law}))


@dataclass(frozen=True)
class Optimum:
    """The best L coefficients for one law of the inputs, at given sizes or for symbolic ones."""

    steps: int
    law: Law
    noise: sympy.Expr = sympy.Integer(0)  # τ²
    features: sympy.Expr = f
    samples: sympy.Expr = N

    @cached_property
    def moments(self) -> tuple[sympy.Expr, ...]:
        """M_1, …, M_2L."""
        at = {f: self.features, N: self.samples}
        return tuple(trace_moment(order, self.law).xreplace(at) for order in range(1, 2 * self.steps + 1))

    def moment(self, order: int) -> sympy.Expr:
        return self.moments[order - 1]

    @cached_property
    def normal_matrix(self) -> sympy.Matrix:
        """H_jk = M_{j+k+2} + τ² M_{j+k+1}."""
        return sympy.Matrix(
            self.steps, self.steps, lambda j, k: self.moment(j + k + 2) + self.noise * self.moment(j + k + 1)
        )

    @cached_property
    def normal_vector(self) -> sympy.Matrix:
        return sympy.Matrix([self.moment(k + 1) for k in range(self.steps)])

    @cached_property
    def coefficients(self) -> tuple[sympy.Expr, ...]:
        """The c_k that solve H c = (M_1, …, M_L)."""
        solved = self.normal_matrix.LUsolve(self.normal_vector)
        return tuple(sympy.cancel(value) for value in solved)

    @property
    def loss(self) -> sympy.Expr:
        """The least expected squared error per component of the target."""
        explained = sum(c * m for c, m in zip(self.coefficients, self.normal_vector, strict=True))
        return sympy.cancel(self.law.moment(2) * (self.features - explained))

    def learning_rates(self) -> tuple[float, ...] | None:
        """Return the rates of L steps with these coefficients, largest first; None if they are not all real.

        The residual 1 - Σ c_k λ^{k+1} equals Π (1 - (η_l/N) λ), so each rate is N divided by a zero. Without noise
        the zeros are real, because the residual is orthogonal to all polynomials of lower degree that are 0 at 0.
        """
        scale = 1 / self.coefficients[0]  # the zeros are of this size
        scaled = [sympy.Integer(1), *(-c * scale ** (k + 1) for k, c in enumerate(self.coefficients))]
        common = sympy.ilcm(*(c.q for c in scaled))
        zeros: Any = flint.fmpz_poly([int(c * common) for c in scaled]).complex_roots()
        if not all(zero.imag.is_zero() for zero, _ in zeros):
            return None
        unit = float(self.samples / scale)
        return tuple(sorted((unit / float(zero.real) for zero, times in zeros for _ in range(times)), reverse=True))
