"""Numbers as weights in a formula: they are found, or a matrix shows that there are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from derivations.errors import InputError
from derivations.recurrences.check import Checked, check
from derivations.recurrences.toml_file import stated
from gdssm_symbolic.evidence.counterexamples import confirm
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.writing.printing import to_text

SUM = "sum(i = 1..t, w[i] v[i] k[i]^T)"
READ = "sum(i = 1..t, w[i] <k[i], q> v[i])"


def checked(update: str, formula: str = SUM, output: str = "S", start: str = "0", **claim: str) -> Checked:
    data = {"k": "m", "v": "d", "q": "m", "beta": "1", "a": "1", "g": "m"}
    layer: Mapping[str, object] = {
        "S": {"shape": "d m", "start": start, "update": update},
        "output": output,
    }
    claim = {"formula": formula, "weights": "w", **claim}
    return check(stated({"data": data, "constants": {"gamma": "1"}, "layer": layer, "claim": claim}))


FOUND = {
    "linear attention": (("S + v k^T",), "Σ_{i=1..t} v_i k_iᵀ"),
    "a rate": (("S + beta v k^T",), "Σ_{i=1..t} β_i v_i k_iᵀ"),
    "a rate and a gate": (("a S + beta v k^T",), "Σ_{i=1..t} (P_{i,t} β_i) v_i k_iᵀ"),
    "a rate in the formula": (
        ("a S + beta v k^T", "sum(i = 1..t, w[i] beta[i] v[i] k[i]^T)"),
        "Σ_{i=1..t} P_{i,t} β_i v_i k_iᵀ",
    ),
    "a constant gate": (("gamma S + v k^T",), "Σ_{i=1..t} γ^{t−i} v_i k_iᵀ"),
    "half a weight": (
        ("S + v k^T", "sum(i = 1..t, 2 w[i] v[i] k[i]^T)"),
        "Σ_{i=1..t} 2 (1/2) v_i k_iᵀ",
    ),
    "an output": (("a S + v k^T", READ, "S q"), "Σ_{i=1..t} P_{i,t} k_iᵀ q_t v_i"),
    "a factor that is never 0": (
        ("S + v k^T", "sum(i = 1..t, (1 + gamma^2) w[i] v[i] k[i]^T)"),
        "Σ_{i=1..t} (γ^2 + 1) (1/(γ^2 + 1)) v_i k_iᵀ",
    ),
    "a size is not 0": (
        ("S + v k^T", "sum(i = 1..t, w[i]/m v[i] k[i]^T)"),
        "Σ_{i=1..t} (1/m) m v_i k_iᵀ",
    ),
    "the layer has the same factor": (
        ("S + gamma v k^T", "sum(i = 1..t, gamma w[i] v[i] k[i]^T)"),
        "Σ_{i=1..t} γ v_i k_iᵀ",
    ),
    "the formula has the same power": (
        ("gamma S + v k^T", "sum(i = 1..t, gamma^(t-i) w[i] v[i] k[i]^T)"),
        "Σ_{i=1..t} γ^{t−i} v_i k_iᵀ",
    ),
    "the layer divides by it": (("S + v k^T/gamma",), "Σ_{i=1..t} (1/γ) v_i k_iᵀ"),
    "what has no weights is there too": (
        ("S + v k^T", "sum(i = 1..t, w[i] v[i] k[i]^T + v[i] k[i]^T)"),
        "Σ_{i=1..t} (0 v_i k_iᵀ + v_i k_iᵀ)",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_weights_are_found(name: str) -> None:
    arguments, right = FOUND[name]
    found = checked(*arguments)
    assert found.verdict.value == "proved"
    assert to_text(found.theorems[0].equation.right) == right


NONE = {
    "a gate for each channel": ("S diag(g) + v k^T",),
    "a gate for each channel, read out": ("S diag(g) + v k^T", READ, "S q"),
    "the delta rule": ("S (I - beta k k^T) + beta v k^T",),
    "a proximal step": ("S + beta/(1 + beta k^T k) (v - S k) k^T",),
    "from any start": ("gamma S + v k^T", SUM, "S", "any"),
    "the rate may be 0 in the formula": ("S + v k^T", "sum(i = 1..t, w[i] beta[i] v[i] k[i]^T)"),
    "one weight for all": ("a S + v k^T", "sum(i = 1..t, w[1] v[i] k[i]^T)"),
}


@pytest.mark.parametrize("name", NONE)
def test_there_are_no_weights(name: str) -> None:
    found = checked(*NONE[name])
    assert found.verdict.value == "refuted"
    assert found.refuted is not None
    assert found.refuted.any_data is not None
    assert confirm(found.refuted)
    assert "for all w_i ∈ R" in found.evidence
    assert "some w_i ∈ R" in found.statement.one_line()


def test_the_matrix_is_orthogonal_to_each_term_and_not_to_the_state() -> None:
    """Said again in lists of fractions: the state, token by token, and its inner products."""
    found = checked("S diag(g) + v k^T").refuted
    assert found is not None
    data = {(name.text, *indices): [list(row) for row in matrix] for (name, indices), matrix in found.data}
    sizes = {size.name: value for size, value in found.sizes}
    state, products = [[Fraction(0)] * sizes["m"] for _ in range(sizes["d"])], []
    for token in range(1, sizes["t"] + 1):
        (k, v, g) = ([entry for (entry,) in data[letter, token]] for letter in "kvg")
        term = [[a * b for b in k] for a in v]
        state = [[s * g[c] + term[r][c] for c, s in enumerate(row)] for r, row in enumerate(state)]
        products.append(inner(data["M",], term))
    assert products == [0] * sizes["t"]
    assert ((inner(data["M",], state),),) == found.left
    assert inner(data["M",], state)


def inner(left: list[list[Fraction]], right: list[list[Fraction]]) -> Fraction:
    rows = zip(left, right, strict=True)
    return sum((a * b for pair in rows for a, b in zip(*pair, strict=True)), Fraction(0))


def test_a_counterexample_for_some_weights_is_none_for_all() -> None:
    """At w = 0 the sides differ in any of these; only whatever the weights are there is a counterexample."""
    made = checked("S diag(g) + v k^T").refuted
    assert made is not None
    matrix = next(cell for cell, _ in made.data if cell[0].text == "M")
    other = tuple((cell, ((Fraction(1), Fraction(2)),) if cell == matrix else value) for cell, value in made.data)
    changed = replace(made, data=other, left=((Fraction(1),),))
    assert confirm(replace(changed, any_data=None))
    with pytest.raises(ProofError, match="for all data"):
        confirm(changed)
    elsewhere = next(cell[0] for cell, _ in made.data if cell[0].text == "g")
    with pytest.raises(ProofError, match="for all data"):
        confirm(replace(made, any_data=elsewhere))


POLES = {
    "gamma w[i]": ("S + v k^T", 0),
    "(1 - gamma) w[i]": ("S + v k^T", 1),
    "(2 gamma - 7) w[i]": ("S + v k^T", Fraction(7, 2)),
    "(gamma - gamma^2) w[i]": ("S + v k^T", 0),
    "gamma^(t-i) w[i]": ("S + v k^T", 0),
    "gamma^(t+1) w[i]": ("gamma S + v k^T", 0),
}


@pytest.mark.parametrize("number", POLES)
def test_there_are_no_weights_where_what_stands_beside_them_is_0(number: str) -> None:
    update, pole = POLES[number]
    found = checked(update, f"sum(i = 1..t, {number} v[i] k[i]^T)")
    assert found.verdict.value == "refuted"
    assert found.refuted is not None
    assert [value for _, value in found.refuted.scalars] == [pole]
    assert confirm(found.refuted)


def test_weights_that_may_lack_a_value_are_no_proof() -> None:
    """At the square root of 2 there are none, which fractions do not show."""
    found = checked("S + v k^T", "sum(i = 1..t, (gamma^2 - 2) w[i] v[i] k[i]^T)")
    assert found.verdict.value == "undecided"
    assert "not shown to have a value everywhere" in found.evidence


BAD = {
    "w[i] w[i] v[i] k[i]^T": "not linear in w",
    "1/w[i] v[i] k[i]^T": "not linear in w",
    "prod(j = i..t, w[j]) v[i] k[i]^T": "not linear in w",
    "w[i]^2 v[i] k[i]^T": "not linear in w",
    "v[i] (w[i] k[i] ⊙ k[i])^T": "not linear in w",
    "v[i] k[i]^T": r"no w\[i\] stands in the formula",
}


@pytest.mark.parametrize("term", BAD)
def test_a_formula_is_linear_in_its_weights(term: str) -> None:
    with pytest.raises(InputError, match=BAD[term]) as error:
        checked("S + v k^T", f"sum(i = 1..t, {term})")
    assert error.value.key == "claim.weights"


def test_weights_have_a_letter_of_their_own_and_belong_to_a_formula() -> None:
    with pytest.raises(InputError, match="k is declared already"):
        checked("S + v k^T", weights="k")
    layer = {"S": {"shape": "d m", "start": "0", "update": "S + v k^T"}}
    with pytest.raises(InputError, match="unknown key"):
        stated({"data": {"k": "m", "v": "d"}, "layer": layer, "claim": {"chunk": "S", "weights": "w"}})


def test_what_has_weights_only_by_a_division_is_undecided() -> None:
    """w_i = 1/(1 + t) would do."""
    found = checked("S + v k^T", "sum(i = 1..t, w[i] (v[i] k[i]^T + S))")
    assert found.verdict.value == "undecided"
    assert "no weights were found" in found.evidence


KEPT = {"S": "S + v k^T"}
#: Updates, an output, and whether it is a sum of the values with some numbers as weights.
OUTPUTS = {
    "linear attention": (KEPT, "S q", "proved"),
    "normalised": ({**KEPT, "z": "z + k"}, "S q / <z, q>", "proved"),
    "DeltaNet": ({"S": "S + beta (v - S k) k^T"}, "S q", "proved"),
    "Longhorn": ({"S": "S + beta / (1 + beta <k, k>) (v - S k) k^T"}, "S q", "proved"),
    "a gate for each channel of the keys": ({"S": "S diag(k) + v k^T"}, "S q", "proved"),
    "a gate for each channel of the values": ({"S": "diag(v) S + v k^T"}, "S q", "refuted"),
    "another vector": (KEPT, "S q + u", "refuted"),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_is_a_weighted_sum_of_the_values(name: str) -> None:
    """The weights have products of keys and queries in them, which stand behind the values: v kᵀ q."""
    updates, output, verdict = OUTPUTS[name]
    shapes = {"S": "d m", "z": "m"}
    layer = {key: {"shape": shapes[key], "start": "0", "update": update} for key, update in updates.items()}
    data = {"k": "m", "q": "m", "v": "d", "u": "d", "beta": "1"}
    claim = {"formula": "sum(i = 1..t, w[i] v[i])", "weights": "w"}
    found = check(stated({"data": data, "layer": {**layer, "output": output}, "claim": claim}))
    assert found.verdict.value == verdict
