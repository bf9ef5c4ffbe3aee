"""What a claim is, and how it gets its verdict.

A claim states what the paper says (its readings as printed), what is true (theorems), and how the
explicit unroller confirms it at small sizes. The verdict is computed by `judge`; the registry only
holds what it is expected to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gdssm_symbolic.evidence.counterexamples import Counterexample, Refuted
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.narration import Statement, lemmas_of, rules_of
from gdssm_symbolic.writing.prose import plain
from gdssm_symbolic.writing.rule_list import room_of


class Verdict(StrEnum):
    """proved: for all sizes. exact-at-sizes: confirmed exactly, at some sizes only.

    assumed: taken from elsewhere, or proved from what is.

    holds in one reading: of the readings of a sentence at least one is proved, for all sizes, and at least one other is
    refuted, by a counterexample or a theorem; and no sentence that the claim judges is refuted in all. not printed: the
    paper says nothing of the kind.
    """

    PROVED = "proved"
    IN_ONE_READING = "holds in one reading"
    REFUTED = "refuted"
    EXACT_AT_SIZES = "exact-at-sizes"
    NUMERIC = "numeric"
    ASSUMED = "assumed"
    UNDECIDED = "undecided"
    NOT_PRINTED = "not printed"
    ERROR = "error"


@dataclass(frozen=True)
class IllFormed:
    """Evidence that a reading does not even make sense: the message of the shape that does not fit."""

    message: str

    def __str__(self) -> str:
        return f"not well formed: {self.message}"


@dataclass(frozen=True)
class Contradicted:
    """Evidence that a reading is false, whatever its free parameters are: a theorem says so."""

    theorem: Theorem

    def __str__(self) -> str:
        return f"contradicted by this theorem:\n\n{self.theorem}"


Evidence = Theorem | Refuted | Contradicted | IllFormed | None


@dataclass(frozen=True)
class Reading:
    """One thing that the paper prints, how the words were read, and what mends it; it is understood by itself.

    `id` is the claim's and a number, "P2.4". It is given once, and never to another reading: `paper/ids.toml` lists
    every id. `evidence` decides the reading; `computes` says what a refuted construction computes instead. `notation`
    marks what is wrong in the writing alone: an index, a range, a letter.
    """

    id: str
    place: str
    printed: str
    read_as: str
    correction: str
    evidence: Callable[[], Evidence]
    computes: Callable[[], Equation] | None = None
    notation: bool = False

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
    """

    id: str
    label: str
    place: str
    summary: str
    assumptions: tuple[str, ...]
    statement: Callable[[], Statement]
    theorems: Callable[[], Mapping[str, Theorem]]
    expected_as_printed: Verdict
    expected_verdict: Verdict = Verdict.PROVED
    readings: tuple[Reading, ...] = ()
    lemmas: Callable[[], Mapping[str, Theorem]] = dict
    confirm: Callable[[], Iterable[tuple[str, bool]]] = tuple
    notes: tuple[str, ...] = ()  # shown under the assumptions
    argued: tuple[str, ...] = ()  # conclusions from the theorems that are informal, not machine-checked

    def __str__(self) -> str:
        return plain(f"{self.id}: {self.label} ({self.place}). {self.summary}")


@dataclass(frozen=True)
class Outcome:
    """What one run found out about a claim."""

    claim: Claim
    as_printed: Verdict
    verdict: Verdict
    statement: Statement | None
    theorems_by_id: Mapping[str, Theorem] = field(default_factory=dict)
    lemmas_by_id: Mapping[str, Theorem] = field(default_factory=dict)
    readings: tuple[tuple[Reading, Evidence], ...] = ()
    confirmed: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    problem: str = ""
    seconds: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        return plain(f"{self.claim.id}: {self.claim.label}. As printed: {self.as_printed}. Corrected: {self.verdict}.")

    @property
    def as_registered(self) -> bool:
        return (self.as_printed, self.verdict) == (self.claim.expected_as_printed, self.claim.expected_verdict)

    @property
    def theorems(self) -> tuple[Theorem, ...]:
        """The theorems of the claim, the headline first."""
        return tuple(self.theorems_by_id.values())

    @property
    def by_id(self) -> dict[str, Theorem]:
        """Everything proved that can be linked to: the theorems, and the lemmas that have an id."""
        return {**self.theorems_by_id, **self.lemmas_by_id}

    @property
    def conditional(self) -> tuple[Theorem, ...]:
        """The theorems that rest on assumptions."""
        return tuple(theorem for theorem in self.theorems if theorem.assumptions)

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
        titles = (lemma.title for lemma in lemmas_of(self.theorems))
        assumed = (name for theorem in self.theorems for name in sorted(known.name for known in theorem.assumptions))
        return tuple(dict.fromkeys((*titles, *assumed)))
