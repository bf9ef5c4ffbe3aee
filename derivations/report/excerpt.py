"""Theorems, lemmas and readings of a claim, by their ids, decided and told without the rest of the claim."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derivations.claim import Claim, Contradicted, Evidence, Reading, fact, shown
from derivations.json_document import document
from derivations.paper.id_list import listed
from derivations.paper.ids import headline_of
from derivations.paper.references import CITED
from derivations.verdict import evaluated
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.documents import Block, Document, Heading, Paragraph
from gdssm_symbolic.writing.narration import lemmas_of, narrate, said
from gdssm_symbolic.writing.prose import plain

from .derivation import legend, reading_blocks, reading_heading
from .json_report import reading_entry, theorem_entry


@dataclass(frozen=True)
class Excerpt:
    """What was found out about one id of a claim: a theorem, or the evidence on a reading; and how to tell it."""

    claim: Claim
    id: str
    kind: str
    found: Theorem | tuple[Reading, Evidence]
    named: Mapping[str, Theorem]
    confirmed: tuple[tuple[str, bool], ...] = ()

    @property
    def status(self) -> int:
        """As of a claim: 0 decided, 3 undecided, 70 contradicted by an explicit computation."""
        if not all(agrees for _, agrees in self.confirmed):
            return 70
        return 3 if isinstance(self.found, tuple) and self.found[1] is None else 0

    def verdict_line(self) -> str:
        """What was found out, on one line."""
        if self.status == 70:
            return f"{self.id}: an explicit computation contradicts the proof."
        return f"{self.id}, a {self.kind} of {self.claim.id}: {self.finding}."

    @property
    def finding(self) -> str:
        """What was found out, in a word."""
        if self.status == 70:
            return "contradicted by an explicit computation"
        return shown(self.found[1]).finding if isinstance(self.found, tuple) else "proved"

    @property
    def theorem(self) -> Theorem | None:
        """What is proved: the theorem, or what proves or contradicts the reading."""
        evidence = self.found[1] if isinstance(self.found, tuple) else self.found
        proved = evidence.theorem if isinstance(evidence, Contradicted) else evidence
        return proved if isinstance(proved, Theorem) else None

    def document(self) -> Document:
        """What is stated, as it is told among the rest of its claim, with the meanings of all names."""
        return together([self])

    def opening(self) -> tuple[Paragraph, ...]:
        """Of what it is a part, and where a computation says the same: in LaTeX inside of its environment."""
        if isinstance(self.found, tuple):
            place = re.sub(r"^A\.", "§A.", self.found[0].place)
            return (Paragraph((f"This is about arXiv:2410.11687, version 1, {place}", CITED, ".")),)
        confirmed = (Paragraph((_compared(sizes, agrees=agrees),), aside=agrees) for sizes, agrees in self.confirmed)
        return Paragraph((f"{self._called()} ({self.claim.place})", CITED, ".")), *confirmed

    def _called(self) -> str:
        """What it is of its claim, in words."""
        first, called = headline_of(self.claim.id)
        headline = f"{self.id} is {called}. It" if self.id == first else self.id
        return f"{headline} is a {self.kind} of {self.claim.id}, {self.claim.label}"

    def report(self, form: str, written: str) -> dict[str, Any]:
        """What `gdssm show --json` prints of it."""
        return document("show", of=self.claim.id, **self.entry(), format=form, derivation=written)

    def entry(self) -> dict[str, Any]:
        """What was found out, for a program."""
        if isinstance(self.found, tuple):
            reading, evidence = self.found
            return {"id": self.id, "reading": reading_entry(reading, shown(evidence))}
        return {"id": self.id, "theorem": theorem_entry(self.id, fact(self.found))}


def together(parts: Sequence[Excerpt]) -> Document:
    """Tell parts of one claim: the readings, then the theorems, each once, and then the lemmas that they rest on."""
    return tuple(_together(parts))


def _together(parts: Sequence[Excerpt]) -> Iterator[Block]:
    for part in parts:
        if isinstance(part.found, tuple):
            yield reading_heading(part.found[0])
            yield from part.opening()
            yield from reading_blocks(*part.found, ())
    theorems = {said(part.theorem): part.theorem for part in parts if part.theorem is not None}
    named = {name: theorem for part in parts for name, theorem in part.named.items()}
    openings = {part.id: part.opening() for part in parts}
    for block in narrate(theorems.values(), named, within=parts[0].id, lemmas_last=True):
        yield block
        if isinstance(block, Heading) and block.label in openings:
            yield from openings[block.label]
    if theorems:
        yield from legend(theorems.values())


def _compared(sizes: str, *, agrees: bool) -> str:
    return f"{'Confirmed' if agrees else 'Contradicted'} entry by entry, with unknown data, at {sizes}."


def excerpt(claim: Claim, name: str) -> Excerpt:
    """Decide what the id means; KeyError if it is not an id of the claim.

    ProofError, OutsideLanguage or ShapeError if the theorem has no proof.
    """
    for reading in claim.readings:
        if reading.id == name:
            evidence = reading.evidence()
            proved = evidence.theorem if isinstance(evidence, Contradicted) else evidence
            named = _named(claim, proved) if isinstance(proved, Theorem) else {}
            return Excerpt(claim, name, "reading", (reading, evidence), named)
    theorems, lemmas = claim.theorems(), claim.lemmas()
    kind, theorem = ("theorem", theorems[name]) if name in theorems else ("lemma", lemmas[name])
    # what rests on an assumption cannot be told from data, of which the assumption need not be true
    confirmed = () if theorem.assumptions else tuple(evaluated((theorem,)))
    return Excerpt(claim, name, kind, theorem, _named(claim, theorem), confirmed)


def _named(claim: Claim, theorem: Theorem) -> dict[str, Theorem]:
    """Those theorems and lemmas of the claim, by id, that have the title of the theorem or of a lemma of it."""
    titles = {plain(one.title) for one in (*lemmas_of([theorem]), theorem)}
    known = [name for name, meant in listed()[claim.id].items() if meant in titles]
    theorems, lemmas = claim.theorems(), claim.lemmas()
    return {
        name: theorems[name] if name in theorems else lemmas[name] for name in known if name in {*theorems, *lemmas}
    }
