"""STEP: with another decay, weight, rate or window the proofs fail; the order of samples in plain fractions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
import sympy
from mutants import altered, entry_changes, mutants
from vocabulary import n

from derivations.claims.intermediate_steps import LAYER, LAYERS, TWO_HEADS, WEIGHTED, statement
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.evidence.evaluation import Evaluator, Matrix
from gdssm_symbolic.evidence.unroller import agrees
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.limits import replaced
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import Name, wrap
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.layers import ONE_STEP_FROM_ZERO, N, TwoHeadLayer, WindowLayer, a, eta, f
from gdssm_symbolic.theory import intermediate_steps
from gdssm_symbolic.theory.decide_layer import prove_or_refute
from gdssm_symbolic.theory.gd_ssm import window_head
from gdssm_symbolic.theory.intermediate_steps import (
    AnyOrder,
    change,
    exchange,
    exchanged,
    j,
    k,
    m,
    next_inputs_do_not_matter,
    other_windows,
)
from gdssm_symbolic.theory.least_squares import LeastSquares, t
from gdssm_symbolic.theory.many_steps import ManySteps
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.printing import to_text

OTHER_WEIGHTS = (sympy.Integer(1), sympy.Integer(0), -a, 2 * a, a**2)


@pytest.mark.parametrize("forgetting", OTHER_WEIGHTS[:2], ids=str)
def test_no_other_weights_are_proved(forgetting: sympy.Expr) -> None:
    goal = replace(ONE_STEP_FROM_ZERO, forgetting=forgetting)
    with pytest.raises(ProofError):
        OneStep(LAYER, goal).every_step()
    assert not agrees(LAYER, 1, 2, goal=goal)
    assert agrees(LAYER, 2, 3, goal=WEIGHTED.goal)


@pytest.mark.parametrize("forgetting", OTHER_WEIGHTS[2:], ids=str)
def test_other_weights_are_no_powers_of_a_symbol(forgetting: sympy.Expr) -> None:
    with pytest.raises((ProofError, OutsideLanguage)):
        OneStep(LAYER, replace(ONE_STEP_FROM_ZERO, forgetting=forgetting)).every_step()


TWINS = [
    pytest.param(twin, id=name)
    for name, twin in mutants(LAYER)
    if not name.startswith("decay") and name not in ("stride=1", "read_transposed")
]


@pytest.mark.parametrize("twin", TWINS)
def test_mutated_twins_prove_nothing(twin: WindowLayer) -> None:
    with pytest.raises(ProofError):
        OneStep(twin, WEIGHTED.goal).every_step()
    with pytest.raises(ProofError):
        OneStep(twin, WEIGHTED.goal).fixed_factor()


@pytest.mark.parametrize("decay", [-1, 0, 1])
def test_another_decay_in_one_head_of_two(decay: int) -> None:
    many = ManySteps(TWO_HEADS, LAYERS.goal, at=t)
    first, second = many.heads
    _, other = ManySteps(TwoHeadLayer(decay=decay)).heads
    with pytest.raises((ProofError, OutsideLanguage)):
        altered(many, heads=(first, other)).output()
    assert second.decay == a


@pytest.mark.parametrize("rate", [eta / N, -eta / t, -eta * t / N])
def test_with_another_rate_the_layers_do_not_make_these_steps(rate: sympy.Expr) -> None:
    with pytest.raises(ProofError):
        ManySteps(replace(TWO_HEADS, rate=rate), LAYERS.goal, at=t).output()


def test_the_gradient_of_other_weights_is_none() -> None:
    expansion = WEIGHTED.problem.expansion
    check(expansion)
    with pytest.raises(ProofError):
        check(replace(expansion, gradient=LeastSquares().gradient))
    with pytest.raises(ProofError):
        check(replace(expansion, remainder=LeastSquares().expansion.remainder))


def looks_ahead(Q: sympy.ImmutableDenseMatrix) -> bool:
    return any(Q[r, c] != 0 for r in range(3) for c in range(3) if 2 in (r, c))


@pytest.mark.parametrize("Q", [pytest.param(Q, id=name) for name, Q in entry_changes(LAYER.Q)])
def test_the_order_is_that_of_the_samples_as_long_as_no_window_looks_ahead(Q: sympy.ImmutableDenseMatrix) -> None:
    head = window_head(replace(LAYER, Q=Q))
    with pytest.raises(ProofError):
        exchanged(head)
    if not looks_ahead(Q):
        next_inputs_do_not_matter(head)
        return
    with pytest.raises(ProofError):
        next_inputs_do_not_matter(head)
    E, Y = other_windows(head)
    assert refute(Equation(Y.at(n), head.Z.at(n)), (*head.meanings, E, Y))


def after_exchange(decay: sympy.Expr) -> tuple[Equation, tuple[Meaning, ...]]:
    """R_k = Z_{m+1+k}: the order of two neighbours does not matter."""
    head = window_head(replace(LAYER, decay=decay))
    windows, R = exchange(head)
    return Equation(R.at(k), head.Z.at(m + 1 + k)), (*head.meanings, *other_windows(head), *windows, R)


def test_the_order_matters_unless_the_decay_is_one() -> None:
    assert refute(*after_exchange(sympy.Integer(1)), largest=2) is None
    for decay in (a, sympy.Integer(-1), sympy.Rational(1, 2), sympy.Integer(2)):
        assert refute(*after_exchange(decay), largest=2, numbers=(Fraction(2),)) is not None
    plain = exchanged(window_head(WindowLayer())).equation
    assert decide(plain.right, after_exchange(sympy.Integer(1))[0].right).equal


@pytest.mark.parametrize(
    "wrong",
    [
        lambda decay, after: change(2 - decay, after),
        lambda decay, after: -change(decay, after),
        lambda decay, after: change(decay, after + 1),
        lambda decay, after: 0 * change(decay, after),
        lambda decay, after: change(decay, after) * (1 + decay),
    ],
    ids=["sign and power", "sign", "one later", "nothing", "factor"],
)
def test_an_exchange_adds_this_and_nothing_else(wrong: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intermediate_steps, "change", wrong)
    with pytest.raises((ProofError, OutsideLanguage)):
        exchanged(window_head(LAYER))


@pytest.mark.parametrize("decay", [Fraction(1), Fraction(1, 2), Fraction(0), Fraction(-2)])
def test_the_order_of_samples_in_plain_fractions(decay: Fraction) -> None:
    """f = 1: states of all orders of four samples, and the exchange of the second and the third."""
    samples = [(Fraction(3), Fraction(2)), (Fraction(-1), Fraction(5)), (Fraction(4), Fraction(7)), (Fraction(1, 2), 9)]

    def state(order: Iterable[int]) -> Fraction:
        total = Fraction(0)
        for number in order:
            total = decay * total - samples[number][0] * samples[number][1]
        return total

    difference = state((0, 2, 1, 3)) - state((0, 1, 2, 3))
    assert difference == (1 - decay) * decay * (4 * 7 - (-1) * 5)
    assert (len({state(order) for order in permutations(range(4))}) == 1) is (decay == 1)


PLAIN = AnyOrder(OneStep(WindowLayer()))
ORDER_TWINS = [pytest.param(twin, id=name) for name, twin in mutants(WindowLayer()) if name != "read_transposed"]


def test_with_one_sample_left_out_or_read_twice_the_state_is_another() -> None:
    """The last step has to read 1 - c_{k,j} times sample j: neither once, nor never, nor as often as before."""
    proof = PLAIN.same_state().proof
    assert isinstance(proof, Calculation)
    times = PLAIN.times.name[k, j]
    for wrong in (1 + times, -times, wrap(1), 2 - times):
        twin = Calculation(replaced(proof.first, 1 - times, wrong), proof.steps)
        assert twin.first != proof.first
        with pytest.raises((ProofError, OutsideLanguage)):
            check(twin)


@pytest.mark.parametrize("twin", [twin for twin in ORDER_TWINS if "stride" not in str(twin.id)])
def test_only_with_these_numbers_and_without_forgetting_any_order_will_do(twin: WindowLayer) -> None:
    """The readout q is not in the state; every other change is one of the state, too."""
    order = AnyOrder(OneStep(twin))
    same_Q = twin.Q == WindowLayer().Q and twin.decay == 1
    if not same_Q:
        with pytest.raises((ProofError, OutsideLanguage)):
            order.same_state()
        with pytest.raises((ProofError, OutsideLanguage)):
            order.same_output()


def test_the_order_changes_nothing_in_plain_numbers() -> None:
    """All orders of three samples, the statement evaluated as it stands, p of the order."""
    equation = PLAIN.same_output().equation
    draw = Random(2)

    def number(*_: object) -> Fraction:
        return Fraction(draw.randint(-9, 9))

    known: dict[object, list[list[Fraction]]] = {}
    for order in permutations((1, 2, 3)):

        def data(name: Name, at: tuple[int, ...], rows: int, columns: int, order: tuple[int, ...] = order) -> Matrix:
            if name == AnyOrder.chosen:
                return [[Fraction(order[at[0] - 1] == at[1])]]
            return known.setdefault((name, at), [[number() for _ in range(columns)] for _ in range(rows)])

        sizes = {f: Fraction(2), N: Fraction(3), k: Fraction(2), m: Fraction(order[2]), eta: Fraction(1, 5)}
        value = Evaluator(sizes, data, PLAIN.same_output().defined)
        assert value(equation.left) == value(equation.right)
        counts = [value(PLAIN.times.name[k, sample]) for sample in map(sympy.Integer, (1, 2, 3))]
        assert counts == [[[Fraction(sample != order[2])]] for sample in (1, 2, 3)]


def test_the_first_of_two_weights_has_the_sign_of_the_decay() -> None:
    right = intermediate_steps.two_samples(WEIGHTED.problem).equation.right
    assert to_text(right) == "(a/4) ‖Hᵀ x_1‖² + (1/4) ‖Hᵀ x_2‖²"
    with pytest.raises((ProofError, OutsideLanguage)):
        intermediate_steps.two_samples(replace(WEIGHTED.problem, halved=False))


def test_the_headline_says_what_the_weights_are() -> None:
    line = statement().one_line()
    assert "−(η/t) Z_t C_t q = (0 − η ∇ℒ_t(0))ᵀ x_{t+1}" in line
    assert "ℒ_t(W) = (1/(2t)) Σ_{i=1..t} a^{t−i} ‖Wᵀ x_i − y_i‖²" in line


def test_the_search_is_not_asked_about_weights() -> None:
    """Where output and prediction may differ is known for the plain loss alone."""
    with pytest.raises(ValueError, match="weights"):
        prove_or_refute(WEIGHTED)
    with pytest.raises(ValueError, match="weights"):
        prove_or_refute(LAYERS)
