"""Long formulas: broken where a reader would, and never wider than the page."""

from __future__ import annotations

import re

import pytest
import sympy
from vocabulary import A, B, N, a, b, eta, i, u, v, x

from derivations.claims import CLAIMS
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Power, Sum, wrap
from gdssm_symbolic.writing import page_layout, prose
from gdssm_symbolic.writing.documents import Chain, Displayed, Document
from gdssm_symbolic.writing.formula_tree import APART, CLAUSE, Nodes, latex, text, width
from gdssm_symbolic.writing.page_layout import broken
from gdssm_symbolic.writing.printing import equals, formula, to_latex


def formulas(derivation: Document) -> list[Nodes]:
    """Everything that the derivation displays."""
    found: list[Nodes] = []
    for block in derivation:
        match block:
            case Displayed(formulas=displayed):
                found += map(formula, displayed)
            case Chain(first=first, rows=rows):
                found += map(formula, (first, *(row.expr for row in rows)))
    return found


def letters(latex: str) -> str:
    """A formula without the size of its brackets, and without spaces."""
    return re.sub(r"\\(left|right|[bB]ig[lr])|\{\}|\s", "", latex)


@pytest.mark.parametrize("key", CLAIMS)
def test_every_formula_fits_on_its_lines_and_loses_nothing(derived_outcomes: dict[str, Document], key: str) -> None:
    for nodes in formulas(derived_outcomes[key]):
        lines = broken(nodes, page_layout.ROOM)
        for line in lines:
            unseen = 1.0 if line.nodes[-1] == CLAUSE else 0.0  # the space at the end of a line
            assert width(line.nodes) + line.depth - unseen <= page_layout.ROOM + 1, latex(line.nodes)
            assert latex(line.nodes).count(r"\left") == latex(line.nodes).count(r"\right")
            assert latex(line.nodes).count("{") == latex(line.nodes).count("}")
        if r"\frac" not in latex(nodes):  # one with a long numerator is written as a product
            assert letters("".join(latex(line.nodes) for line in lines)) == letters(latex(nodes))


#: What reasons, 0.36 of the text, leave to a chain, less a gap.
WIDTH_OF_CHAIN = 28.1


@pytest.mark.parametrize("key", CLAIMS)
def test_no_line_of_a_chain_runs_into_the_reasons(derived_outcomes: dict[str, Document], key: str) -> None:
    for block in derived_outcomes[key]:
        if isinstance(block, Chain):
            lines = block.lines()
            reasons = [line.reason for line in lines if line.reason]
            assert reasons == [(f"line {row.number}: ", *row.reason) for row in block.rows]
            wide = [latex(line.nodes) for line in lines if width(line.nodes) + line.depth > WIDTH_OF_CHAIN]
            assert wide == []


def test_a_formula_that_fits_is_left_alone() -> None:
    expr = -(a / N) * A * Sum(x[i], i, sympy.Integer(1), N)
    (line,) = broken(formula(expr), 40)
    assert latex(line.nodes) == to_latex(expr)


def plain_lines(expr: Expr, columns: int) -> list[str]:
    return page_layout.plain(formula(expr), columns, 4, prose.columns)


def lines_of(expr: Expr, room: float) -> list[str]:
    return [latex(line.nodes) for line in broken(formula(expr), room)]


def test_terms_before_factors_and_both_before_brackets() -> None:
    assert lines_of(A * u + B * u - A * v, 6) == [r"A\,u + B\,u", r"{} - A\,v"]
    assert lines_of(A * (A + B) * B, 5.5) == [r"A\,\left(A + B\right)\,", "B"]
    square = Power(Sum(x[i] * u.T, i, sympy.Integer(1), N) + A, 2)
    assert lines_of(square, 7.5) == [r"\Bigl( \sum_{i=1}^{N} x_{i}\,u^{\top}", r"{} + A\Bigr)^{2}"]
    assert [line.depth for line in broken(formula(square), 7.5)] == [0, 1]


def test_a_long_numerator_is_written_beside_its_fraction() -> None:
    assert lines_of(wrap((a * b + b * eta + eta * a) / N), 5.5) == [
        r"\frac{1}{N} \bigl( a b + a \eta",
        r"{} + b \eta\bigr)",
    ]


def test_a_fraction_that_is_broken_is_a_factor_of_its_own() -> None:
    """Neither 21/N·(…) for 2·(1/N)·(…), nor a difference where the numerator begins with a minus."""
    total = (a * b + b * eta + eta * a) / N
    twice = sympy.Mul(2, total, evaluate=False)
    assert plain_lines(wrap(twice), 20) == ["2·(1/N)·(a·b + a·η", "        + b·η)"]
    assert lines_of(wrap(twice), 5.5)[0] == r"2 \cdot \frac{1}{N} \bigl( a b"
    assert plain_lines(wrap(sympy.Mul(2, a * b * eta / 2, evaluate=False)), 6) == ["2·(1/2)·a·b·η"]
    minus = sympy.Mul(a, sympy.Rational(-1, 2), b, eta, evaluate=False)
    assert lines_of(wrap(minus), 3) == [r"\frac{1}{2} \bigl( -1 a b \eta\bigr)"]
    assert plain_lines(wrap(minus), 5) == ["(1/2)·", "      (−1a·b·η)"]


def test_a_matrix_is_broken_in_plain_text_row_by_row() -> None:
    rows = Blocks(((A * u,), (B * v,), (A * v,)))
    assert plain_lines(rows, 15) == ["[A u; B v; A v]"]
    assert plain_lines(rows, 14) == ["[A u;", "      B v;", "      A v]"]
    assert plain_lines(Blocks(((a, b, eta), (b, a, eta))), 14) == ["[a  b  η;", "      b  a  η]"]


def test_a_row_that_is_broken_has_commas_between_its_entries() -> None:
    """The gap between two entries would vanish at the end of a line, and [a b  −c] be read as a b − c."""
    row = Blocks(((A * u, B * v), (A * v, -(B * u))))
    assert plain_lines(row, 16) == ["[A u  B v;", "      A v  −B u]"]
    assert plain_lines(row, 15) == ["[A u  B v;", "      A v,", "        −B u]"]


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_plain_text_fits_and_loses_nothing(derived_outcomes: dict[str, Document], columns: int) -> None:
    wide = 0
    for nodes in formulas(derived_outcomes["OPTL"]):
        lines = page_layout.plain(nodes, columns, 4, prose.columns)
        assert max(map(prose.columns, lines)) <= columns
        together = "".join(lines).replace(" ", "")
        if "/" not in together:  # a fraction with a long numerator is written as a product
            assert together == text(nodes).replace(" ", "")
        wide += len(lines) > 1
    assert wide > 0


def test_the_sign_of_a_first_term_is_not_a_break() -> None:
    assert lines_of(-(A * u), 2.0) == [r"-A\,", "u"]
    assert width(formula(-u)) < width(formula(v - u)) - width(formula(v))


def test_short_formulas_stand_side_by_side_as_far_as_there_is_room() -> None:
    short, long = equals(u, v), equals(u, sum((k * (A * u) for k in range(2, 10)), start=v))
    assert page_layout.ROOM / 2 < width(long) < page_layout.ROOM - 2 * width(short)
    assert list(map(text, page_layout.side_by_side([short, short, short]))) == ["u = v;  u = v;  u = v"]
    assert page_layout.side_by_side([long, short, long]) == [(*long, APART, *short), long]
    many = page_layout.side_by_side([short] * 40)
    assert all(len(page_layout.display([line])) == 1 for line in many)
    assert 1 < len(many) < 10
