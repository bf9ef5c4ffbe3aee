"""What the cells of a notebook show: parts of a derivation, printed from the objects that were decided.

What is exact is Markdown, which a test compares to the letter; what was measured is printed as plain text, whose
numbers are compared by tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from derivations.claim import Outcome
from derivations.experiments.verdicts import verdicts
from derivations.figures import experiments
from derivations.figures.plots import Picture
from derivations.recurrences.check import check
from derivations.recurrences.toml_file import Stated
from derivations.recurrences.words import algorithm, losses, said_to_be
from derivations.training.fit import Fit
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import Layer
from gdssm_symbolic.recurrent.claims import AlgorithmClaim
from gdssm_symbolic.theory.decide_layer import comparison, settle_layer
from gdssm_symbolic.writing.documents import (
    Code,
    Displayed,
    Heading,
    Listing,
    Paragraph,
    Records,
)
from gdssm_symbolic.writing.narration import assuming, narrate, tell_counterexample
from gdssm_symbolic.writing.told import Told

from .derivation import as_printed, granted, reading_blocks, reading_heading
from .human_proof import human_proof
from .json_report import scope
from .told import overview as overview


def introduction(outcome: Outcome) -> Told:
    """Tell what a claim says in its module's words, its verdict, its statement, and what it takes for granted."""
    assert outcome.statement is not None
    claim = outcome.claim
    return Told(
        (
            Heading(f"{claim.id}: {claim.label}"),
            Paragraph((f"{claim.place}. {claim.summary}",)),
            _verdict(outcome),
            *outcome.statement.document(),
            *granted(claim),
        )
    )


def _verdict(outcome: Outcome) -> Paragraph:
    """On the proposition, on what is printed for it, as corrected, and for which sizes."""
    words = f"{outcome.claim.id}. {outcome.findings.told.removesuffix('.')}"
    where = scope(outcome)
    return Paragraph((f"{words}, for ", *where, ".") if where else (f"{words}.",))


def readings(outcome: Outcome) -> Told:
    """Tell every reading of the printed text, with the evidence and the correction."""
    return Told(tuple(as_printed(outcome)))


def reading(outcome: Outcome, which: str) -> Told:
    """Tell one reading of the printed text, by its id; KeyError if there is none."""
    assert outcome.statement is not None
    found = {one.id: (one, evidence) for one, evidence in outcome.readings}
    one, evidence = found[which]
    return Told((reading_heading(one), *reading_blocks(one, evidence, outcome.statement.meanings)))


def headline(outcome: Outcome) -> Told:
    """The proof of the statement with the lemmas that it needs, line by line."""
    assert outcome.statement is not None
    return Told(narrate(outcome.theorems[:1], outcome.by_id, outcome.statement.meanings))


def also_proved(outcome: Outcome) -> Told:
    """What else was proved on the way, by title; `gdssm show` has the proofs."""
    titles = [f"{theorem.title}{assuming(theorem)}" for theorem in outcome.theorems[1:]]
    if not titles:
        return Told((Paragraph(("Nothing besides.",)),))
    return Told((Paragraph(("Also proved:",)), Listing(tuple((title,) for title in titles))))


def why(outcome: Outcome) -> Told:
    """Tell the proof for people, then that of the statement line by line and, by title, what else was proved."""
    told = (
        "The proof of the statement as the engine checked it. ",
        Code(f"gdssm show {outcome.claim.id}"),
        " tells all proofs, with their rules.",
    )
    lines = (Heading("Line by line", 2), Paragraph(told), *headline(outcome).document)
    return Told((*human_proof(outcome), *lines, *also_proved(outcome).document))


def decided(layer: Layer) -> Told:
    """Decide whether a layer computes gradient descent; ValueError as in `settle_layer`."""
    return _became(comparison(layer).claimed, settle_layer(layer))


def judged(claimed: Equation, meanings: Iterable[Meaning], prove: Callable[[Equation], Theorem]) -> Told:
    """The equation with its verdict: the proof goes through, or data at which it fails are shown."""
    try:
        prove(claimed)
    except ProofError:
        return _became(claimed, refute(claimed, meanings))
    return _became(claimed, prove(claimed))


def _became(claimed: Equation, found: Theorem | Refuted | None) -> Told:
    """An equation and what became of it, in short."""
    match found:
        case Theorem():
            return Told((Paragraph((f"Proved, for all sizes and data{assuming(found)}:",)), Displayed((claimed,))))
        case Refuted(counterexample=counterexample):
            return Told((Paragraph(("Refuted:",)), Displayed((claimed,)), tell_counterexample(counterexample)))
    return Told((Paragraph(("Undecided:",)), Displayed((claimed,))))


def which_algorithms(gallery: Mapping[str, Stated]) -> Told:
    """A table of recurrences: what each is said to be, on which loss, and the verdict, decided now."""
    rows = []
    for name, stated in gallery.items():
        claim, verdict = stated.claim, check(stated).verdict
        said = algorithm(claim) if isinstance(claim, AlgorithmClaim) else said_to_be(claim)
        loss = tuple((one,) for one in losses(claim))
        rows.append((((name.replace("_", " "),),), (said,), loss, ((str(verdict),),)))
    return Told((Records(("recurrence", "said to be", "loss", "verdict"), tuple(rows)),))


def fit_lines(found: Fit) -> str:
    """Predicted and fitted, kind by kind and value by value, and whether every replica's numbers are within the cap."""
    lines = [f"{'quantity':<14}{'entries':>8}{'predicted':>12}{'fitted':>10}   within the cap"]
    for group in found.groups:
        for value in sorted({entry.symbolic for entry in group.entries}, key=abs, reverse=True):
            same = [entry for entry in group.entries if entry.symbolic == value]
            mean = sum(entry.mean for entry in same) / len(same)
            within = "yes" if all(entry.deviation <= entry.cap for entry in same) else "no"
            shown = round(mean, 3) + 0.0
            lines.append(f"{group.quantity:<14}{len(same):>8}{value:>12.3f}{shown:>10.3f}   {within}")
    ends = ", ".join(f"{count} at: {kind}" for kind, count in sorted(found.counts.items()))
    return "\n".join((*lines, f"replicas: {ends}"))


def panel(result: Mapping[str, Any], letter: str) -> Picture:
    """A panel of a reproduced figure; its text says what came of it."""
    verdict = verdicts(result["figure"], result["panels"])[letter]
    return Picture(experiments.panel(result["panels"][letter]), f"{verdict.measured}: {verdict.verdict}")


def verdict_lines(result: Mapping[str, Any]) -> str:
    """What came of every panel of a reproduced figure: the verdict, what the paper reports, what was measured."""
    return "\n".join(
        line
        for letter, one in verdicts(result["figure"], result["panels"]).items()
        for line in (
            f"{result['figure']} {letter}: {one.verdict} (the paper: {one.paper})",
            *(f"    {part}" for part in one.parts),
        )
    )
