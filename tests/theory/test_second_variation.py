"""OPTX: the loss to second order, mutated twins, and the same in plain fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from mutants import with_last_line, with_other

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory import second_variation as variation
from gdssm_symbolic.theory.draws import mean, omega
from gdssm_symbolic.theory.local_minimum import first_variation
from gdssm_symbolic.theory.second_variation import M, P, s

THEOREMS = {
    "output": variation.expanded,
    "first": lambda: variation.uncorrelated()[0],
    "second": lambda: variation.uncorrelated()[1],
    "loss": variation.second_variation,
    "scale": variation.scaled,
    "at the point": first_variation,
}


@pytest.mark.parametrize("name", THEOREMS)
def test_another_last_line_is_refused(name: str) -> None:
    theorem = THEOREMS[name]()
    with pytest.raises(ProofError):
        with_last_line(theorem, lambda line: 2 * line if name not in ("first", "second") else line + 1)


def test_a_second_variation_of_another_size_is_refused() -> None:
    more = s**2 * mean(P[1].T * P[1])
    with pytest.raises(ProofError):
        with_last_line(variation.second_variation(), lambda line: line + more)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("left_out", range(4))
def test_every_mean_is_needed(order: int, left_out: int) -> None:
    """Without one of the normal equations a term of the order is left, if it has such a term."""
    theorem = variation.uncorrelated()[order]
    *steps, last = theorem.proof.steps
    known = variation.normal_equations()
    assert [one.title for one in last.by] == [one.title for one in known]
    kept = tuple(one for number, one in enumerate(last.by) if number != left_out)
    proof = Calculation(theorem.proof.first, (*steps, replace(last, by=kept)))
    if order == 0 and left_out > 1:  # what has two factors of a change
        assert isinstance(check(proof), Theorem)
    else:
        with pytest.raises(ProofError):
            check(proof)


def test_an_output_without_one_of_its_terms_is_another() -> None:
    less = replace(variation.VARIATIONS[2], body=M[1] * variation.Z[1] * variation.R[0])
    with pytest.raises(ProofError):
        with_other(variation.expanded(), variation.VARIATIONS[2], less)


def test_the_error_is_that_at_the_point() -> None:
    for wrong in (variation.target[omega] + P[0], variation.target[omega] - 2 * P[0]):
        with pytest.raises(ProofError, match="does not hold"):
            with_other(variation.second_variation(), variation.ERROR, replace(variation.ERROR, body=wrong))


def test_the_output_in_numbers() -> None:
    """f = 1, N = 3: the output of the recurrence, as a polynomial in s, has the terms P, P' and P''."""
    rng = Random(3)
    number = lambda: Fraction(rng.randint(-4, 4))  # noqa: E731
    C = [[number() for _ in range(3)] for _ in range(3)]
    Q = [[[number() for _ in range(3)] for _ in range(3)] for _ in range(2)]
    q, maps, alpha = [[number() for _ in range(3)] for _ in range(2)], [number(), number()], number()
    form = lambda window, one: sum(  # noqa: E731
        (window[i] * one[i][j] * window[j] for i, j in product(range(3), repeat=2)), Fraction(0)
    )
    read = lambda window, one: sum((a * b for a, b in zip(window, one, strict=True)), Fraction(0))  # noqa: E731

    def output(at: Fraction) -> Fraction:
        state = Fraction(0)
        moved = [[a + at * b for a, b in zip(*rows, strict=True)] for rows in zip(*Q, strict=True)]
        for window in C:
            state = at * alpha * state + form(window, moved)
        return (maps[0] + at * maps[1]) * state * (read(C[2], q[0]) + at * read(C[2], q[1]))

    F = [[form(window, one) for one in Q] for window in C]
    Z = [F[2][0], F[2][1] + alpha * F[1][0], alpha * F[1][1] + alpha**2 * F[0][0], alpha**2 * F[0][1]]
    r = [read(C[2], one) for one in q]
    terms = lambda order: sum(  # noqa: E731
        (maps[a] * Z[b] * r[c] for a, b, c in product(range(2), range(4), range(2)) if a + b + c == order), Fraction(0)
    )
    for at in (Fraction(1), Fraction(-2), Fraction(1, 3)):
        assert output(at) == sum((at**order * terms(order) for order in range(6)), Fraction(0))
    second = maps[1] * Z[1] * r[0] + maps[1] * Z[0] * r[1] + maps[0] * Z[2] * r[0] + maps[0] * Z[1] * r[1]
    assert terms(2) == second
