"""Tables of what was worked out before: nothing that equals what it is not gets a place in one.

Each test asks once with an object that equals something honest, and then with the honest thing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import data_needed, refute
from gdssm_symbolic.evidence.evaluation import Evaluator, scalar
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.laws import Law, Normal
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.kernel.expressions import Name, Scalar, Sum
from gdssm_symbolic.kernel.linear_forms import as_linear
from gdssm_symbolic.kernel.statements import Equation, ProofError

S = Scalar
x, E = Name("x", (2, 1), arity=1), Name("E", (1, 1))


def symbols(text: str) -> tuple[sympy.Symbol, ...]:
    """Integer symbols that no other test has: what is in a table stays there."""
    return sympy.symbols(text, integer=True)


def like(*honest: object, **attributes: object) -> Any:
    """Return what equals each of the honest things, one after another, each time that it is looked up."""
    waiting = list(honest)
    now = waiting[0]

    class Like:
        def __eq__(self, other: object) -> bool:
            return bool(other == now)

        def __hash__(self) -> int:
            nonlocal now
            now = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return hash(now)

    for name, value in attributes.items():
        setattr(Like, name, value)
    return Like()


def lying_sum(m: sympy.Symbol, n: sympy.Symbol) -> sympy.Expr:
    """Return a sum m + 1 for whom it asks, whose part is then taken for n."""
    poser = like(m, n, free_symbols=frozenset(), is_Symbol=False, is_Rational=False, is_Add=False, is_Mul=False)
    return sympy.Basic.__new__(sympy.Add, *(poser if part == m else part for part in (m + 1).args))


READERS: dict[str, Callable[[sympy.Expr, dict[sympy.Symbol, Fraction]], object]] = {
    "linear forms": lambda value, _: as_linear(value),
    "values of scalars": scalar,
}


@pytest.mark.parametrize("name", READERS)
def test_a_sum_with_a_part_that_pretends_is_refused(name: str) -> None:
    """m + 1 was n + 1 ever after: x_{m+1} = x_{n+1} was proved, and so was 0 = 1."""
    m, n = symbols(f"m{len(name)} n{len(name)}")
    at = {m: Fraction(5), n: Fraction(7)}
    read = READERS[name]
    read(n, at)
    with pytest.raises(TypeError):
        read(lying_sum(m, n), at)
    assert read(m + 1, at) == read(sympy.Add(1, m, evaluate=False), at) != read(n + 1, at)
    assert scalar(m + 1, at) == 6


class LikeNormal(Law):
    """It equals every law, and has another moment."""

    free = frozenset[sympy.Symbol]()

    def even_moment(self, _: int) -> sympy.Expr:
        return sympy.Integer(7)

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(Normal(1))


class Twice(dict[Name, Law]):
    """Laws that are asked for twice, and are others the second time."""

    asked = 0

    def items(self) -> Any:
        self.asked += 1
        return [(x, Normal(1) if self.asked == 1 else LikeNormal())]


@pytest.mark.parametrize("places", [(3, 4), (5, 6)], ids=["units", "laws"])
def test_a_mean_is_that_of_what_is_asked_for(places: tuple[int, int]) -> None:
    """What equals None stood for unit vectors, and E ‖x‖² was 1 for two entries of variance 1."""
    i, _ = places
    body = x[i].T * x[i]
    if places == (3, 4):
        expectation(body, {x: Normal(1)}, like(None, text="x"))
    else:
        assert expectation(body, Twice()) == 2
    mean = Mean(E, body, ((x, Normal(1)),))
    assert check(Expectation(mean, S(2))).equation == Equation(E(), S(2))
    with pytest.raises(ProofError):
        check(Expectation(mean, S(1)))


def test_a_law_of_a_mean_is_a_listed_one() -> None:
    """Another one stood in the table of means: E x² = 1 was proved and refuted."""
    c = Name("c", (1, 1))
    with pytest.raises(TypeError, match="where AnyLaw or Uniform or Normal is needed"):
        Mean(E, c() * c(), ((c, LikeNormal()),))
    half = Normal.__new__(Normal)
    with pytest.raises(TypeError, match="where AnyLaw or Uniform or Normal is needed"):
        Mean(E, c() * c(), ((c, half),))
    mean = Mean(E, c() * c(), ((c, Normal(1)),))
    with pytest.raises(TypeError, match="where a fraction is needed"):
        Evaluator({sympy.Symbol("a"): 0.5}, lambda *_: [], (Mean(E, S(sympy.Symbol("a")), ()),))(E())  # type: ignore[dict-item]
    assert refute(Equation(E(), S(1)), (mean,)) is None
    assert refute(Equation(E(), S(2)), (mean,)) is not None


def test_what_an_equation_needs_is_worked_out_of_an_equation() -> None:
    """Σ 1/M = 1 was refuted at M = 0, where 1/M has no value."""
    M, i = sympy.Symbol("M1", integer=True, nonnegative=True), sympy.Symbol("i", integer=True)
    true = Equation(Sum(S(1 / M), i, 1, M), S(1))
    with pytest.raises(ProofError, match="is no equation"):
        data_needed(like(true, parts=(S(M), S(1))), (), {M: Fraction(0)})
    assert refute(true) is None


def test_the_parts_that_are_evaluated_are_of_the_language() -> None:
    class Part(Scalar):
        pass

    with pytest.raises(TypeError, match="Part is not part of the language"):
        Evaluator({}, lambda *_: [])(Part(sympy.Integer(1)))
