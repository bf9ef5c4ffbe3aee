"""STRIDE: what is impossible at every token is not at every second; repairs are repairs only as they are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import chain, product
from random import Random

import pytest
import sympy
from mutants import altered

from derivations.claim import Contradicted, Outcome, Verdict
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.evaluation import Evaluator, Matrix
from gdssm_symbolic.evidence.unroller import Unroller
from gdssm_symbolic.extensions.impossibility import ByCoefficients
from gdssm_symbolic.kernel.expressions import Name, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, WindowLayer, entries, eta, f
from gdssm_symbolic.theory import every_token
from gdssm_symbolic.theory.every_token import ANY, EntryDecays, SingleHead
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.theory.recurrences import n

KINDS = pytest.mark.parametrize("kind", [SingleHead, EntryDecays], ids=["one decay", "a decay for each entry"])


@KINDS
@pytest.mark.parametrize("theorem", [every_token.two_samples, every_token.more_samples], ids=["N = 2", "N ≥ 3"])
def test_coefficients_and_factors_are_checked(theorem: object, kind: type[SingleHead]) -> None:
    proof = theorem(kind).proof  # type: ignore[operator]
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
    assert check(proof).statement == SingleHead(sympy.Integer(2)).statement()
    with pytest.raises(ProofError):
        check(replace(proof, statement=head.statement(), by=head.by))


def test_without_windows_between_nothing_is_excluded_entry_by_entry() -> None:
    """With the windows between set to 0, as stride 2 has it, the coefficients are others."""
    head = EntryDecays(sympy.Integer(2))
    proof = every_token.two_samples(EntryDecays).proof
    assert isinstance(proof, ByCoefficients)
    (C, D) = head.windows
    alone = altered(head, windows=(C, replace(D, body=0 * D.body)))
    with pytest.raises(ProofError):
        check(replace(proof, statement=alone.statement(), by=alone.by))


def test_only_the_first_entry_of_the_state_counts_along_the_first_unit_vector() -> None:
    """Along u with two entries other than 0, the second entry of the state is read, too."""
    head = EntryDecays(sympy.Integer(2))
    everywhere = altered(head, direction=replace(head.direction, body=wrap(1)))
    with pytest.raises(ProofError):
        everywhere.along_the_first()
    assert {head.others} < set(head.statement().unknowns)


def test_entry_by_entry_it_is_a_head_with_a_decay_for_each_entry() -> None:
    """f = 2, N = 3, in plain fractions: the first entries of the output, the whole state run, and of the prediction."""
    draw = Random(3)

    def number(*_: object) -> Fraction:
        return Fraction(draw.choice((-1, 1)) * draw.randint(1, 5), draw.randint(1, 3))

    xi, omega, rate, scale = [number() for _ in range(4)], number(), number(), number()
    weights, column = [[number() for _ in range(3)] for _ in range(3)], [number() for _ in range(3)]
    decays = [[number(), number()], [number(), number()]]
    inputs = [[one, Fraction(0)] for one in xi]
    tokens = [part for one in inputs[:3] for part in (one, [omega * part for part in one])] + [inputs[3]]
    state = [[Fraction(0)] * 2 for _ in range(2)]
    for at in range(5):
        rows = list(zip(*tokens[at : at + 3], strict=True))
        for r, c in product(range(2), repeat=2):
            added = sum(rows[r][j] * weights[j][k] * rows[c][k] for j, k in product(range(3), repeat=2))
            state[r][c] = decays[r][c] * state[r][c] + added
    read = [sum(one * other for one, other in zip(row, column, strict=True)) for row in rows]
    output = scale * sum(state[0][c] * read[c] for c in range(2))
    predicted = rate / 3 * sum(omega * one * one * xi[3] for one in xi[:3])

    head = EntryDecays(sympy.Integer(3))
    values = dict(zip([*every_token.Q, *every_token.q], [*chain(*weights), *column], strict=True))
    values |= {every_token.beta: scale, every_token.a: decays[0][0], eta: rate, f: Fraction(2)}

    def data(name: Name, indices: tuple[int, ...], *_: int) -> Matrix:
        found = {head.inputs: lambda: xi[indices[0] - 1], head.weight: lambda: omega, head.others: lambda: decays[0][1]}
        return [[found[name]()]]

    value = Evaluator(values, data, head.meanings)
    equation = head.statement().equation
    assert value(equation.left) == [[output]] != [[predicted]] == value(equation.right)


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
    monkeypatch.setattr(every_token, "HALF", replace(every_token.HALF, Q=-every_token.HALF.Q))
    for repair in (every_token.every_second_token, every_token.gated, every_token.two_heads):
        with pytest.raises(ProofError):
            repair()


def test_the_headline_excludes_the_papers_layer(outcomes: dict[str, Outcome]) -> None:
    line = outcomes["STRIDE"].statement.one_line()  # type: ignore[union-attr]
    assert line.startswith("For all f ≥ 1 and n ≥ 0, all η, all u ∈ R^f: for no Q₁₁")
    assert N not in outcomes["STRIDE"].statement.equation.free  # type: ignore[union-attr]


def test_what_the_paper_says_of_windows_holds_if_they_are_numbered_by_samples(outcomes: dict[str, Outcome]) -> None:
    """Then a step of the recurrence is a sample, as in P2; with a step for each token it is refuted."""
    stride = outcomes["STRIDE"]
    *each_token, each_sample = (found for _, found in stride.readings)
    assert [type(found) for found in each_token] == [Contradicted, Contradicted]
    assert isinstance(each_sample, Theorem)
    assert each_sample.statement == outcomes["P2"].theorems_by_id["P2.T1"].statement
    assert stride.proposition is stride.as_printed is Verdict.IN_ONE_READING
