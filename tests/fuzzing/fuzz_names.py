"""Proofs in which a name or a symbol is not what it seems: bound, silent, defined elsewhere, or declared to be more.

Also inductions without a foundation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import sympy
from fuzz_expressions import (
    COLUMN,
    CONSTANTS,
    FAMILIES,
    NUMBER,
    ONE,
    SQUARE,
    TWINS,
    A,
    B,
    K,
    Maker,
    N,
    a,
    c,
    d,
    eta,
    f,
    g,
    i,
    j,
    k,
    m,
    n,
    p,
    q,
    r,
    rewritten,
    u,
    v,
    x,
)
from fuzz_impossible import S, not_zero, solutions, variants
from fuzz_proofs import (
    around,
    chain,
    definition,
    loosely,
)
from plain_impossible import Planted, Solution, ones, zeros
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Expr, Identity, Mul, Name, Sum, Zero, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Hypothesis

t = sympy.Symbol("t", integer=True, positive=True)


V = Name("V", NUMBER)


@generator("absurdity")
def numbers_behind_a_name(rng: Random) -> Iterator[Candidate]:
    """D = s u, where D is s u for this s: were D fixed, the cases s = 0 and s = 1 would add up to (2 s - 1) u."""
    s = rng.choice((sympy.Symbol("s", integer=True), n, r))
    silent = rng.random() < 0.6
    power, factor = rng.choice((1, 1, 2)), rng.choice((ONE, 2 * ONE, N))
    D = Definition(Name("D", COLUMN, arity=0 if silent else 1), S(factor * s**power) * u(), () if silent else (s,))
    left = D.name() if silent else D.name[s]
    rest = rng.choice((Zero(*COLUMN), Zero(*COLUMN), u(), x[1]))
    right = S(factor * s**power) * u() + rest
    statement = Impossible(Equation(left + S(a) * v(), right + S(a) * v()), (a,), (u, s))
    cases = tuple(Case(S(1), (), ((s, sympy.Integer(at)),)) for at in (0, 1))
    gap = factor * (2 * s**power - 1) if silent else 0
    scale = sympy.sympify(gap if isinstance(rest, Zero) and silent else 1)
    remainder = Mul((S(scale), u())) if isinstance(rest, Zero) else S(gap) * u() - 2 * rest
    proof = Absurdity(
        statement, cases, remainder, not_zero(u() if isinstance(rest, Zero) else -2 * rest), scale, (), (D,)
    )
    yield Candidate(proof, solutions(rng), "numbers behind a name")
    once = Absurdity(statement, cases[:1], -rest, not_zero(-rest), ONE, (), (D,))
    yield from variants(rng, once, solutions(rng), "numbers behind a name")


@generator("by-coefficients")
def names_left_behind(rng: Random) -> Iterator[Candidate]:
    """E = κ c_1, where E is D by a lemma, and D is c_1; an unknown function of data; an unknown that is defined."""
    datum, kappa, other = rng.choice((c[1], c[t], d[n])), rng.choice((1, 2, -1)), rng.choice((1, 2, 3))
    D, E = (Definition(Name(text, NUMBER), Mul((S(other), datum))) for text in "DE")
    kind, data, unknowns = rng.choice((0, 1, 1, 2, 2, 3, 3)), (c, d), (a, g)
    by: tuple[Any, ...] = (check(Calculation(E.name(), (Step(D.name(), (E, D)),))),)
    left: Expr = E.name()
    if kind == 0:
        by += (D,)
    elif kind == 1:
        by, left = (D,), rng.choice((g(datum) + Mul((S(a), datum)), g(D.name())))
    elif kind == 2:
        five = Definition(K, S(other))
        by, left, unknowns = (five,), Mul((K(), datum)), (a, K) if rng.random() < 0.5 else (a,)
    equation = Equation(left + Mul((S(a), d[0])), Mul((S(kappa), datum)) + Mul((S(a), d[0])))
    shown = other - kappa if kind in (0, 2) else -kappa
    proof = ByCoefficients(
        Impossible(equation, unknowns, data), (Coefficient(datum, S(shown), S(1)),), sympy.Integer(shown), (), by
    )
    slope = sympy.Rational(kappa, 1 if left != g(D.name()) else other)
    identity = Definition(g, Mul((S(slope), V())), (), (V,))
    to_kappa = {K: lambda _, rows, columns: [[kappa]]}
    planted = Solution(lambda _: {a: 0}, to_kappa, (identity,))
    yield from variants(rng, proof, Planted(solutions=(planted,)), "names left behind")


@generator("absurdity")
def bound_names_with_a_meaning(rng: Random) -> Iterator[Candidate]:
    """B u = v, where the unknown B is defined, or the data are; and A u = 0 with the unknown A taken for data."""
    kind, case = rng.randrange(4), Case(S(1))
    rest = rng.choice((Zero(*COLUMN), u(), v()))
    names: tuple[Any, ...] = (a, B) if rng.random() < 0.5 else (a,)
    data: tuple[Any, ...] = (u, v)
    by: tuple[Any, ...] = (Definition(B, rng.choice((Identity(f), 2 * Identity(f)))),)
    left, total = B() * u(), by[0].body.factors[-1] if isinstance(by[0].body, Mul) else by[0].body
    remainder = (2 * u() if total != by[0].body else u()) - rest
    if kind == 1:
        by, names, data = (Definition(u, x[1]),), (a,), rng.choice(((u, v, x), (v, x)))
        left, rest = u(), rng.choice((v(), Zero(*COLUMN)))
        remainder = x[1] - rest
    elif kind == 2:
        by, names, data = (), rng.choice(((a, A), (a,))), rng.choice(((u, v), (u, v, A)))
        if A in names and A in data:
            return
        left, rest = A() * u(), Zero(*COLUMN)
        remainder = left
    extra = Mul((S(a), v())) if v in data else Zero(*COLUMN)
    statement = Impossible(Equation(left + extra, rest + extra), names, data)
    proof = Absurdity(statement, (case,), remainder, not_zero(remainder), ONE, (), by)
    known = Planted(solutions=(Solution(lambda _: {a: 1}, {A: zeros, B: zeros}), Solution(lambda _: {a: 1}, {B: ones})))
    yield from variants(rng, proof, known, "bound names with a meaning")


Source = Any


@generator("calculation")
def sums_from_below(rng: Random) -> Iterator[Candidate]:
    """D_k := Σ k^p c_p over p = 0, …, N, at k = 0: k^0 is 1 there, though p is declared positive."""
    index = rng.choice((p, q, t, n, r, i))
    least = sympy.Integer(1 if index.is_positive else 0)
    low = rng.choice((least - 1, least - 1, least - 1, least, least, least - m, least - 2))
    base = rng.choice([one for one in (k, k, j, n, r) if one != index])
    power = sympy.expand(rng.choice((index - low, index - low, index, index + 1, index - low + 1)))
    family = FAMILIES[rng.choice((NUMBER, COLUMN))][0]
    total = Sum(Mul((S(base**power), family[index])), index, low, rng.choice((N, n if index != n else N, 1 + low)))
    of = Definition(Name("D", family.shape, arity=1), total, (base,))
    sources: tuple[Source, ...] = (of,)
    if rng.random() < 0.3:
        lemma = Calculation(of.left, (Step(total, (of,)),))
        sources = (check(lemma),)
    first: Expr = of.name[rng.choice((0, 0, 0, 0, 1, k, n))]
    if rng.random() < 0.3:
        first = first + rng.choice((of.left, family[0], total))
    yield Candidate(chain(rng, first, sources), made="sums from below")
    right = unfold(first, sources)
    yield Candidate(Calculation(first, (Step(rewritten(rng, right), sources),)), made="sums from below")


@generator("induction")
def without_a_foundation(rng: Random) -> Iterator[Candidate]:
    """Z_n = w_n + κ, where only the step holds, or only the base, or the hypothesis is another one."""
    shape = rng.choice((NUMBER, COLUMN))
    family, constant, variable = FAMILIES[shape][0], CONSTANTS[shape][0](), rng.choice((n, r, p))
    least = sympy.Integer(1 if variable.is_positive else 0)
    name = Name("S", shape, arity=1)
    initial = rng.choice((Zero(*shape), constant, name[least]))
    state = Recurrence(name, t, initial, name[t - 1] + family[t], (), int(least))
    extra = rng.choice((initial, initial, initial, constant, Zero(*shape), Mul((S(variable), constant))))

    def value(at: Any) -> Expr:
        return extra + Sum(family[i], i, least + 1, at)

    statement = Equation(name[variable], value(variable))
    begin = rng.choice((least, least, least, least + 1, least - 1, variable))
    base = Calculation(name[begin], (Step(statement.at({variable: begin}).right, (state,)),))
    if rng.random() < 0.2:
        hypothesis = Hypothesis(statement.at({variable: begin}))
        base = Calculation(name[begin], (Step(hypothesis.statement.right, (hypothesis,)),))
    wrong = replace(statement, right=statement.right + constant)
    ahead_of = statement.at({variable: variable + 1})
    elsewhere = Equation(name[k], value(k))
    supposed = rng.choice((statement, statement, statement, wrong, ahead_of, elsewhere))
    right = statement.at({variable: variable + 1}).right
    lines: tuple[Step, ...] = (
        Step(name[variable] + family[variable + 1], (state,)),
        Step(supposed.right + family[variable + 1], (Hypothesis(supposed),)),
        Step(right),
    )
    if supposed.left == name[variable + 1]:
        lines = (Step(right, (Hypothesis(supposed),)),)
    ahead = variable + rng.choice((1, 1, 1, 1, 1, 2))
    step = Calculation(name[ahead], (*lines[:-1], replace(lines[-1], expr=statement.at({variable: ahead}).right)))
    yield Candidate(Induction(statement, variable, base, step), made="without a foundation")
    alone = Calculation(name[variable], (Step(supposed.right, (Hypothesis(supposed),)),))
    yield Candidate(Induction(statement, variable, base, alone), made="without a foundation")
    start = Calculation(name[least], (Step(initial, (state,)),))
    yield Candidate(Induction(Equation(name[variable], initial), variable, start, start), made="without a foundation")


@generator("induction")
def from_a_later_start(rng: Random) -> Iterator[Candidate]:
    """D_k is defined for k ≥ 1: what holds for n + 1 and at 1 need not hold at 0."""
    shape, variable = rng.choice((NUMBER, COLUMN, SQUARE)), rng.choice((n, r, p, q))
    index, least = (
        rng.choice((t, t, k, sympy.Symbol("s", integer=True))),
        sympy.Integer(1 if variable.is_positive else 0),
    )
    body = Maker(rng, 0.02).expr(shape, 1, (index,))
    of = Definition(Name("D", shape, arity=1), body, (index,))
    statement = Equation(of.name[variable], substitute(body, {index: variable}))
    base, step = (
        Calculation(of.name[at], (Step(statement.at({variable: at}).right, (of,)),))
        for at in (rng.choice((least, least, sympy.Integer(1))), variable + 1)
    )
    yield Candidate(Induction(statement, variable, base, step), made="from a later start")


@generator("calculation")
def by_a_hypothesis(rng: Random) -> Iterator[Candidate]:
    """A hypothesis outside its own induction is no reason."""
    of = definition(rng, "D", arity=1)
    statement = Equation(of.left, of.body + rng.choice((of.body, Zero(*of.body.shape), Zero(*of.body.shape))))
    sources = rng.choice(((Hypothesis(statement),), (of, Hypothesis(statement)), (of,)))
    yield Candidate(Calculation(of.left, (Step(statement.right, sources),)), made="by a hypothesis")
    yield Candidate(chain(rng, around(rng, of), (of,)), made="by a hypothesis")


@generator("induction")
def behind_a_name(rng: Random) -> Iterator[Candidate]:
    """W_n = 0, where W_k := k (K - (k - 1) v), but K is n v for one n."""
    shape, variable = rng.choice((NUMBER, COLUMN)), rng.choice((n, r))
    one = FAMILIES[shape][1][0]
    silent = rng.choice((variable, variable, variable, m, p))
    of_K = Definition(Name("Q", shape), Mul((S(silent), one)))
    of_W = Definition(Name("W", shape, arity=1), Mul((S(k), of_K.name())) - Mul((S(k * (k - 1)), one)), (k,))
    by: tuple[Source, ...] = (of_W, of_K)
    if rng.random() < 0.3:
        by = (of_W, check(Calculation(of_K.left, (Step(of_K.body, (of_K,)),))))
    for right in (Zero(*shape), Mul((S(variable), of_K.name())) - Mul((S(variable * (variable - 1)), one))):
        statement = Equation(of_W.name[variable], right)
        base, step = (
            Calculation(of_W.name[at], (Step(statement.at({variable: at}).right, by),))
            for at in (sympy.Integer(0), variable + 1)
        )
        yield Candidate(Induction(statement, variable, base, step), made="behind a name")


@generator("calculation")
def silent_under_a_sum(rng: Random) -> Iterator[Candidate]:
    """Σ_n K over n, where K is x_n for one n; and what is put into a sum that binds its index."""
    symbol, shape = rng.choice((n, p, k, N, r)), rng.choice((NUMBER, COLUMN))
    family = FAMILIES[shape][0]
    bound = rng.choice((symbol, symbol, *TWINS[symbol], j, i))
    if not bound.is_integer:
        return
    silent = rng.random() < 0.4
    if silent:
        of = Definition(Name("D", shape), rng.choice((family[symbol], S(a**symbol) * family[1])))
        inside: Expr = of.name()
    else:
        scale = rng.choice((d[k], S(a**n) * c[k], S(eta) * d[k + 1]))
        of = Definition(Name("D", shape, arity=1), Sum(Mul((scale, family[i])), i, 1, N), (k,))
        bound, inside = rng.choice((i, i, i, j, sympy.Symbol("i", integer=True, positive=True))), of.name[i]
        inside = of.name[bound]
    by: tuple[Source, ...] = (of,)
    if rng.random() < 0.4:
        by = (check(Calculation(of.left, (Step(of.body, (of,)),))),)
    first = Mul((c[bound], inside)) if rng.random() < 0.5 else inside
    if silent or rng.random() < 0.25:
        first = Sum(first, bound, 1, rng.choice((N, m, 2 * ONE)))
    yield Candidate(Calculation(first, (Step(loosely(rng, first, by[0]), by),)), made="silent under a sum")
    yield Candidate(Calculation(first, (Step(unfold(first, by), by),)), made="silent under a sum")


@generator("calculation")
def names_that_look_alike(rng: Random) -> Iterator[Candidate]:
    """Two symbols of one name: what holds of one is said of the other."""
    of = definition(rng, "D", 0.0)
    first = around(rng, of, 0.0)
    right = unfold(first, [of])
    yield Candidate(chain(rng, first, (of,)), made="names that look alike")
    symbols = sorted(right.depends_on - {f}, key=lambda s: (s.name, str(s.assumptions0)))
    if not symbols:
        return
    old = rng.choice(symbols)
    other = substitute(right, {old: rng.choice(TWINS.get(old, (old,)))})
    for total, body in ((first, other), (first + right, right + other), (first + other, right + other)):
        yield Candidate(Calculation(total, (Step(body, (of,)),)), made="names that look alike")
