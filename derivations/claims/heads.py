"""HEADS: how many heads a window at every token needs, if decays are positive; what STRIDE leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import sympy

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.evidence.unroller import Unroller
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import WindowLayer, entries, eta
from gdssm_symbolic.theory import heads, too_few_heads
from gdssm_symbolic.theory.too_few_heads import Heads
from gdssm_symbolic.writing.narration import Statement

#: Sizes f, N at which layers are unrolled, and the decays of their heads, each time the first 2N - 2.
SIZES = (1, 2), (2, 2), (1, 3), (2, 3), (1, 4)
DECAYS = tuple(sympy.Rational(top, bottom) for top, bottom in ((1, 2), (2, 1), (1, 3), (3, 2), (1, 1), (4, 5)))


def statement() -> Statement:
    """The headline: for three samples no three heads do; four do."""
    three = Heads(3, 3, "plane")
    return Statement(three.statement(), three.meanings)


@lru_cache(maxsize=1)
def theorems() -> Mapping[str, Theorem]:
    """Too few for given N, and what is given there; enough; and too few for every N."""
    return OnDemand(
        {
            "HEADS.T1": lambda: too_few_heads.one_head_too_few(3),
            "HEADS.T2": lambda: too_few_heads.one_head_too_few(3, linear=False),
            "HEADS.T3": lambda: too_few_heads.few_decays(3),
            "HEADS.T4": lambda: too_few_heads.few_decays(4),
            "HEADS.T5": too_few_heads.sharing_a_decay,
            "HEADS.T6": lambda: too_few_heads.positive(2),
            "HEADS.T7": lambda: too_few_heads.positive(3),
            "HEADS.T8": lambda: too_few_heads.positive(4),
            "HEADS.T9": heads.enough,
            "HEADS.T10": lambda: heads.solved(2),
            "HEADS.T12": heads.on_a_line,
            "HEADS.T13": lambda: heads.too_few_decays()[0],
            "HEADS.T14": lambda: heads.one_decay_apart()[0],
            "HEADS.T15": lambda: heads.one_head_too_few()[0],
            ("HEADS.T16", "HEADS.T17"): heads.products,
        }
    )


def lemmas() -> dict[str, Theorem]:
    """The state of a head, from its recurrence, and the identities for every N."""
    return {
        "HEADS.T18": heads.unrolled(),
        "HEADS.T19": heads.too_few_decays()[1],
        "HEADS.T20": heads.one_decay_apart()[1],
        "HEADS.T21": heads.one_head_too_few()[1],
    }


def confirmed() -> Iterator[tuple[str, bool]]:
    """Are the outputs of 2N - 2 heads together the prediction, token by token?"""
    for features, samples in SIZES:
        decays = DECAYS[: 2 * samples - 2]
        both = Unroller(features, samples, features, free_start=False)
        outputs = [both.output(layer) for layer in layers(samples, decays)]
        total = [sum(entries[1:], entries[0]) for entries in zip(*outputs, strict=True)]
        yield f"$f={features}$, $N={samples}$, ${2 * samples - 2}$ heads", total == both.prediction()


def layers(samples: int, decays: tuple[sympy.Rational, ...]) -> Iterator[WindowLayer]:
    """The heads of the construction, as layers."""
    own, others = heads.weights(decays)
    for c, r, decay in zip(own, others, decays, strict=True):
        Q = entries([[0, 0, 0], [c - decay * r, 0, 0], [0, r, 0]])
        yield WindowLayer(Q=Q, decay=decay, beta=eta / samples, stride=1)


CLAIM = Claim(
    id="HEADS",
    label="heads for a window at every token",
    place="beyond Proposition 2",
    summary=(
        "Let there be a window at every token, and $N ≥ 2$ samples. If no decay is negative, a layer needs $2N − 2$ "
        "heads to compute a step: $2N − 2$ heads with any distinct positive decays suffice, $2N − 3$ heads do not, and "
        "$2N − 4$ decays do not, however many heads share them. A decay of $−1$ changes this: decays 1 and $−1$ "
        "suffice (STRIDE.T6). No assumption is needed for $N = 2$ (STRIDE.T2, HEADS.T10), for three heads at $N = 3$ "
        "and for $2N − 4$ decays at $N = 3$ and 4 (HEADS.T1 to T4). The theorems for every $N$ (HEADS.T9, HEADS.T13 "
        "to T15) assume what is listed below."
    ),
    assumptions=(
        "the outputs of the heads are added up, and each head has its own $Q_h$, $q_h$ and decay $a_h$; $β$ is "
        "part of $Q_h$. With two samples, one head is too few by STRIDE.T2",
        "the theorems of impossibility for three and four samples rest on no assumption. They hold for all decays "
        "for which the numbers that are given are not 0. If no decay is negative and two are positive, this is so "
        "(HEADS.T6 to HEADS.T8). If at most one is positive, at most two decays are distinct, and HEADS.T3 or "
        "HEADS.T4 applies, with heads of weight 0 and other decays added",
        "they use data of a linear model: for too few decays $y_i = ωx_i$ along one vector $u$; for three heads "
        "$y_i = Wᵀx_i$ with $W$ of rank 1, which needs $f ≥ 2$. For $f = 1$, three heads are excluded with any "
        "targets (HEADS.T2)",
        "for every $N$, samples are numbered from the end: $x_0$ is the query, $x_1$ and $y_1$ are the last "
        "sample. Powers of decays are $π_{h,m} = a_h^{2m}$",
        "HEADS.T9 is for $N ≥ 2$. For $N = 1$ it says nothing, since there are no heads, and its last assumption would "
        "be $0 = 1$. It assumes of the weights $c_{N,h}$ and $r_{N,h}$ the linear equations that follow. For distinct "
        "decays they have a solution, since the Vandermonde matrix is invertible. HEADS.T10 gives it for $N = 2$, a "
        "test for $N = 3$",
        *(f"assumed: {fact}" for fact, _, _ in heads.SOLVED),
        "HEADS.T13 to HEADS.T15, for every $N ≥ 3$, assume what follows. The polynomial $e$ of degree $2N − 4$, or "
        "$2N − 3$ in HEADS.T15, has these values by definition, and the coefficients of an exact layer are those of "
        "the step (HEADS.T12 has them)",
        *(f"assumed: {fact}" for fact in heads.ASSUMED),
        "HEADS.T13 to HEADS.T15 conclude that a number is 0 which is $ηU/(2N)$, where $U = Π(1 + a_h) − Π(1 − a_h)$ "
        "(times $z$ in HEADS.T14, where $z = 0$ follows). Since $U_n = Σ_m a_m V_{m−1}$ and $V_n = 2 + Σ_m a_m "
        "U_{m−1}$ (HEADS.T16, HEADS.T17), it is not 0 if $η ≠ 0$ and no decay is negative, but one is not 0",
    ),
    notes=(
        "What this says of the authors' implementation (CODE):",
        "its decays are exponentials $e^{ΛΔ}$, so all are positive. Its windows have stride 2, where one head is "
        "enough. With a window at every token, as Proposition 2 has it, a layer with such decays needs $2N − 2$ "
        "heads or more: the number of heads grows with the number of samples. The code has a decay for each entry "
        "of the state; along a vector $u = e_1$ only the first entry counts (STRIDE.T8)",
    ),
    statement=statement,
    theorems=theorems,
    lemmas=lemmas,
    confirm=confirmed,
    expected_as_printed=Verdict.NOT_PRINTED,
)
