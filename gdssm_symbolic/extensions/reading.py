"""Texts of symbols and names, and when a reader could mistake one for another, or for an expression.

This file has no rule of inference. A statement is about symbols and names, and a reader sees their texts. So `checker`
and `evidence` refuse a statement in which one text can be read in two ways, even if the statement is true.

A text is a letter or a word, perhaps with ∇ in front, a hat, tilde or bar, primes, one index below and one mark above:
W, ŷ, Q̃, ∇ℒ', eta, x1, W^c_K, a^G_{1,0}, W_*, ε^+. Letters are those of LETTERS and of ASCII. All else is refused:
other letters may look like these, and other signs like operators.

Two texts are alike if they have the same parts: i1 is i_1, eta is η, and loss is ℒ, as it is spelled in ASCII. A symbol
and a name must not be alike either. A text c_1 or c_n reads like a member of the family c; c_i does so without a
family, too, if i is an integer symbol that occurs. K^2 reads like a power of the square matrix K, or of the symbol K.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Set
from functools import lru_cache
from types import FunctionType, MappingProxyType
from typing import NamedTuple

import sympy
from sympy.printing.pretty import pretty_symbology

from gdssm_symbolic.kernel.expressions import Name
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage

#: The letters beside those of ASCII, of which none looks like another.
LETTERS = "αβγδεζηθκλμνξπρστφχψωΓΔΘΛΞΠΦΨΩℒℓ𝟏"
#: Words that statements are written with.
_WORDS = """I Normal Uniform tr lim all and are assuming assumes at by each for from given grad gradient if in is it its
kron never no of on only or prod sum that the then to vectors where which with"""
WORDS = frozenset(_WORDS.split())
#: What a letter is called where there is only ASCII.
SPELLED = MappingProxyType({"ell": "ℓ", "loss": "ℒ", "ones": "𝟏", "inf": "∞"})
#: The name of a function of two matrices that is written x ⊙ y.
ENTRYWISE = "hadamard"
#: What a transpose could be written with.
TRANSPOSES = ("T",), ("t",), ("tr",)
_WORD = f"(?:[A-Za-z]++|[{LETTERS}])"  # without going back: a run of letters is one word, of digits one number
_PART = rf"(?:\d++|{_WORD}'*)"
_SCRIPT = rf"(?:[*+∞½-]|\d++|{_WORD}|{{{_PART}(?:,?{_PART})*}})"  # c_n' is c'_n, as x_1' is x'_1
_TEXT = re.compile(
    rf"(?P<base>∇?{_WORD}[\u0302-\u0304]?'*)(?P<number>\d*)"
    rf"(?:\^(?P<above>{_SCRIPT}))?(?:_(?P<below>{_SCRIPT}))?(?:\^(?P<higher>{_SCRIPT}))?(?P<primes>'*)"
)


#: SymPy's function asks a variable of its module whether to use Unicode, which any thread may set: here it has its own.
_in_unicode = FunctionType(pretty_symbology.pretty_symbol.__code__, {**vars(pretty_symbology), "_use_unicode": True})
_in_unicode.__defaults__ = pretty_symbology.pretty_symbol.__defaults__


class Text(NamedTuple):
    """The parts of a text: Q̃'^c_{1,2} has the base Q̃', above it "c", below it "1", "," and "2"."""

    base: str
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    def __str__(self) -> str:
        marks = (("^", self.above), ("_", self.below))
        return self.base + "".join(f"{mark}{{{''.join(parts)}}}" for mark, parts in marks if parts)


@lru_cache(maxsize=4096)
def printed(text: str) -> str:
    """Return a symbol's name as it is printed: with Greek letters, and numbers at its end as an index."""
    return str(_in_unicode(text))


@lru_cache(maxsize=4096)
def read(text: str) -> Text:
    """Return the parts of a text. Raises OutsideLanguage if it has none, or if it is a word of the language."""
    match = _TEXT.fullmatch(unicodedata.normalize("NFD", text))
    if match is None or (match["above"] and match["higher"]) or (match["number"] and match["below"]):
        raise OutsideLanguage(f"the name {text!r} is none that can be read in one way only; W, W_0, W^c and W' are")
    base = _letter(match["base"]) + match["primes"]
    above, below = match["above"] or match["higher"] or "", match["number"] or match["below"] or ""
    scripts = [tuple(_letter(one) for one in re.findall(rf"[*+∞½,-]|{_PART}", part)) for part in (above, below)]
    if base in WORDS or scripts[0] in TRANSPOSES:
        raise OutsideLanguage(f"the name {text!r} reads like an expression")
    return Text(base, *scripts)


def _letter(word: str) -> str:
    """Return η for eta, and any other word as it is. Raises OutsideLanguage if it is printed otherwise, as xdot is."""
    letters, primes = word.rstrip("'"), word[len(word.rstrip("'")) :]
    if letters in SPELLED:
        return SPELLED[letters] + primes
    if not letters.isalpha() or not letters.isascii():
        return word
    letter = printed(letters)
    if letter != letters and letter not in LETTERS:
        raise OutsideLanguage(f"the name {word!r} is printed as {letter}")
    return letter + primes


def mistaken(names: Collection[Name], symbols: Iterable[sympy.Symbol]) -> set[str]:
    """Return the texts of these names and symbols that can be read in two ways.

    Raises OutsideLanguage if one cannot be read at all.
    """
    symbols = set(symbols)
    integers = {read(symbol.name).base.rstrip("'") for symbol in symbols if symbol.is_integer}
    families = {read(name.text) for name in names if name.arity}
    square = {read(one.text) for one in names if one.shape[0] == one.shape[1]} | {read(one.name) for one in symbols}
    twice, known = set[str](), dict[Text, tuple[str, bool]]()
    written = (*((symbol.name, True) for symbol in symbols), *((name.text, False) for name in names))
    for text, of_symbol in written:
        parts = read(text)
        member = parts._replace(below=()) in families and any(part.rstrip("'").isalnum() for part in parts.below)
        power = parts._replace(above=()) in square and any(part.isnumeric() for part in parts.above)
        if (
            known.setdefault(parts, (text, of_symbol)) != (text, of_symbol)
            or member
            or power
            or _has_an_index(parts, integers)
        ):
            twice.add(text)
    return twice


def undefined(names: Iterable[Name], table: Container[Name]) -> set[str]:
    """Return the texts of functions that are written x ⊙ y, and have no meaning in the table: they could be others."""
    return {name.text for name in names if read(name.text).base == ENTRYWISE and name not in table}


def _has_an_index(text: Text, integers: Set[str]) -> bool:
    """Return whether an integer symbol stands above or below, alone or among other letters: i in c_{ij}."""
    parts = [part.rstrip("'") for part in (*text.above, *text.below)]
    return any(part in integers or (part.isascii() and not integers.isdisjoint(part)) for part in parts)
