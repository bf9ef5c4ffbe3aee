"""gdssm check: the mission's form proved, everything else refuted with confirmed counterexamples."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy
from constructions import File, files
from hypothesis import given, seed, settings
from judge import Judge, confirms
from mutants import mutants

from derivations.constructions.check import check, check_entry
from derivations.constructions.entry import read_entry
from derivations.constructions.toml_file import TEMPLATES, construction
from derivations.toml_table import parse_toml
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.kernel.expressions import Sum, walk
from gdssm_symbolic.layers import (
    ConstructedTokenLayer,
    Layer,
    N,
    TwoHeadLayer,
    WindowLayer,
    entries,
    with_symbolic_decay,
)
from gdssm_symbolic.theory.many_steps import ManySteps
from gdssm_symbolic.theory.one_step import OneStep

#: The random files are tried in so many tests, on several cores.
PARTS = 5
PRINTED = WindowLayer(Q=entries([[0, 1, 0], [0, 0, 0], [0, 0, 0]]))


def verdict(text: str) -> dict[str, Any]:
    return check_entry(check(construction(parse_toml(text))))


def refuted(text: str) -> dict[str, Any]:
    """The counterexample, confirmed by plain fractions."""
    entry = verdict(text)
    assert entry["verdict"] == "refuted"
    assert confirms(text, entry["counterexample"]), text
    counterexample: dict[str, Any] = entry["counterexample"]
    return counterexample


def as_text(layer: Layer) -> str:
    """A layer of plain numbers as a construction file."""

    def written(value: sympy.Expr) -> str:
        return f'"{value}"'.replace("**", "^")

    def listed(values: Any) -> str:
        return f"[{', '.join(written(value) for value in values)}]"

    lines = [f"decay = {written(layer.decay)}"]
    if isinstance(layer, ConstructedTokenLayer):
        lines += ['tokens = "constructed"', f"Psi = {listed(layer.Psi)}", f"Theta = {listed(layer.Theta)}"]
        return "\n".join([*lines, f"beta = {written(layer.beta)}"])
    lines += ['tokens = "interleaved"', f"stride = {layer.stride}", f"q = {listed(layer.q)}"]
    lines.append(f"Q = [{', '.join(listed(layer.Q.row(r)) for r in range(3))}]")
    if isinstance(layer, WindowLayer):
        return "\n".join([*lines, f"beta = {written(layer.beta)}"])
    lines.append(f"Q_tilde = [{', '.join(listed(layer.Q_tilde.row(r)) for r in range(3))}]")
    return "\n".join([*lines, "heads = 2", 'steps = "L"', f"rate = {written(layer.rate)}"])


def single_changes(layer: Layer) -> list[Any]:
    """The mutated twins that the format can state: the transposes of A.2 are none of its keys."""
    twins = [(name, twin) for name, twin in mutants(layer) if "_transposed" not in name]
    return [pytest.param(as_text(twin), id=f"{layer.kind} {name}") for name, twin in twins]


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
def test_the_templates_are_proved(text: str) -> None:
    entry = verdict(text)
    assert (entry["verdict"], entry["counterexample"]) == ("proved", None)
    assert entry["scope"].startswith("For all f, N ≥ 1")


def test_the_printed_form_and_stride_1_are_refuted() -> None:
    printed = refuted(as_text(PRINTED))
    assert (printed["f"], printed["N"]) == (1, 1)
    assert refuted(as_text(replace(PRINTED, beta=-PRINTED.beta)))["f"] == 2  # at f = 1 the sign mends it
    assert refuted(as_text(WindowLayer(stride=1)))["N"] == 2
    assert refuted(as_text(WindowLayer(stride=1, decay=-1)))["N"] == 2


@pytest.mark.parametrize("text", single_changes(WindowLayer()))
def test_every_single_change_is_refuted(text: str) -> None:
    refuted(text)


@pytest.mark.parametrize("text", single_changes(PRINTED))
def test_no_single_change_mends_the_printed_form(text: str) -> None:
    refuted(text)


@pytest.mark.parametrize("text", [*single_changes(ConstructedTokenLayer()), *single_changes(TwoHeadLayer())])
def test_every_single_change_of_the_other_forms_is_refuted(text: str) -> None:
    refuted(text)


def base(**changes: str) -> str:
    numbers = {"decay": "1", "Q_21": "-1", "Q_33": "0", "q_3": "1", "beta": "-eta/N", "stride": "2"} | changes
    return (
        f'tokens = "interleaved"\nstride = {numbers["stride"]}\ndecay = "{numbers["decay"]}"\n'
        f'Q = [["0", 0, "0"], ["{numbers["Q_21"]}", "0", "0"], ["0", "0", "{numbers["Q_33"]}"]]\n'
        f'q = ["0", "0", "{numbers["q_3"]}"]\nbeta = "{numbers["beta"]}"\n'
    )


def up_to(symbol: str, last: int) -> str:
    return "*".join(f"({symbol}-{k})" for k in range(1, last + 1))


@pytest.mark.parametrize(
    ("changes", "sizes"),
    [
        ({"Q_33": up_to("N", 40)}, {"N": 41}),
        ({"decay": f"1+{up_to('N', 40)}"}, {"N": 41}),
        ({"beta": f"-eta/N*(1+{up_to('f', 30)})"}, {"f": 31, "N": 1}),
        ({"Q_33": "f-1"}, {"f": 2}),
        ({"Q_33": "N-f"}, {"f": 1, "N": 2}),
        ({"q_3": f"1+(N-f)*{up_to('N', 6)}*{up_to('f', 6)}"}, {"f": 7, "N": 8}),
        ({"decay": "(N-3)*(N-2)*(N-1)+1"}, {"N": 4}),
        ({"decay": "N-1"}, {"N": 3}),
        ({"beta": f"-eta/N*(1+{up_to('eta', 20)}*(eta+1))"}, {"f": 1, "N": 1, "eta": "-2"}),
    ],
)
def test_a_fault_is_found_however_late_it_shows(changes: dict[str, str], sizes: dict[str, Any]) -> None:
    found = refuted(base(**changes))
    assert {key: found[key] for key in sizes} == sizes


@pytest.mark.parametrize(
    "changes",
    [
        {"q_3": "N^2-2", "beta": "-eta/(N^3-2*N)"},
        {"q_3": "eta^2+N", "Q_21": "-eta/(eta^2+N)", "beta": "-1/N"},
        {"decay": "(N-1)/(N-1)"},
        {"Q_33": "((N-1)*(N+1)-N^2+1)/(N-1)"},
        {"q_3": "2*N-2*f+1", "Q_21": "1/(2*f-2*N-1)"},
    ],
    ids=str,
)
def test_a_disguise_changes_nothing(changes: dict[str, str]) -> None:
    assert verdict(base(**changes))["verdict"] == "proved"


def two_heads(**changes: str) -> str:
    text = TEMPLATES["P3"]
    for key, value in changes.items():
        lines = [line for line in text.splitlines() if line.split("=")[0].strip() != key]
        text = "\n".join([*lines, f"{key} = {value}"])
    return text


def test_two_heads_with_a_penalty() -> None:
    """What A.4 prints is right for a penalty of ‖W‖²/(2N), and not for ‖W‖²."""
    assert verdict(two_heads(penalty='"1/10"', keep='"1-eta/5"'))["verdict"] == "proved"
    assert verdict(two_heads(penalty='"1/(2*N)"', keep='"1-eta/N"'))["verdict"] == "proved"
    assert refuted(two_heads(penalty="1", keep='"1-eta/N"'))["L"] == 1
    assert "lambda" in refuted(two_heads(keep='"1"'))


def test_two_heads_from_zero_may_scale_their_readout() -> None:
    scaled = {"Q": '[[0,0,0],["1/2",0,0],[0,0,0]]', "q": "[0, 0, 2]"}
    assert verdict(two_heads(start='"0"', **scaled))["verdict"] == "proved"
    assert refuted(two_heads(**scaled))["L"] == 0


def test_a_number_of_steps_may_allow_more_than_every_number() -> None:
    """Two layers from zero leave one number free: keep + 1 enters only as a factor of Q."""
    odd = {
        "penalty": "0",
        "start": '"0"',
        "keep": "3",
        "Q": '[[0,0,0],["1/2",0,0],[0,0,0]]',
        "Q_tilde": "[[2,0,0],[0,0,0],[0,0,0]]",
    }
    assert verdict(two_heads(steps="2", **odd))["verdict"] == "proved"
    assert refuted(two_heads(**odd))["L"] == 1
    assert refuted(two_heads(steps="3", **odd))["L"] == 3
    assert refuted(two_heads(steps="9", **odd))["L"] == 9
    assert verdict(two_heads(steps="9"))["verdict"] == "proved"


def test_what_only_the_second_layer_shows() -> None:
    """From zero the first layer is right whatever it keeps and whatever the second head is."""
    assert refuted(two_heads(start='"0"', keep="1"))["L"] == 2
    assert refuted(two_heads(start='"0"', Q_tilde="[[2,0,0],[0,0,0],[0,0,0]]"))["L"] == 2


def test_a_file_without_a_start_is_about_any_start() -> None:
    scaled = two_heads(Q='[[0,0,0],["1/2",0,0],[0,0,0]]', q="[0, 0, 2]")
    without = "\n".join(line for line in scaled.splitlines() if not line.startswith("start"))
    assert refuted(without)["W_0"] == [["1"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"rate": '"-eta^2/N"'},
        {"keep": '"1-2*eta^2*lambda"'},
        {"decay": '"eta"'},
        {"Q_tilde": '[[1,0,0],[0,0,0],[0,0,"(N-1)*(N-2)*(N-3)*(N-4)"]]'},
    ],
    ids=str,
)
def test_faults_that_ones_and_small_sizes_hide(changes: dict[str, str]) -> None:
    for steps in ('"L"', "2", "5"):
        refuted(two_heads(steps=steps, **changes))


def test_faults_that_ones_hide_where_two_layers_allow_more_than_one() -> None:
    odd = {"start": '"0"', "Q": "[[0,0,0],[2,0,0],[0,0,0]]", "keep": "0", "penalty": "0", "steps": "2"}
    half = '[["1/2",0,0],[0,0,0],[0,0,0]]'
    assert verdict(two_heads(Q_tilde=half, **odd))["verdict"] == "proved"
    refuted(two_heads(Q_tilde=half, decay='"eta^2"', **odd))
    refuted(two_heads(Q_tilde=half, **(odd | {"keep": '"lambda^2-1"'})))


def test_dense_heads_take_no_time() -> None:
    """Nothing is written out before small sizes are tried."""
    dense = dict.fromkeys(("Q", "Q_tilde"), "[[1,2,3],[4,5,6],[7,8,9]]")
    started = time.perf_counter()
    for steps in ("2", "3", "20"):
        refuted(two_heads(steps=steps, stride="1", q="[1,2,3]", **dense))
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("decay", [0, 1, 2, "N-1", "eta"])
def test_what_it_computes_is_what_it_computes(stride: int, decay: object) -> None:
    """The closed form, evaluated, is the output at all small sizes; and it reads no token that does not exist."""
    dense = sympy.Matrix(3, 3, range(-4, 5))
    layers = (
        WindowLayer(Q=entries(dense.tolist()), q=entries([[1], [2], [3]]), stride=stride, decay=read_entry(str(decay))),
        TwoHeadLayer(Q=entries(dense.tolist()), Q_tilde=entries(dense.T.tolist()), stride=stride),
    )
    for layer in layers:
        plain = with_symbolic_decay(layer)
        of = OneStep(plain) if isinstance(plain, WindowLayer) else ManySteps(plain)
        equation = of.computes()
        assert refute(equation, of.meanings, largest=3) is None
        beyond = of.problem.y[N + 1]
        assert beyond not in set(walk(equation.right))
        sums = [node for node in walk(equation.right) if isinstance(node, Sum)]
        later = [node for total in sums for node in walk(total) if node == of.problem.y[total.index + 1]]
        assert all(total.upper != N for total in sums if set(walk(total)) & set(later))


def problem(file: File) -> dict[str, Any]:
    """Data at sizes and a rate at which nothing is hidden, not even by N = f; large numbers, so that none agree."""
    rng = random.Random(0)
    N, f = max(3, file.N), max(2, file.f)
    N += f == N
    eta = next(rate for rate in map(Fraction, (4, 5)) if rate not in file.rates)

    def row() -> list[int]:
        return [rng.randint(-999, 999) for _ in range(f)]

    x, y = ([row() for _ in range(N)] for _ in range(2))
    return {"f": f, "N": N, "eta": eta, "x": x, "y": y, "x_query": row()}


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_random_constructions(pytestconfig: pytest.Config, part: int) -> None:
    """The verdict is that of plain evaluation at a size beyond where anything is hidden."""

    @seed(part)
    @settings(max_examples=pytestconfig.getoption("constructions") // PARTS, deadline=None)
    @given(files)
    def run(file: File) -> None:
        text, plain = file.text(), file.text("plain")
        judge = Judge(plain, problem(file))
        assert (judge.model() == judge.gradient_descent()) == file.right
        entry = verdict(text)
        assert entry["verdict"] == ("proved" if file.right else "refuted"), text
        assert file.right or confirms(plain, entry["counterexample"]), text

    run()
