"""Recurrent layers and what they are said to be, for the tests: those that are right, and those that are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy

from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Sum, Trace, Zero, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.recurrent.claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim
from gdssm_symbolic.recurrent.layer import RecurrentLayer, State
from gdssm_symbolic.recurrent.products import product_over
from gdssm_symbolic.theory.least_squares import squared_norm, t

Case = tuple[RecurrentLayer, Claim]

m, d, B = sympy.symbols("m d B", integer=True, positive=True)
C = sympy.Symbol("C", integer=True, nonnegative=True)
i = sympy.Symbol("i", integer=True)
gamma, delta = sympy.symbols("gamma delta")
half = sympy.Rational(1, 2)

S, M, T = Name("S", (d, m), 1), Name("M", (d, m), 1), Name("T", (m, d), 1)
k, v, q = Name("k", (m, 1), 1), Name("v", (d, 1), 1), Name("q", (m, 1), 1)
k2, v2 = Name("k'", (m, 1), 1), Name("v'", (d, 1), 1)
beta, a, beta2 = (Name(text, (1, 1), 1) for text in ("β", "a", "β'"))
D, P, X, A = Name("D", (m, m), 1), Name("P", (m, m)), Name("X", (m, m), 1), Name("A", (m, m))
G = Name("G", (m, d))
K, V = Name("K", (m, B), 1), Name("V", (d, B), 1)

W = Name("S", (d, m))  # the parameter of the losses: the state's letter, without an index
before, zero, eye = S[t - 1], Zero(d, m), Identity(m)
added = v[t] * k[t].T
erased = before * (eye - beta[t] * k[t] * k[t].T)


def error(key: Expr, value: Expr) -> Expr:
    """Half the squared error of the parameter at a key."""
    return half * squared_norm(W() * key - value)


ONE_TOKEN = error(k[t], v[t])
ALL_TOKENS = half * Sum(squared_norm(W() * k[i] - v[i]), i, 1, t)
WEIGHTED = Sum(gamma ** (t - i) * error(k[i], v[i]), i, 1, t)
FROBENIUS = half * Trace(squared_norm(W() * K[t] - V[t]))
PENALISED = half * Trace(squared_norm(W())) - v[t].T * W() * k[t]


def layer(update: Expr, start: Expr | None = zero, output: Expr | None = None, name: Name = S) -> RecurrentLayer:
    return RecurrentLayer((State(name, start, update),), S[t] * q[t] if output is None else output)


def descends(
    update: Expr,
    loss: Expr,
    rate: Any,
    start: Expr | None = zero,
    name: str = "online gradient descent",
    products: tuple[Joint, ...] = (),
    **options: Any,
) -> Case:
    return layer(update, start), AlgorithmClaim(name, S, W, loss, wrap(rate), options, products=products)


def batch(update: Expr, loss: Expr, rate: Any, start: Expr | None = zero, **options: Any) -> Case:
    return descends(update, loss, rate, start, "gradient descent", **options)


def with_further(case: Case, loss: Expr, rate: Expr) -> Case:
    of, claim = case
    assert isinstance(claim, AlgorithmClaim)
    return of, replace(claim, further=((loss, rate),))


second = (erased + beta[t] * added) * (eye - beta2[t] * k2[t] * k2[t].T) + beta2[t] * v2[t] * k2[t].T
delta_rule = layer(erased + beta[t] * added)
free_delta_rule = layer(erased + beta[t] * added, None)
retention = layer(gamma * before + added)
turned = T[t - 1] + beta[t] * k[t] * (v[t].T - k[t].T * T[t - 1])
doubled = M[t - 1] + beta[t] * (2 * v[t] - M[t - 1] * k[t]) * k[t].T
newton = RecurrentLayer((State(X, None, X[t - 1] * (2 * Identity(m) - A() * X[t - 1])),), X[t])

#: Momentum: U is what is added to the state, and the state may decay.
U = Name("U", (d, m), 1)
eta, theta, alpha = (Name(text, (1, 1), 1) for text in ("η", "θ", "α"))
slope = (before * k[t] - v[t]) * k[t].T


def with_momentum(
    kept: Expr, moved: Expr, sign: Any, name: str = "heavy ball", rate: Expr = theta[t], **more: Any
) -> Case:
    """U_t = `moved`, and S_t = `kept` + sign · U_t."""
    states = State(S, zero, kept + sign * moved), State(U, zero, moved)
    options = {"momentum": eta[t], **more}
    return RecurrentLayer(states, S[t] * q[t]), AlgorithmClaim(name, S, W, ONE_TOKEN, rate, options)


#: Products of gates: of numbers, of matrices with the latest on the right or on the left, of what a step erases.
OVER, LAST = product_over("P", a[t]), product_over("P", D[t], latest_first=False)
FIRST = product_over("P", D[t])
ERASED = product_over("P", eye - beta[t] * k[t] * k[t].T, latest_first=False)
gated_sum = a[t] * before + added
added_at_i = v[i] * k[i].T

pushed = eta[t] * U[t - 1] - theta[t] * slope
decayed = {"decay": (1 - alpha[t]) * W()}

TRUE: dict[str, Case] = {
    "DeltaNet": descends(erased + beta[t] * added, ONE_TOKEN, beta[t]),
    "DeltaNet, second form": descends(before + beta[t] * (v[t] - before * k[t]) * k[t].T, ONE_TOKEN, beta[t]),
    "DeltaNet from any start": descends(erased + beta[t] * added, ONE_TOKEN, beta[t], None),
    "Gated DeltaNet": descends(a[t] * erased + beta[t] * added, ONE_TOKEN, beta[t], decay=a[t] * W()),
    "Gated DeltaNet, the gate before the error": descends(
        a[t] * before + beta[t] * (v[t] - a[t] * before * k[t]) * k[t].T, ONE_TOKEN, beta[t], decay=a[t] * W()
    ),
    "KDA": descends(
        before * D[t] * (eye - beta[t] * k[t] * k[t].T) + beta[t] * added, ONE_TOKEN, beta[t], decay=W() * D[t]
    ),
    "DeltaProduct": with_further(descends(second, ONE_TOKEN, beta[t]), error(k2[t], v2[t]), beta2[t]),
    "two steps on one token": descends(
        (before * (eye - delta * k[t] * k[t].T) + delta * added) * (eye - delta * k[t] * k[t].T) + delta * added,
        ONE_TOKEN,
        delta,
        steps=sympy.Integer(2),
    ),
    "linear attention": batch(before + added, ALL_TOKENS, 1),
    "linear attention, the mean": batch((1 - 1 / t) * before + 1 / t * added, wrap(1 / t) * ALL_TOKENS, 1),
    "RetNet, weighted": batch(gamma * before + added, WEIGHTED, 1),
    "RetNet, token by token": descends(gamma * before + added, -(v[t].T * W() * k[t]), 1, decay=gamma * W()),
    "S6": descends((1 - delta) * before + delta * added, PENALISED, delta),
    "TTT, mini-batches": descends(before - delta * (before * K[t] - V[t]) * K[t].T, FROBENIUS, delta, None),
    "preconditioned": batch(before + added * P(), ALL_TOKENS, 1, right=P()),
    "two steps from 0": batch(
        before + delta * (2 - delta) * added,
        half * Trace(squared_norm(W())) - Sum(v[i].T * W() * k[i], i, 1, t),
        delta,
        steps=sympy.Integer(2),
    ),
    "heavy ball": with_momentum(before, pushed, 1),
    "heavy ball, the other sign": with_momentum(before, eta[t] * U[t - 1] + theta[t] * slope, -1),
    "heavy ball, the rate outside": with_momentum(
        before, eta[t] * U[t - 1] + slope, -delta, rate=wrap(delta), momentum=eta[t]
    ),
    "Titans": with_momentum((1 - alpha[t]) * before, pushed, 1, "momentum", **decayed),
    "implicit": descends(before + beta[t] * added, -(v[t].T * W() * k[t]), beta[t], name="proximal step"),
    "Newton–Schulz": (newton, FormulaClaim(Identity(m) - A() * X[t], (Identity(m) - A() * X[t - 1]) ** 2)),
    "masked": (layer(1 * before + 0 * (v[t] - before * k[t]) * k[t].T, None), FormulaClaim(S[t], before)),
    "RetNet, unrolled": (
        retention,
        FormulaClaim(S[t] * q[t], Sum(gamma ** (t - i) * (k[i].T * q[t]) * v[i], i, 1, t)),
    ),
    "RetNet, its state": (
        layer(gamma * before + added, None),
        FormulaClaim(S[t], gamma**t * S[0] + Sum(gamma ** (t - i) * v[i] * k[i].T, i, 1, t)),
    ),
    "RetNet, a chunk": (
        retention,
        ChunkClaim(S, C, gamma**C * S[t] + Sum(gamma ** (C - i) * v[t + i] * k[t + i].T, i, 1, C)),
    ),
    "Mamba-2, the weights": batch(gated_sum, Sum(OVER.name[i, t] * error(k[i], v[i]), i, 1, t), 1, products=(OVER,)),
    "Mamba-2, masked": (
        layer(gated_sum),
        FormulaClaim(S[t] * q[t], Sum(OVER.name[i, t] * (k[i].T * q[t]) * v[i], i, 1, t), (OVER,)),
    ),
    "Mamba-2, masked, from any start": (
        layer(gated_sum, None),
        FormulaClaim(
            S[t] * q[t], (OVER.name[0, t] * S[0] + Sum(OVER.name[i, t] * added_at_i, i, 1, t)) * q[t], (OVER,)
        ),
    ),
    "momentum, carried on by the gates": (
        RecurrentLayer((State(S, zero, a[t] * before + pushed), State(U, zero, pushed)), S[t]),
        FormulaClaim(S[t], Sum(OVER.name[i, t] * U[i], i, 1, t), (OVER,)),
    ),
    "Mamba-2, a chunk": (
        layer(gated_sum),
        ChunkClaim(
            S, C, OVER.name[t, t + C] * S[t] + Sum(OVER.name[t + i, t + C] * v[t + i] * k[t + i].T, i, 1, C), (OVER,)
        ),
    ),
    "GLA, masked": (
        layer(before * D[t] + added),
        FormulaClaim(S[t] * q[t], Sum(v[i] * (k[i].T * LAST.name[i, t] * q[t]), i, 1, t), (LAST,)),
    ),
    "the delta rule, its state": (
        layer(erased + beta[t] * added, None),
        FormulaClaim(
            S[t], S[0] * ERASED.name[0, t] + Sum(beta[i] * v[i] * k[i].T * ERASED.name[i, t], i, 1, t), (ERASED,)
        ),
    ),
    "transposed": (delta_rule, SameAsClaim(layer(turned, Zero(m, d), T[t].T * q[t], T))),
    "scaled": (delta_rule, SameAsClaim(layer(doubled, zero, half * M[t] * q[t], M))),
    "from any start": (free_delta_rule, SameAsClaim(layer(turned, None, T[t].T * q[t], T))),
    "the opposite state, from any start": (
        free_delta_rule,
        SameAsClaim(layer(M[t - 1] - beta[t] * (v[t] + M[t - 1] * k[t]) * k[t].T, None, -(M[t] * q[t]), M)),
    ),
    "relation given": (
        free_delta_rule,
        SameAsClaim(layer(turned, None, T[t].T * q[t], T), (Equation(T[t], S[t].T),)),
    ),
}

FALSE: dict[str, Case] = {
    "a sign": descends(before * (eye + beta[t] * k[t] * k[t].T) + beta[t] * added, ONE_TOKEN, beta[t]),
    "the rate dropped": descends(erased + added, ONE_TOKEN, beta[t]),
    "another rate": descends(erased + beta[t] * added, ONE_TOKEN, 2 * beta[t]),
    "the error before the gate": descends(
        a[t] * before + beta[t] * (v[t] - before * k[t]) * k[t].T, ONE_TOKEN, beta[t], decay=a[t] * W()
    ),
    "the step before the decay": descends(a[t] * erased + beta[t] * added, ONE_TOKEN, beta[t]),
    "attention as online descent": descends(before + added, ONE_TOKEN, 1),
    "attention from any start": batch(before + added, ALL_TOKENS, 1, None),
    "without the weights": batch(gamma * before + added, ALL_TOKENS, 1),
    "a transpose": batch(before + added * P().T, ALL_TOKENS, 1, right=P()),
    "another loss for the second step": with_further(
        descends(second, ONE_TOKEN, beta[t]), error(k2[t], v[t]), beta2[t]
    ),
    "heavy ball without its gradient's rate": with_momentum(before, eta[t] * U[t - 1] - slope, 1),
    "heavy ball where the decay is not momentum's": with_momentum((1 - alpha[t]) * before, pushed, 1, **decayed),
    "two steps where one is": batch(before + added, ALL_TOKENS, 1, steps=sympy.Integer(2)),
    "right for a constant gate": (
        layer(a[t] * before + added),
        FormulaClaim(S[t], Sum(a[t] ** (t - i) * v[i] * k[i].T, i, 1, t)),
    ),
    "a mask that is off by one": (
        layer(gated_sum),
        FormulaClaim(S[t] * q[t], Sum(OVER.name[i - 1, t] * (k[i].T * q[t]) * v[i], i, 1, t), (OVER,)),
    ),
    "gates in the other order": (
        layer(before * D[t] + added),
        FormulaClaim(S[t] * q[t], Sum(v[i] * (k[i].T * FIRST.name[i, t] * q[t]), i, 1, t), (FIRST,)),
    ),
    "the gate of the token itself forgotten": (
        layer(gated_sum),
        ChunkClaim(
            S, C, OVER.name[t, t + C] * S[t] + Sum(OVER.name[t, t + i] * v[t + i] * k[t + i].T, i, 1, C), (OVER,)
        ),
    ),
    "right for two tokens": (
        retention,
        FormulaClaim(S[t], Sum((1 + (t - i) * (gamma - 1)) * v[i] * k[i].T, i, 1, t)),
    ),
    "right from 0": (
        layer(gamma * before + added, None),
        FormulaClaim(S[t], Sum(gamma ** (t - i) * v[i] * k[i].T, i, 1, t)),
    ),
    "a chunk without its decay": (
        retention,
        ChunkClaim(S, C, S[t] + Sum(gamma ** (C - i) * v[t + i] * k[t + i].T, i, 1, C)),
    ),
    "a factor of the output": (delta_rule, SameAsClaim(layer(doubled, zero, M[t] * q[t], M))),
    "another rate, from any start": (
        free_delta_rule,
        SameAsClaim(layer(T[t - 1] + 2 * beta[t] * k[t] * (v[t].T - k[t].T * T[t - 1]), None, T[t].T * q[t], T)),
    ),
    "another start": (delta_rule, SameAsClaim(layer(turned, G(), T[t].T * q[t], T))),
    "relation that does not hold": (
        free_delta_rule,
        SameAsClaim(layer(doubled, None, half * M[t] * q[t], M), (Equation(M[t], S[t]),)),
    ),
}
