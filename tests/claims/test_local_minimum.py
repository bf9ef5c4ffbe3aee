"""OPTX: at another scale or readout the decay 0 is not stationary; the loss in numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from vocabulary import N, f

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.kernel.expressions import Scalar
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.theory import best_layer, local_minimum
from gdssm_symbolic.theory.best_layer import (
    Products,
    uncorrelated,
    y,
)
from gdssm_symbolic.theory.best_rate import Optimum
from gdssm_symbolic.theory.least_squares import x
from gdssm_symbolic.theory.population import NOISE, STANDARD, w

ONE = sympy.Integer(1)


PER_CENT = sympy.Rational(101, 100)


def test_the_loss_is_that_of_one_step_on_one_sample() -> None:
    square = local_minimum.LAW.moment(2)
    D = local_minimum.D.body.value
    normal = {local_minimum.TASK.moment(2): ONE}
    best = Optimum(1, local_minimum.LAW, NOISE.moment(2), samples=ONE)
    assert sympy.cancel(best.coefficients[0] - square / D.subs(normal)) == 0
    value = expectation(local_minimum.RISK.body, {x: local_minimum.LAW, w: STANDARD, local_minimum.scalar_noise: NOISE})
    assert sympy.cancel(value.subs(local_minimum.kappa, square / D.subs(normal)) - best.loss) == 0


def test_at_another_scale_it_is_not_stationary() -> None:
    more = (PER_CENT - 1) * local_minimum.TASK.moment(2) * local_minimum.LAW.moment(2)
    wrong = local_minimum.error(N) - more * (y(N) * x[N].T * x[N + 1])
    mean = uncorrelated("E", wrong, best_layer.products(N, N))
    with pytest.raises(ProofError):
        check(Expectation(mean, Scalar(ONE * 0)))


def test_with_the_other_readout_decay_zero_is_not_stationary() -> None:
    """y_N x_Nᵀ x_{N+1}, the same predictor, is reached with q = e_3 too; from there a larger decay is better."""
    samples = best_layer.n + 2
    attention, readout = best_layer.matrix(((0, 0, 0), (1, 0, 0), (0, 0, 0))), best_layer.column((0, 0, 1))
    terms = best_layer.products(samples - 1, samples, attention, readout)
    with pytest.raises(ProofError):
        check(Expectation(uncorrelated("E", local_minimum.error(samples), terms), Scalar(ONE * 0)))


def test_a_small_decay_makes_it_worse() -> None:
    """f = 1, N = 3: the exact loss in the decay a; E ‖P_1‖² in its direction is the coefficient of a²."""
    a, kappa = sympy.symbols("a kappa")
    label = lambda k: w().T * x[k]  # noqa: E731
    output = kappa * sum(
        (a ** (3 - k) * (label(k) * (x[k + 1].T * x[3])) for k in (1, 2)), start=label(3) * (x[4].T * x[3])
    )
    error = w().T * x[4] - output
    law = AnyLaw("mu", 6)
    loss = sympy.Poly(expectation(error * error, {x: law, w: STANDARD}).subs(f, 1), a)
    assert loss.coeff_monomial(a) == 0
    direction = kappa * (label(2) * (x[3].T * x[3]))
    assert (
        sympy.expand(loss.coeff_monomial(a**2) - expectation(direction * direction, {x: law, w: STANDARD}).subs(f, 1))
        == 0
    )


def test_the_scale_is_the_only_free_direction() -> None:
    """With the first entry of q free as well there is one direction too many."""
    theorem = local_minimum.wide()
    proof, statement = theorem.proof, theorem.statement
    assert isinstance(proof, Independence)
    of = Products(best_layer.n + 2)
    last, extra = of.samples, sympy.Symbol("u_1")
    more = statement.combination + extra * (of.y.name[last] * (of.x[last + 1].T * of.x[last]))
    with pytest.raises(ProofError, match="19 functions, but the rank is 18"):
        check(replace(proof, statement=Independent(more, (*statement.weights, extra), statement.least)))
