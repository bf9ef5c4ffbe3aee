"""Proofs in which scalars are forced to a pole, one member is taken for a sequence, or data have no value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import sympy
from fuzz_expressions import (
    COLUMN,
    CONSTANTS,
    NUMBER,
    ONE,
    A,
    K,
    N,
    a,
    b,
    c,
    d,
    eta,
    f,
    g,
    i,
    k,
    m,
    n,
    p,
    r,
    rewritten,
    u,
    v,
    x,
)
from fuzz_impossible import S, hidden, not_zero, theta, variants
from fuzz_independence import WEIGHTS
from fuzz_proofs import (
    members_of_a_family,
    powers_of_a_matrix,
    scalar_powers,
    value_for,
)
from plain_impossible import Planted, Solution
from plain_statements import Given
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import Absurdity, Case, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.limits import Passage
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Mul, Name, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem

t = sympy.Symbol("t", integer=True, positive=True)


#: What K is, what it is assumed to be, and what that forces a scalar to be.
FORCED: tuple[tuple[sympy.Expr, sympy.Expr, dict[Any, sympy.Expr]], ...] = (
    (a, 0 * ONE, {a: 0 * ONE}), (a, 0 * ONE, {a: 0 * ONE}),
    (a, ONE, {a: ONE}), (a, b, {a: b}), (a - b, 0 * ONE, {a: b}),
    (a, N, {a: N}), (a, n, {a: n}), (a * eta, 0 * ONE, {a: 0 * ONE}), (a**2, 0 * ONE, {a: 0 * ONE}),
    (a + 1, 0 * ONE, {a: -ONE}), (a, a**2, {a: 0 * ONE}), (a, a**2, {a: ONE}), (2 * a - b, 0 * ONE, {b: 2 * a}),
    (a + n, 0 * ONE, {a: -n}), (a**n, a, {a: ONE}), (a * b, a, {b: ONE}), (a * b, b, {b: 0 * ONE}),
)  # fmt: skip


F = Name("F", NUMBER, takes=(NUMBER,))


V = Name("V", NUMBER)


class Forced:
    """Sources by which a number is two things: K = a by a meaning, a lemma or an assumption, K = 0 by an assumption."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.body, self.value, scalars = rng.choice(FORCED)
        self.given = Given(scalars=scalars)
        self.name: Expr = K()
        of = Definition(K, S(self.body))
        kind = rng.randrange(6)
        self.is_body: tuple[Any, ...] = (of,)
        if kind < 2:
            self.is_body = (check(Assumption("K is known", Equation(K(), S(self.body)))),)
            self.given = Given((of,), scalars=scalars)
        elif kind == 2:
            self.is_body = (check(Calculation(K(), (Step(S(self.body), (of,)),))),)
        elif kind == 3:
            behind = Definition(Name("Q", NUMBER), S(self.body))
            self.is_body = (Definition(K, behind.name()), behind)
        elif kind == 4:
            self.name = F(S(0))
            self.is_body = (Definition(F, V() + S(self.body), (), (V,)),)
        self.is_value = check(Assumption("it is so", Equation(self.name, S(self.value))))

    @property
    def gap(self) -> sympy.Expr:
        return self.body - self.value

    def pole(self) -> tuple[sympy.Expr, Expr]:
        """A number, and perhaps the same with a pole where the gap is 0, written so that it stays."""
        rng, gap = self.rng, self.gap
        tame = rng.choice((ONE, 1 / N, N, a, eta, a + 1, n + 1, a**n))
        if rng.random() < 0.72:
            return tame, S(tame)
        wild = [1 / gap, 1 / gap, N / gap, 1 / (N * gap), gap**-2 * a, 1 / a, 1 / (a * b), 1 / (a - 1), 1 / (a + b)]
        if gap.is_Symbol:
            return 1 / gap, Mul((S(gap ** (-1 - n)), S(gap**n)))
        value = rng.choice(wild)
        return value, S(value)


@generator("calculation")
def forced_to_a_pole(rng: Random) -> Iterator[Candidate]:
    """1 = a/a = K/a = 0/a = 0, and what is right of it."""
    for proof, given in _forced_calculations(rng):
        yield Candidate(proof, given, "forced to a pole")


def _forced_calculations(rng: Random, *rests: Expr) -> Iterator[tuple[Calculation, Given]]:
    known = Forced(rng)
    value, pole = known.pole()
    rest = rng.choice(rests or (S(ONE), c[1], u(), A(), x[k], K() if known.name != K() else d[1]))
    by, factor = hidden(rng, pole, "Y")
    by_rest, named = ((), rest) if rests else hidden(rng, rest, "Z")
    start = sympy.cancel(known.gap * value)
    first = Mul((S(start), named)) if start != 1 else named
    gap = rng.choice((known.name - S(known.value), known.name + S(-known.value)))
    as_body = Mul((S(known.gap), pole, rest))
    as_name = Mul((gap, factor, rest))
    zero: Expr = rng.choice((Mul((S(0), factor, rest)), Zero(*rest.shape), Zero(*rest.shape)))
    lines = [Step(as_body, by_rest), Step(as_name, (*known.is_body, *by)), Step(zero, (known.is_value,))]
    if rng.random() < 0.4:
        lines[:2] = [Step(as_name, (*by_rest, *known.is_body, *by))]
    if not isinstance(zero, Zero) and rng.random() < 0.7:
        lines.append(Step(Zero(*rest.shape)))
    proof = Calculation(first, tuple(lines))
    yield proof, known.given
    yield Calculation(first, (*lines[:-1], Step(rewritten(rng, lines[-1].expr), lines[-1].by))), known.given
    # The first lines make a lemma, which the last one uses.
    of = Definition(Name("E", rest.shape), first)
    lemma = check(Calculation(of.name(), (Step(first, (of,)), *lines[:-1])))
    yield Calculation(of.name(), (Step(Zero(*rest.shape), (lemma, known.is_value)),)), known.given
    yield Calculation(of.name() + named, (Step(named, (lemma, known.is_value)),)), known.given


@generator("specialisation")
def forced_and_specialised(rng: Random) -> Iterator[Candidate]:
    """What holds under an assumption, at values of other scalars, or of the one of which it is assumed."""
    rests = x[k], Mul((S(eta**p), c[p])), Sum(Mul((S(eta**i), c[i])), i, 0, m), Mul((S(1 / theta), S(theta), c[k]))
    proof, given = next(_forced_calculations(rng, *rests))
    theorem = check(proof)
    fixed = frozenset().union(*(one.free for one in (*theorem.assumptions, *theorem.meanings.values())))
    symbols = sorted(theorem.statement.free, key=lambda s: (s.name, str(s.assumptions0)))
    for _ in range(4):
        free = [symbol for symbol in symbols if symbol not in {*fixed, f} or rng.random() < 0.1]
        if not free:
            return
        symbol = rng.choice(free)
        yield Candidate(
            Specialisation(theorem, {symbol: value_for(rng, symbol, symbols)}), given, "forced, specialised"
        )


@generator("induction")
def forced_at_every_step(rng: Random) -> Iterator[Candidate]:
    """E_n = 0 since K = 0, where E_k := (K - value) a^k x_k and the like, perhaps with a pole in a line."""
    known = Forced(rng)
    value, pole = known.pole()
    variable, family = rng.choice((n, r, p)), rng.choice((x, c))
    start = sympy.cancel(known.gap * value)
    of = Definition(Name("E", family.shape, arity=1), Mul((S(start), family[k])), (k,))
    by, factor = hidden(rng, pole, "Y")
    statement = Equation(of.name[variable], Zero(*family.shape))
    least = sympy.Integer(1 if variable.is_positive else 0)

    def lines(at: sympy.Expr) -> Calculation:
        gap = known.name - S(known.value)
        middle = Step(Mul((gap, factor, family[at])), (of, *known.is_body, *by))
        return Calculation(of.name[at], (middle, Step(Zero(*family.shape), (known.is_value,))))

    yield Candidate(Induction(statement, variable, lines(least), lines(variable + 1)), known.given, "forced")
    other = Equation(of.name[variable], Mul((S(start), family[variable])))
    base, step = (Calculation(of.name[at], (Step(Mul((S(start), family[at])), (of,)),)) for at in (least, variable + 1))
    yield Candidate(Induction(other, variable, base, step), known.given, "forced")


@generator("limit")
def one_member(rng: Random) -> Iterator[Candidate]:
    """Q = B^L for one L, or for all: only then it tends to something."""
    limit, given, sequence = rng.choice((powers_of_a_matrix, members_of_a_family, scalar_powers))(rng)
    index = limit.statement.index
    value = rng.choice((sequence, sequence, sequence + CONSTANTS.get(sequence.shape, (K,))[0]()))
    single = rng.random() < 0.35
    Q = Name("Qone", sequence.shape, arity=0 if single else 1)
    left = Q() if single else Q[index]
    known = check(Assumption("Q is known", Equation(left, value)))
    of = Definition(Q, value, () if single else (index,))
    total = replace(given, meanings=(*given.meanings, of))
    general: Theorem = known
    kind = rng.randrange(3)
    E = Name("E", sequence.shape, arity=1)
    if kind == 1:
        D = Definition(E, left + sequence, (index,)) if single else Definition(E, Q[k] + sequence, (k,))
        if D.free and not single and index in D.free:
            D = Definition(E, Q[index] + sequence, (index,))
        general = check(Calculation(E[index], (Step(value + sequence, (D, known)),)))
    elif kind == 2:
        general = check(Calculation(left + sequence, (Step(value + sequence, (known,)),)))
    yield Candidate(Passage(general, limit), total, "one member of a sequence")
    defined = check(Calculation(left, (Step(value, (of,)),)))
    yield Candidate(Passage(defined, limit), given, "one member of a sequence, defined")


#: Numbers that are 1 wherever they have a value, and the pole that a definition hides in them.
HIDDEN_POLES = (
    (a, 1 / a), (a, 1 / a), (a - 1, 1 / (a - 1)), (a**2, a**-2), (a**n, a**-n), (a - eta, 1 / (a - eta)), (N, 1 / N),
    (N + f, 1 / (N + f)), (n + 1, 1 / (n + 1)), (2 * ONE, sympy.Rational(1, 2)), (N * f, 1 / (N * f)), (N, 1 / N),
)  # fmt: skip


def _one(rng: Random) -> tuple[tuple[Any, ...], Expr]:
    """A number that is 1, perhaps but at a pole, and what makes it so: meanings, or a lemma."""
    factor, inverse = rng.choice(HIDDEN_POLES)
    Y, Z = Name("Y", NUMBER, arity=1), Name("Z", NUMBER)
    of_Y = Definition(Y, S(inverse), (k,))
    of_Z = Definition(Z, Mul((S(factor), Y[rng.choice((0, 1, n, N))])))
    if rng.random() < 0.4:
        return (of_Z, of_Y), Z()
    return (check(Calculation(Z(), (Step(S(1), (of_Z, of_Y)),))),), Z()


@generator("positivity")
def positive_but_at_a_pole(rng: Random) -> Iterator[Candidate]:
    """K = a (1/a) is 1, but not at a = 0."""
    by, number = _one(rng)
    value = rng.choice((ONE, N, a, a**2, f - 1, n * a**2, N - 1, a + eta**2))
    total = rng.choice((number + S(value), number, Mul((number, S(value + 1))), Mul((S(2), number)) - S(1)))
    fit = rng.choice(({"nonnegative": (a, eta)}, {"nonzero": (a, eta)}, {"nonnegative": (a,)}, {"nonnegative": (eta,)}))
    proof = Positivity(Positive(total, **fit), by)
    yield Candidate(proof, made="positive but at a pole")
    yield Candidate(Positivity(Positive(rewritten(rng, total), **fit), by), made="positive but at a pole, rewritten")
    less = Positive(total - rng.choice((S(1), S(N), S(2))), **fit)
    yield Candidate(Positivity(less, by), made="a smaller number, with a pole")


@generator("independence")
def independent_but_at_a_pole(rng: Random) -> Iterator[Candidate]:
    """θ K x, where K = a (1/a) has no value at a = 0; or where K may be 0."""
    by, number = _one(rng)
    if not all(isinstance(one, Definition) for one in by):
        return
    factor = rng.choice((number, number, number, Mul((S(a), number)), number - S(1), number + S(1)))
    first, second = rng.choice(((x[1], x[2]), (c[1], d[1]), (u(), v()), (x[1], x[1]), (x[n + 1], x[n + 2])))
    combination = Mul((S(WEIGHTS[0]), factor, first)) + Mul((S(WEIGHTS[1]), second))
    yield Candidate(Independence(Independent(combination, WEIGHTS[:2]), by), made="independent but at a pole")
    alone = Mul((S(WEIGHTS[0]), factor, first))
    yield Candidate(Independence(Independent(alone, WEIGHTS[:1]), by), made="independent but at a pole")


@generator("absurdity")
def data_sets_without_a_value(rng: Random) -> Iterator[Candidate]:
    """a a^(s-1) u = 0 for s = 1, 2, … and a = 0; at s = 0 it has no value, so nothing can be put in there."""
    numbers = sympy.symbols("s", integer=True), sympy.Symbol("s", integer=True, nonnegative=True)
    s, index = rng.choice((*numbers, t, t)), rng.choice((n, n, k))
    less = rng.choice((0, 0, 0, 0, 0, 1, 2))
    written = rng.choice(
        (
            lambda at: S(a**at) * u(),
            lambda at: Mul((S(a**less), Mul((S(a ** (at - less)), u())))),
            lambda at: Mul((S(a ** (at - less)), u(), S(a**less))),
        )
    )
    D = Definition(Name("D", COLUMN, arity=1), written(index), (index,))
    by: tuple[Any, ...] = (D,)
    left: Expr = D.name[s]
    kind = rng.randrange(3)
    if kind == 0:
        by, left = (), written(s)
    elif kind == 1:
        by = (check(Calculation(D.left, (Step(S(a**index) * u(), (D,)),))),)
    rest = rng.choice((Zero(*COLUMN), Zero(*COLUMN), Zero(*COLUMN), 2 * u(), v()))
    extra = rng.choice((Zero(*COLUMN), Zero(*COLUMN), Mul((S(b), g(d[1]), u())), Mul((S(s), x[1]))))
    statement = Impossible(Equation(left + extra, rest + extra), (a,), (u, s, v) if rest == v() else (u, d, s))
    number = sympy.Integer(rng.choice((0, 0, 0, 0, 0, 0, 0, 1)))
    remainder = u() - rest if number == 0 else u()
    case = Case(S(1), (), ((s, number),))
    proof = Absurdity(statement, (case,), remainder, not_zero(remainder), ONE, (), by)
    known = Planted(solutions=tuple(Solution(lambda _, at=at: {a: at}) for at in (0, 1, 2)))
    yield from variants(rng, proof, known, "data sets without a value")


Source = Any
