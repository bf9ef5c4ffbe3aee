"""Uninterpreted functions: f(u) = f(v) is known only if u = v.

In a monomial, f(u) is a letter that holds the normal form of u, with a gap for every index of the data in u. The
indices that fill the gaps, in reading order, become indices of the letter. So f(Wᵀx_i) is the letter f(Wᵀx_□) at index
i, and every operation on the index of a sum (renaming, shifting, putting in a value) acts inside u, too. Two letters
are the same only if the normal forms of their arguments are the same.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from gdssm_symbolic.kernel.linear_forms import Linear, OutsideLanguage, Variable, index
from gdssm_symbolic.kernel.monomials import Letter, Monomial, Word
from gdssm_symbolic.kernel.scalars import Coefficient

GAP = Linear.of_one(index(-4))


def with_gaps(
    terms: dict[Monomial, Coefficient], bound: Container[Variable]
) -> tuple[tuple[tuple[Any, ...], ...], tuple[Linear, ...]]:
    """Return a polynomial with gaps in place of its indices, as sorted terms, and the indices that fill the gaps.

    Raises OutsideLanguage if an index that is bound outside stands in an exponent, in a bound, or in one index together
    with an index that is bound inside.
    """
    filled: list[Linear] = []
    gapped = []
    for monomial in sorted(terms, key=_without_indices):
        coefficient = terms[monomial]
        parts = tuple(coefficient.numer.terms()), tuple(coefficient.denom.terms())
        gapped.append((_gapped(monomial, bound, filled), parts))
    return tuple(gapped), tuple(filled)


def is_function(letter: Letter) -> bool:
    """Return whether the letter stands for a function at its argument."""
    return bool(letter.arguments)


def _gapped(m: Monomial, bound: Container[Variable], filled: list[Linear]) -> Monomial:
    own = {index(k) for k in range(len(m.uppers))}
    for form in (*(upper.form for upper in m.uppers), *(exponent for _, exponent in m.powers)):
        _require_unbound(form, bound)

    def with_gap(form: Linear) -> Linear:
        if own & {variable for variable, _ in form.terms}:  # summed over in the argument itself
            _require_unbound(form, bound)
            return form
        filled.append(form)
        return GAP

    def word(letters: Word) -> Word:
        for letter in letters:
            _require_unbound(letter.exponent, bound)
        return tuple(letter._replace(indices=tuple(map(with_gap, letter.indices))) for letter in letters)

    numbers = tuple((kind, word(letters)) for kind, letters in m.numbers)
    return m._replace(numbers=numbers, body=tuple(map(word, m.body)))


def _require_unbound(form: Linear, bound: Container[Variable]) -> None:
    if any(variable in bound for variable, _ in form.terms):
        raise OutsideLanguage("a function of an argument with a sum or an exponent that depends on an outer index")


def _without_indices(m: Monomial) -> tuple[Monomial, Monomial]:
    """Return a sort key that compares terms without their indices first, and with their indices only in ties."""
    return _gapped(m, (), []), m
