"""The best step for coordinates of given variances, beside the construction: numbers by the formulas of `anisotropic`.

The step is preconditioned by diag(p_1, …, p_f); the construction has one rate for all coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from gdssm_symbolic.extensions.laws import Law


@dataclass(frozen=True)
class Preconditioned:
    """Coordinate b is √s_b times a coordinate with the law `unit`, whose scale does not matter; s = `variances`."""

    variances: tuple[Fraction, ...]
    samples: int
    unit: Law
    noise: Fraction = Fraction(0)  # the variance of the label noise

    @property
    def trace(self) -> Fraction:
        """tr Λ = Σ_b s_b, the loss of the prediction 0."""
        return sum(self.variances, Fraction(0))

    @cached_property
    def divisors(self) -> tuple[Fraction, ...]:
        """D_b = m_b + (N - 2) s_b² + s_b T."""
        ratio = self.unit.moment(4) / self.unit.moment(2) ** 2
        kurtosis, label = Fraction(int(ratio.p), int(ratio.q)), self.trace + self.noise
        return tuple((kurtosis + self.samples - 2) * s**2 + s * label for s in self.variances)

    @cached_property
    def weights(self) -> tuple[Fraction, ...]:
        """p_b = s_b/D_b."""
        return tuple(s / d for s, d in zip(self.variances, self.divisors, strict=True))

    @cached_property
    def loss(self) -> Fraction:
        """The least expected squared error per component of the target, tr Λ - N Σ_b s_b² p_b."""
        explained = (s**2 * p for s, p in zip(self.variances, self.weights, strict=True))
        return self.trace - self.samples * sum(explained, Fraction(0))

    @property
    def _sums(self) -> tuple[Fraction, Fraction]:
        """A = Σ_b s_b² and B = Σ_b s_b D_b."""
        squares = sum((s**2 for s in self.variances), Fraction(0))
        return squares, sum((s * d for s, d in zip(self.variances, self.divisors, strict=True)), Fraction(0))

    @cached_property
    def coefficient(self) -> Fraction:
        """The best coefficient of the construction, c = A/B."""
        squares, divisor = self._sums
        return squares / divisor

    @cached_property
    def construction_loss(self) -> Fraction:
        """The loss of the construction with it, tr Λ - N A²/B."""
        squares, divisor = self._sums
        return self.trace - self.samples * squares**2 / divisor

    @cached_property
    def slopes(self) -> tuple[Fraction, ...]:
        """The derivatives of the construction's loss by the decays of the columns, c N (N-1) s_b (c D_b - s_b) at 1."""
        c, pairs = self.coefficient, self.samples * (self.samples - 1)
        return tuple(c * pairs * s * (c * d - s) for s, d in zip(self.variances, self.divisors, strict=True))
