"""The exact expected error of a predictor with fixed coefficients, at data other than those it was fitted to.

With X = [x_1 … x_N] and S = XXᵀ, the predictor is ŷ = Σ_{k<L} c_k Y Xᵀ Sᵏ x_{N+1}, as in `best_rate`. The inputs are
x = A u with u ∈ R^r and a fixed A ∈ R^{f×r}. The entries of u are independent with one symmetric law, E u² = σ² and
E u⁴ = m. So x has the covariance Σ = σ² A Aᵀ, which may be singular. One component of the target is y = wᵀx + ε, where
w ∈ R^f has independent entries of mean 0 and variance ω², and ε has mean 0 and variance τ². The error is measured
against wᵀx_{N+1}.

The error is wᵀ(1 - Σ_k c_k S^{k+1}) x_{N+1} - Σ_k c_k Σ_i ε_i x_iᵀ Sᵏ x_{N+1}. The query is independent of the context,
w and ε are independent of both, and Σ_i x_i x_iᵀ = S. With T_k = E tr(Sᵏ Σ), the expected square is

    ω² T_0 - 2 ω² Σ_k c_k T_{k+1} + Σ_jk c_j c_k (ω² T_{j+k+2} + τ² T_{j+k+1})

Without A, T_k = σ² E tr Sᵏ, which `best_rate.trace_moment` gives. With A, write G = AᵀA and U = [u_1 … u_N], so that

    T_k = σ² E tr((U Uᵀ G)^{k-1} U Uᵀ G²)

is a sum of products of 2k entries of U. The mean of such a product is the sum, over all partitions of its factors into
blocks, of the product of the joint cumulants of the blocks. The joint cumulant of a block is 0 unless all its factors
are the same entry of U, because different entries are independent. So the factors of a block share their row and their
sample. The cumulants of odd order are 0, by symmetry. Summed over samples and rows, a partition gives a factor N for
each sample that is left free, a power of G for each chain of blocks of two, a trace for each closed chain, and a sum
over the row of each larger block. For one step this is

    T_1 = N tr Σ²,    T_2 = N (N + 1) tr Σ³ + N tr(Σ) tr(Σ²) + N (m - 3σ⁴) σ² Σ_a G_aa (G²)_aa

since E u uᵀB u uᵀ = σ⁴ (2B + tr(B) 1) + (m - 3σ⁴) diag(B) for symmetric B.

This is a computation in exact rational numbers. It is not a theorem of the checker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from math import comb, prod
from typing import TypeAlias

import flint
import sympy

from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.layers import N, f

from .best_rate import trace_moment

#: E u², E u⁴, …, to the last order that exists, or to HIGHEST.
Moments: TypeAlias = tuple[sympy.Rational, ...]
HIGHEST = 12  # three steps need moments to this order


def uniform_moments(variance: sympy.Rational) -> Moments:
    """Return E u^{2k} = (3v)^k / (2k + 1) of the uniform law with variance v; U(-1, 1) has v = 1/3."""
    return tuple((3 * variance) ** k / sympy.Integer(2 * k + 1) for k in _halves())


def normal_moments(variance: sympy.Rational) -> Moments:
    """Return E u^{2k} = v^k (2k - 1)!! of the normal law with variance v."""
    return tuple(variance**k * sympy.factorial2(2 * k - 1) for k in _halves())


def laplace_moments(variance: sympy.Rational) -> Moments:
    """Return E u^{2k} = (2k)! (v/2)^k of the Laplace law with variance v."""
    return tuple(sympy.factorial(2 * k) * (variance / sympy.Integer(2)) ** k for k in _halves())


def student_moments(degrees: sympy.Rational, variance: sympy.Rational) -> Moments:
    """Return E u^{2k} = (v (ν - 2))^k Π_{j≤k} (2j - 1)/(ν - 2j) of Student's law with variance v, for 2k < ν.

    ν is the number of degrees of freedom; moments of order ν and above do not exist, and the tuple ends before them.
    Raises ValueError if ν ≤ 2, because the law then has no variance.
    """
    if degrees <= 2:
        raise ValueError(f"Student's law with {degrees} degrees of freedom has no variance")
    degrees = sympy.Rational(degrees)
    return tuple(
        (variance * (degrees - 2)) ** k * prod((2 * j - 1) / (degrees - 2 * j) for j in range(1, k + 1))
        for k in _halves()
        if 2 * k < degrees
    )


def _halves() -> range:
    return range(1, HIGHEST // 2 + 1)


@dataclass(frozen=True)
class Data:
    """Inputs, tasks and labels at given sizes, in exact rational numbers.

    `moments` are E u², E u⁴, … of the entries of u. `mixing` is A (f×r); without it x = u. Raises ValueError for
    numbers that are not rational, sizes below 1, a negative variance, and a matrix A that does not have f rows.
    """

    features: int  # f
    samples: int  # N
    moments: Moments
    noise: sympy.Rational = sympy.Integer(0)  # τ²
    weights: sympy.Rational = sympy.Integer(1)  # ω
    mixing: sympy.ImmutableDenseMatrix | None = None  # A

    def __post_init__(self) -> None:
        object.__setattr__(self, "moments", _rational("moments", *self.moments))
        for name in ("noise", "weights"):
            object.__setattr__(self, name, *_rational(name, getattr(self, name)))
        if not all(isinstance(size, int) and size >= 1 for size in (self.features, self.samples)) or not self.moments:
            raise ValueError("at least one feature, one sample and one moment are needed")
        if self.noise < 0 or self.moments[0] < 0:
            raise ValueError("a variance is negative")
        if self.mixing is not None:
            rows, columns = self.mixing.shape
            if rows != self.features or not columns:
                raise ValueError(f"mixing is {rows}×{columns}, but {self.features} rows are needed")
            mixing = sympy.ImmutableDenseMatrix(rows, columns, _rational("mixing", *self.mixing))
            object.__setattr__(self, "mixing", mixing)

    def trace(self, order: int) -> sympy.Rational:
        """Return T_k = E tr(Sᵏ Σ), which needs the moments of the entries to order 2k.

        Raises ValueError if they are not given, and for k > 4 with `mixing` unless the law is normal to order 2k.
        """
        needed = max(order, 1)
        if needed > len(self.moments):
            raise ValueError(
                f"a moment of order {2 * needed} is needed; it does not exist or is not given: "
                f"the last one is of order {2 * len(self.moments)}"
            )
        moments = self.moments[:needed]
        if self.mixing is None:
            return _independent(order, self.features, self.samples, moments)
        return _mixed(order, self.samples, moments, self.mixing)

    def error(self, coefficients: Sequence[sympy.Rational]) -> sympy.Rational:
        """Return the expected squared error per component of the target with c_0, …, c_{L-1}.

        Raises ValueError as `trace` does for T_{2L}, and for coefficients that are not rational.
        """
        coefficients = _rational("coefficients", *coefficients)
        square, size = self.weights**2, range(len(coefficients))
        linear = sum(coefficients[k] * square * self.trace(k + 1) for k in size)
        quadratic = sum(coefficients[j] * coefficients[k] * self._curvature(j + k) for j in size for k in size)
        return square * self.trace(0) - 2 * linear + quadratic

    def best(self, steps: int) -> tuple[sympy.Rational, ...]:
        """Return the coefficients of L steps with the least error at these data.

        Raises ValueError as `trace` does, and if the best coefficients are not unique.
        """
        H = sympy.Matrix(steps, steps, lambda j, k: self._curvature(j + k))
        b = sympy.Matrix([self.weights**2 * self.trace(k + 1) for k in range(steps)])
        if H.det() == 0:
            raise ValueError(f"the best coefficients of {steps} steps are not unique at these data")
        return tuple(H.LUsolve(b))

    def _curvature(self, order: int) -> sympy.Rational:
        """Return ω² T_{j+k+2} + τ² T_{j+k+1} at order j + k."""
        noisy = self.noise * self.trace(order + 1) if self.noise else 0
        return self.weights**2 * self.trace(order + 2) + noisy


def _rational(name: str, *values: object) -> tuple[sympy.Rational, ...]:
    if not all(isinstance(value, int | sympy.Rational) for value in values):
        raise ValueError(f"{name}: an integer or a rational number of SymPy is needed")
    return tuple(map(sympy.Rational, values))


@lru_cache(maxsize=1024)
def _independent(order: int, features: int, samples: int, moments: Moments) -> sympy.Rational:
    """T_k without A."""
    if order == 0:
        return features * moments[0]
    law = AnyLaw("mu", 2 * order)
    values = {law.moment(2 * k): moment for k, moment in enumerate(moments, 1)}
    return moments[0] * trace_moment(order, law).subs({f: features, N: samples, **values}, simultaneous=True)


# ---- inputs x = A u ---------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _mixed(order: int, samples: int, moments: Moments, mixing: sympy.ImmutableDenseMatrix) -> sympy.Rational:
    """T_k with A."""
    A = flint.fmpq_mat(mixing.rows, mixing.cols, [_fraction(entry) for entry in mixing])
    G = A.transpose() * A
    powers = [G]  # G, G², …
    while len(powers) <= order:
        powers.append(powers[-1] * G)
    rows = [power.tolist() for power in powers]
    traces = [sum((power[a][a] for a in range(len(power))), flint.fmpq(0)) for power in rows]
    if order == 0:
        return moments[0] * _number(traces[0])
    cumulants = _cumulants(moments)
    sizes = tuple(size for size, value in cumulants.items() if value)
    if order > 4 and set(sizes) != {2}:
        raise ValueError("with mixing, three steps are computed for normal entries only")
    total = flint.fmpq(0)
    for diagram, times in _diagrams(order, sizes).items():
        value = flint.fmpq(times * samples**diagram.samples)
        for size in diagram.sizes:
            value *= _fraction(cumulants[size])
        for exponent in diagram.cycles:
            value *= traces[exponent - 1]
        total += value * _sum_over_rows(diagram, rows)
    return moments[0] * _number(total)


def _fraction(number: sympy.Rational) -> flint.fmpq:
    return flint.fmpq(int(number.p), int(number.q))


def _number(fraction: flint.fmpq) -> sympy.Rational:
    return sympy.Rational(int(fraction.p), int(fraction.q))


def _cumulants(moments: Moments) -> dict[int, sympy.Rational]:
    """Return κ_2, κ_4, … of a symmetric law, from E u^n = Σ_j C(n-1, j-1) κ_j E u^{n-j}."""
    mean = {0: sympy.Integer(1), **{2 * k: moment for k, moment in enumerate(moments, 1)}}
    found: dict[int, sympy.Rational] = {}
    for n in range(2, 2 * len(moments) + 1, 2):
        found[n] = mean[n] - sum(comb(n - 1, j - 1) * value * mean[n - j] for j, value in found.items())
    return found


@dataclass(frozen=True)
class _Diagram:
    """What a partition of the 2k entries contributes: κ's, N^samples, traces of powers of G and a sum over rows."""

    sizes: tuple[int, ...]  # of the blocks, in the order of their first slots
    samples: int  # the samples that are free
    cycles: tuple[int, ...]  # the exponents p of tr G^p
    edges: tuple[tuple[int, int, int], ...]  # (a, b, p): the factor (G^p)_ab between the rows of the larger blocks


def _sum_over_rows(diagram: _Diagram, powers: list[list[list[flint.fmpq]]]) -> flint.fmpq:
    """Return Σ Π (G^p)_ab, over the rows of all larger blocks; 1 if there are no larger blocks."""
    larger = sum(size > 2 for size in diagram.sizes)
    total = flint.fmpq(0)
    for at in product(range(len(powers[0])), repeat=larger):
        total += prod((powers[p - 1][at[a]][at[b]] for a, b, p in diagram.edges), start=flint.fmpq(1))
    return total


@lru_cache(maxsize=64)
def _diagrams(order: int, sizes: tuple[int, ...]) -> Counter[_Diagram]:
    """Count the diagrams of all partitions of 2k entries into blocks of these sizes."""
    return Counter(_diagram(order, blocks) for blocks in _partitions(tuple(range(2 * order)), sizes))


def _partitions(slots: tuple[int, ...], sizes: tuple[int, ...]) -> Iterator[list[tuple[int, ...]]]:
    """Yield all partitions of the slots into blocks of these sizes."""
    if not slots:
        yield []
        return
    for size in sizes:
        for others in combinations(slots[1:], size - 1):
            rest = tuple(slot for slot in slots[1:] if slot not in others)
            for blocks in _partitions(rest, sizes):
                yield [(slots[0], *others), *blocks]


def _diagram(order: int, blocks: list[tuple[int, ...]]) -> _Diagram:
    """Read the diagram of one partition.

    Slots 2i and 2i + 1 are the two entries of the sample i in U Uᵀ. G links slot 2i + 1 to slot 2i + 2, and G² links
    the last slot to the first.
    """
    block_of = {slot: block for block in blocks for slot in block}
    numbers = {block: k for k, block in enumerate(block for block in blocks if len(block) > 2)}
    unread = set(block_of)

    def follow(start: int) -> tuple[int, int]:
        """Return the slot at the other end of the chain that leaves `start`, and the exponent of G along it."""
        slot, exponent = start, 0
        while True:
            linked = (slot + 1 if slot % 2 else slot - 1) % (2 * order)
            exponent += 2 if {slot, linked} == {0, 2 * order - 1} else 1
            unread.difference_update((slot, linked))
            if len(block_of[linked]) > 2:
                return linked, exponent
            first, second = block_of[linked]
            slot = second if linked == first else first
            if slot == start:
                return slot, exponent

    edges: list[tuple[int, int, int]] = []
    for block, number in numbers.items():
        for slot in block:
            if slot in unread:
                end, exponent = follow(slot)
                other = numbers[block_of[end]]
                edges.append((min(number, other), max(number, other), exponent))
    cycles: list[int] = []
    while unread:
        cycles.append(follow(min(unread))[1])
    sizes = tuple(len(block) for block in blocks)
    return _Diagram(sizes, _free_samples(order, blocks), tuple(sorted(cycles)), tuple(sorted(edges)))


def _free_samples(order: int, blocks: list[tuple[int, ...]]) -> int:
    """Return the number of samples that can be chosen freely when all entries of a block have one sample."""
    merged = list(range(order))
    for block in blocks:
        taken = {merged[slot // 2] for slot in block}
        merged = [min(taken) if sample in taken else sample for sample in merged]
    return len(set(merged))
