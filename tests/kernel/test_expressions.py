"""The language: shapes are checked, SymPy objects are wrapped, nothing is captured, nothing is evaluated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sympy
from explicit import agree
from vocabulary import A, B, N, eta, f, i, j, n, u, v, x, y

from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.expressions import (
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Scalar,
    ShapeError,
    Sum,
    Zero,
    free_symbols,
    substitute,
    wrap,
)
from gdssm_symbolic.layers import WindowLayer, entries


@pytest.mark.parametrize(
    "build",
    [
        lambda: u * v,
        lambda: u + A,
        lambda: Blocks(((u, A), (A, A))),
        lambda: Blocks(((u, v), (u,))),
        lambda: Name("L", (1, 1), takes=((f, f),))(u),
        lambda: A * wrap(sympy.Matrix([1, 2])),
        lambda: u**2,
    ],
    ids=["product", "sum", "blocks", "ragged", "argument", "explicit", "power"],
)
def test_shapes_that_do_not_fit(build: object) -> None:
    with pytest.raises(ShapeError):
        build()


def test_arity_is_checked() -> None:
    with pytest.raises(TypeError):
        _ = x[1, 2]


@pytest.mark.parametrize("value", ["A*B", 1.5, None, True, [1]])
def test_only_numbers_and_sympy_objects_are_wrapped(value: object) -> None:
    """Strings above all: nothing is ever parsed or evaluated."""
    with pytest.raises(TypeError):
        wrap(value)


@pytest.mark.parametrize(
    "build",
    [
        lambda text: Sum(u, i, text, N),
        lambda text: Sum(u, i, N, text),
        lambda text: Name("P", (text, f)),
        lambda text: Name("P", (f, f), takes=((f, text),)),
        lambda text: x[text],
        lambda text: A**text,
        lambda text: Identity(text),
        lambda text: Zero(text, f),
        lambda text: text * A,
        lambda text: A + text,
        lambda text: entries([[text]]),
        lambda text: WindowLayer(beta=text),
    ],
    ids=[
        "lower",
        "upper",
        "shape",
        "takes",
        "index",
        "exponent",
        "identity",
        "zero",
        "factor",
        "term",
        "entries",
        "layer",
    ],
)
def test_no_string_is_evaluated_anywhere(build: Callable[[str], object], tmp_path: Path) -> None:
    mark = tmp_path / "evaluated"
    with pytest.raises(TypeError):
        build(f"__import__('pathlib').Path({str(mark)!r}).touch()")
    assert not mark.exists()


def test_sympy_matrix_expressions() -> None:
    P, Q = sympy.MatrixSymbol("P", f, f), sympy.MatrixSymbol("Q", f, f)
    assert decide((P + Q) * (P - Q), P * P - P * Q + Q * P - Q * Q).equal
    assert decide((P * Q).T, Q.T * P.T).equal
    assert decide(sympy.BlockMatrix([[P, Q]]) * sympy.BlockMatrix([[P], [Q]]), P**2 + Q**2).equal
    assert not decide(P * Q, Q * P).equal
    assert decide(P * sympy.Identity(f) + sympy.ZeroMatrix(f, f), P).equal
    with pytest.raises(TypeError, match="Inverse"):
        wrap(P.inv())


def test_products_are_written_flat_only_where_the_meaning_is_kept() -> None:
    flat = x[1] * (y[1].T * u)
    assert isinstance(flat, Mul)
    assert len(flat.factors) == 3
    kept = A * (u.T * v * B)
    assert kept.shape == (f, f)
    assert decide(kept, (u.T * v) * A * B).equal
    assert agree(kept, (u.T * v) * A * B, seed=5)
    assert 2 * (3 * u) == 6 * u
    assert 1 * u == u


def test_substitution_renames_what_it_would_capture() -> None:
    total = Sum(x[i] * y[j].T, i, sympy.Integer(1), N)
    shifted = substitute(total, {j: i + 1})
    assert isinstance(shifted, Sum)
    assert shifted.index != i
    assert free_symbols(shifted) == {i, N, f}
    assert decide(shifted, Sum(x[j], j, sympy.Integer(1), N) * y[i + 1].T).equal


def test_substitution_renames_what_would_be_bound_twice() -> None:
    """A matrix that is itself a sum over i, put into a sum over i."""
    W = Name("W", (f, f))
    total = Sum(x[i] * x[i].T, i, sympy.Integer(1), N)
    replaced = substitute(Sum(W() * x[i], i, sympy.Integer(1), N), {}, {W: total})
    other = Sum(x[j] * x[j].T, j, sympy.Integer(1), N) * Sum(x[i], i, sympy.Integer(1), N)
    assert decide(replaced, other).equal


def test_substitution_of_a_matrix_into_a_sum_over_the_same_index() -> None:
    W = Name("W", (f, f))
    body = Sum(W() * x[i], i, sympy.Integer(1), N)
    replaced = substitute(body, {}, {W: x[i] * y[i].T})
    assert decide(replaced, x[i] * y[i].T * Sum(x[j], j, sympy.Integer(1), N)).equal
    assert not decide(replaced, Sum(x[j] * y[j].T * x[j], j, sympy.Integer(1), N)).equal


def test_the_size_of_a_matrix_is_not_substituted() -> None:
    with pytest.raises(ValueError, match="size of a matrix"):
        substitute(eta * A, {f: sympy.Integer(2)})


def test_free_symbols_leave_out_bound_indices() -> None:
    expr: Expr = eta * Sum(A**n * x[i], i, sympy.Integer(1), N + n)
    assert free_symbols(expr) == {eta, n, N, f}
    assert free_symbols(Scalar(eta)) == {eta}
    assert free_symbols(App(x[i].name, (i,))) == {i, f}


def test_layers_take_numbers_exactly_or_not_at_all() -> None:
    assert WindowLayer(decay=1, Q=sympy.Matrix([[0, 0, 0], [-1, 0, 0], [0, 0, 0]])) == WindowLayer()
    assert WindowLayer(q=[[0], [0], [1]]) == WindowLayer()
    with pytest.raises(ValueError, match="Q has shape 2×2"):
        WindowLayer(Q=entries([[1, 0], [0, 1]]))
    with pytest.raises(ValueError, match="stride"):
        WindowLayer(stride=3)
    for inexact in (0.5, sympy.Float(0.5), sympy.Symbol("a") * sympy.Float(0.5)):
        with pytest.raises(TypeError, match="Rational"):
            WindowLayer(decay=inexact)


def test_a_matrix_is_divided_by_nothing() -> None:
    """SymPy would work out 1/n before anyone has asked whether n may be 0."""
    with pytest.raises(TypeError, match=r"write \(1 / n\) \* A"):
        Name("A", (f, f))() / f
