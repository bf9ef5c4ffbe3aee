"""The places of the paper: how a text names them, and in which order they come."""

from __future__ import annotations

import difflib
import re

from derivations.errors import InputError


def _equations(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"Eq. {n}" for n in range(first, last + 1))


#: The sections in their order, and the equations, propositions and footnotes in each; then what is not in version 1.
PAPER: dict[str, tuple[str, ...]] = {
    "abstract": (),
    "§1": (),
    "§2": _equations(1, 6),
    "§3": ("footnote 1",),
    "§3.1": (*_equations(7, 10), "Proposition 1", "Eq. 11", "footnote 2", *_equations(12, 16)),
    "§3.2": ("footnote 3", "Proposition 2", "Eq. 17", "footnote 4", *_equations(18, 21)),
    **dict.fromkeys(("§3.3", "§4", "§4.1", "§4.2", "§4.3", "§4.4", "§5", "§6"), ()),
    "A.1": _equations(22, 23),
    "A.2": ("Proposition 3",),
    "A.3": ("Proposition 4",),
    **dict.fromkeys(("A.4", "A.5", "A.6", "A.7"), ()),
    **dict.fromkeys(("abstract of version 2", "abstract of version 3", "poster of 2025", "note of 2026"), ()),
}
#: (section, number in the section), the section itself being 0.
_POSITIONS = {
    place: (section, number)
    for section, (name, inside) in enumerate(PAPER.items())
    for number, place in enumerate((name, *inside))
}
_LAST = len(PAPER), 0

_SINGULAR = {"Eqs.": "Eq.", "Propositions": "Proposition", "footnotes": "footnote"}
_NUMBERED = "|".join(map(re.escape, (*_SINGULAR, *_SINGULAR.values())))
_ELSEWHERE = r"abstract of version \d|poster of 2025|note of 2026"
_PLACE = re.compile(
    rf"(?:(before|after) )?({_ELSEWHERE}|abstract|§\d(?:\.\d)?|A\.\d|({_NUMBERED}) (\d+(?:(?:, | and |[-–])\d+)*))"
)


def places(text: str) -> tuple[str, ...]:
    """The places that a text names: Eqs. 12, 15-17 are Eq. 12, Eq. 15, Eq. 16 and Eq. 17."""
    return tuple(place for _, place in _named(text))


def position(text: str) -> tuple[tuple[int, int, int], ...]:
    """For sorting: where the places that a text names are in the paper; what names none is last.

    What is before or after a place is beside it. In "§3.1, after Eq. 8" the section says only where the equation is.
    """
    found: list[tuple[int, int, int]] = []
    for word, place in _named(text):
        section, number = _POSITIONS.get(place, _LAST)
        if found and number and found[-1] == (section, 0, 0):
            found.pop()
        found.append((section, number, {"before": -1, "after": 1}.get(word, 0)))
    return tuple(found) or ((*_LAST, 0),)


#: How else a place may be written: the words, and what stands for them in a name.
_SPELLINGS = (
    (r"\beqs?\b\.?|\bequations?\b|\beqn\b\.?", "eq"),
    (r"\bprops?\b\.?|\bpropositions?\b", "proposition"),
    (r"\bfootnotes?\b|\bfns?\b\.?", "footnote"),
    (r"\bsec\b\.?|\bsections?\b", "§"),
    (r"\bapp\b\.?|\bappendix\b", ""),
    (r"[\s()]|(?<!\d)\.|\.(?!\d)", ""),
)


def _key(text: str) -> str:
    key = text.casefold()
    for pattern, spelled in _SPELLINGS:
        key = re.sub(pattern, spelled, key)
    return key


#: A number or a range of numbers, in a list: 17, 19-21 and 23.
_RANGE = r"\(?(\d+)\)?(?:\s*(?:[-–—]|to)\s*\(?(\d+)\)?)?"
_SEVERAL = re.compile(rf"([^\d(]*){_RANGE}(?:\s*(?:,|and|,\s*and)\s*{_RANGE})*")


def find(text: str) -> str:
    """Return the place that is meant by "Eq. 18", "eq 18", "equation (18)", "18"; InputError if there is none.

    Of equations, propositions and footnotes several can be named: "Eqs. 17-23", "17, 19-21". `places` tells them
    apart. A number alone is an equation's, but for 1 to 6, which are sections. The error says what is near.
    """
    text = text.strip()
    if (several := _SEVERAL.fullmatch(text)) and (ranges := re.findall(_RANGE, text)) != [(ranges[0][0], "")]:
        return _several(several[1].strip() or "Eqs.", ranges)
    return _one(text)


def _several(kind: str, ranges: list[tuple[str, str]]) -> str:
    """The name of all places of a kind in these ranges."""
    found: list[str] = []
    for first, last in ranges:
        ends = [_one(f"{kind} {number}") for number in (first, last or first)]
        if int(last or first) < int(first):
            raise InputError("place", f"there is nothing from {ends[0]} to {ends[1]}; the smaller number comes first")
        found.append(f"{first}-{last}" if last and last != first else first)
    word = ends[0].rpartition(" ")[0]
    plural = next(name for name, one in _SINGULAR.items() if one == word)
    named = f"{plural} {', '.join(found)}"
    every = dict.fromkeys(places(named))
    return named if len(every) > 1 else every.popitem()[0]


def _one(text: str) -> str:
    """One place, by one of its names."""
    if (found := _keys().get(_key(text))) is not None:
        return found
    close = near(text)
    hint = f"did you mean {' or '.join(close)}?" if close else f"places are written as {', '.join(_EXAMPLES)}"
    raise InputError("place", f"there is no place {text!r} in the paper; {hint}")


def near(text: str) -> list[str]:
    """Return the places whose names are near to a text that names none."""
    if text.strip("() ").isdecimal():
        return []
    keys = _keys()
    return [keys[key] for key in difflib.get_close_matches(_key(text), keys, n=3, cutoff=0.6)]


def _keys() -> dict[str, str]:
    """Every place by each of its names, spelled as `_key` spells it."""
    every = [place for section, inside in PAPER.items() for place in (section, *inside)]
    keys = {_key(place): place for place in every}
    keys = {key.removeprefix("eq"): place for key, place in keys.items() if key.startswith("eq")} | keys
    return keys | {key.removeprefix("§"): place for key, place in keys.items() if key.startswith("§")}


def within(place: str) -> str:
    """Return a sentence on the places inside a section, each of which is asked for by itself; nothing for another."""
    inside = PAPER.get(place, ())
    return f" Places of their own within {place}: {', '.join(inside)}." if inside else ""


_EXAMPLES = ("Eq. 18", "Eqs. 17-23", "§3.2", "Proposition 2", "footnote 1", "A.1", "abstract")


def _named(text: str) -> list[tuple[str, str]]:
    """Each place with the word before it."""
    found: list[tuple[str, str]] = []
    for word, place, kind, numbers in _PLACE.findall(text):
        if not kind:
            found.append((word, place))
            continue
        for first, last in re.findall(r"(\d+)(?:[-–](\d+))?", numbers):
            found += [(word, f"{_SINGULAR.get(kind, kind)} {n}") for n in range(int(first), int(last or first) + 1)]
    return found
