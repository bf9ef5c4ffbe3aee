"""Reciprocals and inverses: what is assumed of them, in proofs and in counterexamples."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from time import process_time

import pytest
import sympy
from recurrent_layers import before, beta, d, k, m, q, v

from derivations.recurrences.check import check
from derivations.recurrences.equations import CheckedEquation
from derivations.recurrences.toml_file import Stated, stated
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Scalar, Sum, Zero
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.recurrent import induction
from gdssm_symbolic.recurrent.claims import AlgorithmClaim, FormulaClaim
from gdssm_symbolic.recurrent.decide import Decided, decide
from gdssm_symbolic.recurrent.identities.decide import decide_equation
from gdssm_symbolic.recurrent.inverses import Inverse
from gdssm_symbolic.recurrent.layer import RecurrentLayer, State
from gdssm_symbolic.theory.least_squares import i, t

S, P, L = Name("S", (d, m), arity=1), Name("P", (m, m), arity=1), Name("L", (m, m), arity=1)
W, z, ONE = Name("S", (d, m)), Name("z", (1, 1), arity=1), Scalar(sympy.Integer(1))
r, A, X = Name("r", (1, 1), arity=1), Name("A", (m, m)), Name("X", (m, m))
OF_A = Inverse(X, A())
MISSING = "wherever it was tried, what is divided by is 0 or not invertible at some token"
metric = State(L, A(), L[t - 1] + k[t] * k[t].T)


def rank_one(denominator: Expr) -> tuple[State, Inverse]:
    """The update of Sherman and Morrison, with this denominator."""
    return State(P, X(), P[t - 1] - r[t] * P[t - 1] * k[t] * k[t].T * P[t - 1]), Inverse(r, denominator)


def answer(states: tuple[State, ...], left: Expr, right: Expr, *inverses: Inverse) -> Decided:
    (found,) = decide(RecurrentLayer(states, left, inverses), FormulaClaim(left, right))
    return found


@pytest.mark.parametrize("left", [L[t] * P[t], P[t] * L[t]])
def test_an_inverse_is_kept(left: Expr) -> None:
    kept, reciprocal = rank_one(1 + k[t].T * P[t - 1] * k[t])
    found = answer((kept, metric), left, Identity(m), reciprocal, OF_A).found
    assert isinstance(found, Theorem)
    assert {one.name for one in found.assumptions} == {
        "$1 + k_tᵀ P_{t−1} k_t ≠ 0$, with the reciprocal $r_t$",
        "$A$ is invertible, with the inverse $X$",
    }


@pytest.mark.parametrize(
    ("denominator", "number"),
    [
        (1 - k[t].T * P[t - 1] * k[t], lambda key, x: 1 - key * x * key),
        (1 + k[t].T * k[t], lambda key, _: 1 + key * key),
        (2 + k[t].T * P[t - 1] * k[t], lambda key, x: 2 + key * x * key),
    ],
)
def test_another_denominator_is_refuted_where_the_inverses_exist(
    denominator: Expr, number: Callable[[Fraction, Fraction], Fraction]
) -> None:
    kept, reciprocal = rank_one(denominator)
    found = answer((kept, metric), L[t] * P[t], Identity(m), reciprocal, OF_A).found
    assert isinstance(found, Refuted)
    assert dict(found.counterexample.sizes) == {m: 1, t: 1}
    data = {name.text: value for (name, _), ((value,),) in found.counterexample.data}
    assert data["A"] * data["X"] == 1
    assert data["r"] * number(data["k"], data["X"]) == 1


def test_no_proof_is_tried_of_what_is_false_where_it_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate is sought for up to a second each time, and there is none."""
    searched = list[Equation]()
    monkeypatch.setattr(induction, "parts", lambda equation, known: searched.append(equation))
    kept, reciprocal = rank_one(2 + k[t].T * P[t - 1] * k[t])
    assert isinstance(answer((kept, metric), L[t] * P[t], Identity(m), reciprocal, OF_A).found, Refuted)
    assert not searched
    kept, reciprocal = rank_one(1 + k[t].T * P[t - 1] * k[t])
    answer((kept, metric), L[t] * P[t], Identity(m), reciprocal, OF_A)
    assert searched


def test_what_is_true_for_reciprocals_only_is_not_refuted_by_other_numbers() -> None:
    """r β = 1 holds for no other r; that r = β, for β = ±1 alone, is refuted elsewhere."""
    state, reciprocal = State(S, Zero(d, m), before), Inverse(r, beta[t])
    assert isinstance(answer((state,), beta[t] * r[t], Scalar(sympy.Integer(1)), reciprocal).found, Theorem)
    found = answer((state,), r[t], beta[t], reciprocal).found
    assert isinstance(found, Refuted)
    (value,), (rate,) = (dict(found.counterexample.data)[name, (1,)] for name in (beta, r))
    assert value[0] * rate[0] == 1


@pytest.mark.parametrize("right", [S[t] * q[t], r[t] * v[t]])
def test_where_no_reciprocal_exists_nothing_is_proved_or_refuted(right: Expr) -> None:
    """0 · r = 1 for no r, so that everything would follow, and nothing has a counterexample."""
    state, impossible = State(S, Zero(d, m), before), Inverse(r, v[t].T * v[t] - v[t].T * v[t])
    told = answer((state,), r[t] * S[t] * q[t] + v[t], right, impossible)
    assert told.found is None
    assert told.why == MISSING


@pytest.mark.parametrize(
    ("start", "update"),
    [
        (Zero(1, 1), z[t - 1]),  # 0 at every token
        (Zero(1, 1), z[t - 1] + beta[t]),  # 0 before the first token
        (Scalar(sympy.Integer(7)), z[t - 1] - 1),  # 0 at token 7
    ],
)
def test_nothing_is_proved_of_all_tokens_where_what_is_divided_by_is_0_at_one(start: Expr, update: Expr) -> None:
    """For no tokens at all nothing is divided by, which is no sign that it can be."""
    reciprocal = Inverse(r, z[t - 1])
    layer = RecurrentLayer(
        (State(z, start, update), State(S, Zero(d, m), before + z[t - 1] * r[t] * v[t] * k[t].T)), S[t], (reciprocal,)
    )
    (told,) = decide(layer, AlgorithmClaim("online gradient descent", S, W, -(v[t].T * W() * k[t]), ONE))
    assert told.found is None
    assert told.why == MISSING


def test_what_is_assumed_of_an_inverse_is_said_once() -> None:
    state, reciprocal = State(S, Zero(d, m), before), Inverse(r, beta[t])
    file = Stated(RecurrentLayer((state,), beta[t] * r[t], (reciprocal,)), FormulaClaim(beta[t] * r[t], ONE))
    assert check(file).scope.count("≠ 0") == 1


def test_a_counterexample_may_read_inverses_at_tokens_that_come_later() -> None:
    state, reciprocal = State(S, Zero(d, m), before + v[t] * k[t].T * r[t]), Inverse(r, beta[t])
    found = answer((state,), S[t], Sum(v[i] * k[i].T * r[i], i, 1, 2 * t), reciprocal).found
    assert isinstance(found, Refuted)
    data = {(name.text, at): value for (name, at), ((value,),) in found.counterexample.data}
    assert all(data["β", at] * value == 1 for (text, at), value in data.items() if text == "r" and ("β", at) in data)


def test_two_inverses_of_one_matrix_are_equal() -> None:
    """P = Y from Λ P = I and Y Λ = I: the two overlap in Y Λ P."""
    kept, reciprocal = rank_one(1 + k[t].T * P[t - 1] * k[t])
    Y = Name("Y", (m, m), arity=1)
    found = answer((kept, metric), P[t] * q[t], Y[t] * q[t], reciprocal, OF_A, Inverse(Y, L[t])).found
    assert isinstance(found, Theorem)
    assert len({one.name for one in found.assumptions}) == 3


def test_a_search_for_a_certificate_that_comes_to_no_end_is_given_up() -> None:
    """With sums in what is divided by, every rewriting makes the rest longer: it went on for a minute."""
    total, divided, again = Sum(k[i], i, 1, t).T * q[t], Name("r", (1, 1), arity=1), Name("s", (1, 1), arity=1)
    column, one = Name("z", (m, 1), arity=1), Inverse(divided, Name("z", (m, 1), arity=1)[t].T * q[t])
    states = State(column, Zero(m, 1), column[t - 1] + k[t]), State(S, Zero(d, m), before + v[t] * k[t].T)
    numerator = Sum(v[i] * k[i].T, i, 1, t) * q[t]
    began = process_time()
    found = answer(states, S[t] * q[t] * divided[t], numerator * again[t], one, Inverse(again, total)).found
    assert not isinstance(found, Refuted)
    assert process_time() - began < 15


@pytest.mark.parametrize("count", [5, 6, 9, 10])
@pytest.mark.parametrize(("shape", "divided"), [("1", "{0}/{0}"), ("m m", "inv({0}) {0}")])
def test_as_many_inverses_as_one_likes(count: int, shape: str, divided: str) -> None:
    """From six on they were called J'' or u'', which no assumption may be called."""
    letters = "abceghjlnop"[:count]
    update = " + ".join(["S", *(f"v {divided.format(letter)}" for letter in letters)])
    found = check(
        stated(
            {
                "data": dict.fromkeys((*letters, "v"), shape),
                "layer": {"S": {"shape": shape, "start": "0", "update": update}},
                "claim": {"formula": f"sum(i = 1..t, {count} v[i])"},
            }
        )
    )
    assert found.verdict.value == "proved"
    assert len({one.name for one in found.layer.inverses}) == count


@pytest.mark.parametrize("text", ["A'", "A''", "A'''"])
def test_the_inverse_of_a_name_with_primes(text: str) -> None:
    """Two apostrophes were taken for a quotation mark."""
    A, B = (Name(one, (m, m))() for one in (text, "B"))
    found = CheckedEquation(decide_equation(Equation(A**-1 * (A * B), B)))
    assert found.verdict.value == "proved"
    primes = text.replace("'", "′") if text != "A'" else text
    assert f"assuming that “{primes} is invertible, with the inverse X”" in found.scope
    assert rf"{{\textquotedblleft}}${text}$ is invertible" in found.proof().latex


def test_an_equation_that_needs_no_assumption_says_what_it_assumes() -> None:
    """Both sides are X^n: nothing was said of where there is an X."""
    n, A = sympy.Symbol("n", integer=True, positive=True), Name("A", (m, m))()
    found = CheckedEquation(decide_equation(Equation(A**-n, (A**-1) ** n)))
    assert found.theorem is not None
    assert not found.theorem.assumptions
    assert found.scope.endswith("assuming that A is invertible, with the inverse X")
