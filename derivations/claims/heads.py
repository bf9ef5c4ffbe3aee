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


PROOF = """
Number the samples from the end, so that $x_0$ is the query, and let head $h$ have the decay $a_h ≥ 0$. In STRIDE a
head was too few because one decay had to give two values that contradict each other. With several heads these become
conditions on sums of powers of the decays, and the question is how many conditions there are.

Take data along a line, $x_i = ξ_i u$ and $y_i = ω x_i$, as there; HEADS.T12 is the output. Let $g_h$ be head $h$'s
$q_3 (Q_{12} + Q_{21} + a_h (Q_{23} + Q_{32}))$, and divide by $‖u‖⁴$. The coefficient of $ω ξ_m² ξ_0$ has the power
$2m−2$ of the decays, and that of $ω ξ_m ξ_{m+1} ξ_0$ the power $2m−1$. An exact layer has $Σ_h g_h a_h^k = 0$ at the
odd $k ≤ 2N − 3$ and $η/N$ at the even $k$ from 2 to $2N − 4$.

Too few decays. Suppose that there are $2N − 4$, and let $e(t) = Π(t − a_h)$. As $e$ is 0 at every decay,
$Σ_h g_h a_h e(a_h) = 0$. Written out, this is a combination of the conditions, in which only the odd coefficients of
$e$ are left: it says that $(η/N) (e(1) − e(−1))/2 = 0$. Up to the sign, this is $η U/(2N)$ with
$U = Π(1 + a_h) − Π(1 − a_h)$. Let $V$ be the same with a plus. By induction on the number of decays

HEADS.T16 HEADS.T17

so that $V ≥ 2$, $U ≥ 0$, and $U > 0$ if one decay is positive. Hence $η = 0$, a contradiction (HEADS.T13; without any
assumption HEADS.T3 and HEADS.T4 for $N = 3$ and 4). Heads that share a decay act as one state (HEADS.T5), so that this
bounds the decays.

One decay more. With $2N − 3$ heads, $e$ has odd degree, and $Σ_h g_h e(a_h) = 0$ needs one more condition,
$Σ_h g_h = η/N$. It holds if $z = 0$ in every head, where $z$ is its $q_1$ or its $Q_{13} + Q_{31}$. HEADS.T14 shows
this head by head: the conditions with and without $z$ are combined so that the head drops out; $2N − 4$ decays are
left, and $z U = 0$. So $U = 0$ again for all of them (HEADS.T15). For $N = 3$ all of this is one identity, with
nothing assumed: HEADS.T1, or HEADS.T2 for $f = 1$. What it needs of the decays is that $U$ is not 0 for all of them
and for pairs (HEADS.T6, HEADS.T7).

Enough heads. Give head $h$ the entries $Q_{21} = c_h − a_h r_h$ and $Q_{32} = r_h$. Both kinds of windows contribute
to every wanted and unwanted product, and their sum has the factor $Σ_h c_h a_h^k$: this has to be 1 at even and 0 at
odd $k ≤ 2N − 3$. These are $2N − 2$ equations with a Vandermonde matrix, invertible for distinct decays. Two
conditions on $r$ remain, at both ends of the sequence. Their solvability is classical and named as an assumption of
HEADS.T9; for $N = 2$ the solution is HEADS.T10.

That an exact layer satisfies the conditions, and the values of $e$, are assumptions of HEADS.T13 to HEADS.T15.
"""

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
    proof=PROOF,
    statement=statement,
    theorems=theorems,
    lemmas=lemmas,
    confirm=confirmed,
    expected_as_printed=Verdict.NOT_PRINTED,
)
