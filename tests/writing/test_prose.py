"""Prose with mathematics in it, marked between dollar signs."""

from __future__ import annotations

import pytest

from gdssm_symbolic.writing import prose


@pytest.mark.parametrize(
    ("mathematics", "latex"),
    [
        ("W_{l−1}", "W_{l-1}"),
        ("x_t ∈ R^(f×3)", r"x_{t} \in  \mathbb{R}^{f\times 3}"),
        ("[x_t  y_t]", r"[x_{t}\quad y_{t}]"),
        ("λ_max", r"\lambda _{\operatorname{max}}"),
        ("log Σ exp z_k", r"\operatorname{log} \sum  \operatorname{exp} z_{k}"),
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


def test_words_are_ascii_in_latex() -> None:
    written = prose.latex("São 50% “so” {…} 2ᵏ")
    assert written == r"S\~ao 50\% {\textquotedblleft}so{\textquotedblright} \{{\textellipsis}\} 2$^{k}$"
    assert prose.latex("⅓ of it") == r"$\frac{1}{3}$ of it"
    assert prose.code("a_b.c") == r"\texttt{a\_}\allowbreak{}\texttt{b.}\allowbreak{}\texttt{c}"
    for unknown in ("\N{SNOWMAN}$x$", "$\N{SNOWMAN}$"):
        with pytest.raises(ValueError, match=r"U\+2603"):
            prose.latex(unknown)
