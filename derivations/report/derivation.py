"""The derivation of a claim as one document: statement, proof, as printed, proofs line by line, rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from derivations.claim import Claim, Contradicted, Evidence, IllFormed, Outcome, Reading, Verdict
from derivations.paper.ids import headline_of
from derivations.paper.prior_work import CONTEXT
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.proofs import GradientExpansion
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.documents import (
    Anchor,
    Block,
    Displayed,
    Document,
    Heading,
    Listing,
    Paragraph,
    Parts,
    Reference,
)
from gdssm_symbolic.writing.narration import Statement, assuming, name_of, narrate, rules_of, tell_counterexample

from .human_proof import human_proof
from .json_report import rests_on
from .lemmas import ASSUMED, Lemmas

ARGUED = "Conclusion, informal and not machine-checked:"
CONVENTION = (
    "In every line the data, the start and the learning rate are arbitrary, and equality is equality for all of them. "
    "A line's reason names what was replaced (a definition, a recurrence, a lemma, the hypothesis) and then the rules "
    "of the normal form by which the core decided that the line equals the one before; where the "
    "replacement alone gives the line, there are none."
)


def derivation(outcome: Outcome) -> Document:
    """The whole derivation of a judged claim; ValueError if the claim's code failed before it had a statement."""
    return (
        *stated(outcome),
        *human_proof(outcome),
        *as_printed(outcome),
        Heading("Derivation", 2),
        *foundation(outcome),
        Paragraph((CONVENTION,)),
        *proofs(outcome),
        *legend(outcome.theorems, 2),
        *confirmed(outcome),
    )


def stated(outcome: Outcome) -> Iterator[Block]:
    """What is claimed, the verdict, the statement with its meanings, and what it takes for granted."""
    yield from opening(outcome)
    yield from statement(outcome)
    yield from granted(outcome.claim)
    yield from before(outcome.claim)
    if outcome.verdict is not Verdict.PROVED:
        yield from _not_proved(outcome)


def opening(outcome: Outcome) -> Iterator[Block]:
    """What is claimed, in words, and the verdict."""
    claim = outcome.claim
    yield Heading(f"{claim.id}: {claim.label}", label=claim.id)
    yield Paragraph((f"{claim.place[0].upper()}{claim.place[1:]}. {claim.summary}",))
    first, called = headline_of(claim.id)
    headline = (" ", Reference(first, "theorem", first), f" is {called}.") if first in outcome.theorems_by_id else ()
    yield Paragraph((outcome.findings.told, *headline))


def statement(outcome: Outcome) -> Iterator[Block]:
    """The statement with its meanings, and which names are gradients, below a heading."""
    stated = _statement(outcome)
    yield Heading("Statement", 2)
    yield from stated.document()
    for name, theorem in outcome.theorems_by_id.items():
        if isinstance(theorem.proof, GradientExpansion):
            gradient, function = name_of(theorem.proof.gradient.name), name_of(theorem.proof.function.name)
            below = Reference(name, "theorem", name)
            used = theorem.proof.function, theorem.proof.gradient
            if new := tuple(definition for definition in used if definition not in stated.meanings):
                yield Paragraph(("Further names are",))
                yield Displayed(new)
            yield Paragraph((gradient, " is the gradient of ", function, ": this is ", below, " below."))


def granted(claim: Claim, numbered: Mapping[str, Sequence[Anchor]] = MappingProxyType({})) -> Iterator[Block]:
    """What a claim leaves free and takes for granted, what is argued on top of it, what is to be noted, in its words.

    What theorems assume is `numbered` in a paper, by the words for it.
    """
    yield Heading("Assumptions", 2)
    if claim.free:
        yield Paragraph(("Not assumed, but arbitrary:",))
        yield _listing(claim.free)
        yield Paragraph(("Assumptions and conventions:",))
    if claim.assumptions:
        yield Listing(tuple(_numbered(words, numbered) for words in claim.assumptions))
    if claim.argued:
        yield Paragraph((ARGUED,))
        yield _listing(claim.argued)
    if claim.notes:
        yield Paragraph((claim.notes[0],))
    if claim.notes[1:]:
        yield _listing(claim.notes[1:])


def _numbered(words: str, numbered: Mapping[str, Sequence[Anchor]]) -> Parts:
    """An assumption of a claim, behind the numbers of what theorems assume in these words, or in words among them."""
    name = words.removeprefix(ASSUMED)
    longer = (anchors for known, anchors in numbered.items() if known in words)
    anchors = numbered[name] if name in numbered else next(longer, ())
    parts = tuple(part for one in anchors for part in (", ", one))[1:]
    return (*parts, f": {name}") if parts else (words,)


def _listing(items: Iterable[str]) -> Listing:
    return Listing(tuple((item,) for item in items))


def before(claim: Claim) -> Iterator[Block]:
    """What was proved before, by whom, and what is new here."""
    context = CONTEXT.get(claim.id)
    if context is None:
        yield Paragraph(("Prior work: none that we know of.",))
        return
    if context.works:
        yield Paragraph(("Prior work:",))
        yield Listing(tuple((f"{work.key}: {work.proved}",) for work in context.works))
    yield Paragraph((f"New here: {context.new}.",))


def as_printed(outcome: Outcome) -> Iterator[Block]:
    """The readings, if there are any, with their heading."""
    if outcome.readings:
        yield Heading("As printed", 2)
    yield from every_reading(outcome)


def every_reading(outcome: Outcome) -> Iterator[Block]:
    """Every reading of the printed text, each under a heading that can be referred to."""
    statement = _statement(outcome)
    for reading, evidence in outcome.readings:
        yield reading_heading(reading)
        yield from reading_blocks(reading, evidence, statement.meanings)


def reading_heading(reading: Reading) -> Heading:
    """Under which a reading can be referred to."""
    title = f"{reading.id}: {reading.place}"
    return Heading(f"Reading {title}", 3, reading.id, "reading", title, reading.id, reading.place)


def foundation(outcome: Outcome) -> Iterator[Block]:
    """The part of the exact engine that the proofs rest on."""
    if outcome.theorems:
        yield Paragraph((f"Rests on: {rests_on(outcome)}.",))


def proofs(outcome: Outcome, lemmas: Lemmas | None = None) -> Document:
    """Every theorem, line by line; in a paper with `lemmas` those are left out that are proved elsewhere in it."""
    known, name = _statement(outcome).meanings, outcome.claim.id
    if lemmas is None:
        return narrate(outcome.theorems, outcome.by_id, known, name)
    elsewhere = lemmas.elsewhere(name)
    return narrate(outcome.theorems, outcome.by_id, known, name, labels=lemmas.labels, elsewhere=elsewhere)


def legend(theorems: Iterable[Theorem], level: int = 3) -> Document:
    """The rules that the lines of these proofs name as reasons, each with why it holds, below a heading."""
    return Heading("Rules used", level), catalogue(rules_of(theorems))


def catalogue(rules: Iterable[Rule]) -> Listing:
    """Rules, each with why it holds."""
    return Listing(tuple((f"{rule.name}: {rule.because}",) for rule in rules))


def confirmed(outcome: Outcome) -> Iterator[Block]:
    """At which sizes an explicit computation says the same."""
    if outcome.confirmed:
        yield Heading("Confirmed by explicit computation", 2)
        every, *layers = outcome.confirmed
        unrolled = f" The layers were unrolled at {'; '.join(layers)}." if layers else ""
        yield Paragraph((f"The statements were evaluated entry by entry, with unknown data, at {every}.{unrolled}",))


def _statement(outcome: Outcome) -> Statement:
    if outcome.statement is None:
        raise ValueError(f"{outcome.claim.id} has no statement: {outcome.problem}")
    return outcome.statement


def _not_proved(outcome: Outcome) -> Iterator[Block]:
    yield Paragraph((f"Not proved: {outcome.problem}.",))
    if outcome.counterexample is not None:
        yield tell_counterexample(outcome.counterexample)


def reading_blocks(reading: Reading, evidence: Evidence, known: Collection[Meaning]) -> Iterator[Block]:
    """One reading of the printed text: how it was read, the evidence, what mends it; some meanings are `known`."""
    yield Paragraph((f"Printed: {reading.printed}. Read: {reading.read_as}.",))
    match evidence:
        case IllFormed(message=message):
            yield Paragraph((f"Not well formed: {message}.",))
        case Refuted(counterexample=counterexample):
            shown = f": {reading.shows}" if reading.shows else ""
            yield Paragraph((f"Refuted{shown}. {'What is claimed is' if known else 'This is claimed.'}",))
            if known:
                yield Displayed((counterexample.equation,))
                if differing := tuple(one for one in counterexample.meanings if one not in known):
                    yield Paragraph(("with the names as above, except for",))
                    yield Displayed(differing)
            else:  # nothing stands above: for which sizes and data, and what each name means
                yield from Statement(counterexample.equation, counterexample.meanings).document()
            yield tell_counterexample(counterexample)
            if counterexample.any_factor is not None:
                yield Paragraph(("The left side is 0 for every ", counterexample.any_factor, "."))
        case Contradicted(theorem=theorem):
            yield Paragraph((f"Refuted, since this is proved below ({theorem.title}{assuming(theorem)}):",))
            yield Displayed((theorem.statement,))
        case Theorem():
            yield Paragraph((f"This holds{assuming(evidence)}:",))
            yield Displayed((evidence.statement,))
        case None:
            yield Paragraph(("Undecided.",))
    if reading.computes is not None:
        yield Paragraph(("What it computes instead is",))
        yield Displayed((reading.computes(),))
    yield Paragraph((f"Correction: {reading.correction}.",))
