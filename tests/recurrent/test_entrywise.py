"""Diagonal matrices, products entry by entry and columns of ones: identities in the language, and false ones."""

from __future__ import annotations

from typing import Any

import pytest

from derivations.claim import Verdict
from derivations.errors import InputError
from derivations.recurrences.check import Checked, check
from derivations.recurrences.compare import compare
from derivations.recurrences.toml_file import Stated, stated
from gdssm_symbolic.evidence.counterexamples import Counterexample
from gdssm_symbolic.extensions.unit_vectors import ByUnitVectors, UnitVectors

DATA = {"g": "m", "h": "m", "u": "m", "p": "d", "K": "d m", "L": "d m", "beta": "1"}


def formula(left: str, right: str, shape: str) -> Stated:
    """That two formulas of data are the same: one is what a state is set to at every token."""
    layer = {"S": {"shape": shape, "start": "0", "update": left}}
    return stated({"data": DATA, "layer": layer, "claim": {"formula": right}})


def verdict(left: str, right: str, shape: str) -> Verdict:
    return check(formula(left, right, shape)).verdict


#: Identities, each with a right side that is false.
IDENTITIES = (
    ("diag(g) h", "g ⊙ h", "h ⊙ h", "m"),
    ("diag(g)^T", "diag(g)", "2 diag(g)", "m m"),
    ("diag(g) diag(h)", "diag(h) diag(g)", "diag(h) diag(h)", "m m"),
    ("diag(g) diag(h)", "diag(g ⊙ h)", "diag(g + h)", "m m"),
    ("diag(g + 2 h)", "diag(g) + 2 diag(h)", "diag(g) + diag(h)", "m m"),
    ("g ⊙ h", "h ⊙ g", "h ⊙ h", "m"),
    ("g ⊙ (h ⊙ u)", "(g ⊙ h) ⊙ u", "(g ⊙ g) ⊙ u", "m"),
    ("g^T ⊙ h^T", "(diag(g) h)^T", "h^T", "1 m"),
    ("K ⊙ L", "L ⊙ K", "L ⊙ L", "d m"),
    ("(K ⊙ L)^T", "L^T ⊙ K^T", "L^T ⊙ L^T", "m d"),
    ("K ⊙ (p g^T)", "diag(p) K diag(g)", "diag(p) K", "d m"),
    ("K ⊙ (ones(d) g^T)", "K diag(g)", "K", "d m"),
    ("diag(ones(m)) g", "g", "2 g", "m"),
    ("ones(m) ⊙ g", "diag(g) ones(m)", "ones(m)", "m"),
    ("beta ⊙ beta", "beta^2", "beta", "1"),
    ("<g, h>", "ones(m)^T (g ⊙ h)", "ones(m)^T g", "1"),
    ("<K, L>", "ones(d)^T (K ⊙ L) ones(m)", "ones(d)^T K ones(m)", "1"),
    ("tr(diag(g))", "ones(m)^T g", "m", "1"),
)


@pytest.mark.parametrize(("left", "right", "wrong", "shape"), IDENTITIES)
def test_identities(left: str, right: str, wrong: str, shape: str) -> None:
    assert verdict(left, right, shape) is Verdict.PROVED
    assert verdict(right, left, shape) is Verdict.PROVED
    assert verdict(left, wrong, shape) is Verdict.REFUTED


def counterexample(found: Checked) -> Counterexample:
    assert found.refuted is not None
    return found.refuted


def test_a_gate_on_the_wrong_side_is_a_shape_error_where_sizes_differ() -> None:
    layer = {"S": {"shape": "d m", "start": "0", "update": "diag(g) S + p h^T"}}
    with pytest.raises(InputError, match=r"diag\(g\) S: diag\(g\) is m×m and S is d×m"):
        stated({"data": DATA, "layer": layer, "claim": {"formula": "S"}})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("diag(K)", "K is d×m, and diag takes a column$"),
        ("diag(g^T)", r"g\^T is 1×m, and diag takes a column; diag\(g\) would fit"),
        ("g ⊙ p", "g is m×1 and p is d×1, and a product entry by entry is of two of one size"),
        ("g ⊙ beta", "g is m×1 and beta is a number"),
        ("diag(I)", "the size of I is not known here"),
        ("diag(g)^7 g", "more than 6 sums over entries, with diag and ⊙ written out"),
        ("ones(0)", r"the size of ones is made of sizes, such as ones\(m\)"),
        ("ones(beta)", "is no whole number"),
    ],
)
def test_what_does_not_fit(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        formula("g", text, "m")


def test_the_verdict_gives_the_definitions() -> None:
    found = check(formula("diag(g) h", "g ⊙ h", "m"))
    assert "diag(x) = Σ_{b=1..m} (e_bᵀ x) e_b e_bᵀ for x ∈ R^m" in found.where
    assert "x ⊙ y = Σ_{c=1..m} (e_cᵀ x) (e_cᵀ y) e_c for x, y ∈ R^m" in found.where
    assert "the unit vector number a of R^m" in found.where


def test_letters_of_the_file_are_left_alone() -> None:
    """The unit vectors, arguments and indices are called otherwise."""
    data = {"e": "m", "x": "m", "y": "m", "a": "1", "c": "1"}
    layer = {"S": {"shape": "m", "start": "0", "update": "a S + c diag(e) (x ⊙ y)"}}
    claim = {"formula": "sum(i = 1..t, prod(b = i+1..t, a[b]) c[i] (e[i] ⊙ y[i] ⊙ x[i]))"}
    assert check(stated({"data": data, "layer": layer, "claim": claim})).verdict is Verdict.PROVED


def test_whatever_the_function_is_the_unit_vectors_are_not_needed() -> None:
    layer: dict[str, Any] = {"S": {"shape": "m", "start": "0", "update": "diag(g) S + h"}}
    claim = {"chunk": "prod(j = t+C..t+1, diag(g[j])) S + sum(i = 1..C, prod(j = t+C..t+i+1, diag(g[j])) h[t+i])"}
    layer["S"]["start"] = "any"
    found = check(stated({"data": DATA, "layer": layer, "claim": claim}))
    assert found.verdict is Verdict.PROVED
    assert not any(isinstance(one, UnitVectors) for theorem in found.theorems for one in theorem.defined)


def test_products_of_diagonal_matrices_need_them() -> None:
    found = check(formula("diag(g) diag(h)", "diag(g ⊙ h)", "m m"))
    (theorem,) = found.theorems
    assert any(isinstance(one.proof, ByUnitVectors) for one in theorem.lemmas)
    assert "Sums over unit vectors are taken" in str(found.proof())


def test_a_loss_with_the_parameter_entry_by_entry() -> None:
    data = {"k": "m", "v": "m"}
    layer = {"w": {"shape": "m", "start": "0", "update": "w - k ⊙ (k ⊙ w - v)"}}
    claim = {"algorithm": "online gradient descent", "loss": "1/2 |k ⊙ w - v|^2", "rate": "1"}
    assert check(stated({"data": data, "layer": layer, "claim": claim})).verdict is Verdict.PROVED
    layer["w"]["update"] = "w - (k ⊙ w - v)"
    assert check(stated({"data": data, "layer": layer, "claim": claim})).verdict is Verdict.REFUTED


def test_a_counterexample_has_the_entries() -> None:
    found = counterexample(check(formula("diag(g) h", "h", "m")))
    assert {name.text for (name, _), _ in found.data} == {"g", "h"}


def test_a_function_is_compared_with_a_diagonal_gate() -> None:
    layer = {"S": {"shape": "d m", "start": "0", "update": "S diag(g) + p h^T"}}
    declared = stated({"data": DATA, "layer": layer, "claim": {"formula": "S"}})

    def mine(g: Any, p: Any, h: Any) -> Any:
        state, states = 0 * p[0][:, None] * h[0], []
        for gate, value, key in zip(g, p, h, strict=True):
            state = state * gate + value[:, None] * key
            states.append(state)
        return states

    found = compare(declared, mine)
    assert found.agrees
    assert found.exact
    assert not compare(declared, lambda g, p, h: mine(g[::-1], p, h)).agrees
