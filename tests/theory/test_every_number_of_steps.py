"""OPTL: the best coefficients for every L, mutated twins, and the same in plain fractions."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
import sympy
from mutants import with_last_line, with_other

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.kernel.expressions import Power, Trace
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.theory import every_number_of_steps as steps
from gdssm_symbolic.theory.best_steps import BestSteps
from gdssm_symbolic.theory.every_number_of_steps import k, l, m, tau

THEOREMS = [steps.quadratic, steps.completed, steps.squares]
Matrix, Rational = sympy.Matrix, sympy.Rational


@pytest.mark.parametrize("make", THEOREMS)
def test_another_last_line_is_refused(make: object) -> None:
    theorem = make()  # type: ignore[operator]
    with pytest.raises(ProofError):
        with_last_line(theorem, lambda line: 2 * line)


OTHER_ENTRIES = {
    "order": m.name[k + l + 1] + tau * m.name[k + l + 1],
    "noise": m.name[k + l + 2] + tau * m.name[k + l + 2],
    "factor": m.name[k + l + 2] + 2 * tau * m.name[k + l + 1],
    "without noise": m.name[k + l + 2],
}


@pytest.mark.parametrize("name", OTHER_ENTRIES)
def test_another_matrix_is_not_that_of_the_risk(name: str) -> None:
    with pytest.raises(ProofError):
        with_other(steps.quadratic(), steps.ENTRY, replace(steps.ENTRY, body=OTHER_ENTRIES[name]))


def test_moments_of_another_matrix_are_not_enough() -> None:
    wrong = replace(m, body=steps.over_inputs(Trace(2 * Power(steps.S.left, k))))
    with pytest.raises(ProofError):
        with_other(steps.quadratic(), m, wrong)


@pytest.mark.parametrize("number", range(4))
def test_every_second_moment_is_needed(number: int) -> None:
    """Without one of them, the line of two features in which they are put in does not follow."""
    theorem = steps.pair()
    lines = list(theorem.proof.steps)
    (at,) = (line for line, step in enumerate(lines) if len(step.by) == len(steps.second_moments()))
    by = lines[at].by
    lines[at] = replace(lines[at], by=(*by[:number], *by[number + 1 :]))
    with pytest.raises(ProofError):
        check(Calculation(theorem.proof.first, tuple(lines)))


def test_without_the_normal_equations_a_term_is_left() -> None:
    *lines, last = steps.completed().proof.steps
    with pytest.raises(ProofError):
        check(Calculation(steps.completed().proof.first, (*lines, replace(last, by=()))))


def test_it_is_the_theorem_for_two_steps() -> None:
    """H and b are those of the theorem for L = 2, at general moments."""
    best = BestSteps(2, AnyLaw("mu", 8))
    assert [one.name.text for one in best.noisy.values()] == ["h_2", "h_3", "h_4"]
    for order, known in best.noisy.items():
        assert str(known.body) == f"M_{order} + τ₂ M_{order - 1}"


def test_the_risk_in_numbers() -> None:
    """f = N = L = 2: tasks ±e_a √2 and noise of variance 3/2 in plain sums over all draws."""
    f = 2
    draws = [Matrix([[1, 2], [0, 1]]), Matrix([[1, -1], [3, 1]])]
    p = [Rational(1, 3), Rational(2, 3)]
    units = [Matrix([1, 0]), Matrix([0, 1])]
    mu_2, tau_2 = Rational(4), Rational(9, 4)
    # Σ u w wᵀ = I, Σ u ε εᵀ = τ_2 I and Σ u w εᵀ = 0, from draws with weight ½ in which both signs occur.
    tasks = [(sign * w, 0 * w) for w in units for sign in (1, -1)]
    tasks += [(0 * e, sign * Rational(3, 2) * e) for e in units for sign in (1, -1)]
    u, queries, v = Rational(1, 2), [2 * sign * z for z in units for sign in (1, -1)], Rational(1, 2)
    moment = lambda order: sum(q * ((X * X.T) ** order).trace() for q, X in zip(p, draws, strict=True))  # noqa: E731
    H = Matrix(2, 2, lambda i, j: moment(i + j + 2) + tau_2 * moment(i + j + 1))
    b = Matrix([moment(1), moment(2)])
    best = H.LUsolve(b)

    def risk(c: Matrix) -> sympy.Expr:
        total = Rational(0)
        for (q, X), (w, noise), z in product(zip(p, draws, strict=True), tasks, queries):
            S = X * X.T
            output = ((w.T * X + noise.T) * X.T * (c[0] * sympy.eye(f) + c[1] * S) * z)[0]
            total += q * u * v * ((w.T * z)[0] - output) ** 2
        return total

    for c in (best, Matrix([0, 0]), Matrix([1, Rational(-1, 5)])):
        assert risk(c) == mu_2 * (f * sum(p) - 2 * (b.T * c)[0] + (c.T * H * c)[0])
        assert risk(c) == risk(best) + mu_2 * ((c - best).T * H * (c - best))[0]
