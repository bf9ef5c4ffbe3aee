"""A list of theorems: each with what is new in it, in the line if there is room."""

from __future__ import annotations

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import WindowLayer, f
from gdssm_symbolic.theory.authors_code import ZeroContext
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.documents import Anchor, Displayed, Entry, Paragraph, inline, write_text
from gdssm_symbolic.writing.narration import Statement
from gdssm_symbolic.writing.theorem_list import INLINE, MOST_LINES, Item, lemma_list, theorem_list

u, v = Name("u", (f, 1))(), Name("v", (f, 1))()
DOUBLE = Definition(Name("d", (f, 1)), 2 * u)
d = DOUBLE.name()


def proved(left: Expr, right: Expr, *by: Definition, title: str = "a sum") -> Theorem:
    return check(Calculation(left, (Step(right, by),)), title)


def listed(*theorems: Theorem, known: Statement | None = None) -> list[Entry]:
    items = (Item(Anchor(f"X.T{k}", f"X.T{k}"), theorem) for k, theorem in enumerate(theorems, 1))
    return list(theorem_list(items, known, "the other paper"))


def told(entry: Entry) -> str:
    return " ".join(write_text(entry.blocks).split())


def test_what_was_told_is_not_told_again() -> None:
    first, again = listed(proved(d, u + u, DOUBLE), proved(3 * d, 6 * u, DOUBLE, title="three of them"))
    assert told(first) == "X.T1 a sum: d = u + u for f ≥ 1, u ∈ R^f, with d = 2 u"
    assert told(again) == "X.T2 three of them: 3 d = 6 u"
    known = Statement(proved(d, u + u, DOUBLE).statement, (DOUBLE,))
    (after,) = listed(proved(d, u + u, DOUBLE), known=known)
    assert told(after) == "X.T1 a sum: d = u + u"


def test_a_name_that_means_something_else_is_told_again() -> None:
    other = Definition(DOUBLE.name, 3 * u)
    _, second, third = listed(proved(d, 2 * u, DOUBLE), proved(d, 3 * u, other), proved(d + u, u + d))
    assert told(second).endswith("with d = 3 u")
    assert "d ∈ R^f" in told(third)


def test_a_formula_stands_below_if_there_is_no_room() -> None:
    long = sum((k * u for k in range(2, 12)), start=u)
    (entry,) = listed(proved(long + v, v + long))
    words, formula = entry.blocks
    assert isinstance(words, Paragraph)
    assert inline(words.parts).endswith(":")
    assert isinstance(formula, Displayed)
    (column,) = listed(proved(Blocks(((u,), (v,))), Blocks(((u,), (v,)))))
    assert isinstance(column.blocks[1], Displayed)
    (short,) = listed(proved(u + v, v + u))
    assert len(short.blocks) == 1
    assert INLINE > 20


def test_a_meaning_of_many_lines_is_elsewhere() -> None:
    many = sum((sympy.Symbol(f"c_{k}") * (k * u + v) for k in range(2, 60)), start=u)
    (entry,) = listed(proved(d, many, Definition(DOUBLE.name, many)))
    assert told(entry).endswith(" for d see X.T1 in the other paper")
    assert MOST_LINES < 10
    assert "in the other paper" not in told(listed(proved(d, 2 * u, DOUBLE))[0])


def test_what_is_shown_elsewhere_has_its_title_alone() -> None:
    item = Item(Anchor("X.T1", "X.T1"), proved(d, 2 * u, DOUBLE), shown="displayed in the proof")
    (entry,) = theorem_list([item])
    assert told(entry) == "X.T1 a sum: displayed in the proof."


def test_a_lemma_says_what_is_recursive_in_it() -> None:
    lemma = OneStep(WindowLayer()).unrolled()
    (entry,) = lemma_list([Item(Anchor("Lemma 7", "lemma-7"), lemma, words=" (P2)")])
    assert told(entry).startswith("Lemma 7 (P2) the state Z unrolled: Z_n = Σ_{i=1..n} C_i Q C_iᵀ, with Z_0 = 0, Z_t =")
    assert told(entry).endswith("for t ≥ 1")
    assert "Q =" not in told(entry)
    (full,) = listed(lemma)
    assert "Z_0 = 0" in told(full)
    assert len(told(full)) > len(told(entry))


def test_words_of_a_formula_stand_in_the_sentence() -> None:
    (entry,) = listed(ZeroContext().impossible()[1])
    words, formula, *_ = entry.blocks
    assert isinstance(words, Paragraph)
    assert isinstance(formula, Displayed)
    assert inline(words.parts).endswith(" is")
    assert " for " not in inline(formula.formulas)
    assert " for all " in told(entry)


def test_lemmas_that_read_the_same_share_an_entry() -> None:
    lemma, other = OneStep(WindowLayer()).unrolled(), OneStep(WindowLayer(decay=sympy.Symbol("a"))).unrolled()
    items = [Item(Anchor(f"Lemma {k}", f"lemma-{k}"), one) for k, one in ((1, lemma), (2, other), (3, lemma))]
    first, second = map(told, lemma_list(items))
    assert first.startswith("Lemma 1, Lemma 3 the state Z unrolled")
    assert second.startswith("Lemma 2 the state Z unrolled")
