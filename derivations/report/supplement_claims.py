"""The claims as the supplement tells them, without the machine's proofs, and the chapter of lemmas that they share."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from derivations.claim import Outcome, readings_of
from derivations.claims import best_steps
from derivations.paper.errata import FAILS
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.writing import page_layout
from gdssm_symbolic.writing.documents import Anchor, Block, Displayed, Document, Entry, Heading, Page, Paragraph, Part
from gdssm_symbolic.writing.narration import Statement, lemmas_of, said
from gdssm_symbolic.writing.printing import formula
from gdssm_symbolic.writing.theorem_list import Item, lemma_list, theorem_list

from .derivation import granted, opening, statement
from .human_proof import displayed, human_proof, paragraphs
from .json_report import rests_on
from .lemmas import CHAPTER, Lemmas
from .supplement_best_steps import TABLED, restated, tables

#: Under this label are the corrections, in which every reading stands that fails.
CORRECTIONS = "corrections"
#: Where the machine's proofs are.
TRACE = "trace.pdf"


def shared_lemmas(lemmas: Lemmas) -> Document:
    """The chapter of lemmas: each with the claims that rest on it, and what is recursive in it."""
    items = []
    for lemma in lemmas.shared:
        label, users = lemmas.labels[said(lemma)], lemmas.users[said(lemma)]
        items.append(Item(Anchor(label.text, label.label), lemma, words=f" ({', '.join(users)})"))
    several = sum(len(lemmas.users[said(lemma)]) > 1 for lemma in lemmas.shared)
    return (
        Heading("Lemmas", label=CHAPTER),
        Paragraph(
            (
                f"These {len(items)} lemmas are proved by induction. They are stated once, those of one kind side by "
                "side, and together where they read the same of names that mean different things; "
                f"{several} are used by several claims. Brackets name the claims that rest on a lemma: its names mean "
                "what they mean there, and what is recursive is told again. Theorems that are proved by induction "
                f"stand in their own claims. Further lemmas, each for one claim, are in {TRACE}.",
            )
        ),
        *lemma_list(items),
    )


def claim(outcome: Outcome, lemmas: Lemmas) -> Iterator[Block]:
    """The statement, the hypotheses, the verdicts, the proof for people, and the theorems, each with its number."""
    in_tables = outcome.claim is best_steps.CLAIM
    told = restated(outcome) if in_tables else outcome
    yield from opening(told)
    yield from map(_compact, statement(told))
    yield from granted(told.claim, _assumptions(told, lemmas))
    yield from _readings(told)
    yield from map(_compact, human_proof(told))
    yield Heading("Theorems", 2)
    yield from _theorems(told, lemmas, TABLED if in_tables else ())
    yield from tables(told) if in_tables else ()
    yield _rests(outcome, lemmas)


def _compact(block: Block) -> Block:
    """Short formulas that are displayed side by side."""
    if isinstance(block, Displayed):
        return Displayed(tuple(page_layout.side_by_side(list(map(formula, block.formulas)))))
    return block


def _theorems(outcome: Outcome, lemmas: Lemmas, left_out: Container[str]) -> Iterator[Block]:
    """The theorems; those that are displayed above have their titles alone."""
    above = {name for paragraph in paragraphs(outcome.claim) for name in displayed(paragraph)}
    items = []
    for name, theorem in outcome.by_id.items():
        stated = outcome.statement is not None and _says(theorem, outcome.statement)
        shown = "the statement" if stated else "displayed in the proof" if name in above else ""
        items.append(Item(Anchor(name, name), theorem, shown=shown, assumptions=tuple(lemmas.assumed_by(theorem))))
    return theorem_list((one for one in items if one.anchor.name not in left_out), outcome.statement, TRACE)


def _says(theorem: Theorem, statement: Statement) -> bool:
    """Does the theorem say what is stated, of names that mean the same?"""
    meant = {one.name: one for one in statement.meanings}
    return theorem.statement == statement.equation and all(meant.get(one.name, one) == one for one in theorem.defined)


def _assumptions(outcome: Outcome, lemmas: Lemmas) -> Mapping[str, list[Anchor]]:
    """The numbers of what the theorems assume, by the words for it."""
    found: dict[str, list[Anchor]] = {}
    for lemma in lemmas_of(outcome.theorems):
        if isinstance(lemma.proof, Assumption) and lemmas.home[said(lemma)] == outcome.claim.id:
            label = lemmas.labels[said(lemma)]
            found.setdefault(lemma.proof.name, []).append(Anchor(label.text, label.label))
    return found


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
    """On what the claim rests: parts of the engine, lemmas by their numbers, theorems of other claims."""
    parts: list[Part] = [f"Rests on: {rests_on(outcome)}"]
    for reference in lemmas.used_by(outcome):
        parts += [", ", reference]
    return Paragraph((*parts, "."))
