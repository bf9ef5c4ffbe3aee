"""The parts of the supplement as documents: nothing in them but what the claims say, a run found, or a result holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

from derivations.claim import Outcome, Verdict
from derivations.coverage import Entry as Place
from derivations.coverage import Item, Kind, Standing
from derivations.derivation import CONVENTION, as_printed, catalogue, confirmed, proofs, reading_label, stated
from derivations.errata import MEANING, SCOPE, Erratum
from derivations.errata import Kind as Wrong
from derivations.errata import table as corrections
from derivations.fit import Entry, Group
from derivations.fit_table import HEADER as FIT_HEADER
from derivations.fit_table import rows as fit_rows
from derivations.glossary import GLOSSARY
from derivations.references import REFERENCES
from derivations.report import scope
from derivations.results import command
from gdssm_symbolic.documents import (
    Block,
    Cell,
    Code,
    Document,
    Heading,
    Listing,
    Page,
    Paragraph,
    Part,
    Parts,
    Picture,
    Records,
)
from gdssm_symbolic.narration import rules_of

Results = Mapping[str, Mapping[str, Any]]


def abstract(
    outcomes: Sequence[Outcome], errata: Sequence[Erratum], places: Sequence[Place], results: Results
) -> Parts:
    """What was done and what came of it, in numbers that were counted."""
    proved = sum(outcome.verdict is Verdict.PROVED for outcome in outcomes)
    printed = [outcome for outcome in outcomes if outcome.as_printed is not Verdict.NOT_PRINTED]
    refuted = sum(outcome.as_printed is Verdict.REFUTED for outcome in printed)
    theorems = sum(len(outcome.theorems) for outcome in outcomes)
    kinds = Counter(row.kind for row in errata)
    counted = ", ".join(f"{kinds[kind]} {WORDS[kind]}" for kind in Wrong if kinds[kind])
    replicas = sum(result["configuration"]["replicas"] for result in results.values())
    reached = sum(result["counts"].get("optimum", 0) for result in results.values())
    return (
        "A diagonal linear recurrence over windows of tokens, a GD-SSM, computes steps of gradient descent on the "
        "least-squares problem in its context. This supplement proves it for every feature size f, sample count N and "
        f"number of steps L, and says where the paper as printed is wrong. It has {len(outcomes)} claims with "
        f"{theorems} theorems: {proved} claims are proved in a corrected form; of the {len(printed)} that the paper "
        f"prints, {refuted} are refuted as printed. {len(errata)} readings of the printed text do not hold: {counted}. "
        f"{len(places)} places of the paper are accounted for. Networks of the same form, trained from random starts, "
        f"come to the predicted parameters: {reached} of {replicas} replicas in {len(results)} settings. Every line of "
        "every proof was decided by an exact engine when this document was made; nothing was typed in.",
    )


WORDS = {
    Wrong.COUNTEREXAMPLE: "have a counterexample",
    Wrong.CONTRADICTED: "are contradicted by a theorem",
    Wrong.SHAPE: "do not fit in their sizes",
    Wrong.NOTATION: "are matters of notation",
}


def found(outcomes: Iterable[Outcome]) -> Document:
    """The claims with their verdicts and pages."""
    rows = [
        (
            ((outcome.claim.id,),),
            ((f"{outcome.claim.label} ({outcome.claim.place})",),),
            ((outcome.as_printed.value,),),
            ((outcome.verdict.value,),),
            ((scope(outcome),),),
            ((Page(outcome.claim.id),),),
        )
        for outcome in outcomes
    ]
    header = ("claim", "what it says", "as printed", "as corrected", "scope", "page")
    return (
        Heading("What is claimed, and what was found"),
        Paragraph((SCOPE,)),
        Records(header, tuple(rows), (0.1, 0.36, 0.13, 0.15, 0.2, 0.06)),
    )


def how_to_read() -> Document:
    """What a derivation is, and what is trusted."""
    return (
        Heading("How to read a derivation"),
        Paragraph((CONVENTION,)),
        Paragraph(
            (
                "A verdict is computed, never stored. Proved means: for all sizes that are named, and all data. "
                "Refuted means that there is a counterexample in plain fractions, recomputed before it is shown, or "
                "that a theorem says otherwise. What does not make sense as it stands, because sizes do not fit, is "
                "called not well formed. What is proved is also computed at small sizes, entry by entry, by a program "
                "that shares nothing with the proofs but the numbers of the construction.",
            )
        ),
        Paragraph(
            (
                "A claim has a statement with the meanings of all its names, what it takes for granted, every way in "
                "which the printed sentences were read with what became of it, and the proofs. Lemmas come before the "
                "theorems that use them. Names that are not said to be anything are data: any vectors and matrices. A "
                "letter means what its own claim says; some letters mean different things in different claims. The "
                "rules that lines name are listed on page ",
                Page("rules"),
                ".",
            )
        ),
    )


def notation() -> Document:
    """The paper's symbols, what they are here and in the code."""
    rows = []
    for entry in GLOSSARY:
        names = [f"gdssm_symbolic.{entry.symbolic}"] + ([f"gdssm_numeric.{entry.numeric}"] if entry.numeric else [])
        rows.append((((entry.meaning,),), ((entry.paper,),), ((entry.shape,),), tuple((Code(name),) for name in names)))
    header = ("meaning", "in the paper", "shape", "in the code")
    return Heading("Notation"), Records(header, tuple(rows), (0.24, 0.2, 0.16, 0.4))


def claim(outcome: Outcome) -> Iterator[Block]:
    """The whole derivation, its rules by name."""
    yield from stated(outcome)
    yield from as_printed(outcome)
    yield Heading("Derivation", 2)
    yield from proofs(outcome)
    yield Paragraph((f"Rules used: {', '.join(outcome.rules)}.",))
    yield from confirmed(outcome)


def rules(outcomes: Iterable[Outcome]) -> Document:
    """The rules that any derivation used."""
    used = rules_of([theorem for outcome in outcomes for theorem in outcome.theorems])
    return Heading("Rules", label="rules"), catalogue(used)


def errata(rows: Sequence[Erratum]) -> Document:
    """What does not hold as printed, in the order of the paper, with the page of the evidence in full."""
    plain = corrections(rows)
    last = len(plain.header) - 1
    found = tuple(
        (*cells[:last], ((row.proof, ", page ", Page(reading_label(row.claim, row.number))),))
        for row, cells in zip(rows, plain.rows, strict=True)
    )
    kinds = [kind for kind in Wrong if any(row.kind is kind for row in rows)]
    return (
        Heading("Corrections"),
        Paragraph((f"{len(rows)} readings of the printed text do not hold. Kinds:",)),
        Listing(tuple((f"{kind}: {MEANING[kind]}",) for kind in kinds)),
        Records(plain.header, found),
    )


def on_random_tasks(pictures: Iterable[Picture]) -> Document:
    """The construction as it runs."""
    said = (
        "The construction, run in double precision on random tasks with inputs uniform in (−1, 1) and normal weights."
    )
    return Heading("The construction at work"), Paragraph((said,)), *pictures


# ---- trained models ------------------------------------------------------------------------------


def trained(results: Results, whole: Picture, pictures: Mapping[str, Iterable[Picture]]) -> Document:
    """Predicted against trained: a picture of all, and for each result a table and its pictures."""
    blocks: list[Block] = [
        Heading("Predicted against trained"),
        Paragraph(
            (
                "Models were trained from random starts, several replicas at once, each on batches of its own. What "
                "can be identified of their parameters is held against the symbolic expressions: the products of Q and "
                "q with the scale of the output map C, the decays, and C up to scale; for scalar targets the products "
                "of the selectors; for several layers the coefficients of the predictor. The deviation is that of the "
                "replica that is farthest off, relative to the predicted value, or to the largest of its kind where 0 "
                "is predicted. A number fits if every replica has it within the cap and the mean is within so many "
                "standard errors as all numbers together exceed by chance once in a thousand fits.",
            )
        ),
    ]
    blocks.append(whole)
    for name, result in results.items():
        blocks += (*_result(name, result), *pictures[name])
    return tuple(blocks)


def _result(name: str, result: Mapping[str, Any]) -> Iterator[Block]:
    setting, predicted = result["configuration"], result["predicted"]
    steps = f"{setting['layers']} layer{'s' * (setting['layers'] > 1)}"
    title = f"f = {setting['features']}, N = {setting['samples']}, {steps}, {setting['targets']} targets"
    yield Heading(title, 2, f"result-{name}")
    exact = ", ".join(f"c_{k} = {value}" for k, value in enumerate(predicted["coefficients"]))
    loss = Fraction(predicted["loss"])
    ended = result["counts"].get("optimum", 0)
    yield Paragraph(
        (
            f"Predicted: {exact}, expected squared error per component {loss} = {float(loss):.6f}. {ended} of "
            f"{setting['replicas']} replicas ended at the optimum.",
        )
    )
    rows = [tuple(((cell,),) for cell in cells) for group in groups(result) for cells in fit_rows(group)]
    yield Records(FIT_HEADER, tuple(rows), (0.33, 0.13, 0.24, 0.12, 0.09, 0.09))
    yield Paragraph(("Trained again by ", Code(command(name, setting))))


def groups(result: Mapping[str, Any]) -> list[Group]:
    """The fit of a result as objects again."""
    known = [field.name for field in fields(Entry)]
    return [
        Group(group["quantity"], tuple(Entry(**{key: entry[key] for key in known}) for entry in group["entries"]))
        for group in result["fit"]
    ]


# ---- how to get it again -------------------------------------------------------------------------


def reproduction(environment: Mapping[str, str], results: Results) -> Document:
    """With what it was computed, from which seeds, and the commands that do it again."""
    numeric = {tuple(sorted(result["environment"].items())) for result in results.values()}
    lines = [_versions("proofs and verdicts", environment)]
    lines += [_versions("training", dict(versions)) for versions in sorted(numeric)]
    seeds = ", ".join(
        f"{name}: seed {result['configuration']['seed']}, {result['threads']} thread{'s' * (result['threads'] > 1)}, "
        f"{result['device']}"
        for name, result in results.items()
    )
    commands = (
        ("make verify", "every verdict, and short training runs against the symbols"),
        ("gdssm show P2", "one derivation; any claim's name in the place of P2"),
        ("gdssm errata", "the corrections"),
        ("gdssm coverage", "the places of the paper"),
        ("gdssm predict --features 5 --samples 10", "the best coefficient, error and learning rate, exactly"),
        ("make supplement", "this document"),
        ("make test", "the tests, which hold this document against a run"),
    )
    return (
        Heading("How to get every number again"),
        Paragraph(("Computed with:",)),
        Listing(tuple((line,) for line in lines)),
        Paragraph((f"Trained models: {seeds}. The command that trains one again stands below its table. ",)),
        Paragraph(("In the repository:",)),
        Listing(tuple((Code(typed), f": {words}") for typed, words in commands)),
    )


def _versions(what: str, environment: Mapping[str, str]) -> str:
    return f"{what}: " + ", ".join(f"{name} {version}" for name, version in environment.items())


def references() -> Document:
    """The literature."""
    return Heading("References"), Listing(tuple((reference.line,) for reference in REFERENCES))


# ---- the index -----------------------------------------------------------------------------------


def index(places: Iterable[Place], outcomes: Sequence[Outcome], results: Results) -> Document:
    """From the paper's equations and sentences to pages."""
    rows = tuple(_indexed(place, outcomes, results) for place in places)
    return (
        Heading("From the paper to the pages"),
        Paragraph(
            (
                "Every equation, proposition and mathematical sentence of the paper, in our words, with what became of "
                "it, and where.",
            )
        ),
        Records(("place", "what it says", "found", "where (page)"), rows, (0.16, 0.36, 0.16, 0.32)),
    )


def _indexed(place: Place, outcomes: Sequence[Outcome], results: Results) -> tuple[Cell, ...]:
    names = dict(label for item in place.items for label in labels(item, outcomes, results))
    where: list[Part] = []
    for label, shown in names.items():
        where += [", " if where else "", f"{shown} (", Page(label), ")"]
    if not where and place.row.kind not in (Kind.BACKGROUND, Kind.REMARK):
        raise ValueError(f"{place.row.place} ({place.row.says}) is on no page")
    standing, _, _ = place.standing.value.partition(":" if place.standing is Standing.NOT_JUDGED else ";")
    return ((place.row.place,),), ((place.row.says,),), ((standing,),), (tuple(where),)


def labels(item: Item, outcomes: Sequence[Outcome], results: Results) -> Iterator[tuple[str, str]]:
    """Where an object stands, with what it is called there: a reading, a theorem, a claim, a result."""
    for name in results:
        if item.thing == f"results/{name}/result.json":
            yield f"result-{name}", name
    for outcome in outcomes:
        own = outcome.claim.id
        for number, (reading, _) in enumerate(outcome.readings, 1):
            if item.thing is reading:
                yield reading_label(own, number), f"{own} reading {number}"
    users = [outcome for outcome in outcomes if item.used_by(outcome)]
    stated = [outcome for outcome in users if outcome.statement and outcome.statement.equation == item.thing]
    for outcome in users:
        numbers = [k for k, theorem in enumerate(outcome.theorems, 1) if theorem.statement == item.thing]
        if outcome in stated:
            yield outcome.claim.id, outcome.claim.id
        elif numbers:
            yield f"{outcome.claim.id}.{numbers[0]}", f"{outcome.claim.id}.{numbers[0]}"
        elif not stated and users.index(outcome) == 0 and not isinstance(item.thing, str):
            yield outcome.claim.id, outcome.claim.id
