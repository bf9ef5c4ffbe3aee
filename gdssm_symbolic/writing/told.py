"""A document that shows itself: plain text where it is printed, formulas in a notebook, LaTeX for a paper."""

from __future__ import annotations

from dataclasses import dataclass

from . import latex_paper
from .documents import Document, write_latex, write_markdown, write_text
from .evaluated import evaluated
from .spelling import as_printed


@dataclass(frozen=True)
class Told:
    """A document that shows itself: formulas in a notebook, plain text elsewhere."""

    document: Document

    @property
    @evaluated
    def markdown(self) -> str:
        """For a notebook or a repository page."""
        return write_markdown(self.document)

    @property
    @evaluated
    def latex(self) -> str:
        """For a paper; its first lines say what the preamble needs. ValueError for a character that LaTeX lacks."""
        return latex_paper.excerpt(write_latex(self.document))

    def _repr_markdown_(self) -> str:
        return self.markdown

    @evaluated
    def __repr__(self) -> str:
        return as_printed(write_text(self.document).rstrip())
