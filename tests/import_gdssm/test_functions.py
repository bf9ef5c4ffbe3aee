"""`gdssm.check`, `predict` and `train` with unusable input: one line that says what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import sympy
from running import compiled, in_a_paper
from vocabulary import A, x

import gdssm
from derivations.cli import app
from derivations.constructions.toml_file import TEMPLATES
from gdssm_symbolic.layers import N, a, eta


def test_a_file_is_checked_as_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEMPLATES["P2"].replace('"-eta/N"', '"eta/N"'), "utf-8")
    assert app.main(["check", str(file)]) == 1
    assert capsys.readouterr().out.split() == f"{file}: {gdssm.check(file)}".split()
    same = gdssm.check(gdssm.WindowLayer(beta=gdssm.eta / gdssm.N))
    assert str(same) == str(gdssm.check(str(file)))


def test_a_layer_is_compared_with_another_goal() -> None:
    checked = gdssm.check(gdssm.TwoHeadLayer(), goal=gdssm.GradientDescent(2, from_zero=False))
    assert checked.verdict.value == "proved"
    assert "V_2 C_N q = W_2ᵀ x_{N+1}" in str(checked)


@pytest.mark.parametrize(
    ("content", "message"), [(None, "file: cannot be read: No such file or directory"), ("Q = 1", "tokens: missing")]
)
def test_a_file_that_states_nothing(content: str | None, message: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(gdssm.InputError) as caught:
        gdssm.check(file)
    assert str(caught.value) == f"{file}: {message}"


def test_goals_that_do_not_fit(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEMPLATES["P2"], "utf-8")
    with pytest.raises(TypeError, match="states its own goal"):
        gdssm.check(file, goal=gdssm.GradientDescent())
    with pytest.raises(ValueError, match="one head computes one step"):
        gdssm.check(gdssm.WindowLayer(), goal=gdssm.GradientDescent(2))


layer_index = sympy.Symbol("l", integer=True, positive=True)  # the index of V_l
REFUSED = {
    "the index of V_l": (lambda: gdssm.TwoHeadLayer(rate=-eta * layer_index, keep=layer_index), "rate .* symbol l,"),
    "a step": (lambda: gdssm.WindowLayer(decay=sympy.Symbol("t", integer=True, positive=True)), "decay .* symbol t,"),
    "another letter": (lambda: gdssm.WindowLayer(beta=sympy.Symbol("q") / N), "beta .* symbol q,"),
    "in a matrix": (lambda: gdssm.WindowLayer(Q=[[0, 0, 0], [layer_index, 0, 0], [0, 0, 0]]), "Q .* symbol l,"),
    "like a power": (lambda: gdssm.WindowLayer(beta=sympy.Symbol("eta__2")), "beta .* symbol eta__2,"),
    "another N": (lambda: gdssm.WindowLayer(beta=sympy.Symbol("N")), "beta .* symbol N, which is not one of gdssm.eta"),
    "no rational function": (lambda: gdssm.WindowLayer(decay=2**N), "decay is .* no rational function"),
    "a decay of two meanings": (lambda: gdssm.WindowLayer(decay=2 * a), "a stands for the decay itself"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_layer_contains_no_letter_of_another_meaning(kind: str) -> None:
    layer, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message):
        gdssm.check(layer())
    if kind == "the index of V_l":
        with pytest.raises(ValueError, match="penalty contains the symbol l,"):
            gdssm.check(gdssm.TwoHeadLayer(), goal=gdssm.GradientDescent(penalty=layer_index))


def test_the_goal_does_not_name_the_decay_of_another_layer() -> None:
    """In the printed statement a would be both the weight of the penalty and the decay."""
    with pytest.raises(ValueError, match="a stands for the decay, which is another number here"):
        gdssm.check(gdssm.TwoHeadLayer(decay=2), goal=gdssm.GradientDescent(None, from_zero=False, penalty=a))


def test_no_more_steps_are_given_than_in_a_file() -> None:
    with pytest.raises(ValueError, match=r"^1,000 steps: at most 20 are given, or None for every number of them$"):
        gdssm.check(gdssm.TwoHeadLayer(), goal=gdssm.GradientDescent(1_000, from_zero=False))


@pytest.mark.parametrize("factor", [eta, eta - 1, gdssm.N - 2, gdssm.N - gdssm.f, eta**2 - 2, a], ids=str)
def test_a_layer_with_a_pole_is_refused_as_a_file_is(factor: sympy.Expr, tmp_path: Path) -> None:
    """It would be proved "for all η", though Q has no value at η = 0."""
    reason = "divides by zero" if factor.is_integer else "a pole: .* is zero at some "
    layers = (
        gdssm.WindowLayer(Q=[[0, 0, 0], [-1 / factor, 0, 0], [0, 0, 0]], beta=-eta * factor / N),
        gdssm.TwoHeadLayer(Q=[[0, 0, 0], [0, 0, 0], [0, 0, 1 / factor]]),
    )
    for layer in layers:
        with pytest.raises(ValueError, match=f"^Q: .*{reason}") as caught:
            gdssm.check(layer)
    with pytest.raises(ValueError, match=f"^penalty: .*{reason}"):
        gdssm.check(gdssm.TwoHeadLayer(), goal=gdssm.GradientDescent(penalty=1 / factor))
    if factor.free_symbols == {eta}:
        file = tmp_path / "mine.toml"
        file.write_text(TEMPLATES["P2"].replace('"-1"', f'"-1/({factor})"'.replace("**", "^")), "utf-8")
        with pytest.raises(gdssm.InputError) as refused:
            gdssm.check(file)
        assert str(refused.value).endswith(str(caught.value).removeprefix("Q: "))


def test_a_layer_has_no_pole_where_all_cancels_or_nothing_vanishes() -> None:
    for factor in (eta**2 + 1, (eta**2 + eta) / eta - eta):
        layer = gdssm.WindowLayer(Q=[[0, 0, 0], [-1 / factor, 0, 0], [0, 0, 0]], beta=-eta * factor / N)
        assert gdssm.check(layer).verdict.value == "proved"
    assert "V_l = (1 − η/N) V_{l−1}" in gdssm.check(gdssm.TwoHeadLayer(keep=1 - eta / N)).where  # as it is written


@pytest.mark.parametrize(
    "zero",
    [
        sympy.Mul(0, N, evaluate=False),
        sympy.Mul(0, 1 / (N - 1), evaluate=False),
        (N - 1) * (N + 1) - (N**2 - 1),
    ],
    ids=str,
)
def test_a_decay_of_zero_is_zero_however_it_is_written(zero: sympy.Expr) -> None:
    """It was told as "a = 0N ≠ 0"."""
    assert str(gdssm.check(gdssm.WindowLayer(decay=zero))) == str(gdssm.check(gdssm.WindowLayer(decay=0)))
    written = gdssm.WindowLayer(decay=sympy.Mul(0, N, evaluate=False))
    assert str(written) == str(gdssm.WindowLayer(decay=0))


def test_what_divides_by_zero_unevaluated_is_refused() -> None:
    nothing = sympy.Mul(0, sympy.Pow(0, -1, evaluate=False), evaluate=False)
    with pytest.raises(ValueError, match="decay is nan, which is no rational function"):
        gdssm.check(gdssm.WindowLayer(decay=nothing))


@pytest.mark.parametrize("from_zero", [True, False])
def test_no_step_at_all_is_decided(from_zero: bool) -> None:
    """V_0 is W_0ᵀ whatever the layer does; the decay 2 left it undecided."""
    none = gdssm.GradientDescent(0, from_zero)
    assert gdssm.check(gdssm.TwoHeadLayer(decay=2), goal=none).verdict.value == "proved"
    wrong = gdssm.check(gdssm.TwoHeadLayer(decay=2, q=[[1], [0], [0]]), goal=none)
    assert wrong.verdict.value == ("proved" if from_zero else "refuted")  # 0 is read out from any place
    with pytest.raises(ValueError, match="one head computes one step"):
        gdssm.check(gdssm.WindowLayer(), goal=none)


def test_a_decay_may_be_left_open() -> None:
    assert gdssm.check(gdssm.WindowLayer(decay=a)).computes.endswith("Σ_{i=1..N} a^{N−i} y_i x_iᵀ x_{N+1}")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"features": 0}, "features"),
        ({"samples": 2.5}, "samples"),
        ({"steps": 4}, "steps"),
        ({"inputs": "cauchy"}, "inputs"),
        ({"noise": -1}, "noise"),
        ({"scale": 0}, "scale"),
    ],
)
def test_predictions_that_cannot_be(given: dict[str, object], key: str) -> None:
    with pytest.raises(gdssm.InputError) as caught:
        gdssm.predict(**{"features": 2, "samples": 2, **given})  # type: ignore[arg-type]
    assert caught.value.key == key
    assert "\n" not in str(caught.value)


def test_a_prediction_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["predict", "-f", "3", "-N", "4", "-L", "2", "--noise", "5", "--scale", "1/2"]) == 0
    assert capsys.readouterr().out.startswith(f"{gdssm.predict(3, 4, 2, noise=5, scale=0.5)}\n")


def test_a_prediction_for_variances_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["predict", "-N", "4", "--covariance", "1,0.3", "--noise", "1/2"]) == 0
    step = gdssm.predict(samples=4, covariance=(1, 0.3), noise="1/2")
    assert capsys.readouterr().out == f"{step}\n"
    assert step == gdssm.predict(2, samples=4, covariance="1, 3/10", noise=0.5)
    assert app.main(["predict", "-N", "4", "--covariance", "1,0.3", "--noise", "1/2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [str(weight) for weight in step.weights] == document["weights"]
    assert str(step.learning_rate) == document["construction"]["learning_rate"]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"samples": 3}, "features"),
        ({"covariance": "1"}, "samples"),
        ({"samples": 0, "covariance": "1"}, "samples"),
        ({"samples": 3, "covariance": (1, -1)}, "covariance"),
        ({"samples": 3, "covariance": (1, 2), "features": 3}, "features"),
        ({"samples": 3, "covariance": (1, 2), "steps": 2}, "steps"),
        ({"samples": 3, "covariance": (1, 2), "scale": 2}, "scale"),
        ({"samples": 3, "covariance": (1, 2), "inputs": "cauchy"}, "inputs"),
    ],
)
def test_predictions_for_variances_that_cannot_be(given: dict[str, object], key: str) -> None:
    with pytest.raises(gdssm.InputError) as caught:
        gdssm.predict(**given)  # type: ignore[call-overload]
    assert caught.value.key == key


def test_options_of_training_that_are_wrong(tmp_path: Path) -> None:
    for options, key in (({"layers": 7}, "layers"), ({"preset": "slow"}, "preset"), ({"depth": 2}, "usage")):
        with pytest.raises(gdssm.InputError) as caught:
            gdssm.train(2, 2, tmp_path / "run", **options)
        assert caught.value.key == key
    assert not (tmp_path / "run").exists()


def test_train_is_interrupted_as_any_loop_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("derivations.training.run.run_training", stopped)
    with pytest.raises(KeyboardInterrupt, match=r"^interrupted; (?!.*--resume)"):
        gdssm.train(2, 3, tmp_path / "run", replicas=1, updates=2)


def test_train_takes_options_of_training_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(gdssm.InputError, match="command line"):
        gdssm.train(2, 3, tmp_path, help=True)
    monkeypatch.chdir(tmp_path)
    gdssm.train(2, 3, "--resume", replicas=1, updates=2, device="cpu")
    assert [path.name for path in tmp_path.iterdir()] == ["--resume"]
    with pytest.raises(gdssm.InputError, match="say resume=True to go on"):
        gdssm.train(2, 3, "--resume", replicas=1, updates=2, device="cpu")
    assert gdssm.train(out="--resume", resume=True).arrays(replica=0)["Q"].shape == (1, 3, 3)
    with pytest.raises(gdssm.InputError, match="name the sizes of a new run with features and samples"):
        gdssm.train(out="new")
    with pytest.raises(gdssm.InputError, match="out: name the folder of the run"):
        gdssm.train(2, 3)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_theorems_of_ones_own_compile_in_one_paper(tmp_path: Path) -> None:
    twice = [gdssm.show(gdssm.prove(gdssm.Equation(k * A, A * k), title=f"{k} times A")).latex for k in (2, 3)]
    cited = "Theorems~\\ref{gdssm:2-times-a.theorem} and \\ref{gdssm:3-times-a.theorem}.\n\n"
    log = compiled(in_a_paper("\n".join(twice), cited), tmp_path, runs=2)
    assert "undefined" not in log
    assert "multiply defined" not in log


def test_what_is_ones_own_is_shown_in_every_form() -> None:
    theorem = gdssm.prove(gdssm.Equation(A + A, 2 * A), title="A twice")
    told = gdssm.show(theorem)
    assert str(told) == str(theorem)
    assert r"\begin{theorem}[{A twice}]\label{gdssm:a-twice.theorem}" in told.latex
    assert told.latex.startswith("% The preamble needs")
    assert told.markdown == theorem._repr_markdown_()  # type: ignore[attr-defined]
    assert str(gdssm.show(A * x[1])) == "    A x_1"
    assert r"x_{1}" in gdssm.show(gdssm.Equation(A * x[1], x[1])).latex
    with pytest.raises(TypeError, match="type float"):
        gdssm.show(2.5)


def test_too_much_work_is_told_as_such() -> None:
    with pytest.raises(gdssm.TooMuchWork, match="steps"):
        gdssm.prove(gdssm.Equation(A * x[1], 2 * A * x[1]), work=gdssm.Work(most=1))
