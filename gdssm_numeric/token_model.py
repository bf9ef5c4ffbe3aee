"""The GD-SSM over constructed tokens, for scalar targets (Proposition 1, §3.1, A.5); R replicas at once.

    paper (Eqs. 12, 13, 16)       here
    Ψ   input selector, 2f×f      Psi     (R, 2f, f), dense
    Θ   output selector, f×2f     Theta   (R, f, 2f), dense; it takes in the factor β
    A   diagonal recurrence       decay   (R, f)

    z_t = decay ⊙ z_{t-1} + Ψᵀ c_t,      o = z_Nᵀ Θ c_N,      c_t = [x_t y_t, x_{t+1}]

The state has f channels, as many as the product ΨΘ needs, so that at the optimum every decay counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .recurrence import powers
from .tasks import Batch
from .window_model import START_OF_DECAYS, USUAL_SAMPLES, draw, own_start


def predict(Psi: Tensor, Theta: Tensor, decay: Tensor, tokens: Tensor) -> Tensor:
    """Return the prediction at the last of the tokens (R, B, N, 2f), (R, B, 1), without a loop over tokens.

    The readout is contracted with the powers first.
    """
    readout = tokens[:, :, -1] @ Theta.mT  # (R, B, f)
    weights = powers(decay, tokens.shape[2]).unsqueeze(1)  # (R, 1, N, f)
    state = ((tokens @ Psi.unsqueeze(1)) * weights).sum(dim=2)
    return (state * readout).sum(dim=-1, keepdim=True)


def predict_at_every_token(Psi: Tensor, Theta: Tensor, decay: Tensor, tokens: Tensor) -> Tensor:
    """Return the prediction at every one of the tokens (R, B, N, 2f), (R, B, N, 1), token by token."""
    state = tokens.new_zeros(*tokens.shape[:2], decay.shape[-1])
    outputs = []
    for token in tokens.unbind(dim=2):
        state = decay.unsqueeze(1) * state + token @ Psi
        outputs.append((state * (token @ Theta.mT)).sum(dim=-1, keepdim=True))
    return torch.stack(outputs, dim=2)


class TokenModel(nn.Module):
    """One layer over constructed tokens, R replicas.

    Parameters start at random, from seed 0 and for 10 samples, until they are initialised or loaded: from 0 the
    gradient of Ψ and Θ would be 0 for ever. ValueError for sizes below 1.
    """

    layers = 1
    from_zero = True
    Psi: nn.Parameter
    Theta: nn.Parameter
    decay: nn.Parameter

    def __init__(self, features: int, replicas: int = 1, *, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        if min(features, replicas) < 1:
            raise ValueError("features and replicas start at 1")
        self.features, self.replicas = features, replicas
        self.Psi = nn.Parameter(torch.zeros(replicas, 2 * features, features, dtype=dtype))
        self.Theta = nn.Parameter(torch.zeros(replicas, features, 2 * features, dtype=dtype))
        self.decay = nn.Parameter(torch.ones(replicas, features, dtype=dtype))
        self.initialise(own_start(replicas), USUAL_SAMPLES)

    def initialise(
        self, generators: Sequence[torch.Generator | None], samples: int, decays: tuple[float, float] = START_OF_DECAYS
    ) -> None:
        """Draw normal entries from one generator (on the CPU) for each replica: Ψ of deviation 1/√(2fN), Θ of 1/√(2f).

        None among the generators is PyTorch's own.
        """
        width = 2 * self.features
        draw(self, generators, {"Psi": (width * samples) ** -0.5, "Theta": width**-0.5}, decays)

    def forward(self, batch: Batch) -> Tensor:
        """Return the prediction at the last token, (R, B, 1)."""
        return predict(self.Psi, self.Theta, self.decay, batch.constructed())

    def recurrent(self, batch: Batch) -> Tensor:
        """Return the same, token by token: the prediction at every token, (R, B, N, 1)."""
        return predict_at_every_token(self.Psi, self.Theta, self.decay, batch.constructed())
