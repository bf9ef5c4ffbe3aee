"""Symbols, sizes of names and classes are looked at wherever they stand in a proof. Found by two hostile readers.

Each of these was a theorem that is false, or that speaks of what is not there.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy

from gdssm_symbolic import (
    Absurdity,
    AnyLaw,
    Assumption,
    ByCoefficients,
    Calculation,
    Case,
    Coefficient,
    Definition,
    Equation,
    Expectation,
    GradientExpansion,
    Impossible,
    Independence,
    Independent,
    Mean,
    Mul,
    Name,
    Normal,
    OutsideLanguage,
    Recurrence,
    Scalar,
    Specialisation,
    Step,
    Sum,
    UnitVectors,
    Zero,
    check,
)

f, N, p, s = sympy.symbols("f N p s", integer=True, positive=True)
i, n = sympy.symbols("i n", integer=True)
a, theta = sympy.symbols("a theta")
d, E, u, v = (Name(text, (1, 1)) for text in "dEuv")
Z, c = Name("Z", (1, 1), arity=1), Name("c", (1, 1), arity=1)


def S(value: object) -> Scalar:
    return Scalar(sympy.sympify(value))


def refused(proof: Callable[[], object], reason: str, kind: type[Exception] = ValueError) -> None:
    with pytest.raises(kind, match=reason):
        check(proof())  # type: ignore[arg-type]


# ---- symbols ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("told", ["odd", "even", "negative", "zero", "prime", "nonpositive"])
def test_the_index_of_a_recurrence_is_what_it_counts(told: str) -> None:
    """Z_n := (-1)^n d was -d for every n, since n was declared odd; the first two add up to 0."""
    odd = sympy.Symbol("n", integer=True, **{told: True})
    state = Recurrence(Z, odd, d(), (-1) ** odd * d())
    value = state.body
    refused(lambda: Calculation(Z[2], (Step(value, (state,)),)), "carries an assumption|does not hold")
    refused(
        lambda: ByCoefficients(
            Impossible(Equation(Z[2], 2 * d()), (a,), (d,)),
            (Coefficient(d(), S(-3), S(1)),),
            sympy.Integer(-3),
            (),
            (state,),
        ),
        "carries an assumption|data stand in|not the coefficient|is left|does not hold",
    )


# ---- sizes of names --------------------------------------------------------------------------------

NO_SIZES = (f - 5, -3, sympy.Rational(1, 2), sympy.sqrt(2), sympy.zoo, 1 / (N - 1), a)


@pytest.mark.parametrize("size", NO_SIZES, ids=str)
def test_names_that_stand_in_no_expression_have_a_size(size: sympy.Expr) -> None:
    """Of no data in R^(f-5) anything holds: at f = 1 an impossible equation was possible. And no mean is over R^zoo."""
    nobody = Name("v", (size, 1))
    claim = Impossible(Equation(d(), S(a)), (a,), (d, nobody))
    reason = "not shown to be ≥ 0|integer-linear"
    refused(lambda: ByCoefficients(claim, (Coefficient(d(), S(1), S(1)),)), reason)
    refused(lambda: Expectation(Mean(E, S(1), ((nobody, Normal(1)),)), S(1)), reason)
    units = UnitVectors(Name("e", (size, 1), arity=1))
    refused(lambda: Independence(Independent(theta * d(), (theta,)), (units,)), reason)
    of = Definition(Name("F", (1, 1), takes=((size, 1),)), d(), (), (nobody,))
    refused(lambda: Calculation(d(), (Step(d()), Step(d() + of.name(nobody()) - of.name(nobody()), (of,)))), reason)


def test_a_size_is_no_data() -> None:
    """For no a is a d = s d for all s, d, and x in R^s; but unknowns may depend on sizes, and a = s will do."""
    x = Name("x", (s, 1))
    nonzero = check(Independence(Independent(theta * d(), (theta,))))
    cases = Case(S(1), (), ((s, sympy.Integer(1)),)), Case(S(-1), (), ((s, sympy.Integer(2)),))

    def proof(*data: Name) -> Absurdity:
        return Absurdity(Impossible(Equation(a * d(), s * d()), (a,), (s, d, *data)), cases, d(), nonzero)

    assert check(proof()).statement
    refused(lambda: proof(x), "two different things")


# ---- means that do not exist -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "highest"),
    [(u() ** 3, 2), (u(), 0), (u() ** 4 * v(), 2), (u() ** 4 * v(), 3), (u() ** 2, 1), (u(), -5), (u() ** 101, 100)],
    ids=str,
)
def test_a_mean_needs_the_moments_that_it_is_made_of(body: object, highest: int) -> None:
    """A symmetric law with P(|u| = 2^k) = (7/8) 8^-k has a variance, and no third moment."""
    law = AnyLaw("mu", highest)
    refused(lambda: Expectation(Mean(E, body, ((u, law), (v, law))), S(0)), "not known to")  # type: ignore[arg-type]


def test_a_mean_that_exists_by_the_same_law() -> None:
    for body, highest, value in ((u(), 1, 0), (u() ** 3, 3, 0), (u() ** 2 * v() ** 2, 2, sympy.Symbol("mu_2") ** 2)):
        law = AnyLaw("mu", highest)
        assert check(Expectation(Mean(E, body, ((u, law), (v, law))), S(value))).statement


def test_entries_apart_need_no_moment_together() -> None:
    """E u_a² u_b² is mu_2² where a ≠ b, and where a = b a fourth moment, which has to exist."""
    x, e = Name("x", (f, 1)), Name("e", (f, 1), arity=1)
    body = x().T * e[1] * x().T * e[2]
    for highest, known in ((2, True), (1, False)):
        proof = Expectation(Mean(E, body, ((x, AnyLaw("mu", highest)),), e), S(0))
        if known:
            assert check(proof).statement
        else:
            refused(lambda proof=proof: proof, "not known to")  # type: ignore[misc]


# ---- what is assumed, what has two meanings, what is of another class --------------------------------


def test_a_function_and_its_gradient_have_names_of_their_own() -> None:
    """5 was "the gradient" of 0: both were called G, and the second was not looked at."""
    W, H, G = Name("W", (1, 1)), Name("H", (1, 1)), Name("G", (1, 1), takes=((1, 1),))
    functions = Definition(G, S(0), (), (W,)), Definition(G, S(5), (), (W,))
    refused(lambda: GradientExpansion(*functions, Zero(1, 1), H), "two meanings")


def test_what_is_assumed_of_a_name_stands_behind_it() -> None:
    """F_5 = n with F_n := M, assuming that M = K, where K := n."""
    K, M, F, G = Name("K", (1, 1)), Name("M", (1, 1)), Name("F", (1, 1), arity=1), Name("G", (1, 1), arity=1)
    bridge, member = check(Assumption("M is K", Equation(M(), K()))), Definition(F, M(), (n,))
    lines = Step(M(), (member,)), Step(K(), (bridge,)), Step(S(n), (Definition(K, S(n)),))
    refused(lambda: Calculation(F[5], lines), "binds n")
    K_n, G_0 = check(Assumption("K is n", Equation(K(), S(n)))), check(Assumption("G is 0", Equation(G[n], S(0))))
    lines = Step(K() + G[1], (Definition(F, K(), (n,)),)), Step(S(n) + 0 * d(), (K_n, G_0))
    refused(lambda: Calculation(F[5] + G[1], lines), "two different things")


class Two(sympy.Integer):
    """2 to SymPy, and 5 to `int`."""

    def __int__(self) -> int:
        return 5


class Anything(Scalar):
    """Equal to every other expression."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = Scalar.__hash__


class Key(sympy.Symbol):
    """Equal to a symbol of its name, whatever that is declared to be."""

    is_integer = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, sympy.Symbol) and other.name == self.name

    __hash__ = sympy.Symbol.__hash__


def test_no_derived_class_is_taken_for_its_base() -> None:
    """0 = 1, by c_2 = c_5 with an index that is 2 and 5; 2 = 5, by two meanings that are equal."""
    two = Two(2)
    for build in (
        lambda: c[two],
        lambda: c[sympy.Add(two, N, evaluate=False)],
        lambda: S(a) ** two,
        lambda: Sum(c[i], i, 1, two),
        lambda: Name("A", (two, 1))(),
        lambda: Scalar(sympy.Pow(a, two, evaluate=False)),
    ):
        with pytest.raises(TypeError, match="Two is no integer"):
            build()
    with pytest.raises(TypeError, match="Anything is not part of the language"):
        Definition(d, Anything(sympy.Integer(5)))
    unit = Definition(Z, Scalar(1 / p), (p,))
    one = check(Calculation(Mul((Scalar(p), Z[p])), (Step(S(1), (unit,)),)))
    refused(lambda: Specialisation(one, {Key("p"): 0}), "Key is no integer and no exact", TypeError)
    assert issubclass(OutsideLanguage, ValueError)
