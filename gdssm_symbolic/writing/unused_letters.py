"""Letters that are not in use, for what a text has to name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import count

from gdssm_symbolic.extensions.reading import read
from gdssm_symbolic.kernel.expressions import Expr, Sum, names, walk


def fresh(letters: Iterable[str], taken: Collection[str]) -> str:
    """Return the first of the letters that is not taken; if all are, the last with a prime, or another, or a word.

    W is taken by W_0, too, which would read like a member of it. No text has two primes, since the name of an
    assumption, in which it may stand, has no quotation mark.
    """
    letters = list(letters)
    taken = {part for text in taken for part in (text, text.partition("_")[0])}
    primed = (f"{letter}'" for letter in reversed(letters))
    ascii_letter = next((one for one in reversed(letters) if one.isascii()), "z")
    words = (ascii_letter * k for k in count(2))
    return next(one for some in (letters, primed, words) for one in some if one not in taken)


def unlike(letters: str, taken: Iterable[str]) -> Iterator[str]:
    """Yield the letters that no text taken begins with, whatever stands above or below it, and then some with primes.

    With x^2 or x' in a text, x would be read as what these are made of.
    """
    bases = {read(text).base.rstrip("'") for text in taken}
    yield from (letter for letter in letters if letter not in bases)
    yield from (letters[-1] + "'" * k for k in count(1 + max((len(text) for text in taken), default=0)))


def letters_of_sums(expr: Expr) -> set[str]:
    """Return the names of the bound indices in an expression."""
    return {node.index.name for node in walk(expr) if isinstance(node, Sum)}


def letters_of(*exprs: Expr) -> set[str]:
    """Return the texts of the names and symbols in expressions, sizes and bound indices included."""
    return free_letters_of(*exprs).union(*map(letters_of_sums, exprs))


def free_letters_of(*exprs: Expr) -> set[str]:
    """Return the texts of the names and symbols in expressions, sizes included, but no bound index."""
    found = {one.name for expr in exprs for one in expr.depends_on}
    return found | {text for e in exprs for name in names(e) for text in (name.text, *(n.name for n in name.sizes))}
