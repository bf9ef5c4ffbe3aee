"""Trained parameters against the symbolic expressions: how each replica ended, and how far its numbers are off.

Every expected number is computed here: the construction at the best learning rate, evaluated and read off like the
trained model, and the coefficients and losses of `gdssm_symbolic.theory.best_rate`.

A number fits if every replica that ended at the optimum has it within the cap, *and* the replicas' mean is within k
standard errors of it, or within RESOLUTION. k is Student's quantile for all the numbers of a fit together, so that k
standard errors may be more than the cap, as they are with few replicas: then the cap decides. A large spread therefore
never helps. Which predictor a replica ended at is decided by which is nearest, far more widely than the caps judge it;
a replica of one layer that is near none, or one of several layers that stopped close to the optimum, is a miss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import mpmath
import sympy
import torch
from torch import Tensor

from gdssm_numeric.descent import combination, one_sample
from gdssm_numeric.evaluation import Evaluation, Predictor, evaluate
from gdssm_numeric.identified import Quantity, identified
from gdssm_numeric.presets import Preset
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Model, Run
from gdssm_symbolic.theory.best_rate import Optimum

from .prediction import LAWS, simplest
from .weights import best_construction

#: Largest relative deviations: of a number from its value, and of one whose value is 0 from the largest of its kind.
CAPS = {"C̄ Q⊗q": (0.015, 0.02), "ΨΘ": (0.02, 0.02), "decay": (0.01, 0.01), "C / C̄": (0.02, 0.02)}
CAP_OF_ONE_COEFFICIENT = 0.015
CAP_OF_COEFFICIENTS = 0.05  # of two layers and more
CAP_OF_LOSS = 0.01

#: A replica ended at the nearest predictor if its mean squared distance from it is at most this share of that one's
#: loss: ten times what CAP_OF_LOSS allows at the optimum, and far less than other ends are away.
NEAR = 0.1

#: Of several layers, a replica near no predictor but below this many times the optimum's loss has not converged.
STRAY = 1.2

#: Training ends, and its rounding never does: means are not told apart from expectations more finely than this share.
RESOLUTION = 0.002

#: Losses of double precision are not told apart more finely: of the construction itself, the error is only rounding.
ROUNDING = 1e-9

#: The chance that some mean of a fit is farther than k standard errors from an expectation that is right.
LEVEL = 1e-3


@dataclass(frozen=True)
class Expected:
    """The symbolic side: what a model of `layers` layers must converge to on a task."""

    task: Task
    layers: int

    def best(self, steps: int, samples: int | None = None) -> Optimum:
        """The best predictor of so many steps, from all samples or from so many of them."""
        task = self.task
        law = LAWS[task.inputs](simplest(task.scale))
        count = task.samples if samples is None else samples
        return Optimum(steps, law, simplest(task.noise), sympy.Integer(task.features), sympy.Integer(count))

    @cached_property
    def optimum(self) -> Optimum:
        return self.best(self.layers)

    @cached_property
    def coefficients(self) -> list[float]:
        return [float(c) for c in self.optimum.coefficients]

    @cached_property
    def predictors(self) -> dict[str, tuple[Predictor, float]]:
        """Where a replica may end, with the expected loss there: the optimum, fewer steps, one sample (`OPTX`)."""
        found: dict[str, tuple[Predictor, float]] = {
            "optimum": (partial(combination, coefficients=self.coefficients), float(self.optimum.loss))
        }
        for steps in range(1, self.layers):
            best = self.best(steps)
            values = [float(c) for c in best.coefficients]
            found[f"best of {steps} step{'s' * (steps > 1)}"] = (
                partial(combination, coefficients=values),
                float(best.loss),
            )
        if self.task.samples > 1:
            single = self.best(1, samples=1)
            (value,) = single.coefficients
            found["one sample"] = partial(one_sample, coefficient=float(value)), float(single.loss)
        return found

    def not_compared(self, preset: Preset) -> list[str]:
        """Say what has no expected number here, in words: of these layers, this task, and training by this preset."""
        found = []
        if self.layers > 1:
            found.append(
                "single entries of Q, q, decay and C, which the predictions of several layers do not determine"
            )
        if self.optimum.learning_rates() is None:
            found.append(f"learning rates: no {self.layers} plain steps of gradient descent have these coefficients")
        if preset.weight_decay:
            found.append(f"the effect of weight decay {preset.weight_decay:g}: what is predicted is without it")
        return found

    def quantities(self) -> list[Quantity]:
        """The construction at the best learning rate, read off as the trained model is; none for several layers."""
        rates = self.optimum.learning_rates()
        if self.layers > 1 or rates is None:
            return []
        model = best_construction(self.task.targets, self.task.features, self.task.samples, rates)
        return identified(model, self.task.samples, noisy=self.task.noise > 0)


@dataclass(frozen=True)
class End:
    """How one replica ended. Losses are per component; `unexplained` is the regression's."""

    replica: int
    kind: str  # a predictor's name, "other", or "below the optimum"
    loss_ratio: float  # the loss over that of the construction on the same tasks
    loss_ratio_error: float
    coefficients: list[float]
    unexplained: float
    sensitivity_cosine: float
    sensitivity_l2: float
    prediction_l2: float


@dataclass(frozen=True)
class FittedEntry:
    """One number: symbolic, fitted mean and spread over the replicas, the worst relative deviation, the verdict."""

    label: str
    symbolic: float
    mean: float
    spread: float | None  # the standard deviation; none for one replica
    deviation: float  # of the replica that is farthest off
    mean_deviation: float
    bound: float | None  # k standard errors of the mean, relative as the deviations are
    cap: float

    @property
    def fits(self) -> bool:
        return self.deviation <= self.cap and (self.bound is None or abs(self.mean_deviation) <= self.bound)


@dataclass(frozen=True)
class Group:
    """The numbers of one kind."""

    quantity: str
    entries: tuple[FittedEntry, ...]

    @property
    def fits(self) -> bool:
        return all(entry.fits for entry in self.entries)


@dataclass(frozen=True)
class Fit:
    """The outcome of a run: every replica's end, and the numbers of those that reached the optimum."""

    ends: tuple[End, ...]
    groups: tuple[Group, ...]
    standard_errors: float | None  # k
    layers: int = 1

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(end.kind for end in self.ends))

    @property
    def strays(self) -> tuple[End, ...]:
        """Replicas that ended near no predictor, though with one layer there is nothing else; or not far enough."""
        others = (end for end in self.ends if end.kind == "other")
        return tuple(end for end in others if self.layers == 1 or end.loss_ratio < STRAY)

    @property
    def fits(self) -> bool:
        """Some replica reached the optimum, all that did have the expected numbers, and none went astray."""
        return bool(self.groups) and all(group.fits for group in self.groups) and not self.strays


def student(level: float, freedom: int) -> float:
    """The k with P(|T| > k) = level for Student's T: the tail is a regularised incomplete beta function."""
    low, high = 0.0, 1.0

    def tail(k: float) -> float:
        return float(mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + k * k), regularized=True))

    while tail(high) > level:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) > level else (low, middle)
    return high


def ends(evaluation: Evaluation, predictors: Mapping[str, tuple[Predictor, float]]) -> tuple[End, ...]:
    """Each replica's end: "below the optimum" goes first; then the nearest predictor if it is near, or else "other"."""
    found = []
    for r in range(len(evaluation.loss)):
        shares = {name: float(evaluation.distances[name][r]) / loss for name, (_, loss) in predictors.items()}
        nearest = min(shares, key=lambda name: shares[name])
        kind = nearest if shares[nearest] <= NEAR else "other"
        error = float(evaluation.excess_error[r]) / evaluation.reference_loss
        ratio = float(evaluation.loss[r]) / evaluation.reference_loss
        if ratio < 1 - max(5 * error, ROUNDING):
            kind = "below the optimum"
        found.append(
            End(
                replica=r,
                kind=kind,
                loss_ratio=ratio,
                loss_ratio_error=error,
                coefficients=evaluation.coefficients[r].tolist(),
                unexplained=float(evaluation.unexplained[r]),
                sensitivity_cosine=float(evaluation.sensitivity_cosine[r]),
                sensitivity_l2=float(evaluation.sensitivity_l2[r]),
                prediction_l2=float(evaluation.prediction_l2[r]),
            )
        )
    return tuple(found)


def compare(
    quantity: str,
    labels: Sequence[str],
    symbolic: Tensor,
    fitted: Tensor,
    caps: tuple[float, float],
    k: float | None,
    each: bool = False,
) -> Group:
    """Entries (n,) with their fitted values (R, n); deviations are relative to the largest entry, or to `each`."""
    scale = symbolic.abs() if each else symbolic.abs().max().expand_as(symbolic)
    mean = fitted.mean(0)
    spread = fitted.std(0) if k is not None else None
    entries = []
    for n, label in enumerate(labels):
        bound = None
        if k is not None and spread is not None:
            bound = max(k * float(spread[n]) / len(fitted) ** 0.5 / float(scale[n]), RESOLUTION)
        entries.append(
            FittedEntry(
                label=label,
                symbolic=float(symbolic[n]),
                mean=float(mean[n]),
                spread=None if spread is None else float(spread[n]),
                deviation=float((fitted[:, n] - symbolic[n]).abs().max() / scale[n]),
                mean_deviation=float((mean[n] - symbolic[n]) / scale[n]),
                bound=bound,
                cap=caps[0] if symbolic[n] else caps[1],
            )
        )
    return Group(quantity, tuple(entries))


def fit(run: Run, model: Model, expected: Expected | None = None, *, tasks: int = 20_000) -> Fit:
    """Hold a trained model (in double precision) against the symbolic expressions, on its device."""
    expected = expected or Expected(run.task, run.layers)
    device = next(model.parameters()).device
    evaluation = evaluate(
        model,
        run.replicas,
        run.task,
        {name: predictor for name, (predictor, _) in expected.predictors.items()},
        layers=run.layers,
        tasks=tasks,
        seed=run.seed,
        device=device,
    )
    ended = ends(evaluation, expected.predictors)
    reached = [end.replica for end in ended if end.kind == "optimum"]
    if not reached:
        return Fit(ended, (), None, run.layers)
    numbers = identified(model, run.task.samples, noisy=run.task.noise > 0) if run.layers == 1 else []
    wanted = expected.quantities()
    tested = sum(len(quantity.labels) for quantity in wanted) + run.layers
    k = student(LEVEL / tested, len(reached) - 1) if len(reached) > 1 else None
    groups = [
        compare(q.name, q.labels, w.values[0].cpu(), q.values[reached].cpu(), CAPS[q.name], k)
        for q, w in zip(numbers, wanted, strict=True)
    ]
    cap = CAP_OF_ONE_COEFFICIENT if run.layers == 1 else CAP_OF_COEFFICIENTS
    labels = [f"c_{power}" for power in range(run.layers)]
    values = evaluation.coefficients[reached].cpu()
    groups.append(
        compare("coefficients", labels, values.new_tensor(expected.coefficients), values, (cap, cap), k, each=True)
    )
    losses = (1 + evaluation.excess[reached] / expected.predictors["optimum"][1]).cpu()[:, None]
    # The loss is least there: every deviation is upwards, and no mean of them is expected to be 0.
    groups.append(
        compare("loss", ["loss / optimum"], torch.ones(1, dtype=losses.dtype), losses, (CAP_OF_LOSS,) * 2, None)
    )
    return Fit(ended, tuple(groups), k, run.layers)
