"""What was proved with the public names alone, as it was reported: `5 = 0`, a mean of a square that is -m, and more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy

import gdssm_symbolic as gs
from gdssm_symbolic.checker import CHECKS

f, N, m, p, q = sympy.symbols("f N m p q", integer=True, positive=True)
n = sympy.Symbol("n", integer=True, nonnegative=True)
i, j, k = sympy.symbols("i j k", integer=True)
a, eta = sympy.symbols("a eta")
x, c = gs.Name("x", (f, 1), arity=1), gs.Name("c", (1, 1), arity=1)


def S(value: object) -> gs.Scalar:
    return gs.Scalar(sympy.sympify(value))


def refused(build: Callable[[], object], reason: str) -> None:
    with pytest.raises((gs.ProofError, gs.OutsideLanguage, TypeError), match=reason):
        build()


def test_a_lemma_at_another_index() -> None:
    Q = gs.Name("Q", (f, 1), arity=2)
    D = gs.Definition(Q, x[j] + 2 * x[k], (j, k))
    lemma = gs.check(gs.Calculation(Q[q, q + 1], (gs.Step(x[q] + 2 * x[q + 1], (D,)),)))
    first = gs.Step(Q[3, q + 1], (D,))
    false = gs.Calculation(x[3] + 2 * x[q + 1], (first, gs.Step(x[3] + 2 * x[4], (lemma,))))
    refused(lambda: gs.check(false), "does not hold")
    assert gs.check(gs.Calculation(Q[3, 4], (gs.Step(x[3] + 2 * x[4], (lemma,)),)))
    assert gs.check(gs.Calculation(Q[q + 1, q + 2], (gs.Step(x[q + 1] + 2 * x[q + 2], (lemma,)),)))


def test_a_sum_with_a_negative_number_of_terms() -> None:
    square = gs.Sum(c[i], i, 1 - m, 0) ** 2
    mean = gs.Mean(gs.Name("E", (1, 1)), square, ((c, gs.Normal(sympy.Integer(1))),))
    for value in (S(-m), S(m), S(0)):
        refused(lambda value=value: gs.check(gs.Expectation(mean, value)), "a sum over 1, …, -m")  # type: ignore[misc]


def test_a_negative_power_of_an_integer_that_may_be_0() -> None:
    Z, Y = gs.Name("Z", (1, 1), arity=1), gs.Name("Y", (1, 1), arity=1)
    for least in (k, n):
        is_z, is_y = gs.Definition(Z, S(5 * least ** (-m)), (least,)), gs.Definition(Y, least**m * Z[least], (least,))
        refused(
            lambda d=(is_z, is_y): gs.check(gs.Calculation(Y[n], (gs.Step(S(5), d[::-1]),))),
            "where . is 0|does not hold",
        )  # type: ignore[misc]
        refused(
            lambda d=(is_z, is_y): gs.check(gs.Calculation(Y[0], (gs.Step(S(0), d[::-1]),))),
            "where . is 0|does not hold",
        )  # type: ignore[misc]
    positive = gs.Definition(Z, S(5 * p ** (-m)), (p,)), gs.Definition(Y, p**m * Z[p], (p,))
    assert gs.check(gs.Calculation(Y[p], (gs.Step(S(5), positive[::-1]),)))


def test_an_index_that_claims_more_than_its_range() -> None:
    whole, rest = (gs.Sum(S(a**p) * c[p], p, low, N) for low in (0, 1))
    refused(
        lambda: gs.check(gs.Calculation(whole, (gs.Step(c[0] + rest),))), "declared to be at least 1, and runs from 0"
    )
    whole, rest = (gs.Sum(S(a**i) * c[i], i, low, N) for low in (0, 1))
    theorem = gs.check(gs.Calculation(whole, (gs.Step(c[0] + rest),)))
    refused(lambda: gs.check(gs.Specialisation(theorem, {a: 0})), r"0\*\*i")


def test_values_put_in_unchecked() -> None:
    one = gs.check(gs.Calculation(S(eta) + 1 - S(eta), (gs.Step(S(1)),)))
    for value in (sympy.Float(1e20), 1e20):
        refused(lambda value=value: gs.Specialisation(one, {eta: value}), "no exact SymPy scalar")  # type: ignore[misc]
    inverse = gs.check(gs.Calculation(gs.Mul((S(1 / eta), S(eta), x[1])), (gs.Step(x[1]),)))
    refused(lambda: gs.check(gs.Specialisation(inverse, {eta: N - 1})), "divides by zero")


def test_small_things() -> None:
    assert gs.decide(gs.Scalar(2), 2).equal  # type: ignore[arg-type]
    A, B = (gs.Name(name, (f, f))() for name in "AB")
    squares = gs.Sum(x[i] * x[i].T, i, 1, N)
    refused(lambda: gs.decide((A + B) ** 30, A, gs.Work(20_000)), "more than 20,000 steps")
    refused(lambda: gs.decide(gs.Trace(squares**12), 0), "more than 5,000,000 steps")


def test_a_proof_can_be_made_of_the_public_names_alone() -> None:
    assert sorted(gs.__all__) == gs.__all__
    assert {kind.__name__ for kind in CHECKS} | {"Step", "Hypothesis"} <= set(gs.__all__)
    assert len(CHECKS) == 16
