"""The implicit linear model, its least-squares loss, the gradient and gradient-descent steps.

For targets of g components (g = f for vectors, g = 1 for scalars) and W ∈ R^{f×g}:

    L_t(W) = 1/(2t) Σ_{i≤t} a^{t-i} ‖Wᵀx_i - y_i‖² + λ‖W‖²,     G_t(W) = (1/t) Σ_{i≤t} a^{t-i} x_i (Wᵀx_i - y_i)ᵀ + 2λW

on the first t samples, with a = 1 and λ = 0 unless a forgetting factor or a penalty is given (Eqs. 8, 22; A.4). That
G is the gradient of L is proved: `expansion` is the proof, by the exact expansion of L.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import App, Expr, Name, Sum, Trace, Zero, substitute
from gdssm_symbolic.kernel.proofs import GradientExpansion
from gdssm_symbolic.layers import N, eta, f

i = sympy.Symbol("i", integer=True)
t = sympy.Symbol("t", integer=True, positive=True)  # a step of the recurrence
l = sympy.Symbol("l", integer=True, positive=True)  # noqa: E741 - a layer, the paper's letter


def squared_norm(vector: Expr) -> Expr:
    """‖v‖² = vᵀ v."""
    return vector.T * vector


@dataclass(frozen=True)
class LeastSquares:
    """The regression problem with targets of `targets` components, and its names.

    Sample i of t samples has the weight forgetting^{t-i}, where 0^0 = 1. Without `halved`, the squares have the factor
    1/t instead of 1/(2t), which fits the derivatives printed in A.1 and A.4. `mark` distinguishes the names from those
    of another problem.
    """

    targets: sympy.Expr = f
    penalty: sympy.Expr = sympy.Integer(0)
    forgetting: sympy.Expr = sympy.Integer(1)
    features: sympy.Expr = f
    halved: bool = True
    mark: str = ""

    @property
    def vectorial(self) -> bool:
        return bool(self.targets != 1)

    @property
    def x(self) -> Name:
        return Name("x", (self.features, 1), arity=1)

    @property
    def y(self) -> Name:
        return Name("y", (self.targets, 1), arity=1)

    @property
    def point(self) -> Name:
        """The parameters of the implicit model: W ∈ R^{f×g}, or w ∈ R^f for scalar targets."""
        return Name("W" if self.vectorial else "w", (self.features, self.targets))

    @property
    def model(self) -> Definition:
        """Targets as the paper assumes them: y_i = W_*ᵀx_i, from a linear model with the weights W_*."""
        letter = self.point.text
        weights = Name(f"{letter}_*", self.point.shape)
        return Definition(self.y, self.prediction(weights(), self.x[i]), (i,))

    @property
    def implicit(self) -> Definition:
        """The implicit model's prediction for a sample: ŷ_i(W) = Wᵀx_i (Eq. 7)."""
        name = Name("ŷ", (self.targets, 1), arity=1, takes=((f, self.targets),))
        return Definition(name, self.prediction(self.point(), x[i]), (i,), (self.point,))

    @property
    def loss(self) -> Definition:
        name = Name(f"ℒ{self.mark}", (1, 1), arity=1, takes=(self.point.shape,))
        fit = self._share / 2 * self._over_samples(squared_norm(self._residual))
        return Definition(name, self._penalised(fit, Trace(squared_norm(self.point()))), (t,), (self.point,))

    @property
    def gradient(self) -> Definition:
        shape = self.point.shape
        name = Name(f"∇ℒ{self.mark}", shape, arity=1, takes=(shape,))
        fit = self._share * self._over_samples(self.x[i] * self._residual.T)
        return Definition(name, self._penalised(fit, 2 * self.point()), (t,), (self.point,))

    @property
    def _share(self) -> sympy.Expr:
        """The factor of the gradient, twice that of the loss."""
        return 1 / t if self.halved else 2 / t

    @property
    def _residual(self) -> Expr:
        return self.point().T * self.x[i] - self.y[i]

    def _over_samples(self, term: Expr) -> Expr:
        if self.forgetting == 0:
            return substitute(term, {i: t})
        return Sum(self.forgetting ** (t - i) * term, i, 1, t)

    def _penalised(self, fit: Expr, term: Expr) -> Expr:
        return fit + self.penalty * term if self.penalty else fit

    @property
    def expansion(self) -> GradientExpansion:
        """L(W + H) = L(W) + ⟨∇ℒ(W), H⟩ + (1/2t) Σ a^{t-i} ‖Hᵀx_i‖² + λ‖H‖², so that G is the gradient of L."""
        direction = Name("H" if self.vectorial else "h", self.point.shape)
        remainder = self._share / 2 * self._over_samples(squared_norm(direction().T * self.x[i]))
        remainder = self._penalised(remainder, Trace(squared_norm(direction())))
        return GradientExpansion(self.loss, self.gradient, remainder, direction)

    def step(self, start: Expr, samples: sympy.Expr = N, rate: sympy.Expr = eta) -> Expr:
        """One gradient-descent step from `start` on the first `samples` samples."""
        return start - rate * self.gradient.name.at((samples,), (start,))

    def descent(self, *, from_zero: bool = False, samples: sympy.Expr = N, rate: sympy.Expr = eta) -> Recurrence:
        """W_0 is data, or 0, and W_l = W_{l-1} - η ∇ℒ_N(W_{l-1}); `samples` and `rate` replace N and η."""
        name = Name(f"{self.point.text}{self.mark}", self.point.shape, arity=1)
        start = Zero(*self.point.shape) if from_zero else name[0]
        return Recurrence(name, l, start, self.step(name[l - 1], samples, rate))

    def prediction(self, parameters: Expr, at: App) -> Expr:
        """The implicit model's prediction Wᵀx (Eqs. 7, 10)."""
        return parameters.T * at


x = LeastSquares().x
