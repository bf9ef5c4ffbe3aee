"""What a text names itself has a letter that stands for nothing else in it."""

from __future__ import annotations

import pytest
import sympy
from vocabulary import A, f, n, u, x

from gdssm_symbolic import Statement, check, prove, refute
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.impossibility import (
    Absurdity,
    ByCoefficients,
    Case,
    Coefficient,
    Impossible,
    Vanishing,
)
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.laws import Normal
from gdssm_symbolic.kernel.expressions import Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.documents import inline, write_latex, write_text
from gdssm_symbolic.writing.narration import narrate, short_counterexample
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.unused_letters import fresh, unlike

theta = sympy.Symbol("theta")
i, j = (sympy.Symbol(letter, integer=True, nonnegative=True) for letter in "ij")
NOT_ZERO = check(Independence(Independent(theta * u, (theta,))))


def told(theorem: Theorem) -> str:
    return " ".join(write_text(narrate([theorem])).split())


def test_what_stands_above_or_below_a_letter_takes_it() -> None:
    assert next(unlike("rst", ["r^2", "s_n", "x"])) == "t"
    assert next(unlike("r", ["r'", "s"])) == "r'''"
    assert next(unlike("rs", ["x_r"])) == "r"


def test_no_letter_has_two_primes() -> None:
    taken = set[str]()
    for expected in ("r", "ρ", "ρ'", "r'", "rr", "rrr"):
        assert fresh("rρ", taken) == expected
        taken.add(expected)
    assert fresh("W", ["W_0"]) == "W'"
    assert fresh("γ", ["γ", "γ'"]) == "zz"


@pytest.mark.parametrize(("called", "rest"), [("F", "r"), ("r", "s"), ("r_1", "s")])
def test_the_rest_of_an_absurdity(called: str, rest: str) -> None:
    """φ(0) + u = φ(0) for all u, where φ bears the letter."""
    unknown = Name(called, (f, 1), takes=((f, 1),))
    statement = Impossible(Equation(unknown(A * u - A * u), unknown(Zero(f, 1)) - u), (unknown,), (u.name,))
    text = told(check(Absurdity(statement, (Case(wrap(1)),), u, NOT_ZERO)))
    assert f"these add up to 0 = {rest} with" in text
    assert f"{rest} = u" in text


@pytest.mark.parametrize(("size", "index"), [(n, "i"), (i, "j")])
def test_the_index_of_data_that_are_set_to_0(size: sympy.Symbol, index: str) -> None:
    statement = Independent(theta * Sum(x[j] * x[j].T, j, 1, size + 2), (theta,))
    theorem = check(Independence(statement, vanishing=(x,), until=size))
    assert f"With x_{index} = 0 for {index} = 1..{size} no sum is left" in told(theorem)
    assert rf"{index} = 1, \dots, {size}" in write_latex(narrate([theorem]))


def test_a_family_with_two_indices_has_two() -> None:
    pairs = Name("y", (f, 1), arity=2)
    statement = Independent(theta * Sum(pairs[j, 1] * pairs[j, 1].T, j, 1, n + 2), (theta,))
    assert "With y_{i,j} = 0 for i = 1..n" in told(check(Independence(statement, vanishing=(pairs,), until=n)))


@pytest.mark.parametrize(("size", "index"), [(n, "i"), (i, "j")])
def test_the_index_of_data_without_coefficients(size: sympy.Symbol, index: str) -> None:
    c = Name("c", (1, 1), arity=1)
    statement = Impossible(Equation(Sum(c[j], j, 1, size + 1), wrap(0)), (), (c,))
    listed = (Coefficient(c[size + 1], wrap(1), wrap(1)),)
    proof = ByCoefficients(statement, listed, vanishing=(Vanishing(c, 0, size),))
    assert f"Take c_{index} = 0 for {index} from 1 to {size}." in told(check(proof))


@pytest.mark.parametrize(("called", "letter"), [("c", "z"), ("z", "s"), ("z_1", "s")])
def test_the_variable_of_a_sample_function(called: str, letter: str) -> None:
    g, number = Name("g", (1, 1), takes=((1, 1),)), Name(called, (1, 1))()
    refuted = refute(Equation(g(number), number))
    assert refuted is not None
    assert f"g({letter}) =" in inline(short_counterexample(refuted.counterexample))


@pytest.mark.parametrize(("scale", "index"), [("alpha", "a"), ("a", "b")])
def test_the_index_of_unit_vectors_in_a_mean(scale: str, index: str) -> None:
    units = Name("e", (f, 1), arity=1)
    mean = Mean(Name("E", (1, 1)), (units[1].T * u) ** 2, ((u.name, Normal(sympy.Symbol(scale))),), units)
    assert f"e_{index} ∈ R^f unit vectors" in to_text(mean)


def test_independent_functions_are_for_all_data_once() -> None:
    """Said twice, it would say that one value of the data suffices for the weights to be 0."""
    statement = Statement(Independent(theta * u, (theta,)))
    assert statement.one_line() == "For all f ≥ 1, where the data are u ∈ R^f: θ u = 0 for all data only if θ = 0"
    for without in Independent(theta * Name("v", (2, 1))(), (theta,)), Independent(Scalar(theta), (theta,)):
        assert Statement(without).one_line().count("all") == 1 + (without.combination == Scalar(theta))
    assert Statement(Equation(A * u, u)).one_line() == "For all f ≥ 1, all A ∈ R^{f×f}, u ∈ R^f: A u = u"
    assert prove(Equation(u, u)) is not None
