"""Equations shown by certificates: multiples of lemmas and of assumptions, some left out, changed or divided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import sympy
from fuzz_expressions import COLUMN, NUMBER, ONE, SQUARE, A, B, K, Maker, a, b, eta, rewritten, u, v
from fuzz_impossible import S
from fuzz_proofs import any_lemma, with_near_misses
from plain_statements import Given
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.by_equations import ByEquations, Multiple
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Mul, Name, Zero, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem

#: Numbers that are not 1.
LARGER = (2, -1, sympy.Rational(1, 2))


def assumed(rng: Random) -> tuple[Theorem, Given]:
    """An equation between expressions, true of what makes it true: B Z = B … for Z = …, or b (1 + a²) = 1."""
    if rng.random() < 0.3:
        known = check(Assumption("b is a reciprocal", Equation(S(b) * S(1 + a**2), wrap(ONE))))
        return known, Given(scalars={b: 1 / (1 + a**2)})
    shape = rng.choice((COLUMN, SQUARE))
    name, body = Name("Z", shape), Maker(rng).expr(shape, 1)
    known = check(Assumption("Z is known", Equation(B() * name(), B() * body)))
    return known, Given((Definition(name, body),))


def multiple(rng: Random, known: Theorem) -> Multiple:
    """A multiple of a known equation: scaled, multiplied from both sides, transposed, times something else."""
    shape = known.equation.left.shape
    transposed = rng.random() < 0.3
    rows, columns = reversed(shape) if transposed else shape
    factors = {(ONE, ONE): (K(), S(eta), wrap(2)), SQUARE: (A(), B())}
    before: Expr = rng.choice((*factors.get((rows, rows), ()), wrap(ONE) if rows == ONE else A() * B()))
    after: Expr = rng.choice((*factors.get((columns, columns), ()), wrap(ONE) if columns == ONE else B()))
    if rows != ONE and rng.random() < 0.4:
        before = rng.choice((u(), v())).T
    times: Any = rng.choice((1, eta, *LARGER))
    if before.shape[0] == ONE and (after.shape[1] == ONE) and rng.random() < 0.5:
        times = rng.choice((A(), u(), v().T))
    return Multiple(known, before, after, wrap(times), transposed)


@generator("by equations")
def certificates(rng: Random) -> Iterator[Candidate]:
    """Something plus multiples of known equations is that something; also with one of them wrong."""
    known, given = rng.choice((assumed, assumed, any_lemma))(rng)
    first = multiple(rng, known)
    multiples = (first,)
    if rng.random() < 0.4:
        second = multiple(rng, known)
        multiples = (first, second) if second.value.shape == first.value.shape else multiples
    shape = first.value.shape
    start: Expr = rng.choice((Zero(*shape), sum((one.value for one in multiples[1:]), multiples[0].value)))
    left = rewritten(rng, sum((one.value for one in multiples), start))
    proof = ByEquations(Equation(left, rewritten(rng, start)), multiples)
    yield from with_near_misses(rng, Candidate(proof, given, "a certificate"), 2)
    changes: tuple[Multiple, ...] = (
        replace(first, times=Mul((wrap(rng.choice(LARGER)), first.times))),
        replace(first, transposed=not first.transposed),
    )
    for changed in changes:
        yield Candidate(replace(proof, multiples=(changed, *multiples[1:])), given, "another multiple")
    yield Candidate(replace(proof, multiples=multiples[1:]), given, "a multiple left out")
    doubled = Equation(proof.statement.left, 2 * proof.statement.right)
    yield Candidate(replace(proof, statement=doubled), given, "another equation")


@generator("by equations")
def divided_equations(rng: Random) -> Iterator[Candidate]:
    """From b K = b …, where b is 0, nothing follows for K; from 1 K = … it does."""
    shape, divisor = rng.choice((NUMBER, COLUMN)), rng.choice((b, b, 2 * b, b * eta, ONE))
    name = Name("Z", shape)
    body = Maker(rng).expr(shape, 1)
    known = check(Assumption("b times Z is known", Equation(S(divisor) * name(), S(divisor) * body)))
    given = Given((Definition(name, body),)) if divisor == 1 else Given(scalars={b: ONE * 0})
    part = Multiple(known, wrap(ONE) if shape == NUMBER else A(), wrap(ONE), wrap(1 / divisor))
    statement = Equation(part.before * name(), part.before * body)
    yield Candidate(ByEquations(statement, (part,)), given, "divided by 0")
