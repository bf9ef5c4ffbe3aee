"""OPTG: the projection theorem, its mutated twins, and the same in plain fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from mutants import with_last_line, with_other

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.expressions import Expr, Sum, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.layers import N
from gdssm_symbolic.theory.draws import mean, omega
from gdssm_symbolic.theory.least_squares import squared_norm
from gdssm_symbolic.theory.projection import (
    CROSS,
    NORMAL,
    OUTPUT,
    STATE,
    WEIGHTED,
    C,
    H,
    M,
    crossed,
    delta,
    projection,
    q,
    r,
    t,
)


def test_what_adds_up_is_the_squares_and_nothing_else() -> None:
    for change in (lambda line: 2 * line, lambda line: line - mean(squared_norm(delta[omega]))):
        with pytest.raises(ProofError):
            with_last_line(projection(), change)


def test_without_the_normal_equations_a_term_is_left() -> None:
    """The same lines, but for the assumption."""
    *steps, last = projection().proof.steps
    assert last.by
    with pytest.raises(ProofError):
        check(Calculation(projection().proof.first, (*steps, replace(last, by=()))))


@pytest.mark.parametrize("wrong", [2 * OUTPUT.body, Sum(M[r] * STATE * (C[omega, N - 1] * q[r]), r, 1, H)])
def test_another_output_has_another_mean(wrong: Expr) -> None:
    with pytest.raises(ProofError):
        with_other(crossed(), OUTPUT, replace(OUTPUT, body=wrong))


def test_products_of_another_window_are_not_those_of_the_output() -> None:
    other = replace(NORMAL, body=substitute(NORMAL.body, {t: t + 1}))
    with pytest.raises(ProofError, match="does not hold"):
        check(Calculation(CROSS.left, (Step(WEIGHTED, (CROSS, OUTPUT, other)),)))


Vector = list[Fraction]


def test_the_error_of_least_squares_on_the_products_adds_up() -> None:
    """Four draws, f = 1, N = 2, one head: fit a target to both products, and add any layer to the error."""
    rng = Random(1)
    number = lambda: Fraction(rng.randint(-5, 5))  # noqa: E731
    p = [Fraction(1, 8), Fraction(1, 2), Fraction(1, 8), Fraction(1, 4)]
    Q, q = [[number() for _ in range(3)] for _ in range(3)], [number() for _ in range(3)]
    C = [[[number() for _ in range(3)] for _ in range(2)] for _ in p]
    target = [number() for _ in p]
    read = [sum((a * b for a, b in zip(window[1], q, strict=True)), Fraction(0)) for window in C]
    products = [
        [
            sum((C[w][t][i] * Q[i][j] * C[w][t][j] for i, j in product(range(3), repeat=2)), Fraction(0)) * read[w]
            for w in range(len(p))
        ]
        for t in range(2)
    ]
    dot = lambda u, v: sum((w * a * b for w, a, b in zip(p, u, v, strict=True)), Fraction(0))  # noqa: E731
    (a, b), c = (dot(products[0], products[0]), dot(products[0], products[1])), dot(products[1], products[1])
    first, second = (dot(one, target) for one in products)
    det = a * c - b * b
    weights = (c * first - b * second) / det, (a * second - b * first) / det
    fitted = [weights[0] * u + weights[1] * v for u, v in zip(*products, strict=True)]
    error = [y - z for y, z in zip(target, fitted, strict=True)]
    assert dot(error, error) != 0
    for B in product((-1, 2, Fraction(1, 3)), repeat=2):
        output = [B[0] * u + B[1] * v for u, v in zip(*products, strict=True)]
        apart = [y - z for y, z in zip(error, output, strict=True)]
        assert dot(apart, apart) == dot(error, error) + dot(output, output)
        far = [y - z for y, z in zip(target, output, strict=True)]
        assert dot(far, far) != dot(target, target) + dot(output, output)
