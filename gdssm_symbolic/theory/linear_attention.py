"""Linear self-attention (Eqs. 2, 5) compared with the GD-SSM: recurrent form, windows as sequences, tokens [x; y].

With queries u_t = W_Qᵀ s_t, keys k_t = W_Kᵀ s_t and values v_t = W_Vᵀ s_t (the paper's q, k, v; its Z is M here)

    M_t = M_{t-1} + v_t k_tᵀ,    M_t u_t = Σ_{i≤t} (u_tᵀ k_i) v_i,

which is row t of Q Kᵀ V with a causal mask. A window C_t is read in two ways: as a sequence of f tokens in R³, whose
Q Kᵀ is C_t Q C_tᵀ; and as one stacked token c_t ∈ R^{3f}, whose v kᵀ is C_t a bᵀ C_tᵀ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.impossibility import Absurdity, Case, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Scalar, Sum, Zero, wrap
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import Entries, N, WindowLayer, entries, eta, f

from .closed_form import closed_form
from .gd_ssm import multiple_of_identity, window_head, y
from .least_squares import LeastSquares, i, t, x
from .one_step import OneStep
from .recurrences import as_sum, by_recurrence, counter

d = sympy.Symbol("d", integer=True, positive=True)  # dimension of values
m = sympy.Symbol("m", integer=True, positive=True)  # dimension of keys and queries
T = sympy.Symbol("T", integer=True, positive=True)  # tokens of a sequence, not counting the last
r = sympy.Symbol("r", integer=True, positive=True)  # heads
h = sympy.Symbol("h", integer=True, positive=True)  # one head
scale = sympy.Symbol("s")

a_1, a_2, a_3, b_1, b_2, b_3, q_1, q_2, q_3 = sympy.symbols("a_1:4 b_1:4 q_1:4")


def marked(text: str, mark: str, shape: tuple[sympy.Expr, sympy.Expr], arity: int = 0) -> Name:
    """W_V with a mark is W^c_V; without a mark it is W_V."""
    return Name(f"{text[0]}^{mark}{text[1:]}" if mark else text, shape, arity)


# ---- the recurrent form ---------------------------------------------------------------------------


@dataclass(frozen=True)
class CausalAttention:
    """Causal linear attention as a recurrence (Eq. 5), over the tokens of a family.

    `given` holds the meanings of tokens and weights; it is empty if they are arbitrary.
    """

    token: Name
    values: sympy.Expr = d
    keys: sympy.Expr = m
    mark: str = ""
    given: tuple[Meaning, ...] = ()

    def weights(self, letter: str) -> Name:
        size = self.values if letter == "V" else self.keys
        return marked(f"W_{letter}", self.mark, (self.token.shape[0], size))

    def _projection(self, text: str, letter: str) -> Definition:
        weights = self.weights(letter)
        name = marked(text, self.mark, (weights.shape[1], sympy.Integer(1)), arity=1)
        return Definition(name, weights().T * self.token[t], (t,))

    @cached_property
    def u(self) -> Definition:
        return self._projection("u", "Q")

    @cached_property
    def k(self) -> Definition:
        return self._projection("k", "K")

    @cached_property
    def v(self) -> Definition:
        return self._projection("v", "V")

    def drive(self, at: sympy.Expr) -> Expr:
        return self.v.name[at] * self.k.name[at].T

    @cached_property
    def state(self) -> Recurrence:
        name = marked("M", self.mark, (self.values, self.keys), arity=1)
        return Recurrence(name, t, Zero(self.values, self.keys), name[t - 1] + self.drive(t))

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return (*self.given, self.u, self.k, self.v, self.state)

    def output(self, at: sympy.Expr) -> Expr:
        """M_t u_t (Eq. 4 with U(s_t) = u_t)."""
        return self.state.at(at) * self.u.name[at]

    def row(self, at: sympy.Expr) -> Expr:
        """Row t of Q Kᵀ V with a causal mask, as a column: Σ_{i≤t} (u_tᵀ k_i) v_i."""
        return Sum((self.u.name[at].T * self.k.name[i]) * self.v.name[i], i, 1, at)

    def statement(self) -> Equation:
        return Equation(self.output(t), self.row(t))

    def recurrent(self) -> Theorem:
        """The recurrence gives the rows of the masked attention, whatever the length."""
        summed = as_sum(self.state, lambda steps: Sum(self.drive(i), i, 1, steps))
        left, right = self.statement().parts
        calculation = Calculation(left, (Step(unfold(left, [summed]), (summed,)), Step(right)))
        return check(calculation, "causal linear attention as a recurrence")


CAUSAL = CausalAttention(Name("s", (f, 1), arity=1))


def attention(rows: Expr, queries: Expr, keys: Expr, values: Expr) -> Expr:
    """Q Kᵀ V with Q = S W_Q, K = S W_K, V = S W_V (Eq. 2)."""
    return rows * queries * (rows * keys).T * (rows * values)


class Sequence:
    """Eq. 2 for a sequence of T + 1 tokens in R^f, the rows of S = [S'; s'ᵀ], where s' is the last token."""

    before = Name("S'", (T, f))
    last = Name("s'", (f, 1))
    S = Definition(Name("S", (T + 1, f)), Blocks(((before(),), (last().T,))))

    def weights(self, letter: str) -> Expr:
        return CAUSAL.weights(letter)()

    def memory(self, rows: Expr, mark: str) -> Definition:
        """Vᵀ K, the part of Eq. 2 that Eq. 5 computes."""
        name = Name(f"M^{mark}", (d, m))
        return Definition(name, (rows * self.weights("V")).T * (rows * self.weights("K")))

    @property
    def whole(self) -> Definition:
        return self.memory(self.S.name(), "S")

    def projected(self, letter: str) -> Expr:
        """The last token's query, key or value."""
        return self.weights(letter).T * self.last()

    def grown(self) -> Theorem:
        """Vᵀ K with one more token: Eq. 5 is the recurrence of this matrix."""
        earlier = self.memory(self.before(), "{S'}")
        token = self.projected("V") * self.projected("K").T
        steps = (Step(earlier.name() + token, (self.whole, earlier, self.S)),)
        return check(Calculation(self.whole.name(), steps), "$Vᵀ K$ of Eq. 2 with one more token")

    def rows(self) -> Theorem:
        """Q Kᵀ V, row by row: the last one is M u for the state M = Vᵀ K and the last token's query."""
        memory, weights = self.whole.name(), [self.weights(letter) for letter in "QKV"]
        last = memory * self.projected("Q")
        split = Blocks(((self.before() * weights[0] * memory.T,), (last.T,)))
        first = attention(self.S.name(), *weights)
        return check(Calculation(first, (Step(split, (self.whole, self.S)),)), "Eq. 2 row by row")


# ---- windows as sequences of features ----------------------------------------------------------------


LAYER = WindowLayer()


class FeatureRows:
    """The window C_t ∈ R^{f×3} as a sequence of f tokens of R³: its features are the rows."""

    W_Q = marked("W_Q", "w", (sympy.Integer(3), m))
    W_K = marked("W_K", "w", (sympy.Integer(3), m))

    @property
    def C(self) -> Definition:
        return window_head(LAYER).C

    @property
    def Q(self) -> Definition:
        return window_head(LAYER).Q

    def scores(self) -> Theorem:
        """Q Kᵀ of the window is C_t (W_Q W_Kᵀ) C_tᵀ."""
        C = self.C.name[t]
        scores = C * self.W_Q() * (C * self.W_K()).T
        return check(
            Calculation(scores, (Step(C * (self.W_Q() * self.W_K().T) * C.T),)),
            "the scores $Q Kᵀ$ of a window, its features as rows",
        )

    def constructed(self) -> Theorem:
        """The construction's Q is one column times one row: W_Q = -e₂, W_K = e₁."""
        C, W_Q, W_K = self.C.name[t], wrap(LAYER.Q[:, 0]), wrap(entries([[1], [0], [0]]))
        scores = C * W_Q * (C * W_K).T
        return check(
            Calculation(C * self.Q.name() * C.T, (Step(scores, (self.Q, self.C)),)),
            "the scores of the construction",
        )


def linear_self_attention(shape: tuple[sympy.Expr, sympy.Expr], weights: tuple[Name, Name, Name]) -> Definition:
    """LSA as a function of a sequence of this shape."""
    X = Name("X", shape)
    name = Name("LSA", (shape[0], weights[2].shape[1]), takes=(shape,))
    return Definition(name, attention(X(), *(one() for one in weights)), (), (X,))


ANY_Q = Name("Q^w", (3, 3))
ANY_WINDOW = Name("C^w", (f, 3))


def cubic() -> Theorem:
    """LSA(sS) = s³ LSA(S)."""
    S = Name("S'", (T, f))()
    LSA = linear_self_attention(S.shape, tuple(CAUSAL.weights(letter) for letter in "QKV"))  # type: ignore[arg-type]
    calculation = Calculation(LSA.name(scale * S), (Step(scale**3 * LSA.name(S), (LSA,)),))
    return check(calculation, "Eq. 2 is cubic")


def quadratic() -> Theorem:
    """(sC) Q (sC)ᵀ = s² C Q Cᵀ for every window C and every Q."""
    C, Q = ANY_WINDOW(), ANY_Q()
    calculation = Calculation((scale * C) * Q * (scale * C).T, (Step(scale**2 * (C * Q * C.T)),))
    return check(calculation, "local self-attention is quadratic")


def _not_always_zero(matrix: Expr) -> Theorem:
    theta = sympy.Symbol("theta")
    return check(Independence(Independent(theta * matrix, (theta,))), "$y xᵀ$ is not 0 for all data")


def never_alike() -> Theorem:
    """No weights make LSA(C) = C Q Cᵀ for all C: for Δ(C) = LSA(C) - C Q Cᵀ, Δ(2C) - 8 Δ(C) = 4 C Q Cᵀ = -4 y xᵀ.

    The rows of W_Q, W_K and W_V are the unknowns.
    """
    columns = [Name(f"X_{j}", (f, 1)) for j in (1, 2, 3)]
    rows = [Name(f"{letter}^w", (size, 1), arity=1) for letter, size in zip("qkv", (m, m, f), strict=True)]
    window = Blocks((tuple(column() for column in columns),))
    weights = [Blocks(tuple((row[j].T,) for j in (1, 2, 3))) for row in rows]
    Q, given = FeatureRows().Q, [Name(f"{letter}'", (f, 1))() for letter in "xyz"]
    product = given[1] * given[0].T
    statement = Impossible(
        Equation(attention(window, *weights), window * Q.name() * window.T), tuple(rows), tuple(columns)
    )
    cases = tuple(
        Case(
            Scalar(sympy.Integer(weight)),
            tuple(Definition(column, times * one) for column, one in zip(columns, given, strict=True)),
        )
        for times, weight in ((2, 1), (1, -8))
    )
    scaled = sympy.Integer(-4)
    proof = Absurdity(statement, cases, scaled * product, _not_always_zero(product), scaled, (), (Q,))
    return check(proof, "no weights make Eq. 2 of a window $C Q Cᵀ$")


def single_tokens() -> Theorem:
    """No weights make the updates of Eq. 5 by the tokens x and y equal to C Q Cᵀ = -y xᵀ.

    Let Δ'(x, y) be the updates minus C Q Cᵀ. Then Δ'(x, y) - Δ'(x, -y) = 2 y xᵀ.
    """
    first, second = Name("x'", (f, 1))(), Name("y'", (f, 1))()
    left, right = Name("X_1", (f, 1)), Name("X_2", (f, 1))
    W_V, W_K = (replace(CAUSAL, values=f, keys=f).weights(letter) for letter in "VK")

    def update(token: Expr) -> Expr:
        return (W_V().T * token) * (W_K().T * token).T

    Q = FeatureRows().Q
    query = Name("x''", (f, 1))
    window = Blocks(((left(), right(), query()),))
    equation = Equation(update(left()) + update(right()), window * Q.name() * window.T)
    cases = tuple(
        Case(Scalar(sympy.Integer(sign)), (Definition(left, first), Definition(right, sign * second)))
        for sign in (1, -1)
    )
    product, scale = second * first.T, sympy.Integer(2)
    statement = Impossible(equation, (W_V, W_K), (left, right, query))
    proof = Absurdity(statement, cases, scale * product, _not_always_zero(product), scale, (), (Q,))
    return check(proof, "no weights make Eq. 5 over single tokens $C Q Cᵀ$")


# ---- stacked windows ---------------------------------------------------------------------------------


class StackedWindows:
    """Windows as tokens c_t = [x_t; y_t; x_{t+1}] ∈ R^{3f}, with weights that are a multiple of I on each third.

    The multiples are `left` = a for W_V, `right` = b for W_K and `query` = q for W_Q. Then v_t = C_t a, k_t = C_t b and
    u_t = C_t q.
    """

    left = entries([[a_1], [a_2], [a_3]])
    right = entries([[b_1], [b_2], [b_3]])
    query = entries([[q_1], [q_2], [q_3]])

    c = Definition(Name("c", (3 * f, 1), arity=1), Blocks(((x[t],), (y[t],), (x[t + 1],))), (t,))

    @cached_property
    def attention(self) -> CausalAttention:
        weights = tuple(
            Definition(marked(f"W_{letter}", "c", (3 * f, f)), _thirds(numbers))
            for letter, numbers in (("Q", self.query), ("K", self.right), ("V", self.left))
        )
        return CausalAttention(self.c.name, f, f, "c", (self.c, *weights))

    @cached_property
    def layer(self) -> WindowLayer:
        """The layer of the GD-SSM with which it is compared, with Q = a bᵀ."""
        return WindowLayer(Q=entries((self.left * self.right.T).tolist()), q=self.query, beta=sympy.Integer(1))

    @cached_property
    def one_step(self) -> OneStep:
        return OneStep(self.layer)

    def same_state(self) -> Theorem:
        """M_n = Z_n: Eq. 5 over stacked windows has the state of the GD-SSM with Q = a bᵀ."""
        mine, other = self.attention.state, self.one_step.state
        count = counter(mine)
        projections = (self.attention.v, self.attention.k, *self.attention.given)
        return by_recurrence(
            Equation(mine.at(count), other.at(count)),
            count,
            mine,
            "Eq. 5 over stacked windows",
            base=(Step(mine.initial, (mine,)), Step(other.at(0), (other,))),
            after=(Step(other.at(count + 1), (other, *projections, *self.one_step.readout)),),
        )

    def output(self) -> Theorem:
        """M_t u_t = Z_t C_t q at every step."""
        same, attention = self.same_state(), self.attention
        left, right = attention.output(t), self.one_step.output(t, self.layer.beta)
        steps = (
            Step(unfold(left, [same]), (same,)),
            Step(right, (attention.u, *attention.given, *self.one_step.readout)),
        )
        return check(Calculation(left, steps), "a layer of the GD-SSM is causal linear attention over stacked windows")


def _thirds(numbers: Entries) -> Expr:
    """[αI; βI; γI] ∈ R^{3f×f}."""
    return Blocks(tuple((multiple_of_identity(number),) for number in numbers))


def heads() -> Theorem:
    """Σ_h v_{h,t} k_{h,t}ᵀ = C_t (Σ_h a_h b_hᵀ) C_tᵀ: one head for each rank of Q."""
    left, right = (Name(letter, (1, 1), arity=2) for letter in "ab")

    def weights(letter: str, numbers: Name) -> Definition:
        name = Name(letter, (3 * f, f), arity=1)
        return Definition(name, Blocks(tuple((numbers[h, j] * Identity(f),) for j in (1, 2, 3))), (h,))

    def column(text: str, numbers: Name) -> Definition:
        name = Name(text, (3, 1), arity=1)
        return Definition(name, Blocks(tuple((numbers[h, j],) for j in (1, 2, 3))), (h,))

    W_V, W_K, c = weights("V", left), weights("K", right), StackedWindows.c
    A, B = column("A", left), column("B", right)
    C = FeatureRows().C
    index = sympy.Symbol("h", integer=True)
    one = (W_V.name[index].T * c.name[t]) * (W_K.name[index].T * c.name[t]).T
    numbers = Sum(A.name[index] * B.name[index].T, index, 1, r)
    sources = (W_V, W_K, c, A, B, C)
    return check(
        Calculation(Sum(one, index, 1, r), (Step(C.name[t] * numbers * C.name[t].T, sources),)),
        "one head for each rank of $Q$",
    )


# ---- von Oswald et al. (2023) --------------------------------------------------------------------------


@dataclass(frozen=True)
class PairedTokens:
    """Linear self-attention over tokens e_i = [x_i; y_i], and the token e_{N+1} = [x_{N+1}; -W_0ᵀx_{N+1}] of the query.

        e⁺ = e_{N+1} + P Σ_i (W_V e_i) (W_K e_i)ᵀ W_Q e_{N+1},    P = (η/N) I,
        W_K = W_Q = [I 0; 0 0],    W_V = [0 0; W_0ᵀ -I]

    (von Oswald et al. 2023, Prop. 1; their W_0 is W_0ᵀ here.) The sum is over the samples. With `own` it also includes
    the query's own token, which adds 0 if W_0 = 0.
    """

    start: Expr = Name("W_0", (f, f))()
    own: bool = False

    problem = LeastSquares(f)

    @property
    def _from_zero(self) -> bool:
        return isinstance(self.start, Zero)

    @cached_property
    def token(self) -> Definition:
        return Definition(Name("e", (2 * f, 1), arity=1), Blocks(((x[t],), (y[t],))), (t,))

    @cached_property
    def query(self) -> Definition:
        first = Zero(f, 1) if self._from_zero else -self.start.T * x[N + 1]
        return Definition(Name("e^q", (2 * f, 1)), Blocks(((x[N + 1],), (first,))))

    @cached_property
    def weights(self) -> tuple[Definition, Definition, Definition]:
        """W_Q, W_K and W_V."""
        O, I = Zero(f, f), Identity(f)  # noqa: E741
        chosen = Blocks(((I, O), (O, O)))
        start = O if self._from_zero else self.start.T
        values = Blocks(((O, O), (start, -I)))
        named = {"Q": chosen, "K": chosen, "V": values}
        W_Q, W_K, W_V = (Definition(marked(f"W_{key}", "e", (2 * f, 2 * f)), body) for key, body in named.items())
        return W_Q, W_K, W_V

    @cached_property
    def updated(self) -> Definition:
        """e⁺, the query's token after the layer."""
        W_Q, W_K, W_V = (one.name() for one in self.weights)
        query = self.query.name()

        def term(key: Expr) -> Expr:
            return (W_V * key) * (W_K * key).T

        total = Sum(term(self.token.name[i]), i, 1, N)
        memory = total + term(query) if self.own else total
        return Definition(Name("e^+", (2 * f, 1)), query + eta / N * (memory * (W_Q * query)))

    @property
    def parts(self) -> tuple[Definition, ...]:
        return (self.token, self.query, *self.weights)

    def prediction(self) -> Expr:
        return self.problem.prediction(self.problem.step(self.start), x[N + 1])

    def token_after(self) -> Theorem:
        """e⁺ = [x_{N+1}; -(the prediction after one step from W_0)]."""
        gradient = self.problem.gradient
        updated = self.updated.name()
        added = eta / N * Sum((self.start.T * x[i] - y[i]) * (x[i].T * x[N + 1]), i, 1, N)
        summed = Blocks(((x[N + 1],), (added - self.start.T * x[N + 1],)))
        statement = Blocks(((x[N + 1],), (-self.prediction(),)))
        steps = (Step(summed, (self.updated, *self.parts)), Step(statement, (gradient,)))
        return check(Calculation(updated, steps), "linear self-attention over tokens $[x; y]$, from any $W_0$")

    def and_the_layer(self) -> Theorem:
        """[0 -I] e⁺ = the prediction after one step from 0 = the last output of the GD-SSM."""
        readout = Blocks(((Zero(f, f), -Identity(f)),))
        given = readout * self.updated.name()
        summed = closed_form(unfold(given, [self.updated, *self.parts]))
        start = (Step(summed, (self.updated, *self.parts)), Step(self.prediction(), (self.problem.gradient,)))
        steps = (*start, *OneStep(LAYER).from_prediction())
        return check(Calculation(given, steps), "linear attention, gradient descent and the GD-SSM")
