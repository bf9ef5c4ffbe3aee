"""Identities that the core refuses: proved between names, refuted where they are false, and what the names mean."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from gdssm_symbolic import (
    Equation,
    Identity,
    Name,
    OutsideLanguage,
    Recurrence,
    Refuted,
    Scalar,
    Sum,
    Theorem,
    decide,
)
from gdssm_symbolic.kernel.expressions import Expr
from gdssm_symbolic.kernel.work import TooMuchWork
from gdssm_symbolic.recurrent.identities.decide import decide_equation, values_at
from gdssm_symbolic.recurrent.identities.naming import LEVELS, InNames, Level, apart, in_names

f, h, N, M = sympy.symbols("f h N M", integer=True, positive=True)
n = sympy.Symbol("n", integer=True, nonnegative=True)
i, j, k = sympy.symbols("i j k", integer=True)
a, b, eta = sympy.symbols("a b eta")
A, B, C, U = (Name(text, (f, f))() for text in "ABCU")
L, R, D = Name("L", (f, h))(), Name("R", (h, f))(), Name("D", (h, h))()
u, w = Name("u", (f, 1))(), Name("w", (f, 1))()
x, y, c = Name("x", (f, 1), arity=1), Name("y", (f, 1), arity=1), Name("c", (1, 1), arity=1)
g = Name("g", (f, 1), takes=((f, 1),))
eye, one = Identity(f), Scalar(sympy.Integer(1))
step = eye - eta * A

#: True, and one change that makes it false.
IDENTITIES: dict[str, tuple[Expr, Expr, Expr]] = {
    "powers of a polynomial commute": (step**n * A, A * step**n, A * (eye + eta * A) ** n),
    "shift": ((A * B) ** n * A, A * (B * A) ** n, A * (A * B) ** n),
    "power of a power": ((A**2) ** n, A ** (2 * n), A ** (n + 2)),
    "rank one": ((u * w.T) ** (n + 1), (w.T * u) ** n * u * w.T, (w.T * u) ** (n + 1) * u * w.T),
    "transposed power": (((A * B) ** n).T, (B.T * A.T) ** n, (A.T * B.T) ** n),
    "sum of exponents": ((A * B) ** M * (A * B) ** n, (A * B) ** (M + n), (A * B) ** (M + n + 1)),
    "numbers": (Scalar((a * b) ** n), Scalar(a**n * b**n), Scalar(a**n * b)),
    "powers of 2": (2 * Scalar(2**n), Scalar(2 ** (n + 1)), Scalar(2 ** (n + 2))),
    "reversed": (Sum(x[i], i, 1, N), Sum(x[N + 1 - i], i, 1, N), Sum(x[N - i], i, 1, N)),
    "reversed weights": (
        Sum(a ** (N - i) * x[i], i, 1, N),
        Sum(a ** (i - 1) * x[N + 1 - i], i, 1, N),
        Sum(a**i * x[N + 1 - i], i, 1, N),
    ),
    "odd and even": (
        Sum(x[i], i, 1, 2 * N),
        Sum(x[2 * i - 1], i, 1, N) + Sum(x[2 * i], i, 1, N),
        Sum(x[2 * i + 1], i, 1, N) + Sum(x[2 * i], i, 1, N),
    ),
    "exchanged": (
        Sum(Sum(c[i] * x[j], j, 1, i), i, 1, N),
        Sum(Sum(c[i] * x[j], i, j, N), j, 1, N),
        Sum(Sum(c[i] * x[j], i, j + 1, N), j, 1, N),
    ),
    "Abel": (
        Sum(c[i] * x[i], i, 1, N),
        Sum(c[i], i, 1, N) * x[N] - Sum(Sum(c[j], j, 1, i) * (x[i + 1] - x[i]), i, 1, N - 1),
        Sum(c[i], i, 1, N) * x[N] - Sum(Sum(c[j], j, 1, i) * (x[i + 1] - x[i]), i, 1, N),
    ),
    "numbers added": (Sum(Scalar(i), i, 1, N), Scalar(N * (N + 1) / 2), Scalar(N * (N - 1) / 2)),
    "squares added": (
        Sum(Scalar(i**2), i, 1, N),
        Scalar(N * (N + 1) * (2 * N + 1) / 6),
        Scalar(N * (N + 1) * (N + 2) / 6),
    ),
    "geometric": ((1 - a) * Sum(Scalar(a**k), k, 0, N - 1), 1 - Scalar(a**N), 1 - Scalar(a ** (N - 1))),
    "contraction": (eta * A * Sum(step**k, k, 0, n - 1), eye - step**n, eye - step ** (n + 1)),
    "ties": (
        Sum(g(x[i] + 2 * x[0]), i, 0, N),
        g(3 * x[0]) + Sum(g(x[i] + 2 * x[0]), i, 1, N),
        g(2 * x[0]) + Sum(g(x[i] + 2 * x[0]), i, 1, N),
    ),
    "unrolled, 3 steps": (
        Sum(U ** (3 - i) * x[i], i, 1, 3),
        U**2 * x[1] + U * x[2] + x[3],
        x[1] + U * x[2] + U**2 * x[3],
    ),
    "unrolled": (
        U * Sum(U ** (N - i) * x[i], i, 1, N) + x[N + 1],
        Sum(U ** (N + 1 - i) * x[i], i, 1, N + 1),
        Sum(U ** (N - i + 2) * x[i], i, 1, N + 1),
    ),
    "one letter bound twice": (
        Sum((x[i] - (1 / N) * Sum(x[i], i, 1, N)) * x[i].T, i, 1, N),
        Sum(x[i] * x[i].T, i, 1, N) - (1 / N) * Sum(x[i], i, 1, N) * Sum(x[i], i, 1, N).T,
        Sum(x[i] * x[i].T, i, 1, N) - Sum(x[i], i, 1, N) * Sum(x[i], i, 1, N).T,
    ),
    "inverse of a product": ((A * B) ** -1, B**-1 * A**-1, A**-1 * B**-1),
    "nested inverse": (
        B**-1 * (A**-1 * B**-1 - A**-1 * C * B**-1) ** -1 * A**-1,
        (eye - C) ** -1,
        (eye + C) ** -1,
    ),
    "Woodbury": (
        (A + L * D * R) ** -1,
        A**-1 - A**-1 * L * (D**-1 + R * A**-1 * L) ** -1 * R * A**-1,
        A**-1 + A**-1 * L * (D**-1 + R * A**-1 * L) ** -1 * R * A**-1,
    ),
    "Sherman and Morrison": (
        (A + u * w.T) ** -1,
        A**-1 - (1 + w.T * A**-1 * u) ** -1 * A**-1 * u * w.T * A**-1,
        A**-1 - (1 - w.T * A**-1 * u) ** -1 * A**-1 * u * w.T * A**-1,
    ),
    "an inverse commutes": ((eye + A) ** -1 * A, A * (eye + A) ** -1, A * (eye - A) ** -1),
    "Cayley": ((eye + A) ** -1 * (eye - A), (eye - A) * (eye + A) ** -1, (eye - A) ** -1 * (eye + A)),
    "two inverses commute": ((eye + A) ** -1 * A**-1, A**-1 * (eye + A) ** -1, A**-1 * (eye - A) ** -1),
    "an inverse commutes with powers": ((eye - A) ** -1 * A**n, A**n * (eye - A) ** -1, A ** (n + 1) * (eye - A) ** -1),
    "the inverse of a power": ((A**n) ** -1, (A**-1) ** n, (A.T**-1) ** n),
    "the inverse of a square": ((A**2) ** -1, (A**-1) ** 2, A**-1),
    "the square of the inverse of a power": ((A**n) ** -2, (A**-1) ** (2 * n), (A**-1) ** n),
    "a power and its inverse": ((A**n) ** -1 * A**n, eye, A**n),
    "powers of an inverse": (A**n * (A**-1) ** n, eye, A),
    "powers of an inverse, from the left": (A**-n * A**n, eye, A**n),
    "similar powers": ((A * B * A**-1) ** n, A * B**n * A**-1, A**-1 * B**n * A),
    "geometric, with an inverse": (
        (eye - A) ** -1 * (eye - A**n),
        Sum(A**k, k, 0, n - 1),
        Sum(A**k, k, 0, n),
    ),
    "geometric, from the right": (
        (eye - A**n) * (eye - A) ** -1,
        Sum(A**k, k, 0, n - 1),
        Sum(A**k, k, 1, n),
    ),
    "what gradient descent has reached": (
        (eta * A) ** -1 * (eye - step**n),
        Sum(step**k, k, 0, n - 1),
        Sum(step**k, k, 1, n),
    ),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_what_the_core_refuses_is_proved(name: str) -> None:
    left, right, _ = IDENTITIES[name]
    with pytest.raises(OutsideLanguage):
        decide(left, right)
    answer = decide_equation(Equation(left, right))
    assert isinstance(answer.found, Theorem), answer.why
    assert answer.found.statement == answer.stated


@pytest.mark.parametrize("name", IDENTITIES)
def test_its_false_twin_is_refuted(name: str) -> None:
    left, _, wrong = IDENTITIES[name]
    answer = decide_equation(Equation(left, wrong))
    assert isinstance(answer.found, Refuted), answer.why
    assert answer.found.counterexample.left != answer.found.counterexample.right


@pytest.mark.parametrize(
    ("side", "told"),
    [
        (Sum(A ** (i - 2), i, 1, N), "is not shown to be ≥ 0"),
        (Sum(a ** (i - 2) * x[2 * i], i, 1, N), "the exponent i - 2 is not shown to be ≥ 0"),
        ((A * B) ** (N - 2), "the exponent N - 2 is not shown to be ≥ 0"),
        (Sum(Sum(x[j], j, i + 2, N) * x[i].T, i, 1, N), "the number of terms of the sum over j is not shown to be ≥ 0"),
        (Sum(Scalar(1 / i), i, 1, N), "divides by what differs from term to term"),
        (Sum(Scalar(i), i, -1, N), "is a factor, and not shown to be ≥ 0"),
        (Sum(x[j], j, 1, j), "contain j"),
        (Sum((A + x[i] * x[i].T) ** -1, i, 1, N), "an inverse of something that differs from term to term"),
    ],
)
def test_what_has_no_value_or_no_name_is_refused(side: Expr, told: str) -> None:
    with pytest.raises(OutsideLanguage, match=told):
        decide_equation(Equation(side, side + side - side))


def test_a_trace_of_sympy_is_one() -> None:
    size = sympy.Symbol("m", integer=True, positive=True)
    first, second = sympy.MatrixSymbol("A", size, size), sympy.MatrixSymbol("B", size, size)
    equation = Equation(sympy.Trace(first * second), sympy.Trace(second * first))
    assert isinstance(decide_equation(equation).found, Theorem)


# ---- what the names mean -----------------------------------------------------------------------

NUMBERS = some.sampled_from([Scalar(sympy.Integer(2)), c[1], Scalar(a)])


@some.composite
def expressions(draw: some.DrawFn) -> Expr:
    """A sum of terms, in each some of what has no normal form: inside sums over i and j, and outside."""
    inner = Sum(draw(some.sampled_from([x[j], c[j] * x[i], x[i - j], x[2 * j], A ** (i - j) * x[j]])), j, 1, i)
    to_the_end = Sum(
        draw(some.sampled_from([c[i] * x[j], x[j], A ** (j - i) * x[i], Scalar(2 ** (j - i)) * x[j]])), j, i, n
    )
    terms = [
        Sum(inner, i, draw(some.sampled_from([0, 1])), n),
        Sum(to_the_end, i, 1, n),
        Sum(draw(NUMBERS) * Scalar(i) * x[n - i], i, 0, n),
        Sum((A * B) ** draw(some.sampled_from([i, n - i, i + 1, 2 * i])) * x[i], i, 0, n),
        (A + draw(some.sampled_from([A, B])).T) ** draw(some.sampled_from([n, n + 1, 2 * n])) * x[0],
        Scalar((-1) ** n * (1 - a) ** (n + draw(some.integers(0, 2)))) * x[n],
        Sum(Scalar(a**k + 3**k), k, 0, n) * x[1],
    ]
    chosen = draw(some.lists(some.sampled_from(terms), min_size=1, max_size=2))
    return sum(chosen[1:], chosen[0])


@given(expressions(), some.sampled_from(LEVELS))
@settings(max_examples=40, deadline=None)
def test_an_expression_in_names_has_the_values_of_what_was_written(side: Expr, level: Level) -> None:
    asked = apart(Equation(side, side))
    try:
        claim = in_names(asked, level)
    except OutsideLanguage:
        assume(False)
    points = list(values_at(asked, claim, largest=2))
    assert points
    assert all(written == named for written, _, named, _ in points)


def test_names_with_another_recurrence_have_other_values() -> None:
    asked = apart(Equation(Sum(Scalar(i) * x[i], i, 1, n), Sum((A * B) ** i * x[i], i, 1, n)))
    claim = in_names(asked, LEVELS[-1])
    for number, named in enumerate(claim.named):
        meaning = named.meaning
        assert isinstance(meaning, Recurrence)
        for changed in (replace(meaning, body=2 * meaning.body), replace(meaning, start=meaning.start + 1)):
            others = list(claim.named)
            others[number] = replace(named, meaning=changed)
            wrong = replace(claim, named=tuple(others))
            assert not agree(asked, wrong)
    assert agree(asked, claim)


def agree(asked: Equation, claim: InNames) -> bool:
    """Whether both sides have the same values as they were asked for and in names."""
    try:
        return all((left, right) == (before, after) for left, right, before, after in values_at(asked, claim))
    except OutsideLanguage:
        return False


@pytest.mark.parametrize(
    "equation",
    [
        Equation(Sum(x[i], i, 1, 10**6), 10**6 * x[1]),
        Equation(Sum(Sum(x[i + j], j, 1, 100), i, 1, 100), x[1]),
        Equation((A + B) ** 40, A),
        Equation(a * (x[1].T * x[2] + x[2].T * x[3] + x[3].T * x[1]) ** 200, x[1].T * x[2]),
    ],
)
def test_an_equation_of_many_terms_is_refused_at_once(equation: Equation) -> None:
    with pytest.raises(TooMuchWork, match="more than 1,024 terms"):
        decide_equation(equation)


def test_powers_of_numbers_are_few_terms() -> None:
    number = x[1].T * x[2] + x[2].T * x[3]
    assert isinstance(decide_equation(Equation(number**20, number**10 * number**10)).found, Theorem)


@pytest.mark.parametrize("value", [sympy.zoo, sympy.nan, sympy.oo, -sympy.oo])
def test_what_is_infinite_or_no_number_cannot_be_stated(value: sympy.Expr) -> None:
    with pytest.raises(OutsideLanguage, match="has no value"):
        decide_equation(Equation(Scalar(value), Scalar(sympy.Integer(1))))


def test_an_index_is_an_integer() -> None:
    p = sympy.Symbol("p", integer=True, positive=True)
    M, A = Name("M", (2, 2), 1), Name("A", (2, 2))
    with pytest.raises(OutsideLanguage):
        decide_equation(Equation(M[1 / p], A()))
