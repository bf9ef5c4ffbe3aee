"""A search for certificates that an equation follows from others. It is not trusted: the checker adds them up.

Each known equation is read as a rule of rewriting: its largest monomial is replaced by the rest of it. From ΛP = I
comes ΛP → I, from r(1 + kᵀPk) = 1 comes r·(kᵀPk) → 1 - r. Left less right is rewritten until nothing is left, and each
rewriting is one multiple in the certificate. Where the largest monomials of two rules overlap, as in ΛP → I and
XΛ → I, what they make of XΛP gives another rule, here P → X.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple, TypeVar

import sympy

from gdssm_symbolic.extensions.by_equations import ByEquations, Multiple
from gdssm_symbolic.extensions.conversions import as_expr
from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.kernel.expressions import Expr, Identity, Mul, Scalar, Zero
from gdssm_symbolic.kernel.linear_forms import ONE, Linear
from gdssm_symbolic.kernel.monomials import Combination, Monomial, NormalForm, Word
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.theory.closed_form import written_out

#: After so many rewritings, or steps of work in all, the search gives up; that is a second at most.
MOST, MOST_STEPS = 200, 100_000
Number = tuple[str, Word]
T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """times · (before · (l - r) · after), or with (l - r)ᵀ, where l = r is known equation number `which`."""

    which: int
    before: Expr
    after: Expr
    times: Expr = Scalar(sympy.Integer(1))
    transposed: bool = False

    def value(self, difference: Expr) -> Expr:
        """The multiple of a difference l - r, as an expression."""
        return around(self.before, difference.T if self.transposed else difference, self.after, self.times)


class _Rule(NamedTuple):
    """A difference that is 0, as a sum of parts, and its largest monomial with its coefficient."""

    difference: Expr
    parts: tuple[Part, ...]
    largest: Monomial
    coefficient: Any
    rows: Linear
    columns: Linear


class _Match(NamedTuple):
    """A monomial as outer · (before · largest · after): the numbers and words of each of the three."""

    outer: tuple[tuple[Number, ...], tuple[Word, ...]] | None  # None: a number, in `before`
    numbers: tuple[Number, ...]
    before: tuple[Word, ...]
    after: tuple[Word, ...]


def certificate(statement: Equation, known: Iterable[Theorem], most: int = MOST) -> ByEquations | None:
    """Return a proof of the statement by the known equations, or None if the search finds no certificate.

    Raises OutsideLanguage if an expression has no normal form.
    """
    known = tuple(known)
    if (found := parts(statement, [theorem.equation for theorem in known], most)) is None:
        return None
    multiples = (Multiple(known[one.which], one.before, one.after, one.times, one.transposed) for one in found)
    return ByEquations(statement, tuple(multiples))


def parts(statement: Equation, known: Sequence[Equation], most: int = MOST) -> tuple[Part, ...] | None:
    """Return multiples of known equations that add up to left less right, or None if the search finds none.

    Raises OutsideLanguage if an expression has no normal form.
    """
    rules = [rule for which, equation in enumerate(known) for rule in _rules(which, equation)]
    found = _rewritten(statement, rules, most)
    if found is None and (further := [rule for pair in product(rules, repeat=2) for rule in _overlaps(*pair)]):
        found = _rewritten(statement, [*rules, *further], most)
        if found is None:
            found = _rewritten(statement, [*rules, *(_reduced(rule, rules) or rule for rule in further)], most)
    return found


def _reduced(rule: _Rule, rules: Sequence[_Rule]) -> _Rule | None:
    """What a rule says where all that others replace is replaced by them, if that ends soon."""
    rest, parts = rule.difference, list(rule.parts)
    for _ in range(len(rules)):
        form = show_equal(rest, Zero(*rest.shape)).difference
        taken = _next(form.blocks[0][0], form, rules)
        if taken is None:
            return _rule(rest, tuple(parts))
        other, before, after, times = taken
        parts += [_around(part, before, after, -times) for part in other.parts]
        rest = written_out(form) - around(before, other.difference, after, times)
    return None


def _rewritten(statement: Equation, rules: Sequence[_Rule], most: int) -> tuple[Part, ...] | None:
    """Rewrite left less right until it is 0, and return what was taken away; None if that does not come to an end."""
    rest, found, work = statement.left - statement.right, list[Part](), Work(MOST_STEPS)
    while len(found) <= most:
        try:
            form = show_equal(rest, Zero(*rest.shape), work).difference
        except TooMuchWork:
            return None
        if len(form.rows) != 1 or len(form.columns) != 1:
            return None  # a block matrix
        terms = form.blocks[0][0]
        if not terms:
            return tuple(found)
        taken = _next(terms, form, rules)
        if taken is None:
            return None
        rule, before, after, times = taken
        found += [_around(part, before, after, times) for part in rule.parts]
        rest = written_out(form) - around(before, rule.difference, after, times)
    return None


def around(before: Expr, expr: Expr, after: Expr, times: Expr) -> Expr:
    """The product times · (before · expr · after), without factors 1 and I."""
    return _times(times, _times(_times(before, expr), after))


def _around(part: Part, before: Expr, after: Expr, times: Expr) -> Part:
    """The multiple of a part: times · (before · part · after)."""
    return replace(
        part,
        before=_times(before, part.before),
        after=_times(part.after, after),
        times=_times(times, part.times),
    )


def _times(left: Expr, right: Expr) -> Expr:
    if isinstance(left, Identity) or left == Scalar(sympy.Integer(1)):
        return right
    return left if isinstance(right, Identity) or right == Scalar(sympy.Integer(1)) else Mul((left, right))


def _rules(which: int, equation: Equation) -> Iterator[_Rule]:
    difference = equation.left - equation.right
    for transposed in (False, True):
        side = difference.T if transposed else difference
        rows, columns = map(Identity, side.shape)
        rule = _rule(side, (Part(which, rows, columns, transposed=transposed),))
        if rule is not None and not (transposed and side.is_scalar):
            yield rule


def _rule(difference: Expr, parts: tuple[Part, ...]) -> _Rule | None:
    """The rule by which the largest monomial of a difference is replaced, if it is no sum.

    Powers of scalars stand in it only if no other has letters and is no sum: from a^n P A + … = I comes a^n P A → ….
    """
    form = show_equal(difference, Zero(*difference.shape)).difference
    terms = form.blocks[0][0]
    if not (len(form.rows) == len(form.columns) == 1 and terms):
        return None
    largest = max(terms, key=_size)
    if largest.uppers or not largest.letters:
        largest = max(terms, key=lambda m: (not m.uppers, len(m.letters), _size(m)))
    if largest.uppers or (largest.powers and not largest.letters):
        return None
    return _Rule(difference, parts, largest, terms[largest], form.rows[0], form.columns[0])


def _overlaps(first: _Rule, second: _Rule) -> Iterator[_Rule]:
    """Yield what follows from two rules for square matrices of one size, uw → … and wz → …: what they make of uwz."""
    sizes = {first.rows, first.columns, second.rows, second.columns}
    if len(sizes) > 1 or first.largest.numbers or second.largest.numbers:
        return
    if not len(first.largest.body) == len(second.largest.body) == 1:
        return
    (left,), (right,) = first.largest.body, second.largest.body
    eye = Identity(first.difference.shape[0])
    for shared in range(1, min(len(left), len(right))):
        start = left[-shared]
        if left[-shared:] != right[:shared] or (start.columns if start.transposed else start.rows) != first.rows:
            continue

        def written(word: Word, rule: _Rule) -> Expr:
            one = rule.coefficient**0  # of the field in which the letters of this rule are known
            return written_out(NormalForm((({Monomial((), (), (), (word,)): one},),), (first.rows,), (first.rows,)))

        before, after = written(left[:-shared], first), written(right[shared:], second)
        scales = [Scalar(1 / as_expr(rule.coefficient)) for rule in (first, second)]
        parts = [_around(part, eye, after, scales[0]) for part in first.parts]
        parts += [_around(part, before, eye, -scales[1]) for part in second.parts]
        rule = _rule(scales[0] * first.difference * after - scales[1] * before * second.difference, tuple(parts))
        if rule is not None:
            yield rule


def _size(m: Monomial) -> tuple[bool, int, int, Monomial]:
    """The order in which monomials are rewritten: first what is no sum and no power, and of that the longest."""
    return not (m.uppers or m.powers), len(m.letters), sum(letter.transposed for letter in m.letters), m


def _next(terms: Combination, form: NormalForm, rules: Sequence[_Rule]) -> tuple[_Rule, Expr, Expr, Expr] | None:
    """Return a rule, and the factors before, after and of it, by which the largest possible monomial goes away."""
    for m in sorted(terms, key=_size, reverse=True):
        for rule in rules:
            powers = _without(m.powers, rule.largest.powers)
            if powers is None or (m.uppers and rule.largest.body):
                continue
            match = next(_matches(m, rule.largest), None)
            if match is not None:
                factor = sympy.cancel(as_expr(terms[m]) / as_expr(rule.coefficient))
                return rule, *_factors(m._replace(powers=powers), match, rule, factor, terms[m] ** 0, form)
    return None


def _matches(m: Monomial, largest: Monomial) -> Iterator[_Match]:
    """Yield the ways in which a monomial contains the largest monomial of a rule."""
    numbers = _without(m.numbers, largest.numbers)
    if numbers is None:
        return
    if not largest.body:
        yield _Match((numbers, m.body), (), (), ())
    elif len(largest.body) == 1:
        (word,) = largest.body
        for k, around in enumerate(m.body):
            for start, end in _places(around, word):
                before, after = (*m.body[:k], around[:start]), (around[end:], *m.body[k + 1 :])
                yield _Match(None, numbers, before, after)
        for k, (kind, around) in enumerate(numbers):
            for start, end in _places(around, word) if kind == "word" else ():
                others = numbers[:k] + numbers[k + 1 :]
                yield _Match((others, m.body), (), (around[:start],), (around[end:],))
    else:
        first, *middle, last = largest.body
        for k in range(len(m.body) - len(largest.body) + 1):
            head, *between, tail = m.body[k : k + len(largest.body)]
            if head[-len(first) :] == first and between == middle and tail[: len(last)] == last:
                after = (tail[len(last) :], *m.body[k + len(largest.body) :])
                yield _Match(None, numbers, (*m.body[:k], head[: -len(first)]), after)


def _places(around: Word, word: Word) -> Iterator[tuple[int, int]]:
    for start in range(len(around) - len(word) + 1):
        if word and around[start : start + len(word)] == word:
            yield start, start + len(word)


def _without(parts: Sequence[T], taken: Sequence[T]) -> tuple[T, ...] | None:
    """Return the numbers or powers without those that are taken, or None if one is missing."""
    left = list(parts)
    for part in taken:
        if part not in left:
            return None
        left.remove(part)
    return tuple(left)


def _factors(
    m: Monomial, match: _Match, rule: _Rule, factor: sympy.Expr, one: Any, form: NormalForm
) -> tuple[Expr, Expr, Expr]:
    """Return what stands before and after a rule, and the factor of all, where it makes a monomial times `factor`."""

    def written(numbers: tuple[Number, ...], words: tuple[Word, ...], rows: Linear, columns: Linear) -> Expr:
        kept = tuple(word for word in words if word)
        body = kept if kept or rows == columns == ONE else ((),)
        return written_out(NormalForm((({Monomial((), (), numbers, body): one},),), (rows,), (columns,)))

    rows, columns = form.rows[0], form.columns[0]
    if match.outer is None:
        times: Expr = written_out(NormalForm((({Monomial((), m.powers, match.numbers, ()): one},),), (ONE,), (ONE,)))
    else:
        outer = Monomial(m.uppers, m.powers, *match.outer)
        times = written_out(NormalForm((({outer: one},),), (rows,), (columns,)))
        rows = columns = ONE
    before = written((), match.before, rows, rule.rows)
    after = written((), match.after, rule.columns, columns)
    return before, after, Scalar(factor) * times
