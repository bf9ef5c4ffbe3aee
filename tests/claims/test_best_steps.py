"""OPTL: mutated twins that must fail, and the same numbers found in other ways."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
import sympy
from mutants import altered
from vocabulary import f

from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform, alpha
from gdssm_symbolic.extensions.positivity import shifted_terms
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, substitute
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.layers import N as SAMPLES
from gdssm_symbolic.theory.best_rate import Optimum
from gdssm_symbolic.theory.best_steps import BestSteps, ExplicitSteps, coefficients, independence

ONE = sympy.Integer(1)


PER_CENT = sympy.Rational(101, 100)


@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("law", [Uniform(), Normal()], ids=["uniform", "normal"])
def test_predict_is_the_proved_solution(law: Law, steps: int) -> None:
    """`gdssm predict` solves at one size; the claim solves for all sizes."""
    explicit = ExplicitSteps(BestSteps(steps, law))
    for features, samples, scale in ((1, 1, ONE), (5, 10, ONE / 2), (50, 10, ONE), (3, 1000, ONE * 3)):
        at = {f: features, SAMPLES: samples, alpha: scale}
        claimed = [one.body.value.subs(at) / explicit.d.body.value.subs(at) for one in explicit.a]
        scaled = type(law)(scale)
        found = Optimum(steps, scaled, ONE * 0, sympy.Integer(features), sympy.Integer(samples))
        assert list(found.coefficients) == claimed
        assert found.learning_rates() is not None


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_coefficient_off_by_one_per_cent_solves_no_normal_equation(number: int) -> None:
    explicit = ExplicitSteps(BestSteps(3, Normal()))
    wrong = explicit.a[number]
    explicit.a[number] = replace(wrong, body=PER_CENT * wrong.body)
    with pytest.raises(ProofError):
        explicit.equations()


def test_a_wrong_right_side_or_determinant_is_no_completed_square() -> None:
    best = BestSteps(2, AnyLaw("mu", 8))
    assert best.completed().statement == best.statement()
    for name in ("D", "A", "b"):
        wrong = getattr(best, name)
        with pytest.raises(ProofError):
            altered(best, **{name: replace(wrong, body=PER_CENT * wrong.body)}).completed()


def test_a_wrong_moment_is_no_moment_of_the_error() -> None:
    twin = BestSteps(2, Normal())
    twin.moments[3] = replace(twin.moments[3], body=PER_CENT * twin.moments[3].body)
    with pytest.raises(ProofError):
        twin.quadratic()


def test_four_steps_have_independent_functions_too() -> None:
    assert independence(4).statement.weights == coefficients(4)


def test_the_discriminant_is_the_discriminant() -> None:
    """Against SymPy's, for the polynomial with these coefficients at one size."""
    z = sympy.Symbol("z")
    for steps, law in product((2, 3), (Uniform(), Normal())):
        explicit = ExplicitSteps(BestSteps(steps, law))
        at = {f: 4, SAMPLES: 7, alpha: ONE / 3}
        d, a = explicit.d.body.value.subs(at), [one.body.value.subs(at) for one in explicit.a]
        p = d - sum(value * z ** (k + 1) for k, value in enumerate(a))
        values = {"d": d} | {f"a{k}": value for k, value in enumerate(a)}
        symbols = {key: sympy.Symbol(key) for key in values}
        as_scalars = {one.name: Scalar(symbols[f"a{k}"]) for k, one in enumerate(explicit.a)}
        as_scalars[explicit.d.name] = Scalar(symbols["d"])
        written = as_scalar(explicit.discriminant(), as_scalars)
        assert written.subs({symbols[key]: value for key, value in values.items()}) == sympy.discriminant(p, z)


def as_scalar(expr: Expr, scalars: dict[Name, Scalar]) -> sympy.Expr:
    terms, symbols = shifted_terms(substitute(expr, {}, scalars))
    return sympy.Add(
        *(
            sympy.Rational(int(c.p), int(c.q)) * sympy.Mul(*map(sympy.Pow, symbols, powers))
            for powers, c in terms.items()
        )
    )
