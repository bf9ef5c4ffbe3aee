"""The pictures: drawn from results and the engine, with named axes, the same bytes twice, no settings left over."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from derivations.claims import proposition_2
from derivations.figures import data, diagrams, plots
from derivations.training import committed
from derivations.training.prediction import prediction

RESULTS = committed.loaded(Path(__file__).parents[2] / "results")
LAYER = proposition_2.LAYER
WRONG = {"corrected": LAYER, "printed": proposition_2.PRINTED, "every token": proposition_2.EVERY_TOKEN}
#: Measured once: the last digits of a number may be others the next time.
FILLING = data.filling(LAYER, 3, 8, seed=0)
ERRORS = data.construction_errors(WRONG, 2, (1, 2, 4), 10, seed=0)


def trained() -> tuple[data.Parameters, data.Parameters]:
    result = RESULTS["f5_N10"]
    rates = result["predicted"]["learning_rates"]
    return data.constructed_parameters(5, 10, rates), data.trained_parameters(result)


DRAWN: dict[str, Callable[[], Figure]] = {
    "window": lambda: diagrams.window(LAYER, 4),
    "recurrence": lambda: diagrams.recurrence(LAYER),
    "filling": lambda: plots.filling(FILLING),
    "parameters": lambda: plots.parameters(*trained()),
    "losses": lambda: plots.losses(RESULTS["f5_N10_two_steps"]),
    "coefficients": lambda: plots.coefficients([data.curve(5, range(1, 4))], data.points(RESULTS.values())),
    "errors": lambda: plots.construction_errors(ERRORS),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_the_same_twice_and_changes_no_settings(name: str) -> None:
    before = copy.deepcopy(dict(mpl.rcParams))
    first, second = (plots.written(DRAWN[name](), "svg") for _ in range(2))
    assert dict(mpl.rcParams) == before
    assert first == second
    assert b"<dc:date>" not in first
    assert len(first) < 150_000


@pytest.mark.parametrize("name", ["filling", "losses", "coefficients", "errors"])
def test_every_axis_names_its_quantity(name: str) -> None:
    plots = [axes for axes in DRAWN[name]().axes if axes.lines]
    assert plots
    for axes in plots:
        assert axes.get_xlabel()
        assert axes.get_ylabel() or all(label.get_text() for label in axes.get_yticklabels())


def test_the_corrected_layer_is_gradient_descent_and_the_printed_one_is_not() -> None:
    found = data.construction_errors(WRONG, 3, (1, 2, 8), 20, seed=0).errors
    assert max(found["corrected"]) < plots.ROUNDING
    assert min(found["printed"]) > 0.5
    assert found["every token"][0] < plots.ROUNDING  # P2 at N = 1 holds at any stride
    assert min(found["every token"][1:]) > 0.1


def test_the_state_adds_up_minus_y_x() -> None:
    filled = data.filling(LAYER, 3, 400, seed=1)
    assert all(value == 0 for row in filled.states[0] for value in row)
    assert len(filled.states) == 401
    assert filled.errors[-1] < 0.15
    with pytest.raises(ValueError, match="at least f"):
        data.filling(LAYER, 3, 2, seed=1)


def test_parameters_have_the_scale_of_the_construction() -> None:
    constructed, fitted = trained()
    (wanted,) = RESULTS["f5_N10"]["predicted"]["learning_rates"]
    assert constructed.C[0][0] == pytest.approx(-wanted / 10)
    for key in ("Q", "q", "decay", "C"):
        pairs = zip(getattr(constructed, key), getattr(fitted, key), strict=True)
        assert all(a == pytest.approx(b, abs=0.02) for a, b in pairs)
    with pytest.raises(ValueError, match="one layer"):
        data.trained_parameters(RESULTS["f5_N10_two_steps"])


def test_a_curve_is_what_predict_prints() -> None:
    found = data.curve(5, [10])
    assert [str(value) for value in found.values] == prediction(5, 10, 1, "uniform", 1, 0)["coefficients"]
    assert {(p.features, p.samples, p.layers, p.targets) for p in data.points(RESULTS.values())} == {
        tuple(r["configuration"][key] for key in ("features", "samples", "layers", "targets")) for r in RESULTS.values()
    }


@pytest.mark.parametrize(("value", "shown"), [(-0.0, "0"), (-0.0001, "0.00"), (-1.0, "−1"), (-0.203, "−0.20")])
def test_entries_of_a_heat_map(value: float, shown: str) -> None:
    assert plots.entry(value, 2) == shown


def test_a_figure_is_saved_in_the_format_of_its_name(tmp_path: Path) -> None:
    for name in ("a.pdf", "a.png", "a.svg"):
        plots.save(diagrams.recurrence(LAYER), tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
