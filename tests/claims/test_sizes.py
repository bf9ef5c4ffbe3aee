"""The second proof of a claim's theorems: which have one, and that a contradiction is an error."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
import sympy

from derivations import verdict
from derivations.claim import Verdict
from derivations.claims import CLAIMS
from derivations.sizes import Contradiction, Sizes, of_equation, of_theorem
from derivations.verdict import judge_with_sizes
from gdssm_symbolic import Name, Scalar, Zero
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem

N = sympy.Symbol("N", integer=True, positive=True)


def test_the_theorems_of_one_step_are_proved_again() -> None:
    outcome = judge_with_sizes(CLAIMS["P2"])
    assert outcome.verdict is Verdict.PROVED
    assert {name for name, found in outcome.sizes.items() if not found.proved} == {"P2.T5"}
    assert outcome.sizes["P2.T1"] == Sizes(("f = 2, N = 1, …, 5",), 5)
    assert pickle.loads(pickle.dumps(outcome.findings)).sizes == outcome.sizes


def test_of_any_number_of_steps_few_are_proved_again() -> None:
    theorems = CLAIMS["P3"].theorems()
    found = of_theorem(theorems["P3.T1"])
    assert not found.proved
    assert found.only == (1, 2)
    assert str(found).startswith("for L = 1 and 2 only: both sides agree at f = 3, N = 1, …, 6")


def test_a_mean_of_the_best_layer_is_proved_again() -> None:
    assert str(of_theorem(CLAIMS["OPT1"].theorems()["OPT1.T1"])) == (
        "both sides agree at f = 1, …, 6, N = 1, …, 5 (30 points)"
    )


def test_a_wrong_moment_in_a_theorem_is_a_contradiction() -> None:
    theorem = CLAIMS["OPT1"].theorems()["OPT1.T1"]
    fourth, square = sympy.symbols("mu_4 mu_2")
    wrong = [
        replace(one, body=Scalar(one.body.value.subs(fourth, 3 * square**2)))
        if isinstance(one, Definition) and isinstance(one.body, Scalar)
        else one
        for one in theorem.defined
    ]
    assert wrong != list(theorem.defined)
    assert isinstance(theorem.statement, Equation)
    with pytest.raises(Contradiction, match="false at f = 1, N = 1"):
        of_equation(theorem.statement, wrong)


@pytest.mark.parametrize(
    ("claim", "name", "why"),
    [
        ("GATE", "GATE.T1", "it is no equation"),
        ("P4", "P4.T2", "may be any function"),
        ("P2", "P2.T5", "a place or a bound at 2"),
        ("OPTG", "OPTG.T1", "unit vectors stand in the mean G"),
        ("OPTL", "OPTL.T10", "it takes f = 1, …, 6, N = 1, …, 7 and some 1e+07 terms"),
    ],
)
def test_why_there_is_no_second_proof(claim: str, name: str, why: str) -> None:
    found = of_theorem(CLAIMS[claim].theorems()[name])
    assert not found.at
    assert why in found.why


def test_what_rests_on_assumptions_has_no_second_proof() -> None:
    theorem = next(one for one in CLAIMS["OPTX"].theorems().values() if one.assumptions)
    assert of_theorem(theorem).why == "it rests on assumptions"


def test_a_contradiction_is_an_error_that_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Name("x", (1, 1), arity=1)
    false = Equation(Scalar((N - 1) * (N - 2)) * x[1], Zero(1, 1))
    with pytest.raises(Contradiction, match="false at N = 3, written out entry by entry"):
        of_equation(false, ())

    def contradicted(_theorem: Theorem) -> Sizes:
        return of_equation(false, ())

    monkeypatch.setattr(verdict, "of_theorem", contradicted)
    outcome = judge_with_sizes(CLAIMS["P2"])
    assert outcome.verdict is Verdict.ERROR
    assert "false at N = 3" in outcome.problem
