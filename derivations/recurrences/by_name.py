"""A recurrence file by the common name of its layer, which stands in headings of templates, and in the gallery."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .templates import TEMPLATES

#: The gallery: in the installed package, or in a repository.
FOLDERS = (Path(__file__).parent / "gallery", Path(__file__).parents[2] / "recurrences")
SHORTEST, LONGEST = 3, 40  # characters of a name
MOST_WORDS = 4
MOST_NAMED = 6


@dataclass(frozen=True)
class Named:
    """A file by its name: that of a template, or in the gallery with the ending .toml."""

    name: str
    text: str
    also: tuple[str, ...] = ()  # of the gallery, by the same name


def named(wanted: str) -> Named | None:
    """The template whose heading has the name in it, or else the file of the gallery that is called so, or begins so.

    With the ending .toml it is the file of the gallery.
    """
    name, files = wanted.removesuffix(".toml"), gallery()
    called = [one for one in files if _joined(one) == _joined(name)]
    begun = [one for one, text in files.items() if _joined(name) in _names(_heading(text), from_anywhere=False)]
    about = _about(name)
    called += begun if len(begun) == 1 and not about else []
    template = about[0] if name == wanted and len(about) == 1 else None
    if template is not None:
        return Named(template, TEMPLATES[template], tuple(f"{one}.toml" for one in called[:1]))
    return Named(f"{called[0]}.toml", files[called[0]]) if called else None


def template_about(wanted: str) -> str | None:
    """The one template whose heading has a name in it, with whatever signs between its words."""
    found = _about(wanted)
    return found[0] if len(found) == 1 else None


def _about(wanted: str) -> list[str]:
    """The templates whose headings have a name in them."""
    if not SHORTEST <= len(_joined(wanted)) <= LONGEST:
        return []
    return [name for name, text in TEMPLATES.items() if _joined(wanted) in _names(_heading(text))]


def in_gallery(wanted: str) -> list[str]:
    """Files of the gallery whose name contains it or is like it, or whose heading has it, the nearest first."""
    joined = _joined(wanted)
    if not SHORTEST <= len(joined) <= LONGEST:
        return []
    files = gallery()
    begin = [name for name in files if _joined(name).startswith(joined)]
    about = [name for name, text in files.items() if joined in _names(_heading(text))]
    alike = difflib.get_close_matches(joined, map(_joined, files), n=MOST_NAMED, cutoff=0.7)
    return list(dict.fromkeys((*begin, *about, *(name for name in files if _joined(name) in alike))))[:MOST_NAMED]


@cache
def gallery() -> dict[str, str]:
    """The files of the gallery by their names; none, if it is not there."""
    folder = next((one for one in FOLDERS if one.is_dir()), None)
    return {file.stem: file.read_text("utf-8") for file in sorted(folder.glob("*.toml"))} if folder else {}


def _heading(text: str) -> str:
    """The first line, a comment that says what the file states."""
    return text.splitlines()[0]


def _names(heading: str, *, from_anywhere: bool = True) -> Iterator[str]:
    """Yield the words of a heading, each alone and with some after it, without what is between them."""
    words = re.findall(r"[A-Za-z0-9]+", heading)
    for start in range(len(words) if from_anywhere else 1):
        for end in range(start + 1, start + 1 + MOST_WORDS):
            yield _joined("".join(words[start:end]))


def _joined(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
