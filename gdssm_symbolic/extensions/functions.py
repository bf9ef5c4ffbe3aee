"""Uninterpreted functions: f(u) = f(v) is known only if u = v.

In a monomial, f(u) is one letter. The letter holds the normal form of u, with a gap in place of every index of the
data. It also holds these indices, in reading order. So f(Wᵀx_i) is the letter f(Wᵀx_□) at index i, and every operation
on the index of a sum (renaming, shifting, putting in a value) acts inside u, too. Two letters are the same only if the
normal forms of their arguments are the same.

**Rule.** Such a letter depends on nothing but its arguments, as a member of a family depends on nothing but its
indices. So every rule of the normal form for members of families is valid for it, too.

`checker` decides with this normal form; the kernel's own refuses functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from itertools import chain
from typing import Any, NamedTuple

from gdssm_symbolic.kernel import normal_form
from gdssm_symbolic.kernel.expressions import App, names, wrap
from gdssm_symbolic.kernel.linear_forms import Linear, OutsideLanguage, Scope, Variable, index
from gdssm_symbolic.kernel.monomials import Letter, Monomial, NormalForm, Word
from gdssm_symbolic.kernel.normal_form import Decision
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.well_defined import symbols_of
from gdssm_symbolic.kernel.work import Work

from .cuts import WithCuts
from .reading import mistaken

FUNCTION = Rule("function", "$f(u) = f(v)$ where $u = v$, for every function $f$", "extensions/functions.py")

GAP = Linear.of_one(index(-4))


class Pattern(NamedTuple):
    """An argument of a function in normal form, block by block, with gaps for its indices."""

    rows: tuple[Linear, ...]
    columns: tuple[Linear, ...]
    blocks: tuple[tuple[tuple[Any, ...], ...], ...]  # a block is a tuple of terms: monomial with gaps, coefficient


class WithFunctions(WithCuts):
    """Brings expressions with functions to normal form."""

    def arguments(self, expr: App, scope: Scope) -> tuple[tuple[Pattern, ...], tuple[Linear, ...]]:
        """Return the arguments of a function with gaps for their indices, and the indices that fill the gaps."""
        self.used.update({FUNCTION} if expr.arguments else ())
        gapped = [with_gaps(self.normalise(argument, scope), scope.ranges) for argument in expr.arguments]
        return tuple(pattern for pattern, _ in gapped), tuple(chain(*(filled for _, filled in gapped)))


def show_equal(left: Any, right: Any, work: Work | None = None) -> Decision:
    """Decide as `decide` does, for a proof: if the answer is no, equality is not shown, but it may hold.

    It may if arguments of functions can be written in two ways (`decide`), or if a text can be read in two ways, of
    which `checker` asks separately.
    """
    return normal_form.decide(left, right, work, WithFunctions)


def decide(left: Any, right: Any, work: Work | None = None) -> Decision:
    """Decide whether two expressions are equal for all sizes, data, scalars and functions.

    Both may be expressions of the language, integers, or SymPy scalars, matrices and matrix expressions. `work` says
    how many steps may be taken, and is told of progress.

    Not equal means: by the rules of the core, as expressions for all sizes. Where sizes are literal numbers, two sides
    that are not equal by these rules may still have the same values: those of the theorem of Cayley and Hamilton for
    2×2 matrices, or two vectors of R^0.

    Raises:
        ShapeError: the two have different shapes.
        OutsideLanguage: the normal form cannot express this equality, or takes too much work (TooMuchWork); a text can
            be read in two ways; or no equality is shown, but neither is a difference, because an argument of a function
            can be written in two ways (`in_no_order`).
    """
    decision = show_equal(left, right, work)
    sides = wrap(left), wrap(right)
    if alike := mistaken({*names(sides[0]), *names(sides[1])}, symbols_of(*sides)):
        raise OutsideLanguage(f"{alike.pop()} can be read in two ways")
    left_over = [m for row in decision.difference.blocks for block in row for m in block]
    cuts: dict[tuple[str, int], tuple[Any, ...]] = {}
    for letter in chain(*(_all_letters(m) for m in left_over)):
        for place, pattern in enumerate(letter.arguments):
            cut = pattern.rows, pattern.columns
            if cuts.setdefault((letter.name, place), cut) != cut:
                raise OutsideLanguage(f"whether arguments of {letter.name} that are cut into other blocks are equal")
    if any(in_no_order(m) for m in left_over):
        raise OutsideLanguage("whether arguments of a function are equal in which one name stands twice")
    return decision


def _all_letters(m: Monomial) -> Iterator[Letter]:
    """Yield the letters of a monomial, and those in the arguments of its functions."""
    for letter in m.letters:
        yield letter
        for gapped, _ in chain(*(row for pattern in letter.arguments for row in pattern.blocks)):
            yield from _all_letters(gapped)


def in_no_order(m: Monomial) -> bool:
    """Return whether a name stands at two gaps of one argument of a function in the monomial, or twice beside a gap.

    Then the argument may be written in two ways, as g(c_i + c_j) and g(c_j + c_i) for a summed j, or as g(Σ_j c_j c_i)
    and g(Σ_j c_i c_j); or c_i - c_j may be 0 at i = j. So such letters may be equal although they look different.
    """
    for pattern in chain(*(letter.arguments for letter in m.letters)):
        terms = [gapped for row in pattern.blocks for gapped, _ in row]
        gaps = [one.name for gapped in terms for one in gapped.letters for form in one.indices if form == GAP]
        beside = (Counter(one.name for one in gapped.letters) for gapped in terms)
        if len(set(gaps)) < len(gaps) or any(times[name] > 1 for times in beside for name in gaps):
            return True
        if any(in_no_order(one) for one in terms):
            return True
    return False


def with_gaps(form: NormalForm, bound: Container[Variable]) -> tuple[Pattern, tuple[Linear, ...]]:
    """Return a normal form with gaps in place of its indices, its terms sorted, and the indices that fill the gaps.

    `bound` has the indices of the sums around the function. Raises OutsideLanguage if one of them stands in an
    exponent or in the bound of a sum in the form, as in Σ_i f(Bⁱ), or in one index with the index of an inner sum.
    """
    filled: list[Linear] = []
    blocks = []
    for terms in chain(*form.blocks):
        gapped = []
        for monomial in sorted(terms, key=_without_indices):
            parts = tuple(terms[monomial].numer.terms()), tuple(terms[monomial].denom.terms())
            gapped.append((_gapped(monomial, bound, filled), parts))
        blocks.append(tuple(gapped))
    return Pattern(form.rows, form.columns, tuple(blocks)), tuple(filled)


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
        return tuple(letter._replace(indices=tuple(with_gap(form) for form in letter.indices)) for letter in letters)

    numbers = tuple((kind, word(letters)) for kind, letters in m.numbers)
    return m._replace(numbers=numbers, body=tuple(word(letters) for letters in m.body))


def _require_unbound(form: Linear, bound: Container[Variable]) -> None:
    if any(variable in bound for variable, _ in form.terms):
        raise OutsideLanguage("a function of an argument with a sum or an exponent that depends on an outer index")


def _without_indices(m: Monomial) -> tuple[Monomial, Monomial]:
    """Return a sort key that compares terms without their indices first, and with their indices only in ties."""
    return _gapped(m, (), []), m
