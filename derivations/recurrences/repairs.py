"""What to write instead of a formula whose sizes do not fit: a change is named only if the whole formula then fits.

A repair transposes a factor or a term, or puts factors in another order. Those with one change are tried first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice

from gdssm_symbolic.kernel.expressions import Expr, Shape

from .faults import is_, size, turned
from .grammar import LONGEST_SHOWN, FormulaError, Node, Number, Product, Ranged, Signed, Turned
from .values import NUMBER, Value

MOST_TOLD, LONGEST_TOLD = 3, 180  # repairs, and characters
#: Of a formula with more parts no repair is tried: each is built with every repair, and with pairs of them.
MOST_NODES = 150
#: So many factors of a product are turned and reversed one by one.
MOST_REVERSED = 3

IsNumber = Callable[[Node], bool]


@dataclass(frozen=True)
class Repair:
    """A part of a formula, what may be meant in its place, and the text of it."""

    part: Node
    new: Node
    text: str
    terms: tuple[Node, ...] = ()  # of a sum, those that are replaced; otherwise it is the part

    @property
    def replaced(self) -> tuple[Node, ...]:
        return self.terms or (self.part,)

    def within(self, node: Node) -> Node:
        """The node, with the change where it contains the part."""
        return self.new if node is self.part else replace(node, parts=tuple(map(self.within, node.parts)))


class SizesError(FormulaError):
    """The sizes in a formula do not fit. `repairs` are tried group by group, up to the first in which one fits."""

    def __init__(self, message: str, *repairs: Sequence[Repair]) -> None:
        super().__init__(message)
        self.repairs = repairs

    def repaired(self, tree: Node, built: Callable[[Node], FormulaError | None]) -> SizesError:
        """The same error, with the changes in its message after which the whole formula fits; or with pairs of them.

        `built` gives the error of a formula.
        """
        if sum(1 for _ in _within(tree)) > MOST_NODES:
            return self
        tried = [list(_tried(tree, group, built)) for group in self.repairs]
        alone = [[one.text for one, _, error in group if error is None] for group in tried]
        pairs = [
            (
                f"{one.text} and {other.text}"
                for one, changed, error in group
                if isinstance(error, SizesError)
                for other, _, rest in _tried(changed, list(chain(*error.repairs)), built)
                if rest is None and not any(node is one.new for part in other.replaced for node in _within(part))
            )
            for group in tried
        ]
        for told in (*alone, *pairs):
            found = list(islice(dict.fromkeys(told), MOST_TOLD))
            while found and len(" or ".join(found)) > LONGEST_TOLD:
                found.pop()
            if found:
                return SizesError(f"{self}, so {' or '.join(found)} would fit")
        return self


def misfit(
    node: Product, first: Node, left: tuple[Node, Expr], right: tuple[Node, Expr], is_number: IsNumber
) -> SizesError:
    """Say which two factors of a product do not fit, and their sizes; `first` is the first matrix in it."""
    (before, left_value), (after, right_value) = left, right
    begin, end, start = (_place(node, one) for one in (before, after, first))
    turn = partial(transposed, is_number=is_number)

    def with_factors(one: Node, other: Node) -> Repair:
        parts = [*node.parts]
        parts[begin], parts[end] = one, other
        return Repair(node, replace(node, parts=tuple(parts)), f"{one.text} {other.text}")

    once = [with_factors(before, turn(after)), with_factors(turn(before), after)]
    twice = [with_factors(turn(before), turn(after))]
    if not any(node.divided):
        once.append(with_factors(after, before))
        if start != begin:
            moved = _of(node, [*node.parts[:start], after, *(one for one in node.parts[start:] if one is not after)])
            once.append(Repair(node, moved, moved.text))
        twice += [with_factors(after, turn(before)), with_factors(turn(after), before)]
        twice.append(with_factors(turn(after), turn(before)))
    told = f"{before.text} {after.text}: {is_(before.text, left_value)} and {is_(after.text, right_value)}"
    return SizesError(told, once, twice)


def unlike(
    node: Signed, values: Sequence[Value], first: tuple[Node, Expr], other: tuple[Node, Expr], is_number: IsNumber
) -> SizesError:
    """Say which terms of a sum have different sizes, `first` and `other`."""
    (one, known), (two, value) = first, other
    told = f"terms of different sizes: {is_(one.text, known)} and {is_(two.text, value)}"
    number = one if known.is_scalar else two
    if (known.is_scalar or value.is_scalar) and isinstance(number, Number):
        return SizesError(f"{told}; write I for {number.text}")
    groups = []
    for shape in (value.shape, known.shape):
        alike = [
            part for part, one in zip(node.parts, values, strict=True) if isinstance(one, Expr) and one.shape == shape
        ]
        groups.append(_with_terms(node, [(part, transposed(part, is_number)) for part in alike]))
    for part in node.parts:
        groups += [_with_terms(node, [(part, new)]) for new in _swapped(part, is_number)]
    return SizesError(told, groups)


def of_another_size(node: Node, value: Expr, shape: Shape, of: str, is_number: IsNumber) -> SizesError:
    """Say that a formula has another size than what it stands for."""
    needed = "a number" if shape == NUMBER else size(shape)
    repairs = [Repair(node, new, new.text) for new in (transposed(node, is_number), *_swapped(node, is_number))]
    return SizesError(f"{is_(node.text, value)}, and {of} is {needed}", repairs)


def transposed(node: Node, is_number: IsNumber) -> Node:
    """The transpose of a part of a formula as one writes it: (k v^T)^T is v k^T, and numbers stay where they are."""
    if isinstance(node, Turned):
        return node.parts[0]
    if isinstance(node, Signed) and len(node.parts) == 1:
        inside = transposed(node.parts[0], is_number)
        return replace(node, parts=(inside,), text=f"-{inside.text}" if node.signs == (-1,) else inside.text)
    if isinstance(node, Ranged) and node.kind == "sum":
        lower, upper, body = node.parts
        inside = transposed(body, is_number)
        text = _shortened(f"sum({node.index} = {lower.text}..{upper.text}, {inside.text})")
        return replace(node, parts=(lower, upper, inside), text=text)
    places = _matrices(node, is_number)
    if not isinstance(node, Product) or not 1 <= len(places) <= MOST_REVERSED:
        return Turned(turned(node), (node,))
    parts = [*node.parts]
    for place, other in zip(places, places[::-1], strict=True):
        parts[place] = transposed(node.parts[other], is_number)
    return _of(node, parts)


def _swapped(node: Node, is_number: IsNumber) -> Iterator[Node]:
    """Yield a product of two matrices in the other order."""
    if isinstance(node, Product) and len(places := _matrices(node, is_number)) == 2:
        parts = [*node.parts]
        parts[places[0]], parts[places[1]] = parts[places[1]], parts[places[0]]
        yield _of(node, parts)


def _matrices(node: Node, is_number: IsNumber) -> list[int]:
    """Where the factors of a product are that are no numbers; nowhere, if it is none or something is divided."""
    if not isinstance(node, Product):
        return []
    places = [place for place, one in enumerate(node.parts) if not is_number(one)]
    return [] if any(node.divided[place] for place in places) else places


def _with_terms(node: Signed, changes: Sequence[tuple[Node, Node]]) -> Repair:
    """Other terms in a sum, each with the one that it replaces."""
    new = {id(old): term for old, term in changes}
    parts = tuple(new.get(id(part), part) for part in node.parts)
    told = " and ".join(f"{term.text} in place of {old.text}" for old, term in changes)
    return Repair(node, replace(node, parts=parts), told, tuple(old for old, _ in changes))


def _of(node: Product, parts: Sequence[Node]) -> Product:
    """The product with other factors."""
    signs = ("/" if one else " " for one in node.divided)
    text = "".join(sign + one.text for sign, one in zip(signs, parts, strict=True)).strip()
    return replace(node, parts=tuple(parts), text=_shortened(text))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _tried(
    tree: Node, repairs: Sequence[Repair], built: Callable[[Node], FormulaError | None]
) -> Iterator[tuple[Repair, Node, FormulaError | None]]:
    """Yield each repair, the formula with it, and the error of that."""
    for one in repairs:
        changed = one.within(tree)
        yield one, changed, built(changed)


def _within(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _within(part)


def _place(node: Product, part: Node) -> int:
    return next(place for place, one in enumerate(node.parts) if one is part)
