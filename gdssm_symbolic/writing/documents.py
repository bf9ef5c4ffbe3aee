"""A derivation as a document, and three ways to write it: plain text, Markdown, LaTeX.

A document is a sequence of blocks whose mathematics is still the objects themselves; they are
printed at the last moment (`printing`), so the three forms cannot differ in what they say.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from gdssm_symbolic.kernel.expressions import Expr

from . import page_layout, prose
from .formula_tree import Node, Nodes, latex
from .printing import formula, to_latex, to_text
from .spelling import in_ascii

#: The columns of plain text where no others are asked for.
WIDTH = 100
#: Prose in lines, of which the first may begin otherwise than the others.
_filled = partial(textwrap.fill, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True)
class Code:
    """What is typed as it stands: a command, the name of a test."""

    text: str


@dataclass(frozen=True)
class Page:
    """The page on which a labelled heading or picture is; where there are no pages, the label."""

    label: str


@dataclass(frozen=True)
class Anchor:
    """A name in bold, "P2.T3" or "Lemma 7", that stands at a place to which one can refer by the label."""

    name: str
    label: str

    @property
    def number(self) -> str:
        """What a reference has after the word for the kind: P2.T3, or 7."""
        return self.name.rpartition(" ")[2]


@dataclass(frozen=True)
class Reference:
    """A theorem, a lemma or a reading of the document: what it is called or, where things have numbers, its number.

    What may be in another document has no kind, and is called what it is called.
    """

    text: str
    kind: str
    label: str


@dataclass(frozen=True)
class Cited:
    """Works that are cited, by their BibTeX keys; nothing where there is no bibliography."""

    keys: tuple[str, ...]


#: A str, which is prose, Code, Page, Anchor, Reference, Cited, or anything of which `printing` knows the formula.
Part = object
Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the whole document's. A label, unique in the document, can be referred to.

    The heading of a statement has the `kind` of it, one of KINDS, and its `note`. LaTeX puts what follows into an
    environment of this kind, up to the next heading or `ProofBegins`, and the note after its number. A whole document
    has its own numbers: there the `numbered` note, without it, stands after the `number`.
    """

    text: str
    level: int = 1
    label: str = ""
    kind: str = ""
    note: str = ""
    number: str = ""
    numbered: str = ""


#: What is stated, proved, assumed, or read in the paper: the environments that a LaTeX paper needs.
KINDS = ("theorem", "lemma", "assumption", "reading")


@dataclass(frozen=True)
class ProofBegins:
    """The statement above ends here, and its proof begins; the proof goes on to the next heading."""


@dataclass(frozen=True)
class Paragraph:
    """Prose, with mathematics in the line. In LaTeX an `aside`, which no paper says, is a comment."""

    parts: Parts
    aside: bool = False


@dataclass(frozen=True)
class Displayed:
    """Formulas of their own lines."""

    formulas: tuple[Part, ...]


@dataclass(frozen=True)
class Entry:
    """One of many statements or remarks, in small type; the first paragraph begins with an `Anchor`, if it has one."""

    blocks: tuple[Paragraph | Displayed, ...]


@dataclass(frozen=True)
class Row:
    """One line of a chain."""

    number: int
    expr: Expr
    reason: Parts


@dataclass(frozen=True)
class Chain:
    """first = … = last, each line numbered and with its reason."""

    first: Expr
    rows: tuple[Row, ...]

    def lines(self) -> list[page_layout.Line]:
        """Its lines on a page, each with the reason that stands at it, if one does."""
        rows = [(formula(row.expr), (f"line {row.number}: ", *row.reason)) for row in self.rows]
        return page_layout.chain(formula(self.first), rows)


@dataclass(frozen=True)
class Listing:
    """A list of items."""

    items: tuple[Parts, ...]


Cell = tuple[Parts, ...]  # its lines


@dataclass(frozen=True)
class Records:
    """A table; the first cell of each row is its heading.

    In Markdown it is a table. On a terminal each row is a block of its own, a line for each cell that is not empty; so
    it is on a page, unless the cells are short enough to stand side by side: then `columns` has their widths, as shares
    of the line that add up to 1. (LaTeX needs longtable and booktabs.)
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    columns: tuple[float, ...] = ()

    def fields(self, row: tuple[Cell, ...]) -> list[tuple[str, Cell]]:
        """The cells after the first that are not empty, each with its name."""
        return [(name, cell) for name, cell in zip(self.header[1:], row[1:], strict=True) if cell]


@dataclass(frozen=True)
class Picture:
    """A picture from a file beside the document, with what it shows below it. (LaTeX needs graphicx.)

    On a page it is as wide as this share of the text.
    """

    path: str
    caption: Parts
    label: str = ""
    share: float = 1.0


Block = Heading | ProofBegins | Paragraph | Displayed | Entry | Chain | Listing | Records | Picture
#: … without the marks that only LaTeX needs.
Seen = Heading | Paragraph | Displayed | Entry | Chain | Listing | Records | Picture
Document = tuple[Block, ...]


def write_text(document: Iterable[Block], width: int = WIDTH, *, ascii_only: bool = False) -> str:
    """For a terminal of so many columns, with Unicode symbols or, if it has no others, in ASCII."""
    dialect = ASCII if ascii_only else TEXT
    return "\n\n".join(_text_block(block, width, dialect) for block in seen(document)) + "\n"


def write_markdown(document: Iterable[Block]) -> str:
    """For a notebook or a repository page, with TeX formulas."""
    return "\n\n".join(_markdown_block(block) for block in seen(document)) + "\n"


def seen(document: Iterable[Block]) -> Iterator[Seen]:
    """What is written where statements and proofs are no environments."""
    return (block for block in document if not isinstance(block, ProofBegins))


def write_latex(document: Iterable[Block], *, listed: bool = False) -> str:
    """For a paper that loads what `latex_paper` says; ASCII only. Displays may go on on the next page.

    Headings have no numbers and, unless they are to be listed, no place in a table of contents. What is listed is a
    document of its own, whose theorems have the numbers of their headings. Labels begin with LABELS.
    """
    blocks = list(document)
    written: list[tuple[Block | None, str]] = []  # None: a mark of LaTeX alone
    open_environment = ""
    for block in blocks:
        if open_environment and isinstance(block, Heading | ProofBegins):
            written.append((None, rf"\end{{{open_environment}}}"))
            open_environment = ""
        if isinstance(block, ProofBegins):
            open_environment = "proof"
            written.append((block, r"\begin{proof}"))
        elif isinstance(block, Heading) and block.kind:
            open_environment = block.kind
            written.append((block, _latex_environment(block, listed)))
        else:
            written.append((block, _latex_block(block, listed)))
    if open_environment:
        written.append((None, rf"\end{{{open_environment}}}"))
    if any(isinstance(block, Displayed | Chain) for block in blocks):
        written = [(None, r"\begingroup\allowdisplaybreaks"), *written, (None, r"\endgroup")]
    gaps = ("", *(_gap(before, block) for (before, _), (block, _) in pairwise(written)))
    return "".join(gap + text for gap, (_, text) in zip(gaps, written, strict=True)) + "\n"


def _latex_environment(heading: Heading, listed: bool) -> str:
    """The beginning of the environment of a statement; in a whole document its number is its own."""
    own = listed and heading.number
    number = rf"\renewcommand{{\thetheorem}}{{{heading.number}}}" if own else ""
    note = inline((heading.numbered if own else heading.note,), LATEX)
    return rf"{number}\begin{{{heading.kind}}}{f'[{{{note}}}]' if note else ''}{_latex_label(heading.label)}"


def _gap(before: Block | None, block: Block | None) -> str:
    """What stands between two blocks of LaTeX: nothing ends the paragraph where a display is part of a sentence."""
    leads = isinstance(before, Paragraph) and not before.aside and isinstance(block, Displayed | Chain)
    follows = isinstance(before, Displayed | Chain) and isinstance(block, Paragraph) and goes_on(block)
    return "\n" if leads or follows else "\n\n"


def goes_on(paragraph: Paragraph) -> bool:
    """Whether it begins in the middle of a sentence: where, with; or with the words of a formula, for all …"""
    match paragraph.parts[0]:
        case str() as words:
            return words[:1].islower()
        case (Node(latex=latex), *_):
            return latex.startswith(r"\text{")
    return False


WRITERS: dict[str, Callable[[Iterable[Block]], str]] = {
    "text": write_text,
    "markdown": write_markdown,
    "latex": write_latex,
}


# ---- what stands in a line -----------------------------------------------------------------------


@dataclass(frozen=True)
class Dialect:
    """How prose, code, references and formulas are written in a line."""

    words: Callable[[str], str]
    code: Callable[[str], str]
    page: Callable[[str], str]
    formula: Callable[[object], str]
    reference: Callable[[Reference], str] | None = None  # None: what it is called
    cite: Callable[[Cited], str] | None = None  # None: nothing
    anchor: Callable[[Anchor], str] | None = None  # None: its name

    def part(self, part: Part) -> str:
        match part:
            case str():
                return self.words(part)
            case Code(text=text):
                return self.code(text)
            case Page(label=label):
                return self.page(label)
            case Anchor():
                return self.anchor(part) if self.anchor else self.words(part.name)
            case Reference():
                return self.reference(part) if self.reference else self.words(part.text)
            case Cited():
                return self.cite(part) if self.cite else ""
        return self.formula(part)


#: Where a formula in a line may be broken if need be, between factors.
BREAK = r"\penalty600"


#: What is wider than this in a line, in em, is broken inside its brackets.
WIDEST = 20.0


def _breakable(item: object) -> str:
    """A formula that LaTeX may break after a comma too, between factors if need be, and in long brackets."""
    nodes = (node.latex + (f"{BREAK} " if node.after is not None else "") for node in _opened(formula(item)))
    return f"${''.join(nodes).strip()}$"


def _opened(nodes: Nodes) -> Iterator[Node]:
    """The nodes, with brackets of a fixed size in place of long ones."""
    for node in nodes:
        if node.width > WIDEST and node.opened:
            yield from _opened(node.opened)
        else:
            yield node


TEXT = Dialect(prose.plain, str, str, to_text)
ASCII = Dialect(lambda words: in_ascii(prose.plain(words)), in_ascii, str, lambda item: in_ascii(to_text(item)))
MARKDOWN = Dialect(
    prose.markdown, "`{}`".format, str, lambda item: f"${to_latex(item)}$", anchor=lambda here: f"**{here.name}**"
)
#: What every label in LaTeX begins with, so that a paper's own are different.
LABELS = "gdssm:"
LATEX = Dialect(
    prose.latex,
    prose.code,
    lambda label: rf"\pageref{{{LABELS}{label}}}",
    _breakable,
    lambda to: rf"{to.kind.capitalize()}~\ref{{{LABELS}{to.label}}}" if to.kind else prose.latex(to.text),
    lambda works: rf"~\cite{{{','.join(works.keys)}}}",
    lambda here: rf"\named{{{LABELS}{here.label}}}{{{here.number}}}{{{here.name}}}",
)
#: In a formula of Markdown, where no theorem has a number and no label is known.
IN_TEXT = replace(LATEX, page=str, reference=None, cite=None)


def inline(parts: Iterable[Part], dialect: Dialect = TEXT) -> str:
    """Prose with mathematics in it, on one line."""
    return "".join(map(dialect.part, parts))


# ---- plain text ----------------------------------------------------------------------------------


def _text_block(block: Seen, width: int, dialect: Dialect) -> str:
    match block:
        case Heading(text=text, level=level):
            line = dialect.words(text)
            under = dialect.words("=-·"[min(level, 3) - 1])
            return f"{_filled(line, width)}\n{under * min(width, prose.columns(line))}"
        case Paragraph(parts=parts):
            return _filled(inline(parts, dialect), width)
        case Displayed(formulas=formulas):
            return "\n".join(f"    {line}" for one in formulas for line in _text_lines(one, width - 4, dialect))
        case Entry(blocks=blocks):
            return "\n".join(_text_block(one, width, dialect) for one in blocks)
        case Chain(first=first, rows=rows):
            lines = [f"        {line}" for line in _text_lines(first, width - 8, dialect)]
            for row in rows:
                begun, *more = _text_lines(row.expr, width - 10, dialect)
                *full, line = f"  ({row.number})".ljust(8) + f"= {begun}", *(f"{' ' * 10}{one}" for one in more)
                lines += full
                reason = f"[{inline(row.reason, dialect)}]"
                gap = max(2, 2 * width // 3 - prose.columns(line))
                if prose.columns(line) + gap + prose.columns(reason) <= width:
                    lines.append(line + " " * gap + reason)
                else:
                    indent = " " * 12
                    lines += line, _filled(reason, width, initial_indent=indent, subsequent_indent=f"{indent} ")
            return "\n".join(lines)
        case Listing(items=items):
            written = (inline(item, dialect) for item in items)
            return "\n".join(_filled(item, width, initial_indent="  - ", subsequent_indent="    ") for item in written)
        case Records(rows=rows):
            return "\n\n".join(_text_record(block, row, width, dialect) for row in rows)
        case Picture(path=path, caption=caption):
            return _filled(f"[{path}] {inline(caption, dialect)}", width)


def _text_lines(item: object, columns: int, dialect: Dialect) -> list[str]:
    """A formula in lines of at most so many columns, as far as it can be broken."""
    spelled = in_ascii if dialect is ASCII else str
    lines = page_layout.plain(formula(item), columns, 4, lambda text: prose.columns(spelled(text)))
    return list(map(spelled, lines))


def _text_record(records: Records, row: tuple[Cell, ...], width: int, dialect: Dialect) -> str:
    heading = " ".join(inline(parts, dialect) for parts in row[0])
    lines = [_filled(heading, width, subsequent_indent="    ")]
    label = max(map(len, records.header[1:])) + 2
    for name, cell in records.fields(row):
        for number, parts in enumerate(cell):
            opened = "    " + ("" if number else name).ljust(label)
            further = " " * (len(opened) + 2 * (len(cell) > 1))
            lines.append(_filled(inline(parts, dialect), width, initial_indent=opened, subsequent_indent=further))
    return "\n".join(lines)


# ---- Markdown ------------------------------------------------------------------------------------


def _markdown_block(block: Seen) -> str:
    match block:
        case Heading(text=text, level=level):
            return f"{'#' * (level + 1)} {inline((text,), MARKDOWN)}"
        case Paragraph(parts=parts):
            return inline(parts, MARKDOWN)
        case Displayed(formulas=formulas):
            return f"$$\n{_display(formulas, 'aligned')}\n$$"
        case Entry(blocks=blocks):
            return "\n\n".join(map(_markdown_block, blocks))
        case Chain():
            written = _chain(block, "aligned", r"\text{%s}", IN_TEXT)
            return f"$$\n{written}\n$$"
        case Listing(items=items):
            return "\n".join(f"- {inline(item, MARKDOWN)}" for item in items)
        case Records(header=header, rows=rows):
            cells = [["<br>".join(inline(parts, MARKDOWN) for parts in cell) for cell in row] for row in rows]
            return "\n".join(f"| {' | '.join(row)} |" for row in (header, ("---",) * len(header), *cells))
        case Picture(path=path, caption=caption):
            return f"![{inline(caption, MARKDOWN)}]({path})"


# ---- LaTeX ---------------------------------------------------------------------------------------


def _latex_block(block: Seen, listed: bool) -> str:
    match block:
        case Heading(text=text, level=level, label=label):
            command = ("section", "subsection", "paragraph")[min(level, 3) - 1]
            return rf"\{command}{'' if listed else '*'}{{{inline((text,), LATEX)}}}{_latex_label(label)}"
        case Paragraph(parts=parts, aside=aside):
            return f"% {inline(parts, ASCII)}" if aside else inline(parts, LATEX)
        case Displayed(formulas=formulas):
            return _display(formulas, "align*")
        case Entry(blocks=blocks):
            return "\n".join((r"\begin{entry}", *(_latex_block(one, listed) for one in blocks), r"\end{entry}"))
        case Chain():
            return _chain(block, "align*", r"\parbox[t]{0.36\linewidth}{\raggedright\footnotesize %s}", LATEX)
        case Listing(items=items):
            lines = "\n".join(rf"  \item {inline(item, LATEX)}" for item in items)
            return f"\\begin{{itemize}}\n{lines}\n\\end{{itemize}}"
        case Records(rows=rows):
            return _latex_table(block) if block.columns else "\n\n".join(_latex_record(block, row) for row in rows)
        case Picture(path=path, caption=caption, label=label, share=share):
            inside = rf"\includegraphics[width={share:g}\linewidth]{{{path}}}", rf"\caption{{{inline(caption, LATEX)}}}"
            return "\n".join((r"\begin{figure}[htbp]\centering", *inside, _latex_label(label), r"\end{figure}"))


def _latex_label(label: str) -> str:
    return rf"\label{{{LABELS}{label}}}" if label else ""


def _latex_cell(cell: Cell) -> str:
    return r"\raggedright " + r" \newline ".join(inline(parts, LATEX) for parts in cell)


def _latex_record(records: Records, row: tuple[Cell, ...]) -> str:
    """One row as a paragraph with a heading, and a list in which the cells have their names."""
    items = "\n".join(rf"  \item[{inline((name,), LATEX)}] {_latex_cell(cell)}" for name, cell in records.fields(row))
    heading = " ".join(inline(parts, LATEX) for parts in row[0])
    return f"\\paragraph*{{{heading}}}\n\\begin{{description}}\n{items}\n\\end{{description}}"


def _latex_table(table: Records) -> str:
    """Cells side by side, in columns of so many shares of the line less the space between them."""
    line = 1 - 0.02 * (len(table.columns) - 1)
    columns = r"@{\hspace{0.02\linewidth}}".join(rf"p{{{line * share:.4f}\linewidth}}" for share in table.columns)
    head = [rf"\raggedright\bfseries {inline((name,), LATEX)}" for name in table.header]
    cells = [head, *(map(_latex_cell, row) for row in table.rows)]
    first, *rows = (" & ".join(row) + r" \tabularnewline" for row in cells)
    begun = rf"\begin{{longtable}}{{@{{}}{columns}@{{}}}}", r"\toprule", first, r"\midrule\endhead"
    return "\n".join((r"{\footnotesize", *begun, *rows, r"\bottomrule", r"\end{longtable}}"))


def _display(formulas: Iterable[Part], environment: str) -> str:
    """Formulas in one aligned environment; a long one goes on in further lines."""
    cells = page_layout.display(list(map(formula, formulas)))
    return _environment(environment, [f"{latex(cell.left)} & {indented(cell)}" for cell in cells])


def indented(line: page_layout.Line) -> str:
    """The TeX of a line, as far to the right as it stands."""
    return r"\quad " * line.depth + latex(line.nodes)


def _environment(name: str, lines: Iterable[str]) -> str:
    return f"\\begin{{{name}}}\n" + " \\\\\n".join(f"  {line.strip()}" for line in lines) + f"\n\\end{{{name}}}"


def _chain(chain: Chain, environment: str, told: str, dialect: Dialect) -> str:
    """The lines of a chain, with the reasons in a column of their own."""
    lines = []
    for line in chain.lines():
        beside = f" && {told % inline(line.reason, dialect)}" if line.reason else ""
        lines.append(f"& {indented(line)}{beside}")
    return _environment(environment, lines)
