"""Documents as Typst, and Typst as a PDF.

How blocks stand on a page is said here, by the same plan as for LaTeX (`page_layout`). What stands in them, prose and
formulas alike, is first written in LaTeX, as for a paper, and put into Typst by pandoc: no formula has a second form.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pypandoc
import typst

from gdssm_symbolic.writing import page_layout, printing
from gdssm_symbolic.writing.documents import (
    LATEX,
    Block,
    Cell,
    Chain,
    Displayed,
    Heading,
    Listing,
    Page,
    Paragraph,
    Part,
    Parts,
    Picture,
    Records,
    inline,
)

#: What blocks look like.
STYLE = Path(__file__).with_name("style.typ").read_text("utf-8")

#: Where it stands no line ends.
JOINER = "\N{WORD JOINER}"
#: So many lines of formulas, or items of a list, are kept on one page.
WHOLE = 8

#: A piece of LaTeX that is still to be put into Typst stands between the first two, and after the third if it is to
#: stand in a formula.
OPENED, CLOSED, INSIDE = "\ue000", "\ue001", "\ue002"


def write_typst(document: Iterable[Block]) -> str:
    """The document as Typst, without the style; RuntimeError if pandoc does not know a command of the LaTeX."""
    blocks = list(document)
    written = []
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        text = _block(block)
        leads = isinstance(block, Paragraph) and isinstance(following, Displayed | Chain | Listing | Records | Picture)
        written.append(f"#leading[{text}]" if leads else text)
    return _converted("\n\n".join(written)) + "\n"


def prose(parts: Parts) -> str:
    """One paragraph as Typst."""
    return _converted(_prose(parts))


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


def _block(block: Block) -> str:
    match block:
        case Heading(text=text, level=level, label=label):
            return f"{'=' * level} {_prose((text,))}{f' <{label}>' if label else ''}"
        case Paragraph(parts=parts):
            return _prose(parts)
        case Displayed(formulas=formulas):
            return _displayed(formulas)
        case Chain():
            return _chain(block)
        case Listing(items=items):
            listed = "\n".join(f"- {_item(item)}" for item in items)
            return f"#whole[\n{listed}\n]" if len(items) <= WHOLE else listed
        case Records():
            return _table(block) if block.columns else "\n".join(_record(block, row) for row in block.rows)
        case Picture(path=path, caption=caption, label=label):
            shown = f'#figure(image("{path}", width: 100%), caption: [{_prose(caption)}])'
            return f"{shown} <{label}>" if label else shown


def _item(parts: Parts) -> str:
    """Matrices in a line need more room than letters."""
    text = _prose(parts)
    return f"#tall[{text}]" if r"\begin{" in text else text


def _displayed(formulas: Iterable[Part]) -> str:
    cells = page_layout.display(list(map(printing.formula, formulas)))
    lines = [f"{_formula(cell.left)} & {_indented(cell.depth, _formula(cell.right))}" for cell in cells]
    formula = "$ " + " \\\n  ".join(lines) + " $"
    return f"#whole[{formula}]" if len(lines) <= WHOLE else formula


def _indented(depth: int, formula: str) -> str:
    return "quad " * depth + formula


def _chain(chain: Chain) -> str:
    """Reasons stand in a column of their own; a long line runs under it, and its reason stands in the next row."""
    begun: list[str] = []
    cells: list[str] = []
    for link, reason in chain.laid_out():
        shown = f"line-of({link.depth})[$display({_formula(link.latex)})$]"
        into = begun if link.row is None else cells
        told = f"[#reason[{_prose(reason)}]]" if reason else "[]"
        if not link.wide:
            into += [shown, told]
        else:
            into += [f"long({shown})", *(["[]", told] if reason else [])]
    return _call("chain", f"({', '.join(begun)},)", *cells)


def _record(records: Records, row: Sequence[Cell]) -> str:
    cells = [f"[{_prose((name,))}], [{_lines(cell)}]" for name, cell in records.fields(tuple(row))]
    return _call("record", f"[{_lines(row[0])}]", *cells)


def _table(table: Records) -> str:
    widths = f"({', '.join(map(str, table.columns))},)"
    head = f"({', '.join(f'[{_prose((name,))}]' for name in table.header)},)"
    return _call("listed", widths, head, *(", ".join(f"[{_lines(cell)}]" for cell in row) for row in table.rows))


def _call(function: str, *arguments: str) -> str:
    return "".join((f"#{function}(\n", *(f"  {argument},\n" for argument in arguments), ")"))


def _lines(cell: Cell) -> str:
    return r" \ ".join(_prose(parts) for parts in cell)


# ---- what stands in them -------------------------------------------------------------------------


def _formula(latex: str) -> str:
    return f"{OPENED}{INSIDE}${latex}${CLOSED}" if latex.strip() else ""


def _prose(parts: Parts) -> str:
    return "".join(_pieces(parts))


def _pieces(parts: Parts) -> Iterator[str]:
    """Prose between references to pages; spaces at its ends are kept."""
    start = 0
    for k, part in enumerate((*parts, Page(""))):
        if not isinstance(part, Page):
            continue
        latex = inline(parts[start:k], LATEX)
        if inside := latex.strip():
            before, after = (" " * (latex[end : end + 1 or None] == " ") for end in (0, -1))
            yield f"{before}{OPENED}{inside}{CLOSED}{after}"
        if part.label:
            yield f'#page-of("{part.label}")'
        start = k + 1


def _converted(text: str) -> str:
    """Every piece of LaTeX put into Typst, all in one run of pandoc."""
    pieces = list(dict.fromkeys(piece.lstrip(INSIDE) for piece in _PIECE.findall(text)))
    if not pieces:
        return text
    # Of \lVert and \rVert pandoc makes bars that take an exponent for a limit.
    latex = re.sub(r"\\[lr]Vert", r"\\Vert", "\n\n".join(pieces))
    found = pandoc(latex)
    table = dict(zip(pieces, map(_current, found.strip("\n").split("\n\n")), strict=True))

    def put(piece: re.Match[str]) -> str:
        latex = piece[1].lstrip(INSIDE)
        return table[latex] if latex == piece[1] else table[latex].strip("$")

    return _PIECE.sub(put, text)


_PIECE = re.compile(f"{OPENED}(.*?){CLOSED}", re.DOTALL)

#: What pandoc still calls by a name that Typst has given up.
RENAMED = {"times.circle": "times.o"}
#: Pandoc draws a bracket of a fixed size as a stretched letter, which does not stand on the line.
_STRETCHED = re.compile(r"#scale\(x: (\d+)%, y: \d+%\)\[(\\?.)\]")


def pandoc(latex: str) -> str:
    """Put into Typst by the pandoc that comes with pypandoc-binary; RuntimeError for a command that it does not know.

    pypandoc itself takes the newest pandoc of the machine, and another version writes another Typst.
    """
    program = Path(pypandoc.__file__).parent / "files" / ("pandoc.exe" if os.name == "nt" else "pandoc")
    if not program.exists():
        raise RuntimeError("there is no pandoc in pypandoc: install pypandoc-binary, not pypandoc")
    command = [str(program), "--from=latex", "--to=typst", "--wrap=none", "--fail-if-warnings"]
    # A program from an installed package, with fixed arguments.
    done = subprocess.run(command, input=latex, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"pandoc: {done.stderr.strip()}")
    return done.stdout


def _joined(prose: str) -> str:
    """Prose in which no line ends between a formula and what touches it: 2f×f, λ_max(S)."""
    pieces = re.split(r"(\$[^$]*\$)", prose)
    for k in range(1, len(pieces), 2):
        before, after = pieces[k - 1], pieces[k + 1]
        touched = before[-1:].strip() and JOINER, after[:1].strip() and JOINER
        pieces[k] = f"{touched[0]}{pieces[k]}{touched[1]}"
    return "".join(pieces)


def _current(text: str) -> str:
    """Pandoc's Typst as the installed Typst reads it best."""
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    return _STRETCHED.sub(lambda found: rf"lr({found[2]}, size: #{int(found[1]) / 100}em)", _joined(text))
