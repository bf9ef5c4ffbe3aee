"""Evaluation: what data are read is found from shapes alone, and scalars have the values that SymPy gives them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import islice

import pytest
import sympy

from derivations.claims import CLAIMS
from gdssm_symbolic.evidence.counterexamples import free_of, points
from gdssm_symbolic.evidence.evaluation import (
    Cell,
    Evaluator,
    Matrix,
    _is_zero_everywhere,
    _OfShapes,
    cells_read,
    functions_read,
    scalar,
)
from gdssm_symbolic.kernel.expressions import Name
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.layers import N, eta, f

X, t = sympy.Symbol("X", real=True), sympy.Symbol("t", integer=True, nonnegative=True)


@pytest.mark.parametrize("key", ["P1", "P3", "LSA", "GATE", "CE"])
def test_shapes_alone_tell_what_is_read_and_count_the_same_work(key: str) -> None:
    """Beside the evaluation of all entries, in the ring that has no number but 0."""
    compared = 0
    equations = (one for one in CLAIMS[key].theorems().values() if isinstance(one.statement, Equation))
    for theorem in islice(equations, 3):
        for values in islice(points(free_of(theorem.statement, theorem.defined), 3, (Fraction(2),), 4), 4):
            read: list[dict[Cell, tuple[int, int]]] = [{}, {}]
            spent = []
            for kind, cells in zip((Evaluator, _OfShapes), read, strict=True):

                def zeros(
                    name: Name, at: tuple[int, ...], rows: int, columns: int, cells: dict[Cell, tuple[int, int]] = cells
                ) -> Matrix:
                    cells[name, at] = rows, columns
                    return [[0] * columns for _ in range(rows)]

                evaluate = kind(values, zeros, theorem.defined, lambda _: 0)
                shapes = [[len(row) for row in evaluate(side)] for side in theorem.statement.parts]
                spent.append((evaluate.work.done, shapes))
            assert read[0] == read[1] == cells_read(theorem.statement.parts, theorem.defined, values)
            assert spent[0] == spent[1]
            compared += bool(read[0])
    assert compared


def test_functions_are_read_as_they_are_evaluated() -> None:
    """A function without a meaning is among what is read, and no number of it is needed."""
    (theorem,) = islice(CLAIMS["CE"].theorems().values(), 1)
    assert isinstance(theorem.statement, Equation)
    values = next(points(free_of(theorem.statement, theorem.defined), 2, (Fraction(2),), 1))
    assert functions_read(theorem.statement.parts, theorem.defined, values)


@pytest.mark.parametrize(
    "value",
    [
        N,
        sympy.Rational(2, 3),
        N - f + 1,
        eta * N / (f + 1) - X**2 / 3,
        (N - f) ** -2,
        X ** (N - 1) * eta ** (1 - N),
        (X - eta) ** t / (X**2 + 1),
        sympy.Pow(0, t),
    ],
)
def test_a_scalar_has_the_value_that_it_has_for_sympy(value: sympy.Expr) -> None:
    for N_, f_, eta_, X_, t_ in ((1, 3, "1/2", "-2/3", 0), (4, 1, "-3", "5", 2), (2, 1, "7/5", "7/5", 3)):
        at = {N: Fraction(N_), f: Fraction(f_), eta: Fraction(eta_), X: Fraction(X_), t: Fraction(t_)}
        numbers = {symbol: sympy.Rational(str(number)) for symbol, number in at.items()}
        found = scalar(value, at)
        assert type(found) is Fraction
        assert found == Fraction(str(value.xreplace(numbers)))


@pytest.mark.parametrize(
    ("value", "at", "error"),
    [
        (1 / (N - f), {N: Fraction(2), f: Fraction(2)}, ZeroDivisionError),
        (N + f, {N: Fraction(2)}, KeyError),
        (X**f, {X: Fraction(2), f: Fraction(1, 2)}, TypeError),
        (sympy.sin(X), {X: Fraction(0)}, TypeError),
    ],
)
def test_a_scalar_without_a_value_has_none(
    value: sympy.Expr, at: Mapping[sympy.Symbol, Fraction], error: type[Exception]
) -> None:
    with pytest.raises(error):
        scalar(value, at)


@pytest.mark.parametrize(
    ("value", "zero"),
    [
        (N - f, False),  # both unknown, and the same where they are tried
        (N - X, False),
        (eta * N - eta * X, True),  # with η = 0
        ((N - 12) * (N - sympy.Rational(7, 3)), False),  # 0 where it is tried
        (1 / (N - 12) + 1 / (12 - N), True),  # a pole where it is tried
        ((N + 1) ** 2 - N**2 - 2 * N - 1, True),
    ],
)
def test_what_is_zero_whatever_the_others_are_is_told_by_sympy_alone(value: sympy.Expr, zero: bool) -> None:
    at = {eta: Fraction(0)} if value.has(eta) else {}
    assert _is_zero_everywhere(value, at) == zero
