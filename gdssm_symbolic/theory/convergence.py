"""Many steps: the error, the fixed points, the span of the samples, and the limits.

With S = (1/N) Σ x_i x_iᵀ and a penalty λ‖W‖² (or none), let B = (1 - 2ηλ) I - ηS. For any matrix W_*

    W_L = W_* + Bᴸ (W_0 - W_*) - η Σ_{k<L} Bᵏ ∇ℒ_N(W_*),

So if W_* solves the normal equations, ∇ℒ_N(W_*) = 0, every step multiplies the error by B. The limit of Bᴸ is assumed
(S is symmetric with eigenvalues s ≥ 0, and the eigenvalues of B are 1 - η (s + 2λ)):

    no penalty, η > 0 and η λ_max(S) < 2     Bᴸ → P, the orthogonal projection on the kernel of S
    λ > 0,      0 < η < 2/(λ_max(S) + 2λ)    Bᴸ → 0

Then W_L tends to the solution of the normal equations that is nearest to W_0; with a penalty, to the ridge regression.
It is also assumed that P is this projection: S P = 0, and PᵀH = H for every H with S H = 0. The solutions are proved
to be the minima of the loss, by its exact expansion about W_*.
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
near = Name("W_*", SQUARE, latex="W_{*}")()  # any matrix; a solution of the normal equations where SOLVES is assumed
P = Name("P", SQUARE)()
#: What theorems assume, each under its name.
SOLVES = "$W_*$ solves the normal equations, $∇ℒ_N(W_*) = 0$"
POWERS = (
    "the powers of $I − ηS$ tend to the orthogonal projection $P$ on the kernel of $S$, if $η > 0$ and $η λ_max(S) < 2$"
)
RIDGE_POWERS = "the powers of $(1 − 2ηλ)I − ηS$ tend to 0, if $λ > 0$ and $0 < η < 2/(λ_max(S) + 2λ)$"
PROJECTION = "$P$ is the orthogonal projection on the kernel of $S$, so that $S P = 0$"
KERNEL = (
    "$P$ is the orthogonal projection on the kernel of $S$, and $H$ is a matrix with $S H = 0$, such as the difference "
    "of two solutions of the normal equations; so $PᵀH = H$"
)


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
        residual = Definition(Name("G_*", SQUARE, latex="G_{*}"), self.gradient(near))
        return residual, check(Assumption(SOLVES, Equation(residual.name(), Zero(*SQUARE))), "the normal equations")

    # ---- the limits -----------------------------------------------------------------------------

    def solved(self) -> Theorem:
        """If W_* solves the normal equations, W_L = W_* + Bᴸ (W_0 - W_*)."""
        residual, zero = self.normal()
        start, B = self.descent.name[0], self.contraction.name()
        left = self._value(L)
        named = near + B**L * (start - near) - eta * (Sum(B**k, k, 0, L - 1) * residual.name())
        steps = (
            Step(left, (self.error(),)),
            Step(named, (residual,)),
            Step(near + B**L * (start - near), (zero,)),
        )
        return check(
            Calculation(self.descent.name[L], steps), self._titled("the error, if $W_*$ solves the normal equations")
        )

    def powers(self) -> Theorem:
        """The limit of the powers of B."""
        value: Expr = Zero(*SQUARE) if self.penalty else P
        fact = RIDGE_POWERS if self.penalty else POWERS
        return check(Assumption(fact, Limit(self.contraction.name() ** L, L, value)), self._titled("the powers of $B$"))

    def limit(self) -> Theorem:
        """W_L tends to W_* + P (W_0 - W_*), or with a penalty to W_*."""
        return check(Passage(self.solved(), self.powers()), self._titled("the limit of gradient descent"))

    def kernel(self) -> tuple[Definition, Definition, tuple[Theorem, Theorem]]:
        """S P = 0, and Pᵀ H = H for every H with S H = 0: these make P the projection on the kernel of S."""
        H = Name("H", SQUARE)()
        killed = Definition(Name("Δ_P", SQUARE, latex=r"\Delta_{P}"), self.second_moment.name() * P)
        moved = Definition(Name("Δ_H", SQUARE, latex=r"\Delta_{H}"), P.T * H - H)
        facts = tuple(
            check(Assumption(name, Equation(known.name(), Zero(*SQUARE))), title)
            for name, known, title in (
                (PROJECTION, killed, "$P$ maps to the kernel of $S$"),
                (KERNEL, moved, "the transpose of $P$ leaves $H$ alone, where $S H = 0$"),
            )
        )
        return killed, moved, (facts[0], facts[1])

    @cached_property
    def reached(self) -> Definition:
        """W_∞ = W_* + P (W_0 - W_*)."""
        start = self.descent.name[0]
        return Definition(Name("W_∞", SQUARE, latex=r"W_{\infty}"), near + P * (start - near))

    def solves(self) -> Theorem:
        """The gradient at the limit equals that at W_*, which is 0: the limit solves the normal equations."""
        killed, _, (zero, _) = self.kernel()
        start = self.descent.name[0]
        by = (self.problem.gradient, self.reached, killed, self.second_moment)
        moved = self.gradient(near) + killed.name() * (start - near)
        steps = (Step(moved, by), Step(self.gradient(near), (zero,)))
        return check(Calculation(self.gradient(self.reached.name()), steps), "the limit solves the normal equations")

    def nearest(self) -> Theorem:
        """‖W_∞ + H - W_0‖² = ‖W_∞ - W_0‖² + ‖H‖² wherever S H = 0: of all solutions, W_∞ is nearest to W_0."""
        _, moved, (_, unmoved) = self.kernel()
        H, start = Name("H", SQUARE)(), self.descent.name[0]
        away, reached = near - start, self.reached.name()
        least = Trace(squared_norm(reached - start)) + Trace(squared_norm(H))
        steps = (
            Step(least - 2 * Trace(away.T * moved.name()), (self.reached, moved)),
            Step(least, (unmoved,)),
        )
        return check(
            Calculation(Trace(squared_norm(reached + H - start)), steps),
            "of all solutions, the limit is nearest to $W_0$",
        )
