"""DESCENT: conservation, the proof for three heads, and the local minimum of one head fail when a number is changed.

The second variation is compared with the Hessian of the exact loss, which is computed without the exact engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy
from mutants import with_last_line, with_other
from vocabulary import f, n

from gdssm_numeric.population_loss import INDICES, LAWS, PopulationLoss
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.theory import descent, descent_of_one_head
from gdssm_symbolic.theory.best_rate import Optimum
from gdssm_symbolic.theory.descent_of_one_head import COEFFICIENTS, LAW, MOMENTS, OF_SIZES, READOUT, WEIGHTS, u_2, u_3

Rational = sympy.Rational
SIZES = ((2, 2, "uniform"), (3, 2, "normal"), (2, 2, "0 or ±3"), (4, 2, "uniform"))
#: The changes at N = 2, by the parameter that they change: entries of Q by row and column, of q by number.
CHANGES = {**{(row, column): U for (row, column), U in WEIGHTS.items()}, 2: u_2, 3: u_3}


def at(law: str, features: int) -> dict[sympy.Expr, sympy.Expr]:
    """f and the moments of a law."""
    moments = (Rational(LAWS[law][order].numerator, LAWS[law][order].denominator) for order in (2, 4, 6))
    return dict(zip(MOMENTS, (sympy.Integer(features), *moments), strict=True))


def scaled_hessian(features: int, samples: int, law: str) -> Mapping[tuple[object, object], Fraction]:
    """f D² times the second variation of one component's loss at the point, as a bilinear form in the changes."""
    loss = PopulationLoss(features, samples, law)
    values = at(law, features)
    D = Fraction(str(descent_of_one_head.divisor_at(samples).subs(values)))
    second = LAWS[law][2]
    G, b = loss.second_moments, [D * entry for entry in loss.correlations]
    point = INDICES.index((2, 3, 1))
    slope = [second * row[point] - one for row, one in zip(G, b, strict=True)]  # of the loss in T, halved

    def first(change: object) -> int:
        return INDICES.index((*change, 1) if isinstance(change, tuple) else (2, 3, change))

    def weight(change: object) -> Fraction:
        return Fraction(1) if isinstance(change, tuple) else second

    found = {}
    for one in CHANGES:
        for other in CHANGES:
            value = weight(one) * weight(other) * G[first(one)][first(other)]
            pair = next(
                (c for c in ((one, other), (other, one)) if isinstance(c[0], tuple) and isinstance(c[1], int)), None
            )
            if pair is not None:
                value += slope[INDICES.index((*pair[0], pair[1]))]
            found[one, other] = features * value
    return found


# ---- one head --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("features", "samples", "law"), SIZES)
def test_the_second_variation_is_the_hessian_of_the_exact_loss(features: int, samples: int, law: str) -> None:
    values, hessian = at(law, features), scaled_hessian(features, samples, law)
    total = sympy.expand(sum(form.body.value for form in descent_of_one_head.forms()).subs(values))
    for one, U in CHANGES.items():
        for other, also in CHANGES.items():
            assert Rational(str(hessian[one, other])) * 2 == sympy.diff(total, U, also), (one, other)


@pytest.mark.parametrize(
    ("features", "samples", "law"), [(2, 3, "uniform"), (3, 3, "normal"), (2, 4, "uniform"), (2, 6, "normal")]
)
def test_so_it_is_in_the_direction_of_the_saddle_for_more_samples(features: int, samples: int, law: str) -> None:
    hessian, values = scaled_hessian(features, samples, law), at(law, features)
    arguments = (features, samples, *(values[moment] for moment in MOMENTS[1:]))
    a, c, g = (body(*arguments) for body in (descent_of_one_head._a, descent_of_one_head._c, descent_of_one_head._g))
    second = values[MOMENTS[1]]
    assert hessian[(2, 1), (2, 1)] == features**2 * a
    assert hessian[(2, 1), 3] == -(features**2) * second**2 * c
    assert hessian[3, 3] == features**3 * second**3 * g
    assert second * c**2 > features * a * g or (features, samples, law) == (2, 3, "normal")


def test_the_coefficient_and_the_losses_are_those_of_the_issue() -> None:
    mu, samples = sympy.symbols("mu N")
    at_one = descent_of_one_head.divisor_at(samples).subs(dict(zip(MOMENTS[1:], (1, mu, 0), strict=True)))
    assert sympy.expand(at_one - (samples * f + f**2 + f * mu - 2 * f + mu - 1)) == 0
    loss = PopulationLoss(2, 2, "uniform")
    assert loss.along((2, 3, 1)) == (Fraction(5, 14), Fraction(37, 63))
    assert loss.along((2, 1, 3))[1] == Fraction(6, 19)
    for features, number, law in ((3, 2, "normal"), (2, 3, "uniform"), (3, 4, "0 or ±3")):
        values = at(law, features)
        expected = values[MOMENTS[1]] / descent_of_one_head.divisor_at(number).subs(values)
        assert PopulationLoss(features, number, law).along((2, 3, 1))[0] == Fraction(str(expected))


def test_the_construction_is_better() -> None:
    """The two losses in `not_global` are the exact ones."""
    best = Optimum(1, LAW, sympy.Integer(0))
    values = {**at("normal", 3), sympy.Symbol("N", integer=True, positive=True): 2}
    assert PopulationLoss(3, 2, "normal").along((2, 1, 3))[1] == Fraction(str(best.loss.subs(values)))


@pytest.mark.parametrize("letter", COEFFICIENTS)
def test_a_sum_of_squares_with_another_coefficient_is_refused(letter: str) -> None:
    known = COEFFICIENTS[letter]
    sixth = known.parameters[-1]()
    twin = replace(known, body=known.body + sixth)
    uses = [theorem for theorem in descent_of_one_head.squares() if known in theorem.defined]
    assert uses
    for theorem in uses:
        with pytest.raises(ProofError):
            with_other(theorem, known, twin)


@pytest.mark.parametrize("number", range(4))
def test_a_sum_of_squares_is_refused_if_it_is_twice_as_large(number: int) -> None:
    with pytest.raises(ProofError):
        with_last_line(descent_of_one_head.squares()[number], lambda expr: 2 * expr)


def test_the_second_variation_without_a_part_is_refused() -> None:
    theorem = descent_of_one_head.second_variation()
    assert isinstance(theorem.proof, Calculation)
    *_, last = theorem.proof.steps
    dropped = last.by[-1]
    assert isinstance(dropped, Definition)
    with pytest.raises(ProofError):
        with_last_line(theorem, lambda expr: expr - dropped.name())


@pytest.mark.parametrize("samples", [2, 3, 4])
def test_another_scale_is_not_stationary(samples: int) -> None:
    wrong = descent_of_one_head.error(samples) - Rational(1, 100) * descent_of_one_head.output(
        samples, descent_of_one_head.ATTENTION, READOUT
    )
    mean = Mean(Name("G", (1, 1)), wrong.T * descent_of_one_head.first_order(samples), descent_of_one_head.LAWS)
    with pytest.raises(ProofError):
        check(Expectation(mean, Scalar(sympy.Integer(0))))


@pytest.mark.parametrize("letter", ["S", "J"])
def test_two_features_are_needed(letter: str) -> None:
    """At f = 1 the coefficients of the squares may be 0: an antisymmetric change of Q changes nothing."""
    for theorem in descent_of_one_head.positive():
        assert isinstance(theorem.proof, Positivity)
        positive = theorem.proof.statement
        if positive.number.name.text == letter:
            one = positive.number.arguments
            number = COEFFICIENTS[letter].name(n + 1, *one[1:])
            with pytest.raises(ProofError):
                check(Positivity(Positive(number, positive.nonnegative, positive.nonzero), theorem.proof.by))


@pytest.mark.parametrize(("features", "samples", "sixth"), [(2, 3, 5), (3, 2, 5), (3, 3, 9)])
def test_the_saddle_needs_samples_features_and_a_sixth_moment_that_is_not_too_large(
    features: int, samples: int, sixth: int
) -> None:
    v, rest, sigma = descent_of_one_head.v, descent_of_one_head.rest, descent_of_one_head.sigma
    k = descent_of_one_head.k
    moments = (sigma**2, sigma**4 * (1 + v), sigma**6 * (sixth * (1 + v) - rest))
    number = OF_SIZES["Δ"].name(n + features, k + samples, *moments)
    proof = descent_of_one_head.saddle()[0].proof
    assert isinstance(proof, Positivity)
    with pytest.raises(ProofError):
        check(Positivity(Positive(number, (v, rest), (sigma,)), proof.by))


@pytest.mark.parametrize("letter", OF_SIZES)
def test_the_second_variation_with_another_coefficient_is_refused(letter: str) -> None:
    known = OF_SIZES[letter]
    twin = replace(known, body=known.body + known.parameters[-1]())
    for theorem in (descent_of_one_head.towards_the_best(3), descent_of_one_head.no_minimum_for_any_number()[0]):
        with pytest.raises(ProofError):
            with_other(theorem, known, twin)


def test_at_heavy_tails_the_point_is_a_local_minimum_at_three_features_and_samples() -> None:
    """All leading minors of the exact Hessian, the scale apart, are positive for 0 or ±3; for uniform inputs not."""

    def definite(law: str) -> bool:
        hessian = scaled_hessian(3, 3, law)
        matrix = sympy.Matrix([[Rational(str(hessian[one, other])) for other in CHANGES] for one in CHANGES])
        return bool(matrix.is_positive_definite)

    assert definite("0 or ±3")
    assert not definite("uniform")


# ---- heads -----------------------------------------------------------------------------------------


def test_with_another_gradient_nothing_is_conserved() -> None:
    theorem = descent.conserved()
    for known in (descent.IN_U, descent.IN_V):
        with pytest.raises(ProofError):
            with_other(theorem, known, replace(known, body=2 * known.body))
    with pytest.raises(ProofError):
        with_last_line(theorem, lambda expr: expr + descent.s * (descent.U().T * descent.U()))


@pytest.mark.parametrize("number", [0, 1])
def test_another_gradient_is_refused(number: int) -> None:
    proof = descent.gradients()[number].proof
    with pytest.raises(ProofError):
        check(replace(proof, gradient=replace(proof.gradient, body=2 * proof.gradient.body)))


def test_twice_the_gradient_has_another_product_with_the_parameters() -> None:
    with pytest.raises(ProofError):
        with_last_line(descent.homogeneous(), lambda expr: 2 * expr)


def test_the_output_does_not_depend_on_a_part_of_the_product() -> None:
    def two_of_three(expr: Expr) -> Expr:
        assert isinstance(expr, Sum)
        return Sum(expr.body, expr.index, expr.lower, sympy.Integer(2))

    with pytest.raises(ProofError):
        with_last_line(descent.depends_on_the_product(), two_of_three)


def test_the_loss_is_not_convex_with_another_remainder_or_gradient() -> None:
    proof = descent.convex().proof
    with pytest.raises(ProofError):
        check(replace(proof, remainder=2 * proof.remainder))
    with pytest.raises(ProofError):
        check(replace(proof, gradient=replace(descent.RESIDUAL, body=-descent.RESIDUAL.body)))


def test_three_heads_with_another_determinant_are_refused() -> None:
    with pytest.raises(ProofError):
        with_last_line(descent.full_rank(), lambda expr: 2 * expr)


def test_the_direction_of_negative_curvature_needs_dependent_readouts() -> None:
    theorem = descent.moved()
    (readouts,) = (meaning for name, meaning in theorem.meanings.items() if name.text == "V")
    assert isinstance(readouts, Definition)
    with pytest.raises(ProofError):
        with_other(theorem, readouts, replace(readouts, body=readouts.body + Name("V'", readouts.name.shape)()))
    for one in (theorem, descent.low_rank()):
        with pytest.raises(ProofError):
            with_last_line(one, lambda expr: expr + descent.s**2 * descent.tau * expr)
