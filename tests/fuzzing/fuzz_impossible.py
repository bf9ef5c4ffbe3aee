"""Proofs that an equation holds for no values of its unknowns: of some that do, and of some that it holds for.

A planted solution is known to whoever made the equation; `plain_impossible` tries it, and others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import sympy
from fuzz_expressions import ONE, A, N, a, b, c, d, eta, f, faulty, g, h, i, j, k, m, n, rewritten, u, v, x
from plain_impossible import Planted, Solution, ones, zeros
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible, Vanishing
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Mul, Name, Scalar, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem

NUMBER = (ONE, ONE)
NONE = sympy.Integer(0)
t, q = sympy.symbols("t q", integer=True, positive=True)
P = sympy.Symbol("P", integer=True, positive=True)  # bound, and perhaps from 0 on
s = sympy.Symbol("s", integer=True)  # the number of a data set
theta = sympy.Symbol("theta")
U, V, K = Name("U", (f, 1)), Name("V", (f, 1)), Name("K", NUMBER)
D, Q = Name("D", NUMBER), Name("Q", NUMBER, arity=2)
G = Name("G", NUMBER, arity=2)
Z = Name("Z", (f, 1))

RANGES = (
    (1, n), (1, n + 1), (1, N), (2, N), (0, n), (0, N - 1), (1, 2), (n + 1, n + m), (1 - m, 0), (1 - m, 0), (-m, -1),
    (1 - n, 0), (-n, 0), (1 - 2 * m, 0), (1 - m, 1), (n - m + 1, n), (-m, m), (1 - m - n, 0), (1, n + m), (1, -m),
    (m, N),
)  # fmt: skip
#: Ranges with the index up to which the data are 0, so that no sum is left.
MATCHED = (
    ((1, n), n), ((1, n + 1), n), ((1, n + 2), n), ((0, n), n), ((1, N), N), ((2, N), N), ((1, N + 1), N), ((1, m), m),
    ((1, n + m), n + m), ((1 - m, 0), NONE), ((1 - m, 0), -m), ((-m, -1), NONE), ((1 - n, 0), NONE), ((1 - n, 0), -n),
    ((1 - 2 * m, 0), -m), ((1 - m, 1), NONE), ((n - m + 1, n), n), ((N - m + 1, N), N), ((1 - m, n), n), ((-m, m), m),
    ((1 - m - n, 0), NONE), ((1, 2), NONE), ((n + 1, n + m), n + m), ((N + 1, 2 * N), 2 * N), ((1 - m, 0), n),
    ((1 - 2 * m, 0), n), ((1 - N, 0), NONE),
)  # fmt: skip
UNTIL = (n, n, NONE, -m, n - m, N, N - 1, -ONE, n + m, m, n + 1, -n, N - m, 1 - m)
PLACES = (
    ONE, 2 * ONE, NONE, -ONE, n + 1, n + 2, N, N + 1, t, 1 - m, -m, n, m, k, N + m, n + m, 2 * N, n + m + 1,
)  # fmt: skip


def S(value: object) -> Expr:
    return Scalar(sympy.sympify(value))


def solutions(rng: Random) -> Planted:
    """Small unknowns, whatever is fixed drawn or 0."""
    found = []
    for _ in range(2):
        first, second = rng.choice((1, 1, 0, -1, 2)), rng.choice((0, 0, 1, -1))
        found.append(Solution(lambda _, first=first, second=second: {a: first, b: second}))
    return Planted(solutions=tuple(found))


def variants(rng: Random, proof: Any, given: Planted, made: str) -> Iterator[Candidate]:
    """A proof, the same for the equation written otherwise, and with a fault."""
    yield Candidate(proof, given, made)
    if isinstance(proof, ByCoefficients) and rng.random() < 0.25:
        yield Candidate(*_in_blocks(rng, proof, given), f"{made}, in blocks")
    for _ in range(2):
        left, right = proof.statement.equation.parts
        equation = Equation(rewritten(rng, left, rng.randrange(3)), rewritten(rng, right, rng.randrange(2)))
        other = replace(proof, statement=replace(proof.statement, equation=equation))
        yield Candidate(other, given, f"{made}, rewritten")
    if rng.random() < 0.4:
        yield Candidate(faulty(rng, proof), given, f"{made}, with a fault")


def _in_blocks(rng: Random, proof: ByCoefficients, given: Planted) -> tuple[ByCoefficients, Planted]:
    """The proof with a coefficient cut into blocks; perhaps of a product of data that does not occur."""
    first, *rest = proof.coefficients
    if rng.random() < 0.4:
        number = rng.choice((2, -1, 3))
        alone = cut_up(rng, Coefficient(d[1] * c[n + 7], S(number), S(1)))
        return replace(proof, coefficients=(alone,), scale=sympy.Integer(number), given=()), given
    return replace(proof, coefficients=(cut_up(rng, first), *rest)), given


def cut(rng: Random, number: Expr) -> Expr:
    """A number as a block matrix with a block of no columns or no rows."""
    row, column = Zero(1, 0), Zero(0, 1)
    kinds = (((row, number),), ((number, row),), ((column,), (number,)), ((number,), (column,)))
    return Blocks(rng.choice(kinds))


def cut_up(rng: Random, coefficient: Coefficient) -> Coefficient:
    """A coefficient whose value, and perhaps its factor, are cut into blocks; or another number that looks like it."""
    value = coefficient.value + S(rng.choice((0, 1))) if rng.random() < 0.5 else coefficient.value
    if rng.random() < 0.3:
        return coefficient._replace(value=cut(rng, value))
    value, factor = Blocks(((Zero(0, 1),), (value,))), Blocks(((Zero(1, 0), coefficient.factor),))
    return coefficient._replace(value=value, factor=factor)


def hidden(rng: Random, expr: Expr, text: str = "D") -> tuple[tuple[Any, ...], Expr]:
    """The expression behind a name, by its definition or by a lemma; or, less often, as it is."""
    chance = rng.random()
    if chance < 0.15:
        return (), expr
    defined = Definition(Name(text, expr.shape), expr)
    if chance < 0.65:
        return (defined,), defined.name()
    lemma = check(Calculation(defined.name(), (Step(expr, (defined,)),)))
    return (lemma,), defined.name()


# ---- by coefficients -----------------------------------------------------------------------------


@generator("by-coefficients")
def sums_of_data(rng: Random) -> Iterator[Candidate]:
    """a Σ c_i + b Σ c_i = κ c_at, where the data up to some index are taken to be 0: possible if a sum is one term."""
    (low, high), until = rng.choice(MATCHED)
    second, _ = rng.choice([pair for pair in MATCHED if pair[1] == until])
    if rng.random() < 0.07:
        until, second = rng.choice(UNTIL), rng.choice(RANGES)
    ahead = rng.choice((m, 1, 0, 2, m + 1) if until == -m else (1, 1, 2, m, 3))
    at = rng.choice((t, *PLACES)) if rng.random() < 0.15 else until + ahead
    kappa = rng.choice((1, -1, 2))
    left = S(a) * Sum(c[i], i, low, high)
    if rng.random() < 0.4:
        left = left + S(b) * Sum(c[j], j, *second)
    if rng.random() < 0.3:
        left = left + S(b) * d[rng.choice(PLACES)] * c[rng.choice((at, at + 1))]
    rules = (Vanishing(c, 0, until),)
    if rng.random() < 0.1:
        rules = (*rules, Vanishing(rng.choice((c, d)), 0, rng.choice(UNTIL)))
    by, right = hidden(rng, S(kappa) * c[at])
    statement = Impossible(Equation(left, right), (a, b) if rng.random() < 0.5 else (a, b, K), (c, d))
    factor = rng.choice((ONE, -ONE, sympy.Rational(1, 2)))
    found = [Coefficient(c[at], S(-kappa), S(factor))]
    if at in (sympy.sympify(high), sympy.sympify(high) - 1):  # one of the terms that are not 0
        other = at + 1 if at != high else at - 1
        found = [Coefficient(c[at], S(a - kappa), S(factor)), Coefficient(c[other], S(a), S(-factor))]
    proof = ByCoefficients(statement, tuple(found), -kappa * factor, (), by, rules)
    yield from variants(rng, proof, solutions(rng), "sums of data")


@generator("by-coefficients")
def products(rng: Random) -> Iterator[Candidate]:
    """(a c + b d)² and the like: what has to vanish contradicts what must not, or does not quite."""
    if rng.random() < 0.15:
        yield from planted(rng)
        return
    one, other = pair(rng)
    by, linear = hidden(rng, S(a) * one + S(b) * other)
    square = linear * linear if rng.random() < 0.7 else linear**2
    number = rng.choice((1, eta, eta, N, 2 * N, f, n + 1, N + f, -1, n if rng.random() < 0.3 else N))
    by_number, middle = hidden(rng, S(number), "R")
    off = 2 * a * b - number
    fixed = number == eta
    given = (S(eta), S(eta)) if fixed and rng.random() < 0.85 else ()
    statement = Impossible(
        Equation(square, middle * one * other), (a, b), (c, d), (S(eta),) if fixed and rng.random() < 0.7 else ()
    )
    found = (Coefficient(one * one, S(a**2), S(4 * b**2)), Coefficient(one * other, S(off), S(-2 * a * b - number)))
    if rng.random() < 0.1:
        found = found[: rng.randrange(1, 3)]
    scale = ONE if fixed else sympy.sympify(number) ** 2
    proof = ByCoefficients(statement, found, scale, given, (*by, *by_number))
    yield from variants(rng, proof, solutions(rng), "products")


def pair(rng: Random) -> tuple[Expr, Expr]:
    """Two data, different ones at all sizes, or nearly."""
    apart = ((ONE, 2 * ONE), (N, N + 1), (t, t + 2), (n + 1, n + 2), (n, n + 1), (NONE, ONE), (1 - m, 2 - m))
    near = ((N, ONE), (t, 3 * ONE), (n + 1, N), (m, 2 * m), (1 - m, NONE), (N + 1, 2 * N), (k, ONE), (t, 2 * t))
    first, second = rng.choice(apart if rng.random() < 0.85 else near)
    return c[first], rng.choice((c, c, d))[second]


@generator("by-coefficients")
def possible(rng: Random) -> Iterator[Candidate]:
    """Equations that a = value solves, with a proof that is right but for one coefficient."""
    value = rng.choice((ONE, 2 * ONE, NONE, N, 1 - N, n))
    one, other = pair(rng)
    by, right = hidden(rng, S(value) * one)
    statement = Impossible(Equation(S(a) * one, right), (a,), (c, d))
    known = Planted(solutions=(Solution(lambda sizes: {a: _at(value, sizes)}),))
    number = rng.choice((1, -1, 2))
    shown = rng.choice((S(a - value), S(a - value + number), S(number), S(0)))
    found = Coefficient(rng.choice((one, one, other, one * other, one * one)), shown, S(rng.choice((1, 1, -1))))
    proof = ByCoefficients(statement, (found,), sympy.Integer(number), (), by)
    yield Candidate(proof, known, "possible")
    yield Candidate(_in_blocks(rng, proof, known)[0], known, "possible, in blocks")
    for _ in range(2):
        yield Candidate(faulty(rng, proof), known, "possible, with a fault")


def planted(rng: Random) -> Iterator[Candidate]:
    """Equations that hold for a = 1 (or for a = eta, 1/N, …), with factors that look as if they ruled it out."""
    value = rng.choice((ONE, eta, 1 / N, N, NONE, eta / N, 1 - N, n))
    one, other = pair(rng)
    multiples = [rng.choice((1, 1, 1, a, a + 1, b, eta, N - 1, n, a - b)) for _ in range(2)]
    left = S(a) * S(multiples[0]) * one + S(a**2) * S(multiples[1]) * other
    right = Scalar(sympy.expand(value * multiples[0])) * one + Scalar(sympy.expand(a * value * multiples[1])) * other
    by, right = hidden(rng, right)
    gap = a - value
    poles = (1 / gap, 1 / a, 1 / eta, ONE, 1 / n, 1 / (N - 1), n ** (-m), 1 / (a - 1), 1 / (eta - 1), a)
    factor = rng.choice(poles)
    written = Scalar(factor)
    if rng.random() < 0.1:
        hiding = Definition(Name("R", NUMBER), written)
        by, written = (*by, hiding), hiding.name()
    statement = Impossible(Equation(left, right), (a, b), (c,), rng.choice(((), (S(eta),), (S(N - 1),), (S(eta - 1),))))
    known = Planted(solutions=(Solution(lambda sizes: {a: _at(value, sizes), b: 0}), *solutions(rng).solutions))
    found = [Coefficient(one, Scalar(sympy.expand(gap * multiples[0])), written)]
    given = statement.given if rng.random() < 0.4 else ()
    scale = sympy.cancel(gap * multiples[0] * factor)
    yield from variants(rng, ByCoefficients(statement, tuple(found), scale, given, by), known, "planted")
    found.append(Coefficient(other, Scalar(sympy.expand(a * gap * multiples[1])), S(-1)))
    yield from variants(rng, ByCoefficients(statement, tuple(found), ONE, given, by), known, "planted")


def _at(value: sympy.Expr, sizes: Any) -> Fraction:
    number = value.subs({**{symbol: sizes[symbol] for symbol in value.free_symbols if symbol in sizes}, eta: 3})
    return Fraction(int(number.p), int(number.q))


@generator("by-coefficients")
def two_indices(rng: Random) -> Iterator[Candidate]:
    """Families with two indices, of which those with a small one at a place are 0."""
    bounds, until = rng.choice(MATCHED)
    place, other = rng.randrange(2), rng.choice(PLACES)
    beyond = until + rng.choice((m, 1, 0) if until == -m else (1, 1, 2, m))

    def at(index: Any) -> Expr:
        return G[other, index] if place else G[index, other]

    datum = at(beyond)
    more = rng.choice((at(beyond + 1), datum * datum, d[rng.choice(PLACES)], datum * d[t], G[beyond, beyond]))
    left = S(a) * Sum(at(i), i, *bounds) + S(b) * more
    by, right = hidden(rng, datum)
    statement = Impossible(Equation(left, right), (a, b), (G, d))
    rules = (Vanishing(G, place, until if rng.random() < 0.95 else rng.choice(UNTIL)),)
    if rng.random() < 0.1:
        rules = (*rules, Vanishing(G, 1 - place, rng.choice(UNTIL)))
    proof = ByCoefficients(statement, (Coefficient(datum, S(-1), S(1)),), -ONE, (), by, rules)
    yield from variants(rng, proof, solutions(rng), "two indices")


@generator("by-coefficients")
def lemmas(rng: Random) -> Iterator[Candidate]:
    """A coefficient that a lemma gives, perhaps at another index, or under an assumption."""
    table = Definition(Q, S(rng.choice((j + 2 * k, j - k, k - j, j * k))), (j, k))
    left = Q[rng.choice(((q, q + 1), (q, 2 * q), (q, q), (q, m), (q, q + n)))]
    line = check(Calculation(left, (Step(Scalar(table_at(table, left.indices)), (table,)),)))
    source: Any = line if rng.random() < 0.9 else check(Assumption("so it is", Equation(left, S(1))))
    used = Q[rng.choice((ONE, 2 * ONE, 3 * ONE, q, m)), rng.choice(left.indices[1:])]
    wrong = table_at(table, left.indices).xreplace(dict(zip(left.indices[:1], used.indices[:1], strict=True)))
    right = table_at(table, used.indices)
    value = rng.choice((wrong, right))
    shift = value - rng.choice((1, -1, 2, N, m, q, f)) if rng.random() < 0.8 else rng.choice((0, 1, right))
    equation = Equation(Mul((S(a), c[1])) + used * c[2], S(shift) * c[2] + S(b) * c[1])
    statement = Impossible(equation, (a, b), (c,))
    left_over = sympy.expand(value - shift)
    known = Planted(solutions=(Solution(lambda _: {a: 1, b: 1}),))
    by = (source, table) if value == right or rng.random() < 0.3 else (source,)
    proof = ByCoefficients(statement, (Coefficient(c[2], Scalar(left_over), S(1)),), left_over, (), by)
    yield from variants(rng, proof, known, "lemmas")


def table_at(table: Definition, indices: Any) -> sympy.Expr:
    """What a family of numbers is at other indices."""
    return table.body.value.xreplace(dict(zip(table.indices, indices, strict=True)))


# ---- by instances --------------------------------------------------------------------------------


def not_zero(function: Expr) -> Theorem:
    """That a function of data is not 0 for all data."""
    return check(Independence(Independent(Mul((S(theta), function)), (theta,))))


@generator("absurdity")
def hidden_names(rng: Random) -> Iterator[Candidate]:
    """Equations in which something fixed, or given, or unknown, stands behind a name."""
    value = rng.choice((u(), u() + U() * 0, S(a) * U(), A() * u(), S(eta) * u(), U(), u() - U(), x[1], x[t], u() + V()))
    by, name = hidden(rng, value)
    if rng.random() < 0.25:
        by, name = _behind_a_family(rng, value)
    function = rng.choice((S(0) * U(), S(a) * U(), h(U()), A() * U(), S(a) * U() - S(a) * U(), h(x[1])))
    rest = rng.choice((Zero(f, 1), Zero(f, 1), U(), S(2) * U(), u(), V()))
    unknowns = tuple(one for one in (a, A, h) if rng.random() < 0.8)
    data = tuple(one for one in (U, x) if rng.random() < 0.9)
    statement = Impossible(Equation(name + function, function + rest), unknowns, data, rng.choice(((), (), (S(eta),))))
    put = rng.choice((None, None, None, Zero(f, 1), V(), u(), S(eta) * V()))
    values = () if put is None else (Definition(U, put),)
    remainder = unfold(value - rest, values)
    factor, given = rng.choice(
        ((ONE, ()), (ONE, ()), (ONE, ()), (-ONE, ()), (1 / eta, ()), (1 / a, ()), (ONE, (S(eta),)))
    )
    function_of_data = remainder
    if value == S(eta) * u() and isinstance(rest, Zero):
        function_of_data, given = u(), (S(eta),)
    proof = Absurdity(
        statement, (Case(Scalar(factor), values),), Scalar(factor) * remainder, not_zero(function_of_data),
        factor if factor in (ONE, -ONE) else ONE, given, by,
    )  # fmt: skip
    tries = ((0, zeros), (1, zeros), (rng.choice((0, -1, 2)), ones))
    known = tuple(
        Solution(lambda _, number=number: {a: number}, dict.fromkeys((A, u, x, V), fill)) for number, fill in tries
    )
    yield from variants(rng, proof, Planted(solutions=known), "hidden names")


def _behind_a_family(rng: Random, value: Expr) -> tuple[tuple[Any, ...], Expr]:
    """The value behind a function, a family or a recurrence."""
    chance = rng.randrange(3)
    if chance == 0:
        of = Definition(Name("D", (f, 1), takes=((f, 1),)), value + S(0) * Z(), (), (Z,))
        return (of,), of.name(U())
    family = Name("D", (f, 1), arity=1)
    if chance == 1:
        return (Definition(family, value, (k,)),), family[rng.choice((ONE, N, k))]
    steps = Recurrence(family, t, Zero(f, 1), family[t - 1] + value)
    return (steps, steps), family[1]


@generator("absurdity")
def numbered_data(rng: Random) -> Iterator[Candidate]:
    """Data sets with numbers put in: powers of a number at 0, sums whose index declares more than its range."""
    bound, low, high = rng.choice((P, P, j)), rng.choice((0, 0, 1)), rng.choice((N, n + 1, n))
    series, tail = (Sum(S(s**bound) * c[bound], bound, start, high) for start in (low, 1))
    first = c[0] if low == 0 else Zero(1, 1)
    added = rng.choice((Zero(1, 1), first, c[1], -first, d[1]))
    right = tail + added + rng.choice((Zero(1, 1), S(s * a) * c[0], S(a * s) * c[1], S(s**2) * g(c[1])))
    rest = rng.choice((c[1], S(a) * c[0], Sum(c[i], i, 1, n), d[2]))
    by, name = hidden(rng, rest, "R")
    statement = Impossible(
        Equation(series + name, right + rng.choice((name, rest))), rng.choice(((a,), (a, g))), (c, d, s)
    )
    remainder = rng.choice((first - added, first - added, -added, -first))
    case = Case(S(1), (), ((s, sympy.Integer(rng.choice((0, 0, 0, 0, 1, -1)))),))
    proof = Absurdity(statement, (case,), remainder, not_zero(remainder), ONE, (), by)
    known = Planted(solutions=tuple(Solution(lambda _, number=number: {a: number}) for number in (1, 0)))
    yield from variants(rng, proof, known, "numbered data")


IDENTICAL = Definition(h, Z(), (), (Z,))
NOTHING = Definition(h, Zero(f, 1), (), (Z,))


@generator("absurdity")
def differences(rng: Random) -> Iterator[Candidate]:
    """φ(U) + s A U = s^e U and the like, by second differences."""
    power = rng.choice((2, 2, 2, 3, 1))
    by, extra = hidden(rng, rng.choice((u(), A() * u(), S(eta) * u(), U(), S(2) * U(), S(a) * U())), "R")
    left = S(s) * (A() * U()) + h(U()) + extra
    right = S(s**power) * U() + rng.choice((extra, extra, extra, extra + S(a) * U()))
    statement = Impossible(Equation(left, right), (A, h, a), (U, s))
    weights = ((0, 1), (1, -2), (2, 1))
    change = sum(weight * at**power for at, weight in weights)
    cases = tuple(Case(S(weight), (), ((s, sympy.Integer(at)),)) for at, weight in weights)
    if rng.random() < 0.1:
        cases = cases[: rng.randrange(1, 3)]
    scale = sympy.Integer(-change or 1)
    proof = Absurdity(statement, cases, S(scale) * U(), not_zero(U()), scale, (), by)
    known = (Solution(lambda _: {a: 0}, {A: ones, u: zeros}, (NOTHING,)), Solution(lambda _: {a: 0}, {}, (IDENTICAL,)))
    yield from variants(rng, proof, Planted(solutions=known), "differences")


@generator("absurdity")
def data_put_in(rng: Random) -> Iterator[Candidate]:
    """φ(U + V) = U and the like."""
    sign = rng.choice((1, -1))
    by, argument = hidden(rng, U() + V() if sign == 1 else U() - V(), "R")
    right = rng.choice(
        (U(), U(), V(), U() - V(), S(2) * U(), argument, U() + A() * v(), S(eta) * U(), x[1] + U(), U() + u())
    )
    extra = rng.choice((Zero(f, 1), A() * U(), h(U() - U()), x[t]))
    equation = Equation(h(argument) + extra - extra, right)
    statement = Impossible(equation, (h, a) if rng.random() < 0.5 else (h,), (U, V))
    second = S(1 / a) * v() if rng.random() < 0.07 else S(sign) * v()
    puts = [(Definition(U, v()), Definition(V, Zero(f, 1))), (Definition(U, Zero(f, 1)), Definition(V, second))]
    if rng.random() < 0.3:
        puts[1] = (Definition(U, -v()), Definition(V, S(sign) * v() + second))
    remainder = unfold(unfold(right, by), puts[1]) - unfold(unfold(right, by), puts[0])
    cases = tuple(Case(S(weight), values) for weight, values in zip((1, -1), puts, strict=True))
    proof = Absurdity(statement, cases, remainder, not_zero(remainder), ONE, (), by)
    known = (Solution(lambda _: {a: 1}, {}, (IDENTICAL,)), Solution(lambda _: {a: 0}, {v: zeros}, (IDENTICAL,)))
    yield from variants(rng, proof, Planted(solutions=known), "data put in")


@generator("absurdity")
def sums_put_in(rng: Random) -> Iterator[Candidate]:
    """Σ c_i = Σ c_i + κ c_at, where the second sum is one term shorter or longer; perhaps with data put in."""
    low, high = map(sympy.sympify, rng.choice(RANGES))
    gone = rng.choice((low, high, high + 1, low - 1))
    ends = {low - 1: (low - 1, high), high + 1: (low, high + 1), low: (low + 1, high), high: (low, high - 1)}
    at, kappa = rng.choice((gone, gone, gone + 1, rng.choice(PLACES))), rng.choice((0, 0, 2, 1, -1, a))
    by, right = hidden(rng, Sum(c[j], j, *ends[gone]) + S(kappa) * c[at])
    left = Sum(c[i], i, low, high) + S(a) * c[at] - S(a) * c[at]
    move = rng.choice((0, 1, -1, n, m))
    values: tuple[Any, ...] = (Definition(c, d[k + move], (k,)),) if rng.random() < 0.5 else ()
    statement = Impossible(Equation(left, right), (a,), (c, d) if rng.random() < 0.5 else (c,))
    sign = 1 if ends[gone] in ((low + 1, high), (low, high - 1)) else -1
    difference = unfold(S(sign) * c[gone] - S(kappa if kappa != a else 0) * c[at], values)
    proof = Absurdity(statement, (Case(S(1), values),), difference, not_zero(difference), ONE, (), by)
    yield from variants(rng, proof, solutions(rng), "sums put in")


@generator("absurdity")
def factors_with_poles(rng: Random) -> Iterator[Candidate]:
    """eta U = 0 and the like, divided by what may be 0, or given not to be 0."""
    scalar = rng.choice((eta, eta, N, f, N + f, n + 1, N + n, f * N, a, N - 1, n, a - 1, a * eta, 2 * n + 1))
    by, number = hidden(rng, S(scalar))
    equation = Equation(number * U() + S(b) * U(), rng.choice((S(b) * U(), S(b) * U() + A() * (V() - V()))))
    given = (S(eta),) if scalar == eta and rng.random() < 0.7 else rng.choice(((), (), (S(eta),), (S(N - 1),), (K(),)))
    unknowns = rng.choice(((a, b), (b,), (a, b, K) if K() not in given else (a,)))
    statement = Impossible(equation, unknowns, rng.choice(((U,), (U, V))), given)
    inverse = rng.choice((1, 1, 1, 1 / scalar, n ** (-m) * n))
    factor = S(inverse)
    if rng.random() < 0.07:
        hiding = Definition(Name("R", NUMBER), factor)
        by, factor = (*by, hiding), hiding.name()
    of_sizes = sympy.sympify(scalar * inverse).free_symbols <= {N, n, f}
    scale = sympy.sympify(scalar * inverse) if of_sizes else ONE
    used = () if of_sizes else (S(eta),) if scalar == eta and rng.random() < 0.6 else given
    proof = Absurdity(statement, (Case(factor),), factor * S(scalar) * U(), not_zero(U()), scale, used, by)
    known = tuple(Solution(lambda _, number=number: {a: number, b: 0}, {K: zeros}) for number in (0, 1))
    yield from variants(rng, proof, Planted(solutions=known), "factors with poles")
