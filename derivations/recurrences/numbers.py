"""A recurrent layer and its algorithm in PyTorch, token by token: the algorithm by autograd on the loss.

Nothing of a proof is used here. The expressions of a layer become products of float64 tensors, and the gradient of a
loss is that of torch.autograd. So this is a second look at what was proved, at random data.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce
from itertools import count
from types import MappingProxyType

import sympy
import torch
from torch import Tensor

from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
    wrap,
)
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.recurrent.claims import AlgorithmClaim
from gdssm_symbolic.recurrent.layer import RecurrentLayer
from gdssm_symbolic.theory.least_squares import t

#: Sizes are this and the next ones, so that no two are equal.
SMALLEST_SIZE = 2


@dataclass
class Numbers:
    """Random sizes, constants and data from a seed, and the values that states have so far.

    Each is drawn when it is first met: sizes differ, numbers (gates, rates, decays) are from (0, 1), and the entries of
    vectors and matrices are normal, with the variance 1/rows. `meanings` are those of products over tokens, and what is
    an inverse is inverted. `functions` are those with definitions, such as diag, and `units` the names of unit vectors.
    """

    seed: int
    meanings: Mapping[Name, Joint]
    inverses: Mapping[Name, Expr]
    functions: Mapping[Name, Definition] = field(default_factory=dict)
    units: Collection[Name] = ()
    values: dict[tuple[Name, tuple[int, ...]], Tensor] = field(default_factory=dict)
    symbols: dict[sympy.Symbol, sympy.Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = torch.Generator().manual_seed(self.seed)
        self._sizes = count(SMALLEST_SIZE)

    def number(self, value: sympy.Expr, at: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
        """Return the value of an exact scalar, of a size or of an index."""
        for symbol in sorted(value.free_symbols - at.keys() - self.symbols.keys(), key=str):
            drawn = torch.rand((), generator=self._random, dtype=torch.float64).item()
            self.symbols[symbol] = sympy.Integer(next(self._sizes)) if symbol.is_integer else sympy.Float(drawn)
        return value.xreplace({**self.symbols, **at})

    def datum(self, name: Name, indices: tuple[int, ...]) -> Tensor:
        """Return the matrix of a name at its indices, drawn if it has no value yet."""
        key = name, indices
        if key not in self.values:
            rows, columns = (int(self.number(size, {})) for size in name.shape)
            drawn = torch.empty(rows, columns, dtype=torch.float64)
            if name.shape == (1, 1):
                self.values[key] = drawn.uniform_(generator=self._random)
            else:
                self.values[key] = drawn.normal_(generator=self._random) / rows**0.5
        return self.values[key]

    def __call__(self, expr: Expr, token: int, points: Mapping[Name, Tensor] = MappingProxyType({})) -> Tensor:
        """Return the matrix that an expression is at a token, where names without an index may be given."""
        return self._value(expr, {t: sympy.Integer(token)}, points)

    def _value(self, expr: Expr, at: Mapping[sympy.Symbol, sympy.Expr], points: Mapping[Name, Tensor]) -> Tensor:
        def go(part: Expr) -> Tensor:
            return self._value(part, at, points)

        def size(value: sympy.Expr) -> int:
            return int(self.number(value, at))

        match expr:
            case Scalar(value=value):
                return torch.tensor([[float(self.number(value, at))]], dtype=torch.float64)
            case App(name=name) if name in points:
                return points[name]
            case App(name=name, indices=indices) if name in self.meanings:
                meaning = self.meanings[name]
                own = dict(zip(meaning.indices, map(sympy.Integer, map(size, indices)), strict=True))
                at_start = own[meaning.index] == self.number(meaning.start, own)
                return self._value(meaning.initial if at_start else meaning.body, own, {})
            case App(name=name, arguments=arguments) if name in self.functions:
                function = self.functions[name]
                return self._value(function.body, {}, dict(zip(function.parameters, map(go, arguments), strict=True)))
            case App(name=name, indices=(number,)) if name in self.units:
                eye = torch.eye(size(name.shape[0]), dtype=torch.float64)
                return eye[:, [size(number) - 1]]
            case App(name=name, indices=indices) if name in self.inverses:
                of_token = dict(zip((t,), map(sympy.Integer, map(size, indices)), strict=False))
                return torch.linalg.inv(self._value(self.inverses[name], of_token, points))
            case App(name=name, indices=indices) if not expr.arguments:
                return self.datum(name, tuple(map(size, indices)))
            case Identity():
                return torch.eye(size(expr.size), dtype=torch.float64)
            case Zero():
                return torch.zeros(size(expr.rows), size(expr.columns), dtype=torch.float64)
            case Add(terms=terms):
                return torch.stack([go(term) for term in terms]).sum(0)
            case Mul(factors=factors):
                return reduce(_product, map(go, factors))
            case Transpose(argument=argument):
                return go(argument).mT
            case Trace(argument=argument):
                return go(argument).trace().reshape(1, 1)
            case Power(base=base, exponent=exponent):
                return torch.linalg.matrix_power(go(base), size(exponent))
            case Sum(body=body, index=index):
                steps = range(size(expr.lower), size(expr.upper) + 1)
                none = torch.zeros(*map(size, expr.shape), dtype=torch.float64)
                return sum((self._value(body, {**at, index: sympy.Integer(k)}, points) for k in steps), none)
            case Blocks(rows=rows):
                return torch.cat([torch.cat([go(block) for block in row], dim=1) for row in rows])
        raise OutsideLanguage(f"{type(expr).__name__} has no value in PyTorch here")


def _product(left: Tensor, right: Tensor) -> Tensor:
    """The product; a 1×1 factor scales whatever stands beside it."""
    return left * right if 1 in (left.numel(), right.numel()) else left @ right


def run(layer: RecurrentLayer, numbers: Numbers, tokens: int) -> list[Tensor]:
    """Return the outputs of a layer at the tokens 1, 2, …; `numbers` holds the values of its states then."""
    for state in layer.states:
        if state.start is not None:
            numbers.values[state.name, (0,)] = numbers(state.start, 0)
    outputs = []
    for token in range(1, tokens + 1):
        for name, value in [(state.name, numbers(state.update, token)) for state in layer.states]:
            numbers.values[name, (token,)] = value
        outputs.append(numbers(layer.output, token))
    return outputs


def farthest(layer: RecurrentLayer, claim: AlgorithmClaim, seed: int, tokens: int = 5) -> float:
    """Run a layer and the algorithm that it is said to be; return by how much they differ at most, relative to it.

    Raises OutsideLanguage for an algorithm that is not run here, or an expression that has no value here.
    """
    if claim.name not in STEPS:
        raise OutsideLanguage(f"{claim.name} is not run in PyTorch here")
    products = {meaning.name: meaning for meaning in claim.products}
    inverses = {inverse.name: inverse.of for inverse in layer.inverses}
    functions = {one.name: one for one in layer.definitions if isinstance(one, Definition)}
    units = {one.name for one in layer.definitions if isinstance(one, UnitVectors)}
    numbers = Numbers(seed, products, inverses, functions, units)
    run(layer, numbers, tokens)
    start = numbers.datum(claim.state, (0,))
    descent = Descent(claim, numbers, start, start, torch.zeros_like(start))
    worst = 0.0
    for token in range(1, tokens + 1):
        STEPS[claim.name](descent, token)
        reached = numbers.values[claim.state, (token,)]
        worst = max(worst, ((reached - descent.point).norm() / descent.point.norm()).item())
    return worst


@dataclass
class Descent:
    """Where an algorithm is: its start, its point, and what it keeps besides, the last change or the momentum."""

    claim: AlgorithmClaim
    numbers: Numbers
    start: Tensor
    point: Tensor
    kept: Tensor

    def at(self, expr: Expr, token: int, point: Tensor) -> Tensor:
        return self.numbers(expr, token, {self.claim.point: point})

    def slope(self, loss: Expr, token: int, point: Tensor) -> Tensor:
        """The gradient of a loss by autograd, with its factors on the left and on the right."""
        point = point.detach().requires_grad_()
        (slope,) = torch.autograd.grad(self.at(loss, token, point).sum(), point)
        left, right = (self.claim.options.get(side) for side in ("left", "right"))
        slope = slope if left is None else self.at(wrap(left), token, point) @ slope
        return slope if right is None else slope @ self.at(wrap(right), token, point)

    def scaled(self, token: int, point: Tensor) -> Tensor:
        return self.at(self.claim.rate, token, point) * self.slope(self.claim.loss, token, point)

    def decayed(self, token: int) -> Tensor:
        decay = self.claim.options.get("decay")
        return self.point if decay is None else self.at(wrap(decay), token, self.point)

    def steps(self, token: int, point: Tensor) -> Tensor:
        """The point after all steps at a token, or from the start."""
        for _ in range(int(str(self.claim.options.get("steps", 1)))):
            for loss, rate in ((self.claim.loss, self.claim.rate), *self.claim.further):
                point = point - self.at(rate, token, point) * self.slope(loss, token, point)
        return point


def _online(at: Descent, token: int) -> None:
    at.point = at.steps(token, at.decayed(token))


def _batch(at: Descent, token: int) -> None:
    at.point = at.steps(token, at.start)


def _heavy_ball(at: Descent, token: int) -> None:
    momentum = at.at(wrap(at.claim.options["momentum"]), token, at.point)
    point = at.decayed(token) + momentum * at.kept - at.scaled(token, at.point)
    at.point, at.kept = point, point - at.point


def _momentum(at: Descent, token: int) -> None:
    momentum = at.at(wrap(at.claim.options["momentum"]), token, at.point)
    at.kept = momentum * at.kept - at.scaled(token, at.point)
    at.point = at.decayed(token) + at.kept


def _proximal(at: Descent, token: int) -> None:
    """The gradient is taken where the step ends, which is where the layer is."""
    at.point = at.decayed(token) - at.scaled(token, at.numbers.values[at.claim.state, (token,)])


#: The algorithms, by the names that a claim gives them: each moves the point by the step of one token.
STEPS: Mapping[str, Callable[[Descent, int], None]] = MappingProxyType(
    {
        "online gradient descent": _online,
        "gradient descent": _batch,
        "heavy ball": _heavy_ball,
        "momentum": _momentum,
        "proximal step": _proximal,
    }
)
