"""Whatever becomes part of a theorem passes one gate: what has no value somewhere comes in by no way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy
from vocabulary import B, N, a, c, eta, f, i, m, n, p, u, x

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.extensions.laws import Normal
from gdssm_symbolic.extensions.limits import Limit
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Identity, Mul, Name, Scalar, Sum, Trace, Zero
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, GradientExpansion, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption

REFUSALS = (ProofError, OutsideLanguage, DefinitionError)
t = sympy.Symbol("t", integer=True, positive=True)
k = sympy.Symbol("k", integer=True, nonnegative=True)
K, E = Name("K", (1, 1)), Name("E", (1, 1))
theta = sympy.Symbol("theta")
L = sympy.Symbol("L", integer=True, nonnegative=True)


def S(value: object) -> Expr:
    return Scalar(sympy.sympify(value, strict=True))


#: Numbers that have no value at some size, or of which SymPy was told what does not hold.
ILL_DEFINED = {
    "a pole at N = 1": S(1 / (N - 1)),
    "a pole at some N = m": S(1 / (N - m)),
    "a pole at i = 0": S(1 / i),
    "0 to a negative power": S(n ** (-m)),
    "0 to a power that may be negative": S(n ** (m - 2)),
    "any integer to a negative power": S(i ** (-m)),
    "a division by zero": S(sympy.zoo),
    "no number": S(sympy.nan),
    "infinity": S(sympy.oo),
    "a root": S(sympy.sqrt(eta)),
    "a square root of 2": S(sympy.sqrt(2)),
    "an even number": S(sympy.Symbol("e", integer=True, even=True)),
    "a real scalar": S(sympy.Symbol("r", real=True)),
    "a scalar that does not commute": S(sympy.Symbol("q", commutative=False)),
    "a sum of -1 terms": Sum(c[i], i, 1, n - 2),
    "a sum of any number of terms": Sum(c[i], i, 1, i.func("j", integer=True)),
    "an index declared positive that is 0": Sum(c[p], p, 0, N),
    "an index declared positive that is negative": Sum(S(a**p) * c[p], p, 1 - m, N),
    "an index declared ≥ 0 that is -1": Sum(c[k], k, -1, N),
    "an index in a denominator": Sum(S(1 / i) * c[i], i, 1, N),
    "an index as an exponent of 0": Sum(S(n**i) * c[i], i, -1, N),
    "a negative power of a matrix": Trace(B ** (n - 1)),
    "a negative size": Trace(Identity(f - 2)),
}


def cell(value: Expr) -> Expr:
    """A column that depends on the number."""
    return value * u


def mean(body: Expr) -> Mean:
    return Mean(E, body, ((c, Normal(1)),))


LOSS, SLOPE = (Name(text, shape, takes=((f, 1),)) for text, shape in (("ℒ", (1, 1)), ("∇ℒ", (f, 1))))
DATA = Name("d", (1, 1), arity=1)
W, V, H = (Name(text, (f, 1)) for text in "WVH")
NOT_ZERO = check(Independence(Independent(theta * W(), (theta,))))
TRUE = check(Calculation(eta * c[t] + eta * DATA[0], (Step(eta * (c[t] + DATA[0])),)))

#: How a number could become part of a theorem.
WAYS: dict[str, Callable[[Expr], object]] = {
    "the first line, which equals itself": lambda bad: Calculation(bad, (Step(bad),)),
    "a line in between": lambda bad: Calculation(S(0), (Step(bad - bad), Step(S(0)))),
    "both sides": lambda bad: Calculation(bad + S(1), (Step(S(1) + bad),)),
    "a factor 0": lambda bad: Calculation(Mul((S(0), bad)), (Step(S(0)),)),
    "an argument of a function": lambda bad: Calculation(LOSS(cell(bad)), (Step(LOSS(cell(bad))),)),
    "a definition": lambda bad: Calculation(K(), (Step(bad, (Definition(K, bad),)),)),
    "a definition of a family": lambda bad: Calculation(
        DATA[t] - DATA[t], (Step(S(0), (Definition(DATA, bad, (t,)),)),)
    ),
    "a definition that is not said": lambda bad: Calculation(
        K() - K(), (Step(S(0), (Definition(K, bad),)), Step(K() - K(), (Definition(K, bad),)))
    ),
    "a step of a recurrence": lambda bad: Calculation(
        DATA[1], (Step(bad, (Recurrence(DATA, t, Zero(1, 1), 0 * DATA[t - 1] + bad),)),)
    ),
    "the start of a recurrence": lambda bad: Calculation(
        DATA[0], (Step(bad, (Recurrence(DATA, t, bad, DATA[t - 1]),)),)
    ),
    "an assumption": lambda bad: Assumption("K is known", Equation(K(), bad)),
    "an assumption about a limit": lambda bad: Assumption("it tends", Limit(DATA[L], L, bad)),
    "data of an instance": lambda bad: Instance(TRUE, (Definition(DATA, bad, (sympy.Symbol("j", integer=True),)),)),
    "the body of a mean": lambda bad: Expectation(mean(Mul((S(0), bad)) + c[1] * c[1]), S(1)),
    "the value of a mean": lambda bad: Expectation(mean(c[1] * c[1]), S(1) + bad - bad),
    "a positive number": lambda bad: Positivity(Positive(S(1) + bad - bad)),
    "a combination": lambda bad: Independence(Independent(theta * u + (bad - bad) * u, (theta,))),
    "a loss": lambda bad: Differentiation(
        Definition(LOSS, u.T * W() + bad, (), (W,)), Definition(SLOPE, u, (), (W,)), H
    ),
    "a slope": lambda bad: Differentiation(
        Definition(LOSS, u.T * W(), (), (W,)), Definition(SLOPE, u + cell(bad) - cell(bad), (), (W,)), H
    ),
    "a remainder": lambda bad: GradientExpansion(
        Definition(LOSS, u.T * W(), (), (W,)), Definition(SLOPE, u, (), (W,)), bad - bad, H
    ),
    "what is impossible": lambda bad: Absurdity(
        Impossible(Equation(a * u - a * u + W() + cell(bad), cell(bad)), (a,), (W,)), (Case(S(1)),), W(), NOT_ZERO
    ),
    "the factor of a case": lambda bad: Absurdity(
        Impossible(Equation(a * u, a * u + W()), (a,), (W,)), (Case(S(-1) + bad - bad),), W(), NOT_ZERO
    ),
    "the data of a case": lambda bad: Absurdity(
        Impossible(Equation(a * W(), a * W() + W()), (a,), (W, V)),
        (Case(S(-1), (Definition(W, V() + cell(bad) - cell(bad)),)),),
        V(),
        check(Independence(Independent(theta * V(), (theta,)))),
    ),
    "the factor of a coefficient": lambda bad: ByCoefficients(
        Impossible(Equation(a * K(), a * K() + K()), (a,), (K,)), (Coefficient(K(), S(-1), S(-1) + bad - bad),)
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ILL_DEFINED)
def test_nothing_that_is_ill_defined_comes_in(what: str, way: str) -> None:
    with pytest.raises(REFUSALS):
        check(WAYS[way](ILL_DEFINED[what]))  # type: ignore[arg-type]


#: The same, where the number is in order. These make the test above one that could fail.
@pytest.mark.parametrize("way", WAYS)
def test_what_is_well_defined_comes_in_by_the_same_ways(way: str) -> None:
    assert check(WAYS[way](S(5)))  # type: ignore[arg-type]


VALUES = [value for value in ILL_DEFINED.values() if isinstance(value, Scalar)]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_no_value_that_is_ill_defined_is_put_in(value: Scalar) -> None:
    theorem = check(Calculation(S(eta) + 1 - S(eta), (Step(S(1)),)))
    with pytest.raises(REFUSALS):
        check(Specialisation(theorem, {eta: value.value}))


@pytest.mark.parametrize("value", [sympy.Float(1e20), sympy.Float(0.5), 0.5, "1", sympy.Float(2) * eta, None, True])
def test_a_value_is_exact(value: object) -> None:
    theorem = check(Calculation(S(eta) + 1 - S(eta), (Step(S(1)),)))
    with pytest.raises(TypeError, match="no exact SymPy scalar"):
        Specialisation(theorem, {eta: value})  # type: ignore[dict-item]
    for build in (Scalar, Normal, lambda one: x[one], lambda one: Sum(c[i], i, 1, one), lambda one: B**one):
        with pytest.raises(TypeError, match="no exact SymPy scalar"):
            build(value)


def test_a_value_with_a_pole_at_some_size() -> None:
    """(1/η) η x = x says nothing where η is 0: not of η = N - 1 at N = 1, nor of η = N - m."""
    theorem = check(Calculation(Mul((S(1 / eta), S(eta), u)), (Step(u),)))
    for value in (0, N - 1, N - m, n, i):
        with pytest.raises(OutsideLanguage, match="zero"):
            check(Specialisation(theorem, {eta: value}))
    for value in (3, N, N + n, a, a - N, sympy.Rational(1, 2)):
        assert check(Specialisation(theorem, {eta: value}))


def test_only_symbols_get_values() -> None:
    theorem = check(Calculation(S(a * eta) + 1, (Step(1 + S(a * eta)),)))
    with pytest.raises(ProofError, match="no symbol"):
        check(Specialisation(theorem, {a * eta: sympy.Integer(3)}))


def test_values_cannot_be_changed_afterwards() -> None:
    """What is proved is what was checked: lists and dictionaries are copied."""
    values, steps, terms = {eta: 2}, [Step(1 + S(eta))], [S(eta), S(1)]
    proof = Calculation(S(eta) + 1, steps)  # type: ignore[arg-type]
    special = Specialisation(check(proof), values)  # type: ignore[arg-type]
    total = type(S(1) + u.T * u)(terms)  # type: ignore[call-arg]
    values[eta] = 3
    steps.append(Step(S(0)))
    terms.append(S(7))
    assert check(special).statement == Equation(S(2) + 1, 1 + S(2))
    assert len(proof.steps) == 1
    assert total == S(eta) + 1


def test_integers_work_wherever_numbers_do() -> None:
    assert decide(Scalar(2), 2).equal  # type: ignore[arg-type]
    assert decide(2, 2).equal
    assert check(Calculation(2, (Step(S(1) + 1),))).statement == Equation(S(2), S(1) + 1)  # type: ignore[arg-type]
    assert Equation(K(), 1) == Equation(K(), S(1))  # type: ignore[arg-type]
    assert Definition(K, 3).body == S(3)  # type: ignore[arg-type]
    assert check(Expectation(mean(c[1] * c[1]), 1))  # type: ignore[arg-type]
    assert check(Positivity(Positive(3)))  # type: ignore[arg-type]
    theorem = check(Calculation(S(a) * c[t], (Step(c[t] * S(a)),)))
    assert check(Specialisation(theorem, {a: 0, t: 1})).statement == Equation(0 * c[1], c[1] * 0)


def test_a_recurrence_counts_from_where_its_index_may_be() -> None:
    """Z_t = Z_{t-1} + t^… for t > -3 uses t ≤ 0, of which SymPy was told that it is positive."""
    early, moving = Recurrence(DATA, t, S(0), DATA[t - 1] + 1, start=-3), Recurrence(DATA, t, S(a**t), DATA[t - 1])
    for left, right, state in ((DATA[0], DATA[-1] + 1, early), (DATA[0], S(a**0), moving)):
        with pytest.raises(ProofError, match="line 1"):
            check(Calculation(left, (Step(right, (state,)),)))
    with pytest.raises(OutsideLanguage, match="runs from -2"):
        check(Calculation(DATA[1], (Step(DATA[0] + 1, (early,)),)))
    with pytest.raises(OutsideLanguage, match="start of d depends on t"):
        check(Calculation(DATA[1], (Step(DATA[0], (moving,)),)))
    assert check(Calculation(DATA[1], (Step(DATA[0] + 1, (Recurrence(DATA, t, S(0), DATA[t - 1] + 1),)),)))


def test_a_size_is_at_least_0_and_an_exponent_too_where_it_is_used() -> None:
    """B^{n-1} is defined in a sum over n ≥ 1, and in a step of a recurrence from 0 on."""
    assert decide(Sum(B ** (i - 1), i, 1, N), Sum(B**i, i, 0, N - 1)).equal
    state = Recurrence(Name("Z", (f, f), arity=1), k, Zero(f, f), B ** (k - 1))
    assert check(Calculation(state.name[n + 1], (Step(B**n, (state,)),)))
    with pytest.raises(OutsideLanguage, match="exponent"):
        check(Calculation(state.name[n], (Step(B ** (n - 1), (Definition(state.name, B ** (k - 1), (k,)),)),)))
