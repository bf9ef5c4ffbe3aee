"""Proofs about random data and about functions of data: means, positive numbers, independent functions.

What is impossible is in `fuzz_impossible`; how a mean is computed in full in `plain_means`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import plain_means  # noqa: F401 - computes means
import sympy
from fuzz_expressions import ONE, N, a, c, d, eta, f, i, j, k, m, n, rewritten, x
from fuzz_impossible import table_at, with_fault
from plain_impossible import names_in
from plain_statements import Given, Point, judges, plain_at
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.arguments import Calculation, Expectation, Independence, Positivity, Proof, Specialisation, Step
from gdssm_symbolic.definitions import Definition, Mean, Recurrence, UnitVectors
from gdssm_symbolic.expressions import (
    Add,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Zero,
    substitute,
)
from gdssm_symbolic.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.moments import expectation
from gdssm_symbolic.proofs import Theorem, check
from gdssm_symbolic.statements import Independent, Positive

NUMBER = (ONE, ONE)
t = sympy.Symbol("t", integer=True, positive=True)
P = sympy.Symbol("P", integer=True, positive=True)  # bound, and perhaps from 0 on
s, q = sympy.Symbol("s", integer=True), sympy.Symbol("q", integer=True, positive=True)
p1, p2, p3, alpha = sympy.symbols("theta_1 theta_2 theta_3 alpha")
w, W = Name("w", (f, 1)), Name("W", (f, f))
G = Name("G", (1, 1), arity=2)
e = Name("e", (f, 1), arity=1)
E, F, H = Name("E", NUMBER), Name("F", NUMBER), Name("H", NUMBER)

#: Bounds of sums over samples: ordinary ones, and those that the normal form holds as a negative number of terms.
ORDINARY = (
    (1, N), (1, N), (1, n), (2, N), (1, N - 1), (0, n), (0, N), (1, n + 1), (2, n + 1), (N + 1, 2 * N), (n + 1, n + m), (1, 2 * n),
    (1, 3), (0, 2), (2, 1), (n + 1, N + n), (1, n + m),
)  # fmt: skip
REVERSED = (
    (1 - m, 0), (-m, -1), (1 - m, 1), (1 - 2 * m, 0), (-n, 0), (1 - n, 0), (1 - m - n, 0), (-m, 0), (n - m + 1, n), (N - m + 1, N),
    (-m, m), (1 - N, N), (-3, 0), (2 - m, 1), (1 - m, n), (n - N, n),
)  # fmt: skip
REFUSED = ((n + 1, N), (1, n - 1), (m, N), (1, N - 2), (1, -m), (k, N))
INDICES = (
    ONE, N, N + 1, 0 * ONE, n + 1, n, t, -ONE, m, 2 * ONE, 1 - m, -m, N - 1, t + 1, N + m, 2 * N, -n, k, n + m, 2 * N + 1, n + m + 1,
)  # fmt: skip


def S(value: object) -> Expr:
    return Scalar(sympy.sympify(value))


def bounds(rng: Random) -> tuple[Any, Any]:
    chance = rng.random()
    return rng.choice(ORDINARY if chance < 0.5 else REVERSED if chance < 0.97 else REFUSED)


# ---- expectation ---------------------------------------------------------------------------------

LAWS: tuple[Law, ...] = (
    AnyLaw("mu", 6), AnyLaw("mu", 6), AnyLaw("mu", 4), AnyLaw("tau", 2), AnyLaw("tau", 6), Normal(ONE), Normal(ONE), Normal(), Uniform(),
    Uniform(ONE), Uniform(N), Normal(alpha + 1), Normal(1 / N), Normal(eta / (eta + 1)), AnyLaw("mu", 3),
)  # fmt: skip
WILD_LAWS: tuple[Law, ...] = (
    Normal(sympy.sqrt(N - 2)), Uniform(sympy.sqrt(n - 1)), Normal(1 / (N - 1)), Normal(n - 1), Uniform(1 / n), Normal(eta**-n),
)  # fmt: skip


class Bodies:
    """Draws numbers that depend on random data, mostly with an even number of each."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.ranges = [bounds(rng) for _ in range(1 if rng.random() < 0.7 else 2)]
        self.free = iter(
            (i, j, sympy.Symbol("l", integer=True), s, sympy.Symbol("v", integer=True), sympy.Symbol("o", integer=True))
        )
        self.fixed = [rng.choice(INDICES) for _ in range(2)]

    def sum(self, body: Any) -> Expr:
        index = P if self.rng.random() < 0.05 else next(self.free, None)
        if index is None:
            return body(self.rng.choice(self.fixed))
        low, high = self.rng.choice(self.ranges)
        shift = self.rng.choice((0, 0, 0, 0, 1, -1, m))
        return Sum(body(index + shift), index, low - shift, high - shift)

    def linear(self) -> Expr:
        """A number linear in random entries."""
        chance = self.rng.randrange(8)
        if chance < 3:
            return self.sum(lambda at: c[at])
        if chance == 3:
            return self.sum(lambda at: c[at]) - self.sum(lambda at: c[at])
        if chance == 4:
            return c[self.rng.choice(self.fixed)]
        if chance == 5:
            return self.sum(lambda at: 2 * c[at] + d[at])
        if chance == 6:
            return self.sum(lambda at: w().T * x[at])
        return self.sum(lambda at: c[at]) + c[self.rng.choice(self.fixed)]

    def squares(self) -> Expr:
        """A number quadratic in random entries."""
        rng = self.rng
        at = [rng.choice(self.fixed) for _ in range(2)]
        gram = self.sum if rng.random() < 0.8 else lambda body: body(at[0])
        kinds = (
            lambda: self.sum(lambda one: c[one] * c[one]),
            lambda: self.sum(lambda one: c[one] * d[one]) * d[at[0]] * c[at[1]],
            lambda: gram(lambda one: x[one].T * x[one]),
            lambda: Trace(gram(lambda one: x[one] * x[one].T)),
            lambda: x[at[0]].T * gram(lambda one: x[one] * x[one].T) * x[at[1]],
            lambda: self.sum(lambda one: x[one].T) * self.sum(lambda one: x[one]),
            lambda: Trace(W() * W().T),
            lambda: Trace(W() * W()) + w().T * w(),
            lambda: w().T * W() * W().T * w(),
            lambda: self.sum(lambda one: self.sum(lambda two: G[one, two] * G[two, one])),
            lambda: self.sum(lambda one: self.sum(lambda two: G[one, two])) * G[at[0], at[1]],
            lambda: Trace(Power(Blocks(((c[at[0]], c[at[1]]), (c[at[1]], d[at[0]]))), sympy.Integer(2))),
            lambda: Trace(Blocks(((x[t], x[t + 1]),)).T * Blocks(((x[t], x[t + 1]),))),
            lambda: self.sum(lambda one: c[one]) * self.sum(lambda one: c[one]),
            lambda: c[at[0]] * c[at[1]],
            lambda: Trace(Blocks(((W(), Zero(f, 1)), (w().T, c[at[0]]))) * Blocks(((W(), w()), (Zero(1, f), c[at[1]])))),
        )  # fmt: skip
        return rng.choice(kinds)()

    def body(self) -> Expr:
        terms = []
        for _ in range(1 if self.rng.random() < 0.6 else 2):
            chance = self.rng.random()
            if chance < 0.35:
                term = Power(self.linear(), sympy.Integer(2))
            elif chance < 0.45:
                term = self.linear() * self.linear()
            elif chance < 0.85:
                term = self.squares()
            elif chance < 0.93:
                term = self.squares() * self.squares()
            else:
                term = Power(self.linear(), sympy.Integer(4 if self.rng.random() < 0.5 else 3))
            terms.append(term if self.rng.random() < 0.6 else Mul((self.coefficient(), term)))
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def coefficient(self) -> Expr:
        if self.rng.random() < 0.15:
            return Mul((S(n ** (-m)), S(n**m)))
        return S(self.rng.choice((2, -1, sympy.Rational(1, 3), N, f, eta, 1 / N, n, N - 1, 1 - m, eta / N)))


def mean_of(rng: Random, name: Name, body: Expr, units: Name | None = None) -> Mean:
    laws = WILD_LAWS if rng.random() < 0.06 else LAWS
    random, used = (c, d, x, w, W, G), set(names_in(body))
    return Mean(name, body, tuple((one, rng.choice(laws)) for one in random if one in used), units)


def regrouped(rng: Random, value: sympy.Expr) -> Expr:
    """A scalar written otherwise."""
    if value == 0:
        return rng.choice((Zero(1, 1), S(0), S(N) - S(N)))
    expanded = sympy.expand(value)
    choice = rng.randrange(5)
    if choice == 0:
        return Scalar(value)
    if choice == 1:
        return Scalar(expanded)
    if choice == 2 and expanded.is_Add:
        return Add(tuple(map(Scalar, rng.sample(expanded.args, len(expanded.args)))))
    if choice == 3 and expanded.is_Mul:
        return Mul(tuple(map(Scalar, expanded.args)))
    return (
        Scalar(expanded - rng.choice((N, eta))) + rng.choice((S(N), Sum(S(1), i, 1, N)))
        if choice == 4
        else Scalar(value)
    )


def altered(rng: Random, value: sympy.Expr) -> Expr:
    """A value that is slightly wrong, or right by chance."""
    changes = (
        value + 1,
        -value,
        2 * value,
        value + N - 1,
        value * N,
        value.xreplace({N: N + 1}),
        value.xreplace({m: -m}),
        0 * N,
    )
    return Scalar(sympy.sympify(rng.choice(changes)))


@generator("expectation")
def means(rng: Random) -> Iterator[Candidate]:
    """A mean, and what follows from it."""
    mean = mean_of(rng, E, Bodies(rng).body())
    value = expectation(mean.body, dict(mean.laws))
    proof = Expectation(mean, regrouped(rng, value))
    yield Candidate(proof, made="a mean")
    theorem = check(proof)
    yield from _consequences(rng, theorem)
    for _ in range(2):
        again = replace(mean, body=rewritten(rng, mean.body, rng.randint(1, 2)))
        yield Candidate(Expectation(again, regrouped(rng, value)), made="a mean, rewritten")
    chance = rng.random()
    if chance < 0.2:
        yield Candidate(Expectation(mean, altered(rng, value)), made="another value")
    elif chance < 0.45:
        yield Candidate(with_fault(rng, proof), made="a mean with a fault")
    if rng.random() < 0.3:
        yield Candidate(_beside(rng, mean, value), made="a mean beside another")


def _consequences(rng: Random, theorem: Theorem) -> Iterator[Candidate]:
    """The value used as a lemma, through a definition, and with a scalar put in."""
    value = theorem.equation.right
    factor, more = rng.choice((eta, N, eta * N, 2)), rng.choice((eta, f, 1, a))
    defined = Definition(H, Mul((S(factor), E())) + S(more))
    wanted = rng.choice((Mul((S(factor), value)) + S(more), S(more) + value * S(factor)))
    if rng.random() < 0.3:
        inside = Sum(Mul((c[i], E())), i, 1, n)
        yield Candidate(
            Calculation(inside, (Step(value * Sum(c[j], j, 1, n), (theorem,)),)), made="a mean inside a sum"
        )
        return
    proof = Calculation(H(), (Step(wanted, (defined, theorem)),))
    if rng.random() < 0.5:
        proof = Calculation(defined.body, (Step(wanted, (theorem,)),))
    yield Candidate(with_fault(rng, proof) if rng.random() < 0.15 else proof, made="a mean used as a lemma")
    symbol = rng.choice((eta, eta, a, N, n, m))
    at = {symbol: rng.choice((sympy.Integer(2), 0 * ONE, N, sympy.Rational(1, 2), N + 1, -ONE, 1 - m))}
    if rng.random() < 0.5:
        yield Candidate(Specialisation(check(proof), at), made="a mean, specialised")


def _beside(rng: Random, mean: Mean, value: sympy.Expr) -> Proof:
    """The mean in terms of that of a multiple, or of the same written otherwise."""
    times = rng.choice((2, 3, -1))
    body = rng.choice((mean.body * times, rewritten(rng, mean.body) * times))
    other = Mean(F, body, mean.laws)
    chance = rng.random()
    by = S(sympy.Rational(1, times)) if chance < 0.8 else S(sympy.Rational(1, times + 1))
    named = F() * by if chance < 0.9 else Sum(F() * by, i, 1, 1)
    return Expectation(mean, named + S(eta) - S(eta), (other,))


@generator("expectation")
def means_with_unit_vectors(rng: Random) -> Iterator[Candidate]:
    """Means of products of components that are 0, or only if the indices differ."""
    at = [rng.choice((k, s, k + 1, ONE, 2 * ONE, t, N)) for _ in range(3)]
    samples = [rng.choice((t, t + 1, N + t + 1, ONE, 2 * ONE)) for _ in range(3)]
    component = [e[one].T * x[where] for one, where in zip(at, samples, strict=True)]
    gram = Sum(x[i] * x[i].T, i, *rng.choice(((1, N), (1, n), (1 - m, 0))))
    kinds = (
        component[0] * component[1] * component[2],
        component[0] * component[1],
        component[0] * component[0] - component[1] * component[1],
        component[0] * component[1] * component[2] * (w().T * x[samples[0]]),
        e[at[0]].T * gram * e[at[1]],
        (e[at[0]].T * W() * e[at[1]]) * component[2],
        component[0] * component[1] - (e[at[0]].T * e[at[1]]) * (w().T * w()),
        (e[at[0]].T * gram * x[N + 1]) * (w().T * e[at[1]]),
    )  # fmt: skip
    proof = Expectation(mean_of(rng, E, rng.choice(kinds), e), rng.choice((S(0), Zero(1, 1))))
    yield Candidate(proof, made="a mean with unit vectors")
    if rng.random() < 0.3:
        yield Candidate(with_fault(rng, proof), made="a mean with unit vectors and a fault")
    theorem = check(proof)
    vector = Mul((E(), e[k])) + e[s]
    yield Candidate(Calculation(vector, (Step(e[s], (theorem,)),)), made="a mean with unit vectors, used")


@generator("expectation")
def means_by_cases(rng: Random) -> Iterator[Candidate]:
    """Means of products at samples t and t + n, which may be the same or neighbours."""
    later = [rng.choice((t + n, t + n + 1, t + 1, t, t + 2 * n, t + n + 2)) for _ in range(3)]
    first, second, third = later
    kinds = (
        c[first] * d[second] * d[second] * c[third], c[first] * c[second], c[first] * d[second],
        Power(c[first] * d[second], sympy.Integer(2)), (x[first].T * x[second]) * c[third], Sum(c[i], i, 1, n) * d[t],
        Sum(c[i] * c[i], i, n + 1, n + 2), Sum(c[i], i, 1 - n, 0) * c[first], Sum(S(n**P) * c[P], P, 0, N) * c[first],
        x[first].T * x[first] * (w().T * x[second]) * (w().T * x[third]),
    )  # fmt: skip
    mean = mean_of(rng, E, rng.choice(kinds))
    far = expectation(substitute(mean.body, {n: sympy.Integer(3)}), dict(mean.laws))  # where n is large
    proof = Expectation(mean, regrouped(rng, far), cases=n)
    yield Candidate(proof, made="a mean by cases")
    yield Candidate(with_fault(rng, proof), made="a mean by cases with a fault")
    theorem = check(proof)
    yield from _consequences(rng, theorem)


# ---- positivity ----------------------------------------------------------------------------------

r1, r2 = sympy.symbols("rho sigma")


class Numbers:
    """Draws polynomials that are positive, and some that are nearly so."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        scalars = rng.sample((r1, r2), rng.randrange(3))
        cut = rng.randrange(len(scalars) + 1)
        self.nonnegative, self.nonzero = tuple(scalars[:cut]), tuple(scalars[cut:])

    def factor(self) -> sympy.Expr:
        sizes = (f - 1, N - 1, n, m, N, f, N + f - 2, n + 1, m - 1, N - 1 + n)
        scalars = (*self.nonnegative, *(one**2 for one in self.nonzero), *self.nonnegative)
        return self.rng.choice((*sizes, *scalars) if self.rng.random() < 0.8 else (*scalars, *sizes, *self.nonzero))

    def term(self) -> sympy.Expr:
        value = sympy.Rational(self.rng.randint(1, 5), self.rng.choice((1, 1, 2)))
        for _ in range(self.rng.randrange(4)):
            value *= self.factor()
        return value

    def value(self) -> sympy.Expr:
        total = sum((self.term() for _ in range(self.rng.randint(1, 3))), sympy.Integer(0))
        return total + self.rng.choice((0, 1, f, N, 2 * m - 1, f * N, -1 if self.rng.random() < 0.3 else 1))

    def written(self, value: sympy.Expr) -> Expr:
        """The number as an expression."""
        choice = self.rng.randrange(9)
        if choice == 0:
            return Scalar(sympy.expand(value))
        if choice == 1:
            return Sum(Scalar(value), i, *self.rng.choice(((1, N), (1 - m, 0), (0, n), (n - m + 1, n), (1, n), (0, 2))))
        if choice == 2:
            return Trace(Mul((Scalar(value), Identity(f))))
        if choice == 3:
            return Power(Scalar(value), sympy.Integer(2))
        if choice == 4:
            return Mul((S(n ** (-m)), S(n**m))) * Scalar(value)
        if choice == 5:
            return Trace(Blocks(((Identity(f), Zero(f, 1)), (Zero(1, f), Scalar(value)))))
        return Scalar(value)


@generator("positivity")
def positive_numbers(rng: Random) -> Iterator[Candidate]:
    """Polynomials, through definitions and lemmas."""
    numbers = Numbers(rng)
    first, second = numbers.value(), numbers.value()
    D, C = Definition(F, numbers.written(first)), Definition(H, numbers.written(second) * F() + S(numbers.term()))
    fit = {"nonnegative": numbers.nonnegative, "nonzero": numbers.nonzero}
    kinds: list[tuple[Expr, tuple[Any, ...]]] = [
        (F() + Scalar(second), (D,)),
        (H(), (C, D)),
        (F() * F() + Scalar(second), (D,)),
        (Trace(Blocks(((F(), S(1)), (S(N), Scalar(second))))), (D,)),
    ]
    if rng.random() < 0.4:
        lemma = check(Calculation(F(), (Step(Scalar(sympy.expand(first)) if rng.random() < 0.5 else D.body, (D,)),)))
        kinds = [(F() + Scalar(second), (lemma,)), (H(), (C, lemma))]
    number, by = rng.choice(kinds)
    proof = Positivity(Positive(number, **fit), by)
    yield Candidate(proof, made="a positive number")
    other = Positive(rewritten(rng, number, rng.randint(1, 3)), **fit)
    yield Candidate(replace(proof, statement=other), made="a positive number, rewritten")
    if rng.random() < 0.4:
        yield Candidate(with_fault(rng, proof), made="a positive number with a fault")
    if rng.random() < 0.5:
        less = Positive(number - rng.choice((S(1), S(f), S(N), Scalar(first), S(m))), **fit)
        yield Candidate(Positivity(less, by), made="a smaller number")


@generator("positivity")
def positive_families(rng: Random) -> Iterator[Candidate]:
    """Families of numbers, recurrences, sums over declared indices, lemmas at an index that is no symbol."""
    z = Name("Z", NUMBER, arity=1)
    Q = Name("Q", NUMBER, arity=2)
    at = rng.choice((q, q + 1, sympy.Integer(3), n + 1, n, sympy.Integer(0), 2 * q, N, ONE, m))
    shift = rng.choice((0, 1, -1, 2, -5, -10, f))
    kind = rng.randrange(5)
    by: tuple[Any, ...]
    if kind == 0:
        bound = rng.choice((P, P, j, sympy.Symbol("O", integer=True, nonnegative=True)))
        whole, upper = rng.choice((k, k, n, t)), rng.choice((N, n + 1, 2 * ONE))
        by = (Definition(z, Sum(S(whole**bound), bound, rng.choice((0, 0, 1)), upper), (whole,)),)
        number = z[rng.choice((0 * ONE, 0 * ONE, at))] * rng.choice((1, -1, -1))
        number = number + S(rng.choice((1, sympy.Rational(1, 2), 0)))
    elif kind == 1:
        whole = rng.choice((k, n, t))
        rule = rng.choice((whole, whole**2, 2 * whole + 1, n ** (-m) * whole, n + whole, f * whole))
        by, number = (Definition(z, S(rule), (whole,)),), z[at] + S(shift)
    elif kind == 2:
        step = sympy.sympify(rng.choice((1, t, 2 * t - 1, N - 1, f)))
        recurrence = Recurrence(z, t, S(rng.choice((0, 1, N))), z[t - 1] + Scalar(step))
        two = check(Calculation(z[2], (Step(z[1] + Scalar(step.subs(t, 2)), (recurrence,)),)))
        by, number = rng.choice((((recurrence, recurrence), z[1]), ((two, recurrence, recurrence), z[2])))
        number = number + S(shift)
    elif kind == 3:
        table = Definition(Q, S(rng.choice((j + 2 * k, j - k, k - j, j * k))), (j, k))
        left = Q[rng.choice(((q, q + 1), (q, 2 * q), (q, q), (q, m), (q, q + n)))]
        line = check(Calculation(left, (Step(S(table_at(table, left.indices)), (table,)),)))
        by, number = (
            (line, table),
            Q[rng.choice((ONE, 2 * ONE, 3 * ONE, q, m)), rng.choice(left.indices[1:])] + S(shift),
        )
    else:
        mean = mean_of(rng, E, Bodies(rng).body())
        value = expectation(mean.body, dict(mean.laws))
        by = (check(Expectation(mean, Scalar(sympy.expand(value)))),)
        number = E() * rng.choice((1, 1, 1, -1)) + S(rng.choice((0, 1)))
    moments = sympy.symbols("mu_2 mu_4 mu_6 tau_2 alpha eta")
    fit = {"nonnegative": moments} if rng.random() < 0.5 else {"nonzero": moments}
    proof = Positivity(Positive(number, **fit), by)
    yield Candidate(proof, made="a positive member of a family")
    other = Positive(rewritten(rng, number, rng.randint(1, 2)), **fit)
    yield Candidate(replace(proof, statement=other), made="a positive member of a family, rewritten")
    if rng.random() < 0.4:
        yield Candidate(with_fault(rng, proof), made="a positive member of a family with a fault")


# ---- independence --------------------------------------------------------------------------------

WEIGHTS = (p1, p2, p3)


class Functions:
    """Draws functions of data, all of one shape."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.shape = rng, rng.choice((NUMBER, NUMBER, (f, ONE), (f, f)))
        self.until = n if rng.random() < 0.55 else None
        base = n if self.until else rng.choice((n, n, 0 * ONE, 0 * ONE, N, t, m))
        self.at = [base + 1, base + rng.choice((2, 2, 3, 1))]
        if rng.random() < 0.15:
            self.at[rng.randrange(2)] = rng.choice((ONE, 2 * ONE, n + 2, N, t, N + 1, m, 0 * ONE, n, 2 * N, -m, k))
        ranges: tuple[Any, ...] = ((1, 2), (1, 3), (0, 2), (1 - m, 0), (1 - n, 0), (1 - m, 1), (-m, -1), (1, N))
        if self.until:
            ranges = ((1, n), (1, n + 1), (1, n + 2), (2, n + 2), (n - m + 1, n), (1 - m, n), (1 - m, n + 1), (0, n))
        self.ranges = [rng.choice(ranges) for _ in range(2)]
        if rng.random() < 0.3:
            self.ranges = rng.sample(
                ((1 - m, 0), (1 - N, 0), (1 - 2 * m, 0), (1 - m - N, 0), (1 - n, 0), (1 - n - m, 0)), 2
            )

    def sum(self, body: Any, which: int | None = None) -> Expr:
        low, high = self.ranges[self.rng.randrange(2) if which is None else which]
        return Sum(body(i), i, low, high)

    def one(self) -> Expr:
        first, second = self.at
        two = sympy.Integer(2)
        gram = Sum(x[i] * x[i].T, i, *self.ranges[0])
        numbers = (
            lambda: self.sum(lambda at: c[at]), lambda: self.sum(lambda at: c[at], 0) - self.sum(lambda at: c[at], 1),
            lambda: c[first], lambda: c[first] * c[second], lambda: x[first].T * x[second], lambda: c[first] ** 2, lambda: Trace(W()),
            lambda: c[second], lambda: self.sum(lambda at: c[at] * d[at]), lambda: self.sum(lambda at: c[at], 0) - c[first],
            lambda: x[first].T * W() * x[first], lambda: Trace(gram), lambda: Trace(gram**2), lambda: Trace(gram) * Trace(gram),
        )  # fmt: skip
        columns = (
            lambda: x[first], lambda: x[second], lambda: W() * x[first], lambda: (x[first].T * x[first]) * x[second],
            lambda: self.sum(lambda at: x[at]), lambda: self.sum(lambda at: x[at], 0) - self.sum(lambda at: x[at], 1),
            lambda: gram * x[first], lambda: w(), lambda: Trace(W()) * w(), lambda: W().T * w(),
            lambda: self.sum(lambda at: c[at] * x[at]),
        )  # fmt: skip
        squares = (
            lambda: gram, lambda: gram**2, lambda: Trace(gram) * gram, lambda: x[first] * x[second].T, lambda: W(), lambda: W().T,
            lambda: W() * W(), lambda: Trace(W()) * W(), lambda: Identity(f), lambda: x[first] * w().T,
            lambda: self.sum(lambda at: x[at + 1] * x[at].T), lambda: W() * W().T, lambda: Power(W(), two) - W() * W().T,
        )  # fmt: skip
        return self.rng.choice({NUMBER: numbers, (f, ONE): columns, (f, f): squares}[self.shape])()


@generator("independence")
def independent_functions(rng: Random) -> Iterator[Candidate]:
    """Combinations of functions of data, some of them hidden in definitions, some of them dependent."""
    functions = Functions(rng)
    count = rng.choice((1, 2, 2, 2, 3))
    chosen = [functions.one() for _ in range(count)]
    if count > 1 and rng.random() < 0.25:
        chosen[-1] = rng.choice(
            (chosen[0] + chosen[1], rewritten(rng, chosen[0]), chosen[0] - functions.one(), 2 * chosen[0])
        )
    by: list[Any] = []
    terms = []
    for weight, function, text in zip(WEIGHTS, chosen, "RST", strict=False):
        if rng.random() < 0.7:
            by.append(Definition(Name(text, functions.shape), function))
            function = by[-1].name()
        terms.append(Mul((S(weight), function)))
    combination = terms[0] if len(terms) == 1 else Add(tuple(terms))
    sizes = [one for one in (f, N, m, n) if rng.random() < 0.4]
    least = tuple((one, rng.choice((1, 2, 2, 3))) for one in sizes)
    vanishing: tuple[Name, ...] = ()
    if functions.until is not None or rng.random() < 0.5:
        vanishing = rng.choice(((x,), (c,), (x, c), (replace(c, latex="c"),), (c, d), (x, d)))
    proof = Independence(Independent(combination, WEIGHTS[:count], least), tuple(by), vanishing, functions.until)
    yield Candidate(proof, made="independent functions")
    yield from _written_otherwise(rng, proof, "independent functions")


@generator("independence")
def lookalikes(rng: Random) -> Iterator[Candidate]:
    """A sum and a few of its terms, where the family that is taken to be 0 only looks like that of the sum, or is it."""
    family = rng.choice((c, x))
    alike = rng.choice(
        (
            family,
            replace(family, latex="c"),
            replace(family, latex="z"),
            replace(family, shape=(f, f)),
            replace(family, arity=2),
        )
    )
    until = rng.choice((n, n, sympy.Symbol("n", integer=True), None))
    low, high = rng.choice(((1, n), (1, n), (1, n + 1), (2, n + 1)))
    terms = [family[at] for at in rng.sample((ONE, 2 * ONE, n + 1, n + 2, n), rng.randint(1, 2))]
    first = Sum(family[i], i, low, high) - terms[0]
    second = family[n + 2] if len(terms) == 1 else terms[1]
    hiding = Definition(Name("R", family.shape), first)
    by, first = ((hiding,), hiding.name()) if rng.random() < 0.7 else ((), first)
    combination = Mul((S(p1), first)) + Mul((S(p2), second)) if rng.random() < 0.5 else Mul((S(p1), first))
    weights = (p1, p2) if isinstance(combination, Add) else (p1,)
    least = ((n, rng.choice((0, 1, 1, 2))),) if rng.random() < 0.8 else ()
    proof = Independence(Independent(combination, weights, least), by, (alike,), until)
    yield Candidate(proof, made="lookalikes")
    yield from _written_otherwise(rng, proof, "lookalikes")


@generator("independence")
def independent_components(rng: Random) -> Iterator[Candidate]:
    """Combinations with unit vectors, at least sizes at which they exist, or nearly."""
    low = rng.choice((1, 2, 2, 2, 3))
    at = [sympy.Integer(rng.randint(1, low)) for _ in range(2)]
    if rng.random() < 0.15:
        at[rng.randrange(2)] = rng.choice((3 * ONE, n + 1, t, k, 0 * ONE, 4 * ONE))
    units = UnitVectors(e)
    first, second = e[at[0]], e[at[1]]
    most = sympy.Integer(low) if rng.random() < 0.8 else rng.choice((N, f, n, 2 * ONE))
    rest = Sum(e[i] * (e[i].T * x[1]), i, 1, most)
    kinds = (
        (first, second), (x[1], (first.T * x[1]) * first), (first.T * x[1], second.T * x[1]), (x[1] - rest, x[2]),
        (first.T * W() * second, Trace(W())), (first * first.T * x[1], first * second.T * x[1]), (x[1], rest),
        (x[1] - (first.T * first) * x[1], w()), (Trace(W()), first.T * W() * first),
    )  # fmt: skip
    functions = rng.choice(kinds)
    by: list[Any] = [units]
    if rng.random() < 0.7:
        by.append(Definition(Name("R", functions[0].shape), functions[0]))
        functions = (by[-1].name(), functions[1])
    combination = Add(tuple(Mul((S(weight), one)) for weight, one in zip(WEIGHTS, functions, strict=False)))
    proof = Independence(Independent(combination, WEIGHTS[:2], ((f, low),)), tuple(by))
    yield Candidate(proof, made="independent components")
    yield from _written_otherwise(rng, proof, "independent components")


def _written_otherwise(rng: Random, proof: Independence, made: str) -> Iterator[Candidate]:
    for _ in range(2):
        places = [place for place, one in enumerate(proof.by) if isinstance(one, Definition)]
        if places and rng.random() < 0.7:
            by = list(proof.by)
            place = rng.choice(places)
            by[place] = replace(by[place], body=rewritten(rng, by[place].body, rng.randint(1, 2)))
            yield Candidate(replace(proof, by=tuple(by)), made=f"{made}, rewritten")
        else:
            combination = rewritten(rng, proof.statement.combination, rng.randint(1, 2))
            statement = replace(proof.statement, combination=combination)
            yield Candidate(replace(proof, statement=statement), made=f"{made}, rewritten")
    if rng.random() < 0.4:
        yield Candidate(with_fault(rng, proof), made=f"{made} with a fault")


@judges(Independent)
def _independent(theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    """The values at drawn data have a rank as large as the number of the weights; elimination stops when it is found."""
    statement = theorem.statement
    if any(point.sizes.get(size, at) < at for size, at in statement.least):
        return None
    count = len(statement.weights)
    pivots: list[tuple[int, list[Any]]] = []
    for turn in range(2 * count + 2):
        columns = []
        for weight in statement.weights:
            weights = {one: int(one == weight) for one in statement.weights}
            at = Point(point.sizes, {**point.scalars, **weights}, 1000 * point.seed + turn)
            value = plain_at(theorem, at, given)(statement.combination)
            columns.append([entry for row in value.entries for entry in row])
        for row in zip(*columns, strict=True):
            _eliminate(pivots, list(row))
            if len(pivots) == count:
                return None
    return "not independent", f"rank {len(pivots)}", f"{count} weights"


def _eliminate(pivots: list[tuple[int, list[Any]]], row: list[Any]) -> None:
    for place, pivot in pivots:
        if row[place]:
            above, below = row[place], pivot[place]
            row = [below * entry - above * other for entry, other in zip(row, pivot, strict=True)]
    place = next((number for number, entry in enumerate(row) if entry), None)
    if place is not None:
        pivots.append((place, row))
