"""GATE: what is impossible, what is not, and that the difference is noticed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from random import Random

import pytest

from derivations.claim import Contradicted, Outcome
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import Absurdity
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Scalar
from gdssm_symbolic.kernel.proofs import Calculation, Induction
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory import gates
from gdssm_symbolic.theory.gates import Layer, T, s
from gdssm_symbolic.theory.recurrences import n

MISSING = [Layer(gated_input=True), Layer(gated_output=True), Layer(), Layer(constructed=True)]


@pytest.mark.parametrize("layer", [Layer(True, True), Layer(gated_output=True, constructed=True)], ids=["P2", "P1"])
def test_what_the_construction_has_is_not_excluded(layer: Layer) -> None:
    """With both gates, and with constructed tokens and a gate at the output, the argument fails, as it must."""
    with pytest.raises(ProofError):
        layer.impossible("this is possible")


@pytest.mark.parametrize("layer", MISSING, ids=["input", "output", "none", "constructed"])
def test_a_contradiction_needs_the_right_factors(layer: Layer) -> None:
    proof = layer.impossible("impossible").proof
    assert isinstance(proof, Absurdity)
    for k, case in enumerate(proof.cases):
        factor = Scalar(case.factor.value + 1)  # type: ignore[attr-defined]
        changed = (*proof.cases[:k], case._replace(factor=factor), *proof.cases[k + 1 :])
        if k:  # data set 0 is all zero: of it the constant part alone is left
            with pytest.raises(ProofError):
                check(replace(proof, cases=changed))
    with pytest.raises(ProofError):
        check(replace(proof, scale=proof.scale * 2))
    with pytest.raises(ProofError):  # what is not given may be 0, and then 0 = 0 is no contradiction
        check(replace(proof, given=(), remainder=proof.remainder))


@pytest.mark.parametrize("layer", MISSING, ids=["input", "output", "none", "constructed"])
def test_the_sums_in_a_token_are_not_multiplied_out(layer: Layer) -> None:
    """That took three times as long: the induction takes the token by a lemma, s v_t + g_t, which has no sum."""
    lemma = layer.scaled_token
    assert "Σ" not in str(lemma.equation.parts[1])
    (used,) = layer.difference(3 if layer.gated_input or layer.constructed else 2).lemmas
    assert used.statement == lemma.statement


def test_a_rate_of_zero_is_possible() -> None:
    """The statement needs η ≠ 0: for η = 0 all parameters 0 will do."""
    proof = Layer().impossible("impossible").proof
    assert isinstance(proof, Absurdity)
    with pytest.raises(ProofError, match="not given"):
        check(replace(proof, statement=replace(proof.statement, given=())))


def test_degrees_in_plain_numbers() -> None:
    """Third differences of outputs of random layers with one gate vanish; that of the prediction does not.

    A step reads random multiples of all inputs and targets, and there are more steps than samples, or fewer.
    """
    draw = Random(5)

    def number() -> Fraction:
        return Fraction(draw.randint(-9, 9))

    samples = [(number(), number()) for _ in range(3)]
    query = Fraction(7)
    parameters = [number() for _ in range(6)]

    def output(scale: int, weights: list[list[Fraction]], *, at_input: bool, at_output: bool) -> Fraction:
        a, e, p, q, r, s = parameters
        context = [scale * one for one in (*(u for u, _ in samples), query, *(v for _, v in samples))]
        state = e
        for row in weights:
            w = sum((one * item for one, item in zip(row, context, strict=True)), Fraction(0))
            state = a * state + w + (p * w * w if at_input else 0)
        return q * state + r + s * w + (p * state * w if at_output else 0)

    def third(values: list[Fraction]) -> Fraction:
        return values[3] - 3 * values[2] + 3 * values[1] - values[0]

    for at_input, at_output, steps in product((False, True), (False, True), (1, 2, 5)):
        weights = [[number() for _ in range(7)] for _ in range(steps)]
        difference = third([output(k, weights, at_input=at_input, at_output=at_output) for k in range(4)])
        assert (difference == 0) is not (at_input and at_output)
    predicted = [sum(k * v * k * u for u, v in samples) * k * query for k in range(4)]
    assert third(predicted) == 6 * predicted[1] != 0


class Multiplying(Layer):
    """What is read is multiplied with itself: no affine function of the context."""

    @cached_property
    def token(self) -> Definition:
        own = Layer.token.func(self)  # type: ignore[attr-defined]
        inputs, _ = (one.name for one in self.data)
        return replace(own, body=own.body * (inputs[s, 1].T * inputs[s, 2]))


@pytest.mark.parametrize("layer", [Multiplying(), Multiplying(gated_output=True), Multiplying(gated_input=True)])
def test_what_is_read_has_to_be_affine_in_the_data(layer: Layer) -> None:
    with pytest.raises(ProofError):
        layer.impossible("what is read is a gate of its own")


def test_the_context_and_the_steps_have_sizes_of_their_own(outcomes: dict[str, Outcome]) -> None:
    """Every step reads all samples and the query, with weights of its own."""
    layer = Layer(gated_input=True)
    assert {n, T} <= layer.statement().free
    assert T not in layer.token.free
    assert n not in layer.state.free
    line = outcomes["GATE"].statement.one_line()  # type: ignore[union-attr]
    assert "w_{s,t} = Σ_{i=1..n+2} E_{t,i} x_{s,i} + Σ_{i=1..n+1} F_{t,i} y_{s,i} + g_t" in line
    assert "z_{s,T+1}" in line
    assert set(layer.embeddings) <= set(layer.statement().unknowns)


def test_without_gates_what_is_put_out_is_affine_again() -> None:
    """Each of the two theorems, with its last line multiplied by 2."""
    state, output = gates.affine()
    assert isinstance(state.proof, Induction)
    assert isinstance(output.proof, Calculation)
    *lines, last = output.proof.steps
    with pytest.raises(ProofError):
        check(replace(output.proof, steps=(*lines, replace(last, expr=2 * last.expr))))
    *lines, last = state.proof.step.steps
    with pytest.raises(ProofError):
        check(replace(state.proof, step=replace(state.proof.step, steps=(*lines, replace(last, expr=2 * last.expr)))))


def test_depth_stands_in_for_a_gate() -> None:
    theorem = gates.two_output_gates()
    proof = theorem.proof
    assert isinstance(proof, Calculation)
    first, *rest = proof.steps
    for wrong in (-1, 2):
        with pytest.raises(ProofError):
            check(Calculation(wrong * proof.first, (replace(first, expr=wrong * first.expr), *rest)))


def test_an_input_map_alone_is_excluded_for_two_samples_or_more() -> None:
    """The last target is 0 there: with it the last token could multiply, and for N = 1 it does."""
    proof = gates.no_products_of_tokens().proof
    assert isinstance(proof, Absurdity)
    with pytest.raises(ProofError):
        check(replace(proof, cases=proof.cases[1:]))


def test_readings_of_gate(outcomes: dict[str, Outcome]) -> None:
    *held, refuted = (found for _, found in outcomes["GATE"].readings)
    alone = [f"a gate at the {side} alone: impossible" for side in ("input", "output")]
    assert [theorem.title for theorem in held if isinstance(theorem, Theorem)] == alone
    assert isinstance(refuted, Contradicted)
