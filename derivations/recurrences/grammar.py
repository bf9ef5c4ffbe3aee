"""The words and the grammar of formulas in a recurrence file: from a text to a tree that knows no shapes.

    equation =  sum "=" sum                                  in a relation alone
    sum      =  ("+" | "-")? entrywise (("+" | "-") entrywise)*
    entrywise=  product (("⊙" | ".*") product)*
    product  =  signed (("*" | "/")? signed)*                left to right; a sign only after * or /
    signed   =  ("+" | "-") signed  |  power
    power    =  atom ("^" exponent | "ᵀ" | "²" | "³")*
    exponent =  "T"  |  "-"? digits  |  letter  |  "(" sum ")"
    atom     =  digits  |  letter "'"?  |  "(" sum ")"
             |  letter "[" sum ("," sum)* "]"                an index, with no space before it
             |  "[" row (";" row)* "]"                       a row is sum ("," sum)*
             |  "|" sum "|" "^2"  |  "<" sum "," sum ">"
             |  ("tr" | "I" | "inv" | "diag") "(" sum ")"    and I alone; I(m) without a space, I (A) is a product
             |  ("sum" | "prod") "(" letter "=" sum ".." sum "," sum ")"     factors stand in the order of the bounds

Nothing is ever evaluated as Python, and no text that keeps to the limits takes long. `Tree` gives a tree its meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from sympy.printing.pretty.pretty_symbology import greek_unicode

from derivations.toml_table import shortened

LONGEST_TEXT = 4_000  # characters of a formula
LONGEST_SHOWN = 60  # characters of a part that a message shows
LONGEST_LETTER = 20
MOST_DIGITS = 40  # of a number
MOST_PARTS = 100  # terms of a sum, factors of a product, entries of a row
DEEPEST = 30  # nested brackets, powers and transposes

#: A letter or a word, perhaps with a hat, tilde or bar, a number behind it or something below it: k, beta, Ŝ, W_0.
LETTER = r"[A-Za-z\u0370-\u03ff][\u0302-\u0304]?[A-Za-z\u0370-\u03ff]*(?:[0-9]+|_[A-Za-z0-9]+)?"
WORD = re.compile(rf"[ \t\r\n]*(?P<word>[0-9]+|{LETTER}|\.\*|\.\.|\*\*|.|$)", re.DOTALL)
#: What may be written otherwise, and how the grammar has it.
SPELLED = {"−": "-", "·": "*", "×": "*", "@": "*", "⊤": "ᵀ", "‖": "|", "⟨": "<", "⟩": ">", "…": "..", ".*": "⊙"}
SPELLED |= {"Σ": "sum"}
FRACTIONS = {"½": "1/2", "⅓": "1/3", "¼": "1/4", "¾": "3/4"}
SUPERSCRIPTS = {"²": "2", "³": "3"}
FUNCTIONS = ("tr", "inv", "diag", "ones")
RANGED = ("sum", "prod")
#: Words with a meaning of their own, which no letter of a file may have.
RESERVED = {
    "t": "the number of the token",
    "I": "the identity matrix",
    "T": "^T, the transpose",
    "tr": "the trace",
    "inv": "the inverse",
    "diag": "a diagonal matrix",
    "ones": "a column of ones",
    "sum": "sums over tokens",
    "prod": "products over tokens",
}
GREEK = {letter: word for word, letter in greek_unicode.items() if len(letter) == 1}


class FormulaError(ValueError):
    """The text is no usable formula; the message says why."""


def canonical(letter: str) -> str:
    """The letter as it is kept: Greek letters for their English names, and accents behind what they stand over."""
    letter = unicodedata.normalize("NFD", letter)
    base = re.match(r"[A-Za-z]*", letter)
    assert base is not None
    return greek_unicode.get(base[0], base[0]) + letter[base.end() :]


@dataclass(frozen=True)
class Node:
    """A part of a formula: its text as it was written, and the parts that it is made of."""

    text: str
    parts: tuple[Node, ...] = ()

    @cached_property
    def depth(self) -> int:
        return 1 + max((part.depth for part in self.parts), default=0)


@dataclass(frozen=True)
class Number(Node):
    """A number, 0 or more."""

    value: int = 0


@dataclass(frozen=True)
class Letter(Node):
    """A letter of the file; its parts are the indices in brackets behind it. `new` if it has a prime."""

    letter: str = ""
    new: bool = False


@dataclass(frozen=True)
class Signed(Node):
    """A sum, and the sign, 1 or -1, of each term."""

    signs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Product(Node):
    """A product, and for each factor whether it is divided by."""

    divided: tuple[bool, ...] = ()


class Entrywise(Node):
    """A product entry by entry."""


class Raised(Node):
    """A power: base, exponent."""


class Turned(Node):
    """A transpose."""


class Squared(Node):
    """The square of a norm, |x|^2."""


class Inner(Node):
    """An inner product <x, y>."""


@dataclass(frozen=True)
class Call(Node):
    """A function of one matrix; I without parts is an identity matrix whose size the place decides."""

    function: str = ""


@dataclass(frozen=True)
class Rows(Node):
    """A matrix of blocks, its parts row by row."""

    columns: int = 1


@dataclass(frozen=True)
class Ranged(Node):
    """A sum or a product over an index: lower bound, upper bound, body."""

    kind: str = "sum"
    index: str = ""


def parse_formula(text: str) -> Node:
    """The tree of a formula. Raises FormulaError if the text is none."""
    return _Parser(text).whole()


def parse_equation(text: str) -> tuple[Node, Node]:
    """The trees of both sides of an equation. Raises FormulaError if the text is none."""
    return _Parser(text).equation()


class _Parser:
    """Recursive descent over the words of one formula."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            raise FormulaError(f"longer than {LONGEST_TEXT} characters")
        self.source = " ".join(text.split())
        found = list(WORD.finditer(self.source))
        self.words = [SPELLED.get(match["word"], match["word"]) for match in found]
        self.spans = [match.span("word") for match in found]
        self.position = 0
        self.depth = 0
        self.in_norm = False

    def whole(self) -> Node:
        result = self.sum()
        self.require_end()
        return result

    def equation(self) -> tuple[Node, Node]:
        left = self.sum()
        self.expect("=", 'an equation has one = between its sides, such as "M = S^T"')
        right = self.sum()
        self.require_end()
        return left, right

    def require_end(self) -> None:
        if self.next:
            raise FormulaError(self.unexpected())

    # ---- words ----

    @property
    def next(self) -> str:
        return self.words[self.position]

    def take(self) -> str:
        word = self.next
        if word:
            self.position += 1
        return word

    def took(self, *words: str) -> bool:
        """Take the next word if it is one of these."""
        if self.next not in words:
            return False
        self.position += 1
        return True

    def expect(self, word: str, otherwise: str) -> None:
        if not self.took(word):
            known = not self.next or is_letter(self.next) or self.next[0].isdecimal() or self.next in "()[]<>|,;=.."
            raise FormulaError(otherwise if known and not self.at_attribute_t else self.unexpected())

    @property
    def at_attribute_t(self) -> bool:
        """Whether .T is next, as Python writes a transpose."""
        return self.words[self.position : self.position + 2] == [".", "T"]

    @property
    def adjacent(self) -> bool:
        """Whether no space stands before the next word: I(m) is an identity matrix, and I (A + B) a product."""
        return self.spans[self.position - 1][1] == self.spans[self.position][0]

    def since(self, start: int) -> str:
        """The source from the word with this number to the last word that was taken, at most so long as a message."""
        text = self.source[self.spans[start][0] : self.spans[self.position - 1][1]]
        return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"

    def held(self, node: Node) -> Node:
        """The node, if it keeps to the limits."""
        if node.depth > DEEPEST:
            raise FormulaError(f"nested more than {DEEPEST} deep")
        if len(node.parts) > MOST_PARTS and not isinstance(node, Rows):
            raise FormulaError(f"a sum or product of more than {MOST_PARTS} parts")
        return node

    def nested(self, rule: Callable[[], Node], *, in_norm: bool = False) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(f"nested more than {DEEPEST} deep")
        outside, self.in_norm = self.in_norm, in_norm
        result = rule()
        self.in_norm = outside
        self.depth -= 1
        return result

    # ---- rules ----

    def sum(self) -> Node:
        start, signs, terms = self.position, [1], []
        if self.next in ("+", "-"):
            signs = [1 if self.take() == "+" else -1]
        terms.append(self.entrywise())
        while self.next in ("+", "-"):
            signs.append(1 if self.take() == "+" else -1)
            terms.append(self.entrywise())
        if signs == [1]:
            return terms[0]
        return self.held(Signed(self.since(start), tuple(terms), tuple(signs)))

    def entrywise(self) -> Node:
        start, result = self.position, self.product()
        while self.took("⊙"):
            parts = result, self.product()
            result = self.held(Entrywise(self.since(start), parts))
        return result

    def product(self) -> Node:
        start, factors, divided = self.position, [self.signed()], [False]
        while self.next in ("*", "/") or self.begins_an_atom():
            divided.append(self.next == "/")
            if not self.took("*", "/") and self.next.isdecimal() and factors[-1].text.isdecimal():
                raise FormulaError(f"two numbers without a sign between: {factors[-1].text} {self.next}")
            factors.append(self.signed())
        if len(factors) == 1:
            return factors[0]
        return self.held(Product(self.since(start), tuple(factors), tuple(divided)))

    def begins_an_atom(self) -> bool:
        return is_letter(self.next) or self.next[:1].isdecimal() or self.next in ("(", "[", "<") or self.opens_a_norm

    @property
    def opens_a_norm(self) -> bool:
        return self.next == "|" and not self.in_norm

    def signed(self) -> Node:
        start, sign, signed = self.position, 1, False
        while self.next in ("+", "-"):
            sign, signed = sign if self.take() == "+" else -sign, True
        result = self.power()
        return self.held(Signed(self.since(start), (result,), (sign,))) if signed else result

    def power(self) -> Node:
        start, result = self.position, self.atom()
        raised = isinstance(result, Squared)
        while self.next in ("^", "ᵀ", "'", *SUPERSCRIPTS):
            word = self.take()
            if word == "'":
                raise FormulaError("' marks the new value of a state, as in S'; the transpose is ^T")
            if word == "ᵀ" or (word == "^" and self.took("T")):
                result = self.held(Turned(self.since(start), (result,)))
                continue
            if raised:
                raise FormulaError("a power of a power needs brackets: (a^2)^3 or a^(2^3)")
            position = self.position - 1
            exponent = self.exponent() if word == "^" else Number(self.since(position), (), int(SUPERSCRIPTS[word]))
            result, raised = self.held(Raised(self.since(start), (result, exponent))), True
        return result

    def exponent(self) -> Node:
        start = self.position
        if self.took("-"):
            positive = self.exponent_atom()
            return Signed(self.since(start), (positive,), (-1,))
        return self.exponent_atom()

    def exponent_atom(self) -> Node:
        if self.next == "(" or self.next[:1].isdecimal() or is_letter(self.next):
            return self.atom()
        raise FormulaError("after ^ stands T, a whole number, a letter, or a bracket such as (t-i)")

    def atom(self) -> Node:
        start, word = self.position, self.take()
        if word == "(":
            result = self.nested(self.sum)
            before = self.words[start - 1] if start else ""
            if self.next == "," and is_letter(before):
                raise FormulaError(f"no function {before} is known; the functions are {', '.join(FUNCTIONS + RANGED)}")
            self.expect(")", "a bracket ( is not closed")
            return replace(result, text=self.since(start))
        if word[:1].isdecimal():
            return self.number(start, word)
        if word in RANGED:
            return self.nested(lambda: self.ranged(start, word))
        if word in FUNCTIONS or (word == "I" and self.next == "(" and self.adjacent):
            return self.nested(lambda: self.call(start, word))
        if word == "I":
            return Call(self.since(start), (), "I")
        if is_letter(word):
            return self.letter(start, word)
        if word == "[":
            return self.nested(lambda: self.rows(start))
        if word == "|" and not self.in_norm:
            return self.squared_norm(start)
        if word == "<":
            return self.nested(lambda: self.inner(start))
        self.position = start
        raise FormulaError(self.unexpected(missing=True))

    def number(self, start: int, word: str) -> Node:
        if len(word) > MOST_DIGITS or not word.isascii():
            raise FormulaError(f"a number of more than {MOST_DIGITS} digits" if word.isascii() else "digits are 0 to 9")
        if self.next == ".":
            raise FormulaError("a floating-point number; write 1/2 for 0.5")
        return Number(self.since(start), (), int(word))

    def letter(self, start: int, word: str) -> Node:
        letter = canonical(word)
        if self.took("'"):
            return Letter(self.since(start), (), letter, new=True)
        if not (self.next == "[" and self.adjacent):
            return Letter(self.since(start), (), letter)
        self.take()
        indices = [self.nested(self.sum)]
        while self.took(","):
            indices.append(self.nested(self.sum))
        self.expect("]", f"the index of {word} is not closed with ]; a product with a matrix needs a space")
        return self.held(Letter(self.since(start), tuple(indices), letter))

    def call(self, start: int, word: str) -> Node:
        self.expect("(", f"{word} takes a bracket, as in {word}(A)")
        argument = self.sum()
        self.expect(")", f"the bracket of {word}( is not closed")
        return self.held(Call(self.since(start), (argument,), word))

    def ranged(self, start: int, word: str) -> Node:
        form = f"{word} is written as {word}(i = 1..t, …)"
        self.expect("(", form)
        index = self.take()
        if not is_letter(index):
            raise FormulaError(form)
        self.expect("=", form)
        lower = self.sum()
        self.expect("..", form)
        upper = self.sum()
        self.expect(",", form)
        body = self.sum()
        self.expect(")", f"the bracket of {word}( is not closed")
        return self.held(Ranged(self.since(start), (lower, upper, body), word, canonical(index)))

    def rows(self, start: int) -> Node:
        rows = [self.row()]
        while self.took(";"):
            rows.append(self.row())
        self.expect("]", "a bracket [ is not closed")
        if any(len(one) != len(other) for one, other in pairwise(rows)):
            raise FormulaError("the rows of a matrix in [ ] have different numbers of entries")
        return self.held(Rows(self.since(start), tuple(entry for row in rows for entry in row), len(rows[0])))

    def row(self) -> list[Node]:
        entries = [self.sum()]
        while self.took(","):
            entries.append(self.sum())
        if len(entries) > MOST_PARTS:
            raise FormulaError(f"more than {MOST_PARTS} entries in a row")
        return entries

    def squared_norm(self, start: int) -> Node:
        if self.next == "|":
            raise FormulaError("a norm has one line on each side: |x|^2")
        inside = self.nested(self.sum, in_norm=True)
        self.expect("|", "a norm | is not closed")
        if not (self.took("²") or (self.took("^") and self.took("2"))):
            raise FormulaError("of a norm only the square can be stated: |x|^2")
        return self.held(Squared(self.since(start), (inside,)))

    def inner(self, start: int) -> Node:
        left = self.sum()
        self.expect(",", "an inner product is written as <x, y>")
        right = self.sum()
        self.expect(">", "an inner product < is not closed")
        return self.held(Inner(self.since(start), (left, right)))

    def unexpected(self, *, missing: bool = False) -> str:
        """What is wrong with the next word, where a value is missing or after one."""
        word = self.next
        if not word:
            return "a value is missing at the end"
        if self.at_attribute_t:
            return "there is no .T; the transpose is ^T, as in beta k k^T"
        if word == "**":
            return "powers are written with ^, not with **"
        if word in (")", "]", ">", "|", ",", ";"):
            return f"a value is missing before {word}" if missing else f"{word} stands where nothing was opened for it"
        if word in (".", ".."):
            return "a floating-point number; write 1/2 for 0.5"
        if word == "=":
            return "a formula has no ="
        if word == "⊙":
            return "a value is missing before ⊙"
        if word == "\\":
            return "no LaTeX is read: ^T is the transpose, beta a Greek letter, and k[t-1] a value at another token"
        if word in FRACTIONS:
            return f"{word} is no part of a formula; write {FRACTIONS[word]}"
        if word == "_" and is_letter(self.words[self.position - 1]):
            return f"a token is written in square brackets: {self.words[self.position - 1]}[t-1]"
        before = self.source[: self.spans[self.position][0]].rstrip()[-12:]
        return f"{shortened(word)} is no part of a formula" + (f", after {shortened(before)}" if before else "")


def word(letter: str) -> str:
    """The letter as the name of a symbol, in which Greek letters are words."""
    return GREEK.get(letter[:1], letter[:1]) + letter[1:]


def is_letter(word: str) -> bool:
    """Whether it is a letter or a word."""
    return re.fullmatch(LETTER, word) is not None
