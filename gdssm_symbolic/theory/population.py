"""The population loss: the expected squared error of a predictor over random tasks and inputs.

One component of a task suffices: w ∈ R^f has standard normal entries, the targets are y_i = wᵀx_i + ε_i with label
noise ε_i of variance τ_2, and the entries of the inputs are independent with one symmetric law. The error is measured
against the noise-free target wᵀx_{N+1}. The predictors of L layers are Σ_{k<L} c_k Σ_i y_i x_iᵀ S^k x_{N+1}, with
S = Σ_i x_i x_iᵀ = XXᵀ.
"""

from __future__ import annotations

import sympy

from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum, Trace
from gdssm_symbolic.layers import N, f

from .least_squares import i, x

w = Name("w", (f, 1))
noise = Name("ε", (1, 1), arity=1)
STANDARD = Normal(sympy.Integer(1))
NOISE = AnyLaw("tau", 2)
S = Sum(x[i] * x[i].T, i, 1, N)


def label(sample: sympy.Expr, *, noisy: bool = True) -> Expr:
    """y_i = wᵀx_i + ε_i."""
    clean = w().T * x[sample]
    return clean + noise[sample] if noisy else clean


def terms(coefficients: tuple[sympy.Expr, ...], *, noisy: bool = True, samples: sympy.Expr = N) -> list[Expr]:
    """c_k Σ_i y_i x_iᵀ S^k x_{N+1}, k = 0, 1, …, which add up to the predictor."""
    squares = Sum(x[i] * x[i].T, i, 1, samples)
    targets = Sum(label(i, noisy=noisy) * x[i].T, i, 1, samples)
    powers = [targets, targets * squares, *(targets * squares**k for k in range(2, len(coefficients)))]
    return [c * (power * x[samples + 1]) for c, power in zip(coefficients, powers, strict=False)]


def risk(law: Law, coefficients: tuple[sympy.Expr, ...], name: str) -> Mean:
    """The expected squared error of one component, as a function of the coefficients."""
    error: Expr = w().T * x[N + 1]
    for term in terms(coefficients):
        error = error - term
    return Mean(Name(name, (1, 1)), error**2, ((x, law), (w, STANDARD), (noise, NOISE)))


def divisor(law: Law, samples: sympy.Expr = N, task: Law = STANDARD) -> sympy.Expr:
    """D = v (m + (f + N - 2) σ⁴) + τ_2 σ², where m is the fourth moment of an input, and v the variance of the task.

    The best coefficient of one step is v σ²/D.
    """
    square, fourth = law.moment(2), law.moment(4)
    return task.moment(2) * (fourth + (f + samples - 2) * square**2) + NOISE.moment(2) * square


def trace_mean(order: int, law: Law, letter: str = "M") -> Mean:
    """M_k = E tr S^k: the moment of order k of the measure μ with ∫ g dμ = E tr g(S)."""
    body = Trace(S**order if order > 1 else S)
    return Mean(Name(f"{letter}_{order}", (1, 1)), body, ((x, law),))
