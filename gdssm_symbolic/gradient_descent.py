"""The implicit linear model, its least-squares loss, the gradient and gradient-descent steps.

For targets of g components (g = f for vectors, g = 1 for scalars) and W ∈ R^{f×g}:

    L_t(W) = 1/(2t) Σ_{i≤t} ‖Wᵀx_i - y_i‖² + λ‖W‖²,     G_t(W) = (1/t) Σ_{i≤t} x_i (Wᵀx_i - y_i)ᵀ + 2λW

on the first t samples, with λ = 0 unless a penalty is given (Eqs. 8, 22; A.4). That G is the gradient of L
is not taken for granted: `expansion` is a proof object for the exact expansion of L.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from gdssm_symbolic.construction import N, eta, f
from gdssm_symbolic.definitions import Definition, Recurrence
from gdssm_symbolic.expressions import App, Expr, Name, Sum, Trace, Zero, squared_norm
from gdssm_symbolic.proofs import GradientExpansion

i = sympy.Symbol("i", integer=True)
t = sympy.Symbol("t", integer=True, positive=True)  # a step of the recurrence
l = sympy.Symbol("l", integer=True, positive=True)  # noqa: E741 - a layer, the paper's letter

x = Name("x", (f, 1), arity=1)


@dataclass(frozen=True)
class LeastSquares:
    """The regression problem with targets of `targets` components; the names are its vocabulary."""

    targets: sympy.Expr = f
    penalty: sympy.Expr = sympy.Integer(0)

    @property
    def vectorial(self) -> bool:
        return bool(self.targets != 1)

    @property
    def y(self) -> Name:
        return Name("y", (self.targets, 1), arity=1)

    @property
    def point(self) -> Name:
        """The parameters of the implicit model: W ∈ R^{f×f}, or w ∈ R^f for scalar targets."""
        return Name("W" if self.vectorial else "w", (f, self.targets))

    @property
    def implicit(self) -> Definition:
        """The implicit model's prediction for a sample: ŷ_i(W) = Wᵀx_i (Eq. 7)."""
        name = Name("ŷ", (self.targets, 1), arity=1, takes=((f, self.targets),), latex=r"\hat{y}")
        return Definition(name, self.prediction(self.point(), x[i]), (i,), (self.point,))

    @property
    def loss(self) -> Definition:
        shape = ((f, self.targets),)
        name = Name("ℒ", (1, 1), arity=1, takes=shape, latex=r"\mathcal{L}")
        residual = self.point().T * x[i] - self.y[i]
        fit = 1 / (2 * t) * Sum(squared_norm(residual), i, 1, t)
        return Definition(name, self._penalised(fit, Trace(squared_norm(self.point()))), (t,), (self.point,))

    @property
    def gradient(self) -> Definition:
        shape = (f, self.targets)
        name = Name("∇ℒ", shape, arity=1, takes=(shape,), latex=r"\nabla\mathcal{L}")
        residual = self.point().T * x[i] - self.y[i]
        fit = 1 / t * Sum(x[i] * residual.T, i, 1, t)
        return Definition(name, self._penalised(fit, 2 * self.point()), (t,), (self.point,))

    def _penalised(self, fit: Expr, term: Expr) -> Expr:
        return fit + self.penalty * term if self.penalty else fit

    @property
    def expansion(self) -> GradientExpansion:
        """L(W + H) = L(W) + ⟨∇ℒ(W), H⟩ + (1/2t) Σ ‖Hᵀx_i‖² + λ‖H‖²: the gradient is the gradient."""
        direction = Name("H" if self.vectorial else "h", (f, self.targets))
        remainder = 1 / (2 * t) * Sum(squared_norm(direction().T * x[i]), i, 1, t)
        remainder = self._penalised(remainder, Trace(squared_norm(direction())))
        return GradientExpansion(self.loss, self.gradient, remainder, direction)

    def step(self, start: Expr, samples: sympy.Expr = N, rate: sympy.Expr = eta) -> Expr:
        """One gradient-descent step from `start` on the first `samples` samples."""
        return start - rate * self.gradient.name.at((samples,), (start,))

    def descent(self, *, from_zero: bool = False) -> Recurrence:
        """W_0 given, or 0, and W_l = W_{l-1} - η ∇ℒ_N(W_{l-1})."""
        name = Name(self.point.text, self.point.shape, arity=1)
        return Recurrence(name, l, Zero(*self.point.shape) if from_zero else name[0], self.step(name[l - 1]))

    def prediction(self, parameters: Expr, at: App) -> Expr:
        """The implicit model's prediction Wᵀx (Eqs. 7, 10)."""
        return parameters.T * at
