"""Data at which all that is divided by differs from 0: at every token, or at so many as were tried."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from derivations.recurrences.check import Checked, check, check_entry
from derivations.recurrences.toml_file import stated
from gdssm_symbolic.recurrent import existence

SUM = "sum(i = 1..t, v[i])"


def checked(update: str, formula: str = SUM, **states: object) -> Checked:
    layer = {**states, "S": {"shape": "1", "start": "0", "update": update}, "output": "S"}
    data = {"v": "1", "k": "m", "q": "m", "beta": "1"}
    return check(stated({"data": data, "constants": {"gamma": "1"}, "layer": layer, "claim": {"formula": formula}}))


def counting(start: str) -> Mapping[str, str]:
    return {"shape": "1", "start": start, "update": "c - 1"}


EVERYWHERE: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "data of the token": ("S + v beta/beta", {}),
    "a norm": ("S + v |k|^2/|k|^2", {}),
    "never 0": ("S + v (1 + |k|^2)/(1 + |k|^2)", {}),
    "two at once": ("S + v beta/beta <q, k>/<q, k>", {}),
    "a state that keeps": ("S + v z'/z'", {"z": {"shape": "1", "start": "0", "update": "z + beta"}}),
    "a state that forgets": ("S + v z'/z'", {"z": {"shape": "1", "start": "0", "update": "gamma z + beta"}}),
}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_there_are_data_for_every_token(name: str) -> None:
    update, states = EVERYWHERE[name]
    found = checked(update, **states)
    assert found.verdict.value == "proved"
    assert [one.tokens for one in found.answers] == [None]
    assert "tried" not in found.scope


SUMS = {
    "sum(i = 1..t, beta[i])": None,
    "sum(i = 1..t, gamma^(t-i) beta[i])": None,
    "sum(i = 1..t, t beta[i])": 40,
    "(t + 1) beta": 40,
    "(41 - t) beta": 40,
    "(40 - t) beta": 0,
}


@pytest.mark.parametrize("divisor", SUMS)
def test_how_many_tokens_are_tried_for_a_sum_or_the_number_of_the_token(divisor: str) -> None:
    """That beta (41 - t) is 0 at token 41, whatever the data, is not seen: the verdict says what was tried."""
    found = checked("S", f"0 ({divisor})/({divisor})")
    tokens = SUMS[divisor]
    assert [one.tokens for one in found.answers] == [tokens]
    assert found.verdict.value == ("undecided" if tokens == 0 else "proved")
    assert ("that there are such data was tried for t ≤ 40 alone" in found.scope) is (tokens == 40)


@pytest.mark.parametrize(("start", "tokens"), [("12", 0), ("40", 0), ("41", 40)])
def test_a_state_that_counts_down_to_0(start: str, tokens: int) -> None:
    """With a start of 12 it was proved from what holds at no data: ten tokens were tried."""
    found = checked("S + v c'/c'", c=counting(start))
    assert found.answers[0].tokens == tokens
    if not tokens:
        assert found.verdict.value == "undecided"
        assert "what is divided by is 0 or not invertible at some token" in found.evidence
    else:
        assert found.scope.endswith("; that there are such data was tried for t ≤ 40 alone")


def test_states_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without that, data would be said to be found for all tokens."""
    assert checked("S + v c'/c'", c=counting("60")).answers[0].tokens == existence.TOKENS
    monkeypatch.setattr(existence, "states_compared", lambda *_: ())
    assert checked("S + v c'/c'", c=counting("60")).answers[0].tokens is None


# ---- counterexamples ----------------------------------------------------------------------------


def refuted(divisor: str, start: str = "0") -> Checked:
    """Of a layer that counts its tokens and divides by something: that it divides by 1."""
    layer = {"c": {"shape": "1", "start": start, "update": "c + 1"}, "output": f"v / ({divisor})"}
    constants = {"a": "1"} if "a" in divisor else {}
    return check(stated({"data": {"v": "1"}, "constants": constants, "layer": layer, "claim": {"formula": "v"}}))


@pytest.mark.parametrize("divisor", ["c - 2", "c - 40"])
def test_what_is_assumed_in_vain_refutes_nothing(divisor: str) -> None:
    """At t = 1 the sides differ, but what is divided by is 0 at token 2, or 40, whatever the data."""
    found = refuted(divisor)
    assert found.verdict.value == "undecided"
    assert "what is divided by is 0 or not invertible at some token" in found.evidence


def test_for_how_many_tokens_a_counterexample_was_tried_is_told() -> None:
    found = refuted("c - 41")
    assert found.verdict.value == "refuted"
    assert str(found).count("; that there are such data was tried for t ≤ 40 alone") == 1
    assert "tried" not in str(refuted("v + v"))


def test_another_constant_is_taken_where_all_that_is_divided_by_differs_from_0() -> None:
    """With a = −3 it is 0 at token 5."""
    found = refuted("a - 2 + c")
    assert found.evidence.startswith("t = 2, a = 2; ")
    assert found.answers[0].tokens == existence.TOKENS


def test_a_counterexample_at_its_own_data_goes_on() -> None:
    """Its data are kept where later ones are sought: c_t is v_1 at all tokens."""
    states = {"c": {"shape": "1", "start": "0", "update": "v - v[t-1] + c"}}
    layer = {**states, "output": "v / (v[1] - 2)"}
    found = check(stated({"data": {"v": "1"}, "layer": layer, "claim": {"formula": "v"}}))
    assert found.verdict.value == "refuted"
    data = {name.text: value for (name, at), ((value,),) in found.refuted.data if at == (1,)}  # type: ignore[union-attr]
    assert data["v"] != 2


def test_the_constants_of_a_counterexample_are_told() -> None:
    """Where they occur only in what is divided by, the reciprocal alone was told."""
    found = refuted("a - c")
    assert found.evidence == "t = 1, a = −3; r_1 = −1/4, x_1 = 2: −1/2 ≠ 2".replace("x", "v")
    assert "a = −3" in str(found.told)
    assert check_entry(found)["counterexample"]["scalars"] == {"a": "-3"}
    matrix = {"data": {"k": "m"}, "constants": {"A": "m m"}, "claim": {"formula": "k"}}
    layer = {"c": {"shape": "1", "start": "0", "update": "c + 1"}, "output": "inv(A) k"}
    of_matrix = check(stated({**matrix, "layer": layer}))
    assert "; A = 2, X = 1/2, k_1 = 1: " in of_matrix.evidence
    assert check_entry(of_matrix)["counterexample"]["data"]["A"] == [["2"]]
