"""Letters that are not in use."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from itertools import count

import sympy

from gdssm_symbolic.kernel.expressions import Expr, Sum, names, substitute, walk

#: What indices of sums are called.
INDICES = ("i", "j", "k", "m", "r", "p", "q", "l", "s", "a", "b", "c", "h")


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


def letters_of_sums(expr: Expr) -> set[str]:
    """Return the names of the bound indices in an expression."""
    return {node.index.name for node in walk(expr) if isinstance(node, Sum)}


def letters_of(*exprs: Expr) -> set[str]:
    """Return the texts of the names and symbols in expressions, sizes and bound indices included."""
    found: set[str] = set()
    for expr in exprs:
        found |= {one.name for one in expr.depends_on}
        found |= letters_of_sums(expr)
        found |= {text for name in names(expr) for text in (name.text, *(size.name for size in name.sizes))}
    return found


def with_free_indices(expr: Expr, *about: Expr) -> Expr:
    """Return the expression with an index that is not in use in each sum whose index reads like something else.

    That is a name, a size or a number in the expression, or in those that the sum stands beside: the kernel, which
    renames indices of sums inside sums, avoids only other indices. The j of W_j counts, too.
    """
    exprs = expr, *about
    used = {text for one in exprs for name in names(one) for text in (name.text, *(size.name for size in name.sizes))}
    used |= {one.name for part in exprs for one in part.depends_on if not one.is_integer}
    used |= {part for text in used for base, _, below in [text.partition("_")] for part in (base, below, *below)}
    return _with_other_indices(expr, used, used | letters_of(*exprs)) if used & letters_of_sums(expr) else expr


def _with_other_indices(expr: Expr, used: Set[str], taken: set[str]) -> Expr:
    """Return the expression with an index that is not taken in each sum whose index is used."""
    expr = expr.mapped(lambda part: _with_other_indices(part, used, taken))
    if not isinstance(expr, Sum) or expr.index.name not in used:
        return expr
    index = sympy.Symbol(fresh(INDICES, taken), integer=True)
    taken.add(index.name)
    return Sum(substitute(expr.body, {expr.index: index}), index, expr.lower, expr.upper)
