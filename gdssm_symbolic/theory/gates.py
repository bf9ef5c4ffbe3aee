"""Why input and output must multiply: what a layer can compute, by the degree of its output in the data.

The data are those of a linear model, y_i = Wᵀx_i, as the paper assumes it. The prediction after one step from 0,
(η/N) Σ y_i x_iᵀ x_{N+1}, has degree 3 in the inputs. A layer takes T + 1 steps, for any T, and at each step it reads an
affine function of the whole context,

    w_t = Σ_i E_{t,i} x_i + Σ_i F_{t,i} y_i + g_t,

a single token, with or without an embedding of its position; a window of any length and stride; or any linear mixture
of the tokens before the recurrence, causal or not. Its state is z_t ∈ R^d, for any d. Its parameters are any numbers
that do not depend on the data, and may differ from step to step. Its outputs at all steps are added up, with weights:

    no gate       z_t = A_t z_{t-1} + B_t w_t + b_t,                               o = Σ_t (C_t z_t + D_t w_t) + c
    input gate    z_t = A_t z_{t-1} + Σ_k p_{t,k} (w_tᵀ M_{t,k} w_t) + B_t w_t + b_t,  o as above
    output gate   z_t as without,     o = Σ_t (Σ_k r_{t,k} (z_tᵀ R_{t,k} w_t) + C_t z_t + D_t w_t) + c

They have degree 1, 2 and 2. Multiply all inputs by s = 0, 1, 2, 3. Then the third difference o_3 - 3 o_2 + 3 o_1 - o_0
of an output of degree 2 is 0, and that of s³ is 6. So if o_s = prediction_s for these four data sets, 6 times the
prediction is 0, for any parameters.

Depth does not help: a layer without gates is an affine map V ↦ H V + h of the vector V of everything that it reads
(`affine_map`), so any number L of such layers is V_l = H_l V_{l-1} + h_l, and V_L is affine in the context. A layer
behind them reads w_t = E_t V_L + g_t. The layers after it are one affine map of its outputs, the weights in o.

Two layers with an output gate each do compute the prediction (`two_output_gates`); the first replaces the input gate.
Constructed tokens [x_t y_t; x_{t+1}] already contain a product, so for them an output gate alone is enough (P1); the
products x_i y_i then replace the y_i in w_t. Without the gate, no input map of these tokens is enough, however
non-linear it is, nor is any of the interleaved windows (`functions_of_tokens`): tokens that are added up do not
multiply one another.
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
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum, Zero, names, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import entries, eta, f

from .gd_ssm import window, y
from .least_squares import LeastSquares, i, l, t, x
from .many_steps import L
from .recurrences import as_sum, by_recurrence, n

d = sympy.Symbol("d", integer=True, positive=True)  # size of the state
m = sympy.Symbol("m", integer=True, positive=True)  # size of what is read at a step
K = sympy.Symbol("K", integer=True, positive=True)  # products in a gate
k, s = sympy.symbols("k s", integer=True)  # k numbers the products; s multiplies all data
T = sympy.Symbol("T", integer=True, nonnegative=True)  # steps of the recurrence before the last
v = sympy.Symbol("v", integer=True, positive=True)  # components of everything that a layer reads
N = n + 1  # samples: a sum over them has a last term
theta = sympy.Symbol("theta")


def alternating(order: int) -> list[int]:
    """The factors of o_0, o_1, … in a difference of this order: -1, 3, -3, 1."""
    return [(-1) ** (order - j) * comb(order, j) for j in range(order + 1)]


@dataclass(frozen=True)
class Layer:
    """One layer over a context, of constructed tokens or not; a gate at its input, at its output, at both or none.

    If it is `stacked`, it stands behind L layers without gates.
    """

    gated_input: bool = False
    gated_output: bool = False
    constructed: bool = False
    stacked: bool = False

    # ---- data of a linear model, all inputs multiplied by s --------------------------------------

    @property
    def labels(self) -> sympy.Expr:
        """Components of the target: constructed tokens have one."""
        return sympy.Integer(1) if self.constructed else f

    @cached_property
    def given(self) -> tuple[Name, Name]:
        """Any inputs, and the weights of any linear model."""
        return Name("ξ", (f, 1), arity=1), Name("W", (f, self.labels))

    @cached_property
    def data(self) -> tuple[Definition, Definition]:
        """x_{s,i} = s ξ_i and y_{s,i} = Wᵀ x_{s,i}."""
        given, weights = self.given
        inputs, targets = Name("x", given.shape, arity=2), Name("y", (self.labels, 1), arity=2)
        return (
            Definition(inputs, s * given[i], (s, i)),
            Definition(targets, weights().T * inputs[s, i], (s, i)),
        )

    def context(self, rows: sympy.Expr, at: tuple[sympy.Expr, ...] = ()) -> tuple[Expr, tuple[Name, Name, Name]]:
        """An affine function of all x_i and y_i, or of all x_i and x_i y_i, and its weights; the query is last."""
        inputs, targets = (one.name for one in self.data)
        arity = len(at)
        E, F = (Name(letter, (rows, f), arity=arity + 1) for letter in "EF")
        g = Name("g", (rows, 1), arity=arity)
        sample = inputs[s, i] * targets[s, i] if self.constructed else targets[s, i]
        body = Sum(E[(*at, i)] * inputs[s, i], i, 1, N + 1) + Sum(F[(*at, i)] * sample, i, 1, N) + g.at(at)
        return body, (E, F, g)

    # ---- what the layer reads --------------------------------------------------------------------

    @cached_property
    def layers_before(self) -> Recurrence:
        """V_{s,0} is affine in the context, and V_{s,l} = H_l V_{s,l-1} + h_l: L layers without gates."""
        body, _ = self.context(v)
        V, H, h = Name("V", (v, 1), arity=2), Name("H", (v, v), arity=1), Name("h", (v, 1), arity=1)
        return Recurrence(V, l, body, H[l] * V[s, l - 1] + h[l], (s, l))

    @cached_property
    def token(self) -> Definition:
        """What the layer reads at step t, w_{s,t}: affine in the context, or in the output of the layers before."""
        body, _ = self.context(m, (t,))
        if self.stacked:
            reading, constant = Name("P", (m, v), arity=1), Name("π", (m, 1), arity=1)
            body = reading[t] * self.layers_before.name[s, L] + constant[t]
        return Definition(Name("w", (m, 1), arity=2), body, (s, t))

    @cached_property
    def token_parts(self) -> tuple[Definition, ...]:
        """What s multiplies in w_{s,t} and, over constructed tokens, what s² does."""
        inputs, weights = self.given
        _, (E, F, _) = self.context(m, (t,))
        linear = Sum(E[t, i] * inputs[i], i, 1, N + 1)
        once, twice = Name("ν", (m, 1), arity=1), Name("μ", (m, 1), arity=1)
        if not self.constructed:
            labels = Sum(F[t, i] * (weights().T * inputs[i]), i, 1, N)
            return (Definition(once, linear + labels, (t,)),)
        products = Sum(F[t, i] * (inputs[i] * (weights().T * inputs[i])), i, 1, N)
        return Definition(once, linear, (t,)), Definition(twice, products, (t,))

    @cached_property
    def scaled_token(self) -> Theorem:
        """w_{s,t} = s ν_t + g_t, with s² μ_t for constructed tokens: no sum is multiplied by another then."""
        w, parts, sources = self.token.name[s, t], self.token_parts, (self.token, *self.data[::-1])
        _, (_, _, g) = self.context(m, (t,))
        powers = [s**power * part.name[t] for power, part in enumerate(parts, 1)]
        steps = (Step(unfold(w, sources), sources), Step(sum(powers[1:], powers[0]) + g[t], parts))
        return check(Calculation(w, steps), "the token as the data are multiplied by $s$")

    @cached_property
    def reads(self) -> tuple[Meaning, ...]:
        return (self.layers_before, self.token) if self.stacked else (self.token,)

    # ---- the layer ------------------------------------------------------------------------------

    @cached_property
    def parameters(self) -> Mapping[str, Name]:
        """All of them, by name; those of the steps have the step as their first index."""
        rows = self.labels
        shapes = {"A": (d, d), "B": (d, m), "b": (d, 1), "C": (rows, d), "D": (rows, m)}
        known = {text: Name(text, shape, arity=1) for text, shape in shapes.items()}
        known |= {"c": Name("c", (rows, 1)), "ζ": Name("ζ", (d, 1))}
        if self.gated_input:
            known |= {"p": Name("p", (d, 1), arity=2), "M": Name("M", (m, m), arity=2)}
        if self.gated_output:
            known |= {"r": Name("r", (rows, 1), arity=2), "R": Name("R", (d, m), arity=2)}
        return known

    @cached_property
    def state(self) -> Recurrence:
        """z_{s,t} = A_t z_{s,t-1} + what enters at step t."""
        given, w, z = self.parameters, self.token.name[s, t], Name("z", (d, 1), arity=2)
        drive = given["B"][t] * w + given["b"][t]
        if self.gated_input:
            drive = Sum(given["p"][t, k] * (w.T * given["M"][t, k] * w), k, 1, K) + drive
        return Recurrence(z, t, given["ζ"](), given["A"][t] * z[s, t - 1] + drive, (s, t))

    def output(self) -> Expr:
        """What is read out at all steps, added up."""
        given, w, z = self.parameters, self.token.name[s, t], self.state.name[s, t]
        read = given["C"][t] * z + given["D"][t] * w
        if self.gated_output:
            read = Sum(given["r"][t, k] * (z.T * given["R"][t, k] * w), k, 1, K) + read
        return Sum(read, t, 1, T + 1) + given["c"]()

    @cached_property
    def gradient(self) -> Definition:
        """The gradient of the least-squares loss of data set s."""
        problem = LeastSquares(self.labels)
        inputs, targets = (one.name for one in self.data)
        name = Name("∇ℒ", problem.point.shape, arity=2, takes=(problem.point.shape,))
        point = Name("U", problem.point.shape)
        residual = point().T * inputs[s, i] - targets[s, i]
        return Definition(name, 1 / t * Sum(inputs[s, i] * residual.T, i, 1, t), (s, t), (point,))

    def prediction(self) -> Expr:
        """The prediction after one step from 0 on data set s."""
        start = Zero(*self.gradient.name.shape)
        inputs, _ = self.data
        return (start - eta * self.gradient.name.at((s, N), (start,))).T * inputs.name[s, N + 1]

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return (*self.data, *self.reads, self.state, self.gradient)

    # ---- impossible ------------------------------------------------------------------------------

    def statement(self) -> Impossible:
        """No parameters make the output the prediction, for all data of a linear model."""
        equation = Equation(self.output(), self.prediction())
        written = [body for meaning in self.reads for body in meaning.bodies]
        fixed = {meaning.name for meaning in self.meanings}
        reading = dict.fromkeys(name for body in written for name in names(body) if name not in fixed)
        return Impossible(equation, (*reading, *self.parameters.values()), (*self.given, s), (Scalar(eta),))

    def difference(self, state: Recurrence, order: int, count: sympy.Symbol, by: tuple[Source, ...]) -> Theorem:
        """The difference of this order of the states is 0, written as a formula for the state of s + order."""
        name, factors = state.name, alternating(order)

        def before(steps: sympy.Expr) -> Expr:
            terms = [-factors[j] * name[s + j, steps] for j in reversed(range(order))]
            return sum(terms[1:], terms[0])

        at_start = unfold(name[s + order, 0], [state])
        return by_recurrence(
            Equation(name[s + order, count], before(count)),
            count,
            state,
            f"${name.text}$ as the data are multiplied by $s$, $s + 1, …$",
            base=(Step(at_start, (state,)), Step(before(sympy.Integer(0)), by)),
            after=(Step(before(count + 1), by),),
        )

    def differences(self) -> tuple[Theorem, ...]:
        """What the differences of the state say of the data sets from 0 to 3, and those of the layers before it."""
        linear = 3 if self.constructed else 2
        found: tuple[Theorem, ...] = ()
        if self.stacked:
            read = self.difference(self.layers_before, linear, L, (self.layers_before, *self.data[::-1]))
            found = self._from_numbers(read, linear)
            later = check(Specialisation(read, {s: s + 1}), "the same from $s + 1$")
            sources: tuple[Source, ...] = (self.token, later, read)
        else:
            sources = (self.scaled_token,)
        order = 3 if self.gated_input else linear
        of_state = self.difference(self.state, order, T, (self.state, *sources))
        return (*self._from_numbers(of_state, order), *found)

    @staticmethod
    def _from_numbers(theorem: Theorem, order: int) -> tuple[Theorem, ...]:
        return tuple(
            check(Specialisation(theorem, {s: sympy.Integer(start)}), f"the same from $s = {start}$")
            for start in reversed(range(4 - order))
        )

    def impossible(self, title: str) -> Theorem:
        """The third difference of the equation says that 6 times the prediction is 0."""
        lemmas = self.differences()
        inputs, weights = self.given
        cases = tuple(
            Case(Scalar(sympy.Integer(factor)), (), ((s, sympy.Integer(number)),))
            for number, factor in enumerate(alternating(3))
        )
        total = Sum(weights().T * inputs[i] * (inputs[i].T * inputs[N + 1]), i, 1, N)
        nonzero = check(
            Independence(Independent(theta * total, (theta,)), (), (inputs,), n),
            "the prediction is not 0 for all data",
        )
        of_state = [lemma for lemma in lemmas if lemma.equation.left.name == self.state.name]  # type: ignore[attr-defined]
        of_layers = [lemma for lemma in lemmas if lemma not in of_state]
        token = self.token if self.stacked else self.scaled_token
        by: tuple[Source, ...] = (self.gradient, *of_state, token, *of_layers, *self.data[::-1])
        return check(
            Absurdity(self.statement(), cases, -6 * eta / N * total, nonzero, -6 / N, (Scalar(eta),), by), title
        )


# ---- depth without gates ---------------------------------------------------------------------------


def affine_map() -> tuple[Theorem, Theorem]:
    """A layer without gates is an affine map of the vector V that it reads: its state, and its outputs added up.

    At step t it reads w_t = P_t V + π_t. Its outputs at all steps make up one vector of the same length, as the next
    layer reads it. So L such layers are V_l = H_l V_{l-1} + h_l, as `Layer.layers_before` has it.
    """
    shapes = {"A": (d, d), "B": (d, m), "b": (d, 1), "C": (v, d), "D": (v, m), "P": (m, v)}
    A, B, b, C, D, P = (Name(letter, shape, arity=1) for letter, shape in shapes.items())
    pi, V, start = Name("π", (m, 1), arity=1), Name("V", (v, 1)), Name("ζ", (d, 1))
    w = Definition(Name("w", (m, 1), arity=1), P[t] * V() + pi[t], (t,))
    z, of_reads, constant = (
        Name(letter, shape, arity=1) for letter, shape in (("z", (d, 1)), ("Φ", (d, v)), ("φ", (d, 1)))
    )
    state = Recurrence(z, t, start(), A[t] * z[t - 1] + B[t] * w.name[t] + b[t])
    weights = (
        Recurrence(of_reads, t, Zero(d, v), A[t] * of_reads[t - 1] + B[t] * P[t]),
        Recurrence(constant, t, start(), A[t] * constant[t - 1] + B[t] * pi[t] + b[t]),
    )

    def value(steps: sympy.Expr) -> Expr:
        return of_reads[steps] * V() + constant[steps]

    of_state = by_recurrence(
        Equation(z[T], value(T)),
        T,
        state,
        "the state of a layer without gates is an affine map of what it reads",
        base=(Step(state.initial, (state,)), Step(value(sympy.Integer(0)), weights)),
        after=(Step(value(T + 1), (w, *weights)),),
    )
    read, c = C[t] * z[t] + D[t] * w.name[t], Name("c", (v, 1))()
    out = Sum(read, t, 1, T) + c
    mapped = Sum(C[t] * of_reads[t] + D[t] * P[t], t, 1, T) * V()
    moved = Sum(C[t] * constant[t] + D[t] * pi[t], t, 1, T) + c
    steps = (Step(unfold(out, [of_state]), (of_state,)), Step(mapped + moved, (w,)))
    return of_state, check(Calculation(out, steps), "and so is everything that it puts out")


# ---- depth in the place of a gate ------------------------------------------------------------------


def two_output_gates() -> Theorem:
    """Two layers with an output gate each: the first has no memory and multiplies y_t by x_tᵀ; the second adds up.

    S_t = C_t e_2 and u_t = S_t (C_t e_1)ᵀ; then Z_t = Z_{t-1} + u_t and o = (η/N) Z_N C_N e_3.
    """
    from_context = LeastSquares(f)
    samples = sympy.Symbol("N", integer=True, positive=True)
    C = Definition(Name("C", (f, 3), arity=1), window(2 * t - 1), (t,))
    e = [Definition(Name(f"e_{j}", (3, 1)), wrap(entries([[int(j == r)] for r in (1, 2, 3)]))) for j in (1, 2, 3)]
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


# ---- any function of each token, a linear readout ---------------------------------------------------


def functions_of_tokens(*, constructed: bool) -> Theorem:
    """Tokens that enter by any functions φ_t, with a linear readout: impossible for N ≥ 2, even if x_N = 0.

    The tokens are the constructed ones or the interleaved windows. The weights of the linear model are multiplied by a
    and the query by b; a and b number the data sets. The sum over the tokens before the last depends only on a, and the
    last token, which is [0 0 b κ] or [0; b κ], only on b. So the mixed difference of the output in a and b is 0, but
    that of the prediction is not.
    """
    a, b = sympy.symbols("a b", integer=True)
    samples, rows = n + 2, sympy.Integer(1) if constructed else f
    xi, W, query = Name("ξ", (f, 1), arity=1), Name("W", (f, rows)), Name("κ", (f, 1))
    shape = (2 * f, sympy.Integer(1)) if constructed else (f, sympy.Integer(3))

    def token(given: Expr, following: Expr, scale: sympy.Expr) -> Expr:
        labelled = scale * (W().T * given)
        if constructed:
            return Blocks(((given * labelled,), (following,)))
        return Blocks(((given, labelled, following),))

    c = Definition(Name("c", shape, arity=2), token(xi[t], xi[t + 1], a), (a, t))
    before = Definition(Name("c'", shape, arity=1), token(xi[n + 1], Zero(f, 1), a), (a,))
    nothing, asked = Zero(f, 1), b * query()
    at_query = Blocks(((nothing,), (asked,))) if constructed else Blocks(((nothing, nothing, asked),))
    last = Definition(Name("c''", shape, arity=1), at_query, (b,))
    A, C, start = Name("A", (d, d), arity=1), Name("C", (rows, d)), Name("ζ", (d, 1))
    phi = Name("φ", (d, 1), arity=1, takes=(shape,))
    psi = Name("ψ", (rows, 1), takes=(shape,))
    z = Name("z", (d, 1), arity=2)
    state = Recurrence(z, t, start(), A[t] * z[a, t - 1] + phi.at((t,), (c.name[a, t],)), (a, t))
    then = Definition(Name("z'", (d, 1), arity=1), A[n + 1] * z[a, n] + phi.at((n + 1,), (before.name[a],)), (a,))
    output = C() * (A[n + 2] * then.name[a] + phi.at((n + 2,), (last.name[b],))) + psi(last.name[b])
    total = Sum(W().T * xi[i] * xi[i].T, i, 1, n + 1) * query()
    prediction = eta / samples * (a * Sum(W().T * xi[i] * xi[i].T, i, 1, n + 1)) * (b * query())
    cases = tuple(
        Case(Scalar(sympy.Integer((-1) ** (p + q))), (), ((a, sympy.Integer(p)), (b, sympy.Integer(q))))
        for p in (0, 1)
        for q in (0, 1)
    )
    nonzero = check(Independence(Independent(theta * total, (theta,)), (), (xi,), n), "the prediction is not always 0")
    statement = Impossible(Equation(output, prediction), (A, C, start, phi, psi), (xi, W, query, a, b), (Scalar(eta),))
    by = (state, then, c, before, last)
    proof = Absurdity(statement, cases, -eta / samples * total, nonzero, -1 / samples, (Scalar(eta),), by)
    of_what = "constructed tokens" if constructed else "interleaved windows"
    return check(proof, f"{of_what}, any function of each of them, a linear readout, $N ≥ 2$")
