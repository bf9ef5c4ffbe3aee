"""The glossary: what the paper writes, what gdssm_symbolic and gdssm_numeric call it, and its shape.

This is the one place where names are matched; a test holds the symbolic names against the modules.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One name: in the paper, in the exact engine, in the numerical engine."""

    meaning: str
    paper: str  # as printed, with its section or equation
    symbolic: str  # module.name inside gdssm_symbolic
    shape: str
    numeric: str | None = None  # module.name inside gdssm_numeric, when there is one


GLOSSARY: tuple[Entry, ...] = (
    Entry("feature size", "f (§2)", "construction.f", "integer ≥ 1", "tasks.Task.features"),
    Entry("samples in the context", "N (§3.1)", "construction.N", "integer ≥ 1", "tasks.Task.samples"),
    Entry("learning rate", "η (§3.1)", "construction.eta", "scalar"),
    Entry(
        "input x_i, and the query x_{N+1}", "x_i (§3.1)", "gradient_descent.x", "f×1, i = 1..N+1", "tasks.Batch.inputs"
    ),
    Entry("vector target", "y_i (§3.2)", "model.y", "f×1, i = 1..N", "tasks.Batch.targets"),
    Entry("scalar target", "y_i (§3.1)", "model.target", "1×1, i = 1..N", "tasks.Batch.targets"),
    Entry("interleaved token", "s_j (Eqs. 19, 20)", "model.token", "f×1, j = 1..2N+1", "tasks.Batch.interleaved"),
    Entry("context window", "C_t (Eq. 21)", "model.window", "f×3", "recurrence.windows"),
    Entry("local linear attention", "C Q Cᵀ (§3.2)", "model.attention", "f×f"),
    Entry("attention weights", "Q (§3.2)", "construction.WindowLayer.Q", "3×3", "window_model.Head.Q"),
    Entry(
        "weights of the second head",
        "Q̃ (A.2)",
        "construction.TwoHeadLayer.Q_tilde",
        "3×3",
        "window_model.WindowModel.second_heads",
    ),
    Entry("readout weights", "q (§3.2)", "construction.WindowLayer.q", "3×1", "window_model.WindowModel.q"),
    Entry("output factor", "β (Eqs. 13, 18)", "construction.WindowLayer.beta", "scalar", "window_model.Head.C"),
    Entry(
        "decay of the diagonal recurrence",
        "A (Eq. 3), here a multiple of 1",
        "construction.WindowLayer.decay",
        "scalar",
        "window_model.Head.decay",
    ),
    Entry("tokens between two windows", "none: every token", "construction.WindowLayer.stride", "1 or 2"),
    Entry("state of a head", "Z_t, Z̃_t (Eq. 17, A.2)", "model.window_head", "f×f, t = 0..N", "recurrence.step"),
    Entry("output", "o_t (Eqs. 13, 18)", "model.window_output", "f×1", "window_model.WindowModel.forward"),
    Entry(
        "input selector for constructed tokens",
        "Ψ (Eq. 12)",
        "construction.ConstructedTokenLayer.Psi",
        "2f×f",
        "token_model.TokenModel.Psi",
    ),
    Entry(
        "output selector for constructed tokens",
        "Θ (Eq. 13)",
        "construction.ConstructedTokenLayer.Theta",
        "f×2f",
        "token_model.TokenModel.Theta",
    ),
    Entry("constructed token", "c_t (Eq. 14)", "model.token_head", "2f×1", "tasks.Batch.constructed"),
    Entry("parameters of the implicit model", "w, W (Eqs. 7, 22)", "gradient_descent.LeastSquares.point", "f×1, f×f"),
    Entry(
        "least-squares loss", "L(D_{1:t}; W) (Eqs. 8, 22)", "gradient_descent.LeastSquares.loss", "1×1", "descent.loss"
    ),
    Entry("gradient of the loss", "∇ℒ(D_{1:t}; W)", "gradient_descent.LeastSquares.gradient", "f×f"),
    Entry(
        "gradient-descent step",
        "W − ΔW (§3.1)",
        "gradient_descent.LeastSquares.step",
        "f×f",
        "descent.gradient_descent",
    ),
    Entry("share of the parameters that a layer keeps", "none: 1", "construction.TwoHeadLayer.keep", "scalar"),
    Entry("weight of an L2 penalty", "1 (A.4)", "construction.lam", "scalar"),
    Entry("weight of a sample beside that of the next", "none: 1", "construction.GradientDescent.forgetting", "scalar"),
    Entry("steps, start and loss of gradient descent", "l, W_0 (§3.3)", "construction.GradientDescent", "-"),
    Entry("matrix passed from layer to layer", "W_{l−1} + Δ_lW (A.2)", "model.stack", "f×f, l = 0..L"),
)
