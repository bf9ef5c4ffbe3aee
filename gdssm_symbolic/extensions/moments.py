"""Expectations of polynomials in random data, for symbolic sizes: an exact engine of its own.

An expression is brought to normal form and written out in components, as sums over samples and
features of products of entries. The entries of each random name are independent and have one symmetric
law. So the expectation of a product depends only on which of its indices are equal, and the sum over all
values of the indices is a sum over set partitions of the indices. A partition with b new blocks occurs
n(n-1)…(n-b+1) times, where n is the number of values not taken by fixed indices. Within a partition,
entries with equal indices are collected, and each collection contributes a moment of its law.

The result is a polynomial in the sizes and the moments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import sympy

from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.kernel.expressions import NODES, Expr, Name
from gdssm_symbolic.kernel.linear_forms import ONE, Linear, OutsideLanguage, Scope, Variable
from gdssm_symbolic.kernel.monomials import Letter, Monomial, Word
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.work import Work, counter

from .certificates import ordinary
from .conversions import as_expr
from .functions import WithFunctions
from .laws import LAWS, Law


@dataclass(frozen=True)
class Entry:
    """One entry of a random matrix, or of a member of a random family. Its indices are variables of a product."""

    name: str
    indices: tuple[Hashable, ...]


def expectation(
    expr: Expr, laws: Mapping[Name, Law], units: Name | None = None, work: Work | None = None
) -> sympy.Expr:
    """Return the expectation of a 1×1 expression in which the names in `laws` are random, for all sizes.

    The members of `units` are unit vectors. Members with different indices are taken to be different vectors, and their
    size is taken to be at least the number of those that occur.

    Raises:
        OutsideLanguage: the expression has no normal form, or is no polynomial in the random names; or two samples
            are not shown to be different, or one is shown to be neither inside a sum nor beyond it, at all sizes.
    """
    work = counter(work)
    given = tuple(laws.items())
    kinds = {class_of(expr), class_of(units), *(class_of(one) for pair in given for one in pair)}
    # What is of another class may equal what is not the same, and gets no place in the table.
    mean = _different if kinds <= {*NODES, Name, type(None), *LAWS} else _different.__wrapped__
    value, steps = mean(expr, given, units, work.most)
    work.spend(steps)
    return value


@lru_cache(maxsize=256)
def _different(expr: Expr, laws: tuple[tuple[Name, Law], ...], units: Name | None, most: int) -> tuple[sympy.Expr, int]:
    """Return the mean, and the steps that it took. Cached, since many theorems of a claim need the same means."""
    written_out = _WrittenOut(expr, dict(laws), units, Work(most))
    return written_out.expectation({form: form for form in written_out.forms}), written_out.core.work.done


def expectations(
    expr: Expr, laws: Mapping[Name, Law], units: Name | None = None, work: Work | None = None
) -> Iterator[sympy.Expr]:
    """Yield the expectation for each way in which the indices of the unit vectors can be equal.

    Raises OutsideLanguage as `expectation` does, and also if a term does not contain all the unit vectors, because then
    a unit vector that is 0 would not make the term 0.
    """
    if units is None:
        yield expectation(expr, laws, None, work)
        return
    written_out = _WrittenOut(expr, laws, units, counter(work))
    if any(set(written_out.units_of(m)) != set(written_out.forms) for m in written_out.terms):
        raise OutsideLanguage("a term does not have all the unit vectors")
    for blocks, _ in _partitions(len(written_out.forms), (), ""):
        same: dict[Any, Linear] = {}
        for form, block in zip(written_out.forms, blocks, strict=True):
            same.setdefault(block, form)
        numbers = [form for form in written_out.forms if not form.terms]
        at = {form: same[block] for form, block in zip(written_out.forms, blocks, strict=True)}
        if len({at[number] for number in numbers}) == len(numbers):  # e_1 and e_2 are never the same
            yield written_out.expectation(at)


class _WrittenOut:
    """The normal form of an expression whose expectation is taken."""

    def __init__(self, expr: Expr, laws: Mapping[Name, Law], units: Name | None, work: Work) -> None:
        self.core = WithFunctions(expr, work)
        form = self.core.normalise(expr, self.core.scope)
        if not form.is_number:
            raise OutsideLanguage("only a 1×1 expression has an expectation here")
        self.terms = form.blocks[0][0]
        self.laws = {name.text: law for name, law in laws.items()}
        self.units = units.text if units else None
        self.forms = list(dict.fromkeys(form for m in self.terms for form in self.units_of(m)))
        if any(variable.is_index for form in self.forms for variable, _ in form.terms):
            raise OutsideLanguage("the index of a unit vector is summed over")

    def units_of(self, m: Monomial) -> list[Linear]:
        """Return the indices of its unit vectors: a, b for e_a, e_b."""
        return [letter.indices[0] for _, word in m.numbers for letter in word if letter.name == self.units]

    def expectation(self, at: Mapping[Linear, Linear]) -> sympy.Expr:
        products = (
            as_expr(coefficient) * _Product(m, self.core, self.laws, self.units, at).expectation()
            for m, coefficient in self.terms.items()
        )
        return sympy.Add(*products)


#: For each number of values: the indices of one kind that are summed over, and the fixed indices that they can equal.
Groups = dict[Linear, tuple[list[Hashable], list[Hashable]]]
#: The number of values, how many of them fixed indices take, and how many other values occur.
Weight = tuple[sympy.Expr, int, int]


class _Product:
    """One monomial of a normal form, written out in entries."""

    def __init__(
        self, m: Monomial, core: Normaliser, laws: Mapping[str, Law], units: str | None, at: Mapping[Linear, Linear]
    ) -> None:
        if m.powers or m.body:
            raise OutsideLanguage("a symbolic power has no expectation here")
        self.core, self.laws, self.units, self.at = core, laws, units, at
        self.scope: Scope = core.scope
        self.sample_sums: dict[Hashable, Linear] = dict(ordinary(m).items())
        self.feature_sizes: dict[Hashable, Linear] = {}  # variables of contractions, with their sizes
        self.fixed: dict[Hashable, Hashable] = {}  # contractions with a unit vector
        self.same: dict[Hashable, Hashable] = {}  # an index, and the one that took its place
        self.entries: list[Entry] = []
        self.vanishes = False  # e_aᵀ e_b with a ≠ b
        self.odd = False  # a name occurs an odd number of times: the mean is 0, if it exists
        self.factor = sympy.Integer(1)
        for number, (kind, word) in enumerate(m.numbers):
            self._read(number, kind, word)
        self._require_different_samples()
        self._take_out_pairs()

    def _read(self, number: int, kind: str, word: Word) -> None:
        """Write out a word: adjacent letters share a variable, and in a trace the last and the first letter do, too."""
        word = tuple(one for letter in word for one in _copies(letter))
        ends: list[Hashable] = [(number, k) for k in range(len(word) + 1)]
        if kind == "trace":
            ends[-1] = ends[0]
        for letter, left, right in zip(word, ends, ends[1:], strict=False):
            rows = (left, letter.rows), (right, letter.columns)
            for variable, size in rows:
                if size != ONE:
                    self.feature_sizes[variable] = size
            if letter.name == self.units:
                variable = left if letter.rows != ONE else right
                value = ("feature", self.at[letter.indices[0]])
                self.vanishes |= self.fixed.setdefault(variable, value) != value
                continue
            self._random(letter, rows[::-1] if letter.transposed else rows)

    def _random(self, letter: Letter, ends: Sequence[tuple[Hashable, Linear]]) -> None:
        if letter.name not in self.laws or letter.arguments:
            raise OutsideLanguage(f"{letter.name} has no law")
        family = tuple(self._sample(form) for form in letter.indices)
        self.entries.append(Entry(letter.name, (*family, *(variable for variable, size in ends if size != ONE))))

    def _sample(self, form: Linear) -> Hashable:
        bound = [variable for variable, _ in form.terms if variable.is_index]
        if not bound:
            return ("sample", form)
        if form != Linear.of_one(bound[0]):
            raise OutsideLanguage("neighbouring samples of a sum stand in one product")
        return bound[0]

    def _require_different_samples(self) -> None:
        used = {index for entry in self.entries for index in entry.indices}
        fixed = [index[1] for index in used if isinstance(index, tuple) and index[0] == "sample"]
        for a, b in combinations(fixed, 2):
            if not (self._at_least(a - b, 1) or self._at_least(b - a, 1)):
                raise OutsideLanguage("two samples are not shown to be different")

    # ---- names that occur twice ----------------------------------------------------------------

    def _take_out_pairs(self) -> None:
        """Replace the two entries of a name that occurs exactly twice by a second moment, which leaves fewer sums.

        If they are different entries, the mean is 0; so their indices are made equal. A sample that lies beyond all
        sums, such as the query, counts as a name of its own.
        """
        groups: dict[Hashable, list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault(self._own_name(entry), []).append(entry)
        #: Can the product contain a power of an entry whose mean is not known to exist?
        self.may_have_no_mean = any(not self.laws[group[0].name].exists(len(group)) for group in groups.values())
        for pair in groups.values():
            self.odd |= len(pair) % 2 == 1
            if len(pair) == 2 and self._identified(*(self._now_of(entry) for entry in pair)):
                self.entries = [entry for entry in self.entries if entry not in pair]
                self.factor *= self.laws[pair[0].name].moment(2)
        self.entries = [Entry(entry.name, self._now_of(entry)) for entry in self.entries]

    def _own_name(self, entry: Entry) -> Hashable:
        """Return the name, with its sample if it lies beyond all sums and so differs from all other samples."""
        alone = [i for i in entry.indices if isinstance(i, tuple) and i[0] == "sample" and self._beyond(i[1])]
        return (entry.name, *alone)

    def _beyond(self, form: Linear) -> bool:
        return all(self._at_least(form - upper, 1) for upper in self.sample_sums.values())

    def _identified(self, left: Sequence[Hashable], right: Sequence[Hashable]) -> bool:
        """Make the indices of two entries equal, pair by pair; return False and change nothing if they cannot be."""
        pairs = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
        if any(_is_sample(a) and self.sample_sums.get(a, a) != self.sample_sums.get(b, b) for a, b in pairs):
            return False  # a sample in a sum and one outside, or two sums of different lengths
        for a, b in pairs:
            kept, dropped = self._now(a), self._now(b)
            if kept == dropped:
                continue
            self.same[dropped] = kept
            if _is_sample(dropped):
                del self.sample_sums[dropped]
                continue
            del self.feature_sizes[dropped]
            if dropped in self.fixed:
                value = self.fixed.pop(dropped)
                self.odd |= self.fixed.setdefault(kept, value) != value
        return True

    def _now_of(self, entry: Entry) -> tuple[Hashable, ...]:
        return tuple(self._now(index) for index in entry.indices)

    def _now(self, index: Hashable) -> Hashable:
        while index in self.same:
            index = self.same[index]
        return index

    # ---- the sum over partitions ---------------------------------------------------------------

    def expectation(self) -> sympy.Expr:
        if self.vanishes:
            return sympy.Integer(0)
        if self.odd:
            if self.may_have_no_mean:
                raise OutsideLanguage("a power of a random entry that is not known to have a mean")
            return sympy.Integer(0)
        total: Counter[tuple[Any, ...]] = Counter()
        features = list(self._cells(self._feature_groups(), 1 << 32))
        for first, new_samples in self._cells(self._sample_groups(), 1):
            for second, new_features in features:
                odd: set[int] = set()
                for a, b in zip(first, second, strict=True):
                    odd ^= {a + b}
                if odd and not self.may_have_no_mean:
                    continue
                met = Counter((e.name, a + b) for e, a, b in zip(self.entries, first, second, strict=True))
                if self.may_have_no_mean and any(not self.laws[n].exists(count) for (n, _), count in met.items()):
                    raise OutsideLanguage("a power of a random entry that is not known to have a mean")
                if not odd:
                    moments = sorted((name, count) for (name, _), count in met.items())
                    total[(new_samples, new_features, tuple(moments))] += 1
        return self.factor * sympy.Add(*(times * self._weight(*key) for key, times in total.items()))

    def _cells(self, groups: Groups, scale: int) -> Iterator[tuple[list[int], tuple[Weight, ...]]]:
        """Yield, for every way in which indices of one kind can be equal, a number for each entry, and the weights.

        Two entries get the same number exactly if they have the same name and the same values of these indices.
        """
        numbers: dict[Hashable, int] = {}
        samples = scale == 1
        for at, weights in self._assignments(groups):
            self.core.work.spend(4 * len(self.entries))
            cells = [(e.name, *(at.get(i, i) for i in e.indices if _is_sample(i) == samples)) for e in self.entries]
            yield [scale * numbers.setdefault(cell, len(numbers)) for cell in cells], weights

    def _weight(self, new_samples: Any, new_features: Any, moments: Sequence[tuple[str, int]]) -> sympy.Expr:
        falling = [size - taken - k for size, taken, new in (*new_samples, *new_features) for k in range(new)]
        return sympy.prod([*falling, *(self.laws[name].moment(order) for name, order in moments)])

    def _sample_groups(self) -> Groups:
        """Return the summed sample indices by their upper bound, with the fixed ones that lie in its range."""
        used = {index for entry in self.entries for index in entry.indices}
        groups: Groups = {}
        for name, upper in self.sample_sums.items():
            groups.setdefault(upper, ([], []))[0].append(name)
        fixed = {index[1] for index in used if isinstance(index, tuple) and index[0] == "sample"}
        for upper, (_, inside) in groups.items():
            for form in fixed:
                if self._at_least(form - upper, 1):
                    continue
                if not (self._at_least(form, 1) and self._at_least(upper - form, 0)):
                    raise OutsideLanguage("a sample is shown to be neither inside a sum nor beyond it")
                inside.append(("sample", form))
        if len(groups) > 1:
            raise OutsideLanguage("sums over samples with different bounds")
        return groups

    def _at_least(self, form: Linear, low: int) -> bool:
        return self.scope.at_least(form, low)

    def _feature_groups(self) -> Groups:
        groups: Groups = {}
        for variable, size in self.feature_sizes.items():
            summed, fixed = groups.setdefault(size, ([], []))
            if variable in self.fixed:
                if self.fixed[variable] not in fixed:
                    fixed.append(self.fixed[variable])
            else:
                summed.append(variable)
        return groups

    def _assignments(self, groups: Groups) -> Iterator[tuple[dict[Hashable, Hashable], tuple[Weight, ...]]]:
        """Yield every way in which indices of the groups can be equal: the block of each index, and the weights."""
        choices = []
        for size, (summed, fixed) in groups.items():
            value, found = self._size(size), []
            for blocks, new in _partitions(len(summed), fixed, size):
                self.core.work.spend(len(blocks))  # there may be more partitions than can be listed
                found.append((dict(zip(summed, blocks, strict=True)), (value, len(fixed), new)))
            choices.append(found)
        for combination in product(*choices):
            at = dict(self.fixed)
            for assigned, _ in combination:
                at |= assigned
            yield at, tuple(weight for _, weight in combination)

    def _size(self, size: Linear) -> sympy.Expr:
        by_name = {symbol.name: symbol for symbol in self.core.scalars.symbols}
        return size.constant + sum(k * by_name[variable.name] for variable, k in size.terms)


def _copies(letter: Letter) -> list[Letter]:
    """Return a power with a constant exponent k as a list of k letters; raise OutsideLanguage for other exponents."""
    if letter.exponent.terms:
        raise OutsideLanguage("a symbolic power has no expectation here")
    return [letter._replace(exponent=ONE)] * letter.exponent.constant


def _is_sample(index: Hashable) -> bool:
    """Return whether an index is one of a sample (of a sum, or fixed) and not a variable of a contraction."""
    return isinstance(index, Variable) or (isinstance(index, tuple) and index[0] == "sample")


def _partitions(count: int, fixed: Sequence[Hashable], group: Hashable) -> Iterator[tuple[list[Hashable], int]]:
    """Yield the blocks of `count` indices, and how many blocks are new, for all ways in which indices can be equal.

    Each index equals a fixed one, or an earlier one, or begins a new block.
    """

    def grow(blocks: list[Hashable], new: int) -> Iterator[tuple[list[Hashable], int]]:
        if len(blocks) == count:
            yield blocks, new
            return
        for choice in (*fixed, *(("new", group, k) for k in range(new))):
            yield from grow([*blocks, choice], new)
        yield from grow([*blocks, ("new", group, new)], new + 1)

    yield from grow([], 0)
