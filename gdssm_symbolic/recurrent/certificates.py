"""A search for certificates that an equation follows from others. It is not trusted: `checker.check` adds them up.

Each known equation is read as a rule of rewriting: its largest monomial is replaced by the rest of it. From ΛP = I
comes ΛP → I, from r(1 + kᵀPk) = 1 comes r·(kᵀPk) → 1 - r. Left less right is rewritten until nothing is left, and each
rewriting is one multiple in the certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sympy

from gdssm_symbolic.extensions.by_equations import ByEquations, Multiple
from gdssm_symbolic.extensions.conversions import as_expr
from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.kernel.expressions import Expr, Scalar, Zero
from gdssm_symbolic.kernel.linear_forms import ONE, Linear
from gdssm_symbolic.kernel.monomials import Combination, Monomial, NormalForm, Word
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.closed_form import written_out

#: After so many rewritings the search gives up.
MOST = 200
Number = tuple[str, Word]


class _Rule(NamedTuple):
    """A known equation, perhaps transposed, and its largest monomial with its coefficient."""

    theorem: Theorem
    transposed: bool
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
    rules = [rule for theorem in known for rule in _rules(theorem)]
    rest, multiples = statement.left - statement.right, list[Multiple]()
    while len(multiples) <= most:
        form = show_equal(rest, Zero(*rest.shape)).difference
        if len(form.rows) != 1 or len(form.columns) != 1:
            return None  # a block matrix
        terms = form.blocks[0][0]
        if not terms:
            return ByEquations(statement, tuple(multiples))
        multiple = _next(terms, form, rules)
        if multiple is None:
            return None
        multiples.append(multiple)
        rest = written_out(form) - multiple.value
    return None


def _rules(theorem: Theorem) -> Iterator[_Rule]:
    difference = theorem.equation.left - theorem.equation.right
    for transposed in (False, True):
        side = difference.T if transposed else difference
        form = show_equal(side, Zero(*side.shape)).difference
        terms = form.blocks[0][0]
        if len(form.rows) == len(form.columns) == 1 and terms and not (transposed and form.is_number):
            largest = max(terms, key=_size)
            if not largest.uppers and not largest.powers:
                yield _Rule(theorem, transposed, largest, terms[largest], form.rows[0], form.columns[0])


def _size(m: Monomial) -> tuple[int, int, Monomial]:
    """The order in which monomials are rewritten: the most letters first, then the most transposed ones."""
    return len(m.letters), sum(letter.transposed for letter in m.letters), m


def _next(terms: Combination, form: NormalForm, rules: Sequence[_Rule]) -> Multiple | None:
    """Return the multiple that takes the largest possible monomial away, or None if no rule applies."""
    for m in sorted(terms, key=_size, reverse=True):
        for rule in rules:
            match = None if m.uppers else next(_matches(m, rule.largest), None)
            if match is not None:
                factor = sympy.cancel(as_expr(terms[m]) / as_expr(rule.coefficient))
                return _multiple(m, match, rule, factor, terms[m] ** 0, form)
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


def _without(numbers: Sequence[Number], taken: Sequence[Number]) -> tuple[Number, ...] | None:
    """Return the numbers without those that are taken, or None if one is missing."""
    left = list(numbers)
    for number in taken:
        if number not in left:
            return None
        left.remove(number)
    return tuple(left)


def _multiple(m: Monomial, match: _Match, rule: _Rule, factor: sympy.Expr, one: Any, form: NormalForm) -> Multiple:
    """Return the multiple of a rule that is a monomial times `factor`, less what the monomial is replaced by."""

    def written(numbers: tuple[Number, ...], words: tuple[Word, ...], rows: Linear, columns: Linear) -> Expr:
        kept = tuple(word for word in words if word)
        body = kept if kept or rows == columns == ONE else ((),)
        return written_out(NormalForm((({Monomial((), (), numbers, body): one},),), (rows,), (columns,)))

    rows, columns = form.rows[0], form.columns[0]
    if match.outer is None:
        times: Expr = written_out(NormalForm((({Monomial((), m.powers, match.numbers, ()): one},),), (ONE,), (ONE,)))
    else:
        outer = Monomial((), m.powers, *match.outer)
        times = written_out(NormalForm((({outer: one},),), (rows,), (columns,)))
        rows = columns = ONE
    before = written((), match.before, rows, rule.rows)
    after = written((), match.after, rule.columns, columns)
    return Multiple(rule.theorem, before, after, Scalar(factor) * times, rule.transposed)
