"""What `check` tells of a layer: its verdict for a person and for a program, and the proof line by line."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy
from recurrent_layers import FALSE, TRUE

from derivations.claim import Verdict
from derivations.generate import gallery
from derivations.recurrences.check import check, check_entry
from derivations.recurrences.toml_file import Stated, load, stated
from gdssm_symbolic.evidence.evaluation import Matrix
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.expressions import App, Name
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.recurrent.claims import SolverClaim
from gdssm_symbolic.recurrent.inverses import evaluator
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.documents import MARKDOWN, inline
from gdssm_symbolic.writing.narration import Statement
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.prose import plain

GALLERY = Path(__file__).parents[2] / "recurrences"

PROVED = """\
proved
    claim     S_n = W_n
    about     the state S alone; the output is no part of this claim
    where     S_0 = 0,  S_t = S_{t−1} (I − β_t k_t k_tᵀ) + β_t v_t k_tᵀ for t ≥ 1;
              W_0 = 0,  W_t = W_{t−1} − β_t ∇ℒ_t(W_{t−1}) for t ≥ 1;
              ∇ℒ_t(S) = (S k_t − v_t) k_tᵀ for t ≥ 1, S ∈ R^{d×m};
              ℒ_t(S) = (1/2) ‖S k_t − v_t‖² for t ≥ 1, S ∈ R^{d×m}
    since     ∇ℒ_t(S) is the gradient of ℒ_t(S) at S
    holds     For all d, m ≥ 1 and n ≥ 0, all β_i ∈ R, k_i ∈ R^m, v_i ∈ R^d"""

REFUTED = """\
refuted
    claim     S_n = W_n
    about     the state S alone; the output is no part of this claim
    where     S_0 = 0,  S_t = γ S_{t−1} + v_t k_tᵀ for t ≥ 1;
              W_n = 0 − ∇ℒ_n(0);
              ∇ℒ_n(S) = Σ_{i=1..n} (S k_i − v_i) k_iᵀ for S ∈ R^{d×m};
              ℒ_n(S) = (1/2) Σ_{i=1..n} ‖S k_i − v_i‖² for S ∈ R^{d×m}
    since     ∇ℒ_n(S) is the gradient of ℒ_n(S) at S
    fails at  d = 1, m = 1, n = 2, γ = 2; k_1 = 1, k_2 = 1, v_1 = 1, v_2 = 1: 3 ≠ 2
    computes  S_t = γ S_{t−1} + v_t k_tᵀ;
              S_n = Σ_{i=1..n} γ^{n−i} v_i k_iᵀ;
              W_n = Σ_{i=1..n} v_i k_iᵀ"""


def test_a_verdict_for_a_person() -> None:
    assert str(check(Stated(*TRUE["DeltaNet"]))) == PROVED
    assert str(check(Stated(*FALSE["without the weights"]))) == REFUTED


def test_a_claim_that_says_nothing_of_the_output_tells_so() -> None:
    """In the verdict for a person, for a program and for a paper; a claim of the output is about all of the layer."""
    for name, states in (("deltanet", "S"), ("deltanet_unrolled", "S"), ("s6", "S")):
        checked = check(load(str(GALLERY / f"{name}.toml")))
        told = f"the state {states} alone; the output is no part of this claim"
        assert dict(checked.fields())["about"] == check_entry(checked)["about"] == told
        assert checked.markdown.rstrip().endswith("alone; the output is no part of this claim.")
    for name in ("retnet_parallel", "deltanet_error_form", "conjugate_gradients", "recursive_least_squares"):
        checked = check(load(str(GALLERY / f"{name}.toml")))
        assert dict(checked.fields())["about"] == check_entry(checked)["about"] == ""
        assert "no part" not in checked.markdown


def test_all_states_that_are_claimed_are_told() -> None:
    text = (GALLERY / "recursive_least_squares.toml").read_text("utf-8")
    table = tomllib.loads(text)
    table["layer"]["output"] = "2 W k"
    assert check(stated(table)).about == "the states $P$ and $W$ alone; the output is no part of this claim"


def test_what_was_found_on_the_way_is_told() -> None:
    assert check(Stated(*TRUE["scaled"])).since == "S_n = (1/2) M_n"
    assert check(Stated(*TRUE["from any start"])).since == "S_n = T_nᵀ"
    assert check(Stated(*TRUE["RetNet, unrolled"])).since == "S_n = Σ_{j=1..n} γ^{n−j} v_j k_jᵀ"


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        (("beta", "beta"), "the relation; the outputs are equal"),
        (("S", "M + beta"), "the relation; the outputs differ, too"),
        (("S", "M"), "the relation; whether the outputs are equal is undecided"),
    ],
)
def test_a_false_relation_is_told_from_outputs_that_differ(outputs: tuple[str, str], told: str) -> None:
    one, other = (
        {letter: {"shape": "1", "start": "0", "update": f"{letter} + beta"}, "output": output}
        for letter, output in zip("SM", outputs, strict=True)
    )
    claim = {"same_as": "other", "relation": "M = 2 S"}
    found = check(stated({"data": {"beta": "1"}, "layer": one, "other": other, "claim": claim}))
    assert found.verdict is Verdict.REFUTED
    assert dict(found.fields())["refuted"] == told
    assert f"Refuted is {told}:" in found.markdown
    claim["relation"] = "M = S"
    right = check(stated({"data": {"beta": "1"}, "layer": one, "other": other, "claim": claim}))
    assert dict(right.fields())["refuted"] == ""


def test_what_a_refuted_pair_of_layers_computes_is_told_once_each() -> None:
    """Every state of both layers once, and no two products by one name."""
    checked = check(load(str(GALLERY / "titans_plain_momentum.toml")))
    told = [one.left for one in checked.computed]
    assert len(told) == len(set(told))
    assert {one.name.text for one in told if isinstance(one, App) and one.indices == (t,)} == set("MUWN")
    products = [one.name for one in checked.computed if isinstance(one, Joint)]
    assert len(products) == len({one.text for one in products}) == 3
    of_algorithm = check(load(str(GALLERY / "kda_error_at_old_state.toml"))).computes
    assert of_algorithm.count("S_t =") == of_algorithm.count("W_t =") == 1
    solved = check(load(str(GALLERY / "recursive_least_squares_old_inverse.toml"))).computed
    assert len(solved) == len({one.left for one in solved})


def test_what_a_reciprocal_stands_for_is_told_with_the_layer_and_with_the_verdict() -> None:
    said = r"r_{t}\,\left(1 + \beta_{t}\,k_{t}^{\top}\,k_{t}\right)"
    found = load(str(GALLERY / "longhorn.toml"))
    checked = check(found)
    assert said in found.told.markdown.split("is said to be")[0]
    assert said in checked.told.markdown.split("assuming that")[1]
    cells = gallery.row("longhorn", found, checked)
    assert any(said in inline(line, MARKDOWN) for line in cells[1])


def test_a_reciprocal_is_told_with_a_counterexample_as_with_a_proof() -> None:
    told = dict(check(load(str(GALLERY / "longhorn_sign.toml"))).fields())
    said = "≠ 0, with the reciprocal r_t, for all t ≥ 1"
    assert told["fails at"].endswith(f" ≠ 6, where 1 − β_t k_tᵀ k_t {said}")
    assert (
        "with the reciprocal r_t”, for all t ≥ 1" in dict(check(load(str(GALLERY / "longhorn.toml"))).fields())["holds"]
    )
    assert "reciprocal" not in str(check(Stated(*FALSE["a sign"])))


def test_an_inverse_in_the_claim_alone_is_told_with_the_claim() -> None:
    layer, claim = str(load(str(GALLERY / "mesa.toml"))).split("is said to be")
    assert "A X = I" in layer
    assert "Λ_t Y_t" not in layer
    assert "A X = I" not in claim
    assert "Λ_t Y_t = I for all t ≥ 1" in claim


def test_the_proof_is_told_line_by_line() -> None:
    told = str(check(Stated(*TRUE["DeltaNet"])).proof())
    assert "Theorem 1: the gradient of ℒ" in told
    assert "[hypothesis]" in told
    assert "[definition of ∇ℒ]" in told
    assert str(check(Stated(*FALSE["a sign"])).proof()) == "There is no proof: this is refuted."


@pytest.mark.parametrize("name", [*TRUE, *FALSE])
def test_a_verdict_for_a_program(name: str) -> None:
    checked = check(Stated(*(TRUE | FALSE)[name]))
    entry = check_entry(checked)
    assert json.loads(json.dumps(entry)) == entry
    assert checked.verdict is (Verdict.PROVED if name in TRUE else Verdict.REFUTED)
    assert (entry["counterexample"] is None) == (name in TRUE) == bool(entry["scope"])
    assert dict(checked.fields())["claim"]


def test_a_solver_is_told_with_its_definition_and_with_what_is_divided_by() -> None:
    """The theorem holds for any r; the step is that of conjugate gradients only where r is the reciprocal."""
    found = load(str(GALLERY / "conjugate_gradients.toml"))
    checked = check(found)
    assert str(found).endswith("""\
is said to be: conjugate gradients, matrix H_t + λ I, vector q_t, steps 1""")
    assert "W_t = q_tᵀ q_t r_t q_t" in checked.where
    assert checked.scope.endswith(
        "assuming that q_tᵀ (H_{t−1} + k_t k_tᵀ + λ I) q_t ≠ 0, with the reciprocal r_t, \
for all t ≥ 1"
    )


def test_two_steps_of_conjugate_gradients_solve_a_system_of_two_equations() -> None:
    """The definition against the solution, by NumPy: two steps are exact where m = 2 and A is positive definite."""
    claim = load(str(GALLERY / "conjugate_gradients_two_steps.toml")).claim
    assert isinstance(claim, SolverClaim)
    found = load(str(GALLERY / "conjugate_gradients_two_steps.toml"))
    matrix, vector = [[3, 1], [1, 2]], [[1], [3]]
    data = {"A": matrix, "q": vector}

    def cell(name: Name, _: tuple[int, ...], rows: int, columns: int) -> Matrix:
        return [[Fraction(data[name.text][row][column]) for column in range(columns)] for row in range(rows)]

    m = sympy.Symbol("m", integer=True, positive=True)
    solve = evaluator({m: Fraction(2)}, cell, claim.meanings, found.layer.inverses)
    solution = solve(claim.meanings[0].name[1])
    assert np.array_equal(np.array(matrix) @ np.array(solution), vector)


def test_an_assumption_that_the_proof_names_is_told_once() -> None:
    for name in ("longhorn", "ridge", "mesa", "recursive_least_squares", "retnet_normalised", "discretisation"):
        checked = check(load(str(GALLERY / f"{name}.toml")))
        assert all(checked.scope.count(plain(one.assumption)) == 1 for one in checked.answers[0].inverses), name


@pytest.mark.parametrize(
    ("rate", "loss", "assumed"),
    [
        ("1/gamma", "gamma/2 |S k - v|^2", True),
        ("gamma/gamma", "1/2 |S k - v|^2", True),
        ("(1 + gamma^2)/(1 + gamma^2)", "1/2 |S k - v|^2", False),
        ("gamma^(t - t)", "1/2 |S k - v|^2", False),
    ],
)
def test_a_constant_that_is_divided_by_is_assumed_not_to_be_0(rate: str, loss: str, assumed: bool) -> None:
    layer = {"S": {"shape": "d m", "start": "0", "update": "S - (S k - v) k^T"}}
    claim = {"algorithm": "online gradient descent", "loss": loss, "rate": rate}
    found = check(stated({"data": {"k": "m", "v": "d"}, "constants": {"gamma": "1"}, "layer": layer, "claim": claim}))
    assert found.verdict.value == "proved"
    assert ("assuming that γ ≠ 0" in found.scope) is assumed


SUM = "sum(i = 1..t, {} v[i] k[i]^T)"
#: An update, a formula, and whether γ is assumed not to be 0.
POWERS = {
    "one that never is negative": ("gamma S + v k^T", SUM.format("gamma^(t-i)"), False),
    "one that falls": ("gamma S + v k^T", f"gamma^t {SUM.format('gamma^(-i)')}", True),
    "a product": ("gamma S + v k^T", SUM.format("gamma^t gamma^(-i)"), True),
    "with a size": ("gamma S + v k^T", SUM.format("gamma^(t-m) gamma^(m-i)"), True),
    "a size that is at least 1": ("gamma S + v k^T", SUM.format("gamma^(t-i) gamma^(m-1)/gamma^(m-1)"), True),
    "one that cancels": ("(gamma/gamma) S + v k^T", SUM.format("1"), True),
    "two that cancel": ("gamma^m gamma^(-m) S + v k^T", SUM.format("1"), True),
    "of a sum, which cancels": ("S + v k^T", SUM.format("(1 - gamma)^(-2) (1 - gamma)^2"), False),
}


@pytest.mark.parametrize("name", POWERS)
def test_a_constant_whose_power_may_be_negative_is_assumed_not_to_be_0(name: str) -> None:
    """An exponent counts that is negative at one admissible value; and what cancels, too."""
    update, formula, assumed = POWERS[name]
    layer = {"S": {"shape": "d m", "start": "0", "update": update}}
    file = {"data": {"k": "m", "v": "d"}, "constants": {"gamma": "1"}, "layer": layer, "claim": {"formula": formula}}
    found = check(stated(file))
    assert found.verdict.value == "proved"
    assert ("γ ≠ 0" in found.scope) is assumed
    assert ("γ − 1 ≠ 0" in found.scope) is (name == "of a sum, which cancels")
    without = replace(found, answers=tuple(replace(one, powers=()) for one in found.answers))
    assert ("≠ 0" in without.scope) is ("cancel" not in name and assumed)


def test_all_equations_of_a_claim_are_said_to_hold() -> None:
    """It was said of the last one alone, and n was not told."""
    found = check(load(str(GALLERY / "deltanet_rows.toml")))
    assert [to_text(one.equation) for one in found.answers] == ["M_n = S_nᵀ", "S_t q_t = M_tᵀ q_t"]
    assert found.scope == "For all d, m, t ≥ 1 and n ≥ 0, all q_i ∈ R^m, β_i ∈ R, k_i ∈ R^m, v_i ∈ R^d"
    first = replace(found, answers=found.answers[:1])
    assert first.scope == "For all d, m ≥ 1 and n ≥ 0, all β_i ∈ R, k_i ∈ R^m, v_i ∈ R^d"


def test_of_two_least_values_of_a_number_the_greater_is_told() -> None:
    ones, zeros = (sympy.Symbol("n", integer=True, **{kind: True}) for kind in ("positive", "nonnegative"))
    x = Name("x", (1, 1), arity=1)
    equations = [Equation(x[one], x[one]) for one in (zeros, ones)]
    for one, other in (equations, equations[::-1]):
        assert inline(Statement(one, beside=(other,)).quantifiers()) == "For all n ≥ 1, all x_i ∈ R"


@pytest.mark.parametrize("written", ["gamma/gamma", "gamma^-1 gamma", "gamma^m/gamma^m"])
def test_nothing_is_claimed_where_what_cancels_has_no_value(written: str) -> None:
    """At γ = 0 there are no weights; but nothing is said of γ = 0."""
    layer = {"S": {"shape": "d m", "start": "0", "update": f"S + ({written}) v k^T"}}
    claim = {"formula": SUM.format("gamma w[i]"), "weights": "w"}
    file = {"data": {"k": "m", "v": "d"}, "constants": {"gamma": "1"}, "layer": layer, "claim": claim}
    assert check(stated(file)).verdict.value in ("proved", "undecided")
    layer["S"]["update"] = "S + v k^T"
    assert check(stated(file)).verdict.value == "refuted"


@pytest.mark.parametrize("factor", ["(gamma - 1) (gamma - 2)/((gamma - 1) (gamma - 2))", "1"])
def test_a_counterexample_is_where_the_file_claims_something(factor: str) -> None:
    layer = {"S": {"shape": "1", "start": "0", "update": f"{factor} S + gamma beta"}}
    claim = {"formula": "2 gamma beta"}
    file = {"data": {"beta": "1"}, "constants": {"gamma": "1"}, "layer": layer, "claim": claim}
    found = check(stated(file))
    assert found.refuted is not None
    (number,) = found.refuted.scalars
    assert (number[1] in (1, 2)) is (factor == "1")
