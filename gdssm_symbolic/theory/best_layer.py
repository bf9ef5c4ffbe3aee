"""The normal equations of one layer, over everything that it can express, and the parameters that solve them.

A layer's output is linear in the products (window entry) × (window entry) × (readout entry). With windows
C_t = [x_t y_t x_{t+1}], attention Q, decays A per entry, readout q and output map C, component c of its output is

    Σ_t Σ_ab  C_ca A_ab^{N-t} (C_t Q C_tᵀ)_ab (C_N q)_b

Suppose that the error of a predictor is uncorrelated with (C_t Q C_tᵀ)_ab (C_N q)_b for all Q, q, t, a and b. Then no
layer has a smaller expected squared error, with any number of heads (`projection`). The targets are vectors,
y_i = Wᵀx_i + ε_i, and the entries of W are independent with one symmetric law.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.exact import exact
from gdssm_symbolic.kernel.expressions import Add, Blocks, Expr, Name, Scalar, Sum
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.layers import N, f

from .least_squares import i, x
from .population import divisor

t = sympy.Symbol("t", integer=True, positive=True)
n = sympy.Symbol("n", integer=True, nonnegative=True)
a, b, c = sympy.symbols("a b c", integer=True)

W = Name("W", (f, f))
noise = Name("ε", (f, 1), arity=1)
units = Name("e", (f, 1), arity=1)
LAW = AnyLaw("mu", 6)
#: The same laws as in `population`, with the moments that products of a layer's output need.
NOISE_OF_LABELS = AnyLaw("tau", 4)
#: The entries of W; what is proved needs their variance, and that their third moments are 0.
TASK = AnyLaw("nu", 4)
LAWS = ((x, LAW), (W, TASK), (noise, NOISE_OF_LABELS))

#: Entries of the attention and of the readout weights, all free.
ATTENTION = tuple(tuple(sympy.Symbol(f"Q_{r}{s}") for s in (1, 2, 3)) for r in (1, 2, 3))
READOUT = tuple(sympy.Symbol(f"q_{r}") for r in (1, 2, 3))


def matrix(rows: tuple[tuple[object, ...], ...]) -> Blocks:
    """A matrix of numbers."""
    return Blocks(tuple(tuple(Scalar(exact(entry)) for entry in row) for row in rows))


def column(entries: tuple[object, ...]) -> Blocks:
    """A column of numbers."""
    return matrix(tuple((entry,) for entry in entries))


def y(sample: sympy.Expr) -> Expr:
    """The label y_i = Wᵀx_i + ε_i."""
    return W().T * x[sample] + noise[sample]


def window(sample: sympy.Expr) -> Blocks:
    """C_t = [x_t y_t x_{t+1}]."""
    return Blocks(((x[sample], y(sample), x[sample + 1]),))


def error(samples: sympy.Expr) -> Expr:
    """D times the error of the best step: D Wᵀx_{N+1} - v σ² Σ_i y_i x_iᵀ x_{N+1}."""
    return scaled_error(samples, divisor(LAW, samples, TASK), Sum(y(i) * x[i].T, i, 1, samples))


def scaled_error(samples: sympy.Expr, divisor: sympy.Expr, state: Expr) -> Expr:
    """D Wᵀx_{N+1} - v σ² Z x_{N+1}, for a state Z, where v is the variance of the entries of W."""
    return divisor * (W().T * x[samples + 1]) - TASK.moment(2) * LAW.moment(2) * (state * x[samples + 1])


def products(
    at: sympy.Expr, samples: sympy.Expr, attention: Blocks | None = None, readout: Blocks | None = None
) -> Expr:
    """(C_t Q C_tᵀ)_ab (C_N q)_b."""
    C, last, e = window(at), window(samples), units
    attended = e[a].T * C * (attention or matrix(ATTENTION)) * C.T * e[b]
    return attended * (e[b].T * last * (readout or column(READOUT)))


def uncorrelated(name: str, error: Expr, products: Expr) -> Mean:
    """E[(error)_c · products]."""
    return Mean(Name(name, (1, 1)), (units[c].T * error) * products, LAWS, units)


NORMAL_EQUATIONS = uncorrelated("G", error(t + n), products(t, t + n))


def normal_equations() -> Theorem:
    """With N = t + n: the error of the best step is uncorrelated with all products of window t, for every t ≤ N."""
    return check(
        Expectation(NORMAL_EQUATIONS, Scalar(sympy.Integer(0)), cases=n),
        "the error of the best step is uncorrelated with every product, at every window and for all weights",
    )


def coefficient() -> tuple[Theorem, Theorem]:
    """Why the coefficient is v σ²/D: from the one class of products that no change of sign excludes."""
    product = y(N) * (x[N].T * x[N + 1])
    fitted = Sum(y(i) * x[i].T, i, 1, N) * x[N + 1]
    square = LAW.moment(2)
    target = Mean(Name("T", (1, 1)), (W().T * x[N + 1]).T * product, LAWS)
    output = Mean(Name("P", (1, 1)), fitted.T * product, LAWS)
    return (
        check(
            Expectation(target, Scalar(f**2 * TASK.moment(2) * square**2)),
            "the target and $y_N x_Nᵀ x_{N+1}$, a product that no change of sign excludes",
        ),
        check(
            Expectation(output, Scalar(f**2 * square * divisor(LAW, N, TASK))),
            "$Σ_i y_i x_iᵀ x_{N+1}$ and the same product: the quotient is the best coefficient",
        ),
    )


Index = tuple[int, int, int]
ALL: tuple[Index, ...] = tuple(product((1, 2, 3), (1, 2, 3), (1, 2, 3)))

# ---- products excluded by a change of sign -------------------------------------------------------

#: The possible places of window t, with the names of the samples of its first and last entry.
PLACES = {"$t ≤ N−2$": ("t", "t+1"), "$t = N−1$": ("t", "N"), "$t = N$": ("N", "query")}
LABELS, QUERY, SAMPLE = "$W$ and the noise", "the query", "a sample with its label"


def excluded_by(place: str, left: int, right: int, read: int) -> str | None:
    """Return what can be multiplied by -1 so that product times error changes its sign; None if nothing can.

    The product has two entries of the window and one of the readout, numbered 1 to 3 as in C = [x y x'].
    """
    first, last = PLACES[place]
    owners = {1: first, 2: first, 3: last}
    readers = {1: "N", 2: "N", 3: "query"}
    factors = [owners[left], owners[right], readers[read]]
    if [left, right, read].count(2) % 2 == 0:
        return LABELS
    if factors.count("query") % 2 == 0:
        return QUERY
    if any(factors.count(sample) % 2 for sample in {*factors} - {"query"}):
        return SAMPLE
    return None


def parity_table() -> tuple[str, ...]:
    """Return, for each place of the window, the products that each change of sign excludes, and those that are left."""
    lines = []
    for place in PLACES:
        by: dict[str | None, list[str]] = {}
        for index in ALL:
            by.setdefault(excluded_by(place, *index), []).append("".join(map(str, index)))
        told = [
            f"a change of sign of {what} excludes {', '.join(by[what])}"
            for what in (LABELS, QUERY, SAMPLE)
            if what in by
        ]
        lines.append(f"{place}: {'; '.join(told)}; left are {', '.join(by[None])}")
    return tuple(lines)


# ---- uniqueness at decay 1 -----------------------------------------------------------------------


@dataclass(frozen=True)
class Products:
    """The products summed over the windows, Σ_t C_t Q_1 C_tᵀ x_N + Σ_t C_t Q_2 C_tᵀ y_N + Σ_t C_t Q_3 C_tᵀ x_{N+1}.

    Entry ij of Q_k is the weight of product ijk. `features` is f, or 1; only products in `kept` have a weight.
    """

    samples: sympy.Expr
    kept: tuple[Index, ...] = ALL
    features: sympy.Expr = f
    noisy: bool = False

    @property
    def x(self) -> Name:
        return Name("x", (self.features, 1), arity=1)

    @property
    def noise(self) -> Name:
        return Name("ε", (self.features, 1), arity=1)

    @property
    def y(self) -> Definition:
        task = Name("W", (self.features, self.features))
        clean = task().T * self.x[i]
        name = Name("y", (self.features, 1), arity=1)
        return Definition(name, clean + self.noise[i] if self.noisy else clean, (i,))

    @property
    def C(self) -> Definition:
        body = Blocks(((self.x[i], self.y.name[i], self.x[i + 1]),))
        return Definition(Name("C", (self.features, 3), arity=1), body, (i,))

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return tuple(self.weight(*index) for index in self.kept)

    def weight(self, left: int, right: int, read: int) -> sympy.Symbol:
        return sympy.Symbol(f"Q_{read}{left}{right}")

    def attention(self, k: int) -> Definition:
        rows = tuple(tuple(self.weight(r, s, k) if (r, s, k) in self.kept else 0 for s in (1, 2, 3)) for r in (1, 2, 3))
        return Definition(Name(f"Q_{k}", (3, 3)), matrix(rows))

    def state(self, attention: Expr) -> Expr:
        """Σ_t C_t Q C_tᵀ, the state at decay 1."""
        C = self.C.name
        if self.samples == 1:
            return C[1] * attention * C[1].T
        return Sum(C[i] * attention * C[i].T, i, 1, self.samples)

    def independent(self, title: str, least: int = 1) -> Theorem:
        """The products that are kept are independent, for all f and N of this kind."""
        attention = [self.attention(k) for k in (1, 2, 3)]
        combination = self._combined([Q.name() for Q in attention])
        statement = Independent(combination, self.weights, ((f, least),) if self.features == f else ())
        families = (self.x, self.noise) if self.noisy else (self.x,)
        grows = self.samples != 1
        return check(
            Independence(
                statement,
                (*attention, self.C, self.y),
                vanishing=families if grows else (),
                until=n if grows else None,
            ),
            title,
        )

    def spanned(self, same: Callable[[Index], Index], title: str) -> Theorem:
        """Every combination of the 27 products is one of the products `same(index)`, whose weights are added up."""
        sums: dict[Index, sympy.Expr] = {}
        for index in ALL:
            sums[same(index)] = sums.get(same(index), sympy.Integer(0)) + self.weight(*index)
        kept = []
        for k in (1, 2, 3):
            rows = tuple(tuple(sums.get((r, s, k), 0) for s in (1, 2, 3)) for r in (1, 2, 3))
            kept.append(Definition(Name(f"R_{k}", (3, 3)), matrix(rows)))
        attention = [Products(self.samples).attention(k) for k in (1, 2, 3)]
        left, right = (self._combined([Q.name() for Q in weights]) for weights in (attention, kept))
        return check(Calculation(left, (Step(right, (*attention, *kept, self.C, self.y)),)), title)

    def _combined(self, attention: Sequence[Expr]) -> Expr:
        """Return the products with these weights, added up."""
        last = self.samples
        read = (self.x[last], self.y.name[last], self.x[last + 1])
        return Add(tuple(self.state(Q) * r for Q, r in zip(attention, read, strict=True)))

    def interchangeable(self, left: Expr, right: Expr, title: str) -> Theorem:
        return check(Calculation(left, (Step(right, (self.C, self.y)),)), title)


def _vector(letter: str) -> Expr:
    return column(sympy.symbols(f"{letter}_1:4"))


def uniqueness() -> tuple[Theorem, ...]:
    """The rank of the 27 products at decay 1, at all sizes, and the linear relations where it is below 27."""
    u, v, r = _vector("u"), _vector("v"), _vector("r")
    one = sympy.Integer(1)
    many = Products(n + 2)
    single, narrow = Products(one), Products(N, features=one, noisy=True)
    clean = Products(N, features=one)
    C, last = single.C.name[1], clean.C.name[N]
    labels, inputs = clean.C.name[i] * column((0, 1, 0)), clean.C.name[i] * column((1, 0, 0))
    symmetric = tuple(index for index in ALL if index[0] <= index[1])
    return (
        many.independent("$f ≥ 2$, $N = n + 2$: the 27 products are independent", 2),
        single.interchangeable(
            C * u * v.T * C.T * (C * r),
            C * u * r.T * C.T * (C * v),
            "$N = 1$: the second and the third factor can be interchanged, which leaves at most 18",
        ),
        Products(one, tuple(index for index in ALL if index[1] <= index[2])).independent(
            "$f ≥ 2$, $N = 1$: these 18 products are independent", 2
        ),
        narrow.interchangeable(
            narrow.state(u * v.T) * (narrow.C.name[N] * r),
            narrow.state(v * u.T) * (narrow.C.name[N] * r),
            "$f = 1$: the first and the second factor can be interchanged, which leaves at most 18",
        ),
        Products(n + 2, symmetric, one, noisy=True).independent(
            "$f = 1$, $N = n + 2$, with label noise: these 18 products are independent"
        ),
        clean.interchangeable(
            Sum((clean.C.name[i] * u) * labels, i, 1, N) * (last * column((1, 0, 0))),
            Sum((clean.C.name[i] * u) * inputs, i, 1, N) * (last * column((0, 1, 0))),
            "$f = 1$ without noise: $y_i x_N = x_i y_N$ besides, which leaves at most 15",
        ),
        Products(n + 2, tuple(index for index in symmetric if index[2] != 1 or 2 not in index[:2]), one).independent(
            "$f = 1$, $N = n + 2$, without noise: these 15 products are independent"
        ),
        Products(one, tuple(index for index in symmetric if index[1] <= index[2]), one).independent(
            "$f = N = 1$: these 10 products are independent, and the others are equal to one of them by the above"
        ),
    )


def spanning() -> tuple[Theorem, ...]:
    """Where f or N is 1, the products in `uniqueness` that are independent are enough: they span all 27."""
    one = sympy.Integer(1)
    return (
        Products(one).spanned(last_two_sorted, "$N = 1$: every combination of the 27 products is one of these 18"),
        Products(N, features=one, noisy=True).spanned(
            first_two_sorted, "$f = 1$: every combination of the 27 products is one of these 18"
        ),
        Products(N, features=one).spanned(
            without_noise, "$f = 1$ without noise: every combination of the 27 products is one of these 15"
        ),
        Products(one, features=one).spanned(
            all_sorted, "$f = N = 1$: every combination of the 27 products is one of these 10"
        ),
    )


def last_two_sorted(index: Index) -> Index:
    """The second and the third factor can be interchanged."""
    first, second, third = index
    return first, min(second, third), max(second, third)


def first_two_sorted(index: Index) -> Index:
    """The first and the second factor can be interchanged."""
    first, second, third = index
    return min(first, second), max(first, second), third


def all_sorted(index: Index) -> Index:
    """All factors can be interchanged."""
    first, second, third = sorted(index)
    return first, second, third


def without_noise(index: Index) -> Index:
    """The first two factors can be interchanged, and the readout x_N with a label: y_i x_N = x_i y_N."""
    first, second, third = first_two_sorted(index)
    if third == 1 and first == 2:
        return 1, second, 2
    return (1, 1, 2) if (first, second, third) == (1, 2, 1) else (first, second, third)
