"""The proof of a claim for people: its text, in which what is cited is referred to, and what is displayed is proved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from derivations.claim import Claim, Outcome
from derivations.claims import CLAIMS
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.documents import Block, Displayed, Heading, Paragraph, Part, Parts, Reference
from gdssm_symbolic.writing.narration import Statement, assuming

#: A claim, a reading or a theorem in prose: P2, P2.4, P2.T7.
CITED = re.compile(rf"(?<![\w.])(?:{'|'.join(CLAIMS)})(?:\.T?\d+)?\b")


def human_proof(outcome: Outcome) -> Iterator[Block]:
    """The proof, below a heading; nothing if the claim's code failed.

    Displayed theorems are followed by the meanings of those names that neither the statement of the claim nor a display
    above them has, and by what they assume.
    """
    if outcome.statement is None:
        return
    yield Heading("Proof", 2)
    known, kinds = set(outcome.statement.meanings), _kinds(outcome)
    written = paragraphs(outcome.claim)
    for paragraph, following in zip(written, [*written[1:], ""], strict=True):
        if ids := displayed(paragraph):
            yield from _display([theorem(outcome, name) for name in ids], known)
        else:
            yield Paragraph(_referring(_announcing(paragraph, displayed(following)), kinds))


def _announcing(paragraph: str, ids: Iterable[str]) -> str:
    """The paragraph before a display, which names the theorems that it has not named: … is (P2.T6):"""
    new = [name for name in ids if name not in CITED.findall(paragraph)]
    words = paragraph.rstrip(":,")
    return f"{words} ({', '.join(new)}){paragraph[len(words) :]}" if new else paragraph


def paragraphs(claim: Claim) -> list[str]:
    """The paragraphs of the proof, each on one line."""
    return [" ".join(map(str.strip, lines.splitlines())) for lines in claim.proof.strip().split("\n\n")]


def displayed(paragraph: str) -> tuple[str, ...]:
    """The theorems that a paragraph of ids displays; empty if it has other words."""
    words = paragraph.split()
    return tuple(words) if all(CITED.fullmatch(word) for word in words) else ()


def theorem(outcome: Outcome, name: str) -> Theorem:
    """The theorem or lemma with this id, of this claim or of another; KeyError if there is none."""
    if name in outcome.by_id:
        return outcome.by_id[name]
    other = CLAIMS[name.partition(".")[0]]
    theorems = other.theorems()
    return theorems[name] if name in theorems else other.lemmas()[name]


def _display(shown: Sequence[Theorem], known: set[Meaning]) -> Iterator[Block]:
    yield Displayed(tuple(one.statement for one in shown))
    explained: list[Part] = []
    for one in shown:
        new = [meaning for meaning in one.defined if meaning not in known]
        known |= set(new)
        explained += Statement(one.statement, one.defined).explained(new)
    if explained:
        yield Paragraph(("with",))
        yield Displayed(tuple(explained))
    for one in shown:
        yield from what_is_assumed(one)


def what_is_assumed(shown: Theorem) -> Iterator[Paragraph]:
    """Below a displayed theorem: what it assumes; nothing if it assumes nothing."""
    if shown.assumptions:
        yield Paragraph((f"This is proved{assuming(shown)}.",))


def _kinds(outcome: Outcome) -> Mapping[str, str]:
    """What can be referred to within the claim, by id, with what it is."""
    readings = dict.fromkeys((reading.id for reading in outcome.claim.readings), "reading")
    lemmas = dict.fromkeys(outcome.lemmas_by_id, "lemma")
    return {**readings, **lemmas, **dict.fromkeys(outcome.theorems_by_id, "theorem")}


def _referring(paragraph: str, kinds: Mapping[str, str]) -> Parts:
    """The prose, in which every id is a reference; the kind of what stands in another claim is not told."""
    parts: list[str | Reference] = []
    end = 0
    for found in CITED.finditer(paragraph):
        parts += paragraph[end : found.start()], Reference(found[0], kinds.get(found[0], ""), found[0])
        end = found.end()
    return tuple(part for part in (*parts, paragraph[end:]) if part)
