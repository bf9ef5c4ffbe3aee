"""Unit vectors e_1, e_2, … as the meaning of a name, and equations that hold because they are an orthonormal basis.

In a sum in normal form, an index i that runs from 1 to f, the size of the vectors, goes away by one of the two rules:

    Σ_{i=1..f} Σ_{j=1..f} (e_iᵀ e_j) F(i, j) = Σ_{i=1..f} F(i, i)
    Σ_{j=1..f} A e_j e_jᵀ B = A B, and Σ_{j=1..f} e_jᵀ A e_j = tr(A), where neither A nor B contains j
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

import sympy

from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.definitions import DefinitionError, Meaning, Source, unfold
from gdssm_symbolic.kernel.expressions import Add, App, Expr, Mul, Name, Scalar
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import Linear, as_linear, index
from gdssm_symbolic.kernel.monomials import Combination, Letter, Monomial, NormalForm, Upper, Word, flip
from gdssm_symbolic.kernel.normal_form import Decision
from gdssm_symbolic.kernel.quotients import Quotient
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Ledger
from gdssm_symbolic.kernel.work import Work

from .functions import WithFunctions

FILE = "extensions/unit_vectors.py"

ORTHONORMAL = Rule("orthonormal", "$eᵢᵀeⱼ$ is 1 where $i = j$, and else 0", FILE)
COMPLETE = Rule("complete", "$Σⱼeⱼeⱼᵀ = I$ if the sum is over all unit vectors", FILE)


@dataclass(frozen=True)
class UnitVectors(Meaning):
    """name[a] is the vector of R^f whose entry number a is 1 and whose other entries are 0.

    It is 0 if a is none of 1, …, f.
    """

    name: Name
    index: sympy.Symbol = field(default=sympy.Symbol("a", integer=True))

    def complete(self) -> None:
        if self.name.arity != 1 or self.name.takes or self.name.shape[1] != 1 or not self.index.is_integer:
            raise DefinitionError(f"unit vectors are a family of vectors, and {self.name.text} is none")

    @property
    def left(self) -> App:
        return self.name[self.index]

    @property
    def indices(self) -> tuple[sympy.Symbol, ...]:
        return (self.index,)


@dataclass(frozen=True)
class ByUnitVectors(Immutable):
    """An equation, the unit vectors in it, and the sources that are put into both sides first, such as definitions."""

    statement: Equation
    units: tuple[UnitVectors, ...]
    by: tuple[Source, ...] = ()


def check_by_unit_vectors(ledger: Ledger, proof: ByUnitVectors) -> None:
    """Check an equation about unit vectors.

    e is a name for unit vectors      left', right' are left, right with the sources put in
    left' - right' is 0 in normal form, where its sums over unit vectors are taken by the two rules
    ───────────────────────────────────────────────────────────────────────────────────────────────
                            left = right, with the meanings of e and of the sources
    """
    ledger.sources(proof.by)
    ledger.meanings.extend(proof.units)
    left, right = (unfold(side, proof.by, ledger.work) for side in proof.statement.parts)
    ledger.gate(*proof.statement.parts, left, right)
    decision = show_equal_with(proof.units, left, right, ledger.work)
    if not decision.equal:
        raise ProofError("the sides differ where the sums over unit vectors are taken")
    ledger.used |= decision.rules


def show_equal_with(units: Iterable[UnitVectors], left: Expr, right: Expr, work: Work | None = None) -> Decision:
    """Decide whether two expressions are shown equal, where these names stand for unit vectors.

    Raises OutsideLanguage if one has no normal form.
    """
    difference = Add((left, Mul((Scalar(sympy.Integer(-1)), right))))
    core = _WithUnitVectors(difference, work)
    core.units = {(unit.name.text, as_linear(unit.name.shape[0])) for unit in units}
    form = core.contracted(core.normalise(difference, core.scope))
    return Decision(not any(block for row in form.blocks for block in row), frozenset(core.used), form)


class _WithUnitVectors(WithFunctions):
    """Brings expressions to normal form in which sums over unit vectors are taken.

    `units` are the texts of the names, with the number of entries.
    """

    units: Iterable[tuple[str, Linear]] = ()

    def contracted(self, form: NormalForm) -> NormalForm:
        """Return the form with the two rules applied to its monomials until neither applies."""
        return form.mapped(self._contracted)

    def _contracted(self, block: Combination) -> Combination:
        done: list[Combination] = []
        waiting = [block]
        while waiting:
            for m, c in waiting.pop().items():
                self.work.spend(len(m.letters))
                changed = self._orthonormal(m) or self._complete(m)
                if changed is None:
                    done.append({m: c})
                else:
                    waiting.append(self.collect([self._counted(changed, c)]))
        return self.scalars.added(done)

    def _counted(self, m: Monomial, c: Quotient) -> tuple[Monomial, Quotient]:
        """Return the monomial without sums over an index that stands nowhere in it: they count their terms."""
        for number in reversed(range(len(m.uppers))):
            if not m.occurrences(index(number)) and not _in_powers(m, number):
                self.used.add(rules.CONSTANT)
                m, c = _without(m, number), c * self.scalars.of_linear(m.uppers[number].form)
        return m, c

    def _summed(self, m: Monomial, letter: Letter) -> int | None:
        """Return the number of the index of a unit vector, if it runs over exactly the unit vectors; else None."""
        rows = letter.columns if letter.transposed else letter.rows
        if self._is_unit(letter, rows):
            for number, upper in enumerate(m.uppers):
                if _is_over_all(upper, rows) and letter.indices == (Linear.of_one(index(number)),):
                    return number
        return None

    def _is_unit(self, letter: Letter, rows: Linear) -> bool:
        """Whether a letter is the name of unit vectors with so many entries."""
        return (letter.name, rows) in self.units

    def _orthonormal(self, m: Monomial) -> Monomial | None:
        """Return the monomial without one of its numbers e_iᵀ e_j, and with i for j; None if there is no such number.

        Both indices run over all unit vectors. If they are the same index, the number is 1.
        """
        for place, (kind, word) in enumerate(m.numbers):
            if kind != "word" or len(word) != 2 or word[0].name != word[1].name:
                continue
            first, second = (self._summed(m, letter) for letter in word)
            if first is None or second is None:
                continue
            self.used.add(ORTHONORMAL)
            rest = m._replace(numbers=m.numbers[:place] + m.numbers[place + 1 :])
            return rest if first == second else _without(rest.renamed({index(second): index(first)}), second)
        return None

    def _complete(self, m: Monomial) -> Monomial | None:
        """Return the monomial with one sum over A e_j e_jᵀ B or e_jᵀ A e_j taken; None if there is no such sum.

        Such an index is in the monomial as that of two unit vectors at the ends of two words or of one number, and
        nowhere else.
        """
        words: list[Word] = [*(word for _, word in m.numbers), *m.body]
        for number in dict.fromkeys(self._summed(m, letter) for letter in chain(*words)):
            if number is None or _in_powers(m, number):
                continue
            held = [(w, letter) for w, word in enumerate(words) for letter in word if _contains(letter, number)]
            if len(held) != 2 or any(self._summed(m, letter) != number for _, letter in held):
                continue
            if (joined := _joined(m, words, held[0][0], held[1][0], number)) is not None:
                self.used.add(COMPLETE)
                return _without(joined, number)
        return None


def _is_over_all(upper: Upper, rows: Linear) -> bool:
    """Whether a sum is over 1, …, f, where f is the size of the unit vectors."""
    return upper.form == rows


def _in_powers(m: Monomial, number: int) -> bool:
    """Whether the bound index of this number stands in the exponent of a scalar."""
    return any(exponent.coefficient(index(number)) for _, exponent in m.powers)


def _contains(letter: Letter, number: int) -> bool:
    """Whether the bound index of this number stands in a letter."""
    return any(form.coefficient(index(number)) for form in (*letter.indices, letter.exponent))


def _joined(m: Monomial, words: list[Word], first: int, second: int, number: int) -> Monomial | None:
    """Return the monomial with the words A e and eᵀ B joined to A B, where e is the one letter with an index in both.

    The first is a number, or both are words of the body. If both are one number eᵀ A e, it becomes tr(A).
    """
    numbers = len(m.numbers)
    one, other = words[first], words[second]
    if first == second:
        traced = tuple(("trace", w[1:-1]) if k == first else (kind, w) for k, (kind, w) in enumerate(m.numbers))
        return m._replace(numbers=traced) if first < numbers and len(one) > 2 else None
    if any(kind != "word" for kind, _ in (m.numbers[k] for k in (first, second) if k < numbers)):
        return None
    if first < numbers and not (second >= numbers and _contains(other[0], number) and other[0].transposed):
        one, other = other, one  # A e of the body or of a number, and then a number as eᵀ B
    if not _contains(one[-1], number) or one[-1].transposed:
        one = flip(one)
    if not _contains(other[0], number) or not other[0].transposed:
        other = flip(other)
    joined = one[:-1] + other[1:]
    if first >= numbers:  # the two words of an outer product
        return m._replace(body=(joined,))
    kept = tuple(one for k, one in enumerate(m.numbers) if k not in (first, second))
    if second < numbers:
        return m._replace(numbers=(*kept, ("word", joined)))
    place = second - numbers
    return m._replace(numbers=kept, body=(*m.body[:place], joined, *m.body[place + 1 :]))


def _without(m: Monomial, number: int) -> Monomial:
    """Return the monomial without the sum over an index that no longer stands in it."""
    others = {index(k): index(k - 1) for k in range(number + 1, len(m.uppers))}
    return m.renamed(others)._replace(uppers=m.uppers[:number] + m.uppers[number + 1 :])
