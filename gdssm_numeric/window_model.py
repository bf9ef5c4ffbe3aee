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

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from . import recurrence
from .tasks import Batch

#: Where decays start. From far below 1 some replicas end in the other minimum, which uses one sample (`OPTX`).
START_OF_DECAYS = 0.95, 0.95


@torch.no_grad()
def draw(
    model: nn.Module, generators: Sequence[torch.Generator], spreads: dict[str, float], decays: tuple[float, float]
) -> None:
    """Normal parameters of the given deviations by name, decays uniform between two numbers, replica by replica."""
    for r, own in enumerate(generators):
        for path, parameter in model.named_parameters():
            name = path.rpartition(".")[2]
            value = torch.empty(parameter.shape[1:], dtype=torch.float64)
            if name == "decay":
                value.uniform_(*decays, generator=own)
            else:
                value.normal_(0, spreads[name], generator=own)
            parameter[r] = value.to(parameter)


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

    def read(self, windows: Tensor, vector: Tensor) -> Tensor:
        """C Z_N r for windows (R, 3, N, f, B) and r (R, f, B): (R, f, B)."""
        powers = recurrence.powers(self.decay, windows.shape[2])
        return self.C @ recurrence.read(windows, recurrence.mixed(windows, self.Q), powers, vector)


class WindowModel(nn.Module):
    """L layers of window heads for f features; R replicas, independent of each other.

    `from_zero` says that W_0 = 0; otherwise W_0 is an input of the model. Parameters are 0, decays 1, until they are
    initialised or loaded. ValueError for sizes below 1.
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

    @torch.no_grad()
    def initialise(
        self, generators: Sequence[torch.Generator], samples: int, decays: tuple[float, float] = START_OF_DECAYS
    ) -> None:
        """Random Q, q and C from one generator (on the CPU) for each replica; decays uniform between two numbers.

        Entries are normal, of deviation 1/(3N) in Q, ½ in q and 1/(2√f) in C: a first prediction of about the size
        of a target, from N samples and through several layers too.
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
        """The prediction at the last window, (R, B, g), without forming a state; W_0 is (R, B, f, g).

        V_l r = V_{l-1} (r + C̃_l Z̃_l r) + C_l Z_l r, from the last layer down to V_0 = W_0ᵀ. ValueError if W_0 is
        missing, or given to a model that starts at 0.
        """
        self._check(start)
        targets = _padded(batch)
        seen = recurrence.windows(batch.inputs, targets)
        vector = torch.einsum("rjab,rj->rab", seen[:, :, -1], self.q)  # r = C_N q
        output = torch.zeros_like(vector)
        for index in reversed(range(self.layers)):
            head, tilde = self.layer(index)
            output = output + head.read(seen, vector)
            if tilde is not None:
                vector = vector + tilde.read(seen, vector)
        output = output.mT[:, :, self.features - batch.targets.shape[-1] :]
        return output if start is None else output + (start.mT @ vector.mT.unsqueeze(-1)).squeeze(-1)

    def recurrent(self, batch: Batch, start: Tensor | None = None) -> Tensor:
        """The same, token by token, as an SSM runs: the prediction at every window, (R, B, N, g).

        The states are formed and updated at each input token, when a window of three is complete.
        """
        self._check(start)
        tokens = batch.interleaved()
        R, B, length, f = tokens.shape
        skipped = f - batch.targets.shape[-1]
        heads = [head for index in range(self.layers) for head in self.layer(index) if head is not None]
        states = {head: tokens.new_zeros(R, B, f, f) for head in heads}
        outputs = []
        for last in range(2, length, 2):
            window = tokens[:, :, last - 2 : last + 1].mT  # C_t, (R, B, f, 3)
            for head in heads:
                states[head] = recurrence.step(states[head], window, head.Q, head.decay)
            V = tokens.new_zeros(R, B, f, f)
            if start is not None:
                V = torch.cat((V[:, :, :skipped], start.mT), dim=2)
            for index in range(self.layers):
                head, tilde = self.layer(index)
                update = head.C.unsqueeze(1) @ states[head]
                V = V + update if tilde is None else V + update + V @ (tilde.C.unsqueeze(1) @ states[tilde])
            outputs.append((V @ (window @ self.q[:, None, :, None])).squeeze(-1)[..., skipped:])
        return torch.stack(outputs, dim=2)

    def _check(self, start: Tensor | None) -> None:
        if (start is None) != self.from_zero:
            raise ValueError("this model starts at W_0 = 0" if self.from_zero else "this model needs a W_0")


def _padded(batch: Batch) -> Tensor:
    """The targets as tokens (R, B, N, f): a scalar is the last component, as in `Batch.interleaved`."""
    missing = batch.inputs.shape[-1] - batch.targets.shape[-1]
    return nn.functional.pad(batch.targets, (missing, 0)) if missing else batch.targets
