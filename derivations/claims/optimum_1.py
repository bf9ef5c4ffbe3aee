"""OPT1: the best learning rate of one step, and the least expected error, for all f and N.

The paper says that trained models match the construction; here is what they can match at best. For linear attention and
normal inputs this is known (Mahankali et al. 2023, Ahn et al. 2023, Zhang et al. 2023).
"""

from __future__ import annotations

import sympy

from derivations.claim import Claim, Verdict
from gdssm_symbolic.construction import N, f
from gdssm_symbolic.definitions import Mean
from gdssm_symbolic.expressions import Expr, Name, Scalar, Sum, squared_norm
from gdssm_symbolic.gradient_descent import i, x
from gdssm_symbolic.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.narration import Statement
from gdssm_symbolic.proofs import Equation, Expectation, Theorem, check

c = sympy.Symbol("c")
w = Name("w", (f, 1))
noise = Name("ε", (1, 1), arity=1, latex=r"\varepsilon")
NOISE = AnyLaw("tau", 2)
ANY = AnyLaw("mu", 4)


def error() -> Expr:
    """Target minus prediction: wᵀx_{N+1} - c Σ (wᵀx_i + ε_i) x_iᵀ x_{N+1}."""
    prediction = Sum((w().T * x[i] + noise[i]) * (x[i].T * x[N + 1]), i, 1, N)
    return w().T * x[N + 1] - c * prediction


def risk(law: Law, name: str = "R", latex: str = "") -> Mean:
    """The expected squared error of one component, as a function of the coefficient c."""
    laws = ((x, law), (w, Normal(sympy.Integer(1))), (noise, NOISE))
    return Mean(Name(name, (1, 1), latex=latex), squared_norm(error()), laws)


def best(law: Law) -> sympy.Expr:
    """The best coefficient, σ² / (m + (f + N - 2) σ⁴ + τ² σ²)."""
    square, fourth = law.moment(2), law.moment(4)
    return sympy.factor(square / (fourth + (f + N - 2) * square**2 + NOISE.moment(2) * square))


def completed(law: Law) -> Expr:
    """Least error, σ² f (1 - N σ² c*), plus a positive multiple of (c - c*)², N f σ⁴ / c*."""
    square, coefficient = law.moment(2), best(law)
    least = f * square * (1 - N * square * coefficient)
    return Scalar(least) + Scalar(sympy.factor(N * f * square**2 / coefficient) * (c - coefficient) ** 2)


def theorem(law: Law, mean: Mean, title: str) -> Theorem:
    """The expected error, its square completed."""
    return check(Expectation(mean, completed(law)), title)


RISKS: tuple[tuple[Law, Mean, str], ...] = (
    (ANY, risk(ANY), "for every symmetric law"),
    (Uniform(), risk(Uniform(), "R^U", "R^{U}"), "inputs uniform on (−α, α)"),
    (Normal(), risk(Normal(), "R^N", "R^{N}"), "normal inputs with standard deviation α"),
)


def statement() -> Statement:
    """The headline: for every symmetric law of the inputs."""
    law, mean, _ = RISKS[0]
    return Statement(Equation(mean.name(), completed(law)), (mean,))


def theorems() -> tuple[Theorem, ...]:
    """For every law, and for the two that are met in training."""
    return tuple(theorem(*one) for one in RISKS)


CLAIM = Claim(
    id="OPT1",
    label="the best single step",
    place="What training must converge to",
    summary=(
        "The expected squared error of one step, per component, is a least error plus a positive multiple of "
        "(c − c*)²: c* is the one best coefficient, and N c* the best learning rate."
    ),
    assumptions=(
        "the coordinates of all inputs are independent, with one symmetric law that is not 0; R needs its second and "
        "fourth moments",
        "the entries of w are independent and standard normal; the labels carry independent noise",
        "a fourth moment is at least the square of the second, as for every law: so the multiple is positive",
    ),
    statement=statement,
    theorems=theorems,
    readings=(),
    confirm=lambda: (),
    expected_as_printed=Verdict.NOT_PRINTED,
    expected_verdict=Verdict.PROVED,
)
