"""Writes the updates of rows of the gallery of recurrences as Coq definitions, from the files in recurrences/.

python -m derivations.generate.coq_updates certificates
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from derivations.certificates import RECURRENCES
from derivations.recurrences.grammar import (
    Call,
    Inner,
    Letter,
    Node,
    Number,
    Product,
    Ranged,
    Signed,
    Turned,
    canonical,
    parse_formula,
    word,
)
from derivations.recurrences.tables import as_table, as_text
from derivations.toml_table import read_toml
from gdssm_numeric.files import replace_text

HEAD = """\
(* The updates of rows of the gallery of recurrences. Written by `make coq` (python -m derivations.generate.coq_updates
   certificates) from the files in ../recurrences; do not edit it. F_update is the update of the layer in the file F,
   and F_other_update that of the second layer, in its section [other]. The arguments are the states, and then what a
   token brings and the constants, in the order of the file; S' is the new S, and alpha_before is alpha of the token
   before. Terms and factors stand in the order of the file, but numbers before matrices. Where the states start, what
   is put out, and what is claimed is not written from the files: it is in Recurrences.v. *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The entry of a matrix of size 1 x 1 *)
Definition number (R : comRingType) (A : 'M[R]_1) : R := A 0 0.
"""
#: What binds more strongly than what: a sum, a product or a sign, a function of something, all else.
SUM, PRODUCT, APPLIED, ATOM = range(4)
#: Characters of a line.
WIDTH = 118
#: Rows and columns.
Size = tuple[str, str]
NUMBER: Size = ("1", "1")
#: The size of I, which the place decides.
OPEN: Size = ("", "")


@dataclass(frozen=True)
class Row:
    """A definition: its file, and the section and the states of the layer; without states, all of them."""

    file: str
    section: str = "layer"
    states: tuple[str, ...] = ()


#: The definitions by name, without `_update`. Statements about other files with the same update use them too.
ROWS: dict[str, Row] = {
    **{
        name: Row(name)
        for name in (
            *("linear_attention", "deltanet", "deltaproduct", "deltaproduct_transition", "deltanet_rate_dropped"),
            *("gated_delta", "kda", "kda_diagonal", "l2_penalty", "masked_step", "rnn_unrolled", "retnet"),
            *("retnet_normaliser_chunk", "momentum", "preconditioned", "mamba2", "gla_diagonal", "s6", "ttt_minibatch"),
            *("ttt_minibatch_half_rate", "heavy_ball", "titans", "longhorn", "longhorn_sign"),
            *("mesa_missing_denominator", "mesanet_first_step", "ridge", "newton_schulz", "gd_plus_plus", "wy"),
        )
    },
    "gla_chunk": Row("gla_chunk"),
    "mesa": Row("mesa", states=("P",)),
    "mesa_other": Row("mesa", "other", ("Lambda",)),
    **{
        f"{name}_other": Row(name, "other")
        for name in (
            *("deltanet_error_form", "deltanet_rows", "gated_delta_error_at_old_state", "titans_two_steps_back"),
            *("wy", "wy_sign"),
        )
    },
}


class NotInCoq(Exception):
    """A formula that this module cannot write in Coq."""


@dataclass(frozen=True)
class Term:
    """A formula in Coq: how strongly it binds, and its size."""

    text: str
    binds: int
    size: Size

    def at_least(self, least: int) -> str:
        return self.text if self.binds >= least else f"({self.text})"


@dataclass(frozen=True)
class Letters:
    """What the letters of a file are: their sizes, and how many of them a token brings, if it is not one."""

    sizes: Mapping[str, Size]
    counts: Mapping[str, str]
    states: tuple[str, ...]


@dataclass
class Writer:
    """Writes formulas of one layer, and keeps the letters that it has seen."""

    letters: Letters
    indices: dict[str, int | None] = field(default_factory=dict)  # those that sums bind: the value, if it is known
    seen: set[str] = field(default_factory=set)
    divides: bool = False

    def term(self, node: Node) -> Term:
        """Return the formula of a tree. Raises NotInCoq if it has a part that has no translation here."""
        match node:
            case Number(value=value):
                return Term(str(value) if value <= 1 else f"{value}%:R", ATOM, NUMBER)
            case Letter():
                return self._letter(node)
            case Signed():
                return self._sum(node)
            case Product():
                return self._product([(self.term(part), by) for part, by in zip(node.parts, node.divided, strict=True)])
            case Turned(parts=(part,)):
                inside = self.term(part)
                rows, columns = inside.size
                return Term(f"{inside.at_least(ATOM)}^T", ATOM, (columns, rows)) if inside.size != NUMBER else inside
            case Inner(parts=(left, right)):
                return self._product([(self.term(Turned("", (left,))), False), (self.term(right), False)])
            case Call(function="I", parts=()):
                return Term("1%:M", ATOM, OPEN)
            case Call(function="diag", parts=(part,)):
                inside = self.term(part)
                return Term(f"diag_mx {inside.at_least(ATOM)}^T", APPLIED, (inside.size[0], inside.size[0]))
            case Ranged(kind="sum"):
                return self._over_indices(node)
            case Ranged(kind="prod", parts=(Number(value=first), Number(value=last), _)):
                return self._product([(self._at(node, value), False) for value in range(first, last + 1)])
        raise NotInCoq(f"{node.text} has no translation")

    def _letter(self, node: Letter) -> Term:
        letter = node.letter
        if letter not in self.letters.sizes:
            raise NotInCoq(f"{node.text} is no state, no datum and no constant")
        size, text = self.letters.sizes[letter], word(letter)
        if node.new:
            return Term(f"{text}'", ATOM, size)
        match node.parts:
            case ():
                name = text
            case (Number(value=value),) if letter in self.letters.counts:
                name = f"{text}{value}"
            case (Letter(letter=index),) if self.indices.get(index) is not None:
                name = f"{text}{self.indices[index]}"
            case (Letter(letter=index),) if index in self.indices:
                self.seen.add(text)
                return Term(f"{text} {word(index)}", APPLIED, size)
            case (Signed(parts=(Letter(letter="t"), Number(value=1)), signs=(1, -1)),):
                name = f"{text}_before"
            case _:
                raise NotInCoq(f"{node.text} has no translation")
        self.seen.add(name)
        return Term(name, ATOM, size)

    def _sum(self, node: Signed) -> Term:
        parts = [self.term(part) for part in node.parts]
        text = ""
        for sign, part in zip(node.signs, parts, strict=True):
            told = part.at_least(PRODUCT)
            text = f"{text} {'+' if sign > 0 else '-'} {told}" if text else told if sign > 0 else f"- {told}"
        size = next((part.size for part in parts if part.size != OPEN), OPEN)
        return Term(text, SUM if len(parts) > 1 else PRODUCT, size)

    def _product(self, factors: Iterable[tuple[Term, bool]]) -> Term:
        """Numbers come before matrices; a row times a column is a number."""
        numbers, chain = list[tuple[Term, bool]](), list[Term]()
        behind = False  # whether a number stood behind a matrix
        for factor, divided in factors:
            if factor.size == NUMBER:
                self.divides |= divided
                behind |= bool(chain)
                numbers.append((factor, divided))
                continue
            chain.append(factor)
            if (chain[0].size[0], factor.size[1]) == NUMBER:
                numbers.append((Term(f"number ({_chain(chain).text})", APPLIED, NUMBER), False))
                chain = []
        if not chain or not numbers:
            return _chain(chain) if chain else _quotient(numbers)
        matrices = _chain(chain)
        told = f"{_quotient(numbers).at_least(APPLIED)} *: {matrices.at_least(APPLIED if behind else PRODUCT)}"
        return Term(told, PRODUCT, matrices.size)

    def _over_indices(self, node: Ranged) -> Term:
        lower, upper, body = node.parts
        if not isinstance(lower, Number) or not isinstance(upper, Letter):
            raise NotInCoq(f"{node.text} has no translation")
        self.indices[node.index] = None
        inside = self.term(body)
        del self.indices[node.index]
        bounds = f"({lower.value} <= {word(node.index)} < {word(upper.letter)}.+1)"
        return Term(f"(\\sum_{bounds} {inside.at_least(PRODUCT)})", ATOM, inside.size)

    def _at(self, node: Ranged, value: int) -> Term:
        self.indices[node.index] = value
        inside = self.term(node.parts[2])
        del self.indices[node.index]
        return inside


def _quotient(numbers: Sequence[tuple[Term, bool]]) -> Term:
    """A product of numbers, of which some are divided by."""
    (first, divided), *others = numbers
    if not others:
        return Term(f"{first.at_least(ATOM)}^-1", ATOM, NUMBER) if divided else first
    text = f"{first.at_least(ATOM)}^-1" if divided else first.at_least(APPLIED)
    for factor, by in others:
        text += f" {'/' if by else '*'} {factor.at_least(APPLIED)}"
    return Term(text, PRODUCT, NUMBER)


def _chain(chain: Sequence[Term]) -> Term:
    """A product of matrices."""
    if len(chain) == 1:
        return chain[0]
    sized = [one.size for one in chain if one.size != OPEN]
    text = " *m ".join(factor.at_least(APPLIED) for factor in chain)
    return Term(text, PRODUCT, (sized[0][0], sized[-1][1]) if sized else OPEN)


@dataclass(frozen=True)
class Layer:
    """The layer of a section of a file, or some of its states."""

    folder: Path
    row: Row

    @cached_property
    def _table(self) -> Mapping[str, object]:
        return read_toml(str(self.folder / f"{self.row.file}.toml"))

    @cached_property
    def _entries(self) -> dict[str, Mapping[str, object]]:
        """The states of the section, by letter."""
        section = as_table(self.row.section, self._table[self.row.section])
        return {canonical(key): as_table(key, value) for key, value in section.items() if key != "output"}

    @cached_property
    def states(self) -> tuple[str, ...]:
        return tuple(map(canonical, self.row.states)) or tuple(self._entries)

    @cached_property
    def _letters(self) -> Letters:
        sizes, counts = dict[str, Size](), dict[str, str]()
        given = [entry for key in ("data", "constants") for entry in as_table(key, self._table.get(key, {})).items()]
        for letter, entry in ((canonical(key), value) for key, value in given):
            shape = entry.get("shape") if isinstance(entry, Mapping) else entry
            sizes[letter] = _size(as_text(letter, shape))
            if isinstance(entry, Mapping) and "count" in entry:
                counts[letter] = as_text(letter, entry["count"])
        sizes |= {letter: _size(as_text(letter, self._entries[letter]["shape"])) for letter in self.states}
        return Letters(sizes, counts, self.states)

    def definition(self, name: str) -> str:
        """Return the Coq definition of the update. Raises NotInCoq if it cannot be written."""
        writer = Writer(self._letters)
        trees = {letter: parse_formula(as_text(letter, self._entries[letter]["update"])) for letter in self.states}
        updates = {letter: writer.term(tree).text for letter, tree in trees.items()}
        pair, kind = "".join(map(word, self.states)), " * ".join(_type(self._letters.sizes[one]) for one in self.states)
        arguments = [(pair, kind), *self._arguments(writer.seen)]
        sizes = dict.fromkeys(part for size in self._letters.sizes.values() for part in size if part != "1")
        used = " ".join(kind for _, kind in arguments)
        counts = [count for letter, count in self._letters.counts.items() if word(letter) in writer.seen]
        named = [*sorted(part for part in sizes if re.search(rf"[_( ]{part}\b", used)), *dict.fromkeys(counts)]
        ring = "comUnitRingType" if writer.divides else "comRingType"
        head = f"Definition {name}_update (R : {ring}) ({' '.join(named)} : nat)"
        return f"{_lines((head, *_binders(arguments), f': {kind} :='))}\n{self._body(pair, updates, trees)}.\n"

    def _arguments(self, seen: set[str]) -> Iterator[tuple[str, str]]:
        """What a token brings, and the constants: those that are used, with their types."""
        for letter, size in self._letters.sizes.items():
            if letter in self.states:
                continue
            text, kind, count = word(letter), _type(size), self._letters.counts.get(letter, "")
            if count.isdecimal():
                yield from ((f"{text}{k}", kind) for k in range(1, int(count) + 1) if f"{text}{k}" in seen)
            elif text in seen:
                yield text, f"nat -> {kind}" if count else kind
            if f"{text}_before" in seen:
                yield f"{text}_before", kind

    def _body(self, pair: str, updates: Mapping[str, str], trees: Mapping[str, Node]) -> str:
        if len(self.states) == 1:
            return f"  {updates[self.states[0]]}"
        if len(self.states) > 2:
            raise NotInCoq(f"{self.row.file}: more than two states")
        first, second = self.states
        lines = [" ".join(f"let {word(letter)} := {pair}.{k} in" for k, letter in enumerate(self.states, 1))]
        order = (second, first) if second in _new_in(trees[first]) else (first, second)
        lines += [f"let {word(letter)}' := {updates[letter]} in" for letter in order]
        return "\n".join(f"  {line}" for line in (*lines, f"({word(first)}', {word(second)}')"))


def _new_in(tree: Node) -> set[str]:
    """The states whose new values a formula uses."""
    inside = {letter for part in tree.parts for letter in _new_in(part)}
    return inside | {tree.letter} if isinstance(tree, Letter) and tree.new else inside


def _binders(arguments: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Arguments of one type stand together."""
    for kind, group in groupby(arguments, itemgetter(1)):
        yield f"({' '.join(name for name, _ in group)} : {kind})"


def _lines(parts: Iterable[str]) -> str:
    """The parts in lines of at most WIDTH characters."""
    lines = [""]
    for part in parts:
        if len(lines[-1]) + 1 + len(part) > WIDTH:
            lines.append(" ")
        lines[-1] += f" {part}" if lines[-1] else part
    return "\n".join(lines)


def _size(shape: str) -> Size:
    rows, *columns = shape.split()
    return rows, columns[0] if columns else "1"


def _type(size: Size) -> str:
    rows, columns = size
    if size == NUMBER:
        return "R"
    if columns == "1":
        return f"'cV[R]_{rows}"
    return f"'M[R]_{rows}" if rows == columns else f"'M[R]_({rows}, {columns})"


def updates(recurrences: Path) -> str:
    """Return the whole file."""
    return "\n".join((HEAD, *(Layer(recurrences, row).definition(name) for name, row in ROWS.items())))


if __name__ == "__main__":
    (folder,) = map(Path, sys.argv[1:])
    replace_text(folder / "Updates.v", updates(folder.parent / RECURRENCES))
