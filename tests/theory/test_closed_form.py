"""What a normal form is written as is equal to it, also where last terms are taken off sums."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
import sympy
from vocabulary import N, c, i

from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.expressions import Name, Sum
from gdssm_symbolic.layers import WindowLayer, a, eta
from gdssm_symbolic.theory import closed_form as module
from gdssm_symbolic.theory.closed_form import closed_form, written_out
from gdssm_symbolic.theory.decide_layer import comparison
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.printing import to_text

d = Name("d", (1, 1), arity=1)
BOTH = Sum(c[i], i, 1, N) * d[N] + c[N] * Sum(d[i], i, 1, N) - c[N] * d[N]


def test_a_last_term_is_taken_off_one_sum_and_not_off_two() -> None:
    """Both sums end in c_N d_N, and it is subtracted once."""
    for written in (closed_form(BOTH), written_out(decide(BOTH, 0).difference)):
        assert decide(written, BOTH).equal
        assert to_text(written).count("N−1") == 1


def test_what_a_layer_computes_is_what_it_computes() -> None:
    """The first of these was printed without y_1 x_2ᵀ y_1 at N = 1; the others are drawn."""
    draw = Random(20261128)
    matrices = [([[0, 1, 0], [0, 1, 0], [0, 0, 0]], [[0], [1], [1]])]
    for _ in range(6):
        matrices.append(
            ([[draw.randint(0, 1) for _ in range(3)] for _ in range(3)], [[draw.randint(0, 1)] for _ in "123"])
        )
    for Q, q in matrices:
        one = OneStep(WindowLayer(Q=Q, q=q, beta=1, stride=1))
        assert refute(one.computes(), one.meanings, largest=2, numbers=(Fraction(1),)) is None


def test_what_is_written_wrongly_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was when a term could be taken off two sums."""

    def twice(reader: module._Reader, terms: dict[object, object]) -> dict[object, object]:
        sums = [one for one in terms if one.uppers]  # type: ignore[attr-defined]
        (last,) = (one for one in terms if not one.uppers)  # type: ignore[attr-defined]
        return dict.fromkeys(sums, last)

    monkeypatch.setattr(module._Reader, "_taken_off", twice)
    with pytest.raises(RuntimeError, match="not equal"):
        closed_form(BOTH)
    with pytest.raises(RuntimeError, match="another normal form"):
        written_out(decide(BOTH, 0).difference)


@pytest.mark.parametrize("decay", [sympy.Integer(2), sympy.Rational(1, 2)])
def test_a_is_the_decay_and_nothing_else(decay: sympy.Expr) -> None:
    with pytest.raises(ValueError, match="a stands for the decay"):
        comparison(WindowLayer(beta=-a * eta / N, decay=decay))
    for layer in (WindowLayer(beta=-a * eta / N), WindowLayer(beta=-a * eta / N, decay=a), WindowLayer(decay=decay)):
        assert comparison(layer)
