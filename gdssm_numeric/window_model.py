"""The GD-SSM over windows of interleaved tokens, L layers, R replicas as one tensor program.

    paper (§3.2, A.2)                      here
    Q, Q̃   attention weights, 3×3          Q[l], Q_tilde[l]            (R, 3, 3)
    A      diagonal recurrence             decay[l], decay_tilde[l]    (R, f, f), entry by entry
    β, -η/N  factor of a head's output     C[l], C_tilde[l]            (R, f, f), an output map
    q      readout weights, 3              q                           (R, 3)

    V_l = V_{l-1} + C_l Z_l + V_{l-1} C̃_l Z̃_l,      o = V_L C_N q,      V_0 = W_0ᵀ

Z_l and Z̃_l are the last states of the layer's two heads over the raw tokens. The layer is A.2 as corrected, with
the factors ∓η/N turned into maps. From W_0 = 0 the first layer's second head would multiply 0, so there is none:
one layer is o = C Z_N C_N q (Eqs. 17, 18). No parameter is dead; only products of Q, q and C are identified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import torch
from torch import Tensor, nn

from . import recurrence
from .tasks import INITIAL, Batch, generator

#: Where decays start. From far below 1 some replicas end in the other minimum, which uses one sample (`OPTX`).
START_OF_DECAYS = 0.95, 0.95
#: The samples for which a model starts if nobody says how many there are; the paper has 10 in most figures.
USUAL_SAMPLES = 10


def own_start(replicas: int) -> list[torch.Generator]:
    """Return one generator for each replica, of seed 0, from which a model starts until it is initialised."""
    return [generator(0, r, INITIAL) for r in range(replicas)]


@torch.no_grad()
def draw(
    model: nn.Module,
    generators: Sequence[torch.Generator | None],
    spreads: dict[str, float],
    decays: tuple[float, float],
) -> None:
    """Draw normal parameters of deviations given by name, and decays uniform between two numbers, for each replica.

    None among the generators is PyTorch's own.
    """
    for r, own in enumerate(generators):
        device = None if own is None else own.device
        for path, parameter in model.named_parameters():
            name = path.rpartition(".")[2]
            value = torch.empty(parameter.shape[1:], dtype=torch.float64, device=device)
            if name == "decay":
                value.uniform_(*decays, generator=own)
            else:
                value.normal_(0, spreads[name], generator=own)
            parameter[r] = value.to(parameter)


class Weights(Protocol):
    """What a head computes with: Q (R, 3, 3), decay (R, f, f), output map C (R, g, f)."""

    @property
    def Q(self) -> Tensor: ...
    @property
    def decay(self) -> Tensor: ...
    @property
    def C(self) -> Tensor: ...


#: The two heads of each layer; there is no second one in the first layer if W_0 = 0.
Layers = Sequence[tuple[Weights, Weights | None]]


def read(head: Weights, windows: Tensor, vector: Tensor) -> Tensor:
    """Return C Z_N r for windows (R, 3, N, f, B) and r (R, f, B): (R, g, B)."""
    powers = recurrence.powers(head.decay, windows.shape[2])
    return head.C @ recurrence.read(windows, recurrence.mixed(windows, head.Q), powers, vector)


def predict(layers: Layers, q: Tensor, windows: Tensor) -> tuple[Tensor, Tensor]:
    """Return (V_L - V_0 P) C_N q, (R, g, B), and P C_N q, (R, f, B), for windows (R, 3, N, f, B) and q (R, 3).

    P is the product of the factors 1 + C̃_l Z̃_l. V_l r = V_{l-1} (r + C̃_l Z̃_l r) + C_l Z_l r, from the last layer
    down, so that no state is formed.
    """
    vector = torch.einsum("rjab,rj->rab", windows[:, :, -1], q)  # r = C_N q
    output = vector.new_zeros(len(q), layers[0][0].C.shape[1], vector.shape[2])
    for head, second in reversed(layers):
        output = output + read(head, windows, vector)
        if second is not None:
            vector = vector + read(second, windows, vector)
    return output, vector


def predictions(layers: Layers, q: Tensor, windows: Iterable[Tensor], V_0: Tensor) -> Iterator[Tensor]:
    """Yield V_L C_t q, (R, B, g), for windows C_t (R, B, f, 3), one after another, as an SSM runs.

    q is (R, 3), V_0 is (R, B, g, f). Only the states are kept: without gradients, memory does not grow with the number
    of windows.
    """
    heads = [head for pair in layers for head in pair if head is not None]
    R, B, _, f = V_0.shape
    states = [V_0.new_zeros(R, B, f, f) for _ in heads]
    for window in windows:
        states = [recurrence.step(state, window, head.Q, head.decay) for state, head in zip(states, heads, strict=True)]
        current, V = iter(states), V_0
        for head, second in layers:
            update = head.C.unsqueeze(1) @ next(current)
            V = V + update if second is None else V + update + V @ (second.C.unsqueeze(1) @ next(current))
        yield (V @ (window @ q[:, None, :, None])).squeeze(-1)


def predict_at_every_window(layers: Layers, q: Tensor, tokens: Tensor, V_0: Tensor) -> Tensor:
    """Return V_L C_t q at every window t, (R, B, N, g), token by token, as an SSM runs.

    Tokens are (R, B, 2N+1, f), q is (R, 3), V_0 is (R, B, g, f). The states are formed and updated at each input
    token, when a window of three is complete.
    """
    windows = (tokens[:, :, last - 2 : last + 1].mT for last in range(2, tokens.shape[2], 2))  # C_t, (R, B, f, 3)
    return torch.stack(list(predictions(layers, q, windows, V_0)), dim=2)


class Head(nn.Module):
    """One head of one layer: Q (R, 3, 3), decay (R, f, f), output map C (R, f, f)."""

    Q: nn.Parameter
    decay: nn.Parameter
    C: nn.Parameter

    def __init__(self, replicas: int, features: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.Q = nn.Parameter(torch.zeros(replicas, 3, 3, dtype=dtype))
        self.decay = nn.Parameter(torch.ones(replicas, features, features, dtype=dtype))
        self.C = nn.Parameter(torch.zeros(replicas, features, features, dtype=dtype))


class WindowModel(nn.Module):
    """L layers of window heads for f features; R replicas, independent of each other.

    `from_zero` says that W_0 = 0; otherwise W_0 is an input of the model. Parameters start at random, from seed 0 and
    for 10 samples, until they are initialised or loaded: from 0 the gradient of Q and C would be 0 for ever.
    ValueError for sizes below 1.
    """

    heads: nn.ModuleList
    second_heads: nn.ModuleList
    q: nn.Parameter

    def __init__(
        self,
        features: int,
        layers: int = 1,
        replicas: int = 1,
        *,
        from_zero: bool = True,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        if min(features, layers, replicas) < 1:
            raise ValueError("features, layers and replicas start at 1")
        self.features, self.layers, self.replicas, self.from_zero = features, layers, replicas, from_zero
        self.heads = nn.ModuleList(Head(replicas, features, dtype) for _ in range(layers))
        self.second_heads = nn.ModuleList(Head(replicas, features, dtype) for _ in range(layers - from_zero))
        self.q = nn.Parameter(torch.zeros(replicas, 3, dtype=dtype))
        self.initialise(own_start(replicas), USUAL_SAMPLES)

    def initialise(
        self, generators: Sequence[torch.Generator | None], samples: int, decays: tuple[float, float] = START_OF_DECAYS
    ) -> None:
        """Draw Q, q and C from one generator (on the CPU) for each replica, decays uniform between two numbers.

        Entries are normal, of deviation 1/(3N) in Q, ½ in q and 1/(2√f) in C: a first prediction of about the size
        of a target, from N samples and through several layers too. None among the generators is PyTorch's own.
        """
        spreads = {"Q": 1 / (3 * samples), "q": 1 / 2, "C": 1 / (2 * self.features**0.5)}
        draw(self, generators, spreads, decays)

    def layer(self, index: int) -> tuple[Head, Head | None]:
        """The two heads of layer 0 … L-1; the second is None in the first layer if W_0 = 0."""
        head, second = self.heads[index], index - self.from_zero
        assert isinstance(head, Head)
        if second < 0:
            return head, None
        tilde = self.second_heads[second]
        assert isinstance(tilde, Head)
        return head, tilde

    def forward(self, batch: Batch, start: Tensor | None = None) -> Tensor:
        """Return the prediction at the last window, (R, B, g), without forming a state; W_0 is (R, B, f, g).

        ValueError if W_0 is missing, or given to a model that starts at 0.
        """
        self._check(start)
        output, vector = predict(self._all_layers(), self.q, recurrence.windows(batch.inputs, _padded(batch)))
        output = output.mT[:, :, self.features - batch.targets.shape[-1] :]
        return output if start is None else output + (start.mT @ vector.mT.unsqueeze(-1)).squeeze(-1)

    def recurrent(self, batch: Batch, start: Tensor | None = None) -> Tensor:
        """Return the same, token by token, as an SSM runs: the prediction at every window, (R, B, N, g)."""
        self._check(start)
        tokens = batch.interleaved()
        R, B, _, f = tokens.shape
        skipped = f - batch.targets.shape[-1]
        V_0 = tokens.new_zeros(R, B, f, f)
        if start is not None:
            V_0 = torch.cat((V_0[:, :, :skipped], start.mT), dim=2)
        return predict_at_every_window(self._all_layers(), self.q, tokens, V_0)[..., skipped:]

    def _all_layers(self) -> Layers:
        return [self.layer(index) for index in range(self.layers)]

    def _check(self, start: Tensor | None) -> None:
        if (start is None) != self.from_zero:
            raise ValueError("this model starts at W_0 = 0" if self.from_zero else "this model needs a W_0")


def _padded(batch: Batch) -> Tensor:
    """The targets as tokens (R, B, N, f): a scalar is the last component, as in `Batch.interleaved`."""
    missing = batch.inputs.shape[-1] - batch.targets.shape[-1]
    return nn.functional.pad(batch.targets, (missing, 0)) if missing else batch.targets
