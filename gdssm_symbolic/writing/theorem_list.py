"""Theorems as a list, each with its number, its statement and what is new in it, without proofs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.definitions import Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import names
from gdssm_symbolic.kernel.statements import Proposition
from gdssm_symbolic.kernel.theorem import Theorem

from . import page_layout
from .documents import Anchor, Displayed, Entry, Paragraph, Parts, Reference
from .formula_tree import APART, COMMA, Break, Nodes, joined, text, width
from .narration import Statement, assuming, name_of
from .printing import at_least, formula, to_text

#: A formula that is wider than this, in em, stands on a line of its own.
INLINE = 28.0
#: More meanings than these in a line would be hard to read.
MOST_INLINE = 3
#: A meaning with more lines than this is left to the proofs.
MOST_LINES = 5


@dataclass(frozen=True)
class Item:
    """A theorem as it stands in a list: the name under which it can be referred to, and words that follow it."""

    anchor: Anchor
    theorem: Theorem
    same: tuple[Anchor, ...] = ()  # names of others that read the same
    words: str = ""
    shown: str = ""  # where the formula stands already: then it is not shown again
    assumptions: tuple[Reference, ...] = ()  # where those stand that it rests on: then they are not told again


def theorem_list(items: Iterable[Item], known: Statement | None = None, proofs: str = "the proofs") -> Iterator[Entry]:
    """Each theorem as an entry. Told is what differs from the `known` statement and from the entries above.

    Meanings that are too long for a list are in the `proofs`, under the name of the theorem.
    """
    told = _Told()
    if known is not None:
        told.differing(known)
    for item in items:
        statement = Statement(item.theorem.statement, item.theorem.defined)
        ranges, meanings = told.differing(statement)
        short, after = _without_long(meanings, statement.explained(meanings), f"{item.anchor.name} in {proofs}")
        yield _entry(item, ranges, short, after)


def lemma_list(items: Iterable[Item]) -> Iterator[Entry]:
    """Each lemma as an entry, with what is recursive in it; other names mean what they mean where it is used.

    Lemmas that read the same, of names that mean different things, share an entry.
    """
    alike: dict[tuple[str, str, Proposition, tuple[Nodes, ...]], list[Item]] = {}
    for item in items:
        alike.setdefault((item.words, item.theorem.title, item.theorem.statement, _recursive(item)), []).append(item)
    for (*_, recursive), (first, *others) in alike.items():
        shared = replace(first, same=tuple(item.anchor for item in others))
        yield _entry(shared, (), recursive, ())


def _recursive(item: Item) -> tuple[Nodes, ...]:
    """What is recursive among the names of the statement."""
    stated = {name for part in item.theorem.statement.parts for name in names(part)}
    meanings = (one for one in item.theorem.defined if isinstance(one, Recurrence | Joint) and one.name in stated)
    return tuple(map(formula, meanings))


def _without_long(meanings: Sequence[Meaning], shown: Sequence[Nodes], place: str) -> tuple[list[Nodes], Parts]:
    """The meanings that have room in a list, and where the others are."""
    short = [one for one in shown if len(page_layout.display([one])) <= MOST_LINES]
    long = [name_of(meaning.name) for meaning, one in zip(meanings, shown, strict=True) if one not in short]
    return short, ("for ", joined(long, COMMA), f" see {place}") if long else ()


def _entry(item: Item, ranges: Sequence[Nodes], meanings: Sequence[Nodes], after: Parts) -> Entry:
    """The statement and the meanings, each in the line if there is room, or below it."""
    theorem = item.theorem
    stated = formula(theorem.statement)
    told_assumptions = tuple(part for one in item.assumptions for part in (", ", one))[1:]
    assumed: Parts = (", assuming ", *told_assumptions) if told_assumptions else (assuming(theorem),)
    anchors = item.anchor, *(part for one in item.same for part in (", ", one))
    opening: Parts = *anchors, f"{item.words} {theorem.title}", *assumed
    if item.shown:
        return Entry((Paragraph((*opening, f": {item.shown}.")),))
    scope: Parts = (" for ", joined(ranges, COMMA)) if ranges else ()
    inline = [one for one in meanings if _has_room(one)]
    if len(inline) > MOST_INLINE:
        inline = []
    below = [one for one in meanings if one not in inline]
    told = ("with ", joined(inline, APART), " and" if below else "") if inline else ("with",) if below else ()
    blocks: list[Paragraph | Displayed]
    if _has_room(stated):
        blocks = [Paragraph((*opening, ": ", stated, *scope, *((", ", *told) if told else ())))]
    else:
        before, shown, behind = _in_words(stated)
        end: Parts = (behind, "; ", *told) if behind and told else (behind,) if behind else told
        start = (": ", before) if before else (":",)
        blocks = [Paragraph((*opening, *scope, *start)), Displayed((shown,)), *([Paragraph(end)] if end else ())]
    blocks += [Displayed(tuple(page_layout.side_by_side(below)))] if below else []
    match blocks:
        case [Paragraph(parts=parts)] if after:
            blocks = [Paragraph((*parts, "; ", *after))]
        case _ if after:
            blocks.append(Paragraph(after))
    return Entry(tuple(blocks))


def _in_words(stated: Nodes) -> tuple[Nodes, Nodes, Nodes]:
    """Words before a formula, for no … is, the formula, and words behind it, for all …, where …"""
    at = [k for k, node in enumerate(stated) if k and node.before is Break.WORDS] + [len(stated)]
    start = next((k for k, node in enumerate(stated, 1) if node.after is Break.WORDS), 0)
    end = next(k for k in at if k > start)
    return stated[:start], stated[start:end], stated[end:]


def _has_room(nodes: Nodes) -> bool:
    """Does a formula look well within a line?"""
    return width(nodes) <= INLINE and not any(node.rows or node.latex.count(r"\frac") > 1 for node in nodes)


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
