"""The panels of the figures as numbers: what the jobs measured, beside what is known exactly.

A panel is a plain container, for JSON and for `derivations.figures.experiments`, which draws it. Exact values come from
`gdssm_symbolic.theory`; they have no parameter that is fitted to a result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sympy
import torch

from derivations.figures.data import Parameters, constructed_parameters
from derivations.training.fit import Expected
from gdssm_numeric.changed_tasks import DEGREES, ChangedTask
from gdssm_numeric.sinusoids import loss_without_context, zero_loss
from gdssm_numeric.tasks import Task, Tokens
from gdssm_numeric.training import Run
from gdssm_symbolic.theory.changed_data import (
    Data,
    Moments,
    laplace_moments,
    normal_moments,
    student_moments,
    uniform_moments,
)

from .efforts import Effort
from .jobs import Job, Outcome
from .measures import steps_name
from .plans import (
    COMPARED,
    GD_SSM,
    SINUSOIDS,
    TITLES,
    compared_jobs,
    gd_ssm,
    names,
    searched,
    settings,
    sine,
    task_of,
)
from .shifts import SCALES, families
from .verdicts import learned

Panel = dict[str, Any]
Results = Mapping[str, Outcome]

LOSS = "squared error per component"
#: Ridge regression with this penalty is shown beside the architectures; its loss is that on their test tasks.
RIDGE = 0.1
#: A loss that falls by less than this share over the last fifth of the updates has converged.
CONVERGED = 0.01


class MissingRunError(LookupError):
    """A panel cannot be made, because a job that it needs failed: which one."""


def result_of(results: Results, job: Job) -> Outcome:
    """The outcome of a job; MissingRunError if it failed or diverged."""
    if job.name not in results:
        raise MissingRunError(f"{job.name} failed")
    if results[job.name]["diverged"]:
        raise MissingRunError(f"{job.name} diverged at update {results[job.name]['diverged']}")
    return results[job.name]


# ---- what is known exactly -----------------------------------------------------------------------


def moments(task: ChangedTask) -> Moments:
    """The moments of one entry of u, exactly, for the laws of `changed_tasks`."""
    square = sympy.Rational(str(task.task.scale)) ** 2
    variance = square / 3 if task.task.inputs == "uniform" else square
    laws: dict[str, Callable[[sympy.Rational], Moments]] = {
        "uniform": uniform_moments,
        "normal": normal_moments,
        "laplace": laplace_moments,
        "student": lambda v: student_moments(sympy.Integer(DEGREES), v),
    }
    return laws[task.law or task.task.inputs](variance)


def exact(task: ChangedTask, trained: Expected) -> float | None:
    """The expected error, on the task, of the steps that are best where a model was trained; None without closed form.

    None too where the variance of a squared error does not exist: then the mean over any number of test tasks says
    little about the expectation. For L steps, both need moments of the inputs, to the order 4L and 8L.
    """
    if task.law == "student" and 8 * trained.layers >= DEGREES:
        return None
    mixing = None
    if task.mixing is not None:
        mixing = sympy.ImmutableDenseMatrix([[sympy.Rational(str(entry)) for entry in row] for row in task.mixing])
    data = Data(
        features=task.features,
        samples=task.samples,
        moments=moments(task),
        noise=sympy.Rational(str(task.task.noise)),
        weights=sympy.Rational(str(task.weights)),
        mixing=mixing,
    )
    return float(data.error(trained.optimum.coefficients))


def zero(task: Task) -> float:
    """The expected error of the predictor 0."""
    return float(Data(task.features, task.samples, moments(ChangedTask(task))).error(()))


def lines(task: Task, steps: Sequence[int] = (1, 2)) -> list[dict[str, Any]]:
    """The exact values of a setting: the zero predictor and the best steps."""
    found = [{"name": "zero", "value": zero(task)}]
    words = {1: "best step", 2: "best two steps", 3: "best three steps"}
    return [*found, *({"name": words[count], "value": float(Expected(task, count).optimum.loss)} for count in steps)]


# ---- Figures 1 to 3 ------------------------------------------------------------------------------


def series(
    name: str,
    role: str,
    x: Sequence[Any],
    values: Sequence[Sequence[float | None]],
    errors: Sequence[float] | None = None,
) -> dict[str, Any]:
    """A curve: `values` has one number for each seed at every x, or one number if there are no seeds."""
    return {"name": name, "role": role, "x": list(x), "values": [list(v) for v in values], "errors": errors}


def axis(label: str, *, log: bool = False) -> dict[str, Any]:
    """An axis: its label, and whether it is logarithmic."""
    return {"label": label, "log": log}


def curves(
    title: str, x: dict[str, Any], y: dict[str, Any], *drawn: dict[str, Any], at: Sequence[dict[str, Any]] = ()
) -> Panel:
    """A panel of curves, with exact values as lines across it."""
    return {"kind": "curves", "title": title, "x": x, "y": y, "series": list(drawn), "lines": list(at)}


def watched(found: Outcome, key: str) -> tuple[list[int], list[list[float]]]:
    """Updates from the first on, and a number for each seed."""
    noted = [one for one in found["watched"] if one["update"]]
    return [one["update"] for one in noted], [one[key] for one in noted]


def training(effort: Effort, results: Results, tokens: Tokens) -> Panel:
    """Panel A: the loss while it is trained."""
    job = gd_ssm(effort, tokens, effort.main)
    updates, losses = watched(result_of(results, job), "loss")
    _, constructed = watched(result_of(results, job), "construction")
    panel = curves(
        f"f = N = {effort.main}",
        axis("updates", log=True),
        axis(LOSS, log=True),
        series("GD-SSM, 1 layer", "trained", updates, losses),
        series("construction, same tasks", "constructed", updates, constructed),
        at=lines(task_of(tokens, effort.main), (1,)),
    )
    return {**panel, "tested": [against_steps(results, job)]}


def against_steps(results: Results, job: Job) -> dict[str, Any]:
    """The test losses of a GD-SSM beside as many best steps, on the same tasks and exactly.

    Whether it has converged is asked here of the last half of the updates: the learning rate goes to 0, so the last
    fifth says little of what more updates would do. A seed that is still nearer to the predictor 0 than to the best
    steps has not converged in any case.
    """
    found, run = result_of(results, job), job.run
    assert isinstance(run, Run)
    updates, losses = watched(found, "loss")
    test = found["measures"]["test"]
    best = float(Expected(run.task, run.layers).optimum.loss)
    near = [loss < (best + zero(run.task)) / 2 for loss in test["loss"]]
    return {
        "layers": run.layers,
        "losses": test["loss"],
        "error": test["error"],
        "constructed": test["losses"][steps_name(run.layers)],
        "exact": best,
        "converged": [
            is_near and converged(updates, one, 2) for is_near, one in zip(near, zip(*losses, strict=True), strict=True)
        ],
    }


def likeness(effort: Effort, results: Results, tokens: Tokens) -> Panel:
    """Panel B: sensitivities and predictions beside the construction's."""
    found = result_of(results, gd_ssm(effort, tokens, effort.main))
    labels = {
        "cosine": "cosine of the sensitivities",
        "sensitivity": "L2 distance of the sensitivities",
        "prediction": "L2 distance of the predictions",
    }
    parts = []
    for key, label in labels.items():
        updates, values = watched(found, key)
        drawn = series("GD-SSM, 1 layer", "trained", updates, values)
        parts.append(curves("", axis("updates", log=True), axis(label, log=key != "cosine"), drawn))
    tested = [against_steps(results, gd_ssm(effort, tokens, effort.main))]
    return {"kind": "curves", "title": f"f = N = {effort.main}", "parts": parts, "tested": tested}


def sizes(effort: Effort, results: Results, tokens: Tokens) -> Panel:
    """Panel C: the loss over f, with the construction on the same tasks and the exact curve."""
    found = {size: result_of(results, gd_ssm(effort, tokens, size))["measures"]["test"] for size in effort.sizes}
    tasks = {size: task_of(tokens, size) for size in effort.sizes}
    panel = curves(
        "f = N",
        axis("features f"),
        axis(LOSS),
        series(
            "GD-SSM, 1 layer",
            "trained",
            effort.sizes,
            [one["loss"] for one in found.values()],
            [max(one["error"]) for one in found.values()],
        ),
        series(
            "construction, same tasks",
            "constructed",
            effort.sizes,
            [[one["losses"]["1 step"]] for one in found.values()],
        ),
        series("exact", "exact", effort.sizes, [[float(Expected(task, 1).optimum.loss)] for task in tasks.values()]),
    )
    return {**panel, "tested": [against_steps(results, gd_ssm(effort, tokens, size)) for size in effort.sizes]}


def scales(effort: Effort, results: Results, tokens: Tokens) -> Panel:
    """Panel D: the loss at other scales of the inputs and of the weights, with the exact curves."""
    found = result_of(results, gd_ssm(effort, tokens, effort.main))["measures"]["scales"]
    task = task_of(tokens, effort.main)
    expected = Expected(task, 1)
    changed = {
        "inputs": ("scale α of the inputs", [ChangedTask(replace(task, scale=scale)) for scale in SCALES]),
        "weights": ("scale of the weights W", [ChangedTask(task, weights=scale) for scale in SCALES]),
    }
    parts = []
    for key, (label, tasks) in changed.items():
        measured = found[key]
        parts.append(
            curves(
                "",
                axis(label),
                axis(LOSS, log=True),
                series(
                    "GD-SSM, 1 layer",
                    "trained",
                    SCALES,
                    [one["loss"] for one in measured],
                    [max(one["error"]) for one in measured],
                ),
                series(
                    "construction, same tasks",
                    "constructed",
                    SCALES,
                    [[one["losses"]["construction"]] for one in measured],
                ),
                series("exact", "exact", SCALES, [[exact(one, expected)] for one in tasks]),
            )
        )
    tested = [against_steps(results, gd_ssm(effort, tokens, effort.main))]
    return {"kind": "curves", "title": f"trained at scale 1, f = N = {effort.main}", "parts": parts, "tested": tested}


def matrices(effort: Effort, results: Results, shown: Mapping[str, str]) -> Panel:
    """A panel of Figure 3: parameters of the trained layer beside the construction, their common scale taken out."""
    found = result_of(results, gd_ssm(effort, "interleaved", effort.main))["measures"]["weights"]
    rates = Expected(task_of("interleaved", effort.main), 1).optimum.learning_rates()
    assert rates is not None  # without noise they are real
    constructed = constructed_parameters(effort.main, effort.main, rates)
    kept = {name.rpartition(".")[2]: torch.tensor(value, dtype=torch.float64) for name, value in found.items()}
    replicas = [
        Parameters.of(kept["Q"][r], kept["q"][r], kept["decay"][r], kept["C"][r]) for r in range(len(kept["q"]))
    ]
    return {
        "kind": "matrices",
        "title": f"f = N = {effort.main}",
        "tested": [against_steps(results, gd_ssm(effort, "interleaved", effort.main))],
        "parts": [
            {
                "title": title,
                "construction": [list(row) for row in getattr(constructed, key)],
                "replicas": [[list(row) for row in getattr(one, key)] for one in replicas],
            }
            for key, title in shown.items()
        ],
    }


# ---- Figures 4 and 5 -----------------------------------------------------------------------------


def layers(effort: Effort, results: Results) -> Panel:
    """Panel 4A: one, two and three layers beside as many exact steps."""
    drawn, tested = [], []
    for count in (1, 2, 3):
        job = gd_ssm(effort, "interleaved", effort.main, count)
        updates, losses = watched(result_of(results, job), "loss")
        tested.append(against_steps(results, job))
        drawn.append(series(f"GD-SSM, {count} layer{'s' * (count > 1)}", "trained", updates, losses))
    known = lines(task_of("interleaved", effort.main), (1, 2, 3))
    panel = curves(f"f = N = {effort.main}", axis("updates", log=True), axis(LOSS, log=True), *drawn, at=known)
    return {**panel, "tested": tested}


def model(
    name: str,
    title: str,
    found: Sequence[Outcome],
    measure: Mapping[str, Sequence[float]],
    rates: Mapping[str, float | None] | None = None,
) -> dict[str, Any]:
    """A row of scores: the test loss of every seed, and how the loss fell."""
    updates = watched(found[0], "loss")[0]
    by_seed = [loss for one in found for loss in zip(*watched(one, "loss")[1], strict=True)]  # seed by seed
    return {
        "name": name,
        "title": title,
        "parameters": found[0]["parameters"],
        "rate": found[0]["settings"]["preset"]["rate"],
        "rates": rates,
        "updates": found[0]["settings"]["preset"]["updates"],
        "losses": list(measure["loss"]),
        "error": list(measure["error"]),
        "converged": [converged(updates, one) for one in by_seed],
        "curve": {"updates": updates, "losses": [list(one) for one in zip(*by_seed, strict=True)]},
    }


def converged(updates: Sequence[int], losses: Sequence[float], part: int = 5) -> bool:
    """Did the loss fall by less than 1 % over the last fifth (or half, …) of the updates? Not if there are too few.

    It is taken from the last time before that part at which the loss was watched.
    """
    end = updates[-1]
    start = max((place for place, update in enumerate(updates) if update <= end - end // part), default=0)
    return updates[start] < end and losses[-1] > (1 - CONVERGED) * losses[start]


def comparison(effort: Effort, results: Results, setting: str) -> Panel:
    """One part of Figure 4C or 5: every architecture on the same test tasks, and the exact values."""
    tokens, chosen = settings(effort)[setting]
    task = task_of(tokens, chosen.size)
    models, left_out, algorithms = [], [], {}
    for name in names(setting):
        try:
            rate = searched(effort, setting, name, results)
            jobs = compared_jobs(effort, setting, name, rate.rate)
            found = [result_of(results, job) for job in jobs]
        except (KeyError, MissingRunError) as error:
            left_out.append({"name": name, "why": str(error).strip("'\"")})
            continue
        tests = [one["measures"]["test"] for one in found]
        measure = {key: [value for test in tests for value in test[key]] for key in ("loss", "error")}
        models.append(model(name, TITLES[name], found, measure, rates=rate.losses or None))
        algorithms = tests[0]["losses"]
    known = [*lines(task, (1, 2)), {"name": "least squares", "value": 0.0}]
    known += [{"name": name, "value": loss} for name, loss in algorithms.items() if name == f"ridge {RIDGE:g}"]
    return {
        "title": f"f = N = {chosen.size}, {tokens} tokens, {task.targets} targets",
        "setting": setting,
        "y": axis(LOSS),
        "lines": known,
        "measured": algorithms,
        "models": models,
        "failed": left_out,
    }


def scores(effort: Effort, results: Results, compared: Sequence[str]) -> Panel:
    """Panel 4C and Figure 5: architectures in some settings."""
    return {"kind": "scores", "title": "", "parts": [comparison(effort, results, setting) for setting in compared]}


def sinusoids(effort: Effort, results: Results) -> Panel:
    """Panel 4B: sinusoids with and without a gate, beside learning algorithms on the model's own embedding."""
    models = []
    for count, gated in SINUSOIDS:
        found = result_of(results, sine(effort, count, gated))
        measured = found["measures"]["sinusoids"]
        title = f"GD-SSM, {count} layer{'s' * (count > 1)}{', gate' * gated}"
        row = model(f"L{count}{'-gate' * gated}", title, [found], measured["model"])
        models.append(row)
        for key, one in measured.items():
            if key != "model":
                models.append(
                    {
                        **row,
                        "name": f"{row['name']} {key}",
                        "title": f"{key} on its embedding",
                        "of": row["name"],
                        "parameters": None,
                        "losses": one["loss"],
                        "error": one["error"],
                        "converged": [True] * len(one["loss"]),
                        "curve": None,
                    }
                )
    known = [{"name": "zero", "value": zero_loss()}, {"name": "best without context", "value": loss_without_context()}]
    part = {"title": "sinusoids, N = 10", "y": axis(LOSS, log=True), "lines": known, "models": models, "failed": []}
    return {"kind": "scores", "title": "", "parts": [part]}


# ---- shifts --------------------------------------------------------------------------------------


def shift(effort: Effort, results: Results, name: str) -> Panel:
    """One family of shifts: the GD-SSM with its exact curves."""
    tokens, chosen = settings(effort)["interleaved"]
    task = task_of(tokens, chosen.size)
    family = families(task)[name]
    drawn = []
    for model_name, count in GD_SSM.items():
        found = trained(effort, results, model_name)[0]["measures"]["shifts"][name]
        expected = Expected(task, count)
        errors = [max(one["error"]) for one in found]
        drawn.append(series(TITLES[model_name], "trained", family.values, [one["loss"] for one in found], errors))
        steps = steps_name(count)
        same = [[one["losses"][steps]] for one in found]
        drawn.append(series(f"{steps}, same tasks", "constructed", family.values, same))
        values = [exact(one, expected) for one in family.tasks]  # None where there is no closed form: a gap
        drawn.append(series(f"{steps}, exact", "exact", family.values, [[value] for value in values]))
    return curves(
        f"trained on f = N = {chosen.size}", axis(family.label, log=family.logarithmic), axis(LOSS, log=True), *drawn
    )


def trained(effort: Effort, results: Results, name: str) -> list[Outcome]:
    """The outcomes of one architecture in the main comparison."""
    try:
        rate = searched(effort, "interleaved", name, results).rate
    except KeyError as error:
        raise MissingRunError(f"{error} failed") from None
    return [result_of(results, job) for job in compared_jobs(effort, "interleaved", name, rate)]


def nearest(effort: Effort, results: Results) -> Panel:
    """Of every architecture, how far its predictions are from each learning algorithm, under every shift.

    Over the seeds that have learned something; what predicts 0 is at some distance from every algorithm.
    """
    tokens, chosen = settings(effort)["interleaved"]
    task = task_of(tokens, chosen.size)
    kinds, nothing = families(task), zero(task)
    rows: list[dict[str, Any]] = []
    for name, title in TITLES.items():
        try:
            found = trained(effort, results, name)
        except MissingRunError as error:
            rows.append({"name": name, "title": title, "failed": str(error)})
            continue
        losses = [one["measures"]["test"]["loss"] for one in found]
        kept = [[k for k, loss in enumerate(own) if learned(loss, nothing)] for own in losses]
        count, all_seeds = sum(map(len, kept)), sum(map(len, losses))
        if not count:
            rows.append({"name": name, "title": title, "failed": "at the predictor 0"})
            continue
        distances = {
            kind: [
                mean_distances(
                    [(one["measures"]["shifts"][kind][k], own) for one, own in zip(found, kept, strict=True)]
                )
                for k in range(len(family.values))
            ]
            for kind, family in kinds.items()
            if kind in found[0]["measures"]["shifts"]
        }
        seeds = "" if count == all_seeds else f" ({count} of {all_seeds} seeds)"
        rows.append({"name": name, "title": title + seeds, "distances": distances})
    labels = {kind: {"label": family.label, "values": list(family.values)} for kind, family in kinds.items()}
    return {"kind": "nearest", "title": f"trained on f = N = {chosen.size}", "families": labels, "rows": rows}


def mean_distances(measured: Sequence[tuple[Mapping[str, Any], Sequence[int]]]) -> dict[str, float]:
    """The mean squared distance from each algorithm over the seeds that are kept."""
    names = measured[0][0]["distances"]
    every = {name: [one["distances"][name][k] for one, kept in measured for k in kept] for name in names}
    return {name: sum(values) / len(values) for name, values in every.items()}


# ---- all of them ---------------------------------------------------------------------------------

Make = Callable[[Effort, Results], Panel]


def _regression(tokens: Tokens) -> dict[str, Make]:
    makers = {"A": training, "B": likeness, "C": sizes, "D": scales}
    return {letter: partial(make, tokens=tokens) for letter, make in makers.items()}


#: What makes each panel of each figure.
PANELS: Mapping[str, Mapping[str, Make]] = {
    "fig1": _regression("constructed"),
    "fig2": _regression("interleaved"),
    "fig3": {
        "A": partial(matrices, shown={"Q": "$Q$"}),
        "B": partial(matrices, shown={"decay": "decay $A$"}),
        "C": partial(matrices, shown={"q": "$q$"}),
        "D": partial(matrices, shown={"C": "$C$"}),
    },
    "fig4": {"A": layers, "B": sinusoids, "C": partial(scores, compared=COMPARED["fig4"])},
    "fig5": {"A": partial(scores, compared=COMPARED["fig5"])},
    "shift": {
        "A": partial(shift, name="scale"),
        "B": partial(shift, name="correlated"),
        "C": partial(shift, name="collinear"),
        "D": partial(shift, name="noise"),
        "E": partial(shift, name="samples"),
        "F": partial(shift, name="law"),
        "G": nearest,
    },
}


def panels(effort: Effort, figure: str, results: Results) -> tuple[dict[str, Panel], dict[str, str]]:
    """The panels of a figure by letter, and those that cannot be made, with the reason."""
    made: dict[str, Panel] = {}
    failed: dict[str, str] = {}
    for letter, make in PANELS[figure].items():
        try:
            made[letter] = make(effort, results)
        except MissingRunError as error:
            failed[letter] = str(error)
    return made, failed
