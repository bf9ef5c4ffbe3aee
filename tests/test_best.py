"""OPTL, OPTG and OPTX: mutated twins that must fail, and the same numbers found in other ways."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import sympy
from vocabulary import N, f

from derivations.claims.best_layer import CLAIM
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.small_sizes import polynomial_rank
from gdssm_symbolic.extensions.expectation import Expectation
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform, alpha
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.extensions.positivity import shifted_terms
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Sum, substitute
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.layers import N as SAMPLES
from gdssm_symbolic.theory import best_layer, local_minimum
from gdssm_symbolic.theory.best_layer import (
    ALL,
    PLACES,
    Products,
    excluded_by,
    parity_table,
    uncorrelated,
    uniqueness,
    y,
)
from gdssm_symbolic.theory.best_rate import Optimum
from gdssm_symbolic.theory.best_steps import BestSteps, ExplicitSteps, coefficients, independence
from gdssm_symbolic.theory.least_squares import i, x
from gdssm_symbolic.theory.population import NOISE, STANDARD, w
from gdssm_symbolic.writing.documents import WRITERS
from gdssm_symbolic.writing.narration import narrate

ONE = sympy.Integer(1)
PER_CENT = sympy.Rational(101, 100)

# ---- OPTL ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("law", [Uniform(), Normal()], ids=["uniform", "normal"])
def test_predict_is_the_proved_solution(law: Law, steps: int) -> None:
    """`gdssm predict` solves at one size; the claim solves for all sizes."""
    explicit = ExplicitSteps(BestSteps(steps, law))
    for features, samples, scale in ((1, 1, ONE), (5, 10, ONE / 2), (50, 10, ONE), (3, 1000, ONE * 3)):
        at = {f: features, SAMPLES: samples, alpha: scale}
        claimed = [one.body.value.subs(at) / explicit.d.body.value.subs(at) for one in explicit.a]
        scaled = type(law)(scale)
        found = Optimum(steps, scaled, ONE * 0, sympy.Integer(features), sympy.Integer(samples))
        assert list(found.coefficients) == claimed
        assert found.learning_rates() is not None


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_coefficient_off_by_one_per_cent_solves_no_normal_equation(number: int) -> None:
    explicit = ExplicitSteps(BestSteps(3, Normal()))
    wrong = explicit.a[number]
    explicit.a[number] = replace(wrong, body=PER_CENT * wrong.body)
    with pytest.raises(ProofError):
        explicit.equations()


def test_a_wrong_right_side_or_determinant_is_no_completed_square() -> None:
    best = BestSteps(2, AnyLaw("mu", 8))
    assert best.completed().statement == best.statement()
    for name in ("D", "A", "b"):
        twin = BestSteps(2, AnyLaw("mu", 8))
        wrong = getattr(twin, name)
        twin.__dict__[name] = replace(wrong, body=PER_CENT * wrong.body)
        with pytest.raises(ProofError):
            twin.completed()


def test_a_wrong_moment_is_no_moment_of_the_error() -> None:
    twin = BestSteps(2, Normal())
    twin.moments[3] = replace(twin.moments[3], body=PER_CENT * twin.moments[3].body)
    with pytest.raises(ProofError):
        twin.quadratic()


def test_four_steps_have_independent_functions_too() -> None:
    assert independence(4).statement.weights == coefficients(4)


def test_the_discriminant_is_the_discriminant() -> None:
    """Against SymPy's, for the polynomial with these coefficients at one size."""
    z = sympy.Symbol("z")
    for steps, law in product((2, 3), (Uniform(), Normal())):
        explicit = ExplicitSteps(BestSteps(steps, law))
        at = {f: 4, SAMPLES: 7, alpha: ONE / 3}
        d, a = explicit.d.body.value.subs(at), [one.body.value.subs(at) for one in explicit.a]
        p = d - sum(value * z ** (k + 1) for k, value in enumerate(a))
        values = {"d": d} | {f"a{k}": value for k, value in enumerate(a)}
        symbols = {key: sympy.Symbol(key) for key in values}
        as_scalars = {one.name: Scalar(symbols[f"a{k}"]) for k, one in enumerate(explicit.a)}
        as_scalars[explicit.d.name] = Scalar(symbols["d"])
        written = as_scalar(explicit.discriminant(), as_scalars)
        assert written.subs({symbols[key]: value for key, value in values.items()}) == sympy.discriminant(p, z)


def as_scalar(expr: Expr, scalars: dict[Name, Scalar]) -> sympy.Expr:
    terms, symbols = shifted_terms(substitute(expr, {}, scalars))
    return sympy.Add(
        *(
            sympy.Rational(int(c.p), int(c.q)) * sympy.Mul(*map(sympy.Pow, symbols, powers))
            for powers, c in terms.items()
        )
    )


# ---- OPTG ------------------------------------------------------------------------------------------


def test_a_coefficient_off_by_one_per_cent_is_correlated() -> None:
    samples = best_layer.t + best_layer.n
    more = (PER_CENT - 1) * best_layer.LAW.moment(2)
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
    samples = {"t ≤ N−2": 4, "t = N−1": 2, "t = N": 1}[place]
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


def test_one_product_too_many_is_dependent() -> None:
    kept = tuple(index for index in ALL if index[1] <= index[2])
    with pytest.raises(ProofError, match="19 functions, but the rank is 18"):
        Products(ONE, (*kept, (1, 2, 1))).independent("", 2)
    with pytest.raises(ProofError, match="27 functions, but the rank is 15"):
        Products(best_layer.n + 2).independent("", 1)


def test_a_name_with_another_meaning_is_introduced_again() -> None:
    """What a reader has read last of Q_1, Q_2 and Q_3 has as many entries as the theorem has functions."""
    parts = re.split(r"^U\.\d: ", WRITERS["text"](narrate(uniqueness(), "U")), flags=re.MULTILINE)[1:]
    read: dict[str, str] = {}
    for theorem, part in zip(uniqueness(), parts, strict=True):
        read |= dict(re.findall(r"^    (Q_\d|y_i) = (.*)$", part, flags=re.MULTILINE))
        if isinstance(theorem.proof, Independence):
            entries = re.findall("Q[₁₂₃]{3}", " ".join(read[f"Q_{k}"] for k in (1, 2, 3)))
            assert len(set(entries)) == len(theorem.statement.weights)
        assert ("ε_i" in read["y_i"]) == (theorem.title.startswith("f = 1") and "without noise" not in theorem.title)


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


# ---- OPTX ------------------------------------------------------------------------------------------


def test_the_loss_is_that_of_one_step_on_one_sample() -> None:
    square = local_minimum.LAW.moment(2)
    D = local_minimum.D.body.value
    best = Optimum(1, local_minimum.LAW, NOISE.moment(2), samples=ONE)
    assert sympy.cancel(best.coefficients[0] - square / D) == 0
    value = expectation(local_minimum.RISK.body, {x: local_minimum.LAW, w: STANDARD, local_minimum.scalar_noise: NOISE})
    assert sympy.cancel(value.subs(local_minimum.kappa, square / D) - best.loss) == 0


def test_at_another_scale_it_is_not_stationary() -> None:
    wrong = local_minimum.error(N) - (PER_CENT - 1) * local_minimum.LAW.moment(2) * (y(N) * x[N].T * x[N + 1])
    mean = uncorrelated("E", wrong, best_layer.products(N, N))
    with pytest.raises(ProofError):
        check(Expectation(mean, Scalar(ONE * 0)))


def test_with_the_other_readout_decay_zero_is_not_stationary() -> None:
    """y_N x_Nᵀ x_{N+1}, the same predictor, is reached with q = e_3 too; from there a larger decay is better."""
    samples = best_layer.n + 2
    attention, readout = best_layer.matrix(((0, 0, 0), (1, 0, 0), (0, 0, 0))), best_layer.column((0, 0, 1))
    terms = best_layer.products(samples - 1, samples, attention, readout)
    with pytest.raises(ProofError):
        check(Expectation(uncorrelated("E", local_minimum.error(samples), terms), Scalar(ONE * 0)))


def test_a_small_decay_makes_it_worse() -> None:
    """f = 1, N = 3: the exact loss in the decay a; E ‖P_1‖² in its direction is the coefficient of a²."""
    a, kappa = sympy.symbols("a kappa")
    label = lambda k: w().T * x[k]  # noqa: E731
    output = kappa * sum(
        (a ** (3 - k) * (label(k) * (x[k + 1].T * x[3])) for k in (1, 2)), start=label(3) * (x[4].T * x[3])
    )
    error = w().T * x[4] - output
    law = AnyLaw("mu", 6)
    loss = sympy.Poly(expectation(error * error, {x: law, w: STANDARD}).subs(f, 1), a)
    assert loss.coeff_monomial(a) == 0
    direction = kappa * (label(2) * (x[3].T * x[3]))
    assert (
        sympy.expand(loss.coeff_monomial(a**2) - expectation(direction * direction, {x: law, w: STANDARD}).subs(f, 1))
        == 0
    )


def test_the_scale_is_the_only_free_direction() -> None:
    """With the first entry of q free as well there is one direction too many."""
    theorem = local_minimum.wide()
    proof, statement = theorem.proof, theorem.statement
    assert isinstance(proof, Independence)
    of = Products(best_layer.n + 2)
    last, extra = of.samples, sympy.Symbol("u_1")
    more = statement.combination + extra * (of.y.name[last] * (of.x[last + 1].T * of.x[last]))
    with pytest.raises(ProofError, match="19 functions, but the rank is 18"):
        check(replace(proof, statement=Independent(more, (*statement.weights, extra), statement.least)))
