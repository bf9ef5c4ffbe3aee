"""The diagonal recurrence Z_t = A ⊙ Z_{t-1} + C_t Q C_tᵀ, window by window, and its last product with a vector.

With Z_0 = 0 the last state is Z_N = Σ_t Aᴺ⁻ᵗ ⊙ (C_t Q C_tᵀ), powers and ⊙ taken entry by entry, and all that a
prediction needs of it is Z_N r. Summing over the state's columns first,

    (Z_N r)_a = Σ_t Σ_j (C_t Q)_aj (Aᴺ⁻ᵗ (C_t e_j ⊙ r))_a,

makes it matrix products, and the f×f states of a batch are never formed.
"""

from __future__ import annotations

import torch
from torch import Tensor


def powers(decay: Tensor, count: int) -> Tensor:
    """Aᴺ⁻¹, …, A, 1 of a decay (R, …), entry by entry: (R, count, …).

    By products alone, doubling the powers at hand: the gradient is finite at a decay that is 0 or negative, where
    that of exp(k log A) is not.
    """
    found = torch.ones_like(decay).unsqueeze(1)
    square = decay.unsqueeze(1)  # A^(number of powers at hand)
    while found.shape[1] < count:
        found = torch.cat((found, found * square), dim=1)
        square = square * square
    return found[:, :count].flip(1)


def gradient_of_powers(powers: Tensor, change: Tensor) -> Tensor:
    """Return the gradient in A from those in Aᵏ⁻¹, …, A, 1: from (K, …) and (K, …), the shape that is left.

    `powers` are these powers of one decay, entry by entry; the derivative of Aᵏ is k Aᵏ⁻¹.
    """
    exponents = torch.arange(len(powers) - 1, 0, -1, dtype=powers.dtype, device=powers.device)
    return (exponents @ (powers[1:] * change[:-1]).flatten(1)).view(powers.shape[1:])


def windows(inputs: Tensor, targets: Tensor) -> Tensor:
    """The windows C_t = [x_t y_t x_{t+1}] (Eq. 21) at stride 2, from inputs (R, B, N+1, f) and targets (R, B, N, f).

    (R, 3, N, f, B): the tasks come last, so that products with the decay's powers are products of matrices.
    """
    triples = torch.stack((inputs[:, :, :-1], targets, inputs[:, :, 1:]), dim=1)
    return triples.permute(0, 1, 3, 4, 2).contiguous()


def mixed(windows: Tensor, Q: Tensor) -> Tensor:
    """C_t Q for all t: windows (R, 3, N, f, B) and Q (R, 3, 3) give (R, 3, N, f, B)."""
    return (Q.mT @ windows.flatten(2)).view_as(windows)


def read(windows: Tensor, mixed: Tensor, powers: Tensor, vector: Tensor) -> Tensor:
    """Z_N r for the windows C_t and C_t Q (R, 3, N, f, B), powers (R, N, f, f) and r (R, f, B): (R, f, B)."""
    columns = powers.unsqueeze(1) @ (windows * vector[:, None, None])  # (R, 3, N, f, B)
    return (mixed * columns).sum(dim=(1, 2))


def step(state: Tensor, window: Tensor, Q: Tensor, decay: Tensor) -> Tensor:
    """A ⊙ Z_{t-1} + C_t Q C_tᵀ (Eq. 17) from states (R, B, f, f) and a window (R, B, f, 3): (R, B, f, f)."""
    return decay.unsqueeze(1) * state + window @ Q.unsqueeze(1) @ window.mT
