"""OPTL: the best coefficients of L steps, and the learning rates that they are, for all f and N.

What L layers compute is Σ_k c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1}, k < L: which coefficients are best is a question about the
moments of X Xᵀ alone. For normal inputs and linear attention, one layer, see Ahn et al. 2023.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from derivations.claim import Claim, OnDemand, Verdict
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.best_steps import BestSteps, ExplicitSteps, independence
from gdssm_symbolic.writing.narration import Statement

MOST_STEPS = 3
ANY = AnyLaw("mu", 4 * MOST_STEPS)
HEADLINE = BestSteps(MOST_STEPS, ANY)


#: For a law and a number of steps the numbers of the theorems.
EXPLICIT: tuple[tuple[Law, int, tuple[int, ...]], ...] = (
    (Uniform(), 1, (5, 6, 7, 8)),
    (Uniform(), 2, (9, 10, 11, 12, 13, 14, 15)),
    (Uniform(), 3, (16, 17, 18, 19, 20, 21, 22, 23, 24)),
    (Normal(), 1, (25, 26, 27, 28)),
    (Normal(), 2, (29, 30, 31, 32, 33, 34, 35)),
    (Normal(), 3, (36, 37, 38, 39, 40, 41, 42, 43, 44)),
)


def theorems() -> Mapping[str, Theorem]:
    """For every law with three, two and one steps; uniqueness; then uniform and normal inputs.

    For these, and each number of steps: the normal equations, solved, and the signs on which the learning rates rest.
    """
    explicit: dict[str | tuple[str, ...], Callable[[], Iterable[Theorem]]] = {
        tuple(f"OPTL.T{number}" for number in numbers): partial(solved, law, steps) for law, steps, numbers in EXPLICIT
    }
    return OnDemand(
        {
            "OPTL.T1": HEADLINE.completed,
            "OPTL.T2": BestSteps(2, ANY).completed,
            "OPTL.T3": BestSteps(1, ANY).completed,
            "OPTL.T4": partial(independence, MOST_STEPS),
            **explicit,
        }
    )


def solved(law: Law, steps: int) -> tuple[Theorem, ...]:
    """The normal equations, solved, and the signs on which the learning rates rest."""
    explicit = ExplicitSteps(BestSteps(steps, law))
    return *explicit.equations(), *explicit.positive()


CLAIM = Claim(
    id="OPTL",
    label="the best coefficients of $L$ steps",
    place="What the best predictor is",
    summary=(
        "Let $S = Σ_i x_i x_iᵀ$. For $L = 1, 2, 3$, the expected squared error of the predictor "
        "$Σ_k c_k Σ_i y_i x_iᵀ S^k x_{N+1}$ is its minimum plus a positive definite quadratic form in $c − A/D$, with "
        "a vector $A$ and a number $D$ that the theorem for each $L$ gives. So $c = A/D$, a rational function of $f$ "
        "and $N$, is the unique minimiser. For uniform and for normal inputs without noise, its entries are "
        "$c_k = a_k/d$, with polynomials $a_k$ and $d$ in $f$, $N$ and the scale $α$ of the inputs. Then the "
        "predictor is that of $L$ steps of gradient descent from 0. Their learning rates $η_l$ are $N$ times the "
        "reciprocals of the zeros of $p(λ) = d − a_0 λ − a_1 λ² − …$, so that $p(λ) = d Π (1 − η_l λ/N)$. The signs of "
        "the $a_k$ and of the discriminant of $p$, which are proved below, imply that these rates are real, positive "
        "and different. With noise the claim is about the coefficients only, because the zeros may be complex."
    ),
    assumptions=(
        "all coordinates of all inputs are independent, with the same symmetric distribution, which is not "
        "concentrated at 0 and has moments up to order $4L$; $σ² = μ_2$ is the second moment",
        "the entries of $w$ are independent and standard normal; the labels carry independent noise of variance $τ_2$",
        "the theorem on uniqueness for general inputs (OPTL.T4) needs a distribution without atoms; uniform and normal "
        "inputs have theorems of their own, which do not rest on OPTL.T4",
    ),
    argued=(
        "a polynomial whose coefficients alternate in sign has no real zero that is negative or 0; if a polynomial of "
        "degree 2 or 3 has a positive discriminant, all its zeros are real and different",
        "for every distribution of the inputs the rates are real and positive. The normal equations say that $p$ is "
        "orthogonal to 1, $λ, …, λ^{L−1}$ with respect to $λ dμ$, where $∫ g dμ = E tr g(S)$. Suppose that $p$ "
        "changed its sign at fewer than $L$ places of $(0, ∞)$. Multiply $p$ by the polynomial that changes its sign "
        "at the same places: the product has one sign, but its mean is 0, which is a contradiction",
    ),
    statement=lambda: Statement(HEADLINE.statement(), HEADLINE.meanings),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
