"""Recurrences as they are written: indices that declare too much, starts that depend on the index, other steps."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import sympy
from fuzz_expressions import COLUMN, CONSTANTS, FAMILIES, NUMBER, ONE, N, a, eta, f, j, k, n, p, r, rewritten
from fuzz_impossible import S
from fuzz_proofs import by_one_step, value_for, with_near_misses
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Expr, Mul, Name, Sum, Zero, free_symbols
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step

#: Indices that count steps: any integer, those from 0 on, those from 1 on.
STEPS = (
    sympy.Symbol("t", integer=True),
    sympy.Symbol("t", integer=True, nonnegative=True),
    sympy.Symbol("t", integer=True, positive=True),
)


def state(rng: Random) -> Recurrence:
    """A recurrence that is mostly as it should be, but for one thing."""
    shape, step = rng.choice((NUMBER, COLUMN)), rng.choice(STEPS)
    start = rng.choice((0, 0, 0, 1, -1, -1, -2, -3, 2))
    other = () if rng.random() < 0.75 else (j,)
    name = Name("S", shape, arity=1 + len(other))
    family = FAMILIES[shape][0]
    before = name[(step - 1, *other)]
    added = rng.choice((family[step], family[step + 1], Mul((S(a**step), family[step])), Mul((S(step), family[1]))))
    factor = rng.choice((ONE, ONE, a, eta))
    first = name[(sympy.Integer(start), *other)]
    initial: Any = rng.choice((Zero(*shape), first, CONSTANTS[shape][0](), family[start]))
    kind = rng.random()
    if kind < 0.3:
        initial = rng.choice((family[step], family[step - 1], step * family[0], (step + 1) * family[step]))
    elif kind < 0.5:
        at = rng.choice((step, step + 1, step - 2, k, n, sympy.Integer(start), sympy.Integer(start + 1), start - ONE))
        before = name[(at, *other)]
    elif kind < 0.55:
        initial = 2 * first
    body = (before if factor == 1 else factor * before) + added
    return Recurrence(name, step, initial, body, (step, *other), start)


@generator("calculation")
def recurrences_as_written(rng: Random) -> Iterator[Candidate]:
    """A state at its start, a step later, and at any step."""
    of = state(rng)
    other = of.indices[1:]
    least = sympy.Integer(of.start)
    later = n, p, n + 1, p + 1, n + of.start + 1, of.index
    for at in rng.sample((least, least, least + 1, least + 2, sympy.Integer(0), ONE, *later), 4):
        first = of.name[(at, *other)]
        extra = rng.choice((None, None, FAMILIES[first.shape][-1][1]))
        total = first if extra is None else first + extra
        right = unfold(total, [of])
        if right == total:
            continue
        if rng.random() < 0.25:
            right = rewritten(rng, right)
        yield Candidate(Calculation(total, (Step(right, (of,)),)), made="a recurrence as it is written")
    behind = Definition(Name("E", first.shape, arity=1), of.name[(k, *other)], (k,)) if not other else None
    if behind is not None:
        lemma = check(Calculation(first, (Step(unfold(first, [of]), (of,)),)))
        app = behind.name[at]
        proof = Calculation(app, (Step(lemma.statement.right, (behind, lemma)),))
        yield Candidate(proof, made="a recurrence behind a name")


@generator("specialisation")
def recurrences_specialised(rng: Random) -> Iterator[Candidate]:
    """A step of a state, at the start and before."""
    of = state(rng)
    first = of.name[(rng.choice((n, p, n + 1, n + of.start + 1, k, r)), *of.indices[1:])]
    right = unfold(first, [of])
    if right == first:
        return
    theorem = check(Calculation(first, (Step(right, (of,)),)))
    symbols = sorted(theorem.statement.free - {f}, key=lambda s: (s.name, str(s.assumptions0)))
    for _ in range(3 if symbols else 0):
        symbol = rng.choice(symbols)
        value = rng.choice((sympy.Integer(of.start), 0 * ONE, value_for(rng, symbol, symbols)))
        yield Candidate(Specialisation(theorem, {symbol: value}), made="a recurrence, specialised")


@generator("induction")
def closed_forms_as_written(rng: Random) -> Iterator[Candidate]:
    """S_n = Σ over the steps up to n, from the start on or from the first step that the index declares."""
    shape, step, start = rng.choice((NUMBER, COLUMN)), rng.choice(STEPS), rng.choice((0, 0, 1, -1, -1, -2))
    name, family = Name("S", shape, arity=1), FAMILIES[shape][0]
    variable = rng.choice((n, r) if start < 1 else (p, N))
    initial: Expr = rng.choice((Zero(*shape), name[start], family[step], family[start]))
    if start < 0 and rng.random() < 0.7:
        initial = name[start]
    of = Recurrence(name, step, initial, name[step - 1] + family[step], (), start)
    low = rng.choice((start + 1, start + 1, start + 1, 1, 0))
    begun: Expr = of.initial if step not in free_symbols(of.initial) else family[start]

    def value(at: Any) -> Expr:
        return Sum(family[j], j, low, at) + begun

    proof = by_one_step(of, variable, value, lambda at: family[at], (), ONE)
    yield from with_near_misses(rng, Candidate(proof, made="a closed form as it is written"), 2)
