"""What the letters of a formula can stand for, and what a state does where the formula stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import sympy

from gdssm_symbolic.kernel.expressions import Expr, Name

from .faults import NOT_RATIONAL, nearest, split
from .grammar import RESERVED, Letter


@dataclass(frozen=True)
class Family:
    """What each token carries under a letter: one member, or `count` of them."""

    name: Name
    count: sympy.Expr | None = None


#: What a letter can stand for: data, a state or a constant matrix, or a number (a constant, a size, an index).
Meant: TypeAlias = Family | Name | sympy.Symbol


@dataclass(frozen=True)
class Place:
    """What a state stands for in a formula, by its letter.

    `alone` is the value of S. `at` says at which steps S[…] may be written: only at these, or anywhere if it is None.
    `new` gives the value of S', or is None where there is none.
    """

    where: str
    alone: Mapping[str, Expr] = field(default_factory=dict)
    at: frozenset[sympy.Expr] | None = frozenset()
    new: Callable[[str], Expr] | None = None


def unknown(node: Letter, letters: Mapping[str, Meant]) -> str:
    """What is told of a letter that nothing is known of."""
    word = node.letter
    written = node.text.split("[")[0].strip(" ()'")
    if word in RESERVED:
        return f"{word} stands for {RESERVED[word]}"
    if word in NOT_RATIONAL:
        return f"{word} is no function here; declare its value as a letter of the data, and write that letter"
    base, _, below = word.partition("_")
    if below and isinstance(letters.get(base), Family | Name):
        return f"unknown letter {written}; write {base}[{below}]"
    if apart := split(word, letters):
        return f"unknown letter {written}; write a product with spaces: {' '.join(apart)}"
    return f"unknown letter {written}; {nearest(word, letters)}"
