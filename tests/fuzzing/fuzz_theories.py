"""Several theorems put together: chains of lemmas, functions of two arguments, states with two indices."""

from __future__ import annotations

from collections.abc import Iterator
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
    K,
    Maker,
    N,
    a,
    c,
    d,
    eta,
    i,
    j,
    k,
    m,
    n,
    p,
    r,
    rewritten,
    u,
    v,
    x,
    y,
)
from fuzz_impossible import G, S
from fuzz_proofs import (
    any_lemma,
    applied,
    around,
    chain,
    datum,
    definition,
    loosely,
    recurrence,
    value_for,
    with_near_misses,
)
from plain_statements import NOTHING, Given
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.extensions.laws import Normal
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Mul, Name, Sum, Zero, names
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Theorem

t = sympy.Symbol("t", integer=True, positive=True)


V = Name("V", NUMBER)


Source = Any


@generator("calculation")
def two_arguments(rng: Random) -> Iterator[Candidate]:
    """F_k(V, U) at arguments in which V, U and k occur themselves."""
    shape = rng.choice((NUMBER, COLUMN))
    data = CONSTANTS[shape][0], rng.choice((Name("V", shape), *CONSTANTS[shape][1:]))
    if data[0] == data[1]:
        data = data[0], Name("V", shape)
    first, second = (one() for one in data)
    family, index = FAMILIES[shape][0], rng.choice((k, n, p))
    bodies = (
        first + 2 * second,
        Mul((S(a**index) if index != k else S(eta), first)) + Mul((c[index], second)),
        first + Sum(Mul((c[i], second)), i, 1, N),
        Mul((first.T, second, family[index])) if shape == COLUMN else Mul((first, second, first)),
        Sum(family[i], i, 1, N) + first - second,
    )
    of = Definition(Name("F", shape, arity=1, takes=(shape, shape)), rng.choice(bodies), (index,), data)
    arguments = [
        first,
        second,
        family[i],
        family[index],
        first + second,
        2 * second,
        Zero(*shape),
        u() if shape != NUMBER else K(),
    ]
    at = rng.choice((index, index, 2 * ONE, n + 1, p, N, i))
    app: Expr = of.name.at((at,), tuple(rng.choice(arguments) for _ in data))
    if rng.random() < 0.3:
        app = of.name.at((at,), (app, rng.choice(arguments)))
    if rng.random() < 0.4:
        app = Sum(app, i, 1, rng.choice((N, m)))
    by: tuple[Source, ...] = (of,)
    if rng.random() < 0.25:
        inner = of.name.at((index,), (first, second))
        behind = Definition(Name("E", shape, arity=1), inner, (index,)) if index != i else of
        by, app = (behind, of), behind.name[at] if at != i else app
    yield Candidate(chain(rng, app, by), made="two arguments")
    yield Candidate(Calculation(app, (Step(loosely(rng, app, of), by),)), made="two arguments")
    if isinstance(app, App) and app.name == of.name:
        lemma = check(Calculation(app, (Step(unfold(app, [of]), by),)))
        other = of.name.at(app.indices, tuple(rng.choice((one, rng.choice(arguments))) for one in app.arguments))
        used = Calculation(other + first, (Step(unfold(app, [of]) + first, (lemma,)),))
        yield Candidate(used, made="a lemma at another argument")


@generator("induction")
def states_with_two_indices(rng: Random) -> Iterator[Candidate]:
    """S_{n,j} = Σ a^(n-i) G_{i,j}; and the diagonal, of which nothing follows."""
    other, variable = rng.choice((j, p, k)), rng.choice((n, r))
    name = Name("S", NUMBER, arity=2)
    factor = rng.choice((ONE, a, eta))
    place = rng.choice(((lambda at: (at, other)), (lambda at: (at, other + 1)), (lambda at: (other, at))))
    state = Recurrence(name, t, Zero(1, 1), Mul((S(factor), name[t - 1, other])) + G[place(t)], (t, other))
    diagonal = rng.random() < 0.3

    def app(at: Any) -> App:
        return name[at, at] if diagonal else name[at, other]

    def value(at: Any) -> Expr:
        inside = (lambda one: G[place(one)]) if not diagonal else (lambda one: G[one, one])
        return Sum(Mul((S(factor ** (at - i)), inside(i))), i, 1, at)

    statement = Equation(app(variable), value(variable))
    drive = G[place(variable + 1)] if not diagonal else G[variable + 1, variable + 1]
    steps = (
        Step(Mul((S(factor), app(variable))) + drive, (state,)),
        Step(Mul((S(factor), value(variable))) + drive, (Hypothesis(statement),)),
        Step(value(variable + 1)),
    )
    base = Calculation(app(0), (Step(value(sympy.Integer(0)), (state,)),))
    yield from with_near_misses(
        rng,
        Candidate(Induction(statement, variable, base, Calculation(app(variable + 1), steps)), made="two indices"),
        2,
    )


def theory(rng: Random, length: int) -> tuple[Theorem, Given]:
    """A chain of lemmas, each of which uses the one before; some are specialised, or instances."""
    shape = rng.choice((NUMBER, COLUMN))
    lemma, given = any_lemma(rng) if rng.random() < 0.3 else (_first(rng, shape), NOTHING)
    for step in range(length):
        maker = Maker(rng, 0.03)
        indices = tuple(rng.sample((j, k, p, n), rng.choice((0, 1, 1, 2))))
        below = applied(rng, lemma, indices, 0.04)
        body = Mul((S(maker.scalar(indices)), below)) + maker.atom(below.shape, indices)
        if rng.random() < 0.25:
            bound, (low, high) = maker.bound_index(indices), maker.bounds()
            body = Sum(applied(rng, lemma, (*indices, bound), 0.04), bound, low, high)
        of = Definition(Name("DEHQR"[step], below.shape, arity=len(indices)), body, indices)
        own = tuple(rng.choice((one, one, one, p, n, k, N)) for one in indices)
        left = of.name[own] if own else of.name()
        right = unfold(unfold(left, [of]), [lemma])
        lemma = check(Calculation(left, (Step(right if rng.random() < 0.6 else rewritten(rng, right), (of, lemma)),)))
        if rng.random() < 0.2:
            lemma = _particular(rng, lemma)
    return lemma, given


def _first(rng: Random, shape: Any) -> Theorem:
    of = definition(rng, "F", 0.02, shape, rng.choice((0, 1, 1)))
    if of.name.takes:
        of = definition(rng, "F", 0.02, shape, 1)
    return check(Calculation(of.left, (Step(of.body, (of,)),)))


def _particular(rng: Random, theorem: Theorem) -> Theorem:
    """The theorem at a value, or for other data; ValueError where that is refused."""
    symbols = sorted(theorem.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    known = [one for one in names(theorem.statement.right) if one in (x, y, c, d, u, v, K)]
    if known and rng.random() < 0.5:
        return check(Instance(theorem, (datum(rng, rng.choice(known)),)))
    chosen = [one for one in symbols if not any(one in meaning.free for meaning in theorem.meanings.values())]
    if not chosen:
        return theorem
    symbol = rng.choice(chosen)
    return check(Specialisation(theorem, {symbol: value_for(rng, symbol, symbols)}))


@generator("calculation")
def chains_of_lemmas(rng: Random) -> Iterator[Candidate]:
    lemma, given = theory(rng, rng.choice((1, 2, 2, 3)))
    for _ in range(3):
        yield Candidate(chain(rng, around(rng, lemma, 0.05), (lemma,)), given, "a chain of lemmas")
    first = around(rng, lemma, 0.05)
    yield Candidate(Calculation(first, (Step(loosely(rng, first, lemma), (lemma,)),)), given, "a chain of lemmas")


@generator("specialisation")
def chains_specialised(rng: Random) -> Iterator[Candidate]:
    lemma, given = theory(rng, rng.choice((1, 2, 2)))
    theorem = check(chain(rng, around(rng, lemma, 0.03), (lemma,)))
    symbols = sorted(theorem.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    silent = frozenset().union(*(meaning.free for meaning in theorem.meanings.values()))
    for _ in range(5):
        free = [one for one in symbols if one not in silent or rng.random() < 0.15]
        if free:
            symbol = rng.choice(free)
            proof = Specialisation(theorem, {symbol: value_for(rng, symbol, symbols)})
            yield Candidate(proof, given, "a chain, specialised")


@generator("instance")
def chains_with_data(rng: Random) -> Iterator[Candidate]:
    lemma, given = theory(rng, rng.choice((1, 2, 2)))
    if lemma.assumptions and rng.random() < 0.9:
        return
    theorem = check(chain(rng, around(rng, lemma, 0.03), (lemma,)))
    inside = {*names(theorem.statement.right)}.union(*(names(one.body) for one in theorem.meanings.values()))
    data = [one for one in (x, y, c, d, u, v, K) if one in inside]
    for _ in range(4 if data else 0):
        yield Candidate(Instance(theorem, (datum(rng, rng.choice(data)),)), given, "a chain with data put in")


def _lemma(rng: Random, shape: Any, arity: int) -> tuple[Theorem, Given]:
    """A lemma about one name, of few names: often two lemmas are about the same one."""
    if rng.random() < 0.08:
        mean = Mean(
            Name("E", NUMBER),
            rng.choice((c[1] * c[1], c[1] * c[2], d[1] * d[1] * c[1] * c[1])),
            ((c, Normal(1)), (d, Normal(1))),
        )
        value = ONE if mean.body != c[1] * c[2] else 0 * ONE
        return check(Expectation(mean, S(value))), NOTHING
    text = rng.choice("DDDDDE")
    if rng.random() < 0.2:
        state = recurrence(rng, text)
        left = state.at(state.start + 1)
        return check(Calculation(left, (Step(unfold(left, [state]), (state,)),))), NOTHING
    name, index = Name(text, shape, arity=arity), rng.choice((k, n, p))
    body = rng.choice((Maker(rng).atom(shape, (index,)), CONSTANTS[shape][0](), Maker(rng).expr(shape, 1)))
    of = Definition(name, body, (index,) if arity else ())
    if rng.random() < 0.25:
        return check(Assumption(f"{text} is known", Equation(of.left, body))), Given((of,))
    return check(Calculation(of.left, (Step(body, (of,)),))), NOTHING


@generator("calculation")
def theorems_together(rng: Random) -> Iterator[Candidate]:
    """Two theorems about the same names, or of which one defines what is data in the other."""
    shape = rng.choice((NUMBER, NUMBER, COLUMN, SQUARE))
    arity = rng.choice((0, 1))
    (one, given), (other, more) = _lemma(rng, shape, arity), _lemma(rng, shape, arity)
    sources: tuple[Source, ...] = (one, other)
    given = Given((*given.meanings, *more.meanings))
    if rng.random() < 0.3:
        family = rng.choice(FAMILIES[shape])
        replaced = rng.choice((CONSTANTS[shape][-1](), 2 * family[0] if rng.random() < 0.1 else Zero(*shape)))
        of = Definition(family, rng.choice((replaced, S(eta) * CONSTANTS[shape][0]())), (k,))
        sources = (*sources[:1], of)
        if rng.random() < 0.3:
            sources = (sources[0], check(Calculation(of.left, (Step(of.body, (of,)),))))
    lefts = [applied(rng, source, wild=0.05) for source in sources]
    rights = [unfold(left, [source]) for left, source in zip(lefts, sources, strict=True)]
    both = Step(lefts[0], sources[:1]), Step(unfold(lefts[0], sources[1:]), sources[1:])
    yield Candidate(Calculation(rights[0], both), given, "theorems together")
    if lefts[0].shape == lefts[1].shape:
        first: Expr = lefts[0] + lefts[1]
        rest: Expr = rights[0] + rights[1]
    else:
        number, matrix = sorted((0, 1), key=lambda place: lefts[place].shape != NUMBER)
        if lefts[number].shape != NUMBER:
            return
        first, rest = Mul((lefts[number], lefts[matrix])), Mul((rights[number], rights[matrix]))
    yield Candidate(Calculation(first, (Step(rest, sources),)), given, "theorems together")
    middle = Step(first + lefts[0] - rights[0], sources[:1])
    yield Candidate(Calculation(first, (middle, Step(rest, sources))), given, "theorems together")
    yield Candidate(chain(rng, first, sources), given, "theorems together")
