"""A formula as a tree: each node in plain text and LaTeX, how wide it is, and where a line may end. And Typst."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Break(IntEnum):
    """Between what a line may end, the best places first."""

    WORDS = 0
    CLAUSES = 1
    RELATIONS = 2
    TERMS = 3
    FACTORS = 4


@dataclass(frozen=True)
class Node:
    """Mathematics that is never broken inside; a line may begin before it, or end after it."""

    text: str
    latex: str
    width: float  # in em
    tall: bool = False  # does it need brackets larger than a letter?
    before: Break | None = None
    after: Break | None = None
    opened: tuple[Node, ...] = ()  # the same, to be broken: brackets of a fixed size, a fraction as a product
    rows: tuple[tuple[Nodes, ...], ...] = ()  # of a matrix, which only plain text breaks, entry by entry


Nodes = tuple[Node, ...]


def text(nodes: Iterable[Node]) -> str:
    """The formula on one line, with Unicode symbols."""
    return "".join(node.text for node in nodes).strip()


def latex(nodes: Iterable[Node]) -> str:
    """The formula for LaTeX, without dollar signs."""
    return "".join(node.latex for node in nodes).strip()


def width(nodes: Sequence[Node]) -> float:
    """How wide the nodes are side by side, in em; there is no room before a first sign."""
    return sum(node.width for node in nodes) + AROUND_SIGN * sum(node.before is Break.TERMS for node in nodes[1:])


def is_sum(nodes: Iterable[Node]) -> bool:
    """Is there a sign that joins two terms?"""
    return any(node.before is Break.TERMS for node in nodes)


# ---- nodes ---------------------------------------------------------------------------------------

#: Widths in em, in a text of ten points: measured in Computer Modern, rounded up.
DIGIT, SMALL, CAPITAL, LETTER_OF_TEXT = 0.5, 0.55, 0.82, 0.5
#: Indices and exponents are smaller.
SCRIPT = 0.7
#: On both sides of a sign that joins two terms.
AROUND_SIGN = 0.44
_EM = {
    0.0: r"\tilde \hat \mathbb \mathcal \mathbf \operatorname \left \right",
    0.17: r"\,",
    0.45: "( ) [ ] , . ' | /",
    0.78: r"+ - \top",
    0.84: r"\nabla",
    1.0: r"\quad \infty",
    1.22: r"\times \cdot \otimes",
    1.33: r"= > < \ge \le \ne \in \sim \to",
    1.6: r"\sum \lim",
}
_WIDTHS = {sign: em for em, signs in _EM.items() for sign in signs.split()}
_PIECE = re.compile(r"[_^](?:\{((?:[^{}]|\{[^{}]*\})*)\}|([^\s{}]))|((?<=\S) [+-] |\\[A-Za-z]+|\\.|[^\s{}])")


def _measured(latex: str) -> float:
    total = 0.0
    for group, single, piece in _PIECE.findall(latex):
        if not piece:
            total += SCRIPT * _measured(group or single)
        elif piece.isdigit():
            total += DIGIT
        else:
            letter = CAPITAL if piece.lstrip("\\")[:1].isupper() else SMALL
            total += _WIDTHS.get(piece.strip(), letter) + AROUND_SIGN * piece.startswith(" ")
    return total


#: What Typst does not call as LaTeX does.
_TYPST = r"""
ge:>= le:<= ne:eq.not sim:tilde.op to:arrow.r infty:oo pm:plus.minus int:integral varepsilon:epsilon varphi:phi
cdot:dot.op otimes:times.o dots:dots.h Vert:bar.v.double mathbb:bb mathcal:cal mathbf:bold bar:macron langle:chevron.l
rangle:chevron.r lVert:lr(bar.v.double rVert:bar.v.double) operatorname:op text: left: right: \,:thin ,:\, {:( }:) {}:
}{:, \begin{bmatrix}:mat(delim:"[", \end{bmatrix}:) \\:; &:, ;:\; /:\/ #:\# bigl:1.2 bigr:1.2 Bigl:1.8 Bigr:1.8
"""
_RENAMED = dict(pair.split(":", 1) for pair in _TYPST.split())
_TOKEN = re.compile(
    r"\\(text|operatorname)\{([^{}]*)\}|\\([bB]ig[lr])(?:\\([lr]Vert)|(.))"
    r"|\\(?:begin|end)\{bmatrix\}|\\([A-Za-z]+)(\{?)|\{\}|\}\{(?!\})|\\[,\\]|\d+|\S"
)


def in_typst(latex: str) -> str:
    """Mathematics of LaTeX as Typst, as far as formulas are written here; a comma parts nothing."""
    written = ""
    for token in _TOKEN.finditer(latex):
        words, upright, size, bars, bracket, command, opened = token.groups()
        if words:
            piece = f'op("{upright}")' if words == "operatorname" else f'"{upright}"'
        elif size:
            mark = "bar.v.double" if bars else rf"\{bracket}"
            piece = f"lr({mark}, size: #{_RENAMED[size]}em)"
        elif command:
            piece = _RENAMED.get(command, command) + ("(" if opened else "")
        else:
            piece = _RENAMED.get(token[0], token[0])
        tight = piece[:1] in ("", "_", "^", "'", ")", ",", ";") or written.endswith(("(", "_", "^"))
        written += piece if tight else f" {piece}"
    return written.strip()


def symbol(text: str, latex: str, before: Break | None = None, after: Break | None = None) -> Node:
    """A letter with all it carries, a sign, a space: whatever is never broken, as plain text and in LaTeX."""
    return Node(text, latex, _measured(latex), latex.startswith(r"\sum"), before, after)


def words(prose: str) -> Node:
    """Words with a space on both sides; a formula is broken before "for" and "where" and after "is" first of all."""
    before = Break.WORDS if prose.split()[0] in ("for", "where") else None
    after = Break.WORDS if prose == "is" else None
    spaced = f" {prose} "
    return Node(spaced, rf"\text{{{spaced}}}", LETTER_OF_TEXT * len(spaced), before=before, after=after)


def fence(nodes: Nodes, *, norm: bool = False) -> Node:
    """The nodes in brackets, or between the bars of a norm."""
    plain, (left, right) = ("‖‖", (r"\lVert ", r"\rVert")) if norm else ("()", "()")
    tall = any(node.tall for node in nodes)
    big = r"\Big" if tall else r"\big"
    opened = Node(plain[0], f"{big}l{left.strip()} ", 1.0), *nodes, Node(plain[1], f"{big}r{right}", 1.0)
    size = (1.6 if tall else 1.0) + width(nodes)
    return Node(text(opened), rf"\left{left}{latex(nodes)}\right{right}", size, tall, opened=opened)


def script(sign: str, nodes: Nodes) -> Node:
    """An index or an exponent, which in plain text has no spaces, and no braces around one character or a power."""
    plain = text(nodes).replace(" ", "")
    if (sign, plain) == ("^", "T"):  # not a transpose
        return Node("^(T)", "^{(T)}", SCRIPT * width(nodes))
    bare = len(plain) == 1 or (sign == "^" and plain.isdecimal())
    return Node(f"{sign}{plain if bare else f'{{{plain}}}'}", f"{sign}{{{latex(nodes)}}}", SCRIPT * width(nodes))


def fraction(top: Nodes, bottom: Nodes) -> Node:
    """A numerator over a denominator."""
    above, below = text(top), text(bottom)
    nested = any(map(is_fraction, top))
    signs = any(node.latex in (" ", r" \cdot ") or is_fraction(node) for node in bottom)
    several = signs or is_sum(bottom) or bottom[0].text.startswith("−")
    shorter = width(top) > width(bottom) + 1 and top != ONE
    return Node(
        (f"({above})" if is_sum(top) or nested else above) + "/" + (f"({below})" if several else below),
        rf"\frac{{{latex(top)}}}{{{latex(bottom)}}}",
        0.24 + max(width(top), width(bottom)),
        tall=True,
        opened=times((fraction(ONE, bottom),), (fence(top),) if is_sum(top) or top[0] == MINUS else top)
        if shorter
        else (),
    )


def matrix(rows: Sequence[Sequence[Nodes]]) -> Node:
    """A matrix in square brackets, row by row."""
    inside = r" \\ ".join(" & ".join(map(latex, row)) for row in rows)
    return Node(
        f"[{'; '.join('  '.join(map(text, row)) for row in rows)}]",
        rf"\begin{{bmatrix}} {inside} \end{{bmatrix}}",
        1.2 + sum(1.0 + max(map(width, column)) for column in zip(*rows, strict=True)),
        tall=len(rows) > 1,
        rows=tuple(tuple(row) for row in rows),
    )


def times(left: Nodes, right: Nodes) -> Nodes:
    """Two factors of a number: 2η, η·a, η (1 − a); (1/N)·a, where 1/N·a might be read as 1/(N a)."""
    plain = "" if left[-1].text.isdecimal() and right[0].text[0].isalpha() and not right[0].opened else "·"
    sign = r" \cdot " if run_together(left, right) else " "
    between = symbol(plain, sign, after=Break.FACTORS if right[0].latex.startswith(r"\left") else None)
    last = bracketed_in_plain(left[-1:]) if is_fraction(left[-1]) else left[-1:]
    return *left[:-1], *last, between, *right


def run_together(left: Nodes, right: Nodes) -> bool:
    """Would LaTeX show two numbers side by side as one: 02, or 2½, also if a line ends inside the fraction?"""
    before, first = latex(left).rstrip("}"), next(node for node in right if node.latex)
    begins = first.latex[0].isdecimal() or (is_fraction(first) and (bool(first.opened) or first.latex[6].isdecimal()))
    return before[-1:].isdecimal() and begins


def is_fraction(node: Node) -> bool:
    """Is the node a numerator over a denominator?"""
    return node.latex.startswith(r"\frac{")


def bracketed_in_plain(nodes: Nodes) -> Nodes:
    """The nodes, with brackets that LaTeX does not need: (η/N) W."""
    return symbol("(", ""), *nodes, symbol(")", "")


def joined(parts: Iterable[Nodes], by: Node) -> Nodes:
    """The parts with a node between any two."""
    first, *others = parts
    return first + tuple(node for part in others for node in (by, *part))


def relation(text: str, latex: str) -> Node:
    """A sign before which a line may begin."""
    return symbol(f" {text} ", f" {latex} ", before=Break.RELATIONS)


ONE: Nodes = (symbol("1", "1"),)
EQUALS, NOT_EQUAL = relation("=", "="), relation("≠", r"\ne")
#: Signs that join two terms, and the sign of a first term.
PLUS, LESS = symbol(" + ", " + ", before=Break.TERMS), symbol(" − ", " - ", before=Break.TERMS)
MINUS = symbol("−", "-")
COMMA = symbol(", ", ", ", after=Break.FACTORS)
CLAUSE = symbol(",  ", r",\quad ", after=Break.CLAUSES)
#: Between two formulas on one line.
APART = symbol(";  ", r";\quad ", after=Break.CLAUSES)
#: A sign at the beginning of a line still joins two terms, if this stands before it.
TERM = Node("", "{}", 0.0)
