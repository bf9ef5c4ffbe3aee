"""The monomials of the normal form: words of letters, and the canonical order of words and names of indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, permutations, product
from math import factorial, prod
from typing import Any, NamedTuple

from .linear_forms import ONE, Linear, Variable, index, linear_form
from .work import Work


class Letter(NamedTuple):
    """One factor of a word: a name at its indices, transposed or not, raised to a power (1 if it is not square).

    The letter of a function also holds its arguments, and their indices come after its own (`extensions.functions`).
    """

    name: str
    arguments: tuple[Any, ...]
    indices: tuple[Linear, ...]
    transposed: bool
    exponent: Linear
    rows: Linear
    columns: Linear


Word = tuple[Letter, ...]


class Upper(NamedTuple):
    """The upper bound of a sum in normal form, which starts at 1, and whether it is shown to be ≥ 0 at all sizes.

    If that is not shown, the sum is read by Karr's convention: it is an ordinary sum where the bound is ≥ 0, and minus
    the sum over upper + 1, …, 0 where the bound is negative. Such a sum has no defined number of terms, and its index
    may be below 1. Code that needs a number of terms, or an index ≥ 1, gets the bounds from `certificates.ordinary`.
    """

    form: Linear
    ordinary: bool


class Monomial(NamedTuple):
    """A sum over bound indices of powers × numbers × body; see `normal_form`."""

    uppers: tuple[Upper, ...]  # index number k runs from 1 to uppers[k]
    powers: tuple[tuple[str, Linear], ...]  # a^e, where e has no constant part
    numbers: tuple[tuple[str, Word], ...]  # ("word", w) or ("trace", w)
    body: tuple[Word, ...]  # the words of the matrix product; () for a number, ((),) for an identity

    @property
    def letters(self) -> tuple[Letter, ...]:
        return tuple(chain(*(word for _, word in self.numbers), *self.body))

    @property
    def forms(self) -> Iterator[Linear]:
        """The indices and matrix exponents in it."""
        return chain.from_iterable((*letter.indices, letter.exponent) for letter in self.letters)

    def occurrences(self, variable: Variable) -> set[Linear]:
        """Return those indices and matrix exponents that contain a variable."""
        return {form for form in self.forms if form.coefficient(variable)}

    def in_order(self) -> Monomial:
        """Return the monomial with its numbers in canonical form, sorted."""
        return self._replace(numbers=tuple(sorted(canonical_number(kind, word) for kind, word in self.numbers)))

    def renamed(self, others: Mapping[Variable, Variable]) -> Monomial:
        """Return the monomial with some variables renamed, all at once."""
        return self._changed(
            lambda one: linear_form([(others.get(v, v), k) for v, k in one.terms], one.constant) if one.terms else one
        )

    def put_in(self, variable: Variable, value: Linear) -> Monomial:
        """Return the monomial with a linear form put in for a variable, in all indices and exponents."""
        return self._changed(lambda form: form.replace(variable, value))

    def _changed(self, change: Callable[[Linear], Linear]) -> Monomial:
        """Return the monomial with every index and exponent changed."""

        def changed(word: Word) -> Word:
            return tuple(
                Letter(name, arguments, tuple(change(i) for i in indices), transposed, change(exponent), rows, columns)
                for name, arguments, indices, transposed, exponent, rows, columns in word
            )

        powers = tuple((base, change(exponent)) for base, exponent in self.powers)
        numbers = tuple((kind, changed(word)) for kind, word in self.numbers)
        return Monomial(self.uppers, powers, numbers, tuple(changed(word) for word in self.body))

    def canonical(self, work: Work) -> Monomial:
        """Return the smallest monomial over all orders of the bound indices.

        To save work, only indices that look alike are permuted. For each index, write the monomial with one stand-in in
        place of this index and another in place of all other indices. Two indices look alike if the monomials written
        for them are the same and their upper bounds are equal.
        """
        numbers = range(len(self.uppers))

        def seen_alone(number: int) -> tuple[Any, ...]:
            renamed = self.renamed({index(k): THIS if k == number else OTHER for k in numbers})
            return self.uppers[number], renamed.powers, renamed.in_order().numbers, renamed.body

        seen = [seen_alone(number) for number in numbers] if len(numbers) > 1 else [()]  # one index looks like no other
        groups = [[number for number in numbers if seen[number] == one] for one in sorted(set(seen))]
        namings = prod(factorial(len(group)) for group in groups)
        work.spend(25 * (namings + len(numbers)) * len(self.letters))  # each naming counts 25 steps a letter
        return min(self._in_this_order([*chain(*o)]) for o in product(*(permutations(group) for group in groups)))

    def _in_this_order(self, order: list[int]) -> Monomial:
        """Return the monomial with its bound indices in another order, and its numbers in order."""
        renamed = self if order == sorted(order) else self.renamed({index(o): index(k) for k, o in enumerate(order)})
        return renamed._replace(uppers=tuple(self.uppers[old] for old in order)).in_order()


#: Stand-ins for indices: one for the index that is looked at, one for all others.
THIS, OTHER = index(-3), index(-2)
Combination = dict[Monomial, Any]  # coefficients of monomials, in a field of rational functions (`scalars`)


@dataclass(frozen=True)
class NormalForm:
    """A block matrix (usually one block) of combinations, with the sizes of its block rows and columns."""

    blocks: tuple[tuple[Combination, ...], ...]
    rows: tuple[Linear, ...]
    columns: tuple[Linear, ...]

    @property
    def is_number(self) -> bool:
        return self.rows == self.columns == (ONE,)

    def mapped(self, change: Callable[[Combination], Combination]) -> NormalForm:
        return replace(self, blocks=tuple(tuple(change(block) for block in row) for row in self.blocks))


def flip(word: Word) -> Word:
    """Return the transpose of a word: reversed, each letter transposed; a 1×1 letter is its own transpose."""
    return tuple(
        e if e.rows == e.columns == ONE else e._replace(transposed=not e.transposed, rows=e.columns, columns=e.rows)
        for e in reversed(word)
    )


def canonical_number(kind: str, word: Word) -> tuple[str, Word]:
    """Return the smallest of the equal forms of a number: uᵀAv = vᵀAᵀu, and a trace may also be rotated."""
    turns = [word[k:] + word[:k] for k in range(len(word))] if kind == "trace" else [word]
    return kind, min(min(turn, flip(turn)) for turn in turns)
