"""What is meant by a word after `gdssm show`: an id, or a place of the paper with the claims that are about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from derivations.claim import Claim
from derivations.claims import CLAIMS
from derivations.errors import InputError

from . import ids, places
from .id_list import listed


class Meant(NamedTuple):
    """The place, or nothing if an id was named; and by claim the ids that are meant of it, none for the whole claim.

    A claim is meant as a whole if it alone is about the place, and it is the place of its sentence.
    """

    place: str
    ids: Mapping[str, tuple[str, ...]]


def meant(word: str) -> Meant:
    """Return what a word means: P2, P2.4, Eq. 18, Proposition 2.

    InputError, with what is near, if it is neither an id nor a place, or if no claim is about the place.
    """
    if ids.looks_like_an_id(word):
        claim, name = ids.find(word)
        return Meant("", {claim: () if name == claim else (name,)})
    try:
        place = places.find(word)
    except InputError:
        if places.places(word):  # a range that does not exist
            raise
        ids.find(word)  # says what is near
        raise
    found = about(place)
    return Meant(
        place, {key: () if len(found) == 1 and is_place_of(CLAIMS[key], place) else of for key, of in found.items()}
    )


def is_place_of(claim: Claim, place: str) -> bool:
    """Return whether a place, as `places.find` names it, is the one that a claim names first: that of its sentence."""
    return places.places(claim.place)[:1] == (place,)


def about(place: str) -> dict[str, tuple[str, ...]]:
    """Return the claims about a place, as `places.find` names it, and of each the theorems and readings that are.

    A claim is about a place if it names the place, or if a row of the coverage table or a reading is about both. The
    theorem that shows the proposition is about the place that the claim names first, and is the first of them.
    InputError if there is none.
    """
    from .one_place import ids_at

    wanted, there = set(places.places(place)), ids_at(place)
    found: dict[str, tuple[str, ...]] = {}
    for key, claim in CLAIMS.items():
        here = {name for name in there if name.partition(".")[0] == key}
        here |= {reading.id for reading in claim.readings if wanted & set(places.places(reading.place))}
        if here or wanted & set(places.places(claim.place)):
            shown_by = claim.shown_by if is_place_of(claim, place) else ""
            others = (name for name in listed()[key] if name in here - {shown_by})
            found[key] = (*([shown_by] if shown_by else []), *others)
    if not found:
        raise InputError("claim", f'no claim is about {place}; gdssm coverage --place "{place}" prints what it says')
    return found
