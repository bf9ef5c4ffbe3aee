"""Sums over 1 - m, …, 0: in normal form the bounds say that they count nothing, and whoever counts refuses them."""

from __future__ import annotations

import pytest
import sympy
from explicit import agree
from vocabulary import B, N, a, c, f, i, j, m, n, x

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.evaluation import Evaluator
from gdssm_symbolic.extensions.certificates import ordinary
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.impossibility import ByCoefficients, Coefficient, Impossible, Vanishing
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.laws import AnyLaw, Normal, Uniform
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.theory.closed_form import closed_form

E, d, e = Name("E", (1, 1)), Name("d", (1, 1), arity=1), Name("e", (1, 1), arity=1)
theta = sympy.Symbol("theta")
#: Bounds of sums that have ≥ 0 terms; in normal form, from 1 on, their ends are not shown to be ≥ 0.
BELOW = {
    "1-m..0": (1 - m, 0),
    "-m..-1": (-m, -1),
    "-n..0": (-n, 0),
    "1-N..m-N": (1 - N, m - N),
    "-m..N": (-m, N),
    "n-m..n": (n - m, n),
}
BOUNDS = pytest.mark.parametrize("bounds", BELOW.values(), ids=BELOW)


def total(body: Expr, bounds: tuple[object, object], index: sympy.Symbol = i) -> Sum:
    return Sum(body, index, *bounds)  # type: ignore[arg-type]


def terms(expr: Expr) -> list[object]:
    core = Normaliser(expr)
    return [monomial for row in core.normalise(expr, core.scope).blocks for block in row for monomial in block]


@BOUNDS
def test_the_normal_form_says_that_the_bound_counts_nothing(bounds: tuple[object, object]) -> None:
    below = [one for one in terms(total(c[i], bounds)) if not all(upper.ordinary for upper in one.uppers)]  # type: ignore[attr-defined]
    assert below
    for monomial in below:
        with pytest.raises(OutsideLanguage, match=r"a sum over 1, …, .*, which is not shown to be ≥ 0"):
            ordinary(monomial)  # type: ignore[arg-type]
    for monomial in terms(Sum(c[i], i, 1, N) + Sum(c[i + m], i, 0, n) + Sum(c[i], i, 2, N + 1)):
        assert all(upper.ordinary for upper in monomial.uppers)  # type: ignore[attr-defined]


#: What a mean can be taken of, with a sum in it.
BODIES = {
    "a product of sums": lambda s: s(c[i]) * s(c[j], j),
    "squares": lambda s: s(c[i] * c[i]),
    "a product of squares": lambda s: s(c[i] * c[i]) * s(c[j] * c[j], j),
    "with an ordinary sum": lambda s: s(c[i]) * Sum(c[j], j, 1, N),
    "norms": lambda s: s(x[i].T * x[i]),
    "an inner product of sums": lambda s: s(x[i]).T * s(x[j], j),
}


@BOUNDS
@pytest.mark.parametrize("law", [Normal(1), Uniform(1), AnyLaw("mu", 4)], ids=repr)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_mean_refuses_it(body, law, bounds) -> None:  # type: ignore[no-untyped-def]
    """E (Σ_{i=1-m..0} c_i)² is m, and was -m."""
    mean = Mean(E, body(lambda of, index=i: total(of, bounds, index)), ((c, law), (x, law)))
    for value in (Scalar(-m), Scalar(m), Scalar(sympy.Integer(0))):
        with pytest.raises(OutsideLanguage):
            check(Expectation(mean, value))


def test_a_mean_of_the_same_sum_from_1_on() -> None:
    mean = Mean(E, Sum(c[i - m], i, 1, m) ** 2, ((c, Normal(1)),))
    assert not decide(mean.body, Sum(c[i], i, 1, m) ** 2).equal  # other members, …
    assert decide(mean.body, Sum(c[i], i, 1 - m, 0) ** 2).equal
    with pytest.raises(OutsideLanguage):
        check(Expectation(mean, Scalar(m)))
    assert check(Expectation(Mean(E, Sum(c[i], i, 1, m) ** 2, ((c, Normal(1)),)), Scalar(m)))  # … of the same mean


@BOUNDS
def test_functions_are_not_independent_because_of_data_that_are_not_0(bounds: tuple[object, object]) -> None:
    """Σ c_i over what may lie below 1 is not 0 where c_1, …, c_N are."""
    size = sympy.Symbol("n", integer=True, nonnegative=True)
    for kept in (c[N + 1], d[1]):
        combination = theta * total(c[i] * d[1], bounds) + sympy.Symbol("phi") * kept
        with pytest.raises((ProofError, OutsideLanguage)):
            check(Independence(Independent(combination, (theta, sympy.Symbol("phi"))), (), (c,), size))


@BOUNDS
def test_a_coefficient_is_not_read_off_where_data_are_not_0(bounds: tuple[object, object]) -> None:
    """a = 0 makes a d_1 + (1 - a) Σ c_i d_1 = Σ c_i d_1, whatever the Σ c_i are."""
    below = total(c[i] * d[1], bounds)
    equation = Equation(a * d[1] + below, below)
    one = Coefficient(d[1], Scalar(a) + 0 * c[1], Scalar(sympy.Integer(1)))
    impossible = Impossible(equation, (a,), (c, d))
    with pytest.raises((ProofError, OutsideLanguage)):
        check(ByCoefficients(impossible, (one,), vanishing=(Vanishing(c, 0, N),)))
    planted = Impossible(Equation(a * d[1] - a * below + below - d[1], 0 * d[1]), (a,), (c, d))
    with pytest.raises((ProofError, OutsideLanguage)):
        check(ByCoefficients(planted, (Coefficient(d[1], Scalar(a - 1), Scalar(a)),), vanishing=(Vanishing(c, 0, N),)))


#: Where the sign of the bound is known at all sizes.
SHOWN = pytest.mark.parametrize("bounds", [BELOW[key] for key in ("1-m..0", "-m..-1", "-n..0", "-m..N")], ids=str)


@SHOWN
@pytest.mark.parametrize("body", [c[i], x[i] * x[i].T, c[i] * c[i + 1]], ids=["c", "x xᵀ", "c c"])
def test_a_closed_form_is_well_defined_and_the_same(body: Expr, bounds: tuple[object, object]) -> None:
    """It was -Σ_{i=1..-m} c_i, which is no sum."""
    expr = total(body, bounds)
    shown = closed_form(expr)
    assert any(isinstance(part, Sum) for part in walk(shown))
    assert decide(expr, shown).equal
    assert agree(expr, shown, seed=1)


def test_some_sums_below_0_have_a_closed_form() -> None:
    assert closed_form(Sum(c[i], i, 1 - m, 0)) == Sum(c[i], i, 1 - m, 0)
    for unknown in (Sum(c[i], i, 1 - N, m - N), Sum(c[i], i, n - m, n)):
        with pytest.raises(OutsideLanguage, match="may be below 0, has no closed form"):
            closed_form(unknown)


def test_a_sum_whose_last_term_is_taken_off_is_not_made_shorter_than_empty() -> None:
    expr = Sum(c[i], i, 1, n) - c[n]
    assert closed_form(expr) == -c[n] + Sum(c[i], i, 1, n)
    assert closed_form(Sum(c[i], i, 1, N) - c[N]) == Sum(c[i], i, 1, N - 1)


def test_an_evaluation_refuses_a_negative_number_of_terms() -> None:
    evaluate = Evaluator({n: sympy.Integer(0), f: sympy.Integer(1)}, lambda *_: [[0]])  # type: ignore[arg-type]
    with pytest.raises(ArithmeticError, match="negative number of terms"):
        evaluate(Sum(c[i], i, 1, n - 2))


@BOUNDS
def test_the_core_itself_computes_with_them(bounds: tuple[object, object]) -> None:
    whole = total(B * x[i] * x[i].T, bounds)
    assert decide(whole, B * total(x[j] * x[j].T, bounds, j)).equal
    shifted = total(B * x[i - 1] * x[i - 1].T, tuple(bound + 1 for bound in bounds))  # type: ignore[operator, arg-type]
    assert decide(whole, shifted).equal
    assert agree(whole, shifted, seed=2)
    assert not decide(total(c[i], bounds), 0 * c[1]).equal


def test_the_square_of_such_a_sum_is_not_negative() -> None:
    square = Sum(c[i], i, 1 - m, 0) ** 2
    theorem = check(Calculation(square, (Step(Sum(Sum(c[i] * c[j], i, 1 - m, 0), j, 1 - m, 0)),)))
    assert agree(*theorem.equation.parts, seed=3)
