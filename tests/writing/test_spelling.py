"""Mathematics in ASCII: what a terminal without Unicode shows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from vocabulary import eta, x

import derivations
import gdssm_numeric
import gdssm_symbolic
from gdssm_symbolic import Calculation, Equation, Scalar, Step, check
from gdssm_symbolic.writing.documents import Paragraph
from gdssm_symbolic.writing.spelling import in_ascii
from gdssm_symbolic.writing.told import Told


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("−(η/N) Z_N C_N q = (0 − η ∇ℒ_N(0))ᵀ x_{N+1}", "-(eta/N) Z_N C_N q = (0 - eta grad loss_N(0))^T x_{N+1}"),
        ("all f, N ≥ 1, −1 ≠ 1, x_i ∈ R^f …", "all f, N >= 1, -1 != 1, x_i in R^f ..."),
        ("2ηt, ηλ, f×1, 3±2", "2 eta t, eta lambda, f by 1, 3+/-2"),
        ("e₁e₂ᵀ, xₜ₊₁b, x²⁰y, S^{−1}, (XXᵀ)ᵏx", "e_1 e_2^T, x_{t+1}b, x^{20}y, S^{-1}, (XX^T)^k x"),
        ("C̄ Q⊗q, Z̃_t, ŷ = Σ_k c_k, Δ_lW", "Cbar Q kron q, Z~_t, yhat = sum_k c_k, Delta_lW"),
        ("§3.1 ╭─┬┃ ⠙ ∎", "Sec. 3.1 +-+| * []"),
        ("m = 𝔼 (d d), m = 2E", "m = mean of (d d), m = 2E"),
        ("x ∈ R^{f×f}, (R^f × R^g → R)", "x in R^{f by f}, (R^f by R^g -> R)"),  # x may be the data
        ("plain", "plain"),
        ("中", "\\u4e2d"),  # no mathematics: what it is stays readable for a program
    ],
)
def test_signs_are_spelled_and_words_stand_apart(text: str, spelled: str) -> None:
    assert in_ascii(text) == spelled


def test_every_character_that_the_packages_write_has_a_spelling() -> None:
    found = set()
    for package in (derivations, gdssm_symbolic, gdssm_numeric):
        for path in Path(str(package.__file__)).parent.rglob("*"):
            if path.suffix in (".py", ".toml"):
                found |= {one for one in path.read_text("utf-8") if not one.isascii()}
    assert len(found) > 80
    assert [one for one in found if "\\" in in_ascii(one)] == []


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_what_print_cannot_write_is_spelled(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`print(theorem)` raised UnicodeEncodeError where the locale is C."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding)
    monkeypatch.setattr("sys.stdout", stream)
    shown = (x[1].T, Scalar(eta), Equation(x[1].T, x[1].T), check(Calculation(x[1].T, (Step(x[1].T),))))
    for one in (*shown, Told((Paragraph(("η",)),))):
        print(one)
        assert str(one).isascii() is (encoding == "ascii")
