"""Heads draft, general N."""

from __future__ import annotations

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.layers import N, eta, f

from .gd_ssm import y
from .least_squares import LeastSquares, x
from .recurrences import by_recurrence, n

h, k, m, t = (sympy.Symbol(letter, integer=True, positive=True) for letter in "hkmt")
j, l, r = (sympy.Symbol(letter, integer=True, nonnegative=True) for letter in "jlr")
ONE = Scalar(sympy.Integer(1))
a = Name("a", (1, 1), arity=1)
Q, q = Name("Q", (3, 3), arity=1), Name("q", (3, 1))
C = Definition(Name("C", (f, 3), arity=1), Blocks(((x[k], y[k], x[k - 1]),)), (k,))
D = Definition(Name("D", (f, 3), arity=1), Blocks(((y[k + 1], x[k], y[k]),)), (k,))
pi = Name("π", (1, 1), arity=2, latex=r"\pi")
POWERS = Recurrence(pi, t, ONE, a[h] * a[h] * pi[h, t - 1], (h, t))
Z = Name("Z", (f, f), arity=3)


def drive(windows: Definition, at: sympy.Expr) -> Expr:
    return windows.name[at] * Q[h] * windows.name[at].T


STATE = Recurrence(
    Z, t, drive(C, k), a[h] * (a[h] * Z[h, k, t - 1] + drive(D, k - t)) + drive(C, k - t), (h, k, t)
)


def older() -> Theorem:
    added = a[h] * (a[h] * drive(C, k + 1) + drive(D, k))

    def value(count: sympy.Expr) -> Expr:
        return Z[h, k, count] + pi[h, count] * added

    first = a[h] * (a[h] * Z[h, k + 1, 0] + drive(D, k)) + drive(C, k)
    return by_recurrence(
        Equation(Z[h, k + 1, r + 1], value(r)),
        r,
        STATE,
        "a sample more, before the others",
        base=(Step(first, (STATE,)), Step(value(sympy.Integer(0)), (STATE, POWERS))),
        after=(Step(value(r + 1), (STATE, POWERS)),),
    )


def unrolled() -> Theorem:
    one_more = check(Specialisation(older(), {k: n + 1, r: n}), "a sample more")

    def value(count: sympy.Expr) -> Expr:
        return Sum(pi[h, m - 1] * drive(C, m), m, 1, count + 1) + Sum(a[h] * pi[h, m - 1] * drive(D, m), m, 1, count)

    left = Z[h, n + 1, n]
    from gdssm_symbolic.kernel.proofs import Induction
    from gdssm_symbolic.kernel.theorem import Hypothesis
    hyp = Hypothesis(Equation(left, value(n)))
    following = one_more.equation.left
    second = one_more.equation.right
    third = unfold(second, [hyp])
    proof = Induction(
        Equation(left, value(n)),
        n,
        base=Calculation(Z[h, 1, 0], (Step(drive(C, sympy.Integer(1)), (STATE,)), Step(pi[h, 0] * drive(C, sympy.Integer(1)), (POWERS,)), Step(value(sympy.Integer(0))))),
        step=Calculation(
            following,
            (
                Step(second, (one_more,)),
                Step(third, (hyp,)),
                Step(value(n) + pi[h, n + 1] * drive(C, n + 2) + a[h] * pi[h, n] * drive(D, n + 1), (POWERS,)),
                Step(value(n + 1)),
            ),
        ),
    )
    return check(proof, "the state of a head")


# ---- enough heads

c, rho = Name("c", (1, 1), arity=2), Name("r", (1, 1), arity=2)
Qdef = Definition(Q, Blocks(((wrap(0), wrap(0), wrap(0)), (c[N, h] - a[h] * rho[N, h], wrap(0), wrap(0)), (wrap(0), rho[N, h], wrap(0)))), (h,))
qdef = Definition(q, Blocks(((wrap(0),), (wrap(0),), (wrap(1),))))
E = Definition(Name("E", (1, 1), arity=2), Sum(c[j + l + 2, h] * pi[h, l], h, 1, 2 * (j + l) + 2), (j, l))
O = Definition(Name("O", (1, 1), arity=2), Sum(c[j + l + 2, h] * a[h] * pi[h, l], h, 1, 2 * (j + l) + 2), (j, l))
R = Definition(Name("R", (1, 1)), Sum(rho[N, h], h, 1, 2 * N - 2))
T = Definition(Name("T", (1, 1)), Sum((c[N, h] - a[h] * rho[N, h]) * pi[h, N - 1], h, 1, 2 * N - 2))


def output() -> Expr:
    return eta / N * Sum(Z[h, N, N - 1], h, 1, 2 * N - 2) * C.name[1] * q()


def enough() -> Theorem:
    H = 2 * N - 2
    state = unrolled()
    facts = tuple(
        check(Assumption(text, Equation(left, wrap(value))), "f")
        for text, left, value in (
            ("even", E.name[j, l], 1),
            ("odd", O.name[j, l], 0),
            ("sum", R.name(), 0),
            ("last", T.name(), 1),
        )
    )
    first = output()
    summed = unfold(first, [state])
    last = c[N, h] - a[h] * rho[N, h]
    yx = y[m] * x[m].T
    xy = x[m] * y[m + 1].T

    def over(body):
        return Sum(body, m, 1, N - 1)

    per = (
        over(last * pi[h, m - 1] * yx) + last * pi[h, N - 1] * (y[N] * x[N].T)
        + over(last * a[h] * pi[h, m - 1] * xy)
        + over(rho[N, h] * a[h] * pi[h, m - 1] * yx)
        + over(rho[N, h] * pi[h, m] * xy)
        + rho[N, h] * pi[h, 0] * (x[0] * y[1].T)
    )
    expanded = eta / N * Sum(per, h, 1, H) * x[0]
    at = (N - m - 1, m - 1)
    moments = eta / N * (
        over(E.name[at] * yx) + T.name() * (y[N] * x[N].T) + over(O.name[at] * xy) + R.name() * (x[0] * y[1].T)
    ) * x[0]
    solved = eta / N * (over(yx) + y[N] * x[N].T) * x[0]
    problem = LeastSquares(f)
    prediction = problem.prediction(problem.step(Zero(f, f)), x[0])
    steps = (
        Step(summed, (state,)),
        Step(expanded, (Qdef, qdef, C, D)),
        Step(moments, (POWERS, E, O, R, T)),
        Step(solved, facts),
        Step(unfold(prediction, [problem.gradient])),
        Step(prediction, (problem.gradient,)),
    )
    return check(Calculation(first, steps), "enough heads")


# ---- too few decays, every N

w, v = Name("w", (1, 1), arity=3), Name("v", (1, 1), arity=2)
xi, om, u = Name("ξ", (1, 1), arity=1, latex=r"\xi"), Name("ω", (1, 1), latex=r"\omega")(), Name("u", (f, 1))()
H = sympy.Symbol("H", integer=True, nonnegative=True)
ROLES = (1, 2, 3)
Qany = Definition(
    Q,
    Blocks(tuple(tuple(w[h, s, z] - w[h, z, s] if s < z else w[h, s, z] for z in ROLES) for s in ROLES)),
    (h,),
)
qh = Name("q", (3, 1), arity=1)
qany = Definition(qh, Blocks(tuple((v[h, s],) for s in ROLES)), (h,))
DATA = (Definition(x, xi[k] * u, (k,)), Definition(y, om * x[k], (k,)))
PAIR = w[h, 1, 2] + a[h] * w[h, 2, 3]


def along(letter: str, body: Expr) -> Definition:
    return Definition(Name(letter, (1, 1), arity=1), body, (h,))


def on_a_line() -> Theorem:
    index = sympy.Symbol("i", integer=True)
    data = (Definition(x, xi[index] * u, (index,)), Definition(y, om * x[index], (index,)))
    none = along(
        "A",
        Sum(pi[h, m - 1] * (w[h, 1, 1] * xi[m] ** 2 + w[h, 3, 3] * xi[m - 1] ** 2 + w[h, 1, 3] * xi[m] * xi[m - 1]), m, 1, N)
        + Sum(a[h] * pi[h, m - 1] * w[h, 2, 2] * xi[m] ** 2, m, 1, N - 1),
    )
    one = along(
        "B",
        Sum(PAIR * pi[h, m - 1] * xi[m] ** 2, m, 1, N - 1)
        + w[h, 1, 2] * pi[h, N - 1] * xi[N] ** 2
        + Sum(PAIR * a[h] * pi[h, m - 1] * xi[m] * xi[m + 1], m, 1, N - 1)
        + w[h, 2, 3] * xi[1] * xi[0],
    )
    two = along(
        "G",
        Sum(pi[h, m - 1] * w[h, 2, 2] * xi[m] ** 2, m, 1, N)
        + Sum(
            a[h] * pi[h, m - 1] * (w[h, 1, 1] * xi[m + 1] ** 2 + w[h, 3, 3] * xi[m] ** 2 + w[h, 1, 3] * xi[m] * xi[m + 1]),
            m,
            1,
            N - 1,
        ),
    )
    state = unrolled()
    first = Sum(Z[h, N, N - 1] * C.name[1] * qh[h], h, 1, H)
    read = v[h, 1] * xi[1] + v[h, 2] * (om * xi[1]) + v[h, 3] * xi[0]
    parts = none.name[h] + om * one.name[h] + om**2 * two.name[h]
    moved = (
        Sum(pi[h, m - 1] * (w[h, 1, 2]) * xi[m] ** 2, m, 1, N - 1)
        + w[h, 1, 2] * pi[h, N - 1] * xi[N] ** 2
        + Sum(w[h, 2, 3] * pi[h, m] * xi[m] * xi[m + 1], m, 1, N - 1)
        + pi[h, 0] * w[h, 2, 3] * xi[1] * xi[0]
        + Sum(a[h] * pi[h, m - 1] * (w[h, 1, 2] * xi[m] * xi[m + 1] + w[h, 2, 3] * xi[m] ** 2), m, 1, N - 1)
    )
    norm = u.T * u
    middle = norm * u * Sum(read * (none.body + om * moved + om**2 * two.body), h, 1, H)
    last = norm * u * Sum(read * parts, h, 1, H)
    steps = (
        Step(unfold(first, [state]), (state,)),
        Step(middle, (Qany, qany, C, D, *data[::-1])),
        Step(last, (none, one, two, POWERS)),
    )
    return check(Calculation(first, steps), "along a line")


def certificate() -> Theorem:
    last = n + 2
    even, odd = (Name(text, (1, 1), arity=1) for text in ("b", "d"))
    Se = Definition(Name("S", (1, 1), arity=1), Sum(v[h, 3] * PAIR * pi[h, m - 1], h, 1, H), (m,))
    So = Definition(Name("S'", (1, 1), arity=1), Sum(v[h, 3] * PAIR * a[h] * pi[h, m - 1], h, 1, H), (m,))
    V = Definition(
        Name("e", (1, 1), arity=1),
        Sum(even[m] * pi[h, m - 1], m, 1, n + 1) + Sum(odd[m] * (a[h] * pi[h, m - 1]), m, 1, n),
        (h,),
    )
    zero = check(Assumption("e vanishes", Equation(V.name[h], wrap(0))), "e")
    rate = eta / last
    first = Sum(odd[m] * (Se.name[m + 1] - rate), m, 1, n) + Sum(even[m] * So.name[m], m, 1, n + 1)
    wanted = -rate * Sum(odd[m], m, 1, n)
    steps = (
        Step(Sum(v[h, 3] * PAIR * a[h] * V.name[h], h, 1, H) + wanted, (Se, So, V, POWERS)),
        Step(wanted, (zero,)),
    )
    return check(Calculation(first, steps), "certificate")
