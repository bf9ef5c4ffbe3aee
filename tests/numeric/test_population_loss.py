"""The exact loss of one layer against the moment engine and samples; its flow against differences."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from vocabulary import f

from gdssm_numeric import gradient_flow
from gdssm_numeric.gradient_flow import flow, starts
from gdssm_numeric.population_loss import INDICES, LAWS, PopulationLoss
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.theory.best_layer import column, matrix
from gdssm_symbolic.theory.descent_of_one_head import LAWS as OF_THEORY
from gdssm_symbolic.theory.descent_of_one_head import MOMENTS, label, output

SMALL = PopulationLoss(2, 2, "uniform")


@pytest.mark.parametrize(
    "pair", [((2, 1, 3), (2, 3, 1)), ((1, 1, 1), (2, 2, 1)), ((2, 1, 3), (1, 2, 3)), ((3, 2, 1),) * 2]
)
def test_second_moments_are_those_of_the_moment_engine(pair: tuple[tuple[int, int, int], ...]) -> None:
    """E Φᵀ Φ' / f, summed over all components."""
    N, features = 2, 2

    def single(index: tuple[int, int, int]) -> object:
        j, k, l = index  # noqa: E741
        attention = matrix(tuple(tuple(int((r, c) == (j, k)) for c in (1, 2, 3)) for r in (1, 2, 3)))
        return output(N, attention, column(tuple(int(r == l) for r in (1, 2, 3))))

    left, right = map(single, pair)
    law = [sympy.Rational(str(LAWS["uniform"][order])) for order in (2, 4, 6)]
    values = dict(zip(MOMENTS, (features, *law), strict=True))
    first, second = map(INDICES.index, pair)
    both = expectation(left.T * right, dict(OF_THEORY)).subs(values) / features
    assert SMALL.second_moments[first][second] == Fraction(str(both))
    target = expectation(label(N + 1).T * right, dict(OF_THEORY)).subs(values).subs(f, features) / features
    assert SMALL.correlations[second] == Fraction(str(target))


def test_the_loss_is_the_mean_over_samples() -> None:
    draw = np.random.default_rng(0)
    count, features, N = 200_000, 2, 2
    x, W = draw.uniform(-1, 1, (count, N + 1, features)), draw.normal(size=(count, features, features))
    y = np.einsum("nba,ntb->nta", W, x)
    Q, q = draw.normal(0, 0.3, (3, 3)), draw.normal(0, 0.5, 3)
    windows = np.stack([x[:, :N], y[:, :N], x[:, 1:]], axis=-1)
    found = np.einsum("ntaj,jk,ntbk,nbl,l->na", windows, Q, windows, windows[:, -1], q, optimize=True)
    errors = ((y[:, N] - found) ** 2).mean(axis=1)
    T = np.multiply.outer(Q, q).reshape(27)
    G, b = SMALL.arrays
    exact = float(SMALL.of_zero) * (1 - 2 * b @ T + T @ G @ T)
    assert abs(errors.mean() - exact) < 4 * errors.std() / np.sqrt(count)


def test_gradient_and_hessian_are_those_of_the_loss() -> None:
    G, b = SMALL.arrays
    theta = starts(1, 0.5, (1,))
    gradient, hessian = gradient_flow._derivatives(G, b, theta)
    step = 1e-4
    for k in range(12):
        moved = [theta + sign * step * np.eye(12)[k] for sign in (1, -1)]
        up, down = (gradient_flow._values(G, b, one)[0] for one in moved)
        assert gradient[0, k] == pytest.approx((up - down) / (2 * step), abs=1e-6)
        above, below = (gradient_flow._derivatives(G, b, one)[0][0] for one in moved)
        assert hessian[0, k] == pytest.approx((above - below) / (2 * step), abs=1e-6)


def test_the_flow_conserves_what_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    """‖Q‖² - ‖q‖² changes by the errors of the steps alone: less if they have to be smaller."""
    begun = starts(20, 0.5, (2,))

    def drift() -> float:
        squares = [(ends**2) @ np.r_[np.ones(9), -np.ones(3)] for ends in (begun, flow(SMALL, begun).parameters)]
        return float(np.abs(squares[1] - squares[0]).max())

    usual = drift()
    assert usual < 0.01
    monkeypatch.setattr(gradient_flow, "ERROR", gradient_flow.ERROR / 100)
    assert drift() < usual / 5


def test_losses_fall() -> None:
    begun = starts(20, 0.5, (3,))
    before = gradient_flow._values(*SMALL.arrays, begun)
    assert (flow(SMALL, begun, steps=30).losses <= before).all()


def test_indices_are_all_products() -> None:
    assert list(INDICES) == list(product((1, 2, 3), repeat=3))
