"""The unroller against plain fractions and against known polynomials; it knows nothing of the core."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy

from gdssm_symbolic.evidence.unroller import PLAIN, Unroller, agrees, first_difference
from gdssm_symbolic.layers import (
    ConstructedTokenLayer,
    GradientDescent,
    Layer,
    N,
    TwoHeadLayer,
    WindowLayer,
    entries,
    eta,
    f,
)

Rows = list[list[Fraction]]


def plain_descent(x: Rows, y: Rows, start: Rows, rate: Fraction, steps: int) -> list[Fraction]:
    """Gradient descent and its prediction in plain fractions, written independently, sample by sample."""
    samples, features, targets = len(y), len(x[0]), len(y[0])
    W = [row[:] for row in start]
    for _ in range(steps):
        slope = [[Fraction(0)] * targets for _ in range(features)]
        for inputs, goal in zip(x, y, strict=False):
            error = [sum((W[a][b] * inputs[a] for a in range(features)), -goal[b]) for b in range(targets)]
            for a in range(features):
                for b in range(targets):
                    slope[a][b] += inputs[a] * error[b] / samples
        W = [[w - rate * s for w, s in zip(*rows, strict=True)] for rows in zip(W, slope, strict=True)]
    return [sum((W[a][b] * x[-1][a] for a in range(features)), Fraction(0)) for b in range(targets)]


@pytest.mark.parametrize(
    ("features", "samples", "targets", "steps"), [(1, 1, 1, 1), (2, 3, 1, 1), (3, 2, 3, 1), (2, 2, 2, 3)]
)
def test_gradient_descent_is_the_plain_one(features: int, samples: int, targets: int, steps: int) -> None:
    both = Unroller(features, samples, targets, free_start=True)
    rng = random.Random(features * 100 + samples)
    point = [Fraction(rng.randint(-5, 5), rng.randint(1, 4)) for _ in both.ring.gens()]
    values = iter(point)
    x = [[next(values) for _ in range(features)] for _ in range(samples + 1)]
    y = [[next(values) for _ in range(targets)] for _ in range(samples)]
    start = [[next(values) for _ in range(targets)] for _ in range(features)]
    expected = plain_descent(x, y, start, next(values), steps)
    numbers = [str(value) for value in point]
    found = [p(*(sympy_to_flint(text) for text in numbers)) for p in both.prediction(steps)]
    assert [Fraction(int(value.p), int(value.q)) for value in found] == expected


def sympy_to_flint(text: str) -> object:
    import flint

    value = Fraction(text)
    return flint.fmpq(value.numerator, value.denominator)


def test_one_step_by_hand() -> None:
    """f = N = 1: the prediction is η y x₁ x₂, and the GD-SSM's output is the same polynomial."""
    both = Unroller(1, 1, 1)
    x, query, y, rate = both.x[0][0], both.x[1][0], both.y[0][0], both.eta
    assert both.prediction() == [rate * y * x * query]
    assert both.output(WindowLayer()) == both.output(ConstructedTokenLayer()) == [rate * y * x * query]


@pytest.mark.parametrize(
    "layer", [ConstructedTokenLayer(), WindowLayer(), TwoHeadLayer()], ids=lambda layer: layer.kind
)
def test_the_constructions_agree_at_small_sizes(layer: Layer) -> None:
    steps = (0, 1, 2) if isinstance(layer, TwoHeadLayer) else (1,)
    assert all(agrees(layer, features, samples, s) for features in (1, 2, 3) for samples in (1, 2, 3) for s in steps)


def test_windows_at_every_token() -> None:
    both = Unroller(2, 3, 2)
    assert len(both._windows(2)) == 3
    assert len(both._windows(1)) == 5
    assert both._windows(2)[-1][2] == both._windows(1)[-1][2] == both.x[3]


def test_rational_entries_are_taken_at_the_size() -> None:
    same = replace(
        WindowLayer(), Q=entries([[0, 0, 0], [-f / (f + N), 0, 0], [0, 0, 0]]), beta=-eta * (f + N) / (f * N)
    )
    assert agrees(same, 2, 3)
    late = replace(WindowLayer(), beta=-eta / N + eta * (N - 1) * (N - 2))
    assert [agrees(late, 1, samples) for samples in (1, 2, 3)] == [True, True, False]


def test_sizes_start_at_one() -> None:
    with pytest.raises(ValueError, match="start at 1"):
        Unroller(0, 1, 1)
    with pytest.raises(sympy.PolynomialError):
        Unroller(1, 1, 1).coefficient(1 / eta)


def test_entries_are_made_one_at_a_time() -> None:
    """Of a layer that differs in the second entry alone, two entries of each side are made, and no third."""
    both = Unroller(3, 2, 3, free_start=True)
    made: list[str] = []

    class Counted(Unroller):
        def output_entries(self, layer: Layer, steps: int = 1) -> Iterator[object]:
            for place, entry in enumerate(both.output_entries(layer, steps), 1):
                made.append("output")
                yield entry + (place == 2)

        def prediction_entries(self, steps: int = 1, goal: GradientDescent = PLAIN) -> Iterator[object]:
            for entry in both.prediction_entries(steps, goal):
                made.append("prediction")
                yield entry

    assert first_difference(Counted(3, 2, 3, free_start=True), TwoHeadLayer(), 2, PLAIN) == 2
    assert made == ["output", "prediction"] * 2
    assert first_difference(both, TwoHeadLayer(), 2, PLAIN) is None


@pytest.mark.parametrize(("update", "start"), [(True, False), (False, True), (True, True)])
def test_rows_of_the_last_layer_are_those_of_all_layers(*, update: bool, start: bool) -> None:
    """With transposed matrices too: V_2 from V_1, entry by entry, in plain matrices of polynomials."""
    layer = replace(TwoHeadLayer(), update_transposed=update, start_transposed=start)
    both = Unroller(2, 2, 2, free_start=True)
    x, y, W, rate = both.x, both.y, both.start, both.eta * both.number(-1) / 2
    Z = [[sum(y[i][r] * x[i][c] for i in range(2)) for c in range(2)] for r in range(2)]
    gram = [[sum(x[i][r] * x[i][c] for i in range(2)) for c in range(2)] for r in range(2)]
    V = W if start else [list(column) for column in zip(*W, strict=True)]
    for _ in range(2):
        read = [list(column) for column in zip(*V, strict=True)] if update else V
        V = [
            [V[r][c] + rate * (sum(read[r][k] * gram[k][c] for k in range(2)) - Z[r][c]) for c in range(2)]
            for r in range(2)
        ]
    assert both.output(layer, 2) == [sum(V[r][c] * x[2][c] for c in range(2)) for r in range(2)]
