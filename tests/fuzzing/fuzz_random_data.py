"""Proofs about random data, means above all, and about positive numbers.

Independent functions are in `fuzz_independence`, what is impossible in `fuzz_impossible`; both come with this file.
`plain_means` computes a mean in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import fuzz_independence  # noqa: F401 - more generators
import plain_means  # noqa: F401 - computes means
import sympy
from fuzz_expressions import ONE, N, a, c, d, eta, f, faulty, i, j, k, m, n, rewritten, x
from fuzz_impossible import NUMBER, G, P, S, q, s, t, table_at
from fuzz_independence import W, e, w
from plain_impossible import names_in
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import (
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
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step
from gdssm_symbolic.kernel.theorem import Proof, Theorem

alpha = sympy.Symbol("alpha")
E, F, H = Name("E", NUMBER), Name("F", NUMBER), Name("H", NUMBER)

#: Bounds of sums over samples: ordinary ones, and those that the normal form holds as a negative number of terms.
ORDINARY = (
    (1, N), (1, N), (1, n), (2, N), (1, N - 1), (0, n), (0, N), (1, n + 1), (2, n + 1), (N + 1, 2 * N),
    (n + 1, n + m), (1, 2 * n),
    (1, 3), (0, 2), (2, 1), (n + 1, N + n), (1, n + m),
)  # fmt: skip
REVERSED = (
    (1 - m, 0), (-m, -1), (1 - m, 1), (1 - 2 * m, 0), (-n, 0), (1 - n, 0), (1 - m - n, 0), (-m, 0), (n - m + 1, n),
    (N - m + 1, N),
    (-m, m), (1 - N, N), (-3, 0), (2 - m, 1), (1 - m, n), (n - N, n),
)  # fmt: skip
REFUSED = ((n + 1, N), (1, n - 1), (m, N), (1, N - 2), (1, -m), (k, N))
INDICES = (
    ONE, N, N + 1, 0 * ONE, n + 1, n, t, -ONE, m, 2 * ONE, 1 - m, -m, N - 1, t + 1, N + m, 2 * N, -n, k, n + m,
    2 * N + 1, n + m + 1,
)  # fmt: skip


def bounds(rng: Random) -> tuple[Any, Any]:
    chance = rng.random()
    return rng.choice(ORDINARY if chance < 0.5 else REVERSED if chance < 0.97 else REFUSED)


# ---- expectation ---------------------------------------------------------------------------------

LAWS: tuple[Law, ...] = (
    AnyLaw("mu", 6), AnyLaw("mu", 6), AnyLaw("mu", 4), AnyLaw("tau", 2), AnyLaw("tau", 6), Normal(ONE), Normal(ONE),
    Normal(), Uniform(),
    Uniform(ONE), Uniform(N), Normal(alpha + 1), Normal(1 / N), Normal(eta / (eta + 1)), AnyLaw("mu", 3),
)  # fmt: skip
WILD_LAWS: tuple[Law, ...] = (
    Normal(1 / (N - 1)), Normal(n - 1), Uniform(1 / n),
    Normal(eta**-n),
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
            lambda: Trace(Blocks(((W(), w()), (w().T, c[at[0]]))) * Blocks(((W(), w()), (Zero(1, f), c[at[1]])))),
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
        yield Candidate(faulty(rng, proof), made="a mean with a fault")
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
    yield Candidate(faulty(rng, proof) if rng.random() < 0.15 else proof, made="a mean used as a lemma")
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
def means_that_may_not_exist(rng: Random) -> Iterator[Candidate]:
    """Means of odd and even powers, by laws of which few moments are known to exist."""
    bodies, first, second = Bodies(rng), *(rng.choice((t, t + 1, ONE, N, N + 1, N + t + 1)) for _ in range(2))
    kinds = (
        Power(c[first], rng.choice((ONE, 2 * ONE, 3 * ONE, 3 * ONE, 4 * ONE, 5 * ONE))),
        Mul((Power(c[first], 2 * ONE), d[second])),
        Mul((c[first], c[second], c[first], d[second])),
        Mul((c[first], Sum(c[i] * c[i], i, *rng.choice(((1, N), (1, n), (2, N)))))),
        Mul((w().T * x[first], w().T * x[second], w().T * x[first])),
        Mul((x[first].T * x[first], x[first].T * x[second])),
        Power(bodies.linear(), rng.choice((3 * ONE, 4 * ONE))),
        Mul((bodies.linear(), bodies.squares())),
        Power(c[first], 3 * ONE) - Mul((c[first], c[first], c[second])),
    )
    body = rng.choice(kinds)
    laws = tuple(AnyLaw(letter, most) for letter in ("mu", "tau") for most in (1, 2, 2, 3, 4))
    mean = Mean(E, body, tuple((one, rng.choice(laws)) for one in (c, d, x, w, W, G) if one in names_in(body)))
    value = expectation(body, dict(mean.laws))
    yield Candidate(Expectation(mean, S(value)), made="a mean that may not exist")
    again = replace(mean, body=rewritten(rng, mean.body))
    yield Candidate(Expectation(again, regrouped(rng, value)), made="a mean that may not exist, rewritten")
    yield from _consequences(rng, check(Expectation(mean, S(value))))


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
        yield Candidate(faulty(rng, proof), made="a mean with unit vectors and a fault")
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
    yield Candidate(faulty(rng, proof), made="a mean by cases with a fault")
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
        yield Candidate(faulty(rng, proof), made="a positive number with a fault")
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
        yield Candidate(faulty(rng, proof), made="a positive member of a family with a fault")
