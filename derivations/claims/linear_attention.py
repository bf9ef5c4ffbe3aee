"""LSA, linear self-attention (§2, §3.2, Eqs. 2, 5): its recurrent form, and in what sense a window's is one."""

from __future__ import annotations

from derivations.claim import Claim, Contradicted, Evidence, Reading, Verdict
from derivations.claims.common_readings import ill_formed
from gdssm_symbolic.evidence.counterexamples import refute
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


def statement() -> Statement:
    """The headline: M_t u_t is row t of the masked attention, for every length."""
    return Statement(CAUSAL.statement(), CAUSAL.meanings)


def theorems() -> dict[str, Theorem]:
    """The recurrent form; the two true readings of C Q Cᵀ, and why there is no other; von Oswald et al.'s tokens."""
    sequence, rows, tokens = Sequence(), FeatureRows(), PairedTokens()
    return {
        "LSA.T1": CAUSAL.recurrent(),
        "LSA.T2": sequence.grown(),
        "LSA.T3": sequence.rows(),
        "LSA.T4": rows.scores(),
        "LSA.T5": rows.constructed(),
        "LSA.T6": StackedWindows().output(),
        "LSA.T7": heads(),
        "LSA.T8": cubic(),
        "LSA.T9": quadratic(),
        "LSA.T10": never_alike(),
        "LSA.T11": single_tokens(),
        "LSA.T12": tokens.token_after(),
        "LSA.T13": PairedTokens(Zero(f, f), own=True).and_the_layer(),
    }


def window_as_sequence() -> Equation:
    """C Q Cᵀ beside Eq. 2 of the window's three tokens, which are the rows of Cᵀ."""
    C, Q = Name("C", (f, 3), arity=1)[t], Name("Q", (3, 3))()
    return Equation(C * Q * C.T, attention(C.T, *(CAUSAL.weights(letter)() for letter in "QKV")))


def with_values() -> Evidence:
    """The construction's C Q Cᵀ against Q Kᵀ V of the window, with W_Q W_Kᵀ its Q, and values."""
    rows = FeatureRows()
    return refute(rows.with_values(), (rows.Q, rows.C))


TRUNCATED = "the local self-attention C Q Cᵀ is Eq. 2, truncated"

READINGS = (
    Reading(
        id="LSA.1",
        place="Eq. 3",
        printed="the operator between A(s_t) and Z_{t−1}, both of R^(d×m), may be the matrix product",
        read_as="that product as it stands",
        correction="elementwise multiplication; for the matrix product A(s_t) has to be d×d",
        settle=ill_formed(lambda: Name("A", (d, m), arity=1)[t] * Name("Z", (d, m), arity=1)[t - 1]),
    ),
    Reading(
        id="LSA.2",
        place="Eq. 6",
        printed="Z_t = A Z_{t−1} + B s_t has the form of Eq. 3, for m heads of dimension d",
        read_as="Z_t ∈ R^(d×m) as in Eq. 3, and B s_t a vector of R^d",
        correction="what is added has to be of R^(d×m) too: one matrix B for each head, or a state that is one vector",
        settle=ill_formed(
            lambda: (
                Name("A", (d, d))() * Name("Z", (d, m), arity=1)[t - 1]
                + Name("B", (d, f))() * Name("s", (f, 1), arity=1)[t]
            )
        ),
    ),
    Reading(
        id="LSA.3",
        place="§2, after Eq. 6",
        printed="c_t, which is the linear self-attention of a subsequence, takes the place of s_t",
        read_as="in Eq. 5, with the three tokens of the window: W_Vᵀ c_t with c_t ∈ R^(3×d)",
        correction="the update takes the stacked window c_t ∈ R^(3f), or it is C_t Q C_tᵀ itself",
        settle=ill_formed(lambda: CAUSAL.weights("V")().T * Name("c", (3, d), arity=1)[t]),
    ),
    Reading(
        id="LSA.4",
        place="§3.2",
        printed=TRUNCATED,
        read_as="Eq. 2 of the window, whose three tokens are the rows of the sequence",
        correction="with the features as the rows, C Q Cᵀ is the part Q Kᵀ of Eq. 2, and Q is W_Q W_Kᵀ",
        settle=ill_formed(window_as_sequence),
    ),
    Reading(
        id="LSA.5",
        place="§3.2",
        printed=TRUNCATED,
        read_as="Eq. 2 of the window with its features as the rows, W_Q W_Kᵀ = Q, and values",
        correction="Q Kᵀ alone: there are no values",
        settle=with_values,
    ),
    Reading(
        id="LSA.6",
        place="§3.2",
        printed=TRUNCATED,
        read_as="Eq. 2 of the window with its features as the rows, with whatever weights make it right",
        correction="no weights do: Eq. 2 is cubic, C Q Cᵀ quadratic",
        settle=lambda: Contradicted(never_alike()),
    ),
    Reading(
        id="LSA.7",
        place="§3.2",
        printed=TRUNCATED,
        read_as="Eq. 2 of the window with its features as the rows, without values: Q Kᵀ alone, where W_Q W_Kᵀ = Q",
        correction="none is needed, if it is said that the values are what is truncated",
        settle=lambda: FeatureRows().scores(),
    ),
    Reading(
        id="LSA.8",
        place="§3.2",
        printed="the local self-attention reproduces that of Eq. 5",
        read_as="Eq. 5 over the tokens x_t and y_t one by one, with whatever weights make it right",
        correction=(
            "no weights do; Eq. 5 over the stacked windows c_t = [x_t; y_t; x_{t+1}] does, with one head for each rank "
            "of Q"
        ),
        settle=lambda: Contradicted(single_tokens()),
    ),
)

CLAIM = Claim(
    id="LSA",
    label="linear self-attention",
    place="§2, §3.2, Eqs. 1, 2, 5",
    summary=(
        "The recurrent form of causal linear attention gives what its attention form gives, at every length. The "
        "local attention C Q Cᵀ of a window is the part Q Kᵀ of Eq. 2, or the update of Eq. 5 over stacked windows; "
        "so a layer of the GD-SSM is causal linear attention. That of von Oswald et al. over tokens [x; y] predicts "
        "the same."
    ),
    assumptions=(
        "M is the Z of Eq. 5 and u the query, so that Z and q keep their meaning; the rows of S are the tokens, and "
        "with a causal mask row t is the last row of Eq. 2 for the first t tokens",
        "weights with a raised c belong to stacked windows, w to windows with their features as the rows, e to the "
        "tokens [x; y]",
        "Eq. 5 over stacked windows: Q has rank 1, or there is one head for each rank of Q",
    ),
    statement=statement,
    theorems=theorems,
    readings=READINGS,
    expected_as_printed=Verdict.REFUTED,
    notes=(
        "Beside it:",
        "Eq. 1 defines attention with a softmax. It is background, and no claim: the softmax is outside the language.",
        "The tokens of von Oswald et al. (2023) hold x_i and y_i side by side, N of them, and the query has a token "
        "of its own, [x_{N+1}; −W_0ᵀ x_{N+1}]. There is no window, every token is of R^(2f), and the query's token "
        "is added back: the prediction is read from its second half, times −1. From W_0 = 0 it makes no difference "
        "whether the query's token attends to itself; from any other W_0 it must not. The GD-SSM reads x_i and y_i as "
        "separate tokens of R^f, 2N + 1 of them, and meets the next input, at last the query, at the end of a window.",
        "Footnote 1, that a layer with input-dependent recurrence could simulate local self-attention, is not proved "
        "there, and is not judged here.",
    ),
)
