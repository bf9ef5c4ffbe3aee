"""What a claim is, and how it gets its verdict.

A claim states what the paper says (its readings as printed), what is true (theorems), and how the
explicit unroller confirms it at small sizes. The verdict is computed by `judge`; the registry only
holds what it is expected to be.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Flag, StrEnum, auto
from functools import cached_property
from typing import Protocol

from gdssm_symbolic.evidence.counterexamples import Counterexample, Refuted
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.statements import Equation, Proposition
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.documents import Paragraph, Parts
from gdssm_symbolic.writing.narration import (
    Statement,
    assuming,
    assuming_that,
    assumptions_of,
    lemmas_of,
    rules_of,
    short_counterexample,
)
from gdssm_symbolic.writing.prose import plain
from gdssm_symbolic.writing.rule_list import room_of
from gdssm_symbolic.writing.told import Told

from .sizes import Sizes


class Verdict(StrEnum):
    """proved: for all sizes. exact-at-sizes: confirmed exactly, at some sizes only.

    probable: both sides agree at random points, at some sizes, where two that differ would do so with a probability
    that is bounded.

    assumed: taken from elsewhere, or proved from what is.

    holds in one reading: of the readings of a sentence at least one is proved, for all sizes, and at least one other is
    refuted, by a counterexample or a theorem; and no sentence that the claim judges is refuted in all. not printed: the
    paper says nothing of the kind.
    """

    PROVED = "proved"
    IN_ONE_READING = "holds in one reading"
    REFUTED = "refuted"
    EXACT_AT_SIZES = "exact-at-sizes"
    PROBABLE = "probable"
    NUMERIC = "numeric"
    ASSUMED = "assumed"
    UNDECIDED = "undecided"
    NOT_PRINTED = "not printed"
    ERROR = "error"


#: What stands before the evidence for a verdict on something of a user's own.
FOUND = {Verdict.PROVED: "holds", Verdict.REFUTED: "fails at", Verdict.UNDECIDED: "undecided"}


#: Between formulas in a part of a verdict: it may go on in a new line there.
NEXT_FORMULA = ";\n"
#: Of a verdict as text, in characters.
LONGEST_LINE = 100


def as_lines(verdict: Verdict, fields: Iterable[tuple[str, str]]) -> str:
    """A verdict as text: each of its parts on a line with its name, but for those that are empty.

    What is longer than LONGEST_LINE is broken where it has line ends.
    """
    return "\n".join((verdict, *(_broken(f"    {name:<9} ", told) for name, told in fields if told)))


def _broken(begin: str, told: str) -> str:
    line = begin + " ".join(told.splitlines())
    return line if len(line) <= LONGEST_LINE else begin + told.replace("\n", "\n" + " " * len(begin))


class OwnVerdict(ABC):
    """A verdict on something of a user's own, which can be told as a document."""

    @property
    @abstractmethod
    def told(self) -> Told: ...

    @property
    def latex(self) -> str:
        """The verdict for a paper; its first lines say what the preamble needs."""
        return self.told.latex

    @property
    def markdown(self) -> str:
        """The verdict for a notebook or a repository page."""
        return self.told.markdown


def no_proof(verdict: Verdict) -> tuple[Paragraph]:
    """What is told in place of a proof."""
    return (Paragraph((f"There is no proof: this is {verdict}.",)),)


#: The same verdicts in the words for a proposition, or for printed parameters: they are not proved, they hold.
JUDGED = {
    Verdict.PROVED: "holds",
    Verdict.IN_ONE_READING: "holds in one reading",
    Verdict.REFUTED: "refuted",
    Verdict.NOT_PRINTED: "not printed",
    Verdict.UNDECIDED: "undecided",
    Verdict.ERROR: "error",
}
#: For people, of printed parameters: a sentence is refuted, but numbers are wrong. A report for a program keeps JUDGED.
JUDGED_PARAMETERS = JUDGED | {Verdict.REFUTED: "wrong"}


class About(Flag):
    """What a reading speaks about; about neither, it is a sentence of its own."""

    PROPOSITION = auto()  # that there is such a layer, or what the claim's sentence says
    PARAMETERS = auto()  # the numbers and formulas that are printed for it


NEITHER = About(0)


class Weight(StrEnum):
    """What a wrong sentence does to a reader who implements it."""

    SUBSTANTIVE = "substantive"  # the result is another function than the one that is meant
    NOTATION = "notation"  # a letter, an index, a size or a sign convention is wrong; the context corrects it
    REMARK = "remark"  # it is right in another reading, or says less than it could


@dataclass(frozen=True)
class IllFormed:
    """Evidence that a reading does not even make sense: the message of the shape that does not fit."""

    message: str

    def __str__(self) -> str:
        return f"not well formed: {self.message}"


@dataclass(frozen=True)
class Contradicted:
    """Evidence that a reading is false, whatever its free parameters are: a theorem says so.

    `because` says it in a sentence with a number in it.
    """

    theorem: Theorem
    because: str

    def __str__(self) -> str:
        return f"contradicted by this theorem:\n\n{self.theorem}"


Evidence = Theorem | Refuted | Contradicted | IllFormed | None


@dataclass(frozen=True)
class Reading:
    """One thing that the paper prints, how the words were read, and what mends it; it is understood by itself.

    `id` is the claim's and a number, "P2.4". It is given once, and never to another reading: `paper/ids.toml` lists
    every id. `evidence` decides the reading; `computes` says what a refuted construction computes instead. `shows` says
    in words what the numbers of a counterexample are, where they are not an output and a prediction. `wrong` says in a
    few words what is wrong, of the row's own reading for all that stand in its row.

    In the corrections, a reading that fails stands in the row of the reading `row`, or in its own. A row that is not
    substantive says in `harmless` why nobody who implements the sentence is misled. A reading that fails in a row of
    remarks is not about a proposition: a proposition that holds as it is meant does not fail by a remark.
    """

    id: str
    place: str
    printed: str
    read_as: str
    correction: str
    evidence: Callable[[], Evidence]
    computes: Callable[[], Equation] | None = None
    shows: str = ""
    wrong: str = ""
    about: About = NEITHER
    row: str = ""
    weight: Weight = Weight.SUBSTANTIVE
    harmless: str = ""

    @property
    def number(self) -> int:
        """The 4 of P2.4."""
        return int(self.id.rpartition(".")[2])

    def __str__(self) -> str:
        return plain(f"{self.id}, {self.place}: {self.printed}; read: {self.read_as}; correction: {self.correction}")


class OnDemand(Mapping[str, Theorem]):
    """Theorems by id that are proved only when they are asked for, so that one can be had without the others.

    `makers` has a function for each id, or for a tuple of ids one that returns their theorems together. ValueError,
    when they are asked for, if it returns more or fewer.
    """

    def __init__(
        self, makers: Mapping[str | tuple[str, ...], Callable[[], Theorem] | Callable[[], Iterable[Theorem]]]
    ) -> None:
        self._makers = {
            name: (ids, make)
            for ids, make in ((key if isinstance(key, tuple) else (key,), make) for key, make in makers.items())
            for name in ids
        }
        self._made: dict[str, Theorem] = {}

    def __getitem__(self, name: str) -> Theorem:
        if name not in self._made:
            ids, make = self._makers[name]
            made = make()
            self._made |= dict(zip(ids, (made,) if isinstance(made, Theorem) else made, strict=True))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@dataclass(frozen=True)
class Claim:
    """A claim of the paper, with the theorems that are true in its place.

    `theorems` gives them by id, "P2.T3", the headline first; an id is given once, as a reading's is. `lemmas` gives an
    id, of the same kind, to those lemmas that are linked to. `statement` is the headline with the meanings of its
    names: the proof object's own equation. `confirm` yields sizes and whether the unroller agrees there; there may be
    no layer to unroll. What the paper does not speak of has no readings.

    A proposition that says that a layer exists is shown by the theorem `shown_by`. Any other is judged by the readings
    that are about it.

    `proof` is for people: prose of at most a page that says why the theorems hold. Empty lines part its paragraphs. It
    cites claims, readings and theorems by id; a paragraph of ids alone displays the equations of these theorems.

    `free` is what is arbitrary, where a reader might expect an assumption. `headline` says what the first theorem is,
    where it is not the main theorem, or the claim as corrected.
    """

    id: str
    label: str
    place: str
    summary: str
    assumptions: tuple[str, ...]
    proof: str
    statement: Callable[[], Statement]
    theorems: Callable[[], Mapping[str, Theorem]]
    expected_as_printed: Verdict
    expected_verdict: Verdict = Verdict.PROVED
    expected_proposition: Verdict = Verdict.NOT_PRINTED
    expected_printed: Verdict = Verdict.NOT_PRINTED
    shown_by: str = ""
    free: tuple[str, ...] = ()
    headline: str = ""
    readings: tuple[Reading, ...] = ()
    lemmas: Callable[[], Mapping[str, Theorem]] = dict
    confirm: Callable[[], Iterable[tuple[str, bool]]] = tuple
    notes: tuple[str, ...] = ()  # shown under the assumptions
    argued: tuple[str, ...] = ()  # conclusions from the theorems that are informal, not machine-checked

    def __str__(self) -> str:
        return plain(f"{self.id}: {self.label} ({self.place}). {self.summary}")

    @property
    def expected(self) -> tuple[Verdict, ...]:
        """The verdicts that are expected, in the order of `Findings.verdicts`."""
        return self.expected_proposition, self.expected_printed, self.expected_as_printed, self.expected_verdict


@dataclass(frozen=True)
class Fact:
    """What a theorem says, told: the statement, the meanings of its names, and what is assumed, in words.

    It proves nothing, and may be copied; the theorem may not.
    """

    title: str
    statement: Proposition
    meanings: tuple[Meaning, ...]
    assumptions: tuple[str, ...] = ()

    @property
    def assuming(self) -> str:
        """What is assumed, as it stands after the words of the theorem."""
        return assuming_that(self.assumptions)

    @property
    def says(self) -> tuple[Proposition, frozenset[Meaning], tuple[str, ...]]:
        """What tells facts apart, whatever their titles are."""
        return self.statement, frozenset(self.meanings), self.assumptions


def fact(theorem: Theorem) -> Fact:
    """Return what the theorem says."""
    return Fact(theorem.title, theorem.statement, theorem.defined, assumptions_of(theorem))


@dataclass(frozen=True)
class Shown:
    """The evidence on a reading, told: the finding in a word, the evidence on one line, and what it consists of.

    `theorem` is the one that proves the reading or contradicts it.
    """

    finding: str
    line: Parts
    counterexample: Counterexample | None = None
    theorem: Fact | None = None


def shown(evidence: Evidence) -> Shown:
    """Return what there is to tell of the evidence."""
    match evidence:
        case Refuted(counterexample=counterexample):
            return Shown("refuted", short_counterexample(counterexample), counterexample)
        case IllFormed(message=message):
            return Shown("ill-formed", (message,))
        case Contradicted(because=because, theorem=theorem):
            return Shown("refuted", (because, assuming(theorem)), theorem=fact(theorem))
        case Theorem() as theorem:
            return Shown("proved", (theorem.statement, assuming(theorem)), theorem=fact(theorem))
    return Shown("undecided", ())


@dataclass(frozen=True)
class Findings:
    """What one run found out about a claim, in verdicts, words and formulas: all that a report tells without proofs.

    No theorem is in it, so another process can send it. `theorems` are by id, the headline first; `lemmas` those that
    have an id; `on_the_way` all of them. `evidence` is by the ids of the readings.
    """

    proposition: Verdict
    printed: Verdict
    as_printed: Verdict
    verdict: Verdict
    expected: tuple[Verdict, ...]
    statement: Statement | None
    theorems: Mapping[str, Fact]
    lemmas: Mapping[str, Fact]
    on_the_way: tuple[Fact, ...]
    evidence: Mapping[str, Shown]
    rules: tuple[str, ...]
    uses: tuple[str, ...]
    rests_on: tuple[str, ...]
    confirmed: tuple[str, ...]
    counterexample: Counterexample | None
    problem: str
    seconds: float = field(compare=False)
    sizes: Mapping[str, Sizes] = field(default_factory=dict)  # by the ids of the theorems, if it was asked for

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """On the proposition, on the printed parameters, on all that is printed, and on what is proved in its place."""
        return self.proposition, self.printed, self.as_printed, self.verdict

    @property
    def as_registered(self) -> bool:
        return self.verdicts == self.expected

    @property
    def told(self) -> str:
        """The verdicts in one or two sentences."""
        if (self.proposition, self.printed) == (Verdict.NOT_PRINTED, Verdict.NOT_PRINTED):
            return f"Not in the paper; {self.verdict}."
        printed = (
            "" if self.printed is Verdict.NOT_PRINTED else f" Printed parameters: {JUDGED_PARAMETERS[self.printed]}."
        )
        instead = "In its place" if self.proposition is Verdict.REFUTED else "As corrected"
        return f"Proposition: {JUDGED[self.proposition]}.{printed} {instead}: {self.verdict}."

    @property
    def conditional(self) -> int:
        """How many theorems rest on assumptions."""
        return sum(bool(theorem.assumptions) for theorem in self.theorems.values())


class Judged(Protocol):
    """A claim with what was found out about it: an `Outcome`, which has the theorems, or a `Judgement`."""

    @property
    def claim(self) -> Claim: ...

    @property
    def findings(self) -> Findings: ...


@dataclass(frozen=True)
class Judgement:
    """A claim with what was found out about it, and without the theorems: they may be in another process."""

    claim: Claim
    findings: Findings


def readings_of(judged: Judged) -> Iterator[tuple[Reading, Shown]]:
    """Yield the readings that were decided, with what there is to tell of the evidence."""
    evidence = judged.findings.evidence
    return ((reading, evidence[reading.id]) for reading in judged.claim.readings if reading.id in evidence)


@dataclass(frozen=True)
class Outcome:
    """What one run found out about a claim, with the theorems and the evidence themselves."""

    claim: Claim
    as_printed: Verdict
    verdict: Verdict
    statement: Statement | None
    proposition: Verdict = Verdict.NOT_PRINTED
    printed: Verdict = Verdict.NOT_PRINTED
    theorems_by_id: Mapping[str, Theorem] = field(default_factory=dict)
    lemmas_by_id: Mapping[str, Theorem] = field(default_factory=dict)
    readings: tuple[tuple[Reading, Evidence], ...] = ()
    confirmed: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    problem: str = ""
    seconds: float = field(default=0.0, compare=False)
    sizes: Mapping[str, Sizes] = field(default_factory=dict)

    def __str__(self) -> str:
        return plain(f"{self.claim.id}: {self.claim.label}. {self.findings.told}")

    @cached_property
    def findings(self) -> Findings:
        """What a report tells of it without proofs."""
        return Findings(
            proposition=self.proposition,
            printed=self.printed,
            as_printed=self.as_printed,
            verdict=self.verdict,
            expected=self.claim.expected,
            statement=self.statement and replace(self.statement, short=None),
            theorems={name: fact(theorem) for name, theorem in self.theorems_by_id.items()},
            lemmas={name: fact(lemma) for name, lemma in self.lemmas_by_id.items()},
            on_the_way=tuple(map(fact, self.lemmas)),
            evidence={reading.id: shown(evidence) for reading, evidence in self.readings},
            rules=self.rules,
            uses=self.uses,
            rests_on=self.rests_on,
            confirmed=self.confirmed,
            counterexample=self.counterexample,
            problem=self.problem,
            seconds=self.seconds,
            sizes=self.sizes,
        )

    @property
    def theorems(self) -> tuple[Theorem, ...]:
        """The theorems of the claim, the headline first."""
        return tuple(self.theorems_by_id.values())

    @cached_property
    def lemmas(self) -> tuple[Theorem, ...]:
        """What the theorems rest on, directly or not, each once."""
        return lemmas_of(self.theorems)

    @property
    def by_id(self) -> dict[str, Theorem]:
        """Everything proved that can be linked to: the theorems, and the lemmas that have an id."""
        return {**self.theorems_by_id, **self.lemmas_by_id}

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(rule.name for rule in rules_of(self.theorems))

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The kernel, and the extensions of the exact engine whose rules the theorems use."""
        rooms = (room_of(rule) for rule in rules_of(self.theorems))
        return tuple(dict.fromkeys(("kernel", *rooms))) if self.theorems else ()

    @property
    def uses(self) -> tuple[str, ...]:
        """The lemmas, and every assumption, on which the theorems rest."""
        titles = (lemma.title for lemma in self.lemmas)
        assumed = (name for theorem in self.theorems for name in sorted(known.name for known in theorem.assumptions))
        return tuple(dict.fromkeys((*titles, *assumed)))
