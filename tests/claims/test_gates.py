"""GATE: what is impossible, what is not, and that the difference is noticed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from random import Random

import pytest
import sympy
from mutants import altered

from derivations.claim import Contradicted, Outcome
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import Absurdity
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Scalar, names
from gdssm_symbolic.kernel.proofs import Calculation, Induction
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory import gates
from gdssm_symbolic.theory.gates import Layer, T, s
from gdssm_symbolic.theory.many_steps import L
from gdssm_symbolic.theory.recurrences import n

MISSING = {
    f"{kind}{', behind others' * stacked}": Layer(**gates, stacked=stacked)  # type: ignore[arg-type]
    for kind, gates in (
        ("input", {"gated_input": True}),
        ("output", {"gated_output": True}),
        ("none", {}),
        ("constructed", {"constructed": True}),
    )
    for stacked in (False, True)
}
POSSIBLE = {
    "P2": Layer(gated_input=True, gated_output=True),
    "P2, behind others": Layer(gated_input=True, gated_output=True, stacked=True),
    "P1": Layer(gated_output=True, constructed=True),
    "P1, behind others": Layer(gated_output=True, constructed=True, stacked=True),
}


@pytest.mark.parametrize("layer", POSSIBLE.values(), ids=POSSIBLE)
def test_what_the_construction_has_is_not_excluded(layer: Layer) -> None:
    """With both gates, and with constructed tokens and a gate at the output, the argument fails, as it must."""
    with pytest.raises(ProofError):
        layer.impossible("this is possible")


@pytest.mark.parametrize("layer", MISSING.values(), ids=MISSING)
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


@pytest.mark.parametrize("layer", [one for one in MISSING.values() if not one.stacked])
def test_the_sums_in_a_token_are_not_multiplied_out(layer: Layer) -> None:
    """That took three times as long: the induction takes the token by a lemma, s ν_t + g_t, which has no sum."""
    lemma = layer.scaled_token
    assert "Σ" not in str(lemma.equation.parts[1])
    (of_state,) = layer.differences()[0].lemmas
    (used,) = of_state.lemmas
    assert used.statement == lemma.statement


def test_a_rate_of_zero_is_possible() -> None:
    """The statement needs η ≠ 0: for η = 0 all parameters 0 will do."""
    proof = Layer().impossible("impossible").proof
    assert isinstance(proof, Absurdity)
    with pytest.raises(ProofError, match="not given"):
        check(replace(proof, statement=replace(proof.statement, given=())))


def test_degrees_in_plain_numbers() -> None:
    """Third differences of outputs of random layers with one gate vanish; that of the prediction does not.

    A step reads random multiples of all inputs and targets, with parameters of its own, and there are more steps than
    samples, or fewer. Two layers without a gate stand before it, and the outputs of all steps are added up.
    """
    draw = Random(5)

    def number() -> Fraction:
        return Fraction(draw.choice((-1, 1)) * draw.randint(1, 9))

    weight = number()
    samples = [(one, weight * one) for one in (number() for _ in range(3))]
    query = Fraction(7)

    def output(scale: int, steps: list[list[Fraction]], *, at_input: bool, at_output: bool) -> Fraction:
        context = [scale * one for one in (*(u for u, _ in samples), query, *(v for _, v in samples))]
        read = [sum((one * item for one, item in zip(row, context, strict=False)), row[7]) for row in steps]
        for _ in range(2):
            read = [row[8] * own + row[9] * sum(read) + row[10] for row, own in zip(steps, read, strict=True)]
        state, total = steps[0][0], steps[0][1]
        for (a, p, q, r, d, *_), w in zip(steps, read, strict=True):
            state = a * state + w + (p * w * w if at_input else 0)
            total += q * state + d * w + (r * state * w if at_output else 0)
        return total

    def third(values: list[Fraction]) -> Fraction:
        return values[3] - 3 * values[2] + 3 * values[1] - values[0]

    for at_input, at_output, count in product((False, True), (False, True), (1, 2, 5)):
        steps = [[number() for _ in range(11)] for _ in range(count)]
        difference = third([output(k, steps, at_input=at_input, at_output=at_output) for k in range(4)])
        assert (difference == 0) is not (at_input and at_output)
    predicted = [sum(k * v * k * u for u, v in samples) * k * query for k in range(4)]
    assert third(predicted) == 6 * predicted[1] != 0


class Multiplying(Layer):
    """What is read is multiplied with itself: no affine function of the context."""

    @cached_property
    def token(self) -> Definition:
        own = Layer.token.func(self)  # type: ignore[attr-defined]
        return replace(own, body=own.body * self._gate)

    @property
    def _gate(self) -> Expr:
        inputs, _ = (one.name for one in self.data)
        return inputs[s, 1].T * inputs[s, 2]


class MultiplyingBefore(Multiplying):
    """The first of the layers before it multiplies."""

    @cached_property
    def token(self) -> Definition:
        return Layer.token.func(self)  # type: ignore[attr-defined,no-any-return]

    @cached_property
    def layers_before(self) -> Recurrence:
        own = Layer.layers_before.func(self)  # type: ignore[attr-defined]
        return replace(own, initial=own.initial * self._gate)


@pytest.mark.parametrize("kind", [Multiplying, MultiplyingBefore])
@pytest.mark.parametrize("gates", [{}, {"gated_output": True}, {"gated_input": True}])
def test_what_is_read_has_to_be_affine_in_the_data(kind: type[Layer], gates: dict[str, bool]) -> None:
    with pytest.raises(ProofError):
        kind(**gates, stacked=kind is MultiplyingBefore).impossible("what is read is a gate of its own")


def test_the_weights_of_the_model_are_the_same_in_all_data_sets() -> None:
    """If they grew with s, too, the targets would have degree 2 and the prediction degree 4."""
    layer = Layer()
    inputs, targets = layer.data
    with pytest.raises(ProofError):
        altered(layer, data=(inputs, replace(targets, body=s * targets.body))).impossible("of degree 4")


def test_the_context_and_the_steps_have_sizes_of_their_own(outcomes: dict[str, Outcome]) -> None:
    """Every step reads all samples and the query, with weights of its own."""
    layer = Layer(gated_input=True)
    assert {n, T} <= layer.statement().free
    assert T not in layer.token.free
    assert n not in layer.state.free
    line = outcomes["GATE"].statement.one_line()  # type: ignore[union-attr]
    assert "y_{s,i} = Wᵀ x_{s,i}" in line
    assert "w_{s,t} = Σ_{i=1..n+2} E_{t,i} x_{s,i} + Σ_{i=1..n+1} F_{t,i} y_{s,i} + g_t" in line
    assert "z_{s,t} = A_t z_{s,t−1} + Σ_{k=1..K} p_{t,k} w_{s,t}ᵀ M_{t,k} w_{s,t} + B_t w_{s,t} + b_t" in line
    assert "Σ_{t=1..T+1} (C_t z_{s,t} + D_t w_{s,t}) + c" in line


@pytest.mark.parametrize("layer", [*MISSING.values(), *POSSIBLE.values()], ids=[*MISSING, *POSSIBLE])
def test_every_parameter_is_an_unknown(layer: Layer) -> None:
    """No name is left that is fixed before the parameters are chosen: all but the data are unknown."""
    statement, fixed = layer.statement(), {meaning.name for meaning in layer.meanings}
    written = [*statement.equation.parts, *(body for meaning in layer.meanings for body in meaning.bodies)]
    point = layer.gradient.parameters
    open_names = {name for body in written for name in names(body)} - fixed - {*layer.given, *point}
    assert open_names == set(statement.unknowns)
    assert (L in layer.token.free) is layer.stacked


def test_a_layer_without_gates_is_an_affine_map() -> None:
    """Each of the two theorems, with its last line multiplied by 2, or with the weights of another step."""
    state, output = gates.affine_map()
    assert isinstance(state.proof, Induction)
    assert isinstance(output.proof, Calculation)
    *lines, last = output.proof.steps
    with pytest.raises(ProofError):
        check(replace(output.proof, steps=(*lines, replace(last, expr=2 * last.expr))))
    for proof in (state.proof.step, state.proof.base):
        *lines, last = proof.steps
        twin = replace(proof, steps=(*lines, replace(last, expr=2 * last.expr)))
        which = "step" if proof is state.proof.step else "base"
        with pytest.raises(ProofError):
            check(replace(state.proof, **{which: twin}))


def test_depth_stands_in_for_a_gate() -> None:
    theorem = gates.two_output_gates()
    proof = theorem.proof
    assert isinstance(proof, Calculation)
    first, *rest = proof.steps
    for wrong in (-1, 2):
        with pytest.raises(ProofError):
            check(Calculation(wrong * proof.first, (replace(first, expr=wrong * first.expr), *rest)))


@pytest.mark.parametrize("constructed", [True, False], ids=["constructed", "windows"])
def test_a_function_of_each_token_is_excluded_for_two_samples_or_more(constructed: bool) -> None:
    """With every case, and if the last token holds a sample, too: there it could multiply, and for N = 1 it does."""
    proof = gates.functions_of_tokens(constructed=constructed).proof
    assert isinstance(proof, Absurdity)
    for k in range(len(proof.cases)):
        with pytest.raises(ProofError):
            check(replace(proof, cases=(*proof.cases[:k], *proof.cases[k + 1 :])))
    with pytest.raises(ProofError, match="not given"):
        check(replace(proof, statement=replace(proof.statement, given=())))
    last = proof.by[-1]
    assert isinstance(last, Definition)
    (b,), (a, *_) = last.indices, (one for one in proof.statement.data if isinstance(one, sympy.Symbol))
    equation = proof.statement.equation
    mixed = last.name.at((a + b,))
    wrong = Equation(_with(equation.left, last.name[b], mixed), equation.right)
    with pytest.raises(ProofError):
        check(replace(proof, statement=replace(proof.statement, equation=wrong)))


def _with(expr: Expr, part: Expr, other: Expr) -> Expr:
    return other if expr == part else expr.mapped(lambda child: _with(child, part, other))


def test_readings_of_gate(outcomes: dict[str, Outcome]) -> None:
    *held, refuted = (found for _, found in outcomes["GATE"].readings)
    alone = [f"a gate at the {side} alone: impossible" for side in ("input", "output")]
    assert [theorem.title for theorem in held if isinstance(theorem, Theorem)] == alone
    assert isinstance(refuted, Contradicted)
