"""Letters that are not in use."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count

import sympy

from gdssm_symbolic.kernel.expressions import Expr, Sum, names, walk


def fresh(letters: Iterable[str], taken: Collection[str]) -> str:
    """Return the first of the letters that is not taken; if all are, the last with as many primes as it needs.

    W is taken by W_0, too, which would read like a member of it.
    """
    letters = list(letters)
    taken = {part for text in taken for part in (text, text.partition("_")[0])}
    primed = (letters[-1] + "'" * k for k in count(1))
    return next(one for some in (letters, primed) for one in some if one not in taken)


def counter(taken: Collection[str]) -> sympy.Symbol:
    """Return a symbol for a number of tokens, 0 included, with a name that is not taken."""
    return sympy.Symbol(fresh("nTNr", taken), integer=True, nonnegative=True)


def letters_of(*exprs: Expr) -> set[str]:
    """Return the texts of the names and symbols in expressions, sizes and bound indices included."""
    found: set[str] = set()
    for expr in exprs:
        found |= {one.name for one in expr.depends_on}
        found |= {node.index.name for node in walk(expr) if isinstance(node, Sum)}
        found |= {text for name in names(expr) for text in (name.text, *(size.name for size in name.sizes))}
    return found
