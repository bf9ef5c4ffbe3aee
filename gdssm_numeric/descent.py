"""Gradient descent on the in-context least-squares loss by torch.autograd, and the predictors that L steps are.

Nothing here knows a construction: this is what the models are held against.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .tasks import Batch


def loss(W: Tensor, inputs: Tensor, targets: Tensor) -> Tensor:
    """1/(2N) Σ_i ‖Wᵀ x_i - y_i‖² (Eqs. 8, 22) for W (…, f, g), inputs (…, N, f), targets (…, N, g): (…)."""
    return ((inputs @ W - targets) ** 2).sum(dim=(-1, -2)) / (2 * inputs.shape[-2])


def gradient_descent(batch: Batch, rates: Sequence[float], start: Tensor | None = None) -> Tensor:
    """W_Lᵀ x_{N+1} after a step at each rate, from W_0 (R, B, f, g) or 0: (R, B, g). The gradient is autograd's."""
    inputs, query = batch.inputs[:, :, :-1], batch.inputs[:, :, -1:]
    shape = (*inputs.shape[:2], inputs.shape[-1], batch.targets.shape[-1])
    W = (inputs.new_zeros(shape) if start is None else start).detach()
    for rate in rates:
        with torch.enable_grad():
            W = W.requires_grad_()
            # Every task's loss depends on its own W alone, so the gradient of the sum is all of theirs.
            (gradient,) = torch.autograd.grad(loss(W, inputs, batch.targets).sum(), W)
        W = (W - rate * gradient).detach()
    return (query @ W).squeeze(-2)


def products(batch: Batch, count: int) -> Tensor:
    """Y Xᵀ (X Xᵀ)ᵏ x_{N+1} for k < count, of which L layers predict a combination: (count, R, B, g)."""
    X, query = batch.inputs[:, :, :-1], batch.inputs[:, :, -1:].mT
    found = []
    for _ in range(count):
        against = X @ query  # (R, B, N, 1): the samples' inner products with the vector
        found.append((batch.targets.mT @ against).squeeze(-1))
        query = X.mT @ against
    return torch.stack(found)


def combination(batch: Batch, coefficients: Sequence[float]) -> Tensor:
    """Σ_k c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1}: (R, B, g)."""
    terms = products(batch, len(coefficients))
    return torch.einsum("k,krbg->rbg", terms.new_tensor(coefficients), terms)


def one_sample(batch: Batch, coefficient: float) -> Tensor:
    """κ y_N x_Nᵀ x_{N+1}: all that a state without memory can hold (`OPTX`): (R, B, g)."""
    last = Batch(batch.inputs[:, :, -2:], batch.targets[:, :, -1:], batch.wanted)
    return combination(last, [coefficient])
