"""Each rule of the core: an equation that needs it, decided and confirmed on explicit matrices, and a false twin."""

from __future__ import annotations

import pytest
import sympy
from explicit import agree
from vocabulary import A, B, C, N, a, b, eta, f, i, j, k, m, n, u, v, x, y, z

from gdssm_symbolic.extensions.cuts import CUT
from gdssm_symbolic.extensions.functions import FUNCTION, decide
from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Power, Scalar, Sum, Trace, Zero, wrap
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.writing.rule_list import RULES

I = Identity(f)  # noqa: E741
O = Zero(f, f)  # noqa: E741
window = Blocks(((x[i], y[i], x[i + 1]),))
Q = wrap(sympy.Matrix([[1, 2, 0], [0, eta, 0], [-1, 0, 3]]))
tall = Blocks(((A,), (B,)))
g = Name("g", (1, 1), takes=((1, 1),))
expanded = (
    x[i] * x[i].T * u
    + 2 * x[i] * y[i].T * u
    + eta * y[i] * y[i].T * u
    - x[i + 1] * x[i].T * u
    + 3 * x[i + 1] * x[i + 1].T * u
)


def total(term: Expr, index: sympy.Symbol, upper: object, lower: object = 1) -> Sum:
    return Sum(term, index, sympy.sympify(lower), sympy.sympify(upper))


# rule, left, right, a right side that is false
CASES: list[tuple[Rule, Expr, Expr, Expr]] = [
    (rules.FIELD, (1 / (eta - 1) - 1 / (eta + 1)) * A, 2 / (eta**2 - 1) * A, 2 / (eta**2 + 1) * A),
    (rules.FIELD, N / (N + f) * u + f / (N + f) * u, 1 * u, N / f * u),
    (rules.SCALAR_POWER, a * a**n * A, a ** (n + 1) * A, a ** (n + 2) * A),
    (rules.SCALAR_POWER, wrap((a + b) * a ** (n - 1)), wrap(a**n + b * a ** (n - 1)), wrap(a**n + b * a**n)),
    (rules.DISTRIBUTE, (A + B) * (A - B), A * A - A * B + B * A - B * B, A * A - B * B),
    (rules.TRANSPOSE, (A * B.T * u).T, u.T * B * A.T, u.T * B.T * A.T),
    (rules.NUMBER, u.T * A * v, v.T * A.T * u, v.T * A * u),
    (rules.NUMBER, u * v.T * u * v.T, u.T * v * u * v.T, u.T * u * v * v.T),
    (rules.BLOCKS, window * Q * window.T * u, expanded, expanded + y[i]),
    (rules.BLOCKS, tall.T * tall, A.T * A + B.T * B, A * A.T + B * B.T),
    (rules.IDENTITY, A * I * B, A * B, B * A),
    (rules.ZERO, A * O * B + C, 1 * C, A * B + C),
    (rules.POWER, A**n * A * A**m, A ** (n + m + 1), A ** (n + m)),
    (rules.POWER, (A + B) ** 2, A * A + A * B + B * A + B * B, A * A + 2 * A * B + B * B),
    (rules.TRACE, Trace(A * B * C), Trace(C * A * B), Trace(A * C * B)),
    (rules.TRACE, Trace(A * B.T), Trace(B * A.T), Trace(A * B)),
    (rules.TRACE, Trace(A**n * B * A**m), Trace(B * A ** (n + m)), Trace(A ** (n + m))),
    (rules.TRACE, Trace(I) * A, f * A, N * A),
    (rules.TRACE, Trace(u * v.T), v.T * u, u.T * u),
    (
        rules.PRODUCT_OF_SUMS,
        total(x[i] * x[i].T, i, N) * total(y[i], i, N),
        total(total(x[i].T * y[j] * x[i], i, N), j, N),
        total(x[i].T * y[i] * x[i], i, N),
    ),
    (rules.CONSTANT, total(A, i, N), N * A, (N + 1) * A),
    (rules.CONSTANT, total(u, i, m + N, 2), (m + N - 1) * u, (m + N) * u),
    (
        rules.RENAME,
        total(total(x[i] * y[j].T, j, m), i, N),
        total(total(x[j] * y[i].T, j, N), i, m),
        total(total(x[j] * y[i].T, j, m), i, N),
    ),
    (
        rules.RENAME,
        total(total(z[i] * z[j] * x[i] * x[j].T, i, N), j, N),
        total(z[i] * x[i], i, N) * total(z[k] * x[k], k, N).T,
        total(z[i] * z[i] * x[i] * x[i].T, i, N),
    ),
    (rules.SHIFT, total(x[i + 2], i, N - 1, 0), total(x[j], j, N + 1, 2), total(x[j], j, N, 1)),
    (rules.SHIFT, total(A**k, k, n, 1), total(A ** (k + 1), k, n - 1, 0), total(A**k, k, n - 1, 0)),
    (rules.SPLIT, total(x[i], i, N + 1), total(x[i], i, N) + x[N + 1], total(x[i], i, N) + x[N]),
    (rules.SPLIT, total(x[i], i, N, 2) + x[1], total(x[i], i, N - 1) + x[N], total(x[i], i, N - 1) + x[1]),
    (rules.SPLIT, total(x[i], i, 3), x[1] + x[2] + x[3], x[1] + x[2]),
    (rules.SPLIT, total(x[i], i, 0) + u, 1 * u, u + x[0]),
    (FUNCTION, g(u.T * A * v), g(v.T * A.T * u), g(v.T * A * u)),
    (CUT, Blocks(((I, O), (O, I))), Identity(2 * f), Blocks(((I, O), (O, -I)))),
    (CUT, Blocks(((I, O), (A, I))) * Blocks(((I, O), (-A, I))), Identity(2 * f), Blocks(((I, O), (A, I)))),
    (CUT, a * Identity(2 * f) + Blocks(((A, B), (B, A))), Blocks(((a * I + A, B), (B, a * I + A))), Identity(2 * f)),
    (CUT, Identity(f + 1) * Blocks(((u,), (1,))), Blocks(((u,), (1,))), Blocks(((v,), (1,)))),
    (CUT, Blocks(((u * v.T, u),)) * Zero(f + 1, f), Zero(f, f), u * v.T),
    (
        FUNCTION,
        total(g(u.T * x[i] - z[i]) * x[i], i, N + 1),
        total(g(x[j].T * u - z[j]) * x[j], j, N) + g(u.T * x[N + 1] - z[N + 1]) * x[N + 1],
        total(g(x[j].T * u - z[N]) * x[j], j, N) + g(u.T * x[N + 1] - z[N + 1]) * x[N + 1],
    ),
    (
        FUNCTION,
        g(total(z[i], i, N + 1)) * total(g(g(z[k])), k, N),
        total(g(g(z[i])), i, N) * g(z[N + 1] + total(z[j], j, N)),
        total(g(g(z[i])), i, N) * g(z[N] + total(z[j], j, N)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "left", "right", "wrong"), CASES, ids=[f"{c[0].name}-{n}" for n, c in enumerate(CASES)]
)
def test_rule(rule: Rule, left: Expr, right: Expr, wrong: Expr) -> None:
    decision = decide(left, right)
    assert decision.equal
    assert rule in decision.rules
    assert agree(left, right, seed=1)
    assert not decide(left, wrong).equal
    assert not agree(left, wrong, seed=1)


def test_every_rule_of_the_normal_form_has_a_case() -> None:
    catalogue = list(RULES.values())
    of_the_core = catalogue[: catalogue.index(rules.REFLEXIVE)]
    assert {case[0] for case in CASES} == {*of_the_core, FUNCTION, CUT}


def test_telescoping_sum() -> None:
    """A rule that the core does not know as such."""
    telescoped = total(x[i + 1] * x[i + 1].T - x[i] * x[i].T, i, N)
    assert decide(telescoped, x[N + 1] * x[N + 1].T - x[1] * x[1].T).equal


def test_geometric_matrix_sum() -> None:
    assert decide((I - B) * total(B**k, k, n - 1, 0), I - B**n).equal


SMALL = Name("s", (1, 1))()


@pytest.mark.parametrize(
    ("expr", "reason"),
    [
        (total(wrap(a**i) * A, i, N), "geometric"),
        (total(wrap(i) * x[i], i, N), "coefficient"),
        (total(total(x[j], j, i), i, N), "bounds of a sum depend"),
        (total(x[i], i, n - 1, 1), "number of terms"),
        (total(x[2 * i], i, N), "differ by more"),
        (total(x[i] * y[i + m].T, i, N), "differ by more"),
        (Power(A, n - 1), "exponent"),
        (Power(A * B, n), "name first"),
        (Power(A + B, n), "name first"),
        (Scalar(sympy.Integer(2) ** eta) * A, "rational function"),
        (Scalar(2**n) * A, "rational function"),
        (Scalar(1 / (eta - eta + sympy.Integer(0))) * A, "rational function"),
        (x[sympy.Rational(1, 2)] * u.T, "integer-linear"),
        (x[i * j] * u.T, "integer-linear"),
        (total(g(u.T * A**i * u), i, N), "outer index"),
        (window * Name("P", (3, 3))() * window.T, "cut differently"),
        (Name("A", (f, f), arity=1)[i] * A, "two different matrices"),
        (wrap(sympy.Symbol("eta", integer=True)) * eta * A, "two different symbols"),
        (wrap(sympy.Symbol("c", positive=True)) * A, "assumption"),
        (A ** sympy.Symbol("e", even=True, nonnegative=True), "assumption"),
        (wrap(sympy.Symbol("%")) * A, "reads like an expression"),
        (total(x[i], i, 10**9), "steps"),
    ],
)  # fmt: skip
def test_what_the_core_refuses(expr: Expr, reason: str) -> None:
    """Outside the language no verdict is given, in either direction."""
    with pytest.raises(OutsideLanguage, match=reason):
        decide(expr, Zero(*expr.shape))


def test_division_by_zero_is_refused() -> None:
    with pytest.raises(OutsideLanguage, match="divides by zero"):
        decide(Scalar(sympy.Pow(sympy.Add(eta, -eta, evaluate=False), -1, evaluate=False)) * A, O)
