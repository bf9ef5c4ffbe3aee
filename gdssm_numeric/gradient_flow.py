"""Gradient flow on the population loss of one head with decay 1, from many starts at once.

The parameters are θ = (vec(Q), q) ∈ R¹²; the loss is divided by that of the output 0. A step solves the flow exactly
for the quadratic model of the loss at θ: with the Hessian Σ_i λ_i v_i v_iᵀ and the gradient g, in a time h,

    θ' = θ - Σ_i (1 - exp(-hλ_i))/λ_i (v_iᵀ g) v_i.

Such a step does not stall where the loss is flat in one direction and steep in another. What the model misses of the
gradient, carried through the step, estimates its error. A step is kept if the loss falls and the error is small; h is
then chosen from the error. So ‖Q‖² - ‖q‖², which the flow conserves, hardly changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .population_loss import PopulationLoss

Array = NDArray[np.float64]

#: An end is settled if the norm of the gradient is at most this.
SETTLED = 1e-8
#: The largest estimated error of a step that is kept.
ERROR = 1e-4
#: The largest product of a time step and a negative eigenvalue, so that a start near a saddle grows e² times at most.
GROWTH = 2.0


@dataclass(frozen=True)
class Ends:
    """Where the starts have come: parameters (R, 12), and for each the loss, the gradient's norm, the Hessian."""

    parameters: Array
    losses: Array
    gradients: Array
    least_curvature: Array  # the least eigenvalue of the Hessian

    @property
    def products(self) -> Array:
        """T = vec(Q) qᵀ: (R, 27)."""
        return products(self.parameters)


def products(parameters: Array) -> Array:
    """Return vec(Q) qᵀ for θ (R, 12): (R, 27)."""
    return (parameters[:, :9, None] * parameters[:, None, 9:]).reshape(-1, 27)


def starts(count: int, deviation: float, seed: tuple[int, ...]) -> Array:
    """Return normal starts θ of a deviation, from a seed: (count, 12)."""
    return np.random.default_rng(seed).normal(0, deviation, (count, 12))


def flow(loss: PopulationLoss, parameters: Array, *, steps: int = 2000) -> Ends:
    """Follow the gradient flow from every start until all are settled, or for a number of steps."""
    matrix, correlations = loss.arrays
    here = parameters.copy()
    time = np.full(len(here), 0.1)
    values = _values(matrix, correlations, here)
    gradient, hessian = _derivatives(matrix, correlations, here)
    for _ in range(steps):
        if np.linalg.norm(gradient, axis=1).max() <= SETTLED:
            break
        curvature, axes = np.linalg.eigh(hessian)
        slope = np.einsum("rij,ri->rj", axes, gradient)
        h = np.minimum(time, GROWTH / np.maximum(-curvature[:, 0], 1e-12))[:, None]
        weight = _decayed(h, curvature)
        moved = here - np.einsum("rij,rj->ri", axes, weight * slope)
        there = _values(matrix, correlations, moved)
        next_gradient, next_hessian = _derivatives(matrix, correlations, moved)
        missed = np.einsum("rij,ri->rj", axes, next_gradient) - np.exp(-h * curvature) * slope
        error = np.linalg.norm(weight * missed, axis=1)
        kept = (error <= ERROR) & (there <= values + 1e-15)
        here, values = np.where(kept[:, None], moved, here), np.where(kept, there, values)
        gradient = np.where(kept[:, None], next_gradient, gradient)
        hessian = np.where(kept[:, None, None], next_hessian, hessian)
        # The error of a step grows with the cube of its length: h² and once more for the change of the Hessian.
        factor = np.clip(0.9 * np.cbrt(ERROR / np.maximum(error, 1e-300)), 0.2, 3.0)
        time = np.minimum(np.where(kept, h[:, 0] * factor, np.minimum(h[:, 0] * factor, h[:, 0] / 2)), 1e12)
    norms: Array = np.sqrt((gradient**2).sum(axis=1))
    least: Array = np.linalg.eigvalsh(hessian)[:, 0].astype(np.float64)
    return Ends(here, values, norms, least)


def _decayed(h: Array, curvature: Array) -> Array:
    """(1 - exp(-hλ))/λ, which is h at λ = 0."""
    scaled = h * curvature
    small = np.abs(scaled) < 1e-8
    return np.where(small, h, -np.expm1(-scaled) / np.where(small, 1.0, curvature))


def _values(matrix: Array, correlations: Array, parameters: Array) -> Array:
    T = products(parameters)
    return 1 + ((T @ matrix - 2 * correlations) * T).sum(axis=1)


def _derivatives(matrix: Array, correlations: Array, parameters: Array) -> tuple[Array, Array]:
    """Return the gradient (R, 12) and the Hessian (R, 12, 12) in θ."""
    Q, q = parameters[:, :9], parameters[:, 9:]
    slope = (2 * (products(parameters) @ matrix - correlations)).reshape(-1, 9, 3)
    gradient = np.concatenate([np.einsum("rac,rc->ra", slope, q), np.einsum("rac,ra->rc", slope, Q)], axis=1)
    whole = matrix.reshape(9, 3, 9, 3)
    in_Q = np.einsum("rc,acbd,rd->rab", q, whole, q, optimize=True)
    in_q = np.einsum("ra,acbd,rb->rcd", Q, whole, Q, optimize=True)
    mixed = np.einsum("rc,acbd,rb->rad", q, whole, Q, optimize=True) + slope / 2
    upper = np.concatenate([in_Q, mixed], axis=2)
    lower = np.concatenate([np.swapaxes(mixed, 1, 2), in_q], axis=2)
    return gradient, 2 * np.concatenate([upper, lower], axis=1)
