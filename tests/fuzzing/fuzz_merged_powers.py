"""Powers that merge across factors: of one matrix in nested sums, and of an integer that may be 0.

Two holes were here. Σ_j (Σ_k Bᵏ) Bʲ was any sum of as many terms, since the index j got into the bound of the sum over
k when the powers merged. And Σ_j n^(j-1) n^(n-j) over j = 1..n, which is 0 at n = 0, was n^n.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import sympy
from fuzz_expressions import (
    COLUMN,
    NUMBER,
    ONE,
    SQUARE,
    A,
    B,
    K,
    M,
    N,
    a,
    c,
    f,
    g,
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
)
from fuzz_impossible import S
from fuzz_proofs import by_one_step, value_for, with_near_misses
from theorem_fuzzer import Candidate, generator, suppress_refusals

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Expr, Mul, Name, Power, Sum, Trace, Zero, free_symbols
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step
from gdssm_symbolic.kernel.theorem import Theorem

INDICES = (j, i, sympy.Symbol("l", integer=True))
q, t = sympy.Symbol("q", integer=True, nonnegative=True), sympy.Symbol("t", integer=True, positive=True)

#: Windows of sums, of which some may be empty; all have a number of terms at all sizes.
WINDOWS: tuple[tuple[Any, Any], ...] = (
    (1, n), (1, n), (0, n), (1, m), (1, N), (0, n - 1), (2, n + 1), (n + 1, 2 * n), (1, r), (r, n + r), (1, 1), (1, 2),
    (2, 2), (0, 1), (3, 2), (1 - m, 0), (-n, -1), (m, m + 1), (k, k + n), (1, n + m),
)  # fmt: skip
#: Windows with a symbolic number of terms.
LONG_WINDOWS: tuple[tuple[Any, Any], ...] = (
    (1, n), (1, n), (1, m), (1, N), (1, r), (2, n + 1), (n + 1, 2 * n), (1 - m, 0), (1, n + m), (k + 1, k + n),
)  # fmt: skip


# ---- powers of one matrix in nested sums -----------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """One of the nested sums: its index and window, its power of the matrix, and how this goes with what is inside."""

    index: sympy.Symbol
    low: sympy.Expr
    high: sympy.Expr
    exponent: sympy.Expr
    kind: str

    def around(self, base: Expr, inside: Expr | None) -> Expr:
        power = Power(base, self.exponent)
        if inside is None:
            body: Expr = power
        elif inside.shape == NUMBER:
            body = Mul((inside, power))
        else:
            body = {
                "left": power * inside,
                "both": power * inside * power,
                "added": power + inside,
            }.get(self.kind, inside * power)
        if self.kind == "number":
            body = u().T * body * v()
        elif self.kind == "trace":
            body = Trace(body)
        elif self.kind == "weighted":
            body = Mul((c[self.index], body))
        return Sum(body, self.index, self.low, self.high)

    @property
    def count(self) -> sympy.Expr:
        return sympy.expand(self.high - self.low + 1)

    def shifted(self, by: Any) -> Level:
        """The same sum over a shifted window."""
        moved = {self.index: self.index - by}
        return replace(self, low=self.low + by, high=self.high + by, exponent=self.exponent.xreplace(moved))

    def moved(self, by: Any) -> Level:
        """The sum of the same terms over a shifted window."""
        return replace(self, low=self.low + by, high=self.high + by)


KINDS = ("right", "right", "right", "left", "left", "both", "added", "weighted", "weighted", "number", "trace")


def level(rng: Random, index: sympy.Symbol) -> Level:
    low, high = map(sympy.sympify, rng.choice(WINDOWS))
    if rng.random() < 0.5:  # from the first power on: no term of it stands alone
        return Level(index, low, high, index - low + 1, rng.choice(KINDS))
    exponents = [index - low, index - low + 1, index - low + rng.choice((n, r, m)), rng.choice((n, m, 2 * ONE))]
    if low.is_nonnegative:
        exponents += [index, index, index, index + 1]
    return Level(index, low, high, rng.choice(exponents), rng.choice(KINDS))


def merging_level(rng: Random, index: sympy.Symbol) -> Level:
    """A sum from the first power of the matrix on, which merges with the power around it."""
    low, high = map(sympy.sympify, rng.choice(LONG_WINDOWS))
    return Level(index, low, high, index - low + 1, rng.choice(("right", "right", "left", "left", "weighted", "trace")))


def nested(base: Expr, levels: tuple[Level, ...], inside: Expr | None = None) -> Expr:
    """The nested sums, the innermost first; a weight stands in the sum whose index it has."""
    for one in levels:
        inside = one.around(base, inside)
    assert inside is not None
    return inside


def altered(rng: Random, levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """The levels with one of them shifted, truly or falsely, or with another power."""
    place = rng.choice((*range(len(levels)), len(levels) - 1, len(levels) - 1))
    one, by = levels[place], rng.choice((ONE, ONE, 2 * ONE, m, n, -ONE))
    changes = (
        one.shifted(by), one.shifted(by), one.moved(by), one.moved(by), one.moved(by),
        replace(one, exponent=one.exponent + 1), replace(one, exponent=sympy.expand(one.low + one.high - one.exponent)),
        replace(one, kind=rng.choice(KINDS[:5])),
    )  # fmt: skip
    return (*levels[:place], rng.choice(changes), *levels[place + 1 :])


def defined(rng: Random, body: Expr) -> Definition:
    """A name for something. If its symbols are indices of the name, other values may be put in for them."""
    symbols = sorted(free_symbols(body) - {f}, key=lambda s: s.name)
    if rng.random() < 0.5 or len(symbols) > 3 or not all(one.is_integer for one in symbols):
        symbols = []
    return Definition(Name("D", body.shape, arity=len(symbols)), body, tuple(symbols))


def outside(rng: Random) -> Callable[[Expr], Expr]:
    """What is put around a matrix: nothing, a trace, vectors on both sides, a power of the matrix."""
    kinds: tuple[Callable[[Expr], Expr], ...] = (
        lambda square: square,
        lambda square: square,
        Trace,
        lambda square: Trace(square * A()),
        lambda square: u().T * square * v(),
        lambda square: square * u(),
        lambda square: Power(B(), n) * square,
        lambda square: Trace(square * Power(B(), m)),
    )
    chosen = rng.choice(kinds)
    return lambda expr: chosen(expr) if expr.shape == SQUARE else expr


def of_nested_sums(rng: Random) -> Iterator[Calculation]:
    """Nested sums against what they may be equal to; the inner ones may stand behind a name."""
    base = rng.choice((B(), B(), B(), M[1], M[p], Power(B(), ONE)))
    merges = rng.random() < 0.5
    make = merging_level if merges else level
    levels = tuple(make(rng, index) for index in INDICES[: rng.choice((2, 2, 2, 3) if merges else (1, 2, 2, 3))])
    around, whole = outside(rng), nested(base, levels)
    first, by = around(whole), ()
    if rng.random() < 0.8:
        cut = rng.randrange(1, len(levels)) if len(levels) > 1 and rng.random() < 0.7 else len(levels)
        inside = nested(base, levels[:cut])
        of = defined(rng, inside)
        first, by = around(nested(base, levels[cut:], of.left)), (of,)
    moved = (*levels[:-1], levels[-1].moved(rng.choice((ONE, -ONE, m, n))))
    for other in (moved, altered(rng, levels)):
        yield Calculation(first, (Step(around(nested(base, other)), by),))
    yield Calculation(first, (Step(rewritten(rng, around(whole), rng.choice((1, 2))), by),))
    last = levels[-1]
    if len(levels) == 1 or last.kind not in ("right", "left"):
        return
    below, alone = nested(base, levels[:-1]), last.around(base, None)
    if below.shape == NUMBER:
        products: tuple[Expr, ...] = (
            Mul((below, alone)),
            Mul((below, Power(base, 1))),
            Mul((S(last.count), below, alone)),
        )
    elif last.kind == "left":
        products = alone * below, below * alone, S(last.count) * below
    else:
        products = below * alone, alone * below, S(last.count) * below
    yield Calculation(first, (Step(around(rng.choice(products)), by),))


@generator("calculation")
def matrix_powers_in_nested_sums(rng: Random) -> Iterator[Candidate]:
    for proof in of_nested_sums(rng):
        yield from with_near_misses(rng, Candidate(proof, made="matrix powers in nested sums"), 1)


@generator("specialisation")
def nested_sums_specialised(rng: Random) -> Iterator[Candidate]:
    yield from specialised(rng, list(of_nested_sums(rng)), "nested sums, specialised")


@generator("induction")
def nested_sums_by_induction(rng: Random) -> Iterator[Candidate]:
    """S_n = Σ_j T Bʲ with T := Σ_k Bᵏ, by one step of a recurrence; or with Σ_k Bᵏ in place of T."""
    base, inner = B(), level(rng, i)
    T = Definition(Name("T", SQUARE), nested(base, (replace(inner, kind="right"),)))
    written = rng.choice((T.name(), T.body))
    start, variable = rng.choice(((0, n), (0, r), (1, p), (1, N)))
    kind, extra = rng.choice((0, 1, 2, 3, 3, 3)), rng.choice((0 * ONE, 0 * ONE, ONE, m, -ONE))

    def drive(at: Any, total: Expr) -> Expr:
        power = Power(base, at + extra)
        return (power * total, total * power, Mul((c[at], total * power)), Mul((c[at], power)) + total)[kind]

    def named(at: Any) -> Expr:
        return drive(at, T.name())

    def value(at: Any) -> Expr:
        return Sum(drive(j, written), j, start + 1, at)

    state = Name("S", SQUARE, arity=1)
    recurrence = Recurrence(state, t, Zero(*SQUARE), state[t - 1] + named(t), (), start)
    proof = by_one_step(recurrence, variable, value, named, (), ONE)
    steps = tuple(replace(one, by=(*one.by, T)) for one in proof.step.steps)
    proof = replace(proof, step=replace(proof.step, steps=steps))
    yield from with_near_misses(rng, Candidate(proof, made="nested sums"), 2)


# ---- powers of an integer that may be 0 -------------------------------------------------------------

#: What is raised to powers: integers that may be 0, and for comparison some that may not, and a scalar.
BASES = (n, n, n, n, r, r, r, m, N, a)


def of_base_terms(rng: Random, base: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr]:
    """The bounds of a sum whose number of terms is mostly a multiple of the base."""
    count = rng.choice((base, base, base, base, base, 2 * base, n, m, base + 1)) if base.is_integer else n
    low = rng.choice((ONE, ONE, ONE, ONE, 0 * ONE, 0 * ONE, 2 * ONE, base + 1 if base.is_integer else r, 1 - count))
    return low, sympy.expand(low + count - 1)


class MergedPowers:
    """Σ_j base^(j - low) base^(high - j), in factors, behind names, with other factors; and what it may be equal to."""

    def __init__(self, rng: Random, bases: tuple[sympy.Symbol, ...]) -> None:
        self.rng, self.base = rng, rng.choice(bases)
        self.low, self.high = of_base_terms(rng, self.base)
        self.index = rng.choice((j, j, j, j, k, p if self.low == 1 else j, q if self.low in (0, 1) else j))
        if self.index in (self.low + self.high + self.base).free_symbols:
            self.index = j
        self.by: tuple[Any, ...] = ()
        self.kind = rng.choice(("", "", "", "scaled", "divided", "times", "inside", "number", "column", "square"))
        self.inside = (i, *rng.choice(((1, n), (1, N), (1, 1), (0, m)))) if rng.random() < 0.2 else None
        self.exponent = 0 * ONE
        self.has_family = rng.random() < 0.2

    def power(self, exponent: sympy.Expr) -> Expr:
        """A power of the base, perhaps behind a name whose index declares that it is large enough."""
        rng = self.rng
        if rng.random() < 0.75:
            return S(self.base**exponent)
        name = Name(f"Y{len(self.by)}", NUMBER, arity=1)
        own, raised = rng.choice(((p, p - 1), (p, p), (q, q), (q, q + 1)))
        if own == self.base:
            return S(self.base**exponent)
        of = Definition(name, S(self.base**raised), (own,))
        self.by = (*self.by, of)
        if rng.random() < 0.3:
            lemma = Calculation(of.left, (Step(of.body, (of,)),))
            self.by = (*self.by[:-1], check(lemma))
        return name[sympy.expand(exponent + own - raised)]

    def factors(self) -> tuple[Expr, ...]:
        rng, index, low, high = self.rng, self.index, self.low, self.high
        exponents = [index - low, high - index]
        if self.has_family:
            exponents = [index - low]
        elif rng.random() < 0.2:
            exponents = [index - low, high - index + 1, high - low]
        if rng.random() < 0.2:
            exponents.append(rng.choice((ONE, m, n, r)))
        self.exponent = sympy.expand(sum(exponents))
        factors = [self.power(sympy.expand(one)) for one in exponents]
        if self.has_family:
            factors.append(c[rng.choice((index, index, index + 1))])
        rng.shuffle(factors)
        return tuple(factors)

    def whole(self) -> Expr:
        """The sum; perhaps nested, with one of the powers outside of another sum."""
        factors = self.factors()
        body = factors[0] if len(factors) == 1 else Mul(factors)
        if self.inside is not None:
            body = Mul((*factors[:-1], Sum(Mul((factors[-1], c[i])), *self.inside)))
        return self.around(Sum(body, self.index, self.low, self.high))

    def around(self, number: Expr) -> Expr:
        """The number times something, or in a function."""
        kinds: dict[str, Callable[[], Expr]] = {
            "scaled": lambda: Mul((S(self.base + 1), number)),
            "divided": lambda: Mul((number, S(1 / (1 + self.base)))),
            "times": lambda: Mul((S(self.base), number)),
            "inside": lambda: g(number),
            "number": lambda: Mul((number, K())),
            "column": lambda: Mul((number, u())),
            "square": lambda: Mul((number, B())),
        }
        return kinds[self.kind]() if self.kind else number

    def values(self) -> Iterator[Expr]:
        """What the sum is, or may be taken for."""
        rng, base, count = self.rng, self.base, sympy.expand(self.high - self.low + 1)
        less = sympy.cancel(count / base)
        other = rng.choice((base ** (self.exponent + 1), 0 * ONE, base**n, less * base**self.exponent))
        for value in (count * base**self.exponent, less * base ** (self.exponent + 1), other):
            number = S(value)
            if self.inside is not None:
                number = Mul((number, Sum(c[i], *self.inside)))
            yield self.around(number)


def of_merged_powers(rng: Random, bases: tuple[sympy.Symbol, ...]) -> Iterator[Calculation]:
    sums = MergedPowers(rng, bases)
    first = sums.whole()
    plain = unfold(first, sums.by)
    if rng.random() < 0.3:
        of = defined(rng, first)
        first, sums.by = of.left, (of, *sums.by)
    elif not sums.by:
        of = Definition(Name("D", first.shape), {NUMBER: K(), COLUMN: v(), SQUARE: A()}[first.shape])
        first, plain, sums.by = first + of.name(), plain + of.body, (of,)
        for value in sums.values():
            yield Calculation(first, (Step(value + of.body, sums.by),))
        yield Calculation(first, (Step(rewritten(rng, plain, rng.choice((1, 2))), sums.by),))
        return
    for value in sums.values():
        yield Calculation(first, (Step(value, sums.by),))
    yield Calculation(first, (Step(rewritten(rng, plain, rng.choice((1, 2))), sums.by),))


@generator("calculation")
def integer_powers_that_merge(rng: Random) -> Iterator[Candidate]:
    for proof in of_merged_powers(rng, BASES):
        yield Candidate(proof, made="integer powers that merge")
    yield from with_near_misses(rng, Candidate(proof, made="integer powers that merge"), 2)


@generator("specialisation")
def integer_powers_specialised(rng: Random) -> Iterator[Candidate]:
    """A base that is not 0, or a scalar, at values that may be 0; and the number of terms at 0."""
    proofs = list(of_merged_powers(rng, (a, N, p, n, n, n, r, r)))
    yield from specialised(rng, proofs, "integer powers that merge, specialised")


def specialised(rng: Random, proofs: list[Calculation], made: str) -> Iterator[Candidate]:
    """What is accepted of the proofs, at values that are admissible or not."""
    rng.shuffle(proofs)
    for proof in proofs[:3]:
        theorem: Theorem | None = None
        with suppress_refusals():
            theorem = check(proof)
        if theorem is None:
            continue
        fixed = frozenset().union(*(meaning.free for meaning in theorem.meanings.values()))
        symbols = sorted(theorem.statement.free - {f}, key=lambda s: (s.name, str(s.assumptions0)))
        symbols = [one for one in symbols if one not in fixed or rng.random() < 0.2]
        for _ in range(3 if symbols else 0):
            symbol = rng.choice(symbols)
            value = rng.choice((0 * ONE, n, r, k, n + 1, *(value_for(rng, symbol, symbols) for _ in range(3))))
            yield Candidate(Specialisation(theorem, {symbol: value}), made=made)
