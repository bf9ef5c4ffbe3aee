"""How a claim gets its verdict."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import chain
from time import perf_counter

from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.evidence.small_sizes import MOST_SIZES, holds
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import ShapeError, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.narration import Statement, lemmas_of, said

from .background import Background, usable_cores
from .claim import JUDGED, About, Claim, Contradicted, Evidence, Judged, Outcome, Reading, Verdict
from .sizes import Contradiction, of_theorem

#: Theorems and lemmas are evaluated at all sizes up to this one.
EVALUATED = 2
#: … with scalars that run through these.
EVALUATED_SCALARS = (Fraction(2), Fraction(-1, 3))


def judge(claim: Claim) -> Outcome:
    """Decide the claim now: as printed, and as corrected."""
    outcome = proved(claim)
    return with_confirmation(outcome, confirmation(outcome))


def judge_with_sizes(claim: Claim) -> Outcome:
    """Decide the claim now, and prove its theorems a second time, by sizes."""
    return with_sizes(judge(claim))


def with_sizes(outcome: Outcome) -> Outcome:
    """The outcome with a second proof, by sizes, of each theorem that can have one; a contradiction is an error."""
    started = perf_counter()
    try:
        sizes = {name: of_theorem(theorem) for name, theorem in outcome.theorems_by_id.items()}
    except Contradiction as error:
        return replace(outcome, verdict=Verdict.ERROR, problem=str(error))
    return replace(outcome, sizes=sizes, seconds=outcome.seconds + perf_counter() - started)


def proved(claim: Claim) -> Outcome:
    """Decide the claim by its proofs and counterexamples; nothing is confirmed by explicit computation."""
    started = perf_counter()
    statement = claim.statement()
    readings = tuple((reading, reading.evidence()) for reading in claim.readings)
    by_id: Mapping[str, Theorem] = {}
    lemmas: Mapping[str, Theorem] = {}
    counterexample, problem = None, ""
    try:
        by_id, lemmas = dict(claim.theorems()), claim.lemmas()
        verdict = _verdict(tuple(by_id.values()), statement)
        problem = "the first theorem is not what is stated" if verdict is Verdict.UNDECIDED else ""
    except (ProofError, OutsideLanguage, ShapeError) as error:
        headline = statement.equation
        refuted = refute(headline, statement.meanings) if isinstance(headline, Equation) else None
        counterexample = refuted.counterexample if refuted else None
        verdict, problem = (Verdict.REFUTED if refuted else Verdict.UNDECIDED), str(error)
        by_id, lemmas = {}, {}
    return Outcome(
        claim,
        _as_printed(readings),
        verdict,
        statement,
        _proposition(claim, by_id, readings),
        _as_printed(about(readings, About.PARAMETERS)),
        by_id,
        lemmas,
        readings,
        counterexample=counterexample,
        problem=problem,
        seconds=perf_counter() - started,
    )


#: At which sizes an explicit computation was made, and whether it agrees; and how many seconds that took.
Confirmation = tuple[list[tuple[str, bool]], float]


def confirmation(outcome: Outcome) -> Confirmation:
    """Evaluate what was proved, and unroll the claim's layers, up to the first contradiction."""
    started = perf_counter()
    found: list[tuple[str, bool]] = []
    for sizes, agrees in chain(evaluated(outcome.theorems), outcome.claim.confirm()) if outcome.theorems else ():
        found.append((sizes, agrees))
        if not agrees:
            break
    return found, perf_counter() - started


def with_confirmation(outcome: Outcome, made: Confirmation) -> Outcome:
    """The outcome with what the explicit computation says; a contradiction is an error."""
    found, seconds = made
    agreed = tuple(sizes for sizes, agrees in found if agrees)
    outcome = replace(outcome, confirmed=agreed, seconds=outcome.seconds + seconds)
    for sizes, agrees in found:
        if not agrees:
            told = f"an explicit computation contradicts the proof at {sizes}"
            return replace(outcome, verdict=Verdict.ERROR, problem=told)
    return outcome


def found_out(claim: Claim, ids: Collection[str]) -> Outcome:
    """Decide what has one of these ids: the claim's statement, theorems and lemmas of it, readings; nothing else.

    No verdict is given on the claim as printed, and one on its statement only if the claim's own id is there.
    """
    statement = claim.statement()
    readings = tuple((reading, reading.evidence()) for reading in claim.readings if reading.id in ids)
    outcome = Outcome(claim, Verdict.UNDECIDED, Verdict.UNDECIDED, statement, readings=readings)
    wanted = {name for name in ids if name == claim.id or name.startswith(f"{claim.id}.T")}
    if not wanted:
        return outcome
    try:
        theorems = claim.theorems()
        by_id = {name: theorems[name] for name in theorems if name in wanted}
        proved_on_the_way = wanted - {claim.id} - set(by_id)
        known = claim.lemmas() if proved_on_the_way else {}
        lemmas = {name: lemma for name, lemma in known.items() if name in proved_on_the_way}
        first = list(theorems)[:1] if claim.id in wanted else []
        verdict = _verdict(tuple(theorems[name] for name in first), statement)
    except (ProofError, OutsideLanguage, ShapeError) as error:
        return replace(outcome, problem=str(error))
    return replace(outcome, verdict=verdict, theorems_by_id=by_id, lemmas_by_id=lemmas)


def evaluated(theorems: tuple[Theorem, ...]) -> Iterator[tuple[str, bool]]:
    """Does every theorem, and every lemma, hold entry by entry at sizes up to EVALUATED, the data unknown?

    What rests on an assumption cannot be told from data, of which the assumption need not be true.
    """
    every = {said(theorem): theorem for theorem in (*lemmas_of(theorems), *theorems)}
    told = [theorem for theorem in every.values() if not theorem.assumptions]
    held = all(holds(theorem, EVALUATED, EVALUATED_SCALARS) for theorem in told)
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
        *(m.body for m in statement.meanings if isinstance(m, Definition | Recurrence | Joint)),
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
    for reading, evidence in readings:
        sentences.setdefault(reading.printed, []).append(evidence)
    found = {_sentence(evidence) for evidence in sentences.values()}
    order = (Verdict.UNDECIDED, Verdict.REFUTED, Verdict.IN_ONE_READING, Verdict.PROVED)
    nothing = Verdict.UNDECIDED if sentences else Verdict.NOT_PRINTED
    return next((verdict for verdict in order if verdict in found), nothing)


def about(readings: Iterable[tuple[Reading, Evidence]], subject: About) -> Iterator[tuple[Reading, Evidence]]:
    """Those readings that speak about it."""
    return ((reading, evidence) for reading, evidence in readings if subject in reading.about)


def _proposition(
    claim: Claim, theorems: Mapping[str, Theorem], readings: Iterable[tuple[Reading, Evidence]]
) -> Verdict:
    """That a layer exists is shown by a theorem that rests on no assumption; what else is said, by its readings."""
    if not claim.shown_by:
        return _as_printed(about(readings, About.PROPOSITION))
    shown = theorems.get(claim.shown_by)
    return Verdict.UNDECIDED if shown is None or shown.assumptions else Verdict.PROVED


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


def run(
    claims: Iterable[Claim], on_start: Callable[[Claim], object] = lambda _: None, *, workers: int | None = None
) -> list[Outcome]:
    """Settle the claims one after another; a claim whose code fails is reported as `error`, the others go on.

    Where there is a second core, and not one of the `workers` alone, what was proved is confirmed there while the next
    claim is proved.
    """
    claims = list(claims)
    beside = len(claims) > 1 and usable_cores(workers) > 1
    begun: list[Callable[[], Outcome]] = []
    for claim in claims:
        on_start(claim)
        begun.append(_guarded(claim, partial(_begin, claim, beside=beside)))
    return [finish() for finish in begun]


def _begin(claim: Claim, *, beside: bool) -> Callable[[], Outcome]:
    """Prove the claim, and begin to confirm it, perhaps beside what follows; what is returned gives the outcome."""
    outcome = proved(claim)
    if not beside:
        made = confirmation(outcome)
        return lambda: with_confirmation(outcome, made)
    making = Background(partial(confirmation, outcome))
    return lambda: with_confirmation(outcome, making.result())


def _guarded(claim: Claim, begin: Callable[[], Callable[[], Outcome]]) -> Callable[[], Outcome]:
    """The boundary between claims: any bug in one is reported, and hides no other verdict."""

    def guarded() -> Outcome:
        try:
            return finish()
        except Exception as error:  # noqa: BLE001
            return failed(claim, error)

    try:
        finish = begin()
    except Exception as error:  # noqa: BLE001
        outcome = failed(claim, error)
        return lambda: outcome
    return guarded


def failed(claim: Claim, failure: Exception) -> Outcome:
    """Print the failure with its traceback, and return the verdict `error` on the claim, with its last line."""
    told = "".join(traceback.format_exception(failure))
    print(told, end="", file=sys.stderr)
    error = Verdict.ERROR
    return Outcome(claim, error, error, None, error, error, problem=told.strip().splitlines()[-1])


def exit_status(judged: Iterable[Judged]) -> int:
    """0 as registered, 1 a negative finding, 3 undecided, 70 an internal error; the gravest wins."""
    findings = [one.findings for one in judged]
    verdicts = {verdict for one in findings for verdict in one.verdicts}
    if Verdict.ERROR in verdicts:
        return 70
    missed = [one for one in findings if not one.as_registered]
    if not missed:
        return 0
    undecided = all(Verdict.UNDECIDED in one.verdicts for one in missed)
    return 3 if undecided else 1


def verdict_entry(verdicts: tuple[Verdict, ...]) -> dict[str, str]:
    """The verdicts on a claim, in the order of `Findings.verdicts`, for a program."""
    proposition, printed, as_printed, corrected = verdicts
    judged = {"proposition": JUDGED[proposition], "printed": JUDGED[printed]}
    return {
        **{name: word.replace(" ", "-") for name, word in judged.items()},
        "as_printed": as_printed.value,
        "verdict": corrected.value,
    }
