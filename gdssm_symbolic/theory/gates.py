"""Why input and output must multiply: what a layer can compute, by the degree of its output in the data.

The prediction after one step from 0, (η/N) Σ y_i x_iᵀ x_{N+1}, has degree 3 in the data. A layer takes T + 1 steps, for
any T, and at each step it reads an affine function of the whole context,

    w_t = Σ_i E_{t,i} x_i + Σ_i F_{t,i} y_i + g_t,

which may differ from step to step: a single token, with or without an embedding of its position; a window of any length
and stride; or any linear mixture of the tokens before the recurrence, causal or not. Its state is z_t ∈ R^d, for any d.
Its parameters are any numbers that do not depend on the data, and A, B, b, p_k, M_k do not depend on t either. The last
step is S = T + 1:

    no gate       z_t = A z_{t-1} + B w_t + b,                           o = C z_S + D w_S + c                 degree 1
    input gate    z_t = A z_{t-1} + Σ_k p_k (w_tᵀ M_k w_t) + B w_t + b,  o = C z_S + D w_S + c                 degree 2
    output gate   z_t = A z_{t-1} + B w_t + b,                           o = Σ_k r_k (z_Sᵀ R_k w_S) + C z_S + … degree 2

Multiply all data by s = 0, 1, 2, 3. Then the third difference o_3 - 3 o_2 + 3 o_1 - o_0 of an output of degree 2 is 0,
and that of s³ is 6. So if o_s = prediction_s for these four data sets, 6 times the prediction is 0, for any parameters.
The output of a layer without a gate is again an affine function of the context, which another layer may read
(`affine`): depth does not help.

Two layers with an output gate each do compute the prediction (`two_output_gates`); the first replaces the input gate.
Constructed tokens [x_t y_t; x_{t+1}] already contain a product, so for them an output gate alone is enough (P1); the
products x_i y_i then replace the y_i in w_t. Without the gate, no input map of these tokens is enough, however
non-linear it is (`no_products_of_tokens`): tokens that are added up do not multiply one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import comb

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import Absurdity, Case, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import entries, eta, f

from .gd_ssm import window, y
from .least_squares import LeastSquares, i, t, x
from .recurrences import as_sum, by_recurrence, n

d = sympy.Symbol("d", integer=True, positive=True)  # size of the state
m = sympy.Symbol("m", integer=True, positive=True)  # size of what is read at a step
K = sympy.Symbol("K", integer=True, positive=True)  # products in a gate
k, s = sympy.symbols("k s", integer=True)  # k numbers the products; s multiplies all data
T = sympy.Symbol("T", integer=True, nonnegative=True)  # steps of the recurrence before the last
N = n + 1  # samples: a sum over them has a last term
theta = sympy.Symbol("theta")


def alternating(order: int) -> list[int]:
    """The factors of o_0, o_1, … in a difference of this order: -1, 3, -3, 1."""
    return [(-1) ** (order - j) * comb(order, j) for j in range(order + 1)]


@dataclass(frozen=True)
class Layer:
    """One layer over a context, of constructed tokens or not; a gate at its input, at its output, at both or none."""

    gated_input: bool = False
    gated_output: bool = False
    constructed: bool = False

    # ---- data, all of them multiplied by s -----------------------------------------------------

    @property
    def labels(self) -> sympy.Expr:
        """Components of the target: constructed tokens have one."""
        return sympy.Integer(1) if self.constructed else f

    @cached_property
    def given(self) -> tuple[Name, Name]:
        """Any inputs and any targets."""
        return (
            Name("ξ", (f, 1), arity=1, latex=r"\xi"),
            Name("υ", (self.labels, 1), arity=1, latex=r"\upsilon"),
        )

    @cached_property
    def data(self) -> tuple[Definition, Definition]:
        """x_{s,i} = s ξ_i and y_{s,i} = s υ_i."""
        inputs, targets = self.given
        return tuple(
            Definition(Name(letter, own.shape, arity=2), s * own[i], (s, i))
            for letter, own in (("x", inputs), ("y", targets))
        )  # type: ignore[return-value]

    @cached_property
    def token(self) -> Definition:
        """What the layer reads at a step, w_{s,t}: an affine function of all x_i and y_i, or of all x_i and x_i y_i."""
        inputs, targets = (one.name for one in self.data)
        E, F, g = self.embeddings
        sample = inputs[s, i] * targets[s, i] if self.constructed else targets[s, i]
        body = Sum(E[t, i] * inputs[s, i], i, 1, N + 1) + Sum(F[t, i] * sample, i, 1, N) + g[t]
        return Definition(Name("w", (m, 1), arity=2), body, (s, t))

    @cached_property
    def token_parts(self) -> tuple[Definition, ...]:
        """What s multiplies in w_{s,t} and, over constructed tokens, what s² does."""
        inputs, targets = self.given
        E, F, _ = self.embeddings
        linear, labels = Sum(E[t, i] * inputs[i], i, 1, N + 1), Sum(F[t, i] * targets[i], i, 1, N)
        v = Name("v", (m, 1), arity=1)
        if not self.constructed:
            return (Definition(v, linear + labels, (t,)),)
        products = Sum(F[t, i] * (inputs[i] * targets[i]), i, 1, N)
        h = Name("h", (m, 1), arity=1)
        return Definition(v, linear, (t,)), Definition(h, products, (t,))

    @cached_property
    def scaled_token(self) -> Theorem:
        """w_{s,t} = s v_t + g_t, with s² h_t for constructed tokens: no sum is multiplied by another then."""
        w, parts, g = self.token.name[s, t], self.token_parts, self.embeddings[2]
        written_out = unfold(unfold(w, [self.token]), self.data)
        powers = [s**power * part.name[t] for power, part in enumerate(parts, 1)]
        steps = (Step(written_out, (self.token, *self.data)), Step(sum(powers[1:], powers[0]) + g[t], parts))
        return check(Calculation(w, steps), "the token as the data are multiplied by $s$")

    @cached_property
    def embeddings(self) -> tuple[Name, Name, Name]:
        """E_{t,i} and F_{t,i} for every step and sample, and g_t for every step; the last input is the query."""
        return Name("E", (m, f), arity=2), Name("F", (m, f), arity=2), Name("g", (m, 1), arity=1)

    # ---- the layer ------------------------------------------------------------------------------

    @cached_property
    def parameters(self) -> Mapping[str, Name]:
        """All of them, by name."""
        rows = self.labels
        shapes = {"A": (d, d), "B": (d, m), "b": (d, 1), "C": (rows, d), "D": (rows, m), "c": (rows, 1)}
        known = {text: Name(text, shape) for text, shape in shapes.items()}
        known["z_0"] = Name("z_0", (d, 1), latex="z_{0}")
        if self.gated_input:
            known |= {"p": Name("p", (d, 1), arity=1), "M": Name("M", (m, m), arity=1)}
        if self.gated_output:
            known |= {"r": Name("r", (rows, 1), arity=1), "R": Name("R", (d, m), arity=1)}
        return known

    @cached_property
    def state(self) -> Recurrence:
        """z_{s,t} = A z_{s,t-1} + what enters at step t."""
        given, w, z = self.parameters, self.token.name[s, t], Name("z", (d, 1), arity=2)
        drive = given["B"]() * w + given["b"]()
        if self.gated_input:
            drive = Sum(given["p"][k] * (w.T * given["M"][k] * w), k, 1, K) + drive
        return Recurrence(z, t, given["z_0"](), given["A"]() * z[s, t - 1] + drive, (s, t))

    def output(self) -> Expr:
        """What is read out after the last step."""
        given, w, z = self.parameters, self.token.name[s, T + 1], self.state.name[s, T + 1]
        linear = given["C"]() * z + given["D"]() * w + given["c"]()
        return Sum(given["r"][k] * (z.T * given["R"][k] * w), k, 1, K) + linear if self.gated_output else linear

    @cached_property
    def gradient(self) -> Definition:
        """The gradient of the least-squares loss of data set s."""
        problem = LeastSquares(self.labels)
        inputs, targets = (one.name for one in self.data)
        name = Name("∇ℒ", problem.point.shape, arity=2, takes=(problem.point.shape,), latex=r"\nabla\mathcal{L}")
        residual = problem.point().T * inputs[s, i] - targets[s, i]
        return Definition(name, 1 / t * Sum(inputs[s, i] * residual.T, i, 1, t), (s, t), (problem.point,))

    def prediction(self) -> Expr:
        """The prediction after one step from 0 on data set s."""
        start = Zero(*self.gradient.name.shape)
        inputs, _ = self.data
        return (start - eta * self.gradient.name.at((s, N), (start,))).T * inputs.name[s, N + 1]

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return (*self.data, self.token, self.state, self.gradient)

    # ---- impossible ------------------------------------------------------------------------------

    def statement(self) -> Impossible:
        """No parameters make the output the prediction, for all data."""
        equation = Equation(self.output(), self.prediction())
        unknowns = (*self.embeddings, *self.parameters.values())
        return Impossible(equation, unknowns, (*self.given, s), (Scalar(eta),))

    def difference(self, order: int) -> Theorem:
        """The difference of this order of the states is 0, written as a formula for z_{s+order}."""
        z, factors = self.state.name, alternating(order)

        def before(steps: sympy.Expr) -> Expr:
            terms = [-factors[j] * z[s + j, steps] for j in reversed(range(order))]
            return sum(terms[1:], terms[0])

        sources = (self.state, self.scaled_token)
        return by_recurrence(
            Equation(z[s + order, T], before(T)),
            T,
            self.state,
            "the state as the data are multiplied by $s$, $s + 1, …$",
            base=(Step(self.state.initial, (self.state,)), Step(before(sympy.Integer(0)), (self.state,))),
            after=(Step(before(T + 1), sources),),
        )

    def impossible(self, title: str) -> Theorem:
        """The third difference of the equation says that 6 times the prediction is 0."""
        order = 3 if self.gated_input or self.constructed else 2
        of_states = self.difference(order)
        lemmas = tuple(
            check(Specialisation(of_states, {s: sympy.Integer(start)}), f"the same from $s = {start}$")
            for start in reversed(range(4 - order))
        )
        inputs, targets = self.given
        cases = tuple(
            Case(Scalar(sympy.Integer(factor)), (), ((s, sympy.Integer(number)),))
            for number, factor in enumerate(alternating(3))
        )
        total = Sum(targets[i] * (inputs[i].T * inputs[N + 1]), i, 1, N)
        nonzero = check(
            Independence(Independent(theta * total, (theta,)), (), (inputs, targets), n),
            "the prediction is not 0 for all data",
        )
        by: tuple[Source, ...] = (self.gradient, *lemmas, self.scaled_token, *self.data)
        return check(
            Absurdity(self.statement(), cases, -6 * eta / N * total, nonzero, -6 / N, (Scalar(eta),), by), title
        )


# ---- depth without gates ---------------------------------------------------------------------------


def affine() -> tuple[Theorem, Theorem]:
    """The state and the output of a layer without gates are again affine functions of the context.

    So are the outputs of any number of such layers, if each reads affine functions of all outputs of the layers before
    it. `Layer().impossible` applies to the last of them.
    """
    rows = sympy.Symbol("h", integer=True, positive=True)  # of the output
    layer = Layer()
    A, B, b = (layer.parameters[letter]() for letter in "ABb")
    C, D, c = (Name(letter, shape)() for letter, shape in (("C", (rows, d)), ("D", (rows, m)), ("c", (rows, 1))))
    inputs, targets = layer.given
    E, F, g = layer.embeddings

    def context(weights: Name | Expr, others: Name | Expr, constant: Expr) -> Expr:
        return Sum(weights * inputs[i], i, 1, N + 1) + Sum(others * targets[i], i, 1, N) + constant

    w = Definition(Name("w", (m, 1), arity=1), context(E[t, i], F[t, i], g[t]), (t,))
    z = Recurrence(
        Name("z", (d, 1), arity=1),
        t,
        layer.parameters["z_0"](),
        A * Name("z", (d, 1), arity=1)[t - 1] + B * w.name[t] + b,
    )
    E2, F2 = (Name(f"{one.text}'", (d, f), arity=2) for one in (E, F))
    g2 = Name("g'", (d, 1), arity=1)
    weights = tuple(
        Recurrence(mine, t, Zero(d, f), A * mine[t - 1, i] + B * read[t, i], (t, i))
        for mine, read in ((E2, E), (F2, F))
    )
    constant = Recurrence(g2, t, layer.parameters["z_0"](), A * g2[t - 1] + B * g[t] + b)

    def state_at(steps: sympy.Expr) -> Expr:
        return context(E2[steps, i], F2[steps, i], g2[steps])

    state = by_recurrence(
        Equation(z.name[T], state_at(T)),
        T,
        z,
        "without gates the state is an affine function of the context",
        base=(Step(z.initial, (z,)), Step(state_at(sympy.Integer(0)), (*weights, constant))),
        after=(Step(state_at(T + 1), (w, *weights, constant)),),
    )
    out = C * z.name[t] + D * w.name[t] + c
    read = context(C * E2[t, i] + D * E[t, i], C * F2[t, i] + D * F[t, i], C * g2[t] + D * g[t] + c)
    output = check(
        Calculation(out, (Step(unfold(out, [state]), (state,)), Step(read, (w,)))),
        "and so is what the layer puts out at every step",
    )
    return state, output


# ---- depth in the place of a gate ------------------------------------------------------------------


def two_output_gates() -> Theorem:
    """Two layers with an output gate each: the first has no memory and multiplies y_t by x_tᵀ; the second adds up.

    S_t = C_t e_2 and u_t = S_t (C_t e_1)ᵀ; then Z_t = Z_{t-1} + u_t and o = (η/N) Z_N C_N e_3.
    """
    from_context = LeastSquares(f)
    samples = sympy.Symbol("N", integer=True, positive=True)
    C = Definition(Name("C", (f, 3), arity=1), window(2 * t - 1), (t,))
    e = [
        Definition(Name(f"e_{j}", (3, 1), latex=f"e_{{{j}}}"), wrap(entries([[int(j == r)] for r in (1, 2, 3)])))
        for j in (1, 2, 3)
    ]
    first, second, third = (one.name() for one in e)
    S, Z = Name("S", (f, 1), arity=1), Name("Z", (f, f), arity=1)
    memoryless = Recurrence(S, t, Zero(f, 1), 0 * S[t - 1] + C.name[t] * second)
    u = Definition(Name("u", (f, f), arity=1), S[t] * (C.name[t] * first).T, (t,))
    state = Recurrence(Z, t, Zero(f, f), Z[t - 1] + u.name[t])
    output = eta / samples * Z[samples] * (C.name[samples] * third)
    prediction = from_context.prediction(from_context.step(Zero(f, f)), x[samples + 1])
    added_up = as_sum(state, lambda steps: Sum(u.name[i], i, 1, steps))
    summed = unfold(output, [added_up])
    written = eta / samples * Sum(y[i] * x[i].T, i, 1, samples) * x[samples + 1]
    steps = (
        Step(summed, (added_up,)),
        Step(written, (u, memoryless, C, *e)),
        Step(unfold(prediction, [from_context.gradient])),
        Step(prediction, (from_context.gradient,)),
    )
    return check(Calculation(output, steps), "two layers with a gate at the output each")


# ---- constructed tokens, a linear readout ----------------------------------------------------------


def no_products_of_tokens() -> Theorem:
    """Constructed tokens that enter by any function φ, with a linear readout: impossible for N ≥ 2, even if y_N = 0.

    The targets are multiplied by a and the query by b; a and b number the data sets. The sum over the tokens before the
    last depends only on a, and the last token [x_N y_N; x_{N+1}] = [0; b κ] only on b. So the mixed difference of the
    output in a and b is 0, but that of the prediction is not.
    """
    a, b = sympy.symbols("a b", integer=True)
    samples = n + 2
    inputs, targets = Name("ξ", (f, 1), arity=1, latex=r"\xi"), Name("υ", (1, 1), arity=1, latex=r"\upsilon")
    query = Name("κ", (f, 1), latex=r"\kappa")
    tokens = ((2 * f, 1),)
    phi, psi = Name("φ", (d, 1), takes=tokens, latex=r"\varphi"), Name("ψ", (1, 1), takes=tokens, latex=r"\psi")
    A, C, start = Name("A", (d, d)), Name("C", (1, d)), Name("z_0", (d, 1), latex="z_{0}")
    token = Definition(
        Name("c", (2 * f, 1), arity=2), Blocks(((inputs[t] * (a * targets[t]),), (inputs[t + 1],))), (a, t)
    )
    last = Definition(Name("c'", (2 * f, 1), arity=1), Blocks(((Zero(f, 1),), (b * query(),))), (b,))
    z = Name("z", (d, 1), arity=2)
    state = Recurrence(z, t, start(), A() * z[a, t - 1] + phi(token.name[a, t]), (a, t))
    output = C() * (A() * z[a, n + 1] + phi(last.name[b])) + psi(last.name[b])
    total = Sum(targets[i] * inputs[i], i, 1, n + 1)
    prediction = eta / samples * (a * total).T * (b * query())
    cases = tuple(
        Case(Scalar(sympy.Integer((-1) ** (p + q))), (), ((a, sympy.Integer(p)), (b, sympy.Integer(q))))
        for p in (0, 1)
        for q in (0, 1)
    )
    left = total.T * query()
    nonzero = check(
        Independence(Independent(theta * left, (theta,)), (), (inputs, targets), n), "the prediction is not always 0"
    )
    statement = Impossible(
        Equation(output, prediction), (A, C, start, phi, psi), (inputs, targets, query, a, b), (Scalar(eta),)
    )
    proof = Absurdity(
        statement, cases, -eta / samples * left, nonzero, -1 / samples, (Scalar(eta),), (state, token, last)
    )
    return check(proof, "constructed tokens, any function of each of them, a linear readout, $N ≥ 2$")
