"""The other local minimum of one layer: decay 0, Q = e_2 e_3ᵀ and q = e_1, up to scale.

With decay 0 a layer sees only its last window. With this Q and q its output is κ y_N x_{N+1}ᵀ x_N, the single-sample
predictor. Let θ_0 be this point with the best κ. The error at θ_0 is uncorrelated with every term of the output that is
of first or second order in a change of the parameters:

    last window        every product, for all changes U, u and V of Q, q and the output map
    window before it   one factor of the decay's change, with at most one of the other changes
    earlier windows    at least two factors of the decay's change

So the first variation of the loss is 0, and the second is E ‖P'‖², where P' is the first variation of the output
(`second_variation`). P' is 0 only in directions that rescale Q, q and the output map against each other.
"""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, f

from .best_layer import (
    LAW,
    TASK,
    Products,
    column,
    matrix,
    n,
    products,
    scaled_error,
    t,
    uncorrelated,
    y,
)
from .draws import omega
from .least_squares import i, x
from .population import NOISE, divisor, label, w
from .population import noise as scalar_noise
from .projection import C, M, a, b, e
from .second_variation import LAST, alpha, at_last, at_the_one_before

kappa = sympy.Symbol("kappa")
ATTENTION, READOUT = matrix(((0, 0, 0), (0, 0, 1), (0, 0, 0))), column((1, 0, 0))
ZERO = Scalar(sympy.Integer(0))

# ---- its predictor and its loss ------------------------------------------------------------------

RISK = Mean(
    Name("R", (1, 1)),
    (w().T * x[N + 1] - kappa * (label(N) * (x[N].T * x[N + 1]))) ** 2,
    ((x, LAW), (w, TASK), (scalar_noise, NOISE)),
)
DIVISOR = divisor(LAW, sympy.Integer(1), TASK)
D = Definition(Name("D", (1, 1)), Scalar(DIVISOR))


def statement() -> Equation:
    """D R = σ² f v (D - v σ⁴) + σ² f (κD - v σ²)², as for one step on one sample."""
    square, variance, d = LAW.moment(2), TASK.moment(2), D.name()
    least = square * f * variance * (d - variance * square**2)
    return Equation(d * RISK.name(), least + square * f * (kappa * d - variance * square) ** 2)


def loss() -> Theorem:
    """The loss of κ y_N x_Nᵀ x_{N+1}, with its square completed."""
    square, variance = LAW.moment(2), TASK.moment(2)
    value = square * f * (variance - 2 * kappa * variance * square + kappa**2 * DIVISOR)
    expected = check(Expectation(RISK, Scalar(value)), "the expected squared error of one sample's worth")
    return check(
        Calculation(statement().left, (Step(D.name() * Scalar(value), (expected,)), Step(statement().right, (D,)))),
        "the predictor at decay 0 and its loss, least at $κ = σ²/D$",
    )


def layer_at_zero() -> Theorem:
    """C_N Q C_Nᵀ C_N q = y_N x_{N+1}ᵀ x_N: the output of the layer at decay 0."""
    C = Products(N).C
    output = C.name[N] * ATTENTION * C.name[N].T * (C.name[N] * READOUT)
    labels = Products(N).y.name
    return check(
        Calculation(output, (Step(labels[N] * (x[N + 1].T * x[N]), (C,)),)),
        "the output at decay 0 with $Q = e_2 e_3ᵀ$ and $q = e_1$",
    )


# ---- first and second order ----------------------------------------------------------------------


def error(samples: sympy.Expr) -> Expr:
    """D times the error of the best κ: D Wᵀx_{N+1} - v σ² y_N x_Nᵀ x_{N+1}."""
    return scaled_error(samples, DIVISOR, y(samples) * x[samples].T)


def stationary() -> tuple[Theorem, ...]:
    """The error is uncorrelated with every term of first or second order."""
    last, before, many = n + 1, n + 2, t + n + 2
    cases = (
        ("E_0", products(last, last), last, "the last window: every product, so all changes of $Q$, $q$ and $C$"),
        (
            "E_1",
            products(before - 1, before, readout=READOUT),
            before,
            "the window before it, $N = n + 2$: the decay's change, with any change of $Q$",
        ),
        (
            "E_2",
            products(before - 1, before, attention=ATTENTION),
            before,
            "the window before it: the decay's change, with any change of $q$",
        ),
        (
            "E_3",
            products(t, many, attention=ATTENTION, readout=READOUT),
            many,
            "every earlier window, $t ≤ N − 2$: the changes of the decays squared, and their higher powers",
        ),
    )
    return tuple(
        check(Expectation(uncorrelated(name, error(samples), terms), ZERO), title)
        for name, terms, samples, title in cases
    )


# ---- strict up to scale --------------------------------------------------------------------------


def first_variation() -> Theorem:
    """P' at θ_0, whose terms `strict` shows to be independent.

    Q, q, the output map and the decays change by U, u, M_1 and α.
    """
    U = matrix(tuple(tuple(sympy.Symbol(f"U_{r}{s}") for s in (1, 2, 3)) for r in (1, 2, 3)))
    u = column(sympy.symbols("u_1:4"))
    inputs, labels = Name("x", (f, 1), arity=2), Name("y", (f, 1), arity=2)
    window = Definition(C, Blocks(((inputs[omega, t], labels[omega, t], inputs[omega, t + 1]),)), (omega, t))
    state, readout = at_last(ATTENTION), LAST * READOUT
    decayed = (at_last(U) + at_the_one_before(ATTENTION)) * readout
    varied = M[1] * state * readout + kappa * (decayed + state * (LAST * u))
    before, at = labels[omega, n + 1], inputs[omega, n + 2]
    of_decays = Sum(Sum(alpha[a, b] * (e[a] * (e[a].T * before) * (at.T * e[b]) ** 2), b, 1, f), a, 1, f)
    label, query = labels[omega, n + 2], inputs[omega, n + 3]
    of_map = M[1] * label * (query.T * at)
    of_others = at_last(U) * at + label * (query.T * (LAST * u)) + of_decays
    return check(
        Calculation(varied, (Step(of_map + kappa * of_others, (window,)),)),
        "the first variation of the output at $Q = e_2 e_3ᵀ$ and $q = e_1$, in every direction of the parameters",
    )


def first_order(features: sympy.Expr, attention: Blocks, readout: Blocks, rest: Expr) -> Expr:
    """P'/κ = C_N U C_Nᵀ x_N + y_N x_{N+1}ᵀ C_N u + the changes of output map and decay, with N = n + 2."""
    of = Products(n + 2, features=features)
    C, last = of.C.name[n + 2], of.samples
    return C * attention * C.T * of.x[last] + of.y.name[last] * (of.x[last + 1].T * (C * readout)) + rest


def strict() -> tuple[Theorem, ...]:
    """For f ≥ 2 and for f = 1: P' is 0 only in the directions that change the scale."""
    return wide(), narrow_symmetry(), narrow()


def wide() -> Theorem:
    """f ≥ 2; 1 and 2 stand for any two features."""
    e = Name("e", (f, 1), arity=1)
    of = Products(n + 2)
    last, labels = of.samples, of.y.name
    U = {(r, s): sympy.Symbol(f"U_{r}{s}") for r, s in product((1, 2, 3), repeat=2)}
    u = sympy.symbols("u_2:4")
    V = {(r, s): sympy.Symbol(f"V_{r}{s}") for r, s in ((1, 1), (1, 2), (2, 1))}
    A = {(r, s): sympy.Symbol(f"A_{r}{s}") for r, s in product((1, 2), repeat=2)}
    seen = of.x[last].T * of.x[last + 1]
    terms: list[Expr] = [v * (e[r] * (e[s].T * labels[last])) * seen for (r, s), v in V.items()]
    terms += [v * (e[r] * (e[r].T * labels[last - 1])) * (e[s].T * of.x[last]) ** 2 for (r, s), v in A.items()]
    rest = terms[0]
    for term in terms[1:]:
        rest = rest + term
    attention = matrix(tuple(tuple(U[r, s] for s in (1, 2, 3)) for r in (1, 2, 3)))
    combination = first_order(f, attention, column((0, *u)), rest)
    weights = (*U.values(), *u, *V.values(), *A.values())
    return check(
        Independence(Independent(combination, weights, ((f, 2),)), (of.C, of.y, UnitVectors(e))),
        (
            "$f ≥ 2$: the changes of $Q$, of $q$, of $C$ and of the decays at any two features are independent, the "
            "scale apart"
        ),
    )


def narrow_symmetry() -> Theorem:
    """f = 1: no output depends on the antisymmetric part of Q."""
    of = Products(N, features=sympy.Integer(1))
    left, right = (column(sympy.symbols(f"{letter}_1:4")) for letter in "uv")
    C = of.C.name[i]
    return check(
        Calculation(C * left * right.T * C.T, (Step(C * right * left.T * C.T, (of.C,)),)),
        "$f = 1$: a change of $Q$ by an antisymmetric matrix changes no output, at any window",
    )


def narrow() -> Theorem:
    """f = 1: the other directions."""
    one = sympy.Integer(1)
    of = Products(n + 2, features=one)
    U = {(r, s): sympy.Symbol(f"U_{r}{s}") for r, s in combinations_with_replacement((1, 2, 3), 2)}
    u, decay = sympy.symbols("u_2:4"), sympy.Symbol("A_11")
    rest = decay * (of.y.name[n + 1] * of.x[n + 2] ** 2)
    attention = matrix(tuple(tuple(U.get((r, s), 0) for s in (1, 2, 3)) for r in (1, 2, 3)))
    combination = first_order(one, attention, column((0, *u)), rest)
    return check(
        Independence(Independent(combination, (*U.values(), *u, decay)), (of.C, of.y)),
        "$f = 1$: the other changes are independent, the scale apart",
    )
