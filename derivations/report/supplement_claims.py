"""The claims as the supplement tells them, without the machine's proofs, and the chapter of lemmas that they share."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.claim import Outcome, readings_of
from gdssm_symbolic.writing import page_layout
from gdssm_symbolic.writing.documents import Anchor, Block, Displayed, Document, Entry, Heading, Page, Paragraph, Part
from gdssm_symbolic.writing.narration import said
from gdssm_symbolic.writing.printing import formula
from gdssm_symbolic.writing.theorem_list import Item, lemma_list, theorem_list

from . import supplement_best_steps
from .derivation import granted, opening, statement
from .json_report import rests_on
from .lemmas import CHAPTER, Lemmas

#: Under this label are the corrections, in which every reading stands that fails.
CORRECTIONS = "corrections"
FAILS = ("refuted", "ill-formed")
#: Where the machine's proofs are.
TRACE = "trace.pdf"


def shared_lemmas(lemmas: Lemmas) -> Document:
    """The chapter of lemmas: each with the claims that rest on it, and what is recursive in it."""
    items = []
    for lemma in lemmas.shared:
        label, users = lemmas.labels[said(lemma)], lemmas.users[said(lemma)]
        items.append(Item(Anchor(label.text, label.label), lemma, f" ({', '.join(users)})"))
    several = sum(len(lemmas.users[said(lemma)]) > 1 for lemma in lemmas.shared)
    return (
        Heading("Lemmas", label=CHAPTER),
        Paragraph(
            (
                f"These {len(items)} lemmas are proved by induction. They are stated once, those of one kind side by "
                f"side; {several} are used by several claims. Brackets name the claims that rest on a lemma: its names "
                "mean what they mean there, and what is recursive is told again. Theorems that are proved by induction "
                f"stand in their own claims. Further lemmas, each for one claim, are in {TRACE}.",
            )
        ),
        *lemma_list(items),
    )


def claim(outcome: Outcome, lemmas: Lemmas) -> Iterator[Block]:
    """The statement, the hypotheses, the verdicts, the proof for people, and the theorems, each with its number."""
    special = supplement_best_steps if outcome.claim.id == supplement_best_steps.CLAIM.id else None
    yield from opening(outcome)
    yield from map(_compact, special.stated(outcome) if special else statement(outcome))
    yield from granted(outcome.claim)
    yield from _readings(outcome)
    yield Heading("Theorems", 2)
    yield from special.theorems(outcome) if special else _theorems(outcome)
    yield _rests(outcome, lemmas)


def _theorems(outcome: Outcome) -> Iterator[Block]:
    stated = outcome.statement.equation if outcome.statement else None
    items = (
        Item(Anchor(name, name), theorem, shown="the statement above" if theorem.statement == stated else "")
        for name, theorem in outcome.by_id.items()
    )
    return theorem_list(items, outcome.statement, TRACE)


def _compact(block: Block) -> Block:
    """Short formulas that are displayed side by side."""
    if isinstance(block, Displayed):
        return Displayed(tuple(page_layout.side_by_side(list(map(formula, block.formulas)))))
    return block


def _readings(outcome: Outcome) -> Iterator[Block]:
    """What the paper prints: each reading that holds, and where the others are."""
    failing = [reading.id for reading, shown in readings_of(outcome) if shown.finding in FAILS]
    if failing:
        ids = ", ".join(failing)
        yield Paragraph(("As printed, these readings fail: ", ids, " (page ", Page(CORRECTIONS), ")."))
    for reading, shown in readings_of(outcome):
        if shown.finding not in FAILS:
            words = f" {reading.place}, printed: {reading.printed}. Read: {reading.read_as}. This is {shown.finding}."
            yield Entry((Paragraph((Anchor(reading.id, reading.id), words)),))


def _rests(outcome: Outcome, lemmas: Lemmas) -> Paragraph:
    """On what the claim rests: rules, lemmas by their numbers, theorems of others; and what was computed besides."""
    parts: list[Part] = [f"Rests on: {rests_on(outcome)}"]
    for reference in lemmas.used_by(outcome):
        parts += [", ", reference]
    computed = f" Computed entry by entry, too, at {outcome.confirmed[0]}." if outcome.confirmed else ""
    return Paragraph((*parts, f".{computed}"))
