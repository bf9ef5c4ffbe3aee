"""A function of one's own against a declared recurrence, on small random data: the first input where they differ."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import numpy as np
import sympy

from derivations.errors import InputError
from derivations.toml_table import meant
from gdssm_symbolic.evidence.evaluation import Cell, Matrix, at_data, cells_read
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.kernel.expressions import Name, Shape
from gdssm_symbolic.recurrent.layer import RecurrentLayer
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.evaluated import evaluated

from .grammar import canonical, word
from .toml_file import Stated
from .values import NUMBER

#: Numbers of tokens, the first size, and the step to the next: at first all sizes are 1, in the end none are equal.
PLACES = ((1, 1, 0), (2, 1, 0), (3, 2, 0), (2, 2, 1), (4, 2, 1), (5, 3, 1))
#: How far a float64 value may be off, relative to the largest entry of the output, or to 1 if that is smaller.
TOLERANCE = 1e-9
#: What NumPy and PyTorch raise if a function does not work on arrays of a kind.
UNUSABLE = (TypeError, AttributeError, ValueError)

Array = Any  # of NumPy: of Fraction or of float


@dataclass(frozen=True)
class Difference:
    """An input at which a function and a layer differ, and their outputs at the first token where they do."""

    sizes: Mapping[str, int]
    inputs: Mapping[str, Array]
    token: int
    function: Array
    layer: Array

    def __str__(self) -> str:
        inputs = "".join(f"\n    {letter} = {_told(value)}" for letter, value in self.inputs.items())
        values = f"the function gives {_told(self.function)}, and the layer {_told(self.layer)}"
        return f"differs at token {self.token}: {values}, for {_sizes(self.sizes)}{inputs}"


@dataclass(frozen=True)
class Compared:
    """How a function compares with a layer: at which sizes it agrees, and the first difference, None if there is none.

    It was compared exactly, or else in float64 with `tolerance`.
    """

    agrees_at: tuple[Mapping[str, int], ...]
    difference: Difference | None
    exact: bool
    tolerance: float

    @property
    def agrees(self) -> bool:
        return self.difference is None

    def __str__(self) -> str:
        if self.difference is not None:
            return str(self.difference)
        how = "exactly" if self.exact else f"in float64, to {self.tolerance:g}"
        return f"agrees {how}, at {'; '.join(map(_sizes, self.agrees_at))}"


@evaluated
def compare(
    layer: Stated | RecurrentLayer,
    function: Callable[..., Any],
    *,
    tolerance: float = TOLERANCE,
    seed: int = 0,
) -> Compared:
    """Run a function of NumPy or PyTorch on small random data, and compare it with a declared recurrence.

    The names of its parameters are letters of the recurrence (`beta` is β). The data are arrays whose first axis are
    the tokens: (T, m) for columns, (T, d, m) for matrices, (T,) for numbers; with several at a token, these are the
    second axis. Constants have no such axis. A state with any start may be a parameter: it is the start, and 0 if it
    is none. The function returns the outputs, (T, d) for columns.

    Where the function works on arrays of fractions, it is compared exactly; otherwise in float64, on arrays of NumPy
    or, if it takes none, on tensors of PyTorch. There `tolerance` is how far an output may be off, relative to the
    largest entry or to 1. The data are drawn with the seed.

    Raises InputError if a parameter is no letter of the recurrence, or the function takes no such arrays, or what it
    returns has another shape.

    >>> import gdssm, numpy
    >>> deltanet = gdssm.recurrence(
    ...     data={"k": "m", "v": "d", "q": "m", "beta": "1"},
    ...     layer={"S": {"shape": "d m", "start": "0", "update": "S (I - beta k k^T) + beta v k^T"}},
    ...     output="S q",
    ...     claim={"algorithm": "online gradient descent", "loss": "1/2 |S k - v|^2", "rate": "beta"},
    ... )
    >>> def mine(k, v, q, beta):
    ...     state, outputs = 0 * numpy.outer(v[0], k[0]), []
    ...     for key, value, query, rate in zip(k, v, q, beta):
    ...         state = state + rate * numpy.outer(value - state @ key, key)
    ...         outputs.append(state @ query)
    ...     return numpy.array(outputs)
    >>> print(gdssm.compare(deltanet, mine))  # doctest: +ELLIPSIS
    agrees exactly, at d = 1, m = 1, T = 1; ...
    >>> print(gdssm.compare(deltanet, lambda k, v, q, beta: 2 * mine(k, v, q, beta)))  # doctest: +ELLIPSIS
    differs at token ...: the function gives [...], and the layer [...], for d = 1, m = 1, T = ...
        k = ...
    """
    own = layer.layer if isinstance(layer, Stated) else layer
    if class_of(layer) not in (Stated, RecurrentLayer) or class_of(own) is not RecurrentLayer:
        raise TypeError(f"{type(layer).__name__} is no recurrence")
    parameters = inspect.signature(function).parameters
    agreed, exact = list[Mapping[str, int]](), True
    for number, place in enumerate(PLACES):
        drawn = _Drawn(own, set(map(canonical, parameters)), place, Random(f"{seed} {number}"))  # noqa: S311 - a sample
        inputs = {one: drawn.input(one) for one in parameters}
        found, is_exact = _outputs(function, inputs)
        exact &= is_exact
        if found.shape != drawn.outputs.shape:
            told = f"returns an array of shape {found.shape}, and the outputs here have the shape {drawn.outputs.shape}"
            raise InputError("function", told)
        for token, (got, wanted) in enumerate(zip(found, drawn.outputs, strict=True), start=1):
            if not _alike(got, wanted, tolerance, is_exact):
                difference = Difference(drawn.sizes, inputs, token, got, wanted)
                return Compared(tuple(agreed), difference, exact, tolerance)
        agreed.append(drawn.sizes)
    return Compared(tuple(agreed), None, exact, tolerance)


class _Drawn:
    """Sizes, random inputs and the outputs of a layer there, in fractions."""

    def __init__(self, layer: RecurrentLayer, taken: set[str], place: tuple[int, int, int], draw: Random) -> None:
        tokens, first, step = place
        self.draw, meanings = draw, layer.meanings
        symbols = set[sympy.Symbol]().union(*(one.depends_on for one in layer.exprs)) - {t}
        sizes = sorted((one for one in symbols if one.is_integer), key=str)
        constants = sorted(symbols.difference(sizes), key=str)
        values = {size: Fraction(first + k * step) for k, size in enumerate(sizes)}
        values |= {constant: self.number() for constant in constants}
        at = [{**values, t: Fraction(token)} for token in range(1, tokens + 1)]
        shapes: dict[Cell, tuple[int, int]] = {}
        for one in at:
            shapes |= cells_read([layer.output], meanings, one)
        states = {state.name for state in layer.states}
        data = dict[Cell, Matrix]()
        inputs: dict[str, Array] = {one.name: values[one] for one in constants}
        for name, size in {cell[0]: size for cell, size in shapes.items()}.items():
            read = [indices for other, indices in shapes if other == name]
            wanted = read if name in states else _indices(name, read, tokens)
            zero = name in states and canonical(name.text) not in taken
            mine = {one: self.matrix(name.shape, size, zero=zero) for one in wanted}
            data |= {(name, indices): matrix for indices, matrix in mine.items()}
            axes = () if name in states else tuple(max(column) for column in zip(*wanted, strict=True))
            values_of = np.array(list(mine.values()), dtype=object).reshape(*axes, *size)
            inputs[name.text] = _squeezed(values_of, name.shape)
        self.inputs = {canonical(letter): value for letter, value in inputs.items()}
        self.sizes = {**{size.name: int(values[size]) for size in sizes}, "T": tokens}
        outputs = [at_data(data, one, meanings, Fraction)(layer.output) for one in at]
        self.outputs = _squeezed(np.array(outputs, dtype=object), layer.output.shape)

    def number(self) -> Fraction:
        """A number in (0, 1), as gates are."""
        return Fraction(self.draw.randint(1, 7), 8)

    def matrix(self, shape: Shape, size: tuple[int, int], *, zero: bool) -> Matrix:
        if shape == NUMBER and not zero:
            return [[self.number()]]
        return [[Fraction(0 if zero else self.draw.randint(-4, 4), 2) for _ in range(size[1])] for _ in range(size[0])]

    def input(self, parameter: str) -> Array:
        """The array for a parameter. Raises InputError if it is no letter of the layer."""
        if canonical(parameter) not in self.inputs:
            known = map(word, self.inputs)
            raise InputError("function", f"the layer has no input {parameter}; {meant(parameter, known, 'inputs')}")
        return self.inputs[canonical(parameter)]


def _indices(name: Name, read: list[tuple[int, ...]], tokens: int) -> list[tuple[int, ...]]:
    """All indices of a family, from 1 on, in order. Raises InputError if the layer reads a token before the first."""
    if any(least < 1 for indices in read for least in indices):
        raise InputError("layer", f"reads {name.text} before the first token, where it has no value")
    last = [max(column) for column in zip(*read, strict=True)]
    last[:1] = [max(last[0], tokens)] if last else []
    return list(product(*(range(1, most + 1) for most in last)))


def _squeezed(values: Array, shape: Shape) -> Array:
    """Arrays of numbers without their two last axes, and of columns without the last."""
    return values[..., 0, 0] if shape == NUMBER else values[..., 0] if shape[1] == 1 else values


def _outputs(function: Callable[..., Any], inputs: Mapping[str, Array]) -> tuple[Array, bool]:
    """What a function returns, and whether it does so in fractions. Raises InputError if it takes no such inputs."""
    try:
        found = np.asarray(function(**{letter: np.copy(value) for letter, value in inputs.items()}))
        if all(isinstance(entry, Fraction | int) for entry in found.flat):
            return found, True
    except UNUSABLE:
        pass  # it works on floating-point numbers only
    floats = {letter: np.asarray(value, dtype=np.float64) for letter, value in inputs.items()}
    try:
        return np.asarray(function(**{letter: value.copy() for letter, value in floats.items()}), np.float64), False
    except UNUSABLE as error:
        torch = sys.modules.get("torch")  # whose function it is has imported it
        if torch is None:
            raise InputError("function", f"takes no arrays of NumPy: {error}") from error
        first = error
    try:
        result = function(**{letter: torch.tensor(value) for letter, value in floats.items()})
        return np.asarray(torch.as_tensor(result).detach(), np.float64), False
    except UNUSABLE as error:
        raise InputError("function", f"takes neither arrays ({first}) nor tensors ({error})") from error


def _alike(found: Array, wanted: Array, tolerance: float, exact: bool) -> bool:
    if exact:
        return bool(np.all(found == wanted))
    expected = np.asarray(wanted, np.float64)
    return bool(np.all(np.abs(found - expected) <= tolerance * max(1.0, np.abs(expected).max(initial=0))))


def _told(value: Array) -> str:
    return f"[{', '.join(map(_told, value))}]" if isinstance(value, np.ndarray) and value.ndim else str(value)


def _sizes(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
