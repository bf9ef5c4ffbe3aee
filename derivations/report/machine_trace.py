"""The trace: each lemma and theorem with the proof that the machine checked, line by line, and all counterexamples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derivations.claim import Outcome
from gdssm_symbolic.writing.documents import Block, Document, Heading, Page, Paragraph
from gdssm_symbolic.writing.narration import narrate, rules_of

from .derivation import CONVENTION, as_printed, catalogue, confirmed, opening, proofs, statement
from .lemmas import CHAPTER, Lemmas

ABSTRACT = (
    "The proofs that the exact engine checked, line by line, and the counterexamples in full, printed from the objects "
    "that were decided. Numbers of theorems, lemmas and readings are those of supplement.pdf, which says what is "
    "claimed, proves it for people, and lists the corrections.",
)


def trace(outcomes: Sequence[Outcome], lemmas: Lemmas) -> Document:
    """The lemmas that are stated once, then the claims, then the rules that lines name as reasons."""
    parts: list[Iterable[Block]] = [
        _how_to_read(),
        _chapter(lemmas),
        *(_claim(outcome, lemmas) for outcome in outcomes),
        _rules(outcomes),
    ]
    return tuple(block for part in parts for block in part)


def _how_to_read() -> Document:
    return (
        Heading("How to read a derivation"),
        Paragraph((CONVENTION,)),
        Paragraph(
            (
                "Names that are not said to be anything are data: any vectors and matrices. A letter means what its "
                "own claim says. A theorem is told with the meanings that the statement above has not, and with every "
                "assumption that it rests on. It may name one that is printed further below; no proof is circular for "
                "that, since a theorem exists only after those that it uses. Means, signs and ranks are computed, and "
                "shown by their result alone. The rules that lines name are listed on page ",
                Page("rules"),
                ".",
            )
        ),
    )


def _chapter(lemmas: Lemmas) -> Document:
    told = narrate(lemmas.shared, labels=lemmas.labels, elsewhere=lemmas.elsewhere(CHAPTER))
    return Heading("Lemmas", label=CHAPTER), *told


def _claim(outcome: Outcome, lemmas: Lemmas) -> Iterator[Block]:
    """The statement, every reading with its evidence, and the proofs of what is not proved elsewhere."""
    yield from opening(outcome)
    yield from statement(outcome)
    yield from as_printed(outcome)
    yield Heading("Derivation", 2)
    yield from proofs(outcome, lemmas)
    yield Paragraph((f"Rules used: {', '.join(outcome.rules)}.",))
    yield from confirmed(outcome)


def _rules(outcomes: Iterable[Outcome]) -> Document:
    """The rules that any derivation used."""
    used = rules_of([theorem for outcome in outcomes for theorem in outcome.theorems])
    return Heading("Rules", label="rules"), catalogue(used)
