"""The GD-SSM as in the paper, for arbitrary f and N: tokens, windows, local attention, recurrence, readout.

Each function turns the numbers of a layer (`layers`) into definitions in the language. The states are
recurrences; their closed forms are proved elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Sum, Zero, wrap
from gdssm_symbolic.layers import ConstructedTokenLayer, N, TwoHeadLayer, WindowLayer, f

from .least_squares import LeastSquares, i, l, t, x

y = LeastSquares(f).y  # vector targets
target = LeastSquares(sympy.Integer(1)).y  # scalar targets


@dataclass(frozen=True)
class Samples:
    """The samples as the tokens hold them: inputs x_i and targets y_i of one size, or A x_i and B y_i."""

    problem: LeastSquares = LeastSquares()
    A: Expr | None = None
    B: Expr | None = None

    @property
    def size(self) -> sympy.Expr:
        return self.input(N).shape[0]

    def input(self, sample: sympy.Expr) -> Expr:
        return self.problem.x[sample] if self.A is None else self.A * self.problem.x[sample]

    def target(self, sample: sympy.Expr) -> Expr:
        return self.problem.y[sample] if self.B is None else self.B * self.problem.y[sample]


AS_THEY_ARE = Samples()


def token(position: sympy.Expr, samples: Samples = AS_THEY_ARE) -> Expr:
    """Return the token at a position of the interleaved sequence x_1, y_1, x_2, y_2, …, x_{N+1}.

    Odd positions hold inputs and even positions hold targets; `position` must show its parity (2t - 1, 2t, …).
    (§3.2, Eqs. 19-20, with the sequence starting at position 1.)
    """
    half = sympy.expand(position / 2)
    if (sample := half + sympy.Rational(1, 2)).is_integer:
        return samples.input(sample)
    if half.is_integer:
        return samples.target(half)
    raise ValueError(f"position {position} is neither visibly odd nor visibly even")


def window(start: sympy.Expr, samples: Samples = AS_THEY_ARE) -> Expr:
    """Three tokens from `start` on, as the columns of an f×3 matrix (Eq. 21)."""
    return Blocks((tuple(token(start + k, samples) for k in range(3)),))


#: The tokens as one sequence, and the names of its odd and even members.
sequence = Name("s", (f, 1), arity=1)
TOKENS = Definition(x, sequence[2 * t - 1], (t,)), Definition(y, sequence[2 * t], (t,))


def tokens_from(start: sympy.Expr) -> Expr:
    """Three members of the sequence of tokens from `start` on, as columns."""
    return Blocks((tuple(sequence[start + k] for k in range(3)),))


@dataclass(frozen=True)
class WindowHead:
    """One head over windows of three tokens: its names, its definitions, and its unrolled state."""

    Q: Definition
    C: Definition
    D: Definition | None  # the windows between, which exist at stride 1 only
    Z: Recurrence
    decay: sympy.Expr

    @property
    def windows(self) -> tuple[Definition, ...]:
        """The windows and their weights."""
        return self.Q, self.C, *((self.D,) if self.D else ())

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return *self.windows, self.Z

    def drive(self, at: sympy.Expr) -> Expr:
        return attention(self.C.name, self.Q.name, at)

    def unrolled(self, steps: sympy.Expr) -> Expr:
        """The closed form of the state after `steps` samples, Σ decay^{steps-i} C_i Q C_iᵀ (to be proved)."""
        every = 1 if self.D is None else 2
        total = Sum(self.decay ** (every * (steps - i)) * self.drive(i), i, 1, steps)
        if self.D is None:
            return total
        between = self.decay ** (2 * (steps - i) - 1) * attention(self.D.name, self.Q.name, i)
        return total + Sum(between, i, 1, steps - 1)


def attention(windows: Name, weights: Name, at: sympy.Expr) -> Expr:
    """Local linear attention C_t Q C_tᵀ (§3.2)."""
    return windows[at] * weights() * windows[at].T


def window_head(
    layer: WindowLayer | TwoHeadLayer,
    samples: Samples = AS_THEY_ARE,
    *,
    tilde: bool = False,
    stacked: bool = False,
    mark: str = "",
) -> WindowHead:
    """Return one head with its state. The index t counts samples; at stride 1, two windows are read for each sample.

    `tilde` makes it the second head of a two-head layer. `stacked` gives every layer l its own states Z_{l,t}, as in a
    stack of L layers that all read the raw tokens. `mark` distinguishes the state from that of another layer.
    """
    numbers = layer.Q_tilde if tilde and isinstance(layer, TwoHeadLayer) else layer.Q
    sign = "\N{COMBINING TILDE}" * tilde
    mark += "'" * stacked
    Q = Definition(Name(f"Q{sign}", (3, 3)), wrap(numbers))
    size = samples.size
    C, D = (
        Definition(Name(name, (size, 3), arity=1), window(start, samples), (t,))
        for name, start in (("C", 2 * t - 1), ("D", 2 * t))
    )
    indices = (l, t) if stacked else (t,)
    state = Name(f"Z{sign}{mark}", (size, size), arity=len(indices))
    before = state[(*indices[:-1], t - 1)]
    drive = attention(C.name, Q.name, t)
    if layer.stride == 2:
        Z = Recurrence(state, t, Zero(size, size), layer.decay * before + drive, indices)
        return WindowHead(Q, C, None, Z, layer.decay)
    between = attention(D.name, Q.name, t - 1)
    body = layer.decay * (layer.decay * before + between) + drive
    Z = Recurrence(state, t, attention(C.name, Q.name, sympy.Integer(1)), body, indices, start=1)
    return WindowHead(Q, C, D, Z, layer.decay)


def query_selector(layer: WindowLayer | TwoHeadLayer) -> Definition:
    """The readout weights q of C_t q."""
    return Definition(Name("q", (3, 1)), wrap(layer.q))


def window_output(layer: WindowLayer, head: WindowHead, q: Definition, at: sympy.Expr, beta: sympy.Expr) -> Expr:
    """beta · Z_t C_t q (Eq. 18 and the text after Eq. 21)."""
    state = head.Z.at(at)
    return beta * (state.T if layer.read_transposed else state) * head.C.name[at] * q.name()


@dataclass(frozen=True)
class TokenHead:
    """Proposition 1: the names and definitions of a layer over constructed tokens."""

    Psi: Definition
    Theta: Definition
    c: Definition
    z: Recurrence
    decay: sympy.Expr

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        return self.Psi, self.Theta, self.c, self.z

    def drive(self, at: sympy.Expr) -> Expr:
        return self.Psi.name().T * self.c.name[at]

    def unrolled(self, steps: sympy.Expr) -> Expr:
        return Sum(self.decay ** (steps - i) * self.drive(i), i, 1, steps)

    def output(self, at: sympy.Expr, beta: sympy.Expr) -> Expr:
        """beta · z_tᵀ Θ c_t (Eqs. 13, 16)."""
        return beta * self.z.at(at).T * self.Theta.name() * self.c.name[at]


def token_head(layer: ConstructedTokenLayer) -> TokenHead:
    """Eqs. 12-16 with Ψᵀ = [ψ₁I ψ₂I] and Θ = [θ₁I θ₂I]."""

    def row(numbers: sympy.ImmutableDenseMatrix) -> Expr:
        return Blocks((tuple(multiple_of_identity(number) for number in numbers),))

    def column(numbers: sympy.ImmutableDenseMatrix) -> Expr:
        return Blocks(tuple((multiple_of_identity(number),) for number in numbers))

    Psi = Definition(Name("Ψ", (2 * f, f)), column(layer.Psi))
    Theta = Definition(Name("Θ", (f, 2 * f)), row(layer.Theta))
    c = Definition(Name("c", (2 * f, 1), arity=1), Blocks(((x[t] * target[t],), (x[t + 1],))), (t,))
    state = Name("z", (f, 1), arity=1)
    z = Recurrence(state, t, Zero(f, 1), layer.decay * state[t - 1] + Psi.name().T * c.name[t])
    return TokenHead(Psi, Theta, c, z, layer.decay)


def multiple_of_identity(number: sympy.Expr) -> Expr:
    """number·I ∈ R^{f×f}, as one writes it."""
    if number == 0:
        return Zero(f, f)
    return Identity(f) if number == 1 else number * Identity(f)


def update(layer: TwoHeadLayer, state: Expr, first: Expr, second: Expr) -> Expr:
    """Return the parameters after a two-head layer: keep·V + rate·(V Z̃_N - Z_N) (A.2, A.4)."""
    return layer.keep * state + layer.rate * ((state.T if layer.update_transposed else state) * second - first)


def stack(
    layer: TwoHeadLayer, first: Recurrence, second: Recurrence, start: Expr, name: str = "V", at: sympy.Expr = N
) -> Recurrence:
    """V_0 = W_0ᵀ, V_l = the update of V_{l-1} by the states of layer l after all N windows, or after `at`."""
    passed = Name(name, first.name.shape, arity=1)
    states = (state.at(at) for state in (first, second))
    return Recurrence(passed, l, start, update(layer, passed[l - 1], *states))
