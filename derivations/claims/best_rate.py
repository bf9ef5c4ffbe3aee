"""OPT1: the best learning rate of one step, and the least expected error, for all f and N.

The paper says that trained models match the construction; here is what they can match at best. For linear attention and
normal inputs this is known (Mahankali et al. 2023, Ahn et al. 2023, Zhang et al. 2023).
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Name, Scalar
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, f
from gdssm_symbolic.theory.population import divisor, risk
from gdssm_symbolic.writing.narration import Statement

c = sympy.Symbol("c")
ANY = AnyLaw("mu", 4)


def mean_error(law: Law, name: str = "R") -> Mean:
    """The expected squared error of one component, as a function of the coefficient c."""
    return risk(law, (c,), name)


def defined(law: Law, name: str = "D") -> Definition:
    """D = m + (f + N - 2) σ⁴ + τ² σ², under its name."""
    return Definition(Name(name, (1, 1)), Scalar(divisor(law)))


def best(law: Law) -> sympy.Expr:
    """The best coefficient, c* = σ² / D."""
    return law.moment(2) / divisor(law)


def completed(law: Law, mean: Mean, D: Definition) -> Equation:
    """D R = σ² f (D - N σ⁴) + σ² N f (c D - σ²)²: the least error, and what any other c adds to it."""
    square, d = law.moment(2), D.name()
    least = square * f * (d - N * square**2)
    return Equation(d * mean.name(), least + square * N * f * (c * d - square) ** 2)


def theorem(law: Law, mean: Mean, D: Definition, title: str) -> Theorem:
    """The expected error, its square completed."""
    square, body = law.moment(2), D.body
    value = square * f - 2 * c * N * f * square**2 + c**2 * N * f * square * body
    expected = check(Expectation(mean, value), f"the expected squared error ${mean.name.text}$")
    statement = completed(law, mean, D)
    return check(Calculation(statement.left, (Step(D.name() * value, (expected,)), Step(statement.right, (D,)))), title)


CASES: tuple[tuple[Law, Mean, Definition, str], ...] = (
    (ANY, mean_error(ANY), defined(ANY), "for every symmetric distribution"),
    (
        Uniform(),
        mean_error(Uniform(), "R^U"),
        defined(Uniform(), "D^U"),
        "inputs uniform on $(−α, α)$",
    ),
    (
        Normal(),
        mean_error(Normal(), "R^G"),
        defined(Normal(), "D^G"),
        "inputs normal with deviation $α$",
    ),
)


def statement() -> Statement:
    """The headline: for every symmetric law of the inputs."""
    law, mean, D, _ = CASES[0]
    return Statement(completed(law, mean, D), (mean, D))


def theorems() -> Mapping[str, Theorem]:
    """For every law, and for the two that are met in training."""
    general, uniform, normal = CASES
    return OnDemand(
        {
            "OPT1.T1": lambda: theorem(*general),
            "OPT1.T2": lambda: theorem(*uniform),
            "OPT1.T3": lambda: theorem(*normal),
        }
    )


PROOF = """
One component of the target is enough: $R$ is its expected squared error, the errors of the components add up, and the
same $c$ is best for all of them. The square in $R$ is a polynomial in independent entries whose distributions are
symmetric, so that its mean is a polynomial in the moments: a product has the mean 0 if some entry has an odd power in
it. Three means are needed.

The target. As the entries of $w$ are independent with variance 1, $E (wᵀx)² = E ‖x‖² = f μ_2$.

The target times the step. Only the products in which $w$ occurs twice and every coordinate of the query twice are
left; each sample contributes $μ_2 E ‖x_i‖² = f μ_2²$, in all $N f μ_2²$.

The step squared. The query gives $μ_2$; what is left is $E ‖Σ (wᵀx_i + ε_i) x_i‖²$. Its noise gives $N f μ_2 τ_2$. The
rest is the sum of $E (x_iᵀx_j)²$ over all $i$ and $j$. For $i = j$ this is $E ‖x_i‖⁴ = f μ_4 + f (f − 1) μ_2²$; for
each of the $N (N − 1)$ other pairs it is $f μ_2²$. Together, $N f (μ_4 + (N + f − 2) μ_2² + τ_2 μ_2)$, which is
$N f D$.

Hence $R = f μ_2 − 2 c N f μ_2² + c² N f μ_2 D$, for all $f$, $N ≥ 1$. Completing the square, and multiplying by $D$,
gives OPT1.T1.

$D$ is positive: the mean square of $x² − μ_2$ is $μ_4 − μ_2²$, so that $μ_4 ≥ μ_2²$, and $D ≥ (N + f − 1) μ_2² > 0$
for a distribution that is not concentrated at 0. So $c = μ_2/D$ is the only minimiser, $R$ exceeds its minimum
$f μ_2 (1 − N μ_2²/D)$ by $N f μ_2 D (c − μ_2/D)²$, and the rate is $η = N c = N μ_2/D$.

The distribution of the inputs enters by $μ_2$ and $μ_4$ alone. With $μ_2 = α²/3$ and $μ_4 = α⁴/5$ this is the uniform
distribution on $(−α, α)$ (OPT1.T2), and with $μ_2 = α²$ and $μ_4 = 3 α⁴$ the normal one (OPT1.T3).

The engine computes the mean for symbolic $f$ and $N$ by the rule for independent entries, an extension of the kernel;
that $D$ is positive is the argument above.
"""

CLAIM = Claim(
    id="OPT1",
    label="the best single step",
    place="What the best predictor is",
    summary=(
        "The expected squared error of one step, per component, is its minimum plus $H (c − σ²/D)²$. Here $c$ is the "
        "coefficient of the step, $D$ is a positive number that the statement gives, and $H = σ² N f D$. So "
        "$c = σ²/D$ is the unique minimiser, and the best learning rate is $N σ²/D$."
    ),
    assumptions=(
        "all coordinates of all inputs are independent, with the same symmetric distribution, which is not "
        "concentrated at 0; the expected squared error $R$ depends on this distribution only through its second moment "
        "$σ² = μ_2$ and its fourth moment $μ_4$",
        "the entries of $w$ are independent and standard normal; the labels carry independent noise of variance $τ_2$",
        "the fourth moment of any distribution is at least the square of its second moment, so $D$ is positive",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
