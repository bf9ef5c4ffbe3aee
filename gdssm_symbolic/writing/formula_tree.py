"""The TeX that `printing` writes, as a tree: how wide a formula is, and where it may be broken.

Only what `printing` and SymPy write for our objects is understood; `parse` refuses anything else, so that a
formula is never set in a way that nobody looked at. `spaced` is whether a space stood before a node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Widths in em, in a text of ten points: measured in Computer Modern, rounded up.
DIGIT, SMALL, CAPITAL, OPERATOR, RELATION, LETTER_OF_TEXT = 0.5, 0.55, 0.82, 1.22, 1.33, 0.5
#: Indices and exponents are smaller.
SCRIPT = 0.7
_SPACES = {r"\,": 0.17, r"\;": 0.28, r"\ ": 0.33, r"\quad": 1.0, r"\qquad": 2.0}
_RELATIONS = ("=", ">", "<", r"\ge", r"\le", r"\ne", r"\in", r"\sim", r"\to")
_SIGNS = ("+", "-")


@dataclass(frozen=True)
class Symbol:
    """A character, or a command without an argument."""

    source: str
    spaced: bool = False

    @property
    def width(self) -> float:
        if self.source in _SPACES:
            return _SPACES[self.source]
        if self.source in _RELATIONS:
            return RELATION
        if self.source in (r"\times", r"\cdot", r"\otimes"):
            return OPERATOR
        if self.source in (r"\sum", r"\lim"):
            return 1.6
        if self.source in _SIGNS:
            return 0.78
        if self.source in "()[],.'|/":
            return 0.45
        if self.source.isdigit():
            return DIGIT
        return CAPITAL if self.source.lstrip("\\")[:1].isupper() else SMALL

    @property
    def tall(self) -> bool:
        return self.source == r"\sum"


@dataclass(frozen=True)
class Words:
    r"""Upright words: \\text{...} with its spaces, or \\operatorname{...}."""

    text: str
    operator: bool = False
    spaced: bool = False
    tall: bool = field(default=False, init=False)

    @property
    def source(self) -> str:
        return rf"\operatorname{{{self.text}}}" if self.operator else rf"\text{{{self.text}}}"

    @property
    def width(self) -> float:
        return LETTER_OF_TEXT * len(self.text) + 0.17 * self.operator


@dataclass(frozen=True)
class Script:
    """An index or an exponent."""

    sign: str
    nodes: Nodes
    spaced: bool = False
    tall: bool = field(default=False, init=False)

    @property
    def source(self) -> str:
        return f"{self.sign}{{{source(self.nodes)}}}"

    @property
    def width(self) -> float:
        return SCRIPT * width(self.nodes)


@dataclass(frozen=True)
class Command:
    r"""A command with one argument, such as \\tilde; without a name, a group in braces."""

    name: str
    nodes: Nodes
    spaced: bool = False

    @property
    def source(self) -> str:
        return f"{self.name}{{{source(self.nodes)}}}"

    @property
    def width(self) -> float:
        return width(self.nodes)

    @property
    def tall(self) -> bool:
        return tall(self.nodes)


@dataclass(frozen=True)
class Fraction:
    """A numerator over a denominator."""

    top: Nodes
    bottom: Nodes
    spaced: bool = False
    tall: bool = field(default=True, init=False)

    @property
    def source(self) -> str:
        return rf"\frac{{{source(self.top)}}}{{{source(self.bottom)}}}"

    @property
    def width(self) -> float:
        return 0.24 + max(width(self.top), width(self.bottom))

    @property
    def bottom_leads(self) -> bool:
        """Is it shorter as a product with one over the denominator?"""
        return width(self.top) > width(self.bottom) + 1 and self.top != _ONE

    @property
    def as_product(self) -> Nodes:
        """One over the denominator, times the numerator."""
        terms = any(is_sign(node) for node in self.top[1:])
        return Fraction(_ONE, self.bottom), *((Fence("(", ")", self.top, spaced=True),) if terms else self.top)


@dataclass(frozen=True)
class Fence:
    r"""What stands between \\left and \\right."""

    opened: str
    closed: str
    nodes: Nodes
    spaced: bool = False

    @property
    def source(self) -> str:
        gap = " " if self.opened[-1].isalpha() else ""
        return rf"\left{self.opened}{gap}{source(self.nodes)}\right{self.closed}"

    @property
    def width(self) -> float:
        return (1.6 if self.tall else 1.0) + width(self.nodes)

    @property
    def tall(self) -> bool:
        return tall(self.nodes)


@dataclass(frozen=True)
class Matrix:
    """A matrix in square brackets, row by row."""

    rows: tuple[tuple[Nodes, ...], ...]
    spaced: bool = False

    @property
    def source(self) -> str:
        rows = r" \\ ".join(" & ".join(source(cell) for cell in row) for row in self.rows)
        return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"

    @property
    def width(self) -> float:
        columns = zip(*self.rows, strict=True)
        return 1.2 + sum(1.0 + max(width(cell) for cell in column) for column in columns)

    @property
    def tall(self) -> bool:
        return len(self.rows) > 1


Node = Symbol | Words | Script | Command | Fraction | Fence | Matrix
Nodes = tuple[Node, ...]
_ONE: Nodes = (Symbol("1"),)


def source(nodes: Nodes) -> str:
    """The nodes as TeX again."""
    text = ""
    for node in nodes:
        written = node.source
        glued = re.search(r"\\[A-Za-z]+$", text) and re.match(r"[A-Za-z]", written)  # \eta N
        text += f" {written}" if node.spaced or glued else written
    return text.strip()


def width(nodes: Nodes) -> float:
    """How wide the nodes are side by side, in em."""
    total = sum(node.width for node in nodes)
    return total + sum(0.44 for k, node in enumerate(nodes) if is_sign(node) and is_binary(nodes, k))


def tall(nodes: Nodes) -> bool:
    """Does anything in it need brackets larger than a letter?"""
    return any(node.tall for node in nodes)


def is_sign(node: Node) -> bool:
    """Plus or minus."""
    return isinstance(node, Symbol) and node.source in _SIGNS


def is_relation(node: Node) -> bool:
    """An equals sign, or one like it."""
    return isinstance(node, Symbol) and node.source in _RELATIONS


def is_symbol(node: Node | None, *sources: str) -> bool:
    """One of these."""
    return isinstance(node, Symbol) and node.source in sources


def is_binary(nodes: Nodes, k: int) -> bool:
    """Does the sign number k join two terms? Otherwise it belongs to the one that follows."""
    before = next((node for node in reversed(nodes[:k]) if not is_symbol(node, *_SPACES)), None)
    return not (
        before is None
        or is_sign(before)
        or is_relation(before)
        or is_symbol(before, "(", "[", ",", r"\cdot", r"\times")
    )


# ---- reading -----------------------------------------------------------------------------------

_TOKEN = re.compile(r"\s+|\\[A-Za-z]+|\\.|.", flags=re.DOTALL)
_SIZES = (r"\bigl", r"\bigr", r"\Bigl", r"\Bigr")
_ARGUMENT = (r"\tilde", r"\hat", r"\mathbb", r"\mathcal", r"\mathbf", r"\sqrt")


def parse(latex: str) -> Nodes:
    """The formula as a tree; ValueError for what is not understood."""
    return tuple(_until(_Tokens(_TOKEN.findall(latex)), ""))


class _Tokens:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    def next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def word(self) -> str:
        while (token := self.next()).isspace():
            pass
        return token

    def raw(self) -> str:
        """The text of a group in braces, as it stands."""
        if self.word() != "{":
            raise ValueError("a group in braces was expected")
        text = ""
        while (token := self.next()) not in ("}", ""):
            text += token
        return text


def _until(tokens: _Tokens, *ends: str) -> Iterator[Node]:
    spaced = False
    while (token := tokens.next()) not in ends:
        if token == "":
            raise ValueError(f"{ends} is missing")
        if token.isspace():
            spaced = True
            continue
        yield _node(token, tokens, spaced)
        spaced = False
    tokens.at -= len(ends) > 1  # a cell's end is read again, to see which it was


def _group(tokens: _Tokens) -> Nodes:
    found = tokens.word()
    return tuple(_until(tokens, "}")) if found == "{" else (_node(found, tokens, False),)


def _node(token: str, tokens: _Tokens, spaced: bool) -> Node:
    match token:
        case "{":
            return Command("", tuple(_until(tokens, "}")), spaced)
        case "^" | "_":
            return Script(token, _group(tokens))
        case r"\frac":
            return Fraction(_group(tokens), _group(tokens), spaced)
        case r"\text":
            return Words(tokens.raw(), spaced=spaced)
        case r"\operatorname":
            return Words(tokens.raw(), operator=True, spaced=spaced)
        case r"\left":
            opened = tokens.word()
            nodes = tuple(_until(tokens, r"\right"))
            return Fence(opened, tokens.word(), nodes, spaced)
        case r"\begin":
            return _matrix(tokens, spaced)
        case "&" | r"\\" | "}" | "$":
            raise ValueError(f"{token} is out of place")
    if token in _SIZES:
        return Symbol(token + tokens.word(), spaced)
    if token in _ARGUMENT:
        return Command(token, _group(tokens), spaced)
    return Symbol(token, spaced)


def _matrix(tokens: _Tokens, spaced: bool) -> Matrix:
    if (name := tokens.raw()) != "bmatrix":
        raise ValueError(f"the environment {name} is not understood")
    rows: list[tuple[Nodes, ...]] = []
    row: list[Nodes] = []
    while True:
        row.append(tuple(_until(tokens, "&", r"\\", r"\end")))
        if (end := tokens.next()) == "&":
            continue
        rows.append(tuple(row))
        row = []
        if end == r"\end":
            tokens.raw()
            return Matrix(tuple(rows), spaced)
