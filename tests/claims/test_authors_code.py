"""CODE: mutated twins that must fail, and the formulas of the code computed once more by plain loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
import sympy
from mutants import altered, with_last_line

from derivations.claim import Contradicted, Outcome
from derivations.claims import CLAIMS, authors_code, best_rate, linear_attention
from derivations.claims.authors_code import INPUTS, LAYER, RESCALED, TWO_STEPS, WITH_QUERY
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.evidence.evaluation import Evaluator
from gdssm_symbolic.extensions.laws import Law, Uniform, alpha
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Add, Mul, Name
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import Entries, N, WindowLayer, entries, eta, f
from gdssm_symbolic.theory.authors_code import (
    INPUT_BY_INPUT,
    INPUT_BY_TARGET,
    TARGET_BY_INPUT,
    Head,
    Inputs,
    OneLayer,
    ThreeLayers,
    ZeroContext,
    half_loss,
    k,
    scale,
    scaled_inputs,
)
from gdssm_symbolic.theory.decide_layer import settle_layer
from gdssm_symbolic.writing.documents import inline
from gdssm_symbolic.writing.narration import lemmas_of, short_counterexample

BETA = -eta / f
ANY = ZeroContext()


def head(**changes: object) -> OneLayer:
    return OneLayer(replace(LAYER.head, **changes))  # type: ignore[arg-type]


def off(law: Law) -> sympy.Expr:
    """A wrong best coefficient: one that does not depend on the law."""
    return best_rate.best(Uniform(sympy.Integer(1)))


class OtherFactors(ZeroContext):
    """Another number in place of the last factor."""

    factors = (45, -9, 2)


class WithoutQuery(ZeroContext):
    """The output to which no query is added."""

    @property
    def prediction(self) -> Definition:
        own = super().prediction
        assert isinstance(own.body, Mul)
        minus, added = own.body.factors
        assert isinstance(added, Add)
        output, query = added.terms
        assert query == k * self.xi()
        return replace(own, body=minus * output)


TWINS: dict[str, Callable[[], Theorem]] = {
    "w transposed": lambda: head(w=TARGET_BY_INPUT).computes(),
    "w = e₁e₁ᵀ": lambda: head(w=INPUT_BY_INPUT).computes(),
    "w with another entry": lambda: head(w=INPUT_BY_TARGET + entries([[0, 0, 0], [0, 0, 0], [0, 0, 1]])).computes(),
    "η/f where the construction has η/N": lambda: LAYER.is_construction(WindowLayer()),
    "another sign of Γ": lambda: OneLayer(Head(rate=-RESCALED.head.rate)).is_construction(WindowLayer()),
    "the model's state not read transposed": lambda: LAYER.is_layer(WindowLayer(Q=INPUT_BY_TARGET, beta=BETA)),
    "the model's sign mended": lambda: LAYER.is_layer(WindowLayer(Q=TARGET_BY_INPUT, beta=-BETA)),
    "the model's Q mended twice": lambda: LAYER.is_layer(
        WindowLayer(Q=TARGET_BY_INPUT, beta=BETA, read_transposed=True)
    ),
    "the whole loss": lambda: with_last_line(half_loss(), lambda line: 2 * line),
    "inputs s times as large, s³ c": lambda: with_last_line(scaled_inputs(), lambda line: scale * line),
    "α c(α)": lambda: with_last_line(INPUTS.by_scale(), lambda line: 1 / alpha * line),
    "twice the coefficient": lambda: with_last_line(INPUTS.four_times(), lambda line: sympy.Rational(1, 2) * line),
    "a coefficient that does not depend on the law": lambda: Inputs(off).by_scale(),
    "two steps without the third layer": lambda: three(third=entries([[0] * 3] * 3)).computes(),
    "two steps with w² = e₁e₂ᵀ": lambda: three(second=INPUT_BY_TARGET).computes(),
    "two steps with another rate": lambda: altered(
        TWO_STEPS, heads=tuple(replace(one, rate=eta / f) for one in TWO_STEPS.heads)
    ).computes(),
    "two steps from -I with the numbers for 0": lambda: ThreeLayers(added=True, start=-1).computes(),
    "two steps from I": lambda: replace(WITH_QUERY, start=1).computes(),
    "two steps from -I without the query": lambda: replace(WITH_QUERY, added=False).computes(),
    "off by +x": lambda: with_last_line(TWO_STEPS.with_query()[1], lambda line: -line),
    "off by -2x": lambda: with_last_line(TWO_STEPS.with_query()[1], lambda line: 2 * line),
    "other factors": lambda: OtherFactors().impossible()[1],
    "without the query nothing is left": lambda: WithoutQuery().impossible()[1],
}


def three(second: Entries = INPUT_BY_INPUT, third: Entries = INPUT_BY_TARGET) -> ThreeLayers:
    return ThreeLayers((INPUT_BY_TARGET, second, third))


@pytest.mark.parametrize("name", TWINS)
def test_mutated_twins_fail(name: str) -> None:
    with pytest.raises(ProofError):
        TWINS[name]()


def test_the_model_has_the_conventions_of_the_code() -> None:
    """The same layer as numbers for `settle_layer`: proved with β = +η/N and the state read transposed."""
    mended = WindowLayer(Q=INPUT_BY_TARGET, beta=eta / N, read_transposed=True)
    assert isinstance(settle_layer(mended), Theorem)
    assert isinstance(settle_layer(replace(mended, beta=eta / f)), Refuted)
    assert isinstance(settle_layer(replace(mended, read_transposed=False)), Refuted)


def test_readings(outcomes: dict[str, Outcome]) -> None:
    readings = outcomes["CODE"].readings
    kinds = [type(evidence) for _, evidence in readings]
    assert kinds == [Refuted, Refuted, Refuted, Contradicted, Refuted]
    shown = [inline(short_counterexample(found.counterexample)) for _, found in readings if isinstance(found, Refuted)]
    assert [one.rpartition(": ")[2] for one in shown] == ["1 ≠ 1/2", "5/48 ≠ 5/192", "−1 ≠ 0", "1/2 ≠ 3/4"]
    assert shown[0].startswith("f = 1, N = 2")


@pytest.mark.parametrize("claim", [authors_code, linear_attention])
def test_a_statement_is_proved_with_one_meaning(claim: object) -> None:
    """Derivations and confirmations know a theorem by its statement."""
    theorems = CLAIMS[claim.CLAIM.id].theorems().values()  # type: ignore[attr-defined]
    seen: dict[object, dict[Name, object]] = {}
    for theorem in (*lemmas_of(theorems), *theorems):
        meanings = dict(theorem.meanings)
        assert seen.setdefault(theorem.statement, meanings) == meanings, theorem.title


def test_a_source_that_is_used_several_times_is_named_once(written_outcomes: dict[str, str]) -> None:
    assert "[recurrence of W]" in written_outcomes["CODE"]
    assert "recurrence of W, recurrence of W" not in written_outcomes["CODE"]


# ---- plain loops ----------------------------------------------------------------------------------------

Vector = list[Fraction]
Square = list[Vector]


def layer(tokens: list[Vector], w: Square, decay: Square, gamma: Square) -> list[Square]:
    """W_n = C Z_nᵀ of one layer at every window of stride 2, entry by entry."""
    size = range(len(tokens[0]))
    Z = [[Fraction(0) for _ in size] for _ in size]
    found = []
    for start in range(0, len(tokens) - 2, 2):
        u = tokens[start : start + 3]
        M = [
            [sum((u[i][a] * w[i][j] * u[j][b] for i in range(3) for j in range(3)), Fraction(0)) for b in size]
            for a in size
        ]
        Z = [[decay[a][b] * Z[a][b] + M[a][b] for b in size] for a in size]
        found.append([[sum((gamma[a][p] * Z[b][p] for p in size), Fraction(0)) for b in size] for a in size])
    return found


def applied(W: Square, vector: Vector) -> Vector:
    return [sum((entry * v for entry, v in zip(row, vector, strict=True)), Fraction(0)) for row in W]


def drawn(draw: Random, rows: int, columns: int) -> Square:
    return [[Fraction(draw.randint(-4, 4), draw.randint(1, 3)) for _ in range(columns)] for _ in range(rows)]


def numbers(matrix: Entries) -> Square:
    return [[Fraction(int(entry)) for entry in matrix.row(row)] for row in range(matrix.rows)]


def multiple(size: int, number: Fraction) -> Square:
    return [[number if a == b else Fraction(0) for b in range(size)] for a in range(size)]


def ones(size: int) -> Square:
    return [[Fraction(1)] * size] * size


@pytest.mark.parametrize(("size", "samples"), [(1, 1), (2, 3), (3, 2)])
def test_one_layer_and_three_layers_by_loops(size: int, samples: int) -> None:
    draw, rate = Random(size), Fraction(3, 7)
    tokens = drawn(draw, 2 * samples + 1, size)

    def data(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Square:
        position = 2 * (indices[0] - 1) + {"x": 0, "y": 1}[name.text]
        assert (rows, columns) == (size, 1)
        return [[entry] for entry in tokens[position]]

    values = {f: Fraction(size), N: Fraction(samples), eta: rate}
    query = tokens[-1]

    computed = layer(tokens, numbers(INPUT_BY_TARGET), ones(size), multiple(size, -rate / size))[-1]
    for side in LAYER.statement().parts:
        found = Evaluator(values, data, LAYER.meanings)(side)
        assert found == [[-entry] for entry in applied(computed, query)]

    for model in (TWO_STEPS, WITH_QUERY):
        gamma = multiple(size, -rate / samples)
        first, second, third = (layer(tokens, numbers(w), ones(size), gamma)[-1] for w in model.w)
        parts = (applied(first, query), applied(first, applied(second, query)), applied(third, query))
        raw = [sum(entry, Fraction(0)) for entry in zip(*parts, strict=True)]
        added = [entry + (q if model.added else 0) for entry, q in zip(raw, query, strict=True)]
        for side in model.statement().parts:
            assert Evaluator(values, data, model.meanings)(side) == [[-entry] for entry in added]


@pytest.mark.parametrize("seed", range(3))
def test_no_parameters_give_gradient_descent_by_loops(seed: int) -> None:
    """Samples that are 0, and any parameters, elementwise decays among them: 45 p(ξ) - 9 p(2ξ) + p(3ξ) = -30 ξ."""
    draw, size, samples = Random(seed), 3, 2
    given = [(drawn(draw, 3, 3), drawn(draw, size, size), drawn(draw, size, size)) for _ in range(3)]
    readout, xi = drawn(draw, 1, 3)[0], drawn(draw, 1, size)[0]

    def prediction(query: Vector) -> Vector:
        tokens = [[Fraction(0)] * size for _ in range(2 * samples)] + [query]
        first, second, third = (layer(tokens, w, decay, gamma)[-1] for w, decay, gamma in given)
        selected = [
            sum((d * u[a] for d, u in zip(readout, tokens[-3:], strict=True)), Fraction(0)) for a in range(size)
        ]
        parts = (applied(first, selected), applied(first, applied(second, selected)), applied(third, selected), query)
        return [-sum(entry, Fraction(0)) for entry in zip(*parts, strict=True)]

    total = [Fraction(0)] * size
    for multiple_of, factor in zip((1, 2, 3), ANY.factors, strict=True):
        value = prediction([multiple_of * entry for entry in xi])
        total = [one + factor * entry for one, entry in zip(total, value, strict=True)]
    assert total == [-30 * entry for entry in xi]
