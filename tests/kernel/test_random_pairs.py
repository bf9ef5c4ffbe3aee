"""The core against exact evaluation, on random pairs of expressions, equal and not.

Equal pairs are made by identities that the core does not know as such (polarisation, Jacobi's
identity, telescoping, symmetrisation, Lagrange's identity, …); unequal ones by a small change. The
judge is evaluation at random sizes and data: the core has to give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy
from explicit import agree
from hypothesis import given, settings
from hypothesis import strategies as st
from vocabulary import A, B, C, N, eta, f, i, j, k, m, n, rebuild, u, v, x, y

from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.expressions import Expr, Identity, Power, Sum, Trace, substitute, wrap

scalars = st.sampled_from(
    [sympy.Integer(2), sympy.Rational(-1, 3), eta, 1 / N, -eta / N, f / (f + N), (N + 1) / (eta**2 + 1), eta**2 - 1]
)
#: lower and upper bounds of sums that have ≥ 0 terms at every size
ranges = st.sampled_from([(1, N), (1, N + 1), (2, N + 1), (1, m), (0, n), (1, 2), (1, m + N), (2, N), (1, n)])


@st.composite
def vectors(draw: Any, depth: int = 2, bound: tuple[sympy.Symbol, ...] = ()) -> Expr:
    """A column of R^f."""
    plain = st.sampled_from(
        [u, v, x[1], y[2], x[N], y[N + 1], *(h[s + d] for h in (x, y) for s in bound for d in (0, 1))]
    )
    if depth == 0:
        return draw(plain)
    smaller = vectors(depth - 1, bound)
    kind = draw(st.integers(0, 4))
    match kind:
        case 0:
            return draw(plain)
        case 1:
            return draw(smaller) + draw(smaller)
        case 2:
            return draw(scalars) * draw(smaller)
        case 3:
            return draw(matrices(depth - 1, bound)) * draw(smaller)
    return summed(draw, vectors, depth, bound)


@st.composite
def matrices(draw: Any, depth: int = 2, bound: tuple[sympy.Symbol, ...] = ()) -> Expr:
    """An f×f matrix."""
    plain = st.sampled_from([A, B, C, Identity(f), A**n, B.T])
    if depth == 0:
        return draw(plain)
    smaller = matrices(depth - 1, bound)
    kind = draw(st.integers(0, 6))
    match kind:
        case 0:
            return draw(plain)
        case 1:
            return draw(smaller) + draw(smaller)
        case 2:
            return draw(smaller) * draw(smaller)
        case 3:
            return draw(smaller).T
        case 4:
            return draw(vectors(depth - 1, bound)) * draw(vectors(depth - 1, bound)).T
        case 5:
            return draw(vectors(depth - 1, bound)).T * draw(vectors(depth - 1, bound)) * draw(smaller)
    return summed(draw, matrices, depth, bound)


def summed(draw: Any, make: Any, depth: int, bound: tuple[sympy.Symbol, ...]) -> Expr:
    index = next(symbol for symbol in (i, j, k) if symbol not in bound)
    low, high = draw(ranges)
    return Sum(draw(make(min(depth - 1, 1), (*bound, index))), index, low, high)


def commutator(P: Expr, R: Expr) -> Expr:
    return P * R - R * P


def zero_by_jacobi(P: Expr, R: Expr, S: Expr) -> Expr:
    """[P,[R,S]] + [R,[S,P]] + [S,[P,R]]"""
    return commutator(P, commutator(R, S)) + commutator(R, commutator(S, P)) + commutator(S, commutator(P, R))


def zero_by_traces(P: Expr, R: Expr, S: Expr) -> Expr:
    """tr[P,R] S"""
    return Trace(commutator(P, R)) * S


def zero_by_polarisation(P: Expr, R: Expr, S: Expr) -> Expr:
    """4 PR + 4 RP, as squares"""
    return (P + R) ** 2 - (P - R) ** 2 - 2 * (P * R + R * P) + 0 * S


def zero_by_symmetric_parts(P: Expr, R: Expr, S: Expr) -> Expr:
    half = sympy.Rational(1, 2)
    return (half * (P + P.T) + half * (P - P.T) - P) * R + 0 * S


def zero_by_telescoping(P: Expr, R: Expr, S: Expr) -> Expr:
    total = Sum(x[i + 1] * y[i + 1].T - x[i] * y[i].T, i, sympy.Integer(1), N)
    return P * (total - x[N + 1] * y[N + 1].T + x[1] * y[1].T) * R + 0 * S


def zero_by_splitting(P: Expr, R: Expr, S: Expr) -> Expr:
    """A sum of m + N terms is one of m terms and one, shifted, of N."""
    whole = Sum(x[i] * y[i].T, i, sympy.Integer(1), m + N)
    parts = Sum(x[i] * y[i].T, i, sympy.Integer(1), m) + Sum(x[i + m] * y[i + m].T, i, sympy.Integer(1), N)
    return P * (whole - parts) * R + 0 * S


def zero_by_lagrange(P: Expr, R: Expr, S: Expr) -> Expr:
    """ΣΣ (α_i β_j − α_j β_i)² = 2 (Σα² Σβ² − (Σαβ)²), with α_i = uᵀx_i and β_i = vᵀx_i."""
    alpha, beta = (lambda s: u.T * x[s]), (lambda s: v.T * x[s])
    one = sympy.Integer(1)
    double = Sum(Sum((alpha(i) * beta(j) - alpha(j) * beta(i)) ** 2, i, one, N), j, one, N)
    squares = Sum(alpha(i) ** 2, i, one, N) * Sum(beta(i) ** 2, i, one, N)
    mixed = Sum(alpha(i) * beta(i), i, one, N)
    return (double - 2 * squares + 2 * mixed * mixed) * P + 0 * (R + S)


def zero_by_geometric_sum(P: Expr, R: Expr, S: Expr) -> Expr:
    powers = Sum(A**k, k, sympy.Integer(0), n)
    return P * ((Identity(f) - A) * powers - Identity(f) + A ** (n + 1)) * R + 0 * S


ZEROS = [
    zero_by_jacobi,
    zero_by_traces,
    zero_by_polarisation,
    zero_by_symmetric_parts,
    zero_by_telescoping,
    zero_by_splitting,
    zero_by_lagrange,
    zero_by_geometric_sum,
]
seeds = st.integers(0, 2**32)


@pytest.mark.long
@settings(max_examples=400, deadline=None)
@given(st.data(), st.sampled_from(ZEROS), seeds)
def test_equal_pairs_are_equal(data: st.DataObject, zero: Callable[..., Expr], seed: int) -> None:
    P, R, S = (data.draw(matrices(1)) for _ in range(3))
    expr = data.draw(matrices(2))
    disguised = expr + zero(P, R, S)
    assert decide(expr, disguised).equal
    assert agree(expr, disguised, seed, points=2)


@st.composite
def altered(draw: Any, expr: Expr) -> Expr:
    """The expression with one node changed: transposed, scaled, swapped with its neighbour, or shifted in its index."""
    parts = () if isinstance(expr, Power) else expr.children  # a power of a compound is outside the language
    if parts and draw(st.integers(0, 2)):
        at = draw(st.integers(0, len(parts) - 1))
        return rebuild(expr, tuple(draw(altered(p)) if q == at else p for q, p in enumerate(parts)))
    change = draw(st.integers(0, 3))
    if change == 0 and expr.shape[0] == expr.shape[1]:
        return expr.T
    if change == 1 and isinstance(expr, Sum):
        return Sum(expr.body, expr.index, expr.lower, expr.upper + 1)
    if change == 2:
        return substitute(expr, {N: N + 1, n: n + 1})
    return draw(scalars) * expr


@pytest.mark.long
@settings(max_examples=800, deadline=None)
@given(st.data(), seeds)
def test_the_core_gives_the_answer_of_evaluation(data: st.DataObject, seed: int) -> None:
    expr = data.draw(st.one_of(matrices(2), vectors(3)))
    other = data.draw(altered(expr))
    if expr.shape == other.shape:
        assert decide(expr, other).equal == agree(expr, other, seed)


@settings(max_examples=300, deadline=None)
@given(st.data(), seeds)
def test_unrelated_pairs(data: st.DataObject, seed: int) -> None:
    left, right = data.draw(vectors(2)), data.draw(vectors(2))
    assert decide(left, right).equal == agree(left, right, seed)


def test_the_judge_can_tell() -> None:
    """Evaluation separates pairs that differ at large sizes only, and the core agrees."""
    late = (N - 1) * (N - 2) * A
    assert not agree(late, 0 * A, seed=3, points=6)
    assert not decide(late, 0 * A).equal
    assert decide(wrap(0) * A, late - late).equal
