"""Where a counterexample is sought: at a bounded number of sizes and constants, however many there are."""

from __future__ import annotations

import pytest
import sympy

from derivations.recurrences.check import check
from derivations.recurrences.toml_file import stated
from gdssm_symbolic.evidence.counterexamples import points
from gdssm_symbolic.kernel.expressions import Name, Scalar, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.recurrent import refutation
from gdssm_symbolic.recurrent.refutation import LONGEST, SCALARS, SMALL, most_sizes, trials

v, t = Name("v", (1, 1), arity=1), sympy.Symbol("t", integer=True, positive=True)


def equation(constants: int, sizes: int = 0) -> Equation:
    numbers = sympy.symbols(f"a0:{constants}")
    data = (Name(f"x{k}", (sympy.Symbol(f"p{k}", integer=True, positive=True), 1)) for k in range(sizes))
    return Equation(sum((one().T * one() for one in data), Scalar(sum(numbers, sympy.Integer(0))) * v[t]), wrap(0))


def tried(of: Equation) -> list[dict[sympy.Symbol, int]]:
    return [dict(one.values) for one in trials(of, (), (), refutation.Trial)]  # type: ignore[arg-type]


@pytest.mark.parametrize("constants", range(9))
@pytest.mark.parametrize("sizes", [0, 2, 9])
def test_their_number_is_bounded(constants: int, sizes: int) -> None:
    """There were 2^n choices of n constants, and of n sizes."""
    found = tried(equation(constants, sizes))
    assert len(found) <= 3 * refutation.MOST_POINTS
    for one in found[0]:
        assert len({at[one] for at in found}) > 1


def test_of_few_all_choices_are_tried_in_the_order_of_sizes() -> None:
    of = equation(2)
    free = [*sympy.symbols("a0:2"), t]
    expected = [*points(free, SMALL, SCALARS), *points(free, LONGEST, SCALARS)]
    assert tried(of)[:: refutation.DRAWS] == expected


def test_equal_constants_and_one_unlike_the_others_are_among_them() -> None:
    constants = sympy.symbols("a0:6")
    choices = {tuple(at[one] for one in constants) for at in tried(equation(6))}
    assert {(2,) * 6, (-3,) * 6, *((2,) * k + (-3,) + (2,) * (5 - k) for k in range(6))} <= choices


@pytest.mark.parametrize("constants", [2, 7])
def test_that_there_are_no_weights_is_found_beside_many_constants(constants: int) -> None:
    """At c_0 = … = 0 the formula is 0, and the state is not."""
    letters = [f"c{k}" for k in range(constants)]
    squares = " + ".join(f"{one}^2" for one in letters)
    found = check(
        stated(
            {
                "data": {"v": "1"},
                "constants": dict.fromkeys(letters, "1"),
                "layer": {"S": {"shape": "1", "start": "0", "update": "S + v"}},
                "claim": {"formula": f"sum(i = 1..t, ({squares}) w[i] v[i])", "weights": "w"},
            }
        )
    )
    assert found.refuted is not None
    assert {value for _, value in found.refuted.scalars} == {0}


@pytest.mark.parametrize(("constants", "most"), [(0, None), (3, None), (4, 40), (20, 40)])
def test_of_many_constants_some_choices_are_tried(constants: int, most: int | None) -> None:
    assert most_sizes(equation(constants)) == most
