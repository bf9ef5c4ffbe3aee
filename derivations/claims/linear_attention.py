"""LSA, linear self-attention (§2, §3.2, Eqs. 2, 5): its recurrent form; the local attention of a window as one."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.claim import About, Claim, Contradicted, OnDemand, Reading, Verdict, Weight
from gdssm_symbolic.kernel.expressions import Name, Zero
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import f
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.theory.linear_attention import (
    CAUSAL,
    FeatureRows,
    PairedTokens,
    Sequence,
    StackedWindows,
    attention,
    cubic,
    d,
    heads,
    m,
    never_alike,
    quadratic,
    single_tokens,
)
from gdssm_symbolic.writing.narration import Statement

from .common_readings import ill_formed


def statement() -> Statement:
    """The headline: M_t u_t is row t of the masked attention, for every length."""
    return Statement(CAUSAL.statement(), CAUSAL.meanings)


def theorems() -> Mapping[str, Theorem]:
    """The recurrent form; the two true readings of C Q Cᵀ, and why there is no other; von Oswald et al.'s tokens."""
    sequence, rows, tokens = Sequence(), FeatureRows(), PairedTokens()
    return OnDemand(
        {
            "LSA.T1": CAUSAL.recurrent,
            "LSA.T2": sequence.grown,
            "LSA.T3": sequence.rows,
            "LSA.T4": rows.scores,
            "LSA.T5": rows.constructed,
            "LSA.T6": lambda: StackedWindows().output(),
            "LSA.T7": heads,
            "LSA.T8": cubic,
            "LSA.T9": quadratic,
            "LSA.T10": never_alike,
            "LSA.T11": single_tokens,
            "LSA.T12": tokens.token_after,
            "LSA.T13": lambda: PairedTokens(Zero(f, f), own=True).and_the_layer(),
        }
    )


def window_as_sequence() -> Equation:
    """C Q Cᵀ beside Eq. 2 of the window's three tokens, which are the rows of Cᵀ."""
    C, Q = Name("C", (f, 3), arity=1)[t], Name("Q", (3, 3))()
    return Equation(C * Q * C.T, attention(C.T, *(CAUSAL.weights(letter)() for letter in "QKV")))


REPRODUCES = "the local self-attention reproduces that of Eq. 5"
TRUNCATED = "the local self-attention $C Q Cᵀ$ is Eq. 2, truncated"

READINGS = (
    Reading(
        id="LSA.1",
        place="Eq. 3",
        printed="the operator between $A(s_t)$ and $Z_{t−1}$, both in $R^(d×m)$, may be the matrix product",
        read_as="that product as it stands",
        correction=(
            "the operator is elementwise multiplication; for the matrix product $A(s_t)$ has to be $d×d$, or $d = m$"
        ),
        weight=Weight.NOTATION,
        harmless="the product is elementwise in every later formula, with $A = 1$",
        wrong="the sizes do not fit",
        evidence=ill_formed(lambda: Name("A", (d, m), arity=1)[t] * Name("Z", (d, m), arity=1)[t - 1]),
    ),
    Reading(
        id="LSA.2",
        place="Eq. 6",
        printed="$Z_t = A Z_{t−1} + B s_t$ has the form of Eq. 3, for $m$ heads of dimension $d$",
        read_as="$Z_t ∈ R^(d×m)$ as in Eq. 3, and $B s_t$ is a vector in $R^d$",
        correction=(
            "the term that is added has to be in $R^(d×m)$ too, with one matrix $B$ for each head; or the state is one "
            "vector"
        ),
        weight=Weight.NOTATION,
        harmless="after Eq. 6 the sizes of $A$ and $B$ are left open",
        wrong="the sizes do not fit",
        evidence=ill_formed(
            lambda: (
                Name("A", (d, d))() * Name("Z", (d, m), arity=1)[t - 1]
                + Name("B", (d, f))() * Name("s", (f, 1), arity=1)[t]
            )
        ),
    ),
    Reading(
        id="LSA.3",
        place="§2, after Eq. 6",
        printed="$c_t$, which is the linear self-attention of a subsequence, takes the place of $s_t$",
        read_as="$c_t ∈ R^(3×d)$ has the three tokens of the window as its rows, and Eq. 5 uses the product $W_Vᵀ c_t$",
        correction="the update of Eq. 5 takes the stacked window $c_t ∈ R^(3f)$; or the update is $C_t Q C_tᵀ$ itself",
        weight=Weight.NOTATION,
        harmless="the GD-SSM itself is defined without it, by $C_t Q C_tᵀ$",
        wrong="the sizes do not fit",
        evidence=ill_formed(lambda: CAUSAL.weights("V")().T * Name("c", (3, d), arity=1)[t]),
    ),
    Reading(
        id="LSA.4",
        place="§3.2",
        printed=TRUNCATED,
        read_as="Eq. 2 applied to the window, with its three tokens as the rows",
        correction="with the features as the rows, $C Q Cᵀ$ is the part $Q Kᵀ$ of Eq. 2, and its $Q$ is $W_Q W_Kᵀ$",
        row="LSA.6",
        evidence=ill_formed(window_as_sequence),
    ),
    Reading(
        id="LSA.6",
        place="§3.2",
        printed=TRUNCATED,
        read_as="Eq. 2 with its values, applied to the window with its features as the rows, for some weights",
        correction=(
            "no weights work: Eq. 2 is cubic in the tokens, but $C Q Cᵀ$ is quadratic; it is $Q Kᵀ$ alone, without "
            "values"
        ),
        weight=Weight.REMARK,
        harmless="truncated can be read as without values, and then the sentence holds (LSA.7)",
        wrong="the degree is wrong: Eq. 2 is cubic in the tokens",
        evidence=lambda: Contradicted(never_alike(), "Eq. 2 is of degree 3 in the window, $C Q Cᵀ$ of degree 2"),
    ),
    Reading(
        id="LSA.7",
        place="§3.2",
        printed=TRUNCATED,
        read_as=(
            "Eq. 2 applied to the window with its features as the rows, without values: $Q Kᵀ$, with $W_Q W_Kᵀ = Q$"
        ),
        correction="the sentence holds if the text says that the values are truncated",
        about=About.PROPOSITION,
        evidence=lambda: FeatureRows().scores(),
    ),
    Reading(
        id="LSA.8",
        place="§3.2",
        printed=REPRODUCES,
        read_as="Eq. 5 over the single tokens $x_t$ and $y_t$, for some weights",
        correction=(
            "no weights work; Eq. 5 over the stacked windows $c_t = [x_t; y_t; x_{t+1}]$ reproduces it, with one "
            "head for each rank-one term of $Q$"
        ),
        weight=Weight.REMARK,
        harmless="over the stacked windows the sentence holds (LSA.9), and the layer reads windows",
        wrong="over single tokens it is impossible",
        evidence=lambda: Contradicted(
            single_tokens(),
            "over single tokens, the update of Eq. 5 never multiplies a token by another one; $y_t x_tᵀ$ does",
        ),
    ),
    Reading(
        id="LSA.9",
        place="§3.2",
        printed=REPRODUCES,
        read_as="Eq. 5 over the windows, each stacked into one token, with one head for each rank-one term of $Q$",
        correction="the sentence holds",
        about=About.PROPOSITION,
        evidence=heads,
    ),
)

PROOF = """
Weights, tokens and sizes are arbitrary. The state of causal linear attention is $M_t = Σ_{i=1..t} v_i k_iᵀ$, by
induction on $t$; applied to the query $u_t$ it is $Σ_{i=1..t} u_tᵀk_i v_i$ (LSA.T1).

The matrix form of Eq. 2 has the same rows. Its last row is the transpose of $M W_Qᵀ s$, where $s$ is the last token
and $M$ the product of values and keys (LSA.T3), and one more token adds one more product to $M$ (LSA.T2). With a
causal mask, row $t$ is the last row for the first $t$ tokens; so the two forms agree at every length.

For the window there are two readings. With its $f$ features as the rows, the local attention $C Q Cᵀ$ is the product
of queries and keys, for $Q = W_Q W_Kᵀ$:

LSA.T4

For the construction one column each is enough, since its $Q$ has rank 1 (LSA.T5). In the other reading the three
columns are stacked into one token of size $3f$. Weights made of multiples of $I_f$ mix the columns: the value is
$C_t a$, the key $C_t b$ and the query $C_t q$, so that the update of Eq. 5 is $C_t a bᵀ C_tᵀ$, and by induction on $t$
the outputs are equal for $Q = a bᵀ$ (LSA.T6). Every $Q$ is a sum of matrices of rank 1, each of which is a head of its
own (LSA.T7).

Two other readings fail for all weights. Eq. 2 with its values is cubic in the window (LSA.T8), and $C Q Cᵀ$ is
quadratic (LSA.T9). If they were equal for all windows, doubling the window would multiply one side by 8 and the other
by 4, so that $y xᵀ$ would be 0 for all data (LSA.T10). Eq. 5 over single tokens adds $W_Vᵀ y yᵀ W_K$ for the token
$y$: this does not change if $y$ becomes $−y$, but $y xᵀ$ does (LSA.T11). These are LSA.6 and LSA.8.

The linear attention of von Oswald et al. reads tokens $[x_i; y_i]$. Its value is the residual of the start,
$[0; W_0ᵀx_i − y_i]$, and its key is $[x_i; 0]$. The sum of values times keys, applied to the query, is therefore
$N ∇ℒ_N(W_0)ᵀ x_{N+1}$ in the lower half; added to the query's token, it makes the step, from any $W_0$ (LSA.T12). At
$W_0 = 0$ the lower half, times $−1$, is the output of P2 for all data, even if the query's token attends to itself,
since its value is then 0 (LSA.T13).
"""

CLAIM = Claim(
    id="LSA",
    label="linear self-attention",
    place="§2, §3.2, Eqs. 1, 2, 5",
    summary=(
        "The recurrent form and the attention form of causal linear attention are equal at every length. The local "
        "attention $C Q Cᵀ$ of a window can be read in two ways. It is the product of queries and keys in Eq. 2, if "
        "the rows of $C$, one for each feature, are taken as the tokens. It is also the update of Eq. 5, "
        "if the three columns of each window are stacked into one token of size $3f$; so a layer of the GD-SSM is "
        "causal linear attention. The linear attention of von Oswald "
        "et al. over tokens $[x; y]$ gives the same prediction."
    ),
    assumptions=(
        "$Z$ and $q$ already have a meaning, so the state $Z$ of Eq. 5 is called $M$ here, and the query of token $t$ "
        "is called $u_t$; $S$ is the matrix whose rows are the tokens",
        "with a causal mask, row $t$ of the output of Eq. 2 is the last row of its output on the first $t$ tokens "
        "alone, without a mask",
        "the superscript of a weight says where it is used: $c$ for windows stacked into tokens, $w$ for windows with "
        "their features as the rows, $e$ for the tokens $[x; y]$",
        "in Eq. 5 over the stacked windows, $Q$ has rank 1, or there is one head for each rank-one term of $Q$",
    ),
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    expected_as_printed=Verdict.IN_ONE_READING,
    expected_proposition=Verdict.PROVED,
    notes=(
        "Remarks:",
        "Eq. 1 defines attention with a softmax. It is background and makes no claim; softmax is outside the language.",
        "The layer of von Oswald et al. (2023) reads $N$ tokens $[x_i; y_i]$, and one more token for the query, "
        "$[x_{N+1}; −W_0ᵀ x_{N+1}]$. There is no window, and every token is in $R^(2f)$. The query's token is "
        "added to the output of the attention, and the prediction is $−1$ times the second half of this sum. From "
        "$W_0 = 0$ it makes no difference whether the query's token attends to itself; from any other $W_0$ it must "
        "not. The GD-SSM reads $2N + 1$ separate tokens $x_i$ and $y_i$ in $R^f$. The next input is the last column "
        "of a window; in the last window this is the query.",
        "Footnote 1 says that a layer with input-dependent recurrence could simulate local self-attention. The paper "
        "does not prove this, and it is not judged here.",
    ),
)
