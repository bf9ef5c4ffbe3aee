"""The explicit unroller: at given f, N and L, both sides as exact polynomials, entry by entry.

The data, the start W_0, the learning rate η, the weight λ of a penalty and a symbolic decay a are unknowns
of a polynomial ring over the rationals (python-flint). The GD-SSM is run token by token, and gradient
descent differentiates the loss polynomial. The unroller shares only the numbers of the construction with the
normal form. So if both find output and prediction equal, two independent computations agree.

Nearly all terms belong to the last layer and the last step. These are made for one entry of the output at a time, so
that a comparison holds one entry of each side: a tenth of the memory at f = 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import reduce
from itertools import product
from operator import add, mul, ne
from typing import Any

import flint
import sympy

from gdssm_symbolic.layers import (
    ConstructedTokenLayer,
    GradientDescent,
    Layer,
    N,
    TwoHeadLayer,
    WindowLayer,
    a,
    eta,
    f,
    lam,
)

Polynomial = Any  # flint.fmpq_mpoly
Vector = list[Polynomial]
Matrix = list[Vector]

#: Scalars that stay symbolic; they are unknowns after the data.
SCALARS = (eta, lam, a)
PLAIN = GradientDescent()


def scalar_terms(value: sympy.Expr, features: int, samples: int) -> list[tuple[tuple[int, ...], sympy.Rational]]:
    """Return a number of a construction at this f and N: the powers of η, λ and a in each term, and its coefficient.

    Raises a SymPy error of polynomials if it is none in these.
    """
    here = sympy.Poly(value.subs({f: features, N: samples}), *SCALARS, domain="QQ")
    return list(here.terms())


@dataclass
class Unroller:
    """Both sides at one size: f features, N samples, targets of `targets` components, W_0 free or zero."""

    features: int
    samples: int
    targets: int
    free_start: bool = False
    ring: Any = field(init=False)
    x: list[Vector] = field(init=False)  # x[i], i = 0..N; the last one is the query
    y: list[Vector] = field(init=False)  # y[i], i = 0..N-1
    start: Matrix = field(init=False)  # W_0, f × targets
    scalars: Vector = field(init=False)  # η, λ, a
    eta: Polynomial = field(init=False)

    def __post_init__(self) -> None:
        if min(self.features, self.samples, self.targets) < 1:
            raise ValueError("sizes start at 1")
        inputs = _names("x", self.samples + 1, self.features)
        outputs = _names("y", self.samples, self.targets)
        weights = _names("w", self.features, self.targets) if self.free_start else []
        scalars = [symbol.name for symbol in SCALARS]
        self.ring = flint.fmpq_mpoly_ctx.get([*inputs, *outputs, *weights, *scalars], flint.Ordering.degrevlex)
        unknowns = iter(self.ring.gens())
        self.x = _grid(lambda: next(unknowns), self.samples + 1, self.features)
        self.y = _grid(lambda: next(unknowns), self.samples, self.targets)
        start = (lambda: next(unknowns)) if self.free_start else (lambda: self.number(0))
        self.start = _grid(start, self.features, self.targets)
        self.scalars = list(unknowns)
        self.eta = self.scalars[0]

    def padded(self, size: int) -> Unroller:
        """Return the same samples and start, padded with zeros below so that inputs and targets have this size."""
        wide, zero = copy(self), self.number(0)
        wide.features = wide.targets = size
        wide.x, wide.y, start = (
            [row + [zero] * (size - len(row)) for row in rows] for rows in (self.x, self.y, self.start)
        )
        wide.start = start + _grid(lambda: zero, size - self.features, size)
        return wide

    def number(self, value: int | sympy.Rational) -> Polynomial:
        return self.ring.constant(value if isinstance(value, int) else flint.fmpq(int(value.p), int(value.q)))

    def coefficient(self, value: sympy.Expr) -> Polynomial:
        """Return a number of the construction at this f and N, as a polynomial in η, λ and a."""
        total = self.number(0)
        for powers, number in scalar_terms(value, self.features, self.samples):
            factors = (scalar**power for scalar, power in zip(self.scalars, powers, strict=True))
            total += reduce(mul, factors, self.number(number))
        return total

    # ---- the GD-SSM, token by token ------------------------------------------------------------

    def output(self, layer: Layer, steps: int = 1) -> Vector:
        """Return the last output of the construction, entry by entry; `steps` is the number of two-head layers."""
        return list(self.output_entries(layer, steps))

    def output_entries(self, layer: Layer, steps: int = 1) -> Iterator[Polynomial]:
        """Yield the entries of the last output, each made when it is asked for."""
        if isinstance(layer, ConstructedTokenLayer):
            yield from self._constructed_tokens(layer)
            return
        windows = self._windows(layer.stride)
        readout = self._columns(windows[-1], layer.q)
        if isinstance(layer, WindowLayer):
            state = self._state(windows, layer.Q, layer.decay)
            state = _transposed(state) if layer.read_transposed else state
            yield from (self.coefficient(layer.beta) * _inner(row, readout) for row in state)
            return
        yield from (_inner(row, readout) for row in self._two_heads(layer, windows, steps))

    def _constructed_tokens(self, layer: ConstructedTokenLayer) -> Vector:
        psi, theta = ([self.coefficient(entry) for entry in row] for row in (layer.Psi, layer.Theta))
        decay, zero = self.coefficient(layer.decay), self.number(0)
        state = [zero] * self.features
        for t in range(self.samples):
            token = [entry * self.y[t][0] for entry in self.x[t]], self.x[t + 1]
            state = [decay * z + psi[0] * a + psi[1] * b for z, a, b in zip(state, *token, strict=True)]
        read = [theta[0] * a + theta[1] * b for a, b in zip(*token, strict=True)]
        return [self.coefficient(layer.beta) * sum((z * r for z, r in zip(state, read, strict=True)), zero)]

    def _windows(self, stride: int) -> list[Matrix]:
        """Return the windows of three tokens of x_1, y_1, …, x_{N+1}, each as a list of three columns."""
        tokens = [token for pair in zip(self.x, self.y, strict=False) for token in pair] + [self.x[-1]]
        return [tokens[p : p + 3] for p in range(0, len(tokens) - 2, stride)]

    def _state(self, windows: list[Matrix], weights: sympy.ImmutableDenseMatrix, decay: sympy.Expr) -> Matrix:
        factor, size = self.coefficient(decay), range(self.features)
        numbers = [
            (i, j, self.coefficient(weights[i, j])) for i, j in product(range(3), repeat=2) if weights[i, j] != 0
        ]
        state = _grid(lambda: self.number(0), self.features, self.features)
        for columns in windows:
            state = [
                [sum((n * columns[i][r] * columns[j][c] for i, j, n in numbers), factor * state[r][c]) for c in size]
                for r in size
            ]
        return state

    def _two_heads(self, layer: TwoHeadLayer, windows: list[Matrix], steps: int) -> Iterator[Vector]:
        """Yield the rows of V_L; those of the last layer are made when they are asked for."""
        rate, keep = self.coefficient(layer.rate), self.coefficient(layer.keep)
        current = self.start if layer.start_transposed else _transposed(self.start)
        # Every layer reads the raw tokens with the same numbers, so all layers have the same states.
        first, second = (self._state(windows, weights, layer.decay) for weights in (layer.Q, layer.Q_tilde))

        def after(values: Matrix) -> Iterator[Vector]:
            columns = _transposed(second)
            for kept, read, z in zip(
                values, _transposed(values) if layer.update_transposed else values, first, strict=True
            ):
                bracket = _applied(columns, read)
                yield [keep * v + rate * (b - own) for v, b, own in zip(kept, bracket, z, strict=True)]

        for _ in range(steps - 1):
            current = list(after(current))
        yield from after(current) if steps else current

    def _columns(self, columns: Matrix, weights: sympy.ImmutableDenseMatrix) -> Vector:
        numbers = [self.coefficient(weights[k, 0]) for k in range(3)]
        return [
            sum((n * column[r] for n, column in zip(numbers, columns, strict=True)), self.number(0))
            for r in range(self.features)
        ]

    # ---- gradient descent on the loss polynomial -----------------------------------------------

    def prediction(self, steps: int = 1, goal: GradientDescent = PLAIN) -> Vector:
        """Return the prediction W_Lᵀx for the query after gradient descent from W_0 on the goal's loss, as a vector."""
        return list(self.prediction_entries(steps, goal))

    def prediction_entries(self, steps: int = 1, goal: GradientDescent = PLAIN) -> Iterator[Polynomial]:
        """Yield the entries of the prediction, each made when it is asked for."""
        gradient = _transposed(self._gradient())
        extra = [self.coefficient(goal.penalty), self.coefficient(goal.forgetting)]

        def after(columns: Matrix) -> Iterator[Vector]:
            """Yield the columns of W after a step, of which these are the columns before it."""
            known = [e for rows in (_transposed(columns), self.x, self.y, [extra]) for row in rows for e in row]
            for column, slopes in zip(columns, gradient, strict=True):
                yield [
                    w - self.eta * slope.compose(*known, ctx=self.ring) for w, slope in zip(column, slopes, strict=True)
                ]

        columns = _transposed(self.start)
        for _ in range(steps - 1):
            columns = list(after(columns))
        yield from (_inner(column, self.x[-1]) for column in (after(columns) if steps else columns))

    def _gradient(self) -> Matrix:
        """Return ∂L/∂W_ab, by differentiating L(W) = 1/(2N) Σ a^{N-i} ‖Wᵀx_i - y_i‖² + λ‖W‖² as a polynomial."""
        names = [
            *_names("W", self.features, self.targets),
            *_names("x", self.samples + 1, self.features),
            *_names("y", self.samples, self.targets),
            "penalty",
            "forgetting",
        ]
        ring = flint.fmpq_mpoly_ctx.get(names, flint.Ordering.degrevlex)
        unknowns = iter(ring.gens())
        W = _grid(lambda: next(unknowns), self.features, self.targets)
        x = _grid(lambda: next(unknowns), self.samples + 1, self.features)
        y = _grid(lambda: next(unknowns), self.samples, self.targets)
        penalty, forgetting = unknowns
        zero = ring.constant(0)
        squares = (
            forgetting ** (self.samples - 1 - i)
            * (sum((W[r][c] * x[i][r] for r in range(self.features)), zero) - y[i][c]) ** 2
            for i, c in product(range(self.samples), range(self.targets))
        )
        norm = sum((entry**2 for row in W for entry in row), zero)
        loss = reduce(add, squares, zero) * flint.fmpq(1, 2 * self.samples) + penalty * norm
        return [
            [loss.derivative(names[r * self.targets + c]) for c in range(self.targets)] for r in range(self.features)
        ]


def agrees(layer: Layer, features: int, samples: int, steps: int = 1, *, goal: GradientDescent = PLAIN) -> bool:
    """Return whether the layer's last output and the prediction of gradient descent are equal polynomials at this size.

    Only the penalty and the forgetting factor of the goal are used.

    With a one-head layer, descent starts from W_0 = 0; with a two-head layer, from a free W_0.
    """
    targets = 1 if isinstance(layer, ConstructedTokenLayer) else features
    both = Unroller(features, samples, targets, free_start=isinstance(layer, TwoHeadLayer))
    return first_difference(both, layer, steps, goal) is None


def first_difference(both: Unroller, layer: Layer, steps: int, goal: GradientDescent) -> int | None:
    """Return which entry of the output, from 1, is the first that differs from the prediction; None if none does."""
    differ = map(ne, both.output_entries(layer, steps), both.prediction_entries(steps, goal))  # keeps no entry
    return next((place for place, differs in enumerate(differ, 1) if differs), None)


def agrees_padded(layer: Layer, inputs: int, targets: int, size: int, samples: int, steps: int = 1) -> bool:
    """Return whether the layer's last output is the padded prediction, if all vectors are zero-padded to `size`."""
    both = Unroller(inputs, samples, targets, free_start=isinstance(layer, TwoHeadLayer))
    zeros = [both.number(0)] * (size - targets)
    return both.padded(size).output(layer, steps) == both.prediction(steps) + zeros


def _names(letter: str, rows: int, columns: int) -> list[str]:
    return [f"{letter}_{r}_{c}" for r, c in product(range(rows), range(columns))]


def _grid(make: Callable[[], Polynomial], rows: int, columns: int) -> Matrix:
    return [[make() for _ in range(columns)] for _ in range(rows)]


def _transposed(matrix: Matrix) -> Matrix:
    return [list(column) for column in zip(*matrix, strict=True)]


def _applied(matrix: Matrix, vector: Vector) -> Vector:
    return [_inner(row, vector) for row in matrix]


def _inner(left: Vector, right: Vector) -> Polynomial:
    return reduce(add, (a * b for a, b in zip(left, right, strict=True)))
