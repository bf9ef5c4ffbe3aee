"""No accepted statement has a text that can be read in two ways: one letter is made to look like another, at one place.

An equation stays true if a letter is changed throughout. It need not if the letter is changed at one place only, to one
that is printed alike, so the checker must not accept what is printed then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest
import sympy
from vocabulary import N, a, c, eta, n

from gdssm_symbolic import checker
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions import functions
from gdssm_symbolic.kernel.expressions import App, Expr, Name, Scalar, Sum, free_symbols, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.writing.printing import to_text

ONE, OTHER, GREEK = sympy.Symbol("i1", integer=True), sympy.Symbol("i_1", integer=True), sympy.Symbol("η")
MEMBERS = {c[1]: Name("c_1", (1, 1))(), c[n]: Name("c_n", (1, 1))()}


def look_alike(node: Expr) -> Iterator[Expr]:
    """A part with a letter changed to one that is printed alike."""
    if isinstance(node, Scalar):
        yield Scalar(node.value.xreplace({ONE: OTHER}))
        yield Scalar(node.value.xreplace({eta: GREEK}))
    if isinstance(node, App):
        yield App(node.name, tuple(index.xreplace({ONE: OTHER}) for index in node.indices))
        yield MEMBERS.get(node, node)


def put(expr: Expr, part: Expr, new: Expr) -> Expr:
    """The expression with this very part replaced."""
    return new if expr is part else expr.mapped(lambda child: put(child, part, new), lambda number: number)


def look_alikes(seed: int, count: int = 40) -> Iterator[Expr]:
    """Sums in which one letter at one place was changed, and whose text is as before."""
    rng = Random(seed)
    factors = Scalar(eta), Scalar(eta**2 + n), Scalar(a**ONE), c[ONE], c[ONE + 1], c[n], c[1], c[ONE] - eta
    for _ in range(count):
        terms = [rng.choice(factors) * rng.choice(factors) for _ in range(3)]
        total = eta * c[1] * c[n] + Sum(terms[0] + terms[1] + Scalar(a**ONE) * terms[2], ONE, 1, N)
        for part in list(walk(total)):
            for new in look_alike(part):
                if new != part and eta in free_symbols(
                    changed := put(total, part, new)
                ):  # it is not changed throughout
                    yield changed
        assert check(Calculation(total, (Step(total),)))


def accepted(seed: int, is_accepted: Callable[[Expr], bool]) -> tuple[int, int]:
    """How many look-alikes were tried, and how many of them the checker accepts."""
    tried = list(look_alikes(seed))
    assert all("i₁" in to_text(one) and "c_1" in to_text(one) for one in tried)
    return len(tried), sum(map(is_accepted, tried))


def is_theorem(expr: Expr) -> bool:
    try:
        check(Calculation(expr, (Step(expr),)))
    except OutsideLanguage:
        return False
    return True


@pytest.mark.parametrize("seed", range(2))
def test_no_text_of_a_theorem_can_be_read_in_two_ways(seed: int) -> None:
    tried, taken = accepted(seed, is_theorem)
    assert tried > 200
    assert taken == 0


def test_without_the_guard_such_theorems_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (checker, functions):
        monkeypatch.setattr(module, "mistaken", lambda *_: set())
    tried, taken = accepted(0, is_theorem)
    assert taken > tried // 2
