"""The ids of readings and theorems, what each means, and which one is meant by a word that is near to it."""

from __future__ import annotations

import difflib

from derivations.claim import Claim, Verdict
from derivations.claims import CLAIMS
from derivations.errors import InputError

from .id_list import RETIRED, listed
from .places import near as near_places
from .places import places


def looks_like_an_id(word: str) -> bool:
    """Return whether a word is an id, was one, or begins like one: P2, p2.4, P2.99."""
    name = word.strip().upper()
    return name.partition(".")[0] in CLAIMS or name in listed()[RETIRED]


def find(word: str) -> tuple[str, str]:
    """Return the claim and the id that a word names, in capitals; InputError, with what is near, if there is none."""
    name = word.strip().upper()
    claim = name.partition(".")[0]
    if name in CLAIMS or name in listed().get(claim, {}):
        return claim, name
    if name in listed()[RETIRED]:
        raise InputError("claim", f"{name} is no longer used; it meant: {listed()[RETIRED][name]}")
    if claim in CLAIMS:
        raise InputError("claim", f"there is no {word!r}; {claim} has {ids_of(claim)}")
    near = difflib.get_close_matches(name, [*CLAIMS, *(one for ids in listed().values() for one in ids)], n=3)
    near = near or [f'"{place}"' for place in near_places(word)]
    every = f'the claims are {", ".join(CLAIMS)}; a place of the paper will do too, such as "Proposition 2"'
    hint = f"did you mean {' or '.join(near)}? {every}" if near else every
    raise InputError("claim", f"there is no claim, reading, theorem or place {word!r}; {hint}")


def headline_of(claim: str) -> tuple[str, str]:
    """Return the id of a claim's first theorem, and what it is in words: Proposition 2 as corrected, say."""
    return first_theorem(claim), _called(CLAIMS[claim])


def first_theorem(claim: str) -> str:
    """Return the id of a claim's first theorem; one that is not registered yet has no ids, its first will be T1."""
    return next((name for name in listed().get(claim, {}) if name.startswith(f"{claim}.T")), f"{claim}.T1")


def _called(claim: Claim) -> str:
    if claim.headline:
        return claim.headline
    if claim.expected_as_printed is Verdict.NOT_PRINTED:
        return "the main theorem"
    place = next(iter(places(claim.place)), "")
    about = [one for one in CLAIMS.values() if places(one.place)[:1] == (place,)]  # the first is of the place itself
    own = place.startswith("Proposition") and claim is about[0]
    return f"{place if own else claim.id} as corrected"


def ids_of(claim: str) -> str:
    """Return which ids a claim has, in words: readings P2.1 to P2.13 and theorems P2.T1 to P2.T10."""
    ids = list(listed().get(claim, {}))
    proved = [name for name in ids if name.startswith(f"{claim}.T")]
    read = [name for name in ids if name not in proved]
    told = [f"{kind} {names[0]} to {names[-1]}" for kind, names in (("readings", read), ("theorems", proved)) if names]
    return " and ".join(told)
