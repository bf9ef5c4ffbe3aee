"""Many steps: the error, the fixed points, the span of the samples, and the limits.

With S = (1/N) Σ x_i x_iᵀ and a penalty λ‖W‖² (or none), let B = (1 - 2ηλ) I - ηS. For any matrix W_*

    W_L = W_* + Bᴸ (W_0 - W_*) - η Σ_{k<L} Bᵏ ∇ℒ_N(W_*),

So if W_* solves the normal equations, ∇ℒ_N(W_*) = 0, every step multiplies the error by B.

For the limits the data are written in an orthonormal basis of eigenvectors of S, x_i = U c_i with UᵀU = I, of those
whose eigenvalue is not 0, or with a penalty of all. Then S = U Λ Uᵀ with Λ = (1/N) Σ c_i c_iᵀ, which is diagonal. With
Γ = (1 - 2ηλ) I - ηΛ

    W_L = W_0 - η U (Σ_{k<L} Γᵏ) Uᵀ ∇ℒ_N(W_0).

The entries of the diagonal matrix Γ are γ = 1 - η (s + 2λ). If η > 0 and η (λ_max(S) + 2λ) < 2, then |γ| < 1, and the
geometric series Σ γᵏ is 1/(1 - γ). This is all that is assumed of the limits: Σ_{k<L} Γᵏ tends to M = (I - Γ)⁻¹. So W_L
tends to W_∞ = W_0 - η U M Uᵀ ∇ℒ_N(W_0). It is proved that W_∞ solves the normal equations, so that they have a
solution for all data; that of all solutions it is nearest to W_0; and that with a penalty it does not depend on W_0.
The solutions are proved to be the minima of the loss, by its exact expansion about W_*.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.limits import Limit, Passage
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Sum, Trace, Zero, inner
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.layers import N, eta, f

from .gd_ssm import y
from .least_squares import LeastSquares, i, l, squared_norm, x
from .many_steps import L, k
from .recurrences import by_recurrence

SQUARE = (f, f)
near = Name("W_*", SQUARE)()  # any matrix; a solution of the normal equations where SOLVES is assumed
r = sympy.Symbol("r", integer=True, nonnegative=True)  # eigenvalues of S other than 0, or with a penalty all
U = Name("U", (f, r))()
c = Name("c", (r, 1), arity=1)
M = Name("M", (r, r))()
H = Name("H", SQUARE)()
#: What theorems assume, each under its name.
SOLVES = "$W_*$ solves the normal equations, $∇ℒ_N(W_*) = 0$"
ORTHONORMAL = "the columns of $U$ are orthonormal, $UᵀU = I$"
BASIS = "with a penalty, the columns of $U$ are a basis of $R^f$, so that $U Uᵀ = I$, too"
INVERSE = "$M$ is the inverse of $I − Γ$, so that $(I − Γ) M = I$"
SERIES = (
    "the geometric series of $Γ$ tends to $M$, the inverse of $I − Γ$: $Γ$ is diagonal, and the absolute values of its "
    "entries $γ = 1 − η (s + 2λ)$ are less than 1, so that $Σ γᵏ = 1/(1 − γ)$"
)
KERNEL = "$H$ is a matrix with $S H = 0$, such as the difference of two solutions of the normal equations"


@dataclass(frozen=True)
class Convergence:
    """Gradient descent on least squares from any W_0, with a penalty λ‖W‖² or without."""

    penalty: sympy.Expr = sympy.Integer(0)

    @cached_property
    def problem(self) -> LeastSquares:
        return LeastSquares(f, self.penalty)

    @cached_property
    def descent(self) -> Recurrence:
        return self.problem.descent()

    @cached_property
    def second_moment(self) -> Definition:
        """S = (1/N) Σ x_i x_iᵀ."""
        return Definition(Name("S", SQUARE), 1 / N * Sum(x[i] * x[i].T, i, 1, N))

    @cached_property
    def contraction(self) -> Definition:
        """B = (1 - 2ηλ) I - ηS."""
        return Definition(
            Name("B", SQUARE), (1 - 2 * eta * self.penalty) * Identity(f) - eta * self.second_moment.name()
        )

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return self.descent, self.problem.gradient, self.contraction, self.second_moment

    @property
    def start(self) -> Expr:
        """W_0."""
        return self.descent.name[0]

    def gradient(self, at: Expr) -> Expr:
        return self.problem.gradient.name.at((N,), (at,))

    def _titled(self, title: str) -> str:
        return f"{title}, with a penalty" if self.penalty else title

    # ---- at every step --------------------------------------------------------------------------

    def statement(self) -> Equation:
        """W_L = W_* + Bᴸ (W_0 - W_*) - η Σ_{k<L} Bᵏ ∇ℒ_N(W_*), for any W_*."""
        return Equation(self.descent.name[L], self._value(L))

    def _value(self, steps: sympy.Expr) -> Expr:
        start, B = self.descent.name[0], self.contraction.name()
        return near + B**steps * (start - near) - eta * (Sum(B**k, k, 0, steps - 1) * self.gradient(near))

    def error(self) -> Theorem:
        """By induction on L; one step multiplies the distance to W_* by B, and adds -η∇ℒ_N(W_*)."""
        W, B = self.descent.name, self.contraction.name()
        by = (self.problem.gradient, self.contraction, self.second_moment)
        return by_recurrence(
            self.statement(),
            L,
            self.descent,
            self._titled("the error after $L$ steps"),
            base=(Step(W[0]), Step(self._value(sympy.Integer(0)))),
            before=(Step(near + B * (W[L] - near) - eta * self.gradient(near), by),),
            after=(Step(self._value(L + 1)),),
        )

    def fixed_points(self) -> Theorem:
        """A step changes W by -η ((S + 2λ) W - (1/N) Σ x_i y_iᵀ), which is 0 only if W solves the normal equations."""
        W, S = self.problem.point(), self.second_moment.name()
        change = self.problem.step(W) - W
        normal = S * W + 2 * self.penalty * W if self.penalty else S * W
        explicit = -eta * (normal - 1 / N * Sum(x[i] * y[i].T, i, 1, N))
        by = (self.problem.gradient, self.second_moment)
        return check(Calculation(change, (Step(explicit, by),)), self._titled("what one step changes"))

    def span(self) -> Theorem:
        """W_L = W_0 + Σ_i x_i a_{L,i}ᵀ: every iterate is the start plus a combination of the samples."""
        W, a = self.descent.name, Name("a", (f, 1), arity=2)
        added = Recurrence(a, l, Zero(f, 1), a[l - 1, i] - eta / N * (W[l - 1].T * x[i] - y[i]), (l, i))

        def value(steps: sympy.Expr) -> Expr:
            return W[0] + Sum(x[i] * a[steps, i].T, i, 1, N)

        grown = W[L] + Sum(x[i] * (a[L + 1, i] - a[L, i]).T, i, 1, N)
        return by_recurrence(
            Equation(W[L], value(L)),
            L,
            self.descent,
            "every iterate is the start plus a combination of the samples",
            base=(Step(W[0]), Step(value(sympy.Integer(0)), (added,))),
            before=(Step(grown, (self.problem.gradient, added)),),
            after=(Step(value(L + 1)),),
        )

    # ---- the solutions --------------------------------------------------------------------------

    @property
    def deviation(self) -> Expr:
        """D, any matrix that is added to W_*."""
        return Name("D", SQUARE)()

    def _excess(self) -> Expr:
        """(1/2N) Σ ‖Dᵀx_i‖² + λ‖D‖² ≥ 0."""
        fit = 1 / (2 * N) * Sum(squared_norm(self.deviation.T * x[i]), i, 1, N)
        return fit + self.penalty * Trace(squared_norm(self.deviation)) if self.penalty else fit

    def _loss(self, at: Expr) -> Expr:
        return self.problem.loss.name.at((N,), (at,))

    def least(self) -> Theorem:
        """ℒ_N(W_* + D) = ℒ_N(W_*) + ⟨∇ℒ_N(W_*), D⟩ + (1/2N) Σ ‖Dᵀx_i‖² + λ‖D‖², for all W_* and D."""
        return self._least

    @cached_property
    def _least(self) -> Theorem:
        D = self.deviation
        expanded = self._loss(near) + inner(self.gradient(near), D) + self._excess()
        step = Step(expanded, (self.problem.loss, self.problem.gradient))
        return check(Calculation(self._loss(near + D), (step,)), self._titled("the loss about any $W_*$"))

    def minimum(self) -> Theorem:
        """If ∇ℒ_N(W_*) = 0, the loss at W_* + D exceeds that at W_* by squares: W_* is a minimum if λ ≥ 0."""
        residual, zero = self.normal()
        D = self.deviation
        named = self._loss(near) + inner(residual.name(), D) + self._excess()
        steps = (
            Step(unfold(self._loss(near + D), [self.least()]), (self.least(),)),
            Step(named, (residual,)),
            Step(self._loss(near) + self._excess(), (zero,)),
        )
        return check(
            Calculation(self._loss(near + D), steps), self._titled("the loss about a solution of the normal equations")
        )

    def difference(self) -> Theorem:
        """∇ℒ_N(W_* + D) - ∇ℒ_N(W_*) = (S + 2λ I) D: without a penalty, two solutions differ by a D with S D = 0."""
        D, S = self.deviation, self.second_moment.name()
        change = S * D + 2 * self.penalty * D if self.penalty else S * D
        step = Step(change, (self.problem.gradient, self.second_moment))
        return check(
            Calculation(self.gradient(near + D) - self.gradient(near), (step,)), "what two solutions differ by"
        )

    def normal(self) -> tuple[Definition, Theorem]:
        """G_* = ∇ℒ_N(W_*), and that it is 0."""
        residual = Definition(Name("G_*", SQUARE), self.gradient(near))
        return residual, check(Assumption(SOLVES, Equation(residual.name(), Zero(*SQUARE))), "the normal equations")

    # ---- in a basis of eigenvectors ---------------------------------------------------------------

    @cached_property
    def data(self) -> Definition:
        """x_i = U c_i."""
        return Definition(x, U * c[i], (i,))

    @cached_property
    def eigenvalues(self) -> Definition:
        """Λ = (1/N) Σ c_i c_iᵀ."""
        return Definition(Name("Λ", (r, r)), 1 / N * Sum(c[i] * c[i].T, i, 1, N))

    @cached_property
    def rates(self) -> Definition:
        """Γ = (1 - 2ηλ) I - ηΛ."""
        body = (1 - 2 * eta * self.penalty) * Identity(r) - eta * self.eigenvalues.name()
        return Definition(Name("Γ", (r, r)), body)

    @property
    def spectral(self) -> tuple[Definition, ...]:
        """Γ, Λ and x_i: each rests on those after it."""
        return self.rates, self.eigenvalues, self.data

    def orthonormal(self) -> tuple[Definition, Theorem]:
        """UᵀU = I."""
        return _assumed("G", U.T * U, Identity(r), ORTHONORMAL, "an orthonormal basis")

    def complete(self) -> tuple[Definition, Theorem]:
        """U Uᵀ = I."""
        return _assumed("K", U * U.T, Identity(f), BASIS, "a basis of all $R^f$")

    def inverse(self) -> tuple[Definition, Theorem]:
        """(I - Γ) M = I."""
        value = (Identity(r) - self.rates.name()) * M
        return _assumed("E", value, Identity(r), INVERSE, "the inverse of $I − Γ$")

    def spanned(self) -> tuple[Definition, Theorem]:
        """(I - U Uᵀ) ∇ℒ_N(W_0) = 0: the gradient is in the span of U, or with a penalty U spans everything."""
        gradient = self.gradient(self.start)
        outside = Definition(Name("Δ", SQUARE), gradient - U * (U.T * gradient))
        if self.penalty:
            K, one = self.complete()
            steps = (Step(gradient - K.name() * gradient, (outside, K)), Step(Zero(*SQUARE), (one,)))
        else:
            G, one = self.orthonormal()
            inside = 1 / N * Sum(c[i] * (self.start.T * x[i] - y[i]).T, i, 1, N)
            steps = (
                Step(U * inside - U * G.name() * inside, (outside, self.problem.gradient, self.data, G)),
                Step(Zero(*SQUARE), (one,)),
            )
        return outside, check(
            Calculation(outside.name(), steps),
            self._titled("the gradient at $W_0$ is in the span of the columns of $U$"),
        )

    def iterates(self) -> Theorem:
        """W_L = W_0 - η U (Σ_{k<L} Γᵏ) Uᵀ ∇ℒ_N(W_0)."""
        return self._iterates

    @cached_property
    def _iterates(self) -> Theorem:
        W, Gamma, keep = self.descent.name, self.rates.name(), 1 - 2 * eta * self.penalty
        gradient = self.gradient(self.start)
        (G, one), (outside, zero) = self.orthonormal(), self.spanned()

        def series(steps: sympy.Expr) -> Expr:
            return Sum(Gamma**k, k, 0, steps - 1)

        def value(steps: sympy.Expr) -> Expr:
            return self.start - eta * (U * series(steps) * U.T * gradient)

        moved = W[L] - self.start
        before = self.start + keep * (moved - U * (U.T * moved)) + U * Gamma * (U.T * moved) - eta * gradient
        so_far = series(L) * U.T * gradient
        named = (
            self.start
            + keep * (eta * (U * G.name() * so_far) - eta * (U * so_far))
            - eta * (U * Gamma * G.name() * so_far)
            - eta * (U * (U.T * gradient) + outside.name())
        )
        return by_recurrence(
            Equation(W[L], value(L)),
            L,
            self.descent,
            self._titled("the iterates in a basis of eigenvectors"),
            base=(Step(self.start), Step(value(sympy.Integer(0)))),
            before=(Step(before, (self.problem.gradient, *self.spectral)),),
            after=(Step(named, (G, outside)), Step(value(L + 1), (one, zero))),
        )

    # ---- the limits -----------------------------------------------------------------------------

    def series(self) -> Theorem:
        """Σ_{k<L} Γᵏ tends to M."""
        partial = Sum(self.rates.name() ** k, k, 0, L - 1)
        return check(Assumption(SERIES, Limit(partial, L, M)), self._titled("the geometric series of $Γ$"))

    def limit(self) -> Theorem:
        """W_L tends to W_0 - η U M Uᵀ ∇ℒ_N(W_0)."""
        return check(Passage(self.iterates(), self.series()), self._titled("the limit of gradient descent"))

    def reached(self, start: Expr | None = None) -> Definition:
        """W_∞ = W_0 - η U M Uᵀ ∇ℒ_N(W_0)."""
        start = self.start if start is None else start
        step = eta * (U * M * U.T * self.gradient(start))
        return Definition(Name("W_∞", SQUARE), start - step)

    def solves(self) -> Theorem:
        """∇ℒ_N(W_∞) = 0, from any W_0: the normal equations have a solution for all data."""
        (G, one), (E, right), (outside, zero), reached = (
            self.orthonormal(),
            self.inverse(),
            self.spanned(),
            self.reached(),
        )
        Lambda, gradient = self.eigenvalues.name(), self.gradient(self.start)
        step = M * U.T * gradient

        def left(of_basis: Expr) -> Expr:
            moved = gradient - eta * (U * Lambda * of_basis * step)
            return moved - 2 * eta * self.penalty * (U * step) if self.penalty else moved

        steps = (
            Step(left(U.T * U), (reached, self.problem.gradient, *self.spectral[1:])),
            Step(left(G.name()), (G,)),
            Step(left(Identity(r)), (one,)),
            Step(gradient - U * E.name() * (U.T * gradient), (E, self.rates)),
            Step(gradient - U * (U.T * gradient), (right,)),
            Step(outside.name(), (outside,)),
            Step(Zero(*SQUARE), (zero,)),
        )
        title = self._titled("the limit solves the normal equations")
        return check(Calculation(self.gradient(reached.name()), steps), title)

    def nearest(self, start: Expr | None = None) -> Theorem:
        """‖W_∞ + H - W_0‖² = ‖W_∞ - W_0‖² + ‖H‖² wherever S H = 0: of all solutions, W_∞ is nearest to W_0."""
        (G, one), (E, right), reached = self.orthonormal(), self.inverse(), self.reached(start)
        moved, zero = _assumed(
            "Δ_H", self.second_moment.name() * H, Zero(*SQUARE), KERNEL, "two solutions differ by $H$"
        )
        Lambda, from_zero = self.eigenvalues.name(), start is not None
        start = self.start if start is None else start
        away = reached.name() if from_zero else reached.name() - start
        least = Trace(squared_norm(away)) + Trace(squared_norm(H))
        before = self.gradient(start).T * U * M.T

        def mixed(factor: sympy.Expr, part: Expr) -> Expr:
            return least - factor * Trace(before * part)

        steps = (
            Step(mixed(2 * eta, U.T * H), (reached,)),
            Step(mixed(2 * eta, E.name().T * (U.T * H)), (right,)),
            Step(mixed(2 * eta**2, M.T * Lambda * (U.T * H)), (E, *self.spectral[:2])),
            Step(mixed(2 * eta**2, M.T * G.name() * Lambda * (U.T * H)), (one,)),
            Step(mixed(2 * eta**2, M.T * (U.T * moved.name())), (G, moved, self.second_moment, *self.spectral[1:])),
            Step(least, (zero,)),
        )
        title = "of all solutions, the limit is nearest to $W_0$"
        if from_zero:
            title = "from $W_0 = 0$, the limit has the least norm of all solutions"
        return check(Calculation(Trace(squared_norm(away + H)), steps), title)

    def least_norm(self) -> Theorem:
        """‖W_∞ + H‖² = ‖W_∞‖² + ‖H‖² for W_0 = 0."""
        return self.nearest(Zero(*SQUARE))

    def same(self) -> Theorem:
        """W - η U M Uᵀ ∇ℒ_N(W) = (I - U Uᵀ) W + η U M Uᵀ (1/N) Σ x_i y_iᵀ, with a penalty without the first term.

        The left side is the limit from W. If ∇ℒ_N(W) = 0, it is W: so this is what all solutions are.
        """
        W, Gamma, Lambda = self.problem.point(), self.rates.name(), self.eigenvalues.name()
        (G, one), (E, right) = self.orthonormal(), self.inverse()
        constant = eta * (U * M * U.T * (1 / N * Sum(x[i] * y[i].T, i, 1, N)))
        along = U.T * W

        def line(*taken: Expr) -> Expr:
            return sum((-part for part in taken), W) + constant

        extra = (2 * eta * self.penalty * (U * M * along),) if self.penalty else ()
        rest = Identity(r) - Gamma
        both = (E, *self.spectral[:2])
        steps = [
            Step(line(eta * (U * M * (U.T * U) * Lambda * along), *extra), (self.problem.gradient, *self.spectral[1:])),
            Step(line(eta * (U * M * G.name() * Lambda * along), *extra), (G,)),
            Step(line(U * M * rest * along), (one, self.rates)),
            Step(line(U * E.name().T * M * rest * along), (right,)),
            Step(line(U * M.T * E.name() * rest * along), both),
            Step(line(U * M.T * rest * along), (right,)),
            Step(line(U * E.name().T * along), both),
            Step(line(U * along), (right,)),
        ]
        if self.penalty:
            K, all_of_it = self.complete()
            steps += [Step(line(K.name() * W), (K,)), Step(constant, (all_of_it,))]
        first = W - eta * (U * M * U.T * self.gradient(W))
        return check(Calculation(first, tuple(steps)), self._titled("the limit from any matrix $W$"))


def _assumed(name: str, value: Expr, equal: Expr, fact: str, title: str) -> tuple[Definition, Theorem]:
    """Give an expression a name, and take from elsewhere what it is equal to."""
    named = Definition(Name(name, value.shape), value)
    return named, check(Assumption(fact, Equation(named.name(), equal)), title)
