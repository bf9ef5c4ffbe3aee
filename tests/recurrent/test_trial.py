"""At the point of a trial, what the core shows to be equal is equal, and what has no value there may be."""

from __future__ import annotations

import pytest
import sympy
from vocabulary import A, B, C, a, b, c, f, i, n, u, v, x

from gdssm_symbolic import Identity, Name, Scalar, Sum, Trace, Zero, decide
from gdssm_symbolic.kernel.expressions import Expr
from gdssm_symbolic.recurrent.identities.trial import may_be_equal

g = Name("g", (f, 1), takes=((f, 1),))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A * (B + C), A * C + A * B),
        (A * B, (B.T * A.T).T),  # read in the other order
        (Trace(A * u * v.T), v.T * A * u),
        (Sum(c[i] * x[i], i, 1, n + 1), Sum(c[i] * x[i], i, 1, n) + c[n + 1] * x[n + 1]),
        (Scalar(a ** (n + 1) / (b + 1)), Scalar(a * a**n / (1 + b))),
        (g(A * u + v), g(v + A * u)),
        (A - A, Zero(f, f)),
    ],
    ids=str,
)
def test_equals_may_be_equal(left: Expr, right: Expr) -> None:
    assert decide(left, right).equal
    assert may_be_equal(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A * B, B * A),
        (A, A.T),
        (A, Identity(f)),
        (x[n], x[n + 1]),
        (a * A, b * A),
        (Sum(x[i], i, 1, n), Sum(x[i], i, 1, n + 1)),
        (g(u), g(v)),
    ],
    ids=str,
)
def test_what_differs_at_the_point_is_not(left: Expr, right: Expr) -> None:
    assert not may_be_equal(left, right)


def test_what_has_no_value_at_the_point_may_be_equal() -> None:
    pole = Scalar(1 / (n - sympy.Integer(2)))
    assert may_be_equal(pole, Scalar(a))
    assert may_be_equal(Scalar(a), pole)
