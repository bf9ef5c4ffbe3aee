"""The generated parts of a document: each stands between two comments that name it and the command that writes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gdssm_numeric.files import replace_text


@dataclass(frozen=True)
class MarkedPart:
    """A part of a Markdown document that a program writes; no two parts of a document have one name."""

    name: str

    @property
    def begin(self) -> str:
        return f"<!-- {self.name}: begin, written by make readme -->"

    @property
    def end(self) -> str:
        return f"<!-- {self.name}: end -->"

    def renewed(self, text: str, content: str) -> str:
        """Return the document with `content` between the two comments.

        Raises ValueError if one of the comments is missing.
        """
        before, opened, rest = text.partition(self.begin)
        _, closed, after = rest.partition(self.end)
        if not (opened and closed):
            raise ValueError(f"no {self.begin} … {self.end} in the document")
        return f"{before}{self.begin}\n{content}\n{self.end}{after}"

    def write(self, path: Path, content: str) -> None:
        """Replace the part in a file."""
        replace_text(path, self.renewed(path.read_text("utf-8"), content))
