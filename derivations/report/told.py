"""What shows itself: a document, and the verdicts on claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from derivations.claim import Outcome
from gdssm_symbolic.writing import latex_paper
from gdssm_symbolic.writing.documents import Document, Records, write_latex, write_markdown, write_text

from .json_report import SUMMARY, summary


@dataclass(frozen=True)
class Told:
    """A document that shows itself: formulas in a notebook, plain text elsewhere."""

    document: Document

    @property
    def markdown(self) -> str:
        """For a notebook or a repository page."""
        return write_markdown(self.document)

    @property
    def latex(self) -> str:
        """For a paper; its first lines say what the preamble needs."""
        return latex_paper.excerpt(write_latex(self.document))

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        return write_text(self.document).rstrip()


def overview(*outcomes: Outcome) -> Told:
    """Tabulate these claims with their verdicts, one claim a row."""
    return Told((Records(SUMMARY, tuple(map(summary, outcomes))),))


class Verdicts(dict[str, Outcome]):
    """What was found out about claims, by their ids; it shows itself as a table of the verdicts."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        super().__init__({outcome.claim.id: outcome for outcome in outcomes})

    def _repr_markdown_(self) -> str:
        return overview(*self.values()).markdown

    def __repr__(self) -> str:
        return repr(overview(*self.values()))
