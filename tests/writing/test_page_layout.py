"""Long formulas: read as trees and written again, broken where a reader would, and never wider than the page."""

from __future__ import annotations

import pytest

from derivations.claim import Outcome
from derivations.claims import CLAIMS
from derivations.report.derivation import derivation
from gdssm_symbolic.writing import page_layout
from gdssm_symbolic.writing.documents import Chain, Displayed, Raw
from gdssm_symbolic.writing.formula_tree import parse, source, width
from gdssm_symbolic.writing.line_breaks import broken
from gdssm_symbolic.writing.printing import to_latex


def formulas(outcome: Outcome) -> list[str]:
    """Everything that the derivation displays."""
    found: list[str] = []
    for block in derivation(outcome):
        match block:
            case Displayed(formulas=displayed):
                found += [one.latex if isinstance(one, Raw) else to_latex(one) for one in displayed]
            case Chain(first=first, rows=rows):
                found += map(to_latex, (first, *(row.expr for row in rows)))
    return found


@pytest.mark.parametrize("key", CLAIMS)
def test_every_formula_is_read_and_fits_on_its_lines(outcomes: dict[str, Outcome], key: str) -> None:
    for formula in formulas(outcomes[key]):
        nodes = parse(formula)
        assert source(parse(source(nodes))) == source(nodes)
        for line in broken(nodes, page_layout.ROOM):
            assert line.width + line.depth <= page_layout.ROOM + 1, line.text
            assert line.text.count(r"\left") == line.text.count(r"\right")
            assert line.text.count("{") == line.text.count("}")


def test_a_formula_that_fits_is_left_alone() -> None:
    formula = r"-\frac{\eta}{N}\,Z_{N}\,C_{N}\,q = \frac{\eta}{N}\,\sum_{i=1}^{N} y_{i}\,x_{i}^{\top}\,x_{N + 1}"
    (line,) = broken(parse(formula), 40)
    assert line.text == formula


def test_terms_before_factors_and_both_before_brackets() -> None:
    terms = broken(parse(r"a\,b + c\,d - e\,f"), 6)
    assert [line.text for line in terms] == [r"a\,b + c\,d", r"{}- e\,f"]
    factors = broken(parse(r"A\,\left(b + c\right)\,D"), 5)
    assert [line.text for line in factors] == [r"A\,\left(b + c\right)\,", "D"]
    inside = broken(parse(r"\left(\sum_{i=1}^{N} a_{i} + b\right)^{2}"), 5)
    assert [line.text for line in inside] == [r"\Bigl( \sum_{i=1}^{N} a_{i}", r"{}+ b\Bigr)^{2}"]
    assert [line.depth for line in inside] == [0, 1]


def test_a_long_numerator_is_written_beside_its_fraction() -> None:
    lines = broken(parse(r"\frac{a b + c d + e f}{7}"), 5.5)
    assert [line.text for line in lines] == [r"\frac{1}{7} \bigl( a b + c d", r"{}+ e f\bigr)"]


def test_the_sign_of_a_first_term_is_not_a_break() -> None:
    assert len(broken(parse(r"- a\,b"), 2.0)) == 2
    assert width(parse("- a")) < width(parse("b - a")) - width(parse("b"))


def test_what_is_not_understood_is_refused() -> None:
    for formula in (r"\begin{cases} a \end{cases}", "a & b", r"\left( a", "{a"):
        with pytest.raises(ValueError, match=r"understood|place|missing"):
            parse(formula)
