"""Prose with mathematics between dollar signs, as $W_{l−1}$ and $x_t ∈ R^(f×3)$: plain, and for the writers.

The mathematics is what a reader of plain text sees: letters with an index or an exponent, in braces or in round
brackets if it is longer than a letter, and Unicode signs. R with an exponent is the real numbers, as in `printing`. Two
spaces are a gap, as between the columns of $[x_t  y_t  x_{t+1}]$.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from html import escape
from itertools import groupby

from pylatexenc.latexencode import (
    RULE_DICT,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
    get_builtin_uni2latex_dict,
)

from .formula_tree import in_typst
from .spelling import raised_or_lowered


def plain(prose: str) -> str:
    """The prose without dollar signs: what stands on a terminal and in JSON."""
    return prose.replace("$", "")


def columns(text: str) -> int:
    """How wide plain text is on a screen: combining marks take no room."""
    return sum(not unicodedata.combining(character) for character in text)


def markdown(prose: str) -> str:
    """The prose for Markdown; | would end a cell."""
    return _written(prose, lambda words: words.replace("|", r"\|"), str)


def myst(prose: str) -> str:
    """The prose for MyST, in which no sign is read as Markdown's own."""
    return _written(prose, partial(re.sub, r"([\\`*_{}\[\]<>#|~])", r"\\\1"), str)


def html(prose: str, formula: Callable[[str], str]) -> str:
    """The prose for HTML, each formula as `formula` writes its TeX."""
    pieces = enumerate(prose.split("$"))
    return "".join(formula(_mathematics(piece)) if k % 2 else escape(piece) for k, piece in pieces)


def latex(prose: str) -> str:
    """The prose for LaTeX, ASCII only; KeyError for a character that LaTeX has no name for."""
    return _written(prose, _words, str)


def typst(prose: str) -> str:
    """The prose for Typst; KeyError for mathematics that LaTeX has no name for."""
    return _written(prose, partial(re.sub, r"([][\\#*_<>@`~/;(])", r"\\\1"), in_typst)


def _written(prose: str, words: Callable[[str], str], formula: Callable[[str], str]) -> str:
    pieces = enumerate(prose.split("$"))
    return "".join(f"${formula(_mathematics(piece))}$" if k % 2 else words(piece) for k, piece in pieces)


def code(text: str) -> str:
    """Typewriter type that may be broken after a dot, an underscore, a slash and ::."""
    pieces = re.split(r"(?<=[./_])|(?<=::)", text)
    return r"\allowbreak{}".join(rf"\texttt{{{_words(piece)}}}" for piece in pieces)


# ---- characters ----------------------------------------------------------------------------------

#: An index, W_{l−1}, x_t or W_*, or an exponent, R^(f×3); names of functions.
_SCRIPT = r"([_^])(\{[^{}]*\}|\([^()]*\)|max|\*|∞|\w)"
_FUNCTION = r"(?<![a-z])(max|log|exp|tr|det|adj|diag)(?![a-z])"
#: What LaTeX is given for a character where that is not what pylatexenc has, or where `printing` has it otherwise.
_PAIRS = r"""ℒ:\mathcal{L} ŷ:\hat{y} ·:\cdot ×:\times →:\to ±:\pm Σ:\sum ≠:\ne ≥:\ge ≤:\le
′:' ½:\frac{1}{2} ¼:\frac{1}{4} …:\dots"""
_MATHEMATICS = dict(pair.split(":") for pair in _PAIRS.split())
_CHARACTERS = get_builtin_uni2latex_dict()


def _mathematics(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        if (own := _MATHEMATICS.get(found[0]) or _CHARACTERS.get(ord(found[0]))) is None:
            raise ValueError(f"LaTeX is not known to have {found[0]!r}, U+{ord(found[0]):04X}, in {text!r}")
        return re.sub(r"(\\\w+)$", r"\1 ", re.sub(r"^\\ensuremath\{(.*)\}$", r"\1", own))

    text = re.sub("‖([^‖]+)‖", r"\\lVert \1\\rVert ", text)
    text = re.sub("(\\w)\N{COMBINING TILDE}", r"\\tilde{\1}", text)
    text = re.sub("(\\w)\N{COMBINING MACRON}", r"\\bar{\1}", text)
    text = re.sub(r"(?<!\w)R(?=\^)", r"\\mathbb{R}", text)
    text = text.replace("  ", r"\quad ")
    text = re.sub(_SCRIPT, lambda found: f"{found[1]}{{{found[2].strip('(){}')}}}", text)
    text = re.sub(_FUNCTION, r"\\operatorname{\1}", text)
    written = ""
    for sign, run in groupby(text, raised_or_lowered):
        piece = "".join(run)
        inside = unicodedata.normalize("NFKC", piece).replace("T", "⊤") if sign else piece
        latex = re.sub(r"[^\x00-\x7f]", character, inside)
        written += f"{sign}{{{latex.strip()}}}" if sign else latex
    return written.strip()


#: Characters of words for which pylatexenc has a command that LaTeX does not know.
_FRACTIONS = {
    code: re.sub(r"\\textfrac(\{\d\}\{\d\})", r"$\\frac\1$", latex)
    for code, latex in _CHARACTERS.items()
    if r"\textfrac" in latex
}
#: Words, and among them characters that only mathematics has.
_ENCODER = UnicodeToLatexEncoder(
    conversion_rules=[UnicodeToLatexConversionRule(RULE_DICT, _FRACTIONS), "defaults"],
    unknown_char_policy=lambda one: f"${_mathematics(one)}$",
    unknown_char_warning=False,
)
_words = _ENCODER.unicode_to_latex
