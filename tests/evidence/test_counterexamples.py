"""Refutation: the smallest counterexample, recomputed; and nothing when there is none to find."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy
from vocabulary import A, B, N, eta, f, i, n, u, v, x, y

from gdssm_symbolic.evidence.counterexamples import (
    Counterexample,
    Refuted,
    confirm,
    refute,
    refute_for_every_factor,
)
from gdssm_symbolic.extensions.differentiation import GradientOf
from gdssm_symbolic.extensions.systems import Joint, Member, System
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import ONE, Name, Sum, Zero, wrap
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.work import TooMuchWork
from gdssm_symbolic.writing.documents import inline
from gdssm_symbolic.writing.narration import short_counterexample

d, W, c = Name("d", (1, 1)), Name("W", (1, 1)), Name("c", (1, 1), arity=1)
Z, g = Name("Z", (1, 1), arity=2), Name("g", (1, 1), arity=1, takes=((1, 1),))
p, q = sympy.symbols("p q", integer=True, positive=True)
j = sympy.Symbol("j", integer=True)


def counterexample(equation: Equation) -> Refuted:
    found = refute(equation)
    assert found is not None
    return found


def test_the_smallest_sizes_are_found() -> None:
    commute = counterexample(Equation(A * B, B * A)).counterexample
    assert dict(commute.sizes) == {f: 2}
    late = counterexample(Equation((N - 1) * (N - 2) * u, 0 * u)).counterexample
    assert dict(late.sizes) == {f: 1, N: 3}
    assert late.left == ((Fraction(2),),)


def test_small_integers_zeros_first() -> None:
    found = counterexample(Equation(u.T * v * u, v.T * v * u)).counterexample
    assert inline(short_counterexample(found)) == "f = 1; u = 1, v = −1: −1 ≠ 1"
    without_data = counterexample(Equation(Sum(wrap(1), i, sympy.Integer(0), N), wrap(N))).counterexample
    assert inline(short_counterexample(without_data)) == "N = 1: 2 ≠ 1"


def test_a_true_equation_has_none() -> None:
    assert refute(Equation(A * B, A * B + 0 * B)) is None
    assert refute(Equation((A * B).T, B.T * A.T)) is None


def test_what_differs_beyond_the_search_is_not_refuted() -> None:
    vanishing = (N - 1) * (N - 2) * (N - 3) * (N - 4)
    assert refute(Equation(vanishing * u, 0 * u)) is None
    found = refute(Equation(vanishing * u, 0 * u), largest=5)
    assert found is not None
    assert dict(found.counterexample.sizes)[N] == 5


def test_scalars_at_which_the_sides_agree_are_passed_over() -> None:
    found = counterexample(Equation(eta * u, eta**2 * u)).counterexample
    assert dict(found.scalars) == {eta: Fraction(2)}


def test_sizes_may_be_restricted() -> None:
    found = refute(Equation(N * u, 0 * u), admissible=lambda sizes: sizes[N] >= 3)
    assert found is not None
    assert dict(found.counterexample.sizes)[N] == 3


def test_a_recurrence_is_run() -> None:
    t = sympy.Symbol("t", integer=True, positive=True)
    S = Name("S", (f, f), arity=1)
    state = Recurrence(S, t, Zero(f, f), 2 * S[t - 1] + x[t] * y[t].T)
    claimed = Equation(S[n], Sum(x[i] * y[i].T, i, sympy.Integer(1), n))
    found = refute(claimed, [state])
    assert found is not None
    assert dict(found.counterexample.sizes) == {f: 1, n: 2}


def test_a_forged_counterexample_is_not_confirmed() -> None:
    honest = counterexample(Equation(A * B, B * A)).counterexample
    with pytest.raises(ProofError, match="plain arithmetic"):
        confirm(replace(honest, left=honest.right))
    with pytest.raises(ProofError, match="plain arithmetic"):
        confirm(replace(honest, equation=Equation(A * B, A * B)))
    with pytest.raises(ProofError, match="plain arithmetic"):
        confirm(replace(honest, left=((Fraction(7), Fraction(0)), (Fraction(0), Fraction(0)))))
    with pytest.raises(ProofError, match="only"):
        Refuted(object(), honest)


def test_no_factor_at_all() -> None:
    beta = sympy.Symbol("beta")
    found = refute_for_every_factor(u * v.T, v * u.T, beta)
    assert found is None  # where one side vanishes, so does the other
    found = refute_for_every_factor(x[1].T * y[1] * u, x[1].T * x[1] * u, beta)
    assert found is not None
    assert not any(entry for row in found.counterexample.left for entry in row)
    wrong_factor = replace(found.counterexample, scalars=((beta, Fraction(2)),))
    with pytest.raises(ProofError, match="every factor"):
        confirm(wrong_factor)


h, D, w = Name("h", (1, 1), takes=((1, 1),)), Name("D", (1, 1)), Name("w", (1, 1), arity=1)
#: What has no entries that could all be varied, on the right side of an equation with 0.
NO_DATA = {
    "a function": (h, h(wrap(1)), ()),
    "a defined name": (D, D(), (Definition(D, d() + d() + 1),)),
    "a recurrence with data for its start": (w, w[2], (Recurrence(w, n, w[0], 0 * w[n - 1] + 1),)),
    "a member of a system": (w, w[2], (Joint(w, System((Member(w, w[0], 0 * w[n - 1] + 1),), n)),)),
}


@pytest.mark.parametrize("kind", NO_DATA)
def test_nothing_is_refuted_for_all_of_what_is_no_data(kind: str) -> None:
    name, right, meanings = NO_DATA[kind]
    found = refute(Equation(wrap(0), right), meanings)
    assert found is not None
    with pytest.raises(ProofError, match="all data only"):
        confirm(replace(found.counterexample, any_data=name))


def test_data_of_no_entries_do_not_matter() -> None:
    at_zero, columns = Name("v", (p - 1, 1)), Name("w", (1, p - 1))
    right = 1 + columns() * at_zero()
    found = refute(Equation(wrap(0), right))
    assert found is not None
    assert dict(found.counterexample.sizes) == {p: 1}
    assert confirm(replace(found.counterexample, any_data=at_zero))


@pytest.mark.parametrize("count", [1_000, 10_000])
def test_so_many_data_are_not_varied_that_they_would_fill_the_memory(count: int) -> None:
    """Every number in a ring of polynomials, varied or not, takes memory for each variable."""
    sizes = {Name("v", (count, 1)): count, Name("w", (25_000, 1)): 25_000}
    varied, kept = sizes
    right = 1 + varied().T * Zero(count, 1) + kept().T * Zero(25_000, 1)
    data = tuple(((name, ()), ((Fraction(0),),) * size) for name, size in sizes.items())
    made = Counterexample(Equation(wrap(0), right), (), (), (), data, ((Fraction(0),),), ((Fraction(1),),))
    assert confirm(made)
    with pytest.raises(TooMuchWork):
        confirm(replace(made, any_data=varied))


#: Meanings that say nothing at some index, with an equation that is false only there.
SILENT = {
    "c_0, where c_p is defined for p ≥ 1": (Equation(c[p - 1], wrap(2)), Definition(c, wrap(2), (p,))),
    "g_0(d), where g_p(W) is defined for p ≥ 1": (
        Equation(g.at((p - 1,), (d(),)), d()),
        Definition(g, W(), (p,), (W,)),
    ),
    "Z_{−1,0}, before the start": (Equation(Z[p - 2, 0], Z[0, 0]), Recurrence(Z, n, Z[0, j], Z[n - 1, j], (n, j))),
    "Z_{2,0}, where Z_{n,q} is defined for q ≥ 1": (
        Equation(Z[p + 1, q - 1], Z[p, q - 1]),
        Recurrence(Z, n, Z[0, q], Z[n - 1, q], (n, q)),
    ),
}


@pytest.mark.parametrize("kind", SILENT)
def test_nothing_is_refuted_by_values_that_a_meaning_does_not_give(kind: str) -> None:
    equation, meaning = SILENT[kind]
    assert refute(equation, (meaning,)) is None


def test_the_start_of_a_recurrence_may_be_data() -> None:
    steps = Recurrence(Z, n, Z[0, q], Z[n - 1, q] + 1, (n, q))
    found = refute(Equation(Z[p - 1, q], wrap(p - 1)), (steps,))
    assert found is not None
    assert dict(found.counterexample.data) == {(Z, (0, 1)): ((Fraction(1),),)}


def test_each_function_that_is_read_is_told() -> None:
    """Members of a family have polynomials of their own; k is read by its gradient alone, and g_1 is not read."""
    number = (ONE, ONE)
    g, k = Name("g", number, arity=1, takes=(number,)), Name("k", number, takes=(number,))
    slope, c = replace(k, text="k'"), Name("c", number)()
    found = refute(Equation(g.at((0,), (c,)), g.at((2,), (slope.at((), (c,)),))), [GradientOf(slope, k)])
    assert found is not None
    told = inline(short_counterexample(found.counterexample))
    assert [f"{one}(z) = " in told for one in ("g_0", "g_1", "g_2", "k")] == [True, False, True, True]
