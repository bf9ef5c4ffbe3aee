"""Writes how to cite, in BibTeX from CITATION.cff, into a Markdown file between two markers, and into the package.

python -m derivations.generate.citation README.md derivations/paper/cite.bib CITATION.cff

The file is read by PyYAML, which is among the development dependencies.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from gdssm_numeric.files import replace_text

from .marked import MarkedPart

BIBTEX = MarkedPart("bibtex")

#: What arXiv prints in a paper's margin: identifier, version, primary class.
STAMP = re.compile(r"arXiv:(\d{4}\.\d{5})v\d+ \[([\w.-]+)\]")


def loaded(path: Path) -> dict[str, Any]:
    """What CITATION.cff says."""
    said: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return said


def entries(citation: Mapping[str, Any]) -> str:
    """Two entries: the preferred citation, and the one paper among the references."""
    own, (paper,) = citation["preferred-citation"], citation["references"]
    return f"{entry('gdssm', own)}\n{entry('gdssm-paper', paper)}\n"


def bibtex(citation: Mapping[str, Any]) -> str:
    """The entries as a block of Markdown."""
    return f"```bibtex\n{entries(citation)}```"


def entry(key: str, work: Mapping[str, Any]) -> str:
    """A work as @misc, which every style knows; what it does not say is left out. Short fields share a line."""
    stamp = STAMP.search(work.get("notes", ""))
    eprint = {"eprint": stamp[1], "archivePrefix": "arXiv", "primaryClass": stamp[2]} if stamp else {}
    lines: tuple[dict[str, Any], ...] = (
        {"author": " and ".join(map(name, work["authors"]))},
        {"title": f"{{{quoted(work['title'])}}}"},
        {
            "year": work.get("year"),
            "note": f"Version {work['version']}" if "version" in work else None,
            "doi": work.get("doi"),
        },
        {"url": None if "doi" in work else work.get("url")},  # a style makes the address of a DOI
        eprint,
    )
    said = (" ".join(f"{key} = {{{value}}}," for key, value in line.items() if value is not None) for line in lines)
    return "\n".join((f"@misc{{{key},", *(f"  {line}" for line in said if line), "}"))


def name(author: Mapping[str, str]) -> str:
    """A person with the family name first; a group in braces, so that it is not taken apart."""
    if "name" in author:
        return f"{{{author['name']}}}"
    return f"{author['family-names']}, {author['given-names']}"


def quoted(title: str) -> str:
    """A title with the opening quotes of TeX."""
    return re.sub(r"'([^']+)'", r"`\1'", title)


if __name__ == "__main__":
    document, bibliography, source = map(Path, sys.argv[1:])
    BIBTEX.write(document, bibtex(loaded(source)))
    replace_text(bibliography, entries(loaded(source)))
