"""OPTG: mutated twins that must fail, and all 27 products regressed on."""

from __future__ import annotations

import re

import numpy as np
import pytest
import sympy
from vocabulary import f

from derivations.claims.best_layer import CLAIM
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.small_sizes import polynomial_rank
from gdssm_symbolic.extensions.expectation import Expectation
from gdssm_symbolic.extensions.independence import Independence
from gdssm_symbolic.extensions.laws import Normal, Uniform
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.kernel.expressions import Name, Scalar, Sum
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.layers import N
from gdssm_symbolic.theory import best_layer
from gdssm_symbolic.theory.best_layer import (
    ALL,
    PLACES,
    Products,
    all_sorted,
    excluded_by,
    first_two_sorted,
    last_two_sorted,
    parity_table,
    spanning,
    uncorrelated,
    uniqueness,
    without_noise,
    y,
)
from gdssm_symbolic.theory.best_rate import Optimum
from gdssm_symbolic.theory.least_squares import i, x
from gdssm_symbolic.writing.documents import WRITERS
from gdssm_symbolic.writing.narration import narrate

ONE = sympy.Integer(1)


PER_CENT = sympy.Rational(101, 100)


def test_a_coefficient_off_by_one_per_cent_is_correlated() -> None:
    samples = best_layer.t + best_layer.n
    more = (PER_CENT - 1) * best_layer.TASK.moment(2) * best_layer.LAW.moment(2)
    wrong = best_layer.error(samples) - more * Sum(y(i) * x[i].T, i, 1, samples) * x[samples + 1]
    mean = uncorrelated("G", wrong, best_layer.products(best_layer.t, samples))
    with pytest.raises(ProofError):
        check(Expectation(mean, Scalar(ONE * 0), cases=best_layer.n))


def test_without_the_cases_nothing_is_proved() -> None:
    with pytest.raises(OutsideLanguage, match="different"):
        check(Expectation(best_layer.NORMAL_EQUATIONS, Scalar(ONE * 0)))


@pytest.mark.parametrize("place", PLACES)
def test_each_product_is_excluded_exactly_when_it_is_uncorrelated_with_the_target(place: str) -> None:
    """The table of parities against the moment engine, all 27 products at each place of the window."""
    samples = {"$t ≤ N−2$": 4, "$t = N−1$": 2, "$t = N$": 1}[place]
    target = Name("W", (f, f))().T * x[samples + 1]
    C, last = best_layer.window(ONE), best_layer.window(sympy.Integer(samples))
    laws = dict(best_layer.LAWS)
    for index in ALL:
        first, second, third = (best_layer.column(tuple(int(k == entry) for k in (1, 2, 3))) for entry in index)
        # Both ways to contract: at t = N the entries trade places.
        ways = (
            (C * first, C * second, last * third),
            (C * second, C * first, last * third),
            (last * third, C * first, C * second),
        )
        values = {expectation(target.T * u * (v.T * r), laws) for u, v, r in ways}
        assert (values != {0}) == (excluded_by(place, *index) is None), index


def test_the_table_names_every_product_once_at_each_place() -> None:
    for line in parity_table():
        named = [word.strip(",;") for word in line.split(": ", 1)[1].split() if word.strip(",;").isdigit()]
        assert sorted(named) == sorted("".join(map(str, index)) for index in ALL)
    assert parity_table()[-1].endswith("left are 123, 132, 213, 231, 312, 321")
    assert CLAIM.notes[-len(parity_table()) :] == parity_table()


def test_ranks() -> None:
    """Of all 27 products, with nothing but python-flint's rank at one size each."""

    def rank(features: int, samples: int, *, noisy: bool) -> int:
        of = Products(sympy.Integer(samples), features=f, noisy=noisy)
        Qs = [of.attention(k) for k in (1, 2, 3)]
        read = (of.x[samples], of.y.name[samples], of.x[samples + 1])
        combination = of.state(Qs[0].name()) * read[0]
        for Q, r in zip(Qs[1:], read[1:], strict=True):
            combination = combination + of.state(Q.name()) * r
        return polynomial_rank(combination, of.weights, {f: features}, (*Qs, of.C, of.y))

    assert [rank(2, 2, noisy=False), rank(2, 3, noisy=False), rank(3, 2, noisy=True)] == [27, 27, 27]
    assert [rank(2, 1, noisy=False), rank(3, 1, noisy=True)] == [18, 18]
    assert [rank(1, 2, noisy=True), rank(1, 3, noisy=True)] == [18, 18]
    assert [rank(1, 2, noisy=False), rank(1, 4, noisy=False)] == [15, 15]
    assert [rank(1, 1, noisy=False), rank(1, 1, noisy=True)] == [10, 10]


def test_products_that_are_not_interchangeable_span_nothing_more() -> None:
    """For f = 1 the last two factors cannot be interchanged, nor y_i x_N and x_i y_N with noise; nor any for f ≥ 2."""
    narrow = Products(N, features=ONE, noisy=True)
    with pytest.raises(ProofError):
        narrow.spanned(last_two_sorted, "")
    with pytest.raises(ProofError):
        narrow.spanned(without_noise, "")
    with pytest.raises(ProofError):
        Products(N).spanned(first_two_sorted, "")


def test_the_products_that_span_all_are_those_that_are_independent() -> None:
    numbers = {"$N = 1$": 18, "$f = 1$": 18, "$f = 1$ without noise": 15, "$f = N = 1$": 10}
    assert [theorem.title.split(":")[0] for theorem in spanning()] == list(numbers)
    rules = (last_two_sorted, first_two_sorted, without_noise, all_sorted)
    independent = [frozenset(map(str, theorem.statement.weights)) for theorem in uniqueness()[2::2]]
    independent.insert(0, frozenset(map(str, uniqueness()[-1].statement.weights)))
    for rule, count in zip(rules, numbers.values(), strict=True):
        kept = frozenset(str(Products(ONE).weight(*rule(index))) for index in ALL)
        assert len(kept) == count
        assert kept in independent


def test_one_product_too_many_is_dependent() -> None:
    kept = tuple(index for index in ALL if index[1] <= index[2])
    with pytest.raises(ProofError, match="19 functions, but the rank is 18"):
        Products(ONE, (*kept, (1, 2, 1))).independent("", 2)
    with pytest.raises(ProofError, match="27 functions, but the rank is 15"):
        Products(best_layer.n + 2).independent("", 1)


def test_a_name_with_another_meaning_is_introduced_again() -> None:
    """What a reader has read last of Q_1, Q_2 and Q_3 has as many entries as the theorem has functions."""
    parts = re.split(r"^Theorem \d: ", WRITERS["text"](narrate(uniqueness())), flags=re.MULTILINE)[1:]
    read: dict[str, str] = {}
    for theorem, part in zip(uniqueness(), parts, strict=True):
        read |= dict(re.findall(r"^    (Q_\d|y_i) = (.*)$", part, flags=re.MULTILINE))
        if isinstance(theorem.proof, Independence):
            entries = re.findall("Q[₁₂₃]{3}", " ".join(read[f"Q_{k}"] for k in (1, 2, 3)))
            assert len(set(entries)) == len(theorem.statement.weights)
        assert ("ε_i" in read["y_i"]) == (theorem.title.startswith("$f = 1$") and "without noise" not in theorem.title)


@pytest.mark.parametrize(("features", "samples", "law"), [(3, 4, "uniform"), (2, 3, "normal"), (5, 2, "uniform")])
def test_regression_on_all_27_products(features: int, samples: int, law: str) -> None:
    """A large seeded sample: the best weights are those of the construction, within five standard errors each."""
    rng = np.random.default_rng(features)
    tasks = 200_000
    shape = (tasks, samples + 1, features)
    inputs = rng.uniform(-1, 1, shape) if law == "uniform" else rng.standard_normal(shape)
    W = rng.standard_normal((tasks, features, features))
    targets = np.einsum("bnf,bfg->bng", inputs, W)
    C = np.stack([inputs[:, :-1], targets[:, :-1], inputs[:, 1:]], axis=-1)  # (task, window, feature, entry)
    # The first component of Σ_t C_t[:, i] (C_t[:, j]·C_N[:, k]).
    features_of = np.einsum("bni,bnfj,bfk->bijk", C[:, :, 0], C, C[:, -1]).reshape(tasks, 27)
    goal = targets[:, -1, 0]
    gram = features_of.T @ features_of / tasks
    weights = np.linalg.solve(gram, features_of.T @ goal / tasks)
    scores = features_of * (goal - features_of @ weights)[:, None]
    inverse = np.linalg.inv(gram)
    errors = np.sqrt(np.diag(inverse @ (scores.T @ scores / tasks) @ inverse) / tasks)
    scaled = Uniform(ONE) if law == "uniform" else Normal(ONE)
    expected = np.zeros((3, 3, 3))
    expected[1, 0, 2] = float(
        Optimum(1, scaled, ONE * 0, sympy.Integer(features), sympy.Integer(samples)).coefficients[0]
    )
    deviation = np.abs(weights - expected.ravel()) / errors
    assert deviation.max() < 5
    assert errors.max() < 0.02 * expected.max() * features  # the sample is large enough to tell
