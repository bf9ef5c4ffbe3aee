"""Both sides at random points modulo primes, held against the polynomials that the unroller writes out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import flint
import pytest
import sympy

from gdssm_symbolic.evidence import modular
from gdssm_symbolic.evidence.modular import BITS, Bound, Sides, chance_of_agreement, evaluate, most_terms
from gdssm_symbolic.evidence.unroller import PLAIN, Unroller, agrees
from gdssm_symbolic.layers import (
    ConstructedTokenLayer,
    GradientDescent,
    Layer,
    N,
    TwoHeadLayer,
    WindowLayer,
    a,
    entries,
    eta,
    f,
    lam,
)

HALF = sympy.Rational(1, 2)
DENSE = entries([[1, -2, f], [HALF, 0, eta], [0, 3, -1 / N]])
PENALTY = replace(TwoHeadLayer(), keep=1 - 2 * eta * lam)
#: Layers in which every number and every switch is used, with steps and goals; no output needs to be a prediction.
LAYERS: list[tuple[Layer, int, GradientDescent]] = [
    (ConstructedTokenLayer(), 1, PLAIN),
    (ConstructedTokenLayer(entries([[2, HALF]]), entries([[eta, -3]]), a, 1 / N), 1, PLAIN),
    (WindowLayer(), 1, PLAIN),
    (WindowLayer(DENSE, entries([[1], [2], [eta]]), a, eta * f, 1, True), 1, PLAIN),
    (TwoHeadLayer(), 2, PLAIN),
    (PENALTY, 2, GradientDescent(penalty=lam)),
    (replace(TwoHeadLayer(), decay=a), 1, GradientDescent(forgetting=a)),
    (TwoHeadLayer(DENSE, DENSE.T, entries([[1], [2], [3]]), HALF, eta, lam, 1, True, True), 2, PLAIN),
    (TwoHeadLayer(), 0, PLAIN),
]
IDS = [f"{layer.kind}-{k}" for k, (layer, _, _) in enumerate(LAYERS)]


def value(polynomial: Any, point: list[int], prime: int) -> int:
    """A polynomial of the unroller at a point, modulo a prime."""
    total = 0
    for powers, coefficient in polynomial.to_dict().items():
        term = int(coefficient.p) * pow(int(coefficient.q), -1, prime)
        for number, power in zip(point, powers, strict=True):
            term = term * pow(number, int(power), prime) % prime
        total += term
    return total % prime


def point_of(sides: Sides) -> list[int]:
    """The same point as a list, in the order of the unknowns of the unroller."""
    columns = [*sides.x, *sides.y, *(sides.start[r, c] for r in range(sides.features) for c in range(sides.targets))]
    flat = [int(entry) for one in columns for entry in (one.entries() if isinstance(one, flint.nmod_mat) else [one])]
    return [*flat, *(int(sides.number(symbol)) for symbol in (eta, lam, a))]


@pytest.mark.parametrize(("layer", "steps", "goal"), LAYERS, ids=IDS)
def test_both_sides_are_the_polynomials_of_the_unroller_at_the_point(
    layer: Layer, steps: int, goal: GradientDescent
) -> None:
    features, samples = 2, 3
    targets = 1 if isinstance(layer, ConstructedTokenLayer) else features
    both, prime = Unroller(features, samples, targets, free_start=True), (1 << 61) - 1
    sides = modular._at_random_point(Random(4), prime, features, samples, targets, free_start=True)
    point = point_of(sides)
    output = [value(one, point, prime) for one in both.output(layer, steps)]
    prediction = [value(one, point, prime) for one in both.prediction(steps, goal)]
    assert list(map(int, sides.output(layer, steps).entries())) == output
    assert list(map(int, sides.prediction(steps, goal).entries())) == prediction
    assert any(output)
    assert any(prediction)


@pytest.mark.parametrize(("layer", "steps", "goal"), LAYERS, ids=IDS)
def test_degree_and_coefficients_are_bounded(layer: Layer, steps: int, goal: GradientDescent) -> None:
    features, samples = 2, 3
    targets = 1 if isinstance(layer, ConstructedTokenLayer) else features
    both = Unroller(features, samples, targets, free_start=True)
    bounds = modular._bounds(features, samples, targets, free_start=True)
    for polynomials, bound in (
        (both.output(layer, steps), bounds.output(layer, steps)),
        (both.prediction(steps, goal), bounds.prediction(steps, goal)),
    ):
        assert (bound.rows, bound.columns) == (targets, 1)
        for one in polynomials:
            whole = [coefficient * bound.denominator for coefficient in one.coeffs()]
            assert one.total_degree() <= bound.degree
            assert all(coefficient.q == 1 for coefficient in whole)
            assert sum(abs(int(coefficient.p)) for coefficient in whole) <= bound.size


@pytest.mark.parametrize(("layer", "steps", "goal"), LAYERS, ids=IDS)
@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 3), (3, 2)])
def test_it_finds_what_the_unroller_finds(
    layer: Layer, steps: int, goal: GradientDescent, size: tuple[int, int]
) -> None:
    free = isinstance(layer, TwoHeadLayer)
    assert evaluate(layer, *size, steps, goal=goal, free_start=free).agrees == agrees(layer, *size, steps, goal=goal)


CHANGED: list[Layer] = [
    replace(TwoHeadLayer(), rate=eta / N),
    replace(TwoHeadLayer(), rate=-eta / (N + 1)),
    replace(TwoHeadLayer(), keep=1 - eta),
    replace(TwoHeadLayer(), decay=1 - HALF**30),
    replace(TwoHeadLayer(), update_transposed=True),
    replace(TwoHeadLayer(), start_transposed=True),
    replace(TwoHeadLayer(), stride=1),
    *(replace(TwoHeadLayer(), Q=TwoHeadLayer().Q + entries(one)) for one in ([[1, 0, 0], [0] * 3, [0] * 3],)),
    replace(TwoHeadLayer(), Q=TwoHeadLayer().Q.T),
    replace(TwoHeadLayer(), q=entries([[1], [0], [0]])),
]


@pytest.mark.parametrize("layer", CHANGED, ids=str)
def test_a_wrong_layer_is_caught(layer: Layer) -> None:
    found = evaluate(layer, 20, 30, 3, free_start=True)
    assert (found.agrees, len(found.primes)) == (False, 1)
    assert found.differs_at == 1


def test_the_entry_that_differs_is_named() -> None:
    """Read transposed, the state differs in no entry if there is one feature, and in the first if there are more."""
    wrong = replace(WindowLayer(), read_transposed=True)
    assert evaluate(wrong, 1, 4, free_start=False).differs_at is None
    assert evaluate(wrong, 3, 4, free_start=False).differs_at == 1


def test_no_prime_is_known_beforehand() -> None:
    """A layer that is right modulo one prime only, as the numbers of 61 bits have many."""
    mersenne = (1 << 61) - 1
    assert not evaluate(replace(WindowLayer(), beta=-eta / N * (1 + mersenne)), 2, 3, free_start=False).agrees
    drawn = evaluate(WindowLayer(), 2, 3, free_start=False, trials=5).primes
    assert len(set(drawn)) == 5
    assert all(flint.fmpz(prime).is_prime() and prime.bit_length() == BITS + 1 for prime in drawn)
    lost = drawn[0]  # with the same seed this prime would come first, if it did not divide a denominator
    divided = evaluate(replace(WindowLayer(), beta=-eta / N * sympy.Rational(1, lost)), 2, 3, free_start=False)
    assert lost not in divided.primes
    assert not divided.agrees


def test_a_large_size() -> None:
    found = evaluate(TwoHeadLayer(), 100, 1000, 8, free_start=True, trials=1)
    assert (found.agrees, found.degree) == (True, 3 * 8 + 2)
    assert found.chance < Fraction(1, 2**50)


def test_the_number_of_terms_is_bounded() -> None:
    for layer, steps, goal in LAYERS:
        targets = 1 if isinstance(layer, ConstructedTokenLayer) else 2
        both = Unroller(2, 3, targets, free_start=True)
        written = max(map(len, both.output(layer, steps) + both.prediction(steps, goal)))
        assert written <= most_terms(layer, 2, 3, steps, goal=goal, free_start=True)
    (entry, *_) = Unroller(4, 5, 4, free_start=True).output_entries(TwoHeadLayer(), 2)
    assert len(entry) <= most_terms(TwoHeadLayer(), 4, 5, 2, free_start=True) < 1.2 * len(entry)


def test_the_probability() -> None:
    """By hand: f = N = 1, two heads, one step. The two sides are each w x' - η (w x x x' - y x x'), of degree 5."""
    found = evaluate(TwoHeadLayer(), 1, 1, 1, free_start=True, trials=3)
    assert found.degree == 5
    assert found.chance == Fraction(5, 2**BITS) ** 3
    assert evaluate(WindowLayer(), 1, 1, free_start=False).degree == 4  # from W_0 = 0, which adds no degree: η y x x'
    two = (1 << BITS) * (1 << BITS)  # has at most two divisors of this size, and as a denominator excludes two primes
    assert chance_of_agreement(Bound(1, 1, 7, two)) == Fraction(7, 2**BITS) + Fraction(2, modular.PRIMES)
    assert chance_of_agreement(Bound(1, 1, 0, two - 1, two)) == Fraction(1, modular.PRIMES - 2)


def test_there_are_as_many_primes_as_is_said() -> None:
    """The count from 2^k to 2^(k+1) is at least 3·2^k/(5·ln 2^k), where it can be counted; ln 2^60 < 41.6."""
    for k in range(5, 17):
        assert sum(map(sympy.isprime, range(2**k, 2 ** (k + 1)))) >= 3 * 2**k / (5 * sympy.log(2**k))
    assert sympy.log(2**BITS).evalf(30) < sympy.Rational(416, 10)
    assert 0 <= 3 * 2**BITS / (5 * sympy.Rational(416, 10)) - modular.PRIMES < 1


def test_a_seed_and_no_seed() -> None:
    one, same, other = (evaluate(WindowLayer(), 2, 2, free_start=False, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.primes != other.primes


def test_points_are_tried_until_one_differs() -> None:
    tried: list[int] = []
    evaluate(WindowLayer(), 1, 1, free_start=False, trials=4, on_trial=tried.append)
    assert tried == [1, 2, 3, 4]
    tried.clear()
    evaluate(replace(WindowLayer(), beta=eta), 1, 1, free_start=False, trials=4, on_trial=tried.append)
    assert tried == [1]


@pytest.mark.parametrize("wrong", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_sizes_and_trials_start_at_one(wrong: tuple[int, int, int]) -> None:
    features, samples, trials = wrong
    with pytest.raises(ValueError, match="start at 1"):
        evaluate(WindowLayer(), features, samples, free_start=False, trials=trials)
