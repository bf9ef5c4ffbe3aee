"""Letters for what a proof about a recurrence adds: indices of sums, numbers of tokens."""

from __future__ import annotations

from collections.abc import Collection, Set

import sympy

from gdssm_symbolic.kernel.expressions import Expr, Sum, names, substitute
from gdssm_symbolic.writing.unused_letters import fresh, letters_of, letters_of_sums

#: What indices of sums are called.
INDICES = ("i", "j", "k", "m", "r", "p", "q", "l", "s", "a", "b", "c", "h")


def counter(taken: Collection[str]) -> sympy.Symbol:
    """Return a symbol for a number of tokens, 0 included, with a name that is not taken."""
    return sympy.Symbol(fresh("nTNr", taken), integer=True, nonnegative=True)


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
