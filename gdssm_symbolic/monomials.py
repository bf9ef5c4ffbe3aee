"""The monomials of the normal form: words of letters, and their canonical order and names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, permutations, product
from math import factorial, prod
from typing import Any, NamedTuple

from gdssm_symbolic.indices import Linear, OutsideLanguage, linear_form


class Letter(NamedTuple):
    """One factor of a word: a name at its indices, transposed or not, to a power (1 if not square)."""

    name: str
    indices: tuple[Linear, ...]
    transposed: bool
    exponent: Linear
    rows: str
    columns: str


Word = tuple[Letter, ...]


class Monomial(NamedTuple):
    """A sum over bound indices of powers × numbers × body; see `normal_form`."""

    uppers: tuple[Linear, ...]  # bound index number k, named "%k", runs from 1 to uppers[k]
    powers: tuple[tuple[str, Linear], ...]  # a^e with e free of a constant part
    numbers: tuple[tuple[str, Word], ...]  # ("word", w) or ("trace", w)
    body: tuple[Word, ...]  # the words of the matrix product; () for a number, ((),) for an identity


#: At most this many namings of indices that look alike are tried (six factorial).
MAX_NAMINGS = 720

UNIT = Monomial((), (), (), ())


def flip(word: Word) -> Word:
    """The transpose of a word: reversed, each letter transposed; a 1×1 letter is its own transpose."""
    return tuple(
        e if e.rows == e.columns == "1" else e._replace(transposed=not e.transposed, rows=e.columns, columns=e.rows)
        for e in reversed(word)
    )


def forms(m: Monomial) -> Iterator[Linear]:
    """The indices and matrix exponents of a monomial."""
    for word in (*(word for _, word in m.numbers), *m.body):
        for letter in word:
            yield from (*letter.indices, letter.exponent)


def occurrences(m: Monomial, name: str) -> set[Linear]:
    """The indices and matrix exponents of a monomial in which an index stands."""
    return {form for form in forms(m) if form.of(name)}


def canonical_number(kind: str, word: Word) -> tuple[str, Word]:
    """The least form of a number: uᵀAv = vᵀAᵀu, and a trace may be rotated besides."""
    turns = [word[k:] + word[:k] for k in range(len(word))] if kind == "trace" else [word]
    return kind, min(min(turn, flip(turn)) for turn in turns)


def in_order(m: Monomial) -> Monomial:
    """The monomial with its numbers in their least form, sorted."""
    return m._replace(numbers=tuple(sorted(canonical_number(kind, word) for kind, word in m.numbers)))


def rename(m: Monomial, names: Mapping[str, str]) -> Monomial:
    """The monomial with its indices renamed, all at once."""
    return _with_forms(m, lambda form: linear_form(((names.get(n, n), k) for n, k in form.terms), form.constant))


def replace_index(m: Monomial, name: str, value: Linear) -> Monomial:
    """The monomial with a linear form put in for an index, wherever it stands."""
    return _with_forms(m, lambda form: form.replace(name, value))


def _with_forms(m: Monomial, change: Callable[[Linear], Linear]) -> Monomial:
    """The monomial with every index and exponent changed."""

    def word(letters: Word) -> Word:
        return tuple(e._replace(indices=tuple(map(change, e.indices)), exponent=change(e.exponent)) for e in letters)

    powers = tuple((base, change(exponent)) for base, exponent in m.powers)
    numbers = tuple((kind, word(letters)) for kind, letters in m.numbers)
    return Monomial(m.uppers, powers, numbers, tuple(map(word, m.body)))


def canonical_names(m: Monomial) -> Monomial:
    """The least of all namings of the bound indices; only indices that look alike are permuted."""
    names = [f"%{k}" for k in range(len(m.uppers))]

    def seen_alone(name: str) -> tuple[Any, ...]:
        others = {n: "%?" for n in names if n != name}
        renamed = rename(m, {**others, name: "%!"})
        return m.uppers[int(name[1:])], renamed.powers, in_order(renamed).numbers, renamed.body

    groups = [list(g) for _, g in groupby(sorted(names, key=seen_alone), key=seen_alone)]
    if prod(factorial(len(group)) for group in groups) > MAX_NAMINGS:
        raise OutsideLanguage("too many sums whose indices look alike")
    candidates = []
    for arrangement in product(*map(permutations, groups)):
        order = [name for group in arrangement for name in group]
        renamed = rename(m, {old: f"%{k}" for k, old in enumerate(order)})
        candidates.append(in_order(renamed._replace(uppers=tuple(m.uppers[int(old[1:])] for old in order))))
    return min(candidates)
