"""Every claim judged, each in a process of its own, on all cores; findings come back, theorems do not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import count

from .background import Background, ended_of, usable_cores
from .claim import Claim, Findings, Judgement, Outcome
from .verdict import failed, judge, judge_with_sizes, run, with_sizes

#: Is told how many claims are judged, and which are being judged.
OnChange = Callable[[int, Sequence[Claim]], object]


def judge_all(
    claims: Iterable[Claim],
    on_change: OnChange = lambda *_: None,
    *,
    by_sizes: bool = False,
    workers: int | None = None,
) -> list[Judgement]:
    """Judge the claims, and return what was found out about each, in their order.

    A claim whose code fails, or whose process is killed, gets the verdict `error`; the others go on. There are so many
    `workers`, or one for each core. If it is one, or a process cannot be copied safely, the claims are judged here, one
    after another. With `by_sizes` the theorems are proved a second time, by sizes.
    """
    claims = list(claims)
    if (cores := cores_for(claims, workers)) > 1:
        found = {
            claim.id: _received(claim, ended)
            for claim, ended in _on_cores(claims, judge_with_sizes if by_sizes else judge, on_change, cores)
        }
        return [Judgement(claim, found[claim.id]) for claim in claims]
    done = count()
    outcomes = run(claims, lambda claim: on_change(next(done), (claim,)), workers=workers)
    outcomes = list(map(with_sizes, outcomes)) if by_sizes else outcomes
    return [Judgement(outcome.claim, outcome.findings) for outcome in outcomes]


def decide_all(claims: Iterable[Claim], decide: Callable[[Claim], Outcome]) -> dict[str, Findings]:
    """Return what `decide` finds out about each claim, by id, on all cores; what fails for one claim is raised.

    The last claims are begun first.
    """
    claims = list(claims)
    if (cores := cores_for(claims)) > 1:
        return {claim.id: ended.result() for claim, ended in _on_cores(claims, decide, lambda *_: None, cores)}
    return {claim.id: decide(claim).findings for claim in claims}


def cores_for(claims: Collection[Claim], workers: int | None = None) -> int:
    """Return how many claims are decided at a time."""
    return min(usable_cores(workers), len(claims))


def _on_cores(
    claims: Collection[Claim], decide: Callable[[Claim], Outcome], on_change: OnChange, cores: int
) -> Iterator[tuple[Claim, Background]]:
    """Decide some claims at a time, each in a process of its own: the claims share next to no work.

    A claim is yielded with its process when that has ended. The last are begun first: the longest proofs are near the
    end of the registry, and none of them should be left over for one core alone.
    """
    waiting, done = list(claims), 0
    running: dict[Background, Claim] = {}
    try:
        while waiting or running:
            while waiting and len(running) < cores:
                claim = waiting.pop()
                running[Background(partial(_findings, claim, decide))] = claim
            on_change(done, tuple(running.values()))
            for ended in ended_of(running):
                yield running.pop(ended), ended
                done += 1
    finally:
        for one in running:
            one.end()


def _findings(claim: Claim, decide: Callable[[Claim], Outcome]) -> Findings:
    return decide(claim).findings


def _received(claim: Claim, ended: Background) -> Findings:
    try:
        findings: Findings = ended.result()
    except Exception as error:  # noqa: BLE001 - the boundary between claims, as in `run`
        return failed(claim, error).findings
    return findings
