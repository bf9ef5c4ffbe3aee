"""What a first equation gets wrong is answered with what to write instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy
from vocabulary import A, B, N, f, x

from gdssm import Definition, Equation, Name, ShapeError, Sum, decide, refute

j = sympy.Symbol("j")
S = Name("S", (f, f))
TWICE = Definition(S, 2 * A)


def test_a_name_alone_is_its_matrix_and_at_multiplies() -> None:
    assert Equation(Name("A", (f, f)), A) == Equation(A, A)
    assert A @ B @ x[1] == A * B * x[1]


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: Equation(x, x[1]), TypeError, r"write x\[i\]"),
        (lambda: Equation(x[1], A), ShapeError, "the right side of an equation has shape f×f, but f×1 is needed"),
        (lambda: Sum(x[1], j, 1, N), TypeError, r"sympy\.Symbol\('i', integer=True\)"),
        (lambda: decide(A, B, TWICE), TypeError, r"by is a keyword: decide\(left, right, by=\[…\]\)"),
        (lambda: refute(Equation(A, B), TWICE), TypeError, r"by is a keyword: refute\(equation, by=\[…\]\)"),
    ],
    ids=["a family", "shapes", "an index", "decide by", "refute by"],
)
def test_a_message_says_what_to_write(made: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()


def test_a_refutation_says_which_names_had_no_definition() -> None:
    """S was defined, but the definition was not given: it is data then, and may be anything."""
    assert refute(Equation(S(), A + A), by=TWICE) is None
    assert refute(Equation(S(), A + A), by=[TWICE]) is None
    assert str(refute(Equation(S(), A + A))).endswith("\nA and S are data here: no definition of them was given.")
    assert "data here" not in str(refute(Equation(S(), A), by=TWICE))
