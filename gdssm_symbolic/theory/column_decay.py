"""The derivative of the loss by the decay of one column, at decay 1.

With the decay 1 + h the weights of a column are c (1 + h)^{N-t}, so that its part of the loss rests on two sums of
powers (`anisotropic.loss_of`). They are expanded to second order in h, exactly; the factor of h is the derivative.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Hypothesis, Theorem
from gdssm_symbolic.layers import N

from .anisotropic import common
from .recurrences import n

ZERO = Scalar(sympy.Integer(0))
h, s_b, d_b = sympy.symbols("h s_b D_b")


@dataclass(frozen=True)
class Geometric:
    """Σ_{k<n} (1 + d)^k, expanded to second order in d; `mark` tells its states from those of another d."""

    d: sympy.Expr
    mark: str = ""

    def _state(self, letter: str, start: Expr, step: Expr) -> Recurrence:
        return Recurrence(self._name(letter), n, start, step)

    def _name(self, letter: str) -> Name:
        return Name(f"{letter}{self.mark}", (1, 1), arity=1)

    @property
    def sums(self) -> Recurrence:
        """K_n = (1 + d) K_{n-1} + 1."""
        return self._state("K", ZERO, (1 + self.d) * self._name("K")[n - 1] + 1)

    @property
    def first(self) -> Recurrence:
        """E_n = E_{n-1} + K_{n-1}, which is Σ_{k<n} k at d = 0."""
        return self._state("E", ZERO, self._name("E")[n - 1] + self._name("K")[n - 1])

    @property
    def second(self) -> Recurrence:
        """F_n = F_{n-1} + E_{n-1}."""
        return self._state("F", ZERO, self._name("F")[n - 1] + self._name("E")[n - 1])

    def to_first_order(self) -> Theorem:
        """K_n = n + d E_n."""
        sums, first = self.sums, self.first
        K_n, E_n = sums.name[n], first.name[n]
        statement = Equation(K_n, n + self.d * E_n)
        known = Hypothesis(statement)
        start, following = (substitute(statement.right, {n: value}) for value in (sympy.Integer(0), n + 1))
        step = (
            Step((1 + self.d) * K_n + 1, (sums,)),
            Step(n + self.d * E_n + self.d * K_n + 1, (known,)),
            Step(following, (first,)),
        )
        base = Calculation(sums.name[0], (Step(ZERO, (sums,)), Step(start, (first,))))
        return check(
            Induction(statement, n, base, Calculation(sums.name[n + 1], step)),
            f"the sum ${sums.name.text}_n$ of powers, to first order",
        )

    def slope(self) -> Theorem:
        """E_n = n(n-1)/2 + d F_n."""
        first, second = self.first, self.second
        E_n, F_n, linear = first.name[n], second.name[n], self.to_first_order()
        statement = Equation(E_n, n * (n - 1) / 2 + self.d * F_n)
        known = Hypothesis(statement)
        start, following = (substitute(statement.right, {n: value}) for value in (sympy.Integer(0), n + 1))
        step = (
            Step(E_n + self.sums.name[n], (first,)),
            Step(E_n + n + self.d * E_n, (linear,)),
            Step(n * (n - 1) / 2 + self.d * F_n + n + self.d * E_n, (known,)),
            Step(following, (second,)),
        )
        base = Calculation(first.name[0], (Step(ZERO, (first,)), Step(start, (second,))))
        return check(
            Induction(statement, n, base, Calculation(first.name[n + 1], step)),
            f"what ${self.sums.name.text}_n$ has of first order, ${first.name.text}_n$",
        )

    def expansion(self) -> Theorem:
        """K_n = n + d n(n-1)/2 + d² F_n."""
        linear, slope = self.to_first_order(), self.slope()
        expanded = n + self.d * (n * (n - 1) / 2) + self.d**2 * self.second.name[n]
        steps = (Step(linear.equation.right, (linear,)), Step(expanded, (slope,)))
        return check(Calculation(self.sums.name[n], steps), f"the sum ${self.sums.name.text}_n$, to second order")


#: The sum of the weights α^k of a column, and of their squares, with α = 1 + h.
WEIGHTS, SQUARES = Geometric(h), Geometric(2 * h + h**2, "'")
PART = Definition(
    Name("ℓ", (1, 1), arity=1),
    s_b
    * (
        1
        - 2 * common * s_b * WEIGHTS.sums.name[n]
        + common**2 * (d_b - n * s_b**2) * SQUARES.sums.name[n]
        + common**2 * s_b**2 * WEIGHTS.sums.name[n] ** 2
    ),
    (n,),
)


def slope() -> sympy.Expr:
    """∂L/∂α_b at α = 1: c N(N-1) s_b (c D_b - s_b), which is c N(N-1) s_b² (c/p_b - 1)."""
    return common * n * (n - 1) * s_b * (common * d_b - s_b)


def derivative() -> Theorem:
    """The part of coordinate b in the loss of the construction, if column b has the decay 1 + h instead of 1."""
    sums, squares = WEIGHTS.expansion(), SQUARES.expansion()
    F, F_squares = WEIGHTS.second.name[n], SQUARES.second.name[n]
    half = n * (n - 1) / 2
    at_one = s_b * (1 - 2 * n * common * s_b + n * common**2 * d_b)
    rest = (
        -2 * common * s_b * F
        + common**2 * (d_b - n * s_b**2) * (half + (2 + h) ** 2 * F_squares)
        + common**2 * s_b**2 * ((half + h * F) ** 2 + 2 * n * F)
    )
    expanded = at_one + h * slope() + h**2 * (s_b * rest)
    return check(
        Calculation(PART.name[n], (Step(expanded, (PART, sums, squares)),)),
        "the loss by the decay $1 + h$ of column $b$, for $n$ samples: the factor of $h$ is the derivative at decay 1",
    )


def equal_rates() -> Theorem:
    """The derivatives by two decays vanish together only if c is 0 or the two p are equal, where p = s/D."""
    p_a, p_b, d_a, d_b = (Name(text, (1, 1))() for text in ("p_1", "p_2", "D_1", "D_2"))
    variances = tuple(Definition(Name(f"s_{k}", (1, 1)), d * q) for k, d, q in ((1, d_a, p_a), (2, d_b, p_b)))
    s_1, s_2 = (one.name() for one in variances)
    scale = common * N * (N - 1)
    first, second = (
        Definition(Name(f"G_{k}", (1, 1)), scale * (variance * (common * d - variance)))
        for k, variance, d in ((1, s_1, d_a), (2, s_2, d_b))
    )
    left = s_2 * d_b * first.name() - s_1 * d_a * second.name()
    right = scale * (s_1 * d_a * s_2 * d_b * (p_b - p_a))
    return check(
        Calculation(left, (Step(right, (first, second, *variances)),)),
        "if the derivatives $G_1$ and $G_2$ by the decays of two columns are both 0, then $p_1 = p_2$",
    )
