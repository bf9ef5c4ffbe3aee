"""Proofs that functions of data are linearly independent: of some that are not, or not at all sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import sympy
from fuzz_expressions import ONE, N, c, d, eta, f, faulty, i, k, m, n, rewritten, x
from fuzz_impossible import NUMBER, S, t
from plain_statements import Given, Point, judges, plain_at
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Add, Expr, Identity, Mul, Name, Power, Sum, Trace
from gdssm_symbolic.kernel.theorem import Theorem

w, W = Name("w", (f, 1)), Name("W", (f, f))
e = Name("e", (f, 1), arity=1)
p1, p2, p3 = sympy.symbols("theta_1 theta_2 theta_3")
WEIGHTS = (p1, p2, p3)


class Functions:
    """Draws functions of data, all of one shape."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.shape = rng, rng.choice((NUMBER, NUMBER, (f, ONE), (f, f)))
        self.until = n if rng.random() < 0.55 else None
        base = n if self.until else rng.choice((n, n, 0 * ONE, 0 * ONE, N, t, m))
        self.at = [base + 1, base + rng.choice((2, 2, 3, 1))]
        if rng.random() < 0.25:
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
            lambda: c[first], lambda: c[first] * c[second], lambda: x[first].T * x[second], lambda: c[first] ** 2,
            lambda: Trace(W()),
            lambda: c[second], lambda: self.sum(lambda at: c[at] * d[at]),
            lambda: self.sum(lambda at: c[at], 0) - c[first],
            lambda: x[first].T * W() * x[first], lambda: Trace(gram), lambda: Trace(gram**2),
            lambda: Trace(gram) * Trace(gram),
        )  # fmt: skip
        columns = (
            lambda: x[first], lambda: x[second], lambda: W() * x[first], lambda: (x[first].T * x[first]) * x[second],
            lambda: self.sum(lambda at: x[at]), lambda: self.sum(lambda at: x[at], 0) - self.sum(lambda at: x[at], 1),
            lambda: gram * x[first], lambda: w(), lambda: Trace(W()) * w(), lambda: W().T * w(),
            lambda: self.sum(lambda at: c[at] * x[at]),
        )  # fmt: skip
        squares = (
            lambda: gram, lambda: gram**2, lambda: Trace(gram) * gram, lambda: x[first] * x[second].T, lambda: W(),
            lambda: W().T,
            lambda: W() * W(), lambda: Trace(W()) * W(), lambda: Identity(f), lambda: x[first] * w().T,
            lambda: self.sum(lambda at: x[at + 1] * x[at].T), lambda: W() * W().T,
            lambda: Power(W(), two) - W() * W().T,
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
        vanishing = rng.choice(((x,), (c,), (x, c), (c, d), (x, d)))
    proof = Independence(Independent(combination, WEIGHTS[:count], least), tuple(by), vanishing, functions.until)
    yield Candidate(proof, made="independent functions")
    yield from _written_otherwise(rng, proof, "independent functions")


@generator("independence")
def lookalikes(rng: Random) -> Iterator[Candidate]:
    """A sum less some of its terms, where the family that is taken to be 0 may only look like that of the sum."""
    family = rng.choice((c, x))
    alike = rng.choice(
        (
            family,
            replace(family, shape=(f, f)),
            replace(family, arity=2),
        )
    )
    until = rng.choice((n, n, sympy.Symbol("n", integer=True), None))
    low, high = rng.choice(((1, n), (1, n), (1, n + 1), (2, n + 1)))
    terms = [family[at] for at in rng.sample((ONE, 2 * ONE, n + 1, n + 2, n, t, t), rng.randint(1, 2))]
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
    if rng.random() < 0.35:
        at[rng.randrange(2)] = rng.choice((3 * ONE, t, k, 0 * ONE, t + 1, n + 1, n + 2, k + 1))
    units = UnitVectors(e)
    first, second = e[at[0]], e[at[1]]
    most = sympy.Integer(low) if rng.random() < 0.8 else rng.choice((N, f, n, 2 * ONE))
    rest = Sum(e[i] * (e[i].T * x[1]), i, 1, most)
    kinds = (
        (first, second), (first, second), (x[1], (first.T * x[1]) * first), (first.T * x[1], second.T * x[1]),
        (x[1] - rest, x[2]),
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


@generator("independence")
def functions_of_weights(rng: Random) -> Iterator[Candidate]:
    """Combinations with a function, of data or of a weight, in a term that vanishes with the data that are 0."""
    g = Name("g", NUMBER, takes=(NUMBER,))
    inside = rng.choice((S(p1), S(p2), S(p1) * S(p2), d[m], S(eta), S(N)))
    vanishing = Mul((S(rng.choice(WEIGHTS[:2])), g(inside), Sum(c[i], i, 1, n)))
    if rng.random() < 0.5:
        hidden = Definition(Name("R", NUMBER), g(d[m]) * Sum(c[i], i, 1, n))
        combination, by = Mul((S(p1), d[m])) + Mul((S(p2), c[n + 1])) + Mul((S(p1), hidden.name())), (hidden,)
    else:
        combination, by = Mul((S(p1), d[m])) + Mul((S(p2), c[n + 1])) + vanishing, ()
    proof = Independence(Independent(combination, WEIGHTS[:2]), by, (c,), n)
    yield Candidate(proof, made="a function of weights or data")
    yield from _written_otherwise(rng, proof, "a function of weights or data")


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
        yield Candidate(faulty(rng, proof), made=f"{made} with a fault")


@judges(Independent)
def _independent(theorem: Theorem, point: Point, given: Given) -> tuple[str, str, str] | None:
    """The values are linear in the weights, and at drawn data have a rank as large as the number of the weights."""
    statement = theorem.statement
    if any(point.sizes.get(size, at) < at for size, at in statement.least):
        return None
    count = len(statement.weights)

    def entries(weights: dict[sympy.Symbol, int], turn: int) -> list[Any]:
        at = Point(point.sizes, {**point.scalars, **weights}, 1000 * point.seed + turn)
        return [entry for row in plain_at(theorem, at, given)(statement.combination).entries for entry in row]

    pivots: list[tuple[int, list[Any]]] = []
    for turn in range(2 * count + 2):
        columns = [
            entries({one: int(one == weight) for one in statement.weights}, turn) for weight in statement.weights
        ]
        if not turn:
            several = {weight: number for number, weight in enumerate(statement.weights, 2)}
            added = [sum(number * part for number, part in enumerate(row, 2)) for row in zip(*columns, strict=True)]
            if (together := entries(several, turn)) != added:
                return "not linear in its weights", f"{together}", f"{added}"
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
