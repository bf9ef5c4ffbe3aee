"""Several heads with a window at every token: 2N - 2 heads with distinct positive decays suffice, and fewer do not.

Samples are numbered from the end: x_0 is the query, x_1 and y_1 are the last sample. Head h has a decay a_h, weights
Q_h and a readout q_h, and the outputs of the heads are added up. Z_{h,k,k-1} is its state after the last k samples,
which it reads from the oldest on. Powers of decays are written π_{h,m} = a_h^{2m}: even powers are π_{h,m}, odd ones
a_h π_{h,m}.

**Enough heads.** Let Q_h = (c_h - a_h r_h) e_2e_1ᵀ + r_h e_3e_2ᵀ, and q = e_3. Then y_m x_mᵀ enters with Σ_h c_h
a_h^{2m-2}, and x_m y_{m+1}ᵀ with Σ_h c_h a_h^{2m-1}. These numbers have to be 1 and 0 (`enough`). For 2N - 2 distinct
decays the linear equations for c have one solution (Vandermonde). It is c_h = (ℓ_h(1) + ℓ_h(-1))/2, where ℓ_h is the
polynomial of degree 2N - 3 that is 1 at a_h and 0 at the other decays. `solved` proves this for a given N.

**Too few decays.** Take data of a linear model along one vector, x_i = ξ_i u and y_i = ω x_i (`on_a_line`). The
coefficients of ω ξ_m² ξ_0 and of ω ξ_m ξ_{m+1} ξ_0 are Σ_h g_h a_hᵐ at even and at odd powers, for any heads. They
would have to be λ = η/N and 0. Let e be a polynomial of degree ≤ 2N - 4 that is 0 at all decays: then the combination
of these coefficients with those of e is 0 for the layer, and λ (e(1) - e(-1))/2 for the step (`too_few_decays`). With
e(t) = Π(t - a_h) this is not 0 for a_h ≥ 0, since |Π(1 - a_h)| < Π(1 + a_h) if a decay is positive (`products`).

**One head too few.** With 2N - 3 decays that have one head each, take a polynomial that is 0 at all decays but one.
Then q_1 = 0 and P_13 = 0 for the head with this decay (`one_decay_apart`), so that the coefficient of ω ξ_1² ξ_0 is Σ_h
g_h = λ. Now the combination with a polynomial of degree 2N - 3 gives λ (e(1) + e(-1))/2 ≠ 0 (`one_head_too_few`).

`too_few_heads` has the same for given N, as impossibilities without assumptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Add, Blocks, Expr, Name, Scalar, Sum, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Theorem
from gdssm_symbolic.layers import N, eta, f

from .gd_ssm import y
from .least_squares import LeastSquares, i, squared_norm, x
from .recurrences import by_recurrence, n

h, k, m, t = (sympy.Symbol(letter, integer=True, positive=True) for letter in "hkmt")
j, l, r = (sympy.Symbol(letter, integer=True, nonnegative=True) for letter in "jlr")  # noqa: E741
H = sympy.Symbol("H", integer=True, nonnegative=True)  # heads
ZERO, ONE = (Scalar(sympy.Integer(number)) for number in (0, 1))
#: The places in a window, x_k, y_k, x_{k-1}.
PLACES = (1, 2, 3)

a = Name("a", (1, 1), arity=1)  # the decays
Q, q = Name("Q", (3, 3), arity=1), Name("q", (3, 1), arity=1)
#: The windows that start at x_k, and those between them.
C = Definition(Name("C", (f, 3), arity=1), Blocks(((x[k], y[k], x[k - 1]),)), (k,))
D = Definition(Name("D", (f, 3), arity=1), Blocks(((y[k + 1], x[k], y[k]),)), (k,))
pi = Name("π", (1, 1), arity=2)
#: π_{h,m} = a_h^{2m}.
POWERS = Recurrence(pi, t, ONE, a[h] * a[h] * pi[h, t - 1], (h, t))
Z = Name("Z", (f, f), arity=3)


def drive(windows: Definition, at: sympy.Expr) -> Expr:
    """What head h adds to its state at a window."""
    return windows.name[at] * Q[h] * windows.name[at].T


#: The state of head h, t samples after the first of the last k.
STATE = Recurrence(Z, t, drive(C, k), a[h] * (a[h] * Z[h, k, t - 1] + drive(D, k - t)) + drive(C, k - t), (h, k, t))


def sample_before() -> Theorem:
    """One sample more, read before the others, adds to the state what it adds at once, times a power of the decay."""
    added = a[h] * (a[h] * drive(C, k + 1) + drive(D, k))

    def value(count: sympy.Expr) -> Expr:
        return Z[h, k, count] + pi[h, count] * added

    first = a[h] * (a[h] * Z[h, k + 1, 0] + drive(D, k)) + drive(C, k)
    return by_recurrence(
        Equation(Z[h, k + 1, r + 1], value(r)),
        r,
        STATE,
        "one sample more, before the others",
        base=(Step(first, (STATE,)), Step(value(sympy.Integer(0)), (STATE, POWERS))),
        after=(Step(value(r + 1), (STATE, POWERS)),),
    )


@lru_cache(maxsize=1)
def unrolled() -> Theorem:
    """The state after the last n + 1 samples, by induction on their number."""
    one_more = check(Specialisation(sample_before(), {k: n + 1, r: n}), "the state with one sample more")

    def value(count: sympy.Expr) -> Expr:
        return Sum(pi[h, m - 1] * drive(C, m), m, 1, count + 1) + Sum(a[h] * pi[h, m - 1] * drive(D, m), m, 1, count)

    statement = Equation(Z[h, n + 1, n], value(n))
    hypothesis = Hypothesis(statement)
    following, grown = one_more.equation.parts
    base = (
        Step(drive(C, sympy.Integer(1)), (STATE,)),
        Step(pi[h, 0] * drive(C, sympy.Integer(1)), (POWERS,)),
        Step(value(sympy.Integer(0))),
    )
    step = (
        Step(grown, (one_more,)),
        Step(unfold(grown, [hypothesis]), (hypothesis,)),
        Step(value(n) + pi[h, n + 1] * drive(C, n + 2) + a[h] * pi[h, n] * drive(D, n + 1), (POWERS,)),
        Step(value(n + 1)),
    )
    proof = Induction(statement, n, Calculation(Z[h, 1, 0], base), Calculation(following, step))
    return check(proof, "the state of a head")


# ---- enough heads ----------------------------------------------------------------------------------

#: The weights of head h, if there are N samples.
c, rest = Name("c", (1, 1), arity=2), Name("r", (1, 1), arity=2)
WANTED = c[N, h] - a[h] * rest[N, h]
WEIGHTS = Definition(Q, Blocks(((ZERO,) * 3, (WANTED, ZERO, ZERO), (ZERO, rest[N, h], ZERO))), (h,))
QUERY = Definition(Name("e_3", (3, 1)), Blocks(((ZERO,), (ZERO,), (ONE,))))
#: What the weights have to satisfy. With N = j + l + 2, the powers 2l and 2l + 1 run through 0, …, 2N - 3.
_EVERY = h, 1, 2 * (j + l) + 2
EVEN = Definition(Name("E", (1, 1), arity=2), Sum(c[j + l + 2, h] * pi[h, l], *_EVERY), (j, l))
ODD = Definition(Name("O", (1, 1), arity=2), Sum(c[j + l + 2, h] * a[h] * pi[h, l], *_EVERY), (j, l))
LEFT = Definition(Name("R", (1, 1)), Sum(rest[N, h], h, 1, 2 * N - 2))
OLDEST = Definition(Name("T", (1, 1)), Sum(WANTED * pi[h, N - 1], h, 1, 2 * N - 2))
MOMENTS = (EVEN, ODD, LEFT, OLDEST)
DISTINCT = "as it can be for distinct decays, whose Vandermonde matrix is invertible"
#: What is assumed of the weights, each under its name.
SOLVED = (
    (f"$Σ_h c_{{N,h}} a_hᵐ = 1$ at the even powers $m ≤ 2N − 4$, {DISTINCT}", EVEN, ONE),
    (f"$Σ_h c_{{N,h}} a_hᵐ = 0$ at the odd powers $m ≤ 2N − 3$, {DISTINCT}", ODD, ZERO),
    ("$Σ_h r_{N,h} = 0$", LEFT, ZERO),
    (
        "$Σ_h (c_{N,h} − a_h r_{N,h}) a_h^{2N−2} = 1$, as it can be for $N ≥ 2$ with $r_{N,2} = −r_{N,1}$, since "
        "$a_1 ≠ a_2$",
        OLDEST,
        ONE,
    ),
)


def output() -> Expr:
    """The output of 2N - 2 heads."""
    return eta / N * Sum(Z[h, N, N - 1], h, 1, 2 * N - 2) * C.name[1] * QUERY.name()


def enough() -> Theorem:
    """With weights that solve the linear equations, 2N - 2 heads compute the step."""
    facts = tuple(check(Assumption(text, Equation(known.left, value)), text) for text, known, value in SOLVED)
    state, first, problem = unrolled(), output(), LeastSquares(f)
    own, crossed = y[m] * x[m].T, x[m] * y[m + 1].T

    def over(body: Expr) -> Expr:
        return Sum(body, m, 1, N - 1)

    head = (
        over(WANTED * pi[h, m - 1] * own)
        + WANTED * pi[h, N - 1] * (y[N] * x[N].T)
        + over(WANTED * a[h] * pi[h, m - 1] * crossed)
        + over(rest[N, h] * a[h] * pi[h, m - 1] * own)
        + over(rest[N, h] * pi[h, m] * crossed)
        + rest[N, h] * pi[h, 0] * (x[0] * y[1].T)
    )
    even, odd = (known.name[N - m - 1, m - 1] for known in (EVEN, ODD))
    collected = over(even * own) + OLDEST.name() * (y[N] * x[N].T) + over(odd * crossed) + LEFT.name() * (x[0] * y[1].T)
    prediction = problem.prediction(problem.step(Zero(f, f)), x[0])
    steps = (
        Step(unfold(first, [state]), (state,)),
        Step(eta / N * Sum(head, h, 1, 2 * N - 2) * x[0], (WEIGHTS, QUERY, C, D)),
        Step(eta / N * collected * x[0], (POWERS, *MOMENTS)),
        Step(eta / N * (over(own) + y[N] * x[N].T) * x[0], facts),
        Step(unfold(prediction, [problem.gradient])),
        Step(prediction, (problem.gradient,)),
    )
    return check(Calculation(first, steps), "$2N − 2$ heads compute one step")


def weights(decays: Sequence[sympy.Expr]) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
    """Return c_h and r_h for 2N - 2 decays, numbers or symbols; by Lagrange interpolation."""
    samples = len(decays) // 2 + 1

    def basis(one: sympy.Expr, at: int) -> sympy.Expr:
        return sympy.Mul(*((at - other) / (one - other) for other in decays if other != one))

    own = [sympy.factor((basis(one, 1) + basis(one, -1)) / 2) for one in decays]
    last = sympy.factor(sympy.Add(*(c * one ** (2 * samples - 2) for c, one in zip(own, decays, strict=True))))
    first = (last - 1) / (decays[0] ** (2 * samples - 1) - decays[1] ** (2 * samples - 1))
    return own, [first, -first, *(sympy.Integer(0) for _ in decays[2:])]


def solved(samples: int) -> Theorem:
    """The weights of Lagrange interpolation solve the linear equations, for this N and any distinct decays."""
    decays = sympy.symbols(f"a_1:{2 * samples - 1}")
    own, others = (
        [Definition(Name(f"{letter}_{k}", (1, 1)), Scalar(value)) for k, value in enumerate(values, 1)]
        for letter, values in zip("cr", weights(decays), strict=True)
    )
    powers = range(2 * samples - 2)
    first, second = ([known.left for known in names] for names in (own, others))
    together = [mine - one * other for mine, other, one in zip(first, second, decays, strict=True)]

    def moment(of: Sequence[Expr], power: int) -> Expr:
        return Add(tuple(one**power * weight for weight, one in zip(of, decays, strict=True)))

    rows = *(moment(first, power) for power in powers), moment(second, 0), moment(together, 2 * samples - 2)
    values = *(ZERO if power % 2 else ONE for power in powers), ZERO, ONE
    left, right = (Blocks(tuple((one,) for one in column)) for column in (rows, values))
    title = f"weights that solve the equations, for $N = {samples}$ and any distinct decays"
    return check(Calculation(left, (Step(right, (*own, *others)),)), title)


# ---- too few -----------------------------------------------------------------------------------------

w, v = Name("w", (1, 1), arity=3), Name("v", (1, 1), arity=2)
inputs, weight = Name("ξ", (1, 1), arity=1), Name("ω", (1, 1))
u = Name("u", (f, 1))
#: Any weights: w_{h,r,c} is the entry r, c of Q_h for r ≥ c, and of Q_h + Q_hᵀ for r < c; and any readout.
ANY_WEIGHTS = Definition(
    Q, Blocks(tuple(tuple(w[h, s, z] - w[h, z, s] if s < z else w[h, s, z] for z in PLACES) for s in PLACES)), (h,)
)
ANY_READOUT = Definition(q, Blocks(tuple((v[h, s],) for s in PLACES)), (h,))
PAIR = w[h, 1, 2] + a[h] * w[h, 2, 3]
ON_A_LINE = (Definition(x, inputs[i] * u(), (i,)), Definition(y, weight() * x[i], (i,)))


def _parts() -> tuple[Definition, Definition, Definition]:
    """The state along u: what does not depend on ω, and the factors of ω and ω²."""

    def named(letter: str, body: Expr) -> Definition:
        return Definition(Name(letter, (1, 1), arity=1), body, (h,))

    xi = inputs
    near = pi[h, m - 1] * (w[h, 1, 1] * xi[m] ** 2 + w[h, 3, 3] * xi[m - 1] ** 2 + w[h, 1, 3] * xi[m] * xi[m - 1])
    far = a[h] * pi[h, m - 1] * (w[h, 1, 1] * xi[m + 1] ** 2 + w[h, 3, 3] * xi[m] ** 2 + w[h, 1, 3] * xi[m] * xi[m + 1])
    middle = w[h, 2, 2] * xi[m] ** 2
    return (
        named("A", Sum(near, m, 1, N) + Sum(a[h] * pi[h, m - 1] * middle, m, 1, N - 1)),
        named(
            "B",
            Sum(PAIR * pi[h, m - 1] * xi[m] ** 2, m, 1, N - 1)
            + w[h, 1, 2] * pi[h, N - 1] * xi[N] ** 2
            + Sum(PAIR * a[h] * pi[h, m - 1] * xi[m] * xi[m + 1], m, 1, N - 1)
            + w[h, 2, 3] * xi[1] * xi[0],
        ),
        named("G", Sum(pi[h, m - 1] * middle, m, 1, N) + Sum(far, m, 1, N - 1)),
    )


def on_a_line() -> Theorem:
    """The output of any H heads along a line, as a polynomial in the data."""
    none, one, two = _parts()
    xi, omega, state = inputs, weight(), unrolled()
    moved = (
        Sum(pi[h, m - 1] * w[h, 1, 2] * xi[m] ** 2, m, 1, N - 1)
        + w[h, 1, 2] * pi[h, N - 1] * xi[N] ** 2
        + Sum(w[h, 2, 3] * pi[h, m] * xi[m] * xi[m + 1], m, 1, N - 1)
        + pi[h, 0] * w[h, 2, 3] * xi[1] * xi[0]
        + Sum(a[h] * pi[h, m - 1] * (w[h, 1, 2] * xi[m] * xi[m + 1] + w[h, 2, 3] * xi[m] ** 2), m, 1, N - 1)
    )
    square = u() * u().T

    def summed(first: Expr, second: Expr, third: Expr) -> Expr:
        return square * (first + omega * second + omega**2 * third)

    numbers = summed(none.name[h], one.name[h], two.name[h])
    given, added_up = state.equation.at({n: N - 1}).parts
    lines = (
        Step(added_up, (state,)),
        Step(summed(none.body, moved, two.body), (ANY_WEIGHTS, C, D, *ON_A_LINE[::-1])),
        Step(numbers, (none, one, two, POWERS)),
    )
    along = check(Calculation(given, lines), "the state along a line")
    first = Sum(given * C.name[1] * q[h], h, 1, H)
    read = v[h, 1] * xi[1] + v[h, 2] * (omega * xi[1]) + v[h, 3] * xi[0]
    value = none.name[h] + omega * one.name[h] + omega**2 * two.name[h]
    steps = (
        Step(unfold(first, [along]), (along,)),
        Step(squared_norm(u()) * u() * Sum(read * value, h, 1, H), (ANY_READOUT, C, *ON_A_LINE[::-1])),
    )
    return check(Calculation(first, steps), "the output of any heads along a line")


LAST = n + 2  # samples, in what follows
RATE = eta / LAST
numbers = Name("g", (1, 1), arity=1)
#: Of a polynomial e: the coefficients of the even powers t^{2m-2}, and of the odd powers t^{2m-1}.
even, odd = (Name(text, (1, 1), arity=1) for text in ("b", "d"))
plus, minus = (Name(text, (1, 1), arity=1) for text in ("Π^+", "Π^-"))
#: Π⁺ and Π⁻ are the products of the 1 + a_j and of the 1 - a_j; U and V are their difference and their sum.
FACTORS = tuple(Recurrence(name, t, ONE, (1 + sign * a[t]) * name[t - 1]) for name, sign in ((plus, 1), (minus, -1)))
DIFFERENCE, TOTAL = (
    Definition(Name(text, (1, 1), arity=1), plus[l] + sign * minus[l], (l,)) for text, sign in (("U", -1), ("V", 1))
)
#: What is assumed of the polynomial e; its value at -1 is one of two, by the parity of its degree.
AT_DECAYS = "$e(t) = Π(t − a_h) = Σ b_m t^{2m−2} + Σ d_m t^{2m−1}$ is 0 at the decays"
AT_ONE = "$e(1) = Π(1 − a_h)$"
AT_MINUS_ONE = "$e(−1) = Π(1 + a_h)$", "$e(−1) = −Π(1 + a_h)$"


@lru_cache(maxsize=1)
def products() -> tuple[Theorem, Theorem]:
    """Π(1 + a_j) - Π(1 - a_j), and the sum of these products, as sums of terms ≥ 0 if all a_j are ≥ 0.

    U_k = Σ_j a_j V_{j-1} and V_k = 2 + Σ_j a_j U_{j-1}. So if all a_j are ≥ 0, U_k ≥ 0 and V_k ≥ 2; and if one of them
    is not 0, U_k ≥ 2 Σ_j a_j > 0: then |Π(1 - a_j)| < Π(1 + a_j).
    """
    found = []
    for mine, other, title in (
        (DIFFERENCE, TOTAL, "the difference of $Π(1 + a_j)$ and $Π(1 − a_j)$"),
        (TOTAL, DIFFERENCE, "the sum of $Π(1 + a_j)$ and $Π(1 − a_j)$"),
    ):
        added = Sum(a[m] * other.name[m - 1], m, 1, n)
        statement = Equation(mine.name[n], added if mine is DIFFERENCE else 2 + added)
        hypothesis = Hypothesis(statement)
        start, following = (statement.at({n: count}) for count in (sympy.Integer(0), n + 1))
        grown = mine.name[n] + a[n + 1] * other.name[n]
        base = (Step(unfold(start.left, [mine]), (mine,)), Step(start.right, FACTORS))
        step = (
            Step(unfold(following.left, [mine]), (mine,)),
            Step(grown, (*FACTORS, mine, other)),
            Step(unfold(grown, [hypothesis]), (hypothesis,)),
            Step(following.right),
        )
        proof = Induction(statement, n, Calculation(start.left, base), Calculation(following.left, step))
        found.append(check(proof, title))
    return found[0], found[1]


@dataclass(frozen=True)
class Polynomial:
    """e(t) = Π(t - a_h) for the first `degree` decays, with N - 1 even powers; its properties are assumed."""

    degree: sympy.Expr

    @property
    def terms(self) -> tuple[tuple[Name, sympy.Expr], tuple[Name, sympy.Expr]]:
        """The coefficients of the even and of the odd powers, and how many there are."""
        return (even, n + 1), (odd, self.degree - n)

    def combined(self, at_even: Expr, at_odd: Expr) -> Expr:
        """Σ b_m · (what stands at the even powers) + Σ d_m · (what stands at the odd ones)."""
        first, second = (
            Sum(name[m] * value, m, 1, count)
            for (name, count), value in zip(self.terms, (at_even, at_odd), strict=True)
        )
        return first + second

    @cached_property
    def value(self) -> Definition:
        """e(a_h)."""
        name = Name("ε", (1, 1), arity=1)
        return Definition(name, self.combined(pi[h, m - 1], a[h] * pi[h, m - 1]), (h,))

    @cached_property
    def at_one(self) -> tuple[Definition, Definition]:
        """e(1) and e(-1)."""
        texts = "ε^+", "ε^-"
        bodies = (self.combined(ONE, ONE), self.combined(ONE, -ONE))
        return tuple(Definition(Name(text, (1, 1)), body) for text, body in zip(texts, bodies, strict=True))  # type: ignore[return-value]

    def facts(self) -> tuple[Theorem, Theorem, Theorem]:
        """What is assumed: e(a_h) = 0, e(1) = Π(1 - a_h), and e(-1) = ±Π(1 + a_h)."""
        is_odd = self.degree != 2 * n
        at_one, at_minus_one = self.at_one
        said = (
            (AT_DECAYS, Equation(self.value.left, ZERO)),
            (AT_ONE, Equation(at_one.left, minus[self.degree])),
            (AT_MINUS_ONE[is_odd], Equation(at_minus_one.left, -plus[self.degree] if is_odd else plus[self.degree])),
        )
        found = tuple(check(Assumption(text, statement), text) for text, statement in said)
        return found[0], found[1], found[2]

    def remainder(self, factor: Expr | sympy.Expr) -> tuple[Expr, tuple[Step, ...]]:
        """The factor times e(1) - e(-1), or e(1) + e(-1), and how this is the same times -U, and in positive terms."""
        (first, second), (_, *facts) = self.at_one, self.facts()
        both = first.name() - second.name() if self.degree == 2 * n else first.name() + second.name()
        difference, _ = products()
        products_ = minus[self.degree] - plus[self.degree]
        last = -factor * DIFFERENCE.name[self.degree]
        return factor * both, (
            Step(factor * products_, tuple(facts)),
            Step(last, (DIFFERENCE,)),
            Step(unfold(last, [difference]), (difference,)),
        )


FEW, ONE_LESS = Polynomial(2 * n), Polynomial(2 * n + 1)


def _moments(text: str, mine: Name, heads: sympy.Expr, alone: Expr | None = None) -> tuple[Definition, Definition]:
    """Σ_h g_h a_hᵐ at the powers 2m - 2, and at the powers 2m - 1; `alone` is g for a decay α that stands apart."""
    at_even: Expr = Sum(mine[h] * pi[h, m - 1], h, 1, heads)
    at_odd: Expr = Sum(mine[h] * (a[h] * pi[h, m - 1]), h, 1, heads)
    if alone is not None:
        at_even, at_odd = at_even + alone * apart[m - 1], at_odd + alone * (alpha() * apart[m - 1])
    even_name, odd_name = (Name(f"{text}{mark}", (1, 1), arity=1) for mark in ("", "'"))
    return Definition(even_name, at_even, (m,)), Definition(odd_name, at_odd, (m,))


#: What is assumed of an exact layer, in `too_few_decays`, `one_decay_apart` and `one_head_too_few`.
EXACT_DECAYS = "the layer is exact, so that $S_{m+1} = η/N$ for $m ≤ N − 2$, $S'_m = 0$ for $m ≤ N − 1$, and $Λ = 0$"
EXACT_APART = (
    "the layer is exact, so that $L_{m+1} = η/N$ and $M_{m+1} = 0$ for $m ≤ N − 2$, $L'_m = M'_m = 0$ for $m ≤ N − 1$, "
    "and $Λ = 0$"
)
EXACT_HEADS = (
    "the layer is exact, so that $Γ = S_{m+1} = η/N$ for $m ≤ N − 2$, where $q_1 = P_{13} = 0$ for every head is used, "
    "$S'_m = 0$ for $m ≤ N − 1$, and $Λ = 0$"
)
#: All of it, in this order: the polynomial, and the layer.
ASSUMED = (AT_DECAYS, AT_ONE, *AT_MINUS_ONE, EXACT_DECAYS, EXACT_APART, EXACT_HEADS)


def _if_exact(identity: Theorem, exact: str, title: str) -> tuple[Theorem, Theorem]:
    """If the left side of an identity is 0, so is its right side; and the identity."""
    left, right = identity.equation.parts
    zero = check(Assumption(exact, Equation(left, ZERO)), "the coefficients of an exact layer")
    return check(Calculation(right, (Step(left, (identity,)), Step(ZERO, (zero,)))), title), identity


def _combined(first: Expr) -> Definition:
    """The combination of coefficients of an identity, by a name of its own."""
    return Definition(Name("Λ", (1, 1)), first)


@lru_cache(maxsize=1)
def too_few_decays() -> tuple[Theorem, Theorem]:
    """2N - 4 decays: the coefficients of an exact layer, each times one of those of e, do not add up to 0.

    With g_h = Σ q_3 (P_12 + a_h P_23) over the heads that have the decay a_h, S_{m+1} is the coefficient of
    ω ξ_{m+1}² ξ_0 for m = 1, …, N - 2, and S'_m that of ω ξ_m ξ_{m+1} ξ_0 for m = 1, …, N - 1 (`on_a_line`). Those of
    the step are η/N and 0.
    """
    at_even, at_odd = _moments("S", numbers, 2 * n)
    zero, *_ = FEW.facts()
    first = Sum(odd[m] * (at_even.name[m + 1] - RATE), m, 1, n) + Sum(even[m] * at_odd.name[m], m, 1, n + 1)
    left, steps = FEW.remainder(-RATE / 2)
    wanted = -RATE * Sum(odd[m], m, 1, n)
    value = FEW.value.name[h]
    combination = _combined(first)
    lines = (
        Step(first, (combination,)),
        Step(Sum(numbers[h] * a[h] * value, h, 1, 2 * n) + wanted, (at_even, at_odd, FEW.value, POWERS)),
        Step(wanted, (zero,)),
        Step(left, FEW.at_one),
        *steps,
    )
    identity = check(Calculation(combination.left, lines), "the coefficients for $2N − 4$ decays")
    return _if_exact(identity, EXACT_DECAYS, "$2N − 4$ decays are too few")


#: A decay that stands apart from the others, and its even powers α^{2m}.
alpha, apart = Name("α", (1, 1)), Name("π'", (1, 1), arity=1)
POWERS_APART = Recurrence(apart, t, ONE, alpha() * alpha() * apart[t - 1])


@lru_cache(maxsize=1)
def one_decay_apart() -> tuple[Theorem, Theorem]:
    """If e is 0 at all decays but one, the coefficients give a number z of the head that has this decay: it is 0.

    Take two sequences of coefficients: those of the other heads have any numbers μ_h and κ_h, and the head apart has pz
    and ps. If the first are 0, and the second η/N and 0, then zηU = 0. With p = P_12 + αP_23, s = q_3 and z = q_1, they
    are those of y_m x_m x_1 and y_{m+1} x_m x_1, and of y_m x_m x_0 and y_{m+1} x_m x_0: so q_1 = 0. With p = q_3,
    s = P_12 + αP_23 and z = P_13, they are those of x_m x_{m+1} x_0 and y_m y_{m+1} x_0, and the same: so P_13 = 0.
    """
    mu, kappa = (Name(text, (1, 1), arity=1) for text in ("μ", "κ"))
    p, s, z = (Name(text, (1, 1))() for text in "psz")
    M, L = _moments("M", mu, 2 * n, p * z), _moments("L", kappa, 2 * n, p * s)
    zero, *_ = FEW.facts()
    own = FEW.combined(apart[m - 1], alpha() * apart[m - 1])
    wanted = z * (RATE * Sum(odd[m], m, 1, n))

    def combined(at_even: Expr, at_odd: Expr) -> Expr:
        return Sum(odd[m] * at_even, m, 1, n) + Sum(even[m] * at_odd, m, 1, n + 1)

    first = s * combined(M[0].name[m + 1], M[1].name[m]) - z * combined(L[0].name[m + 1] - RATE, L[1].name[m])
    gone = [Sum(mine[h] * a[h] * FEW.value.name[h], h, 1, 2 * n) for mine in (mu, kappa)]
    middle = s * (gone[0] + p * z * alpha() * own) - z * (gone[1] + p * s * alpha() * own) + wanted
    left, steps = FEW.remainder(RATE / 2 * z)
    combination = _combined(first)
    lines = (
        Step(first, (combination,)),
        Step(middle, (*M, *L, FEW.value, POWERS, POWERS_APART)),
        Step(wanted, (zero,)),
        Step(left, FEW.at_one),
        *steps,
    )
    identity = check(Calculation(combination.left, lines), "the coefficients for one decay apart from $2N − 4$ others")
    return _if_exact(identity, EXACT_APART, "one decay apart from $2N − 4$ others")


@lru_cache(maxsize=1)
def one_head_too_few() -> tuple[Theorem, Theorem]:
    """2N - 3 decays, with the power 0: the coefficients, each times one of those of e, do not add up to 0.

    Γ is the coefficient of ω ξ_1² ξ_0 if q_1 and P_13 are 0 for every head (`one_decay_apart`).
    """
    heads = 2 * n + 1
    at_even, at_odd = _moments("S", numbers, heads)
    newest = Definition(Name("Γ", (1, 1)), Sum(numbers[h], h, 1, heads))
    zero, *_ = ONE_LESS.facts()
    wanted = -RATE * Sum(even[m], m, 1, n + 1)
    first = (
        even[1] * (newest.name() - RATE)
        + Sum(even[m + 1] * (at_even.name[m + 1] - RATE), m, 1, n)
        + Sum(odd[m] * at_odd.name[m], m, 1, n + 1)
    )
    head = even[1] * pi[h, 0] + Sum(even[m + 1] * pi[h, m], m, 1, n) + Sum(odd[m] * (a[h] * pi[h, m - 1]), m, 1, n + 1)
    left, steps = ONE_LESS.remainder(-RATE / 2)
    combination = _combined(first)
    lines = (
        Step(first, (combination,)),
        Step(Sum(numbers[h] * head, h, 1, heads) + wanted, (newest, at_even, at_odd, POWERS)),
        Step(Sum(numbers[h] * ONE_LESS.value.name[h], h, 1, heads) + wanted, (ONE_LESS.value,)),
        Step(wanted, (zero,)),
        Step(left, ONE_LESS.at_one),
        *steps,
    )
    identity = check(Calculation(combination.left, lines), "the coefficients for $2N − 3$ heads")
    return _if_exact(identity, EXACT_HEADS, "$2N − 3$ heads are one too few")
