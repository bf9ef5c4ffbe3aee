"""Proofs of equations, gradients and limits for the fuzzer: true ones, and near misses of all kinds.

A near miss is a true proof with one thing changed (`faulty`), a use of a source beyond where it holds (`loosely`), or
something that was once a hole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
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
    M,
    Maker,
    N,
    a,
    b,
    c,
    d,
    eta,
    faulty,
    g,
    h,
    i,
    j,
    k,
    l,
    m,
    n,
    p,
    q,
    r,
    rewritten,
    taken_apart,
    u,
    v,
    x,
    y,
)
from plain_statements import NOTHING, Given
from theorem_fuzzer import Candidate, generator, suppress_refusals
from vocabulary import rebuild

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.extensions.limits import Limit, Passage
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import (
    App,
    Blocks,
    Expr,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Zero,
    inner,
    names,
    substitute,
)
from gdssm_symbolic.kernel.proofs import Calculation, GradientExpansion, Induction, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Theorem

SHAPES = (NUMBER, COLUMN, SQUARE)
Build = Callable[[Random], Candidate]


def with_near_misses(rng: Random, true: Candidate, faults: int = 2) -> Iterator[Candidate]:
    """The proof itself, and the same with small faults."""
    yield true
    for _ in range(faults):
        changed = None
        with suppress_refusals():  # of what it is made of
            changed = faulty(rng, true.proof)
        if changed is not None:
            yield Candidate(changed, true.given, f"{true.made}, altered")


# ---- sources -------------------------------------------------------------------------------------


def definition(rng: Random, text: str, wild: float = 0.05, shape: Any = None, arity: int | None = None) -> Definition:
    """A name with 0, 1 or 2 indices, and perhaps a matrix argument, and what it stands for."""
    maker, shape = Maker(rng, wild), shape or rng.choice(SHAPES)
    arity = rng.choice((0, 1, 1, 1, 2)) if arity is None else arity
    indices = tuple(rng.sample((j, k, p, q, n, r), arity))
    if arity == 0 and rng.random() < 0.3:
        return function(rng, text, wild, shape)
    body = maker.expr(shape, rng.choice((1, 2)), indices)
    return Definition(Name(text, shape, arity=arity), body, indices)


def function(rng: Random, text: str, wild: float = 0.05, shape: Any = NUMBER) -> Definition:
    """A function of a matrix, perhaps with an index."""
    maker, takes = Maker(rng, wild), rng.choice((NUMBER, COLUMN))
    parameter, indices = Name("V", takes), rng.choice(((), (p,), (k,)))
    number = parameter() if takes == NUMBER else maker.atom(COLUMN, indices).T * parameter()
    body = Mul((number, maker.expr(shape, 1, indices))) + maker.atom(shape, indices)
    return Definition(Name(text, shape, arity=len(indices), takes=(takes,)), body, indices, (parameter,))


def recurrence(rng: Random, text: str, wild: float = 0.05) -> Recurrence:
    """A state that is multiplied by something and added to at every step."""
    shape, maker = rng.choice(SHAPES), Maker(rng, wild)
    step = rng.choice((n, n, p, k, sympy.Symbol("t", integer=True, positive=True), sympy.Symbol("t", integer=True)))
    if rng.random() < 0.25:
        return _with_two_indices(rng, text, shape, step)
    name = Name(text, shape, arity=1)
    start = rng.choice((0, 0, 0, 1, 1, -1, -2, 2))
    initial = rng.choice((Zero(*shape), name[start], maker.atom(shape)))
    before = name[step - 1]
    factor = Scalar(maker.scalar()) if shape == NUMBER or rng.random() < 0.5 else rng.choice((A(), B()))
    return Recurrence(name, step, initial, factor * before + maker.expr(shape, 1, (step,)), (), start)


def _with_two_indices(rng: Random, text: str, shape: Any, step: sympy.Symbol) -> Recurrence:
    """A state for every value of another index."""
    other = rng.choice([one for one in (p, q, r, k, j) if one.name != step.name])
    indices = (step, other) if rng.random() < 0.6 else (other, step)
    name, start, maker = Name(text, shape, arity=2), rng.choice((0, 0, 1)), Maker(rng, 0.05)
    before = name[tuple(one - 1 if one == step else one for one in indices)]
    initial = rng.choice((Zero(*shape), maker.expr(shape, 1, (other,)), FAMILIES[shape][0][other]))
    return Recurrence(
        name, step, initial, Scalar(maker.scalar()) * before + maker.expr(shape, 1, (step, other)), indices, start
    )


def applied(rng: Random, source: Any, bound: tuple[sympy.Symbol, ...] = (), wild: float = 0.15) -> App:
    """The name of a source at random indices and arguments."""
    maker = Maker(rng, wild)
    left = source.statement.left if isinstance(source, Theorem) else source.left
    name = left.name
    own = list(left.indices)
    indices = tuple(maker.index(bound) for _ in own)
    if rng.random() < 0.4:
        indices = tuple(one if rng.random() < 0.6 else other for one, other in zip(own, indices, strict=True))
    if isinstance(source, Theorem) and left.arguments:
        at = dict(zip(own, indices, strict=True))
        symbols = {symbol: value for symbol, value in at.items() if symbol.is_Symbol}
        return name.at(indices, tuple(substitute(argument, symbols) for argument in left.arguments))
    return name.at(indices, tuple(maker.expr(shape, rng.choice((0, 1)), bound) for shape in name.takes))


def around(rng: Random, source: Any, wild: float = 0.1) -> Expr:
    """An expression with a source's name in it: alone, in a sum, in a product, in a function, in a trace."""
    maker = Maker(rng, wild)
    index, (low, high) = maker.bound_index(()), maker.bounds()
    kind = rng.randrange(7)
    if kind < 2:
        return applied(rng, source, wild=wild)
    if kind < 4:
        inside = applied(rng, source, (index,), wild)
        if rng.random() < 0.3:
            inside = Mul((Scalar(maker.scalar((index,))), inside))
        return Sum(inside, index, low, high)
    app = applied(rng, source, wild=wild)
    if kind == 4:
        return app + maker.expr(app.shape, 1)
    if kind == 5:
        return g(app) if app.shape == NUMBER else h(app) if app.shape == COLUMN else Trace(app * maker.expr(SQUARE, 1))
    other = maker.expr(app.shape, 1)
    return app.T * other if app.shape == COLUMN else Mul((app, other))


def loosely(rng: Random, expr: Expr, source: Any) -> Expr:
    """A source put in wherever its name stands, whatever the indices are: what a careless checker would do."""
    left, right = _sides(source)

    def go(node: Expr) -> Expr:
        parts = tuple(map(go, node.children))
        built = rebuild(node, parts) if parts else node
        if not isinstance(built, App) or built.name != left.name:
            return built
        values: dict[sympy.Symbol, sympy.Expr] = {}
        for pattern, value in zip(left.indices, built.indices, strict=True):
            if pattern.is_Symbol and (pattern not in values or rng.random() < 0.5):
                values[pattern] = value
            elif not pattern.is_Symbol and len(pattern.free_symbols) == 1 and rng.random() < 0.3:
                (symbol,) = pattern.free_symbols
                values.setdefault(symbol, sympy.expand(value - pattern + symbol))
        parameters = source.parameters if isinstance(source, Definition) else ()
        return substitute(right, values, dict(zip(parameters, built.arguments, strict=False)))

    return go(expr)


def _sides(source: Any) -> tuple[App, Expr]:
    if isinstance(source, Theorem):
        return source.statement.left, source.statement.right
    return source.left, source.body


def replaced_by(rng: Random, expr: Expr, sources: tuple[Any, ...]) -> Expr:
    """The expression with its sources put in, as the library does it, or loosely."""
    for source in sources:
        expr = unfold(expr, [source]) if rng.random() < 0.75 else loosely(rng, expr, source)
    return expr


def chain(rng: Random, first: Expr, sources: tuple[Source, ...]) -> Calculation:
    """A calculation that puts the sources in and rewrites what comes out."""
    steps = [Step(replaced_by(rng, first, sources), sources)]
    if rng.random() < 0.5:
        steps.append(Step(rewritten(rng, steps[-1].expr, rng.choice((1, 2)))))
    if rng.random() < 0.5:
        steps = [Step(steps[-1].expr, sources)]
    return Calculation(first, tuple(steps))


# ---- lemmas --------------------------------------------------------------------------------------


def lemma_from_definition(rng: Random) -> tuple[Theorem, Given]:
    """name[indices] = what it is, at the indices of its definition, at others, at compounds, or at equal ones."""
    of = definition(rng, "Q", 0.03, arity=rng.choice((1, 1, 2, 2)))
    while of.name.takes:
        of = definition(rng, "Q", 0.03, arity=2)
    own = [rng.choice((p, q, n, k, N, rng.choice(of.indices))) for _ in of.indices]
    if len(own) == 2 and rng.random() < 0.7:
        own[1] = rng.choice((own[0], own[0] + 1, sympy.Integer(3), 2 * own[0], own[0] - 1))
    left = of.name[tuple(own)]
    right = unfold(left, [of])
    proof = Calculation(left, (Step(rewritten(rng, right, rng.choice((0, 1))), (of,)),))
    return check(proof), NOTHING


def lemma_at_a_compound(rng: Random) -> tuple[Theorem, Given]:
    """Q[q, q + 1] = x[q] + 2 x[q + 1], and the like: a symbol stands in two indices."""
    shape, index = rng.choice(SHAPES), rng.choice((q, n, p, k, N))
    first, second = FAMILIES[shape][0], FAMILIES[shape][-1]
    of = Definition(Name("Q", shape, arity=2), first[j] + 2 * second[k], (j, k))
    other = rng.choice((index + 1, index - 1, 2 * index, index + m, N - index if index != N else N + 1, index))
    left = of.name[rng.choice(((index, other), (other, index)))]
    return check(Calculation(left, (Step(unfold(left, [of]), (of,)),))), NOTHING


def lemma_from_assumption(rng: Random) -> tuple[Theorem, Given]:
    """Z_n = something, taken from elsewhere; Z is then evaluated as that."""
    shape = rng.choice(SHAPES)
    index = rng.choice((n, p, k, q))
    name = Name("Z", shape, arity=1)
    body = Maker(rng, 0.05).expr(shape, 1, (index,))
    if rng.random() < 0.2:
        body = Maker(rng, 0.0).expr(shape, 1)
    theorem = check(Assumption("Z is known", Equation(name[index], body)))
    return theorem, Given((Definition(name, body, (index,)),))


def lemma_about_a_constant(rng: Random) -> tuple[Theorem, Given]:
    """K = something that depends on a free symbol, perhaps one that is later varied."""
    shape = rng.choice(SHAPES)
    name = Name("Z", shape)
    body = Maker(rng, 0.0).expr(shape, 1, rng.choice(((), (p,), (n,), (k,))))
    theorem = check(Assumption("Z is known", Equation(name(), body)))
    return theorem, Given((Definition(name, body),))


def lemma_by_induction(rng: Random) -> tuple[Theorem, Given]:
    return check(closed_form(rng)), NOTHING


def lemma_about_a_function(rng: Random) -> tuple[Theorem, Given]:
    """F_p(x_p) = something."""
    of = function(rng, "F", 0.03)
    indices = tuple(rng.choice((p, q, k, N)) for _ in of.indices)
    argument = Maker(rng).atom(of.name.takes[0], indices)
    left = of.name.at(indices, (argument,))
    return check(Calculation(left, (Step(unfold(left, [of]), (of,)),))), NOTHING


def any_lemma(rng: Random) -> tuple[Theorem, Given]:
    return rng.choice(LEMMAS)(rng)


# ---- calculations --------------------------------------------------------------------------------


@generator("calculation")
def by_definitions(rng: Random) -> Iterator[Candidate]:
    first = definition(rng, "D")
    sources: tuple[Any, ...] = (first,)
    if rng.random() < 0.4:  # a definition that uses another
        left = applied(rng, first, wild=0.05)
        indices = tuple(rng.sample((j, p, n), rng.choice((0, 1))))
        body = Mul((Scalar(Maker(rng).scalar(indices)), left)) + Maker(rng).expr(left.shape, 1, indices)
        second = Definition(Name("E", left.shape, arity=len(indices)), body, indices)
        sources = (second, first)
    yield from with_near_misses(rng, Candidate(chain(rng, around(rng, sources[0]), sources), made="definitions"))


@generator("calculation")
def by_a_recurrence(rng: Random) -> Iterator[Candidate]:
    state = recurrence(rng, "S")
    proof = chain(rng, around(rng, state), tuple(state for _ in range(rng.choice((1, 1, 2)))))
    yield from with_near_misses(rng, Candidate(proof, made="a recurrence"))


@generator("calculation")
def by_lemmas(rng: Random) -> Iterator[Candidate]:
    lemma, given = any_lemma(rng)
    sources: tuple[Any, ...] = (lemma,)
    if rng.random() < 0.4:
        below = applied(rng, lemma, rng.choice(((), (p,), (j,))), wild=0.05)
        index = rng.choice((p, j, n))
        of = Definition(Name("E", below.shape, arity=1), below + Maker(rng).expr(below.shape, 1, (index,)), (index,))
        sources = (of, lemma)
    yield from with_near_misses(rng, Candidate(chain(rng, around(rng, sources[0]), sources), given, "lemmas"))


@generator("calculation")
def by_a_compound_lemma(rng: Random) -> Iterator[Candidate]:
    """A lemma about Q[q, q + 1], used at all sorts of indices."""
    theorem, given = rng.choice((lemma_from_definition, lemma_at_a_compound))(rng)
    left, right = theorem.statement.left, theorem.statement.right
    indices = list(left.indices)
    place = rng.randrange(len(indices))
    indices[place] = rng.choice((sympy.Integer(3), ONE, p, n + 1, sympy.Integer(0), k, indices[place] + 1, indices[-1]))
    first: Expr = left.name[tuple(indices)]
    if rng.random() < 0.3:
        first = Sum(first, rng.choice((q, p, j)), *Maker(rng, 0.2).bounds())
    yield Candidate(Calculation(first, (Step(loosely(rng, first, theorem), (theorem,)),)), given, "a compound lemma")
    yield Candidate(Calculation(first, (Step(unfold(first, [theorem]), (theorem,)),)), given, "a compound lemma")
    mixed = right + first
    step = Step(loosely(rng, mixed, theorem), (theorem,))
    yield from with_near_misses(rng, Candidate(Calculation(mixed, (step,)), given, "a compound lemma"))


@generator("calculation")
def by_the_core(rng: Random) -> Iterator[Candidate]:
    """A definition and an identity of the core inside it."""
    shape = rng.choice(SHAPES)
    body = Maker(rng, 0.12).expr(shape, 2)
    of = Definition(Name("D", shape), rng.choice((body, Maker(rng).atom(shape))))
    first = of.name() if of.body == body else body + of.name()
    proof = Calculation(first, (Step(rewritten(rng, unfold(first, [of]), rng.choice((1, 2, 3))), (of,)),))
    yield from with_near_misses(rng, Candidate(proof, made="an identity"))


@generator("calculation")
def with_powers_of_sizes(rng: Random) -> Iterator[Candidate]:
    """Z_k := 5 k^-m, Y_k := k^m Z_k, and the like: is a negative power of what may be 0 taken for a number?"""
    index = rng.choice((k, n, p, j))
    base = rng.choice((index, index, index - 1, n, N - 1, a, a - 1, index + 1, k))
    exponent = rng.choice((m, n, N, ONE, sympy.Integer(2), index, p))
    Z, Y = Name("Z", NUMBER, arity=1), Name("Y", NUMBER, arity=1)
    body: Expr = rng.choice((Scalar(sympy.Integer(5) * base**-exponent), Mul((Scalar(base**-exponent), c[index]))))
    dZ = Definition(Z, body, (index,))
    dY = Definition(Y, Mul((Scalar(base**exponent), Z[index])), (index,))
    value = Scalar(sympy.Integer(5)) if isinstance(body, Scalar) else c[index]
    lemma = Calculation(Y[index], (Step(value, (dY, dZ)),))
    yield Candidate(lemma, made="powers of sizes")
    at = rng.choice((sympy.Integer(0), ONE, N - 1, n, k))
    first = substitute(Y[index], {index: at})
    yield Candidate(Calculation(first, (Step(unfold(first, [dY]), (dY,)),)), made="powers of sizes")
    yield Candidate(
        Calculation(first, (Step(substitute(value, {index: at}), (check(lemma),)),)), made="powers of sizes"
    )


@generator("calculation")
def with_declared_indices(rng: Random) -> Iterator[Candidate]:
    """A sum whose index declares more than its range, with powers of a scalar in it; taken apart in two ways."""
    index = rng.choice((p, n, q, r, i, m))
    low = rng.choice((sympy.Integer(0), ONE, -ONE, -m, -n, sympy.Integer(-2)))
    high = rng.choice((N, n, m, sympy.Integer(2), sympy.Integer(0)))
    power = rng.choice(
        (a**index, a ** (index + 1), a**-index, (a * eta) ** index, ONE, a ** (index - 1), eta ** (2 * index))
    )
    total = Sum(Mul((Scalar(power), c[index])), index, low, high)
    D = Definition(Name("D", NUMBER), rng.choice((total, K() + d[1])))
    first = D.left if D.body == total else rng.choice((total + D.left, Mul((D.left, total)), total))
    proof = Calculation(first, (Step(rewritten(rng, unfold(first, [D]), rng.choice((1, 1, 2))), (D,)),))
    yield from with_near_misses(rng, Candidate(proof, made="declared indices"))


# ---- inductions ----------------------------------------------------------------------------------


def closed_form(rng: Random, text: str = "S") -> Induction:
    """A state as a sum over what was added to it, proved by induction."""
    shape = rng.choice(SHAPES)
    t = rng.choice((sympy.Symbol("t", integer=True, positive=True), sympy.Symbol("t", integer=True), n))
    start = rng.choice((0, 0, 0, 1, 1))
    variable = rng.choice((n, r) if start == 0 else (p, N, q))
    name = Name(text, shape, arity=1)
    drive, extra = _drive(rng, shape)
    initial: Expr = rng.choice((Zero(*shape), name[start], CONSTANTS[shape][0]()))
    factor: Any = rng.choice((ONE, a, eta, a, sympy.Rational(1, 2)))
    if shape != NUMBER and rng.random() < 0.35:
        factor = A()
    before = name[t - 1]
    state = Recurrence(name, t, initial, (before if factor == 1 else factor * before) + drive(t), (), start)

    def weight(power: sympy.Expr) -> Expr:
        return Power(factor, power) if isinstance(factor, Expr) else Scalar(factor**power)

    def value(steps: sympy.Expr) -> Expr:
        index = rng_index
        summed = Sum(weight(steps - index) * drive(index), index, start + 1, steps)
        return summed if isinstance(initial, Zero) else weight(steps - start) * initial + summed

    rng_index = rng.choice((i, j, l))
    if factor not in (1,) and not isinstance(factor, Expr) and not factor.is_Symbol:
        factor = ONE  # a power of a number is no scalar of the language
        state = replace(state, body=before + drive(t))
    return by_one_step(state, variable, value, drive, extra, factor)


def _drive(rng: Random, shape: Any) -> tuple[Callable[[Any], Expr], tuple[Any, ...]]:
    """What is added at a step, and the definitions that it uses."""
    family = rng.choice(FAMILIES[shape])
    kind = rng.randrange(5)
    if kind == 0 and shape == SQUARE:
        return lambda at: Mul((x[at], y[at].T)), ()
    if kind == 1 and shape == COLUMN:
        return lambda at: Mul((x[at], c[at])), ()
    if kind == 2:
        index = rng.choice((k, j, p))
        of = Definition(
            Name("D", shape, arity=1), rewritten(rng, Scalar(eta) * family[index] + family[index + 1]), (index,)
        )
        return lambda at: of.name[at], (of,)
    if kind == 3:
        constant = CONSTANTS[shape][0]()
        return lambda at: constant + family[at], ()
    return lambda at: family[at], ()


def by_one_step(
    state: Recurrence,
    variable: sympy.Symbol,
    value: Callable[[Any], Expr],
    drive: Callable[[Any], Expr],
    extra: tuple[Any, ...],
    factor: Any,
) -> Induction:
    """The induction along a recurrence: one step of it, the hypothesis, and the sum for the next value."""
    statement = Equation(state.name[variable], value(variable))
    hypothesis = Hypothesis(statement)
    before = state.name[variable]
    following = (before if factor == 1 else factor * before) + drive(variable + 1)
    assumed = (value(variable) if factor == 1 else factor * value(variable)) + drive(variable + 1)
    start = sympy.Integer(0 if variable.is_nonnegative and not variable.is_positive else 1)
    at_start = substitute(statement.right, {variable: start})
    base = Calculation(state.name[start], (Step(at_start, (state,)),))
    after = substitute(statement.right, {variable: variable + 1})
    steps = (Step(following, (state,)), Step(assumed, (hypothesis,)), Step(after))
    return Induction(statement, variable, base, Calculation(state.name[variable + 1], steps))


@generator("induction")
def closed_forms(rng: Random) -> Iterator[Candidate]:
    yield from with_near_misses(rng, Candidate(closed_form(rng), made="a closed form"), 3)


@generator("induction")
def partial_sums(rng: Random) -> Iterator[Candidate]:
    """T_n := Σ over i ≤ n is the state of a recurrence; a statement with a definition on either side."""
    shape = rng.choice(SHAPES)
    family, start = rng.choice(FAMILIES[shape]), rng.choice((0, 1, -1, 2))
    variable = rng.choice((n, p, N, r))
    t = rng.choice((sympy.Symbol("t", integer=True), sympy.Symbol("t", integer=True, positive=True)))
    low = rng.choice((start, start + 1, 0, 1))
    T = Definition(Name("T", shape, arity=1), Sum(family[i], i, low, k), (k,))
    total = Definition(T.name, Sum(family[i], i, low, variable), (variable,))
    name = Name("S", shape, arity=1)
    initial = rng.choice((Zero(*shape), family[start], family[low]))
    state = Recurrence(name, t, initial, name[t - 1] + family[t], (), start)
    least = sympy.Integer(1 if variable.is_positive else 0)
    statement = Equation(name[variable], rng.choice((total.name[variable], Sum(family[i], i, low, variable))))
    sources = (state, total)
    right = substitute(statement.right, {variable: variable + 1})
    step = Calculation(
        name[variable + 1],
        (
            Step(name[variable] + family[variable + 1], (state,)),
            Step(statement.right + family[variable + 1], (Hypothesis(statement),)),
            Step(right, (rng.choice((T, total)),)),
        ),
    )
    base = Calculation(name[least], (Step(substitute(statement.right, {variable: least}), sources),))
    yield from with_near_misses(rng, Candidate(Induction(statement, variable, base, step), made="partial sums"), 3)


@generator("induction")
def with_a_lemma(rng: Random) -> Iterator[Candidate]:
    """A constant or a definition equals something for every n, with a lemma or an assumption in the step."""
    lemma, given = any_lemma(rng)
    variable = rng.choice((n, p, r, q))
    least = sympy.Integer(1 if variable.is_positive else 0)
    left = lemma.statement.left
    if left.arguments:
        return
    of = Definition(Name("E", left.shape, arity=1), applied(rng, lemma, (k,), 0.05) + 0 * left, (k,))
    right = unfold(unfold(of.name[variable], [of]), [lemma])
    statement = Equation(of.name[variable], right)
    if rng.random() < 0.5:
        statement = Equation(applied(rng, lemma, (variable,), 0.05), right)
        statement = replace(statement, right=unfold(statement.left, [lemma]))
    base, step = (
        Calculation(substitute(statement.left, at), (Step(substitute(statement.right, at), (of, lemma)),))
        for at in ({variable: least}, {variable: variable + 1})
    )
    yield from with_near_misses(rng, Candidate(Induction(statement, variable, base, step), given, "with a lemma"))


@generator("induction")
def with_the_hypothesis_in_a_sum(rng: Random) -> Iterator[Candidate]:
    """W_n = K + D_n, with W_k := K and D_k := k d: true for n = 0 only, unless a bound n is taken for the variable."""
    shape = rng.choice((NUMBER, COLUMN))
    constant, growth = CONSTANTS[shape][0](), FAMILIES[shape][1][0]
    W, D = (Definition(Name(text, shape, arity=1), body, (k,)) for text, body in (("W", constant), ("D", k * growth)))
    variable = rng.choice((n, r))
    statement = Equation(W.name[variable], constant + D.name[variable])
    bound = variable if rng.random() < 0.7 else rng.choice(TWINS[variable])
    if not bound.is_integer:
        return
    at = {variable: bound}
    left, right = (Sum(substitute(side, at), bound, 1, 1) for side in statement.parts)
    steps = (
        Step(constant + (variable + 1) * (left - constant), (W,)),
        Step(constant + (variable + 1) * (right - constant), (Hypothesis(statement),)),
        Step(constant + D.name[variable + 1], (D,)),
    )
    base = Calculation(W.name[0], (Step(constant + D.name[0], (W, D)),))
    proof = Induction(statement, variable, base, Calculation(W.name[variable + 1], steps))
    yield from with_near_misses(rng, Candidate(proof, made="the hypothesis in a sum"), 1)


@generator("induction")
def linear_growth(rng: Random) -> Iterator[Candidate]:
    """S_n = S_0 + n·u, and powers: S_n = a^n S_0, S_n = A^n S_0."""
    shape = rng.choice((NUMBER, COLUMN))
    name, t = Name("S", shape, arity=1), rng.choice((sympy.Symbol("t", integer=True), p, n))
    start = rng.choice((0, 0, 1, -1))
    variable = rng.choice((n, r) if start < 1 else (p, N))
    added = CONSTANTS[shape][0]()
    kind = rng.randrange(3)
    if kind == 0:
        body, value, factor = name[t - 1] + added, lambda at: name[start] + Scalar(at - start) * added, ONE
    elif kind == 1 or shape == NUMBER:
        body, value, factor = a * name[t - 1], lambda at: Scalar(a ** (at - start)) * name[start], a
        added = Zero(*shape)
    else:
        body, value, factor = A() * name[t - 1], lambda at: Power(A(), at - start) * name[start], A()
        added = Zero(*shape)
    state = Recurrence(name, t, name[start], body, (), start)
    yield from with_near_misses(
        rng, Candidate(by_one_step(state, variable, value, lambda _: added, (), factor), made="growth"), 3
    )


# ---- specialisations and instances ---------------------------------------------------------------


def general_theorem(rng: Random) -> tuple[Theorem, Given, str]:
    """A theorem to be specialised: a calculation or an induction that was accepted."""
    makers = (
        by_definitions,
        by_a_recurrence,
        by_lemmas,
        closed_forms,
        with_declared_indices,
        by_the_core,
        linear_growth,
    )
    candidates = list(rng.choice(makers)(rng))
    candidate = candidates[0] if rng.random() < 0.7 else rng.choice(candidates)
    return check(candidate.proof), candidate.given, candidate.made


def value_for(rng: Random, symbol: sympy.Symbol, others: list[sympy.Symbol]) -> Any:
    """What is put in for a symbol: mostly admissible."""
    whole = [one for one in others if one.is_integer]
    if symbol.is_integer:
        low = 1 if symbol.is_positive else 0
        tame = [sympy.Integer(low), sympy.Integer(2), symbol + 1, N + 1, m, sympy.Integer(low) + n, p, *whole]
        tame += [i, j, l, k - 1] if not symbol.is_nonnegative else []
        wild = [
            sympy.Integer(0),
            -ONE,
            symbol - 1,
            i,
            j + 1,
            N - m,
            n - 1,
            1 - N,
            k,
            -p,
            sympy.Rational(1, 2),
            a,
            2 * n - 1,
        ]
    else:
        tame = [
            sympy.Integer(0), sympy.Integer(0), sympy.Integer(0), ONE, -ONE, sympy.Integer(2), a, b, N, 1 / N, eta + 1,
            sympy.Rational(1, 2), 1 / (N + m), -eta, a * eta, n, sympy.Symbol("i"), sympy.Symbol("p"),
        ]  # fmt: skip
        wild = [
            N - 1, 1 / n, 1 / (N - 1), k, N - m, sympy.Float(0.5), sympy.Float(1e20), sympy.sqrt(2), sympy.pi, sympy.I,
            1 / k, a**-n, n**-m, sympy.oo, sympy.zoo, 1 / a, eta**n, sympy.Abs(a), 0, 1, 0.5, sympy.nan, 1 / (a - 1),
            i, p, 0**n,
        ]  # fmt: skip
    return rng.choice(tame if rng.random() < 0.6 else wild)


@generator("specialisation")
def specialised(rng: Random) -> Iterator[Candidate]:
    theorem, given, made = general_theorem(rng)
    symbols = sorted(theorem.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    if not symbols:
        return
    for _ in range(4):
        count = rng.choice((1, 1, 2))
        chosen = rng.sample(symbols, min(count, len(symbols)))
        values = {symbol: value_for(rng, symbol, symbols) for symbol in chosen}
        proof = Specialisation(theorem, values)
        yield Candidate(proof, given, f"specialised, {made}")
    if rng.random() < 0.3:
        yield from with_near_misses(rng, Candidate(proof, given, f"specialised, {made}"), 2)


@generator("specialisation")
def specialised_and_used(rng: Random) -> Iterator[Candidate]:
    """A specialised theorem as a lemma of a calculation, which is specialised again."""
    lemma, given = rng.choice((lemma_by_induction, lemma_from_definition, lemma_from_assumption))(rng)
    symbols = sorted(lemma.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    if not symbols:
        return
    chosen = rng.choice(symbols)
    special = check(Specialisation(lemma, {chosen: value_for(rng, chosen, symbols)}))
    proof = chain(rng, around(rng, special), (special,))
    theorem = check(proof)
    again = sorted(theorem.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    for _ in range(3 if again else 0):
        symbol = rng.choice(again)
        yield Candidate(Specialisation(theorem, {symbol: value_for(rng, symbol, again)}), given, "specialised twice")


@generator("specialisation")
def with_scalars_put_in(rng: Random) -> Iterator[Candidate]:
    """Scalars in denominators and under powers, at 0, at 1, at N - 1, at a float."""
    D = Definition(Name("D", COLUMN), u() * rng.choice((ONE, eta, a)))
    base = rng.choice((eta, a, eta - 1, a * eta, 1 + eta))
    index = rng.choice((p, n, i, k))
    first: Expr = rng.choice(
        (
            Mul((Scalar(1 / base), Scalar(base), D.name())),
            Mul((Scalar(base - base.subs(eta, 0) + 1), D.name())),
            _difference(base, D.name()),
            Mul((Scalar(a**n), Scalar(a), D.name())),
            Mul((Scalar(a**-n), Scalar(a**n), D.name())),
            Sum(Mul((Scalar(a**index), x[index])), index, rng.choice((0, 1, -1)), N) + D.name(),
            Mul((Scalar(a**N), Scalar(base**-2), D.name())),
        )
    )
    proof = Calculation(first, (Step(rewritten(rng, unfold(first, [D]), rng.choice((0, 1, 2))), (D,)),))
    theorem = check(proof)
    symbols = sorted(theorem.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    for _ in range(4):
        symbol = rng.choice(symbols)
        value = value_for(rng, symbol, symbols)
        yield Candidate(Specialisation(theorem, {symbol: value}), made="scalars put in")


@generator("specialisation")
def with_declared_indices_at_0(rng: Random) -> Iterator[Candidate]:
    """A sum whose index declares more than its range, at values at which SymPy simplifies by what is declared."""
    shape = rng.choice((NUMBER, COLUMN))
    index, scalar = rng.choice((p, q, m, n, i)), rng.choice((a, eta))
    low, high = rng.choice(((0, N), (0, n), (-1, N), (0, 2), (1, N), (-2, 0), (-m, 0), (1 - m, N)))
    power = rng.choice(
        (scalar**index, scalar**index, scalar ** (index + 1), scalar ** (2 * index), (scalar * b) ** index)
    )
    D = Definition(Name("D", shape), 2 * CONSTANTS[shape][0]())
    total = Sum(Mul((Scalar(power), FAMILIES[shape][0][index])), index, low, high)
    right = taken_apart(rng, total) + unfold(D.left, [D])
    proof = Calculation(total + D.left, (Step(right, (D,)),))
    yield Candidate(proof, made="declared indices")
    theorem = check(proof)
    for value in (sympy.Integer(0), rng.choice((-ONE, ONE, 1 / N, N - 1, b))):
        yield Candidate(Specialisation(theorem, {scalar: value}), made="declared indices at 0")


def _difference(base: sympy.Expr, expr: Expr) -> Expr:
    """(base + 1 - base) times something, term by term."""
    return Mul((Scalar(base + 1), expr)) - Mul((Scalar(base), expr))


@generator("instance")
def instances(rng: Random) -> Iterator[Candidate]:
    theorem, given, made = general_theorem(rng)
    used = list(names(theorem.statement.left)) + list(names(theorem.statement.right))
    for meaning in theorem.meanings.values():
        used += list(names(meaning.body)) if isinstance(meaning, Definition | Recurrence) else []
    data = list(dict.fromkeys(used))
    if rng.random() < 0.85:
        data = [name for name in data if name in (x, y, c, d, M, u, v, K, A, B, g, h)]
    if not data:
        return
    for _ in range(4):
        values = tuple(datum(rng, name) for name in rng.sample(data, min(len(data), rng.choice((1, 1, 2)))))
        proof = Instance(theorem, values)
        yield Candidate(proof, given, f"an instance, {made}")
    if rng.random() < 0.4:
        yield from with_near_misses(rng, Candidate(proof, given, f"an instance, {made}"), 2)


def datum(rng: Random, name: Name) -> Definition:
    """Data of a particular form."""
    wild = 0.12
    maker, indices = Maker(rng, wild), tuple(rng.sample((i, j, k), name.arity))
    if name.arity and rng.random() < 0.06:
        indices = tuple(rng.sample((p, n, q), name.arity))
    other = Name("ξ", name.shape, arity=1)
    parameters = tuple(Name("V", shape) for shape in name.takes)
    index = maker.index(indices)
    body: Expr = rng.choice((other[index], Scalar(maker.scalar(indices)) * other[index]))
    kind = rng.randrange(5)
    if kind == 0:
        body = maker.expr(name.shape, 1, indices)
    elif kind == 1:
        body = body + other[sympy.Integer(rng.choice((0, 1, -1)))]
    elif kind == 2:
        body = Sum(other[sympy.Symbol("s", integer=True)], sympy.Symbol("s", integer=True), *maker.bounds())
    elif kind == 3:
        body = Zero(*name.shape)
    if parameters and name.shape == parameters[0].shape and rng.random() < 0.7:
        body = body + parameters[0]()
    return Definition(name, body, indices, parameters)


@generator("instance")
def instances_in_lemmas(rng: Random) -> Iterator[Candidate]:
    """An instance used as a lemma, its result specialised or put into an instance again."""
    general = check(closed_form(rng))
    data = [name for name in (x, y, c, d, M) if name in {*names(general.statement.right), *_inside(general)}]
    if not data:
        return
    special = check(Instance(general, (datum(rng, rng.choice(data)),)))
    used = check(chain(rng, around(rng, special, 0.05), (special,)))
    yield Candidate(used.proof, made="an instance as a lemma")
    symbols = sorted(used.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    if symbols:
        symbol = rng.choice(symbols)
        proof = Specialisation(used, {symbol: value_for(rng, symbol, symbols)})
        yield Candidate(proof, made="an instance as a lemma, specialised")
    again = (Name("ξ", SQUARE, arity=1), Name("ξ", COLUMN, arity=1), u, K, A, B, x, c)
    yield Candidate(Instance(used, (datum(rng, rng.choice(again)),)), made="an instance of an instance")


def _inside(theorem: Theorem) -> list[Name]:
    return [name for meaning in theorem.meanings.values() for name in names(meaning.body)]


# ---- gradients -----------------------------------------------------------------------------------

W, H = Name("W", COLUMN), Name("H", COLUMN)
V, G = Name("W", SQUARE), Name("H", SQUARE)
HALF = sympy.Rational(1, 2)


def quadratic_terms(rng: Random, bound: tuple[sympy.Symbol, ...], shape: Any) -> tuple[Expr, Expr, Expr]:
    """A function of W, its gradient, and what it adds in second order."""
    maker = Maker(rng, 0.05)
    w, direction = (W(), H()) if shape == COLUMN else (V(), G())
    kind = rng.randrange(4)
    if shape == COLUMN:
        column, square = maker.expr(COLUMN, int(rng.random() < 0.2), bound), maker.atom(SQUARE, bound)
        if kind == 0:
            return column.T * w, column, Zero(1, 1)
        if kind == 1:
            return w.T * square * w, square * w + square.T * w, direction.T * square * direction
        if kind == 2:
            other = maker.atom(COLUMN, bound)
            first, second = column.T * w, other.T * w
            return first * second, first * other + second * column, (column.T * direction) * (other.T * direction)
        number = maker.expr(NUMBER, int(rng.random() < 0.2), bound)
        residual = column.T * w - number
        return residual * residual, 2 * (residual * column), (column.T * direction) * (column.T * direction)
    square, other = maker.atom(SQUARE, bound), maker.atom(SQUARE, bound)
    if kind == 0:
        return Trace(square.T * w), square, Zero(1, 1)
    if kind == 1:
        return Trace(w.T * w), 2 * w, Trace(direction.T * direction)
    if kind == 2:
        gradient = square.T * w.T * other.T + other.T * w.T * square.T
        return Trace(square * w * other * w), gradient, Trace(square * direction * other * direction)
    left, right = maker.atom(COLUMN, bound), maker.atom(COLUMN, bound)
    residual = w.T * left - right
    return residual.T * residual, 2 * (left * residual.T), (direction.T * left).T * (direction.T * left)


def gradient_pair(
    rng: Random, terms: Callable[..., tuple[Expr, ...]], shape: Any
) -> tuple[Definition, Definition, Expr]:
    """A function and its gradient, summed over samples and scaled; and the remainder."""
    maker = Maker(rng, 0.08)
    indices = rng.choice(((), (), (N,), (n,), (p,)))
    parts: list[list[Expr]] = [[], [], []]
    for _ in range(rng.choice((1, 1, 1, 2))):
        factor = Scalar(maker.scalar())
        if rng.random() < 0.6:
            index, (low, high) = maker.bound_index(()), (maker.bounds() if rng.random() < 0.3 else (ONE, N))
            if indices and rng.random() < 0.6:
                low, high = ONE, indices[0]
            made = terms(rng, (index,), shape)
            scaled = [factor * Sum(part, index, low, high) for part in made]
        else:
            scaled = [factor * part for part in terms(rng, (), shape)]
        for part, one in zip(parts, scaled, strict=False):
            part.append(one)
    function, gradient, *rest = (sum(part[1:], start=part[0]) for part in parts if part)
    if rng.random() < 0.3:
        gradient = rewritten(rng, gradient, 1)
    remainder = rest[0] if rest else Zero(1, 1)
    point = W if shape == COLUMN else V
    of = Name("L", NUMBER, arity=len(indices), takes=(shape,))
    slope = Name("∇L", shape, arity=len(indices), takes=(shape,))
    return Definition(of, function, indices, (point,)), Definition(slope, gradient, indices, (point,)), remainder


@generator("gradient expansion")
def expansions(rng: Random) -> Iterator[Candidate]:
    shape = rng.choice((COLUMN, SQUARE))
    function, gradient, remainder = gradient_pair(rng, quadratic_terms, shape)
    if rng.random() < 0.2:
        remainder = rewritten(rng, remainder, 1)
    proof = GradientExpansion(function, gradient, remainder, H if shape == COLUMN else G)
    yield from with_near_misses(rng, Candidate(proof, made="an expansion"), 3)
    if rng.random() < 0.7:
        return
    # What is no gradient, with a remainder that makes up for it.
    direction = proof.direction()
    linear = inner(gradient.body, direction)
    cheat = replace(proof, gradient=replace(gradient, body=2 * gradient.body), remainder=remainder - linear)
    yield Candidate(cheat, made="a gradient that is none")
    yield Candidate(replace(proof, scale=rng.choice((a, eta, sympy.Symbol("s"), b))), made="another scale")
    inside = [name for name in names(function.body) if name.shape == shape and not name.arity and not name.takes]
    for name in (*inside, *function.parameters):
        to_name = {proof.direction: name()}
        rest = substitute(remainder - linear, {}, to_name)
        yield Candidate(replace(cheat, remainder=rest, direction=name), made="a direction that is not free")


def any_terms(rng: Random, bound: tuple[sympy.Symbol, ...], shape: Any) -> tuple[Expr, Expr]:
    """A function of W, not only a quadratic one, and its gradient."""
    if shape == SQUARE or rng.random() < 0.4:
        if shape == SQUARE and rng.random() < 0.4:
            square, w = Maker(rng, 0.05).atom(SQUARE, bound), V()
            kind = rng.randrange(3)
            if kind == 0:
                return Trace(Power(w, sympy.Integer(3))), 3 * (w.T * w.T)
            if kind == 1:
                return Trace(Power(w, sympy.Integer(2)) * square), w.T * square.T + square.T * w.T
            number = Trace(square * w)
            return number * number * number, 3 * (number * number * square.T)
        return quadratic_terms(rng, bound, shape)[:2]
    maker = Maker(rng, 0.05)
    column = maker.atom(COLUMN, bound)
    number = column.T * W()
    kind = rng.randrange(4)
    if kind == 0:
        return number * number * number, 3 * (number * number * column)
    if kind == 1:
        return g(number), SLOPE(number) * column
    if kind == 2:
        other = maker.expr(NUMBER, 1, bound)
        return g(number + other) * number, SLOPE(number + other) * number * column + g(number + other) * column
    return P2(W(), column), SLOPE2(W(), column)


SLOPE = Name("g′", NUMBER, takes=(NUMBER,))
P2, SLOPE2 = Name("ρ", NUMBER, takes=(COLUMN, COLUMN)), Name("∇ρ", COLUMN, takes=(COLUMN, COLUMN))


@generator("differentiation")
def differentiations(rng: Random) -> Iterator[Candidate]:
    shape = rng.choice((COLUMN, COLUMN, SQUARE))
    function, gradient, _ = gradient_pair(rng, any_terms, shape)
    used = {*names(function.body), *names(gradient.body)}
    known = tuple(one for one in (GradientOf(SLOPE, g), GradientOf(SLOPE2, P2)) if one.function in used)
    proof = Differentiation(function, gradient, H if shape == COLUMN else G, known)
    yield from with_near_misses(rng, Candidate(proof, made="a derivative"), 3)
    swapped = replace(proof, by=(GradientOf(SLOPE, Name("g2", NUMBER, takes=(NUMBER,))), *known))
    yield Candidate(swapped, made="the gradient of another function")
    if shape == COLUMN and rng.random() < 0.2:
        data, square = rng.choice(((u(), A()), (v(), B()), (u(), M[1]))), rng.choice((A(), B().T))
        yield from _in_a_direction_that_is_not_free(*data, square)


def _in_a_direction_that_is_not_free(column: App, square: Expr, other: Expr) -> Iterator[Candidate]:
    """The change of uᵀ A W in the direction u is that of (A u)ᵀ W; but that is another function."""
    of = Definition(Name("L", NUMBER, takes=(COLUMN,)), column.T * square * W() + column.T * other * column, (), (W,))
    for body in (square.T * column, square * column):
        slope = Definition(Name("∇L", COLUMN, takes=(COLUMN,)), body, (), (W,))
        for direction in (H, column.name):
            yield Candidate(Differentiation(of, slope, direction), made="a direction that is not free")


# ---- limits --------------------------------------------------------------------------------------

L = sympy.Symbol("L", integer=True, nonnegative=True)
P = Name("P", SQUARE)


def _projection(rows: int) -> list[list[Any]]:
    """A projection on a line: its entries are whole, and it is not symmetric."""
    return [
        [(1 if col == 0 else 0) if row == 0 else (row + 1 if col == 0 else 0) for col in range(rows)]
        for row in range(rows)
    ]


def powers_of_a_matrix(rng: Random) -> tuple[Theorem, Given, Expr]:
    """Bᴸ → P, with B = P + (I - P)/10."""

    def contraction(_: tuple[int, ...], rows: int, columns: int) -> list[list[Any]]:
        on = _projection(rows)
        tenth = Fraction(1, 10)
        return [[on[row][col] + tenth * ((row == col) - on[row][col]) for col in range(columns)] for row in range(rows)]

    given = Given(data={B: contraction, P: lambda _, rows, __: _projection(rows)})
    index = rng.choice((L, n, N, p))
    limit = Limit(Power(B(), index), index, P())
    return check(Assumption("the powers of B tend to P", limit)), given, limit.sequence


def members_of_a_family(rng: Random) -> tuple[Theorem, Given, Expr]:
    """z_L → u, or z_{L, j} → x_j."""
    shape = rng.choice((NUMBER, COLUMN))
    z = Name("z", shape, arity=rng.choice((1, 2)))
    index = rng.choice((L, n, N, p))
    to, label = rng.choice(((u if shape == COLUMN else K), (x if shape == COLUMN else c))), rng.choice((k, p, j))
    if z.arity == 1 or to.arity == 0:
        to = u if shape == COLUMN else K
    value = to[label] if to.arity else to()
    sequence = z[(index,) if z.arity == 1 else (index, label)]
    arguments = (index,) if z.arity == 1 else (index, label)
    tail = Mul((Scalar(sympy.Rational(1, 10) ** index), Name("ζ", shape)()))
    given = Given((Definition(z, value + tail, arguments),))
    return check(Assumption("z tends to its limit", Limit(sequence, index, value))), given, sequence


def scalar_powers(rng: Random) -> tuple[Theorem, Given, Expr]:
    """aᴸ → 0 for a = 1/10."""
    index = rng.choice((L, n, p))
    value = Scalar(a**index)
    given = Given(scalars={a: Fraction(1, 10)})
    return check(Assumption("the powers of a tend to 0", Limit(value, index, Scalar(sympy.Integer(0))))), given, value


@generator("limit")
def passages(rng: Random) -> Iterator[Candidate]:
    limit, given, sequence = rng.choice((powers_of_a_matrix, powers_of_a_matrix, members_of_a_family, scalar_powers))(
        rng
    )
    index = limit.statement.index
    expr = _with_sequence(rng, sequence, index)
    indices = rng.choice(((index,), (index,), ()))
    C = Definition(Name("C", expr.shape, arity=len(indices)), expr, indices)
    left = C.name[index] if indices else C.name()
    right = rewritten(rng, expr, 1) if rng.random() < 0.3 else expr
    general = check(Calculation(left, (Step(right, (C,)),)))
    yield from with_near_misses(rng, Candidate(Passage(general, limit), given, "a passage"), 2)
    if sequence.shape == SQUARE:
        state = powers_state(rng, sequence, index)
        if state is not None:
            yield from with_near_misses(rng, Candidate(Passage(state, limit), given, "the limit of a state"), 2)


def _with_sequence(rng: Random, sequence: Expr, index: sympy.Symbol) -> Expr:
    """An expression with the sequence in it."""
    maker = Maker(rng, 0.06)
    shape = sequence.shape
    if rng.random() < 0.15:
        index_free = maker.expr(shape, 1)
        return (
            sequence + index_free + (g(sequence) if shape == NUMBER else h(sequence) if shape == COLUMN else sequence)
        )
    if rng.random() < 0.15:
        return sequence + Scalar(index) * sequence  # tends to no limit, or to it if it is 0
    kind = rng.randrange(5)
    bound, (low, high) = maker.bound_index(()), maker.bounds()
    if rng.random() < 0.2:
        bound = rng.choice((index, sympy.Symbol(index.name, integer=True), k, p, j))
    if kind == 0:
        return sequence + maker.expr(shape, 1)
    if shape == SQUARE:
        if kind == 1:
            return maker.expr(SQUARE, 1) * sequence * maker.expr(COLUMN, 1)
        if kind == 2:
            return Sum(sequence * x[maker.index((bound,))], bound, low, high)
        if kind == 3:
            return Trace(sequence * maker.expr(SQUARE, 1))
        return Blocks(((sequence, maker.expr(COLUMN, 1)),)) * Blocks(((maker.expr(COLUMN, 1),), (c[1],)))
    if kind == 1:
        return Sum(Mul((c[maker.index((bound,))], sequence)), bound, low, high)
    if kind == 2:
        return sequence.T * sequence
    return Mul((maker.expr(NUMBER, 1), sequence))


def powers_state(rng: Random, sequence: Expr, index: sympy.Symbol) -> Theorem | None:
    """S_L = Bᴸ S_0, by induction."""
    start = 1 if index.is_positive else 0
    S, t = Name("S", COLUMN, arity=1), sympy.Symbol("t", integer=True)
    state = Recurrence(S, t, S[0], B() * S[t - 1])
    statement = Equation(S[index], sequence * S[0])
    base = Calculation(S[start], (Step(Power(B(), sympy.Integer(start)) * S[0], (state,)),))
    steps = (Step(B() * S[index], (state,)), Step(B() * (sequence * S[0]), (Hypothesis(statement),)))
    last = Step(Power(B(), index + 1) * S[0])
    return check(Induction(statement, index, base, Calculation(S[index + 1], (*steps, last))))


LEMMAS = (
    lemma_from_definition,
    lemma_at_a_compound,
    lemma_from_assumption,
    lemma_about_a_constant,
    lemma_by_induction,
    lemma_about_a_function,
)
