"""Every claim judged, each in a process of its own, on all cores; findings come back, theorems do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count

from .background import Background, ended_of, usable_cores
from .claim import Claim, Findings, Judgement
from .verdict import failed, judge, run

#: Is told how many claims are judged, and which are being judged.
OnChange = Callable[[int, Sequence[Claim]], object]


def judge_all(claims: Iterable[Claim], on_change: OnChange = lambda *_: None) -> list[Judgement]:
    """Judge the claims, and return what was found out about each, in their order.

    A claim whose code fails, or whose process is killed, gets the verdict `error`; the others go on. Where there is one
    core, or a process cannot be copied safely, the claims are judged here, one after another.
    """
    claims = list(claims)
    cores = min(usable_cores(), len(claims))
    if cores > 1:
        found = _on_cores(cores, claims, on_change)
        return [Judgement(claim, found[claim.id]) for claim in claims]
    done = count()
    outcomes = run(claims, lambda claim: on_change(next(done), (claim,)))
    return [Judgement(outcome.claim, outcome.findings) for outcome in outcomes]


def _on_cores(cores: int, claims: Iterable[Claim], on_change: OnChange) -> dict[str, Findings]:
    """Judge so many claims at a time, each in a process of its own: the claims share next to no work.

    The last are begun first: the longest proofs are near the end of the registry, and none of them should be left over
    for one core alone.
    """
    found: dict[str, Findings] = {}
    waiting = list(claims)
    running: dict[Background, Claim] = {}
    try:
        while waiting or running:
            while waiting and len(running) < cores:
                claim = waiting.pop()
                running[Background(partial(_findings, claim))] = claim
            on_change(len(found), tuple(running.values()))
            for ended in ended_of(running):
                claim = running[ended]
                found[claim.id] = _received(claim, ended)
                del running[ended]
    finally:
        for one in running:
            one.end()
    return found


def _findings(claim: Claim) -> Findings:
    return judge(claim).findings


def _received(claim: Claim, ended: Background) -> Findings:
    try:
        findings: Findings = ended.result()
    except Exception as error:  # noqa: BLE001 - the boundary between claims, as in `run`
        return failed(claim, error).findings
    return findings
