"""Gradient flow at decay 1: what it conserves, and why with three heads or more it has no spurious local minimum.

With heads (Q_h, q_h) and decay 1, a layer's output depends on its parameters only through T = Σ_h vec(Q_h) q_hᵀ = U Vᵀ,
where the columns of U ∈ R^{9×H} are vec(Q_h), and those of V ∈ R^{3×H} are q_h.

1. For every function ℒ of T, gradient flow on ℒ(UVᵀ) conserves UᵀU - VᵀV. For one head that is ‖Q‖² - ‖q‖².
2. The expected squared error is Σ_m (z_m - ⟨F_m, T⟩)², for every distribution: the matrix of second moments of target
   and products is a sum of squares. Let R be its gradient in T. At a stationary point R V = 0 and Rᵀ U = 0.
   Suppose that there are three or more heads. If V has rank 3, then R = 0, and T is a global minimum, as ℒ is convex in
   T. Otherwise V w = 0 for some w ≠ 0, and unless R = 0 the second variation is negative in some direction.

`descent_of_one_head` is about one head.
"""

from __future__ import annotations

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Scalar, Sum, Trace, inner
from gdssm_symbolic.kernel.proofs import Calculation, GradientExpansion, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, f

from .best_layer import matrix
from .least_squares import i

p = sympy.Symbol("p", integer=True, positive=True)  # rows of U: 9
r = sympy.Symbol("r", integer=True, positive=True)  # rows of V: 3
H = sympy.Symbol("H", integer=True, positive=True)  # heads
M = sympy.Symbol("M", integer=True, positive=True)  # squares of the loss
h, m = sympy.symbols("h m", integer=True)
s, tau = sympy.symbols("s tau")
THREE = sympy.Integer(3)

# ---- the output depends on T alone -----------------------------------------------------------------

Q, READ = Name("Q", (THREE, THREE), arity=1), Name("q", (1, 1), arity=2)
WINDOW, UNIT = Name("C", (f, THREE), arity=1), Name("e", (THREE, 1), arity=1)


def depends_on_the_product() -> Theorem:
    """Σ_h (Σ_t C_t Q_h C_tᵀ) C_N r_h = Σ_k (Σ_t C_t T_k C_tᵀ) C_N e_k.

    Here r_h = Σ_k q_{h,k} e_k and T_k = Σ_h q_{h,k} Q_h. The windows C_t and the vectors e_k are arbitrary.
    """
    k = sympy.Symbol("k", integer=True)
    readout = Definition(Name("r", (THREE, 1), arity=1), Sum(READ[h, k] * UNIT[k], k, 1, 3), (h,))
    product = Definition(Name("T", (THREE, THREE), arity=1), Sum(READ[h, k] * Q[h], h, 1, H), (k,))

    def output(attention: Expr, read: Expr) -> Expr:
        return Sum(WINDOW[i] * attention * WINDOW[i].T, i, 1, N) * (WINDOW[N] * read)

    heads = Sum(output(Q[h], readout.name[h]), h, 1, H)
    return check(
        Calculation(heads, (Step(Sum(output(product.name[k], UNIT[k]), k, 1, 3), (readout, product)),)),
        "the output of $H$ heads at decay 1 depends only on $T_k = Σ_h q_{h,k} Q_h$, for $k = 1, 2, 3$",
    )


# ---- what gradient flow conserves ------------------------------------------------------------------

LOSS = Name("ℒ", (1, 1), takes=((p, r),))
SLOPE = Name("∇ℒ", (p, r), takes=((p, r),))
SLOPE_OF_LOSS = GradientOf(SLOPE, LOSS)
U, V = Name("U", (p, H)), Name("V", (r, H))
T_OF = U() * V().T
LOSS_IN_U = Definition(Name("ℓ^U", (1, 1), takes=(U.shape,)), LOSS(T_OF), (), (U,))
LOSS_IN_V = Definition(Name("ℓ^V", (1, 1), takes=(V.shape,)), LOSS(T_OF), (), (V,))
IN_U = Definition(Name("G^U", U.shape, takes=(U.shape,)), SLOPE(T_OF) * V(), (), (U,))
IN_V = Definition(Name("G^V", V.shape, takes=(V.shape,)), SLOPE(T_OF).T * U(), (), (V,))


def statement() -> Equation:
    """A step of descent at rate s changes UᵀU - VᵀV by s² (G_Uᵀ G_U - G_Vᵀ G_V): nothing of first order in s."""
    gradients = IN_U.name(U()), IN_V.name(V())
    (moved_U, moved_V) = (point - s * gradient for point, gradient in zip((U(), V()), gradients, strict=True))
    before = U().T * U() - V().T * V()
    second = gradients[0].T * gradients[0] - gradients[1].T * gradients[1]
    return Equation(moved_U.T * moved_U - moved_V.T * moved_V, before + s**2 * second)


def conserved() -> Theorem:
    """The statement: the terms of first order in s cancel."""
    left, right = statement().parts
    return check(
        Calculation(left, (Step(right, (IN_U, IN_V)),)),
        "gradient flow conserves $UᵀU − VᵀV$: one step at rate $s$ changes it only in the order $s²$",
    )


def gradients() -> tuple[Theorem, Theorem]:
    """∇_U ℒ(UVᵀ) = ∇ℒ(UVᵀ) V and ∇_V ℒ(UVᵀ) = ∇ℒ(UVᵀ)ᵀ U."""
    return (
        check(
            Differentiation(LOSS_IN_U, IN_U, Name("E", U.shape), (SLOPE_OF_LOSS,)),
            "the gradient in $U$ of a loss in $UVᵀ$",
        ),
        check(
            Differentiation(LOSS_IN_V, IN_V, Name("E", V.shape), (SLOPE_OF_LOSS,)),
            "the gradient in $V$ of a loss in $UVᵀ$",
        ),
    )


def homogeneous() -> Theorem:
    """⟨∇_U, U⟩ = ⟨∇_V, V⟩, the trace of what is conserved: for one head ‖Q‖² - ‖q‖²."""
    left, right = inner(IN_U.name(U()), U()), inner(IN_V.name(V()), V())
    middle = inner(SLOPE(T_OF), T_OF)
    return check(
        Calculation(left, (Step(middle, (IN_U,)), Step(right, (IN_V,)))),
        "$⟨∇_U, U⟩ = ⟨∇ℒ(T), T⟩ = ⟨∇_V, V⟩$",
    )


# ---- three heads or more ---------------------------------------------------------------------------

T, TARGET, FEATURE = Name("T", (p, THREE)), Name("z", (1, 1), arity=1), Name("F", (p, THREE), arity=1)


def _residual(at: Expr) -> Expr:
    return TARGET[m] - Trace(FEATURE[m].T * at)


SQUARES = Definition(Name("ℒ", (1, 1), takes=(T.shape,)), Sum(_residual(T()) ** 2, m, 1, M), (), (T,))
RESIDUAL = Definition(Name("R", T.shape, takes=(T.shape,)), -2 * Sum(_residual(T()) * FEATURE[m], m, 1, M), (), (T,))


def convex() -> Theorem:
    """ℒ(T + E) = ℒ(T) + ⟨R(T), E⟩ + Σ_m ⟨F_m, E⟩²: where R(T) = 0, T is a global minimum."""
    direction = Name("E", T.shape)
    remainder = Sum(Trace(FEATURE[m].T * direction()) ** 2, m, 1, M)
    return check(
        GradientExpansion(SQUARES, RESIDUAL, remainder, direction),
        "the loss is convex in $T$: where its gradient $R(T)$ is 0, $T$ is a global minimum",
    )


def full_rank() -> Theorem:
    """(R V) adj(V) = det(V) R for the readouts V of three heads: where they are independent, RV = 0 makes R = 0."""
    entries = tuple(tuple(sympy.Symbol(f"v_{k}{j}") for j in (1, 2, 3)) for k in (1, 2, 3))
    readouts = sympy.Matrix(entries)
    adjugate = matrix(tuple(tuple(readouts.adjugate().row(k)) for k in range(3)))
    residual = Blocks((tuple(Name(f"R_{k}", (p, 1))() for k in (1, 2, 3)),))
    return check(
        Calculation(residual * matrix(entries) * adjugate, (Step(Scalar(sympy.expand(readouts.det())) * residual),)),
        "three heads with independent readouts: $R V adj(V) = det(V) R$, so $R V = 0$ only if $R = 0$",
    )


def moved() -> Theorem:
    """Where V w = 0: (U + sτ a wᵀ)(V + s b wᵀ)ᵀ = UVᵀ + s Uw bᵀ + s²τ‖w‖² a bᵀ.

    V = K(‖w‖²I - wwᵀ) is 0 at w, and every V with V w = 0 is of this form, with K = V/‖w‖².
    """
    kernel, free, b = Name("w", (H, 1))(), Name("K", (THREE, H))(), Name("b", (THREE, 1))()
    heads, a, size = Name("U", (p, H))(), Name("a", (p, 1))(), kernel.T * kernel
    readouts = Definition(Name("V", (THREE, H)), free * (size * Identity(H) - kernel * kernel.T))
    V = readouts.name()
    product = (heads + s * tau * (a * kernel.T)) * (V + s * (b * kernel.T)).T
    value = heads * V.T + s * (heads * kernel * b.T) + s**2 * tau * (size * (a * b.T))
    return check(
        Calculation(product, (Step(value, (readouts,)),)),
        "where $V w = 0$: $UVᵀ$ along a line in $U$ and $V$",
    )


def low_rank() -> Theorem:
    """The loss along the line of `moved`, with a = -R b.

    The term of first order in s is ⟨∇_V, b wᵀ⟩, which is 0 at a stationary point. In the term of second order, τ stands
    before -‖w‖²‖Rb‖² alone.
    """
    kernel, b = Name("w", (H, 1))(), Name("b", (THREE, 1))()
    heads, size, at = Name("U", (p, H))(), kernel.T * kernel, T()
    residual = RESIDUAL.name(at)
    downhill = Definition(Name("a", (p, 1)), -(residual * b))
    a, along = downhill.name(), heads * kernel
    square = (s * (b.T * FEATURE[m].T * along) + s**2 * tau * (size * (a.T * FEATURE[m] * b))) ** 2

    def value(slope: Expr) -> Expr:
        first = SQUARES.name(at) + s * (b.T * residual.T * along)
        return first + s**2 * tau * (size * slope) + Sum(square, m, 1, M)

    lines = (
        Step(value(a.T * residual * b), (SQUARES, RESIDUAL)),
        Step(value(-(a.T * a)), (downhill,)),
    )
    line = at + s * (along * b.T) + s**2 * tau * (size * (a * b.T))
    return check(
        Calculation(SQUARES.name(line), lines),
        "a line along which the second variation is negative for large $τ$, unless $R b = 0$ or $w = 0$",
    )
