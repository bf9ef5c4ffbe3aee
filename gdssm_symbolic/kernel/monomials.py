"""The monomials of the normal form: words of letters, and the canonical order of words and names of indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, permutations, product
from math import factorial, prod
from typing import Any, NamedTuple

from gdssm_symbolic.kernel.linear_forms import ONE, Linear, OutsideLanguage, Variable, index, linear_form
from gdssm_symbolic.kernel.work import Work


class Pattern(NamedTuple):
    """An argument of a function in normal form, block by block, with gaps for its indices (`uninterpreted`)."""

    rows: tuple[Linear, ...]
    columns: tuple[Linear, ...]
    blocks: tuple[tuple[tuple[Any, ...], ...], ...]  # a block is a tuple of terms: monomial with gaps, coefficient


class Letter(NamedTuple):
    """One factor of a word: a name at its indices, transposed or not, raised to a power (1 if it is not square).

    A function has arguments, too. The indices that fill the gaps in its arguments follow its own indices.
    """

    name: str
    arguments: tuple[Pattern, ...]
    indices: tuple[Linear, ...]
    transposed: bool
    exponent: Linear
    rows: Linear
    columns: Linear


Word = tuple[Letter, ...]


class Upper(NamedTuple):
    """The upper bound of a sum in normal form, which starts at 1, and whether it is shown to be ≥ 0 at all sizes.

    If that is not shown, the sum is read by Karr's convention: it is an ordinary sum where the bound is ≥ 0, and minus
    the sum over upper + 1, …, 0 where the bound is negative. Such a sum has no number of terms, and its index need not
    be ≥ 1. Code that needs either must get the bounds from `ordinary`.
    """

    form: Linear
    ordinary: bool


class Monomial(NamedTuple):
    """A sum over bound indices of powers × numbers × body; see `normal_form`."""

    uppers: tuple[Upper, ...]  # index number k runs from 1 to uppers[k]
    powers: tuple[tuple[str, Linear], ...]  # a^e, where e has no constant part
    numbers: tuple[tuple[str, Word], ...]  # ("word", w) or ("trace", w)
    body: tuple[Word, ...]  # the words of the matrix product; () for a number, ((),) for an identity


UNIT = Monomial((), (), (), ())
#: Stand-ins for indices: one for the index that is looked at, one for all others.
THIS, OTHER = index(-3), index(-2)


def ordinary(m: Monomial) -> dict[Variable, Linear]:
    """Return the upper bounds of the sums, by index. Raises OutsideLanguage if one is not shown to be ≥ 0."""
    for upper in m.uppers:
        if not upper.ordinary:
            raise OutsideLanguage(f"in normal form a sum over 1, …, {upper.form}, which is not shown to be ≥ 0")
    return {index(k): upper.form for k, upper in enumerate(m.uppers)}


def letters(m: Monomial) -> Iterator[Letter]:
    """Yield the letters of a monomial."""
    for word in (*(word for _, word in m.numbers), *m.body):
        yield from word


def flip(word: Word) -> Word:
    """Return the transpose of a word: reversed, each letter transposed; a 1×1 letter is its own transpose."""
    return tuple(
        e if e.rows == e.columns == ONE else e._replace(transposed=not e.transposed, rows=e.columns, columns=e.rows)
        for e in reversed(word)
    )


def forms(m: Monomial) -> Iterator[Linear]:
    """Yield the indices and matrix exponents of a monomial."""
    for letter in letters(m):
        yield from (*letter.indices, letter.exponent)


def occurrences(m: Monomial, variable: Variable) -> set[Linear]:
    """Return those indices and matrix exponents of a monomial that contain a variable."""
    return {form for form in forms(m) if form.coefficient(variable)}


def canonical_number(kind: str, word: Word) -> tuple[str, Word]:
    """Return the smallest of the equal forms of a number: uᵀAv = vᵀAᵀu, and a trace may also be rotated."""
    turns = [word[k:] + word[:k] for k in range(len(word))] if kind == "trace" else [word]
    return kind, min(min(turn, flip(turn)) for turn in turns)


def in_order(m: Monomial) -> Monomial:
    """Return the monomial with its numbers in canonical form, sorted."""
    return m._replace(numbers=tuple(sorted(canonical_number(kind, word) for kind, word in m.numbers)))


def rename(m: Monomial, others: Mapping[Variable, Variable]) -> Monomial:
    """Return the monomial with some variables renamed, all at once."""
    return _with_forms(m, lambda form: linear_form(((others.get(v, v), k) for v, k in form.terms), form.constant))


def put_in(m: Monomial, variable: Variable, value: Linear) -> Monomial:
    """Return the monomial with a linear form put in for a variable, in all indices and exponents."""
    return _with_forms(m, lambda form: form.replace(variable, value))


def _with_forms(m: Monomial, change: Callable[[Linear], Linear]) -> Monomial:
    """Return the monomial with every index and exponent changed."""

    def changed(word: Word) -> Word:
        return tuple(e._replace(indices=tuple(map(change, e.indices)), exponent=change(e.exponent)) for e in word)

    powers = tuple((base, change(exponent)) for base, exponent in m.powers)
    numbers = tuple((kind, changed(word)) for kind, word in m.numbers)
    return Monomial(m.uppers, powers, numbers, tuple(map(changed, m.body)))


def canonical_names(m: Monomial, work: Work) -> Monomial:
    """Return the smallest monomial over all orders of the bound indices.

    Only indices that look the same, when the names of all other indices are hidden, are permuted.
    """
    numbers = range(len(m.uppers))

    def seen_alone(number: int) -> tuple[Any, ...]:
        renamed = rename(m, {index(k): THIS if k == number else OTHER for k in numbers})
        return m.uppers[number], renamed.powers, in_order(renamed).numbers, renamed.body

    groups = [list(g) for _, g in groupby(sorted(numbers, key=seen_alone), key=seen_alone)]
    namings = prod(factorial(len(group)) for group in groups)
    work.spend(25 * (namings + len(numbers)) * sum(1 for _ in letters(m)))  # each naming counts 25 steps a letter
    candidates = []
    for arrangement in product(*map(permutations, groups)):
        order = [number for group in arrangement for number in group]
        renamed = rename(m, {index(old): index(k) for k, old in enumerate(order)})
        candidates.append(in_order(renamed._replace(uppers=tuple(m.uppers[old] for old in order))))
    return min(candidates)
