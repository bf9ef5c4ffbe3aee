"""What a first equation gets wrong is answered with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy
from vocabulary import A, B, N, f, x

from gdssm import Equation, Name, ShapeError, Sum

j = sympy.Symbol("j")


def test_a_name_alone_is_its_matrix_and_at_multiplies() -> None:
    assert Equation(Name("A", (f, f)), A) == Equation(A, A)
    assert A @ B @ x[1] == A * B * x[1]


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: Equation(x, x[1]), TypeError, r"write x\[i\]"),
        (lambda: Equation(x[1], A), ShapeError, "the right side of an equation has shape f×f, but f×1 is needed"),
        (lambda: Sum(x[1], j, 1, N), TypeError, r"sympy\.Symbol\('i', integer=True\)"),
    ],
    ids=["a family", "shapes", "an index"],
)
def test_a_message_says_what_to_write(made: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()
