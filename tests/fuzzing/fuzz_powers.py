"""Proofs about families of square matrices under symbolic powers, which may be the power 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import sympy
from fuzz_expressions import (
    COLUMN,
    NUMBER,
    ONE,
    SQUARE,
    A,
    B,
    K,
    M,
    N,
    a,
    b,
    d,
    f,
    i,
    j,
    k,
    n,
    p,
    r,
    rewritten,
    u,
    v,
    x,
)
from fuzz_impossible import S, hidden, solutions, variants
from fuzz_independence import WEIGHTS
from fuzz_proofs import (
    by_one_step,
    chain,
    value_for,
    with_near_misses,
)
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import ByCoefficients, Coefficient, Impossible, Vanishing
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import Add, Expr, Identity, Mul, Name, Power, Sum, Trace, Zero, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Hypothesis

t = sympy.Symbol("t", integer=True, positive=True)


#: Exponents that may be 0, and some that may not.
FIXED_EXPONENTS = (r, r, p - 1, p - 1, N - 1, r + 1, p, p, r + 1, n + 1, 2 * ONE, ONE, 0 * ONE)


def exponent_at(rng: Random, index: sympy.Expr) -> sympy.Expr:
    """An exponent, which may depend on the index of the matrix."""
    return rng.choice((*FIXED_EXPONENTS, index, index, index - 1, index - 1, index + 1))


def power_of_one(rng: Random, exponent: sympy.Expr, index: sympy.Expr) -> tuple[Expr, Expr]:
    """A member of the family to a power inside something, and the same with I in its place."""
    power = Power(M[index], exponent)
    kinds = (
        (power * u(), u()),
        (power * A(), A()),
        (power, Identity(f)),
        (Mul((Trace(power), K())), Mul((S(f), K()))),
        (u().T * power * v(), u().T * v()),
        (A() * power * u(), A() * u()),
        (Mul((Trace(power * A()), u())), Mul((Trace(A()), u()))),
    )
    return rng.choice(kinds)


@generator("independence")
def powers_that_vanish(rng: Random) -> Iterator[Candidate]:
    """u - Σ M_i^r u, where the M_i are taken to be 0: for r = 0 it is not u that is left."""
    low, high, until = rng.choice(((1, n, n), (1, n, n), (1, n, n), (2, n, n), (1, n + 1, n), (1, n, None)))
    inside, like = power_of_one(rng, exponent_at(rng, i), i)
    first = like - Sum(inside, i, low, high)
    functions = [first]
    if rng.random() < 0.4:
        others = {NUMBER: (d[1], K()), COLUMN: (x[1], u(), v()), SQUARE: (B(), A(), Identity(f))}
        functions.append(rng.choice(others[first.shape]))
    by, terms = [], []
    for weight, function, text in zip(WEIGHTS, functions, "RS", strict=False):
        if rng.random() < 0.85:
            by.append(Definition(Name(text, function.shape), function))
            function = by[-1].name()
        terms.append(Mul((S(weight), function)))
    combination = terms[0] if len(terms) == 1 else Add(tuple(terms))
    least = rng.choice(((), (), ((n, 1),), ((f, 2),), ((n, 1), (r, 1))))
    statement = Independent(combination, WEIGHTS[: len(terms)], least)
    proof = Independence(statement, tuple(by), rng.choice(((M,), (M,), (M, x))), until)
    yield Candidate(proof, made="powers that vanish")
    for _ in range(2):
        written = [replace(one, body=rewritten(rng, one.body)) for one in by]
        yield Candidate(replace(proof, by=tuple(written)), made="powers that vanish, rewritten")


@generator("by-coefficients")
def traces_of_powers(rng: Random) -> Iterator[Candidate]:
    """Σ tr(M_i^r) K + a K = κ K + a K, where the M_i are taken to be 0: for r = 0, N = 1 it holds if κ = f."""
    exponent, until = exponent_at(rng, i), N
    total: Expr = Sum(Mul((Trace(Power(M[i], exponent)), K())), i, 1, N)
    if rng.random() < 0.3:
        at = rng.choice((ONE, t))
        total, until = Mul((Trace(Power(M[at], rng.choice(FIXED_EXPONENTS))), K())), at
    kappa = rng.choice((f, f, f, N * f, 2 * f, ONE, -f, f + 1))
    by, right = hidden(rng, Mul((S(kappa), K())), "R")
    extra = Mul((S(a), K()))
    unknowns = (a,) if rng.random() < 0.5 else (a, b)
    statement = Impossible(Equation(total + extra, right + extra), unknowns, (K, M))
    factor = rng.choice((ONE, -ONE, sympy.Rational(1, 2)))
    found = Coefficient(K(), S(-kappa), S(factor))
    proof = ByCoefficients(statement, (found,), -kappa * factor, (), by, (Vanishing(M, 0, until),))
    yield from variants(rng, proof, solutions(rng), "traces of powers")


def stated_by_powers(rng: Random) -> Calculation:
    """A calculation with powers of a family: what is split off, merged, or put in at a power 0."""
    index = rng.choice((k, p, n))
    first, second = (rng.choice((r, p, n + 1, p - 1, 2 * ONE)) for _ in range(2))
    kind = rng.randrange(4)
    if kind == 0:
        inside, _ = power_of_one(rng, exponent_at(rng, i), i)
        of = Definition(Name("D", inside.shape), Sum(inside, i, 1, rng.choice((N, n, n + 1))))
        return chain(rng, of.name(), (of,))
    if kind == 1:
        power = Power(M[index], first)
        of = Definition(Name("D", SQUARE, arity=1), power, (index,))
        left, right = of.name[index] * Power(M[index], second), Power(M[index], first + second)
    elif kind == 2:
        of = Definition(Name("D", SQUARE, arity=2), Power(M[k], n), (k, n))
        left, right = of.name[index, first] * of.name[index, second], Power(M[index], first + second)
    else:
        of = Definition(Name("D", SQUARE, arity=2), Power(M[k], n) * A(), (k, n))
        left, right = of.name[index, 0] * B(), A() * B()
    if rng.random() < 0.5:
        left, right = Trace(left), Trace(right)
    return Calculation(left, (Step(right if rng.random() < 0.85 else rewritten(rng, right), (of,)),))


@generator("calculation")
def powers_in_families(rng: Random) -> Iterator[Candidate]:
    yield from with_near_misses(rng, Candidate(stated_by_powers(rng), made="powers in families"))


@generator("specialisation")
def powers_specialised(rng: Random) -> Iterator[Candidate]:
    theorem = check(stated_by_powers(rng))
    symbols = sorted(theorem.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    whole = [symbol for symbol in symbols if symbol not in (f, N)]
    for _ in range(4 if whole else 0):
        symbol = rng.choice(whole)
        yield Candidate(Specialisation(theorem, {symbol: value_for(rng, symbol, symbols)}), made="powers specialised")


@generator("instance")
def powers_of_instances(rng: Random) -> Iterator[Candidate]:
    theorem = check(stated_by_powers(rng))
    other, q = Name("ξ", SQUARE, arity=1), Name("Ξ", SQUARE)
    for body in rng.sample((other[j + 1], other[-j], q(), A(), Zero(f, f), Identity(f), other[0], M[j]), 4):
        yield Candidate(Instance(theorem, (Definition(M, body, (j,)),)), made="powers of instances")


@generator("induction")
def powers_by_induction(rng: Random) -> Iterator[Candidate]:
    """S_{n,j} = M_j^n S_{0,j}, and sums of powers whose exponent may be 0."""
    if rng.random() < 0.5:
        yield from with_near_misses(rng, Candidate(_powers_of_each(rng), made="a power of each"), 2)
        return
    exponent = rng.choice((r, r + 1, p - 1, k, k, k - 1, k - 1, k + 1, 2 * ONE))
    name, _ = power_of_one(rng, exponent, k)
    of = Definition(Name("D", name.shape, arity=1), name, (k,))
    power, extra = rng.choice(((lambda at: of.name[at], (of,)), (lambda at: substitute(name, {k: at}), ())))
    start, variable = rng.choice(((0, n), (0, r), (1, p), (1, N)))
    if variable in exponent.free_symbols:
        return
    state = Name("S", name.shape, arity=1)
    step = rng.choice((t, sympy.Symbol("s", integer=True)))
    recurrence = Recurrence(state, step, Zero(*name.shape), state[step - 1] + power(step), (), start)
    proof = by_one_step(recurrence, variable, lambda at: Sum(power(i), i, start + 1, at), power, extra, ONE)
    yield from with_near_misses(rng, Candidate(proof, made="sums of powers"), 2)


def _powers_of_each(rng: Random) -> Induction:
    state, variable = Name("S", rng.choice((COLUMN, SQUARE)), arity=2), rng.choice((n, r))
    other = rng.choice((j, p, k))
    factor = rng.choice((M[other], M[other + 1], M[1], Power(M[other], p), M[t]))
    recurrence = Recurrence(state, t, state[0, other], factor * state[t - 1, other], (t, other))
    raised = Power(factor, variable) if not isinstance(factor, Power) else Power(M[other], variable + p - 1)
    statement = Equation(state[variable, other], raised * state[0, other])
    following = Power(raised.base, raised.exponent + 1) * state[0, other]
    base_right = statement.at({variable: sympy.Integer(0)}).right
    steps = (
        Step(factor * state[variable, other], (recurrence,)),
        Step(factor * statement.right, (Hypothesis(statement),)),
        Step(following),
    )
    base = Calculation(state[0, other], (Step(base_right, (recurrence,)),))
    return Induction(statement, variable, base, Calculation(state[variable + 1, other], steps))


V = Name("V", NUMBER)


Source = Any
