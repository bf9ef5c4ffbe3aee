"""The TeX of a name, read back: its letters are those of the name, and each command is one that LaTeX knows."""

from __future__ import annotations

import random
import re

import pytest
import sympy

from gdssm_symbolic.extensions.reading import LETTERS, read
from gdssm_symbolic.kernel.expressions import Name
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.writing import printing
from gdssm_symbolic.writing.formula_tree import latex
from gdssm_symbolic.writing.printing import ACCENTS, SPELLED, formula, letters

WRITTEN = {tex: letter for letter, tex in SPELLED.items()}
MARKS = {command: mark for mark, command in ACCENTS.items()}
ONE = {tex.lstrip("\\"): letter for tex, letter in WRITTEN.items() if re.fullmatch(r"\\[a-zA-Z]+", tex)} | {
    "nabla": "∇"
}


def read_back(tex: str) -> str:
    """The letters in the TeX of a name, with what stands above and below in braces; KeyError for another command."""
    for command in (r"\mathcal{L}", r"\mathbf{1}", "1/2"):
        tex = tex.replace(command, WRITTEN[command])
    tex = re.sub(r"\\([a-zA-Z]+)(?![a-zA-Z{]) ?", lambda found: ONE[found[1]], tex)
    for command, mark in {"operatorname": "", **MARKS}.items():
        tex = re.sub(rf"\\{command}\{{([^{{}}]+)\}}", rf"\1{mark}", tex)
    return tex


def text(rng: random.Random) -> str:
    def letter() -> str:
        return rng.choice([*"atxK", "abc", *rng.choices(LETTERS, k=4)]) + "'" * (rng.random() < 0.2)

    def script() -> str:
        one = [rng.choice([letter(), str(rng.randint(0, 12))]) for _ in range(rng.randint(1, 4))]
        return "{" + rng.choice([",", ""]).join(one) + "}"

    nabla, mark = "∇" * (rng.random() < 0.2), rng.choice(["", "", *MARKS.values()])
    base = rng.choice([*"WSy", "loss", *LETTERS[:-1]])
    above, below = (sign + script() if rng.random() < 0.6 else "" for sign in "^_")
    return nabla + base + mark + above + below


def texts() -> list[str]:
    found, rng = list[str](), random.Random(5)
    while len(found) < 3_000:
        one = text(rng)
        try:
            read(one)
        except OutsideLanguage:
            continue
        found.append(one)
    return found


def is_read_back(name: str) -> bool:
    try:
        return read_back(letters(name)) == str(read(name))
    except KeyError:
        return False


def test_the_letters_of_random_names() -> None:
    r"""x_{ηt} was x_{\etat}, which is no command."""
    assert [name for name in texts() if not is_read_back(name)] == []
    assert letters("x_{ηt}") == r"x_{\eta t}"
    assert letters("x_{ηξ,t}") == r"x_{\eta\xi,t}"
    assert latex(formula(Name("x_{ηt}", (1, 1))() + sympy.Symbol("a"))) == r"x_{\eta t} + a"


def test_what_is_drawn_would_tell_of_a_missing_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_beside", lambda left, right: left + right)
    assert not all(map(is_read_back, texts()))
