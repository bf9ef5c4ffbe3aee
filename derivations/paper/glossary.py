"""The glossary: what the paper writes, what gdssm_symbolic and gdssm_numeric call it, and its shape.

This is the one place where names are matched; a test holds the symbolic names against the modules.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from gdssm_symbolic.writing.prose import plain


@dataclass(frozen=True)
class Term:
    """One name: in the paper, in the exact engine, in the numerical engine."""

    meaning: str
    paper: str  # as printed, with its section or equation
    symbolic: str  # module.name inside gdssm_symbolic
    shape: str
    numeric: str | None = None  # module.name inside gdssm_numeric, when there is one

    def for_a_program(self) -> dict[str, str | None]:
        """Return the entry without dollar signs."""
        return {field: value and plain(value) for field, value in asdict(self).items()}


GLOSSARY: tuple[Term, ...] = (
    Term("feature size", "$f$ (§2)", "layers.f", "integer $≥ 1$", "tasks.Task.features"),
    Term("samples in the context", "$N$ (§3.1)", "layers.N", "integer $≥ 1$", "tasks.Task.samples"),
    Term("learning rate", "$η$ (§3.1)", "layers.eta", "scalar"),
    Term(
        "input $x_i$, and the query $x_{N+1}$",
        "$x_i$ (§3.1)",
        "theory.least_squares.x",
        "$f×1$, $i = 1..N+1$",
        "tasks.Batch.inputs",
    ),
    Term("vector target", "$y_i$ (§3.2)", "theory.gd_ssm.y", "$f×1$, $i = 1..N$", "tasks.Batch.targets"),
    Term("scalar target", "$y_i$ (§3.1)", "theory.gd_ssm.target", "$1×1$, $i = 1..N$", "tasks.Batch.targets"),
    Term(
        "interleaved token",
        "$s_j$ (Eqs. 19, 20)",
        "theory.gd_ssm.token",
        "$f×1$, $j = 1..2N+1$",
        "tasks.Batch.interleaved",
    ),
    Term("context window", "$C_t$ (Eq. 21)", "theory.gd_ssm.window", "$f×3$", "recurrence.windows"),
    Term("local linear attention", "$C Q Cᵀ$ (§3.2)", "theory.gd_ssm.attention", "$f×f$"),
    Term("attention weights", "$Q$ (§3.2)", "layers.WindowLayer.Q", "$3×3$", "window_model.Head.Q"),
    Term(
        "weights of the second head",
        "$Q̃$ (A.2)",
        "layers.TwoHeadLayer.Q_tilde",
        "$3×3$",
        "window_model.WindowModel.second_heads",
    ),
    Term("readout weights", "$q$ (§3.2)", "layers.WindowLayer.q", "$3×1$", "window_model.WindowModel.q"),
    Term("output factor", "$β$ (Eqs. 13, 18)", "layers.WindowLayer.beta", "scalar", "window_model.Head.C"),
    Term(
        "decay of the diagonal recurrence",
        "$A$ (Eq. 3), here a multiple of 1",
        "layers.WindowLayer.decay",
        "scalar",
        "window_model.Head.decay",
    ),
    Term("tokens between two windows", "none: every token", "layers.WindowLayer.stride", "1 or 2"),
    Term(
        "state of a head",
        "$Z_t$, $Z̃_t$ (Eq. 17, A.2)",
        "theory.gd_ssm.window_head",
        "$f×f$, $t = 0..N$",
        "recurrence.step",
    ),
    Term("output", "$o_t$ (Eqs. 13, 18)", "theory.gd_ssm.window_output", "$f×1$", "window_model.WindowModel.forward"),
    Term(
        "input selector for constructed tokens",
        "$Ψ$ (Eq. 12)",
        "layers.ConstructedTokenLayer.Psi",
        "$2f×f$",
        "token_model.TokenModel.Psi",
    ),
    Term(
        "output selector for constructed tokens",
        "$Θ$ (Eq. 13)",
        "layers.ConstructedTokenLayer.Theta",
        "$f×2f$",
        "token_model.TokenModel.Theta",
    ),
    Term("constructed token", "$c_t$ (Eq. 14)", "theory.gd_ssm.token_head", "$2f×1$", "tasks.Batch.constructed"),
    Term(
        "parameters of the implicit model",
        "$w$, $W$ (Eqs. 7, 22)",
        "theory.least_squares.LeastSquares.point",
        "$f×1$, $f×f$",
    ),
    Term(
        "least-squares loss",
        "$L(D_{1:t}; W)$ (Eqs. 8, 22)",
        "theory.least_squares.LeastSquares.loss",
        "$1×1$",
        "descent.loss",
    ),
    Term("gradient of the loss", "$∇ℒ(D_{1:t}; W)$", "theory.least_squares.LeastSquares.gradient", "$f×f$"),
    Term(
        "gradient-descent step",
        "$W − ΔW$ (§3.1)",
        "theory.least_squares.LeastSquares.step",
        "$f×f$",
        "descent.gradient_descent",
    ),
    Term("share of the parameters that a layer keeps", "none: 1", "layers.TwoHeadLayer.keep", "scalar"),
    Term("weight of an L2 penalty", "1 (A.4)", "layers.lam", "scalar"),
    Term("weight of a sample beside that of the next", "none: 1", "layers.GradientDescent.forgetting", "scalar"),
    Term("steps, start and loss of gradient descent", "$l$, $W_0$ (§3.3)", "layers.GradientDescent", "-"),
    Term("matrix passed from layer to layer", "$W_{l−1} + Δ_lW$ (A.2)", "theory.gd_ssm.stack", "$f×f$, $l = 0..L$"),
)
