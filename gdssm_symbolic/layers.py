"""The definition of the construction: numbers only, shared by everything that computes with it.

`gd_ssm` states what a layer computes for arbitrary f and N, `unroller` unrolls it at given f and N;
the two have nothing else in common. Entries are rational functions of η, N, f; with a penalty also of its weight λ; and
the decay may be left open, as a. Which other symbols are refused is decided where a layer is compared (`decide_layer`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias, TypeVar

import sympy

from .kernel.exact import exact

f = sympy.Symbol("f", integer=True, positive=True)  # feature size
N = sympy.Symbol("N", integer=True, positive=True)  # samples in the context
eta = sympy.Symbol("eta")  # learning rate of gradient descent
lam = sympy.Symbol("lambda")  # weight of an L2 penalty
a = sympy.Symbol("a")  # a decay that is left open

Entries: TypeAlias = sympy.ImmutableDenseMatrix


def entries(rows: Iterable[Iterable[object]]) -> Entries:
    """An immutable matrix from its rows of integers and exact SymPy scalars."""
    return sympy.ImmutableDenseMatrix([[_evaluated(entry) for entry in row] for row in rows])


def _evaluated(value: object) -> sympy.Expr:
    """The exact scalar, built anew if SymPy was told not to evaluate it: 0·N is 0. Raises TypeError as `exact` does."""
    scalar = exact(value)
    return scalar.func(*map(_evaluated, scalar.args)) if scalar.args else scalar


def _make_exact(layer: object, shapes: dict[str, tuple[int, int]], *scalars: str) -> None:
    """Make the fields of a layer exact and immutable; TypeError or ValueError, naming the field, if they cannot be."""
    for name, shape in shapes.items():
        value = getattr(layer, name)
        matrix = entries(value.tolist() if isinstance(value, sympy.MatrixBase) else value)
        if matrix.shape != shape:
            raise ValueError(f"{name} has shape {matrix.rows}×{matrix.cols}, but {shape[0]}×{shape[1]} is needed")
        object.__setattr__(layer, name, matrix)
    for name in scalars:
        object.__setattr__(layer, name, _evaluated(getattr(layer, name)))
    if getattr(layer, "stride", 2) not in (1, 2):
        raise ValueError("stride is 1 (a window at every token) or 2 (at every input)")


@dataclass(frozen=True)
class ConstructedTokenLayer:
    """Proposition 1: scalar targets, one token c_t = [x_t y_t; x_{t+1}] ∈ R^{2f} for each sample.

        z_t = decay · z_{t-1} + Ψᵀ c_t,    o_t = beta · z_tᵀ Θ c_t

    Psi holds the two numbers ψ₁, ψ₂ of Ψᵀ = [ψ₁I ψ₂I], Theta those of Θ = [θ₁I θ₂I]; both f×2f.
    (§3.1, Eqs. 12-16, in the reading in which the shapes fit.)
    """

    Psi: Entries = entries([[-1, 0]])
    Theta: Entries = entries([[0, 1]])
    decay: sympy.Expr = sympy.Integer(1)
    beta: sympy.Expr = -eta / N
    kind: ClassVar[str] = "constructed"

    def __post_init__(self) -> None:
        _make_exact(self, {"Psi": (1, 2), "Theta": (1, 2)}, "decay", "beta")


@dataclass(frozen=True)
class WindowLayer:
    """Proposition 2: vector targets, interleaved tokens x_1, y_1, …, x_{N+1}, windows of three tokens.

        Z_t = decay · Z_{t-1} + C_t Q C_tᵀ,    o_t = beta · Z_t C_t q

    A window starts at every `stride`-th token, so with stride 2 there are N of them,
    C_t = [x_t y_t x_{t+1}] ∈ R^{f×3}; the last one ends at the query x_{N+1}. `read_transposed`
    reads out Z_tᵀ in place of Z_t. (§3.2, Eqs. 17-21, A.1.)
    """

    Q: Entries = entries([[0, 0, 0], [-1, 0, 0], [0, 0, 0]])
    q: Entries = entries([[0], [0], [1]])
    decay: sympy.Expr = sympy.Integer(1)
    beta: sympy.Expr = -eta / N
    stride: int = 2
    read_transposed: bool = False
    kind: ClassVar[str] = "windows"

    def __post_init__(self) -> None:
        _make_exact(self, {"Q": (3, 3), "q": (3, 1)}, "decay", "beta")


@dataclass(frozen=True)
class TwoHeadLayer:
    """Proposition 3: two heads over the same windows, and a matrix V_l that is passed from layer to layer.

        Z_t = decay · Z_{t-1} + C_t Q C_tᵀ,    Z̃_t = decay · Z̃_{t-1} + C_t Q̃ C_tᵀ
        V_l = keep · V_{l-1} + rate · (V_{l-1} Z̃_N - Z_N),    V_0 = W_0ᵀ,    o = V_L C_N q

    Every layer reads the raw tokens; `keep` is 1 unless the loss has a penalty. With `update_transposed`
    the update uses V_{l-1}ᵀ in the bracket, and with `start_transposed` V_0 = W_0, as A.2 prints it.
    (A.2; A.4 for the penalty.)
    """

    Q: Entries = entries([[0, 0, 0], [1, 0, 0], [0, 0, 0]])
    Q_tilde: Entries = entries([[1, 0, 0], [0, 0, 0], [0, 0, 0]])
    q: Entries = entries([[0], [0], [1]])
    decay: sympy.Expr = sympy.Integer(1)
    rate: sympy.Expr = -eta / N
    keep: sympy.Expr = sympy.Integer(1)
    stride: int = 2
    update_transposed: bool = False
    start_transposed: bool = False
    kind: ClassVar[str] = "two heads"

    def __post_init__(self) -> None:
        _make_exact(self, {"Q": (3, 3), "Q_tilde": (3, 3), "q": (3, 1)}, "decay", "rate", "keep")


#: How many steps may be given by their number, with as many layers; there is no limit on a proof for every number.
MOST_LAYERS = 20

Layer = ConstructedTokenLayer | WindowLayer | TwoHeadLayer


AnyLayer = TypeVar("AnyLayer", bound=Layer)


def with_symbolic_decay(layer: AnyLayer) -> AnyLayer:
    """The layer with a for its decay, unless that is 0 or 1: a closed form has powers of symbols only."""
    return layer if layer.decay in (0, 1) else replace(layer, decay=a)


@dataclass(frozen=True)
class GradientDescent:
    """What a layer is held against: `steps` steps, or every number of them (None), on the least-squares loss.

    They start at W_0 = 0 or at any W_0, and the loss may carry an L2 penalty: loss + penalty · ‖W‖². With a forgetting
    factor, sample i of N has the weight forgetting^{N-i} in it. (Eqs. 8, 22; A.2, A.4.)
    """

    steps: int | None = 1
    from_zero: bool = True
    penalty: sympy.Expr = sympy.Integer(0)
    forgetting: sympy.Expr = sympy.Integer(1)

    def __post_init__(self) -> None:
        object.__setattr__(self, "penalty", _evaluated(self.penalty))
        object.__setattr__(self, "forgetting", _evaluated(self.forgetting))
        if self.steps is not None and (isinstance(self.steps, bool) or not isinstance(self.steps, int)):
            raise TypeError(f"the number of steps is an integer or None, not {self.steps!r}")
        if self.steps is not None and self.steps < 0:
            raise ValueError("the number of steps is negative")


ONE_STEP_FROM_ZERO = GradientDescent()
ANY_STEPS = GradientDescent(steps=None, from_zero=False)
