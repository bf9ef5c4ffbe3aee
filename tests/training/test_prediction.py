"""gdssm predict: the exact optimum, against a second derivation, a sample of a million tasks, and its own minimum."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
import sympy
from running import call, one_document

from derivations.training.prediction import LAWS, prediction
from gdssm_symbolic.extensions.laws import AnyLaw, Normal, Uniform
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.kernel.expressions import Expr, Name, Sum
from gdssm_symbolic.layers import N, f
from gdssm_symbolic.theory import anisotropic
from gdssm_symbolic.theory.best_rate import Optimum
from gdssm_symbolic.theory.least_squares import i, x
from gdssm_symbolic.theory.population import NOISE

ONE = sympy.Integer(1)
j = sympy.Symbol("j", integer=True)
w = Name("w", (f, 1))
noise = Name("ε", (1, 1), arity=1)


def best(steps: int, law: str, features: int, samples: int, tau: int = 0) -> Optimum:
    return Optimum(steps, LAWS[law](ONE), sympy.Integer(tau), sympy.Integer(features), sympy.Integer(samples))


def test_one_step_for_all_sizes() -> None:
    """Mahankali et al. 2023 and Ahn et al. 2023 have the normal law; c_0 = σ²/(m + (f + N - 2)σ⁴) for any."""
    assert sympy.cancel(Optimum(1, Uniform(ONE)).coefficients[0] - 15 / (5 * f + 5 * N - 1)) == 0
    assert sympy.cancel(Optimum(1, Normal(ONE)).coefficients[0] - 1 / (f + N + 1)) == 0
    any_law = AnyLaw("mu", 18)
    square, fourth = any_law.moment(2), any_law.moment(4)
    c = square / (fourth + (f + N - 2) * square**2)
    assert sympy.cancel(Optimum(1, any_law).coefficients[0] - c) == 0
    assert sympy.cancel(Optimum(1, any_law).loss - square * f * (1 - N * c * square)) == 0


@pytest.mark.parametrize("steps", [1, 2])
def test_the_loss_is_the_expectation_of_the_squared_error(steps: int) -> None:
    """A second way: the error itself, squared and averaged by the moment engine, for all sizes and any coefficients."""
    tau = sympy.Symbol("tau_2")
    law = Normal(ONE)
    c = sympy.symbols(f"c:{steps}")
    vector: Expr = x[N + 1]
    predicted = None
    for k in range(steps):
        moved = Sum((w().T * x[i] + noise[i]) * x[i].T * vector, i, 1, N)
        predicted = c[k] * moved if predicted is None else predicted + c[k] * moved
        vector = Sum(x[j] * x[j].T * vector, j, 1, N)
    error = w().T * x[N + 1] - predicted
    risk = expectation(error * error, {x: law, w: Normal(ONE), noise: AnyLaw("tau", 18)})
    optimum = Optimum(steps, law, tau)
    least = dict(zip(c, optimum.coefficients, strict=True))
    assert sympy.cancel(risk.subs(least) - optimum.loss) == 0
    assert all(sympy.cancel(sympy.diff(risk, one).subs(least)) == 0 for one in c)


@pytest.mark.parametrize("law", ["uniform", "normal"])
def test_a_coefficient_off_by_one_per_cent_is_worse(law: str) -> None:
    optimum = best(3, law, 3, 4)
    H, b, c = optimum.normal_matrix, optimum.normal_vector, sympy.Matrix(optimum.coefficients)

    def risk(at: sympy.Matrix) -> sympy.Expr:
        return optimum.law.moment(2) * (optimum.features - 2 * (at.T * b)[0] + (at.T * H * at)[0])

    assert risk(c) == optimum.loss
    for k in range(3):
        moved = c.copy()
        moved[k] *= sympy.Rational(101, 100)
        assert risk(moved) > optimum.loss


def sampled_losses(law: str, features: int, samples: int, tasks: int, seed: int) -> dict[int, tuple[float, float]]:
    """Mean and standard error of the squared error of the best predictor, by the number of its steps."""
    rng = np.random.default_rng(seed)
    shape = (tasks, features, samples + 1)
    inputs = rng.uniform(-1, 1, shape) if law == "uniform" else rng.standard_normal(shape)
    X, query = inputs[:, :, :-1], inputs[:, :, -1]
    task = rng.standard_normal((tasks, features))
    found = {}
    for steps in (1, 2, 3):
        predicted, vector = np.zeros(tasks), query
        for c in best(steps, law, features, samples).coefficients:
            vector = np.einsum("tfn,tn->tf", X, np.einsum("tfn,tf->tn", X, vector))
            predicted += float(c) * np.einsum("tf,tf->t", task, vector)
        errors = (np.einsum("tf,tf->t", task, query) - predicted) ** 2
        found[steps] = float(errors.mean()), float(errors.std() / np.sqrt(tasks))
    return found


def test_predicted_losses_lie_within_simultaneous_intervals_of_a_large_sample() -> None:
    """All cells together at 99.9 %; a moment or a coefficient that is wrong by a per cent falls out of some."""
    cells = list(product(("uniform", "normal"), (1, 3, 5), (2, 8)))
    quantile = NormalDist().inv_cdf(1 - 0.001 / 2 / (3 * len(cells)))
    for seed, (law, features, samples) in enumerate(cells):
        for steps, (mean, error) in sampled_losses(law, features, samples, 80_000, seed).items():
            predicted = float(best(steps, law, features, samples).loss)
            assert abs(mean - predicted) < quantile * error, (law, features, samples, steps)


def test_a_wrong_moment_falls_out_of_the_intervals() -> None:
    mean, error = sampled_losses("uniform", 3, 8, 80_000, 1)[1]

    any_law = AnyLaw("mu", 4)
    loss = Optimum(1, any_law, sympy.Integer(0), sympy.Integer(3), sympy.Integer(8)).loss
    second, fourth = (any_law.moment(order) for order in (2, 4))
    assert abs(mean - float(loss.subs({second: ONE / 3, fourth: ONE / 5}))) < 4 * error
    assert abs(mean - float(loss.subs({second: ONE / 3, fourth: ONE * 3 / 10}))) > 4 * error


def predicted(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    status, out, _ = call(capsys, "predict", *arguments, "--json")
    assert status == 0
    return one_document(out)


def test_the_rate_that_public_code_finds_by_a_scan_over_ten_thousand_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    document = predicted(capsys, "-N", "10", "-f", "10")
    (coefficient,) = document["coefficients"]
    assert 10 * sympy.Rational(coefficient) == sympy.Rational(50, 33)
    assert document["learning_rates"] == [50 / 33]


@pytest.mark.parametrize("inputs", ["uniform", "normal"])
@pytest.mark.parametrize("steps", ["1", "2", "3"])
@pytest.mark.parametrize("sizes", [("1", "1"), ("50", "10"), ("3", "1000")], ids=str)
def test_the_command(capsys: pytest.CaptureFixture[str], sizes: tuple[str, str], steps: str, inputs: str) -> None:
    document = predicted(capsys, "--features", sizes[0], "--samples", sizes[1], "--steps", steps, "--inputs", inputs)
    rates = document["learning_rates"]
    assert len(document["coefficients"]) == len(rates) == int(steps)
    residual = np.poly([int(sizes[1]) / rate for rate in rates])[::-1]
    expected = [float(sympy.Rational(c)) for c in document["coefficients"]]
    assert np.allclose(-(residual / residual[0])[1:], expected, rtol=1e-9)


@pytest.mark.parametrize(
    "arguments",
    [
        ("-f", "1000000000", "-N", "1"),
        ("-f", "1", "-N", "1000000000"),
        ("-f", "2", "-N", "3", "--scale", "1/100000000"),
        ("-f", "2", "-N", "3", "--scale", "9" * 40),
    ],
    ids=str,
)
def test_extreme_sizes_and_scales(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """The rates multiply to N³ c_2: the last coefficient of the residual."""
    document = predicted(capsys, *arguments, "-L", "3")
    product = np.prod(document["learning_rates"]) / document["samples"] ** 3
    assert np.isclose(float(product), float(sympy.Rational(document["coefficients"][2])), rtol=1e-9, atol=0)


def test_noise_scale_and_rates_that_are_not_real(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("-f", "5", "-N", "10", "-L", "2")
    assert predicted(capsys, *arguments, "--noise", "1")["learning_rates"] is None
    one, half = (predicted(capsys, *arguments, "--scale", scale) for scale in ("1", "0.5"))
    for k in range(2):
        ratio = sympy.Rational(half["coefficients"][k]) / sympy.Rational(one["coefficients"][k])
        assert ratio == 4 ** (k + 1)
    assert sympy.Rational(half["loss"]) * 4 == sympy.Rational(one["loss"])
    assert "not real" in call(capsys, "predict", *arguments, "--noise", "1")[1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (".5", "1/2"),
        ("5.", "5"),
        ("0.25", "1/4"),
        ("1/3", "1/3"),
        ("1e-3", "1/1000"),
        ("2.5E1", "25"),
        ("1e+0", "1"),
        ("1e-39", f"1/1{39 * '0'}"),
        (f"1/{40 * '9'}", f"1/{40 * '9'}"),
    ],
)
def test_a_number_is_exact_however_it_is_written(capsys: pytest.CaptureFixture[str], text: str, value: str) -> None:
    document = predicted(capsys, "-f", "2", "-N", "3", "--noise", text, "--scale", text)
    assert (document["noise"], document["scale"]) == (value, value)


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("-f", "5"), "samples"),
        (("-f", "0", "-N", "1"), "features"),
        (("-f", "1", "-N", "1", "-L", "4"), "steps"),
        (("-f", "1", "-N", "1", "--inputs", "cauchy"), "inputs"),
        (("-f", "1", "-N", "1", "--scale", "0"), "scale"),
        (("-f", "1", "-N", "1", "--scale", "1/0"), "scale"),
        (("-f", "1", "-N", "1", "--noise", "-1"), "noise"),
        (("-f", "1", "-N", "1", "--noise", "1e999999999"), "noise"),
        (("-f", "1", "-N", "1", "--noise", "1e999"), "noise"),
        (("-f", "1", "-N", "1", "--noise", "1e-40"), "noise"),
        (("-f", "1", "-N", "1", "--noise", "1e"), "noise"),
        (("-f", "1", "-N", "1", "--noise", "."), "noise"),
        (("-f", "1", "-N", "1", "--noise", "1_0"), "noise"),
        (("-f", "1", "-N", "1", "--noise", "1.5/2"), "noise"),
        (("-f", "1", "-N", "1", "--noise", "nan"), "noise"),
    ],
    ids=str,
)
def test_bad_arguments(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], key: str) -> None:
    status, out, err = call(capsys, "predict", *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert one_document(call(capsys, "predict", *arguments, "--json")[1])["error"]["key"] == key


# ---- coordinates of different variances ------------------------------------------------------------


def test_equal_variances_are_the_best_step(capsys: pytest.CaptureFixture[str]) -> None:
    """All p_b are c_0 then, the construction is the preconditioned step, and no decay would help."""
    usual = predicted(capsys, "-f", "3", "-N", "7", "--scale", "1/2", "--noise", "1/5")
    found = predicted(capsys, "--covariance", "1/12,1/12, 1/12", "-N", "7", "--noise", "1/5")
    assert found["weights"] == 3 * usual["coefficients"]
    assert found["construction"]["coefficient"] == usual["coefficients"][0]
    assert found["construction"]["derivatives"] == ["0", "0", "0"]
    assert found["loss"] == found["construction"]["loss"]
    assert Fraction(found["loss"]) == Fraction(usual["loss"]), "both are per component of the target"


@pytest.mark.parametrize(("inputs", "kurtosis"), [("normal", 3), ("uniform", Fraction(9, 5))])
def test_the_weights_are_those_of_the_theorem(
    capsys: pytest.CaptureFixture[str], inputs: str, kurtosis: Fraction
) -> None:
    """p_b = s_b/D_b with the D_b of ANISO.T1, for each coordinate."""
    diagonal, samples, noise = [Fraction(2), Fraction(1, 3), Fraction(5, 7)], 6, Fraction(1, 4)
    text = ",".join(map(str, diagonal))
    found = predicted(capsys, "--covariance", text, "-N", "6", "--inputs", inputs, "--noise", "0.25", "-f", "3")
    law = anisotropic.LAW
    for s, p in zip(diagonal, found["weights"], strict=True):
        others = sum(diagonal) - s
        at = {
            N: samples,
            law.moment(2): sympy.Rational(s.numerator, s.denominator),
            law.moment(4): sympy.Rational(str(kurtosis * s**2)),
            f: 1,
            anisotropic.g: 1,
            anisotropic.FIRST.moment(2): sympy.Rational(str(others)),
            anisotropic.SECOND.moment(2): 0,
            NOISE.moment(2): sympy.Rational(str(noise)),
        }
        assert str(at[law.moment(2)] / anisotropic.divisor().subs(at)) == p
    assert found["inputs"] == inputs
    assert found["covariance"] == [str(s) for s in diagonal]


def test_two_variances_as_they_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "predict", "--covariance", "1,0.3", "-N", "20", "--inputs", "normal")
    assert status == 0
    assert out.splitlines() == [
        "x has independent coordinates, normal with mean 0 and these variances",
        "W has independent standard normal entries; no label noise",
        "p_1 = 10/223    (0.044843), at variance 1",
        "p_2 = 5/38    (0.131579), at variance 3/10",
        "expected squared error per component of the preconditioned step = 3523/21185    (0.166297)",
        "construction, c_0 = 545/11492    (0.0474243)",
        "construction, learning rate = 0.948486",
        "expected squared error per component of the construction = 15293/57460    (0.26615)",
        "its derivative by the decay of column 1, at decay 1 = 1.03733",
        "its derivative by the decay of column 2, at decay 1 = -1.03733",
        "the best single layer has an error between 0.166297 and 0.26615; its exact value is not known",
        "gdssm show ANISO proves that no layer has less than the preconditioned step",
    ]
    assert len(err.splitlines()) == 1


def test_the_bracket_says_what_is_proved_and_what_is_attained(capsys: pytest.CaptureFixture[str]) -> None:
    equal = call(capsys, "predict", "--covariance", "2,2", "-N", "5")[1].splitlines()[-2]
    best = Fraction(prediction(2, 5, 1, "uniform", Fraction(1), Fraction(0))["loss"])  # for variances of 1/3
    assert equal == f"the best single layer has the error {float(6 * best):.6g}, which the construction attains"
    noisy = call(capsys, "predict", "--covariance", "1,2", "-N", "5", "--noise", ".5")[1].splitlines()
    assert noisy[1].endswith("; label noise of variance 1/2")
    assert noisy[-2].startswith("the best single layer has an error of at most ")
    assert noisy[-1].endswith("than the preconditioned step (f = 2, no noise)")


def test_long_fractions_are_told_as_decimals_and_kept_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("predict", "--covariance", "0.1234567891234567,0.98765432198765,1/99991", "-N", "3")
    assert max(map(len, call(capsys, *arguments)[1].splitlines())) <= 100
    assert max(map(len, predicted(capsys, *arguments[1:])["weights"])) > 40


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("-N", "3"), "features"),
        (("--covariance", "1,2"), "samples"),
        (("-N", "3", "--covariance", ""), "covariance"),
        (("-N", "3", "--covariance", "1,,2"), "covariance"),
        (("-N", "3", "--covariance", "1,0"), "covariance"),
        (("-N", "3", "--covariance", "1,-2"), "covariance"),
        (("-N", "3", "--covariance", "1;2"), "covariance"),
        (("-N", "3", "--covariance", ",".join(101 * ["1"])), "covariance"),
        (("-N", "3", "--covariance", ",".join(f"1/{10**39 + k}" for k in range(1, 100, 2))), "covariance"),
        (("-N", "3", "--covariance", "1,2", "-f", "3"), "features"),
        (("-N", "3", "--covariance", "1,2", "-L", "2"), "steps"),
        (("-N", "3", "--covariance", "1,2", "--scale", "2"), "scale"),
        (("-N", "3", "--covariance", "1,2", "--noise", "-1"), "noise"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_bad_variances(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], key: str) -> None:
    test_bad_arguments(capsys, arguments, key)
