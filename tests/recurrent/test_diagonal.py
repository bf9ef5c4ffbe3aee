"""Products of diagonal matrices over tokens: the order of their factors does not matter, and all else does."""

from __future__ import annotations

import pytest

from derivations.recurrences.check import Checked, check
from derivations.recurrences.toml_file import stated

DATA = {"k": "m", "v": "d", "q": "m", "g": "m", "h": "m", "a": "1"}
ROWS, COLUMNS = ("m d", "diag(g) S + k v^T"), ("d m", "S diag(g) + v k^T")


def checked(layer: tuple[str, str], output: str = "S", start: str = "0", **claim: str) -> Checked:
    shape, update = layer
    sections = {"S": {"shape": shape, "start": start, "update": update}, "output": output}
    return check(stated({"data": DATA, "constants": {"gamma": "1"}, "layer": sections, "claim": claim}))


FORMULAS = {
    "rows, earliest first": (ROWS, "S", "sum(i = 1..t, prod(j = i+1..t, diag(g[j])) k[i] v[i]^T)"),
    "columns, latest first": (COLUMNS, "S", "sum(i = 1..t, v[i] k[i]^T prod(j = t..i+1, diag(g[j])))"),
    "read out, transposed": (COLUMNS, "S q", "sum(i = 1..t, v[i] (prod(j = i+1..t, diag(g[j])) k[i])^T q)"),
    "read out as a number": (COLUMNS, "S q", "sum(i = 1..t, <prod(j = t..i+1, diag(g[j])) k[i], q> v[i])"),
    "what is forgotten": (
        ("d m", "S (I - diag(g)) + v k^T"),
        "S",
        "sum(i = 1..t, v[i] k[i]^T prod(j = t..i+1, I - diag(g[j])))",
    ),
    "two gates at a token": (
        ("d m", "S diag(g) diag(h) + v k^T"),
        "S",
        "sum(i = 1..t, v[i] k[i]^T prod(j = t..i+1, diag(h[j]) diag(g[j])))",
    ),
    "two gates apart": (
        ("d m", "S diag(g) diag(h) + v k^T"),
        "S",
        "sum(i = 1..t, v[i] k[i]^T prod(j = i+1..t, diag(h[j])) prod(j = t..i+1, diag(g[j])))",
    ),
    "a number beside a gate": (
        ("d m", "a S diag(g) + v k^T"),
        "S",
        "sum(i = 1..t, v[i] k[i]^T prod(j = t..i+1, a[j] diag(g[j])))",
    ),
}
CHUNKS = {
    "rows, earliest first": (
        ("m d", "diag(g) S + k v^T"),
        "prod(j = t+1..t+C, diag(g[j])) S + sum(i = 1..C, prod(j = t+i+1..t+C, diag(g[j])) k[t+i] v[t+i]^T)",
    ),
    "columns, latest first": (
        ("d m", "S diag(g) + v k^T"),
        "S prod(j = t+C..t+1, diag(g[j])) + sum(i = 1..C, v[t+i] k[t+i]^T prod(j = t+C..t+i+1, diag(g[j])))",
    ),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_the_order_of_the_gates_in_a_formula_does_not_matter(name: str) -> None:
    layer, output, formula = FORMULAS[name]
    assert checked(layer, output, formula=formula).verdict.value == "proved"


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize(("old", "new"), [("i+1", "i"), ("g[j]", "g[j-1]"), ("k[i]", "k[t]"), ("diag", "2 diag")])
def test_another_formula_is_refuted(name: str, old: str, new: str) -> None:
    layer, output, formula = FORMULAS[name]
    assert checked(layer, output, formula=formula.replace(old, new)).verdict.value == "refuted"


@pytest.mark.parametrize("name", CHUNKS)
def test_the_order_of_the_gates_in_a_chunk_does_not_matter(name: str) -> None:
    layer, chunk = CHUNKS[name]
    assert checked(layer, start="any", chunk=chunk).verdict.value == "proved"
    assert checked(layer, start="any", chunk=chunk.replace("t+i+1", "t+i")).verdict.value == "refuted"


def test_the_order_of_other_gates_matters() -> None:
    """The matrix g gᵀ diag(h) is not diagonal, although diag stands in it."""
    layer = "d m", "S g g^T diag(h) + v k^T"
    formula = "sum(i = 1..t, v[i] k[i]^T prod(j = %s, g[j] g[j]^T diag(h[j])))"
    assert checked(layer, formula=formula % "i+1..t").verdict.value == "proved"
    assert checked(layer, formula=formula % "t..i+1").verdict.value == "refuted"


def test_what_is_proved_of_a_product_is_told() -> None:
    layer, output, formula = FORMULAS["columns, latest first"]
    found = checked(layer, output, formula=formula)
    assert "P_{j,N+j} = diag(p_{j,N+j})" in found.since
    assert "p_{r,t} = diag(g_t) p_{r,t−1}" in found.where
    assert "p_{r,t} = diag(g_t) p_{r,t−1}" in str(found.told)
