"""The pictures of the experiments: every seed is drawn, no words overlap, the same bytes twice."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from derivations.figures import experiments, plots

SEEDS = 5
SIZES = [5, 10, 20, 35, 50]


def noisy(generator: random.Random, value: float, spread: float = 0.01) -> list[float]:
    return [value * (1 + spread * generator.gauss(0, 1)) for _ in range(SEEDS)]


def series(name: str, role: str, x: list[float], values: list[list[float]], errors: bool = False) -> dict[str, Any]:
    shown = [0.004 * seeds[0] for seeds in values] if errors else None
    return {"name": name, "role": role, "x": x, "values": values, "errors": shown}


def part(title: str, x: str, y: str, drawn: list[dict[str, Any]], logs: str = "", **lines: float) -> dict[str, Any]:
    return {
        "title": title,
        "x": {"label": x, "log": "x" in logs},
        "y": {"label": y, "log": "y" in logs},
        "series": drawn,
        "lines": [{"name": name.replace("_", " "), "value": value} for name, value in lines.items()],
    }


def training() -> dict[str, Any]:
    """200 evaluations of five seeds that leave the zero predictor at very different times."""
    generator = random.Random(0)
    updates = sorted({round(1.06**k) for k in range(40, 230)})
    shown = []
    for name, floor in (("1 layer", 0.8163), ("2 layers", 0.5715), ("3 layers", 0.43)):
        ends = [10 ** generator.uniform(1.5, 3) for _ in range(SEEDS)]
        values = [
            [(floor + (1.667 - floor) / (1 + (u / end) ** 3)) * (1 + generator.gauss(0, 0.01)) for end in ends]
            for u in updates
        ]
        shown.append(series(f"GD-SSM, {name}", "trained", [float(u) for u in updates], values))
    flat = [[0.8163] for _ in updates]
    shown.append(series("construction, 1 layer", "constructed", [float(u) for u in updates], flat))
    lines = {"zero": 1.667, "best step": 0.8163, "two steps": 0.5715, "three steps": 0.4345, "ridge": 0.43}
    return {"kind": "curves"} | part("", "updates", "squared error per component", shown, "xy", **lines)


def sensitivities() -> dict[str, Any]:
    generator = random.Random(1)
    updates = [float(round(10 * 1.3**k)) for k in range(25)]
    parts = []
    for title, label, start in (
        ("sensitivities, cosine", "cosine", None),
        ("sensitivities, distance", "L2 distance", 1.5),
        ("predictions, distance", "L2 distance", 0.9),
    ):
        values = [
            [
                (1 - math.exp(-u / 300 * generator.uniform(0.5, 2)))
                if start is None
                else start * math.exp(-u / 300) + 10 ** generator.uniform(-4, -3)
                for _ in range(SEEDS)
            ]
            for u in updates
        ]
        logs = "x" if start is None else "xy"
        parts.append(part(title, "updates", label, [series("trained GD-SSM", "trained", updates, values)], logs))
    return {"kind": "curves", "title": "trained model against gradient descent", "parts": parts}


def sizes() -> dict[str, Any]:
    generator = random.Random(2)
    exact = [1.667 * f / 5 * 0.49 for f in SIZES]
    drawn = [
        series("one step, exact", "exact", [*map(float, SIZES)], [[value] for value in exact]),
        series("trained GD-SSM", "trained", [*map(float, SIZES)], [noisy(generator, value) for value in exact], True),
        series("construction", "constructed", [*map(float, SIZES)], [[1.002 * value] for value in exact], True),
    ]
    return {"kind": "curves"} | part("", "features, f = N", "squared error per component", drawn)


def scales() -> dict[str, Any]:
    generator = random.Random(3)
    at = [0.5 + 0.0625 * k for k in range(25)]
    parts = []
    for title, label, power in (("inputs scaled", "scale α of the inputs", 6), ("tasks scaled", "scale of W", 2)):
        exact = [0.3 * a**2 + 0.5 * a**power for a in at]
        drawn = [
            series("one step, exact", "exact", at, [[value] for value in exact]),
            series("trained GD-SSM", "trained", at, [noisy(generator, value, 0.02) for value in exact], True),
        ]
        parts.append(part(title, label, "squared error per component", drawn, "y", at_scale_1=0.8163))
    return {"kind": "curves", "parts": parts}


def shift() -> dict[str, Any]:
    """Seven ways to change the data: three exact curves, two simulated, and three models."""
    generator = random.Random(4)
    ways = {
        "feature scaling": "scale",
        "correlated features": "condition number",
        "collinear features": "rank",
        "label noise": "noise τ",
        "other lengths": "length N′",
        "Laplace": "scale",
        "Student": "scale",
    }
    parts = []
    for way, label in ways.items():
        log = label == "condition number"
        at = [10 ** (k / 8) if log else 0.25 + k / 8 for k in range(17)]
        height = [0.4 + 0.3 * k / 17 + 0.01 * k**1.5 for k in range(17)]
        drawn = [
            series("one step, exact", "exact", at, [[value] for value in height]),
            series("two steps, exact", "exact", at, [[0.6 * value] for value in height]),
            series("two steps, simulated", "simulated", at, [[0.61 * value] for value in height], True),
            series("GD-SSM, 1 layer", "trained", at, [noisy(generator, value, 0.02) for value in height], True),
            series("GD-SSM, 2 layers", "trained", at, [noisy(generator, 0.6 * v, 0.02) for v in height], True),
            series("Gated DeltaNet", "trained", at, [noisy(generator, 0.7 * v + 0.1, 0.06) for v in height], True),
            series("softmax Transformer, 2 layers", "trained", at, [noisy(generator, v + 0.2, 0.08) for v in height]),
        ]
        parts.append(part(way, label, "squared error", drawn, "x" if log else ""))
    return {"kind": "curves", "parts": parts}


MODELS = {
    "GD-SSM, 1 layer": (13, 0.8163, 1.0, 300),
    "GD-SSM, 2 layers": (142, 0.5745, 1.0, 500),
    "S5": (9_794, 1.681, 1.0, 1e9),
    "Mamba": (10_432, 1.08, 0.2, 1500),
    "Mamba-2": (8_593, 0.82, 0.7, 900),
    "Griffin": (24_896, 0.96, 0.2, 1200),
    "Gated DeltaNet": (13_220, 0.63, 0.8, 700),
    "linear Transformer, 1 layer": (4_293, 1.68, 1.0, 1e9),
    "linear Transformer, 2 layers": (8_421, 0.84, 0.8, 2500),
    "softmax Transformer, 1 layer": (4_389, 1.41, 0.0, 2500),
    "softmax Transformer, 2 layers": (1_008_613, 0.66, 0.8, 1800),
}
LINES = {"zero": 5 / 3, "best step": 40 / 49, "two steps": 0.5715, "ridge": 0.0123, "least squares": 0.0}


def architectures() -> dict[str, Any]:
    generator = random.Random(5)
    parts = []
    for title, scale in (("f = N = 5, interleaved tokens", 1.0), ("f = N = 10, constructed tokens", 2.0)):
        models = []
        for name, (count, floor, chance, plateau) in MODELS.items():
            ends = [plateau * 10 ** generator.uniform(-0.3, 0.3) for _ in range(SEEDS)]
            updates = [round(5 * 1.037**k) for k in range(200)]
            curve = [
                [
                    scale * (floor + (1.7 - floor) / (1 + (u / end) ** 4) + 2 / u) * (1 + generator.gauss(0, 0.02))
                    for end in ends
                ]
                for u in updates
            ]
            converged = [generator.random() < chance for _ in range(SEEDS)]
            models.append(
                {
                    "name": name.lower(),
                    "title": name,
                    "parameters": count,
                    "rate": 0.003,
                    "rates": None,
                    "updates": updates[-1],
                    "losses": curve[-1],
                    "error": [0.006 * scale] * SEEDS,
                    "converged": converged,
                    "curve": {"updates": updates, "losses": curve},
                }
            )
        lines = [{"name": line, "value": scale * value} for line, value in LINES.items()]
        y = {"label": "squared error per component of the target"}
        parts.append({"title": title, "y": y, "lines": lines, "models": models})
    return {"kind": "scores", "title": "", "parts": parts}


def sinusoids() -> dict[str, Any]:
    """Errors over two decades, on a logarithmic axis that has no place for the error 0 of least squares."""
    shown = architectures()
    (first, _), generator = shown["parts"], random.Random(9)
    first["y"]["log"] = True
    first["models"][1] |= {"parameters": None, "curve": None}
    first["failed"] = [{"name": "griffin", "why": "killed"}]
    for model in first["models"][:4]:
        model["losses"] = noisy(generator, 10 ** generator.uniform(-2, 0), 0.1)
    return {"kind": "scores", "title": "sinusoids", "parts": [first]}


def matrix(generator: random.Random, rows: list[list[float]], title: str, names: list[str]) -> dict[str, Any]:
    replicas = [[[entry + generator.gauss(0, 0.01) for entry in row] for row in rows] for _ in range(SEEDS)]
    return {"title": title, "construction": rows, "replicas": replicas, "names": names}


def diagonal(size: int, value: float) -> list[list[float]]:
    return [[value if row == column else 0.0 for column in range(size)] for row in range(size)]


Q = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
q = [[0.0], [0.0], [1.0]]
TOKENS = ["x", "y", "x′"]


def attention() -> dict[str, Any]:
    return {"kind": "matrices"} | matrix(random.Random(6), Q, "$Q$", TOKENS)


def skip() -> dict[str, Any]:
    return {"kind": "matrices"} | matrix(random.Random(7), diagonal(10, -0.1633), "$C$", [])


def layer() -> dict[str, Any]:
    made = random.Random(8)
    parts = [matrix(made, Q, "$Q$", TOKENS), matrix(made, q, "$q$", TOKENS)]
    parts += [matrix(made, diagonal(5, 1.0), "decay", []), matrix(made, diagonal(5, -0.1633), "$C$", [])]
    return {"kind": "matrices", "title": "", "parts": parts}


ALGORITHMS = ["1 step", "2 steps", "ridge", "least squares"]


def closest() -> dict[str, Any]:
    made = random.Random(10)
    families: dict[str, list[Any]] = {
        "scale": [0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0],
        "correlated": [1.0, 3.0, 10.0, 30.0, 100.0],
        "collinear": [1, 2, 3, 4, 5],
        "noise": [0.0, 0.1, 0.25, 0.5, 1.0],
        "samples": [1, 2, 3, 4, 5, 8, 10, 15, 20],
        "law": ["uniform", "normal", "laplace", "student"],
    }
    rows: list[dict[str, Any]] = []
    for name in MODELS:
        found = {kind: [{one: made.random() for one in ALGORITHMS} for _ in at] for kind, at in families.items()}
        rows.append({"name": name, "title": name, "distances": found})
    rows[3] = {"name": "mamba", "title": "Mamba", "failed": "killed"}
    labels = {kind: {"label": kind, "values": values} for kind, values in families.items()}
    return {"kind": "nearest", "title": "trained on f = N = 5", "families": labels, "rows": rows}


def laws() -> dict[str, Any]:
    """Values that are words."""
    names = ["uniform", "normal", "laplace", "student"]
    drawn = [series("GD-SSM", "trained", names, [noisy(random.Random(11), 1 + k / 9) for k in range(4)], True)]  # type: ignore[arg-type]
    return {"kind": "curves"} | part("trained on f = N = 5", "law of the inputs", "squared error", drawn, "y")


PANELS: dict[str, Callable[[], dict[str, Any]]] = {
    "training": training,
    "sensitivities": sensitivities,
    "sizes": sizes,
    "scales": scales,
    "shift": shift,
    "architectures": architectures,
    "sinusoids": sinusoids,
    "attention": attention,
    "closest": closest,
    "laws": laws,
    "skip": skip,
    "layer": layer,
}
DRAWN: dict[str, Callable[[], Figure]] = {
    **{name: lambda made=made: experiments.panel(made()) for name, made in PANELS.items()},  # type: ignore[misc]
    "learning": lambda: experiments.learning(architectures()),
}


def words(figure: Figure) -> list[tuple[str, Bbox]]:
    """What a reader sees written, and where: of the ticks, those that are on their axis."""
    figure.draw_without_rendering()
    unseen = set()
    for axes in figure.get_axes():
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            unseen |= {tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high}
    seen = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text() and text not in unseen]
    return [(text.get_text(), Text.get_window_extent(text)) for text in seen]


@pytest.mark.parametrize("name", DRAWN)
def test_no_words_overlap_and_all_are_on_the_page(name: str) -> None:
    figure = DRAWN[name]()
    seen = words(figure)
    assert len(seen) > 10
    for text, box in seen:
        assert figure.bbox.padded(0.5).containsx(box.x0), text
        assert figure.bbox.padded(0.5).containsx(box.x1), text
        assert figure.bbox.padded(0.5).containsy(box.y0), text
        assert figure.bbox.padded(0.5).containsy(box.y1), text
    for (one, first), (other, second) in itertools.combinations(seen, 2):
        assert not first.padded(-0.25).overlaps(second.padded(-0.25)), (one, other)


@pytest.mark.parametrize("name", ["sensitivities", "architectures", "attention", "learning"])
def test_the_same_numbers_give_the_same_bytes(name: str) -> None:
    first, second = (plots.written(DRAWN[name](), "svg") for _ in range(2))
    assert first == second
    assert len(first) < 1_000_000


def seeds(figure: Figure) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """What is drawn of single seeds: x and y."""
    lines = [line for axes in figure.get_axes() for line in axes.lines if line.get_label() == "_seed"]
    return [(tuple(line.get_xdata()), tuple(line.get_ydata())) for line in lines]


def test_every_seed_has_a_curve() -> None:
    (shown, *_), drawn = (training()["series"], seeds(experiments.panel(training())))
    assert len(drawn) == 3 * SEEDS
    assert drawn[4] == (tuple(shown["x"]), tuple(values[4] for values in shown["values"]))


def test_every_seed_has_a_dot_and_a_curve_while_it_learns() -> None:
    shown = architectures()
    dots = [x[0] for x, _ in seeds(experiments.panel(shown))]
    models = [model for one in shown["parts"] for model in one["models"]]
    assert sorted(dots) == sorted(loss for model in models for loss in model["losses"])
    assert len(seeds(experiments.learning(shown))) == len(models) * SEEDS


def test_rows_are_in_the_order_of_the_means_and_say_what_has_not_converged() -> None:
    shown = architectures()
    (first, _) = shown["parts"]
    figure = experiments.panel(shown | {"parts": [first]})
    (axes,) = figure.get_axes()
    ranked = sorted(first["models"], key=lambda model: sum(model["losses"]))
    assert [label.get_text() for label in axes.get_yticklabels()] == [f"{m['parameters']:,}" for m in ranked]
    hollow = [line.get_markerfacecolor() == "white" for line in axes.lines if line.get_label() == "_seed"]
    assert hollow == [not converged for model in ranked for converged in model["converged"]]
    height = {text.get_text(): box.y0 + box.y1 for text, box in _boxes(axes.texts)}
    for model in ranked:
        lacking = model["converged"].count(False)
        marks = [
            text.get_text()
            for text, box in _boxes(axes.texts)
            if text.get_text().startswith("not converged") and abs(box.y0 + box.y1 - height[model["title"]]) < 4
        ]
        assert marks == {0: [], SEEDS: ["not converged"]}.get(lacking, [f"not converged ({lacking} of {SEEDS})"])


def test_what_is_measured_on_a_model_stands_below_it() -> None:
    shown = sinusoids()
    (part_,) = shown["parts"]
    best, *rest = sorted(part_["models"], key=lambda model: sum(model["losses"]))
    worst = rest[-1]
    below = [
        {**best, "name": f"steps {of['name']}", "title": f"steps on {of['title']}", "of": of["name"]}
        for of in (worst, best)
    ]
    part_["models"] = [*below, *part_["models"]]
    titles = [model["title"] for model in experiments.in_order(part_["models"])]
    assert titles[:2] == [best["title"], f"steps on {best['title']}"]
    assert titles[-2:] == [worst["title"], f"steps on {worst['title']}"]


def test_a_seed_far_above_every_exact_value_is_marked_at_the_end_of_the_axis() -> None:
    (first, _) = architectures()["parts"]
    last = max(first["models"], key=lambda model: sum(model["losses"]))
    before = experiments.panel({"kind": "scores", "parts": [first]}).get_axes()[0]
    last["losses"] = [*last["losses"][:3], 40.0, 18334.0]
    (axes,) = experiments.panel({"kind": "scores", "parts": [first]}).get_axes()
    assert before.get_xlim()[1] < axes.get_xlim()[1] == experiments.BEYOND * max(LINES.values())
    last["curve"]["losses"][1] = [1e6] * SEEDS
    learnt = experiments.learning({"parts": [first]}).get_axes()[0]
    assert learnt.get_ylim()[1] == pytest.approx(10 * max(LINES.values()))
    marked = [line for line in axes.lines if line.get_marker() == ">"]
    assert len(marked) == 2
    assert all(line.get_xdata()[0] < axes.get_xlim()[1] for line in marked)
    assert [text.get_text().splitlines()[-1] for text in axes.texts if "18,334" in text.get_text()] == [
        "at 40 to 18,334"
    ]


def _boxes(texts: list[Text]) -> list[tuple[Text, Bbox]]:
    return [(text, Text.get_window_extent(text)) for text in texts]


def test_the_least_distance_names_the_field() -> None:
    shown = closest()
    texts = [text for axes in experiments.panel(shown).get_axes() for text in axes.texts]
    rows = [row for row in shown["rows"] if "distances" in row]
    wanted = [
        "abcd"[ALGORITHMS.index(min(field, key=lambda name: field[name]))]
        for kind in shown["families"]
        for row in rows
        for field in row["distances"][kind]
    ]
    assert [text.get_text() for text in texts] == wanted


def test_scores_have_a_second_picture_where_there_are_curves() -> None:
    shown = sinusoids()
    (name, _), (second, learnt) = experiments.drawn("B", shown)
    assert (name, second) == ("B", "B-learning")
    assert len(seeds(learnt)) == (len(MODELS) - 1) * SEEDS
    for model in shown["parts"][0]["models"]:
        model["curve"] = None
    assert list(experiments.files("B", shown)) == ["B"]
    assert list(experiments.files("A", laws())) == ["A"]


def test_values_that_are_missing_are_left_out() -> None:
    shown = scales()["parts"][0]
    shown["series"][1]["values"][3][2] = None
    (axes, *_) = experiments.panel({"kind": "curves"} | shown).get_axes()
    (mean,) = (line for line in axes.lines if line.get_label() == "trained GD-SSM")
    known = [value for value in shown["series"][1]["values"][3] if value is not None]
    assert mean.get_ydata()[3] == pytest.approx(sum(known) / 4)


def test_values_that_no_curve_comes_near_are_not_named_where_they_cannot_be_seen() -> None:
    (first, _) = architectures()["parts"]
    first["models"] = first["models"][:1]
    first["lines"].append({"name": "worse", "value": 10.0})
    for lines, named in ((first["lines"], {"zero 1.667", "best step 0.8163"}), ([], set())):
        first["lines"] = lines
        seen = {text for text, _ in words(experiments.learning({"parts": [first]}))}
        assert first["title"] in seen
        assert {text for text in seen if text.startswith((*LINES, "worse"))} == named


def test_unknown_kinds_and_roles_are_refused() -> None:
    with pytest.raises(ValueError, match="not 'table'"):
        experiments.panel({"kind": "table"})
    shown = sizes()
    shown["series"][0]["role"] = "guessed"
    with pytest.raises(ValueError, match="not 'guessed'"):
        experiments.panel(shown)


def test_labels_move_apart_no_further_than_they_must() -> None:
    assert experiments.apart([1.0, 5.0, 9.0], [2.0, 2.0, 2.0], 0, 10) == [1.0, 5.0, 9.0]
    assert experiments.apart([5.0, 5.0], [2.0, 4.0], 0, 10) == [3.5, 6.5]
    assert experiments.apart([0.0, 0.0, 9.0], [2.0, 2.0, 2.0], 0, 10) == [1.0, 3.0, 9.0]
    assert experiments.apart([4.0, 4.5, 10.0], [2.0, 2.0, 2.0], 0, 10) == [3.25, 5.25, 9.0]


def test_a_logarithmic_axis_names_at_least_three_values_and_not_too_many() -> None:
    for low, high in ((0.4, 1.7), (0.02, 4.2), (1e-7, 3.0), (1.0, 3e5), (1.01, 1.02), (1.1e5, 1.9e5)):
        (axes,) = Figure().subplots(1, 1, squeeze=False).flatten()
        axes.set(yscale="log", ylim=(low, high))
        plots.plain_ticks(axes.yaxis, low, high, 6)
        ticks = axes.yaxis.get_majorticklocs()
        assert 3 <= len(ticks) <= 6
        for tick, label in zip(ticks, axes.get_yticklabels(), strict=True):
            digits = label.get_text().replace("$", "").replace("\\cdot10^", "e").replace("10^", "1e")
            assert float(digits.replace("{", "").replace("}", "")) == pytest.approx(tick)
        assert max(ticks) / min(ticks) > (high / low) ** 0.4, "the ticks crowd at one end"
