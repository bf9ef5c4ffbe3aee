"""Loss and gradient of one replica of the model over constructed tokens, by formulas: fast on a CPU.

What autograd finds for `token_model.predict`, to rounding. With tokens c_t, z = Σ_t Aᴺ⁻ᵗ ⊙ Ψᵀc_t and o = zᵀΘc_N, let d
be the gradient of the loss in o. Then, summed over tasks,

    dΘ = d z c_Nᵀ,    u = d Θ c_N,    dΨ = Σ_t c_t (Aᴺ⁻ᵗ ⊙ u)ᵀ,    d(Aᴺ⁻ᵗ) = Ψᵀc_t ⊙ u.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor

from .recurrence import gradient_of_powers, powers
from .tasks import Batch


def token_gradient(weights: Mapping[str, Tensor], changes: Mapping[str, Tensor]) -> Callable[[Batch], Tensor]:
    """Return what computes the mean squared error of one replica on a batch, and writes its gradient to `changes`.

    Both have the model's parameters by name, without the axis of replicas; the batch has it, of length 1.
    """
    return partial(_loss, weights, changes)


def _loss(weights: Mapping[str, Tensor], changes: Mapping[str, Tensor], batch: Batch) -> Tensor:
    Psi, Theta, decay = weights["Psi"], weights["Theta"], weights["decay"]
    tokens = batch.constructed()[0]  # (B, N, 2f)
    B, N, width = tokens.shape
    last = tokens[:, -1]
    weighted = powers(decay.unsqueeze(0), N)[0]  # (N, f)
    selected = (tokens.view(B * N, width) @ Psi).view(B, N, -1)
    state, readout = (selected * weighted).sum(dim=1), last @ Theta.mT
    error = (state * readout).sum(dim=1, keepdim=True).sub_(batch.wanted[0])
    loss = error.square().mean()
    error *= 2 / B
    torch.mm((error * state).mT, last, out=changes["Theta"])
    change = readout.mul_(error)  # (B, f)
    torch.mm(tokens.view(B * N, width).mT, (weighted * change.unsqueeze(1)).view(B * N, -1), out=changes["Psi"])
    of_powers = selected.mul_(change.unsqueeze(1)).sum(dim=0)
    changes["decay"].copy_(gradient_of_powers(weighted, of_powers))
    return loss
