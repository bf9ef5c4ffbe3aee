"""The moment engine against explicit polynomials: every entry a variable, every monomial's expectation looked up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import flint
import pytest
import sympy
from vocabulary import N, f, i, x

from gdssm_symbolic.evidence.evaluation import Evaluator, scalar
from gdssm_symbolic.extensions.laws import AnyLaw, Normal, Uniform, alpha
from gdssm_symbolic.extensions.moments import _partitions, expectation
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum, Trace
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.work import TooMuchWork, Work

j = sympy.Symbol("j", integer=True)
t = sympy.Symbol("t", integer=True, positive=True)
w = Name("w", (f, 1))
W = Name("W", (f, f))
noise = Name("ε", (1, 1), arity=1)
e = Name("e", (f, 1), arity=1)
MU = AnyLaw("mu", 18)
STANDARD = Normal(sympy.Integer(1))
LAWS = {x: MU, w: STANDARD, W: STANDARD, noise: AnyLaw("tau", 18)}
#: No law has these moments; the expectation of a polynomial is linear in them all the same.
NUMBERS = {
    f"{letter}_{k}": Fraction(k * k - 3, k + first)
    for first, letter in enumerate(("mu", "tau"), 1)
    for k in range(2, 20, 2)
}

S = Sum(x[i] * x[i].T, i, 1, N)


def target(sample: sympy.Expr) -> Expr:
    return w().T * x[sample] + noise[sample]


def explicit(expr: Expr, features: int, samples: int) -> Fraction:
    """The expectation at one size: the polynomial in all entries, term by term."""

    def cell(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> list[list[flint.fmpq_mpoly]]:
        if name == e:
            return [[ring.constant(int(row + 1 == indices[0]))] for row in range(rows)]
        return [[variable(name, (*indices, r, c)) for c in range(columns)] for r in range(rows)]

    order: dict[tuple[Name, tuple[int, ...]], int] = {}
    ring = flint.fmpq_mpoly_ctx.get([f"u{k}" for k in range(60)], flint.Ordering.degrevlex)

    def variable(name: Name, place: tuple[int, ...]) -> flint.fmpq_mpoly:
        return ring.gens()[order.setdefault((name, place), len(order))]

    values = {f: Fraction(features), N: Fraction(samples)}

    def constant(number: Fraction) -> flint.fmpq_mpoly:
        return ring.constant(flint.fmpq(number.numerator, number.denominator))

    ((value,),) = Evaluator(values, cell, (), constant)(expr)
    laws = [LAWS[name] for name, _ in order]
    total = Fraction(0)
    for powers, c in value.to_dict().items():
        moments = [law.moment(int(k)) for law, k in zip(laws, powers, strict=False)]
        at = {symbol: NUMBERS[symbol.name] for moment in moments for symbol in moment.free_symbols}
        total += Fraction(int(c.p), int(c.q)) * prod((scalar(moment, at) for moment in moments), start=Fraction(1))
    return total


def by_engine(expr: Expr, features: int, samples: int) -> Fraction:
    value = expectation(expr, LAWS, units=e)
    at = {s: sympy.Rational(NUMBERS[s.name]) for s in value.free_symbols if s.name in NUMBERS}
    number = value.subs(at).subs({f: features, N: samples})
    return Fraction(int(number.p), int(number.q))


prediction = Sum(target(i) * x[i].T * x[N + 1], i, 1, N)
CASES = {
    "tr S": Trace(S),
    "tr S²": Trace(S**2),
    "tr S³": Trace(S**3),
    "tr S⁴": Trace(S**4),
    "(tr S)²": Trace(S) * Trace(S),
    "the squared prediction": prediction * prediction,
    "prediction times target": prediction * (w().T * x[N + 1]),
    "a square of two targets": (w().T * x[1]) * (w().T * x[1]) * (x[2].T * x[2]),
    "a square of a matrix": Trace(W() * W() * W().T * W().T),
    "a product of matrices": Trace(W().T * S * W() * S),
    "two sums": Sum(x[i].T * x[i], i, 1, N) * Sum(x[j].T * x[N + 1] * x[N + 1].T * x[j], j, 1, N),
    "a sum and one of its samples": (x[N].T * x[N]) * Sum(x[i].T * x[N] * x[N].T * x[i], i, 1, N),
    "a component": (e[1].T * x[N + 1]) * (e[1].T * x[N + 1]) * (x[N + 1].T * S * x[N + 1]),
    "odd": (w().T * x[1]) * (x[2].T * x[2]),
}


@pytest.mark.parametrize("expr", CASES.values(), ids=CASES)
@pytest.mark.parametrize(("features", "samples"), list(product((1, 2), repeat=2)))
def test_the_engine_agrees_with_explicit_polynomials(expr: Expr, features: int, samples: int) -> None:
    if next(k for k, v in CASES.items() if v is expr) == "a square of two targets" and samples < 2:
        samples = 2
    assert by_engine(expr, features, samples) == explicit(expr, features, samples)


def test_a_wrong_moment_is_seen() -> None:
    """The same comparison with the fourth moment off by one."""

    class Wrong(AnyLaw):
        def even_moment(self, order: int) -> sympy.Expr:
            return super().even_moment(order) + int(order == 4)

    right = expectation(Trace(S**2), {x: MU})
    assert sympy.expand(expectation(Trace(S**2), {x: Wrong("mu", 18)}) - right) == N * f


def test_the_laws() -> None:
    assert [Uniform().moment(k) for k in range(5)] == [1, 0, alpha**2 / 3, 0, alpha**4 / 5]
    assert [Normal().moment(k) for k in (2, 4, 6)] == [alpha**2, 3 * alpha**4, 15 * alpha**6]


def test_what_has_no_expectation_is_refused() -> None:
    for expr in (S, x[1], Trace(W().T * Name("A", (f, f))())):
        with pytest.raises(OutsideLanguage):
            expectation(expr, LAWS)
    K = sympy.Symbol("K", integer=True, positive=True)
    with pytest.raises(OutsideLanguage, match="different bounds"):  # x_i and x_j may be the same, or not
        expectation(Sum(x[i].T, i, 1, N) * Sum(x[j], j, 1, K), LAWS)
    with pytest.raises(OutsideLanguage, match="neighbouring"):
        expectation(Sum(x[i].T * x[i + 1], i, 1, N), LAWS)


def test_samples_that_may_or_may_not_lie_in_a_sum_are_refused() -> None:
    for sample in (0, 3, N - 1, 2 * N - 1):
        with pytest.raises(OutsideLanguage, match="neither inside"):
            expectation(x[sample].T * S * x[sample], LAWS)
    with pytest.raises(OutsideLanguage, match="different"):
        expectation(x[1].T * S * x[N], LAWS)
    assert expectation(x[1].T * S * x[1], LAWS) == expectation(x[N].T * S * x[N], LAWS)


def test_different_unit_vectors_are_orthogonal() -> None:
    assert expectation((e[1].T * e[2]) * Trace(S), LAWS, units=e) == 0
    same = expectation((e[1].T * e[1]) * Trace(S), LAWS, units=e)
    assert sympy.expand(same - expectation(Trace(S), LAWS)) == 0


def test_partitions_are_counted_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten features there are 115975 partitions; of twenty, more than can be listed."""
    listed = []

    def counted(*of: Any) -> Iterator[Any]:
        for one in _partitions(*of):
            listed.append(one)
            yield one

    monkeypatch.setattr("gdssm_symbolic.extensions.moments._partitions", counted)
    with pytest.raises(TooMuchWork):
        expectation(Trace((W() * W().T) ** 5), {W: STANDARD}, work=Work(20_000))
    assert 0 < len(listed) < 20_000
