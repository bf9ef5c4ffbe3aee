"""Positive numbers and independent functions: what is not so, or not shown to be, is refused with a reason."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
import sympy
from vocabulary import N, f, i, x

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.small_sizes import holds, polynomial_rank
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.laws import AnyLaw, Normal
from gdssm_symbolic.extensions.moments import expectations
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum, Trace
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem

n = sympy.Symbol("n", integer=True, nonnegative=True)
t = sympy.Symbol("t", integer=True, positive=True)
a, b = sympy.symbols("a b", integer=True)
p, q = sympy.symbols("p q")
e = Name("e", (f, 1), arity=1)
W = Name("W", (f, f))
LAWS = ((x, AnyLaw("mu", 6)), (W, Normal(sympy.Integer(1))))
NUMBERS = (sympy.Rational(2), sympy.Rational(1, 3))


def positive(value: sympy.Expr, nonnegative: tuple[sympy.Symbol, ...] = (), nonzero: tuple[sympy.Symbol, ...] = ()):
    return check(Positivity(Positive(Scalar(value), nonnegative, nonzero)))


@pytest.mark.parametrize(
    "value", [f, f + N - 1, f * N, (f - 1) ** 2 + N, sympy.Rational(1, 7), f * p + N, f * q**2, p * q**4 + q**2]
)
def test_positive(value: sympy.Expr) -> None:
    theorem = positive(value, (p,), (q,))
    assert holds(theorem, 3, NUMBERS)
    assert "positive-coefficients" in {rule.name for rule in theorem.rules}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (f - 1, "every term may be 0"),  # it is 0 at f = 1
        (f - 2, "negative"),
        (f * N - f - N, "negative"),
        (sympy.Integer(0), "every term may be 0"),
        (p, "every term may be 0"),
        (q, "odd power"),
        (q**2 - q + 1, "odd power"),
        (1 + sympy.Symbol("r"), "nothing is said"),
        (1 / f, "a polynomial is needed"),
    ],
    ids=str,
)
def test_not_shown_to_be_positive(value: sympy.Expr, reason: str) -> None:
    with pytest.raises(ProofError, match=reason):
        positive(value, (p,), (q,))


def test_a_name_is_positive_only_by_what_it_stands_for() -> None:
    D = Definition(Name("D", (1, 1)), Scalar(f + N))
    with pytest.raises(ProofError, match="not replaced"):
        check(Positivity(Positive(D.name())))
    theorem = check(Positivity(Positive(D.name()), (D,)))
    assert theorem.meanings == {D.name: D}
    with pytest.raises(ProofError, match="negative"):
        check(Positivity(Positive(-D.name()), (D,)))


def independent(combination: Expr, *weights: sympy.Symbol, least: int = 1, until: sympy.Symbol | None = n) -> Theorem:
    statement = Independent(combination, weights, ((f, least),))
    return check(Independence(statement, vanishing=(x,) if until is not None else (), until=until))


SQUARES = Sum(x[i] * x[i].T, i, 1, n + 2)
AHEAD = Sum(x[i + 1] * x[i + 1].T, i, 1, n + 2)


def test_independent_functions() -> None:
    theorem = independent(p * SQUARES + q * AHEAD, p, q)
    assert holds(theorem, 2, NUMBERS)
    independent(p * Trace(SQUARES) * SQUARES + q * SQUARES**2, p, q, least=2)


@pytest.mark.parametrize(
    ("combination", "least", "reason"),
    [
        (p * SQUARES + q * (SQUARES + SQUARES), 1, "the rank is 1"),
        (p * Trace(SQUARES) * SQUARES + q * SQUARES**2, 0, "below its least"),
        (p * SQUARES + q * p * AHEAD, 1, "not linear in its weights"),
        (p * SQUARES + (n + 1) * q * AHEAD, 1, "not a number times one weight"),
        (p * SQUARES + AHEAD, 1, "not linear in its weights"),
        (p * SQUARES + q * Sum(x[i + 1] * x[i + 1].T, i, n + 1, 2 * n + 2), 1, "a sum is left"),
        (p * SQUARES + q * (x[t] * x[t].T), 1, "may be the same, or not"),
        (p * (x[1] * x[1].T) + q * (x[2] * x[2].T), 1, "may be one of the data that are 0"),
        (p * x[n + 1] + q * x[2 * n + 1], 1, "the rank is 1"),
        (p * SQUARES + q * (x[1] * x[1].T), 1, "the rank is 1"),  # x_1 is among the data that are 0
        (p * x[n + 3] + q * x[2 * n + 4], 1, "may be the same, or not"),
        (p * x[n + 1] + q * W() ** n * x[n + 1], 1, "the rank is 1"),
        (p * x[n + 1] + q * W() ** (n + 1) * x[n + 1], 1, "a symbolic power is left"),
        (p * x[n + 1] + q * x[a], 1, "has no least value"),
        (p * x[n + 1] + q * x[n + 2] * Scalar(2 ** (n + 1)), 1, "not a rational function"),
        (p * SQUARES + q * Sum(W(), i, 1, n + 2), 1, "not a number times one weight"),
    ],
    ids=range(16),
)
def test_not_shown_to_be_independent(combination: Expr, least: int, reason: str) -> None:
    with pytest.raises((ProofError, OutsideLanguage), match=reason):
        independent(combination, p, q, least=least)


def test_functions_that_coincide_at_the_least_size() -> None:
    """S² and tr(S) S are one function for vectors of one entry, and for one sample."""
    single = Sum(x[i] * x[i].T, i, 1, n + 1)
    for squares, least in ((SQUARES, 1), (single, 2)):
        with pytest.raises(ProofError, match="the rank is 1"):
            independent(p * Trace(squares) * squares + q * squares**2, p, q, least=least)
    sizes = {f: 2, n: 0}
    assert polynomial_rank(p * Trace(SQUARES) * SQUARES + q * SQUARES**2, (p, q), sizes, ()) == 2


def test_a_false_claim_of_independence_would_not_be_confirmed() -> None:
    """The evaluation at small sizes can fail, too: a theorem about sizes from 2 on, asked about from 1 on."""
    theorem = independent(p * Trace(SQUARES) * SQUARES + q * SQUARES**2, p, q, least=2)
    false = Independent(theorem.statement.combination, (p, q), ())
    with pytest.raises(FrozenInstanceError):
        theorem.statement = false
    object.__setattr__(theorem, "statement", false)
    assert not holds(theorem, 2, NUMBERS)


def refused(combination: Expr, weights: tuple[sympy.Symbol, ...], *by: object, least: int = 1, **data: object) -> str:
    with pytest.raises(ProofError) as error:
        check(Independence(Independent(combination, weights, ((f, least),)), by, **data))
    return str(error.value)


def test_members_that_coincide_at_larger_sizes_are_refused() -> None:
    for combination in (p * x[t] + q * x[3], p * x[n + 1] + q * x[4], p * x[4 - n] + q * x[1]):
        assert "may be the same" in refused(combination, (p, q))


def test_unit_vectors_are_no_data() -> None:
    units = UnitVectors(e)
    assert "least size" in refused(p * e[t], (p,), units)
    assert "least size" in refused(p * (x[1] - (e[3].T * e[3]) * x[1]), (p,), units)
    away = Sum(e[i] * (e[i].T * x[1]), i, 1, n)
    assert "family of data" in refused(p * (x[1] - away), (p,), units, least=3, vanishing=(e,), until=n)
    twice = iter((units,))  # read once
    with pytest.raises(ProofError, match="the rank is 0"):
        check(Independence(Independent(p * (x[1] - (e[1].T * e[1]) * x[1]), (p,)), twice))


def test_what_is_left_of_a_definition_is_refused() -> None:
    inner = Definition(Name("D", (1, 1)), Scalar((f - 2) * (f - 3)))
    outer = Definition(Name("C", (1, 1)), inner.name())
    assert "not replaced" in refused(p * (outer.name() * x[1]), (p,), inner, outer)
    j = sympy.Symbol("j", integer=True, positive=True)
    y = Definition(Name("y", (f, 1), arity=1), 2 * x[j], (j,))
    assert "not replaced" in refused(p * (y.name[n] - 2 * x[n]), (p,), y)


def test_weights_and_signs_are_those_of_scalars() -> None:
    for weights in ((t,), (p, p), (f,)):
        with pytest.raises(ValueError, match="different scalars"):
            Independent(t * x[1], weights)
    for signs in (((f,), ()), ((), (f,)), ((p,), (p,))):
        with pytest.raises(ValueError, match="no size"):
            Positive(Scalar((f - 1) ** 2), *signs)
    assert "size of none" in refused(p * Name("v", (n, 1), arity=1)[1], (p,), vanishing=(x,), until=n)


# ---- means with unit vectors, and by cases -------------------------------------------------------


def zero(body: Expr, cases: sympy.Symbol | None = None) -> Theorem:
    mean = Mean(Name("E", (1, 1)), body, LAWS, e)
    return check(Expectation(mean, Scalar(sympy.Integer(0)), cases=cases))


def test_components_whichever_are_equal() -> None:
    theorem = zero((e[a].T * x[1]) * (e[b].T * x[1]) * (e[a].T * x[2]))
    assert {type(meaning) for meaning in theorem.meanings.values()} == {Mean, UnitVectors}
    assert {"unit-vectors", "expectation"} <= {rule.name for rule in theorem.rules}
    with pytest.raises(ProofError):  # 0 if a and b differ, but not if they are equal
        zero((e[a].T * x[1]) * (e[b].T * x[1]))
    assert len(list(expectations((e[a].T * x[1]) * (e[b].T * x[1]), dict(LAWS), e))) == 2
    assert list(expectations((e[1].T * x[1]) * (e[2].T * x[1]), dict(LAWS), e)) == [0]


def test_a_unit_vector_that_is_zero_must_make_everything_zero() -> None:
    """With f < a the vector e_a is 0, so a term without it would be left over."""
    mu_2 = AnyLaw("mu", 6).moment(2)
    with pytest.raises(OutsideLanguage, match="all the unit vectors"):
        zero((e[a].T * x[1]) * (e[a].T * x[1]) - mu_2)
    mean = Mean(Name("E", (1, 1)), (e[1].T * x[1]) * (e[1].T * x[1]), LAWS, e)
    with pytest.raises(ProofError, match="proved only to be 0"):
        check(Expectation(mean, Scalar(mu_2)))


def test_cases() -> None:
    """x_t and x_{t+n} are the same, neighbours, or farther apart."""
    last, later = x[t + n + 1], x[t + n]
    theorem = zero((e[a].T * x[t]) * (e[b].T * later) * (e[a].T * last), n)
    assert "cases" in {rule.name for rule in theorem.rules}
    with pytest.raises(ProofError):  # not 0 for n = 0
        zero((e[a].T * x[t]) * (e[b].T * later), n)
    with pytest.raises(ProofError):  # not 0 for n = 1
        zero((e[a].T * x[t + 1]) * (e[b].T * later) * (x[t].T * x[t]) * (last.T * last), n)
    with pytest.raises(ProofError, match="do not begin with 0"):
        zero((e[a].T * x[t]) * (e[b].T * last), t)


def test_a_mean_knows_its_names_apart() -> None:
    mu = AnyLaw("mu", 2)
    wide = Name("x", (f, f), arity=1)
    with pytest.raises(DefinitionError, match="two names are alike"):
        Mean(Name("E", (1, 1)), x[1].T * x[1], ((x, mu), (wide, AnyLaw("nu", 2))))
    with pytest.raises(DefinitionError, match="two names are alike"):
        Mean(Name("E", (1, 1)), Trace(wide[1]), ((wide, mu),), Name("x", (f, 1), arity=1))
    with pytest.raises(DefinitionError, match="two laws"):
        Mean(Name("E", (1, 1)), e[1].T * e[1], ((e, mu),), e)
    other = Mean(Name("B", (1, 1)), e[1].T * e[1], (), e)
    mean = Mean(Name("A", (1, 1)), x[1].T * x[1], ((x, mu),))
    with pytest.raises(OutsideLanguage, match="no law"):
        check(Expectation(mean, mu.moment(2) * other.name(), (other,)))


def test_unit_vectors_at_a_summed_index_are_refused() -> None:
    with pytest.raises(OutsideLanguage, match="summed over"):
        zero(Sum((e[i].T * x[1]) * (x[i].T * x[2]), i, 1, N))


def test_a_scale_is_a_rational_function() -> None:
    with pytest.raises(ValueError, match="no rational function"):
        Normal(sympy.sqrt(sympy.Symbol("alpha")))
    for scale in (sympy.I, sympy.pi, sympy.I * sympy.Symbol("alpha")):
        with pytest.raises(TypeError, match="no exact SymPy scalar"):
            Normal(scale)


def test_a_proof_that_only_looks_like_one_is_refused() -> None:
    class Evil(Calculation):
        @property
        def statement(self) -> Equation:
            return Equation(Scalar(sympy.Integer(1)), Scalar(sympy.Integer(2)))

    one = Scalar(sympy.Integer(1))
    with pytest.raises(ProofError, match="is none of"):
        check(Evil(one, (Step(one),)))
