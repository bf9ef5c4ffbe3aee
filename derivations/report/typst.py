"""Documents as Typst, and Typst as a PDF.

How blocks stand on a page is said here, by the same plan as for LaTeX (`page_layout`). Formulas are written from the
same trees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import typst

from gdssm_symbolic.writing import page_layout, prose
from gdssm_symbolic.writing.documents import (
    Block,
    Cell,
    Chain,
    Dialect,
    Displayed,
    Entry,
    Heading,
    Listing,
    Paragraph,
    Part,
    Parts,
    Picture,
    Records,
    Seen,
    goes_on,
    inline,
    seen,
)
from gdssm_symbolic.writing.formula_tree import in_typst, latex
from gdssm_symbolic.writing.printing import formula, to_latex

#: What blocks look like.
STYLE = Path(__file__).with_name("style.typ").read_text("utf-8")

#: So many lines of formulas, or items of a list, are kept on one page; and of what names mean.
WHOLE, WHOLE_MEANINGS = 8, 3
#: So many lines of the source of an entry are.
WHOLE_ENTRY = 5
#: More rows of a table have no room on a page.
MOST_ROWS = 32

TYPST = Dialect(
    prose.typst,
    "`{}`".format,
    '#page-of("{}")'.format,
    lambda item: f"${in_typst(to_latex(item))}$",
    anchor=lambda here: f"#strong[{here.name}]<{here.label}>",
)


def write_typst(document: Iterable[Block], *, small: bool = False) -> str:
    """The document as Typst, without the style; what is set in small type may be broken more often."""
    blocks = list(seen(document))
    written = []
    for before, block, following in zip([None, *blocks], blocks, [*blocks[1:], None], strict=False):
        text = _block(block)
        if isinstance(block, Displayed) and (small or (isinstance(before, Paragraph) and goes_on(before))):
            text = _displayed(block.formulas, WHOLE_MEANINGS)
        elif isinstance(block, Paragraph) and small:
            text = _tall(text)
        written.append(f"#leading[{text}]" if _leads(block, following) else text)
    return "\n\n".join(written) + "\n"


def _leads(block: Seen, following: Seen | None) -> bool:
    """Does the block stand on the page on which the following one begins?

    Words lead to what is shown below them; and a formula to the words that end its sentence: where, with.
    """
    match block:
        case Paragraph():
            return isinstance(following, Displayed | Chain | Listing | Records | Picture)
        case Displayed():
            return isinstance(following, Paragraph) and goes_on(following)
    return False


def paragraph(parts: Parts) -> str:
    """Prose as Typst, in which no list begins."""
    return re.sub(r"^(?=[-+=]|\d+\.)", r"\\", inline(parts, TYPST))


def compiled(source: str, folder: Path, seconds: int) -> bytes:
    """The PDF, with pictures from the folder, dated so many seconds after 1970; typst.TypstError says what is wrong.

    With the fonts that come with Typst, the same source gives the same file everywhere.
    """
    made = typst.Compiler(root=folder, ignore_system_fonts=True).compile(
        source.encode("utf-8"),
        format="pdf",
        timestamp=datetime.fromtimestamp(seconds, UTC),
        pdf_tags=False,  # they would make the file four times as large
    )
    assert isinstance(made, bytes)  # one file, not one for each page
    return made


# ---- blocks --------------------------------------------------------------------------------------


def _block(block: Seen) -> str:
    match block:
        case Heading(text=text, level=level, label=label):
            return f"{'=' * level} {paragraph((text,))}{f' <{label}>' if label else ''}"
        case Paragraph(parts=parts):
            return paragraph(parts)
        case Displayed(formulas=formulas):
            return _displayed(formulas)
        case Entry(blocks=blocks):
            return _entry(blocks)
        case Chain():
            return _chain(block)
        case Listing(items=items):
            listed = "\n".join(f"- {_tall(text)}" for text in map(paragraph, items))
            return f"#whole[\n{listed}\n]" if len(items) <= WHOLE else listed
        case Records():
            return _table(block) if block.columns else "\n".join(_record(block, row) for row in block.rows)
        case Picture(path=path, caption=caption, label=label, share=share):
            shown = f'#figure(image("{path}", width: {100 * share:g}%), caption: [{paragraph(caption)}])'
            return f"{shown} <{label}>" if label else shown


def _tall(text: str) -> str:
    """Lines with matrices in them need more room than letters."""
    return f"#tall[{text}]" if "mat(" in text else text


def _entry(blocks: Iterable[Paragraph | Displayed]) -> str:
    """Small type, on one page unless it is long; even then no formula is parted from the words before it."""
    written = write_typst(blocks, small=True)
    whole = "true" if len(written.splitlines()) <= WHOLE_ENTRY else "false"
    return f"#entry(whole: {whole})[\n{written}]"


def _displayed(formulas: Iterable[Part], whole: int = WHOLE) -> str:
    cells = page_layout.display(list(map(formula, formulas)))
    lines = [f"{in_typst(latex(cell.left))} & {'quad ' * cell.depth}{in_typst(latex(cell.nodes))}" for cell in cells]
    shown = "$ " + " \\\n  ".join(lines) + " $"
    return f"#whole[{shown}]" if len(lines) <= whole else shown


def _chain(chain: Chain) -> str:
    """The lines of a chain, with the reasons in a column of their own."""
    first, *others = (
        f"line-of({line.depth})[$display({in_typst(latex(line.nodes))})$], [#reason[{paragraph(line.reason)}]]"
        for line in chain.lines()
    )
    return _call("chain", f"({first})", *others)


def _record(records: Records, row: Sequence[Cell]) -> str:
    cells = [f"[{paragraph((name,))}], [{_lines(cell)}]" for name, cell in records.fields(tuple(row))]
    return _call("record", f"[{_lines(row[0])}]", *cells)


def _table(table: Records) -> str:
    """A table on one page; ValueError if it is too long for that."""
    if len(table.rows) > MOST_ROWS:
        raise ValueError(f"{len(table.rows)} rows do not stand on one page")
    widths = f"({', '.join(map(str, table.columns))},)"
    head = f"({', '.join(f'[{paragraph((name,))}]' for name in table.header)},)"
    return _call("listed", widths, head, *(", ".join(f"[{_lines(cell)}]" for cell in row) for row in table.rows))


def _call(function: str, *arguments: str) -> str:
    return "".join((f"#{function}(\n", *(f"  {argument},\n" for argument in arguments), ")"))


def _lines(cell: Cell) -> str:
    return r" \ ".join(paragraph(parts) for parts in cell)
