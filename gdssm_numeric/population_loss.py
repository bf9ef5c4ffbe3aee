"""The expected squared error of one layer with decay 1, exactly, as a quadratic function of T = vec(Q) qᵀ.

With windows C_t = [x_t y_t x_{t+1}], y_t = Wᵀx_t, component c of the layer's output is

    Σ_{jkl} T_{jkl} Φ_{jkl},    Φ_{jkl} = Σ_t Σ_b (C_t)_{cj} (C_t)_{bk} (C_N)_{bl},    T_{jkl} = Q_{jk} q_l,

and its error is E (Φᵀ T - (Wᵀx_{N+1})_c)² = Tᵀ G T - 2 bᵀ T + v, alike for every c. G and b are computed by writing out
every product as a polynomial in the entries of x and W, with exact moments. This knows nothing of the moment engine of
`gdssm_symbolic`, and a test compares the two. It takes seconds up to f = N = 4.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

#: An entry of x or W: a letter and two indices.
Entry = tuple[str, int, int]
Monomial = tuple[Entry, ...]
#: A polynomial by the entries that stand in it an odd number of times: only alike ones have a product with a mean.
Polynomial = Mapping[frozenset[Entry], Mapping[Monomial, int]]
Index = tuple[int, int, int]
#: The 27 products jkl.
INDICES: tuple[Index, ...] = tuple(product((1, 2, 3), (1, 2, 3), (1, 2, 3)))

#: The moments of even order of the entries of x, by name.
LAWS: Mapping[str, Mapping[int, Fraction]] = {
    "uniform": {2: Fraction(1, 3), 4: Fraction(1, 5), 6: Fraction(1, 7)},
    "normal": {2: Fraction(1), 4: Fraction(3), 6: Fraction(15)},
    "0 or ±3": {2: Fraction(1), 4: Fraction(9), 6: Fraction(81)},  # ±3 with probability 1/9
}
#: The moments of the entries of W, which are standard normal.
STANDARD = {2: Fraction(1), 4: Fraction(3), 6: Fraction(15)}


@dataclass(frozen=True)
class PopulationLoss:
    """The loss of one component for f features, N samples and a law of the entries of x, a key of LAWS."""

    features: int
    samples: int
    law: str

    @cached_property
    def second_moments(self) -> tuple[tuple[Fraction, ...], ...]:
        """G, the second moments of the 27 products."""
        rows: dict[tuple[int, int], Fraction] = {}
        for row, left in enumerate(self._products):
            for column, right in enumerate(self._products[: row + 1]):
                rows[row, column] = rows[column, row] = self._mean(left, right)
        return tuple(tuple(rows[row, column] for column in range(27)) for row in range(27))

    @cached_property
    def correlations(self) -> tuple[Fraction, ...]:
        """b, the means of the 27 products times the target."""
        return tuple(self._mean(one, self._target) for one in self._products)

    @property
    def of_zero(self) -> Fraction:
        """v, the second moment of the target: the loss of T = 0."""
        return self._mean(self._target, self._target)

    @cached_property
    def arrays(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """G / v and b / v: (27, 27) and (27,)."""
        scale = self.of_zero
        matrix = np.array([[float(entry / scale) for entry in row] for row in self.second_moments])
        return matrix, np.array([float(entry / scale) for entry in self.correlations])

    def along(self, index: Index) -> tuple[Fraction, Fraction]:
        """Return the best weight of a single product jkl, and the loss there."""
        place = INDICES.index(index)
        weight = self.correlations[place] / self.second_moments[place][place]
        return weight, self.of_zero - weight * self.correlations[place]

    @cached_property
    def _products(self) -> tuple[Polynomial, ...]:
        return tuple(_by_parity(self._terms(index)) for index in INDICES)

    @cached_property
    def _target(self) -> Polynomial:
        return _by_parity((("w", a, 1), ("x", self.samples + 1, a)) for a in self._range)

    @property
    def _range(self) -> range:
        return range(1, self.features + 1)

    def _terms(self, index: Index) -> Iterator[Monomial]:
        """Yield the monomials of Φ_jkl, for component c = 1."""
        j, k, l = index  # noqa: E741
        for t, b in product(range(1, self.samples + 1), self._range):
            for factors in product(self._entry(t, j, 1), self._entry(t, k, b), self._entry(self.samples, l, b)):
                yield sum(factors, ())

    def _entry(self, t: int, column: int, row: int) -> list[Monomial]:
        """Return the monomials whose sum is an entry of C_t."""
        if column == 2:
            return [(("w", a, row), ("x", t, a)) for a in self._range]
        return [(("x", t if column == 1 else t + 1, row),)]

    def _mean(self, left: Polynomial, right: Polynomial) -> Fraction:
        total = Fraction(0)
        for odd in left.keys() & right.keys():
            for (first, times), (second, also) in product(left[odd].items(), right[odd].items()):
                value = Fraction(times * also)
                for entry, power in Counter(first + second).items():
                    value *= (STANDARD if entry[0] == "w" else LAWS[self.law])[power]
                total += value
        return total


def _by_parity(monomials: Iterator[Monomial]) -> Polynomial:
    found: dict[frozenset[Entry], Counter[Monomial]] = defaultdict(Counter)
    for monomial in monomials:
        odd = frozenset(entry for entry, power in Counter(monomial).items() if power % 2)
        found[odd][tuple(sorted(monomial))] += 1
    return found
