"""STRIDE: what is impossible at every token is not at every second; repairs are repairs only as they are."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
import sympy
from mutants import altered

from derivations.claim import Contradicted, Outcome
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.unroller import Unroller
from gdssm_symbolic.extensions.impossibility import ByCoefficients
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.layers import N, WindowLayer, entries, eta
from gdssm_symbolic.theory import every_token
from gdssm_symbolic.theory.every_token import ANY, SingleHead
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.theory.recurrences import n


@pytest.mark.parametrize("theorem", [every_token.two_samples, every_token.more_samples], ids=["N = 2", "N ≥ 3"])
def test_coefficients_and_factors_are_checked(theorem: object) -> None:
    proof = theorem().proof  # type: ignore[operator]
    assert isinstance(proof, ByCoefficients)
    for k, coefficient in enumerate(proof.coefficients):
        others = proof.coefficients[:k], proof.coefficients[k + 1 :]
        for changed in (
            coefficient._replace(value=2 * coefficient.value),
            coefficient._replace(factor=2 * coefficient.factor),
            coefficient._replace(monomial=coefficient.monomial * SingleHead.inputs[n + 4]),
        ):
            with pytest.raises(ProofError):
                check(replace(proof, coefficients=(*others[0], changed, *others[1])))
    with pytest.raises(ProofError):
        check(replace(proof, scale=0 * proof.scale))


def test_with_stride_2_nothing_is_excluded() -> None:
    """The coefficients of stride 1 are not those of stride 2, where the construction exists."""
    proof = every_token.two_samples().proof
    assert isinstance(proof, ByCoefficients)
    head = altered(SingleHead(sympy.Integer(2)), of=OneStep(replace(ANY, stride=2)))
    with pytest.raises(ProofError):
        head.impossible("", proof.coefficients, sympy.Rational(1, 4), 2)


def test_one_sample_is_possible() -> None:
    """For N = 1 the construction holds at any stride: there is one window."""
    of = OneStep(replace(WindowLayer(), stride=1))
    output, prediction = of.output(sympy.Integer(1), -eta), of.prediction(sympy.Integer(1))
    check(Calculation(output, (Step(prediction, (of.unrolled(), *of.readout, of.problem.gradient)),)))


def test_no_numbers_are_found_by_search_either() -> None:
    """Small entries of Q, q and decays, N = 2, f = 1: the unroller finds no layer that is right at stride 1."""
    both = Unroller(1, 2, 1, False)
    wanted = both.prediction(1)
    for decay, q21, q32, q12 in product((-2, -1, sympy.Rational(1, 2), 1), (-1, 1), (-1, 0, 1, 2), (0, 1)):
        Q = entries([[0, q12, 0], [q21, 0, 0], [0, q32, 0]])
        assert both.output(replace(WindowLayer(), Q=Q, decay=sympy.sympify(decay), stride=1), 1) != wanted


def test_repairs_are_repairs_only_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert every_token.gated().statement
    assert every_token.two_heads().statement
    monkeypatch.setattr(every_token, "WindowLayer", lambda **k: WindowLayer(Q=-WindowLayer().Q, **k))
    for repair in (every_token.every_second_token, every_token.gated, every_token.two_heads):
        with pytest.raises(ProofError):
            repair()


def test_the_headline_excludes_the_papers_layer(outcomes: dict[str, Outcome]) -> None:
    line = outcomes["STRIDE"].statement.one_line()  # type: ignore[union-attr]
    assert line.startswith("For all f ≥ 1 and n ≥ 0, all η, all u ∈ R^f: for no Q₁₁")
    assert [type(found) for _, found in outcomes["STRIDE"].readings] == [Contradicted, Contradicted]
    assert N not in outcomes["STRIDE"].statement.equation.free  # type: ignore[union-attr]
