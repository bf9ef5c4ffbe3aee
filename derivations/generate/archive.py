"""Writes .zenodo.json, from which Zenodo takes what it says of an archived release, from CITATION.cff.

python -m derivations.generate.archive .zenodo.json CITATION.cff

Without this file Zenodo reads CITATION.cff itself, but not its references, so the paper would be missing. Other
archives, such as Software Heritage, read CITATION.cff.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .citation import loaded


def zenodo(citation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a deposit: software that reviews the one paper among the references."""
    (paper,) = citation["references"]
    related = {"identifier": paper["doi"], "relation": "reviews", "resource_type": "publication-preprint"}
    return {
        "upload_type": "software",
        "title": citation["title"],
        "creators": [{"name": _name(author)} for author in citation["authors"]],
        "description": citation["abstract"],
        "version": citation["version"],
        "publication_date": citation["date-released"].isoformat(),
        "access_right": "open",
        "license": citation["license"],
        "keywords": citation["keywords"],
        "related_identifiers": [related],
    }


def written(citation: Mapping[str, Any]) -> str:
    """Return the text of the file."""
    return json.dumps(zenodo(citation), ensure_ascii=False, indent=2) + "\n"


def _name(author: Mapping[str, str]) -> str:
    return author.get("name") or f"{author['family-names']}, {author['given-names']}"


if __name__ == "__main__":
    document, source = map(Path, sys.argv[1:])
    document.write_text(written(loaded(source)), "utf-8")
