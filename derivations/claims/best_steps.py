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
from gdssm_symbolic.theory import every_number_of_steps, learning_rates
from gdssm_symbolic.theory.best_steps import BestSteps, ExplicitSteps, independence
from gdssm_symbolic.theory.every_number_of_steps import completed, quadratic
from gdssm_symbolic.writing.narration import Statement

MOST_STEPS = 3
ANY = AnyLaw("mu", 4 * MOST_STEPS)
HEADLINE = BestSteps(MOST_STEPS, ANY)


#: For a law and a number of steps the numbers of the theorems.
EXPLICIT: tuple[tuple[Law, int, tuple[int, ...]], ...] = (
    (Uniform(), 1, (5, 6, 7)),
    (Uniform(), 2, (9, 10, 11, 12, 13, 14, 15)),
    (Uniform(), 3, (16, 17, 18, 19, 20, 21, 22, 23, 24)),
    (Normal(), 1, (25, 26, 27)),
    (Normal(), 2, (29, 30, 31, 32, 33, 34, 35)),
    (Normal(), 3, (36, 37, 38, 39, 40, 41, 42, 43, 44)),
)


def theorems() -> Mapping[str, Theorem]:
    """For every law with three, two and one steps; uniqueness; every L; then uniform and normal inputs.

    For these, and each number of steps: the normal equations, solved, and the signs of what they are solved by.
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
            "OPTL.T45": quadratic,
            "OPTL.T46": completed,
            "OPTL.T47": every_number_of_steps.squares,
            "OPTL.T48": learning_rates.squares,
            "OPTL.T49": lambda: learning_rates.orthogonal(learning_rates.S)[1],
            ("OPTL.T50", "OPTL.T51"): learning_rates.zeros,
            "OPTL.T52": learning_rates.simple,
            **explicit,
        }
    )


def solved(law: Law, steps: int) -> tuple[Theorem, ...]:
    """The normal equations, solved, and the signs of what they are solved by."""
    explicit = ExplicitSteps(BestSteps(steps, law))
    return *explicit.equations(), *explicit.positive()


PROOF = """
Let $z$ be the query, $X$ the matrix of the inputs, and $φ_k = (wᵀX + εᵀ) Xᵀ S^k z$, so that the prediction is
$Σ c_k φ_k$. Means over $z$, $w$ and $ε$ need their second moments only: $z$ gives $μ_2$ and $w$ gives traces of powers
of $S$. So $E wᵀz φ_k = μ_2 m_{k+1}$ and $E φ_k φ_l = μ_2 (m_{k+l+2} + τ_2 m_{k+l+1})$. Therefore
$R = μ_2 (m_0 − 2 bᵀc + cᵀH c)$ for every $L$ (OPTL.T45), and completing the square at a solution $c^*$ of $H c^* = b$
gives OPTL.T46. What it adds is a mean of squares (OPTL.T47). In the eigenvalues $λ_i$ of $S$, with the weights $p_i$
of the draws,

OPTL.T48

which is 0 only if the polynomial with the coefficients $d$ is 0 at all positive eigenvalues. If $L$ of them are
different, then $d = 0$: the minimiser is unique.

Rates. Without noise, $L$ steps of gradient descent from 0 have $1 − Σ c_k λ^{k+1} = Π (1 − η_l λ/N)$. Call this
polynomial $π$; the rates are $N$ over its zeros. The equations $H c = b$ say that $Σ p_i λ_i λ_i^k π(λ_i) = 0$ for
$k < L$: with the weights $p_i λ_i$, $π$ is orthogonal to all polynomials of lower degree (OPTL.T49). From here on the
argument is the classical one for zeros of orthogonal polynomials, with $L$ different positive eigenvalues. The degree
of $π$ is $L$: otherwise $π$ would be orthogonal to itself, hence 0, but $π(0) = 1$. If $x + iy$ is a zero, then
$π = (λ − x − iy)(S + iT)$ with real polynomials $S$, $T$ of lower degree, to which $π$ is orthogonal. The imaginary
part of $Σ p_i λ_i π (S − iT) = 0$ is $−y$ times a positive sum, so that $y = 0$ (OPTL.T50). By the real part $x$ is a
weighted mean of eigenvalues, so it is positive (OPTL.T51). If $π = (λ − x)² S$, orthogonality to $S$ would make
$Σ p_i λ_i ((λ_i − x) S_i)²$ equal to 0 (OPTL.T52). So there are $L$ different positive rates.

For $L ≤ 3$ the coefficients are explicit. The moments $m_k$ are polynomials in $f$ and $N$, which the engine computes,
and Cramer's rule gives $c = A/D$ with $D = det H$ (OPTL.T1, OPTL.T2, OPTL.T3); for inputs without atoms the $φ_k$ are
independent (OPTL.T4), so that $D > 0$. For uniform and normal inputs the solutions $a_k/d$ are put into the normal
equations, and $D > 0$ is decided with any noise: written in $f − 1$ and $N − 1$, the polynomial has no negative
coefficient. In the same way the numerator of $π$ has coefficients of alternating signs, so no negative zero, and a
positive discriminant, so different real ones. For three steps and normal inputs this is OPTL.T36 to OPTL.T44.

Assumed in the theorems: the second moments, $H c = b$, and what a zero is. Means are weighted sums over finitely many
draws, which for polynomials is no restriction (Tchakaloff 1957).
"""

CLAIM = Claim(
    id="OPTL",
    label="the best coefficients of $L$ steps",
    headline="the main theorem for three steps (OPTL.T46 is the one for every number of steps)",
    place="What the best predictor is",
    summary=(
        "Let $S = XXᵀ = Σ_i x_i x_iᵀ$, and let $R(c)$ be the expected squared error, per component, of the predictor "
        "$Σ_{k<L} c_k Σ_i y_i x_iᵀ S^k x_{N+1}$. Then $R(c) = R(c^*) + μ_2 (c − c^*)ᵀ H (c − c^*)$ for every $L$, "
        "where $H_{kl} = m_{k+l+2} + τ_2 m_{k+l+1}$, $m_k = E tr S^k$, and $c^*$ solves $H c^* = b$ with "
        "$b_k = m_{k+1}$ (OPTL.T46). The last term is a mean of squares (OPTL.T47), so $c^*$ is a minimiser. In terms "
        "of the eigenvalues $λ_i$ of $S$, with the weights $p_i$ of the draws, "
        "$dᵀ H d = Σ_i p_i λ_i (λ_i + τ_2) (Σ_k d_k λ_i^k)²$ (OPTL.T48). So $H$ is positive definite if $L$ "
        "eigenvalues are different and not 0. For $L = 1, 2, 3$ the theorems give $c^* = A/D$ as a rational function "
        "of $f$ and $N$, the unique minimiser. For uniform and normal inputs without noise, $c_k = a_k/d$ with "
        "polynomials $a_k$ and $d$ in $f$, $N$ and the scale $α$ of the inputs. Without noise the predictor is that of "
        "$L$ steps of gradient descent from 0. Their learning rates $η_l$ are $N$ over the zeros of "
        "$π(λ) = 1 − Σ_k c_k λ^{k+1}$. For every $L$ these rates are real, positive and different: $π$ is orthogonal "
        "to every polynomial of degree $< L$ with the weights $p_i λ_i$ (OPTL.T49), so a zero $x + iy$ has "
        "$y · Σ = 0$ with a sum of squares (OPTL.T50), $x$ is a weighted mean of eigenvalues (OPTL.T51), and at a "
        "double zero a sum of squares would be 0 (OPTL.T52). With noise the zeros may be complex."
    ),
    assumptions=(
        "for $L ≤ 3$ and uniqueness: all coordinates of all inputs are independent, with the same symmetric "
        "distribution, which is not concentrated at 0 and has moments up to order $4L$; $σ² = μ_2$ is the second "
        "moment. For every $L$ (OPTL.T45 to OPTL.T52): any distribution of $X$ with these moments; the entries of the "
        "query are uncorrelated, with mean square $μ_2$",
        "the entries of $w$ are uncorrelated, with mean square 1, and uncorrelated with the noise of the labels, which "
        "has variance $τ_2$. In the theorems for $L ≤ 3$ they are independent and standard normal",
        "the theorem on uniqueness for general inputs (OPTL.T4) needs a distribution without atoms; uniform and normal "
        "inputs have theorems of their own, which do not rest on OPTL.T4",
        "in OPTL.T45 to OPTL.T47 the following is assumed; the best coefficients are used in OPTL.T46 only",
        *(f"assumed: {fact}" for fact in (*every_number_of_steps.UNCORRELATED, every_number_of_steps.SOLVES)),
        "in OPTL.T49 to OPTL.T52, without noise, the following is assumed: of the coefficients; of a zero $x + iy$ in "
        "OPTL.T50 and OPTL.T51, where $S$ and $T$ are the real and the imaginary part of a polynomial; and of a double "
        "zero in OPTL.T52",
        *(f"assumed: {fact}" for fact in (learning_rates.SOLVES, *learning_rates.IS_ZERO, learning_rates.IS_DOUBLE)),
        "in the theorems for every $L$, expected values are weighted sums over finitely many draws. This is no "
        "restriction: under any distribution with the moments that are needed, a polynomial has the same expected "
        "value as under some finite set of draws with positive weights (Tchakaloff 1957)",
    ),
    proof=PROOF,
    statement=lambda: Statement(HEADLINE.statement(), HEADLINE.meanings),
    theorems=theorems,
    expected_as_printed=Verdict.NOT_PRINTED,
)
