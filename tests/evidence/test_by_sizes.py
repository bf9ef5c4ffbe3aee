"""Proofs by sizes: what qualifies, how many sizes are needed, and that none fewer would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from operator import mul
from random import Random

import pytest
import sympy

from gdssm_symbolic import Blocks, Definition, Identity, Name, Power, Recurrence, Scalar, Sum, Trace, Zero, decide
from gdssm_symbolic.evidence import by_sizes as module
from gdssm_symbolic.evidence.by_sizes import BySizes, by_sizes, grid_of
from gdssm_symbolic.evidence.evaluation import explicit_mean
from gdssm_symbolic.evidence.reader_of_terms import Reader
from gdssm_symbolic.evidence.terms import NotBySizes, Terms
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.kernel.expressions import Expr
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation

f, N, m = sympy.symbols("f N m", integer=True, positive=True)
i, j, k = sympy.symbols("i j k", integer=True)
t = sympy.Symbol("t", integer=True, positive=True)
eta = sympy.Symbol("eta")
x, c = Name("x", (f, 1), arity=1), Name("c", (1, 1), arity=1)
A, b = Name("A", (f, f))(), Name("b", (1, 1))()


def sizes(left: Expr, right: Expr, symbol: sympy.Symbol, *meanings: object) -> tuple[int, int]:
    """The first and the last value of a symbol in the grid."""
    values = dict(grid_of(Equation(left, right), meanings).values)[symbol]  # type: ignore[arg-type]
    return int(values[0]), int(values[-1])


def falling(symbol: sympy.Symbol, number: int) -> sympy.Expr:
    """(n - 1)(n - 2)…, which is 0 at the first values of n."""
    return sympy.prod(symbol - one for one in range(1, number + 1))


# ---- false at large sizes only -------------------------------------------------------------------

SUMS = Sum(x[i], i, 1, N)
#: Equations that are true at small sizes and false at others: a grid must reach these.
FALSE_LATER: dict[str, tuple[Expr, Expr]] = {
    "a coefficient that vanishes for N ≤ 3": (Scalar(falling(N, 3)) * x[1], Zero(f, 1)),
    "a coefficient that vanishes for f ≤ 3": (Scalar(falling(f, 3)) * x[1], Zero(f, 1)),
    "over a denominator": (Scalar(falling(N, 2) / (N + 3)) * SUMS, Scalar(falling(N, 2) / (N + 4)) * SUMS),
    "Cayley and Hamilton, for f ≤ 2": (
        Power(A, sympy.Integer(2))
        - Trace(A) * A
        + Scalar(sympy.Rational(1, 2)) * (Trace(A) ** 2 - Trace(A * A)) * Identity(f),
        Zero(f, f),
    ),
    "neighbours": (Scalar(falling(N, 2)) * Sum(c[i] * c[i + 1], i, 1, N), Scalar(falling(N, 3)) * b),
    "an index in no factor": (Sum(b, i, 1, N), Scalar(N - falling(N, 1)) * b),
    "a trace of I": (Trace(Identity(f)) * b, Scalar(2 * f - 1) * b),
    "pairs of places": (
        Scalar(falling(N, 1)) * Sum(c[i] ** 2, i, 1, N) * b,
        Scalar(falling(N, 1)) * Sum(c[i], i, 1, N) ** 2 * b,
    ),
}
TRUE: dict[str, tuple[Expr, Expr]] = {
    "a square of a sum": (Sum(c[i], i, 1, N) ** 2, Sum(Sum(c[i] * c[j], j, 1, N), i, 1, N)),
    "the last term": (Sum(c[i] * c[i + 1], i, 1, N), Sum(c[i] * c[i + 1], i, 1, N - 1) + c[N] * c[N + 1]),
    "a trace": (Trace(A * A.T), Trace(A.T * A)),
    "the trace of I": (Trace(Identity(f)) * b, Scalar(f) * b),
    "a product of sums": (SUMS * SUMS.T, Sum(Sum(x[i] * x[j].T, j, 1, N), i, 1, N)),
    "blocks": (Blocks(((A, x[1]),)) * Blocks(((x[2],), (b,))), A * x[2] + b * x[1]),
    "a scalar": (Scalar(1 / (1 + eta)) * SUMS + Scalar(eta / (1 + eta)) * SUMS, SUMS),
}


@pytest.mark.parametrize("name", FALSE_LATER)
def test_what_is_false_at_large_sizes_only_is_found_out(name: str) -> None:
    found = by_sizes(Equation(*FALSE_LATER[name]), ())
    assert not found.proved
    assert not decide(*FALSE_LATER[name]).equal


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_proved_again(name: str) -> None:
    assert by_sizes(Equation(*TRUE[name]), ()).proved
    assert decide(*TRUE[name]).equal


@pytest.mark.parametrize("name", FALSE_LATER)
def test_some_smaller_grid_would_not_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the first of the points alone, each of the false equations would be proved: the grid is what proves."""
    grid = grid_of(Equation(*FALSE_LATER[name]), ())
    least = tuple((symbol, (Fraction(1),)) for symbol, _ in grid.values)
    monkeypatch.setattr(module, "grid_of", lambda *_: replace(grid, values=least))
    assert by_sizes(Equation(*FALSE_LATER[name]), ()).proved


# ---- how many sizes ------------------------------------------------------------------------------


def test_the_numbers_of_sizes_are_those_of_the_theorem() -> None:
    assert sizes(SUMS, SUMS, N) == (1, 3)  # D = 1, K = 1
    assert sizes(SUMS, SUMS, f) == (1, 1)
    assert sizes(SUMS * SUMS.T, SUMS * SUMS.T, N) == (1, 4)
    assert sizes(SUMS * SUMS.T, SUMS * SUMS.T, f) == (2, 2)
    assert sizes(A * A * x[1], A * A * x[1], f) == (3, 3)
    assert sizes(Scalar(N**2) * SUMS, SUMS, N) == (1, 5)
    assert sizes(Scalar(1 / N) * SUMS, SUMS, N) == (1, 4)
    assert sizes(Scalar(f) * SUMS, SUMS, f) == (1, 2)
    assert sizes(Sum(c[i] * c[i + 1], i, 1, N), b, N) == (1, 8)  # D = 2, w = 1, K = 2
    assert sizes(Sum(b, i, 1, N), b, N) == (1, 2)
    assert sizes(c[N + 3], b, N) == (1, 2)
    assert sizes(c[N - 3], b, N) == (1, 5)  # the last three places are told apart


def test_what_is_multiplied_by_0_needs_no_sizes() -> None:
    """Of the window [x_i c_i x_{i+1}] the construction reads only what its weights let through."""
    window = Blocks(((x[i], x[i + 1]),))
    kept = Blocks(((1, 0), (0, 0)))
    both = Blocks(((1, 1), (1, 1)))
    assert sizes(Sum(window * kept * window.T, i, 1, N), Zero(f, f), N) == (1, 4)
    assert sizes(Sum(window * both * window.T, i, 1, N), Zero(f, f), N)[1] > 4


def test_a_recurrence_that_adds_is_a_sum_and_a_fixed_step_is_written_out() -> None:
    Z, W = Name("Z", (f, f), arity=1), Name("W", (f, f), arity=1)
    adds = Recurrence(Z, t, Zero(f, f), Z[t - 1] + x[t] * x[t].T)
    assert by_sizes(Equation(Z[N], Sum(x[i] * x[i].T, i, 1, N)), (adds,)).proved
    step = Recurrence(W, t, W[0], W[t - 1] - W[t - 1] * Z[N])
    twice = W[0] * (Identity(f) - Z[N]) * (Identity(f) - Z[N])
    assert by_sizes(Equation(W[2], twice), (adds, step)).proved
    assert not by_sizes(Equation(W[2], W[0] * (Identity(f) - Z[N])), (adds, step)).proved


def test_the_value_of_a_function_is_written_out() -> None:
    W = Name("W", (f, f))
    loss = Name("L", (1, 1), arity=1, takes=((f, f),))
    meaning = Definition(loss, Sum(x[i].T * W() * x[i], i, 1, t), (t,), (W,))
    assert by_sizes(Equation(loss.at((N,), (Identity(f),)), Sum(x[i].T * x[i], i, 1, N)), (meaning,)).proved


# ---- what does not qualify -----------------------------------------------------------------------

G = Name("G", (f, 1), takes=((f, 1),))
REFUSED: dict[str, tuple[Callable[[], Expr], str]] = {
    "an index is a coefficient": (lambda: Sum(Scalar((i - 1) * (i - 2)) * x[i], i, 1, N), "coefficient"),
    "a causal sum": (lambda: Sum(Sum(c[j], j, 1, i), i, 1, N), "a sum from 1 to"),
    "a lower bound": (lambda: Sum(c[i], i, m, N), "a sum from m to N"),
    "a power with a symbol": (lambda: Power(A, N), "a power"),
    "a decay": (lambda: Sum(Scalar(eta ** (N - i)) * c[i], i, 1, N), "coefficient"),
    "a number to the power N": (lambda: Scalar(2**N) * b, "no quotient of polynomials"),
    "another step": (lambda: c[2 * N], "a place or a bound at 2"),
    "two axes": (lambda: Sum(c[i], i, 1, N) + Sum(c[i], i, 1, m), "up to N and up to m"),
    "any function": (lambda: G(x[1]), "may be any function"),
    "places and sizes": (lambda: Sum(c[i], i, 1, f) * x[1], "a size of matrices and a number of samples"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sum_of_bounded_terms_is_refused(name: str) -> None:
    make, why = REFUSED[name]
    with pytest.raises(NotBySizes, match=why):
        by_sizes(Equation(make(), make()), ())


def test_a_state_that_decays_is_refused() -> None:
    Z = Name("Z", (f, f), arity=1)
    decays = Recurrence(Z, t, Zero(f, f), Scalar(eta) * Z[t - 1] + x[t] * x[t].T)
    with pytest.raises(NotBySizes, match="Z is not a sum of what its steps add"):
        by_sizes(Equation(Z[N], Z[N]), (decays,))


def test_too_many_terms_are_refused() -> None:
    assert grid_of(Equation(SUMS * SUMS.T, SUMS * SUMS.T), ()).terms == (1 + 4 + 9 + 16) * 2**2  # N^2 f^2, at f = 2
    with pytest.raises(NotBySizes, match=r"it takes f = 2, N = 1, …, 4 and some 1e\+02 terms"):
        by_sizes(Equation(SUMS * SUMS.T, SUMS * SUMS.T), (), most=100)


def test_a_comparison_says_where_the_sides_differ() -> None:
    found = by_sizes(Equation(Scalar(falling(N, 2)) * b, Scalar(sympy.Integer(0)) * b), ())
    assert isinstance(found, BySizes)
    assert found.differs == {N: 3}
    assert str(found.grid) == "N = 1, …, 3"


# ---- means ---------------------------------------------------------------------------------------

g = sympy.Symbol("g", integer=True, positive=True)
alpha = sympy.Symbol("alpha")
mu_2, mu_4, nu_2 = sympy.symbols("mu_2 mu_4 nu_2")
M, w, V = Name("M", (1, 1)), Name("w", (f, 1)), Name("V", (f, g))
d, e = Name("d", (1, 1), arity=1), Name("e", (1, 1))
STANDARD = Normal(sympy.Integer(1))
X, C = (x, AnyLaw("mu", 4)), (c, AnyLaw("nu", 4))
SQUARES = Sum(x[i] * x[i].T, i, 1, N)
SUM = Sum(c[i], i, 1, N)

#: Numbers that are random, with the laws of their entries and their means.
MEANS: dict[str, tuple[Expr, tuple[tuple[Name, Law], ...], sympy.Expr]] = {
    "a square of a sum": (SUM**2, (C,), N * nu_2),
    "neighbours": (Sum(c[i] * c[i + 1], i, 1, N) ** 2, (C,), N * nu_2**2),
    "the end": (SUM * c[N] + SUM * c[N + 1], (C,), nu_2),
    "a number of terms": (Sum(c[1] ** 2, i, 1, N), (C,), N * nu_2),
    "a trace": (Trace(SQUARES * SQUARES), (X,), N * f * (mu_4 + (N + f - 2) * mu_2**2)),
    "two sizes": (Trace(V().T * V()), ((V, X[1]),), f * g * mu_2),
    "a normal law": ((w().T * w()) ** 3, ((w, STANDARD),), f * (f + 2) * (f + 4)),
    "a uniform law": (Sum(c[i] ** 4, i, 1, N), ((c, Uniform(alpha)),), N * alpha**4 / 5),
    "a coefficient": (Scalar(eta / (N + 1)) * SUM**2, (C,), eta * N * nu_2 / (N + 1)),
    "odd powers": (SUM**3, (C,), sympy.Integer(0)),
}
#: Numbers with wrong means, and the only symbol with its first value for which the mean is wrong.
WRONG_MEANS: dict[str, tuple[Expr, tuple[tuple[Name, Law], ...], sympy.Expr, sympy.Symbol, int]] = {
    "a wrong moment": (Sum(c[i] ** 4, i, 1, N), (C,), N * nu_2**2, N, 1),
    "a place that comes later": (SUM * c[4], (C,), sympy.Integer(0), N, 4),
    "the degree in f": ((w().T * w()) ** 3, ((w, STANDARD),), 12 * f**2 - 3 * f + 6, f, 4),
    "the degree in N": (Sum(c[i] ** 2, i, 1, N) ** 3, ((c, STANDARD),), 12 * N**2 - 3 * N + 6, N, 4),
    "two places that coincide": (SUM**4, (C,), 3 * N**2 * nu_2**2, N, 1),
    "a chain of shifts": (
        Sum(c[i] * e(), i, 1, N) * Sum(c[i + 2] * d[i], i, 1, N) * Sum(d[i + 2] * e(), i, 1, N),
        (C, (d, STANDARD), (e, STANDARD)),
        sympy.Integer(0),
        N,
        5,
    ),
}


@pytest.mark.parametrize("name", MEANS)
def test_a_mean_is_proved_again(name: str) -> None:
    body, laws, value = MEANS[name]
    assert by_sizes(Equation(M(), Scalar(value)), (Mean(M, body, laws),)).proved


@pytest.mark.parametrize("name", WRONG_MEANS)
def test_a_wrong_mean_is_found_out_at_the_first_size_at_which_it_is_wrong(name: str) -> None:
    body, laws, value, symbol, first = WRONG_MEANS[name]
    assert by_sizes(Equation(M(), Scalar(value)), (Mean(M, body, laws),)).differs == {symbol: first}


#: Means that the moment engine does not decide, because of neighbours in a sum or of a place that need not be in it.
BEYOND_THE_ENGINE = {"neighbours", "a place that comes later", "a chain of shifts"}


@pytest.mark.parametrize("name", sorted((MEANS.keys() | WRONG_MEANS.keys()) - BEYOND_THE_ENGINE))
def test_the_moment_engine_says_the_same(name: str) -> None:
    body, laws, value = MEANS[name] if name in MEANS else WRONG_MEANS[name][:3]
    assert (sympy.cancel(expectation(body, dict(laws)) - value) == 0) == (name in MEANS)


@pytest.mark.parametrize("name", sorted(BEYOND_THE_ENGINE))
def test_some_means_are_proved_by_sizes_alone(name: str) -> None:
    body, laws = MEANS[name][:2] if name in MEANS else WRONG_MEANS[name][:2]
    with pytest.raises(OutsideLanguage):
        expectation(body, dict(laws))


@pytest.mark.parametrize(("name", "bound"), [("the degree in f", "degrees"), ("a place that comes later", "starts")])
def test_without_a_bound_a_wrong_mean_would_be_proved(name: str, bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body, laws, value, _, _ = WRONG_MEANS[name]
    right = Terms.mean.fget
    assert right is not None
    monkeypatch.setattr(Terms, "mean", property(lambda one: replace(right(one), **{bound: Counter()})))
    assert by_sizes(Equation(M(), Scalar(value)), (Mean(M, body, laws),)).proved


def test_the_sizes_for_a_mean_are_those_of_the_theorem() -> None:
    def bounds(body: Expr, symbol: sympy.Symbol, *laws: tuple[Name, Law]) -> tuple[int, int]:
        return sizes(M(), Scalar(sympy.Integer(0)), symbol, Mean(M, body, laws))

    assert bounds(SUM**2, N, C) == (1, 4)  # K = 1, s = 2: T = 2, and two more
    assert bounds(Sum(c[i] * c[i + 1], i, 1, N) ** 2, N, C) == (1, 7)  # w = 1, K = 2, s = 2: T = 5
    assert bounds(SUM * c[4], N, C) == (1, 6)  # K = 4, s = 1: T = 5
    assert bounds(SUM * c[N - 3], N, C) == (1, 6)  # K = 1, K' = 3, s = 1: T = 5
    assert bounds(Trace(SQUARES * SQUARES), f, X) == (1, 3)  # u = 2
    assert bounds(Scalar(f / (N + 1)) * (w().T * w()), f, (w, STANDARD)) == (1, 3)  # u = 1, d' = 1


def random_product(draw: Random) -> Expr:
    """A product of sums of products of data at shifted places, and of data at both ends."""

    def datum(place: sympy.Expr) -> Expr:
        return draw.choice((c, d))[place + draw.randrange(3)]

    body: Expr = Scalar(sympy.Integer(1))
    for _ in range(draw.randint(1, 3)):
        first, beyond = draw.choice((1, 2)), draw.choice((0, -1))
        summed = reduce(mul, (datum(i) for _ in range(draw.randint(1, 2))))
        body = body * Sum(summed, i, first, N + beyond)
    return reduce(mul, (datum(draw.choice((sympy.Integer(1), N - 2))) for _ in range(draw.randint(0, 2))), body)


def differences(values: Sequence[Fraction], order: int) -> list[Fraction]:
    for _ in range(order):
        values = [after - before for before, after in pairwise(values)]
    return list(values)


def test_means_of_random_sums_are_polynomials_from_the_size_on_that_the_theorem_says() -> None:
    """The differences of order s + 1 vanish from N = T on; for some of these sums they do not from N = 2 on."""
    laws = ((c, STANDARD), (d, Uniform(sympy.Integer(1))))
    draw, earlier = Random(1), 0
    for _ in range(40):
        mean = Mean(M, random_product(draw), laws)
        ((terms,),) = Reader((mean,)).read(M()).blocks
        assert terms is not None
        start, degree = terms.starts[N], terms.degrees[N]
        values = [explicit_mean(mean, {N: Fraction(number)}) for number in range(2, start + degree + 3)]
        zeros = [one == 0 for one in differences(values, degree + 1)]
        assert all(zeros[start - 2 :]), mean
        earlier += not all(zeros)
    assert earlier


def test_a_moment_that_is_divided_by_takes_as_many_values_as_its_degree() -> None:
    mean = Mean(M, SUM**2, (C,))
    equation = Equation(M() * Scalar(1 / nu_2), Scalar(N))
    assert dict(grid_of(equation, (mean,)).values)[nu_2] == (2, 3, 4)  # two factors c, so at most nu_2^2
    assert by_sizes(equation, (mean,)).proved


def test_a_mean_with_too_many_terms_is_refused() -> None:
    equation, mean = Equation(M(), Scalar(sympy.Integer(0))), Mean(M, Trace(SQUARES * SQUARES), (X,))
    assert grid_of(equation, (mean,)).terms == (1 + 4 + 9 + 16) * (1 + 4 + 9)  # N^2 f^2
    with pytest.raises(NotBySizes, match=r"it takes f = 1, …, 3, N = 1, …, 4 and some 4e\+02 terms"):
        by_sizes(equation, (mean,), most=400)


def test_means_with_data_around_them_are_coefficients() -> None:
    mean = Mean(M, SUM**2, (C,))
    assert by_sizes(Equation(M() * SUMS, Scalar(N * nu_2) * SUMS), (mean,)).proved
    assert not by_sizes(Equation(M() * SUMS, Scalar(nu_2) * SUMS), (mean,)).proved


v, n = Name("e", (f, 1), arity=1), sympy.Symbol("n", integer=True, positive=True)
MEANS_REFUSED: dict[str, tuple[Mean, str]] = {
    "unit vectors": (Mean(M, v[1].T * x[1], (X,), v), "unit vectors stand in the mean M"),
    "two symbols in a place": (Mean(M, c[N + n] ** 2, (C,)), "a place or a bound at N"),
    "a size in a law": (Mean(M, SUM**2, ((c, Normal(1 / N)),)), "a size stands in a law"),
    "a quotient in a law": (Mean(M, SUM**2, ((c, Normal(1 / alpha)),)), "no polynomials"),
    "a moment that need not exist": (Mean(M, SUM**4, ((c, AnyLaw("nu", 2)),)), "a moment of order 4"),
}


@pytest.mark.parametrize("name", MEANS_REFUSED)
def test_a_mean_that_does_not_qualify_is_refused(name: str) -> None:
    mean, why = MEANS_REFUSED[name]
    with pytest.raises(NotBySizes, match=why):
        by_sizes(Equation(M(), Scalar(nu_2)), (mean,))
