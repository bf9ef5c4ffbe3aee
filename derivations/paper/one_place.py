"""One place of the paper, or several: only what is said there is decided, and none of the claims as a whole."""

from __future__ import annotations

from collections.abc import Collection

from derivations.claim import Claim, Judgement, Outcome
from derivations.claims import CLAIMS
from derivations.judging import decide_all
from derivations.verdict import found_out

from .coverage import CoveredPlace, Linked, Row, coverage
from .places import places
from .rows import ROWS


def readings_at(place: str) -> list[Outcome]:
    """Decide every reading of what is printed at the place, as `places.find` names it, claim by claim."""
    found, wanted = [], set(places(place))
    for claim in CLAIMS.values():
        ids = {reading.id for reading in claim.readings if wanted & set(places(reading.place))}
        if ids:
            found.append(found_out(claim, ids))
    return found


def coverage_at(place: str) -> list[CoveredPlace]:
    """Decide the theorems and readings that stand for the place, and return its rows of the coverage table."""
    rows, ids = rows_at(place), ids_at(place)
    of = {name.partition(".")[0] for name in ids}
    most_last = sorted((claim for key, claim in CLAIMS.items() if key in of), key=lambda claim: _count(claim, ids))
    found = decide_all(most_last, lambda claim: found_out(claim, ids))  # and so begun first
    return coverage(rows, [Judgement(claim, found[key]) for key, claim in CLAIMS.items() if key in found])


def rows_at(place: str) -> list[Row]:
    """Return the rows of the coverage table that are about the place."""
    wanted = set(places(place))
    return [row for row in ROWS if wanted & set(places(row.place))]


def ids_at(place: str) -> set[str]:
    """Return the ids of claims, theorems and readings that these rows name."""
    return {named.id for row in rows_at(place) for named in row.objects if isinstance(named, Linked)}


def _count(claim: Claim, ids: Collection[str]) -> int:
    return sum(name.partition(".")[0] == claim.id for name in ids)
