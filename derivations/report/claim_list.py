"""The list of claims, all of them or those about a place of the paper, as `gdssm show` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivations.claims import CLAIMS
from derivations.paper.id_list import listed
from derivations.paper.ids import headline_of, ids_of
from derivations.paper.places import within
from gdssm_symbolic.writing.documents import Code, Document, Heading, Listing, Paragraph
from gdssm_symbolic.writing.prose import plain


def claim_list() -> Document:
    """All claims, one line each, with the ids of what belongs to each; nothing is proved for that."""
    items = [(f"{_line(key)}; {_headline(key)}; {ids_of(key)}",) for key in CLAIMS]
    told = (
        "gdssm show P2 proves a claim and prints its derivation; gdssm show P2.4 or P2.T7 prints one reading or one "
        "theorem. gdssm show --json says of every id what it means. gdssm verify proves all claims and says which of "
        "them hold as printed."
    )
    return Heading("Claims"), Listing(tuple(items)), Paragraph((told,))


def claims_at(place: str, ids: Mapping[str, tuple[str, ...]]) -> Document:
    """The claims about a place, one line each, with the theorems and readings that are about it; nothing is proved."""
    items = [
        (f"{_line(key)}{f'; about this place: {listed}' if (listed := ', '.join(of)) else ''}",)
        for key, of in ids.items()
    ]
    one = next((name for of in ids.values() for name in of), "")
    alone = ("; ", Code(f"gdssm show {one}"), " prints that alone") if one else ()
    told = (
        f"Several claims are about {place}. ",
        *(Code(f"gdssm show {next(iter(ids))}"), " proves one and prints its derivation", *alone, ". "),
        *(Code(f'gdssm errata --place "{place}"'), " prints what does not hold there, "),
        *(Code(f'gdssm coverage --place "{place}"'), f" every verdict.{within(place)}"),
    )
    return Heading(f"Claims about {place}"), Listing(tuple(items)), Paragraph(told)


def entries(ids: Mapping[str, tuple[str, ...]] | None = None) -> list[dict[str, Any]]:
    """The claims for a program, with what each id of theirs means; or these claims with these ids."""
    chosen = {key: tuple(listed().get(key, {})) for key in CLAIMS} if ids is None else ids
    return [
        {
            "id": key,
            "label": plain(CLAIMS[key].label),
            "place": CLAIMS[key].place,
            "ids": {name: listed()[key][name] for name in of},
        }
        for key, of in chosen.items()
    ]


def _headline(key: str) -> str:
    first, called = headline_of(key)
    return f"{first} is {called}"


def _line(key: str) -> str:
    return f"{key}: {CLAIMS[key].label} ({CLAIMS[key].place})"
