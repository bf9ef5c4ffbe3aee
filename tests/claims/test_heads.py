"""HEADS: fewer heads are excluded only as they are, and the construction is right only with its own numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import product

import pytest
import sympy
from mutants import REFUSALS, altered

from derivations.claim import Outcome
from derivations.claims.heads import DECAYS, layers
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.unroller import Unroller
from gdssm_symbolic.extensions.impossibility import ByCoefficients
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.expressions import Scalar
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import WindowLayer
from gdssm_symbolic.theory import heads, too_few_heads
from gdssm_symbolic.theory.too_few_heads import Heads

IMPOSSIBLE: dict[str, Callable[[], Theorem]] = {
    "2 decays": partial(too_few_heads.few_decays, 3),
    "3 heads, f = 1": partial(too_few_heads.one_head_too_few, 3, linear=False),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_coefficients_factors_and_what_is_given_are_checked(name: str) -> None:
    proof = IMPOSSIBLE[name]().proof
    assert isinstance(proof, ByCoefficients)
    first, *others = proof.coefficients
    changes = (
        {"coefficients": (first._replace(value=2 * first.value), *others)},
        {"coefficients": (first._replace(factor=2 * first.factor), *others)},
        {"coefficients": tuple(others)},
        {"scale": -proof.scale},
        {"given": proof.given[:-1]},
        {"statement": replace(proof.statement, given=proof.statement.given[:-1])},
    )
    for change in changes:
        with pytest.raises(ProofError):
            check(replace(proof, **change))


@pytest.mark.parametrize("decays", [3, 4])
def test_one_decay_more_is_not_excluded(monkeypatch: pytest.MonkeyPatch, decays: int) -> None:
    """With 2N - 3 decays, each with weights of its own for every readout, there is no such combination."""
    of = Heads(3, decays, "line", shared=True)
    monkeypatch.setattr(too_few_heads, "Heads", lambda *_, **__: of)
    with pytest.raises(ProofError):
        too_few_heads.few_decays(3)


def test_with_stride_2_nothing_is_excluded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the windows between, the coefficients are others."""
    of = Heads(3, 2, "line", shared=True)
    nothing = replace(of.windows[1], body=0 * of.windows[1].body)
    monkeypatch.setattr(too_few_heads, "Heads", lambda *_, **__: altered(of, windows=(of.windows[0], nothing)))
    with pytest.raises(ProofError):
        too_few_heads.few_decays(3)


@pytest.mark.parametrize("decays", [2, 3, 4])
def test_what_is_given_is_positive_only_for_decays_that_are_not_negative(decays: int) -> None:
    proof = too_few_heads.positive(decays).proof
    assert isinstance(proof, Positivity)
    number = proof.statement.number
    assert isinstance(number, Scalar)
    one = proof.statement.nonnegative[0]
    with pytest.raises(ProofError):  # of this decay nothing is said
        check(Positivity(Positive(number, proof.statement.nonnegative[1:], proof.statement.nonzero)))
    with pytest.raises(ProofError):  # all decays may be 0
        check(
            Positivity(
                replace(
                    proof.statement, nonnegative=(*proof.statement.nonnegative, *proof.statement.nonzero), nonzero=()
                )
            )
        )
    b = proof.statement.nonzero[0]
    assert number.value.subs({b: 1, one: -1}) == 0  # the decays 1 and -1


# ---- enough heads --------------------------------------------------------------------------------------


def outputs(samples: int, features: int, of: Iterable[WindowLayer]) -> tuple[list[object], list[object]]:
    both = Unroller(features, samples, features, free_start=False)
    found = [both.output(layer) for layer in of]
    return [sum(entries[1:], entries[0]) for entries in zip(*found, strict=True)], both.prediction()


@pytest.mark.parametrize("samples", [2, 3])
def test_the_construction_is_right_only_with_its_own_numbers(samples: int) -> None:
    decays = DECAYS[: 2 * samples - 2]
    right = list(layers(samples, decays))
    found, wanted = outputs(samples, 1, right)
    assert found == wanted
    for k, (row, column) in product(range(len(right)), ((1, 0), (2, 1), (0, 0), (0, 1))):
        Q = right[k].Q.as_mutable()
        Q[row, column] += 1
        others = [*right[:k], replace(right[k], Q=sympy.ImmutableDenseMatrix(Q)), *right[k + 1 :]]
        assert outputs(samples, 1, others)[0] != wanted
    for k in range(len(right)):
        moved = [*right[:k], replace(right[k], decay=right[k].decay + 1), *right[k + 1 :]]
        assert outputs(samples, 1, moved)[0] != wanted
        assert outputs(samples, 1, [*right[:k], *right[k + 1 :]])[0] != wanted


def test_too_few_of_these_heads_are_wrong() -> None:
    """The construction for N samples is wrong for N + 1, where it has two heads too few."""
    for samples in (2, 3):
        of = [replace(layer, beta=layer.beta) for layer in layers(samples, DECAYS[: 2 * samples - 2])]
        found, wanted = outputs(samples + 1, 1, of)
        assert found != wanted


def test_every_source_of_the_construction_is_needed() -> None:
    proof = heads.enough().proof
    assert isinstance(proof, Calculation)
    for k, step in enumerate(proof.steps):
        for left_out in step.by:
            by = tuple(one for one in step.by if one is not left_out)
            steps = (*proof.steps[:k], replace(step, by=by), *proof.steps[k + 1 :])
            with pytest.raises(REFUSALS):
                check(replace(proof, steps=steps))


@pytest.mark.parametrize("samples", [2, 3])
def test_other_weights_do_not_solve_the_equations(samples: int) -> None:
    right = heads.weights

    def changed(decays: Iterable[sympy.Expr]) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
        own, others = right(list(decays))
        return [*own[:-1], 2 * own[-1]], others

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heads, "weights", changed)
        with pytest.raises(ProofError):
            heads.solved(samples)
    assert heads.solved(samples).statement


# ---- too few, for every N ------------------------------------------------------------------------------


@pytest.mark.parametrize("find", [heads.too_few_decays, heads.one_decay_apart, heads.one_head_too_few])
def test_an_exact_layer_is_needed_and_the_polynomial_too(find: Callable[[], tuple[Theorem, Theorem]]) -> None:
    contradiction, identity = find()
    assert len(identity.assumptions) == 3
    assert len(contradiction.assumptions) == 4
    for theorem in (contradiction, identity):
        proof = theorem.proof
        assert isinstance(proof, Calculation)
        steps = proof.steps
        for k, step in enumerate(steps):
            if step.by and k < len(steps):
                with pytest.raises(REFUSALS):
                    check(replace(proof, steps=(*steps[:k], replace(step, by=step.by[1:]), *steps[k + 1 :])))


def test_the_identities_hold_in_fractions() -> None:
    """For N = 4 and four decays: with e(t) = Π(t - a), a layer's coefficients cancel, and those of the step do not."""
    samples, decays = 4, [Fraction(int(one.p), int(one.q)) for one in DECAYS[:4]]
    e = [Fraction(1)]
    for decay in decays:
        e = [below - decay * above for below, above in zip([Fraction(0), *e], [*e, Fraction(0)], strict=True)]
    for numbers in product((-1, 0, 2), repeat=4):
        moments = [
            sum(g * decay ** (m + 1) for g, decay in zip(numbers, decays, strict=True)) for m in range(2 * samples - 3)
        ]
        assert sum(c * value for c, value in zip(e, moments, strict=True)) == 0
    above, below = Fraction(1), Fraction(1)
    for decay in decays:
        above, below = above * (1 + decay), below * (1 - decay)
    assert 2 * sum(e[1::2]) == below - above != 0


def test_the_headline(outcomes: dict[str, Outcome]) -> None:
    line = outcomes["HEADS"].statement.one_line()  # type: ignore[union-attr]
    assert line.startswith("For all g ≥ 0, all η, all a_i ∈ R: for no w, v is")
    assert not outcomes["HEADS"].readings
    assert not outcomes["HEADS"].claim.argued
    assert {name for name, theorem in outcomes["HEADS"].theorems_by_id.items() if theorem.assumptions} == {
        "HEADS.T9",
        "HEADS.T13",
        "HEADS.T14",
        "HEADS.T15",
    }
