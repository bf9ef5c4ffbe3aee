"""What `check` tells of a layer: its verdict for a person and for a program, and the proof line by line."""

from __future__ import annotations

import json

import pytest
from recurrent_layers import FALSE, TRUE

from derivations.claim import Verdict
from derivations.recurrences.check import check, check_entry
from derivations.recurrences.toml_file import Stated

PROVED = """\
proved
    claim     S_n = W_n
    where     S_0 = 0,  S_t = S_{t−1} (I − β_t k_t k_tᵀ) + β_t v_t k_tᵀ for t ≥ 1; \
W_0 = 0,  W_t = W_{t−1} − β_t ∇ℒ_t(W_{t−1}) for t ≥ 1; \
∇ℒ_t(S) = (S k_t − v_t) k_tᵀ for t ≥ 1, S ∈ R^{d×m}; ℒ_t(S) = (1/2) ‖S k_t − v_t‖² for t ≥ 1, S ∈ R^{d×m}
    since     ∇ℒ_t(S) is the gradient of ℒ_t(S) at S
    holds     For all d, m ≥ 1 and n ≥ 0, all β_i ∈ R, k_i ∈ R^m, v_i ∈ R^d"""

REFUTED = """\
refuted
    claim     S_n = W_n
    where     S_0 = 0,  S_t = γ S_{t−1} + v_t k_tᵀ for t ≥ 1; W_n = 0 − ∇ℒ_n(0); \
∇ℒ_n(S) = Σ_{i=1..n} (S k_i − v_i) k_iᵀ for S ∈ R^{d×m}; ℒ_n(S) = (1/2) Σ_{i=1..n} ‖S k_i − v_i‖² for S ∈ R^{d×m}
    since     ∇ℒ_n(S) is the gradient of ℒ_n(S) at S
    fails at  d = 1, m = 1, n = 2, γ = 2; k_1 = 1, k_2 = 0, v_1 = 1, v_2 = 0: 2 ≠ 1
    computes  S_t = γ S_{t−1} + v_t k_tᵀ; S_n = Σ_{i=1..n} γ^{n−i} v_i k_iᵀ; W_n = Σ_{i=1..n} v_i k_iᵀ"""


def test_a_verdict_for_a_person() -> None:
    assert str(check(Stated(*TRUE["DeltaNet"]))) == PROVED
    assert str(check(Stated(*FALSE["without the weights"]))) == REFUTED


def test_what_was_found_on_the_way_is_told() -> None:
    assert check(Stated(*TRUE["scaled"])).since == "S_n = (1/2) M_n"
    assert check(Stated(*TRUE["from any start"])).since == "S_n = T_nᵀ"
    assert check(Stated(*TRUE["RetNet, unrolled"])).since == "S_n = Σ_{j=1..n} γ^{n−j} v_j k_jᵀ"


def test_the_proof_is_told_line_by_line() -> None:
    told = str(check(Stated(*TRUE["DeltaNet"])).proof())
    assert "Theorem 1: the gradient of ℒ" in told
    assert "[hypothesis]" in told
    assert "[definition of ∇ℒ]" in told
    assert str(check(Stated(*FALSE["a sign"])).proof()) == ""


@pytest.mark.parametrize("name", [*TRUE, *FALSE])
def test_a_verdict_for_a_program(name: str) -> None:
    checked = check(Stated(*(TRUE | FALSE)[name]))
    entry = check_entry(checked)
    assert json.loads(json.dumps(entry)) == entry
    assert checked.verdict is (Verdict.PROVED if name in TRUE else Verdict.REFUTED)
    assert (entry["counterexample"] is None) == (name in TRUE) == bool(entry["scope"])
    assert dict(checked.fields())["claim"]
