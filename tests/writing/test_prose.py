"""Prose with mathematics in it: marked between dollar signs, and guessed where nobody has marked any."""

from __future__ import annotations

import pytest

from gdssm_symbolic.writing import prose
from gdssm_symbolic.writing.documents import LATEX, MARKDOWN, inline
from gdssm_symbolic.writing.formula_tree import symbol


@pytest.mark.parametrize(
    ("mathematics", "latex"),
    [
        ("W_{l−1}", "W_{l-1}"),
        ("x_t ∈ R^(f×3)", r"x_{t} \in  R^{f\times 3}"),
        ("λ_max", r"\lambda _{\max}"),
        ("Q̃ᵀe₁₂", r"\tilde{Q}^{\top}e_{12}"),
        ("10⁻¹ ½", r"10^{-1} \frac{1}{2}"),
        ("C̄ ≠ ℒ", r"\bar{C} \ne  \mathcal{L}"),
    ],
)
def test_marked_mathematics(mathematics: str, latex: str) -> None:
    marked = f"so ${mathematics}$ is A_b"
    assert prose.plain(marked) == f"so {mathematics} is A_b"
    assert prose.markdown(marked) == f"so ${latex}$ is A_b"
    assert prose.latex(marked) == rf"so ${latex}$ is A\_b"


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("a window of W_{l−1}, x_t and R^(f×3)", "a window of $W_{l−1}$, $x_t$ and $R^(f×3)$"),
        ("I say that g'(0) is Qᵀ – “so” §3", "I say that $g'$(0) is $Qᵀ$ – “so” §3"),
        ("the f of e.g. 2f×f, not f’s", "the $f$ of e.g. 2$f$$×$$f$, not f’s"),
        ("C̄ is São", "$C̄$ is São"),
    ],
)
def test_what_looks_like_mathematics(words: str, marked: str) -> None:
    assert prose.guessed(words) == marked


def test_words_are_ascii_in_latex() -> None:
    assert prose.latex("São 50% – “so” {…} #1") == r"S\~ao 50\% -- ``so'' \{\ldots{}\} \#1"
    assert prose.code("a_b.c") == r"\texttt{a\_}\allowbreak{}\texttt{b.}\allowbreak{}\texttt{c}"
    with pytest.raises(KeyError):
        prose.latex("\N{SNOWMAN}$x$")


def test_mathematics_that_touches_is_one_formula() -> None:
    parts = "2$f$", symbol("η", r"\eta"), "$≥$ 1"
    assert inline(parts) == "2fη≥ 1"
    assert inline(parts, MARKDOWN) == r"2$f\eta\ge$ 1"
    assert inline(parts, LATEX) == r"2$f \eta \ge$ 1"
