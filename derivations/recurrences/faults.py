"""What is said of a formula that cannot be used: which factor does not fit, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from gdssm_symbolic.kernel.expressions import Expr, Shape

from .grammar import FUNCTIONS, RANGED, Call, Letter, Node, Rows, Turned, word

#: Functions of entries that cannot be stated.
NOT_RATIONAL = ("sigmoid", "softmax", "softplus", "exp", "log", "sqrt", "tanh", "relu", "silu", "gelu", "norm")


def size(shape: Shape) -> str:
    """The sizes of a matrix in words: m×d."""
    return "×".join(f"({one})" if one.is_Add else str(one) for one in shape)


def is_(text: str, expr: Expr) -> str:
    """Say of which size something is: S k is d×1."""
    return f"{text} is {'a number' if expr.is_scalar else size(expr.shape)}"


def split(text: str, letters: Iterable[str]) -> list[str]:
    """Known letters, at least two, that stand in a text without spaces; nothing if it is not made of them."""
    best: list[list[str] | None] = [[]]
    known = [*letters, "I", "t"]
    for end in range(1, min(len(text), 40) + 1):
        options = (
            [*before, letter]
            for letter in known
            if text.endswith(letter, 0, end) and (before := best[end - len(letter)]) is not None
        )
        best.append(min(options, key=len, default=None))
    return (best[-1] or []) if len(text) <= 40 else []


def nearest(text: str, letters: Iterable[str]) -> str:
    """What to write instead of an unknown letter."""
    known = {word(letter): letter for letter in letters}
    alike = [letter for letter in known if letter.lower() == word(text).lower()]
    near = alike or difflib.get_close_matches(
        word(text), [*known, *(FUNCTIONS + RANGED) * (len(text) > 1)], n=1, cutoff=0.5
    )
    return f"did you mean {near[0]}?" if near else f"the letters are {', '.join(list(known.values())[:20])}"


def turned(node: Node) -> str:
    """The transpose of a part of a formula, as one writes it."""
    if isinstance(node, Turned):
        return node.parts[0].text
    return f"{node.text}^T" if isinstance(node, Letter | Call | Rows) or node.text[:1] == "(" else f"({node.text})^T"
