"""A derivation as a document, and three ways to write it: plain text, Markdown, LaTeX.

A document is a sequence of blocks whose mathematics is still the objects themselves; they are
printed at the last moment (`printing`), so the three forms cannot differ in what they say.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from gdssm_symbolic import layout
from gdssm_symbolic.breaking import Line
from gdssm_symbolic.expressions import Expr
from gdssm_symbolic.printing import Printer, to_latex, to_text

WIDTH = 100


@dataclass(frozen=True)
class Raw:
    """Mathematics that is no expression (a domain, a list of numbers), in both dialects."""

    text: str
    latex: str


@dataclass(frozen=True)
class Code:
    """What is typed as it stands: a command, the name of a test."""

    text: str


Part = object  # a str, which is prose, Code, or anything that a Printer shows, which is mathematics
Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the whole document's."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Prose, with mathematics in the line."""

    parts: Parts


@dataclass(frozen=True)
class Displayed:
    """Formulas of their own lines."""

    formulas: tuple[Part, ...]


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


@dataclass(frozen=True)
class Listing:
    """A list of items."""

    items: tuple[Parts, ...]


Cell = tuple[Parts, ...]  # its lines


@dataclass(frozen=True)
class Records:
    """A table whose rows have long cells; the first cell of each is its heading.

    In Markdown it is a table. On a terminal and in a paper each row is a block of its own, a line for each cell that is
    not empty, since no page is wide enough for its columns side by side. (LaTeX needs longtable and booktabs.)
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def fields(self, row: tuple[Cell, ...]) -> list[tuple[str, Cell]]:
        """The cells after the first that are not empty, each with its name."""
        return [(name, cell) for name, cell in zip(self.header[1:], row[1:], strict=True) if cell]


Block = Heading | Paragraph | Displayed | Chain | Listing | Records
Document = tuple[Block, ...]


class Writer(Protocol):
    """Writes a document as one string."""

    def __call__(self, document: Iterable[Block]) -> str: ...


def write_text(document: Iterable[Block]) -> str:
    """For a terminal, with Unicode symbols."""
    return "\n\n".join(_text_block(block) for block in document) + "\n"


def write_markdown(document: Iterable[Block]) -> str:
    """For a notebook or a repository page, with TeX formulas."""
    return "\n\n".join(_markdown_block(block) for block in document) + "\n"


def write_latex(document: Iterable[Block]) -> str:
    """For a paper that loads amsmath and amssymb; ASCII only. Displays may go on on the next page."""
    blocks = list(document)
    written = [_latex_block(block) for block in blocks]
    if any(isinstance(block, Displayed | Chain) for block in blocks):
        written = [r"\begingroup\allowdisplaybreaks", *written, r"\endgroup"]
    return "\n\n".join(written) + "\n"


WRITERS: dict[str, Writer] = {"text": write_text, "markdown": write_markdown, "latex": write_latex}


def inline(parts: Iterable[Part], printer: Printer = to_text) -> str:
    """Prose with mathematics in it, on one line; LaTeX mathematics between dollar signs."""
    joined = "".join(part if isinstance(part, str) else _inline_math(part, printer) for part in parts)
    return joined.replace("$$", "") if printer.latex else joined


def _inline_math(part: Part, printer: Printer) -> str:
    if isinstance(part, Code):
        return f"`{part.text}`" if printer.latex else part.text
    return f"${_math(part, printer)}$" if printer.latex else _math(part, printer)


def _math(part: Part, printer: Printer) -> str:
    if isinstance(part, Raw):
        return part.latex if printer.latex else part.text
    return printer(part)


def _text_block(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            return f"{text}\n{'=-·'[min(level, 3) - 1] * _columns(text)}"
        case Paragraph(parts=parts):
            return _filled_text(inline(parts))
        case Displayed(formulas=formulas):
            return "\n".join(f"    {_math(formula, to_text)}" for formula in formulas)
        case Chain(first=first, rows=rows):
            lines = [f"        {to_text(first)}"]
            for row in rows:
                line = f"  ({row.number})".ljust(8) + f"= {to_text(row.expr)}"
                reason = f"[{inline(row.reason)}]"
                gap = max(2, 2 * WIDTH // 3 - _columns(line))
                fits = _columns(line) + gap + _columns(reason) <= WIDTH + 10
                lines.append(line + " " * gap + reason if fits else f"{line}\n            {reason}")
            return "\n".join(lines)
        case Listing(items=items):
            return "\n".join(_filled_text(inline(item), "  - ", "    ") for item in items)
        case Records(rows=rows):
            return "\n\n".join(_text_record(block, row) for row in rows)


def _text_record(records: Records, row: tuple[Cell, ...]) -> str:
    lines = [" ".join(map(inline, row[0]))]
    label = max(map(len, records.header[1:])) + 2
    for name, cell in records.fields(row):
        for number, parts in enumerate(cell):
            opened = "    " + ("" if number else name).ljust(label)
            further = " " * (len(opened) + 2 * (len(cell) > 1))
            lines.append(_filled_text(inline(parts), opened, further))
    return "\n".join(lines)


def _filled_text(text: str, opened: str = "", further: str = "") -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=opened,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _columns(line: str) -> int:
    """How wide a line is on a screen: combining marks take no room."""
    return sum(not unicodedata.combining(character) for character in line)


def _markdown_block(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            return f"{'#' * (level + 1)} {text}"
        case Paragraph(parts=parts):
            return inline(parts, to_latex)
        case Displayed(formulas=formulas):
            return f"$$\n{_display(formulas, 'aligned')}\n$$"
        case Chain():
            return f"$$\n{_markdown_chain(block)}\n$$"
        case Listing(items=items):
            return "\n".join(f"- {inline(item, to_latex)}" for item in items)
        case Records(header=header, rows=rows):
            cells = [header, ("---",) * len(header), *(tuple(map(_markdown_cell, row)) for row in rows)]
            return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _markdown_cell(cell: Cell) -> str:
    """The lines of a cell; | in prose would end it."""
    escaped = [tuple(part.replace("|", r"\|") if isinstance(part, str) else part for part in parts) for parts in cell]
    return "<br>".join(inline(parts, to_latex) for parts in escaped)


def _latex_block(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            command = ("section", "subsection", "paragraph")[min(level, 3) - 1]
            return rf"\{command}*{{{_latex_prose((text,))}}}"
        case Paragraph(parts=parts):
            return _latex_prose(parts)
        case Displayed(formulas=formulas):
            return _display(formulas, "align*")
        case Chain():
            return _latex_chain(block)
        case Listing(items=items):
            listed = "\n".join(rf"  \item {_latex_prose(item)}" for item in items)
            return f"\\begin{{itemize}}\n{listed}\n\\end{{itemize}}"
        case Records(rows=rows):
            listed = "\\midrule\n".join(_latex_record(block, row) for row in rows)
            return f"\\begin{{longtable}}{{{_RECORD}}}\n\\toprule\n{listed}\\bottomrule\n\\end{{longtable}}"


#: The columns of records in a paper: the names of the cells, and the cells.
_RECORD = r"@{}p{0.14\linewidth}@{\hspace{0.02\linewidth}}p{0.84\linewidth}@{}"


def _breakable(parts: Parts) -> str:
    """A line of a cell, whose formulas may be broken after a comma too, and between factors if need be."""

    def broken(part: Part) -> Part:
        if isinstance(part, str | Code):
            return part
        latex = _math(part, to_latex)
        for mark, penalty in _BREAKS.items():
            latex = latex.replace(mark, rf"{mark}\penalty{penalty} ")
        return Raw(_math(part, to_text), latex)

    return _latex_prose(map(broken, parts))


#: How little a break is wanted there; at a relation it is 500.
_BREAKS = {", ": 300, r",\quad ": 300, r"\,": 800}


def _latex_record(records: Records, row: tuple[Cell, ...]) -> str:
    """One row as lines that stay on one page; \\tabularnewline ends them, since \\raggedright takes \\\\ for itself."""
    heading = " ".join(map(_breakable, row[0]))
    lines = [rf"\multicolumn{{2}}{{@{{}}p{{\linewidth}}@{{}}}}{{\raggedright\bfseries {heading}}}"]
    for name, cell in records.fields(row):
        written = r" \newline ".join(map(_breakable, cell))
        lines.append(rf"{_latex_prose((name,))} & \raggedright {written}")
    return " \\tabularnewline*\n".join(lines) + " \\tabularnewline\n"


def _display(formulas: Iterable[Part], environment: str) -> str:
    """Formulas in one aligned environment; a long one goes on in further lines."""
    cells = layout.display([_math(formula, to_latex) for formula in formulas])
    return _environment(environment, [f"{cell.left} & {_indented(cell.depth, cell.right)}" for cell in cells])


def _indented(depth: int, latex: str) -> str:
    return r"\quad " * depth + latex


def _environment(name: str, lines: Iterable[str]) -> str:
    return f"\\begin{{{name}}}\n" + " \\\\\n".join(f"  {line.strip()}" for line in lines) + f"\n\\end{{{name}}}"


def _markdown_chain(chain: Chain) -> str:
    """Reasons stand beside the lines, or below them where a line is long."""
    first, rows = layout.in_chain(to_latex(chain.first)), [layout.in_chain(to_latex(row.expr)) for row in chain.rows]
    below = any(laid.wide for laid in (first, *rows))
    lines = [f"& {_indented(line.depth, line.text)}" for line in first.lines]
    for row, laid in zip(chain.rows, rows, strict=True):
        lines += [f"&{_continued(k, line)}" for k, line in enumerate(laid.lines)]
        reason = rf"\text{{{_latex_prose((f'({row.number}) ', *row.reason))}}}"
        if below:
            lines.append(rf"&\qquad\qquad {reason}")
        else:
            lines[-1] += f" && {reason}"
    return _environment("aligned", lines)


def _continued(k: int, line: Line) -> str:
    return rf"\quad = {line.text}" if k == 0 else r"\quad " * (2 + line.depth) + line.text


def _latex_chain(chain: Chain) -> str:
    """Reasons stand in a column of their own; a long line runs under it, and its reason stands in the next row."""
    first, rows = layout.in_chain(to_latex(chain.first)), [layout.in_chain(to_latex(row.expr)) for row in chain.rows]
    fixed = any(laid.wide for laid in (first, *rows))  # the column is then kept as wide as it would be
    lines = [f"& {_lapped(line, _indented(line.depth, line.text))}" for line in first.lines]
    if fixed:
        lines[0] += r"\hspace{0.6\linewidth}" if first.is_wide(first.lines[0]) else ""
        lines[:0] = [] if first.is_wide(first.lines[0]) else [r"& \hspace{0.6\linewidth}"]
    for row, laid in zip(chain.rows, rows, strict=True):
        lines += [f"& {_lapped(line, _continued(k, line))}" for k, line in enumerate(laid.lines)]
        reason = _latex_prose((f"({row.number}) ", *row.reason))
        boxed = rf"\parbox[t]{{0.36\linewidth}}{{\raggedright\footnotesize {reason}}}"
        if laid.ends_wide:
            lines.append(f"& && {boxed}")
        else:
            lines[-1] += f" && {boxed}"
    return _environment("align*", lines)


def _lapped(line: Line, latex: str) -> str:
    return rf"\rlap{{$\displaystyle {latex}$}}" if layout.Laid.is_wide(line) else latex


def _latex_prose(parts: Iterable[Part]) -> str:
    def written(part: Part) -> str:
        if isinstance(part, Code):
            return _latex_code(part.text)
        return _latex_words(part) if isinstance(part, str) else _inline_math(part, to_latex)

    return "".join(map(written, parts)).replace("$$", " ")


def _latex_code(text: str) -> str:
    """Typewriter type that may be broken after a slash and after ::."""
    pieces = re.split(r"(?<=/)|(?<=::)", re.sub(r"([%&#_{}])", r"\\\1", text))
    return r"\allowbreak{}".join(rf"\texttt{{{piece}}}" for piece in pieces)


#: A letter with an index, W_{l−1} or x_t, or an exponent, R^(f×3), or both, g^0_t: mathematics inside prose.
_SCRIPT = r"([_^])(\{[^{}]*\}|\([^()]*\)|\w)"
_INDEXED = re.compile(rf"(\[?[^\W\d_]\u0303?\]?){_SCRIPT}(?:{_SCRIPT})?")


def _latex_words(prose: str) -> str:
    words, end = [], 0
    for found in _INDEXED.finditer(prose):
        words.append(_ascii(re.sub(r"([%&#_{}])", r"\\\1", prose[end : found.start()]).replace("^", r"\^{}")))
        base, *scripts = (part for part in found.groups() if part)
        written = [part if part in "_^" else f"{{{_ascii(part.strip('(){}'), math=True)}}}" for part in scripts]
        words.append(f"${_ascii(base, math=True)}{''.join(written)}$")
        end = found.end()
    return "".join((*words, _ascii(re.sub(r"([%&#_{}])", r"\\\1", prose[end:]).replace("^", r"\^{}"))))


def _ascii(text: str, *, math: bool = False) -> str:
    def command(found: re.Match[str]) -> str:
        written = _LATEX[found.group()]
        return written if not math else re.sub(r"(\\\w+)$", r"\1 ", written.strip("$"))

    def script(found: re.Match[str]) -> str:
        sign = "^" if found.group()[0] in _SUPERSCRIPTS else "_"
        inside = "".join((_SUPERSCRIPTS | _SUBSCRIPTS)[character] for character in found.group())
        return f"{sign}{{{inside}}}" if math else f"${sign}{{{inside}}}$"

    text = re.sub("(\\w)\N{COMBINING TILDE}", r"\\tilde{\1}" if math else r"$\\tilde{\1}$", text)
    text = re.sub(f"[{''.join(_SUPERSCRIPTS)}]+|[{''.join(_SUBSCRIPTS)}]+", script, text)
    return re.sub(r"[^\x00-\x7f]", command, text)


_SUPERSCRIPTS = {"⁰": "0", "¹": "1", "²": "2", "⁴": "4", "⁺": "+", "ʲ": "j", "ᵏ": "k", "ᴸ": "L", "ᵀ": r"\top"}
_SUBSCRIPTS = {"₀": "0", "₁": "1", "₂": "2", "₃": "3", "ᵢ": "i", "ⱼ": "j", "ₙ": "n"}

#: Every other character outside ASCII that prose may use, for LaTeX.
_LATEX = {
    "Σ": r"$\Sigma$",
    "Γ": r"$\Gamma$",
    "Θ": r"$\Theta$",
    "Ψ": r"$\Psi$",
    "η": r"$\eta$",
    "ℒ": r"$\mathcal{L}$",
    "β": r"$\beta$",
    "∇": r"$\nabla$",
    "Δ": r"$\Delta$",
    "∂": r"$\partial$",
    "·": r"$\cdot$",
    "×": r"$\times$",
    "α": r"$\alpha$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "σ": r"$\sigma$",
    "τ": r"$\tau$",
    "θ": r"$\theta$",
    "κ": r"$\kappa$",
    "ε": r"$\varepsilon$",
    "ξ": r"$\xi$",
    "ŷ": r"$\hat{y}$",
    "∫": r"$\int$",
    "Π": r"$\Pi$",
    "∞": r"$\infty$",
    "𝟏": r"$\mathbf{1}$",
    "⊗": r"$\otimes$",
    "δ": r"$\delta$",
    "≠": r"$\ne$",
    "≥": r"$\ge$",
    "≤": r"$\le$",
    "∈": r"$\in$",
    "→": r"$\to$",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    "‖": r"$\Vert$",
    "−": r"$-$",
    "½": r"$\frac{1}{2}$",
    "¼": r"$\frac{1}{4}$",
    "φ": r"$\varphi$",
    "ρ": r"$\rho$",
    "υ": r"$\upsilon$",
    "ψ": r"$\psi$",
    "ℓ": r"$\ell$",
    "γ": r"$\gamma$",
    "±": r"$\pm$",
    "…": r"\ldots{}",
    "–": "--",
    "’": "'",
    "§": r"\S{}",
}
