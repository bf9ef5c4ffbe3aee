"""Systems of recurrences and products of gates: as they are written, wrongly written, contradicted, and unrolled."""

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
    A,
    B,
    M,
    N,
    a,
    c,
    d,
    eta,
    k,
    m,
    mapped,
    n,
    p,
    r,
    rewritten,
    x,
)
from fuzz_impossible import S
from fuzz_proofs import with_near_misses
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.extensions.joint_induction import JointInduction
from gdssm_symbolic.extensions.systems import Member, System
from gdssm_symbolic.kernel.definitions import Definition, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Identity, Mul, Name, Sum, Zero, names, substitute, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Hypothesis

#: Indices that count steps, and indices that stay: any integer, those from 0 on, those from 1 on.
KINDS: tuple[dict[str, bool], ...] = ({}, {"nonnegative": True}, {"positive": True})
WILD = 0.12


def drawn_index(rng: Random, text: str) -> sympy.Symbol:
    return sympy.Symbol(text, integer=True, **rng.choice(KINDS))


def system(rng: Random) -> System:
    """One to three members, mostly as they should be."""
    step, stays = drawn_index(rng, "t"), drawn_index(rng, "s")
    two = rng.random() < 0.5
    indices = rng.choice(((stays, step), (step, stays))) if two else (step,)
    start: sympy.Expr = rng.choice((stays, stays, stays + 1, stays - 1, 2 * stays)) if two else 0 * ONE
    if rng.random() < 0.4:
        start = sympy.Integer(rng.choice((0, 1, -1, -2, 2)))
    shape = rng.choice((NUMBER, NUMBER, COLUMN, SQUARE))
    own = [Name(text, shape, arity=len(indices)) for text in "SUV"[: rng.choice((1, 2, 2, 3))]]

    def at(name: Name, value: Any) -> App:
        return name[tuple(value if one == step else one for one in indices)]

    def moved() -> sympy.Expr:
        others = (step, step + 1, step - 2, k, n, start, start + 1, sympy.Integer(0))
        return rng.choice(others) if rng.random() < WILD else step - 1

    def body(_: Name) -> Expr:
        family = rng.choice(FAMILIES[shape])
        added = rng.choice((family[step], family[1], Mul((S(a), family[step - 1])), Mul((S(step), family[step]))))
        if two and shape == SQUARE and rng.random() < 0.4:
            added = B() ** (step - start - rng.choice((0, 1, 1, 2)))
        factor = A() if shape != NUMBER and rng.random() < 0.3 else S(rng.choice((ONE, a, eta)))
        terms = [Mul((factor, at(rng.choice(own), moved()))) for _ in range(rng.choice((1, 1, 2)))]
        return sum(terms, added)

    def initial(name: Name) -> Expr:
        family = rng.choice(FAMILIES[shape])
        if rng.random() < WILD:
            wild = (
                family[step],
                at(rng.choice(own), start),
                at(name, start + 1),
                2 * at(name, start),
                family[step - 1],
            )
            return rng.choice(wild)
        tame = [Zero(*shape), at(name, start), CONSTANTS[shape][0](), family[start]]
        return rng.choice(tame)

    return System(tuple(Member(name, initial(name), body(name)) for name in own), step, indices, start)


def loosely(of: System, expr: Expr, at: App) -> Expr:
    """The body of a member in its place, whatever the step is."""
    (member,) = (one for one in of.members if one.name == at.name)
    return expr if expr != at else substitute(member.body, dict(zip(of.indices, at.indices, strict=True)))


@generator("calculation")
def systems_as_written(rng: Random) -> Iterator[Candidate]:
    """A member at its start, some steps later, and at any step; alone, with something else, or in a sum."""
    of = system(rng)
    members = list(of)
    for _ in range(4):
        stays = {one: rng.choice((one, n, p, sympy.Integer(1), k)) for one in of.indices if one != of.index}
        start = of.start.xreplace(stays)
        later = start, start + 1, start + 2, start + 1 + n, start + p, n, p, n + 1, of.index, sympy.Integer(0)
        step = rng.choice(later)
        app = rng.choice(members).name[tuple(step if one == of.index else stays[one] for one in of.indices)]
        whole: Expr = app
        if rng.random() < 0.25:
            whole = Sum(app, k, rng.choice((ONE, 0 * ONE, n)), rng.choice((n, n + 1, N, step)))
        sources = tuple(rng.choices(members, k=rng.choice((1, 1, 2, 3))))
        right = unfold(whole, sources) if rng.random() < 0.8 else loosely(of, whole, app)
        if right == whole:
            continue
        if rng.random() < 0.3:
            right = rewritten(rng, right)
        proof = Calculation(whole, (Step(right, sources),))
        yield from with_near_misses(rng, Candidate(proof, made="a system as it is written"), rng.choice((0, 0, 1)))


@generator("calculation")
def contradicted_systems(rng: Random) -> Iterator[Candidate]:
    """A partner that has another meaning as well, or a name in a body that is made of a partner later on."""
    first, second, behind = (Name(text, NUMBER, arity=1) for text in "SUD")
    t = sympy.Symbol("t", integer=True, positive=True)
    factor, added = rng.choice((1, 1, 2, eta)), rng.choice((c[t], wrap(ONE), c[t - 1]))
    ahead = rng.choice((0, 1, 1, 2))
    through = rng.random() < 0.5
    plain = Member(first, c[0], factor * second[t - 1] + added), Member(second, d[0], first[t - 1])
    hidden = Member(first, c[0], behind[t]), Member(second, d[0], factor * first[t - 1] + added)
    one, partner = System(hidden if through else plain, t)
    of, made = (behind, rng.choice((first, second))) if through else (second, first)
    sources: tuple[Any, ...] = one, Definition(of, made[k + ahead], (k,)), partner
    sources = sources[: rng.choice((2, 3))]
    app = first[rng.choice((n + 1, p, sympy.Integer(1)))]
    total = app + rng.choice((d[1], d[n]))
    yield Candidate(Calculation(total, (Step(unfold(total, sources), sources),)), made="a partner with another meaning")


def gate(rng: Random) -> tuple[Name, bool, System]:
    """Gates, whether they stand on the right, and their products P_{s,t} = a_t … a_{s+1}."""
    t, s = drawn_index(rng, "t"), drawn_index(rng, "s")
    family, right = rng.choice(((c, False), (M, False), (M, True)))
    product = Name("P", family.shape, arity=2)
    first: Expr = wrap(ONE) if family.shape == NUMBER else Identity(family.shape[0])
    indices = rng.choice(((s, t), (t, s)))
    of = tuple(t - 1 if one == t else one for one in indices)
    body = product[of] * family[t] if right else family[t] * product[of]
    return family, right, System((Member(product, first, body),), t, indices, rng.choice((s, s, s, s + 1)))


@generator("calculation")
def products_of_gates(rng: Random) -> Iterator[Candidate]:
    """A product in a sum, also where it is empty for one of the terms."""
    family, _, products = gate(rng)
    (of,) = products
    upper = rng.choice((n, p, N))
    values = dict(zip(("s", "t"), (k, upper + rng.choice((0, 1, 1, 2))), strict=True))
    app = of.name[tuple(values[one.name] for one in products.indices)]
    kept = d[k] if family == c else x[k]
    low, high = rng.choice((ONE, ONE, 0 * ONE)), upper + rng.choice((0, 0, 0, 1, -1))
    total = Sum(app * kept, k, low, high)
    right = unfold(total, [of]) if rng.random() < 0.6 else Sum(loosely(products, app, app) * kept, k, low, high)
    if right != total:
        yield Candidate(Calculation(total, (Step(right, (of,)),)), made="a product in a sum")


@generator("induction")
def gated_states(rng: Random) -> Iterator[Candidate]:
    """S_n = Σ P_{k,n} x_k, and S_{m+n} = P_{m,m+n} S_m + Σ over k > m, where S_t = a_t S_{t-1} + x_t."""
    family, right, products = gate(rng)
    (of,) = products
    t = sympy.Symbol("t", integer=True, **rng.choice(KINDS))
    shape = NUMBER if family == c else SQUARE if right else rng.choice((COLUMN, SQUARE))
    drive, name = (d if shape == NUMBER else x if shape == COLUMN else M), Name("S", shape, arity=1)

    def times(factor: Expr, other: Expr) -> Expr:
        return other * factor if right else factor * other

    def product(low: Any, high: Any) -> Expr:
        return of.name[tuple(high if one == products.index else low for one in products.indices)]

    state = System((Member(name, Zero(*shape), times(family[t], name[t - 1]) + drive[t]),), t)
    (run,) = state
    begin: Any = rng.choice((0, m))
    variable = rng.choice((n, r, p))

    def value(last: Any, upper: Any) -> Expr:
        total = Sum(times(product(k, last), drive[k]), k, begin + 1, upper)
        return times(product(begin, last), name[begin]) + total if begin else total

    at, least = begin + variable, ONE if variable == p else 0 * ONE
    later, start = at + 1, begin + least
    statement = Equation(name[at], value(at, at))
    kept = drive[later]
    base = Calculation(name[start], (Step(value(start, start), (run, run, of, of)),))
    steps = (
        Step(times(family[later], name[at]) + kept, (run,)),
        Step(times(family[later], value(at, at)) + kept, (Hypothesis(statement),)),
        Step(value(later, at) + kept, (of,)),
        Step(value(later, at) + times(product(later, later), kept), (of,)),
        Step(value(later, later)),
    )
    proof = Induction(statement, variable, base, Calculation(name[later], steps))
    yield from with_near_misses(rng, Candidate(proof, made="a gated state"), 2)


@generator("joint induction")
def twin_systems(rng: Random) -> Iterator[Candidate]:
    """Every member equals the one of a system that is the same but for its names, or differs in one place."""
    of = system(rng)
    twins = {member.name: replace(member.name, text=text) for member, text in zip(of.members, "XYZ", strict=False)}
    given = rng.random() < 0.2  # then the starts are data, and differ
    of = replace(of, members=tuple(one if given else started(one) for one in of.members))
    other = mapped(of, lambda value, _: value, None, lambda name: twins.get(name, name))
    if rng.random() < 0.25:
        changed = rng.randrange(len(other.members))
        members = [altered(rng, one) if k == changed else one for k, one in enumerate(other.members)]
        other = replace(other, members=tuple(members))
    variable = rng.choice((n, r, p))
    stays = {one: rng.choice((m, sympy.Integer(1), sympy.Integer(2))) for one in of.indices if one != of.index}
    begin = of.start.xreplace(stays)

    def at(name: Name, steps: Any) -> App:
        return name[tuple(begin + steps if one == of.index else stays[one] for one in of.indices)]

    statements = [Equation(at(one, variable), at(twins[one], variable)) for one in twins]
    hypotheses = tuple(map(Hypothesis, statements))
    parts, known = list[Induction](), (*of, *other)
    for one, twin in zip(of, other, strict=True):
        least, later = (1 if variable == p else 0) * ONE, at(one.name, variable + 1)
        base = Calculation(at(one.name, least), (Step(at(twin.name, least), (*known, *known)),))
        body = unfold(later, [one])
        last = Step(at(twin.name, variable + 1), (twin,))
        steps = Step(body, (one,)), Step(unfold(body, hypotheses), hypotheses), last
        parts.append(Induction(statements[len(parts)], variable, base, Calculation(later, steps)))
    proof = JointInduction(tuple(parts), rng.randrange(len(parts)))
    yield from with_near_misses(rng, Candidate(proof, made="two systems that are the same"), 2)


def started(member: Member) -> Member:
    """The member, with a start that is no data of its own."""
    own = member.name in names(member.initial)
    return replace(member, initial=FAMILIES[member.name.shape][0][1]) if own else member


def altered(rng: Random, member: Member) -> Member:
    """The member with another start or another step."""
    extra = FAMILIES[member.name.shape][-1][2]
    return replace(member, initial=extra) if rng.random() < 0.5 else replace(member, body=member.body + extra)
