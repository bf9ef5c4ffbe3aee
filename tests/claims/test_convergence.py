"""LIMIT: the error, the span and the limits; what is off by a little does not pass."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
import sympy
from mutants import altered, with_last_line

from derivations.claim import Outcome
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.limits import Limit, Passage
from gdssm_symbolic.kernel.expressions import Identity, Name, inner, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.layers import eta, f, lam
from gdssm_symbolic.theory.convergence import (
    BASIS,
    INVERSE,
    KERNEL,
    ORTHONORMAL,
    SERIES,
    SOLVES,
    Convergence,
    U,
    near,
    r,
)
from gdssm_symbolic.theory.least_squares import LeastSquares
from gdssm_symbolic.theory.many_steps import L
from gdssm_symbolic.writing.printing import to_text

PLAIN, RIDGE = Convergence(), Convergence(lam)
NAMES = "loss", "gradient"


@pytest.mark.parametrize("of", [PLAIN, RIDGE], ids=["plain", "ridge"])
def test_the_error_is_multiplied_by_b(of: Convergence) -> None:
    assert of.error().statement == of.statement()
    assert not of.error().assumptions


@pytest.mark.parametrize(("penalty", "factor"), [(0, 1 - eta), (lam, 1 - eta * lam), (lam, sympy.Integer(1))])
def test_another_contraction_does_not_do(penalty: object, factor: sympy.Expr) -> None:
    of = Convergence(sympy.sympify(penalty))
    other = factor * Identity(f) - eta * of.second_moment.name()
    with pytest.raises(ProofError):
        altered(of, contraction=replace(of.contraction, body=other)).error()


def assumed(theorem: Theorem) -> set[str]:
    return {known.name for known in theorem.assumptions}


def test_assumptions_are_named_where_they_are_used(outcomes: dict[str, Outcome]) -> None:
    for of, basis in ((PLAIN, {ORTHONORMAL}), (RIDGE, {ORTHONORMAL, BASIS})):
        assert assumed(of.iterates()) == basis
        assert assumed(of.limit()) == basis | {SERIES}
        assert assumed(of.solves()) == assumed(of.same()) == basis | {INVERSE}
        assert assumed(of.minimum()) == {SOLVES}
        for theorem in (of.error(), of.fixed_points(), of.least(), of.difference()):
            assert not theorem.assumptions
    assert assumed(PLAIN.nearest()) == assumed(PLAIN.least_norm()) == {ORTHONORMAL, INVERSE, KERNEL}
    assert not PLAIN.span().assumptions
    assert {SOLVES, ORTHONORMAL, BASIS, INVERSE, SERIES, KERNEL} <= set(outcomes["LIMIT"].uses)


@pytest.mark.parametrize("of", [PLAIN, RIDGE], ids=["plain", "ridge"])
def test_the_loss_about_any_matrix(of: Convergence) -> None:
    """Another gradient, another excess, or a loss with another factor: the expansion does not hold."""
    proof = of.least().proof
    assert isinstance(proof, Calculation)
    (step,) = proof.steps
    D = of.deviation
    for wrong in (of._loss(near), inner(of.gradient(near), D), of._excess()):
        for factor in (-1, 2):
            with pytest.raises(ProofError):
                check(Calculation(proof.first, (replace(step, expr=step.expr + (factor - 1) * wrong),)))
    for loss, gradient in (("loss", replace(of.problem, halved=False)), ("gradient", LeastSquares(f, of.penalty + 1))):
        other = replace(step, by=tuple(getattr(gradient if name == loss else of.problem, name) for name in NAMES))
        with pytest.raises(ProofError):
            check(Calculation(proof.first, (other,)))


def test_a_gradient_that_is_not_zero_is_no_minimum() -> None:
    """Without the assumption the linear term stays."""
    proof = PLAIN.minimum().proof
    assert isinstance(proof, Calculation)
    with pytest.raises(ProofError):
        check(replace(proof, steps=(*proof.steps[:-1], replace(proof.steps[-1], by=()))))


def test_what_solutions_differ_by() -> None:
    """S D, and with a penalty 2λD more: each is wrong for the other."""
    for of, other in ((PLAIN, RIDGE), (RIDGE, PLAIN)):
        proof, wrong = of.difference().proof, other.difference().proof
        assert isinstance(proof, Calculation)
        assert isinstance(wrong, Calculation)
        with pytest.raises(ProofError):
            check(replace(proof, steps=(replace(proof.steps[0], expr=wrong.steps[0].expr),)))


@pytest.mark.parametrize("of", [PLAIN, RIDGE], ids=["plain", "ridge"])
def test_each_assumption_is_needed_where_it_is_used(of: Convergence) -> None:
    """Without it, or with a part of it in its place, a line does not follow."""
    theorems = [of.iterates(), of.solves(), of.same(), *(() if of.penalty else (of.nearest(), of.least_norm()))]
    for theorem in theorems:
        proof = theorem.proof.step if isinstance(theorem.proof, Induction) else theorem.proof
        assert isinstance(proof, Calculation)
        for at, step in enumerate(proof.steps):
            facts = [source for source in step.by if isinstance(source, Theorem) and source.assumptions]
            for fact in facts:
                without = replace(step, by=tuple(source for source in step.by if source is not fact))
                twin = replace(proof, steps=(*proof.steps[:at], without, *proof.steps[at + 1 :]))
                with pytest.raises(ProofError):
                    check(replace(theorem.proof, step=twin) if isinstance(theorem.proof, Induction) else twin)


@pytest.mark.parametrize("of", [PLAIN, RIDGE], ids=["plain", "ridge"])
def test_last_lines_that_are_off_are_refused(of: Convergence) -> None:
    for theorem in (of.solves(), of.same(), *(() if of.penalty else (of.nearest(), of.least_norm()))):
        for factor in (1, -eta):
            with pytest.raises(ProofError):
                with_last_line(theorem, lambda line, by=factor: line + by * (wrap(1) if line.is_scalar else U * U.T))


@pytest.mark.parametrize(("penalty", "factor"), [(0, 1 - eta), (lam, sympy.Integer(1)), (lam, 1 - eta * lam)])
def test_other_rates_are_not_those_of_the_iterates(penalty: object, factor: sympy.Expr) -> None:
    of = Convergence(sympy.sympify(penalty))
    other = factor * Identity(r) - eta * of.eigenvalues.name()
    with pytest.raises(ProofError):
        altered(of, rates=replace(of.rates, body=other)).iterates()


def test_the_limit_in_plain_fractions() -> None:
    """f = 3, two samples, Uᵀ of rotated axes: the limit is what the theorems say, and descent tends to it."""
    half = Fraction(1, 2)
    columns = [[Fraction(3, 5), Fraction(4, 5), Fraction(0)], [Fraction(0), Fraction(0), Fraction(1)]]
    coordinates = [[Fraction(2), Fraction(0)], [Fraction(0), Fraction(1)]]
    samples = [[sum(a * u[k] for a, u in zip(c, columns, strict=True)) for k in range(3)] for c in coordinates]
    targets = [[Fraction(1), Fraction(-2), Fraction(4)], [Fraction(0), Fraction(5), Fraction(1)]]
    start = [[Fraction(3 * a - 2 * b) for b in range(3)] for a in range(3)]
    S = [[half * sum(x[a] * x[b] for x in samples) for b in range(3)] for a in range(3)]
    for penalty in (Fraction(0), Fraction(1, 4)):
        rate, weights = half, start

        def gradient(at: list[list[Fraction]], penalty: Fraction = penalty) -> list[list[Fraction]]:
            return [
                [
                    sum(S[a][k] * at[k][b] for k in range(3))
                    - half * sum(x[a] * y[b] for x, y in zip(samples, targets, strict=True))
                    + 2 * penalty * at[a][b]
                    for b in range(3)
                ]
                for a in range(3)
            ]

        basis = [*columns, [Fraction(4, 5), Fraction(-3, 5), Fraction(0)]][: 3 if penalty else 2]
        eigen = [sum(u[a] * S[a][b] * u[b] for a, b in product(range(3), repeat=2)) + 2 * penalty for u in basis]
        assert all(0 < rate * s < 2 for s in eigen)
        first = gradient(start)
        limit = [
            [
                start[a][b]
                - sum(u[a] * sum(u[k] * first[k][b] for k in range(3)) / s for u, s in zip(basis, eigen, strict=True))
                for b in range(3)
            ]
            for a in range(3)
        ]
        assert gradient(limit) == [[Fraction(0)] * 3] * 3
        for _ in range(60):
            slope = gradient(weights)
            weights = [[weights[a][b] - rate * slope[a][b] for b in range(3)] for a in range(3)]
        assert max(abs(weights[a][b] - limit[a][b]) for a, b in product(range(3), repeat=2)) < Fraction(1, 10**6)


def test_the_assumption_is_about_the_entries_of_a_diagonal_matrix() -> None:
    assert "$Γ$ is diagonal" in SERIES
    assert "$Σ γᵏ = 1/(1 − γ)$" in SERIES


def test_a_limit_is_put_in_for_its_sequence_alone() -> None:
    """What depends on L in another way has no limit by this rule."""
    fact = PLAIN.series()
    assert isinstance(fact.statement, Limit)
    W, partial = PLAIN.descent.name, fact.statement.sequence
    for value in (partial + L * partial, partial + PLAIN.rates.name() ** L, U * partial * U.T * W[L]):
        name = Name("T", value.shape, arity=1)
        proved = check(Calculation(name[L], (Step(name[L]),)))
        claimed = check(Assumption("some sequence", Equation(proved.equation.left, value)))
        with pytest.raises((ProofError, ValueError)):
            check(Passage(claimed, fact))
    assert isinstance(PLAIN.limit().statement, Limit)
    with pytest.raises(ProofError, match="a limit is needed"):
        check(Passage(PLAIN.iterates(), PLAIN.iterates()))


def test_no_limit_prints_a_product_with_zero() -> None:
    for of in (PLAIN, RIDGE):
        assert to_text(of.limit().statement) == "lim_{L→∞} W_L = W_0 − η U M Uᵀ ∇ℒ_N(W_0)"
