"""The fit: what is compared, that it can fail, how ends are told apart."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import sympy
import torch
from torch import Tensor

from derivations.report import supplement_trained
from derivations.training import committed
from derivations.training.fit import Expected, Fit, compare, ends, fit, student
from derivations.training.fit_table import ends_lines, rows, verdict_line
from derivations.training.prediction import prediction, rational, simplest
from derivations.training.result_document import rounded
from derivations.training.weights import best_construction, construction
from gdssm_numeric.descent import combination, one_sample
from gdssm_numeric.evaluation import evaluate, sensitivity
from gdssm_numeric.identified import identified
from gdssm_numeric.presets import QUICK, Preset
from gdssm_numeric.tasks import EVALUATION, Batch, Task, generator
from gdssm_numeric.training import Run, Training, train
from gdssm_symbolic.layers import TwoHeadLayer

DOUBLE = torch.float64
SMALL = Run(Task(2, 3), replicas=3, preset=replace(QUICK, name="test", updates=2000, batch=768))


pytestmark = pytest.mark.usefixtures("one_thread")


@cache
def trained(run: Run) -> Training:
    torch.set_num_threads(1)
    training = Training(run)
    train(training, None)
    return training


@cache
def fitted(run: Run) -> Fit:
    return fit(run, trained(run).fitted())


def entry(found: Fit, quantity: str, label: str) -> Any:
    (group,) = [group for group in found.groups if group.quantity == quantity]
    return next(entry for entry in group.entries if entry.label == label)


def test_a_trained_model_has_the_symbolic_numbers_with_a_margin() -> None:
    """From a random start, fixed seed and threads: every mean is five standard errors from its cap or more."""
    found = fitted(SMALL)
    assert found.fits
    assert found.counts == {"optimum": 3}
    for group in found.groups:
        scale = max(abs(number.symbolic) for number in group.entries)
        for number in group.entries:
            error = (number.spread or 0) / 3**0.5 / scale
            assert number.cap - abs(number.mean_deviation) > 5 * error
    assert entry(found, "C̄ Q⊗q", "(2,1,3)").symbolic == pytest.approx(15 / 24)  # 15/(5f + 5N - 1)
    assert {group.quantity for group in found.groups} == {"C̄ Q⊗q", "decay", "C / C̄", "coefficients", "loss"}
    assert [len(group.entries) for group in found.groups] == [27, 4, 4, 1, 1]
    for end in found.ends:
        assert end.loss_ratio == pytest.approx(1, abs=1e-3)
        assert end.sensitivity_cosine > 0.9999
        assert end.unexplained < 1e-3


def test_the_same_comparison_fails_when_an_expected_value_is_moved_by_5_per_cent() -> None:
    """By more than five times the deviation that the trained model has."""
    found = fitted(SMALL)

    class Moved(Expected):
        @property
        def coefficients(self) -> list[float]:  # type: ignore[override]
            return [1.05 * float(c) for c in self.optimum.coefficients]

    model = trained(SMALL).fitted()
    moved = fit(SMALL, model, Moved(SMALL.task, 1))
    assert not moved.fits
    assert not entry(moved, "coefficients", "c_0").fits

    class Faster(Expected):
        def quantities(self) -> Any:
            rates = [1.05 * rate for rate in self.optimum.learning_rates() or ()]
            return identified(best_construction("vector", 2, 3, rates), 3)

    faster = fit(SMALL, model, Faster(SMALL.task, 1))
    assert not faster.fits
    off = entry(faster, "C̄ Q⊗q", "(2,1,3)")
    assert not off.fits
    assert off.deviation > 3 * entry(found, "C̄ Q⊗q", "(2,1,3)").deviation


@pytest.mark.parametrize("moved", ["heads.0.decay", "heads.0.Q", "heads.0.C", "q"])
def test_a_parameter_that_is_off_does_not_fit(moved: str) -> None:
    """One entry of one parameter of one replica of the construction; half of what C is off goes into C̄."""
    expected = Expected(SMALL.task, 1)
    (rate,) = expected.optimum.learning_rates() or ()
    model = construction(TwoHeadLayer(), 2, 3, [rate], replicas=3)
    assert fit(SMALL, model, expected, tasks=500).fits
    with torch.no_grad():
        parameter = model.get_parameter(moved)
        parameter[1].view(-1)[-1] += (0.05 if moved.endswith("C") else 0.025) * parameter[1].abs().max()
    found = fit(SMALL, model, expected, tasks=500)
    assert found.counts == {"optimum": 3}
    assert not found.fits


def test_a_large_spread_never_helps_and_a_small_one_tightens() -> None:
    expected = torch.tensor([1.0, 0.0], dtype=DOUBLE)
    wide = torch.tensor([[0.9, 0.0], [1.1, 0.0], [0.95, 0.0], [1.05, 0.0]], dtype=DOUBLE)
    judged = partial(compare, "decay", ["(1,1)", "(1,2)"], expected, caps=(0.01, 0.01), k=20.0)
    assert not judged(wide).entries[0].fits
    tight = torch.tensor([[1.0049, 0.0], [1.005, 0.0], [1.0051, 0.0], [1.005, 0.0]], dtype=DOUBLE)
    off = judged(tight).entries[0]
    assert off.deviation < off.cap
    assert not off.fits  # half a per cent off, and all agree on it to a hundredth
    assert "the mean is 0.50 % off" in next(rows(judged(tight)))[-1]
    assert judged(tight - 0.005 * torch.tensor([1.0, 0.0])).fits
    alone = compare("decay", ["(1,1)", "(1,2)"], expected, tight[:1], (0.01, 0.01), None)
    assert alone.fits
    assert alone.entries[0].spread is None


@pytest.mark.parametrize(("features", "samples", "replicas"), [(3, 4, 5), (4, 7, 4), (5, 10, 5), (2, 3, 3)])
def test_the_construction_itself_fits(features: int, samples: int, replicas: int) -> None:
    """With no spread at all, and rounding of its own."""
    run = Run(Task(features, samples), 1, replicas, 0, QUICK)
    expected = Expected(run.task, 1)
    model = construction(TwoHeadLayer(), features, samples, expected.optimum.learning_rates() or (), replicas=replicas)
    assert fit(run, model, expected, tasks=500).fits


@pytest.mark.parametrize(("freedom", "level", "k"), [(4, 0.05, 2.776445), (1, 0.05, 12.7062), (10, 1e-3, 4.586894)])
def test_students_quantile(freedom: int, level: float, k: float) -> None:
    assert student(level, freedom) == pytest.approx(k, rel=1e-6)


@pytest.mark.parametrize(
    "task",
    [
        Task(3, 4),
        Task(3, 4, "scalar", "constructed"),
        Task(2, 3, inputs="normal", scale=0.5),
        Task(3, 4, noise=0.01),
        Task(3, 4, "scalar", "constructed", scale=2.0, noise=0.1),
    ],
    ids=str,
)
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_construction_has_the_symbolic_coefficients(task: Task, layers: int) -> None:
    """The construction at the rates of the optimum is the optimum: coefficients by regression, loss, sensitivities."""
    if task.targets == "scalar" and layers > 1:
        return
    expected = Expected(task, layers)
    model = best_construction(task.targets, task.features, task.samples, expected.optimum.learning_rates() or ())
    predictors = {name: predictor for name, (predictor, _) in expected.predictors.items()}
    found = evaluate(model, 1, task, predictors, layers=layers, tasks=3000)
    assert found.coefficients[0].tolist() == pytest.approx(expected.coefficients, rel=1e-9)
    assert float(found.unexplained[0]) < 1e-10
    assert float(found.distances["optimum"][0]) < 1e-20
    assert float(found.sensitivity_cosine[0]) == pytest.approx(1, abs=1e-12)
    assert float(found.sensitivity_l2[0]) < 1e-10
    error = 6 * float(found.loss[0]) / (3000 * task.outputs) ** 0.5 * 3
    assert abs(float(found.loss[0]) - float(expected.optimum.loss)) < error
    (end,) = ends(found, expected.predictors)
    assert (end.kind, end.loss_ratio) == ("optimum", pytest.approx(1, abs=1e-9))


def test_with_noise_and_scale_the_construction_is_another() -> None:
    """At the rate that is best for them it fits, and at that of a plain task, 1.4 times it, it does not."""
    noisy = Run(Task(2, 3, scale=0.7, noise=0.1), replicas=2, preset=QUICK)
    (rate,), (other,) = (Expected(t, 1).optimum.learning_rates() or () for t in (noisy.task, SMALL.task))
    assert rate == pytest.approx(prediction_rate("0.7", "0.1"))
    assert fit(noisy, construction(TwoHeadLayer(), 2, 3, [rate], replicas=2), tasks=500).fits
    assert not fit(noisy, construction(TwoHeadLayer(), 2, 3, [other], replicas=2), tasks=500).fits


def prediction_rate(scale: str, noise: str) -> float:
    """As `gdssm predict` has it, from decimals."""
    (rate,) = prediction(2, 3, 1, "uniform", rational("scale", scale), rational("noise", noise))["learning_rates"]
    return rate


@pytest.mark.parametrize(
    ("value", "exact"), [(1 / 3, "1/3"), (0.1, "1/10"), (1e-10, "1/10000000000"), (0.0, "0"), (2.5e7, "25000000")]
)
def test_a_number_is_the_fraction_that_was_written(value: float, exact: str) -> None:
    assert str(simplest(value)) == exact


def test_every_end_is_told_apart() -> None:
    """Predictors put in place of replicas: each is recognised, and what is none of them is called other."""
    task = Task(3, 4)
    expected = Expected(task, 2)
    assert set(expected.predictors) == {"optimum", "best of 1 step", "one sample"}
    kinds = [*(predictor for predictor, _ in expected.predictors.values()), lambda batch: 0 * batch.wanted]

    class Stack(torch.nn.Module):
        def forward(self, batch: Batch) -> Tensor:
            one = Batch(*(value[:1] for value in vars(batch).values()))
            return torch.cat([kind(one) for kind in kinds])

    predictors = {name: predictor for name, (predictor, _) in expected.predictors.items()}
    found = ends(evaluate(Stack(), 4, task, predictors, layers=2, tasks=4000), expected.predictors)
    assert [end.kind for end in found] == [*expected.predictors, "other"]
    assert found[1].loss_ratio == pytest.approx(float(expected.best(1).loss / expected.optimum.loss), rel=0.03)
    shown = list(ends_lines(Fit(found, (), None)))
    assert shown[0] == "1 of 4 replicas ended at the optimum"
    others = ", ".join(str(end.replica) for end in found if end.kind != "optimum")
    assert verdict_line(Fit(found, (), None)).endswith(f"; 3 not at the optimum: replicas {others}")
    assert "one sample" in shown[2]


def test_an_end_below_the_optimum_is_a_finding() -> None:
    """The wanted values themselves, were they known, have no loss."""

    class Knows(torch.nn.Module):
        def forward(self, batch: Batch) -> Tensor:
            return batch.wanted + 0 * batch.inputs[:, :, -1]

    expected = Expected(Task(2, 3), 1)
    predictors = {name: predictor for name, (predictor, _) in expected.predictors.items()}
    (end,) = ends(evaluate(Knows(), 1, expected.task, predictors, tasks=500), expected.predictors)
    assert end.kind == "below the optimum"
    assert not Fit((end,), (), None).fits


def test_the_other_minimum_is_met_recognised_and_not_averaged_in() -> None:
    """Decays that start at 0, Q near e_2 e_3ᵀ and q near e_1: descent stays there, at κ y_N x_{N+1}ᵀ x_N."""
    run = Run(Task(3, 4), replicas=2, preset=replace(QUICK, name="test", updates=1200, batch=768))
    training = Training(run)
    with torch.no_grad():
        weights = dict(training.model.named_parameters())
        generous = torch.Generator().manual_seed(0)
        weights["heads.0.Q"][0] = 0.02 * torch.randn(3, 3, generator=generous)
        weights["heads.0.Q"][0, 1, 2] = 0.5
        weights["heads.0.C"][0] = torch.eye(3)
        weights["heads.0.decay"][0] = 0.05
        weights["q"][0] = torch.tensor([1.0, 0.02, -0.02])
    train(training, None)
    found = fit(run, training.fitted())
    assert [end.kind for end in found.ends] == ["one sample", "optimum"]
    assert found.ends[0].loss_ratio > 1.3
    assert entry(found, "decay", "(1,1)").mean == pytest.approx(1, abs=0.05)
    assert entry(found, "decay", "(1,1)").spread is None
    assert found.standard_errors is None


def test_replicas_that_all_end_elsewhere_do_not_fit() -> None:
    model = construction(TwoHeadLayer(), 2, 3, [0.3], replicas=3)
    found = fit(SMALL, model, tasks=500)
    assert found.counts == {"other": 3}
    assert found.groups == ()
    assert not found.fits


@pytest.mark.parametrize(
    ("features", "samples", "noise", "rank"),
    [
        *((2, 2, 0, 27), (3, 4, 0, 27), (2, 1, 0, 18), (1, 3, 0, 15), (1, 1, 0, 10)),
        *((2, 2, 1, 27), (2, 1, 1, 18), (1, 3, 1, 18), (1, 1, 1, 10)),
    ],
    ids=str,
)
def test_what_is_identified_at_small_sizes(features: int, samples: int, noise: float, rank: int) -> None:
    """The ranks of the 27×27 Gram matrix of the features, as `OPTG` has them with noise and without."""
    found = {q.name: q for q in Expected(Task(features, samples, noise=noise), 1).quantities()}
    assert len(found["C̄ Q⊗q"].labels) == rank
    assert ("decay" in found) == (samples > 1)
    assert ("C / C̄" in found) == (features > 1)
    assert int((found["C̄ Q⊗q"].values != 0).sum()) == 1


def test_scales_that_no_prediction_shows_are_not_compared() -> None:
    model = construction(TwoHeadLayer(), 2, 3, [1.0])
    before = identified(model, 3)
    with torch.no_grad():
        head, _ = model.layer(0)  # type: ignore[union-attr]
        head.Q *= -2.0
        head.C *= 0.25
        model.q *= -2.0  # type: ignore[union-attr, operator]
    for one, other in zip(before, identified(model, 3), strict=True):
        torch.testing.assert_close(one.values, other.values)
    with pytest.raises(ValueError, match="not identified"):
        identified(construction(TwoHeadLayer(), 2, 3, [1.0, 1.0]), 3)


def test_sensitivities_against_finite_differences() -> None:
    batch = Task(2, 3).draw(4, [generator(0, 0, EVALUATION)], DOUBLE)
    model = best_construction("vector", 2, 3, [1.0])
    found = sensitivity(model, batch)
    step = 1e-6
    for component in range(2):
        moved = batch.inputs.clone()
        moved[:, :, -1, component] += step
        with torch.no_grad():
            slope = (model(Batch(moved, batch.targets, batch.wanted)) - model(batch)) / step
        torch.testing.assert_close(found.view(1, 4, 2, 2)[..., component], slope, rtol=1e-6, atol=1e-8)


def test_one_samples_loss_is_that_of_the_symbolic_optimum_of_one() -> None:
    expected = Expected(Task(2, 5), 1)
    predictor, loss = expected.predictors["one sample"]
    batch = expected.task.draw(200_000, [generator(0, 0, EVALUATION)], DOUBLE)
    errors = (predictor(batch) - batch.wanted).square().mean(-1)
    assert abs(float(errors.mean()) - loss) < 5 * float(errors.std()) / 200_000**0.5
    value = float(expected.best(1, samples=1).coefficients[0])
    torch.testing.assert_close(predictor(batch), one_sample(batch, value))
    assert not torch.allclose(predictor(batch), combination(batch, [value]))
    assert sympy.Rational(0) < expected.optimum.loss < loss


@pytest.mark.parametrize("scale", [1.02, 1.05, 1.1, 1.2, 1.3, 2.0, 0.0])
@pytest.mark.parametrize("off", [1, 2])
def test_replicas_that_are_off_do_not_fit_however_far(scale: float, off: int) -> None:
    """Some of three constructions with a larger output: what is far off is not left out as something else."""
    task = Task(3, 4)
    run, expected = Run(task, 1, 3, 0, QUICK), Expected(task, 1)
    (rate,) = expected.optimum.learning_rates() or ()
    model = construction(TwoHeadLayer(), 3, 4, [rate], replicas=3)
    draws = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 1e-4 * torch.randn(parameter.shape, generator=draws, dtype=DOUBLE)
    assert fit(run, model, expected, tasks=2000).fits
    with torch.no_grad():
        model.get_parameter("heads.0.C")[:off] *= scale
    assert not fit(run, model, expected, tasks=2000).fits


def test_a_loss_that_is_two_per_cent_above_the_optimum_does_not_fit() -> None:
    """Of two layers only coefficients and loss are compared: c_0 and c_1 within their caps, the loss beyond its own."""
    task = Task(3, 4)
    run, expected = Run(task, 2, 3, 0, QUICK), Expected(task, 2)
    model = construction(TwoHeadLayer(), 3, 4, expected.optimum.learning_rates() or (), replicas=3)
    assert fit(run, model, expected, tasks=2000).fits
    with torch.no_grad():
        model.get_parameter("heads.0.Q")[:, 0, 0] += 0.4 * model.get_parameter("heads.0.Q").abs().max()
    found = fit(run, model, expected, tasks=2000)
    assert found.counts == {"optimum": 3}
    assert not entry(found, "loss", "loss / optimum").fits


# ---- the committed results -----------------------------------------------------------------------

RESULTS = committed.loaded(Path(__file__).parents[2] / "results")


@pytest.mark.parametrize("name", RESULTS)
def test_a_committed_result_is_what_its_parameters_give(name: str) -> None:
    """Its numbers are kept to nine digits, so are the parameters from which they are computed again."""
    result = RESULTS[name]
    setting, kept = result["configuration"], supplement_trained.fit(result)
    task = Task(*(setting[field] for field in ("features", "samples", "targets", "tokens", "inputs", "scale", "noise")))
    preset, decays = Preset(**setting["preset"]), tuple(setting["decays"])
    run = Run(task, setting["layers"], setting["replicas"], setting["seed"], preset, decays, "float64")
    model = run.model()
    model.load_state_dict({name: torch.tensor(value).double() for name, value in result["parameters"].items()})
    again = fit(run, model)
    assert again.counts == kept.counts == result["counts"]
    assert again.standard_errors == pytest.approx(kept.standard_errors, rel=1e-8)
    for one, other in ((again.groups, kept.groups), (again.ends, kept.ends)):
        assert rounded([asdict(item) for item in one]) == approximately([asdict(item) for item in other])
    assert [group["fits"] for group in result["fit"]] == [group.fits for group in again.groups]


def approximately(item: Any) -> Any:
    """The same, with numbers up to what rounding the parameters changes, of which the bounds have k ≈ 30 times."""
    if isinstance(item, dict):
        return {key: approximately(value) for key, value in item.items()}
    if isinstance(item, list | tuple):
        return [approximately(value) for value in item]
    return pytest.approx(item, rel=1e-6, abs=1e-6) if isinstance(item, float) else item
