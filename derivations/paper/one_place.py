"""One place of the paper, or several: only what is said there is decided, and none of the claims as a whole."""

from __future__ import annotations

from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.verdict import found_out

from .coverage import CoveredPlace, Linked, coverage
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
    wanted = set(places(place))
    rows = [row for row in ROWS if wanted & set(places(row.place))]
    ids = {named.id for row in rows for named in row.objects if isinstance(named, Linked)}
    of = {name.partition(".")[0] for name in ids}
    return coverage(rows, [found_out(claim, ids) for key, claim in CLAIMS.items() if key in of])
