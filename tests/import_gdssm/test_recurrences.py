"""`gdssm.recurrence` and `gdssm.check`: the words of a recurrence file in Python, with the same verdicts and errors."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import gdssm
from derivations.recurrences.tables import CLAIMS
from gdssm_symbolic.recurrent.claims import ALGORITHMS
from gdssm_symbolic.recurrent.solvers import SOLVERS

FILE = Path(__file__).parents[2] / "recurrences" / "deltanet.toml"
TABLE: dict[str, Any] = {
    key: value for key, value in tomllib.loads(FILE.read_text("utf-8")).items() if isinstance(value, dict)
}


def test_a_file_and_its_sections_in_python_are_the_same() -> None:
    layer = {key: value for key, value in TABLE["layer"].items() if key != "output"}
    here = gdssm.recurrence(data=TABLE["data"], layer=layer, output=TABLE["layer"]["output"], claim=TABLE["claim"])
    checked = gdssm.check(here)
    assert str(checked) == str(gdssm.check(FILE)) == str(gdssm.check(str(FILE)))
    assert checked.verdict.value == "proved"


def test_it_shows_itself() -> None:
    stated = gdssm.recurrence(**TABLE)
    checked = gdssm.check(stated)
    assert str(gdssm.show(stated)) == str(stated)
    assert r"\nabla\mathcal{L}" in checked._repr_markdown_() == gdssm.show(checked).markdown
    assert r"\begin{align*}" in checked.told.latex
    assert "said to be: online gradient descent, rate $" in stated._repr_markdown_()
    assert "Theorem 2" in str(checked.proof())
    wrong = gdssm.check(gdssm.recurrence(**{**TABLE, "claim": {**TABLE["claim"], "rate": "2 beta"}}))
    assert "the left side is S_n = " in str(wrong.told)
    assert "Computed:" in str(wrong.told)
    assert str(wrong.proof()) == "There is no proof: this is refuted."


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (gdssm.WindowLayer(), r"The layer computes"),
        (gdssm.WindowLayer(Q=[[0, 1, 0], [0, 0, 0], [0, 0, 0]]), "the left side is "),
        (gdssm.TwoHeadLayer(), "Proved:"),
        (gdssm.recurrence(**TABLE), "Proved:"),
        (gdssm.Equation(gdssm.Identity(gdssm.f), gdssm.Identity(gdssm.f).T), "Proved:"),
    ],
    ids=["proved", "refuted", "two heads", "recurrence", "equation"],
)
def test_whatever_was_checked_can_be_put_into_a_paper(what: Any, said: str) -> None:
    """`latex` and `markdown` stand where `help(gdssm.check)` and those who know `show` look for them."""
    checked = gdssm.check(what)
    assert checked.latex == gdssm.show(checked).latex == checked.told.latex
    assert checked.markdown == gdssm.show(checked).markdown == checked.told.markdown
    assert r"\begin{align*}" in checked.latex
    assert said in checked.latex
    assert said in checked.markdown


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"data": {**TABLE["data"], "k": 0.5}}, "data.k", "a floating-point number; write 1/2 for 0.5"),
        ({"data": {1: "m"}}, "data", "the key 1 is not a text"),
        ({"layer": {"S": {**TABLE["layer"]["S"], "updat": "S"}}}, "layer.S.updat", "unknown key"),
        ({"claim": {**TABLE["claim"], "rat": "beta"}}, "claim.rat", "unknown key"),
        ({"claim": {**TABLE["claim"], "loss": "1/2 |v - k^T S|^2"}}, "claim.loss", "so S k would fit"),
        ({"output": "S k"}, "output", "given twice"),
    ],
)
def test_errors_name_the_key_as_in_a_file(change: dict[str, Any], key: str, reason: str) -> None:
    with pytest.raises(gdssm.InputError, match=re.escape(reason)) as refused:
        gdssm.recurrence(**{**TABLE, **change})
    assert refused.value.key == key
    assert str(refused.value) == f"{key}: {refused.value.message}"


def test_an_error_in_a_file_names_file_and_key_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(FILE.read_text("utf-8").replace("S (I", "S S (I"), "utf-8")
    with pytest.raises(gdssm.InputError) as refused:
        gdssm.check(file)
    assert str(refused.value) == refused.value.message
    assert refused.value.message.startswith(f"{file}: layer.S.update: S S: ")


def test_a_recurrence_states_its_own_claim() -> None:
    with pytest.raises(TypeError, match="states its own claim"):
        gdssm.check(gdssm.recurrence(**TABLE), goal=gdssm.GradientDescent())


def test_help_explains_every_key_of_a_claim() -> None:
    told = gdssm.recurrence.__doc__.split("keys of a claim are")[1].split("docs/recurrences.md")[0]
    parameters = (*ALGORITHMS.values(), *SOLVERS.values())
    keys = {*CLAIMS, *chain(*CLAIMS.values(), *(one.needed + one.optional for one in parameters))}
    for key in keys:
        assert re.search(rf"\b{key}\b", told), key


def test_the_words_that_help_lists_are_read() -> None:
    """Each formula in the list of `help(gdssm.recurrence)` is the output of a layer, or stands in its update."""
    listed = gdssm.recurrence.__doc__.split("their words\n    are")[1].split("Raises")[0]
    data = {"k": "m", "v": "m", "g": "m", "x": "m", "y": "m", "beta": "1", "A": "m m"}
    start = {"shape": "m m", "start": "0", "update": "S + v k^T"}
    layer = {"S": start, "M": {**start, "update": "M + S'"}}
    formulas = [re.split(r"\s{2,}", line.strip())[0] for line in listed.splitlines() if line.startswith(" " * 8)]
    assert len(formulas) == 10
    several = {
        "|x|^2, <x, y>": "|x|^2 + <x, y>",
        "tr(A), diag(g)": "tr(A) diag(g)",
        "S'": "S",
        "I, I(m), 0": "A + I + I(m) + 0",
    }
    for formula in formulas:
        claim = {"formula": several.get(formula, formula)}
        given = gdssm.recurrence(
            data=data, layer=layer, output=claim["formula"] if "prod" not in formula else "A", claim=claim
        )
        assert str(given)
