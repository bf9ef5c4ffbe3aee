"""Many steps: the error, the fixed points, the span of the samples, and the limits.

With S = (1/N) Σ x_i x_iᵀ and a penalty λ‖W‖² (or none), let B = (1 - 2ηλ) I - ηS. For any matrix W_*

    W_L = W_* + Bᴸ (W_0 - W_*) - η Σ_{k<L} Bᵏ ∇ℒ_N(W_*),

so if W_* solves the normal equations, ∇ℒ_N(W_*) = 0, the error is multiplied by B at every step. What Bᴸ tends to is
taken from elsewhere (S is symmetric, with eigenvalues s ≥ 0, and those of B are 1 - η (s + 2λ)):

    no penalty, 0 < η < 2/λ_max(S)           Bᴸ → P, the orthogonal projection on the kernel of S
    λ > 0,      0 < η < 2/(λ_max(S) + 2λ)    Bᴸ → 0

Then W_L tends to the solution of the normal equations that is nearest to W_0; with a penalty, to the ridge regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from gdssm_symbolic.arguments import Assumption, Calculation, Passage, Step
from gdssm_symbolic.construction import N, eta, f
from gdssm_symbolic.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.expressions import Expr, Identity, Name, Sum, Trace, Zero, squared_norm
from gdssm_symbolic.gradient_descent import LeastSquares, i, l, x
from gdssm_symbolic.many_steps import L, k
from gdssm_symbolic.model import y
from gdssm_symbolic.proofs import Theorem, check
from gdssm_symbolic.recurrences import by_recurrence
from gdssm_symbolic.statements import Equation, Limit

SQUARE = (f, f)
POWERS = "the powers of I − ηS tend to the orthogonal projection P on the kernel of S, if 0 < η < 2/λ_max(S)"
RIDGE_POWERS = "the powers of (1 − 2ηλ)I − ηS tend to 0, if λ > 0 and 0 < η < 2/(λ_max(S) + 2λ)"


@dataclass(frozen=True)
class Convergence:
    """Gradient descent on least squares from any W_0, with a penalty λ‖W‖² or without."""

    penalty: sympy.Expr = sympy.Integer(0)

    solution: Name = Name("W_*", SQUARE, latex="W_{*}")
    projection: Name = Name("P", SQUARE)

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

    # ---- at every step --------------------------------------------------------------------------

    def statement(self) -> Equation:
        """W_L = W_* + Bᴸ (W_0 - W_*) - η Σ_{k<L} Bᵏ ∇ℒ_N(W_*), for any W_*."""
        return Equation(self.descent.name[L], self._value(L))

    def _value(self, steps: sympy.Expr) -> Expr:
        start, near, B = self.descent.name[0], self.solution(), self.contraction.name()
        return near + B**steps * (start - near) - eta * (Sum(B**k, k, 0, steps - 1) * self.gradient(near))

    def error(self) -> Theorem:
        """By induction on L; one step multiplies the distance to W_* by B, and adds -η∇ℒ_N(W_*)."""
        near, W, B = self.solution(), self.descent.name, self.contraction.name()
        by = (self.problem.gradient, self.contraction, self.second_moment)
        return by_recurrence(
            self.statement(),
            L,
            self.descent,
            "the error after L steps",
            base=(Step(W[0]), Step(self._value(sympy.Integer(0)))),
            before=(Step(near + B * (W[L] - near) - eta * self.gradient(near), by),),
            after=(Step(self._value(L + 1)),),
        )

    def fixed_points(self) -> Theorem:
        """A step changes W by -η ((S + 2λ) W - (1/N) Σ x_i y_iᵀ): 0 at the solutions of the normal equations alone."""
        W, S = self.problem.point(), self.second_moment.name()
        change = self.problem.step(W) - W
        normal = S * W + 2 * self.penalty * W if self.penalty else S * W
        explicit = -eta * (normal - 1 / N * Sum(x[i] * y[i].T, i, 1, N))
        by = (self.problem.gradient, self.second_moment)
        return check(Calculation(change, (Step(explicit, by),)), "what one step changes")

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

    # ---- the limits -----------------------------------------------------------------------------

    def solved(self) -> Theorem:
        """If W_* solves the normal equations, W_L = W_* + Bᴸ (W_0 - W_*)."""
        residual = Definition(Name("G_*", SQUARE, latex="G_{*}"), self.gradient(self.solution()))
        zero = check(
            Assumption("W_* solves the normal equations", Equation(residual.name(), Zero(*SQUARE))),
            "W_* solves the normal equations",
        )
        near, start, B = self.solution(), self.descent.name[0], self.contraction.name()
        left = self._value(L)
        named = near + B**L * (start - near) - eta * (Sum(B**k, k, 0, L - 1) * residual.name())
        steps = (
            Step(left, (self.error(),)),
            Step(named, (residual,)),
            Step(near + B**L * (start - near), (zero,)),
        )
        return check(Calculation(self.descent.name[L], steps), "the error, if W_* solves the normal equations")

    def powers(self) -> Theorem:
        """What the powers of B tend to."""
        value: Expr = Zero(*SQUARE) if self.penalty else self.projection()
        fact = RIDGE_POWERS if self.penalty else POWERS
        return check(Assumption(fact, Limit(self.contraction.name() ** L, L, value)), "the powers of B")

    def limit(self) -> Theorem:
        """W_L tends to W_* + P (W_0 - W_*), or with a penalty to W_*."""
        return check(Passage(self.solved(), self.powers()), "the limit of gradient descent")

    def kernel(self) -> tuple[Definition, Definition, tuple[Theorem, Theorem]]:
        """S P = 0, and Pᵀ H = H for every H with S H = 0: what makes P the projection on the kernel of S."""
        P, H = self.projection(), Name("H", SQUARE)()
        killed = Definition(Name("Δ_P", SQUARE, latex=r"\Delta_{P}"), self.second_moment.name() * P)
        moved = Definition(Name("Δ_H", SQUARE, latex=r"\Delta_{H}"), P.T * H - H)
        facts = tuple(
            check(Assumption(POWERS, Equation(known.name(), Zero(*SQUARE))), title)
            for known, title in ((killed, "P maps to the kernel of S"), (moved, "P leaves H alone, as S H = 0"))
        )
        return killed, moved, (facts[0], facts[1])

    @cached_property
    def reached(self) -> Definition:
        """W_∞ = W_* + P (W_0 - W_*)."""
        near, start = self.solution(), self.descent.name[0]
        return Definition(Name("W_∞", SQUARE, latex=r"W_{\infty}"), near + self.projection() * (start - near))

    def solves(self) -> Theorem:
        """The limit has the gradient of W_*, 0: it solves the normal equations."""
        killed, _, (zero, _) = self.kernel()
        near, start = self.solution(), self.descent.name[0]
        by = (self.problem.gradient, self.reached, killed, self.second_moment)
        moved = self.gradient(near) + killed.name() * (start - near)
        steps = (Step(moved, by), Step(self.gradient(near), (zero,)))
        return check(Calculation(self.gradient(self.reached.name()), steps), "the limit solves the normal equations")

    def nearest(self) -> Theorem:
        """‖W_∞ + H - W_0‖² = ‖W_∞ - W_0‖² + ‖H‖² wherever S H = 0: of all solutions, W_∞ is nearest to W_0."""
        _, moved, (_, unmoved) = self.kernel()
        H, start = Name("H", SQUARE)(), self.descent.name[0]
        away, reached = self.solution() - start, self.reached.name()
        least = Trace(squared_norm(reached - start)) + Trace(squared_norm(H))
        steps = (
            Step(least - 2 * Trace(away.T * moved.name()), (self.reached, moved)),
            Step(least, (unmoved,)),
        )
        return check(
            Calculation(Trace(squared_norm(reached + H - start)), steps),
            "of all solutions, the limit is nearest to W_0",
        )
