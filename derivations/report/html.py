"""Documents as HTML, for the page on which a file is checked in the browser: formulas stay TeX, which KaTeX sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from gdssm_symbolic.writing.documents import (
    Block,
    Chain,
    Dialect,
    Displayed,
    Heading,
    Listing,
    Paragraph,
    ProofBegins,
    indented,
    inline,
    write_markdown,
)
from gdssm_symbolic.writing.printing import to_latex
from gdssm_symbolic.writing.prose import html


def _tex(formula: str) -> str:
    return f'<span class="tex">{escape(formula)}</span>'


HTML = Dialect(
    lambda words: html(words, _tex),
    lambda code: f"<code>{escape(code)}</code>",
    escape,
    lambda item: _tex(to_latex(item)),
)


def write_html(document: Iterable[Block]) -> str:
    """The document as the inside of an element."""
    return "\n".join(line for block in document for line in _block(block))


def _block(block: Block) -> Iterator[str]:
    match block:
        case ProofBegins():
            return
        case Heading(text=text):
            yield f"<h3>{inline((text,), HTML)}</h3>"
        case Paragraph(parts=parts):
            yield f"<p>{inline(parts, HTML)}</p>"
        case Displayed():
            yield f'<div class="tex display">{escape(write_markdown((block,)).strip().strip("$"))}</div>'
        case Chain():
            yield '<div class="chain">'
            for line in block.lines():
                formula = _tex(rf"\displaystyle {indented(line)}")
                yield f'<p>{formula} <span class="reason">{inline(line.reason, HTML)}</span></p>'
            yield "</div>"
        case Listing(items=items):
            yield "<ul>"
            yield from (f"<li>{inline(item, HTML)}</li>" for item in items)
            yield "</ul>"
        case _:
            raise TypeError(f"{type(block).__name__} has no place in a verdict")
