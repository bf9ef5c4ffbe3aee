"""Counterexamples at the least sizes, without numbers that hide what differs."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from recurrent_layers import beta, gamma

from derivations.recurrences.check import Checked, check
from derivations.recurrences.toml_file import load, stated
from gdssm_symbolic.evidence.counterexamples import Counterexample, Refuted, confirm, refute
from gdssm_symbolic.kernel.expressions import wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.recurrent import decide
from gdssm_symbolic.recurrent.other_numbers import NUMBERS, with_other_numbers
from gdssm_symbolic.theory.least_squares import t

GALLERY = Path(__file__).parents[2] / "recurrences"
REFUTED = sorted(file.stem for file in GALLERY.glob("*.toml") if load(str(file)).expected == "refuted")
#: Where numbers have their values from inverses, or matrices of weights.
DERIVED = ("X", "r", "s", "u", "u'", "ρ", "M")

TWO_FORMS = """
data = { k = "m", v = "d", alpha = "1", beta = "1" }
layer = { S = { shape = "d m", start = "0", update = "alpha S (I - beta k k^T) + beta v k^T" } }
other = { M = { shape = "d m", start = "0", update = "alpha M + beta (v - M k) k^T" } }
claim = { same_as = "other" }
"""


def numbers(example: Counterexample) -> dict[str, set[Fraction]]:
    """The values of each letter that stands for a number, constant or of the data."""
    found = defaultdict[str, set[Fraction]](set)
    for symbol, value in example.scalars:
        found[str(symbol)].add(value)
    for (name, _), rows in example.data:
        if name.shape == (1, 1) and name.text not in DERIVED:
            found[name.text].add(rows[0][0])
    return found


def counterexample(checked: Checked) -> Counterexample:
    assert checked.refuted is not None
    return checked.refuted


def test_two_forms_of_a_gated_delta_rule_differ_at_gates_that_say_why() -> None:
    checked = check(stated(tomllib.loads(TWO_FORMS)))
    example = counterexample(checked)
    assert checked.evidence.startswith(
        "d = 1, m = 1, t = 2; k_1 = 1, k_2 = 1, v_1 = 1, v_2 = 1, α_1 = 2, α_2 = 2, β_1 = 3"
    )
    assert confirm(example).counterexample == example


@pytest.mark.parametrize("name", REFUTED)
def test_no_number_hides_what_differs_and_the_sizes_are_the_least(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(str(GALLERY / f"{name}.toml"))
    example = counterexample(check(found))
    told = numbers(example)
    assert not any({0, 1} & values for values in told.values()) or name.endswith("weights")
    constant = [next(iter(values)) for values in told.values() if len(values) == 1]
    assert len(set(constant)) == len(constant) or name.endswith("weights")
    monkeypatch.setattr(decide, "with_other_numbers", lambda refuted, _: refuted)
    assert counterexample(check(found)).sizes == example.sizes


def refuted(equation: Equation) -> Refuted:
    found = refute(equation)
    assert found is not None
    return found


def test_a_counterexample_stays_where_other_numbers_are_none() -> None:
    """The sides are equal at all numbers that are tried; or nothing is claimed there."""
    product = wrap(1)
    for number in {number for numbers in NUMBERS for number in numbers}:
        product = product * (beta[t] - int(number))
    found = refuted(Equation(product, wrap(0)))
    assert with_other_numbers(found, lambda _: True) is found
    found = refuted(Equation(gamma * beta[t], wrap(0) * beta[t]))
    assert with_other_numbers(found, lambda _: False) is found
    other = with_other_numbers(found, lambda _: True).counterexample
    assert numbers(other) == {"gamma": {2}, "β": {3}}


def test_each_token_has_its_own_number_where_the_same_at_all_hides_it() -> None:
    found = refuted(Equation(beta[t] * beta[t + 1], beta[t] * beta[t]))
    other = with_other_numbers(found, lambda _: True).counterexample
    assert numbers(other)["β"] == {2, 3}


def test_zeros_are_told_together_only_where_there_are_some() -> None:
    many = check(load(str(GALLERY / "mamba2_constant_gate.toml"))).evidence
    assert many.count(" = ") == 12
    assert "for the rest" not in many
    assert ", 0 for the rest: " in check(load(str(GALLERY / "deltanet_unrolled_other_order.toml"))).evidence
