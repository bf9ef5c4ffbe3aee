"""What a claim is, and how it gets its verdict.

A claim states what the paper says (its readings as printed), what is true (theorems), and how the
explicit unroller confirms it at small sizes. The verdict is computed by `settle`; the registry only
holds what it is expected to be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from itertools import chain
from time import perf_counter

from gdssm_symbolic.checker import Theorem, check
from gdssm_symbolic.evidence.counterexamples import Counterexample, Refuted, refute
from gdssm_symbolic.evidence.small_sizes import MOST_SIZES, holds
from gdssm_symbolic.evidence.unroller import agrees
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import ShapeError, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import ProofError
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.layers import ONE_STEP_FROM_ZERO, GradientDescent, Layer
from gdssm_symbolic.theory.least_squares import LeastSquares, t
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.narration import Statement, lemmas_of, rules_of, said


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


@dataclass(frozen=True)
class Contradicted:
    """Evidence that a reading is false, whatever its free parameters are: a theorem says so."""

    theorem: Theorem


#: Theorems and lemmas are evaluated at all sizes up to this one.
EVALUATED = 2
#: … with scalars that run through these.
EVALUATED_SCALARS = (Fraction(2), Fraction(-1, 3))

Evidence = Theorem | Refuted | Contradicted | IllFormed | None


@dataclass(frozen=True)
class Reading:
    """One thing that the paper prints, how the words were read, and what mends it.

    `settle` decides the reading; `computes` says what a refuted construction computes instead. `notation` marks what
    is wrong in the writing alone: an index, a range, a letter.
    """

    place: str
    printed: str
    read_as: str
    correction: str
    settle: Callable[[], Evidence]
    computes: Callable[[], Equation] | None = None
    notation: bool = False


@dataclass(frozen=True)
class Claim:
    """A claim of the paper, with the theorems that are true in its place.

    `theorems` gives the headline first. `statement` is the headline with the meanings of its names:
    the proof object's own equation. `confirm` yields sizes and whether the unroller agrees there.
    """

    id: str
    label: str
    place: str
    summary: str
    assumptions: tuple[str, ...]
    statement: Callable[[], Statement]
    theorems: Callable[[], tuple[Theorem, ...]]
    readings: tuple[Reading, ...]
    confirm: Callable[[], Iterable[tuple[str, bool]]]
    expected_as_printed: Verdict
    expected_verdict: Verdict
    notes: tuple[str, ...] = ()  # shown under the assumptions
    argued: tuple[str, ...] = ()  # what follows from the theorems by an argument in words, that no machine checked


@dataclass(frozen=True)
class Outcome:
    """What one run found out about a claim."""

    claim: Claim
    as_printed: Verdict
    verdict: Verdict
    statement: Statement | None
    theorems: tuple[Theorem, ...] = ()
    readings: tuple[tuple[Reading, Evidence], ...] = ()
    confirmed: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    problem: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def as_registered(self) -> bool:
        return (self.as_printed, self.verdict) == (self.claim.expected_as_printed, self.claim.expected_verdict)

    @property
    def conditional(self) -> tuple[Theorem, ...]:
        """The theorems that rest on assumptions."""
        return tuple(theorem for theorem in self.theorems if theorem.assumptions)

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(rule.name for rule in rules_of(self.theorems))

    @property
    def uses(self) -> tuple[str, ...]:
        """The lemmas, and every assumption, on which the theorems rest."""
        titles = (lemma.title for lemma in lemmas_of(self.theorems))
        assumed = (name for theorem in self.theorems for name in sorted(known.name for known in theorem.assumptions))
        return tuple(dict.fromkeys((*titles, *assumed)))


def settle(claim: Claim) -> Outcome:
    """Decide the claim now: as printed, and as corrected."""
    started = perf_counter()
    statement = claim.statement()
    readings = tuple((reading, reading.settle()) for reading in claim.readings)
    as_printed = _as_printed(readings)
    theorems: tuple[Theorem, ...] = ()
    confirmed: list[str] = []
    counterexample, problem = None, ""
    try:
        theorems = claim.theorems()
        verdict = _verdict(theorems, statement)
        problem = "the first theorem is not what is stated" if verdict is Verdict.UNDECIDED else ""
    except (ProofError, OutsideLanguage, ShapeError) as error:
        headline = statement.equation
        refuted = refute(headline, statement.meanings) if isinstance(headline, Equation) else None
        counterexample = refuted.counterexample if refuted else None
        verdict, problem = (Verdict.REFUTED if refuted else Verdict.UNDECIDED), str(error)
    else:
        for sizes, agrees in chain(evaluated(theorems), claim.confirm()):
            if not agrees:
                verdict, problem = Verdict.ERROR, f"an explicit computation contradicts the proof at {sizes}"
                break
            confirmed.append(sizes)
    return Outcome(
        claim,
        as_printed,
        verdict,
        statement,
        theorems,
        readings,
        tuple(confirmed),
        counterexample,
        problem,
        perf_counter() - started,
    )


def evaluated(theorems: tuple[Theorem, ...]) -> Iterator[tuple[str, bool]]:
    """Does every theorem, and every lemma, hold entry by entry at sizes up to EVALUATED, the data unknown?

    What rests on an assumption cannot be told from data, of which the assumption need not be true.
    """
    told = {said(theorem): theorem for theorem in (*lemmas_of(theorems), *theorems) if not theorem.assumptions}
    held = all(holds(theorem, EVALUATED, EVALUATED_SCALARS) for theorem in told.values())
    every = {said(theorem) for theorem in (*lemmas_of(theorems), *theorems)}
    left = f" of {len(every)}, the others resting on assumptions" if len(told) < len(every) else ""
    told_at = f"sizes up to {EVALUATED} (theorems and lemmas: {len(told)}{left}; each at up to {MOST_SIZES} sizes)"
    yield told_at, held


def _verdict(theorems: tuple[Theorem, ...], statement: Statement) -> Verdict:
    if not theorems or not _says(theorems[0], statement):
        return Verdict.UNDECIDED  # what was proved is not what is stated
    return Verdict.ASSUMED if theorems[0].assumptions else Verdict.PROVED


def _says(theorem: Theorem, statement: Statement) -> bool:
    """Is the theorem what is stated, with the meanings that are shown?

    Names that an equation leaves open may be given any meaning. But in another statement they are fixed, where what is
    shown to define them may depend on a point, on data or on unknowns.
    """
    shown, proved = {meaning.name: meaning for meaning in statement.meanings}, theorem.meanings
    bodies = (
        *statement.equation.parts,
        *(m.body for m in statement.meanings if isinstance(m, Definition | Recurrence)),
    )
    hidden = {name for body in bodies for name in names(body)} & (set(proved) - set(shown))
    return (
        theorem.statement == statement.equation
        and all(shown.get(name, meaning) == meaning for name, meaning in proved.items())
        and not hidden
        and (isinstance(theorem.statement, Equation) or set(shown) <= set(proved))
    )


def _as_printed(readings: Iterable[tuple[Reading, Evidence]]) -> Verdict:
    """Of what is printed, the worst that is found out about a sentence: a claim may judge several.

    Sentences that are ill formed in all readings say nothing, and count for nothing.
    """
    sentences: dict[str, list[Evidence]] = {}
    for reading, evidence in in_full(readings):
        sentences.setdefault(reading.printed, []).append(evidence)
    found = {_sentence(evidence) for evidence in sentences.values()}
    order = (Verdict.UNDECIDED, Verdict.REFUTED, Verdict.IN_ONE_READING, Verdict.PROVED)
    nothing = Verdict.UNDECIDED if sentences else Verdict.NOT_PRINTED
    return next((verdict for verdict in order if verdict in found), nothing)


def _sentence(evidence: list[Evidence]) -> Verdict | None:
    """One sentence in all its readings; none for one that is ill formed in all."""
    holds = any(isinstance(found, Theorem) for found in evidence)
    fails = any(isinstance(found, Refuted | Contradicted) for found in evidence)
    if holds and fails:
        return Verdict.IN_ONE_READING
    if None in evidence:
        return Verdict.UNDECIDED
    if holds:
        return Verdict.PROVED
    return Verdict.REFUTED if fails else None


def in_full(readings: Iterable[tuple[Reading, Evidence]]) -> Iterator[tuple[Reading, Evidence]]:
    """The readings so that each can stand alone: where one says "the same", with the words of the one before."""
    printed = correction = ""
    for reading, evidence in readings:
        printed, correction = _said(reading.printed, printed), _said(reading.correction, correction)
        yield replace(reading, printed=printed, correction=correction), evidence


def _said(words: str, before: str) -> str:
    """The words, with what was said before in the place of "the same", "the same formulas", "the same words"."""
    same = _SAME.match(words)
    return before + words[same.end() :] if same else words


_SAME = re.compile(r"^the same(?: formulas?| words)?(?=$|[,;])")


def unrolled(
    layer: Layer, sizes: Iterable[tuple[int, ...]], goal: GradientDescent = ONE_STEP_FROM_ZERO
) -> Iterator[tuple[str, bool]]:
    """Does the unroller find the layer's output equal to the prediction, at each size (f, N) or (f, N, L)?

    The loss is the goal's.
    """
    for size in sizes:
        named = ", ".join(f"{name}={value}" for name, value in zip("fNL", size, strict=False))
        yield named, agrees(layer, *size, goal=goal)


def every_step(place: str, one_step: OneStep, corrected: str) -> Reading:
    """The reading that P1 and P2 share: the prediction at every step, with one factor for all of them."""
    return Reading(
        place=place,
        printed="each recurrent step produces the prediction for the next input, with β = −η/N",
        read_as=f"after t samples, one step of rate η on these t samples; the {corrected} as corrected",
        correction="−η/t at step t, which is −η/N at t = N; with −η/N throughout, step t has the rate ηt/N",
        settle=one_step.refute_fixed_factor,
        computes=lambda: one_step.fixed_factor().equation,
    )


def unhalved_gradient(problem: LeastSquares) -> Evidence:
    """The gradient with 1/t before the squares, proved to be that of the loss with 1/t, against that of the loss."""
    printed = replace(problem, halved=False, mark="'")
    check(printed.expansion)
    W = problem.point()
    gradients = (of.gradient.name.at((t,), (W,)) for of in (problem, printed))
    return refute(Equation(*gradients), (problem.loss, problem.gradient, printed.loss, printed.gradient))


def ill_formed(build: Callable[[], object]) -> Callable[[], Evidence]:
    """A reading that is settled by writing it down: its shapes do not fit."""

    def settle_shape() -> Evidence:
        try:
            build()
        except ShapeError as error:
            return IllFormed(str(error))
        return None

    return settle_shape
