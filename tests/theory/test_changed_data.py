"""The expected error at changed data, against the mean over all values of a law with three of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import lcm, prod
from typing import Any

import pytest
import sympy

from gdssm_symbolic.extensions.laws import Normal, Uniform
from gdssm_symbolic.theory.best_rate import Optimum
from gdssm_symbolic.theory.changed_data import (
    Data,
    Moments,
    laplace_moments,
    normal_moments,
    student_moments,
    uniform_moments,
)

Matrix, Rational = sympy.ImmutableDenseMatrix, sympy.Rational
THIRD = Rational(1, 3)
#: The law: -2, 0 and 2, as often as these numbers of times in 8; its cumulants do not vanish.
VALUES = {-2: 1, 0: 6, 2: 1}
MOMENTS = tuple(Rational(2 * 2**k, 8) for k in range(2, 14, 2))
C = (Rational(1, 5), Rational(-1, 70), Rational(1, 900))
SIGNS = (-1, 1)


def mean_over_all(
    A: list[list[int]], samples: int, coefficients: tuple[sympy.Rational, ...], noise: int, weights: int
) -> Fraction:
    """The mean over u, w = ±weights and ε = ±noise of the squared error, each value of each entry in turn."""
    f, r = len(A), len(A[0])
    common = lcm(*(int(c.q) for c in coefficients))
    whole = [int(c * common) for c in coefficients]
    total = count = 0
    for u in product(VALUES, repeat=samples * r):
        x = [
            [sum(A[a][b] * u[n * r + b] for b in range(r)) for a in range(f)]  # x = A u
            for n in range(samples)
        ]
        often = prod(VALUES[value] for value in u)
        for signs in product(SIGNS, repeat=f + (samples if noise else 0)):
            w = [weights * sign for sign in signs[:f]]
            shaken = [noise * sign for sign in signs[f:]] or [0] * samples
            y = [sum(w[a] * x[n][a] for a in range(f)) + shaken[n] for n in range(samples)]
            row = [sum(y[n] * x[n][a] for n in range(samples)) for a in range(f)]  # Y Xᵀ Sᵏ, k = 0, 1, …
            residual = [common * w[a] for a in range(f)]
            for c in whole:
                residual = [left - c * right for left, right in zip(residual, row, strict=True)]
                along = [sum(x[n][a] * row[a] for a in range(f)) for n in range(samples)]
                row = [sum(along[n] * x[n][a] for n in range(samples)) for a in range(f)]
            back = [sum(residual[a] * A[a][b] for a in range(f)) for b in range(r)]
            for query in product(VALUES, repeat=r):
                weight = often * prod(VALUES[value] for value in query)
                total += weight * sum(left * right for left, right in zip(back, query, strict=True)) ** 2
                count += weight
    return Fraction(total, count * common**2)


MIXED = {
    "collinear": [[1], [2]],
    "correlated": [[1, 2], [0, -1]],
    "more entries than features": [[1, 2, 0], [1, 0, -1]],
    "one feature": [[1, 3]],
}


@pytest.mark.parametrize("name", MIXED)
@pytest.mark.parametrize("steps", [1, 2])
def test_with_mixing_it_is_the_mean_over_all_values(name: str, steps: int) -> None:
    A = MIXED[name]
    data = Data(len(A), 2, MOMENTS, Rational(9), Rational(2), Matrix(A))
    assert data.error(C[:steps]) == mean_over_all(A, 2, C[:steps], noise=3, weights=2)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_without_mixing_it_is_the_mean_over_all_values(steps: int) -> None:
    assert Data(2, 2, MOMENTS, Rational(9), Rational(2)).error(C[:steps]) == mean_over_all(
        [[1, 0], [0, 1]], 2, C[:steps], noise=3, weights=2
    )


@pytest.mark.parametrize("samples", [1, 3])
def test_at_other_lengths_too(samples: int) -> None:
    A = MIXED["correlated"]
    without, mixed = (Data(2, samples, MOMENTS, mixing=mixing) for mixing in (None, Matrix(A)))
    assert without.error(C[:2]) == mean_over_all([[1, 0], [0, 1]], samples, C[:2], noise=0, weights=1)
    assert mixed.error(C[:2]) == mean_over_all(A, samples, C[:2], noise=0, weights=1)


@pytest.mark.parametrize(
    ("law", "moments"), [(Uniform(Rational(1)), uniform_moments(THIRD)), (Normal(Rational(2)), normal_moments(4))]
)
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_best_coefficients_give_the_least_error_of_the_optimum(
    law: Uniform | Normal, moments: Moments, steps: int
) -> None:
    best = Optimum(steps, law, THIRD, sympy.Integer(5), sympy.Integer(4))
    data = Data(5, 4, moments, THIRD)
    assert data.error(best.coefficients) == best.loss
    assert data.best(steps) == best.coefficients


@pytest.mark.parametrize("moments", [uniform_moments(THIRD), normal_moments(2), laplace_moments(1), MOMENTS])
@pytest.mark.parametrize("steps", [1, 2])
def test_two_ways_agree_without_correlation(moments: Moments, steps: int) -> None:
    """The moment engine, and the diagrams at A = 1."""
    identity = Data(7, 4, moments, THIRD, mixing=Matrix.eye(7))
    assert identity.error(C[:steps]) == Data(7, 4, moments, THIRD).error(C[:steps])


def test_three_steps_with_normal_entries() -> None:
    """1·u_1 + 2·u_2 has variance 5; and at f = r = N = 2, tr Sᵏ Σ is written out in monomials."""
    one = Data(1, 4, normal_moments(1), THIRD, mixing=Matrix([[1, 2]]))
    assert one.error(C) == Data(1, 4, normal_moments(5), THIRD).error(C)
    mean = dict(enumerate(normal_moments(1), 1)) | {0: 1}
    data = Data(2, 2, normal_moments(1), mixing=Matrix([[1, 1], [0, 3]]))
    _, *u = sympy.ring("u:4", sympy.QQ)
    X = multiply(data.mixing.tolist(), [u[:2], u[2:]])
    S = multiply(X, list(zip(*X, strict=True)))
    power = (data.mixing * data.mixing.T).tolist()
    for order in range(1, 7):
        power = multiply(power, S)
        terms = [(powers, value) for powers, value in (power[0][0] + power[1][1]).items() if is_even(powers)]
        assert data.trace(order) == sum(value * prod(mean[k // 2] for k in powers) for powers, value in terms)


def multiply(left: list[list[Any]], right: list[Any]) -> list[list[Any]]:
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*right, strict=True)] for row in left
    ]


def is_even(powers: tuple[int, ...]) -> bool:
    return not any(power % 2 for power in powers)


def test_one_step_as_the_docstring_writes_it() -> None:
    A = Matrix([[1, 2, 0], [Rational(1, 3), -1, 4]])
    N, (square, fourth) = 6, uniform_moments(THIRD)[:2]
    cov, G = square * A * A.T, A.T * A
    data = Data(2, N, uniform_moments(THIRD), mixing=A)
    assert data.trace(1) == N * (cov**2).trace()
    pairs = N * (N + 1) * (cov**3).trace() + N * cov.trace() * (cov**2).trace()
    fourths = sum(G[a, a] * (G**2)[a, a] for a in range(3))
    assert data.trace(2) == pairs + N * (fourth - 3 * square**2) * square * fourths


def test_the_best_step_with_normal_features_of_different_scale() -> None:
    """E SΣS = N (N + 1) Σ³ + N tr(Σ) Σ², so that c = Σ s² / Σ ((N + 1) s³ + tr(Σ) s²) for Σ = diag(s)."""
    s, N = [1, 4, Rational(1, 9)], 20
    data = Data(3, N, normal_moments(1), mixing=sympy.diag(1, 2, THIRD))
    (best,) = data.best(1)
    assert best == sum(v**2 for v in s) / sum((N + 1) * v**3 + sum(s) * v**2 for v in s)
    assert all(data.error([best]) < data.error([best * Rational(k, 10)]) for k in (9, 11))


@pytest.mark.parametrize("mixing", [None, Matrix([[1, 2], [0, -1]])])
def test_inputs_of_another_scale_are_other_coefficients(mixing: sympy.ImmutableDenseMatrix | None) -> None:
    """With x → αx, the error is α² times that of the coefficients α^{2k+2} c_k."""
    scale, plain = Rational(3, 2), Data(2, 5, uniform_moments(THIRD), mixing=mixing)
    scaled = Data(2, 5, uniform_moments(THIRD * scale**2), mixing=mixing)
    assert scaled.error(C[:2]) == scale**2 * plain.error([c * scale ** (2 * k + 2) for k, c in enumerate(C[:2])])


def test_moments_of_the_laws() -> None:
    assert uniform_moments(THIRD) == tuple(Rational(1, n) for n in range(3, 14, 2))
    assert normal_moments(4)[:3] == (4, 48, 960)
    assert laplace_moments(2)[:3] == (2, 24, 720)
    t = sympy.Symbol("t")
    density = 1 / (1 + t**2 / 7) ** 4
    norm = sympy.integrate(density, (t, -sympy.oo, sympy.oo))
    for k, moment in enumerate(student_moments(7, Rational(7, 5)), 1):
        assert sympy.integrate(t ** (2 * k) * density, (t, -sympy.oo, sympy.oo)) / norm == moment


def test_a_moment_that_does_not_exist_is_refused() -> None:
    assert [len(student_moments(Rational(nu), 1)) for nu in (3, 4, 5, 8, 9)] == [1, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="no variance"):
        student_moments(2, 1)
    data = Data(2, 3, student_moments(8, 1))
    assert data.error(C[:1]) > 0
    with pytest.raises(ValueError, match="order 8 is needed"):
        data.error(C[:2])
    with pytest.raises(ValueError, match="normal entries only"):
        Data(2, 3, uniform_moments(1), mixing=Matrix.eye(2)).error(C)


def test_wrong_shapes_and_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rows are needed"):
        Data(2, 3, MOMENTS, mixing=Matrix.eye(3))
    with pytest.raises(ValueError, match="rational"):
        Data(2, 3, MOMENTS, 0.5)
    with pytest.raises(ValueError, match="coefficients: an integer"):
        Data(2, 3, MOMENTS).error([0.5])
    with pytest.raises(ValueError, match="at least one"):
        Data(2, 0, MOMENTS)
    with pytest.raises(ValueError, match="negative"):
        Data(2, 3, MOMENTS, Rational(-1))
    with pytest.raises(ValueError, match="not unique"):
        Data(1, 1, (Rational(1),) * 4).best(2)
