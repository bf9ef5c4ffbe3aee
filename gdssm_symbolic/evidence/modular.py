"""Output and prediction evaluated at random points modulo random primes: evidence at sizes too large to be written out.

Both sides are polynomials in the data, the start W_0 and the scalars η, λ and a. As in `unroller`, the GD-SSM is run
token by token and gradient descent sample by sample, but with numbers modulo a prime (python-flint's nmod_mat).
If the sides differ at a point, they are different polynomials: that is certain. If they are different polynomials, they
still agree at a point that is drawn at random, with its prime p > 2^60, with a probability of at most

    d/2^60 + b/P

A polynomial of degree d has at most a share d/p of the points as zeros (Schwartz and Zippel), unless all its
coefficients vanish modulo p. An integer below 2^(60 (b+1)) has at most b such primes as divisors; P is how many there
are below 2^61, without those that divide a denominator. Of these there are at least 3·2^60/(5·ln 2^60) (Rosser and
Schoenfeld 1962, corollary 3 of theorem 2). The degree and the largest coefficient are bounded by the same program, run
on `Bound` in place of matrices. Trials are independent, so that their probabilities are multiplied.

This is true of uniform and independent draws. They come from Python's random numbers and a seed; so it is the
probability for a layer that was written without regard to the draws of that seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import add
from random import Random
from typing import Any

import flint
import sympy

from gdssm_symbolic.layers import ConstructedTokenLayer, GradientDescent, Layer, N, TwoHeadLayer, WindowLayer, eta

from .unroller import PLAIN, SCALARS, scalar_terms

#: Primes have 61 bits: they are drawn from this to twice this.
BITS = 60
LEAST = 1 << BITS
#: There are at least so many of them, as ln 2^60 < 41.6.
PRIMES = 30 * LEAST // (5 * 416)
#: So many points are tried unless another number is given.
TRIALS = 2

Matrix = Any  # flint.nmod_mat, or Bound
Number = Any  # an integer modulo the prime, or Bound


@dataclass(frozen=True)
class Bound:
    """What all entries of a matrix of polynomials have in common: each is P / denominator.

    P has integer coefficients, whose absolute values add up to at most `size`, and at most this degree.
    """

    rows: int
    columns: int
    degree: int
    size: int
    denominator: int = 1

    def __add__(self, other: Bound) -> Bound:
        shared = lcm(self.denominator, other.denominator)
        size = sum(one.size * (shared // one.denominator) for one in (self, other))
        return Bound(self.rows, self.columns, max(self.degree, other.degree), size, shared)

    __sub__ = __add__

    def __mul__(self, other: Bound) -> Bound:
        """Return that of the product of two matrices, or of a number, which is a matrix of one row, and a matrix."""
        rows = other.rows if self.rows == self.columns == 1 else self.rows
        size = self.size * other.size * self.columns
        degree = self.degree + other.degree if size else 0
        return Bound(rows, other.columns, degree, size, self.denominator * other.denominator)

    def transpose(self) -> Bound:
        return Bound(self.columns, self.rows, self.degree, self.size, self.denominator)


@dataclass(frozen=True)
class Sides:
    """Both sides at one point: the data as matrices, and what scalars of a construction are there."""

    features: int
    targets: int
    x: Sequence[Matrix]  # x[i], i = 0..N, columns; the last one is the query
    y: Sequence[Matrix]  # y[i], i = 0..N-1
    start: Matrix  # W_0, f × targets
    zero: Callable[[int, int], Matrix]
    number: Callable[[sympy.Expr], Number]

    def output(self, layer: Layer, steps: int = 1) -> Matrix:
        """Return the last output of the construction; `steps` is the number of two-head layers."""
        if isinstance(layer, ConstructedTokenLayer):
            return self._constructed_tokens(layer)
        tokens = [token for pair in zip(self.x, self.y, strict=False) for token in pair] + [self.x[-1]]
        windows = [tokens[p : p + 3] for p in range(0, len(tokens) - 2, layer.stride)]
        readout = reduce(add, (self.number(layer.q[k, 0]) * token for k, token in enumerate(windows[-1])))
        if isinstance(layer, WindowLayer):
            state = self._state(windows, layer.Q, layer.decay)
            state = state.transpose() if layer.read_transposed else state
            return self.number(layer.beta) * (state * readout)
        return self._two_heads(layer, windows, steps) * readout

    def _constructed_tokens(self, layer: ConstructedTokenLayer) -> Matrix:
        psi, theta = ([self.number(entry) for entry in row] for row in (layer.Psi, layer.Theta))
        decay, state = self.number(layer.decay), self.zero(self.features, 1)
        for x, y, following in zip(self.x[:-1], self.y, self.x[1:], strict=True):
            token = x * y, following
            state = decay * state + (psi[0] * token[0] + psi[1] * token[1])
        read = theta[0] * token[0] + theta[1] * token[1]
        return self.number(layer.beta) * (state.transpose() * read)

    def _state(
        self, windows: Iterable[Sequence[Matrix]], weights: sympy.ImmutableDenseMatrix, decay: sympy.Expr
    ) -> Matrix:
        factor, state = self.number(decay), self.zero(self.features, self.features)
        numbers = [(i, j, self.number(weights[i, j])) for i in range(3) for j in range(3) if weights[i, j] != 0]
        for columns in windows:
            state = factor * state
            for i, j, number in numbers:
                state = state + (number * columns[i]) * columns[j].transpose()
        return state

    def _two_heads(self, layer: TwoHeadLayer, windows: Sequence[Sequence[Matrix]], steps: int) -> Matrix:
        rate, keep = self.number(layer.rate), self.number(layer.keep)
        current = self.start if layer.start_transposed else self.start.transpose()
        first, second = (self._state(windows, weights, layer.decay) for weights in (layer.Q, layer.Q_tilde))
        for _ in range(steps):
            read = current.transpose() if layer.update_transposed else current
            current = keep * current + rate * (read * second - first)
        return current

    def prediction(self, steps: int, goal: GradientDescent) -> Matrix:
        """Return W_Lᵀx for the query after gradient descent from W_0, on the loss as `unroller` has it.

        The gradient of 1/(2N) Σ a^{N-i} ‖Wᵀx_i - y_i‖² + λ‖W‖² is (1/N) Σ a^{N-i} x_i (Wᵀx_i - y_i)ᵀ + 2λW.
        """
        W, samples = self.start, list(zip(self.x[:-1], self.y, strict=True))
        rate, share = self.number(eta), self.number(1 / N)
        penalty, forgetting = self.number(2 * goal.penalty), self.number(goal.forgetting)
        for _ in range(steps):
            slope = self.zero(self.features, self.targets)
            for x, y in samples:
                error = x.transpose() * W - y.transpose()
                slope = forgetting * slope + x * error
            W = W - rate * (share * slope + penalty * W)
        return W.transpose() * self.x[-1]


@dataclass(frozen=True)
class Modular:
    """What an evaluation at random points found: all agree, or the sides differ at the last of the points.

    `chance` bounds the probability that all agree although the sides are different polynomials.
    """

    degree: int
    primes: tuple[int, ...]  # one for each point that was tried
    chance: Fraction
    differs_at: int | None  # the first entry of the output, from 1, that differs from the prediction

    @property
    def agrees(self) -> bool:
        return self.differs_at is None


def evaluate(
    layer: Layer,
    features: int,
    samples: int,
    steps: int = 1,
    *,
    free_start: bool,
    goal: GradientDescent = PLAIN,
    trials: int = TRIALS,
    seed: int = 0,
    on_trial: Callable[[int], object] = lambda _: None,
) -> Modular:
    """Compare the layer's last output with the prediction of gradient descent at random points, up to a difference.

    W_0 is drawn if the start is free, else 0. Only the penalty and the forgetting factor of the goal are used.
    `on_trial` is told the number of each trial.

    Raises ValueError for a size, or a number of trials, below 1, and as `scalar_terms` does.
    """
    if min(features, samples, trials) < 1:
        raise ValueError("sizes and trials start at 1")
    size = features, samples, 1 if isinstance(layer, ConstructedTokenLayer) else features
    bounds = _bounds(*size, free_start)
    bound = bounds.output(layer, steps) - bounds.prediction(steps, goal)
    draw = Random(seed)  # noqa: S311 - a sample, and no secret
    primes: list[int] = []
    differs_at = None
    while differs_at is None and len(primes) < trials:
        on_trial(len(primes) + 1)
        primes.append(_prime(draw, bound.denominator))
        sides = _at_random_point(draw, primes[-1], *size, free_start)
        output, prediction = sides.output(layer, steps), sides.prediction(steps, goal)
        differs_at = next((k + 1 for k in range(output.nrows()) if output[k, 0] != prediction[k, 0]), None)
    return Modular(bound.degree, tuple(primes), chance_of_agreement(bound) ** len(primes), differs_at)


def chance_of_agreement(bound: Bound) -> Fraction:
    """Return a bound of the probability that a difference with such a bound, which is not 0, vanishes at a point."""
    primes = PRIMES - _primes_in(bound.denominator)
    return Fraction(bound.degree, LEAST) + Fraction(_primes_in(bound.size), primes)


def _primes_in(number: int) -> int:
    """Return how many primes of this length a number up to this one can have as divisors."""
    return max(number.bit_length() - 1, 0) // BITS


def _prime(draw: Random, denominator: int) -> int:
    """Draw one of the primes of 61 bits that do not divide the denominator."""
    while True:
        prime = draw.randrange(LEAST, 2 * LEAST)
        if flint.fmpz(prime).is_prime() and denominator % prime:
            return prime


def most_terms(
    layer: Layer, features: int, samples: int, steps: int = 1, *, free_start: bool, goal: GradientDescent = PLAIN
) -> int:
    """Return a bound of the number of terms that an entry of either side has, written out."""
    size = features, samples, 1 if isinstance(layer, ConstructedTokenLayer) else features
    ones = _bounds(*size, free_start, coefficients=False)
    return max(ones.output(layer, steps).size, ones.prediction(steps, goal).size)


def _bounds(features: int, samples: int, targets: int, free_start: bool, *, coefficients: bool = True) -> Sides:
    """Return both sides with bounds in place of numbers: every entry of the data is an unknown.

    Without their coefficients, all terms of numbers count as 1, so that a size is a number of terms.
    """

    def number(value: sympy.Expr) -> Bound:
        terms = scalar_terms(value, features, samples)
        if not coefficients:
            terms = [(powers, sympy.Integer(coefficient != 0)) for powers, coefficient in terms]
        denominator = lcm(*(int(coefficient.q) for _, coefficient in terms))
        size = sum(abs(int(coefficient * denominator)) for _, coefficient in terms)
        return Bound(1, 1, max(sum(powers) for powers, _ in terms), size, denominator)

    x, y = [Bound(features, 1, 1, 1)] * (samples + 1), [Bound(targets, 1, 1, 1)] * samples
    start = Bound(features, targets, 1, 1) if free_start else Bound(features, targets, 0, 0)
    return Sides(features, targets, x, y, start, lambda rows, columns: Bound(rows, columns, 0, 0), number)


def _at_random_point(draw: Random, prime: int, features: int, samples: int, targets: int, free_start: bool) -> Sides:
    """Return both sides at a point of random numbers modulo the prime."""

    def drawn(rows: int, columns: int) -> Matrix:
        return flint.nmod_mat(rows, columns, [draw.randrange(prime) for _ in range(rows * columns)], prime)

    def zero(rows: int, columns: int) -> Matrix:
        return flint.nmod_mat(rows, columns, prime)

    def number(value: sympy.Expr) -> int:
        total = 0
        for powers, coefficient in scalar_terms(value, features, samples):
            term = int(coefficient.p) * pow(int(coefficient.q), -1, prime)
            for scalar, power in zip(scalars, powers, strict=True):
                term = term * pow(scalar, power, prime) % prime
            total += term
        return total % prime

    scalars = [draw.randrange(prime) for _ in SCALARS]
    x = [drawn(features, 1) for _ in range(samples + 1)]
    y = [drawn(targets, 1) for _ in range(samples)]
    start = (drawn if free_start else zero)(features, targets)
    return Sides(features, targets, x, y, start, zero, number)
