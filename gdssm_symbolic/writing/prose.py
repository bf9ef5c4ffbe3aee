"""Prose with mathematics between dollar signs, as $W_{l−1}$ and $x_t ∈ R^(f×3)$: plain, and for the writers.

The mathematics is what a reader of plain text sees: letters with an index or an exponent, in braces or in round
brackets if it is longer than a letter, and Unicode signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial

from pylatexenc.latexencode import get_builtin_uni2latex_dict

from gdssm_symbolic.writing.formula_tree import in_typst


def plain(prose: str) -> str:
    """The prose without dollar signs."""
    return prose.replace("$", "")


def markdown(prose: str) -> str:
    """The prose for Markdown; mathematics that is not marked stays as it is."""
    return _written(prose, str, str)


def latex(prose: str) -> str:
    """The prose for LaTeX, ASCII only; KeyError for a character that LaTeX has no name for."""
    return _written(guessed(prose), _words, str)


def typst(prose: str) -> str:
    """The prose for Typst; KeyError for mathematics that LaTeX has no name for."""
    return _written(guessed(prose), partial(re.sub, r"([][\\#*_<>@`~/;(])", r"\\\1"), in_typst)


def _written(prose: str, words: Callable[[str], str], formula: Callable[[str], str]) -> str:
    pieces = enumerate(prose.split("$"))
    return "".join(f"${formula(_mathematics(piece))}$" if k % 2 else words(piece) for k, piece in pieces)


def code(text: str) -> str:
    """Typewriter type that may be broken after a dot, an underscore, a slash and ::."""
    pieces = re.split(r"(?<=[./_])|(?<=::)", _escaped(text))
    return r"\allowbreak{}".join(rf"\texttt{{{piece}}}" for piece in pieces)


#: An index, W_{l−1}, x_t or W_*, or an exponent, R^(f×3); raised and lowered characters.
_SCRIPT = r"([_^])(\{[^{}]*\}|\([^()]*\)|max|\*|∞|\w)"
_RAISED, _LOWERED = "[⁰¹²³⁴-⁹⁺⁻ʲᵏᴸᵀ]+", "[₀-₉ᵢⱼₙ]+"
_ACCENTS = {"\N{COMBINING TILDE}": "tilde", "\N{COMBINING MACRON}": "bar"}
#: What LaTeX is given for a character where that is not what pylatexenc has, or where `printing` has it otherwise.
_MATHEMATICS = {"ℒ": r"\mathcal{L}", "ŷ": r"\hat{y}", "·": r"\cdot", "×": r"\times", "→": r"\to", "±": r"\pm"}
_MATHEMATICS |= {"≠": r"\ne", "≥": r"\ge", "≤": r"\le", "½": r"\frac{1}{2}", "¼": r"\frac{1}{4}"}
_WORDS = {"…": r"\ldots{}", "–": "--", "’": "'", "“": "``", "”": "''", "§": r"\S{}"}
_CHARACTERS = get_builtin_uni2latex_dict()


def _mathematics(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        own = _MATHEMATICS.get(found[0]) or _CHARACTERS[ord(found[0])]
        return re.sub(r"(\\\w+)$", r"\1 ", re.sub(r"^\\ensuremath\{(.*)\}$", r"\1", own))

    def small(found: re.Match[str]) -> str:
        inside = unicodedata.normalize("NFKC", found[0])
        return f"{'^' if re.match(_RAISED, found[0]) else '_'}{{{_mathematics(inside.replace('T', '⊤'))}}}".strip()

    for accent, name in _ACCENTS.items():
        text = re.sub(rf"(\w){accent}", rf"\\{name}{{\1}}", text)
    text = re.sub(_SCRIPT, lambda found: f"{found[1]}{{{found[2].strip('(){}')}}}", text).replace("max", r"\max")
    return re.sub(r"[^\x00-\x7f]", character, re.sub(f"{_RAISED}|{_LOWERED}", small, text)).strip()


def _words(text: str) -> str:
    return re.sub(r"[^\x00-\x7f]", lambda found: _WORDS.get(found[0]) or _CHARACTERS[ord(found[0])], _escaped(text))


def _escaped(text: str) -> str:
    return re.sub(r"([%&#_{}])", r"\\\1", text).replace("^", r"\^{}")


# ---- prose that nobody has marked ----------------------------------------------------------------

#: A derivative at something, g'(0); a letter alone, which is a symbol unless it is the word a or A, or I; a letter with
#: an accent; raised characters and signs.
_PRIME = r"[^\W\d_]'(?=\()"
_ALONE = r"(?<![^\W\d])(?<!['’.])[b-zB-HJ-Z](?![\w'’\u0303\u0304]|\.\w)"
_SIGN = rf"\w[\u0303\u0304]|{_RAISED}|{_LOWERED}|[^\x00-\x7fÀ-ÖØ-öø-ÿ…–’“”§]"
_LIKELY = re.compile(
    rf"(?:\[?[^\W\d_]\u0303?\]?)(?:{_SCRIPT}){{1,2}}|[^\W\d_](?:{_RAISED}|{_LOWERED})+|{_PRIME}|{_ALONE}|{_SIGN}"
)


def guessed(prose: str) -> str:
    """The prose with dollar signs around what looks like mathematics, if nothing in it is marked."""
    return prose if "$" in prose else _LIKELY.sub(lambda found: f"${found[0]}$", prose)
