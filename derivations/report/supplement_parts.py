"""The parts of the supplement as documents: nothing in them but what the claims say, a run found, or a result holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from derivations.claim import Fact, Outcome, Reading, Verdict, Weight
from derivations.claims import CLAIMS
from derivations.paper.coverage import CoveredPlace, Item, Kind, Standing
from derivations.paper.errata import Erratum, Failing, correction, counted
from derivations.paper.glossary import GLOSSARY
from derivations.paper.prior_work import CONTEXT
from derivations.paper.references import REFERENCES
from derivations.paper.versions import SCOPE, VERSIONS
from derivations.training.committed import Results
from gdssm_symbolic.writing.documents import (
    Anchor,
    Code,
    Document,
    Entry,
    Heading,
    Listing,
    Page,
    Paragraph,
    Part,
    Parts,
    Picture,
    Records,
)

from .json_report import SUMMARY, summary
from .lemmas import CHAPTER


def abstract(
    outcomes: Sequence[Outcome], errata: Sequence[Erratum], places: Sequence[CoveredPlace], results: Results
) -> Parts:
    """What was done and what came of it, in numbers that were counted."""
    proved = sum(outcome.verdict is Verdict.PROVED for outcome in outcomes)
    propositions = Counter(outcome.proposition for outcome in outcomes)
    beyond = propositions.pop(Verdict.NOT_PRINTED, 0)
    judged = ", ".join(f"{count} {PROPOSITION[verdict][count > 1]}" for verdict, count in propositions.most_common())
    parameters = Counter(outcome.printed for outcome in outcomes)
    theorems = sum(len(outcome.theorems) for outcome in outcomes)
    conditional = sum(outcome.findings.conditional for outcome in outcomes)
    weights = Counter(row.weight for row in errata)
    wrong = ", ".join(f"{weights[weight]} {WORDS[weight]}" for weight in Weight if weights[weight])
    return (
        "A diagonal linear recurrence over windows of tokens, a GD-SSM, computes steps of gradient descent on the "
        "least-squares problem in its context. This supplement proves it for every feature size $f$, sample count $N$ "
        "and number of steps $L$, and says where the paper as printed is wrong. "
        f"{len(outcomes)} claims are made, and {proved} of them proved, by {theorems} theorems, of which {conditional} "
        f"rest on assumptions that they name. Of the {propositions.total()} propositions and sentences of the paper or "
        f"its code, {judged}; {beyond} claims go beyond the paper. The parameters that are printed for "
        f"{parameters[Verdict.REFUTED]} of them are wrong as they stand. There are {len(errata)} corrections: {wrong}. "
        f"{len(places)} places of the paper are accounted for. Networks of the same form were trained from random "
        f"starts: {_reached(results)}. An exact engine decided every step of a proof that is not called assumed. "
        "Conclusions that are informal, not machine-checked, are called so. Every formula, count and table is "
        "computed; summaries and remarks are prose.",
    )


#: What is said of one, and of several.
PROPOSITION = {
    Verdict.REFUTED: ("is refuted", "are refuted"),
    Verdict.IN_ONE_READING: ("holds in one reading and fails in another", "hold in one reading and fail in another"),
    Verdict.PROVED: ("holds", "hold"),
}
WORDS = {
    Weight.SUBSTANTIVE: "are substantive",
    Weight.NOTATION: "are matters of notation",
    Weight.REMARK: "are remarks",
}


def _reached(results: Results) -> str:
    """How many replicas ended where they should: all parameters are compared of one layer, coefficients of more."""
    said = []
    for one, what in ((True, "parameters"), (False, "coefficients")):
        mine = [result for result in results.values() if (result["configuration"]["layers"] == 1) is one]
        replicas = sum(result["configuration"]["replicas"] for result in mine)
        reached = sum(result["counts"].get("optimum", 0) for result in mine)
        layers = "one layer" if one else "several layers"
        said.append(f"{reached} of {replicas} of {layers} come to the predicted {what}")
    return ", ".join(said)


def found(outcomes: Iterable[Outcome]) -> Document:
    """The claims with their verdicts and pages."""
    rows = [(*summary(outcome), ((Page(outcome.claim.id),),)) for outcome in outcomes]
    header = (*SUMMARY, "page")
    return (
        Heading("What is claimed, and what was found"),
        Paragraph((SCOPE,)),
        Listing(tuple((f"{one.name}, {one.day}, {one.title}: {one.says}.",) for one in VERSIONS)),
        Paragraph(("Below the table are drawn the tokens and the layer of P2, in its corrected form.",)),
        Records(header, tuple(rows), (0.11, 0.29, 0.125, 0.085, 0.1, 0.065, 0.165, 0.06)),
    )


#: What is said of a claim, of a reading, of a place of the paper, and of a trained number.
VOCABULARY = (
    ("proved", "for all sizes that are named, and all data"),
    ("refuted", "a counterexample in plain fractions is given, recomputed before it is shown, or a theorem against it"),
    ("wrong", "of printed parameters, what is refuted of a sentence"),
    ("not well formed", "it does not make sense as it stands, since sizes do not fit"),
    ("holds in one reading", "of a sentence one reading is proved and another is refuted"),
    ("not printed", "the paper says nothing of the kind"),
    ("assumed", "taken from elsewhere, under a name; a theorem that rests on it says so"),
    ("proved after a correction", "of a place of the paper: not as printed, but as corrected"),
    ("defined, measured, not judged", "of a place: it introduces a name, it reports an experiment, it gives no proof"),
    ("fits", "of a trained number: it is as near to the predicted one as said there"),
)
#: Letters that most claims share.
SYMBOLS = (
    "$ℒ_t(W)$ is the loss on the first $t$ samples, $∇ℒ_t$ its gradient, $W_l$ the parameters after $l$ steps of "
    "gradient descent",
    (
        "$V_l$ is what layer $l$ passes on, in the corrected form $W_l$ transposed; $Z_t$ and $Z̃_t$ are the states of "
        "its two heads"
    ),
    "$e_i$ is a unit vector, $𝟏$ the vector of ones, $I$ a unit matrix of the size that is needed, tr the trace",
    "$‖·‖$ is the Euclidean norm of a vector and the Frobenius norm of a matrix; $E$ is an expectation",
    "$λ$ is the weight of an L2 penalty, in OPTL an eigenvalue",
)


def how_to_read() -> Document:
    """What stands where, and what the words mean."""
    return (
        Heading("How to read this supplement"),
        Paragraph(
            (
                "A claim has a statement with the meanings of its names, the hypotheses, a proof for people, and the "
                "list of its theorems. What the paper prints is judged in the corrections, page ",
                Page("corrections"),
                "; lemmas that are proved by induction, or used by several claims, are stated once, page ",
                Page(CHAPTER),
                ". Every theorem, lemma and reading has a number, P2.T3, Lemma 7 or P2.4. The second document, "
                "trace.pdf, has under the same numbers the machine's proof of each, line by line, and each "
                "counterexample in full.",
            )
        ),
        Paragraph(
            (
                "A list of theorems goes on from the statement above it: sizes, data and names are as there, or as in "
                "the theorems before, unless it is said otherwise. All other numbers are arbitrary, and names that are "
                "not said to be anything are data: any vectors and matrices. Every assumption that a theorem rests on "
                "is told with it. A letter means what its own claim says. A theorem may rest on one that is printed "
                "further below; no proof is circular for that, since a theorem exists only after those that it uses.",
            )
        ),
        Paragraph(
            (
                "A verdict is computed, never stored. What is proved is also computed at small sizes, entry by entry, "
                "by a program that shares nothing with the proofs but the numbers of the construction. The words:",
            )
        ),
        Listing(tuple((f"{word}: {meaning}",) for word, meaning in VOCABULARY)),
    )


def notation() -> Document:
    """The paper's symbols, what they are here and in the code."""
    rows = []
    for entry in GLOSSARY:
        names = [f"gdssm_symbolic.{entry.symbolic}"] + ([f"gdssm_numeric.{entry.numeric}"] if entry.numeric else [])
        rows.append((((entry.meaning,),), ((entry.paper,),), ((entry.shape,),), tuple((Code(name),) for name in names)))
    header = ("meaning", "in the paper", "shape", "in the code")
    return (
        Heading("Notation"),
        Paragraph(("What the paper calls things, and the code. Here the paper's letters are kept; besides:",)),
        Listing(tuple((said,) for said in SYMBOLS)),
        Records(header, tuple(rows), (0.24, 0.2, 0.16, 0.4)),
    )


def errata(rows: Sequence[Erratum], outcomes: Sequence[Outcome]) -> Document:
    """What does not hold as printed, in the order of the paper, in a few lines each."""
    entries = (_erratum(row, outcomes) for row in rows)
    return Heading("Corrections", label="corrections"), *counted(rows), *entries


def _erratum(row: Erratum, outcomes: Sequence[Outcome]) -> Entry:
    anchors: list[Part] = []
    for one in row.readings:
        anchors += [", " if anchors else "", Anchor(one.proof, one.proof)]
    evidence: tuple[Part, ...] = row.first.told
    if (theorem := row.first.shown.theorem) is not None:
        evidence = *evidence, "; ", *_by_theorem(row.first, theorem, outcomes)
    reading = row.reading
    places = f" {'; '.join(row.places)}, {row.weight.value}. Printed: {reading.printed}. Read: {reading.read_as}. "
    return Entry((Paragraph((*anchors, places, "Evidence: ", *evidence, f". Correction: {correction(row)}.")),))


def _by_theorem(row: Failing, theorem: Fact, outcomes: Iterable[Outcome]) -> Parts:
    """A theorem that says otherwise, by its id."""
    (own,) = (outcome for outcome in outcomes if outcome.claim.id == row.claim)
    name = next(name for name, one in own.findings.theorems.items() if one.says == theorem.says)
    return f"{name}, page ", Page(name), f": {theorem.title}"


def on_random_tasks(pictures: Iterable[Picture]) -> Document:
    """The construction as it runs."""
    said = (
        "The construction, run in double precision on random tasks with inputs uniform in $(−1, 1)$ and normal weights."
    )
    return Heading("The construction at work"), Paragraph((said,)), *pictures


# ---- what is trusted, and how to get it again ----------------------------------------------------


def trusted(outcomes: Sequence[Outcome], certified: Container[str]) -> Document:
    """What code has to be right, and for each claim what its proofs rest on, and what says the same besides."""
    rows = []
    for outcome in outcomes:
        found = outcome.findings
        extensions = ", ".join(room for room in found.rests_on if room != "kernel") or "-"
        numbers = len(found.theorems), found.conditional, len(outcome.claim.argued)
        coq = sum(name in certified for name in found.theorems)
        cells = (outcome.claim.id, extensions, *(str(number or "-") for number in (*numbers, coq)))
        rows.append(tuple(((cell,),) for cell in cells))
    header = ("claim", "extensions", "theorems", "assuming", "informal", "in Coq")
    return (
        Heading("What is trusted"),
        Paragraph(
            (
                "A proof is data, and only the checker turns it into a theorem, by named rules. What has to be right "
                "is the kernel (a normal form that decides equality for all sizes, the gate that admits an expression "
                "only if it has a value at all sizes, the checker with calculations, inductions, gradients by "
                "expansion, and specialisations), for some claims extensions of it, and the arithmetic of SymPy and "
                "python-flint. In the end every proof rests on equalities that the normal form decided, signs of "
                "coefficients, ranks, and the assumptions that it names. That a statement says what the paper says is "
                "for the reader to judge: it is printed from the object that was decided. Informal conclusions are "
                "set apart.",
            )
        ),
        Paragraph(
            (
                "Independent of it are: an unroller, which runs the layers entry by entry at small sizes; a second "
                "proof by finitely many sizes, where these are enough; counterexamples, recomputed in plain fractions; "
                "certificates that Coq's kernel checks; a numerical engine; and random proofs, almost right, on which "
                "the checker was tried. docs/trust.md in the repository has the details. Below: theorems, how many of "
                "them rest on assumptions, informal conclusions, and theorems with a certificate in Coq.",
            )
        ),
        Records(header, tuple(rows), (0.12, 0.4, 0.12, 0.12, 0.12, 0.12)),
    )


def reproduction(environment: Mapping[str, str], results: Results) -> Document:
    """With what it was computed, and the commands that do it again."""
    numeric = {tuple(sorted(result["environment"].items())) for result in results.values()}
    lines = [_versions("proofs, pictures and this document", environment)]
    lines += [_versions("training", dict(versions)) for versions in sorted(numeric)]
    commands = (
        ("make verify", "every verdict, and short training runs against the symbols"),
        ("gdssm show P2", "one derivation; any claim's name in the place of P2"),
        ("gdssm errata", "the corrections"),
        ("gdssm coverage", "the places of the paper"),
        ("gdssm predict --features 5 --samples 10", "the best coefficient, error and learning rate, exactly"),
        ("make supplement", "this document and trace.pdf; the seeds of tasks stand below the pictures"),
        ("make test", "the tests, which hold this document against a run"),
    )
    return (
        Heading("How to get every number again"),
        Paragraph(("Computed with:",)),
        Listing(tuple((line,) for line in lines)),
        Paragraph(("The command that trains a model again stands below its table. In the repository:",)),
        Listing(tuple((Code(typed), f": {words}") for typed, words in commands)),
    )


def _versions(what: str, environment: Mapping[str, str]) -> str:
    return f"{what}: " + ", ".join(f"{name} {version}" for name, version in environment.items())


def prior_work() -> Document:
    """What was proved before, claim by claim, and what is new here."""
    entries = []
    for name, context in CONTEXT.items():
        works = "; ".join(f"{work.key}: {work.proved}" for work in context.works)
        entries.append(Entry((Paragraph((f"{name}. {works}{'. ' * bool(works)}New here: {context.new}.",)),)))
    others = ", ".join(name for name in CLAIMS if name not in CONTEXT)
    said = f"Known to us from abstracts and statements of theorems. Of prior work on {others} we know nothing."
    return Heading("Prior work"), Paragraph((said,)), *entries


def references() -> Document:
    """The literature, by number, and what each is cited for."""
    numbered = tuple(
        (f"[{number}] {reference.line} {reference.why}",) for number, reference in enumerate(REFERENCES, 1)
    )
    return Heading("References"), *(Entry((Paragraph(one),)) for one in numbered)


# ---- the index -----------------------------------------------------------------------------------


def index(places: Iterable[CoveredPlace], outcomes: Sequence[Outcome], results: Results) -> Document:
    """From the paper's equations and sentences to pages."""
    return (
        Heading("From the paper to the pages"),
        Paragraph(
            (
                "The equations, propositions and mathematical sentences of the paper, in our words, with what became "
                "of them, and in brackets the page.",
            )
        ),
        *(_indexed(place, outcomes, results) for place in places),
    )


def _indexed(place: CoveredPlace, outcomes: Sequence[Outcome], results: Results) -> Entry:
    names = dict(label for item in place.items for label in labels(item, outcomes, results))
    where: list[Part] = []
    for label, shown in names.items():
        where += [", " if where else "", Code(shown) if shown in results else shown, " (", Page(label), ")"]
    if not where and place.row.kind not in (Kind.BACKGROUND, Kind.REMARK):
        raise ValueError(f"{place.row.place} ({place.row.says}) is on no page")
    standing, _, _ = place.standing.value.partition(":" if place.standing is Standing.NOT_JUDGED else ";")
    said = f"{place.row.place}: {place.row.says}; {standing}{': ' if where else ''}"
    return Entry((Paragraph((said, *where)),))


def labels(item: Item, outcomes: Sequence[Outcome], results: Results) -> Iterator[tuple[str, str]]:
    """Where an object stands, with what it is called there: a reading, a theorem, a claim, a result."""
    for name in results:
        if item.thing == f"results/{name}/result.json":
            yield f"result-{name}", name
    if isinstance(item.thing, Reading):
        yield item.id, item.id
        return
    users = [outcome for outcome in outcomes if item.used_by(outcome)]
    stated = [outcome for outcome in users if outcome.statement and outcome.statement.equation == item.thing]
    for outcome in users:
        own = outcome.claim.id
        ids = [name for name, theorem in outcome.by_id.items() if theorem.statement == item.thing]
        # A definition, a lemma or a reading is also where it is used first: in that claim.
        if outcome in stated or (not (ids or stated) and outcome is users[0]):
            yield own, own
        elif ids:
            yield ids[0], ids[0]
