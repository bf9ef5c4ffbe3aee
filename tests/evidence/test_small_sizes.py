"""Theorems at small sizes: what is evaluated, and what an evaluation may read."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from vocabulary import B, a, eta, f, u

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence import evaluation
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.evidence.small_sizes import holds
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Identity, Name, Scalar, Sum, Trace
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Proof
from gdssm_symbolic.kernel.work import TooMuchWork

W, H = Name("W", (f, f)), Name("H", (f, f))
d, theta = Name("d", (1, 1)), sympy.Symbol("theta")
LOSS, SLOPE = Name("ℒ", (1, 1), takes=((f, f),)), Name("∇ℒ", (f, f), takes=((f, f),))


@pytest.mark.parametrize(
    "proof",
    [
        Positivity(Positive(1 + 0 * (u.T * u))),
        Positivity(Positive(f + u.T * u - u.T * u)),
        Differentiation(Definition(LOSS, Trace(W()), (), (W,)), Definition(SLOPE, Identity(f) + B - B, (), (W,)), H),
    ],
    ids=["0 times data", "data that cancel", "data in the gradient alone"],
)
def test_data_on_which_nothing_depends(proof: Proof) -> None:
    assert holds(check(proof), 2, (Fraction(2), Fraction(-1, 3)))


def test_what_is_given_and_numbered_is_tried_where_it_says_something() -> None:
    """With η - 1 given not to be 0, nothing is said at η = 1; and (s - 1)(s - 2) u differs from 0 only at other s."""
    statement = Impossible(Equation(a * d(), (a + eta - 1) * d()), (a,), (d,), (Scalar(eta - 1),))
    coefficient = Coefficient(d(), Scalar(1 - eta), Scalar(sympy.Integer(-1)))
    assert holds(
        check(ByCoefficients(statement, (coefficient,), given=(Scalar(eta - 1),))), 2, (Fraction(1), Fraction(2))
    )
    s = sympy.Symbol("s", integer=True)
    not_zero = check(Independence(Independent(theta * u, (theta,))))
    number = Impossible(Equation((s - 1) * (s - 2) * u + a * u, a * u), (a,), (u.name, s))
    case = Case(Scalar(sympy.Integer(1)), (), ((s, sympy.Integer(0)),))
    assert holds(check(Absurdity(number, (case,), 2 * u, not_zero, sympy.Integer(2))), 2, (Fraction(1), Fraction(2)))


def test_where_there_is_no_value_nothing_is_evaluated() -> None:
    """Gradients at a pole and of no entries, and a parameter whose size stands nowhere else."""
    size, m = sympy.symbols("n m", integer=True, nonnegative=True)
    for rows, factor in ((f, 1 / (a - 1)), (size, a)):
        w, h = Name("w", (rows, 1)), Name("h", (rows, 1))
        loss, slope = Name("L", (1, 1), takes=((rows, 1),)), Name("G", (rows, 1), takes=((rows, 1),))
        of = Definition(loss, factor / 2 * (w().T * w()), (), (w,)), Definition(slope, factor * w(), (), (w,))
        assert holds(check(Differentiation(*of, h)), 2, (Fraction(1), Fraction(2)))
        some, slopes = Name("s", (1, 1), takes=((rows, 1),)), Name("r", (rows, 1), takes=((rows, 1),))
        of = Definition(loss, some(w()), (), (w,)), Definition(slope, slopes(w()), (), (w,))
        assert holds(check(Differentiation(*of, h, (GradientOf(slopes, some),))), 2, (Fraction(1), Fraction(2)))
    assert holds(check(Positivity(Positive(Scalar(a**2), nonzero=(a,)))), 2, (Fraction(0), Fraction(1)))
    g, v = Name("g", (1, 1), takes=((m, 1),)), Name("v", (m, 1))
    constant = Definition(g, d(), (), (v,))
    assert holds(check(Calculation(g(Name("z", (m, 1))()), (Step(d(), (constant,)),))), 2, (Fraction(1), Fraction(2)))


def test_an_evaluation_that_takes_too_long_is_refused_and_not_taken_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A power or a sum of millions of factors or terms; the search does not go on with the next sizes."""
    monkeypatch.setattr(evaluation, "MOST_STEPS", 20_000)
    index = sympy.Symbol("i", integer=True)
    for long in (Trace(Name("A", (f, f))() ** (10**7)), Sum(Scalar(index), index, 1, 10**7)):
        with pytest.raises(TooMuchWork, match="more than"):
            refute(Equation(long, Scalar(sympy.Integer(1))))
