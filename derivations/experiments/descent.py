"""Where gradient flow on the population loss ends: one head at decay 1, from 200 seeded starts at several sizes.

Every end is classified. The global minimum and the local minimum of DESCENT are recognised by what the layer computes
there: by E ‖output - output of the point‖², divided by E ‖target‖².
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivations.training.result_document import rounded
from gdssm_numeric.gradient_flow import SETTLED, Ends, flow, starts
from gdssm_numeric.population_loss import INDICES, LAWS, PopulationLoss

STARTS, DEVIATION, SEED = 200, 0.5, 0
#: The sizes f and N, and the law of the inputs.
SIZES = (
    (1, 2, "uniform"),
    (1, 3, "uniform"),
    (2, 2, "uniform"),
    (2, 3, "uniform"),
    (2, 4, "uniform"),
    (3, 2, "uniform"),
    (3, 3, "uniform"),
    (3, 4, "uniform"),
    (4, 2, "uniform"),
    (4, 3, "uniform"),
    (2, 2, "normal"),
    (2, 3, "normal"),
    (3, 3, "normal"),
    (2, 2, "0 or ±3"),
    (3, 3, "0 or ±3"),
)
#: A point is reached if the output there differs by at most this from that of the end.
SAME = 1e-8
#: An eigenvalue of the Hessian below this is negative.
NEGATIVE = -1e-6

#: The products with a weight at the two points: y_t x_tᵀ x_{N+1}, and y_t x_{t+1}ᵀ x_N.
GLOBAL, LOCAL = (2, 1, 3), (2, 3, 1)


class Kind(StrEnum):
    """What an end is; each has its own letter in `kinds` of the result."""

    GLOBAL = "global minimum"
    LOCAL = "local minimum, q = e_1 and Q = κ e_2 e_3ᵀ"
    OTHER = "another local minimum"
    SADDLE = "saddle"
    UNSETTLED = "not settled"

    @property
    def letter(self) -> str:
        return self.value[0].upper()


@dataclass(frozen=True)
class Descent:
    """Starts at one size: where each came from and where it ended."""

    loss: PopulationLoss
    starts: NDArray[np.float64]
    ends: Ends

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What every end is, in the order of the starts."""
        distances = {index: self.distance(index) for index in (GLOBAL, LOCAL)}
        return tuple(self._kind(number, distances) for number in range(len(self.starts)))

    def distance(self, index: tuple[int, int, int]) -> NDArray[np.float64]:
        """Return E ‖output - output of the point with the best weight of one product‖² / E ‖target‖² for every end."""
        matrix, _ = self.loss.arrays
        apart = self.ends.products.copy()
        apart[:, INDICES.index(index)] -= float(self.loss.along(index)[0])
        distances: NDArray[np.float64] = ((apart @ matrix) * apart).sum(axis=1)
        return distances

    def _kind(self, number: int, distances: Mapping[tuple[int, int, int], NDArray[np.float64]]) -> Kind:
        if self.ends.gradients[number] > SETTLED:
            return Kind.UNSETTLED
        if distances[GLOBAL][number] <= SAME:
            return Kind.GLOBAL
        if self.ends.least_curvature[number] < NEGATIVE:
            return Kind.SADDLE
        return Kind.LOCAL if distances[LOCAL][number] <= SAME else Kind.OTHER

    @property
    def drift(self) -> float:
        """The largest change of ‖Q‖² - ‖q‖², which the flow conserves."""
        return float(np.abs(_conserved(self.ends.parameters) - _conserved(self.starts)).max())


def descent(features: int, samples: int, law: str, count: int = STARTS) -> Descent:
    """Follow the flow from the first `count` starts at a size; the starts depend on the seed, the size and the law."""
    loss = PopulationLoss(features, samples, law)
    seed = (SEED, features, samples, list(LAWS).index(law))
    begun = starts(STARTS, DEVIATION, seed)[:count]
    return Descent(loss, begun, flow(loss, begun))


def entry(found: Descent) -> dict[str, Any]:
    """A size as an entry of the result document: losses per component of the target, exact and as fractions."""
    kinds, loss = found.kinds, found.loss
    (weight, at_local), (_, at_global) = loss.along(LOCAL), loss.along(GLOBAL)
    others = [number for number, kind in enumerate(kinds) if kind is not Kind.GLOBAL]
    return {
        "features": loss.features,
        "samples": loss.samples,
        "law": loss.law,
        "least_loss": str(at_global),
        "loss_of_local_minimum": str(at_local),
        "weight_of_local_minimum": str(weight),
        "counts": {kind.value: count for kind, count in Counter(kinds).items()},
        "kinds": "".join(kind.letter for kind in kinds),
        "largest_gradient": rounded(float(found.ends.gradients.max())),
        "change_of_what_is_conserved": rounded(found.drift),
        "elsewhere": [_end(found, number) for number in others],
    }


def result(sizes: Sequence[tuple[int, int, str]] = SIZES) -> dict[str, Any]:
    """The result document: what was done, and an entry for each size."""
    return {
        "command": "descent",
        "starts": STARTS,
        "deviation": DEVIATION,
        "seed": SEED,
        "letters": {kind.letter: kind.value for kind in Kind},
        "sizes": [entry(descent(*size)) for size in sizes],
    }


def _end(found: Descent, number: int) -> dict[str, Any]:
    """An end that is not the global minimum, with its parameters scaled to ‖q‖ = 1."""
    parameters = found.ends.parameters[number]
    size = np.linalg.norm(parameters[9:])
    return {
        "start": number,
        "loss": _digits(found.ends.losses[number] * float(found.loss.of_zero)),
        "least_curvature": _digits(found.ends.least_curvature[number]),
        "Q": [[_digits(value) for value in row] for row in (parameters[:9] * size).reshape(3, 3)],
        "q": [_digits(value) for value in parameters[9:] / size],
    }


def _digits(value: float) -> float:
    """Six decimals: no more is alike on every machine."""
    return round(float(value), 6) + 0.0


def _conserved(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = parameters**2
    conserved: NDArray[np.float64] = squares[:, :9].sum(axis=1) - squares[:, 9:].sum(axis=1)
    return conserved
