"""HEADS draft."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from collections.abc import Iterable, Mapping
from operator import mul
from typing import ClassVar

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import ByCoefficients, Coefficient, Impossible
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import eta, f

from .gd_ssm import attention, window, y
from .least_squares import LeastSquares, i, squared_norm, t, x

h, k = (sympy.Symbol(letter, integer=True, positive=True) for letter in "hk")
ROLES = (1, 2, 3)
a = Name("a", (1, 1), arity=1)
C, D = (Definition(Name(name, (f, 3), arity=1), window(start), (t,)) for name, start in (("C", 2 * t - 1), ("D", 2 * t)))
Terms = dict[int, Expr]  # a polynomial in one variable


@dataclass(frozen=True)
class Bank:
    """Heads with decays a_1, a_2, … at stride 1."""

    samples: int
    decays: int
    shared: bool  # may many heads share a decay?
    linear: bool = True

    u: ClassVar[Name] = Name("u", (f, 1))
    inputs: ClassVar[Name] = Name("ξ", (1, 1), arity=1, latex=r"\xi")
    weight: ClassVar[Name] = Name("ω", (1, 1), latex=r"\omega")
    targets: ClassVar[Name] = Name("υ", (1, 1), arity=1, latex=r"\upsilon")

    @property
    def numbers(self) -> tuple[sympy.Symbol, ...]:
        return (h, k) if self.shared else (h,)

    @cached_property
    def w(self) -> Name:
        return Name("w", (1, 1), arity=len(self.numbers) + 2)

    @cached_property
    def v(self) -> Name:
        return Name("v", (1, 1), arity=2)

    @cached_property
    def Q(self) -> Definition:
        at = self.numbers
        rows = tuple(tuple(self.w[*at, r, c] - self.w[*at, c, r] if r < c else self.w[*at, r, c] for c in ROLES) for r in ROLES)
        return Definition(Name("Q", (3, 3), arity=len(at)), Blocks(rows), at)

    @cached_property
    def q(self) -> Definition:
        return Definition(Name("q", (3, 1), arity=1), Blocks(tuple((self.v[h, r],) for r in ROLES)), (h,))

    @cached_property
    def state(self) -> Recurrence:
        at = self.numbers
        Z, Q = Name("Z", (f, f), arity=len(at) + 1), self.Q.name[*at]

        def drive(windows: Definition, number: sympy.Expr) -> Expr:
            return windows.name[number] * Q * windows.name[number].T

        body = a[h] * (a[h] * Z[*at, t - 1] + drive(D, t - 1)) + drive(C, t)
        return Recurrence(Z, t, drive(C, sympy.Integer(1)), body, (*at, t), start=1)

    def output(self) -> Expr:
        last, Z = sympy.Integer(self.samples), self.state.name
        if self.shared:
            read = (x[last], y[last], x[last + 1])
            one = sum((Z[h, r, last] * token for r, token in zip(ROLES[1:], read[1:])), Z[h, 1, last] * read[0])
        else:
            one = Z[h, last] * C.name[last] * self.q.name[h]
        return Sum(one, h, 1, self.decays)

    @cached_property
    def data(self) -> tuple[Definition, Definition]:
        y_i = self.weight() * x[i] if self.linear else self.targets[i] * self.u()
        return Definition(x, self.inputs[i] * self.u(), (i,)), Definition(y, y_i, (i,))

    def statement(self, *given: Expr) -> Impossible:
        last, problem = sympy.Integer(self.samples), LeastSquares(f)
        prediction = problem.prediction(problem.step(Zero(f, f), last), x[last + 1])
        data = (self.inputs, self.weight if self.linear else self.targets)
        unknowns = (self.w,) if self.shared else (self.w, self.v)
        return Impossible(
            Equation(self.u().T * self.output(), self.u().T * prediction),
            unknowns,
            data,
            (Scalar(eta), squared_norm(self.u()), *given),
        )

    @property
    def by(self) -> tuple[Source, ...]:
        own = () if self.shared else (self.q,)
        return (*(self.state,) * self.samples, self.Q, *own, C, D, LeastSquares(f).gradient, *self.data[::-1])

    # tokens as numbers along u
    def token(self, letter: str, sample: int) -> Expr:
        if letter == "x":
            return self.inputs[sample]
        return self.weight() * self.inputs[sample] if self.linear else self.targets[sample]

    def coefficient(self, tokens: tuple[tuple[str, int], ...], value: Expr, factor: Expr) -> Coefficient:
        norm = squared_norm(self.u())
        return Coefficient(product(self.token(*one) for one in tokens), value * norm * norm, factor)


def product(factors: Iterable[Expr]) -> Expr:
    return reduce(mul, factors, wrap(1))


def total(terms: Iterable[Expr]) -> Expr:
    terms = list(terms)
    return reduce(lambda p, q: p + q, terms[1:], terms[0]) if terms else wrap(0)


def difference_of_products(decays: Iterable[int]) -> Expr:
    """Π(1 + a) - Π(1 - a)."""
    decays = tuple(decays)
    return product(1 + a[j] for j in decays) - product(1 - a[j] for j in decays)


def vanishing_at(decays: Iterable[int]) -> list[Expr]:
    """The coefficients of Π(t - a_j), of t^0 first."""
    found = [wrap(1)]
    for j in decays:
        shifted, lowered = [None, *found], [a[j] * one for one in found] + [None]
        found = [
            p - q if p is not None and q is not None else (-q if p is None else p)
            for p, q in zip(shifted, lowered)
        ]
    return found


def power(j: int, exponent: int) -> Expr:
    return a[j] ** exponent if exponent else wrap(1)


def few_decays(N: int, linear=True) -> Theorem:
    bank = Bank(N, 2 * N - 4, shared=True, linear=linear)
    e = vanishing_at(range(1, bank.decays + 1))

    def read(j, m):
        w = lambda r, c: bank.w[j, 3, r, c]
        return w(1, 2) * power(j, m) + w(2, 3) * power(j, m + 1)

    coefficients = []
    for m in range(1, 2 * N - 2):
        value = total(read(j, m) for j in range(1, bank.decays + 1))
        sample = N - (m + 1) // 2
        tokens = (("y", sample), ("x", sample + 1)) if m % 2 else (("y", sample), ("x", sample))
        if m % 2 == 0:
            value = value - eta / N
        coefficients.append(bank.coefficient((*tokens, ("x", N + 1)), value, e[m - 1]))
    g = difference_of_products(range(1, bank.decays + 1))
    norm = squared_norm(bank.u())
    proof = ByCoefficients(bank.statement(g), tuple(coefficients), sympy.Rational(1, 2 * N), (Scalar(eta), norm, norm, g), bank.by)
    return check(proof, "few")


def one_head_each(N: int, linear=False) -> Theorem:
    H = 2 * N - 3
    bank = Bank(N, H, shared=False, linear=linear)
    every = range(1, H + 1)
    lam = Scalar(eta / N)
    P = lambda j, r, c: bank.w[j, r, c]
    s = lambda j: P(j, 1, 2) + a[j] * P(j, 2, 3)
    factors: dict[tuple, Expr] = {}
    values: dict[tuple, Expr] = {}

    def eq(key, value):
        values[key] = value

    def pair(m):  # y_j x_j or y_j x_{j+1}, at power m of the decay
        sample = N - (m + 1) // 2
        return (("y", sample), ("x", sample + m % 2))

    def pair13(m):
        # y_j y_{j+1}: odd power 2(N-j)-1 ; x_j x_{j+1}: even power 2(N-j)
        sample = N - (m + 1) // 2
        letter = "y" if m % 2 else "x"
        return ((letter, sample), (letter, sample + 1))

    X = (("x", N + 1),)
    for m in range(1, 2 * N - 2):
        v3 = total(bank.v[j, 3] * s(j) * power(j, m) for j in every)
        eq(pair(m) + X, v3 - lam if m % 2 == 0 else v3)
        eq(pair(m) + (("x", N),), total(bank.v[j, 1] * s(j) * power(j, m) for j in every))
    for m in range(1, 2 * N - 2):
        eq(pair13(m) + X, total(bank.v[j, 3] * P(j, 1, 3) * power(j, m) for j in every))
    last = (("y", N), ("x", N)) + X
    eq(last, total(bank.v[j, 3] * s(j) + bank.v[j, 1] * P(j, 2, 3) + bank.v[j, 2] * P(j, 1, 3) for j in every) - lam)

    def use(key, factor):
        factors.setdefault(key, []).append(factor)

    e = vanishing_at(every)
    g = {j: difference_of_products(o for o in every if o != j) for j in every}
    G = difference_of_products(every)
    # lambda*eps_h with eps_h = -g_h/2 ; E_even = -G/2
    allg = product(g.values())
    # lambda^2 E_even prod(g)(...)  = -lam*F*prod(g) + e0 * sum_h prod(g)/g_h * (-2) (P23 G1 + v2 G13)
    for m in range(1, 2 * N - 2):
        use(pair(m) + X, -lam * e[m] * allg)
    use(last, -lam * e[0] * allg)
    for j in every:
        eh = vanishing_at(o for o in every if o != j)
        others = product(g[o] for o in every if o != j)
        scale = -2 * e[0] * others
        for m, c in enumerate(eh):
            # G1 = v3 F1 - v1 F3 ; G13 = s F13 - P13 F3
            use(pair(m + 1) + (("x", N),), scale * P(j, 2, 3) * bank.v[j, 3] * c)
            use(pair(m + 1) + X, scale * (-1) * P(j, 2, 3) * bank.v[j, 1] * c)
            use(pair13(m + 1) + X, scale * bank.v[j, 2] * s(j) * c)
            use(pair(m + 1) + X, scale * (-1) * bank.v[j, 2] * P(j, 1, 3) * c)
    coefficients = tuple(bank.coefficient(key, values[key], total(fs)) for key, fs in factors.items())
    norm = squared_norm(bank.u())
    given = (Scalar(eta), Scalar(eta), norm, norm, G, *g.values())
    proof = ByCoefficients(bank.statement(G, *g.values()), coefficients, sympy.Rational(-1, 2 * N * N), given, bank.by)
    return check(proof, "one head each")
