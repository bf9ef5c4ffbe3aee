"""Equations about unit vectors: sums over all of them, over fewer or more, and over families that are none."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import sympy
from fuzz_expressions import ONE, A, B, N, c, eta, f, i, j, n, rewritten, u, v, x
from fuzz_independence import e
from plain_statements import Given
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.extensions.unit_vectors import ByUnitVectors, UnitVectors
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Sum, Trace, wrap
from gdssm_symbolic.kernel.statements import Equation

g = Name("g", (ONE, ONE), takes=((f, ONE),))
E = UnitVectors(e)
#: Bounds of sums: over all unit vectors above all, some of them, or others.
BOUNDS: tuple[tuple[Any, Any], ...] = (*[(1, f)] * 20, (1, f - 1), (0, f), (1, f + 1), (1, N), (2, f))


def over(rng: Random, index: sympy.Symbol, body: Expr) -> Sum:
    lower, upper = rng.choice(BOUNDS)
    return Sum(body, index, sympy.sympify(lower), sympy.sympify(upper))


def family(rng: Random) -> Name:
    return x if rng.random() < 0.05 else e


def number(rng: Random, at: sympy.Symbol) -> Expr:
    """A number that depends on an index, or on none."""
    one = rng.choice((family(rng)[at], x[at], x[at], u()))
    parts: tuple[Expr, ...] = (one.T * v(), c[at], c[at] * c[at + 1], wrap(eta**at), g(x[at]), e[at].T * A() * x[at])
    return rng.choice(parts)


def all_of(rng: Random) -> tuple[Expr, Expr]:
    """A sum over e_j e_jᵀ, which is I if it is over all of them and nothing else depends on j."""
    first, second = family(rng)[j], family(rng)[j + int(rng.random() < 0.05)]
    times: Expr = number(rng, j) if rng.random() < 0.2 else wrap(rng.choice((1, 2, eta)))
    rest: Expr = times if times in (wrap(1), wrap(2), wrap(eta)) else wrap(1)
    ways: tuple[tuple[Expr, Expr], ...] = (
        (A() * first * second.T * B(), A() * B()),
        (first * second.T, Identity(f)),
        ((u().T * first) * (second.T * v()), u().T * v()),
        ((second.T * u()) * A() * first, A() * u()),
        ((u().T * second) * first.T * B(), u().T * B()),
        (first.T * second, wrap(f)),
        (first.T * A() * second, Trace(A())),
    )
    left, right = rng.choice(ways)
    return over(rng, j, times * left), rest * right


def one_of(rng: Random) -> tuple[Expr, Expr]:
    """A sum over e_iᵀ e_j times what depends on i and j, which is the sum of what it is at j = i."""
    bodies: tuple[tuple[Expr, Expr], ...] = (
        (x[i] * x[j].T, x[i] * x[i].T),
        (e[i] * e[j].T, e[i] * e[i].T),
        (x[i] * x[j + 1].T, x[i] * x[i + 1].T),
        (A() * e[i] * x[j].T, A() * e[i] * x[i].T),
        (c[i] * x[j], c[i] * x[i]),
        ((e[j].T * u()) * e[i], (e[i].T * u()) * e[i]),
        (g(x[i] + A() * x[j]) * x[j], g(x[i] + A() * x[i]) * x[i]),
        (wrap(eta ** (i + 2 * j)) * x[j], wrap(eta ** (3 * i)) * x[i]),
    )
    left, right = rng.choice(bodies)
    delta = family(rng)[i].T * family(rng)[j + int(rng.random() < 0.05)]
    bounds = rng.choice(BOUNDS)
    return over(rng, i, over(rng, j, delta * left)), Sum(right, i, *map(sympy.sympify, bounds))


def diagonal(rng: Random) -> tuple[Expr, Expr]:
    """Diagonal matrices, written out, and products entry by entry."""

    def diag(vector: Expr, index: sympy.Symbol) -> Expr:
        return over(rng, index, (e[index].T * vector) * e[index] * e[index].T)

    def entries(one: Expr, other: Expr, index: sympy.Symbol) -> Expr:
        return over(rng, index, (family(rng)[index].T * one) * (e[index].T * other) * e[index])

    ways: tuple[tuple[Expr, Expr], ...] = (
        (diag(u(), i) * diag(v(), j), diag(entries(u(), v(), i), j)),
        (diag(u(), i) * v(), entries(u(), v(), j)),
        (entries(u(), entries(v(), x[n], i), j), entries(entries(u(), v(), i), x[n], j)),
        (diag(u(), i) * diag(v(), j), diag(v(), j) * diag(rng.choice((u(), v(), x[n])), i)),
    )
    return rng.choice(ways)


@generator("by unit vectors")
def sums_over_unit_vectors(rng: Random) -> Iterator[Candidate]:
    """What the two rules show, and what is near it: other bounds, other families, other right sides."""
    left, right = rng.choice((all_of, all_of, one_of, diagonal))(rng)
    named = Definition(Name("Z", left.shape), left)
    for one, by in ((rewritten(rng, left), ()), (named.name(), (named,))):
        yield Candidate(ByUnitVectors(Equation(one, rewritten(rng, right)), (E,), by), Given(), "sums taken")
    yield Candidate(ByUnitVectors(Equation(left, right), ()), Given(), "any family")
    yield Candidate(ByUnitVectors(Equation(2 * left, right), (E,)), Given(), "another equation")


@generator("by unit vectors")
def multiples_moved_past(rng: Random) -> Iterator[Candidate]:
    """A diagonal matrix commutes with every matrix if it is a multiple of I."""
    times: tuple[Expr, ...] = (wrap(1), wrap(2), wrap(eta), number(rng, j), number(rng, j), wrap(eta**j))
    by = rng.choice(times)
    ways = (
        (A() * e[j] * e[j].T * u(), e[j] * e[j].T * A() * u()),
        (A() * e[j] * e[j].T, e[j] * e[j].T * A()),
        ((u().T * e[j]) * (e[j].T * A() * v()), (u().T * A() * e[j]) * (e[j].T * v())),
    )
    left, right = rng.choice(ways)
    equation = Equation(rewritten(rng, over(rng, j, by * left)), over(rng, j, by * right))
    yield Candidate(ByUnitVectors(equation, (E,)), Given(), "moved past")
