"""The construction as weights: its exact entries, evaluated at given f, N and η and loaded into the PyTorch models.

Nothing is restated here. Q, q, the decay and the factors come from `gdssm_symbolic.layers`; a factor
becomes a multiple of 1 in the model's output map.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy
import torch
from torch import Tensor

from gdssm_numeric.token_model import TokenModel
from gdssm_numeric.window_model import Head, WindowModel
from gdssm_symbolic.layers import ConstructedTokenLayer, Layer, N, TwoHeadLayer, WindowLayer, eta, f


def evaluated(entries: sympy.MatrixBase | sympy.Expr, features: int, samples: int, rate: float) -> Tensor:
    """Entries in η, N and f as numbers in double precision: a matrix, or a scalar as a matrix of one entry.

    The rate is used as the exact value of the double that it is; ValueError if an entry has another symbol in it.
    """
    matrix = entries if isinstance(entries, sympy.MatrixBase) else sympy.Matrix([[entries]])
    at = {f: sympy.Integer(features), N: sympy.Integer(samples), eta: sympy.Rational(rate)}
    numbers = matrix.subs(at)
    if numbers.free_symbols:
        raise ValueError(f"no value for {', '.join(sorted(map(str, numbers.free_symbols)))}")
    return torch.tensor([[float(entry) for entry in row] for row in numbers.tolist()], dtype=torch.float64)


def construction(
    layer: Layer, features: int, samples: int, rates: Sequence[float], *, from_zero: bool = True, replicas: int = 1
) -> WindowModel | TokenModel:
    """A model in double precision that is the construction at these sizes, one layer for each learning rate.

    ValueError for what the models do not do: windows at stride 1, the transposes of A.2 as printed, a penalty, and
    several rates for a layer that takes one step.
    """
    if isinstance(layer, TwoHeadLayer):
        return _two_heads(layer, features, samples, rates, from_zero, replicas)
    if len(rates) != 1 or not from_zero:
        raise ValueError("this layer is one step from W_0 = 0")
    (rate,) = rates
    if isinstance(layer, ConstructedTokenLayer):
        return _constructed(layer, features, samples, rate, replicas)
    return _windows(layer, features, samples, rate, replicas)


def best_construction(targets: str, features: int, samples: int, rates: Sequence[float]) -> WindowModel | TokenModel:
    """The paper's construction for these targets: Proposition 1, 2 or 3."""
    if targets == "scalar":
        return construction(ConstructedTokenLayer(), features, samples, rates)
    return construction(WindowLayer() if len(rates) == 1 else TwoHeadLayer(), features, samples, rates)


def _constructed(layer: ConstructedTokenLayer, features: int, samples: int, rate: float, replicas: int) -> TokenModel:
    one = torch.eye(features, dtype=torch.float64)
    model = TokenModel(features, replicas, dtype=torch.float64)
    beta = evaluated(layer.beta, features, samples, rate)
    with torch.no_grad():
        model.Psi[:] = torch.kron(evaluated(layer.Psi, features, samples, rate), one).mT
        model.Theta[:] = torch.kron(beta * evaluated(layer.Theta, features, samples, rate), one)
        model.decay[:] = evaluated(layer.decay, features, samples, rate)
    return model


def _windows(layer: WindowLayer, features: int, samples: int, rate: float, replicas: int) -> WindowModel:
    if layer.stride != 2:
        raise ValueError("the model's windows have stride 2")
    model = WindowModel(features, 1, replicas, dtype=torch.float64)
    Q = layer.Q.T if layer.read_transposed else layer.Q  # a decay that is one number commutes with the transpose
    beta = evaluated(layer.beta, features, samples, rate)
    head, _ = model.layer(0)
    _load(head, evaluated(Q, features, samples, rate), evaluated(layer.decay, features, samples, rate), beta)
    with torch.no_grad():
        model.q[:] = evaluated(layer.q, features, samples, rate).squeeze(1)
    return model


def _two_heads(
    layer: TwoHeadLayer, features: int, samples: int, rates: Sequence[float], from_zero: bool, replicas: int
) -> WindowModel:
    if layer.stride != 2 or layer.update_transposed or layer.start_transposed or layer.keep != 1:
        raise ValueError("the model has windows at stride 2, the corrected layer of A.2, and no penalty")
    model = WindowModel(features, len(rates), replicas, from_zero=from_zero, dtype=torch.float64)
    for index, rate in enumerate(rates):
        first, second = model.layer(index)
        factor = evaluated(layer.rate, features, samples, rate)
        decay = evaluated(layer.decay, features, samples, rate)
        # V_l = V_{l-1} + rate (V_{l-1} Z̃ - Z): the heads' maps are -rate and +rate times 1
        _load(first, evaluated(layer.Q, features, samples, rate), decay, -factor)
        if second is not None:
            _load(second, evaluated(layer.Q_tilde, features, samples, rate), decay, factor)
    with torch.no_grad():
        model.q[:] = evaluated(layer.q, features, samples, rates[-1]).squeeze(1)
    return model


@torch.no_grad()
def _load(head: Head, Q: Tensor, decay: Tensor, factor: Tensor) -> None:
    head.Q[:] = Q
    head.decay[:] = decay
    head.C[:] = factor * torch.eye(head.C.shape[-1], dtype=torch.float64)
