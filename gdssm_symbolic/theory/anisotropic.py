"""One step for inputs whose coordinates have different variances, and what a layer with decays makes of it.

Coordinate b of the inputs has variance s_b and fourth moment m_b; T is the variance of a label, tr Λ plus that of the
noise. A layer whose state multiplies column b by a decay predicts Σ_b Σ_t γ_tb y_t x_tb x_{N+1,b}: its weights are
γ_tb = c α_b^{N-t}, where the construction has c and the step preconditioned by diag(p) has p_b. The loss is a sum over
the coordinates (`crossed`), and the part of coordinate b rests on three moments of its products (`gram`):

    s_b (1 - 2 s_b Σ_t γ_tb + κ_b Σ_t γ_tb² + s_b² (Σ_t γ_tb)²),    κ_b = m_b + s_b T - 2 s_b²

It is least at γ_tb = p_b = s_b/D_b with D_b = κ_b + N s_b² (`weighted`). In the means, ξ_i is coordinate b; u_i and v_i
are all the others, of which f have one distribution and g another one. That is enough for any others: of them, a
term of a squared error has at most two.
"""

from __future__ import annotations

from itertools import product

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.impossibility import ByCoefficients, Coefficient, Impossible, Vanishing
from gdssm_symbolic.extensions.laws import AnyLaw, Law
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Name, Scalar, Sum, names
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, f

from .best_layer import ATTENTION, READOUT, a, c, column, matrix, n, t, units
from .least_squares import i
from .population import NOISE, STANDARD

ZERO = Scalar(sympy.Integer(0))

# ---- one coordinate among others -----------------------------------------------------------------

g = sympy.Symbol("g", integer=True, positive=True)
p = sympy.Symbol("p")

LAW, FIRST, SECOND = AnyLaw("mu", 4), AnyLaw("nu", 2), AnyLaw("omega", 2)
xi = Name("ξ", (1, 1), arity=1)
u, v = Name("u", (f, 1), arity=1), Name("v", (g, 1), arity=1)
w, w_u, w_v = Name("w", (1, 1)), Name("w_u", (f, 1)), Name("w_v", (g, 1))
noise = Name("ε", (1, 1), arity=1)
LAWS: dict[Name, Law] = {
    xi: LAW,
    u: FIRST,
    v: SECOND,
    noise: NOISE,
    **dict.fromkeys((w, w_u, w_v), STANDARD),
}

#: A second coordinate, and its weight.
zeta, w_zeta = Name("ζ", (1, 1), arity=1), Name("w_ζ", (1, 1))

#: The variance of a label: tr Λ, and that of the noise.
LABEL = LAW.moment(2) + f * FIRST.moment(2) + g * SECOND.moment(2) + NOISE.moment(2)


def y(sample: sympy.Expr) -> Expr:
    """The label: w ξ_i is what coordinate b adds, the others add the rest."""
    return w() * xi[sample] + w_u().T * u[sample] + w_v().T * v[sample] + noise[sample]


def divisor(samples: sympy.Expr = N, label: sympy.Expr = LABEL, law: Law = LAW) -> sympy.Expr:
    """D_b = m_b + (N - 2) s_b² + s_b T; the best weight is p_b = s_b/D_b."""
    square = law.moment(2)
    return law.moment(4) + (samples - 2) * square**2 + square * label


def mean(name: str, body: Expr, laws: dict[Name, Law]) -> Mean:
    """E[body], with the laws of the names that stand in it."""
    return Mean(Name(name, (1, 1)), body, tuple((one, laws[one]) for one in laws if one in names(body)))


RISK = mean("R_b", (w() * xi[N + 1] - p * (Sum(y(i) * xi[i], i, 1, N) * xi[N + 1])) ** 2, LAWS)
D = Definition(Name("D_b", (1, 1)), Scalar(divisor()))


def statement() -> Equation:
    """D_b R_b = s_b (D_b - N s_b²) + N s_b (p D_b - s_b)²: the least error at p = s_b/D_b, and what another p adds."""
    square, d = LAW.moment(2), D.name()
    return Equation(d * RISK.name(), square * (d - N * square**2) + N * square * (p * d - square) ** 2)


def coordinate() -> Theorem:
    """What coordinate b adds to the loss of a preconditioned step, its square completed."""
    square, body = LAW.moment(2), D.body
    value = square - 2 * p * N * square**2 + p**2 * N * square * body
    expected = check(Expectation(RISK, value), "the expected square of what is missing at coordinate $b$")
    steps = (Step(D.name() * value, (expected,)), Step(statement().right, (D,)))
    return check(Calculation(statement().left, steps), "the best weight of coordinate $b$")


def crossed() -> Theorem:
    """What is missing at one coordinate is uncorrelated with what is missing at another, for all weights."""
    target, product, other_target, other_product = sympy.symbols("r_1 r_2 q_1 q_2")
    last = t + n
    label = {sample: y(sample) + w_zeta() * zeta[sample] for sample in (t, last)}
    first = target * (w() * xi[last + 1]) + product * (label[t] * xi[t] * xi[last + 1])
    second = other_target * (w_zeta() * zeta[last + 1]) + other_product * (label[last] * zeta[last] * zeta[last + 1])
    laws = {**LAWS, zeta: AnyLaw("rho", 4), w_zeta: STANDARD}
    return check(
        Expectation(mean("G", first * second, laws), ZERO, cases=n),
        "targets and products of two coordinates, at any two windows: the loss is a sum over coordinates",
    )


def added(sample: sympy.Expr, samples: sympy.Expr) -> Expr:
    """y_t ξ_t ξ_{N+1}, which a window adds to the output at coordinate b."""
    return y(sample) * xi[sample] * xi[samples + 1]


def gram() -> tuple[Theorem, ...]:
    """The second moments of target and products at coordinate b, from which the loss for any weights follows."""
    square, label = LAW.moment(2), LABEL
    last = t + n
    with_target = mean("M_0", w() * xi[last + 1] * added(t, last), LAWS)
    squared = mean("M_1", added(t, last) ** 2, LAWS)
    mixed = mean("M_2", added(t, last + 1) * added(last + 1, last + 1), LAWS)
    return (
        check(Expectation(with_target, Scalar(square**2), cases=n), "a product and the target: $s_b²$"),
        check(
            Expectation(squared, Scalar(square * (LAW.moment(4) + square * label - square**2)), cases=n),
            "a product squared: $s_b (κ_b + s_b²)$",
        ),
        check(Expectation(mixed, Scalar(square**3)), "the products of two windows: $s_b³$"),
    )


# ---- everything that one layer can express -------------------------------------------------------

#: Here the labels have a component of the number b, and f others, and no noise; all other inputs have one distribution.
OWN, OTHERS = "own", "others"
w_others, w_rows, w_rest = Name("ω", (f, 1)), Name("λ", (f, 1)), Name("W", (f, f))
SIXTH: dict[Name, Law] = {
    xi: AnyLaw("mu", 6),
    u: AnyLaw("nu", 6),
    **dict.fromkeys((w, w_others, w_rows, w_rest), STANDARD),
}


def component(which: str, sample: sympy.Expr) -> Expr:
    """Component b of the label, or the other components."""
    if which == OWN:
        return w() * xi[sample] + w_others().T * u[sample]
    return w_rows() * xi[sample] + w_rest().T * u[sample]


def rows_of_window(which: str, sample: sympy.Expr, index: sympy.Symbol) -> Expr:
    """Row b of the window C_t = [x_t y_t x_{t+1}], or row number `index` of the other ones."""
    inputs, labels = (xi, component(which, sample)) if which == OWN else (u, component(which, sample))
    window = Blocks(((inputs[sample], labels, inputs[sample + 1]),))
    return window if which == OWN else units[index].T * window


def missing(which: str, samples: sympy.Expr) -> Expr:
    """D_b times what is missing at coordinate b, in component b of the target or another one: 0 on average over ξ."""
    wanted, square = w() if which == OWN else w_rows(), LAW.moment(2)
    fitted = Sum(component(which, i) * xi[i], i, 1, samples)
    weighted = divisor(samples, square + f * FIRST.moment(2)) * (wanted * xi[samples + 1])
    error = weighted - square * (fitted * xi[samples + 1])
    return error if which == OWN else units[c].T * error


def with_units(name: str, body: Expr) -> Mean:
    """E[body], with the unit vectors if there are any in it."""
    laws = tuple((one, SIXTH[one]) for one in SIXTH if one in names(body))
    return Mean(Name(name, (1, 1)), body, laws, units if units in names(body) else None)


def own_column(which: str, row: str) -> Mean:
    """E of what is missing at coordinate b, times (C_t Q C_tᵀ)_ab (C_N q)_b, where row a is b or another one."""
    last = t + n
    attended = rows_of_window(row, t, a) * matrix(ATTENTION) * rows_of_window(OWN, t, a).T
    return with_units("G", missing(which, last) * attended * (rows_of_window(OWN, last, a) * column(READOUT)))


def other_column(which: str) -> Mean:
    """E of what is missing at coordinate b, times a product that has coordinate b of the query, and another column."""
    attention = matrix((ATTENTION[2],))
    others = rows_of_window(OTHERS, N, a)
    return with_units("G", missing(which, N) * (xi[N + 1] * (attention * others.T) * (others * column(READOUT))))


def normal_equations() -> tuple[Theorem, ...]:
    """What is missing at coordinate b is uncorrelated with all products of a layer that have coordinate b of the query.

    With the other products it is uncorrelated because coordinate b of the query, which has mean 0, is a factor of it.
    """
    components = {OWN: "component $b$ of the target", OTHERS: "another component"}
    rows = {OWN: "row $b$", OTHERS: "another row"}
    own = (
        check(
            Expectation(own_column(which, row), ZERO, cases=n),
            f"what is missing at coordinate $b$, in {components[which]}: the products of column $b$ and {rows[row]}",
        )
        for which, row in product((OWN, OTHERS), repeat=2)
    )
    other = (
        check(
            Expectation(other_column(which), ZERO),
            f"the same in {components[which]}: the products of $x_{{N+1,b}}$ and another column",
        )
        for which in (OWN, OTHERS)
    )
    return *own, *other


#: Entry j of row b of the last window; the weight of x_ai x_bj x_bk in the output, over all heads; and p_b.
entry, weight_of, rate = (Name(letter, (1, 1), arity=arity) for letter, arity in (("w", 2), ("T", 4), ("p", 1)))


def not_attained() -> Theorem:
    """No heads add at the last window what the preconditioned step does, unless two p are equal: no decay acts there.

    This is for component n + 3 of the target, and p_{n+1} and p_{n+2}, where f = n + 3; coordinates can be renumbered.
    """
    first, second, own = n + 1, n + 2, n + 3
    row, beta, i, j, k = sympy.symbols("a b i j k", integer=True)
    output: Expr = weight_of[row, i, j, k] * entry[row, i] * entry[beta, j] * entry[beta, k]
    for index, upper in ((k, 3), (j, 3), (i, 3), (beta, own), (row, own)):
        output = Sum(output, index, 1, upper)
    step = Sum(rate[beta] * entry[own, 2] * entry[beta, 1] * entry[beta, 3], beta, 1, own)
    difference = rate[first] - rate[second]
    shared = weight_of[own, 2, 1, 3] + weight_of[own, 2, 3, 1]
    return check(
        ByCoefficients(
            Impossible(Equation(output, step), (weight_of,), (entry,), (difference,)),
            tuple(
                Coefficient(entry[own, 2] * entry[b, 1] * entry[b, 3], shared - rate[b], Scalar(sympy.Integer(factor)))
                for b, factor in ((first, -1), (second, 1))
            ),
            given=(difference,),
            vanishing=(Vanishing(entry, 0, n),),
        ),
        "$f = n + 3$: no heads compute the preconditioned step at the last window $w$, where no decay acts",
    )


# ---- the loss for all weights, over all coordinates ----------------------------------------------

s, divisors, best = (Name(letter, (1, 1), arity=1) for letter in ("s", "D", "p"))
kappa = Name("κ", (1, 1), arity=1)
weight = Name("γ", (1, 1), arity=2)
common = sympy.Symbol("c")
beta = sympy.Symbol("b", integer=True)

#: With D_b and p_b any numbers: these say p_b = s_b/D_b and D_b = κ_b + N s_b².
VARIANCES = Definition(s, divisors[beta] * best[beta], (beta,))
KAPPAS = Definition(kappa, divisors[beta] - N * s[beta] ** 2, (beta,))


def over_coordinates(summand: Expr) -> Expr:
    """Σ_b."""
    return Sum(summand, beta, 1, f)


def loss_of(weights: Expr, squares: Expr, *, at: Expr = beta) -> Expr:
    """s_b (1 - 2 s_b Σ_t γ_tb + κ_b Σ_t γ_tb² + s_b² (Σ_t γ_tb)²), from the two sums over t."""
    return s[at] * (1 - 2 * (s[at] * weights) + kappa[at] * squares + s[at] ** 2 * weights**2)


def total(summand: Expr) -> Expr:
    """Σ_t."""
    return Sum(summand, t, 1, N)


LOSS = Definition(Name("L", (1, 1)), over_coordinates(loss_of(total(weight[t, beta]), total(weight[t, beta] ** 2))))
LEAST = Definition(
    Name("L_*", (1, 1)),
    over_coordinates(s[beta]) - N * over_coordinates(s[beta] ** 2 * best[beta]),
)


def weighted() -> Theorem:
    """The loss for all weights: that of the preconditioned step, and squares of what the weights differ from it by."""
    off = weight[t, beta] - best[beta]
    gap = over_coordinates(s[beta] * (kappa[beta] * total(off**2) + s[beta] ** 2 * total(off) ** 2))
    return check(
        Calculation(LOSS.name(), (Step(LEAST.name() + gap, (LOSS, LEAST, KAPPAS, VARIANCES)),)),
        "the loss for all weights, with $D_b$ and $p_b$ any numbers: least for the preconditioned step $γ_{tb} = p_b$",
    )


def last_window() -> Theorem:
    """No decay acts on the last window, so there the weights of all columns are one number c: the gap is not 0."""
    old = Sum(weight[t, beta], t, 1, n), Sum(weight[t, beta] ** 2, t, 1, n)
    loss = over_coordinates(loss_of(old[0] + common, old[1] + common**2))
    least = over_coordinates(s[beta]) - (n + 1) * over_coordinates(s[beta] ** 2 * best[beta])
    kappas = Definition(kappa, divisors[beta] - (n + 1) * s[beta] ** 2, (beta,))
    L, L_least = Definition(LOSS.name, loss), Definition(LEAST.name, least)
    off = weight[t, beta] - best[beta]
    forced = over_coordinates(s[beta] * kappa[beta] * (common - best[beta]) ** 2)
    others = kappa[beta] * Sum(off**2, t, 1, n) + s[beta] ** 2 * (Sum(off, t, 1, n) + common - best[beta]) ** 2
    bound = L_least.name() + forced + over_coordinates(s[beta] * others)
    return check(
        Calculation(L.name(), (Step(bound, (L, L_least, kappas, VARIANCES)),)),
        "$N = n + 1$, where the last window has the weight $c$ in all columns: decays do not reach the least loss",
    )


# ---- the construction ----------------------------------------------------------------------------

CONSTRUCTION = Definition(Name("L_c", (1, 1)), over_coordinates(loss_of(Scalar(N * common), Scalar(N * common**2))))
A = Definition(Name("A", (1, 1)), over_coordinates(s[beta] ** 2))
B = Definition(Name("B", (1, 1)), over_coordinates(s[beta] * divisors[beta]))
TRACE = Definition(Name("S", (1, 1)), over_coordinates(s[beta]))


def construction() -> Theorem:
    """B L_c = B tr Λ - N A² + N (cB - A)²: the construction's best rate and its loss."""
    left = B.name() * CONSTRUCTION.name()
    square = B.name() * TRACE.name() - N * A.name() ** 2 + N * (common * B.name() - A.name()) ** 2
    opened = TRACE.name() - 2 * N * common * A.name() + N * common**2 * B.name()
    kappas = Definition(kappa, divisors[beta] - N * s[beta] ** 2, (beta,))
    steps = (
        Step(B.name() * opened, (CONSTRUCTION, TRACE, A, B, kappas)),
        Step(square),
    )
    return check(
        Calculation(left, steps),
        "the construction, all weights $c$, with $s_b$ and $D_b$ any numbers: best at $c = A/B$",
    )
