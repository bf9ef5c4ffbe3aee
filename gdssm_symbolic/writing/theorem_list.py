"""Theorems as a list, each with its number, its statement and what is new in it, without proofs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.definitions import Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import names
from gdssm_symbolic.kernel.theorem import Assumption, Theorem

from . import page_layout
from .documents import Anchor, Entry, Part
from .formula_tree import COMMA, Nodes, joined, text, width
from .narration import Statement, assumed, assuming, name_of
from .printing import at_least, formula, to_text

#: A formula that is wider than this, in em, stands on a line of its own.
INLINE = 24.0
#: A meaning with more lines than this is left to the proofs.
MOST_LINES = 5


@dataclass(frozen=True)
class Item:
    """A theorem as it stands in a list: the name under which it can be referred to, and words that follow it."""

    anchor: Anchor
    theorem: Theorem
    words: str = ""


def theorem_list(items: Iterable[Item], known: Statement | None = None, proofs: str = "the proofs") -> Iterator[Entry]:
    """Each theorem as an entry. Told is what differs from the `known` statement and from the entries above.

    Meanings that are too long for a list are said to be in the `proofs`.
    """
    told = _Told()
    if known is not None:
        told.differing(known)
    for item in items:
        theorem = item.theorem
        statement = Statement(theorem.statement, theorem.defined)
        ranges, meanings = told.differing(statement)
        yield _entry(item, statement, ranges, meanings, proofs)


def lemma_list(items: Iterable[Item]) -> Iterator[Entry]:
    """Each lemma as an entry, with what is recursive in it; other names mean what they mean where it is used."""
    for item in items:
        stated = {name for part in item.theorem.statement.parts for name in names(part)}
        recursive = [one for one in item.theorem.defined if isinstance(one, Recurrence | Joint) and one.name in stated]
        yield _stated(item, (), tuple(map(formula, recursive)), ())


def _entry(
    item: Item, statement: Statement, ranges: Sequence[Nodes], meanings: Sequence[Meaning], proofs: str
) -> Entry:
    scope: tuple[Part, ...] = (" for ", joined(ranges, COMMA)) if ranges else ()
    shown = statement.explained(meanings)
    short = [one for one in shown if len(page_layout.display([one])) <= MOST_LINES]
    long = [name_of(meaning.name) for meaning, one in zip(meanings, shown, strict=True) if one not in short]
    after: tuple[Part, ...] = ("where ", joined(long, COMMA), f" stand in {proofs}.") if long else ()
    return _stated(item, scope, tuple(short), after)


def _stated(item: Item, scope: tuple[Part, ...], meanings: tuple[Nodes, ...], after: tuple[Part, ...]) -> Entry:
    """The statement in the line if there is room, or below it."""
    theorem = item.theorem
    stated = assumed(theorem.proof) if isinstance(theorem.proof, Assumption) else formula(theorem.statement)
    words = f"{item.words} {theorem.title}{assuming(theorem)}"
    if width(stated) <= INLINE and not any(node.rows for node in stated):
        return Entry((item.anchor, f"{words}: ", stated, *scope), (), meanings, after)
    return Entry((item.anchor, words, *scope, ":"), (stated,), meanings, after)


@dataclass
class _Told:
    """What was told so far: how each size and each name ranges, and what names mean, by what they look like."""

    last: dict[str, object] = field(default_factory=dict)

    def differing(self, statement: Statement) -> tuple[list[Nodes], list[Meaning]]:
        """The ranges and the meanings that were not told, or told otherwise; from now on they are told."""
        ranges = {
            size.name: formula(size) if least is None else at_least(size, least) for size, least in statement.sizes
        }
        ranges |= {to_text(name): shown for name, shown in statement.ranges}
        new_ranges = [shown for name, shown in ranges.items() if self.last.get(name) != text(shown)]
        new_meanings = [one for one in statement.meanings if self.last.get(to_text(one.name)) != one]
        self.last |= {name: text(shown) for name, shown in ranges.items()}
        self.last |= {to_text(one.name): one for one in statement.meanings}
        return new_ranges, new_meanings
