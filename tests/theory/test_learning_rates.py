"""OPTL: the rates of the best L steps, mutated twins, and the zeros at small sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sympy
from mutants import with_last_line, with_other

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory import learning_rates as rates
from gdssm_symbolic.theory.learning_rates import i, k, l, lam, m

THEOREMS: dict[str, Callable[[], Theorem]] = {
    "squares": rates.squares,
    "real": lambda: rates.zeros()[0],
    "mean": lambda: rates.zeros()[1],
    "simple": rates.simple,
    "orthogonal": lambda: rates.orthogonal(rates.S)[1],
}
Rational = sympy.Rational


@pytest.mark.parametrize("name", THEOREMS)
def test_another_last_line_is_refused(name: str) -> None:
    with pytest.raises(ProofError):
        with_last_line(THEOREMS[name](), lambda line: line + 1)


@pytest.mark.parametrize("name", ["real", "mean", "simple", "orthogonal"])
def test_without_the_assumptions_nothing_follows(name: str) -> None:
    """The last two lines use that π is factored and orthogonal; without a reason they do not follow."""
    theorem = THEOREMS[name]()
    for number, step in enumerate(theorem.proof.steps):
        if any(isinstance(by, Theorem) for by in step.by):
            steps = list(theorem.proof.steps)
            steps[number] = replace(step, by=())
            with pytest.raises(ProofError):
                check(Calculation(theorem.proof.first, tuple(steps)))


def test_with_other_normal_equations_the_residual_is_not_orthogonal() -> None:
    """With the matrix of noisy labels in them, nothing is said of π."""
    for wrong in (m.name[k + l + 1], rates.NOISY.body):
        with pytest.raises(ProofError):
            with_other(THEOREMS["orthogonal"](), rates.CLEAN, replace(rates.CLEAN, body=wrong))


def test_another_residual_is_not_orthogonal() -> None:
    for wrong in (2 - lam[i] * rates.polynomial(rates.c, l), 1 + lam[i] * rates.polynomial(rates.c, l)):
        with pytest.raises(ProofError):
            with_other(THEOREMS["orthogonal"](), rates.RESIDUAL, replace(rates.RESIDUAL, body=wrong))


def coefficients(eigenvalues: list[int], steps: int, noise: sympy.Expr) -> list[sympy.Expr]:
    """The best coefficients for eigenvalues of one weight."""
    moment = lambda order: Rational(sum(value**order for value in eigenvalues), len(eigenvalues))  # noqa: E731
    H = sympy.Matrix(steps, steps, lambda a, b: moment(a + b + 2) + noise * moment(a + b + 1))
    return list(H.LUsolve(sympy.Matrix([moment(a + 1) for a in range(steps)])))


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_zeros_lie_between_the_eigenvalues(steps: int) -> None:
    """They are real, different, and weighted means of eigenvalues."""
    eigenvalues, z = [1, 2, 5, 7, 11], sympy.Symbol("z")
    c = coefficients(eigenvalues, steps, Rational(0))
    zeros = sympy.Poly(1 - sum(value * z ** (a + 1) for a, value in enumerate(c)), z).real_roots()
    assert len(set(zeros)) == steps
    assert all(1 < zero < 11 for zero in zeros)


def test_too_few_eigenvalues_leave_a_choice() -> None:
    """With L - 1 eigenvalues that are not 0, H is singular; with L it is not."""
    moment = lambda values, order: sum(value**order for value in values)  # noqa: E731
    H = lambda values: sympy.Matrix(3, 3, lambda a, b: moment(values, a + b + 2))  # noqa: E731
    assert H([0, 2, 5, 5]).det() == 0
    assert H([0, 2, 5, 6]).det() != 0


def test_with_noise_zeros_may_be_complex() -> None:
    z = sympy.Symbol("z")
    c = coefficients([1, 20], 2, Rational(30))
    assert sympy.discriminant(1 - c[0] * z - c[1] * z**2, z) < 0
