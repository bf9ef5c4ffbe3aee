"""The pictures at the head of the notebooks: what they say is true, and follows the sizes of their Example."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy
import torch
from PIL import Image

from derivations.claims.proposition_2 import PRINTED
from derivations.figures import diagrams, plots
from derivations.figures.examples import (
    Example,
    as_learners,
    committed_run,
    dividing_by_features,
    errors,
    identity,
    learned,
    losses,
    recurrence,
    same_state,
    towards_least_squares,
    window_at_every_token,
    windows,
)
from derivations.figures.examples.every_token import heads_needed, least_error
from derivations.figures.examples.losses import best, loss_at, zero
from derivations.figures.examples.recurrences import GRID, KEPT, distances
from derivations.figures.plots import COLOURS, ROUNDING, Picture
from derivations.recurrences.toml_file import load
from derivations.training import committed
from gdssm_numeric.population_loss import PopulationLoss
from gdssm_symbolic.layers import WindowLayer

ROOT = Path(__file__).parents[2]
RESULTS = committed.loaded(ROOT / "results").values()
GALLERY = {name: load(str(ROOT / "recurrences" / f"{name}.toml")) for name in ("deltanet", "retnet", "heavy_ball")}
DRAWN: dict[str, Callable[[Example], Picture]] = {
    "identity": identity,
    "printed": lambda here: identity(here, PRINTED),
    "windows": windows,
    "errors": errors,
    "many steps": towards_least_squares,
    "non-linear": same_state,
    "every token": window_at_every_token,
    "code": dividing_by_features,
    "losses": losses,
    "recurrences": lambda here: as_learners(here, GALLERY),
}
HERE = Example(f=2, N=3, seed=1)


def sizes(picture: Picture) -> set[str]:
    return set(re.findall(r"\b[fN] = \d+", picture.alt))


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("other", [Example(f=4, N=5, seed=1), Example(f=1, N=2, seed=0)], ids=str)
def test_a_picture_follows_its_example(name: str, other: Example) -> None:
    before, after = DRAWN[name](HERE), DRAWN[name](other)
    assert f"N = {HERE.N}" in sizes(before)
    assert f"N = {other.N}" in sizes(after)
    assert name == "windows" or {f"f = {HERE.f}"} < sizes(before)
    assert name == "windows" or {f"f = {other.f}"} < sizes(after)
    assert before.png() != after.png()


@pytest.mark.parametrize("name", ["identity", "many steps", "non-linear", "errors", "recurrences"])
def test_a_picture_follows_its_seed(name: str) -> None:
    assert DRAWN[name](HERE).png() == DRAWN[name](Example(HERE.f, HERE.N, HERE.seed)).png()
    assert DRAWN[name](HERE).png() != DRAWN[name](Example(HERE.f, HERE.N, 2)).png()


def test_an_example_has_sizes_from_1_and_a_seed_from_0() -> None:
    for wrong in ((0, 1, 0), (1, 0, 0), (1, 1, -1)):
        with pytest.raises(ValueError, match=r"at 1|0 or more"):
            Example(*wrong)


@pytest.mark.parametrize("picture", [identity(HERE), recurrence(), losses(HERE)], ids=["heat", "diagram", "curves"])
def test_a_picture_is_small_on_white_and_has_words(picture: Picture) -> None:
    """White also where a page is dark: nothing is transparent."""
    data, metadata = picture._repr_mimebundle_()
    image = Image.open(io.BytesIO(picture.png()))
    assert image.mode == "P"
    assert "transparency" not in image.info
    assert len(image.getcolors() or ()) <= COLOURS
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(data["image/png"]) < 40_000
    assert metadata["image/png"]["alt"] == data["text/plain"] == repr(picture) == picture.alt != ""
    assert metadata["image/png"]["width"] == round(plots.SCREEN * plots.WIDTH)


# ---- one step ------------------------------------------------------------------------------------


def test_the_identity_is_told_with_its_numbers_or_told_to_fail() -> None:
    batch = HERE.batch()
    x, y = batch.inputs[0, 0].numpy(), batch.targets[0, 0].numpy()
    wanted = sum(np.outer(y[i], x[i]) for i in range(HERE.N)) @ x[-1] / HERE.N
    told = ", ".join(f"{value:.3f}" for value in wanted)
    assert f"are both ({told})" in identity(HERE).alt
    assert f"but the prediction after one step of gradient descent is ({told})" in identity(HERE, PRINTED).alt


def test_a_long_context_is_drawn_with_dots() -> None:
    def texts(samples: int) -> str:
        return " ".join(text.get_text() for text in diagrams.window(WindowLayer(), samples).axes[0].texts)

    assert "cdots" not in texts(6)
    assert texts(6).count("C_{") == 6
    assert "cdots" in texts(9)
    assert re.findall(r"C_\{(\d+)\}", texts(9)) == ["1", "2", "3", "9"]
    assert texts(9).count("$x_{10}$") == 1
    assert "$x_{6}$" not in texts(9)
    every = " ".join(text.get_text() for text in diagrams.window(WindowLayer(stride=1), 9).axes[0].texts)
    assert re.findall(r"C_\{(\d+)\}", every) == ["1", "2", "3", "4", "5", "17"]


def test_dividing_by_features_is_right_at_n_equal_f_alone() -> None:
    assert "0.00 at N = f, 0.67 at N = 5" in dividing_by_features(Example(f=3, N=5, seed=0)).alt


# ---- many steps, other models --------------------------------------------------------------------


def test_layers_and_steps_approach_least_squares_at_the_slowest_rate() -> None:
    here = Example(f=3, N=8, seed=0)
    x = here.batch().inputs[0, 0, :-1].numpy()
    values = np.linalg.eigvalsh(x.T @ x)
    alt = towards_least_squares(here).alt
    assert f"multiplies the distance by {1 - values[0] / (2 * values[-1]):.3f}" in alt
    assert "layers and steps are the same but for rounding" in alt


def test_two_contexts_have_one_state_and_two_gradients() -> None:
    alt = same_state(HERE).alt
    assert "differ by at most 0.000, " in alt
    # N g(0) g'(0) (g(z) - g(0)) at the largest z
    apart = HERE.N / 8 * float(torch.sigmoid(torch.tensor(4.0)) - 0.5)
    assert f"gradients by up to {apart:.3f}" in alt
    assert alt.endswith("with the sum of the inputs by 0.000")
    assert float(re.findall(r"off by up to ([\d.]+)", alt)[0]) > 0.01


# ---- a window at every token ---------------------------------------------------------------------


@pytest.mark.parametrize("samples", [2, 3, 4, 5])
def test_it_takes_2n_minus_2_heads(samples: int) -> None:
    assert heads_needed(samples) == 2 * samples - 2


def test_no_numbers_for_one_decay_are_enough_for_three_samples() -> None:
    here = Example(f=2, N=3, seed=0)
    assert least_error(here, 1) < 1e-6  # one window: P2 holds
    assert 0.1 < least_error(here, 3) < 0.9


# ---- losses --------------------------------------------------------------------------------------


def test_both_parabolas_are_those_of_another_computation() -> None:
    here = Example(f=2, N=3, seed=0)
    population = PopulationLoss(here.f, here.N, "uniform")
    (weight,), least = best(here, here.N).coefficients, best(here, here.N).loss
    assert population.along((2, 1, 3)) == (Fraction(str(weight)), Fraction(str(least)))
    single = PopulationLoss(here.f, 1, "uniform")
    (weight,), least = best(here, 1).coefficients, best(here, 1).loss
    assert single.along((2, 3, 1)) == (Fraction(str(weight)), Fraction(str(least)))  # C_N Q C_Nᵀ C_N q at decay 0
    assert loss_at(best(here, 1), weight) == least
    assert loss_at(best(here, 1), sympy.Integer(0)) == zero(best(here, 1)) == Fraction(str(population.of_zero))


def test_a_learned_coefficient_fits_its_own_sizes_alone() -> None:
    own = Example(f=5, N=10, seed=0)
    run = committed_run(own, RESULTS, layers=1)
    assert str(learned(run, own)).endswith(": fits")
    assert str(learned(run, Example(f=5, N=11, seed=0))).endswith(": misses")
    with pytest.raises(ValueError, match=r"no model of 1 layers .* f = 5, N = 7; there are .*f = 5, N = 10"):
        committed_run(Example(f=5, N=7, seed=0), RESULTS, layers=1)


# ---- recurrences ---------------------------------------------------------------------------------


def test_the_recurrences_are_those_of_their_files() -> None:
    """Run by hand, in floating point."""
    keys = [[Fraction(3, GRID), Fraction(-7, GRID)], [Fraction(1), Fraction(1, 2)], [Fraction(-1, 4), Fraction(1, 8)]]
    W = [[Fraction(2), Fraction(-1)], [Fraction(0), Fraction(1, 2)]]
    wanted, keep = np.array(W, float), float(KEPT)
    S = {name: np.zeros((2, 2)) for name in GALLERY}
    U = np.zeros((2, 2))
    by_hand: dict[str, list[float]] = {name: [1.0] for name in GALLERY}
    for k in np.array(keys, float):
        v, rate = wanted @ k, 1 / (2 * k @ k)
        S["deltanet"] = S["deltanet"] - rate * np.outer(S["deltanet"] @ k - v, k)
        S["retnet"] = keep * S["retnet"] + np.outer(v, k)
        U = keep * U - rate * np.outer(S["heavy_ball"] @ k - v, k)
        S["heavy_ball"] = S["heavy_ball"] + U
        for name, state in S.items():
            by_hand[name].append(float(np.linalg.norm(state - wanted) / np.linalg.norm(wanted)))
    for name, stated in GALLERY.items():
        assert distances(stated.layer, keys, W) == pytest.approx(by_hand[name], abs=ROUNDING)
