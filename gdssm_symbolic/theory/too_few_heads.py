"""Too few heads with a window at every token, for given N: impossible, without assumptions.

The decays a_1, a_2, … are fixed, and everything else of the heads is free. For N samples,

- 2N - 4 decays do not suffice, however many heads share each of them (`few_decays`);
- 2N - 3 heads do not suffice, each with its decay (`one_head_too_few`).

Given is that Π(1 + a_h) - Π(1 - a_h) ≠ 0 for all decays and, in the second case, also for all decays but any one. This
holds if no decay is negative and one is positive, or in the second case two are (`positive`). Without the condition the
statements are false: decays 1 and -1 suffice. If fewer decays are positive, they are at most two different ones, and
the first statement applies, with heads of weight 0 and other decays added.

Heads that share a decay: Σ_g Z_g C_N q_g over these heads is Z_1 x_N + Z_2 y_N + Z_3 x_{N+1}, where the state Z_r has
the weights Σ_g (q_g)_r Q_g (`sharing_a_decay`). So three states with any weights stand for any number of heads.

Both proofs are by coefficients; `heads` explains them. The second has to show q_1 = 0 and P_13 = 0 for each head, with
P = Q + Qᵀ, s_h = P_12 + a_h P_23 and λ = η/N. Let e_h be the polynomial with zeros at the other decays. Let F_3, F_1
and F_13 be the sums, with its coefficients, of what is 0: Σ q_3 s aᵐ (less λ for even m), Σ q_1 s aᵐ and Σ q_3 P_13 aᵐ
for m = 1, 2, …. With μ_h = (e_h(-1) - e_h(1))/2,

    q_3 F_1 - q_1 F_3 = -λ μ_h q_1,    s F_13 - P_13 F_3 = -λ μ_h P_13    for head h.

So the numbers Σ_h (q_1 P_23 + q_2 P_13), which the sum with the coefficients of Π(t - a_h) leaves over, are 0, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from operator import add, mul
from typing import ClassVar, Literal

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import ByCoefficients, Coefficient, Impossible
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.proofs import Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import eta, f

from .gd_ssm import Samples, window
from .least_squares import LeastSquares, i, squared_norm, t
from .recurrences import by_recurrence, counter

h, k = (sympy.Symbol(letter, integer=True, positive=True) for letter in "hk")
g = sympy.Symbol("g", integer=True, nonnegative=True)
#: The places in a window.
PLACES = (1, 2, 3)
a = Name("a", (1, 1), arity=1)
#: A token as a number: "x" or "y", and the sample.
Token = tuple[str, int]
Tokens = tuple[Token, ...]


@dataclass(frozen=True)
class Heads:
    """Heads with decays a_1, …, and the data on which they fail.

    With `shared`, any number of heads shares a decay. The data are

        line      of a linear model, along one vector u: x_i = ξ_i u and y_i = ω x_i
        plane     of a linear model, with f = g + 2: x_i = [ξ_i; ζ_i; 0] and y_i = ω [ζ_i; 0; 0]
        numbers   any, for f = 1
    """

    samples: int
    decays: int
    kind: Literal["line", "plane", "numbers"]
    shared: bool = False

    u: ClassVar[Name] = Name("u", (f, 1))
    inputs: ClassVar[Name] = Name("ξ", (1, 1), arity=1)
    others: ClassVar[Name] = Name("ζ", (1, 1), arity=1)
    weight: ClassVar[Name] = Name("ω", (1, 1))

    @property
    def size(self) -> sympy.Expr:
        return {"line": f, "plane": g + 2, "numbers": sympy.Integer(1)}[self.kind]

    @cached_property
    def problem(self) -> LeastSquares:
        return LeastSquares(self.size, features=self.size)

    @cached_property
    def data(self) -> tuple[Definition, ...]:
        """What the targets and the inputs are made of; nothing if they are data themselves."""
        x, y = self.problem.x, self.problem.y
        if self.kind == "line":
            return Definition(y, self.weight() * x[i], (i,)), Definition(x, self.inputs[i] * self.u(), (i,))
        if self.kind == "plane":
            inputs = Blocks(((self.inputs[i],), (self.others[i],), (Zero(g, 1),)))
            targets = self.weight() * Blocks(((self.others[i],), (Zero(1, 1),), (Zero(g, 1),)))
            return Definition(y, targets, (i,)), Definition(x, inputs, (i,))
        return ()

    @property
    def names(self) -> tuple[Name, ...]:
        """The names that are data."""
        if self.kind == "numbers":
            return self.problem.x, self.problem.y
        return (self.inputs, self.weight, *((self.others,) if self.kind == "plane" else ()))

    def number(self, token: Token) -> Expr:
        """A token as a product of data."""
        letter, sample = token
        if self.kind == "numbers":
            return (self.problem.x if letter == "x" else self.problem.y)[sample]
        own = self.others if letter == "y" and self.kind == "plane" else self.inputs
        return self.weight() * own[sample] if letter == "y" else own[sample]

    # ---- the heads -------------------------------------------------------------------------------

    @property
    def numbers(self) -> tuple[sympy.Symbol, ...]:
        """The indices of a state: its decay and, if heads share decays, what is read with it."""
        return (h, k) if self.shared else (h,)

    @cached_property
    def w(self) -> Name:
        """The entry r, c of Q for r ≥ c, and of Q + Qᵀ for r < c."""
        return Name("w", (1, 1), arity=len(self.numbers) + 2)

    @cached_property
    def v(self) -> Name:
        return Name("v", (1, 1), arity=2)

    @cached_property
    def Q(self) -> Definition:
        at, w = self.numbers, self.w
        rows = (tuple(w[*at, r, c] - w[*at, c, r] if r < c else w[*at, r, c] for c in PLACES) for r in PLACES)
        return Definition(Name("Q", (3, 3), arity=len(at)), Blocks(tuple(rows)), at)

    @cached_property
    def q(self) -> Definition:
        return Definition(Name("q", (3, 1), arity=1), Blocks(tuple((self.v[h, r],) for r in PLACES)), (h,))

    @cached_property
    def windows(self) -> tuple[Definition, Definition]:
        """C_t, which start at the inputs, and D_t, which start at the targets."""
        samples = Samples(self.problem)
        return tuple(
            Definition(Name(letter, (self.size, 3), arity=1), window(start, samples), (t,))
            for letter, start in (("C", 2 * t - 1), ("D", 2 * t))
        )  # type: ignore[return-value]

    @cached_property
    def state(self) -> Recurrence:
        at, (own, between) = self.numbers, self.windows
        Z, Q = Name("Z", (self.size, self.size), arity=len(at) + 1), self.Q.name[at]

        def drive(windows: Definition, number: object) -> Expr:
            return windows.name[number] * Q * windows.name[number].T

        body = a[h] * (a[h] * Z[*at, t - 1] + drive(between, t - 1)) + drive(own, t)
        return Recurrence(Z, t, drive(own, 1), body, (*at, t), start=1)

    def output(self) -> Expr:
        """The outputs of the heads, added up."""
        last, Z = self.samples, self.state.name
        if not self.shared:
            return Sum(Z[h, last] * self.windows[0].name[last] * self.q.name[h], h, 1, self.decays)
        read = self.problem.x[last], self.problem.y[last], self.problem.x[last + 1]
        return Sum(
            _total(Z[h, place, last] * token for place, token in zip(PLACES, read, strict=True)), h, 1, self.decays
        )

    def prediction(self) -> Expr:
        """After one step from 0."""
        last, problem = sympy.Integer(self.samples), self.problem
        start: Expr = Zero(self.size, self.size)
        if self.kind == "plane":
            sizes = (sympy.Integer(1), sympy.Integer(1), g)
            start = Blocks(tuple(tuple(Zero(rows, columns) for columns in sizes) for rows in sizes))
        return problem.prediction(problem.step(start, last), problem.x[last + 1])

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        own = () if self.shared else (self.q,)
        return (self.state, self.Q, *own, *self.windows, self.problem.gradient, *self.data)

    # ---- impossible ------------------------------------------------------------------------------

    @cached_property
    def given(self) -> tuple[Expr, ...]:
        """Π(1 + a_h) - Π(1 - a_h), for all decays and, unless heads share them, for all but one."""
        every = range(1, self.decays + 1)
        all_but_one = () if self.shared else tuple(tuple(o for o in every if o != one) for one in every)
        return tuple(_difference(decays) for decays in (tuple(every), *all_but_one))

    def statement(self) -> Impossible:
        """No weights and readouts make the output equal the prediction, along u, or in the first entry."""
        sides = self.output(), self.prediction()
        if self.kind != "numbers":
            along = self.u().T if self.kind == "line" else Blocks(((wrap(1), wrap(0), Zero(1, g)),))
            sides = along * sides[0], along * sides[1]
        unknowns = (self.w,) if self.shared else (self.w, self.v)
        return Impossible(Equation(*sides), unknowns, self.names, (Scalar(eta), *self._norm, *self.given))

    @property
    def _norm(self) -> tuple[Expr, ...]:
        return (squared_norm(self.u()),) if self.kind == "line" else ()

    def impossible(
        self, title: str, found: Iterable[tuple[Tokens, Expr, Expr]], scale: sympy.Expr, given: Iterable[Expr]
    ) -> Theorem:
        """By coefficients, each given by a product of tokens, its value without ‖u‖⁴, and its factor."""
        norm = self._norm * 2
        coefficients = tuple(
            Coefficient(_product(map(self.number, tokens)), _product((value, *norm)), factor)
            for tokens, value, factor in found
        )
        by: tuple[Source, ...] = (*(self.state,) * (self.samples - 1), *self.meanings)
        return check(ByCoefficients(self.statement(), coefficients, scale, (*norm, *given), by), title)


def _product(factors: Iterable[Expr]) -> Expr:
    return reduce(mul, factors)


def _total(terms: Iterable[Expr]) -> Expr:
    return reduce(add, terms)


def _difference(decays: Iterable[int]) -> Expr:
    """Π(1 + a_h) - Π(1 - a_h)."""
    decays = tuple(decays)
    return _product(1 + a[j] for j in decays) - _product(1 - a[j] for j in decays)


def _with_zeros(decays: Iterable[int]) -> list[Expr]:
    """The coefficients of Π(t - a_h), that of t⁰ first."""
    found: list[Expr] = [wrap(1)]
    for j in decays:
        inner = [before - a[j] * after for before, after in pairwise(found)]
        found = [-a[j] * found[0], *inner, found[-1]]
    return found


def _power(j: int, exponent: int) -> Expr:
    return a[j] ** exponent if exponent else wrap(1)


def _pair(samples: int, power: int) -> Tokens:
    """The target and the input whose product enters with this power of the decay: y_j x_j, or y_j x_{j+1}."""
    own = samples - (power + 1) // 2
    return ("y", own), ("x", own + power % 2)


def few_decays(samples: int) -> Theorem:
    """2N - 4 decays, shared by any number of heads; data of a linear model along one vector."""
    heads = Heads(samples, 2 * samples - 4, "line", shared=True)
    every = range(1, heads.decays + 1)
    found = []
    for power, factor in enumerate(_with_zeros(every), 1):
        value = _total(
            heads.w[j, 3, 1, 2] * _power(j, power) + heads.w[j, 3, 2, 3] * _power(j, power + 1) for j in every
        )
        wanted = value if power % 2 else value - eta / samples
        found.append(((*_pair(samples, power), ("x", samples + 1)), wanted, factor))
    given = Scalar(eta), *heads.given
    title = f"{heads.decays} decays are too few for {samples} samples"
    return heads.impossible(title, found, sympy.Rational(1, 2 * samples), given)


def one_head_too_few(samples: int, *, linear: bool = True) -> Theorem:
    """2N - 3 heads; data of a linear model for f ≥ 2 (`linear`), or any data for f = 1."""
    heads = Heads(samples, 2 * samples - 3, "plane" if linear else "numbers")
    every = range(1, heads.decays + 1)
    rate, w, v = Scalar(eta / samples), heads.w, heads.v
    values: dict[Tokens, Expr] = {}
    factors: dict[Tokens, list[Expr]] = {}

    def combine(pairs: Sequence[Tokens], polynomial: list[Expr], times: Expr) -> None:
        for tokens, coefficient in zip(pairs, polynomial, strict=True):
            factors.setdefault(tokens, []).append(times * coefficient)

    def s(j: int) -> Expr:
        return w[j, 1, 2] + a[j] * w[j, 2, 3]

    query, newest, powers = ("x", samples + 1), ("x", samples), range(1, heads.decays + 1)
    read = [(*_pair(samples, power), query) for power in powers]  # the coefficients of F_3, of F_1, and of F_13
    read_newest = [(*_pair(samples, power), newest) for power in powers]
    alike = []
    for power in powers:
        letter, own = "y" if power % 2 else "x", samples - (power + 1) // 2
        alike.append(((letter, own), (letter, own + 1), query))
    for power, third, first, other in zip(powers, read, read_newest, alike, strict=True):
        value = _total(v[j, 3] * s(j) * _power(j, power) for j in every)
        values[third] = value if power % 2 else value - rate
        values[first] = _total(v[j, 1] * s(j) * _power(j, power) for j in every)
        values[other] = _total(v[j, 3] * w[j, 1, 3] * _power(j, power) for j in every)
    last = ("y", samples), newest, query
    values[last] = _total(v[j, 3] * s(j) + v[j, 1] * w[j, 2, 3] + v[j, 2] * w[j, 1, 3] for j in every) - rate

    e, of_others = _with_zeros(every), list(heads.given[1:])
    combine([last, *read], e, rate * _product(of_others))
    for place, j in enumerate(every):
        others = [o for o in every if o != j]
        rest = 2 * e[0] * _product(of_others[:place] + of_others[place + 1 :])
        polynomial = _with_zeros(others)
        combine(read_newest, polynomial, rest * w[j, 2, 3] * v[j, 3])
        combine(alike, polynomial, rest * v[j, 2] * s(j))
        combine(read, polynomial, -rest * (w[j, 2, 3] * v[j, 1] + v[j, 2] * w[j, 1, 3]))
    found = ((tokens, values[tokens], _total(some)) for tokens, some in factors.items())
    kind = "$f ≥ 2$" if linear else "$f = 1$, any targets"
    title = f"{heads.decays} heads are too few for {samples} samples, {kind}"
    given = Scalar(eta), Scalar(eta), *heads.given
    return heads.impossible(title, found, sympy.Rational(1, 2 * samples**2), given)


def sharing_a_decay() -> Theorem:
    """A sum of states with one decay, times numbers, is a state with this decay."""
    of = Heads(1, 1, "line")
    K = sympy.Symbol("K", integer=True, nonnegative=True)
    own, between = of.windows
    Q, c = Name("Q", (3, 3), arity=1), Name("c", (1, 1), arity=1)
    decay = sympy.Symbol("a")
    each, joint = Name("Z", (f, f), arity=2), Name("Y", (f, f), arity=1)

    def state(name: Name, at: tuple[sympy.Symbol, ...], weights: Expr) -> Recurrence:
        def drive(windows: Definition, number: object) -> Expr:
            return windows.name[number] * weights * windows.name[number].T

        body = decay * (decay * name[*at, t - 1] + drive(between, t - 1)) + drive(own, t)
        return Recurrence(name, t, drive(own, 1), body, (*at, t), start=1)

    one, several = state(joint, (), Sum(c[k] * Q[k], k, 1, K)), state(each, (k,), Q[k])
    count = counter(one)

    def total(steps: object) -> Expr:
        return Sum(c[k] * each[k, steps], k, 1, K)

    return by_recurrence(
        Equation(one.at(count), total(count)),
        count,
        one,
        "heads that share a decay",
        base=(Step(one.initial, (one,)), Step(total(1), (several,))),
        after=(Step(total(count + 1), (several,)),),
    )


def positive(decays: int) -> Theorem:
    """Π(1 + a_h) - Π(1 - a_h) > 0 if no decay is negative and one, here the last, is positive, b²."""
    others, last = sympy.symbols(f"a_1:{decays}"), sympy.Symbol("b")
    every = (*others, last**2)
    number = sympy.Mul(*(1 + one for one in every)) - sympy.Mul(*(1 - one for one in every))
    statement = Positive(Scalar(number), tuple(others), (last,))
    return check(Positivity(statement), f"what is given for {decays} decays")
