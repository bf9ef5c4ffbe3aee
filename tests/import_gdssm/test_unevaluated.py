"""What is asked inside of `with sympy.evaluate(False)` is answered as outside of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy

import gdssm
from gdssm_symbolic.writing.evaluated import evaluated

n = sympy.Symbol("n", integer=True, positive=True)
i = sympy.Symbol("i", integer=True)
gamma = sympy.Symbol("gamma")
x, A = gdssm.Name("x", (gdssm.f, 1), arity=1), gdssm.Name("A", (gdssm.f, gdssm.f))()
DELTA = {"shape": "d m", "start": "0", "update": "S (I - beta k k^T) + beta v k^T"}
GATED = {"shape": "d m", "start": "0", "update": "gamma S + v k^T"}


def layer(rule: dict[str, str], **claim: str) -> object:
    data = {"k": "m", "v": "d", "beta": "1"}
    return gdssm.check(gdssm.recurrence(data=data, constants={"gamma": "1"}, layer={"S": rule}, claim=claim))


def online(rate: str) -> object:
    return layer(DELTA, algorithm="online gradient descent", loss="1/2 |S k - v|^2", rate=rate)


ASKED: dict[str, Callable[[], object]] = {
    "an algorithm": lambda: online("beta"),
    "a false one": lambda: online("2 beta"),
    "a formula": lambda: layer(GATED, formula="sum(i = 1..t, gamma^(t-i) v[i] k[i]^T)"),
    "a chunk": lambda: layer(GATED, chunk="gamma^C S + sum(i = t+1..t+C, gamma^(t+C-i) v[i] k[i]^T)"),
    "a layer of the paper": lambda: gdssm.check(gdssm.WindowLayer()),
    "powers": lambda: gdssm.check(gdssm.Equation(A**n * A, A * A**n)),
    "a prediction": lambda: gdssm.predict(7, 13, noise="1/10"),
    "a counterexample": lambda: gdssm.refute(gdssm.Equation(A * A.T, A.T * A)),
    "a decision": lambda: gdssm.decide(gdssm.Sum(A * x[i], i, 1, n), A * gdssm.Sum(x[i], i, 1, n)),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_answer_is_the_same(name: str) -> None:
    """Most of these ended in a TypeError, since 1·3 > 1000000 is neither true nor false if it is not evaluated."""
    outside = str(ASKED[name]())
    with sympy.evaluate(False):
        assert str(ASKED[name]()) == outside
        assert isinstance(sympy.Integer(1) + 2, sympy.Add)  # what comes after is not evaluated, as before


def test_a_verdict_is_told_inside() -> None:
    found = gdssm.check(gdssm.Equation(gdssm.Sum(gamma ** (n - i) * x[i], i, 1, n), x[1]))
    expected = found.latex, found.markdown, str(found.proof()), found.evidence
    with sympy.evaluate(False):
        assert (found.latex, found.markdown, str(found.proof()), found.evidence) == expected


def test_evaluation_is_turned_on_while_a_function_runs() -> None:
    with sympy.evaluate(False):
        assert evaluated(lambda: sympy.Integer(1) + 2)() == 3
        assert isinstance(sympy.Integer(1) + 2, sympy.Add)
