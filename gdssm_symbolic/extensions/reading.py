"""Texts that a reader could mistake for one another: two things that print alike, a name that reads like an expression.

This file has no rule of inference. A statement is about symbols and names, and a reader sees their texts. So `checker`
and `evidence` refuse a statement in which one text can be read in two ways, even if the statement is true.

Symbols and names are alike if their texts print alike: i1 is i_1, and eta is η. A name c_i, c_1 or c_n reads like a
member of the family c; c_i does so without a family, too, if i is an integer symbol that occurs. K^2 reads like a power
of the square matrix K.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

import sympy
from sympy.printing.pretty.pretty_symbology import pretty_symbol, pretty_use_unicode

from gdssm_symbolic.kernel.expressions import Name

#: A text with one index or exponent at its end, in braces or not.
SCRIPT = re.compile(r"(.+?)([_^])(?:\{([^{}]+)\}|([^{}_^]+))")


@lru_cache(maxsize=4096)
def printed(text: str) -> str:
    """Return a symbol's name as it is printed: with Greek letters, and numbers at its end as an index."""
    found = pretty_use_unicode(True)
    try:
        return str(pretty_symbol(text))
    finally:
        pretty_use_unicode(found)


def mistaken(names: Collection[Name], symbols: Iterable[sympy.Symbol]) -> set[str]:
    """Return the texts of these names and symbols that can be read in two ways."""
    symbols = set(symbols)
    integers = {printed(symbol.name) for symbol in symbols if symbol.is_integer}
    twice, known = set[str](), dict[str, str]()
    for text in (*(symbol.name for symbol in symbols), *(name.text for name in names)):
        if known.setdefault(printed(text), text) != text:
            twice.add(text)
    return twice | {name.text for name in names if _reads_like_another(name, names, integers)}


def _reads_like_another(name: Name, names: Collection[Name], integers: Collection[str]) -> bool:
    match = SCRIPT.fullmatch(name.text)
    if match is None:
        return False
    base, sign, braced, bare = match.groups()
    parts = [printed(part) for part in re.split(r"[\s,]+", braced or bare) if part]
    of = [one for one in names if printed(one.text) == printed(base)]
    if sign == "_" and any(one.arity for one in of):  # c_n beside the family c, but W_* beside W
        return all(part.isalnum() for part in parts)
    raised = sign == "^" and any(one.shape[0] == one.shape[1] for one in of)
    numbered = all(part.isdecimal() or part in integers for part in parts)
    return numbered and (raised or any(part in integers for part in parts))
