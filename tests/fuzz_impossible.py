"""Proofs that an equation holds for no values of its unknowns: of some that do, and of some that it holds for.

A planted solution is known to whoever made the equation; `plain_impossible` tries it, and others.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import sympy
from fuzz_expressions import ONE, A, N, a, b, c, d, eta, f, faulty, h, i, j, k, m, n, u, v, x
from plain_impossible import Planted, Solution, ones, zeros
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.arguments import Absurdity, Assumption, ByCoefficients, Calculation, Independence, Step
from gdssm_symbolic.definitions import Definition
from gdssm_symbolic.expressions import Expr, Mul, Name, Scalar, Sum, Zero
from gdssm_symbolic.impossibility import Case, Coefficient, Vanishing
from gdssm_symbolic.proofs import Theorem, check
from gdssm_symbolic.statements import Equation, Impossible, Independent

NUMBER = (ONE, ONE)
t, q = sympy.symbols("t q", integer=True, positive=True)
P = sympy.Symbol("P", integer=True, positive=True)  # bound, and perhaps from 0 on
s = sympy.Symbol("s", integer=True)  # the number of a data set
theta = sympy.Symbol("theta")
U, V, K = Name("U", (f, 1)), Name("V", (f, 1)), Name("K", NUMBER)
D, Q = Name("D", NUMBER), Name("Q", NUMBER, arity=2)
C2 = Name("g", NUMBER, arity=2)
two = sympy.Integer(2)

RANGES = (
    (1, n), (1, n), (1, n + 1), (1, N), (2, N), (0, n), (0, N - 1), (1, 2), (n + 1, n + m), (1 - m, 0), (1 - m, 0), (-m, -1), (1 - n, 0),
    (-n, 0), (1 - 2 * m, 0), (1 - m, 1), (n - m + 1, n), (-m, m), (1 - m - n, 0), (1, n + m), (1, -m), (m, N),
)  # fmt: skip
UNTIL = (n, n, 0 * ONE, -m, n - m, N, N - 1, -ONE, n + m, m, n + 1, -n, N - m, 1 - m)
PLACES = (ONE, 2 * ONE, 0 * ONE, -ONE, n + 1, n + 2, N, N + 1, t, 1 - m, -m, n, m, k, N + m, n + m, 2 * N, n + m + 1)


def S(value: object) -> Expr:
    return Scalar(sympy.sympify(value))


def solutions(rng: Random, *named: Name) -> Planted:
    """Small unknowns, fixed names drawn or 0."""
    found = []
    for _ in range(2):
        first, second = rng.choice((1, 0, -1, 2)), rng.choice((0, 0, 1, -1))
        fill = rng.choice((zeros, ones, None))
        filled = {} if fill is None else dict.fromkeys(named, fill)
        found.append(Solution(lambda _, first=first, second=second: {a: first, b: second}, filled))
    return Planted(solutions=tuple(found))


def both(rng: Random, proof: Any, given: Planted, made: str) -> Iterator[Candidate]:
    """A proof, and the proof with a fault."""
    yield Candidate(proof, given, made)
    for _ in range(2):
        if rng.random() < 0.5:
            yield Candidate(with_fault(rng, proof), given, f"{made}, with a fault")


def with_fault(rng: Random, proof: Any) -> Any:
    """The proof with one thing changed; ValueError where that makes no proof."""
    try:
        return faulty(rng, proof)
    except TypeError as error:
        raise ValueError(str(error)) from error


# ---- by coefficients -----------------------------------------------------------------------------


@generator("by-coefficients")
def sums_of_data(rng: Random) -> Iterator[Candidate]:
    """a Σ c_i + b Σ c_i = κ c_at, where the data up to some index are taken to be 0: possible if a sum is one term."""
    at, kappa = rng.choice(PLACES), rng.choice((1, -1, 2))
    first, second = (rng.choice(RANGES) for _ in range(2))
    datum = c[at]
    left = S(a) * Sum(c[i], i, *first)
    if rng.random() < 0.4:
        left = left + S(b) * Sum(c[j], j, *second)
    if rng.random() < 0.3:
        left = left + S(b) * d[rng.choice(PLACES)] * c[rng.choice(PLACES)]
    until = rng.choice(UNTIL)
    rules = (Vanishing(c, 0, until),)
    if rng.random() < 0.2:
        rules = (*rules, Vanishing(rng.choice((c, d)), 0, rng.choice(UNTIL)))
    by, right = _hidden(rng, S(kappa) * datum)
    statement = Impossible(Equation(left, right), (a, b) if rng.random() < 0.5 else (a, b, K), (c, d))
    found = (Coefficient(datum, S(-kappa), S(rng.choice((1, -1, sympy.Rational(1, 2))))),)
    total = -kappa * found[0].factor.value
    extra = _number(rng, left, at, a)
    if extra is not None and rng.random() < 0.6:
        found = (Coefficient(datum, extra - S(kappa), S(1)),)
    yield from both(rng, ByCoefficients(statement, found, total, (), by, rules), solutions(rng), "sums of data")


def _number(rng: Random, left: Expr, at: sympy.Expr, unknown: sympy.Symbol) -> Expr | None:
    return rng.choice((None, S(unknown), S(0)))


def _hidden(rng: Random, expr: Expr) -> tuple[tuple[Any, ...], Expr]:
    """The expression behind a name, by its definition or by a lemma; or as it is."""
    chance = rng.random()
    if chance < 0.3:
        return (), expr
    defined = Definition(Name("D", expr.shape), expr)
    if chance < 0.7:
        return (defined,), defined.name()
    lemma = check(Calculation(defined.name(), (Step(expr, (defined,)),)))
    return (lemma,), defined.name()


@generator("by-coefficients")
def products(rng: Random) -> Iterator[Candidate]:
    """(a c + b d)² and the like: what has to vanish contradicts what must not, or does not quite."""
    one, other = (
        c[rng.choice((ONE, N, t, n + 1, 0 * ONE))],
        rng.choice((c[2], c[N + 1], d[1], d[t], c[n + 2], c[3 * ONE])),
    )
    sign = rng.choice((1, 1, -1, 2))
    by, linear = _hidden(rng, S(a) * one + S(b) * other)
    square = linear * linear if rng.random() < 0.7 else linear**2
    right, off = rng.choice(
        (
            (one * other, 2 * a * b - 1),
            (S(eta) * one * other, 2 * a * b - eta),
            (S(N) * one * other, 2 * a * b - N),
            (S(f - 1) * one * other, 2 * a * b - f + 1),
            (S(n) * one * other, 2 * a * b - n),
            (one * other * (S(1) + S(K_POWER)), 2 * a * b - 2),
        )
    )
    rest = 2 * a * b - off
    given = () if not rest.has(eta) else rng.choice((((S(eta), S(eta)),) * 3 + ((),)))
    given = tuple(given)
    statement = Impossible(
        Equation(square, right), (a, b), (c, d), (S(eta),) if rest.has(eta) and rng.random() < 0.8 else ()
    )
    found = (
        Coefficient(one * one, S(a**2), S(4 * b**2)),
        Coefficient(one * other, S(off), Scalar(-(2 * a * b + rest))),
    )
    scale = (rest**2).subs(eta, 1) if given else rest**2
    if sign != 1:
        found = found[: rng.randrange(1, 3)]
    yield from both(rng, ByCoefficients(statement, found, sympy.sympify(scale), given, by), solutions(rng), "products")


#: One that SymPy and the checker may see as 1: k^m / k^m is nothing at k = 0.
K_POWER = sympy.Integer(1)


@generator("by-coefficients")
def planted(rng: Random) -> Iterator[Candidate]:
    """Equations that hold for a = 1 (or for a = eta, 1/N, …), with factors that look as if they ruled it out."""
    value = rng.choice((ONE, eta, 1 / N, N, 0 * ONE, eta / N, 1 - N, n))
    one, other = c[rng.choice((ONE, t, N))], c[rng.choice((2 * ONE, N + 1, n + 1, t))]
    multiples = [rng.choice((1, a, a + 1, b, eta, N - 1, n, a - b)) for _ in range(2)]
    gap = a - value
    left = S(a) * S(multiples[0]) * one + S(a**2) * S(multiples[1]) * other
    right = Scalar(sympy.expand(value * multiples[0])) * one + Scalar(sympy.expand(a * value * multiples[1])) * other
    by, right = _hidden(rng, right)
    factor = rng.choice(
        (
            1 / (a - value) if gap != 0 else ONE,
            1 / a,
            1 / eta,
            ONE,
            1 / n,
            1 / (N - 1),
            n ** (-m),
            1 / (a - 1),
            1 / (eta - 1),
            a,
        )
    )
    factors: list[Expr] = [Scalar(factor)]
    if rng.random() < 0.3:
        hiding = Definition(D, Scalar(factor))
        by, factors = (*by, hiding), [D()]
    coefficient = Scalar(sympy.expand(gap * multiples[0]))
    scale = sympy.cancel(gap * multiples[0] * factor)
    statement = Impossible(Equation(left, right), (a, b), (c,), rng.choice(((), (S(eta),), (S(N - 1),), (S(eta - 1),))))
    known = Planted(solutions=(Solution(lambda sizes, v=value: {a: _at(v, sizes), b: 0}), *solutions(rng).solutions))
    found = [Coefficient(one, coefficient, factors[0])]
    given = statement.given if rng.random() < 0.4 else ()
    yield from both(rng, ByCoefficients(statement, tuple(found), scale, given, by), known, "planted")
    plus = Coefficient(other, Scalar(sympy.expand(a * gap * multiples[1])), S(-1))
    yield from both(rng, ByCoefficients(statement, (*found, plus), ONE, given, by), known, "planted")


def _at(value: sympy.Expr, sizes: Any) -> Any:
    from fractions import Fraction

    known = {symbol: sizes[symbol] for symbol in value.free_symbols if symbol in sizes}
    number = value.subs({**known, eta: 3})
    return Fraction(int(number.p), int(number.q))


@generator("by-coefficients")
def two_indices(rng: Random) -> Iterator[Candidate]:
    """Families with two indices, of which those with a small one at a place are 0; and data that may coincide."""
    first, second = (rng.choice(PLACES) for _ in range(2))
    place = rng.randrange(2)
    low, high = rng.choice(RANGES)
    left = S(a) * Sum(C2[i, first] if rng.random() < 0.5 else C2[first, i], i, low, high) + S(b) * C2[second, first]
    datum = C2[first, second]
    by, right = _hidden(rng, datum)
    statement = Impossible(Equation(left, right), (a, b), (C2,))
    found = (Coefficient(datum, S(-1), S(1)),)
    rules = (Vanishing(C2, place, rng.choice(UNTIL)),)
    if rng.random() < 0.3:
        rules = (*rules, Vanishing(C2, 1 - place, rng.choice(UNTIL)))
    yield from both(rng, ByCoefficients(statement, found, -ONE, (), by, rules), solutions(rng), "two indices")


@generator("by-coefficients")
def lemmas(rng: Random) -> Iterator[Candidate]:
    """A coefficient that a lemma gives, perhaps at another index, or under an assumption."""
    table = Definition(Q, S(rng.choice((j + 2 * k, j - k, k - j, j * k))), (j, k))
    left = Q[rng.choice(((q, q + 1), (q, 2 * q), (q, q), (q, m), (q, q + n)))]
    line = check(Calculation(left, (Step(Scalar(_table_at(table, left.indices)), (table,)),)))
    used = Q[rng.choice((ONE, 2 * ONE, 3 * ONE, q, m)), rng.choice(left.indices[1:])]
    source: Any = line if rng.random() < 0.8 else check(Assumption("so it is", Equation(left, S(1))))
    values = dict(zip(left.indices[:1], used.indices[:1], strict=True))
    wrong = _table_at(table, left.indices).xreplace(values)
    right_value = _table_at(table, used.indices)
    value = rng.choice((wrong, right_value))
    shift = rng.choice((0, 0, 1, -1, right_value))
    equation = Equation(Mul((S(a), c[1])) + used * c[2], S(shift) * c[2] + S(b) * c[1])
    statement = Impossible(equation, (a, b), (c,))
    left_over = sympy.expand(value - shift)
    found = (Coefficient(c[2], Scalar(left_over), S(1)),)
    known = Planted(solutions=(Solution(lambda _: {a: 1, b: 1}),))
    by = (source,) if rng.random() < 0.8 else (source, table)
    yield from both(rng, ByCoefficients(statement, found, left_over, (), by), known, "lemmas")


def _table_at(table: Definition, indices: Any) -> sympy.Expr:
    return table.body.value.xreplace(dict(zip(table.indices, indices, strict=True)))


# ---- by instances --------------------------------------------------------------------------------


def not_zero(function: Expr) -> Theorem:
    """That a function of data is not 0 for all data."""
    return check(Independence(Independent(Mul((S(theta), function)), (theta,))))


@generator("absurdity")
def hidden_names(rng: Random) -> Iterator[Candidate]:
    """Equations in which something fixed, or given, or unknown, stands behind a name."""
    hidden = rng.choice(
        (u(), u() + U() * 0, S(a) * U(), A() * u(), S(eta) * u(), U(), u() - U(), Zero(f, 1), x[1], x[t])
    )
    defined = Definition(Name("D", (f, 1)), hidden)
    source: Any = defined
    if rng.random() < 0.4:
        source = check(Calculation(defined.name(), (Step(hidden, (defined,)),)))
    function = rng.choice((S(0) * U(), S(a) * U(), h(U()), A() * U(), S(a) * U() - S(a) * U()))
    unknowns = tuple(one for one in (a, A, h) if rng.random() < 0.7)
    equation = Equation(
        defined.name() + function, rng.choice((Zero(f, 1), function, U(), S(2) * U(), function + U(), function + u()))
    )
    given = rng.choice(((), (), (S(eta),)))
    data = tuple(one for one in (U, x) if rng.random() < 0.9)
    statement = Impossible(equation, unknowns, data, given)
    values = rng.choice(((), (), (Definition(U, Zero(f, 1)),), (Definition(U, V()),), (Definition(U, u()),)))
    left = rng.choice((u(), -u(), U(), -U(), V(), hidden, hidden - U(), u() - V(), x[1]))
    scale = rng.choice((ONE, -ONE))
    factor = rng.choice((1, -1, 1 / eta, 1 / a)) if rng.random() < 0.3 else ONE
    proof = Absurdity(
        statement, (Case(Scalar(sympy.sympify(factor)), values),), left, not_zero(scale * left), scale, given, (source,)
    )
    known = Planted(
        solutions=tuple(
            Solution(lambda _, number=number: {a: number}, dict.fromkeys((A, u, x), fill))
            for number, fill in ((0, zeros), (1, zeros), (rng.choice((0, -1, 2)), ones))
        )
    )
    yield from both(rng, proof, known, "hidden names")


@generator("absurdity")
def numbered_data(rng: Random) -> Iterator[Candidate]:
    """Data sets with numbers put in: powers of a number at 0, differences, sums whose index declares too much."""
    bound, low = rng.choice((P, j, P)), rng.choice((0, 0, 1))
    high = rng.choice((N, n + 1, n))
    series = Sum(S(s**bound) * c[bound], bound, low, high)
    tail = Sum(S(s**bound) * c[bound], bound, 1, high)
    head = c[0] if low == 0 else S(0)
    right = rng.choice(
        (head + tail, tail, S(a) * c[0] + tail, S(s) * S(a) * c[0] + tail, head + tail + S(a * s) * c[1])
    )
    by, left = _hidden(rng, series) if rng.random() < 0.0 else ((), series)
    if rng.random() < 0.6:  # the rest behind a name
        defined = Definition(Name("R", NUMBER), c[1] + S(0))
        by, left, right = (*by, defined), left + defined.name(), right + rng.choice((defined.name(), c[1]))
    statement = Impossible(Equation(left, right), (a,), (c, s))
    at = rng.choice((0, 0, 1, -1, 2))
    remainder = rng.choice((-c[0], c[0], c[1], -c[1], c[0] - c[1]))
    scale = rng.choice((ONE, -ONE))
    proof = Absurdity(
        statement,
        (Case(S(1), (), ((s, sympy.Integer(at)),)),),
        remainder,
        not_zero(scale * remainder),
        scale,
        (),
        by,
    )
    yield from both(
        rng, proof, Planted(solutions=tuple(Solution(lambda _, v=v: {a: v}) for v in (1, 0))), "numbered data"
    )


@generator("absurdity")
def differences(rng: Random) -> Iterator[Candidate]:
    """φ(U) + s A U = s^e U and the like, by second differences."""
    power = rng.choice((2, 2, 3, 1, 0))
    by, extra = _hidden_vector(rng)
    left = S(s) * (A() * U()) + h(U()) + extra
    right = S(s**power) * U() + rng.choice((extra, extra, extra + S(a) * U()))
    statement = Impossible(Equation(left, right), (A, h, a), (U, s))
    cases = tuple(Case(S(w), (), ((s, sympy.Integer(at)),)) for at, w in ((0, 1), (1, -2), (2, 1)))
    change = sum(w * at**power for at, w in ((0, 1), (1, -2), (2, 1)))
    if rng.random() < 0.2:
        cases = cases[: rng.randrange(1, 3)]
    remainder = S(-change if change else rng.choice((1, -2))) * U()
    proof = Absurdity(statement, cases, remainder, not_zero(U()), sympy.Integer(-change or 1), (), by)
    functions = (
        Definition(h, Zero(f, 1), (), (Name("z", (f, 1)),)),
        Definition(h, Name("z", (f, 1))(), (), (Name("z", (f, 1)),)),
    )
    known = Planted(
        solutions=tuple(
            Solution(lambda _: {a: 0}, {A: fill, u: zeros}, (function,))
            for function in functions
            for fill in (zeros, ones)
        )
    )
    yield from both(rng, proof, known, "differences")


def _hidden_vector(rng: Random) -> tuple[tuple[Any, ...], Expr]:
    value = rng.choice((u(), A() * u(), S(eta) * u(), U(), S(2) * U(), S(a) * U()))
    defined = Definition(Name("R", (f, 1)), value)
    if rng.random() < 0.5:
        return (defined,), defined.name()
    return (check(Calculation(defined.name(), (Step(value, (defined,)),))),), defined.name()


@generator("absurdity")
def data_put_in(rng: Random) -> Iterator[Candidate]:
    """φ(U + V) = U and the like; sums of data with particular data put in."""
    zero = Zero(f, 1)
    inner = rng.choice((U() + V(), U() - V(), U() + S(a) * V()))
    defined = Definition(Name("R", (f, 1)), inner)
    by: tuple[Any, ...] = (defined,)
    if rng.random() < 0.4:
        by = (check(Calculation(defined.name(), (Step(inner, (defined,)),))),)
    argument = defined.name() if rng.random() < 0.8 else inner
    right = rng.choice((U(), U(), V(), U() + V(), S(2) * U(), argument, S(a) * U()))
    statement = Impossible(Equation(h(argument), right), (h, a) if rng.random() < 0.5 else (h,), (U, V))
    opposite = zero if rng.random() < 0.1 else v()

    def case(sign: int, *data: Expr) -> Case:
        return Case(S(sign), tuple(Definition(name, value) for name, value in zip((U, V), data, strict=True)))

    second = rng.choice((v(), -v(), v(), S(2) * v(), S(1 / eta) * v(), U()))
    cases = (case(1, v(), zero), case(-1, zero, second))
    remainder = rng.choice((-v(), v(), -opposite, S(-2) * v()))
    proof = Absurdity(statement, cases, remainder, not_zero(v()), rng.choice((-ONE, ONE, -two)), (), by)
    functions = (Definition(h, Name("z", (f, 1))(), (), (Name("z", (f, 1)),)),)
    known = Planted(
        solutions=(Solution(lambda _: {a: 1}, {}, functions), Solution(lambda _: {a: 0}, {v: zeros}, functions))
    )
    yield from both(rng, proof, known, "data put in")


@generator("absurdity")
def sums_put_in(rng: Random) -> Iterator[Candidate]:
    """a Σ c_i = Σ c_i + κ c_at, as it is or with data put in: possible where the sums differ by that term."""
    at = rng.choice(PLACES)
    first, second = (rng.choice(RANGES) for _ in range(2))
    by, right = _hidden(rng, Sum(c[j], j, *second) + S(rng.choice((0, 1, -1))) * c[at])
    left = Sum(c[i], i, *first) + S(a) * c[at] - S(a) * c[at]
    values = rng.choice(
        (
            (),
            (Definition(c, S(eta) * c[k + 1] if rng.random() < 0.1 else d[k], (k,)),),
            (Definition(c, d[k + 1], (k,)),),
        )
    )
    statement = Impossible(Equation(left, right), (a,), (c, d) if rng.random() < 0.5 else (c,))
    family, moved = (
        (d, values[0].body.indices[0] - k) if values and values[0].body in (d[k], d[k + 1]) else (c, 0 * ONE)
    )
    difference = rng.choice(
        (
            Sum(family[i], i, first[0] + moved, first[1] + moved) - Sum(family[i], i, second[0] + moved, second[1] + moved),
            family[at + moved], -family[at + moved],
        )
    )  # fmt: skip
    proof = Absurdity(statement, (Case(S(1), values),), difference, not_zero(difference), ONE, (), by)
    yield from both(rng, proof, solutions(rng), "sums put in")


@generator("absurdity")
def factors_with_poles(rng: Random) -> Iterator[Candidate]:
    """a U = b U, eta U = 0 and the like, divided by what may be 0."""
    scalars = (a, eta, N - 1, n, a - 1, eta - 1, N, f - 1, n + 1, a * eta, a**2, K())
    scalar = rng.choice(scalars)
    number = scalar if isinstance(scalar, Expr) else Scalar(scalar)
    by: tuple[Any, ...] = ()
    if rng.random() < 0.75:
        defined = Definition(D, number)
        by = (defined,) if rng.random() < 0.6 else (check(Calculation(D(), (Step(number, (defined,)),))),)
        written: Expr = D()
    else:
        written = number
    statement = Impossible(
        Equation(written * U(), rng.choice((Zero(f, 1), S(b) * (U() - U()), Zero(f, 1)))),
        rng.choice(((a,), (a, b), (b,), (a, b, K))),
        (U,),
        rng.choice(((), (), (S(eta),), (S(N - 1),), (D(),), (K(),))),
    )
    inverse = 1 if isinstance(scalar, Expr) else rng.choice((1, 1 / scalar, 1 / scalar, n ** (-m) * n))
    factor = Scalar(sympy.sympify(inverse))
    if rng.random() < 0.15:
        hiding = Definition(Name("R", NUMBER), factor)
        by, factor = (*by, hiding), hiding.name()
    given = statement.given if rng.random() < 0.6 else ()
    remainder = U() if inverse != 1 else number * U()
    scale = ONE if inverse != 1 or given or isinstance(scalar, Expr) else sympy.sympify(scalar)
    proof = Absurdity(statement, (Case(factor),), remainder, not_zero(U()), scale, given, by)
    known = Planted(solutions=tuple(Solution(lambda _, v=v: {a: v, b: 0}, {K: zeros}) for v in (0, 1)))
    yield from both(rng, proof, known, "factors with poles")
