"""Formulas as papers write them, put into the words of the language: LaTeX, indices below, products without spaces.

The result is only offered, and only if it can be read where the formula stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from gdssm_symbolic.kernel.expressions import Name

from .faults import split
from .grammar import FRACTIONS, FUNCTIONS, LETTER, RANGED, RESERVED, canonical, word
from .meant import Family, Meant

LONGEST_OFFERED = 180  # characters

_LETTERS = r"[A-Za-z\u0370-\u03ff]+"
_BELOW = "₀₁₂₃₄₅₆₇₈₉₊₋ₜᵢⱼ"
_MEANT = str.maketrans(_BELOW, "0123456789+-tij")
_INDEXED = rf"({_LETTERS})\s*_\s*(?:\{{([^{{}}]*)\}}|\(([^()]*)\)|([A-Za-z0-9]))"
#: What LaTeX says of size, space and type, and what it calls the rest; any other command is the word itself.
_REPLACED = (
    (r"\\(?:left|right|[Bb]igg?[lr]?|quad|[,;:! ])", " "),
    (r"\\(?:mathbf|mathrm|mathsf|boldsymbol|bm|operatorname|text)\s*\{([^{}]*)\}", r"\1"),
    (r"\\[tdc]?frac\s*(\d)(\d)", r" \1/\2 "),
    (r"\\[tdc]?frac\s*\{(\w+)\}\s*\{(\w+)\}", r" \1/\2 "),
    (r"\\[tdc]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r" (\1)/(\2) "),
    (r"\^\s*\{?\s*(?:\\top|\\intercal|⊤|ᵀ|T)\s*\}?(?![A-Za-z])", "^T"),
    (r"ᵗ", "^T"),
    (r"\*\*", "^"),
    (r"\.T(?![A-Za-z])", "^T"),
    (r"\\odot(?![A-Za-z])|\\circ(?![A-Za-z])", " ⊙ "),
    (r"\\(?:cdot|times)(?![A-Za-z])", " * "),
    (r"\\[lr]Vert(?![A-Za-z])|\\Vert(?![A-Za-z])|\\\||\|\|", "|"),
    (r"\\langle(?![A-Za-z])", "<"),
    (r"\\rangle(?![A-Za-z])", ">"),
    (r"\|_\{?[2F]\}?", "|"),
    (
        r"(?:\\?sum|\N{N-ARY SUMMATION}|Σ)\s*_\s*\{(\w+)\s*=\s*([^{}]*)\}\s*\^\s*(?:\{([^{}]*)\}|(\w))",
        r" sum{\1 = \2..\3\4, ",
    ),
    (r"\\([A-Za-z]+)", r" \1 "),
    (r"\^\s*\{([^{}]*)\}", r"^(\1)"),
)


def spellings(text: str, letters: Mapping[str, Meant]) -> Iterator[str]:
    """Yield a text in the words of the language, as far as these are found, where they are others."""
    before = " ".join(text.split())
    for transposed in (False, True) if len(text) <= LONGEST_OFFERED else ():
        written = _written(before, letters, transposed=transposed)
        if written != before and len(written) <= LONGEST_OFFERED:
            yield written


def _written(text: str, letters: Mapping[str, Meant], *, transposed: bool) -> str:
    """The text in the words of the language; `transposed`: ^t is a transpose, too."""
    for pattern, new in (*FRACTIONS.items(), *_REPLACED):
        text = re.sub(pattern, new, text)
    text = _closed(text)
    if transposed:
        text = re.sub(r"\^t(?![A-Za-z])", "^T", text)
    text = re.sub(
        f"[{_BELOW}]+", lambda found: f"_{{{found[0].translate(_MEANT)}}}", unicodedata.normalize("NFC", text)
    )
    text = re.sub(_INDEXED, lambda found: _indexed(found, letters), text)
    text = re.sub(rf"{_LETTERS}[0-9]*(?:_\w+)?", lambda found: _apart(found[0], letters), text)
    text = re.sub(r"([\])])(?=[A-Za-z\u0370-\u03ff])", r"\1 ", " ".join(text.split()))
    return re.sub(r" (?=[\^\]),;ᵀ²³])|(?<=[(\[]) ", "", text)


def _closed(text: str) -> str:
    """The text with each sum, opened by {, in brackets: up to the next term, or to where one around it is closed."""
    while (start := text.rfind("sum{")) >= 0:
        depth, in_norm, end = 0, False, start + len("sum{")
        while end < len(text) and (depth or in_norm or text[end] not in "+-)]" or ", " not in text[start:end]):
            depth += (text[end] in "([") - (text[end] in ")]")
            in_norm ^= text[end] == "|"
            end += 1
        text = f"{text[:start]}sum({text[start + len('sum{') : end].strip()}) {text[end:]}"
    return text


def _indexed(found: re.Match[str], letters: Mapping[str, Meant]) -> str:
    """A letter with its index in brackets, after others that stand before it without a space."""
    whole = re.compile(LETTER).match(found.string, found.start())
    if whole is not None and "_" in whole[0] and canonical(whole[0]) in letters:
        return found[0]
    text, index = found[1], next(one for one in found.groups()[1:] if one is not None).strip()
    letter = text if text == "I" or canonical(text) in letters else next(iter(split(text, letters)[-1:]), text)
    before, meant = text[: len(text) - len(letter)], letters.get(canonical(letter))
    if letter == "I":
        return f"{before} I({index}) "
    if not isinstance(meant, Family | Name):
        return found[0]
    return f"{before} {letter} " if index == "t" and isinstance(meant, Family) else f"{before} {letter}[{index}] "


def _apart(text: str, letters: Mapping[str, Meant]) -> str:
    """The letters of a product without spaces, with spaces; one letter as it is."""
    if text in RESERVED or text in FUNCTIONS + RANGED or canonical(text) in letters:
        return text
    return " ".join(split(text, [*letters, *map(word, letters)])) or text
