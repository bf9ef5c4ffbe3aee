"""A table of texts in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = (f"| {' | '.join(cells)} |" for cells in (header, *rows))
    head, *body = lines
    return "\n".join((head, "|---" * len(header) + "|", *body))
