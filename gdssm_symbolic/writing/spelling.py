"""Mathematics spelled in ASCII, for a terminal that has no other characters: η is eta, Zᵀ is Z^T, ≥ is >=."""

from __future__ import annotations

import re
import sys
import unicodedata
from itertools import groupby

#: Signs that no rule below spells. Two signs that mean different things are never spelled alike.
_PAIRS = """−:- –:- —:- ─:- ±:+/- ∓:-/+ ·:* ×:by ⊗:kron ⊙:(.) √:sqrt ∞:inf Σ:sum Π:prod ∫:int ∂:d ∇:grad ℒ:loss
≠:!= ≥:>= ≤:<= ∼:~ ∈:in →:-> ↦:|-> ⊢:|- ⊤:T ∎:[] □:[] ‖:|| ⟨:< ⟩:> ′:' ‘:' ’:' “:" ”:" „:" ‟:" …:... •:*"""
#: Of the letter before; a word that ends like them is refused as a name.
_MARKS = {"\N{COMBINING CIRCUMFLEX ACCENT}": "hat", "\N{COMBINING TILDE}": "~", "\N{COMBINING MACRON}": "bar"}
_SIGNS = dict(pair.split(":", 1) for pair in _PAIRS.split())
_SIGNS |= {**_MARKS, "§": "Sec. ", "\N{NO-BREAK SPACE}": " "}
_SIGNS |= {"𝔼": "mean of"}  # E may be a name; no name is "of", so that this is no product either
_SIGNS |= {"𝟏": "ones", "ℓ": "ell"}  # neither the number 1 nor the letter l
_SIGNS |= {"𝒩": "Normal", "𝒰": "Uniform"}  # which no name is called


def in_ascii(text: str) -> str:
    """Return the text in ASCII; a character that has no spelling becomes its escape, as \\u4e2d.

    A space stands where a word would run into a letter or a number: 2ηt is 2 eta t.
    """
    if text.isascii():
        return text
    halved = re.sub("([_^])½", r"\1{1/2}", text)
    text = "".join(unicodedata.normalize("NFD", one) if one.isalpha() else one for one in halved)
    written, word = "", False  # the last thing written is a word or an index
    for sign, run in groupby(text, raised_or_lowered):
        piece = "".join(run)
        for one, spelled in [(_script(sign, piece), True)] if sign else ((_spelled(c), not c.isascii()) for c in piece):
            apart = (word or spelled) and written[-1:].isalnum() and one[:1].isalnum() and one not in _MARKS.values()
            written += f" {one}" if apart else one
            word = spelled
    return written.encode("ascii", "backslashreplace").decode("ascii")


def as_printed(text: str) -> str:
    """Return the text as `print` can write it: in ASCII if the encoding of standard output lacks a character."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return in_ascii(text)
    return text


def raised_or_lowered(character: str) -> str:
    """^ for ² and ᵀ, _ for ₂ and ᵢ, or nothing."""
    return {"<super>": "^", "<sub>": "_"}.get(unicodedata.decomposition(character).partition(" ")[0], "")


def _script(sign: str, piece: str) -> str:
    """Return an index or an exponent; in braces if it is longer than a letter."""
    inside = unicodedata.normalize("NFKC", piece).replace("−", "-")
    return sign + (inside if len(inside) == 1 else f"{{{inside}}}")


def _spelled(character: str) -> str:
    """Return the spelling of one character, or the character itself if there is none."""
    if character in _SIGNS:
        return _SIGNS[character]
    name = unicodedata.name(character, "")
    if name.startswith("GREEK") and " LETTER " in name:
        letter = name.partition(" LETTER ")[2].split()[0].replace("LAMDA", "LAMBDA").lower()
        return letter.capitalize() if " CAPITAL " in name else letter
    if name.startswith("BOX DRAWINGS"):
        lines = {"HORIZONTAL", "VERTICAL"} & set(name.split())
        return {"HORIZONTAL": "-", "VERTICAL": "|"}[lines.pop()] if len(lines) == 1 and " AND " not in name else "+"
    if name.startswith("BRAILLE"):  # one picture of a spinner
        return "*"
    letters = (one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one))
    return "".join(letters).replace("\N{FRACTION SLASH}", "/")
