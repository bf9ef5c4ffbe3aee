"""DIM, inputs and targets of different sizes (§3.2, footnote 3): padded with zeros, or mapped linearly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy

from derivations.claim import About, Claim, Evidence, OnDemand, Reading, Verdict, Weight
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute_for_every_factor
from gdssm_symbolic.evidence.unroller import agrees_padded
from gdssm_symbolic.kernel.definitions import Definition, Meaning
from gdssm_symbolic.kernel.expressions import Expr, Name, Zero, wrap
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import Entries, N, TwoHeadLayer, WindowLayer, entries
from gdssm_symbolic.theory.dimensions import A_BELOW, PROBLEM, Embedded
from gdssm_symbolic.theory.gd_ssm import Samples, query_selector, window_head, window_output
from gdssm_symbolic.theory.least_squares import LeastSquares
from gdssm_symbolic.writing.narration import Statement

EMBEDDED = Embedded(TwoHeadLayer(), WindowLayer(), A_BELOW)
beta = sympy.Symbol("beta")


def statement() -> Statement:
    """The headline: the output of L layers is the prediction, padded with zeros as the targets are."""
    return Statement(EMBEDDED.statement(), EMBEDDED.meanings)


def theorems() -> Mapping[str, Theorem]:
    """Zeros below and above, any map of the targets, any of the inputs; the same for one head; and the gradient."""
    return OnDemand(
        {
            "DIM.T1": EMBEDDED.padded_below,
            "DIM.T2": EMBEDDED.padded_above,
            "DIM.T3": EMBEDDED.any_targets,
            "DIM.T4": EMBEDDED.any_embedding,
            "DIM.T5": EMBEDDED.one_head_padded,
            "DIM.T6": EMBEDDED.one_head_any_embedding,
            "DIM.T7": lambda: check(PROBLEM.expansion, "the gradient of the loss"),
        }
    )


SHEAR = entries([[1, -1], [0, 1]])


def mapped(matrix: Entries) -> tuple[Expr, Expr, tuple[Meaning, ...]]:
    """Inputs of two entries, mapped by an invertible matrix: the output without its factor, and the prediction."""
    two = sympy.Integer(2)
    problem = LeastSquares(two, features=two)
    A = Definition(Name("A", (two, two)), wrap(matrix))
    layer = EMBEDDED.layer
    head, q = window_head(layer, Samples(problem, A.name())), query_selector(layer)
    output = window_output(layer, head, q, N, sympy.Integer(1))
    prediction = problem.prediction(problem.step(Zero(two, two)), problem.x[N + 1])
    return output, prediction, (A, q, *head.meanings, problem.loss, problem.gradient, problem.model)


def invertible_map() -> Evidence:
    """Data at which the output over A x_i is 0 whatever β is, and the prediction is not."""
    output, prediction, meanings = mapped(SHEAR)
    return refute_for_every_factor(output, prediction, beta, meanings)


#: Inputs, targets, the size of the tokens, samples, layers.
SIZES = ((1, 2, 2, 2, 2), (2, 1, 2, 2, 2), (1, 2, 3, 2, 1), (2, 1, 3, 1, 3), (3, 2, 4, 2, 1))


def confirm() -> Iterator[tuple[str, bool]]:
    """The layers run on padded vectors, against gradient descent on the vectors as they are."""
    for inputs, targets, size, samples, steps in SIZES:
        named = f"$c+p={inputs}$, $c+r={targets}$, tokens of size {size}, $N={samples}$, $L={steps}$"
        yield named, agrees_padded(EMBEDDED.layers, inputs, targets, size, samples, steps)


BY_A_MAP = "inputs and targets are brought to one size by a linear transformation"

READINGS = (
    Reading(
        id="DIM.1",
        place="§3.2, footnote 3",
        printed="inputs and targets of sizes $k$ and $l$ are brought to one size by appending zeros",
        read_as=(
            "$k = c + p$ and $l = c + r$; zeros are appended to both, up to the size $c + p + r$ ($k + l$ for $c = 0$)"
        ),
        correction="the sentence holds; the larger of $k$ and $l$ is already enough as the common size",
        about=About.PROPOSITION,
        evidence=EMBEDDED.padded_below,
    ),
    Reading(
        id="DIM.2",
        place="§3.2, footnote 3",
        printed=BY_A_MAP,
        read_as="an invertible matrix $A$ for the inputs, unchanged targets, and one head with some number $β$",
        correction=(
            "the inputs need a matrix $A$ with $AᵀA = I$, such as appending zeros, or a multiple of such a matrix; "
            "with $AᵀA = G$ the output is the prediction for $G x_{N+1}$. The targets may be mapped by any $B$, and a "
            "left inverse of $B$ recovers the prediction"
        ),
        shows="the output over the mapped inputs is 0, and the prediction is not",
        weight=Weight.REMARK,
        harmless="the footnote says that some linear map does it, and appending zeros is one (DIM.3)",
        wrong="not every linear map will do",
        evidence=invertible_map,
    ),
    Reading(
        id="DIM.3",
        place="§3.2, footnote 3",
        printed=BY_A_MAP,
        read_as="some linear map, for example the one that appends zeros",
        correction="the sentence holds for every map $A$ of the inputs with $AᵀA = I$",
        about=About.PROPOSITION,
        evidence=EMBEDDED.padded_below,
    ),
)

PROOF = """
Inputs have size $c + p$, targets $c + r$, and tokens $c + p + r$. Let $A$ and $B$ be any matrices that map inputs and
targets to tokens, and $G = AᵀA$; $W_0$, $η$ and the data are arbitrary. The layers are those of P3, on the tokens
$A x_t$ and $B y_t$, and start with $V_0 = B W_0ᵀ Aᵀ$.

By the inductions of P3.T5 and P3.T6, with the tokens in the place of the samples, the states are
$Z_N = B Σ y_i x_iᵀ Aᵀ$ and $Z̃_N = A Σ x_i x_iᵀ Aᵀ$. The claim is that $V_l$ keeps the form $B U_lᵀ Aᵀ$. If $V_{l−1}$
has it, then $V_{l−1} Z̃_N = B U_{l−1}ᵀ G Σ x_i x_iᵀ Aᵀ$; so $B$ and $Aᵀ$ can be taken out of the whole update. What is
left between them, transposed, is $U_l = U_{l−1} − (η/N) Σ x_i (U_{l−1}ᵀ G x_i − y_i)ᵀ$. With $U_0 = W_0$, induction on
$L$ and $C_N q = A x_{N+1}$ give, for all $A$ and $B$:

DIM.T4

If $G = I$, the recurrence of $U$ is that of gradient descent, so that $U_L = W_L$ by a second induction, and the
output is $B W_Lᵀ x_{N+1}$. Appending zeros to the inputs is such a map: $A$ is a unit matrix above rows of zeros,
hence $AᵀA = I$. On $B$ there is no condition (DIM.T3). If $B$ appends zeros too, the prediction comes out with zeros
below it, which is the headline, DIM.T1; or above it, if the targets are padded there (DIM.T2). Where $B$ has a left
inverse, this recovers the prediction.

The smallest common size is covered: with $c$ the smaller of the two sizes, one of $p$ and $r$ is 0, and the token has
the larger size. With $c = 0$ it has their sum. The numbers $c$, $p$, $r$ and $L$ may be 0.

For one head and one step from 0 the same computation, without the induction over layers, gives

DIM.T6

With zeros appended this is DIM.T5. That $∇ℒ$ is the gradient of the loss, for matrices that are not square, is DIM.T7.

The footnote allows any linear transformation. The matrix $G$ in these formulas shows what that costs: for an
invertible $A$ whose columns are not orthonormal, the inner products of the query with the samples are taken in another
metric. In DIM.2 they are 0 in this metric, so that the output is 0 with any factor $β$, and the prediction is not.
Zeros, and every other isometry, are harmless (DIM.1, DIM.3).
"""

CLAIM = Claim(
    id="DIM",
    label="inputs and targets of different sizes",
    place="§3.2, footnote 3",
    summary=(
        "If inputs and targets have different sizes, they can be padded with zeros: then the layers output the "
        "prediction of gradient descent on the original vectors, padded with zeros in the same way. The same holds for "
        "every linear map $A$ of the inputs with $AᵀA = I$ and every linear map $B$ of the targets."
    ),
    free=("the targets are any vectors; they need not come from a linear model",),
    assumptions=(
        "the inputs have size $c + p$, the targets $c + r$, and the tokens $c + p + r$. For two given sizes, $c$ may "
        "be chosen from 0 to the smaller one, so the token size may be anything from the larger size to the sum",
        "the layers start with $B W_0ᵀ Aᵀ$; with padding this is $W_0ᵀ$ with zeros around it",
        "for general $A$, with $G = AᵀA$, the layers compute the steps "
        "$U_l = U_{l−1} − (η/N) Σ_i x_i (U_{l−1}ᵀ G x_i − y_i)ᵀ$ from $U_0 = W_0$; if $G = I$, these are the steps "
        "$W_l$ of gradient descent",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    confirm=confirm,
    expected_as_printed=Verdict.IN_ONE_READING,
    expected_proposition=Verdict.PROVED,
)
